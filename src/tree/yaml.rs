//! YAML with every fault named in one run.
//!
//! The engine stops at the first fault. What is wrong there is set aside, as little of it as possible and without
//! moving anything, and the rest is read again.

use super::lines::{line, line_around, nth_line, quoted_end};
use super::node::Node;
use super::suspect::{
    Named, Suspicion, label_and_value, leading_blanks, suspect, suspect_open_above, suspect_tab, unit_end, without_quotes,
};
use crate::diagnostic::Span;
use crate::text::short::{shown, shown_in_help};
use std::borrow::Cow;

/// The most faults of one text that are named.
const MOST_FAULTS: usize = 16;
/// How often a text is read at the most: also what is no news has to be set aside.
const MOST_READS: usize = 32;
/// How often single lines of an entry in doubt are set aside before all of it is.
const MOST_DOUBTS: usize = 3;

/// What is wrong with a YAML text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultKind {
    /// Indentation with a tab.
    Tab,
    /// A quote that is not closed.
    OpenQuote,
    /// A value that means something else without quotes.
    Unquoted,
    /// A bracket that is not closed.
    OpenBracket,
    /// Aliases that stand for too much.
    TooComplex,
    /// More faults than are named.
    More,
    /// Anything else; the message is what the engine says.
    Syntax,
}

impl FaultKind {
    /// Returns message and advice that show nothing of the text.
    #[must_use]
    pub fn in_general(self) -> (&'static str, &'static str) {
        match self {
            FaultKind::Tab => ("a tab stands where YAML allows blanks only", "indent with blanks"),
            FaultKind::OpenQuote => ("a quote is not closed", "write the closing quote"),
            FaultKind::Unquoted => ("a value needs quotes in YAML", "put the value in quotes"),
            FaultKind::TooComplex => ("the aliases stand for too much text", "write the values out"),
            FaultKind::OpenBracket => ("a bracket is not closed", "write the closing bracket"),
            FaultKind::More => ("there are more faults from here on", "mend what is named above it and read it again"),
            FaultKind::Syntax => ("something is missing or too much", "check quotes, brackets and indentation here"),
        }
    }
}

/// A fault of a YAML text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// What it is.
    pub kind: FaultKind,
    /// Where it is.
    pub span: Span,
    /// What is wrong: lower case, no final stop.
    pub message: String,
    /// What to do.
    pub help: String,
}

/// A YAML text, read.
#[derive(Debug)]
pub struct Yaml<'t> {
    /// What could be read: a key whose value is wrong has none.
    pub node: Node,
    /// What is wrong, in the order in which it was found.
    pub faults: Vec<Fault>,
    /// The text with what is wrong replaced by blanks; nothing else has moved.
    pub mended: Cow<'t, str>,
}

/// Reads a YAML text that [`refuse`](super::refuse) lets pass.
#[must_use]
pub fn read_yaml(text: &str) -> Yaml<'_> {
    read_counting(text, &mut 0)
}

/// Reads a text and counts how often the engine did.
fn read_counting<'t>(text: &'t str, reads: &mut usize) -> Yaml<'t> {
    let mut reader = Reader { original: text, text: Cow::Borrowed(text), faults: Vec::new(), doubted: Vec::new() };
    for _ in 0..MOST_READS {
        *reads += 1;
        let error = match serde_yaml::from_str::<Node>(&reader.text) {
            Ok(node) => return Yaml { node, faults: reader.faults, mended: reader.text },
            Err(error) => error,
        };
        if reader.faults.len() == MOST_FAULTS {
            break;
        }
        reader.set_aside(&error);
    }
    reader.give_up()
}

struct Reader<'t> {
    original: &'t str,
    /// The text, with what is wrong replaced by blanks.
    text: Cow<'t, str>,
    faults: Vec<Fault>,
    /// The entries in which something stood that nobody can place: what is found there later may come of it.
    doubted: Vec<usize>,
}

impl<'t> Reader<'t> {
    /// Names a fault and removes it from the text.
    fn set_aside(&mut self, error: &serde_yaml::Error) {
        let said = error.to_string();
        if said.contains("limit exceeded") {
            self.push_general(FaultKind::TooComplex, 0..0);
            return self.blank(0..self.text.len());
        }
        if said.contains("more than one document") {
            return self.set_second_document_aside();
        }
        let stop = self.stop(error);
        if let Some(tab) = self.find_tab(stop) {
            return self.set_tabs_aside(tab);
        }
        let began = began_at(&self.text, &said);
        let places =
            std::iter::once((stop, true)).chain(began.iter().map(|at| (*at, false))).chain(self.before(stop).map(|at| (at, false)));
        let found = places
            .into_iter()
            .find_map(|(at, is_stop)| suspect(&self.text, &line_around(&self.text, at), Named { at, said: &said, is_stop }));
        match found.or_else(|| suspect_open_above(&self.text, stop)) {
            Some(suspicion) => self.set_value_aside(suspicion),
            None => self.set_block_aside(stop, &said, &began),
        }
    }

    fn push(&mut self, mut fault: Fault) {
        // Blanks may stand where a character of several bytes stood.
        fault.span = self.original.floor_char_boundary(fault.span.start)..self.original.ceil_char_boundary(fault.span.end);
        self.faults.push(fault);
    }

    fn push_general(&mut self, kind: FaultKind, span: Span) {
        let (message, help) = kind.in_general();
        self.push(Fault { kind, span, message: message.to_owned(), help: help.to_owned() });
    }

    /// Replaces a part of the text by blanks; nothing else moves.
    fn blank(&mut self, span: Span) {
        let blank: String = self.text[span.clone()].bytes().map(|b| if matches!(b, b'\n' | b'\r') { char::from(b) } else { ' ' }).collect();
        self.text.to_mut().replace_range(span, &blank);
    }

    /// Returns where the engine stopped. It counts characters.
    fn stop(&self, error: &serde_yaml::Error) -> usize {
        let index = error.location().map_or(0, |location| location.index());
        self.text.char_indices().nth(index).map_or(self.text.len(), |(at, _)| at)
    }

    /// Returns the end of the last line that says something before the line of a place.
    fn before(&self, at: usize) -> Option<usize> {
        self.text[..line_around(&self.text, at).start].trim_end().len().checked_sub(1)
    }

    fn find_tab(&self, stop: usize) -> Option<Fault> {
        let lines = std::iter::once(stop).chain(self.before(stop)).map(|at| line_around(&self.text, at));
        lines.into_iter().find_map(|range| suspect_tab(&self.text, &range))
    }

    /// Names the first of neighbouring lines with tabs, and reads each tab as a blank; where they stand beside lines with
    /// blanks, nobody can tell how deep they are meant to be, and they are left out.
    fn set_tabs_aside(&mut self, tab: Fault) {
        let before = self.before(tab.span.start).map(|at| line_around(&self.text, at));
        let is_own_block = before.is_none_or(|range| self.text[range].trim_end().ends_with(':'));
        self.doubted.push(self.entry(tab.span.start).start);
        let mut at = line_around(&self.text, tab.span.start).start;
        let mut count = 0;
        while let Some((range, next)) = line(&self.text, at)
            && suspect_tab(&self.text, &range).is_some()
        {
            let indent = leading_blanks(&self.text[range.clone()]);
            self.blank(if is_own_block { range.start..range.start + indent } else { range });
            count += 1;
            at = next;
        }
        let help = match count {
            1 => tab.help.clone(),
            2 => "indent this line and the next with blanks".to_owned(),
            _ => format!("indent this line and the {} below it with blanks", count - 1),
        };
        self.push(Fault { help, ..tab });
    }

    /// Removes the line that begins a second document.
    fn set_second_document_aside(&mut self) {
        let begin = self.text.len() - self.text.trim_start().len();
        let mut at = line(&self.text, begin).map_or(begin, |(_, next)| next);
        while let Some((range, next)) = line(&self.text, at) {
            if self.text[range.clone()].starts_with("---") || self.text[range.clone()].starts_with("...") {
                let message = format!("there is a second document after a line `{}`", shown(self.text[range.clone()].trim_end()));
                let help = "keep one document, and remove this line".to_owned();
                self.push(Fault { kind: FaultKind::Syntax, span: range.clone(), message, help });
                return self.blank(range);
            }
            at = next;
        }
        let span = line_around(&self.text, begin);
        let help = "keep one document".to_owned();
        self.push(Fault { kind: FaultKind::Syntax, span, message: "there is more than one document".to_owned(), help });
        self.blank(begin..self.text.len());
    }

    /// Names a value, and reads it as nothing.
    fn set_value_aside(&mut self, suspicion: Suspicion) {
        let first = line_around(&self.text, suspicion.cut.start);
        let end = suspicion.column.map_or(suspicion.cut.end, |column| unit_end(&self.text, &first, column));
        self.blank(suspicion.cut.start..end.max(suspicion.cut.end));
        self.text.to_mut().replace_range(suspicion.cut.start..=suspicion.cut.start, "~");
        self.push(suspicion.fault);
    }

    /// Removes a line and what belongs to it, and names it, unless its entry was in doubt before.
    fn set_block_aside(&mut self, stop: usize, said: &str, began: &[usize]) {
        let blamed = blamed(said, began);
        let at = blamed.unwrap_or(stop);
        let entry = self.entry(at);
        let doubts = self.doubted.iter().filter(|start| **start == entry.start).count();
        self.doubted.push(entry.start);
        let mut span = at..at + self.text[at..].chars().next().filter(|c| !c.is_control()).map_or(0, char::len_utf8);
        if blamed.is_some() {
            let range = line_around(&self.text, at);
            span.end = range.start + self.text[range].trim_end().len();
        }
        // Where the end comes too early, the last line that says something is the one to look at.
        if self.text[at..].trim().is_empty() {
            let end = self.text.trim_end().len();
            span = line_around(&self.text, end).start..end;
        }
        let range = line_around(&self.text, span.start);
        let help = advise(&self.text, said, &range);
        let message = said.split(" at line ").next().unwrap_or_default().split(" at position ").next().unwrap_or_default().to_owned();
        let end = unit_end(&self.text, &range, leading_blanks(&self.text[range.clone()]));
        if doubts == 0 {
            self.push(Fault { kind: FaultKind::Syntax, span, message, help });
        }
        let is_empty = |span: &Span| self.text[span.clone()].trim().is_empty();
        self.blank(match range.start..end {
            block if doubts < MOST_DOUBTS && !is_empty(&block) => block,
            _ if !is_empty(&entry) => entry,
            // Nothing there is to blame: what comes behind it cannot be read.
            _ => entry.start..self.text.len(),
        });
    }

    /// Returns the lines of the top-level key around a place.
    fn entry(&self, at: usize) -> Span {
        let begins =
            |range: &Span| !self.text[range.clone()].is_empty() && !self.text[range.clone()].starts_with([' ', '\t', '-', '#', ']', '}']);
        let (mut start, mut next_line) = (0, 0);
        while let Some((range, next)) = line(&self.text, next_line) {
            if begins(&range) {
                if range.start > at {
                    return start..range.start;
                }
                start = range.start;
            }
            next_line = next;
        }
        start..self.text.len()
    }

    /// Says that there is more, and reads what stands before it.
    fn give_up(mut self) -> Yaml<'t> {
        if let Err(error) = serde_yaml::from_str::<Node>(&self.text) {
            let at = self.stop(&error);
            let entry = self.entry(at);
            let at = at.min(self.text.trim_end().len());
            self.push_general(FaultKind::More, at..at);
            self.blank(entry.start..self.text.len());
        }
        let node = serde_yaml::from_str(&self.text).unwrap_or(Node::Null);
        Yaml { node, faults: self.faults, mended: self.text }
    }
}

/// Returns the places that the engine's message names: where something began that it could not finish.
fn began_at(text: &str, said: &str) -> Vec<usize> {
    let place = |rest: &str| {
        let (number, rest) = rest.split_once(" column ")?;
        let range = nth_line(text, number.trim().parse().ok()?)?;
        let column: usize = rest.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()?;
        text[range.clone()].char_indices().nth(column.checked_sub(1)?).map(|(at, _)| range.start + at).or(Some(range.end))
    };
    // The first is where the engine stopped.
    said.split(" line ").skip(2).filter_map(place).collect()
}

/// Returns the place that is to blame where the engine stopped only later.
fn blamed(said: &str, began: &[usize]) -> Option<usize> {
    said.contains("while scanning a simple key").then(|| began.first().copied()).flatten()
}

/// What the engine says, and what to do about it.
const ADVICE: &[(&str, &str)] = &[
    ("mapping values are not allowed", "put a value that holds a colon and a blank in quotes"),
    ("cannot start any token", "put the value in quotes"),
    ("quoted scalar", "add the closing quote"),
    ("unknown anchor", "put a value that begins with `*` in quotes"),
    ("could not find expected ':'", "write `key: value`, or indent a line that belongs to the value above"),
    ("did not find expected ',' or", "check the brackets and commas here"),
    ("did not find expected '-' indicator", "give the items of one list the same indentation"),
    ("did not find expected key", "give the keys of one level the same indentation, and put quotes around whole values only"),
    ("did not find expected node content", "write a value, or put it in quotes"),
    ("alphabetic or numeric character", "put a value that begins with `&` or `*` in quotes"),
];

/// What begins the lines that an unfinished merge leaves.
const CONFLICT: [&str; 3] = ["<<<<<<< ", "=======", ">>>>>>> "];

/// Says what to do where no single value is to blame.
fn advise(text: &str, said: &str, range: &Span) -> String {
    let content = &text[range.clone()];
    if CONFLICT.iter().any(|sign| content.starts_with(sign)) {
        return "a merge was not finished: keep what is right, and take out the lines of signs".to_owned();
    }
    if said.contains("escape character")
        && let Some((label, value, _)) = label_and_value(text, range)
    {
        let written = &text[value];
        let written = &written[..quoted_end(written, b'"').unwrap_or(written.len())];
        return format!(
            "write a backslash in single quotes: `{} '{}'`",
            shown(label),
            shown_in_help(without_quotes(written, b'"')).replace('\'', "''")
        );
    }
    let label = content.trim_start().split_inclusive(':').next().unwrap_or_default();
    if said.contains("mapping values are not allowed") && content.starts_with(' ') && label.ends_with(':') {
        return format!("write `{}` in the same column as the key above, or below a key without a value", shown(label));
    }
    let known = ADVICE.iter().find(|(engine, _)| said.contains(engine));
    known.map_or(FaultKind::Syntax.in_general().1, |(_, help)| help).to_owned()
}

#[cfg(test)]
mod tests;
