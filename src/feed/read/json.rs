//! JSON Feed 1.0 and 1.1, and what calls itself so.

use super::{Draft, Flaw, Lines, ReadFeed, absolute, as_html, date, filled, in_one_line};
use crate::model::FeedFormat;
use serde_json::{Map, Value};
use url::Url;

/// Reads a feed; `None` where it is no JSON, or has no items.
pub(super) fn read(text: &str, here: Option<&Url>) -> Option<ReadFeed> {
    let (top, broken) = match serde_json::from_str(text) {
        Ok(Value::Object(top)) => (top, None),
        Ok(_) => return None,
        Err(error) => {
            let at = offset(text, &error);
            (rescued(text.get(..at)?)?, Some((at, error)))
        }
    };
    let items = top.get("items")?.as_array()?;
    // A name that is written with escapes tells no places.
    let places = self::items(text).into_iter().chain(std::iter::repeat_with(|| Item { start: 0, end: None }));
    let string = |name: &str| top.get(name).and_then(Value::as_str).and_then(filled);
    let address = |name: &str| absolute(&string(name)?, here);
    let mut lines = Lines::new(text);
    let entries = items.iter().filter_map(Value::as_object).zip(places).filter_map(|(item, place)| {
        let line = lines.of(place.start);
        Draft { line, ..draft(item, here) }.settle()
    });
    let entries: Vec<_> = entries.collect();
    let flaw = broken.map(|(at, error)| {
        let message = if error.is_eof() { "the feed breaks off here" } else { "this is no JSON any more" };
        Flaw { is_end: true, before: entries.len(), ..Flaw::at(text, at, message.to_owned()) }
    });
    Some(ReadFeed {
        entries,
        flaw,
        // JSON Feed 1.1: the address of the feed is what it is known by.
        id: address("feed_url"),
        self_url: address("feed_url"),
        home_url: address("home_page_url"),
        older_url: address("next_url"),
        title: string("title").and_then(|title| in_one_line(&title)),
        subtitle: string("description").and_then(|text| in_one_line(&text)).filter(|text| string("title").as_ref() != Some(text)),
        language: string("language"),
        ..ReadFeed::new(FeedFormat::Json)
    })
}

/// Returns where a parser of values stopped.
fn offset(text: &str, error: &serde_json::Error) -> usize {
    if error.is_eof() {
        return text.trim_end().len();
    }
    let line: usize = text.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum();
    text.floor_char_boundary(line + error.column().saturating_sub(1))
}

/// Returns what stands in the beginning of a feed's JSON, with its items as far as they are whole.
fn rescued(text: &str) -> Option<Map<String, Value>> {
    let whole = items(text).into_iter().filter_map(|item| item.end).next_back()?;
    let Ok(Value::Object(top)) = serde_json::from_str(&format!("{}]}}", text.get(..whole)?)) else { return None };
    Some(top)
}

/// Where an item stands.
struct Item {
    start: usize,
    /// Behind it, where it is whole.
    end: Option<usize>,
}

/// Returns where the items of a feed stand; a parser of values does not say.
fn items(text: &str) -> Vec<Item> {
    let mut found: Vec<Item> = Vec::new();
    let (mut open, mut is_string, mut is_escaped, mut is_items) = (Vec::new(), false, false, false);
    let (mut quote, mut name) = (0, "");
    for (at, octet) in text.bytes().enumerate() {
        match octet {
            _ if is_escaped => is_escaped = false,
            b'\\' if is_string => is_escaped = true,
            b'"' => {
                is_string = !is_string;
                if is_string {
                    quote = at + 1;
                } else if open == b"{" {
                    name = text.get(quote..at).unwrap_or_default();
                }
            }
            _ if is_string => {}
            b'{' | b'[' => {
                if open == b"{" {
                    is_items = octet == b'[' && name == "items";
                    // Of two with one name, the last one counts.
                    found.truncate(if is_items { 0 } else { found.len() });
                } else if octet == b'{' && is_items && open == b"{[" {
                    found.push(Item { start: at, end: None });
                }
                open.push(octet);
            }
            b'}' | b']' => {
                open.pop();
                if let Some(item) = found.last_mut().filter(|_| octet == b'}' && is_items && open == b"{[") {
                    item.end = Some(at + 1);
                }
            }
            _ => {}
        }
    }
    found
}

fn draft(item: &Map<String, Value>, here: Option<&Url>) -> Draft {
    let string = |name: &str| item.get(name).and_then(Value::as_str).and_then(filled);
    let when = |name: &str| date(&string(name)?);
    let text = |name: &str| string(name).map(|text| as_html(&text).into_owned());
    Draft {
        // JSON Feed 1.1 items: a number is to be read as a string.
        id: item.get("id").filter(|id| id.is_number()).map(ToString::to_string).or_else(|| string("id")),
        id_may_lead: true,
        url: string("url").and_then(|url| absolute(&url, here)),
        title: string("title").and_then(|title| in_one_line(&title)),
        published: when("date_published"),
        updated: when("date_modified"),
        content: string("content_html").or_else(|| text("content_text")),
        summary: text("summary"),
        line: 0,
    }
}
