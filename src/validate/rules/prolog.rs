//! What stands before the root: the version of XML, document types and external entities.

use super::Rule;
use crate::validate::codes::{BAD_XML_VERSION, CONTAINS_SYSTEM_ENTITY, DEPRECATED_DTD, INVALID_DOCTYPE};
use crate::validate::findings::Findings;
use crate::validate::kind::Kind;
use crate::validate::scene::Scene;

/// Looks at it when the root begins.
#[derive(Debug, Default)]
pub(super) struct Prolog;

impl Rule for Prolog {
    fn start(&mut self, scene: &Scene<'_, '_>, findings: &mut Findings) {
        if scene.frames.len() > 1 {
            return;
        }
        if let Some((version, span)) = scene.reader.version().filter(|(version, _)| *version != "1.0") {
            let message = format!("the document says that it is XML {version}, and parsers know XML 1.0");
            findings.add(scene, &BAD_XML_VERSION, span, message).help("write `version=\"1.0\"`");
        }
        let Some(doctype) = scene.reader.doctype() else { return };
        let system = doctype.system_id.unwrap_or_default();
        if system.contains("my.netscape.com") {
            let message = format!("`{system}` was given up long ago, and parsers that load it fail");
            findings.add(scene, &DEPRECATED_DTD, doctype.span.clone(), message).help("remove the DOCTYPE");
        } else if doctype.public_id.unwrap_or_default().contains("RSS 0.91") && scene.kind != Kind::Rss091 {
            let message = format!("the DOCTYPE is that of RSS 0.91, and the feed is `{}`", scene.kind.name());
            findings.add(scene, &INVALID_DOCTYPE, doctype.span.clone(), message).help("remove the DOCTYPE");
        } else if doctype.name != scene.here().tag.name {
            let message = format!("the DOCTYPE is for `{}`, and the root is `{}`", doctype.name, scene.here().tag.name);
            findings.add(scene, &INVALID_DOCTYPE, doctype.span.clone(), message).help("remove the DOCTYPE");
        }
        for entity in &doctype.external_entities {
            let message = format!("`{}` is an external entity, which readers do not fetch", entity.name);
            findings.add(scene, &CONTAINS_SYSTEM_ENTITY, entity.span.clone(), message).help("write its text into the feed");
        }
    }
}
