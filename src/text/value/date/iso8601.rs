//! ISO 8601, with weeks, days of the year and the forms without signs.

use super::{Flaw, Kind, unpadded};
use crate::text::value::Reader;
use chrono::{NaiveDate, Weekday};
use std::ops::Range;

/// Reads a date or a date and time of ISO 8601:2004 §4.1 and §4.3: calendar, week and ordinal dates, basic and extended.
///
/// What W3C-DTF and RFC 3339 hold is part of it; so are `2024W341`, `2024-231`, `20240819T1000Z` and times without zone.
pub fn iso8601(value: &str) -> Result<(), Flaw> {
    const FORM: &str = "write it like `2024-08-19` or `2024-08-19T10:00:00+02:00`";
    let value = unpadded(value, FORM, |inner| iso8601(inner).is_ok())?;
    let (date, time) = match value.split_once('T') {
        Some((date, time)) => (date, Some(time)),
        None => (value, None),
    };
    let malformed = |range: Range<usize>, what: &str| Flaw::new(Kind::Malformed, range, what).help(FORM);
    let extended = read_iso_day(date).ok_or_else(|| malformed(0..date.len(), "is not a date of ISO 8601"))?;
    if !extended.1 {
        return Err(Flaw::new(Kind::Impossible, 0..date.len(), "has a day that does not exist").help("write a day that exists"));
    }
    let Some(time) = time else { return Ok(()) };
    let range = date.len() + 1..value.len();
    if !matches!(extended.0, Form::Basic | Form::Extended) {
        return Err(malformed(range, "has a time behind a date without a day"));
    }
    match read_iso_time(time, extended.0) {
        None => Err(malformed(range, "has a time that is not one of ISO 8601")),
        Some(false) => Err(Flaw::new(Kind::Impossible, range, "has a time of day that does not exist").help("write hours from 00 to 23")),
        Some(true) => Ok(()),
    }
}

/// How the parts of an ISO 8601 date are put together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Basic,
    Extended,
    /// Without a day; no time may follow.
    Reduced,
}

/// Reads a date of ISO 8601; tells its form, and whether the day exists.
fn read_iso_day(date: &str) -> Option<(Form, bool)> {
    let mut reader = Reader::new(date);
    let year = i32::try_from(reader.number(4)?).ok()?;
    let extended = reader.take(b'-');
    let full = if extended { Form::Extended } else { Form::Basic };
    if !extended && reader.is_done() {
        return Some((Form::Reduced, true));
    }
    if reader.take(b'W') {
        let week = reader.number(2)?;
        if reader.is_done() {
            return Some((Form::Reduced, NaiveDate::from_isoywd_opt(year, week, Weekday::Mon).is_some()));
        }
        let day = (reader.take(b'-') == extended).then(|| reader.number(1)).flatten().filter(|_| reader.is_done())?;
        let weekday = u8::try_from(day).ok().and_then(|day| Weekday::try_from(day.checked_sub(1)?).ok());
        return Some((full, weekday.is_some_and(|day| NaiveDate::from_isoywd_opt(year, week, day).is_some())));
    }
    let digits = reader.digits();
    match (digits.len(), extended) {
        (3, _) if reader.is_done() => Some((full, NaiveDate::from_yo_opt(year, digits.parse().ok()?).is_some())),
        // ISO 8601 has no YYYYMM, which would be YYMMDD.
        (2, true) if reader.is_done() => Some((Form::Reduced, (1..=12).contains(&digits.parse::<u32>().ok()?))),
        (2, true) => {
            let day = reader.take(b'-').then(|| reader.number(2)).flatten().filter(|_| reader.is_done())?;
            Some((full, NaiveDate::from_ymd_opt(year, digits.parse().ok()?, day).is_some()))
        }
        (4, false) if reader.is_done() => {
            let number: u32 = digits.parse().ok()?;
            Some((full, NaiveDate::from_ymd_opt(year, number / 100, number % 100).is_some()))
        }
        _ => None,
    }
}

/// Reads a time of ISO 8601 with an optional zone; tells whether it exists.
fn read_iso_time(time: &str, form: Form) -> Option<bool> {
    let extended = form == Form::Extended;
    let mut reader = Reader::new(time);
    let mut parts = [reader.number(2)?, 0, 0];
    for part in parts.iter_mut().skip(1) {
        let more = if extended { reader.take(b':') } else { reader.peek().is_some_and(|b| b.is_ascii_digit()) };
        if !more {
            break;
        }
        *part = reader.number(2)?;
    }
    if (reader.take(b'.') || reader.take(b',')) && reader.digits().is_empty() {
        return None;
    }
    let mut zone = true;
    if !reader.take(b'Z') && (reader.take(b'+') || reader.take(b'-')) {
        let hours = reader.number(2)?;
        let more = if extended { reader.take(b':') } else { !reader.is_done() };
        let minutes = if more { reader.number(2)? } else { 0 };
        zone = hours < 24 && minutes < 60;
    }
    let [hour, minute, second] = parts;
    // ISO 8601:2004 §4.2.3: 24:00 is the end of a day.
    let exists = hour < 24 && minute < 60 && second <= 60 || parts == [24, 0, 0];
    reader.is_done().then_some(exists && zone)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::value::testing::table;

    #[test]
    fn iso_8601_has_weeks_days_of_the_year_and_short_forms() {
        table(
            iso8601,
            &[
                "2024",
                "2024-08",
                "2024-08-19",
                "20240819",
                "2024-W34",
                "2024W34",
                "2024-W34-1",
                "2024W341",
                "2024-232",
                "2024232",
                "2024-08-19T10",
                "2024-08-19T10:00",
                "20240819T100030.5Z",
                "2024-08-19T10:00:30,25+02",
                "20240819T1000+0200",
                "2024-08-19T24:00",
            ],
            &[
                ("", Kind::Empty),
                ("202408", Kind::Malformed),
                ("2024-08-19T", Kind::Malformed),
                ("2024-08-19T1000", Kind::Malformed),
                ("20240819T10:00", Kind::Malformed),
                ("2024-08T10:00", Kind::Malformed),
                ("2024-08-19T10:00x", Kind::Malformed),
                ("2024-W3", Kind::Malformed),
                ("2024-W341", Kind::Malformed),
                ("2024-W54", Kind::Impossible),
                ("2024-W34-8", Kind::Impossible),
                ("2023-366", Kind::Impossible),
                ("2024-08-32", Kind::Impossible),
                ("2024-08-19T24:01", Kind::Impossible),
            ],
        );
    }
}
