//! What a document is.

/// A kind of document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// RSS 0.90, in RDF.
    Rss090,
    /// RSS 0.91.
    Rss091,
    /// RSS 0.92, 0.93 and 0.94.
    Rss092,
    /// RSS 1.0, in RDF.
    Rss10,
    /// RSS 1.1, in RDF.
    Rss11,
    /// RSS 2.0.
    Rss20,
    /// Atom 0.3, obsolete.
    Atom03,
    /// Atom 1.0.
    Atom10,
    /// JSON Feed 1.0.
    JsonFeed10,
    /// JSON Feed 1.1.
    JsonFeed11,
    /// A list of feeds.
    Opml,
    /// A page.
    Html,
    /// None of these.
    Unknown,
}

impl Kind {
    /// Returns the name that reports print.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Kind::Rss090 => "rss-0.90",
            Kind::Rss091 => "rss-0.91",
            Kind::Rss092 => "rss-0.92",
            Kind::Rss10 => "rss-1.0",
            Kind::Rss11 => "rss-1.1",
            Kind::Rss20 => "rss-2.0",
            Kind::Atom03 => "atom-0.3",
            Kind::Atom10 => "atom-1.0",
            Kind::JsonFeed10 => "json-feed-1.0",
            Kind::JsonFeed11 => "json-feed-1.1",
            Kind::Opml => "opml",
            Kind::Html => "html",
            Kind::Unknown => "unknown",
        }
    }

    /// Returns whether it is RSS without RDF.
    #[must_use]
    pub fn is_rss(self) -> bool {
        matches!(self, Kind::Rss091 | Kind::Rss092 | Kind::Rss20)
    }

    /// Returns whether it is RSS in RDF.
    #[must_use]
    pub fn is_rdf(self) -> bool {
        matches!(self, Kind::Rss090 | Kind::Rss10 | Kind::Rss11)
    }

    /// Returns whether it is Atom.
    #[must_use]
    pub fn is_atom(self) -> bool {
        matches!(self, Kind::Atom03 | Kind::Atom10)
    }

    /// Returns whether it is JSON Feed.
    #[must_use]
    pub fn is_json(self) -> bool {
        matches!(self, Kind::JsonFeed10 | Kind::JsonFeed11)
    }

    /// Returns whether it is a feed of any kind.
    #[must_use]
    pub fn is_feed(self) -> bool {
        !matches!(self, Kind::Opml | Kind::Html | Kind::Unknown)
    }
}
