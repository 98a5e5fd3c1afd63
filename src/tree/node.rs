//! A value, the same for YAML, TOML, JSON and plain blocks.
//!
//! Duplicate keys are kept: the engines' own values hide them, or stop at the first and do not say where it is.

use crate::text::scalar::{Scalar, Scalars};
use serde::de::{Deserialize, Deserializer, EnumAccess, MapAccess, SeqAccess, VariantAccess, Visitor};
use std::collections::BTreeSet;
use std::fmt;

/// Keys and values in the author's order. A key may stand twice; one that is nothing or a collection has no name.
pub type Map = Vec<(String, Node)>;

/// A value as its format understands it.
#[derive(Debug, Clone, PartialEq)]
pub enum Node {
    /// `~`, `null`, or nothing at all.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number as far as the format keeps its spelling.
    Number(String),
    /// Text.
    Text(String),
    /// A sequence.
    List(Vec<Node>),
    /// A mapping, as written.
    Map(Map),
    /// A value with a YAML tag that means nothing to us (`!important`).
    Tagged(String),
}

impl Node {
    /// Returns what the value is, in the user's words.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Node::Null => "nothing",
            Node::Bool(_) => "true or false",
            Node::Number(_) => "a number",
            Node::Text(_) => "text",
            Node::List(_) => "a list",
            Node::Map(_) => "a mapping",
            Node::Tagged(_) => "a value with a YAML tag",
        }
    }

    /// Returns a scalar as text.
    #[must_use]
    pub fn text(&self) -> Option<String> {
        match self {
            Node::Text(text) | Node::Number(text) => Some(text.clone()),
            Node::Bool(value) => Some(value.to_string()),
            _ => None,
        }
    }

    /// Returns a scalar with its kind.
    #[must_use]
    pub fn scalar(&self) -> Option<Scalar> {
        match self {
            Self::Text(text) => Some(Scalar::Text(text.clone())),
            Self::Number(number) => Some(Scalar::Number(number.clone())),
            Self::Bool(value) => Some(Scalar::Bool(*value)),
            _ => None,
        }
    }

    /// Returns a scalar, or a list of nothing else.
    #[must_use]
    pub fn scalars(&self) -> Option<Scalars> {
        match self {
            Self::List(items) => items.iter().map(Self::scalar).collect::<Option<_>>().map(Scalars::List),
            node => node.scalar().map(Scalars::One),
        }
    }

    /// Returns the value below a key, in any case, or at an index; null is as good as absent.
    #[must_use]
    pub fn step(&self, key: &str) -> Option<&Node> {
        match self {
            Node::Map(map) => get(map, key),
            Node::List(items) => items.get(key.parse::<usize>().ok()?).filter(|node| **node != Node::Null),
            _ => None,
        }
    }
}

/// Returns the value of a key, in any case; null is as good as absent.
#[must_use]
pub fn get<'a>(map: &'a Map, key: &str) -> Option<&'a Node> {
    map.iter().find(|(name, node)| name.eq_ignore_ascii_case(key) && *node != Node::Null).map(|(_, node)| node)
}

/// Puts the keys of `<<` behind those of the mapping itself, which win (<https://yaml.org/type/merge.html>).
fn merge(map: &mut Map) {
    let Some(at) = map.iter().position(|(key, _)| key == "<<") else { return };
    let sources = match map.remove(at).1 {
        Node::List(items) => items,
        node => vec![node],
    };
    let mut own: BTreeSet<String> = map.iter().map(|(key, _)| key.clone()).collect();
    for source in sources {
        if let Node::Map(source) = source {
            map.extend(source.into_iter().filter(|(key, _)| own.insert(key.clone())));
        }
    }
}

/// Returns a mapping's key as text; a collection as a key has no name.
fn key_text(key: Node) -> String {
    match key {
        Node::Text(text) => text,
        key => key.text().unwrap_or_default(),
    }
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NodeVisitor)
    }
}

struct NodeVisitor;

/// Writes the visits of numbers, which differ in their type only.
macro_rules! number {
    ($($visit:ident: $type:ty),*) => {$(
        fn $visit<E>(self, value: $type) -> Result<Node, E> {
            Ok(Node::Number(value.to_string()))
        }
    )*};
}

impl<'de> Visitor<'de> for NodeVisitor {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    number! { visit_i64: i64, visit_u64: u64, visit_i128: i128, visit_u128: u128 }

    // `1e2` must not look like the whole number 100.
    fn visit_f64<E>(self, value: f64) -> Result<Node, E> {
        Ok(Node::Number(format!("{value:?}")))
    }

    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(Node::Null)
    }

    fn visit_none<E>(self) -> Result<Node, E> {
        Ok(Node::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Node, E> {
        Ok(Node::Bool(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Node, E> {
        Ok(Node::Text(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Node, E> {
        Ok(Node::Text(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Node, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Node::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Node, A::Error> {
        let mut map = Map::new();
        while let Some((key, node)) = entries.next_entry::<Node, Node>()? {
            map.push((key_text(key), node));
        }
        merge(&mut map);
        Ok(Node::Map(map))
    }

    fn visit_enum<A: EnumAccess<'de>>(self, tagged: A) -> Result<Node, A::Error> {
        let (tag, value) = tagged.variant::<String>()?;
        let _: Node = value.newtype_variant()?;
        Ok(Node::Tagged(tag))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Node {
        serde_yaml::from_str(text).expect("good YAML")
    }

    #[test]
    fn duplicate_keys_are_kept() {
        assert!(matches!(parse("a: 1\na: 2"), Node::Map(entries) if entries.len() == 2));
    }

    #[test]
    fn merged_mappings_give_what_is_missing() {
        let Node::Map(entries) = parse("d: &d {a: 1, b: 2}\ne: {<<: *d, b: 3}") else { panic!("a mapping") };
        let merged = vec![("b".into(), Node::Number("3".into())), ("a".into(), Node::Number("1".into()))];
        assert_eq!(entries.last().map(|(_, value)| value), Some(&Node::Map(merged)));
    }

    #[test]
    fn a_tagged_value_is_no_text() {
        assert_eq!(parse("!important news"), Node::Tagged("important".into()));
        assert_eq!(parse("no"), Node::Text("no".into()));
        assert_eq!(parse(""), Node::Null);
    }
}
