//! URIs and IRIs: RFC 3986, RFC 3987, with what `tag:`, `urn:` and the web's schemes add.
//!
//! The `url` crate is not asked: it mends what it reads, as browsers do, and a validator must see what was written.

use super::schemes::{Standing, standing};
use super::{Flaw as Any, Reader, char_at, ensure, is_space, name_char, quote};
use chrono::NaiveDate;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::ops::Range;

/// What is wrong with a URI.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// There is nothing.
    Empty,
    /// White space stands around it.
    Padding,
    /// A character that no URI may hold: a blank, a control, `<>"{}|\^` or a back-tick, or a bracket out of its place.
    BadChar,
    /// A character beyond ASCII that no IRI may hold: one that is none, or a mark of direction.
    NoIri,
    /// A character beyond ASCII where a URI is wanted and no IRI will do.
    NotAscii,
    /// A `%` without two hexadecimal digits.
    BadPercent,
    /// What stands before the first colon is no scheme.
    BadScheme,
    /// A web address without a host, or a host or port that cannot be.
    BadAuthority,
    /// Relative where an absolute one is wanted.
    Relative,
    /// Neither `http`, `https` nor `ftp`.
    NotWeb,
    /// Another spelling of the same URI is the usual one.
    NonCanonical,
    /// The scheme is registered with IANA, but without review.
    SchemeProvisional,
    /// The scheme is not registered with IANA.
    SchemeUnknown,
    /// The host has no dot and is not `localhost`.
    UnknownHost,
    /// It begins with `tag:` and does not follow RFC 4151.
    BadTag,
    /// It begins with `urn:` and does not follow RFC 8141.
    BadUrn,
    /// It is not a UUID.
    BadUuid,
}

/// A flaw of a URI.
pub type Flaw = Any<Kind>;

/// Which characters a reference may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Charset {
    /// Those of RFC 3986: ASCII.
    Uri,
    /// Those of RFC 3987 also.
    Iri,
}

/// Where the parts of a reference stand, without their delimiters (RFC 3986 appendix B).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parts {
    /// The scheme.
    pub scheme: Option<Range<usize>>,
    /// User, host and port.
    pub authority: Option<Range<usize>>,
    /// The path, which may be empty.
    pub path: Range<usize>,
    /// What follows `?`.
    pub query: Option<Range<usize>>,
    /// What follows `#`.
    pub fragment: Option<Range<usize>>,
}

/// Splits a reference into its parts; every text has them.
#[must_use]
pub fn split(value: &str) -> Parts {
    let fragment = value.find('#').map(|at| at + 1..value.len());
    let end = fragment.as_ref().map_or(value.len(), |range| range.start - 1);
    let query = value.get(..end).and_then(|text| text.find('?')).map(|at| at + 1..end);
    let end = query.as_ref().map_or(end, |range| range.start - 1);
    let scheme = scheme_len(value).map(|len| 0..len);
    let start = scheme.as_ref().map_or(0, |range| range.end + 1);
    let hierarchy = value.get(start..end).unwrap_or_default();
    let authority = hierarchy.strip_prefix("//").map(|rest| start + 2..start + 2 + rest.find('/').unwrap_or(rest.len()));
    let path = authority.as_ref().map_or(start, |range| range.end)..end.max(start);
    Parts { scheme, authority, path, query, fragment }
}

/// Returns the scheme a reference begins with, as written.
#[must_use]
pub fn scheme(value: &str) -> Option<&str> {
    value.get(..scheme_len(value)?)
}

/// Returns how long the scheme is: a letter, then letters, digits, `+`, `-`, `.`, then a colon (RFC 3986 §3.1).
fn scheme_len(value: &str) -> Option<usize> {
    let len = value.bytes().take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.')).count();
    (value.starts_with(|c: char| c.is_ascii_alphabetic()) && value.as_bytes().get(len) == Some(&b':')).then_some(len)
}

/// Checks a reference, absolute or relative, and pushes what is wrong (RFC 3986 §4.1, RFC 3987 §2.2).
///
/// An empty value is a reference to the document itself; it is named as [`Kind::Empty`] all the same, since no element
/// of a feed means that.
pub fn reference(value: &str, charset: Charset, flaws: &mut Vec<Flaw>) -> Parts {
    let (inner, start) = super::trim(value);
    let parts = split(inner);
    if inner.is_empty() {
        flaws.push(Flaw::new(Kind::Empty, 0..value.len(), "is empty"));
        return parts;
    }
    if inner.len() < value.len() {
        let range = if start > 0 { 0..start } else { inner.len()..value.len() };
        flaws.push(Flaw::new(Kind::Padding, range, "has white space around it").help("leave the white space out"));
    }
    let from = flaws.len();
    find_chars(inner, &parts, charset, flaws);
    // One cause is enough: `insert link here` needs no word on its form.
    if flaws.len() == from {
        flaws.extend(form_flaw(inner, &parts));
    }
    for flaw in flaws.iter_mut().skip(from) {
        flaw.range = flaw.range.start + start..flaw.range.end + start;
    }
    let shift = |range: Range<usize>| range.start + start..range.end + start;
    Parts {
        scheme: parts.scheme.map(shift),
        authority: parts.authority.map(shift),
        path: shift(parts.path),
        query: parts.query.map(shift),
        fragment: parts.fragment.map(shift),
    }
}

/// Checks a reference that must be absolute, with a scheme, and pushes what is wrong.
pub fn absolute(value: &str, charset: Charset, flaws: &mut Vec<Flaw>) -> Parts {
    let from = flaws.len();
    let parts = reference(value, charset, flaws);
    let is_sound = flaws.get(from..).is_some_and(|new| new.iter().all(|flaw| flaw.kind == Kind::Padding));
    if is_sound && parts.scheme.is_none() {
        let (inner, start) = super::trim(value);
        flaws.push(relative(inner).shift(start));
    }
    parts
}

/// Says that a reference is relative, with what it may be meant to be.
fn relative(value: &str) -> Flaw {
    let flaw = Flaw::new(Kind::Relative, 0..value.len(), "is not an absolute URI: it has no scheme");
    if value.starts_with("//") {
        return flaw.help(format!("write `https:{value}`"));
    }
    let host = value.split(['/', '?', '#']).next().unwrap_or_default();
    let is_host = host.contains('.')
        && !host.starts_with('.')
        && !host.ends_with('.')
        && host.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.'));
    let is_file = !value.contains('/')
        && [".html", ".htm", ".xml", ".png", ".jpg", ".jpeg", ".gif", ".mp3", ".php", ".rss"].iter().any(|end| host.ends_with(end));
    if is_host && !is_file {
        return flaw.help(format!("write `https://{value}`"));
    }
    flaw.help("write the whole address, with `https://` and the host")
}

/// Checks an address of the web: absolute, `http`, `https` or `ftp`; pushes what is wrong.
pub fn web(value: &str, charset: Charset, flaws: &mut Vec<Flaw>) -> Parts {
    let from = flaws.len();
    let parts = absolute(value, charset, flaws);
    let is_sound = flaws.get(from..).is_some_and(|new| new.iter().all(|flaw| flaw.kind == Kind::Padding));
    let scheme = parts.scheme.clone().and_then(|range| Some((value.get(range.clone())?, range)));
    if let Some((scheme, range)) = scheme
        && is_sound
        && !is_web(scheme)
    {
        flaws.push(Flaw::new(Kind::NotWeb, range, format!("has the scheme {}, not `http` or `https`", quote(scheme))));
    }
    parts
}

/// Checks a guid that says it is a permalink: an address of the web that a browser can open (RSS 2.0 `<guid>`).
pub fn http_guid(value: &str, flaws: &mut Vec<Flaw>) -> Parts {
    web(value, Charset::Iri, flaws)
}

fn is_web(scheme: &str) -> bool {
    ["http", "https", "ftp"].iter().any(|known| known.eq_ignore_ascii_case(scheme))
}

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
fn find_chars(value: &str, parts: &Parts, charset: Charset, flaws: &mut Vec<Flaw>) {
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

fn push_escape(out: &mut String, byte: u8) {
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

/// Returns where an IP literal stands in the authority, with its brackets.
fn literal_range(value: &str, authority: &Range<usize>) -> Option<Range<usize>> {
    let host = host_range(value, authority);
    let text = value.get(host.clone())?;
    (text.starts_with('[') && text.ends_with(']')).then_some(host)
}

/// Returns where the host stands in an authority.
fn host_range(value: &str, authority: &Range<usize>) -> Range<usize> {
    let text = value.get(authority.clone()).unwrap_or_default();
    let start = text.rfind('@').map_or(0, |at| at + 1);
    let rest = text.get(start..).unwrap_or_default();
    let end = match rest.strip_prefix('[').and_then(|literal| literal.find(']')) {
        Some(at) => at + 2,
        None => rest.rfind(':').unwrap_or(rest.len()),
    };
    authority.start + start..authority.start + start + end
}

/// Says what is wrong with the form of a reference whose characters are good.
fn form_flaw(value: &str, parts: &Parts) -> Option<Flaw> {
    let Some(scheme) = parts.scheme.clone().and_then(|range| value.get(range)) else {
        // RFC 3986 §4.2: without a scheme, the first segment holds no colon.
        let segment = value.split(['/', '?', '#']).next().unwrap_or_default();
        let colon = segment.find(':')?;
        let reason = format!("begins with {}, which is no scheme", quote(segment.get(..colon).unwrap_or_default()));
        return Some(Flaw::new(Kind::BadScheme, 0..colon, reason).help("begin a relative reference that has a colon with `./`"));
    };
    let Some(authority) = parts.authority.clone() else {
        return is_web(scheme).then(|| {
            let at = scheme.len() + 1;
            let reason = format!("has no `//` after {}", quote(&format!("{scheme}:")));
            Flaw::new(Kind::BadAuthority, at..at, reason).help(format!("write `{scheme}://` and the host"))
        });
    };
    authority_flaw(value, &authority, is_web(scheme))
}

fn authority_flaw(value: &str, authority: &Range<usize>, needs_host: bool) -> Option<Flaw> {
    let text = value.get(authority.clone())?;
    if text.matches('@').nth(1).is_some() {
        return Some(
            Flaw::new(Kind::BadAuthority, authority.clone(), "has more than one `@` before the path").help("write the first as `%40`"),
        );
    }
    let host = host_range(value, authority);
    let name = value.get(host.clone())?;
    if name.is_empty() {
        return needs_host.then(|| Flaw::new(Kind::BadAuthority, host, "has no host"));
    }
    if let Some(literal) = name.strip_prefix('[') {
        let literal = literal.strip_suffix(']').unwrap_or(literal);
        if !is_ip_literal(literal) {
            return Some(Flaw::new(Kind::BadAuthority, host, format!("has {} as host, which is no IPv6 address", quote(name))));
        }
    } else if name.contains(':') {
        return Some(Flaw::new(Kind::BadAuthority, host, "has more than one `:` in the host").help("put an IPv6 address in brackets"));
    }
    let port = value.get(host.end..authority.end)?;
    let is_port = port.is_empty()
        || port
            .strip_prefix(':')
            .is_some_and(|digits| digits.is_empty() || digits.bytes().all(|b| b.is_ascii_digit()) && digits.parse::<u16>().is_ok());
    (!is_port).then(|| {
        let written = port.strip_prefix(':').unwrap_or(port);
        Flaw::new(Kind::BadAuthority, authority.end - written.len()..authority.end, format!("has {} as port", quote(written)))
            .help("write a port from 0 to 65535")
    })
}

/// RFC 3986 §3.2.2: an IPv6 address, or one of a version to come.
fn is_ip_literal(text: &str) -> bool {
    let Some(future) = text.strip_prefix(['v', 'V']) else { return text.parse::<Ipv6Addr>().is_ok() };
    future.split_once('.').is_some_and(|(version, rest)| {
        let is_address = |b: u8| b.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:".contains(&b);
        !version.is_empty() && version.bytes().all(|b| b.is_ascii_hexdigit()) && !rest.is_empty() && rest.bytes().all(is_address)
    })
}

/// Tells whether the scheme of a URI is registered with IANA; a reference without a scheme has no flaw here.
pub fn registered_scheme(value: &str) -> Result<(), Flaw> {
    let (inner, start) = super::trim(value);
    let Some(scheme) = scheme(inner) else { return Ok(()) };
    let flaw = |kind, reason: String| Err(Flaw::new(kind, start..start + scheme.len(), reason));
    match standing(scheme) {
        Standing::Permanent => Ok(()),
        Standing::Provisional => {
            flaw(Kind::SchemeProvisional, format!("has the scheme {}, which is registered with IANA only provisionally", quote(scheme)))
        }
        Standing::Unknown => {
            let near = crate::text::suggest::did_you_mean(scheme, ["http", "https", "ftp", "mailto", "urn", "tag"]);
            flaw(Kind::SchemeUnknown, format!("has the scheme {}, which is not registered with IANA", quote(scheme)))
                .map_err(|flaw: Flaw| Flaw { help: near, ..flaw })
        }
    }
}

/// Tells whether the host of a URI can be reached from everywhere: it has a dot, is `localhost` or an IP address.
pub fn known_host(value: &str) -> Result<(), Flaw> {
    let (inner, start) = super::trim(value);
    let Some(authority) = split(inner).authority else { return Ok(()) };
    let host = host_range(inner, &authority);
    let name = inner.get(host.clone()).unwrap_or_default();
    if name.is_empty() || is_known_host(name) {
        return Ok(());
    }
    Err(Flaw::new(Kind::UnknownHost, host, format!("has the host {}, which only a local network can know", quote(name))).shift(start))
}

/// Returns whether a host's name can be known everywhere.
pub(crate) fn is_known_host(name: &str) -> bool {
    name.starts_with('[')
        || name.parse::<Ipv4Addr>().is_ok()
        || name.eq_ignore_ascii_case("localhost")
        || name.trim_end_matches('.').contains(['.', '。'])
}

/// Returns the usual spelling of a URI where it is another one (RFC 3986 §6.2.2 and §6.2.3).
///
/// Scheme and host are in lower case, the port is left out where it is the scheme's, the path of a web address is not
/// empty and has no dot segments, percent escapes are in upper case and only where they are needed. A fragment stays,
/// an empty one also.
#[must_use]
pub fn canonical(value: &str) -> Option<String> {
    let (inner, _) = super::trim(value);
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
    let (inner, start) = super::trim(value);
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

/// Checks an identifier: an absolute IRI, its scheme registered and its form that of its scheme, in canonical form.
///
/// For `atom:id`, `guid` and their like (RFC 4287 §4.2.6).
pub fn identifier(value: &str, flaws: &mut Vec<Flaw>) {
    let from = flaws.len();
    let (inner, start) = super::trim(value);
    let special = if has_scheme(inner, "tag") {
        tag(inner).err()
    } else if has_scheme(inner, "urn") {
        urn(inner).err()
    } else {
        None
    };
    if let Some(flaw) = special {
        flaws.push(flaw.shift(start));
        return;
    }
    absolute(value, Charset::Iri, flaws);
    if flaws.len() == from {
        flaws.extend(registered_scheme(value).err());
        flaws.extend(check_canonical(value).err());
    }
}

fn has_scheme(value: &str, wanted: &str) -> bool {
    scheme(value).is_some_and(|scheme| scheme.eq_ignore_ascii_case(wanted))
}

/// Returns the first byte from an offset that is no `pchar`, `/` or, if so wanted, another sign (RFC 3986 §3.3).
fn bad_pchar(value: &str, range: Range<usize>, also: &[u8]) -> Option<usize> {
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

/// Checks a `tag:` URI: authority, date and specific part (RFC 4151 §2.1).
pub fn tag(value: &str) -> Result<(), Flaw> {
    const FORM: &str = "write it like `tag:example.org,2024-08-19:name`";
    let bad = |range: Range<usize>, reason: String| Err(Flaw::new(Kind::BadTag, range, reason).help(FORM));
    let mut reader = Reader::new(value);
    if !has_scheme(value, "tag") {
        return bad(0..value.len(), "does not begin with `tag:`".to_owned());
    }
    reader.take_while(|b| b != b':');
    reader.take(b':');
    let start = reader.at();
    let Some((entity, specific)) = value.get(start..).and_then(|rest| rest.split_once(':')) else {
        return bad(value.len()..value.len(), "has no `:` after its date".to_owned());
    };
    let Some((authority, date)) = entity.split_once(',') else {
        return bad(start..start + entity.len(), "has no `,` and date after its authority".to_owned());
    };
    if !is_tag_authority(authority) {
        return bad(
            start..start + authority.len(),
            format!("has the authority {}, which is neither a domain nor a mail address", quote(authority)),
        );
    }
    let date_start = start + authority.len() + 1;
    if !is_tag_date(date) {
        return bad(
            date_start..date_start + date.len(),
            format!("has the date {}, which is not of the form `2024`, `2024-08` or `2024-08-19`", quote(date)),
        );
    }
    let from = value.len() - specific.len();
    let hash = specific.find('#').map_or(value.len(), |at| from + at);
    let wrong = bad_pchar(value, from..hash, b"/?").or_else(|| bad_pchar(value, (hash + 1).min(value.len())..value.len(), b"/?"));
    match wrong {
        Some(at) => {
            let range = char_at(value, at);
            let c = value.get(range.clone()).and_then(|text| text.chars().next()).unwrap_or(' ');
            bad(range, format!("has {} in its specific part", name_char(c)))
        }
        None => Ok(()),
    }
}

/// RFC 4151 §2.1 `authorityName`: a domain's name, or a mail address of simple characters.
fn is_tag_authority(text: &str) -> bool {
    let is_dns = |name: &str| {
        name.split('.').all(|part| {
            let inner = part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
            !part.is_empty() && inner && !part.starts_with('-') && !part.ends_with('-')
        })
    };
    match text.split_once('@') {
        Some((user, domain)) => {
            !user.is_empty() && user.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._".contains(&b)) && is_dns(domain)
        }
        None => is_dns(text),
    }
}

/// RFC 4151 §2.1 `date`: a year, a month or a day that exists.
fn is_tag_date(text: &str) -> bool {
    let mut reader = Reader::new(text);
    let Some(year) = reader.number(4).and_then(|year| i32::try_from(year).ok()) else { return false };
    let mut part = || -> Option<u32> {
        if reader.is_done() {
            return Some(1);
        }
        reader.take(b'-').then(|| reader.number(2)).flatten()
    };
    let date = part().zip(part());
    reader.is_done() && date.is_some_and(|(month, day)| NaiveDate::from_ymd_opt(year, month, day).is_some())
}

/// Checks a `urn:` URI: namespace, specific string, components (RFC 8141 §2); of `urn:uuid:` the UUID also (RFC 9562).
pub fn urn(value: &str) -> Result<(), Flaw> {
    let bad = |range: Range<usize>, reason: String| {
        Err(Flaw::new(Kind::BadUrn, range, reason).help("write it like `urn:uuid:…` or `urn:isbn:…`"))
    };
    if !has_scheme(value, "urn") {
        return bad(0..value.len(), "does not begin with `urn:`".to_owned());
    }
    let start = "urn:".len();
    let Some((nid, rest)) = value.get(start..).and_then(|rest| rest.split_once(':')) else {
        return bad(value.len()..value.len(), "has no `:` after its namespace".to_owned());
    };
    // RFC 8141 §2: two to 32 letters, digits and hyphens; §5.1: never `urn` itself.
    let is_nid = (2..=32).contains(&nid.len())
        && nid.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        && !nid.starts_with('-')
        && !nid.ends_with('-')
        && !nid.eq_ignore_ascii_case("urn");
    if !is_nid {
        return bad(start..start + nid.len(), format!("has {} as namespace, which is none", quote(nid)));
    }
    let nss = start + nid.len() + 1;
    let hash = rest.find('#').map_or(value.len(), |at| nss + at);
    let query = rest.find('?').map_or(hash, |at| nss + at).min(hash);
    if query == nss || value.as_bytes().get(nss) == Some(&b'/') {
        return bad(nss..nss, "has nothing after its namespace".to_owned());
    }
    let components = value.get(query..hash).unwrap_or_default();
    if !components.is_empty() && (components.len() < 3 || !components.starts_with("?+") && !components.starts_with("?=")) {
        return bad(query..hash, "has a `?` that neither `+` nor `=` and a text follow".to_owned());
    }
    let wrong = bad_pchar(value, nss..query, b"/")
        .or_else(|| bad_pchar(value, query..hash, b"/?"))
        .or_else(|| bad_pchar(value, (hash + 1).min(value.len())..value.len(), b"/?"));
    if let Some(at) = wrong {
        let range = char_at(value, at);
        let c = value.get(range.clone()).and_then(|text| text.chars().next()).unwrap_or(' ');
        return bad(range, format!("has {} in it, which no URN may hold", name_char(c)));
    }
    if nid.eq_ignore_ascii_case("uuid") {
        return uuid(value.get(nss..query).unwrap_or_default()).map_err(|flaw| flaw.shift(nss));
    }
    Ok(())
}

/// Checks a UUID: 32 hexadecimal digits in groups of 8, 4, 4, 4 and 12 (RFC 9562 §4).
pub fn uuid(value: &str) -> Result<(), Flaw> {
    const FORM: &str = "write it like `1225c695-cfb8-4ebb-aaaa-80da344efa6a`";
    let (inner, _) = super::trim(value);
    if inner.is_empty() {
        return Err(Flaw::new(Kind::Empty, 0..value.len(), "is empty").help(FORM));
    }
    let mut reader = Reader::new(value);
    for (index, len) in [8, 4, 4, 4, 12].into_iter().enumerate() {
        if index > 0 && !reader.take(b'-') {
            return Err(
                Flaw::new(Kind::BadUuid, char_at(value, reader.at()), format!("has no `-` after group {index} of its UUID")).help(FORM)
            );
        }
        let from = reader.at();
        let group = reader.take_while(|b| b.is_ascii_hexdigit());
        if group.len() != len {
            let range = from..reader.at().max(char_at(value, from).end);
            let reason = format!("has not {len} hexadecimal digits in group {} of its UUID", index + 1);
            return Err(Flaw::new(Kind::BadUuid, range, reason).help(FORM));
        }
    }
    ensure(reader.is_done(), || Flaw::new(Kind::BadUuid, reader.at()..value.len(), "has something after its UUID").help(FORM))
}

/// Returns whether a text holds white space of XML anywhere.
#[must_use]
pub fn has_space(value: &str) -> bool {
    value.contains(is_space)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{ANY, check, table};
    use super::*;
    use proptest::prelude::*;
    use url::Url;

    fn kinds<T>(read: impl Fn(&str, &mut Vec<Flaw>) -> T, value: &str) -> Vec<Kind> {
        let mut flaws = Vec::new();
        read(value, &mut flaws);
        check(value, &flaws);
        flaws.iter().map(|flaw| flaw.kind).collect()
    }

    fn iri(value: &str) -> Vec<Kind> {
        kinds(|value, flaws| reference(value, Charset::Iri, flaws), value)
    }

    #[test]
    fn sound_references_have_no_flaw() {
        for value in [
            "https://example.org/",
            "http://user:word@example.org:8080/a,b;c/d?x=1&y=[#f".replace('[', "(").as_str(),
            "http://[2001:db8::7]/c=GB?one",
            "http://[v1.fe80::a+en1]/",
            "http://192.0.2.1:/",
            "ftp://example.org/%7Efile",
            "mailto:a@example.org?subject=x%20y",
            "urn:isbn:0451450523",
            "tel:+1-816-555-1212",
            "data:,a",
            "a/b?c#d",
            "../x",
            "//example.org/x",
            "?q",
            "#f",
            "./a:b",
            "http://例え.example/引き割り.html",
            "/a?\u{e000}",
            "foo:",
        ] {
            assert_eq!(iri(value), [], "{value}");
        }
    }

    #[test]
    fn characters_that_no_uri_may_hold_are_found() {
        for c in [" ", "<", ">", "\"", "{", "}", "|", "\\", "^", "`", "\u{1}", "[", "]", "\u{7f}"] {
            assert_eq!(iri(&format!("http://example.org/a{c}b")), [Kind::BadChar], "{c:?}");
        }
        for c in ["\u{202e}", "\u{fffd}", "\u{fffe}", "\u{e000}"] {
            assert_eq!(iri(&format!("http://example.org/a{c}b")), [Kind::NoIri], "{c:?}");
        }
        assert_eq!(iri("http://example.org/a#b#c"), [Kind::BadChar]);
        assert_eq!(iri("insert link here"), [Kind::BadChar]);
        assert_eq!(kinds(|value, flaws| reference(value, Charset::Uri, flaws), "http://example.org/é"), [Kind::NotAscii]);
        let mut flaws = Vec::new();
        reference("  http://e.org/a b", Charset::Iri, &mut flaws);
        let found: Vec<_> = flaws.iter().map(|flaw| (flaw.kind, flaw.range.clone())).collect();
        assert_eq!(found, [(Kind::Padding, 0..2), (Kind::BadChar, 16..17)]);
        assert_eq!(flaws[1].help.as_deref(), Some("write it as `%20`"));
    }

    #[test]
    fn forms_that_no_uri_has_are_named() {
        for (value, kind) in [
            ("", Kind::Empty),
            (" \n", Kind::Empty),
            ("http://example.org/%", Kind::BadPercent),
            ("http://example.org/100%é", Kind::BadPercent),
            ("http://example.org/%zz", Kind::BadPercent),
            ("1a:b", Kind::BadScheme),
            (":b", Kind::BadScheme),
            ("http:example.org", Kind::BadAuthority),
            ("http:///x", Kind::BadAuthority),
            ("https://", Kind::BadAuthority),
            ("http://a@b@c.org/", Kind::BadAuthority),
            ("http://a.org:x/", Kind::BadAuthority),
            ("http://a.org:99999/", Kind::BadAuthority),
            ("http://a:b:c/", Kind::BadAuthority),
            ("http://[::g]/", Kind::BadAuthority),
        ] {
            assert_eq!(iri(value), [kind], "{value}");
        }
    }

    #[test]
    fn what_must_be_absolute_or_of_the_web_is_checked() {
        let absolute = |value: &str| kinds(|value, flaws| absolute(value, Charset::Iri, flaws), value);
        let web = |value: &str| kinds(|value, flaws| web(value, Charset::Iri, flaws), value);
        assert_eq!(absolute("example.org/x"), [Kind::Relative]);
        assert_eq!(absolute("//example.org/x"), [Kind::Relative]);
        assert_eq!(absolute("a b"), [Kind::BadChar]);
        assert_eq!(absolute("tag:x,2024:y"), []);
        assert_eq!(web("tag:x,2024:y"), [Kind::NotWeb]);
        assert_eq!(web("HTTPS://example.org"), []);
        assert_eq!(web("example.org"), [Kind::Relative]);
        assert_eq!(kinds(http_guid, "42"), [Kind::Relative]);
        assert_eq!(relative("example.org/x").help.as_deref(), Some("write `https://example.org/x`"));
        assert_eq!(relative("//example.org/x").help.as_deref(), Some("write `https://example.org/x`"));
        assert!(relative("logo.png").help.expect("a help").contains("whole address"));
    }

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
        ] {
            assert_eq!(canonical(value), None, "{value}");
        }
        let flaw = check_canonical("http://example.org:80/x").expect_err("a port");
        assert_eq!((flaw.kind, flaw.range), (Kind::NonCanonical, 18..21));
    }

    #[test]
    fn schemes_and_hosts_that_few_know_are_named() {
        assert_eq!(registered_scheme("https://a.example/"), Ok(()));
        assert_eq!(registered_scheme("a/b"), Ok(()));
        assert_eq!(registered_scheme(" feed://a/").expect_err("provisional").range, 1..5);
        assert_eq!(registered_scheme("htp://a.example/").expect_err("a slip").help.as_deref(), Some("did you mean `http`?"));
        for value in ["http://example.org/", "http://localhost:80/", "http://[::1]/", "http://127.0.0.1/", "mailto:a@b", "a/b", "file:///x"]
        {
            assert_eq!(known_host(value), Ok(()), "{value}");
        }
        assert_eq!(known_host("http://a@intranet:80/").expect_err("no dot").range, 9..17);
    }

    #[test]
    fn tags_follow_rfc_4151() {
        let good = [
            "tag:example.org,2024:",
            "tag:example.org,2024-08:a/b?c",
            "tag:joe.b_c-d@example.org,2024-08-19:x:y",
            "TAG:a1-b.c,2024:%C3%A9#f",
            "tag:localhost,2024:x#",
        ];
        let bad = [
            "tag:",
            "tag:a",
            "tag:a.b",
            "tag:a.b:c",
            "tag:a.b,2024",
            "tag:,2024:c",
            "tag:a b,2024:c",
            "tag:a*b,2024:c",
            "tag:-a.b,2024:c",
            "tag:a..b,2024:c",
            "tag:a.b,24:c",
            "tag:a.b,2024-:c",
            "tag:a.b,2024-8:c",
            "tag:a.b,2024-08-:c",
            "tag:a.b,2024-13:c",
            "tag:a.b,2023-02-29:c",
            "tag:a.b,20240819:c",
            "tag:a.b,2024-08-19T10:00:00Z:c",
            "tag:a.b,2024:c d",
            "tag:a.b,2024:{c}",
            "tag:a.b,2024:c]",
            "tag:a.b,2024:c#d#e",
            "tag:a.b,2024:é",
            "tag:@b,2024:c",
            "urn:a:b",
        ];
        // A time has colons of its own, so that one of a day and hour is a specific part; the date before it is wrong.
        table(tag, &good, &bad.map(|value| (value, Kind::BadTag)));
    }

    #[test]
    fn urns_follow_rfc_8141() {
        let good = ["urn:isbn:0451450523", "URN:example:a/b:c?+r?=q#f", "urn:a1-2:x%20y", "urn:uuid:F81D4FAE-7DEC-11D0-A765-00A0C91E6BF6"];
        let bad = [
            "urn:",
            "urn:isbn",
            "urn:isbn:",
            "urn:a:b",
            "urn:a.b:c",
            "urn:a+b:c",
            "urn:-ab:c",
            "urn:ab-:c",
            "urn:urn:c",
            "urn:isbn:a b",
            "urn:isbn:é",
            "urn:isbn:a?b",
            "urn:isbn:a?+",
            "urn:isbn:/a",
            "tag:x",
            "urn:abcdefghijklmnopqrstuvwxyz1234567:a",
            "urn:isbn:#f",
        ];
        table(urn, &good, &bad.map(|value| (value, Kind::BadUrn)));
        let flaw = urn("urn:uuid:1225c695-cfb8-4ebb-aaaa-80da344efa6").expect_err("a digit is missing");
        assert_eq!((flaw.kind, flaw.range), (Kind::BadUuid, 33..44));
    }

    #[test]
    fn uuids_have_five_groups() {
        table(
            uuid,
            &["1225c695-cfb8-4ebb-aaaa-80da344efa6a", "00000000-0000-0000-0000-000000000000"],
            &[
                ("", Kind::Empty),
                ("1225c695cfb84ebbaaaa80da344efa6a", Kind::BadUuid),
                ("g225c695-cfb8-4ebb-aaaa-80da344efa6a", Kind::BadUuid),
                ("1225c695-cfb8-4ebb-aaaa-80da344efa6a0", Kind::BadUuid),
                ("{1225c695-cfb8-4ebb-aaaa-80da344efa6a}", Kind::BadUuid),
                ("é", Kind::BadUuid),
            ],
        );
    }

    #[test]
    fn identifiers_are_checked_by_their_scheme() {
        for (value, found) in [
            ("tag:example.org,2024:a", vec![]),
            ("urn:uuid:1225c695-cfb8-4ebb-aaaa-80da344efa6a", vec![]),
            ("https://example.org/a", vec![]),
            ("https://example.org", vec![Kind::NonCanonical]),
            ("doi:10.1/x", vec![Kind::SchemeProvisional]),
            ("nope:Y", vec![Kind::SchemeUnknown]),
            ("tag:a", vec![Kind::BadTag]),
            ("urn:a", vec![Kind::BadUrn]),
            ("a tag:example.org,2024:a", vec![Kind::BadChar]),
            ("post-1", vec![Kind::Relative]),
            ("", vec![Kind::Empty]),
            (" https://example.org/a", vec![Kind::Padding]),
        ] {
            assert_eq!(kinds(identifier, value), found, "{value}");
        }
    }

    proptest! {
        #[test]
        fn no_text_panics_and_ranges_lie_inside(value in ANY) {
            let mut flaws = Vec::new();
            for charset in [Charset::Uri, Charset::Iri] {
                let parts = web(&value, charset, &mut flaws);
                let all = [parts.scheme, parts.authority, Some(parts.path), parts.query, parts.fragment];
                prop_assert!(all.into_iter().flatten().all(|range| value.get(range).is_some()));
            }
            identifier(&value, &mut flaws);
            for result in [registered_scheme(&value), known_host(&value), check_canonical(&value), tag(&value), urn(&value), uuid(&value)] {
                flaws.extend(result.err());
            }
            check(&value, &flaws);
        }

        #[test]
        fn the_canonical_form_is_canonical(value in ANY) {
            if let Some(usual) = canonical(&value) {
                prop_assert_eq!(canonical(&usual), None, "{}", usual);
            }
        }

        #[test]
        fn the_parts_make_up_the_whole(value in "[a-z:/?#@\\[\\]é%]{0,20}") {
            let parts = split(&value);
            let at = |range: &Range<usize>| value.get(range.clone()).expect("a range").to_owned();
            let mut whole = parts.scheme.as_ref().map(|r| at(r) + ":").unwrap_or_default();
            whole += &parts.authority.as_ref().map(|r| format!("//{}", at(r))).unwrap_or_default();
            whole += &at(&parts.path);
            whole += &parts.query.as_ref().map(|r| format!("?{}", at(r))).unwrap_or_default();
            whole += &parts.fragment.as_ref().map(|r| format!("#{}", at(r))).unwrap_or_default();
            prop_assert_eq!(whole, value);
        }

        #[test]
        fn a_browser_reads_the_same_address_in_what_is_sound(value in "https?://[a-z]{1,5}\\.org(:[0-9]{1,4})?(/(a|b|\\.|\\.\\.|%7E|%2f|é)?){0,4}(\\?[a-z=&]{0,4})?(#[a-z]{0,3})?") {
            prop_assert_eq!(kinds(|value, flaws| web(value, Charset::Iri, flaws), &value), vec![]);
            let theirs = Url::parse(&value).map_err(|e| TestCaseError::fail(format!("{value}: {e}")))?;
            let usual = canonical(&value).unwrap_or_else(|| value.clone());
            // The URL Standard keeps `%7E` and the case of escapes, and encodes what is not ASCII.
            let same = Url::parse(&usual).expect("an address").to_string().replace("%7E", "~").replace("%2f", "%2F");
            prop_assert_eq!(same, theirs.to_string().replace("%7E", "~").replace("%2f", "%2F"));
        }
    }
}
