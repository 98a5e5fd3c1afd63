//! What every feed of ours keeps to: each test is a line or two of the checklist that readers and validators gave us.
//! Two parsers that are not ours read the feeds back: `uppsala` for strictness, `feed-rs` for meaning.

use super::*;
use crate::model::{Author, Date, Enclosure, History, Hub, Image};
use chrono::DateTime;
use proptest::prelude::*;

fn date(text: &str) -> Date {
    DateTime::parse_from_rfc3339(text).expect("a date")
}

fn author(name: &str) -> Author {
    Author { name: name.to_owned(), ..Author::default() }
}

#[allow(clippy::unnecessary_wraps, reason = "it fills optional fields")]
fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

fn feed() -> Feed {
    Feed {
        id: "https://example.org/".into(),
        title: "Tide & Timber".into(),
        description: "Notes from a boat yard".into(),
        home_url: "https://example.org/".into(),
        self_urls: vec![
            (FeedFormat::Rss, "https://example.org/rss.xml".into()),
            (FeedFormat::Atom, "https://example.org/atom.xml".into()),
            (FeedFormat::Json, "https://example.org/feed.json".into()),
        ],
        updated: date("2024-09-02T08:00:00+02:00"),
        language: some("en-GB"),
        authors: vec![Author { name: "Ada Ash".into(), email: some("ada@example.org"), uri: some("https://example.org/ada") }],
        copyright: some("© 2024 Ada Ash"),
        license: some("https://creativecommons.org/licenses/by/4.0/"),
        icon: some("https://example.org/icon.png"),
        image: Some(image("https://example.org/logo.png?a=1&b=2")),
        hubs: vec![Hub { url: "https://hub.example.net/?x=1&y=2".into() }],
        history: History::default(),
    }
}

fn image(url: &str) -> Image {
    Image { url: url.into(), media_type: some("image/png"), bytes: Some(2048), size: Some((120, 60)) }
}

fn file(url: &str) -> Enclosure {
    Enclosure { url: url.into(), length: Some(1234), media_type: "audio/mpeg".into(), duration: Some(61), title: some("Side <A>") }
}

fn rich() -> Entry {
    Entry {
        id: "tag:example.org,2024:keel".into(),
        url: "https://example.org/2024/09/keel/?a=1&b=2".into(),
        external_url: some("https://elsewhere.example/keel?x=1&y=2"),
        title: some("Keel & <ribs> – \u{1F6F6}"),
        beginning: None,
        published: date("2024-09-01T09:30:00+02:00"),
        updated: date("2024-09-02T08:00:00+02:00"),
        authors: vec![author("Ben Birch"), author("Cleo & Co")],
        summary: some("How a keel is laid; 1 < 2 & \"so\" on ]]> end"),
        content: some("<p>Steam &amp; oak -- <code>a ]]&gt; b</code> ]]> \u{a0}\u{1F600} שלום</p>\n<pre>x\n\ty</pre>"),
        tags: vec!["boats".into(), "R&D".into(), "Überraschung".into()],
        image: Some(image("https://example.org/keel.png?w=1&h=2")),
        enclosures: vec![file("https://example.org/a.mp3?x=1&y=2"), file("https://example.org/b.mp3")],
        language: some("de"),
    }
}

fn plain() -> Entry {
    Entry {
        id: "https://example.org/2024/08/oars/".into(),
        url: "https://example.org/2024/08/oars/".into(),
        external_url: None,
        title: some("Oars"),
        beginning: None,
        published: date("2024-08-19T00:00:00+00:00"),
        updated: date("2024-08-19T00:00:00+00:00"),
        authors: vec![],
        summary: None,
        content: some("<p>Ash.</p>"),
        tags: vec![],
        image: None,
        enclosures: vec![],
        language: None,
    }
}

fn note() -> Entry {
    Entry {
        id: "https://example.org/notes/1/".into(),
        url: "https://example.org/notes/1/".into(),
        title: None,
        beginning: some("Ash."),
        ..plain()
    }
}

fn text_of(format: FeedFormat, entries: &[Entry]) -> String {
    String::from_utf8(Format::of(format).write(&feed(), entries)).expect("UTF-8")
}

fn rss(entries: &[Entry]) -> String {
    text_of(FeedFormat::Rss, entries)
}

fn atom(entries: &[Entry]) -> String {
    text_of(FeedFormat::Atom, entries)
}

fn json(entries: &[Entry]) -> serde_json::Value {
    serde_json::from_str(&text_of(FeedFormat::Json, entries)).expect("JSON")
}

fn read(document: &[u8]) -> feed_rs::model::Feed {
    // An id is a reader's own affair where a feed has none, and ours always has.
    feed_rs::parser::parse(document).expect("a feed")
}

fn ids(document: &[u8]) -> Vec<String> {
    read(document).entries.into_iter().map(|entry| entry.id).collect()
}

// -- general --

#[test]
fn the_table_has_a_row_for_each_format_in_the_order_of_the_model() {
    assert_eq!(FORMATS.each_ref().map(|row| row.format), FeedFormat::ALL);
    assert!(FeedFormat::ALL.iter().all(|format| Format::of(*format).format == *format));
}

#[test]
fn a_rich_rss_feed_looks_like_this() {
    insta::assert_snapshot!(rss(&[rich(), plain(), note()]));
}

#[test]
fn a_rich_atom_feed_looks_like_this() {
    insta::assert_snapshot!(atom(&[rich(), plain(), note()]));
}

#[test]
fn a_rich_json_feed_looks_like_this() {
    insta::assert_snapshot!(text_of(FeedFormat::Json, &[rich(), plain(), note()]));
}

#[test]
fn awkward_text_survives_a_round_trip() {
    for format in FeedFormat::ALL {
        let read = read(&Format::of(format).write(&feed(), &[rich()]));
        let entry = &read.entries[0];
        assert_eq!(entry.id, rich().id, "{format:?}");
        assert_eq!(entry.title.as_ref().map(|t| &t.content), rich().title.as_ref(), "{format:?}");
        assert_eq!(entry.content.as_ref().and_then(|c| c.body.clone()), rich().content, "{format:?}");
        // An RSS description is HTML by custom; the others are plain text.
        let summary = if format == FeedFormat::Rss {
            "How a keel is laid; 1 &lt; 2 &amp; \"so\" on ]]&gt; end"
        } else {
            "How a keel is laid; 1 < 2 & \"so\" on ]]> end"
        };
        assert_eq!(entry.summary.as_ref().map(|t| t.content.as_str()), Some(summary), "{format:?}");
    }
}

#[test]
fn all_formats_hold_the_same_ids_dates_and_order() {
    let entries = [rich(), plain(), note()];
    let seen = FeedFormat::ALL.map(|format| {
        let read = read(&Format::of(format).write(&feed(), &entries));
        let seen: Vec<_> = read.entries.iter().map(|entry| (entry.id.clone(), entry.published)).collect();
        seen
    });
    let expected: Vec<_> = entries.iter().map(|entry| (entry.id.clone(), Some(entry.published.to_utc()))).collect();
    assert!(seen.iter().all(|seen| *seen == expected), "{seen:?}");
}

#[test]
fn a_feed_without_entries_is_valid_and_stable() {
    for row in &FORMATS {
        let document = row.write(&feed(), &[]);
        assert_eq!(read(&document).entries.len(), 0, "{}", row.name);
        assert_eq!(document, row.write(&feed(), &[]));
    }
}

#[test]
fn no_entry_is_newer_than_the_feed() {
    let read = read(rss(&[rich()]).as_bytes());
    assert!(read.entries[0].published <= read.updated);
    assert!(rss(&[]).contains("<lastBuildDate>Mon, 02 Sep 2024 08:00:00 +0200</lastBuildDate>"));
}

#[test]
fn forbidden_characters_never_leave() {
    let dirty = Entry { title: some("a\0b\u{b}c\u{fffe}"), content: some("<p>]]\u{1}></p>\r\nx"), id: String::new(), ..plain() };
    for row in &FORMATS {
        let document = row.write(&feed(), std::slice::from_ref(&dirty));
        assert!(row.format == FeedFormat::Json || is_well_formed(&document), "{}", row.name);
        assert_eq!(ids(&document), *std::slice::from_ref(&dirty.url), "an empty id becomes the link");
        assert_eq!(read(&document).entries[0].title.as_ref().map(|t| t.content.as_str()), Some("abc"));
    }
}

#[test]
fn a_feed_of_ours_is_known_by_its_signs_and_one_for_another_address_is_not() {
    for row in &FORMATS {
        for address in ["https://example.org/a.xml", "https://example.org/?a=1&b='2'\u{1}ü"] {
            let feed = Feed { self_urls: FeedFormat::ALL.map(|format| (format, address.to_owned())).to_vec(), ..feed() };
            let document = String::from_utf8(row.write(&feed, &[rich()])).expect("UTF-8");
            let has = |address: &str| (row.signs)(address).iter().all(|sign| document.contains(sign.as_str()));
            assert!(has(address), "{}: {document}", row.name);
            assert!(!has("https://example.org/b.xml"), "{}", row.name);
        }
    }
}

// -- entries --

#[test]
fn an_rss_item_without_title_and_summary_carries_its_content_as_description() {
    let written = rss(&[note()]);
    let item = &written[written.find("<item>").expect("an item")..];
    assert!(item.contains("<description><![CDATA[<p>Ash.</p>]]></description>"), "{item}");
    assert!(!item.contains("<title>") && !item.contains("content:encoded"), "{item}");
}

#[test]
fn an_rss_item_always_has_a_title_or_a_description() {
    let bare = Entry { content: None, ..note() };
    assert!(rss(std::slice::from_ref(&bare)).contains("<description><![CDATA[https://example.org/notes/1/]]></description>"));
    assert_eq!(json(&[bare])["items"][0]["content_text"], "https://example.org/notes/1/");
}

#[test]
fn an_image_becomes_media_content_and_thumbnail_and_the_image_of_json() {
    for xml in [rss(&[rich()]), atom(&[rich()])] {
        let content = r#"<media:content fileSize="2048" height="60" medium="image" type="image/png" url="https://example.org/keel.png?w=1&amp;h=2" width="120""#;
        assert!(xml.contains(content), "{xml}");
        assert!(xml.contains(r#"<media:thumbnail height="60" url="https://example.org/keel.png?w=1&amp;h=2" width="120""#), "{xml}");
    }
    assert_eq!(json(&[rich()])["items"][0]["image"], "https://example.org/keel.png?w=1&h=2");
}

#[test]
fn categories_keep_their_order() {
    for format in FeedFormat::ALL {
        let read = read(&Format::of(format).write(&feed(), &[rich()]));
        let terms: Vec<_> = read.entries[0].categories.iter().map(|category| category.term.clone()).collect();
        assert_eq!(terms, rich().tags, "{format:?}");
    }
}

// -- RSS 2.0 --

#[test]
fn an_rss_channel_names_its_title_link_description_and_itself() {
    let head = rss(&[]);
    for part in [
        "<title>Tide &#x26; Timber</title>",
        "<link>https://example.org/</link>",
        "<description>Notes from a boat yard</description>",
        "<language>en-GB</language>",
        r#"<atom:link href="https://example.org/rss.xml" rel="self" type="application/rss+xml"></atom:link>"#,
        r#"<atom:link href="https://hub.example.net/?x=1&amp;y=2" rel="hub"></atom:link>"#,
        r#"<atom:link href="https://creativecommons.org/licenses/by/4.0/" rel="license"></atom:link>"#,
    ] {
        assert!(head.contains(part), "{part} in {head}");
    }
}

#[test]
fn an_rss_date_has_two_digits_of_a_day_four_of_a_year_and_a_numeric_offset() {
    assert!(rss(&[rich()]).contains("<pubDate>Sun, 01 Sep 2024 09:30:00 +0200</pubDate>"));
    assert!(rss(&[plain()]).contains("<pubDate>Mon, 19 Aug 2024 00:00:00 +0000</pubDate>"));
}

#[test]
fn a_guid_is_a_permalink_only_where_it_is_the_link() {
    assert!(rss(&[rich()]).contains(r#"<guid isPermaLink="false">tag:example.org,2024:keel</guid>"#));
    let written = rss(&[plain()]);
    assert!(written.contains("<guid>https://example.org/2024/08/oars/</guid>") || written.contains(r#"isPermaLink="true""#), "{written}");
}

#[test]
fn the_plain_description_stands_before_the_full_content() {
    let written = rss(&[rich()]);
    let item = &written[written.find("<item>").expect("an item")..];
    assert!(item.find("<description>") < item.find("<content:encoded>"));
}

#[test]
fn an_rss_item_has_one_enclosure_and_the_others_are_media_content() {
    let written = rss(&[rich()]);
    assert_eq!(written.matches("<enclosure ").count(), 1);
    assert!(written.contains(r#"<enclosure url="https://example.org/a.mp3?x=1&amp;y=2" length="1234" type="audio/mpeg"/>"#), "{written}");
    let other = r#"<media:content duration="61" fileSize="1234" type="audio/mpeg" url="https://example.org/b.mp3"><media:title>Side &#x3C;A&#x3E;</media:title>"#;
    assert!(written.contains(other), "{written}");
}

#[test]
fn an_enclosure_whose_length_nobody_knows_says_0_in_rss_and_nothing_elsewhere() {
    let entry = Entry { enclosures: vec![Enclosure { length: None, ..file("https://example.org/a.mp3") }], ..plain() };
    assert!(rss(std::slice::from_ref(&entry)).contains(r#"length="0""#));
    assert!(!atom(std::slice::from_ref(&entry)).contains("length="));
    assert!(json(&[entry])["items"][0]["attachments"][0].get("size_in_bytes").is_none());
}

#[test]
fn rss_names_people_in_dc_creator_and_never_in_author() {
    let written = rss(&[rich()]);
    assert!(written.contains("<dc:creator>Ben Birch</dc:creator><dc:creator>Cleo &#x26; Co</dc:creator>"));
    assert!(written.contains("<dc:creator>Ada Ash</dc:creator>"), "the site's author is the channel's");
    assert!(!written.contains("<author>") && !written.contains("managingEditor"));
}

#[test]
fn every_prefix_is_declared_on_the_root_whether_used_or_not() {
    let root = |xml: &str| xml.split_once("<channel>").map(|(root, _)| root.to_owned());
    assert_eq!(root(&rss(&[])), root(&rss(&[rich()])));
    let root = root(&rss(&[])).expect("a channel");
    assert!(["atom", "content", "dc", "media"].iter().all(|prefix| root.contains(&format!("xmlns:{prefix}="))), "{root}");
}

#[test]
fn the_rss_image_has_the_channels_title_and_link_and_a_size_only_within_the_limits() {
    let small = "<image><url>https://example.org/logo.png?a=1&amp;b=2</url><title>Tide &#x26; Timber</title><link>https://example.org/</link><width>120</width><height>60</height></image>";
    assert!(rss(&[]).contains(small), "{}", rss(&[]));
    let large = Feed { image: Some(Image { size: Some((145, 60)), ..image("https://example.org/l.png") }), ..feed() };
    assert!(!String::from_utf8_lossy(&(FORMATS[0].head)(&large)).contains("<width>"));
}

#[test]
fn nothing_in_rss_changes_with_the_clock_or_the_version() {
    let written = rss(&[rich()]);
    assert!(written.contains("<generator>postrider</generator>"));
    assert!(!written.contains("<ttl>") && !written.contains(env!("CARGO_PKG_VERSION")));
}

#[test]
fn a_changed_rss_item_tells_when_and_an_unchanged_one_does_not() {
    assert!(rss(&[rich()]).contains("<atom:updated>2024-09-02T08:00:00+02:00</atom:updated>"));
    assert!(!rss(&[plain()]).contains("<atom:updated>"));
}

#[test]
fn signs_of_markup_in_plain_text_of_rss_are_hexadecimal_references() {
    let entry = Entry {
        title: some("Vec<String> & AT&T &omega &lt;b>"),
        summary: some("a < b & c"),
        content: some("<p>a &lt; b &amp; c</p> <title>&amp;</title>"),
        tags: vec!["R&D".into()],
        ..plain()
    };
    let written = rss(std::slice::from_ref(&entry));
    for part in [
        "<channel><title>Tide &#x26; Timber</title>",
        "<title>Vec&#x3C;String&#x3E; &#x26; AT&#x26;T &#x26;omega &#x26;lt;b&#x3E;</title>",
        "<category>R&#x26;D</category>",
        "<description><![CDATA[a &lt; b &amp; c]]></description>",
        "<content:encoded><![CDATA[<p>a &lt; b &amp; c</p> <title>&amp;</title>]]></content:encoded>",
    ] {
        assert!(written.contains(part), "{part} in {written}");
    }
    assert_eq!(read(written.as_bytes()).entries[0].title.as_ref().map(|title| &title.content), entry.title.as_ref());
}

// -- Atom 1.0 --

#[test]
fn an_atom_feed_and_each_entry_have_one_id_title_and_updated() {
    let written = atom(&[rich(), plain(), note()]);
    for tag in ["<id>", "<title ", "<updated>"] {
        assert_eq!(written.matches(tag).count(), 4, "{tag}");
    }
    assert!(written.contains("<updated>2024-09-02T08:00:00+02:00</updated>"));
}

#[test]
fn an_atom_entry_without_a_title_goes_by_its_first_words_or_else_by_its_date() {
    let wordless = Entry { beginning: None, ..note() };
    for (note, title) in [(note(), "Ash."), (wordless, "2024-08-19")] {
        assert!(atom(std::slice::from_ref(&note)).contains(&format!("<entry><title type=\"text\">{title}</title>")), "{title}");
        // RSS 2.0 <item> and JSON Feed 1.1 `title` do without one.
        assert!(!rss(std::slice::from_ref(&note)).contains("<item><title>"));
        assert_eq!(json(&[note])["items"][0].get("title"), None);
    }
}

#[test]
fn an_atom_date_has_no_fraction_and_is_never_before_the_publication() {
    let late = date("2024-08-19T12:00:00.123456+02:00");
    let written = atom(&[Entry { published: late, ..plain() }]);
    assert!(written.contains("<published>2024-08-19T12:00:00+02:00</published>"), "{written}");
    assert_eq!(written.matches("<updated>2024-08-19T12:00:00+02:00</updated>").count(), 1, "{written}");
}

#[test]
fn an_atom_feed_without_authors_is_by_its_own_title() {
    let anonymous = Feed { authors: vec![], ..feed() };
    let written = String::from_utf8((FORMATS[1].head)(&anonymous)).expect("UTF-8");
    assert!(written.contains("<author><name>Tide &amp; Timber</name></author>"), "{written}");
    assert!(atom(&[]).contains("<author><name>Ada Ash</name><email>ada@example.org</email><uri>https://example.org/ada</uri></author>"));
}

#[test]
fn atom_links_say_what_they_are() {
    let written = atom(&[rich()]);
    for part in [
        r#"<link href="https://example.org/" rel="alternate" type="text/html"/>"#,
        r#"<link href="https://example.org/atom.xml" rel="self" type="application/atom+xml"/>"#,
        r#"<link href="https://example.org/2024/09/keel/?a=1&amp;b=2" rel="alternate" type="text/html"/>"#,
        r#"<link href="https://elsewhere.example/keel?x=1&amp;y=2" rel="related"/>"#,
        r#"<link href="https://example.org/a.mp3?x=1&amp;y=2" rel="enclosure" type="audio/mpeg" title="Side &lt;A&gt;" length="1234"/>"#,
    ] {
        assert!(written.contains(part), "{part} in {written}");
    }
}

#[test]
fn atom_content_is_html_in_cdata() {
    let written = atom(&[plain()]);
    assert!(written.contains(r#"<content type="html"><![CDATA[<p>Ash.</p>]]></content>"#), "{written}");
}

#[test]
fn every_atom_text_says_that_it_is_plain() {
    let nasty = Entry { title: some("<title> & <summary>"), summary: some("a <summary> of <title>"), ..rich() };
    let written = atom(&[nasty, note()]);
    for part in [
        r#"<title type="text">Tide &amp; Timber</title>"#,
        r#"<subtitle type="text">Notes from a boat yard</subtitle>"#,
        r#"<rights type="text">© 2024 Ada Ash</rights>"#,
        r#"<title type="text">&lt;title&gt; &amp; &lt;summary&gt;</title>"#,
        r#"<summary type="text">a &lt;summary&gt; of &lt;title&gt;</summary>"#,
        r#"<title type="text">Ash.</title>"#,
    ] {
        assert!(written.contains(part), "{part} in {written}");
    }
    assert!(!["<title>", "<summary>", "<subtitle>", "<rights>"].iter().any(|bare| written.contains(bare)), "{written}");
    let entry = &read(written.as_bytes()).entries[0];
    let texts = [&entry.title, &entry.summary]
        .map(|text| text.as_ref().map(|text| (text.content.as_str(), text.content_type.essence().to_string())));
    let plain = "text/plain".to_owned();
    assert_eq!(texts, [Some(("<title> & <summary>", plain.clone())), Some(("a <summary> of <title>", plain))]);
}

#[test]
fn an_id_is_never_resolved_or_normalised() {
    let id = "HTTPS://Example.ORG:443/%7Eada/../x?b=2&a=ü";
    for row in &FORMATS {
        let document = row.write(&feed(), &[Entry { id: id.to_owned(), ..plain() }]);
        assert_eq!(ids(&document), [id]);
    }
}

#[test]
fn the_language_stands_on_the_feed_and_on_an_entry_that_differs() {
    let written = atom(&[rich(), plain()]);
    assert!(
        written.contains(r#"xml:lang="en-GB""#) && written.contains(r#"<entry xml:lang="de">"#) && written.contains("\n<entry>"),
        "{written}"
    );
    assert!(rss(&[rich()]).contains("<dc:language>de</dc:language>"));
    assert_eq!(json(&[rich()])["items"][0]["language"], "de");
}

#[test]
fn icon_and_logo_are_written_as_they_are() {
    let written = atom(&[]);
    assert!(
        written.contains("<icon>https://example.org/icon.png</icon>")
            && written.contains("<logo>https://example.org/logo.png?a=1&amp;b=2</logo>")
    );
}

// -- JSON Feed 1.1 --

#[test]
fn a_json_feed_has_the_version_and_its_addresses() {
    let feed = json(&[]);
    assert_eq!(feed["version"], "https://jsonfeed.org/version/1.1");
    assert_eq!(feed["home_page_url"], "https://example.org/");
    assert_eq!(feed["feed_url"], "https://example.org/feed.json");
    assert_eq!(feed["hubs"][0]["type"], "WebSub");
    assert_eq!(feed["items"], serde_json::json!([]));
}

#[test]
fn every_json_item_has_an_id_and_content() {
    let summary = Entry { content: None, summary: some("In short"), ..plain() };
    let title = Entry { content: None, ..plain() };
    let items = json(&[rich(), summary, title])["items"].take();
    assert_eq!((&items[0]["id"], &items[0]["content_html"]), (&rich().id.into(), &rich().content.into()));
    assert_eq!((&items[1]["content_text"], items[1].get("summary")), (&"In short".into(), None));
    assert_eq!(items[2]["content_text"], "Oars");
}

#[test]
fn json_authors_are_a_list_and_attachments_have_address_and_type() {
    let feed = json(&[rich()]);
    assert_eq!(feed["authors"], serde_json::json!([{"name": "Ada Ash", "url": "https://example.org/ada"}]));
    assert_eq!(feed["items"][0]["authors"], serde_json::json!([{"name": "Ben Birch"}, {"name": "Cleo & Co"}]));
    let attachment = serde_json::json!({"url": "https://example.org/b.mp3", "mime_type": "audio/mpeg", "title": "Side <A>", "size_in_bytes": 1234, "duration_in_seconds": 61});
    assert_eq!(feed["items"][0]["attachments"][1], attachment);
}

#[test]
fn json_titles_and_summaries_are_plain() {
    let item = json(&[rich()])["items"][0].take();
    assert_eq!((&item["title"], &item["summary"]), (&rich().title.into(), &rich().summary.into()));
    assert_eq!(item["external_url"], "https://elsewhere.example/keel?x=1&y=2");
}

#[test]
fn a_json_feed_has_no_next_page_and_no_byte_order_mark_and_one_item_a_line() {
    let text = text_of(FeedFormat::Json, &[rich(), plain()]);
    assert!(text.starts_with("{\"version\"") && !text.contains("next_url"));
    assert_eq!(text.lines().count(), 4, "head, two items, tail");
}

// -- whatever an entry holds --

/// proptest's own strings hold no control characters, so these are made of any.
fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![nasty(), prop::collection::vec(any::<char>(), 0..20).prop_map(String::from_iter)]
}

prop_compose! {
    fn any_author()(name in any_text(), email in prop::option::of(any_text()), uri in prop::option::of(any_text())) -> Author {
        Author { name, email, uri }
    }
}

prop_compose! {
    fn any_image()(url in any_text(), media_type in prop::option::of(any_text()), bytes in any::<Option<u64>>(), size in any::<Option<(u32, u32)>>()) -> Image {
        Image { url, media_type, bytes, size }
    }
}

prop_compose! {
    fn any_file()(url in any_text(), length in any::<Option<u64>>(), media_type in any_text(), duration in any::<Option<u64>>(), title in prop::option::of(any_text())) -> Enclosure {
        Enclosure { url, length, media_type, duration, title }
    }
}

prop_compose! {
    fn any_date()(seconds in any::<i64>(), nanos in 0u32..1_000_000_000, offset in -86399i32..86400) -> Date {
        let zone = chrono::FixedOffset::east_opt(offset).expect("in range");
        DateTime::from_timestamp(seconds % 8_000_000_000_000, nanos).unwrap_or_default().with_timezone(&zone)
    }
}

prop_compose! {
    fn any_entry()(
        texts in (any_text(), any_text(), prop::option::of(any_text()), prop::option::of(any_text()), prop::option::of(any_text()), prop::option::of(any_text()), prop::option::of(any_text())),
        dates in (any_date(), any_date()),
        authors in prop::collection::vec(any_author(), 0..3),
        tags in prop::collection::vec(any_text(), 0..3),
        image in prop::option::of(any_image()),
        enclosures in prop::collection::vec(any_file(), 0..3),
    ) -> Entry {
        let (id, url, external_url, title, summary, content, language) = texts;
        let beginning = summary.clone();
        Entry { id, url, external_url, title, beginning, published: dates.0, updated: dates.1, authors, summary, content, tags, image, enclosures, language }
    }
}

prop_compose! {
    fn any_feed()(
        texts in (any_text(), any_text(), any_text(), any_text(), any_text(), prop::option::of(any_text()), prop::option::of(any_text()), prop::option::of(any_text()), prop::option::of(any_text())),
        updated in any_date(),
        authors in prop::collection::vec(any_author(), 0..3),
        image in prop::option::of(any_image()),
        hubs in prop::collection::vec(any_text(), 0..3),
        history in (any::<bool>(), prop::collection::vec(any_text(), 0..2), prop::collection::vec(any_text(), 0..2)),
    ) -> Feed {
        let (id, title, description, home_url, address, language, copyright, license, icon) = texts;
        let self_urls = FeedFormat::ALL.map(|format| (format, address.clone())).to_vec();
        let hubs = hubs.into_iter().map(|url| Hub { url }).collect();
        let of_all = |urls: Vec<String>| urls.iter().flat_map(|url| FeedFormat::ALL.map(|format| (format, url.clone()))).collect();
        let history = History { is_complete: history.0, current: of_all(history.1), previous: of_all(history.2) };
        Feed { id, title, description, home_url, self_urls, updated, language, authors, copyright, license, icon, image, hubs, history }
    }
}

/// Awkward pieces in every order: proptest's own strings seldom meet the sequences that matter.
fn nasty() -> impl Strategy<Value = String> {
    let pieces = [
        "]]>",
        "]]",
        ">",
        "<![CDATA[",
        "&amp;",
        "&",
        "<",
        "-->",
        "\r",
        "\0",
        "\u{fffe}",
        "\u{ffff}",
        "ｆ",
        "\"",
        "'",
        "\\",
        "\u{2028}",
        "a",
        " ",
        "\n",
    ];
    prop::collection::vec(prop::sample::select(pieces.to_vec()), 0..12).prop_map(|pieces| pieces.concat())
}

fn is_well_formed(document: &[u8]) -> bool {
    uppsala::parse(std::str::from_utf8(document).expect("UTF-8")).is_ok()
}

#[test]
fn atom_has_a_uuid_in_the_place_of_an_id_that_is_no_iri_and_no_other() {
    for id in ["https://example.org/a", "tag:example.org,2026:a", "urn:uuid:1"] {
        assert_eq!(atom_id(id), id);
    }
    assert_eq!(atom_id("65f1a2b3c4d5e6f7a8b9c0d3"), "urn:uuid:334c3ad3-8f0c-85b3-aca6-648ec916e889");
    let entry = Entry { id: "12".into(), ..rich() };
    let ids = FORMATS.each_ref().map(|row| read(&row.write(&feed(), std::slice::from_ref(&entry))).entries[0].id.clone());
    assert_eq!(ids, ["12".to_owned(), atom_id("12").into_owned(), "12".to_owned()]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn whatever_a_feed_and_its_entries_hold_the_document_is_well_formed(feed in any_feed(), entries in prop::collection::vec(any_entry(), 0..3)) {
        for row in &FORMATS {
            let document = row.write(&feed, &entries);
            prop_assert_eq!(read(&document).entries.len(), entries.len());
            prop_assert!(row.format == FeedFormat::Json || is_well_formed(&document), "{}", String::from_utf8_lossy(&document));
        }
    }

    #[test]
    fn nasty_sequences_are_read_back_as_they_are(title in nasty(), summary in nasty(), content in nasty(), id in nasty(), tag in nasty()) {
        let entry = Entry { title: Some(title), summary: Some(summary), content: Some(content), id, tags: vec![tag], ..rich() };
        let expected = clean::CleanEntry::new(entry.clone()).get().clone();
        for row in &FORMATS {
            let document = row.write(&feed(), std::slice::from_ref(&entry));
            prop_assert!(row.format == FeedFormat::Json || is_well_formed(&document));
            let read = read(&document);
            let entry = &read.entries[0];
            let id = if row.format == FeedFormat::Atom { atom_id(&expected.id).into_owned() } else { expected.id.clone() };
            prop_assert_eq!(entry.id.trim(), id.trim(), "{}", row.name);
            // feed-rs takes the white space off both ends of a text.
            let trimmed = |text: &Option<String>| text.as_deref().map(|text| text.trim().to_owned()).unwrap_or_default();
            let text = |text: &Option<feed_rs::model::Text>| text.as_ref().map(|text| text.content.trim().to_owned()).unwrap_or_default();
            if expected.title.is_some() || row.format != FeedFormat::Atom {
                prop_assert_eq!(text(&entry.title), trimmed(&expected.title), "{}", row.name);
            }
            let content = entry.content.as_ref().and_then(|content| content.body.as_ref()).map(|body| body.trim().to_owned()).unwrap_or_default();
            if expected.content.is_some() && (expected.title.is_some() || expected.summary.is_some()) {
                prop_assert_eq!(content, trimmed(&expected.content), "{}", row.name);
            }
        }
    }
}
