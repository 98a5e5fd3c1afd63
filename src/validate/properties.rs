//! What holds for every document, however broken.

use super::Surroundings;
use super::input::Input;
use proptest::prelude::*;

/// Documents that have much in them, to be broken.
const WHOLE: &[&str] = &[
    r#"<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>T &amp; é</title><link>https://example.org/</link><description>D</description>
<atom:link rel="self" href="https://example.org/rss.xml"/><image><url>https://example.org/i.png</url><title>T</title><link>x</link></image>
<item xml:base="/a/"><title>x</title><guid isPermaLink="false">1</guid><pubDate>Mon, 02 Nov 2026 10:00:00 +0100</pubDate><dc:creator>Ada</dc:creator>
<enclosure url="https://example.org/a.mp3" length="1" type="audio/mpeg"/><description>&lt;p style="color:red"&gt;a&lt;/b&gt;</description>
<content:encoded><![CDATA[<p onclick="x()">a<b>c</p><img src="/x.png"> &nbsp;&#150;]]></content:encoded></item></channel></rss>"#,
    r#"<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en"><id>tag:example.org,2026:a</id><title type="xhtml"><div
 xmlns="http://www.w3.org/1999/xhtml">a <b>b</b></div></title><updated>2026-11-02T10:00:00Z</updated><link href="a" rel="self"/>
<author><name>Ada</name></author><entry><id>x</id><title type="html">a &lt;b></title><updated>2026-11-02T10:00:00.5Z</updated>
<content type="image/png">AAAA</content><summary>x</summary></entry></feed>"#,
    r#"{"version": "https://jsonfeed.org/version/1.1", "title": "T\u00e9\ud83d\ude00", "authors": [{"name": "a@b"}], "_x": {"a": [1, {}]},
 "items": [{"id": "1", "content_html": "<p>a</b> <a href=\"/x\">", "date_published": "2026-11-02T10:00:00.5Z", "tags": ["a", null],
 "attachments": [{"url": "a", "mime_type": "b", "size_in_bytes": -1}]}]}"#,
];

/// What is put into a document to break it.
const SPLINTERS: &[&str] = &[
    "",
    "<",
    ">",
    "&",
    "]]>",
    "<![CDATA[",
    "</item>",
    "<item>",
    "\"",
    "'",
    "\u{0}",
    "\u{fffd}",
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "\\u",
    "\\",
    "\r",
    "\n",
    "<!--",
    "<?x",
    "&#x1F600;",
    "é",
    "😀",
    "xmlns:a=''",
    "null",
    "/*",
];

/// Judges bytes and asserts what holds for every report.
fn check(bytes: Vec<u8>) {
    let now = chrono::DateTime::from_timestamp(1_790_000_000, 0).expect("a time").fixed_offset();
    let podcast = bytes.len() % 2 == 1;
    let input = Input::read(bytes, None);
    let lines = input.text().split(['\n', '\r']).count() as u32;
    let verdict = input.judge("feed", Surroundings { url: None, now, html_judged: false, podcast });
    let mut before = (0, 0);
    for found in &verdict.diagnostics {
        assert!(!found.message.is_empty() && found.subject.is_some(), "{found:?}");
        let Some(place) = &found.place else { continue };
        assert!(place.start.line >= 1 && place.end.line <= lines, "{found:?}");
        assert!(place.excerpt.get(place.mark.0..place.mark.1).is_some(), "{found:?}");
        // What is said of the encoding stands before everything else.
        if found.subject.as_ref().is_some_and(|subject| !subject.path.is_empty()) {
            let start = (place.start.line, place.start.column);
            assert!(start >= before, "{found:?} after {before:?}");
            before = start;
        }
    }
}

proptest! {
    #[test]
    fn a_broken_feed_is_judged_in_the_order_of_its_text(
        which in 0..WHOLE.len(),
        breaks in proptest::collection::vec((any::<proptest::sample::Index>(), 0usize..40, 0..SPLINTERS.len()), 0..6),
    ) {
        let mut bytes = WHOLE[which].as_bytes().to_vec();
        for (at, length, splinter) in breaks {
            let at = at.index(bytes.len() + 1);
            let end = (at + length).min(bytes.len());
            bytes.splice(at..end, SPLINTERS[splinter].bytes());
        }
        check(bytes);
    }

    #[test]
    fn any_bytes_are_judged(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        check(bytes);
    }

    #[test]
    fn a_feed_that_is_cut_off_is_judged(which in 0..WHOLE.len(), at in any::<proptest::sample::Index>()) {
        let whole = WHOLE[which].as_bytes();
        check(whole[..at.index(whole.len())].to_vec());
    }
}
