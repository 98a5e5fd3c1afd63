//! The feeds of a site as links: for a page's head, and as an OPML list that reader apps import.

use crate::feed::{Format, clean};
use crate::model::{Date, FeedFormat};
use crate::text::dates;
use crate::text::url::safe_url;
use quick_xml::Writer;
use quick_xml::escape::escape;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};
use std::io;

/// A feed and where each of its formats is published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedLink {
    /// Plain text.
    pub title: String,
    /// The language (RFC 5646).
    pub language: Option<String>,
    /// The page the feed belongs to, absolute.
    pub home_url: String,
    /// Whether it is the main feed of its language, not one of a tag, category, author or section.
    pub main: bool,
    /// The address of each format, absolute; the first is the one to recommend.
    pub urls: Vec<(FeedFormat, String)>,
}

impl FeedLink {
    /// Returns the formats whose address may stand in a link.
    pub(super) fn safe_urls(&self) -> impl Iterator<Item = (&'static Format, &str)> {
        self.urls.iter().filter_map(|(format, url)| Some((Format::of(*format), safe_url(url)?)))
    }

    /// Returns the address for reader apps: the first that is XML, which all of them know.
    fn recommended(&self) -> Option<&str> {
        let xml = self.safe_urls().find(|(row, _)| row.format != FeedFormat::Json);
        xml.or_else(|| self.safe_urls().next()).map(|(_, url)| url)
    }
}

/// How each link for a page's head begins.
const LINK: &str = "<link rel=\"alternate\" type=\"";

/// What a file of ours says of itself, for people and for [`signs`].
const MADE_BY: &str = " written by postrider ";

/// The first line of the file of links.
const AUTODISCOVERY: &str = "<!-- written by postrider -->\n";

/// Returns texts that together stand in a page of ours about feeds of this site, as [`autodiscovery`], [`opml`] and the
/// built-in subscribe page write it, and in no other program's; none for a site without feeds.
#[must_use]
pub fn signs(page: Page, feeds: &[FeedLink]) -> Vec<String> {
    let Some(main) = feeds.first() else { return Vec::new() };
    // The addresses of feeds begin with the site's. Which feeds there were, and in which formats, may have changed since.
    let mut texts = vec![escape(&*clean::text(&main.home_url)).into_owned()];
    texts.push(match page {
        Page::Autodiscovery => format!("{AUTODISCOVERY}{LINK}"),
        Page::Opml => format!("<!--{MADE_BY}-->"),
        Page::Subscribe => "<meta name=\"generator\" content=\"postrider\">".to_owned(),
    });
    texts
}

/// Returns what a page of ours begins with. A page of another program may hold our links, or the whole of our file.
#[must_use]
pub fn beginning(page: Page) -> &'static str {
    match page {
        Page::Autodiscovery => AUTODISCOVERY,
        Page::Opml => "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<!-- written by postrider -->\n",
        // A template of the user's may begin as it likes.
        Page::Subscribe => "",
    }
}

/// What stands beside the feeds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Page {
    /// The links for a page's head.
    Autodiscovery,
    /// The list for reader apps.
    Opml,
    /// The page for people.
    Subscribe,
}

/// Returns `<link>` elements for the head of a site's pages: one for each format of each feed, one a line.
#[must_use]
pub fn autodiscovery(feeds: &[FeedLink]) -> String {
    let mut out = String::new();
    for feed in feeds {
        let title = clean::text(&feed.title);
        for (row, url) in feed.safe_urls() {
            // A browser lists the links by title, so the title says which format it is.
            let title = format!("{title} ({})", row.title);
            let line = format!("{LINK}{}\" title=\"{}\" href=\"{}\">\n", row.media_type, escape(title), escape(url));
            out.push_str(&line);
        }
    }
    out
}

/// Returns the links of [`autodiscovery`] as a file of their own.
#[must_use]
pub fn autodiscovery_file(feeds: &[FeedLink]) -> String {
    format!("{AUTODISCOVERY}{}", autodiscovery(feeds))
}

/// Returns an OPML 2.0 list with an outline for each feed.
#[must_use]
pub fn opml(title: &str, feeds: &[FeedLink], updated: Option<Date>) -> String {
    // Memory takes every byte, and only text is written.
    write_opml(title, feeds, updated).ok().and_then(|written| String::from_utf8(written).ok()).unwrap_or_default()
}

fn write_opml(title: &str, feeds: &[FeedLink], updated: Option<Date>) -> io::Result<Vec<u8>> {
    let mut writer = Writer::new_with_indent(Vec::new(), b' ', 2);
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("utf-8"), None)))?;
    writer.write_event(Event::Comment(BytesText::from_escaped(MADE_BY)))?;
    let mut root = BytesStart::new("opml");
    root.push_attribute(("version", "2.0"));
    writer.write_event(Event::Start(root))?;
    writer.create_element("head").write_inner_content(|head| {
        head.create_element("title").write_text_content(BytesText::new(&clean::text(title)))?;
        if let Some(date) = updated {
            // OPML 2.0 dateModified: RFC 822
            head.create_element("dateModified").write_text_content(BytesText::new(&dates::rfc822(&clean::date(&date))))?;
        }
        Ok(())
    })?;
    writer.write_event(Event::Start(BytesStart::new("body")))?;
    for feed in feeds {
        write_outline(&mut writer, feed)?;
    }
    writer.write_event(Event::End(BytesEnd::new("body")))?;
    writer.write_event(Event::End(BytesEnd::new("opml")))?;
    let mut out = writer.into_inner();
    out.push(b'\n');
    Ok(out)
}

fn write_outline(writer: &mut Writer<Vec<u8>>, feed: &FeedLink) -> io::Result<()> {
    let Some(url) = feed.recommended() else { return Ok(()) };
    let title = clean::text(&feed.title);
    let mut outline = BytesStart::new("outline");
    // OPML 2.0 "Subscription lists": text, type and xmlUrl are required, and the type is `rss` for Atom too.
    outline.push_attribute(("text", &*title));
    outline.push_attribute(("title", &*title));
    outline.push_attribute(("type", "rss"));
    outline.push_attribute(("xmlUrl", &*clean::text(url)));
    if let Some(home) = safe_url(&feed.home_url) {
        outline.push_attribute(("htmlUrl", &*clean::text(home)));
    }
    if let Some(language) = &feed.language {
        outline.push_attribute(("language", &*clean::text(language)));
    }
    writer.write_event(Event::Empty(outline))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn link() -> FeedLink {
        FeedLink {
            main: true,
            title: "Tide & \"Timber\"".into(),
            language: Some("en".into()),
            home_url: "https://example.org/".into(),
            urls: vec![
                (FeedFormat::Json, "https://example.org/feed.json".into()),
                (FeedFormat::Rss, "https://example.org/rss.xml?a=1&b=2".into()),
            ],
        }
    }

    #[test]
    fn every_format_of_every_feed_has_an_autodiscovery_link() {
        let expected = concat!(
            r#"<link rel="alternate" type="application/feed+json" title="Tide &amp; &quot;Timber&quot; (JSON Feed)" href="https://example.org/feed.json">"#,
            "\n",
            r#"<link rel="alternate" type="application/rss+xml" title="Tide &amp; &quot;Timber&quot; (RSS)" href="https://example.org/rss.xml?a=1&amp;b=2">"#,
            "\n"
        );
        assert_eq!(autodiscovery(&[link()]), expected);
    }

    #[test]
    fn an_address_that_could_run_is_no_link() {
        let urls = [
            "javascript:alert(1)",
            "data:text/html,x",
            " https://example.org/",
            "//example.org/",
            "java\nscript:x",
            "https://example.org/\u{7}",
        ];
        assert!(urls.iter().all(|url| safe_url(url).is_none()));
        assert!(["HTTPS://example.org/", "http://example.org/", "mailto:ada@example.org"].iter().all(|url| safe_url(url).is_some()));
    }

    #[test]
    fn the_opml_list_names_each_feed_once_by_its_xml_address() {
        let date = chrono::DateTime::parse_from_rfc3339("2024-09-02T08:00:00+02:00").expect("a date");
        let expected = r#"<?xml version="1.0" encoding="utf-8"?>
<!-- written by postrider -->
<opml version="2.0">
  <head>
    <title>All &amp; sundry</title>
    <dateModified>Mon, 02 Sep 2024 08:00:00 +0200</dateModified>
  </head>
  <body>
    <outline text="Tide &amp; &quot;Timber&quot;" title="Tide &amp; &quot;Timber&quot;" type="rss" xmlUrl="https://example.org/rss.xml?a=1&amp;b=2" htmlUrl="https://example.org/" language="en"/>
  </body>
</opml>
"#;
        assert_eq!(opml("All & sundry", &[link()], Some(date)), expected);
    }

    #[test]
    fn a_page_of_ours_is_known_by_its_signs() {
        let feeds = [link()];
        let holds = |text: &str, page| signs(page, &feeds).iter().all(|sign| text.contains(sign.as_str()));
        let has = |text: &str, page| holds(text, page) && text.starts_with(beginning(page));
        let (snippet, list) = (autodiscovery_file(&feeds), opml("T", &feeds, None));
        assert!(has(&snippet, Page::Autodiscovery) && has(&list, Page::Opml));
        assert!(!has(&autodiscovery(&feeds), Page::Autodiscovery) && !has(&format!("<title>T</title>\n{snippet}"), Page::Autodiscovery));
        assert!(!has(&snippet, Page::Opml) && !has(&list.replace("example.org", "example.net"), Page::Opml));
        assert!(has(&list.replace("rss.xml", "other.xml"), Page::Opml), "feeds may come and go");
        assert_eq!(signs(Page::Subscribe, &[]), Vec::<String>::new());
    }

    #[test]
    fn a_feed_that_is_json_only_is_in_the_list_all_the_same() {
        let only = FeedLink { urls: vec![(FeedFormat::Json, "https://example.org/feed.json".into())], ..link() };
        assert!(opml("T", &[only], None).contains(r#"xmlUrl="https://example.org/feed.json""#));
    }

    fn any_text() -> impl Strategy<Value = String> {
        prop::collection::vec(any::<char>(), 0..20).prop_map(String::from_iter)
    }

    proptest! {
        #[test]
        fn an_opml_list_is_well_formed_whatever_it_holds(title in any_text(), name in any_text(), path in any_text(), language in prop::option::of(any_text())) {
            let urls = vec![(FeedFormat::Rss, format!("https://example.org/{path}"))];
            let list = opml(&title, &[FeedLink { title: name, language, home_url: path, main: true, urls }], None);
            prop_assert!(uppsala::parse(&list).is_ok(), "{}", list);
        }
    }
}
