//! A YAML document as plain data, with duplicate keys kept: `serde_yaml`'s own value stops at the first of them and does
//! not say where it is.

use serde::de::{Deserialize, Deserializer, EnumAccess, MapAccess, SeqAccess, VariantAccess, Visitor};
use std::fmt;

/// A YAML value.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Node {
    /// `~` or nothing at all.
    Null,
    /// `true` or `false`.
    Flag(bool),
    /// A number from 0 that has no fraction.
    Whole(u64),
    /// Any other number.
    Number(f64),
    /// Text.
    Text(String),
    /// A sequence.
    List(Vec<Node>),
    /// A mapping, as written.
    Map(Vec<(Node, Node)>),
    /// A value behind a tag such as `!important`.
    Tagged,
}

impl Node {
    /// Returns what the value is, for people.
    pub(super) fn noun(&self) -> &'static str {
        match self {
            Node::Null => "nothing",
            Node::Flag(_) => "`true` or `false`",
            Node::Whole(_) | Node::Number(_) => "a number",
            Node::Text(_) => "text",
            Node::List(_) => "a list",
            Node::Map(_) => "a mapping",
            Node::Tagged => "a value with a tag",
        }
    }

    /// Returns a scalar as text.
    pub(super) fn text(&self) -> Option<String> {
        match self {
            Node::Text(text) => Some(text.clone()),
            Node::Whole(number) => Some(number.to_string()),
            Node::Number(number) => Some(number.to_string()),
            Node::Flag(flag) => Some(flag.to_string()),
            _ => None,
        }
    }
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Node, D::Error> {
        deserializer.deserialize_any(NodeVisitor)
    }
}

struct NodeVisitor;

impl<'de> Visitor<'de> for NodeVisitor {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(Node::Null)
    }

    fn visit_none<E>(self) -> Result<Node, E> {
        Ok(Node::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Node, D::Error> {
        Node::deserialize(deserializer)
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Node, E> {
        Ok(Node::Flag(flag))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Node, E> {
        Ok(Node::Whole(number))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Node, E> {
        #[allow(clippy::cast_precision_loss)] // Only negative numbers come here, and no key takes one.
        Ok(u64::try_from(number).map_or(Node::Number(number as f64), Node::Whole))
    }

    fn visit_u128<E>(self, number: u128) -> Result<Node, E> {
        Ok(Node::Text(number.to_string()))
    }

    fn visit_i128<E>(self, number: i128) -> Result<Node, E> {
        Ok(Node::Text(number.to_string()))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Node, E> {
        Ok(Node::Number(number))
    }

    fn visit_str<E>(self, text: &str) -> Result<Node, E> {
        Ok(Node::Text(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<Node, E> {
        Ok(Node::Text(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Node, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Node::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Node, A::Error> {
        let mut map = Vec::new();
        while let Some(entry) = entries.next_entry()? {
            map.push(entry);
        }
        Ok(Node::Map(merge(map)))
    }

    fn visit_enum<A: EnumAccess<'de>>(self, tagged: A) -> Result<Node, A::Error> {
        let (_, value): (String, _) = tagged.variant()?;
        value.newtype_variant::<Node>()?;
        Ok(Node::Tagged)
    }
}

/// Carries out `<<: *defaults`: the keys of the other mapping that this one does not have.
fn merge(map: Vec<(Node, Node)>) -> Vec<(Node, Node)> {
    let is_merge = |(key, value): &(Node, Node)| *key == Node::Text("<<".to_owned()) && matches!(value, Node::Map(_) | Node::List(_));
    let (merges, mut own): (Vec<_>, Vec<_>) = map.into_iter().partition(is_merge);
    for (_, value) in merges {
        let others = if let Node::List(items) = value { items } else { vec![value] };
        for (key, value) in
            others.into_iter().filter_map(|other| if let Node::Map(entries) = other { Some(entries) } else { None }).flatten()
        {
            if own.iter().all(|(name, _)| *name != key) {
                own.push((key, value));
            }
        }
    }
    own
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
        let merged = vec![(Node::Text("b".into()), Node::Whole(3)), (Node::Text("a".into()), Node::Whole(1))];
        assert_eq!(entries.last().map(|(_, value)| value), Some(&Node::Map(merged)));
    }

    #[test]
    fn a_tagged_value_is_no_text() {
        assert_eq!(parse("!important news"), Node::Tagged);
        assert_eq!(parse("no"), Node::Text("no".into()));
        assert_eq!(parse(""), Node::Null);
    }
}
