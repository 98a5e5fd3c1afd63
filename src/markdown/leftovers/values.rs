//! What Liquid's outputs stand for, as far as it can be known: texts, the site, the front matter, and filters on them.

use crate::markdown::ContentContext;
use crate::markdown::resolver::Value;
use crate::model::Date;
use chrono::format::{Item, StrftimeItems};
use std::collections::BTreeMap;
use std::fmt::Write;

/// What a text may become.
const MOST: usize = 20_000;

/// The variables that `assign` gave a value.
pub(in super::super) type Variables = BTreeMap<String, Value>;

/// Returns the value of an expression such as `"/path" | relative_url` or `page.date | date: "%Y"`; nothing where it cannot be known.
pub(in super::super) fn value(expression: &str, context: &ContentContext<'_>, variables: &Variables) -> Option<Value> {
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
            value = value.filter(|value| !text(value).is_empty()).or_else(|| arguments.into_iter().next());
            continue;
        }
        value =
            Some(filter(name, &value.filter(|value| *value != Value::Nothing)?, &arguments.iter().map(text).collect::<Vec<_>>(), context)?);
    }
    value.filter(|value| *value != Value::Nothing && text(value).len() <= MOST)
}

/// Returns whether a condition holds: a value, or two that are compared; nothing where that cannot be known.
pub(super) fn holds(condition: &str, context: &ContentContext<'_>, variables: &Variables) -> Option<bool> {
    let condition = condition.trim();
    if [" and ", " or ", "<", ">", "(", "|"].iter().any(|sign| condition.contains(sign)) {
        return None;
    }
    let known = |name: &str| term(name, context, variables);
    for (sign, wanted) in [("==", true), ("!=", false)] {
        if let Some((one, other)) = condition.split_once(sign) {
            return Some((text(&known(one)?) == text(&known(other)?)) == wanted);
        }
    }
    if let Some((one, other)) = condition.split_once(" contains ") {
        let other = text(&known(other)?);
        return Some(match known(one)? {
            Value::List(items) => items.contains(&other),
            value => text(&value).contains(&other),
        });
    }
    known(condition).map(|value| value != Value::Nothing && text(&value) != "false")
}

/// Returns a value as it is printed.
pub(in super::super) fn text(value: &Value) -> String {
    match value {
        Value::Text(text) => text.clone(),
        // As Ruby prints a time.
        Value::Date(date) => date.format("%Y-%m-%d %H:%M:%S %z").to_string(),
        Value::List(items) => items.concat(),
        Value::Nothing => String::new(),
    }
}

/// Splits at a sign outside of quotes.
fn split(text: &str, sign: char) -> Vec<&str> {
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

fn term(term: &str, context: &ContentContext<'_>, variables: &Variables) -> Option<Value> {
    let term = term.trim();
    let quoted = ['"', '\''].iter().find_map(|quote| term.strip_prefix(*quote)?.strip_suffix(*quote));
    if let Some(text) = quoted {
        return (!text.contains(['"', '\'', '<', '>', '\n'])).then(|| Value::Text(text.to_owned()));
    }
    match term {
        "site.url" => Some(Value::Text(origin(context).to_owned())),
        "site.baseurl" => Some(Value::Text(path(context).to_owned())),
        "true" | "false" => Some(Value::Text(term.to_owned())),
        "nil" | "null" | "blank" | "empty" => Some(Value::Nothing),
        _ if !term.is_empty() && term.bytes().all(|b| b.is_ascii_digit()) => Some(Value::Text(term.to_owned())),
        _ => variables.get(term).cloned().or_else(|| context.resolver.value(term)),
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
            "join" => Some(Value::Text(items.join(separator))),
            "array_to_sentence_string" => Some(Value::Text(sentence(items))),
            "first" => items.first().cloned().map(Value::Text),
            "last" => items.last().cloned().map(Value::Text),
            "size" => Some(Value::Text(items.len().to_string())),
            _ => None,
        };
    }
    let value = text(value);
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
        "size" => value.chars().count().to_string(),
        "strip_html" if !value.contains('<') => value,
        "strip_newlines" => value.replace(['\n', '\r'], ""),
        _ => return None,
    }))
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

/// Returns `a, b, and c`.
fn sentence(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [one, other] => format!("{one} and {other}"),
        [first @ .., last] => format!("{}, and {last}", first.join(", ")),
    }
}
