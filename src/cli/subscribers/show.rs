//! `postrider subscribers show`: all that is known of an address.

use super::super::ledger::{ReportFormat, print_json};
use super::super::{Exit, print_lines};
use super::{Desk, list};
use crate::ledger::{Happened, Person, READ};
use crate::model::SuppressionReason;
use crate::text::dates::rfc3339;
use anyhow::bail;
use clap::Args;
use serde_json::{Value, json};

/// Arguments of `postrider subscribers show`.
#[derive(Debug, Args)]
pub(super) struct ShowArgs {
    /// Who
    #[arg(value_name = "ADDRESS")]
    address: String,
    /// How to report
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t)]
    format: ReportFormat,
}

/// Runs the command.
pub(super) fn run(desk: &Desk<'_>, args: &ShowArgs) -> anyhow::Result<Exit> {
    let asked = desk.addresses(std::slice::from_ref(&args.address))?;
    let Some(address) = asked.first() else { bail!("there is no address") };
    let mut ledger = desk.open(false)?;
    let hash = ledger.hash(&address.key);
    let person = ledger.find(desk.newsletter(), &address.key)?;
    let reasons = ledger.suppressions_of(&hash)?;
    let suppressed = reasons.first().copied();
    let history = ledger.history(&hash)?;
    // Whoever asks knows the address; what else is known of its owner is as private as a list is.
    if args.format == ReportFormat::Json {
        let subscriber = person.as_ref().map(|person| {
            let mut value = list::value(desk, person, suppressed);
            value["address"] = person.subscriber.address.clone().into();
            value
        });
        let history: Vec<Value> = history.iter().map(event).collect();
        print_json(&json!({
            "version": 1, "newsletter": desk.newsletter(), "address": address.text, "subscriber": subscriber,
            "suppressed": suppressed.map(SuppressionReason::name), "history": history,
        }))?;
    } else {
        let mut lines = vec![address.text.clone()];
        lines.extend(facts(desk, person.as_ref(), &reasons));
        if !history.is_empty() {
            lines.push("history:".to_owned());
            lines.extend(history.iter().map(|happened| line(desk, happened)));
        }
        print_lines(&lines.iter().map(|line| crate::report::tame(line)).collect::<Vec<_>>())?;
    }
    let is_known = person.is_some() || suppressed.is_some() || !history.is_empty();
    Ok(if is_known { Exit::Fine } else { Exit::Errors })
}

fn facts(desk: &Desk<'_>, person: Option<&Person>, suppressed: &[SuppressionReason]) -> Vec<String> {
    let mut lines = Vec::new();
    let mut say = |name: &str, value: Option<String>| lines.extend(value.map(|value| format!("  {name:12}{value}")));
    say("status", Some(person.map_or("not on the list", |person| person.subscriber.status.name()).to_owned()));
    let reasons: Vec<&str> = suppressed.iter().map(|reason| reason.name()).collect();
    say("suppressed", Some(reasons.join(", ")).filter(|reasons| !reasons.is_empty()));
    let Some(Person { subscriber, .. }) = person else { return lines };
    say("spelled", Some(subscriber.address.clone()));
    say("name", subscriber.name.clone().filter(|_| desk.shows));
    say("language", subscriber.language.clone());
    say("tags", Some(subscriber.tags.join(", ")).filter(|tags| !tags.is_empty()));
    for (name, value) in subscriber.fields.iter().filter(|_| desk.shows) {
        say(name, Some(value.clone()));
    }
    say("consent", subscriber.consent.as_ref().map(|consent| format!("{} ({})", consent.text, rfc3339(&consent.at))));
    say("source", subscriber.source.clone());
    say("added", subscriber.created.as_ref().map(rfc3339));
    lines
}

fn time(happened: &Happened) -> String {
    chrono::DateTime::from_timestamp_millis(happened.at).map(|time| rfc3339(&time.fixed_offset())).unwrap_or_default()
}

fn line(desk: &Desk<'_>, happened: &Happened) -> String {
    let other = if happened.newsletter == desk.newsletter() { String::new() } else { format!(" ({})", happened.newsletter) };
    let edition = happened.edition.as_ref().map(|edition| format!("edition {edition} ")).unwrap_or_default();
    if happened.event == READ {
        // The hash that it is known by tells people nothing.
        return format!("  {}  a mail or a line about them was read{other}", time(happened));
    }
    // What a server says may repeat the address, which is shown here anyway.
    let detail = happened.detail.as_ref().map(|detail| format!(": {detail}")).unwrap_or_default();
    format!("  {}  {edition}{}{other}{detail}", time(happened), happened.event)
}

fn event(happened: &Happened) -> Value {
    json!({
        "at": time(happened), "newsletter": happened.newsletter, "event": happened.event, "edition": happened.edition, "detail": happened.detail,
    })
}
