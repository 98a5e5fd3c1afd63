//! YAML faults of a configuration: all of them, and nothing of a secret.

use super::{codes, secrets};
use crate::diagnostic::{Diagnostic, Source, Span};
use crate::tree::{self, Fault, FaultKind, Node, Yaml};
use std::borrow::Cow;

/// The most invisible characters that are named.
const MOST_CONTROLS: usize = 16;

/// A configuration's YAML, read.
pub(super) struct Document {
    /// What could be read.
    pub(super) node: Node,
    /// The text with what is wrong replaced by blanks.
    pub(super) mended: String,
    /// Where what was replaced stood.
    pub(super) doubted: Vec<Span>,
    /// What is wrong.
    pub(super) found: Vec<Diagnostic>,
}

/// Reads a YAML text and tells what is wrong with it.
pub(super) fn parse(source: Source<'_>) -> Document {
    if let Some(refusal) = tree::refuse(source.text) {
        let message = format!("the configuration {}", refusal.reason);
        let found = Diagnostic::new(&codes::REFUSED, message).at(secrets::place(source, refusal.span)).help(refusal.help);
        return Document { node: Node::Null, mended: String::new(), doubted: Vec::new(), found: vec![found] };
    }
    let (text, mut found) = without_controls(source);
    let Yaml { node, faults, mended } = tree::read_yaml(&text);
    let doubted = faults.iter().map(|fault| fault.span.clone()).collect();
    found.extend(faults.into_iter().map(|fault| explain(source, fault)));
    Document { node, mended: mended.into_owned(), doubted, found }
}

/// Names the characters that YAML cannot hold, and reads them as blanks.
fn without_controls(source: Source<'_>) -> (Cow<'_, str>, Vec<Diagnostic>) {
    let controls: Vec<(usize, char)> = tree::controls(source.text).collect();
    let mut text = Cow::Borrowed(source.text);
    for (at, c) in &controls {
        text.to_mut().replace_range(*at..at + c.len_utf8(), &" ".repeat(c.len_utf8()));
    }
    let report = |(at, c): &(usize, char)| {
        let message = format!("the character U+{:04X} is not allowed here", u32::from(*c));
        let help = "delete the character; it may be invisible in an editor";
        Diagnostic::new(&codes::REFUSED, message).at(secrets::place(source, *at..at + c.len_utf8())).help(help)
    };
    (text, controls.iter().take(MOST_CONTROLS).map(report).collect())
}

/// Returns the finding for a fault.
fn explain(source: Source<'_>, fault: Fault) -> Diagnostic {
    let code = if fault.kind == FaultKind::TooComplex { &codes::REFUSED } else { &codes::SYNTAX };
    let place = secrets::place(source, fault.span.clone());
    let (message, help) = if secrets::is_secret_line(secrets::line_of(source.text, fault.span.start)) {
        let (message, help) = fault.kind.in_general();
        (message.to_owned(), help.to_owned())
    } else {
        let is_engines = fault.kind == FaultKind::Syntax;
        (if is_engines { format!("this is not valid YAML: {}", fault.message) } else { fault.message }, fault.help)
    };
    Diagnostic::new(code, message).at(place).help(help)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns each fault as `line:column help`.
    fn faults(text: &str) -> Vec<String> {
        let show = |found: Diagnostic| {
            let start = found.place.expect("a place").start;
            format!("{}:{} {}", start.line, start.column, found.help.unwrap_or_default())
        };
        parse(Source::new("postrider.yaml", text)).found.into_iter().map(show).collect()
    }

    #[test]
    fn a_fault_is_where_it_is_and_says_what_to_write() {
        for (text, fault) in [
            ("site:\n  title: Foo: bar\n", "2:10 quote it: `title: \"Foo: bar\"`"),
            ("posts: @x\n", "1:8 quote it: `posts: \"@x\"`"),
            ("a: 1\nexclude: *.md\n", "2:10 quote it: `exclude: \"*.md\"`"),
            ("a: 1\nb: \"x\nc: 2\n", "2:4 write `\"` at the end"),
            ("site:\n\ttitle: x\n", "2:1 indent with blanks"),
            ("a: [b, c\nd: e\n", "1:4 write `]` at the end, or quote it: `a: \"[b, c\"`"),
            ("a: b\n---\nc: d\n", "2:1 keep one document, and remove this line"),
            ("a: b\n   c: d\n", "2:5 write `c:` in the same column as the key above, or below a key without a value"),
            ("title: [Draft] news", "1:8 quote it: `title: \"[Draft] news\"`"),
            ("title: 'it's'", "1:8 quote the whole value: `title: \"it's\"`"),
            ("title: \"a\" b", "1:8 quote the whole value: `title: '\"a\" b'`"),
            ("a: \u{1b}b\n", "1:4 delete the character; it may be invisible in an editor"),
        ] {
            assert_eq!(faults(text), [fault], "{text}");
        }
        for text in ["title: %foo", "title: `x`", "title: *x*", "title: &", "title: !<x"] {
            let found = faults(text);
            assert!(found.len() == 1 && found.concat().starts_with("1:8 "), "{text} {found:?}");
        }
    }
}
