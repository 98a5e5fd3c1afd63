//! The literals of a JavaScript or TypeScript file, such as `astro.config.mjs`: what stands behind `key:` in braces, and behind
//! `const SITE_TITLE =`. Nothing is run, and what is no literal, nor the name of a constant that is one, is a value that nobody knows.

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

/// The values that were found, each with how many brackets are around it.
#[derive(Default)]
struct Found<'t> {
    values: Vec<(usize, Vec<&'t str>, Span, Node)>,
    /// What stands in constants that are named like `SITE_TITLE` and `SITE`; other names are not told apart from keys.
    constants: Vec<(usize, Vec<&'t str>, Span, Node)>,
}

impl Found<'_> {
    /// Returns the first value of each path, the one with the fewest brackets around it; keys outweigh constants.
    fn literals(mut self) -> Literals {
        let mut literals = Literals::default();
        self.values.sort_by_key(|(depth, ..)| *depth);
        for (_, path, span, value) in self.values.into_iter().chain(self.constants) {
            if put(&mut literals.map, &path, value) {
                literals.spans.insert(path.into_iter().map(str::to_owned).collect(), span);
            }
        }
        literals
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
    let constants = constants(&tokens);
    let mut found = Found::default();
    // What each open bracket belongs to: a key, or nothing.
    let mut open: Vec<(char, Owner<'_>)> = Vec::new();
    for (at, (token, _)) in tokens.iter().enumerate() {
        if open.len() > DEEPEST || found.values.len() + found.constants.len() > MOST {
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
            let follows = at.checked_sub(1).is_some_and(|before| is_sign(&tokens, before, '{') || is_sign(&tokens, before, ','));
            let is_inside = follows && matches!(open.last(), Some(('{', owner)) if *owner != Owner::Names);
            let is_key = is_inside && is_sign(&tokens, at + 1, ':');
            // `{ site, title }` is `{ site: site, title: title }`.
            let is_short = is_inside && (is_sign(&tokens, at + 1, ',') || is_sign(&tokens, at + 1, '}'));
            let value = if is_key {
                value(&tokens, at + 2, &constants)
            } else if is_short {
                value(&tokens, at, &constants)
            } else {
                assigned(&tokens, at).filter(|_| open.is_empty()).and_then(|value_at| self::value(&tokens, value_at, &constants))
            };
            let Some(value) = value else { continue };
            let mut path: Vec<&str> = Vec::new();
            let mut is_constant = !is_key && !is_short;
            for (_, owner) in &open {
                match owner {
                    Owner::Key(key) => path.push(key),
                    Owner::Constant(name) => {
                        is_constant = true;
                        path.push(name);
                    }
                    Owner::Names | Owner::Nothing => {}
                }
            }
            path.push(name);
            if !is_constant {
                found.values.push((open.len(), path, span, value));
            } else if path.first().is_some_and(|name| is_loud(name) && (path.len() > 1 || name.contains('_'))) {
                found.constants.push((open.len(), path, span, value));
            }
        }
    }
    found.literals()
}

/// What a bracket belongs to.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Owner<'t> {
    Nothing,
    Key(&'t str),
    Constant(&'t str),
    /// It holds names: of an import, an export, or what is taken out of an object.
    Names,
}

/// Returns whether a name is written in capital letters.
fn is_loud(name: &str) -> bool {
    !name.bytes().any(|b| b.is_ascii_lowercase())
}

/// Returns the values of the constants outside of all brackets.
fn constants<'t>(tokens: &'t Tokens<'t>) -> BTreeMap<&'t str, Node> {
    let mut found = BTreeMap::new();
    let mut depth = 0usize;
    for (at, (token, _)) in tokens.iter().enumerate() {
        match token {
            Token::Sign('{' | '[' | '(') => depth += 1,
            Token::Sign('}' | ']' | ')') => depth = depth.saturating_sub(1),
            Token::Name("const") if depth == 0 && found.len() < MOST => {
                if let Some((name, _)) = name_of(tokens, at + 1)
                    && let Some(value) = assigned(tokens, at + 1).and_then(|at| value(tokens, at, &BTreeMap::new()))
                {
                    found.insert(name, value);
                }
            }
            _ => {}
        }
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

/// Returns what a bracket belongs to: `key: {`, or `const NAME = {`.
fn owner<'t>(tokens: &'t Tokens<'t>, at: usize) -> Owner<'t> {
    let Some(before) = at.checked_sub(1) else { return Owner::Nothing };
    if matches!(tokens.get(before), Some((Token::Name("import" | "export" | "const" | "let" | "var"), _))) {
        return Owner::Names;
    }
    let name = |at: Option<usize>| at.and_then(|at| name_of(tokens, at)).map(|(name, _)| name);
    if is_sign(tokens, before, ':') {
        return name(before.checked_sub(1)).map_or(Owner::Nothing, Owner::Key);
    }
    if !is_sign(tokens, before, '=') {
        return Owner::Nothing;
    }
    let name_at = (before.saturating_sub(3)..before).find(|at| assigned(tokens, *at) == Some(before + 1));
    // `export const config = {…}` is what `export default {…}` is elsewhere.
    name(name_at).filter(|name| *name != "config").map_or(Owner::Nothing, Owner::Constant)
}

/// Returns the value that begins at a token; nothing where it is made of further keys.
fn value(tokens: &Tokens<'_>, at: usize, constants: &BTreeMap<&str, Node>) -> Option<Node> {
    let unknown = || Some(Node::Tagged("an expression".to_owned()));
    let ends = |at: usize| match tokens.get(at) {
        None => true,
        Some((Token::Sign(c), _)) => matches!(c, ',' | ';' | '}' | ')' | ']'),
        // The next line begins without a semicolon before it.
        Some((Token::Name(word), _)) => {
            matches!(*word, "export" | "const" | "let" | "var" | "import" | "as" | "satisfies" | "function" | "module")
        }
        Some(_) => false,
    };
    match tokens.get(at)? {
        (Token::Sign('{'), _) => None,
        (Token::Text(text), _) if ends(at + 1) => Some(Node::Text(text.clone())),
        (Token::Number(number), _) if ends(at + 1) => Some(Node::Number((*number).to_owned())),
        (Token::Name(word @ ("true" | "false")), _) if ends(at + 1) => Some(Node::Bool(*word == "true")),
        (Token::Name(name), _) if ends(at + 1) && constants.contains_key(name) => constants.get(name).cloned(),
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
    fn keys_are_told_apart_from_constants_and_from_keys_of_other_things() {
        let unknown = || Some(Node::Tagged("an expression".into()));
        let right = || Some(text("https://right.example"));
        for (config, expected) in [
            ("const site = 'https://wrong.example';\nexport default defineConfig({ site: process.env.DEV ? 'a' : 'b' });", unknown()),
            ("export default defineConfig({ site: process.env.X, integrations: map({ site: 'https://wrong.example' }) });", unknown()),
            (
                "export default defineConfig({ integrations: map({ site: 'https://wrong.example' }), site: 'https://right.example' });",
                right(),
            ),
            ("const site = 'https://wrong.example';\nexport default { title: 'x' };", None),
            ("const SITE = 'https://wrong.example';\nexport default { title: 'x' };", None),
            ("const site = { url: 'https://wrong.example' };\nexport default { site: 'https://right.example' };", right()),
            ("const site = 'https://right.example';\nexport default defineConfig({ site, base: '/b' });", right()),
            ("export const URL = 'https://right.example' as const\nexport default defineConfig({ base: '/b', site: URL })", right()),
            ("import { site } from './x';\nexport default defineConfig({ site });", unknown()),
            ("const site = process.env.SITE;\nexport default defineConfig({ site });", unknown()),
            ("let site = 'https://wrong.example';\nsite = other();\nexport default defineConfig({ site });", unknown()),
            ("function f() { const site = 'https://wrong.example'; }\nexport default defineConfig({ site });", unknown()),
            ("const site = 'https://wrong.example';\nexport { site };", None),
            ("const site = 'https://right.example';\nexport default { base: dev ? site : 'https://wrong.example', site };", right()),
        ] {
            assert_eq!(at(config, "site"), expected, "{config}");
        }
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
