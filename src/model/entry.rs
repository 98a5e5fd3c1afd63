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
}

impl Feed {
    /// Returns where this feed is published in a format.
    #[must_use]
    pub fn self_url(&self, format: FeedFormat) -> Option<&str> {
        self.self_urls.iter().find(|(f, _)| *f == format).map(|(_, url)| url.as_str())
    }
}
