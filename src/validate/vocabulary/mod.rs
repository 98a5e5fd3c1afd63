//! The vocabularies: one file each, two tables over them, and nothing that a row could say.

pub mod access;
pub mod app;
pub mod atom;
pub mod dublin_core;
pub mod feedburner;
pub mod fh;
pub mod geo;
pub mod itunes;
pub mod itunes_categories;
pub mod media;
pub mod meta;
pub mod modules;
pub mod opensearch;
pub mod podcast;
pub mod rdf;
pub mod relations;
pub mod rss;
pub mod rss090;
pub mod rss10;
pub mod rss11;
pub mod thr;
pub mod tombstones;
pub mod trackback;
pub mod unsupported;

use super::codes::{OBSOLETE_NAMESPACE, UNDEFINED_ELEMENT};
use super::kind::Kind;
use super::names;
use super::scene::Frame;
use super::table::{Content, Element, Fact, Vocabulary};
use crate::diagnostic::Code;
use crate::xml::Reader;
use std::borrow::Cow;

/// Every vocabulary.
pub static VOCABULARIES: &[&Vocabulary] = &[
    &rss::RSS,
    &atom::ATOM,
    &rss10::RSS10,
    &rss090::RSS090,
    &rss11::RSS11,
    &rdf::RDF,
    &dublin_core::DC,
    &dublin_core::DCTERMS,
    &modules::CONTENT,
    &modules::XHTML,
    &modules::SYNDICATION,
    &modules::SLASH,
    &modules::WFW,
    &modules::ADMIN,
    &modules::CC,
    &modules::CREATIVE_COMMONS,
    &modules::BLOG_CHANNEL,
    &trackback::TRACKBACK,
    &modules::AGGREGATION,
    &modules::ANNOTATION,
    &modules::EVENT,
    &modules::TAXONOMY,
    &atom::ATOM_03,
    &thr::THR,
    &fh::FH,
    &app::APP,
    &access::ACCESS,
    &tombstones::TOMBSTONES,
    &media::MEDIA,
    &itunes::ITUNES,
    &podcast::PODCAST,
    &geo::GEORSS,
    &geo::GML,
    &geo::GEO,
    &geo::ICBM,
    &geo::GEOURL,
    &opensearch::OPENSEARCH,
    &feedburner::FEEDBURNER,
];

/// What may be the root of a document.
#[derive(Debug)]
pub struct Root {
    /// Its local name.
    pub name: &'static str,
    /// Its vocabulary.
    pub vocabulary: &'static Vocabulary,
    /// Its row.
    pub element: &'static Element,
    /// The kind for which this is the row, where the name alone does not tell.
    pub only: Option<Kind>,
    /// What the document is then, by the root's attributes and namespaces.
    pub kind: fn(&Reader<'_>) -> Kind,
}

/// Every root of a feed.
static ROOTS: &[Root] = &[
    Root { name: "rss", vocabulary: &rss::RSS, element: &rss::ROOT, only: None, kind: rss::kind },
    Root { name: "RDF", vocabulary: &rdf::RDF, element: &rdf::ROOT_10, only: Some(Kind::Rss10), kind: rdf::kind },
    Root { name: "RDF", vocabulary: &rdf::RDF, element: &rdf::ROOT_090, only: Some(Kind::Rss090), kind: rdf::kind },
    Root { name: "Channel", vocabulary: &rss11::RSS11, element: &rss11::CHANNEL, only: None, kind: |_| Kind::Rss11 },
    Root { name: "feed", vocabulary: &atom::ATOM, element: &atom::FEED, only: None, kind: |_| Kind::Atom10 },
    Root { name: "entry", vocabulary: &atom::ATOM, element: &atom::ENTRY, only: None, kind: |_| Kind::Atom10 },
    Root {
        name: "deleted-entry",
        vocabulary: &tombstones::TOMBSTONES,
        element: &tombstones::DELETED_ENTRY,
        only: None,
        kind: |_| Kind::Atom10,
    },
    Root { name: "feed", vocabulary: &atom::ATOM_03, element: &atom::OBSOLETE, only: None, kind: |_| Kind::Atom03 },
    Root { name: "entry", vocabulary: &atom::ATOM_03, element: &atom::OBSOLETE, only: None, kind: |_| Kind::Atom03 },
];

/// What a namespace is.
#[derive(Debug, Clone, Copy)]
pub enum Known {
    /// A vocabulary with tables.
    Vocabulary(&'static Vocabulary),
    /// One that postrider knows of, and leaves alone: what it is.
    Unsupported(&'static str),
    /// A common misspelling of this namespace.
    Mistaken(&'static str),
    /// Nothing known.
    Unknown,
}

/// Returns the vocabulary of a namespace.
#[must_use]
pub fn find(uri: &str) -> Option<&'static Vocabulary> {
    VOCABULARIES.iter().find(|vocabulary| vocabulary.uris.contains(&uri)).copied()
}

/// Returns what is left of a namespace without what people get wrong.
fn bare(uri: &str) -> &str {
    uri.trim().trim_end_matches(['/', '#']).trim_start_matches("http://").trim_start_matches("https://")
}

/// Returns what a namespace is.
#[must_use]
pub fn known(uri: &str) -> Known {
    if let Some(vocabulary) = find(uri) {
        return Known::Vocabulary(vocabulary);
    }
    if let Some((_, what)) = unsupported::UNSUPPORTED.iter().find(|(known, _)| *known == uri) {
        return Known::Unsupported(what);
    }
    let mistaken = bare(uri);
    let near = VOCABULARIES.iter().filter_map(|vocabulary| vocabulary.uris.first());
    let near = near.filter(|right| !right.is_empty()).find(|right| bare(right).eq_ignore_ascii_case(mistaken));
    near.map_or(Known::Unknown, |right| Known::Mistaken(right))
}

/// Returns the root of a name in a namespace.
pub(super) fn root(uri: &str, local: &str, reader: &Reader<'_>) -> Option<&'static Root> {
    let is_it = |root: &&Root| root.name == local && root.vocabulary.uris.contains(&uri);
    ROOTS.iter().filter(is_it).find(|root| root.only.is_none_or(|kind| kind == (root.kind)(reader)))
}

/// Returns whether an element of an RDF feed is a property whose value may be a thing: one of an extension.
pub(super) fn is_property(frame: &Frame<'_>) -> bool {
    let core = ["rss", "rss090", "rss11", "rdf"];
    let is_extension = frame.vocabulary.is_some_and(|vocabulary| !core.contains(&vocabulary.prefix));
    is_extension && frame.row.is_some_and(|row| row.children.is_empty() && matches!(row.content, Content::Declared(_) | Content::Value(..)))
}

/// Returns the root that was meant by one in no namespace, or in a misspelt one.
pub(super) fn meant_root(uri: &str, local: &str, reader: &Reader<'_>) -> Option<&'static Root> {
    let right = match known(uri) {
        Known::Mistaken(right) => right,
        // Many documents begin with an `entry`, and only Atom's with a `feed`.
        _ if uri.is_empty() && local == "feed" => atom::ATOM.uris.first()?,
        _ => return None,
    };
    root(right, local, reader)
}

/// Says what is wrong with a root that was recognised, if anything.
pub(super) fn root_fault(_root: &Root, uri: &str, kind: Kind) -> Option<(&'static Code, String)> {
    let right = atom::ATOM.uris.first().copied().unwrap_or_default();
    (kind == Kind::Atom03)
        .then(|| (&OBSOLETE_NAMESPACE, format!("`{uri}` is a draft of Atom that was replaced in 2005; Atom 1.0 is `{right}`")))
}

/// Says what a root is that no feed begins with.
pub(super) fn unknown_root(name: &str, local: &str, uri: &str) -> (Kind, &'static Code, String) {
    if let Some(root) = ROOTS.iter().find(|root| root.name == local) {
        let (code, message) = names::root_namespace(name, uri, root.vocabulary.uris.first().copied().unwrap_or_default());
        return (Kind::Unknown, code, message);
    }
    let other = OTHER_ROOTS.iter().find(|(root, ..)| local.eq_ignore_ascii_case(root));
    let (kind, what) = other.map_or((Kind::Unknown, "no feed begins with this element".to_owned()), |(_, kind, what)| {
        (*kind, format!("this is {what}, not a feed"))
    });
    (kind, &UNDEFINED_ELEMENT, format!("`{name}`: {what}"))
}

/// What other documents begin with that stand beside feeds, or in their place.
const OTHER_ROOTS: &[(&str, Kind, &str)] = &[
    ("html", Kind::Html, "an HTML page"),
    ("opml", Kind::Opml, "an OPML document"),
    ("urlset", Kind::Unknown, "a sitemap"),
    ("sitemapindex", Kind::Unknown, "a list of sitemaps"),
    ("OpenSearchDescription", Kind::Unknown, "a description of a search"),
    ("service", Kind::Unknown, "a service document of the Atom Publishing Protocol"),
    ("stylesheet", Kind::Unknown, "a style sheet of XSLT"),
    ("svg", Kind::Unknown, "a drawing"),
    ("kml", Kind::Unknown, "a map"),
    ("Error", Kind::Unknown, "what a server answers when something is wrong"),
];

/// Returns what an element tells about its entry or feed.
pub(super) fn told<'a>(row: &'static Element, frame: Frame<'a>) -> Option<Cow<'a, str>> {
    let attribute = |name: &str| frame.attribute(name).map(|attribute| attribute.value.clone());
    match row.fact? {
        Fact::Link if frame.is("atom", "link") => attribute("href").filter(|_| frame.value("rel").is_none_or(|rel| rel == "alternate")),
        Fact::Enclosure => attribute("url").or_else(|| attribute("href")),
        _ => Some(frame.text.into_value()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::validate::table::Role;
    use crate::validate::tests::judge;
    use proptest::prelude::*;
    use std::fmt::Write as _;

    /// Values near to those that extensions have, and any other text.
    const VALUES: &str = "\\PC{0,20}|[0-9:.,;=+/% -]{0,20}|(geo:|http:|FREQ=|COUNT=|UNTIL=|sha256-|urn:|N|w|,|;| |%|-|é|1|9|\\.|all){0,8}";

    /// Returns an element with the same text in it and in each of its attributes, and with the elements that it may hold.
    fn write_row(prefix: &str, row: &Element, value: &str, depth: usize, out: &mut String) {
        let _ = write!(out, "<{prefix}:{}", row.name);
        for attribute in row.attributes.iter().filter(|attribute| attribute.prefix.is_empty()) {
            // What a type of hash or rating is judged by.
            let known = matches!(attribute.name, "type" | "scheme" | "algo") && value.len().is_multiple_of(2);
            let _ = write!(out, " {}='{}'", attribute.name, if known { "sri" } else { value });
        }
        let _ = write!(out, ">{value}");
        for child in row.children.iter().filter(|_| depth < 3) {
            write_row(prefix, child.element, value, depth + 1, out);
        }
        let _ = write!(out, "</{prefix}:{}>", row.name);
    }

    fn document(value: &str) -> String {
        let value = value.replace('&', "&amp;").replace('<', "&lt;").replace('\'', "&apos;");
        let (mut declared, mut channel, mut item) = (String::new(), String::new(), String::new());
        for vocabulary in VOCABULARIES.iter().filter(|vocabulary| !vocabulary.prefix.is_empty()) {
            let uri = vocabulary.uris.first().copied().unwrap_or_default();
            let _ = write!(declared, " xmlns:{}='{uri}'", vocabulary.prefix);
            for extension in vocabulary.elements {
                let out = if extension.on.meets(Role::ENTRY) { &mut item } else { &mut channel };
                write_row(vocabulary.prefix, extension.child.element, &value, 0, out);
            }
        }
        format!("<rss version='2.0'{declared}><channel>{channel}<item>{item}</item></channel></rss>")
    }

    #[test]
    fn every_vocabulary_has_its_own_prefix_and_namespaces() {
        for (at, vocabulary) in VOCABULARIES.iter().enumerate() {
            for other in VOCABULARIES.iter().skip(at + 1) {
                assert!(!vocabulary.uris.iter().any(|uri| other.uris.contains(uri)), "{} and {}", vocabulary.name, other.name);
            }
            assert!(
                vocabulary.uris.iter().all(|uri| !unsupported::UNSUPPORTED.iter().any(|(known, _)| known == uri)),
                "{}",
                vocabulary.name
            );
        }
    }

    #[test]
    fn a_misspelt_namespace_is_told_from_an_unknown_one() {
        assert!(matches!(known("https://purl.org/dc/elements/1.1"), Known::Mistaken("http://purl.org/dc/elements/1.1/")));
        assert!(matches!(known("http://xmlns.com/foaf/0.1/"), Known::Unsupported("Friend of a Friend")));
        assert!(matches!(known("https://example.org/ns"), Known::Unknown));
    }

    #[test]
    fn a_message_says_a_wrong_value_once_and_not_that_it_is_what_it_is() {
        for value in ["wrong", "WRONG", "-1.5", "200", "x y", "TRUE", "Podcast"] {
            for found in judge(&document(value)) {
                let again = format!(": it has `{value}`");
                let says_nothing = found.message.ends_with(&again) || found.message.contains(&format!("{again}, which"));
                assert!(!says_nothing && !found.message.contains("``"), "{}: {}", found.code, found.message);
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn no_value_of_any_extension_panics(value in VALUES) {
            for found in judge(&document(&value)) {
                prop_assert!(!found.message.contains('\n'), "{}", found.message);
            }
        }
    }
}
