//! The reader: a feed of any generator, in any format, to what its followers know of it.
//!
//! It judges nothing and takes what it gets: RSS 0.9x, 1.0 and 2.0, Atom 0.3 and 1.0, JSON Feed. What a feed lacks is told as
//! not there; what is broken in one place does not hide the rest. It shares no code with the writers.

mod flaw;
mod json;
#[cfg(test)]
mod tests;
mod xml;

pub use flaw::Flaw;

use crate::html;
use crate::model::{Date, FeedFormat};
use crate::text::dates;
use std::borrow::Cow;
use url::Url;

/// A feed as its followers know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadFeed {
    /// Which format it is, of whatever version.
    pub format: FeedFormat,
    /// Its own id; RSS has none.
    pub id: Option<String>,
    /// Where it says that it is published.
    pub self_url: Option<String>,
    /// The page it belongs to.
    pub home_url: Option<String>,
    /// Where its older entries are: the archive document before it, else the next page (RFC 5005 §3, §4, JSON Feed 1.1 `next_url`).
    pub older_url: Option<String>,
    /// Plain text.
    pub title: Option<String>,
    /// Plain text, where it says more than the title.
    pub subtitle: Option<String>,
    /// The language tag as written.
    pub language: Option<String>,
    /// What wrote it.
    pub generator: Option<String>,
    /// Its entries, in its order.
    pub entries: Vec<ReadEntry>,
    /// What is broken in its text. An entry in which that breaks off may be the last one, behind those that are whole.
    pub flaw: Option<Flaw>,
}

/// An entry as its readers know it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReadEntry {
    /// What it is known by: its `guid` or `id`, else its link.
    pub id: String,
    /// Whether that is its link.
    pub id_is_link: bool,
    /// Its link, absolute where that can be told.
    pub url: Option<String>,
    /// Plain text.
    pub title: Option<String>,
    /// First publication.
    pub published: Option<Date>,
    /// Last change.
    pub updated: Option<Date>,
    /// HTML: the content, else the summary.
    pub content: Option<String>,
    /// The line on which it begins, from 1.
    pub line: u32,
}

/// Reads a feed; `None` where a text is none. `here` is where it was found, for links that are not absolute.
#[must_use]
pub fn read(text: &str, here: Option<&Url>) -> Option<ReadFeed> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.trim_start().starts_with('{') { json::read(text, here) } else { xml::read(text, here) }
}

impl ReadFeed {
    fn new(format: FeedFormat) -> Self {
        ReadFeed {
            format,
            id: None,
            self_url: None,
            home_url: None,
            older_url: None,
            title: None,
            subtitle: None,
            language: None,
            generator: None,
            entries: Vec::new(),
            flaw: None,
        }
    }
}

/// What a feed says of an entry, before it is settled what it is known by.
#[derive(Debug, Default)]
struct Draft {
    id: Option<String>,
    /// Whether the id says that it is the link (RSS 2.0 `<guid isPermaLink>`).
    id_may_lead: bool,
    url: Option<String>,
    title: Option<String>,
    published: Option<Date>,
    updated: Option<Date>,
    content: Option<String>,
    summary: Option<String>,
    line: u32,
}

impl Draft {
    /// Returns the entry; `None` where nothing tells it from another one.
    fn settle(self) -> Option<ReadEntry> {
        let leads = self.id.clone().filter(|id| self.id_may_lead && Url::parse(id).is_ok_and(|url| url.has_host()));
        let url = self.url.or(leads);
        let id = self.id.or_else(|| url.clone()).or_else(|| self.title.clone())?;
        Some(ReadEntry {
            id_is_link: url.as_ref() == Some(&id),
            id,
            url,
            title: self.title,
            published: self.published,
            updated: self.updated,
            content: self.content.or(self.summary),
            line: self.line,
        })
    }
}

/// Returns a text without the blanks around it; `None` where nothing is left.
fn filled(text: &str) -> Option<String> {
    Some(text.trim()).filter(|text| !text.is_empty()).map(ToOwned::to_owned)
}

/// Returns a reference as an absolute address, or as it is where that cannot be told.
fn absolute(reference: &str, base: Option<&Url>) -> Option<String> {
    let reference = filled(reference)?;
    match (Url::parse(&reference), base) {
        // RFC 4287 §4.2.6: addresses are compared as they are written, so an absolute one stays as it is.
        (Ok(_), _) | (Err(_), None) => Some(reference),
        (Err(_), Some(base)) => Some(base.join(&reference).map_or(reference, String::from)),
    }
}

fn date(text: &str) -> Option<Date> {
    dates::parse(text, chrono_tz::UTC).ok().map(|parsed| parsed.date)
}

/// Returns plain text in one line.
fn in_one_line(text: &str) -> Option<String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    Some(words.join(" ")).filter(|text| !text.is_empty())
}

/// Returns the plain text of HTML, in one line.
fn plain(html: &str) -> Option<String> {
    in_one_line(&html::text(html, usize::MAX))
}

/// Returns plain text as HTML.
fn as_html(plain: &str) -> Cow<'_, str> {
    quick_xml::escape::partial_escape(plain)
}

/// Knows the line of places that are asked for in their order.
#[derive(Debug)]
struct Lines<'t> {
    text: &'t str,
    at: usize,
    line: u32,
}

impl<'t> Lines<'t> {
    fn new(text: &'t str) -> Self {
        Lines { text, at: 0, line: 1 }
    }

    fn of(&mut self, at: usize) -> u32 {
        let passed = self.text.as_bytes().get(self.at..at).unwrap_or_default();
        self.line += memchr::memchr_iter(b'\n', passed).count() as u32;
        self.at = self.at.max(at);
        self.line
    }
}
