//! When a run stops because the fault is ours, not the recipients': many refusals of one kind, or many at the start.

use std::collections::VecDeque;

/// So many identical refusals one after another stop a run, and so many policy refusals.
const IN_A_ROW: usize = 5;

/// An edition's first mails, of which a tenth refused stops the run.
const FIRST: u64 = 50;

/// Watches what becomes of the mails of a run.
#[derive(Debug)]
pub(super) struct Guard<M> {
    /// How many mails of the edition were decided before and in this run.
    decided: u64,
    /// Those refused among the first.
    first_refused: Vec<M>,
    /// The last refusals in a row that said the same.
    same: VecDeque<M>,
    said: String,
    policies: usize,
}

/// What was refused, and has to be put back.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Alarm<M> {
    pub(super) reason: &'static str,
    /// Mails that were written down as refused, and are put back.
    pub(super) put_back: Vec<M>,
}

impl<M: Clone> Guard<M> {
    /// Begins to watch; `decided` mails of the edition were sent or refused before.
    pub(super) fn new(decided: u64) -> Self {
        Guard { decided, first_refused: Vec::new(), same: VecDeque::new(), said: String::new(), policies: 0 }
    }

    /// Notes a mail that was taken.
    pub(super) fn taken(&mut self) {
        self.decided += 1;
        self.policies = 0;
        self.same.clear();
        if self.decided >= FIRST {
            self.first_refused.clear();
        }
    }

    /// Notes a refusal for good, and what was said, without the address.
    pub(super) fn refused(&mut self, mail: &M, said: String) -> Option<Alarm<M>> {
        let is_first = self.decided < FIRST;
        self.decided += 1;
        self.policies = 0;
        if said != self.said {
            self.same.clear();
            self.said = said;
        }
        self.same.push_back(mail.clone());
        if is_first {
            self.first_refused.push(mail.clone());
        }
        if self.same.len() >= IN_A_ROW {
            return Some(Alarm { reason: "refused five mails in a row with the same words", put_back: self.same.drain(..).collect() });
        }
        if is_first && self.first_refused.len() as u64 * 10 >= FIRST {
            let put_back = std::mem::take(&mut self.first_refused);
            return Some(Alarm { reason: "refused a tenth of the first fifty mails", put_back });
        }
        None
    }

    /// Notes a refusal that is about us; it is deferred, not refused.
    pub(super) fn policy(&mut self) -> Option<Alarm<M>> {
        self.policies += 1;
        (self.policies >= IN_A_ROW).then(|| Alarm { reason: "refused five mails in a row for reasons of policy", put_back: Vec::new() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_identical_refusals_in_a_row_stop_a_run_and_are_put_back() {
        let mut guard = Guard::new(100);
        for at in 0..4 {
            assert_eq!(guard.refused(&at, "550 no".into()), None);
        }
        guard.taken();
        for at in 10..14 {
            assert_eq!(guard.refused(&at, "550 no".into()), None);
        }
        assert_eq!(guard.refused(&14, "550 no".into()).expect("an alarm").put_back, [10, 11, 12, 13, 14]);
        for at in 20..40 {
            assert_eq!(guard.refused(&at, format!("550 no {at}")), None, "different words");
        }
    }

    #[test]
    fn a_tenth_of_the_first_fifty_stops_a_run() {
        let mut guard = Guard::new(0);
        let mut alarm = None;
        for at in 0..50 {
            if at % 9 == 0 {
                alarm = alarm.or(guard.refused(&at, format!("550 {at}")));
            } else {
                guard.taken();
            }
        }
        assert_eq!(alarm.expect("an alarm").put_back, [0, 9, 18, 27, 36]);
        let mut later = Guard::new(50);
        assert!((0..20).all(|at| later.refused(&at, format!("550 {at}")).is_none()));
    }

    #[test]
    fn one_in_twenty_refused_is_what_lists_are_like() {
        let mut guard = Guard::new(0);
        for at in 0..1000 {
            if at % 20 == 0 {
                assert_eq!(guard.refused(&at, "550 5.1.1 user unknown".into()), None);
            } else {
                guard.taken();
            }
        }
    }
}
