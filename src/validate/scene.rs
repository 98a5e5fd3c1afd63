//! Where the walk is: the open elements, what they hold so far, and what is known of the document. Value types and rules
//! look at it; only the walk changes it.

use super::kind::Kind;
use super::table::{Element, Fact, Role, Vocabulary};
use super::text::Text;
use crate::diagnostic::Span;
use crate::xml::{Attribute, Reader, Tag};
use chrono::{DateTime, FixedOffset};
use std::borrow::Cow;
use url::Url;

/// What is known of a document besides its text.
#[derive(Debug, Clone, Copy)]
pub struct Surroundings<'s> {
    /// Where it was read from, or will be served.
    pub url: Option<&'s Url>,
    /// The time to judge dates by.
    pub now: DateTime<FixedOffset>,
    /// Whether the HTML of its entries was judged before it was written.
    pub html_judged: bool,
    /// Whether it is meant as a podcast, whatever it holds.
    pub podcast: bool,
}

/// How what stands inside an element is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subtree {
    /// By the rows of its children.
    Rows,
    /// As text without markup.
    Plain,
    /// As HTML where CDATA stands around it, else as text without markup.
    HtmlInCdata,
    /// As HTML, escaped or in CDATA.
    Html,
    /// As XHTML, in elements.
    Xhtml,
    /// As XML of any kind.
    Xml,
    /// As RDF: things and properties in turn.
    Rdf,
    /// As base64.
    Binary,
    /// Not at all.
    Skipped,
}

/// An open element.
#[derive(Debug)]
pub struct Frame<'a> {
    /// Its start tag.
    pub tag: Tag<'a>,
    /// Its attributes.
    pub attributes: Vec<Attribute<'a>>,
    /// The row it matched; `None` for one that no vocabulary knows.
    pub row: Option<&'static Element>,
    /// The vocabulary of its namespace.
    pub vocabulary: Option<&'static Vocabulary>,
    /// How what stands inside is read.
    pub subtree: Subtree,
    /// Its own text so far.
    pub text: Text<'a>,
    /// How many elements stand in it so far.
    pub elements: usize,
    /// The elements in it that matched a row.
    pub seen: Vec<Seen<'a>>,
}

/// The elements of one row in their parent.
#[derive(Debug)]
pub struct Seen<'a> {
    /// The row.
    pub element: &'static Element,
    /// Its vocabulary.
    pub vocabulary: &'static Vocabulary,
    /// The start tag of the first one.
    pub tag: Tag<'a>,
    /// How many there are so far.
    pub times: u32,
}

impl<'a> Frame<'a> {
    /// Returns what it is to the feed.
    #[must_use]
    pub fn role(&self) -> Role {
        self.row.map_or(Role::NONE, |row| row.role)
    }

    /// Returns an attribute in no namespace.
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<&Attribute<'a>> {
        self.attributes.iter().find(|attribute| attribute.prefix.is_empty() && attribute.local == name)
    }

    /// Returns the value of an attribute in no namespace.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<&str> {
        self.attribute(name).map(|attribute| attribute.value.as_ref())
    }

    /// Returns the elements of a name in it, by the usual prefix of their vocabulary: `("dc", "creator")`.
    #[must_use]
    pub fn child(&self, prefix: &str, local: &str) -> Option<&Seen<'a>> {
        self.seen.iter().find(|seen| seen.element.name == local && seen.vocabulary.prefix == prefix)
    }

    /// Returns whether it is an element of a vocabulary: `("atom", "link")`, by the vocabulary's usual prefix.
    #[must_use]
    pub fn is(&self, prefix: &str, local: &str) -> bool {
        self.tag.local == local && self.vocabulary.is_some_and(|vocabulary| vocabulary.prefix == prefix)
    }
}

/// A fact about an entry or a feed, in the order of the document.
#[derive(Debug, Clone)]
pub struct Told<'a> {
    /// What it tells.
    pub fact: Fact,
    /// The element's name as written.
    pub name: &'a str,
    /// The vocabulary of its element, by its usual prefix.
    pub prefix: &'static str,
    /// Its text.
    pub value: Cow<'a, str>,
    /// Where the element begins.
    pub span: Span,
    /// Whether the element is empty and has no attribute that stands for its text.
    pub empty: bool,
}

/// What an entry or a feed has told so far.
#[derive(Debug, Default)]
pub struct Facts<'a> {
    /// Everything, in the order of the document.
    pub told: Vec<Told<'a>>,
}

impl<'a> Facts<'a> {
    /// Returns the first element that tells a fact.
    #[must_use]
    pub fn first(&self, fact: Fact) -> Option<&Told<'a>> {
        self.all(fact).next()
    }

    /// Returns every element that tells a fact.
    pub fn all(&self, fact: Fact) -> impl Iterator<Item = &Told<'a>> {
        self.told.iter().filter(move |told| told.fact == fact)
    }
}

/// What a value type or a rule may look at.
#[derive(Debug)]
pub struct Scene<'s, 'a> {
    /// The whole text.
    pub source: &'a str,
    /// The kind of feed.
    pub kind: Kind,
    /// What is known of the document.
    pub surroundings: Surroundings<'s>,
    /// The reader, for namespaces in scope.
    pub reader: &'s Reader<'a>,
    /// The open elements from the root; the last one is what it is about.
    pub frames: &'s [Frame<'a>],
    /// The number of the entry it is in, from 1.
    pub entry: Option<usize>,
}

impl<'a> Scene<'_, 'a> {
    /// Returns the element it is about.
    ///
    /// # Panics
    /// Never: the walk makes a scene only inside the root.
    #[must_use]
    pub fn here(&self) -> &Frame<'a> {
        self.frames.last().expect("the walk is inside the root")
    }

    /// Returns the element around the one it is about.
    #[must_use]
    pub fn parent(&self) -> Option<&Frame<'a>> {
        self.frames.len().checked_sub(2).and_then(|at| self.frames.get(at))
    }

    /// Returns whether the element around has a role.
    #[must_use]
    pub fn is_in(&self, role: Role) -> bool {
        self.parent().is_some_and(|parent| parent.role().meets(role))
    }
}
