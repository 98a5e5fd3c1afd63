//! The subscribe page: what a feed is, where the feeds are, what is in them. It stands in for the style sheets that
//! browsers no longer run on feeds, so it is plain HTML: no script, nothing loaded from elsewhere.
//!
//! The look is a template that a site may replace. A template sees the values of [`VARIABLES`] and nothing else; a fault
//! in it is a diagnostic with its line.

use super::links::{FeedLink, autodiscovery};
use crate::diagnostic::Diagnostic;
use crate::template::{Templates, text};
use crate::text::language;
use crate::text::url::safe_url;
use crate::text::words::Words;
use minijinja::context;
use minijinja::value::Value;

/// The name of the page's template.
const TEMPLATE: &str = "subscribe.html";

/// What a template gets: the name of each value; `[]` stands for each of a list. templates/README.md says what they are.
pub const VARIABLES: &[&str] = &[
    "title",
    "description",
    "home_url",
    "language",
    "dir",
    "autodiscovery",
    "feeds[].title",
    "feeds[].language",
    "feeds[].home_url",
    "feeds[].main",
    "feeds[].formats[].name",
    "feeds[].formats[].media_type",
    "feeds[].formats[].url",
    "posts[].title",
    "posts[].url",
    "posts[].date",
    "posts[].language",
    "words.subscribe",
    "words.intro",
    "words.newest",
    "words.address",
    "words.feeds",
];

/// What the subscribe page tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubscribePage<'a> {
    /// The site's title, plain text.
    pub title: &'a str,
    /// The site's description, plain text.
    pub description: &'a str,
    /// The site's address, absolute.
    pub home_url: &'a str,
    /// The site's language (RFC 5646).
    pub language: Option<&'a str>,
    /// Every feed, the main one first.
    pub feeds: &'a [FeedLink],
    /// The newest posts.
    pub posts: &'a [PostLink],
    /// The page's own words.
    pub words: &'static Words,
}

/// One of the newest posts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostLink {
    /// Plain text; the address stands in for an empty one.
    pub title: String,
    /// Absolute.
    pub url: String,
    /// `2024-09-01`; may be empty.
    pub date: String,
    /// The language where it differs from the site's.
    pub language: Option<String>,
}

/// Returns the page, or what is wrong with the template.
pub fn subscribe_page(page: &SubscribePage, templates: &Templates<'_>) -> Result<String, Diagnostic> {
    let items = page.feeds.iter().map(|feed| 1 + feed.urls.len()).sum::<usize>() + page.posts.len();
    templates.fill(TEMPLATE, values(page), VARIABLES, items)
}

fn values(page: &SubscribePage) -> Value {
    let language = page.language.unwrap_or_default();
    context! {
        title => text(page.title),
        description => text(page.description),
        home_url => url(page.home_url),
        language => text(language),
        dir => language::direction(language),
        autodiscovery => Value::from_safe_string(autodiscovery(page.feeds)),
        feeds => page.feeds.iter().map(feed_slot).collect::<Vec<_>>(),
        posts => page.posts.iter().map(post_slot).collect::<Vec<_>>(),
        words => context! { subscribe => page.words.subscribe, intro => page.words.feed_intro, newest => page.words.newest_posts, address => page.words.feed_address, feeds => page.words.feeds },
    }
}

fn feed_slot(feed: &FeedLink) -> Value {
    let formats = feed.safe_urls().map(|(row, url)| context! { name => row.title, media_type => row.media_type, url => text(url) });
    context! {
        title => text(&feed.title),
        language => text(feed.language.as_deref().unwrap_or_default()),
        home_url => url(&feed.home_url),
        main => feed.main,
        formats => formats.collect::<Vec<_>>(),
    }
}

fn post_slot(post: &PostLink) -> Value {
    let title = if post.title.trim().is_empty() { &post.url } else { &post.title };
    context! {
        title => text(title),
        url => url(&post.url),
        date => text(&post.date),
        language => text(post.language.as_deref().unwrap_or_default()),
    }
}

fn url(raw: &str) -> String {
    safe_url(raw).map(text).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::FeedFormat;
    use crate::text::words;
    use minijinja::value::ValueKind;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn feeds() -> Vec<FeedLink> {
        let urls = vec![
            (FeedFormat::Rss, "https://example.org/rss.xml?a=1&b=2".to_owned()),
            (FeedFormat::Json, "https://example.org/feed.json".to_owned()),
        ];
        vec![FeedLink {
            title: "Tide & <Timber>".into(),
            language: Some("en".into()),
            home_url: "https://example.org/".into(),
            main: true,
            urls,
        }]
    }

    fn posts() -> Vec<PostLink> {
        let post = |title: &str, url: &str| PostLink { title: title.into(), url: url.into(), date: "2024-09-01".into(), language: None };
        vec![
            post("Keel & ribs", "https://example.org/keel/"),
            post("", "https://example.org/notes/1/"),
            post("Trap", "javascript:alert(1)"),
        ]
    }

    fn built_in(language: Option<&str>) -> String {
        let (feeds, posts) = (feeds(), posts());
        subscribe_page(&site(&feeds, &posts, language), &Templates::built_in()).expect("a page")
    }

    fn site<'a>(feeds: &'a [FeedLink], posts: &'a [PostLink], language: Option<&'a str>) -> SubscribePage<'a> {
        let (title, description, home_url) = ("Tide & <Timber>", "Notes from a boat yard", "https://example.org/");
        SubscribePage { title, description, home_url, language, feeds, posts, words: words::of(language) }
    }

    #[test]
    fn the_built_in_page_names_site_feeds_and_posts() {
        let page = built_in(Some("en-GB"));
        for part in [
            r#"<html lang="en-GB" dir="ltr">"#,
            "<title>Subscribe – Tide &amp; &lt;Timber&gt;</title>",
            r#"<link rel="alternate" type="application/rss+xml" title="Tide &amp; &lt;Timber&gt; (RSS)" href="https://example.org/rss.xml?a=1&amp;b=2">"#,
            r#"<code dir="ltr" title="Address for your reader app">https://example.org/rss.xml?a=1&amp;b=2</code>"#,
            r#"<time datetime="2024-09-01">2024-09-01</time> <a href="https://example.org/keel/">Keel &amp; ribs</a>"#,
            r#"<a href="https://example.org/notes/1/">https://example.org/notes/1/</a>"#,
            "<h2>Newest posts</h2>",
        ] {
            assert!(page.contains(part), "{part} in {page}");
        }
    }

    #[test]
    fn the_built_in_page_needs_no_script_and_loads_nothing() {
        let page = built_in(None);
        for part in ["<script", "javascript:", "src=", "@import", "url(", "stylesheet", "xsl"] {
            assert!(!page.contains(part), "{part} in {page}");
        }
    }

    #[test]
    fn a_language_written_from_right_to_left_turns_the_page() {
        assert!(built_in(Some("he-IL")).contains(r#"<html lang="he-IL" dir="rtl">"#));
        assert!(built_in(None).contains(r#"<html dir="ltr">"#));
    }

    #[test]
    fn what_a_template_gets_is_what_the_table_and_the_readme_list() {
        let (feeds, posts) = (feeds(), posts());
        let mut names = BTreeSet::new();
        collect(&values(&site(&feeds, &posts, Some("en"))), "", &mut names);
        let table: BTreeSet<String> = VARIABLES.iter().map(|name| (*name).to_owned()).collect();
        let readme = include_str!("../../templates/README.md");
        let section = readme.split("\n## ").find(|section| section.starts_with("subscribe.html")).expect("a section");
        let readme = section.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next());
        assert_eq!(names, table);
        assert_eq!(readme.map(ToOwned::to_owned).collect::<BTreeSet<_>>(), table);
    }

    fn collect(value: &Value, path: &str, names: &mut BTreeSet<String>) {
        let items = || value.try_iter().expect("a map or a list");
        match value.kind() {
            ValueKind::Map => items().for_each(|key| {
                let dot = if path.is_empty() { "" } else { "." };
                collect(&value.get_item(&key).expect("a value"), &format!("{path}{dot}{key}"), names);
            }),
            ValueKind::Seq => items().for_each(|value| collect(&value, &format!("{path}[]"), names)),
            _ => drop(names.insert(path.to_owned())),
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn no_value_leaves_its_slot(title in any::<String>(), quote in prop::sample::select(vec!["\"><script>", "'><script>", "</style><script>", "{{ x }}<script>", "--><script>"])) {
            let trap = format!("{title}{quote}");
            let feeds = [FeedLink { title: trap.clone(), language: Some(trap.clone()), home_url: trap.clone(), main: false, urls: vec![(FeedFormat::Rss, format!("https://example.org/{trap}"))] }];
            let posts = [PostLink { title: trap.clone(), url: trap.clone(), date: trap.clone(), language: Some(trap.clone()) }];
            let site = SubscribePage { title: &trap, description: &trap, home_url: &trap, language: Some(&trap), feeds: &feeds, posts: &posts, words: words::of(None) };
            let page = subscribe_page(&site, &Templates::built_in()).expect("a page");
            prop_assert!(!page.contains("<script"), "{}", page);
        }
    }
}
