//! `tag:` URIs (RFC 4151).

use super::chars::bad_pchar;
use super::parts::has_scheme;
use super::{Flaw, Kind};
use crate::text::value::{Reader, char_at, name_char, quote};
use chrono::NaiveDate;
use std::ops::Range;

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::value::testing::table;

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
}
