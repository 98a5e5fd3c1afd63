//! Strings of JSON (RFC 8259 §7): what they say, and the way back from it to the document.

use crate::diagnostic::Span;
use std::borrow::Cow;

/// What a unit of a string stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    /// A character.
    Character(char),
    /// Half of a pair of surrogates (RFC 8259 §8.2): no character.
    Half,
    /// An escape that JSON does not have; the character is what most likely is meant.
    Unknown(char),
}

impl Unit {
    /// Returns the character that the decoded text has.
    pub(super) fn character(self) -> char {
        match self {
            Unit::Character(c) | Unit::Unknown(c) => c,
            Unit::Half => char::REPLACEMENT_CHARACTER,
        }
    }
}

/// Returns the unit at an offset and where it ends; `None` at the end of the text.
pub(super) fn unit(text: &str, at: usize) -> Option<(Unit, usize)> {
    let mut rest = text.get(at..)?.chars();
    let first = rest.next()?;
    if first != '\\' {
        return Some((Unit::Character(first), at + first.len_utf8()));
    }
    let Some(escaped) = rest.next() else { return Some((Unit::Unknown('\\'), at + 1)) };
    let end = at + 1 + escaped.len_utf8();
    let character = match escaped {
        '"' | '\\' | '/' => escaped,
        'b' => '\u{8}',
        'f' => '\u{c}',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'u' => return Some(code_point(text, end)),
        other => return Some((Unit::Unknown(other), end)),
    };
    Some((Unit::Character(character), end))
}

/// Reads the digits behind `\u`, and those of the second half of a pair.
fn code_point(text: &str, at: usize) -> (Unit, usize) {
    let Some(first) = hex(text, at) else { return (Unit::Unknown('u'), at) };
    let end = at + 4;
    if let Some(character) = char::from_u32(first) {
        return (Unit::Character(character), end);
    }
    let is_escape = text.get(end..end + 2) == Some("\\u");
    let second = is_escape.then(|| hex(text, end + 2)).flatten().filter(|second| (0xDC00..0xE000).contains(second));
    match second {
        Some(second) if first < 0xDC00 => {
            let character = char::from_u32(0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00));
            (character.map_or(Unit::Half, Unit::Character), end + 6)
        }
        _ => (Unit::Half, end),
    }
}

/// Returns the number that four hexadecimal digits are.
fn hex(text: &str, at: usize) -> Option<u32> {
    let digits = text.get(at..at + 4).filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()))?;
    u32::from_str_radix(digits, 16).ok()
}

/// Returns what the string between two quotes says; copied only where it has an escape.
pub(super) fn decode(text: &str, span: Span) -> Cow<'_, str> {
    let raw = text.get(span).unwrap_or_default();
    let Some(first) = memchr::memchr(b'\\', raw.as_bytes()) else { return Cow::Borrowed(raw) };
    let mut out = String::with_capacity(raw.len());
    let mut at = first;
    out.push_str(raw.get(..first).unwrap_or_default());
    while let Some((unit, end)) = unit(raw, at) {
        out.push(unit.character());
        let plain = raw.as_bytes().get(end..).unwrap_or_default();
        at = end + memchr::memchr(b'\\', plain).unwrap_or(plain.len());
        out.push_str(raw.get(end..at).unwrap_or_default());
    }
    Cow::Owned(out)
}

/// A walk over a string, from offsets of what it says to the document.
#[derive(Debug)]
pub(in crate::validate) struct Walk<'t> {
    /// The document up to the closing quote.
    text: &'t str,
    start: usize,
    source: usize,
    decoded: usize,
}

impl<'t> Walk<'t> {
    /// Starts at the first character of a string.
    pub(in crate::validate) fn new(document: &'t str, raw: &Span) -> Self {
        let text = document.get(..raw.end).unwrap_or(document);
        Walk { text, start: raw.start, source: raw.start, decoded: 0 }
    }

    /// Returns where the character at an offset of the decoded text stands; quick if offsets ascend.
    pub(in crate::validate) fn seek(&mut self, offset: usize) -> Span {
        if offset < self.decoded {
            (self.source, self.decoded) = (self.start, 0);
        }
        // Up to the next backslash, source and decoded text are the same bytes.
        loop {
            let rest = self.text.as_bytes().get(self.source..).unwrap_or_default();
            let ahead = (offset - self.decoded).min(rest.len());
            let plain = memchr::memchr(b'\\', rest.get(..ahead).unwrap_or_default()).unwrap_or(ahead);
            (self.source, self.decoded) = (self.source + plain, self.decoded + plain);
            if !self.text.is_char_boundary(self.source) {
                let back = self.source - self.text.floor_char_boundary(self.source);
                (self.source, self.decoded) = (self.source - back, self.decoded - back);
            }
            let Some((unit, end)) = unit(self.text, self.source) else { return self.source..self.source };
            let length = unit.character().len_utf8();
            if offset < self.decoded + length {
                return self.source..end;
            }
            (self.source, self.decoded) = (end, self.decoded + length);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn escapes_are_decoded_and_pairs_joined() {
        let said = |text: &str| decode(text, 0..text.len()).into_owned();
        assert_eq!(said(r#"a\"\\\/\b\f\n\r\tz"#), "a\"\\/\u{8}\u{c}\n\r\tz");
        assert_eq!(said(r"\u00e9\uD83D\uDE00"), "é😀");
        assert_eq!(said(r"\uD83D x \uDE00\uD83D\n"), "\u{fffd} x \u{fffd}\u{fffd}\n");
        assert_eq!(said(r"\x\u12\é\"), "xu12é\\");
        assert!(matches!(decode("plain é", 0..8), Cow::Borrowed("plain é")));
    }

    #[test]
    fn every_character_is_found_again() {
        let text = r#"{"a":"xé\n\uD83D\uDE00y"}"#;
        let raw = 6..text.len() - 2;
        let decoded = decode(text, raw.clone());
        assert_eq!(decoded, "xé\n😀y");
        let mut walk = Walk::new(text, &raw);
        let mut at = |offset: usize| &text[walk.seek(offset)];
        assert_eq!((at(0), at(1), at(2), at(3), at(4), at(7), at(8)), ("x", "é", "é", r"\n", r"\uD83D\uDE00", r"\uD83D\uDE00", "y"));
        assert_eq!((at(9), at(0)), ("", "x"));
    }

    proptest! {
        #[test]
        fn what_is_found_is_what_was_decoded(text in "([a-z\"é😀\\n]|\\\\[nu\"x]|\\\\u[0-9a-fA-F]{4}|\\\\uD83D|\\\\uDE00){0,12}") {
            let decoded = decode(&text, 0..text.len());
            let mut walk = Walk::new(&text, &(0..text.len()));
            let mut before = 0;
            for (offset, character) in decoded.char_indices() {
                let span = walk.seek(offset);
                prop_assert!(span.start >= before && span.end > span.start);
                prop_assert_eq!(decode(&text, span.clone()).chars().next(), Some(character));
                before = span.end;
            }
            prop_assert_eq!(walk.seek(decoded.len()), text.len()..text.len());
        }
    }
}
