//! `postrider validate`: feeds in, findings out.

use super::{Exit, Format, Workplace, print_report};
use crate::diagnostic::{Diagnostic, Source};
use crate::report::{FileLine, Report};
use crate::text::decode;
use crate::validate::{self, Kind, Surroundings};
use chrono::{DateTime, FixedOffset};
use clap::Args;
use std::io::Read;
use std::path::{Path, PathBuf};

/// Arguments of `postrider validate`.
#[derive(Debug, Args)]
pub(super) struct ValidateArgs {
    /// Feeds to check: files, or `-` for standard input
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// How to report
    #[arg(long, value_name = "FORMAT", value_parser = Format::parser(), default_value = "human")]
    format: Format,
    /// Judge dates by this time, instead of now
    #[arg(long, value_name = "DATE", env = "POSTRIDER_NOW", hide = true)]
    now: Option<String>,
}

/// A document that was judged.
struct Judged {
    path: String,
    kind: Kind,
    diagnostics: Vec<Diagnostic>,
}

/// Checks feeds and reports.
pub(super) fn run(workplace: &Workplace, args: &ValidateArgs) -> anyhow::Result<Exit> {
    let now = now(args.now.as_deref())?;
    let mut judged = Vec::new();
    for path in &args.paths {
        judged.push(judge(workplace, path, now)?);
    }
    let files: Vec<FileLine<'_>> = judged.iter().map(|file| FileLine { path: &file.path, kind: Some(file.kind.name()) }).collect();
    let diagnostics: Vec<Diagnostic> = judged.iter().flat_map(|file| file.diagnostics.iter().cloned()).collect();
    let report = Report { diagnostics: &diagnostics, files: &files, files_read: files.len(), ..Report::default() };
    print_report(workplace, args.format, &report, None)?;
    Ok(if diagnostics.iter().any(Diagnostic::is_error) { Exit::Errors } else { Exit::Fine })
}

/// Reads and judges one document.
fn judge(workplace: &Workplace, path: &Path, now: DateTime<FixedOffset>) -> anyhow::Result<Judged> {
    let name = path.display().to_string();
    let mut bytes = Vec::new();
    if name == "-" {
        std::io::stdin().lock().read_to_end(&mut bytes)?;
    } else {
        bytes = std::fs::read(workplace.path(path)).map_err(|error| anyhow::anyhow!("cannot read `{name}`: {error}"))?;
    }
    let text = decode::decode(bytes).text;
    let verdict = validate::validate(Source::new(&name, &text), Surroundings { url: None, now });
    Ok(Judged { kind: verdict.kind, diagnostics: verdict.diagnostics, path: name })
}

/// Returns the time to judge dates by.
fn now(given: Option<&str>) -> anyhow::Result<DateTime<FixedOffset>> {
    let Some(given) = given.filter(|given| !given.trim().is_empty()) else { return Ok(chrono::Utc::now().fixed_offset()) };
    match crate::text::dates::parse(given, chrono_tz::UTC) {
        Ok(parsed) => Ok(parsed.date),
        Err(fault) => anyhow::bail!("`{given}` {}; help: {}", fault.reason, fault.help),
    }
}
