//! RSS 1.0 (<https://web.resource.org/rss/1.0/spec>), whose items stand beside the channel in `rdf:RDF`.

use super::rdf::{ABOUT, RESOURCE};
use crate::validate::codes::{INVALID_LINK, MISSING_DESCRIPTION, MISSING_LINK, MISSING_TITLE, UNEXPECTED_TEXT};
use crate::validate::scene::Subtree;
use crate::validate::table::{Content, Element, Fact, Role, Vocabulary, element, many, on, one, optional, required};
use crate::validate::types::ABSOLUTE;

/// RSS 1.0.
pub static RSS10: Vocabulary = Vocabulary {
    name: "RSS 1.0",
    prefix: "rss",
    uris: &["http://purl.org/rss/1.0/"],
    elements: &[
        on(Role::ROOT, optional(&CHANNEL)),
        on(Role::ROOT, many(&ITEM)),
        on(Role::ROOT, optional(&IMAGE)),
        on(Role::ROOT, optional(&TEXT_INPUT)),
    ],
    attributes: &[],
    closed: true,
};

/// `channel`.
pub static CHANNEL: Element = element("channel", "RSS 1.0 §5.3").role(Role::FEED).attributes(&[ABOUT]).children(&[
    one(&TITLE, &MISSING_TITLE),
    one(&LINK, &MISSING_LINK),
    one(&DESCRIPTION, &MISSING_DESCRIPTION),
    required(&ITEMS),
    optional(&IMAGE_REFERENCE),
    optional(&TEXT_INPUT_REFERENCE),
]);

static ITEM: Element = element("item", "RSS 1.0 §5.5").role(Role::ENTRY).attributes(&[ABOUT]).children(&[
    one(&TITLE, &MISSING_TITLE),
    one(&LINK, &MISSING_LINK),
    optional(&ITEM_DESCRIPTION),
]);

static IMAGE: Element = element("image", "RSS 1.0 §5.4").role(Role::IMAGE).attributes(&[ABOUT]).children(&[
    one(&TITLE, &MISSING_TITLE),
    required(&URL),
    one(&LINK, &MISSING_LINK),
]);

static TEXT_INPUT: Element = element("textinput", "RSS 1.0 §5.6").role(Role::TEXT_INPUT).attributes(&[ABOUT]).children(&[
    one(&TITLE, &MISSING_TITLE),
    one(&DESCRIPTION, &MISSING_DESCRIPTION),
    required(&NAME),
    one(&LINK, &MISSING_LINK),
]);

static ITEMS: Element = element("items", "RSS 1.0 §5.3.5").role(Role::LIST);
static IMAGE_REFERENCE: Element = element("image", "RSS 1.0 §5.3.4").content(Content::Empty(&UNEXPECTED_TEXT)).attributes(&[RESOURCE]);
static TEXT_INPUT_REFERENCE: Element =
    element("textinput", "RSS 1.0 §5.3.6").content(Content::Empty(&UNEXPECTED_TEXT)).attributes(&[RESOURCE]);
static TITLE: Element = plain("title", "RSS 1.0 §5.3.1").fact(Fact::Title);
static LINK: Element = element("link", "RSS 1.0 §5.3.2").value(&ABSOLUTE, &INVALID_LINK).fact(Fact::Link);
static DESCRIPTION: Element = plain("description", "RSS 1.0 §5.3.3");
static ITEM_DESCRIPTION: Element = element("description", "RSS 1.0 §5.5.3").content(Content::Html).fact(Fact::Summary);
static URL: Element = element("url", "RSS 1.0 §5.4.2").value(&ABSOLUTE, &INVALID_LINK);
static NAME: Element = plain("name", "RSS 1.0 §5.6.3");

const fn plain(name: &'static str, spec: &'static str) -> Element {
    element(name, spec).content(Content::Declared(|_| Subtree::Plain))
}
