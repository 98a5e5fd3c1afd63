//! What happened to an address, and to each mail to it.

use super::database::{Row, Value, values};
use super::{Ledger, LedgerError, unhex};
use crate::model::DeliveryState;
use std::collections::HashMap;

/// What the history calls it that a mail, or a line, about an address was read; its detail is a hash.
pub const READ: &str = "read";

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Happened {
    /// When, in milliseconds since 1970.
    pub at: i64,
    /// The newsletter.
    pub newsletter: String,
    /// What: a word of the history, or a delivery's state.
    pub event: String,
    /// More about it: where it came from, what the server said.
    pub detail: Option<String>,
    /// For a mail: its edition.
    pub edition: Option<String>,
}

/// A mail that was found by its Message-ID.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundMail {
    /// The newsletter.
    pub newsletter: String,
    /// The edition.
    pub edition: String,
    /// Who it was to.
    pub subscriber: [u8; 16],
    /// The hash of the address.
    pub hash: String,
    /// What the ledger says of it.
    pub state: Option<DeliveryState>,
}

/// What [`found`] reads, and the Message-ID.
const FOUND: &str = "newsletter, edition, subscriber, hash, state, message_id";

impl Ledger {
    /// Returns what happened to an address, oldest first: on the list, and to every mail.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn history(&mut self, hash: &str) -> Result<Vec<Happened>, LedgerError> {
        let sql = "SELECT at, newsletter, event, detail, NULL, number FROM history WHERE hash = $1 \
            UNION ALL SELECT a.at, a.newsletter, a.state, a.reply, a.edition, 0 FROM attempts a JOIN deliveries d \
                ON d.newsletter = a.newsletter AND d.edition = a.edition AND d.position = a.position WHERE d.hash = $1 \
            UNION ALL SELECT changed, newsletter, state, reply, edition, 0 FROM deliveries WHERE hash = $1 AND claim IS NOT NULL AND state = 'sent' \
            ORDER BY 1, 6";
        self.all(sql, values![hash], |row| Happened {
            at: row.int(0),
            newsletter: row.string(1),
            event: row.string(2),
            detail: row.string_if_any(3),
            edition: row.string_if_any(4),
        })
    }

    /// Returns the mail with a Message-ID, brackets and all, to an address that is known by its hash.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn mail_of(&mut self, message_id: &str, recipient: &str) -> Result<Option<FoundMail>, LedgerError> {
        let sql = format!("SELECT {FOUND} FROM deliveries WHERE message_id = $1 AND hash = $2");
        self.first(&sql, values![message_id, recipient], found)
    }

    /// Returns the mails with these Message-IDs, some hundreds at most, whoever they were to: the ledger looks at every mail for them.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn mails_of<'a>(&mut self, message_ids: impl Iterator<Item = &'a str>) -> Result<HashMap<String, FoundMail>, LedgerError> {
        let ids: Vec<Value<'_>> = message_ids.map(Value::from).collect();
        let places: Vec<String> = (1..=ids.len()).map(|at| format!("${at}")).collect();
        let sql = format!("SELECT {FOUND} FROM deliveries WHERE message_id IN ({})", places.join(", "));
        Ok(self.all(&sql, &ids, |row| (row.string(5), found(row)))?.into_iter().collect())
    }

    /// Notes that something happened to an address; once, however often it is told. Returns whether that is new.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub fn note(&mut self, newsletter: &str, hash: &str, event: &str, detail: &str) -> Result<bool, LedgerError> {
        self.at_once(|ledger| {
            let is_new = !ledger.has_happened(newsletter, hash, event, detail)?;
            if is_new {
                ledger.tell(newsletter, None, hash, event, Some(detail))?;
            }
            Ok(is_new)
        })
    }

    /// Notes that something was read that is about an address, by what it is known again; returns whether that is new. Whatever is read
    /// twice counts once, also where its writer came back in between.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub fn read_once(&mut self, newsletter: &str, hash: &str, known_by: &str) -> Result<bool, LedgerError> {
        let is_new = !self.was_read(newsletter, hash, known_by)?;
        if is_new {
            let detail = self.hash(known_by);
            self.tell(newsletter, None, hash, READ, Some(&detail))?;
        }
        Ok(is_new)
    }

    /// Returns whether [`Ledger::read_once`] noted something before.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn was_read(&mut self, newsletter: &str, hash: &str, known_by: &str) -> Result<bool, LedgerError> {
        let detail = self.hash(known_by);
        self.has_happened(newsletter, hash, READ, &detail)
    }

    /// Returns whether something happened to an address, with these details.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn has_happened(&mut self, newsletter: &str, hash: &str, event: &str, detail: &str) -> Result<bool, LedgerError> {
        let sql = "SELECT count(*) FROM history WHERE hash = $1 AND newsletter = $2 AND event = $3 AND detail = $4";
        Ok(self.first(sql, values![hash, newsletter, event, detail], |row| row.int(0) > 0)?.unwrap_or_default())
    }

    /// Returns the edition that an address was mailed last; it is known by its hash.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn last_edition(&mut self, newsletter: &str, hash: &str) -> Result<Option<String>, LedgerError> {
        let sql = "SELECT edition FROM deliveries WHERE hash = $1 AND newsletter = $2 AND message_id IS NOT NULL \
            ORDER BY changed DESC, edition DESC LIMIT 1";
        self.first(sql, values![hash, newsletter], |row| row.string(0))
    }
}

fn found(row: &Row) -> FoundMail {
    FoundMail {
        newsletter: row.string(0),
        edition: row.string(1),
        subscriber: unhex(row.text(2)).unwrap_or_default(),
        hash: row.string(3),
        state: DeliveryState::from_name(row.text(4)),
    }
}
