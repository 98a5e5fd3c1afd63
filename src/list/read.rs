//! A list, row after row: CSV with a header, JSON lines, or addresses alone, one a line.
//!
//! What cannot be read is told with its line and left out; the rest goes on. Of the rows only a hash of each address is kept, to
//! know those that come twice.

use super::codes::{BAD_SUBSCRIBER_ROW, DUPLICATE_SUBSCRIBER, NO_ADDRESS_COLUMN, RENAMED_COLUMN, SECOND_ADDRESS_COLUMN, UNREADABLE_LIST};
use super::columns::{Column, FIELDS, Role, columns, is_for_addresses, plain};
use super::csv::{Cell, Record, delimiters_of, next_record, split, unguard};
use super::lines::{Line, Lines};
use super::row::{Row, Values, text_of};
use super::standing::Standing;
use super::told::Told;
use crate::diagnostic::{Code, Diagnostic};
use crate::text::suggest;
use serde_json::{Map, Value};
use std::borrow::Cow;
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::io::{self, BufRead};

/// The most columns.
const MOST_COLUMNS: usize = 1_000;

/// A row, or what was found on the way to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// A row with an address that can be mailed.
    Row(Box<Row>),
    /// Something to tell.
    Finding(Diagnostic),
}

/// How a list is said to be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Written {
    /// As a table, its values parted by commas, semicolons or tabs.
    Csv,
    /// As a JSON object a line.
    JsonLines,
}

/// How a list is written.
#[derive(Debug)]
enum Form {
    Unknown,
    Csv {
        delimiter: char,
        columns: Vec<Column>,
    },
    Addresses {
        columns: Vec<Column>,
    },
    /// With what the keys of the last line mean: most lines have the same.
    Json {
        keys: Vec<String>,
        columns: Vec<Column>,
    },
    Ended,
}

/// Reads a list: an iterator over rows and findings, in the order of the list.
#[derive(Debug)]
pub struct Reader<R> {
    lines: Lines<R>,
    form: Form,
    told: Told,
    /// The lines of the addresses that were read, by a hash of their keys.
    seen: HashMap<u64, u32>,
    /// How it is said to be written.
    written: Option<Written>,
}

impl<R: BufRead> Reader<R> {
    /// Begins to read a list. `path` is what findings call it; addresses are shown in findings only when that is asked for,
    /// because logs may be public.
    pub fn new(input: R, path: &str, shows_addresses: bool) -> Self {
        Reader {
            lines: Lines::new(input),
            form: Form::Unknown,
            told: Told::new(path, shows_addresses),
            seen: HashMap::new(),
            written: None,
        }
    }

    /// Believes what somebody says about how the list is written, in place of what it looks like.
    #[must_use]
    pub fn written(mut self, written: Option<Written>) -> Self {
        self.written = written;
        self
    }

    /// Returns how many rows were left out so far; a list that cannot be read counts as one.
    #[must_use]
    pub fn left_out(&self) -> u64 {
        self.told.left_out()
    }

    /// Reads on: at least one row or line.
    fn step(&mut self) -> io::Result<()> {
        match &self.form {
            Form::Unknown => return self.begin(),
            Form::Csv { delimiter, .. } => match next_record(&mut self.lines, *delimiter)? {
                Some(Ok(record)) => self.csv(&record),
                Some(Err((line, at))) => {
                    let place = self.told.place(line.number, &line.text, at..at + 1);
                    self.told.tell(
                        &BAD_SUBSCRIBER_ROW,
                        "a quote is never closed; the row is left out",
                        place,
                        "close it, or write it twice",
                    );
                }
                None => self.end(),
            },
            Form::Addresses { .. } | Form::Json { .. } => match self.lines.next()? {
                Some(line) if line.text.trim().is_empty() => {}
                Some(line) if matches!(self.form, Form::Json { .. }) => self.json(&line),
                Some(line) => self.alone(&line),
                None => self.end(),
            },
            Form::Ended => {}
        }
        Ok(())
    }

    fn end(&mut self) {
        self.form = Form::Ended;
        self.told.finish();
    }

    /// Stops at a list that cannot be read.
    fn refuse(&mut self, code: &'static Code, message: impl Into<String>, line: u32, help: impl Into<String>) {
        let place = self.told.line(line);
        self.told.tell(code, message, place, help);
        self.end();
    }

    /// Sees from its first line how the list is written.
    fn begin(&mut self) -> io::Result<()> {
        let Some(first) = self.lines.next()? else {
            self.end();
            return Ok(());
        };
        let text = first.text.trim();
        if text.starts_with("PK\u{3}\u{4}") {
            self.refuse(&UNREADABLE_LIST, "this is a spreadsheet or an archive", first.number, "save it as CSV in UTF-8");
        } else if first.is_wide {
            self.refuse(&UNREADABLE_LIST, "the list is not in UTF-8", first.number, "save it as CSV in UTF-8");
        } else if text.starts_with('[') && self.written.is_none() {
            self.refuse(&UNREADABLE_LIST, "the list is one JSON array", first.number, "write one object a line, as `jq -c '.[]'` does");
        } else if self.written.map_or(text.starts_with('{'), |written| written == Written::JsonLines) {
            self.form = Form::Json { keys: Vec::new(), columns: Vec::new() };
            self.lines.unread(vec![first]);
        } else if let Some(delimiter) = text.strip_prefix("sep=").and_then(|rest| rest.chars().next()) {
            self.header(delimiter)?;
        } else if !text.is_empty() {
            let delimiter = delimiter_of(&first.text);
            self.lines.unread(vec![first]);
            self.header(delimiter)?;
        }
        Ok(())
    }

    /// Reads the names of the columns.
    fn header(&mut self, delimiter: char) -> io::Result<()> {
        let record = match next_record(&mut self.lines, delimiter)? {
            Some(Ok(record)) => record,
            Some(Err((line, _))) => {
                self.refuse(&NO_ADDRESS_COLUMN, "a quote in the names of the columns is never closed", line.number, "close it");
                return Ok(());
            }
            None => {
                self.end();
                return Ok(());
            }
        };
        let (cells, _) = split(&record.text, delimiter);
        if cells.len() > MOST_COLUMNS {
            self.refuse(&UNREADABLE_LIST, format!("the list has {} columns", cells.len()), record.line, "remove those that no mail needs");
            return Ok(());
        }
        let named = columns(cells.iter().map(|cell| unguard(cell.text.trim())));
        if named.iter().any(|column| column.role == Role::Address) {
            self.tell_renamed(&record, &named, &cells);
            self.tell_second_address(&record, &named, &cells);
            self.form = Form::Csv { delimiter, columns: named };
        } else if cells.len() == 1 && record.text.contains('@') {
            self.form = Form::Addresses { columns: columns(["email"]) };
            self.lines.unread(vec![Line { number: record.line, text: record.text, is_cut: record.is_cut, is_wide: false }]);
        } else {
            self.no_address_column(&record, &named);
        }
        Ok(())
    }

    fn tell_renamed(&mut self, record: &Record, columns: &[Column], cells: &[Cell<'_>]) {
        for (column, cell) in columns.iter().zip(cells) {
            // Capitals do not count in templates.
            let written = column.name.strip_prefix(FIELDS).unwrap_or(&column.name);
            let is_same = written.to_lowercase() == column.field;
            if column.role == Role::Field && !is_same && !column.name.is_empty() && !is_for_addresses(&column.name) {
                let place = self.told.place(record.line, &record.text, cell.start..cell.start + cell.text.len());
                let message = format!("the column `{}` is kept as the field `{}`", self.told.shown(&column.name), column.field);
                self.told.tell(&RENAMED_COLUMN, message, place, format!("write `subscriber.fields.{}` in templates", column.field));
            }
        }
    }

    /// Says that a column which is kept as a field could hold the addresses as well.
    fn tell_second_address(&mut self, record: &Record, columns: &[Column], cells: &[Cell<'_>]) {
        let Some(first) = columns.iter().find(|column| column.role == Role::Address) else { return };
        for (column, cell) in columns.iter().zip(cells) {
            if column.role == Role::Field && is_for_addresses(&column.name) {
                let place = self.told.place(record.line, &record.text, cell.start..cell.start + cell.text.len());
                let (first, second) = (self.told.shown(&first.name).into_owned(), self.told.shown(&column.name).into_owned());
                let message = format!(
                    "`{first}` and `{second}` could both hold the address; `{first}` counts, and `{second}` is kept as the field `{}`",
                    column.field
                );
                let help = format!("if `{second}` holds it, rename `{first}` to `fields.{}`", plain(&first));
                self.told.tell(&SECOND_ADDRESS_COLUMN, message, place, help);
            }
        }
    }

    fn no_address_column(&mut self, record: &Record, columns: &[Column]) {
        if record.text.contains('@') {
            let help = "add a first line that names the columns, such as `email,name`";
            return self.refuse(&NO_ADDRESS_COLUMN, "the first line names no columns", record.line, help);
        }
        let names: Vec<Cow<'_, str>> = columns.iter().take(20).map(|column| self.told.shown(&column.name)).collect();
        let near = names.iter().find(|name| suggest::nearest(&plain(name), ["email", "emailaddress", "mail"]).is_some());
        let help = match near {
            Some(name) => format!("rename `{name}` to `email`"),
            None => "name the column that holds the addresses `email`".to_owned(),
        };
        let message = format!("no column holds addresses; the first line names `{}`", names.join("`, `"));
        self.refuse(&NO_ADDRESS_COLUMN, message, record.line, help);
    }

    /// Reads a row of CSV.
    fn csv(&mut self, record: &Record) {
        let Form::Csv { delimiter, columns } = &self.form else { return };
        if record.is_cut {
            let place = self.told.line(record.line);
            return self.told.tell(&BAD_SUBSCRIBER_ROW, "the row is too long; it is left out", place, "shorten it");
        }
        let (mut cells, _) = split(&record.text, *delimiter);
        if cells.iter().all(|cell| cell.text.trim().is_empty()) {
            return;
        }
        // Some programs write a delimiter behind the last value too.
        let extra = cells.get(columns.len()..).unwrap_or_default().iter().find(|cell| !cell.text.trim().is_empty());
        if let Some(extra) = extra {
            let place = self.told.place(record.line, &record.text, extra.start..record.text.len());
            let message = format!("the row has {} values for {} columns; it is left out", cells.len(), columns.len());
            let help = format!(
                "put a value that holds `{}` in quotes",
                if *delimiter == '\t' { "a tab".to_owned() } else { delimiter.to_string() }
            );
            return self.told.tell(&BAD_SUBSCRIBER_ROW, message, place, help);
        }
        for cell in &mut cells {
            if cell.text.contains('\'') {
                cell.text = Cow::Owned(unguard(cell.text.trim()).to_owned());
            }
        }
        let row = Values { line: record.line, text: &record.text, told: &mut self.told }.row(columns, &cells);
        self.keep(row);
    }

    /// Reads a line that is an address.
    fn alone(&mut self, line: &Line) {
        let Form::Addresses { columns } = &self.form else { return };
        let cell = Cell { text: Cow::Borrowed(&line.text), start: 0 };
        let row = Values { line: line.number, text: &line.text, told: &mut self.told }.row(columns, &[cell]);
        self.keep(row);
    }

    /// Reads a line of JSON lines.
    fn json(&mut self, line: &Line) {
        let Form::Json { keys, columns: known } = &mut self.form else { return };
        let map = match serde_json::from_str::<Map<String, Value>>(&line.text) {
            Ok(map) if map.len() <= MOST_COLUMNS => map,
            Ok(map) => {
                let place = self.told.line(line.number);
                let message = format!("the line has {} values; it is left out", map.len());
                return self.told.tell(&BAD_SUBSCRIBER_ROW, message, place, "remove those that no mail needs");
            }
            Err(error) => {
                let at = error.column().saturating_sub(1);
                let place = self.told.place(line.number, &line.text, at..at + 1);
                return self.told.tell(&BAD_SUBSCRIBER_ROW, "the line is no JSON object; it is left out", place, "write one object a line");
            }
        };
        if !map.keys().eq(keys.iter()) {
            *keys = map.keys().cloned().collect();
            *known = columns(map.keys().map(String::as_str));
        }
        let cells: Vec<Cell<'_>> =
            map.iter().map(|(key, value)| Cell { text: text_of(value), start: line.text.find(key.as_str()).unwrap_or(0) }).collect();
        let row = Values { line: line.number, text: &line.text, told: &mut self.told }.row(known, &cells);
        self.keep(row);
    }

    /// Gives a row out, unless its address was there before. Who is not to be mailed is given out again: they may have left since.
    fn keep(&mut self, row: Option<Row>) {
        let Some(row) = row else { return };
        let mut hash = DefaultHasher::new();
        row.key.hash(&mut hash);
        let first = *self.seen.entry(hash.finish()).or_insert(row.line);
        if first != row.line {
            let place = self.told.line(row.line);
            let message = format!("`{}` stands on line {first} too", self.told.shown(&row.address));
            self.told.tell(&DUPLICATE_SUBSCRIBER, message, place, "remove one of them");
        }
        self.told.stand(row.standing, row.line);
        if first == row.line || row.standing != Standing::Active {
            self.told.push(Found::Row(Box::new(row)));
        }
    }
}

/// Returns what stands between the values of a header: what makes a column of addresses, else what makes the most columns.
fn delimiter_of(header: &str) -> char {
    let delimiters = delimiters_of(header);
    let has_addresses = |delimiter: &char| {
        let (cells, _) = split(header, *delimiter);
        cells.len() <= MOST_COLUMNS && columns(cells.iter().map(|cell| &*cell.text)).iter().any(|column| column.role == Role::Address)
    };
    delimiters.into_iter().find(has_addresses).unwrap_or(delimiters[0])
}

impl<R: BufRead> Iterator for Reader<R> {
    type Item = io::Result<Found>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(found) = self.told.take() {
                return Some(Ok(found));
            }
            if matches!(self.form, Form::Ended) {
                return None;
            }
            if let Err(error) = self.step() {
                self.form = Form::Ended;
                return Some(Err(error));
            }
            // What is refused is not read at all.
            if let Some(line) = self.lines.take_guessed().filter(|_| !matches!(self.form, Form::Ended)) {
                self.told.guess(line);
            }
        }
    }
}

#[cfg(test)]
mod tests;
