//! Values for many posts from files beside them: Eleventy's data files (`posts/posts.json`, `posts/a.11tydata.json`), and
//! what the page of a folder says of the posts below it (`section`).
//!
//! They stand below a post's own front matter, the nearest first. Of data files only JSON is read: the others are programs.

use super::codes;
use super::node::{Map, Node, get};
use super::parse;
use super::section::{Spoken, Target};
use super::split::Delimiter;
use crate::diagnostic::{Diagnostic, Place, Source};

/// Tags that sort an Eleventy site's pages into collections and say nothing to a reader.
const COLLECTIONS: [&str; 5] = ["all", "nav", "page", "post", "posts"];

/// The values of a data file.
#[derive(Debug, Clone, Default)]
pub struct Data {
    path: String,
    /// What stands before the path of each key in the file: empty or ending in `.`.
    prefix: String,
    map: Map,
    target: Target,
    is_broken: bool,
    outweighs: bool,
    joins: Joins,
}

/// What becomes of a value where a post has one of its own.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Joins {
    /// Tags are added to the post's own.
    #[default]
    Added,
    /// Tags count only where a post has none of its own.
    Replaced,
    /// It counts only where a post has none of its own at all.
    Whole,
}

impl Data {
    /// Returns what a file says that nobody could read: that the posts it holds for may be hidden.
    pub(super) fn broken(path: &str) -> Self {
        Data { path: path.to_owned(), is_broken: true, ..Data::default() }
    }

    /// Returns values that hold for some of the posts below a page's folder.
    pub(super) fn cascaded(path: &str, prefix: &str, map: Map, target: Target) -> Self {
        let map = map.into_iter().map(|(key, node)| (key, spelled(node))).collect();
        Data { path: path.to_owned(), prefix: prefix.to_owned(), map, target, ..Data::default() }
    }

    /// Makes the values win against a post's own.
    pub(super) fn outweighing(self) -> Self {
        Data { outweighs: true, ..self }
    }

    /// Makes tags count only where a post has none of its own.
    pub(super) fn replacing(self) -> Self {
        Data { joins: Joins::Replaced, ..self }
    }

    /// Makes each value count only where a post has none of its own at all: they are not merged.
    pub(super) fn whole(self) -> Self {
        Data { joins: Joins::Whole, ..self }
    }

    /// Returns whether each value counts only where a post has none of its own at all.
    pub(super) fn is_whole(&self) -> bool {
        self.joins == Joins::Whole
    }

    /// Makes the values hold only for posts in the language of the page that says them; nothing is the main one.
    #[must_use]
    pub fn spoken_in(mut self, language: Option<&str>) -> Self {
        self.target.limit_to(language);
        self
    }

    /// Returns whether its tags count only where a post has none of its own.
    pub(super) fn replaces(&self) -> bool {
        self.joins == Joins::Replaced
    }

    /// Returns whether the values win against a post's own.
    pub(super) fn outweighs(&self) -> bool {
        self.outweighs
    }

    /// Returns whether the values hold for a post below the file's folder; `folder` is the posts folder.
    #[must_use]
    pub fn holds_for(&self, post: &str, folder: &str, spoken: Spoken<'_>) -> bool {
        self.target.holds_for(post, folder, spoken)
    }

    /// Returns whether the file has errors, so that nobody can tell whether it hides the posts beside it.
    #[must_use]
    pub fn is_broken(&self) -> bool {
        self.is_broken
    }

    /// Returns the value at a path of keys such as `image.path`.
    pub(super) fn find(&self, path: &str) -> Option<&Node> {
        let mut steps = path.split('.');
        let first = get(&self.map, steps.next().unwrap_or_default())?;
        steps.try_fold(first, Node::step)
    }

    /// Returns the place of the value at a path of keys.
    pub(super) fn place_of(&self, path: &str) -> Place {
        Place::key(&self.path, format!("{}{path}", self.prefix))
    }

    /// Returns the folder that the file lies in, by its name.
    fn folder(&self) -> &str {
        self.path.rsplit('/').nth(1).unwrap_or_default()
    }

    /// Returns whether a tag of this file only names the collection that its posts belong to.
    pub(super) fn is_collection(&self, tag: &str) -> bool {
        COLLECTIONS.contains(&tag) || tag == self.folder()
    }
}

/// Reads a data file; what is wrong with it is said once, not for each post.
#[must_use]
pub fn read_data(source: Source<'_>) -> (Data, Vec<Diagnostic>) {
    let text = source.text.trim_start_matches('\u{feff}');
    if !text.trim_start().starts_with('{') {
        let finding = Diagnostic::new(&codes::IGNORED_VALUE, "the data file holds no JSON object and was left out");
        return (Data::default(), vec![finding.at(Place::file(source.path)).help("write `{\"key\": \"value\"}`")]);
    }
    let (map, mut found) = parse::parse(Delimiter::Json, source, &(source.text.len() - text.len()..source.text.len()));
    for fault in &mut found {
        fault.message = fault.message.replace("the front matter", "the data file");
    }
    let map = map.into_iter().map(|(key, node)| (key, spelled(node))).collect();
    (Data { path: source.path.to_owned(), map, is_broken: found.iter().any(Diagnostic::is_error), ..Data::default() }, found)
}

/// Makes texts of numbers, whose spelling nobody can look up in the post.
fn spelled(node: Node) -> Node {
    match node {
        Node::Number(number) => Node::Text(number),
        Node::List(items) => Node::List(items.into_iter().map(spelled).collect()),
        Node::Map(map) => Node::Map(map.into_iter().map(|(key, node)| (key, spelled(node))).collect()),
        node => node,
    }
}
