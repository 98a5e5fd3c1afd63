//! When a run stops because the fault is ours, not the recipients': many refusals of one kind, or many at the start.

/// So many identical refusals one after another stop a run, and so many policy refusals.
const IN_A_ROW: usize = 5;

/// An edition's first mails, of which a tenth refused stops the run.
const FIRST: u64 = 50;

/// Watches what becomes of the mails of a run.
///
/// Somebody who was tried before and is refused again raises no alarm alone: a list's dead would stop every run. They are put back
/// with the others when these do.
#[derive(Debug)]
pub(super) struct Guard<M> {
    /// How many mails of the edition were decided before and in this run.
    decided: u64,
    /// Those refused among the first.
    first_refused: Refused<M>,
    /// The last refusals in a row that said the same.
    same: Refused<M>,
    said: String,
    /// Whether that is said of whom nobody knows.
    is_nobody: bool,
    policies: usize,
    /// Whether the server took any mail: of this run, and of the edition.
    is_any_taken: bool,
    is_any_sent: bool,
    /// Why there was an alarm.
    raised: Option<&'static str>,
}

/// Refused mails, and how many of them were tried for the first time.
#[derive(Debug)]
struct Refused<M> {
    mails: Vec<M>,
    fresh: usize,
}

impl<M> Refused<M> {
    fn none() -> Self {
        Refused { mails: Vec::new(), fresh: 0 }
    }

    fn push(&mut self, mail: M, is_fresh: bool) {
        self.mails.push(mail);
        self.fresh += usize::from(is_fresh);
    }
}

/// What was refused, and has to be put back.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Alarm<M> {
    pub(super) reason: &'static str,
    /// Mails that were written down as refused, and are put back.
    pub(super) put_back: Vec<M>,
}

impl<M: Clone> Guard<M> {
    /// Begins to watch; `decided` mails of the edition were sent or refused before, so many of them sent.
    pub(super) fn new(decided: u64, sent: u64) -> Self {
        let (first_refused, same) = (Refused::none(), Refused::none());
        let (said, is_nobody, is_any_taken, is_any_sent) = (String::new(), false, false, sent > 0);
        Guard { decided, first_refused, same, said, is_nobody, policies: 0, is_any_taken, is_any_sent, raised: None }
    }

    /// Notes a mail that was taken.
    pub(super) fn taken(&mut self) {
        self.decided += 1;
        self.policies = 0;
        self.is_any_taken = true;
        self.same = Refused::none();
        if self.decided >= FIRST {
            self.first_refused = Refused::none();
        }
    }

    /// Notes a refusal for good, what was said, without the address, whether it was that nobody is there, and whether nobody had tried
    /// the mail before.
    pub(super) fn refused(&mut self, mail: &M, said: String, is_nobody: bool, is_fresh: bool) -> Option<Alarm<M>> {
        if let Some(reason) = self.raised {
            // Its answer was under way when the alarm was raised.
            return Some(Alarm { reason, put_back: vec![mail.clone()] });
        }
        let is_first = self.decided < FIRST;
        self.decided += 1;
        self.policies = 0;
        if said != self.said {
            self.same = Refused::none();
            self.said = said;
        }
        self.is_nobody = is_nobody;
        self.same.push(mail.clone(), is_fresh);
        if is_first {
            self.first_refused.push(mail.clone(), is_fresh);
        }
        if self.same.fresh >= IN_A_ROW {
            let put_back = std::mem::take(&mut self.same.mails);
            return Some(self.raise("refused five mails in a row with the same words", put_back));
        }
        if is_first && self.first_refused.fresh as u64 * 10 >= FIRST {
            let put_back = std::mem::take(&mut self.first_refused.mails);
            return Some(self.raise("refused a tenth of the first fifty mails", put_back));
        }
        None
    }

    /// Ends the watch: where nobody was taken and several were refused with the same words, it is the server, unless they are what is
    /// left of a list: nobody is there, and others were. Returns also what was said.
    pub(super) fn end(&mut self) -> Option<(Alarm<M>, String)> {
        let is_a_rest = self.is_nobody && self.is_any_sent;
        if self.raised.is_some() || self.is_any_taken || is_a_rest || self.same.mails.len() < IN_A_ROW {
            return None;
        }
        let put_back = std::mem::take(&mut self.same.mails);
        Some((self.raise("refused every mail with the same words", put_back), std::mem::take(&mut self.said)))
    }

    /// Returns whether there was an alarm.
    pub(super) fn is_raised(&self) -> bool {
        self.raised.is_some()
    }

    fn raise(&mut self, reason: &'static str, put_back: Vec<M>) -> Alarm<M> {
        self.raised = Some(reason);
        Alarm { reason, put_back }
    }

    /// Notes a refusal that is about us; it is deferred, not refused.
    pub(super) fn policy(&mut self) -> Option<Alarm<M>> {
        self.policies += 1;
        (self.policies >= IN_A_ROW).then(|| self.raise("refused five mails in a row for reasons of policy", Vec::new()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_identical_refusals_in_a_row_stop_a_run_and_are_put_back() {
        let mut guard = Guard::new(100, 0);
        for at in 0..4 {
            assert_eq!(guard.refused(&at, "550 no".into(), false, true), None);
        }
        guard.taken();
        for at in 10..14 {
            assert_eq!(guard.refused(&at, "550 no".into(), false, true), None);
        }
        assert_eq!(guard.refused(&14, "550 no".into(), false, true).expect("an alarm").put_back, [10, 11, 12, 13, 14]);
        assert_eq!(guard.refused(&15, "550 other".into(), false, true).expect("an alarm").put_back, [15], "its answer was under way");
        let mut guard = Guard::new(100, 0);
        assert!((20..40).all(|at| guard.refused(&at, format!("550 no {at}"), false, true).is_none()), "different words");
    }

    #[test]
    fn who_is_refused_again_raises_no_alarm_alone_and_is_put_back_with_others() {
        let mut guard = Guard::new(100, 0);
        assert!((0..20).all(|at| guard.refused(&at, "550 no".into(), false, false).is_none()));
        assert!((20..24).all(|at| guard.refused(&at, "550 no".into(), false, true).is_none()));
        assert_eq!(guard.refused(&24, "550 no".into(), false, true).expect("an alarm").put_back, (0..25).collect::<Vec<_>>());
        let mut guard = Guard::new(0, 0);
        assert!((0..20).all(|at| guard.refused(&at, format!("550 {at}"), false, false).is_none()), "nor among the first");
    }

    #[test]
    fn a_run_in_which_all_were_refused_alike_puts_them_back() {
        let end = |sent, is_nobody, is_any_taken| {
            let mut guard = Guard::new(100, sent);
            if is_any_taken {
                guard.taken();
            }
            assert!((0..7).all(|at| guard.refused(&at, "550 no".into(), is_nobody, false).is_none()));
            guard.end().map(|(alarm, said)| (alarm.put_back.len(), said))
        };
        let alarm = Some((7, "550 no".to_owned()));
        assert_eq!([end(0, false, false), end(0, true, false), end(90, false, false)], [(); 3].map(|()| alarm.clone()));
        assert_eq!([end(90, true, false), end(0, false, true)], [None, None], "what is left of a list may be dead");
    }

    #[test]
    fn a_tenth_of_the_first_fifty_stops_a_run() {
        let mut guard = Guard::new(0, 0);
        let mut alarm = None;
        for at in 0..50 {
            if at % 9 == 0 {
                alarm = alarm.or(guard.refused(&at, format!("550 {at}"), false, true));
            } else {
                guard.taken();
            }
        }
        assert_eq!(alarm.expect("an alarm").put_back, [0, 9, 18, 27, 36]);
        let mut later = Guard::new(50, 0);
        assert!((0..20).all(|at| later.refused(&at, format!("550 {at}"), false, true).is_none()));
    }

    #[test]
    fn one_in_twenty_refused_is_what_lists_are_like() {
        let mut guard = Guard::new(0, 0);
        for at in 0..1000 {
            if at % 20 == 0 {
                assert_eq!(guard.refused(&at, "550 5.1.1 user unknown".into(), false, true), None);
            } else {
                guard.taken();
            }
        }
    }
}
