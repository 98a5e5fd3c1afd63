//! `postrider subscribers list`: who is on the list.

use super::super::ledger::ReportFormat;
use super::super::{Exit, summary};
use super::{Desk, FilterArgs};
use crate::ledger::{Ledger, Person, hex};
use crate::model::SuppressionReason;
use crate::text::dates::rfc3339;
use clap::Args;
use serde_json::{Map, Value, json};
use std::io::{self, Write};

/// Arguments of `postrider subscribers list`.
#[derive(Debug, Args)]
pub(super) struct ListArgs {
    #[command(flatten)]
    filter: FilterArgs,
    /// How to report
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t)]
    format: ReportFormat,
}

/// Runs the command.
pub(super) fn run(desk: &Desk<'_>, args: &ListArgs) -> anyhow::Result<Exit> {
    let mut ledger = desk.open(false)?;
    let mut other = ledger.another()?;
    let mut out = io::BufWriter::new(io::stdout().lock());
    let mut count = 0;
    if args.format == ReportFormat::Json {
        write!(out, "{{\"version\":1,\"newsletter\":{},\"subscribers\":[", Value::from(desk.newsletter()))?;
    }
    ledger.subscribers::<anyhow::Error>(desk.newsletter(), &args.filter.filter(), |person| {
        let suppressed = other.suppression_of(&person.hash)?;
        match args.format {
            ReportFormat::Json => {
                let comma = if count > 0 { ",\n" } else { "\n" };
                write!(out, "{comma}{}", value(desk, &person, suppressed))?;
            }
            ReportFormat::Human => writeln!(out, "{}", crate::report::tame(&line(desk, &person, suppressed)))?,
        }
        count += 1;
        Ok(())
    })?;
    match args.format {
        ReportFormat::Json => writeln!(out, "\n]}}")?,
        ReportFormat::Human => writeln!(out, "{}", total(desk, &mut ledger, count)?)?,
    }
    out.flush()?;
    Ok(Exit::Fine)
}

fn line(desk: &Desk<'_>, person: &Person, suppressed: Option<SuppressionReason>) -> String {
    let subscriber = &person.subscriber;
    let mut words = vec![format!("{:12} {}", subscriber.status.name(), desk.shown(&subscriber.address))];
    // A name tells as much as an address.
    words.extend(subscriber.name.clone().filter(|_| desk.shows));
    words.extend(subscriber.language.clone());
    words.extend(Some(format!("[{}]", subscriber.tags.join(", "))).filter(|_| !subscriber.tags.is_empty()));
    words.extend(suppressed.map(|reason| format!("suppressed: {}", reason.name())));
    words.join("  ")
}

/// Says how many were shown, of whom.
fn total(desk: &Desk<'_>, ledger: &mut Ledger, shown: usize) -> anyhow::Result<String> {
    let (statuses, suppressed) = ledger.subscriber_counts(desk.newsletter())?;
    let all: u64 = statuses.iter().map(|(_, count)| count).sum();
    let statuses: Vec<String> =
        statuses.iter().filter(|(_, count)| *count > 0).map(|(status, count)| format!("{count} {}", status.name())).collect();
    let of = if shown as u64 == all { String::new() } else { format!(" of {all}") };
    let statuses = if statuses.is_empty() { String::new() } else { format!(": {}", statuses.join(", ")) };
    let suppressed = if suppressed > 0 { format!("; {suppressed} of the active ones suppressed") } else { String::new() };
    Ok(format!("{}{of}{statuses}{suppressed}", summary::plural(shown, "subscriber", "subscribers")))
}

/// Returns a subscriber for programs; what is not known does not stand there.
pub(super) fn value(desk: &Desk<'_>, person: &Person, suppressed: Option<SuppressionReason>) -> Value {
    let subscriber = &person.subscriber;
    let mut map = Map::new();
    let mut put = |name: &str, value: Option<Value>| map.extend(value.map(|value| (name.to_owned(), value)));
    put("id", Some(hex(&subscriber.id).into()));
    put("address", Some(desk.shown(&subscriber.address).into()));
    put("name", subscriber.name.clone().filter(|_| desk.shows).map(Value::from));
    put("language", subscriber.language.clone().map(Value::from));
    put("tags", Some(json!(subscriber.tags)));
    put("fields", desk.shows.then(|| json!(subscriber.fields)));
    put("status", Some(subscriber.status.name().into()));
    put("suppressed", suppressed.map(|reason| reason.name().into()));
    put("consent", subscriber.consent.as_ref().map(|consent| consent.text.clone().into()));
    put("consent_at", subscriber.consent.as_ref().map(|consent| rfc3339(&consent.at).into()));
    put("source", subscriber.source.clone().map(Value::from));
    put("created_at", subscriber.created.as_ref().map(rfc3339).map(Value::from));
    Value::Object(map)
}
