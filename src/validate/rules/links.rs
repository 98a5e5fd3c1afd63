//! Where addresses lead: `xml:base`, and the link of a feed to itself.

use super::Rule;
use crate::diagnostic::Span;
use crate::text::value::{media_type, uri};
use crate::validate::codes::{
    INVALID_LANGUAGE, INVALID_LINK, MISSING_SELF, RELATIVE_SELF, RELIES_ON_XML_BASE, SAME_DOCUMENT_REFERENCE, SELF_DOESNT_MATCH_LOCATION,
    SELF_NOT_ATOM,
};
use crate::validate::findings::{Findings, Located};
use crate::validate::scene::Scene;
use crate::validate::table::Role;
use crate::validate::types::LANGUAGE;
use crate::validate::value::Type;
use crate::validate::vocabulary::atom::{REFERENCE_OR_EMPTY, has_relation};
use crate::xml::Ns;
use url::Url;

/// Resolves links.
#[derive(Debug, Default)]
pub(super) struct Links {
    /// The bases that are set by open elements, with how many were open; `None` for one that cannot be resolved.
    bases: Vec<(usize, Option<Url>)>,
    has_self: bool,
    /// A link that relies on a base was reported; the others are the same fault.
    relied: bool,
    /// Where the feed says that it lives.
    home: Option<Url>,
    /// The links that lead to their base, until it is known where the feed lives.
    to_base: Vec<(Url, Located)>,
}

/// Links to their base that are kept; a feed that has more has the same fault in each.
const KEPT: usize = 1000;

/// A language tag, or nothing, which unsets that of the elements around it (XML 1.0 §2.12).
static XML_LANG: Type = Type {
    name: "a language tag",
    check: |value, scene, flaws| {
        if !value.is_empty() {
            (LANGUAGE.check)(value, scene, flaws);
        }
    },
};

impl Rule for Links {
    fn start(&mut self, scene: &Scene<'_, '_>, findings: &mut Findings) {
        let here = scene.here();
        for attribute in here.attributes.iter().filter(|attribute| attribute.ns == Ns::XML) {
            match attribute.local {
                "base" => {
                    findings.flaws_in_attribute(scene, attribute, &REFERENCE_OR_EMPTY, &INVALID_LINK);
                    let base = self.resolve(scene, attribute.value.trim());
                    self.bases.push((scene.frames.len(), base));
                }
                "lang" => findings.flaws_in_attribute(scene, attribute, &XML_LANG, &INVALID_LANGUAGE),
                _ => {}
            }
        }
        if here.is("atom", "link") {
            self.link(scene, findings);
        }
    }

    fn end(&mut self, scene: &Scene<'_, '_>, findings: &mut Findings) {
        let here = scene.here();
        while self.bases.last().is_some_and(|(open, _)| *open >= scene.frames.len()) {
            self.bases.pop();
        }
        if here.is("atom", "feed") && scene.frames.len() == 1 && !self.has_self {
            let found = findings.add(scene, &MISSING_SELF, here.tag.span.clone(), "the feed does not say where it lives");
            found.help("add `<link rel=\"self\" href=\"…\"/>` with the feed's own address");
        }
    }

    fn feed(&mut self, scene: &Scene<'_, '_>, _told: &crate::validate::scene::Facts<'_>, findings: &mut Findings) {
        let home = scene.surroundings.url.or(self.home.as_ref()).map(plain);
        for (base, found) in self.to_base.drain(..) {
            if home.as_ref() != Some(&base) {
                findings.add_located(&SAME_DOCUMENT_REFERENCE, found).help("write the full address").spec("RFC 3986 §4.4");
            }
        }
    }
}

impl Links {
    /// Returns the base in force, if an element sets one.
    fn base(&self) -> Option<&Url> {
        self.bases.last().and_then(|(_, base)| base.as_ref())
    }

    /// Returns where a reference leads, as far as the document says.
    fn resolve(&self, scene: &Scene<'_, '_>, reference: &str) -> Option<Url> {
        match self.base().or(scene.surroundings.url) {
            Some(base) => base.join(reference).ok(),
            None => Url::parse(reference).ok(),
        }
    }

    fn link(&mut self, scene: &Scene<'_, '_>, findings: &mut Findings) {
        let here = scene.here();
        let Some(href) = here.attribute("href") else { return };
        let (value, span) = (href.value.trim(), href.value_span.clone());
        let is_self = has_relation(here, "self") && scene.is_in(Role::FEED);
        if is_self {
            let target = self.resolve(scene, value);
            self.own(scene, value, span.clone(), target.as_ref(), findings);
        }
        let is_relative = uri::scheme(value).is_none();
        if is_relative && !self.relied && self.base().is_some() {
            self.relied = true;
            let message = format!("`{value}` is relative to `xml:base`, which Miniflux and other readers ignore");
            findings.add(scene, &RELIES_ON_XML_BASE, span.clone(), message).attr("href").help("write the full address");
        }
        if let Some(base) = self.base().filter(|_| is_relative && !value.starts_with('#'))
            && let Ok(target) = base.join(value)
            && plain(&target) == plain(base)
            && self.to_base.len() < KEPT
        {
            let message = format!("`{value}` leads to the base itself, `{base}`, or to the feed: readers differ");
            self.to_base.push((plain(base), Located::here(scene, span, message)));
        }
    }

    /// Looks at the link of a feed to itself.
    fn own(&mut self, scene: &Scene<'_, '_>, href: &str, span: Span, target: Option<&Url>, findings: &mut Findings) {
        let here = scene.here();
        self.has_self = true;
        let is_relative = uri::scheme(href).is_none();
        if is_relative && self.base().is_none() {
            let message = format!("`{href}` is relative, so that it does not say where the feed lives");
            findings.add(scene, &RELATIVE_SELF, span.clone(), message).attr("href").help("write the full address");
        }
        let kind = here.value("type").and_then(media_type::essence);
        if let Some(kind) = kind.filter(|kind| scene.kind.is_atom() && kind != "application/atom+xml") {
            let message = format!("the link leads to the feed itself, but says that there is `{kind}`");
            let found = findings.add(scene, &SELF_NOT_ATOM, here.tag.span.clone(), message).attr("type");
            found.help("write `application/atom+xml`; a page is an `alternate`");
        }
        // A link that only repeats a directory as its base does not tell where in it the feed is.
        if self.home.is_none() && !(is_relative && target.is_some_and(|target| target.path().ends_with('/'))) {
            self.home = target.cloned();
        }
        if let (Some(url), Some(target)) = (scene.surroundings.url, target)
            && plain(url) != plain(target)
        {
            let message = format!("the feed says that it lives at `{target}`, but it is at `{url}`");
            let found = findings.add(scene, &SELF_DOESNT_MATCH_LOCATION, span, message).attr("href");
            found.help(format!("write `{url}`"));
        }
    }
}

/// Returns an address without its fragment, which is no part of where a document is.
fn plain(url: &Url) -> Url {
    let mut url = url.clone();
    url.set_fragment(None);
    url
}

#[cfg(test)]
mod tests {
    use crate::diagnostic::Source;
    use crate::validate::tests::{in_channel, in_entry, in_feed};
    use crate::validate::{Surroundings, validate};

    fn count(found: &[String], code: &str) -> usize {
        found.iter().filter(|found| found.split(' ').next() == Some(code)).count()
    }

    #[test]
    fn a_feed_says_in_full_where_it_lives() {
        assert!(in_feed("").is_empty());
        assert_eq!(in_feed("<link rel='self' href='atom.xml'/>"), ["relative-self feed/link@href"]);
        let based = in_feed("<link rel='self' href='atom.xml' xml:base='https://example.org/'/>");
        assert_eq!(based, ["relies-on-xml-base feed/link@href"]);
        let html = "<link rel='self' type='text/html' href='https://example.org/'/>";
        assert_eq!(in_feed(html), ["self-not-atom feed/link@type"]);
        assert!(in_feed(&html.replace("text/html", "application/atom+xml; charset=utf-8")).is_empty());
        assert_eq!(count(&in_feed("<!-- <link rel='self' -->"), "missing-self"), 1);
        let rss = "<link xmlns='http://www.w3.org/2005/Atom' rel='self' type='application/rss+xml' href='rss.xml'/>";
        assert_eq!((count(&in_channel(rss), "relative-self"), count(&in_channel(rss), "self-not-atom")), (1, 0));
        // What an entry says of itself is not about the feed.
        assert!(in_entry("<link rel='self' type='text/html' href='1'/>").is_empty());
    }

    #[test]
    fn a_feed_that_came_from_elsewhere_than_it_says_is_reported() {
        let text = "<feed xmlns='http://www.w3.org/2005/Atom' xml:base='https://example.org/'><link rel='self' href='atom.xml'/></feed>";
        let found = |url: &str| {
            let (url, now) = (url::Url::parse(url).ok(), chrono::DateTime::parse_from_rfc3339("2026-11-22T12:00:00Z").expect("a date"));
            let found =
                validate(Source::new("feed.xml", text), Surroundings { url: url.as_ref(), now, html_judged: false, podcast: false })
                    .diagnostics;
            found.iter().filter(|found| found.code == "self-doesnt-match-location").count()
        };
        assert_eq!((found("https://example.org/atom.xml"), found("https://example.org/feed.xml")), (0, 1));
    }

    #[test]
    fn a_link_to_its_own_base_is_ambiguous_unless_the_feed_lives_there() {
        let link = |href: &str, base: &str| in_feed(&format!("<link rel='related' href='{href}' xml:base='{base}'/>"));
        for href in ["", ".", "/blog/", "?"] {
            let expected = usize::from(href != "?");
            assert_eq!(count(&link(href, "https://example.org/blog/"), "same-document-reference"), expected, "{href}");
        }
        for (href, base) in [
            ("", "https://example.org/atom.xml"),
            (".", "https://example.org/blog/feed.xml"),
            ("#top", "https://example.org/blog/"),
            ("https://example.org/blog/", "https://example.org/blog/"),
        ] {
            assert_eq!(count(&link(href, base), "same-document-reference"), 0, "{href} {base}");
        }
    }

    #[test]
    fn bases_and_languages_are_judged_on_every_element() {
        assert_eq!(in_entry("<category term='x' xml:base='a b'/>"), ["invalid-uri-char feed/entry/category@xml:base"]);
        assert_eq!(in_entry("<category term='x' xml:lang='not_a_tag'/>"), ["invalid-language feed/entry/category@xml:lang"]);
        assert!(in_entry("<category term='x' xml:lang='' xml:base='a/b'/>").is_empty());
    }
}
