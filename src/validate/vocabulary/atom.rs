//! Atom 1.0 (RFC 4287).

use crate::validate::codes::{MISSING_ELEMENT, MISSING_HREF};
use crate::validate::table::{Content, Element, Fact, Role, Vocabulary, attribute, element, many, one, optional, required};
use crate::validate::types::TEXT;

/// Atom 1.0.
pub static ATOM: Vocabulary =
    Vocabulary { name: "Atom", prefix: "atom", uris: &["http://www.w3.org/2005/Atom"], elements: &[], attributes: &[], closed: true };

/// `feed`.
pub static FEED: Element = element("feed", "RFC 4287 §4.1.1").role(Role::FEED).children(&[
    required(&ID),
    required(&TITLE),
    one(&UPDATED, &MISSING_ELEMENT),
    many(&LINK),
    many(&ENTRY),
]);

/// `entry`.
pub static ENTRY: Element = element("entry", "RFC 4287 §4.1.2").role(Role::ENTRY).children(&[
    required(&ID),
    required(&TITLE),
    required(&UPDATED),
    many(&LINK),
    optional(&SUMMARY),
]);

static ID: Element = element("id", "RFC 4287 §4.2.6").value(&TEXT, &MISSING_ELEMENT).fact(Fact::Id);
static TITLE: Element = element("title", "RFC 4287 §4.2.14").value(&TEXT, &MISSING_ELEMENT).fact(Fact::Title);
static UPDATED: Element = element("updated", "RFC 4287 §4.2.15").value(&TEXT, &MISSING_ELEMENT).fact(Fact::Updated);
static SUMMARY: Element = element("summary", "RFC 4287 §4.2.13").content(Content::Html).fact(Fact::Summary);
static LINK: Element = element("link", "RFC 4287 §4.2.7")
    .attributes(&[
        attribute("href").or_missing(&MISSING_HREF),
        attribute("rel"),
        attribute("type"),
        attribute("hreflang"),
        attribute("title"),
    ])
    .fact(Fact::Link);
