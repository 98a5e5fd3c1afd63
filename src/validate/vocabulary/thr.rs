//! Threading (RFC 4685).

use super::atom::REFERENCE_OR_EMPTY;
use crate::validate::codes::{
    INVALID_FULL_LINK, INVALID_LINK, INVALID_MIME_TYPE, INVALID_NON_NEGATIVE_INTEGER, INVALID_RFC3339_DATE, NO_THR_WHEN, UNEXPECTED_TEXT,
};
use crate::validate::table::{Content, Element, Role, Vocabulary, attribute, element, many, on, optional};
use crate::validate::types::{ABSOLUTE, MEDIA_TYPE, NON_NEGATIVE, RFC3339, TEXT};
use crate::validate::value::Type;

/// Threading.
pub static THR: Vocabulary = Vocabulary {
    name: "the threading extension",
    prefix: "thr",
    uris: &["http://purl.org/syndication/thread/1.0"],
    elements: &[on(ANY, many(&IN_REPLY_TO)), on(ANY, optional(&TOTAL))],
    attributes: &[
        attribute("count").value(&NON_NEGATIVE, &INVALID_NON_NEGATIVE_INTEGER),
        attribute("updated").value(&RFC3339, &INVALID_RFC3339_DATE),
        attribute("when").value(&WHEN, &NO_THR_WHEN),
    ],
    closed: true,
};

const ANY: Role = Role::FEED.or(Role::ENTRY).or(Role::SOURCE);

static IN_REPLY_TO: Element =
    element("in-reply-to", "RFC 4685 §3").content(Content::Value(&TEXT, &UNEXPECTED_TEXT)).role(Role::LINK).attributes(&[
        attribute("ref").required().value(&ABSOLUTE, &INVALID_FULL_LINK),
        attribute("href").value(&REFERENCE_OR_EMPTY, &INVALID_LINK),
        attribute("source").value(&REFERENCE_OR_EMPTY, &INVALID_LINK),
        attribute("type").value(&MEDIA_TYPE, &INVALID_MIME_TYPE),
    ]);
static TOTAL: Element = element("total", "RFC 4685 §5").value(&NON_NEGATIVE, &INVALID_NON_NEGATIVE_INTEGER);

/// What drafts called `thr:updated`.
static WHEN: Type = Type {
    name: "an attribute of the threading extension",
    check: |value, _, flaws| {
        flaws.raise(&NO_THR_WHEN, 0..value.len(), "stands in `when`, which only drafts had").help("call the attribute `thr:updated`");
    },
};

#[cfg(test)]
mod tests {
    use crate::validate::tests::in_entry;

    #[test]
    fn a_reply_names_what_it_replies_to_and_a_link_counts_replies() {
        let thr = "xmlns:thr='http://purl.org/syndication/thread/1.0'";
        let found = |xml: &str| in_entry(&xml.replace("NS", thr));
        assert!(
            found("<thr:in-reply-to NS ref='tag:example.org,2024:1' href='a' type='text/html'/><thr:total NS>3</thr:total>").is_empty()
        );
        let link = "<link NS rel='replies' href='https://example.org/r'";
        assert!(found(&format!("{link} thr:count='3' thr:updated='2024-01-01T00:00:00Z'/>")).is_empty());
        for (xml, code) in [
            ("<thr:in-reply-to NS/>".to_owned(), "missing-attribute feed/entry/thr:in-reply-to@ref"),
            ("<thr:in-reply-to NS ref='a'/>".to_owned(), "invalid-full-link feed/entry/thr:in-reply-to@ref"),
            (
                "<thr:in-reply-to NS ref='tag:example.org,2024:1' source='a b'/>".to_owned(),
                "invalid-uri-char feed/entry/thr:in-reply-to@source",
            ),
            ("<thr:total NS>-1</thr:total>".to_owned(), "invalid-non-negative-integer feed/entry/thr:total"),
            (format!("{link} thr:count='many'/>"), "invalid-non-negative-integer feed/entry/link@thr:count"),
            (format!("{link} thr:updated='today'/>"), "invalid-rfc3339-date feed/entry/link@thr:updated"),
            (format!("{link} thr:when='2024-01-01T00:00:00Z'/>"), "no-thr-when feed/entry/link@thr:when"),
        ] {
            assert_eq!(found(&xml), [code], "{xml}");
        }
    }
}
