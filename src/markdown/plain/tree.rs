//! A cleaner's HTML as a tree of what it shows.
//!
//! The cleaner has balanced it and never nests deeper than browsers do, so a walk may go down by calling itself.

use crate::html::{self, Id, Scanner, Tag, Token};
use std::borrow::Cow;

/// A piece of a post.
#[derive(Debug)]
pub(super) enum Node<'h> {
    /// Text, its entities decoded.
    Text(Cow<'h, str>),
    /// An element with what is in it.
    Element(Element<'h>),
}

/// An element.
#[derive(Debug)]
pub(super) struct Element<'h> {
    id: Id,
    tag: Tag<'h>,
    pub nodes: Vec<Node<'h>>,
    /// Whether it holds a block, however deep.
    pub holds_block: bool,
}

impl Element<'_> {
    /// Returns its name in small letters.
    pub(super) fn name(&self) -> &'static str {
        html::name(self.id)
    }

    /// Returns an attribute's value, decoded.
    pub(super) fn attribute(&self, name: &str) -> Option<Cow<'_, str>> {
        let found = self.tag.attributes().find(|attribute| attribute.name == name)?;
        Some(if found.value.contains('&') { htmlize::unescape_attribute(found.value) } else { Cow::Borrowed(found.value) })
    }

    /// Returns whether it stands on lines of its own.
    pub(super) fn is_block(&self) -> bool {
        is_block(self.id)
    }

    /// Returns the elements right in it.
    pub(super) fn elements(&self) -> impl Iterator<Item = &Self> {
        self.nodes.iter().filter_map(Node::element)
    }
}

impl<'h> Node<'h> {
    /// Returns the element that it is.
    pub(super) fn element(&self) -> Option<&Element<'h>> {
        match self {
            Node::Element(element) => Some(element),
            Node::Text(_) => None,
        }
    }

    /// Returns whether it is a block, or holds one.
    pub(super) fn is_blockish(&self) -> bool {
        self.element().is_some_and(|element| element.is_block() || element.holds_block)
    }
}

/// Reads clean HTML.
pub(super) fn parse(html: &str) -> Vec<Node<'_>> {
    let mut builder = Builder { root: Vec::new(), open: Vec::new() };
    for token in Scanner::new(html) {
        match token {
            Token::Text(text) if text.contains('&') => builder.push(Node::Text(htmlize::unescape(text))),
            Token::Text(text) => builder.push(Node::Text(Cow::Borrowed(text))),
            Token::Start(tag) => builder.start(tag),
            Token::End(tag) => builder.end(tag.name),
            Token::Comment(_) | Token::Doctype | Token::Unfinished(_) => {}
        }
    }
    while builder.close() {}
    builder.root
}

/// Appends the text of some nodes, with `<br>` as a line end; breaks of lines stay.
pub(super) fn push_text(nodes: &[Node<'_>], out: &mut String) {
    for node in nodes {
        match node {
            Node::Text(text) => out.push_str(text),
            Node::Element(element) if element.name() == "br" => out.push('\n'),
            Node::Element(element) => push_text(&element.nodes, out),
        }
    }
}

/// Returns whether a link is among some nodes.
pub(super) fn holds_link(nodes: &[Node<'_>]) -> bool {
    nodes.iter().filter_map(Node::element).any(|element| element.name() == "a" || holds_link(&element.nodes))
}

/// Returns whether an image is among some nodes that says a text.
pub(super) fn holds_image(nodes: &[Node<'_>], alt: &str) -> bool {
    nodes.iter().filter_map(Node::element).any(|element| {
        element.name() == "img" && element.attribute("alt").is_some_and(|known| known.trim() == alt) || holds_image(&element.nodes, alt)
    })
}

struct Builder<'h> {
    root: Vec<Node<'h>>,
    open: Vec<Element<'h>>,
}

impl<'h> Builder<'h> {
    fn push(&mut self, node: Node<'h>) {
        match self.open.last_mut() {
            Some(parent) => {
                parent.holds_block |= node.is_blockish();
                parent.nodes.push(node);
            }
            None => self.root.push(node),
        }
    }

    fn start(&mut self, tag: Tag<'h>) {
        let Some(id) = html::lookup(tag.name) else { return };
        let element = Element { id, tag, nodes: Vec::new(), holds_block: false };
        if html::flags(id) & html::EMPTY == 0 { self.open.push(element) } else { self.push(Node::Element(element)) }
    }

    fn end(&mut self, name: &str) {
        let Some(id) = html::lookup(name) else { return };
        let Some(place) = self.open.iter().rposition(|open| open.id == id) else { return };
        while self.open.len() > place && self.close() {}
    }

    fn close(&mut self) -> bool {
        let Some(element) = self.open.pop() else { return false };
        self.push(Node::Element(element));
        true
    }
}

fn is_block(id: Id) -> bool {
    html::flags(id) & html::BLOCK != 0 || matches!(html::name(id), "caption" | "tbody" | "thead" | "tfoot" | "tr" | "td" | "th")
}
