//! Judges any feed: every fault at its place, in one pass, without stopping.
//!
//! Three layers, so that two hundred codes are not two hundred special cases. A *vocabulary* is a table of elements: where
//! each may stand, how often, with what value and attributes, and the code for anything else. A *type* judges one value. A
//! *rule* sees what neither can: two elements that contradict each other, entries out of order. `walk` drives all three
//! over what `xml` reads; element, parent and attribute of a finding come from its stack, never from a rule. `json` does the
//! same for JSON Feed. `sniff` tells which of them it is, or what else.

mod codes;
mod content;
mod encoding;
pub mod findings;
pub mod input;
mod json;
mod kind;
mod names;
#[cfg(test)]
mod pages;
pub mod policy;
#[cfg(test)]
mod properties;
pub mod rules;
pub mod scene;
mod sniff;
pub mod table;
#[cfg(test)]
mod tests;
pub mod text;
pub mod transport;
pub mod types;
pub mod value;
pub mod vocabulary;
mod w3c;
mod walk;

pub use codes::*;
pub use kind::Kind;
pub use scene::Surroundings;

use crate::diagnostic::{Code, Diagnostic, Place, Source, Span};
use findings::{Findings, Placed};
use sniff::Sniffed;

/// What a document turned out to be, and everything found in it.
#[derive(Debug)]
pub struct Verdict {
    /// What it is.
    pub kind: Kind,
    /// How many entries it has.
    pub entries: usize,
    /// The findings, in the order of the document.
    pub diagnostics: Vec<Diagnostic>,
}

/// Judges the text of a document.
#[must_use]
pub fn validate(source: Source<'_>, surroundings: Surroundings<'_>) -> Verdict {
    examine(source, surroundings).verdict()
}

/// A verdict that is still short; it needs the text no more.
struct Examined {
    kind: Kind,
    entries: usize,
    found: Placed,
}

impl Examined {
    fn verdict(self) -> Verdict {
        Verdict { kind: self.kind, entries: self.entries, diagnostics: self.found.into_diagnostics() }
    }
}

/// Judges the text of a document.
fn examine(source: Source<'_>, surroundings: Surroundings<'_>) -> Examined {
    let mut findings = Findings::default();
    let (kind, entries) = match sniff::sniff(source.text) {
        Sniffed::Xml => walk::walk(source.text, surroundings, &mut findings),
        Sniffed::Json(kind) => {
            let entries = json::walk(source.text, kind, surroundings, &mut findings);
            (kind, entries)
        }
        Sniffed::Other(other) => return refuse(source, other),
    };
    Examined { kind, entries, found: findings.placed(source) }
}

impl Verdict {
    /// Returns the first reason why a strict reader would refuse the document: it is no feed, or its XML or JSON is broken.
    #[must_use]
    pub fn refusal(&self) -> Option<&Diagnostic> {
        const CODES: [&Code; 4] = [&SAX_ERROR, &UNICODE_ERROR, &JSON_SYNTAX, &NOT_A_FEED];
        let is_such = |found: &&Diagnostic| {
            let code = codes::CODES.iter().find(|code| code.name == found.code);
            code.is_some_and(|code| CODES.iter().any(|wider| code.is_a(wider.name)))
        };
        self.diagnostics.iter().find(is_such)
    }
}

/// Judges the HTML of an entry that is not written yet; `place` tells where a range of it comes from.
#[must_use]
pub fn validate_html(html: &str, place: impl Fn(&Span) -> Place) -> Vec<Diagnostic> {
    content::of_entry(html, place)
}

/// Says that a document is no feed, and what it is.
fn refuse(source: Source<'_>, other: &sniff::Other) -> Examined {
    let mut findings = Findings::default();
    let first = source.text.chars().next().map_or(0, char::len_utf8);
    findings.add_at(&NOT_A_FEED, 0..first, String::new(), other.message()).help(other.help);
    Examined { kind: other.kind, entries: 0, found: findings.placed(source) }
}
