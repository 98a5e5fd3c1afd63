//! `postrider build`: posts → feeds, subscribe page, OPML.

mod archive;
mod checks;
mod codes;
mod explain_site;
mod pages;
mod preview;
mod progress;
mod render;
mod spool;
mod watch;

use super::{Exit, Format, Workplace, lock, posts, summary};
use crate::config;
use crate::diagnostic::{Diagnostic, Place, Source};
use crate::frontmatter;
use crate::html;
use crate::model::{Date, Limit, Lock, Settings};
use crate::output::{Done, OutputError, Outputs, Stale};
use crate::report::{Action, OutputLine, Report};
use crate::site::{self, EMPTY_FEED, FeedPlan, LeftOut, Reason, Site, View};
use crate::source::{self, Disk};
use checks::Checks;
use clap::Args;
use progress::Progress;
use render::{FEED_FILES, Gathered, Job, Rendered, Room};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

pub(super) use codes::CODES;
pub(super) use preview::{Ask, Drafted, Preview, preview};

/// Arguments of `postrider build`.
#[derive(Debug, Clone, Default, Args)]
#[allow(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub(super) struct BuildArgs {
    /// Write into this folder instead of the configured `output` (the site's `postrider.lock` is written all the same, unless with `--locked`)
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Replace this file even though postrider did not write it (can be given several times)
    #[arg(long, value_name = "PATH")]
    force: Vec<PathBuf>,
    /// Show drafts, too
    #[arg(long)]
    drafts: bool,
    /// Show posts dated in the future, too
    #[arg(long)]
    future: bool,
    /// Say what would change, write nothing
    #[arg(long)]
    dry_run: bool,
    /// Leave out posts with errors instead of stopping
    #[arg(long)]
    keep_going: bool,
    /// Judge every feed before it replaces anything, also those above 1 MB
    #[arg(long)]
    check: bool,
    /// Leave `postrider.lock` as it is, and fail where it would have to remember more than new and edited posts (for CI)
    #[arg(long)]
    locked: bool,
    /// Print what was found where, and build nothing: each setting with its file and line, and what was not understood
    #[arg(long, conflicts_with_all = ["watch", "dry_run", "check", "locked", "keep_going", "out", "force"])]
    explain_site: bool,
    /// Build again whenever a post, the configuration or a template changes
    #[arg(long)]
    watch: bool,
    /// How to report
    #[arg(long, value_name = "FORMAT", value_parser = Format::parser(), default_value = "human")]
    format: Format,
    /// Build as if it were this time: it decides which posts are still to come or have expired
    #[arg(long, value_name = "DATE", env = "POSTRIDER_NOW")]
    now: Option<String>,
}

/// Runs the command.
///
/// # Errors
/// When it could not run at all.
pub(super) fn run(workplace: &Workplace, args: &BuildArgs) -> anyhow::Result<Exit> {
    if args.explain_site {
        return explain_site::run(workplace, args.format);
    }
    if args.watch { watch::run(workplace, args) } else { once(workplace, args) }
}

/// Builds once and reports.
fn once(workplace: &Workplace, args: &BuildArgs) -> anyhow::Result<Exit> {
    let mut build = Build::default();
    let exit = build.run(workplace, args);
    fill_places(workplace, &mut build.findings);
    if let (Err(error), false) = (&exit, args.format.is_human()) {
        // A machine that reads only the report must not take it for a good one.
        build.findings.push(Diagnostic::new(&codes::COULD_NOT_RUN, super::described(error)));
    }
    let is_reported = exit.is_err() && !args.format.is_human();
    let line = match &exit {
        Ok(_) if build.settled => Some(build.summary(args)),
        Ok(Exit::Errors) => Some(format!("nothing was replaced in {}", build.folder)),
        _ => None,
    };
    let left_out = build.left_out.files();
    let report = Report {
        diagnostics: &build.findings,
        outputs: &build.lines,
        files_read: build.files,
        notes: &build.notes,
        left_out: &left_out,
        ..Report::default()
    };
    super::print_report(workplace, args.format, &report, line.as_deref())?;
    // The report has said why.
    if is_reported { Ok(Exit::CouldNotRun) } else { exit }
}

/// What one run has found and done so far.
#[derive(Debug, Default)]
struct Build {
    findings: Vec<Diagnostic>,
    lines: Vec<OutputLine>,
    /// How many files were read.
    files: usize,
    posts: usize,
    entries: usize,
    over_budget: bool,
    archives: bool,
    limited: usize,
    left_out: LeftOut,
    folder: String,
    notes: Vec<String>,
    /// Whether the outputs are in place (or, in a dry run, would be).
    settled: bool,
    /// What is asked of a run that is only looked at, and what was seen.
    ask: Option<Ask>,
    seen: Option<Preview>,
    /// The files that would be removed.
    stale: Vec<String>,
}

impl Build {
    fn run(&mut self, workplace: &Workplace, args: &BuildArgs) -> anyhow::Result<Exit> {
        let Some(mut settings) = super::load(workplace, &mut self.findings)? else { return Ok(Exit::CouldNotRun) };
        let view = View { now: super::now(args.now.as_deref(), &settings)?, drafts: args.drafts, future: args.future, locked: args.locked };
        let lock = self.ask.as_ref().and_then(|ask| ask.lock.as_ref());
        site::take_feeds(&mut settings, &lock.map_or_else(|| lock::read_feeds(workplace), |lock| Ok(lock.clone()))?);
        if self.ask.as_ref().is_some_and(|ask| ask.whole) {
            preview::show_whole(&mut settings);
        }
        let folder = workplace.path(args.out.as_deref().unwrap_or(settings.output.as_ref()));
        self.folder = args.out.as_ref().map_or_else(|| settings.output.clone(), |out| out.display().to_string());
        let name = self.folder.clone();
        let checks = Checks::new(&settings, view.now, &name, &mut self.findings);
        if self.findings.iter().any(Diagnostic::is_error) {
            return Ok(Exit::CouldNotRun);
        }
        let listing = source::list(&workplace.root, &settings.posts, &settings.exclude, &folder)?;
        self.files = listing.files.len();
        if !settings.url_given {
            let finding = Diagnostic::new(
                &codes::MISSING_SITE_URL,
                format!("`site.url` is not set, so every link begins with `{}`; do not publish these feeds", settings.url),
            );
            self.findings.push(finding.help("write `site: {url: https://example.org/}` in postrider.yaml"));
        }
        self.findings.extend(published_configuration(workplace));
        let heads = posts::read(&workplace.root, listing, &settings, view.now);
        self.findings.extend(heads.findings);
        let disk = Disk::new(&workplace.root);
        let outputs = Outputs::new(&workplace.root, &folder, args.dry_run);
        // Only now, when what the reading took is free again.
        let mut lock = match &mut self.ask {
            Some(Ask { lock: Some(lock), .. }) => std::mem::take(lock),
            // What is only looked at may lack what a build asks for.
            Some(_) => lock::read(workplace)?,
            None => lock::read_for(workplace, args.locked, &mut self.notes)?,
        };
        let (mut site, found) = site::assemble(heads.posts, heads.left_out, &settings, view, &lock);
        site.sections = heads.sections;
        site.pages = heads.pages;
        self.findings.extend(found);
        let room = Room { root: &workplace.root, settings: &settings, assets: &disk, outputs: &outputs, check_all: args.check };
        let (mut rendered, mut plans) = loop {
            let (mut plans, mut found) = site::plan(&site, &settings);
            site::keep_feed_ids(&mut plans, &lock);
            // Where posts have errors, these are the reason.
            found.retain(|found| found.code != EMPTY_FEED.name || args.keep_going || !site.left_out.has(Reason::Broken));
            let job = room.job(&site);
            let progress = Progress::new(workplace.terminal);
            let rendered = job.render(&plans, |done, all| progress.tick(done, all))?;
            progress.finish();
            if rendered.broken.is_empty() || !args.keep_going {
                self.findings.extend(found);
                break (rendered, plans);
            }
            // The feeds are planned anew without them: the next older posts take their places. What was found in the others
            // is found again.
            let paths: BTreeSet<&str> = rendered.broken.iter().map(|post| site.posts[*post as usize].post.path.as_str()).collect();
            let of_broken = |found: &Diagnostic| found.place.as_ref().is_some_and(|place| paths.contains(&*place.path));
            self.findings.extend(rendered.findings.into_iter().filter(|found| found.is_error() || of_broken(found)));
            site.leave_out(Reason::Broken, |post| u32::try_from(post).is_ok_and(|post| rendered.broken.contains(&post)));
        };
        if self.ask.is_none() {
            site::forget_shown(&mut lock, &site, view.now);
        }
        let full = room.job(&site).archive(&mut plans, &mut rendered)?;
        // What only the author is shown fills no page.
        if settings.feeds.archives && !view.drafts && !view.future {
            site::archive::remember(&mut site, &full);
        }
        let witness = self.ask.as_ref().map(|_| preview::Documents::default());
        self.notes.extend(plans.iter().find_map(|plan| short_feed(plan, &settings)));
        let job = Job { witness: witness.as_ref(), ..room.job(&site) };
        let exit = self.finish((workplace, args), &job, &checks, &plans, rendered, (&lock, view.now))?;
        if let Some(documents) = witness {
            let stale = std::mem::take(&mut self.stale);
            let documents = documents.in_order(&plans, &settings);
            self.seen = self.settled.then_some(Preview { settings, lock, folder, site, plans, documents, stale, doubts: Vec::new() });
            return Ok(exit);
        }
        Ok(exit)
    }

    /// Makes the documents, checks them and puts them into place, unless there are errors.
    fn finish(
        &mut self,
        (workplace, args): (&Workplace, &BuildArgs),
        job: &Job<'_>,
        checks: &Checks<'_>,
        plans: &[FeedPlan],
        mut rendered: Rendered,
        known: (&Lock, Date),
    ) -> anyhow::Result<Exit> {
        let Job { settings, site, outputs, .. } = *job;
        self.findings.append(&mut rendered.findings);
        for (plan, feed) in plans.iter().zip(&rendered.feeds).filter(|(plan, _)| plan.archive_of.is_none()) {
            self.weigh(plan, feed, settings);
        }
        self.count(site, plans, &rendered.feeds);
        if !settings.timezone_given && site.posts.iter().any(|placed| placed.post.in_site_zone) {
            self.notes.push("note: dates without an offset are read as UTC; set `site.timezone` if that is not what you mean".to_owned());
        }
        self.notes.extend(frames(&self.findings));
        let errors = self.findings.iter().any(Diagnostic::is_error);
        if self.findings.iter().any(|found| found.code == posts::UNREADABLE_FILE.name) && !args.keep_going {
            return Ok(Exit::CouldNotRun);
        }
        let is_empty = self.findings.iter().any(|found| found.code == EMPTY_FEED.name);
        if errors && (!args.keep_going || is_empty) {
            return Ok(Exit::Errors);
        }
        let Some(pages) = pages::stage(workplace, settings, site, plans, &rendered, outputs, &mut self.findings)? else {
            return Ok(Exit::CouldNotRun);
        };
        let mut entries = BTreeMap::new();
        let mut ready = Vec::new();
        let mut found = Vec::new();
        for document in job.documents(plans, rendered, checks)? {
            found.extend(document.found);
            entries.insert(document.ready.name().to_owned(), document.entries);
            ready.push(document.ready);
        }
        let valid = !found.iter().any(Diagnostic::is_error);
        let settled = checks::settle(found, &self.findings);
        self.findings.extend(settled);
        if !valid {
            return Ok(Exit::Errors);
        }
        for page in pages {
            ready.push(outputs.close(page)?);
        }
        if self.ask.is_some() {
            self.stale = outputs.stale(&ready);
            self.settled = true;
            return Ok(Exit::Fine);
        }
        let force: Vec<PathBuf> = args.force.iter().map(|path| workplace.path(path)).collect();
        // A post that a slip of the pen leaves out may be the only one of its feed, which readers follow still.
        let stale = if errors { Stale::Keep } else { Stale::Remove };
        let made = ready.len();
        outputs.check(&ready, &force).map_err(|error| match &error {
            OutputError::Stranger { keys, .. } if keys.contains(&FEED_FILES) && !settings.habits.feeds_off.is_empty() => {
                anyhow::anyhow!("{error}; if your site generator wrote it: {}", settings.habits.feeds_off)
            }
            _ => error.into(),
        })?;
        if !args.dry_run && !args.locked {
            // Before any reader can see an id, it is remembered: a run that is killed in between is mended by the next. The other way round, that one
            // would find feeds whose ids nobody knows.
            let (lock, now) = known;
            let plans = if args.drafts || args.future { &[] } else { plans };
            self.notes.extend(lock::keep(workplace, settings, (site, plans), lock, now)?);
        }
        if args.locked {
            self.notes.extend(lock::unrecorded(site, known.1));
        }
        let done = outputs.commit(ready, stale)?;
        if stale == Stale::Keep && done.len() > made {
            let files = summary::plural(done.len() - made, "file", "files");
            self.notes
                .push(format!("note: {files} of earlier builds kept that this one does not make, as posts with errors were left out"));
        }
        for (given, _) in args.force.iter().zip(&force).filter(|(_, path)| !outputs.is_among(&done, path)) {
            self.notes.push(format!("note: `--force {}` names no file of this build", given.display()));
        }
        self.lines = done.iter().map(|done| line(done, &entries)).collect();
        self.settled = true;
        Ok(if errors { Exit::Errors } else { Exit::Fine })
    }

    /// Warns of feeds above the byte budget: one entry alone is larger.
    fn weigh(&mut self, plan: &FeedPlan, feed: &Gathered, settings: &Settings) {
        let Some(budget) = settings.feeds.bytes else { return };
        for (format, size) in settings.feeds.formats.iter().zip(&feed.sizes).filter(|(_, size)| **size > budget) {
            let alone = if feed.entries == 1 { ": its newest entry alone is larger" } else { "" };
            let message = format!("this feed has {size} bytes, and `feeds.bytes` is {budget}{alone}");
            let finding = Diagnostic::new(&codes::FEED_TOO_LARGE, message);
            let place = Place::file(plan.file(*format));
            self.findings.push(finding.at(place).help("shorten the post, or set `feeds.content: summary`"));
        }
    }

    /// Remembers the numbers of the summary.
    fn count(&mut self, site: &Site, plans: &[FeedPlan], feeds: &[Gathered]) {
        self.posts = site.posts.len();
        self.archives = plans.iter().any(|plan| plan.archive_of.is_some());
        self.left_out = site.left_out.clone();
        // Each main feed holds the entries of its language.
        for (plan, feed) in plans.iter().zip(feeds).filter(|(plan, _)| plan.main) {
            self.entries += feed.entries;
            self.limited += plan.candidates - feed.entries;
            self.over_budget |= feed.entries < plan.posts.len();
        }
    }

    /// Returns the one line that a run on clean input prints.
    fn summary(&self, args: &BuildArgs) -> String {
        let count = |action: Action| self.lines.iter().filter(|line| line.action == action).count();
        let limit = match (self.limited, self.over_budget) {
            (0, _) => String::new(),
            (n, _) if self.archives => format!(" ({n} older in archives)"),
            (n, true) => format!(" (`feeds.bytes` leaves out {n} older)"),
            (n, false) => format!(" (`feeds.entries` leaves out {n} older)"),
        };
        let files = if args.dry_run {
            [(Action::WouldWrite, "would be written"), (Action::Unchanged, "unchanged"), (Action::WouldRemove, "would be removed")]
        } else {
            [(Action::Written, "written"), (Action::Unchanged, "unchanged"), (Action::Removed, "removed")]
        };
        let mut counts: Vec<(usize, &str)> = files.iter().map(|(action, verb)| (count(*action), *verb)).filter(|(n, _)| *n > 0).collect();
        counts.sort_by_key(|(_, verb)| *verb == "unchanged");
        let counts: Vec<String> = counts
            .iter()
            .enumerate()
            .map(|(i, (n, verb))| if i == 0 { format!("{} {verb}", summary::plural(*n, "file", "files")) } else { format!("{n} {verb}") })
            .collect();
        let (entries, posts) = (summary::plural(self.entries, "entry", "entries"), summary::plural(self.posts, "post", "posts"));
        let text = format!("{entries}{limit} from {posts}; {} in {}", counts.join(", "), self.folder);
        let reasons: Vec<String> = self.left_out.counts().map(|(count, reason)| reason.counted(count)).collect();
        if reasons.is_empty() { text } else { format!("{text}; left out: {}", reasons.join(", ")) }
    }
}

/// Says why a feed has fewer entries than it may: what a full page of its archive holds stays there.
fn short_feed(plan: &FeedPlan, settings: &Settings) -> Option<String> {
    let may = match settings.feeds.entries {
        Limit::All => "all".to_owned(),
        Limit::Newest(limit) => Some(limit).filter(|limit| plan.posts.len() < *limit)?.to_string(),
    };
    let is_archived = plan.archive_of.is_none() && plan.older.iter().any(|older| older.page.is_some());
    let format = settings.feeds.formats.first().filter(|_| is_archived)?;
    let (file, entries) = (plan.file(*format), summary::plural(plan.posts.len(), "entry", "entries"));
    Some(format!(
        "note: `{file}` has {entries}, and `feeds.entries` is {may}: what full pages of its archive hold stays there, as nobody should meet a post twice; new posts fill the feed up"
    ))
}

/// Warns when Jekyll would publish our configuration: it copies every file in its root that it is not told to leave out.
fn published_configuration(workplace: &Workplace) -> Option<Diagnostic> {
    let name = "_config.yml";
    let is_there = |name: &str| workplace.path(name.as_ref()).is_file();
    let bytes = (is_there(name) && is_there("postrider.yaml")).then(|| source::read(&workplace.root, name).ok()).flatten()?;
    if String::from_utf8_lossy(&bytes).contains("postrider.") {
        return None;
    }
    let finding = Diagnostic::new(&codes::PUBLISHED_CONFIGURATION, "Jekyll publishes `postrider.yaml` with the site");
    Some(finding.at(Place::file(name)).help("add `exclude: [postrider.yaml, postrider.lock]` to it"))
}

/// Returns the report's line about a file.
fn line(done: &Done, entries: &BTreeMap<String, usize>) -> OutputLine {
    OutputLine { path: done.path.clone(), action: done.action, bytes: done.bytes, entries: entries.get(&done.name).copied() }
}

/// The key of the front matter that holds a post's id, or has another name there.
const ID: &str = "id";

/// Returns the key under which a post has its id.
pub(super) fn id_key(workplace: &Workplace, path: &str) -> String {
    let bytes = source::read(&workplace.root, path).unwrap_or_default();
    frontmatter::written_key(&posts::decoded(path, bytes).0, ID).to_owned()
}

/// Looks up the positions of findings whose file was no longer at hand when they were made.
pub(super) fn fill_places(workplace: &Workplace, findings: &mut [Diagnostic]) {
    let config = super::config_file_if_any(workplace).ok().flatten();
    for finding in findings {
        let Some(place) = finding.place.as_mut().filter(|place| place.start.line == 0) else { continue };
        let Some(key) = &place.key else { continue };
        let Ok(bytes) = source::read(&workplace.root, &place.path) else { continue };
        let (text, _) = posts::decoded(&place.path, bytes);
        // The body is no key; its finding says what it is about.
        if key == checks::BODY {
            continue;
        }
        let is_config = config.as_deref() == Some(&*place.path) || matches!(&*place.path, "_config.yml" | "_config.yaml");
        let span = if is_config { config::locate(&text, key) } else { frontmatter::locate_field(&text, key) }.unwrap_or(0..0);
        if let Some(help) = finding.help.as_mut().filter(|_| key == ID) {
            *help = help.replace("`id`", &format!("`{}`", frontmatter::written_key(&text, ID))).into();
        }
        *place = Source::new(&place.path.clone(), &text).place(span);
    }
}

/// Says once that embedded pages became links: that each of them did is no news to their author.
fn frames(findings: &[Diagnostic]) -> Option<String> {
    let linked = findings.iter().filter(|found| found.code == html::LINKED_FRAME.name);
    let posts: BTreeSet<&str> = linked.filter_map(|found| Some(&*found.place.as_ref()?.path)).collect();
    let posts = match posts.len() {
        0 => return None,
        1 => "a post".to_owned(),
        count => format!("{count} posts"),
    };
    Some(format!("note: embedded pages of {posts} became links, for readers remove them; `--format json` names each"))
}
