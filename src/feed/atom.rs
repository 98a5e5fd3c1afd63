//! Atom 1.0 (RFC 4287) with the `atom_syndication` crate.
//!
//! Decisions: content is `type="html"` in CDATA, because the crate copies XHTML unseen and newsboat reads untyped
//! content as XML; titles, summaries, subtitle and rights are plain text and say so, although a text construct without a
//! type is the same (RFC 4287 §3.1.1), because newsboat does not know that. A link post's `alternate` is its permalink and
//! what it points to is `related`.

use super::clean::{self, CleanEntry};
use super::cut::{Cut, HELD, cut_end, fill, push_cdata};
use super::rss::{HISTORY, history_marks};
use crate::model::{Author, Enclosure, Entry, Feed, FeedFormat, Image};
use crate::text::url::is_absolute_iri;
use atom_syndication as atom;
use atom_syndication::extension::{Extension, ExtensionMap};
use atom_syndication::{Category, Content, Generator, Link, Person, Text, WriteConfig};
use memchr::memmem;
use quick_xml::escape::escape;
use sha2::{Digest, Sha256};
use std::borrow::Cow;
use std::collections::BTreeMap;

const DECLARATION: &[u8] = b"<?xml version=\"1.0\" encoding=\"utf-8\"?>\n";

/// What the crate writes after the last entry.
const END: &[u8] = b"</feed>";

/// What stands after the last entry.
pub(super) const TAIL: &[u8] = b"\n</feed>\n";

const TITLE: &[u8] = b"<title>";
const SUMMARY: &[u8] = b"<summary>";

/// The start tags of the text constructs of a feed's head, as the crate writes them.
const TEXTS: [&[u8]; 3] = [TITLE, b"<subtitle>", b"<rights>"];

/// How the crate begins an entry that stands alone.
const BEGIN: &str = "<entry xmlns=\"http://www.w3.org/2005/Atom\">";

const MEDIA: &str = "http://search.yahoo.com/mrss/";

const CONFIG: WriteConfig = WriteConfig { write_document_declaration: false, indent_size: None };

/// Writes everything before the first entry.
pub(super) fn head(feed: &Feed) -> Vec<u8> {
    let out = DECLARATION.to_vec();
    let mut out = to_feed(clean::feed(feed)).write_with_config(out, CONFIG).expect("memory takes every byte");
    cut_end(&mut out, END);
    out.push(b'\n');
    for tag in TEXTS {
        name_type(&mut out, 0, tag);
    }
    out
}

/// Appends one entry.
pub(super) fn item(entry: &CleanEntry, out: &mut Vec<u8>) {
    let (begin, entry) = (out.len(), entry.get());
    // The crate knows no language of an entry (RFC 4287 §2, `xml:lang`), and the feed declares the namespace.
    match &entry.language {
        Some(tag) => out.extend_from_slice(format!("<entry xml:lang=\"{}\">", escape(tag)).as_bytes()),
        None => out.extend_from_slice(b"<entry>"),
    }
    to_entry(entry).write_with_config(Cut::after(BEGIN.len(), out), CONFIG).expect("memory takes every byte");
    name_type(out, begin, TITLE);
    if entry.summary.is_some() {
        name_type(out, begin, SUMMARY);
    }
    if let Some(content) = &entry.content {
        fill(out, begin, ("<content type=\"html\">", "</content>"), |out| {
            out.extend_from_slice(b"<![CDATA[");
            push_cdata(out, content);
            out.extend_from_slice(b"]]>");
        });
    }
}

/// Returns what tells a feed of ours: its generator and its address.
pub(super) fn signs(self_url: &str) -> Vec<String> {
    vec!["<generator>postrider</generator>".to_owned(), format!("<link href=\"{}\" rel=\"self\"", escape(&*clean::text(self_url)))]
}

/// Gives the first element with this start tag the type that the crate does not write, since it is the default. In what
/// the crate has written, a bare tag is always mark-up: texts and contents are escaped.
fn name_type(out: &mut Vec<u8>, from: usize, tag: &[u8]) {
    if let Some(at) = out.get(from..).and_then(|written| memmem::find(written, tag)) {
        let end = from + at + tag.len() - 1;
        out.splice(end..end, *b" type=\"text\"");
    }
}

fn to_feed(feed: Feed) -> atom::Feed {
    let marks: Vec<&str> = history_marks(&feed).collect();
    let mut namespaces: BTreeMap<String, String> = [("media".to_owned(), MEDIA.to_owned())].into();
    if !marks.is_empty() {
        namespaces.insert(HISTORY.0.to_owned(), HISTORY.1.to_owned());
    }
    let mark = |name: &&str| (String::from(*name), vec![Extension { name: format!("{}:{name}", HISTORY.0), ..Extension::default() }]);
    let marks: BTreeMap<String, Vec<Extension>> = marks.iter().map(mark).collect();
    atom::Feed {
        extensions: if marks.is_empty() { ExtensionMap::new() } else { [(HISTORY.0.to_owned(), marks)].into() },
        links: feed_links(&feed),
        // RFC 4287 §4.1.1: a feed has an author unless each of its entries has one, which a feed's head cannot know.
        authors: if feed.authors.is_empty() { vec![named(&feed.title)] } else { feed.authors.into_iter().map(person).collect() },
        id: feed.id,
        updated: feed.updated,
        generator: Some(Generator { value: "postrider".to_owned(), ..Generator::default() }),
        icon: feed.icon,
        logo: feed.image.map(|image| image.url),
        rights: feed.copyright.map(plain),
        subtitle: Some(feed.description).filter(|text| *text != feed.title).map(plain),
        title: plain(feed.title),
        lang: feed.language,
        namespaces,
        ..atom::Feed::default()
    }
}

fn feed_links(feed: &Feed) -> Vec<Link> {
    let mut links = vec![link("alternate", feed.home_url.clone(), Some("text/html"))];
    links.extend(feed.self_url(FeedFormat::Atom).map(|url| link("self", url.to_owned(), Some("application/atom+xml"))));
    // RFC 5005 §3, §4
    let others = feed.history.links(FeedFormat::Atom, feed.self_url(FeedFormat::Atom));
    links.extend(others.into_iter().map(|(rel, url)| link(rel, url.to_owned(), Some("application/atom+xml"))));
    links.extend(feed.hubs.iter().map(|hub| link("hub", hub.url.clone(), None)));
    // RFC 4946 §2
    links.extend(feed.license.iter().map(|url| link("license", url.clone(), None)));
    links
}

/// Returns an entry as the crate is to write it, with [`HELD`] for its content.
fn to_entry(entry: &Entry) -> atom::Entry {
    let mut links = vec![link("alternate", entry.url.clone(), Some("text/html"))];
    links.extend(entry.external_url.clone().map(|url| link("related", url, None)));
    links.extend(entry.enclosures.iter().map(enclosure));
    let title = entry.title.as_ref().or(entry.beginning.as_ref());
    let held = || Content { content_type: Some("html".to_owned()), value: Some(HELD.to_owned()), ..Content::default() };
    atom::Entry {
        // RFC 4287 §4.2.6: an id is compared character by character, so nothing is done to one that may stand here.
        id: id(&entry.id).into_owned(),
        // RFC 4287 §4.1.2: a title is required.
        title: plain(title.cloned().unwrap_or_else(|| entry.published.format("%Y-%m-%d").to_string())),
        published: Some(entry.published),
        updated: entry.updated,
        authors: entry.authors.iter().cloned().map(person).collect(),
        categories: entry.tags.iter().map(|term| Category { term: term.clone(), ..Category::default() }).collect(),
        links,
        summary: entry.summary.clone().map(plain),
        content: entry.content.as_ref().map(|_| held()),
        extensions: entry.image.as_ref().map(media).unwrap_or_default(),
        ..atom::Entry::default()
    }
}

/// Returns the id by which Atom's readers know an entry. What followers of RSS know it by may be no IRI, such as a number in a database;
/// in its place stands a UUID that is made of it, and so never changes either (RFC 9562 §5.8).
pub(super) fn id(id: &str) -> Cow<'_, str> {
    if is_absolute_iri(id) {
        return Cow::Borrowed(id);
    }
    let digest: [u8; 32] = Sha256::digest(id).into();
    let number = digest.iter().take(16).fold(0_u128, |number, octet| number << 8 | u128::from(*octet));
    let (version, variant) = (0xF_u128 << 76, 0b11_u128 << 62);
    let digits = format!("{:032x}", number & !version & !variant | 8 << 76 | 0b10 << 62);
    Cow::Owned(format!("urn:uuid:{}-{}-{}-{}-{}", &digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..]))
}

fn plain(value: String) -> Text {
    Text { value, ..Text::default() }
}

fn person(author: Author) -> Person {
    Person { name: author.name, email: author.email, uri: author.uri, ..Person::default() }
}

fn named(name: &str) -> Person {
    Person { name: name.to_owned(), ..Person::default() }
}

fn link(rel: &str, href: String, media_type: Option<&str>) -> Link {
    Link { href, rel: rel.to_owned(), mime_type: media_type.map(ToOwned::to_owned), ..Link::default() }
}

fn enclosure(file: &Enclosure) -> Link {
    let Enclosure { url, length, media_type, title, .. } = file;
    Link { length: length.map(|bytes| bytes.to_string()), title: title.clone(), ..link("enclosure", url.clone(), Some(media_type)) }
}

fn media(image: &Image) -> ExtensionMap {
    let mut content = vec![("medium", "image".to_owned())];
    content.extend(image.media_type.clone().map(|value| ("type", value)));
    content.extend(image.bytes.map(|bytes| ("fileSize", bytes.to_string())));
    let map = [("content", content), ("thumbnail", vec![])];
    let elements = map.map(|(name, attrs)| (name.to_owned(), vec![media_element(name, image, attrs)]));
    [("media".to_owned(), elements.into())].into()
}

fn media_element(name: &str, image: &Image, mut attrs: Vec<(&str, String)>) -> Extension {
    attrs.push(("url", image.url.clone()));
    attrs.extend(image.size.map(|(width, _)| ("width", width.to_string())));
    attrs.extend(image.size.map(|(_, height)| ("height", height.to_string())));
    // The crate writes attributes of extensions as they are, so they are escaped here.
    let attrs = attrs.into_iter().map(|(key, value)| (key.to_owned(), escape(value).into_owned())).collect();
    Extension { name: format!("media:{name}"), attrs, ..Extension::default() }
}
