//! References to characters in HTML (HTML Standard §13.2.5.72–80): which mean nothing, or not what their author thought.

use super::LIMIT;
use crate::validate::codes::HTML_CHARACTER_REFERENCE;
use crate::validate::value::Flaws;
use htmlize::ENTITIES;
use memchr::memchr_iter;

/// The longest name that HTML has, and a little more.
const LONGEST: usize = 40;
/// The longest name that means something without a semicolon.
const LONGEST_OPEN: usize = 6;

/// Where a text stands; an attribute reads `&copy=` as it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Text,
    Attribute,
}

/// Finds the references of a text that begins at `base`.
pub(super) fn check(text: &str, base: usize, place: Place, flaws: &mut Flaws) {
    for at in memchr_iter(b'&', text.as_bytes()) {
        if flaws.0.len() >= LIMIT {
            return;
        }
        let rest = text.get(at..).unwrap_or_default();
        let found = if rest.as_bytes().get(1) == Some(&b'#') { numeric(rest) } else { named(rest, place) };
        if let Some((len, message, help)) = found {
            let start = base + at;
            flaws.raise(&HTML_CHARACTER_REFERENCE, start..start + len, message).help(help);
        }
    }
}

/// What is wrong with a reference: its length, a message and an advice.
type Found = Option<(usize, String, String)>;

fn numeric(rest: &str) -> Found {
    let hex = matches!(rest.as_bytes().get(2), Some(b'x' | b'X'));
    let (start, radix) = if hex { (3, 16) } else { (2, 10) };
    let mut number = 0_u32;
    let mut end = start;
    while let Some(digit) = rest.as_bytes().get(end).and_then(|b| char::from(*b).to_digit(radix)) {
        number = number.saturating_mul(radix).saturating_add(digit);
        end += 1;
    }
    if end == start {
        return Some((
            start,
            format!("`{}` is no reference to a character", &rest[..start]),
            "write `&amp;` for the sign itself".to_owned(),
        ));
    }
    let closed = rest.as_bytes().get(end) == Some(&b';');
    let written = rest.get(..end + usize::from(closed)).unwrap_or_default();
    let wrong = |what: &str, help: String| Some((written.len(), format!("`{}` {what}", brief(written)), help));
    let Some(c) = char::from_u32(number).filter(|c| *c != '\0') else {
        return wrong("stands for no character", "remove it".to_owned());
    };
    if let Some(meant) = windows_1252(number) {
        let what = format!("is the number of a character in windows-1252; in Unicode it is a control, and browsers guess `{meant}`");
        return wrong(&what, format!("write `{meant}` or `&#{};`", u32::from(meant)));
    }
    if c.is_control() && !matches!(c, '\t' | '\n' | '\r') || is_noncharacter(number) {
        return wrong("stands for a character that no text has", "remove it".to_owned());
    }
    if closed { None } else { wrong("has no `;`", format!("write `{};`", brief(written))) }
}

fn brief(written: &str) -> &str {
    written.get(..written.len().min(LONGEST)).unwrap_or(written)
}

fn is_noncharacter(number: u32) -> bool {
    (0xFDD0..=0xFDEF).contains(&number) || number & 0xFFFE == 0xFFFE
}

/// Returns the character that browsers show for a number of windows-1252 (HTML Standard §13.2.5.80).
fn windows_1252(number: u32) -> Option<char> {
    let byte = u8::try_from(number).ok().filter(|byte| (0x80..=0x9F).contains(byte))?;
    let bytes = [byte];
    let text = encoding_rs::WINDOWS_1252.decode_without_bom_handling(&bytes).0;
    text.chars().next().filter(|meant| !meant.is_control())
}

fn named(rest: &str, place: Place) -> Found {
    let len = rest.bytes().skip(1).take(LONGEST).take_while(u8::is_ascii_alphanumeric).count();
    if len == 0 {
        return None;
    }
    let closed = rest.as_bytes().get(len + 1) == Some(&b';');
    if closed && ENTITIES.get(rest.as_bytes().get(..len + 2)?).is_some() {
        return None;
    }
    let open =
        (2..=len.min(LONGEST_OPEN)).rev().find(|len| rest.as_bytes().get(..len + 1).is_some_and(|name| ENTITIES.get(name).is_some()));
    let Some(open) = open else {
        let name = rest.get(..len + 2)?;
        // A sign and a word that HTML does not know, without a semicolon, is text.
        return closed.then(|| {
            (len + 2, format!("`{name}` is no character of HTML, and is shown as it is"), "write the character itself".to_owned())
        });
    };
    let name = rest.get(..=open)?;
    if place == Place::Attribute && rest.as_bytes().get(open + 1).is_some_and(|b| *b == b'=' || b.is_ascii_alphanumeric()) {
        return None;
    }
    let shown = htmlize::unescape(name);
    Some((
        open + 1,
        format!("`{name}` without `;` is shown as `{shown}`"),
        format!("write `{name};`, or `&amp;{}` for the text itself", name.get(1..)?),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn found(text: &str, place: Place) -> Vec<&str> {
        let mut flaws = Flaws::default();
        check(text, 0, place, &mut flaws);
        flaws.0.into_iter().map(|flaw| &text[flaw.range]).collect()
    }

    #[test]
    fn sound_references_and_signs_that_begin_none_are_no_fault() {
        for text in ["&amp;&eacute;&#233;&#xE9;&#X1F600;&NotEqualTilde;", "AT&T", "R&D no", "a & b", "&", "?a=1&b=2", "&;"] {
            assert!(found(text, Place::Text).is_empty(), "{text}");
        }
        assert!(found("?a=1&copy=2&region=x&lt=3", Place::Attribute).is_empty());
    }

    #[test]
    fn references_that_mean_nothing_are_found_where_they_stand() {
        assert_eq!(found("a &nonsense; b &#; &#x; c", Place::Text), ["&nonsense;", "&#", "&#x"]);
        assert_eq!(found("&#0; &#xD800; &#1114112; &#xFFFE; &#1;", Place::Text), ["&#0;", "&#xD800;", "&#1114112;", "&#xFFFE;", "&#1;"]);
        assert_eq!(found("&copy 2026 &copyright &#233 x&amp", Place::Text), ["&copy", "&copy", "&#233", "&amp"]);
        assert_eq!(found("&copy 2026 &eacute", Place::Attribute), ["&copy", "&eacute"]);
    }

    #[test]
    fn a_number_of_windows_1252_says_what_was_meant() {
        let mut flaws = Flaws::default();
        check("it&#146;s", 10, Place::Text, &mut flaws);
        let flaw = &flaws.0[0];
        assert_eq!((flaw.range.clone(), flaw.help.as_deref()), (12..18, Some("write `’` or `&#8217;`")));
    }

    proptest! {
        #[test]
        fn no_text_panics_and_places_lie_inside(text in "(\\PC|[&#;xX0-9a-f]|&[a-zA-Z]{1,8};?){0,30}") {
            for place in [Place::Text, Place::Attribute] {
                found(&text, place);
            }
        }

        #[test]
        fn what_browsers_read_is_no_fault(at in 0..2200_usize) {
            let name = ENTITIES.keys().nth(at).expect("an entity");
            let name = std::str::from_utf8(name).expect("UTF-8");
            prop_assert_eq!(found(name, Place::Text).is_empty(), name.ends_with(';'));
        }
    }
}
