//! `urn:` URIs (RFC 8141), and the UUIDs that many of them are (RFC 9562).

use super::chars::bad_pchar;
use super::parts::has_scheme;
use super::{Flaw, Kind};
use crate::text::value::{Reader, char_at, ensure, name_char, quote, trim};
use std::ops::Range;

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
    let (inner, _) = trim(value);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::value::testing::table;

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
}
