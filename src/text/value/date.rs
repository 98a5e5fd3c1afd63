//! Dates of feeds: RFC 822 for RSS, RFC 3339 for Atom, W3C-DTF for Dublin Core, ISO 8601 for others.
//!
//! [`crate::text::dates`] reads what people write and forgives; here every letter counts, because feed readers differ in
//! what they forgive. chrono knows the calendar; the forms are read by hand, so that the wrong part can be named.

mod iso8601;
mod parts;
mod rfc3339;
mod rfc822;
mod w3cdtf;

pub use iso8601::iso8601;
pub use rfc822::rfc822;
pub use rfc3339::rfc3339;
pub use w3cdtf::w3cdtf;

use super::Flaw as Any;
use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, NaiveTime, TimeDelta, Utc};
use std::ops::Range;

/// What is wrong with a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// There is nothing.
    Empty,
    /// White space stands around a date that is good without it.
    Padding,
    /// The form is another one.
    Malformed,
    /// The form is right, the day or the time does not exist.
    Impossible,
    /// The day of the week is not that of the date.
    WrongWeekday,
    /// Allowed, but readers differ in how they take it.
    Problematical,
    /// It lies in the future.
    Future,
    /// It lies before the web.
    Past,
}

/// A flaw of a date.
pub type Flaw = Any<Kind>;

fn day_in(year: i32, month: u32, day: u32, range: Range<usize>) -> Result<NaiveDate, Flaw> {
    NaiveDate::from_ymd_opt(year, month, day).ok_or_else(|| {
        let last = (28..=31).rev().find(|last| NaiveDate::from_ymd_opt(year, month, *last).is_some());
        let reason = match last {
            Some(last) => format!("has the day {day}, but that month has {last}"),
            None => format!("has the month {month}"),
        };
        Flaw::new(Kind::Impossible, range, reason).help("write a day that exists")
    })
}

/// Returns the time of day; second 60 is the second before it, since no reader shows a leap second.
fn time_in(hour: u32, minute: u32, second: u32, range: Range<usize>) -> Result<NaiveTime, Flaw> {
    NaiveTime::from_hms_opt(hour, minute, if second == 60 { 59 } else { second }).ok_or_else(|| {
        let flaw = Flaw::new(Kind::Impossible, range, "has a time of day that does not exist");
        match (hour, minute, second) {
            (24, 0, 0) => flaw.help("write `00:00:00` of the next day"),
            _ => flaw.help("write hours from 00 to 23, minutes and seconds from 00 to 59"),
        }
    })
}

/// Returns the value, or why it is none: empty, or good but for white space around it.
fn unpadded<'a>(value: &'a str, form: &str, is_good: impl Fn(&str) -> bool) -> Result<&'a str, Flaw> {
    let (inner, start) = super::trim(value);
    if inner.is_empty() {
        return Err(Flaw::new(Kind::Empty, 0..value.len(), "is empty").help(form));
    }
    if inner.len() < value.len() && is_good(inner) {
        let range = if start > 0 { 0..start } else { inner.len()..value.len() };
        return Err(Flaw::new(Kind::Padding, range, "has white space around it").help("leave the white space out"));
    }
    Ok(value)
}

/// Tells whether a date that is written correctly can be meant: not after tomorrow, not before the web.
///
/// A day's grace is for clocks that differ and for dates that were written in a wrong zone. The value is only for
/// the range of the flaw.
pub fn plausible(value: &str, date: &DateTime<FixedOffset>, now: &DateTime<Utc>) -> Result<(), Flaw> {
    let (inner, start) = super::trim(value);
    let range = start..start + inner.len();
    if now.checked_add_signed(TimeDelta::days(1)).is_some_and(|latest| *date > latest) {
        let reason = format!("lies in the future: it is {} now", now.format("%-d %b %Y"));
        return Err(Flaw::new(Kind::Future, range, reason).help("write when it was published or changed"));
    }
    if date.year() < 1990 {
        let reason = if date.timestamp() == 0 { "is the zero of a computer's clock, not a date" } else { "lies before there was a web" };
        return Err(Flaw::new(Kind::Past, range, reason).help("write when it was published or changed"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::testing::{ANY, check};
    use super::*;
    use crate::text::dates;
    use proptest::prelude::*;

    #[test]
    fn only_the_far_future_and_the_time_before_the_web_are_implausible() {
        let now = DateTime::parse_from_rfc3339("2026-11-23T02:00:00Z").expect("a date").to_utc();
        let at = |value: &str| plausible(value, &DateTime::parse_from_rfc3339(value).expect("a date"), &now).map_err(|flaw| flaw.kind);
        assert_eq!(at("2026-11-24T01:00:00Z"), Ok(()));
        assert_eq!(at("2026-11-24T03:00:00Z"), Err(Kind::Future));
        assert_eq!(at("1990-01-01T00:00:00Z"), Ok(()));
        assert_eq!(at("1970-01-01T00:00:00Z"), Err(Kind::Past));
        assert_eq!(at("0024-08-19T00:00:00Z"), Err(Kind::Past));
    }

    proptest! {
        #[test]
        fn no_text_panics_and_ranges_lie_inside(value in ANY) {
            let mut flaws = Vec::new();
            rfc822(&value, &mut flaws);
            flaws.extend(rfc3339(&value).err());
            flaws.extend(w3cdtf(&value).err());
            flaws.extend(iso8601(&value).err());
            check(&value, &flaws);
        }

        #[test]
        fn chrono_reads_the_dates_that_pass(value in "(\\d{4}-[01]\\d-[0-3]\\d[Tt ]?[0-2]\\d:[0-5]\\d:[0-6]\\d(\\.\\d{1,3})?[Zz+-]?(\\d\\d:?\\d\\d)?)") {
            if let Ok(date) = rfc3339(&value) {
                let theirs = DateTime::parse_from_rfc3339(&value).map_err(|e| TestCaseError::fail(format!("{value}: {e}")))?;
                prop_assert!((date - theirs).num_seconds().abs() <= 1);
                prop_assert!(w3cdtf(&value).is_ok() || value.contains(":60"));
                prop_assert!(iso8601(&value).is_ok());
            }
        }

        #[test]
        fn every_moment_written_is_read_back(seconds in -60_000_000_000_i64..250_000_000_000, quarters in -48_i32..=56) {
            let offset = FixedOffset::east_opt(quarters * 900).expect("an offset");
            let date = DateTime::from_timestamp(seconds, 0).expect("a date").with_timezone(&offset);
            prop_assume!((1000..=9999).contains(&date.year()));
            let mut flaws = Vec::new();
            prop_assert_eq!(rfc822(&dates::rfc822(&date), &mut flaws), Some(date));
            prop_assert_eq!(flaws, vec![]);
            prop_assert_eq!(rfc3339(&dates::rfc3339(&date)), Ok(date));
            prop_assert_eq!(w3cdtf(&dates::rfc3339(&date)), Ok(date));
            let other = DateTime::parse_from_rfc2822(&dates::rfc822(&date)).expect("chrono reads it");
            prop_assert_eq!(other, date);
        }
    }
}
