//! The text of a paragraph in the making: white space, emphasis, and the numbers of links.
//!
//! Control characters stand for what is decided later. No text of an author's has any: they are removed here.

use crate::text::bytes::position;
use crate::text::wrap::{BREAK, GLUE, width};
use std::fmt::Write as _;

const STRONG: (char, char) = ('\u{3}', '\u{4}');
const EMPHASIS: (char, char) = ('\u{5}', '\u{6}');
const DELETED: (char, char) = ('\u{e}', '\u{f}');
/// Emphasis on more than this is a manner of setting, and marks far apart do not read as a pair.
const LONGEST: usize = 200;

/// What a piece of text stands out by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    Strong,
    Emphasis,
    Deleted,
}

impl Mark {
    fn signs(self) -> (char, char) {
        match self {
            Mark::Strong => STRONG,
            Mark::Emphasis => EMPHASIS,
            Mark::Deleted => DELETED,
        }
    }
}

/// A paragraph's text.
#[derive(Debug, Default)]
pub(super) struct Line {
    out: String,
    space: bool,
    /// Numbers of links that wait for the end of their word.
    owed: Vec<usize>,
}

impl Line {
    /// Writes text, white space collapsed.
    pub(super) fn text(&mut self, text: &str) {
        let mut rest = text;
        loop {
            // Most of a text is plain letters and blanks, which nothing is asked about.
            let plain = position(rest.as_bytes(), |byte| !matches!(byte, b' '..=b'~')).unwrap_or(rest.len());
            let (plain, after) = rest.split_at(plain);
            self.words(plain);
            let mut chars = after.chars();
            let Some(c) = chars.next() else { return };
            rest = chars.as_str();
            match c {
                '\u{a0}' | '\u{2007}' | '\u{202f}' => self.push(c),
                '\u{200b}' => self.may_break(),
                // Soft hyphens are for those who hyphenate; signs of what is multiplied nobody sees.
                '\u{ad}' | '\u{feff}' | '\u{2061}'..='\u{2064}' => {}
                c if c.is_whitespace() => self.blank(),
                c if c.is_control() => {}
                c => self.push(c),
            }
        }
    }

    /// Writes text that breaks at its blanks only where nothing else helps, if it is `held` together.
    pub(super) fn together(&mut self, text: &str, held: bool) {
        if !held {
            return self.text(text);
        }
        for (at, word) in text.split(char::is_whitespace).enumerate() {
            if at > 0 && !self.out.ends_with([GLUE, '\n']) {
                self.settle();
                self.out.push(GLUE);
            }
            self.text(word);
        }
    }

    /// Writes a blank unless there is one.
    pub(super) fn blank(&mut self) {
        self.space = !(self.out.is_empty() || self.out.ends_with('\n'));
    }

    /// Ends a line.
    pub(super) fn end_line(&mut self) {
        self.settle();
        self.space = false;
        self.out.push('\n');
    }

    /// Allows a line to break.
    pub(super) fn may_break(&mut self) {
        self.settle();
        self.out.push(BREAK);
    }

    /// Begins a piece that stands out.
    pub(super) fn open(&mut self, mark: Mark) {
        self.settle();
        self.flush();
        self.out.push(mark.signs().0);
    }

    /// Ends it.
    pub(super) fn close(&mut self, mark: Mark) {
        self.out.push(mark.signs().1);
    }

    /// Begins a piece that is looked at again at its end; returns where it is.
    pub(super) fn begin(&mut self) -> usize {
        self.settle();
        self.flush();
        self.out.len()
    }

    /// Returns what was written since.
    pub(super) fn since(&self, from: usize) -> &str {
        self.out.get(from..).unwrap_or_default()
    }

    /// Writes something else instead of what was written since.
    pub(super) fn replace(&mut self, from: usize, text: &str) {
        self.out.truncate(from);
        self.out.push_str(text);
    }

    /// Writes the number of the link that began at a place.
    pub(super) fn reference(&mut self, from: usize, number: usize) {
        if self.since(from).chars().all(char::is_control) {
            let number = format!("[{number}]");
            self.flush();
            return self.out.push_str(&number);
        }
        self.owed.push(number);
    }

    /// Returns the text, ready to be wrapped.
    pub(super) fn finish(mut self) -> String {
        self.settle();
        let text = resolve(self.out, DELETED, "~~", |_, _| true);
        let text = resolve(text, STRONG, "*", reads_well);
        let mut text = resolve(text, EMPHASIS, "_", reads_well);
        // Signs of ours are all that is left of control characters, and they are ASCII.
        let is_sign = |byte: u8| (byte < b' ') & (byte != b'\n') & (byte != GLUE as u8) & (byte != BREAK as u8) | (byte == 0x7f);
        if position(text.as_bytes(), is_sign).is_some() {
            text.retain(|c| !u8::try_from(c).is_ok_and(is_sign));
        }
        text
    }

    /// Writes words of plain letters.
    fn words(&mut self, text: &str) {
        if !self.owed.is_empty() || text.as_bytes().windows(2).any(|pair| pair == b"  ") {
            for (at, word) in text.split(' ').enumerate() {
                if at > 0 {
                    self.blank();
                }
                self.push_word(word);
            }
            return;
        }
        if text.starts_with(' ') {
            self.blank();
        }
        let words = text.trim_matches(' ');
        if words.is_empty() {
            return;
        }
        self.flush();
        self.out.push_str(words);
        if text.ends_with(' ') {
            self.blank();
        }
    }

    /// Writes some letters without blanks.
    fn push_word(&mut self, word: &str) {
        if !self.owed.is_empty() {
            return word.chars().for_each(|c| self.push(c));
        }
        if !word.is_empty() {
            self.flush();
            self.out.push_str(word);
        }
    }

    fn push(&mut self, c: char) {
        // A number never parts a word: `links [1]`, not `link [1]s`.
        let same_word = !self.space && (c.is_alphanumeric() && is_narrow(c) || matches!(c, '\'' | '’' | '-'));
        if !same_word {
            self.settle();
        }
        self.flush();
        self.out.push(c);
    }

    fn flush(&mut self) {
        if std::mem::take(&mut self.space) {
            self.out.push(' ');
        }
    }

    fn settle(&mut self) {
        for number in std::mem::take(&mut self.owed) {
            self.out.push(GLUE);
            let _ = write!(self.out, "[{number}]");
        }
    }
}

/// Writes the signs of one mark where they read well, and leaves them out elsewhere.
fn resolve(text: String, (open, close): (char, char), sign: &str, reads_well: fn(&str, &Surroundings<'_>) -> bool) -> String {
    if memchr::memchr(open as u8, text.as_bytes()).is_none() {
        return text;
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some((before, after)) = rest.split_once(open) {
        out.push_str(before);
        let (inner, behind) = after.split_once(close).unwrap_or((after, ""));
        let inner_text = inner.trim_matches([' ', '\n']);
        let around = Surroundings { before: &out, after: behind, sign };
        if inner_text.chars().all(char::is_control) || !reads_well(inner_text, &around) {
            out.push_str(inner);
        } else {
            let (blanks, _) = inner.split_at(inner.len() - inner.trim_start_matches([' ', '\n']).len());
            out.push_str(blanks);
            out.push_str(sign);
            out.push_str(inner_text);
            out.push_str(sign);
            out.push_str(inner.trim_start_matches([' ', '\n']).get(inner_text.len()..).unwrap_or_default());
        }
        rest = behind;
    }
    out.push_str(rest);
    out
}

struct Surroundings<'t> {
    before: &'t str,
    after: &'t str,
    sign: &'t str,
}

/// Returns whether a piece of text between two signs is seen to stand out, and nothing else is meant.
fn reads_well(inner: &str, around: &Surroundings<'_>) -> bool {
    let in_word = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() && is_narrow(c));
    let mut before = around.before.chars().rev().filter(|c| !c.is_control());
    let mut after = around.after.chars().filter(|c| !c.is_control());
    !inner.contains(around.sign) && !inner.contains("://") && width(inner) <= LONGEST && !in_word(before.next()) && !in_word(after.next())
}

fn is_narrow(c: char) -> bool {
    c < '\u{1100}' || unicode_width::UnicodeWidthChar::width(c) != Some(2)
}
