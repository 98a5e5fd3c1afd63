//! `postrider newsletter status` and `history`: what became of editions.

use super::super::{Exit, Workplace, records};
use super::run::{tamed, words};
use super::send::SendFormat;
use crate::ledger::{Counts, Edition, Ledger, Reason, ToldMail, hex};
use crate::list;
use crate::model::{DeliveryState, EditionState};
use anyhow::bail;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use clap::Args;
use serde_json::{Value, json};
use std::io::{self, Write};

/// Arguments of `postrider newsletter status`.
#[derive(Debug, Args)]
pub(in crate::cli) struct StatusArgs {
    /// The edition's key; without one, the newest
    #[arg(long, value_name = "KEY")]
    edition: Option<String>,
    /// Show addresses in full, also where nobody looks on
    #[arg(long)]
    show_addresses: bool,
    /// Name the mails in this state, with what the server said: refused, deferred, sent, …
    #[arg(long, value_name = "STATE")]
    list: Option<String>,
    /// How to report
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t)]
    format: SendFormat,
}

/// Arguments of `postrider newsletter history`.
#[derive(Debug, Args)]
pub(in crate::cli) struct HistoryArgs {
    /// How to report
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t)]
    format: SendFormat,
}

/// An edition, and how it stands.
struct Shown<'a> {
    ledger: &'a mut Ledger,
    newsletter: &'a str,
    edition: &'a Edition,
    counts: Counts,
    /// Whether a sender is at work, where that can be told and matters.
    sender: Option<bool>,
    /// The last reason why a mail of it is still open.
    reason: Option<Reason>,
    zone: Tz,
    /// Whether addresses are shown in full.
    in_full: bool,
    /// Mails in this state are named.
    list: Option<DeliveryState>,
}

/// Runs `newsletter status`.
pub(super) fn status(workplace: &Workplace, args: &StatusArgs) -> anyhow::Result<Exit> {
    let Some((newsletter, zone, mut ledger)) = open(workplace)? else { return Ok(Exit::CouldNotRun) };
    let list = args.list.as_deref().map(state).transpose()?;
    let edition = match &args.edition {
        Some(key) => match ledger.edition(&newsletter, key)? {
            Some(edition) => edition,
            None => bail!("there is no edition {key}; help: `postrider newsletter history` lists them all"),
        },
        None => match ledger.editions(&newsletter)?.pop() {
            Some(edition) => edition,
            None => {
                writeln!(io::stdout(), "no edition was made yet")?;
                return Ok(Exit::Fine);
            }
        },
    };
    let counts = ledger.counts(&newsletter, &edition.key)?;
    let is_open = edition.state == EditionState::Sending && counts.open() > 0;
    // Where the lock may not even be looked at, nothing is said of it.
    let sender = if is_open { ledger.has_sender(&newsletter, &edition.key).ok() } else { None };
    let reason = ledger.last_reason(&newsletter, &edition.key, &[DeliveryState::Deferred, DeliveryState::Pending])?;
    let in_full = workplace.terminal.asks || args.show_addresses;
    let (newsletter, edition) = (newsletter.as_str(), &edition);
    let mut shown = Shown { ledger: &mut ledger, newsletter, edition, counts, sender, reason, zone, in_full, list };
    let mut out = io::stdout().lock();
    if args.format == SendFormat::Json {
        shown.json(&mut out)?;
        return Ok(Exit::Fine);
    }
    shown.human(&mut out)?;
    if args.edition.is_none() {
        for line in unknown_elsewhere(&mut ledger, newsletter, std::slice::from_ref(&edition.key))? {
            writeln!(out, "{line}")?;
        }
    }
    Ok(Exit::Fine)
}

/// Returns the state that a name means.
fn state(wanted: &str) -> anyhow::Result<DeliveryState> {
    let Some(state) = DeliveryState::from_name(wanted) else {
        let names: Vec<&str> = DeliveryState::ALL.iter().map(|(_, name)| *name).collect();
        bail!("`--list {wanted}`: there is no such state; help: it is one of {}", names.join(", "));
    };
    Ok(state)
}

impl Shown<'_> {
    fn json(&mut self, out: &mut impl Write) -> anyhow::Result<()> {
        let numbers: serde_json::Map<String, Value> =
            DeliveryState::ALL.iter().map(|(state, name)| ((*name).to_owned(), json!(self.counts.of(*state)))).collect();
        let reason = self
            .reason
            .as_ref()
            .map(|reason| json!({"at": time(reason.at, Tz::UTC), "code": reason.code, "told": told_of(&reason.told, self.in_full)}));
        let report = json!({
            "version": 1, "newsletter": self.newsletter, "edition": self.edition.key, "state": self.edition.state.name(), "counts": numbers,
            "sender_at_work": self.sender, "last_reason": reason,
        });
        let report = report.to_string();
        write!(out, "{},\"unknown\":[", report.strip_suffix('}').unwrap_or(&report))?;
        self.each(DeliveryState::Unknown, ",", out, |_, mail| {
            json!({"subscriber": hex(&mail.subscriber), "message_id": mail.message_id, "at": time(mail.at, Tz::UTC)}).to_string()
        })?;
        write!(out, "]")?;
        if let Some(list) = self.list {
            write!(out, ",\"mails\":[")?;
            let utc = |at: Option<i64>| at.map(|at| time(at, Tz::UTC));
            self.each(list, ",", out, |(shown, told), mail| {
                let (code, told) = mail.reason.as_ref().map_or((None, None), |reason| (reason.code, Some(told(&reason.told))));
                json!({
                    "subscriber": hex(&mail.subscriber), "address": shown(&mail.address), "state": list.name(), "message_id": mail.message_id,
                    "code": code, "told": told, "at": time(mail.at, Tz::UTC), "due": utc(mail.due), "expires": utc(mail.expires),
                })
                .to_string()
            })?;
            write!(out, "]")?;
        }
        writeln!(out, "}}")?;
        Ok(())
    }

    fn human(&mut self, out: &mut impl Write) -> anyhow::Result<()> {
        let (now, zone, key) = (Utc::now(), self.zone, &self.edition.key);
        let when = |at: i64| moment(at, now, zone);
        let outcome = outcome(self.edition, &self.counts);
        writeln!(out, "edition {key}, {} since {}: {outcome}", self.edition.state.name(), when(self.edition.changed))?;
        if let Some(reason) = self.reason.as_ref().filter(|_| self.counts.open() > 0) {
            writeln!(out, "the last try, at {}: {}", when(reason.at), told_of(&reason.told, self.in_full))?;
        }
        for line in self.next(&when)? {
            writeln!(out, "{line}")?;
        }
        self.each(DeliveryState::Unknown, "", out, |(shown, _), mail| {
            let id = mail.message_id.as_deref().unwrap_or("no Message-ID");
            format!("unknown  {}  {id}  {}\n", shown(&mail.address), when(mail.at))
        })?;
        let unknown = self.counts.of(DeliveryState::Unknown);
        if unknown > 0 {
            let (these, they) = if unknown == 1 { ("this Message-ID", "it") } else { ("these Message-IDs", "they") };
            writeln!(
                out,
                "help: look for {these} in the server's log. If {they} arrived: `postrider newsletter settle {key} --as sent`, or `--as refused` if not; \
                 to send again: `postrider newsletter retry {key} --resend-unknown`. With `--mail ADDRESS` or `--mail MESSAGE-ID` each of them takes only that one"
            )?;
        }
        let Some(list) = self.list.filter(|list| *list != DeliveryState::Unknown) else { return Ok(()) };
        self.each(list, "", out, |(shown, told), mail| {
            let reason = mail.reason.as_ref().map_or(String::new(), |reason| format!("  {}", told(&reason.told)));
            let is_due = |due: i64| due <= now.timestamp_millis();
            let times = [
                mail.reason.as_ref().map(|_| format!("; tried at {}", when(mail.at))),
                mail.due.map(|due| if is_due(due) { ", again with the next run".to_owned() } else { format!(", again at {}", when(due)) }),
                mail.expires.map(|expires| format!(", expires at {}", when(expires))),
            ];
            format!("{}  {}{reason}{}\n", list.name(), shown(&mail.address), times.into_iter().flatten().collect::<String>())
        })
    }

    /// Says who goes on with an edition that is not finished, and what its mails in hand are at.
    fn next(&mut self, when: &dyn Fn(i64) -> String) -> anyhow::Result<Vec<String>> {
        let key = &self.edition.key;
        let [pending, claimed, attempting] =
            [DeliveryState::Pending, DeliveryState::Claimed, DeliveryState::Attempting].map(|state| self.counts.of(state));
        let is_closed = |edition: &Edition| edition.state == EditionState::Closed;
        let first = if self.ledger.editions(self.newsletter)?.iter().any(is_closed) { "" } else { " --first" };
        let send = format!("postrider newsletter send{first}");
        match (self.edition.state, self.sender) {
            (EditionState::Frozen, _) => return Ok(vec![format!("help: `{send}` sends it")]),
            (EditionState::Paused, _) => return Ok(vec![format!("help: `{send} --edition {key}` goes on with it")]),
            (EditionState::Sending, Some(_)) => {}
            _ => return Ok(Vec::new()),
        }
        let is_at_work = self.sender == Some(true);
        let mut lines = Vec::new();
        let at_hand = [
            (claimed, "claimed", "is about to be sent", "are about to be sent", "is sent by the next run", "are sent by the next run"),
            (
                attempting,
                "attempting",
                "waits for the server's answer",
                "wait for the server's answer",
                "will be unknown, for nobody heard the answer",
                "will be unknown, for nobody heard the answers",
            ),
        ];
        for (count, name, now_one, now_many, then_one, then_many) in at_hand.into_iter().filter(|(count, ..)| *count > 0) {
            let what = match (is_at_work, count) {
                (true, 1) => now_one,
                (true, _) => now_many,
                (false, 1) => then_one,
                (false, _) => then_many,
            };
            let left = if is_at_work { "" } else { ", left by a sender that was killed," };
            lines.push(format!("{count} {name}{left} {what}"));
        }
        let due = self.ledger.next_due(self.newsletter, key)?.filter(|due| *due > Utc::now().timestamp_millis());
        lines.push(match due {
            _ if is_at_work => "a postrider is at work with it now".to_owned(),
            Some(due) if pending + claimed + attempting == 0 => format!(
                "nobody is sending it now; help: from {} on `{send}` goes on with it, at once `postrider newsletter retry {key}`",
                when(due)
            ),
            _ => format!("nobody is sending it now; help: `{send}` goes on with it"),
        });
        Ok(lines)
    }

    /// Writes each mail in a state, as `each` says it with what shows addresses and what shows words. There may be many, so none is kept.
    fn each(
        &mut self,
        state: DeliveryState,
        between: &str,
        out: &mut impl Write,
        each: impl Fn((&dyn Fn(&str) -> String, &dyn Fn(&str) -> String), &ToldMail) -> String,
    ) -> anyhow::Result<()> {
        let in_full = self.in_full;
        let shown = |address: &str| if in_full { address.to_owned() } else { list::address::masked(address).into_owned() };
        let told = |told: &str| told_of(told, in_full);
        let (mut result, mut before) = (Ok(()), "");
        self.ledger.mails_in(self.newsletter, &self.edition.key, state, |mail| {
            if result.is_ok() {
                result = write!(out, "{before}{}", each((&shown, &told), &mail));
            }
            before = between;
        })?;
        Ok(result?)
    }
}

/// Returns what a server said as it is shown, with the addresses in it only where all are shown.
fn told_of(told: &str, in_full: bool) -> String {
    if in_full { crate::report::tame(told) } else { tamed(told) }
}

/// Runs `newsletter history`.
pub(super) fn history(workplace: &Workplace, args: &HistoryArgs) -> anyhow::Result<Exit> {
    let Some((newsletter, zone, mut ledger)) = open(workplace)? else { return Ok(Exit::CouldNotRun) };
    for edition in ledger.editions(&newsletter)? {
        let line = line(&mut ledger, &newsletter, &edition, zone, args.format)?;
        writeln!(io::stdout(), "{line}")?;
    }
    Ok(Exit::Fine)
}

fn line(ledger: &mut Ledger, newsletter: &str, edition: &Edition, zone: Tz, format: SendFormat) -> anyhow::Result<String> {
    let counts = ledger.counts(newsletter, &edition.key)?;
    let entries = ledger.entries(newsletter, &edition.key)?;
    let Edition { key, state, hash, frozen, .. } = edition;
    if format == SendFormat::Json {
        let posts: Vec<&str> = entries.iter().map(|entry| entry.path.as_str()).collect();
        let numbers: serde_json::Map<String, Value> =
            counts.0.iter().map(|(state, count)| (state.name().to_owned(), json!(count))).collect();
        let line = json!({
            "version": 1, "newsletter": newsletter, "edition": key, "state": state.name(), "hash": hash, "frozen": time(*frozen, Tz::UTC),
            "posts": posts, "counts": numbers,
        });
        return Ok(line.to_string());
    }
    let posts = super::super::summary::plural(entries.len(), "post", "posts");
    Ok(format!("{key}  {}  {}  {posts}  {}", dated(*frozen, zone), state.name(), outcome(edition, &counts)))
}

/// Returns what became of an edition's mails, in words.
fn outcome(edition: &Edition, counts: &Counts) -> String {
    // `ledger accept` took it from postrider.lock.
    if edition.is_foreign() { "sent with another copy of the ledger".to_owned() } else { words(counts) }
}

/// Returns a line for each edition that has mails of which nobody knows whether they arrived, but for those that are told of already.
pub(super) fn unknown_elsewhere(ledger: &mut Ledger, newsletter: &str, told: &[String]) -> anyhow::Result<Vec<String>> {
    let others = ledger.unknowns(newsletter)?.into_iter().filter(|(key, _)| !told.contains(key));
    let line = |(key, count): (String, u64)| {
        let mails = super::super::summary::plural(usize::try_from(count).unwrap_or(usize::MAX), "mail", "mails");
        let they = if count == 1 { "it" } else { "they" };
        format!(
            "edition {key}: {mails} of which nobody knows whether {they} arrived; `postrider newsletter status --edition {key}` names them"
        )
    };
    Ok(others.map(line).collect())
}

/// Opens the ledger of a site; `None` when its configuration has errors, which are printed then.
pub(super) fn open(workplace: &Workplace) -> anyhow::Result<Option<(String, Tz, Ledger)>> {
    let mut findings = Vec::new();
    let settings = super::super::load(workplace, &mut findings)?;
    let report = crate::report::Report { diagnostics: &findings, ..Default::default() };
    super::super::print_report(workplace, super::super::Format::human(), &report, None)?;
    let Some(settings) = settings else { return Ok(None) };
    let ledger = records::open(workplace, &settings, false)?;
    Ok(Some((settings.newsletter.id.clone(), settings.timezone, ledger)))
}

/// Returns a time of the ledger for people: that of the day, with the date when it is another day than now.
pub(super) fn moment(millis: i64, now: DateTime<Utc>, zone: Tz) -> String {
    let at = DateTime::from_timestamp_millis(millis).unwrap_or_default().with_timezone(&zone);
    let is_today = at.date_naive() == now.with_timezone(&zone).date_naive();
    at.format(if is_today { "%H:%M" } else { "%Y-%m-%d %H:%M" }).to_string()
}

/// Returns a time of the ledger for people, with its date.
pub(in crate::cli) fn dated(millis: i64, zone: Tz) -> String {
    DateTime::from_timestamp_millis(millis).unwrap_or_default().with_timezone(&zone).format("%Y-%m-%d %H:%M").to_string()
}

/// Returns a time of the ledger as RFC 3339 has it.
pub(super) fn time(millis: i64, zone: Tz) -> String {
    let date = DateTime::from_timestamp_millis(millis).unwrap_or_default();
    date.with_timezone(&zone).to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
}
