//! A progress bar on a terminal, when a build takes longer than a second.

use super::super::Terminal;
use indicatif::{ProgressBar, ProgressStyle};
use std::cell::OnceCell;
use std::time::{Duration, Instant};

/// Builds that end before this show nothing.
const PATIENCE: Duration = Duration::from_secs(1);

/// The bar, once there is one.
pub(super) struct Progress {
    shown: bool,
    started: Instant,
    bar: OnceCell<ProgressBar>,
}

impl Progress {
    #[allow(clippy::disallowed_methods, reason = "how long a person has waited is the clock's matter; no output depends on it")]
    pub(super) fn new(terminal: Terminal) -> Self {
        Progress { shown: terminal.progress, started: Instant::now(), bar: OnceCell::new() }
    }

    /// Says how many posts are done.
    pub(super) fn tick(&self, done: usize, all: usize) {
        if self.shown && self.started.elapsed() >= PATIENCE {
            let bar = self.bar.get_or_init(|| {
                let style =
                    ProgressStyle::with_template("rendering {bar:30} {pos}/{len} posts").unwrap_or_else(|_| ProgressStyle::default_bar());
                ProgressBar::new(all as u64).with_style(style)
            });
            bar.set_position(done as u64);
        }
    }

    /// Takes the bar away.
    pub(super) fn finish(&self) {
        if let Some(bar) = self.bar.get() {
            bar.finish_and_clear();
        }
    }
}
