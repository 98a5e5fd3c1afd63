//! Two elements that mean the same, of which each reader takes another.

use super::Rule;
use crate::diagnostic::Code;
use crate::validate::codes::{
    DUPLICATE_DESCRIPTION_SEMANTICS, DUPLICATE_ITEM_SEMANTICS, DUPLICATE_SEMANTICS, ITEM_MUST_CONTAIN_TITLE_OR_DESCRIPTION, MISSING_GUID,
    NEED_DESCRIPTION_BEFORE_CONTENT,
};
use crate::validate::findings::Findings;
use crate::validate::kind::Kind;
use crate::validate::scene::{Frame, Scene};
use crate::validate::table::Role;

/// An element by the usual prefix of its vocabulary.
type Name = (&'static str, &'static str);

/// Pairs in a channel.
const CHANNEL: &[(Name, Name)] = &[
    (("", "language"), ("dc", "language")),
    (("", "copyright"), ("dc", "rights")),
    (("", "webMaster"), ("dc", "publisher")),
    (("", "managingEditor"), ("dc", "creator")),
    (("", "generator"), ("admin", "generatorAgent")),
    (("", "lastBuildDate"), ("dcterms", "modified")),
    (("", "pubDate"), ("dc", "date")),
    (("", "title"), ("dc", "title")),
    (("creativeCommons", "license"), ("cc", "license")),
];

/// Pairs in an item.
const ITEM: &[(Name, Name)] = &[
    (("", "author"), ("dc", "creator")),
    (("", "pubDate"), ("dc", "date")),
    (("", "pubDate"), ("dcterms", "issued")),
    (("", "category"), ("dc", "subject")),
    (("", "guid"), ("atom", "id")),
    (("", "title"), ("dc", "title")),
    (("", "source"), ("dc", "source")),
    (("creativeCommons", "license"), ("cc", "license")),
];

/// Pairs of an item of which one is its text.
const DESCRIPTION: &[(Name, Name)] = &[
    (("", "description"), ("dc", "description")),
    (("", "description"), ("dcterms", "abstract")),
    (("", "description"), ("atom", "summary")),
    (("content", "encoded"), ("atom", "content")),
    (("content", "encoded"), ("xhtml", "body")),
];

/// Looks at what an item or a channel of RSS holds, when it ends.
#[derive(Debug, Default)]
pub(super) struct Semantics;

impl Rule for Semantics {
    fn end(&mut self, scene: &Scene<'_, '_>, findings: &mut Findings) {
        let here = scene.here();
        if here.vocabulary.is_none_or(|vocabulary| !vocabulary.prefix.is_empty()) {
            return;
        }
        if here.role().meets(Role::FEED) {
            pairs(scene, CHANNEL, &DUPLICATE_SEMANTICS, findings);
        } else if here.role().meets(Role::ENTRY) {
            pairs(scene, ITEM, &DUPLICATE_ITEM_SEMANTICS, findings);
            pairs(scene, DESCRIPTION, &DUPLICATE_DESCRIPTION_SEMANTICS, findings);
            item(scene, findings);
        }
    }
}

fn pairs(scene: &Scene<'_, '_>, pairs: &[(Name, Name)], code: &'static Code, findings: &mut Findings) {
    let here = scene.here();
    for (first, second) in pairs {
        if let (Some(core), Some(other)) = (here.child(first.0, first.1), here.child(second.0, second.1)) {
            let message = format!("`{}` and `{}` of one `{}` mean the same", core.tag.name, other.tag.name, here.tag.name);
            findings.add(scene, code, other.tag.span.clone(), message).child(other.tag.name).help(format!("keep `{}`", core.tag.name));
        }
    }
}

/// Looks at what an item lacks, and at the order of its texts.
fn item(scene: &Scene<'_, '_>, findings: &mut Findings) {
    let here: &Frame<'_> = scene.here();
    let has = |names: &[Name]| names.iter().any(|(prefix, local)| here.child(prefix, local).is_some());
    let span = here.tag.span.clone();
    if !has(&[("", "title"), ("", "description"), ("dc", "title"), ("dc", "description"), ("content", "encoded"), ("xhtml", "body")]) {
        let message = "the item has neither `title` nor `description`";
        findings.add(scene, &ITEM_MUST_CONTAIN_TITLE_OR_DESCRIPTION, span.clone(), message).help("add one of them");
    }
    if scene.kind != Kind::Rss20 {
        return;
    }
    if !has(&[("", "guid"), ("atom", "id"), ("dc", "identifier"), ("dcterms", "identifier")]) {
        let found = findings.add(scene, &MISSING_GUID, span, "the item has no `guid` by which readers know it again");
        found.child("guid").help("add a `guid`: the permalink, or any text that never changes with `isPermaLink=\"false\"`");
    }
    if let (Some(description), Some(content)) = (here.child("", "description"), here.child("content", "encoded"))
        && content.tag.span.start < description.tag.span.start
    {
        let message = format!("`description` follows `{}`, and some readers keep the last of them", content.tag.name);
        let found = findings.add(scene, &NEED_DESCRIPTION_BEFORE_CONTENT, description.tag.span.clone(), message);
        found.child(description.tag.name).help("put the `description` first");
    }
}
