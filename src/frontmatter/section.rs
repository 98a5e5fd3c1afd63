//! What the page of a folder (`_index.md`) says of the posts below it: in Zola that all are drafts, in Hugo whatever it
//! cascades.

use super::codes;
use super::data::Data;
use super::defaults::Scope;
use super::name::{named_language, path_below_content};
use super::node::{Map, Node, get};
use super::parse;
use super::post::{flag, unclosed};
use super::split::{Split, split};
use crate::diagnostic::{Diagnostic, Place, Source};
use globset::{GlobBuilder, GlobMatcher};

/// The words without which such a page says nothing of the posts below it.
const WORDS: [&str; 2] = ["draft", "cascade"];

/// Which of the posts below a folder are meant (<https://gohugo.io/configuration/cascade/>).
#[derive(Debug, Clone, Default)]
pub(super) struct Target {
    /// The language of the page: `_index.de.md` speaks for German posts.
    language: Option<String>,
    /// Patterns of paths below `content`, beginning with `/`, without an ending; all of them have to fit.
    paths: Vec<GlobMatcher>,
    /// The posts that an item of Jekyll's `defaults` is for.
    scope: Option<Scope>,
    /// Whether no post is meant, only pages of other kinds or builds for another purpose.
    none: bool,
}

impl Target {
    /// Returns what an item of Jekyll's `defaults` is for.
    pub(super) fn of(scope: Scope) -> Self {
        Target { scope: Some(scope), ..Target::default() }
    }

    /// Returns whether a post is meant.
    pub(super) fn holds_for(&self, post: &str, folder: &str) -> bool {
        let speaks = |own: &str| named_language(post).is_some_and(|(_, tag)| tag.eq_ignore_ascii_case(own));
        let path = path_below_content(post, folder);
        let in_scope = self.scope.as_ref().is_none_or(|scope| scope.holds_for(post));
        !self.none && in_scope && self.language.as_deref().is_none_or(speaks) && self.paths.iter().all(|glob| glob.is_match(&path))
    }
}

/// Reads the page of a folder: one set of values for each thing that it says of posts below.
#[must_use]
pub fn read_section(source: Source<'_>) -> (Vec<Data>, Vec<Diagnostic>) {
    let (delimiter, front) = match split(source.text, true) {
        Split::Front { delimiter, front, .. } => (delimiter, front),
        Split::Unclosed { delimiter, mark } if WORDS.iter().any(|word| source.text.contains(word)) => {
            return (vec![Data::broken(source.path)], vec![unclosed(source, delimiter, mark)]);
        }
        _ => return (Vec::new(), Vec::new()),
    };
    // Anything else that is wrong with such a page is no concern of a feed.
    if !source.text.get(front.clone()).is_some_and(|text| WORDS.iter().any(|word| text.to_ascii_lowercase().contains(word))) {
        return (Vec::new(), Vec::new());
    }
    let (map, mut found) = parse::parse(delimiter, source, &front);
    found.retain(Diagnostic::is_error);
    if !found.is_empty() {
        return (vec![Data::broken(source.path)], found);
    }
    let target = Target { language: named_language(source.path).map(|(_, tag)| tag), ..Target::default() };
    let mut said = Vec::new();
    match get(&map, "draft").map(flag) {
        Some(Some(true)) => {
            let draft = vec![("draft".to_owned(), Node::Bool(true))];
            said.push(Data::cascaded(source.path, "", draft, target.clone()).outweighing());
        }
        Some(None) => {
            let place = super::locate(source.text, "draft").map_or_else(|| Place::file(source.path), |span| source.place(span));
            let finding = Diagnostic::new(&codes::UNKNOWN_FLAG, "`draft` is not true or false");
            found.push(finding.at(place).help("write `draft: true` or `draft: false`"));
            said.push(Data::broken(source.path));
        }
        _ => {}
    }
    match get(&map, "cascade") {
        Some(Node::Map(values)) => said.push(cascade(source.path, "cascade.", values, &target)),
        Some(Node::List(items)) => {
            let item = |(at, item): (usize, &Node)| match item {
                Node::Map(values) => Some(cascade(source.path, &format!("cascade.{at}."), values, &target)),
                _ => None,
            };
            // In Hugo the first of several that hold for a page wins.
            said.extend(items.iter().enumerate().filter_map(item));
        }
        _ => {}
    }
    (said, found)
}

/// Returns what the page of a folder calls it, and for which language it speaks.
#[must_use]
pub fn section_title(source: Source<'_>) -> Option<(Option<String>, String)> {
    let Split::Front { delimiter, front, .. } = split(source.text, true) else { return None };
    let (map, _) = parse::parse(delimiter, source, &front);
    let Some(Node::Text(title)) = get(&map, "title") else { return None };
    let title = Some(title.trim()).filter(|title| !title.is_empty())?;
    Some((named_language(source.path).map(|(_, tag)| tag), title.to_owned()))
}

fn cascade(path: &str, prefix: &str, values: &Map, target: &Target) -> Data {
    let mut target = target.clone();
    if let Some(Node::Map(limits)) = get(values, "target").or_else(|| get(values, "_target")) {
        for (key, value) in limits {
            limit(&mut target, &key.to_ascii_lowercase(), value);
        }
    }
    Data::cascaded(path, prefix, values.clone(), target)
}

/// Takes one line of a `target` into account.
fn limit(target: &mut Target, key: &str, value: &Node) {
    let texts: Vec<&str> = match value {
        Node::Text(text) => vec![text.trim()],
        Node::List(items) => items.iter().filter_map(|item| if let Node::Text(text) = item { Some(text.trim()) } else { None }).collect(),
        _ => Vec::new(),
    };
    let fits = |wanted: &str| texts.iter().any(|text| glob(text).is_some_and(|glob| glob.is_match(wanted)));
    match key {
        "path" => target.paths.extend(texts.first().and_then(|text| glob(&text.to_lowercase()))),
        "kind" => target.none |= !fits("page"),
        "environment" => target.none |= !fits("production"),
        "lang" => target.language = texts.first().map(|text| (*text).to_owned()),
        _ => {}
    }
}

fn glob(pattern: &str) -> Option<GlobMatcher> {
    GlobBuilder::new(pattern).literal_separator(true).build().ok().map(|glob| glob.compile_matcher())
}

#[cfg(test)]
mod tests {
    use super::*;

    const POSTS: [&str; 4] = ["content/blog/a.md", "content/blog/wip/b.md", "content/blog/wip/b.de.md", "content/blog/trip/index.md"];

    fn said(path: &str, text: &str) -> Vec<(String, Vec<&'static str>)> {
        let (data, found) = read_section(Source::new(path, text));
        assert!(found.is_empty(), "{found:?}");
        let held = |data: &Data| POSTS.into_iter().filter(|post| data.holds_for(post, "content")).collect();
        data.iter().map(|data| (data.place_of("draft").key.unwrap_or_default(), held(data))).collect()
    }

    #[test]
    fn the_page_of_a_folder_speaks_for_the_posts_it_means() {
        let all = POSTS.to_vec();
        for (path, text, expected) in [
            ("content/blog/_index.md", "+++\ndraft = true\n+++\n", vec![("draft", all.clone())]),
            ("content/blog/_index.md", "+++\ndraft = false\n+++\n", vec![]),
            ("content/blog/_index.md", "---\ntitle: draft: x\n---\n", vec![]),
            ("content/blog/_index.de.md", "---\ndraft: true\n---\n", vec![("draft", vec!["content/blog/wip/b.de.md"])]),
            ("content/blog/_index.md", "---\ncascade:\n  draft: true\n---\n", vec![("cascade.draft", all.clone())]),
            (
                "content/blog/_index.md",
                "---\ncascade:\n- target: {path: '/blog/wip/**'}\n  draft: true\n- _target: {kind: section}\n  draft: true\n---\n",
                vec![("cascade.0.draft", vec!["content/blog/wip/b.md", "content/blog/wip/b.de.md"]), ("cascade.1.draft", vec![])],
            ),
            (
                "content/blog/_index.md",
                "+++\n[[cascade]]\ndraft = true\n[cascade._target]\npath = '/blog/trip'\n+++\n",
                vec![("cascade.0.draft", vec!["content/blog/trip/index.md"])],
            ),
        ] {
            if text.contains("title") {
                assert_eq!(read_section(Source::new(path, text)).0.len(), 1, "broken, since it has the word");
                continue;
            }
            let expected: Vec<(String, Vec<&str>)> = expected.into_iter().map(|(key, posts)| (key.to_owned(), posts)).collect();
            assert_eq!(said(path, text), expected, "{text}");
        }
    }

    #[test]
    fn a_page_that_says_nothing_of_posts_is_not_judged() {
        for text in ["---\ntitle: Foo: bar\n---\n", "---\ntitle: x\n", "Hello.", ""] {
            let (data, found) = read_section(Source::new("content/_index.md", text));
            assert!(data.is_empty() && found.is_empty(), "{text}");
        }
        let (data, found) = read_section(Source::new("content/_index.md", "---\ndraft: ture\n---\n"));
        assert_eq!((data.len(), found.len()), (1, 1));
        assert!(data[0].is_broken());
    }
}
