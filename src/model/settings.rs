use super::{Author, HugoHabits, NewsletterSettings};
use crate::diagnostic::Place;
use crate::text::scalar::Scalars;
use crate::text::substitutions::Substitutions;
use std::collections::BTreeMap;

/// The site's configuration, every default filled in.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// The site's address, absolute, with a path that ends in `/`.
    pub url: url::Url,
    /// Whether `site.url` was given; if not, feeds are not to be published.
    pub url_given: bool,
    /// Plain text.
    pub title: String,
    /// Plain text.
    pub description: String,
    /// The main language (RFC 5646).
    pub language: Option<String>,
    /// The zone in which dates without an offset are read.
    pub timezone: chrono_tz::Tz,
    /// Whether `site.timezone` was given.
    pub timezone_given: bool,
    /// The authors of posts that name none.
    pub authors: Vec<Author>,
    /// A copyright notice.
    pub copyright: Option<String>,
    /// A licence, a URL.
    pub license: Option<String>,
    /// A small square picture: a URL or a path under `url`.
    pub icon: Option<String>,
    /// A picture for the feeds: a URL or a path under `url`.
    pub image: Option<String>,
    /// The other languages, in the order of their names.
    pub languages: Vec<LanguageSettings>,
    /// Folders, files and globs of posts; empty for the usual folders.
    pub posts: Vec<String>,
    /// Globs of files that are no posts.
    pub exclude: Vec<String>,
    /// The pattern of permalinks for posts that name none.
    pub permalink: String,
    /// The folder that is served at `url`, relative to the site's root.
    pub output: String,
    /// What is published.
    pub feeds: FeedSettings,
    /// `content.repair_encoding`: mend mojibake in the output.
    pub repair_encoding: bool,
    /// `content.shortcodes`: what becomes of shortcodes and tags of these names, sorted by name.
    pub shortcodes: Vec<Shortcode>,
    /// `validate`: which findings in feeds count.
    pub validate: ValidateSettings,
    /// `newsletter`: the posts by mail.
    pub newsletter: NewsletterSettings,
    /// `templates`: the folder whose files override the built-in templates.
    pub templates: String,
    /// `ledger`: a file, relative to the site's root, or a database URL without a password.
    pub ledger: String,
    /// What the site's own generator does that no key says.
    pub habits: Habits,
}

/// The template of a shortcode.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shortcode {
    /// Its name.
    pub name: String,
    /// The template; empty where nothing is to be shown.
    pub template: String,
    /// Where it stands in the configuration.
    pub place: Place,
}

/// What a site's own generator does that no key of the configuration says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Habits {
    /// Its name; empty where no generator's configuration is read.
    pub generator: &'static str,
    /// The ids that its feed gives to entries that name none.
    pub ids: Ids,
    /// Whether a feed of its is known by its own address, not by the page it belongs to.
    pub self_as_id: bool,
    /// The patterns of permalinks of single sections.
    pub permalinks: Vec<(String, String)>,
    /// The file of values that hold for many posts, relative to the site's root: Jekyll's `defaults`.
    pub values_in: Option<String>,
    /// The folder below which the site lies, relative to its root: it makes no category of a post. Empty for the root itself.
    pub source: String,
    /// The tags of the languages that only it names: one without a post has no feed.
    pub languages: Vec<String>,
    /// How the last part of an address is made of words.
    pub slugs: Slugs,
    /// The rules by which Pelican makes slugs, where they are the site's own.
    pub slug_rules: Option<Substitutions>,
    /// Which posts stand in feeds of another language.
    pub languages_by: LanguagesBy,
    /// The pattern of permalinks for posts in another language than the main one, where it is a pattern of its own.
    pub other_languages: Option<String>,
    /// The files of feeds by tag and the like that have names of their own.
    pub named_feeds: Vec<NamedFeed>,
    /// What posts are told by the configuration and by their paths.
    pub metadata: Option<Metadata>,
    /// The keys that the date of a post is taken from, with `:filename` for its name; empty for the usual ones.
    pub dates: Vec<String>,
    /// Whether a date with seconds, without an offset and without quotes in YAML is in UTC, wherever the site is.
    pub utc_timestamps: bool,
    /// The folders of posts that are in another language than the main one, without `/` at their ends, and its tag.
    pub language_folders: Vec<(String, String)>,
    /// The path of the main language, with `/` at both ends, where it has one; else empty.
    pub main_folder: String,
    /// How it is told to write no feeds, in words; empty where nobody knows.
    pub feeds_off: &'static str,
    /// The files that posts may include.
    pub includes: Includes,
    /// Where an Obsidian vault keeps the pictures of its notes: a folder of the site, or with `./` one beside the note.
    pub attachments: String,
    /// How it sets quotes and dashes.
    pub typography: Typography,
    /// What posts may ask for of its configuration.
    pub site_values: SiteValues,
    /// What Hugo does in ways of its own; nothing on a site of another generator.
    pub hugo: Option<Box<HugoHabits>>,
}

/// Which posts have a path and feeds of their language, rather than those of the main one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum LanguagesBy {
    /// Those that say so, in their front matter, file names or folders.
    #[default]
    Post,
    /// Those that say so in their file names or folders: front matter only names the language of the text.
    File,
    /// None: one feed holds the posts of every language.
    Nothing,
}

/// How quotes and dashes in a text are set, and signs by their names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Typography {
    /// Which of them turn, and how.
    pub rules: QuoteRules,
    /// The signs: single and double ones, each with the one that opens first.
    pub quotes: [char; 4],
    /// Whether names such as `:tada:` are signs.
    pub emoji: bool,
}

impl Default for Typography {
    fn default() -> Self {
        Typography { rules: QuoteRules::None, quotes: ['‘', '’', '“', '”'], emoji: false }
    }
}

impl Typography {
    /// Returns the sign that a straight one becomes.
    #[must_use]
    pub fn quote(&self, sign: char, opens: bool) -> char {
        let [left, right, left_double, right_double] = self.quotes;
        match (sign, opens) {
            ('"', true) => left_double,
            ('"', false) => right_double,
            (_, true) => left,
            _ => right,
        }
    }
}

/// Whose rules decide how a quote turns.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum QuoteRules {
    /// Nobody's: everything stays as it is written.
    #[default]
    None,
    /// kramdown's, which Jekyll uses.
    Kramdown,
    /// goldmark's, which Hugo uses.
    Goldmark,
    /// Those of `CommonMark`'s reference parsers, which Zola uses.
    CommonMark,
}

/// The files that posts may include.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Includes {
    /// None: the generator includes none, or there is no generator.
    #[default]
    Nowhere,
    /// Those of the folder `_includes`.
    Folder,
    /// Those of `_includes`, and those beside the post or below its folder.
    FolderAndBeside,
}

/// What posts may ask for of the configuration of a site's generator.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SiteValues {
    /// The values by their paths, with dots.
    pub values: BTreeMap<String, SiteValue>,
    /// Whether a name that is not there is known to have no value.
    pub is_all: bool,
}

/// A value of the configuration of a site's generator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SiteValue {
    /// A scalar, or a list of them.
    Told(Scalars),
    /// It looks like a secret, and no post shows it.
    Withheld,
    /// A mapping, whose values stand below its name.
    Branch,
    /// Anything else.
    Other,
}

/// A feed by tag and the like in a file with a name of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedFeed {
    /// What the posts are grouped by.
    pub taxonomy: Taxonomy,
    /// The format that is called so.
    pub format: FeedFormat,
    /// The path of the file, with `:slug`.
    pub path: String,
    /// The only values that have one.
    pub only: Option<Vec<String>>,
    /// Values that have none.
    pub except: Vec<String>,
}

impl NamedFeed {
    /// Returns whether the posts with a value have such a feed.
    #[must_use]
    pub fn is_for(&self, value: &str) -> bool {
        let is = |named: &String| named.eq_ignore_ascii_case(value);
        self.only.as_ref().is_none_or(|only| only.iter().any(is)) && !self.except.iter().any(is)
    }
}

/// What Pelican's configuration says of articles that do not say it themselves.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Metadata {
    /// The file that says it.
    pub path: String,
    /// The keys and values of all articles.
    pub values: Vec<(String, String)>,
    /// The category of articles that no folder gives one.
    pub category: Option<String>,
    /// Whether the folder of an article is its category.
    pub folder_is_category: bool,
    /// The date of articles without one.
    pub date: Option<String>,
    /// The folder that the paths of articles begin at, without `/` at its end.
    pub folder: String,
    /// What is read from an article's name without its ending: a regular expression with named groups.
    pub of_name: Option<String>,
    /// What is read from an article's path: likewise.
    pub of_path: Option<String>,
}

/// How the last part of an address is made of words.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Slugs {
    /// As we do.
    #[default]
    Own,
    /// As jekyll-feed does for the names of feeds.
    Jekyll,
    /// As Hugo does: the addresses of its posts are made by placeholders of their own.
    Hugo {
        /// Whether capital letters stay.
        keeps_case: bool,
        /// Whether accents are taken off.
        without_accents: bool,
    },
    /// As Zola does.
    Zola(ZolaSlugs),
    /// As Pelican does.
    Pelican {
        /// Whether the file's name is taken, not the title.
        of_name: bool,
        /// Whether letters of other scripts stay.
        unicode: bool,
        /// Whether capital letters stay.
        keeps_case: bool,
    },
}

impl Slugs {
    /// Returns whether they are Pelican's.
    #[must_use]
    pub fn are_pelicans(&self) -> bool {
        matches!(self, Slugs::Pelican { .. })
    }
}

/// Zola's `slugify.paths`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ZolaSlugs {
    /// `on`
    On,
    /// `safe`: only what no file system allows is taken out.
    Safe,
    /// `off`
    Off,
}

/// The ids of entries whose posts name none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Ids {
    /// The permalink.
    #[default]
    Permalink,
    /// The permalink's folder and the slug, without `.html` and without `/` at the end, as jekyll-feed writes them.
    Jekyll,
    /// A tag URI (RFC 4151) of the permalink and the day of publication, as Pelican writes them.
    Tag,
}

/// `validate:` of the configuration.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ValidateSettings {
    /// What holds for every file.
    pub codes: CodeSettings,
    /// What holds for the files of a glob.
    pub paths: Vec<(Named, CodeSettings)>,
}

/// What feeds are judged for, findings that are not reported, and findings that count as errors.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CodeSettings {
    /// The set of findings to begin with.
    pub profile: Option<String>,
    /// Not reported.
    pub allow: Vec<Named>,
    /// Errors.
    pub deny: Vec<Named>,
}

/// A name whose meaning is known elsewhere, with where it stands, so that whoever knows can say what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// The name as written.
    pub name: String,
    /// Where it stands.
    pub place: Place,
}

/// One further language of the site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LanguageSettings {
    /// The language tag (RFC 5646).
    pub tag: String,
    /// The title of its feeds; the site's when empty.
    pub title: Option<String>,
    /// The description of its feeds.
    pub description: Option<String>,
    /// Where its posts and feeds live under the site's address, with `/` at both ends.
    pub path: String,
}

/// `feeds:` of the configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools, reason = "each says of a key of its own whether it was given")]
pub struct FeedSettings {
    /// What to write, in this order.
    pub formats: Vec<FeedFormat>,
    /// The file name of each format, in the order of [`FeedFormat::ALL`].
    pub files: [String; 3],
    /// Whether `feeds.files` names the format, so that the file may be replaced whoever wrote it.
    pub files_given: [bool; 3],
    /// The number of entries.
    pub entries: Limit,
    /// Whether `feeds.entries` was given.
    pub entries_given: bool,
    /// The byte budget of a feed; `None` for no limit.
    pub bytes: Option<u64>,
    /// Full content or summaries.
    pub content: ContentMode,
    /// Feeds by tag, category, author, section: each with the pattern of its folder.
    pub by: Vec<By>,
    /// WebSub hubs.
    pub hubs: Vec<Hub>,
    /// Whether older entries stay reachable in archive documents (RFC 5005).
    pub archives: bool,
    /// The subscribe page's path; `None` for none.
    pub subscribe_page: Option<String>,
    /// Whether `feeds.subscribe_page` names it, so that the file may be replaced whoever wrote it.
    pub subscribe_page_given: bool,
    /// The OPML file's path; `None` for none.
    pub opml: Option<String>,
    /// Whether `feeds.opml` names it, so that the file may be replaced whoever wrote it.
    pub opml_given: bool,
    /// The path of the file with the links for a page's head; `None` for none.
    pub autodiscovery: Option<String>,
    /// Whether `feeds.autodiscovery` names it, so that the file may be replaced whoever wrote it.
    pub autodiscovery_given: bool,
}

/// A feed for each value of a taxonomy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct By {
    /// What the posts are grouped by.
    pub taxonomy: Taxonomy,
    /// The folder of each feed, with `:slug`.
    pub path: String,
    /// Whether `feeds.by` names it, and not only the configuration of the site's generator.
    pub given: bool,
}

/// What posts can be grouped by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Taxonomy {
    /// `tags`
    Tag,
    /// `categories`
    Category,
    /// `author`
    Author,
    /// The first folder below the posts folder.
    Section,
    /// A taxonomy of the site's own, by its number.
    Own(u8),
}

impl Taxonomy {
    /// Every taxonomy with its name in the configuration.
    pub const ALL: [(Taxonomy, &str); 4] =
        [(Taxonomy::Tag, "tag"), (Taxonomy::Category, "category"), (Taxonomy::Author, "author"), (Taxonomy::Section, "section")];

    /// Returns its name in the configuration; one of the site's own has none there.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(taxonomy, _)| *taxonomy == self).map_or("term", |(_, name)| name)
    }
}

/// A WebSub hub.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hub {
    /// Absolute URL.
    pub url: String,
}

/// How many entries a feed carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// Every entry.
    All,
    /// The newest so many.
    Newest(usize),
}

/// Whether entries carry their content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ContentMode {
    /// The whole post.
    Full,
    /// The summary only.
    Summary,
}

/// The formats by name; what each needs to be written is in `feed::FORMATS`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FeedFormat {
    /// RSS 2.0
    Rss,
    /// Atom 1.0 (RFC 4287)
    Atom,
    /// JSON Feed 1.1
    Json,
}

impl FeedFormat {
    /// Every format, in the order of the configuration's documentation.
    pub const ALL: [FeedFormat; 3] = [FeedFormat::Rss, FeedFormat::Atom, FeedFormat::Json];
}
