//! What became of a mail, what that means for the connection and the run, and what is recorded.

use super::super::class::Class;
use super::super::error::Stage;
use super::super::guard::Alarm;
use super::super::transport::Failure;
use super::desk::Order;
use super::{BREAKS, Ended, LONGEST_RETRY, SILENCES, Worker, lock, millis};
use crate::ledger::{Claim, Claimed, LedgerError, Note, Outcome};
use crate::model::DeliveryState;
use std::sync::Arc;
use std::sync::atomic::Ordering;

impl Worker<'_> {
    pub(super) fn failed(&mut self, claim: &Claim, mail: &Arc<Claimed>, failure: Failure) -> Result<(), LedgerError> {
        let Failure { stage, class, code, told } = failure;
        let said = format!("{} {}", stage.name(), told.replace(&mail.address, ""));
        match class {
            Class::Deferred { slow } => {
                self.breaks = 0;
                if slow {
                    self.shared.pace.slow();
                }
                self.record(self.outcome(claim, mail, DeliveryState::Deferred, stage, code, &told))
            }
            Class::Policy => {
                self.breaks = 0;
                self.record(self.outcome(claim, mail, DeliveryState::Deferred, stage, code, &told))?;
                let alarm = lock(&self.shared.guard).policy();
                self.alarm(alarm, &told)
            }
            Class::Refused { suppress } => {
                self.breaks = 0;
                self.record(self.outcome(claim, mail, DeliveryState::Refused, stage, code, &told))?;
                if suppress {
                    lock(&self.shared.bounces).push(mail.clone());
                }
                let alarm = lock(&self.shared.guard).refused(mail, said, mail.tries == 0);
                self.alarm(alarm, &told)
            }
            Class::Unknown => {
                self.breaks += 1;
                self.silences += 1;
                self.record(self.outcome(claim, mail, DeliveryState::Unknown, stage, code, &told))?;
                if self.silences >= SILENCES {
                    self.shared.end(Ended::Refusals("did not say of two mails in a row whether it took them", told));
                    return Ok(());
                }
                self.back_off(&told);
                Ok(())
            }
            Class::Gone | Class::Taken => {
                self.breaks += 1;
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
                self.record(self.outcome(claim, mail, state, stage, code, &told))?;
                self.back_off(&told);
                Ok(())
            }
            Class::Stop(reason) => {
                // What was said behind MAIL may be about this mail after all: the next run begins with the others.
                let state = if stage >= Stage::Mail { DeliveryState::Deferred } else { DeliveryState::Pending };
                self.record(self.outcome(claim, mail, state, stage, code, &told))?;
                self.shared.end(Ended::Stopped(reason, told));
                Ok(())
            }
        }
    }

    /// Waits before the next connection, longer each time, and ends the run when it was too often in vain.
    fn back_off(&mut self, told: &str) {
        let timing = &self.shared.run.timing;
        if self.breaks >= timing.breaks {
            self.shared.end(Ended::Unreachable(told.to_owned()));
            return;
        }
        let wait = timing.reconnect * 2_u32.saturating_pow(self.breaks.saturating_sub(1));
        // One broken connection is what happens; the next is tried at once.
        if self.breaks > 1 {
            self.shared.stop.wait(wait);
        }
    }

    fn alarm(&mut self, alarm: Option<Alarm<Arc<Claimed>>>, told: &str) -> Result<(), LedgerError> {
        let Some(Alarm { reason, put_back }) = alarm else { return Ok(()) };
        let run = &self.shared.run;
        for mail in &put_back {
            let wait = millis(run.timing.retry);
            if self.desk.patiently(run.timing.reconnect, |ledger| ledger.put_back(&run.newsletter, mail, wait))? {
                self.shared.tally.refused.fetch_sub(1, Ordering::Relaxed);
                self.shared.tally.deferred.fetch_add(1, Ordering::Relaxed);
            }
        }
        self.shared.end(Ended::Refusals(reason, told.to_owned()));
        Ok(())
    }

    /// Notes whose mailboxes are gone, at the end of a run: only then it is known that the fault was not ours.
    pub(super) fn note_bounces(&mut self) {
        if matches!(*lock(&self.shared.ended), Some(Ended::Refusals(..))) {
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

    /// Returns the note of what became of a mail.
    pub(super) fn outcome(
        &self,
        claim: &Claim,
        mail: &Arc<Claimed>,
        state: DeliveryState,
        at: Stage,
        code: Option<u16>,
        told: &str,
    ) -> Order {
        let wait = (self.shared.run.timing.retry * 2_u32.saturating_pow(mail.tries)).min(LONGEST_RETRY);
        let wait = (state == DeliveryState::Deferred).then_some(millis(wait));
        let note = Note::Record(Outcome { state, stage: at.name(), code, reply: told.to_owned(), wait });
        Order { claim: claim.id.clone(), mail: mail.clone(), note }
    }

    /// Writes down what is owed, where no other step took it along.
    pub(super) fn settle(&mut self) -> Result<(), LedgerError> {
        self.owed.take().map_or(Ok(()), |order| self.record(order))
    }

    /// Writes down what became of a mail: what the server said must not be lost because the database is away.
    pub(super) fn record(&mut self, order: Order) -> Result<(), LedgerError> {
        let run = &self.shared.run;
        let tally = &self.shared.tally;
        let state = if let Note::Record(outcome) = &order.note { outcome.state } else { DeliveryState::Pending };
        let result = self.desk.write_patiently(&run.context(), run.timing.reconnect, &order);
        if result.is_err() && state == DeliveryState::Sent {
            lock(&self.shared.unrecorded).push(order.mail);
        }
        result?;
        let count = match state {
            DeliveryState::Sent => &tally.sent,
            DeliveryState::Deferred => &tally.deferred,
            DeliveryState::Refused => &tally.refused,
            DeliveryState::Unknown => &tally.unknown,
            _ => return Ok(()),
        };
        count.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }
}
