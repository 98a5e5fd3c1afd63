//! `postrider ledger prune`: what nobody will ask for again becomes counts.

use super::super::{Exit, Workplace, print_lines, records, summary};
use crate::model::Settings;
use anyhow::bail;
use chrono::TimeDelta;
use clap::Args;

/// Arguments of `postrider ledger prune`.
#[derive(Debug, Args)]
pub(in crate::cli) struct PruneArgs {
    /// Only editions that were done so long ago: a number of days (`365d`) or weeks (`52w`)
    #[arg(long, value_name = "TIME", value_parser = span)]
    older_than: TimeDelta,
    /// Do it; without this, it is only said how many mails that are
    #[arg(long)]
    yes: bool,
}

/// Reads a span of time.
fn span(text: &str) -> Result<TimeDelta, String> {
    let told = || "write a number of days or weeks, such as `365d` or `52w`".to_owned();
    let number = |unit: char| text.strip_suffix(unit).and_then(|number| number.parse::<u32>().ok()).map(i64::from);
    let days = number('d').or_else(|| number('w').map(|weeks| weeks * 7)).ok_or_else(told)?;
    TimeDelta::try_days(days).ok_or_else(told)
}

/// Runs the command.
pub(super) fn run(workplace: &Workplace, settings: &Settings, args: &PruneArgs) -> anyhow::Result<Exit> {
    let mut ledger = records::open(workplace, settings, false)?;
    let before = ledger.now()?.saturating_sub(args.older_than.num_milliseconds());
    for edition in ledger.unsettled(before)? {
        workplace.note(&crate::report::tame(&format!(
            "edition {edition} stays, for nobody knows of some of its mails whether they arrived; help: `postrider newsletter settle {edition} --as sent` or `retry {edition} --resend-unknown` ends that"
        )));
    }
    let mails = |count: u64| summary::plural(usize::try_from(count).unwrap_or(usize::MAX), "mail", "mails");
    let count = ledger.prunable(before)?;
    if !args.yes && count > 0 {
        bail!("{} would become counts, and nothing was changed; help: `--yes` does it", mails(count));
    }
    let forgotten = ledger.prune(before)?;
    print_lines(&[match forgotten {
        0 => "there is nothing so old; nothing was changed".to_owned(),
        _ => format!("{} became counts; which posts were mailed is still known", mails(forgotten)),
    }])
}
