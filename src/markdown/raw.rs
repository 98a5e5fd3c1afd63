//! HTML blocks, gathered before they are taken in: a tag may run over their lines.

use crate::diagnostic::Span;
use crate::html::{Cleaner, Offsets};

/// An HTML block, gathered: a tag may run over its lines.
#[derive(Default)]
pub(super) struct RawHtml {
    span: Span,
    /// The lines, where a container's prefix stands between them.
    text: String,
    pieces: Vec<(usize, usize)>,
}

impl RawHtml {
    /// Begins a block at a place of the body.
    pub(super) fn new(at: usize) -> Self {
        RawHtml { span: at..at, ..RawHtml::default() }
    }

    /// Adds a line.
    pub(super) fn push(&mut self, html: &str, range: Span) {
        if self.span.is_empty() && self.text.is_empty() {
            self.span = range.start..range.start;
        }
        if self.text.is_empty() && range.start == self.span.end && html.len() == range.len() {
            self.span.end = range.end;
            return;
        }
        self.pieces.push((self.span.len() + self.text.len(), range.start));
        self.text.push_str(html);
    }

    /// Takes the block into the cleaner.
    pub(super) fn write(mut self, body: &str, cleaner: &mut Cleaner<'_>) {
        let start = body.get(self.span.clone()).unwrap_or_default();
        if self.text.is_empty() {
            return cleaner.html(start, Offsets::Shift(self.span.start));
        }
        self.pieces.insert(0, (0, self.span.start));
        cleaner.html(&[start, &self.text].concat(), Offsets::Pieces(&self.pieces));
    }
}
