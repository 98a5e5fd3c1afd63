//! A scanner with spans, the tables of what readers keep, and the clean-up of an entry's HTML.
//!
//! `Cleaner` is the one door to an entry's content: Markdown events and raw HTML both go through it, so that a tag
//! may open in one and close in the other, and what comes out is balanced, absolute and free of what readers refuse.

mod attributes;
mod cleaner;
mod codes;
mod embed;
mod escape;
mod findings;
mod formula;
mod plain;
mod posts;
mod scan;
mod table;

pub use codes::*;
pub use embed::is_drawing;
pub use plain::text;
pub use posts::{NoPosts, Posts};
pub use scan::{Attribute, Attributes, Scanner, Tag, Token};

pub(crate) use cleaner::{Cleaner, GONE, Offsets};
pub(crate) use embed::{label as embed_label, page as embed_page};
pub(crate) use escape::{attribute, decode_value, push_value};
pub(crate) use findings::Findings;
pub(crate) use formula::is_void;
pub(crate) use plain::{has_words, is_blank};
pub(crate) use table::{BLOCK, EMPTY, HTML_BLOCK, IMPLIED, Id, flags, id, is_address, lookup, name};

use crate::diagnostic::{Code, Span};
use crate::text::words::Words;
use url::Url;

/// Where an entry goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Medium {
    /// Into feeds: `<!-- mail:only -->` parts are cut.
    Feed,
    /// Into mail: `<!-- feed:only -->` parts are cut.
    Mail,
}

/// What the clean-up needs to know.
#[derive(Debug, Clone, Copy)]
pub struct CleanContext<'a> {
    /// The permalink: what relative URLs are relative to.
    pub base: &'a Url,
    /// What references to files of other posts mean.
    pub posts: &'a dyn Posts,
    /// The words for links that replace embedded content.
    pub words: &'static Words,
    /// Where the entry goes.
    pub medium: Medium,
    /// Whether a first `<h1>` is the title and leaves the content.
    pub title_from_heading: bool,
}

/// Something that was mended or removed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The kind.
    pub code: &'static Code,
    /// Where, in bytes of the input.
    pub span: Span,
    /// What happened.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
}

/// An image that the content shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageUse {
    /// The absolute URL.
    pub src: String,
    /// The URL as written.
    pub written: String,
    /// Where, in bytes of the input.
    pub offset: usize,
    /// The text for those who do not see it.
    pub alt: String,
    /// The width, where written in pixels.
    pub width: Option<u32>,
    /// The height, where written in pixels.
    pub height: Option<u32>,
}

/// What the clean-up makes of HTML.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cleaned {
    /// Balanced HTML with absolute URLs.
    pub html: String,
    /// What was mended or removed, in order.
    pub findings: Vec<Finding>,
    /// The images, in order.
    pub images: Vec<ImageUse>,
    /// The first `<h1>` as plain text, where it is the title.
    pub heading: Option<String>,
    /// Where in `html` `<!-- more -->` stood.
    pub more: Option<usize>,
    /// Pairs of offsets (in `html`, in the input), where they were wanted.
    pub origins: Vec<(usize, usize)>,
    /// The HTML that plain text is made of, where that was wanted and is known.
    pub for_text: Option<String>,
}

/// Returns HTML as readers keep it: only known elements and attributes, every URL absolute, everything closed.
#[must_use]
pub fn clean(html: &str, context: &CleanContext<'_>) -> Cleaned {
    let mut cleaner = Cleaner::new(*context, html.len());
    cleaner.html(html, Offsets::Shift(0));
    cleaner.finish()
}

#[cfg(test)]
mod tests;
