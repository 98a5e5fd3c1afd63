//! What holds for every document: the verdict is a strict parser's, spans are true, and what starts ends.

use super::documents::{changed, document};
use super::*;
use crate::diagnostic::Span;
use proptest::prelude::*;
use std::fmt::Write as _;

/// Reads to the end and checks what holds whatever the document is; returns the faults.
fn check(text: &str) -> Vec<Fault> {
    let mut reader = Reader::new(text, Limits::default());
    let mut depth = 0_usize;
    let mut at = 0;
    while let Some(event) = reader.next() {
        let span = match &event {
            Event::Start(tag) => {
                depth += 1;
                assert_eq!(&text[tag.name_span()], tag.name, "{text:?}");
                for attribute in reader.attributes() {
                    assert!(
                        text.get(attribute.name_span.clone()).is_some() && text.get(attribute.value_span.clone()).is_some(),
                        "{text:?}"
                    );
                }
                tag.span.clone()
            }
            Event::End(tag) => {
                assert!(depth > 0, "more ends than starts: {text:?}");
                depth -= 1;
                tag.span.clone()
            }
            Event::Text(piece) => piece.raw.clone(),
            Event::Comment(span) | Event::Doctype(span) | Event::Instruction { span, .. } => span.clone(),
        };
        assert_eq!(depth, reader.depth(), "{text:?}");
        assert!(text.get(span.clone()).is_some(), "{span:?} is no range of {text:?}");
        assert!(span.start >= at, "{span:?} starts before {at}, where the last event did, in {text:?}");
        at = span.start;
    }
    assert_eq!(depth, 0, "{text:?}");
    let faults = reader.take_faults();
    for fault in &faults {
        assert!(text.get(fault.span.clone()).is_some(), "{fault:?} is not in {text:?}");
        assert!(!fault.message.is_empty() && !fault.message.ends_with('.'), "{fault:?}");
    }
    faults
}

/// Faults that `uppsala` does not see: a part of our message, what else the document holds, and why it is one.
const AGREED: &[(&str, &str, &str)] = &[
    ("the instruction's name", "", "Namespaces in XML 1.0 §7: no colon in it"),
    ("has a colon", "", "Namespaces in XML 1.0 §7: no colon in the name of an entity or notation"),
    ("is no name with a prefix", "", "Namespaces in XML 1.0 §4: one colon, between two names"),
    ("an element cannot have the prefix `xmlns`", "", "Namespaces in XML 1.0 §3"),
    ("` is empty", "xmlns:", "Namespaces in XML 1.0 §2.2: a prefix cannot stand for nothing"),
    ("an attribute's value cannot hold `<`", "<!ENTITY", "XML 1.0 §3.1, No < in Attribute Values: nor in an entity's text there"),
    ("the prefix `", "<!ENTITY", "Namespaces in XML 1.0 §5: also inside an entity's text"),
    ("parameter entity", "%", "XML 1.0 §4.1: it does not look into them"),
    ("no declaration", "%", "XML 1.0 §2.8: the text of a parameter entity is declarations"),
    ("where a blank belongs", "%", "XML 1.0 §2.8: the text of a parameter entity is declarations"),
    ("cannot stand in XML", "&", "XML 1.0 §2.2: it does not look at values that also have references"),
];

/// Documents without a fault that `uppsala` refuses: what they hold, and why it is none.
const ALLOWED: &[(&str, &str)] = &[
    ("version='1.7'", "XML 1.0 §2.8: a reader of 1.0 reads 1.x"),
    ("CDATA 'u'>]><a p:b", "Namespaces in XML 1.0 §3: a default declares a prefix, too"),
    ("<!ENTITY e SYSTEM", "XML 1.0 §4.4.3: what is elsewhere need not be fetched"),
    ("<!ENTITY % p \"", "XML 1.0 §4.4.8: an internal parameter entity is read"),
    ("Netscape Communications", "the DTD of RSS 0.91 is known"),
    ("rss-0.91.dtd", "the DTD of RSS 0.91 is known"),
];

/// Says where our verdict differs from the strict parser's without a reason we know.
fn disagreement(text: &str, faults: &[Fault]) -> Option<String> {
    let theirs = uppsala::parse(text).err();
    let known = match (faults.is_empty(), &theirs) {
        (true, None) | (false, Some(_)) => true,
        (true, Some(_)) => ALLOWED.iter().any(|(part, _)| text.contains(part)),
        (false, None) => faults.iter().all(|f| AGREED.iter().any(|(part, other, _)| f.message.contains(part) && text.contains(other))),
    };
    (!known).then(|| format!("{text}\n  ours: {faults:?}\n  theirs: {theirs:?}"))
}

#[test]
fn a_strict_parser_has_the_same_verdict_on_the_hard_cases() {
    let differ: Vec<String> = super::cases::CASES.iter().filter_map(|(text, _)| disagreement(text, &check(text))).collect();
    assert!(differ.is_empty(), "{}", differ.join("\n"));
}

/// Decodes a slice of a document alone, with the same declarations before it.
fn decode(declarations: &str, slice: &str, kind: Kind) -> String {
    let document = match kind {
        Kind::Text => format!("{declarations}<a>{slice}</a>"),
        Kind::CData => format!("{declarations}<a><![CDATA[{slice}]]></a>"),
        Kind::Attribute if slice.contains('"') => format!("{declarations}<a b='{slice}'/>"),
        Kind::Attribute => format!("{declarations}<a b=\"{slice}\"/>"),
    };
    let mut reader = Reader::new(&document, Limits::default());
    let mut out = String::new();
    while let Some(event) = reader.next() {
        match event {
            Event::Text(piece) if piece.raw.len() == slice.len() => out.push_str(&piece.value),
            Event::Start(tag) if tag.name == "a" && kind == Kind::Attribute => {
                out.extend(reader.attributes().iter().filter(|a| a.name == "b").map(|a| a.value.as_ref()));
            }
            _ => {}
        }
    }
    out
}

/// Checks that every character of a decoded text is traced to a slice that decodes to it, and that the slices leave no gap
/// but references to nothing.
fn check_places(text: &str, declarations: &str, locator: &Locator<'_>, raw: &Span, kind: Kind, value: &str) {
    let mut walk = locator.walk(raw.clone(), kind);
    let (mut offset, mut at) = (0, raw.start);
    let mut skipped = String::new();
    while offset < value.len() {
        let span = walk.seek(offset);
        assert_eq!(span, locator.locate(raw.clone(), kind, offset), "{text:?}");
        assert!(span.start >= at && span.end <= raw.end && !span.is_empty(), "{span:?} in {raw:?} after {at} of {text:?}");
        write!(skipped, "{}", &text[at..span.start]).expect("a string");
        let decoded = decode(declarations, &text[span.clone()], kind);
        assert_eq!(value.get(offset..offset + decoded.len()), Some(decoded.as_str()), "{span:?} of {text:?}");
        assert!(!decoded.is_empty(), "{span:?} of {text:?}");
        (offset, at) = (offset + decoded.len(), span.end);
    }
    skipped.push_str(&text[at..raw.end]);
    assert!(skipped.is_empty() || skipped.starts_with('&') && skipped.ends_with(';'), "{skipped:?} is left out in {text:?}");
    assert_eq!(walk.seek(value.len()), raw.end..raw.end, "{text:?}");
    assert_eq!(
        locator.locate_range(raw.clone(), kind, 0..0),
        locator.locate(raw.clone(), kind, 0).start..locator.locate(raw.clone(), kind, 0).start
    );
}

/// Checks the places of all text and all values of a document.
fn check_all_places(text: &str) {
    let mut reader = Reader::new(text, Limits::default());
    let mut declarations = String::new();
    while let Some(event) = reader.next() {
        match event {
            Event::Doctype(span) if reader.doctype().is_some_and(|d| d.span == span) => text[span].clone_into(&mut declarations),
            Event::Text(piece) => check_places(text, &declarations, &reader.locator(), &piece.raw, piece.kind, &piece.value),
            Event::Start(_) => {
                let own = |a: &&Attribute<'_>| a.value_span.start > a.name_span.end;
                for attribute in reader.attributes().iter().filter(own) {
                    check_places(text, &declarations, &reader.locator(), &attribute.value_span, Kind::Attribute, &attribute.value);
                }
            }
            _ => {}
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn a_well_formed_document_has_no_fault(text in document()) {
        let faults = check(&text);
        prop_assert!(faults.is_empty(), "{text:?}: {faults:?}");
    }

    #[test]
    fn a_strict_parser_has_the_same_verdict_on_a_changed_document(text in changed()) {
        let difference = disagreement(&text, &check(&text));
        prop_assert!(difference.is_none(), "{}", difference.unwrap_or_default());
    }

    #[test]
    fn decoded_text_is_traced_to_slices_that_decode_to_it(text in document()) {
        check_all_places(&text);
    }

    #[test]
    fn any_text_is_read_to_its_end(text in "(\\PC|[<>&;/!?'\"=\\[\\]\\-#%\u{0}\r\n\t:a]){0,60}") {
        check(&text);
        check_all_places_loosely(&text);
    }
}

/// Asks for places in any document: they are within the raw range.
fn check_all_places_loosely(text: &str) {
    let mut reader = Reader::new(text, Limits::default());
    while let Some(event) = reader.next() {
        if let Event::Text(piece) = event {
            for offset in 0..piece.value.len() + 2 {
                let span = reader.locate(piece.raw.clone(), piece.kind, offset);
                assert!(span.start >= piece.raw.start && span.end <= piece.raw.end && text.get(span).is_some(), "{text:?}");
            }
        }
    }
}

#[test]
fn places_are_true_in_the_hard_cases() {
    for (text, expected) in super::cases::CASES {
        if expected.is_empty() && !text.contains("NDATA") {
            check_all_places(text);
        }
    }
}
