//! The mails that are claimed, and given to connections one by one. A claim has to outlive a power cut, which takes milliseconds: the
//! connections that share a way to the ledger share their claims.

use super::lock;
use crate::ledger::{Claim, Claimed, LedgerError};
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// For how long mails are claimed: long enough that those milliseconds do not matter, and short enough that few mails are in doubt after
/// a power cut.
const AT_ONCE: Duration = Duration::from_millis(250);

/// The hands of connections that share them.
pub(super) struct Pool {
    hands: Mutex<Hands>,
    /// Tells that a claim was made, or could not be.
    news: Condvar,
}

/// What some connections have claimed.
struct Hands {
    /// The mails that nobody has yet.
    waiting: VecDeque<Turn>,
    /// How many mails of each claim are not done.
    open: HashMap<Arc<str>, usize>,
    /// How many mails the connections send in [`AT_ONCE`].
    able: usize,
    /// How many were given out since when: since the last claim.
    given: usize,
    since: Instant,
    /// Whether one of the connections claims.
    is_claiming: bool,
    /// Whether there was less to claim the last time than was asked for.
    is_dry: bool,
}

/// A mail in the hands of a connection.
#[derive(Debug, Clone)]
pub(super) struct Turn {
    /// The claim's id.
    pub(super) claim: Arc<str>,
    pub(super) mail: Arc<Claimed>,
    /// When it may leave.
    pub(super) at: Instant,
    /// How long after it the next one may.
    pub(super) spacing: Duration,
}

/// What a connection gets.
pub(super) enum Given {
    Mail(Turn),
    /// There is nothing to do now; as a claim says.
    Nothing(Claim),
}

impl Pool {
    /// Returns the empty hands of so many connections.
    pub(super) fn of(connections: usize) -> Self {
        let (waiting, open) = (VecDeque::new(), HashMap::new());
        let hands = Hands { waiting, open, able: connections, given: 0, since: Instant::now(), is_claiming: false, is_dry: false };
        Pool { hands: Mutex::new(hands), news: Condvar::new() }
    }

    /// Gives the next mail out. Where few are left, `claim` gets some more, so many as it is told: at most `most` are in hand then. The
    /// others go on meanwhile as long as they have something.
    ///
    /// # Errors
    /// When `claim` fails.
    pub(super) fn take(&self, most: usize, mut claim: impl FnMut(usize) -> Result<Claim, LedgerError>) -> Result<Given, LedgerError> {
        let mut hands = lock(&self.hands);
        loop {
            let turn = hands.give();
            let wanted = hands.wanted(most, turn.is_some());
            match (turn, hands.is_claiming) {
                (Some(turn), is_claiming) if is_claiming || wanted == 0 => return Ok(Given::Mail(turn)),
                (None, true) => hands = self.news.wait(hands).unwrap_or_else(PoisonError::into_inner),
                (turn, _) => {
                    hands.is_claiming = true;
                    drop(hands);
                    let claiming = Claiming(self);
                    let claim = claim(wanted)?;
                    hands = lock(&self.hands);
                    let none = hands.hold(claim, wanted);
                    drop(hands);
                    drop(claiming);
                    match (turn, none) {
                        (Some(turn), _) => return Ok(Given::Mail(turn)),
                        (None, Some(none)) => return Ok(Given::Nothing(none)),
                        (None, None) => hands = lock(&self.hands),
                    }
                }
            }
        }
    }

    /// Notes that nothing is left to do about a mail that was given out; returns whether that was the last of its claim.
    pub(super) fn done(&self, turn: &Turn) -> bool {
        lock(&self.hands).done(&turn.claim, 1)
    }

    /// Gives nothing more of a claim out.
    pub(super) fn drop_claim(&self, claim: &str) {
        let mut hands = lock(&self.hands);
        let before = hands.waiting.len();
        hands.waiting.retain(|turn| *turn.claim != *claim);
        let dropped = before - hands.waiting.len();
        hands.done(claim, dropped);
    }

    /// Returns the claims that are not done.
    pub(super) fn claims(&self) -> Vec<Arc<str>> {
        lock(&self.hands).open.keys().cloned().collect()
    }
}

/// A connection that claims. Whatever happens, nobody waits for it for ever.
struct Claiming<'p>(&'p Pool);

impl Drop for Claiming<'_> {
    fn drop(&mut self) {
        lock(&self.0.hands).is_claiming = false;
        self.0.news.notify_all();
    }
}

impl Hands {
    fn give(&mut self) -> Option<Turn> {
        let turn = self.waiting.pop_front()?;
        self.given += 1;
        Some(turn)
    }

    /// Returns how many mails to claim now; none while there are enough.
    fn wanted(&self, most: usize, has_one: bool) -> usize {
        let room = most.saturating_sub(self.open.values().sum()).min(self.able);
        if !has_one {
            return room.max(1);
        }
        let is_low = self.waiting.len() <= self.able / 8 && self.waiting.len() < room;
        if is_low && !self.is_dry { room } else { 0 }
    }

    /// Takes a claim's mails; returns it if there are none.
    fn hold(&mut self, claim: Claim, wanted: usize) -> Option<Claim> {
        let now = Instant::now();
        if self.given > 0 {
            let able = self.given as u128 * AT_ONCE.as_micros() / now.duration_since(self.since).as_micros().max(1);
            // It grows step by step: one quick block is no promise.
            self.able = usize::try_from(able).unwrap_or(usize::MAX).clamp(1, self.able.saturating_mul(2));
        }
        (self.given, self.since) = (0, now);
        self.is_dry = claim.mails.len() < wanted;
        if claim.mails.is_empty() {
            return Some(claim);
        }
        let spacing = Duration::from_micros(claim.spacing.unsigned_abs());
        let start = now + Duration::from_millis(u64::try_from(claim.start - claim.now).unwrap_or_default());
        let id: Arc<str> = claim.id.into();
        self.open.insert(id.clone(), claim.mails.len());
        let turns = claim.mails.into_iter().zip(0_u32..);
        self.waiting.extend(turns.map(|(mail, at)| Turn { claim: id.clone(), mail, at: start + spacing * at, spacing }));
        None
    }

    fn done(&mut self, claim: &str, count: usize) -> bool {
        let Some(open) = self.open.get_mut(claim) else { return false };
        *open = open.saturating_sub(count);
        let is_last = *open == 0;
        if is_last {
            self.open.remove(claim);
        }
        is_last
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::thread;

    fn claim(id: &str, count: usize) -> Claim {
        let mail = |position: i64| {
            Arc::new(Claimed {
                edition: "one".into(),
                subscriber: [0; 16],
                position,
                letter: 0,
                address: String::new(),
                domain: String::new(),
                hash: String::new(),
                name: None,
                fields: std::collections::BTreeMap::new(),
                tries: 0,
            })
        };
        Claim { id: id.into(), mails: (0..).take(count).map(mail).collect(), start: 5, now: 5, spacing: 1000, ..Claim::default() }
    }

    fn mail(pool: &Pool, most: usize, mut each: impl FnMut(usize) -> Claim) -> Option<Turn> {
        match pool.take(most, |count| Ok(each(count))).expect("an answer") {
            Given::Mail(turn) => Some(turn),
            Given::Nothing(_) => None,
        }
    }

    #[test]
    fn mails_are_given_out_in_their_order_each_in_its_time() {
        let pool = Pool::of(3);
        let turns: Vec<Turn> = (0..3).filter_map(|_| mail(&pool, 3, |count| claim("a", count))).collect();
        assert_eq!(turns.iter().map(|turn| turn.mail.position).collect::<Vec<_>>(), [0, 1, 2]);
        assert!(turns.windows(2).all(|pair| pair[1].at - pair[0].at == Duration::from_millis(1)));
    }

    #[test]
    fn a_claim_is_done_with_its_last_mail_whatever_order_they_end_in() {
        let pool = Pool::of(2);
        let [first, second] = [(); 2].map(|()| mail(&pool, 2, |_| claim("a", 2)).expect("a mail"));
        let third = mail(&pool, 4, |_| claim("b", 2)).expect("a mail");
        assert!(!pool.done(&first));
        assert!(pool.done(&second));
        pool.drop_claim("b");
        assert_eq!(pool.claims().len(), 1);
        assert!(mail(&pool, 4, |_| claim("c", 0)).is_none());
        assert!(pool.done(&third));
    }

    #[test]
    fn no_more_is_in_hand_than_may_be_and_what_was_not_there_is_not_asked_for_again() {
        let pool = Pool::of(100);
        let asked = AtomicUsize::new(0);
        let mut open = 0;
        let mut most_open = 0;
        for at in 0..40 {
            let turn = mail(&pool, 8, |count| {
                let count = if at < 30 { count } else { 0 };
                open += count;
                claim(&format!("{}", asked.fetch_add(1, Ordering::SeqCst)), count)
            });
            most_open = most_open.max(open);
            let Some(turn) = turn else { break };
            pool.done(&turn);
            open -= 1;
        }
        assert_eq!(most_open, 8);
        let pool = Pool::of(8);
        let asked = (0..8).filter_map(|_| mail(&pool, 100, |_| claim(&format!("{}", asked.fetch_add(1, Ordering::SeqCst)), 7))).count();
        assert_eq!((asked, pool.claims().len()), (8, 2), "seven of eight were all, until nothing was left of them");
    }

    #[test]
    fn others_go_on_while_one_claims_and_wait_when_they_have_nothing() {
        let pool = Pool::of(8);
        for _ in 0..6 {
            mail(&pool, 64, |count| claim("a", count)).expect("a mail");
        }
        let (begun, go_on) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let wait = |for_what: &AtomicUsize| {
            while for_what.load(Ordering::SeqCst) == 0 {
                thread::yield_now();
            }
        };
        thread::scope(|scope| {
            let claimer = scope.spawn(|| {
                mail(&pool, 64, |_| {
                    begun.store(1, Ordering::SeqCst);
                    wait(&go_on);
                    claim("b", 1)
                })
            });
            wait(&begun);
            let other = mail(&pool, 64, |_| panic!("somebody claims already")).expect("a mail");
            assert_eq!((&*other.claim, other.mail.position), ("a", 7));
            let last = scope.spawn(|| mail(&pool, 64, |_| panic!("somebody claims already")));
            go_on.store(1, Ordering::SeqCst);
            assert_eq!(&*claimer.join().expect("a thread").expect("a mail").claim, "a");
            assert_eq!(&*last.join().expect("a thread").expect("a mail").claim, "b");
        });
    }
}
