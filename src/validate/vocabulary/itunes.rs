//! Apple's elements for podcasts (<https://podcasters.apple.com/support/823-podcast-requirements>).

use super::itunes_categories::{self as categories, Age};
use crate::text::suggest::did_you_mean;
use crate::text::value::word::{self, Case, one_of};
use crate::text::value::{mail, time};
use crate::validate::codes::{
    INVALID_ADDR_SPEC, INVALID_DURATION, INVALID_ITUNES_CATEGORY, INVALID_ITUNES_CHANNEL_TYPE, INVALID_ITUNES_EPISODE_TYPE, INVALID_LINK,
    INVALID_POSITIVE_INTEGER, INVALID_YES_NO, INVALID_YES_NO_CLEAN, OBSOLETE_ITUNES_CATEGORY, UNEXPECTED_TEXT,
};
use crate::validate::scene::Subtree;
use crate::validate::table::{Content, Element, Role, Vocabulary, attribute, element, many, on, optional, required};
use crate::validate::types::{POSITIVE, WEB, tell_word};
use crate::validate::value::{Flaws, Type};

const FEED: Role = Role::FEED;
const ENTRY: Role = Role::ENTRY;
const BOTH: Role = Role::FEED.or(Role::ENTRY);

/// Apple's elements. Their first specification wrote the namespace in another case.
pub static ITUNES: Vocabulary = Vocabulary {
    name: "Apple Podcasts",
    prefix: "itunes",
    uris: &["http://www.itunes.com/dtds/podcast-1.0.dtd", "http://www.itunes.com/DTDs/Podcast-1.0.dtd"],
    elements: &[
        on(BOTH, optional(&AUTHOR)),
        on(BOTH, optional(&BLOCK)),
        on(BOTH, many(&CATEGORY)),
        on(BOTH, optional(&EXPLICIT)),
        on(BOTH, optional(&IMAGE)),
        on(BOTH, optional(&KEYWORDS)),
        on(BOTH, optional(&SUBTITLE)),
        on(BOTH, optional(&SUMMARY)),
        on(BOTH, optional(&TITLE)),
        on(FEED, optional(&COMPLETE)),
        on(FEED, optional(&NEW_FEED_URL)),
        on(FEED, optional(&OWNER)),
        on(FEED, optional(&TYPE)),
        on(FEED, optional(&VERIFY)),
        on(ENTRY, optional(&DURATION)),
        on(ENTRY, optional(&EPISODE)),
        on(ENTRY, optional(&EPISODE_TYPE)),
        on(ENTRY, optional(&CLOSED_CAPTIONED)),
        on(ENTRY, optional(&ORDER)),
        on(ENTRY, optional(&SEASON)),
    ],
    attributes: &[],
    closed: true,
};

/// How long a text may be, in characters (Apple, "A podcaster's guide to RSS").
pub const LIMITS: [(&str, usize); 6] =
    [("author", 255), ("keywords", 255), ("name", 255), ("subtitle", 255), ("summary", 4000), ("title", 255)];

const SPEC: &str = "Apple, A podcaster's guide to RSS";

const fn plain(name: &'static str) -> Element {
    element(name, SPEC).content(Content::Declared(|_| Subtree::Plain))
}

static AUTHOR: Element = plain("author");
static BLOCK: Element = element("block", SPEC).value(&YES_NO_CLEAN, &INVALID_YES_NO_CLEAN);
static CATEGORY: Element = element("category", SPEC)
    .children(&[many(&SUBCATEGORY)])
    .attributes(&[attribute("text").required().value(&CATEGORY_NAME, &INVALID_ITUNES_CATEGORY)]);
static SUBCATEGORY: Element =
    element("category", SPEC).attributes(&[attribute("text").required().value(&SUBCATEGORY_NAME, &INVALID_ITUNES_CATEGORY)]);
static EXPLICIT: Element = element("explicit", SPEC).value(&YES_NO_CLEAN, &INVALID_YES_NO_CLEAN);
static IMAGE: Element =
    element("image", SPEC).content(Content::Empty(&UNEXPECTED_TEXT)).attributes(&[attribute("href").required().value(&WEB, &INVALID_LINK)]);
static KEYWORDS: Element = plain("keywords");
static SUBTITLE: Element = plain("subtitle");
/// Apple asks for CDATA around links.
static SUMMARY: Element = element("summary", SPEC).content(Content::Declared(|_| Subtree::HtmlInCdata));
static TITLE: Element = plain("title");
static COMPLETE: Element = element("complete", SPEC).value(&YES_NO, &INVALID_YES_NO);
static NEW_FEED_URL: Element = element("new-feed-url", SPEC).value(&WEB, &INVALID_LINK);
static OWNER: Element = element("owner", SPEC).children(&[optional(&OWNER_NAME), required(&OWNER_EMAIL)]);
static OWNER_NAME: Element = plain("name");
static OWNER_EMAIL: Element = element("email", SPEC).value(&BARE_ADDRESS, &INVALID_ADDR_SPEC);
static TYPE: Element = element("type", SPEC).value(&CHANNEL_TYPE, &INVALID_ITUNES_CHANNEL_TYPE);
static VERIFY: Element = plain("applepodcastsverify");
static DURATION: Element = element("duration", SPEC).value(&TIME, &INVALID_DURATION);
static EPISODE: Element = element("episode", SPEC).value(&POSITIVE, &INVALID_POSITIVE_INTEGER);
static EPISODE_TYPE: Element = element("episodeType", SPEC).value(&KIND_OF_EPISODE, &INVALID_ITUNES_EPISODE_TYPE);
static CLOSED_CAPTIONED: Element = element("isClosedCaptioned", SPEC).value(&YES_NO, &INVALID_YES_NO);
static ORDER: Element = element("order", SPEC).value(&POSITIVE, &INVALID_POSITIVE_INTEGER);
static SEASON: Element = element("season", SPEC).value(&POSITIVE, &INVALID_POSITIVE_INTEGER);

static YES_NO_CLEAN: Type = Type { name: "a value that Apple knows", check: |value, _, flaws| tell_word(word::explicit(value), flaws) };
static YES_NO: Type = Type { name: "`Yes` or `No`", check: |value, _, flaws| tell_word(word::yes_no(value, Case::Any), flaws) };
static CHANNEL_TYPE: Type =
    Type { name: "`episodic` or `serial`", check: |value, _, flaws| tell_word(one_of(value, &["episodic", "serial"], Case::Any), flaws) };
static KIND_OF_EPISODE: Type = Type {
    name: "`full`, `trailer` or `bonus`",
    check: |value, _, flaws| tell_word(one_of(value, &["full", "trailer", "bonus"], Case::Any), flaws),
};
static TIME: Type = Type { name: "a duration", check: |value, _, flaws| flaws.extend(time::itunes_duration(value).err(), |_| None) };
static BARE_ADDRESS: Type =
    Type { name: "a mail address", check: |value, _, flaws| flaws.extend(mail::address(value.trim()).err(), |_| None) };

static CATEGORY_NAME: Type = Type {
    name: "a category of Apple Podcasts",
    check: |value, _, flaws| match categories::age(value.trim(), None) {
        Some(Age::Current) => {}
        Some(Age::Old) => obsolete(value, flaws),
        None => {
            let name = value.replace("&amp;", "&");
            let near = did_you_mean(name.trim(), categories::names());
            flaws.add(0..value.len(), "").help(near.unwrap_or_else(|| "choose one of Apple's list, letter by letter".to_owned()));
        }
    },
};

static SUBCATEGORY_NAME: Type = Type {
    name: "a subcategory of its category",
    check: |value, scene, flaws| {
        let Some(parent) = scene.parent().and_then(|parent| parent.value("text")) else { return };
        let (name, parent) = (value.trim(), parent.trim());
        match categories::age(name, Some(parent)) {
            Some(Age::Current) => {}
            Some(Age::Old) => obsolete(value, flaws),
            // The parent was reported.
            None if categories::age(parent, None).is_none() => {}
            None => {
                let near = did_you_mean(&name.replace("&amp;", "&"), categories::subcategories(parent));
                let elsewhere = categories::parent(name).map(|right| format!("put it into `{right}`"));
                let help = elsewhere.or(near).unwrap_or_else(|| "choose one of Apple's list, letter by letter".to_owned());
                flaws.add(0..value.len(), format!("does not belong to `{parent}`")).help(help);
            }
        }
    },
};

fn obsolete(value: &str, flaws: &mut Flaws) {
    let name = value.trim();
    let flaw = flaws.raise(&OBSOLETE_ITUNES_CATEGORY, 0..value.len(), "is a category that Apple no longer has");
    flaw.help(match categories::successor(name) {
        Some(new) => format!("write `{new}`"),
        None => "choose one of Apple's current list".to_owned(),
    });
}
