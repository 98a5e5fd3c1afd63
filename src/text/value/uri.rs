//! URIs and IRIs: RFC 3986, RFC 3987, with what `tag:`, `urn:` and the web's schemes add.
//!
//! The `url` crate is not asked: it mends what it reads, as browsers do, and a validator must see what was written.

mod authority;
mod canonical;
mod chars;
mod parts;
mod tag;
mod urn;

pub(crate) use authority::is_known_host;
pub use authority::known_host;
pub use canonical::{canonical, check_canonical};
pub use parts::{Parts, scheme, split};
pub use tag::tag;
pub use urn::{urn, uuid};

use super::schemes::{Standing, standing};
use super::{Flaw as Any, is_space, quote};
use authority::authority_flaw;
use chars::find_chars;
use parts::has_scheme;
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

/// Returns whether a text holds white space of XML anywhere.
#[must_use]
pub fn has_space(value: &str) -> bool {
    value.contains(is_space)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{ANY, check};
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
