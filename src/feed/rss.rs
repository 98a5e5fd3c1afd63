//! RSS 2.0 with the `rss` crate, by the Best Practices Profile.
//!
//! Decisions: names go to `dc:creator`, because readers take an address for an `<author>`; the site's own names stand in
//! the channel. A link post links to its permalink, and where it points to is in its content. There is no `ttl`, no
//! `pubDate` of the channel and no version of the generator: they would change, or promise, what nobody needs. `&`, `<` and
//! `>` in plain text are hexadecimal references, which most readers show rightly, those that decode titles twice included.

use super::clean::{self, CleanEntry};
use super::cut::{Cut, HELD, cut_end, fill, push_cdata};
use crate::model::{Author, Enclosure, Entry, Feed, FeedFormat, Image};
use crate::text::dates::{rfc822, rfc3339};
use memchr::{memchr, memchr_iter, memmem};
use rss::extension::dublincore::DublinCoreExtension;
use rss::extension::{Extension, ExtensionMap};
use rss::{Category, Channel, Guid, Item};
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// The prefixes on the root, used or not: the beginning of a feed does not change with its entries.
const NAMESPACES: [(&str, &str); 4] = [
    ("atom", "http://www.w3.org/2005/Atom"),
    ("content", "http://purl.org/rss/1.0/modules/content/"),
    ("dc", "http://purl.org/dc/elements/1.1/"),
    ("media", "http://search.yahoo.com/mrss/"),
];

/// The namespace of RFC 5005, declared where it is used.
pub(super) const HISTORY: (&str, &str) = ("fh", "http://purl.org/syndication/history/1.0");

/// What the crate writes after the last item.
const END: &[u8] = b"</channel></rss>";

/// What stands after the last item.
pub(super) const TAIL: &[u8] = b"\n</channel></rss>\n";

/// RSS 2.0 `<image>`: the largest width and height.
const IMAGE_LIMIT: (u32, u32) = (144, 400);

/// Writes everything before the first item.
pub(super) fn head(feed: &Feed) -> Vec<u8> {
    let mut out = write(&channel(clean::feed(feed)), Vec::new());
    cut_end(&mut out, END);
    out.push(b'\n');
    plain_in_hex(&mut out, 0);
    out
}

/// Appends one item.
pub(super) fn item(entry: &CleanEntry, out: &mut Vec<u8>) {
    // The crate writes channels only, so an item is written in an empty channel, whose beginning is always the same.
    static BEGIN: OnceLock<usize> = OnceLock::new();
    let begin = *BEGIN.get_or_init(|| write(&bare(), Vec::new()).len() - END.len());
    let (from, entry) = (out.len(), entry.get());
    let place = if is_note(entry) {
        ("<description><![CDATA[", "]]></description>")
    } else {
        ("<content:encoded><![CDATA[", "]]></content:encoded>")
    };
    write(&Channel { items: vec![to_item(entry)], ..bare() }, Cut::after(begin, out));
    cut_end(out, END);
    plain_in_hex(out, from);
    if let Some(content) = &entry.content {
        fill(out, from, place, |out| push_cdata(out, content));
    }
}

/// Returns what tells a feed of ours: its generator and its address.
pub(super) fn signs(self_url: &str) -> Vec<String> {
    let link = format!("<atom:link href=\"{}\" rel=\"self\"", quick_xml::escape::escape(&*clean::text(self_url)));
    vec!["<generator>postrider</generator>".to_owned(), link]
}

/// Writes the signs of mark-up in texts behind `from` as the RSS profile recommends for plain text ("Character Data"). To a
/// parser of XML it is all the same. Descriptions and contents, which are HTML, stand in CDATA; tags and addresses stay.
fn plain_in_hex(out: &mut Vec<u8>, from: usize) {
    const SIGNS: [(&[u8], &[u8]); 3] = [(b"&amp;", b"&#x26;"), (b"&lt;", b"&#x3C;"), (b"&gt;", b"&#x3E;")];
    const ADDRESSES: [&[u8]; 3] = [b"<link>", b"<guid", b"<url>"];
    let mut signs: Vec<(usize, usize)> = Vec::new();
    let (mut at, mut is_plain) = (from, true);
    while let Some(rest) = out.get(at..).filter(|rest| !rest.is_empty()) {
        let text = memchr(b'<', rest).unwrap_or(rest.len());
        for sign in memchr_iter(b'&', &rest[..text]).filter(|_| is_plain) {
            let known = SIGNS.iter().position(|(name, _)| rest[sign..].starts_with(name));
            signs.extend(known.map(|which| (at + sign, which)));
        }
        let markup = &rest[text..];
        is_plain = !ADDRESSES.iter().any(|tag| markup.starts_with(tag));
        let end: &[u8] = if markup.starts_with(b"<![CDATA[") { b"]]>" } else { b">" };
        at += text + memmem::find(markup, end).map_or(markup.len(), |found| found + end.len());
    }
    for (at, which) in signs.into_iter().rev() {
        let (name, reference) = SIGNS[which];
        out.splice(at..at + name.len(), reference.iter().copied());
    }
}

fn write<W: std::io::Write>(channel: &Channel, to: W) -> W {
    channel.write_to(to).expect("memory takes every byte")
}

fn bare() -> Channel {
    Channel { namespaces: NAMESPACES.iter().map(|(prefix, uri)| ((*prefix).to_owned(), (*uri).to_owned())).collect(), ..Channel::default() }
}

fn channel(feed: Feed) -> Channel {
    let mut bare = bare();
    if feed.history.is_archive() || feed.history.is_complete {
        bare.namespaces.insert(HISTORY.0.to_owned(), HISTORY.1.to_owned());
    }
    Channel {
        image: image(&feed),
        extensions: head_extensions(&feed),
        dublin_core_ext: names(&feed.authors, None),
        title: feed.title,
        link: feed.home_url,
        description: feed.description,
        language: feed.language,
        copyright: feed.copyright,
        last_build_date: Some(rfc822(&feed.updated)),
        generator: Some("postrider".to_owned()),
        ..bare
    }
}

/// RSS 2.0 `<image>`: title and link are the channel's.
fn image(feed: &Feed) -> Option<rss::Image> {
    let url = feed.image.as_ref().map(|image| &image.url).or(feed.icon.as_ref())?;
    let size = feed.image.as_ref().and_then(|image| image.size).filter(|(w, h)| *w <= IMAGE_LIMIT.0 && *h <= IMAGE_LIMIT.1);
    Some(rss::Image {
        url: url.clone(),
        title: feed.title.clone(),
        link: feed.home_url.clone(),
        width: size.map(|(width, _)| width.to_string()),
        height: size.map(|(_, height)| height.to_string()),
        description: None,
    })
}

/// The links that RSS borrows from Atom: the feed itself, its other documents (RFC 5005), its hubs, its licence (RFC 4946); and what
/// kind of document it is.
fn head_extensions(feed: &Feed) -> ExtensionMap {
    let mut links = Vec::new();
    if let Some(url) = feed.self_url(FeedFormat::Rss) {
        links.push(extension("atom:link", [("href", url), ("rel", "self"), ("type", "application/rss+xml")]));
    }
    let others = feed.history.links(FeedFormat::Rss, feed.self_url(FeedFormat::Rss));
    links.extend(
        others.into_iter().map(|(rel, url)| extension("atom:link", [("href", url), ("rel", rel), ("type", "application/rss+xml")])),
    );
    links.extend(feed.hubs.iter().map(|hub| extension("atom:link", [("href", hub.url.as_str()), ("rel", "hub")])));
    links.extend(feed.license.iter().map(|url| extension("atom:link", [("href", url.as_str()), ("rel", "license")])));
    let mut map = ExtensionMap::new();
    insert(&mut map, "atom", "link", links);
    for mark in history_marks(feed) {
        insert(&mut map, HISTORY.0, mark, vec![extension(&format!("fh:{mark}"), [])]);
    }
    map
}

/// Returns the names of the marks by which a document says what it is (RFC 5005 §2, §4).
pub(super) fn history_marks(feed: &Feed) -> impl Iterator<Item = &'static str> {
    let history = &feed.history;
    [("archive", history.is_archive()), ("complete", history.is_complete)].into_iter().filter(|(_, is_it)| *is_it).map(|(name, _)| name)
}

/// RSS 2.0 `<item>`: a title or a description is required. A bare note has neither, so its content is the description.
fn is_note(entry: &Entry) -> bool {
    entry.title.is_none() && entry.summary.is_none()
}

/// Returns an entry as the crate is to write it, with [`HELD`] for its content.
fn to_item(entry: &Entry) -> Item {
    let held = entry.content.as_ref().map(|_| HELD.to_owned());
    let (description, content) =
        if is_note(entry) { (held.or_else(|| Some(entry.url.clone())), None) } else { (entry.summary.as_deref().map(as_html), held) };
    Item {
        title: entry.title.clone(),
        description,
        content,
        guid: Some(Guid { permalink: entry.id == entry.url, value: entry.id.clone() }),
        link: Some(entry.url.clone()),
        pub_date: Some(rfc822(&entry.published)),
        categories: entry.tags.iter().map(|name| Category { name: name.clone(), domain: None }).collect(),
        // RSS profile: readers take one enclosure of an item; the others become media:content.
        enclosure: entry.enclosures.first().map(enclosure),
        dublin_core_ext: names(&entry.authors, entry.language.clone()),
        extensions: extensions(entry),
        ..Item::default()
    }
}

/// RSS profile: a description is HTML, so a plain `<` or `&` is escaped in it and again, or by CDATA, for XML.
fn as_html(plain: &str) -> String {
    quick_xml::escape::partial_escape(plain).into_owned()
}

fn names(authors: &[Author], language: Option<String>) -> Option<DublinCoreExtension> {
    if authors.is_empty() && language.is_none() {
        return None;
    }
    let creators = authors.iter().map(|author| author.name.clone()).collect();
    Some(DublinCoreExtension { creators, languages: language.into_iter().collect(), ..Default::default() })
}

fn enclosure(file: &Enclosure) -> rss::Enclosure {
    // RSS profile: a length that nobody knows is 0.
    rss::Enclosure { url: file.url.clone(), length: file.length.unwrap_or(0).to_string(), mime_type: file.media_type.clone() }
}

fn extensions(entry: &Entry) -> ExtensionMap {
    let mut map = ExtensionMap::new();
    if entry.updated != entry.published {
        let updated = Extension { name: "atom:updated".to_owned(), value: Some(rfc3339(&entry.updated)), ..Extension::default() };
        insert(&mut map, "atom", "updated", vec![updated]);
    }
    let pictures = entry.image.iter().map(|image| media("media:content", image, true));
    let files = entry.enclosures.iter().skip(1).map(media_file);
    insert(&mut map, "media", "content", pictures.chain(files).collect());
    insert(&mut map, "media", "thumbnail", entry.image.iter().map(|image| media("media:thumbnail", image, false)).collect());
    map
}

/// An image as media:content or media:thumbnail; only the first has a type (Media RSS 1.5.1).
fn media(name: &str, image: &Image, typed: bool) -> Extension {
    let mut element = extension(name, [("url", image.url.as_str())]);
    if typed {
        set(&mut element, "medium", Some("image"));
        set(&mut element, "type", image.media_type.as_ref());
        set(&mut element, "fileSize", image.bytes);
    }
    set(&mut element, "width", image.size.map(|(width, _)| width));
    set(&mut element, "height", image.size.map(|(_, height)| height));
    element
}

fn media_file(file: &Enclosure) -> Extension {
    let mut element = extension("media:content", [("url", file.url.as_str()), ("type", file.media_type.as_str())]);
    set(&mut element, "fileSize", file.length.filter(|length| *length > 0));
    set(&mut element, "duration", file.duration);
    if let Some(title) = &file.title {
        let title = Extension { name: "media:title".to_owned(), value: Some(title.clone()), ..Extension::default() };
        element.children.insert("title".to_owned(), vec![title]);
    }
    element
}

fn set(element: &mut Extension, name: &str, value: Option<impl ToString>) {
    if let Some(value) = value {
        element.attrs.insert(name.to_owned(), value.to_string());
    }
}

fn extension<const N: usize>(name: &str, attrs: [(&str, &str); N]) -> Extension {
    let attrs = attrs.into_iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect::<BTreeMap<_, _>>();
    Extension { name: name.to_owned(), attrs, ..Extension::default() }
}

fn insert(map: &mut ExtensionMap, prefix: &str, name: &str, elements: Vec<Extension>) {
    if !elements.is_empty() {
        map.entry(prefix.to_owned()).or_default().insert(name.to_owned(), elements);
    }
}
