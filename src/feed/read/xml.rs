//! RSS and Atom, of every version.
//!
//! An element is part of the feed, of an entry, or a field of one of them; a field's text and mark-up are gathered, and everything else
//! is passed over. The namespaces decide where they are declared, the usual prefixes where they are not.

use super::{Draft, Flaw, Lines, ReadFeed, absolute, as_html, date, filled, in_one_line, plain};
use crate::html::{Scanner, Token, decode_value, is_void, push_value};
use crate::model::FeedFormat;
use crate::xml::{Attribute, Event, Fault, FaultKind, Limits, Reader, Tag};
use std::rc::Rc;
use url::Url;

/// Whose words an element is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Space {
    /// RSS of any version.
    Rss,
    /// Atom of any version.
    Atom,
    /// `content:`
    Content,
    /// `dc:` and `dcterms:`
    Dublin,
    /// FeedBurner's, which put its own addresses in place of a site's.
    FeedBurner,
    Other,
}

/// The namespaces by their names, and the prefixes that stand for them where nothing is declared.
const SPACES: [(&str, &str, Space); 12] = [
    ("", "", Space::Rss),
    ("http://purl.org/rss/1.0/", "rss", Space::Rss),
    ("http://my.netscape.com/rdf/simple/0.9/", "", Space::Rss),
    ("http://channel.netscape.com/rdf/simple/0.9/", "", Space::Rss),
    ("http://backend.userland.com/rss2", "", Space::Rss),
    ("http://www.w3.org/2005/Atom", "atom", Space::Atom),
    ("http://purl.org/atom/ns#", "", Space::Atom),
    ("http://purl.org/rss/1.0/modules/content/", "content", Space::Content),
    ("http://purl.org/dc/elements/1.1/", "dc", Space::Dublin),
    ("http://purl.org/dc/terms/", "dcterms", Space::Dublin),
    ("http://rssnamespace.org/feedburner/ext/1.0", "feedburner", Space::FeedBurner),
    ("http://www.w3.org/1999/02/22-rdf-syntax-ns#", "rdf", Space::Rss),
];

/// Where an element stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Level {
    /// Around the feed.
    Outside,
    Feed,
    Entry,
    /// What is passed over.
    Aside,
}

/// What an element holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Slot {
    Title,
    Id,
    /// An address as text.
    Link,
    /// An address in `href`.
    Reference,
    /// An address that outweighs the others.
    Source,
    Published,
    /// A date where there is no better one.
    Dated,
    Updated,
    Summary,
    Content,
    Language,
    Generator,
}

/// What the elements of a feed and of an entry hold.
const SLOTS: [(Level, Space, &str, Slot); 39] = [
    (Level::Feed, Space::Rss, "title", Slot::Title),
    (Level::Feed, Space::Rss, "description", Slot::Summary),
    (Level::Feed, Space::Atom, "subtitle", Slot::Summary),
    (Level::Feed, Space::Atom, "tagline", Slot::Summary),
    (Level::Feed, Space::Rss, "link", Slot::Link),
    (Level::Feed, Space::Rss, "language", Slot::Language),
    (Level::Feed, Space::Rss, "generator", Slot::Generator),
    (Level::Feed, Space::Dublin, "language", Slot::Language),
    (Level::Feed, Space::Atom, "title", Slot::Title),
    (Level::Feed, Space::Atom, "id", Slot::Id),
    (Level::Feed, Space::Atom, "link", Slot::Reference),
    (Level::Feed, Space::Atom, "generator", Slot::Generator),
    (Level::Entry, Space::Rss, "title", Slot::Title),
    (Level::Entry, Space::Rss, "guid", Slot::Id),
    (Level::Entry, Space::Rss, "link", Slot::Link),
    (Level::Entry, Space::Rss, "pubdate", Slot::Published),
    (Level::Entry, Space::Rss, "description", Slot::Summary),
    (Level::Entry, Space::Content, "encoded", Slot::Content),
    (Level::Entry, Space::Dublin, "date", Slot::Dated),
    (Level::Entry, Space::Dublin, "issued", Slot::Dated),
    (Level::Entry, Space::Dublin, "created", Slot::Dated),
    (Level::Entry, Space::Dublin, "modified", Slot::Updated),
    (Level::Entry, Space::FeedBurner, "origlink", Slot::Source),
    (Level::Entry, Space::Atom, "title", Slot::Title),
    (Level::Entry, Space::Atom, "id", Slot::Id),
    (Level::Entry, Space::Atom, "link", Slot::Reference),
    (Level::Entry, Space::Atom, "published", Slot::Published),
    (Level::Entry, Space::Atom, "issued", Slot::Published),
    (Level::Entry, Space::Atom, "created", Slot::Dated),
    (Level::Entry, Space::Atom, "updated", Slot::Updated),
    (Level::Entry, Space::Atom, "modified", Slot::Updated),
    (Level::Entry, Space::Atom, "summary", Slot::Summary),
    (Level::Entry, Space::Atom, "content", Slot::Content),
    // Atom without its namespace.
    (Level::Feed, Space::Rss, "id", Slot::Id),
    (Level::Entry, Space::Rss, "id", Slot::Id),
    (Level::Entry, Space::Rss, "published", Slot::Published),
    (Level::Entry, Space::Rss, "updated", Slot::Updated),
    (Level::Entry, Space::Rss, "summary", Slot::Summary),
    (Level::Entry, Space::Rss, "content", Slot::Content),
];

/// An open element.
#[derive(Debug)]
struct Frame {
    level: Level,
    /// What references in it are relative to.
    base: Option<Rc<Url>>,
}

/// A field while it is read.
#[derive(Debug)]
struct Field {
    slot: Slot,
    level: Level,
    space: Space,
    /// How many of its own elements are open.
    depth: usize,
    /// `type`, and `mode` in Atom 0.3, in lower case.
    kind: String,
    mode: String,
    may_lead: bool,
    /// What stands in it as text.
    text: String,
    /// The same with its elements, as HTML.
    markup: String,
    has_elements: bool,
}

impl Field {
    /// Returns whether its elements are the value (RFC 4287 §3.1.1.3), or were forgotten to be escaped.
    fn is_markup(&self) -> bool {
        self.has_elements || matches!(self.kind.as_str(), "xhtml" | "application/xhtml+xml") || self.mode == "xml"
    }

    /// Returns its HTML, with links that are absolute where there is a base; `None` where it is something else.
    fn html(&self, base: Option<&Url>) -> Option<String> {
        let default_is_text = self.space == Space::Atom && self.mode.is_empty();
        let escaped = || filled(&self.text).map(|html| resolved(html, base));
        match self.kind.as_str() {
            _ if self.is_markup() => filled(&self.markup),
            "html" | "text/html" => escaped(),
            "" if !default_is_text => escaped(),
            "" | "text" | "text/plain" => filled(&self.text).map(|text| as_html(&text).into_owned()),
            _ => None,
        }
    }

    /// Returns it as plain text in one line.
    fn plain(&self) -> Option<String> {
        match self.kind.as_str() {
            _ if self.is_markup() => plain(&self.markup),
            "html" | "text/html" => plain(&self.text),
            // RSS says nothing of titles; a reference that is left in one was escaped twice.
            "" if self.space == Space::Rss && has_reference(&self.text) => plain(&as_html_but_references(&self.text)),
            _ => in_one_line(&self.text),
        }
    }
}

/// Returns HTML whose links are absolute (RFC 4287 §3.1.1.2: those of escaped HTML are relative to `xml:base`, too).
fn resolved(html: String, base: Option<&Url>) -> String {
    let Some(base) = base else { return html };
    let mut out = String::new();
    let mut copied = 0;
    for token in Scanner::new(&html) {
        let Token::Start(tag) = token else { continue };
        let rest = tag.rest.as_ptr().addr() - html.as_ptr().addr();
        for attribute in tag.attributes().filter(|a| ["href", "src"].iter().any(|name| a.name.eq_ignore_ascii_case(name))) {
            let value = decode_value(attribute.value);
            let Some(url) = absolute(&value, Some(base)).filter(|url| *url != value.trim()) else { continue };
            let Some(before) = html.get(copied..rest + attribute.span.start) else { continue };
            out.push_str(before);
            push_value(&mut out, &url.replace('\'', "%27"));
            copied = rest + attribute.span.end;
        }
    }
    out.push_str(html.get(copied..).unwrap_or_default());
    out
}

/// Returns whether a text holds what looks like a reference of HTML: `&amp;`, `&#8217;`.
fn has_reference(text: &str) -> bool {
    text.split('&').skip(1).any(|behind| {
        let name = behind.split(';').next().unwrap_or_default();
        name.len() < behind.len() && (2..10).contains(&name.len()) && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '#')
    })
}

fn as_html_but_references(text: &str) -> String {
    text.replace('<', "&lt;").replace('>', "&gt;")
}

/// Reads a feed; `None` where there is no element that is one.
pub(super) fn read(text: &str, here: Option<&Url>) -> Option<ReadFeed> {
    let mut reader = Reader::new(text, Limits::default());
    let here = here.map(|here| Rc::new(here.clone()));
    let mut walk =
        Walk { lines: Lines::new(text), here, feed: None, draft: Draft::default(), frames: Vec::new(), field: None, ends: Vec::new() };
    let mut broken_off = None;
    while let Some(event) = reader.next() {
        match event {
            Event::Start(tag) => {
                let space = space(reader.namespace(tag.ns), tag.prefix);
                walk.start(&tag, space, reader.attributes());
            }
            // Behind the last character only a document that breaks off has open elements.
            Event::End(tag) if tag.implied && tag.span.start == text.len() => {
                broken_off.get_or_insert((tag.name, walk.feed.as_ref().map_or(0, |feed| feed.entries.len())));
                walk.break_off();
            }
            Event::End(tag) => walk.end(&tag),
            Event::Text(piece) => walk.text(&piece.value),
            _ => {}
        }
    }
    let mut faults = reader.take_faults();
    faults.retain(|fault| fault.kind != FaultKind::Limit);
    let ends = walk.ends;
    let flaw = match broken_off {
        Some((name, before)) => Some(broken_off_in(text, name, before)),
        None => faults.first().map(|fault| flaw(text, fault, &ends, faults.len() - 1)),
    };
    walk.feed.map(|feed| ReadFeed { flaw, subtitle: feed.subtitle.clone().filter(|text| feed.title.as_ref() != Some(text)), ..feed })
}

/// Tells of a document that ends before its elements do.
fn broken_off_in(text: &str, name: &str, before: usize) -> Flaw {
    let message = format!("the feed breaks off here, and `<{name}>` is not closed");
    Flaw { is_end: true, before, ..Flaw::at(text, text.trim_end().len(), message) }
}

/// Tells of a document that is not well-formed. `ends` are those of its entries.
fn flaw(text: &str, fault: &Fault, ends: &[usize], more: usize) -> Flaw {
    let before = ends.partition_point(|end| *end <= fault.span.start);
    Flaw { before, more, ..Flaw::at(text, fault.span.start, fault.message.clone()) }
}

fn space(uri: &str, prefix: &str) -> Space {
    let is_it = |(known, usual, _): &&(&str, &str, Space)| {
        if uri.is_empty() { *usual == prefix } else { known.trim_end_matches('/') == uri.trim_end_matches('/') }
    };
    SPACES.iter().find(is_it).map_or(Space::Other, |(_, _, space)| *space)
}

struct Walk<'t> {
    lines: Lines<'t>,
    here: Option<Rc<Url>>,
    feed: Option<ReadFeed>,
    draft: Draft,
    frames: Vec<Frame>,
    field: Option<Field>,
    /// Where its entries end.
    ends: Vec<usize>,
}

impl Walk<'_> {
    fn base(&self) -> Option<Rc<Url>> {
        self.frames.last().map_or_else(|| self.here.clone(), |frame| frame.base.clone())
    }

    fn start(&mut self, tag: &Tag<'_>, space: Space, attributes: &[Attribute<'_>]) {
        let value = |name: &str| attributes.iter().find(|a| a.name.eq_ignore_ascii_case(name)).map(|a| a.value.as_ref());
        let outer = self.base();
        let base = match value("xml:base") {
            Some(written) => absolute(written, outer.as_deref()).and_then(|url| Url::parse(&url).ok()).map(Rc::new).or(outer),
            None => outer,
        };
        let above = self.frames.last().map_or(Level::Outside, |frame| frame.level);
        if let Some(field) = &mut self.field {
            push_tag(field, tag, attributes, base.as_deref());
            self.frames.push(Frame { level: Level::Aside, base });
            return;
        }
        let local = tag.local.to_ascii_lowercase();
        let level = self.level(above, space, &local);
        match level {
            Level::Feed if self.feed.is_none() => {
                let format = if local == "feed" { FeedFormat::Atom } else { FeedFormat::Rss };
                self.feed = Some(ReadFeed { language: value("xml:lang").and_then(filled), ..ReadFeed::new(format) });
            }
            Level::Entry => {
                let id = value("rdf:about").and_then(filled);
                self.feed.get_or_insert_with(|| ReadFeed::new(FeedFormat::Rss));
                self.draft = Draft { id, line: self.lines.of(tag.span.start), ..Draft::default() };
            }
            Level::Aside => {
                let slot = SLOTS.iter().find(|(at, of, name, _)| (*at, *of, *name) == (above, space, local.as_str()));
                let is_atom = self.feed.as_ref().is_some_and(|feed| feed.format == FeedFormat::Atom);
                match slot.map(|(.., slot)| *slot) {
                    // Beside RSS's own words, Atom's have but a few meanings.
                    Some(slot) if space == Space::Atom && !is_atom && !matches!(slot, Slot::Reference | Slot::Updated) => {}
                    Some(Slot::Link) if is_atom => self.refer(above, base.as_deref(), &value),
                    Some(Slot::Reference) => self.refer(above, base.as_deref(), &value),
                    Some(slot) => {
                        let lower = |name: &str| value(name).unwrap_or_default().trim().to_ascii_lowercase();
                        let (kind, mode) =
                            if space == Space::Atom || is_atom { (lower("type"), lower("mode")) } else { Default::default() };
                        let space = if is_atom && space == Space::Rss { Space::Atom } else { space };
                        let may_lead = slot == Slot::Id && space == Space::Rss && lower("isPermaLink") != "false";
                        let (text, markup) = (String::new(), String::new());
                        self.field =
                            Some(Field { slot, level: above, space, depth: 0, kind, mode, may_lead, text, markup, has_elements: false });
                    }
                    None => {}
                }
            }
            _ => {}
        }
        self.frames.push(Frame { level, base });
    }

    /// Returns where an element stands.
    fn level(&self, above: Level, space: Space, local: &str) -> Level {
        let is_ours = matches!(space, Space::Rss | Space::Atom);
        match (above, local) {
            (Level::Outside, "rss" | "rdf") if is_ours && self.frames.is_empty() => Level::Outside,
            (Level::Outside, "channel" | "feed") if is_ours => Level::Feed,
            (Level::Outside | Level::Feed, "item" | "entry") if is_ours && !self.frames.is_empty() => Level::Entry,
            _ => Level::Aside,
        }
    }

    /// Takes an address from an element without text (RFC 4287 §4.2.7).
    fn refer<'v>(&mut self, level: Level, base: Option<&Url>, value: &impl Fn(&str) -> Option<&'v str>) {
        let Some(href) = value("href").and_then(|href| absolute(href, base)) else { return };
        let rel = value("rel").map_or("alternate", |rel| rel.trim().trim_start_matches("http://www.iana.org/assignments/relation/"));
        let Some(feed) = &mut self.feed else { return };
        let rel = rel.to_ascii_lowercase();
        if level == Level::Feed && rel == "prev-archive" {
            feed.older_url = Some(href);
            return;
        }
        let place = match (level, rel.as_str()) {
            (Level::Feed, "self") => &mut feed.self_url,
            (Level::Feed, "alternate") => &mut feed.home_url,
            (Level::Feed, "next") => &mut feed.older_url,
            (Level::Entry, "alternate") => &mut self.draft.url,
            _ => return,
        };
        place.get_or_insert(href);
    }

    fn text(&mut self, value: &str) {
        if let Some(field) = &mut self.field {
            field.text.push_str(value);
            field.markup.push_str(&as_html(value));
        }
    }

    fn end(&mut self, tag: &Tag<'_>) {
        let frame = self.frames.pop();
        if let Some(field) = &mut self.field {
            if field.depth > 0 {
                field.depth -= 1;
                if !is_void(tag.local) && !is_wrapper(field, tag) {
                    field.markup.push_str("</");
                    field.markup.push_str(tag.local);
                    field.markup.push('>');
                }
                return;
            }
            if let Some(field) = self.field.take() {
                let base = frame.and_then(|frame| frame.base);
                self.fill(&field, base.as_deref());
            }
            return;
        }
        if frame.is_some_and(|frame| frame.level == Level::Entry)
            && let Some(feed) = &mut self.feed
        {
            feed.entries.extend(std::mem::take(&mut self.draft).settle());
            self.ends.push(tag.span.end);
        }
    }

    /// Takes an entry in which the document breaks off, where its id is whole: half of one is another one.
    fn break_off(&mut self) {
        let is_in_entry = self.frames.pop().is_some_and(|frame| frame.level == Level::Entry);
        if let (true, None, Some(feed)) = (is_in_entry && self.draft.id.is_some(), &self.field, &mut self.feed) {
            feed.entries.extend(std::mem::take(&mut self.draft).settle());
        }
    }

    /// Takes what a field holds; of two, the first.
    fn fill(&mut self, field: &Field, base: Option<&Url>) {
        let Some(feed) = &mut self.feed else { return };
        let draft = &mut self.draft;
        let link = || absolute(&field.text, base);
        let put = |place: &mut Option<String>, value: Option<String>| *place = place.take().or(value);
        let put_date = |place: &mut Option<_>| *place = place.take().or_else(|| date(&field.text));
        match (field.level, field.slot) {
            (Level::Feed, Slot::Title) => put(&mut feed.title, field.plain()),
            (Level::Feed, Slot::Summary) => put(&mut feed.subtitle, field.plain()),
            (Level::Feed, Slot::Id) => put(&mut feed.id, filled(&field.text)),
            (Level::Feed, Slot::Link) => put(&mut feed.home_url, link()),
            (Level::Feed, Slot::Language) => put(&mut feed.language, filled(&field.text)),
            (Level::Feed, Slot::Generator) => put(&mut feed.generator, filled(&field.text)),
            (Level::Entry, Slot::Title) => put(&mut draft.title, field.plain()),
            (Level::Entry, Slot::Id) => {
                // RSS 1.0 has no guid, and what has both goes by its guid.
                if let Some(id) = filled(&field.text) {
                    (draft.id, draft.id_may_lead) = (Some(id), field.may_lead);
                }
            }
            (Level::Entry, Slot::Link) => put(&mut draft.url, link()),
            (Level::Entry, Slot::Source) => draft.url = link().or(draft.url.take()),
            (Level::Entry, Slot::Published) => draft.published = date(&field.text).or(draft.published.take()),
            (Level::Entry, Slot::Dated) => put_date(&mut draft.published),
            (Level::Entry, Slot::Updated) => put_date(&mut draft.updated),
            (Level::Entry, Slot::Summary) => put(&mut draft.summary, field.html(base)),
            (Level::Entry, Slot::Content) => put(&mut draft.content, field.html(base)),
            _ => {}
        }
    }
}

/// Returns whether an element is the `div` that Atom puts around XHTML (RFC 4287 §3.1.1.3).
fn is_wrapper(field: &Field, tag: &Tag<'_>) -> bool {
    field.depth == 0 && field.kind == "xhtml" && tag.local == "div"
}

fn push_tag(field: &mut Field, tag: &Tag<'_>, attributes: &[Attribute<'_>], base: Option<&Url>) {
    field.has_elements = true;
    if !is_wrapper(field, tag) {
        field.markup.push('<');
        field.markup.push_str(tag.local);
        for attribute in attributes.iter().filter(|attribute| attribute.prefix.is_empty()) {
            let leads = matches!(attribute.local, "href" | "src");
            let value = if leads { absolute(&attribute.value, base) } else { None };
            field.markup.push(' ');
            field.markup.push_str(attribute.local);
            field.markup.push_str("=\"");
            push_value(&mut field.markup, value.as_deref().unwrap_or(&attribute.value));
            field.markup.push('"');
        }
        field.markup.push('>');
    }
    field.depth += 1;
}
