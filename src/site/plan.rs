//! Which feeds there are, what each is called and which entries it holds.

use super::archive::{self, Older};
use super::entry::plain;
use super::{EMPTY_FEED, NAME_COLLISION, Placed, Reason, Site, folder_pages, outputs, slugs};
use crate::diagnostic::{Diagnostic, Place};
use crate::model::{Author, By, Feed, FeedFormat, History, Image, LanguageSettings, Limit, Settings, Slugs, Taxonomy};
use crate::text::language;
use folder_pages::Pages;
use std::collections::{BTreeMap, BTreeSet};
use url::Url;

/// A feed that is to be written, in every format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedPlan {
    /// Its head; where the byte budget cuts entries off, `updated` may be that of one of them.
    pub feed: Feed,
    /// The folder under the output folder: empty or ending in `/`.
    pub folder: String,
    /// The path of its file in each format, in the order of [`FeedFormat::ALL`], below the output folder.
    pub files: [String; 3],
    /// The posts it may hold, newest first, as indices into [`Site::posts`].
    pub posts: Vec<u32>,
    /// With `feeds.archives`, the other posts of a main feed, newest first: its archive holds them.
    pub older: Vec<Older>,
    /// The feed, as an index, of whose archive this is a page.
    pub archive_of: Option<usize>,
    /// How many posts it would hold without `feeds.entries`.
    pub candidates: usize,
    /// Whether it is one of the site's main feeds (one a language), not one by tag, category, author or section.
    pub main: bool,
    /// Whether the configuration of the site's generator gives its files their names, so that `feeds.files` speaks of them, too.
    pub theirs: bool,
}

impl FeedPlan {
    /// Returns the path of the feed's file in a format, relative to the output folder.
    #[must_use]
    pub fn file(&self, format: FeedFormat) -> &str {
        &self.files[format as usize]
    }
}

fn file(folder: &str, names: &[Option<String>; 3], format: FeedFormat, settings: &Settings) -> String {
    let at = format as usize;
    names[at].clone().unwrap_or_else(|| format!("{folder}{}", settings.feeds.files[at]))
}

/// Lists every feed of a site: the main one, one a language, and those by tag, category, author and section.
#[must_use]
pub fn plan(site: &Site, settings: &Settings) -> (Vec<FeedPlan>, Vec<Diagnostic>) {
    let mut plans = Vec::new();
    let mut findings = Vec::new();
    for language in std::iter::once(None).chain((0..site.languages.len()).map(Some)) {
        let posts: Vec<u32> = (0u32..).zip(&site.posts).filter(|(_, placed)| placed.language == language).map(|(i, _)| i).collect();
        let is_theirs = language.is_none_or(|i| settings.habits.languages.contains(&site.languages[i].tag));
        let main = Main::new(settings, language.map(|i| &site.languages[i]));
        if posts.is_empty() {
            findings.push(empty_feed(&main, site));
        }
        let mut further = Vec::new();
        let pages = folder_pages::of(site, language, settings);
        for by in settings.feeds.by.iter().chain(&folder_pages::own(settings)) {
            let feeds = by_taxonomy(by, &main, &posts, site, settings, &pages, &mut findings);
            let theirs = is_theirs && !by.given;
            further.extend(feeds.into_iter().map(|plan| (by.taxonomy, FeedPlan { theirs, ..plan })));
        }
        tell_apart(&mut further);
        plans.extend(further.into_iter().map(|(_, plan)| plan));
        let plan = main.plan(&main.folder, &[const { None }; 3], &main.title, &posts, true, site, settings);
        plans.push(FeedPlan { theirs: is_theirs, ..plan });
    }
    // The site's main feed comes first, then those of other languages, then the others, language by language.
    plans.sort_by_key(|plan| !plan.main);
    findings.extend(outputs::settle(&mut plans, settings));
    (plans, findings)
}

/// Reports a feed that nothing is in: published, it would take the place of one that readers follow.
fn empty_feed(main: &Main, site: &Site) -> Diagnostic {
    let left_out: Vec<String> = site.left_out.counts().map(|(count, reason)| reason.counted(count)).collect();
    let of_all = if left_out.is_empty() { String::new() } else { format!("; left out of the site: {}", left_out.join(", ")) };
    let shown = [(Reason::Draft, "`--drafts` shows drafts"), (Reason::Future, "`--future` shows posts that are still to come")];
    let mut help: Vec<&str> = shown.iter().filter(|(reason, _)| site.left_out.has(*reason)).map(|(_, help)| *help).collect();
    match (main.folder.is_empty(), help.is_empty()) {
        (_, false) => {}
        (true, _) => help.push("put a post with a title and a date into the folder of posts"),
        (false, _) => help.push("write a post in this language, or take it out of `languages:`"),
    }
    Diagnostic::new(&EMPTY_FEED, format!("no post reaches the feed `{}`{of_all}", main.title)).help(help.join("; "))
}

/// Gives feeds that a tag and a category of one name make, in whatever case, the names of their taxonomies, and puts those of each taxonomy in
/// the order in which people look for them.
fn tell_apart(feeds: &mut [(Taxonomy, FeedPlan)]) {
    let mut titles: BTreeMap<String, usize> = BTreeMap::new();
    for (_, plan) in feeds.iter() {
        *titles.entry(plan.feed.title.to_lowercase()).or_insert(0) += 1;
    }
    for (taxonomy, plan) in feeds.iter_mut().filter(|(_, plan)| titles.get(&plan.feed.title.to_lowercase()).is_some_and(|times| *times > 1))
    {
        plan.feed.title = format!("{} ({})", plan.feed.title, taxonomy.name());
        plan.feed.description.clone_from(&plan.feed.title);
    }
    feeds.sort_by_cached_key(|(taxonomy, plan)| (*taxonomy, plan.feed.title.to_lowercase(), plan.feed.title.clone()));
}

/// What the feeds of one language share.
struct Main {
    /// The path of the language: empty or ending in `/`.
    folder: String,
    title: String,
    description: String,
    home: Url,
    language: Option<String>,
}

impl Main {
    fn new(settings: &Settings, further: Option<&LanguageSettings>) -> Self {
        let Some(further) = further else {
            let language = settings.language.clone();
            let folder = settings.habits.main_folder.trim_start_matches('/');
            return Main {
                folder: folder.to_owned(),
                title: settings.title.clone(),
                description: settings.description.clone(),
                home: address(&settings.url, folder),
                language,
            };
        };
        let folder = further.path.trim_start_matches('/').to_owned();
        Main {
            title: further.title.clone().unwrap_or_else(|| format!("{} ({})", settings.title, further.tag)),
            description: further.description.clone().or_else(|| further.title.clone()).unwrap_or_else(|| settings.description.clone()),
            home: address(&settings.url, &folder),
            language: language::normalize(&further.tag),
            folder,
        }
    }

    #[allow(clippy::too_many_arguments, reason = "each is a fact of its own about the feed")]
    fn plan(
        &self,
        folder: &str,
        names: &[Option<String>; 3],
        title: &str,
        posts: &[u32],
        main: bool,
        site: &Site,
        settings: &Settings,
    ) -> FeedPlan {
        let feeds = &settings.feeds;
        let limit = match feeds.entries {
            Limit::All => usize::MAX,
            Limit::Newest(n) => n,
        };
        let (kept, older) = if main && feeds.archives {
            archive::split(posts, |post| site.posts.get(post as usize).and_then(|placed| placed.page), limit)
        } else {
            (posts.iter().copied().take(limit).collect(), Vec::new())
        };
        let files = FeedFormat::ALL.map(|format| file(folder, names, format, settings));
        let self_urls: Vec<_> = feeds.formats.iter().map(|&f| (f, address(&settings.url, &files[f as usize]).to_string())).collect();
        let entries = kept.iter().filter_map(|post| site.posts.get(*post as usize));
        // Without entries there is none, and nothing is published.
        let updated = entries.map(Placed::updated).max().unwrap_or_default();
        let feed = Feed {
            // Only Atom has an id of its own for a feed.
            id: self_urls
                .iter()
                .find(|(format, _)| settings.habits.self_as_id && *format == FeedFormat::Atom)
                .map_or_else(|| address(&settings.url, folder).to_string(), |(_, url): &(_, String)| url.clone()),
            title: title.to_owned(),
            description: if main { self.description.clone() } else { title.to_owned() },
            home_url: self.home.to_string(),
            self_urls,
            updated,
            language: self.language.clone(),
            authors: settings.authors.clone(),
            copyright: settings.copyright.clone(),
            license: settings.license.as_deref().and_then(|url| absolute(settings, url)),
            icon: settings.icon.as_deref().and_then(|url| absolute(settings, url)),
            image: settings.image.as_deref().and_then(|url| picture(settings, url)),
            hubs: feeds.hubs.clone(),
            history: History::default(),
        };
        FeedPlan {
            feed,
            folder: folder.to_owned(),
            files,
            posts: kept,
            older,
            archive_of: None,
            candidates: posts.len(),
            main,
            theirs: false,
        }
    }
}

/// Returns the address of a file under the site's, each part percent-encoded where RFC 3986 wants it.
pub(super) fn address(site: &Url, path: &str) -> Url {
    let mut url = site.clone();
    if let Ok(mut segments) = url.path_segments_mut() {
        segments.pop_if_empty().extend(path.split('/'));
    }
    url
}

/// Returns a configured reference as an absolute http(s) URL: under the site's address unless it names its own host.
fn absolute(settings: &Settings, reference: &str) -> Option<String> {
    let relative = reference.strip_prefix('/').filter(|rest| !rest.starts_with('/')).unwrap_or(reference);
    settings.url.join(relative).ok().filter(|url| matches!(url.scheme(), "http" | "https")).map(String::from)
}

fn picture(settings: &Settings, reference: &str) -> Option<Image> {
    Some(Image { url: absolute(settings, reference)?, media_type: None, bytes: None, size: None })
}

/// Returns a feed for each value of a taxonomy, under names that are safe and different.
fn by_taxonomy(
    by: &By,
    main: &Main,
    posts: &[u32],
    site: &Site,
    settings: &Settings,
    pages: &Pages<'_>,
    findings: &mut Vec<Diagnostic>,
) -> Vec<FeedPlan> {
    let mut groups: BTreeMap<String, Group> = BTreeMap::new();
    for &index in posts {
        let placed = &site.posts[index as usize];
        let mut seen = BTreeSet::new();
        for value in values(by.taxonomy, placed, settings) {
            // Tags that differ in case only are one tag: readers' followers do not care how it was typed.
            let key = slugs::key(&value, settings);
            if seen.insert(key.clone()) {
                groups.entry(key).or_insert_with(|| Group { name: value, first: index, posts: Vec::new() }).posts.push(index);
            }
        }
    }
    let is_wanted = |name: &str| settings.habits.named_feeds.iter().all(|feed| feed.taxonomy != by.taxonomy || feed.is_for(name));
    groups.retain(|_, group| is_wanted(&group.name));
    let mut groups: Vec<(bool, String, Group)> =
        groups.into_iter().map(|(key, group)| (slugs::of_feed(&group.name, settings) != key, key, group)).collect();
    // A feed's address should stay. Tags that are their own names take them first, then the tag that was there first, so
    // that a new tag does not move the feed of an old one.
    groups.sort_by(|(a_differs, a_key, a), (b_differs, b_key, b)| {
        a_differs.cmp(b_differs).then_with(|| b.posts.last().cmp(&a.posts.last())).then_with(|| a_key.cmp(b_key))
    });
    let mut names = Names::default();
    let feeds = groups.into_iter().filter_map(|(_, _, group)| {
        let slug = names.allot(&group, by, site, settings, findings);
        let folder = pages.folder(by, &slug, &group.name, site.posts.get(group.first as usize), settings)?;
        let folder = format!("{}{folder}/", main.folder);
        let names = own_names(by.taxonomy, &slug, &main.folder, settings);
        let title = match by.taxonomy {
            Taxonomy::Section => section_title(&group.name, pages.title(&slug), main, site, settings),
            _ => format!("{}: {}", main.title, slugs::shown(&group.name, settings)),
        };
        Some(main.plan(&folder, &names, &title, &group.posts, false, site, settings))
    });
    feeds.collect()
}

/// Returns the title of a section's feed: the page of its folder says what it is called. Hugo names the section first, and takes the
/// plural of a folder's name.
fn section_title(folder: &str, page: Option<&str>, main: &Main, site: &Site, settings: &Settings) -> String {
    let of = |language: Option<String>| site.sections.get(&(folder.to_owned(), language));
    let is_main = main.folder == settings.habits.main_folder.trim_start_matches('/');
    let named = of(main.language.clone()).or_else(|| of(None).filter(|_| is_main)).cloned();
    if !matches!(settings.habits.slugs, Slugs::Hugo { .. }) {
        return format!("{}: {}", main.title, named.as_deref().unwrap_or(&slugs::shown(folder, settings)));
    }
    let name = page.map(str::to_owned).or(named).unwrap_or_else(|| in_words(folder.rsplit('/').next().unwrap_or(folder)));
    if name == main.title { name } else { format!("{name} on {}", main.title) }
}

/// Returns a folder's name as Hugo makes a title of it: `note` is `Notes`.
fn in_words(folder: &str) -> String {
    let mut chars = folder.chars();
    let name: String = chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default();
    let stem = name.strip_suffix('y').filter(|stem| !stem.ends_with(['a', 'e', 'i', 'o', 'u']));
    match stem {
        Some(stem) => format!("{stem}ies"),
        None if name.ends_with('s') => name,
        None if ["x", "z", "ch", "sh"].iter().any(|end| name.ends_with(end)) => format!("{name}es"),
        None => format!("{name}s"),
    }
}

/// Returns the files of a feed by tag and the like where the site's generator has names for them. A format that it does not write is called
/// as the one that it does.
fn own_names(taxonomy: Taxonomy, slug: &str, below: &str, settings: &Settings) -> [Option<String>; 3] {
    let named = || settings.habits.named_feeds.iter().filter(|named| named.taxonomy == taxonomy);
    let alike = named().next().map(|named| {
        let stem = named.path.strip_suffix(".xml").or_else(|| named.path.strip_suffix(".json")).unwrap_or(&named.path);
        [".atom", ".rss"].iter().find_map(|ending| stem.strip_suffix(ending)).unwrap_or(stem).to_owned()
    });
    [(FeedFormat::Rss, ".rss.xml"), (FeedFormat::Atom, ".atom.xml"), (FeedFormat::Json, ".json")].map(|(format, ending)| {
        let own = named().find(|named| named.format == format).map(|named| named.path.clone());
        let path = own.or_else(|| alike.as_ref().map(|stem| format!("{stem}{ending}")))?;
        Some(format!("{below}{}", path.replace(":slug", slug)))
    })
}

/// The posts that share one value of a taxonomy.
struct Group {
    /// The value as the newest post writes it.
    name: String,
    /// The newest post with it.
    first: u32,
    posts: Vec<u32>,
}

/// The folder names that are taken.
#[derive(Default)]
struct Names {
    /// Each name with the value that has it.
    taken: BTreeMap<String, String>,
    /// The number to try next, by the name without one.
    next: BTreeMap<String, u32>,
}

impl Names {
    /// Returns a folder name for a group that no group before it has.
    fn allot(&mut self, group: &Group, by: &By, site: &Site, settings: &Settings, findings: &mut Vec<Diagnostic>) -> String {
        let wanted = slugs::of_feed(&group.name, settings);
        let Some(other) = self.taken.get(&wanted) else {
            self.taken.insert(wanted.clone(), group.name.clone());
            return wanted;
        };
        let next = self.next.entry(wanted.clone()).or_insert(2);
        let mut free = format!("{wanted}-{next}");
        while self.taken.contains_key(&free) {
            *next = next.saturating_add(1);
            free = format!("{wanted}-{next}");
        }
        let path = site.posts.get(group.first as usize).map_or("", |placed| placed.post.path.as_str());
        let place = front_matter_key(by.taxonomy).map_or_else(|| Place::file(path), |key| Place::key(path, key));
        let message = format!(
            "the {} `{}` and `{other}` both come to the name `{wanted}`; this one is written as `{free}`",
            by.taxonomy.name(),
            group.name
        );
        findings.push(Diagnostic::new(&NAME_COLLISION, message).at(place).help("write one of them in another way"));
        self.taken.insert(free.clone(), group.name.clone());
        free
    }
}

/// Returns the key of the front matter that holds a taxonomy; a section is the folder.
fn front_matter_key(taxonomy: Taxonomy) -> Option<&'static str> {
    match taxonomy {
        Taxonomy::Tag => Some("tags"),
        Taxonomy::Category => Some("categories"),
        Taxonomy::Author => Some("author"),
        Taxonomy::Section | Taxonomy::Own(_) => None,
    }
}

/// Returns the values of a taxonomy that a post has, as readers see them.
fn values(taxonomy: Taxonomy, placed: &Placed, settings: &Settings) -> Vec<String> {
    let post = &placed.post;
    let authors = |authors: &[Author]| authors.iter().map(|a| a.name.clone()).collect();
    let written: Vec<String> = match taxonomy {
        Taxonomy::Tag => post.tags.iter().map(str::to_owned).collect(),
        Taxonomy::Category => post.categories.iter().map(str::to_owned).collect(),
        Taxonomy::Author => authors(if post.authors.is_empty() { &settings.authors } else { &post.authors }),
        Taxonomy::Section => post.section_of_feed().map(str::to_owned).into_iter().collect(),
        Taxonomy::Own(number) => post.own_terms(number).cloned().collect(),
    };
    written.iter().map(|value| plain(value, settings)).filter(|value| !value.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_web_addresses_are_pictures_and_licences() {
        let (settings, _) = crate::config::defaults(&[]);
        let mut settings = settings.expect("defaults");
        settings.url = Url::parse("https://example.org/blog/").expect("an address");
        for (written, expected) in [
            ("/icon.png", Some("https://example.org/blog/icon.png")),
            ("//cdn.example/icon.png", Some("https://cdn.example/icon.png")),
            ("data:image/png;base64,AA", None),
            ("ftp://x/y.png", None),
            ("mailto:a@b.c", None),
        ] {
            assert_eq!(absolute(&settings, written).as_deref(), expected, "{written}");
        }
    }
}
