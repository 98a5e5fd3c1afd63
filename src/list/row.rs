//! One row of a list: its values, each by what its column holds.

use super::address::key;
use super::codes::{BAD_SUBSCRIBER_ADDRESS, BAD_SUBSCRIBER_VALUE, UNKNOWN_SUBSCRIBER_STATUS};
use super::columns::{Column, Role, field_name};
use super::csv::Cell;
use super::standing::{Standing, of_word, truth};
use super::told::Told;
use crate::diagnostic::Code;
use crate::model::{Date, slot};
use crate::text::chars::one_line;
use crate::text::{dates, language};
use serde_json::{Map, Value};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// The longest value, in bytes: longer ones are texts that slipped into a list.
const LONGEST_VALUE: usize = 4_000;

/// What a row of a list says about somebody.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Row {
    /// The line it begins on, 1-based.
    pub line: u32,
    /// What the address is compared by.
    pub key: String,
    /// The address, as it is spelled there.
    pub address: String,
    /// The name people call them by.
    pub name: Option<String>,
    /// The language they read, as RFC 5646 spells it.
    pub language: Option<String>,
    /// What they are sorted by, in order, each once.
    pub tags: Vec<String>,
    /// Further values.
    pub fields: BTreeMap<String, String>,
    /// Whether they are to get mail, as far as the list says.
    pub standing: Standing,
    /// What they agreed to, or how.
    pub consent: Option<String>,
    /// When they agreed.
    pub consent_at: Option<Date>,
    /// Where they came from.
    pub source: Option<String>,
    /// When they were added.
    pub created: Option<Date>,
}

/// A record whose values are being read.
pub(super) struct Values<'a> {
    pub(super) line: u32,
    pub(super) text: &'a str,
    pub(super) told: &'a mut Told,
}

impl Values<'_> {
    /// Returns the row of some values; `None` when it has to be left out, which is told.
    pub(super) fn row(&mut self, columns: &[Column], cells: &[Cell<'_>]) -> Option<Row> {
        let mut row = Row { line: self.line, ..Row::default() };
        let mut person = [None, None];
        let mut is_good = true;
        for (column, cell) in columns.iter().zip(cells) {
            let value = trim(&cell.text);
            if value.is_empty() {
                continue;
            }
            if column.role == Role::Address {
                value.clone_into(&mut row.address);
                row.key = self.key(value, cell)?;
                continue;
            }
            let Some(value) = self.tidy(value, column, cell) else { continue };
            match column.role {
                Role::Name => row.name = Some(value.into_owned()),
                Role::FirstName | Role::LastName => {
                    person[usize::from(column.role == Role::LastName)] = Some(value.to_string());
                    row.fields.insert(column.field.clone(), value.into_owned());
                }
                Role::Language => row.language = self.language(&value, column, cell),
                Role::Tags => row.tags = tags(&value),
                Role::Status => match self.standing(&value, column, cell) {
                    Some(standing) => row.standing = row.standing.max(standing),
                    None => is_good = false,
                },
                Role::Kind => {
                    row.standing = row.standing.max(of_word(&value).unwrap_or_default());
                    row.fields.insert(column.field.clone(), value.into_owned());
                }
                Role::Unless(standing) => {
                    let said = if truth(&value) == Some(false) { Some(standing) } else { of_word(&value) };
                    row.standing = row.standing.max(said.unwrap_or_default());
                }
                Role::Once(standing) if truth(&value) != Some(false) => row.standing = row.standing.max(standing),
                // The address is read already.
                Role::Once(_) | Role::Address => {}
                Role::Consent => row.consent = Some(value.into_owned()),
                Role::ConsentAt => row.consent_at = self.date(&value, column, cell),
                Role::Source => row.source = Some(value.into_owned()),
                Role::Created => row.created = self.date(&value, column, cell),
                Role::Bundle => self.bundle(&value, column, cell, &mut row.fields),
                Role::Field => drop(row.fields.insert(column.field.clone(), value.into_owned())),
            }
        }
        if row.key.is_empty() {
            let place = self.told.line(self.line);
            self.told.tell(&BAD_SUBSCRIBER_ADDRESS, "the row has no address", place, "add it, or remove the row");
            return None;
        }
        if row.name.is_none() {
            let name = person.into_iter().flatten().collect::<Vec<_>>().join(" ");
            row.name = Some(name).filter(|name| !name.is_empty());
        }
        is_good.then_some(row)
    }

    fn tell(&mut self, code: &'static Code, message: String, cell: &Cell<'_>, help: impl Into<String>) {
        let place = self.told.place(self.line, self.text, cell.start..cell.start + cell.text.len());
        self.told.tell(code, message, place, help);
    }

    fn key(&mut self, value: &str, cell: &Cell<'_>) -> Option<String> {
        match key(value) {
            Ok(key) => Some(key),
            Err(flaw) => {
                let message = format!("`{}` {}", self.told.shown(&printable(value)), flaw.reason);
                // The advice may repeat the address.
                let help = if self.told.shows_addresses() { flaw.help } else { "correct it, or remove the row".to_owned() };
                self.tell(&BAD_SUBSCRIBER_ADDRESS, message, cell, help);
                None
            }
        }
    }

    /// Returns a value that can stand in a mail; what had to be changed is told.
    fn tidy<'v>(&mut self, value: &'v str, column: &Column, cell: &Cell<'_>) -> Option<Cow<'v, str>> {
        if value.len() > LONGEST_VALUE {
            let message = format!("`{}` has more than {LONGEST_VALUE} octets and is left out", column.name);
            self.tell(&BAD_SUBSCRIBER_VALUE, message, cell, "shorten it");
            return None;
        }
        let is_bad = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | slot::MARK);
        if !value.contains(is_bad) {
            return Some(Cow::Borrowed(value));
        }
        let message = format!("`{}` holds a line break or control character; it is put on one line", column.name);
        self.tell(&BAD_SUBSCRIBER_VALUE, message, cell, "write it on one line");
        Some(printable(value)).filter(|value| !value.is_empty())
    }

    fn language(&mut self, value: &str, column: &Column, cell: &Cell<'_>) -> Option<String> {
        let found = language::normalize(value);
        if found.is_none() {
            let message = format!("`{}` in `{}` is no language and is left out", self.told.shown(value), column.name);
            self.tell(&BAD_SUBSCRIBER_VALUE, message, cell, "write a tag such as `en` or `pt-BR`");
        }
        found
    }

    fn date(&mut self, value: &str, column: &Column, cell: &Cell<'_>) -> Option<Date> {
        match dates::parse(value, chrono_tz::UTC) {
            Ok(parsed) => Some(parsed.date),
            Err(fault) => {
                let message = format!("`{}` in `{}` {}; it is left out", self.told.shown(value), column.name, fault.reason);
                self.tell(&BAD_SUBSCRIBER_VALUE, message, cell, fault.help);
                None
            }
        }
    }

    fn standing(&mut self, value: &str, column: &Column, cell: &Cell<'_>) -> Option<Standing> {
        let of_truth = |truth| if truth { Standing::Active } else { Standing::Unsubscribed };
        let found = of_word(value).or_else(|| truth(value).map(of_truth));
        if found.is_none() {
            let message = format!("`{}` in `{}` says nothing about who gets mail", self.told.shown(value), column.name);
            let help = "write `active`, `pending` or `unsubscribed`, or rename the column if it is about something else";
            self.tell(&UNKNOWN_SUBSCRIBER_STATUS, message, cell, help);
        }
        found
    }

    /// Adds the values of a JSON object; a column of its own counts more.
    fn bundle(&mut self, value: &str, column: &Column, cell: &Cell<'_>, fields: &mut BTreeMap<String, String>) {
        let Ok(map) = serde_json::from_str::<Map<String, Value>>(value) else {
            let message = format!("`{}` is no JSON object and is left out", column.name);
            return self.tell(&BAD_SUBSCRIBER_VALUE, message, cell, "write it like `{\"city\": \"London\"}`");
        };
        for (name, value) in map {
            let value = text_of(&value);
            if let (Some(name), Some(value)) = (field_name(&name), self.tidy(trim(&value), column, cell))
                && !value.is_empty()
            {
                fields.entry(name.into_owned()).or_insert_with(|| value.into_owned());
            }
        }
    }
}

/// Returns a value without the white space around it, and without the characters nobody sees that pasting leaves there.
fn trim(value: &str) -> &str {
    value.trim_matches(|c: char| c.is_whitespace() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}'))
}

/// Returns a value on one line, without control characters and marks.
fn printable(value: &str) -> Cow<'_, str> {
    let is_bad = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | slot::MARK);
    if !value.contains(is_bad) {
        return Cow::Borrowed(value);
    }
    Cow::Owned(trim(&one_line(&value.replace(is_bad, " "))).to_owned())
}

/// Returns the tags of a value, each once, in order. A tag holds none of the characters that part them.
fn tags(value: &str) -> Vec<String> {
    let mut tags: Vec<String> = Vec::new();
    for tag in value.split([',', ';', '|']).map(|tag| trim(tag).trim_matches('"').trim()).filter(|tag| !tag.is_empty()) {
        if !tags.iter().any(|known| known == tag) {
            tags.push(tag.to_owned());
        }
    }
    tags
}

/// Returns a JSON value as a cell of CSV would have it.
pub(super) fn text_of(value: &Value) -> Cow<'_, str> {
    match value {
        Value::Null => Cow::Borrowed(""),
        Value::String(text) => Cow::Borrowed(text),
        Value::Array(values) if !values.iter().any(|value| value.is_array() || value.is_object()) => {
            Cow::Owned(values.iter().map(text_of).collect::<Vec<_>>().join(", "))
        }
        other => Cow::Owned(other.to_string()),
    }
}
