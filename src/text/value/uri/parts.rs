//! Where the parts of a reference stand (RFC 3986 §3).

use std::ops::Range;

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

pub(super) fn has_scheme(value: &str, wanted: &str) -> bool {
    scheme(value).is_some_and(|scheme| scheme.eq_ignore_ascii_case(wanted))
}

/// Returns where the host stands in an authority.
pub(super) fn host_range(value: &str, authority: &Range<usize>) -> Range<usize> {
    let text = value.get(authority.clone()).unwrap_or_default();
    let start = text.rfind('@').map_or(0, |at| at + 1);
    let rest = text.get(start..).unwrap_or_default();
    let end = match rest.strip_prefix('[').and_then(|literal| literal.find(']')) {
        Some(at) => at + 2,
        None => rest.rfind(':').unwrap_or(rest.len()),
    };
    authority.start + start..authority.start + start + end
}

/// Returns where an IP literal stands in the authority, with its brackets.
pub(super) fn literal_range(value: &str, authority: &Range<usize>) -> Option<Range<usize>> {
    let host = host_range(value, authority);
    let text = value.get(host.clone())?;
    (text.starts_with('[') && text.ends_with(']')).then_some(host)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
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
    }
}
