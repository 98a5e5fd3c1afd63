//! Jekyll's `defaults`: values that its configuration holds for posts, by folder and kind
//! (<https://jekyllrb.com/docs/configuration/front-matter-defaults/>).

use super::data::Data;
use super::node::{Map, Node, get};
use super::parse;
use super::section::Target;
use super::split::Delimiter;
use crate::diagnostic::Source;
use globset::{Glob, GlobMatcher};

/// The posts that one item of the list is for.
#[derive(Debug, Clone, Default)]
pub(super) struct Scope {
    /// The beginning of their paths; empty for all.
    path: String,
    glob: Option<GlobMatcher>,
    /// `posts`, `drafts`, or the name of a collection.
    kind: Option<String>,
}

impl Scope {
    fn of(values: &Map, source: &str) -> Self {
        let part = |name: &str| get(values, "scope").and_then(|scope| scope.step(name)).and_then(Node::text);
        let path = part("path").unwrap_or_default().trim_start_matches("./").trim_matches('/').to_owned();
        let path = if path.is_empty() { String::new() } else { format!("{source}{path}") };
        let glob = path.contains('*').then(|| Glob::new(&path).ok().map(|glob| glob.compile_matcher())).flatten();
        Scope { path, glob, kind: part("type") }
    }

    /// Returns whether a post is meant.
    pub(super) fn holds_for(&self, post: &str) -> bool {
        let in_folder = |name: &str| post.split('/').rev().skip(1).any(|folder| folder == name);
        let is_kind = match self.kind.as_deref() {
            None => true,
            // A draft is a post, too.
            Some("posts") => in_folder("_posts") || in_folder("_drafts"),
            Some(kind) => in_folder(&format!("_{kind}")),
        };
        let is_there = match &self.glob {
            Some(glob) => glob.is_match(post) || post.match_indices('/').any(|(at, _)| glob.is_match(&post[..at])),
            None => post.strip_prefix(&*self.path).is_some_and(|rest| self.path.is_empty() || rest.is_empty() || rest.starts_with('/')),
        };
        is_kind && is_there
    }

    /// How narrow it is: of two that hold for a post, the narrower one wins.
    fn weight(&self) -> (usize, bool) {
        (self.path.len(), self.kind.is_some())
    }
}

/// Reads what a Jekyll configuration says of posts, the narrowest first. Faults of the file are told by who reads the rest of it.
#[must_use]
pub fn read_defaults(source: Source<'_>) -> Vec<Data> {
    let text = source.text.trim_start_matches('\u{feff}');
    let delimiter = if source.path.rsplit('.').next() == Some("toml") { Delimiter::Toml } else { Delimiter::Yaml };
    let (map, _) = parse::parse(delimiter, source, &(source.text.len() - text.len()..source.text.len()));
    let folder = get(&map, "source").and_then(Node::text).unwrap_or_default();
    let folder = folder.trim_start_matches("./").trim_matches('/');
    let folder = if matches!(folder, "" | ".") { String::new() } else { format!("{folder}/") };
    let mut scoped: Vec<(Scope, usize, Map)> = Vec::new();
    if let Some(Node::List(items)) = get(&map, "defaults") {
        for (at, item) in items.iter().enumerate() {
            if let Node::Map(item) = item
                && let Some(Node::Map(values)) = get(item, "values")
            {
                scoped.push((Scope::of(item, &folder), at, values.clone()));
            }
        }
    }
    // Of two alike the later one wins.
    scoped.sort_by_key(|(scope, at, _)| std::cmp::Reverse((scope.weight(), *at)));
    let defaults = scoped.into_iter().map(|(scope, at, values)| {
        let target = Target::of(scope);
        Data::cascaded(source.path, &format!("defaults.{at}.values."), values, target).replacing()
    });
    let separator = get(&map, "excerpt_separator").map(|node| {
        let values = vec![("excerpt_separator".to_owned(), node.clone())];
        Data::cascaded(source.path, "", values, Target::default())
    });
    defaults.chain(separator).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frontmatter::Spoken;

    #[test]
    fn the_narrowest_of_the_scopes_that_hold_for_a_post_comes_first() {
        let text = "defaults:\n- {scope: {path: ''}, values: {author: A}}\n- {scope: {path: '', type: posts}, values: {author: B}}\n- {scope: {path: 'blog', type: posts}, values: {author: C}}\n- {scope: {path: '', type: pages}, values: {author: D}}\n- {scope: {path: 'a/*/_posts'}, values: {author: E}}\n";
        let data = read_defaults(Source::new("_config.yml", text));
        for (post, authors) in [
            ("_posts/2026-01-02-a.md", vec!["B", "A"]),
            ("_drafts/a.md", vec!["B", "A"]),
            ("blog/_posts/2026-01-02-a.md", vec!["C", "B", "A"]),
            ("blogs/_posts/2026-01-02-a.md", vec!["B", "A"]),
            ("a/b/_posts/2026-01-02-a.md", vec!["E", "B", "A"]),
            ("_notes/a.md", vec!["A"]),
        ] {
            let held = data
                .iter()
                .filter(|data| data.holds_for(post, "", Spoken::default()))
                .filter_map(|data| data.find("author").and_then(Node::text));
            assert_eq!(held.collect::<Vec<_>>(), authors, "{post}");
        }
        assert_eq!(data[0].place_of("author").key.as_deref(), Some("defaults.4.values.author"));
    }
}
