//! What became of a mail, what that means for the connection and the run, and what is recorded.

use super::super::class::Class;
use super::super::error::Stage;
use super::super::guard::Alarm;
use super::super::transport::Failure;
use super::desk::Order;
use super::hands::Turn;
use super::{BREAKS, Ended, LONGEST_RETRY, SILENCES, Trouble, Worker, lock, millis};
use crate::ledger::{Claimed, LedgerError, Note, Outcome};
use crate::model::DeliveryState;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

impl Worker<'_> {
    pub(super) fn failed(&mut self, turn: &Turn, failure: Failure) -> Result<(), LedgerError> {
        let Failure { stage, class, code, told } = failure;
        let mail = &turn.mail;
        let said = format!("{} {}", stage.name(), told.replace(&mail.address, ""));
        match class {
            Class::Deferred { slow } => {
                self.answered();
                if slow {
                    self.shared.pace.slow();
                }
                self.record(turn, self.outcome(mail, DeliveryState::Deferred, stage, code, &told))
            }
            Class::Policy => {
                self.answered();
                self.record(turn, self.outcome(mail, DeliveryState::Deferred, stage, code, &told))?;
                let alarm = lock(&self.shared.guard).policy();
                self.alarm(alarm, &told)
            }
            Class::Refused { suppress } => {
                self.answered();
                self.record(turn, self.outcome(mail, DeliveryState::Refused, stage, code, &told))?;
                if suppress {
                    lock(&self.shared.bounces).push(mail.clone());
                }
                let alarm = lock(&self.shared.guard).refused(mail, said, suppress, mail.tries == 0);
                self.alarm(alarm, &told)
            }
            Class::Unknown => {
                self.breaks += 1;
                self.silences += 1;
                self.record(turn, self.outcome(mail, DeliveryState::Unknown, stage, code, &told))?;
                if self.silences >= SILENCES {
                    self.shared.end(Ended::Refusals("did not say of two mails in a row whether it took them", told));
                    return Ok(());
                }
                self.back_off(stage, &told);
                Ok(())
            }
            Class::Gone | Class::Crowded | Class::Taken => {
                self.breaks += 1;
                if class == Class::Crowded {
                    self.shared.pace.slow();
                }
                // It may be open and of no use: a server that refuses RSET.
                if let Some(line) = self.line.take() {
                    line.close();
                }
                let breaks = {
                    let mut breaks = lock(&self.shared.breaks);
                    let count = breaks.entry(mail.subscriber).or_default();
                    // Before the server knew whom the mail is for, it cannot have been about them.
                    *count += u32::from(stage >= Stage::Rcpt);
                    *count
                };
                let state = if breaks >= BREAKS { DeliveryState::Deferred } else { DeliveryState::Pending };
                self.record(turn, self.outcome(mail, state, stage, code, &told))?;
                self.back_off(stage, &told);
                Ok(())
            }
            Class::Stop(reason) => {
                // What was said behind MAIL may be about this mail after all: the next run begins with the others.
                let wait = (stage >= Stage::Mail).then(|| self.wait(mail));
                let outcome = self.outcome(mail, DeliveryState::Pending, stage, code, &told);
                self.record(turn, Outcome { wait, ..outcome })?;
                self.shared.end(Ended::Stopped(reason, told));
                Ok(())
            }
        }
    }

    /// Waits before the next connection, longer each time, and ends the run when it was too often in vain.
    fn back_off(&mut self, at: Stage, told: &str) {
        let timing = &self.shared.run.timing;
        if self.breaks >= timing.breaks {
            self.shared.end(Ended::Unreachable(told.to_owned()));
            return;
        }
        // One broken connection is what happens; the next is tried at once.
        let wait_behind = |breaks: u32| if breaks > 1 { timing.reconnect * 2_u32.saturating_pow(breaks - 1) } else { Duration::ZERO };
        let wait = wait_behind(self.breaks);
        let is_unreachable = at < Stage::Mail;
        if is_unreachable || !wait.is_zero() {
            let span = (self.breaks..timing.breaks).map(wait_behind).sum();
            let trouble = Trouble { told: told.to_owned(), is_unreachable, wait, tries: timing.breaks - self.breaks, span };
            *lock(&self.shared.trouble) = Some(trouble);
        }
        if !wait.is_zero() {
            self.shared.stop.wait(wait);
        }
    }

    /// Notes that the server answered to a mail: the connection is good.
    pub(super) fn answered(&mut self) {
        if std::mem::take(&mut self.breaks) > 0 {
            *lock(&self.shared.trouble) = None;
        }
    }

    fn alarm(&mut self, alarm: Option<Alarm<Arc<Claimed>>>, told: &str) -> Result<(), LedgerError> {
        let Some(Alarm { reason, put_back }) = alarm else { return Ok(()) };
        self.put_back(&put_back)?;
        self.shared.end(Ended::Refusals(reason, told.to_owned()));
        Ok(())
    }

    fn put_back(&mut self, put_back: &[Arc<Claimed>]) -> Result<(), LedgerError> {
        let run = &self.shared.run;
        for mail in put_back {
            let wait = millis(run.timing.retry);
            if self.desk.patiently(run.timing.reconnect, |ledger| ledger.put_back(&run.newsletter, mail, wait))? {
                self.shared.tally.refused.fetch_sub(1, Ordering::Relaxed);
                self.shared.tally.deferred.fetch_add(1, Ordering::Relaxed);
            }
        }
        Ok(())
    }

    /// Looks at the end of a run what all refusals together mean: whether the fault is ours, or whose mailboxes are gone.
    pub(super) fn end(&mut self) {
        let alarm = lock(&self.shared.guard).end();
        if let Some((alarm, said)) = alarm
            && let Err(error) = self.alarm(Some(alarm), &said)
        {
            self.shared.end(Ended::Ledger(error));
        }
        if lock(&self.shared.guard).is_raised() || matches!(*lock(&self.shared.ended), Some(Ended::Refusals(..))) {
            return;
        }
        let run = &self.shared.run;
        for mail in std::mem::take(&mut *lock(&self.shared.bounces)) {
            let noted = self.desk.patiently(run.timing.reconnect, |ledger| ledger.note_bounce(&run.newsletter, &mail.hash, &mail.edition));
            if let Err(error) = noted {
                self.shared.end(Ended::Ledger(error));
            }
        }
    }

    /// Returns what is to be written down of a mail.
    pub(super) fn outcome(&self, mail: &Claimed, state: DeliveryState, at: Stage, code: Option<u16>, told: &str) -> Outcome {
        let wait = (state == DeliveryState::Deferred).then(|| self.wait(mail));
        Outcome { state, stage: at.name(), code, reply: told.to_owned(), wait }
    }

    /// Returns how long a mail waits that is put off, in milliseconds: each time twice as long.
    fn wait(&self, mail: &Claimed) -> i64 {
        millis((self.shared.run.timing.retry * 2_u32.saturating_pow(mail.tries)).min(LONGEST_RETRY))
    }

    /// Writes down what is owed, where no other step took it along.
    pub(super) fn settle(&mut self) -> Result<(), LedgerError> {
        self.owed.take().map_or(Ok(()), |(turn, outcome)| self.record(&turn, outcome))
    }

    /// Writes down what became of a mail: what the server said must not be lost because the database is away.
    pub(super) fn record(&mut self, turn: &Turn, outcome: Outcome) -> Result<(), LedgerError> {
        let run = &self.shared.run;
        let tally = &self.shared.tally;
        // Who waits though nobody put them off waits for a fault of ours.
        let state = if outcome.wait.is_some() { DeliveryState::Deferred } else { outcome.state };
        let order = Order::of(turn, Note::Record(outcome));
        let result = self.desk.write_patiently(&run.context(), run.timing.reconnect, &order);
        if result.is_err() && state == DeliveryState::Sent {
            lock(&self.shared.unrecorded).push(order.mail);
        }
        result?;
        let count = match state {
            DeliveryState::Sent => Some(&tally.sent),
            DeliveryState::Deferred => Some(&tally.deferred),
            DeliveryState::Refused => Some(&tally.refused),
            DeliveryState::Unknown => Some(&tally.unknown),
            _ => None,
        };
        if let Some(count) = count {
            count.fetch_add(1, Ordering::Relaxed);
        }
        self.done(turn)
    }
}
