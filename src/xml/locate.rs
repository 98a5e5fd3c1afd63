//! From an offset in decoded text back to the document.
//!
//! A decoded text is a slice and its raw range. Nothing is kept about what lies between; where a finding needs it, the raw
//! range is walked again.

use super::chars::is_blank;
use super::entities::{Entities, Value, scan};
use crate::diagnostic::Span;
use std::sync::Arc;

/// How a raw range of the document was decoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Character data with references.
    Text,
    /// The inside of a CDATA section: only line ends change.
    CData,
    /// An attribute's value: references, and white space becomes spaces.
    Attribute,
}

/// Finds the place of decoded text in the document; outlives the reader.
#[derive(Debug, Clone)]
pub struct Locator<'a> {
    text: &'a str,
    entities: Arc<Entities>,
}

impl<'a> Locator<'a> {
    pub(super) fn new(text: &'a str, entities: Arc<Entities>) -> Self {
        Locator { text, entities }
    }

    /// Returns where in the document the character at an offset of the decoded text stands: its own range, or that of the
    /// reference it comes from. At or beyond the end it is the empty range at the end.
    #[must_use]
    pub fn locate(&self, raw: Span, kind: Kind, offset: usize) -> Span {
        self.walk(raw, kind).seek(offset)
    }

    /// Returns where in the document a range of the decoded text stands.
    #[must_use]
    pub fn locate_range(&self, raw: Span, kind: Kind, range: Span) -> Span {
        self.walk(raw, kind).range(&range)
    }

    /// Starts a walk over a raw range, for many offsets in ascending order.
    #[must_use]
    pub fn walk(&self, raw: Span, kind: Kind) -> Walk<'_> {
        let end = self.text.floor_char_boundary(raw.end.min(self.text.len()));
        let start = self.text.floor_char_boundary(raw.start.min(end));
        let text = &self.text[..end];
        let bytes = &text.as_bytes()[start..];
        // Without a reference and a carriage return, source and decoded text are the same bytes.
        let changes = match kind {
            Kind::CData => memchr::memchr(b'\r', bytes),
            Kind::Text | Kind::Attribute => memchr::memchr2(b'&', b'\r', bytes),
        };
        let plain = changes.unwrap_or(bytes.len());
        Walk { text, entities: &self.entities, kind, start, plain, source: start + plain, decoded: plain }
    }
}

/// A walk over a raw range, see [`Locator::walk`].
#[derive(Debug)]
pub struct Walk<'l> {
    /// The document up to the end of the raw range.
    text: &'l str,
    entities: &'l Entities,
    kind: Kind,
    start: usize,
    /// How many bytes at the start are decoded as they are.
    plain: usize,
    source: usize,
    decoded: usize,
}

impl Walk<'_> {
    /// Returns where the character at an offset of the decoded text stands; quick if offsets ascend.
    pub fn seek(&mut self, offset: usize) -> Span {
        if offset < self.plain {
            return self.character(self.start + offset);
        }
        if offset < self.decoded {
            (self.source, self.decoded) = (self.start + self.plain, self.plain);
        }
        loop {
            let Some((end, len)) = self.step() else { return self.source..self.source };
            if offset < self.decoded + len {
                return self.source..end;
            }
            (self.source, self.decoded) = (end, self.decoded + len);
        }
    }

    /// Returns where a range of the decoded text stands; quick if ranges ascend.
    pub fn range(&mut self, range: &Span) -> Span {
        let start = self.seek(range.start);
        if range.end <= range.start {
            return start.start..start.start;
        }
        // The last byte belongs to the last character, whose whole range counts.
        start.start..self.seek(range.end - 1).end.max(start.start)
    }

    fn character(&self, at: usize) -> Span {
        let start = self.text.floor_char_boundary(at);
        start..start + self.text[start..].chars().next().map_or(0, char::len_utf8)
    }

    /// Returns where the next unit of the source ends and how many decoded bytes it makes.
    fn step(&self) -> Option<(usize, usize)> {
        let at = self.source;
        let bytes = self.text.as_bytes();
        match *bytes.get(at)? {
            b'\r' if bytes.get(at + 1) == Some(&b'\n') => Some((at + 2, 1)),
            b'&' if self.kind != Kind::CData => {
                let (what, end) = scan(self.text, at);
                let value: Value<'_> = self.entities.value(what, &self.text[at..end], at, self.kind);
                Some((end, value.len()))
            }
            _ => {
                let character = self.character(at);
                Some((character.end, character.len()))
            }
        }
    }
}

/// Returns an attribute's white space as XML 1.0 §3.3.3 wants it: each line end, tab and space is one space.
pub(super) fn push_spaces(out: &mut String, text: &str, is_document: bool) {
    let bytes = text.as_bytes();
    let mut copied = 0;
    for (at, &b) in bytes.iter().enumerate() {
        if is_blank(b) && b != b' ' {
            out.push_str(&text[copied..at]);
            copied = at + 1;
            // CRLF is one line end, but only in the document itself.
            if !(is_document && b == b'\r' && bytes.get(at + 1) == Some(&b'\n')) {
                out.push(' ');
            }
        }
    }
    out.push_str(&text[copied..]);
}
