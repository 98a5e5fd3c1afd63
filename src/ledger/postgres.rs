//! The ledger on a server, for any number of machines.

use super::database::{Cell, Database, DatabaseError, Dialect, Durability, Fault, Row, Value};
use postgres::config::{Host, SslMode};
use postgres::error::SqlState;
use postgres::fallible_iterator::FallibleIterator;
use postgres::types::{ToSql, Type};
use postgres::{Client, Config, Error, NoTls, Statement};
use rustls::{ClientConfig, RootCertStore};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use tokio_postgres_rustls::MakeRustlsConnect;

static DIALECT: Dialect = Dialect {
    now: "CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT)",
    serial: "BIGSERIAL PRIMARY KEY",
    clustered: "",
    skip_locked: "FOR UPDATE SKIP LOCKED",
    lock_rates: Some("SELECT value FROM meta WHERE name = 'rates' FOR UPDATE"),
};

/// How long the server may take to let us in.
const PATIENCE: Duration = Duration::from_secs(30);

/// What every connection begins with: whoever is suspended in the middle of a step, or cut off, must not hold up the others; and what is
/// committed outlives a crash of the server, whatever it is set to. Where it is set to more, that holds. Each statement sees what others
/// have committed, also one that stands alone.
const SESSION: &str = "SET idle_in_transaction_session_timeout = '30s'; SET lock_timeout = '60s'; \
    SET default_transaction_isolation = 'read committed'; \
    SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') IN ('off', 'local', 'remote_write')";

/// A connection to the server, which is opened again when it was lost.
pub(super) struct Postgres {
    config: Config,
    client: Option<Client>,
    statements: HashMap<String, Statement>,
    /// Whether a transaction has begun; it ends with its connection.
    is_in_transaction: bool,
}

impl Postgres {
    /// Connects.
    pub(super) fn open(url: &str) -> Result<Self, DatabaseError> {
        let mut config: Config = url.parse().map_err(|error| told(&error))?;
        config.connect_timeout(PATIENCE);
        if config.get_application_name().is_none() {
            config.application_name("postrider");
        }
        config.keepalives_idle(PATIENCE).tcp_user_timeout(PATIENCE);
        if config.get_ssl_mode() == SslMode::Prefer {
            // What "prefer" means elsewhere, trust anyone or encrypt nothing, helps nobody.
            config.ssl_mode(if is_here(&config) { SslMode::Disable } else { SslMode::Require });
        }
        let mut database = Postgres { config, client: None, statements: HashMap::new(), is_in_transaction: false };
        database.client()?;
        Ok(database)
    }

    fn client(&mut self) -> Result<&mut Client, DatabaseError> {
        if self.client.as_ref().is_none_or(Client::is_closed) {
            if self.is_in_transaction {
                // On a new connection the rest of its steps would count each by itself.
                return Err(DatabaseError::new(Fault::Lost, &"the connection was lost in the middle of a step"));
            }
            self.statements.clear();
            let client = if self.config.get_ssl_mode() == SslMode::Disable {
                self.config.connect(NoTls)
            } else {
                self.config.connect(MakeRustlsConnect::new(tls()?))
            };
            let mut client = client.map_err(|error| told(&error))?;
            client.batch_execute(SESSION).map_err(|error| told(&error))?;
            self.client = Some(client);
        }
        self.client.as_mut().ok_or_else(|| DatabaseError::new(Fault::Lost, &"no connection"))
    }

    fn prepared(&mut self, sql: &str) -> Result<Statement, DatabaseError> {
        self.client()?;
        if let Some(statement) = self.statements.get(sql) {
            return Ok(statement.clone());
        }
        let statement = self.client()?.prepare(sql).map_err(|error| told(&error))?;
        self.statements.insert(sql.to_owned(), statement.clone());
        Ok(statement)
    }
}

/// Returns whether the server is on this machine.
fn is_here(config: &Config) -> bool {
    config.get_hosts().iter().all(|host| match host {
        Host::Tcp(name) => name == "localhost" || name.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback()),
        #[cfg(unix)]
        Host::Unix(_) => true,
    })
}

fn tls() -> Result<ClientConfig, DatabaseError> {
    let roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let builder = builder.map_err(|error| DatabaseError::new(Fault::Other, &error))?;
    Ok(builder.with_root_certificates(roots).with_no_client_auth())
}

/// Somebody else had their hands on the same rows.
const BUSY: [SqlState; 3] = [SqlState::LOCK_NOT_AVAILABLE, SqlState::T_R_DEADLOCK_DETECTED, SqlState::T_R_SERIALIZATION_FAILURE];

fn told(error: &Error) -> DatabaseError {
    let fault = match error.code() {
        Some(code) if *code == SqlState::DISK_FULL => Fault::Full,
        Some(code) if *code == SqlState::READ_ONLY_SQL_TRANSACTION => Fault::ReadOnly,
        Some(code) if *code == SqlState::DATA_CORRUPTED || *code == SqlState::INDEX_CORRUPTED => Fault::Corrupt,
        Some(code) if BUSY.contains(code) => Fault::Busy,
        Some(code) if *code == SqlState::IDLE_IN_TRANSACTION_SESSION_TIMEOUT => Fault::Lost,
        Some(code) if code.code().starts_with("57P") || code.code().starts_with("08") => Fault::Lost,
        Some(_) => Fault::Other,
        None => Fault::Lost,
    };
    let text = error.as_db_error().map_or_else(|| chain(error), |told| told.message().to_owned());
    DatabaseError::new(fault, &text)
}

/// Returns an error with what caused it.
fn chain(error: &Error) -> String {
    let causes = std::iter::successors(std::error::Error::source(error), |cause| cause.source());
    let texts: Vec<String> = std::iter::once(error.to_string()).chain(causes.map(ToString::to_string)).collect();
    texts.join(": ")
}

/// Returns the values as the statement's types want them.
fn given<'a>(statement: &Statement, values: &'a [Value<'a>]) -> Vec<&'a (dyn ToSql + Sync)> {
    const NO_NUMBER: &Option<i64> = &None;
    const NO_TEXT: &Option<String> = &None;
    let typed = statement.params().iter().zip(values);
    typed
        .map(|(kind, value)| match value {
            Value::Int(number) => number as &(dyn ToSql + Sync),
            Value::Text(text) => text,
            Value::Null if *kind == Type::INT8 => NO_NUMBER,
            Value::Null => NO_TEXT,
        })
        .collect()
}

impl Database for Postgres {
    fn dialect(&self) -> &'static Dialect {
        &DIALECT
    }

    fn execute(&mut self, sql: &str, values: &[Value<'_>]) -> Result<u64, DatabaseError> {
        let statement = self.prepared(sql)?;
        let given = given(&statement, values);
        self.client()?.execute(&statement, &given).map_err(|error| told(&error))
    }

    fn query(&mut self, sql: &str, values: &[Value<'_>], each: &mut dyn FnMut(&Row)) -> Result<(), DatabaseError> {
        let statement = self.prepared(sql)?;
        let given = given(&statement, values);
        let mut rows = self.client()?.query_raw(&statement, given).map_err(|error| told(&error))?;
        let mut row = Row::default();
        while let Some(found) = rows.next().map_err(|error| told(&error))? {
            row.0.clear();
            for (at, column) in found.columns().iter().enumerate() {
                let cell = if *column.type_() == Type::INT8 {
                    found.try_get::<_, Option<i64>>(at).map_err(|error| told(&error))?.map(Cell::Int)
                } else {
                    found.try_get::<_, Option<String>>(at).map_err(|error| told(&error))?.map(Cell::Text)
                };
                row.0.push(cell.unwrap_or(Cell::Null));
            }
            each(&row);
        }
        Ok(())
    }

    fn script(&mut self, sql: &str) -> Result<(), DatabaseError> {
        self.client()?.batch_execute(sql).map_err(|error| told(&error))
    }

    /// Every commit is durable here: other machines build on it.
    fn begin(&mut self, _: Durability) -> Result<(), DatabaseError> {
        // Said once more, for poolers that forget what a session was told.
        self.script("BEGIN ISOLATION LEVEL READ COMMITTED")?;
        self.is_in_transaction = true;
        Ok(())
    }

    fn commit(&mut self) -> Result<(), DatabaseError> {
        let result = self.script("COMMIT");
        self.is_in_transaction = false;
        result
    }

    fn rollback(&mut self) {
        self.is_in_transaction = false;
        if let Some(client) = self.client.as_mut().filter(|client| !client.is_closed()) {
            client.batch_execute("ROLLBACK").ok();
        }
    }
}
