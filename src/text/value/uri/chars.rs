//! Which characters may stand where in a reference (RFC 3986 §2, RFC 3987 §2.2).

use super::parts::literal_range;
use super::{Charset, Flaw, Kind, Parts};
use crate::text::value::name_char;
use std::ops::Range;

/// Where in a reference a character stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Scheme,
    Authority,
    Path,
    Query,
    Fragment,
}

/// Pushes the first character of each kind that may not stand where it does.
pub(super) fn find_chars(value: &str, parts: &Parts, charset: Charset, flaws: &mut Vec<Flaw>) {
    // Nearly every address is made of these only.
    let is_plain =
        |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_' | b'~' | b'/' | b':' | b'?' | b'=' | b'&' | b'+' | b',');
    if value.bytes().all(is_plain) {
        return;
    }
    let literal = parts.authority.clone().and_then(|range| literal_range(value, &range));
    let mut seen = Vec::new();
    for (at, c) in value.char_indices() {
        let Some((kind, reason)) = char_flaw(value, at, c, parts, literal.as_ref(), charset) else { continue };
        if seen.contains(&kind) {
            continue;
        }
        seen.push(kind);
        let range = if kind == Kind::BadPercent { at..(at + 3).min(value.len()) } else { at..at + c.len_utf8() };
        let range = range.start..value.floor_char_boundary(range.end).max(at + c.len_utf8());
        let flaw = Flaw::new(kind, range, reason);
        flaws.push(match kind {
            Kind::BadPercent => flaw.help("write a percent sign itself as `%25`"),
            _ if c == '\\' => flaw.help("write `/`"),
            _ => flaw.help(format!("write it as `{}`", percent(c))),
        });
    }
}

/// Returns a character percent-encoded (RFC 3986 §2.1).
fn percent(c: char) -> String {
    let mut buffer = [0; 4];
    let mut out = String::new();
    for byte in c.encode_utf8(&mut buffer).bytes() {
        push_escape(&mut out, byte);
    }
    out
}

pub(super) fn push_escape(out: &mut String, byte: u8) {
    let digit = |bits: u8| char::from_digit(u32::from(bits), 16).unwrap_or('0').to_ascii_uppercase();
    out.extend(['%', digit(byte >> 4), digit(byte & 15)]);
}

fn part_at(at: usize, parts: &Parts) -> Part {
    if parts.scheme.as_ref().is_some_and(|range| at <= range.end) {
        Part::Scheme
    } else if parts.fragment.as_ref().is_some_and(|range| at >= range.start) {
        Part::Fragment
    } else if parts.query.as_ref().is_some_and(|range| at >= range.start) {
        Part::Query
    } else if parts.authority.as_ref().is_some_and(|range| at < range.end) {
        Part::Authority
    } else {
        Part::Path
    }
}

/// Says what is wrong with the character at an offset, if anything is.
fn char_flaw(value: &str, at: usize, c: char, parts: &Parts, literal: Option<&Range<usize>>, charset: Charset) -> Option<(Kind, String)> {
    if c.is_ascii_alphanumeric() {
        return None;
    }
    let part = part_at(at, parts);
    match c {
        '-' | '.' | '_' | '~' | '!' | '$' | '&' | '\'' | '(' | ')' | '*' | '+' | ',' | ';' | '=' | ':' | '@' | '/' | '?' => None,
        '%' => {
            let is_hex = |by: usize| value.as_bytes().get(at + by).is_some_and(u8::is_ascii_hexdigit);
            (!is_hex(1) || !is_hex(2)).then(|| (Kind::BadPercent, "has a `%` that no two hexadecimal digits follow".to_owned()))
        }
        '#' if part != Part::Fragment => None,
        '#' => Some((Kind::BadChar, "has a second `#`".to_owned())),
        '[' | ']' if literal.is_some_and(|range| range.contains(&at)) => None,
        c if c.is_ascii() => Some((Kind::BadChar, format!("has {} in it, which no URI may hold", name_char(c)))),
        c if !(is_ucschar(c) || part == Part::Query && is_private(c)) => {
            Some((Kind::NoIri, format!("has {} in it, which no IRI may hold", name_char(c))))
        }
        c if charset == Charset::Uri => Some((Kind::NotAscii, format!("has {} in it, which is not ASCII", name_char(c)))),
        _ => None,
    }
}

/// Returns whether an IRI may hold a character beyond ASCII (RFC 3987 §2.2 `ucschar`); marks of direction it may not (§4.1).
fn is_ucschar(c: char) -> bool {
    match c as u32 {
        0x200E | 0x200F | 0x202A..=0x202E => false,
        0xA0..=0xD7FF | 0xF900..=0xFDCF | 0xFDF0..=0xFFEF => true,
        code @ 0x1_0000..=0xE_FFFD => code & 0xFFFF <= 0xFFFD && !(0xE_0000..0xE_1000).contains(&code),
        _ => false,
    }
}

/// Returns whether a query may hold a character for private use (RFC 3987 §2.2 `iprivate`).
fn is_private(c: char) -> bool {
    matches!(c as u32, 0xE000..=0xF8FF | 0xF_0000..=0xF_FFFD | 0x10_0000..=0x10_FFFD)
}

/// Returns the first byte from an offset that is no `pchar`, `/` or, if so wanted, another sign (RFC 3986 §3.3).
pub(super) fn bad_pchar(value: &str, range: Range<usize>, also: &[u8]) -> Option<usize> {
    let bytes = value.as_bytes();
    let mut at = range.start;
    while at < range.end {
        let b = *bytes.get(at)?;
        let is_hex = |by: usize| at + by < range.end && bytes.get(at + by).is_some_and(u8::is_ascii_hexdigit);
        match b {
            b'%' if is_hex(1) && is_hex(2) => at += 3,
            b if b.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@".contains(&b) || also.contains(&b) => at += 1,
            _ => return Some(at),
        }
    }
    None
}
