//! Claiming: a sender takes mails of an edition into its hands, in blocks, as many as the limits allow.
//!
//! With a server many do so at once. Nobody waits for anybody unless a limit is set, which all share: each takes what no other has its
//! hands on. Every step here costs the same, however many mails the edition has.

use super::database::{Durability, Row, values};
use super::deliveries::{Claimed, HELD, MAIL, WANTED, claimed};
use super::open::random;
use super::rates::{Allowance, Limit, Limits};
use super::{Ledger, LedgerError};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// No mail is put off for longer; one that seems to be shows that a clock was set back. In milliseconds.
const LONGEST_WAIT: i64 = 6 * 60 * 60 * 1000;

/// No lease is longer; one that seems to be shows that a clock was set back, and may be anybody's. In milliseconds.
const LONGEST_LEASE: i64 = 60 * 60 * 1000;

/// How many deferred mails become pending at once.
const AWAKE: i64 = 1000;

/// For how long mails are passed by whose domain has had its share, in milliseconds: what is given back meanwhile waits so long.
const PASSED_FOR: i64 = 60 * 1000;

/// Returns an id for a claim: random, so that no other claim is taken for it.
#[must_use]
pub fn claim_id() -> String {
    random()
}

/// What a sender asks for.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    /// The claim's id, from [`claim_id`]. Whoever did not hear the answer asks again with the same one.
    pub id: &'a str,
    /// The newsletter.
    pub newsletter: &'a str,
    /// The edition's key.
    pub edition: &'a str,
    /// How much may be sent.
    pub limits: &'a Limits,
    /// How many mails.
    pub count: usize,
    /// For how long where others share the ledger, in milliseconds.
    pub lease: i64,
    /// This start of the machine: after a power cut it tells which claims may have lost what followed them.
    pub boot: Option<&'a str>,
}

/// A block of mails in the hands of one sender.
#[derive(Debug, Clone, Default)]
pub struct Claim {
    /// Random, so that no other claim is taken for it.
    pub id: String,
    /// The mails, in the order of the edition.
    pub mails: Vec<Arc<Claimed>>,
    /// When it was made, in milliseconds since 1970.
    pub now: i64,
    /// When the first of them may leave, likewise.
    pub start: i64,
    /// How long after one the next may leave, in microseconds.
    pub spacing: i64,
    /// Without mails: whether the edition was paused or cancelled.
    pub is_held_up: bool,
    /// Without mails: when a limit allows some again, in milliseconds since 1970, and which.
    pub allowed: Option<(i64, Limit)>,
}

/// What an edition is at, as a claim finds it.
#[derive(Debug, Default)]
struct Found {
    now: i64,
    /// Its state.
    state: String,
    /// When the first and the last of its deferred mails are due.
    due: Option<(i64, i64)>,
    /// How many mails are in hands whose lease is over.
    over: i64,
    /// How many the claim holds already.
    held: i64,
}

/// How far the mails of an edition were looked through in vain, since their domains have had their share.
#[derive(Debug, Default)]
pub(super) struct Passed {
    /// The newsletter, the edition, and the condition that left mails out.
    what: (String, String, String),
    /// The last that was looked at.
    position: i64,
    /// When that began to hold, in milliseconds since 1970.
    since: i64,
}

impl Ledger {
    /// Claims the next mails of an edition, as many as the limits allow. With a file, [`Ledger::log`] has to reach the disk before any of
    /// them is attempted; a server has seen to that.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub fn claim(&mut self, wanted: &Wanted<'_>) -> Result<Claim, LedgerError> {
        self.together(Durability::Process, |ledger| {
            let limits = wanted.limits;
            if limits.is_any() {
                ledger.decide_alone()?;
            }
            let found = ledger.found(wanted)?;
            if found.over > 0 {
                ledger.end_leases()?;
            }
            let now = found.now;
            let claim = Claim { id: wanted.id.to_owned(), now, start: now, ..Claim::default() };
            if found.state != "sending" {
                return Ok(Claim { is_held_up: found.state == "paused" || found.state == "cancelled", ..claim });
            }
            if found.held > 0 {
                return Ok(Claim { mails: ledger.held(wanted.id)?, ..claim });
            }
            let woken = found.due.map_or(Ok(0), |due| ledger.wake(wanted, due, now))?;
            if woken > 0 || found.over > 0 {
                ledger.passed = Passed::default();
            }
            let allowance = ledger.allowance(limits, wanted.count, now)?;
            let mut mails = Vec::new();
            // Those who have left are skipped; a block of nothing else is not the end of the edition.
            while mails.is_empty() && ledger.take(wanted, &allowance, now, &mut mails)? {}
            let (start, spacing) = ledger.reserve(limits, mails.len(), now)?;
            let allowed = match allowance.again {
                Some(again) if mails.is_empty() && ledger.has_pending(wanted)? => Some(again),
                _ => None,
            };
            Ok(Claim { mails, start, spacing, allowed, ..claim })
        })
    }

    /// Looks what there is to do, in one question.
    fn found(&mut self, wanted: &Wanted<'_>) -> Result<Found, LedgerError> {
        let due = |which: &str| {
            format!("(SELECT {which}(d.due) FROM deliveries d WHERE d.newsletter = $1 AND d.edition = $2 AND d.state = 'deferred')")
        };
        let over = if self.is_shared() {
            format!("(SELECT count(*) FROM deliveries WHERE {HELD} AND (lease < {{now}} OR lease > {{now}} + {LONGEST_LEASE}))")
        } else {
            "0".to_owned()
        };
        let sql = format!(
            "SELECT {{now}}, (SELECT e.state FROM editions e WHERE e.newsletter = $1 AND e.edition = $2), \
             {}, {}, (SELECT count(*) FROM deliveries WHERE claim = $3 AND state = 'claimed'), {over}",
            due("min"),
            due("max")
        );
        let found = self.first(&sql, values![wanted.newsletter, wanted.edition, wanted.id], |row| Found {
            now: row.int(0),
            state: row.string_if_any(1).unwrap_or_default(),
            due: row.int_if_any(2).zip(row.int_if_any(3)),
            held: row.int(4),
            over: row.int(5),
        })?;
        Ok(found.unwrap_or_default())
    }

    /// Makes deferred mails pending whose time has come; returns how many there were.
    fn wake(&mut self, wanted: &Wanted<'_>, (first, last): (i64, i64), now: i64) -> Result<u64, LedgerError> {
        // `$4` is a time that the database can look up in an index; a clock that goes on is none.
        let (of, time) = if last > now + LONGEST_WAIT {
            ("d.due > $4", now + LONGEST_WAIT)
        } else if first <= now {
            ("d.due <= $4", now)
        } else {
            return Ok(0);
        };
        // What another sender has its hands on, it wakes itself.
        let sql = format!(
            "WITH next AS MATERIALIZED (SELECT d.position FROM deliveries d WHERE d.newsletter = $1 AND d.edition = $2 \
                 AND d.state = 'deferred' AND {of} ORDER BY d.due LIMIT $3 {{skip_locked}}) \
             UPDATE deliveries SET state = 'pending' WHERE newsletter = $1 AND edition = $2 AND position IN (SELECT position FROM next)"
        );
        self.execute(&sql, values![wanted.newsletter, wanted.edition, AWAKE, time])
    }

    /// Takes back what senders held that are gone: what they did not begin is pending, what they began is unknown.
    fn end_leases(&mut self) -> Result<(), LedgerError> {
        for (state, change) in [("claimed", "state = 'pending', claim = NULL"), ("attempting", "state = 'unknown', changed = {now}")] {
            let sql = format!(
                "WITH over AS MATERIALIZED (SELECT d.newsletter, d.edition, d.position FROM deliveries d WHERE d.claim IS NOT NULL \
                     AND d.state = '{state}' AND (d.lease < {{now}} OR d.lease > {{now}} + {LONGEST_LEASE}) {{skip_locked}}) \
                 UPDATE deliveries SET {change} WHERE (newsletter, edition, position) IN (SELECT newsletter, edition, position FROM over)"
            );
            self.execute(&sql, &[])?;
        }
        self.skip_cancelled().map(drop)
    }

    /// Takes what is pending, and gives `mails` what of it may be sent; returns whether there was anything. Who has left meanwhile is
    /// skipped, and what is above a domain's share goes back.
    fn take(&mut self, wanted: &Wanted<'_>, allowance: &Allowance, now: i64, mails: &mut Vec<Arc<Claimed>>) -> Result<bool, LedgerError> {
        let full = allowance.full();
        let behind = self.passed.behind(wanted, &full, now);
        let lease = self.is_shared().then_some(wanted.lease);
        // MATERIALIZED: PostgreSQL may otherwise run the inner query again for each row, and lock other rows each time.
        let sql = format!(
            "WITH next AS MATERIALIZED (SELECT d.position FROM deliveries d WHERE d.newsletter = $1 AND d.edition = $2 \
                 AND d.state = 'pending' AND d.position > $7 {full} ORDER BY d.position LIMIT $6 {{skip_locked}}) \
             UPDATE deliveries SET state = 'claimed', claim = $3, boot = $4, lease = {{now}} + $5, changed = {{now}} \
             WHERE newsletter = $1 AND edition = $2 AND position IN (SELECT position FROM next) \
             AND EXISTS (SELECT 1 FROM editions e WHERE e.newsletter = $1 AND e.edition = $2 AND e.state = 'sending') \
             RETURNING {MAIL}, CAST(CASE WHEN {WANTED} THEN 1 ELSE 0 END AS BIGINT)"
        );
        let Wanted { id, newsletter, edition, boot, .. } = *wanted;
        let given = values![newsletter, edition, id, boot, lease, allowance.count, behind];
        let mut taken = self.all(&sql, given, |row: &Row| (claimed(row), row.int(10) == 1))?;
        taken.sort_by_key(|(mail, _)| mail.position);
        if !full.is_empty() {
            self.passed.note(wanted, full, taken.last().map_or(i64::MAX, |(mail, _)| mail.position), now);
        }
        if taken.iter().any(|(_, is_wanted)| !is_wanted) {
            let sql =
                format!("UPDATE deliveries SET state = 'skipped', claim = NULL WHERE claim = $1 AND state = 'claimed' AND NOT ({WANTED})");
            self.execute(&sql, values![id])?;
        }
        let is_any = !taken.is_empty();
        let mut shares: HashMap<&str, usize> = allowance.domains.iter().map(|(domain, left)| (domain.as_str(), *left)).collect();
        let mut above: BTreeMap<String, i64> = BTreeMap::new();
        for mail in taken.into_iter().filter_map(|(mail, is_wanted)| is_wanted.then_some(mail)) {
            match shares.get_mut(mail.domain.as_str()) {
                Some(0) => drop(above.entry(mail.domain).or_insert(mail.position)),
                left => {
                    if let Some(left) = left {
                        *left -= 1;
                    }
                    mails.push(Arc::new(mail));
                }
            }
        }
        for (domain, position) in above {
            let sql = "UPDATE deliveries SET state = 'pending', claim = NULL WHERE claim = $1 AND state = 'claimed' AND domain = $2 \
                AND position >= $3";
            self.execute(sql, values![id, &domain, position])?;
        }
        Ok(is_any)
    }

    /// Returns what a claim holds that was not begun.
    fn held(&mut self, claim: &str) -> Result<Vec<Arc<Claimed>>, LedgerError> {
        let sql = format!("SELECT {MAIL} FROM deliveries WHERE claim = $1 AND state = 'claimed' ORDER BY position");
        self.all(&sql, values![claim], |row| Arc::new(claimed(row)))
    }

    /// Returns whether anything waits for nothing but to be claimed.
    fn has_pending(&mut self, wanted: &Wanted<'_>) -> Result<bool, LedgerError> {
        let sql = "SELECT position FROM deliveries WHERE newsletter = $1 AND edition = $2 AND state = 'pending' \
            ORDER BY position LIMIT 1";
        Ok(self.first(sql, values![wanted.newsletter, wanted.edition], |_| ())?.is_some())
    }
}

impl Passed {
    /// Returns the position behind which mails have to be looked for, when those that `full` names are left out.
    fn behind(&self, wanted: &Wanted<'_>, full: &str, now: i64) -> i64 {
        let (newsletter, edition, left_out) = &self.what;
        let is_it = (newsletter.as_str(), edition.as_str(), left_out.as_str()) == (wanted.newsletter, wanted.edition, full);
        if is_it && !full.is_empty() && (0..PASSED_FOR).contains(&(now - self.since)) { self.position } else { -1 }
    }

    fn note(&mut self, wanted: &Wanted<'_>, full: String, position: i64, now: i64) {
        let goes_on = self.behind(wanted, &full, now) >= 0;
        let since = if goes_on { self.since } else { now };
        *self = Passed { what: (wanted.newsletter.to_owned(), wanted.edition.to_owned(), full), position, since };
    }
}
