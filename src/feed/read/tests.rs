use super::*;
use crate::feed::FORMATS;
use crate::model::{Entry, Feed, History};
use chrono::DateTime;
use proptest::prelude::*;

#[allow(clippy::unnecessary_wraps, reason = "it fills optional fields")]
fn day(text: &str) -> Option<Date> {
    Some(DateTime::parse_from_rfc3339(text).expect("a date"))
}

#[allow(clippy::unnecessary_wraps, reason = "it fills optional fields")]
fn text(text: &str) -> Option<String> {
    Some(text.to_owned())
}

fn only(feed: &str) -> ReadEntry {
    let mut feed = read(feed, None).expect("a feed");
    assert_eq!(feed.entries.len(), 1, "{:?}", feed.entries);
    feed.entries.remove(0)
}

fn item(inside: &str) -> ReadEntry {
    let spaces = "xmlns:content='http://purl.org/rss/1.0/modules/content/' xmlns:atom='http://www.w3.org/2005/Atom' xmlns:dc='http://purl.org/dc/elements/1.1/'";
    only(&format!("<rss version='2.0' {spaces}><channel><title>T</title>\n<item>{inside}</item></channel></rss>"))
}

fn entry(inside: &str) -> ReadEntry {
    only(&format!(
        "<feed xmlns='http://www.w3.org/2005/Atom' xml:base='https://example.org/blog/'><entry><id>i</id>{inside}</entry></feed>"
    ))
}

#[test]
fn an_item_of_rss_goes_by_its_guid_else_by_its_link() {
    let read = item(
        "<title>A &amp;#8217; B &amp; C</title><link> https://example.org/a/ </link><guid isPermaLink='false'>?p=1</guid><description>short</description>\
         <content:encoded><![CDATA[<p>long</p>]]></content:encoded><pubDate>Mon, 23 Nov 2026 10:00:00 +0100</pubDate><atom:updated>2026-11-24T00:00:00Z</atom:updated>",
    );
    let expected = ReadEntry {
        id: "?p=1".into(),
        id_is_link: false,
        url: text("https://example.org/a/"),
        title: text("A ’ B & C"),
        published: day("2026-11-23T10:00:00+01:00"),
        updated: day("2026-11-24T00:00:00Z"),
        content: text("<p>long</p>"),
        line: 2,
    };
    assert_eq!(read, expected);
    let read = item("<link>https://example.org/a/</link><dc:date>2026-11-23</dc:date><description>&lt;b&gt;x&lt;/b&gt;</description>");
    assert_eq!((read.id.as_str(), read.id_is_link, read.content), ("https://example.org/a/", true, text("<b>x</b>")));
    assert_eq!(read.published, day("2026-11-23T00:00:00Z"));
    let read = item("<guid>https://example.org/a/</guid><title>a &lt;b&gt;</title>");
    assert_eq!((read.url.as_deref(), read.id_is_link, read.title), (Some("https://example.org/a/"), true, text("a <b>")));
    assert_eq!(item("<title>Only</title>").id, "Only");
}

#[test]
fn texts_of_atom_are_what_their_type_says() {
    let titles = [
        ("<title>a &lt;b&gt;</title>", "a <b>"),
        ("<title type='html'>a &lt;b>c&lt;/b> &amp;amp; d</title>", "a c & d"),
        ("<title type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'>a <b>c</b></div></title>", "a c"),
    ];
    for (title, expected) in titles {
        assert_eq!(entry(title).title.as_deref(), Some(expected), "{title}");
    }
    let xhtml = "<x:div xmlns:x='http://www.w3.org/1999/xhtml'><x:p>1 &lt; 2<x:br/><x:a href='c/'>c</x:a></x:p></x:div>";
    let read = entry(&format!("<summary>no</summary><content type='xhtml' xml:base='a/b/'>{xhtml}</content>"));
    assert_eq!(read.content.as_deref(), Some("<p>1 &lt; 2<br><a href=\"https://example.org/blog/a/b/c/\">c</a></p>"));
    assert_eq!(entry("<content>a &lt; b</content>").content.as_deref(), Some("a &lt; b"));
    assert_eq!(entry("<summary type='html'>&lt;p&gt;s</summary><content type='image/png' src='x'/>").content.as_deref(), Some("<p>s"));
}

#[test]
fn links_of_atom_are_chosen_by_their_relation_and_made_absolute() {
    let read = entry("<link rel='self' href='x'/><link rel='replies' href='y'/><link href='2026/a/'/><link rel='enclosure' href='z'/>");
    assert_eq!(read.url.as_deref(), Some("https://example.org/blog/2026/a/"));
    let feed = read_of(
        "<feed xmlns='http://www.w3.org/2005/Atom' xml:lang='de'><id>urn:x</id><title>T</title><generator>g</generator><link href='https://e.org/'/><link rel='self' href='feed.xml'/><author><name>n</name><id>no</id></author></feed>",
    );
    assert_eq!((feed.id.as_deref(), feed.language.as_deref(), feed.generator.as_deref()), (Some("urn:x"), Some("de"), Some("g")));
    assert_eq!((feed.self_url.as_deref(), feed.home_url.as_deref()), (Some("https://e.org/blog/feed.xml"), Some("https://e.org/")));
}

fn read_of(text: &str) -> ReadFeed {
    read(text, Some(&Url::parse("https://e.org/blog/").expect("an address"))).expect("a feed")
}

#[test]
fn older_versions_are_read_too() {
    let rdf = "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns='http://purl.org/rss/1.0/' xmlns:dc='http://purl.org/dc/elements/1.1/'>\
        <channel rdf:about='c'><title>T</title><link>https://e.org/</link><items><rdf:Seq><rdf:li rdf:resource='a'/></rdf:Seq></items></channel>\
        <item rdf:about='https://e.org/a'><title>A</title><link>https://e.org/a</link><dc:date>2004-01-02T03:04:05Z</dc:date></item></rdf:RDF>";
    let feed = read_of(rdf);
    assert_eq!((feed.title.as_deref(), feed.home_url.as_deref()), (Some("T"), Some("https://e.org/")));
    assert_eq!((feed.entries[0].id.as_str(), feed.entries[0].published), ("https://e.org/a", day("2004-01-02T03:04:05Z")));
    let atom03 = "<feed version='0.3' xmlns='http://purl.org/atom/ns#'><title>T</title><entry><title mode='escaped' type='text/html'>a &lt;i>b&lt;/i></title>\
        <link rel='alternate' type='text/html' href='https://e.org/a'/><id>tag:e.org,2004:1</id><issued>2004-01-02T03:04:05Z</issued><modified>2004-02-02T03:04:05Z</modified>\
        <content type='text/html' mode='escaped'>&lt;p>x&lt;/p></content></entry></feed>";
    let read = only(atom03);
    assert_eq!((read.id.as_str(), read.title.as_deref(), read.content.as_deref()), ("tag:e.org,2004:1", Some("a b"), Some("<p>x</p>")));
    assert_eq!((read.published, read.updated), (day("2004-01-02T03:04:05Z"), day("2004-02-02T03:04:05Z")));
    let read = only("<rss version='0.91'><channel><item><title>A</title><link>https://e.org/a</link></item></channel></rss>");
    assert!(read.id_is_link && read.published.is_none());
}

#[test]
fn what_is_broken_in_one_place_hides_nothing_else() {
    let feed = read_of(
        "<rss version='2.0'><channel><title>A & B</title><item><title>one</title><guid>1</guid><content:encoded>x</content:encoded></item>\
         <item><title>two</guid></item><item><guid>3</guid><description><p>un<br>escaped</p></description></item><item><guid>4</guid>",
    );
    let ids: Vec<&str> = feed.entries.iter().map(|entry| entry.id.as_str()).collect();
    assert_eq!((feed.title.as_deref(), ids), (Some("A & B"), vec!["1", "two", "3", "4"]));
    assert_eq!(feed.entries[0].content.as_deref(), Some("x"), "a prefix that is not declared");
    assert!(feed.entries[2].content.as_deref().is_some_and(|html| html.contains("un") && html.contains("escaped")));
    assert_eq!(read("<html><body><item/></body></html>", None), None);
    assert_eq!(read("{\"a\": 1}", None), None);
}

#[test]
fn an_item_of_json_may_have_a_number_for_an_id() {
    let feed = read_of(
        "{\"version\": \"https://jsonfeed.org/version/1\", \"title\": \"T\", \"feed_url\": \"feed.json\", \"items\": [\n{\"id\": 7, \"content_text\": \"a < b\"},\n\
         {\"id\": \"https://e.org/b\", \"content_html\": \"<p>b\", \"date_published\": \"2026-11-23T00:00:00Z\", \"title\": null}]}",
    );
    assert_eq!(feed.self_url.as_deref(), Some("https://e.org/blog/feed.json"));
    let [first, second] = &feed.entries[..] else { panic!("{feed:?}") };
    assert_eq!((first.id.as_str(), first.content.as_deref(), first.line), ("7", Some("a &lt; b"), 2));
    assert_eq!((second.url.as_deref(), second.id_is_link, second.line), (Some("https://e.org/b"), true, 3));
}

proptest! {
    #[test]
    fn any_text_is_read(text in "(<rss>|<channel>|<item>|</item>|<feed xmlns='http://www.w3.org/2005/Atom'>|<entry>|<content type='xhtml'>|<div>|</div>|<link href='|'/>|&|[{}\\[\\]\":,]|items|é|\\PC){0,40}") {
        drop(read(&text, None));
    }

    #[test]
    fn what_we_write_is_read_back(
        title in prop::option::of("[a-zé<>\"]{1,5}( [a-z&<]{1,5}){0,2}"),
        id in "(tag:e[.]org,2026:[a-z&]{1,9}|https://e[.]org/[a-z]{1,3})",
        slug in "[a-z]{1,9}",
        content in prop::option::of("<p>[a-z&;\\]> ]{0,20}</p>"),
        (begun, later) in (0..4_000_000_000_i64, 0..1_000_000_i64),
    ) {
        let moment = |seconds| DateTime::from_timestamp(seconds, 0).expect("a moment").fixed_offset();
        let (published, updated) = (moment(begun), moment(begun + later));
        let url = format!("https://e.org/{slug}");
        let entry = Entry {
            id: id.clone(), url: url.clone(), external_url: None, title: title.clone(), beginning: None, published, updated, authors: Vec::new(),
            summary: None, content: content.clone(), tags: Vec::new(), image: None, enclosures: Vec::new(), language: None,
        };
        let self_urls = FORMATS.iter().map(|format| (format.format, format!("https://e.org/{}", format.default_file))).collect();
        let feed = Feed {
            id: "https://e.org/".into(), title: "T".into(), description: "D".into(), home_url: "https://e.org/".into(), self_urls, updated,
            language: text("en"), authors: Vec::new(), copyright: None, license: None, icon: None, image: None, hubs: Vec::new(), history: History::default(),
        };
        for format in &FORMATS {
            let bytes = format.write(&feed, std::slice::from_ref(&entry));
            let again = read(std::str::from_utf8(&bytes).expect("UTF-8"), None).expect("a feed");
            prop_assert_eq!(again.self_url.as_deref(), feed.self_url(format.format));
            prop_assert_eq!(again.home_url.as_deref(), Some("https://e.org/"));
            let [read] = &again.entries[..] else { panic!("{again:?}") };
            prop_assert_eq!((&read.id, read.url.as_ref(), read.id_is_link), (&id, Some(&url), id == url));
            if title.is_some() {
                prop_assert_eq!(&read.title, &title, "{}", format.name);
            }
            prop_assert_eq!(read.published, Some(published));
            prop_assert_eq!(read.updated.unwrap_or(published), updated);
            if content.is_some() {
                prop_assert_eq!(&read.content, &content, "{}", format.name);
            }
        }
    }
}

#[test]
fn a_feed_leads_to_its_archive_or_else_to_its_next_page() {
    let atom = |links: &str| format!("<feed xmlns='http://www.w3.org/2005/Atom'><title>a</title>{links}</feed>");
    let (archive, page) = ("<link rel='prev-archive' href='https://x.example/1'/>", "<link rel='next' href='https://x.example/2'/>");
    for (links, leads) in
        [(String::new(), None), (page.into(), Some("https://x.example/2")), (format!("{page}{archive}"), Some("https://x.example/1"))]
    {
        assert_eq!(read(&atom(&links), None).expect("a feed").older_url.as_deref(), leads, "{links}");
    }
    let feed = |format: &crate::feed::Format| {
        let url = |file: &str| vec![(format.format, format!("https://x.example/{file}"))];
        let history = History { is_complete: false, current: url("now"), previous: url("old") };
        let date = day("2026-06-01T00:00:00Z").expect("a date");
        let feed = Feed {
            id: "https://x.example/".into(),
            title: "a".into(),
            description: "b".into(),
            home_url: "https://x.example/".into(),
            self_urls: url("page"),
            updated: date,
            language: None,
            authors: Vec::new(),
            copyright: None,
            license: None,
            icon: None,
            image: None,
            hubs: Vec::new(),
            history,
        };
        read(&String::from_utf8(format.write(&feed, &[])).expect("text"), None).expect("a feed")
    };
    for format in &FORMATS {
        assert_eq!(feed(format).older_url.as_deref(), Some("https://x.example/old"), "{}", format.name);
    }
}

/// Returns where a feed is broken, how many entries were read before that, how many in all, and whether it ends there.
fn broken(feed: &str) -> Option<((u32, u32), usize, usize, bool)> {
    let feed = read(feed, None).expect("a feed");
    let flaw = feed.flaw?;
    Some(((flaw.line, flaw.column), flaw.before, feed.entries.len(), flaw.is_end))
}

#[test]
fn a_feed_that_breaks_off_says_where_and_half_an_entry_is_none() {
    let xml = "<rss version='2.0'><channel>\n<item><guid>a</guid></item>\n<item><guid>é1</guid></item></channel></rss>\n";
    assert_eq!(broken(xml), None);
    let cut = |text: &str, behind: &str| text[..text.find(behind).expect("it is there") + behind.len()].to_owned();
    assert_eq!(broken(&cut(xml, "<guid>é")), Some(((3, 14), 1, 1, true)), "half an id is another one");
    assert_eq!(broken(&cut(xml, "1</guid>")), Some(((3, 22), 1, 2, true)), "a whole id is known");
    assert_eq!(broken(&cut(xml, "</channel>")), Some(((3, 39), 2, 2, true)));
    let json = "{\"version\": \"https://jsonfeed.org/version/1.1\", \"authors\": [{\"name\": \"A {[\\\"\"}], \"items\": [\n {\"id\": \"a\"},\n {\"id\": \"b]\"}\n]}\n";
    assert_eq!(broken(json), None);
    assert_eq!(broken(&cut(json, "\"b")), Some(((3, 11), 1, 1, true)));
    assert_eq!(broken(&cut(json, "\"b]\"}")), Some(((3, 14), 2, 2, true)));
    assert_eq!(broken(&json.replace("\"b]\"", "b")), Some(((3, 9), 1, 1, true)), "nothing is read behind what is no JSON");
    assert_eq!(read(&cut(json, "{\"name\": \"A"), None), None);
}

#[test]
fn a_feed_that_is_not_well_formed_is_read_and_says_so() {
    let feed = "<rss version='2.0'><channel><item><guid>a</guid></item>\n<item><guid>b</guid><title>é & b</title><link>x?a=1&b</link></item></channel></rss>";
    assert_eq!(broken(feed), Some(((2, 30), 1, 2, false)));
    assert_eq!(read(feed, None).and_then(|feed| feed.flaw).map(|flaw| flaw.more), Some(1));
}

#[test]
fn links_of_escaped_html_are_relative_to_its_base() {
    let content = entry("<content type='html' xml:base='https://example.org/blog/a/b.html'>&lt;a href=\"../c?x=1&amp;amp;y\" title='&lt;'&gt;x&lt;/a&gt;&lt;img src='d.png'&gt;&lt;a href=#top&gt;&lt;a href='mailto:a@b.c'&gt;</content>").content;
    let expected = "<a href=\"https://example.org/blog/c?x=1&amp;y\" title='<'>x</a><img src='https://example.org/blog/a/d.png'><a href=https://example.org/blog/a/b.html#top><a href='mailto:a@b.c'>";
    assert_eq!(content.as_deref(), Some(expected));
}
