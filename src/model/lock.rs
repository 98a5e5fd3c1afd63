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
    pub posts: LockedPosts,
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

/// Posts by their paths. There may be a hundred thousand, so they stand in one list in order, and no text twice.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LockedPosts(Vec<(Box<str>, LockedPost)>);

impl LockedPosts {
    /// Returns the posts in the order of their paths, by their places.
    #[must_use]
    pub fn all(&self) -> &[(Box<str>, LockedPost)] {
        &self.0
    }

    /// Returns the posts in the order of their paths.
    #[must_use]
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&str, &LockedPost)> + Clone {
        self.0.iter().map(|(path, post)| (&**path, post))
    }

    /// Returns what is remembered, in the order of the paths.
    pub fn values(&self) -> impl Iterator<Item = &LockedPost> + Clone {
        self.0.iter().map(|(_, post)| post)
    }

    /// Returns how many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Returns whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the place of a path among all.
    #[must_use]
    pub fn place(&self, path: &str) -> Option<usize> {
        self.0.binary_search_by(|(known, _)| (**known).cmp(path)).ok()
    }

    /// Returns what is remembered of a path.
    #[must_use]
    pub fn get(&self, path: &str) -> Option<&LockedPost> {
        self.place(path).and_then(|at| self.0.get(at)).map(|(_, post)| post)
    }

    /// Takes out what is remembered of a path.
    pub fn remove(&mut self, path: &str) -> Option<LockedPost> {
        self.place(path).map(|at| self.0.remove(at).1)
    }

    /// Keeps the posts that are wanted, and no room for the others.
    pub fn retain(&mut self, mut is_wanted: impl FnMut(&str, &LockedPost) -> bool) {
        self.0.retain(|(path, post)| is_wanted(path, post));
        self.0.shrink_to_fit();
    }
}

impl Extend<(Box<str>, LockedPost)> for LockedPosts {
    /// Adds posts; of one path the last counts.
    fn extend<I: IntoIterator<Item = (Box<str>, LockedPost)>>(&mut self, posts: I) {
        self.0.extend(posts);
        self.0.sort_by(|(one, _), (other, _)| one.cmp(other));
        self.0.dedup_by(|later, first| {
            let is_same = later.0 == first.0;
            if is_same {
                std::mem::swap(later, first);
            }
            is_same
        });
    }
}

impl FromIterator<(Box<str>, LockedPost)> for LockedPosts {
    fn from_iter<I: IntoIterator<Item = (Box<str>, LockedPost)>>(posts: I) -> Self {
        let mut all = LockedPosts(posts.into_iter().collect());
        all.extend([]);
        all
    }
}

/// The beginning of the SHA-256 of what a post says.
pub type ContentHash = [u8; 16];

/// A post that readers were shown, with what must not change for them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LockedPost {
    /// The entry's id (RFC 4287 §4.2.6).
    pub id: Box<str>,
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
