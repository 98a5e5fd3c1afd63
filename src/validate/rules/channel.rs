//! What the best-practices profile of the RSS Advisory Board wants of a channel.

use super::Rule;
use crate::validate::codes::{AVOID_TEXT_INPUT, MISPLACED_ITEM, MISSING_ATOM_SELF_LINK, SLASH_DATE, USE_OF_EXTENSION_ATTR};
use crate::validate::findings::Findings;
use crate::validate::kind::Kind;
use crate::validate::scene::Scene;
use crate::validate::table::Role;
use crate::xml::Ns;

/// Sees the channels of RSS 2.0.
#[allow(clippy::struct_excessive_bools, reason = "four things that a channel may have, each apart from the others")]
#[derive(Debug, Default)]
pub(super) struct Channel {
    has_self: bool,
    has_slash: bool,
    misplaced: bool,
    /// Whether the channel goes by the Advisory Board's edition, which speaks of attributes of extensions.
    allows_attributes: bool,
}

impl Rule for Channel {
    fn start(&mut self, scene: &Scene<'_, '_>, findings: &mut Findings) {
        let here = scene.here();
        if scene.kind != Kind::Rss20 {
            return;
        }
        if !self.allows_attributes && here.vocabulary.is_some_and(|vocabulary| vocabulary.prefix.is_empty()) {
            extension_attributes(scene, findings);
        }
        self.has_self |= here.is("atom", "link") && here.value("rel") == Some("self") && scene.is_in(Role::FEED);
        self.has_slash |= here.is("slash", "comments");
        if here.is("", "textInput") {
            let message = "a `textInput`, which hardly any reader shows";
            findings.add(scene, &AVOID_TEXT_INPUT, here.tag.span.clone(), message).help("remove it; link to a search page instead");
        }
        if !self.misplaced && !here.role().meets(Role::ENTRY) && scene.is_in(Role::FEED) {
            self.misplaced = misplaced(scene, findings);
        }
    }

    fn end(&mut self, scene: &Scene<'_, '_>, findings: &mut Findings) {
        let here = scene.here();
        if here.is("", "docs") {
            self.allows_attributes |= here.text.value().contains("//www.rssboard.org/");
        }
        if scene.kind != Kind::Rss20 || !here.is("", "channel") {
            return;
        }
        let span = here.tag.span.clone();
        if !self.has_self {
            let found = findings.add(scene, &MISSING_ATOM_SELF_LINK, span.clone(), "the channel does not say where it lives");
            found
                .child("atom:link")
                .help("add `<atom:link rel=\"self\" type=\"application/rss+xml\" href=\"…\"/>` with the feed's own address");
        }
        if self.has_slash && here.child("", "lastBuildDate").is_none() {
            let message = "the channel counts comments, but has no `lastBuildDate` that says when";
            findings.add(scene, &SLASH_DATE, span, message).child("lastBuildDate").help("add a `lastBuildDate`");
        }
    }
}

/// Reports attributes of extensions on an element of RSS.
fn extension_attributes(scene: &Scene<'_, '_>, findings: &mut Findings) {
    let here = scene.here();
    for attribute in here.attributes.iter().filter(|attribute| ![Ns::NONE, Ns::XML].contains(&attribute.ns)) {
        let message = format!("`{}` is an attribute of an extension on an element of RSS", attribute.name);
        let found = findings.add(scene, &USE_OF_EXTENSION_ATTR, attribute.name_span.clone(), message).attr(attribute.name);
        found.help("use an element of the extension; or say with `docs` that the feed goes by https://www.rssboard.org/rss-specification");
    }
}

/// Reports an element of the channel that follows an item.
fn misplaced(scene: &Scene<'_, '_>, findings: &mut Findings) -> bool {
    let item = scene.parent().and_then(|channel| channel.child("", "item"));
    let Some(item) = item else { return false };
    let message = format!("`item` stands before `{}` of the channel", scene.here().tag.name);
    let found = findings.add(scene, &MISPLACED_ITEM, item.tag.span.clone(), message);
    found.instead(item.tag.name).spec("RSS Best Practices Profile, item").help("move the items to the end of the channel");
    true
}
