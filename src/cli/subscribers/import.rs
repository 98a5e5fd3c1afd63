//! `postrider subscribers import`: a list, row after row, a thousand at a time, so that a sender is not held up.

use super::super::ledger::{ReportFormat, print_json};
use super::super::{Exit, Format, print_report};
use super::given::{self, Taken};
use super::{Desk, ListFormat, TOGETHER, check_consent, check_tags, consent, sync};
use crate::diagnostic::Diagnostic;
use crate::ledger::{Added, Ledger, LedgerError};
use crate::list::{Found, Reader, Row, Written};
use crate::model::{Consent, Subscriber};
use crate::report::Report;
use anyhow::{Context as _, bail};
use clap::Args;
use serde_json::{Value, json};
use std::collections::HashSet;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

/// Arguments of `postrider subscribers import`.
#[derive(Debug, Args)]
#[allow(clippy::struct_excessive_bools, reason = "each is an option of its own")]
pub(super) struct ImportArgs {
    /// The list; `-` for standard input
    #[arg(value_name = "FILE|-")]
    file: PathBuf,
    /// What they agreed to and how, as you could show it to somebody who asks; what a row says itself counts more
    #[arg(long, value_name = "TEXT")]
    consent: String,
    /// How the list is written; without it, that is seen from its first line
    #[arg(long, value_enum, value_name = "FORMAT")]
    format: Option<ListFormat>,
    /// Where they come from; without it, the name of the file
    #[arg(long, value_name = "TEXT")]
    source: Option<String>,
    /// A tag for all of them (can be given several times)
    #[arg(long, value_name = "TAG")]
    tag: Vec<String>,
    /// Say what would come of it, and change nothing
    #[arg(long)]
    dry_run: bool,
    /// Make the list equal to the file: whoever gets mail and is not in the file is removed
    #[arg(long)]
    sync: bool,
    /// Also remove more than a tenth of the list, or when some rows cannot be read
    #[arg(long, requires = "sync")]
    yes: bool,
    /// With --sync --yes: also when the file names nobody, so that everybody is removed
    #[arg(long, requires = "sync")]
    allow_empty: bool,
    /// How to report
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t)]
    report: ReportFormat,
}

/// How many rows came to what.
#[derive(Debug, Default)]
struct Counts {
    new: u64,
    changed: u64,
    same: u64,
    left: u64,
    suppressed: u64,
    kept_out: u64,
    bad: u64,
    removed: u64,
}

/// An import at work.
struct Import<'a> {
    desk: &'a Desk<'a>,
    args: &'a ImportArgs,
    /// What the file is called.
    path: String,
    consent: Consent,
    source: String,
    counts: Counts,
    findings: Vec<Diagnostic>,
}

impl Counts {
    /// Returns whether something came of any row.
    fn is_any(&self) -> bool {
        self.new + self.changed + self.same + self.left + self.suppressed + self.kept_out > 0
    }
}

/// Runs the command.
pub(super) fn run(desk: &Desk<'_>, args: &ImportArgs) -> anyhow::Result<Exit> {
    check_tags(&args.tag)?;
    check_consent(&args.consent)?;
    let input = desk.input(&args.file)?;
    let mut ledger = open(desk, args.dry_run)?;
    let consent = match &mut ledger {
        Some(ledger) => consent(ledger, &args.consent)?,
        None => Consent { text: args.consent.clone(), at: chrono::DateTime::UNIX_EPOCH.fixed_offset() },
    };
    let path = if args.file == Path::new("-") { "standard input".to_owned() } else { args.file.display().to_string() };
    let written = args.format.map(|format| if format == ListFormat::Csv { Written::Csv } else { Written::JsonLines });
    let reader = Reader::new(BufReader::new(input), &path, desk.shows).written(written);
    let source = args.source.clone().unwrap_or_else(|| path.clone());
    let mut import = Import { desk, args, path, consent, source, counts: Counts::default(), findings: Vec::new() };
    let result = import.read(reader, ledger.as_mut());
    // Where it was refused, nothing was imported.
    import.report(result.is_ok() || import.counts.is_any())?;
    result?;
    Ok(if import.counts.bad > 0 { Exit::Errors } else { Exit::Fine })
}

/// Opens the ledger; a dry run makes none.
fn open(desk: &Desk<'_>, dry_run: bool) -> anyhow::Result<Option<Ledger>> {
    match desk.open(!dry_run) {
        Err(error) if dry_run && matches!(error.downcast_ref(), Some(LedgerError::Missing)) => Ok(None),
        other => other.map(Some),
    }
}

impl Import<'_> {
    /// Reads the list and takes it into the ledger.
    fn read<R: BufRead>(&mut self, mut reader: Reader<R>, mut ledger: Option<&mut Ledger>) -> anyhow::Result<()> {
        if self.args.sync {
            return self.sync(reader, ledger);
        }
        loop {
            let rows = self.rows(&mut reader, TOGETHER)?;
            self.counts.bad = reader.left_out();
            if rows.is_empty() {
                return Ok(());
            }
            self.take(&rows, ledger.as_deref_mut())?;
        }
    }

    /// Reads all of the list before anything is done with it: it must be known who is missing.
    fn sync<R: BufRead>(&mut self, mut reader: Reader<R>, mut ledger: Option<&mut Ledger>) -> anyhow::Result<()> {
        let rows = self.rows(&mut reader, usize::MAX)?;
        self.counts.bad = reader.left_out();
        let keys: HashSet<&str> = rows.iter().map(|row| row.key.as_str()).collect();
        let missing = match &mut ledger {
            Some(ledger) => sync::missing(self.desk, ledger, &keys)?,
            None => sync::Missing::default(),
        };
        let is_held_back = self.counts.bad > 0 && (!self.args.yes || rows.is_empty());
        if rows.is_empty() && self.counts.bad == 0 && !missing.people.is_empty() && !self.args.allow_empty {
            bail!("the file names nobody, and nothing was changed; help: if everybody is to be removed, add `--allow-empty`");
        }
        match missing.check(self.desk) {
            Err(told) if self.args.dry_run && !self.args.yes => self.desk.workplace.note(&format!("note: {told}")),
            Err(told) if !is_held_back && !self.args.yes => return Err(told),
            _ => {}
        }
        for rows in rows.chunks(TOGETHER) {
            self.take(rows, ledger.as_deref_mut())?;
        }
        if is_held_back {
            let help = if rows.is_empty() { "help: look at the file" } else { "help: correct them, or add `--yes`" };
            self.desk.workplace.note(&format!("nobody was removed, because some rows could not be read; {help}"));
            return Ok(());
        }
        self.counts.removed = missing.people.len() as u64;
        match ledger {
            Some(ledger) if !self.args.dry_run => missing.remove(self.desk, ledger, &self.source),
            _ => Ok(()),
        }
    }

    /// Returns the next rows; fewer only at the end.
    fn rows<R: BufRead>(&mut self, reader: &mut Reader<R>, most: usize) -> anyhow::Result<Vec<Row>> {
        let mut rows = Vec::new();
        while rows.len() < most {
            match reader.next().transpose().with_context(|| format!("cannot read `{}` to its end", self.path))? {
                Some(Found::Row(row)) => rows.push(*row),
                Some(Found::Finding(finding)) => self.findings.push(finding),
                None => break,
            }
        }
        Ok(rows)
    }

    fn take(&mut self, rows: &[Row], ledger: Option<&mut Ledger>) -> anyhow::Result<()> {
        let newsletter = self.desk.newsletter();
        let given: Vec<Subscriber> =
            rows.iter().map(|row| given::subscriber(row, &self.consent, Some(&self.source), &self.args.tag)).collect();
        let pairs = || rows.iter().zip(&given);
        let taken: Vec<Taken> = match ledger {
            Some(ledger) if !self.args.dry_run => ledger.at_once(|ledger| {
                ledger.look_ahead(newsletter, rows.iter().map(|row| row.key.as_str()))?;
                pairs().map(|(row, given)| given::take(ledger, newsletter, row, given)).collect()
            })?,
            mut ledger => pairs()
                .map(|(row, given)| given::weigh(ledger.as_deref_mut(), newsletter, row, given))
                .collect::<Result<_, LedgerError>>()?,
        };
        for taken in taken {
            let counts = &mut self.counts;
            let count = match taken {
                Taken::Added(Added::New) => &mut counts.new,
                Taken::Added(Added::Changed) => &mut counts.changed,
                Taken::Added(Added::Same) => &mut counts.same,
                Taken::Added(Added::Left) => &mut counts.left,
                Taken::Added(Added::Suppressed(_)) => &mut counts.suppressed,
                Taken::KeptOut | Taken::KnownOut => &mut counts.kept_out,
            };
            *count += 1;
        }
        Ok(())
    }

    fn report(&self, with_line: bool) -> anyhow::Result<()> {
        if self.args.report == ReportFormat::Json {
            return print_json(&self.json());
        }
        let report = Report { diagnostics: &self.findings, each_error: true, ..Report::default() };
        print_report(self.desk.workplace, Format::human(), &report, with_line.then(|| self.line()).as_deref())
    }

    fn line(&self) -> String {
        let Counts { new, changed, same, left, suppressed, kept_out, bad, removed } = self.counts;
        let verb = if self.args.dry_run { "would import" } else { "imported" };
        let first = format!("{verb} {}: {new} new, {changed} changed, {same} as they were", new + changed + same);
        let rows = if bad == 1 { "bad row" } else { "bad rows" };
        let others = [
            (left, "unsubscribed before and left so"),
            (suppressed, "suppressed"),
            (kept_out, "kept out as the list says"),
            (removed, if self.args.dry_run { "to be removed" } else { "removed" }),
            (bad, rows),
        ];
        let others: Vec<String> = others.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")).collect();
        if others.is_empty() { first } else { format!("{first}; {}", others.join(", ")) }
    }

    fn json(&self) -> Value {
        let Counts { new, changed, same, left, suppressed, kept_out, bad, removed } = self.counts;
        let finding = |found: &Diagnostic| {
            let place = found.place.as_ref();
            json!({
                "severity": found.severity.name(), "code": found.code, "message": found.message,
                "line": place.map(|place| place.start.line), "column": place.map(|place| place.start.column), "help": found.help.as_deref(),
            })
        };
        json!({
            "version": 1,
            "newsletter": self.desk.newsletter(),
            "dry_run": self.args.dry_run,
            "counts": {
                "new": new, "changed": changed, "same": same, "left": left, "suppressed": suppressed, "kept_out": kept_out,
                "bad": bad, "removed": removed,
            },
            "findings": self.findings.iter().map(finding).collect::<Vec<_>>(),
        })
    }
}
