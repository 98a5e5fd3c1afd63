//! JSON Feed 1.0 and 1.1 (<https://www.jsonfeed.org/version/1.1/>), whose members are rows.

use super::table::{Member, Object, Shape, member};
use crate::text::value::uri;
use crate::validate::codes::{
    INVALID_DURATION, INVALID_LANGUAGE, INVALID_LINK, INVALID_MIME_TYPE, INVALID_NON_NEGATIVE_INTEGER, INVALID_RFC3339_DATE,
    JSON_FEED_VERSION, MISSING_ID, MISSING_RECOMMENDED_ELEMENT, NOT_BLANK,
};
use crate::validate::kind::Kind;
use crate::validate::scene::Subtree;
use crate::validate::table::{Content, Element, Fact, Role, Vocabulary, element};
use crate::validate::types::{ABSOLUTE, LANGUAGE as LANGUAGE_TAG, MEDIA_TYPE, RFC3339, SOME_TEXT, TEXT, WEB};
use crate::validate::value::Type;

/// What a version of JSON Feed begins with.
const VERSIONS: &str = "https://jsonfeed.org/version/";

/// JSON Feed, for rules that ask which vocabulary an element is of.
pub(super) static JSON_FEED: Vocabulary =
    Vocabulary { name: "JSON Feed", prefix: "json", uris: &[], elements: &[], attributes: &[], closed: true };

const TOP: &str = "JSON Feed 1.1 top-level";
const ITEMS: &str = "JSON Feed 1.1 items";
const ATTACHMENTS: &str = "JSON Feed 1.1 attachments";
const HUBS: &str = "JSON Feed 1.1 subscribing to real-time notifications";
const DEPRECATIONS: &str = "JSON Feed 1.1 deprecations";

/// The top level.
pub(super) static FEED: Object = Object {
    name: "the feed",
    row: &FEED_ROW,
    members: &[
        member(&VERSION, Shape::Text).required(),
        member(&TITLE, Shape::Text).required(),
        member(&HOME_PAGE_URL, Shape::Text).or_missing(&MISSING_RECOMMENDED_ELEMENT),
        member(&FEED_URL, Shape::Text).or_missing(&MISSING_RECOMMENDED_ELEMENT),
        member(&DESCRIPTION, Shape::Text),
        member(&USER_COMMENT, Shape::Text),
        member(&NEXT_URL, Shape::Text),
        member(&ICON, Shape::Text),
        member(&FAVICON, Shape::Text),
        AUTHORS,
        AUTHOR,
        LANGUAGE,
        member(&EXPIRED, Shape::Boolean),
        member(&HUBS_ROW, Shape::Objects(&HUB)),
        member(&ITEMS_ROW, Shape::Objects(&ITEM)).required(),
    ],
    any_of: &[],
};

static ITEM: Object = Object {
    name: "the item",
    row: &ITEMS_ROW,
    members: &[
        member(&ID, Shape::Text).required(),
        member(&URL, Shape::Text),
        member(&EXTERNAL_URL, Shape::Text),
        member(&ITEM_TITLE, Shape::Text),
        member(&CONTENT_HTML, Shape::Text),
        member(&CONTENT_TEXT, Shape::Text),
        member(&SUMMARY, Shape::Text),
        member(&IMAGE, Shape::Text),
        member(&BANNER_IMAGE, Shape::Text),
        member(&DATE_PUBLISHED, Shape::Text),
        member(&DATE_MODIFIED, Shape::Text),
        AUTHORS,
        AUTHOR,
        member(&TAGS, Shape::Texts),
        LANGUAGE,
        member(&ATTACHMENTS_ROW, Shape::Objects(&ATTACHMENT)),
    ],
    any_of: &["content_html", "content_text"],
};

static PERSON: Object = Object {
    name: "the author",
    row: &PERSON_ROW,
    members: &[member(&NAME, Shape::Text), member(&PERSON_URL, Shape::Text), member(&AVATAR, Shape::Text)],
    any_of: &["name", "url", "avatar"],
};

static ATTACHMENT: Object = Object {
    name: "the attachment",
    row: &ATTACHMENTS_ROW,
    members: &[
        member(&ATTACHMENT_URL, Shape::Text).required(),
        member(&MIME_TYPE, Shape::Text).required(),
        member(&ATTACHMENT_TITLE, Shape::Text),
        member(&SIZE, Shape::Number),
        member(&DURATION, Shape::Number),
    ],
    any_of: &[],
};

static HUB: Object = Object {
    name: "the hub",
    row: &HUBS_ROW,
    members: &[member(&HUB_TYPE, Shape::Text).required(), member(&HUB_URL, Shape::Text).required()],
    any_of: &[],
};

const AUTHORS: Member = member(&AUTHORS_ROW, Shape::Objects(&PERSON)).since_1_1();
const AUTHOR: Member = member(&AUTHOR_ROW, Shape::Object(&PERSON)).until_1_1("authors");
const LANGUAGE: Member = member(&LANGUAGE_ROW, Shape::Text).since_1_1();

static FEED_ROW: Element = element("", TOP).role(Role::FEED);
static ITEMS_ROW: Element = element("items", ITEMS).role(Role::ENTRY);
static PERSON_ROW: Element = element("authors", TOP).role(Role::PERSON);
static HUBS_ROW: Element = element("hubs", HUBS);
static ATTACHMENTS_ROW: Element = element("attachments", ATTACHMENTS);
static AUTHORS_ROW: Element = element("authors", TOP).role(Role::PERSON);
static AUTHOR_ROW: Element = element("author", DEPRECATIONS).role(Role::PERSON);

static VERSION: Element = element("version", TOP).value(&VERSION_URL, &JSON_FEED_VERSION);
static TITLE: Element = plain("title", TOP).fact(Fact::Title);
static HOME_PAGE_URL: Element = element("home_page_url", TOP).value(&ABSOLUTE, &INVALID_LINK).fact(Fact::Link);
static FEED_URL: Element = element("feed_url", TOP).value(&ABSOLUTE, &INVALID_LINK);
static DESCRIPTION: Element = plain("description", TOP).fact(Fact::Summary);
static USER_COMMENT: Element = element("user_comment", TOP).value(&TEXT, &NOT_BLANK);
static NEXT_URL: Element = element("next_url", TOP).value(&ABSOLUTE, &INVALID_LINK);
static ICON: Element = element("icon", TOP).value(&WEB, &INVALID_LINK).fact(Fact::Image);
static FAVICON: Element = element("favicon", TOP).value(&WEB, &INVALID_LINK);
static LANGUAGE_ROW: Element = element("language", TOP).value(&LANGUAGE_TAG, &INVALID_LANGUAGE).fact(Fact::Language);
static EXPIRED: Element = element("expired", TOP);

static ID: Element = element("id", ITEMS).value(&IDENTITY, &MISSING_ID).fact(Fact::Id);
static URL: Element = element("url", ITEMS).value(&ABSOLUTE, &INVALID_LINK).fact(Fact::Link);
static EXTERNAL_URL: Element = element("external_url", ITEMS).value(&ABSOLUTE, &INVALID_LINK);
static ITEM_TITLE: Element = plain("title", ITEMS).fact(Fact::Title);
static CONTENT_HTML: Element = element("content_html", ITEMS).content(Content::Html).fact(Fact::Content);
static CONTENT_TEXT: Element = element("content_text", ITEMS).value(&SOME_TEXT, &NOT_BLANK).fact(Fact::Content);
static SUMMARY: Element = plain("summary", ITEMS).fact(Fact::Summary);
static IMAGE: Element = element("image", ITEMS).value(&WEB, &INVALID_LINK).fact(Fact::Image);
static BANNER_IMAGE: Element = element("banner_image", ITEMS).value(&WEB, &INVALID_LINK);
static DATE_PUBLISHED: Element = element("date_published", ITEMS).value(&RFC3339, &INVALID_RFC3339_DATE).fact(Fact::Published);
static DATE_MODIFIED: Element = element("date_modified", ITEMS).value(&RFC3339, &INVALID_RFC3339_DATE).fact(Fact::Updated);
static TAGS: Element = element("tags", ITEMS).value(&SOME_TEXT, &NOT_BLANK);

static NAME: Element = plain("name", TOP).fact(Fact::Author);
static PERSON_URL: Element = element("url", TOP).value(&ABSOLUTE, &INVALID_LINK);
static AVATAR: Element = element("avatar", TOP).value(&WEB, &INVALID_LINK);

static ATTACHMENT_URL: Element = element("url", ATTACHMENTS).value(&ABSOLUTE, &INVALID_LINK).fact(Fact::Enclosure);
static MIME_TYPE: Element = element("mime_type", ATTACHMENTS).value(&MEDIA_TYPE, &INVALID_MIME_TYPE);
static ATTACHMENT_TITLE: Element = plain("title", ATTACHMENTS);
static SIZE: Element = element("size_in_bytes", ATTACHMENTS).value(&WHOLE, &INVALID_NON_NEGATIVE_INTEGER);
static DURATION: Element = element("duration_in_seconds", ATTACHMENTS).value(&POSITIVE, &INVALID_DURATION);

static HUB_TYPE: Element = element("type", HUBS).value(&SOME_TEXT, &NOT_BLANK);
static HUB_URL: Element = element("url", HUBS).value(&WEB, &INVALID_LINK);

/// Returns a row for a member of plain text.
const fn plain(name: &'static str, spec: &'static str) -> Element {
    element(name, spec).content(Content::Declared(|_| Subtree::Plain))
}

/// The address of a version.
static VERSION_URL: Type = Type {
    name: "a version of JSON Feed",
    check: |value, _, flaws| {
        if !matches!(value.strip_prefix(VERSIONS), Some("1" | "1.1")) {
            let version = if version(value) == Kind::JsonFeed10 { "1" } else { "1.1" };
            flaws.add(0..value.len(), "").help(format!("write `{VERSIONS}{version}`"));
        }
    },
};

/// What an item is known by: any text but none.
static IDENTITY: Type = Type {
    name: "an id",
    check: |value, _, flaws| {
        if value.trim().is_empty() {
            flaws.add(0..value.len(), "is empty").help("write the permalink, or any text that never changes");
        }
    },
};

/// A number of JSON that is whole and not below zero, in any way to write it: `3e6`.
static WHOLE: Type = Type {
    name: "a number of bytes",
    check: |value, _, flaws| match value.parse::<f64>() {
        Ok(number) if number < 0.0 => drop(flaws.add(0..value.len(), "is below zero")),
        Ok(number) if number.fract() != 0.0 => drop(flaws.add(0..value.len(), "has a fraction")),
        _ => {}
    },
};

/// A number of JSON that is not below zero.
static POSITIVE: Type = Type {
    name: "a number of seconds",
    check: |value, _, flaws| {
        if value.parse::<f64>().is_ok_and(|number| number < 0.0) {
            flaws.add(0..value.len(), "is below zero");
        }
    },
};

/// Returns whether a value of `version` is meant to say that this is JSON Feed.
pub(super) fn is_version(value: &str) -> bool {
    value.to_ascii_lowercase().contains("jsonfeed.org")
}

/// Returns the kind of feed that a value of `version` means.
pub(super) fn version(value: &str) -> Kind {
    let number = value.trim().trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    if matches!(number, "1" | "1.0") { Kind::JsonFeed10 } else { Kind::JsonFeed11 }
}

/// Returns where a member belongs that is not one of the object's own.
pub(super) fn home_of(name: &str) -> Option<&'static str> {
    let homes: [(&Object, &str); 4] =
        [(&ITEM, "an item"), (&FEED, "the top level"), (&ATTACHMENT, "an attachment"), (&PERSON, "an author")];
    homes.iter().find(|(object, _)| object.members.iter().any(|member| member.row.name == name)).map(|(_, home)| *home)
}

/// Returns whether two addresses are the same to a reader.
pub(super) fn is_same_address(a: &str, b: &str) -> bool {
    let canonical = |address: &str| uri::canonical(address.trim()).unwrap_or_else(|| address.trim().to_owned());
    !a.trim().is_empty() && canonical(a) == canonical(b)
}
