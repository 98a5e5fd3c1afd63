//! Which feed has the entries of another, so that followers may be led from that to it.

use super::alike::page;
use crate::feed::atom_id;
use crate::feed::read::{ReadEntry, ReadFeed};
use crate::model::Date;
use std::collections::HashSet;

/// All of it, in percent.
const WHOLE: usize = 100;

/// From where on a feed goes on with another one's entries.
pub const ENOUGH: usize = 75;

/// Returns how much of what two feeds hold both have, in percent, of the time that both tell of: feeds differ in how far they go back. An entry
/// is known by its id, its link or its title.
#[must_use]
pub fn likeness(old: &ReadFeed, new: &ReadFeed) -> usize {
    let dates = |feed: &ReadFeed, best: fn(Date, Date) -> Date| feed.entries.iter().filter_map(|entry| entry.published).reduce(best);
    let (from, to) =
        (dates(old, Date::min).max(dates(new, Date::min)), [dates(old, Date::max), dates(new, Date::max)].into_iter().flatten().min());
    let is_of_then = |entry: &&ReadEntry| entry.published.is_none_or(|date| Some(date) >= from && to.is_none_or(|to| date <= to));
    let names = |feed: &ReadFeed| feed.entries.iter().flat_map(names_of).collect::<HashSet<_>>();
    let (theirs, ours) = (names(old), names(new));
    let is_in = |entry: &ReadEntry, known: &HashSet<(u8, String)>| names_of(entry).iter().any(|name| known.contains(name));
    let then = || old.entries.iter().filter(is_of_then);
    let there = then().filter(|entry| is_in(entry, &ours)).count();
    let others = new.entries.iter().filter(is_of_then).filter(|entry| !is_in(entry, &theirs)).count();
    WHOLE * there / (then().count() + others).max(1)
}

fn names_of(entry: &ReadEntry) -> Vec<(u8, String)> {
    let title = entry.title.as_ref().map(|title| title.trim().to_lowercase()).filter(|title| !title.is_empty());
    let names = [Some(atom_id(&entry.id).into_owned()), entry.url.as_deref().and_then(page), title];
    (0..).zip(names).filter_map(|(kind, name)| Some((kind, name?))).collect()
}

/// Returns how many parts at the end two addresses have in common: of `/tags/tea/atom.xml` and `/de/tags/tea/atom.xml` three.
#[must_use]
pub fn common_end(one: &str, other: &str) -> usize {
    one.rsplit('/').zip(other.rsplit('/')).take_while(|(one, other)| one == other).count()
}
