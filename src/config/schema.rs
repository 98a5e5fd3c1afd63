//! What the KEYS table says, for programs (JSON Schema) and for people (the reference).

use super::keys::{KEYS, Key, Kind};
use serde_json::{Map, Value, json};
use std::fmt::Write as _;

/// Returns what a kind of value is called.
pub(super) fn noun(kind: Kind) -> String {
    let name = match kind {
        Kind::Text | Kind::Lines | Kind::Line => "text",
        Kind::Template => "a template",
        Kind::Flag => "`true` or `false`",
        Kind::Count => "a number from 1",
        Kind::Port => "a number from 1 to 65535",
        Kind::Entries => "a number from 1, or `all`",
        Kind::Bytes => "a size, or `none`",
        Kind::Duration => "a span of time",
        Kind::OneOf(words) => return words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(" or "),
        Kind::SomeOf(words) => return format!("a list of {}", words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")),
        Kind::SiteUrl | Kind::Url => "a URL",
        Kind::Urls => "a URL or a list of them",
        Kind::UrlOrPath => "a URL or a path",
        Kind::Language => "a language tag",
        Kind::Timezone => "a time zone",
        Kind::Authors => "a name, a mapping of `name`, `email` and `uri`, or a list of these",
        Kind::Folder | Kind::Output => "a folder",
        Kind::Globs => "a path or glob, or a list of them",
        Kind::File => "a file name",
        Kind::FileOrOff => "a file name, or `false`",
        Kind::UrlPath => "a path",
        Kind::Permalink => "a pattern",
        Kind::FeedFolder => "a pattern with `:slug`, `true` or `false`",
        Kind::Codes => "a name of a finding or a list of them",
        Kind::Mailbox | Kind::Bounces | Kind::Leaving => "an e-mail address",
        Kind::Domain => "a host name",
        Kind::TokenUrl => "an https URL with `{token}`",
        Kind::Date => "a date",
        Kind::Schedule => "a schedule",
        Kind::Texts => "a text or a list of them",
        Kind::Ledger => "a file or a database URL",
    };
    name.to_owned()
}

/// Returns the JSON Schema of a kind of value.
fn shape(kind: Kind) -> Value {
    let list_of = |item: &Value| json!({"anyOf": [item, {"type": "array", "items": item}]});
    match kind {
        Kind::Text | Kind::Template | Kind::Lines | Kind::Line => json!({"type": ["string", "number"]}),
        Kind::Flag => json!({"type": "boolean"}),
        Kind::Count => json!({"type": "integer", "minimum": 1}),
        Kind::Port => json!({"type": "integer", "minimum": 1, "maximum": 65535}),
        Kind::Entries => json!({"anyOf": [{"type": "integer", "minimum": 1}, {"const": "all"}]}),
        Kind::Bytes => {
            json!({"anyOf": [{"type": "integer", "minimum": 1}, {"const": "none"}, {"type": "string", "pattern": "^[0-9]+ *([KkMmGg][Ii]?)?[Bb]?$"}]})
        }
        Kind::Duration => json!({"type": "string", "pattern": "^[0-9]+[wdhms]$"}),
        Kind::OneOf(words) => json!({"enum": words}),
        Kind::SomeOf(words) => json!({"anyOf": [{"enum": words}, {"type": "array", "items": {"enum": words}, "minItems": 1}]}),
        Kind::SiteUrl | Kind::Url => json!({"type": "string", "format": "uri", "pattern": "^[Hh][Tt][Tt][Pp][Ss]?://"}),
        Kind::Urls => list_of(&shape(Kind::Url)),
        Kind::Authors => {
            let person = json!({"type": "object", "required": ["name"], "additionalProperties": false,
                "properties": {"name": {"type": "string"}, "email": {"type": "string", "format": "email"}, "uri": shape(Kind::Url)}});
            list_of(&json!({"anyOf": [{"type": "string"}, person]}))
        }
        Kind::Globs | Kind::Codes | Kind::Texts => list_of(&json!({"type": "string"})),
        Kind::FileOrOff => json!({"anyOf": [{"type": "string"}, {"const": false}]}),
        Kind::FeedFolder => json!({"anyOf": [{"type": "string", "pattern": ":slug"}, {"type": "boolean"}]}),
        _ => json!({"type": "string", "minLength": 1}),
    }
}

/// Returns the JSON Schema (draft 2020-12) of `postrider.yaml`.
#[must_use]
pub fn schema() -> Value {
    let mut root = object();
    for key in KEYS {
        insert(&mut root, key);
    }
    let mut schema = Map::new();
    schema.insert("$schema".to_owned(), json!("https://json-schema.org/draft/2020-12/schema"));
    schema.insert("title".to_owned(), json!("postrider.yaml"));
    if let Value::Object(root) = root {
        schema.extend(root);
    }
    Value::Object(schema)
}

/// A mapping; a key without a value counts as left out, as in `site:` alone.
fn object() -> Value {
    json!({"type": ["object", "null"], "additionalProperties": false, "properties": {}})
}

/// Puts a key into the mapping it belongs to, which is made where it is missing.
fn insert(root: &mut Value, key: &Key) {
    let mut at = root;
    let mut parts = key.path.split('.').peekable();
    while let Some(part) = parts.next() {
        let value = if parts.peek().is_some() { object() } else { leaf(key) };
        let Some(mapping) = at.as_object_mut() else { return };
        at = if part == "*" {
            let others = mapping.entry("additionalProperties").or_insert(Value::Bool(false));
            if !others.is_object() {
                *others = value;
            }
            others
        } else {
            let Some(properties) = mapping.entry("properties").or_insert_with(|| json!({})).as_object_mut() else { return };
            properties.entry(part).or_insert(value)
        };
    }
}

fn leaf(key: &Key) -> Value {
    let mut schema = json!({"description": key.doc, "anyOf": [shape(key.kind), {"type": "null"}]});
    for (name, text) in [("default", key.default), ("examples", key.example)] {
        let value = if text.is_empty() { None } else { serde_yaml::from_str::<Value>(text).ok() };
        if let (Some(value), Some(schema)) = (value, schema.as_object_mut()) {
            schema.insert(name.to_owned(), if name == "examples" { json!([value]) } else { value });
        }
    }
    schema
}

/// Returns the reference of all keys as a Markdown table.
#[must_use]
pub fn reference() -> String {
    let mut table = "| key | value | default | meaning |\n| --- | --- | --- | --- |\n".to_owned();
    for key in KEYS {
        let default = if key.default.is_empty() { "–".to_owned() } else { format!("`{}`", key.default) };
        // Writing to a string does not fail.
        let _ = writeln!(table, "| `{}` | {} | {default} | {} |", key.path.replace('*', "NAME"), noun(key.kind), key.doc);
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_is_in_the_schema_with_its_meaning() {
        let schema = schema();
        for key in KEYS {
            let pointer = key
                .path
                .split('.')
                .map(|part| if part == "*" { "/additionalProperties".to_owned() } else { format!("/properties/{part}") });
            let found = schema.pointer(&pointer.collect::<String>());
            assert!(found.and_then(|value| value["description"].as_str()).is_some_and(|text| text.starts_with(key.doc)), "{}", key.path);
        }
        assert_eq!(schema["properties"]["feeds"]["properties"]["entries"]["default"], 20);
        assert_eq!(schema["properties"]["site"]["additionalProperties"], false);
    }

    #[test]
    fn the_reference_has_a_row_of_four_cells_for_every_key() {
        let reference = reference();
        assert_eq!(reference.lines().count(), KEYS.len() + 2);
        assert!(reference.lines().all(|line| line.matches('|').count() == 5), "{reference}");
    }
}
