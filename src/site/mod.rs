//! Posts and settings become a [`Site`]: what is shown, in which order, at which address, under which id, in which feed.
//!
//! Everything here works on heads; no body is needed before [`entry::build`] makes the entries that reach an output.

pub mod archive;
pub mod entry;
mod feeds;
mod folder_pages;
mod ids;
mod left_out;
mod links;
mod media;
mod outputs;
mod permalink;
mod plan;
mod slugs;
mod values;

use crate::diagnostic::{Code, Diagnostic, Place};
use crate::model::{Date, FolderPage, Hidden, LanguageSettings, LanguagesBy, Lock, Post, Settings};
use crate::text::language;
use crate::text::url::is_absolute_iri;
use std::collections::btree_map::Entry as Slot;
use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::OnceLock;

use links::Names;

pub use feeds::{keep_feed_ids, path_below, remember_feed_ids, take_feeds};
pub use ids::{RENAMED_POST, Told, content_digest, content_hash, forget_shown, record, told};
pub use left_out::{LeftOut, Reason};
pub use links::Neighbours;
pub use plan::{FeedPlan, plan};
pub use values::Asked;

/// Two posts at one address.
pub static DUPLICATE_PERMALINK: Code =
    Code::error("duplicate-permalink", "Two posts have the same address: readers see one of them only, and one page overwrites the other.");
/// Two posts with one id.
pub static DUPLICATE_ID: Code = Code::error("duplicate-id", "Two posts have the same id: most readers show only one of them.");
/// A permalink that is a template or no address.
pub static INVALID_PERMALINK: Code =
    Code::error("unusable-permalink", "A permalink that cannot be turned into an address leaves the post without a link and an id.");
/// An id that is no absolute IRI.
pub static INVALID_ID: Code =
    Code::warning("invalid-id", "An id that is no absolute IRI is not allowed in Atom; the permalink is used in its place.");
/// `updated` before `published`.
pub static UPDATED_BEFORE_PUBLISHED: Code =
    Code::warning("changed-before-published", "A change cannot come before the publication; the date of publication is used.");
/// `updated` later than now.
pub static UPDATED_IN_FUTURE: Code =
    Code::warning("updated-in-future", "A change in the future would date the whole feed there; the date is left out.");
/// Neither a title nor anything to read.
pub static EMPTY_POST: Code =
    Code::error("empty-post", "A post in which nothing is written: readers would see an entry that leads to an empty page.");
/// Two values of a taxonomy that would share a folder.
pub static NAME_COLLISION: Code =
    Code::warning("name-collision", "Two tags (categories, authors) come to the same file name; the second gets a number.");
/// A main feed without entries.
pub static EMPTY_FEED: Code =
    Code::error("empty-feed", "No post reaches a main feed: published, an empty one would take the place of one that readers follow.");

/// The findings of this room.
pub const CODES: &[&Code] = &[
    &DUPLICATE_PERMALINK,
    &DUPLICATE_ID,
    &INVALID_PERMALINK,
    &INVALID_ID,
    &UPDATED_BEFORE_PUBLISHED,
    &UPDATED_IN_FUTURE,
    &EMPTY_POST,
    &NAME_COLLISION,
    &EMPTY_FEED,
    &ids::AMBIGUOUS_POST,
    &ids::CHANGED_ID,
    &ids::MOVED_POST,
    &ids::VANISHED_POST,
    &ids::RENAMED_POST,
    &outputs::OUTPUT_CLASH,
    &media::MISSING_ENCLOSURE,
    &media::UNMEASURED_ENCLOSURE,
    &media::MISSING_IMAGE,
    &media::INVALID_REFERENCE,
];

/// What is asked of one run, beside the settings.
#[derive(Debug, Clone, Copy)]
pub struct View {
    /// The time that decides what is future or expired.
    pub now: Date,
    /// Whether drafts are shown.
    pub drafts: bool,
    /// Whether posts dated later than `now` are shown.
    pub future: bool,
    /// Whether postrider.lock stays as it is: then a changed post keeps its date of change, and what the lock would have to be told of
    /// is an error.
    pub locked: bool,
}

/// A post with its address and id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placed {
    /// The post's head.
    pub post: Box<Post>,
    /// The permalink, absolute.
    pub url: Box<str>,
    /// The id that the author gave its entry; most have none, and then the permalink is it.
    own_id: Option<Box<str>>,
    /// The id that the site's own feed gives it, where that is not the permalink.
    usual_id: Option<Box<str>>,
    /// Index into `Settings::languages`-like [`Site::languages`]; `None` for the main language.
    pub language: Option<usize>,
    /// The number of the archive page that holds it, once that is full.
    pub page: Option<u32>,
    /// Whether the time of its last change is not its author's word: postrider.lock has it.
    pub is_update_kept: bool,
    /// Whether postrider.lock knows it at its path.
    is_recorded: bool,
    /// When it was last changed, as readers were told, if it still says the same.
    pub told_update: Option<Date>,
    /// Whether postrider.lock has its id.
    pub is_known: bool,
}

impl Placed {
    /// Returns the id of its entry (RFC 4287 §4.2.6).
    #[must_use]
    pub fn id(&self) -> &str {
        self.own_id.as_deref().unwrap_or_else(|| self.usual_id())
    }

    /// Returns the id of its entry where neither the author nor postrider.lock says another.
    #[must_use]
    pub fn usual_id(&self) -> &str {
        self.usual_id.as_deref().unwrap_or(&self.url)
    }

    /// Returns when it was changed last.
    #[must_use]
    pub fn updated(&self) -> Date {
        self.post.updated.unwrap_or(self.post.published)
    }

    /// Returns the permalink in its parts. It was written by the same parser, so it is always one.
    fn base(&self, settings: &Settings) -> url::Url {
        url::Url::parse(&self.url).unwrap_or_else(|_| settings.url.clone())
    }
}

#[cfg(test)]
impl Placed {
    /// Returns a post at its slug below an address, for tests.
    pub(crate) fn sample(post: Post, below: &str) -> Placed {
        let url = format!("{below}{}/", post.slug).into_boxed_str();
        Placed {
            post: Box::new(post),
            url,
            own_id: None,
            usual_id: None,
            language: None,
            page: None,
            is_update_kept: false,
            is_recorded: false,
            told_update: None,
            is_known: false,
        }
    }
}

/// The titles of sections, by their folders and the languages that the pages of these speak for.
pub type Sections = std::collections::BTreeMap<(String, Option<String>), String>;

/// Every post that is shown, newest first, and why others are not.
#[derive(Debug, Clone, Default)]
pub struct Site {
    /// The posts that are shown, newest first; ties by id.
    pub posts: Vec<Placed>,
    /// The further languages: those configured and those that posts were found in.
    pub languages: Vec<LanguageSettings>,
    /// What is left out, and why.
    pub left_out: LeftOut,
    /// What its sections are called, by their folders.
    pub sections: Sections,
    /// What the pages of folders say of the folders' own feeds.
    pub pages: Vec<FolderPage>,
    /// The posts by what others call them, once a link asks.
    names: OnceLock<Names>,
}

impl Site {
    /// Returns the posts by what others call them.
    fn names(&self) -> &Names {
        self.names.get_or_init(|| Names::of(&self.posts))
    }

    /// Takes posts out, by their index.
    pub fn leave_out(&mut self, reason: Reason, is_out: impl Fn(usize) -> bool) {
        self.names = OnceLock::new();
        let mut index = 0..;
        let left_out = &mut self.left_out;
        self.posts.retain(|placed| {
            let stays = index.next().is_none_or(|index| !is_out(index));
            if !stays {
                left_out.add(reason, placed.post.path.clone());
            }
            stays
        });
    }
}

/// Decides what is shown, gives every post its address and id, and sorts. What `lock` remembers of a post goes on to hold; what was left
/// out before is in `left_out`. Errors are about posts that cannot stand side by side.
#[must_use]
#[allow(clippy::vec_box, reason = "a post is large: what is sorted and moved are pointers to it")]
pub fn assemble(mut posts: Vec<Box<Post>>, left_out: LeftOut, settings: &Settings, view: View, lock: &Lock) -> (Site, Vec<Diagnostic>) {
    let mut site = Site { left_out, ..Site::default() };
    let mut findings = Vec::new();
    posts.retain(|post| is_shown(post, view, &mut site.left_out));
    for post in &mut posts {
        take_language_from_folder(post, settings);
    }
    let tongues = Tongues::new(&posts, settings);
    let main_prefix = if settings.habits.main_folder.is_empty() { "/" } else { &settings.habits.main_folder };
    site.posts.reserve_exact(posts.len());
    for mut post in posts {
        check_dates(&mut post, view, &mut findings);
        let language = tongues.of(&post);
        let prefix = language.map_or(main_prefix, |i| tongues.languages[i].path.as_str());
        match permalink::of(&post, settings, prefix) {
            Ok(url) => {
                let own_id = own_id(&post, &url, &mut findings);
                let usual_id = permalink::usual_id(&post, &url, settings);
                site.posts.push(Placed {
                    post,
                    url: String::from(url).into_boxed_str(),
                    own_id,
                    usual_id,
                    language,
                    page: None,
                    is_update_kept: false,
                    is_recorded: false,
                    told_update: None,
                    is_known: false,
                });
            }
            Err(reason) => {
                site.left_out.add(Reason::Broken, post.path.clone());
                findings.push(reason);
            }
        }
    }
    site.languages = tongues.languages;
    findings.extend(ids::keep(&mut site.posts, &site.left_out, lock, view.now, view.locked));
    findings.extend(leave_out_duplicates(&mut site, settings));
    site.posts.sort_unstable_by(|a, b| {
        b.post.published.cmp(&a.post.published).then_with(|| a.id().cmp(b.id())).then_with(|| a.post.path.cmp(&b.post.path))
    });
    (site, findings)
}

/// Decides whether a post is shown in feeds, and counts why not.
fn is_shown(post: &Post, view: View, left_out: &mut LeftOut) -> bool {
    let reason = match post.hidden {
        Some(Hidden::Unpublished) => Reason::Unpublished,
        Some(Hidden::Draft) if !view.drafts => Reason::Draft,
        _ if post.expires.is_some_and(|at| at <= view.now) => Reason::Expired,
        _ if post.appears() > view.now && !view.future => Reason::Future,
        _ if !post.in_feed => Reason::NotInFeed,
        _ => return true,
    };
    left_out.add(reason, post.path.clone());
    false
}

/// Gives a post the language whose folder it lies in, as in Hugo's `content/de/`: only where languages are configured, and
/// only where the post itself names none. The folder is then no section.
fn take_language_from_folder(post: &mut Post, settings: &Settings) {
    if post.language.is_none() {
        let is_below = |folder: &str| post.path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'));
        let known = settings.habits.language_folders.iter().filter(|(folder, _)| is_below(folder)).max_by_key(|(folder, _)| folder.len());
        if let Some((_, tag)) = known {
            post.language = Some(tag.clone());
            post.is_in_language_folder = true;
            return;
        }
    }
    let Some(section) = post.section.as_deref().filter(|_| post.language.is_none() && !settings.languages.is_empty()) else { return };
    let tags = settings.languages.iter().map(|known| &known.tag).chain(&settings.language);
    let Some(tag) = tags.into_iter().find(|tag| tag.eq_ignore_ascii_case(section)).cloned() else { return };
    let mut folders: Vec<&str> = post.path.split('/').collect();
    let is_bundle = folders.pop().is_some_and(|file| file.starts_with("index."));
    let below = folders.iter().position(|name| *name == section).map_or(folders.len(), |at| at + 1);
    let end = folders.len() - usize::from(is_bundle);
    post.section = folders.get(below..end).and_then(|inner| inner.first()).map(|name| (*name).to_owned());
    post.language = Some(tag);
    post.is_in_language_folder = true;
}

/// Mends a date of change that cannot be.
fn check_dates(post: &mut Post, view: View, findings: &mut Vec<Diagnostic>) {
    let Some(updated) = post.updated else { return };
    // A post shown with `--future` may have been changed on the day it will appear.
    if updated > view.now.max(post.published) {
        let message = format!("`updated` lies in the future: {}", crate::text::dates::rfc3339(&updated));
        findings.push(
            Diagnostic::new(&UPDATED_IN_FUTURE, message)
                .at(Place::key(&post.path, "updated"))
                .help("write the day of the last real change"),
        );
        post.updated = None;
    } else if updated < post.published {
        let message = "`updated` comes before the date of publication";
        findings.push(
            Diagnostic::new(&UPDATED_BEFORE_PUBLISHED, message)
                .at(Place::key(&post.path, "updated"))
                .help("remove it, or write the day of the last real change")
                .spec("RFC 4287 §4.2.15"),
        );
        post.updated = None;
    }
}

/// Returns the id that the author gave, where it is an absolute IRI (RFC 4287 §4.2.6).
fn own_id(post: &Post, url: &url::Url, findings: &mut Vec<Diagnostic>) -> Option<Box<str>> {
    match &post.id {
        Some(id) if is_absolute_iri(id) => Some(id.as_str().into()),
        Some(id) => {
            let (host, year) = (url.host_str().unwrap_or("example.org"), post.published.format("%Y"));
            let help = format!("write an absolute IRI such as `{url}` or `tag:{host},{year}:{}`", permalink::encode_all(id.trim()));
            let finding = Diagnostic::new(&INVALID_ID, format!("`{id}` is not an absolute IRI; the permalink is used as the id"));
            findings.push(finding.at(Place::key(&post.path, "id")).help(help).spec("RFC 4287 §4.2.6"));
            None
        }
        None => None,
    }
}

/// Leaves out posts that share an address or an id with another; reported in the order of their paths, each at the later
/// file, or at the one that readers do not know: it is a copy.
fn leave_out_duplicates(site: &mut Site, settings: &Settings) -> Vec<Diagnostic> {
    let posts = &mut site.posts;
    posts.sort_unstable_by(|a, b| b.is_recorded.cmp(&a.is_recorded).then_with(|| a.post.path.cmp(&b.post.path)));
    let mut findings = Vec::new();
    let mut later = BTreeSet::new();
    // Only a hash of each is kept: for a hundred thousand posts the texts would be a tenth of all memory. As a rule each is there once.
    let page = |placed: &Placed| permalink::page(&placed.base(settings));
    let is_twice = |hashes: &dyn Fn(&Placed) -> u64| {
        let mut hashes: Vec<u64> = posts.iter().map(hashes).collect();
        hashes.sort_unstable();
        hashes.windows(2).any(|pair| pair[0] == pair[1])
    };
    if !is_twice(&|placed| hash(&page(placed))) && !is_twice(&|placed| hash(placed.id())) {
        return Vec::new();
    }
    let mut urls: BTreeMap<u64, usize> = BTreeMap::new();
    let mut ids: BTreeMap<u64, usize> = BTreeMap::new();
    for (index, placed) in posts.iter().enumerate() {
        let path = placed.post.path.as_str();
        let own = page(placed);
        let (code, key, value, first) = match (urls.entry(hash(&own)), ids.entry(hash(placed.id()))) {
            (Slot::Occupied(first), _) if page(&posts[*first.get()]) == own => {
                (&DUPLICATE_PERMALINK, "permalink", &*placed.url, *first.get())
            }
            (_, Slot::Occupied(first)) if posts[*first.get()].id() == placed.id() => (&DUPLICATE_ID, "id", placed.id(), *first.get()),
            (url, id) => {
                url.or_insert(index);
                id.or_insert(index);
                continue;
            }
        };
        let first = &posts[first].post.path;
        let what = if key == "id" { "the id" } else { "the address" };
        let finding = Diagnostic::new(code, format!("{what} `{value}` belongs to `{first}` already"));
        let finding = finding.at(Place::key(path, key));
        findings.push((path.to_owned(), finding.help(format!("give one of the two files another `{key}`, or rename it"))));
        later.insert(index);
    }
    site.leave_out(Reason::Broken, |index| later.contains(&index));
    findings.sort_by(|one: &(String, Diagnostic), other| one.0.cmp(&other.0));
    findings.into_iter().map(|(_, finding)| finding).collect()
}

fn hash(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}

/// The languages beside the main one: the configured ones, and those of posts that are in none of them.
struct Tongues<'a> {
    main: Option<&'a str>,
    by: LanguagesBy,
    configured: BTreeSet<String>,
    languages: Vec<LanguageSettings>,
    /// Where each stands in `languages`, by its tag in lower case.
    places: BTreeMap<String, usize>,
}

impl<'a> Tongues<'a> {
    fn new(posts: &[Box<Post>], settings: &'a Settings) -> Self {
        let configured = settings.languages.iter().map(|known| known.tag.to_ascii_lowercase()).collect();
        let mut tongues = Tongues {
            main: settings.language.as_deref(),
            by: settings.habits.languages_by,
            configured,
            languages: settings.languages.clone(),
            places: BTreeMap::new(),
        };
        let mut known = tongues.configured.clone();
        for post in posts {
            let Some(tag) = tongues.foreign(post) else { continue };
            let folder = tag.to_ascii_lowercase();
            if !known.contains(&folder) {
                let path = format!("/{folder}/");
                tongues.languages.push(LanguageSettings { tag: tag.to_owned(), title: None, description: None, path });
                known.insert(folder);
            }
        }
        let spoken: BTreeSet<String> = posts.iter().filter_map(|post| tongues.foreign(post)).map(str::to_ascii_lowercase).collect();
        let is_theirs = |known: &LanguageSettings| settings.habits.languages.contains(&known.tag);
        tongues.languages.retain(|known| !is_theirs(known) || spoken.contains(&known.tag.to_ascii_lowercase()));
        tongues.languages.sort_by(|a, b| a.tag.cmp(&b.tag));
        tongues.places = (0..).zip(&tongues.languages).map(|(i, known)| (known.tag.to_ascii_lowercase(), i)).collect();
        tongues
    }

    /// Returns a post's language when it is not the site's main one.
    fn foreign<'p>(&self, post: &'p Post) -> Option<&'p str> {
        let is_asked = match self.by {
            LanguagesBy::Post => true,
            LanguagesBy::File => post.translation || post.is_in_language_folder,
            LanguagesBy::Nothing => false,
        };
        let tag = post.language.as_deref().filter(|_| is_asked)?;
        let foreign = match self.main {
            Some(main) => !language::same(main, tag),
            // Without `site.language` nobody said which one is the main one: a key alone does not move a post to a feed of its own.
            None => post.translation,
        };
        (foreign || self.configured.contains(&tag.to_ascii_lowercase())).then_some(tag)
    }

    /// Returns the index of the language whose feeds hold a post; `None` for the main feed.
    fn of(&self, post: &Post) -> Option<usize> {
        self.places.get(&self.foreign(post)?.to_ascii_lowercase()).copied()
    }
}
