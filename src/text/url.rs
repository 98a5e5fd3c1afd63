//! References made absolute (RFC 3986 §5).
//!
//! Joining is not checking: schemes that run code are for `html` to remove, and [`scheme`] tells them the way a browser
//! would read them.

use std::borrow::Cow;
use url::Url;

/// Returns a reference made absolute against a base; `None` when the two cannot be joined.
///
/// An absolute reference in plain characters is handed back as written, as is one whose scheme is not for the web
/// (`mailto:`, `tel:`, `data:`): there is nothing to resolve in it.
#[must_use]
pub fn resolve<'a>(base: &Url, reference: &'a str) -> Option<Cow<'a, str>> {
    let reference = reference.trim_matches(|c: char| c.is_ascii_whitespace());
    if is_plain_absolute(reference) {
        return Some(Cow::Borrowed(reference));
    }
    if let Some(url) = join_plain(base, reference) {
        return Some(Cow::Owned(url));
    }
    if let Some(scheme) = scheme(reference)
        && !matches!(scheme.as_str(), "http" | "https" | "ftp" | "file" | "ws" | "wss")
    {
        return Some(opaque(reference));
    }
    base.join(reference).ok().map(|url| Cow::Owned(url.into()))
}

/// Returns the candidates of a `srcset`, each URL made absolute; one that cannot be joined is left out.
///
/// A URL ends at white space; a comma ends a candidate only after white space or a descriptor, or at the URL's very
/// end (HTML §4.8.4.2.2), so that `data:` and CDN URLs keep theirs.
#[must_use]
pub fn srcset(base: &Url, value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    let mut rest = value;
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == ',');
        if rest.is_empty() {
            return out;
        }
        let end = rest.find(|c: char| c.is_ascii_whitespace()).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        let url = word.trim_end_matches(',');
        let descriptor = if url.len() < word.len() {
            rest = after;
            ""
        } else {
            let end = descriptor_end(after);
            rest = &after[end..];
            after[..end].trim()
        };
        push_candidate(&mut out, base, url, descriptor);
    }
}

/// Returns the scheme of a reference in lower case, read as browsers do: tabs, line ends and leading blanks and
/// controls do not count (URL Standard §4.4).
#[must_use]
pub fn scheme(reference: &str) -> Option<String> {
    let mut name = String::new();
    for c in reference.trim_start_matches(|c: char| c <= ' ').chars() {
        match c {
            '\t' | '\n' | '\r' => {}
            ':' if !name.is_empty() => return Some(name),
            c if c.is_ascii_alphabetic() || !name.is_empty() && matches!(c, '0'..='9' | '+' | '-' | '.') => {
                name.push(c.to_ascii_lowercase());
            }
            _ => return None,
        }
    }
    None
}

/// Returns where a descriptor ends: at the first comma outside parentheses.
fn descriptor_end(text: &str) -> usize {
    let mut depth = 0_usize;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'(' => depth += 1,
            b')' => depth = depth.saturating_sub(1),
            b',' if depth == 0 => return at,
            _ => {}
        }
    }
    text.len()
}

fn push_candidate(out: &mut String, base: &Url, url: &str, descriptor: &str) {
    let Some(url) = resolve(base, url) else { return };
    // No candidate runs code: the attribute loads images only. Still nobody should have to check that.
    let is_picture = || url.get(..11).is_some_and(|start| start.eq_ignore_ascii_case("data:image/"));
    if scheme(&url).is_some_and(|s| !matches!(s.as_str(), "http" | "https") && !is_picture()) {
        return;
    }
    if !out.is_empty() {
        out.push_str(", ");
    }
    out.push_str(&url);
    if !descriptor.is_empty() {
        out.push(' ');
        out.push_str(descriptor);
    }
}

/// Returns whether a reference is `http(s)://host…` in characters that need no encoding.
fn is_plain_absolute(reference: &str) -> bool {
    let Some(rest) = reference.strip_prefix("https://").or_else(|| reference.strip_prefix("http://")) else { return false };
    let host = rest.bytes().take_while(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'.' | b'-')).count();
    if host == 0 || rest.starts_with(['.', '-']) || rest[..host].ends_with(|c: char| c.is_ascii_digit()) {
        return false; // no host, or perhaps an IPv4 address, which has forms to be normalised
    }
    let is_doubled = rest.as_bytes()[..host].windows(2).any(|pair| pair[0] == pair[1] && matches!(pair[0], b'.' | b'-'));
    if is_doubled && (rest[..host].contains("xn--") || rest[..host].contains("..")) {
        return false;
    }
    let tail = &rest.as_bytes()[host..];
    matches!(tail.first(), None | Some(b'/' | b'?' | b'#')) && tail.iter().all(|b| is_safe(*b))
}

/// Joins a path in plain characters: the usual `../image.png`, without what a whole parser costs.
///
/// `None` for everything that is not as simple as that.
fn join_plain(base: &Url, reference: &str) -> Option<String> {
    let plain = reference.bytes().all(|b| b != b':' && b != b'%' && is_safe(b));
    if !plain
        || reference.is_empty()
        || reference.starts_with(['?', '#'])
        || reference.contains("//")
        || !matches!(base.scheme(), "http" | "https")
    {
        return None;
    }
    let path_end = reference.find(['?', '#']).unwrap_or(reference.len());
    let root = &base[..url::Position::BeforePath];
    let (mut folder, mut rest) = ("/", reference);
    if !reference.starts_with('/') {
        let path = base.path();
        folder = path.get(..=path.rfind('/')?)?;
        while let Some(up) = rest.strip_prefix("../") {
            rest = up;
            let parent = folder.strip_suffix('/')?;
            folder = parent.rfind('/').and_then(|at| parent.get(..=at)).unwrap_or("/");
        }
    }
    let names = reference.get(reference.len() - rest.len()..path_end.max(reference.len() - rest.len()))?;
    if names.split('/').any(|name| matches!(name, "." | "..")) {
        return None;
    }
    Some([root, folder, rest.strip_prefix('/').unwrap_or(rest)].concat())
}

fn is_safe(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(
            byte,
            b'-' | b'.'
                | b'_'
                | b'~'
                | b'/'
                | b'?'
                | b'#'
                | b'&'
                | b'='
                | b'%'
                | b'+'
                | b','
                | b';'
                | b':'
                | b'@'
                | b'!'
                | b'$'
                | b'('
                | b')'
                | b'*'
        )
}

/// Returns a reference of another scheme with its blanks encoded, which is all that could break it.
fn opaque(reference: &str) -> Cow<'_, str> {
    if reference.bytes().any(|b| b <= b' ') {
        let kept = reference.chars().filter(|c| *c == ' ' || !c.is_ascii_control());
        return Cow::Owned(kept.collect::<String>().replace(' ', "%20"));
    }
    Cow::Borrowed(reference)
}

/// Returns an address if it may stand in a link: http, https or mailto, nothing that could run.
#[must_use]
pub fn safe_url(url: &str) -> Option<&str> {
    const SCHEMES: [&str; 3] = ["https:", "http:", "mailto:"];
    let is_safe = |scheme: &&str| url.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme));
    (SCHEMES.iter().any(is_safe) && !url.chars().any(char::is_control)).then_some(url)
}

/// Returns whether a text is an absolute IRI: a scheme, a colon, something behind it and no blank.
#[must_use]
pub fn is_absolute_iri(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else { return false };
    let scheme_fits =
        scheme.starts_with(|c: char| c.is_ascii_alphabetic()) && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c));
    scheme_fits && !rest.is_empty() && !text.contains(|c: char| c.is_whitespace() || c.is_control() || "<>\"{}|\\^`".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn base() -> Url {
        Url::parse("https://example.org/blog/2024/post/").expect("a valid base")
    }

    #[test]
    fn every_kind_of_reference_becomes_absolute() {
        let cases = [
            ("a.png", "https://example.org/blog/2024/post/a.png"),
            ("../b/", "https://example.org/blog/2024/b/"),
            ("/c", "https://example.org/c"),
            ("//cdn.example/x", "https://cdn.example/x"),
            ("?q=1", "https://example.org/blog/2024/post/?q=1"),
            ("my file é.png", "https://example.org/blog/2024/post/my%20file%20%C3%A9.png"),
            (" https://a.example/x?y=1&z=2#f ", "https://a.example/x?y=1&z=2#f"),
            ("HTTP://A.example", "http://a.example/"),
        ];
        for (reference, absolute) in cases {
            assert_eq!(resolve(&base(), reference).as_deref(), Some(absolute), "{reference}");
        }
    }

    #[test]
    fn schemes_that_are_not_for_the_web_stay_as_written() {
        for reference in ["mailto:a@b.example?subject=x", "tel:+491", "data:image/png;base64,AA==", "geo:1,2", "magnet:?xt=urn:x", "sms:+1"]
        {
            assert_eq!(resolve(&base(), reference).as_deref(), Some(reference));
        }
    }

    #[test]
    fn what_cannot_be_joined_is_none() {
        for reference in ["http://exa mple/", "//[::1", "https://a.example:99999/"] {
            assert_eq!(resolve(&base(), reference), None, "{reference}");
        }
    }

    #[test]
    fn a_scheme_is_read_as_browsers_read_it() {
        assert_eq!(scheme(" \u{1}java\nscript:alert(1)").as_deref(), Some("javascript"));
        assert_eq!(scheme("a/b:c"), None);
        assert_eq!(scheme("1a:b"), None);
    }

    #[test]
    fn srcset_keeps_commas_inside_urls() {
        assert_eq!(
            srcset(&base(), "a.png 1x, /b,c.png 2x,data:image/png;base64,AA== 3x, last.png"),
            "https://example.org/blog/2024/post/a.png 1x, https://example.org/b,c.png 2x, data:image/png;base64,AA== 3x, https://example.org/blog/2024/post/last.png"
        );
        assert_eq!(srcset(&base(), " , "), "");
        assert_eq!(srcset(&base(), "data:text/html,x 1x, file:///a.png 2x, javascript:x 3x"), "");
    }

    proptest! {
        #[test]
        fn a_resolved_reference_resolves_to_itself(reference in "\\PC{0,40}|[a-zA-Z:/.?#% @\\[\\]]{0,20}") {
            let base = base();
            if let Some(first) = resolve(&base, &reference) {
                let again = resolve(&base, &first);
                prop_assert_eq!(again.as_deref(), Some(first.as_ref()));
                prop_assert!(!first.contains(' '));
            }
        }

        #[test]
        fn a_plain_path_joins_as_the_parser_joins_it(reference in "(\\.\\./|\\./|/|a|b\\.png|\\?q=/\\.\\.|#f|~|=){0,6}", base in "https://e\\.org(:81)?/(a/){0,3}(b)?(\\?x)?") {
            let base = Url::parse(&base).expect("a valid base");
            if let Some(quick) = join_plain(&base, &reference) {
                prop_assert_eq!(quick, base.join(&reference).expect("it joins").to_string());
            }
        }

        #[test]
        fn srcset_never_panics_and_is_stable(value in "\\PC{0,60}|[a-z,() ]{0,30}") {
            let once = srcset(&base(), &value);
            prop_assert_eq!(srcset(&base(), &once), once);
        }
    }
}
