//! Where the front matter ends and the body begins.
//!
//! The edge reads the first few kilobytes of each file only, so a split may have to ask for more.

use crate::diagnostic::Span;
pub(super) use crate::tree::line;

/// How front matter is marked, and so what it is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delimiter {
    /// `---` … `---` or `...`: YAML.
    Yaml,
    /// `+++` … `+++`: TOML.
    Toml,
    /// `{` … `}`: JSON.
    Json,
    /// `Key: value` lines up to a blank line (Pelican, `MultiMarkdown`).
    Plain,
}

/// What a file begins with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Split {
    /// Front matter.
    Front {
        /// How it is marked.
        delimiter: Delimiter,
        /// The text between the marks (JSON: with them).
        front: Span,
        /// Where the body begins.
        body: usize,
    },
    /// No front matter: all is body.
    None,
    /// The text is a prefix and the front matter does not end in it.
    Incomplete,
    /// The front matter has no end.
    Unclosed {
        /// How it is marked.
        delimiter: Delimiter,
        /// The mark it begins with.
        mark: Span,
    },
}

/// Keys of which a plain block has at least one; without, `Note: something` is the first paragraph.
const PLAIN_KEYS: [&str; 2] = ["title", "date"];

/// Finds the front matter. `complete` says whether the text is the whole file or its first part only.
#[must_use]
pub fn split(text: &str, complete: bool) -> Split {
    let start = skip_blank_lines(text);
    let Some((first, next)) = line(text, start) else {
        return if complete { Split::None } else { Split::Incomplete };
    };
    let mark = text[first.clone()].trim_end();
    // A mark at the very end of a prefix may go on.
    if !complete && next == text.len() && !ends_line(text) {
        return Split::Incomplete;
    }
    match mark {
        "---" => fenced(text, Delimiter::Yaml, start, next, complete, &["---", "..."]),
        _ if named_delimiter(mark).is_some() => {
            let delimiter = named_delimiter(mark).unwrap_or(Delimiter::Yaml);
            match fenced(text, delimiter, start, next, complete, &["---"]) {
                Split::Front { delimiter, front, body } => {
                    let blank = text[front.clone()].len() - text[front.clone()].trim_start().len();
                    Split::Front { delimiter, front: front.start + blank..front.end, body }
                }
                other => other,
            }
        }
        "+++" => fenced(text, Delimiter::Toml, start, next, complete, &["+++"]),
        _ if mark.starts_with('{') => json(text, start, complete),
        _ => plain(text, start, complete),
    }
}

/// Returns what `---json` says that the front matter is written in, as Eleventy has it. A program is read as the object that
/// it most often is; what else it holds is a fault of JSON, and told.
fn named_delimiter(mark: &str) -> Option<Delimiter> {
    match mark.strip_prefix("---")?.trim() {
        "yaml" | "yml" => Some(Delimiter::Yaml),
        "toml" => Some(Delimiter::Toml),
        "json" | "js" | "javascript" => Some(Delimiter::Json),
        _ => None,
    }
}

/// Finds the line that ends a fenced block.
fn fenced(text: &str, delimiter: Delimiter, start: usize, front: usize, complete: bool, ends: &[&str]) -> Split {
    let mut at = front;
    while let Some((range, next)) = line(text, at) {
        if ends.contains(&text[range.clone()].trim_end()) && (complete || next < text.len() || ends_line(text)) {
            return Split::Front { delimiter, front: front..range.start, body: next };
        }
        at = next;
    }
    if complete { Split::Unclosed { delimiter, mark: start..start + 3 } } else { Split::Incomplete }
}

/// Finds the brace that ends a JSON object. A Liquid tag or a shortcode begins with a brace, too, but not with an object.
fn json(text: &str, start: usize, complete: bool) -> Split {
    match text[start + 1..].trim_start().bytes().next() {
        Some(b'"' | b'}') => {}
        None if !complete => return Split::Incomplete,
        _ => return Split::None,
    }
    let (mut depth, mut quoted, mut escaped) = (0usize, false, false);
    for (at, byte) in text.bytes().enumerate().skip(start) {
        match byte {
            // RFC 8259 §7: no text goes on behind the line's end, so its quote was forgotten.
            b'\n' | b'\r' => (quoted, escaped) = (false, false),
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b'{' if !quoted => depth += 1,
            b'}' if !quoted => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            let end = at + 1;
            let body = line(text, end).filter(|(rest, _)| text[rest.clone()].trim().is_empty()).map_or(end, |(_, next)| next);
            return Split::Front { delimiter: Delimiter::Json, front: start..end, body };
        }
    }
    if complete { Split::Unclosed { delimiter: Delimiter::Json, mark: start..start + 1 } } else { Split::Incomplete }
}

/// Finds the blank line that ends a plain block, if every line before it belongs to one.
fn plain(text: &str, start: usize, complete: bool) -> Split {
    let (mut at, mut known) = (start, false);
    while let Some((range, next)) = line(text, at) {
        let content = &text[range.clone()];
        // The last line of a prefix is not whole; the next read will tell.
        let whole = complete || next < text.len() || ends_line(text);
        match plain_key(content) {
            _ if content.trim().is_empty() && whole => return plain_front(start, range.start, next, known),
            Some((key, _)) => known = known || PLAIN_KEYS.iter().any(|name| name.eq_ignore_ascii_case(key)),
            None if at > start && content.starts_with([' ', '\t']) => {}
            None if whole => return Split::None,
            None => return Split::Incomplete,
        }
        at = next;
    }
    if complete { plain_front(start, text.len(), text.len(), known) } else { Split::Incomplete }
}

fn plain_front(start: usize, end: usize, body: usize, known: bool) -> Split {
    if known { Split::Front { delimiter: Delimiter::Plain, front: start..end, body } } else { Split::None }
}

/// Returns the key of a `Key: value` line and where its value begins. `https://…` is no key.
pub(super) fn plain_key(line: &str) -> Option<(&str, usize)> {
    let colon = line.find(':')?;
    let key = &line[..colon];
    let named =
        key.starts_with(|c: char| c.is_ascii_alphabetic()) && key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
    let rest = &line[colon + 1..];
    (named && !rest.starts_with(['/', ':'])).then(|| (key, line.len() - rest.trim_start().len()))
}

fn ends_line(text: &str) -> bool {
    text.ends_with(['\n', '\r'])
}

fn skip_blank_lines(text: &str) -> usize {
    let mut at = 0;
    while let Some((range, next)) = line(text, at)
        && text[range].trim().is_empty()
    {
        at = next;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn parts(text: &str) -> Option<(Delimiter, &str, &str)> {
        match split(text, true) {
            Split::Front { delimiter, front, body } => Some((delimiter, &text[front], &text[body..])),
            _ => None,
        }
    }

    #[test]
    fn every_delimiter_is_found() {
        for (text, expected) in [
            ("---\ntitle: A\n---\nBody", (Delimiter::Yaml, "title: A\n", "Body")),
            ("--- \ntitle: A\n...\t\n\nBody", (Delimiter::Yaml, "title: A\n", "\nBody")),
            ("---\r\ntitle: A\r\n---\r\nBody", (Delimiter::Yaml, "title: A\r\n", "Body")),
            ("---\rtitle: A\r---\rBody", (Delimiter::Yaml, "title: A\r", "Body")),
            ("---\n---\n", (Delimiter::Yaml, "", "")),
            ("---json\n{\"a\": 1}\n---\nBody", (Delimiter::Json, "{\"a\": 1}\n", "Body")),
            ("---toml \na = 1\n---\nBody", (Delimiter::Toml, "a = 1\n", "Body")),
            ("\n\n---\na: b\n---", (Delimiter::Yaml, "a: b\n", "")),
            ("+++\ntitle = 'A'\n+++\nBody", (Delimiter::Toml, "title = 'A'\n", "Body")),
            ("{\n \"title\": \"}{\\\"\"\n}\nBody", (Delimiter::Json, "{\n \"title\": \"}{\\\"\"\n}", "Body")),
            ("{\"a\": {}} Body", (Delimiter::Json, "{\"a\": {}}", " Body")),
            ("{\"a\": \"open,\n\"b\": 1}\nBody", (Delimiter::Json, "{\"a\": \"open,\n\"b\": 1}", "Body")),
            (
                "Title: A\nDate: 2024-01-01\nTags: a,\n    b\n\nBody",
                (Delimiter::Plain, "Title: A\nDate: 2024-01-01\nTags: a,\n    b\n", "Body"),
            ),
            ("title: A", (Delimiter::Plain, "title: A", "")),
        ] {
            assert_eq!(parts(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn an_ordinary_text_is_no_front_matter() {
        for text in [
            "",
            "Hello",
            "# Title\n\nDate: today",
            "Note: this is a paragraph.\nIt goes on: like this.\n\nEnd",
            "Note: this is a paragraph.\n\nTitle: no",
            "Title: A\nand a sentence.\n",
            "Summary: once upon a time\nAuthor: is a word, too.\n\nBody",
            "https://example.org/title: x\n",
            "Title: A\nhttps://example.org\n\n",
            "{{< figure >}}\n",
            "{% include x %}",
            "{: .note}",
            "----\nx\n----\n",
        ] {
            assert_eq!(split(text, true), Split::None, "{text}");
        }
    }

    #[test]
    fn an_end_that_is_missing_is_told() {
        assert_eq!(split("---\ntitle: A\n\nBody", true), Split::Unclosed { delimiter: Delimiter::Yaml, mark: 0..3 });
        assert_eq!(split("\n+++\n", true), Split::Unclosed { delimiter: Delimiter::Toml, mark: 1..4 });
        assert_eq!(split("{ \"a\": 1", true), Split::Unclosed { delimiter: Delimiter::Json, mark: 0..1 });
    }

    proptest! {
        #[test]
        fn a_prefix_says_the_same_as_the_file_or_asks_for_more(text in "(---\n|---json\n|[+]{3}\n|\\{\"|T: |)([a-z]: [a-z]|title: x|---|[+]{3}|\\.\\.\\.|\\}|\"|ä|[ \r\n]){0,12}") {
            let whole = split(&text, true);
            for at in 0..=text.len() {
                if text.is_char_boundary(at) {
                    let part = split(&text[..at], false);
                    let body = |split: &Split| if let Split::Front { front, .. } = split { Some(front.clone()) } else { None };
                    prop_assert!(part == Split::Incomplete || body(&part) == body(&whole), "{:?} {:?} {:?}", &text[..at], part, whole);
                }
            }
        }

        #[test]
        fn any_text_is_split_within_it(text in any::<String>()) {
            if let Split::Front { front, body, .. } = split(&text, true) {
                prop_assert!(text.get(front).is_some() && text.get(body..).is_some());
            }
        }
    }
}
