//! Text into HTML.

use crate::text::bytes::position;
use crate::text::chars::{is_suspect, is_xml_char};
use std::borrow::Cow;

/// Appends plain text as HTML text, without characters XML cannot hold and with LF as the line end; returns whether it had any.
pub(crate) fn push_text(out: &mut String, text: &str) -> bool {
    push(out, text, |byte| is_special(byte) | (byte == b'>'))
}

/// Appends a decoded attribute value, ready to stand in double quotes.
pub(crate) fn push_value(out: &mut String, value: &str) {
    push(out, value, |byte| is_special(byte) | (byte == b'>') | (byte == b'"'));
}

/// Returns an attribute as the clean-up writes it.
pub(crate) fn attribute(name: &str, value: &str) -> String {
    let mut out = format!("{name}=\"");
    push_value(&mut out, value);
    out + "\""
}

/// Appends HTML text as its author wrote it: sound entities stay, a bare `&` or `<` is escaped; returns as [`push_text`] does.
pub(super) fn push_source(out: &mut String, text: &str) -> bool {
    let mut rest = text;
    let mut dropped = false;
    while let Some(at) = rest.bytes().position(|b| b == b'&') {
        let (before, entity) = rest.split_at(at);
        dropped |= push(out, before, is_special);
        let len = entity_len(entity);
        let (entity, after) = entity.split_at(len);
        push_entity(out, entity);
        rest = after;
    }
    push(out, rest, is_special) || dropped
}

/// Returns a value with its entities decoded once, as in an attribute.
pub(crate) fn decode_value(value: &str) -> Cow<'_, str> {
    if value.contains('&') { htmlize::unescape_attribute(value) } else { Cow::Borrowed(value) }
}

/// Returns whether a byte may not stand in any HTML as it is, or may begin a character that XML cannot hold.
fn is_special(byte: u8) -> bool {
    is_suspect(byte) | (byte == b'\r') | (byte == b'&') | (byte == b'<')
}

fn push(out: &mut String, text: &str, is_wanted: impl Fn(u8) -> bool + Copy) -> bool {
    let bytes = text.as_bytes();
    let mut dropped = false;
    let mut done = 0;
    let mut at = 0;
    while let Some(found) = bytes.get(at..).and_then(|rest| position(rest, is_wanted)) {
        at += found;
        let c = text.get(at..).and_then(|rest| rest.chars().next()).unwrap_or('\0');
        let next = at + c.len_utf8();
        let instead = match c {
            '&' => "&amp;",
            '<' => "&lt;",
            '>' => "&gt;",
            '"' => "&quot;",
            '\r' if bytes.get(next) == Some(&b'\n') => "",
            '\r' => "\n",
            c if is_xml_char(c) => {
                at = next;
                continue;
            }
            _ => {
                dropped = true;
                ""
            }
        };
        out.push_str(text.get(done..at).unwrap_or_default());
        out.push_str(instead);
        done = next;
        at = next;
    }
    out.push_str(text.get(done..).unwrap_or_default());
    dropped
}

/// Returns how long the entity is that a text begins with; 1 for a bare `&`.
fn entity_len(text: &str) -> usize {
    let body = text.bytes().skip(1).take(40).take_while(|b| b.is_ascii_alphanumeric() || *b == b'#').count();
    1 + body + usize::from(text.as_bytes().get(1 + body) == Some(&b';'))
}

fn push_entity(out: &mut String, entity: &str) {
    if matches!(entity, "&amp;" | "&lt;" | "&gt;" | "&quot;" | "&#39;" | "&nbsp;") {
        return out.push_str(entity);
    }
    let decoded = htmlize::unescape(entity);
    let sound = decoded != entity && decoded.chars().all(|c| is_xml_char(c) && c != '\u{fffd}' && c != '\r');
    // `&copya;` is read as `©` and the rest of the word.
    let whole = entity.ends_with(';') && !decoded.ends_with(';');
    if sound && whole && !decoded.contains('&') && !is_windows_1252(entity) {
        out.push_str(entity);
    } else {
        push(out, &decoded, is_special);
    }
}

/// Returns whether a reference has the number of a character in windows-1252, which is a control in Unicode: browsers guess what
/// was meant, other readers do not.
fn is_windows_1252(entity: &str) -> bool {
    let Some(number) = entity.strip_prefix("&#").and_then(|rest| rest.strip_suffix(';')) else { return false };
    let hex = number.strip_prefix(['x', 'X']);
    let number = hex.map_or_else(|| number.parse(), |hex| u32::from_str_radix(hex, 16));
    number.is_ok_and(|number| (0x80..=0x9F).contains(&number))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(text: &str) -> String {
        let mut out = String::new();
        push_source(&mut out, text);
        out
    }

    #[test]
    fn sound_entities_stay_and_bare_signs_are_escaped() {
        assert_eq!(source("a & b &amp; &eacute; &#x41; 1 < 2 > 0"), "a &amp; b &amp; &eacute; &#x41; 1 &lt; 2 > 0");
        assert_eq!(source("it&#146;s &#x93;so&#x94; &#146a; &copya;"), "it’s “so” ’a; ©a;");
        assert_eq!(source("AT&T &copy 2024 &nonsense; &#0;&#1;"), "AT&amp;T © 2024 &amp;nonsense; \u{fffd}");
    }

    #[test]
    fn escaping_drops_what_xml_cannot_hold() {
        let mut out = String::new();
        push_text(&mut out, "a\0<\u{ffff}>\r\n\u{feff}");
        assert_eq!(out, "a&lt;&gt;\n\u{feff}");
    }
}
