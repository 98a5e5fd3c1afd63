//! A run: connections that claim an edition's mails, send them and record what became of each, until none is left.
//!
//! One thread a connection. Each mail goes through the same steps, in this order and no other: it is claimed; its message but for the
//! end leaves; the ledger says that it may end; it ends; the answer is recorded. Whatever fails before the ledger's word
//! leaves the mail pending; behind it, unknown until an answer is recorded.

mod desk;
mod hands;
mod outcome;

use self::desk::{Common, Context, Desk, Order};
use self::hands::{Given, Pool, Turn};
use super::class::{Class, Reason};
use super::error::Stage;
use super::guard::Guard;
use super::pace::Pace;
use super::stop::Stop;
use super::transport::{Failure, Line, Sent, Transport};
use crate::ledger::{Answer, Claim, Claimed, Gone, Ledger, LedgerError, Limit, Limits, Note, Outcome, Step, Wanted, claim_id};
use crate::mail::Message;
use crate::model::DeliveryState;
use std::collections::{BTreeSet, HashMap};
use std::panic::{self, AssertUnwindSafe};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// After so many breaks at one and the same mail it is put off, so that the others get their turn.
const BREAKS: u32 = 3;

/// After so many mails in a row of which nobody knows whether they were taken, a connection ends the run: something between us and
/// the server cuts each answer off.
const SILENCES: u32 = 2;

/// What makes the message for a recipient.
pub trait Mailroom: Send + Sync {
    /// Returns the message.
    ///
    /// # Errors
    /// Why there is none, in words.
    fn message(&self, mail: &Claimed) -> Result<Message, String>;
}

/// What a run sends, and how.
#[derive(Debug, Clone)]
pub struct Run {
    /// The newsletter.
    pub newsletter: String,
    /// The edition's key.
    pub edition: String,
    /// How many connections are open at once.
    pub connections: usize,
    /// How many mails go over one connection.
    pub per_connection: Option<u32>,
    /// How much may be sent.
    pub limits: Limits,
    /// The most mails that are claimed at once, over all connections: a power cut leaves at most so many unknown. What is sent in a
    /// quarter of a second is claimed at once, so on a slow way they are few.
    pub block: usize,
    /// This start of the machine, where it can be told.
    pub boot: Option<String>,
    /// How long things take.
    pub timing: Timing,
}

impl Run {
    fn context(&self) -> Context<'_> {
        // Where nobody can say whether the machine went down, each step outlives that by itself.
        Context { newsletter: &self.newsletter, survives_power_cut: self.boot.is_none() }
    }
}

/// How long the steps of a run take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timing {
    /// For how long mails are claimed where others share the ledger.
    pub lease: Duration,
    /// How long the server may take to answer a message; a mail being attempted is nobody else's for that long.
    pub answer: Duration,
    /// How long a deferred mail waits at first; each time twice as long.
    pub retry: Duration,
    /// How long a broken connection waits at first; each time twice as long.
    pub reconnect: Duration,
    /// After so many breaks one after another, the run ends.
    pub breaks: u32,
    /// How long a run waits for deferred mails and for limits.
    pub patience: Duration,
}

impl Default for Timing {
    fn default() -> Self {
        Timing {
            lease: Duration::from_mins(2),
            answer: Duration::from_mins(11),
            retry: Duration::from_mins(5),
            reconnect: Duration::from_secs(1),
            breaks: 6,
            patience: Duration::from_mins(30),
        }
    }
}

/// The longest that a deferred mail waits.
const LONGEST_RETRY: Duration = Duration::from_hours(4);

/// What became of the mails of a run, while it goes on.
#[derive(Debug, Default)]
pub struct Tally {
    /// Taken by the server.
    pub sent: AtomicU64,
    /// Put off.
    pub deferred: AtomicU64,
    /// Refused for good.
    pub refused: AtomicU64,
    /// Nobody knows.
    pub unknown: AtomicU64,
    /// Not wanted any more.
    pub skipped: AtomicU64,
}

impl Tally {
    /// Returns the numbers in the order of the fields.
    #[must_use]
    pub fn numbers(&self) -> [u64; 5] {
        [&self.sent, &self.deferred, &self.refused, &self.unknown, &self.skipped].map(|number| number.load(Ordering::Relaxed))
    }

    /// Returns how many mails something became of.
    #[must_use]
    pub fn done(&self) -> u64 {
        self.numbers().iter().sum()
    }
}

/// Why a run ended before its edition.
#[derive(Debug)]
pub enum Ended {
    /// Nothing was left that this run could have sent.
    Done,
    /// It was told to stop.
    Told,
    /// The edition was paused or cancelled.
    Paused,
    /// What is left is due later than a run waits.
    Later(Due),
    /// The server cannot be reached; with the last words.
    Unreachable(String),
    /// The server said something that holds for every mail; with its words.
    Stopped(Reason, String),
    /// Too many were refused; what happened, and the last words.
    Refusals(&'static str, String),
    /// The ledger failed.
    Ledger(LedgerError),
    /// A fault of this program's own, which was told where it happened.
    Broken,
}

/// What a run waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// When it has come, in milliseconds since 1970.
    pub at: i64,
    /// The limit that allows more then; without one, mails are put off until then, or in other hands.
    pub limit: Option<Limit>,
}

/// What keeps a connection from going on, while it tries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// What happened, in words.
    pub told: String,
    /// Whether that was before any mail was begun: the server cannot be reached.
    pub is_unreachable: bool,
    /// How long it waits before it tries again.
    pub wait: Duration,
    /// How many tries are left.
    pub tries: u32,
    /// How long these wait, all together.
    pub span: Duration,
}

/// A run that goes on in threads of its own.
pub struct Running {
    shared: Arc<Shared>,
    threads: Vec<JoinHandle<()>>,
}

struct Shared {
    run: Run,
    transport: Arc<dyn Transport>,
    mailroom: Arc<dyn Mailroom>,
    stop: Arc<Stop>,
    tally: Tally,
    /// How many mails there were to send when the run began.
    total: u64,
    pace: Pace,
    guard: Mutex<Guard<Arc<Claimed>>>,
    ended: Mutex<Option<Ended>>,
    /// The claims at hand.
    claims: Mutex<BTreeSet<String>>,
    /// How often the connection broke at a mail.
    breaks: Mutex<HashMap<[u8; 16], u32>>,
    /// When a run that has nothing to do began to wait.
    idle_since: Mutex<Option<Instant>>,
    /// What it waits for.
    waits_for: Mutex<Option<Due>>,
    /// What keeps a connection from going on.
    trouble: Mutex<Option<Trouble>>,
    /// Mails that were taken and could not be recorded.
    unrecorded: Mutex<Vec<Arc<Claimed>>>,
    /// Mails whose recipients' mailboxes are gone, as the server says.
    bounces: Mutex<Vec<Arc<Claimed>>>,
    working: AtomicUsize,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Begins a run. The edition is being sent already, and whoever holds a file's lock has recovered it.
///
/// # Errors
/// When the ledger cannot be read, or opened once more.
pub fn start(
    ledger: &Arc<Mutex<Ledger>>,
    transport: Arc<dyn Transport>,
    mailroom: Arc<dyn Mailroom>,
    stop: Arc<Stop>,
    run: Run,
) -> Result<Running, LedgerError> {
    let counts = lock(ledger).counts(&run.newsletter, &run.edition)?;
    let decided = [DeliveryState::Sent, DeliveryState::Refused, DeliveryState::Unknown].map(|state| counts.of(state)).iter().sum();
    let connections = run.connections.max(1);
    let shared = Arc::new(Shared {
        run,
        transport,
        mailroom,
        stop,
        tally: Tally::default(),
        total: counts.open(),
        pace: Pace::default(),
        guard: Mutex::new(Guard::new(decided, counts.of(DeliveryState::Sent))),
        ended: Mutex::new(None),
        claims: Mutex::default(),
        breaks: Mutex::default(),
        idle_since: Mutex::default(),
        waits_for: Mutex::default(),
        trouble: Mutex::default(),
        unrecorded: Mutex::default(),
        bounces: Mutex::default(),
        working: AtomicUsize::new(connections),
    });
    let mut workers = Vec::new();
    let common = Arc::new(Common::new(ledger.clone()));
    let hands = Arc::new(Pool::of(connections));
    for _ in 0..connections {
        let ledger_here = lock(ledger);
        workers.push(if ledger_here.is_shared() {
            (Desk::Own(Box::new(ledger_here.another()?)), Arc::new(Pool::of(1)))
        } else {
            (Desk::Common(common.clone()), hands.clone())
        });
    }
    drop(hands);
    let work = |(desk, hands): (Desk, Arc<Pool>)| {
        let shared = shared.clone();
        thread::spawn(move || {
            let mut worker = Worker::new(&shared, desk, hands);
            if panic::catch_unwind(AssertUnwindSafe(|| worker.work())).is_err() {
                shared.end(Ended::Broken);
            }
            let is_last = shared.working.fetch_sub(1, Ordering::SeqCst) == 1;
            if is_last || !worker.desk.gathers() {
                worker.give_back();
            }
            if is_last {
                worker.end();
            }
        })
    };
    let threads = workers.into_iter().map(work).collect();
    Ok(Running { shared, threads })
}

impl Running {
    /// Returns what became of the mails so far.
    #[must_use]
    pub fn tally(&self) -> &Tally {
        &self.shared.tally
    }

    /// Returns whether all connections have ended.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.shared.working.load(Ordering::SeqCst) == 0
    }

    /// Returns for what the run waits, deferred mails or a limit, while it has nothing in hand.
    #[must_use]
    pub fn waits_for(&self) -> Option<Due> {
        let due = lock(&self.shared.waits_for).clone();
        due.filter(|_| lock(&self.shared.claims).is_empty())
    }

    /// Returns what keeps a connection from going on, as long as it does.
    #[must_use]
    pub fn trouble(&self) -> Option<Trouble> {
        lock(&self.shared.trouble).clone()
    }

    /// Returns how the run ended, and which mails were taken and could not be recorded. Waits for its connections if they have not
    /// ended.
    #[must_use]
    pub fn join(self) -> (Ended, Vec<Arc<Claimed>>) {
        for thread in self.threads {
            thread.join().ok();
        }
        let ended = lock(&self.shared.ended).take().unwrap_or(Ended::Done);
        let unrecorded = std::mem::take(&mut *lock(&self.shared.unrecorded));
        (ended, unrecorded)
    }

    /// Takes out which mails were taken and could not be recorded so far.
    #[must_use]
    pub fn unrecorded(&self) -> Vec<Arc<Claimed>> {
        std::mem::take(&mut *lock(&self.shared.unrecorded))
    }

    /// Does not wait for its connections any longer: what waits for an answer is unknown. Returns how many are.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub fn abandon(self, ledger: &Mutex<Ledger>) -> Result<u64, LedgerError> {
        let claims: Vec<String> = lock(&self.shared.claims).iter().cloned().collect();
        let mut unknown = 0;
        for claim in claims {
            unknown += lock(ledger).abandon(&claim)?;
        }
        Ok(unknown)
    }
}

impl Shared {
    /// Ends the run; the first reason stays, unless it was that nothing is left to do now.
    fn end(&self, why: Ended) {
        let mut ended = lock(&self.ended);
        if matches!(*ended, None | Some(Ended::Later(_))) {
            *ended = Some(why);
        }
        drop(ended);
        self.stop.say();
    }
}

/// One connection.
struct Worker<'s> {
    shared: &'s Shared,
    desk: Desk,
    hands: Arc<Pool>,
    line: Option<Box<dyn Line>>,
    /// How many mails went over it.
    on_line: u32,
    /// How often it broke, one after another.
    breaks: u32,
    /// How many mails in a row it sent of which nobody knows whether they were taken.
    silences: u32,
    /// When its last mail began.
    last: Option<Instant>,
    /// The next mail with its message, where there is one: it is begun with the end of this one.
    next: Option<(Turn, Result<Message, String>)>,
    /// That the last mail was taken, which is written down together with the next step: that one follows at once.
    owed: Option<(Turn, Outcome)>,
    /// When its claim was renewed.
    renewed: Instant,
}

impl<'s> Worker<'s> {
    fn new(shared: &'s Shared, desk: Desk, hands: Arc<Pool>) -> Self {
        let (line, last, next, owed) = (None, None, None, None);
        Worker { shared, desk, hands, line, on_line: 0, breaks: 0, silences: 0, last, next, owed, renewed: Instant::now() }
    }

    fn work(&mut self) {
        let sent = self.mails();
        let settled = self.settle();
        if let Err(error) = sent.and(settled) {
            self.shared.end(Ended::Ledger(error));
        }
        if let Some(line) = self.line.take() {
            line.close();
        }
    }

    /// Sends mails until none is left, or somebody says stop.
    fn mails(&mut self) -> Result<(), LedgerError> {
        while !self.shared.stop.is_said() {
            let (turn, message) = match self.next.take() {
                Some(next) => next,
                None => match self.take()? {
                    Given::Mail(turn) => self.with_message(turn),
                    Given::Nothing(none) => {
                        self.settle()?;
                        if !self.waits(&none)? {
                            return Ok(());
                        }
                        continue;
                    }
                },
            };
            let slowed = self.last.map_or(turn.at, |last| last + turn.spacing + self.shared.pace.extra(turn.spacing));
            if self.shared.stop.wait_until(turn.at.max(slowed)) {
                break;
            }
            self.last = Some(Instant::now());
            if !self.renews(&turn)? {
                self.hands.drop_claim(&turn.claim);
                self.done(&turn)?;
                continue;
            }
            if self.flows(turn.spacing) {
                self.next = if let Given::Mail(next) = self.take()? { Some(self.with_message(next)) } else { None };
            }
            self.mail(&turn, message)?;
        }
        lock(&self.shared.ended).get_or_insert(Ended::Told);
        Ok(())
    }

    fn with_message(&self, turn: Turn) -> (Turn, Result<Message, String>) {
        let message = self.shared.mailroom.message(&turn.mail);
        (turn, message)
    }

    /// Takes the next mail, and claims some where few are at hand.
    fn take(&mut self) -> Result<Given, LedgerError> {
        let hands = self.hands.clone();
        hands.take(self.share(), |count| self.claim(count))
    }

    fn claim(&mut self, count: usize) -> Result<Claim, LedgerError> {
        let run = &self.shared.run;
        let (newsletter, edition, limits, boot) = (&run.newsletter, &run.edition, &run.limits, run.boot.as_deref());
        let wanted = Wanted { id: &claim_id(), newsletter, edition, limits, count, lease: millis(run.timing.lease), boot };
        let claim = self.desk.claim(run.timing.reconnect, &wanted)?;
        if !claim.mails.is_empty() {
            self.renewed = Instant::now();
            *lock(&self.shared.idle_since) = None;
            *lock(&self.shared.waits_for) = None;
            lock(&self.shared.claims).insert(claim.id.clone());
        }
        Ok(claim)
    }

    /// Returns how many mails may be in the same hands as this connection's: those of one alone are its part, less towards the end, so
    /// that all have something to do.
    fn share(&self) -> usize {
        let run = &self.shared.run;
        if self.desk.gathers() {
            return run.block;
        }
        let connections = run.connections.max(1);
        let left = self.shared.total.saturating_sub(self.shared.tally.done()) as usize;
        (left / (2 * connections)).min(run.block / connections)
    }

    /// Makes a mail's claim last as long as it takes; returns whether it does.
    fn renews(&mut self, turn: &Turn) -> Result<bool, LedgerError> {
        let timing = self.shared.run.timing;
        if self.renewed.elapsed() <= timing.lease / 2 {
            return Ok(true);
        }
        self.renewed = Instant::now();
        self.desk.patiently(timing.reconnect, |ledger| ledger.renew(&turn.claim, millis(timing.lease)))
    }

    /// Notes that nothing is left to do about a mail. With the last one of a claim, that is over.
    fn done(&mut self, turn: &Turn) -> Result<(), LedgerError> {
        let is_last = self.hands.done(turn);
        if is_last { self.release(&turn.claim) } else { Ok(()) }
    }

    fn release(&mut self, claim: &str) -> Result<(), LedgerError> {
        let released = self.desk.patiently(self.shared.run.timing.reconnect, |ledger| ledger.release(claim));
        lock(&self.shared.claims).remove(claim);
        released
    }

    /// Gives back what is left in hand, when all are done that it was for.
    fn give_back(&mut self) {
        for claim in self.hands.claims() {
            if let Err(error) = self.release(&claim) {
                self.shared.end(Ended::Ledger(error));
            }
        }
    }

    /// Waits for mails that become pending, as long as a run waits; returns whether to look again.
    fn waits(&mut self, claim: &Claim) -> Result<bool, LedgerError> {
        if claim.is_held_up {
            self.shared.end(Ended::Paused);
            return Ok(false);
        }
        let run = &self.shared.run;
        let due = self.desk.patiently(run.timing.reconnect, |ledger| ledger.next_due(&run.newsletter, &run.edition))?;
        // A limit says when there is more; without one, what is deferred or in other hands does.
        let due = match &claim.allowed {
            Some((at, limit)) => Due { at: *at, limit: Some(limit.clone()) },
            None => match due {
                Some(at) => Due { at, limit: None },
                None => return Ok(false),
            },
        };
        let wait = Duration::from_millis(u64::try_from(due.at - claim.now).unwrap_or_default());
        let since = *lock(&self.shared.idle_since).get_or_insert_with(Instant::now);
        if since.elapsed() + wait > run.timing.patience {
            lock(&self.shared.ended).get_or_insert(Ended::Later(due));
            return Ok(false);
        }
        *lock(&self.shared.waits_for) = Some(due);
        // What is in other hands may come back before its lease ends.
        self.shared.stop.wait(wait.clamp(Duration::from_millis(5), Duration::from_secs(2)));
        Ok(true)
    }

    /// Returns whether the mail behind the next one will leave at once, and over the same connection.
    fn flows(&self, spacing: Duration) -> bool {
        let is_last = self.shared.run.per_connection.is_some_and(|most| self.on_line + 1 >= most);
        spacing.is_zero() && self.shared.pace.extra(spacing).is_zero() && !is_last
    }

    fn mail(&mut self, turn: &Turn, message: Result<Message, String>) -> Result<(), LedgerError> {
        let message = match message {
            Ok(message) => message,
            Err(told) => {
                let failure = Failure { stage: Stage::Body, class: Class::Refused { suppress: false }, code: None, told };
                return self.failed(turn, failure);
            }
        };
        let mut settled = None;
        let sent = self.send(turn, &message, &mut settled);
        // Whatever becomes of the last mail's record, what came of this one is written down, or told.
        let last = self.settle().and(settled.map_or(Ok(()), |last| self.done(&last)));
        let this = sent.and_then(|sent| self.sent(turn, sent));
        last.and(this)
    }

    fn sent(&mut self, turn: &Turn, sent: Result<Sent, Failure>) -> Result<(), LedgerError> {
        match sent {
            Ok(Sent::Taken { code, told }) => {
                self.answered();
                self.silences = 0;
                self.on_line += 1;
                self.shared.pace.taken();
                lock(&self.shared.guard).taken();
                let outcome = self.outcome(&turn.mail, DeliveryState::Sent, Stage::Dot, code, &told);
                if self.desk.gathers() && self.line.as_ref().is_some_and(|line| line.has_answers_ahead()) {
                    self.owed = Some((turn.clone(), outcome));
                    return Ok(());
                }
                self.record(turn, outcome)
            }
            Ok(Sent::Held) => self.done(turn),
            Err(failure) => self.failed(turn, failure),
        }
    }

    /// Sends a message over the line, which is opened where there is none; `settled` tells of the last mail that what was owed is written
    /// down.
    fn send(&mut self, turn: &Turn, message: &Message, settled: &mut Option<Turn>) -> Result<Result<Sent, Failure>, LedgerError> {
        let run = &self.shared.run;
        let is_used_up = run.per_connection.is_some_and(|most| self.on_line >= most);
        if let Some(line) = self.line.take_if(|line| is_used_up || !line.is_open()) {
            line.close();
        }
        if self.line.is_none() {
            self.on_line = 0;
            match self.shared.transport.open() {
                Ok(line) => self.line = Some(line),
                Err(failure) => return Ok(Err(failure)),
            }
        }
        let Worker { line: Some(line), desk, owed, next, shared, .. } = self else { return Ok(Ok(Sent::Held)) };
        let ahead = next.as_ref().and_then(|(_, message)| message.as_ref().ok());
        let mut taken = Ok(Step::Taken);
        let result = line.send(message, ahead, &mut || {
            if shared.stop.is_said() {
                return false;
            }
            let note = Note::Attempt { message_id: message.id.clone(), lease: millis(run.timing.answer) };
            let record = owed.as_ref().map(|(turn, outcome)| Order::of(turn, Note::Record(outcome.clone())));
            let mut answers = desk.write(&run.context(), record.into_iter().chain([Order::of(turn, note)]).collect()).into_iter();
            if owed.is_some() && matches!(answers.next(), Some(Ok(_))) {
                *settled = owed.take().map(|(last, _)| last);
                shared.tally.sent.fetch_add(1, Ordering::Relaxed);
            }
            taken = match answers.next() {
                Some(Ok(Answer::Step(step))) => Ok(step),
                Some(Err(error)) => Err(error),
                Some(Ok(Answer::Recorded(_))) | None => Ok(Step::Not(Gone::Lost)),
            };
            matches!(taken, Ok(Step::Taken))
        });
        match taken {
            // It did not end. Whether the ledger wrote down that it may, nobody heard; the record that follows sets that right.
            Err(error) if error.is_transient() => {
                let told = error.to_string();
                return Ok(Err(Failure { stage: Stage::Body, class: Class::Gone, code: None, told }));
            }
            Err(error) => return Err(error),
            Ok(Step::Not(Gone::Paused)) => self.shared.end(Ended::Paused),
            Ok(Step::Not(Gone::Unwanted)) => drop(self.shared.tally.skipped.fetch_add(1, Ordering::Relaxed)),
            Ok(Step::Taken | Step::Not(Gone::Lost)) => {}
        }
        Ok(result)
    }
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests;
