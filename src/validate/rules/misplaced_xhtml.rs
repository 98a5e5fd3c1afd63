//! XHTML beside the elements that are made for it.

use super::Rule;
use crate::validate::codes::MISPLACED_XHTML_CONTENT;
use crate::validate::findings::Findings;
use crate::validate::scene::{Scene, Subtree};
use crate::validate::table::Role;

/// Elements of XHTML that say something about the feed, and are no text.
const METADATA: &[&str] = &["base", "link", "meta", "script", "style", "title"];

/// Reports XHTML directly in a feed or an entry. An item of RSS may have a `body`, which is as old as `content:encoded`.
#[derive(Debug, Default)]
pub(super) struct MisplacedXhtml;

impl Rule for MisplacedXhtml {
    fn start(&mut self, scene: &Scene<'_, '_>, findings: &mut Findings) {
        let here = scene.here();
        let Some(parent) = scene.parent().filter(|parent| parent.subtree == Subtree::Rows && parent.tag.ns != here.tag.ns) else { return };
        if !parent.role().meets(Role::FEED | Role::ENTRY) || scene.reader.namespace(here.tag.ns) != "http://www.w3.org/1999/xhtml" {
            return;
        }
        let local = here.tag.local;
        let is_body = local == "body" && !scene.kind.is_atom() && parent.role().meets(Role::ENTRY);
        if !is_body && !METADATA.contains(&local) {
            let message = format!("`{}` stands directly in `{}`, where readers do not look for text", here.tag.name, parent.tag.name);
            let help = if scene.kind.is_atom() {
                "put it into `content type=\"xhtml\"`"
            } else {
                "put it into `description` or `content:encoded`, escaped"
            };
            findings.add(scene, &MISPLACED_XHTML_CONTENT, here.tag.span.clone(), message).help(help);
        }
    }
}
