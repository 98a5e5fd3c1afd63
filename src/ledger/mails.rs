//! The mails of an edition as their author is told of them, and what is decided about them by hand.

use super::database::{Durability, values};
use super::deliveries::HELD;
use super::steps::TRIED_FOR;
use super::{Ledger, LedgerError, Location, unhex};
use crate::model::DeliveryState;

/// A mail, and how it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToldMail {
    /// Who is to get it.
    pub subscriber: [u8; 16],
    /// The address.
    pub address: String,
    /// Its Message-ID, where it was made.
    pub message_id: Option<String>,
    /// What the server said last.
    pub reason: Option<Reason>,
    /// When it came to be so, in milliseconds since 1970.
    pub at: i64,
    /// When it is tried again.
    pub due: Option<i64>,
    /// When it is put off for the last time.
    pub expires: Option<i64>,
}

/// Why a mail is where it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// When that was, in milliseconds since 1970.
    pub at: i64,
    /// The server's code, if it answered.
    pub code: Option<i64>,
    /// The words.
    pub told: String,
}

/// Some mails of an edition, as an author names them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// The Message-ID, in angle brackets.
    pub message_id: String,
    /// The comparison key of the address, if it can be one.
    pub key: Option<String>,
}

/// How to find when a deferred mail was put off first: whoever sends it once more by hand begins anew.
const FIRST_DEFERRED: &str = "(SELECT min(a.at) FROM attempts a WHERE a.newsletter = d.newsletter AND a.edition = d.edition \
    AND a.position = d.position AND a.state = 'deferred' AND a.at > coalesce((SELECT max(b.at) FROM attempts b \
    WHERE b.newsletter = d.newsletter AND b.edition = d.edition AND b.position = d.position \
    AND b.state IN ('refused', 'unknown', 'expired')), 0))";

impl Ledger {
    /// Shows the mails of an edition that are in a state, in its order.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn mails_in(
        &mut self,
        newsletter: &str,
        edition: &str,
        state: DeliveryState,
        mut see: impl FnMut(ToldMail),
    ) -> Result<(), LedgerError> {
        let is_deferred = state == DeliveryState::Deferred;
        let first = if is_deferred { FIRST_DEFERRED } else { "NULL" };
        // The state stands in the text: only so the database sees which index knows it.
        let sql = format!(
            "SELECT d.subscriber, d.address, d.message_id, d.changed, d.code, d.reply, d.due, CAST({first} AS BIGINT) FROM deliveries d \
             WHERE d.newsletter = $1 AND d.edition = $2 AND d.state = '{}' ORDER BY d.position",
            state.name()
        );
        self.query(&sql, values![newsletter, edition], |row| {
            let (at, code) = (row.int(3), row.int_if_any(4));
            see(ToldMail {
                subscriber: unhex(row.text(0)).unwrap_or_default(),
                address: row.string(1),
                message_id: row.string_if_any(2),
                reason: row.string_if_any(5).map(|told| Reason { at, code, told }),
                at,
                due: row.int_if_any(6).filter(|_| is_deferred),
                expires: row.int_if_any(7).map(|first| first + TRIED_FOR),
            });
        })
    }

    /// Returns the last reason why a mail of an edition is in one of some states.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn last_reason(&mut self, newsletter: &str, edition: &str, states: &[DeliveryState]) -> Result<Option<Reason>, LedgerError> {
        let mut last: Option<Reason> = None;
        for state in states {
            let sql = format!(
                "SELECT changed, code, reply FROM deliveries WHERE newsletter = $1 AND edition = $2 AND state = '{}' \
                 AND reply IS NOT NULL ORDER BY changed DESC LIMIT 1",
                state.name()
            );
            let reason = self.first(&sql, values![newsletter, edition], |row| Reason {
                at: row.int(0),
                code: row.int_if_any(1),
                told: row.string(2),
            })?;
            last = [last, reason].into_iter().flatten().max_by_key(|reason| reason.at);
        }
        Ok(last)
    }

    /// Returns whether a sender is at work with this ledger: with a file, somebody holds its lock; with a server, somebody has mails of an
    /// edition in hand, which ends by itself when they are gone.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn has_sender(&mut self, newsletter: &str, edition: &str) -> Result<bool, LedgerError> {
        if matches!(self.location, Location::File(_)) {
            return match self.lock() {
                Ok(_) => Ok(false),
                Err(LedgerError::Held(_)) => Ok(true),
                Err(error) => Err(error),
            };
        }
        let sql =
            format!("SELECT count(*) FROM deliveries WHERE {HELD} AND newsletter || '' = $1 AND edition || '' = $2 AND lease > {{now}}");
        Ok(self.first(&sql, values![newsletter, edition], |row| row.int(0) > 0)?.unwrap_or_default())
    }

    /// Returns the position of a mail of an edition that is in one of some states, by how its author names it.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn position_of(
        &mut self,
        newsletter: &str,
        edition: &str,
        states: &[DeliveryState],
        named: &Named,
    ) -> Result<Option<i64>, LedgerError> {
        let hash = named.key.as_deref().map(|key| self.hash(key));
        for state in states {
            let sql = format!(
                "SELECT position FROM deliveries WHERE newsletter = $1 AND edition = $2 AND state = '{}' AND (message_id = $3 OR hash = $4)",
                state.name()
            );
            let given = values![newsletter, edition, &named.message_id, hash.as_deref()];
            if let Some(position) = self.first(&sql, given, |row| row.int(0))? {
                return Ok(Some(position));
            }
        }
        Ok(None)
    }

    /// Moves mails of an edition from some states to another, as its author decides: all of them, or those at some positions. Returns how
    /// many.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub fn settle(
        &mut self,
        newsletter: &str,
        edition: &str,
        from: &[DeliveryState],
        to: DeliveryState,
        only: Option<&[i64]>,
    ) -> Result<u64, LedgerError> {
        self.together(Durability::Power, |ledger| ledger.move_mails(newsletter, edition, from, to, only))
    }

    /// Has mails of an edition sent again that are in one of some states, also where it was closed: all of them, or those at some positions.
    /// Returns how many.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub fn reopen(&mut self, newsletter: &str, key: &str, from: &[DeliveryState], only: Option<&[i64]>) -> Result<u64, LedgerError> {
        self.together(Durability::Power, |ledger| {
            // The edition first: whoever closes it waits, and finds the mails.
            let sql = "UPDATE editions SET state = 'sending', changed = {now} WHERE newsletter = $1 AND edition = $2 \
                AND state IN ('closed', 'sending')";
            ledger.execute(sql, values![newsletter, key])?;
            ledger.move_mails(newsletter, key, from, DeliveryState::Pending, only)
        })
    }

    pub(super) fn move_mails(
        &mut self,
        newsletter: &str,
        edition: &str,
        from: &[DeliveryState],
        to: DeliveryState,
        only: Option<&[i64]>,
    ) -> Result<u64, LedgerError> {
        let only = only.map_or(String::new(), |positions| {
            let positions: Vec<String> = positions.iter().map(i64::to_string).collect();
            format!(" AND position IN ({})", positions.join(", "))
        });
        let mut moved = 0;
        for state in from {
            // The state stands in the text: only so the database sees which index knows it.
            let sql = format!(
                "UPDATE deliveries SET state = $3, claim = NULL, changed = {{now}} \
                 WHERE newsletter = $1 AND edition = $2 AND state = '{}'{only}",
                state.name()
            );
            moved += self.execute(&sql, values![newsletter, edition, to.name()])?;
        }
        Ok(moved)
    }
}
