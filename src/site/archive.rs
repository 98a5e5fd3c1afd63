//! The archive of a feed (RFC 5005 §4): what the feed itself no longer holds stands in pages that stay as they are.
//!
//! - **Which page.** The posts that a feed does not hold are put into pages from the oldest to the newest. A page is full when it has as many
//!   entries as the feed may have, or no room left by its bytes. postrider.lock remembers the number of a full page with each of its posts, and
//!   from then on nothing is added to it: not a post that is written later with an earlier date, nor one that another `feeds.entries`
//!   would put there. Such posts stand in the feed or in the newest page, which is not full yet. What a full page holds, the feed
//!   itself never takes back; so every post is in exactly one document.
//! - **What it is called.** Behind its number, a page has the digest of what it says and of the name of the page before it. So no page
//!   ever changes its bytes, whatever becomes of the posts: where one of them is edited or removed, the page that has it,
//!   and those after it, are made anew under other names, and the feed leads to these. The later ones cannot stay: each has the address of the
//!   one before it (`prev-archive`), which is another one now, so an edit of the oldest post renames all pages. Followers read them again, and
//!   the old files are removed as all outputs are that are no longer made. A new post only makes the newest page anew, until it is full. Two builds of
//!   the same posts with the same lock have the same pages, on any machine, and nothing of earlier output is needed.
//! - **Where it leads.** A page names the feed (`current`) and the page before it (`prev-archive`). It does not name the one after it: RFC 5005
//!   §4 only recommends that, and the page would change when there is one. The first page says that it is the first.
//! - **Without a lock** (lost, or never committed) the pages are cut by the dates of the posts. Followers get every post all the same,
//!   but a post with an earlier date makes later pages anew.
//!
//! Main feeds have archives, one for each language. A feed by tag, category, author or section has none: its posts are in these, too.

use crate::model::{Feed, FeedFormat, History, Settings};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::plan::address;
use super::{FeedPlan, Site};

/// The folder of the pages, beside the feed.
const FOLDER: &str = "archive/";

/// How many octets of its digest a page's name has.
const DIGEST: usize = 6;

/// A post that a feed does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Older {
    /// The post, as an index into [`Site::posts`].
    pub post: u32,
    /// The full page that has it.
    pub page: Option<u32>,
}

/// A page of an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// Its number, from 1, the oldest first.
    pub number: u32,
    /// Its posts, newest first.
    pub posts: Vec<u32>,
    /// Whether nothing is added to it any more.
    pub is_full: bool,
}

impl Page {
    fn reversed(mut self) -> Self {
        self.posts.reverse();
        self
    }
}

/// What a page has room for.
#[derive(Debug, Clone, Copy)]
pub struct Room {
    /// How many entries.
    pub entries: usize,
    /// How many bytes.
    pub bytes: u64,
}

/// Decides which posts, given newest first, a feed holds, and which its archive has. Where all of them are in full pages, the newest of these
/// is opened again: a feed without entries is none.
pub(super) fn split(posts: &[u32], page_of: impl Fn(u32) -> Option<u32>, limit: usize) -> (Vec<u32>, Vec<Older>) {
    let is_any_free = posts.iter().any(|post| page_of(*post).is_none());
    let opened = if is_any_free { None } else { posts.iter().filter_map(|post| page_of(*post)).max() };
    let (mut kept, mut older) = (Vec::new(), Vec::new());
    for &post in posts {
        match page_of(post).filter(|page| Some(*page) != opened) {
            None if kept.len() < limit => kept.push(post),
            page => older.push(Older { post, page }),
        }
    }
    (kept, older)
}

/// Puts the posts of an archive, given newest first, into pages, oldest first. `weight` is a post's size in bytes.
pub fn pages(older: &[Older], room: Room, weight: impl Fn(u32) -> u64) -> Vec<Page> {
    let mut full: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for Older { post, page } in older {
        if let Some(page) = page {
            full.entry(*page).or_default().push(*post);
        }
    }
    let mut next = full.keys().next_back().map_or(1, |last| last.saturating_add(1));
    let mut pages: Vec<Page> = full.into_iter().map(|(number, posts)| Page { number, posts, is_full: true }).collect();
    let mut open = Page { number: next, posts: Vec::new(), is_full: false };
    let mut bytes = 0;
    for post in older.iter().rev().filter(|older| older.page.is_none()).map(|older| older.post) {
        let weight = weight(post);
        if !open.posts.is_empty() && bytes + weight > room.bytes {
            open.is_full = true;
        }
        if open.is_full {
            next = next.saturating_add(1);
            pages.push(std::mem::replace(&mut open, Page { number: next, posts: Vec::new(), is_full: false }).reversed());
            bytes = 0;
        }
        open.posts.push(post);
        bytes += weight;
        open.is_full = open.posts.len() >= room.entries;
    }
    pages.extend(Some(open.reversed()).filter(|open| !open.posts.is_empty()));
    pages
}

/// Lets the posts of a site be in the full pages that have them now, and in no other.
pub fn remember(site: &mut Site, full: &BTreeMap<u32, u32>) {
    for (post, placed) in (0u32..).zip(&mut site.posts) {
        placed.page = full.get(&post).copied();
    }
}

/// Returns the feed of a page whose address is not known yet: what it says of itself is part of its digest.
#[must_use]
pub fn head(of: &Feed, page: &Page, previous: Option<&FeedPlan>, site: &Site) -> Feed {
    let posts = page.posts.iter().filter_map(|post| site.posts.get(*post as usize));
    Feed {
        self_urls: Vec::new(),
        // Nobody has to be told of a page that stays as it is.
        hubs: Vec::new(),
        updated: posts.map(super::Placed::updated).max().unwrap_or(of.updated),
        history: History {
            is_complete: false,
            current: of.self_urls.clone(),
            previous: previous.map(|plan| plan.feed.self_urls.clone()).unwrap_or_default(),
        },
        ..of.clone()
    }
}

/// Returns the plan of a page. `digests` are those of its documents, in the order of `feeds.formats`.
#[must_use]
pub fn plan(of: (usize, &FeedPlan), page: Page, head: Feed, digests: &[[u8; 32]], settings: &Settings) -> FeedPlan {
    let (at, of) = of;
    let mut files = of.files.clone();
    let named = |format: FeedFormat, digest: &[u8; 32]| name(of.file(format), page.number, digest);
    let mut self_urls = Vec::with_capacity(digests.len());
    for (format, digest) in settings.feeds.formats.iter().zip(digests) {
        let file = named(*format, digest);
        self_urls.push((*format, address(&settings.url, &file).to_string()));
        files[*format as usize] = file;
    }
    FeedPlan {
        feed: Feed { self_urls, ..head },
        folder: of.folder.clone(),
        files,
        candidates: page.posts.len(),
        posts: page.posts,
        older: Vec::new(),
        archive_of: Some(at),
        main: false,
        theirs: false,
    }
}

/// Returns the digest of a page in a format: of what it says of itself, and of its entries.
#[must_use]
pub fn digest(head: &[u8], entries: &[u8; 32]) -> [u8; 32] {
    let mut hasher = Sha256::new();
    hasher.update(head);
    hasher.update(entries);
    hasher.finalize().into()
}

/// Returns the path of a page: `atom.xml` has `archive/atom-3-9f2c41d0b7e6.xml`.
fn name(file: &str, number: u32, digest: &[u8; 32]) -> String {
    let name = file.rsplit('/').next().unwrap_or(file);
    let (stem, ending) = name.rfind('.').filter(|at| *at > 0).map_or((name, ""), |at| name.split_at(at));
    let digits = digest.iter().take(DIGEST).fold(String::new(), |mut digits, octet| {
        let _ = write!(digits, "{octet:02x}");
        digits
    });
    format!("{}{stem}-{number}-{digits}{ending}", folder(file))
}

/// Returns the folder of the pages of a feed: it is beside the feed's file, and ends in `/`.
pub(super) fn folder(file: &str) -> String {
    format!("{}{FOLDER}", file.rfind('/').map_or("", |at| &file[..=at]))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Cuts an archive of posts that are as heavy as their numbers; those given have pages already.
    fn cut(posts: &[u32], known: &[(u32, u32)], room: Room) -> Vec<(u32, Vec<u32>, bool)> {
        let page = |post: u32| known.iter().find(|(known, _)| *known == post).map(|(_, page)| *page);
        let older: Vec<Older> = posts.iter().map(|&post| Older { post, page: page(post) }).collect();
        pages(&older, room, u64::from).into_iter().map(|page| (page.number, page.posts, page.is_full)).collect()
    }

    const TWO: Room = Room { entries: 2, bytes: u64::MAX };

    #[test]
    fn pages_are_filled_from_the_oldest() {
        assert_eq!(cut(&[], &[], TWO), []);
        assert_eq!(cut(&[5, 6, 7, 8, 9], &[], TWO), [(1, vec![8, 9], true), (2, vec![6, 7], true), (3, vec![5], false)]);
        assert_eq!(cut(&[6, 7, 8, 9], &[], TWO), [(1, vec![8, 9], true), (2, vec![6, 7], true)]);
    }

    #[test]
    fn nothing_is_added_to_a_full_page_and_the_numbers_go_on() {
        // 10 is older than what the first page has.
        let known = [(8, 1), (9, 1), (7, 2)];
        let expected = [(1, vec![8, 9], true), (2, vec![7], true), (3, vec![5, 10], true)];
        assert_eq!(cut(&[5, 7, 8, 9, 10], &known, TWO), expected);
        assert_eq!(cut(&[5, 7, 8, 9], &known, Room { entries: 9, bytes: 1 }).last(), Some(&(3, vec![5], false)));
    }

    #[test]
    fn a_page_is_full_by_its_bytes_and_a_lone_entry_is_never_too_large() {
        let room = Room { entries: 9, bytes: 10 };
        assert_eq!(cut(&[1, 20, 4, 6], &[], room), [(1, vec![4, 6], true), (2, vec![20], true), (3, vec![1], false)]);
    }

    #[test]
    fn the_feed_takes_nothing_back_unless_it_would_be_empty() {
        let older = |post, page| Older { post, page };
        let page = |pages: &'static [Option<u32>]| move |post: u32| pages[post as usize];
        let known = page(&[None, None, Some(2), None, Some(1)]);
        let (kept, rest) = split(&[0, 1, 2, 3, 4], known, 2);
        assert_eq!((kept, rest), (vec![0, 1], vec![older(2, Some(2)), older(3, None), older(4, Some(1))]));
        assert_eq!(split(&[2, 3, 4], page(&[None, None, Some(2), None, Some(1)]), 9).0, [3]);
        assert_eq!(split(&[0, 1, 2], page(&[Some(2), Some(2), Some(1)]), 1), (vec![0], vec![older(1, None), older(2, Some(1))]));
    }

    #[test]
    fn a_page_is_named_for_the_feeds_file() {
        let named = |file: &str| name(file, 3, &[0x9f; 32]);
        assert_eq!(named("atom.xml"), "archive/atom-3-9f9f9f9f9f9f.xml");
        assert_eq!(named("de/feed"), "de/archive/feed-3-9f9f9f9f9f9f");
        assert_eq!(named("de.d/.feed"), "de.d/archive/.feed-3-9f9f9f9f9f9f");
    }
}
