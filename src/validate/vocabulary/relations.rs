//! The link relations that are registered with IANA (<https://www.iana.org/assignments/link-relations/>), as of 2025, and
//! what a `rel` may be besides.

use crate::text::suggest::did_you_mean;
use crate::text::value::uri;
use crate::validate::codes::ATTR_NOT_BLANK;
use crate::validate::value::Type;

/// Every registered relation, in order.
static REGISTERED: &[&str] = &[
    "about",
    "acl",
    "alternate",
    "amphtml",
    "api-catalog",
    "appendix",
    "apple-touch-icon",
    "apple-touch-startup-image",
    "archives",
    "author",
    "blocked-by",
    "bookmark",
    "c2pa-manifest",
    "canonical",
    "chapter",
    "cite-as",
    "collection",
    "compression-dictionary",
    "contents",
    "convertedfrom",
    "copyright",
    "create-form",
    "current",
    "deprecation",
    "describedby",
    "describes",
    "disclosure",
    "dns-prefetch",
    "duplicate",
    "edit",
    "edit-form",
    "edit-media",
    "enclosure",
    "external",
    "first",
    "geofeed",
    "glossary",
    "help",
    "hosts",
    "hub",
    "ice-server",
    "icon",
    "index",
    "intervalafter",
    "intervalbefore",
    "intervalcontains",
    "intervaldisjoint",
    "intervalduring",
    "intervalequals",
    "intervalfinishedby",
    "intervalfinishes",
    "intervalin",
    "intervalmeets",
    "intervalmetby",
    "intervaloverlappedby",
    "intervaloverlaps",
    "intervalstartedby",
    "intervalstarts",
    "item",
    "last",
    "latest-version",
    "license",
    "linkset",
    "lrdd",
    "manifest",
    "mask-icon",
    "me",
    "media-feed",
    "memento",
    "micropub",
    "modulepreload",
    "monitor",
    "monitor-group",
    "next",
    "next-archive",
    "nofollow",
    "noopener",
    "noreferrer",
    "opener",
    "openid2.local_id",
    "openid2.provider",
    "original",
    "p3pv1",
    "payment",
    "pingback",
    "preconnect",
    "predecessor-version",
    "prefetch",
    "preload",
    "prerender",
    "prev",
    "prev-archive",
    "preview",
    "previous",
    "privacy-policy",
    "profile",
    "publication",
    "rdap-active",
    "rdap-bottom",
    "rdap-down",
    "rdap-top",
    "rdap-up",
    "related",
    "replies",
    "restconf",
    "ruleinput",
    "search",
    "section",
    "self",
    "service",
    "service-desc",
    "service-doc",
    "service-meta",
    "sip-trunking-capability",
    "sponsored",
    "start",
    "status",
    "stylesheet",
    "subsection",
    "successor-version",
    "sunset",
    "tag",
    "terms-of-service",
    "timegate",
    "timemap",
    "type",
    "ugc",
    "up",
    "version-history",
    "via",
    "webmention",
    "working-copy",
    "working-copy-of",
];

/// What a registered relation is called as an IRI (RFC 4287 §4.2.7.2).
const IRI: &str = "http://www.iana.org/assignments/relation/";

/// Returns a relation by its short name: an IRI of the registry and the name mean the same, and none means `alternate`.
#[must_use]
pub fn relation(rel: Option<&str>) -> &str {
    rel.map_or("alternate", |rel| rel.strip_prefix(IRI).unwrap_or(rel))
}

/// A relation that is registered, or an IRI of one's own.
pub static LINK_RELATION: Type = Type {
    name: "a registered link relation",
    check: |value, _, flaws| {
        let name = relation(Some(value));
        if value.trim().is_empty() {
            flaws.raise(&ATTR_NOT_BLANK, 0..value.len(), "is blank").help("leave `rel` out, which means `alternate`");
        } else if REGISTERED.binary_search(&name).is_err() {
            let mut found = Vec::new();
            uri::absolute(name, uri::Charset::Iri, &mut found);
            let is_own = name.len() == value.len() && name.contains(':');
            match found.first() {
                Some(flaw) if is_own => {
                    flaws.add(flaw.range.clone(), flaw.reason.clone());
                }
                None if is_own => {}
                _ => {
                    let help = did_you_mean(name.trim(), REGISTERED.iter().copied());
                    flaws.add(0..value.len(), "").help(help.unwrap_or_else(|| "use a registered name, or an IRI of your own".to_owned()));
                }
            }
        }
    },
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_registry_is_in_order_and_its_iris_mean_its_names() {
        assert!(REGISTERED.is_sorted());
        assert_eq!(relation(Some("http://www.iana.org/assignments/relation/self")), "self");
        assert_eq!((relation(None), relation(Some("x:y"))), ("alternate", "x:y"));
    }
}
