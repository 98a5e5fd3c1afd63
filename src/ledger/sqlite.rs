//! The ledger in a file of its own.

use super::database::{Cell, Database, DatabaseError, Dialect, Durability, Fault, Row, Value};
use rusqlite::config::DbConfig;
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, Error, ErrorCode, OpenFlags, ToSql, params_from_iter};
use std::path::Path;
use std::time::Duration;

static DIALECT: Dialect = Dialect {
    now: "CAST(unixepoch('subsec') * 1000 AS INTEGER)",
    serial: "INTEGER PRIMARY KEY",
    clustered: "WITHOUT ROWID",
    skip_locked: "",
    // Whoever writes is alone.
    lock_rates: None,
};

/// How long somebody else may write, in this program or another.
const PATIENCE: Duration = Duration::from_secs(30);

/// How many pages the log holds before they are written to the file: 32 MB. A page that changes often is written there once.
const LOG_PAGES: u32 = 8192;

/// A connection to the file.
pub(super) struct Sqlite {
    connection: Connection,
    /// What the transaction at hand has to outlive.
    durability: Durability,
}

impl Sqlite {
    /// Opens the file, and makes it where there is none and `create` says so.
    pub(super) fn open(path: &Path, create: bool) -> Result<Self, DatabaseError> {
        let make = if create { OpenFlags::SQLITE_OPEN_CREATE } else { OpenFlags::empty() };
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX | make;
        let connection = Connection::open_with_flags(path, flags).map_err(|error| told(&error))?;
        connection.busy_timeout(PATIENCE).map_err(|error| told(&error))?;
        connection.set_prepared_statement_cache_capacity(64);
        // A plan is made once for all values that a statement is asked with, not again for others.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).map_err(|error| told(&error))?;
        let mut sqlite = Sqlite { connection, durability: Durability::Process };
        // A killed process loses nothing in WAL mode; a power cut only what came behind the last commit with FULL. What is deleted
        // is overwritten with zeros: an erased address is not to be found in the file.
        sqlite.script("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA secure_delete = ON; PRAGMA foreign_keys = ON;")?;
        sqlite.script(&format!("PRAGMA wal_autocheckpoint = {LOG_PAGES}"))?;
        Ok(sqlite)
    }

    /// Returns what SQLite finds wrong with the file.
    pub(super) fn integrity(&mut self) -> Result<Vec<String>, DatabaseError> {
        let mut found = Vec::new();
        self.query("PRAGMA integrity_check(20)", &[], &mut |row| found.push(row.string(0)))?;
        found.retain(|line| line != "ok");
        Ok(found)
    }

    /// Writes a copy of the whole to a new file.
    pub(super) fn copy_to(&mut self, path: &Path) -> Result<(), DatabaseError> {
        let path = path.to_str().ok_or_else(|| DatabaseError::new(Fault::Other, &"the path is not UTF-8"))?;
        self.execute("VACUUM INTO $1", &[Value::Text(path)]).map(drop)
    }
}

impl ToSql for Value<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Value::Null => ValueRef::Null,
            Value::Int(value) => ValueRef::Integer(*value),
            Value::Text(value) => ValueRef::Text(value.as_bytes()),
        }))
    }
}

fn told(error: &Error) -> DatabaseError {
    let fault = match error.sqlite_error_code() {
        // A file-size limit tells itself as an I/O error while writing.
        Some(ErrorCode::DiskFull | ErrorCode::SystemIoFailure) => Fault::Full,
        Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => Fault::ReadOnly,
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Fault::Corrupt,
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Fault::Busy,
        _ => Fault::Other,
    };
    DatabaseError::new(fault, error)
}

/// Returns the SQL as SQLite numbers its values.
fn numbered(sql: &str) -> String {
    sql.replace('$', "?")
}

impl Database for Sqlite {
    fn dialect(&self) -> &'static Dialect {
        &DIALECT
    }

    fn execute(&mut self, sql: &str, values: &[Value<'_>]) -> Result<u64, DatabaseError> {
        let mut statement = self.connection.prepare_cached(&numbered(sql)).map_err(|error| told(&error))?;
        statement.execute(params_from_iter(values)).map(|changed| changed as u64).map_err(|error| told(&error))
    }

    fn query(&mut self, sql: &str, values: &[Value<'_>], each: &mut dyn FnMut(&Row)) -> Result<(), DatabaseError> {
        let mut statement = self.connection.prepare_cached(&numbered(sql)).map_err(|error| told(&error))?;
        let columns = statement.column_count();
        let mut rows = statement.query(params_from_iter(values)).map_err(|error| told(&error))?;
        let mut row = Row::default();
        while let Some(found) = rows.next().map_err(|error| told(&error))? {
            row.0.clear();
            for at in 0..columns {
                row.0.push(match found.get_ref(at).map_err(|error| told(&error))? {
                    ValueRef::Null => Cell::Null,
                    ValueRef::Integer(value) => Cell::Int(value),
                    ValueRef::Real(value) => Cell::Int(value as i64),
                    ValueRef::Text(text) | ValueRef::Blob(text) => Cell::Text(String::from_utf8_lossy(text).into_owned()),
                });
            }
            each(&row);
        }
        Ok(())
    }

    fn script(&mut self, sql: &str) -> Result<(), DatabaseError> {
        self.connection.execute_batch(sql).map_err(|error| told(&error))
    }

    fn begin(&mut self, durability: Durability) -> Result<(), DatabaseError> {
        if !self.connection.is_autocommit() {
            // Whoever began it broke off.
            self.rollback();
        }
        if durability == Durability::Power {
            self.script("PRAGMA synchronous = FULL")?;
        }
        self.durability = durability;
        // Not DEFERRED: whoever will write waits here, where nothing has been read yet.
        self.execute("BEGIN IMMEDIATE", &[]).map(drop)
    }

    fn commit(&mut self) -> Result<(), DatabaseError> {
        self.execute("COMMIT", &[])?;
        if self.durability == Durability::Power {
            self.script("PRAGMA synchronous = NORMAL")?;
        }
        Ok(())
    }

    fn rollback(&mut self) {
        self.script("ROLLBACK").ok();
        self.script("PRAGMA synchronous = NORMAL").ok();
    }
}
