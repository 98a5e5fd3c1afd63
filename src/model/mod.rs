//! The values that everything else passes on: settings, posts, entries, feeds. No behaviour beyond small questions.

mod asset;
mod delivery;
mod entry;
mod hugo;
mod lock;
mod newsletter;
mod post;
mod settings;
pub mod slot;
mod subscriber;
mod terms;

pub use asset::{Asset, Assets, NoAssets};
pub use delivery::{DeliveryState, EditionState};
pub use entry::{Enclosure, Entry, Feed, History, Image};
pub use hugo::{FolderPage, HugoHabits, HugoPost, OwnTaxonomy};
pub use lock::{ContentHash, LedgerMark, Lock, LockedFeed, LockedPost, LockedPosts, MailedEntry};
pub use newsletter::{DkimSettings, MailContent, Mailbox, NewsletterSettings, PostalAddress, SmtpSettings, Tls, Transport};
pub use post::{EnclosureRef, Hidden, Post};
pub use settings::{
    By, CodeSettings, ContentMode, FeedFormat, FeedSettings, Habits, Hub, Ids, Includes, LanguageSettings, LanguagesBy, Limit, Metadata,
    Named, NamedFeed, QuoteRules, Settings, Shortcode, SiteValue, SiteValues, Slugs, Taxonomy, Typography, ValidateSettings, ZolaSlugs,
};
pub use subscriber::{Consent, Status, Subscriber, SuppressionReason};
pub use terms::Terms;

/// A point in time with the offset it was written in (RFC 3339 §4.2).
pub type Date = chrono::DateTime<chrono::FixedOffset>;

/// A person or an organisation, as RFC 4287 §3.2 has them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Author {
    /// The name people read; plain text.
    pub name: String,
    /// An e-mail address.
    pub email: Option<String>,
    /// An absolute URL of the author.
    pub uri: Option<String>,
}
