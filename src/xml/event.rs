//! What the reader yields.

use super::locate::Kind;
use super::namespaces::Ns;
use crate::diagnostic::Span;
use std::borrow::Cow;

/// One thing in a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event<'a> {
    /// A start tag, or one that closes itself: an `End` follows all the same.
    Start(Tag<'a>),
    /// The end of an element.
    End(Tag<'a>),
    /// Character data inside an element: everything between two pieces of markup, or one CDATA section.
    Text(Piece<'a>),
    /// A comment.
    Comment(Span),
    /// A processing instruction; the XML declaration is none.
    Instruction {
        /// What it is for: `xml-stylesheet`.
        target: &'a str,
        /// What follows the target, as written.
        data: &'a str,
        /// The whole instruction.
        span: Span,
    },
    /// The document type declaration; [`Reader::doctype`](super::Reader::doctype) has what it says.
    Doctype(Span),
}

/// A tag: where an element starts or ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tag<'a> {
    /// The part of the name before the colon; empty where there is none.
    pub prefix: &'a str,
    /// The name without its prefix.
    pub local: &'a str,
    /// The name as the start tag writes it.
    pub name: &'a str,
    /// The namespace.
    pub ns: Ns,
    /// The whole tag; empty for the end of an element without an end tag of its own, at the place where it ends.
    pub span: Span,
    /// The element is one tag that closes itself.
    pub empty: bool,
    /// The end tag is missing: another one, or the end of the document, ended the element.
    pub implied: bool,
}

impl Tag<'_> {
    /// Returns where the name of a start tag stands.
    #[must_use]
    pub fn name_span(&self) -> Span {
        let start = self.span.start + 1;
        start..start + self.name.len()
    }
}

/// A piece of character data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece<'a> {
    /// Where it stands, without the brackets of CDATA.
    pub raw: Span,
    /// [`Kind::Text`] or [`Kind::CData`].
    pub kind: Kind,
    /// The text with references resolved and each line end as LF.
    pub value: Cow<'a, str>,
}

/// An attribute that declares no namespace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attribute<'a> {
    /// The part of the name before the colon; empty where there is none.
    pub prefix: &'a str,
    /// The name without its prefix.
    pub local: &'a str,
    /// The name as written.
    pub name: &'a str,
    /// The namespace; none without a prefix.
    pub ns: Ns,
    /// The value with references resolved and white space as spaces.
    pub value: Cow<'a, str>,
    /// Where the name stands.
    pub name_span: Span,
    /// Where the value stands, inside the quotes; in the DOCTYPE for a default.
    pub value_span: Span,
}

/// An attribute that declares a namespace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Declaration<'a> {
    /// The prefix; empty for the default namespace.
    pub prefix: &'a str,
    /// The namespace's URI; empty where the default namespace is switched off.
    pub uri: Cow<'a, str>,
    /// Where the name stands.
    pub name_span: Span,
    /// Where the URI stands, inside the quotes.
    pub span: Span,
}
