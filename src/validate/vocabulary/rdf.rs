//! RDF/XML around RSS 0.90 and 1.0: its root, its lists, and the attributes that name things (RDF 1.1 XML Syntax).

use crate::validate::codes::{INVALID_LINK, UNEXPECTED_TEXT};
use crate::validate::kind::Kind;
use crate::validate::table::{Attribute, Content, Element, Role, Vocabulary, attribute, element, many, on, optional, required};
use crate::validate::types::REFERENCE;
use crate::xml::Reader;

/// RDF/XML.
pub static RDF: Vocabulary = Vocabulary {
    name: "RDF",
    prefix: "rdf",
    uris: &["http://www.w3.org/1999/02/22-rdf-syntax-ns#"],
    elements: &[
        on(Role::LIST, optional(&SEQ)),
        on(Role::LIST, optional(&BAG)),
        on(Role::ROOT, many(&DESCRIPTION)),
        on(Role::FEED.or(Role::ENTRY), many(&EMBEDDED)),
    ],
    attributes: &[
        RDF_ABOUT,
        attribute("resource").value(&REFERENCE, &INVALID_LINK),
        attribute("ID"),
        attribute("nodeID"),
        attribute("parseType"),
        attribute("datatype"),
        attribute("type"),
        attribute("value"),
    ],
    closed: true,
};

const RDF_ABOUT: Attribute = attribute("about").value(&REFERENCE, &INVALID_LINK);

/// `rdf:about`, as RSS wants it on what it names.
pub(super) const ABOUT: Attribute = attribute("about").of("rdf").required().value(&REFERENCE, &INVALID_LINK);
/// `rdf:resource`, as RSS wants it on what names something else.
pub(super) const RESOURCE: Attribute = attribute("resource").of("rdf").required().value(&REFERENCE, &INVALID_LINK);

/// `rdf:RDF` around RSS 1.0.
pub static ROOT_10: Element = element("RDF", "RSS 1.0 §5.2").role(Role::ROOT).children(&[required(&super::rss10::CHANNEL)]);
/// `rdf:RDF` around RSS 0.90.
pub static ROOT_090: Element = element("RDF", "RSS 0.90").role(Role::ROOT).children(&[required(&super::rss090::CHANNEL)]);

static SEQ: Element = element("Seq", "RSS 1.0 §5.3.5").children(&[many(&LI)]);
static BAG: Element = element("Bag", "RDF 1.1 XML Syntax §2.16").children(&[many(&LI)]);
static LI: Element = element("li", "RSS 1.0 §5.3.5")
    .content(Content::Empty(&UNEXPECTED_TEXT))
    // RSS 1.0 §5.3.5 wrote it without its prefix at first.
    .attributes(&[attribute("resource").value(&REFERENCE, &INVALID_LINK)]);
/// RDF of any kind as an extension of a feed or an entry.
static EMBEDDED: Element = element("RDF", "RDF 1.1 XML Syntax §2.6").content(Content::Anything);
static DESCRIPTION: Element = element("Description", "RDF 1.1 XML Syntax §2.1").content(Content::Anything);

/// Returns the version of RSS that stands in the root, by the namespaces it declares.
pub(super) fn kind(root: &Reader<'_>) -> Kind {
    let declares = |vocabulary: &Vocabulary| root.declarations().iter().any(|declared| vocabulary.uris.contains(&declared.uri.as_ref()));
    if !declares(&super::rss10::RSS10) && declares(&super::rss090::RSS090) { Kind::Rss090 } else { Kind::Rss10 }
}
