//! `postrider subscribers add`: somebody by hand.

use super::super::ledger::ReportFormat;
use super::super::{Exit, Format, print_report};
use super::given::{self, Taken};
use super::{Desk, Tally, check_consent, check_tags};
use crate::diagnostic::Diagnostic;
use crate::ledger::{Added, Ledger};
use crate::list::{Found, Reader, Row};
use crate::report::Report;
use anyhow::{Context as _, bail};
use clap::Args;
use serde_json::{Map, Value, json};

/// Arguments of `postrider subscribers add`.
#[derive(Debug, Args)]
pub(super) struct AddArgs {
    /// Who
    #[arg(value_name = "ADDRESS", required = true)]
    addresses: Vec<String>,
    /// What they agreed to and how, as you could show it to somebody who asks
    #[arg(long, value_name = "TEXT")]
    consent: String,
    /// The name people call them by
    #[arg(long)]
    name: Option<String>,
    /// The language they read, such as `de`
    #[arg(long, value_name = "TAG")]
    language: Option<String>,
    /// A tag (can be given several times)
    #[arg(long, value_name = "TAG")]
    tag: Vec<String>,
    /// A further value, as `fields.NAME` in templates (can be given several times)
    #[arg(long, value_name = "NAME=VALUE")]
    field: Vec<String>,
    /// Not to be mailed before they confirm
    #[arg(long)]
    pending: bool,
    /// How to report
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t)]
    format: ReportFormat,
}

/// Runs the command.
pub(super) fn run(desk: &Desk<'_>, args: &AddArgs) -> anyhow::Result<Exit> {
    desk.addresses(&args.addresses)?;
    check_consent(&args.consent)?;
    check_tags(&args.tag)?;
    let fields = fields(&args.field)?;
    let (rows, findings) = rows(desk, args, &fields)?;
    print_report(desk.workplace, Format::human(), &Report { diagnostics: &findings, ..Report::default() }, None)?;
    if findings.iter().any(Diagnostic::is_error) {
        return Ok(Exit::CouldNotRun);
    }
    let mut ledger = desk.open(true)?;
    let consent = super::consent(&mut ledger, &args.consent)?;
    let mut tally = Tally::of(&["new", "changed", "as before"]);
    let taken = ledger.at_once(|ledger: &mut Ledger| {
        let take = |row: &Row| given::take(ledger, desk.newsletter(), row, &given::subscriber(row, &consent, Some("by hand"), &[]));
        rows.iter().map(take).collect::<Result<Vec<Taken>, _>>()
    })?;
    for (row, taken) in rows.iter().zip(taken) {
        tell(desk, &mut tally, &row.address, taken);
    }
    desk.report(&tally, args.format)
}

fn tell(desk: &Desk<'_>, tally: &mut Tally, address: &str, taken: Taken) {
    let shown = desk.shown(address);
    match taken {
        Taken::Added(Added::New) => tally.count("new", &shown),
        Taken::Added(Added::Changed) => tally.count("changed", &shown),
        Taken::Added(Added::Same) | Taken::KeptOut | Taken::KnownOut => tally.count("as before", &shown),
        Taken::Added(Added::Left) => {
            tally.count("unsubscribed before and left so", &shown);
            tally.fall_short("help: if they want mail again, `postrider subscribers confirm` records that they confirmed it");
        }
        Taken::Added(Added::Suppressed(reason)) => {
            tally.count("suppressed and left so", &shown);
            tally.fall_short(format!("`{shown}` is suppressed: {}; help: `postrider subscribers show` says since when", reason.name()));
        }
    }
}

/// Reads `--field`.
fn fields(given: &[String]) -> anyhow::Result<Map<String, Value>> {
    let mut fields = Map::new();
    for field in given {
        let Some((name, value)) = field.split_once('=').filter(|(name, _)| !name.trim().is_empty()) else {
            bail!("`--field {field}` names no value; help: write it as NAME=VALUE");
        };
        fields.insert(name.trim().to_owned(), value.into());
    }
    Ok(fields)
}

/// Reads the options as a list would be read, so that the same holds for both.
fn rows(desk: &Desk<'_>, args: &AddArgs, fields: &Map<String, Value>) -> anyhow::Result<(Vec<Row>, Vec<Diagnostic>)> {
    let status = if args.pending { "pending" } else { "active" };
    let (mut rows, mut findings) = (Vec::new(), Vec::new());
    for address in &args.addresses {
        let line = json!({
            "email": address, "name": args.name, "language": args.language, "tags": args.tag, "status": status, "fields": fields,
        });
        for found in Reader::new(line.to_string().as_bytes(), "", desk.shows) {
            match found.context("cannot read the options")? {
                Found::Row(row) => rows.push(*row),
                // That somebody is pending is what was asked for.
                Found::Finding(finding) if finding.code == "not-subscribed" => {}
                Found::Finding(finding) => findings.push(Diagnostic { place: None, ..finding }),
            }
        }
    }
    findings.dedup();
    Ok((rows, findings))
}
