//! The parts of a date of digits, which RFC 3339 and W3C-DTF share.

use super::{Flaw, Kind, day_in, time_in};
use crate::text::value::Reader;
use chrono::{DateTime, Datelike, FixedOffset, NaiveDateTime, NaiveTime, TimeDelta, TimeZone};

/// What a date of digits says.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Parts {
    pub year: u32,
    pub month: Option<u32>,
    pub day: Option<u32>,
    pub time: Option<(u32, u32, u32)>,
    pub offset: Option<i32>,
}

impl Parts {
    /// Returns the point in time, which is the first of the period where the rest is left out.
    pub(super) fn resolve(self, value: &str) -> Result<DateTime<FixedOffset>, Flaw> {
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

/// Reads `Z` or `+02:00`, in seconds.
pub(super) fn read_offset(reader: &mut Reader<'_>) -> Option<i32> {
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
