//! W3C-DTF, as Dublin Core means it: from the year alone to fractions of a second.

use super::parts::{Parts, read_offset};
use super::{Flaw, Kind, unpadded};
use crate::text::dates;
use crate::text::value::Reader;
use chrono::{DateTime, FixedOffset};

/// Reads a date as Dublin Core and syndication modules want it: W3C-DTF, from the year alone to fractions of a second.
///
/// A period is given back as its first moment; where no time is written, in UTC. (W3C Note "Date and Time Formats".)
pub fn w3cdtf(value: &str) -> Result<DateTime<FixedOffset>, Flaw> {
    const FORM: &str = "write it like `2024-08-19` or `2024-08-19T10:00:00+02:00`";
    let value = unpadded(value, FORM, |inner| w3cdtf(inner).is_ok())?;
    let mut reader = Reader::new(value);
    let parts = read_w3cdtf(&mut reader);
    let Some(parts) = parts.filter(|_| reader.is_done()) else {
        let at = if reader.at() == 0 { 0..value.len() } else { reader.at()..value.len() };
        let reason = if at.is_empty() { "has a time without minutes and zone" } else { "is not a date of W3C-DTF" };
        let help = match dates::parse(value, chrono_tz::UTC) {
            Ok(parsed) if parsed.has_offset => format!("write `{}`", dates::rfc3339(&parsed.date)),
            _ => FORM.to_owned(),
        };
        return Err(Flaw::new(Kind::Malformed, at, reason).help(help));
    };
    parts.resolve(value)
}

/// Reads as much as there is; `None` where a part that was begun is not as it should be.
fn read_w3cdtf(reader: &mut Reader<'_>) -> Option<Parts> {
    let mut parts = Parts { year: reader.number(4)?, ..Parts::default() };
    for is_day in [false, true] {
        let mut ahead = *reader;
        if !ahead.take(b'-') {
            return Some(parts);
        }
        let number = Some(ahead.number(2)?);
        *if is_day { &mut parts.day } else { &mut parts.month } = number;
        *reader = ahead;
    }
    let mut ahead = *reader;
    if !ahead.take(b'T') {
        return Some(parts);
    }
    let hour = ahead.number(2)?;
    let minute = ahead.take(b':').then(|| ahead.number(2)).flatten()?;
    let mut second = 0;
    if ahead.take(b':') {
        second = ahead.number(2)?;
        if ahead.take(b'.') && ahead.digits().is_empty() {
            return None;
        }
    }
    // The zone is required where there is a time.
    *reader = ahead;
    parts.offset = Some(read_offset(reader)?);
    parts.time = Some((hour, minute, second)).filter(|(_, _, second)| *second < 60);
    parts.time.is_some().then_some(parts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::value::testing::table;

    #[test]
    fn dates_of_dublin_core_have_six_lengths() {
        table(
            w3cdtf,
            &[
                "2024",
                "2024-08",
                "2024-08-19",
                "2024-08-19T10:00Z",
                "2024-08-19T10:00+02:00",
                "2024-08-19T10:00:30Z",
                "2024-08-19T10:00:30.45-05:00",
            ],
            &[
                ("", Kind::Empty),
                ("24", Kind::Malformed),
                ("2024-", Kind::Malformed),
                ("2024-8", Kind::Malformed),
                ("2024-08-19T10Z", Kind::Malformed),
                ("2024-08-19T10:00", Kind::Malformed),
                ("2024-08-19T10:00:30", Kind::Malformed),
                ("2024-08-19T10:00:60Z", Kind::Malformed),
                ("2024-08-19 10:00:30Z", Kind::Malformed),
                ("20240819", Kind::Malformed),
                ("Mon, 19 Aug 2024 10:00:00 GMT", Kind::Malformed),
                ("2024-13", Kind::Impossible),
                ("2024-02-30", Kind::Impossible),
                ("2024-08-19T25:00Z", Kind::Impossible),
            ],
        );
        assert_eq!(w3cdtf("2024-08").map(|date| date.to_rfc3339()), Ok("2024-08-01T00:00:00+00:00".to_owned()));
    }

    #[test]
    fn white_space_around_a_date_is_told_apart() {
        assert_eq!(w3cdtf("2024\n").expect_err("padded").range, 4..5);
    }
}
