//! Where each key of a YAML text stands, which the YAML engine does not tell.
//!
//! A small line reader for block and flow mappings and sequences: right for anything a configuration holds, and only
//! used to place findings. What it does not understand (`? key`, several documents) it passes over; the finding then
//! points at the nearest key above.

use crate::diagnostic::Span;
use std::collections::BTreeMap;

/// Names from the top, with numbers for the items of a list.
type Path = Vec<String>;

/// The positions of one key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Spot {
    /// The key itself; the whole item in a list.
    pub(super) key: Span,
    /// The value where it stands on the same line; otherwise the key.
    pub(super) value: Span,
}

/// The positions of all keys.
#[derive(Debug, Default)]
pub(super) struct Index {
    spots: BTreeMap<Path, Vec<Spot>>,
}

/// Returns where a key of the configuration stands, `newsletter.from`, or else the nearest group around it.
#[must_use]
pub fn locate(text: &str, key: &str) -> Option<Span> {
    let path: Vec<String> = key.split('.').map(str::to_owned).collect();
    Index::new(text).nearest(&path).map(|spot| spot.key.clone())
}

impl Index {
    /// Reads a text.
    pub(super) fn new(text: &str) -> Index {
        let mut reader = Reader { text, at: 0, line: 0, frames: Vec::new(), index: Index::default() };
        while reader.at < text.len() {
            reader.read_line();
        }
        reader.index
    }

    /// Returns where a path stands for the `nth` time.
    pub(super) fn nth(&self, path: &[String], nth: usize) -> Option<&Spot> {
        self.spots.get(path)?.get(nth)
    }

    /// Returns where a path stands, or else the nearest path above.
    pub(super) fn nearest(&self, path: &[String]) -> Option<&Spot> {
        (1..=path.len()).rev().find_map(|length| self.nth(path.get(..length)?, 0))
    }

    /// Returns whether a path is there.
    #[cfg(test)]
    pub(super) fn has(&self, path: &[String]) -> bool {
        self.spots.contains_key(path)
    }
}

/// A block mapping or sequence that is still open.
struct Frame {
    indent: usize,
    sequence: bool,
    /// The path of the mapping or sequence.
    prefix: Path,
    /// The name or number last seen in it.
    last: String,
}

impl Frame {
    fn path(&self) -> Path {
        let mut path = self.prefix.clone();
        path.push(self.last.clone());
        path
    }
}

struct Reader<'a> {
    text: &'a str,
    /// Always at a character boundary.
    at: usize,
    /// Where the line begins.
    line: usize,
    frames: Vec<Frame>,
    index: Index,
}

impl Reader<'_> {
    /// Reads one line of a block, with everything that its value goes on for.
    fn read_line(&mut self) {
        self.line = self.at;
        self.skip(|c| c == ' ' || c == '\t');
        while self.rest().starts_with("- ") || self.is_lone_dash() {
            self.open_item();
        }
        match self.peek() {
            None | Some('#' | '\n' | '\r') => {}
            Some(_) => self.read_entry(),
        }
        self.skip(|c| c != '\n' && c != '\r');
        self.skip_line_end();
    }

    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn skip(&mut self, wanted: impl Fn(char) -> bool) {
        let rest = self.rest();
        self.at += rest.find(|c| !wanted(c)).unwrap_or(rest.len());
    }

    fn skip_line_end(&mut self) {
        let rest = self.rest();
        self.at += if rest.starts_with("\r\n") { 2 } else { usize::from(rest.starts_with(['\n', '\r'])) };
    }

    fn is_lone_dash(&self) -> bool {
        self.rest().strip_prefix('-').is_some_and(|rest| rest.is_empty() || rest.starts_with(['\n', '\r']))
    }

    fn column(&self) -> usize {
        self.at - self.line
    }

    fn top_path(&self) -> Path {
        self.frames.last().map(Frame::path).unwrap_or_default()
    }

    /// Begins an item of a block sequence, which may stand at the indentation of its key.
    fn open_item(&mut self) {
        let column = self.column();
        while self.frames.last().is_some_and(|frame| frame.indent > column) {
            self.frames.pop();
        }
        match self.frames.last_mut() {
            Some(frame) if frame.sequence && frame.indent == column => {
                frame.last = frame.last.parse::<usize>().map_or(0, |n| n + 1).to_string();
            }
            _ => {
                let prefix = self.top_path();
                self.frames.push(Frame { indent: column, sequence: true, prefix, last: "0".to_owned() });
            }
        }
        let start = self.at;
        self.at += 1;
        self.skip(|c| c == ' ' || c == '\t');
        let end = start + self.text.get(start..).map_or(0, |rest| plain_end(rest, false));
        let path = self.top_path();
        let item = self.at.min(end)..end.max(self.at.min(end));
        self.index.spots.entry(path).or_default().push(Spot { key: item.clone(), value: item });
    }

    /// Reads `key: value`, or passes over a value that stands alone.
    fn read_entry(&mut self) {
        let column = self.column();
        let start = self.at;
        let Some((name, end)) = self.read_key() else {
            let path = self.top_path();
            self.read_value(&path, column);
            return;
        };
        let colon = self.at;
        if !self.rest().starts_with(':') {
            return;
        }
        self.at = colon + 1;
        while self.frames.last().is_some_and(|frame| frame.indent > column || frame.indent == column && frame.sequence) {
            self.frames.pop();
        }
        match self.frames.last_mut() {
            Some(frame) if frame.indent == column => frame.last = name,
            _ => {
                let prefix = self.top_path();
                self.frames.push(Frame { indent: column, sequence: false, prefix, last: name });
            }
        }
        let path = self.top_path();
        self.skip(|c| c == ' ' || c == '\t');
        let spot = self.index.spots.entry(path.clone()).or_default();
        let nth = spot.len();
        spot.push(Spot { key: start..end, value: start..end });
        let value = self.at;
        self.read_value(&path, column);
        let value = value..self.at;
        if !value.is_empty()
            && let Some(spot) = self.index.spots.get_mut(&path).and_then(|spots| spots.get_mut(nth))
        {
            spot.value = value;
        }
    }

    /// Reads a key and returns its name and its end, and stops at its colon; stays where it is if there is none.
    fn read_key(&mut self) -> Option<(String, usize)> {
        let start = self.at;
        let first = self.peek()?;
        let found = if matches!(first, '"' | '\'') {
            self.quoted(first)
        } else {
            let length = key_end(self.rest())?;
            self.at = start + length;
            self.text.get(start..self.at).map(|name| name.trim_end().to_owned())
        };
        let end = start + self.text.get(start..self.at).map_or(0, |key| key.trim_end().len());
        self.skip(|c| c == ' ' || c == '\t');
        let is_key = self.rest().strip_prefix(':').is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t', '\n', '\r']));
        if is_key && found.is_some() {
            return found.map(|name| (name, end));
        }
        self.at = start;
        None
    }

    /// Reads a value that begins on this line and moves to its end.
    fn read_value(&mut self, path: &[String], column: usize) {
        match self.peek() {
            Some('"' | '\'' | '[' | '{') => self.flow(path),
            Some('|' | '>') => {
                let start = self.at;
                self.skip(|c| c != '\n' && c != '\r');
                let end = self.at;
                self.skip_block_text(column);
                // The value's mark is its indicator; the lines below are passed over.
                if self.at == end {
                    self.at = start;
                }
            }
            Some(_) => self.at += plain_end(self.rest(), false),
            None => {}
        }
    }

    /// Passes over the lines of a `|` or `>` text: all that are empty or stand deeper than their key.
    fn skip_block_text(&mut self, column: usize) {
        let mut end = self.at;
        loop {
            self.at = end;
            self.skip_line_end();
            let start = self.at;
            if start == end {
                return;
            }
            self.skip(|c| c == ' ');
            let deeper = self.at - start > column;
            if !deeper && !matches!(self.peek(), Some('\n' | '\r')) {
                self.at = end;
                return;
            }
            self.skip(|c| c != '\n' && c != '\r');
            end = self.at;
        }
    }

    /// Reads a quoted text and returns it without its quotes.
    fn quoted(&mut self, quote: char) -> Option<String> {
        let mut name = String::new();
        self.at += 1;
        let mut chars = self.text.get(self.at..)?.char_indices().peekable();
        let start = self.at;
        while let Some((at, c)) = chars.next() {
            match c {
                '\\' if quote == '"' => name.extend(chars.next().map(|(_, c)| c)),
                c if c == quote && quote == '\'' && chars.peek().is_some_and(|(_, next)| *next == '\'') => {
                    name.extend(chars.next().map(|(_, c)| c));
                }
                c if c == quote => {
                    self.at = start + at + 1;
                    return Some(name);
                }
                c => name.push(c),
            }
        }
        self.at = self.text.len();
        None
    }

    /// Reads a flow value. The guard has limited how deep they nest.
    fn flow(&mut self, path: &[String]) {
        match self.peek() {
            Some(quote @ ('"' | '\'')) => {
                self.quoted(quote);
            }
            Some('{') => self.flow_items(path, '}'),
            Some('[') => self.flow_items(path, ']'),
            _ => self.at += plain_end(self.rest(), true),
        }
    }

    fn flow_items(&mut self, path: &[String], close: char) {
        self.at += 1;
        for number in 0.. {
            self.skip_flow_blanks();
            let start = self.at;
            match self.peek() {
                None => return,
                Some(']' | '}') => {
                    self.at += 1;
                    return;
                }
                Some(_) if close == '}' => self.flow_entry(path),
                Some(_) => self.flow_item(path, number),
            }
            // Whatever it was, the reader goes on.
            if self.at == start {
                self.at += self.peek().map_or(1, char::len_utf8);
            }
        }
    }

    fn flow_item(&mut self, path: &[String], number: usize) {
        let start = self.at;
        let mut path = path.to_vec();
        path.push(number.to_string());
        self.flow(&path);
        let span = start..self.at;
        self.index.spots.entry(path).or_default().push(Spot { key: span.clone(), value: span });
    }

    fn flow_entry(&mut self, path: &[String]) {
        let start = self.at;
        let name = if let Some(quote @ ('"' | '\'')) = self.peek() {
            self.quoted(quote).unwrap_or_default()
        } else {
            self.at += plain_end(self.rest(), true).min(key_end(self.rest()).unwrap_or(usize::MAX));
            self.text.get(start..self.at).unwrap_or_default().trim_end().to_owned()
        };
        let key = start..self.at;
        let mut path = path.to_vec();
        path.push(name);
        self.skip(|c| c == ' ' || c == '\t');
        let mut value = key.clone();
        if self.rest().starts_with(':') {
            self.at += 1;
            self.skip_flow_blanks();
            let start = self.at;
            self.flow(&path);
            if self.at > start {
                value = start..self.at;
            }
        }
        self.index.spots.entry(path).or_default().push(Spot { key, value });
    }

    /// Passes over blanks, line ends, commas and comments.
    fn skip_flow_blanks(&mut self) {
        loop {
            self.skip(|c| c.is_whitespace() || c == ',');
            let at_comment = self.rest().starts_with('#');
            if !at_comment {
                return;
            }
            self.skip(|c| c != '\n' && c != '\r');
        }
    }
}

/// Returns where a plain value ends: at the line's end, at ` #`, in flow also at `,`, `]`, `}`.
fn plain_end(rest: &str, flow: bool) -> usize {
    let mut blank = false;
    let end = rest.find(|c: char| {
        let ends = matches!(c, '\n' | '\r') || blank && c == '#' || flow && matches!(c, ',' | ']' | '}');
        blank = c == ' ' || c == '\t';
        ends
    });
    rest.get(..end.unwrap_or(rest.len())).map_or(0, |value| value.trim_end().len())
}

/// Returns where a plain key ends: at a colon before a blank or the line's end.
fn key_end(rest: &str) -> Option<usize> {
    let line = rest.find(['\n', '\r']).unwrap_or(rest.len());
    let comment = rest.find(" #").unwrap_or(rest.len());
    let is_end =
        |(at, _): &(usize, &str)| rest.get(at + 1..).is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t', '\n', '\r']));
    let colon = rest.match_indices(':').take_while(|(at, _)| *at < line.min(comment)).find(is_end);
    colon.map(|(at, _)| at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Returns the value's text at a dotted path.
    fn value<'a>(text: &'a str, path: &str) -> Option<&'a str> {
        let path: Vec<String> = path.split('/').map(str::to_owned).collect();
        Index::new(text).nth(&path, 0).and_then(|spot| text.get(spot.value.clone()))
    }

    const TEXT: &str = "site:\n  title: \"A: b\" # c\n  url: https://x.org/ # d\nposts:\n- a\n- b/**\nexclude:\n  - \"c\"\n  - x: 1\n    y: 2\nfeeds: {formats: [rss, 'atom'], files: {rss: a.xml},\n  entries: 20}\ndoc: |\n  site: no\n\n  x: no\n'q k': v\nlast:\n";

    #[test]
    fn block_and_flow_keys_are_found_with_their_values() {
        let cases = [
            ("site/title", "\"A: b\""),
            ("site/url", "https://x.org/"),
            ("posts/0", "a"),
            ("posts/1", "b/**"),
            ("exclude/0", "\"c\""),
            ("exclude/1/x", "1"),
            ("exclude/1/y", "2"),
            ("feeds/formats/0", "rss"),
            ("feeds/formats/1", "'atom'"),
            ("feeds/files/rss", "a.xml"),
            ("feeds/entries", "20"),
            ("q k", "v"),
            ("last", "last"),
        ];
        for (path, text) in cases {
            assert_eq!(value(TEXT, path), Some(text), "{path}");
        }
        assert_eq!(value(TEXT, "doc/x"), None);
        assert_eq!(value(TEXT, "x"), None);
    }

    #[test]
    fn line_ends_of_every_kind_are_understood() {
        for end in ["\r\n", "\r"] {
            assert_eq!(value(&TEXT.replace('\n', end), "feeds/entries"), Some("20"));
        }
    }

    #[test]
    fn the_second_of_two_equal_keys_is_found() {
        let text = "a: 1\nb: 2\na: 3\n";
        assert_eq!(Index::new(text).nth(&["a".to_owned()], 1).map(|spot| spot.key.clone()), Some(10..11));
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic_or_point_inside_a_character(text in "[a-c:\\-\\[\\]{}\"'|>#, \n\r\tä]{0,60}") {
            for spot in Index::new(&text).spots.values().flatten() {
                prop_assert!(text.get(spot.key.clone()).is_some() && text.get(spot.value.clone()).is_some());
            }
        }
    }
}
