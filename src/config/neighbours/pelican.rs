//! Pelican's `publishconf.py` and `pelicanconf.py`, of which the literals are read, and its own feeds
//! (<https://docs.getpelican.com/en/latest/settings.html>).

use super::layer::{Layer, NO_FUTURE, PAGES, Reader, Row, Said, Site, ignored, is, makes, read, text, texts, usual};
use crate::config::settings::path_of;
use crate::diagnostic::Place;
use crate::model::{FeedFormat, Ids, LanguagesBy, Metadata, NamedFeed, Slugs, Taxonomy};
use crate::text::substitutions::Substitutions;
use crate::tree::Node;

pub(super) static READER: Reader = Reader { table: TABLE, further };

/// Why keys are left alone that say how text is made.
const TEXT: &str = "posts are read as Markdown with the usual extensions";
/// Why keys are left alone that say where files are written.
const FILES: &str = "the address counts, not the file";
/// Why keys are left alone whose feeds have no place.
const FEEDS: &str = "the main feed holds the posts of every language; where Pelican stops writing those by language, redirect them to it";
/// Why a second main feed of a format is left alone.
const SECOND: &str = "each format is written once, and the feed of all articles is that one: redirect this one to it";

const TABLE: &[Row] = &[
    makes("SITEURL", "site.url", |node, _| filled(node).map(|url| text(format!("{}/", url.trim_end_matches('/'))))),
    makes("SITENAME", "site.title", some_text),
    makes("SITESUBTITLE", "site.description", some_text),
    makes("AUTHOR", "site.author", some_text),
    is("TIMEZONE", "site.timezone"),
    makes("DEFAULT_LANG", "site.language", |node, _| filled(node).map(|tag| text(tag.replace('_', "-")))),
    makes("OUTPUT_PATH", "output", |node, _| filled(node).map(|path| text(folder(&path)))),
    makes("FEED_MAX_ITEMS", "feeds.entries", |node, _| match node {
        Node::Number(number) if number != "0" => Some(node.clone()),
        _ => Some(text("all")),
    }),
    read("PATH"),
    read("ARTICLE_PATHS"),
    read("ARTICLE_EXCLUDES"),
    read("PAGE_PATHS"),
    read("ARTICLE_URL"),
    read("ARTICLE_LANG_URL"),
    ignored("ARTICLE_SAVE_AS", FILES),
    ignored("ARTICLE_LANG_SAVE_AS", FILES),
    read("FILENAME_METADATA"),
    read("PATH_METADATA"),
    read("DEFAULT_CATEGORY"),
    read("USE_FOLDER_AS_CATEGORY"),
    read("SLUGIFY_SOURCE"),
    read("SLUGIFY_USE_UNICODE"),
    read("SLUGIFY_PRESERVE_CASE"),
    read("SLUG_REGEX_SUBSTITUTIONS"),
    read("DEFAULT_DATE"),
    read("DEFAULT_METADATA"),
    read("FEED_ATOM"),
    read("FEED_ALL_ATOM"),
    read("FEED_RSS"),
    read("FEED_ALL_RSS"),
    read("CATEGORY_FEED_ATOM"),
    read("CATEGORY_FEED_RSS"),
    read("TAG_FEED_ATOM"),
    read("TAG_FEED_RSS"),
    read("AUTHOR_FEED_ATOM"),
    read("AUTHOR_FEED_RSS"),
    read("RSS_FEED_SUMMARY_ONLY"),
    ignored("TRANSLATION_FEED_ATOM", FEEDS),
    ignored("TRANSLATION_FEED_RSS", FEEDS),
    ignored("FEED_DOMAIN", "feeds live at the site's address"),
    ignored("WITH_FUTURE_DATES", NO_FUTURE),
    ignored("MARKDOWN", TEXT),
    ignored("MD_EXTENSIONS", TEXT),
    ignored("READERS", TEXT),
    ignored("TYPOGRIFY", TEXT),
    ignored("TYPOGRIFY_IGNORE_TAGS", TEXT),
    ignored("TYPOGRIFY_DASHES", TEXT),
    ignored("DOCUTILS_SETTINGS", TEXT),
    ignored("PYGMENTS_RST_OPTIONS", TEXT),
    ignored("SUMMARY_MAX_LENGTH", "a summary is what the post says it is, or its first paragraph"),
    ignored("SUMMARY_END_SUFFIX", "a summary is what the post says it is, or its first paragraph"),
    ignored("FORMATTED_FIELDS", "a summary is plain text"),
    ignored("RELATIVE_URLS", "addresses in feeds are absolute"),
    ignored("EXTRA_PATH_METADATA", "it is about files that are copied"),
    ignored("PLUGINS", "plugins are programs, and are not run"),
    ignored("PLUGIN_PATHS", "plugins are programs, and are not run"),
    ignored("ARTICLE_ORDER_BY", "the newest entry comes first"),
    ignored("THEME", PAGES),
    ignored("THEME_STATIC_DIR", PAGES),
    ignored("THEME_STATIC_PATHS", PAGES),
    ignored("THEME_TEMPLATES_OVERRIDES", PAGES),
    ignored("CSS_FILE", PAGES),
    ignored("MENUITEMS", PAGES),
    ignored("LINKS", PAGES),
    ignored("SOCIAL", PAGES),
    ignored("DEFAULT_PAGINATION", PAGES),
    ignored("DEFAULT_ORPHANS", PAGES),
    ignored("PAGINATION_PATTERNS", PAGES),
    ignored("PAGINATED_TEMPLATES", PAGES),
    ignored("STATIC_PATHS", PAGES),
    ignored("STATIC_EXCLUDES", PAGES),
    ignored("STATIC_URL", PAGES),
    ignored("STATIC_SAVE_AS", PAGES),
    ignored("PAGE_URL", PAGES),
    ignored("PAGE_SAVE_AS", PAGES),
    ignored("PAGE_LANG_URL", PAGES),
    ignored("PAGE_LANG_SAVE_AS", PAGES),
    ignored("PAGE_EXCLUDES", PAGES),
    ignored("PAGE_ORDER_BY", PAGES),
    ignored("DRAFT_URL", NO_FUTURE),
    ignored("DRAFT_SAVE_AS", NO_FUTURE),
    ignored("CATEGORY_URL", PAGES),
    ignored("CATEGORY_SAVE_AS", PAGES),
    ignored("CATEGORIES_SAVE_AS", PAGES),
    ignored("CATEGORIES_URL", PAGES),
    ignored("TAG_URL", PAGES),
    ignored("TAG_SAVE_AS", PAGES),
    ignored("TAGS_SAVE_AS", PAGES),
    ignored("TAGS_URL", PAGES),
    ignored("AUTHOR_URL", PAGES),
    ignored("AUTHOR_SAVE_AS", PAGES),
    ignored("AUTHORS_SAVE_AS", PAGES),
    ignored("AUTHORS_URL", PAGES),
    ignored("ARCHIVES_SAVE_AS", PAGES),
    ignored("ARCHIVES_URL", PAGES),
    ignored("INDEX_SAVE_AS", PAGES),
    ignored("YEAR_ARCHIVE_SAVE_AS", PAGES),
    ignored("YEAR_ARCHIVE_URL", PAGES),
    ignored("MONTH_ARCHIVE_SAVE_AS", PAGES),
    ignored("MONTH_ARCHIVE_URL", PAGES),
    ignored("DAY_ARCHIVE_SAVE_AS", PAGES),
    ignored("DAY_ARCHIVE_URL", PAGES),
    ignored("DIRECT_TEMPLATES", PAGES),
    ignored("TEMPLATE_PAGES", PAGES),
    ignored("DISPLAY_PAGES_ON_MENU", PAGES),
    ignored("DISPLAY_CATEGORIES_ON_MENU", PAGES),
    ignored("REVERSE_CATEGORY_ORDER", PAGES),
    ignored("NEWEST_FIRST_ARCHIVES", PAGES),
    ignored("DEFAULT_DATE_FORMAT", PAGES),
    ignored("DATE_FORMATS", PAGES),
    ignored("LOCALE", PAGES),
    ignored("JINJA_ENVIRONMENT", PAGES),
    ignored("JINJA_FILTERS", PAGES),
    ignored("JINJA_GLOBALS", PAGES),
    ignored("DELETE_OUTPUT_DIRECTORY", PAGES),
    ignored("OUTPUT_RETENTION", PAGES),
    ignored("OUTPUT_SOURCES", PAGES),
    ignored("CACHE_CONTENT", PAGES),
    ignored("LOAD_CONTENT_CACHE", PAGES),
    ignored("DISQUS_SITENAME", PAGES),
    ignored("GOOGLE_ANALYTICS", PAGES),
    ignored("GITHUB_URL", PAGES),
    ignored("TWITTER_USERNAME", PAGES),
    ignored("PORT", PAGES),
    ignored("BIND", PAGES),
];

/// How many entries Pelican's feeds have unless it is told.
const ENTRIES: &str = "100";

/// Returns a text that is not empty: `None` and `''` turn a setting off.
fn filled(node: &Node) -> Option<String> {
    if let Node::Text(text) = node { Some(text.trim().to_owned()).filter(|text| !text.is_empty()) } else { None }
}

fn some_text(node: &Node, _: &Site<'_>) -> Option<Node> {
    filled(node).map(text)
}

fn folder(path: &str) -> String {
    let path = path.trim_start_matches("./").trim_end_matches('/');
    if path.is_empty() { ".".to_owned() } else { path.to_owned() }
}

/// Returns a setting's text: what it says, else what is usual; nothing where it is turned off.
fn setting(site: &Site<'_>, key: &str, usual: &str) -> Option<String> {
    match site.find(key) {
        Some((node, _)) => filled(node),
        None => Some(usual.to_owned()).filter(|usual| !usual.is_empty()),
    }
}

fn flag(site: &Site<'_>, key: &str) -> Option<bool> {
    if let Some((Node::Bool(flag), _)) = site.find(key) { Some(*flag) } else { None }
}

/// Returns the texts of a list, or of one text.
fn list(site: &Site<'_>, key: &str, usual: &str) -> Vec<String> {
    match site.find(key) {
        Some((Node::List(items), _)) => items.iter().filter_map(Node::text).collect(),
        Some((Node::Text(one), _)) => vec![one.clone()],
        _ => vec![usual.to_owned()],
    }
}

/// Returns the path of a folder below another.
fn below(path: &str, name: &str) -> String {
    match (path, name.trim_start_matches("./").trim_matches('/')) {
        (path, "" | ".") => path.to_owned(),
        (".", name) => name.to_owned(),
        (path, name) => format!("{path}/{name}"),
    }
}

fn further(site: &Site<'_>, layer: &mut Layer) {
    layer.ids = Ids::Tag;
    layer.languages_by = LanguagesBy::Nothing;
    let is_set = |key: &str| flag(site, key) == Some(true);
    layer.slugs = Slugs::Pelican {
        of_name: site.text("SLUGIFY_SOURCE").as_deref() == Some("basename"),
        unicode: is_set("SLUGIFY_USE_UNICODE"),
        keeps_case: is_set("SLUGIFY_PRESERVE_CASE"),
    };
    if let Some((node, place)) = site.find("SLUG_REGEX_SUBSTITUTIONS") {
        layer.slug_rules = substitutions(node);
        if layer.slug_rules.is_none() {
            layer.doubts.push(("permalink", place, UNKNOWN_SLUGS));
        }
    }
    articles(site, layer);
    addresses(site, layer);
    feeds(site, layer);
    layer.metadata = Some(metadata(site));
    layer.usual.extend([
        usual("feeds.entries", Node::Number(ENTRIES.to_owned())),
        usual("site.language", text("en")),
        usual("site.title", text("A Pelican Blog")),
    ]);
}

/// Why slugs are not known.
const UNKNOWN_SLUGS: &str = "slugs are made by rules that only Python can follow, and here by Pelican's usual ones";

/// Reads pairs of a regular expression and what takes its place.
fn substitutions(node: &Node) -> Option<Substitutions> {
    let Node::List(rules) = node else { return None };
    rules.iter().try_fold(Substitutions::default(), |known, rule| match rule {
        Node::List(pair) => match pair.as_slice() {
            [Node::Text(pattern), Node::Text(with)] => known.with(pattern, with),
            _ => None,
        },
        _ => None,
    })
}

/// Pages lie beside articles, and may have dates, too.
fn articles(site: &Site<'_>, layer: &mut Layer) {
    let path = folder(&setting(site, "PATH", "").unwrap_or_default());
    let folders: Vec<String> = list(site, "ARTICLE_PATHS", "").iter().map(|name| below(&path, name)).collect();
    let left_out = list(site, "ARTICLE_EXCLUDES", "").into_iter().chain(list(site, "PAGE_PATHS", "pages"));
    let left_out = left_out.filter(|name| !matches!(name.as_str(), "" | ".")).map(|name| format!("{}/**", below(&path, &name)));
    let exclude = texts(left_out);
    match ["ARTICLE_PATHS", "PATH"].iter().find_map(|key| Some((*key, site.find(key)?.1))) {
        Some((key, place)) => {
            layer.said.push(Said { ours: path_of("posts"), theirs: key.to_owned(), node: texts(folders), place: place.clone() });
            let theirs = if site.find("ARTICLE_EXCLUDES").is_some() { "ARTICLE_EXCLUDES" } else { "PAGE_PATHS" };
            layer.said.push(Said { ours: path_of("exclude"), theirs: theirs.to_owned(), node: exclude, place });
        }
        None => layer.usual.extend([usual("posts", texts(folders)), usual("exclude", exclude)]),
    }
}

/// Reads the patterns of addresses. One that is not understood would make every address wrong.
fn addresses(site: &Site<'_>, layer: &mut Layer) {
    let theirs = |key: &str, usual: &str| -> Option<(Node, String, Place)> {
        let Some((node, place)) = site.find(key) else { return Some((text(pattern(usual)?), String::new(), Place::file(""))) };
        Some((text(pattern(&filled(node)?)?), key.to_owned(), place))
    };
    match theirs("ARTICLE_URL", "{slug}.html") {
        Some((node, key, _)) if key.is_empty() => layer.usual.push(usual("permalink", node)),
        Some((node, key, place)) => layer.said.push(Said { ours: path_of("permalink"), theirs: key, node, place }),
        None => doubt(site, layer, "ARTICLE_URL"),
    }
    match theirs("ARTICLE_LANG_URL", "{slug}-{lang}.html") {
        Some((node, theirs, place)) => layer.other_languages = Some(Said { ours: path_of("permalink"), theirs, node, place }),
        None => doubt(site, layer, "ARTICLE_LANG_URL"),
    }
}

fn doubt(site: &Site<'_>, layer: &mut Layer, key: &str) {
    if let Some((_, place)) = site.find(key) {
        layer.doubts.push(("permalink", place, "the addresses of articles are not understood"));
    }
}

/// What a pattern may hold, and our word for it.
const PLACEHOLDERS: [(&str, &str); 20] = [
    ("slug", ":slug"),
    ("lang", ":lang"),
    ("category", ":category"),
    ("author", ":author"),
    ("date:%Y", ":year"),
    ("date:%y", ":short_year"),
    ("date:%m", ":month"),
    ("date:%-m", ":i_month"),
    ("date:%d", ":day"),
    ("date:%-d", ":i_day"),
    ("date:%j", ":y_day"),
    ("date:%b", ":short_month"),
    ("date:%B", ":long_month"),
    ("date:%a", ":short_day"),
    ("date:%A", ":long_day"),
    ("date:%V", ":week"),
    ("date:%G", ":w_year"),
    ("date:%H", ":hour"),
    ("date:%M", ":minute"),
    ("date:%S", ":second"),
];

/// Returns a pattern in our words; nothing where a placeholder has none. `{date:%Y-%m}` may hold several parts.
fn pattern(theirs: &str) -> Option<String> {
    let mut out = String::new();
    let mut rest = theirs.trim();
    while let Some((before, after)) = rest.split_once('{') {
        let (inside, after) = after.split_once('}')?;
        out.push_str(before);
        if let Some((_, ours)) = PLACEHOLDERS.iter().find(|(name, _)| *name == inside) {
            out.push_str(ours);
        } else {
            let mut format = inside.strip_prefix("date:")?;
            while let Some((before, after)) = format.split_once('%') {
                out.push_str(before);
                let length = if after.starts_with('-') { 2 } else { 1 };
                let part = format!("date:%{}", after.get(..length)?);
                out.push_str(PLACEHOLDERS.iter().find(|(name, _)| *name == part)?.1);
                format = &after[length..];
            }
            out.push_str(format);
        }
        rest = after;
    }
    out.push_str(rest);
    let out = out.strip_suffix("index.html").filter(|out| out.ends_with('/')).unwrap_or(&out);
    (!out.contains('}')).then(|| format!("/{}", out.trim_start_matches('/')))
}

/// The keys of the main feeds, the first that is set counts.
const MAIN: [(&str, [&str; 2], &str); 2] =
    [("atom", ["FEED_ALL_ATOM", "FEED_ATOM"], "feeds/all.atom.xml"), ("rss", ["FEED_ALL_RSS", "FEED_RSS"], "")];

/// The keys of feeds by category and the like, and what they are where nobody says it.
const FURTHER: [(Taxonomy, FeedFormat, &str, &str); 6] = [
    (Taxonomy::Category, FeedFormat::Atom, "CATEGORY_FEED_ATOM", "feeds/{slug}.atom.xml"),
    (Taxonomy::Category, FeedFormat::Rss, "CATEGORY_FEED_RSS", ""),
    (Taxonomy::Tag, FeedFormat::Atom, "TAG_FEED_ATOM", ""),
    (Taxonomy::Tag, FeedFormat::Rss, "TAG_FEED_RSS", ""),
    (Taxonomy::Author, FeedFormat::Atom, "AUTHOR_FEED_ATOM", "feeds/{slug}.atom.xml"),
    (Taxonomy::Author, FeedFormat::Rss, "AUTHOR_FEED_RSS", "feeds/{slug}.rss.xml"),
];

fn feeds(site: &Site<'_>, layer: &mut Layer) {
    let mut formats = Vec::new();
    for (name, keys, file_of_first) in MAIN {
        let usual_file = |key: &str| if key == keys[0] { file_of_first } else { "" };
        let mut set = keys.iter().filter_map(|key| Some((*key, setting(site, key, usual_file(key))?)));
        let Some((key, file)) = set.next() else { continue };
        formats.push(name.to_owned());
        let ours = path_of(&format!("feeds.files.{name}"));
        let node = text(file.trim_start_matches('/'));
        match site.find(key) {
            Some((_, place)) => layer.said.push(Said { ours, theirs: key.to_owned(), node, place }),
            None => layer.usual.push(Said { ours, theirs: String::new(), node, place: Place::file("") }),
        }
        for (key, _) in set {
            if let Some((_, place)) = site.find(key) {
                layer.unread.push(super::Unread { key: key.to_owned(), place, why: Some(SECOND) });
            }
        }
    }
    // Pelican writes them unless it is told not to.
    if let (None, Some((_, settings))) = (site.find("TRANSLATION_FEED_ATOM"), site.find("SITEURL").or_else(|| site.find("PATH"))) {
        let key = "TRANSLATION_FEED_ATOM, by itself feeds/all-{lang}.atom.xml".to_owned();
        layer.unread.push(super::Unread { key, place: Place::file(&*settings.path), why: Some(FEEDS) });
    }
    let only_rss = formats == ["rss"];
    if !formats.is_empty() {
        layer.usual.push(usual("feeds.formats", texts(formats)));
    }
    for (taxonomy, format, key, usual_file) in FURTHER {
        let Some(theirs) = setting(site, key, usual_file) else { continue };
        let path = theirs.trim_start_matches('/').replace("{slug}", ":slug").replace("%s", ":slug");
        if path.matches(":slug").count() != 1 || path.contains(['{', '}']) {
            continue;
        }
        let ours = path_of(&format!("feeds.by.{}", taxonomy.name()));
        let node = text(path.rsplit_once(":slug").map_or_else(String::new, |(before, _)| format!("{before}:slug/")));
        match site.find(key) {
            Some((_, place)) => layer.said.push(Said { ours, theirs: key.to_owned(), node, place }),
            None => layer.usual.push(Said { ours, theirs: String::new(), node, place: Place::file("") }),
        }
        layer.named_feeds.push(NamedFeed { taxonomy, format, path, only: None, except: Vec::new() });
    }
    if let Some(said) = site.said(&["feeds", "content"], "RSS_FEED_SUMMARY_ONLY").filter(|said| only_rss && said.node == Node::Bool(true)) {
        layer.said.push(Said { node: text("summary"), ..said });
    }
}

/// Returns what articles are told that say nothing themselves.
fn metadata(site: &Site<'_>) -> Metadata {
    let mut values = Vec::new();
    if let Some((Node::Map(map), _)) = site.find("DEFAULT_METADATA") {
        values.extend(map.iter().filter_map(|(key, node)| Some((key.to_lowercase(), node.text()?))));
    }
    let path = ["DEFAULT_METADATA", "DEFAULT_DATE"].iter().find_map(|key| Some(site.find(key)?.1.path.to_string()));
    Metadata {
        path: path.unwrap_or_else(|| "pelicanconf.py".to_owned()),
        values,
        category: setting(site, "DEFAULT_CATEGORY", "misc"),
        folder_is_category: flag(site, "USE_FOLDER_AS_CATEGORY") != Some(false),
        date: site.find("DEFAULT_DATE").and_then(|(node, _)| date(node)),
        folder: folder(&setting(site, "PATH", "").unwrap_or_default()),
        of_name: setting(site, "FILENAME_METADATA", "").filter(|pattern| pattern != USUAL_NAME),
        of_path: setting(site, "PATH_METADATA", ""),
    }
}

/// What is read from names anyway.
const USUAL_NAME: &str = r"(?P<date>\d{4}-\d{2}-\d{2}).*";

/// Returns a date that is written as text or as numbers; that of a file, `fs`, is another on every machine.
fn date(node: &Node) -> Option<String> {
    match node {
        Node::List(parts) => {
            let number = |at: usize| parts.get(at).and_then(Node::text).and_then(|part| part.parse::<u32>().ok());
            let (hour, minute, second) = (number(3).unwrap_or(0), number(4).unwrap_or(0), number(5).unwrap_or(0));
            Some(format!("{:04}-{:02}-{:02} {hour:02}:{minute:02}:{second:02}", number(0)?, number(1)?, number(2)?))
        }
        node => filled(node).filter(|date| date != "fs"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_written_in_our_words_or_not_at_all() {
        for (theirs, ours) in [
            ("{slug}.html", Some("/:slug.html")),
            ("posts/{date:%Y}/{date:%b}/{date:%d}/{slug}/", Some("/posts/:year/:short_month/:day/:slug/")),
            ("{date:%Y-%m}/{slug}/index.html", Some("/:year-:month/:slug/")),
            ("{category}/{author}/{slug}-{lang}.html", Some("/:category/:author/:slug-:lang.html")),
            ("{date}/{slug}", None),
            ("{title}.html", None),
            ("{slug", None),
            ("{date:%}", None),
        ] {
            assert_eq!(pattern(theirs).as_deref(), ours, "{theirs}");
        }
    }

    #[test]
    fn a_default_date_is_text_or_numbers_and_never_that_of_a_file() {
        let numbers = |numbers: &[&str]| Node::List(numbers.iter().map(|number| Node::Number((*number).to_owned())).collect());
        assert_eq!(date(&numbers(&["2012", "3", "2", "14", "1", "1"])).as_deref(), Some("2012-03-02 14:01:01"));
        assert_eq!(date(&text("2012-03-02")).as_deref(), Some("2012-03-02"));
        assert_eq!(date(&text("fs")), None);
        assert_eq!(date(&numbers(&["x"])), None);
    }
}
