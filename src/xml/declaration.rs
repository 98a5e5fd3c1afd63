//! The XML declaration: `<?xml version="1.0" encoding="utf-8" standalone="yes"?>` (XML 1.0 §2.8).

use super::chars::{is_blank, skip_blanks};
use super::fault::{Faults, brief, plain, words};
use crate::diagnostic::Span;

/// What the XML declaration says; nothing where there is none.
#[derive(Debug, Default)]
pub(super) struct XmlDeclaration {
    pub(super) version: Option<Span>,
    pub(super) encoding: Option<Span>,
    pub(super) standalone: Option<bool>,
    /// Where it ends.
    pub(super) end: usize,
}

/// Returns whether an XML declaration starts a text.
pub(super) fn starts(text: &str) -> bool {
    text.strip_prefix("<?xml").is_some_and(|rest| rest.bytes().next().is_some_and(|b| is_blank(b) || b == b'?'))
}

/// Reads the declaration that starts a document.
pub(super) fn read(text: &str, faults: &mut Faults) -> XmlDeclaration {
    let end = match memchr::memmem::find(text.as_bytes(), b"?>") {
        // A declaration holds no other tag; with one inside it, its own end is missing.
        Some(at) if !text[2..at].contains('<') => at,
        _ => {
            faults.syntax(0..5, || words("the XML declaration never ends", "write `?>` at its end"));
            return XmlDeclaration {
                end: 5 + text[5..].find(['<', '>']).map_or(text.len() - 5, |at| after_bracket(text, at)),
                ..Default::default()
            };
        }
    };
    let mut found = XmlDeclaration { end: end + 2, ..Default::default() };
    read_fields(&text[..end], faults, &mut found);
    if found.version.is_none() && !faults.is_full() {
        let said = words("the XML declaration has no `version`", "write `<?xml version=\"1.0\"` and the rest after it");
        faults.syntax(0..end + 2, || said);
    }
    found
}

/// Returns what to skip for a declaration without an end: up to `<`, or with `>`.
fn after_bracket(text: &str, at: usize) -> usize {
    if text.as_bytes()[5 + at] == b'>' { at + 1 } else { at }
}

fn read_fields(text: &str, faults: &mut Faults, found: &mut XmlDeclaration) {
    const ORDER: [&str; 3] = ["version", "encoding", "standalone"];
    let bytes = text.as_bytes();
    let (mut at, mut next) = (5, 0);
    loop {
        let start = skip_blanks(bytes, at);
        if start >= text.len() {
            return;
        }
        let name_end = start + text[start..].bytes().take_while(u8::is_ascii_alphabetic).count();
        let name = &text[start..name_end];
        let Some((value, end)) = read_value(text, name_end) else {
            let said = plain(format!("`{}` is no part of an XML declaration", brief(&text[start..])));
            return faults.syntax(start..text.len(), || said);
        };
        if start == at {
            faults.syntax(start..name_end, || words(format!("no blank before `{name}`"), "write one"));
        }
        match ORDER.iter().position(|known| *known == name) {
            None => faults.syntax(start..name_end, || plain(format!("an XML declaration has no `{}`", brief(name)))),
            Some(place) if place < next => {
                let help = "the order is `version`, `encoding`, `standalone`, each once";
                faults.syntax(start..name_end, || words(format!("`{name}` is not in its place"), help));
                keep(name, text, value, faults, found);
            }
            Some(place) => {
                next = place + 1;
                keep(name, text, value, faults, found);
            }
        }
        at = end;
    }
}

/// Returns the range of a quoted value after a name, and where it ends.
fn read_value(text: &str, name_end: usize) -> Option<(Span, usize)> {
    let bytes = text.as_bytes();
    let equals = skip_blanks(bytes, name_end);
    if bytes.get(equals) != Some(&b'=') {
        return None;
    }
    let quote_at = skip_blanks(bytes, equals + 1);
    let quote = *bytes.get(quote_at).filter(|b| matches!(b, b'"' | b'\''))?;
    let len = memchr::memchr(quote, &bytes[quote_at + 1..])?;
    Some((quote_at + 1..quote_at + 1 + len, quote_at + len + 2))
}

fn keep(name: &str, text: &str, range: Span, faults: &mut Faults, found: &mut XmlDeclaration) {
    let value = &text[range.clone()];
    match name {
        "version" => {
            // XML 1.0 §2.8 production 26: a reader of 1.0 reads every 1.x as 1.0.
            let good = value.strip_prefix("1.").is_some_and(|minor| !minor.is_empty() && minor.bytes().all(|b| b.is_ascii_digit()));
            if !good {
                faults.syntax(range.clone(), || words(format!("`{}` is no version of XML", brief(value)), "write `1.0`"));
            }
            found.version = Some(range);
        }
        "encoding" => {
            if is_encoding_name(value) {
                found.encoding = Some(range);
            } else {
                faults.syntax(range, || words(format!("`{}` is no name of an encoding", brief(value)), "write `utf-8`"));
            }
        }
        _ => match value {
            "yes" => found.standalone = Some(true),
            "no" => found.standalone = Some(false),
            _ => faults.syntax(range, || words(format!("`standalone` is `{}`", brief(value)), "write `yes` or `no`, or leave it out")),
        },
    }
}

/// Returns whether a text is an encoding's name (production 81).
fn is_encoding_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-'))
}
