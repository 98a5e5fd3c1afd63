//! `postrider newsletter make`, `send` and `retry`: an edition is frozen, and goes to everybody once.

use super::super::summary::plural;
use super::super::{Exit, Workplace};
use super::desk::Desk;
use super::progress::{Signals, Watch, Watched};
use super::{EditionArgs, marks};
use crate::delivery::{self, Ended, Run, Stop, Timing};
use crate::diagnostic::Diagnostic;
use crate::ledger::{self, Counts, Edition, Limits, hex};
use crate::list;
use crate::model::{DeliveryState, EditionState, Transport};
use crate::report::Report;
use anyhow::bail;
use clap::{Args, ValueEnum};
use serde_json::json;
use std::io::{self, Write};
use std::sync::Arc;
use std::time::Duration;

/// The most mails that are claimed at once, over all connections.
const BLOCK: usize = 256;

/// Arguments of `postrider newsletter make`.
#[derive(Debug, Args)]
pub(in crate::cli) struct MakeArgs {
    #[command(flatten)]
    edition: EditionArgs,
    /// Refuse an edition whose hash is another one than `preview` told
    #[arg(long, value_name = "HASH")]
    expect: Option<String>,
}

/// Arguments of `postrider newsletter send`.
#[derive(Debug, Args)]
#[allow(clippy::struct_excessive_bools, reason = "each is an option of its own")]
pub(in crate::cli) struct SendArgs {
    #[command(flatten)]
    edition: EditionArgs,
    /// Refuse an edition whose hash is another one than `preview` told
    #[arg(long, value_name = "HASH")]
    expect: Option<String>,
    /// Say what would be sent, and send nothing
    #[arg(long)]
    dry_run: bool,
    /// With --dry-run: name everybody who would get it; who is masked, with the id that `subscribers list --format json` tells
    #[arg(long, requires = "dry_run")]
    diff: bool,
    /// Send the first edition of this ledger; only while no edition is closed
    #[arg(long)]
    first: bool,
    /// Do not ask
    #[arg(long)]
    yes: bool,
    #[command(flatten)]
    how: HowArgs,
}

/// How a run is watched and told.
#[derive(Debug, Args)]
pub(super) struct HowArgs {
    /// Show addresses in full, also where nobody looks on
    #[arg(long)]
    show_addresses: bool,
    /// How long the answers to mails that have left are waited for when a signal comes, in seconds; a second one ends it at once
    #[arg(long, value_name = "SECONDS", default_value_t = 8)]
    grace: u64,
    /// How to report
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t)]
    pub(super) format: SendFormat,
}

/// How sending reports.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum SendFormat {
    /// For people
    #[default]
    Human,
    /// A line of JSON for each event
    Json,
}

/// Runs `newsletter make`.
pub(super) fn make(workplace: &Workplace, args: &MakeArgs) -> anyhow::Result<Exit> {
    reported(workplace, |findings, notes| {
        let Some(desk) = Desk::new(workplace, args.edition.now.as_deref(), findings)? else { return Ok(Exit::CouldNotRun) };
        let _lock = desk.hold()?;
        if let Some(open) = desk.open_edition()? {
            bail!("edition {} is {} and not finished; help: `postrider newsletter send` goes on with it", open.key, open.state.name());
        }
        let Some(made) = desk.plan(&args.edition, findings, notes)? else { return Ok(exit_of(findings)) };
        expect(&made.edition.hash, args.expect.as_deref())?;
        let count = desk.freeze(&made)?;
        let recipients = plural(count as usize, "recipient", "recipients");
        notes.push(format!(
            "edition {} is frozen for {recipients}: {}; `postrider newsletter send` sends it",
            made.edition.key, made.edition.hash
        ));
        Ok(Exit::Fine)
    })
}

/// Runs `newsletter send`.
pub(super) fn send(workplace: &Workplace, args: &SendArgs) -> anyhow::Result<Exit> {
    reported(workplace, |findings, notes| {
        let Some(desk) = Desk::new(workplace, args.edition.now.as_deref(), findings)? else { return Ok(Exit::CouldNotRun) };
        if args.dry_run {
            return desk.dry_run(args, findings, notes);
        }
        if desk.settings.newsletter.transport == Transport::Eml {
            return desk.write_mails(&args.edition, args.expect.as_deref(), args.how.format, findings, notes);
        }
        let _lock = desk.hold()?;
        let found = desk.recover(notes)?;
        let edition = match desk.at_hand(args.edition.edition.as_deref())? {
            Some(edition) => {
                expect(&edition.hash, args.expect.as_deref())?;
                desk.may_begin(args)?;
                if !desk.confirmed(args.yes, || desk.leaving_all(Some(&edition)))? {
                    return Ok(Exit::CouldNotRun);
                }
                Some(edition)
            }
            None => match desk.plan(&args.edition, findings, notes)? {
                Some(made) => {
                    expect(&made.edition.hash, args.expect.as_deref())?;
                    desk.may_begin(args)?;
                    let leaving = || {
                        let others = desk.leaving_all(None)?;
                        Ok(std::iter::once(desk.leaving_new(&made)?).chain(others).collect())
                    };
                    if !desk.confirmed(args.yes, leaving)? {
                        return Ok(Exit::CouldNotRun);
                    }
                    desk.freeze(&made)?;
                    desk.edition(&made.edition.key)?
                }
                None if findings.iter().any(Diagnostic::is_error) => return Ok(Exit::Errors),
                None if !desk.confirmed(args.yes, || desk.leaving_all(None))? => return Ok(Exit::CouldNotRun),
                None => None,
            },
        };
        let new = edition.as_ref().map(|edition| edition.key.clone());
        let goes_on = |edition: &Edition| edition.state == EditionState::Sending;
        if new.is_none() && !desk.ledger().editions(desk.newsletter())?.iter().any(goes_on) {
            return Ok(found);
        }
        if let Some(key) = &new {
            desk.begin(key)?;
        }
        Ok(desk.marked(|| desk.send_open(new.as_deref(), &args.how, notes))?.or(found))
    })
}

/// Arguments of `postrider newsletter retry`.
#[derive(Debug, Args)]
pub(in crate::cli) struct RetryArgs {
    /// The edition's key; without one, the newest that has such mails
    #[arg(value_name = "KEY")]
    edition: Option<String>,
    /// Send the mails again of which nobody knows whether they arrived: who got one gets a second
    #[arg(long)]
    resend_unknown: bool,
    /// Send the mails again that the server refused
    #[arg(long)]
    refused: bool,
    #[command(flatten)]
    how: HowArgs,
}

/// Runs `newsletter retry`.
pub(super) fn retry(workplace: &Workplace, args: &RetryArgs) -> anyhow::Result<Exit> {
    reported(workplace, |findings, notes| {
        let Some(desk) = Desk::new(workplace, None, findings)? else { return Ok(Exit::CouldNotRun) };
        // Where nothing can leave, nothing is put back either.
        desk.transport()?;
        let _lock = desk.hold()?;
        let found = desk.recover(notes)?;
        let wanted =
            [(true, DeliveryState::Deferred), (args.resend_unknown, DeliveryState::Unknown), (args.refused, DeliveryState::Refused)];
        let wanted: Vec<DeliveryState> = wanted.into_iter().filter_map(|(is_wanted, state)| is_wanted.then_some(state)).collect();
        let Some(key) = desk.to_retry(args.edition.as_deref(), &wanted)? else {
            let names: Vec<&str> = wanted.iter().map(|state| state.name()).collect();
            notes.push(format!("no edition has {} mails", names.join(" or ")));
            return Ok(found);
        };
        desk.ledger().reopen(desk.newsletter(), &key, &wanted)?;
        Ok(desk.marked(|| Ok(desk.send_edition(&key, &args.how, &Signals::listen()?, notes)?.exit))?.or(found))
    })
}

/// Runs a command and prints what it found and noted.
pub(super) fn reported(
    workplace: &Workplace,
    command: impl FnOnce(&mut Vec<Diagnostic>, &mut Vec<String>) -> anyhow::Result<Exit>,
) -> anyhow::Result<Exit> {
    let (mut findings, mut notes) = (Vec::new(), Vec::new());
    let result = command(&mut findings, &mut notes);
    super::super::build::fill_places(workplace, &mut findings);
    let line = notes.pop();
    let report = Report { diagnostics: &findings, notes: &notes, ..Report::default() };
    super::super::print_report(workplace, super::super::Format::human(), &report, line.as_deref())?;
    result
}

fn exit_of(findings: &[Diagnostic]) -> Exit {
    if findings.iter().any(Diagnostic::is_error) { Exit::Errors } else { Exit::Fine }
}

pub(super) fn expect(hash: &str, expected: Option<&str>) -> anyhow::Result<()> {
    match expected {
        Some(expected) if expected != hash => {
            bail!("the edition's hash is {hash}, and {expected} was expected; help: look at it again with `postrider newsletter preview`")
        }
        _ => Ok(()),
    }
}

/// What came of sending an edition.
struct Came {
    exit: Exit,
    /// Whether the status counts also where the edition only rode along: this run left something unknown, or stopped.
    counts: bool,
    /// Whether the next edition would fare no better.
    stopped: bool,
}

impl Came {
    fn with(exit: Exit) -> Self {
        Came { exit, counts: false, stopped: false }
    }
}

impl Desk<'_> {
    /// Returns the edition whose mails in some states are to be sent again: the one that is asked for, else the newest that has any.
    fn to_retry(&self, asked: Option<&str>, wanted: &[DeliveryState]) -> anyhow::Result<Option<String>> {
        let goes_on = |edition: &Edition| matches!(edition.state, EditionState::Sending | EditionState::Closed);
        let Some(key) = asked else {
            let editions = self.ledger().editions(self.newsletter())?;
            for edition in editions.into_iter().rev().filter(goes_on) {
                let counts = self.ledger().counts(self.newsletter(), &edition.key)?;
                if wanted.iter().any(|state| counts.of(*state) > 0) {
                    return Ok(Some(edition.key));
                }
            }
            return Ok(None);
        };
        match self.edition(key)? {
            Some(edition) if edition.settings.is_empty() => {
                bail!("edition {key} was sent with another copy of the ledger: this one does not know who got it")
            }
            Some(edition) if goes_on(&edition) => Ok(Some(edition.key)),
            Some(edition) if edition.state == EditionState::Cancelled => bail!("edition {key} was cancelled: nothing more of it is sent"),
            Some(edition) => {
                bail!("edition {key} is {}; help: `postrider newsletter send --edition {key}` sends it", edition.state.name())
            }
            None => bail!("there is no edition {key}; help: `postrider newsletter history` lists them all"),
        }
    }

    /// Refuses the first edition of a ledger unless it is asked for as such.
    fn may_begin(&self, args: &SendArgs) -> anyhow::Result<()> {
        let editions = self.ledger().editions(self.newsletter())?;
        let is_closed = editions.iter().any(|edition| edition.state == EditionState::Closed);
        if is_closed && args.first {
            bail!("`--first` is for the first edition, and the ledger has one that is closed; help: leave `--first` out");
        }
        if !is_closed && !args.first {
            bail!(
                "no edition was ever sent with this ledger; help: if that is right, add `--first`; if not, see that the ledger is the one of last time: {}",
                self.ledger().location()
            );
        }
        Ok(())
    }

    /// Sends, and counts in the ledger and its mark that it did: before and behind, so that a copy that is made meanwhile is an older one.
    fn marked(&self, send: impl FnOnce() -> anyhow::Result<Exit>) -> anyhow::Result<Exit> {
        let mark = || marks::write(self.workplace, self.newsletter(), &mut self.ledger());
        mark()?;
        let exit = send();
        mark()?;
        exit
    }

    /// Moves an edition into the state of being sent.
    fn begin(&self, key: &str) -> anyhow::Result<()> {
        let from = [EditionState::Frozen, EditionState::Paused];
        self.ledger().move_edition(self.newsletter(), key, &from, EditionState::Sending)?;
        Ok(())
    }

    /// Sends every edition that has mails to send: the one at hand first, then the deferred mails of earlier ones.
    fn send_open(&self, at_hand: Option<&str>, how: &HowArgs, notes: &mut Vec<String>) -> anyhow::Result<Exit> {
        let editions = self.ledger().editions(&self.settings.newsletter.id)?;
        let mut keys: Vec<String> = at_hand.map(str::to_owned).into_iter().collect();
        let others = editions.into_iter().filter(|edition| edition.state == EditionState::Sending).map(|edition| edition.key);
        keys.extend(others.filter(|key| Some(key.as_str()) != at_hand));
        let signals = Signals::listen()?;
        let mut exit = Exit::Fine;
        for key in keys {
            let came = self.send_edition(&key, how, &signals, notes)?;
            if Some(key.as_str()) == at_hand || came.counts || !matches!(came.exit, Exit::Open) {
                exit = exit.max(came.exit);
            }
            if came.stopped || exit > Exit::Open || exit == Exit::CouldNotRun {
                break;
            }
        }
        Ok(exit)
    }

    fn send_edition(&self, key: &str, how: &HowArgs, signals: &Signals, notes: &mut Vec<String>) -> anyhow::Result<Came> {
        let newsletter = self.newsletter();
        let Some(edition) = self.edition(key)? else { return Ok(Came::with(Exit::Fine)) };
        let before = self.ledger().counts(newsletter, key)?;
        let transport = self.transport()?;
        let press = self.press(&edition)?;
        let smtp = &self.settings.newsletter.smtp;
        let run = Run {
            newsletter: newsletter.to_owned(),
            edition: key.to_owned(),
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
        };
        let stop = Arc::new(Stop::default());
        let running = delivery::start(&self.ledger, transport, Arc::new(press), Arc::clone(&stop), run)?;
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
        let after = self.ledger().counts(newsletter, key)?;
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
        let tame = |text: &str| crate::report::tame(&list::address::left_out(text));
        let (exit, note) = match ended {
            Ended::Done => return Ok(Exit::Fine),
            Ended::Told => (Exit::Open, "stopped".to_owned()),
            Ended::Paused => (Exit::Open, format!("edition {key} was paused or cancelled meanwhile")),
            Ended::Later(due) => {
                let due = chrono::DateTime::from_timestamp_millis(due).map(|due| due.with_timezone(&self.settings.timezone).to_rfc3339());
                (Exit::Open, format!("the rest is due at {}; help: run the command again then", due.unwrap_or_default()))
            }
            Ended::Unreachable(told) => (Exit::Open, format!("the mail server cannot be reached: {}", tame(&told))),
            Ended::Stopped(reason, told) => {
                let what = match reason {
                    delivery::Reason::Unsafe => bail!("{}", tame(&told)),
                    delivery::Reason::Login if told.contains("help: ") => bail!("{}", tame(&told)),
                    delivery::Reason::Login => {
                        bail!(
                            "the server wants another login: {}; help: check `newsletter.smtp.username` and POSTRIDER_SMTP_PASSWORD",
                            tame(&told)
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
                (Exit::Open, format!("{what}; the server said: {}", tame(&told)))
            }
            Ended::Refusals(what, told) => {
                (Exit::Open, format!("stopped, for the server {what}; nobody is blamed; the last words were: {}", tame(&told)))
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

    /// Says what would be sent, and to whom.
    fn dry_run(&self, args: &SendArgs, findings: &mut Vec<Diagnostic>, notes: &mut Vec<String>) -> anyhow::Result<Exit> {
        let frozen = self.at_hand(args.edition.edition.as_deref())?;
        let (key, hash) = match &frozen {
            Some(edition) => (edition.key.clone(), edition.hash.clone()),
            None => match self.plan(&args.edition, findings, notes)? {
                Some(made) => (made.edition.key, made.edition.hash),
                None => return Ok(exit_of(findings)),
            },
        };
        expect(&hash, args.expect.as_deref())?;
        // A list may be long, so it is told while it is read.
        let (mut out, mut result, mut count) = (io::stdout().lock(), Ok(()), 0);
        let is_json = args.how.format == SendFormat::Json;
        if is_json {
            let begin = json!({"version": 1, "event": "dry-run", "edition": key, "hash": hash}).to_string();
            write!(out, "{},\"to\":[", begin.strip_suffix('}').unwrap_or(&begin))?;
        }
        let see = |address: &str, id: &[u8; 16]| {
            count += 1;
            if args.diff && result.is_ok() {
                // Who is masked is known by the id that `subscribers list --format json` tells.
                let (shown, id) = (self.shown(address, args.how.show_addresses), hex(id));
                let comma = if count == 1 { "" } else { "," };
                result = if is_json {
                    write!(out, "{comma}{}", json!({"subscriber": id, "address": shown}))
                } else if shown == address {
                    writeln!(out, "+ {key} {shown}")
                } else {
                    writeln!(out, "+ {key} {shown}  {id}")
                };
            }
        };
        self.each_recipient(frozen.as_ref(), see)?;
        result?;
        let left = match &frozen {
            Some(edition) => self.ledger().counts(self.newsletter(), &edition.key)?.open().saturating_sub(count),
            None => 0,
        };
        if is_json {
            writeln!(out, "],\"recipients\":{count},\"left\":{left}}}")?;
            return Ok(Exit::Fine);
        }
        let recipients = plural(usize::try_from(count).unwrap_or(usize::MAX), "recipient", "recipients");
        let left = if left == 0 { String::new() } else { format!(" ({left} more left since it was made)") };
        notes.push(format!("edition {key} would go to {recipients}{left} through {}: {hash}; nothing was sent", self.through()));
        Ok(Exit::Fine)
    }

    /// Shows everybody who is to get an edition that is frozen, or a new one, by address and id.
    fn each_recipient(&self, frozen: Option<&Edition>, mut see: impl FnMut(&str, &[u8; 16])) -> anyhow::Result<()> {
        let newsletter = self.newsletter();
        match frozen {
            Some(edition) => self.ledger().open_mails(newsletter, &edition.key, |mail| see(&mail.address, &mail.subscriber))?,
            None => self.ledger().audience(newsletter, |person| see(&person.subscriber.address, &person.subscriber.id))?,
        }
        Ok(())
    }
}

/// Returns the counts of an edition in words, in the order of reports.
pub(super) fn words(counts: &Counts) -> String {
    let each = DeliveryState::ALL.iter().filter(|(state, _)| counts.of(*state) > 0 || *state == DeliveryState::Sent);
    each.map(|(state, name)| format!("{} {name}", counts.of(*state))).collect::<Vec<_>>().join(", ")
}
