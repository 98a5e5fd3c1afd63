//! What the ledger asks of a database: a few words, so that SQLite and PostgreSQL answer to the same SQL.

use std::borrow::Cow;

/// A value that goes into a statement.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Value<'a> {
    Null,
    Int(i64),
    Text(&'a str),
}

impl From<i64> for Value<'_> {
    fn from(value: i64) -> Self {
        Value::Int(value)
    }
}

impl From<usize> for Value<'_> {
    fn from(value: usize) -> Self {
        Value::Int(i64::try_from(value).unwrap_or(i64::MAX))
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(value: &'a str) -> Self {
        Value::Text(value)
    }
}

impl<'a> From<&'a String> for Value<'a> {
    fn from(value: &'a String) -> Self {
        Value::Text(value)
    }
}

impl<'a, T: Into<Value<'a>>> From<Option<T>> for Value<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Value::Null, Into::into)
    }
}

/// Makes the values of a statement.
macro_rules! values {
    ($($value:expr),* $(,)?) => { &[$($crate::ledger::database::Value::from($value)),*] };
}
pub(super) use values;

/// A value that comes out of one.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Cell {
    Null,
    Int(i64),
    Text(String),
}

/// A row that comes out of a query.
#[derive(Debug, Default)]
pub(super) struct Row(pub(super) Vec<Cell>);

impl Row {
    /// Returns a number; 0 where there is none.
    pub(super) fn int(&self, at: usize) -> i64 {
        self.int_if_any(at).unwrap_or_default()
    }

    pub(super) fn int_if_any(&self, at: usize) -> Option<i64> {
        match self.0.get(at) {
            Some(Cell::Int(value)) => Some(*value),
            _ => None,
        }
    }

    /// Returns a text; empty where there is none.
    pub(super) fn text(&self, at: usize) -> &str {
        self.text_if_any(at).unwrap_or_default()
    }

    pub(super) fn text_if_any(&self, at: usize) -> Option<&str> {
        match self.0.get(at) {
            Some(Cell::Text(value)) => Some(value),
            _ => None,
        }
    }

    pub(super) fn string(&self, at: usize) -> String {
        self.text(at).to_owned()
    }

    pub(super) fn string_if_any(&self, at: usize) -> Option<String> {
        self.text_if_any(at).map(str::to_owned)
    }
}

/// What a commit has to outlive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Durability {
    /// The death of the process.
    Process,
    /// A power cut.
    Power,
}

/// Why a database did not do what it was asked.
#[derive(Debug, thiserror::Error)]
#[error("{told}")]
pub(super) struct DatabaseError {
    pub(super) fault: Fault,
    told: String,
}

impl DatabaseError {
    pub(super) fn new(fault: Fault, told: &impl ToString) -> Self {
        DatabaseError { fault, told: told.to_string() }
    }
}

/// The kinds of such reasons, as far as anybody acts on them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// The disk is full, or the file may not grow.
    Full,
    ReadOnly,
    /// The file is no database, or not as it was written.
    Corrupt,
    /// Somebody else has been writing for too long.
    Busy,
    /// The connection to the server is gone.
    Lost,
    Other,
}

/// A connection to a database. Values stand as `$1`, `$2` in the SQL.
pub(super) trait Database: Send {
    /// Returns the words that differ.
    fn dialect(&self) -> &'static Dialect;

    /// Runs a statement and returns how many rows it changed.
    fn execute(&mut self, sql: &str, values: &[Value<'_>]) -> Result<u64, DatabaseError>;

    /// Runs a query and shows each row.
    fn query(&mut self, sql: &str, values: &[Value<'_>], each: &mut dyn FnMut(&Row)) -> Result<(), DatabaseError>;

    /// Runs statements that take no values.
    fn script(&mut self, sql: &str) -> Result<(), DatabaseError>;

    /// Begins a transaction that writes.
    fn begin(&mut self, durability: Durability) -> Result<(), DatabaseError>;

    fn commit(&mut self) -> Result<(), DatabaseError>;

    /// Takes the transaction back; whatever goes wrong with that, a transaction that was not committed has not happened.
    fn rollback(&mut self);
}

/// The words in which the two databases differ. In SQL they stand as `{now}`, `{serial}`, `{clustered}`,
/// `{skip_locked}`.
#[derive(Debug)]
pub(super) struct Dialect {
    /// The database's clock: milliseconds since 1970.
    pub(super) now: &'static str,
    /// The type of a number that each new row gets by itself.
    pub(super) serial: &'static str,
    /// What keeps the rows of a table in its key, not beside it.
    pub(super) clustered: &'static str,
    /// What keeps two senders from choosing the same rows.
    pub(super) skip_locked: &'static str,
    /// The statement that makes whoever decides how much may be sent wait for one another.
    pub(super) lock_rates: Option<&'static str>,
}

impl Dialect {
    /// Returns the SQL with this dialect's words; `now` in place of the database's clock where one is given.
    pub(super) fn told<'a>(&self, sql: &'a str, now: Option<i64>) -> Cow<'a, str> {
        if !sql.contains('{') {
            return Cow::Borrowed(sql);
        }
        let told = now.map(|now| now.to_string());
        let now = told.as_deref().unwrap_or(self.now);
        let mut sql = Cow::Borrowed(sql);
        for (word, is) in [("{now}", now), ("{serial}", self.serial), ("{clustered}", self.clustered), ("{skip_locked}", self.skip_locked)]
        {
            if sql.contains(word) {
                sql = Cow::Owned(sql.replace(word, is));
            }
        }
        sql
    }
}
