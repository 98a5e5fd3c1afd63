//! RFC 3339 §5.6, as Atom means it: whole, with `T` and `Z` in upper case.

use super::parts::{Parts, read_offset};
use super::{Flaw, Kind, unpadded};
use crate::text::dates;
use crate::text::value::{Reader, char_at};
use chrono::{DateTime, FixedOffset};

/// What a date of Atom looks like.
const RFC3339: &str = "write it like `2024-08-19T10:00:00+02:00`";

/// Reads a date as Atom wants it: RFC 3339 §5.6 `date-time`, `T` and `Z` in upper case (RFC 4287 §3.3).
pub fn rfc3339(value: &str) -> Result<DateTime<FixedOffset>, Flaw> {
    let inner = unpadded(value, RFC3339, |inner| rfc3339(inner).is_ok())?;
    let mut reader = Reader::new(inner);
    let better = |flaw: Flaw| match dates::parse(inner, chrono_tz::UTC) {
        Ok(parsed) if parsed.has_offset && parsed.has_time => flaw.help(format!("write `{}`", dates::rfc3339(&parsed.date))),
        _ => flaw.help(RFC3339),
    };
    let parts = read_3339(&mut reader, inner).map_err(better)?;
    if !reader.is_done() {
        return Err(better(Flaw::new(Kind::Malformed, reader.at()..inner.len(), "has something after the zone")));
    }
    parts.resolve(inner)
}

/// Reads the parts of an RFC 3339 date; says which is the first that is not as it should be.
fn read_3339(reader: &mut Reader<'_>, value: &str) -> Result<Parts, Flaw> {
    let wrong = |reader: &Reader<'_>, reason: &str| {
        let range = if reader.is_done() { value.len()..value.len() } else { char_at(value, reader.at()) };
        Flaw::new(Kind::Malformed, range, reason)
    };
    let year = reader.number(4).ok_or_else(|| wrong(reader, "does not begin with a year of four digits"))?;
    let mut parts = Parts { year, ..Parts::default() };
    for (part, sign, reason) in
        [(&mut parts.month, b'-', "has no `-` and month of two digits"), (&mut parts.day, b'-', "has no `-` and day of two digits")]
    {
        let before = *reader;
        *part = Some(reader.take(sign).then(|| reader.number(2)).flatten().ok_or_else(|| wrong(&before, reason))?);
    }
    if !reader.take(b'T') {
        return Err(match reader.peek() {
            Some(b't') => wrong(reader, "has a small `t`"),
            None => wrong(reader, "has no time of day"),
            _ => wrong(reader, "has no `T` between day and time"),
        });
    }
    let hour = reader.number(2).ok_or_else(|| wrong(reader, "has no hour of two digits"))?;
    let minute =
        reader.take(b':').then(|| reader.number(2)).flatten().ok_or_else(|| wrong(reader, "has no `:` and minute of two digits"))?;
    let second = reader.take(b':').then(|| reader.number(2)).flatten().ok_or_else(|| wrong(reader, "has no seconds"))?;
    if reader.take(b'.') && reader.digits().is_empty() {
        return Err(wrong(reader, "has no digits after the decimal point"));
    }
    parts.time = Some((hour, minute, second));
    parts.offset = Some(read_offset(reader).ok_or_else(|| match reader.peek() {
        None => wrong(reader, "has no zone"),
        Some(b'z') => wrong(reader, "has a small `z`"),
        _ => wrong(reader, "has no zone of the form `Z` or `+02:00` after the time"),
    })?);
    Ok(parts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::value::testing::table;

    #[test]
    fn dates_of_atom_are_strict() {
        table(
            rfc3339,
            &[
                "2024-08-19T10:00:00Z",
                "2024-08-19T10:00:00.123456789012+02:00",
                "2024-02-29T23:59:59-00:00",
                "0001-01-01T00:00:00Z",
                "2016-12-31T23:59:60Z",
                "2017-01-01T08:59:60+09:00",
            ],
            &[
                ("", Kind::Empty),
                ("2024-08-19", Kind::Malformed),
                ("2024-08", Kind::Malformed),
                ("2024-08-19T10:00Z", Kind::Malformed),
                ("2024-08-19T10:00:00", Kind::Malformed),
                ("2024-08-19t10:00:00Z", Kind::Malformed),
                ("2024-08-19T10:00:00z", Kind::Malformed),
                ("2024-08-19 10:00:00Z", Kind::Malformed),
                ("2024-08-19T 10:00:00Z", Kind::Malformed),
                ("2024-08-19T10:00:00 +02:00", Kind::Malformed),
                ("2024-08-19T10:00:00+0200", Kind::Malformed),
                ("2024-08-19T10:00:00+24:00", Kind::Malformed),
                ("2024-08-19T10:00:00.Z", Kind::Malformed),
                ("2024-08-19T10:00:00ZZ", Kind::Malformed),
                ("20240819T10:00:00Z", Kind::Malformed),
                ("24-08-19T10:00:00Z", Kind::Malformed),
                ("2024-8-19T10:00:00Z", Kind::Malformed),
                ("２０２４-08-19T10:00:00Z", Kind::Malformed),
                ("2024-06-31T10:00:00Z", Kind::Impossible),
                ("2024-13-01T10:00:00Z", Kind::Impossible),
                ("2023-02-29T10:00:00Z", Kind::Impossible),
                ("2024-08-19T24:00:00Z", Kind::Impossible),
                ("2024-08-19T10:60:00Z", Kind::Impossible),
                ("2024-08-19T10:00:60Z", Kind::Impossible),
            ],
        );
    }

    #[test]
    fn white_space_around_a_date_is_told_apart() {
        assert_eq!(rfc3339(" 2024-08-19T10:00:00Z").expect_err("padded").kind, Kind::Padding);
    }

    #[test]
    fn a_date_in_another_form_is_rewritten_in_the_help() {
        let flaw = rfc3339("Mon, 19 Aug 2024 10:00:00 +0200").expect_err("RSS");
        assert_eq!(flaw.help.as_deref(), Some("write `2024-08-19T10:00:00+02:00`"));
    }
}
