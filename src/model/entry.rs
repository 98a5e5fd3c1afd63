use super::{Author, Date, FeedFormat, Hub};

/// What a feed carries: a post, rendered, with every URL absolute and every text free of characters XML cannot hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The id, an absolute IRI or whatever the author fixed for ever (RFC 4287 §4.2.6).
    pub id: String,
    /// The permalink, absolute.
    pub url: String,
    /// Where a link post points to, absolute (JSON Feed 1.1 `external_url`).
    pub external_url: Option<String>,
    /// Plain text; `None` for a titleless post.
    pub title: Option<String>,
    /// The first words of a titleless post, for formats that require a title (RFC 4287 §4.2.14); `None` where there are none.
    pub beginning: Option<String>,
    /// First publication.
    pub published: Date,
    /// Last real change; never before `published`.
    pub updated: Date,
    /// The entry's own authors; empty when the feed's are meant.
    pub authors: Vec<Author>,
    /// Plain text; `None` when there is none or it would equal the content.
    pub summary: Option<String>,
    /// Clean HTML; `None` when the feed carries summaries only.
    pub content: Option<String>,
    /// Tags and categories, in order, without duplicates.
    pub tags: Vec<String>,
    /// The post's image.
    pub image: Option<Image>,
    /// Attached media files.
    pub enclosures: Vec<Enclosure>,
    /// The language, where it differs from the site's (RFC 5646).
    pub language: Option<String>,
}

/// An image with what was measured of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Image {
    /// Absolute URL.
    pub url: String,
    /// The media type.
    pub media_type: Option<String>,
    /// The size in bytes, where the file is at hand.
    pub bytes: Option<u64>,
    /// Width and height in pixels, where the file is at hand.
    pub size: Option<(u32, u32)>,
}

/// An attached media file (RSS 2.0 `<enclosure>`, RFC 4287 §4.2.7.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enclosure {
    /// Absolute URL.
    pub url: String,
    /// The size in bytes; `None` when nobody could tell.
    pub length: Option<u64>,
    /// The media type.
    pub media_type: String,
    /// The playing time in seconds, where known.
    pub duration: Option<u64>,
    /// A title for people.
    pub title: Option<String>,
}

/// A collection of entries, without the entries: those are written one by one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Feed {
    /// The feed's own id, an absolute IRI (RFC 4287 §4.2.6).
    pub id: String,
    /// Plain text.
    pub title: String,
    /// Plain text.
    pub description: String,
    /// The page the feed belongs to, absolute.
    pub home_url: String,
    /// Where each format of this feed is published, absolute, in the order of `feeds.formats`.
    pub self_urls: Vec<(FeedFormat, String)>,
    /// The newest update of an entry in it.
    pub updated: Date,
    /// The language (RFC 5646).
    pub language: Option<String>,
    /// The site's authors.
    pub authors: Vec<Author>,
    /// A copyright notice, plain text.
    pub copyright: Option<String>,
    /// The URL of a licence, absolute.
    pub license: Option<String>,
    /// A small square picture, absolute.
    pub icon: Option<String>,
    /// A picture for the feed, absolute, with its size where known.
    pub image: Option<Image>,
    /// WebSub hubs.
    pub hubs: Vec<Hub>,
    /// The other documents of the feed.
    pub history: History,
}

/// What a document says of the others of its feed (RFC 5005).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct History {
    /// Whether it holds every entry there is (RFC 5005 §2).
    pub is_complete: bool,
    /// Of an archive document: where the document is that goes on changing, in each format (RFC 5005 §4).
    pub current: Vec<(FeedFormat, String)>,
    /// Where the archive document before this one is, in each format (RFC 5005 §4).
    pub previous: Vec<(FeedFormat, String)>,
}

impl History {
    /// Returns whether the document is an archive document.
    #[must_use]
    pub fn is_archive(&self) -> bool {
        !self.current.is_empty()
    }

    /// Returns whether there is nothing to say.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == History::default()
    }

    /// Returns where a format leads by RFC 5005's relations; an archive document without one before it is the first of all.
    #[must_use]
    pub fn links<'h>(&'h self, format: FeedFormat, own: Option<&'h str>) -> Vec<(&'static str, &'h str)> {
        let of = |urls: &'h [(FeedFormat, String)]| urls.iter().find(|(known, _)| *known == format).map(|(_, url)| url.as_str());
        let previous = of(&self.previous);
        let first = own.filter(|_| self.is_archive() && previous.is_none());
        let links = [("current", of(&self.current)), ("prev-archive", previous), ("first", first)];
        links.into_iter().filter_map(|(rel, url)| Some((rel, url?))).collect()
    }
}

impl Feed {
    /// Returns where this feed is published in a format.
    #[must_use]
    pub fn self_url(&self, format: FeedFormat) -> Option<&str> {
        self.self_urls.iter().find(|(f, _)| *f == format).map(|(_, url)| url.as_str())
    }
}
