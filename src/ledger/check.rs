//! Whether the ledger holds together.

use super::database::values;
use super::open::Location;
use super::sqlite::Sqlite;
use super::{Ledger, LedgerError};
use std::thread;
use std::time::Duration;

/// Something that should not be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// What should not be.
    pub what: &'static str,
    /// How often it is.
    pub count: u64,
    /// One of them, or what the database says.
    pub example: String,
    /// What to do about it.
    pub help: &'static str,
}

/// What must never be, and what to do about it: each query returns one row, how many there are and one of them.
const NEVER: [(&str, &str, &str); 8] = [
    (
        "a mail without its edition",
        "nobody gets it; keep a copy of the ledger, and report how it came to this",
        "SELECT count(*), min(edition) FROM deliveries d WHERE NOT EXISTS \
            (SELECT 1 FROM editions e WHERE e.newsletter = d.newsletter AND e.edition = d.edition)",
    ),
    (
        "a mail without its letter",
        "it cannot be sent; `postrider newsletter cancel KEY` gives the edition up",
        "SELECT count(*), min(edition) FROM deliveries d WHERE d.state IN ('pending', 'claimed', 'attempting', 'deferred') AND NOT EXISTS \
            (SELECT 1 FROM letters l WHERE l.newsletter = d.newsletter AND l.edition = d.edition AND l.position = d.letter)",
    ),
    (
        "an edition that is closed and has mails to send",
        "`postrider newsletter retry KEY` sends them",
        "SELECT count(*), min(e.edition) FROM editions e WHERE e.state = 'closed' AND EXISTS (SELECT 1 FROM deliveries d \
            WHERE d.newsletter = e.newsletter AND d.edition = e.edition AND d.state IN ('pending', 'claimed', 'attempting', 'deferred'))",
    ),
    (
        "a mail in a sender's hands without a claim",
        "nobody will send it; keep a copy of the ledger, and report how it came to this",
        "SELECT count(*), min(edition) FROM deliveries WHERE state IN ('claimed', 'attempting') AND claim IS NULL",
    ),
    (
        "a mail that was sent twice",
        "it cannot be undone; it is as it should be where you sent it again with `retry --resend-unknown` and the first had arrived after all",
        "SELECT count(*), min(edition) FROM (SELECT edition, subscriber FROM attempts WHERE state = 'sent' \
            GROUP BY newsletter, edition, subscriber HAVING count(*) > 1) AS twice",
    ),
    (
        "an edition with one address twice",
        "if it is not sent yet, `postrider newsletter cancel KEY` gives it up, and the next `send` makes it anew",
        "SELECT count(*), min(edition) FROM (SELECT edition, hash FROM deliveries GROUP BY newsletter, edition, hash HAVING count(*) > 1) AS twice",
    ),
    (
        "an edition with a gap",
        "its counts are wrong; keep a copy of the ledger, and report how it came to this",
        "SELECT count(*), min(edition) FROM (SELECT edition FROM deliveries GROUP BY newsletter, edition \
            HAVING max(position) - min(position) + 1 <> count(*)) AS gaps",
    ),
    (
        "a state that nobody knows",
        "a newer postrider may have written it; use that one",
        "SELECT count(*), min(state) FROM deliveries WHERE state NOT IN \
            ('pending', 'claimed', 'attempting', 'sent', 'refused', 'deferred', 'unknown', 'skipped', 'expired')",
    ),
];

/// What to do about a damaged file.
const DAMAGED: &str = "put the last backup in its place, then run `postrider ledger accept`, which says what the backup does not know";

/// That an edition was done before a time.
const DONE: &str = "e.state IN ('closed', 'cancelled') AND e.changed < $1";

/// That nobody knows of some mails of an edition whether they arrived, or will know: they can be named as long as they are there.
const UNSETTLED: &str = "(EXISTS (SELECT 1 FROM deliveries d WHERE d.newsletter = e.newsletter AND d.edition = e.edition AND d.state = 'unknown') \
    OR EXISTS (SELECT 1 FROM deliveries d WHERE d.claim IS NOT NULL AND (d.state = 'claimed' OR d.state = 'attempting') \
        AND d.newsletter || '' = e.newsletter AND d.edition || '' = e.edition))";

/// How many mails become counts in one step; between two of them others may write.
const PIECE: i64 = 10_000;

/// How long others have for that: whoever waits for a file looks at least so often.
const TURN: Duration = Duration::from_millis(120);

impl Ledger {
    /// Looks through the file for damage, so that nothing is decided by what a damaged page seems to say.
    ///
    /// # Errors
    /// [`LedgerError::Corrupt`] when it is damaged.
    pub fn inspect(&mut self) -> Result<(), LedgerError> {
        if self.is_shared() {
            return Ok(());
        }
        match self.first("PRAGMA quick_check(1)", &[], |row| row.string(0))? {
            Some(told) if told != "ok" => Err(LedgerError::Corrupt { place: self.location.to_string(), told }),
            _ => Ok(()),
        }
    }

    /// Returns everything that should not be: damage of the file, and rows that contradict one another.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn check(&mut self) -> Result<Vec<Fault>, LedgerError> {
        let mut faults = Vec::new();
        if let Location::File(path) = &self.location {
            let mut file = Sqlite::open(path, false).map_err(|error| self.failed(&error))?;
            let found = file.integrity().map_err(|error| self.failed(&error))?;
            faults.extend(found.into_iter().map(|example| Fault { what: "damage of the file", count: 1, example, help: DAMAGED }));
        }
        for (what, help, sql) in NEVER {
            let found = self.first(sql, &[], |row| (row.int(0).unsigned_abs(), row.string(1)))?;
            faults.extend(found.filter(|(count, _)| *count > 0).map(|(count, example)| Fault { what, count, example, help }));
        }
        Ok(faults)
    }

    /// Returns how many mails [`Ledger::prune`] would forget.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn prunable(&mut self, older_than: i64) -> Result<u64, LedgerError> {
        let sql = format!(
            "SELECT count(*) FROM deliveries WHERE (newsletter, edition) IN \
             (SELECT e.newsletter, e.edition FROM editions e WHERE {DONE} AND NOT {UNSETTLED})"
        );
        Ok(self.first(&sql, values![older_than], |row| row.int(0).unsigned_abs())?.unwrap_or_default())
    }

    /// Returns the editions that are old enough for [`Ledger::prune`], and stay for mails of which nobody knows whether they arrived.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn unsettled(&mut self, older_than: i64) -> Result<Vec<String>, LedgerError> {
        let sql = format!("SELECT e.edition FROM editions e WHERE {DONE} AND {UNSETTLED} ORDER BY e.frozen, e.edition");
        self.all(&sql, values![older_than], |row| row.string(0))
    }

    /// Turns the rows of editions that were done before a time into counts, piece by piece: a sender at work has to wait for none of it
    /// for long. What nobody knows stays, with its whole edition. Returns how many mails were forgotten.
    ///
    /// # Errors
    /// When the ledger cannot be written; what was done until then stays so.
    pub fn prune(&mut self, older_than: i64) -> Result<u64, LedgerError> {
        let mut forgotten = 0;
        let sql = format!("SELECT e.newsletter, e.edition FROM editions e WHERE {DONE}");
        for (newsletter, edition) in self.all(&sql, values![older_than], |row| (row.string(0), row.string(1)))? {
            loop {
                let piece = self.at_once(|ledger| ledger.prune_piece(&newsletter, &edition, older_than))?;
                forgotten += piece;
                if piece < PIECE.unsigned_abs() {
                    break;
                }
                thread::sleep(TURN);
            }
        }
        Ok(forgotten)
    }

    /// Turns the first rows of an edition into counts; from the first on, so that what is left has no gap. Nothing of one that is sent again
    /// by now.
    pub(super) fn prune_piece(&mut self, newsletter: &str, edition: &str, older_than: i64) -> Result<u64, LedgerError> {
        // Whoever wants to send it again waits for this transaction, or this one for them.
        if !self.hold(newsletter, edition, "'closed', 'cancelled'")? {
            return Ok(0);
        }
        let sql = format!("SELECT e.edition FROM editions e WHERE {DONE} AND NOT {UNSETTLED} AND e.newsletter = $2 AND e.edition = $3");
        if self.first(&sql, values![older_than, newsletter, edition], |_| ())?.is_none() {
            return Ok(0);
        }
        let sql = "SELECT min(position) FROM deliveries WHERE newsletter = $1 AND edition = $2";
        let first = self.first(sql, values![newsletter, edition], |row| row.int(0))?.unwrap_or_default();
        let given = values![newsletter, edition, first + PIECE];
        let sql = "INSERT INTO counts (newsletter, edition, state, number) SELECT newsletter, edition, state, count(*) FROM deliveries \
            WHERE newsletter = $1 AND edition = $2 AND position < $3 GROUP BY newsletter, edition, state \
            ON CONFLICT (newsletter, edition, state) DO UPDATE SET number = counts.number + excluded.number";
        self.execute(sql, given)?;
        self.execute("DELETE FROM attempts WHERE newsletter = $1 AND edition = $2 AND position < $3", given)?;
        let forgotten = self.execute("DELETE FROM deliveries WHERE newsletter = $1 AND edition = $2 AND position < $3", given)?;
        if forgotten < PIECE.unsigned_abs() {
            self.execute("DELETE FROM letters WHERE newsletter = $1 AND edition = $2", values![newsletter, edition])?;
        }
        Ok(forgotten)
    }
}
