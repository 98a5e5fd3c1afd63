//! The small modules of RSS 1.0 and of the blogs of its time, most of them a handful of elements.

use super::meta::META;
use super::rdf::RESOURCE;
use crate::text::value::{date, number, word};
use crate::validate::codes::{
    COMMENT_RSS, INVALID_COMMA_SEPARATED_INTEGERS, INVALID_ISO8601_DATE, INVALID_LINK, INVALID_NON_NEGATIVE_INTEGER,
    INVALID_POSITIVE_INTEGER, INVALID_UPDATE_PERIOD, INVALID_W3CDTF_DATE, UNEXPECTED_TEXT,
};
use crate::validate::scene::Subtree;
use crate::validate::table::{Attribute, Content, Element, Extension, Fact, Role, Vocabulary, element, many, on, optional};
use crate::validate::types::{ABSOLUTE, ISO8601, NON_NEGATIVE, POSITIVE, SOME_TEXT};
use crate::validate::value::Type;

const FEED: Role = Role::FEED;
const ENTRY: Role = Role::ENTRY;
const BOTH: Role = Role::FEED.or(Role::ENTRY);

const fn module(name: &'static str, prefix: &'static str, uris: &'static [&'static str], elements: &'static [Extension]) -> Vocabulary {
    Vocabulary { name, prefix, uris, elements, attributes: &[], closed: true }
}

const fn plain(name: &'static str, spec: &'static str) -> Element {
    element(name, spec).content(Content::Declared(|_| Subtree::Plain))
}

const fn link(name: &'static str, spec: &'static str) -> Element {
    element(name, spec).value(&ABSOLUTE, &INVALID_LINK)
}

const RESOURCES: &[Attribute] = &[RESOURCE];

/// An element that names something with `rdf:resource`.
const fn resource(name: &'static str, spec: &'static str) -> Element {
    element(name, spec).content(Content::Empty(&UNEXPECTED_TEXT)).attributes(RESOURCES)
}

/// The text of an item.
pub static CONTENT: Vocabulary = module(
    "the content module",
    "content",
    &["http://purl.org/rss/1.0/modules/content/"],
    &[on(BOTH, optional(&ENCODED)), on(BOTH, many(&CONTENT_ITEMS))],
);
static ENCODED: Element = element("encoded", "RSS 1.0 Modules: Content").content(Content::Html).fact(Fact::Content);
static CONTENT_ITEMS: Element = element("items", "RSS 1.0 Modules: Content").content(Content::Anything);

/// XHTML in RSS.
pub static XHTML: Vocabulary = Vocabulary {
    name: "XHTML",
    prefix: "xhtml",
    uris: &["http://www.w3.org/1999/xhtml"],
    elements: &[on(ENTRY, many(&BODY)), on(ENTRY, many(&DIV)), on(FEED, many(&META))],
    attributes: &[],
    closed: false,
};
static BODY: Element = element("body", "").content(Content::Declared(|_| Subtree::Xhtml)).fact(Fact::Content);
static DIV: Element = element("div", "").content(Content::Declared(|_| Subtree::Xhtml));

/// How often a feed changes.
pub static SYNDICATION: Vocabulary = module(
    "the syndication module",
    "sy",
    &["http://purl.org/rss/1.0/modules/syndication/"],
    &[on(FEED, optional(&UPDATE_PERIOD)), on(FEED, optional(&UPDATE_FREQUENCY)), on(FEED, optional(&UPDATE_BASE))],
);
const SY: &str = "RSS 1.0 Modules: Syndication";
static UPDATE_PERIOD: Element = element("updatePeriod", SY).value(&PERIOD, &INVALID_UPDATE_PERIOD);
static UPDATE_FREQUENCY: Element = element("updateFrequency", SY).value(&POSITIVE, &INVALID_POSITIVE_INTEGER);
static UPDATE_BASE: Element = element("updateBase", SY).value(&ANCHOR, &INVALID_W3CDTF_DATE);
/// From when periods are counted: any date will do, and many write that of 1970.
static ANCHOR: Type = Type {
    name: "a W3C-DTF date",
    check: |value, _, flaws| flaws.extend(date::w3cdtf(value.trim()).err(), crate::validate::types::date_code),
};
static PERIOD: Type = Type {
    name: "`hourly`, `daily`, `weekly`, `monthly` or `yearly`",
    check: |value, _, flaws| flaws.extend(word::update_period(value).err(), |_| None),
};

/// Slashdot's section, department and comments.
pub static SLASH: Vocabulary = module(
    "the slash module",
    "slash",
    &["http://purl.org/rss/1.0/modules/slash/"],
    &[on(ENTRY, optional(&SECTION)), on(ENTRY, optional(&DEPARTMENT)), on(ENTRY, optional(&COMMENTS)), on(ENTRY, optional(&HIT_PARADE))],
);
const SLASH_SPEC: &str = "RSS 1.0 Modules: Slash";
static SECTION: Element = plain("section", SLASH_SPEC);
static DEPARTMENT: Element = plain("department", SLASH_SPEC);
static COMMENTS: Element = element("comments", SLASH_SPEC).value(&NON_NEGATIVE, &INVALID_NON_NEGATIVE_INTEGER);
static HIT_PARADE: Element = element("hit_parade", SLASH_SPEC).value(&HITS, &INVALID_COMMA_SEPARATED_INTEGERS);
static HITS: Type = Type {
    name: "whole numbers between commas",
    check: |value, _, flaws| {
        let mut found = Vec::new();
        number::comma_integers(value, &mut found);
        flaws.extend(found, |_| None);
    },
};

/// Where comments go and come from.
pub static WFW: Vocabulary = module(
    "the comment API",
    "wfw",
    &["http://wellformedweb.org/CommentAPI/"],
    &[on(BOTH, optional(&COMMENT)), on(BOTH, optional(&COMMENT_RSS_ROW)), on(BOTH, optional(&COMMENT_RSS_WRONG))],
);
static COMMENT: Element = link("comment", "The Comment API");
static COMMENT_RSS_ROW: Element = link("commentRss", "The Comment API");
static COMMENT_RSS_WRONG: Element = element("commentRSS", "The Comment API").value(&MISSPELT, &COMMENT_RSS);
static MISSPELT: Type = Type {
    name: "an element of the comment API",
    check: |value, _, flaws| {
        flaws.raise(&COMMENT_RSS, 0..value.len(), "stands in `wfw:commentRSS`, and readers look for `wfw:commentRss`");
    },
};

/// Who made the feed, and who hears of its errors.
pub static ADMIN: Vocabulary = module(
    "the administrative module",
    "admin",
    &["http://webns.net/mvcb/"],
    &[on(FEED, optional(&GENERATOR_AGENT)), on(FEED, optional(&ERROR_REPORTS_TO))],
);
static GENERATOR_AGENT: Element = resource("generatorAgent", "RSS 1.0 Modules: Administrative");
static ERROR_REPORTS_TO: Element = resource("errorReportsTo", "RSS 1.0 Modules: Administrative");

/// Creative Commons licences in RDF.
pub static CC: Vocabulary = Vocabulary {
    closed: false,
    ..module(
        "Creative Commons",
        "cc",
        &["http://web.resource.org/cc/", "http://creativecommons.org/ns#", "http://backend.userland.com/cc/"],
        &[on(BOTH, many(&LICENSE)), on(Role::ROOT, many(&LICENSE_RDF))],
    )
};
static LICENSE: Element = resource("license", "RSS 1.0 Modules: Creative Commons");
static LICENSE_RDF: Element = element("License", "RSS 1.0 Modules: Creative Commons").content(Content::Anything);

/// Creative Commons licences in RSS 2.0.
pub static CREATIVE_COMMONS: Vocabulary = module(
    "the Creative Commons module",
    "creativeCommons",
    &[
        "http://backend.userland.com/creativeCommonsRssModule",
        "http://cyber.law.harvard.edu/rss/creativeCommonsRssModule.html",
        "http://www.rssboard.org/creative-commons",
    ],
    &[on(BOTH, many(&CC_LICENSE))],
);
static CC_LICENSE: Element = link("license", "RSS 2.0 module creativeCommons");

/// Userland's module for a weblog.
pub static BLOG_CHANNEL: Vocabulary = module(
    "the blogChannel module",
    "blogChannel",
    &["http://backend.userland.com/blogChannelModule"],
    &[on(FEED, optional(&BLOG_ROLL)), on(FEED, optional(&SUBSCRIPTIONS)), on(FEED, optional(&BLINK)), on(FEED, optional(&CHANGES))],
);
const BLOG: &str = "RSS 2.0 module blogChannel";
static BLOG_ROLL: Element = link("blogRoll", BLOG);
static SUBSCRIPTIONS: Element = link("mySubscriptions", BLOG);
static BLINK: Element = link("blink", BLOG);
static CHANGES: Element = link("changes", BLOG);

/// What an aggregator took from where.
pub static AGGREGATION: Vocabulary = module(
    "the aggregation module",
    "ag",
    &["http://purl.org/rss/modules/aggregation/", "http://purl.org/rss/1.0/modules/aggregation/"],
    &[on(ENTRY, optional(&AG_SOURCE)), on(ENTRY, optional(&AG_SOURCE_URL)), on(ENTRY, optional(&AG_TIMESTAMP))],
);
const AG: &str = "RSS 1.0 Modules: Aggregation";
static AG_SOURCE: Element = element("source", AG).value(&SOME_TEXT, &UNEXPECTED_TEXT);
static AG_SOURCE_URL: Element = link("sourceURL", AG);
static AG_TIMESTAMP: Element = element("timestamp", AG).value(&ISO8601, &INVALID_ISO8601_DATE);

/// What an item is about, elsewhere.
pub static ANNOTATION: Vocabulary =
    module("the annotation module", "annotate", &["http://purl.org/rss/1.0/modules/annotate/"], &[on(BOTH, many(&REFERENCE))]);
static REFERENCE: Element = resource("reference", "RSS 1.0 Modules: Annotation");

/// Events.
pub static EVENT: Vocabulary = module(
    "the event module",
    "ev",
    &["http://purl.org/rss/1.0/modules/event/"],
    &[
        on(ENTRY, optional(&START)),
        on(ENTRY, optional(&END)),
        on(ENTRY, optional(&LOCATION)),
        on(ENTRY, optional(&ORGANIZER)),
        on(ENTRY, optional(&EVENT_TYPE)),
    ],
);
const EV: &str = "RSS 1.0 Modules: Event";
static START: Element = element("startdate", EV).value(&ISO8601, &INVALID_ISO8601_DATE);
static END: Element = element("enddate", EV).value(&ISO8601, &INVALID_ISO8601_DATE);
static LOCATION: Element = plain("location", EV);
static ORGANIZER: Element = plain("organizer", EV);
static EVENT_TYPE: Element = plain("type", EV);

/// Topics of a taxonomy.
pub static TAXONOMY: Vocabulary = module(
    "the taxonomy module",
    "taxo",
    &["http://purl.org/rss/1.0/modules/taxonomy/"],
    &[on(BOTH, many(&TOPICS)), on(Role::ROOT, many(&TOPIC))],
);
static TOPICS: Element = element("topics", "RSS 1.0 Modules: Taxonomy").content(Content::Anything);
static TOPIC: Element = element("topic", "RSS 1.0 Modules: Taxonomy").content(Content::Anything);
