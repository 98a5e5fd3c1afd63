//! What a neighbour's configuration comes to: values for keys of ours, habits that no key names, and what is not read.
//!
//! Each generator has a table of its own keys. A row says which key of ours a value fills, or why it is left alone; a key without a
//! row was not understood, and only `postrider build --explain-site` says so, for sites keep much of their own there.

use super::document::{Document, is_feed, is_template};
use super::{Neighbour, astro, eleventy, hugo, jekyll, obsidian, pelican, site_values, zola};
use crate::config::settings::path_of;
use crate::diagnostic::{Diagnostic, Place, Source};
use crate::model::{HugoHabits, Ids, Includes, LanguagesBy, Metadata, NamedFeed, SiteValue, SiteValues, Slugs, Typography};
use crate::text::substitutions::Substitutions;
use crate::tree::{Map, Node, get};
use std::collections::BTreeMap;

/// One of a neighbour's keys.
pub(super) struct Row {
    /// Where it stands, with dots; `*` stands for any name.
    pub(super) theirs: &'static str,
    pub(super) then: Then,
}

/// Writes a value as we do.
type How = fn(&Node, &Site<'_>) -> Option<Node>;

/// What comes of a key.
pub(super) enum Then {
    /// The value of a key of ours, as it is.
    Is(&'static str),
    /// The value of a key of ours, once it is written as we do; nothing if it cannot be.
    Makes(&'static str, How),
    /// It is read by the generator's own function, or together with another key.
    Read,
    /// It is left alone, for this reason.
    Ignored(&'static str),
}

pub(super) const fn is(theirs: &'static str, ours: &'static str) -> Row {
    Row { theirs, then: Then::Is(ours) }
}

pub(super) const fn makes(theirs: &'static str, ours: &'static str, how: How) -> Row {
    Row { theirs, then: Then::Makes(ours, how) }
}

pub(super) const fn read(theirs: &'static str) -> Row {
    Row { theirs, then: Then::Read }
}

pub(super) const fn ignored(theirs: &'static str, why: &'static str) -> Row {
    Row { theirs, then: Then::Ignored(why) }
}

/// Why keys are left alone that say how pages are made.
pub(super) const PAGES: &str = "it is about pages, not about feeds";
/// Why keys are left alone that say which pages are made.
pub(super) const NO_FUTURE: &str = "a feed and an edition hold no draft and no post with a later date";

/// Why keys are left alone that the site made up.
const FOR_POSTS: &str = "for posts that ask for it";
/// Why keys are left alone that a file says which wins.
const OVERRIDDEN: &str = "another file says it, which wins";
/// Why keys are left alone that say nothing.
const EMPTY: &str = "it is empty";

/// A value for a key of ours.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::config) struct Said {
    pub(in crate::config) ours: Vec<String>,
    /// The neighbour's key; empty for what its generator does when its configuration says nothing.
    pub(in crate::config) theirs: String,
    pub(in crate::config) node: Node,
    pub(in crate::config) place: Place,
}

/// A key of a neighbour that is not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unread {
    /// The key as written.
    pub key: String,
    /// Where it stands.
    pub place: Place,
    /// Why it is left alone; nothing where it was not understood.
    pub why: Option<&'static str>,
}

/// What a neighbour's configuration comes to.
#[derive(Debug, Default)]
pub(in crate::config) struct Layer {
    pub(in crate::config) generator: &'static str,
    pub(in crate::config) feeds_off: &'static str,
    /// What it says.
    pub(in crate::config) said: Vec<Said>,
    /// What the generator does where it says nothing.
    pub(in crate::config) usual: Vec<Said>,
    /// The patterns of permalinks of single sections; `ours` is the section.
    pub(in crate::config) permalinks: Vec<Said>,
    pub(in crate::config) unread: Vec<Unread>,
    pub(in crate::config) ids: Ids,
    pub(in crate::config) self_as_id: bool,
    pub(in crate::config) slugs: Slugs,
    pub(in crate::config) slug_rules: Option<Substitutions>,
    pub(in crate::config) languages_by: LanguagesBy,
    /// The pattern of permalinks for posts in another language than the main one.
    pub(in crate::config) other_languages: Option<Said>,
    /// The names of feeds by tag and the like.
    pub(in crate::config) named_feeds: Vec<NamedFeed>,
    pub(in crate::config) metadata: Option<Metadata>,
    /// The keys that dates are taken from, in this order.
    pub(in crate::config) dates: Vec<String>,
    /// What Hugo does in ways of its own.
    pub(in crate::config) hugo: Option<Box<HugoHabits>>,
    /// Whether YAML's timestamps are in UTC.
    pub(in crate::config) utc_timestamps: bool,
    /// The folders of posts in another language, and its name.
    pub(in crate::config) language_folders: Vec<(String, String)>,
    /// The path of the main language, with `/` at both ends; empty for the root.
    pub(in crate::config) main_folder: String,
    /// The files that posts may include.
    pub(in crate::config) includes: Includes,
    pub(in crate::config) site_values: SiteValues,
    /// Where the pictures of notes lie.
    pub(in crate::config) attachments: String,
    /// What says that signs are shown by their names.
    pub(in crate::config) emoji: Option<Said>,
    /// How quotes and dashes are set, and what says so.
    pub(in crate::config) typography: Option<(Typography, Said)>,
    /// The file whose values hold for posts.
    pub(in crate::config) values_in: Option<String>,
    /// The folder below which the site lies.
    pub(in crate::config) source: String,
    pub(in crate::config) found: Vec<Diagnostic>,
    /// What would come out wrong, unless a key of ours says it: the key, where the reason stands, and what is wrong.
    pub(in crate::config) doubts: Vec<(&'static str, Place, &'static str)>,
}

/// A site of a generator, as the edge found it.
#[derive(Debug, Clone, Copy)]
pub struct Beside<'a> {
    /// Whose site it is.
    pub neighbour: &'static Neighbour,
    /// Whether the folder seems to belong to it, so that it need not be asked for by name.
    pub is_likely: bool,
    /// Its configuration files, path and text, in the order in which they win.
    pub files: &'a [(String, String)],
    /// The names in the site's folder, and the paths of its `_posts` and `_drafts`.
    pub names: &'a [String],
}

/// The documents of a site, and the names around them.
pub(super) struct Site<'a> {
    documents: Vec<(Map, Vec<String>, Document<'a>)>,
    pub(super) names: &'a [String],
}

impl Site<'_> {
    /// Returns the value at a path of theirs, and where it stands; null is as good as absent.
    pub(super) fn find(&self, path: &str) -> Option<(&Node, Place)> {
        self.documents.iter().find_map(|(map, above, document)| {
            let parts: Vec<&str> = path.split('.').collect();
            let node = parts.iter().skip(1).try_fold(get(map, parts.first()?)?, |node, part| node.step(part))?;
            let parts: Vec<String> = path_as_written(map, &parts);
            Some((node, place(document, above, &parts)))
        })
    }

    /// Returns a text at a path of theirs.
    pub(super) fn text(&self, path: &str) -> Option<String> {
        self.find(path).and_then(|(node, _)| node.text()).map(|text| text.trim().to_owned())
    }

    /// Returns all values below a path of theirs, or those of the configuration file itself; with its names as they are told apart.
    pub(super) fn values(&self, below: Option<&str>, spelling: fn(&str) -> String) -> BTreeMap<String, SiteValue> {
        let mut values = BTreeMap::new();
        for (map, above, _) in &self.documents {
            match below.map(|key| get(map, key)) {
                None if above.is_empty() => site_values::add(map, "", spelling, &mut values),
                Some(Some(Node::Map(map))) => site_values::add(map, "", spelling, &mut values),
                _ => {}
            }
        }
        values
    }

    /// Returns the names below a path of theirs, the stronger file's first.
    pub(super) fn names_below(&self, path: &str) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for (map, _, _) in &self.documents {
            let mut parts = path.split('.');
            let node = parts.next().and_then(|part| get(map, part));
            if let Some(Node::Map(below)) = parts.fold(node, |node, part| node.and_then(|node| node.step(part))) {
                for (name, _) in below {
                    if !names.iter().any(|known| known.eq_ignore_ascii_case(name)) {
                        names.push(name.clone());
                    }
                }
            }
        }
        names
    }

    /// Returns the first of their keys that is there, as the value of one of ours.
    pub(super) fn said(&self, ours: &[&str], theirs: &str) -> Option<Said> {
        let (node, place) = self.find(theirs)?;
        let ours = ours.iter().map(|part| (*part).to_owned()).collect();
        Some(Said { ours, theirs: theirs.to_owned(), node: node.clone(), place })
    }
}

/// Returns the value at a path, unless it is null.
fn at_path<'m>(map: &'m Map, path: &[String]) -> Option<&'m Node> {
    let (first, below) = path.split_first()?;
    below.iter().try_fold(get(map, first)?, |node, part| node.step(part)).filter(|node| **node != Node::Null)
}

/// Returns the path with the names as they are spelled.
fn path_as_written(map: &Map, parts: &[&str]) -> Vec<String> {
    let mut map = Some(map);
    let mut path = Vec::new();
    for part in parts {
        let entry = map.and_then(|map| map.iter().find(|(name, _)| name.eq_ignore_ascii_case(part)));
        path.push(entry.map_or_else(|| (*part).to_owned(), |(name, _)| name.clone()));
        map = entry.and_then(|(_, node)| if let Node::Map(map) = node { Some(map) } else { None });
    }
    path
}

/// Returns the place of a path in a document that stands below some keys.
fn place(document: &Document<'_>, above: &[String], path: &[String]) -> Place {
    document.place(path.get(above.len()..).unwrap_or_default())
}

/// Returns the keys that all of a file stands below: `config/_default/params.de.toml` is `languages.de.params`.
fn above(path: &str) -> Vec<String> {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    match folder.rsplit('/').next() {
        Some("_data") => return vec!["data".to_owned()],
        Some(".obsidian") => return vec![stem.to_owned()],
        _ if name.starts_with("rss.xml.") => return vec!["rss".to_owned()],
        _ if is_feed(name) => return vec!["template".to_owned()],
        _ if is_template(name) => return vec!["feed".to_owned()],
        _ if !folder.starts_with("config/") => return Vec::new(),
        _ => {}
    }
    match stem.split_once('.') {
        _ if matches!(stem, "hugo" | "config") => Vec::new(),
        Some((key, language)) => vec!["languages".to_owned(), language.to_owned(), key.to_owned()],
        None => vec![stem.to_owned()],
    }
}

/// A value the generator has where nobody says anything.
pub(super) fn usual(ours: &str, node: Node) -> Said {
    Said { ours: path_of(ours), theirs: String::new(), node, place: Place::file("") }
}

pub(super) fn text(text: impl Into<String>) -> Node {
    Node::Text(text.into())
}

pub(super) fn texts(texts: impl IntoIterator<Item = String>) -> Node {
    Node::List(texts.into_iter().map(Node::Text).collect())
}

/// Returns a text that is not empty.
pub(super) fn some_text(node: &Node, _: &Site<'_>) -> Option<Node> {
    if let Node::Text(text) = node { Some(text.trim()).filter(|text| !text.is_empty()).map(self::text) } else { None }
}

/// Returns a language tag with `-`.
pub(super) fn language(node: &Node, _: &Site<'_>) -> Option<Node> {
    if let Node::Text(tag) = node { Some(text(tag.trim().replace('_', "-"))) } else { None }
}

/// Returns a person: a name, or a mapping that may say more than we ask.
pub(super) fn person(node: &Node, site: &Site<'_>) -> Option<Node> {
    let Node::Map(map) = node else { return some_text(node, site) };
    let uri = get(map, "uri").or_else(|| get(map, "url"));
    let parts = [("name", get(map, "name")), ("email", get(map, "email")), ("uri", uri)];
    let known: Vec<(String, Node)> =
        parts.into_iter().filter_map(|(key, value)| Some((key.to_owned(), some_text(value?, site)?))).collect();
    known.iter().any(|(key, _)| key == "name").then_some(Node::Map(known))
}

/// Returns the first folder of one of these names that lies below another, the shallowest of a name first.
pub(super) fn folders(site: &Site<'_>, names: &[&str], below: &str) -> Option<String> {
    let is_called = |path: &str, name: &str| path.trim_end_matches('/').rsplit('/').next() == Some(name);
    names.iter().find_map(|name| {
        let found = site.names.iter().filter(|path| path.starts_with(below) && is_called(path, name));
        found.min_by_key(|path| path.matches('/').count()).map(|path| path.trim_end_matches('/').to_owned())
    })
}

/// How a generator's configuration is read.
pub(super) struct Reader {
    pub(super) table: &'static [Row],
    /// Fills in what the table cannot say.
    pub(super) further: fn(&Site<'_>, &mut Layer),
}

fn reader(name: &str) -> Option<&'static Reader> {
    READERS.iter().find(|(known, _)| *known == name).map(|(_, reader)| *reader)
}

/// The generators whose configuration is read.
static READERS: [(&str, &Reader); 7] = [
    ("Jekyll", &jekyll::READER),
    ("Hugo", &hugo::READER),
    ("Zola", &zola::READER),
    ("Pelican", &pelican::READER),
    ("Eleventy", &eleventy::READER),
    ("Astro", &astro::READER),
    ("Obsidian", &obsidian::READER),
];

impl Neighbour {
    /// Returns whether its configuration is read.
    #[must_use]
    pub fn is_read(&self) -> bool {
        reader(self.name).is_some()
    }
}

/// Reads a neighbour's configuration.
pub(in crate::config) fn layer(beside: &Beside<'_>) -> Layer {
    let Some(reader) = reader(beside.neighbour.name) else { return Layer::default() };
    let mut layer = Layer { generator: beside.neighbour.name, feeds_off: beside.neighbour.feeds_off, ..Layer::default() };
    let mut documents = Vec::new();
    for (path, text) in beside.files {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let (document, found) = Document::read(Source::new(path, text));
        layer.found.extend(found);
        let above = above(path);
        let map = above.iter().rev().fold(document.map.clone(), |map, name| vec![(name.clone(), Node::Map(map))]);
        documents.push((map, above, document));
    }
    let site = Site { documents, names: beside.names };
    (reader.further)(&site, &mut layer);
    let known = &beside.neighbour;
    for (key, value) in [("output", known.output), ("permalink", known.permalink), ("posts", known.posts)] {
        if !layer.usual.iter().any(|said| said.ours == path_of(key)) {
            layer.usual.push(usual(key, text(value)));
        }
    }
    for (at, (map, above, document)) in site.documents.iter().enumerate() {
        let is_program = document.is_program();
        // Of two files the first counts.
        let is_overridden = |path: &[String]| site.documents.iter().take(at).any(|(map, ..)| at_path(map, path).is_some());
        let is_taken = |said: &[Said], path: &[String]| said.iter().any(|said| path.join(".") == said.theirs);
        let is_for_posts = |values: &SiteValues, path: &[String]| {
            let value = values.values.get(&path.join(".")).filter(|_| values.is_all);
            value.is_some_and(|value| !matches!(value, SiteValue::Withheld | SiteValue::Other))
        };
        walk(map, &mut Vec::new(), &mut |path, node| {
            let place = || place(document, above, path);
            // A script tells names apart by their case.
            let is_spelled = |row: &&Row| document.holds_settings_only() || path.join(".") == row.theirs;
            let rows = reader.table.iter().filter(|row| fits(row.theirs, path)).filter(is_spelled).collect::<Vec<_>>();
            let mut unread = |why| layer.unread.push(Unread { key: path.join("."), place: place(), why });
            let Some(row) = rows.first() else {
                let goes_on = matches!(node, Node::Map(_)) && reader.table.iter().any(|row| leads_to(row.theirs, path));
                if !goes_on && document.holds_settings_only() {
                    unread(is_for_posts(&layer.site_values, path).then_some(FOR_POSTS));
                }
                return goes_on;
            };
            match &row.then {
                Then::Ignored(why) => unread(Some(why)),
                Then::Is(_) | Then::Makes(..) if is_overridden(path) => unread(Some(OVERRIDDEN)),
                // A program would have to be run.
                _ if matches!(node, Node::Tagged(_)) && is_program && is_taken(&layer.said, path) => {}
                _ if matches!(node, Node::Tagged(_)) && is_program => unread(None),
                Then::Makes(..) if *node == Node::Text(String::new()) => unread(Some(EMPTY)),
                Then::Makes(_, how) if how(node, &site).is_none() => unread(None),
                _ => {}
            }
            false
        });
    }
    for row in reader.table {
        let (ours, how): (_, Option<How>) = match row.then {
            Then::Is(ours) => (ours, None),
            Then::Makes(ours, how) => (ours, Some(how)),
            _ => continue,
        };
        let ours = path_of(ours);
        if layer.said.iter().any(|said| said.ours == ours) {
            continue;
        }
        if let Some((node, place)) = site.find(row.theirs).filter(|(node, _)| !matches!(node, Node::Tagged(_)))
            && let Some(node) = how.map_or_else(|| Some(node.clone()), |how| how(node, &site))
        {
            layer.said.push(Said { ours, theirs: row.theirs.to_owned(), node, place });
        }
    }
    layer
}

/// Shows every key with a value; goes below it where it is told to.
fn walk(map: &Map, path: &mut Vec<String>, look: &mut impl FnMut(&[String], &Node) -> bool) {
    for (name, node) in map.iter().filter(|(_, node)| *node != Node::Null) {
        path.push(name.clone());
        if look(path, node)
            && let Node::Map(below) = node
        {
            walk(below, path, look);
        }
        path.pop();
    }
}

fn same(part: &str, name: &str) -> bool {
    part == "*" || part.eq_ignore_ascii_case(name)
}

/// Returns whether a path of theirs is that of a row.
fn fits(theirs: &str, path: &[String]) -> bool {
    theirs.split('.').count() == path.len() && theirs.split('.').zip(path).all(|(part, name)| same(part, name))
}

/// Returns whether a row lies below a path of theirs.
fn leads_to(theirs: &str, path: &[String]) -> bool {
    theirs.split('.').count() > path.len() && theirs.split('.').zip(path).all(|(part, name)| same(part, name))
}
