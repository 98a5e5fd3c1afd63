//! Every example of every page is judged: the bad one raises its code where the page says, the good one raises nothing like it.

use super::{CODES, PAGES, Surroundings, validate};
use crate::diagnostic::{Diagnostic, Source};

/// The headings of a page, in order.
const HEADINGS: [&str; 6] =
    ["## What it reports", "## Why it matters", "## Example (bad)", "## Example (good)", "## How to fix", "## Specification"];

/// Declared in every fragment.
const PREFIXES: &str = r#"xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:dcterms="http://purl.org/dc/terms/" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/" xmlns:slash="http://purl.org/rss/1.0/modules/slash/"
 xmlns:wfw="http://wellformedweb.org/CommentAPI/" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" xmlns:media="http://search.yahoo.com/mrss/"
 xmlns:podcast="https://podcastindex.org/namespace/1.0" xmlns:georss="http://www.georss.org/georss" xmlns:gml="http://www.opengis.net/gml"
 xmlns:geo="http://www.w3.org/2003/01/geo/wgs84_pos#" xmlns:thr="http://purl.org/syndication/thread/1.0" xmlns:fh="http://purl.org/syndication/history/1.0"
 xmlns:cc="http://web.resource.org/cc/" xmlns:creativeCommons="http://backend.userland.com/creativeCommonsRssModule"
 xmlns:admin="http://webns.net/mvcb/" xmlns:trackback="http://madskills.com/public/xml/rss/module/trackback/"
 xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0" xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/"
 xmlns:app="http://www.w3.org/2007/app" xmlns:at="http://purl.org/atompub/tombstones/1.0"
 xmlns:access="http://www.bloglines.com/about/specs/fac-1.0" xmlns:xhtml="http://www.w3.org/1999/xhtml""#;

const CHANNEL: &[(&str, &str)] = &[
    ("title", "<title>Journal</title>"),
    ("link", "<link>https://example.org/</link>"),
    ("description", "<description>Notes from the road</description>"),
    ("atom:link", r#"<atom:link rel="self" type="application/rss+xml" href="https://example.org/rss.xml"/>"#),
];
const ITEM: &[(&str, &str)] = &[
    ("title", "<title>First</title>"),
    ("link", "<link>https://example.org/first/</link>"),
    ("guid", "<guid>https://example.org/first/</guid>"),
];
const FEED: &[(&str, &str)] = &[
    ("id", "<id>https://example.org/</id>"),
    ("title", "<title>Journal</title>"),
    ("updated", "<updated>2026-11-01T10:00:00Z</updated>"),
    ("author", "<author><name>Ada</name></author>"),
    ("link", r#"<link rel="self" href="https://example.org/atom.xml"/>"#),
];
const ENTRY: &[(&str, &str)] = &[
    ("id", "<id>https://example.org/first/</id>"),
    ("title", "<title>First</title>"),
    ("updated", "<updated>2026-11-01T10:00:00Z</updated>"),
    ("link", r#"<link rel="alternate" href="https://example.org/first/"/>"#),
    ("content", r#"<content type="html">&lt;p&gt;Hello&lt;/p&gt;</content>"#),
];

/// Returns the elements of a minimal feed that a fragment does not bring itself.
fn rest(minimal: &[(&str, &str)], fragment: &str) -> String {
    let brings = |name: &str| [">", " ", "/", "\n"].iter().any(|after| fragment.contains(&format!("<{name}{after}")));
    minimal.iter().filter(|(name, _)| !brings(name)).map(|(_, xml)| *xml).collect::<Vec<_>>().join("\n")
}

/// Returns a whole document for an example.
fn document(context: &str, example: &str) -> String {
    let rss = |channel: &str, item: &str| {
        let (c, i) = (rest(CHANNEL, channel), rest(ITEM, item));
        let atom = "xmlns:atom=\"http://www.w3.org/2005/Atom\"";
        format!(
            "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<rss version=\"2.0\" {atom} {PREFIXES}><channel>{c}{channel}<item>{i}{item}</item></channel></rss>\n"
        )
    };
    let atom = |feed: &str, entry: &str| {
        let (f, e) = (rest(FEED, feed), rest(ENTRY, entry));
        format!(
            "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\" {PREFIXES}>{f}{feed}<entry>{e}{entry}</entry></feed>\n"
        )
    };
    match context {
        "rss-channel" => rss(example, ""),
        "rss-item" => rss("", example),
        "atom-feed" => atom(example, ""),
        "atom-entry" => atom("", example),
        _ => example.to_owned(),
    }
}

fn judge(context: &str, example: &str, podcast: bool) -> Vec<Diagnostic> {
    let now = chrono::DateTime::parse_from_rfc3339("2026-11-22T12:00:00Z").expect("a date");
    let text = document(context, example);
    validate(Source::new("example.xml", &text), Surroundings { url: None, now, html_judged: false, podcast }).diagnostics
}

/// An example: whether it is bad, its context, where the finding is, the text.
struct Example<'p> {
    bad: bool,
    context: &'p str,
    at: &'p str,
    /// Whether it is judged with the profile for podcasts.
    podcast: bool,
    text: String,
}

/// Returns the examples of a page that can be judged.
fn examples(page: &str) -> Vec<Example<'_>> {
    let mut found = Vec::new();
    let (mut bad, mut lines) = (false, page.lines());
    while let Some(line) = lines.next() {
        bad = if line.starts_with("## ") { line == "## Example (bad)" } else { bad };
        if let Some(info) = line.strip_prefix("```").filter(|info| info.starts_with("xml ") || info.starts_with("json ")) {
            let text: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
            let mut words = info.split(' ').skip(1);
            let context = words.next().unwrap_or("document");
            let at = words.find_map(|word| word.strip_prefix("at=")).unwrap_or("");
            let podcast = info.split(' ').any(|word| word == "podcast");
            found.push(Example { bad, context, at, podcast, text: text.join("\n") });
        }
    }
    found
}

/// Returns whether a finding is at `parent/element@attr`.
fn is_at(found: &Diagnostic, at: &str) -> bool {
    let Some(subject) = &found.subject else { return at.is_empty() };
    let (path, attr) = at.split_once('@').unwrap_or((at, ""));
    let path = path.strip_prefix("root/").unwrap_or(path);
    (path.is_empty() || subject.path.ends_with(path)) && (attr.is_empty() || subject.attr.as_deref() == Some(attr))
}

#[test]
fn every_page_has_its_headings_and_a_short_first_sentence() {
    for (name, page) in PAGES {
        let headings: Vec<&str> = page.lines().filter(|line| line.starts_with("## ")).collect();
        assert!(page.starts_with(&format!("# {name}\n")), "{name}");
        // A code that only stands above others has nothing to show.
        let is_parent = CODES.iter().any(|code| code.parent.is_some_and(|parent| parent.name == *name));
        let without_examples: Vec<&str> = HEADINGS.iter().filter(|heading| !heading.contains("Example")).copied().collect();
        assert!(headings == HEADINGS || is_parent && headings == without_examples, "{name}: {headings:?}");
    }
    for code in CODES {
        assert!((31..=160).contains(&code.summary.len()) && !code.summary.contains('\n'), "{}: {}", code.name, code.summary);
    }
}

#[test]
fn a_bad_example_raises_its_code_and_a_good_one_does_not() {
    let mut wrong = Vec::new();
    for ((name, page), code) in PAGES.iter().zip(CODES) {
        for example in examples(page) {
            let found = judge(example.context, &example.text, example.podcast);
            let raised = |found: &&Diagnostic| CODES.iter().any(|known| known.name == found.code && known.is_a(code.name));
            let here = found.iter().filter(raised).any(|found| !example.bad || is_at(found, example.at));
            if here != example.bad {
                let got: Vec<String> = found
                    .iter()
                    .map(|found| format!("{} at {}", found.code, found.subject.as_ref().map_or("", |subject| &subject.path)))
                    .collect();
                wrong.push(format!("{name} ({}): {}", if example.bad { "bad" } else { "good" }, got.join(", ")));
            }
        }
    }
    assert!(wrong.is_empty(), "{} of the examples:\n{}", wrong.len(), wrong.join("\n"));
}
