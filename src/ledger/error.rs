//! Why the ledger could not do what it was asked.

use super::Location;
use super::database::{DatabaseError, Fault};

/// Why the ledger could not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// There is none.
    #[error("there is no ledger yet; help: `postrider subscribers import` or `add` makes one")]
    Missing,
    /// It cannot be written to: no room.
    #[error(
        "the ledger {place} cannot grow: {told}; help: make room on the disk, then run the command again: nothing is sent that cannot be recorded"
    )]
    Full {
        /// Which.
        place: String,
        /// What the database says.
        told: String,
    },
    /// It cannot be written to: no permission.
    #[error("the ledger {0} may not be written; help: look at the permissions of the file and of its folder")]
    ReadOnly(String),
    /// It is damaged.
    #[error("the ledger {place} is damaged: {told}; help: put the last backup in its place, then run `postrider ledger accept`")]
    Corrupt {
        /// Which.
        place: String,
        /// What the database says.
        told: String,
    },
    /// Somebody else is writing.
    #[error(
        "the ledger {0} is busy; help: another postrider has been writing to it for too long, as it does when it imports, freezes or accepts a very long list: try again when it has ended"
    )]
    Busy(String),
    /// The server does not answer.
    #[error("the ledger {place} does not answer: {told}")]
    Lost {
        /// Which.
        place: String,
        /// What went wrong.
        told: String,
    },
    /// A newer postrider wrote it.
    #[error("the ledger {place} has version {found}, and this postrider knows {known}; help: use the newer postrider that wrote it")]
    Newer {
        /// Which.
        place: String,
        /// Its version.
        found: i64,
        /// The newest that is known.
        known: usize,
    },
    /// It lies where locks do not hold.
    #[error(
        "the ledger {place} lies on a network file system ({kind}), where two senders cannot see each other; help: put it on a disk of this machine, or use PostgreSQL: `ledger: postgres://…`"
    )]
    Network {
        /// Which.
        place: String,
        /// The kind of file system.
        kind: String,
    },
    /// Another sender is at work.
    #[error(
        "another postrider is sending with the ledger {0}; help: wait until it has ended, or look at it with `postrider newsletter status`"
    )]
    Held(String),
    /// A file could not be opened, made or copied.
    #[error("cannot open the ledger {place}")]
    File {
        /// Which.
        place: String,
        /// Why.
        source: std::io::Error,
    },
    /// Something else.
    #[error("the ledger {place} failed: {told}")]
    Other {
        /// Which.
        place: String,
        /// What the database says.
        told: String,
    },
}

impl LedgerError {
    pub(super) fn of(location: &Location, error: &DatabaseError) -> Self {
        let place = location.to_string();
        let told = error.to_string();
        match error.fault {
            Fault::Full => LedgerError::Full { place, told },
            Fault::ReadOnly => LedgerError::ReadOnly(place),
            Fault::Corrupt => LedgerError::Corrupt { place, told },
            Fault::Busy => LedgerError::Busy(place),
            Fault::Lost => LedgerError::Lost { place, told },
            Fault::Other => LedgerError::Other { place, told },
        }
    }

    /// Returns whether the same may succeed a little later.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        matches!(self, LedgerError::Busy(_) | LedgerError::Lost { .. })
    }
}
