//! From the front matter's text to its values, and what is wrong with it.
//!
//! Each format has a reader that names every fault in one run and gives what could be read besides; a text that would
//! stall one is refused before.

use super::codes;
use super::node::{Map, Node};
use super::split::{Delimiter, line, plain_key};
use super::{dialects, json, locate, simple, tables};
use crate::diagnostic::{Code, Diagnostic, Place, Source, Span};
use crate::text::short::shown;
use crate::tree::{self, FaultKind, Yaml, line_around};
pub(super) use crate::tree::{needs_quotes, quote};
use serde::de::{Deserialize, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::borrow::Cow;
use std::fmt;

/// The most faults of one kind in one file that are named.
pub(super) const MOST_FAULTS: usize = 16;
/// How often a text with faults is read at the most.
pub(super) const MOST_READS: usize = 32;

/// Something wrong in the text of the front matter.
pub(super) struct Finding {
    pub(super) code: &'static Code,
    pub(super) span: Span,
    pub(super) message: String,
    pub(super) help: String,
}

/// Reads the front matter at a span of a file. The map holds what could be read, whatever was wrong.
pub(super) fn parse(delimiter: Delimiter, source: Source<'_>, front: &Span) -> (Map, Vec<Diagnostic>) {
    let text = source.text.get(front.clone()).unwrap_or_default();
    let mut faults = Faults { source, start: front.start, removed: Vec::new(), doubted: Vec::new(), found: Vec::new() };
    if let Some(refusal) = tree::refuse(text) {
        faults.push(&codes::COMPLEX_FRONT_MATTER, refusal.span, format!("the front matter {}", refusal.reason), refusal.help);
        return (Map::new(), faults.found);
    }
    let text = without_controls(text, &mut faults);
    let map = match delimiter {
        Delimiter::Yaml => yaml(&text, &mut faults),
        Delimiter::Toml => faults.take(tables::read(&text)),
        Delimiter::Json => faults.take(json::read(&text)),
        Delimiter::Plain => plain(&text),
    };
    let mut map = map;
    report_duplicates(delimiter, &text, &map, &mut faults);
    if !faults.doubted.is_empty() {
        let mut doubts = Doubts { delimiter, text: &text, doubted: &faults.doubted, lookups: MOST_READS };
        for (key, node) in &mut map {
            doubts.forget(&mut vec![key.clone()], node);
        }
    }
    (map, faults.found)
}

/// The findings of one front matter.
struct Faults<'a> {
    source: Source<'a>,
    start: usize,
    /// Where characters were left out, and how many bytes: positions behind them move.
    removed: Vec<Span>,
    /// Where values stood that could not be read.
    doubted: Vec<usize>,
    found: Vec<Diagnostic>,
}

impl Faults<'_> {
    fn push(&mut self, code: &'static Code, span: Span, message: impl Into<String>, help: impl Into<String>) {
        let place = self.place(&span);
        self.found.push(Diagnostic::new(code, message).at(place).help(help));
    }

    /// Adds a reader's findings and returns its values.
    fn take(&mut self, (map, found): (Map, Vec<Finding>)) -> Map {
        let more = found.get(MOST_FAULTS).map(|finding| finding.span.start);
        for finding in found.into_iter().take(MOST_FAULTS) {
            self.doubted.push(finding.span.start);
            self.push(finding.code, finding.span, finding.message, finding.help);
        }
        if let Some(at) = more {
            let help = "mend what is named above it and read it again";
            self.push(&codes::INVALID_FRONT_MATTER, at..at, "there are more faults from here on", help);
        }
        map
    }
}

impl Faults<'_> {
    /// Returns the place of a span of the text that is parsed.
    fn place(&self, span: &Span) -> Place {
        let origin = |mut at: usize| {
            for gone in &self.removed {
                at += if gone.start <= at { gone.len() } else { 0 };
            }
            self.start + at
        };
        self.source.place(origin(span.start)..origin(span.end))
    }
}

/// Removes the characters that no format may hold (YAML 1.1 §5.1) and names them.
fn without_controls<'t>(text: &'t str, faults: &mut Faults<'_>) -> Cow<'t, str> {
    let wrong: Vec<(usize, char)> = tree::controls(text).collect();
    for (at, c) in wrong.iter().take(MOST_FAULTS) {
        let message = format!("the front matter holds the invisible character U+{:04X}, which was left out", u32::from(*c));
        faults.push(&codes::CONTROL_IN_FRONT_MATTER, *at..at + c.len_utf8(), message, "delete it");
    }
    faults.removed = wrong.iter().map(|(at, c)| *at..*at + c.len_utf8()).collect();
    let Some((last, c)) = wrong.last() else { return Cow::Borrowed(text) };
    let mut starts = std::iter::once(0).chain(wrong.iter().map(|(at, c)| at + c.len_utf8()));
    let kept: String = wrong.iter().filter_map(|(end, _)| text.get(starts.next()?..*end)).collect();
    Cow::Owned(kept + &text[last + c.len_utf8()..])
}

// YAML

fn yaml(text: &str, faults: &mut Faults<'_>) -> Map {
    if let Some(map) = simple::read(text) {
        return map;
    }
    let Yaml { node, faults: found, .. } = tree::read_yaml(text);
    let is_read = found.is_empty();
    for fault in found {
        let code = match fault.kind {
            FaultKind::Tab => &codes::TAB_INDENTATION,
            FaultKind::OpenQuote => &codes::UNCLOSED_QUOTE,
            FaultKind::Unquoted => &codes::UNQUOTED_VALUE,
            FaultKind::TooComplex => &codes::COMPLEX_FRONT_MATTER,
            FaultKind::OpenBracket | FaultKind::More | FaultKind::Syntax => &codes::INVALID_FRONT_MATTER,
        };
        let is_engines = fault.kind == FaultKind::Syntax;
        let message = if is_engines { format!("the front matter is not valid YAML: {}", fault.message) } else { fault.message };
        faults.doubted.push(fault.span.start);
        faults.push(code, fault.span, message, fault.help);
    }
    match node {
        Node::Map(map) => return map,
        // What is left of a text with faults may be anything.
        node if is_read && node != Node::Null => {
            let message = format!("the front matter is {}, not keys with values", node.kind());
            let first = line_around(text, text.len() - text.trim_start().len());
            faults.push(&codes::INVALID_FRONT_MATTER, first, message, "write `title: …` and `date: …`, each on its own line");
        }
        _ => {}
    }
    Map::new()
}

/// Returns how a scalar is written in YAML: the same document read once more, with text wanted at the path.
pub(super) fn yaml_spelling(text: &str, path: &[&str]) -> Option<String> {
    Spelling { path }.deserialize(serde_yaml::Deserializer::from_str(text)).ok()?
}

/// Follows a path and reads what it finds there as text.
struct Spelling<'p> {
    path: &'p [&'p str],
}

impl<'de> DeserializeSeed<'de> for Spelling<'_> {
    type Value = Option<String>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        if self.path.is_empty() { String::deserialize(deserializer).map(Some) } else { deserializer.deserialize_any(self) }
    }
}

impl<'de> Visitor<'de> for Spelling<'_> {
    type Value = Option<String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a collection")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut found = None;
        while let Some(key) = map.next_key::<Node>()? {
            let wanted = matches!(&key, Node::Text(key) if self.path.first().is_some_and(|step| step.eq_ignore_ascii_case(key)));
            if wanted && found.is_none() {
                found = map.next_value_seed(Spelling { path: &self.path[1..] })?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(found)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        let wanted: Option<usize> = self.path.first().and_then(|step| step.parse().ok());
        let (mut index, mut found) = (0, None);
        loop {
            if Some(index) == wanted {
                match items.next_element_seed(Spelling { path: &self.path[1..] })? {
                    Some(text) => found = text,
                    None => return Ok(found),
                }
            } else if items.next_element::<IgnoredAny>()?.is_none() {
                return Ok(found);
            }
            index += 1;
        }
    }
}

// Plain blocks

fn plain(text: &str) -> Map {
    let mut map = Map::new();
    let mut at = 0;
    while let Some((range, next)) = line(text, at) {
        let content = &text[range];
        if let Some((key, value)) = plain_key(content) {
            map.push((key.to_owned(), Node::Text(content[value..].trim().to_owned())));
        } else if let Some((_, Node::Text(value))) = map.last_mut() {
            value.push(' ');
            value.push_str(content.trim());
        }
        at = next;
    }
    map.retain(|(_, node)| *node != Node::Text(String::new()));
    map
}

/// Forgets what lost a part: an enclosure is not without a URL because its URL could not be read.
struct Doubts<'a> {
    delimiter: Delimiter,
    text: &'a str,
    doubted: &'a [usize],
    /// How often a value may still be looked up, each time through the whole text.
    lookups: usize,
}

impl Doubts<'_> {
    /// Makes nothing of each mapping at or below a path that has a value which could not be read.
    fn forget(&mut self, path: &mut Vec<String>, node: &mut Node) {
        match node {
            Node::Map(entries) => {
                for (key, value) in &mut *entries {
                    path.push(key.clone());
                    if *value == Node::Null && self.is_doubted(path) {
                        path.pop();
                        *node = Node::Null;
                        return;
                    }
                    self.forget(path, value);
                    path.pop();
                }
            }
            Node::List(items) => {
                for (at, item) in items.iter_mut().enumerate() {
                    path.push(at.to_string());
                    self.forget(path, item);
                    path.pop();
                }
            }
            _ => {}
        }
    }

    fn is_doubted(&mut self, path: &[String]) -> bool {
        let Some(left) = self.lookups.checked_sub(1) else { return false };
        self.lookups = left;
        let path: Vec<&str> = path.iter().map(String::as_str).collect();
        locate::span(self.delimiter, self.text, &path).is_some_and(|span| self.doubted.contains(&span.start))
    }
}

// Duplicates

/// Reports keys that stand twice in one mapping; the engine either hides them or says 1:1.
fn report_duplicates(delimiter: Delimiter, text: &str, map: &Map, faults: &mut Faults<'_>) {
    let mut maps: Vec<&Map> = vec![map];
    let mut found: Vec<&str> = Vec::new();
    while let Some(map) = maps.pop() {
        let mut keys: Vec<&str> = map.iter().map(|(key, _)| key.as_str()).filter(|key| !key.is_empty()).collect();
        keys.sort_unstable();
        found.extend(keys.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| pair[0]));
        for (_, node) in map {
            push_maps(node, &mut maps);
        }
    }
    found.dedup();
    report_spellings(delimiter, text, map, faults);
    for key in found.into_iter().take(MOST_FAULTS) {
        report_duplicate(delimiter, text, key, faults);
    }
}

/// Reports keys that stand twice in different case, where they mean something: `Date` and `date`.
fn report_spellings(delimiter: Delimiter, text: &str, map: &Map, faults: &mut Faults<'_>) {
    if !map.iter().any(|(key, _)| key.bytes().any(|b| b.is_ascii_uppercase())) {
        return;
    }
    for (at, (key, _)) in map.iter().enumerate() {
        let first = map.iter().take(at).map(|(other, _)| other).find(|other| *other != key && other.eq_ignore_ascii_case(key));
        let Some(first) = first.filter(|_| dialects::keys_beside(&key.to_ascii_lowercase()).next().is_some()) else { continue };
        let span = |key: &str| locate::keys(delimiter, text, key).into_iter().next().unwrap_or(0..0);
        let (one, other) = (span(first), span(key));
        let (one, other) = if one.start <= other.start { (one, other) } else { (other, one) };
        let (line, written) = (faults.place(&one).start.line, text.get(other.clone()).unwrap_or(key));
        let message = format!("`{}` stands here a second time, in another case", shown(written));
        faults.push(&codes::DUPLICATE_KEY, other, message, format!("keep this one or the one in line {line}"));
    }
}

fn push_maps<'n>(node: &'n Node, maps: &mut Vec<&'n Map>) {
    match node {
        Node::Map(map) => maps.push(map),
        Node::List(items) => items.iter().for_each(|item| push_maps(item, maps)),
        _ => {}
    }
}

fn report_duplicate(delimiter: Delimiter, text: &str, key: &str, faults: &mut Faults<'_>) {
    let found = locate::keys(delimiter, text, key);
    let first = found.first().map_or(0, |span| faults.place(span).start.line);
    let help = if first > 0 { format!("keep this one or the one in line {first}") } else { "keep one of them".to_owned() };
    let second = found.get(1).or(found.first()).cloned().unwrap_or(0..0);
    faults.push(&codes::DUPLICATE_KEY, second, format!("`{}` stands here a second time", shown(key)), help);
}

#[cfg(test)]
mod tests;
