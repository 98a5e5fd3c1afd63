//! One finding about a user's document, as plain owned data.
//!
//! Every room that judges a document (posts, configuration, templates, feeds, mails) makes [`Diagnostic`]s and exports
//! its table of [`Code`]s. Nothing here prints: `report` turns diagnostics into text, JSON and so on.
//! An *error* (a `Result::Err`) is something else: why we could not do the job at all.

mod index;
mod place;
mod source;
mod subject;

use sha2::{Digest, Sha256};
use std::sync::Arc;

pub use index::Index;
pub use place::{Place, Position};
pub use source::{Source, Span};
pub use subject::Subject;

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Advice, shown on request.
    Info,
    /// Something was mended or will disappoint some readers; the document stays.
    Warning,
    /// The document's meaning is in doubt.
    Error,
}

impl Severity {
    /// Returns the word that reports print: `error`, `warning` or `info`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Severity::Info => "info",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

/// A kind of finding: its name, its severity and one sentence on what it reports.
#[derive(Debug, PartialEq, Eq)]
pub struct Code {
    /// Kebab-case, named by what is wrong: `unknown-date`.
    pub name: &'static str,
    /// The severity unless a profile changes it.
    pub severity: Severity,
    /// What it reports and who suffers, in one sentence.
    pub summary: &'static str,
    /// The wider code that covers this one; `allow` and `deny` of a code hold for those below it too.
    pub parent: Option<&'static Code>,
}

impl Code {
    /// Makes a code for a fault that leaves the document's meaning in doubt.
    #[must_use]
    pub const fn error(name: &'static str, summary: &'static str) -> Self {
        Code { name, severity: Severity::Error, summary, parent: None }
    }

    /// Makes a code for a fault that was mended or that only some readers feel.
    #[must_use]
    pub const fn warning(name: &'static str, summary: &'static str) -> Self {
        Code { name, severity: Severity::Warning, summary, parent: None }
    }

    /// Makes a code for advice, which is shown on request.
    #[must_use]
    pub const fn info(name: &'static str, summary: &'static str) -> Self {
        Code { name, severity: Severity::Info, summary, parent: None }
    }

    /// Puts it below a wider code.
    #[must_use]
    pub const fn below(mut self, parent: &'static Code) -> Self {
        self.parent = Some(parent);
        self
    }

    /// Returns whether this is the code of a name, or one below it.
    #[must_use]
    pub fn is_a(&self, name: &str) -> bool {
        self.name == name || self.parent.is_some_and(|parent| parent.is_a(name))
    }
}

/// One finding: what happened, where, and what to do next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// The kind of finding.
    pub code: &'static str,
    /// How much it matters.
    pub severity: Severity,
    /// What happened: lower case, no final stop, values in back-ticks.
    pub message: String,
    /// Where it is; `None` only for findings about the site as a whole.
    pub place: Option<Place>,
    /// What to do, in the imperative.
    pub help: Option<Arc<str>>,
    /// The section of the specification it comes from: `RFC 4287 §4.1.2`.
    pub spec: Option<&'static str>,
    /// What in a feed it is about.
    pub subject: Option<Box<Subject>>,
}

impl Diagnostic {
    /// Makes a finding of a kind, without a place yet.
    pub fn new(code: &'static Code, message: impl Into<String>) -> Self {
        let message = message.into();
        Diagnostic { code: code.name, severity: code.severity, message, place: None, help: None, spec: None, subject: None }
    }

    /// Adds where it is.
    #[must_use]
    pub fn at(mut self, place: Place) -> Self {
        self.place = Some(place);
        self
    }

    /// Adds what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into().into());
        self
    }

    /// Adds the section of the specification it comes from.
    #[must_use]
    pub fn spec(mut self, section: &'static str) -> Self {
        self.spec = Some(section);
        self
    }

    /// Adds what in a feed it is about.
    #[must_use]
    pub fn about(mut self, subject: Subject) -> Self {
        self.subject = Some(Box::new(subject));
        self
    }

    /// Returns whether this is an error.
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }

    /// Returns what stays the same when lines move: a hash of the code, the entry and the element. A finding about no
    /// element of a feed is known by its file and message instead.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let path = self.place.as_ref().map_or("", |place| &*place.path);
        let parts = match &self.subject {
            // Not the pointer: it counts the items before this one.
            Some(subject) => [subject.entry.as_deref().unwrap_or_default(), &subject.path, subject.attr.as_deref().unwrap_or_default(), ""],
            None => [path, &self.message, "", ""],
        };
        let digest = Sha256::digest([self.code, parts.join("\0").as_str()].join("\0"));
        format!("{:016x}", digest.iter().take(8).fold(0_u64, |hash, byte| hash << 8 | u64::from(*byte)))
    }

    /// Returns what diagnostics are sorted by: path, line, column, code, message.
    #[must_use]
    pub fn sort_key(&self) -> (&str, u32, u32, &str, &str) {
        let (path, line, column) = self.place.as_ref().map_or(("", 0, 0), |p| (&*p.path, p.start.line, p.start.column));
        (path, line, column, self.code, &self.message)
    }
}
