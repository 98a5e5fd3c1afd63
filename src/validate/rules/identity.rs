//! Entries that readers cannot tell apart, or sort.

use super::Rule;
use crate::validate::codes::{DUPLICATE_ENTRIES, DUPLICATE_IDS, DUPLICATE_UPDATED};
use crate::validate::findings::{Findings, Located};
use crate::validate::scene::{Facts, Scene, Told};
use crate::validate::table::Fact;
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

/// Remembers hashes of what the entries so far have said; texts would cost the size of the feed.
#[derive(Debug, Default)]
pub(super) struct Identity {
    ids: HashMap<u64, u32>,
    dates: HashMap<u64, u32>,
    entries: u32,
    /// The ids that another entry has too.
    twice: Vec<Located>,
    /// The dates that another entry has too.
    same_date: Vec<Located>,
}

impl Rule for Identity {
    fn entry(&mut self, scene: &Scene<'_, '_>, told: &Facts<'_>, _findings: &mut Findings) {
        self.entries += 1;
        if let Some(id) = told.first(Fact::Id).filter(|id| !id.value.trim().is_empty()) {
            let message = || format!("another entry has the id `{}` too", super::super::walk::shorten(id.value.trim()));
            if remember(&mut self.ids, id.value.trim()) {
                self.twice.push(Located::child(scene, id.name, id.span.clone(), message()));
            }
        }
        // Posts of one day that have no time are all dated at its midnight, and readers know that.
        let has_time = |date: &&Told<'_>| !date.value.trim().is_empty() && !date.value.contains("T00:00:00");
        if let Some(date) = told.first(Fact::Updated).filter(|date| scene.kind.is_atom() && has_time(date))
            && remember(&mut self.dates, date.value.trim())
        {
            let message = format!("another entry has the same `{}`, `{}`", date.name, date.value.trim());
            self.same_date.push(Located::child(scene, date.name, date.span.clone(), message));
        }
    }

    fn feed(&mut self, _scene: &Scene<'_, '_>, _told: &Facts<'_>, findings: &mut Findings) {
        const HELP: &str = "give each entry an id of its own that never changes";
        let all_alike = self.ids.len() == 1 && self.entries > 1 && self.twice.len() as u32 + 1 == self.entries;
        // The template is at fault: one entry is enough to show what comes of it.
        if all_alike {
            self.twice.truncate(1);
        }
        if let Some(first) = self.twice.first().filter(|_| all_alike) {
            findings.add_located(&DUPLICATE_IDS, Located { message: "all entries have one id".to_owned(), ..first.clone() }).help(HELP);
        }
        for found in self.twice.drain(..) {
            findings.add_located(&DUPLICATE_ENTRIES, found).help(HELP);
        }
        for found in self.same_date.drain(..) {
            findings.add_located(&DUPLICATE_UPDATED, found).help("give each entry the time of its own last change");
        }
    }
}

/// Returns whether a text was seen before, and remembers it.
fn remember(seen: &mut HashMap<u64, u32>, text: &str) -> bool {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    let times = seen.entry(hasher.finish()).or_insert(0);
    *times += 1;
    *times > 1
}
