//! What is wrong with a document's XML, and how much of it the reader puts up with.

use crate::diagnostic::Span;
use memchr::memchr_iter;

/// The kinds of faults; all but `Limit` make a document not well-formed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FaultKind {
    /// A rule of XML 1.0 or of its namespaces is broken.
    Syntax,
    /// A reference to an entity that nothing declares.
    UndefinedEntity,
    /// A character that XML cannot hold, written as itself or as a reference.
    Character,
    /// The document goes beyond one of [`Limits`].
    Limit,
}

/// One fault, as a finding would say it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// What sort of fault it is.
    pub kind: FaultKind,
    /// Where it is.
    pub span: Span,
    /// What happened: lower case, no final stop, values in back-ticks.
    pub message: String,
    /// What to do, in the imperative.
    pub help: Option<String>,
}

/// How far the reader goes along with a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Open elements; more are a finding, once.
    pub depth: usize,
    /// Open elements at which reading ends.
    pub stop_depth: usize,
    /// Bytes that internal entities may make in all.
    pub expansion: usize,
    /// Entities inside each other.
    pub nesting: usize,
    /// Bytes of one attribute value; more are a finding, once.
    pub attribute_value: usize,
    /// Attributes of one element; more are a finding, once.
    pub attributes: usize,
    /// Faults that are listed.
    pub faults: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            depth: 256,
            stop_depth: 10_000,
            expansion: 8 << 20,
            nesting: 32,
            attribute_value: 10_000_000,
            attributes: 1_000,
            faults: 1_000,
        }
    }
}

/// The faults found so far.
#[derive(Debug)]
pub(super) struct Faults {
    list: Vec<Fault>,
    /// How many were found in all, also those not listed.
    found: usize,
    limit: usize,
}

impl Faults {
    pub(super) fn new(limit: usize) -> Self {
        Faults { list: Vec::new(), found: 0, limit }
    }

    pub(super) fn is_full(&self) -> bool {
        self.found > self.limit
    }

    /// Counts a fault without words where no more are listed; returns whether that was done.
    pub(super) fn passes(&mut self) -> bool {
        self.found += usize::from(self.is_full());
        self.is_full()
    }

    /// Adds a fault; the words are only made where it is listed.
    pub(super) fn add(&mut self, kind: FaultKind, span: Span, words: impl FnOnce() -> (String, Option<String>)) {
        self.found += 1;
        if self.found <= self.limit {
            let (message, help) = words();
            self.list.push(Fault { kind, span, message, help });
        } else if self.found == self.limit + 1 {
            let message = format!("more than {} faults; the rest is not listed", self.limit);
            self.list.push(Fault { kind: FaultKind::Limit, span, message, help: Some("mend the first ones and check again".into()) });
        }
    }

    pub(super) fn syntax(&mut self, span: Span, words: impl FnOnce() -> (String, Option<String>)) {
        self.add(FaultKind::Syntax, span, words);
    }

    /// Returns the faults since the last call, in document order.
    pub(super) fn take(&mut self) -> Vec<Fault> {
        let mut list = std::mem::take(&mut self.list);
        list.sort_by_key(|f| f.span.start);
        list
    }
}

/// Makes a message with advice.
pub(super) fn words(message: impl Into<String>, help: impl Into<String>) -> (String, Option<String>) {
    (message.into(), Some(help.into()))
}

/// Makes a message without advice.
pub(super) fn plain(message: impl Into<String>) -> (String, Option<String>) {
    (message.into(), None)
}

/// Returns the start of a text for a message, so that no message is as long as the document.
pub(super) fn brief(text: &str) -> String {
    const LONGEST: usize = 60;
    match text.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}

/// Knows the line of any offset; made when the first message needs one.
#[derive(Debug)]
pub(super) struct Lines {
    /// How many lines end before each block.
    ends: Vec<usize>,
}

impl Lines {
    const BLOCK: usize = 1 << 16;

    pub(super) fn new(text: &str) -> Self {
        let mut count = 0;
        let ends = (0..=text.len() / Self::BLOCK).map(|block| {
            let before = count;
            count += Self::count(text, block * Self::BLOCK, text.len().min((block + 1) * Self::BLOCK));
            before
        });
        Lines { ends: ends.collect() }
    }

    /// Returns the line of an offset, 1-based.
    pub(super) fn line(&self, text: &str, at: usize) -> usize {
        let block = at.min(text.len()) / Self::BLOCK;
        self.ends.get(block).copied().unwrap_or(0) + Self::count(text, block * Self::BLOCK, at.min(text.len())) + 1
    }

    /// Counts the line ends in a range: LF, CRLF, and CR alone.
    fn count(text: &str, from: usize, to: usize) -> usize {
        let bytes = &text.as_bytes()[from..to];
        let lone = |at: &usize| text.as_bytes().get(from + at + 1) != Some(&b'\n');
        memchr_iter(b'\n', bytes).count() + memchr_iter(b'\r', bytes).filter(lone).count()
    }
}
