//! The names of namespaces: they are identifiers, so that they are judged as such. And attributes of Atom in namespaces that
//! nobody here knows.

use super::Rule;
use crate::text::value::uri::{self, Kind};
use crate::validate::codes::UNKNOWN_NAMESPACE;
use crate::validate::findings::Findings;
use crate::validate::scene::Scene;
use crate::validate::types::uri_code;
use crate::validate::vocabulary::{self, Known};
use crate::xml::Ns;
use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

/// Sees the namespaces that are declared.
#[derive(Debug, Default)]
pub(super) struct Namespaces {
    /// The names that were judged, as hashes.
    seen: HashSet<u64>,
    /// The namespaces of elements and attributes so far that nobody here knows.
    unknown: HashSet<Ns>,
}

/// XML Schema's attributes are about the document, and no extension of the feed.
const SCHEMA: &str = "http://www.w3.org/2001/XMLSchema-instance";

impl Rule for Namespaces {
    fn start(&mut self, scene: &Scene<'_, '_>, findings: &mut Findings) {
        self.declarations(scene, findings);
        if scene.kind.is_atom() {
            self.attributes(scene, findings);
        }
    }
}

impl Namespaces {
    fn declarations(&mut self, scene: &Scene<'_, '_>, findings: &mut Findings) {
        for declaration in scene.reader.declarations() {
            let mut hasher = DefaultHasher::new();
            declaration.uri.hash(&mut hasher);
            // White space is a fault of its own, which `names` reports.
            if declaration.uri.is_empty() || uri::has_space(&declaration.uri) || !self.seen.insert(hasher.finish()) {
                continue;
            }
            let mut found = Vec::new();
            uri::identifier(&declaration.uri, &mut found);
            // Nobody opens a namespace: other spellings of an address and schemes of one's own are names as good as any.
            let told = |kind: Kind| matches!(kind, Kind::BadTag | Kind::BadUrn | Kind::BadUuid | Kind::NoIri | Kind::Relative);
            let Some(flaw) = found.into_iter().find(|flaw| told(flaw.kind)) else { continue };
            let Some(code) = uri_code(&flaw.kind) else { continue };
            let name = if declaration.prefix.is_empty() { "xmlns".to_owned() } else { format!("xmlns:{}", declaration.prefix) };
            let message = format!("the namespace `{}` {}", declaration.uri, flaw.reason);
            let finding = findings.add(scene, code, declaration.span.clone(), message).attr(&name).spec("Namespaces in XML 1.0 §2.2");
            if let Some(help) = flaw.help {
                finding.help(help);
            }
        }
    }

    fn attributes(&mut self, scene: &Scene<'_, '_>, findings: &mut Findings) {
        let here = scene.here();
        if here.row.is_none() {
            // The walk reports elements.
            self.unknown.insert(here.tag.ns);
            return;
        }
        for attribute in &here.attributes {
            let uri = scene.reader.namespace(attribute.ns);
            let is_own = uri.is_empty() || attribute.ns == Ns::XML || uri == SCHEMA;
            if is_own || !matches!(vocabulary::known(uri), Known::Unknown) || !self.unknown.insert(attribute.ns) {
                continue;
            }
            let message = format!("`{}` is in the namespace `{uri}`, which postrider does not know", attribute.name);
            findings.add(scene, &UNKNOWN_NAMESPACE, attribute.name_span.clone(), message).attr(attribute.name).spec("RFC 4287 §6.2");
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::validate::tests::in_entry;

    #[test]
    fn attributes_of_unknown_namespaces_are_named_once() {
        let found = in_entry(
            "<category xmlns:a='https://example.org/a' term='x' a:b='1' a:c='2'/><category xmlns:b='https://example.org/a' term='y' b:c='2'/>",
        );
        assert_eq!(found, ["unknown-namespace feed/entry/category@a:b"]);
        let schema = "xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance' xsi:schemaLocation='a b'";
        assert!(in_entry(&format!("<category term='x' xml:id='c' {schema}/>")).is_empty());
    }

    #[test]
    fn a_wrong_namespace_behind_a_known_prefix_is_told_once() {
        for (declared, code) in [
            ("xmlns:media='http://www.rssboard.org/media-rss'", "media-rss-namespace feed/entry/media:thumbnail@xmlns:media"),
            ("xmlns:media='https://search.yahoo.com/mrss/'", "invalid-namespace feed/entry/media:thumbnail"),
            ("xmlns:media='https://example.org/media'", "reserved-prefix feed/entry/media:thumbnail@xmlns:media"),
        ] {
            assert_eq!(in_entry(&format!("<media:thumbnail {declared} url='https://example.org/1.jpg'/>")), [code]);
        }
    }

    #[test]
    fn the_name_of_a_namespace_is_an_identifier() {
        let declare = |uri: &str| in_entry(&format!("<category term='x' xmlns:a='{uri}'/>"));
        assert_eq!(declare("tag:example.org"), ["invalid-tag feed/entry/category@xmlns:a"]);
        assert_eq!(declare("urn:x"), ["invalid-urn feed/entry/category@xmlns:a"]);
        assert_eq!(declare("my/names"), ["invalid-full-link feed/entry/category@xmlns:a"]);
        for good in ["http://EXAMPLE.org:80/a/../b", "urn:schemas-example:x", "DAV:", "tag:example.org,2024:x", "x-own:y"] {
            assert!(declare(good).is_empty(), "{good}: {:?}", declare(good));
        }
    }
}
