//! The shapes of a post's elements: what each is, and what it stands in.
//!
//! It has to be sure that browsers see the elements that stand there, no more and none elsewhere (HTML Standard §13.2.6), and that they
//! would be written as they are written here (§13.3); a post with anything else is none of its business.

use super::asked::Asked;
use crate::html::{BLOCK, EMPTY, Id, Scanner, Tag, Token, flags, lookup};
use crate::text::bytes::position;

/// How deep elements may stand in each other.
const DEPTH: usize = 100;

/// The elements that a post may have, sorted.
#[rustfmt::skip]
const KNOWN: [&str; 68] = [
    "a", "abbr", "acronym", "address", "article", "aside", "b", "bdi", "bdo", "big", "blockquote", "br", "caption", "cite", "code", "col",
    "colgroup", "dd", "del", "details", "dfn", "div", "dl", "dt", "em", "figcaption", "figure", "footer", "h1", "h2", "h3", "h4", "h5",
    "h6", "header", "hgroup", "hr", "i", "img", "ins", "kbd", "li", "mark", "menu", "nav", "ol", "p", "pre", "q", "rp", "rt", "ruby", "s",
    "samp", "section", "small", "span", "strike", "strong", "sub", "summary", "sup", "table", "tbody", "td", "tfoot", "th", "thead",
];
#[rustfmt::skip]
const KNOWN_TOO: [&str; 7] = ["time", "tr", "tt", "u", "ul", "var", "wbr"];

/// A tree of shapes; its roots are what a post begins with.
#[derive(Debug, Clone, Default)]
pub(super) struct Shapes {
    nodes: Vec<Shape>,
    roots: Vec<usize>,
}

#[derive(Debug, Clone)]
struct Shape {
    name: String,
    /// What decides about styles, as it stands behind the name in a tag.
    rest: String,
    inside: Vec<usize>,
}

/// A post as it will be written, but for its styles.
#[derive(Debug)]
pub(super) struct Written {
    html: String,
    /// Where the style of an element goes, and its shape.
    places: Vec<(usize, usize)>,
}

impl Written {
    pub(super) fn len(&self) -> usize {
        self.html.len()
    }

    /// Writes the post with a style for each shape.
    pub(super) fn push_with(&self, styles: &[&str], out: &mut String) {
        let mut done = 0;
        for (at, shape) in &self.places {
            let Some(style) = styles.get(*shape).filter(|style| !style.is_empty()) else { continue };
            out.push_str(self.html.get(done..*at).unwrap_or_default());
            out.push_str(" style=\"");
            out.push_str(style);
            out.push('"');
            done = *at;
        }
        out.push_str(self.html.get(done..).unwrap_or_default());
    }
}

impl Shapes {
    pub(super) fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Writes one element of each shape.
    pub(super) fn write(&self, out: &mut String) {
        self.roots.iter().for_each(|root| self.write_one(*root, out));
    }

    fn write_one(&self, at: usize, out: &mut String) {
        let Some(shape) = self.nodes.get(at) else { return };
        out.extend(["<", &shape.name, &shape.rest, ">"]);
        if lookup(&shape.name).is_none_or(|id| flags(id) & EMPTY == 0) {
            shape.inside.iter().for_each(|inner| self.write_one(*inner, out));
            out.extend(["</", &shape.name, ">"]);
        }
    }

    /// Reads the styles out of what [`Shapes::write`] wrote; `None` where that is not as it was.
    pub(super) fn styles<'h>(&self, html: &'h str) -> Option<Vec<&'h str>> {
        let mut styles = vec![""; self.nodes.len()];
        let mut scanner = Scanner::new(html);
        for root in &self.roots {
            self.style_of(*root, &mut scanner, &mut styles)?;
        }
        scanner.next().is_none().then_some(styles)
    }

    fn style_of<'h>(&self, at: usize, scanner: &mut Scanner<'h>, styles: &mut Vec<&'h str>) -> Option<()> {
        let shape = self.nodes.get(at)?;
        let Token::Start(tag) = scanner.next().filter(|token| matches!(token, Token::Start(tag) if tag.name == shape.name))? else {
            return None;
        };
        if let Some(style) = tag.attributes().find(|attribute| attribute.name == "style") {
            *styles.get_mut(at)? = style.value;
        }
        if flags(lookup(&shape.name)?) & EMPTY != 0 {
            return Some(());
        }
        for inner in &shape.inside {
            self.style_of(*inner, scanner, styles)?;
        }
        matches!(scanner.next(), Some(Token::End(tag)) if tag.name == shape.name).then_some(())
    }

    /// Returns the shape of an element that stands in one of another shape.
    fn of(&mut self, name: &str, rest: &str, parent: Option<usize>) -> usize {
        let next = self.nodes.len();
        let siblings = parent.and_then(|parent| self.nodes.get(parent)).map_or(&self.roots, |parent| &parent.inside);
        let is_same = |at: &&usize| self.nodes.get(**at).is_some_and(|node| node.name == name && node.rest == rest);
        if let Some(known) = siblings.iter().find(is_same) {
            return *known;
        }
        self.nodes.push(Shape { name: name.to_owned(), rest: rest.to_owned(), inside: Vec::new() });
        match parent.and_then(|parent| self.nodes.get_mut(parent)) {
            Some(parent) => parent.inside.push(next),
            None => self.roots.push(next),
        }
        next
    }
}

/// Reads the clean HTML of a post; `None` where browsers could see other elements in it.
pub(super) fn read(html: &str, asked: &Asked, shapes: &mut Shapes) -> Option<Written> {
    let mut reader = Reader { asked, shapes, open: Vec::new(), paragraphs: 0, links: 0, is_at_pre: false, rest: String::new() };
    let mut written = Written { html: String::with_capacity(html.len() + 64), places: Vec::new() };
    for token in Scanner::new(html) {
        let is_at_pre = std::mem::take(&mut reader.is_at_pre);
        match token {
            Token::Text(text) => reader.text(text, is_at_pre, &mut written.html)?,
            Token::Start(tag) => reader.start(&tag, &mut written)?,
            Token::End(tag) => reader.end(tag.name, &mut written.html)?,
            Token::Comment(_) | Token::Doctype | Token::Unfinished(_) => return None,
        }
    }
    reader.open.is_empty().then_some(written)
}

struct Open<'h> {
    name: &'h str,
    shape: usize,
    /// Whether nobody wrote it: browsers put a `<tbody>` around rows that have none (HTML Standard §13.2.6.4.9).
    is_implied: bool,
}

struct Reader<'r, 'h> {
    asked: &'r Asked,
    shapes: &'r mut Shapes,
    open: Vec<Open<'h>>,
    paragraphs: usize,
    links: usize,
    /// Whether `<pre>` came last.
    is_at_pre: bool,
    /// The attributes of an element that decide about its style.
    rest: String,
}

impl<'h> Reader<'_, 'h> {
    fn start(&mut self, tag: &Tag<'h>, written: &mut Written) -> Option<()> {
        let name = tag.name;
        let id = lookup(name).filter(|_| KNOWN.binary_search(&name).is_ok() || KNOWN_TOO.contains(&name))?;
        if name == "tr" && self.open.last().is_some_and(|open| open.name == "table") {
            self.start(&Tag { name: "tbody", rest: "" }, written)?;
            self.open.last_mut()?.is_implied = true;
        }
        if self.open.len() >= DEPTH || !self.may_stand(name, id) {
            return None;
        }
        written.html.push('<');
        written.html.push_str(name);
        self.attributes(tag, &mut written.html)?;
        let shape = self.shapes.of(name, &self.rest, self.open.last().map(|open| open.shape));
        written.places.push((written.html.len(), shape));
        written.html.push('>');
        if flags(id) & EMPTY == 0 {
            self.paragraphs += usize::from(name == "p");
            self.links += usize::from(name == "a");
            self.is_at_pre = name == "pre";
            self.open.push(Open { name, shape, is_implied: false });
        }
        Some(())
    }

    /// Returns whether browsers leave an element where it stands, and end nothing for it.
    fn may_stand(&self, name: &str, id: Id) -> bool {
        let parent = self.open.last().map_or("", |open| open.name);
        let fits = match name {
            "li" => matches!(parent, "ul" | "ol" | "menu"),
            "dt" | "dd" => parent == "dl",
            "rt" | "rp" => parent == "ruby",
            "tr" => matches!(parent, "thead" | "tbody" | "tfoot"),
            "td" | "th" => parent == "tr",
            "thead" | "tbody" | "tfoot" | "colgroup" | "caption" => parent == "table",
            "col" => parent == "colgroup",
            "a" => self.links == 0 && !is_table(parent),
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => !is_table(parent) && !matches!(parent, "h1" | "h2" | "h3" | "h4" | "h5" | "h6"),
            _ => !is_table(parent),
        };
        fits && (self.paragraphs == 0 || flags(id) & BLOCK == 0)
    }

    /// Writes the attributes of an element, its classes first, as css-inline does; keeps those that decide about its style.
    fn attributes(&mut self, tag: &Tag<'h>, out: &mut String) -> Option<()> {
        self.rest.clear();
        if tag.rest.is_empty() {
            return Some(());
        }
        let mut attributes: Vec<_> = tag.attributes().collect();
        let is_wrong = |name: &str| {
            name.bytes().any(|byte| !(byte.is_ascii_lowercase() || byte == b'-')) || matches!(name, "style" | "data-css-inline")
        };
        let is_twice = |at: usize, name: &str| attributes.iter().take(at).any(|other| other.name == name);
        if attributes.iter().enumerate().any(|(at, attribute)| is_wrong(attribute.name) || is_twice(at, attribute.name)) {
            return None;
        }
        let class = attributes.iter().position(|attribute| attribute.name == "class").map(|at| attributes.swap_remove(at));
        for attribute in class.iter().chain(&attributes) {
            push_attribute(attribute.name, attribute.value, out);
            match self.asked.attribute(attribute.name) {
                Some(true) => push_attribute(attribute.name, attribute.value, &mut self.rest),
                Some(false) => push_attribute(attribute.name, "", &mut self.rest),
                None => {}
            }
        }
        Some(())
    }

    fn end(&mut self, name: &str, out: &mut String) -> Option<()> {
        if name == "table" && self.open.last().is_some_and(|open| open.is_implied) {
            self.end("tbody", out)?;
        }
        let open = self.open.pop().filter(|open| open.name == name)?;
        self.paragraphs -= usize::from(open.name == "p");
        self.links -= usize::from(open.name == "a");
        out.extend(["</", name, ">"]);
        Some(())
    }

    fn text(&self, text: &str, is_at_pre: bool, out: &mut String) -> Option<()> {
        // HTML Standard §13.2.6.4.9: words in a table go before it.
        if self.open.last().is_some_and(|open| is_table(open.name)) && !text.bytes().all(|byte| matches!(byte, b' ' | b'\n' | b'\t')) {
            return None;
        }
        // HTML Standard §13.2.6.4.7: a line end right behind `<pre>` is none.
        let text = if is_at_pre { text.strip_prefix('\n').unwrap_or(text) } else { text };
        push_text(text, out);
        Some(())
    }
}

fn is_table(name: &str) -> bool {
    matches!(name, "table" | "thead" | "tbody" | "tfoot" | "tr" | "colgroup")
}

/// Writes HTML text as a serialiser does (HTML Standard §13.3).
fn push_text(text: &str, out: &mut String) {
    let mut rest = text;
    while let Some(at) = memchr::memchr(b'&', rest.as_bytes()) {
        let (before, entity) = rest.split_at(at);
        escape(before, false, out);
        let Some(same) = ["&amp;", "&lt;", "&gt;", "&nbsp;"].into_iter().find(|same| entity.starts_with(same)) else {
            return escape(&htmlize::unescape(entity), false, out);
        };
        out.push_str(same);
        rest = entity.get(same.len()..).unwrap_or_default();
    }
    escape(rest, false, out);
}

fn push_attribute(name: &str, value: &str, out: &mut String) {
    out.extend([" ", name, "=\""]);
    let value = if value.contains('&') { htmlize::unescape_attribute(value) } else { value.into() };
    escape(&value, true, out);
    out.push('"');
}

fn escape(text: &str, is_value: bool, out: &mut String) {
    let mut rest = text;
    let is_special = |byte: u8| (byte == b'&') | (byte == b'"') | (byte == b'<') | (byte == b'>') | (byte == 0xC2);
    while let Some((before, special)) = position(rest.as_bytes(), is_special).and_then(|at| rest.split_at_checked(at)) {
        out.push_str(before);
        let (instead, length) = match special.chars().next() {
            Some('&') => ("&amp;", 1),
            Some('"') if is_value => ("&quot;", 1),
            Some('<') if !is_value => ("&lt;", 1),
            Some('>') if !is_value => ("&gt;", 1),
            Some('\u{a0}') => ("&nbsp;", 2),
            c => {
                let length = c.map_or(1, char::len_utf8);
                (special.get(..length).unwrap_or_default(), length)
            }
        };
        out.push_str(instead);
        rest = special.get(length..).unwrap_or_default();
    }
    out.push_str(rest);
}
