//! RSS 1.1 of January 2005 (<https://www.rssboard.org/rss-1-1>), RDF without `rdf:RDF`.

use super::rdf::ABOUT;
use crate::validate::codes::{INVALID_LINK, INVALID_RDF, MISSING_DESCRIPTION, MISSING_LINK, MISSING_TITLE};
use crate::validate::scene::Subtree;
use crate::validate::table::{Attribute, Content, Element, Fact, Role, Vocabulary, attribute, element, many, one, optional, required};
use crate::validate::types::{ABSOLUTE, REFERENCE};
use crate::validate::value::Type;

/// RSS 1.1.
pub static RSS11: Vocabulary =
    Vocabulary { name: "RSS 1.1", prefix: "rss11", uris: &["http://purl.org/net/rss1.1#"], elements: &[], attributes: &[], closed: true };

/// `rdf:parseType` of what holds other things.
const fn parse_type(kind: &'static Type) -> Attribute {
    attribute("parseType").of("rdf").required().value(kind, &INVALID_RDF)
}

/// `Channel`.
pub static CHANNEL: Element = element("Channel", "RSS 1.1 §2.3.1").role(Role::FEED).attributes(&[ABOUT]).children(&[
    one(&TITLE, &MISSING_TITLE),
    one(&LINK, &MISSING_LINK),
    one(&DESCRIPTION, &MISSING_DESCRIPTION),
    required(&ITEMS),
    optional(&IMAGE),
]);

static ITEMS: Element = element("items", "RSS 1.1 §2.3.7").attributes(&[parse_type(&COLLECTION)]).children(&[many(&ITEM)]);

static ITEM: Element = element("item", "RSS 1.1 §2.3.8").role(Role::ENTRY).attributes(&[ABOUT]).children(&[
    one(&TITLE, &MISSING_TITLE),
    one(&LINK, &MISSING_LINK),
    optional(&ITEM_DESCRIPTION),
    optional(&IMAGE),
]);

static IMAGE: Element = element("image", "RSS 1.1 §2.3.5").role(Role::IMAGE).attributes(&[parse_type(&RESOURCE_TYPE)]).children(&[
    one(&TITLE, &MISSING_TITLE),
    required(&URL),
    optional(&LINK),
]);

static TITLE: Element = plain("title", "RSS 1.1 §2.3.2").fact(Fact::Title);
static LINK: Element = element("link", "RSS 1.1 §2.3.3").value(&ABSOLUTE, &INVALID_LINK).fact(Fact::Link);
static DESCRIPTION: Element = plain("description", "RSS 1.1 §2.3.4");
static ITEM_DESCRIPTION: Element = element("description", "RSS 1.1 §2.3.4").content(Content::Html).fact(Fact::Summary);
static URL: Element = element("url", "RSS 1.1 §2.3.6").value(&REFERENCE, &INVALID_LINK);

const fn plain(name: &'static str, spec: &'static str) -> Element {
    element(name, spec).content(Content::Declared(|_| Subtree::Plain))
}

static COLLECTION: Type = Type { name: "`Collection`", check: |value, _, flaws| only(value, "Collection", flaws) };
static RESOURCE_TYPE: Type = Type { name: "`Resource`", check: |value, _, flaws| only(value, "Resource", flaws) };

fn only(value: &str, wanted: &str, flaws: &mut crate::validate::value::Flaws) {
    if value != wanted {
        flaws.add(0..value.len(), "").help(format!("write `{wanted}`"));
    }
}
