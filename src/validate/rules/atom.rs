//! What Atom asks of an entry or a feed as a whole: an author, something to show or to open, links that differ, the feed's
//! own elements before its entries (RFC 4287 §4.1).

use super::Rule;
use crate::text::value::{date, media_type};
use crate::validate::codes::{
    DUPLICATE_ATOM_LINK, MISPLACED_METADATA, MISSING_CONTENT_OR_ALTERNATE, MISSING_ELEMENT, MISSING_SUMMARY, MISSING_TYPE_ATTR,
    UNEXPECTED_TEXT, UPDATED_BEFORE_PUBLISHED,
};
use crate::validate::findings::{Findings, Located};
use crate::validate::scene::{Facts, Frame, Scene, Subtree};
use crate::validate::table::{Fact, Role};
use crate::validate::vocabulary::atom::has_relation;
use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

/// Sees the entries and feeds of Atom.
#[derive(Debug, Default)]
pub(super) struct Atom {
    /// The alternates of each open feed, entry and source, by how many elements were open.
    alternates: Vec<(usize, HashSet<u64>)>,
    /// What the entry's content is.
    content: Body,
    source_has_author: bool,
    /// The entries without an author, until it is known that the feed has none.
    authorless: Vec<Located>,
}

/// What an entry has as content.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Body {
    #[default]
    Shown,
    /// At another address.
    Elsewhere,
    Binary,
}

impl Rule for Atom {
    fn start(&mut self, scene: &Scene<'_, '_>, findings: &mut Findings) {
        let here = scene.here();
        if here.vocabulary.is_none_or(|vocabulary| vocabulary.prefix != "atom") {
            return;
        }
        misplaced(scene, findings);
        if here.is("atom", "link") {
            self.link(scene, findings);
        } else if here.is("atom", "entry") {
            (self.content, self.source_has_author) = (Body::Shown, false);
        } else if here.is("atom", "content") {
            self.content = body(here);
            if self.content == Body::Elsewhere && here.attribute("type").is_none() {
                let message = "the content is elsewhere, and nothing says of what type it is";
                let found = findings.add(scene, &MISSING_TYPE_ATTR, here.tag.span.clone(), message);
                found.attr("type").help("add `type` with the media type of what is at `src`");
            }
        }
    }

    fn entry(&mut self, scene: &Scene<'_, '_>, told: &Facts<'_>, findings: &mut Findings) {
        if scene.kind.is_atom() {
            order(scene, told, findings);
        }
    }

    fn end(&mut self, scene: &Scene<'_, '_>, findings: &mut Findings) {
        let here = scene.here();
        if here.is("at", "by") && here.child("atom", "name").is_none() {
            let message = format!("`{}` has no `name`", here.tag.name);
            findings.add(scene, &MISSING_ELEMENT, here.tag.span.clone(), message).child("name").spec("RFC 4287 §3.2.1");
        }
        if here.vocabulary.is_none_or(|vocabulary| vocabulary.prefix != "atom") {
            return;
        }
        if here.is("atom", "source") {
            self.source_has_author |= here.child("atom", "author").is_some();
        } else if here.is("atom", "entry") && scene.kind.is_atom() {
            self.lacks(scene, findings);
        } else if here.is("atom", "feed") {
            self.feed(here, findings);
        } else if here.role().meets(Role::TEXT) {
            text(scene, findings);
        }
        let depth = scene.frames.len();
        while self.alternates.last().is_some_and(|(open, _)| *open >= depth) {
            self.alternates.pop();
        }
    }
}

/// Reports an entry that was changed before it was there.
fn order(scene: &Scene<'_, '_>, told: &Facts<'_>, findings: &mut Findings) {
    let date = |fact: Fact| {
        let found = told.all(fact).find(|told| told.prefix == "atom")?;
        Some((found, date::rfc3339(found.value.trim()).ok()?))
    };
    let (Some((published, first)), Some((updated, last))) = (date(Fact::Published), date(Fact::Updated)) else { return };
    if last < first {
        let message = format!("`{}` is before `{}`, `{}`", updated.value.trim(), published.name, published.value.trim());
        let found = findings.add(scene, &UPDATED_BEFORE_PUBLISHED, updated.span.clone(), message).child(updated.name);
        found.help("write when the entry last changed; an entry that never did has the same date twice").spec("RFC 4287 §4.2.15");
    }
}

impl Atom {
    /// Reports the second of two alternates that nobody can choose between (RFC 4287 §4.1.1).
    fn link(&mut self, scene: &Scene<'_, '_>, findings: &mut Findings) {
        let here = scene.here();
        let in_atom = scene.parent().is_some_and(|parent| ["feed", "entry", "source"].iter().any(|name| parent.is("atom", name)));
        if !in_atom || !has_relation(here, "alternate") {
            return;
        }
        let depth = scene.frames.len() - 1;
        if self.alternates.last().is_none_or(|(open, _)| *open != depth) {
            self.alternates.push((depth, HashSet::new()));
        }
        let mut hasher = DefaultHasher::new();
        for name in ["type", "hreflang"] {
            here.value(name).map(str::to_ascii_lowercase).hash(&mut hasher);
        }
        if self.alternates.last_mut().is_some_and(|(_, seen)| !seen.insert(hasher.finish())) {
            let parent = scene.parent().map_or("", |parent| parent.tag.name);
            let message = format!("`{parent}` has another alternate with the same `type` and `hreflang`");
            let found = findings.add(scene, &DUPLICATE_ATOM_LINK, here.tag.span.clone(), message);
            found.help("keep one of them, or give it another `rel`, `type` or `hreflang`");
        }
    }

    /// Looks at what an entry lacks (RFC 4287 §4.1.2).
    fn lacks(&mut self, scene: &Scene<'_, '_>, findings: &mut Findings) {
        let here = scene.here();
        let has = |name: &str| here.child("atom", name).is_some();
        let span = here.tag.span.clone();
        let has_alternate = self.alternates.last().is_some_and(|(open, _)| *open == scene.frames.len());
        if !has("content") && !has_alternate {
            let message = "the entry has neither `content` nor an alternate link";
            let found = findings.add(scene, &MISSING_CONTENT_OR_ALTERNATE, span.clone(), message);
            found.help("add `<link rel=\"alternate\" href=\"…\"/>` with the address of its page");
        }
        if !has("summary") {
            let what = match self.content {
                Body::Elsewhere => Some("elsewhere"),
                Body::Binary => Some("in base64"),
                Body::Shown => None,
            };
            if let Some(what) = what.filter(|_| has("content")) {
                let message = format!("the entry's content is {what}, and it has no `summary` to show");
                findings.add(scene, &MISSING_SUMMARY, span.clone(), message).help("add a `summary`");
            }
        }
        if has("author") || std::mem::take(&mut self.source_has_author) {
            return;
        }
        let feed = scene.parent().filter(|parent| parent.is("atom", "feed"));
        if feed.is_none() {
            let message = "the entry has no `author`, and no feed or `source` has one for it";
            findings.add(scene, &MISSING_ELEMENT, span, message).child("author").help(AUTHOR).spec("RFC 4287 §4.1.2");
        } else if feed.is_some_and(|feed| feed.child("atom", "author").is_none()) {
            let message = "the entry has no `author`, and neither has the feed".to_owned();
            self.authorless.push(Located::child(scene, "author", span, message));
        }
    }

    fn feed(&mut self, feed: &Frame<'_>, findings: &mut Findings) {
        let has_author = feed.child("atom", "author").is_some();
        for found in self.authorless.drain(..).filter(|_| !has_author) {
            findings.add_located(&MISSING_ELEMENT, found).help(AUTHOR).spec("RFC 4287 §4.1.1");
        }
    }
}

const AUTHOR: &str = "add `<author><name>…</name></author>` to the feed or the entry";

/// Returns what content is, by its attributes.
fn body(content: &Frame<'_>) -> Body {
    match content.subtree {
        _ if content.attribute("src").is_some() => Body::Elsewhere,
        Subtree::Binary => Body::Binary,
        _ => Body::Shown,
    }
}

/// Reports an element of the feed that follows an entry.
fn misplaced(scene: &Scene<'_, '_>, findings: &mut Findings) {
    let here = scene.here();
    let follows = scene.parent().is_some_and(|feed| feed.is("atom", "feed") && feed.child("atom", "entry").is_some());
    if follows && !here.is("atom", "entry") {
        let message = format!("`{}` of the feed stands after an entry", here.tag.name);
        let found = findings.add(scene, &MISPLACED_METADATA, here.tag.span.clone(), message);
        found.help("move it before the first `entry`").spec("RFC 4287 §4.1.1");
    }
}

/// Looks at content that is elsewhere, so that it holds nothing, and at XML, which is one element.
fn text(scene: &Scene<'_, '_>, findings: &mut Findings) {
    let here = scene.here();
    let (name, span) = (here.tag.name, here.tag.span.clone());
    if here.is("atom", "content") && here.attribute("src").is_some() {
        if !here.text.is_blank() || here.elements > 0 {
            let message = format!("`{name}` has `src`, so that it must be empty");
            findings.add(scene, &UNEXPECTED_TEXT, span, message).help("remove `src`, or what is inside").spec("RFC 4287 §4.1.3.2");
        }
    } else if here.subtree == Subtree::Xml && here.elements > 1 {
        let kind = here.value("type").and_then(media_type::essence).unwrap_or_default();
        let message = format!("`{name}` is `{kind}`, which is one element, but here are {}", here.elements);
        findings.add(scene, &UNEXPECTED_TEXT, span, message).help("put one element around them");
    }
}

#[cfg(test)]
mod tests {
    use crate::validate::tests::{findings_of, in_entry, in_feed};

    const NS: &str = "xmlns='http://www.w3.org/2005/Atom'";

    /// Returns what was found in an entry that is a document, with only id, title and date besides `inside`.
    fn alone(inside: &str) -> Vec<String> {
        let needed = "<id>https://example.org/1</id><title>T</title><updated>2026-11-01T10:00:00Z</updated>";
        findings_of(&format!("<entry {NS}>{needed}{inside}</entry>"))
    }

    const AUTHOR: &str = "<author><name>Ada</name></author>";
    const LINK: &str = "<link href='https://example.org/1'/>";

    #[test]
    fn an_entry_can_be_read_or_opened() {
        let found = |inside: &str| alone(&format!("{AUTHOR}{inside}"));
        assert!(found("").contains(&"missing-content-or-alternate entry".to_owned()));
        assert!(!found(LINK).contains(&"missing-content-or-alternate entry".to_owned()));
        assert!(found("<content>C</content>").is_empty());
        assert!(found("<link rel='http://www.iana.org/assignments/relation/alternate' href='a'/><summary>S</summary>").is_empty());
        assert_eq!(found("<link rel='self' href='a'/><summary>S</summary>"), ["missing-content-or-alternate entry"]);
    }

    #[test]
    fn content_that_cannot_be_shown_has_a_summary() {
        let found = |inside: &str| alone(&format!("{AUTHOR}{inside}"));
        let elsewhere = "<content src='https://example.org/1.pdf' type='application/pdf'/>";
        assert_eq!(found(elsewhere), ["missing-summary entry"]);
        assert_eq!(found("<content type='image/png'>iVBORw0KGgo=</content>"), ["missing-summary entry"]);
        assert!(found(&format!("{elsewhere}<summary>S</summary>")).is_empty());
        assert_eq!(found("<content src='a'/><summary>S</summary>"), ["missing-type-attr entry/content@type"]);
        assert_eq!(found("<content src='a' type='html'/><summary>S</summary>"), ["invalid-mime-type entry/content@type"]);
        assert_eq!(found("<content src='a' type='text/html'>text</content><summary>S</summary>"), ["unexpected-text entry/content"]);
    }

    #[test]
    fn content_that_is_xml_is_one_element() {
        let found = |inside: &str| alone(&format!("{AUTHOR}<content type='image/svg+xml'>{inside}</content>"));
        assert!(found(" <svg xmlns='http://www.w3.org/2000/svg'><title>T</title><g unknown='x'/></svg> ").is_empty());
        assert_eq!(found("<a xmlns=''/><a xmlns=''/>"), ["unexpected-text entry/content"]);
    }

    #[test]
    fn somebody_wrote_each_entry() {
        let feed = |feed: &str, entry: &str| {
            let own = format!("<id>https://example.org/</id><title>T</title><updated>2026-11-01T10:00:00Z</updated>{feed}");
            let needed = "<id>https://example.org/1</id><title>T</title><updated>2026-11-01T10:00:00Z</updated><summary>S</summary>";
            findings_of(&format!(
                "<feed {NS}>{own}<link rel='self' href='https://example.org/atom.xml'/><entry>{needed}{LINK}{entry}</entry></feed>"
            ))
        };
        let source = format!("<source><id>a:b</id><title>T</title><updated>2026-11-01T10:00:00Z</updated>{AUTHOR}</source>");
        assert_eq!(feed("", ""), ["missing-element feed/entry/author"]);
        assert!(feed(AUTHOR, "").is_empty() && feed("", AUTHOR).is_empty());
        assert!(!feed("", &source).iter().any(|found| found.contains("author")), "{:?}", feed("", &source));
        assert_eq!(alone(&format!("{LINK}<summary>S</summary>")), ["missing-element entry/author"]);
    }

    #[test]
    fn two_alternates_differ_in_type_or_language() {
        let two = |first: &str, second: &str| {
            let link = |attributes: &str| format!("<link rel='alternate' href='https://example.org/a' {attributes}/>");
            in_entry(&format!("{}{}", link(first), link(second)))
        };
        for (first, second) in [("", ""), ("type='text/html'", "type='TEXT/HTML'"), ("hreflang='en'", "hreflang='en' title='x'")] {
            assert_eq!(two(first, second), ["duplicate-atom-link feed/entry/link"], "{first} {second}");
        }
        for (first, second) in [("", "type='text/html'"), ("hreflang='en'", "hreflang='de'"), ("", "hreflang='en'")] {
            assert!(two(first, second).is_empty(), "{first} {second}");
        }
        assert!(in_entry("<link rel='related' href='a'/><link rel='related' href='b'/>").is_empty());
    }

    #[test]
    fn an_entry_changes_after_it_is_there() {
        let dates = |published: &str, updated: &str| in_entry(&format!("<published>{published}</published><updated>{updated}</updated>"));
        assert!(dates("2026-11-01T10:00:00Z", "2026-11-01T11:00:00+01:00").is_empty());
        assert!(dates("2026-11-01T10:00:00Z", "2026-11-02T10:00:00Z").is_empty());
        assert_eq!(dates("2026-11-01T10:00:00Z", "2026-11-01T10:59:59+01:00"), ["updated-before-published feed/entry/updated"]);
    }

    #[test]
    fn the_feed_describes_itself_before_its_entries() {
        let entry =
            "<entry><id>https://example.org/2</id><title>T</title><updated>2026-11-02T10:00:00Z</updated><content>C</content></entry>";
        let misplaced = "misplaced-metadata feed/subtitle".to_owned();
        assert!(in_feed(&format!("{entry}<subtitle>S</subtitle>")).contains(&misplaced));
        assert!(!in_feed(&format!("<subtitle>S</subtitle>{entry}{entry}")).contains(&misplaced));
    }
}
