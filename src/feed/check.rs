//! A strict look at a feed of ours before it takes an older one's place.
//!
//! It streams: a feed of any size needs the memory of its largest entry. quick-xml is no validator (it accepts forbidden
//! characters, `]]>`, two roots, an unclosed root), so the judgement is made here, and on a narrower language than XML:
//! what our writers write and nothing else. No comment, no document type, no instruction, no `>` in an attribute,
//! prefixes declared on the root; in JSON, an item a line.

use super::{clean, json};
use quick_xml::escape::resolve_predefined_entity;
use serde::Deserialize;
use serde::de::{Deserializer, Visitor};
use std::fmt;
use std::io::{self, BufRead};

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

/// The XML declaration of our feeds, between its angle brackets.
const DECLARATION: &str = r#"?xml version="1.0" encoding="utf-8"?"#;

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
        let mut pieces = Pieces { document, buffer: Vec::new(), at: 0 };
        loop {
            let at = pieces.at;
            let fault = |reason| Fault { reason, at };
            let text = pieces.until(b'<').map_err(fault)?;
            let (text, ended) = text.strip_suffix(b"<").map_or((text, true), |text| (text, false));
            self.characters(text).map_err(fault)?;
            if ended {
                return self.end(at);
            }
            let (is_first, at) = (at == 0 && text.is_empty(), at + text.len() as u64);
            let fault = |reason| Fault { reason, at };
            let markup = pieces.markup().map_err(fault)?;
            self.markup(markup, is_first).map_err(fault)?;
        }
    }

    /// Judges what stands between two angle brackets.
    fn markup(&mut self, markup: &[u8], is_first: bool) -> Verdict {
        let markup = checked(markup)?;
        if let Some(text) = markup.strip_prefix("![CDATA[") {
            return self.keep_text(text.strip_suffix("]]").unwrap_or(text));
        }
        match markup.as_bytes().first() {
            Some(b'?') if is_first && markup == DECLARATION => Ok(()),
            _ if is_first => Err("a beginning that is not our XML declaration".to_owned()),
            Some(b'!' | b'?') => Err("a comment, an instruction or a document type".to_owned()),
            Some(b'/') => self.end_tag(&markup[1..]),
            _ => self.start_tag(markup),
        }
    }

    fn characters(&mut self, bytes: &[u8]) -> Verdict {
        let text = checked(bytes)?;
        if text.contains('>') && text.contains("]]>") {
            return Err("`]]>` in a text".to_owned());
        }
        if self.open.is_empty() {
            return if text.trim_ascii().is_empty() { Ok(()) } else { Err("text outside the root element".to_owned()) };
        }
        let mut runs = text.split('&');
        self.keep_text(runs.next().unwrap_or_default())?;
        for run in runs {
            let unknown = || format!("unknown reference `&{}`", run.chars().take(12).collect::<String>());
            let (name, rest) = run.split_once(';').ok_or_else(unknown)?;
            let mut space = [0; 4];
            let text = resolve(name, &mut space).ok_or_else(unknown)?;
            self.keep_text(text)?;
            self.keep_text(rest)?;
        }
        Ok(())
    }

    fn keep_text(&mut self, text: &str) -> Verdict {
        if self.open.is_empty() {
            return Err("text outside the root element".to_owned());
        }
        if let Some(kept) = &mut self.text {
            kept.push_str(text);
        }
        Ok(())
    }

    fn end_tag(&mut self, name: &str) -> Verdict {
        if self.open_name() == Some(name) { self.close() } else { Err(format!("an end tag `{name}` that ends nothing")) }
    }

    /// Returns the name of the innermost open element.
    fn open_name(&self) -> Option<&str> {
        let start = *self.open.last()?;
        self.path.get(start..).map(|name| name.strip_prefix('/').unwrap_or(name))
    }

    fn start_tag(&mut self, markup: &str) -> Verdict {
        let (tag, is_empty) = markup.strip_suffix('/').map_or((markup, false), |tag| (tag, true));
        let (name, attributes) = tag.split_at(tag.find(|c: char| c.is_ascii_whitespace()).unwrap_or(tag.len()));
        if !is_name(name) {
            return Err(format!("`{}` is no name of an element", name.chars().take(40).collect::<String>()));
        }
        self.start(name, attributes)?;
        if is_empty { self.close() } else { Ok(()) }
    }

    fn start(&mut self, name: &str, attributes: &str) -> Verdict {
        if self.open.is_empty() {
            self.root(name, attributes)?;
        }
        self.attributes(attributes)?;
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

    fn root(&mut self, name: &str, attributes: &str) -> Verdict {
        if self.rooted || name != self.shape.root {
            return Err(format!("unexpected root element `{name}`"));
        }
        self.rooted = true;
        for (key, _) in pairs(attributes)? {
            self.prefixes.extend(key.strip_prefix("xmlns:").map(ToOwned::to_owned));
        }
        Ok(())
    }

    fn attributes(&self, attributes: &str) -> Verdict {
        for (key, value) in pairs(attributes)? {
            if key != "xmlns" && !key.starts_with("xmlns:") {
                self.prefix(key)?;
            }
            let is_known = |run: &str| run.split_once(';').is_some_and(|(name, _)| resolve(name, &mut [0; 4]).is_some());
            if value.contains('<') || !value.split('&').skip(1).all(is_known) {
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

/// Returns the attributes of a tag as our writers write them: a blank, a name, `=`, a value in double quotes.
fn pairs(mut raw: &str) -> Result<Vec<(&str, &str)>, String> {
    let mut pairs: Vec<(&str, &str)> = Vec::new();
    while !raw.is_empty() {
        let pair = raw.strip_prefix(' ').and_then(|raw| raw.split_once("=\""));
        let Some((key, (value, rest))) = pair.and_then(|(key, raw)| Some((key, raw.split_once('"')?))) else {
            return Err("an attribute that is not `name=\"value\"`".to_owned());
        };
        if !is_name(key) || pairs.iter().any(|(other, _)| *other == key) {
            return Err(format!("`{key}` is no name of an attribute, or stands twice"));
        }
        pairs.push((key, value));
        raw = rest;
    }
    Ok(pairs)
}

/// Returns what a reference stands for, if XML knows it and allows the character.
fn resolve<'a>(name: &str, space: &'a mut [u8; 4]) -> Option<&'a str> {
    let Some(number) = name.strip_prefix('#') else { return resolve_predefined_entity(name) };
    let code = number.strip_prefix('x').map_or_else(|| number.parse(), |hex| u32::from_str_radix(hex, 16)).ok()?;
    char::from_u32(code).filter(|c| clean::is_allowed(*c)).map(|c| &*c.encode_utf8(space))
}

/// Returns whether this is a name as our writers use them: ASCII, at most one prefix (XML 1.0 §2.3 allows more).
fn is_name(name: &str) -> bool {
    let is_part = |part: &str| {
        part.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && part.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'))
    };
    let (prefix, local) = name.split_once(':').unwrap_or(("_", name));
    is_part(prefix) && is_part(local)
}

/// The raw pieces of a document.
struct Pieces<'a> {
    document: &'a mut dyn BufRead,
    buffer: Vec<u8>,
    /// How many bytes have been read.
    at: u64,
}

impl Pieces<'_> {
    /// Returns everything up to a byte and the byte itself, or what is left where it does not come.
    fn until(&mut self, end: u8) -> Result<&[u8], String> {
        self.buffer.clear();
        self.more(end)?;
        Ok(&self.buffer)
    }

    /// Returns everything up to the `>` that ends a tag or a CDATA section, without it.
    fn markup(&mut self) -> Result<&[u8], String> {
        self.buffer.clear();
        while self.more(b'>')? {
            let is_cdata = self.buffer.starts_with(b"![CDATA[");
            if !is_cdata || self.buffer.len() > b"![CDATA[]]".len() && self.buffer.ends_with(b"]]>") {
                return Ok(self.buffer.strip_suffix(b">").unwrap_or(&self.buffer));
            }
        }
        Err("the document ends inside of a tag".to_owned())
    }

    /// Appends up to and with a byte; returns whether it came.
    fn more(&mut self, end: u8) -> Result<bool, String> {
        let read = self.document.read_until(end, &mut self.buffer).map_err(|error: io::Error| error.to_string())?;
        self.at += read as u64;
        // Without the count, the `>` of an unfinished CDATA section would be found at the end of the file for ever.
        Ok(read > 0 && self.buffer.last() == Some(&end))
    }
}

/// Reads a JSON feed: a line for the beginning, one for each item, one for the end.
pub(super) fn json(document: &mut dyn BufRead) -> Result<ReadBack, Fault> {
    let mut lines = Pieces { document, buffer: Vec::new(), at: 0 };
    let mut read = ReadBack { title: json_head(&mut lines).map_err(|reason| Fault { reason, at: 0 })?, ..ReadBack::default() };
    loop {
        let at = lines.at;
        let fault = |reason| Fault { reason, at };
        let line = lines.until(b'\n').map_err(fault)?;
        // A feed without items has an empty line in their place.
        if !(line == b"\n" && read.ids.is_empty()) {
            let line = line.strip_suffix(b"\n").unwrap_or(line);
            let (item, more) = line.strip_suffix(b",").map_or((line, false), |item| (item, true));
            read.ids.push(json_item(item).map_err(fault)?);
            if more {
                continue;
            }
        }
        let end = lines.until(b'\n').map_err(fault)? == b"]}\n" && lines.until(b'\n').map_err(fault)?.is_empty();
        return if end { Ok(read) } else { Err(fault("the items do not end as they should".to_owned())) };
    }
}

fn json_head(lines: &mut Pieces) -> Result<String, String> {
    let mut head = lines.until(b'\n')?.to_vec();
    head.extend_from_slice(b"]}");
    let head: JsonHead = serde_json::from_slice(&head).map_err(|error| error.to_string())?;
    if head.version != json::VERSION {
        return Err(format!("unexpected version `{}`", head.version));
    }
    if head.items.is_empty() { Ok(head.title) } else { Err("items in the first line".to_owned()) }
}

fn json_item(line: &[u8]) -> Result<String, String> {
    let item: JsonItem = serde_json::from_slice(line).map_err(|error| error.to_string())?;
    if item.id.trim().is_empty() {
        return Err("an empty id".to_owned());
    }
    // JSON Feed 1.1 items: content_html or content_text is required.
    if item.content_html.is_none() && item.content_text.is_none() {
        return Err("an item without content".to_owned());
    }
    Ok(item.id)
}

#[derive(Deserialize)]
struct JsonHead {
    version: String,
    title: String,
    items: Vec<serde::de::IgnoredAny>,
}

#[derive(Deserialize)]
struct JsonItem {
    id: String,
    content_html: Option<Passed>,
    content_text: Option<Passed>,
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
