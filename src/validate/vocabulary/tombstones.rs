//! Entries that were deleted (RFC 6721).

use super::atom::text;
use crate::validate::codes::{INVALID_FULL_LINK, INVALID_RFC3339_DATE};
use crate::validate::table::{Element, Role, Vocabulary, attribute, element, many, on, optional};
use crate::validate::types::{ABSOLUTE, RFC3339};

/// Tombstones.
pub static TOMBSTONES: Vocabulary = Vocabulary {
    name: "Atom tombstones",
    prefix: "at",
    uris: &["http://purl.org/atompub/tombstones/1.0"],
    elements: &[on(Role::FEED, many(&DELETED_ENTRY))],
    attributes: &[],
    closed: true,
};

/// `deleted-entry`, in a feed or as a document of its own.
pub static DELETED_ENTRY: Element = element("deleted-entry", "RFC 6721 §3")
    .role(Role::TOMBSTONE)
    .attributes(&[
        attribute("ref").required().value(&ABSOLUTE, &INVALID_FULL_LINK),
        attribute("when").required().value(&RFC3339, &INVALID_RFC3339_DATE),
    ])
    .children(&[optional(&BY), optional(&COMMENT)]);

static BY: Element = element("by", "RFC 6721 §4").role(Role::PERSON);
static COMMENT: Element = text("comment", "RFC 6721 §5");

#[cfg(test)]
mod tests {
    use crate::validate::tests::{findings_of, in_feed};

    #[test]
    fn a_deleted_entry_says_which_and_when() {
        let at = |rest: &str| in_feed(&format!("<at:deleted-entry xmlns:at='http://purl.org/atompub/tombstones/1.0' {rest}"));
        let good = "ref='tag:example.org,2024:1' when='2024-01-01T00:00:00Z'";
        assert!(at(&format!("{good}/>")).is_empty());
        assert!(
            at(&format!(
                "{good}><at:by><name>Ada</name></at:by><at:comment type='html'>&lt;b>Gone&lt;/b></at:comment>\
                 <link rel='related' href='a'/></at:deleted-entry>"
            ))
            .is_empty()
        );
        assert_eq!(at("when='2024-01-01T00:00:00Z'/>"), ["missing-attribute feed/at:deleted-entry@ref"]);
        assert_eq!(at("ref='tag:example.org,2024:1'/>"), ["missing-attribute feed/at:deleted-entry@when"]);
        assert_eq!(at("ref='a' when='2024-01-01T00:00:00Z'/>"), ["invalid-full-link feed/at:deleted-entry@ref"]);
        assert_eq!(at("ref='tag:example.org,2024:1' when='today'/>"), ["invalid-rfc3339-date feed/at:deleted-entry@when"]);
        assert_eq!(at(&format!("{good}><at:by/></at:deleted-entry>")), ["missing-element feed/at:deleted-entry/at:by/name"]);
        assert_eq!(at(&format!("{good}><summary>S</summary></at:deleted-entry>")), ["undefined-element feed/at:deleted-entry/summary"]);

        let alone = "<deleted-entry xmlns='http://purl.org/atompub/tombstones/1.0' ref='tag:example.org,2024:1'/>";
        assert_eq!(findings_of(alone), ["missing-attribute deleted-entry@when"]);
    }
}
