//! The formats: entries in, bytes out.
//!
//! A feed is written as `head`, then each entry's `item` with the `separator` between two of them, then `tail`, so that
//! entries can be rendered in parallel and dropped as soon as they are written. [`FORMATS`] has a row for each format;
//! command line, configuration and tests read the table.
//!
//! Whatever an entry holds, what is written is well-formed: `clean` sees every value first. [`read`] goes the other way: it reads
//! the feeds of any generator.

mod atom;
pub(crate) mod clean;
mod cut;
mod json;
pub mod read;
mod rss;
#[cfg(test)]
mod tests;

pub use clean::CleanEntry;

use crate::model::{Entry, Feed, FeedFormat};

/// What a format needs to be written and found.
#[derive(Debug)]
pub struct Format {
    /// Which format it is.
    pub format: FeedFormat,
    /// Its name in the configuration.
    pub name: &'static str,
    /// Its name for people.
    pub title: &'static str,
    /// Its media type.
    pub media_type: &'static str,
    /// The name of its file unless the configuration says otherwise.
    pub default_file: &'static str,
    /// Writes everything before the first entry.
    pub head: fn(&Feed) -> Vec<u8>,
    /// Appends one entry.
    pub item: fn(&CleanEntry, &mut Vec<u8>),
    /// What stands between two entries.
    pub separator: &'static [u8],
    /// What stands after the last entry.
    pub tail: &'static [u8],
    /// Returns texts that together stand at the beginning of a feed that postrider wrote for an address, and of no other.
    pub signs: fn(&str) -> Vec<String>,
}

/// The formats, in the order of [`FeedFormat::ALL`].
pub static FORMATS: [Format; 3] = [
    Format {
        format: FeedFormat::Rss,
        name: "rss",
        title: "RSS",
        media_type: "application/rss+xml",
        default_file: "rss.xml",
        head: rss::head,
        item: rss::item,
        separator: b"\n",
        tail: rss::TAIL,
        signs: rss::signs,
    },
    Format {
        format: FeedFormat::Atom,
        name: "atom",
        title: "Atom",
        media_type: "application/atom+xml",
        default_file: "atom.xml",
        head: atom::head,
        item: atom::item,
        separator: b"\n",
        tail: atom::TAIL,
        signs: atom::signs,
    },
    Format {
        format: FeedFormat::Json,
        name: "json",
        title: "JSON Feed",
        media_type: "application/feed+json",
        default_file: "feed.json",
        head: json::head,
        item: json::item,
        separator: b",\n",
        tail: json::TAIL,
        signs: json::signs,
    },
];

/// Returns the id by which Atom's readers know an entry that others know by this id: Atom takes only IRIs.
#[must_use]
pub fn atom_id(id: &str) -> std::borrow::Cow<'_, str> {
    atom::id(id)
}

impl Format {
    /// Returns what a format needs.
    #[must_use]
    pub fn of(format: FeedFormat) -> &'static Format {
        match format {
            FeedFormat::Rss => &FORMATS[0],
            FeedFormat::Atom => &FORMATS[1],
            FeedFormat::Json => &FORMATS[2],
        }
    }

    /// Writes a whole feed at once, for entries that are at hand.
    #[must_use]
    pub fn write(&self, feed: &Feed, entries: &[Entry]) -> Vec<u8> {
        let mut out = (self.head)(feed);
        for (i, entry) in entries.iter().enumerate() {
            if i > 0 {
                out.extend_from_slice(self.separator);
            }
            (self.item)(&CleanEntry::new(entry.clone()), &mut out);
        }
        out.extend_from_slice(self.tail);
        out
    }
}
