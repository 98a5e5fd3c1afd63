//! What Liquid's outputs stand for, as far as it can be known: texts, the site, the front matter, and filters on them.

use crate::markdown::ContentContext;
use crate::markdown::resolver::Value;
use crate::model::Date;
use chrono::format::{Item, StrftimeItems};
use pulldown_cmark::{Options, Parser};
use std::collections::BTreeMap;
use std::fmt::Write;

/// What a text may become.
const MOST: usize = 20_000;

/// The variables that were given a value, on top of those around them, which stay as they are.
#[derive(Debug, Default)]
pub(in super::super) struct Variables<'v> {
    around: Option<&'v Self>,
    /// What differs from those around: a value, or that there is none.
    own: BTreeMap<String, Option<Value>>,
}

impl<'v> Variables<'v> {
    /// Begins with what is known around.
    pub(in super::super) fn within(around: &'v Self) -> Self {
        Self { around: Some(around), own: BTreeMap::new() }
    }

    /// Returns the value of a variable.
    pub(in super::super) fn get(&self, name: &str) -> Option<&Value> {
        let around = || self.around.and_then(|around| around.get(name));
        self.own.get(name).map_or_else(around, Option::as_ref)
    }

    /// Gives a variable a value.
    pub(in super::super) fn insert(&mut self, name: String, value: Value) {
        self.own.insert(name, Some(value));
    }

    /// Takes its value from a variable.
    pub(in super::super) fn remove(&mut self, name: &str) {
        self.own.insert(name.to_owned(), None);
    }

    /// Returns whether any variable has another value than around.
    pub(in super::super) fn differ(&self) -> bool {
        self.own.iter().any(|(name, value)| self.around.and_then(|around| around.get(name)) != value.as_ref())
    }

    /// Returns what differs from those around.
    pub(in super::super) fn changes(self) -> BTreeMap<String, Option<Value>> {
        self.own
    }

    /// Takes over what another found different.
    pub(in super::super) fn change(&mut self, changes: BTreeMap<String, Option<Value>>) {
        self.own.extend(changes);
    }

    /// Returns what differs for some names.
    pub(in super::super) fn own(&self, names: &[String]) -> BTreeMap<String, Option<Value>> {
        names.iter().filter_map(|name| Some((name.clone(), self.own.get(name)?.clone()))).collect()
    }

    /// Puts back what differed for some names.
    pub(in super::super) fn restore(&mut self, names: &[String], before: BTreeMap<String, Option<Value>>) {
        for name in names {
            self.own.remove(name);
        }
        self.own.extend(before);
    }
}

/// Returns how much memory a value takes.
pub(in super::super) fn size(value: &Value) -> usize {
    match value {
        Value::Text(text) | Value::Number(text) => text.len(),
        Value::List(items) => items.iter().map(|item| size(item) + size_of::<Value>()).sum(),
        _ => 0,
    }
}

/// Returns the value of an expression such as `"/path" | relative_url` or `page.date | date: "%Y"`; nothing where it cannot be known.
pub(in super::super) fn value(expression: &str, context: &ContentContext<'_>, variables: &Variables<'_>) -> Option<Value> {
    let mut parts = split(expression, '|').into_iter();
    let first = parts.next()?;
    let mut value = term(first, context, variables);
    for part in parts {
        let (name, arguments) = part.split_once(':').unwrap_or((part, ""));
        let name = name.trim();
        let arguments: Option<Vec<Value>> =
            split(arguments, ',').into_iter().filter(|part| !part.is_empty()).map(|part| term(part, context, variables)).collect();
        let arguments = arguments?;
        if name == "default" {
            let is_one = |value: &Value| *value != Value::Bool(false) && !text(value).is_empty();
            value = value.filter(is_one).or_else(|| arguments.into_iter().next());
            continue;
        }
        value =
            Some(filter(name, &value.filter(|value| *value != Value::Nothing)?, &arguments.iter().map(text).collect::<Vec<_>>(), context)?);
    }
    value.filter(|value| *value != Value::Nothing && text(value).len() <= MOST)
}

/// What a name stands for; nothing where that cannot be known.
pub(in super::super) type Known<'k> = &'k dyn Fn(&str) -> Option<Value>;

/// Returns whether a condition holds: a value, two that are compared, several with `and` and `or`, which Liquid takes from the right;
/// nothing where that cannot be known.
pub(in super::super) fn holds(condition: &str, known: Known<'_>) -> Option<bool> {
    if condition.contains(['(', '|']) {
        return None;
    }
    let mut rest = condition;
    let mut parts = Vec::new();
    while let Some((at, word)) = first_of(rest, &[" and ", " or "]) {
        parts.push((rest.get(..at)?, word));
        rest = rest.get(at + word.len()..)?;
    }
    parts.into_iter().rev().fold(holds_alone(rest, known), |after, (part, word)| {
        let decided = word == " or ";
        match (holds_alone(part, known), after) {
            (Some(holds), _) | (_, Some(holds)) if holds == decided => Some(decided),
            (Some(_), Some(_)) => Some(!decided),
            _ => None,
        }
    })
}

/// The signs between two values that are compared; the longer of two that begin alike come first.
const SIGNS: [&str; 8] = ["==", "!=", "<>", ">=", "<=", ">", "<", " contains "];

fn holds_alone(condition: &str, known: Known<'_>) -> Option<bool> {
    let Some((at, sign)) = first_of(condition, &SIGNS) else {
        return known(condition.trim()).map(|value| !matches!(value, Value::Nothing | Value::Bool(false)));
    };
    let (one, other) = (known(condition.get(..at)?.trim())?, known(condition.get(at + sign.len()..)?.trim())?);
    match sign {
        "==" => is_same(&one, &other),
        "!=" | "<>" => is_same(&one, &other).map(|same| !same),
        " contains " => match one {
            _ if other == Value::Nothing => Some(false),
            Value::List(items) => items.iter().try_fold(false, |any, item| Some(any | is_same(item, &other)?)),
            Value::Text(value) => Some(value.contains(&text(&other))),
            Value::Date(_) => None,
            _ => Some(false),
        },
        _ => {
            // Nothing is neither more nor less than anything.
            if one == Value::Nothing || other == Value::Nothing {
                return Some(false);
            }
            let order = match (&one, &other) {
                (Value::Date(one), Value::Date(other)) => one.cmp(other),
                (Value::Text(one), Value::Text(other)) => one.cmp(other),
                _ => number(&one)?.partial_cmp(&number(&other)?)?,
            };
            Some(match sign {
                ">" => order.is_gt(),
                "<" => order.is_lt(),
                ">=" => order.is_ge(),
                _ => order.is_le(),
            })
        }
    }
}

/// Returns whether two values are equal; numbers are, however they are written, but no number is equal to a text. Nothing where programs
/// think differently.
pub(in super::super) fn is_same(one: &Value, other: &Value) -> Option<bool> {
    Some(match (one, other) {
        (Value::Number(_), Value::Number(_)) => number(one)?.partial_cmp(&number(other)?).is_some_and(std::cmp::Ordering::is_eq),
        (Value::Empty, value) | (value, Value::Empty) => match value {
            Value::Text(text) => text.is_empty(),
            Value::List(items) => items.is_empty(),
            _ => false,
        },
        // Ruby alone knows no `blank?`.
        (Value::Blank, value) | (value, Value::Blank) => match value {
            Value::Text(text) if !text.trim().is_empty() => false,
            Value::List(items) if !items.is_empty() => false,
            Value::Number(_) | Value::Date(_) | Value::Bool(true) => false,
            _ => return None,
        },
        (Value::List(one), Value::List(other)) if one.len() == other.len() => {
            one.iter().zip(other).try_fold(true, |all, (one, other)| Some(all & is_same(one, other)?))?
        }
        _ => one == other,
    })
}

fn number(value: &Value) -> Option<f64> {
    let Value::Number(text) = value else { return None };
    is_number(text).then(|| text.parse().ok()).flatten()
}

/// Returns whether a text is a number as Liquid writes it: `4`, `-0.5`.
fn is_number(text: &str) -> bool {
    let digits = |part: &str| !part.is_empty() && part.len() <= 15 && part.bytes().all(|b| b.is_ascii_digit());
    let text = text.strip_prefix('-').unwrap_or(text);
    text.split_once('.').map_or_else(|| digits(text), |(whole, part)| digits(whole) && digits(part))
}

/// Returns where the first of some words stands outside of quotes, and which; the first of the list where several do.
fn first_of<'w>(text: &str, words: &[&'w str]) -> Option<(usize, &'w str)> {
    let mut quote = None;
    text.char_indices().find_map(|(at, c)| {
        match quote {
            Some(open) if open == c => quote = None,
            None if matches!(c, '"' | '\'') => quote = Some(c),
            None => return words.iter().find(|word| text.get(at..).is_some_and(|rest| rest.starts_with(**word))).map(|word| (at, *word)),
            _ => {}
        }
        None
    })
}

/// Returns a value as it is printed.
pub(in super::super) fn text(value: &Value) -> String {
    match value {
        Value::Text(text) | Value::Number(text) => text.clone(),
        Value::Bool(value) => value.to_string(),
        // As Ruby prints a time.
        Value::Date(date) => date.format("%Y-%m-%d %H:%M:%S %z").to_string(),
        Value::List(items) => items.iter().map(text).collect(),
        Value::Nothing | Value::Empty | Value::Blank => String::new(),
    }
}

/// Splits at a sign outside of quotes.
pub(in super::super) fn split(text: &str, sign: char) -> Vec<&str> {
    let (mut quote, mut parts, mut from) = (None, Vec::new(), 0);
    for (at, c) in text.char_indices() {
        match quote {
            Some(open) if open == c => quote = None,
            None if matches!(c, '"' | '\'') => quote = Some(c),
            None if c == sign => {
                parts.push(text.get(from..at).unwrap_or_default().trim());
                from = at + c.len_utf8();
            }
            _ => {}
        }
    }
    parts.push(text.get(from..).unwrap_or_default().trim());
    parts
}

/// Returns the value of one name or literal.
pub(in super::super) fn term(term: &str, context: &ContentContext<'_>, variables: &Variables<'_>) -> Option<Value> {
    let term = term.trim();
    let quoted = ['"', '\''].iter().find_map(|quote| term.strip_prefix(*quote)?.strip_suffix(*quote));
    if let Some(text) = quoted {
        return (!text.contains(['"', '\'', '<', '>', '\n'])).then(|| Value::Text(text.to_owned()));
    }
    let named = |name: &str| variables.get(name).cloned().or_else(|| context.resolver.value(name));
    match term {
        "site.url" => Some(Value::Text(origin(context).to_owned())),
        "site.baseurl" => Some(Value::Text(path(context).to_owned())),
        "true" | "false" => Some(Value::Bool(term == "true")),
        "nil" | "null" => Some(Value::Nothing),
        "empty" => Some(Value::Empty),
        "blank" => Some(Value::Blank),
        _ if is_number(term) => Some(Value::Number(term.to_owned())),
        _ if term.contains('[') => None,
        _ => match term.rsplit_once('.').filter(|(_, part)| matches!(*part, "size" | "first" | "last")) {
            Some((head, part)) => match named(head) {
                Some(list @ Value::List(_)) => filter(part, &list, &[], context),
                Some(text @ Value::Text(_)) if part == "size" => filter(part, &text, &[], context),
                Some(Value::Nothing) => Some(Value::Nothing),
                Some(_) => None,
                None => named(term),
            },
            None => named(term),
        },
    }
}

fn origin<'c>(context: &ContentContext<'c>) -> &'c str {
    &context.site[..url::Position::BeforePath]
}

fn path<'c>(context: &ContentContext<'c>) -> &'c str {
    context.site.path().trim_end_matches('/')
}

/// Returns what a filter makes of a value (<https://shopify.github.io/liquid/>, <https://jekyllrb.com/docs/liquid/filters/>).
fn filter(name: &str, value: &Value, arguments: &[String], context: &ContentContext<'_>) -> Option<Value> {
    if let Value::Date(date) = value {
        let format = match name {
            "date" => arguments.first()?.as_str(),
            "date_to_string" => "%d %b %Y",
            "date_to_long_string" => "%d %B %Y",
            "date_to_xmlschema" => "%Y-%m-%dT%H:%M:%S%:z",
            "date_to_rfc822" => "%a, %d %b %Y %H:%M:%S %z",
            _ => return filter(name, &Value::Text(text(value)), arguments, context),
        };
        return dated(date, format).map(Value::Text);
    }
    if let Value::List(items) = value {
        let separator = arguments.first().map_or(" ", String::as_str);
        return match name {
            "join" => Some(Value::Text(texts(items).join(separator))),
            "array_to_sentence_string" => Some(Value::Text(sentence(&texts(items)))),
            "first" => items.first().cloned(),
            "last" => items.last().cloned(),
            "size" => Some(Value::Number(items.len().to_string())),
            _ => None,
        };
    }
    let value = text(value);
    if name == "size" {
        return Some(Value::Number(value.chars().count().to_string()));
    }
    let (first, second) = (arguments.first(), arguments.get(1));
    let (origin, base) = (origin(context), path(context));
    let below = |value: &str| format!("{base}/{}", value.trim_start_matches('/'));
    Some(Value::Text(match name {
        "relative_url" | "absolute_url" if value.contains("://") => value,
        // A blank would end the address of a Markdown link.
        "relative_url" => below(&value).replace(' ', "%20"),
        "absolute_url" => format!("{origin}{}", below(&value)).replace(' ', "%20"),
        "prepend" => format!("{}{value}", first?),
        "append" => value + first?,
        "upcase" => value.to_uppercase(),
        "downcase" => value.to_lowercase(),
        "capitalize" => {
            let mut chars = value.chars();
            chars.next().map(|first| first.to_uppercase().chain(chars.flat_map(char::to_lowercase)).collect()).unwrap_or_default()
        }
        "strip" => value.trim().to_owned(),
        "lstrip" => value.trim_start().to_owned(),
        "rstrip" => value.trim_end().to_owned(),
        "escape" | "xml_escape" => value.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;"),
        "replace" if !first?.is_empty() && value.len() * second?.len().max(1) <= MOST * 4 => value.replace(first?.as_str(), second?),
        "remove" if !first?.is_empty() => value.replace(first?.as_str(), ""),
        "remove_first" => value.replacen(first?.as_str(), "", 1),
        "url_encode" | "cgi_escape" => url::form_urlencoded::byte_serialize(value.as_bytes()).collect(),
        "uri_escape" => value.replace(' ', "%20"),
        "truncate" => truncated(value, first.map_or(Some(50), |count| count.parse().ok())?, second.map_or("...", String::as_str)),
        "truncatewords" => {
            let most: usize = first.map_or(Some(15), |count| count.parse().ok())?.max(1);
            let words: Vec<&str> = value.split_whitespace().take(most).collect();
            let is_whole = value.split_whitespace().nth(most).is_none();
            if is_whole { words.join(" ") } else { words.join(" ") + second.map_or("...", String::as_str) }
        }
        "markdownify" if value.len() <= MOST * 4 => markdownified(&value),
        "strip_html" if !value.contains('<') => value,
        "strip_newlines" => value.replace(['\n', '\r'], ""),
        _ => return None,
    }))
}

/// Returns the HTML of a text in Markdown, as it stands between two elements.
fn markdownified(text: &str) -> String {
    let mut html = String::new();
    pulldown_cmark::html::push_html(&mut html, Parser::new_ext(text, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH));
    html.trim_end().to_owned()
}

/// Returns a time in a format of `strftime`; nothing for one that is none.
fn dated(date: &Date, format: &str) -> Option<String> {
    let items: Vec<Item<'_>> = StrftimeItems::new(format).collect();
    if items.contains(&Item::Error) {
        return None;
    }
    let mut out = String::new();
    write!(out, "{}", date.format_with_items(items.iter())).ok()?;
    Some(out)
}

fn texts(items: &[Value]) -> Vec<String> {
    items.iter().map(text).collect()
}

/// Returns a text of at most so many characters, those of what shows that it goes on among them.
fn truncated(text: String, most: usize, more: &str) -> String {
    if text.chars().count() <= most {
        return text;
    }
    let kept = most.saturating_sub(more.chars().count());
    text.chars().take(kept).chain(more.chars()).collect()
}

/// Returns `a, b, and c`.
fn sentence(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [one, other] => format!("{one} and {other}"),
        [first @ .., last] => format!("{}, and {last}", first.join(", ")),
    }
}
