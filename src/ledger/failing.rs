//! For tests: a database that stops answering at a step of one's choice, as if the process had died there.

use super::database::{Database, DatabaseError, Dialect, Durability, Fault, Row, Value};
use super::postgres::Postgres;
use super::{Ledger, Location, open};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// Returns an empty place on the PostgreSQL server that `POSTRIDER_TEST_POSTGRES` names, if it names one, with a name of its own.
pub(crate) fn on_a_server() -> Option<(Location, String)> {
    let url = std::env::var("POSTRIDER_TEST_POSTGRES").ok()?;
    let name = format!("t{}", open::random());
    let mut database = Postgres::open(&url).expect("the PostgreSQL server of POSTRIDER_TEST_POSTGRES");
    database.script(&format!("CREATE SCHEMA {name}")).expect("a schema");
    let ask = if url.contains('?') { '&' } else { '?' };
    let url = format!("{url}{ask}application_name={name}&options=-csearch_path%3D{name}");
    Some((Location::Server(url), name))
}

/// Breaks every connection to such a place; returns how many there were.
pub(crate) fn break_connections(name: &str) -> i64 {
    let url = std::env::var("POSTRIDER_TEST_POSTGRES").expect("a server");
    let mut database = Postgres::open(&url).expect("a connection");
    let sql = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = $1";
    let mut count = 0;
    database.query(sql, &[Value::Text(name)], &mut |row| count = row.int(0)).expect("an answer");
    count
}

/// Where a database stops answering.
#[derive(Debug, Clone)]
pub(crate) struct Failing {
    /// How many steps are left.
    left: Arc<AtomicI64>,
    /// Whether the last step still happens, though nobody hears of it.
    after: bool,
    /// Whether it goes on after that step.
    once: bool,
    fault: Fault,
}

impl Failing {
    /// Returns one that fails for good at a step, counted from 1: instead of it, or behind it.
    pub(crate) fn at(step: i64, after: bool) -> Self {
        Failing { left: Arc::new(AtomicI64::new(step)), after, once: false, fault: Fault::Other }
    }

    /// Returns one whose disk is full from a step on.
    pub(crate) fn full_at(step: i64) -> Self {
        Failing { fault: Fault::Full, ..Failing::at(step, false) }
    }

    /// Returns one that loses its connection at a step, and has another at the next.
    pub(crate) fn lost_at(step: i64, after: bool) -> Self {
        Failing { fault: Fault::Lost, once: true, ..Failing::at(step, after) }
    }

    /// Returns one that goes on until it is told to fail.
    pub(crate) fn later() -> Self {
        Failing::at(i64::MAX, false)
    }

    /// Fails from now on.
    pub(crate) fn die(&self) {
        self.left.store(0, Ordering::SeqCst);
    }

    /// Returns whether it has failed.
    pub(crate) fn has_failed(&self) -> bool {
        self.left.load(Ordering::SeqCst) <= 0
    }

    fn step<T>(&self, work: impl FnOnce() -> Result<T, DatabaseError>) -> Result<T, DatabaseError> {
        let left = self.left.fetch_sub(1, Ordering::SeqCst);
        let failure = || DatabaseError::new(self.fault, &"the test said so");
        match left {
            2.. => work(),
            1 if self.after => work().and(Err(failure())),
            ..=0 if self.once => work(),
            _ => Err(failure()),
        }
    }
}

impl Ledger {
    /// Lets a ledger fail.
    pub(crate) fn failing(mut self, failing: &Failing) -> Self {
        self.database = Box::new(Unreliable { inner: self.database, failing: failing.clone() });
        self.failing = Some(failing.clone());
        self
    }
}

struct Unreliable {
    inner: Box<dyn Database>,
    failing: Failing,
}

impl Database for Unreliable {
    fn dialect(&self) -> &'static Dialect {
        self.inner.dialect()
    }

    fn execute(&mut self, sql: &str, values: &[Value<'_>]) -> Result<u64, DatabaseError> {
        self.failing.step(|| self.inner.execute(sql, values))
    }

    fn query(&mut self, sql: &str, values: &[Value<'_>], each: &mut dyn FnMut(&Row)) -> Result<(), DatabaseError> {
        // Reading changes nothing, so a death there is one before the next step.
        if sql.starts_with("SELECT") {
            return self.inner.query(sql, values, each);
        }
        self.failing.step(|| self.inner.query(sql, values, each))
    }

    fn script(&mut self, sql: &str) -> Result<(), DatabaseError> {
        self.failing.step(|| self.inner.script(sql))
    }

    fn begin(&mut self, durability: Durability) -> Result<(), DatabaseError> {
        self.inner.begin(durability)
    }

    fn commit(&mut self) -> Result<(), DatabaseError> {
        self.failing.step(|| self.inner.commit())
    }

    fn rollback(&mut self) {
        self.inner.rollback();
    }
}
