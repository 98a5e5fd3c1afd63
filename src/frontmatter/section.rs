//! What the page of a folder (`_index.md`) says of the posts below it: in Zola that all are drafts, in Hugo whatever it
//! cascades.

use super::codes;
use super::data::Data;
use super::defaults::Scope;
use super::name::{file_below_content, named_language, path_below_content};
use super::node::{Map, Node, get};
use super::parse;
use super::post::{flag, unclosed};
use super::split::{Delimiter, Split, split};
use crate::diagnostic::{Diagnostic, Place, Source};
use crate::model::FolderPage;
use crate::text::language;
use globset::{GlobBuilder, GlobMatcher};

/// The words without which such a page says nothing of the posts below it.
const WORDS: [&str; 2] = ["draft", "cascade"];

/// The language of a post, as who asks for values knows it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Spoken<'a> {
    /// That of the post, where it is not the main one.
    pub own: Option<&'a str>,
    /// The main one.
    pub main: Option<&'a str>,
}

impl Spoken<'_> {
    /// Returns whether a post is in a language; nothing is the main one.
    fn is(self, wanted: Option<&str>) -> bool {
        match (wanted, self.own) {
            (Some(wanted), Some(own)) => wanted.eq_ignore_ascii_case(own),
            (Some(wanted), None) => self.main.is_some_and(|main| language::same(main, wanted)),
            (None, own) => own.is_none(),
        }
    }
}

/// Which of the posts below a folder are meant (<https://gohugo.io/configuration/cascade/>).
#[derive(Debug, Clone, Default)]
pub(super) struct Target {
    /// The languages of the page and of its `target`: `_index.de.md` speaks for German posts. Nothing is the main one.
    languages: Vec<Option<String>>,
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

    /// Means only posts in this language; nothing is the main one.
    pub(super) fn limit_to(&mut self, language: Option<&str>) {
        self.languages.push(language.map(str::to_owned));
    }

    /// Returns whether a post is meant.
    pub(super) fn holds_for(&self, post: &str, folder: &str, spoken: Spoken<'_>) -> bool {
        let in_scope = || self.scope.as_ref().is_none_or(|scope| scope.holds_for(post));
        let is_there = || {
            // Before 0.123 Hugo compared the path of the file, and since then the one without its ending.
            let (path, file) = (path_below_content(post, folder), file_below_content(post, folder));
            self.paths.iter().all(|glob| glob.is_match(&path) || glob.is_match(&file))
        };
        let speaks = || self.languages.iter().all(|language| spoken.is(language.as_deref()));
        !self.none && in_scope() && speaks() && (self.paths.is_empty() || is_there())
    }
}

/// Reads the page of a folder: one set of values for each thing that it says of posts below. On a site of Hugo's it hands down to itself, too.
#[must_use]
pub fn read_section(source: Source<'_>, is_hugo: bool) -> (Vec<Data>, Vec<Diagnostic>) {
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
    let target = Target { languages: named_language(source.path).map(|(_, tag)| Some(tag)).into_iter().collect(), ..Target::default() };
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
    let is_kept = get(&map, "draft").is_some();
    let hands_down = |values: &Map| get(values, "draft").and_then(flag) == Some(true) && targets(values).is_none();
    let is_draft = match get(&map, "cascade") {
        Some(Node::Map(values)) => hands_down(values),
        Some(Node::List(items)) => items.iter().any(|item| if let Node::Map(values) = item { hands_down(values) } else { false }),
        _ => false,
    };
    // The page itself becomes a draft by that, and with it all below, whatever they say.
    if is_hugo && is_draft && !is_kept {
        let draft = vec![("draft".to_owned(), Node::Bool(true))];
        said.push(Data::cascaded(source.path, "cascade.", draft, target.clone()).outweighing());
    }
    said.extend(get(&map, "cascade").map(|node| cascades(source.path, "cascade.", node, &target)).unwrap_or_default());
    (said, found)
}

/// Reads what the configuration of a Hugo site cascades to all posts. Faults of the file are told by who reads the rest of it.
#[must_use]
pub fn read_cascade(source: Source<'_>) -> Vec<Data> {
    let text = source.text.trim_start_matches('\u{feff}');
    let file = source.path.rsplit('/').next().unwrap_or(source.path);
    let delimiter = match file.rsplit('.').next() {
        Some("toml") => Delimiter::Toml,
        Some("json") => Delimiter::Json,
        _ => Delimiter::Yaml,
    };
    let (map, _) = parse::parse(delimiter, source, &(source.text.len() - text.len()..source.text.len()));
    if file.starts_with("cascade.") {
        return cascades(source.path, "", &Node::Map(map), &Target::default());
    }
    get(&map, "cascade").map(|node| cascades(source.path, "cascade.", node, &Target::default())).unwrap_or_default()
}

/// Reads one set of values, or several; in Hugo the first of several that hold for a page wins.
fn cascades(path: &str, prefix: &str, node: &Node, target: &Target) -> Vec<Data> {
    match node {
        Node::Map(values) => vec![cascade(path, prefix, values, target)],
        Node::List(items) => {
            let item = |(at, item): (usize, &Node)| match item {
                Node::Map(values) => Some(cascade(path, &format!("{prefix}{at}."), values, target)),
                _ => None,
            };
            items.iter().enumerate().filter_map(item).collect()
        }
        _ => Vec::new(),
    }
}

/// Reads what the page of a folder says of the folder's own feed; `folder` is the folder below that of the posts.
#[must_use]
pub fn read_folder_page(source: Source<'_>, folder: &str, language: Option<String>) -> FolderPage {
    let mut page = FolderPage { folder: folder.to_owned(), language, ..FolderPage::default() };
    let Split::Front { delimiter, front, .. } = split(source.text, true) else { return page };
    let (map, _) = parse::parse(delimiter, source, &front);
    let text = |key: &str| get(&map, key).and_then(Node::text).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
    (page.title, page.slug, page.url) = (text("title"), text("slug"), text("url"));
    let renders = |key: &str| get(&map, key).and_then(|build| build.step("render")).is_none_or(|node| flag(node) != Some(false));
    let has_rss = match get(&map, "outputs") {
        Some(Node::List(outputs)) => outputs.iter().filter_map(Node::text).any(|output| output.eq_ignore_ascii_case("rss")),
        _ => true,
    };
    page.is_without_feed = !has_rss || !renders("build") || !renders("_build");
    page
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
    for (key, value) in targets(values).into_iter().flatten() {
        limit(&mut target, &key.to_ascii_lowercase(), value);
    }
    Data::cascaded(path, prefix, values.clone(), target).whole()
}

/// Returns what a set of values is limited to.
fn targets(values: &Map) -> Option<&Map> {
    match get(values, "target").or_else(|| get(values, "_target")) {
        Some(Node::Map(limits)) => Some(limits),
        _ => None,
    }
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
        "lang" => target.limit_to(texts.first().copied()),
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
        let (data, found) = read_section(Source::new(path, text), true);
        assert!(found.is_empty(), "{found:?}");
        let spoken = |post: &str| Spoken { own: post.ends_with(".de.md").then_some("de"), main: Some("en-GB") };
        let held = |data: &Data| POSTS.into_iter().filter(|post| data.holds_for(post, "content", spoken(post))).collect();
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
            (
                "content/blog/_index.md",
                "---\ncascade:\n  draft: true\n---\n",
                vec![("cascade.draft", all.clone()), ("cascade.draft", all.clone())],
            ),
            ("content/blog/_index.md", "---\ndraft: false\ncascade:\n  draft: true\n---\n", vec![("cascade.draft", all.clone())]),
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
            (
                "content/blog/_index.md",
                "---\ncascade:\n- _target: {path: '/blog/**/*.md', lang: en}\n  draft: true\n- _target: {lang: de}\n  draft: true\n---\n",
                vec![
                    ("cascade.0.draft", vec!["content/blog/a.md", "content/blog/wip/b.md", "content/blog/trip/index.md"]),
                    ("cascade.1.draft", vec!["content/blog/wip/b.de.md"]),
                ],
            ),
        ] {
            if text.contains("title") {
                assert_eq!(read_section(Source::new(path, text), true).0.len(), 1, "broken, since it has the word");
                continue;
            }
            let expected: Vec<(String, Vec<&str>)> = expected.into_iter().map(|(key, posts)| (key.to_owned(), posts)).collect();
            assert_eq!(said(path, text), expected, "{text}");
        }
    }

    #[test]
    fn a_page_that_says_nothing_of_posts_is_not_judged() {
        for text in ["---\ntitle: Foo: bar\n---\n", "---\ntitle: x\n", "Hello.", ""] {
            let (data, found) = read_section(Source::new("content/_index.md", text), false);
            assert!(data.is_empty() && found.is_empty(), "{text}");
        }
        let (data, found) = read_section(Source::new("content/_index.md", "---\ndraft: ture\n---\n"), false);
        assert_eq!((data.len(), found.len()), (1, 1));
        assert!(data[0].is_broken());
    }
}
