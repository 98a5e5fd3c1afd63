//! Each mail of an edition: claimed in blocks, written down before its end leaves, recorded behind the answer.
//!
//! ```text
//! pending → claimed → attempting → sent | refused | deferred | unknown
//! deferred → pending | expired        pending, claimed → skipped
//! ```
//!
//! Only the step to `attempting` lets a message end with its dot, and it changes one row or none: the same claim, in time, of an
//! edition that is being sent, to someone who still wants it. Whoever does not get it breaks the connection off.

use super::database::{Durability, Row, values};
use super::open::random;
use super::rates::{Allowance, Limits};
use super::{Ledger, LedgerError, unhex};
use crate::model::DeliveryState;
use std::collections::BTreeMap;
use std::sync::Arc;

/// How long the mails of an edition are tried: after that a deferred one has expired. In milliseconds.
const TRIED_FOR: i64 = 48 * 60 * 60 * 1000;

/// No mail is put off for longer; one that seems to be shows that a clock was set back. In milliseconds.
const LONGEST_WAIT: i64 = 6 * 60 * 60 * 1000;

/// No lease is longer; one that seems to be shows that a clock was set back, and may be anybody's. In milliseconds.
const LONGEST_LEASE: i64 = 60 * 60 * 1000;

/// The state of a mail's subscriber: still on the list, and not suppressed.
pub(super) const WANTED: &str = "EXISTS (SELECT 1 FROM subscribers s WHERE s.newsletter = deliveries.newsletter AND s.id = deliveries.subscriber \
    AND s.status = 'active') AND NOT EXISTS (SELECT 1 FROM suppressions p WHERE p.hash = deliveries.hash)";

/// What a message is made of, as [`claimed`] reads it.
const MAIL: &str = "edition, subscriber, letter, address, domain, name, fields, tries, hash, position";

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
    /// Without mails: when a limit allows some again, in milliseconds since 1970.
    pub allowed_at: Option<i64>,
}

/// A mail that was claimed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claimed {
    /// The edition's key.
    pub edition: String,
    /// Who gets it.
    pub subscriber: [u8; 16],
    /// Its place in the edition.
    pub position: i64,
    /// The letter it is made of, by its position.
    pub letter: usize,
    /// The address, as it was when the edition was frozen.
    pub address: String,
    /// The address's domain, in A-labels and lower case.
    pub domain: String,
    /// The hash of the address.
    pub hash: String,
    /// The name, as it was then.
    pub name: Option<String>,
    /// The fields, as they were then.
    pub fields: BTreeMap<String, String>,
    /// How often it was tried.
    pub tries: u32,
}

/// How many mails of an edition are in each state.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counts(pub BTreeMap<DeliveryState, u64>);

impl Counts {
    /// Returns how many are in a state.
    #[must_use]
    pub fn of(&self, state: DeliveryState) -> u64 {
        self.0.get(&state).copied().unwrap_or_default()
    }

    /// Returns how many there are.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.0.values().sum()
    }

    /// Returns how many are neither done nor given up.
    #[must_use]
    pub fn open(&self) -> u64 {
        self.0.iter().filter(|(state, _)| state.is_open()).map(|(_, count)| count).sum()
    }
}

/// A mail of which nobody knows whether it arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownMail {
    /// Who was to get it.
    pub subscriber: [u8; 16],
    /// The address.
    pub address: String,
    /// Its Message-ID, where it was made.
    pub message_id: Option<String>,
    /// When it was tried, in milliseconds since 1970.
    pub at: i64,
}

impl Ledger {
    /// Claims the next mails of an edition, as many as the limits allow; `lease` is for how long, in milliseconds, where others
    /// share the ledger.
    ///
    /// `boot` names this start of the machine: after a power cut it tells which claims may have lost what followed them.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub fn claim(
        &mut self,
        newsletter: &str,
        edition: &str,
        limits: &Limits,
        count: usize,
        lease: i64,
        boot: Option<&str>,
    ) -> Result<Claim, LedgerError> {
        self.together(Durability::Power, |ledger| {
            ledger.decide_alone()?;
            ledger.wake(newsletter, edition)?;
            ledger.end_leases()?;
            let allowance = ledger.allowance(limits, count)?;
            let claim = Claim { id: random(), ..Claim::default() };
            let mut mails = Vec::new();
            // Those who have left are skipped; a block of nothing else is not the end of the edition.
            while mails.is_empty() && ledger.take(newsletter, edition, &claim.id, &allowance, lease, boot)? > 0 {
                mails = ledger.claimed(&claim.id)?;
            }
            let now = ledger.now()?;
            let (start, spacing) = ledger.reserve(limits, mails.len(), now)?;
            let allowed_at = match allowance.again_at {
                Some(again_at) if mails.is_empty() && ledger.has_pending(newsletter, edition)? => Some(again_at),
                _ => None,
            };
            Ok(Claim { mails, now, start, spacing, allowed_at, ..claim })
        })
    }

    /// Returns whether an edition has mails that only a limit can hold back.
    fn has_pending(&mut self, newsletter: &str, edition: &str) -> Result<bool, LedgerError> {
        let sql = "SELECT state FROM deliveries WHERE newsletter = $1 AND edition = $2 AND state = 'pending' LIMIT 1";
        Ok(self.first(sql, values![newsletter, edition], |_| ())?.is_some())
    }

    /// Makes deferred mails pending whose time has come, and gives up those of an edition that is too old.
    fn wake(&mut self, newsletter: &str, edition: &str) -> Result<(), LedgerError> {
        let sql = "UPDATE deliveries SET state = 'expired', changed = {now} WHERE newsletter = $1 AND edition = $2 AND state = 'deferred' \
            AND (SELECT e.frozen FROM editions e WHERE e.newsletter = $1 AND e.edition = $2) + $3 < {now}";
        self.execute(sql, values![newsletter, edition, TRIED_FOR])?;
        let sql = "UPDATE deliveries SET state = 'pending' WHERE newsletter = $1 AND edition = $2 AND state = 'deferred' \
            AND (due <= {now} OR due > {now} + $3)";
        self.execute(sql, values![newsletter, edition, LONGEST_WAIT]).map(drop)
    }

    /// Takes back what senders held that are gone: what they did not begin is pending, what they began is unknown.
    fn end_leases(&mut self) -> Result<(), LedgerError> {
        if !self.is_shared() {
            return Ok(());
        }
        let sql = "UPDATE deliveries SET state = 'pending', claim = NULL WHERE claim IS NOT NULL AND state = 'claimed' \
            AND (lease < {now} OR lease > {now} + $1)";
        self.execute(sql, values![LONGEST_LEASE])?;
        let sql = "UPDATE deliveries SET state = 'unknown', changed = {now} WHERE claim IS NOT NULL AND state = 'attempting' \
            AND (lease < {now} OR lease > {now} + $1)";
        self.execute(sql, values![LONGEST_LEASE]).map(drop)
    }

    /// Takes what is pending, for a claim; returns how many mails that were before those were skipped who have left.
    fn take(
        &mut self,
        newsletter: &str,
        edition: &str,
        claim: &str,
        allowance: &Allowance,
        lease: i64,
        boot: Option<&str>,
    ) -> Result<u64, LedgerError> {
        let lease = self.is_shared().then_some(lease);
        // MATERIALIZED: PostgreSQL may otherwise run the inner query again for each row, and lock other rows each time.
        let sql = "WITH next AS MATERIALIZED (SELECT d.position FROM deliveries d WHERE d.newsletter = $1 AND d.edition = $2 \
                AND d.state = 'pending' {domains} ORDER BY d.position LIMIT $6 {skip_locked}) \
            UPDATE deliveries SET state = 'claimed', claim = $3, boot = $4, lease = {now} + $5, changed = {now} \
            WHERE newsletter = $1 AND edition = $2 AND position IN (SELECT position FROM next) \
            AND EXISTS (SELECT 1 FROM editions e WHERE e.newsletter = $1 AND e.edition = $2 AND e.state = 'sending')";
        let full: Vec<&str> = allowance.domains.iter().filter(|(_, count)| *count == 0).map(|(domain, _)| domain.as_str()).collect();
        // The names come from the configuration and are compared as they are; `'` stands in no domain.
        let names: Vec<String> = full.iter().map(|name| format!("'{}'", name.replace('\'', ""))).collect();
        let domains = if names.is_empty() { String::new() } else { format!("AND d.domain NOT IN ({})", names.join(", ")) };
        let sql = sql.replace("{domains}", &domains);
        let taken = self.execute(&sql, values![newsletter, edition, claim, boot, lease, allowance.count])?;
        let sql =
            format!("UPDATE deliveries SET state = 'skipped', claim = NULL WHERE claim = $1 AND state = 'claimed' AND NOT ({WANTED})");
        self.execute(&sql, values![claim])?;
        for (domain, count) in &allowance.domains {
            // What is above a domain's share goes back.
            let sql = "UPDATE deliveries SET state = 'pending', claim = NULL WHERE claim = $1 AND domain = $2 AND position NOT IN \
                (SELECT d.position FROM deliveries d WHERE d.claim = $1 AND d.domain = $2 ORDER BY d.position LIMIT $3)";
            self.execute(sql, values![claim, domain, *count])?;
        }
        Ok(taken)
    }

    fn claimed(&mut self, claim: &str) -> Result<Vec<Arc<Claimed>>, LedgerError> {
        let sql = format!("SELECT {MAIL} FROM deliveries WHERE claim = $1 AND state = 'claimed' ORDER BY position");
        self.all(&sql, values![claim], |row| Arc::new(claimed(row)))
    }

    /// Shows each mail of an edition that somebody is still to get, in order. It is nobody's for that.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn open_mails(&mut self, newsletter: &str, edition: &str, mut see: impl FnMut(Claimed)) -> Result<(), LedgerError> {
        let sql = format!(
            "SELECT {MAIL} FROM deliveries WHERE newsletter = $1 AND edition = $2 \
             AND state IN ('pending', 'claimed', 'attempting', 'deferred') AND {WANTED} ORDER BY position"
        );
        self.query(&sql, values![newsletter, edition], |row| see(claimed(row)))
    }

    /// Makes a claim last longer; returns whether it is still whole.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub fn renew(&mut self, claim: &Claim, lease: i64) -> Result<bool, LedgerError> {
        if !self.is_shared() {
            return Ok(true);
        }
        let sql = "UPDATE deliveries SET lease = {now} + $2 WHERE claim = $1 AND state = 'claimed' AND lease > {now}";
        Ok(self.execute(sql, values![&claim.id, lease])? > 0)
    }

    /// Gives back what a claim holds and was not begun.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub fn release(&mut self, claim: &str) -> Result<(), LedgerError> {
        let sql = "UPDATE deliveries SET state = 'pending', claim = NULL WHERE claim = $1 AND state = 'claimed'";
        self.execute(sql, values![claim]).map(drop)
    }

    /// Gives a claim up, whose holder does not wait any longer: what was not begun is pending, what was begun is unknown until its
    /// answer comes after all. Returns how many are unknown.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub fn abandon(&mut self, claim: &str) -> Result<u64, LedgerError> {
        self.together(Durability::Power, |ledger| {
            ledger.release(claim)?;
            let sql = "UPDATE deliveries SET state = 'unknown', changed = {now} WHERE claim = $1 AND state = 'attempting'";
            ledger.execute(sql, values![claim])
        })
    }

    /// Puts a mail off that was written down as refused, when it turned out that the fault is not its recipient's; returns whether
    /// it was.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub fn put_back(&mut self, newsletter: &str, mail: &Claimed, wait: i64) -> Result<bool, LedgerError> {
        let sql = "UPDATE deliveries SET state = 'deferred', due = {now} + $4, changed = {now} \
            WHERE newsletter = $1 AND edition = $2 AND position = $3 AND state = 'refused'";
        self.execute(sql, values![newsletter, &mail.edition, mail.position, wait]).map(|changed| changed > 0)
    }

    /// Tidies up after senders that died; whoever holds the sender's lock calls it first. Returns how many mails are unknown now.
    ///
    /// What was being attempted is unknown. What was claimed is pending, but unknown where the machine went down since: the step to
    /// `attempting` may have been lost with it.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub fn recover(&mut self, boot: Option<&str>) -> Result<u64, LedgerError> {
        if self.is_shared() {
            return Ok(0);
        }
        self.together(Durability::Power, |ledger| {
            let sql = "UPDATE deliveries SET state = 'unknown', changed = {now} WHERE claim IS NOT NULL AND (state = 'attempting' \
                OR (state = 'claimed' AND boot IS NOT NULL AND ($1 IS NULL OR boot <> $1)))";
            let unknown = ledger.execute(sql, values![boot])?;
            ledger.execute("UPDATE deliveries SET state = 'pending', claim = NULL WHERE claim IS NOT NULL AND state = 'claimed'", &[])?;
            Ok(unknown)
        })
    }

    /// Turns every mail that is not final into an unknown one: what a restored ledger says of them may be long past.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub fn distrust(&mut self) -> Result<u64, LedgerError> {
        let sql =
            "UPDATE deliveries SET state = 'unknown', changed = {now} WHERE state IN ('pending', 'claimed', 'attempting', 'deferred')";
        self.together(Durability::Power, |ledger| ledger.execute(sql, &[]))
    }

    /// Returns how many mails of an edition are in each state.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn counts(&mut self, newsletter: &str, edition: &str) -> Result<Counts, LedgerError> {
        let sql = "SELECT state, CAST(sum(number) AS BIGINT) FROM ( \
            SELECT state, count(*) AS number FROM deliveries WHERE newsletter = $1 AND edition = $2 GROUP BY state \
            UNION ALL SELECT state, number FROM counts WHERE newsletter = $1 AND edition = $2) AS both_of_them GROUP BY state";
        let rows = self.all(sql, values![newsletter, edition], |row| (row.string(0), row.int(1)))?;
        let known = rows.into_iter().filter_map(|(state, count)| Some((DeliveryState::from_name(&state)?, u64::try_from(count).ok()?)));
        Ok(Counts(known.collect()))
    }

    /// Returns the mails of an edition of which nobody knows whether they arrived, in its order.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn unknown(&mut self, newsletter: &str, edition: &str) -> Result<Vec<UnknownMail>, LedgerError> {
        let sql = "SELECT subscriber, address, message_id, changed FROM deliveries WHERE newsletter = $1 AND edition = $2 \
            AND state = 'unknown' ORDER BY position";
        self.all(sql, values![newsletter, edition], |row| UnknownMail {
            subscriber: unhex(row.text(0)).unwrap_or_default(),
            address: row.string(1),
            message_id: row.string_if_any(2),
            at: row.int(3),
        })
    }

    /// Moves mails of an edition from some states to another, as its author decides; returns how many.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub fn settle(&mut self, newsletter: &str, edition: &str, from: &[DeliveryState], to: DeliveryState) -> Result<u64, LedgerError> {
        self.together(Durability::Power, |ledger| ledger.move_mails(newsletter, edition, from, to))
    }

    pub(super) fn move_mails(
        &mut self,
        newsletter: &str,
        edition: &str,
        from: &[DeliveryState],
        to: DeliveryState,
    ) -> Result<u64, LedgerError> {
        let mut moved = 0;
        for state in from {
            let sql =
                "UPDATE deliveries SET state = $4, claim = NULL, changed = {now} WHERE newsletter = $1 AND edition = $2 AND state = $3";
            moved += self.execute(sql, values![newsletter, edition, state.name(), to.name()])?;
        }
        Ok(moved)
    }

    /// Returns when a mail of an edition may become pending by itself, in milliseconds since 1970: a deferred one when it is due,
    /// one in other hands when their lease ends.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn next_due(&mut self, newsletter: &str, edition: &str) -> Result<Option<i64>, LedgerError> {
        let sql = "SELECT min(due) FROM deliveries WHERE newsletter = $1 AND edition = $2 AND state = 'deferred'";
        let due = self.first(sql, values![newsletter, edition], |row| row.int_if_any(0))?.flatten();
        if !self.is_shared() {
            return Ok(due);
        }
        let sql = "SELECT min(lease) FROM deliveries WHERE newsletter = $1 AND edition = $2 AND claim IS NOT NULL \
            AND state IN ('claimed', 'attempting')";
        let lease = self.first(sql, values![newsletter, edition], |row| row.int_if_any(0))?.flatten();
        Ok([due, lease].into_iter().flatten().min())
    }

    /// Returns how many mails of an edition are put off.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn deferred(&mut self, newsletter: &str, edition: &str) -> Result<u64, LedgerError> {
        let sql = "SELECT count(*) FROM deliveries WHERE newsletter = $1 AND edition = $2 AND state = 'deferred'";
        Ok(self.first(sql, values![newsletter, edition], |row| row.int(0).unsigned_abs())?.unwrap_or_default())
    }

    /// Returns each mail of an edition with its address and state, in order.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn states(&mut self, newsletter: &str, edition: &str) -> Result<Vec<(String, DeliveryState)>, LedgerError> {
        let sql = "SELECT address, state FROM deliveries WHERE newsletter = $1 AND edition = $2 ORDER BY position";
        let state = |row: &Row| (row.string(0), DeliveryState::from_name(row.text(1)).unwrap_or(DeliveryState::Unknown));
        self.all(sql, values![newsletter, edition], state)
    }

    /// For tests of power cuts: forgets what was committed behind the last claim of each block. Returns how many mails that are.
    #[cfg(test)]
    pub(crate) fn set_back_to_claims(&mut self) -> Result<u64, LedgerError> {
        let sql = "SELECT claim FROM deliveries WHERE state IN ('claimed', 'attempting') LIMIT 1";
        let claim = self.first(sql, &[], |row| row.string(0))?.unwrap_or_default();
        let sql = "UPDATE deliveries SET state = 'claimed', claim = $1 WHERE claim = $1 \
            OR position IN (SELECT position FROM attempts WHERE claim = $1)";
        let changed = self.execute(sql, values![&claim])?;
        self.execute("DELETE FROM attempts WHERE claim = $1", values![&claim])?;
        Ok(changed)
    }
}

fn claimed(row: &Row) -> Claimed {
    Claimed {
        edition: row.string(0),
        subscriber: unhex(row.text(1)).unwrap_or_default(),
        letter: usize::try_from(row.int(2)).unwrap_or_default(),
        address: row.string(3),
        domain: row.string(4),
        name: row.string_if_any(5),
        fields: serde_json::from_str(row.text(6)).unwrap_or_default(),
        tries: u32::try_from(row.int(7)).unwrap_or_default(),
        hash: row.string(8),
        position: row.int(9),
    }
}
