//! The names of namespaces: they are identifiers, so that they are judged as such.

use super::Rule;
use crate::text::value::uri::{self, Kind};
use crate::validate::findings::Findings;
use crate::validate::scene::Scene;
use crate::validate::types::uri_code;
use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

/// Sees the namespaces that are declared.
#[derive(Debug, Default)]
pub(super) struct Namespaces {
    /// The names that were judged, as hashes.
    seen: HashSet<u64>,
}

impl Rule for Namespaces {
    fn start(&mut self, scene: &Scene<'_, '_>, findings: &mut Findings) {
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
            let message = format!("`{}` is not an absolute URI: it {}", declaration.uri, flaw.reason);
            let finding = findings.add(scene, code, declaration.span.clone(), message).attr(&name).spec("Namespaces in XML 1.0 §2.2");
            if let Some(help) = flaw.help {
                finding.help(help);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::validate::tests::in_entry;

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
