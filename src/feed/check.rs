//! A strict look at a feed of ours before it takes an older one's place.
//!
//! It streams: a feed of any size needs the memory of its largest text. quick-xml is no validator (it accepts forbidden
//! characters, `]]>`, two roots, an unclosed root), so the tokens come from it and the judgement is made here. Only what
//! our writers write is accepted: no comment, no document type, no processing instruction, prefixes declared on the root.

use super::{clean, json};
use quick_xml::Reader;
use quick_xml::escape::{resolve_predefined_entity, unescape};
use quick_xml::events::{BytesRef, BytesStart, Event};
use serde::Deserialize;
use serde::de::{Deserializer, Error as _, SeqAccess, Visitor};
use std::fmt;
use std::io::{BufRead, Read};

/// What a reader would find in a feed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReadBack {
    /// The feed's title.
    pub title: String,
    /// The feed's own date as written; JSON Feed has none.
    pub updated: Option<String>,
    /// The ids of the entries, in order.
    pub ids: Vec<String>,
}

/// Why a feed of ours must not be published.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason} at byte {at}")]
pub struct Fault {
    /// What is wrong.
    pub reason: String,
    /// Where, in bytes from the beginning.
    pub at: u64,
}

/// Where an XML format keeps what is looked at.
struct Shape {
    root: &'static str,
    feed: &'static str,
    entry: &'static str,
    id: &'static str,
    updated: &'static str,
    title: &'static str,
    /// Of each group, one child of the feed has to be there.
    feed_needs: &'static [&'static [&'static str]],
    /// Of each group, one child of an entry has to be there.
    entry_needs: &'static [&'static [&'static str]],
    /// Children of feed or entry that are there once at most.
    once: &'static [&'static str],
}

// RSS 2.0 "Required channel elements", "Elements of <item>"; without a guid readers would have to guess.
static RSS: Shape = Shape {
    root: "rss",
    feed: "rss/channel",
    entry: "rss/channel/item",
    id: "rss/channel/item/guid",
    updated: "rss/channel/lastBuildDate",
    title: "rss/channel/title",
    feed_needs: &[&["title"], &["link"], &["description"]],
    entry_needs: &[&["title", "description"], &["guid"]],
    once: &["title", "link", "description", "guid", "pubDate", "lastBuildDate", "enclosure", "content:encoded", "image"],
};

// RFC 4287 §4.1.1, §4.1.2
static ATOM: Shape = Shape {
    root: "feed",
    feed: "feed",
    entry: "feed/entry",
    id: "feed/entry/id",
    updated: "feed/updated",
    title: "feed/title",
    feed_needs: &[&["id"], &["title"], &["updated"], &["author"]],
    entry_needs: &[&["id"], &["title"], &["updated"]],
    once: &["id", "title", "updated", "published", "summary", "content", "rights", "subtitle", "icon", "logo"],
};

/// Reads an RSS feed.
pub(super) fn rss(document: &mut dyn BufRead) -> Result<ReadBack, Fault> {
    Look::new(&RSS).read(document)
}

/// Reads an Atom feed.
pub(super) fn atom(document: &mut dyn BufRead) -> Result<ReadBack, Fault> {
    Look::new(&ATOM).read(document)
}

/// One pass over an XML feed.
struct Look {
    shape: &'static Shape,
    /// The names of the open elements, joined by `/`.
    path: String,
    /// The length of `path` before each open element.
    open: Vec<usize>,
    prefixes: Vec<String>,
    rooted: bool,
    /// The children seen in the open feed, and in the open entry.
    feed_children: Vec<String>,
    entry_children: Vec<String>,
    /// The text of an element that is read back.
    text: Option<String>,
    found: ReadBack,
}

type Verdict = Result<(), String>;

impl Look {
    fn new(shape: &'static Shape) -> Self {
        Look {
            shape,
            path: String::new(),
            open: Vec::new(),
            prefixes: Vec::new(),
            rooted: false,
            feed_children: Vec::new(),
            entry_children: Vec::new(),
            text: None,
            found: ReadBack::default(),
        }
    }

    fn read(mut self, document: &mut dyn BufRead) -> Result<ReadBack, Fault> {
        // quick-xml passes over a byte order mark; the declaration is our beginning.
        if document.fill_buf().ok().and_then(|bytes| bytes.first()).is_some_and(|byte| *byte != b'<') {
            return Err(Fault { reason: "a beginning that is no XML declaration".to_owned(), at: 0 });
        }
        let mut reader = Reader::from_reader(document);
        reader.config_mut().check_comments = true;
        let mut buffer = Vec::new();
        loop {
            buffer.clear();
            let at = reader.buffer_position();
            let fault = |reason| Fault { reason, at };
            let event = reader.read_event_into(&mut buffer).map_err(|error| fault(error.to_string()))?;
            if matches!(event, Event::Eof) {
                return self.end(at);
            }
            self.event(&event, at).map_err(fault)?;
        }
    }

    fn event(&mut self, event: &Event, at: u64) -> Verdict {
        match event {
            Event::Text(text) => self.characters(text, text.contains(&b'>') && text.windows(3).any(|w| w == b"]]>")),
            Event::CData(text) => self.characters(text, false),
            Event::GeneralRef(reference) => self.reference(reference),
            Event::Start(tag) => self.start(tag),
            Event::Empty(tag) => self.start(tag).and_then(|()| self.close()),
            Event::End(_) => self.close(),
            Event::Decl(_) if at == 0 => Ok(()),
            _ => Err("a second declaration, a comment, an instruction or a document type".to_owned()),
        }
    }

    fn characters(&mut self, bytes: &[u8], ends_cdata: bool) -> Verdict {
        let text = checked(bytes)?;
        if ends_cdata {
            return Err("`]]>` in a text".to_owned());
        }
        if self.open.is_empty() && !text.trim().is_empty() {
            return Err("text outside the root element".to_owned());
        }
        if let Some(kept) = &mut self.text {
            kept.push_str(text);
        }
        Ok(())
    }

    fn reference(&mut self, reference: &BytesRef) -> Verdict {
        let name = checked(reference)?;
        let unknown = || format!("unknown reference `&{name};`");
        let mut space = [0; 4];
        let text = match reference.resolve_char_ref().map_err(|_| unknown())? {
            Some(c) if clean::is_allowed(c) => c.encode_utf8(&mut space),
            Some(_) => return Err(unknown()),
            None => resolve_predefined_entity(name).ok_or_else(unknown)?,
        };
        match &mut self.text {
            _ if self.open.is_empty() => Err("text outside the root element".to_owned()),
            Some(kept) => {
                kept.push_str(text);
                Ok(())
            }
            None => Ok(()),
        }
    }

    fn start(&mut self, tag: &BytesStart) -> Verdict {
        let name = tag.name();
        let name = checked(name.as_ref())?;
        if self.open.is_empty() {
            self.root(name, tag)?;
        }
        self.attributes(tag)?;
        self.prefix(name)?;
        self.child(name)?;
        self.open.push(self.path.len());
        if self.open.len() > 1 {
            self.path.push('/');
        }
        self.path.push_str(name);
        let shape = self.shape;
        if self.path == shape.entry {
            self.entry_children.clear();
        }
        if [shape.id, shape.updated, shape.title].contains(&self.path.as_str()) {
            self.text = Some(String::new());
        }
        Ok(())
    }

    fn root(&mut self, name: &str, tag: &BytesStart) -> Verdict {
        if self.rooted || name != self.shape.root {
            return Err(format!("unexpected root element `{name}`"));
        }
        self.rooted = true;
        for attribute in tag.attributes().flatten() {
            if let Some(prefix) = attribute.key.as_ref().strip_prefix(b"xmlns:") {
                self.prefixes.push(checked(prefix)?.to_owned());
            }
        }
        Ok(())
    }

    fn attributes(&self, tag: &BytesStart) -> Verdict {
        for attribute in tag.attributes() {
            let attribute = attribute.map_err(|error| error.to_string())?;
            let key = checked(attribute.key.as_ref())?;
            if key != "xmlns" && !key.starts_with("xmlns:") {
                self.prefix(key)?;
            }
            let raw = checked(&attribute.value)?;
            let value = unescape(raw).map_err(|error| error.to_string())?;
            if raw.contains('<') || !value.chars().all(clean::is_allowed) {
                return Err(format!("attribute `{key}` holds what XML does not allow"));
            }
        }
        Ok(())
    }

    fn prefix(&self, name: &str) -> Verdict {
        match name.split_once(':') {
            Some((prefix, _)) if prefix != "xml" && !self.prefixes.iter().any(|p| p == prefix) => {
                Err(format!("undeclared prefix `{prefix}`"))
            }
            _ => Ok(()),
        }
    }

    fn child(&mut self, name: &str) -> Verdict {
        let children = match &self.path {
            path if path == self.shape.feed => &mut self.feed_children,
            path if path == self.shape.entry => &mut self.entry_children,
            _ => return Ok(()),
        };
        if children.iter().any(|child| child == name) {
            return if self.shape.once.contains(&name) { Err(format!("`{name}` twice in `{}`", self.path)) } else { Ok(()) };
        }
        children.push(name.to_owned());
        Ok(())
    }

    fn close(&mut self) -> Verdict {
        let Some(length) = self.open.pop() else { return Err("an end tag without a start".to_owned()) };
        if let Some(text) = self.text.take() {
            self.keep(text);
        }
        let shape = self.shape;
        if self.path == shape.entry {
            needs(shape.entry, shape.entry_needs, &self.entry_children)?;
            self.entry_children.clear();
        } else if self.path == shape.feed {
            needs(shape.feed, shape.feed_needs, &self.feed_children)?;
        }
        if self.path == shape.id && self.found.ids.last().is_some_and(|id| id.trim().is_empty()) {
            return Err("an empty id".to_owned());
        }
        self.path.truncate(length);
        Ok(())
    }

    fn keep(&mut self, text: String) {
        match &self.path {
            path if path == self.shape.id => self.found.ids.push(text),
            path if path == self.shape.title => self.found.title = text,
            _ => self.found.updated = Some(text),
        }
    }

    fn end(self, at: u64) -> Result<ReadBack, Fault> {
        let whole = self.rooted && self.open.is_empty() && !self.feed_children.is_empty();
        if whole { Ok(self.found) } else { Err(Fault { reason: "the document ends too early".to_owned(), at }) }
    }
}

fn needs(parent: &str, groups: &[&[&str]], children: &[String]) -> Verdict {
    for group in groups {
        if !group.iter().any(|name| children.iter().any(|child| child == name)) {
            return Err(format!("`{parent}` has no `{}`", group.join("` and no `")));
        }
    }
    Ok(())
}

/// Returns bytes as text if an XML document may hold them.
fn checked(bytes: &[u8]) -> Result<&str, String> {
    let text = std::str::from_utf8(bytes).map_err(|_| "bytes that are not UTF-8".to_owned())?;
    if clean::is_clean(bytes) { Ok(text) } else { Err("a character that XML does not allow".to_owned()) }
}

/// Reads a JSON feed.
pub(super) fn json(document: &mut dyn BufRead) -> Result<ReadBack, Fault> {
    let mut document = Counted { inner: document, bytes: 0 };
    // serde_json takes single bytes from its reader; the buffer makes that cheap through the `dyn`.
    let read = {
        let mut json = serde_json::Deserializer::from_reader(std::io::BufReader::with_capacity(1 << 16, &mut document));
        JsonFeed::deserialize(&mut json).and_then(|feed| json.end().map(|()| feed))
    };
    let fault = |reason: String| Fault { reason, at: document.bytes };
    let feed = read.map_err(|error| fault(error.to_string()))?;
    if feed.version != json::VERSION {
        return Err(fault(format!("unexpected version `{}`", feed.version)));
    }
    Ok(ReadBack { title: feed.title, updated: None, ids: feed.items.0 })
}

/// Counts what is read.
struct Counted<'a> {
    inner: &'a mut dyn BufRead,
    bytes: u64,
}

impl Read for Counted<'_> {
    fn read(&mut self, to: &mut [u8]) -> std::io::Result<usize> {
        let read = self.inner.read(to)?;
        self.bytes += read as u64;
        Ok(read)
    }
}

#[derive(Deserialize)]
struct JsonFeed {
    version: String,
    title: String,
    items: Ids,
}

#[derive(Deserialize)]
struct JsonItem {
    id: String,
    content_html: Option<Passed>,
    content_text: Option<Passed>,
}

/// The ids of the items, taken while the items pass.
struct Ids(Vec<String>);

impl<'de> Deserialize<'de> for Ids {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(IdsVisitor)
    }
}

struct IdsVisitor;

impl<'de> Visitor<'de> for IdsVisitor {
    type Value = Ids;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("an array of items")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Ids, A::Error> {
        let mut ids = Vec::new();
        while let Some(item) = items.next_element::<JsonItem>()? {
            if item.id.trim().is_empty() {
                return Err(A::Error::custom("an empty id"));
            }
            if item.content_html.is_none() && item.content_text.is_none() {
                return Err(A::Error::custom("an item without content"));
            }
            ids.push(item.id);
        }
        Ok(Ids(ids))
    }
}

/// A string that is looked at and not kept.
struct Passed;

impl<'de> Deserialize<'de> for Passed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(PassedVisitor)
    }
}

struct PassedVisitor;

impl Visitor<'_> for PassedVisitor {
    type Value = Passed;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_str<E>(self, _: &str) -> Result<Passed, E> {
        Ok(Passed)
    }
}
