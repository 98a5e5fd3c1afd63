//! What stands before the root: document types and external entities.

use super::Rule;
use crate::validate::codes::{CONTAINS_SYSTEM_ENTITY, DEPRECATED_DTD, INVALID_DOCTYPE};
use crate::validate::findings::Findings;
use crate::validate::scene::Scene;

/// Looks at the document type when the root begins.
#[derive(Debug, Default)]
pub(super) struct Prolog;

impl Rule for Prolog {
    fn start(&mut self, scene: &Scene<'_, '_>, findings: &mut Findings) {
        if scene.frames.len() > 1 {
            return;
        }
        let Some(doctype) = scene.reader.doctype() else { return };
        let system = doctype.system_id.unwrap_or_default();
        if system.contains("my.netscape.com") {
            let message = format!("`{system}` was given up long ago, and parsers that load it fail");
            findings.add(scene, &DEPRECATED_DTD, doctype.span.clone(), message).help("remove the DOCTYPE");
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
