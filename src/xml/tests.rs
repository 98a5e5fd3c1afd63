//! What the reader yields, sentence by sentence.

use super::*;
use crate::diagnostic::Span;

/// Reads a document to its end; returns the events in short, and the faults.
fn read(text: &str) -> (Vec<String>, Vec<Fault>) {
    let mut reader = Reader::new(text, Limits::default());
    let mut events = Vec::new();
    while let Some(event) = reader.next() {
        events.push(match event {
            Event::Start(tag) => {
                let attributes: String = reader.attributes().iter().map(|a| format!(" {}={}", a.name, a.value)).collect();
                format!("<{}{attributes}>", tag.name)
            }
            Event::End(tag) => format!("{}/{}", if tag.implied { "~" } else { "" }, tag.name),
            Event::Text(piece) => format!("'{}'", piece.value),
            Event::Comment(_) => "comment".into(),
            Event::Instruction { target, data, .. } => format!("?{target} {data}"),
            Event::Doctype(_) => "doctype".into(),
        });
    }
    (events, reader.take_faults())
}

/// Returns the events of a document without faults, joined by blanks.
fn good(text: &str) -> String {
    let (events, faults) = read(text);
    assert!(faults.is_empty(), "{text}: {faults:?}");
    events.join(" ")
}

/// Returns the events of a document with faults, and each fault's message with what it marks.
fn bad(text: &str) -> (String, Vec<String>) {
    let (events, faults) = read(text);
    (events.join(" "), faults.iter().map(|f| format!("{} [{}]", f.message, &text[f.span.clone()])).collect())
}

#[test]
fn a_document_comes_as_events_in_its_order() {
    let text = "<?xml version='1.0'?><?xml-stylesheet  href='a'?><!DOCTYPE a><a b='1'>x<c/><!-- y --><![CDATA[<z>]]></a>";
    assert_eq!(good(text), "?xml-stylesheet href='a' doctype <a b=1> 'x' <c> /c comment '<z>' /a");
}

#[test]
fn references_and_line_ends_are_decoded() {
    assert_eq!(good("<a>1\r\n2\r3&#13;&lt;&#x41;&apos;</a>"), "<a> '1\n2\n3\r<A'' /a");
    assert_eq!(good("<a b='1\r\n2\t3&#10;4'/>"), "<a b=1 2 3\n4> /a");
}

#[test]
fn namespaces_are_numbers_with_a_uri_and_follow_scope() {
    let mut reader = Reader::new("<a xmlns='u' xmlns:p='v'><p:b xmlns='' p:c='1' d='2'/><e/></a>", Limits::default());
    let mut seen = Vec::new();
    while let Some(event) = reader.next() {
        if let Event::Start(tag) = event {
            let attributes: Vec<&str> = reader.attributes().iter().map(|a| reader.namespace(a.ns)).collect();
            seen.push(format!("{}|{}|{}", tag.local, reader.namespace(tag.ns), attributes.join(",")));
        }
    }
    assert_eq!(seen, ["a|u|", "b|v|v,", "e|u|"]);
}

#[test]
fn each_hard_case_gets_its_verdict_and_its_words() {
    let mut wrong = Vec::new();
    for (text, expected) in cases::CASES {
        let found = read(text).1.first().map_or(cases::FINE.to_owned(), |f| f.message.clone());
        let as_expected = if expected.is_empty() { found.is_empty() } else { found.starts_with(expected) };
        if !as_expected {
            wrong.push(format!("{text}\n  expected: {expected}\n  found: {found}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
