//! The word to stop, which everybody who waits hears at once.

use std::sync::{Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Says whether a run is to stop.
#[derive(Debug, Default)]
pub struct Stop {
    said: Mutex<bool>,
    heard: Condvar,
}

impl Stop {
    /// Says it.
    pub fn say(&self) {
        *self.said.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.heard.notify_all();
    }

    /// Returns whether it was said.
    #[must_use]
    pub fn is_said(&self) -> bool {
        *self.said.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until a time, or until it is said; returns whether it was.
    pub(super) fn wait_until(&self, time: Instant) -> bool {
        let mut said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            let left = time.saturating_duration_since(Instant::now());
            if *said || left.is_zero() {
                return *said;
            }
            said = self.heard.wait_timeout(said, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Waits so long, or until it is said; returns whether it was.
    pub(super) fn wait(&self, duration: Duration) -> bool {
        self.wait_until(Instant::now() + duration)
    }
}
