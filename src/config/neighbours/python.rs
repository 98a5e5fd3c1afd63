//! The literal assignments of a Python file, such as Pelican's settings. Nothing is run: what is no literal, and no name of one before it, is
//! a value that nobody knows.

use crate::diagnostic::Span;
use crate::tree::{Map, Node};
use std::collections::BTreeMap;

/// How deep literals may be nested.
const DEEPEST: usize = 32;

/// What a file assigns.
#[derive(Debug, Default)]
pub(super) struct Assignments {
    /// Every name with the value that it has in the end; [`Node::Tagged`] where that is not known.
    pub(super) map: Map,
    /// Where each name of the map stands.
    pub(super) spans: BTreeMap<Vec<String>, Span>,
    places: BTreeMap<String, usize>,
}

impl Assignments {
    /// Remembers what a name has from here on.
    fn set(&mut self, name: &str, span: Span, value: Node) {
        self.spans.insert(vec![name.to_owned()], span);
        let at = *self.places.entry(name.to_owned()).or_insert(self.map.len());
        match self.map.get_mut(at) {
            Some((_, node)) => *node = value,
            None => self.map.push((name.to_owned(), value)),
        }
    }

    fn value(&self, name: &str) -> Option<&Node> {
        self.map.get(*self.places.get(name)?).map(|(_, node)| node)
    }
}

/// Returns the value that stands for one nobody knows.
fn unknown() -> Node {
    Node::Tagged("an expression".to_owned())
}

/// Reads a file. Only names in capitals count, as for Pelican; what is assigned under a condition is told under a name that says so.
pub(super) fn read(text: &str) -> Assignments {
    let mut found = Assignments::default();
    let mut at = 0;
    while at < text.len() {
        let line = &text[at..];
        let indent = line.len() - line.trim_start_matches([' ', '\t', '\u{c}']).len();
        statement(text, at + indent, indent > 0, &mut found);
        at = end_of_statement(text, at);
    }
    found
}

/// Reads one statement, where it is an assignment to a setting or changes one.
fn statement(text: &str, start: usize, is_inner: bool, found: &mut Assignments) {
    let rest = &text[start..];
    if !is_inner && rest.starts_with("from ") && rest.lines().next().is_some_and(|line| line.trim_end().ends_with("import *")) {
        let line = rest.lines().next().unwrap_or_default().trim_end();
        if line != "from pelicanconf import *" {
            found.set(line, start..start + line.len(), unknown());
        }
        return;
    }
    let name = &rest[..rest.find(|c: char| !(c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')).unwrap_or(rest.len())];
    if !name.starts_with(|c: char| c.is_ascii_uppercase()) {
        return;
    }
    let span = start..start + name.len();
    let behind = rest[name.len()..].trim_start_matches([' ', '\t']);
    let value_at = |behind: &str| text.len() - behind.len();
    let is_change = behind.starts_with(['.', '[']) || behind.starts_with(|c| "+-*/%|&".contains(c)) && behind[1..].starts_with('=');
    // `NAME: str = 'value'`.
    let behind = match behind.strip_prefix(':').and_then(|typed| typed.split_once('=')) {
        Some((typed, value)) if !typed.contains('\n') => &text[value_at(value) - 1..],
        _ => behind,
    };
    if is_inner {
        if is_change || behind.starts_with('=') && !behind.starts_with("==") {
            found.set(&format!("{name}, where it depends on something"), span, unknown());
        }
    } else if is_change {
        found.set(name, span, unknown());
    } else if let Some(value) = behind.strip_prefix('=').filter(|value| !value.starts_with('=')) {
        let mut reader = Reader { text, at: value_at(value), names: found };
        let node = reader.expression(0, false).filter(|_| reader.is_at_end()).unwrap_or_else(unknown);
        found.set(name, span, node);
    }
}

/// Returns where the statement that begins at a place ends: behind its line, or that of its last bracket or quote.
fn end_of_statement(text: &str, start: usize) -> usize {
    let bytes = text.as_bytes();
    let (mut at, mut depth) = (start, 0usize);
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'#' => at = line_end(text, at) - 1,
            b'\'' | b'"' => at = string_end(bytes, at).saturating_sub(1),
            b'\\' => at += 1,
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            b'\n' if depth == 0 => return at + 1,
            _ => {}
        }
        at += 1;
    }
    text.len()
}

/// Returns where the line ends that a place is in: at its line feed, or the end of the text.
fn line_end(text: &str, at: usize) -> usize {
    memchr::memchr(b'\n', &text.as_bytes()[at..]).map_or(text.len(), |end| at + end)
}

/// Returns the end of the string that begins at a quote; one that is not closed ends with its line, or the text.
fn string_end(bytes: &[u8], start: usize) -> usize {
    let quote = bytes[start];
    let is_long = bytes.get(start..start + 3).is_some_and(|three| three.iter().all(|byte| *byte == quote));
    let mut at = start + if is_long { 3 } else { 1 };
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'\\' => at += 1,
            b'\n' if !is_long => return at,
            byte if *byte == quote && !is_long => return at + 1,
            byte if *byte == quote && bytes.get(at..at + 3).is_some_and(|three| three.iter().all(|byte| *byte == quote)) => return at + 3,
            _ => {}
        }
        at += 1;
    }
    bytes.len()
}

/// Reads a literal.
struct Reader<'t> {
    text: &'t str,
    at: usize,
    names: &'t Assignments,
}

impl<'t> Reader<'t> {
    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    /// Goes over blanks and comments; over line ends only in brackets, or behind a backslash.
    fn skip(&mut self, in_brackets: bool) {
        while let Some(c) = self.peek() {
            match c {
                ' ' | '\t' | '\r' | '\u{c}' => self.at += 1,
                '\n' if in_brackets => self.at += 1,
                '#' if in_brackets => self.at = line_end(self.text, self.at),
                '\\' if self.rest().starts_with("\\\n") => self.at += 2,
                '\\' if self.rest().starts_with("\\\r\n") => self.at += 3,
                _ => return,
            }
        }
    }

    /// Returns whether nothing follows in the statement.
    fn is_at_end(&mut self) -> bool {
        self.skip(false);
        matches!(self.peek(), None | Some('\n' | '#' | ';'))
    }

    /// Reads a value, or several texts joined by `+` or by nothing.
    fn expression(&mut self, depth: usize, in_brackets: bool) -> Option<Node> {
        let mut value = self.value(depth, in_brackets)?;
        loop {
            self.skip(in_brackets);
            let is_sum = self.peek() == Some('+');
            if is_sum {
                self.at += 1;
            } else if !(matches!(value, Node::Text(_)) && self.begins_text()) {
                return Some(value);
            }
            let Node::Text(more) = self.value(depth, in_brackets)? else { return None };
            let Node::Text(text) = &mut value else { return None };
            text.push_str(&more);
        }
    }

    /// Returns whether a text literal begins here.
    fn begins_text(&self) -> bool {
        let rest = self.rest();
        rest.trim_start_matches(['r', 'R', 'u', 'U']).starts_with(['\'', '"']) && rest.find(['\'', '"']).is_some_and(|at| at < 2)
    }

    fn value(&mut self, depth: usize, in_brackets: bool) -> Option<Node> {
        self.skip(in_brackets);
        if self.begins_text() {
            return self.string().map(Node::Text);
        }
        match self.peek()? {
            '(' => self.collection(depth, ')'),
            '[' => self.collection(depth, ']'),
            '{' => self.collection(depth, '}'),
            '-' | '+' | '.' | '0'..='9' => self.number(),
            c if c.is_alphabetic() || c == '_' => self.word(),
            _ => None,
        }
    }

    /// Reads what stands in brackets: a list, a mapping, or one value in parentheses.
    fn collection(&mut self, depth: usize, close: char) -> Option<Node> {
        if depth >= DEEPEST {
            return None;
        }
        self.at += 1;
        let (mut items, mut map, mut has_comma) = (Vec::new(), Map::new(), false);
        loop {
            self.skip(true);
            if self.peek()? == close {
                self.at += 1;
                break;
            }
            let item = self.expression(depth + 1, true)?;
            self.skip(true);
            if close == '}' && self.peek()? == ':' {
                self.at += 1;
                let value = self.expression(depth + 1, true)?;
                map.push((item.text()?, value));
                self.skip(true);
            } else {
                items.push(item);
            }
            match self.peek()? {
                ',' => {
                    has_comma = true;
                    self.at += 1;
                }
                c if c == close => {}
                _ => return None,
            }
        }
        match close {
            ')' if items.len() == 1 && !has_comma => items.pop(),
            '}' if items.is_empty() => Some(Node::Map(map)),
            _ if map.is_empty() => Some(Node::List(items)),
            _ => None,
        }
    }

    fn number(&mut self) -> Option<Node> {
        let rest = self.rest();
        let text = &rest[..rest.find(|c: char| !(c.is_ascii_alphanumeric() || "+-._".contains(c))).unwrap_or(rest.len())];
        let plain = text.replace('_', "");
        plain.parse::<f64>().ok().filter(|number| number.is_finite())?;
        self.at += text.len();
        Some(Node::Number(plain))
    }

    /// Reads `True`, `False`, `None`, or a name that has a value already. What is nothing is an empty text: it says that there is none.
    fn word(&mut self) -> Option<Node> {
        let rest = self.rest();
        let word = &rest[..rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len())];
        self.at += word.len();
        self.skip(false);
        if matches!(self.peek(), Some('.' | '(' | '[')) {
            return None;
        }
        match word {
            "True" => Some(Node::Bool(true)),
            "False" => Some(Node::Bool(false)),
            "None" => Some(Node::Text(String::new())),
            name => self.names.value(name).filter(|node| matches!(node, Node::Text(_) | Node::Number(_) | Node::Bool(_))).cloned(),
        }
    }

    fn string(&mut self) -> Option<String> {
        let open = self.at + self.rest().find(['\'', '"'])?;
        let is_raw = self.text[self.at..open].contains(['r', 'R']);
        let end = string_end(self.text.as_bytes(), open);
        let quote = self.text.get(open..=open)?;
        let long = quote.repeat(3);
        let mark = if self.text[open..].starts_with(&long) && end >= open + 6 { &*long } else { quote };
        let inner = self.text.get(open + mark.len()..end)?.strip_suffix(mark)?;
        self.at = end;
        if is_raw { Some(inner.to_owned()) } else { unescape(inner) }
    }
}

/// Undoes the escapes of a text; nothing where one of them is not known.
fn unescape(text: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\\') {
        out.push_str(before);
        let sign = after.chars().next()?;
        let mut used = sign.len_utf8();
        match sign {
            '\n' => {}
            '\r' if after.starts_with("\r\n") => used = 2,
            'n' => out.push('\n'),
            't' => out.push('\t'),
            'r' => out.push('\r'),
            '\\' | '\'' | '"' => out.push(sign),
            'x' | 'u' | 'U' => {
                let length = [('x', 2), ('u', 4), ('U', 8)].iter().find(|(known, _)| *known == sign).map_or(0, |(_, length)| *length);
                let code = after.get(1..=length).filter(|hex| hex.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
                out.push(char::from_u32(u32::from_str_radix(code, 16).ok()?)?);
                used += length;
            }
            'N' | 'a' | 'b' | 'f' | 'v' | '0'..='7' => return None,
            other => out.extend(['\\', other]),
        }
        rest = &after[used..];
    }
    out.push_str(rest);
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::get;
    use proptest::prelude::*;

    fn value(text: &str) -> Option<Node> {
        get(&read(text).map, "A").cloned()
    }

    fn text(text: &str) -> Node {
        Node::Text(text.to_owned())
    }

    #[test]
    fn literals_are_read_as_python_reads_them() {
        for (written, expected) in [
            ("A = 'it\\'s \\u00fc'", text("it's ü")),
            ("A = \"a\" 'b' \\\n  'c'  # why", text("abc")),
            ("A = r'(?P<date>\\d+)'", text("(?P<date>\\d+)")),
            ("A = u'''two\nlines'''", text("two\nlines")),
            ("A = ''", text("")),
            ("A = None", text("")),
            ("A: str = 'x'", text("x")),
            ("B = 'x'\nA = B + '/y'", text("x/y")),
            ("A = ('x')", text("x")),
            ("A = True", Node::Bool(true)),
            ("A=-1", Node::Number("-1".into())),
            ("A = ('x',)", Node::List(vec![Node::Text("x".into())])),
            ("A = [\n  'x', # one\n  1,\n]", Node::List(vec![Node::Text("x".into()), Node::Number("1".into())])),
            ("A = {'k': [True]}", Node::Map(vec![("k".into(), Node::List(vec![Node::Bool(true)]))])),
            ("A = 'old'\nA = 'new'", text("new")),
        ] {
            assert_eq!(value(written), Some(expected), "{written}");
        }
    }

    #[test]
    fn what_would_have_to_be_run_is_not_known() {
        for written in [
            "A = os.environ.get('X', 'y')",
            "A = f'{B}'",
            "A = b'x'",
            "A = B",
            "A = 'x' if B else 'y'",
            "A = 'x'.lower()",
            "A = 'x' % 1",
            "A = [x for x in B]",
            "A = 'x' 1",
            "A = 'open",
            "A = {'a', 'b': 1}",
            "A = '\\N{BULLET}'",
            "A = 'x'\nA += 'y'",
            "A = ['x']\nA.append('y')",
            "A = {}\nA['x'] = 1",
            "A = lambda: 1",
        ] {
            assert_eq!(value(written), Some(unknown()), "{written}");
        }
    }

    #[test]
    fn a_condition_changes_nothing_and_is_told() {
        let found =
            read("A = 'x'\nif DEV:\n    A = 'y'\n\"\"\"\nA = 'z'\n\"\"\"\ndef f(a):\n    return a == 1\nfrom local import *\nlow = 1\n");
        let names: Vec<&str> = found.map.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["A", "A, where it depends on something", "from local import *"]);
        assert_eq!(get(&found.map, "A"), Some(&text("x")));
        assert_eq!(found.spans[&vec!["A".to_owned()]], 0..1);
    }

    #[test]
    fn long_and_deep_texts_are_read_in_no_time() {
        for text in
            ["A = ".to_owned() + &"[".repeat(100_000), "A = '\n".repeat(50_000), "A = (\n".repeat(50_000), "A=''''''".repeat(50_000)]
        {
            read(&text);
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "(A = |[a-cA-C'\"\\\\()\\[\\]{}:,#+=.rufNx01 \n\r\tä]){0,40}") {
            let found = read(&text);
            for span in found.spans.values() {
                prop_assert!(text.get(span.clone()).is_some());
            }
        }
    }
}
