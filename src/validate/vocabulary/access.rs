//! Feed access control of Bloglines: whether a feed may be passed on.

use crate::text::value::word::{self, Case};
use crate::validate::codes::{INVALID_ACCESS_RESTRICTION_REL, UNEXPECTED_TEXT};
use crate::validate::table::{Content, Element, Role, Vocabulary, attribute, element, on, optional};
use crate::validate::value::Type;

/// Feed access control.
pub static ACCESS: Vocabulary = Vocabulary {
    name: "feed access control",
    prefix: "access",
    uris: &["http://www.bloglines.com/about/specs/fac-1.0"],
    elements: &[on(Role::ROOT, optional(&RESTRICTION))],
    attributes: &[],
    closed: true,
};

static RESTRICTION: Element = element("restriction", "Feed Access Control 1.0")
    .content(Content::Empty(&UNEXPECTED_TEXT))
    .attributes(&[attribute("relationship").required().value(&ALLOW_DENY, &INVALID_ACCESS_RESTRICTION_REL)]);

static ALLOW_DENY: Type = Type {
    name: "`allow` or `deny`",
    check: |value, _, flaws| flaws.extend(word::one_of(value, &["allow", "deny"], Case::Exact).err(), |_| None),
};

#[cfg(test)]
mod tests {
    use crate::validate::tests::{in_channel, in_feed};

    #[test]
    fn a_restriction_allows_or_denies_and_stands_in_the_root() {
        let access = |value: &str| {
            format!("<access:restriction xmlns:access='http://www.bloglines.com/about/specs/fac-1.0' relationship='{value}'/>")
        };
        assert!(in_feed(&access("deny")).is_empty());
        assert_eq!(in_feed(&access("private")), ["invalid-access-restriction-rel feed/access:restriction@relationship"]);
        assert!(in_channel(&access("deny")).contains(&"undefined-element rss/channel/access:restriction".to_owned()));
    }
}
