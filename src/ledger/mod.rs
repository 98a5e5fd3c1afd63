//! Edge: the ledger, which remembers who wants mail, what was sent to whom, and what nobody knows.
//!
//! One [`Ledger`] holds all SQL, over a small trait that SQLite and PostgreSQL answer (`database`). With a file one sender works
//! at a time, on one machine; with a server any number of machines share an edition: they claim its mails in blocks, and a claim
//! ends by itself when its holder is gone (`deliveries`).
//!
//! Nothing is sent that was not written down before, and no answer of the database is guessed: a step that may or may not have
//! been taken is asked for again, or the mail is told to be unknown.
#![allow(clippy::disallowed_methods, reason = "this is an edge that opens files")]

mod boot;
mod check;
mod claims;
mod copies;
mod database;
mod deliveries;
mod editions;
mod error;
mod export;
#[cfg(test)]
pub(crate) mod failing;
mod history;
mod mails;
mod open;
mod postgres;
mod rates;
mod schema;
mod sqlite;
mod steps;
mod subscribers;
mod suppressions;

pub use boot::boot;
pub use check::Fault;
pub use claims::{Claim, Wanted, claim_id};
pub use deliveries::{Claimed, Counts};
pub use editions::{Edition, EditionEntry, EditionLetter, Frozen, NewEdition};
pub use error::LedgerError;
pub use history::{FoundMail, Happened, READ};
pub use mails::{Named, Reason, ToldMail};
pub use open::{Location, SenderLock};
pub use rates::{Limit, Limits};
pub use steps::{Answer, Gone, Note, Outcome, Step};
pub use subscribers::{Added, Filter, Person};
pub use suppressions::Suppression;

use database::{Database, Durability, Row, Value};
use std::fs::File;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// What a ledger tells the time by.
#[derive(Debug, Clone, Default)]
pub enum Clock {
    /// The database's clock, the same for all machines that share it.
    #[default]
    Database,
    /// A time that is told: milliseconds since 1970.
    Told(Arc<AtomicI64>),
}

/// An open ledger: one connection to its database.
pub struct Ledger {
    database: Box<dyn Database>,
    location: Location,
    clock: Clock,
    /// The key of the hashes by which addresses are known that must not be kept.
    pepper: ring::hmac::Key,
    /// What is known already of addresses that are about to be added.
    ahead: std::collections::HashMap<String, subscribers::Known>,
    /// What need not be looked at again while domains have had their share.
    passed: claims::Passed,
    /// Where it fails, as a test wants it.
    #[cfg(test)]
    failing: Option<failing::Failing>,
}

/// The file in which all that was committed stands until it comes into the ledger's own.
#[derive(Debug, Clone)]
pub struct Log(PathBuf);

impl Log {
    /// Returns when the disk has all that was committed by now; nobody who writes waits for it.
    ///
    /// # Errors
    /// When the disk cannot be written.
    pub fn reach_disk(&self) -> Result<(), LedgerError> {
        let reached = File::open(&self.0).and_then(|log| log.sync_data());
        reached.map_err(|error| LedgerError::Other { place: self.0.display().to_string(), told: error.to_string() })
    }
}

impl Ledger {
    /// Returns the log of a file's ledger; `None` for a server, which sees to its own.
    #[must_use]
    pub fn log(&self) -> Option<Log> {
        let Location::File(path) = &self.location else { return None };
        let mut log = path.clone().into_os_string();
        log.push("-wal");
        Some(Log(log.into()))
    }

    /// Returns the time, in milliseconds since 1970.
    pub fn now(&mut self) -> Result<i64, LedgerError> {
        let mut now = 0;
        self.query("SELECT {now}", &[], |row| now = row.int(0))?;
        Ok(now)
    }

    fn told<'a>(&self, sql: &'a str) -> std::borrow::Cow<'a, str> {
        let now = match &self.clock {
            Clock::Database => None,
            Clock::Told(now) => Some(now.load(Ordering::SeqCst)),
        };
        self.database.dialect().told(sql, now)
    }

    fn execute(&mut self, sql: &str, values: &[Value<'_>]) -> Result<u64, LedgerError> {
        let sql = self.told(sql);
        self.database.execute(&sql, values).map_err(|error| self.failed(&error))
    }

    fn query(&mut self, sql: &str, values: &[Value<'_>], mut each: impl FnMut(&Row)) -> Result<(), LedgerError> {
        let sql = self.told(sql);
        self.database.query(&sql, values, &mut each).map_err(|error| self.failed(&error))
    }

    /// Returns the first row of a query, as `read` has it.
    fn first<T>(&mut self, sql: &str, values: &[Value<'_>], read: impl Fn(&Row) -> T) -> Result<Option<T>, LedgerError> {
        let mut found = None;
        self.query(sql, values, |row| {
            if found.is_none() {
                found = Some(read(row));
            }
        })?;
        Ok(found)
    }

    /// Returns all rows of a query, as `read` has them.
    fn all<T>(&mut self, sql: &str, values: &[Value<'_>], read: impl Fn(&Row) -> T) -> Result<Vec<T>, LedgerError> {
        let mut found = Vec::new();
        self.query(sql, values, |row| found.push(read(row)))?;
        Ok(found)
    }

    /// Does several steps as one: all of them, or none.
    fn together<T>(&mut self, durability: Durability, steps: impl FnOnce(&mut Self) -> Result<T, LedgerError>) -> Result<T, LedgerError> {
        self.database.begin(durability).map_err(|error| self.failed(&error))?;
        let result = steps(self).and_then(|value| match self.database.commit() {
            Ok(()) => Ok(value),
            Err(error) => Err(self.failed(&error)),
        });
        if result.is_err() {
            self.database.rollback();
        }
        result
    }

    fn failed(&self, error: &database::DatabaseError) -> LedgerError {
        LedgerError::of(&self.location, error)
    }

    /// Returns the hash by which an address is known; the same for every spelling of it, and of no use without the ledger.
    #[must_use]
    pub fn hash(&self, same: &str) -> String {
        let tag = ring::hmac::sign(&self.pepper, same.as_bytes());
        hex(tag.as_ref().get(..16).unwrap_or_default())
    }
}

/// Returns octets as hexadecimal digits.
pub(crate) fn hex(octets: &[u8]) -> String {
    let digits = octets.iter().flat_map(|octet| [octet >> 4, octet & 15]);
    digits.filter_map(|digit| char::from_digit(u32::from(digit), 16)).collect()
}

/// Returns the sixteen octets of 32 hexadecimal digits.
pub(crate) fn unhex(digits: &str) -> Option<[u8; 16]> {
    let number = u128::from_str_radix(digits, 16).ok()?;
    (digits.len() == 32).then(|| number.to_be_bytes())
}

#[cfg(test)]
mod tests;
