//! A neighbour's configuration file in YAML, TOML, JSON or Python, or the template of its feed: its values, and where each key stands.

use super::{feed_template, python, script};
use crate::config::codes;
use crate::config::index::Index;
use crate::config::secrets;
use crate::diagnostic::{Diagnostic, Place, Source, Span};
use crate::tree::{self, Map, Node};
use std::collections::BTreeMap;
use toml::de::{DeTable, DeValue};

/// A file that was read.
pub(super) struct Document<'a> {
    source: Source<'a>,
    pub(super) map: Map,
    marks: Marks,
}

/// Where keys stand.
enum Marks {
    Lines(Index),
    Spans(BTreeMap<Vec<String>, Span>),
}

impl<'a> Document<'a> {
    /// Reads a file; its ending says which language it is in.
    pub(super) fn read(source: Source<'a>) -> (Self, Vec<Diagnostic>) {
        let empty = |source| Document { source, map: Map::new(), marks: Marks::Spans(BTreeMap::new()) };
        // Of a template only the front matter is read; its lines stay where they are.
        let end = || source.text.match_indices("\n---").next().map_or(0, |(end, _)| end);
        let source = if is_template(source.path) { Source::new(source.path, &source.text[..end()]) } else { source };
        let refusal = if is_program(source.path) || is_feed(source.path) { None } else { tree::refuse(source.text) };
        if let Some(refusal) = refusal {
            let message = format!("`{}` {}", source.path, refusal.reason);
            let found = Diagnostic::new(&codes::SITE_SYNTAX, message).at(secrets::place(source, refusal.span)).help(refusal.help);
            return (empty(source), vec![found]);
        }
        let ending = source.path.rsplit('.').next().unwrap_or_default();
        let (node, marks, found) = match ending {
            "toml" => toml(source),
            "json" => json(source),
            "py" => python(source),
            "xml" => feed(source),
            _ if is_script(source.path) => script(source),
            _ => yaml(source),
        };
        let map = if let Node::Map(map) = node { map } else { Map::new() };
        (Document { source, map, marks }, found)
    }

    /// Returns whether it is a program, of which only literals are read.
    pub(super) fn is_program(&self) -> bool {
        is_program(self.source.path)
    }

    /// Returns whether every key of it is a setting: a script has keys of many other things.
    pub(super) fn holds_settings_only(&self) -> bool {
        !is_script(self.source.path) && !is_template(self.source.path) && !is_feed(self.source.path)
    }

    /// Returns the place of a key, or of the nearest one around it.
    pub(super) fn place(&self, path: &[String]) -> Place {
        let span = match &self.marks {
            Marks::Lines(index) => index.nearest(path).map(|spot| spot.key.clone()),
            Marks::Spans(spans) => (1..=path.len()).rev().find_map(|length| spans.get(path.get(..length)?).cloned()),
        };
        span.map_or_else(|| Place::file(self.source.path), |span| secrets::place(self.source, span))
    }
}

type Read = (Node, Marks, Vec<Diagnostic>);

fn fault(source: Source<'_>, span: Span, language: &str, message: &str, help: &str) -> Diagnostic {
    let (message, help) = if secrets::is_secret_line(secrets::line_of(source.text, span.start)) {
        (format!("this is not valid {language}"), "check quotes, brackets and indentation here".to_owned())
    } else {
        (format!("this is not valid {language}: {message}"), help.to_owned())
    };
    Diagnostic::new(&codes::SITE_SYNTAX, message).at(secrets::place(source, span)).help(help)
}

fn yaml(source: Source<'_>) -> Read {
    let read = tree::read_yaml(source.text);
    let found = read.faults.iter().map(|found| fault(source, found.span.clone(), "YAML", &found.message, &found.help)).collect();
    let index = Index::new(&read.mended);
    (read.node, Marks::Lines(index), found)
}

fn json(source: Source<'_>) -> Read {
    let (node, found) = match serde_json::from_str(source.text) {
        Ok(node) => (node, Vec::new()),
        Err(error) => {
            let before: usize = source.text.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum();
            let at = source.text.floor_char_boundary(before + error.column().saturating_sub(1));
            (Node::Null, vec![fault(source, at..at, "JSON", &error.to_string(), "check quotes, commas and brackets here")])
        }
    };
    (node, Marks::Lines(Index::new(source.text)), found)
}

/// Returns whether a path has one of these endings.
pub(super) fn ends_in(path: &str, endings: &[&str]) -> bool {
    path.rsplit_once('.').is_some_and(|(_, ending)| endings.contains(&ending))
}

fn is_script(path: &str) -> bool {
    ends_in(path, &["js", "mjs", "cjs", "ts"])
}

fn is_program(path: &str) -> bool {
    is_script(path) || ends_in(path, &["py"])
}

/// Returns whether a file is the template of a feed, of which its words count.
pub(super) fn is_feed(path: &str) -> bool {
    ends_in(path, &["xml"])
}

/// Returns whether a file is a template, of which the front matter counts.
pub(super) fn is_template(path: &str) -> bool {
    ends_in(path, &["njk", "liquid"])
}

fn script(source: Source<'_>) -> Read {
    let found = script::read(source.text);
    (Node::Map(found.map), Marks::Spans(found.spans), Vec::new())
}

fn feed(source: Source<'_>) -> Read {
    let found = feed_template::read(source.text);
    (Node::Map(found.map), Marks::Spans(found.spans), Vec::new())
}

fn python(source: Source<'_>) -> Read {
    let found = python::read(source.text);
    (Node::Map(found.map), Marks::Spans(found.spans), Vec::new())
}

fn toml(source: Source<'_>) -> Read {
    let (table, errors) = DeTable::parse_recoverable(source.text);
    // What the parser says behind its first fault is often a consequence of it.
    let first = errors.iter().min_by_key(|error| error.span().map_or(0, |span| span.start));
    let found = first.map(|error| {
        let span = error.span().unwrap_or(0..0);
        let start = source.text.floor_char_boundary(span.start.min(source.text.len()));
        let message = error.message().lines().next().unwrap_or_default();
        fault(source, start..start, "TOML", message, "check quotes, brackets and the form `key = value` here")
    });
    let mut spans = BTreeMap::new();
    let map = table_of(table.get_ref(), &mut Vec::new(), &mut spans);
    (Node::Map(map), Marks::Spans(spans), found.into_iter().collect())
}

fn table_of(table: &DeTable<'_>, path: &mut Vec<String>, spans: &mut BTreeMap<Vec<String>, Span>) -> Map {
    let mut entries: Vec<_> = table.iter().collect();
    entries.sort_by_key(|(key, _)| key.span().start);
    let mut map = Map::new();
    for (key, value) in entries {
        path.push(key.get_ref().to_string());
        spans.insert(path.clone(), key.span());
        map.push((key.get_ref().to_string(), value_of(value.get_ref(), path, spans)));
        path.pop();
    }
    map
}

fn value_of(value: &DeValue<'_>, path: &mut Vec<String>, spans: &mut BTreeMap<Vec<String>, Span>) -> Node {
    match value {
        DeValue::String(text) => Node::Text(text.to_string()),
        DeValue::Integer(number) => Node::Number(number.to_string()),
        DeValue::Float(number) => Node::Number(number.to_string()),
        DeValue::Boolean(flag) => Node::Bool(*flag),
        DeValue::Datetime(date) => Node::Text(date.to_string()),
        DeValue::Array(items) => {
            let mut list = Vec::new();
            for (at, item) in items.iter().enumerate() {
                path.push(at.to_string());
                spans.insert(path.clone(), item.span());
                list.push(value_of(item.get_ref(), path, spans));
                path.pop();
            }
            Node::List(list)
        }
        DeValue::Table(table) => Node::Map(table_of(table, path, spans)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_key_is_found_where_it_stands_in_every_language() {
        for (path, text) in [
            ("_config.yml", "a: 1\nfeed:\n  path: x.xml\n"),
            ("hugo.toml", "a = 1\n[feed]\npath = 'x.xml'\n"),
            ("hugo.json", "{\n\t\"a\": 1,\n\t\"feed\": {\"path\": \"x.xml\"}}"),
        ] {
            let (document, found) = Document::read(Source::new(path, text));
            assert_eq!(found, [], "{path}");
            let node = tree::get(&document.map, "feed").and_then(|feed| feed.step("path"));
            assert_eq!(node, Some(&Node::Text("x.xml".into())), "{path}");
            assert_eq!(document.place(&["feed".to_owned(), "path".to_owned()]).start.line, 3, "{path}");
            assert_eq!(
                document.place(&["feed".to_owned(), "else".to_owned()]).start.line,
                if path == "_config.yml" { 2 } else { document.place(&["feed".to_owned()]).start.line }
            );
        }
    }

    #[test]
    fn a_fault_is_told_with_its_line_and_what_is_right_is_read() {
        for (path, text, line) in
            [("_config.yml", "a: 1\nb: [x\nc: 2\n", 2), ("hugo.toml", "a = 1\nb = x\n", 2), ("hugo.json", "{\"a\": 1,\n\"b\": x}", 2)]
        {
            let (_, found) = Document::read(Source::new(path, text));
            let lines: Vec<u32> = found.iter().filter_map(|found| Some(found.place.as_ref()?.start.line)).collect();
            assert_eq!(lines, [line], "{path}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "[a-c:=\\-\\[\\]{}\"'|>#., \n\r\tä]{0,60}", ending in "(yml|toml|json)") {
            let path = format!("x.{ending}");
            let (document, _) = Document::read(Source::new(&path, &text));
            document.place(&["a".to_owned(), "b".to_owned()]);
        }
    }
}
