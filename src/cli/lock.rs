//! `postrider lock`, and the file that it, `build` and `newsletter send` write: what must stay the same for readers.

use super::{Exit, Format, Workplace, posts, print_report, summary::plural};
use crate::diagnostic::Diagnostic;
use crate::lock::{self, Flaw, FlawKind, Reader};
use crate::model::{Date, Lock, LockedPost, LockedPosts, Settings};
use crate::output::{self, Outputs};
use crate::report::Report;
use crate::site::{self, FeedPlan, Site, View};
use crate::source;
use anyhow::{Context, bail};
use clap::Args;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::Path;

/// How many files a note names.
const NAMED: usize = 5;

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
    if !settings.url_given {
        bail!(
            "`site.url` is not set, so there is nothing yet that readers know posts by; help: write `site: {{url: https://example.org/}}` in postrider.yaml"
        );
    }
    let (mut before, flaws) = open(workplace)?.unwrap_or_default();
    let lost: Vec<String> = flaws.iter().filter(|flaw| is_loss(flaw)).map(told).collect();
    if !lost.is_empty() {
        bail!("{}; {}", lost.join("\n       "), TAKE_BACK);
    }
    let known = before.posts.clone();
    let mut forgotten = Vec::new();
    for path in &args.forget {
        let as_written = || lock::unescaped(path).map(Cow::into_owned);
        match before.posts.remove(path).or_else(|| before.posts.remove(&as_written()?)) {
            Some(told) => forgotten.push(format!("note: forgotten: `{path}` was known as `{}`", told.id)),
            None => bail!("{FILE} remembers nothing of `{path}`; help: write the path as it stands there"),
        }
    }
    let now = super::now(args.now.as_deref(), &settings)?;
    let (site, files, found) = site_of(workplace, &settings, now, &before)?;
    findings.extend(found);
    super::build::fill_places(workplace, &mut findings);
    let failed = findings.iter().any(Diagnostic::is_error);
    let mut notes: Vec<String> = flaws.iter().map(|flaw| format!("note: {}", told(flaw))).collect();
    let line = if failed {
        format!("{FILE} was not changed")
    } else {
        let after = site::record(&site, &before, now);
        notes.append(&mut forgotten);
        notes.extend(moves(&known, &after));
        let line = changes(&known, &after, args.dry_run);
        if !args.dry_run {
            // Somebody may have sent an edition meanwhile.
            let mut lock = Lock { posts: after, ..marks(workplace)? };
            let (mut plans, _) = site::plan(&site, &settings);
            site::keep_feed_ids(&mut plans, &lock);
            site::remember_feed_ids(&plans, &mut lock);
            write(workplace, &lock)?;
        }
        line
    };
    let report = Report { diagnostics: &findings, files_read: files, notes: &notes, ..Report::default() };
    print_report(workplace, args.format, &report, Some(&line))?;
    Ok(if failed { Exit::Errors } else { Exit::Fine })
}

/// Returns what changed, in words.
fn changes(before: &LockedPosts, after: &LockedPosts, is_dry: bool) -> String {
    let ids: BTreeMap<&str, &LockedPost> = before.values().map(|post| (&*post.id, post)).collect();
    let here = after.values().filter(|post| !post.is_gone);
    let new = here.clone().filter(|post| !ids.contains_key(&*post.id)).count();
    let edited = here.clone().filter(|post| ids.get(&*post.id).is_some_and(|told| told.hash != post.hash)).count();
    let gone = after.values().filter(|post| post.is_gone && ids.get(&*post.id).is_some_and(|told| !told.is_gone)).count();
    let moved = moves(before, after).count();
    let parts = [(new, "new"), (edited, "changed"), (moved, "moved"), (gone, "gone")];
    let parts: Vec<String> = parts.iter().filter(|(count, _)| *count > 0).map(|(count, word)| format!("{count} {word}")).collect();
    let what = if parts.is_empty() { "nothing has changed".to_owned() } else { parts.join(", ") };
    let would = if is_dry && !parts.is_empty() { " (not written)" } else { "" };
    format!("{FILE} keeps the ids of {}: {what}{would}", plural(here.count(), "post", "posts"))
}

/// Tells which posts were moved.
fn moves<'l>(before: &'l LockedPosts, after: &'l LockedPosts) -> impl Iterator<Item = String> {
    let paths: BTreeMap<&str, &str> = before.iter().map(|(path, post)| (&*post.id, path)).collect();
    after.iter().filter_map(move |(path, post)| {
        let from = paths.get(&*post.id).filter(|from| **from != path && !post.is_gone)?;
        Some(format!("note: `{path}` goes by the id of `{from}`, from where it was moved"))
    })
}

/// What to do where ids are lost.
const TAKE_BACK: &str = "help: take the file back from version control; where no older one is to be had, remove the line, and `postrider lock` records \
                         the post anew, by the id that it would have today; without the whole file, it begins a new one";

/// Returns whether the file has lost an id with it that nothing here can bring back.
fn is_loss(flaw: &Flaw) -> bool {
    matches!(flaw.what, FlawKind::Broken | FlawKind::NoLock | FlawKind::CutOff)
}

/// Returns what the file says.
///
/// # Errors
/// When it cannot be read, or holds two versions that were not put together.
pub(super) fn read(workplace: &Workplace) -> anyhow::Result<Lock> {
    read_and_tell(workplace, &mut Vec::new())
}

/// Returns what the file says, and tells of lines that are not understood and harm nothing.
fn read_and_tell(workplace: &Workplace, notes: &mut Vec<String>) -> anyhow::Result<Lock> {
    let Some((lock, flaws)) = open(workplace)? else { return Ok(Lock::default()) };
    if let Some(flaw) = flaws.iter().find(|flaw| is_loss(flaw)) {
        bail!("{}; {TAKE_BACK}", told(flaw));
    }
    let (unknown, bad): (Vec<Flaw>, Vec<Flaw>) = flaws.into_iter().partition(|flaw| flaw.what == FlawKind::Unknown);
    if let Some(flaw) = bad.first() {
        bail!("{}; help: `postrider lock` mends it, and says what it made of it", told(flaw));
    }
    if let Some(first) = unknown.first() {
        let more = unknown.len() - 1;
        let more = if more > 0 { format!(" (and {})", plural(more, "line like it", "lines like it")) } else { String::new() };
        notes.push(format!("note: {}{more}", told(first)));
    }
    Ok(lock)
}

/// Returns what the file says of feeds.
///
/// # Errors
/// When it cannot be read.
pub(super) fn read_feeds(workplace: &Workplace) -> anyhow::Result<Lock> {
    Ok(read_lines(workplace, |line| line.starts_with("feed "))?.unwrap_or_default().0)
}

/// Returns what the file says; refuses to go on where there was one, or with `must_be` has to be one.
///
/// # Errors
/// As [`read`].
pub(super) fn read_for(workplace: &Workplace, must_be: bool, notes: &mut Vec<String>) -> anyhow::Result<Lock> {
    let is_there = workplace.path(Path::new(FILE)).exists();
    if !is_there && must_be {
        bail!("there is no `{FILE}`, and `--locked` makes none; help: run `postrider lock`, and commit the file");
    }
    if !is_there && Outputs::are_known(&workplace.root) {
        bail!(
            "`{FILE}`, which an earlier build wrote here, is gone, and with it the ids of posts that were moved since they were published; \
             help: take it back from version control; where there is none, `postrider adopt` takes the ids from a published feed, \
             or `postrider lock` begins a new one"
        );
    }
    read_and_tell(workplace, notes)
}

fn told(flaw: &Flaw) -> String {
    let what = match &flaw.what {
        FlawKind::Conflict => "two versions were not put together here".to_owned(),
        FlawKind::NoLock => {
            return format!(
                "`{FILE}` has no line that postrider writes there: it was emptied, cut off, or saved in another encoding than UTF-8"
            );
        }
        FlawKind::CutOff => "the file is cut off: its last line, `# end`, is not there".to_owned(),
        FlawKind::Broken => "this line is not understood".to_owned(),
        FlawKind::Unknown => "this line is of a kind that is not known here, and stays: a newer postrider may have written it".to_owned(),
        FlawKind::Damaged(path) => format!("this line is damaged; what it says of the id of `{path}` is taken"),
        FlawKind::Twice(path) => format!("a line before says something else of `{path}`"),
    };
    format!("{FILE}:{}: {what}", flaw.line)
}

/// Returns what the file says, and what is wrong with it; `None` where there is none.
fn open(workplace: &Workplace) -> anyhow::Result<Option<(Lock, Vec<Flaw>)>> {
    read_lines(workplace, |_| true)
}

/// Reads those lines of the file that are wanted.
fn read_lines(workplace: &Workplace, is_wanted: impl Fn(&str) -> bool) -> anyhow::Result<Option<(Lock, Vec<Flaw>)>> {
    let failed = || format!("cannot read `{FILE}`");
    let file = match File::open(workplace.path(Path::new(FILE))) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error).with_context(failed),
    };
    let mut reader = Reader::default();
    for line in BufReader::new(file).split(b'\n') {
        let line = line.with_context(failed)?;
        let line = String::from_utf8_lossy(&line);
        if is_wanted(&line) {
            reader.line(&line);
        }
    }
    Ok(Some(reader.finish()))
}

/// Writes the file, where it changes.
///
/// # Errors
/// When it cannot be written.
pub(super) fn write(workplace: &Workplace, lock: &Lock) -> anyhow::Result<()> {
    write_lines(workplace, lock::lines(lock, lock.posts.iter().map(|(path, post)| (path, post.clone()))))
}

fn write_lines(workplace: &Workplace, mut lines: impl Iterator<Item = String>) -> anyhow::Result<()> {
    let path = workplace.path(Path::new(FILE));
    output::write_changed(&path, |out| lines.try_for_each(|line| out.write_all(line.as_bytes())))
        .with_context(|| format!("cannot write `{FILE}`"))?;
    Ok(())
}

/// Remembers what readers see of a site from now on; `known` is what is remembered of posts that it does not show. What is made without an
/// address is a trial: nobody knows it by that, and nothing is added. Returns what there is to tell of it.
///
/// # Errors
/// When the file cannot be read or written.
pub(super) fn keep(
    workplace: &Workplace,
    settings: &Settings,
    (site, plans): (&Site, &[FeedPlan]),
    known: &Lock,
    now: Date,
) -> anyhow::Result<Vec<String>> {
    if !settings.url_given && workplace.path(Path::new(FILE)).exists() {
        return Ok(Vec::new());
    }
    let mut marks = marks(workplace)?;
    if !settings.url_given {
        write(workplace, &marks)?;
        return Ok(Vec::new());
    }
    site::remember_feed_ids(plans, &mut marks);
    let told = site::told(site, known, now);
    write_lines(workplace, lock::lines(&marks, told.iter().map(|(path, told)| (*path, told.record()))))?;
    let gone = told.iter().filter_map(|(path, told)| told.newly_gone().map(|told| (*path, told)));
    Ok(gone_told(&gone.collect::<Vec<_>>()).into_iter().collect())
}

/// Tells of posts that readers see and the file does not know: once they are moved, nothing tells their ids.
pub(super) fn unrecorded(site: &Site, now: Date) -> Option<String> {
    let count = site.posts.iter().filter(|placed| !placed.is_known && placed.post.hidden.is_none() && placed.post.published <= now).count();
    let (posts, them) = (plural(count, "post is", "posts are"), if count == 1 { "it" } else { "them" });
    (count > 0)
        .then(|| format!("note: {posts} not in {FILE} yet: run `postrider lock` and commit the file before you move or rename {them}"))
}

/// Tells of the posts that are gone since the last run.
fn gone_told(gone: &[(&str, &LockedPost)]) -> Option<String> {
    let ((path, told), others) = gone.split_first()?;
    let (what, them) = if others.is_empty() {
        (format!("`{path}`, which readers know as `{}`, is gone: it leaves the feeds", told.id), "it")
    } else {
        let named: Vec<String> = gone.iter().take(NAMED).map(|(path, _)| format!("`{path}`")).collect();
        let more = if gone.len() > NAMED { format!(" and {} more", gone.len() - NAMED) } else { String::new() };
        (format!("{} that readers know are gone: {}{more}: they leave the feeds", gone.len(), named.join(", ")), "them")
    };
    Some(format!(
        "note: {what}, and readers that have {them} keep {them}; {FILE} keeps the id for a post that comes back, until `postrider lock --forget {path}`"
    ))
}

/// Remembers what readers see of a site from now on, where no build does: a post that is mailed is known again when it is moved, and when it
/// is edited after that.
///
/// # Errors
/// As [`keep`].
pub(super) fn remember(workplace: &Workplace, settings: &Settings, now: Date) -> anyhow::Result<()> {
    let lock = read(workplace)?;
    let (site, _, found) = site_of(workplace, settings, now, &lock)?;
    if found.iter().any(Diagnostic::is_error) { Ok(()) } else { keep(workplace, settings, (&site, &[]), &lock, now).map(drop) }
}

/// Returns what readers see of a site, from how many files, and what there is to say of it.
fn site_of(workplace: &Workplace, settings: &Settings, now: Date, lock: &Lock) -> anyhow::Result<(Site, usize, Vec<Diagnostic>)> {
    let folder = workplace.path(settings.output.as_ref());
    let listing = source::list(&workplace.root, &settings.posts, &settings.exclude, &folder)?;
    let files = listing.files.len();
    let heads = posts::read(&workplace.root, listing, settings, now);
    let view = View { now, drafts: false, future: false, locked: false };
    let (site, found) = site::assemble(heads.posts, heads.left_out, settings, view, lock);
    Ok((site, files, [heads.findings, found].concat()))
}

/// Returns what the file says but for the posts: somebody may have sent an edition since it was read.
pub(super) fn marks(workplace: &Workplace) -> anyhow::Result<Lock> {
    let is_mark = |line: &str| !line.starts_with("post ") && !line.starts_with("gone ");
    Ok(read_lines(workplace, is_mark)?.unwrap_or_default().0)
}
