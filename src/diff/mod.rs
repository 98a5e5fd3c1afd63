//! What followers of a feed would see when another version takes its place.
//!
//! A reader app keeps what it has seen by the entry's id. So an entry with another id is a new one to it, however much it is the same
//! to its author; an id that stays may change what it stands for, and an entry that leaves the feed is kept. From two versions of a
//! feed, as [`crate::feed::read`] reads them, [`compare`] says what of this happens.

mod adopt;
pub mod alike;
mod content;
mod likeness;

pub use adopt::{Adopted, Adoption, Doubt, Old, Stranger, Tally, adopt};
pub use likeness::{ENOUGH, common_end, likeness};

use crate::feed::atom_id;
use crate::feed::read::{ReadEntry, ReadFeed};
use alike::{Match, page, pair};
use serde::Serialize;
use std::collections::{BTreeMap, HashMap};

/// A kind of change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// An entry that was not there.
    New,
    /// An entry that says something else.
    Update,
    /// An entry that goes by another id.
    Reappear,
    /// An entry whose post is gone.
    Vanish,
    /// An entry that was not there, older than others that were.
    Backfill,
    /// Two entries that become one.
    Merge,
    /// An entry with another date of publication.
    Date,
    /// A feed at another address.
    Move,
}

impl Kind {
    /// Every kind, in the order of a report.
    pub const ALL: [Kind; 8] = [Kind::New, Kind::Update, Kind::Reappear, Kind::Vanish, Kind::Backfill, Kind::Merge, Kind::Date, Kind::Move];

    /// Returns its name for the command line and for programs.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Kind::New => "new",
            Kind::Update => "update",
            Kind::Reappear => "reappear",
            Kind::Vanish => "vanish",
            Kind::Backfill => "backfill",
            Kind::Merge => "merge",
            Kind::Date => "date",
            Kind::Move => "move",
        }
    }

    /// Returns what is said of so many.
    #[must_use]
    pub fn counted(self, count: usize) -> String {
        let (one, many) = match self {
            Kind::New => ("new", "new"),
            Kind::Update => ("updated", "updated"),
            Kind::Reappear => ("would reappear as unread", "would reappear as unread"),
            Kind::Vanish => ("vanishes", "vanish"),
            Kind::Backfill => ("older post would appear as new", "older posts would appear as new"),
            Kind::Merge => ("would become one with another", "would become one with others"),
            Kind::Date => ("date moves", "dates move"),
            Kind::Move => ("feed moves", "feeds move"),
        };
        format!("{count} {}", if count == 1 { one } else { many })
    }
}

/// Something that followers would see.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    /// What kind it is.
    pub kind: Kind,
    /// What the entry goes by from now on; of a feed, its address.
    pub id: String,
    /// What it went by; of a date, the date.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub was: Option<String>,
    /// Plain text; empty for an entry without a title.
    pub title: String,
    /// The entry's link.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// What of an entry is updated: `title`, `link`, `text`, `mark-up`, `date of change`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<&'static str>,
    /// What its text says no more (`- `), and what it says now (`+ `).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub text: Vec<String>,
    /// Why its post is in no feed, where there is one; of an entry that reappears, that several may be it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// The feeds in which it is seen.
    pub feeds: Vec<String>,
}

impl Change {
    fn of(kind: Kind, entry: &ReadEntry) -> Self {
        Change {
            kind,
            id: entry.id.clone(),
            was: None,
            title: entry.title.clone().unwrap_or_default(),
            url: entry.url.clone(),
            parts: Vec::new(),
            text: Vec::new(),
            why: None,
            feeds: Vec::new(),
        }
    }

    fn was(self, was: impl Into<String>) -> Self {
        Change { was: Some(was.into()), ..self }
    }

    /// Tells of a feed whose address is no longer written, and of the one that goes on with it, if any does.
    #[must_use]
    pub fn moved(title: &str, from: &str, to: Option<&str>) -> Self {
        let entry = ReadEntry { id: to.unwrap_or_default().to_owned(), title: Some(title.to_owned()), ..ReadEntry::default() };
        Change::of(Kind::Move, &entry).was(from)
    }
}

/// Returns how many there are of each kind, in words; `None` where followers see nothing.
#[must_use]
pub fn summary(changes: &[Change]) -> Option<String> {
    let count = |kind: Kind| changes.iter().filter(|change| change.kind == kind).count();
    let parts: Vec<String> = Kind::ALL.into_iter().filter(|kind| count(*kind) > 0).map(|kind| kind.counted(count(kind))).collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

/// Returns the changes of several feeds as one list: who follows them sees an entry's change in each.
#[must_use]
pub fn together(of_feeds: Vec<(String, Vec<Change>)>) -> Vec<Change> {
    let mut all: Vec<Change> = Vec::new();
    let mut known: BTreeMap<(Kind, String, Option<String>), usize> = BTreeMap::new();
    for (feed, changes) in of_feeds {
        for change in changes {
            let in_all = |id: &str| atom_id(id).into_owned();
            let at = *known.entry((change.kind, in_all(&change.id), change.was.as_deref().map(in_all))).or_insert(all.len());
            if at == all.len() {
                all.push(change.clone());
            }
            let Some(known) = all.get_mut(at) else { continue };
            if known.feeds.last() != Some(&feed) {
                known.feeds.push(feed.clone());
            }
            // One format has a place for what another one leaves out.
            let further: Vec<&str> = change.parts.into_iter().filter(|part| !known.parts.contains(part)).collect();
            known.parts.extend(further);
        }
    }
    all.sort_by_key(|change| change.kind);
    all
}

/// Returns what followers of a feed see when `new` takes the place of `old`. `is_there` says whether the post of an old entry is still on the
/// site: one that was only pushed out by newer ones does not vanish.
#[must_use]
pub fn compare(old: &ReadFeed, new: &ReadFeed, is_there: impl Fn(&ReadEntry) -> bool) -> Vec<Change> {
    let mut changes = Vec::new();
    let mut by_id: HashMap<&str, &ReadEntry> = HashMap::new();
    for entry in &new.entries {
        by_id.entry(&entry.id).or_insert(entry);
    }
    let mut old_ids: HashMap<&str, &ReadEntry> = HashMap::new();
    let mut left = Vec::new();
    for entry in &old.entries {
        if old_ids.insert(&entry.id, entry).is_some() {
            continue;
        }
        match by_id.get(entry.id.as_str()) {
            Some(same) => changes.extend(differences(old, entry, new, same)),
            None => left.push(entry),
        }
    }
    let come: Vec<&ReadEntry> = new.entries.iter().filter(|entry| !old_ids.contains_key(entry.id.as_str())).collect();
    let mut known = vec![false; come.len()];
    let pages: HashMap<String, &ReadEntry> = new
        .entries
        .iter()
        .filter(|entry| old_ids.contains_key(entry.id.as_str()))
        .filter_map(|entry| Some((page(entry.url.as_deref()?)?, entry)))
        .collect();
    for (entry, same) in left.iter().zip(pair(&left, &come)) {
        match same {
            Match::One(at, _) => {
                known[at] = true;
                changes.push(Change::of(Kind::Reappear, come[at]).was(&entry.id));
                changes.extend(date(entry, come[at]));
            }
            Match::Shared(at) => {
                known[at] = true;
                changes.push(Change::of(Kind::Merge, come[at]).was(&entry.id));
            }
            // Another old entry has the id of the one that leads to the same page.
            Match::None | Match::Several(_) => match (entry.url.as_deref().and_then(page).and_then(|page| pages.get(&page)), &same) {
                (Some(same), _) => changes.push(Change::of(Kind::Merge, same).was(&entry.id)),
                // Whichever it is, it has another id.
                (None, Match::Several(of)) => {
                    let next = of.iter().copied().find(|at| !known[*at]).or(of.first().copied());
                    let Some(at) = next else { continue };
                    known[at] = true;
                    let why = Some(format!("it may be each of {}", of.len()));
                    changes.push(Change { why, ..Change::of(Kind::Reappear, come[at]).was(&entry.id) });
                }
                (None, _) if !is_there(entry) => changes.push(Change::of(Kind::Vanish, entry)),
                (None, _) => {}
            },
        }
    }
    let newest = old.entries.iter().filter_map(|entry| entry.published).max();
    for (entry, _) in come.iter().zip(known).filter(|(_, known)| !known) {
        let is_older = matches!((entry.published, newest), (Some(published), Some(newest)) if published < newest);
        changes.push(Change::of(if is_older { Kind::Backfill } else { Kind::New }, entry));
    }
    changes
}

/// Returns what changed in an entry whose id stays.
fn differences(old_feed: &ReadFeed, old: &ReadEntry, new_feed: &ReadFeed, new: &ReadEntry) -> Vec<Change> {
    let is_one_format = old_feed.format == new_feed.format;
    // A format may have no place for what another one says.
    let differ = |old: Option<&str>, new: Option<&str>| old != new && (is_one_format || old.is_some() && new.is_some());
    let (html, now) = (old.content.as_deref().unwrap_or_default(), new.content.as_deref().unwrap_or_default());
    let (said, says) = (content::lines(html), content::lines(now));
    // Generators write one text with different mark-up, and readers do not mind.
    let is_markup = || said == says && is_one_format && old_feed.generator == new_feed.generator && spaced(html) != spaced(now);
    let parts = [
        ("title", differ(old.title.as_deref(), new.title.as_deref())),
        ("link", differ(old.url.as_deref(), new.url.as_deref())),
        ("text", said != says),
        ("mark-up", is_markup()),
        ("date of change", matches!((old.updated, new.updated), (Some(old), Some(new)) if old.timestamp() != new.timestamp())),
    ];
    let parts: Vec<&'static str> = parts.iter().filter(|(_, differs)| *differs).map(|(part, _)| *part).collect();
    let text = content::differences(&said, &says);
    let update = (!parts.is_empty()).then(|| Change { parts, text, ..Change::of(Kind::Update, new) });
    update.into_iter().chain(date(old, new)).collect()
}

/// Returns that an entry is dated anew.
fn date(old: &ReadEntry, new: &ReadEntry) -> Option<Change> {
    let (Some(was), Some(is)) = (old.published, new.published) else { return None };
    (was.timestamp() != is.timestamp()).then(|| Change::of(Kind::Date, new).was(crate::text::dates::rfc3339(&was)))
}

fn spaced(html: &str) -> String {
    html.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests;
