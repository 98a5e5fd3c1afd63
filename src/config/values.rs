//! The values that keys take: one function each, from a YAML value to what it means or what is wrong with it.

pub(super) mod mail;
mod paths;
mod people;

use super::codes;
use super::keys::{Key, Kind};
use crate::diagnostic::Code;
use crate::model::Author;
use crate::text::chars::one_line;
use crate::text::language::normalize;
use crate::text::suggest::did_you_mean;
use crate::tree::Node;
use paths::{feed_folder, file, file_or_off, glob, inside, no_parent, output, url_path};
use people::authors;
use url::Url;

/// What a value means.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    Text(String),
    Texts(Vec<String>),
    Flag(bool),
    /// A number; `None` for `all` or `none`.
    Number(Option<u64>),
    Url(Url),
    Timezone(chrono_tz::Tz),
    Authors(Vec<Author>),
}

/// What is wrong with a value.
#[derive(Debug, PartialEq)]
pub(super) struct Fault {
    pub(super) code: &'static Code,
    pub(super) message: String,
    pub(super) help: Option<String>,
    /// Where below the key: a list's number, a mapping's name.
    pub(super) below: Vec<String>,
    /// Whether the name is at fault, not the value.
    pub(super) at_key: bool,
}

impl Fault {
    fn value(message: impl Into<String>, help: impl Into<String>) -> Fault {
        Fault { code: &codes::BAD_VALUE, message: message.into(), help: Some(help.into()), below: Vec::new(), at_key: false }
    }

    fn below(mut self, name: impl Into<String>) -> Fault {
        self.below.insert(0, name.into());
        self
    }
}

/// What checking a value gives: what it means, or everything that is wrong with it.
type Checked = Result<Value, Vec<Fault>>;

/// Checks the value of a key. `raw` is a plain scalar as written: YAML has made `1.10` a number and lost its zero.
pub(super) fn check(key: &Key, node: &Node, raw: Option<&str>) -> Checked {
    let one = |result: Result<Value, Fault>| result.map_err(|fault| vec![fault]);
    match key.kind {
        Kind::Text => one(text(key, node, raw).and_then(|text| plain(&text)).map(Value::Text)),
        Kind::Template => one(text(key, node, raw).and_then(|text| plain(&text).map(|_| Value::Text(text)))),
        Kind::Lines => one(text(key, node, raw).and_then(|text| lines(&text)).map(Value::Text)),
        Kind::Line => one(text(key, node, raw).and_then(|text| line(&text)).map(Value::Text)),
        Kind::Flag => one(flag(key, node)),
        Kind::Count => one(count(key, node)),
        Kind::Port => one(count(key, node).and_then(mail::port)),
        Kind::Entries => one(entries(key, node)),
        Kind::Bytes => one(bytes(key, node)),
        Kind::Duration => one(word(key, node).and_then(|text| duration(&text))),
        Kind::OneOf(words) => one(word(key, node).and_then(|text| one_of(words, text).map(Value::Text))),
        Kind::SomeOf(words) => some_of(key, words, node),
        Kind::SiteUrl => one(word(key, node).and_then(|text| site_url(&text))),
        Kind::Url => one(word(key, node).and_then(|text| web_url(&text)).map(Value::Text)),
        Kind::Urls => each(key, node, |text| web_url(&text)),
        Kind::UrlOrPath => one(word(key, node).and_then(|text| url_or_path(&text)).map(Value::Text)),
        Kind::Language => one(word(key, node).and_then(|text| language(&text)).map(Value::Text)),
        Kind::Timezone => one(word(key, node).and_then(|text| timezone(&text))),
        Kind::Authors => authors(key, node, raw),
        Kind::Folder => one(word(key, node).and_then(|text| inside(&text)).map(Value::Text)),
        Kind::Output => one(word(key, node).and_then(|text| output(&text)).map(Value::Text)),
        Kind::Globs => each(key, node, |text| glob(&text)),
        Kind::File => one(word(key, node).and_then(|text| file(&text)).map(Value::Text)),
        Kind::FileOrOff => one(file_or_off(key, node)),
        Kind::UrlPath => one(word(key, node).and_then(|text| url_path(&text)).map(Value::Text)),
        Kind::Permalink => {
            one(word(key, node).and_then(|text| super::permalink::check(&text).map_err(|(m, h)| Fault::value(m, h))).map(Value::Text))
        }
        Kind::FeedFolder => one(feed_folder(key, node)),
        Kind::Codes => each(key, node, |text| code_name(&text)),
        Kind::Mailbox => one(word(key, node).and_then(|text| mail::mailbox(&text).map(|_| text)).map(Value::Text)),
        Kind::Bounces => one(word(key, node).and_then(|text| mail::bounces(&text)).map(Value::Text)),
        Kind::Leaving => one(word(key, node).and_then(|text| mail::leaving(&text)).map(Value::Text)),
        Kind::Domain => one(word(key, node).and_then(|text| mail::domain(&text)).map(Value::Text)),
        Kind::TokenUrl => one(word(key, node).and_then(|text| mail::token_url(&text)).map(Value::Text)),
        Kind::Date => one(word(key, node).and_then(|text| mail::date(&text)).map(Value::Text)),
        Kind::Schedule => one(word(key, node).and_then(|text| mail::schedule(&text)).map(Value::Text)),
        Kind::Texts => each(key, node, Ok),
        Kind::Ledger => one(word(key, node).map(Value::Text)),
    }
}

/// Returns the fault of a value of another type.
fn wrong_type(key: &Key, node: &Node) -> Fault {
    let message = format!("`{}` takes {}, not {}", key.path, super::schema::noun(key.kind), node.kind());
    let example = if key.example.is_empty() { key.default } else { key.example };
    let name = key.path.rsplit('.').next().unwrap_or_default();
    let help = if matches!((node, key.kind), (Node::Bool(_) | Node::Tagged(_), Kind::Text | Kind::Template | Kind::Lines | Kind::Line)) {
        "put text in quotes".to_owned()
    } else {
        format!("write for example `{name}: {example}`")
    };
    Fault { code: &codes::WRONG_TYPE, message, help: Some(help), below: Vec::new(), at_key: false }
}

/// Returns a text as it is written.
fn text(key: &Key, node: &Node, raw: Option<&str>) -> Result<String, Fault> {
    match node {
        Node::Text(text) => Ok(text.clone()),
        Node::Number(_) => Ok(raw.map_or_else(|| node.text().unwrap_or_default(), str::to_owned)),
        _ => Err(wrong_type(key, node)),
    }
}

/// Returns free text on one line, without characters that XML cannot hold.
fn plain(text: &str) -> Result<String, Fault> {
    // XML 1.0 §2.2 Char; white space is joined below.
    let bad = text.chars().find(|c| c.is_control() && !c.is_whitespace() || matches!(c, '\u{fffe}' | '\u{ffff}'));
    match bad {
        Some(c) => Err(Fault::value(
            format!("the text holds the character U+{:04X}, which no feed can carry", u32::from(c)),
            "delete the character",
        )),
        None => Ok(one_line(text)),
    }
}

/// Returns free text in lines, without empty ones.
fn lines(text: &str) -> Result<String, Fault> {
    let lines: Vec<String> = text.lines().map(plain).collect::<Result<_, _>>()?;
    Ok(lines.into_iter().filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n"))
}

/// Returns a text that was written on one line: a break in it is a slip, and in the head of a mail it could add a header.
fn line(text: &str) -> Result<String, Fault> {
    let text = text.trim();
    if text.contains(['\n', '\r', '\u{b}', '\u{c}', '\u{85}', '\u{2028}', '\u{2029}']) {
        return Err(Fault::value("the value holds a line break", "write it on one line"));
    }
    plain(text)
}

/// Returns a scalar that is more than free text: one line, trimmed, not empty.
fn word(key: &Key, node: &Node) -> Result<String, Fault> {
    let text = match node {
        Node::Text(text) => line(text)?,
        Node::Number(_) if matches!(key.kind, Kind::Duration) => node.text().unwrap_or_default(),
        _ => return Err(wrong_type(key, node)),
    };
    if text.is_empty() { Err(wrong_type(key, &Node::Null)) } else { Ok(text) }
}

/// Checks one text or each of a list.
fn each(key: &Key, node: &Node, check: impl Fn(String) -> Result<String, Fault>) -> Checked {
    let Node::List(items) = node else {
        return word(key, node).and_then(check).map(|text| Value::Texts(vec![text])).map_err(|fault| vec![fault]);
    };
    let mut texts = Vec::new();
    let mut faults = Vec::new();
    for (at, item) in items.iter().enumerate() {
        match word(key, item).and_then(&check) {
            Ok(text) => texts.push(text),
            Err(fault) => faults.push(fault.below(at.to_string())),
        }
    }
    if faults.is_empty() { Ok(Value::Texts(texts)) } else { Err(faults) }
}

fn flag(key: &Key, node: &Node) -> Result<Value, Fault> {
    match node {
        Node::Bool(flag) => Ok(Value::Flag(*flag)),
        // YAML 1.1 read these as booleans, and people still write them.
        Node::Text(text) if matches!(text.to_ascii_lowercase().as_str(), "yes" | "on") => Err(not_a_flag(text, "true")),
        Node::Text(text) if matches!(text.to_ascii_lowercase().as_str(), "no" | "off") => Err(not_a_flag(text, "false")),
        _ => Err(wrong_type(key, node)),
    }
}

fn not_a_flag(text: &str, meant: &str) -> Fault {
    Fault::value(format!("`{text}` is neither `true` nor `false`"), format!("write `{meant}`"))
}

fn count(key: &Key, node: &Node) -> Result<Value, Fault> {
    match node {
        Node::Number(number) => match number.parse::<u64>() {
            Ok(0) => Err(Fault::value("`0` is too small", "write a number from 1")),
            Ok(number) => Ok(Value::Number(Some(number))),
            Err(_) => Err(Fault::value(format!("`{number}` is no whole number from 1"), "write a whole number from 1")),
        },
        _ => Err(wrong_type(key, node)),
    }
}

fn entries(key: &Key, node: &Node) -> Result<Value, Fault> {
    match node {
        Node::Text(text) if text.trim() == "all" => Ok(Value::Number(None)),
        Node::Text(text) => Err(Fault::value(format!("`{text}` is no number of entries"), "write a number such as `20`, or `all`")),
        _ => count(key, node),
    }
}

/// The units of sizes. KB is 1,000 as in the trade; the binary ones have names of their own (IEC 80000-13).
const UNITS: &[(&str, u64)] = &[
    ("kib", 1024),
    ("mib", 1024 * 1024),
    ("gib", 1024 * 1024 * 1024),
    ("kb", 1000),
    ("mb", 1_000_000),
    ("gb", 1_000_000_000),
    ("b", 1),
    ("", 1),
];

fn bytes(key: &Key, node: &Node) -> Result<Value, Fault> {
    let Node::Text(written) = node else { return count(key, node) };
    let text = written.trim().to_ascii_lowercase();
    if text == "none" {
        return Ok(Value::Number(None));
    }
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let factor = UNITS.iter().find(|(name, _)| *name == unit.trim()).map(|(_, factor)| *factor);
    let size = number.parse::<u64>().ok().zip(factor).and_then(|(number, factor)| number.checked_mul(factor));
    let unclear = || Fault::value(format!("`{}` is no size", written.trim()), "write a size such as `512KB`, `2MB` or `1MiB`, or `none`");
    size.filter(|size| *size > 0).map(|size| Value::Number(Some(size))).ok_or_else(unclear)
}

fn duration(text: &str) -> Result<Value, Fault> {
    let number = text.strip_suffix(['d', 'h', 'm', 's', 'w']).unwrap_or_default();
    let good = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
    // A century in seconds has ten digits; what is longer is a slip.
    if good && number.len() <= 10 {
        Ok(Value::Text(text.to_owned()))
    } else {
        Err(Fault::value(format!("`{text}` is no span of time"), "write a number and `w`, `d`, `h` or `m`, such as `30d`"))
    }
}

fn one_of(words: &[&str], text: String) -> Result<String, Fault> {
    if words.contains(&text.as_str()) {
        return Ok(text);
    }
    let list = words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ");
    let help = did_you_mean(&text, words.iter().copied()).unwrap_or_else(|| format!("write one of {list}"));
    Err(Fault::value(format!("`{text}` is none of {list}"), help))
}

fn some_of(key: &Key, words: &[&str], node: &Node) -> Checked {
    let checked = each(key, node, |text| one_of(words, text))?;
    let Value::Texts(texts) = checked else { return Ok(checked) };
    let mut unique: Vec<String> = Vec::new();
    for text in texts {
        if !unique.contains(&text) {
            unique.push(text);
        }
    }
    if unique.is_empty() {
        Err(vec![Fault::value(format!("`{}` names nothing", key.path), format!("write `{}`", key.default))])
    } else {
        Ok(Value::Texts(unique))
    }
}

/// Parses an absolute http(s) URL.
fn http_url(text: &str) -> Result<Url, Fault> {
    let fault = |message: String| Fault::value(message, "write an absolute URL such as `https://example.org/`");
    if !text.contains("://") && text.split('/').next().is_some_and(|host| host.contains('.')) && !text.contains(' ') {
        return Err(Fault::value(format!("`{text}` is no absolute URL"), format!("write `https://{}`", text.trim_start_matches('/'))));
    }
    match Url::parse(text) {
        Ok(url) if !matches!(url.scheme(), "http" | "https") => Err(fault(format!("`{text}` is no http or https URL"))),
        Ok(url) => Ok(url),
        Err(_) => Err(fault(format!("`{text}` is no absolute URL"))),
    }
}

fn web_url(text: &str) -> Result<String, Fault> {
    http_url(text).map(String::from)
}

fn site_url(text: &str) -> Result<Value, Fault> {
    let mut url = http_url(text)?;
    let extra = [(!url.username().is_empty(), "a user name"), (url.query().is_some(), "a query"), (url.fragment().is_some(), "a fragment")];
    if let Some((_, what)) = extra.iter().find(|(found, _)| *found) {
        let _ = url.set_username("");
        url.set_query(None);
        url.set_fragment(None);
        return Err(Fault::value(format!("the site's address holds {what}"), format!("write `{url}`")));
    }
    if !url.path().ends_with('/') {
        let path = format!("{}/", url.path());
        url.set_path(&path);
    }
    Ok(Value::Url(url))
}

fn url_or_path(text: &str) -> Result<String, Fault> {
    // RFC 3986 §4.2: a colon before the first slash ends a scheme (`javascript:`, `data:`).
    let has_scheme = text.split(['/', '?', '#']).next().is_some_and(|first| first.contains(':'));
    if has_scheme || text.starts_with("//") { web_url(text) } else { no_parent(text).map(str::to_owned) }
}

/// Returns the well-formed language tag in its usual case (RFC 5646 §2.1.1).
fn language(text: &str) -> Result<String, Fault> {
    let normal = normalize(text);
    match normal {
        Some(tag) if !text.contains(['_', '.']) => Ok(tag),
        Some(tag) => Err(Fault::value(format!("`{text}` is no language tag"), format!("write `{tag}`"))),
        None => Err(Fault::value(format!("`{text}` is no language tag"), "write a tag such as `en`, `de-AT` or `zh-Hans`")),
    }
}

fn timezone(text: &str) -> Result<Value, Fault> {
    if let Ok(zone) = text.parse::<chrono_tz::Tz>().or_else(|_| chrono_tz::Tz::from_str_insensitive(text)) {
        return Ok(Value::Timezone(zone));
    }
    let help = did_you_mean(text, chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name()));
    let fallback = || "write a name of the time zone database such as `Europe/Berlin`, or `UTC`".to_owned();
    Err(Fault::value(format!("`{text}` is no time zone postrider knows"), help.unwrap_or_else(fallback)))
}

fn code_name(text: &str) -> Result<String, Fault> {
    let good = text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    if good {
        Ok(text.to_owned())
    } else {
        Err(Fault::value(format!("`{text}` is no name of a finding"), "write a name such as `missing-description`"))
    }
}

#[cfg(test)]
mod tests;
