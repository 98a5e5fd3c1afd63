//! How much may be sent: what was sent is counted in the ledger, so the limits hold over all runs and machines.

use super::database::{Value, values};
use super::{Ledger, LedgerError};

const HOUR: i64 = 60 * 60 * 1000;
const DAY: i64 = 24 * HOUR;

/// No time is reserved for so far ahead, and nothing was sent at a time to come: what is further ahead shows that a clock was set back,
/// and must hold nobody up until it has come there again.
const AHEAD: i64 = 10 * 60 * 1000;

/// How much a provider takes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Limits {
    /// Mails in a second.
    pub per_second: Option<u32>,
    /// Mails in an hour.
    pub per_hour: Option<u32>,
    /// Mails in a day.
    pub per_day: Option<u32>,
    /// Mails in an hour to the addresses of a domain.
    pub per_domain: Vec<(String, u32)>,
}

/// How much may be claimed now.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Allowance {
    pub(super) count: usize,
    /// The domains that have a limit, and how many mails each of them may still get.
    pub(super) domains: Vec<(String, usize)>,
    /// When there will be more, where there is nothing now.
    pub(super) again_at: Option<i64>,
}

impl Ledger {
    /// Lets nobody else decide how much may be sent until this transaction ends.
    pub(super) fn decide_alone(&mut self) -> Result<(), LedgerError> {
        match self.database.dialect().lock_rates {
            Some(sql) => self.query(sql, &[], |_| ()),
            None => Ok(()),
        }
    }

    pub(super) fn allowance(&mut self, limits: &Limits, wanted: usize) -> Result<Allowance, LedgerError> {
        let mut allowance = Allowance { count: wanted, ..Allowance::default() };
        if let Some(rate) = limits.per_second {
            // No claim is longer than about two seconds of work.
            allowance.count = allowance.count.min((rate as usize).saturating_mul(2).max(1));
        }
        for (limit, window) in [(limits.per_hour, HOUR), (limits.per_day, DAY)] {
            let Some(limit) = limit else { continue };
            let left = self.left(limit, window, None)?;
            allowance.count = allowance.count.min(left);
            if left == 0 {
                allowance.again_at = allowance.again_at.max(self.again_at(window)?);
            }
        }
        for (domain, limit) in &limits.per_domain {
            let left = self.left(*limit, HOUR, Some(domain))?;
            allowance.domains.push((domain.clone(), left));
            if left == 0 {
                allowance.again_at = allowance.again_at.max(self.again_at(HOUR)?);
            }
        }
        Ok(allowance)
    }

    /// Returns how many more may leave: the limit without what left in the window and what is in senders' hands.
    fn left(&mut self, limit: u32, window: i64, domain: Option<&str>) -> Result<usize, LedgerError> {
        let (left, held) = match domain {
            None => ("", ""),
            Some(_) => ("AND domain = $3", "AND domain = $1"),
        };
        let sql =
            format!("SELECT count(*) FROM attempts WHERE at > {{now}} - $1 AND at <= {{now}} + $2 AND state IN ('sent', 'unknown') {left}");
        let mut given = vec![Value::Int(window), Value::Int(AHEAD)];
        given.extend(domain.map(Value::Text));
        let sent = self.first(&sql, &given, |row| row.int(0))?.unwrap_or_default();
        let sql = format!("SELECT count(*) FROM deliveries WHERE claim IS NOT NULL AND state IN ('claimed', 'attempting') {held}");
        let given: Vec<Value<'_>> = domain.map(Value::Text).into_iter().collect();
        let in_hand = self.first(&sql, &given, |row| row.int(0))?.unwrap_or_default();
        Ok(usize::try_from(i64::from(limit) - sent - in_hand).unwrap_or_default())
    }

    /// Returns when the oldest mail of a window leaves it.
    fn again_at(&mut self, window: i64) -> Result<Option<i64>, LedgerError> {
        let sql = "SELECT min(at) + $1 FROM attempts WHERE at > {now} - $1 AND at <= {now} + $2 AND state IN ('sent', 'unknown')";
        Ok(self.first(sql, values![window, AHEAD], |row| row.int_if_any(0))?.flatten())
    }

    /// Reserves the time in which so many mails leave, one after another: when the first may leave, in milliseconds since 1970,
    /// and how long after one the next, in microseconds.
    pub(super) fn reserve(&mut self, limits: &Limits, count: usize, now: i64) -> Result<(i64, i64), LedgerError> {
        let Some(rate) = limits.per_second.filter(|rate| *rate > 0) else { return Ok((now, 0)) };
        let spacing = 1_000_000 / i64::from(rate);
        let free = self.meta("rates")?.and_then(|text| text.parse().ok()).unwrap_or(0);
        let start = if free > now + AHEAD { now } else { now.max(free) };
        self.set_meta("rates", &(start + spacing * i64::try_from(count).unwrap_or(i64::MAX / DAY) / 1000).to_string())?;
        Ok((start, spacing))
    }
}
