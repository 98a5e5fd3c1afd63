//! `postrider validate`: feeds in, findings out.

mod documents;
mod names;
mod policies;

use super::{Exit, Format, Workplace, summary, unless_closed};
use crate::diagnostic::Diagnostic;
use crate::output;
use crate::report::{self, FileLine, Report, Style};
use crate::source;
use crate::text::suggest::did_you_mean;
use crate::validate::policy::{Baseline, PROFILES};
use anyhow::{Context, bail};
use chrono::{DateTime, FixedOffset};
use clap::Args;
use clap::builder::{PossibleValue, PossibleValuesParser};
use documents::{Documents, Judged};
use names::Names;
pub(super) use policies::Policies;
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;
use url::Url;

/// Arguments of `postrider validate`.
#[derive(Debug, Args)]
pub(super) struct ValidateArgs {
    /// Feeds to check: files, folders, globs, addresses on the web, or `-` for standard input
    #[arg(required_unless_present = "list", value_name = "PATH|URL")]
    paths: Vec<String>,
    /// Check also what this file lists: a path or an address in each line (`#` begins a comment)
    #[arg(long, value_name = "FILE")]
    list: Vec<String>,
    /// How often to ask again when a server fails for the moment
    #[arg(long, value_name = "N", default_value_t = 2)]
    retries: u32,
    /// Count these findings as errors; `warnings` stands for every warning
    #[arg(long, value_name = "CODE", value_delimiter = ',')]
    deny: Vec<String>,
    /// Do not report these findings
    #[arg(long, value_name = "CODE", value_delimiter = ',')]
    allow: Vec<String>,
    /// Judge for one purpose
    #[arg(long, value_name = "PROFILE", value_parser = profiles())]
    profile: Option<String>,
    /// Show advice, too
    #[arg(long)]
    advice: bool,
    /// Compare `self` links with this address: of the one feed that is named, or with `/` at its end of the folder that holds all
    #[arg(long, value_name = "URL")]
    base_url: Option<String>,
    /// Leave out what an earlier report has: `--format json` writes one
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
    /// How to report
    #[arg(long, value_name = "FORMAT", value_parser = Format::parser(), default_value = "human")]
    format: Format,
    /// Write a report to a file, too
    #[arg(long, value_name = "FORMAT=FILE", value_parser = parse_copy)]
    report: Vec<(Format, PathBuf)>,
    /// Judge dates by this time, instead of now
    #[arg(long, value_name = "DATE", env = "POSTRIDER_NOW", hide = true)]
    now: Option<String>,
}

/// Reads `--profile`.
fn profiles() -> PossibleValuesParser {
    PossibleValuesParser::new(PROFILES.iter().map(|profile| PossibleValue::new(profile.name).help(profile.doc)))
}

/// Reads `--report`.
fn parse_copy(text: &str) -> Result<(Format, PathBuf), String> {
    let (format, file) = text.split_once('=').filter(|(_, file)| !file.is_empty()).ok_or("write it like `sarif=FILE`")?;
    let reporter = report::reporter(format).ok_or_else(|| {
        let names = report::REPORTERS.iter().map(|reporter| reporter.name);
        did_you_mean(format, names.clone()).unwrap_or_else(|| format!("the formats are {}", names.collect::<Vec<_>>().join(", ")))
    })?;
    Ok((Format(reporter), PathBuf::from(file)))
}

/// Checks feeds and reports.
pub(super) fn run(workplace: &Workplace, args: &ValidateArgs) -> anyhow::Result<Exit> {
    let mut found = Vec::new();
    let policies = policies::read(workplace, args.flags(), &mut found)?;
    let Some(policies) = policies else {
        let report = Report { diagnostics: &found, ..Report::default() };
        print(workplace, args, &report)?;
        return Ok(Exit::CouldNotRun);
    };
    let names = &policies.names;
    let baseline = args.baseline(workplace, names)?;
    let documents = Documents::find(workplace, names, &args.paths, &args.list)?;
    let surroundings =
        documents::Outside { base: args.base()?, now: now(args.now.as_deref())?, retries: args.retries, policies: &policies };
    let others = documents.others;
    let mut judged = documents.judge(workplace, surroundings);
    for document in &mut judged {
        document.diagnostics = policies.judge(&document.path, std::mem::take(&mut document.diagnostics));
    }
    let mut all = found;
    for document in &mut judged {
        let mut found = std::mem::take(&mut document.diagnostics);
        // One document is the rule, and its findings may be many: they are not copied.
        if all.is_empty() {
            all = found;
        } else {
            all.append(&mut found);
        }
    }
    let (diagnostics, known) = without_known(baseline, all);
    let files: Vec<FileLine<'_>> = judged.iter().map(Judged::line).collect();
    let notes = notes(&judged, &diagnostics, others, known, args.advice);
    let read = judged.iter().filter(|document| document.unread.is_none()).count();
    let report = Report { diagnostics: &diagnostics, files: &files, files_read: read, notes: &notes, ..Report::default() };
    print(workplace, args, &report)?;
    Ok(match () {
        () if read < judged.len() => Exit::CouldNotRun,
        () if diagnostics.iter().any(Diagnostic::is_error) => Exit::Errors,
        () => Exit::Fine,
    })
}

impl ValidateArgs {
    /// Returns what the flags say of codes.
    fn flags(&self) -> policies::Flags<'_> {
        policies::Flags { deny: &self.deny, allow: &self.allow, profile: self.profile.as_deref() }
    }

    fn base(&self) -> anyhow::Result<Option<Url>> {
        let Some(given) = &self.base_url else { return Ok(None) };
        match Url::parse(given) {
            Ok(url) if matches!(url.scheme(), "http" | "https") => Ok(Some(url)),
            _ => bail!("`{given}` is no address on the web; help: `--base-url` takes one such as `https://example.org/`"),
        }
    }

    fn baseline(&self, workplace: &Workplace, names: &Names) -> anyhow::Result<Option<Baseline>> {
        let Some(path) = &self.baseline else { return Ok(None) };
        let name = path.display().to_string();
        let bytes = source::read(&workplace.root, &name)?;
        let report = String::from_utf8_lossy(&bytes);
        let help = "it is no report; help: `postrider validate … --format json > FILE` writes one";
        Ok(Some(Baseline::read(&report, |path| names.usual(path)).with_context(|| format!("cannot read the baseline `{name}`: {help}"))?))
    }
}

/// Takes out what the baseline has; returns also how much that is.
fn without_known(baseline: Option<Baseline>, diagnostics: Vec<Diagnostic>) -> (Vec<Diagnostic>, usize) {
    let before = diagnostics.len();
    let left = baseline.unwrap_or_default().without_known(diagnostics);
    let known = before - left.len();
    (left, known)
}

/// Says in a line or two what was looked at and what is not shown.
fn notes(judged: &[Judged], diagnostics: &[Diagnostic], others: usize, known: usize, advice: bool) -> Vec<String> {
    let mut notes = Vec::new();
    if others > 0 {
        notes.push(format!(
            "{} left out: no {}",
            summary::plural(others, "other file", "other files"),
            if others == 1 { "feed" } else { "feeds" }
        ));
    }
    let unread = judged.iter().filter(|document| document.unread.is_some()).count();
    let hidden = diagnostics.iter().filter(|found| !advice && found.severity == crate::diagnostic::Severity::Info).count();
    let shown = diagnostics.len() - hidden;
    let mut parts = vec![format!("{} checked", summary::plural(judged.len() - unread, "document", "documents"))];
    if shown == 0 && judged.len() > unread {
        parts.push("nothing found".to_owned());
    }
    if unread > 0 {
        parts.push(format!("{unread} could not be read"));
    }
    let mut line = vec![parts.join(", ")];
    if known > 0 {
        line.push(format!("{} in the baseline", summary::plural(known, "known finding", "known findings")));
    }
    if hidden > 0 {
        line.push(format!("{} with `--advice`", summary::plural(hidden, "piece of advice", "pieces of advice")));
    }
    notes.push(line.join("; "));
    notes
}

/// Prints the report, which is what this command makes, on standard output; copies of it go to files.
fn print(workplace: &Workplace, args: &ValidateArgs, report: &Report<'_>) -> anyhow::Result<()> {
    let style = Style { color: workplace.terminal.color_out, info: args.advice };
    let report = Report { quiet: workplace.quiet, ..*report };
    for (format, file) in &args.report {
        let plain = Style { color: false, ..style };
        let written = output::write_file(&workplace.path(file), |out| (format.0.write)(&report, plain, out));
        written.with_context(|| format!("cannot write the report `{}`", file.display()))?;
    }
    let mut out = BufWriter::new(io::stdout().lock());
    unless_closed((args.format.0.write)(&report, style, &mut out).and_then(|()| out.flush()))
}

/// Returns the time to judge dates by.
pub(super) fn now(given: Option<&str>) -> anyhow::Result<DateTime<FixedOffset>> {
    let Some(given) = given.filter(|given| !given.trim().is_empty()) else { return Ok(chrono::Utc::now().fixed_offset()) };
    match crate::text::dates::parse(given, chrono_tz::UTC) {
        Ok(parsed) => Ok(parsed.date),
        Err(fault) => bail!("`{given}` {}; help: {}", fault.reason, fault.help),
    }
}
