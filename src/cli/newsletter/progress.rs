//! Watching a run: a bar on a terminal, a line a minute elsewhere, events for programs; and the signals that stop it.

use super::super::Workplace;
use crate::delivery::{Running, Stop, Tally};
use anyhow::Context;
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;
use signal_hook::consts::{SIGINT, SIGTERM};
use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// How often a run is looked at.
const GLANCE: Duration = Duration::from_millis(25);

/// How often a line is written where nobody sees a bar.
const LINE: Duration = Duration::from_mins(1);

/// How often an event is written for programs.
const EVENT: Duration = Duration::from_secs(1);

/// The signals that end a run gently.
pub(super) struct Signals(Arc<AtomicUsize>);

impl Signals {
    /// Listens from now on; a second signal ends the process as it would have without us.
    pub(super) fn listen() -> anyhow::Result<Self> {
        let seen = Arc::new(AtomicUsize::new(0));
        for signal in [SIGINT, SIGTERM] {
            let number = usize::try_from(signal).unwrap_or_default();
            signal_hook::flag::register_usize(signal, Arc::clone(&seen), number).context("cannot listen for signals")?;
        }
        Ok(Signals(seen))
    }

    /// Returns the signal that came, if any.
    pub(super) fn seen(&self) -> Option<i32> {
        i32::try_from(self.0.load(Ordering::SeqCst)).ok().filter(|signal| *signal != 0)
    }
}

/// How a run is watched.
pub(super) struct Watch<'a> {
    pub(super) workplace: &'a Workplace,
    /// Whether events go to standard output, as JSON.
    pub(super) events: bool,
    pub(super) edition: &'a str,
    /// How many mails there were to send when the run began.
    pub(super) total: u64,
    /// How long open dots are waited for when a signal came.
    pub(super) grace: Duration,
}

/// How watching ended.
pub(super) enum Watched {
    /// The run is over.
    Over,
    /// A signal came; the run is over if nothing is `left` that waits for an answer.
    Signal { number: i32, left: bool },
}

impl Watch<'_> {
    /// Waits until a run is over, or was told to stop and its time is up.
    pub(super) fn wait(&self, running: &Running, stop: &Stop, signals: &Signals) -> Watched {
        let began = Instant::now();
        let bar = self.bar();
        let (mut line, mut event) = (began, began);
        let mut told: Option<(i32, Instant)> = None;
        loop {
            let over = running.is_over();
            if let Some(bar) = &bar {
                bar.set_position(running.tally().done());
                bar.set_message(words(running.tally()));
            } else if line.elapsed() >= LINE && !over {
                line = Instant::now();
                self.workplace.note(&format!("edition {}: {}", self.edition, self.line(running.tally(), began)));
            }
            if self.events && (over || event.elapsed() >= EVENT) {
                event = Instant::now();
                self.tell(running.tally(), over);
            }
            if told.is_none()
                && let Some(number) = signals.seen()
            {
                told = Some((number, Instant::now()));
                stop.say();
                self.workplace.note("stopping: no further mail leaves; waiting for the answers to those that have left");
            }
            match told {
                Some((number, since)) if over || since.elapsed() >= self.grace => {
                    return Watched::Signal { number, left: !over };
                }
                None if over => break,
                _ => thread::sleep(GLANCE),
            }
        }
        if let Some(bar) = bar {
            bar.finish_and_clear();
        }
        Watched::Over
    }

    fn bar(&self) -> Option<ProgressBar> {
        if !self.workplace.terminal.progress || self.events {
            return None;
        }
        let style = ProgressStyle::with_template("{bar:30} {pos}/{len} {per_sec} {eta} left · {msg}").ok()?;
        Some(ProgressBar::new(self.total).with_style(style))
    }

    fn line(&self, tally: &Tally, began: Instant) -> String {
        let (done, seconds) = (tally.done(), began.elapsed().as_secs_f64().max(0.001));
        let rate = number(done) / seconds;
        let left = number(self.total.saturating_sub(done)) / rate.max(0.001);
        format!("{done} of {}, {rate:.1}/s, about {:.0} min left; {}", self.total, left / 60.0, words(tally))
    }

    fn tell(&self, tally: &Tally, over: bool) {
        let [sent, deferred, refused, unknown, skipped] = tally.numbers();
        let event = json!({
            "version": 1, "event": if over { "end" } else { "progress" }, "edition": self.edition, "total": self.total,
            "sent": sent, "deferred": deferred, "refused": refused, "unknown": unknown, "skipped": skipped,
        });
        // Nobody reads it any more: the mails go on all the same.
        drop(writeln!(io::stdout(), "{event}"));
    }
}

/// Returns a count to reckon with; lists are shorter than it is exact for.
pub(super) fn number(count: u64) -> f64 {
    u32::try_from(count).map_or(f64::MAX, f64::from)
}

fn words(tally: &Tally) -> String {
    let [sent, deferred, refused, unknown, _] = tally.numbers();
    format!("{sent} sent, {deferred} deferred, {refused} refused, {unknown} unknown")
}
