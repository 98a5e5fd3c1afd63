//! Characters that XML can hold (XML 1.0 §2.2), and those it cannot.
//!
//! `rss` and `atom_syndication` write whatever they are given, so everything that reaches them passes [`clean`] once.

use super::bytes::position;
use std::borrow::Cow;

/// Returns whether XML 1.0 allows a character in a document (§2.2, production 2).
#[must_use]
pub fn is_xml_char(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..)
}

/// Returns the text without the characters XML excludes, and with every line end as LF (XML 1.0 §2.11).
#[must_use]
pub fn clean(text: &str) -> Cow<'_, str> {
    if !text.contains('\r') && forbidden(text).next().is_none() {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\r' => {
                chars.next_if_eq(&'\n');
                out.push('\n');
            }
            c if is_xml_char(c) => out.push(c),
            _ => {}
        }
    }
    Cow::Owned(out)
}

/// Returns each character that XML excludes with its byte offset.
pub fn forbidden(text: &str) -> impl Iterator<Item = (usize, char)> + '_ {
    let mut at = 0;
    std::iter::from_fn(move || {
        while let Some(found) = position(text.as_bytes().get(at..)?, is_suspect) {
            at += found;
            let c = text.get(at..).and_then(|rest| rest.chars().next());
            let start = at;
            at += c.map_or(1, char::len_utf8);
            if let Some(c) = c.filter(|c| !is_xml_char(*c)) {
                return Some((start, c));
            }
        }
        None
    })
}

/// Returns whether a value holds what ends a line for some server or reader, or any other control character.
#[must_use]
pub fn has_break(value: &str) -> bool {
    value.chars().any(|c| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}'))
}

/// Returns the text on one line: trimmed, every run of white space one blank.
///
/// A no-break space is not white space here: its author wants it, and French and Swiss text lives by it.
#[must_use]
pub fn one_line(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let is_space = |c: char| c.is_whitespace() && !is_no_break(c);
    for word in text.split(is_space).filter(|word| !word.is_empty()) {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    // What only holds a line together means nothing at its ends.
    let trimmed = out.trim();
    if trimmed.len() == out.len() { out } else { trimmed.to_owned() }
}

/// Returns whether a character is a blank that no line may break at (Unicode line breaking class GL).
fn is_no_break(c: char) -> bool {
    matches!(c, '\u{A0}' | '\u{2007}' | '\u{202F}')
}

/// Returns whether a byte may begin an excluded character: a control, or the lead byte of U+F000–FFFF.
// Without branches the compiler turns the loop over it into vector code.
pub(crate) fn is_suspect(byte: u8) -> bool {
    (byte < 0x20) & (byte != b'\t') & (byte != b'\n') & (byte != b'\r') | (byte == 0xEF)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn clean_text_is_borrowed() {
        assert!(matches!(clean("a\tb\nü ﷽ 😀"), Cow::Borrowed(_)));
    }

    #[test]
    fn controls_and_noncharacters_go_and_line_ends_become_lf() {
        assert_eq!(clean("a\0b\u{8}\u{1b}\u{fffe}\u{ffff}c\r\nd\re\u{fffd}"), "abc\nd\ne\u{fffd}");
    }

    #[test]
    fn each_forbidden_character_has_its_offset() {
        assert_eq!(forbidden("ä\0\u{feff}\u{ffff}").collect::<Vec<_>>(), [(2, '\0'), (6, '\u{ffff}')]);
    }

    #[test]
    fn white_space_collapses_to_one_line() {
        assert_eq!(one_line("  a \n\t b\u{2003}c "), "a b c");
    }

    #[test]
    fn a_no_break_space_stays_within_a_line() {
        assert_eq!(one_line("\u{a0} Quoi\u{202f}?  10\u{a0}km 1\u{2007}0\u{a0}"), "Quoi\u{202f}? 10\u{a0}km 1\u{2007}0");
    }

    proptest! {
        #[test]
        fn nothing_forbidden_is_left(text in any::<String>()) {
            let out = clean(&text);
            prop_assert!(out.chars().all(|c| is_xml_char(c) && c != '\r'));
            prop_assert_eq!(forbidden(&text).count(), text.chars().filter(|c| !is_xml_char(*c)).count());
        }
    }
}
