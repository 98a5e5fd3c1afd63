//! When something is due again and again: `weekly on friday 09:00`.

use chrono::{DateTime, Datelike, Days, FixedOffset, NaiveDate, NaiveTime, TimeZone, Weekday};
use chrono_tz::Tz;

/// A rhythm in days, and the time of day, in a zone that whoever asks names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule {
    days: On,
    time: NaiveTime,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum On {
    EveryDay,
    Weekdays(Vec<Weekday>),
    /// Days of the month from 1; one that the month does not have is its last.
    MonthDays(Vec<u32>),
}

/// The names of the days, Monday first, as `chrono` counts them.
const DAYS: [(&str, Weekday); 7] = [
    ("monday", Weekday::Mon),
    ("tuesday", Weekday::Tue),
    ("wednesday", Weekday::Wed),
    ("thursday", Weekday::Thu),
    ("friday", Weekday::Fri),
    ("saturday", Weekday::Sat),
    ("sunday", Weekday::Sun),
];

/// The longest way back to the last time: a month and a day.
const LONGEST: u64 = 32;

impl Schedule {
    /// Reads `daily 09:00`, `weekly on monday, thursday 09:00` or `monthly on 1 09:00`; without a time, midnight.
    ///
    /// # Errors
    /// What is wrong with the text, as the end of a sentence.
    pub fn parse(text: &str) -> Result<Schedule, String> {
        let lower = text.to_lowercase().replace(',', " ");
        let mut words: Vec<&str> = lower.split_whitespace().filter(|word| !matches!(*word, "on" | "at" | "and")).collect();
        let time = match words.last().filter(|word| word.contains(':')).copied() {
            None => NaiveTime::MIN,
            Some(word) => {
                words.pop();
                NaiveTime::parse_from_str(word, "%H:%M").map_err(|_| format!("`{word}` is no time of day such as `09:00`"))?
            }
        };
        let (rhythm, days) = words.split_first().ok_or("it names no rhythm")?;
        let days = match (*rhythm, days) {
            ("daily", []) => On::EveryDay,
            ("daily", [word, ..]) => return Err(format!("`{word}` has no meaning behind `daily`")),
            ("weekly" | "monthly", []) => return Err("it does not say on which day".to_owned()),
            ("weekly", days) => On::Weekdays(days.iter().map(|word| weekday(word)).collect::<Result<_, _>>()?),
            ("monthly", days) => On::MonthDays(days.iter().map(|word| month_day(word)).collect::<Result<_, _>>()?),
            (word, _) => return Err(format!("`{word}` is no rhythm: `daily`, `weekly` and `monthly` are")),
        };
        Ok(Schedule { days, time })
    }

    /// Returns the last time that it was due, at `now` or before.
    #[must_use]
    pub fn last<T: TimeZone>(&self, now: &DateTime<T>, zone: Tz) -> Option<DateTime<FixedOffset>> {
        let now = now.with_timezone(&zone);
        let mut day = now.date_naive().checked_add_days(Days::new(1))?;
        for _ in 0..=LONGEST {
            day = day.pred_opt()?;
            if self.holds(day)
                && let Some(at) = super::dates::in_zone(day.and_time(self.time), zone).filter(|at| *at <= now)
            {
                return Some(at);
            }
        }
        None
    }

    fn holds(&self, day: NaiveDate) -> bool {
        match &self.days {
            On::EveryDay => true,
            On::Weekdays(days) => days.contains(&day.weekday()),
            On::MonthDays(days) => days.iter().any(|wanted| (*wanted).min(last_day(day)) == day.day()),
        }
    }
}

fn weekday(word: &str) -> Result<Weekday, String> {
    let singular = word.strip_suffix('s').unwrap_or(word);
    let found = DAYS.iter().find(|(name, _)| singular.len() >= 3 && (name.starts_with(singular) || *name == word));
    found.map(|(_, day)| *day).ok_or_else(|| format!("`{word}` is no day of the week such as `friday`"))
}

fn month_day(word: &str) -> Result<u32, String> {
    if word == "last" {
        return Ok(31);
    }
    let day = word.parse().ok().filter(|day| (1..=31).contains(day));
    day.ok_or_else(|| format!("`{word}` is no day of the month: `1` to `31` and `last` are"))
}

fn last_day(day: NaiveDate) -> u32 {
    day.with_day(1)
        .and_then(|first| first.checked_add_months(chrono::Months::new(1)))
        .and_then(|next| next.pred_opt())
        .map_or(28, |d| d.day())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const BERLIN: Tz = chrono_tz::Europe::Berlin;

    fn last(schedule: &str, now: &str) -> String {
        let now = DateTime::parse_from_rfc3339(now).expect("a date");
        Schedule::parse(schedule).expect("a schedule").last(&now, BERLIN).expect("a time").to_rfc3339()
    }

    #[test]
    fn the_last_time_is_now_or_before() {
        for (schedule, now, expected) in [
            ("weekly on friday 09:00", "2026-11-23T10:00:00+01:00", "2026-11-20T09:00:00+01:00"),
            ("weekly on friday 09:00", "2026-11-20T09:00:00+01:00", "2026-11-20T09:00:00+01:00"),
            ("weekly on friday 09:00", "2026-11-20T07:59:59Z", "2026-11-13T09:00:00+01:00"),
            ("Weekly on Mondays and Thursdays at 7:30", "2026-11-23T10:00:00+01:00", "2026-11-23T07:30:00+01:00"),
            ("weekly mon, thu 07:30", "2026-11-22T10:00:00+01:00", "2026-11-19T07:30:00+01:00"),
            ("daily", "2026-11-22T10:00:00+01:00", "2026-11-22T00:00:00+01:00"),
            ("daily 23:00", "2026-11-22T10:00:00+01:00", "2026-11-21T23:00:00+01:00"),
            ("monthly on 1 09:00", "2026-11-22T10:00:00+01:00", "2026-11-01T09:00:00+01:00"),
            ("monthly on 31 09:00", "2026-11-22T10:00:00+01:00", "2026-10-31T09:00:00+01:00"),
            ("monthly on last 09:00", "2026-03-01T10:00:00+01:00", "2026-02-28T09:00:00+01:00"),
        ] {
            assert_eq!(last(schedule, now), expected, "{schedule} at {now}");
        }
    }

    #[test]
    fn a_time_that_the_zone_skips_is_moved_on_and_one_that_it_has_twice_is_the_first() {
        assert_eq!(last("daily 02:30", "2026-03-29T12:00:00+02:00"), "2026-03-29T03:30:00+02:00");
        assert_eq!(last("daily 02:30", "2026-10-25T12:00:00+01:00"), "2026-10-25T02:30:00+02:00");
    }

    #[test]
    fn what_is_no_schedule_is_refused_with_the_reason() {
        for (text, reason) in [
            ("", "it names no rhythm"),
            ("weekly", "it does not say on which day"),
            ("weekly on fryday 09:00", "`fryday` is no day of the week such as `friday`"),
            ("weekly on friday 25:00", "`25:00` is no time of day such as `09:00`"),
            ("hourly", "`hourly` is no rhythm: `daily`, `weekly` and `monthly` are"),
            ("monthly on 32", "`32` is no day of the month: `1` to `31` and `last` are"),
            ("daily friday", "`friday` has no meaning behind `daily`"),
        ] {
            assert_eq!(Schedule::parse(text).expect_err(text), reason);
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "\\PC{0,40}") {
            let _ = Schedule::parse(&text);
        }

        #[test]
        fn the_last_time_is_never_later_than_now(seconds in 0i64..4_000_000_000) {
            let now = DateTime::from_timestamp(seconds, 0).expect("a date");
            for text in ["daily 02:30", "weekly on sunday 02:30", "monthly on 31 02:30"] {
                let at = Schedule::parse(text).expect("a schedule").last(&now, BERLIN).expect("a time");
                prop_assert!(at <= now && now.signed_duration_since(at) < chrono::TimeDelta::days(33));
            }
        }
    }
}
