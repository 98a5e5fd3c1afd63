//! The walk itself, and what the tests of vocabularies and rules share.

use super::{Surroundings, validate};
use crate::diagnostic::{Diagnostic, Source};

/// Returns everything found in a document.
pub(super) fn judge(text: &str) -> Vec<Diagnostic> {
    let now = chrono::DateTime::parse_from_rfc3339("2026-11-22T12:00:00Z").expect("a date");
    validate(Source::new("feed.xml", text), Surroundings { url: None, now, html_judged: false, podcast: false }).diagnostics
}

/// Returns what was found, each as `code path@attr`.
pub(super) fn findings_of(text: &str) -> Vec<String> {
    let line = |found: Diagnostic| {
        let subject = found.subject.unwrap_or_default();
        let attr = subject.attr.map(|attr| format!("@{attr}")).unwrap_or_default();
        format!("{} {}{attr}", found.code, subject.path)
    };
    // Few documents of tests say in which encoding they are.
    judge(text).into_iter().filter(|found| found.code != "missing-encoding").map(line).collect()
}

/// Returns what was found in an RSS channel that has all it needs besides `inside`.
pub(super) fn in_channel(inside: &str) -> Vec<String> {
    findings_of(&format!(
        "<rss version=\"2.0\"><channel><title>T</title><link>https://example.org/</link><description>D</description>{inside}</channel></rss>"
    ))
}

/// Returns what was found in an Atom feed that has all it needs besides `inside`.
pub(super) fn in_feed(inside: &str) -> Vec<String> {
    let (feed, entry) = (without_own(FEED, inside), ENTRY.concat());
    findings_of(&format!("<feed xmlns='http://www.w3.org/2005/Atom'>{feed}{inside}<entry>{entry}</entry></feed>"))
}

/// Returns what was found in an entry of Atom that has all it needs besides `inside`.
pub(super) fn in_entry(inside: &str) -> Vec<String> {
    let (feed, entry) = (FEED.concat(), without_own(ENTRY, inside));
    findings_of(&format!("<feed xmlns='http://www.w3.org/2005/Atom'>{feed}<entry>{entry}{inside}</entry></feed>"))
}

const FEED: &[&str] = &[
    "<id>https://example.org/</id>",
    "<title>T</title>",
    "<updated>2026-11-01T10:00:00Z</updated>",
    "<author><name>Ada</name></author>",
    "<link rel='self' href='https://example.org/atom.xml'/>",
];
const ENTRY: &[&str] = &[
    "<id>https://example.org/1</id>",
    "<title>T</title>",
    "<updated>2026-11-01T10:00:00Z</updated>",
    "<summary>S</summary>",
    "<link rel='alternate' href='https://example.org/1'/>",
];

/// Returns the elements that a fragment does not bring itself: links by their relation, others by their name.
fn without_own(needed: &[&str], fragment: &str) -> String {
    let begins = |element: &str| element.split(" href").next().and_then(|tag| tag.split('>').next()).unwrap_or_default().to_owned();
    needed.iter().filter(|element| !fragment.contains(&begins(element))).copied().collect()
}

#[test]
fn what_is_missing_is_reported_at_the_start_tag_of_its_parent() {
    let found = judge("<rss version='2.0'>\n <channel>\n<title>T</title><link>https://example.org/</link></channel></rss>");
    let missing = found.iter().find(|found| found.code == "missing-description").expect("a finding");
    let place = missing.place.as_ref().expect("a place");
    assert_eq!((place.start.line, place.start.column), (2, 2));
    assert_eq!(missing.message, "`channel` has no `description`");
    assert_eq!(missing.subject.as_ref().map(|subject| &*subject.path), Some("rss/channel/description"));
}

#[test]
fn what_stands_twice_or_nowhere_is_reported_where_it_stands() {
    assert!(in_channel("<title>again</title>").contains(&"duplicate-element rss/channel/title".to_owned()));
    assert!(in_channel("<titel>T</titel>").contains(&"undefined-element rss/channel/titel".to_owned()));
    assert!(in_channel("text").contains(&"unexpected-text rss/channel".to_owned()));
    assert!(in_channel("<item colour='red'/>").contains(&"unexpected-attribute rss/channel/item@colour".to_owned()));
}

#[test]
fn a_message_names_what_is_blank_and_says_nothing_twice() {
    let message = |inside: &str| {
        let found = judge(&format!("<rss version='2.0'><channel><item><guid isPermaLink='false'/>{inside}</item></channel></rss>"));
        found.into_iter().find(|found| found.subject.as_ref().is_some_and(|subject| subject.path.ends_with("enclosure"))).map(|f| f.message)
    };
    let enclosure = |length: &str| format!("<enclosure url='https://example.org/a.mp3' type='audio/mpeg' length='{length}'/>");
    assert!(message(&enclosure("")).is_some_and(|message| message.starts_with("`length` is ")), "{:?}", message(&enclosure("")));
    let kind = "<enclosure url='https://example.org/a.mp3' type='audio' length='1'/>";
    assert!(message(kind).is_some_and(|message| message.starts_with("`audio` is not a media type, which")), "{:?}", message(kind));
}

#[test]
fn a_fault_of_the_xml_does_not_hide_what_follows_it() {
    let found = in_channel("<language>a & b</language></nothing><foo/>");
    assert!(found.contains(&"sax-error rss/channel/language".to_owned()), "{found:?}");
    assert!(found.contains(&"undefined-element rss/channel/foo".to_owned()), "{found:?}");
}

#[test]
fn a_file_that_ends_too_early_is_one_fault_and_no_list_of_what_it_lacks() {
    let found = findings_of("<rss version='2.0'><channel><item><title>x");
    assert!(found.iter().all(|found| found.starts_with("sax-error")), "{found:?}");
}

#[test]
fn one_fault_is_told_once() {
    // Every entry has one id: the template is named, and one entry shows what comes of it.
    let item = |id: &str| format!("<item><title>T</title><guid isPermaLink='false'>{id}</guid></item>");
    let about = |ids: [&str; 4]| {
        let found = in_channel(&ids.map(item).concat());
        found
            .into_iter()
            .filter(|found| found.starts_with("duplicate-"))
            .map(|found| found.split(' ').next().unwrap_or_default().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(about(["a", "a", "a", "a"]), ["duplicate-entries", "duplicate-ids"]);
    assert_eq!(about(["a", "a", "a", "b"]), ["duplicate-entries", "duplicate-entries"]);
    // What stands for no character is no trace of a wrong encoding.
    let title = |text: &str| in_entry(&format!("<title>{text}</title>"));
    assert_eq!(title("a &#xD800; b"), ["sax-error feed/entry/title"]);
    for replaced in ["a \u{fffd} b", "a &#xFFFD; b", "a &#65533; b"] {
        assert_eq!(title(replaced), ["bad-characters feed/entry/title"], "{replaced}");
    }
}

#[test]
fn a_prefix_that_is_not_declared_is_one_fault() {
    let found = in_channel("<item><title>t</title><guid>https://example.org/1</guid><media:thumbnail url='x'/><ttl a:b='1'>1</ttl></item>");
    let found: Vec<_> = found.iter().filter(|found| found.contains("media") || found.contains("a:b")).collect();
    assert_eq!(found, ["sax-error rss/channel/item/media:thumbnail"]);
}

#[test]
fn text_of_which_only_its_reference_is_known_is_not_empty() {
    let found = findings_of(
        "<!DOCTYPE rss [<!ENTITY e SYSTEM 'e.txt'>]><rss version='2.0'><channel><title>&e;</title><ttl>&e;</ttl><docs></docs></channel></rss>",
    );
    let found: Vec<_> = found.iter().filter(|found| ["title", "ttl", "docs"].iter().any(|name| found.ends_with(name))).collect();
    assert_eq!(found, ["invalid-link rss/channel/docs"]);
}

#[test]
fn a_fault_in_an_attribute_with_references_is_at_its_character() {
    let found =
        judge("<rss version='2.0'><channel><item><source url='https://example.org/?a=1&amp;b=&#50; c'>s</source></item></channel></rss>");
    let found = found.iter().find(|found| found.code == "invalid-uri-char").expect("a finding");
    let place = found.place.as_ref().expect("a place");
    assert_eq!((place.excerpt.get(place.mark.0..place.mark.1), place.start.column), (Some(" "), 84));
}

#[test]
fn what_is_wrong_with_part_of_a_value_is_said_in_a_sentence() {
    let message = |inside: &str| {
        let text = format!(
            "<rss version='2.0' xmlns:podcast='https://podcastindex.org/namespace/1.0' xmlns:x='http://www.w3.org/1999/xhtml'>\
             <channel>{inside}</channel></rss>"
        );
        let found = judge(&text).into_iter().find(|found| found.code.starts_with("invalid-") || found.code.starts_with("use-"));
        found.map(|found| found.message).unwrap_or_default()
    };
    assert_eq!(message("<x:meta name='robots' content='noindexx'/>"), "`noindexx` is no word that robots know");
    assert_eq!(message("<podcast:updateFrequency rrule='FOO'>x</podcast:updateFrequency>"), "`FOO` is no part of a recurrence rule");
    assert_eq!(message("<skipHours><hour>24</hour></skipHours>"), "`24` stands for midnight, which is `0`");
}

#[test]
fn a_feed_behind_the_warning_of_a_program_is_judged() {
    let text = "<br />\n<b>Warning</b>: no such key\n<?xml version='1.0'?><rss version='2.0'><channel><ttl>x</ttl></channel></rss><rss/>";
    let found = findings_of(text);
    assert!(found.contains(&"undefined-element br".to_owned()), "{found:?}");
    assert!(found.contains(&"invalid-positive-integer rss/channel/ttl".to_owned()), "{found:?}");
}

#[test]
fn what_rdf_lacks_is_named_without_its_prefix() {
    let rdf = "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns='http://purl.org/rss/1.0/'><item/></rdf:RDF>";
    assert!(judge(rdf).iter().any(|found| found.message == "`rdf:RDF` has no `channel`"));
}

#[test]
fn the_address_of_a_file_is_a_uri_as_that_of_a_page_is() {
    let found = in_channel("<item><title>t</title><enclosure url='https://example.org/ü.mp3' length='1' type='audio/mpeg'/></item>");
    assert!(found.contains(&"uri-not-iri rss/channel/item/enclosure@url".to_owned()), "{found:?}");
}

#[test]
fn a_name_that_stands_before_its_address_is_no_missing_one() {
    let found = in_channel("<managingEditor>Ann Baker &lt;ann@example.org&gt;</managingEditor><webMaster>bo@example.org</webMaster>");
    let found: Vec<_> = found.iter().filter(|found| found.contains("manag") || found.contains("Master")).collect();
    assert_eq!(found, ["email-format rss/channel/managingEditor", "missing-real-name rss/channel/webMaster"]);
}

#[test]
fn an_attribute_that_is_blank_is_no_element_that_is() {
    let found = in_channel("<cloud domain=' ' port='80' path='/x' registerProcedure='' protocol='soap'/>");
    assert!(found.contains(&"attr-not-blank rss/channel/cloud@domain".to_owned()), "{found:?}");
}

#[test]
fn what_is_no_feed_is_said_to_be_what_it_is() {
    let message = |text: &str| judge(text).into_iter().find(|found| found.code == "undefined-element").map(|found| found.message);
    let sitemap = "<?xml version='1.0'?><urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'/>";
    assert_eq!(message(sitemap).as_deref(), Some("`urlset`: this is a sitemap, not a feed"));
    assert_eq!(message("<x/>").as_deref(), Some("`x`: no feed begins with this element"));
}
