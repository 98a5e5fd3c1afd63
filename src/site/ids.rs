//! Ids that stay: what postrider.lock remembers of the posts that readers were shown goes on to hold, wherever a post is moved, whatever
//! it is called and wherever the site lives.

use super::{LeftOut, Placed, Site};
use crate::diagnostic::{Code, Diagnostic, Place, Severity};
use crate::model::{ContentHash, Date, Lock, LockedPost, Post};
use chrono::Timelike;
use sha2::{Digest, Sha256};
use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// A post whose old id cannot be told.
pub(super) static AMBIGUOUS_POST: Code = Code::error(
    "ambiguous-post",
    "A post that readers know is gone, and several others say what it said; which of them it is decides what is shown as new.",
);
/// Another id in the front matter than the one that readers know.
pub(super) static CHANGED_ID: Code =
    Code::warning("changed-id", "A post goes by another id than readers know it by: most of them show it as a new one.");
/// With `--locked`: a post that is not recorded where it is now.
pub(super) static MOVED_POST: Code =
    Code::error("moved-post", "A post was moved since postrider.lock was written: with its next change nothing would tell its id.");
/// With `--locked`: a post that is no longer there.
pub(super) static VANISHED_POST: Code =
    Code::error("vanished-post", "A post that readers were shown is gone, and with it what its id stands for.");

/// A new post in the place of one that is gone, as its date says.
pub(super) static RENAMED_POST: Code = Code::warning(
    "renamed-post",
    "A post that readers know is gone, and a new one has its date: if that is the same, edited and renamed at once, readers are shown it again.",
);

/// Returns the SHA-256 of what a post says: its title and its body as written, whatever its file is called and wherever it is
/// published. Line ends and blanks at the ends do not count. A post without a body has none: many say nothing but a title, or not
/// even that, and are not the same.
#[must_use]
pub fn content_digest(post: &Post, text: &str) -> Option<[u8; 32]> {
    let body = text.get(post.body..).unwrap_or_default().trim();
    if body.is_empty() {
        return None;
    }
    let mut hasher = Sha256::new();
    hasher.update(post.title.as_deref().unwrap_or_default());
    hasher.update([0]);
    let is_bare =
        |at: usize| at.checked_sub(1).and_then(|at| body.as_bytes().get(at)).is_some_and(|last| last.is_ascii_graphic() || *last == b'\n');
    if memchr::memchr_iter(b'\n', body.as_bytes()).all(is_bare) {
        // As most are: in one go.
        hasher.update(body);
        hasher.update(b"\n");
    } else {
        for line in body.lines() {
            hasher.update(line.trim_end());
            hasher.update(b"\n");
        }
    }
    Some(hasher.finalize().into())
}

/// Returns the hash by which a post is known again, as postrider.lock has it.
#[must_use]
pub fn content_hash(post: &Post, text: &str) -> Option<ContentHash> {
    content_digest(post, text).and_then(|digest| digest.first_chunk().copied())
}

/// What was told of a post, and where.
type Record<'l> = (&'l str, &'l LockedPost);

/// What a lock records, and which post goes on with what.
struct Records<'l> {
    /// In the order of their paths.
    all: Vec<Record<'l>>,
    by_id: HashMap<&'l str, usize>,
    /// The post that goes on with each.
    taken: Vec<Option<usize>>,
}

/// What a record has of something, and what a post has.
type Way = (fn(&Record<'_>) -> Cow<'static, str>, fn(&Placed) -> Cow<'static, str>);

/// The records, and the posts, that are alike.
type Alike = (Vec<usize>, Vec<usize>);

/// By what posts that say the same are told from one another: their address, the name of their file, their date, or nothing.
const WAYS: [Way; 5] = [
    (|(_, told)| Cow::Owned(told.id.clone()), |placed| Cow::Owned(placed.usual_id().to_owned())),
    (|(_, told)| Cow::Owned(told.id.clone()), |placed| Cow::Owned(placed.url.to_string())),
    (|(path, _)| Cow::Owned(name(path).to_owned()), |placed| Cow::Owned(name(&placed.post.path).to_owned())),
    (|(_, told)| Cow::Owned(told.published.to_rfc3339()), |placed| Cow::Owned(whole_seconds(placed.post.published).to_rfc3339())),
    (|_| Cow::Borrowed(""), |_| Cow::Borrowed("")),
];

/// How many files a finding names.
const MOST_NAMES: usize = 5;

/// How a post was known again.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Known {
    No,
    /// Where it stands, or by what it goes by itself.
    Again(usize),
    /// By what it says, at another place.
    Moved(usize),
}

/// Gives posts the ids that readers know them by, and the dates they were told; says where that cannot be done, and with `is_locked` where
/// a record would be lost if the lock stays as it is. The paths of posts that are not shown are in `left_out`.
pub(super) fn keep(posts: &mut [Placed], left_out: &LeftOut, lock: &Lock, now: Date, is_locked: bool) -> Vec<Diagnostic> {
    if lock.posts.is_empty() {
        return Vec::new();
    }
    let hidden: BTreeSet<&str> = left_out.paths().collect();
    let mut records = Records::of(lock, posts, &hidden);
    let mut known = vec![Known::No; posts.len()];
    let places: HashMap<&str, usize> = posts.iter().enumerate().map(|(at, placed)| (placed.post.path.as_str(), at)).collect();
    records.know(posts, &mut known, |records, placed| {
        // An id that a living post has already is no reason to take it away from that.
        let at = records.by_id.get(placed.own_id.as_deref()?).copied()?;
        let is_there = |path: &str| places.get(path).is_some_and(|post| posts[*post].own_id.is_none());
        Some(at).filter(|at| records.all[*at].0 == placed.post.path || !is_there(records.all[*at].0))
    });
    let by_path = |records: &Records<'_>, placed: &Placed| records.at(&placed.post.path).filter(|_| placed.own_id.is_none());
    records.know(posts, &mut known, |records, placed| {
        by_path(records, placed).filter(|at| records.all[*at].1.hash == placed.post.hash && placed.post.hash.is_some())
    });
    records.know_by_content(posts, &hidden, &places, &mut known);
    // What was removed is another post than what is written in its place, unless that is of its day.
    let is_of_its_day = |records: &Records<'_>, at: usize, placed: &Placed| {
        let told = records.all[at].1;
        !told.is_gone || told.published == placed.post.published
    };
    records.know(posts, &mut known, |records, placed| by_path(records, placed).filter(|at| is_of_its_day(records, *at, placed)));
    let mut findings = records.doubtful(posts, &hidden, &known);
    // The file of an edited post was moved, and its address stayed.
    records.know(posts, &mut known, |records, placed| {
        let record = records.by_id.get(placed.usual_id()).or_else(|| records.by_id.get(&*placed.url));
        let at = record.copied().filter(|_| placed.own_id.is_none())?;
        Some(at).filter(|at| is_of_its_day(records, *at, placed) && !hidden.contains(records.all[*at].0))
    });
    drop(places);
    let renamed = records.renamed(posts, &hidden, &known).into_iter();
    let severity = if is_locked { Severity::Error } else { Severity::Warning };
    findings.extend(renamed.map(|found| Diagnostic { severity, ..found }));
    for (post, known) in posts.iter_mut().zip(&known) {
        let record = match known {
            Known::No => None,
            Known::Again(at) | Known::Moved(at) => records.all.get(*at).copied(),
        };
        match record {
            Some((path, told)) => {
                findings.extend((is_locked && matches!(known, Known::Moved(_))).then(|| moved(post, path)));
                go_on(post, told, now, is_locked);
            }
            None => {
                findings.extend(records.changed(post, is_locked));
                stand_apart(post, &records);
            }
        }
    }
    if is_locked {
        findings.extend(records.vanished(posts, &hidden, &known));
    }
    findings
}

impl<'l> Records<'l> {
    fn of(lock: &'l Lock, posts: &[Placed], hidden: &BTreeSet<&str>) -> Self {
        let all: Vec<Record<'l>> = lock.posts.iter().map(|(path, told)| (path.as_str(), told)).collect();
        let here = OnceCell::new();
        let is_here = |path: &str| {
            let here: &HashSet<&str> =
                here.get_or_init(|| posts.iter().map(|placed| placed.post.path.as_str()).chain(hidden.iter().copied()).collect());
            here.contains(path)
        };
        let mut by_id: HashMap<&str, usize> = HashMap::with_capacity(all.len());
        for (at, (path, told)) in all.iter().enumerate() {
            // Two branches may have moved one post: the one whose file is there has its id.
            let is_better = by_id.get(told.id.as_str()).is_none_or(|before| !is_here(all[*before].0) && is_here(path));
            if is_better {
                by_id.insert(&told.id, at);
            }
        }
        Records { taken: vec![None; all.len()], all, by_id }
    }

    /// Returns the record of a path.
    fn at(&self, path: &str) -> Option<usize> {
        self.all.binary_search_by(|(known, _)| (*known).cmp(path)).ok()
    }

    fn take(&mut self, at: usize, post: usize) -> bool {
        let is_its_own = self.by_id.get(self.all[at].1.id.as_str()) == Some(&at);
        match self.taken.get_mut(at) {
            Some(free @ None) if is_its_own => {
                *free = Some(post);
                true
            }
            _ => false,
        }
    }

    /// Knows posts again in one way.
    fn know(&mut self, posts: &[Placed], known: &mut [Known], way: impl Fn(&Self, &Placed) -> Option<usize>) {
        for (at, placed) in posts.iter().enumerate() {
            if known[at] == Known::No
                && let Some(record) = way(self, placed)
                && self.take(record, at)
            {
                known[at] = Known::Again(record);
            }
        }
    }

    /// Knows posts again by what they say, where their files were moved or renamed, also in the place of one another. A file that is where
    /// it was, and says something new, has not moved.
    fn know_by_content(&mut self, posts: &[Placed], hidden: &BTreeSet<&str>, places: &HashMap<&str, usize>, known: &mut [Known]) {
        let mut record_of: Vec<Option<usize>> = vec![None; posts.len()];
        let mut post_of: HashMap<usize, usize> = HashMap::new();
        for way in WAYS {
            let mut alike: HashMap<(ContentHash, Cow<'_, str>), Alike> = HashMap::new();
            for (at, record) in self.free(hidden).filter(|(at, _)| !post_of.contains_key(at)) {
                if let Some(hash) = record.1.hash {
                    alike.entry((hash, (way.0)(record))).or_default().0.push(at);
                }
            }
            let is_open = |at: &usize| known[*at] == Known::No && record_of[*at].is_none() && posts[*at].own_id.is_none();
            for at in (0..posts.len()).filter(is_open) {
                let Some(hash) = posts[at].post.hash else { continue };
                if let Some((_, new)) = alike.get_mut(&(hash, (way.1)(&posts[at]))) {
                    new.push(at);
                }
            }
            let pairs = alike
                .into_values()
                .filter_map(|(told, new)| Some((*told.first()?, *new.first()?)).filter(|_| told.len() == 1 && new.len() == 1));
            for (record, post) in pairs.collect::<Vec<_>>() {
                record_of[post] = Some(record);
                post_of.insert(record, post);
            }
        }
        // Whose file is there and stays there unpaired keeps its record; that may leave the next one's file unpaired.
        let mut doubted: Vec<usize> = post_of.keys().copied().collect();
        while let Some(record) = doubted.pop() {
            let Some(post) = post_of.get(&record).copied() else { continue };
            let stays = places.get(self.all[record].0).is_some_and(|there| record_of[*there].is_none());
            if stays {
                post_of.remove(&record);
                record_of[post] = None;
                doubted.extend(self.at(&posts[post].post.path));
            }
        }
        for (post, record) in record_of.iter().enumerate().filter_map(|(post, record)| Some((post, (*record)?))) {
            if self.take(record, post) {
                known[post] = Known::Moved(record);
            }
        }
    }

    /// Returns the records that no post goes on with, and whose files are not hidden.
    fn free<'r>(&'r self, hidden: &'r BTreeSet<&str>) -> impl Iterator<Item = (usize, &'r Record<'l>)> + 'r {
        let is_free = |at: usize, record: &Record<'_>| {
            self.taken[at].is_none() && !hidden.contains(record.0) && self.by_id.get(record.1.id.as_str()) == Some(&at)
        };
        self.all.iter().enumerate().filter(move |(at, record)| is_free(*at, record))
    }

    /// Says of which posts it cannot be told which one they are.
    fn doubtful(&self, posts: &[Placed], hidden: &BTreeSet<&str>, known: &[Known]) -> Vec<Diagnostic> {
        let mut alike: BTreeMap<ContentHash, (usize, Vec<usize>)> = BTreeMap::new();
        for (at, record) in self.free(hidden) {
            if let Some(hash) = record.1.hash {
                alike.entry(hash).or_insert((at, Vec::new()));
            }
        }
        for (at, placed) in posts.iter().enumerate().filter(|(at, placed)| known[*at] == Known::No && placed.own_id.is_none()) {
            if let Some((_, new)) = placed.post.hash.and_then(|hash| alike.get_mut(&hash)) {
                new.push(at);
            }
        }
        alike.into_values().filter(|(_, new)| !new.is_empty()).map(|(record, new)| self.ambiguous(record, &new, posts)).collect()
    }

    /// Says which new posts have the date of one that is gone, where each is the only one.
    fn renamed(&self, posts: &[Placed], hidden: &BTreeSet<&str>, known: &[Known]) -> Vec<Diagnostic> {
        let mut alike: BTreeMap<Date, Alike> = BTreeMap::new();
        let is_new = |(_, known): &(&Placed, &Known)| **known == Known::No;
        for (at, (placed, _)) in posts.iter().zip(known).enumerate().filter(|(_, both)| is_new(both)) {
            if placed.own_id.is_none() {
                alike.entry(placed.post.published).or_default().1.push(at);
            }
        }
        if alike.is_empty() {
            return Vec::new();
        }
        // What a new post is written in the place of is told of as its own.
        let here: HashSet<&str> = posts.iter().map(|placed| placed.post.path.as_str()).collect();
        for (at, (_, told)) in self.free(hidden).filter(|(_, (path, told))| !told.is_gone && !here.contains(path)) {
            if let Some((gone, _)) = alike.get_mut(&told.published) {
                gone.push(at);
            }
        }
        let pairs = alike.into_values().filter_map(|both| match both {
            (gone, new) if gone.len() == 1 && new.len() == 1 => Some((self.all[*gone.first()?], posts.get(*new.first()?)?)),
            _ => None,
        });
        let finding = |((path, told), placed): (Record<'_>, &Placed)| {
            let message =
                format!("this may be the post that was `{path}`, which has the same date and is gone: readers are shown it as a new one");
            let help = format!("if it is the same, write `id: {}` into its front matter; if not, nothing has to be done", told.id);
            Diagnostic::new(&RENAMED_POST, message).at(Place::file(&placed.post.path)).help(help)
        };
        pairs.map(finding).collect()
    }

    fn ambiguous(&self, record: usize, new: &[usize], posts: &[Placed]) -> Diagnostic {
        let (path, told) = self.all[record];
        let mut names: Vec<&str> = new.iter().map(|at| posts[*at].post.path.as_str()).collect();
        names.sort_unstable();
        names.truncate(MOST_NAMES);
        let (last, before) = names.split_last().map_or(("", &[][..]), |(last, before)| (*last, before));
        let who = if before.is_empty() { format!("`{last}` says") } else { format!("`{}` and `{last}` say", before.join("`, `")) };
        let message = format!("{who} what `{path}` said, and it cannot be told which post goes by the id `{}`", told.id);
        let help = format!(
            "write `id: {}` into the front matter of the one that it is, or let `postrider lock --forget {path}` make all of them new ones",
            told.id
        );
        Diagnostic::new(&AMBIGUOUS_POST, message).at(Place::file(names.first().copied().unwrap_or(path))).help(help)
    }

    /// Says that a post has another id than the one that is recorded at its place.
    fn changed(&self, placed: &Placed, is_locked: bool) -> Option<Diagnostic> {
        let at = self.at(&placed.post.path)?;
        let (path, told) = self.all[at];
        let own = placed.own_id.as_deref().filter(|_| self.taken[at].is_none() && !told.is_gone)?;
        let message = format!("the id is `{own}`, and readers know the post as `{}`", told.id);
        let finding = Diagnostic::new(&CHANGED_ID, message).at(Place::key(&placed.post.path, "id"));
        let mut finding =
            finding.help(format!("leave `id` out, for postrider.lock has it; or let `postrider lock --forget {path}` take the new one"));
        if is_locked {
            finding.severity = Severity::Error;
        }
        Some(finding)
    }

    fn vanished(&self, posts: &[Placed], hidden: &BTreeSet<&str>, known: &[Known]) -> Vec<Diagnostic> {
        // In its place may stand one that was moved there.
        let strangers = posts.iter().zip(known).filter(|(_, known)| **known == Known::No).map(|(placed, _)| placed.post.path.as_str());
        let here: HashSet<&str> = strangers.chain(hidden.iter().copied()).collect();
        let is_lost = move |(at, (path, told)): &(usize, &Record<'_>)| {
            let is_its_own = self.by_id.get(told.id.as_str()) == Some(at);
            self.taken[*at].is_none() && !told.is_gone && !here.contains(path) && is_its_own
        };
        let lost = self.all.iter().enumerate().filter(is_lost).map(|(_, (path, told))| {
            let message = format!("`{path}`, which readers know as `{}`, is not there any more", told.id);
            let help = format!(
                "where that is meant, run `postrider lock` and commit postrider.lock; where another file is this post now, write `id: {}` into its front matter",
                told.id
            );
            Diagnostic::new(&VANISHED_POST, message).at(Place::file(*path)).help(help)
        });
        lost.collect()
    }
}

fn moved(placed: &Placed, from: &str) -> Diagnostic {
    let message = format!("this is the post that was `{from}`, which postrider.lock does not know yet");
    Diagnostic::new(&MOVED_POST, message).at(Place::file(&placed.post.path)).help("run `postrider lock`, and commit postrider.lock")
}

fn name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// Goes on with what readers were told of a post.
fn go_on(placed: &mut Placed, told: &LockedPost, now: Date, is_locked: bool) {
    if placed.own_id.is_none() && *told.id != *placed.usual_id() {
        placed.own_id = Some(told.id.as_str().into());
    }
    placed.page = told.page;
    let post = &mut placed.post;
    // Which moment a date without an offset is depends on the site's zone, and on the generator that read it.
    if post.in_site_zone && told.published.naive_local() == post.published.naive_local() {
        post.published = told.published;
    }
    if post.updated.is_none() {
        let is_changed = post.hash != told.hash && post.hash.is_some();
        let updated = if is_changed && !is_locked { whole_seconds(now) } else { told.updated.min(now) };
        post.updated = Some(updated).filter(|updated| *updated > post.published);
        placed.is_update_kept = post.updated.is_some();
    }
}

/// Gives a new post an id of its own where another one goes by its address, which it had first (RFC 4151).
fn stand_apart(placed: &mut Placed, records: &Records<'_>) {
    if placed.own_id.is_some() || !records.by_id.contains_key(placed.usual_id()) {
        return;
    }
    let Ok(url) = url::Url::parse(&placed.url) else { return };
    let (host, day) = (url.host_str().unwrap_or("example.org"), placed.post.published.format("%Y-%m-%d"));
    placed.own_id = Some(format!("tag:{host},{day}:{}", url.path()).into_boxed_str());
}

fn whole_seconds(date: Date) -> Date {
    date.with_nanosecond(0).unwrap_or(date)
}

/// Returns whether readers see a post: what `--drafts` and `--future` show is for the author alone.
fn is_shown(placed: &Placed, now: Date) -> bool {
    placed.post.hidden.is_none() && placed.post.published <= now
}

/// What there is to remember of a post.
#[derive(Clone, Copy)]
pub enum Told<'a> {
    /// Readers see it.
    Shown(&'a Placed),
    /// It is as it was remembered, here or gone.
    Before(&'a LockedPost, bool),
}

impl Told<'_> {
    /// Returns it as postrider.lock has it.
    #[must_use]
    pub fn record(&self) -> LockedPost {
        match *self {
            Told::Shown(placed) => LockedPost {
                id: placed.id().to_owned(),
                published: whole_seconds(placed.post.published),
                updated: whole_seconds(placed.updated()),
                hash: placed.post.hash,
                is_gone: false,
                page: placed.page,
            },
            Told::Before(told, is_gone) => LockedPost { is_gone, ..told.clone() },
        }
    }
}

/// Returns what there is to remember behind a run, in the order of the paths: every post that readers see, and what was told of others
/// before.
#[must_use]
pub fn told<'a>(site: &'a Site, lock: &'a Lock, now: Date) -> Vec<(&'a str, Told<'a>)> {
    let shown = || site.posts.iter().filter(|placed| is_shown(placed, now));
    let mut all: Vec<(&str, Told<'_>)> = shown().map(|placed| (placed.post.path.as_str(), Told::Shown(placed))).collect();
    if !lock.posts.is_empty() {
        let ids: HashSet<&str> = shown().map(Placed::id).collect();
        // Another id in the front matter does not make the one forgotten that readers know.
        for (path, told) in &mut all {
            let has_own = matches!(told, Told::Shown(placed) if placed.post.id.is_some());
            if let Some(before) = lock.posts.get(*path).filter(|before| has_own && !before.is_gone && !ids.contains(before.id.as_str())) {
                *told = Told::Before(before, false);
            }
        }
        let here: HashSet<&str> = site.left_out.paths().chain(site.posts.iter().map(|placed| placed.post.path.as_str())).collect();
        let before = lock.posts.iter().filter(|(_, told)| !ids.contains(told.id.as_str()));
        all.extend(before.map(|(path, told)| (path.as_str(), Told::Before(told, !here.contains(path.as_str())))));
    }
    // Of one path, what is shown comes first, and counts.
    all.sort_by_key(|(path, _)| *path);
    all.dedup_by(|(path, _), (before, _)| path == before);
    all
}

/// Returns what there is to remember behind a run.
#[must_use]
pub fn record(site: &Site, lock: &Lock, now: Date) -> BTreeMap<String, LockedPost> {
    told(site, lock, now).into_iter().map(|(path, told)| (path.to_owned(), told.record())).collect()
}

/// Forgets what a lock has of the posts that a site shows: they tell it themselves.
pub fn forget_shown(lock: &mut Lock, site: &Site, now: Date) {
    let ids: HashSet<&str> = site.posts.iter().filter(|placed| is_shown(placed, now)).map(Placed::id).collect();
    lock.posts.retain(|_, told| !ids.contains(told.id.as_str()));
}

#[cfg(test)]
mod tests;
