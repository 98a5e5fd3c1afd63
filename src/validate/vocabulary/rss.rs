//! RSS 0.91 to 2.0, whose elements are in no namespace.

use crate::diagnostic::Code;
use crate::validate::codes::{INVALID_RSS_VERSION, MISSING_DESCRIPTION, MISSING_LINK, MISSING_TITLE};
use crate::validate::kind::Kind;
use crate::validate::table::{Content, Element, Fact, Role, Vocabulary, attribute, element, many, one, optional};
use crate::validate::types::TEXT;
use crate::xml::Reader;

/// RSS 0.91 to 2.0.
pub static RSS: Vocabulary = Vocabulary {
    name: "RSS",
    prefix: "",
    uris: &["", "http://backend.userland.com/rss2", "http://blogs.law.harvard.edu/tech/rss"],
    elements: &[],
    attributes: &[],
    closed: true,
};

/// `rss`.
pub static ROOT: Element = element("rss", "RSS 2.0 <rss>")
    .role(Role::ROOT)
    .attributes(&[attribute("version").required().value(&TEXT, &INVALID_RSS_VERSION)])
    .children(&[crate::validate::table::required(&CHANNEL)]);

static CHANNEL: Element = element("channel", "RSS 2.0 <channel>").role(Role::FEED).children(&[
    one(&TITLE, &MISSING_TITLE),
    one(&LINK, &MISSING_LINK),
    one(&DESCRIPTION, &MISSING_DESCRIPTION),
    optional(&LANGUAGE),
    many(&ITEM),
]);

static ITEM: Element = element("item", "RSS 2.0 <item>").role(Role::ENTRY).children(&[
    optional(&TITLE),
    optional(&LINK),
    optional(&DESCRIPTION),
    optional(&GUID),
]);

static TITLE: Element = text("title", "RSS 2.0 <title>").fact(Fact::Title);
static LINK: Element = text("link", "RSS 2.0 <link>").fact(Fact::Link);
static DESCRIPTION: Element = element("description", "RSS 2.0 <description>").content(Content::Html).fact(Fact::Summary);
static LANGUAGE: Element = text("language", "RSS 2.0 <language>").fact(Fact::Language);
static GUID: Element = text("guid", "RSS 2.0 <guid>").attributes(&[attribute("isPermaLink")]).fact(Fact::Id);

/// Returns a row for an element of text.
const fn text(name: &'static str, spec: &'static str) -> Element {
    element(name, spec).value(&TEXT, &NO_CODE)
}

/// Text is never wrong, so this is never raised.
static NO_CODE: Code = Code::error("invalid-text", "Never raised.");

/// Returns the version of RSS that the root names.
pub(super) fn kind(root: &Reader<'_>) -> Kind {
    let version = root.attributes().iter().find(|attribute| attribute.name == "version").map_or("", |attribute| attribute.value.trim());
    match version {
        "0.90" => Kind::Rss090,
        "0.91" => Kind::Rss091,
        "0.92" | "0.93" | "0.94" => Kind::Rss092,
        _ => Kind::Rss20,
    }
}
