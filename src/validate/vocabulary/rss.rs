//! RSS 0.91 to 2.0, whose elements are in no namespace (<https://www.rssboard.org/rss-specification>).

use crate::text::value::{number, uri, word};
use crate::validate::codes::{
    ATTR_NOT_BLANK, DUPLICATE_ENCLOSURE, INVALID_BOOLEAN_ATTRIBUTE, INVALID_CONTACT, INVALID_DAY, INVALID_FORM_COMPONENT_NAME,
    INVALID_HEIGHT, INVALID_HOUR, INVALID_INTEGER_ATTRIBUTE, INVALID_LANGUAGE, INVALID_LINK, INVALID_MIME_ATTRIBUTE,
    INVALID_POSITIVE_INTEGER, INVALID_RFC2822_DATE, INVALID_RSS_VERSION, INVALID_URI_CHAR, INVALID_URL_ATTRIBUTE, INVALID_WIDTH,
    MISSING_DESCRIPTION, MISSING_LINK, MISSING_TITLE, NOT_BLANK, UNEXPECTED_TEXT, URI_NOT_IRI, USE_ZERO_FOR_MIDNIGHT,
};
use crate::validate::kind::Kind;
use crate::validate::scene::Subtree;
use crate::validate::table::{Content, Element, Fact, Role, Vocabulary, attribute, element, many, on, one, optional, required, some};
use crate::validate::types::{
    ABSOLUTE, CONTACT, LANGUAGE as LANGUAGE_TAG, MEDIA_TYPE, POSITIVE, RFC822, SOME_ATTRIBUTE, SOME_TEXT, TEXT, TRUE_FALSE, WEB,
};
use crate::validate::value::Type;
use crate::xml::Reader;

/// RSS 0.91 to 2.0.
pub static RSS: Vocabulary = Vocabulary {
    name: "RSS",
    prefix: "",
    uris: &["", "http://backend.userland.com/rss2", "http://blogs.law.harvard.edu/tech/rss"],
    // What `podcast:liveItem` has in common with `item`.
    elements: &[
        on(Role::LIVE, optional(&TITLE)),
        on(Role::LIVE, optional(&LINK)),
        on(Role::LIVE, optional(&DESCRIPTION)),
        on(Role::LIVE, optional(&AUTHOR)),
        on(Role::LIVE, many(&CATEGORY)),
        on(Role::LIVE, optional(&COMMENTS)),
        on(Role::LIVE, many(&ENCLOSURE).or_duplicate(&DUPLICATE_ENCLOSURE)),
        on(Role::LIVE, optional(&GUID)),
        on(Role::LIVE, optional(&PUB_DATE)),
        on(Role::LIVE, optional(&SOURCE)),
    ],
    attributes: &[],
    closed: true,
};

/// `rss`.
pub static ROOT: Element = element("rss", "RSS 2.0 <rss>")
    .role(Role::ROOT)
    .attributes(&[attribute("version").required().value(&VERSION, &INVALID_RSS_VERSION)])
    .children(&[required(&CHANNEL)]);

static CHANNEL: Element = element("channel", "RSS 2.0 <channel>").role(Role::FEED).children(&[
    one(&TITLE, &MISSING_TITLE),
    one(&LINK, &MISSING_LINK),
    one(&DESCRIPTION, &MISSING_DESCRIPTION),
    optional(&LANGUAGE),
    optional(&COPYRIGHT),
    optional(&MANAGING_EDITOR),
    optional(&WEB_MASTER),
    optional(&PUB_DATE),
    optional(&LAST_BUILD_DATE),
    many(&CATEGORY),
    optional(&GENERATOR),
    optional(&DOCS),
    optional(&CLOUD),
    optional(&TTL),
    optional(&IMAGE),
    optional(&RATING),
    optional(&TEXT_INPUT),
    optional(&SKIP_HOURS),
    optional(&SKIP_DAYS),
    many(&ITEM),
]);

static ITEM: Element = element("item", "RSS 2.0 <item>").role(Role::ENTRY).children(&[
    optional(&TITLE),
    optional(&LINK),
    optional(&DESCRIPTION),
    optional(&AUTHOR),
    many(&CATEGORY),
    optional(&COMMENTS),
    many(&ENCLOSURE).or_duplicate(&DUPLICATE_ENCLOSURE),
    optional(&GUID),
    optional(&PUB_DATE),
    optional(&SOURCE),
]);

static IMAGE: Element = element("image", "RSS 2.0 <image>").role(Role::IMAGE).fact(Fact::Image).children(&[
    required(&IMAGE_URL),
    one(&TITLE, &MISSING_TITLE),
    one(&LINK, &MISSING_LINK),
    optional(&WIDTH),
    optional(&HEIGHT),
    optional(&PLAIN_DESCRIPTION),
]);

static TEXT_INPUT: Element = element("textInput", "RSS 2.0 <textInput>").role(Role::TEXT_INPUT).children(&[
    one(&TITLE, &MISSING_TITLE),
    one(&PLAIN_DESCRIPTION, &MISSING_DESCRIPTION),
    required(&NAME),
    one(&LINK, &MISSING_LINK),
]);

static SKIP_HOURS: Element = element("skipHours", "RSS 2.0 <skipHours>").children(&[some(&HOUR)]);
static SKIP_DAYS: Element = element("skipDays", "RSS 2.0 <skipDays>").children(&[some(&DAY)]);

static TITLE: Element = plain("title", "RSS 2.0 <title>").fact(Fact::Title);
static LINK: Element = element("link", "RSS 2.0 <link>").value(&ABSOLUTE, &INVALID_LINK).fact(Fact::Link);
static DESCRIPTION: Element = element("description", "RSS 2.0 <description>").content(Content::Html).fact(Fact::Summary);
static PLAIN_DESCRIPTION: Element = plain("description", "RSS 2.0 <description>");
static LANGUAGE: Element = element("language", "RSS 2.0 <language>").value(&LANGUAGE_TAG, &INVALID_LANGUAGE).fact(Fact::Language);
static COPYRIGHT: Element = plain("copyright", "RSS 2.0 <copyright>");
static MANAGING_EDITOR: Element =
    element("managingEditor", "RSS 2.0 <managingEditor>").value(&CONTACT, &INVALID_CONTACT).fact(Fact::Author);
static WEB_MASTER: Element = element("webMaster", "RSS 2.0 <webMaster>").value(&CONTACT, &INVALID_CONTACT);
static AUTHOR: Element = element("author", "RSS 2.0 <author>").value(&CONTACT, &INVALID_CONTACT).fact(Fact::Author);
static PUB_DATE: Element = element("pubDate", "RSS 2.0 <pubDate>").value(&RFC822, &INVALID_RFC2822_DATE).fact(Fact::Published);
static LAST_BUILD_DATE: Element =
    element("lastBuildDate", "RSS 2.0 <lastBuildDate>").value(&RFC822, &INVALID_RFC2822_DATE).fact(Fact::Updated);
static CATEGORY: Element = plain("category", "RSS 2.0 <category>").role(Role::CATEGORY).attributes(&[attribute("domain")]);
static GENERATOR: Element = plain("generator", "RSS 2.0 <generator>");
static DOCS: Element = element("docs", "RSS 2.0 <docs>").value(&WEB, &INVALID_LINK);
static COMMENTS: Element = element("comments", "RSS 2.0 <comments>").value(&WEB, &INVALID_LINK);
static TTL: Element = element("ttl", "RSS 2.0 <ttl>").value(&POSITIVE, &INVALID_POSITIVE_INTEGER);
static RATING: Element = plain("rating", "RSS 2.0 <rating>");
static IMAGE_URL: Element = element("url", "RSS 2.0 <image>").value(&WEB, &INVALID_LINK);
static WIDTH: Element = element("width", "RSS 2.0 <image>").value(&IMAGE_WIDTH, &INVALID_WIDTH);
static HEIGHT: Element = element("height", "RSS 2.0 <image>").value(&IMAGE_HEIGHT, &INVALID_HEIGHT);
static NAME: Element = element("name", "RSS 2.0 <textInput>").value(&FORM_COMPONENT, &INVALID_FORM_COMPONENT_NAME);
static HOUR: Element = element("hour", "RSS 2.0 <skipHours>").value(&HOUR_OF_DAY, &INVALID_HOUR);
static DAY: Element = element("day", "RSS 2.0 <skipDays>").value(&DAY_OF_WEEK, &INVALID_DAY);
static GUID: Element = element("guid", "RSS 2.0 <guid>")
    .value(&SOME_TEXT, &NOT_BLANK)
    .attributes(&[attribute("isPermaLink").value(&TRUE_FALSE, &INVALID_BOOLEAN_ATTRIBUTE)])
    .fact(Fact::Id);
static SOURCE: Element = plain("source", "RSS 2.0 <source>").attributes(&[attribute("url").required().value(&ABSOLUTE, &INVALID_LINK)]);
static ENCLOSURE: Element = element("enclosure", "RSS 2.0 <enclosure>")
    .content(Content::Empty(&UNEXPECTED_TEXT))
    .attributes(&[
        attribute("url").required().value(&ENCLOSURE_URL, &INVALID_URL_ATTRIBUTE),
        attribute("length").required().value(&LENGTH, &INVALID_INTEGER_ATTRIBUTE),
        attribute("type").required().value(&MEDIA_TYPE, &INVALID_MIME_ATTRIBUTE),
    ])
    .fact(Fact::Enclosure);
static CLOUD: Element = element("cloud", "RSS 2.0 <cloud>").content(Content::Empty(&UNEXPECTED_TEXT)).attributes(&[
    attribute("domain").required().value(&SOME_ATTRIBUTE, &ATTR_NOT_BLANK),
    attribute("port").required().value(&POSITIVE, &INVALID_INTEGER_ATTRIBUTE),
    attribute("path").required().value(&SOME_ATTRIBUTE, &ATTR_NOT_BLANK),
    attribute("registerProcedure").required().value(&TEXT, &ATTR_NOT_BLANK),
    attribute("protocol").required().value(&SOME_ATTRIBUTE, &ATTR_NOT_BLANK),
]);

/// Returns a row for an element of plain text.
const fn plain(name: &'static str, spec: &'static str) -> Element {
    element(name, spec).content(Content::Declared(|_| Subtree::Plain))
}

/// The version of RSS.
static VERSION: Type = Type {
    name: "a version of RSS",
    check: |value, _, flaws| {
        if !["0.90", "0.91", "0.92", "0.93", "0.94", "2.0"].contains(&value.trim()) {
            flaws.add(0..value.len(), "").help("write `2.0`");
        }
    },
};

/// RSS 2.0 wants an address of the web, and readers fetch no other.
static ENCLOSURE_URL: Type = Type {
    name: "a web address",
    check: |value, _, flaws| {
        let mut found = Vec::new();
        uri::web(value, uri::Charset::Uri, &mut found);
        flaws.extend(found, |kind| match kind {
            uri::Kind::BadChar => Some(&INVALID_URI_CHAR),
            uri::Kind::NotAscii => Some(&URI_NOT_IRI),
            _ => None,
        });
        if uri::scheme(value.trim()).is_some_and(|scheme| scheme.eq_ignore_ascii_case("ftp")) {
            flaws.add(0..value.len(), "is neither `http` nor `https`");
        }
    },
};

static LENGTH: Type =
    Type { name: "a number of bytes", check: |value, _, flaws| flaws.extend(number::non_negative(value).err(), |_| None) };

static IMAGE_WIDTH: Type =
    Type { name: "a width from 1 to 144", check: |value, _, flaws| flaws.extend(number::image_width(value).err(), |_| None) };
static IMAGE_HEIGHT: Type =
    Type { name: "a height from 1 to 400", check: |value, _, flaws| flaws.extend(number::image_height(value).err(), |_| None) };
static FORM_COMPONENT: Type = Type {
    name: "a name for a text field",
    check: |value, _, flaws| flaws.extend(crate::text::value::name::form_component(value).err(), |_| None),
};
static HOUR_OF_DAY: Type = Type {
    name: "an hour from 0 to 23",
    check: |value, _, flaws| {
        flaws.extend(number::hour(value).err(), |kind| (*kind == number::Kind::Midnight).then_some(&USE_ZERO_FOR_MIDNIGHT));
    },
};
static DAY_OF_WEEK: Type =
    Type { name: "an English name of a day", check: |value, _, flaws| flaws.extend(word::day(value).err(), |_| None) };

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
