//! For tests: a database that stops answering at a step of one's choice, as if the process had died there.

use super::Ledger;
use super::database::{Database, DatabaseError, Dialect, Durability, Fault, Row, Value};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// Where a database stops answering.
#[derive(Debug, Clone)]
pub(crate) struct Failing {
    /// How many steps are left.
    left: Arc<AtomicI64>,
    /// Whether the last step still happens, though nobody hears of it.
    after: bool,
    fault: Fault,
}

impl Failing {
    /// Returns one that fails for good at a step, counted from 1: instead of it, or behind it.
    pub(crate) fn at(step: i64, after: bool) -> Self {
        Failing { left: Arc::new(AtomicI64::new(step)), after, fault: Fault::Other }
    }

    /// Returns one whose disk is full from a step on.
    pub(crate) fn full_at(step: i64) -> Self {
        Failing { fault: Fault::Full, ..Failing::at(step, false) }
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
        let failure = || DatabaseError::new(self.fault, "the test said so");
        match left {
            2.. => work(),
            1 if self.after => work().and(Err(failure())),
            _ => Err(failure()),
        }
    }
}

impl Ledger {
    /// Lets a ledger fail.
    pub(crate) fn failing(mut self, failing: &Failing) -> Self {
        self.database = Box::new(Unreliable { inner: self.database, failing: failing.clone() });
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
        self.inner.query(sql, values, each)
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
