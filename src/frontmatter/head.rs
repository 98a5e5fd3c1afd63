//! The front matter of one file: its text, its values, and where they stand.

use super::locate;
use super::node::{Map, Node, get};
use super::parse;
use super::split::Delimiter;
use crate::diagnostic::{Place, Source, Span};
use std::borrow::Cow;
use std::cell::{Cell, OnceCell};

/// Front matter, read.
pub(super) struct Head<'a> {
    /// The file, or as much of it as was read.
    pub(super) source: Source<'a>,
    /// How the front matter is marked; `None` for a file without any.
    pub(super) delimiter: Option<Delimiter>,
    /// Where it stands in the file.
    pub(super) front: Span,
    /// Its values.
    pub(super) map: Map,
    /// The first letters of its keys, a bit each.
    initials: u64,
    /// How often the spelling of a value may still be looked up, each time through the whole text.
    lookups: Cell<u32>,
    /// Whether whole numbers may be written in another way than they are told.
    odd_numbers: OnceCell<bool>,
}

/// The most spellings that are looked up in one file.
const MOST_LOOKUPS: u32 = 32;

/// Returns a bit for the first letter of a key, in either case.
fn initial(key: &str) -> u64 {
    key.bytes().next().map_or(0, |first| 1 << (first.to_ascii_lowercase() & 63))
}

/// A value and the path it was found at.
#[derive(Clone)]
pub(super) struct Hit<'n> {
    pub(super) path: Cow<'static, str>,
    pub(super) node: &'n Node,
}

impl<'a> Head<'a> {
    /// Joins a file's front matter and its values.
    pub(super) fn new(source: Source<'a>, delimiter: Option<Delimiter>, front: Span, map: Map) -> Self {
        let initials = map.iter().fold(0, |all, (key, _)| all | initial(key));
        Head { source, delimiter, front, map, initials, lookups: Cell::new(MOST_LOOKUPS), odd_numbers: OnceCell::new() }
    }

    /// Returns the front matter's text.
    pub(super) fn text(&self) -> &str {
        self.source.text.get(self.front.clone()).unwrap_or_default()
    }

    /// Returns the value at a path like `cover.image` or `images.0`; null is as good as absent.
    pub(super) fn find(&self, path: &'static str) -> Option<Hit<'_>> {
        // Some hundred keys are asked for in each file, nearly all in vain: the first step must be cheap.
        if self.initials & initial(path) == 0 {
            return None;
        }
        let first = path.bytes().position(|b| b == b'.').unwrap_or(path.len());
        let mut node = get(&self.map, &path[..first])?;
        for step in path[first..].split('.').skip(1) {
            node = node.step(step)?;
        }
        Some(Hit { path: Cow::Borrowed(path), node })
    }

    /// Returns the items of a list, or the value itself as the only item.
    pub(super) fn items<'n>(hit: &Hit<'n>) -> Vec<Hit<'n>> {
        match hit.node {
            Node::List(items) => {
                let item = |(index, node)| Hit { path: Cow::Owned(format!("{}.{index}", hit.path)), node };
                items.iter().enumerate().map(item).filter(|item| *item.node != Node::Null).collect()
            }
            _ => vec![hit.clone()],
        }
    }

    /// Returns the value as text, as its author spelled it; `None` for lists, mappings and tagged values.
    pub(super) fn text_of(&self, hit: &Hit<'_>) -> Option<String> {
        match hit.node {
            Node::Text(text) => Some(text.clone()),
            Node::Number(number) if self.is_spelled_out(number) => Some(number.clone()),
            Node::Number(number) => Some(self.spelling(&hit.path).unwrap_or_else(|| number.clone())),
            Node::Bool(value) => Some(self.spelling(&hit.path).unwrap_or_else(|| value.to_string())),
            Node::Null | Node::List(_) | Node::Map(_) | Node::Tagged(_) => None,
        }
    }

    /// Returns whether a number can only be written as it is: whole, where the text has no `0x1F` and no `+5`.
    fn is_spelled_out(&self, number: &str) -> bool {
        let odd = || ["0x", "0o", "0b", "+"].iter().any(|sign| self.text().contains(sign));
        number.bytes().all(|b| b.is_ascii_digit()) && !*self.odd_numbers.get_or_init(odd)
    }

    /// Returns how a number or a truth value is written in the file: `1.10` is a version, not 1.1.
    fn spelling(&self, path: &str) -> Option<String> {
        self.lookups.set(self.lookups.get().checked_sub(1)?);
        let steps: Vec<&str> = path.split('.').collect();
        match self.delimiter? {
            Delimiter::Yaml => parse::yaml_spelling(self.text(), &steps),
            Delimiter::Json => locate::span(Delimiter::Json, self.text(), &steps).map(|span| self.text()[span].to_owned()),
            Delimiter::Toml | Delimiter::Plain => None,
        }
    }

    /// Returns where the value at a path stands in the front matter.
    pub(super) fn span(&self, path: &str) -> Span {
        let steps: Vec<&str> = path.split('.').collect();
        let found = self.delimiter.and_then(|delimiter| {
            // An item whose place is not clear is at least within its list.
            (1..=steps.len()).rev().find_map(|length| locate::span(delimiter, self.text(), &steps[..length]))
        });
        found.unwrap_or(0..0)
    }

    /// Returns the place of a span of the front matter.
    pub(super) fn place(&self, span: Span) -> Place {
        self.source.place(self.front.start + span.start..self.front.start + span.end)
    }

    /// Returns the place of the value at a path.
    pub(super) fn place_of(&self, path: &str) -> Place {
        self.place(self.span(path))
    }
}
