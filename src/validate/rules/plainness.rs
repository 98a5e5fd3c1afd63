//! What is allowed and some readers do not understand: titles with markup, links without `rel`, people by their address,
//! entries without a name of their own. Advice.

use super::Rule;
use crate::validate::codes::{AUTHOR_IS_ADDRESS, ENTRY_WITHOUT_ID, LINK_WITHOUT_REL, TITLE_WITH_MARKUP};
use crate::validate::findings::Findings;
use crate::validate::scene::{Facts, Scene};
use crate::validate::table::{Fact, Role};

/// Looks at titles and links of Atom.
#[derive(Debug, Default)]
pub(super) struct Markup;

impl Rule for Markup {
    fn start(&mut self, scene: &Scene<'_, '_>, findings: &mut Findings) {
        let here = scene.here();
        if here.is("atom", "link") && here.value("rel").is_none() && scene.kind.is_atom() && scene.is_in(Role::FEED) {
            let message = "a link without `rel`, which newsboat does not take for the address of the site";
            findings.add(scene, &LINK_WITHOUT_REL, here.tag.span.clone(), message).help("write `rel=\"alternate\"`");
        }
    }

    fn end(&mut self, scene: &Scene<'_, '_>, findings: &mut Findings) {
        let here = scene.here();
        if !here.is("atom", "title") {
            return;
        }
        let message = match here.value("type") {
            Some("xhtml") => "a title of XHTML, for which NetNewsWire shows nothing",
            Some("html") if has_tag(&here.text.value()) => "a title with tags, which readers show as text or drop",
            _ => return,
        };
        findings.add(scene, &TITLE_WITH_MARKUP, here.tag.span.clone(), message).help("write the title as plain text");
    }
}

/// Looks at the people and names of entries.
#[derive(Debug, Default)]
pub(super) struct Names;

impl Rule for Names {
    fn entry(&mut self, scene: &Scene<'_, '_>, told: &Facts<'_>, findings: &mut Findings) {
        let is_rss = scene.kind.is_rss() || scene.kind.is_rdf();
        let has_name = told.all(Fact::Author).any(|author| author.prefix == "dc");
        let author = told.first(Fact::Author).filter(|author| author.value.contains('@') && !has_name && !scene.kind.is_atom());
        if let Some(author) = author {
            let message = format!("`{}` holds a mail address, which NetNewsWire shows without a name", author.name);
            let help = if is_rss { "add `dc:creator` with the name alone" } else { "write the name" };
            findings.add(scene, &AUTHOR_IS_ADDRESS, author.span.clone(), message).child(author.name).help(help);
        }
        // Atom and JSON Feed require an id.
        if is_rss && told.first(Fact::Id).is_none() && told.first(Fact::Link).is_none() {
            let message = "an entry with neither an id nor a link, which readers know again by its title, if at all";
            findings.add(scene, &ENTRY_WITHOUT_ID, scene.here().tag.span.clone(), message).help("give it a `guid` or a `link`");
        }
    }
}

/// Returns whether HTML has a tag in it.
fn has_tag(html: &str) -> bool {
    html.as_bytes().windows(2).any(|pair| pair[0] == b'<' && (pair[1].is_ascii_alphabetic() || pair[1] == b'/'))
}

#[cfg(test)]
mod tests {
    use super::has_tag;
    use crate::validate::tests::{findings_of, in_channel};

    fn in_atom(inside: &str) -> Vec<String> {
        findings_of(&format!("<feed xmlns='http://www.w3.org/2005/Atom'>{inside}</feed>"))
    }

    #[test]
    fn a_link_of_the_feed_has_a_rel() {
        assert!(in_atom("<link href='https://example.org/'/>").contains(&"link-without-rel feed/link".to_owned()));
        let good = in_atom("<link rel='alternate' href='https://example.org/'/><entry><link href='https://example.org/a/'/></entry>");
        assert!(!good.iter().any(|found| found.starts_with("link-without-rel")), "{good:?}");
    }

    #[test]
    fn titles_are_plain() {
        let told = |title: &str| in_atom(title).contains(&"title-with-markup feed/title".to_owned());
        assert!(told("<title type='html'>a &lt;b>c&lt;/b></title>") && told("<title type='xhtml'><div/></title>"));
        assert!(!told("<title type='html'>R&amp;amp;D 1 &lt; 2</title>") && !told("<title>a &lt;b></title>"));
        assert!(has_tag("</i>") && !has_tag("<3 <") && !has_tag(""));
    }

    #[test]
    fn an_author_of_rss_has_a_name_beside_the_address() {
        let author = "<author>a@example.org (Ada)</author>";
        let told =
            |inside: &str| in_channel(&format!("<item>{inside}</item>")).contains(&"author-is-address rss/channel/item/author".to_owned());
        assert!(told(author));
        assert!(!told(&format!("{author}<d:creator xmlns:d='http://purl.org/dc/elements/1.1/'>Ada</d:creator>")));
    }

    #[test]
    fn an_entry_has_an_id_or_a_link() {
        let told = |inside: &str| in_channel(&format!("<item>{inside}</item>")).contains(&"entry-without-id rss/channel/item".to_owned());
        assert!(told("<title>x</title>"));
        assert!(!told("<guid isPermaLink='false'>x</guid>") && !told("<link>https://example.org/</link>"));
    }
}
