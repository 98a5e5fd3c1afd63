//! The links between the documents of one feed (RFC 5005).

use super::Rule;
use crate::diagnostic::{Code, Span};
use crate::validate::codes::{
    ARCHIVE_INCOMPLETE, CURRENT_NOT_SELF_IN_COMPLETE_FEED, FEED_HISTORY_REL_IN_ENTRY, FEED_REL_IN_COMPLETE_FEED, LINK_PAST_END,
    MISSING_CURRENT_IN_ARCHIVE,
};
use crate::validate::findings::Findings;
use crate::validate::scene::Scene;
use crate::validate::table::Role;
use crate::validate::vocabulary::relations::relation;

/// The relations between the documents of a feed.
const RELATIONS: [&str; 7] = ["current", "first", "last", "next", "previous", "prev-archive", "next-archive"];

/// Sees the links of the feed.
#[derive(Debug, Default)]
pub(super) struct History {
    links: Vec<Link>,
}

/// A link of the feed to one of its documents.
#[derive(Debug)]
struct Link {
    /// Its relation.
    rel: &'static str,
    /// Where it leads, as written.
    href: String,
    /// The name of its element, and where it stands.
    name: String,
    span: Span,
}

impl Rule for History {
    fn start(&mut self, scene: &Scene<'_, '_>, findings: &mut Findings) {
        let here = scene.here();
        if !here.is("atom", "link") {
            return;
        }
        let rel = relation(here.value("rel"));
        let Some(rel) = RELATIONS.iter().chain(&["self"]).find(|known| **known == rel) else { return };
        if scene.is_in(Role::ENTRY) && *rel != "self" {
            let message = format!("`{rel}` leads to another document of the feed, but stands in an entry");
            let found = findings.add(scene, &FEED_HISTORY_REL_IN_ENTRY, here.tag.span.clone(), message).attr("rel");
            found.help("move the link into the feed").spec("RFC 5005 §3");
        } else if scene.is_in(Role::FEED) && !self.links.iter().any(|link| link.rel == *rel) {
            let href = here.value("href").unwrap_or_default().trim().to_owned();
            self.links.push(Link { rel, href, name: here.tag.name.to_owned(), span: here.tag.span.clone() });
        }
    }

    fn end(&mut self, scene: &Scene<'_, '_>, findings: &mut Findings) {
        let here = scene.here();
        if !here.role().meets(Role::FEED) {
            return;
        }
        if here.child("fh", "complete").is_some() {
            self.complete(scene, findings);
        }
        if let Some(archive) = here.child("fh", "archive") {
            self.archive(scene, (archive.tag.name, archive.tag.span.clone()), findings);
        }
        for (end, beyond) in [("last", "next"), ("first", "previous")] {
            if let (Some(end), Some(beyond)) = (self.find(end).filter(|link| self.is_self(link)), self.find(beyond)) {
                let message = format!("this is the {} page, but the link leads to a `{}` one", end.rel, beyond.rel);
                beyond.report(scene, &LINK_PAST_END, message, "remove the link", "RFC 5005 §3", findings);
            }
        }
    }
}

impl History {
    fn find(&self, rel: &str) -> Option<&Link> {
        self.links.iter().find(|link| link.rel == rel)
    }

    /// Returns whether a link leads to the feed itself.
    fn is_self(&self, link: &Link) -> bool {
        self.find("self").is_some_and(|own| own.href == link.href)
    }

    /// A feed that is complete has no other documents (RFC 5005 §2).
    fn complete(&self, scene: &Scene<'_, '_>, findings: &mut Findings) {
        for link in &self.links {
            match link.rel {
                "self" => {}
                "current" if self.find("self").is_none() || self.is_self(link) => {}
                "current" => {
                    let message = "the feed says that it is complete, but `current` leads to another one".to_owned();
                    let help = "remove `fh:complete`, or the link";
                    link.report(scene, &CURRENT_NOT_SELF_IN_COMPLETE_FEED, message, help, "RFC 5005 §2", findings);
                }
                "first" | "last" if self.is_self(link) => {}
                rel => {
                    let message = format!("the feed says that it is complete, but `{rel}` leads to more of it");
                    link.report(scene, &FEED_REL_IN_COMPLETE_FEED, message, "remove `fh:complete`, or the link", "RFC 5005 §2", findings);
                }
            }
        }
    }

    /// An archive leads to the others and to the feed that still changes (RFC 5005 §4).
    fn archive(&self, scene: &Scene<'_, '_>, mark: (&str, Span), findings: &mut Findings) {
        let span = scene.here().tag.span.clone();
        if self.find("current").is_none() {
            let message = "the feed is an archive, and does not say where the current feed is";
            let found = findings.add(scene, &MISSING_CURRENT_IN_ARCHIVE, span, message).child("link");
            found.help("add `<link rel=\"current\" href=\"…\"/>` with the address of the feed").spec("RFC 5005 §4");
        }
        let is_complete = scene.here().child("fh", "complete").is_some();
        // RFC 5005 §3: the furthest preceding document. None goes before it, and the one behind it, which was not there when this was
        // written, names this one.
        let is_first = self.find("first").is_some_and(|link| self.is_self(link));
        if !is_complete && !is_first && self.find("prev-archive").is_none() && self.find("next-archive").is_none() {
            let message = "the feed is an archive, and leads to no other archive";
            let found = findings.add(scene, &ARCHIVE_INCOMPLETE, mark.1, message).child(mark.0);
            found.help("add a link with `rel=\"prev-archive\"`, or write `fh:complete` if this is all").spec("RFC 5005 §4");
        }
    }
}

impl Link {
    fn report(&self, scene: &Scene<'_, '_>, code: &'static Code, message: String, help: &str, spec: &'static str, findings: &mut Findings) {
        findings.add(scene, code, self.span.clone(), message).child(&self.name).attr("rel").help(help).spec(spec);
    }
}

#[cfg(test)]
mod tests {
    use crate::validate::tests::{in_channel, in_entry, in_feed};

    fn link(rel: &str, page: &str) -> String {
        format!("<link rel='{rel}' href='https://example.org/{page}.xml'/>")
    }

    fn mark(name: &str) -> String {
        format!("<fh:{name} xmlns:fh='http://purl.org/syndication/history/1.0'/>")
    }

    #[test]
    fn a_complete_feed_leads_to_no_other_document() {
        let complete = |rel: &str, page: &str| in_feed(&(mark("complete") + &link(rel, page)));
        for rel in ["next", "previous", "prev-archive", "next-archive", "first", "last"] {
            assert_eq!(complete(rel, "2"), ["feed-rel-in-complete-feed feed/link@rel"], "{rel}");
        }
        assert_eq!(complete("current", "2"), ["current-not-self-in-complete-feed feed/link@rel"]);
        for rel in ["current", "first", "last"] {
            assert!(complete(rel, "atom").is_empty(), "{rel}");
        }
        assert!(in_feed(&link("next", "2")).is_empty());
        let rss = mark("complete") + &link("next", "2").replace("<link", "<link xmlns='http://www.w3.org/2005/Atom'");
        assert!(in_channel(&rss).contains(&"feed-rel-in-complete-feed rss/channel/link@rel".to_owned()));
    }

    #[test]
    fn an_archive_leads_to_other_archives_and_to_the_current_feed() {
        let archive = |links: &[&str]| in_feed(&(mark("archive") + &links.iter().map(|rel| link(rel, "2")).collect::<String>()));
        assert_eq!(archive(&["prev-archive"]), ["missing-current-in-archive feed/link"]);
        assert_eq!(archive(&["current"]), ["archive-incomplete feed/fh:archive"]);
        assert!(in_feed(&(mark("archive") + &mark("complete") + &link("current", "atom"))).is_empty());
        assert!(archive(&["current", "prev-archive"]).is_empty());
        assert!(archive(&["current", "next-archive"]).is_empty());
        let first = |page: &str| in_feed(&(mark("archive") + &link("current", "2") + &link("first", page)));
        assert!(first("atom").is_empty(), "it says that it is the first");
        assert_eq!(first("1"), ["archive-incomplete feed/fh:archive"]);
    }

    #[test]
    fn the_last_page_has_no_next_one_and_the_first_no_previous_one() {
        let page = |end: &str, beyond: &str| in_feed(&(link(end, "atom") + &link(beyond, "2")));
        assert_eq!(page("last", "next"), ["link-past-end feed/link@rel"]);
        assert_eq!(page("first", "previous"), ["link-past-end feed/link@rel"]);
        assert!(page("last", "previous").is_empty() && page("first", "next").is_empty());
    }

    #[test]
    fn an_entry_does_not_lead_through_the_feed() {
        for rel in ["current", "first", "last", "next", "previous", "prev-archive", "next-archive"] {
            assert_eq!(in_entry(&link(rel, "2")), ["feed-history-rel-in-entry feed/entry/link@rel"], "{rel}");
        }
        assert!(in_entry(&link("self", "2")).is_empty() && in_entry(&link("related", "2")).is_empty());
    }
}
