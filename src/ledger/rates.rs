//! How much may be sent: what was sent is counted in the ledger, so the limits hold over all runs and machines.
//!
//! A million mails of a day are not counted again for each claim: what left in slots of some seconds that are over stands in `tallies`,
//! and only what left since is counted, and where the window begins. Nobody keeps tallies while nobody has a limit.

use super::database::values;
use super::deliveries::LEAVING;
use super::{Ledger, LedgerError};
use std::fmt;

const HOUR: i64 = 60 * 60 * 1000;
const DAY: i64 = 24 * HOUR;

/// No time is reserved for so far ahead, and nothing was sent at a time to come: what is further ahead shows that a clock was set back,
/// and must hold nobody up until it has come there again.
const AHEAD: i64 = 10 * 60 * 1000;

/// The length of a slot, in milliseconds.
const SLOT: i64 = 10 * 1000;

/// How long after a slot it is counted where others share the ledger: what they record then may be seen a little later.
const SETTLING: i64 = 40 * 1000;

/// What counts as having left.
const LEFT: &str = "(state = 'sent' OR state = 'unknown')";

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

impl Limits {
    /// Returns whether there is any: then senders have to agree on what each of them sends.
    pub(super) fn is_any(&self) -> bool {
        self.per_second.is_some() || self.is_counted()
    }

    /// Returns whether what was sent has to be counted.
    fn is_counted(&self) -> bool {
        self.per_hour.is_some() || self.per_day.is_some() || !self.per_domain.is_empty()
    }
}

/// A limit that holds mails back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Limit {
    /// So many mails in an hour.
    PerHour(u32),
    /// So many mails in a day.
    PerDay(u32),
    /// So many mails in an hour to a domain.
    PerDomain(String, u32),
}

impl Limit {
    /// Returns its key in the configuration.
    #[must_use]
    pub fn key(&self) -> String {
        match self {
            Limit::PerHour(_) => "newsletter.smtp.per_hour".to_owned(),
            Limit::PerDay(_) => "newsletter.smtp.per_day".to_owned(),
            Limit::PerDomain(domain, _) => format!("newsletter.smtp.per_domain.{domain}"),
        }
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = self.key();
        let (Limit::PerHour(count) | Limit::PerDay(count) | Limit::PerDomain(_, count)) = self;
        let mails = if *count == 1 { "mail" } else { "mails" };
        match self {
            Limit::PerHour(_) => write!(f, "the limit of {count} {mails} an hour (`{key}`)"),
            Limit::PerDay(_) => write!(f, "the limit of {count} {mails} a day (`{key}`)"),
            Limit::PerDomain(domain, _) => write!(f, "the limit of {count} {mails} an hour to {domain} (`{key}`)"),
        }
    }
}

/// How much may be claimed now.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Allowance {
    pub(super) count: usize,
    /// The domains that have a limit, and how many mails each of them may still get.
    pub(super) domains: Vec<(String, usize)>,
    /// When there will be more, where something is used up now, and what.
    pub(super) again: Option<(i64, Limit)>,
}

impl Allowance {
    /// Returns the condition that leaves out the mails to domains that have had their share; empty without such a domain.
    pub(super) fn full(&self) -> String {
        let full = self.domains.iter().filter(|(_, left)| *left == 0);
        listed(full.map(|(domain, _)| domain.as_str()), "AND d.domain NOT IN")
    }
}

/// Returns a condition on domains that the configuration names; one that is none has no mails.
fn listed<'a>(names: impl Iterator<Item = &'a str>, condition: &str) -> String {
    let is_domain = |name: &&str| name.chars().all(|char| char.is_alphanumeric() || matches!(char, '.' | '-' | '_'));
    let names: Vec<String> = names.filter(is_domain).map(|name| format!("'{name}'")).collect();
    if names.is_empty() { String::new() } else { format!("{condition} ({})", names.join(", ")) }
}

/// The times that a window of counting is made of, in milliseconds since 1970: what left behind `start` counts; from `slots` to `tallied`
/// the slots stand for it.
struct Window {
    start: i64,
    slots: i64,
    tallied: i64,
    end: i64,
}

impl Window {
    fn of(length: i64, tallied: i64, now: i64) -> Self {
        let start = now - length;
        let slots = (start + SLOT) - (start + SLOT).rem_euclid(SLOT);
        let slots = slots.min(tallied.max(start + 1));
        Window { start, slots, tallied: tallied.max(slots), end: now + AHEAD }
    }
}

impl Ledger {
    /// Lets nobody else decide how much may be sent until this transaction ends.
    pub(super) fn decide_alone(&mut self) -> Result<(), LedgerError> {
        match self.database.dialect().lock_rates {
            Some(sql) => self.query(sql, &[], |_| ()),
            None => Ok(()),
        }
    }

    pub(super) fn allowance(&mut self, limits: &Limits, wanted: usize, now: i64) -> Result<Allowance, LedgerError> {
        let mut allowance = Allowance { count: wanted, ..Allowance::default() };
        if let Some(rate) = limits.per_second {
            // No claim is longer than about two seconds of work.
            allowance.count = allowance.count.min((rate as usize).saturating_mul(2).max(1));
        }
        if !limits.is_counted() {
            return Ok(allowance);
        }
        let tallied = self.tally(limits, now)?;
        let of_all = [
            limits.per_hour.map(|limit| (limit, HOUR, Limit::PerHour(limit))),
            limits.per_day.map(|limit| (limit, DAY, Limit::PerDay(limit))),
        ];
        for (limit, length, name) in of_all.into_iter().flatten() {
            let window = Window::of(length, tallied, now);
            let left = self.left(limit, &window, "")?;
            allowance.count = allowance.count.min(left);
            if left == 0 {
                let again = self.oldest(&window, "")?.map(|at| (at + length, name));
                allowance.again = [allowance.again, again].into_iter().flatten().max_by_key(|(at, _)| *at);
            }
        }
        let mut first = None;
        for (domain, limit) in &limits.per_domain {
            let window = Window::of(HOUR, tallied, now);
            let left = self.left(*limit, &window, domain)?;
            allowance.domains.push((domain.clone(), left));
            if left == 0 {
                let again = self.oldest(&window, domain)?.map(|at| (at + HOUR, Limit::PerDomain(domain.clone(), *limit)));
                first = [first, again].into_iter().flatten().min_by_key(|(at, _)| *at);
            }
        }
        // The first domain that may get mails again ends the wait, unless there is a limit for all of them.
        allowance.again = allowance.again.or(first);
        Ok(allowance)
    }

    /// Brings the tallies up to date; returns until when they tell what left.
    fn tally(&mut self, limits: &Limits, now: i64) -> Result<i64, LedgerError> {
        let until = now - if self.is_shared() { SETTLING } else { 0 };
        // Tries that are not noted yet come into a slot that is not told.
        let sql = format!("SELECT min(changed) FROM deliveries WHERE {LEAVING} AND state = 'sent'");
        let until = self.first(&sql, &[], |row| row.int_if_any(0))?.flatten().map_or(until, |first| first.min(until));
        let until = until - until.rem_euclid(SLOT);
        let told = self.meta("tallied")?.unwrap_or_default();
        let mut words = told.split_whitespace();
        let known = words.next().and_then(|time| time.parse::<i64>().ok());
        let mut domains: Vec<&str> = words.collect();
        let is_missing = |domain: &&(String, u32)| !domains.contains(&domain.0.as_str());
        let missing: Vec<&str> = limits.per_domain.iter().filter(is_missing).map(|(domain, _)| domain.as_str()).collect();
        // A clock that was set back, or a domain that nobody counted: everything is counted anew.
        let known = known.filter(|known| *known <= now && missing.is_empty());
        if let Some(known) = known.filter(|known| *known >= until) {
            return Ok(known);
        }
        domains.extend(missing);
        let oldest = now - now.rem_euclid(SLOT) - DAY;
        let from = known.map_or(oldest, |known| known.max(oldest));
        // What the window has passed by is forgotten, or all of it where it is counted anew.
        self.execute("DELETE FROM tallies WHERE slot < $1 OR slot >= $2", values![oldest, from])?;
        let each = listed(domains.iter().copied(), "AND domain IN");
        for (domain, condition, group) in [("''", String::new(), "2"), ("domain", each, "1, 2")] {
            if domain == "domain" && condition.is_empty() {
                continue;
            }
            let sql = format!(
                "INSERT INTO tallies (domain, slot, number) SELECT {domain}, at - at % {SLOT}, count(*) FROM attempts \
                 WHERE at >= $1 AND at < $2 AND {LEFT} {condition} GROUP BY {group}"
            );
            self.execute(&sql, values![from, until])?;
        }
        self.set_meta("tallied", &format!("{until} {}", domains.join(" ")))?;
        Ok(until)
    }

    /// Returns how many more may leave: the limit without what left in the window and what is in senders' hands. `domain` is empty for
    /// all of them.
    fn left(&mut self, limit: u32, window: &Window, domain: &str) -> Result<usize, LedgerError> {
        let of = if domain.is_empty() { "" } else { "AND domain = $5" };
        let sql = format!(
            "SELECT CAST((SELECT count(*) FROM attempts WHERE at > $1 AND at < $2 AND {LEFT} {of}) \
             + (SELECT coalesce(sum(number), 0) FROM tallies WHERE domain = $5 AND slot >= $2 AND slot < $3) \
             + (SELECT count(*) FROM attempts WHERE at >= $3 AND at <= $4 AND {LEFT} {of}) \
             + (SELECT count(*) FROM deliveries WHERE {LEAVING} AND (state <> 'sent' OR changed > $1) {of}) AS BIGINT)"
        );
        let given = values![window.start, window.slots, window.tallied, window.end, domain];
        let gone = self.first(&sql, given, |row| row.int(0))?.unwrap_or_default();
        Ok(usize::try_from(i64::from(limit) - gone).unwrap_or_default())
    }

    /// Returns when the oldest mail of a window left, or the end of its slot.
    fn oldest(&mut self, window: &Window, domain: &str) -> Result<Option<i64>, LedgerError> {
        let of = if domain.is_empty() { "" } else { "AND domain = $5" };
        let sql = format!(
            "SELECT coalesce((SELECT min(at) FROM attempts WHERE at > $1 AND at < $2 AND {LEFT} {of}), \
             (SELECT min(slot) + {SLOT} FROM tallies WHERE domain = $5 AND slot >= $2 AND slot < $3), \
             (SELECT min(at) FROM attempts WHERE at >= $3 AND at <= $4 AND {LEFT} {of}), \
             (SELECT min(changed) FROM deliveries WHERE {LEAVING} AND state = 'sent' AND changed > $1 {of}))"
        );
        let given = values![window.start, window.slots, window.tallied, window.end, domain];
        Ok(self.first(&sql, given, |row| row.int_if_any(0))?.flatten())
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
