//! JSON front matter with every fault named in one run.
//!
//! `serde_json` reads what is right. It stops at the first fault, so what is wrong is read again here, by a reader that
//! knows how people get JSON wrong and goes on behind each fault.

use super::codes;
use super::node::{Map, Node};
use super::parse::{Finding, MOST_FAULTS};
use crate::diagnostic::Span;
use crate::text::short::{shown, shown_in_help};
use std::borrow::Cow;

/// How deep collections may nest; the guard lets no more pass, but counts brackets in texts as well.
const DEEPEST: usize = 120;

/// Reads the object that a text is.
pub(super) fn read(text: &str) -> (Map, Vec<Finding>) {
    match serde_json::from_str::<Node>(text) {
        Ok(Node::Map(map)) => (map, Vec::new()),
        Ok(_) => (Map::new(), Vec::new()),
        Err(error) => {
            let mut reader = Reader { text, at: 0, depth: 0, is_closed_early: false, found: Vec::new() };
            let map = if let Node::Map(map) = reader.value() { map } else { Map::new() };
            if reader.found.is_empty() {
                let message = format!("the front matter is not valid JSON: {error}");
                reader.report(0..1, message, "check quotes, commas and brackets");
            }
            (map, reader.found)
        }
    }
}

struct Reader<'t> {
    text: &'t str,
    /// Always at a character boundary.
    at: usize,
    depth: usize,
    /// Whether the bracket of the list just read is missing, and the comma with it.
    is_closed_early: bool,
    found: Vec<Finding>,
}

impl<'t> Reader<'t> {
    fn report(&mut self, span: Span, message: impl Into<String>, help: impl Into<Cow<'static, str>>) {
        self.found.push(Finding { code: &codes::INVALID_FRONT_MATTER, span, message: message.into(), help: help.into().into_owned() });
    }

    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// Returns what stands in this line from here on.
    fn line(&self) -> &'t str {
        let rest = self.rest();
        // A document in one line is looked at from each of its texts, so this has to be quick.
        memchr::memchr2(b'\n', b'\r', rest.as_bytes()).map_or(rest, |end| &rest[..end])
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    /// Passes over a sign, if it is the next one.
    fn takes(&mut self, sign: char) -> bool {
        let is_there = self.peek() == Some(sign);
        self.at += if is_there { sign.len_utf8() } else { 0 };
        is_there
    }

    /// Passes over blanks, line ends and comments, of which JSON has none.
    fn skip_blanks(&mut self) {
        loop {
            self.at += self.rest().len() - self.rest().trim_start().len();
            let start = self.at;
            let length = match self.rest() {
                rest if rest.starts_with("//") => rest.find(['\n', '\r']).unwrap_or(rest.len()),
                rest if rest.starts_with("/*") => rest.find("*/").map_or(rest.len(), |end| end + 2),
                rest if rest.starts_with('#') => rest.find(['\n', '\r']).unwrap_or(rest.len()),
                _ => return,
            };
            self.at += length;
            self.report(start..self.at, "JSON has no comments", "delete the comment");
        }
    }

    /// Reads a value; nothing where it is wrong.
    fn value(&mut self) -> Node {
        self.skip_blanks();
        match self.peek() {
            Some('{') => self.nested(Self::object),
            Some('[') => self.nested(Self::array),
            Some(quote @ ('"' | '\'')) => self.quoted(quote).1.map_or(Node::Null, Node::Text),
            Some(':') => self.value_behind_colons(),
            Some(',' | '}' | ']') | None => {
                self.report(self.at..self.at + usize::from(self.peek().is_some()), "a value is missing here", "write a value, or `null`");
                Node::Null
            }
            Some(_) => self.bare(),
        }
    }

    /// Reads a value before which colons stand that belong to no key: `"k": : 1`, `[:]`.
    fn value_behind_colons(&mut self) -> Node {
        self.report(self.at..self.at + 1, "a colon stands here without a key before it", "delete the colon");
        while self.takes(':') {
            self.skip_blanks();
        }
        if matches!(self.peek(), Some(',' | '}' | ']') | None) { Node::Null } else { self.value() }
    }

    fn nested(&mut self, read: impl Fn(&mut Self) -> Node) -> Node {
        if self.depth == DEEPEST {
            self.report(self.at..self.at + 1, "the front matter is nested too deeply", "keep it below 50 levels");
            self.at = self.text.len();
            return Node::Null;
        }
        self.depth += 1;
        self.at += 1;
        let node = read(self);
        self.depth -= 1;
        node
    }

    fn object(&mut self) -> Node {
        let mut map = Map::new();
        while self.goes_on('}') {
            let before = self.at;
            let key = self.key();
            self.skip_blanks();
            if self.takes(':') {
                let value = self.value();
                map.push((key, value));
            } else {
                let span = self.at..self.at + self.peek().map_or(0, char::len_utf8);
                self.report(span, format!("`:` is missing behind the key `{}`", shown(&key)), "write `:` between key and value");
                // `"a" = 1`, `"a" 1`: what follows is meant as the value. Not so where the next key or the end comes.
                self.takes('=');
                self.takes('>');
                if !self.rest().trim_start().starts_with([',', '}', ']']) && !self.is_at_key() {
                    self.value();
                }
                map.push((key, Node::Null));
            }
            self.end_value(true);
            self.move_on(before);
        }
        Node::Map(map)
    }

    fn array(&mut self) -> Node {
        let mut items = Vec::new();
        while self.goes_on(']') {
            if self.is_at_key() {
                self.report(self.at..self.at + 1, "`]` is missing before this key", "write `],` behind the last item");
                self.is_closed_early = true;
                break;
            }
            let before = self.at;
            items.push(self.value());
            self.end_value(false);
            self.move_on(before);
        }
        Node::List(items)
    }

    /// Passes over a sign that no reader of an entry took: whatever stands there, an entry is never read twice.
    fn move_on(&mut self, before: usize) {
        if self.at == before {
            self.at += self.peek().map_or(0, char::len_utf8);
        }
    }

    /// Returns whether another entry follows; passes over the closing bracket where none does. Where more faults were found
    /// than are named, nothing follows.
    fn goes_on(&mut self, close: char) -> bool {
        loop {
            if self.found.len() > MOST_FAULTS {
                self.at = self.text.len();
            }
            self.skip_blanks();
            match self.peek() {
                Some(',') => {
                    self.report(self.at..self.at + 1, "a comma stands here without a value before it", "delete the comma");
                    self.at += 1;
                }
                Some(bracket @ ('}' | ']')) => {
                    // The other bracket closes what is around it, if this one was forgotten.
                    if bracket == close || self.depth == 1 {
                        self.at += 1;
                    }
                    if bracket != close {
                        let help = format!("write `{close}` here");
                        self.report(self.at.saturating_sub(1)..self.at, format!("`{bracket}` stands where `{close}` is expected"), help);
                    }
                    return false;
                }
                None => return false,
                Some(_) => return true,
            }
        }
    }

    /// Passes over the comma behind a value, and names what stands there instead.
    fn end_value(&mut self, in_object: bool) {
        if std::mem::take(&mut self.is_closed_early) {
            return;
        }
        let end = self.at;
        self.skip_blanks();
        if self.peek() == Some(',') {
            self.at += 1;
            self.skip_blanks();
            if let Some(close @ ('}' | ']')) = self.peek() {
                // The comma may stand some lines above; what it cannot stand before is here.
                let message = "the front matter is not valid JSON: trailing comma";
                let help = "check quotes and commas here: JSON has no comma before `}` or `]`";
                self.report(self.at..self.at + close.len_utf8(), message, help);
            }
            return;
        }
        if matches!(self.peek(), Some('}' | ']') | None) {
            return;
        }
        let is_same_line = !self.text[end..self.at].contains(['\n', '\r']);
        if is_same_line && (!in_object || self.peek() != Some('"') || !self.is_at_key()) && self.text[..end].ends_with('"') {
            let start = self.at;
            let line = self.line();
            let whole = line.trim_end().trim_end_matches([',', '}', ']', ' ']);
            let length = if self.peek() == Some('"') { self.quoted('"').0.len() } else { whole.len().max(1) };
            self.at = self.text.ceil_char_boundary(start + length);
            let written = &self.text[start..self.at];
            let help = "write a comma between two values, and `\\\"` for a quote within a text";
            self.report(start..self.at, format!("`{}` stands behind the closing quote", shown(written)), help);
            self.takes(',');
            return;
        }
        let last = self.text[..end].char_indices().next_back().map_or(0, |(at, _)| at);
        self.report(last..end, "a comma is missing behind this value", "write `,` behind it");
    }

    /// Returns whether a key and its colon stand here.
    fn is_at_key(&self) -> bool {
        let rest = self.rest().trim_start();
        let end = rest.strip_prefix('"').and_then(|rest| rest.find(['"', '\n', '\r']));
        end.is_some_and(|end| rest.get(end + 2..).is_some_and(|rest| rest.trim_start().starts_with(':')))
    }

    fn key(&mut self) -> String {
        match self.peek() {
            Some('"') => self.quoted('"').1.unwrap_or_default(),
            Some('\'') => {
                let written = self.quoted('\'').0;
                written.trim_matches('\'').to_owned()
            }
            _ => {
                let start = self.at;
                let rest = self.rest();
                let length = rest.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-' | '.'))).unwrap_or(rest.len());
                self.at += if length == 0 { self.peek().map_or(0, char::len_utf8) } else { length };
                let key = &self.text[start..self.at];
                self.report(
                    start..self.at,
                    format!("the key `{}` needs quotes in JSON", shown(key)),
                    format!("write `\"{}\"`", shown_in_help(key)),
                );
                key.to_owned()
            }
        }
    }

    /// Reads a quoted text: as it is written, and what it says where nothing is wrong with it.
    fn quoted(&mut self, quote: char) -> (&'t str, Option<String>) {
        let start = self.at;
        let line = self.line();
        let Some(length) = crate::tree::quoted_end(line, quote as u8) else {
            // RFC 8259 §7: a text ends in the line it begins in. What stands at the line's end is hardly part of it.
            let written = line.trim_end().trim_end_matches([',', '}', ']', ' ']);
            self.at += written.len().max(1);
            let found = Finding {
                code: &codes::UNCLOSED_QUOTE,
                span: start..self.at,
                message: format!("the quote of `{}` is not closed", shown(written)),
                help: "write `\"` at the end".to_owned(),
            };
            self.found.push(found);
            return (&self.text[start..self.at], None);
        };
        self.at += length;
        let written = &line[..length];
        if quote == '\'' {
            let inner = written.trim_matches('\'').replace("''", "'");
            let help = format!("write `{}`", serde_json::Value::from(shown_in_help(&inner)));
            self.report(start..self.at, format!("`{}` stands in single quotes", shown(written)), help);
            return (written, None);
        }
        let read = serde_json::from_str::<String>(written);
        if read.is_err() {
            self.report_text(start, written);
        }
        (written, read.ok())
    }

    /// Says what is wrong within a text.
    fn report_text(&mut self, start: usize, written: &str) {
        let bytes = written.as_bytes();
        let mut at = 1;
        while let Some(byte) = bytes.get(at) {
            let known = bytes.get(at + 1).is_some_and(|next| b"\"\\/bfnrtu".contains(next));
            if *byte == b'\\' && !known {
                let end = written.ceil_char_boundary((at + 2).min(written.len()));
                return self.report(
                    start + at..start + end,
                    format!("`{}` means nothing in JSON", &written[at..end]),
                    "write `\\\\` for a backslash",
                );
            }
            if *byte == b'\t' {
                return self.report(start + at..start + at + 1, "a tab stands in a text", "write `\\t`, or a blank");
            }
            at += if *byte == b'\\' { 2 } else { 1 };
        }
        self.report(start..start + written.len(), format!("`{}` is no text of JSON", shown(written)), "check the `\\u` signs in it");
    }

    /// Reads a number or one of the three words, or names what should be in quotes.
    fn bare(&mut self) -> Node {
        let start = self.at;
        let rest = self.rest();
        let end = rest.find([',', '}', ']', '\n', '\r', '"']).unwrap_or(rest.len());
        let written = rest[..end].trim_end();
        let written = if written.is_empty() { &rest[..self.peek().map_or(0, char::len_utf8)] } else { written };
        self.at += written.len();
        if let Ok(node) = serde_json::from_str::<Node>(written) {
            return node;
        }
        let word = match written.to_ascii_lowercase().as_str() {
            "true" | "yes" | "on" => Some("true"),
            "false" | "no" | "off" => Some("false"),
            "null" | "none" | "nil" | "undefined" | "~" => Some("null"),
            _ => None,
        };
        let help = word
            .map_or_else(|| format!("quote it: `{}`", serde_json::Value::from(shown_in_help(written))), |word| format!("write `{word}`"));
        let message = format!("`{}` needs quotes in JSON", shown(written));
        let message = if word.is_some() { format!("`{}` is no value of JSON", shown(written)) } else { message };
        self.found.push(Finding { code: &codes::UNQUOTED_VALUE, span: start..self.at, message, help });
        Node::Null
    }
}
