//! Names that do not belong where they stand: elements, attributes, namespaces and prefixes.

use super::codes::{
    AVOID_NAMESPACE_PREFIX, INVALID_NAMESPACE, INVALID_URI, MEDIA_RSS_NAMESPACE, MISSING_NAMESPACE, NO_BLINK, NONSTD_PREFIX,
    NOT_IN_A_NAMESPACE, OBSOLETE_WIKI_NAMESPACE, QUESTIONABLE_USAGE, RESERVED_PREFIX, SAX_ERROR, UNDEFINED_ELEMENT,
    UNDETERMINABLE_VOCABULARY, UNEXPECTED_ATTRIBUTE, UNKNOWN_NAMESPACE, UNSUPPORTED_NAMESPACE,
};
use super::findings::Findings;
use super::scene::{Frame, Scene, Subtree};
use super::table::{Role, Vocabulary};
use super::vocabulary::{self, Known, VOCABULARIES};
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
    if name == "blink" && parent.is("", "channel") {
        let message = "`blink` was proposed for RSS and never became a part of it".to_owned();
        return (&NO_BLINK, message, Some("remove it, or write `blogChannel:blink`".to_owned()));
    }
    let row = parent.row;
    let own = row.into_iter().flat_map(|row| row.children).map(|child| child.element.name);
    let extensions = vocabulary.elements.iter().map(|extension| extension.child.element.name);
    let known: Vec<&str> =
        if parent.vocabulary.is_some_and(|own| std::ptr::eq(own, vocabulary)) { own.collect() } else { extensions.collect() };
    // RFC 4287 §6 lets extensions stand anywhere; what one means inside a person or a link nobody has said.
    if known.contains(&local)
        && vocabulary.prefix != "atom"
        && parent.vocabulary.is_some_and(|own| own.prefix == "atom")
        && parent.role().meets(Role::PERSON | Role::LINK | Role::CATEGORY | Role::TEXT | Role::SOURCE)
    {
        let message = format!("{} says nothing of `{name}` in `{}`", vocabulary.name, parent.tag.name);
        return (&QUESTIONABLE_USAGE, message, Some("move it to where its specification puts it".to_owned()));
    }
    if known.contains(&local) {
        let message = format!("`{name}` does not belong in `{}`", parent.tag.name);
        return (&UNDEFINED_ELEMENT, message, Some("move it to where its specification puts it, or remove it".to_owned()));
    }
    let message = format!("{} has no element `{local}` in `{}`", vocabulary.name, parent.tag.name);
    (&UNDEFINED_ELEMENT, message, did_you_mean(local, known))
}

/// Says what is wrong with an element of a namespace that has no vocabulary here.
pub(super) fn foreign(name: &str, uri: &str, known: Known, parent: &Frame<'_>) -> (&'static Code, String) {
    let parent = parent.tag.name;
    match known {
        _ if uri.is_empty() => {
            let message = format!("`{name}` in `{parent}` is in no namespace, so nobody can tell what it means");
            (&UNDETERMINABLE_VOCABULARY, message)
        }
        Known::Mistaken(right) => (&INVALID_NAMESPACE, format!("`{uri}` is not the namespace `{right}`")),
        Known::Unsupported(what) => (&UNSUPPORTED_NAMESPACE, format!("`{name}` belongs to {what}, which postrider does not judge")),
        _ => (&UNKNOWN_NAMESPACE, format!("`{name}` is in the namespace `{uri}`, which postrider does not know")),
    }
}

/// Namespaces under another address than the right one, each with its code.
static MISTAKES: &[(&str, &Code, &str)] = &[
    ("http://search.yahoo.com/mrss", &MEDIA_RSS_NAMESPACE, "http://search.yahoo.com/mrss/"),
    ("http://www.rssboard.org/media-rss", &MEDIA_RSS_NAMESPACE, "http://search.yahoo.com/mrss/"),
    ("https://www.rssboard.org/media-rss", &MEDIA_RSS_NAMESPACE, "http://search.yahoo.com/mrss/"),
    ("http://www.usemod.com/cgi-bin/mb.pl?ModWiki", &OBSOLETE_WIKI_NAMESPACE, "http://purl.org/rss/1.0/modules/wiki/"),
];

/// Judges the namespaces that an element declares.
pub(super) fn check_declarations(scene: &Scene<'_, '_>, findings: &mut Findings) {
    for declared in scene.reader.declarations() {
        let name = if declared.prefix.is_empty() { "xmlns".to_owned() } else { format!("xmlns:{}", declared.prefix) };
        let uri = declared.uri.as_ref();
        let mut add = |code: &'static Code, message: String, help: String| {
            findings.add(scene, code, declared.span.clone(), message).attr(&name).help(help);
        };
        if uri.contains([' ', '\t', '\n', '\r']) {
            // Processors with namespaces, libxml2 among them, call this an error of theirs.
            add(&SAX_ERROR, format!("the namespace `{uri}` holds white space"), "write the namespace without it".to_owned());
        } else if let Some(bad) = uri.find(['{', '}', '<', '>', '"', '|', '\\', '^', '`']) {
            let shown = uri.get(bad..).and_then(|rest| rest.chars().next()).unwrap_or_default();
            add(&INVALID_URI, format!("the namespace `{uri}` is no URI: it holds `{shown}`"), "write a URI".to_owned());
        } else if let Some((_, code, right)) = MISTAKES.iter().find(|(wrong, ..)| *wrong == uri) {
            add(code, format!("the namespace `{uri}` is not the one that readers look for"), format!("write `{right}`"));
        } else if !declared.prefix.is_empty() {
            check_prefix(declared.prefix, uri, &mut add);
        }
    }
}

/// Returns whether everybody writes a prefix for one vocabulary.
pub(super) fn is_reserved(prefix: &str) -> bool {
    !prefix.is_empty() && VOCABULARIES.iter().any(|vocabulary| vocabulary.prefix == prefix)
}

/// Judges which prefix stands for a namespace.
fn check_prefix(prefix: &str, uri: &str, add: &mut impl FnMut(&'static Code, String, String)) {
    if let Some(vocabulary) = vocabulary::find(uri) {
        // RSS's own elements have no usual prefix.
        if vocabulary.prefix != prefix && !vocabulary.prefix.starts_with("rss") && !vocabulary.prefix.is_empty() {
            let message = format!("{} has the prefix `{prefix}`, and readers may look for `{}`", vocabulary.name, vocabulary.prefix);
            add(&NONSTD_PREFIX, message, format!("write `xmlns:{}`", vocabulary.prefix));
        }
    } else if let Some(vocabulary) = VOCABULARIES.iter().find(|vocabulary| vocabulary.prefix == prefix)
        // A slip of the pen is told where the namespace is used.
        && !matches!(vocabulary::known(uri), Known::Mistaken(_))
    {
        let message = format!("`{prefix}` is the prefix of {} everywhere else, and here of `{uri}`", vocabulary.name);
        let right = vocabulary.uris.first().copied().unwrap_or_default();
        add(&RESERVED_PREFIX, message, format!("write `{right}`, or another prefix"));
    }
}

/// Reports an element without a namespace inside one of an extension.
pub(super) fn check_inside(scene: &Scene<'_, '_>, findings: &mut Findings) {
    let here = scene.here();
    let parent = scene.parent().filter(|parent| parent.tag.ns != Ns::NONE && parent.row.is_none() && parent.subtree == Subtree::Skipped);
    if let Some(parent) = parent.filter(|_| here.tag.ns == Ns::NONE && !scene.kind.is_atom() && here.subtree == Subtree::Skipped) {
        let message = format!("`{}` in `{}` is in no namespace", here.tag.name, parent.tag.name);
        findings.add(scene, &NOT_IN_A_NAMESPACE, here.tag.span.clone(), message).help("give it the prefix of its vocabulary");
    }
}

/// Reports Atom's root with a prefix, which software that does not know namespaces cannot read.
pub(super) fn check_root(scene: &Scene<'_, '_>, findings: &mut Findings) {
    let here = scene.here();
    if scene.frames.len() == 1 && scene.kind.is_atom() && !here.tag.prefix.is_empty() {
        let message = format!("`{}` has a prefix, and some readers look for `{}`", here.tag.name, here.tag.local);
        findings.add(scene, &AVOID_NAMESPACE_PREFIX, here.tag.span.clone(), message).help("declare the namespace with `xmlns` alone");
    }
}

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
    let Some(vocabulary) = vocabulary::find(scene.reader.namespace(attribute.ns)) else { return };
    match vocabulary.attributes.iter().find(|known| known.name == attribute.local) {
        Some(known) => {
            if let Some((kind, code)) = known.value {
                findings.flaws_in_attribute(scene, attribute, kind, code);
            }
        }
        None if vocabulary.closed && !vocabulary.attributes.is_empty() => {
            let message = format!("{} has no attribute `{}`", vocabulary.name, attribute.local);
            let help = did_you_mean(attribute.local, vocabulary.attributes.iter().map(|known| known.name));
            let found = findings.add(scene, &UNEXPECTED_ATTRIBUTE, attribute.name_span.clone(), message).attr(attribute.name);
            if let Some(help) = help {
                found.help(help);
            }
        }
        None => {}
    }
}

/// Says that the root is in no namespace, or the wrong one, where it should be in another.
pub(super) fn root_namespace(name: &str, uri: &str, right: &str) -> (&'static Code, String) {
    if uri.is_empty() {
        return (&MISSING_NAMESPACE, format!("`{name}` is in no namespace; it should be in `{right}`"));
    }
    (&INVALID_NAMESPACE, format!("`{name}` is in the namespace `{uri}`; it should be in `{right}`"))
}
