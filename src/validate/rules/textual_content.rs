//! Entries of Atom without a text to read (RFC 4287 §4.1.1.1).

use super::Rule;
use crate::validate::codes::MISSING_TEXTUAL_CONTENT;
use crate::validate::findings::Findings;
use crate::validate::scene::{Facts, Scene};
use crate::validate::table::Fact;

/// Reports an entry with neither summary nor content.
#[derive(Debug, Default)]
pub(super) struct TextualContent;

impl Rule for TextualContent {
    fn entry(&mut self, scene: &Scene<'_, '_>, told: &Facts<'_>, findings: &mut Findings) {
        if scene.kind.is_atom() && told.first(Fact::Summary).is_none() && told.first(Fact::Content).is_none() {
            let here = scene.here();
            let message =
                format!("`{}` has neither `summary` nor `content`, so there is nothing to read or search but its title", here.tag.name);
            findings
                .add(scene, &MISSING_TEXTUAL_CONTENT, here.tag.span.clone(), message)
                .help("add a `summary` or the whole `content`")
                .spec("RFC 4287 §4.1.1.1");
        }
    }
}
