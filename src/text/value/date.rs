//! Dates of feeds: RFC 822 for RSS, RFC 3339 for Atom, W3C-DTF for Dublin Core, ISO 8601 for others.
//!
//! [`crate::text::dates`] reads what people write and forgives; here every letter counts, because feed readers differ in
//! what they forgive. chrono knows the calendar; the forms are read by hand, so that the wrong part can be named.

use super::{Flaw as Any, Reader, char_at, is_space, quote};
use crate::text::dates;
use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Utc, Weekday};
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

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/// The zones that RFC 822 §5.1 names and every reader knows, in hours from UTC.
const ZONES: [(&str, i32); 11] = [
    ("UT", 0),
    ("GMT", 0),
    ("Z", 0),
    ("EST", -5),
    ("EDT", -4),
    ("CST", -6),
    ("CDT", -5),
    ("MST", -7),
    ("MDT", -6),
    ("PST", -8),
    ("PDT", -7),
];

/// What a date of RSS looks like.
const RFC822: &str = "write it like `Mon, 19 Aug 2024 10:00:00 +0200`";

/// What a date of Atom looks like.
const RFC3339: &str = "write it like `2024-08-19T10:00:00+02:00`";

/// A word or a sign of an RFC 822 date, with what stands between it and the one before.
struct Token<'a> {
    text: &'a str,
    range: Range<usize>,
    gap: &'a str,
}

/// Reads a date as RSS 2.0 means it: RFC 822 §5.1, the year with four digits.
///
/// Pushes what is wrong; returns the date if it has one. Comments, runs of white space and other case are allowed by
/// RFC 822 §3.4 and named as problematical, as are two-digit years, military zones (RFC 1123 §5.2.14: they were
/// specified the wrong way round) and offsets that no zone has.
pub fn rfc822(value: &str, flaws: &mut Vec<Flaw>) -> Option<DateTime<FixedOffset>> {
    let (inner, start) = super::trim(value);
    if inner.is_empty() {
        flaws.push(Flaw::new(Kind::Empty, 0..value.len(), "is empty").help(RFC822));
        return None;
    }
    let from = flaws.len();
    let date = match read_822(inner, flaws) {
        Ok(date) => Some(date),
        Err(flaw) => {
            flaws.truncate(from);
            flaws.push(better_822(inner, flaw));
            None
        }
    };
    for flaw in flaws.iter_mut().skip(from) {
        flaw.range = flaw.range.start + start..flaw.range.end + start;
    }
    if date.is_some() && inner.len() < value.len() {
        let range = if start > 0 { 0..start } else { inner.len()..value.len() };
        flaws.push(Flaw::new(Kind::Padding, range, "has white space around it"));
    }
    date
}

/// Adds the date in the right form where another form could be read.
fn better_822(value: &str, flaw: Flaw) -> Flaw {
    if flaw.kind != Kind::Malformed || flaw.help.as_ref().is_some_and(|help| help != RFC822) {
        return flaw;
    }
    match dates::parse(value, chrono_tz::UTC) {
        Ok(parsed) if parsed.has_offset => Flaw { help: Some(format!("write `{}`", dates::rfc822(&parsed.date))), ..flaw },
        Err(fault) if fault.help.contains("year first") => {
            Flaw { help: Some("write the month by name, like `Mon, 19 Aug 2024 10:00:00 +0200`".to_owned()), ..flaw }
        }
        _ => flaw,
    }
}

fn read_822(value: &str, flaws: &mut Vec<Flaw>) -> Result<DateTime<FixedOffset>, Flaw> {
    let tokens = tokens(value)?;
    let mut rest = Tokens { all: &tokens, at: 0, end: value.len() };
    let weekday = rest.weekday(flaws)?;
    let day_token = rest.next("has no day", "")?;
    let day = digits(day_token, 1..=2, "day")?;
    let month_token = rest.next("has no month", " ")?;
    let month = month_of(month_token, flaws)?;
    let year_token = rest.next("has no year", " ")?;
    let year = year_of(year_token, flaws)?;
    let time_from = rest.peek().map_or(value.len(), |t| t.range.start);
    let (hour, minute, second) = rest.time()?;
    let time_range = time_from..rest.last_end();
    let offset = rest.zone(flaws)?;
    if let Some(extra) = rest.peek() {
        return Err(Flaw::new(Kind::Malformed, extra.range.start..value.len(), "has something after the zone").help(RFC822));
    }
    let day_range = day_token.range.start..year_token.range.end;
    let date = day_in(year, month, day, day_range)?;
    // RFC 2822 §3.3 allows a leap second.
    let naive = date.and_time(time_in(hour, minute, second, time_range)?);
    if let Some((weekday, range)) = weekday
        && weekday != date.weekday()
    {
        let right = DAYS.get(date.weekday().num_days_from_monday() as usize).copied().unwrap_or_default();
        let written = value.get(range.clone()).unwrap_or_default();
        let reason = format!("says {}, but {day} {} {year} is a {right}", quote(written), MONTHS[month as usize - 1]);
        flaws.push(Flaw::new(Kind::WrongWeekday, range, reason).help(format!("write `{right}`, or leave the day out")));
    }
    find_spacing(value, &tokens, flaws);
    offset.from_local_datetime(&naive).single().ok_or_else(|| Flaw::new(Kind::Impossible, 0..value.len(), "lies outside of the calendar"))
}

/// Cuts a date into words and signs; comments, which may be nested and hold quoted characters (RFC 822 §3.4.3), go.
fn tokens(value: &str) -> Result<Vec<Token<'_>>, Flaw> {
    let mut out: Vec<Token<'_>> = Vec::new();
    let (mut depth, mut open, mut quoted, mut word) = (0_usize, 0, false, None::<usize>);
    let mut done = 0;
    let mut push = |range: Range<usize>, done: &mut usize| {
        if let (Some(text), Some(gap)) = (value.get(range.clone()), value.get(*done..range.start)) {
            *done = range.end;
            out.push(Token { text, range, gap });
        }
    };
    for (at, c) in value.char_indices() {
        if depth > 0 {
            match c {
                _ if quoted => quoted = false,
                '\\' => quoted = true,
                '(' => depth += 1,
                ')' => depth -= 1,
                _ => {}
            }
            continue;
        }
        let ends_word = is_space(c) || matches!(c, '(' | ',' | ':');
        if ends_word && let Some(start) = word.take() {
            push(start..at, &mut done);
        }
        match c {
            '(' => (depth, open) = (1, at),
            ',' | ':' => push(at..at + 1, &mut done),
            _ if !ends_word && word.is_none() => word = Some(at),
            _ => {}
        }
    }
    if depth > 0 {
        return Err(
            Flaw::new(Kind::Malformed, open..value.len(), "has a comment without an end").help("close it with `)`, or leave it out")
        );
    }
    if let Some(start) = word {
        push(start..value.len(), &mut done);
    }
    Ok(out)
}

/// The tokens that are not read yet.
struct Tokens<'t, 'a> {
    all: &'t [Token<'a>],
    at: usize,
    end: usize,
}

impl<'t, 'a> Tokens<'t, 'a> {
    fn peek(&self) -> Option<&'t Token<'a>> {
        self.all.get(self.at)
    }

    fn last_end(&self) -> usize {
        self.at.checked_sub(1).and_then(|at| self.all.get(at)).map_or(0, |token| token.range.end)
    }

    /// Takes the next token, after at least a gap where one must be.
    fn next(&mut self, missing: &str, gap: &str) -> Result<&'t Token<'a>, Flaw> {
        let Some(token) = self.peek() else {
            return Err(Flaw::new(Kind::Malformed, self.end..self.end, missing).help(RFC822));
        };
        if token.gap.is_empty() && !gap.is_empty() {
            let reason = format!("has no blank before {}", quote(token.text));
            return Err(Flaw::new(Kind::Malformed, token.range.clone(), reason).help(RFC822));
        }
        self.at += 1;
        Ok(token)
    }

    fn take(&mut self, sign: &str) -> bool {
        let found = self.peek().is_some_and(|token| token.text == sign);
        self.at += usize::from(found);
        found
    }

    fn weekday(&mut self, flaws: &mut Vec<Flaw>) -> Result<Option<(Weekday, Range<usize>)>, Flaw> {
        let Some(token) = self.peek().filter(|token| !token.text.starts_with(|c: char| c.is_ascii_digit())) else {
            return Ok(None);
        };
        self.at += 1;
        let Some(index) = DAYS.iter().position(|day| day.eq_ignore_ascii_case(token.text)) else {
            let fault =
                Flaw::new(Kind::Malformed, token.range.clone(), format!("has {} where the day of the week stands", quote(token.text)));
            let short = token.text.get(..3).and_then(|start| DAYS.iter().find(|day| day.eq_ignore_ascii_case(start)));
            return Err(match short {
                Some(day) if self.peek().is_some_and(|next| next.text == ",") => fault.help(format!("write `{day}`")),
                _ => fault.help(RFC822),
            });
        };
        note_case(token, DAYS[index], flaws);
        if !self.take(",") {
            let range = token.range.end..token.range.end;
            return Err(
                Flaw::new(Kind::Malformed, range, "has no comma after the day of the week").help(format!("write `{},`", DAYS[index]))
            );
        }
        let weekday = Weekday::try_from(u8::try_from(index).unwrap_or_default()).unwrap_or(Weekday::Mon);
        Ok(Some((weekday, token.range.clone())))
    }

    fn time(&mut self) -> Result<(u32, u32, u32), Flaw> {
        let hour = digits(self.next("has no time of day", " ")?, 2..=2, "hour")?;
        if !self.take(":") {
            let end = self.last_end();
            return Err(Flaw::new(Kind::Malformed, end..end, "has no minutes").help(RFC822));
        }
        let minute = digits(self.next("has no minutes", "")?, 2..=2, "minute")?;
        let second = if self.take(":") { digits(self.next("has no seconds", "")?, 2..=2, "second")? } else { 0 };
        Ok((hour, minute, second))
    }

    fn zone(&mut self, flaws: &mut Vec<Flaw>) -> Result<FixedOffset, Flaw> {
        let token = self.next("has no zone", " ").map_err(|flaw| match flaw.reason.as_str() {
            "has no zone" => flaw.help("add the offset from UTC, like `+0200`, or `GMT`"),
            _ => flaw,
        })?;
        let seconds = zone_of(token, flaws)?;
        FixedOffset::east_opt(seconds).ok_or_else(|| bad_zone(token))
    }
}

fn digits(token: &Token<'_>, count: std::ops::RangeInclusive<usize>, what: &str) -> Result<u32, Flaw> {
    let number = token.text.bytes().all(|b| b.is_ascii_digit()).then(|| token.text.parse().ok()).flatten();
    number.filter(|_| count.contains(&token.text.len())).ok_or_else(|| {
        let many = if *count.end() == 1 {
            "one digit"
        } else if *count.start() == 2 {
            "two digits"
        } else {
            "one or two digits"
        };
        Flaw::new(Kind::Malformed, token.range.clone(), format!("has {} where the {what} stands, which has {many}", quote(token.text)))
            .help(RFC822)
    })
}

fn month_of(token: &Token<'_>, flaws: &mut Vec<Flaw>) -> Result<u32, Flaw> {
    if let Some(index) = MONTHS.iter().position(|month| month.eq_ignore_ascii_case(token.text)) {
        note_case(token, MONTHS[index], flaws);
        return Ok(index as u32 + 1);
    }
    let fault = Flaw::new(Kind::Malformed, token.range.clone(), format!("has {} where the month stands", quote(token.text)));
    let short = token.text.get(..3).and_then(|start| MONTHS.iter().find(|month| month.eq_ignore_ascii_case(start)));
    Err(match short {
        Some(month) => fault.help(format!("write `{month}`")),
        None => fault.help("write the month's English name in three letters, like `Aug`"),
    })
}

fn year_of(token: &Token<'_>, flaws: &mut Vec<Flaw>) -> Result<i32, Flaw> {
    let all = token.text.bytes().all(|b| b.is_ascii_digit());
    let year: i32 = match token.text.parse() {
        Ok(year) if all && matches!(token.text.len(), 2 | 4) => year,
        _ => {
            let reason = format!("has {} where the year stands, which has four digits", quote(token.text));
            return Err(Flaw::new(Kind::Malformed, token.range.clone(), reason).help(RFC822));
        }
    };
    if token.text.len() == 4 {
        return Ok(year);
    }
    // RFC 2822 §4.3: 00 to 49 are this century's.
    let year = if year < 50 { 2000 + year } else { 1900 + year };
    flaws.push(Flaw::new(Kind::Problematical, token.range.clone(), "has a year of two digits").help(format!("write `{year}`")));
    Ok(year)
}

fn bad_zone(token: &Token<'_>) -> Flaw {
    let fault = Flaw::new(Kind::Malformed, token.range.clone(), format!("has the unknown zone {}", quote(token.text)));
    match token.text {
        "UTC" | "utc" => fault.help("write `GMT` or `+0000`"),
        _ => fault.help("write the offset from UTC in digits, like `+0200`"),
    }
}

fn zone_of(token: &Token<'_>, flaws: &mut Vec<Flaw>) -> Result<i32, Flaw> {
    if let Some((name, hours)) = ZONES.iter().find(|(name, _)| name.eq_ignore_ascii_case(token.text)) {
        note_case(token, name, flaws);
        return Ok(hours * 3600);
    }
    if let [letter] = token.text.as_bytes()
        && letter.is_ascii_alphabetic()
        && !letter.eq_ignore_ascii_case(&b'j')
    {
        // RFC 2822 §4.3: they are to be taken as UTC, since nobody knows which way they were meant.
        let reason = format!("has the military zone {}, which programs read in two ways", quote(token.text));
        flaws.push(Flaw::new(Kind::Problematical, token.range.clone(), reason).help("write the offset from UTC in digits, like `+0200`"));
        return Ok(0);
    }
    let mut reader = Reader::new(token.text);
    let negative = reader.take(b'-');
    if !negative && !reader.take(b'+') {
        return Err(bad_zone(token));
    }
    let number = reader.number(2).zip(reader.number(2)).filter(|(_, minutes)| *minutes < 60 && reader.is_done());
    let Some((hours, minutes)) = number else { return Err(colon_zone(token)) };
    // RFC 822 has hours and minutes; the zones of the world are whole quarters from -12:00 to +14:00.
    let quarter = minutes % 15 == 0 && hours * 60 + minutes <= if negative { 12 * 60 } else { 14 * 60 };
    if !quarter {
        let reason = format!("has the offset {}, which no zone has", quote(token.text));
        flaws.push(Flaw::new(Kind::Problematical, token.range.clone(), reason));
    }
    let seconds = i32::try_from(hours * 3600 + minutes * 60).unwrap_or_default();
    Ok(if negative { -seconds } else { seconds })
}

/// Names `+02:00`, the offset of RFC 3339; the tokens split it at the colon.
fn colon_zone(token: &Token<'_>) -> Flaw {
    let is_hours = token.text.len() == 3 && token.text.get(1..).is_some_and(|hours| hours.bytes().all(|b| b.is_ascii_digit()));
    if is_hours { bad_zone(token).help(format!("write `{}00`, without a colon", token.text)) } else { bad_zone(token) }
}

/// Names a word in another case than RFC 822 §3.4.7 suggests.
fn note_case(token: &Token<'_>, usual: &str, flaws: &mut Vec<Flaw>) {
    if token.text != usual {
        let reason = format!("has {} in an unusual case", quote(token.text));
        flaws.push(Flaw::new(Kind::Problematical, token.range.clone(), reason).help(format!("write `{usual}`")));
    }
}

/// Names the first place with comments or with other white space than one blank (RFC 822 §3.4.2).
fn find_spacing(value: &str, tokens: &[Token<'_>], flaws: &mut Vec<Flaw>) {
    let mut before = "";
    let mut end = 0;
    let odd = tokens.iter().find_map(|token| {
        let wanted = if before.is_empty() || token.text == "," || token.text == ":" || before == ":" { "" } else { " " };
        before = token.text;
        end = token.range.end;
        (token.gap != wanted).then(|| (token.range.start - token.gap.len()..token.range.start, token.gap))
    });
    let tail = value.get(end..).filter(|_| odd.is_none()).unwrap_or_default();
    let odd = odd.or_else(|| (!tail.is_empty()).then_some((end..value.len(), tail)));
    let Some((range, gap)) = odd else { return };
    let reason = if gap.contains('(') {
        "has a comment in it"
    } else if gap.is_empty() {
        "has no blank here"
    } else {
        "has white space other than one blank between its parts"
    };
    flaws.push(Flaw::new(Kind::Problematical, range, reason).help(RFC822));
}

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

/// Reads `Z` or `+02:00`, in seconds.
fn read_offset(reader: &mut Reader<'_>) -> Option<i32> {
    let mut ahead = *reader;
    if ahead.take(b'Z') {
        *reader = ahead;
        return Some(0);
    }
    let negative = ahead.take(b'-');
    if !negative && !ahead.take(b'+') {
        return None;
    }
    let hours = ahead.number(2)?;
    let minutes = ahead.take(b':').then(|| ahead.number(2)).flatten()?;
    *reader = ahead;
    let seconds = i32::try_from(hours * 3600 + minutes * 60).ok().filter(|_| hours < 24 && minutes < 60)?;
    Some(if negative { -seconds } else { seconds })
}

/// What a date of digits says.
#[derive(Debug, Default, Clone, Copy)]
struct Parts {
    year: u32,
    month: Option<u32>,
    day: Option<u32>,
    time: Option<(u32, u32, u32)>,
    offset: Option<i32>,
}

impl Parts {
    /// Returns the point in time, which is the first of the period where the rest is left out.
    fn resolve(self, value: &str) -> Result<DateTime<FixedOffset>, Flaw> {
        let year = i32::try_from(self.year).unwrap_or_default();
        let date = day_in(year, self.month.unwrap_or(1), self.day.unwrap_or(1), 0..value.len().min(10))?;
        let (hour, minute, second) = self.time.unwrap_or_default();
        let range = value.find(['T', 't', ' ']).map_or(0, |at| at + 1)..value.len();
        let time = time_in(hour, minute, second, range.clone())?;
        let offset = FixedOffset::east_opt(self.offset.unwrap_or(0));
        let local = offset.and_then(|offset| offset.from_local_datetime(&date.and_time(time)).single());
        let local = local.ok_or_else(|| Flaw::new(Kind::Impossible, 0..value.len(), "lies outside of the calendar"))?;
        // RFC 3339 §5.7: a leap second ends the last day of a month in UTC.
        if second == 60 && !ends_month(local.naive_utc()) {
            return Err(
                Flaw::new(Kind::Impossible, range, "has second 60, but no leap second can be then").help("write seconds from 00 to 59")
            );
        }
        Ok(local)
    }
}

fn ends_month(utc: NaiveDateTime) -> bool {
    utc.checked_add_signed(TimeDelta::seconds(1)).is_some_and(|next| next.day() == 1 && next.time() == NaiveTime::MIN)
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
    use super::super::testing::{ANY, check, table};
    use super::*;
    use proptest::prelude::*;

    fn rss(value: &str) -> (Option<String>, Vec<Kind>) {
        let mut flaws = Vec::new();
        let date = rfc822(value, &mut flaws).map(|date| date.to_rfc3339());
        check(value, &flaws);
        (date, flaws.iter().map(|flaw| flaw.kind).collect())
    }

    fn one(value: &str) -> Flaw {
        let mut flaws = Vec::new();
        rfc822(value, &mut flaws);
        assert_eq!(flaws.len(), 1, "{value}: {flaws:?}");
        flaws.remove(0)
    }

    #[test]
    fn dates_of_rss_in_their_usual_form_have_no_flaw() {
        for (value, date) in [
            ("Mon, 19 Aug 2024 10:00:00 +0200", "2024-08-19T10:00:00+02:00"),
            ("19 Aug 2024 10:00 GMT", "2024-08-19T10:00:00+00:00"),
            ("Mon, 9 Sep 2024 23:59:60 EST", "2024-09-09T23:59:59-05:00"),
            ("Thu, 29 Feb 2024 00:00:00 Z", "2024-02-29T00:00:00+00:00"),
            ("1 Jan 2024 00:00:00 -0330", "2024-01-01T00:00:00-03:30"),
            ("1 Jan 2024 00:00:00 UT", "2024-01-01T00:00:00+00:00"),
        ] {
            assert_eq!(rss(value), (Some(date.to_owned()), vec![]), "{value}");
        }
    }

    #[test]
    fn what_is_no_date_of_rss_is_malformed() {
        for value in [
            "2024-08-19T10:00:00+02:00",
            "19/08/2024",
            "yesterday",
            "Montag, 19 Aug 2024 10:00:00 GMT",
            "Monday, 19 Aug 2024 10:00:00 GMT",
            "Mon 19 Aug 2024 10:00:00 GMT",
            "Mon, 19 August 2024 10:00:00 GMT",
            "Mon, Aug 19 2024 10:00:00 GMT",
            "Mon, 19 Aug 024 10:00:00 GMT",
            "Mon, 19 Aug 2024 9:00:00 GMT",
            "Mon, 19 Aug 2024 10:00:00.5 GMT",
            "Mon, 19 Aug 2024 10 GMT",
            "Mon, 19 Aug 2024 10:00:00",
            "Mon, 19 Aug 2024 10:00:00 UTC",
            "Mon, 19 Aug 2024 10:00:00 CEST",
            "Mon, 19 Aug 2024 10:00:00 +02:00",
            "Mon, 19 Aug 2024 10:00:00 +200",
            "Mon, 19 Aug 2024 10:00:00 J",
            "Mon, 19 Aug 2024 10:00:00 GMT extra",
            "Mon, 19 Aug 2024",
            "Mon, 19 Aug 2024 10:00:00 GMT (open",
            ",",
            "(a)",
        ] {
            assert_eq!(rss(value), (None, vec![Kind::Malformed]), "{value}");
        }
        assert_eq!(rss(" \n").1, [Kind::Empty]);
    }

    #[test]
    fn days_and_times_that_do_not_exist_are_named() {
        for value in [
            "31 Jun 2024 10:00:00 GMT",
            "29 Feb 2023 10:00:00 GMT",
            "1 Jan 2024 24:00:00 GMT",
            "1 Jan 2024 10:61 GMT",
            "0 Jan 2024 10:00 GMT",
        ] {
            assert_eq!(rss(value), (None, vec![Kind::Impossible]), "{value}");
        }
        assert_eq!(one("1 Jan 2024 24:00:00 GMT").help.as_deref(), Some("write `00:00:00` of the next day"));
    }

    #[test]
    fn a_wrong_day_of_the_week_is_named_with_the_right_one() {
        let flaw = one("Sun, 19 Aug 2024 10:00:00 GMT");
        assert_eq!((flaw.kind, flaw.range), (Kind::WrongWeekday, 0..3));
        assert_eq!(flaw.reason, "says `Sun`, but 19 Aug 2024 is a Mon");
    }

    #[test]
    fn what_readers_take_differently_is_problematical() {
        for (value, part) in [
            ("19 Aug 24 10:00:00 GMT", "24"),
            ("19 Aug 2024 10:00:00 A", "A"),
            ("19 Aug 2024 10:00:00 +0207", "+0207"),
            ("19 Aug 2024 10:00:00 -1300", "-1300"),
            ("mon, 19 Aug 2024 10:00:00 GMT", "mon"),
            ("Mon, 19 AUG 2024 10:00:00 GMT", "AUG"),
            ("Mon, 19 Aug 2024 10:00:00 gmt", "gmt"),
            ("Mon,19 Aug 2024 10:00:00 GMT", ""),
            ("Mon,  19 Aug 2024 10:00:00 GMT", "  "),
            ("Mon, 19\tAug 2024 10:00:00 GMT", "\t"),
            ("Mon, 19 Aug 2024 10 : 00:00 GMT", " "),
            ("Mon, 19 Aug 2024 10:00:00 +0000 (GMT (a \\) b))", " (GMT (a \\) b))"),
        ] {
            let flaw = one(value);
            assert_eq!((flaw.kind, value.get(flaw.range.clone())), (Kind::Problematical, Some(part)), "{value}: {flaw:?}");
            assert!(rss(value).0.is_some());
        }
    }

    #[test]
    fn white_space_around_a_date_is_told_apart() {
        assert_eq!(rss("\n 19 Aug 2024 10:00 GMT\n").1, [Kind::Padding]);
        assert_eq!(one("  Sun, 19 Aug 2024 10:00:00 GMT x").range, 32..33);
        assert_eq!(rfc3339(" 2024-08-19T10:00:00Z").expect_err("padded").kind, Kind::Padding);
        assert_eq!(w3cdtf("2024\n").expect_err("padded").range, 4..5);
    }

    #[test]
    fn a_date_in_another_form_is_rewritten_in_the_help() {
        assert_eq!(one("2024-08-19T10:00:00+02:00").help.as_deref(), Some("write `Mon, 19 Aug 2024 10:00:00 +0200`"));
        assert_eq!(one("Monday, 19 Aug 2024 10:00:00 GMT").help.as_deref(), Some("write `Mon`"));
        let flaw = rfc3339("Mon, 19 Aug 2024 10:00:00 +0200").expect_err("RSS");
        assert_eq!(flaw.help.as_deref(), Some("write `2024-08-19T10:00:00+02:00`"));
    }

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
