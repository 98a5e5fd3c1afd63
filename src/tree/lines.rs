//! Lines of a text, and the ends of quotes and brackets.

use crate::diagnostic::Span;

/// Returns the line at an offset, without its end, and where the next begins. CR, LF and CRLF each end a line.
#[must_use]
pub fn line(text: &str, at: usize) -> Option<(Span, usize)> {
    let rest = text.get(at..).filter(|rest| !rest.is_empty())?;
    let bytes = rest.as_bytes();
    let Some(end) = bytes.iter().position(|b| matches!(b, b'\n' | b'\r')) else { return Some((at..text.len(), text.len())) };
    let long = if bytes[end] == b'\r' && bytes.get(end + 1) == Some(&b'\n') { 2 } else { 1 };
    Some((at..at + end, at + end + long))
}

/// Returns the line that holds an offset.
#[must_use]
pub fn line_around(text: &str, at: usize) -> Span {
    let at = text.floor_char_boundary(at.min(text.len()));
    let start = text[..at].rfind(['\n', '\r']).map_or(0, |i| i + 1);
    start..text[start..].find(['\n', '\r']).map_or(text.len(), |i| start + i)
}

/// Returns a line by its number, counted from 1.
#[must_use]
pub fn nth_line(text: &str, number: usize) -> Option<Span> {
    let mut at = 0;
    for _ in 1..number {
        at = line(text, at)?.1;
    }
    line(text, at).map(|(range, _)| range)
}

/// Returns the length of the quoted text a text begins with, both quotes included.
#[must_use]
pub fn quoted_end(text: &str, quote: u8) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = 1;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'\\' if quote == b'"' => at += 1,
            b'\'' if quote == b'\'' && bytes.get(at + 1) == Some(&b'\'') => at += 1,
            _ if *byte == quote => return Some(at + 1),
            _ => {}
        }
        at += 1;
    }
    None
}

/// Returns the length of the `[…]` or `{…}` that a text begins with.
#[must_use]
pub fn flow_end(text: &str) -> Option<usize> {
    let (mut depth, mut at, mut begins) = (0usize, 0, true);
    while let Some(byte) = text.as_bytes().get(at) {
        match byte {
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth = depth.saturating_sub(1),
            b'"' | b'\'' if begins => at += quoted_end(text.get(at..)?, *byte)? - 1,
            _ => {}
        }
        begins = matches!(byte, b'[' | b'{' | b',' | b':') || begins && byte.is_ascii_whitespace();
        at += 1;
        if depth == 0 {
            return Some(at);
        }
    }
    None
}
