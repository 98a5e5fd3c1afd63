use super::{Place, Position};
use std::ops::Range;

/// A byte range in a decoded text.
pub type Span = Range<usize>;

/// The longest excerpt, in characters, before it is shortened around the marked part.
pub(super) const EXCERPT: usize = 96;

/// A loaded text and its name.
#[derive(Debug, Clone, Copy)]
pub struct Source<'a> {
    /// The name to report: a path relative to the site, `-` for standard input, or a URL.
    pub path: &'a str,
    /// The decoded text, without a byte order mark.
    pub text: &'a str,
}

impl<'a> Source<'a> {
    /// Names a text.
    #[must_use]
    pub fn new(path: &'a str, text: &'a str) -> Self {
        Source { path, text }
    }

    /// Returns the place of a span: position, and the line's text with the span marked.
    #[must_use]
    pub fn place(&self, span: Span) -> Place {
        let start = floor(self.text, span.start);
        let end = floor(self.text, span.end.max(span.start)).max(start);
        let line = line_of(self.text, start);
        self.excerpted(start..end, &line, [position(self.text, start), position(self.text, end)])
    }

    /// Returns the place of a span whose line and positions are known.
    pub(super) fn excerpted(&self, span: Span, line: &Span, [start, end]: [Position; 2]) -> Place {
        let (excerpt, mark) =
            excerpt(&self.text[line.clone()], span.start - line.start..span.end.min(line.end).max(span.start) - line.start);
        Place { path: self.path.into(), key: None, start, end, excerpt, mark }
    }
}

/// Returns the last character boundary at or before `at`; what lies within a CRLF is at its start.
pub(super) fn floor(text: &str, at: usize) -> usize {
    let at = text.floor_char_boundary(at.min(text.len()));
    at - usize::from(text.as_bytes().get(at.saturating_sub(1)..=at) == Some(b"\r\n"))
}

/// Returns the line and column of a byte offset. CR, LF and CRLF each end a line.
fn position(text: &str, at: usize) -> Position {
    let before = &text[..at];
    let bytes = before.as_bytes();
    let ends = bytes.iter().enumerate().filter(|&(i, b)| *b == b'\n' || *b == b'\r' && text.as_bytes().get(i + 1) != Some(&b'\n'));
    let line = ends.count() + 1;
    let column = before.chars().rev().take_while(|c| *c != '\n' && *c != '\r').count() + 1;
    Position { line: line as u32, column: column as u32 }
}

/// Returns the range of the line that holds `at`, without its end.
fn line_of(text: &str, at: usize) -> Span {
    let is_end = |c| c == '\n' || c == '\r';
    let start = text[..at].rfind(is_end).map_or(0, |i| i + 1);
    let end = text[at..].find(is_end).map_or(text.len(), |i| at + i);
    start..end
}

/// Shortens a line around the marked part and replaces tabs, so that the marks stand below what they mark.
fn excerpt(line: &str, mark: Span) -> (String, (usize, usize)) {
    let before: Vec<char> = line[..mark.start].chars().collect();
    let marked: Vec<char> = line[mark.clone()].chars().collect();
    let after: Vec<char> = line[mark.end..].chars().collect();
    let fits = before.len() + marked.len() + after.len() <= EXCERPT;
    let keep_marked = if fits { marked.len() } else { marked.len().min(EXCERPT / 2) };
    let keep_before = if fits { before.len() } else { before.len().min(EXCERPT / 4) };
    let keep_after = if fits { after.len() } else { EXCERPT - keep_before - keep_marked };
    let mut out = String::new();
    let push = |out: &mut String, chars: &[char]| out.extend(chars.iter().map(|&c| if c.is_control() { ' ' } else { c }));
    if keep_before < before.len() {
        out.push('…');
    }
    push(&mut out, &before[before.len() - keep_before..]);
    let start = out.len();
    push(&mut out, &marked[..keep_marked]);
    let end = out.len();
    if keep_marked < marked.len() {
        out.push('…');
    } else {
        push(&mut out, &after[..keep_after.min(after.len())]);
        if keep_after < after.len() {
            out.push('…');
        }
    }
    (out, (start, end))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str, at: usize) -> (u32, u32) {
        let place = Source::new("a", text).place(at..at);
        (place.start.line, place.start.column)
    }

    #[test]
    fn every_kind_of_line_end_counts_once_and_columns_count_characters() {
        assert_eq!(at("a\r\nb\rc\nd", 3), (2, 1));
        assert_eq!(at("a\r\nb\rc\nd", 5), (3, 1));
        assert_eq!(at("a\r\nb\rc\nd", 7), (4, 1));
        assert_eq!(at("äöü x", 7), (1, 5));
        assert_eq!(at("", 0), (1, 1));
        assert_eq!(at("a", 99), (1, 2));
    }

    #[test]
    fn a_long_line_is_shortened_around_the_mark() {
        let text = format!("{}HERE{}", "x".repeat(5000), "y".repeat(5000));
        let place = Source::new("a", &text).place(5000..5004);
        assert_eq!(&place.excerpt[place.mark.0..place.mark.1], "HERE");
        assert!(place.excerpt.chars().count() <= EXCERPT + 2, "{}", place.excerpt);
        assert_eq!(place.start, Position { line: 1, column: 5001 });
    }

    #[test]
    fn a_span_inside_a_character_is_moved_to_its_start() {
        let place = Source::new("a", "ä").place(1..1);
        assert_eq!(place.start.column, 1);
    }
}
