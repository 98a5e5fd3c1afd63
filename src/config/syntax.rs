//! YAML faults: what the engine says, in words that help, and where.

use super::{codes, guard, node::Node, secrets};
use crate::diagnostic::{Diagnostic, Source, Span};

/// Reads a YAML text, or tells what is wrong with it.
pub(super) fn parse(source: Source<'_>) -> Result<Node, Box<Diagnostic>> {
    if let Some(refusal) = guard::refuse(source.text) {
        let found = Diagnostic::new(&codes::REFUSED, refusal.reason).at(secrets::place(source, refusal.span)).help(refusal.help);
        return Err(Box::new(found));
    }
    serde_yaml::from_str(source.text).map_err(|error| Box::new(explain(source, &error)))
}

/// What the engine says, what we say, and what to do about it.
const FAULTS: &[(&str, &str, &str)] = &[
    ("mapping values are not allowed", "a colon and a blank stand inside a value", "put the value in quotes"),
    ("cannot start any token", "a value or key cannot begin with this character", "put the value in quotes"),
    ("while scanning a quoted scalar", "a quotation mark is opened here and never closed", "add the closing quotation mark"),
    ("found unexpected end of stream", "a quotation mark or bracket is never closed", "close it"),
    ("more than one document", "there is a second document after a line `---`", "keep one document, and remove the line `---`"),
    ("unknown anchor", "a `*` at the beginning of a value means a name that was given with `&`", "put the value in quotes"),
    ("could not find expected ':'", "a key has no colon after it", "write `key: value`, with a blank after the colon"),
    (
        "did not find expected key",
        "this line does not fit the lines before it",
        "give the keys of one level the same indentation, and put quotes around whole values only",
    ),
    ("did not find expected ',' or", "a bracket is opened and never closed", "add the closing bracket, or put the value in quotes"),
    ("did not find expected '-' indicator", "this line does not fit the list before it", "give the items of one list the same indentation"),
    ("did not find expected node content", "a value was expected here", "write a value, or put it in quotes"),
    ("recursion limit", "this is nested too deeply", "write the values without nesting"),
    ("repetition limit", "the aliases (`*name`) stand for too much text", "write the values out"),
    ("alphabetic or numeric character", "a name was expected after `&` or `*`", "put the value in quotes"),
    ("failed to parse YAML number", "this number is too large", "put it in quotes if it is text"),
];

/// Returns the finding for a fault that the engine reported.
fn explain(source: Source<'_>, error: &serde_yaml::Error) -> Diagnostic {
    let said = error.to_string();
    let fault = FAULTS.iter().find(|(engine, ..)| said.contains(engine));
    let at = opened_at(source.text, &said).or_else(|| error.location().map(|l| l.index())).unwrap_or(0);
    let at = source.text.floor_char_boundary(at.min(source.text.len()));
    // The engine stands behind the `*` or `&` that it could not read a name after.
    let at = at
        - usize::from(said.contains("alphabetic or numeric") && source.text.get(..at).is_some_and(|before| before.ends_with(['*', '&'])));
    if let Some(tab) = tab_before(source.text, at) {
        let message = "a tab is used for indentation, which YAML does not allow";
        return Diagnostic::new(&codes::SYNTAX, message).at(secrets::place(source, tab)).help("indent with blanks");
    }
    let span = at..at + source.text.get(at..).and_then(|rest| rest.chars().next()).filter(|c| !c.is_control()).map_or(0, char::len_utf8);
    let (message, help) = after_the_end(source.text, at, &said).unwrap_or_else(|| match fault {
        Some((_, message, help)) if help.starts_with("put the value") => ((*message).to_owned(), quote_help(source.text, at)),
        Some((_, message, help)) => ((*message).to_owned(), (*help).to_owned()),
        None => (said.split(" at line").next().unwrap_or_default().to_lowercase(), quote_help(source.text, at)),
    });
    Diagnostic::new(&codes::SYNTAX, message).at(secrets::place(source, span)).help(help).spec("YAML 1.2")
}

/// Explains text after a value that ended with its bracket or quotation mark: `[Draft] news`, `'it's'`.
fn after_the_end(text: &str, at: usize, said: &str) -> Option<(String, String)> {
    let (_, value) = secrets::line_of(text, at).split_once(": ")?;
    let first =
        value.trim_start().chars().next().filter(|first| "[{\"'".contains(*first) && said.starts_with("did not find expected key"))?;
    let help = match first {
        '[' | '{' => quote_help(text, at),
        quote => format!("write `{}` for each `{quote}` inside the text", if quote == '"' { "\\\"" } else { "''" }),
    };
    let what = if matches!(first, '[' | '{') { "bracket" } else { "quotation mark" };
    Some((format!("the value ends with its {what}, and more text follows"), help))
}

/// Returns the advice to quote, with the line as it should be where that can be told.
fn quote_help(text: &str, at: usize) -> String {
    quoted_value(text, at).map_or("put the value in quotes".to_owned(), |line| format!("put the value in quotes: `{line}`"))
}

/// Returns where the engine says that an unclosed quotation mark or bracket was opened: only its text has it.
fn opened_at(text: &str, said: &str) -> Option<usize> {
    let context = said.split_once(", while ")?.1;
    let opens = context.starts_with("scanning a quoted") || context.starts_with("parsing a flow");
    let (line, column) = context.split_once(" at line ").filter(|_| opens)?.1.split_once(" column ")?;
    let line: usize = line.parse().ok()?;
    let column: usize = column.trim().parse().ok()?;
    let start = line_start(text, line)?;
    text.get(start..)?.char_indices().nth(column.checked_sub(1)?).map(|(at, _)| start + at)
}

/// Returns the byte offset of a line, counted from 1.
fn line_start(text: &str, line: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let ends = bytes.iter().enumerate().filter(|&(i, b)| *b == b'\n' || *b == b'\r' && bytes.get(i + 1) != Some(&b'\n'));
    std::iter::once(0).chain(ends.map(|(i, _)| i + 1)).nth(line.checked_sub(1)?)
}

/// Returns the tab in the indentation of the line that holds `at`.
fn tab_before(text: &str, at: usize) -> Option<Span> {
    let start = text.get(..at)?.rfind(['\n', '\r']).map_or(0, |i| i + 1);
    let line = text.get(start..)?;
    let blank = line.find(|c| c != ' ' && c != '\t').unwrap_or(line.len());
    let tab = start + line.get(..blank)?.find('\t')?;
    Some(tab..tab + 1)
}

/// Returns the value of the line that holds `at` as it should be written.
fn quoted_value(text: &str, at: usize) -> Option<String> {
    let line = secrets::line_of(text, at);
    if secrets::is_secret_line(line) {
        return None;
    }
    let (key, value) = line.split_once(": ")?;
    let value = value.trim();
    let whole = !value.is_empty() && value.len() < 200 && !value.starts_with(['"', '\'']);
    whole.then(|| format!("{}: {}", key.trim(), super::yaml_text(value, true)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(text: &str) -> (u32, u32, String) {
        let found = parse(Source::new("postrider.yaml", text)).expect_err("a fault");
        let start = found.place.expect("a place").start;
        (start.line, start.column, found.help.unwrap_or_default())
    }

    #[test]
    fn a_fault_is_where_it_is_and_says_what_to_write() {
        assert_eq!(fault("site:\n  title: Foo: bar\n"), (2, 13, "put the value in quotes: `title: \"Foo: bar\"`".into()));
        assert_eq!(fault("posts: @x\n"), (1, 8, "put the value in quotes: `posts: \"@x\"`".into()));
        assert_eq!(fault("a: 1\nexclude: *.md\n").1, 10);
        assert_eq!(fault("a: 1\nb: \"x\nc: 2\n"), (2, 4, "add the closing quotation mark".into()));
        assert_eq!(fault("site:\n\ttitle: x\n"), (2, 1, "indent with blanks".into()));
        assert_eq!(fault("a: [b, c\nd: e\n").0, 1);
        assert_eq!(fault("a: b\n---\nc: d\n").2, "keep one document, and remove the line `---`");
        assert_eq!(fault("a: b\n   c: d\n").0, 2);
        let quoted =
            ["title: %foo", "title: `x`", "title: *x*", "title: [Draft] news", "title: 'it's'", "title: \"a\" b", "title: &", "title: !<x"];
        for text in quoted {
            let (line, column, help) = fault(text);
            assert!(line == 1 && column >= 8 && !help.is_empty(), "{text} {line}:{column} {help}");
        }
        assert_eq!(fault("title: [Draft] news").2, "put the value in quotes: `title: \"[Draft] news\"`");
        assert_eq!(fault("title: 'it's'").2, "write `''` for each `'` inside the text");
        assert_eq!(fault("title: \"a\" b").2, "write `\\\"` for each `\"` inside the text");
        assert_eq!(fault("n: 123456789012345678901234567890123456789012345678901234567890\n- x").0, 2);
    }
}
