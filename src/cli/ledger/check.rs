//! `postrider ledger check`: whether the ledger holds together.

use super::super::{Exit, Workplace, records};
use super::{ReportFormat, print_json};
use crate::ledger::{Fault, Ledger};
use crate::model::Settings;
use anyhow::Context as _;
use clap::Args;
use serde_json::json;
use std::io::{self, Write as _};

/// Arguments of `postrider ledger check`.
#[derive(Debug, Args)]
pub(in crate::cli) struct CheckArgs {
    /// How to report
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t)]
    format: ReportFormat,
}

/// Runs the command.
pub(super) fn run(workplace: &Workplace, settings: &Settings, args: &CheckArgs) -> anyhow::Result<Exit> {
    let mut ledger = records::open(workplace, settings, false)?;
    let place = ledger.location().to_string();
    let faults = ledger.check()?;
    if args.format == ReportFormat::Json {
        let fault = |fault: &Fault| json!({"what": fault.what, "count": fault.count, "example": fault.example, "help": fault.help});
        let faults: Vec<_> = faults.iter().map(fault).collect();
        print_json(&json!({"version": 1, "ledger": place.trim_matches('`'), "whole": faults.is_empty(), "faults": faults}))?;
    } else {
        for Fault { what, count, example, help } in &faults {
            let line = if *count == 1 {
                format!("error: {what}: {example}")
            } else {
                format!("error: {what}: {count} times, for example {example}")
            };
            writeln!(io::stderr(), "{}\nhelp: {help}", crate::report::tame(&line))?;
        }
        if faults.is_empty() {
            super::super::print_lines(&[whole(&mut ledger, settings, &place).context("cannot count what the ledger holds")?])?;
        }
    }
    Ok(if faults.is_empty() { Exit::Fine } else { Exit::Errors })
}

/// Says what a ledger without faults holds.
fn whole(ledger: &mut Ledger, settings: &Settings, place: &str) -> anyhow::Result<String> {
    let newsletter = &settings.newsletter.id;
    let (statuses, suppressed) = ledger.subscriber_counts(newsletter)?;
    let statuses: Vec<String> =
        statuses.iter().filter(|(_, count)| *count > 0).map(|(status, count)| format!("{count} {}", status.name())).collect();
    let statuses = if statuses.is_empty() { "nobody on the list".to_owned() } else { statuses.join(", ") };
    let suppressed = if suppressed > 0 { format!(" ({suppressed} of them suppressed)") } else { String::new() };
    let editions = super::super::summary::plural(ledger.editions(newsletter)?.len(), "edition", "editions");
    Ok(format!("the ledger {place} is whole: {statuses}{suppressed}, {editions}"))
}
