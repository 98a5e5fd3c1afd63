//! What an older copy of a ledger, or another one, does not know: postrider.lock remembers the newest editions, and gives them back.

use super::database::{Durability, values};
use super::{EditionEntry, Ledger, LedgerError};
use crate::model::MailedEntry;
use std::collections::BTreeMap;

impl Ledger {
    /// Returns the entries of the newest editions that somebody was mailed, or is about to be; at most so many editions.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn newest_entries(&mut self, newsletter: &str, editions: usize) -> Result<Vec<MailedEntry>, LedgerError> {
        let sql = "SELECT e.edition, e.frozen, n.path, n.id, n.hash FROM editions e \
            JOIN entries n ON n.newsletter = e.newsletter AND n.edition = e.edition \
            WHERE e.newsletter = $1 AND e.edition IN (SELECT o.edition FROM editions o WHERE o.newsletter = $1 \
                AND (o.state IN ('sending', 'closed') OR EXISTS (SELECT 1 FROM deliveries d WHERE d.newsletter = $1 \
                    AND d.edition = o.edition AND d.state IN ('sent', 'unknown', 'attempting'))) \
                ORDER BY o.frozen DESC, o.edition DESC LIMIT $2)";
        self.all(sql, values![newsletter, editions], |row| MailedEntry {
            edition: row.string(0),
            at: row.int(1),
            path: row.string(2),
            id: row.string(3),
            hash: row.string(4),
        })
    }

    /// Takes entries as mailed that were mailed with another copy of the ledger: their editions are closed ones of which nobody knows
    /// who got them, and their keys are used.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub fn take_over(&mut self, newsletter: &str, entries: &[MailedEntry]) -> Result<(), LedgerError> {
        let mut editions: BTreeMap<(&str, i64), Vec<&MailedEntry>> = BTreeMap::new();
        for entry in entries {
            editions.entry((&entry.edition, entry.at)).or_default().push(entry);
        }
        self.together(Durability::Power, |ledger| {
            for ((key, at), entries) in editions {
                let sql = "INSERT INTO editions (newsletter, edition, state, hash, frozen, changed, settings) \
                    VALUES ($1, $2, 'closed', '', $3, {now}, '') ON CONFLICT DO NOTHING";
                if ledger.execute(sql, values![newsletter, key, at])? == 0 {
                    // The key is of another edition here.
                    for entry in entries {
                        let sql =
                            "INSERT INTO skipped (newsletter, id, path, hash, at) VALUES ($1, $2, $3, $4, {now}) ON CONFLICT DO NOTHING";
                        ledger.execute(sql, values![newsletter, &entry.id, &entry.path, &entry.hash])?;
                    }
                    continue;
                }
                let entries = entries.into_iter().map(|entry| EditionEntry {
                    id: entry.id.clone(),
                    path: entry.path.clone(),
                    hash: entry.hash.clone(),
                    title: String::new(),
                });
                ledger.put_entries(newsletter, key, &entries.collect::<Vec<_>>())?;
            }
            Ok(())
        })
    }

    /// Returns when the ledger was changed last, in milliseconds since 1970; `None` for one that holds nothing.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn last_change(&mut self) -> Result<Option<i64>, LedgerError> {
        let sql = "SELECT max(at) FROM (SELECT max(at) AS at FROM attempts UNION ALL SELECT max(changed) FROM editions \
            UNION ALL SELECT max(changed) FROM deliveries WHERE claim IS NOT NULL AND state = 'sent' \
            UNION ALL SELECT at FROM history WHERE number = (SELECT max(number) FROM history)) AS changes";
        Ok(self.first(sql, &[], |row| row.int_if_any(0))?.flatten())
    }

    /// Returns how many mails [`Ledger::distrust`] would turn.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn not_final(&mut self) -> Result<u64, LedgerError> {
        let sql = "SELECT count(*) FROM deliveries WHERE state IN ('pending', 'claimed', 'attempting', 'deferred')";
        Ok(self.first(sql, &[], |row| row.int(0).unsigned_abs())?.unwrap_or_default())
    }
}
