//! RFC 822 §5.1, as RSS means it: the year has four digits.

use super::{Flaw, Kind, day_in, time_in};
use crate::text::dates;
use crate::text::value::{Reader, is_space, quote, trim};
use chrono::{DateTime, Datelike, FixedOffset, TimeZone, Weekday};
use std::ops::Range;

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

/// Reads a date as RSS 2.0 means it: RFC 822 §5.1, the year with four digits.
///
/// Pushes what is wrong; returns the date if it has one. Comments, runs of white space and other case are allowed by
/// RFC 822 §3.4 and named as problematical, as are two-digit years, military zones (RFC 1123 §5.2.14: they were
/// specified the wrong way round) and offsets that no zone has.
pub fn rfc822(value: &str, flaws: &mut Vec<Flaw>) -> Option<DateTime<FixedOffset>> {
    let (inner, start) = trim(value);
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

/// A word or a sign of an RFC 822 date, with what stands between it and the one before.
struct Token<'a> {
    text: &'a str,
    range: Range<usize>,
    gap: &'a str,
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
        flaws.push(Flaw::new(Kind::Problematical, token.range.clone(), reason).help("write the offset of a zone, like `+0200`"));
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::value::testing::check;

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
    }

    #[test]
    fn a_date_in_another_form_is_rewritten_in_the_help() {
        assert_eq!(one("2024-08-19T10:00:00+02:00").help.as_deref(), Some("write `Mon, 19 Aug 2024 10:00:00 +0200`"));
        assert_eq!(one("Monday, 19 Aug 2024 10:00:00 GMT").help.as_deref(), Some("write `Mon`"));
    }
}
