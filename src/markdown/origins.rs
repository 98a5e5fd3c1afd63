//! The way back from an entry's HTML to the file of its post.

use crate::diagnostic::Span;

/// Where in a file the parts of a content come from: pairs of offsets (in the HTML, in the file), kept while it was rendered.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Origins(Vec<(usize, usize)>);

impl Origins {
    /// Takes pairs in the order of the HTML.
    pub(super) fn new(pairs: Vec<(usize, usize)>) -> Self {
        Origins(pairs)
    }

    /// Returns where a range of the HTML stands in the text of the file: its very place if it stands there as it is, else
    /// the beginning of what it was made of.
    #[must_use]
    pub fn locate(&self, range: &Span, html: &str, text: &str) -> Option<Span> {
        let after = self.0.partition_point(|(here, _)| *here <= range.start);
        let (here, there) = *self.0.get(after.checked_sub(1)?)?;
        let end = there + (range.end - here);
        let as_it_is = html.get(here..range.end).is_some_and(|part| text.get(there..end) == Some(part));
        Some(if as_it_is { end - range.len()..end } else { there..there })
    }
}
