//! `postrider ledger export`: everything that the ledger knows, for other programs.

use super::super::{Exit, Workplace, records};
use super::write_private;
use crate::model::Settings;
use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// Arguments of `postrider ledger export`.
#[derive(Debug, Args)]
pub(in crate::cli) struct ExportArgs {
    /// Where to, made readable for its owner only; standard output without it
    #[arg(value_name = "FILE|-")]
    file: Option<PathBuf>,
    /// How to write it
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t)]
    format: ExportFormat,
}

/// How everything is written.
#[derive(Debug, Clone, Copy, Default, ValueEnum)]
enum ExportFormat {
    /// A JSON object a line, version 1: names are added, and none is ever changed
    #[default]
    Jsonl,
}

/// Runs the command.
pub(super) fn run(workplace: &Workplace, settings: &Settings, args: &ExportArgs) -> anyhow::Result<Exit> {
    let ExportFormat::Jsonl = args.format;
    let mut ledger = records::open(workplace, settings, false)?;
    let mut count = 0;
    write_private(workplace, args.file.as_deref(), |out| {
        ledger.export(|row| {
            count += 1;
            let line = serde_json::to_string(row)?;
            writeln!(out, "{line}").map_err(anyhow::Error::from)
        })
    })?;
    workplace.note(&format!("exported {count} lines, with addresses in full: keep them where only you can read them"));
    Ok(Exit::Fine)
}
