//! A build that is only looked at: what it would write, read back as followers read it.

use super::{Build, BuildArgs};
use crate::cli::{Exit, Format, Workplace, print_report};
use crate::diagnostic::Diagnostic;
use crate::feed;
use crate::feed::read::{self, ReadEntry, ReadFeed};
use crate::model::{ContentMode, FeedFormat, Limit, Lock, Settings};
use crate::report::Report;
use crate::site::{FeedPlan, RENAMED_POST, Site};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

/// What is asked of a build that is only looked at.
#[derive(Debug, Default, Clone)]
pub(in crate::cli) struct Ask {
    /// A lock in place of postrider.lock.
    pub(in crate::cli) lock: Option<Lock>,
    /// Whether every post is shown, with all it says, however little of it the feeds hold.
    pub(in crate::cli) whole: bool,
    /// The folder that would be written to, in place of the configured one.
    pub(in crate::cli) out: Option<PathBuf>,
    /// The time to build for.
    pub(in crate::cli) now: Option<String>,
    /// Whether a program reads what is said of errors.
    pub(in crate::cli) json: bool,
}

/// What a build would write.
#[derive(Debug)]
pub(in crate::cli) struct Preview {
    pub(in crate::cli) settings: Settings,
    pub(in crate::cli) lock: Lock,
    /// The output folder.
    pub(in crate::cli) folder: PathBuf,
    pub(in crate::cli) site: Site,
    pub(in crate::cli) plans: Vec<FeedPlan>,
    /// The feeds, in the order of the plans.
    pub(in crate::cli) documents: Vec<Drafted>,
    /// The files of earlier builds that would be removed, relative to the site's root.
    pub(in crate::cli) stale: Vec<String>,
    /// Which posts may be others under a new name.
    pub(in crate::cli) doubts: Vec<String>,
}

/// A feed that would be written.
#[derive(Debug)]
pub(in crate::cli) struct Drafted {
    /// Its path below the output folder.
    pub(in crate::cli) path: String,
    pub(in crate::cli) format: FeedFormat,
    /// The index of its plan.
    pub(in crate::cli) plan: usize,
    pub(in crate::cli) feed: ReadFeed,
    /// The entries of its archive, newest first.
    pub(in crate::cli) archived: Vec<ReadEntry>,
}

/// Builds in memory; nothing is written. Where there are errors they are reported, and the exit status is returned in place of what was seen.
pub(in crate::cli) fn preview(workplace: &Workplace, ask: Ask) -> anyhow::Result<Result<Preview, Exit>> {
    let format = if ask.json { Format::json() } else { Format::human() };
    let args = BuildArgs { dry_run: true, out: ask.out.clone(), now: ask.now.clone(), ..BuildArgs::default() };
    let mut build = Build { ask: Some(ask), ..Build::default() };
    let exit = build.run(workplace, &args)?;
    if let (Some(mut preview), Exit::Fine) = (build.seen.take(), exit) {
        preview.doubts = build.findings.iter().filter(|found| found.code == RENAMED_POST.name).map(doubt).collect();
        return Ok(Ok(preview));
    }
    super::fill_places(workplace, &mut build.findings);
    build.findings.retain(Diagnostic::is_error);
    let report = Report { diagnostics: &build.findings, files_read: build.files, ..Report::default() };
    print_report(workplace, format, &report, Some("nothing was compared, for these posts cannot be built"))?;
    Ok(Err(exit))
}

fn doubt(found: &Diagnostic) -> String {
    let path = found.place.as_ref().map(|place| place.path.to_string()).unwrap_or_default();
    format!("note: {path}: {}; help: {}", found.message, found.help.as_deref().unwrap_or_default())
}

/// Lets one format show every post with all it says, in the main feeds.
pub(super) fn show_whole(settings: &mut Settings) {
    let feeds = &mut settings.feeds;
    (feeds.entries, feeds.bytes, feeds.content) = (Limit::All, None, ContentMode::Full);
    feeds.formats = vec![FeedFormat::Json];
    feeds.by.clear();
    feeds.archives = false;
}

/// The documents of a run, as they come from all cores.
#[derive(Debug, Default)]
pub(super) struct Documents(Mutex<BTreeMap<String, (FeedFormat, ReadFeed)>>);

impl Documents {
    pub(super) fn add(&self, path: &str, format: &'static feed::Format, text: &str) {
        if let Some(feed) = read::read(text, None) {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(path.to_owned(), (format.format, feed));
        }
    }

    pub(super) fn in_order(self, plans: &[FeedPlan], settings: &Settings) -> Vec<Drafted> {
        let mut all = self.0.into_inner().unwrap_or_else(PoisonError::into_inner);
        let mut archived: BTreeMap<(usize, FeedFormat), Vec<ReadEntry>> = BTreeMap::new();
        for plan in plans.iter().rev() {
            let Some(of) = plan.archive_of else { continue };
            for format in &settings.feeds.formats {
                let entries = all.remove(plan.file(*format)).map(|(_, page)| page.entries).unwrap_or_default();
                archived.entry((of, *format)).or_default().extend(entries);
            }
        }
        let places =
            plans.iter().enumerate().flat_map(|(at, plan)| settings.feeds.formats.iter().map(move |format| (at, plan.file(*format))));
        let drafted = places.filter_map(|(plan, path)| {
            let (format, feed) = all.remove(path)?;
            let archived = archived.remove(&(plan, format)).unwrap_or_default();
            Some(Drafted { path: path.to_owned(), format, plan, feed, archived })
        });
        drafted.collect()
    }
}
