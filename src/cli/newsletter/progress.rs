//! Watching a run: a bar on a terminal, a line a minute elsewhere, events for programs; and the signals that stop it.

use super::super::summary::plural;
use super::desk::Desk;
use super::status;
use crate::delivery::{Running, Stop};
use anyhow::Context;
use chrono::DateTime;
use chrono_tz::Tz;
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;
use signal_hook::consts::{SIGINT, SIGTERM};
use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
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
    /// Listens from now on; a second signal ends the process at once.
    pub(super) fn listen() -> anyhow::Result<Self> {
        let (seen, is_second) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicBool::new(false)));
        for signal in [SIGINT, SIGTERM] {
            // In this order: the first signal finds that there was none before it.
            signal_hook::flag::register_conditional_shutdown(signal, 128 + signal, Arc::clone(&is_second))
                .and_then(|_| signal_hook::flag::register(signal, Arc::clone(&is_second)))
                .context("cannot listen for signals")?;
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
    pub(super) desk: &'a Desk<'a>,
    /// Whether events go to standard output, as JSON.
    pub(super) events: bool,
    pub(super) edition: &'a str,
    /// How many mails there were to send when the run began.
    pub(super) total: u64,
    /// How long open dots are waited for when a signal came.
    pub(super) grace: Duration,
}

/// How watching ended.
#[derive(Debug, Clone, Copy)]
pub(super) enum Watched {
    /// The run is over.
    Over,
    /// A signal came; the run is over if nothing is `left` that waits for an answer.
    Signal { number: i32, left: bool },
}

/// What a glance shows.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
struct Seen {
    sent: u64,
    /// Mails that are put off, not how often any was.
    deferred: u64,
    refused: u64,
    unknown: u64,
    skipped: u64,
    total: u64,
    /// For how long mails were sent: without the time in which there was nothing to do but wait.
    busy: Duration,
    /// Until when there is nothing to do but wait, in milliseconds since 1970.
    waits_until: Option<i64>,
}

impl Seen {
    /// Returns how many mails are done with.
    fn done(&self) -> u64 {
        (self.sent + self.refused + self.unknown + self.skipped).min(self.total)
    }

    /// Says it in a line; times are those of a zone.
    fn line(&self, zone: Tz) -> String {
        let Seen { sent, deferred, refused, unknown, total, .. } = self;
        let words = format!("{sent} sent, {deferred} deferred, {refused} refused, {unknown} unknown");
        format!("{} of {total}, {}; {words}", self.done(), self.pace(zone))
    }

    /// Says how fast it goes, or what is waited for.
    fn pace(&self, zone: Tz) -> String {
        if let Some(until) = self.waits_until {
            let until = DateTime::from_timestamp_millis(until).unwrap_or_default().with_timezone(&zone).format("%H:%M");
            let what = match self.deferred {
                0 => "for what a limit allows".to_owned(),
                count => format!("for {}", plural(usize::try_from(count).unwrap_or(usize::MAX), "deferred mail", "deferred mails")),
            };
            return format!("waiting until {until} {what} (Ctrl-C is safe: the next run goes on)");
        }
        let rate = number(self.done()) / self.busy.as_secs_f64().max(0.001);
        let seconds = number(self.total.saturating_sub(self.done() + self.deferred)) / rate.max(0.001);
        let left = match seconds {
            _ if self.done() == 0 => String::new(),
            ..60.0 => ", less than a minute left".to_owned(),
            _ => format!(", about {:.0} min left", (seconds / 60.0).ceil()),
        };
        format!("{rate:.1}/s{left}")
    }
}

impl Watch<'_> {
    /// Waits until a run is over, or was told to stop and its time is up.
    pub(super) fn wait(&self, running: &Running, stop: &Stop, signals: &Signals) -> Watched {
        let began = Instant::now();
        let zone = self.desk.settings.timezone;
        let bar = self.bar();
        let (mut line, mut event, mut last) = (None::<Instant>, began, began);
        let mut seen = Seen { total: self.total, ..Seen::default() };
        let mut told: Option<(i32, Instant)> = None;
        loop {
            let over = running.is_over();
            let began_to_wait = seen.waits_until.is_none() && running.waits_until().is_some();
            let is_due = over || began_to_wait || event.elapsed() >= EVENT;
            if seen.waits_until.is_none() {
                seen.busy += last.elapsed();
            }
            last = Instant::now();
            if is_due {
                event = Instant::now();
                self.look(running, &mut seen);
                if self.events {
                    self.tell(&seen, over);
                }
            }
            // Where the ledger did not answer, what is waited for is told at the next glance.
            let waits = seen.waits_until.is_some();
            if let Some(bar) = bar.as_ref().filter(|_| is_due) {
                bar.set_position(seen.done());
                bar.set_message(seen.line(zone));
            } else if bar.is_none() && !over && line.map_or(waits || began.elapsed() >= LINE, |line| line.elapsed() >= LINE) {
                line = Some(Instant::now());
                self.look(running, &mut seen);
                self.desk.workplace.note(&format!("edition {}: {}", self.edition, seen.line(zone)));
            }
            if told.is_none()
                && let Some(number) = signals.seen()
            {
                told = Some((number, Instant::now()));
                stop.say();
                self.desk.workplace.note("stopping: no further mail leaves; waiting for the answers to those that have left");
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

    /// Sees how far a run is.
    fn look(&self, running: &Running, seen: &mut Seen) {
        let [sent, _, refused, unknown, skipped] = running.tally().numbers();
        *seen = Seen { sent, refused, unknown, skipped, ..*seen };
        // Whoever works with the ledger is not waited for: a signal may come. Where it does not answer, the run itself will say so.
        let waits_until = running.waits_until();
        let deferred = self.desk.ledger.try_lock().ok().and_then(|mut ledger| ledger.deferred(self.desk.newsletter(), self.edition).ok());
        match deferred {
            Some(deferred) => *seen = Seen { deferred, waits_until, ..*seen },
            // What it waits for is told when it is known.
            None => seen.waits_until = seen.waits_until.and(waits_until),
        }
    }

    fn bar(&self) -> Option<ProgressBar> {
        if !self.desk.workplace.terminal.progress || self.events {
            return None;
        }
        let style = ProgressStyle::with_template("{bar:30} {msg}").ok()?;
        Some(ProgressBar::new(self.total).with_style(style))
    }

    fn tell(&self, seen: &Seen, over: bool) {
        let Seen { sent, deferred, refused, unknown, skipped, total, waits_until, .. } = seen;
        let waits_until = waits_until.map(|at| status::time(at, Tz::UTC));
        let event = json!({
            "version": 1, "event": if over { "end" } else { "progress" }, "edition": self.edition, "total": total,
            "sent": sent, "deferred": deferred, "refused": refused, "unknown": unknown, "skipped": skipped, "waits_until": waits_until,
        });
        // Nobody reads it any more: the mails go on all the same.
        drop(writeln!(io::stdout(), "{event}"));
    }
}

/// Returns a count to reckon with; lists are shorter than it is exact for.
pub(super) fn number(count: u64) -> f64 {
    u32::try_from(count).map_or(f64::MAX, f64::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_counts_mails_and_says_what_is_waited_for() {
        let seen = Seen { sent: 20, refused: 4, unknown: 1, total: 41, busy: Duration::from_secs(50), ..Seen::default() };
        assert_eq!(seen.line(Tz::UTC), "25 of 41, 0.5/s, less than a minute left; 20 sent, 0 deferred, 4 refused, 1 unknown");
        let slow = Seen { busy: Duration::from_secs(500), deferred: 6, ..seen };
        assert_eq!(slow.line(Tz::UTC), "25 of 41, 0.1/s, about 4 min left; 20 sent, 6 deferred, 4 refused, 1 unknown");
        let waits = Seen { sent: 34, deferred: 2, waits_until: Some(1_795_181_580_000), ..seen };
        assert_eq!(
            waits.line(Tz::Europe__Berlin),
            "39 of 41, waiting until 14:33 for 2 deferred mails (Ctrl-C is safe: the next run goes on); 34 sent, 2 deferred, 4 refused, 1 unknown"
        );
        let held = Seen { deferred: 0, waits_until: Some(1_795_181_580_000), ..seen };
        assert!(held.line(Tz::UTC).contains("waiting until 13:33 for what a limit allows"), "{}", held.line(Tz::UTC));
        let begun = Seen { total: 41, busy: Duration::from_secs(5), ..Seen::default() };
        assert_eq!(begun.line(Tz::UTC), "0 of 41, 0.0/s; 0 sent, 0 deferred, 0 refused, 0 unknown");
        assert_eq!(Seen { sent: 45, ..seen }.done(), 41, "no more are done than there were");
    }
}
