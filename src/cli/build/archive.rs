//! Pages of archives, made of the entries that were kept (`site::archive` says which, and what they are called).

use super::render::{Gathered, Job, Rendered};
use super::spool::Spool;
use crate::feed::Format;
use crate::model::{Feed, FeedFormat, History, Limit};
use crate::site::archive::{self, Older, Page, Room};
use crate::site::{FeedPlan, Reason};
use rayon::prelude::*;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

impl Job<'_> {
    /// Adds the pages of the archives behind the feeds, and lets each feed say what other documents it has. Returns the numbers of the full
    /// pages, by their posts.
    pub(super) fn archive(&self, plans: &mut Vec<FeedPlan>, rendered: &mut Rendered) -> anyhow::Result<BTreeMap<u32, u32>> {
        let mut full = BTreeMap::new();
        if !self.settings.feeds.archives {
            return Ok(full);
        }
        for at in 0..plans.len() {
            let pages = self.pages(&plans[at], &rendered.feeds[at], &rendered.spool);
            // What cannot be read today is not gone (RFC 5005 §2).
            plans[at].feed.history.is_complete =
                plans[at].candidates == rendered.feeds[at].entries && pages.is_empty() && !self.site.left_out.has(Reason::Broken);
            for page in pages.iter().filter(|page| page.is_full) {
                full.extend(page.posts.iter().map(|post| (*post, page.number)));
            }
            let first = plans.len();
            let entries: Vec<Vec<[u8; 32]>> =
                pages.par_iter().map(|page| self.digests(page, &rendered.spool)).collect::<anyhow::Result<_>>()?;
            for (page, entries) in pages.into_iter().zip(entries) {
                let previous = plans.get(first..).and_then(<[_]>::last);
                let head = archive::head(&plans[at].feed, &page, previous, self.site);
                let formats = self.formats();
                let digests: Vec<[u8; 32]> =
                    formats.iter().zip(&entries).map(|(format, entries)| archive::digest(&(format.head)(&head), entries)).collect();
                let plan = archive::plan((at, &plans[at]), page, head, &digests, self.settings);
                rendered.feeds.push(gathered(&plan, &rendered.spool, &formats));
                plans.push(plan);
            }
            let newest = plans.get(first..).and_then(<[_]>::last).map(|plan| plan.feed.self_urls.clone());
            plans[at].feed.history.previous = newest.unwrap_or_default();
        }
        Ok(full)
    }

    /// Puts what a feed does not hold into pages.
    fn pages(&self, plan: &FeedPlan, feed: &Gathered, spool: &Spool) -> Vec<Page> {
        if !plan.main {
            return Vec::new();
        }
        let cut = plan.posts.iter().skip(feed.entries).map(|post| Older { post: *post, page: None });
        let mut older: Vec<Older> = cut.chain(plan.older.iter().copied()).collect();
        older.sort_by_key(|older| older.post);
        let entries = match self.settings.feeds.entries {
            Limit::All => usize::MAX,
            Limit::Newest(most) => most.max(1),
        };
        let heads = self.formats().iter().map(|format| (format.head)(&longest(&plan.feed)).len() as u64).max().unwrap_or(0);
        let bytes = self.settings.feeds.bytes.map_or(u64::MAX, |budget| budget.saturating_sub(heads));
        archive::pages(&older, Room { entries, bytes }, |post| spool.lengths(post).iter().max().map_or(0, |most| *most as u64 + 2))
    }

    /// Returns the digest of a page's entries in each format.
    fn digests(&self, page: &Page, spool: &Spool) -> anyhow::Result<Vec<[u8; 32]>> {
        let mut hashers = vec![Sha256::new(); self.settings.feeds.formats.len()];
        let mut buffer = Vec::new();
        for post in &page.posts {
            for (hasher, item) in hashers.iter_mut().zip(spool.read(*post, &mut buffer)?) {
                hasher.update((item.len() as u64).to_be_bytes());
                hasher.update(item);
            }
        }
        Ok(hashers.into_iter().map(|hasher| hasher.finalize().into()).collect())
    }
}

/// Returns what a page holds, as if it had been gathered.
fn gathered(plan: &FeedPlan, spool: &Spool, formats: &[&'static Format]) -> Gathered {
    let mut sizes: Vec<u64> = formats.iter().map(|format| ((format.head)(&plan.feed).len() + format.tail.len()) as u64).collect();
    for (number, post) in plan.posts.iter().enumerate() {
        for ((size, length), format) in sizes.iter_mut().zip(spool.lengths(*post)).zip(formats) {
            *size += (length + if number > 0 { format.separator.len() } else { 0 }) as u64;
        }
    }
    Gathered::whole(plan, sizes)
}

/// Returns a feed with all that it may come to say of its archive, for its length.
pub(super) fn longest(feed: &Feed) -> Feed {
    let page = |(format, url): &(FeedFormat, String)| (*format, format!("{url}/archive/-1000000-000000000000"));
    let previous: Vec<_> = feed.self_urls.iter().map(page).collect();
    Feed { history: History { is_complete: true, current: feed.self_urls.clone(), previous }, ..feed.clone() }
}
