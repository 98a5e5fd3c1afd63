//! Edits to a post's source, and the way back from the edited text to the place in the file.

use crate::diagnostic::Span;
use std::borrow::Cow;

/// One replacement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Edit {
    pub span: Span,
    pub text: Cow<'static, str>,
}

/// A text after its edits.
#[derive(Debug)]
pub(super) struct Mended<'a> {
    pub text: Cow<'a, str>,
    /// Where unchanged stretches begin: (here, in the source); and where replacements begin.
    pieces: Vec<(usize, usize, bool)>,
}

/// Applies edits; where two overlap, the first in the text wins.
pub(super) fn apply(source: &str, mut edits: Vec<Edit>) -> Mended<'_> {
    if edits.is_empty() {
        return Mended { text: Cow::Borrowed(source), pieces: Vec::new() };
    }
    edits.sort_by_key(|edit| (edit.span.start, edit.span.end));
    let mut out = String::with_capacity(source.len());
    let mut pieces = vec![(0, 0, false)];
    let mut done = 0;
    for edit in edits {
        let Some(before) = source.get(done..edit.span.start) else { continue };
        out.push_str(before);
        pieces.push((out.len(), edit.span.start, true));
        out.push_str(&edit.text);
        done = edit.span.end;
        pieces.push((out.len(), done, false));
    }
    out.push_str(source.get(done..).unwrap_or_default());
    Mended { text: Cow::Owned(out), pieces }
}

impl Mended<'_> {
    /// Returns the place in the source of a place in the text.
    pub(super) fn origin(&self, at: usize) -> usize {
        let after = self.pieces.partition_point(|(here, ..)| *here <= at);
        match after.checked_sub(1).and_then(|place| self.pieces.get(place)) {
            Some((_, there, true)) => *there,
            Some((here, there, false)) => there + (at - here),
            None => at,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_lead_back_over_edits() {
        let edits =
            vec![Edit { span: 4..6, text: "WXYZ".into() }, Edit { span: 1..3, text: "".into() }, Edit { span: 2..5, text: "no".into() }];
        let mended = apply("0123456789", edits);
        assert_eq!(mended.text, "03WXYZ6789");
        let places: Vec<usize> = (0..10).map(|at| mended.origin(at)).collect();
        assert_eq!(places, [0, 3, 4, 4, 4, 4, 6, 7, 8, 9]);
    }
}
