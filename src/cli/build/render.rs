//! Bodies become entries, entries become bytes, bytes go to the feeds that hold them: in groups, on all cores, so that
//! memory does not grow with the number of posts.
//!
//! A main feed without a byte budget is written while its entries are rendered. Of every other feed it is only counted which
//! entries it takes; their bytes are kept once, on the disk when they are many, and the documents are made of them feed by
//! feed, so that memory does not grow with the number of feeds either.

use super::super::posts;
use super::archive;
use super::checks::{self, Checks};
use super::pages::NEWEST;
use super::preview::Documents;
use super::spool::Spool;
use crate::diagnostic::{Diagnostic, Source};
use crate::feed::{CleanEntry, FORMATS, Format};
use crate::model::{Assets, Date, Entry, Feed, Limit, Settings};
use crate::output::{Claim, OutputError, Outputs, Ready, Staged};
use crate::site::entry::Purpose;
use crate::site::{FeedPlan, Placed, Site, entry};
use crate::template::TEMPLATE_ERROR;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// How many posts are rendered before their bytes are written and dropped.
const GROUP: usize = 128;

/// Feeds up to this size are always judged before they replace anything; larger ones with `--check`.
const ALWAYS_CHECKED: u64 = 1_000_000;

/// The key that names the files of feeds.
pub(super) const FEED_FILES: &str = "feeds.files";

/// Feeds with more entries are hardly small: their HTML is judged only when they turn out to be.
const FEW: usize = 100;

/// What rendering needs to know.
pub(super) struct Job<'a> {
    pub(super) root: &'a Path,
    pub(super) settings: &'a Settings,
    pub(super) site: &'a Site,
    pub(super) assets: &'a dyn Assets,
    pub(super) outputs: &'a Outputs,
    /// Whether feeds of any size are judged.
    pub(super) check_all: bool,
    /// What is shown every document before it is put into its place.
    pub(super) witness: Option<&'a Documents>,
}

/// What is the same for every job of a run.
#[derive(Clone, Copy)]
pub(super) struct Room<'a> {
    pub(super) root: &'a Path,
    pub(super) settings: &'a Settings,
    pub(super) assets: &'a dyn Assets,
    pub(super) outputs: &'a Outputs,
    pub(super) check_all: bool,
}

impl<'a> Room<'a> {
    /// Returns what rendering a site needs to know, without a witness.
    pub(super) fn job(self, site: &'a Site) -> Job<'a> {
        let Room { root, settings, assets, outputs, check_all } = self;
        Job { root, settings, site, assets, outputs, check_all, witness: None }
    }
}

/// The feeds of a run.
#[derive(Debug)]
pub(super) struct Rendered {
    /// What each feed holds, in the order of the plans.
    pub(super) feeds: Vec<Gathered>,
    /// What was found in the bodies, in the order of the posts.
    pub(super) findings: Vec<Diagnostic>,
    /// The posts (indices) whose bodies have errors.
    pub(super) broken: BTreeSet<u32>,
    /// The titles of the newest posts of the main feed, for the subscribe page.
    pub(super) titles: BTreeMap<u32, String>,
    /// What the validator finds in the HTML of the posts that were judged.
    judged: BTreeMap<u32, Vec<Diagnostic>>,
    /// The entries of the feeds that are not written yet.
    pub(super) spool: Spool,
}

/// What a feed holds: as many posts from the beginning of its plan as the byte budget allows.
#[derive(Debug)]
pub(super) struct Gathered {
    /// How many posts.
    pub(super) entries: usize,
    /// The size of the document in each format.
    pub(super) sizes: Vec<u64>,
    /// The newest change of an entry.
    updated: Option<Date>,
    /// Whether no further post will be in.
    full: bool,
    /// The documents, where they are written while their entries are rendered.
    documents: Option<Vec<Staged>>,
}

impl Gathered {
    /// Returns a feed with all the posts of its plan.
    pub(super) fn whole(plan: &FeedPlan, sizes: Vec<u64>) -> Self {
        Gathered { entries: plan.posts.len(), sizes, updated: Some(plan.feed.updated), full: true, documents: None }
    }
}

/// A feed in one format, complete.
#[derive(Debug)]
pub(super) struct Document {
    pub(super) ready: Ready,
    pub(super) entries: usize,
    /// What is wrong with it; an error means that it must not be published.
    pub(super) found: Vec<Diagnostic>,
}

/// One post, rendered and serialised in every format.
struct Part {
    post: u32,
    findings: Vec<Diagnostic>,
    /// What the validator finds in its HTML.
    judged: Option<Vec<Diagnostic>>,
    title: Option<String>,
    updated: Date,
    items: Vec<Vec<u8>>,
}

impl Job<'_> {
    /// Renders what the feeds need. `tick` is told after each group how many posts are done.
    pub(super) fn render(&self, plans: &[FeedPlan], mut tick: impl FnMut(usize, usize)) -> anyhow::Result<Rendered> {
        let formats = self.formats();
        let feeds = plans.iter().map(|plan| self.begin(plan, &formats)).collect::<Result<_, _>>()?;
        let spool = Spool::new(self.outputs.scratch());
        let mut rendered =
            Rendered { feeds, findings: Vec::new(), broken: BTreeSet::new(), titles: BTreeMap::new(), judged: BTreeMap::new(), spool };
        let mut holders: Vec<Vec<u32>> = vec![Vec::new(); self.site.posts.len()];
        for (feed, plan) in (0u32..).zip(plans) {
            plan.posts.iter().for_each(|post| holders[*post as usize].push(feed));
        }
        let archived = self.archived(plans);
        let is_archived = |post: &u32| archived[*post as usize];
        let is_wanted = |(post, holders): &(u32, &Vec<u32>)| !holders.is_empty() || is_archived(post);
        let wanted: Vec<u32> = (0u32..).zip(&holders).filter(is_wanted).map(|(post, _)| post).collect();
        let newest = plans.first().map_or(&[][..], |plan| &plan.posts[..plan.posts.len().min(NEWEST)]);
        for (done, group) in wanted.chunks(GROUP).enumerate() {
            tick(done * GROUP, wanted.len());
            let is_open = |post: &u32| is_archived(post) || holders[*post as usize].iter().any(|feed| !rendered.feeds[*feed as usize].full);
            let still: Vec<u32> = group.iter().copied().filter(is_open).collect();
            // The HTML is judged before it is written, once for all feeds.
            let is_small = |feed: &u32| plans[*feed as usize].posts.len() <= FEW && self.is_any_judged(&rendered.feeds[*feed as usize]);
            let is_judged =
                |post: &u32| self.check_all || self.has_small_pages() && is_archived(post) || holders[*post as usize].iter().any(is_small);
            let part = |post: &u32| self.part(*post, &formats, is_judged(post));
            let parts: Vec<anyhow::Result<Part>> = still.par_iter().map(part).collect();
            for part in parts {
                let part = part?;
                if part.findings.iter().any(Diagnostic::is_error) {
                    rendered.broken.insert(part.post);
                }
                if let Some(title) = part.title.as_ref().filter(|_| newest.contains(&part.post)) {
                    rendered.titles.insert(part.post, title.clone());
                }
                let mut is_kept = is_archived(&part.post);
                for feed in &holders[part.post as usize] {
                    let (feed, plan) = (&mut rendered.feeds[*feed as usize], &plans[*feed as usize]);
                    is_kept |= self.add(feed, plan, &part, &formats)?;
                }
                if is_kept {
                    rendered.spool.add(part.post, &part.items)?;
                }
                rendered.judged.extend(part.judged.map(|judged| (part.post, judged)));
                // Every post that uses a template with a fault would tell of it.
                let is_new = |found: &Diagnostic| found.code != TEMPLATE_ERROR.name || !rendered.findings.contains(found);
                let new: Vec<Diagnostic> = part.findings.into_iter().filter(is_new).collect();
                rendered.findings.extend(new);
            }
        }
        for staged in rendered.feeds.iter_mut().filter_map(|feed| feed.documents.as_mut()) {
            for (staged, format) in staged.iter_mut().zip(&formats) {
                self.outputs.append(staged, format.tail)?;
            }
        }
        Ok(rendered)
    }

    /// Returns which posts stand in the archive of a feed, or may come to stand there when the byte budget is used up.
    fn archived(&self, plans: &[FeedPlan]) -> Vec<bool> {
        let mut archived = vec![false; self.site.posts.len()];
        for plan in plans.iter().filter(|plan| self.has_archive(plan)) {
            let older = plan.older.iter().map(|older| older.post);
            plan.posts.iter().copied().chain(older).for_each(|post| archived[post as usize] = true);
        }
        archived
    }

    fn has_archive(&self, plan: &FeedPlan) -> bool {
        self.settings.feeds.archives && plan.main
    }

    fn has_small_pages(&self) -> bool {
        matches!(self.settings.feeds.entries, Limit::Newest(most) if most <= FEW)
    }

    /// Makes every document, one feed on each core at a time, and hands them on.
    pub(super) fn documents(&self, plans: &[FeedPlan], rendered: Rendered, checks: &Checks<'_>) -> anyhow::Result<Vec<Document>> {
        let formats = self.formats();
        let Rendered { feeds, judged, spool, .. } = rendered;
        let made: Vec<anyhow::Result<Vec<Document>>> = feeds
            .into_par_iter()
            .zip(plans)
            .map(|(feed, plan)| {
                let (entries, is_any_judged) = (feed.entries, self.is_any_judged(&feed));
                let staged = self.staged(feed, plan, &spool, &formats)?;
                let judged = if is_any_judged { self.judged(plan, entries, &judged)? } else { Vec::new() };
                let document = |(mut staged, format): (Staged, &&'static Format)| {
                    let found = if self.is_judged(staged.len()) {
                        let mut found = self.check(&mut staged, format, entries, plan, checks)?;
                        found.extend(checks.count(staged.path(), judged.clone()));
                        found
                    } else {
                        Vec::new()
                    };
                    if let Some(witness) = self.witness {
                        let text = text_of(&mut staged)?;
                        witness.add(staged.path(), format, &text);
                    }
                    Ok(Document { ready: self.outputs.close(staged)?, entries, found })
                };
                staged.into_iter().zip(&formats).map(document).collect()
            })
            .collect();
        let mut documents = Vec::with_capacity(plans.len() * formats.len());
        for made in made {
            documents.extend(made?);
        }
        Ok(documents)
    }

    /// Returns whether a document of a size is judged.
    fn is_judged(&self, size: u64) -> bool {
        self.check_all || size <= ALWAYS_CHECKED
    }

    /// Returns whether any document of a feed is judged, if it does not grow.
    fn is_any_judged(&self, feed: &Gathered) -> bool {
        feed.sizes.iter().any(|size| self.is_judged(*size))
    }

    /// Returns what was found in the HTML of a feed's posts; those that were not judged are rendered once more.
    fn judged(&self, plan: &FeedPlan, entries: usize, judged: &BTreeMap<u32, Vec<Diagnostic>>) -> anyhow::Result<Vec<Diagnostic>> {
        let posts = plan.posts.par_iter().take(entries);
        let judge = |post: &u32| match judged.get(post) {
            Some(found) => Ok(found.clone()),
            None => Ok(self.entry(&self.site.posts[*post as usize], true)?.2.unwrap_or_default()),
        };
        let found: anyhow::Result<Vec<Vec<Diagnostic>>> = posts.map(judge).collect();
        Ok(found?.into_iter().flatten().collect())
    }

    /// Reads a document back and judges it.
    fn check(
        &self,
        staged: &mut Staged,
        format: &Format,
        entries: usize,
        plan: &FeedPlan,
        checks: &Checks<'_>,
    ) -> Result<Vec<Diagnostic>, OutputError> {
        let text = text_of(staged)?;
        Ok(checks.judge(&text, staged.path(), format, entries, plan, self.site))
    }

    /// Returns the documents of a feed: those written already, or else made of the entries that were kept.
    fn staged(&self, feed: Gathered, plan: &FeedPlan, spool: &Spool, formats: &[&'static Format]) -> anyhow::Result<Vec<Staged>> {
        if let Some(documents) = feed.documents {
            return Ok(documents);
        }
        let mut documents = self.heads(plan, feed.updated.unwrap_or(plan.feed.updated), formats)?;
        let mut kept = Vec::new();
        for (number, post) in plan.posts.iter().take(feed.entries).enumerate() {
            let items = spool.read(*post, &mut kept)?;
            for ((staged, format), item) in documents.iter_mut().zip(formats).zip(items) {
                if number > 0 {
                    self.outputs.append(staged, format.separator)?;
                }
                self.outputs.append(staged, item)?;
            }
        }
        for (staged, format) in documents.iter_mut().zip(formats) {
            self.outputs.append(staged, format.tail)?;
        }
        Ok(documents)
    }

    /// Returns what is written, in the configured order.
    pub(super) fn formats(&self) -> Vec<&'static Format> {
        self.settings.feeds.formats.iter().map(|format| &FORMATS[*format as usize]).collect()
    }

    /// Begins the documents of a feed with their heads.
    fn heads(&self, plan: &FeedPlan, updated: Date, formats: &[&'static Format]) -> Result<Vec<Staged>, OutputError> {
        let feed = Feed { updated, ..plan.feed.clone() };
        let head = |format: &&'static Format| {
            let named = plan.theirs && plan.archive_of.is_none() && self.settings.feeds.files_given[format.format as usize];
            let signs = feed.self_url(format.format).map(format.signs).unwrap_or_default();
            let mut staged =
                self.outputs.stage(plan.file(format.format), Claim { key: FEED_FILES, named, begins: "", signs, lasting: plan.main });
            self.outputs.append(&mut staged, &(format.head)(&feed))?;
            Ok(staged)
        };
        formats.iter().map(head).collect()
    }

    /// Begins a feed.
    fn begin(&self, plan: &FeedPlan, formats: &[&'static Format]) -> Result<Gathered, OutputError> {
        // Every date is as long as any other.
        let longest = if self.settings.feeds.archives { &archive::longest(&plan.feed) } else { &plan.feed };
        let sizes = formats.iter().map(|format| ((format.head)(longest).len() + format.tail.len()) as u64).collect();
        // Without a budget every planned entry is in, so the head can go out before the entries are rendered.
        // What it leads to is known only behind them.
        let is_known = self.settings.feeds.bytes.is_none() && !self.settings.feeds.archives;
        let documents = if plan.main && is_known { Some(self.heads(plan, plan.feed.updated, formats)?) } else { None };
        Ok(Gathered { entries: 0, sizes, updated: None, full: plan.posts.is_empty(), documents })
    }

    /// Adds an entry to a feed, unless the byte budget is used up; a lone entry is never cut. Returns whether the entry has to
    /// be kept until the feed is written.
    fn add(&self, feed: &mut Gathered, plan: &FeedPlan, part: &Part, formats: &[&'static Format]) -> Result<bool, OutputError> {
        if feed.full {
            return Ok(false);
        }
        let between = |format: &Format| if feed.entries > 0 { format.separator } else { b"" };
        let lengths = part.items.iter().zip(formats).map(|(item, format)| (between(format).len() + item.len()) as u64);
        let sizes: Vec<u64> = feed.sizes.iter().zip(lengths).map(|(size, length)| size + length).collect();
        if feed.entries > 0 && self.settings.feeds.bytes.is_some_and(|budget| sizes.iter().any(|size| *size > budget)) {
            feed.full = true;
            return Ok(false);
        }
        if let Some(documents) = &mut feed.documents {
            for ((staged, format), item) in documents.iter_mut().zip(formats).zip(&part.items) {
                self.outputs.append(staged, between(format))?;
                self.outputs.append(staged, item)?;
            }
        }
        feed.sizes = sizes;
        feed.updated = feed.updated.max(Some(part.updated));
        feed.entries += 1;
        feed.full = feed.entries == plan.posts.len();
        Ok(feed.documents.is_none())
    }

    /// Reads, renders and serialises one post.
    fn part(&self, post: u32, formats: &[&'static Format], is_judged: bool) -> anyhow::Result<Part> {
        let placed = &self.site.posts[post as usize];
        let (entry, findings, judged) = self.entry(placed, is_judged)?;
        let items = formats.iter().map(|format| {
            let mut bytes = Vec::with_capacity(entry.get().content.as_ref().map_or(0, String::len) * 5 / 4 + 1024);
            (format.item)(&entry, &mut bytes);
            bytes
        });
        let items = items.collect();
        let Entry { updated, title, .. } = entry.get();
        Ok(Part { post, updated: *updated, title: title.clone(), items, findings, judged })
    }

    /// Reads and renders one post, and judges its HTML if that is wanted.
    fn entry(&self, placed: &Placed, is_judged: bool) -> anyhow::Result<(CleanEntry, Vec<Diagnostic>, Option<Vec<Diagnostic>>)> {
        let read = posts::with_text(self.root, &placed.post.path, |text, mut findings| {
            let built = entry::build(placed, text, self.site, self.settings, self.assets, Purpose::Feed { want_origins: is_judged });
            findings.extend(built.findings);
            let entry = CleanEntry::new(built.entry);
            let html = entry.get().content.as_deref().unwrap_or_default();
            let judged = is_judged.then(|| checks::judge_html(html, Source::new(&placed.post.path, text), &built.origins));
            (entry, findings, judged)
        });
        Ok(read?)
    }
}

/// Reads a document back.
fn text_of(staged: &mut Staged) -> Result<String, OutputError> {
    let mut text = String::with_capacity(usize::try_from(staged.len()).unwrap_or(0));
    let path = staged.path().to_owned();
    staged.reader()?.read_to_string(&mut text).map_err(|error| OutputError::Write(path, error))?;
    Ok(text)
}
