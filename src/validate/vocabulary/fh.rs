//! Feed paging and archiving (RFC 5005): the two marks. What its links may be is in `rules::history`.

use crate::validate::codes::UNEXPECTED_TEXT;
use crate::validate::table::{Content, Element, Role, Vocabulary, element, on, optional};

/// Feed history.
pub static FH: Vocabulary = Vocabulary {
    name: "feed history",
    prefix: "fh",
    uris: &["http://purl.org/syndication/history/1.0"],
    elements: &[on(Role::FEED, optional(&COMPLETE)), on(Role::FEED, optional(&ARCHIVE))],
    attributes: &[],
    closed: true,
};

static COMPLETE: Element = element("complete", "RFC 5005 §2").content(Content::Empty(&UNEXPECTED_TEXT));
static ARCHIVE: Element = element("archive", "RFC 5005 §4").content(Content::Empty(&UNEXPECTED_TEXT));
