//! Addresses that must not be mailed, known by a hash alone, so that they outlive whoever wants to be forgotten.

use super::database::{Durability, Row, values};
use super::{Ledger, LedgerError, hex};
use crate::model::SuppressionReason;

/// In how many editions a server has to say that there is no such mailbox.
const ENOUGH_BOUNCES: i64 = 2;

/// The order of an address's reasons: those that only its owner can lift before the others, and what the list's keeper said last.
pub(super) const HARDEST_FIRST: &str =
    "ORDER BY CASE reason WHEN 'erased' THEN 0 WHEN 'complained' THEN 1 WHEN 'bounced' THEN 2 ELSE 3 END";

/// Takes the details out of an address's history; that something was read stays, so that it does not count again.
const FORGET: &str = "UPDATE history SET detail = NULL WHERE hash = $1 AND detail IS NOT NULL AND event <> 'read'";

/// An address that must not be mailed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suppression {
    /// The hash of the address.
    pub hash: String,
    /// Why.
    pub reason: SuppressionReason,
    /// A note of the list's keeper.
    pub note: Option<String>,
    /// Since when, in milliseconds since 1970.
    pub at: i64,
}

impl Ledger {
    /// Suppresses an address by its hash. It may be suppressed for several reasons, and each stays until it is lifted by itself.
    /// Returns whether this one is new.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub fn suppress(&mut self, newsletter: &str, hash: &str, reason: SuppressionReason, note: Option<&str>) -> Result<bool, LedgerError> {
        let sql = "INSERT INTO suppressions (hash, reason, note, at) VALUES ($1, $2, $3, {now}) ON CONFLICT DO NOTHING";
        if self.execute(sql, values![hash, reason.name(), note])? == 0 {
            return Ok(false);
        }
        self.tell(newsletter, None, hash, "suppressed", Some(reason.name()))?;
        Ok(true)
    }

    /// Lets an address be mailed again that bounced, or that the list's keeper suppressed; returns whether it was suppressed so.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub fn unsuppress(&mut self, newsletter: &str, hash: &str) -> Result<bool, LedgerError> {
        if self.execute("DELETE FROM suppressions WHERE hash = $1 AND reason IN ('bounced', 'manual')", values![hash])? == 0 {
            return Ok(false);
        }
        self.tell(newsletter, None, hash, "unsuppressed", None)?;
        Ok(true)
    }

    /// Lifts what a confirmed opt-in lifts: all but what the list's keeper said.
    pub(super) fn lift(&mut self, hash: &str) -> Result<(), LedgerError> {
        self.execute("DELETE FROM suppressions WHERE hash = $1 AND reason <> 'manual'", values![hash]).map(drop)
    }

    /// Returns why an address must not be mailed, if so: the reason that is the hardest to lift.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn suppression_of(&mut self, hash: &str) -> Result<Option<SuppressionReason>, LedgerError> {
        Ok(self.suppressions_of(hash)?.into_iter().next())
    }

    /// Returns every reason why an address must not be mailed, what its owner said first.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn suppressions_of(&mut self, hash: &str) -> Result<Vec<SuppressionReason>, LedgerError> {
        let sql = format!("SELECT hash, reason, note, at FROM suppressions WHERE hash = $1 {HARDEST_FIRST}");
        Ok(self.all(&sql, values![hash], suppression)?.into_iter().map(|found| found.reason).collect())
    }

    /// Returns every suppression, by time.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn suppressions(&mut self) -> Result<Vec<Suppression>, LedgerError> {
        self.all("SELECT hash, reason, note, at FROM suppressions ORDER BY at, hash, reason", &[], suppression)
    }

    /// Notes that a server said for good that there is no such mailbox; an address of which that is said in several editions is
    /// suppressed. Returns whether it is now.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub fn note_bounce(&mut self, newsletter: &str, hash: &str, edition: &str) -> Result<bool, LedgerError> {
        self.together(Durability::Process, |ledger| {
            let sql = "SELECT count(*) FROM history WHERE hash = $1 AND event = 'bounced' AND newsletter = $2 AND detail = $3";
            let known = ledger.first(sql, values![hash, newsletter, edition], |row| row.int(0))?.unwrap_or_default();
            if known == 0 {
                ledger.tell(newsletter, None, hash, "bounced", Some(edition))?;
            }
            // An address that was let in again begins anew.
            let sql = "SELECT count(*) FROM history h WHERE h.hash = $1 AND h.event = 'bounced' AND h.number > \
                coalesce((SELECT max(o.number) FROM history o WHERE o.hash = $1 AND o.event IN ('unsuppressed', 'confirmed')), 0)";
            let count = ledger.first(sql, values![hash], |row| row.int(0))?.unwrap_or_default();
            if count < ENOUGH_BOUNCES {
                return Ok(false);
            }
            ledger.suppress(newsletter, hash, SuppressionReason::Bounced, None)
        })
    }

    /// Forgets an address in all newsletters: its subscribers, what mails to it held, what servers said to them, and what its
    /// history tells; its hash alone stays, suppressed. Returns whether there was anything. [`Ledger::empty_log`] belongs behind it.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub fn erase(&mut self, newsletter: &str, same: &str) -> Result<bool, LedgerError> {
        let hash = self.hash(same);
        self.together(Durability::Power, |ledger| {
            // As whoever freezes an edition does: no mail to them comes behind it.
            ledger.execute("UPDATE meta SET value = value WHERE name = 'id'", &[])?;
            let mut found = ledger.execute("DELETE FROM subscribers WHERE hash = $1", values![&hash])?;
            let sql = "UPDATE deliveries SET state = CASE WHEN state IN ('pending', 'deferred') THEN 'skipped' ELSE state END, \
                address = '', domain = '', name = NULL, fields = '', reply = NULL \
                WHERE hash = $1 AND (address <> '' OR domain <> '' OR reply IS NOT NULL)";
            found += ledger.execute(sql, values![&hash])?;
            let sql = "UPDATE attempts SET reply = NULL, domain = '' WHERE (reply IS NOT NULL OR domain <> '') AND (newsletter, edition, position) IN \
                (SELECT d.newsletter, d.edition, d.position FROM deliveries d WHERE d.hash = $1)";
            ledger.execute(sql, values![&hash])?;
            found += ledger.execute(FORGET, values![&hash])?;
            // The note may tell who it was.
            found += ledger.execute("UPDATE suppressions SET note = NULL WHERE hash = $1 AND note IS NOT NULL", values![&hash])?;
            let is_new = ledger.suppress(newsletter, &hash, SuppressionReason::Erased, None)?;
            if found > 0 || is_new {
                ledger.tell(newsletter, None, &hash, "erased", None)?;
            }
            ledger.execute(FORGET, values![&hash])?;
            Ok(found > 0)
        })
    }

    /// Has what was overwritten in the log of a file reach the file, and empties the log, which may still tell what was erased. Returns
    /// whether it is empty: who reads in it keeps it.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub fn empty_log(&mut self) -> Result<bool, LedgerError> {
        if self.is_shared() {
            return Ok(true);
        }
        Ok(self.first("PRAGMA wal_checkpoint(TRUNCATE)", &[], |row| row.int(0) == 0)?.unwrap_or_default())
    }

    /// Writes a line of an address's history, to which nothing is ever done but adding (and erasing its details).
    pub(super) fn tell(
        &mut self,
        newsletter: &str,
        subscriber: Option<&[u8; 16]>,
        hash: &str,
        event: &str,
        detail: Option<&str>,
    ) -> Result<(), LedgerError> {
        let subscriber = subscriber.map(|id| hex(id));
        let sql = "INSERT INTO history (at, newsletter, subscriber, hash, event, detail) VALUES ({now}, $1, $2, $3, $4, $5)";
        self.execute(sql, values![newsletter, subscriber.as_deref(), hash, event, detail]).map(drop)
    }
}

fn suppression(row: &Row) -> Suppression {
    Suppression {
        hash: row.string(0),
        reason: SuppressionReason::from_name(row.text(1)).unwrap_or(SuppressionReason::Manual),
        note: row.string_if_any(2),
        at: row.int(3),
    }
}
