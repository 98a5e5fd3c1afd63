//! A connection's way to the ledger: its own, or one for all where the database has one writer anyway.
//!
//! With one for all, whoever writes takes along what others wait to write: one transaction for several mails costs little more than
//! for one. Nobody waits for company.

use super::hands::Turn;
use super::lock;
use crate::ledger::{Answer, Claim, Claimed, Ledger, LedgerError, Log, Note, Wanted};
use std::sync::{Arc, Mutex};
use std::thread::{self, Thread};
use std::time::Duration;

/// How often the ledger is asked again while it does not answer.
const ASKED_AGAIN: u32 = 60;

pub(super) enum Desk {
    Common(Arc<Common>),
    Own(Box<Ledger>),
}

impl Desk {
    /// Does something with the ledger; again and again while that is away for a moment, so it must be something that may be done
    /// twice.
    pub(super) fn patiently<T>(&mut self, pause: Duration, work: impl Fn(&mut Ledger) -> Result<T, LedgerError>) -> Result<T, LedgerError> {
        patiently(pause, || match self {
            Desk::Common(common) => work(&mut lock(&common.ledger)),
            Desk::Own(ledger) => work(ledger),
        })
    }

    /// Claims mails. They are claimed also after a power cut when this returns; others may write until the disk has that.
    pub(super) fn claim(&mut self, pause: Duration, wanted: &Wanted<'_>) -> Result<Claim, LedgerError> {
        let claim = self.patiently(pause, |ledger| ledger.claim(wanted))?;
        if let Desk::Common(common) = self
            && let Some(log) = common.log.as_ref().filter(|_| !claim.mails.is_empty())
        {
            log.reach_disk()?;
        }
        Ok(claim)
    }

    /// Writes down notes about mails of claims, see [`Ledger::write_down`].
    pub(super) fn write(&mut self, context: &Context<'_>, orders: Vec<Order>) -> Vec<Result<Answer, LedgerError>> {
        match self {
            Desk::Common(common) => common.write(context, orders),
            Desk::Own(ledger) => {
                let notes: Vec<_> = orders.iter().map(Order::told).collect();
                ledger.write_down(context.newsletter, context.survives_power_cut, &notes)
            }
        }
    }

    /// Writes one down, again and again while the ledger is away for a moment.
    pub(super) fn write_patiently(&mut self, context: &Context<'_>, pause: Duration, order: &Order) -> Result<Answer, LedgerError> {
        patiently(pause, || self.write(context, vec![order.clone()]).pop().unwrap_or_else(|| Err(broken())))
    }

    /// Returns whether two notes at once cost less than one after the other.
    pub(super) fn gathers(&self) -> bool {
        matches!(self, Desk::Common(_))
    }
}

fn patiently<T>(pause: Duration, mut work: impl FnMut() -> Result<T, LedgerError>) -> Result<T, LedgerError> {
    let mut result = work();
    for _ in 0..ASKED_AGAIN {
        if !result.as_ref().is_err_and(LedgerError::is_transient) {
            break;
        }
        thread::sleep(pause);
        result = work();
    }
    result
}

/// What all notes of a run have in common.
#[derive(Debug, Clone, Copy)]
pub(super) struct Context<'a> {
    pub(super) newsletter: &'a str,
    /// Whether each attempt has to outlive a power cut by itself.
    pub(super) survives_power_cut: bool,
}

/// A note that is to be written.
#[derive(Debug, Clone)]
pub(super) struct Order {
    /// The claim's id.
    pub(super) claim: Arc<str>,
    pub(super) mail: Arc<Claimed>,
    pub(super) note: Note,
}

impl Order {
    pub(super) fn of(turn: &Turn, note: Note) -> Self {
        Order { claim: turn.claim.clone(), mail: turn.mail.clone(), note }
    }

    fn told(&self) -> (&str, &Claimed, &Note) {
        (&self.claim, &self.mail, &self.note)
    }
}

/// The ledger that all connections share.
pub(super) struct Common {
    ledger: Arc<Mutex<Ledger>>,
    log: Option<Log>,
    queue: Mutex<Queue>,
}

#[derive(Default)]
struct Queue {
    waiting: Vec<Arc<Waiting>>,
    /// Whether somebody writes, who will see to it that the others are told.
    has_writer: bool,
}

/// A connection that waits until its notes are written.
struct Waiting {
    orders: Vec<Order>,
    thread: Thread,
    told: Mutex<Option<Told>>,
}

enum Told {
    /// Its notes are written, or cannot be.
    Answers(Vec<Result<Answer, LedgerError>>),
    /// It is the one that writes now.
    Write,
}

impl Waiting {
    fn tell(&self, told: Told) {
        *lock(&self.told) = Some(told);
        self.thread.unpark();
    }
}

impl Common {
    pub(super) fn new(ledger: Arc<Mutex<Ledger>>) -> Self {
        let log = lock(&ledger).log();
        Common { ledger, log, queue: Mutex::default() }
    }

    fn write(&self, context: &Context<'_>, orders: Vec<Order>) -> Vec<Result<Answer, LedgerError>> {
        let own = Arc::new(Waiting { orders, thread: thread::current(), told: Mutex::default() });
        let has_writer = {
            let mut queue = lock(&self.queue);
            queue.waiting.push(own.clone());
            std::mem::replace(&mut queue.has_writer, true)
        };
        if !has_writer {
            self.write_all(context);
        }
        loop {
            // Not in the match itself: nobody could tell anything before its end.
            let told = lock(&own.told).take();
            match told {
                Some(Told::Answers(answers)) => return answers,
                Some(Told::Write) => self.write_all(context),
                None => thread::park(),
            }
        }
    }

    /// Writes all that waits, tells everybody, and makes the first of those who came meanwhile the next to write.
    fn write_all(&self, context: &Context<'_>) {
        let mut ledger = lock(&self.ledger);
        // Not before the ledger is free: until then others come.
        let written = Written { common: self, waiting: std::mem::take(&mut lock(&self.queue).waiting) };
        let notes: Vec<_> = written.waiting.iter().flat_map(|waiting| &waiting.orders).map(Order::told).collect();
        let mut answers = ledger.write_down(context.newsletter, context.survives_power_cut, &notes).into_iter();
        drop(ledger);
        for waiting in &written.waiting {
            waiting.tell(Told::Answers(answers.by_ref().take(waiting.orders.len()).collect()));
        }
    }
}

/// Those whose notes are being written. Whatever happens, nobody waits for ever.
struct Written<'c> {
    common: &'c Common,
    waiting: Vec<Arc<Waiting>>,
}

impl Drop for Written<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            for waiting in &self.waiting {
                waiting.tell(Told::Answers(waiting.orders.iter().map(|_| Err(broken())).collect()));
            }
        }
        let mut queue = lock(&self.common.queue);
        match queue.waiting.first() {
            Some(next) => next.tell(Told::Write),
            None => queue.has_writer = false,
        }
    }
}

fn broken() -> LedgerError {
    LedgerError::Other { place: String::new(), told: "the thread that wrote to it broke off".to_owned() }
}
