//! Where each setting comes from, for who asks.

use super::keys::KEYS;
use super::settings::{Values, path_of};
use super::values::Value;
use crate::diagnostic::Place;
use std::collections::BTreeMap;

/// The groups of keys of which also the defaults are told: what feeds are made of.
const TOLD: [&str; 6] = ["site.", "posts", "exclude", "permalink", "output", "feeds."];

/// Where a setting comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// A variable of the environment.
    Environment(Place),
    /// postrider.yaml.
    File(Place),
    /// The configuration of the site's generator: where, and under which key.
    Neighbour(Place, String),
    /// What the site's generator does where its configuration says nothing.
    Usual,
    /// Our own default.
    Default,
}

/// A setting with its value as people write it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// The key, with dots.
    pub key: String,
    /// Its value.
    pub value: String,
    /// Where it comes from.
    pub origin: Origin,
}

/// Lists every setting that is not left open.
pub(super) fn list(values: &Values, origins: &BTreeMap<Vec<String>, Origin>) -> Vec<Setting> {
    let value = |path: &Vec<String>| values.given.get(path).or_else(|| values.beneath.get(path)).map(shown);
    let mut settings = Vec::new();
    for key in KEYS {
        let fits = |path: &&Vec<String>| {
            path.len() == key.path.split('.').count()
                && key.path.split('.').zip(path.iter()).all(|(part, name)| part == "*" || part == name)
        };
        let before = settings.len();
        for (path, origin) in origins.iter().filter(|(path, _)| fits(path)) {
            settings.extend(value(path).map(|value| Setting { key: path.join("."), value, origin: origin.clone() }));
        }
        let is_told = TOLD.iter().any(|told| key.path.starts_with(told)) && !key.default.is_empty();
        if settings.len() == before && is_told && values.get(key.path).is_some() && !origins.contains_key(&path_of(key.path)) {
            settings.push(Setting { key: key.path.to_owned(), value: key.default.to_owned(), origin: Origin::Default });
        }
    }
    settings
}

/// Returns a value as it is written in YAML, nearly.
fn shown(value: &Value) -> String {
    match value {
        Value::Text(text) if text.is_empty() => "false".to_owned(),
        Value::Text(text) => text.clone(),
        Value::Texts(texts) => format!("[{}]", texts.join(", ")),
        Value::Flag(flag) => flag.to_string(),
        Value::Number(number) => number.map_or_else(|| "all".to_owned(), |number| number.to_string()),
        Value::Url(url) => url.to_string(),
        Value::Timezone(zone) => zone.to_string(),
        Value::Authors(authors) => authors.iter().map(|author| author.name.as_str()).collect::<Vec<_>>().join(", "),
    }
}
