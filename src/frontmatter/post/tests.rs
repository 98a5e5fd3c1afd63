use super::*;
use crate::text::decode::decode;
use proptest::prelude::*;

fn facts(complete: bool) -> FileFacts<'static> {
    let now = dates::parse("2026-11-22", chrono_tz::UTC).expect("a date").date;
    FileFacts { folder: "posts", now, complete }
}

fn read_at(path: &str, text: &str) -> (Reading, Vec<Diagnostic>) {
    read(Source::new(path, text), &facts(true), chrono_tz::Europe::Berlin)
}

/// Reads a text that is a post without any finding.
fn post_at(path: &str, text: &str) -> Post {
    match read_at(path, text) {
        (Reading::Post(post), found) if found.is_empty() => *post,
        (reading, found) => panic!("{reading:?} {found:#?}"),
    }
}

fn post(front: &str) -> Post {
    post_at("posts/2024-01-02-a-name.md", &format!("---\n{front}\n---\nBody"))
}

/// Returns findings as `code line:column marked text | message | help`.
fn faults_at(path: &str, text: &str) -> Vec<String> {
    let (_, found) = read_at(path, text);
    let show = |fault: &Diagnostic| {
        let place = fault.place.clone().unwrap_or_default();
        let marked = place.excerpt.get(place.mark.0..place.mark.1).unwrap_or_default().to_owned();
        let help = fault.help.as_deref().unwrap_or_default();
        format!("{} {}:{} {marked} | {} | {help}", fault.code, place.start.line, place.start.column, fault.message)
    };
    found.iter().map(show).collect()
}

fn faults(front: &str) -> Vec<String> {
    faults_at("posts/2024-01-02-a.md", &format!("---\n{front}\n---\nBody"))
}

#[test]
fn show() {
    for front in [
        "title: Foo: bar",
        "title: A\ndate: 19/08/2024",
        "title: A\n\ttags: b",
        "tags:\n\t- b",
        "title: A\ndate: 2024-01-01\ntitle: B",
        "title: \"Foo",
        "title: 'It's me'",
        "title: {{ page.title }}",
        "title: [Draft] news",
        "title: [Draft]",
        "title: *important* news",
        "title: @foo",
        "title: %foo",
        "title: `x`",
        "title: !important news",
        "title: & co",
        "title: > foo",
        "title: | foo",
        "title: C# and # comment",
        "title: a\u{8}b",
        "title:\n  - a\n  - b",
        "title: A\nfoo",
        "title: A\n  b: c",
        "tags: [a, b\ntitle: x",
        "a: {b: c\ntitle: x",
        "title: \"A\" and B",
        "title: Foo: bar\nsummary: x: y\ndate: 2024-13-01",
        "just text",
        "- a\n- b",
        "date: [2024]",
        "lang: english",
        "permalink: {a: b}",
        "tags: [a, {b: c}]",
        "summary: \"unclosed\ntitle: x",
        "title: x\n bar: y",
        "enclosure:\n  url: a\n  url: b",
        "title: &a b: c",
        "date: Last Modified",
        "expiryDate: soon",
        "title: A\nid: [1]",
        "title: -",
        "title: - x",
        "a: b\n c",
        "tags:\n- a\n - b",
        "title: #rust",
        "x: y\n}",
        "title: \"C:\\path\"",
        "title: A \\u: b",
    ] {
        println!("{front:?}\n   {:#?} {:?}", faults(front), read_at("posts/2024-01-02-a.md", &format!("---\n{front}\n---\nBody")).0);
    }
}
