//! Reads the file and the environment key by key and collects every finding.

use super::index::{Index, Spot};
use super::keys::{self, Found, Key};
use super::settings::{Conflict, Values, path_of};
use super::syntax::{self, Document};
use super::values::{self, Fault, Value};
use super::{codes, environment, secrets};
use crate::diagnostic::{Diagnostic, Place, Source, Span};
use crate::model::{CodeSettings, Named, Settings, ValidateSettings};
use crate::text::short::first;
use crate::text::suggest::did_you_mean;
use crate::tree::{Map, Node};
use std::collections::BTreeMap;

/// The longest message or advice, in characters: a value of a whole page helps nobody.
const LONGEST: usize = 300;
/// After so many findings the rest of a configuration is not looked at: it is something else.
const MOST: usize = 100;

/// Reads a configuration. Variables of the environment override it. There are no settings if anything is an error.
#[must_use]
pub fn read(source: Source<'_>, environment: &[(String, String)]) -> (Option<Settings>, Vec<Diagnostic>) {
    let source = Source::new(source.path, source.text.strip_prefix('\u{feff}').unwrap_or(source.text));
    let mut reading = Reading {
        source,
        index: Index::default(),
        doubted: Vec::new(),
        values: Values::default(),
        overridden: BTreeMap::new(),
        found: Vec::new(),
    };
    reading.read_file();
    reading.read_environment(environment);
    reading.finish()
}

/// Returns the settings of a site without a configuration file.
#[must_use]
pub fn defaults(environment: &[(String, String)]) -> (Option<Settings>, Vec<Diagnostic>) {
    read(Source::new("postrider.yaml", ""), environment)
}

struct Reading<'a> {
    source: Source<'a>,
    index: Index,
    /// Values that YAML could not read: that they are missing is no second fault.
    doubted: Vec<Span>,
    values: Values,
    /// The keys that the environment sets, with the place of the variable.
    overridden: BTreeMap<Vec<String>, Place>,
    found: Vec<Diagnostic>,
}

impl Reading<'_> {
    fn read_file(&mut self) {
        let Document { node, mended, doubted, found } = syntax::parse(self.source);
        let is_read = found.is_empty();
        self.found.extend(found);
        self.index = Index::new(&mended);
        self.doubted = doubted;
        match node {
            Node::Null => {}
            Node::Map(entries) => self.read_mapping(&[], &entries),
            // What is left of a text with faults may be anything.
            _ if !is_read => {}
            other => {
                let message = format!("the configuration is {}, not a mapping of keys", other.kind());
                self.found.push(
                    Diagnostic::new(&codes::WRONG_TYPE, message)
                        .at(secrets::place(self.source, 0..0))
                        .help("write for example `site: {title: Notes}`"),
                );
            }
        }
    }

    fn read_mapping(&mut self, above: &[String], entries: &Map) {
        let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
        for (name, value) in entries {
            if self.found.len() >= MOST {
                return;
            }
            if name.is_empty() {
                self.report_nameless_key(above);
                continue;
            }
            let mut path = above.to_vec();
            path.push(name.clone());
            let times = seen.entry(name).or_insert(0);
            *times += 1;
            match *times {
                1 => self.read_key(&path, value),
                times => self.report_duplicate(&path, times - 1),
            }
        }
    }

    fn read_key(&mut self, path: &[String], value: &Node) {
        match keys::find(path) {
            None => self.report_unknown(path),
            // A key without a value is a key left out.
            Some(Found::Leaf(_)) if *value == Node::Null => {}
            Some(Found::Leaf(key)) => self.read_value(key, path, value),
            Some(Found::Group) => self.read_group(path, value),
        }
    }

    fn read_group(&mut self, path: &[String], value: &Node) {
        self.values.groups.insert(path.to_vec());
        match value {
            Node::Null => {}
            Node::Map(entries) => self.read_mapping(path, entries),
            other => {
                let names = keys::names_below(path);
                let help = if names.is_empty() {
                    "write one key to a line below it".to_owned()
                } else {
                    format!("write keys below it: {}", list(&names))
                };
                let message = format!("`{}` takes a mapping, not {}", path.join("."), other.kind());
                let place = self.place(path, false);
                self.push(Diagnostic::new(&codes::WRONG_TYPE, message).at(place).help(help));
            }
        }
    }

    fn read_value(&mut self, key: &'static Key, path: &[String], value: &Node) {
        if holds_password(value) {
            return self.report_password(path, "the password of a URL");
        }
        let raw =
            self.index.nth(path, 0).and_then(|spot| self.source.text.get(spot.value.clone())).filter(|raw| !raw.starts_with(['"', '\'']));
        match values::check(key, value, raw) {
            Ok(value) => {
                self.values.given.insert(path.to_vec(), value);
            }
            Err(faults) => faults.into_iter().take(MOST).for_each(|fault| self.report_fault(path, fault)),
        }
    }

    fn read_environment(&mut self, environment: &[(String, String)]) {
        let mut variables: Vec<&(String, String)> = environment.iter().filter(|(_, value)| !value.trim().is_empty()).collect();
        variables.sort();
        for (name, text) in variables {
            match environment::key_of(name) {
                Some(key) => self.read_variable(key, name, text),
                None => self.report_variable(name),
            }
        }
    }

    fn read_variable(&mut self, key: &'static Key, name: &str, text: &str) {
        let node = environment::node(key.kind, text);
        let path = path_of(key.path);
        self.overridden.insert(path.clone(), Place::file(format!("environment variable {name}")));
        if holds_password(&node) {
            return self.report_password(&path, "the password of a URL");
        }
        match values::check(key, &node, Some(text)) {
            Ok(value) => {
                self.values.given.insert(path, value);
            }
            Err(faults) => faults.into_iter().for_each(|fault| self.report_fault(&path, fault)),
        }
    }

    fn finish(mut self) -> (Option<Settings>, Vec<Diagnostic>) {
        let mut settings = self.values.settings();
        if let Some(settings) = &mut settings {
            settings.validate = self.validate();
            for conflict in self.values.conflicts(settings).into_iter().take(MOST) {
                self.report_conflict(conflict);
            }
        }
        self.found.sort_by(|a, b| a.sort_key().cmp(&b.sort_key()));
        let failed = self.found.iter().any(Diagnostic::is_error);
        (settings.filter(|_| !failed), self.found)
    }

    /// Returns `validate:`, with the place of each name.
    fn validate(&self) -> ValidateSettings {
        let root = path_of("validate");
        let paths = self.values.groups.iter().filter(|path| path.len() == 3 && path.starts_with(&path_of("validate.paths")));
        let paths = paths.map(|path| {
            let name = path.last().cloned().unwrap_or_default();
            (Named { name, place: self.place(path, true) }, self.codes(path))
        });
        ValidateSettings { codes: self.codes(&root), paths: paths.collect() }
    }

    /// Returns what a key says of findings.
    fn codes(&self, above: &[String]) -> CodeSettings {
        let names = |key: &str| {
            let path = [above, &[key.to_owned()]].concat();
            let Some(Value::Texts(names)) = self.values.given.get(&path) else { return Vec::new() };
            let placed = |(at, name): (usize, &String)| {
                // One name stands at the key itself, several below it by their numbers.
                let below = [path.as_slice(), &[at.to_string()]].concat();
                Named { name: name.clone(), place: self.place(&below, false) }
            };
            names.iter().enumerate().map(placed).collect()
        };
        let profile = match self.values.given.get(&[above, &["profile".to_owned()]].concat()) {
            Some(Value::Text(name)) => Some(name.clone()),
            _ => None,
        };
        CodeSettings { profile, allow: names("allow"), deny: names("deny") }
    }

    /// Returns the place of a key or of its value, or of the nearest key above.
    fn place(&self, path: &[String], at_key: bool) -> Place {
        let overridden = (1..=path.len()).rev().find_map(|length| self.overridden.get(path.get(..length)?));
        let of = |spot: &Spot| if at_key { spot.key.clone() } else { spot.value.clone() };
        overridden.cloned().unwrap_or_else(|| match self.index.nearest(path) {
            Some(spot) => secrets::place(self.source, of(spot)),
            None => Place::file(self.source.path),
        })
    }

    fn push(&mut self, mut diagnostic: Diagnostic) {
        diagnostic.message = first(&diagnostic.message, LONGEST).into_owned();
        diagnostic.help = diagnostic.help.map(|help| first(&help, LONGEST).into());
        self.found.push(diagnostic);
    }

    fn report_nameless_key(&mut self, above: &[String]) {
        let place = self.place(above, true);
        let message = "a key is nothing, a list or a mapping, not text";
        self.push(
            Diagnostic::new(&codes::WRONG_TYPE, message).at(place).help("write `key: value`; put a value that begins with `{` in quotes"),
        );
    }

    fn report_duplicate(&mut self, path: &[String], nth: usize) {
        let spot = self.index.nth(path, nth).map(|spot| spot.key.clone());
        let place = spot.map_or_else(|| self.place(path, true), |span| secrets::place(self.source, span));
        let first = self.place(path, true).start.line;
        let message = format!("`{}` is written twice", path.join("."));
        self.push(
            Diagnostic::new(&codes::DUPLICATE_KEY, message).at(place).help(format!("remove one of them; the first is in line {first}")),
        );
    }

    fn report_unknown(&mut self, path: &[String]) {
        let name = path.last().map(String::as_str).unwrap_or_default();
        if secrets::is_secret_name(name) {
            return self.report_password(path, &format!("`{}`", path.join(".")));
        }
        let above = path.get(..path.len().saturating_sub(1)).unwrap_or_default();
        let names = keys::names_below(above);
        let elsewhere =
            || keys::KEYS.iter().find(|key| key.path.rsplit('.').next() == Some(name)).map(|key| format!("did you mean `{}`?", key.path));
        let help = did_you_mean(name, names.iter().copied()).or_else(elsewhere).unwrap_or_else(|| format!("use one of {}", list(&names)));
        let place = self.place(path, true);
        self.push(
            Diagnostic::new(&codes::UNKNOWN_KEY, format!("`{}` is no key of the configuration", path.join("."))).at(place).help(help),
        );
    }

    fn report_fault(&mut self, path: &[String], fault: Fault) {
        let mut at = path.to_vec();
        at.extend(fault.below);
        let value = self.index.nth(&at, 0).map(|spot| spot.value.start).filter(|_| !self.overridden.contains_key(path));
        if value.is_some_and(|value| self.doubted.iter().any(|span| span.start == value)) {
            return;
        }
        let diagnostic = Diagnostic::new(fault.code, fault.message).at(self.place(&at, fault.at_key));
        self.push(match fault.help {
            Some(help) => diagnostic.help(help),
            None => diagnostic,
        });
    }

    fn report_conflict(&mut self, conflict: Conflict) {
        let place = self.place(&conflict.path, conflict.at_key);
        self.push(Diagnostic::new(conflict.code, conflict.message).at(place).help(conflict.help));
    }

    /// Reports a secret without showing it: the line is left out.
    fn report_password(&mut self, path: &[String], what: &str) {
        let mut place = self.place(path, true);
        // The value may stand on another line than its key, or the line may not look like one with a secret.
        place.excerpt = String::new();
        place.mark = (0, 0);
        let help = "remove it, and change it if the file was ever published; secrets come from the environment: `POSTRIDER_SMTP_PASSWORD`, `POSTRIDER_LEDGER`";
        self.push(Diagnostic::new(&codes::PASSWORD, format!("{what} stands in the configuration")).at(place).help(help));
    }

    fn report_variable(&mut self, name: &str) {
        if let Some(meant) = environment::nearest(name) {
            let place = Place::file(format!("environment variable {name}"));
            self.push(
                Diagnostic::new(&codes::UNKNOWN_VARIABLE, format!("`{name}` is not read"))
                    .at(place)
                    .help(format!("did you mean `{meant}`?")),
            );
        }
    }
}

/// Returns whether some text in a value is a URL with a password.
fn holds_password(value: &Node) -> bool {
    match value {
        Node::Text(text) => secrets::has_password(text),
        Node::List(items) => items.iter().any(holds_password),
        Node::Map(entries) => entries.iter().any(|(_, value)| holds_password(value)),
        _ => false,
    }
}

fn list(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests;
