//! Judges any feed: every fault at its place, in one pass, without stopping.
//!
//! Three layers, so that two hundred codes are not two hundred special cases. A *vocabulary* is a table of elements: where
//! each may stand, how often, with what value and attributes, and the code for anything else. A *type* judges one value. A
//! *rule* sees what neither can: two elements that contradict each other, entries out of order. `walk` drives all three
//! over what `xml` reads; element, parent and attribute of a finding come from its stack, never from a rule.

mod codes;
mod content;
mod encoding;
pub mod findings;
pub mod input;
mod kind;
mod names;
#[cfg(test)]
mod pages;
pub mod policy;
pub mod rules;
pub mod scene;
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

use crate::diagnostic::{Diagnostic, Source};
use findings::Findings;

/// What a document turned out to be, and everything found in it.
#[derive(Debug)]
pub struct Verdict {
    /// What it is.
    pub kind: Kind,
    /// The findings, in the order of the document.
    pub diagnostics: Vec<Diagnostic>,
}

/// Judges the text of a document.
#[must_use]
pub fn validate(source: Source<'_>, surroundings: Surroundings<'_>) -> Verdict {
    let mut findings = Findings::default();
    let kind = walk::walk(source.text, surroundings, &mut findings);
    Verdict { kind, diagnostics: findings.into_diagnostics(source) }
}
