//! RDF/XML inside the extensions of RSS 0.90, 1.0 and 1.1: things and their properties take turns (RDF 1.1 XML Syntax §2).

use super::Rule;
use crate::validate::codes::{DUPLICATE_VALUE, INVALID_RDF, UNEXPECTED_ATTRIBUTE};
use crate::validate::findings::Findings;
use crate::validate::scene::{Frame, Scene, Subtree};
use crate::xml::Attribute;
use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

/// Sees the elements of extensions, and remembers hashes of the names that things have.
#[derive(Debug, Default)]
pub(super) struct Rdf {
    names: HashSet<u64>,
}

impl Rule for Rdf {
    fn start(&mut self, scene: &Scene<'_, '_>, findings: &mut Findings) {
        if !scene.kind.is_rdf() {
            return;
        }
        let here = scene.here();
        if let Some(about) = rdf(scene, here, "about").filter(|_| here.row.is_some()) {
            self.name(scene, about, findings);
        }
        if here.subtree == Subtree::Rdf && is_thing(scene) {
            thing(scene, findings);
        }
    }

    fn end(&mut self, scene: &Scene<'_, '_>, findings: &mut Findings) {
        let here = scene.here();
        let is_property = here.subtree == Subtree::Rdf && !is_thing(scene) || here.row.is_some_and(|row| row.children.is_empty());
        if !scene.kind.is_rdf() || here.elements == 0 || rdf(scene, here, "parseType").is_some() {
            return;
        }
        let (is_thing, name) = (here.subtree == Subtree::Rdf && is_thing(scene), here.tag.name);
        let span = here.tag.span.clone();
        if (is_property || is_thing) && !here.text.is_blank() {
            let message = format!("`{name}` holds text and elements, which RDF cannot mean");
            findings.add(scene, &INVALID_RDF, span, message).help("put the text into an element of its own");
        } else if is_property && (here.elements > 1 || rdf(scene, here, "resource").is_some()) {
            let message = format!("`{name}` has more than one value, which RDF cannot mean");
            findings.add(scene, &INVALID_RDF, span, message).help("write the element once for each value");
        }
    }
}

impl Rdf {
    fn name(&mut self, scene: &Scene<'_, '_>, about: &Attribute<'_>, findings: &mut Findings) {
        let mut hasher = DefaultHasher::new();
        about.value.hash(&mut hasher);
        if !self.names.insert(hasher.finish()) {
            let message = format!("`{}` is the name of another thing too", about.value);
            findings.add(scene, &DUPLICATE_VALUE, about.value_span.clone(), message).attr(about.name).help("give each its own `rdf:about`");
        }
    }
}

/// Judges the attributes of a thing.
fn thing(scene: &Scene<'_, '_>, findings: &mut Findings) {
    let here = scene.here();
    if let Some(resource) = rdf(scene, here, "resource") {
        let message = format!("`{}` is a thing, and `{}` belongs on a property", here.tag.name, resource.name);
        findings.add(scene, &INVALID_RDF, resource.name_span.clone(), message).attr(resource.name).help("write `rdf:about`");
    }
    for attribute in &here.attributes {
        if ["http://purl.org/rss/1.0/", "http://purl.org/net/rss1.1#"].contains(&scene.reader.namespace(attribute.ns)) {
            let message = format!("`{}` is an element of RSS and no attribute of `{}`", attribute.name, here.tag.name);
            findings.add(scene, &UNEXPECTED_ATTRIBUTE, attribute.name_span.clone(), message).attr(attribute.name);
        }
    }
}

/// Returns whether the element is a thing: the first inside a property of the feed is one.
fn is_thing(scene: &Scene<'_, '_>) -> bool {
    scene.frames.iter().rev().take_while(|frame| frame.subtree == Subtree::Rdf).count() % 2 == 1
}

/// Returns an attribute of RDF.
fn rdf<'f, 'a>(scene: &Scene<'_, 'a>, frame: &'f Frame<'a>, name: &str) -> Option<&'f Attribute<'a>> {
    const RDF: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";
    frame.attributes.iter().find(|attribute| attribute.local == name && scene.reader.namespace(attribute.ns) == RDF)
}
