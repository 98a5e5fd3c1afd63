//! A feed's `self` link names the address that readers store, so it has to be the one the feed is at.

use super::codes::SELF_DOESNT_MATCH_LOCATION;
use super::findings::Findings;
use super::rules::Rule;
use super::scene::Scene;
use super::table::Role;
use url::Url;

/// Compares each `self` link of a feed with where the feed is.
#[derive(Debug)]
pub(super) struct SelfLink;

impl SelfLink {
    /// Makes the rule for one document.
    pub(super) fn make() -> Box<dyn Rule> {
        Box::new(SelfLink)
    }
}

impl Rule for SelfLink {
    fn start(&mut self, scene: &Scene<'_, '_>, findings: &mut Findings) {
        let Some(url) = scene.surroundings.url else { return };
        let here = scene.here();
        if !here.is("atom", "link") || here.value("rel") != Some("self") || !scene.is_in(Role::FEED) {
            return;
        }
        let Some(href) = here.attribute("href") else { return };
        // What is no URL at all is reported by its type.
        let Ok(named) = url.join(href.value.trim()) else { return };
        if !is_same(&named, url) {
            let message = format!("the link says that the feed is at `{named}`, but it is at `{url}`");
            findings
                .add(scene, &SELF_DOESNT_MATCH_LOCATION, href.value_span.clone(), message)
                .attr("href")
                .help(format!("write `{url}`, or redirect there"))
                .spec("RFC 4287 §4.2.7.2");
        }
    }
}

/// Returns whether two addresses are those of one document: a fragment is no part of that.
pub(super) fn is_same(a: &Url, b: &Url) -> bool {
    let bare = |url: &Url| {
        let mut url = url.clone();
        url.set_fragment(None);
        url
    };
    bare(a) == bare(b)
}

#[cfg(test)]
mod tests {
    use super::super::{Surroundings, validate};
    use super::*;
    use crate::diagnostic::Source;

    fn found(feed: &str, url: &str) -> Vec<String> {
        let url = Url::parse(url).expect("a URL");
        let surroundings = Surroundings { url: Some(&url), now: chrono::DateTime::default() };
        let found = validate(Source::new("a", feed), surroundings).diagnostics;
        found.into_iter().filter(|found| found.code == "self-doesnt-match-location").map(|found| found.message).collect()
    }

    #[test]
    fn a_self_link_is_compared_with_where_the_feed_is() {
        let atom = r#"<feed xmlns="http://www.w3.org/2005/Atom"><link rel="self" href="https://EXAMPLE.org/a.xml"/><entry><link rel="self" href="https://example.org/1"/></entry></feed>"#;
        assert_eq!(found(atom, "https://example.org/a.xml#x"), Vec::<String>::new());
        assert_eq!(
            found(atom, "https://example.org/b.xml"),
            ["the link says that the feed is at `https://example.org/a.xml`, but it is at `https://example.org/b.xml`"]
        );
        let rss =
            r#"<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel><atom:link rel="self" href="/a.xml"/></channel></rss>"#;
        assert_eq!((found(rss, "https://example.org/a.xml").len(), found(rss, "https://example.org/").len()), (0, 1));
    }
}
