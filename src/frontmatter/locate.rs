//! Where a key of the front matter stands.
//!
//! The parsers tell what a file says, not where it says it. Findings are rare, so positions are looked up only for
//! them, by a scanner that follows one path through the text. It reads what people write, not all of YAML; where it
//! finds no value, it says where the key is.

use super::split::{Delimiter, Split, line, plain_key, split};
use crate::diagnostic::Span;
use crate::tree::quoted_end;
use toml::de::{DeTable, DeValue};

/// Returns where the value of a front-matter key such as `permalink` or `enclosure.url` stands in a file's text; the
/// key itself where it has no value, nothing where there is no such key.
#[must_use]
pub fn locate(text: &str, key: &str) -> Option<Span> {
    match split(text, true) {
        Split::Front { delimiter, front, .. } => {
            let path: Vec<&str> = key.split('.').collect();
            let found = span(delimiter, &text[front.clone()], &path)?;
            Some(front.start + found.start..front.start + found.end)
        }
        _ => None,
    }
}

/// Returns where the value of a key stands in a file that is YAML throughout, such as the settings.
#[must_use]
pub fn locate_in_yaml(text: &str, key: &str) -> Option<Span> {
    span(Delimiter::Yaml, text, &key.split('.').collect::<Vec<_>>())
}

/// Returns where the value at a path stands in the front matter.
pub(super) fn span(delimiter: Delimiter, front: &str, path: &[&str]) -> Option<Span> {
    match delimiter {
        Delimiter::Yaml => yaml(front, path),
        Delimiter::Toml => toml(front, path),
        Delimiter::Json => flow(front, 0, path),
        Delimiter::Plain => plain(front, path),
    }
}

/// Returns where a key stands, however often, in the order of the text.
///
/// The first two at the same depth are what a report of a duplicate needs.
pub(super) fn keys(delimiter: Delimiter, front: &str, key: &str) -> Vec<Span> {
    if delimiter == Delimiter::Json || front.trim_start().starts_with('{') {
        let quoted = format!("\"{key}\"");
        let is_key = |at: &usize| front[at + quoted.len()..].trim_start().starts_with(':');
        return front.match_indices(&quoted).map(|(at, _)| at).filter(is_key).map(|at| at..at + quoted.len()).collect();
    }
    let found: Vec<Line> = lines(front)
        .filter_map(|range| {
            let text = &front[range.clone()];
            let dashes = text.len() - text.trim_start_matches([' ', '-']).len();
            yaml_line(front, range.start + dashes, &range)
        })
        .filter(|line| &front[line.key.clone()] == key)
        .collect();
    let twice = found.iter().find(|line| found.iter().filter(|other| other.indent == line.indent).count() > 1);
    let indent = twice.map(|line| line.indent);
    found.into_iter().filter(|line| indent.is_none_or(|indent| line.indent == indent)).map(|line| line.key).collect()
}

fn plain(front: &str, path: &[&str]) -> Option<Span> {
    lines(front).find_map(|range| {
        let (key, value) = plain_key(&front[range.clone()])?;
        key.eq_ignore_ascii_case(path.first()?)
            .then(|| not_empty(front, range.start + value..range.end, range.start..range.start + key.len()))
    })
}

/// Returns the value's span, or the key's where the value is empty.
fn not_empty(text: &str, value: Span, key: Span) -> Span {
    let trimmed = trim(text, value);
    if trimmed.is_empty() { key } else { trimmed }
}

fn trim(text: &str, span: Span) -> Span {
    let part = &text[span.clone()];
    let start = span.start + (part.len() - part.trim_start().len());
    start..start + part.trim().len()
}

fn lines(text: &str) -> impl Iterator<Item = Span> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let (range, next) = line(text, at)?;
        at = next;
        Some(range)
    })
}

fn toml(front: &str, path: &[&str]) -> Option<Span> {
    let (table, _) = DeTable::parse_recoverable(front);
    let (first, rest) = path.split_first()?;
    let (key, mut value) = table.get_ref().iter().find(|(key, _)| key.get_ref().eq_ignore_ascii_case(first))?;
    let mut found = key.span();
    for step in rest {
        value = match value.get_ref() {
            DeValue::Table(table) => table.iter().find(|(key, _)| key.get_ref().eq_ignore_ascii_case(step)).map(|(_, value)| value)?,
            DeValue::Array(items) => items.get(step.parse::<usize>().ok()?)?,
            _ => return None,
        };
        found = value.span();
    }
    let is_whole_table = matches!(value.get_ref(), DeValue::Table(_)) && rest.is_empty();
    Some(if is_whole_table { found } else { value.span() })
}

/// A key of a block mapping, or an item of a block sequence.
struct Line {
    /// The columns before the key, those of `- ` included.
    indent: usize,
    key: Span,
    value: Span,
}

/// Returns what a line of a block mapping says; `from` is where to look for the key, behind any `- `.
fn yaml_line(front: &str, from: usize, range: &Span) -> Option<Line> {
    let text = front.get(from..range.end)?;
    let start = from + (text.len() - text.trim_start_matches([' ', '\t']).len());
    let content = &front[start..range.end];
    if content.starts_with('#') {
        return None;
    }
    let quote = content.chars().next().filter(|c| matches!(c, '"' | '\''));
    let (key, colon) = if let Some(quote) = quote {
        let end = content[1..].find(quote)? + 1;
        (start + 1..start + end, start + end + 1 + content[end + 1..].find(':')?)
    } else {
        let ends = |at: &usize| content[at + 1..].starts_with([' ', '\t']) || at + 1 == content.len();
        let colon = content.match_indices(':').map(|(at, _)| at).find(ends)?;
        (start..start + content[..colon].trim_end().len(), start + colon)
    };
    Some(Line { indent: start - range.start, key, value: trim(front, colon + 1..range.end) })
}

/// Follows a path through block mappings and sequences.
fn yaml(front: &str, path: &[&str]) -> Option<Span> {
    if front.trim_start().starts_with('{') {
        return flow(front, 0, path);
    }
    let all: Vec<Span> = lines(front).collect();
    let (mut first, mut least) = (0, 0);
    let mut found: Option<Line> = None;
    // Within an item of a sequence, its first key stands behind the dash.
    let mut behind_dash: Option<usize> = None;
    for (depth, step) in path.iter().enumerate() {
        if let Some(line) = &found
            && front[line.value.clone()].starts_with(['[', '{'])
        {
            return flow(front, line.value.start, &path[depth..]);
        }
        let (at, line) = match step.parse::<usize>() {
            Ok(index) if depth > 0 => yaml_item(front, &all, first, least, index)?,
            _ => yaml_key(front, &all, first, least, behind_dash.take(), step)?,
        };
        (first, least) = (at + 1, line.indent + usize::from(step.parse::<usize>().is_err()));
        if depth > 0 && step.parse::<usize>().is_ok() {
            behind_dash = Some(line.value.start);
            first = at;
            least = line.indent + 1;
        }
        found = Some(line);
    }
    let line = found?;
    Some(yaml_value(front, &line))
}

/// Returns the value's span without a comment behind it.
fn yaml_value(front: &str, line: &Line) -> Span {
    let value = &front[line.value.clone()];
    let end = match value.bytes().next() {
        Some(b'#') => 0,
        Some(quote @ (b'"' | b'\'')) => quoted_end(value, quote).unwrap_or(value.len()),
        Some(b'[' | b'{') => value_end(front, line.value.start).saturating_sub(line.value.start).min(front.len()),
        _ => value.find(" #").unwrap_or(value.len()),
    };
    let end = (line.value.start + end).min(front.len());
    not_empty(front, line.value.start..end.max(line.value.start), line.key.clone())
}

fn yaml_key(front: &str, all: &[Span], first: usize, least: usize, behind_dash: Option<usize>, key: &str) -> Option<(usize, Line)> {
    let mut level = None;
    for (at, range) in all.iter().enumerate().skip(first) {
        let from = behind_dash.filter(|_| at == first).unwrap_or(range.start);
        if front[from..range.end].trim().is_empty() {
            continue;
        }
        let indent = from - range.start + front[from..range.end].bytes().take_while(|b| *b == b' ').count();
        if indent < least {
            return None;
        }
        let level = *level.get_or_insert(indent);
        if indent == level
            && let Some(line) = yaml_line(front, from, range)
            && front[line.key.clone()].eq_ignore_ascii_case(key)
        {
            return Some((at, line));
        }
    }
    None
}

fn yaml_item(front: &str, all: &[Span], first: usize, least: usize, index: usize) -> Option<(usize, Line)> {
    let (mut level, mut seen) = (None, 0);
    for (at, range) in all.iter().enumerate().skip(first) {
        let text = &front[range.clone()];
        let content = text.trim_start_matches(' ');
        if content.trim().is_empty() || content.starts_with('#') {
            continue;
        }
        let indent = text.len() - content.len();
        let is_item = content == "-" || content.starts_with("- ") || content.starts_with("-\t");
        // The items may stand as far left as the key they belong to.
        if indent + 1 < least || level.is_none() && !is_item || level.is_some_and(|level| indent < level) {
            return None;
        }
        if *level.get_or_insert(indent) == indent && is_item {
            if seen == index {
                let dash = range.start + indent;
                return Some((at, Line { indent, key: dash..dash + 1, value: trim(front, dash + 1..range.end) }));
            }
            seen += 1;
        }
    }
    None
}

/// Follows a path through a flow collection (`[a, {b: c}]`), of which JSON is a kind.
fn flow(text: &str, at: usize, path: &[&str]) -> Option<Span> {
    let mut at = skip_blanks(text, at);
    for step in path {
        at = match text.as_bytes().get(at)? {
            b'{' => flow_key(text, at + 1, step)?,
            b'[' => flow_item(text, at + 1, step.parse().ok()?)?,
            _ => return None,
        };
        at = skip_blanks(text, at);
    }
    let found = trim(text, at..value_end(text, at));
    (!found.is_empty()).then_some(found)
}

fn flow_key(text: &str, mut at: usize, key: &str) -> Option<usize> {
    loop {
        at = skip_blanks(text, at);
        let end = value_end(text, at);
        let first = *text.as_bytes().get(at)?;
        let (name, colon) = if matches!(first, b'"' | b'\'') {
            let length = quoted_end(text.get(at..)?, first)?;
            (text.get(at + 1..at + length - 1)?, skip_blanks(text, at + length))
        } else {
            let colon = at + text.get(at..end)?.find(':')?;
            (text[at..colon].trim(), colon)
        };
        if name.eq_ignore_ascii_case(key) {
            return Some(colon + 1);
        }
        // The value behind a quoted key is not part of the key's own end.
        let end = value_end(text, colon + 1);
        at = (text.as_bytes().get(end) == Some(&b',')).then_some(end + 1)?;
    }
}

fn flow_item(text: &str, mut at: usize, index: usize) -> Option<usize> {
    for _ in 0..index {
        let end = value_end(text, at);
        at = (text.as_bytes().get(end) == Some(&b',')).then_some(end + 1)?;
    }
    Some(at)
}

fn skip_blanks(text: &str, at: usize) -> usize {
    let bytes = text.as_bytes();
    (at..bytes.len()).find(|i| !bytes[*i].is_ascii_whitespace()).unwrap_or(bytes.len())
}

/// Returns where the flow value at an offset ends: before the comma or bracket behind it.
fn value_end(text: &str, at: usize) -> usize {
    let bytes = text.as_bytes();
    let mut at = skip_blanks(text, at);
    let mut depth = 0usize;
    let mut begins = true;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' | b'\'' if begins => {
                at += text.get(at..).and_then(|rest| quoted_end(rest, *byte)).unwrap_or(1);
                begins = false;
                continue;
            }
            b'[' | b'{' => depth += 1,
            b']' | b'}' | b',' if depth == 0 => return at,
            b']' | b'}' => {
                depth -= 1;
                if depth == 0 {
                    return at + 1;
                }
            }
            _ => {}
        }
        begins =
            matches!(byte, b'[' | b'{' | b',' | b':') || begins && byte.is_ascii_whitespace() || byte.is_ascii_whitespace() && depth > 0;
        at += 1;
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at<'a>(text: &'a str, key: &str) -> Option<&'a str> {
        locate(text, key).and_then(|span| text.get(span))
    }

    #[test]
    fn yaml_values_are_found() {
        let text = "---\n# title: not this\ntitle: 'It''s: # here' # said\n\"quoted key\": q\nPermalink:  /a/  # b\ntags:\n- one\n- two words \nother:\n  - x\nenclosure:\n  length: 5\n  url: /a.mp3\nlist:\n  - url: one.mp3\n    type: audio\n  - type: video\n    url: two.mp4\nflow: {a: [1, \"b, c\"], d: e}\nempty:\n---\ntitle: body";
        for (key, value) in [
            ("title", "'It''s: # here'"),
            ("quoted key", "q"),
            ("permalink", "/a/"),
            ("tags.0", "one"),
            ("tags.1", "two words"),
            ("tags", "tags"),
            ("other.0", "x"),
            ("enclosure.url", "/a.mp3"),
            ("list.0.url", "one.mp3"),
            ("list.0.type", "audio"),
            ("list.1.url", "two.mp4"),
            ("flow", "{a: [1, \"b, c\"], d: e}"),
            ("flow.a.1", "\"b, c\""),
            ("flow.d", "e"),
            ("empty", "empty"),
        ] {
            assert_eq!(at(text, key), Some(value), "{key}");
        }
        for key in ["url", "tags.2", "enclosure.type", "length", "flow.x", "title.x", ""] {
            assert_eq!(at(text, key), None, "{key}");
        }
    }

    #[test]
    fn toml_json_and_plain_values_are_found() {
        let toml = "+++\ntitle = \"A\"\ndate = 2024-01-01\n[extra]\nimage = 'x.png'\ntags = [1.10, 'b']\n+++\n";
        assert_eq!(at(toml, "Title"), Some("\"A\""));
        assert_eq!(at(toml, "date"), Some("2024-01-01"));
        assert_eq!(at(toml, "extra.image"), Some("'x.png'"));
        assert_eq!(at(toml, "extra.tags.0"), Some("1.10"));
        let json = "{\"title\": \"A, B\", \"n\": 1.10, \"extra\": {\"image\": [\"x\", \"y\"]}}\n";
        assert_eq!(at(json, "title"), Some("\"A, B\""));
        assert_eq!(at(json, "n"), Some("1.10"));
        assert_eq!(at(json, "extra.image.1"), Some("\"y\""));
        assert_eq!(at(json, "extra.image.2"), None);
        let plain = "Title: A\nDate: 2024-01-01\n\nBody";
        assert_eq!(at(plain, "date"), Some("2024-01-01"));
        assert_eq!(at("Just text", "date"), None);
    }

    proptest! {
        #[test]
        fn any_front_matter_is_searched_without_a_panic(front in "([a-c]|: |- |\n|  |[\\[\\]{},\"'#ä\\\\]){0,40}", path in "[a-c](\\.[a-c0-2]){0,3}") {
            for (open, close) in [("---\n", "\n---\n"), ("{\"", "}"), ("+++\n", "\n+++\n"), ("", "\n\n")] {
                let text = format!("{open}{front}{close}");
                if let Some(span) = locate(&text, &path) {
                    prop_assert!(text.get(span).is_some());
                }
            }
        }
    }
}
