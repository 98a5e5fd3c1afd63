//! Names that do not belong where they stand: elements, attributes, namespaces and prefixes.

use super::codes::{
    INVALID_NAMESPACE, MISSING_NAMESPACE, UNDEFINED_ELEMENT, UNDETERMINABLE_VOCABULARY, UNEXPECTED_ATTRIBUTE, UNKNOWN_NAMESPACE,
    UNSUPPORTED_NAMESPACE,
};
use super::findings::Findings;
use super::scene::{Frame, Scene};
use super::table::Vocabulary;
use super::vocabulary::{self, Known};
use crate::diagnostic::Code;
use crate::text::suggest::did_you_mean;
use crate::xml::{Attribute, Ns};

/// Says that an element does not belong in its parent.
pub(super) fn undefined(
    name: &str,
    local: &str,
    parent: &Frame<'_>,
    vocabulary: &'static Vocabulary,
) -> (&'static Code, String, Option<String>) {
    let row = parent.row;
    let own = row.into_iter().flat_map(|row| row.children).map(|child| child.element.name);
    let extensions = vocabulary.elements.iter().map(|extension| extension.child.element.name);
    let known: Vec<&str> =
        if parent.vocabulary.is_some_and(|own| std::ptr::eq(own, vocabulary)) { own.collect() } else { extensions.collect() };
    if known.contains(&local) {
        let message = format!("`{name}` does not belong in `{}`", parent.tag.name);
        return (&UNDEFINED_ELEMENT, message, Some("move it to where its specification puts it, or remove it".to_owned()));
    }
    let message = format!("{} has no element `{local}` in `{}`", vocabulary.name, parent.tag.name);
    (&UNDEFINED_ELEMENT, message, did_you_mean(local, known))
}

/// Says what is wrong with an element of a namespace that has no vocabulary here, if anything.
pub(super) fn foreign(name: &str, uri: &str, known: Known, parent: &Frame<'_>) -> Option<(&'static Code, String)> {
    let parent = parent.tag.name;
    match known {
        _ if uri.is_empty() => {
            let message = format!("`{name}` in `{parent}` is in no namespace, so nobody can tell what it means");
            Some((&UNDETERMINABLE_VOCABULARY, message))
        }
        Known::Mistaken(right) => Some((&INVALID_NAMESPACE, format!("`{uri}` is not the namespace `{right}`"))),
        Known::Unsupported(what) => Some((&UNSUPPORTED_NAMESPACE, format!("`{name}` belongs to {what}, which postrider does not judge"))),
        _ => Some((&UNKNOWN_NAMESPACE, format!("`{name}` is in the namespace `{uri}`, which postrider does not know"))),
    }
}

/// Judges the namespaces that an element declares.
pub(super) fn check_declarations(_scene: &Scene<'_, '_>, _findings: &mut Findings) {}

/// Judges an attribute that the element's row does not name.
pub(super) fn check_attribute(scene: &Scene<'_, '_>, attribute: &Attribute<'_>, findings: &mut Findings) {
    let name = scene.here().tag.name;
    if attribute.ns == Ns::NONE {
        let message = format!("`{name}` has no attribute `{}`", attribute.name);
        let known = scene.here().row.into_iter().flat_map(|row| row.attributes).map(|known| known.name);
        let found = findings.add(scene, &UNEXPECTED_ATTRIBUTE, attribute.name_span.clone(), message).attr(attribute.name);
        if let Some(help) = did_you_mean(attribute.local, known) {
            found.help(help);
        }
        return;
    }
    if let Known::Vocabulary(vocabulary) = vocabulary::known(scene.reader.namespace(attribute.ns))
        && let Some(known) = vocabulary.attributes.iter().find(|known| known.name == attribute.local)
        && let Some((kind, code)) = known.value
    {
        findings.flaws_in_attribute(scene, attribute, kind, code);
    }
}

/// Says that the root is in no namespace, or the wrong one, where it should be in another.
pub(super) fn root_namespace(name: &str, uri: &str, right: &str) -> (&'static Code, String) {
    if uri.is_empty() {
        return (&MISSING_NAMESPACE, format!("`{name}` is in no namespace; it should be in `{right}`"));
    }
    (&INVALID_NAMESPACE, format!("`{name}` is in the namespace `{uri}`; it should be in `{right}`"))
}
