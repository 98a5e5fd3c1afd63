//! Bodies become entries, entries become bytes, bytes go to the feeds that hold them: in groups, on all cores, so that
//! memory does not grow with the number of posts.

use super::heads;
use super::pages::NEWEST;
use crate::diagnostic::Diagnostic;
use crate::feed::{CleanEntry, FORMATS, Format};
use crate::model::{Assets, Date, Entry, Settings};
use crate::output::{OutputError, Outputs, Staged};
use crate::site::{FeedPlan, Placed, Site, entry};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// How many posts are rendered before their bytes are written and dropped.
const GROUP: usize = 128;

/// What rendering needs to know.
pub(super) struct Job<'a> {
    pub(super) root: &'a Path,
    pub(super) settings: &'a Settings,
    pub(super) site: &'a Site,
    pub(super) assets: &'a dyn Assets,
    pub(super) outputs: &'a Outputs,
}

/// The feeds of a run, staged.
#[derive(Debug, Default)]
pub(super) struct Rendered {
    /// Each document with its format and number of entries.
    pub(super) documents: Vec<Document>,
    /// What was found in the bodies, in the order of the posts.
    pub(super) findings: Vec<Diagnostic>,
    /// The posts (indices) whose bodies have errors.
    pub(super) broken: BTreeSet<u32>,
    /// The titles of the newest posts of the main feed, for the subscribe page.
    pub(super) titles: BTreeMap<u32, String>,
}

/// One feed in one format, staged.
#[derive(Debug)]
pub(super) struct Document {
    pub(super) staged: Staged,
    pub(super) format: &'static Format,
    pub(super) entries: usize,
    /// How many entries the limits left out.
    pub(super) left_out: usize,
    /// Whether the byte budget, not the number of entries, ended it.
    pub(super) over_budget: bool,
    /// Whether this is the main feed of a language.
    pub(super) main: bool,
}

/// One post, rendered and serialised in every format.
struct Part {
    post: u32,
    findings: Vec<Diagnostic>,
    title: Option<String>,
    updated: Date,
    items: Vec<Vec<u8>>,
}

impl Job<'_> {
    /// Renders what the feeds need and stages their documents. `tick` is told after each group how many posts are done.
    pub(super) fn render(&self, plans: &[FeedPlan], mut tick: impl FnMut(usize, usize)) -> anyhow::Result<Rendered> {
        let formats: Vec<&'static Format> = self.settings.feeds.formats.iter().map(|f| &FORMATS[*f as usize]).collect();
        let mut feeds: Vec<Open<'_>> = plans.iter().map(|plan| Open::new(self, plan, &formats)).collect::<Result<_, _>>()?;
        let mut holders: Vec<Vec<u32>> = vec![Vec::new(); self.site.posts.len()];
        for (feed, plan) in (0u32..).zip(plans) {
            plan.posts.iter().for_each(|post| holders[*post as usize].push(feed));
        }
        let wanted: Vec<u32> = (0u32..).zip(&holders).filter(|(_, holders)| !holders.is_empty()).map(|(post, _)| post).collect();
        let newest = plans.first().map_or(&[][..], |plan| &plan.posts[..plan.posts.len().min(NEWEST)]);
        let mut rendered = Rendered::default();
        for (done, group) in wanted.chunks(GROUP).enumerate() {
            tick(done * GROUP, wanted.len());
            let still: Vec<u32> =
                group.iter().copied().filter(|post| holders[*post as usize].iter().any(|feed| !feeds[*feed as usize].full)).collect();
            let parts: Vec<anyhow::Result<Part>> = still.par_iter().map(|post| self.part(*post, &formats)).collect();
            for part in parts {
                let part = part?;
                if part.findings.iter().any(Diagnostic::is_error) {
                    rendered.broken.insert(part.post);
                }
                if let Some(title) = part.title.as_ref().filter(|_| newest.contains(&part.post)) {
                    rendered.titles.insert(part.post, title.clone());
                }
                for feed in &holders[part.post as usize] {
                    feeds[*feed as usize].add(self, &part)?;
                }
                rendered.findings.extend(part.findings);
            }
        }
        for feed in feeds {
            rendered.documents.extend(feed.finish(self)?);
        }
        Ok(rendered)
    }

    /// Reads, renders and serialises one post.
    fn part(&self, post: u32, formats: &[&'static Format]) -> anyhow::Result<Part> {
        let placed = &self.site.posts[post as usize];
        let (entry, findings) = self.entry(placed)?;
        let (updated, entry) = (entry.updated, CleanEntry::new(entry));
        let items = formats.iter().map(|format| {
            let mut bytes = Vec::with_capacity(entry.get().content.as_ref().map_or(0, String::len) * 5 / 4 + 1024);
            (format.item)(&entry, &mut bytes);
            bytes
        });
        let items = items.collect();
        Ok(Part { post, updated, title: entry.get().title.clone(), items, findings })
    }

    /// Reads and renders one post.
    fn entry(&self, placed: &Placed) -> anyhow::Result<(Entry, Vec<Diagnostic>)> {
        let read = heads::with_text(self.root, &placed.post.path, |text, mut findings| {
            let (entry, found) = entry::build(placed, text, self.site, self.settings, self.assets);
            findings.extend(found);
            (entry, findings)
        });
        Ok(read?)
    }
}

/// A feed that is being written.
struct Open<'a> {
    plan: &'a FeedPlan,
    documents: Vec<(&'static Format, Staged)>,
    /// With a byte budget: the items, until it is known which of them are in, and the size with head and tail.
    held: Option<Vec<(Vec<u8>, u64)>>,
    updated: Option<Date>,
    entries: usize,
    full: bool,
}

impl<'a> Open<'a> {
    fn new(job: &Job<'_>, plan: &'a FeedPlan, formats: &[&'static Format]) -> Result<Self, OutputError> {
        let documents = formats.iter().map(|format| {
            let named = plan.folder.is_empty() && job.settings.feeds.files_given[format.format as usize];
            (*format, job.outputs.stage(&plan.file(format.format, job.settings), named))
        });
        let mut open = Open { plan, documents: documents.collect(), held: None, updated: None, entries: 0, full: plan.posts.is_empty() };
        if job.settings.feeds.bytes.is_some() {
            // Every date is as long as any other.
            let dated = crate::model::Feed { updated: Some(Date::default()), ..plan.feed.clone() };
            let around = |format: &Format| ((format.head)(&dated).len() + format.tail.len()) as u64;
            open.held = Some(formats.iter().map(|format| (Vec::new(), around(format))).collect());
        } else {
            // Without a budget every planned entry is in, so the head can go out first and nothing needs to be held.
            let updated =
                plan.posts.iter().map(|post| &job.site.posts[*post as usize].post).map(|post| post.updated.unwrap_or(post.published)).max();
            open.updated = updated;
            open.write_heads(job)?;
        }
        Ok(open)
    }

    fn write_heads(&mut self, job: &Job<'_>) -> Result<(), OutputError> {
        let feed = crate::model::Feed { updated: self.updated, ..self.plan.feed.clone() };
        for (format, staged) in &mut self.documents {
            job.outputs.append(staged, &(format.head)(&feed))?;
        }
        Ok(())
    }

    /// Adds an entry, unless the byte budget is used up. A lone entry is never cut.
    fn add(&mut self, job: &Job<'_>, part: &Part) -> Result<(), OutputError> {
        if self.full {
            return Ok(());
        }
        if let (Some(held), Some(budget)) = (&mut self.held, job.settings.feeds.bytes) {
            let over = held.iter().zip(&part.items).any(|((_, size), item)| size + item.len() as u64 > budget);
            if over && self.entries > 0 {
                self.full = true;
                return Ok(());
            }
            for (((bytes, size), item), (format, _)) in held.iter_mut().zip(&part.items).zip(&self.documents) {
                let before = bytes.len();
                if self.entries > 0 {
                    bytes.extend_from_slice(format.separator);
                }
                bytes.extend_from_slice(item);
                *size += (bytes.len() - before) as u64;
            }
            self.updated = self.updated.max(Some(part.updated));
        } else {
            for ((format, staged), item) in self.documents.iter_mut().zip(&part.items) {
                if self.entries > 0 {
                    job.outputs.append(staged, format.separator)?;
                }
                job.outputs.append(staged, item)?;
            }
        }
        self.entries += 1;
        self.full = self.entries == self.plan.posts.len();
        Ok(())
    }

    fn finish(mut self, job: &Job<'_>) -> Result<Vec<Document>, OutputError> {
        if let Some(held) = self.held.take() {
            self.write_heads(job)?;
            for ((_, staged), (bytes, _)) in self.documents.iter_mut().zip(held) {
                job.outputs.append(staged, &bytes)?;
            }
        }
        for (format, staged) in &mut self.documents {
            job.outputs.append(staged, format.tail)?;
        }
        let (entries, main, left_out) = (self.entries, self.plan.main, self.plan.candidates - self.entries);
        let over_budget = self.entries < self.plan.posts.len();
        Ok(self.documents.into_iter().map(|(format, staged)| Document { staged, format, entries, left_out, over_budget, main }).collect())
    }
}
