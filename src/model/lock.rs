use std::collections::{BTreeMap, BTreeSet};

/// What postrider.lock says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lock {
    /// The ledger that each newsletter was sent with last.
    pub ledgers: BTreeMap<String, LedgerMark>,
    /// Lines that are not understood, and kept.
    pub others: BTreeSet<String>,
}

/// A ledger, as far as it is known again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerMark {
    /// Its own random id.
    pub id: String,
    /// How many senders had begun with it.
    pub generation: i64,
}
