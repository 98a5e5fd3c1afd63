//! How fast a run goes: as the configuration allows, slower when the server minds, and back again.

use std::sync::Mutex;
use std::time::Duration;

/// What one mail is slowed down by at first, where no rate is configured.
const FIRST: Duration = Duration::from_millis(100);

/// The slowest: each rate is halved no more often than this.
const MOST_HALVINGS: u32 = 8;

/// After so many mails that were taken, the rate is doubled again.
const RECOVERY: u32 = 10;

/// The pace of a run, common to its connections.
#[derive(Debug, Default)]
pub(super) struct Pace(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    /// How often the rate was halved.
    halvings: u32,
    /// How many mails were taken since the last change.
    taken: u32,
}

impl Pace {
    /// The server minds the pace: the rate is halved.
    pub(super) fn slow(&self) {
        let mut state = self.state();
        state.halvings = (state.halvings + 1).min(MOST_HALVINGS);
        state.taken = 0;
    }

    /// The server took a mail.
    pub(super) fn taken(&self) {
        let mut state = self.state();
        if state.halvings == 0 {
            return;
        }
        state.taken += 1;
        if state.taken >= RECOVERY {
            state.halvings -= 1;
            state.taken = 0;
        }
    }

    /// Returns how much longer than usual a connection waits before its next mail; `usual` is the wait of the configured rate.
    pub(super) fn extra(&self, usual: Duration) -> Duration {
        let halvings = self.state().halvings;
        let usual = if usual.is_zero() { FIRST } else { usual };
        usual * (2_u32.pow(halvings) - 1)
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_complaint_halves_the_rate_and_it_recovers_by_itself() {
        let pace = Pace::default();
        let usual = Duration::from_millis(20);
        assert_eq!(pace.extra(usual), Duration::ZERO);
        pace.slow();
        assert_eq!(pace.extra(usual), usual, "twice the wait is half the rate");
        pace.slow();
        assert_eq!(pace.extra(usual), 3 * usual);
        (0..20).for_each(|_| pace.taken());
        assert_eq!(pace.extra(usual), Duration::ZERO);
        (0..100).for_each(|_| pace.slow());
        assert_eq!(pace.extra(Duration::ZERO), 255 * FIRST);
    }
}
