//! Each mail of an edition: claimed in blocks, written down before its end leaves, recorded behind the answer.
//!
//! ```text
//! pending → claimed → attempting → sent | refused | deferred | expired | unknown
//! deferred → pending        pending, claimed, deferred → skipped
//! ```
//!
//! Only the step to `attempting` lets a message end with its dot, and it changes one row or none: the same claim, in time, of an
//! edition that is being sent, to someone who still wants it. Whoever does not get it breaks the connection off.

use super::database::{Durability, Row, values};
use super::{Ledger, LedgerError, unhex};
use crate::model::DeliveryState;
use crate::model::slot::by_field_name;
use std::collections::BTreeMap;

/// Whether a mail's reader still wants it: the address is on the list, also where it was taken off and put on again since, and not
/// suppressed. `|| ''` keeps the database from going through the whole list in place of the index of hashes.
pub(super) const WANTED: &str = "deliveries.address <> '' AND EXISTS (SELECT 1 FROM subscribers s WHERE s.hash = deliveries.hash \
    AND s.newsletter || '' = deliveries.newsletter AND s.status = 'active') AND NOT EXISTS (SELECT 1 FROM suppressions p WHERE p.hash = deliveries.hash)";

/// What a message is made of, as [`claimed`] reads it.
pub(super) const MAIL: &str = "edition, subscriber, letter, address, domain, name, fields, tries, hash, position";

/// That a mail is in a sender's hands; as the index of claims has it.
pub(super) const HELD: &str = "claim IS NOT NULL AND (state = 'claimed' OR state = 'attempting')";

/// That a mail counts as leaving, though no try of it is noted: it is in a sender's hands, or was sent out of them just now.
pub(super) const LEAVING: &str = "claim IS NOT NULL AND (state = 'claimed' OR state = 'attempting' OR state = 'sent')";

/// That a mail came to an end other than the usual one; as the index of such mails has it.
const SETTLED: &str = "state = 'refused' OR state = 'unknown' OR state = 'skipped' OR state = 'expired'";

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

    /// Returns whether somebody got a mail, or may have: nobody can say that nobody got what may have arrived. That holds for what is in
    /// a sender's hands, too: after a power cut it may have been sent.
    #[must_use]
    pub fn has_reached(&self) -> bool {
        [DeliveryState::Sent, DeliveryState::Unknown, DeliveryState::Attempting, DeliveryState::Claimed]
            .iter()
            .any(|state| self.of(*state) > 0)
    }

    /// Returns how many are neither done nor given up.
    #[must_use]
    pub fn open(&self) -> u64 {
        self.0.iter().filter(|(state, _)| state.is_open()).map(|(_, count)| count).sum()
    }
}

impl Ledger {
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
    pub fn renew(&mut self, claim: &str, lease: i64) -> Result<bool, LedgerError> {
        if !self.is_shared() {
            return Ok(true);
        }
        let sql = "UPDATE deliveries SET lease = {now} + $2 WHERE claim = $1 AND state = 'claimed' AND lease > {now}";
        Ok(self.execute(sql, values![claim, lease])? > 0)
    }

    /// Ends a claim: what it holds and was not begun is given back, and the tries of what was sent are noted.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub fn release(&mut self, claim: &str) -> Result<(), LedgerError> {
        self.together(Durability::Process, |ledger| ledger.end_claim(claim))
    }

    fn end_claim(&mut self, claim: &str) -> Result<(), LedgerError> {
        self.note_sent("claim = $1", values![claim])?;
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
            ledger.end_claim(claim)?;
            let sql = "UPDATE deliveries SET state = 'unknown', changed = {now} WHERE claim = $1 AND state = 'attempting'";
            ledger.execute(sql, values![claim])
        })
    }

    /// Puts a mail off that was written down as refused, when it turned out that the fault is not its recipient's; returns whether
    /// it was. Its edition is sent again, if it was closed meanwhile.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub fn put_back(&mut self, newsletter: &str, mail: &Claimed, wait: i64) -> Result<bool, LedgerError> {
        self.together(Durability::Process, |ledger| {
            // The edition first: whoever closes it waits, and finds the mail.
            if !ledger.hold(newsletter, &mail.edition, "'sending', 'paused', 'closed'")? {
                return Ok(false);
            }
            let sql = "UPDATE deliveries SET state = 'deferred', due = {now} + $4, changed = {now} \
                WHERE newsletter = $1 AND edition = $2 AND position = $3 AND state = 'refused'";
            let is_put_off = ledger.execute(sql, values![newsletter, &mail.edition, mail.position, wait])? > 0;
            if is_put_off {
                let sql =
                    "UPDATE editions SET state = 'sending', changed = {now} WHERE newsletter = $1 AND edition = $2 AND state = 'closed'";
                ledger.execute(sql, values![newsletter, &mail.edition])?;
            }
            Ok(is_put_off)
        })
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
            ledger.note_sent("claim IS NOT NULL", &[])?;
            ledger.execute("UPDATE deliveries SET state = 'pending', claim = NULL WHERE claim IS NOT NULL AND state = 'claimed'", &[])?;
            ledger.skip_cancelled()?;
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
    /// Most of an old edition was sent: those are not counted, they are what is left of all when the others are.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn counts(&mut self, newsletter: &str, edition: &str) -> Result<Counts, LedgerError> {
        // `|| ''` keeps the database from going through the whole edition by its key in place of the few that have a claim.
        let sql = format!(
            "SELECT 'pending', count(*) FROM deliveries WHERE newsletter = $1 AND edition = $2 AND state = 'pending' \
             UNION ALL SELECT 'deferred', count(*) FROM deliveries WHERE newsletter = $1 AND edition = $2 AND state = 'deferred' \
             UNION ALL SELECT state, count(*) FROM deliveries WHERE newsletter = $1 AND edition = $2 AND ({SETTLED}) GROUP BY state \
             UNION ALL SELECT state, count(*) FROM deliveries WHERE {HELD} AND newsletter || '' = $1 AND edition || '' = $2 GROUP BY state \
             UNION ALL SELECT 'all', (SELECT max(position) FROM deliveries WHERE newsletter = $1 AND edition = $2) \
                 - (SELECT min(position) FROM deliveries WHERE newsletter = $1 AND edition = $2) + 1 \
             UNION ALL SELECT 'pruned ' || state, number FROM counts WHERE newsletter = $1 AND edition = $2"
        );
        let rows = self.all(&sql, values![newsletter, edition], |row| (row.string(0), row.int(1).unsigned_abs()))?;
        let mut counts = Counts::default();
        let mut all = 0;
        for (word, count) in &rows {
            if word == "all" {
                all = *count;
            } else if let Some(state) = DeliveryState::from_name(word) {
                counts.0.insert(state, *count);
            }
        }
        counts.0.insert(DeliveryState::Sent, all.saturating_sub(counts.total()));
        for (word, count) in rows {
            if let Some(state) = word.strip_prefix("pruned ").and_then(DeliveryState::from_name) {
                *counts.0.entry(state).or_default() += count;
            }
        }
        counts.0.retain(|_, count| *count > 0);
        Ok(counts)
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
        let sql = format!("SELECT min(lease) FROM deliveries WHERE {HELD} AND newsletter || '' = $1 AND edition || '' = $2");
        let lease = self.first(&sql, values![newsletter, edition], |row| row.int_if_any(0))?.flatten();
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

    /// Returns each mail of an edition with its address and state, in order: all of them at once, for tests.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    #[doc(hidden)]
    pub fn states(&mut self, newsletter: &str, edition: &str) -> Result<Vec<(String, DeliveryState)>, LedgerError> {
        let sql = "SELECT address, state FROM deliveries WHERE newsletter = $1 AND edition = $2 ORDER BY position";
        let state = |row: &Row| (row.string(0), DeliveryState::from_name(row.text(1)).unwrap_or(DeliveryState::Unknown));
        self.all(sql, values![newsletter, edition], state)
    }

    /// For tests of power cuts: forgets what was committed behind the last claim. Returns how many mails are in doubt then.
    #[cfg(test)]
    pub(crate) fn set_back_to_claims(&mut self) -> Result<u64, LedgerError> {
        let sql = "SELECT claim, changed FROM deliveries WHERE state = 'claimed' ORDER BY changed DESC, claim LIMIT 1";
        let (claim, at) = self.first(sql, &[], |row| (row.string(0), row.int(1)))?.unwrap_or_default();
        let sql = "UPDATE deliveries SET state = 'claimed' WHERE claim = $1 OR (claim IS NOT NULL AND changed > $2)";
        self.execute(sql, values![&claim, at])?;
        let sql = format!("SELECT count(*) FROM deliveries WHERE {HELD}");
        Ok(self.first(&sql, &[], |row| row.int(0).unsigned_abs())?.unwrap_or_default())
    }
}

pub(super) fn claimed(row: &Row) -> Claimed {
    Claimed {
        edition: row.string(0),
        subscriber: unhex(row.text(1)).unwrap_or_default(),
        letter: usize::try_from(row.int(2)).unwrap_or_default(),
        address: row.string(3),
        domain: row.string(4),
        name: row.string_if_any(5),
        fields: by_field_name(serde_json::from_str(row.text(6)).unwrap_or_default()),
        tries: u32::try_from(row.int(7)).unwrap_or_default(),
        hash: row.string(8),
        position: row.int(9),
    }
}
