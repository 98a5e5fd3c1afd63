//! The subscribe page: what a feed is, where the feeds are, what is in them. It stands in for the style sheets that
//! browsers no longer run on feeds, so it is plain HTML: no script, nothing loaded from elsewhere.
//!
//! The look is a template that a site may replace. A template sees the values of [`VARIABLES`] and nothing else; a fault
//! in it is a diagnostic with its line.

use super::links::{FeedLink, autodiscovery, safe_url};
use crate::diagnostic::{Code, Diagnostic, Place, Source};
use crate::feed::clean;
use crate::text::words::Words;
use minijinja::value::Value;
use minijinja::{AutoEscape, Environment, Error, ErrorKind, Output, State, UndefinedBehavior, context, escape_formatter};
use std::ops::Range;

/// A template that cannot be used.
static TEMPLATE_ERROR: Code =
    Code::error("template-error", "A template of the site cannot be read or fails when it is filled, so its page is not written.");

/// The findings of this room.
pub const CODES: &[&Code] = &[&TEMPLATE_ERROR];

/// The built-in template.
pub const TEMPLATE: Template = Template { path: "subscribe.html", text: include_str!("../../templates/subscribe.html") };

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

/// Languages that are written from right to left.
const RIGHT_TO_LEFT: [&str; 11] = ["ar", "ckb", "dv", "fa", "he", "ps", "sd", "syr", "ug", "ur", "yi"];

/// How much a template may do: so many steps at least, and so many for each feed and post.
const FUEL: (u64, u64) = (200_000, 5_000);

/// A template's text and the file it comes from, as the user knows it.
#[derive(Debug, Clone, Copy)]
pub struct Template<'a> {
    /// The file.
    pub path: &'a str,
    /// Its text.
    pub text: &'a str,
}

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
pub fn subscribe_page(page: &SubscribePage, template: Template) -> Result<String, Vec<Diagnostic>> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    environment.set_formatter(write_escaped);
    environment.set_debug(true);
    let items = page.feeds.iter().map(|feed| 1 + feed.urls.len()).sum::<usize>() + page.posts.len();
    environment.set_fuel(Some(FUEL.0 + FUEL.1 * items as u64));
    let render = || environment.template_from_named_str(TEMPLATE.path, template.text)?.render(values(page));
    render().map_err(|error| vec![diagnose(&error, template)])
}

/// Escapes as XML does: minijinja's own escaping writes `/` as a reference, which makes addresses hard to read.
fn write_escaped(out: &mut Output, state: &mut State, value: &Value) -> Result<(), Error> {
    match value.as_str() {
        Some(text) if !value.is_safe() => out.write_str(&quick_xml::escape::escape(text)).map_err(Error::from),
        _ => escape_formatter(out, state, value),
    }
}

fn values(page: &SubscribePage) -> Value {
    let language = page.language.unwrap_or_default();
    context! {
        title => text(page.title),
        description => text(page.description),
        home_url => url(page.home_url),
        language => text(language),
        dir => direction(language),
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

fn text(raw: &str) -> String {
    clean::text(raw).into_owned()
}

fn url(raw: &str) -> String {
    safe_url(raw).map(text).unwrap_or_default()
}

fn direction(language: &str) -> &'static str {
    let primary = language.split('-').next().unwrap_or_default().to_ascii_lowercase();
    if RIGHT_TO_LEFT.contains(&primary.as_str()) { "rtl" } else { "ltr" }
}

fn diagnose(error: &Error, template: Template) -> Diagnostic {
    let source = Source::new(template.path, template.text);
    let span = error.range().or_else(|| error.line().map(|line| line_span(template.text, line)));
    let place = span.clone().map_or_else(|| Place::file(template.path), |span| source.place(span));
    let written = span.and_then(|span| template.text.get(span)).unwrap_or_default().trim();
    Diagnostic::new(&TEMPLATE_ERROR, message(error, written)).at(place).help(help(error, written))
}

fn message(error: &Error, written: &str) -> String {
    match (error.kind(), error.detail()) {
        (ErrorKind::UndefinedError, _) if !written.is_empty() => format!("`{written}` is not a variable that this template gets"),
        (ErrorKind::OutOfFuel, _) => "the template does too much: a loop in it does not end soon enough".to_owned(),
        (kind, Some(detail)) => format!("{}: {detail}", lower(&kind.to_string())),
        (kind, None) => lower(&kind.to_string()),
    }
}

fn help(error: &Error, written: &str) -> String {
    let near = || closest(written).map(|name| format!("did you mean `{name}`? "));
    match error.kind() {
        ErrorKind::UndefinedError => format!("{}write one of the variables that templates/README.md lists", near().unwrap_or_default()),
        ErrorKind::OutOfFuel => "shorten the loops, or remove the file to use the built-in template".to_owned(),
        _ => "mend this line, or remove the file to use the built-in template".to_owned(),
    }
}

/// Returns the variable that was probably meant, by its last part: a loop gives the rest its own name.
fn closest(written: &str) -> Option<&'static str> {
    let last = |name: &'static str| name.rsplit('.').next().unwrap_or(name);
    let wanted = written.rsplit('.').next()?;
    let scored = VARIABLES.iter().map(|name| (strsim::damerau_levenshtein(wanted, last(name)), *name));
    scored.filter(|(distance, _)| *distance <= 2).min_by_key(|(distance, _)| *distance).map(|(_, name)| name)
}

fn lower(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_lowercase().chain(chars).collect()).unwrap_or_default()
}

/// Returns the range of a line, counted from 1, without its end.
fn line_span(text: &str, line: usize) -> Range<usize> {
    let start: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let length = text.get(start..).and_then(|rest| rest.lines().next()).map_or(0, str::len);
    start..start + length
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
        subscribe_page(&site(&feeds, &posts, language), TEMPLATE).expect("a page")
    }

    fn site<'a>(feeds: &'a [FeedLink], posts: &'a [PostLink], language: Option<&'a str>) -> SubscribePage<'a> {
        let (title, description, home_url) = ("Tide & <Timber>", "Notes from a boat yard", "https://example.org/");
        SubscribePage { title, description, home_url, language, feeds, posts, words: words::of(language) }
    }

    fn fault(text: &str) -> Diagnostic {
        let (feeds, posts) = (feeds(), posts());
        let faults = subscribe_page(&site(&feeds, &posts, None), Template { path: "templates/subscribe.html", text }).expect_err("a fault");
        faults.into_iter().next().expect("a fault")
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
    fn a_misspelt_variable_is_named_with_its_line_and_the_right_one() {
        let fault = fault("<p>\n  {{ descripton }}</p>");
        let place = fault.place.expect("a place");
        assert_eq!((fault.code, fault.message.as_str()), ("template-error", "`descripton` is not a variable that this template gets"));
        assert_eq!((place.path.as_str(), place.start.line, place.start.column), ("templates/subscribe.html", 2, 6));
        assert_eq!(&place.excerpt[place.mark.0..place.mark.1], "descripton");
        assert_eq!(fault.help.as_deref(), Some("did you mean `description`? write one of the variables that templates/README.md lists"));
    }

    #[test]
    fn a_broken_template_is_named_with_its_line() {
        let fault = fault("a\n{% for x in feeds %}\n");
        assert!(fault.message.starts_with("syntax error: "), "{}", fault.message);
        assert!(fault.place.expect("a place").start.line >= 2);
    }

    #[test]
    fn a_loop_that_does_not_end_is_stopped() {
        let fault = fault("{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}");
        assert_eq!(fault.message, "the template does too much: a loop in it does not end soon enough");
    }

    #[test]
    fn a_template_gets_no_other_file() {
        assert!(fault("{% include '/etc/passwd' %}").message.starts_with("template not found"));
    }

    #[test]
    fn what_a_template_gets_is_what_the_table_and_the_readme_list() {
        let (feeds, posts) = (feeds(), posts());
        let mut names = BTreeSet::new();
        collect(&values(&site(&feeds, &posts, Some("en"))), "", &mut names);
        let table: BTreeSet<String> = VARIABLES.iter().map(|name| (*name).to_owned()).collect();
        let readme = include_str!("../../templates/README.md").lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next());
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
            let page = subscribe_page(&site, TEMPLATE).expect("a page");
            prop_assert!(!page.contains("<script"), "{}", page);
        }

        #[test]
        fn any_template_ends_in_a_page_or_a_diagnostic(text in "[{}%a-z .|'\n]{0,40}") {
            let _ = subscribe_page(&site(&[], &[], None), Template { path: "t", text: &text });
        }
    }
}
