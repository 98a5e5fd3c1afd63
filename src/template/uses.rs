//! How templates use the values that differ for each recipient: which must be known when a letter is rendered, and which
//! are only printed, so that one rendering serves many.

use crate::model::slot::field_name;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// The variables that differ for each recipient; the properties of the first are told apart.
const ROOTS: [&str; 3] = ["subscriber", "unsubscribe_url", "web_url"];

/// Variables made of printed values: what is done with them is done with those.
const MADE: [&str; 2] = ["subject", "preheader"];

/// Words behind which a template may do anything with what it prints.
const CAPTURES: [&str; 11] = ["filter", "macro", "call", "caller", "super", "self", "recursive", "debug", "import", "from", "autoescape"];

/// What the name of a field begins with.
const FIELDS: &str = "fields.";

/// The name that stands for all values of a subscriber.
pub const EVERYTHING: &str = "*";

/// How a value is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Use {
    /// It is printed as it is, or asked whether there is one.
    Printed,
    /// In any other way: a rendering holds for those with the same value only.
    Value,
}

/// How the templates of a letter use the recipient's values.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Uses {
    by_name: BTreeMap<String, Use>,
    /// Where each field of the list is used first: the template and the place there.
    fields: BTreeMap<String, (String, Range<usize>)>,
}

impl Uses {
    /// Returns how a value is used: `name`, `email`, `tags`, `fields.city`, `unsubscribe_url`, `web_url`; `None` when it is not.
    #[must_use]
    pub fn of(&self, name: &str) -> Option<Use> {
        let is_subscribers = !matches!(name, "unsubscribe_url" | "web_url");
        let everything = self.by_name.get(EVERYTHING).filter(|_| is_subscribers);
        everything.or_else(|| self.by_name.get("fields").filter(|_| name.starts_with(FIELDS))).or_else(|| self.by_name.get(name)).copied()
    }

    /// Returns every value that is used, by name and in order; [`EVERYTHING`] stands for all of a subscriber's.
    pub fn iter(&self) -> impl Iterator<Item = (&str, Use)> {
        self.by_name.iter().map(|(name, how)| (name.as_str(), *how))
    }

    /// Returns whether a rendering for one recipient is one for all: at most their links are printed, which everybody has.
    #[must_use]
    pub fn are_the_same_for_all(&self) -> bool {
        self.iter().all(|(name, how)| how == Use::Printed && matches!(name, "unsubscribe_url" | "web_url"))
    }

    /// Returns each field of the list that is used by its name, with the template and the place there.
    pub fn fields(&self) -> impl Iterator<Item = (&str, &str, Range<usize>)> {
        self.fields.iter().map(|(field, (template, span))| (field.as_str(), template.as_str(), span.clone()))
    }

    /// Returns uses of everything in any way.
    #[cfg(test)]
    pub(crate) fn of_everything() -> Self {
        let mut uses = Uses::default();
        for name in [EVERYTHING, "unsubscribe_url", "web_url"] {
            uses.add(name.to_owned(), Use::Value);
        }
        uses
    }

    fn add(&mut self, name: String, how: Use) {
        let entry = self.by_name.entry(name).or_insert(how);
        *entry = how.max(*entry);
    }

    /// Notes where fields are used that were not before.
    fn place_fields(&mut self, template: &str, span: &Range<usize>) {
        for field in self.by_name.keys().filter_map(|name| name.strip_prefix(FIELDS)) {
            if !self.fields.contains_key(field) {
                self.fields.insert(field.to_owned(), (template.to_owned(), span.clone()));
            }
        }
    }
}

/// Returns how some templates, and all that they name, use the recipient's values.
pub(super) fn scan<'t>(first: &[&str], text: impl Fn(&str) -> Option<&'t str>) -> Uses {
    let mut uses = Uses::default();
    let mut is_captured = false;
    let mut seen: BTreeSet<String> = BTreeSet::new();
    let mut to_do: Vec<String> = first.iter().map(|name| (*name).to_owned()).collect();
    while let Some(name) = to_do.pop() {
        let Some(template) = text(&name).filter(|_| seen.insert(name.clone())) else { continue };
        for block in blocks(template) {
            is_captured |= judge(&block, &mut uses);
            uses.place_fields(&name, &block.span);
            // Whatever looks like the name of a template may be included.
            to_do.extend(block.tokens.iter().filter_map(|token| match token {
                Token::Text(name) => Some(name.clone()),
                _ => None,
            }));
            if block.names_by_value() {
                is_captured = true;
            }
        }
    }
    if is_captured {
        uses.by_name.values_mut().for_each(|how| *how = Use::Value);
        // A template whose name is not known may use anything.
        uses.add(EVERYTHING.to_owned(), Use::Value);
        for root in ROOTS.iter().skip(1) {
            uses.add((*root).to_owned(), Use::Value);
        }
    }
    uses
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    Name(String),
    Text(String),
    Sign(char),
}

/// What stands between `{{` and `}}`, or between `{%` and `%}`.
#[derive(Debug)]
struct Block {
    is_statement: bool,
    tokens: Vec<Token>,
    /// Where it stands in its template.
    span: Range<usize>,
}

impl Block {
    /// Returns whether it includes a template whose name is not written there.
    fn names_by_value(&self) -> bool {
        let Some(Token::Name(word)) = self.tokens.first() else { return false };
        self.is_statement && matches!(word.as_str(), "include" | "extends") && !matches!(self.tokens.get(1), Some(Token::Text(_)))
            || self.is_statement && word == "include" && self.tokens.iter().skip(2).any(|token| matches!(token, Token::Sign(_)))
    }
}

/// Adds what one block uses; returns whether it does with printed values what nobody can foresee.
fn judge(block: &Block, uses: &mut Uses) -> bool {
    let tokens = &block.tokens;
    let word = |at: usize| match tokens.get(at) {
        Some(Token::Name(name)) => name.as_str(),
        _ => "",
    };
    if let Some(name) = printed(block) {
        uses.add(name, Use::Printed);
        return false;
    }
    let mut is_captured = tokens.iter().any(|token| matches!(token, Token::Name(name) if CAPTURES.contains(&name.as_str())));
    // `{% set x %}…{% endset %}` keeps what is printed.
    is_captured |= block.is_statement && word(0) == "set" && !tokens.contains(&Token::Sign('='));
    let is_plain = |at: usize| at > 0 && tokens.get(at - 1) == Some(&Token::Sign('.'));
    for (at, token) in tokens.iter().enumerate() {
        let Token::Name(name) = token else { continue };
        if is_plain(at) {
            continue;
        }
        if ROOTS.contains(&name.as_str()) {
            uses.add(
                path(tokens, at).map_or_else(|| if at_root(name) { EVERYTHING.to_owned() } else { name.clone() }, |(name, _)| name),
                Use::Value,
            );
        } else if MADE.contains(&name.as_str()) && !is_only(block, at) {
            is_captured = true;
        }
    }
    is_captured
}

fn at_root(name: &str) -> bool {
    name == ROOTS[0]
}

/// Returns whether a block only prints one variable, or asks whether there is one.
fn is_only(block: &Block, at: usize) -> bool {
    let rest = block.tokens.len() - at;
    rest == 1
        && block.tokens.iter().take(at).all(|token| matches!(token, Token::Name(word) if matches!(word.as_str(), "if" | "elif" | "not")))
}

/// Returns the value that a block only prints, with a fallback or without, or only asks for.
fn printed(block: &Block) -> Option<String> {
    let tokens = &block.tokens;
    let is = |at: usize, word: &str| matches!(tokens.get(at), Some(Token::Name(name)) if name == word);
    let mut at = 0;
    if block.is_statement {
        if !is(0, "if") && !is(0, "elif") {
            return None;
        }
        at = 1 + usize::from(is(1, "not"));
    }
    let (name, next) = path(tokens, at)?;
    let rest = tokens.get(next..)?;
    let is_whole = rest.is_empty();
    let has_fallback = !block.is_statement && rest.len() == 2 && is(next, "or") && matches!(rest.get(1), Some(Token::Text(_)));
    // Lists and the whole are never printed as they are.
    let is_text = !matches!(name.as_str(), "tags" | "fields" | EVERYTHING);
    (is_text && (is_whole || has_fallback)).then_some(name)
}

/// Returns the value's name that stands at a place, and where it ends.
fn path(tokens: &[Token], at: usize) -> Option<(String, usize)> {
    let Some(Token::Name(root)) = tokens.get(at) else { return None };
    if !ROOTS.contains(&root.as_str()) {
        return None;
    }
    if !at_root(root) {
        return Some((root.clone(), at + 1));
    }
    match property(tokens, at + 1)? {
        ("fields", next) => match property(tokens, next).and_then(|(field, next)| Some((field_name(field)?, next))) {
            Some((field, next)) => Some((format!("{FIELDS}{field}"), next)),
            None => Some(("fields".to_owned(), next)),
        },
        (name @ ("name" | "email" | "tags"), next) => Some((name.to_owned(), next)),
        _ => None,
    }
}

/// Returns the property that is asked for at a place, `.name` or `["name"]`, and where that ends.
fn property(tokens: &[Token], at: usize) -> Option<(&str, usize)> {
    match tokens.get(at..)? {
        [Token::Sign('.'), Token::Name(name), ..] => Some((name, at + 2)),
        [Token::Sign('['), Token::Text(name), Token::Sign(']'), ..] => Some((name, at + 3)),
        _ => None,
    }
}

/// Returns the blocks of a template, without its comments and its raw parts.
fn blocks(text: &str) -> Vec<Block> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find('{') {
        let (_, from) = rest.split_at(at);
        let start = text.len() - from.len();
        rest = from.get(1..).unwrap_or_default();
        let is_statement = match rest.as_bytes().first() {
            Some(b'{') => false,
            Some(b'%') => true,
            Some(b'#') => {
                rest = rest.split_once("#}").map_or("", |(_, after)| after);
                continue;
            }
            _ => continue,
        };
        let (tokens, after) = tokens(rest.get(1..).unwrap_or_default(), if is_statement { "%}" } else { "}}" });
        rest = after;
        if is_statement && tokens == [Token::Name("raw".to_owned())] {
            rest = after_raw(rest);
            continue;
        }
        found.push(Block { is_statement, tokens, span: start..text.len() - rest.len() });
    }
    found
}

/// Returns what follows a raw part.
fn after_raw(text: &str) -> &str {
    let ends = |rest: &str| {
        let word = rest.trim_start_matches(['-', '+']).trim_start().strip_prefix("endraw")?;
        Some(word.trim_start().trim_start_matches(['-', '+']).starts_with("%}"))
    };
    text.match_indices("{%").find_map(|(at, _)| text.get(at + 2..).filter(|rest| ends(rest) == Some(true))).unwrap_or_default()
}

/// Returns the tokens up to the end of a block, and what follows it.
fn tokens<'a>(text: &'a str, end: &str) -> (Vec<Token>, &'a str) {
    let mut found = Vec::new();
    let mut rest = text;
    // `{{ {"a": 1} }}`: a brace inside the block.
    let mut braces = 0_usize;
    loop {
        let is_end = |rest: &str| braces == 0 && rest.starts_with(end);
        if is_end(rest) {
            return (found, rest.get(2..).unwrap_or_default());
        }
        let Some(c) = rest.chars().next() else { return (found, "") };
        let after = rest.get(c.len_utf8()..).unwrap_or_default();
        rest = after;
        match c {
            '"' | '\'' => {
                let (string, next) = string(after, c);
                found.push(Token::Text(string));
                rest = next;
            }
            c if c.is_alphanumeric() || c == '_' => {
                let len = after.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(after.len());
                let (name, next) = after.split_at(len);
                found.push(Token::Name(format!("{c}{name}")));
                rest = next;
            }
            c if c.is_whitespace() => {}
            // White space control: `{{-` and `-}}`.
            '-' | '+' if found.is_empty() || is_end(after) => {}
            c => {
                braces = if c == '{' { braces + 1 } else { braces.saturating_sub(usize::from(c == '}')) };
                found.push(Token::Sign(c));
            }
        }
    }
}

/// Returns a string without its escapes, and what follows it.
fn string(text: &str, quote: char) -> (String, &str) {
    let mut out = String::new();
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' => out.extend(chars.next().map(|(_, c)| c)),
            c if c == quote => return (out, text.get(at + c.len_utf8()..).unwrap_or_default()),
            c => out.push(c),
        }
    }
    (out, "")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn uses(files: &[(&'static str, &'static str)]) -> Vec<(String, Use)> {
        let all = scan(&["a"], |name| files.iter().find(|(file, _)| *file == name).map(|(_, text)| *text));
        all.iter().map(|(name, how)| (name.to_owned(), how)).collect()
    }

    fn one(text: &'static str) -> Vec<(String, Use)> {
        uses(&[("a", text)])
    }

    #[test]
    fn a_letter_that_shows_nothing_of_its_reader_is_the_same_for_all() {
        let is_one_for_all = |text: &'static str| scan(&["a"], |_| Some(text)).are_the_same_for_all();
        assert!(is_one_for_all("<a href=\"{{ unsubscribe_url }}\">leave</a> {% if web_url %}{{ web_url }}{% endif %}"));
        assert!(!is_one_for_all("Dear {{ subscriber.name or 'reader' }}"), "not everybody has a name");
        assert!(!is_one_for_all("{{ unsubscribe_url|length }}"));
    }

    #[test]
    fn what_is_only_printed_or_asked_for_needs_no_value() {
        for (text, name) in [
            ("{{ subscriber.name }}", "name"),
            ("{{- subscriber . name -}}", "name"),
            ("{{ subscriber.name or 'reader' }}", "name"),
            ("{% if subscriber.name %}", "name"),
            ("{%- elif not subscriber.email -%}", "email"),
            ("{{ subscriber.fields.city }}", "fields.city"),
            ("{{ subscriber.fields['sign-up'] or 'x' }}", "fields.sign_up"),
            ("{{ subscriber.fields['no name'] }}", "fields.no_name"),
            ("{{ subscriber.fields.City }}", "fields.city"),
            ("{% if subscriber['fields']['city'] %}", "fields.city"),
            ("<a href=\"{{ unsubscribe_url }}\">", "unsubscribe_url"),
            ("{{ web_url or \"https://example.org/\" }}", "web_url"),
        ] {
            assert_eq!(one(text), [(name.to_owned(), Use::Printed)], "{text}");
        }
    }

    #[test]
    fn anything_else_needs_the_value() {
        for (text, name) in [
            ("{{ subscriber.name|upper }}", "name"),
            ("{{ subscriber.name or subscriber.name }}", "name"),
            ("{{ subscriber.name ~ '!' }}", "name"),
            ("{% if subscriber.name == 'Ada' %}", "name"),
            ("{% set who = subscriber.name %}", "name"),
            ("{% if 'vip' in subscriber.tags %}", "tags"),
            ("{{ subscriber.tags }}", "tags"),
            ("{% for field in subscriber.fields %}", "fields"),
            ("{{ subscriber['name']|upper }}", "name"),
            ("{{ subscriber.fields['€'] }}", "fields"),
            ("{{ subscriber.fields['a' ~ 'b'] }}", "fields"),
            ("{{ subscriber[x] }}", EVERYTHING),
            ("{% with s = subscriber %}", EVERYTHING),
            ("{{ {'a': subscriber.name} }}", "name"),
            ("{{ web_url|length }}", "web_url"),
        ] {
            assert!(one(text).contains(&(name.to_owned(), Use::Value)), "{text}: {:?}", one(text));
        }
        assert_eq!(one("{{ subscriber.name }}{{ subscriber.name|upper }}"), [("name".to_owned(), Use::Value)]);
    }

    #[test]
    fn what_is_printed_into_something_else_needs_the_value() {
        for text in [
            "{% filter upper %}{{ subscriber.name }}{% endfilter %}",
            "{% set x %}{{ subscriber.name }}{% endset %}{{ x|upper }}",
            "{% macro m() %}{{ subscriber.name }}{% endmacro %}{{ m()|upper }}",
            "{{ subject|upper }}{{ subscriber.name }}",
            "{% include part %}{{ subscriber.name }}",
        ] {
            assert!(one(text).contains(&("name".to_owned(), Use::Value)), "{text}: {:?}", one(text));
        }
        assert_eq!(one("{{ subject }}{% if preheader %}{{ preheader }}{% endif %}{{ subscriber.name }}").len(), 1);
    }

    #[test]
    fn fields_are_known_by_the_place_of_their_first_use() {
        let (a, b) =
            ("{# c #}\n{% if subscriber.fields.City %}{% include 'b' %}", "{{ subscriber.fields.city }}{{ subscriber.fields['a b'] }}");
        let uses = scan(&["a"], |name| Some(if name == "a" { a } else { b }));
        let places: Vec<_> =
            uses.fields().map(|(field, file, span)| (field, file, if file == "a" { &a[span] } else { &b[span] })).collect();
        assert_eq!(places, [("a_b", "b", "{{ subscriber.fields['a b'] }}"), ("city", "a", "{% if subscriber.fields.City %}")]);
    }

    #[test]
    fn comments_raw_parts_and_other_names_are_no_use() {
        for text in
            ["{# {{ subscriber.name }} #}", "{% raw %}{{ subscriber.name }} {# {% endraw %}", "{{ x.subscriber }}", "subscriber.name"]
        {
            assert_eq!(one(text), [], "{text}");
        }
        assert_eq!(one("{% raw %}{#{% endraw %}{{ subscriber.name }}"), [("name".to_owned(), Use::Printed)]);
    }

    #[test]
    fn included_templates_count_and_others_do_not() {
        let files = [("a", "{% include 'b' %}"), ("b", "{{ subscriber.name }}"), ("c", "{{ subscriber.email }}")];
        assert_eq!(uses(&files), [("name".to_owned(), Use::Printed)]);
    }
}
