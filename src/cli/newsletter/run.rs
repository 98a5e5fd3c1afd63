//! A run: the mails of one edition leave, and what came of it is told.

use super::desk::Desk;
use super::progress::{Signals, Watch, Watched};
use super::send::{HowArgs, SendFormat};
use super::status;
use crate::cli::Exit;
use crate::delivery::{self, Due, Ended, Run, Stop, Timing};
use crate::ledger::{self, Counts, Edition, Limits};
use crate::list;
use crate::model::DeliveryState;
use anyhow::bail;
use std::sync::Arc;
use std::time::Duration;

/// The most mails that are claimed at once, over all connections.
const BLOCK: usize = 256;

/// What came of sending an edition.
pub(super) struct Came {
    pub(super) exit: Exit,
    /// Whether the status counts also where the edition only rode along: this run left something unknown, or stopped.
    pub(super) counts: bool,
    /// Whether the next edition would fare no better.
    pub(super) stopped: bool,
}

impl Came {
    fn with(exit: Exit) -> Self {
        Came { exit, counts: false, stopped: false }
    }
}

impl Desk<'_> {
    /// Sends what is left of an edition.
    pub(super) fn send_edition(&self, key: &str, how: &HowArgs, signals: &Signals, notes: &mut Vec<String>) -> anyhow::Result<Came> {
        let newsletter = self.newsletter();
        let Some(edition) = self.edition(key)? else { return Ok(Came::with(Exit::Fine)) };
        if edition.is_foreign() {
            notes.push(format!("{}: nothing of it is left to be sent", edition.sent_elsewhere()));
            return Ok(Came::with(Exit::Fine));
        }
        let before = self.ledger().counts(newsletter, key)?;
        let (transport, press) = (self.transport()?, self.press(&edition)?);
        let stop = Arc::new(Stop::default());
        let running = delivery::start(&self.ledger, transport, Arc::new(press), Arc::clone(&stop), self.run_of(&edition))?;
        let watch = Watch {
            desk: self,
            events: how.format == SendFormat::Json,
            edition: key,
            total: before.open(),
            grace: Duration::from_secs(how.grace),
        };
        let watched = watch.wait(&running, &stop, signals);
        let (ended, unrecorded) = match watched {
            Watched::Signal { left: true, .. } => {
                let unrecorded = running.unrecorded();
                running.abandon(&self.ledger)?;
                (Ended::Told, unrecorded)
            }
            Watched::Signal { left: false, .. } | Watched::Over => running.join(),
        };
        for mail in &unrecorded {
            let address = self.shown(&mail.address, how.show_addresses);
            notes.push(format!("the server took the mail to {address}, and the ledger could not record it: it will be told to be unknown; `postrider newsletter settle {key} --as sent` settles that"));
        }
        self.ledger().close(newsletter, key)?;
        if let Watched::Signal { number, .. } = watched {
            if let Ended::Ledger(error) = ended {
                notes.push(format!("error: {error}"));
            }
            notes.push(self.summary(key)?);
            return Ok(Came::with(if number == signal_hook::consts::SIGINT { Exit::Interrupted } else { Exit::Terminated }));
        }
        self.judged(key, &before, ended, notes)
    }

    /// Returns how an edition is sent.
    fn run_of(&self, edition: &Edition) -> Run {
        let smtp = &self.settings.newsletter.smtp;
        Run {
            newsletter: self.newsletter().to_owned(),
            edition: edition.key.clone(),
            connections: smtp.connections,
            per_connection: smtp.per_connection,
            limits: Limits {
                per_second: smtp.per_second,
                per_hour: smtp.per_hour,
                per_day: smtp.per_day,
                per_domain: smtp.per_domain.clone(),
            },
            block: BLOCK,
            boot: ledger::boot(),
            timing: Timing::default(),
        }
    }

    /// Says what came of a run that ended by itself.
    fn judged(&self, key: &str, before: &Counts, ended: Ended, notes: &mut Vec<String>) -> anyhow::Result<Came> {
        let after = self.ledger().counts(self.newsletter(), key)?;
        let stopped = matches!(ended, Ended::Unreachable(_) | Ended::Stopped(..) | Ended::Refusals(..));
        let exit = match ended {
            // What was waited for is done by now.
            Ended::Later(_) if after.open() == 0 => Exit::Fine,
            ended => self.told(key, ended, notes)?,
        };
        notes.push(self.summary(key)?);
        let new_unknown = after.of(DeliveryState::Unknown) > before.of(DeliveryState::Unknown);
        let exit = if exit == Exit::Fine && (after.open() > 0 || new_unknown) { Exit::Open } else { exit };
        Ok(Came { exit, counts: new_unknown || stopped, stopped })
    }

    /// Says why a run ended before its edition.
    fn told(&self, key: &str, ended: Ended, notes: &mut Vec<String>) -> anyhow::Result<Exit> {
        let (exit, note) = match ended {
            Ended::Done => return Ok(Exit::Fine),
            Ended::Told => (Exit::Open, "stopped".to_owned()),
            Ended::Paused => (Exit::Open, format!("edition {key} was paused or cancelled meanwhile")),
            Ended::Later(Due { at, limit }) => {
                let at = status::moment(at, chrono::Utc::now(), self.settings.timezone);
                let reason = self.ledger().last_reason(self.newsletter(), key, &[DeliveryState::Deferred])?;
                let why = match (limit, reason) {
                    (Some(limit), _) => format!("{limit} holds the rest back until {at}"),
                    (None, Some(reason)) => format!("the rest is due at {at}; the last words were: {}", tamed(&reason.told)),
                    (None, None) => format!("the rest is due at {at}"),
                };
                (Exit::Open, format!("{why}; help: run the command again then"))
            }
            Ended::Unreachable(told) => {
                let told = tamed(&told);
                let help = if told.contains("help: ") { "" } else { "; help: run the command again when it answers, nothing is lost" };
                (Exit::Open, format!("the mail server cannot be reached: {told}{help}"))
            }
            Ended::Stopped(reason, told) => {
                let what = match reason {
                    delivery::Reason::Unsafe => bail!("{}", tamed(&told)),
                    delivery::Reason::Login if told.contains("help: ") => bail!("{}", tamed(&told)),
                    delivery::Reason::Login => {
                        bail!(
                            "the server wants another login: {}; help: check `newsletter.smtp.username` and POSTRIDER_SMTP_PASSWORD",
                            tamed(&told)
                        )
                    }
                    delivery::Reason::TooBig => {
                        "the mails are too big for the server; help: set `newsletter.content: summary`, or ask the provider"
                    }
                    delivery::Reason::Quota => {
                        "the provider's quota is used up; help: run the command again when it is renewed, and set `newsletter.smtp.per_day`"
                    }
                    delivery::Reason::Sender => {
                        "the server does not take mails from this sender; help: see `newsletter.from` and `newsletter.envelope_from`"
                    }
                };
                (Exit::Open, format!("{what}; the server said: {}", tamed(&told)))
            }
            Ended::Refusals(what, told) => {
                (Exit::Open, format!("stopped, for the server {what}; nobody is blamed; the last words were: {}", tamed(&told)))
            }
            Ended::Ledger(error) => return Err(error.into()),
            Ended::Broken => {
                bail!("postrider itself failed, as it said above; help: please report it; every mail is recorded as far as it came")
            }
        };
        notes.push(note);
        Ok(exit)
    }

    fn summary(&self, key: &str) -> anyhow::Result<String> {
        let counts = self.ledger().counts(self.newsletter(), key)?;
        Ok(format!("edition {key}: {}", words(&counts)))
    }
}

/// Returns what a server said as it may be shown.
pub(super) fn tamed(told: &str) -> String {
    crate::report::tame(&list::address::left_out(told))
}

/// Returns the counts of an edition in words, in the order of reports.
pub(super) fn words(counts: &Counts) -> String {
    let each = DeliveryState::ALL.iter().filter(|(state, _)| counts.of(*state) > 0 || *state == DeliveryState::Sent);
    each.map(|(state, name)| format!("{} {name}", counts.of(*state))).collect::<Vec<_>>().join(", ")
}
