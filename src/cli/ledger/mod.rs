//! `postrider ledger`: bookkeeping.

mod accept;
mod check;
mod export;
mod prune;

use super::{Exit, Format, Workplace};
use crate::diagnostic::Diagnostic;
use crate::model::Settings;
use crate::report::Report;
use anyhow::Context as _;
use clap::{Subcommand, ValueEnum};
use std::io::{self, Write as _};
use std::path::Path;

/// The subcommands of `postrider ledger`.
#[derive(Debug, Subcommand)]
pub(super) enum LedgerCommand {
    /// Say whether the ledger is whole and nothing in it contradicts anything else
    Check(check::CheckArgs),
    /// Write everything but secrets and the bodies of letters, as JSON lines with addresses in full
    Export(export::ExportArgs),
    /// Take this ledger for the site's own from now on: a restored or moved one, of which the last sender knew nothing
    ///
    /// It says what this ledger does not know, and asks. Posts that were mailed since it was copied count as mailed, as far as
    /// postrider.lock remembers: those of the last ten editions. Every mail that is not final becomes unknown, because another ledger
    /// may know more of it; `newsletter settle` and `retry --resend-unknown` decide about those. Who left since then nobody tells it:
    /// read the tokens, reports and lists of that time again.
    Accept(accept::AcceptArgs),
    /// Turn the mails of editions that were done long ago into counts
    Prune(prune::PruneArgs),
}

/// How a report is printed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum ReportFormat {
    /// For people
    #[default]
    Human,
    /// As JSON, version 1: names are added, and none is ever changed
    Json,
}

/// Runs the command.
///
/// # Errors
/// When it could not run at all.
pub(super) fn run(workplace: &Workplace, command: &LedgerCommand) -> anyhow::Result<Exit> {
    let Some(settings) = settings(workplace)? else { return Ok(Exit::CouldNotRun) };
    match command {
        LedgerCommand::Check(args) => check::run(workplace, &settings, args),
        LedgerCommand::Export(args) => export::run(workplace, &settings, args),
        LedgerCommand::Accept(args) => accept::run(workplace, &settings, args),
        LedgerCommand::Prune(args) => prune::run(workplace, &settings, args),
    }
}

/// Reads the configuration; `None` when it has errors, which are printed then. What is amiss with feeds is not this command's matter.
pub(super) fn settings(workplace: &Workplace) -> anyhow::Result<Option<Settings>> {
    let mut findings = Vec::new();
    let settings = super::load(workplace, &mut findings)?;
    findings.retain(Diagnostic::is_error);
    super::print_report(workplace, Format::human(), &Report { diagnostics: &findings, ..Report::default() }, None)?;
    Ok(settings)
}

/// Prints a report for programs.
pub(super) fn print_json(value: &serde_json::Value) -> anyhow::Result<()> {
    writeln!(io::stdout(), "{value}").map_err(Into::into)
}

/// Writes a list to a file that nobody else may read, or to standard output without one; the file is replaced as a whole.
pub(super) fn write_private(
    workplace: &Workplace,
    file: Option<&Path>,
    write: impl FnOnce(&mut dyn io::Write) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let Some(file) = file.filter(|file| *file != Path::new("-")) else {
        let mut out = io::BufWriter::new(io::stdout().lock());
        write(&mut out)?;
        return out.flush().map_err(Into::into);
    };
    let path = workplace.path(file);
    let told = || format!("cannot write `{}`", file.display());
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // Made for its owner alone.
    let mut out = io::BufWriter::new(tempfile::NamedTempFile::new_in(folder).with_context(told)?);
    write(&mut out)?;
    let file = out.into_inner().map_err(io::IntoInnerError::into_error).with_context(told)?;
    file.as_file().sync_all().with_context(told)?;
    file.persist(&path).map(drop).with_context(told)
}
