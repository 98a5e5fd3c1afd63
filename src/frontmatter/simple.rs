//! The YAML that nearly all front matter is: `key: value` lines, lists of words, nothing nested.
//!
//! The YAML engine takes most of the time of reading a head. This reader takes a twentieth of it, knows a small part
//! of YAML, and gives up at the first sign of anything else. A property test holds it to the engine's opinion.

use super::node::{Map, Node};
use super::split::line;

/// Words that are no text in YAML.
const WORDS: [&str; 9] = ["null", "Null", "NULL", "true", "True", "TRUE", "false", "False", "FALSE"];

/// Returns the values of simple front matter; `None` when the engine has to read it.
pub(super) fn read(text: &str) -> Option<Map> {
    // Unicode's own line ends are the engine's business.
    if text.contains(['\t', '\u{85}', '\u{2028}', '\u{2029}']) {
        return None;
    }
    let mut map = Map::with_capacity(12);
    let mut at = 0;
    // Whether items may follow, and how far they stand from the left.
    let mut list: Option<Option<usize>> = None;
    while let Some((range, next)) = line(text, at) {
        let content = text[range].trim_end_matches(' ');
        at = next;
        if content.is_empty() {
            continue;
        }
        let item = content.trim_start_matches(' ');
        let indent = content.len() - item.len();
        if let Some(item) = item.strip_prefix("- ") {
            let level = list.as_mut()?;
            if *level.get_or_insert(indent) != indent {
                return None;
            }
            push_item(map.last_mut()?, scalar(item.trim_start_matches(' '), false)?);
        } else if indent > 0 {
            return None;
        } else if !content.starts_with('#') {
            let (key, node) = entry(content)?;
            list = (node == Node::Null).then_some(None);
            map.push((key.to_owned(), node));
        } else if list.is_some() {
            return None;
        }
    }
    Some(map)
}

fn push_item(entry: &mut (String, Node), item: Node) {
    match &mut entry.1 {
        Node::List(items) => items.push(item),
        node => *node = Node::List(vec![item]),
    }
}

/// Reads `key: value`.
fn entry(content: &str) -> Option<(&str, Node)> {
    let (key, value) = content.split_once(':')?;
    let named =
        key.starts_with(|c: char| c.is_ascii_alphabetic()) && key.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'));
    if !named || WORDS.contains(&key) || !(value.is_empty() || value.starts_with(' ')) {
        return None;
    }
    let value = value.trim_start_matches(' ');
    let node = match value.strip_prefix('[') {
        _ if value.is_empty() => Node::Null,
        Some(items) => flow(items.strip_suffix(']')?)?,
        None => scalar(value, false)?,
    };
    Some((key, node))
}

/// Reads the words of `[a, b, "c"]`.
fn flow(items: &str) -> Option<Node> {
    if items.trim_matches(' ').is_empty() {
        return Some(Node::List(Vec::new()));
    }
    items.split(',').map(|item| scalar(item.trim_matches(' '), true)).collect::<Option<Vec<_>>>().map(Node::List)
}

/// Reads a text, plain or in quotes, or a whole number. In a list in brackets, signs that mean something there end it.
fn scalar(text: &str, in_flow: bool) -> Option<Node> {
    let first = text.chars().next()?;
    if matches!(first, '"' | '\'') {
        let inner = text.get(1..)?.strip_suffix(first)?;
        return (!inner.contains([first, '\\'])).then(|| Node::Text(inner.to_owned()));
    }
    if text.contains(": ")
        || text.contains(" #")
        || text.ends_with(':')
        || in_flow && text.contains(['[', ']', '{', '}', ':', '#', '"', '\'', '?'])
    {
        return None;
    }
    if first.is_ascii_digit() {
        return digits(text);
    }
    (first.is_alphabetic() && !WORDS.contains(&text) || first == '/').then(|| Node::Text(text.to_owned()))
}

/// Reads a whole number, or a date, which is text in YAML.
fn digits(text: &str) -> Option<Node> {
    let is_number = text.bytes().all(|b| b.is_ascii_digit());
    if is_number {
        return (text.len() < 16 && (text.len() == 1 || !text.starts_with('0'))).then(|| Node::Number(text.to_owned()));
    }
    let bytes = text.as_bytes();
    let is_date = bytes.len() > 6 && bytes[..4].iter().all(u8::is_ascii_digit) && bytes[4] == b'-' && bytes[5].is_ascii_digit();
    is_date.then(|| Node::Text(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn engine(text: &str) -> Option<Map> {
        match serde_yaml::from_str::<Node>(text) {
            Ok(Node::Map(map)) => Some(map),
            Ok(Node::Null) => Some(Map::new()),
            _ => None,
        }
    }

    #[test]
    fn ordinary_front_matter_needs_no_engine() {
        let text = "title: 'A: walk'\ndate: 2024-08-19 10:00:00 +0200\n# a comment\nurl: /a/b#c\nlink: https://example.org/\n\nweight: 12\ntags:\n- sea \n- two words\n- 2024\nlist: [a, \"b c\", d]\nempty:\nname: \"Jo\"\r\nlast: über uns";
        let map = read(text).expect("simple");
        assert_eq!(Some(map), engine(text));
    }

    #[test]
    fn anything_else_is_left_to_the_engine() {
        for text in [
            "a: b: c",
            "a: b # c",
            "a:\n  b: c",
            "a: b\n  c",
            "a: 'it''s'",
            "a: \"\\n\"",
            "a: 1.10",
            "a: 007",
            "a: true",
            "a: ~",
            "a: [b, [c]]",
            "a: [b: c]",
            "a: {b: c}",
            "a: |\n  b",
            "a: *b",
            "a: &b c",
            "a: !c d",
            "- a",
            "a:\n- b: c",
            "a:\n- b\n - c",
            "a: x\n- b",
            "a:\tb",
            "<<: *a",
            "a: [b, ]",
            "just text",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1_000))]
        #[test]
        fn the_engine_reads_the_same(
            text in "((a|b|true|e1|title)(: ?|:\n)|- | {1,3}|\n|\r\n|\r|[\\[\\]{},'\"#:&*!|>%@`?.~/-]|[a-c]|1|0|2024-01-01|true|null|ä|é |x y|😀|e5|0x|\u{a0}|inf|\\\\){0,14}",
        ) {
            if let Some(map) = read(&text) {
                prop_assert_eq!(Some(map), engine(&text));
            }
        }

        #[test]
        fn the_engine_reads_ordinary_lines_the_same(
            text in "((key|date|tags|x-y): ?(word|two words|'quoted'|\"quo ted\"|2024-01-02|12|\\[a, b\\]|\\['a', \"b\"\\]|https://a\\.b/c#d|C#|a:b|)( {0,2})(\n|\r\n)|(  )?- (item|12|'x'|2024-01-01) ?\n|# note\n|\n){0,8}",
        ) {
            if let Some(map) = read(&text) {
                prop_assert_eq!(Some(map), engine(&text));
            }
        }
    }
}
