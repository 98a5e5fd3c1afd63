//! The usual spelling of a URI (RFC 3986 §6.2).

use super::authority::authority_flaw;
use super::chars::push_escape;
use super::parts::host_range;
use super::{Flaw, Kind, has_space, is_web, split};
use crate::text::value::trim;
use std::ops::Range;

/// Returns the usual spelling of a URI where it is another one (RFC 3986 §6.2.2 and §6.2.3).
///
/// Scheme and host are in lower case, the port is left out where it is the scheme's, the path of a web address is not
/// empty and has no dot segments, percent escapes are in upper case and only where they are needed. A fragment stays,
/// an empty one also.
#[must_use]
pub fn canonical(value: &str) -> Option<String> {
    let (inner, _) = trim(value);
    // What has blanks in it, or a `%` that escapes nothing, is no URI: what is left out or undone would make another of it.
    if has_space(inner) || has_broken_escape(inner) {
        return None;
    }
    let parts = split(inner);
    let scheme = inner.get(parts.scheme.clone()?)?.to_ascii_lowercase();
    let at = |range: &Range<usize>| inner.get(range.clone()).unwrap_or_default();
    let mut out = format!("{scheme}:");
    if let Some(authority) = &parts.authority {
        // There is no usual spelling of what cannot be, such as `host::`.
        if authority_flaw(inner, authority, false).is_some() {
            return None;
        }
        out.push_str("//");
        push_authority(&mut out, inner, authority, &scheme);
    }
    let path = escapes(at(&parts.path));
    let has_hierarchy = parts.authority.is_some() || path.starts_with('/');
    let path = if has_hierarchy { without_dots(&path) } else { path };
    if path.is_empty() && parts.authority.is_some() && is_web(&scheme) {
        out.push('/');
    }
    // RFC 3986 §3.3: a path may not begin with `//` where there is no authority.
    if path.starts_with("//") && parts.authority.is_none() {
        out.push_str("/.");
    }
    out.push_str(&path);
    for (sign, part) in [('?', &parts.query), ('#', &parts.fragment)] {
        if let Some(range) = part {
            out.push(sign);
            out.push_str(&escapes(at(range)));
        }
    }
    (out != value).then_some(out)
}

fn has_broken_escape(text: &str) -> bool {
    let is_escape = |at: usize| text.get(at + 1..at + 3).is_some_and(|hex| hex.bytes().all(|b| b.is_ascii_hexdigit()));
    text.match_indices('%').any(|(at, _)| !is_escape(at))
}

fn push_authority(out: &mut String, value: &str, authority: &Range<usize>, scheme: &str) {
    let host = host_range(value, authority);
    out.push_str(&escapes(value.get(authority.start..host.start).unwrap_or_default()));
    let name = escapes(value.get(host.clone()).unwrap_or_default()).to_ascii_lowercase();
    // The digits of an escape stay in upper case.
    out.push_str(&escapes(&name));
    let port = value.get(host.end..authority.end).unwrap_or_default();
    let default = match scheme {
        "http" | "ws" => ":80",
        "https" | "wss" => ":443",
        "ftp" => ":21",
        _ => ":",
    };
    if port != default && port != ":" {
        out.push_str(port);
    }
}

/// Returns a text with its escapes in upper case, and those of unreserved characters undone (RFC 3986 §6.2.2.2).
fn escapes(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('%') {
        out.push_str(rest.get(..at).unwrap_or_default());
        rest = rest.get(at..).unwrap_or_default();
        let code = rest.get(1..3).filter(|hex| hex.bytes().all(|b| b.is_ascii_hexdigit())).and_then(|hex| u8::from_str_radix(hex, 16).ok());
        let len = match code {
            Some(b) if b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_' | b'~') => {
                out.push(char::from(b));
                3
            }
            Some(b) => {
                push_escape(&mut out, b);
                3
            }
            None => {
                out.push('%');
                1
            }
        };
        rest = rest.get(len..).unwrap_or_default();
    }
    out.push_str(rest);
    out
}

/// Returns a path without its `.` and `..` segments (RFC 3986 §5.2.4).
fn without_dots(path: &str) -> String {
    if !path.contains("/.") {
        return path.to_owned();
    }
    let mut out: Vec<&str> = Vec::new();
    let mut segments = path.split('/').peekable();
    while let Some(segment) = segments.next() {
        let is_last = segments.peek().is_none();
        match segment {
            "." | ".." => {
                // The first segment is the empty one before the leading slash.
                if segment == ".." && out.len() > 1 {
                    out.pop();
                }
                if is_last {
                    out.push("");
                }
            }
            _ => out.push(segment),
        }
    }
    let joined = out.join("/");
    if joined.starts_with('/') || !path.starts_with('/') { joined } else { format!("/{joined}") }
}

/// Tells whether an identifier is in its usual spelling, so that it can be compared letter by letter.
pub fn check_canonical(value: &str) -> Result<(), Flaw> {
    let (inner, start) = trim(value);
    let Some(usual) = canonical(inner) else { return Ok(()) };
    Err(Flaw::new(Kind::NonCanonical, difference(inner, &usual), "is not in canonical form").help(format!("write `{usual}`")).shift(start))
}

/// Returns the part of a text in which it differs from another.
fn difference(text: &str, other: &str) -> Range<usize> {
    let start = text.bytes().zip(other.bytes()).take_while(|(a, b)| a == b).count();
    let room = text.len().min(other.len()) - start;
    let tail = text.bytes().rev().zip(other.bytes().rev()).take(room).take_while(|(a, b)| a == b).count();
    let start = text.floor_char_boundary(start);
    start..text.ceil_char_boundary(text.len() - tail).max(start)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::value::testing::ANY;
    use proptest::prelude::*;

    #[test]
    fn the_canonical_form_is_told_where_it_is_another() {
        for (value, usual) in [
            ("HTTP://Example.ORG/A", "http://example.org/A"),
            ("http://example.org", "http://example.org/"),
            ("http://example.org?x", "http://example.org/?x"),
            ("http://example.org:80/", "http://example.org/"),
            ("https://example.org:443/a", "https://example.org/a"),
            ("http://example.org:/", "http://example.org/"),
            ("http://example.org/a/./b/../c", "http://example.org/a/c"),
            ("http://example.org/../a/..", "http://example.org/"),
            ("http://example.org/%7euser/%c3%a9", "http://example.org/~user/%C3%A9"),
            ("http://u%41@EX%2dAMPLE.org/", "http://uA@ex-ample.org/"),
            ("URN:isbn:1", "urn:isbn:1"),
            ("Tag:example.org,2024:X", "tag:example.org,2024:X"),
        ] {
            assert_eq!(canonical(value).as_deref(), Some(usual), "{value}");
            assert_eq!(canonical(usual), None, "{usual}");
        }
        for value in [
            "https://user@example::/=%2e",
            "http://example.org/#",
            "http://example.org/?",
            "http://example.org:8080/",
            "urn:uuid:A",
            "mailto:A@b.example",
            "a/./b",
            "http://example.org/a//b",
            "http-t://user\u{16}ex\n\n:",
            "HTTP://example.org/a b",
            "a:%%44el",
            "a:x%1%66",
        ] {
            assert_eq!(canonical(value), None, "{value}");
        }
        let flaw = check_canonical("http://example.org:80/x").expect_err("a port");
        assert_eq!((flaw.kind, flaw.range), (Kind::NonCanonical, 18..21));
    }

    proptest! {
        #[test]
        fn the_canonical_form_is_canonical(value in prop_oneof![ANY, "(http|a)-?:(//)?(%|%4|4|5|D|e|[.]|\\n| |:80|:|/|@|a){0,12}"]) {
            if let Some(usual) = canonical(&value) {
                prop_assert_eq!(canonical(&usual), None, "{}", usual);
            }
        }
    }
}
