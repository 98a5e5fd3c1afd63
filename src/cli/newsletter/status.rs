//! `postrider newsletter status` and `history`: what became of editions.

use super::super::{Exit, Workplace, records};
use super::run::words;
use super::send::SendFormat;
use crate::ledger::{Counts, Edition, Ledger, hex};
use crate::list;
use crate::model::DeliveryState;
use anyhow::bail;
use chrono::DateTime;
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
    /// Name the mails in this state: sent, refused, deferred, …
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

/// Runs `newsletter status`.
pub(super) fn status(workplace: &Workplace, args: &StatusArgs) -> anyhow::Result<Exit> {
    let Some((newsletter, zone, mut ledger)) = open(workplace)? else { return Ok(Exit::CouldNotRun) };
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
    let in_full = workplace.terminal.asks || args.show_addresses;
    let shown = |address: &str| if in_full { address.to_owned() } else { list::address::masked(address).into_owned() };
    let counts = ledger.counts(&newsletter, &edition.key)?;
    // All of them may be unknown, so none is kept.
    let mut result = Ok(());
    let mut out = io::stdout().lock();
    if args.format == SendFormat::Json {
        let numbers: serde_json::Map<String, Value> =
            DeliveryState::ALL.iter().map(|(state, name)| ((*name).to_owned(), json!(counts.of(*state)))).collect();
        let report =
            json!({"version": 1, "newsletter": newsletter, "edition": edition.key, "state": edition.state.name(), "counts": numbers});
        let report = report.to_string();
        write!(out, "{},\"unknown\":[", report.strip_suffix('}').unwrap_or(&report))?;
        let mut before = "";
        ledger.unknown(&newsletter, &edition.key, |mail| {
            let mail = json!({"subscriber": hex(&mail.subscriber), "message_id": mail.message_id, "at": time(mail.at, Tz::UTC)});
            if result.is_ok() {
                result = write!(out, "{before}{mail}");
            }
            before = ",";
        })?;
        result?;
        writeln!(out, "]}}")?;
        return Ok(Exit::Fine);
    }
    writeln!(
        out,
        "edition {}, {} since {}: {}",
        edition.key,
        edition.state.name(),
        time(edition.changed, zone),
        outcome(&edition, &counts)
    )?;
    ledger.unknown(&newsletter, &edition.key, |mail| {
        let id = mail.message_id.as_deref().unwrap_or("no Message-ID");
        if result.is_ok() {
            result = writeln!(out, "unknown  {}  {id}  {}", shown(&mail.address), time(mail.at, zone));
        }
    })?;
    result?;
    if counts.of(DeliveryState::Unknown) > 0 {
        writeln!(
            out,
            "help: look for these Message-IDs in the server's log, then `postrider newsletter settle {} --as sent` or `retry --resend-unknown`",
            edition.key
        )?;
    }
    if let Some(wanted) = &args.list {
        let Some(wanted) = DeliveryState::from_name(wanted) else {
            let names: Vec<&str> = DeliveryState::ALL.iter().map(|(_, name)| *name).collect();
            bail!("`--list {wanted}`: there is no such state; help: it is one of {}", names.join(", "));
        };
        let mut result = Ok(());
        ledger.addresses(&newsletter, &edition.key, wanted, |address| {
            if result.is_ok() {
                result = writeln!(out, "{}  {}", wanted.name(), shown(address));
            }
        })?;
        result?;
    }
    if args.edition.is_none() {
        for line in unknown_elsewhere(&mut ledger, &newsletter, &[edition.key])? {
            writeln!(out, "{line}")?;
        }
    }
    Ok(Exit::Fine)
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
    Ok(format!("{key}  {}  {}  {posts}  {}", time(*frozen, zone), state.name(), outcome(edition, &counts)))
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

/// Returns a time of the ledger as RFC 3339 has it.
pub(in crate::cli) fn time(millis: i64, zone: Tz) -> String {
    let date = DateTime::from_timestamp_millis(millis).unwrap_or_default();
    date.with_timezone(&zone).to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
}
