//! Which posts the entries of feeds are that followers read today, and what is to be taken over of them.

use super::alike::{Match, Way, pair};
use crate::feed::atom_id;
use crate::feed::read::{ReadEntry, ReadFeed};
use crate::model::{Date, FeedFormat};
use std::collections::{BTreeMap, BTreeSet};
use url::Url;

/// A feed that followers read, or a page of it.
#[derive(Debug, Clone)]
pub struct Old {
    /// What it was called on the command line.
    pub name: String,
    /// What it says.
    pub feed: ReadFeed,
}

/// What is taken over for a post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Adopted {
    /// The id that readers know.
    pub id: String,
    /// When they were told it was published.
    pub published: Option<Date>,
    /// When they were told it was changed.
    pub updated: Option<Date>,
}

/// An entry that no post is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stranger {
    /// The feed it is in.
    pub feed: String,
    /// Its line there.
    pub line: u32,
    /// What people call it: its title, else its address or id.
    pub title: String,
}

/// An entry of which cannot be told which post it is, or what that goes by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Doubt {
    /// The entry.
    pub entry: Stranger,
    /// Its id.
    pub id: String,
    /// The posts that it may be, as indices.
    pub posts: Vec<usize>,
    /// What the post goes by already, where an earlier feed has it under another id, or postrider.lock.
    pub known_as: Option<String>,
    /// Whether postrider.lock has that.
    pub is_recorded: bool,
}

/// How the entries of a feed were known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tally {
    /// The feed, with its pages.
    pub name: String,
    /// Its format.
    pub format: FeedFormat,
    /// Its own id.
    pub id: Option<String>,
    /// Where it says that it is published.
    pub self_url: Option<String>,
    /// How many pages of it there are.
    pub pages: usize,
    /// How many entries its first page has.
    pub count: usize,
    /// The oldest date in it.
    pub oldest: Option<Date>,
    /// How many different entries it has in all.
    pub entries: usize,
    /// How many were known in each way, in the order of [`Way::ALL`].
    pub ways: [usize; 4],
    /// The posts that they are.
    pub posts: Vec<usize>,
    /// How many are no posts.
    pub strangers: usize,
}

impl Tally {
    /// Returns whether nothing in it is of this site.
    #[must_use]
    pub fn is_foreign(&self) -> bool {
        self.entries > 0 && self.strangers == self.entries
    }
}

/// What comes of feeds and posts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Adoption {
    /// What is taken over, by the post's index.
    pub posts: BTreeMap<usize, Adopted>,
    /// The feeds, pages put together.
    pub feeds: Vec<Tally>,
    /// The entries that no post is.
    pub strangers: Vec<Stranger>,
    /// What cannot be told.
    pub doubts: Vec<Doubt>,
}

/// Finds the posts that the entries of feeds are. Nothing is guessed: where two entries mean one post, or one entry two posts, neither
/// is taken. Of feeds that say different things of a post, the first is right; before all of them is `recorded`, the ids that posts, by
/// their indices, go by already and would not have by themselves.
#[must_use]
pub fn adopt(olds: &[Old], posts: &[ReadEntry], recorded: &BTreeMap<usize, String>) -> Adoption {
    let mut adoption = Adoption::default();
    let posts: Vec<&ReadEntry> = posts.iter().collect();
    for pages in pages_together(olds) {
        let Some(first) = pages.first() else { continue };
        let mut ids = BTreeSet::new();
        let all = pages.iter().flat_map(|page| page.feed.entries.iter().map(|entry| (page.name.as_str(), entry)));
        // A page may begin with what the one before it ended with.
        let entries: Vec<(&str, &ReadEntry)> = all.filter(|(_, entry)| ids.insert(entry.id.as_str())).collect();
        let mut tally = Tally {
            name: first.name.clone(),
            format: first.feed.format,
            id: first.feed.id.clone(),
            self_url: first.feed.self_url.clone(),
            pages: pages.len(),
            count: first.feed.entries.len(),
            oldest: entries.iter().filter_map(|(_, entry)| entry.published).min(),
            entries: entries.len(),
            ways: [0; 4],
            posts: Vec::new(),
            strangers: 0,
        };
        let known = pair(&entries.iter().map(|(_, entry)| *entry).collect::<Vec<_>>(), &posts);
        for ((name, entry), known) in entries.iter().zip(known) {
            adoption.take(name, entry, known, &mut tally, recorded);
        }
        adoption.feeds.push(tally);
    }
    adoption
}

impl Adoption {
    fn take(&mut self, feed: &str, entry: &ReadEntry, known: Match, tally: &mut Tally, recorded: &BTreeMap<usize, String>) {
        let title = entry.title.as_deref().or(entry.url.as_deref()).unwrap_or(&entry.id).to_owned();
        let stranger = Stranger { feed: feed.to_owned(), line: entry.line, title };
        let doubt =
            |entry: Stranger, id: &str, posts: Vec<usize>| Doubt { entry, id: id.to_owned(), posts, known_as: None, is_recorded: false };
        match known {
            Match::None => {
                tally.strangers += 1;
                self.strangers.push(stranger);
            }
            Match::Several(posts) => self.doubts.push(doubt(stranger, &entry.id, posts)),
            Match::Shared(post) => self.doubts.push(doubt(stranger, &entry.id, vec![post])),
            Match::One(post, way) => {
                let place = Way::ALL.iter().position(|(known, _)| *known == way);
                if let Some(count) = place.and_then(|place| tally.ways.get_mut(place)) {
                    *count += 1;
                }
                tally.posts.push(post);
                let same = |one: &str, other: &str| one == other || *atom_id(one) == *other || one == &*atom_id(other);
                if let Some(id) = recorded.get(&post).filter(|id| !same(id, &entry.id)) {
                    let known_as = Some(id.clone());
                    self.doubts.push(Doubt { known_as, is_recorded: true, ..doubt(stranger, &entry.id, vec![post]) });
                    return;
                }
                let told = Adopted { id: entry.id.clone(), published: entry.published, updated: entry.updated };
                let first = self.posts.entry(post).or_insert_with(|| told.clone());
                // Our Atom feeds have another id in the place of one that is no IRI.
                if *atom_id(&told.id) == *first.id {
                    first.id.clone_from(&told.id);
                }
                if first.id == told.id || *atom_id(&first.id) == *told.id {
                    first.published = first.published.or(told.published);
                    first.updated = first.updated.or(told.updated);
                } else {
                    let known_as = Some(first.id.clone());
                    self.doubts.push(Doubt { known_as, ..doubt(stranger, &told.id, vec![post]) });
                }
            }
        }
    }
}

/// Puts the pages of a feed together: what is of one format and says it is published in one place, whatever the query. The first of them
/// is the one that readers ask for.
fn pages_together(olds: &[Old]) -> Vec<Vec<&Old>> {
    let place = |old: &Old| {
        let url = old.feed.self_url.as_deref().and_then(|url| Url::parse(url).ok());
        url.map(|mut url| {
            url.set_query(None);
            url.set_fragment(None);
            url.to_string()
        })
    };
    let mut feeds: Vec<(FeedFormat, Option<String>, Vec<&Old>)> = Vec::new();
    for old in olds {
        let (format, place) = (old.feed.format, place(old));
        match feeds.iter_mut().find(|(of, at, _)| *of == format && (*at == place || place.is_none())) {
            Some((.., pages)) => pages.push(old),
            None => feeds.push((format, place, vec![old])),
        }
    }
    feeds.into_iter().map(|(.., pages)| pages).collect()
}
