//! Ids that stay: what postrider.lock remembers of the posts that readers were shown goes on to hold, wherever a post is moved, whatever
//! it is called and wherever the site lives.

use super::{LeftOut, Placed, Site};
use crate::diagnostic::{Code, Diagnostic, Place, Severity};
use crate::model::{ContentHash, Date, Lock, LockedPost, LockedPosts, Post};
use chrono::{NaiveTime, Timelike};
use sha2::{Digest, Sha256};
use std::borrow::Cow;
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
pub static RENAMED_POST: Code = Code::warning(
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
    // Who renames a file says nothing else in it.
    hasher.update(post.title.as_deref().filter(|_| !post.title_from_name).unwrap_or_default());
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

/// What a lock records, and which of it a post goes on with.
struct Records<'l> {
    /// In the order of their paths.
    all: &'l [(Box<str>, LockedPost)],
    by_id: Index,
    /// Whether each is the one that its id leads to: two branches may have moved one post.
    is_first: Vec<bool>,
    /// Whether a post goes on with each.
    taken: Vec<bool>,
}

/// What a record has of something, and what a post has.
type Way = (for<'l> fn(Record<'l>) -> Cow<'l, str>, for<'p> fn(&'p Placed) -> Cow<'p, str>);

/// The record, and the post, that are alike.
type Alike = (Few, Few);

/// None, one, or several.
#[derive(Clone, Copy, Default)]
enum Few {
    #[default]
    None,
    One(usize),
    Several,
}

impl Few {
    fn add(&mut self, at: usize) {
        *self = if matches!(self, Few::None) { Few::One(at) } else { Few::Several };
    }

    fn only(self) -> Option<usize> {
        if let Few::One(at) = self { Some(at) } else { None }
    }
}

/// Places in a list, in the order of a text that each has there. The texts stay where they are: a map of a hundred thousand would take as much
/// memory as what it leads to.
struct Index(Vec<u32>);

impl Index {
    fn new<'t>(count: usize, text: impl Fn(usize) -> &'t str) -> Self {
        let mut places: Vec<u32> = (0..u32::try_from(count).unwrap_or(u32::MAX)).collect();
        places.sort_by_key(|at| text(*at as usize));
        Index(places)
    }

    /// Returns the first place that has a text.
    fn find<'t>(&self, wanted: &str, text: impl Fn(usize) -> &'t str) -> Option<usize> {
        let at = self.0.partition_point(|at| text(*at as usize) < wanted);
        self.0.get(at).map(|at| *at as usize).filter(|at| text(*at) == wanted)
    }
}

/// By what posts that say the same are told from one another: their address, the name of their file, their date, or nothing.
const WAYS: [Way; 5] = [
    (|(_, told)| Cow::Borrowed(&told.id), |placed| Cow::Borrowed(placed.usual_id())),
    (|(_, told)| Cow::Borrowed(&told.id), |placed| Cow::Borrowed(&placed.url)),
    (|(path, _)| Cow::Borrowed(name(path)), |placed| Cow::Borrowed(name(&placed.post.path))),
    (|(_, told)| Cow::Owned(told.published.to_rfc3339()), |placed| Cow::Owned(whole_seconds(placed.post.published).to_rfc3339())),
    (|_| Cow::Borrowed(""), |_| Cow::Borrowed("")),
];

/// What a file makes of an id that is recorded at its path.
enum Claim<'p> {
    /// There is no such file.
    No,
    /// It has no id in its front matter.
    File,
    /// It has this one.
    Own(&'p str),
}

/// How many files a finding names.
const MOST_NAMES: usize = 5;

/// How a post was known again.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Known {
    No,
    /// Where it stands, or by what it goes by itself.
    Again(u32),
    /// By what it says, at another place.
    Moved(u32),
}

/// Gives posts the ids that readers know them by, and the dates they were told; says where that cannot be done, and with `is_locked` where
/// a record would be lost if the lock stays as it is. The paths of posts that are not shown are in `left_out`.
pub(super) fn keep(posts: &mut [Placed], left_out: &LeftOut, lock: &Lock, now: Date, is_locked: bool) -> Vec<Diagnostic> {
    if lock.posts.is_empty() {
        return Vec::new();
    }
    let hidden: BTreeSet<&str> = left_out.paths().collect();
    let places = Index::new(posts.len(), |at| &posts[at].post.path);
    let there = |path: &str| places.find(path, |at| &posts[at].post.path);
    let (mut records, mut findings) =
        Records::of(lock, |path| if hidden.contains(path) { Claim::File } else { there(path).map_or(Claim::No, |at| posts[at].claim()) });
    let mut known = vec![Known::No; posts.len()];
    records.know(posts, &mut known, |records, placed| {
        let at = records.of_id(placed.own_id.as_deref()?)?;
        Some(at).filter(|at| *records.all[*at].0 == *placed.post.path)
    });
    records.know(posts, &mut known, |records, placed| {
        // An id that a living post has already is no reason to take it away from that.
        let at = records.of_id(placed.own_id.as_deref()?)?;
        let is_there = there(&records.all[at].0).is_some_and(|post| posts[post].own_id.is_none());
        Some(at).filter(|_| !is_there)
    });
    let by_path = |records: &Records<'_>, placed: &Placed| records.at(&placed.post.path).filter(|_| placed.own_id.is_none());
    records.know(posts, &mut known, |records, placed| {
        by_path(records, placed).filter(|at| records.all[*at].1.hash == placed.post.hash && placed.post.hash.is_some())
    });
    // What was removed is another post than what is written in its place, unless that is of its day.
    let is_of_its_day = |records: &Records<'_>, at: usize, placed: &Placed| {
        let told = &records.all[at].1;
        !told.is_gone || told.published == placed.post.published
    };
    // What comes back to where it was goes by its first id, and not by one that it got elsewhere meanwhile.
    records.know(posts, &mut known, |records, placed| {
        by_path(records, placed).filter(|at| records.all[*at].1.is_gone && is_of_its_day(records, *at, placed))
    });
    records.know_by_content(posts, &hidden, there, &mut known);
    records.know(posts, &mut known, |records, placed| by_path(records, placed).filter(|at| is_of_its_day(records, *at, placed)));
    findings.extend(records.doubtful(posts, &hidden, &known));
    // The file of an edited post was moved, and its address stayed.
    records.know(posts, &mut known, |records, placed| {
        let record = records.of_id(placed.usual_id()).or_else(|| records.of_id(&placed.url));
        let at = record.filter(|_| placed.own_id.is_none())?;
        Some(at).filter(|at| is_of_its_day(records, *at, placed) && !hidden.contains(&*records.all[*at].0))
    });
    let severity = if is_locked { Severity::Error } else { Severity::Warning };
    findings.extend(records.renamed(posts, &hidden, there, &known, severity));
    for (post, known) in posts.iter_mut().zip(&known) {
        let record = match known {
            Known::No => None,
            Known::Again(at) | Known::Moved(at) => records.all.get(*at as usize),
        };
        match record {
            Some((path, told)) => {
                post.is_recorded = **path == *post.post.path;
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

impl Placed {
    /// Returns what a post makes of an id that is recorded at its path.
    fn claim(&self) -> Claim<'_> {
        self.own_id.as_deref().map_or(Claim::File, Claim::Own)
    }
}

impl<'l> Records<'l> {
    /// Returns what a lock records, and what is wrong with it: of an id that two lines have, the one whose file is there goes on; if both are,
    /// the one whose front matter says so.
    fn of<'p>(lock: &'l Lock, claim: impl Fn(&str) -> Claim<'p>) -> (Self, Vec<Diagnostic>) {
        let all = lock.posts.all();
        let mut by_id = Index::new(all.len(), |at| &all[at].1.id);
        let mut findings = Vec::new();
        by_id.0.dedup_by(|at, before| {
            let (path, told) = &all[*at as usize];
            let (first, one) = &all[*before as usize];
            if told.id != one.id {
                return false;
            }
            let strength = |path: &str| match claim(path) {
                Claim::Own(id) if *id == *told.id => 2,
                Claim::File => 1,
                Claim::Own(_) | Claim::No => 0,
            };
            let (mine, other) = (strength(path), strength(first));
            if mine == 1 && other == 1 {
                findings.push(claimed(&told.id, first, path));
            }
            if mine > other {
                *before = *at;
            }
            true
        });
        let mut is_first = vec![false; all.len()];
        by_id.0.iter().for_each(|at| is_first[*at as usize] = true);
        (Records { all, by_id, is_first, taken: vec![false; all.len()] }, findings)
    }

    /// Returns the record of a path.
    fn at(&self, path: &str) -> Option<usize> {
        self.all.binary_search_by(|(known, _)| (**known).cmp(path)).ok()
    }

    /// Returns the record that has an id.
    fn of_id(&self, id: &str) -> Option<usize> {
        self.by_id.find(id, |at| &self.all[at].1.id)
    }

    /// Takes a record for a post, where it is free.
    fn take(&mut self, at: usize) -> bool {
        let is_free = !self.taken[at] && self.is_first[at];
        self.taken[at] |= is_free;
        is_free
    }

    /// Knows posts again in one way.
    fn know(&mut self, posts: &[Placed], known: &mut [Known], way: impl Fn(&Self, &Placed) -> Option<usize>) {
        for (at, placed) in posts.iter().enumerate() {
            if known[at] == Known::No
                && let Some(record) = way(self, placed)
                && self.take(record)
            {
                known[at] = Known::Again(short(record));
            }
        }
    }

    /// Knows posts again by what they say, where their files were moved or renamed, also in the place of one another. A file that is where
    /// it was, and says something new, has not moved.
    fn know_by_content(&mut self, posts: &[Placed], hidden: &BTreeSet<&str>, there: impl Fn(&str) -> Option<usize>, known: &mut [Known]) {
        let mut record_of: BTreeMap<usize, usize> = BTreeMap::new();
        let mut post_of: BTreeMap<usize, usize> = BTreeMap::new();
        for way in WAYS {
            let mut alike: HashMap<(ContentHash, Cow<'_, str>), Alike> = HashMap::new();
            let is_open = |at: &usize| known[*at] == Known::No && !record_of.contains_key(at) && posts[*at].own_id.is_none();
            for at in (0..posts.len()).filter(is_open) {
                if let Some(hash) = posts[at].post.hash {
                    alike.entry((hash, (way.1)(&posts[at]))).or_default().1.add(at);
                }
            }
            if alike.is_empty() {
                break;
            }
            for (at, record) in self.free(hidden).filter(|(at, _)| !post_of.contains_key(at)) {
                if let Some((told, _)) = record.1.hash.and_then(|hash| alike.get_mut(&(hash, (way.0)(record)))) {
                    told.add(at);
                }
            }
            for (record, post) in alike.into_values().filter_map(|(told, new)| Some((told.only()?, new.only()?))) {
                record_of.insert(post, record);
                post_of.insert(record, post);
            }
        }
        // Whose file is there and stays there unpaired keeps its record; that may leave the next one's file unpaired.
        let mut doubted: Vec<usize> = post_of.keys().copied().collect();
        while let Some(record) = doubted.pop() {
            let Some(post) = post_of.get(&record).copied() else { continue };
            let stays = there(&self.all[record].0).is_some_and(|there| !record_of.contains_key(&there));
            if stays {
                post_of.remove(&record);
                record_of.remove(&post);
                doubted.extend(self.at(&posts[post].post.path));
            }
        }
        for (post, record) in record_of {
            if self.take(record) {
                known[post] = Known::Moved(short(record));
            }
        }
    }

    /// Returns the records that no post goes on with, and whose files are not hidden.
    fn free<'r>(&'r self, hidden: &'r BTreeSet<&str>) -> impl Iterator<Item = (usize, Record<'l>)> + 'r {
        let all = self.all.iter().map(|(path, told)| (&**path, told)).enumerate();
        all.filter(move |(at, record)| !self.taken[*at] && !hidden.contains(record.0) && self.is_first[*at])
    }

    /// Says of which posts it cannot be told which one they are.
    fn doubtful(&self, posts: &[Placed], hidden: &BTreeSet<&str>, known: &[Known]) -> Vec<Diagnostic> {
        let mut alike: BTreeMap<ContentHash, (Option<usize>, Vec<usize>)> = BTreeMap::new();
        for (at, placed) in posts.iter().enumerate().filter(|(at, placed)| known[*at] == Known::No && placed.own_id.is_none()) {
            if let Some(hash) = placed.post.hash {
                alike.entry(hash).or_default().1.push(at);
            }
        }
        if alike.is_empty() {
            return Vec::new();
        }
        for (at, record) in self.free(hidden) {
            if let Some((first, _)) = record.1.hash.and_then(|hash| alike.get_mut(&hash)) {
                first.get_or_insert(at);
            }
        }
        alike.into_values().filter_map(|(record, new)| Some(self.ambiguous(record?, &new, posts))).collect()
    }

    /// Says which new posts have the date of one that is gone, where each is the only one.
    fn renamed(
        &self,
        posts: &[Placed],
        hidden: &BTreeSet<&str>,
        there: impl Fn(&str) -> Option<usize>,
        known: &[Known],
        severity: Severity,
    ) -> Vec<Diagnostic> {
        let mut alike: BTreeMap<Date, (Vec<usize>, Vec<usize>)> = BTreeMap::new();
        let is_new = |(_, known): &(&Placed, &Known)| **known == Known::No;
        // Of those that say the same it is told already that nobody knows which one is which.
        let said: HashSet<ContentHash> = self.free(hidden).filter_map(|(_, (_, told))| told.hash).collect();
        for (at, (placed, _)) in posts.iter().zip(known).enumerate().filter(|(_, both)| is_new(both)) {
            if placed.own_id.is_none() && placed.post.hash.is_none_or(|hash| !said.contains(&hash)) {
                alike.entry(placed.post.published).or_default().1.push(at);
            }
        }
        if alike.is_empty() {
            return Vec::new();
        }
        // What a new post is written in the place of is told of as its own.
        for (at, (_, told)) in self.free(hidden).filter(|(_, (path, _))| there(path).is_none()) {
            if let Some((gone, _)) = alike.get_mut(&told.published) {
                gone.push(at);
            }
        }
        let finding = |at: &usize, gone: &[usize]| {
            let names: Vec<&str> = gone.iter().take(MOST_NAMES).map(|at| &*self.all[*at].0).collect();
            let (which, has) = if let [_] = gone { ("the post", "has") } else { ("one of the posts", "have") };
            let (was, is) = if let [_] = gone { ("was", "is") } else { ("were", "are") };
            let message = format!(
                "this may be {which} that {was} `{}`, which {has} the same date and {is} gone: readers are shown it as a new one",
                names.join("`, `")
            );
            let ids: Vec<&str> = gone.iter().take(MOST_NAMES).map(|at| &*self.all[*at].1.id).collect();
            let help =
                format!("if it is the same, write `id: {}` into its front matter; if not, nothing has to be done", ids.join("` or `id: "));
            let finding = Diagnostic::new(&RENAMED_POST, message).at(Place::file(&posts[*at].post.path)).help(help);
            // Of what was gone before, nothing is lost with this run.
            let is_lost = gone.iter().any(|at| !self.all[*at].1.is_gone);
            if is_lost { Diagnostic { severity, ..finding } } else { finding }
        };
        let pairs = alike.values().filter(|(gone, _)| !gone.is_empty());
        pairs.flat_map(|(gone, new)| new.iter().map(move |at| finding(at, gone))).collect()
    }

    fn ambiguous(&self, record: usize, new: &[usize], posts: &[Placed]) -> Diagnostic {
        let (path, told) = &self.all[record];
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
        let (path, told) = &self.all[at];
        let own = placed.own_id.as_deref().filter(|_| !self.taken[at] && !told.is_gone)?;
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
        let is_lost = |(at, (path, told)): &(usize, &(Box<str>, LockedPost))| {
            !self.taken[*at] && !told.is_gone && !here.contains(&**path) && self.is_first[*at]
        };
        let lost = self.all.iter().enumerate().filter(is_lost).map(|(_, (path, told))| {
            let message = format!("`{path}`, which readers know as `{}`, is not there any more", told.id);
            let help = format!(
                "where that is meant, run `postrider lock` and commit postrider.lock; where another file is this post now, write `id: {}` into its front matter",
                told.id
            );
            Diagnostic::new(&VANISHED_POST, message).at(Place::file(&**path)).help(help)
        });
        lost.collect()
    }
}

/// Says that two posts cannot both go by one id.
fn claimed(id: &str, first: &str, second: &str) -> Diagnostic {
    let message = format!("postrider.lock has the id `{id}` for `{first}` and for `{second}`, and only one of them can go by it");
    let help = format!(
        "take the line of the other one back from version control; or, where it is a new post, `postrider lock --forget {second}` gives it an id of its own"
    );
    Diagnostic::new(&AMBIGUOUS_POST, message).at(Place::file(second)).help(help)
}

fn moved(placed: &Placed, from: &str) -> Diagnostic {
    let message = format!("this is the post that was `{from}`, which postrider.lock does not know yet");
    Diagnostic::new(&MOVED_POST, message).at(Place::file(&placed.post.path)).help("run `postrider lock`, and commit postrider.lock")
}

/// Returns a place in a list as it is kept: there are no four thousand million posts.
fn short(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

fn name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// Goes on with what readers were told of a post.
fn go_on(placed: &mut Placed, told: &LockedPost, now: Date, is_locked: bool) {
    if placed.own_id.is_none() && *told.id != *placed.usual_id() {
        placed.own_id = Some(told.id.clone());
    }
    placed.page = told.page;
    placed.is_known = true;
    let post = &mut placed.post;
    // Which moment a date without an offset is depends on the site's zone, and on the generator that read it.
    if post.in_site_zone && is_same_date(&told.published, &post.published) {
        post.published = told.published;
    }
    if post.updated.is_none() {
        let is_changed = post.hash != told.hash && post.hash.is_some();
        placed.told_update = Some(told.updated).filter(|_| !is_changed);
        let updated = if is_changed && !is_locked { whole_seconds(now) } else { told.updated.min(now) };
        post.updated = Some(updated).filter(|updated| *updated > post.published);
        placed.is_update_kept = post.updated.is_some();
    }
}

/// Returns whether the date that readers were told is the one that a post has without an offset: the same time on the clock, or any time of a
/// day that is all the post says.
fn is_same_date(told: &Date, own: &Date) -> bool {
    let is_day = own.time() == NaiveTime::MIN;
    let is_of_day = || told.date_naive() == own.date_naive() || told.with_timezone(own.offset()).date_naive() == own.date_naive();
    told.naive_local() == own.naive_local() || is_day && is_of_day()
}

/// Gives a new post an id of its own where another one goes by its address, which it had first (RFC 4151).
fn stand_apart(placed: &mut Placed, records: &Records<'_>) {
    if placed.own_id.is_some() || records.of_id(placed.usual_id()).is_none() {
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

/// Returns the ids of the posts that readers see, in order.
fn ids_shown(site: &Site, now: Date) -> Vec<&str> {
    let mut ids: Vec<&str> = site.posts.iter().filter(|placed| is_shown(placed, now)).map(Placed::id).collect();
    ids.sort_unstable();
    ids
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
    /// Returns what was told of it, where its file was there the last time and is not any more.
    #[must_use]
    pub fn newly_gone(&self) -> Option<&LockedPost> {
        match self {
            Told::Before(told, true) if !told.is_gone => Some(told),
            _ => None,
        }
    }

    /// Returns it as postrider.lock has it.
    #[must_use]
    pub fn record(&self) -> LockedPost {
        match *self {
            Told::Shown(placed) => LockedPost {
                id: placed.id().into(),
                published: whole_seconds(placed.post.published),
                // A clock that is slow does not take back what was told.
                updated: placed.told_update.into_iter().fold(whole_seconds(placed.updated()), Date::max),
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
        let ids = ids_shown(site, now);
        // An id in the front matter that nobody knows does not make the one forgotten that readers know.
        for (path, told) in &mut all {
            let is_own = matches!(told, Told::Shown(placed) if placed.post.id.is_some() && !placed.is_known);
            if let Some(before) =
                lock.posts.get(path).filter(|before| is_own && !before.is_gone && ids.binary_search(&&*before.id).is_err())
            {
                *told = Told::Before(before, false);
            }
        }
        let here: HashSet<&str> = site.left_out.paths().chain(site.posts.iter().map(|placed| placed.post.path.as_str())).collect();
        let before = lock.posts.iter().filter(|(_, told)| ids.binary_search(&&*told.id).is_err());
        all.extend(before.map(|(path, told)| (path, Told::Before(told, !here.contains(path)))));
    }
    // Of one path, what is shown comes first, and counts.
    all.sort_by_key(|(path, _)| *path);
    all.dedup_by(|(path, _), (before, _)| path == before);
    all
}

/// Returns what there is to remember behind a run.
#[must_use]
pub fn record(site: &Site, lock: &Lock, now: Date) -> LockedPosts {
    told(site, lock, now).into_iter().map(|(path, told)| (path.into(), told.record())).collect()
}

/// Forgets what a lock has of the posts that a site shows: they tell it themselves.
pub fn forget_shown(lock: &mut Lock, site: &Site, now: Date) {
    let ids = ids_shown(site, now);
    lock.posts.retain(|_, told| ids.binary_search(&&*told.id).is_err());
}

#[cfg(test)]
mod tests;
