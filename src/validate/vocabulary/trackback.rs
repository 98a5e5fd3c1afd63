//! `TrackBack`, in RSS 2.0 and Atom as text, in RSS 1.0 as `rdf:resource`.

use crate::text::value::is_space;
use crate::validate::codes::{INVALID_LINK, NOT_BLANK};
use crate::validate::table::{Element, Role, Vocabulary, element, many, on, optional};
use crate::validate::types::WEB;
use crate::validate::value::Type;

/// `TrackBack`.
pub static TRACKBACK: Vocabulary = Vocabulary {
    name: "TrackBack",
    prefix: "trackback",
    uris: &["http://madskills.com/public/xml/rss/module/trackback/"],
    elements: &[on(Role::ENTRY, optional(&PING)), on(Role::ENTRY, many(&ABOUT))],
    attributes: &[],
    closed: true,
};

static PING: Element = element("ping", "TrackBack Module for RSS").value(&ADDRESS, &INVALID_LINK);
static ABOUT: Element = element("about", "TrackBack Module for RSS").value(&ADDRESS, &INVALID_LINK);

/// A web address as the element's text, or as its `rdf:resource`.
static ADDRESS: Type = Type {
    name: "a web address",
    check: |value, scene, flaws| {
        let here = scene.here();
        let resource = here.attributes.iter().find(|attribute| attribute.local == "resource" && !attribute.prefix.is_empty());
        match resource {
            Some(resource) => (WEB.check)(&resource.value, scene, flaws),
            None if value.chars().all(is_space) => {
                flaws.raise(&NOT_BLANK, 0..value.len(), "is blank").help("write the address that takes trackbacks, or leave it out");
            }
            None => (WEB.check)(value, scene, flaws),
        }
    },
};

#[cfg(test)]
mod tests {
    use crate::validate::tests::{in_entry, in_feed};

    #[test]
    fn addresses_of_trackbacks_belong_to_entries() {
        let ping = |value: &str| {
            format!("<trackback:ping xmlns:trackback='http://madskills.com/public/xml/rss/module/trackback/'>{value}</trackback:ping>")
        };
        assert!(in_entry(&ping("https://example.org/tb/1")).is_empty());
        assert_eq!(in_entry(&ping("tb/1")), ["invalid-full-link feed/entry/trackback:ping"]);
        assert_eq!(in_entry(&ping("")), ["not-blank feed/entry/trackback:ping"]);
        assert_eq!(in_feed(&ping("https://example.org/tb/1")), ["undefined-element feed/trackback:ping"]);
    }
}
