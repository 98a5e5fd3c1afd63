//! Documents and what is found in them.

use crate::diagnostic::{Diagnostic, Source};
use crate::validate::tests::judge;
use crate::validate::{Kind, Surroundings, validate};
use proptest::prelude::*;

const HEAD: &str = r#""title": "T", "home_page_url": "https://example.org/", "feed_url": "https://example.org/feed.json""#;

/// Returns what was found, each as `code path pointer`.
fn found(text: &str) -> Vec<String> {
    let line = |found: Diagnostic| {
        let subject = found.subject.unwrap_or_default();
        format!("{} {} {}", found.code, subject.path, subject.pointer.unwrap_or_default())
    };
    judge(text).iter().filter(|found| found.severity > crate::diagnostic::Severity::Info).cloned().map(line).collect()
}

/// Returns what was found in a feed with these members besides those it needs.
fn in_feed(members: &str) -> Vec<String> {
    found(&format!(r#"{{"version": "https://jsonfeed.org/version/1.1", {HEAD}, {members} "items": []}}"#))
}

/// Returns what was found in an item with these members.
fn in_item(members: &str) -> Vec<String> {
    found(&format!(r#"{{"version": "https://jsonfeed.org/version/1.1", {HEAD}, "items": [{{{members}}}]}}"#))
}

/// A feed that says everything the specification has.
const WHOLE: &str = r#"{
  "version": "https://jsonfeed.org/version/1.1",
  "title": "Journal",
  "home_page_url": "https://example.org/",
  "feed_url": "https://example.org/feed.json",
  "description": "Notes from the road",
  "user_comment": "A feed; paste its address into a reader.",
  "next_url": "https://example.org/feed-2.json",
  "icon": "https://example.org/icon.png",
  "favicon": "https://example.org/favicon.png",
  "authors": [{"name": "Ada", "url": "mailto:ada@example.org", "avatar": "https://example.org/ada.png"}],
  "author": {"name": "Ada"},
  "language": "en-GB",
  "expired": false,
  "hubs": [{"type": "WebSub", "url": "https://hub.example.org/"}],
  "_journal": {"about": "https://example.org/about-extension/", "deep": [[{"x": null}], 1]},
  "items": [
    {
      "id": "https://example.org/b/",
      "url": "https://example.org/b/",
      "external_url": "https://example.com/elsewhere/",
      "title": "R&D <3",
      "content_html": "<p>Hello \u00e4 &amp; <a href=\"https://example.org/\">goodbye</a></p>\n",
      "content_text": "Hello ä & goodbye",
      "summary": "A greeting",
      "image": "https://example.org/b.jpg",
      "banner_image": "https://example.org/banner.jpg",
      "date_published": "2026-11-02T10:00:00Z",
      "date_modified": "2026-11-03T10:00:00+01:00",
      "authors": [{"name": "Grace"}],
      "tags": ["one", "two words"],
      "language": "de",
      "attachments": [
        {"url": "https://example.org/b.mp3", "mime_type": "audio/mpeg", "title": "Sound", "size_in_bytes": 3e6, "duration_in_seconds": 12.5}
      ],
      "_journal": {"mood": "fine"}
    },
    {"id": "a", "content_text": "No title"}
  ]
}
"#;

#[test]
fn a_feed_that_says_everything_raises_nothing() {
    assert_eq!(judge(WHOLE).iter().map(|found| found.message.as_str()).collect::<Vec<_>>(), [""; 0]);
    let now = chrono::DateTime::parse_from_rfc3339("2026-11-22T12:00:00Z").expect("a date");
    assert_eq!(
        validate(Source::new("a", WHOLE), Surroundings { url: None, now, html_judged: false, podcast: false }).kind,
        Kind::JsonFeed11
    );
}

#[test]
fn what_is_missing_is_named_in_its_object() {
    assert_eq!(
        found(r#"{"title": "x", "feed_url": "https://example.org/f", "home_page_url": "https://example.org/", "items": [{}]}"#),
        ["json-missing-member version ", "json-missing-member items/id /items/0", "json-missing-member items/content_html /items/0",]
    );
    assert_eq!(
        in_item(r#""id": "a", "content_text": "x", "attachments": [{}]"#),
        [
            "json-missing-member items/attachments/url /items/0/attachments/0",
            "json-missing-member items/attachments/mime_type /items/0/attachments/0"
        ]
    );
    assert_eq!(
        in_feed(r#""hubs": [{"type": "x"}], "authors": [{}],"#),
        ["json-missing-member hubs/url /hubs/0", "json-missing-member authors/name /authors/0"]
    );
    let advice = judge(r#"{"version": "https://jsonfeed.org/version/1", "title": "x", "items": []}"#);
    assert_eq!(advice.iter().map(|found| found.code).collect::<Vec<_>>(), ["missing-recommended-element"; 2]);
}

#[test]
fn a_value_of_another_type_is_named_with_its_pointer() {
    for (members, finding) in [
        (r#""id": 1, "content_text": "x""#, "json-wrong-type items/id /items/0/id"),
        (r#""id": "1", "content_text": ["x"]"#, "json-wrong-type items/content_text /items/0/content_text"),
        (r#""id": "1", "content_text": "x", "tags": "a""#, "json-wrong-type items/tags /items/0/tags"),
        (r#""id": "1", "content_text": "x", "tags": ["a", 1]"#, "json-wrong-type items/tags /items/0/tags/1"),
        (r#""id": "1", "content_text": "x", "authors": {"name": "a"}"#, "json-wrong-type items/authors /items/0/authors"),
        (r#""id": "1", "content_text": "x", "authors": ["a"]"#, "json-wrong-type items/authors /items/0/authors/0"),
        (r#""id": "1", "content_text": "x", "title": null"#, "json-null-member items/title /items/0/title"),
        (r#""id": null, "content_text": "x""#, "json-wrong-type items/id /items/0/id"),
        (
            r#""id": "1", "content_text": "x", "attachments": [{"url": "https://example.org/a", "mime_type": "a/b", "size_in_bytes": "1"}]"#,
            "json-wrong-type items/attachments/size_in_bytes /items/0/attachments/0/size_in_bytes",
        ),
    ] {
        assert_eq!(in_item(members), [finding], "{members}");
    }
    assert_eq!(in_feed(r#""expired": "no","#), ["json-wrong-type expired /expired"]);
    assert_eq!(
        found(&format!(r#"{{"version": "https://jsonfeed.org/version/1.1", {HEAD}, "items": {{"id": []}}}}"#)),
        ["json-wrong-type items /items"]
    );
}

#[test]
fn values_are_judged_by_their_types() {
    for (members, finding) in [
        (r#""id": " ", "content_text": "x""#, "missing-id items/id /items/0/id"),
        (
            r#""id": "1", "content_text": "x", "date_published": "2024-01-01 10:00""#,
            "invalid-rfc3339-date items/date_published /items/0/date_published",
        ),
        (r#""id": "1", "content_text": "x", "url": "/a/""#, "invalid-full-link items/url /items/0/url"),
        (r#""id": "1", "content_text": "x", "image": "mailto:a@example.org""#, "invalid-link items/image /items/0/image"),
        (r#""id": "1", "content_text": "x", "language": "english!""#, "invalid-language items/language /items/0/language"),
    ] {
        assert_eq!(in_item(members), [finding], "{members}");
    }
    let attachment = |members: &str| {
        in_item(&format!(r#""id": "1", "content_text": "x", "attachments": [{{"url": "https://example.org/a", {members}}}]"#))
    };
    let at = |code: &str, name: &str| vec![format!("{code} items/attachments/{name} /items/0/attachments/0/{name}")];
    assert_eq!(attachment(r#""mime_type": "mp3""#), at("invalid-mime-type", "mime_type"));
    assert_eq!(attachment(r#""mime_type": "a/b", "size_in_bytes": 1.5"#), at("invalid-non-negative-integer", "size_in_bytes"));
    assert_eq!(attachment(r#""mime_type": "a/b", "duration_in_seconds": -1"#), at("invalid-duration", "duration_in_seconds"));
}

#[test]
fn versions_differ_and_are_spelled_exactly() {
    let feed = |version: &str, members: &str| found(&format!(r#"{{"version": "{version}", {HEAD}, {members} "items": []}}"#));
    assert_eq!(feed("https://jsonfeed.org/version/1", r#""language": "en","#), ["json-newer-member language /language"]);
    assert_eq!(feed("https://jsonfeed.org/version/1", r#""author": {"name": "x"},"#), [""; 0]);
    for version in [
        "http://jsonfeed.org/version/1.1",
        "https://jsonfeed.org/version/1.1/",
        "https://www.jsonfeed.org/version/1.1",
        "https://jsonfeed.org/version/2",
    ] {
        assert_eq!(feed(version, ""), ["json-feed-version version /version"], "{version}");
    }
    let advice = judge(&format!(r#"{{"version": "https://jsonfeed.org/version/1.1", {HEAD}, "author": {{"name": "x"}}, "items": []}}"#));
    assert_eq!(advice.iter().map(|found| found.code).collect::<Vec<_>>(), ["json-deprecated-member"]);
}

#[test]
fn names_that_are_not_the_formats_are_told_with_what_was_meant() {
    assert_eq!(in_feed(r#""tilte": 1,"#), ["json-unknown-member tilte /tilte"]);
    assert_eq!(in_feed(r#""a/b~c": 1,"#), ["json-unknown-member a/b~c /a~1b~0c"]);
    let help = |members: &str| {
        judge(&format!(r#"{{"version": "https://jsonfeed.org/version/1.1", {HEAD}, {members} "items": []}}"#))[0].help.clone()
    };
    assert_eq!(help(r#""desription": "x","#).as_deref(), Some("did you mean `description`?"));
    assert_eq!(help(r#""date_published": "x","#).as_deref(), Some("move it to an item"));
    assert_eq!(
        in_feed(r#""_": {}, "_1": {}, "_a.b": {}, "_é": {},"#),
        ["json-extension-name _ /_", "json-extension-name _1 /_1", "json-extension-name _a.b /_a.b"]
    );
    assert_eq!(
        in_feed(r#""_a": "x", "_b": {"_c": 1, "d.e": {"f": 1, "_g": 2}},"#),
        [
            "json-extension-value _a /_a",
            "json-extension-name _c /_b/_c",
            "json-extension-name d.e /_b/d.e",
            "json-extension-name _g /_b/d.e/_g"
        ]
    );
}

#[test]
fn a_name_stands_once_in_an_object() {
    assert_eq!(in_item(r#""id": "a", "id": "b", "content_text": "x""#), ["json-duplicate-member items/id /items/0/id"]);
    assert_eq!(in_feed(r#""_x": {"a": 1, "b": 1, "a": 2},"#), ["json-duplicate-member a /_x/a"]);
    assert_eq!(in_item(r#""id": "a", "content_text": "x", "\u0069d": "b""#), ["json-duplicate-member items/id /items/0/id"]);
}

#[test]
fn pages_lead_somewhere_else() {
    assert_eq!(in_feed(r#""next_url": "HTTPS://example.org:443/feed.json","#), ["json-next-url-loops next_url /next_url"]);
}

#[test]
fn the_feed_says_where_it_is() {
    let now = chrono::DateTime::default();
    let at = |url: &str| {
        let url = url::Url::parse(url).expect("a URL");
        let found =
            validate(Source::new("a", WHOLE), Surroundings { url: Some(&url), now, html_judged: false, podcast: false }).diagnostics;
        found.iter().filter(|found| found.code == "self-doesnt-match-location").count()
    };
    assert_eq!((at("https://example.org/feed.json"), at("https://example.org/other.json")), (0, 1));
}

#[test]
fn only_content_html_is_html() {
    assert_eq!(in_item(r#""id": "a", "content_html": "<p>x</p>", "title": "a <b>b</b>""#), ["contains-html items/title /items/0/title"]);
    assert_eq!(in_item(r#""id": "a", "content_text": "a <b>b</b> &amp;""#), [""; 0]);
    assert_eq!(
        in_item(r#""id": "a", "content_html": "<a href=\"/x\">y</a>""#),
        ["contains-rel-ref items/content_html /items/0/content_html"]
    );
}

#[test]
fn places_inside_html_in_strings_are_exact() {
    let text = format!(
        "{{\"version\": \"https://jsonfeed.org/version/1.1\", {HEAD},\r\n\"items\": [{{\"id\": \"a\",\n \"content_html\": \"\\u00e9 \\ud83d\\ude00<p>\\n<a href=\\\"/x\\\">y</a></p>\"}}]}}"
    );
    let found = judge(&text);
    let place = found.iter().find(|found| found.code == "contains-rel-ref").and_then(|found| found.place.as_ref()).expect("a place");
    let (start, end) = place.mark;
    assert_eq!(place.start.line, 3);
    assert!(place.excerpt.get(start..end).is_some_and(|marked| marked.contains("/x") && !marked.contains("y<")), "{place:?}");
}

#[test]
fn ids_are_compared_across_items() {
    let text = format!(
        r#"{{"version": "https://jsonfeed.org/version/1.1", {HEAD}, "items": [
            {{"id": "a", "content_text": "x"}}, {{"id": "b", "content_text": "y"}}, {{"id": "a", "content_text": "z"}}]}}"#
    );
    let found = judge(&text);
    let twice = found.iter().find(|found| found.code == "duplicate-entries").expect("a finding");
    let subject = twice.subject.as_ref().expect("a subject");
    assert_eq!((&*subject.path, subject.pointer.as_deref()), ("items/id", Some("/items/2/id")));
    assert_eq!(twice.place.as_ref().map(|place| place.start.line), Some(2));
}

#[test]
fn a_fault_does_not_hide_what_follows() {
    let text =
        "{\"version\": \"https://jsonfeed.org/version/1.1\",\n \"title\": \"T\",,\n \"items\": [{\"id\": 1, \"content_text\": \"x\",}]";
    assert_eq!(
        found(text),
        ["json-syntax  /title", "json-wrong-type items/id /items/0/id", "json-syntax items /items/0/content_text", "json-syntax  /items",]
    );
    assert_eq!(
        found("{\"version\": \"https://jsonfeed.org/version/1.1\", \"items\": [{\"title\": \"x"),
        ["json-syntax items /items/0/title"]
    );
}

#[test]
fn places_inside_strings_are_exact() {
    let text = "{\"version\": \"https://jsonfeed.org/version/1.1\",\r\n\"title\": \"x\", \"icon\": \"https:\\/\\/example.org\\/\\u00e9\\ud83d\\ude00/a^b\", \"items\": []}";
    let found = judge(text);
    let place = found.iter().find(|found| found.code == "invalid-uri-char").and_then(|found| found.place.as_ref()).expect("a place");
    let (start, end) = place.mark;
    assert_eq!((place.start.line, place.excerpt.get(start..end)), (2, Some("^")));
}

#[test]
fn deep_nesting_is_a_finding_and_no_overflow() {
    let text =
        format!(r#"{{"version": "https://jsonfeed.org/version/1.1", "title": "x", "items": [], "_x": {{"a": {}"#, "[".repeat(500_000));
    assert!(found(&text).iter().any(|found| found.starts_with("validator-limit")), "{:?}", found(&text).first());
}

proptest! {
    #[test]
    fn any_document_is_judged_with_places_inside_it_in_order(
        text in "\\{(\"(version|title|items|id|_x|content_html|authors|tags)\": ?(\"https://jsonfeed.org/version/1.1\"|\"<p>\\\\n&é\"|1|null|true|\\[|\\]|\\{|\\}|\"x)?,?){0,14}|\\PC{0,60}"
    ) {
        let found = judge(&text);
        let places: Vec<_> = found.iter().filter_map(|found| found.place.as_ref()).map(|place| (place.start.line, place.start.column)).collect();
        prop_assert_eq!(places.len(), found.len());
        prop_assert!(places.is_sorted());
        let lines = text.lines().count().max(1) as u32 + 1;
        prop_assert!(places.iter().all(|(line, _)| *line <= lines));
    }
}
