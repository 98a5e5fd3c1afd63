//! The mails that are claimed, and given to connections one by one. A claim has to outlive a power cut, which takes milliseconds: the
//! connections that share a way to the ledger share their claims.

use crate::ledger::{Claim, Claimed};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// For how long mails are claimed: long enough that those milliseconds do not matter, and short enough that few mails are in doubt after
/// a power cut.
const AT_ONCE: Duration = Duration::from_millis(250);

/// What some connections have claimed.
pub(super) struct Hands {
    /// The mails of the last claim that nobody has yet, the next one at the end.
    waiting: Vec<Arc<Claimed>>,
    /// The last claim.
    claim: Arc<str>,
    /// How many mails it has, and since when.
    count: usize,
    since: Instant,
    /// When the next of them may leave, and how long after it the one behind.
    turn: Instant,
    spacing: Duration,
    /// How many mails of each claim are in the hands of connections.
    under_way: HashMap<Arc<str>, usize>,
    /// How many mails the connections send in [`AT_ONCE`].
    able: usize,
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

impl Hands {
    /// Returns the empty hands of so many connections.
    pub(super) fn of(connections: usize) -> Self {
        let now = Instant::now();
        Hands {
            waiting: Vec::new(),
            claim: Arc::default(),
            count: 0,
            since: now,
            turn: now,
            spacing: Duration::ZERO,
            under_way: HashMap::new(),
            able: connections,
        }
    }

    /// Returns how many mails to claim, so that at most `most` are in hand.
    pub(super) fn room(&self, most: usize) -> usize {
        most.saturating_sub(self.under_way.values().sum()).min(self.able).max(1)
    }

    /// Takes a claim's mails in place of those of the last one, which are all given out.
    pub(super) fn hold(&mut self, claim: Claim) {
        if self.count > 0 {
            let able = self.count as u128 * AT_ONCE.as_micros() / self.since.elapsed().as_micros().max(1);
            // It grows step by step: one quick block is no promise.
            self.able = usize::try_from(able).unwrap_or(usize::MAX).clamp(1, self.able.saturating_mul(2));
        }
        self.since = Instant::now();
        self.turn = self.since + Duration::from_millis(u64::try_from(claim.start - claim.now).unwrap_or_default());
        self.spacing = Duration::from_micros(claim.spacing.unsigned_abs());
        self.claim = claim.id.into();
        self.count = claim.mails.len();
        self.waiting = claim.mails;
        self.waiting.reverse();
    }

    /// Gives the next mail out.
    pub(super) fn give(&mut self) -> Option<Turn> {
        let mail = self.waiting.pop()?;
        *self.under_way.entry(self.claim.clone()).or_default() += 1;
        let turn = Turn { claim: self.claim.clone(), mail, at: self.turn, spacing: self.spacing };
        self.turn += self.spacing;
        Some(turn)
    }

    /// Notes that nothing is left to do about a mail that was given out; returns whether that was the last of its claim.
    pub(super) fn done(&mut self, turn: &Turn) -> bool {
        let Some(count) = self.under_way.get_mut(&turn.claim) else { return false };
        *count -= 1;
        let is_last = *count == 0 && (self.waiting.is_empty() || self.claim != turn.claim);
        if is_last {
            self.under_way.remove(&turn.claim);
        }
        is_last
    }

    /// Returns the claims that are not done.
    pub(super) fn claims(&self) -> Vec<Arc<str>> {
        let last = (!self.waiting.is_empty() && !self.under_way.contains_key(&self.claim)).then(|| self.claim.clone());
        self.under_way.keys().cloned().chain(last).collect()
    }

    /// Gives nothing more of a claim out.
    pub(super) fn drop_claim(&mut self, claim: &str) {
        if *self.claim == *claim {
            self.waiting.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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

    #[test]
    fn mails_are_given_out_in_their_order_each_in_its_time() {
        let mut hands = Hands::of(2);
        hands.hold(claim("a", 3));
        let turns: Vec<Turn> = std::iter::from_fn(|| hands.give()).collect();
        assert_eq!(turns.iter().map(|turn| turn.mail.position).collect::<Vec<_>>(), [0, 1, 2]);
        assert!(turns.windows(2).all(|pair| pair[1].at - pair[0].at == Duration::from_millis(1)));
    }

    #[test]
    fn a_claim_is_done_with_its_last_mail_whatever_order_they_end_in() {
        let mut hands = Hands::of(2);
        hands.hold(claim("a", 2));
        let first = hands.give().expect("a mail");
        assert!(!hands.done(&first), "another waits");
        let second = hands.give().expect("a mail");
        hands.hold(claim("b", 2));
        let third = hands.give().expect("a mail");
        assert!(hands.done(&second));
        hands.drop_claim("b");
        assert!(hands.give().is_none());
        assert!(hands.done(&third));
    }

    #[test]
    fn with_what_is_under_way_no_more_is_in_hand_than_may_be() {
        let mut hands = Hands::of(4);
        assert_eq!((hands.room(512), hands.room(3)), (4, 3));
        hands.hold(claim("a", 3));
        hands.give();
        hands.give();
        assert_eq!((hands.room(5), hands.room(2)), (3, 1));
    }
}
