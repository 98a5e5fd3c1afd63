//! `postrider newsletter make`, `send` and `retry`: an edition is frozen, and goes to everybody once.

use super::super::summary::plural;
use super::super::{Exit, Workplace, lock};
use super::desk::Desk;
use super::progress::Signals;
use super::{EditionArgs, marks, status, steer};
use crate::diagnostic::Diagnostic;
use crate::ledger::Edition;
use crate::model::{DeliveryState, EditionState, Transport};
use crate::report::Report;
use anyhow::bail;
use clap::{Args, ValueEnum};

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
    pub(super) edition: EditionArgs,
    /// Refuse an edition whose hash is another one than `preview` told
    #[arg(long, value_name = "HASH")]
    pub(super) expect: Option<String>,
    /// Say what would be sent, and send nothing
    #[arg(long)]
    dry_run: bool,
    /// With --dry-run: name everybody who would get what; who is masked, with the id that `subscribers list --format json` tells
    #[arg(long, requires = "dry_run")]
    pub(super) diff: bool,
    /// Send the first edition of this ledger; only while no edition is closed
    #[arg(long)]
    first: bool,
    /// Do not ask
    #[arg(long)]
    yes: bool,
    #[command(flatten)]
    pub(super) how: HowArgs,
}

/// How a run is watched and told.
#[derive(Debug, Args)]
pub(super) struct HowArgs {
    /// Show addresses in full, also where nobody looks on
    #[arg(long)]
    pub(super) show_addresses: bool,
    /// How long the answers to mails that have left are waited for when a signal comes, in seconds; a second one ends it at once
    #[arg(long, value_name = "SECONDS", default_value_t = 8)]
    pub(super) grace: u64,
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
        let found = desk.recover(notes)?;
        if let Some(open) = desk.open_edition()? {
            let key = if open.state == EditionState::Paused { format!(" --edition {}", open.key) } else { String::new() };
            bail!("edition {} is {} and not finished; help: `postrider newsletter send{key}` goes on with it", open.key, open.state.name());
        }
        let Some(made) = desk.plan(&args.edition, findings, notes)? else { return Ok(exit_of(findings).or(found)) };
        expect(&made.edition.hash, args.expect.as_deref())?;
        let count = desk.freeze(&made, notes)?;
        let recipients = plural(count as usize, "recipient", "recipients");
        notes.push(format!(
            "edition {} is frozen for {recipients}: {}; `postrider newsletter send` sends it",
            made.edition.key, made.edition.hash
        ));
        Ok(found)
    })
}

/// Runs `newsletter send`.
pub(super) fn send(workplace: &Workplace, args: &SendArgs) -> anyhow::Result<Exit> {
    reported(workplace, |findings, notes| {
        let Some(desk) = Desk::new(workplace, args.edition.now.as_deref(), findings)? else { return Ok(Exit::CouldNotRun) };
        args.edition.in_time(desk.now, desk.settings.timezone)?;
        if args.dry_run {
            return desk.dry_run(args, findings, notes);
        }
        if desk.settings.newsletter.transport == Transport::Eml {
            return desk.write_mails(&args.edition, args.expect.as_deref(), args.how.format, findings, notes);
        }
        let _lock = desk.hold()?;
        let found = desk.recover(notes)?;
        let new = match desk.ready(args, findings, notes)? {
            Ready::For(key) => key,
            Ready::Not(exit) => return Ok(exit),
        };
        let others = desk.others(new.as_deref())?.into_iter().map(|edition| edition.key);
        let keys: Vec<String> = new.iter().cloned().chain(others).collect();
        if let Some(key) = &new {
            desk.begin(key)?;
        }
        let mut told = Vec::new();
        let exit = if keys.is_empty() { Exit::Fine } else { desk.marked(|| desk.send_all(keys, &args.how, &mut told, notes))? };
        desk.tell_unknown(&told, notes)?;
        Ok(exit.or(found))
    })
}

/// Whether there is something to send.
enum Ready {
    /// An edition, by its key; without one, mails of earlier ones that were put off, if anything.
    For(Option<String>),
    /// Nothing may leave.
    Not(Exit),
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
    /// Of those only the mail to this address, or with this Message-ID, as `status` names it (can be given several times)
    #[arg(long, value_name = "ADDRESS|MESSAGE-ID", requires = "edition")]
    mail: Vec<String>,
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
            notes.push(format!("no edition has {} mails, and none is half sent", names.join(" or ")));
            desk.tell_unknown(&[], notes)?;
            return Ok(found);
        };
        let only = steer::named(&mut desk.ledger(), desk.newsletter(), &key, &wanted, &args.mail)?;
        desk.ledger().reopen(desk.newsletter(), &key, &wanted, only.as_deref())?;
        let exit = desk.marked(|| Ok(desk.send_edition(&key, &args.how, &Signals::listen()?, notes)?.exit))?;
        desk.tell_unknown(&[key], notes)?;
        Ok(exit.or(found))
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

pub(super) fn exit_of(findings: &[Diagnostic]) -> Exit {
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

impl Desk<'_> {
    /// Finds the edition that is to be sent, or makes it, and asks whether it may leave.
    fn ready(&self, args: &SendArgs, findings: &mut Vec<Diagnostic>, notes: &mut Vec<String>) -> anyhow::Result<Ready> {
        if let Some(edition) = self.at_hand(args.edition.edition.as_deref())? {
            // Of one that was sent elsewhere nothing leaves, and its hash is not known.
            expect(&edition.hash, args.expect.as_deref().filter(|_| !edition.is_foreign()))?;
            self.may_begin(args)?;
            let may_leave = self.confirmed(args.yes, || self.leaving_all(Some(&edition)))?;
            return Ok(if may_leave { Ready::For(Some(edition.key)) } else { Ready::Not(Exit::CouldNotRun) });
        }
        let made = self.plan(&args.edition, findings, notes)?;
        lock::remember(self.workplace, &self.settings, self.now)?;
        let Some(made) = made else {
            if findings.iter().any(Diagnostic::is_error) {
                return Ok(Ready::Not(Exit::Errors));
            }
            let may_leave = self.confirmed(args.yes, || self.leaving_all(None))?;
            return Ok(if may_leave { Ready::For(None) } else { Ready::Not(Exit::CouldNotRun) });
        };
        expect(&made.edition.hash, args.expect.as_deref())?;
        self.may_begin(args)?;
        let leaving = || Ok(std::iter::once(self.leaving_new(&made)?).chain(self.leaving_all(None)?).collect());
        if !self.confirmed(args.yes, leaving)? {
            return Ok(Ready::Not(Exit::CouldNotRun));
        }
        self.freeze(&made, notes)?;
        Ok(Ready::For(Some(made.edition.key)))
    }

    /// Returns the edition whose mails in some states are to be sent again: the one that is asked for, else the newest that has any, or that
    /// was begun and has others to send. What was put off is pending when it is tried again, and stays so where no server can be reached.
    fn to_retry(&self, asked: Option<&str>, wanted: &[DeliveryState]) -> anyhow::Result<Option<String>> {
        let goes_on = |edition: &Edition| matches!(edition.state, EditionState::Sending | EditionState::Closed);
        let Some(key) = asked else {
            let editions = self.ledger().editions(self.newsletter())?;
            let mut half_sent = None;
            for edition in editions.into_iter().rev().filter(goes_on) {
                let counts = self.ledger().counts(self.newsletter(), &edition.key)?;
                if wanted.iter().any(|state| counts.of(*state) > 0) {
                    return Ok(Some(edition.key));
                }
                if edition.state == EditionState::Sending && counts.of(DeliveryState::Pending) > 0 {
                    half_sent.get_or_insert(edition.key);
                }
            }
            return Ok(half_sent.filter(|_| wanted.contains(&DeliveryState::Deferred)));
        };
        match self.edition(key)? {
            Some(edition) if edition.is_foreign() => bail!("{}: this one does not know who got it", edition.sent_elsewhere()),
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
            let is_begun = |edition: &&Edition| matches!(edition.state, EditionState::Sending | EditionState::Paused);
            if let Some(Edition { key, .. }) = editions.iter().find(is_begun) {
                bail!(
                    "the first edition, {key}, is not finished; help: `postrider newsletter send --first --edition {key}` goes on with it"
                );
            }
            if let Some(Edition { key, .. }) = editions.iter().find(|edition| edition.state == EditionState::Cancelled) {
                bail!("the first edition, {key}, was cancelled, so the next one is the first; help: add `--first`");
            }
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
        let marked = mark();
        // What went wrong with the run is said first.
        exit.and_then(|exit| marked.map(|()| exit))
    }

    /// Moves an edition into the state of being sent.
    fn begin(&self, key: &str) -> anyhow::Result<()> {
        let from = [EditionState::Frozen, EditionState::Paused];
        self.ledger().move_edition(self.newsletter(), key, &from, EditionState::Sending)?;
        Ok(())
    }

    /// Sends every edition that has mails to send: the one at hand first, then the deferred mails of earlier ones. With nothing new, the
    /// newest of them is the one at hand, by which the status goes. What came of those in `told` is told.
    fn send_all(&self, keys: Vec<String>, how: &HowArgs, told: &mut Vec<String>, notes: &mut Vec<String>) -> anyhow::Result<Exit> {
        let signals = Signals::listen()?;
        let mut exit = Exit::Fine;
        for key in keys {
            let came = self.send_edition(&key, how, &signals, notes)?;
            told.push(key);
            if told.len() == 1 || came.counts || !matches!(came.exit, Exit::Open) {
                exit = exit.max(came.exit);
            }
            if came.stopped || exit > Exit::Open || exit == Exit::CouldNotRun {
                break;
            }
        }
        Ok(exit)
    }

    /// Says which other editions than those that were told of have mails of which nobody knows whether they arrived. They change no status.
    fn tell_unknown(&self, told: &[String], notes: &mut Vec<String>) -> anyhow::Result<()> {
        let lines = status::unknown_elsewhere(&mut self.ledger(), self.newsletter(), told)?;
        // What came of the command stays the last line.
        let last = notes.len().saturating_sub(1);
        notes.splice(last..last, lines);
        Ok(())
    }
}
