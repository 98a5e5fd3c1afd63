use super::{Date, FeedFormat};
use std::collections::{BTreeMap, BTreeSet};

/// What postrider.lock says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lock {
    /// The ledger that each newsletter was sent with last.
    pub ledgers: BTreeMap<String, LedgerMark>,
    /// What the newest editions of each newsletter held.
    pub mailed: BTreeMap<String, BTreeSet<MailedEntry>>,
    /// The posts that readers were shown, by their paths.
    pub posts: BTreeMap<String, LockedPost>,
    /// The feeds that were taken over from another generator, by their formats and addresses.
    pub feeds: BTreeMap<(FeedFormat, String), LockedFeed>,
    /// Lines that are not understood, and kept.
    pub others: BTreeSet<String>,
}

/// What followers know of a feed that was taken over.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LockedFeed {
    /// Its own id, where the format has one (RFC 4287 §4.2.6).
    pub id: Option<String>,
    /// How many entries it has, where it has not all of them.
    pub count: Option<usize>,
}

/// A ledger, as far as it is known again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerMark {
    /// Its own random id.
    pub id: String,
    /// How many senders had begun with it.
    pub generation: i64,
}

/// An entry of an edition that was mailed: all by which its post is known again where the ledger has forgotten it.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct MailedEntry {
    /// The edition's key.
    pub edition: String,
    /// When the edition was frozen, in milliseconds since 1970.
    pub at: i64,
    /// The path of the post.
    pub path: String,
    /// The entry's id.
    pub id: String,
    /// The hash of its content; empty for a post that is not known by it.
    pub hash: String,
}

/// The beginning of the SHA-256 of what a post says.
pub type ContentHash = [u8; 16];

/// A post that readers were shown, with what must not change for them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LockedPost {
    /// The entry's id (RFC 4287 §4.2.6).
    pub id: String,
    /// When it was first published, as readers were told.
    pub published: Date,
    /// When it was last changed, as readers were told.
    pub updated: Date,
    /// The hash of what it says; `None` for a post that says nothing but a title, by which it cannot be known again.
    pub hash: Option<ContentHash>,
    /// Whether the last run found no such post: should it come back, it goes by its id.
    pub is_gone: bool,
    /// The number of the archive page that holds it, once that is full.
    pub page: Option<u32>,
}
