//! A feed that does not name its language.

use super::Rule;
use crate::validate::codes::MISSING_DC_LANGUAGE;
use crate::validate::findings::Findings;
use crate::validate::kind::Kind;
use crate::validate::scene::Scene;
use crate::validate::table::Role;
use crate::xml::Ns;

/// Looks for a language: an element, or `xml:lang`.
#[derive(Debug, Default)]
pub(super) struct Language {
    found: bool,
}

impl Rule for Language {
    fn start(&mut self, scene: &Scene<'_, '_>, _findings: &mut Findings) {
        let here = scene.here();
        let outside_entries = scene.entry.is_none();
        let names = outside_entries && (here.is("", "language") || here.is("dc", "language") || here.tag.local == "language");
        self.found |=
            names || outside_entries && here.attributes.iter().any(|attribute| attribute.ns == Ns::XML && attribute.local == "lang");
    }

    fn end(&mut self, scene: &Scene<'_, '_>, findings: &mut Findings) {
        let here = scene.here();
        if !self.found && here.role().meets(Role::FEED) && !scene.kind.is_atom() && scene.kind != Kind::Rss090 {
            self.found = true;
            let found = findings.add(scene, &MISSING_DC_LANGUAGE, here.tag.span.clone(), "the feed does not name its language");
            let name = if scene.kind.is_rdf() { "dc:language" } else { "language" };
            found.child(name).help(format!("add `<{name}>en</{name}>` with its language tag"));
        }
    }
}
