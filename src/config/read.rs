//! Reads the file and the environment key by key and collects every finding.

use super::index::{Index, Spot};
use super::keys::{self, Found, Key};
use super::neighbours::{Beside, Layer, Said, Unread, layer};
use super::origin::{self, Origin, Setting};
use super::settings::{Conflict, Values, path_of};
use super::syntax::{self, Document};
use super::values::{self, Fault, Value};
use super::{codes, environment, permalink, secrets};
use crate::diagnostic::{Diagnostic, Place, Severity, Source, Span};
use crate::model::{CodeSettings, Habits, LanguagesBy, Named, NamedFeed, Settings, Shortcode, ValidateSettings};
use crate::text::language::normalize;
use crate::text::short::first;
use crate::text::suggest::did_you_mean;
use crate::tree::{Map, Node};
use std::collections::BTreeMap;

/// The longest message or advice, in characters: a value of a whole page helps nobody.
const LONGEST: usize = 300;
/// After so many findings the rest of a configuration is not looked at: it is something else.
const MOST: usize = 100;

/// What lies around a site's own configuration.
#[derive(Debug, Default)]
pub struct Surroundings {
    /// There are no settings if anything is an error.
    pub settings: Option<Settings>,
    /// What is wrong.
    pub findings: Vec<Diagnostic>,
    /// Where each setting comes from.
    pub origins: Vec<Setting>,
    /// The generator whose configuration counts.
    pub generator: Option<&'static str>,
    /// Its keys that are not read.
    pub unread: Vec<Unread>,
}

/// Reads a configuration. Variables of the environment override it. There are no settings if anything is an error.
#[must_use]
pub fn read(source: Source<'_>, environment: &[(String, String)]) -> (Option<Settings>, Vec<Diagnostic>) {
    let read = read_all(Some(source), None, environment);
    (read.settings, read.findings)
}

/// Reads the configuration of a site, where it has one, and below it that of the generator beside it: the first that `site.from` allows.
#[must_use]
pub fn read_site(source: Option<Source<'_>>, beside: &[Beside<'_>], environment: &[(String, String)]) -> Surroundings {
    read_all(source, Some(beside), environment)
}

fn read_all(given: Option<Source<'_>>, beside: Option<&[Beside<'_>]>, environment: &[(String, String)]) -> Surroundings {
    let source = given.unwrap_or(Source::new("postrider.yaml", ""));
    let source = Source::new(source.path, source.text.strip_prefix('\u{feff}').unwrap_or(source.text));
    let mut reading = Reading {
        source,
        index: Index::default(),
        doubted: Vec::new(),
        values: Values::default(),
        overridden: BTreeMap::new(),
        layered: BTreeMap::new(),
        habits: Habits::default(),
        told: Vec::new(),
        found: Vec::new(),
    };
    reading.read_file();
    reading.read_environment(environment);
    let layer = beside.and_then(|beside| reading.choose(beside)).map(layer);
    let mut around = Surroundings::default();
    if let Some(mut layer) = layer {
        around.generator = Some(layer.generator);
        around.unread = std::mem::take(&mut layer.unread);
        // Who wrote a configuration of ours, and asked for no other, counts on our defaults.
        let is_asked = given.is_none() || reading.values.given.contains_key(&path_of("site.from"));
        reading.read_layer(layer, is_asked);
    }
    around.origins = origin::list(&reading.values, &reading.origins());
    around.origins.append(&mut reading.told);
    (around.settings, around.findings) = reading.finish();
    around
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
    /// The keys that the neighbour's configuration fills, with the place and the key there.
    layered: BTreeMap<Vec<String>, (Place, String)>,
    habits: Habits,
    /// What else it says.
    told: Vec<Setting>,
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

    /// Returns the neighbour whose configuration counts.
    fn choose<'b, 'f>(&mut self, beside: &'b [Beside<'f>]) -> Option<&'b Beside<'f>> {
        let from = match self.values.given.get(&path_of("site.from")) {
            Some(Value::Text(from)) => from.clone(),
            _ => "auto".to_owned(),
        };
        match from.as_str() {
            "none" => None,
            "auto" => beside.iter().find(|site| site.is_likely),
            name => {
                let found = beside.iter().find(|site| site.neighbour.name.eq_ignore_ascii_case(name));
                if found.is_none() {
                    let place = self.place(&path_of("site.from"), false);
                    let message = format!("`site.from` is `{name}`, and no configuration of {name} is beside this one");
                    let help = "write `auto`, or `none`";
                    self.push(Diagnostic::new(&codes::BAD_VALUE, message).at(place).help(help));
                }
                found
            }
        }
    }

    /// Puts what the neighbour says below what is given; what it does without saying so only where it `is_asked` for.
    fn read_layer(&mut self, layer: Layer, is_asked: bool) {
        for mut found in layer.found {
            found.severity = if is_asked { found.severity } else { Severity::Warning };
            self.push(found);
        }
        for (key, place, message) in layer.doubts {
            if !is_asked || self.values.given.contains_key(&path_of(key)) {
                continue;
            }
            let mut finding = Diagnostic::new(&codes::SITE_VALUE, message).at(place);
            finding.severity = Severity::Error;
            self.push(finding.help(format!("set `{key}` in postrider.yaml to what is right for your posts")));
        }
        self.habits.generator = layer.generator;
        self.habits.source = layer.source;
        self.habits.includes = layer.includes;
        self.habits.attachments = layer.attachments;
        self.habits.site_values = layer.site_values;
        let usual = layer.usual.into_iter().filter(|_| is_asked);
        for said in layer.said.into_iter().chain(usual) {
            if self.values.given.contains_key(&said.ours) || self.values.beneath.contains_key(&said.ours) {
                continue;
            }
            if let [group, name] = said.ours.as_slice()
                && group == "languages"
            {
                if self.values.groups.insert(said.ours.clone()) {
                    self.habits.languages.push(normalize(name).unwrap_or_else(|| name.clone()));
                    self.layered.insert(said.ours, (said.place, said.theirs));
                }
                continue;
            }
            self.read_said(said, is_asked);
        }
        self.values.add_named_formats();
        if !self.values.given.contains_key(&path_of("permalink")) {
            for said in layer.permalinks {
                let Node::Text(pattern) = &said.node else { continue };
                match permalink::check(pattern) {
                    Ok(pattern) => {
                        let section = said.ours.concat();
                        let origin = Origin::Neighbour(said.place, said.theirs);
                        self.told.push(Setting { key: format!("permalink in {section}/"), value: pattern.clone(), origin });
                        self.habits.permalinks.push((section, pattern));
                    }
                    Err((message, help)) => self.report_said(&said, message, Some(help), is_asked),
                }
            }
        }
        self.habits.feeds_off = layer.feeds_off;
        let tag = |(folder, name): (String, String)| (folder, normalize(&name).unwrap_or(name));
        self.habits.language_folders = layer.language_folders.into_iter().map(tag).collect();
        self.habits.values_in = layer.values_in;
        self.habits.utc_timestamps = layer.utc_timestamps;
        let is_free = |feed: &NamedFeed| !self.values.given.contains_key(&path_of(&format!("feeds.by.{}", feed.taxonomy.name())));
        self.habits.named_feeds = layer.named_feeds.into_iter().filter(is_free).collect();
        // Slugs belong to its addresses.
        if is_asked || self.layered.contains_key(&path_of("permalink")) {
            self.habits.slugs = layer.slugs;
            self.habits.slug_rules = layer.slug_rules;
            // A permalink that names the language is for all of them.
            let is_for_all = matches!(self.values.given.get(&path_of("permalink")), Some(super::values::Value::Text(pattern)) if pattern.contains(":lang"));
            if let Some(said) = layer.other_languages.filter(|_| !is_for_all)
                && let Node::Text(pattern) = &said.node
                && let Ok(pattern) = permalink::check(pattern)
            {
                self.told.push(Setting {
                    key: "permalink in other languages".to_owned(),
                    value: pattern.clone(),
                    origin: if said.theirs.is_empty() { Origin::Usual } else { Origin::Neighbour(said.place, said.theirs) },
                });
                self.habits.other_languages = Some(pattern);
            }
        }
        if is_asked {
            self.habits.metadata = layer.metadata;
            self.habits.dates = layer.dates;
            if let Some((typography, said)) = layer.typography {
                self.tell("typography", said);
                self.habits.typography = typography;
            }
            if let Some(said) = layer.emoji {
                self.tell("emoji", said);
                self.habits.typography.emoji = true;
            }
            for own in layer.hugo.iter().flat_map(|hugo| &hugo.taxonomies) {
                self.told.push(Setting { key: format!("feeds by {}", own.name), value: own.path.clone(), origin: Origin::Usual });
            }
            self.habits.hugo = layer.hugo;
            self.habits.ids = layer.ids;
            self.habits.self_as_id = layer.self_as_id;
            // Who gives languages paths wants feeds by them.
            let is_given = self.values.given.keys().any(|key| key.first().is_some_and(|group| group == "languages"));
            self.habits.languages_by = if is_given { LanguagesBy::Post } else { layer.languages_by };
            self.put_main_folder(layer.main_folder);
        }
    }

    /// Tells of a habit.
    fn tell(&mut self, key: &str, said: Said) {
        let value = said.node.text().unwrap_or_default();
        let origin = if said.theirs.is_empty() { Origin::Usual } else { Origin::Neighbour(said.place, said.theirs) };
        self.told.push(Setting { key: key.to_owned(), value, origin });
    }

    /// Puts the main language below its folder, unless the address that is given ends in it.
    fn put_main_folder(&mut self, folder: String) {
        let is_given = matches!(self.values.given.get(&path_of("site.url")), Some(Value::Url(url)) if url.path().ends_with(&folder));
        if !folder.is_empty() && !is_given {
            self.told.push(Setting { key: "path of the main language".to_owned(), value: folder.clone(), origin: Origin::Usual });
            self.habits.main_folder = folder;
        }
    }

    fn read_said(&mut self, said: Said, is_asked: bool) {
        let Some(Found::Leaf(key)) = keys::find(&said.ours) else { return };
        if holds_password(&said.node) {
            return self.report_said(&said, "a URL holds a password".to_owned(), None, is_asked);
        }
        match values::check(key, &said.node, None) {
            Ok(value) => {
                self.values.beneath.insert(said.ours.clone(), value);
                // What it does where nobody says anything has no key of its own.
                if !said.theirs.is_empty() {
                    self.values.said.insert(said.ours.clone());
                }
                self.layered.insert(said.ours, (said.place, said.theirs));
            }
            // Without an address or with wrong ones nothing that is published is right.
            Err(faults) => {
                let is_grave = is_asked && matches!(key.path, "site.url" | "permalink");
                for fault in faults {
                    self.report_said(&said, fault.message, fault.help, is_grave);
                }
            }
        }
    }

    fn report_said(&mut self, said: &Said, message: String, help: Option<String>, is_grave: bool) {
        let mut finding = Diagnostic::new(&codes::SITE_VALUE, message).at(said.place.clone());
        finding.severity = if is_grave { Severity::Error } else { finding.severity };
        let key = if keys::find(&said.ours).is_some() { said.ours.join(".") } else { "permalink".to_owned() };
        let ours = format!("or set `{key}` in postrider.yaml");
        self.push(finding.help(help.map_or_else(|| ours.clone(), |help| format!("{help}, {ours}"))));
    }

    /// Returns where each key that has a value got it.
    fn origins(&self) -> BTreeMap<Vec<String>, Origin> {
        let given = self.values.given.keys().map(|path| match self.overridden.get(path) {
            Some(place) => (path.clone(), Origin::Environment(place.clone())),
            None => (path.clone(), Origin::File(self.place(path, true))),
        });
        let beneath = self.layered.iter().filter(|(path, _)| self.values.beneath.contains_key(*path));
        let beneath = beneath.map(|(path, (place, theirs))| {
            let origin = if theirs.is_empty() { Origin::Usual } else { Origin::Neighbour(place.clone(), theirs.clone()) };
            (path.clone(), origin)
        });
        given.chain(beneath).collect()
    }

    fn finish(mut self) -> (Option<Settings>, Vec<Diagnostic>) {
        let mut settings = self.values.settings();
        if let Some(settings) = &mut settings {
            settings.validate = self.validate();
            settings.shortcodes = self.shortcodes();
            settings.habits = std::mem::take(&mut self.habits);
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

    /// Returns the templates of shortcodes, in the order of their names.
    fn shortcodes(&self) -> Vec<Shortcode> {
        let above = path_of("content.shortcodes");
        let own = self.values.given.iter().filter(|(path, _)| path.len() == 3 && path.starts_with(&above));
        let shortcode = |(path, value): (&Vec<String>, &Value)| {
            let Value::Text(template) = value else { return None };
            Some(Shortcode { name: path.last()?.clone(), template: template.clone(), place: self.place(path, false) })
        };
        own.filter_map(shortcode).collect()
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
        let layered = || self.layered.get(path).filter(|_| self.index.nth(path, 0).is_none()).map(|(place, _)| place.clone());
        overridden.cloned().or_else(layered).unwrap_or_else(|| match self.index.nearest(path) {
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
