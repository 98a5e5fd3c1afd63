//! The Atom Publishing Protocol (RFC 5023), as far as it stands in feeds.

use crate::text::value::word::{self, Case};
use crate::validate::codes::{INVALID_LINK, INVALID_RFC3339_DATE, INVALID_YES_NO};
use crate::validate::table::{Content, Element, Role, Vocabulary, attribute, element, on, optional};
use crate::validate::types::{REFERENCE, RFC3339};
use crate::validate::value::Type;

/// The Atom Publishing Protocol.
pub static APP: Vocabulary = Vocabulary {
    name: "the Atom Publishing Protocol",
    prefix: "app",
    uris: &["http://www.w3.org/2007/app", "http://purl.org/atom/app#"],
    elements: &[
        on(Role::ENTRY, optional(&EDITED)),
        on(Role::ENTRY, optional(&CONTROL)),
        on(Role::FEED.or(Role::SOURCE), optional(&COLLECTION)),
    ],
    attributes: &[],
    closed: true,
};

static EDITED: Element = element("edited", "RFC 5023 §10.2").value(&RFC3339, &INVALID_RFC3339_DATE);
static CONTROL: Element = element("control", "RFC 5023 §13.1.1").children(&[optional(&DRAFT)]);
static DRAFT: Element = element("draft", "RFC 5023 §13.1.1").value(&YES_NO, &INVALID_YES_NO);
static COLLECTION: Element = element("collection", "RFC 5023 §8.3.3")
    .content(Content::Anything)
    .attributes(&[attribute("href").required().value(&REFERENCE, &INVALID_LINK)]);

static YES_NO: Type =
    Type { name: "`yes` or `no`", check: |value, _, flaws| flaws.extend(word::yes_no(value, Case::Exact).err(), |_| None) };

#[cfg(test)]
mod tests {
    use crate::validate::tests::in_entry;

    #[test]
    fn an_entry_tells_when_it_was_edited_and_whether_it_is_a_draft() {
        let app = |inside: &str| in_entry(&format!("<app:control xmlns:app='http://www.w3.org/2007/app'>{inside}</app:control>"));
        assert!(app("<app:draft>yes</app:draft>").is_empty());
        assert_eq!(app("<app:draft>Yes</app:draft>"), ["invalid-yes-no feed/entry/app:control/app:draft"]);
        assert_eq!(app("<app:drafts/>"), ["undefined-element feed/entry/app:control/app:drafts"]);
        let edited = |date: &str| in_entry(&format!("<edited xmlns='http://www.w3.org/2007/app'>{date}</edited>"));
        assert!(edited("2024-01-01T00:00:00Z").is_empty());
        assert_eq!(edited("2024-01-01"), ["invalid-rfc3339-date feed/entry/edited"]);
    }
}
