//! RSS 0.90 of March 1999, in RDF (<https://www.rssboard.org/rss-0-9-0>).

use crate::validate::codes::{INVALID_LINK, MISSING_DESCRIPTION, MISSING_LINK, MISSING_TITLE};
use crate::validate::scene::Subtree;
use crate::validate::table::{Content, Element, Fact, Role, Vocabulary, element, many, on, one, optional, required};
use crate::validate::types::ABSOLUTE;

/// RSS 0.90.
pub static RSS090: Vocabulary = Vocabulary {
    name: "RSS 0.90",
    prefix: "rss090",
    uris: &["http://my.netscape.com/rdf/simple/0.9/", "http://channel.netscape.com/rdf/simple/0.9/"],
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
pub static CHANNEL: Element = element("channel", "RSS 0.90").role(Role::FEED).children(&[
    one(&TITLE, &MISSING_TITLE),
    one(&LINK, &MISSING_LINK),
    one(&DESCRIPTION, &MISSING_DESCRIPTION),
]);

static ITEM: Element = element("item", "RSS 0.90").role(Role::ENTRY).children(&[one(&TITLE, &MISSING_TITLE), one(&LINK, &MISSING_LINK)]);
static IMAGE: Element =
    element("image", "RSS 0.90").role(Role::IMAGE).children(&[one(&TITLE, &MISSING_TITLE), required(&URL), one(&LINK, &MISSING_LINK)]);
static TEXT_INPUT: Element = element("textinput", "RSS 0.90").role(Role::TEXT_INPUT).children(&[
    one(&TITLE, &MISSING_TITLE),
    one(&DESCRIPTION, &MISSING_DESCRIPTION),
    required(&NAME),
    one(&LINK, &MISSING_LINK),
]);
static TITLE: Element = plain("title").fact(Fact::Title);
static LINK: Element = element("link", "RSS 0.90").value(&ABSOLUTE, &INVALID_LINK).fact(Fact::Link);
static DESCRIPTION: Element = plain("description");
static URL: Element = element("url", "RSS 0.90").value(&ABSOLUTE, &INVALID_LINK);
static NAME: Element = plain("name");

const fn plain(name: &'static str) -> Element {
    element(name, "RSS 0.90").content(Content::Declared(|_| Subtree::Plain))
}
