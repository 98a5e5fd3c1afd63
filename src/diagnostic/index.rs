use super::source::{EXCERPT, floor};
use super::{Place, Position, Source, Span};

/// The bytes between two counts of characters.
const STEP: usize = 4096;

/// Where lines begin and how many characters stand before, so that a place costs little however many there are: a feed of
/// 230 MB on one line may hold a finding in each of its entries.
#[derive(Debug)]
pub struct Index<'a> {
    source: Source<'a>,
    /// Where each line begins; the first is 0.
    lines: Vec<usize>,
    /// The characters before each `STEP`th byte.
    characters: Vec<usize>,
}

impl<'a> Index<'a> {
    /// Reads a text once.
    #[must_use]
    pub fn new(source: Source<'a>) -> Self {
        let bytes = source.text.as_bytes();
        let mut lines: Vec<usize> = std::iter::once(0).chain(memchr::memchr_iter(b'\n', bytes).map(|at| at + 1)).collect();
        let is_alone = |at: &usize| bytes.get(at + 1) != Some(&b'\n');
        let known = lines.len();
        lines.extend(memchr::memchr_iter(b'\r', bytes).filter(is_alone).map(|at| at + 1));
        if lines.len() > known {
            lines.sort_unstable();
        }
        let sums = bytes.chunks(STEP).scan(0, |before, chunk| {
            let sum = *before;
            *before += count(chunk);
            Some(sum)
        });
        let characters = sums.collect();
        Index { source, lines, characters }
    }

    /// Returns the place of a span, as [`Source::place`] does.
    #[must_use]
    pub fn place(&self, span: Span) -> Place {
        let text = self.source.text;
        let start = floor(text, span.start);
        let end = floor(text, span.end.max(span.start)).max(start);
        // A line may be as long as the file; what is shown of it is not.
        let line = self.line(start);
        let from = text.floor_char_boundary(line.start.max(start.saturating_sub(4 * EXCERPT)));
        let to = text.ceil_char_boundary(line.end.min(end.saturating_add(4 * EXCERPT)).max(start));
        let marked = end.min(text.floor_char_boundary(start.saturating_add(4 * EXCERPT)));
        self.source.excerpted(start..marked, &(from..to), [self.position(start), self.position(end)])
    }

    /// Returns the place of a span without its line.
    #[must_use]
    pub fn ends(&self, span: Span) -> Place {
        let start = floor(self.source.text, span.start);
        let end = floor(self.source.text, span.end.max(span.start)).max(start);
        Place { start: self.position(start), end: self.position(end), ..Place::file(self.source.path) }
    }

    /// Returns the line and column of a byte offset at a character boundary.
    fn position(&self, at: usize) -> Position {
        let line = self.lines.partition_point(|start| *start <= at);
        let start = self.lines.get(line.saturating_sub(1)).copied().unwrap_or(0);
        Position { line: line as u32, column: (self.before(at) - self.before(start) + 1) as u32 }
    }

    /// Returns the range of the line that holds `at`, without its end.
    fn line(&self, at: usize) -> Span {
        let number = self.lines.partition_point(|start| *start <= at);
        let start = self.lines.get(number.saturating_sub(1)).copied().unwrap_or(0);
        let end = self.lines.get(number).copied().unwrap_or(self.source.text.len());
        let line = self.source.text.get(start..end).unwrap_or_default();
        start..start + line.trim_end_matches(['\n', '\r']).len()
    }

    /// Returns how many characters begin before a byte offset.
    fn before(&self, at: usize) -> usize {
        // The end of a text may be where the next step would begin.
        let step = (at / STEP).min(self.characters.len().saturating_sub(1));
        let known = self.characters.get(step).copied().unwrap_or(0);
        known + count(self.source.text.as_bytes().get(step * STEP..at).unwrap_or_default())
    }
}

/// Returns how many characters begin in some bytes of a text.
fn count(bytes: &[u8]) -> usize {
    // A continuation byte is 10xxxxxx.
    bytes.iter().filter(|byte| **byte & 0xC0 != 0x80).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn places_are_those_that_counting_from_the_start_finds(text in "[aä€😀\r\n\t]{0,60}", from in 0usize..200, length in 0usize..20) {
            let source = Source::new("a", &text);
            prop_assert_eq!(Index::new(source).place(from..from + length), source.place(from..from + length));
        }
    }

    #[test]
    fn a_long_line_is_counted_across_steps() {
        let text = format!("x\n{}HERE{}", "ä".repeat(5000), "y".repeat(9000));
        let place = Index::new(Source::new("a", &text)).place(10_002..10_006);
        assert_eq!(place.start, Position { line: 2, column: 5001 });
        assert_eq!(&place.excerpt[place.mark.0..place.mark.1], "HERE");
        let end = Index::new(Source::new("a", &text)).place(text.len()..text.len());
        assert_eq!(end.start, Position { line: 2, column: 14_005 });
        let full = "x".repeat(2 * STEP);
        assert_eq!(Index::new(Source::new("a", &full)).place(2 * STEP..2 * STEP).start.column as usize, 2 * STEP + 1);
    }
}
