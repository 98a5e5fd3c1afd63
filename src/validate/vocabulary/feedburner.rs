//! What `FeedBurner` adds to a feed.

use crate::validate::codes::INVALID_LINK;
use crate::validate::scene::Subtree;
use crate::validate::table::{Content, Element, Role, Vocabulary, attribute, element, many, on, optional};
use crate::validate::types::{ABSOLUTE, REFERENCE, TEXT};

const BOTH: Role = Role::FEED.or(Role::ENTRY);
const SPEC: &str = "FeedBurner namespace reference";

/// `FeedBurner`.
pub static FEEDBURNER: Vocabulary = Vocabulary {
    name: "FeedBurner",
    prefix: "feedburner",
    uris: &["http://rssnamespace.org/feedburner/ext/1.0"],
    elements: &[
        on(BOTH, optional(&AWARENESS)),
        on(Role::ENTRY, optional(&ORIG_LINK)),
        on(Role::ENTRY, optional(&ORIG_ENCLOSURE_LINK)),
        on(Role::FEED, optional(&BROWSER_FRIENDLY)),
        on(Role::FEED, optional(&EMAIL_SERVICE_ID)),
        on(Role::FEED, many(&FEED_FLARE)),
        on(Role::FEED, optional(&HOSTNAME)),
        on(Role::FEED, optional(&INFO)),
    ],
    attributes: &[],
    closed: true,
};

static AWARENESS: Element = link("awareness");
static ORIG_LINK: Element = link("origLink");
static ORIG_ENCLOSURE_LINK: Element = link("origEnclosureLink");
static HOSTNAME: Element = link("feedburnerHostname");
static BROWSER_FRIENDLY: Element = element("browserFriendly", SPEC).content(PLAIN);
static EMAIL_SERVICE_ID: Element = element("emailServiceId", SPEC).value(&TEXT, &INVALID_LINK);
static FEED_FLARE: Element = element("feedFlare", SPEC)
    .content(PLAIN)
    .attributes(&[attribute("href").value(&REFERENCE, &INVALID_LINK), attribute("src").value(&REFERENCE, &INVALID_LINK)]);
static INFO: Element = element("info", SPEC).value(&TEXT, &INVALID_LINK).attributes(&[attribute("uri")]);

const PLAIN: Content = Content::Declared(|_| Subtree::Plain);

const fn link(name: &'static str) -> Element {
    element(name, SPEC).value(&ABSOLUTE, &INVALID_LINK)
}
