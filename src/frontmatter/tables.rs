//! TOML front matter with every fault named in one run.
//!
//! The parser goes on behind a fault, but takes what follows for wrong that is right. So only its first finding counts;
//! the entry is set aside without moving anything, and the rest is read again.

use super::codes;
use super::node::{Map, Node};
use super::parse::{Finding, MOST_FAULTS, MOST_READS};
use super::split::line;
use crate::diagnostic::Span;
use crate::text::short::{shown, shown_in_help};
use crate::tree::{flow_end, line_around, quoted_end};
use std::borrow::Cow;
use toml::Spanned;
use toml::de::{DeTable, DeValue, Error};

/// Reads the table that a text is.
pub(super) fn read(text: &str) -> (Map, Vec<Finding>) {
    let mut reader = Reader { text: with_line_feeds(text), aside: Vec::new(), found: Vec::new() };
    for _ in 0..MOST_READS {
        let read = reader.text.clone();
        let (table, errors) = DeTable::parse_recoverable(&read);
        let first = errors.iter().min_by_key(|error| start(error, &read));
        match first {
            Some(error) if reader.found.len() <= MOST_FAULTS => reader.set_aside(error),
            _ => return (values(table.get_ref(), &reader.aside), reader.found),
        }
    }
    let (table, _) = DeTable::parse_recoverable(&reader.text);
    (values(table.get_ref(), &reader.aside), reader.found)
}

/// Replaces a lone CR, which ends a line everywhere else, by LF; nothing moves.
fn with_line_feeds(text: &str) -> Cow<'_, str> {
    if !text.contains('\r') {
        return Cow::Borrowed(text);
    }
    let mut chars = text.chars().peekable();
    let mut out = String::with_capacity(text.len());
    while let Some(c) = chars.next() {
        out.push(if c == '\r' && chars.peek() != Some(&'\n') { '\n' } else { c });
    }
    Cow::Owned(out)
}

fn start(error: &Error, text: &str) -> usize {
    error.span().map_or(0, |span| text.floor_char_boundary(span.start.min(text.len())))
}

struct Reader<'t> {
    /// The text, with what is wrong replaced.
    text: Cow<'t, str>,
    /// Where values stood that were replaced.
    aside: Vec<usize>,
    found: Vec<Finding>,
}

impl Reader<'_> {
    fn report(&mut self, code: &'static crate::diagnostic::Code, span: Span, message: String, help: impl Into<String>) {
        self.found.push(Finding { code, span, message, help: help.into() });
    }

    /// Names a fault and removes it from the text.
    fn set_aside(&mut self, error: &Error) {
        let text = self.text.clone().into_owned();
        let at = start(error, &text);
        let message = error.message().lines().next().unwrap_or_default();
        // At the very end, the last line that says something is the one to look at.
        let at = if text[at..].trim().is_empty() { text.floor_char_boundary(text.trim_end().len().saturating_sub(1)) } else { at };
        let opened = opened_above(&text, at);
        let entry = opened.clone().unwrap_or_else(|| entry_around(&text, text.floor_char_boundary(at)));
        let first = line_around(&text, entry.start);
        if text[entry.clone()].trim().is_empty() || self.aside.iter().any(|aside| entry.contains(aside)) {
            // What was set aside is no cure: nothing from here on can be read.
            if self.found.is_empty() {
                let help = "check quotes, brackets and the form `key = value`";
                self.report(&codes::INVALID_FRONT_MATTER, at..at, format!("the front matter is not valid TOML: {message}"), help);
            }
            return self.blank(entry.start..text.len());
        }
        if message.contains("duplicate key") {
            let end = error.span().map_or(at, |span| text.floor_char_boundary(span.end.min(text.len())));
            let key = text.get(at..end).unwrap_or_default().trim().to_owned();
            self.report(&codes::DUPLICATE_KEY, at..end.max(at), format!("`{}` stands here a second time", shown(&key)), "keep one of them");
            return self.blank(if text[first.clone()].trim_start().starts_with('[') { table_around(&text, at) } else { entry });
        }
        let Some((key, value)) = key_and_value(&text, &entry) else {
            let help = "write `key = value`, or `[name]` before the keys of a table";
            let message = format!("the front matter is not valid TOML: {message}");
            let span = at..at + text[at..].chars().next().filter(|c| !c.is_control()).map_or(0, char::len_utf8);
            self.report(&codes::INVALID_FRONT_MATTER, span, message, help);
            return self.blank(entry);
        };
        // A quote that is not closed ends, for us, with its line.
        let is_open = open_quote(&text[value.clone()]).is_some();
        let whole = value;
        let value = if is_open { first_line(&text, &whole) } else { whole };
        let end = match open_quote(&text[value.clone()]) {
            // What follows a text over several lines is text, up to what looks like an entry.
            Some(mark) if mark.len() == 3 => next_entry(&text, value.end),
            Some(_) => value.end,
            None => entry.end,
        };
        self.describe(&text, at, message, key, &value);
        self.blank(value.start..end);
        // A key without a value is no TOML.
        self.text.to_mut().replace_range(value.start..=value.start, "0");
        self.aside.push(value.start);
    }

    /// Says what is wrong with a value.
    fn describe(&mut self, text: &str, at: usize, message: &str, key: &str, value: &Span) {
        let written = &text[value.clone()];
        let key = &*shown(key);
        let items = bare_items(text, value);
        if !items.is_empty() {
            for item in items.into_iter().take(MOST_FAULTS) {
                let written = &text[item.clone()];
                let help = format!("quote it: `{}`", quote(&shown_in_help(written)));
                self.report(&codes::UNQUOTED_VALUE, item.clone(), format!("`{}` needs quotes in TOML", shown(written)), help);
            }
        } else if is_bare(written) && truth(written).is_none() {
            let help = format!("quote it: `{key} = {}`", quote(&shown_in_help(written)));
            self.report(&codes::UNQUOTED_VALUE, value.clone(), format!("`{}` needs quotes in TOML", shown(written)), help);
        } else if let Some(word) = truth(written) {
            self.report(
                &codes::UNQUOTED_VALUE,
                value.clone(),
                format!("`{}` is no value of TOML", shown(written)),
                format!("write `{key} = {word}`"),
            );
        } else if let Some(mark) = open_quote(&shown_in_help(written)) {
            let help = format!("write `{mark}` at the end");
            self.report(&codes::UNCLOSED_QUOTE, value.clone(), format!("the quote of `{}` is not closed", shown(written)), help);
        } else if goes_on(written) {
            let help = format!("quote the whole value: `{key} = {}`", quote(&shown_in_help(&written[1..written.len() - 1])));
            self.report(&codes::UNQUOTED_VALUE, value.clone(), format!("`{}` goes on behind its closing quote", shown(written)), help);
        } else if closed_end(text, value.start).is_none() {
            let close = if written.starts_with('[') { ']' } else { '}' };
            let line = text[first_line(text, value)].to_owned();
            let is_odd = written.split(['\n', '\r']).any(|line| line.matches('"').count() % 2 == 1);
            let (code, message, help) = if is_odd {
                (
                    &codes::UNCLOSED_QUOTE,
                    format!("a quote in `{}` is not closed", shown(&line)),
                    "write `\"` at the end of each text".to_owned(),
                )
            } else {
                (
                    &codes::INVALID_FRONT_MATTER,
                    format!("`{}` has no closing `{close}`", shown(&line)),
                    format!("write `{close}` behind the last item"),
                )
            };
            self.report(code, first_line(text, value), message, help);
        } else {
            let span = at..at + text[at..].chars().next().filter(|c| !c.is_control()).map_or(0, char::len_utf8);
            // The parser may stop behind the value; then the value is what to look at.
            let span = if value.contains(&at) && !span.is_empty() { span } else { first_line(text, value) };
            let help = match message {
                message if message.contains("comma") => "write a comma between two items",
                message if message.contains("date") || message.contains("time") => "write `2024-08-19` or `2024-08-19T09:30:00+02:00`",
                message if message.contains("escape") => "write `\\\\` for a backslash, or single quotes around the text",
                _ => "check quotes, brackets and the form `key = value` here",
            };
            self.report(&codes::INVALID_FRONT_MATTER, span, format!("the front matter is not valid TOML: {message}"), help);
        }
    }

    fn blank(&mut self, span: Span) {
        let blank: String = self.text[span.clone()].bytes().map(|b| if matches!(b, b'\n' | b'\r') { char::from(b) } else { ' ' }).collect();
        self.text.to_mut().replace_range(span, &blank);
    }
}

/// Returns the lines of the entry or the table's head around a place.
fn entry_around(text: &str, at: usize) -> Span {
    let (mut start, mut next_line) = (0, 0);
    while let Some((range, next)) = line(text, next_line) {
        if begins_entry(&text[range.clone()]) {
            if range.start > at {
                return start..range.start;
            }
            start = range.start;
        }
        next_line = next;
    }
    start..text.len()
}

/// Returns the first entry up to a place whose value is opened and not closed: what follows seems to belong to it.
fn opened_above(text: &str, at: usize) -> Option<Span> {
    let mut next_line = 0;
    while let Some((range, next)) = line(text, next_line).filter(|(range, _)| range.start <= at) {
        next_line = next;
        if key_end(&text[range.clone()]).is_none() {
            continue;
        }
        let entry = entry_around(text, range.start);
        let Some((_, value)) = key_and_value(text, &entry) else { continue };
        match closed_end(text, value.start) {
            Some(length) => next_line = next_line.max(line_around(text, value.start + length).end),
            None => return Some(entry),
        }
    }
    None
}

/// Returns the length of a value that may go on over several lines; `None` if it never ends.
fn closed_end(text: &str, start: usize) -> Option<usize> {
    let value = &text[start..];
    match ["\"\"\"", "'''"].into_iter().find(|mark| value.starts_with(mark)) {
        Some(mark) => value[3..].find(mark).map(|end| end + 6),
        None if value.starts_with(['[', '{']) => flow_end(value),
        None => Some(0),
    }
}

/// Returns the lines of the table around a place, its head included.
fn table_around(text: &str, at: usize) -> Span {
    let start = line_around(text, at).start;
    let mut next_line = line(text, start).map_or(text.len(), |(_, next)| next);
    while let Some((range, next)) = line(text, next_line) {
        if is_table_head(&text[range.clone()]) {
            return start..range.start;
        }
        next_line = next;
    }
    start..text.len()
}

/// Returns where the next line with a key or a table begins.
fn next_entry(text: &str, at: usize) -> usize {
    let mut next_line = line(text, line_around(text, at).start).map_or(text.len(), |(_, next)| next);
    while let Some((range, next)) = line(text, next_line).filter(|(range, _)| !is_certain_entry(&text[range.clone()])) {
        next_line = next.max(range.end);
    }
    next_line
}

fn is_certain_entry(line: &str) -> bool {
    is_table_head(line) || key_end(line).is_some()
}

fn begins_entry(line: &str) -> bool {
    is_certain_entry(line) || (line.starts_with(|c: char| c.is_alphabetic()) && !line.trim_end().ends_with(','))
}

/// Returns whether a line begins a table, though its bracket may not be closed; `[1, 2],` is an item of a list.
fn is_table_head(line: &str) -> bool {
    let name = line.trim_start().strip_prefix('[').map(|rest| rest.strip_prefix('[').unwrap_or(rest).trim_start());
    name.is_some_and(|name| name.starts_with(|c: char| c.is_alphabetic() || matches!(c, '_' | '"')) && !name.contains([',', '=']))
}

/// Returns where the `=` behind a line's key stands.
fn key_end(line: &str) -> Option<usize> {
    let at = line.find('=')?;
    let key = line[..at].trim();
    let is_bare = key.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '"' | '\'' | ' '));
    (!key.is_empty() && is_bare).then_some(at)
}

/// Returns the key of an entry and the span of its value.
fn key_and_value<'t>(text: &'t str, entry: &Span) -> Option<(&'t str, Span)> {
    let written = &text[entry.clone()];
    let first = written.split(['\n', '\r']).next().unwrap_or_default();
    let equals = key_end(first)?;
    let value = written[equals + 1..].trim();
    let start = entry.end - written[equals + 1..].trim_start().len();
    (!value.is_empty() && start < entry.start + first.len()).then(|| (first[..equals].trim(), start..start + value.len()))
}

fn first_line(text: &str, span: &Span) -> Span {
    span.start..span.start + text[span.clone()].split(['\n', '\r']).next().unwrap_or_default().trim_end().len()
}

/// Returns whether a quoted value holds its own quote and goes on behind it, up to another at its end.
fn goes_on(value: &str) -> bool {
    let Some(mark) = value.chars().next().filter(|c| matches!(c, '"' | '\'')) else { return false };
    let is_one_line = !value.starts_with("\"\"\"") && !value.starts_with("'''") && !value.contains(['\n', '\r', '#']);
    // TOML knows no doubled quote, so the first one ends the text.
    let end = if mark == '"' { quoted_end(value, b'"') } else { value[1..].find('\'').map(|end| end + 2) };
    is_one_line && value.len() > 2 && value.ends_with(mark) && end.is_some_and(|end| end < value.len())
}

/// Returns a text in the quotes that need the fewest changes.
fn quote(value: &str) -> String {
    match value {
        value if !value.contains(['"', '\\']) => format!("\"{value}\""),
        value if !value.contains('\'') => format!("'{value}'"),
        value => format!("\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\"")),
    }
}

/// Returns the truth value that a word is meant as: TOML knows two spellings only.
fn truth(value: &str) -> Option<&'static str> {
    match value.to_ascii_lowercase().as_str() {
        "true" | "yes" | "on" => Some("true"),
        "false" | "no" | "off" => Some("false"),
        _ => None,
    }
}

/// Returns whether a value is text without quotes.
fn is_bare(value: &str) -> bool {
    let known = ["true", "false", "inf", "nan"].contains(&value) || value.starts_with(|c: char| c.is_ascii_digit()) && !value.contains(' ');
    !known && !value.starts_with(['"', '\'', '[', '{', '+', '-', '#', '=']) && !value.contains(['\n', '\r'])
}

/// Returns the items of a list that are text without quotes.
fn bare_items(text: &str, value: &Span) -> Vec<Span> {
    let Some(inner) = text[value.clone()].strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) else { return Vec::new() };
    if inner.contains(['"', '\'']) && inner.matches(['"', '\'']).count() % 2 == 1 || inner.contains(['[', '{', '#']) {
        return Vec::new();
    }
    let mut at = value.start + 1;
    let mut items = Vec::new();
    for item in inner.split(',') {
        let start = at + item.len() - item.trim_start().len();
        let item_span = start..start + item.trim().len();
        at += item.len() + 1;
        if !item.trim().is_empty() && is_bare(item.trim()) {
            items.push(item_span);
        }
    }
    items
}

/// Returns the quote that a value begins with and that does not close in its line.
fn open_quote(value: &str) -> Option<&'static str> {
    let first = value.split(['\n', '\r']).next().unwrap_or_default();
    let mark = ["\"\"\"", "'''", "\"", "'"].into_iter().find(|mark| first.starts_with(mark))?;
    let rest = if mark.len() == 3 { &value[mark.len()..] } else { &first[mark.len()..] };
    (!rest.contains(mark)).then_some(mark)
}

fn values(table: &DeTable<'_>, aside: &[usize]) -> Map {
    // The table is a map sorted by key; the author's order is that of the spans.
    let mut entries: Vec<_> = table.iter().collect();
    entries.sort_by_key(|(key, _)| key.span().start);
    let node = |value: &Spanned<DeValue<'_>>| if aside.contains(&value.span().start) { Node::Null } else { node(value.get_ref(), aside) };
    entries.into_iter().map(|(key, value)| (key.get_ref().to_string(), node(value))).collect()
}

fn node(value: &DeValue<'_>, aside: &[usize]) -> Node {
    match value {
        DeValue::String(text) => Node::Text(text.to_string()),
        DeValue::Integer(number) => Node::Number(number.to_string()),
        DeValue::Float(number) => Node::Number(number.to_string()),
        DeValue::Boolean(value) => Node::Bool(*value),
        DeValue::Datetime(date) => Node::Text(date.to_string()),
        DeValue::Array(items) => Node::List(items.iter().map(|item| node(item.get_ref(), aside)).collect()),
        DeValue::Table(table) => Node::Map(values(table, aside)),
    }
}
