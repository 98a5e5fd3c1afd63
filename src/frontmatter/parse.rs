//! From the front matter's text to its values, and what is wrong with it.
//!
//! The YAML engine is guarded: some kilobytes of brackets or aliases stall it. Its messages say what its grammar
//! missed; ours say what the author should write, so each fault is looked at again in the text. A line that is wrong
//! is set aside and the rest is read again, so that one run names every fault.

use super::codes;
use super::locate::{self, quoted_end};
use super::node::{Map, Node};
use super::simple;
use super::split::{Delimiter, line, plain_key};
use crate::diagnostic::{Code, Diagnostic, Place, Source, Span};
use serde::de::{Deserialize, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::borrow::Cow;
use std::fmt;
use toml::de::{DeTable, DeValue};

/// The longest front matter; the YAML engine takes seconds for some that is longer.
const LONGEST: usize = 64 * 1024;
/// The deepest nesting: the YAML engine is quadratic in open brackets.
const DEEPEST: usize = 100;
/// The most `*aliases`: each may stand for many kilobytes.
const MOST_ALIASES: usize = 50;
/// The most dashes or question marks in a row, each of which opens a nested block.
const MOST_DASHES: usize = 50;
/// The most faults of one file's YAML that are looked for.
const MOST_FAULTS: usize = 8;

/// Reads the front matter at a span of a file. The map holds what could be read, whatever was wrong.
pub(super) fn parse(delimiter: Delimiter, source: Source<'_>, front: &Span) -> (Map, Vec<Diagnostic>) {
    let text = source.text.get(front.clone()).unwrap_or_default();
    let mut faults = Faults { source, start: front.start, removed: Vec::new(), found: Vec::new() };
    if let Some((span, message, help)) = too_complex(text) {
        faults.push(&codes::COMPLEX_FRONT_MATTER, span, message, help);
        return (Map::new(), faults.found);
    }
    let text = without_controls(text, &mut faults);
    let map = match delimiter {
        Delimiter::Yaml => yaml(&text, &mut faults),
        Delimiter::Toml => toml(&text, &mut faults),
        Delimiter::Json => json(&text, &mut faults),
        Delimiter::Plain => plain(&text),
    };
    report_duplicates(delimiter, &text, &map, &mut faults);
    (map, faults.found)
}

/// The findings of one front matter.
struct Faults<'a> {
    source: Source<'a>,
    start: usize,
    /// Where characters were left out, and how many bytes: positions behind them move.
    removed: Vec<Span>,
    found: Vec<Diagnostic>,
}

impl Faults<'_> {
    fn push(&mut self, code: &'static Code, span: Span, message: impl Into<String>, help: impl Into<String>) {
        let place = self.place(&span);
        self.found.push(Diagnostic::new(code, message).at(place).help(help));
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

/// Says why a text is not given to a parser at all.
fn too_complex(text: &str) -> Option<(Span, String, &'static str)> {
    if text.len() > LONGEST {
        let help = "keep the front matter below 64 KB and move long texts into the body";
        return Some((0..0, format!("the front matter has {} bytes, more than 64 KB", text.len()), help));
    }
    let (mut depth, mut anchors, mut aliases, mut dashes, mut before) = (0usize, false, 0, 0, b' ');
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth = depth.saturating_sub(1),
            b'&' | b'*' if matches!(before, b' ' | b'\t' | b'\n' | b'\r' | b'[' | b',' | b'{') => {
                anchors |= byte == b'&';
                aliases += usize::from(byte == b'*');
            }
            b'-' | b'?' if before.is_ascii_whitespace() => dashes += 1,
            b' ' | b'\t' => {}
            _ => dashes = 0,
        }
        before = byte;
        if depth > DEEPEST || dashes > MOST_DASHES {
            return Some((at..at + 1, "the front matter is nested too deeply".to_owned(), "keep it below 50 levels"));
        }
        if anchors && aliases > MOST_ALIASES {
            return Some((at..at + 1, format!("the front matter has more than {MOST_ALIASES} aliases"), "write the values out"));
        }
    }
    None
}

/// Removes the characters that no format may hold (YAML 1.1 §5.1) and names them.
fn without_controls<'t>(text: &'t str, faults: &mut Faults<'_>) -> Cow<'t, str> {
    let is_suspect = |b: u8| b < 0x20 && !matches!(b, b'\t' | b'\n' | b'\r') || matches!(b, 0x7f | 0xc2 | 0xef);
    if !text.bytes().any(is_suspect) {
        return Cow::Borrowed(text);
    }
    let is_wrong =
        |c: char| c.is_control() && !matches!(c, '\t' | '\n' | '\r' | '\u{85}') || matches!(c, '\u{fffe}' | '\u{ffff}' | '\u{feff}');
    let wrong: Vec<(usize, char)> = text.char_indices().filter(|(_, c)| is_wrong(*c)).collect();
    for (at, c) in wrong.iter().take(MOST_FAULTS) {
        let message = format!("the front matter holds the invisible character U+{:04X}, which was left out", u32::from(*c));
        faults.push(&codes::CONTROL_IN_FRONT_MATTER, *at..at + c.len_utf8(), message, "delete it");
    }
    faults.removed = wrong.iter().map(|(at, c)| *at..*at + c.len_utf8()).collect();
    if wrong.is_empty() { Cow::Borrowed(text) } else { Cow::Owned(text.replace(is_wrong, "")) }
}

// YAML

fn yaml(text: &str, faults: &mut Faults<'_>) -> Map {
    if let Some(map) = simple::read(text) {
        return map;
    }
    let mut text = Cow::Borrowed(text);
    for _ in 0..MOST_FAULTS {
        let error = match serde_yaml::from_str::<Node>(&text) {
            Ok(Node::Map(map)) => return map,
            Ok(Node::Null) => return Map::new(),
            Ok(node) => {
                let message = format!("the front matter is {}, not keys with values", node.kind());
                let first = line_around(&text, text.len() - text.trim_start().len());
                faults.push(&codes::INVALID_FRONT_MATTER, first, message, "write `title: …` and `date: …`, each on its own line");
                return Map::new();
            }
            Err(error) => error,
        };
        let at = describe_yaml(&text, &error, faults);
        let entry = entry_around(&text, at);
        if at == text.len() || text[entry.clone()].trim().is_empty() {
            break;
        }
        let blank: String = text[entry.clone()].bytes().map(|b| if matches!(b, b'\n' | b'\r') { char::from(b) } else { ' ' }).collect();
        text.to_mut().replace_range(entry, &blank);
    }
    Map::new()
}

/// Reports what is wrong and returns where.
fn describe_yaml(text: &str, error: &serde_yaml::Error, faults: &mut Faults<'_>) -> usize {
    let message = error.to_string();
    if message.contains("limit exceeded") {
        let help = "keep it flat and write the values of aliases out";
        faults.push(&codes::COMPLEX_FRONT_MATTER, 0..0, format!("the front matter is too complex: {message}"), help);
        return text.len();
    }
    // The engine counts characters.
    let index = error.location().map_or(0, |location| location.index());
    let at = text.char_indices().nth(index).map_or(text.len(), |(at, _)| at);
    let mut lines: Vec<Span> = vec![line_around(text, at)];
    lines.extend(mentioned_lines(&message).filter_map(|number| nth_line(text, number)));
    lines.extend(text[..lines[0].start].trim_end().len().checked_sub(1).map(|before| line_around(text, before)));
    for range in &lines {
        if let Some((code, span, message, help)) = suspect(text, range) {
            let start = span.start;
            faults.push(code, span, message, help);
            return start;
        }
    }
    let what = message.split(" at line ").next().unwrap_or_default().split(" at position ").next().unwrap_or_default();
    let mut span = at..at + text[at..].chars().next().map_or(0, char::len_utf8);
    // Where the end comes too early, the last line that says something is the one to look at.
    if text[at..].trim().is_empty() {
        let end = text.trim_end().len();
        span = line_around(text, end).start..end;
    }
    let start = span.start;
    let help = advice(text, &message, &lines[0]);
    faults.push(&codes::INVALID_FRONT_MATTER, span, format!("the front matter is not valid YAML: {what}"), help);
    start
}

/// Says what to do about the engine's message where no single value is to blame.
fn advice(text: &str, message: &str, range: &Span) -> String {
    let content = &text[range.clone()];
    let label = content.trim_start().split_inclusive(':').next().unwrap_or_default();
    if message.contains("escape character")
        && let Some((label, value)) = label_and_value(text, range)
    {
        return format!("write a backslash in single quotes: `{label} '{}'`", without_quotes(&text[value], b'"').replace('\'', "''"));
    }
    if message.contains("mapping values are not allowed") && content.starts_with(' ') && label.ends_with(':') {
        return format!("write `{label}` in the same column as the key above, or below a key without a value");
    }
    if message.contains("could not find expected ':'") {
        return "write `key: value`, or indent a line that belongs to the value above".to_owned();
    }
    "check quotes, brackets and indentation here".to_owned()
}

/// Returns the numbers of the lines that the engine's message names.
fn mentioned_lines(message: &str) -> impl Iterator<Item = usize> {
    message.split("line ").skip(1).filter_map(|rest| rest.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok())
}

fn nth_line(text: &str, number: usize) -> Option<Span> {
    let mut at = 0;
    for _ in 1..number {
        at = line(text, at)?.1;
    }
    line(text, at).map(|(range, _)| range)
}

fn line_around(text: &str, at: usize) -> Span {
    let at = text.floor_char_boundary(at.min(text.len()));
    let start = text[..at].rfind(['\n', '\r']).map_or(0, |i| i + 1);
    start..text[start..].find(['\n', '\r']).map_or(text.len(), |i| start + i)
}

/// What a line is suspected of: code, place, message, help.
type Suspicion = (&'static Code, Span, String, String);

/// Looks at a line for what people get wrong in YAML.
fn suspect(text: &str, range: &Span) -> Option<Suspicion> {
    let content = &text[range.clone()];
    let indent = content.len() - content.trim_start().len();
    if let Some(tab) = content[..indent].find('\t') {
        let span = range.start + tab..range.start + tab + 1;
        return Some((
            &codes::TAB_INDENTATION,
            span,
            "a tab stands where YAML allows blanks only".to_owned(),
            "indent with blanks".to_owned(),
        ));
    }
    let (label, value) = label_and_value(text, range)?;
    let written = &text[value.clone()];
    let quoted = |label: &str| format!("quote it: `{label} {}`", quote(written));
    match written.bytes().next()? {
        mark @ (b'"' | b'\'') => match quoted_end(written, mark) {
            None => {
                let message = format!("the quote of `{written}` is not closed");
                Some((
                    &codes::UNCLOSED_QUOTE,
                    value.clone(),
                    message,
                    format!("write {} at the end", if mark == b'"' { "`\"`" } else { "`'`" }),
                ))
            }
            Some(end) if !written[end..].trim().is_empty() && !written[end..].starts_with(" #") => {
                let message = format!("`{written}` goes on behind its closing quote");
                Some((
                    &codes::UNQUOTED_VALUE,
                    value.clone(),
                    message,
                    format!("quote the whole value: `{label} {}`", quote(without_quotes(written, mark))),
                ))
            }
            Some(_) => None,
        },
        open @ (b'[' | b'{') if !written.contains(if open == b'[' { ']' } else { '}' }) => {
            let close = if open == b'[' { "]" } else { "}" };
            let help = format!("write `{close}` at the end, or {}", quoted(label));
            Some((&codes::INVALID_FRONT_MATTER, value.clone(), format!("`{written}` has no closing `{close}`"), help))
        }
        _ if needs_quotes(written) => {
            Some((&codes::UNQUOTED_VALUE, value.clone(), format!("`{written}` needs quotes in YAML"), quoted(label)))
        }
        _ => None,
    }
}

/// Returns `key:` or `-` and the span of the value behind it.
fn label_and_value<'t>(text: &'t str, range: &Span) -> Option<(&'t str, Span)> {
    let content = text[range.clone()].trim();
    let start = range.end - text[range.clone()].trim_start().len();
    let label = if content.starts_with("- ") {
        1
    } else {
        content.match_indices(':').map(|(at, _)| at + 1).find(|at| content[*at..].starts_with([' ', '\t']))?
    };
    let value = start + label + (content[label..].len() - content[label..].trim_start().len());
    Some((&content[..label], value..start + content.len()))
}

/// Returns whether a plain value means something else in YAML.
pub(super) fn needs_quotes(value: &str) -> bool {
    value.starts_with(['[', '{', '*', '&', '!', '@', '`', '%', '|', '>', '"', '\'', '#', ','])
        || value.starts_with("- ")
        || value.starts_with("? ")
        || value.contains(": ")
        || value.contains(" #")
        || value.ends_with(':')
}

/// Returns the value without the quotes around it, where it has both.
fn without_quotes(value: &str, mark: u8) -> &str {
    let mark = char::from(mark);
    value.strip_prefix(mark).and_then(|rest| rest.strip_suffix(mark)).unwrap_or(value)
}

/// Returns the value in the quotes that need the fewest changes.
pub(super) fn quote(value: &str) -> String {
    if value.contains(['"', '\\']) { format!("'{}'", value.replace('\'', "''")) } else { format!("\"{value}\"") }
}

/// Returns the lines of the top-level key around an offset.
fn entry_around(text: &str, at: usize) -> Span {
    let begins = |range: &Span| !text[range.clone()].is_empty() && !text[range.clone()].starts_with([' ', '\t', '-', '#', ']', '}']);
    let (mut start, mut next_line) = (0, 0);
    while let Some((range, next)) = line(text, next_line) {
        if begins(&range) {
            if range.start > at {
                return start..range.start;
            }
            start = range.start;
        }
        next_line = next;
    }
    start..text.len()
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

// TOML

fn toml(text: &str, faults: &mut Faults<'_>) -> Map {
    let (table, errors) = DeTable::parse_recoverable(text);
    for error in errors.iter().take(MOST_FAULTS) {
        let span = error.span().map_or(0..0, |span| span.start.min(text.len())..span.end.min(text.len()));
        let message = error.message().lines().next().unwrap_or_default();
        let range = line_around(text, span.start);
        if message.contains("duplicate key") {
            let key = text.get(span.clone()).unwrap_or_default().trim();
            faults.push(&codes::DUPLICATE_KEY, span, format!("`{key}` stands here a second time"), "keep one of them");
        } else if let Some((key, value)) = bare_toml_value(&text[range.clone()]) {
            let start = range.start + text[range.clone()].trim_end().len() - value.len();
            let help = format!("quote it: `{key} = {}`", quote(value));
            faults.push(&codes::UNQUOTED_VALUE, start..start + value.len(), format!("`{value}` needs quotes in TOML"), help);
            break;
        } else {
            let help = "check quotes, brackets and the form `key = value` here";
            faults.push(&codes::INVALID_FRONT_MATTER, span, format!("the front matter is not valid TOML: {message}"), help);
            break;
        }
    }
    toml_table(table.get_ref())
}

/// Returns key and value of a line whose value is text without quotes.
fn bare_toml_value(line: &str) -> Option<(&str, &str)> {
    let (key, value) = line.split_once('=')?;
    let (key, value) = (key.trim(), value.trim());
    let begins = value.chars().next()?;
    let known = ["true", "false", "inf", "nan"].contains(&value) || value.starts_with(|c: char| c.is_ascii_digit()) && !value.contains(' ');
    let named = !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'));
    (named && !known && !matches!(begins, '"' | '\'' | '[' | '{' | '+' | '-' | '#')).then_some((key, value))
}

fn toml_table(table: &DeTable<'_>) -> Map {
    // The table is a map sorted by key; the author's order is that of the spans.
    let mut entries: Vec<_> = table.iter().collect();
    entries.sort_by_key(|(key, _)| key.span().start);
    entries.into_iter().map(|(key, value)| (key.get_ref().to_string(), toml_value(value.get_ref()))).collect()
}

fn toml_value(value: &DeValue<'_>) -> Node {
    match value {
        DeValue::String(text) => Node::Text(text.to_string()),
        DeValue::Integer(number) => Node::Number(number.to_string()),
        DeValue::Float(number) => Node::Number(number.to_string()),
        DeValue::Boolean(value) => Node::Bool(*value),
        DeValue::Datetime(date) => Node::Text(date.to_string()),
        DeValue::Array(items) => Node::List(items.iter().map(|item| toml_value(item.get_ref())).collect()),
        DeValue::Table(table) => Node::Map(toml_table(table)),
    }
}

// JSON and plain blocks

fn json(text: &str, faults: &mut Faults<'_>) -> Map {
    match serde_json::from_str::<Node>(text) {
        Ok(Node::Map(map)) => map,
        Ok(_) => Map::new(),
        Err(error) => {
            let message = error.to_string();
            let what = message.split(" at line ").next().unwrap_or_default();
            let range = nth_line(text, error.line()).unwrap_or(0..0);
            // The engine counts bytes, and points behind what it read.
            let at = text.floor_char_boundary((range.start + error.column().saturating_sub(1)).min(range.end));
            let span = at..at + text[at..].chars().next().map_or(0, char::len_utf8);
            let help = "check quotes and commas here: JSON has no comma before `}` or `]`";
            faults.push(&codes::INVALID_FRONT_MATTER, span, format!("the front matter is not valid JSON: {what}"), help);
            Map::new()
        }
    }
}

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
    for key in found.into_iter().take(MOST_FAULTS) {
        report_duplicate(delimiter, text, key, faults);
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
    faults.push(&codes::DUPLICATE_KEY, second, format!("`{key}` stands here a second time"), help);
}
