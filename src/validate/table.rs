//! What a vocabulary's tables are made of. A row says what may stand where, how often, with what value, and which code a
//! departure raises; `walk` reads the rows, and no rule repeats what a row can say.

use super::codes::{DUPLICATE_ELEMENT, MISSING_ATTRIBUTE, MISSING_ELEMENT, UNEXPECTED_TEXT};
use super::scene::{Scene, Subtree};
use super::value::Type;
use crate::diagnostic::Code;
use std::ops::BitOr;

/// What an element is to the feed, whatever its vocabulary calls it. An extension names the roles it may stand in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Role(u16);

impl Role {
    /// No role: no element of another vocabulary belongs here.
    pub const NONE: Role = Role(0);
    /// `channel`, `atom:feed`.
    pub const FEED: Role = Role(1);
    /// `item`, `atom:entry`.
    pub const ENTRY: Role = Role(1 << 1);
    /// `image` of RSS.
    pub const IMAGE: Role = Role(1 << 2);
    /// `textInput`.
    pub const TEXT_INPUT: Role = Role(1 << 3);
    /// `atom:author` and other persons.
    pub const PERSON: Role = Role(1 << 4);
    /// `atom:source`.
    pub const SOURCE: Role = Role(1 << 5);
    /// `atom:link`.
    pub const LINK: Role = Role(1 << 6);
    /// `atom:category`, `category`.
    pub const CATEGORY: Role = Role(1 << 7);
    /// `rdf:RDF`, `rss`: what stands around a channel.
    pub const ROOT: Role = Role(1 << 8);
    /// `atom:content` and text constructs.
    pub const TEXT: Role = Role(1 << 9);
    /// `rdf:Description` and other parts of RDF.
    pub const RDF: Role = Role(1 << 10);
    /// `media:content` and `media:group`.
    pub const MEDIA: Role = Role(1 << 11);
    /// `items` of RSS 1.0: what holds a list of RDF.
    pub const LIST: Role = Role(1 << 12);
    /// `at:deleted-entry`.
    pub const TOMBSTONE: Role = Role(1 << 13);
    /// `georss:where` and `media:location`: what holds a place.
    pub const PLACE: Role = Role(1 << 14);
    /// `podcast:liveItem`: an entry of another vocabulary, with the elements of an `item`.
    pub const LIVE: Role = Role(1 << 15);

    /// Returns whether two sets of roles have one in common.
    #[must_use]
    pub const fn meets(self, other: Role) -> bool {
        self.0 & other.0 != 0
    }

    /// Returns either set's roles.
    #[must_use]
    pub const fn or(self, other: Role) -> Role {
        Role(self.0 | other.0)
    }
}

impl BitOr for Role {
    type Output = Role;

    fn bitor(self, other: Role) -> Role {
        self.or(other)
    }
}

/// What a rule may want to know of an entry or a feed when it ends, whatever its vocabulary calls it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fact {
    /// `guid`, `atom:id`.
    Id,
    /// `title`.
    Title,
    /// `link`; in Atom its `href`, if it is an alternate.
    Link,
    /// `description`, `atom:summary`, `atom:subtitle`.
    Summary,
    /// `content:encoded`, `atom:content`.
    Content,
    /// `pubDate`, `dc:date`, `atom:published`.
    Published,
    /// `lastBuildDate`, `atom:updated`.
    Updated,
    /// `author`, `dc:creator`, `atom:author`.
    Author,
    /// `language`, `dc:language`.
    Language,
    /// `enclosure`.
    Enclosure,
    /// `image`.
    Image,
}

/// What an element may hold besides elements.
#[derive(Debug, Clone, Copy)]
pub enum Content {
    /// Nothing at all; text raises the code.
    Empty(&'static Code),
    /// Elements and white space; text raises the code.
    Elements(&'static Code),
    /// One value.
    Value(&'static Type, &'static Code),
    /// HTML, escaped or in CDATA.
    Html,
    /// What the element's attributes say.
    Declared(fn(&Scene<'_, '_>) -> Subtree),
    /// Anything; nobody looks at it.
    Anything,
}

/// One element of a vocabulary.
#[derive(Debug, Clone, Copy)]
pub struct Element {
    /// Its local name.
    pub name: &'static str,
    /// What it is to the feed.
    pub role: Role,
    /// What it holds besides elements.
    pub content: Content,
    /// Its attributes.
    pub attributes: &'static [Attribute],
    /// The elements of its own vocabulary in it.
    pub children: &'static [Child],
    /// What it tells about its entry or feed.
    pub fact: Option<Fact>,
    /// The section of the specification.
    pub spec: &'static str,
}

/// Begins a row: an element that holds elements only.
#[must_use]
pub const fn element(name: &'static str, spec: &'static str) -> Element {
    let content = Content::Elements(&UNEXPECTED_TEXT);
    Element { name, role: Role::NONE, content, attributes: &[], children: &[], fact: None, spec }
}

impl Element {
    /// Says what it is to the feed.
    #[must_use]
    pub const fn role(mut self, role: Role) -> Self {
        self.role = role;
        self
    }

    /// Says that it holds one value, and the code for anything else.
    #[must_use]
    pub const fn value(mut self, kind: &'static Type, otherwise: &'static Code) -> Self {
        self.content = Content::Value(kind, otherwise);
        self
    }

    /// Says what it holds besides elements.
    #[must_use]
    pub const fn content(mut self, content: Content) -> Self {
        self.content = content;
        self
    }

    /// Names its attributes.
    #[must_use]
    pub const fn attributes(mut self, attributes: &'static [Attribute]) -> Self {
        self.attributes = attributes;
        self
    }

    /// Names the elements of its own vocabulary in it.
    #[must_use]
    pub const fn children(mut self, children: &'static [Child]) -> Self {
        self.children = children;
        self
    }

    /// Says what it tells about its entry or feed.
    #[must_use]
    pub const fn fact(mut self, fact: Fact) -> Self {
        self.fact = Some(fact);
        self
    }
}

/// How often an element may stand in its parent.
#[derive(Debug, Clone, Copy)]
pub struct Child {
    /// The element.
    pub element: &'static Element,
    /// The code for a parent without it; `None` where it may be missing.
    pub missing: Option<&'static Code>,
    /// The code for a second one; `None` where there may be many.
    pub duplicate: Option<&'static Code>,
}

/// Exactly one; its absence raises a code.
#[must_use]
pub const fn one(element: &'static Element, missing: &'static Code) -> Child {
    Child { element, missing: Some(missing), duplicate: Some(&DUPLICATE_ELEMENT) }
}

/// Exactly one.
#[must_use]
pub const fn required(element: &'static Element) -> Child {
    one(element, &MISSING_ELEMENT)
}

/// None or one.
#[must_use]
pub const fn optional(element: &'static Element) -> Child {
    Child { element, missing: None, duplicate: Some(&DUPLICATE_ELEMENT) }
}

/// Any number.
#[must_use]
pub const fn many(element: &'static Element) -> Child {
    Child { element, missing: None, duplicate: None }
}

/// One or more.
#[must_use]
pub const fn some(element: &'static Element) -> Child {
    Child { element, missing: Some(&MISSING_ELEMENT), duplicate: None }
}

impl Child {
    /// Says which code a second one raises.
    #[must_use]
    pub const fn or_duplicate(mut self, code: &'static Code) -> Self {
        self.duplicate = Some(code);
        self
    }

    /// Says which code its absence raises.
    #[must_use]
    pub const fn or_missing(mut self, code: &'static Code) -> Self {
        self.missing = Some(code);
        self
    }
}

/// One attribute.
#[derive(Debug, Clone, Copy)]
pub struct Attribute {
    /// Its local name.
    pub name: &'static str,
    /// The usual prefix of its vocabulary; empty for one in no namespace.
    pub prefix: &'static str,
    /// The code for an element without it; `None` where it may be missing.
    pub missing: Option<&'static Code>,
    /// Its value, and the code for anything else.
    pub value: Option<(&'static Type, &'static Code)>,
}

/// An attribute that may be missing and hold anything.
#[must_use]
pub const fn attribute(name: &'static str) -> Attribute {
    Attribute { name, prefix: "", missing: None, value: None }
}

impl Attribute {
    /// Says that it belongs to a vocabulary, by its usual prefix.
    #[must_use]
    pub const fn of(mut self, prefix: &'static str) -> Self {
        self.prefix = prefix;
        self
    }

    /// Returns its name for people, with its prefix.
    #[must_use]
    pub fn label(&self) -> String {
        if self.prefix.is_empty() { self.name.to_owned() } else { format!("{}:{}", self.prefix, self.name) }
    }

    /// Says that it must be there.
    #[must_use]
    pub const fn required(self) -> Self {
        self.or_missing(&MISSING_ATTRIBUTE)
    }

    /// Says that it must be there, and the code for an element without it.
    #[must_use]
    pub const fn or_missing(mut self, code: &'static Code) -> Self {
        self.missing = Some(code);
        self
    }

    /// Says what it holds, and the code for anything else.
    #[must_use]
    pub const fn value(mut self, kind: &'static Type, otherwise: &'static Code) -> Self {
        self.value = Some((kind, otherwise));
        self
    }
}

/// An element of an extension, and where it may stand.
#[derive(Debug, Clone, Copy)]
pub struct Extension {
    /// In what.
    pub on: Role,
    /// What, and how often.
    pub child: Child,
}

/// Says where an element of an extension may stand.
#[must_use]
pub const fn on(role: Role, child: Child) -> Extension {
    Extension { on: role, child }
}

/// All that postrider knows of a namespace.
#[derive(Debug, Clone, Copy)]
pub struct Vocabulary {
    /// Its name for people: `Dublin Core`.
    pub name: &'static str,
    /// The prefix that everybody uses.
    pub prefix: &'static str,
    /// Its namespace, then others that mean the same.
    pub uris: &'static [&'static str],
    /// Its elements in other vocabularies' elements.
    pub elements: &'static [Extension],
    /// Its attributes on other vocabularies' elements.
    pub attributes: &'static [Attribute],
    /// Whether an element that is not listed is an error. Vocabularies that anybody may add to are open.
    pub closed: bool,
}
