//! `postrider subscribers export`: the list, in a form that `import` reads.

use super::super::Exit;
use super::super::ledger::write_private;
use super::{Desk, FilterArgs, ListFormat};
use crate::ledger::{Ledger, LedgerError};
use crate::list::write;
use clap::Args;
use std::collections::BTreeSet;
use std::path::PathBuf;

/// Arguments of `postrider subscribers export`.
#[derive(Debug, Args)]
pub(super) struct ExportArgs {
    /// Where to, made readable for its owner only; standard output without it
    #[arg(value_name = "FILE|-")]
    file: Option<PathBuf>,
    /// How to write it; without it, as the file's name ends, else CSV
    #[arg(long, value_enum, value_name = "FORMAT")]
    format: Option<ListFormat>,
    #[command(flatten)]
    filter: FilterArgs,
}

/// Runs the command.
pub(super) fn run(desk: &Desk<'_>, args: &ExportArgs) -> anyhow::Result<Exit> {
    let mut ledger = desk.open(false)?;
    let ending = args.file.as_ref().and_then(|file| file.extension());
    let of_name = if ending.is_some_and(|ending| ending == "jsonl" || ending == "ndjson") { ListFormat::Jsonl } else { ListFormat::Csv };
    let format = args.format.unwrap_or(of_name);
    let fields = if format == ListFormat::Csv { fields(desk, args, &mut ledger)? } else { BTreeSet::new() };
    let mut other = ledger.another()?;
    let mut count = 0;
    write_private(desk.workplace, args.file.as_deref(), |out| {
        if format == ListFormat::Csv {
            out.write_all(write::csv_header(&fields).as_bytes())?;
        }
        ledger.subscribers(desk.newsletter(), &args.filter.filter(), |person| {
            count += 1;
            let suppressed = other.suppression_of(&person.hash)?;
            let line = match format {
                ListFormat::Csv => write::csv_row(&person.subscriber, suppressed, &fields),
                ListFormat::Jsonl => write::json_line(&person.subscriber, suppressed),
            };
            out.write_all(line.as_bytes()).map_err(anyhow::Error::from)
        })
    })?;
    let people = super::super::summary::plural(count, "subscriber", "subscribers");
    desk.workplace.note(&format!("exported {people}, with addresses in full: keep them where only you can read them"));
    Ok(Exit::Fine)
}

/// Returns the names of all further values, which are columns of a table.
fn fields(desk: &Desk<'_>, args: &ExportArgs, ledger: &mut Ledger) -> anyhow::Result<BTreeSet<String>> {
    let mut fields = BTreeSet::new();
    ledger.subscribers::<LedgerError>(desk.newsletter(), &args.filter.filter(), |person| {
        fields.extend(person.subscriber.fields.into_keys());
        Ok(())
    })?;
    Ok(fields)
}
