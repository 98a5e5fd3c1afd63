//! The literals of a JavaScript or TypeScript file, such as `astro.config.mjs`: what stands behind `key:` in braces, and behind
//! `const NAME =`. Nothing is run, and what is no literal is a value that nobody knows.

use crate::diagnostic::Span;
use crate::tree::{Map, Node};
use std::collections::BTreeMap;

/// How deep braces may be nested before the rest is left alone.
const DEEPEST: usize = 64;
/// The most values that are taken from a file.
const MOST: usize = 2_000;

/// What a file says.
#[derive(Debug, Default)]
pub(super) struct Literals {
    pub(super) map: Map,
    pub(super) spans: BTreeMap<Vec<String>, Span>,
}

impl Literals {
    /// Remembers the first value of a path; a literal outweighs one that nobody knows.
    fn set(&mut self, path: &[&str], span: Span, value: Node) {
        let whole: Vec<String> = path.iter().map(|part| (*part).to_owned()).collect();
        if put(&mut self.map, path, value) {
            self.spans.insert(whole, span);
        }
    }
}

/// Puts a value at a path; returns whether it was free.
fn put(map: &mut Map, path: &[&str], value: Node) -> bool {
    let Some((first, rest)) = path.split_first() else { return false };
    let at = map.iter().position(|(name, _)| name == first);
    match (at.and_then(|at| map.get_mut(at)).map(|(_, node)| node), rest.is_empty()) {
        (None, true) => {
            map.push(((*first).to_owned(), value));
            true
        }
        (None, false) => {
            let mut inner = Map::new();
            let is_put = put(&mut inner, rest, value);
            map.push(((*first).to_owned(), Node::Map(inner)));
            is_put
        }
        (Some(Node::Map(inner)), false) => put(inner, rest, value),
        (Some(node @ Node::Tagged(_)), true) if !matches!(value, Node::Tagged(_)) => {
            *node = value;
            true
        }
        _ => false,
    }
}

/// A piece of a program.
#[derive(Debug, PartialEq)]
enum Token<'t> {
    Name(&'t str),
    Text(String),
    /// What stands between backticks, with code in it.
    Template(&'t str),
    Number(&'t str),
    Sign(char),
}

/// Reads a file.
pub(super) fn read(text: &str) -> Literals {
    let tokens = tokens(text);
    let mut found = Literals::default();
    // What each open bracket belongs to: a key, or nothing.
    let mut open: Vec<(char, Option<&str>)> = Vec::new();
    let mut at = 0;
    let mut values = 0;
    while let Some((token, _)) = tokens.get(at) {
        if open.len() > DEEPEST || values > MOST {
            break;
        }
        match token {
            Token::Sign(c @ ('{' | '[' | '(')) => open.push((*c, owner(&tokens, at))),
            Token::Sign('}' | ']' | ')') => {
                open.pop();
            }
            _ => {}
        }
        let is_in_list = open.iter().any(|(c, _)| *c == '[');
        if let Some((name, span)) = name_of(&tokens, at).filter(|_| !is_in_list) {
            let is_key = open.last().is_some_and(|(c, _)| *c == '{') && is_sign(&tokens, at + 1, ':');
            let value_at = if is_key { Some(at + 2) } else { assigned(&tokens, at) };
            if let Some(value) = value_at.and_then(|value_at| value(&tokens, value_at)) {
                let mut path: Vec<&str> = if is_key { open.iter().filter_map(|(_, key)| *key).collect() } else { Vec::new() };
                path.push(name);
                found.set(&path, span, value);
                values += 1;
            }
        }
        at += 1;
    }
    found
}

type Tokens<'t> = Vec<(Token<'t>, Span)>;

fn is_sign(tokens: &Tokens<'_>, at: usize, sign: char) -> bool {
    matches!(tokens.get(at), Some((Token::Sign(c), _)) if *c == sign)
}

/// Returns the key that a token is, as a name or as a text.
fn name_of<'t>(tokens: &'t Tokens<'t>, at: usize) -> Option<(&'t str, Span)> {
    match tokens.get(at)? {
        (Token::Name(name), span) => Some((name, span.clone())),
        (Token::Text(text), span) => Some((text, span.clone())),
        _ => None,
    }
}

/// Returns where the value of `const NAME =` or `const NAME: type =` begins.
fn assigned(tokens: &Tokens<'_>, at: usize) -> Option<usize> {
    let is_declared = at.checked_sub(1).is_some_and(|before| matches!(tokens.get(before), Some((Token::Name("const" | "let" | "var"), _))));
    let sign = (at + 1..=at + 3).find(|at| is_sign(tokens, *at, '=')).filter(|_| is_declared)?;
    Some(sign + 1)
}

/// Returns the key that a bracket belongs to: `key: {`, or `const NAME = {`.
fn owner<'t>(tokens: &'t Tokens<'t>, at: usize) -> Option<&'t str> {
    let before = at.checked_sub(1)?;
    if is_sign(tokens, before, ':') {
        return name_of(tokens, before.checked_sub(1)?).map(|(name, _)| name);
    }
    if !is_sign(tokens, before, '=') {
        return None;
    }
    let name_at = (before.saturating_sub(3)..before).find(|at| assigned(tokens, *at) == Some(before + 1))?;
    // `export const config = {…}` is what `export default {…}` is elsewhere.
    name_of(tokens, name_at).map(|(name, _)| name).filter(|name| *name != "config")
}

/// Returns the value that begins at a token; nothing where it is made of further keys.
fn value(tokens: &Tokens<'_>, at: usize) -> Option<Node> {
    let unknown = || Some(Node::Tagged("an expression".to_owned()));
    let ends = |at: usize| match tokens.get(at) {
        None => true,
        Some((Token::Sign(c), _)) => matches!(c, ',' | ';' | '}' | ')' | ']'),
        // The next line begins without a semicolon before it.
        Some((Token::Name(word), _)) => matches!(*word, "export" | "const" | "let" | "var" | "import" | "as" | "function" | "module"),
        Some(_) => false,
    };
    match tokens.get(at)? {
        (Token::Sign('{'), _) => None,
        (Token::Text(text), _) if ends(at + 1) => Some(Node::Text(text.clone())),
        (Token::Number(number), _) if ends(at + 1) => Some(Node::Number((*number).to_owned())),
        (Token::Name(word @ ("true" | "false")), _) if ends(at + 1) => Some(Node::Bool(*word == "true")),
        (Token::Template(text), _) if ends(at + 1) => Some(Node::Tagged((*text).to_owned())),
        _ => unknown(),
    }
}

fn tokens(text: &str) -> Tokens<'_> {
    let bytes = text.as_bytes();
    let mut found: Tokens<'_> = Vec::new();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let start = at;
        match byte {
            b'/' if bytes.get(at + 1) == Some(&b'/') => at = memchr::memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |end| at + end),
            b'/' if bytes.get(at + 1) == Some(&b'*') => {
                at = memchr::memmem::find(&bytes[at + 2..], b"*/").map_or(bytes.len(), |end| at + end + 4);
            }
            b'/' if begins_regex(found.last()) => at = regex_end(bytes, at),
            b'"' | b'\'' => {
                at = quote_end(bytes, at);
                let inner = text.get(start + 1..at.saturating_sub(1)).unwrap_or_default();
                found.push((unescape(inner).map_or(Token::Sign('?'), Token::Text), start..at));
            }
            b'`' => {
                at = quote_end(bytes, at);
                let inner = text.get(start + 1..at.saturating_sub(1)).unwrap_or_default();
                let token = if inner.contains(['$', '\\']) { Token::Template(inner) } else { Token::Text(inner.to_owned()) };
                found.push((token, start..at));
            }
            b'0'..=b'9' => {
                at += bytes[at..].iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'.').count();
                found.push((Token::Number(&text[start..at]), start..at));
            }
            byte if byte.is_ascii_alphabetic() || matches!(byte, b'_' | b'$') => {
                at += bytes[at..].iter().take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$')).count();
                found.push((Token::Name(&text[start..at]), start..at));
            }
            byte if byte.is_ascii_whitespace() => at += 1,
            byte if byte.is_ascii() => {
                at += 1;
                found.push((Token::Sign(char::from(*byte)), start..at));
            }
            _ => at += text[at..].chars().next().map_or(1, char::len_utf8),
        }
    }
    found
}

/// Returns whether a `/` begins a regular expression, and divides nothing.
fn begins_regex(before: Option<&(Token<'_>, Span)>) -> bool {
    match before {
        None => true,
        Some((Token::Sign(c), _)) => !matches!(c, ')' | ']' | '}'),
        Some((Token::Name(word), _)) => *word == "return",
        Some(_) => false,
    }
}

fn regex_end(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    let mut in_class = false;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'\\' => at += 1,
            b'\n' => return at,
            b'[' => in_class = true,
            b']' => in_class = false,
            b'/' if !in_class => return at + 1,
            _ => {}
        }
        at += 1;
    }
    bytes.len()
}

/// Returns the end of what begins at a quote or a backtick; one that is not closed ends with its line, or the text.
fn quote_end(bytes: &[u8], start: usize) -> usize {
    let quote = bytes[start];
    let mut at = start + 1;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'\\' => at += 1,
            b'\n' if quote != b'`' => return at,
            byte if *byte == quote => return at + 1,
            _ => {}
        }
        at += 1;
    }
    bytes.len()
}

/// Undoes the escapes of a text; nothing where one of them is not known.
fn unescape(text: &str) -> Option<String> {
    if !text.contains('\\') {
        return Some(text.to_owned());
    }
    // JSON knows all of them but these.
    let quoted = text.replace("\\'", "'").replace("\\`", "`");
    let escaped = quoted.replace("\\\"", "\"").replace('"', "\\\"");
    serde_json::from_str(&format!("\"{escaped}\"")).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::get;
    use proptest::prelude::*;

    fn at(text: &str, path: &str) -> Option<Node> {
        let found = read(text);
        let mut steps = path.split('.');
        let first = get(&found.map, steps.next().unwrap_or_default())?;
        steps.try_fold(first, Node::step).cloned()
    }

    fn text(text: &str) -> Node {
        Node::Text(text.to_owned())
    }

    #[test]
    fn literals_are_found_by_the_keys_around_them() {
        let config = "// site: 'no'\nimport x from 'y';\nexport default defineConfig({\n  site: 'https://example.org', /* base: 'no' */\n  'base': \"/b\",\n  build: { format: 'file' },\n  list: [{ site: 'inner' }],\n  n: 10,\n  flag: false,\n  re: /site: '}/,\n  code: process.env.X,\n  sum: 'a' + b,\n  link: `/blog/${post.id}/`,\n  plain: `x`\n});\n";
        for (path, value) in [
            ("site", text("https://example.org")),
            ("base", text("/b")),
            ("build.format", text("file")),
            ("n", Node::Number("10".into())),
            ("flag", Node::Bool(false)),
            ("code", Node::Tagged("an expression".into())),
            ("sum", Node::Tagged("an expression".into())),
            ("link", Node::Tagged("/blog/${post.id}/".into())),
            ("plain", text("x")),
            ("list", Node::Tagged("an expression".into())),
            ("re", Node::Tagged("an expression".into())),
        ] {
            assert_eq!(at(config, path), Some(value), "{path}");
        }
    }

    #[test]
    fn constants_and_what_is_in_them_are_found() {
        let consts = "export const SITE_TITLE = 'It\\'s \\u00fc';\nexport const SITE: Site = {\n  website: \"https://x.org/\", // here\n  nested: { a: 1 }\n} as const;\nlet open = call({a: 'b'})\nmodule.exports = { title: 'T', author: { name: \"N\" } }\n";
        assert_eq!(at(consts, "SITE_TITLE"), Some(text("It's ü")));
        assert_eq!(at(consts, "SITE.website"), Some(text("https://x.org/")));
        assert_eq!(at(consts, "SITE.nested.a"), Some(Node::Number("1".into())));
        assert_eq!(at(consts, "author.name"), Some(text("N")));
        assert_eq!(read(consts).spans[&vec!["SITE_TITLE".to_owned()]], 13..23);
    }

    #[test]
    fn long_and_deep_texts_are_read_in_no_time() {
        for text in ["{a:".repeat(100_000), "`".repeat(99_999), "a: '".repeat(50_000), "const a = {".repeat(20_000), "/[".repeat(50_000)] {
            read(&text);
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "(const |a|: |\\{|\\}|\\[|\\]|\\(|\\)|'|\"|`|/|\\*|\\\\|=|,|\\$|1|ä|\n){0,40}") {
            let found = read(&text);
            for span in found.spans.values() {
                prop_assert!(text.get(span.clone()).is_some());
            }
        }
    }
}
