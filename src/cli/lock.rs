//! `postrider lock`, and the file that it and `build` write: what must stay the same for readers.

use super::{Exit, Format, Workplace, posts, print_report, summary::plural};
use crate::diagnostic::Diagnostic;
use crate::lock::{self, Flaw, FlawKind};
use crate::model::{Date, Lock, LockedPost};
use crate::output;
use crate::report::Report;
use crate::site::{self, Site, View};
use crate::source;
use anyhow::{Context, bail};
use clap::Args;
use std::collections::BTreeMap;
use std::io;
use std::path::Path;

/// The file.
pub(super) const FILE: &str = "postrider.lock";

/// Arguments of `postrider lock`.
#[derive(Debug, Args)]
pub(super) struct LockArgs {
    /// Forget what is remembered of this post, as the file is called there (can be given several times)
    #[arg(long, value_name = "PATH")]
    forget: Vec<String>,
    /// Say what would change, write nothing
    #[arg(long)]
    dry_run: bool,
    /// How to report
    #[arg(long, value_name = "FORMAT", value_parser = Format::parser(), default_value = "human")]
    format: Format,
    /// Do as if it were this time: what was changed since the last run was changed then
    #[arg(long, value_name = "DATE", env = "POSTRIDER_NOW")]
    now: Option<String>,
}

/// Runs the command.
pub(super) fn run(workplace: &Workplace, args: &LockArgs) -> anyhow::Result<Exit> {
    let mut findings = Vec::new();
    let Some(settings) = super::load(workplace, &mut findings)? else {
        print_report(workplace, args.format, &Report { diagnostics: &findings, ..Report::default() }, None)?;
        return Ok(Exit::CouldNotRun);
    };
    let text = text(workplace)?.unwrap_or_default();
    let mut before = lock::read(&text);
    for path in &args.forget {
        if before.posts.remove(path).is_none() {
            bail!("{FILE} remembers nothing of `{path}`; help: write the path as it stands there");
        }
    }
    let view = View { now: super::now(args.now.as_deref(), &settings)?, drafts: false, future: false, locked: false };
    let folder = workplace.path(settings.output.as_ref());
    let listing = source::list(&workplace.root, &settings.posts, &settings.exclude, &folder)?;
    let files = listing.files.len();
    let heads = posts::read(&workplace.root, listing, &settings, view.now);
    findings.extend(heads.findings);
    let (site, found) = site::assemble(heads.posts, heads.left_out, &settings, view, &before);
    findings.extend(found);
    super::build::fill_places(workplace, &mut findings);
    let failed = findings.iter().any(Diagnostic::is_error);
    let mut notes: Vec<String> = lock::flaws(&text).iter().map(|flaw| format!("note: {}", told(flaw))).collect();
    let line = if failed {
        format!("{FILE} was not changed")
    } else {
        let after = Lock { posts: site::record(&site, &before, view.now), ..before.clone() };
        let is_new = lock::write(&after) != text;
        if is_new && !args.dry_run {
            write(workplace, &after)?;
        }
        notes.extend(moves(&before.posts, &after.posts));
        changes(&before.posts, &after.posts, args.dry_run)
    };
    let report = Report { diagnostics: &findings, files_read: files, notes: &notes, ..Report::default() };
    print_report(workplace, args.format, &report, Some(&line))?;
    Ok(if failed { Exit::Errors } else { Exit::Fine })
}

/// Returns what changed, in words.
fn changes(before: &BTreeMap<String, LockedPost>, after: &BTreeMap<String, LockedPost>, is_dry: bool) -> String {
    let ids: BTreeMap<&str, &LockedPost> = before.values().map(|post| (post.id.as_str(), post)).collect();
    let here = after.values().filter(|post| !post.is_gone);
    let new = here.clone().filter(|post| !ids.contains_key(post.id.as_str())).count();
    let edited = here.clone().filter(|post| ids.get(post.id.as_str()).is_some_and(|told| told.hash != post.hash)).count();
    let gone = after.values().filter(|post| post.is_gone && ids.get(post.id.as_str()).is_some_and(|told| !told.is_gone)).count();
    let moved = moves(before, after).count();
    let parts = [(new, "new"), (edited, "changed"), (moved, "moved"), (gone, "gone")];
    let parts: Vec<String> = parts.iter().filter(|(count, _)| *count > 0).map(|(count, word)| format!("{count} {word}")).collect();
    let what = if parts.is_empty() { "nothing has changed".to_owned() } else { parts.join(", ") };
    let would = if is_dry && !parts.is_empty() { " (not written)" } else { "" };
    format!("{FILE} keeps the ids of {}: {what}{would}", plural(here.count(), "post", "posts"))
}

/// Tells which posts were moved.
fn moves<'l>(before: &'l BTreeMap<String, LockedPost>, after: &'l BTreeMap<String, LockedPost>) -> impl Iterator<Item = String> {
    let paths: BTreeMap<&str, &str> = before.iter().map(|(path, post)| (post.id.as_str(), path.as_str())).collect();
    after.iter().filter_map(move |(path, post)| {
        let from = paths.get(post.id.as_str()).filter(|from| **from != path.as_str() && !post.is_gone)?;
        Some(format!("note: `{path}` goes by the id of `{from}`, from where it was moved"))
    })
}

/// Returns what the file says.
///
/// # Errors
/// When it cannot be read, or holds two versions that were not put together.
pub(super) fn read(workplace: &Workplace) -> anyhow::Result<Lock> {
    read_for(workplace, false)
}

/// Returns what the file says; with `must_be` there must be one.
///
/// # Errors
/// As [`read`].
pub(super) fn read_for(workplace: &Workplace, must_be: bool) -> anyhow::Result<Lock> {
    let Some(text) = text(workplace)? else {
        if must_be {
            bail!("there is no `{FILE}`, and `--locked` makes none; help: run `postrider lock`, and commit the file");
        }
        return Ok(Lock::default());
    };
    if let Some(flaw) = lock::flaws(&text).first() {
        bail!("{}; help: `postrider lock` mends it, and says what it made of it", told(flaw));
    }
    Ok(lock::read(&text))
}

fn told(flaw: &Flaw) -> String {
    let what = match &flaw.what {
        FlawKind::Conflict => "two versions were not put together here".to_owned(),
        FlawKind::Broken => "this line is not understood".to_owned(),
        FlawKind::Twice(path) => format!("a line before says something else of `{path}`"),
    };
    format!("{FILE}:{}: {what}", flaw.line)
}

fn text(workplace: &Workplace) -> anyhow::Result<Option<String>> {
    match std::fs::read_to_string(workplace.path(Path::new(FILE))) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("cannot read `{FILE}`")),
    }
}

/// Writes the file, where it changes.
///
/// # Errors
/// When it cannot be written.
pub(super) fn write(workplace: &Workplace, lock: &Lock) -> anyhow::Result<()> {
    output::replace_file(&workplace.path(Path::new(FILE)), lock::write(lock).as_bytes())
        .with_context(|| format!("cannot write `{FILE}`"))?;
    Ok(())
}

/// Remembers what readers see of a site from now on.
///
/// # Errors
/// When the file cannot be read or written.
pub(super) fn keep(workplace: &Workplace, site: &Site, now: Date) -> anyhow::Result<()> {
    // Somebody may have sent an edition meanwhile.
    let mut lock = read(workplace)?;
    let posts = site::record(site, &lock, now);
    if posts != lock.posts {
        lock.posts = posts;
        write(workplace, &lock)?;
    }
    Ok(())
}
