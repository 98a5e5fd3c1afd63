//! Content whose type names a whole document of XHTML, and that is a piece of one.

use super::Rule;
use crate::validate::codes::HTML_FRAGMENT;
use crate::validate::findings::Findings;
use crate::validate::scene::{Scene, Subtree};

/// Reports content of the type `application/xhtml+xml` that begins with another element than `html`.
#[derive(Debug, Default)]
pub(super) struct Fragment;

impl Rule for Fragment {
    fn start(&mut self, scene: &Scene<'_, '_>, findings: &mut Findings) {
        let Some(parent) =
            scene.parent().filter(|parent| parent.subtree == Subtree::Xml && parent.elements == 1 && parent.is("atom", "content"))
        else {
            return;
        };
        let kind = parent.value("type").unwrap_or_default();
        let essence = kind.split(';').next().unwrap_or_default().trim();
        let here = scene.here();
        if essence.eq_ignore_ascii_case("application/xhtml+xml") && here.tag.local != "html" {
            let message = format!("the type of `{}` is that of a whole document, but it holds a piece of one", parent.tag.name);
            let around = scene.frames.len().saturating_sub(1);
            let holder = Scene { frames: scene.frames.get(..around).unwrap_or_default(), ..*scene };
            findings.add(&holder, &HTML_FRAGMENT, here.tag.span.clone(), message).help("write `type=\"xhtml\"` and one `div` around it");
        }
    }
}
