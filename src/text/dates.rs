//! Dates as front matter has them, and as feeds want them.
//!
//! Reading is generous where a form has one meaning (ISO 8601 as people write it, RFC 2822, `2 January 2006`) and
//! refuses what has two (`08/09/2024`). Writing knows two forms: RFC 822 with four-digit years, as RSS wants it, and
//! RFC 3339. Both are written by hand: they are called several times for each entry, and chrono's `to_rfc2822`
//! writes one-digit days and panics above the year 9999.

use chrono::{DateTime, Datelike, FixedOffset, LocalResult, NaiveDate, NaiveDateTime, NaiveTime, Offset, TimeDelta, TimeZone, Timelike};
use chrono_tz::Tz;
use std::ops::Range;

/// What a date's text said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parsed {
    /// The point in time, with the offset written or, without one, the zone's.
    pub date: DateTime<FixedOffset>,
    /// Whether a time of day was written; without one it is midnight.
    pub has_time: bool,
    /// Whether an offset or a zone was written.
    pub has_offset: bool,
}

/// Why a text is not a date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DateFault {
    /// What is wrong, to be put after the text: ``is not a date postrider knows``.
    pub reason: String,
    /// The part of the text that is wrong, in bytes.
    pub range: Range<usize>,
    /// What to write instead, in the imperative.
    pub help: String,
}

/// What to write where nothing better can be said.
const HELP: &str = "write `2024-08-19` or `2024-08-19 09:30:00 +0200`";

/// Names of months; three letters are enough.
const MONTHS: [&str; 12] =
    ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"];

/// Names of months as RFC 822 §5.1 has them.
const MONTH_NAMES: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// Names of weekdays as RFC 822 §5.1 has them.
const DAY_NAMES: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/// Zones that RFC 2822 §4.3 gives a meaning, and those of Europe that have only one; hours from UTC.
const ZONES: [(&str, i32); 15] = [
    ("z", 0),
    ("ut", 0),
    ("utc", 0),
    ("gmt", 0),
    ("est", -5),
    ("edt", -4),
    ("cst", -6),
    ("cdt", -5),
    ("mst", -7),
    ("mdt", -6),
    ("pst", -8),
    ("pdt", -7),
    ("cet", 1),
    ("cest", 2),
    ("wet", 0),
];

/// The parts of a date, as read.
#[derive(Debug, Clone, Default)]
struct Parts {
    year: Option<i32>,
    month: Option<u32>,
    day: Option<u32>,
    time: Option<(u32, u32, u32)>,
    zone: Option<Zone>,
}

/// The offset or zone written behind a time.
#[derive(Debug, Clone, Copy)]
enum Zone {
    Offset(i32),
    Named(Tz),
}

/// Reads a date; where it names no offset, in the given zone.
///
/// A date without a time is midnight. A time that the zone skips is moved on, one that it has twice is the first.
pub fn parse(text: &str, zone: Tz) -> Result<Parsed, DateFault> {
    let start = text.len() - text.trim_start().len();
    let trimmed = text.trim();
    let whole = start..start + trimmed.len();
    let shift = |mut fault: DateFault| {
        fault.range = fault.range.start + start..fault.range.end + start;
        fault
    };
    let parts = match scan_iso(trimmed) {
        Some((parts, end)) if end == trimmed.len() => parts,
        Some((_, end)) => match words(trimmed) {
            Some(parts) => parts,
            None => return Err(shift(unknown(trimmed, end..trimmed.len()))),
        },
        None => words(trimmed).ok_or_else(|| shift(unknown(trimmed, 0..trimmed.len())))?,
    };
    resolve(&parts, zone).map_err(|reason| DateFault { reason: reason.0, range: whole, help: reason.1 })
}

/// Reads the date a text begins with, `2024-08-19` or an RFC 3339 date and time, and returns it with its length.
///
/// `None` when the text begins with something else.
#[must_use]
pub fn parse_prefix(text: &str, zone: Tz) -> Option<(Result<Parsed, DateFault>, usize)> {
    let (parts, end) = scan_file_date(text)?;
    Some((resolve(&parts, zone).map_err(|reason| DateFault { reason: reason.0, range: 0..end, help: reason.1 }), end))
}

/// Says why a text is no date, in the most useful words.
fn unknown(text: &str, rest: Range<usize>) -> DateFault {
    let fault = |reason: &str, range: Range<usize>, help: String| DateFault { reason: reason.to_owned(), range, help };
    if let Some((day, month, year)) = slashed(text) {
        let known = match (day, month) {
            (13..=31, 1..=12) => Some((month, day)),
            (1..=12, 13..=31) => Some((day, month)),
            _ => None,
        };
        let help = match known {
            Some((month, day)) => format!("write `{year:04}-{month:02}-{day:02}`"),
            None => format!("write the year first: `{year:04}-{month:02}-{day:02}` or `{year:04}-{day:02}-{month:02}`"),
        };
        return fault("is not a date postrider knows", 0..text.len(), help);
    }
    if text.is_empty() {
        return fault("is empty", 0..0, HELP.to_owned());
    }
    let what = if rest.start > 0 && rest.start < text.len() { "has something after the date" } else { "is not a date postrider knows" };
    fault(what, rest, HELP.to_owned())
}

/// Reads `19/08/2024` and its like, which have two meanings, for the help.
fn slashed(text: &str) -> Option<(u32, u32, u32)> {
    let date = text.split_ascii_whitespace().next()?;
    let mut parts = date.split(['/', '.', '-']).map(|part| part.parse::<u32>().ok());
    let (a, b, year) = (parts.next()??, parts.next()??, parts.next()??);
    (parts.next().is_none() && a <= 31 && b <= 31 && (1000..=9999).contains(&year)).then_some((a, b, year))
}

/// A reader of digits and signs.
struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Cursor<'_> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn take(&mut self, wanted: impl Fn(u8) -> bool) -> Option<u8> {
        let byte = self.peek().filter(|b| wanted(*b))?;
        self.at += 1;
        Some(byte)
    }

    fn is(&mut self, byte: u8) -> Option<u8> {
        self.take(|b| b == byte)
    }

    /// Reads a number of `least` to `most` digits.
    fn digits(&mut self, least: usize, most: usize) -> Option<u32> {
        let start = self.at;
        let mut value = 0u32;
        while self.at - start < most {
            let Some(digit) = self.take(|b| b.is_ascii_digit()) else { break };
            value = value * 10 + u32::from(digit - b'0');
        }
        (self.at - start >= least && !self.peek().is_some_and(|b| b.is_ascii_digit())).then_some(value)
    }

    fn skip_blanks(&mut self) -> usize {
        let start = self.at;
        while self.take(|b| b == b' ' || b == b'\t').is_some() {}
        self.at - start
    }

    /// Goes back to where it was when the reader finds nothing.
    fn maybe<T>(&mut self, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        let start = self.at;
        let found = read(self);
        if found.is_none() {
            self.at = start;
        }
        found
    }
}

/// Reads an ISO date with an optional time and offset from the start; returns the parts and where they end.
fn scan_iso(text: &str) -> Option<(Parts, usize)> {
    let mut cursor = Cursor { bytes: text.as_bytes(), at: 0 };
    let mut parts = scan_day(&mut cursor)?;
    parts.time = cursor.maybe(|c| {
        let _ = c.take(|b| b == b'T' || b == b't').map_or_else(|| (c.skip_blanks() > 0).then_some(b' '), Some)?;
        scan_time(c)
    });
    parts.zone = cursor.maybe(|c| {
        c.skip_blanks();
        let zone = scan_zone(c, text)?;
        // Hugo and Go print the abbreviation behind the offset: `2024-08-19 10:00:00 +0200 CEST`.
        c.maybe(|c| {
            (c.skip_blanks() > 0).then_some(())?;
            let start = c.at;
            while c.take(|b| b.is_ascii_uppercase()).is_some() {}
            ((2..=5).contains(&(c.at - start)) && c.peek().is_none()).then_some(())
        });
        Some(zone)
    });
    Some((parts, cursor.at))
}

/// Reads the date in front of a file's name: a day, or a day and a time with an offset (Zola).
fn scan_file_date(text: &str) -> Option<(Parts, usize)> {
    let mut cursor = Cursor { bytes: text.as_bytes(), at: 0 };
    let mut parts = scan_day(&mut cursor)?;
    let day = cursor.at;
    let time = cursor.maybe(|c| {
        c.take(|b| b == b'T' || b == b't')?;
        let time = scan_time(c)?;
        Some((time, scan_zone(c, text)))
    });
    if let Some((time, zone)) = time {
        (parts.time, parts.zone) = (Some(time), zone);
    }
    let end = if parts.time.is_some() { cursor.at } else { day };
    Some((parts, end))
}

fn scan_day(cursor: &mut Cursor<'_>) -> Option<Parts> {
    let year = cursor.digits(4, 4)?;
    let separator = cursor.take(|b| b == b'-' || b == b'/')?;
    let month = cursor.digits(1, 2)?;
    cursor.is(separator)?;
    let day = cursor.digits(1, 2)?;
    Some(Parts { year: i32::try_from(year).ok(), month: Some(month), day: Some(day), ..Parts::default() })
}

/// Reads `HH:MM[:SS[.fraction]]`; the fraction is dropped, since readers lose the offset behind it.
fn scan_time(cursor: &mut Cursor<'_>) -> Option<(u32, u32, u32)> {
    let hour = cursor.digits(1, 2)?;
    cursor.is(b':')?;
    let minute = cursor.digits(2, 2)?;
    let second = cursor.maybe(|c| {
        c.is(b':')?;
        let second = c.digits(2, 2)?;
        c.maybe(|c| {
            c.take(|b| b == b'.' || b == b',')?;
            c.take(|b| b.is_ascii_digit())?;
            while c.take(|b| b.is_ascii_digit()).is_some() {}
            Some(())
        });
        Some(second)
    });
    Some((hour, minute, second.unwrap_or(0)))
}

/// Reads `Z`, `+02:00`, `+0200`, `+02`, an abbreviation or a zone's name.
fn scan_zone(cursor: &mut Cursor<'_>, text: &str) -> Option<Zone> {
    if let Some(sign) = cursor.take(|b| b == b'+' || b == b'-') {
        return scan_offset(cursor, sign).map(Zone::Offset);
    }
    let start = cursor.at;
    while cursor.take(|b| b.is_ascii_alphanumeric() || matches!(b, b'/' | b'_')).is_some() {}
    zone_named(text.get(start..cursor.at)?)
}

fn scan_offset(cursor: &mut Cursor<'_>, sign: u8) -> Option<i32> {
    let start = cursor.at;
    let (hours, minutes) = if let Some(both) = cursor.digits(4, 4) {
        (both / 100, both % 100)
    } else {
        cursor.at = start;
        let hours = cursor.digits(1, 2)?;
        let minutes = cursor.maybe(|c| {
            c.is(b':')?;
            c.digits(2, 2)
        });
        (hours, minutes.unwrap_or(0))
    };
    let seconds = i32::try_from(hours * 3600 + minutes * 60).ok()?;
    (hours < 24 && minutes < 60).then_some(if sign == b'-' { -seconds } else { seconds })
}

fn zone_named(name: &str) -> Option<Zone> {
    if let Some((_, hours)) = ZONES.iter().find(|(zone, _)| zone.eq_ignore_ascii_case(name)) {
        return Some(Zone::Offset(hours * 3600));
    }
    name.contains('/').then(|| Tz::from_str_insensitive(name).ok())?.map(Zone::Named)
}

/// Reads the forms that name the month: RFC 2822, `2 January 2006`, `January 2, 2006`, those of Go, C and Ruby.
fn words(text: &str) -> Option<Parts> {
    let mut parts = Parts::default();
    for (index, word) in text.split(|c: char| c == ',' || c.is_whitespace()).filter(|word| !word.is_empty()).enumerate() {
        if index > 7 {
            return None;
        }
        // RFC 850: `Monday, 02-Jan-06`.
        let dashed: Vec<&str> = word.split('-').collect();
        if let [day, month, year] = dashed[..]
            && month_named(month).is_some()
        {
            for part in [day, month, year] {
                take_word(part, &mut parts)?;
            }
        } else {
            take_word(word, &mut parts)?;
        }
    }
    (parts.year.is_some() && parts.month.is_some() && parts.day.is_some()).then_some(parts)
}

/// Puts a word where it belongs; `None` when it belongs nowhere.
fn take_word(word: &str, parts: &mut Parts) -> Option<()> {
    let first = word.bytes().next()?;
    if word.contains(':') && first.is_ascii_digit() && parts.time.is_none() {
        let mut cursor = Cursor { bytes: word.as_bytes(), at: 0 };
        parts.time = scan_time(&mut cursor);
        return (cursor.at == word.len() && parts.time.is_some()).then_some(());
    }
    if first.is_ascii_digit() {
        return take_number(word, parts);
    }
    if matches!(first, b'+' | b'-') && parts.time.is_some() && parts.zone.is_none() {
        let mut cursor = Cursor { bytes: word.as_bytes(), at: 1 };
        parts.zone = scan_offset(&mut cursor, first).map(Zone::Offset);
        return (cursor.at == word.len() && parts.zone.is_some()).then_some(());
    }
    if parts.month.is_none()
        && let Some(month) = month_named(word)
    {
        parts.month = Some(month);
        return Some(());
    }
    if is_weekday(word) {
        return Some(());
    }
    if let Some(afternoon) = [("am", false), ("pm", true)].iter().find(|(name, _)| name.eq_ignore_ascii_case(word)).map(|(_, pm)| *pm) {
        let (hour, minute, second) = parts.time.filter(|(hour, _, _)| (1..=12).contains(hour))?;
        parts.time = Some((hour % 12 + if afternoon { 12 } else { 0 }, minute, second));
        return Some(());
    }
    // A comment behind the offset (RFC 2822 §3.2.3), `(CEST)`, and the abbreviation behind an offset say nothing new.
    if parts.zone.is_some() && word.trim_matches(['(', ')']).bytes().all(|b| b.is_ascii_alphabetic()) {
        return Some(());
    }
    parts.time?;
    parts.zone = Some(zone_named(word)?);
    Some(())
}

/// Takes a number for the day (`2`, `2nd`, `2.`) or the year.
fn take_number(word: &str, parts: &mut Parts) -> Option<()> {
    let digits = word.bytes().take_while(u8::is_ascii_digit).count();
    let (number, ending) = word.split_at(digits);
    let value: u32 = if digits <= 4 { number.parse().ok()? } else { return None };
    match (digits, ending) {
        (1 | 2, "" | "." | "st" | "nd" | "rd" | "th") if parts.day.is_none() => parts.day = Some(value),
        (4, "") if parts.year.is_none() => parts.year = i32::try_from(value).ok(),
        // RFC 2822 §4.3: two digits from 00 to 49 are this century's.
        (2, "") if parts.year.is_none() && parts.month.is_some() => {
            parts.year = i32::try_from(if value < 50 { 2000 + value } else { 1900 + value }).ok();
        }
        _ => return None,
    }
    Some(())
}

fn month_named(word: &str) -> Option<u32> {
    let word = word.trim_end_matches('.').to_ascii_lowercase();
    let is = |month: &&str| word == **month || word.len() == 3 && month.starts_with(&word) || word == "sept" && month.starts_with("sept");
    let index = MONTHS.iter().position(is)?;
    u32::try_from(index + 1).ok()
}

fn is_weekday(word: &str) -> bool {
    let word = word.trim_end_matches('.').to_ascii_lowercase();
    let full = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    word.len() >= 3 && full.iter().any(|day| day.starts_with(&word) || *day == word)
}

/// A fault's reason and help.
type Reason = (String, String);

/// Turns the parts into a point in time.
fn resolve(parts: &Parts, zone: Tz) -> Result<Parsed, Reason> {
    let naive = resolve_local(parts)?;
    let local = match parts.zone {
        Some(Zone::Offset(seconds)) => FixedOffset::east_opt(seconds).and_then(|offset| offset.from_local_datetime(&naive).single()),
        Some(Zone::Named(named)) => in_zone(naive, named),
        None => in_zone(naive, zone),
    };
    let date = local.map(whole_minutes).filter(|date| (1..=9999).contains(&date.naive_utc().year()) && (1..=9999).contains(&date.year()));
    let date = date.ok_or_else(|| ("lies outside the years 0001 to 9999 in UTC".to_owned(), HELP.to_owned()))?;
    Ok(Parsed { date, has_time: parts.time.is_some(), has_offset: parts.zone.is_some() })
}

/// Checks day and time against the calendar.
fn resolve_local(parts: &Parts) -> Result<NaiveDateTime, Reason> {
    let (year, month, day) = (parts.year.unwrap_or(0), parts.month.unwrap_or(0), parts.day.unwrap_or(0));
    let Some(date) = NaiveDate::from_ymd_opt(year, month, day).filter(|_| year > 0) else {
        return Err(impossible_day(year, month, day));
    };
    let (hour, minute, second) = parts.time.unwrap_or((0, 0, 0));
    // A leap second (RFC 3339 §5.7) is the last second before it: no reader shows it.
    let time = NaiveTime::from_hms_opt(hour, minute, if second == 60 { 59 } else { second });
    let wrong =
        || ("has a time of day that does not exist".to_owned(), "write hours from 00 to 23, minutes and seconds from 00 to 59".to_owned());
    time.map(|time| date.and_time(time)).ok_or_else(wrong)
}

/// Says why there is no such day.
fn impossible_day(year: i32, month: u32, day: u32) -> Reason {
    let days = (28..=31).rev().find(|last| NaiveDate::from_ymd_opt(year, month, *last).is_some());
    match days {
        _ if year == 0 => ("lies outside the years 0001 to 9999".to_owned(), HELP.to_owned()),
        Some(days) => {
            let name = MONTHS.get(month as usize - 1).copied().unwrap_or_default();
            (
                format!("has no such day: {}{} {year:04} has {days} days", name[..1].to_uppercase(), &name[1..]),
                "write a day that exists".to_owned(),
            )
        }
        None if (13..=31).contains(&month) && (1..=12).contains(&day) => {
            (format!("has month {month}"), format!("write the month before the day: `{year:04}-{day:02}-{month:02}`"))
        }
        None => (format!("has month {month}"), HELP.to_owned()),
    }
}

/// Returns the local time in the zone: what it skips moves on by the skipped time, what it has twice is the first.
pub(crate) fn in_zone(naive: NaiveDateTime, zone: Tz) -> Option<DateTime<FixedOffset>> {
    let offset = match zone.offset_from_local_datetime(&naive) {
        LocalResult::Single(offset) => offset.fix(),
        LocalResult::Ambiguous(first, _) => first.fix(),
        // The offset from before the gap moves the time on by the gap; Samoa once skipped a whole day.
        LocalResult::None => (1..=48)
            .filter_map(|half_hours| naive.checked_sub_signed(TimeDelta::minutes(half_hours * 30 + 1)))
            .find_map(|before| zone.offset_from_local_datetime(&before).latest())?
            .fix(),
    };
    let utc = naive.checked_sub_offset(offset)?;
    Some(utc.and_utc().with_timezone(&zone).fixed_offset())
}

/// Moves an offset with seconds, which neither format can write, to whole minutes; the instant stays.
fn whole_minutes(date: DateTime<FixedOffset>) -> DateTime<FixedOffset> {
    let seconds = date.offset().local_minus_utc();
    match FixedOffset::east_opt(seconds - seconds % 60) {
        Some(offset) if seconds % 60 != 0 => date.with_timezone(&offset),
        _ => date,
    }
}

/// Returns the date as RSS 2.0 wants it (RFC 822 §5.1 with four-digit years): `Mon, 19 Aug 2024 10:00:00 +0200`.
#[must_use]
pub fn rfc822(date: &DateTime<FixedOffset>) -> String {
    let date = whole_minutes(*date);
    let local = date.naive_local();
    let mut out = String::with_capacity(31);
    out.push_str(DAY_NAMES.get(local.weekday().num_days_from_monday() as usize).unwrap_or(&"Mon"));
    out.push_str(", ");
    push_number(&mut out, local.day(), 2);
    out.push(' ');
    out.push_str(MONTH_NAMES.get(local.month0() as usize).unwrap_or(&"Jan"));
    out.push(' ');
    push_number(&mut out, local.year().unsigned_abs(), 4);
    out.push(' ');
    push_time(&mut out, local);
    out.push(' ');
    push_offset(&mut out, &date, false);
    out
}

/// Returns the date as Atom and JSON Feed want it (RFC 3339 §5.6), without a fraction: `2024-08-19T10:00:00+02:00`.
#[must_use]
pub fn rfc3339(date: &DateTime<FixedOffset>) -> String {
    let date = whole_minutes(*date);
    let local = date.naive_local();
    let mut out = String::with_capacity(25);
    push_number(&mut out, local.year().unsigned_abs(), 4);
    out.push('-');
    push_number(&mut out, local.month(), 2);
    out.push('-');
    push_number(&mut out, local.day(), 2);
    out.push('T');
    push_time(&mut out, local);
    push_offset(&mut out, &date, true);
    out
}

fn push_time(out: &mut String, local: NaiveDateTime) {
    push_number(out, local.hour(), 2);
    out.push(':');
    push_number(out, local.minute(), 2);
    out.push(':');
    push_number(out, local.second(), 2);
}

fn push_offset(out: &mut String, date: &DateTime<FixedOffset>, colon: bool) {
    let minutes = date.offset().local_minus_utc() / 60;
    out.push(if minutes < 0 { '-' } else { '+' });
    push_number(out, minutes.unsigned_abs() / 60, 2);
    if colon {
        out.push(':');
    }
    push_number(out, minutes.unsigned_abs() % 60, 2);
}

/// Writes a number with at least so many digits.
fn push_number(out: &mut String, value: u32, width: u32) {
    for place in (0..width).rev() {
        let digit = value / 10u32.pow(place) % 10;
        out.push(char::from_digit(digit, 10).unwrap_or('0'));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const BERLIN: Tz = chrono_tz::Europe::Berlin;

    fn read(text: &str) -> String {
        match parse(text, BERLIN) {
            Ok(parsed) => rfc3339(&parsed.date),
            Err(fault) => format!("{text} {} ({})", fault.reason, fault.help),
        }
    }

    #[test]
    fn iso_dates_are_read_as_people_write_them() {
        for (text, date) in [
            ("2024-08-19", "2024-08-19T00:00:00+02:00"),
            ("2024-8-9", "2024-08-09T00:00:00+02:00"),
            ("2024/08/19", "2024-08-19T00:00:00+02:00"),
            ("2024-01-19 9:30", "2024-01-19T09:30:00+01:00"),
            ("2024-08-19T10:20:30", "2024-08-19T10:20:30+02:00"),
            ("2024-08-19t10:20:30z", "2024-08-19T10:20:30+00:00"),
            ("2024-08-19T10:20:30.123456Z", "2024-08-19T10:20:30+00:00"),
            ("2024-08-19 10:20:30 +0200", "2024-08-19T10:20:30+02:00"),
            ("2024-08-19 10:20 -05:30", "2024-08-19T10:20:00-05:30"),
            ("2024-08-19 10:20:30+02", "2024-08-19T10:20:30+02:00"),
            ("2024-08-19 10:20:30 UTC", "2024-08-19T10:20:30+00:00"),
            ("2024-08-19  10:20:30 GMT", "2024-08-19T10:20:30+00:00"),
            ("2024-08-19 10:20:30 +0200 CEST", "2024-08-19T10:20:30+02:00"),
            ("2024-08-19 10:20:30 America/New_York", "2024-08-19T10:20:30-04:00"),
            (" 2024-08-19 ", "2024-08-19T00:00:00+02:00"),
            ("2016-12-31T23:59:60Z", "2016-12-31T23:59:59+00:00"),
        ] {
            assert_eq!(read(text), date, "{text}");
        }
    }

    #[test]
    fn dates_that_name_the_month_are_read() {
        for (text, date) in [
            ("Mon, 19 Aug 2024 10:00:00 +0200", "2024-08-19T10:00:00+02:00"),
            ("Mon, 9 Jan 2006 10:00 EST", "2006-01-09T10:00:00-05:00"),
            ("19 Aug 24 10:00:00 GMT", "2024-08-19T10:00:00+00:00"),
            ("2 Jan 2006", "2006-01-02T00:00:00+01:00"),
            ("January 2, 2006", "2006-01-02T00:00:00+01:00"),
            ("Sept. 2nd, 2006", "2006-09-02T00:00:00+02:00"),
            ("02 Jan 2006 15:04 MST", "2006-01-02T15:04:00-07:00"),
            ("Mon Jan  2 15:04:05 2006", "2006-01-02T15:04:05+01:00"),
            ("Mon Jan 02 15:04:05 -0700 2006", "2006-01-02T15:04:05-07:00"),
            ("Mon Jan  2 15:04:05 MST 2006", "2006-01-02T15:04:05-07:00"),
            ("Monday, 02-Jan-06 15:04:05 MST", "2006-01-02T15:04:05-07:00"),
            ("Jan 2, 2006 3:04 PM", "2006-01-02T15:04:00+01:00"),
            ("Mon, 19 Aug 2024 10:00:00 +0200 (CEST)", "2024-08-19T10:00:00+02:00"),
        ] {
            assert_eq!(read(text), date, "{text}");
        }
    }

    #[test]
    fn what_has_two_meanings_or_none_is_refused_with_advice() {
        for (text, said) in [
            ("19/08/2024", "19/08/2024 is not a date postrider knows (write `2024-08-19`)"),
            ("08/19/2024", "08/19/2024 is not a date postrider knows (write `2024-08-19`)"),
            ("19.08.2024", "19.08.2024 is not a date postrider knows (write `2024-08-19`)"),
            ("08/09/2024", "08/09/2024 is not a date postrider knows (write the year first: `2024-09-08` or `2024-08-09`)"),
            ("2024-02-30", "2024-02-30 has no such day: February 2024 has 29 days (write a day that exists)"),
            ("2024-19-08", "2024-19-08 has month 19 (write the month before the day: `2024-08-19`)"),
            (
                "2024-08-19 24:00",
                "2024-08-19 24:00 has a time of day that does not exist (write hours from 00 to 23, minutes and seconds from 00 to 59)",
            ),
            ("0000-01-01", "0000-01-01 lies outside the years 0001 to 9999 (write `2024-08-19` or `2024-08-19 09:30:00 +0200`)"),
            ("tomorrow", "tomorrow is not a date postrider knows (write `2024-08-19` or `2024-08-19 09:30:00 +0200`)"),
            ("2024-08-19 soon", "2024-08-19 soon has something after the date (write `2024-08-19` or `2024-08-19 09:30:00 +0200`)"),
        ] {
            assert_eq!(read(text), said);
        }
        for text in [
            "",
            "2024",
            "2024-08",
            "20240819",
            "2024-08/19",
            "12024-08-19",
            "9999-12-31T23:59:59-01:00",
            "0001-01-01T00:00:00+01:00",
            "2024-08-19T10",
            "2024-08-19 10:00 +99:00",
        ] {
            assert!(parse(text, chrono_tz::UTC).is_err(), "{text}");
        }
    }

    #[test]
    fn a_fault_names_the_part_that_is_wrong() {
        let range = |text| parse(text, BERLIN).expect_err("no date").range;
        assert_eq!(range(" 19/08/2024 "), 1..11);
        assert_eq!(range("2024-08-19 soon"), 10..15);
    }

    #[test]
    fn a_time_the_zone_skips_moves_on_and_one_it_has_twice_is_the_first() {
        assert_eq!(read("2024-03-31 02:30"), "2024-03-31T03:30:00+02:00");
        assert_eq!(read("2024-10-27 02:30"), "2024-10-27T02:30:00+02:00");
        let samoa = parse("2011-12-30", chrono_tz::Pacific::Apia).expect("a date");
        assert_eq!(rfc3339(&samoa.date), "2011-12-31T00:00:00+14:00");
    }

    #[test]
    fn an_offset_with_seconds_becomes_whole_minutes_at_the_same_instant() {
        let parsed = parse("1800-01-01", BERLIN).expect("a date");
        assert_eq!(rfc3339(&parsed.date), "1799-12-31T23:59:32+00:53");
        assert_eq!(
            parsed.date.timestamp(),
            NaiveDate::from_ymd_opt(1800, 1, 1).expect("a day").and_time(NaiveTime::MIN).and_utc().timestamp() - 3208
        );
    }

    #[test]
    fn time_and_offset_are_told() {
        let told = |text| parse(text, BERLIN).map(|p| (p.has_time, p.has_offset)).expect("a date");
        assert_eq!(told("2024-08-19"), (false, false));
        assert_eq!(told("2024-08-19 10:00"), (true, false));
        assert_eq!(told("2024-08-19 10:00Z"), (true, true));
    }

    #[test]
    fn a_file_name_may_begin_with_a_date() {
        let end = |text| parse_prefix(text, BERLIN).map(|(date, end)| (date.is_ok(), end));
        assert_eq!(end("2024-08-19-slug"), Some((true, 10)));
        assert_eq!(end("2024-8-9_slug"), Some((true, 8)));
        assert_eq!(end("2024-08-19T10:20:30Z-slug"), Some((true, 20)));
        assert_eq!(end("2024-08-19T10:20:30+02:00_slug"), Some((true, 25)));
        assert_eq!(end("2024-13-19-slug"), Some((false, 10)));
        assert_eq!(end("2024-08-slug"), None);
        assert_eq!(end("2024-08-191-slug"), None);
    }

    #[test]
    fn dates_are_written_with_two_digits_and_a_numeric_offset() {
        let date = parse("2024-08-09T07:05:03Z", BERLIN).expect("a date").date;
        assert_eq!(rfc822(&date), "Fri, 09 Aug 2024 07:05:03 +0000");
        assert_eq!(rfc3339(&date), "2024-08-09T07:05:03+00:00");
        let west = parse("0999-01-02 03:04:05 -03:30", BERLIN).expect("a date").date;
        assert_eq!(rfc822(&west), "Wed, 02 Jan 0999 03:04:05 -0330");
        assert_eq!(rfc3339(&west), "0999-01-02T03:04:05-03:30");
    }

    proptest! {
        #[test]
        fn any_text_is_a_date_or_a_fault_within_it(text in "[0-9TZ:+/. a-zäEST,-]{0,32}") {
            match parse(&text, BERLIN) {
                Ok(parsed) => {
                    let again = parse(&rfc3339(&parsed.date), BERLIN).expect("what we write");
                    prop_assert_eq!(again.date, parsed.date);
                    prop_assert_eq!(parse(&rfc822(&parsed.date), BERLIN).expect("what we write").date, parsed.date);
                    prop_assert_eq!(DateTime::parse_from_rfc3339(&rfc3339(&parsed.date)).expect("RFC 3339"), parsed.date);
                }
                Err(fault) => prop_assert!(text.get(fault.range).is_some()),
            }
            let _ = parse_prefix(&text, BERLIN);
        }

        #[test]
        fn any_instant_is_written_and_read_back(seconds in -62_000_000_000i64..250_000_000_000, zone in 0..chrono_tz::TZ_VARIANTS.len()) {
            let date = DateTime::from_timestamp(seconds, 0).expect("in range").with_timezone(&chrono_tz::TZ_VARIANTS[zone]).fixed_offset();
            prop_assert_eq!(parse(&rfc3339(&date), BERLIN).expect("RFC 3339").date.timestamp(), seconds);
            prop_assert_eq!(parse(&rfc822(&date), BERLIN).expect("RFC 822").date.timestamp(), seconds);
        }
    }
}
