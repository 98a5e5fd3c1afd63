//! Watching a run: a bar on a terminal, a line a minute elsewhere, events for programs; and the signals that stop it.

use super::super::summary::plural;
use super::desk::Desk;
use super::run::tamed;
use super::status;
use crate::delivery::{Due, Running, Stop, Trouble};
use crate::ledger::Limit;
use crate::model::DeliveryState;
use anyhow::Context;
use chrono::{DateTime, Utc};
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
#[derive(Debug, Clone, Default, PartialEq)]
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
    /// For what it waits, when there is nothing else to do.
    waits_for: Option<Due>,
    /// What the server said to the last mail that was put off.
    reason: Option<String>,
}

impl Seen {
    /// Returns how many mails are done with.
    fn done(&self) -> u64 {
        (self.sent + self.refused + self.unknown + self.skipped).min(self.total)
    }

    /// Says it in a line; times are those of a zone.
    fn line(&self, now: DateTime<Utc>, zone: Tz) -> String {
        let Seen { sent, deferred, refused, unknown, total, .. } = self;
        let words = format!("{sent} sent, {deferred} deferred, {refused} refused, {unknown} unknown");
        format!("{} of {total}, {}; {words}", self.done(), self.pace(now, zone))
    }

    /// Says how fast it goes, or what is waited for.
    fn pace(&self, now: DateTime<Utc>, zone: Tz) -> String {
        if let Some(Due { at, limit }) = &self.waits_for {
            let until = status::moment(*at, now, zone);
            let what = match (limit, self.deferred) {
                (Some(limit), _) => format!(" for {limit}"),
                (None, 0) => String::new(),
                (None, count) => {
                    let mails = plural(usize::try_from(count).unwrap_or(usize::MAX), "deferred mail", "deferred mails");
                    let reason = self.reason.as_ref().map_or(String::new(), |told| format!(", the last words were: {told}"));
                    format!(" for {mails}{reason}")
                }
            };
            return format!("waiting until {until}{what} (Ctrl-C is safe: the next run goes on)");
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
        let mut trouble = None;
        let mut seen = Seen { total: self.total, ..Seen::default() };
        let mut told: Option<(i32, Instant)> = None;
        let watched = loop {
            let over = running.is_over();
            let began_to_wait = seen.waits_for.is_none() && running.waits_for().is_some();
            let is_due = over || began_to_wait || event.elapsed() >= EVENT;
            if seen.waits_for.is_none() {
                seen.busy += last.elapsed();
            }
            last = Instant::now();
            self.tell_trouble(&mut trouble, running.trouble(), bar.as_ref());
            if is_due {
                event = Instant::now();
                self.look(running, &mut seen);
                if self.events {
                    self.tell(&seen, over);
                }
            }
            // Where the ledger did not answer, what is waited for is told at the next glance.
            let waits = seen.waits_for.is_some();
            if let Some(bar) = bar.as_ref().filter(|_| is_due) {
                bar.set_position(seen.done());
                bar.set_message(seen.line(Utc::now(), zone));
            } else if bar.is_none() && !over && line.map_or(waits || began.elapsed() >= LINE, |line| line.elapsed() >= LINE) {
                line = Some(Instant::now());
                self.look(running, &mut seen);
                self.desk.workplace.note(&format!("edition {}: {}", self.edition, seen.line(Utc::now(), zone)));
            }
            if told.is_none()
                && let Some(number) = signals.seen()
            {
                told = Some((number, Instant::now()));
                stop.say();
                self.say("stopping: no further mail leaves; waiting for the answers to those that have left", bar.as_ref());
            }
            match told {
                Some((number, since)) if over || since.elapsed() >= self.grace => break Watched::Signal { number, left: !over },
                None if over => break Watched::Over,
                _ => thread::sleep(GLANCE),
            }
        };
        if let Some(bar) = bar {
            bar.finish_and_clear();
        }
        watched
    }

    /// Sees how far a run is.
    fn look(&self, running: &Running, seen: &mut Seen) {
        let [sent, _, refused, unknown, skipped] = running.tally().numbers();
        *seen = Seen { sent, refused, unknown, skipped, ..seen.clone() };
        // Whoever works with the ledger is not waited for: a signal may come. Where it does not answer, the run itself will say so.
        let waits_for = running.waits_for();
        let newsletter = self.desk.newsletter();
        let deferred = self.desk.ledger.try_lock().ok().and_then(|mut ledger| {
            let deferred = ledger.deferred(newsletter, self.edition).ok()?;
            // All that are deferred are looked through for it, which is done once for each wait.
            let is_as_before = (deferred, &waits_for) == (seen.deferred, &seen.waits_for);
            let reason = if is_as_before {
                seen.reason.take()
            } else if deferred > 0 && waits_for.is_some() {
                ledger.last_reason(newsletter, self.edition, &[DeliveryState::Deferred]).ok()?.map(|reason| tamed(&reason.told))
            } else {
                None
            };
            Some((deferred, reason))
        });
        match deferred {
            Some((deferred, reason)) => {
                (seen.deferred, seen.waits_for, seen.reason) = (deferred, waits_for, reason);
            }
            // What it waits for is told when it is known.
            None => seen.waits_for = seen.waits_for.take().and(waits_for),
        }
    }

    /// Says what keeps a connection from going on, when that is news, and that it goes on again.
    fn tell_trouble(&self, told: &mut Option<String>, trouble: Option<Trouble>, bar: Option<&ProgressBar>) {
        if told.as_ref() == trouble.as_ref().map(|trouble| &trouble.told) {
            return;
        }
        if self.events {
            let event = match &trouble {
                Some(Trouble { told, is_unreachable, wait, tries, .. }) => json!({
                    "version": 1, "event": if *is_unreachable { "unreachable" } else { "interrupted" }, "edition": self.edition,
                    "reason": tamed(told), "again_at": status::time((Utc::now() + *wait).timestamp_millis(), Tz::UTC), "tries_left": tries,
                }),
                None => json!({"version": 1, "event": "resumed", "edition": self.edition}),
            };
            drop(writeln!(io::stdout(), "{event}"));
        }
        let what = trouble.as_ref().map_or_else(|| "the mail server answers again".to_owned(), in_words);
        self.say(&format!("edition {}: {what}", self.edition), bar);
        *told = trouble.map(|trouble| trouble.told);
    }

    /// Says something in a line of its own, above the bar where there is one.
    fn say(&self, text: &str, bar: Option<&ProgressBar>) {
        match bar {
            Some(bar) => bar.suspend(|| self.desk.workplace.note(text)),
            None => self.desk.workplace.note(text),
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
        let Seen { sent, deferred, refused, unknown, skipped, total, waits_for, reason, .. } = seen;
        let waits_until = waits_for.as_ref().map(|due| status::time(due.at, Tz::UTC));
        let limit = waits_for.as_ref().and_then(|due| due.limit.as_ref()).map(Limit::key);
        let event = json!({
            "version": 1, "event": if over { "end" } else { "progress" }, "edition": self.edition, "total": total,
            "sent": sent, "deferred": deferred, "refused": refused, "unknown": unknown, "skipped": skipped, "waits_until": waits_until,
            "limit": limit, "reason": reason,
        });
        // Nobody reads it any more: the mails go on all the same.
        drop(writeln!(io::stdout(), "{event}"));
    }
}

/// Says what keeps a connection from going on, and what comes next.
fn in_words(trouble: &Trouble) -> String {
    let Trouble { told, is_unreachable, wait, tries, span } = trouble;
    let what = if *is_unreachable { "the mail server cannot be reached" } else { "the connection to the mail server broke" };
    let again = if wait.is_zero() { "at once".to_owned() } else { format!("in {} s", wait.as_secs().max(1)) };
    let more = match tries {
        ..=1 => ", for the last time".to_owned(),
        tries => format!(", {tries} times within {} s", span.as_secs().max(1)),
    };
    format!("{what}: {}; trying again {again}{more}", tamed(told))
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
        let now = DateTime::from_timestamp_millis(1_795_180_000_000).expect("a time");
        let seen = Seen { sent: 20, refused: 4, unknown: 1, total: 41, busy: Duration::from_secs(50), ..Seen::default() };
        assert_eq!(seen.line(now, Tz::UTC), "25 of 41, 0.5/s, less than a minute left; 20 sent, 0 deferred, 4 refused, 1 unknown");
        let slow = Seen { busy: Duration::from_secs(500), deferred: 6, ..seen.clone() };
        assert_eq!(slow.line(now, Tz::UTC), "25 of 41, 0.1/s, about 4 min left; 20 sent, 6 deferred, 4 refused, 1 unknown");
        let due = |limit| Some(Due { at: 1_795_181_580_000, limit });
        let reason = Some("451 4.7.1 greylisted".to_owned());
        let waits = Seen { sent: 34, deferred: 2, waits_for: due(None), reason, ..seen.clone() };
        assert_eq!(
            waits.line(now, Tz::Europe__Berlin),
            "39 of 41, waiting until 14:33 for 2 deferred mails, the last words were: 451 4.7.1 greylisted (Ctrl-C is safe: the next run goes on); \
             34 sent, 2 deferred, 4 refused, 1 unknown"
        );
        let held = Seen { waits_for: due(Some(Limit::PerHour(30))), ..waits.clone() };
        let line = held.line(now, Tz::UTC);
        assert!(line.contains("waiting until 13:33 for the limit of 30 mails an hour (`newsletter.smtp.per_hour`) (Ctrl-C"), "{line}");
        let yesterday = now - chrono::TimeDelta::days(1);
        assert!(waits.line(yesterday, Tz::UTC).contains("waiting until 2026-11-20 13:33 for 2"), "{}", waits.line(yesterday, Tz::UTC));
        let begun = Seen { total: 41, busy: Duration::from_secs(5), ..Seen::default() };
        assert_eq!(begun.line(now, Tz::UTC), "0 of 41, 0.0/s; 0 sent, 0 deferred, 0 refused, 0 unknown");
        assert_eq!(Seen { sent: 45, ..seen }.done(), 41, "no more are done than there were");
    }

    #[test]
    fn trouble_is_told_with_its_reason_and_what_comes_next() {
        let told = "cannot connect to `mail.example.org`: Connection refused".to_owned();
        let (wait, span) = (Duration::ZERO, Duration::from_secs(30));
        let first = Trouble { told, is_unreachable: true, wait, tries: 5, span };
        assert_eq!(
            in_words(&first),
            "the mail server cannot be reached: cannot connect to `mail.example.org`: Connection refused; trying again at once, 5 times within 30 s"
        );
        let last = Trouble { told: "it hung up".into(), is_unreachable: false, wait: Duration::from_secs(16), tries: 1, ..first };
        assert_eq!(in_words(&last), "the connection to the mail server broke: it hung up; trying again in 16 s, for the last time");
    }
}
