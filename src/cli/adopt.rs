//! `postrider adopt`: what followers know the posts by goes on to hold, whatever wrote the feeds that they read today.

mod advice;

use super::build::{Ask, Drafted, Preview, id_key, preview};
use super::diff::{self as compared, Shape};
use super::feeds::Followed;
use super::{Exit, Workplace, feeds, lock, summary::plural};
use crate::diff::alike::Way;
use crate::diff::{self, Adopted, Adoption, Change, Doubt, Kind, Old, Tally};
use crate::feed::read::{ReadEntry, ReadFeed};
use crate::feed::{Format, atom_id};
use crate::model::{FeedFormat, Limit, Lock, LockedFeed, LockedPost};
use crate::report::tame;
use crate::site::{Placed, remember_feed_ids};
use crate::text::short::shown;
use advice::Advice;
use clap::Args;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

/// So many posts are named that no feed has.
const NAMED: usize = 5;

/// What the followers of each feed see.
type OfFeeds = Vec<(String, Vec<Change>)>;

/// Arguments of `postrider adopt`.
#[derive(Debug, Args)]
pub(super) struct AdoptArgs {
    /// A feed that is followed today, or a page of one: a file or an address of RSS, Atom or JSON Feed
    #[arg(value_name = "FILE|URL", required = true)]
    feeds: Vec<String>,
    /// Say what would be taken over, write nothing
    #[arg(long)]
    dry_run: bool,
    /// Take over what could be read of a feed that breaks off, or whose older pages are not there
    #[arg(long)]
    keep_going: bool,
    /// How to report
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t)]
    format: Shape,
    /// Do as if it were this time
    #[arg(long, value_name = "DATE", env = "POSTRIDER_NOW")]
    now: Option<String>,
}

/// Runs the command.
pub(super) fn run(workplace: &Workplace, args: &AdoptArgs) -> anyhow::Result<Exit> {
    let mut olds = Vec::new();
    let mut places = BTreeMap::new();
    for given in &args.feeds {
        let followed = feeds::read(workplace, given)?;
        let self_url = &followed.feed.self_url;
        olds.push(Old { name: given.clone(), feed: followed.feed.clone() });
        // Whatever an older document is called, it is a page of this feed.
        let page =
            |(name, page): &(String, ReadFeed)| Old { name: name.clone(), feed: ReadFeed { self_url: self_url.clone(), ..page.clone() } };
        olds.extend(followed.older.iter().map(page));
        places.insert(given.clone(), followed);
    }
    let ask = Ask { now: args.now.clone(), json: args.format == Shape::Json, ..Ask::default() };
    let before = match preview(workplace, ask.clone())? {
        Ok(before) => before,
        Err(exit) => return Ok(exit),
    };
    let whole = match preview(workplace, Ask { whole: true, ..ask.clone() })? {
        Ok(whole) => whole,
        Err(exit) => return Ok(exit),
    };
    let entries: Vec<ReadEntry> = whole.documents.iter().flat_map(|drafted| drafted.feed.entries.iter().cloned()).collect();
    let posts = Posts::of(&whole, &entries);
    let adoption = diff::adopt(&olds, &entries, &posts.recorded(&before.lock));
    let is_whole = |tally: &Tally| places.get(&tally.name).is_none_or(|followed| !followed.is_partial());
    let mut after = taken_over(&before, &posts, &adoption, is_whole);
    let seen = match preview(workplace, Ask { lock: Some(after.clone()), ..ask })? {
        Ok(seen) => seen,
        Err(exit) => return Ok(exit),
    };
    if after != before.lock && seen.settings.url_given {
        remember_feed_ids(&seen.plans, &mut after);
    }
    let followed = olds.iter().filter(|old| adoption.feeds.iter().any(|tally| tally.name == old.name));
    let of_feeds: OfFeeds = followed.filter_map(|old| Some((old.name.clone(), compared::with(&seen, places.get(&old.name)?)))).collect();
    let changes = diff::together(of_feeds.clone());
    let notes: Vec<String> = places.iter().flat_map(|(name, followed)| followed.faults(name)).collect();
    let is_partial = places.values().any(Followed::is_partial);
    let foreign: Vec<&str> = adoption.feeds.iter().filter(|tally| tally.is_foreign()).map(|tally| tally.name.as_str()).collect();
    let is_held = is_partial && !args.keep_going || !foreign.is_empty();
    let is_written = after != before.lock && !args.dry_run && !is_held;
    if is_written {
        // Somebody may have sent an edition meanwhile.
        let Lock { ledgers, mailed, .. } = lock::marks(workplace)?;
        lock::write(workplace, &Lock { ledgers, mailed, ..after.clone() })?;
    }
    compared::tell(&notes)?;
    let advice = Advice::new(&olds, &adoption, &posts, &seen);
    let told = Told {
        workplace,
        advice: &advice,
        of_feeds: &of_feeds,
        adoption: &adoption,
        posts: &posts,
        changes: &changes,
        before: &before.lock,
        after: &after,
        seen: &seen,
        notes: &notes,
    };
    let mut out = io::stdout().lock();
    if args.format == Shape::Json {
        writeln!(out, "{}", told.json(is_written))?;
    } else if !workplace.quiet {
        for line in told.lines(args.dry_run || is_held) {
            writeln!(out, "{}", tame(&line))?;
        }
    }
    if !foreign.is_empty() {
        let help = "give the feed of this site, or look whether `posts` in postrider.yaml names the folder of its posts";
        writeln!(
            io::stderr(),
            "error: nothing was written, as no entry of `{}` is a post of this site; help: {help}",
            foreign.join("`, `")
        )?;
    } else if is_held {
        let help = "give the whole feed, or take over what could be read with `--keep-going`";
        writeln!(io::stderr(), "error: nothing was written, as this is not all of what followers know; help: {help}")?;
    }
    Ok(match () {
        () if is_partial && is_held && places.values().any(|followed| followed.missing.is_some()) => Exit::CouldNotRun,
        // Somebody has to say what is what.
        () if is_partial || is_held || !adoption.doubts.is_empty() => Exit::Errors,
        () => Exit::Fine,
    })
}

/// The posts behind entries.
struct Posts<'p> {
    /// The post of each entry.
    placed: Vec<Option<&'p Placed>>,
}

impl<'p> Posts<'p> {
    fn of(preview: &'p Preview, entries: &[ReadEntry]) -> Self {
        let by_id: BTreeMap<&str, &Placed> = preview.site.posts.iter().map(|placed| (placed.id(), placed)).collect();
        let by_url: BTreeMap<&str, &Placed> = preview.site.posts.iter().map(|placed| (&*placed.url, placed)).collect();
        let post = |entry: &ReadEntry| by_id.get(entry.id.as_str()).or_else(|| by_url.get(entry.url.as_deref()?)).copied();
        Posts { placed: entries.iter().map(post).collect() }
    }

    fn get(&self, entry: usize) -> Option<&'p Placed> {
        self.placed.get(entry).copied().flatten()
    }

    /// Returns the ids that readers know posts by already and that these would not have by themselves.
    fn recorded(&self, lock: &Lock) -> BTreeMap<usize, String> {
        let known: BTreeSet<&str> = lock.posts.values().map(|told| &*told.id).collect();
        let is_recorded = |placed: &&Placed| placed.post.id.is_none() && placed.id() != placed.usual_id() && known.contains(placed.id());
        let id = |entry: usize| Some((entry, self.get(entry).filter(is_recorded)?.id().to_owned()));
        (0..self.placed.len()).filter_map(id).collect()
    }

    fn path(&self, entry: usize) -> &'p str {
        self.get(entry).map_or("", |placed| placed.post.path.as_str())
    }
}

/// Returns the lock with what is taken over.
fn taken_over(before: &Preview, posts: &Posts<'_>, adoption: &Adoption, is_whole: impl Fn(&Tally) -> bool) -> Lock {
    let mut lock = before.lock.clone();
    let known: BTreeSet<&str> = before.lock.posts.values().map(|told| &*told.id).collect();
    let mut taken = BTreeMap::new();
    for (placed, adopted) in adoption.posts.iter().filter_map(|(entry, adopted)| Some((posts.get(*entry)?, adopted))) {
        // What goes by this id already goes on with it.
        if known.contains(placed.id()) && [placed.id(), &atom_id(placed.id())].contains(&adopted.id.as_str()) {
            continue;
        }
        taken.insert(adopted.id.as_str(), (placed.post.path.as_str().into(), locked(placed, adopted)));
    }
    lock.posts.retain(|_, told| !taken.contains_key(&*told.id));
    lock.posts.extend(taken.into_values());
    let met: BTreeSet<&str> = adoption.posts.keys().map(|entry| posts.path(*entry)).collect();
    let others = || before.site.posts.iter().filter(|placed| !met.contains(placed.post.path.as_str()));
    for tally in &adoption.feeds {
        let is_older = |oldest| others().any(|placed| placed.post.published < oldest);
        let goes_on = |drafted: &Drafted| drafted.feed.self_url == tally.self_url;
        // Nobody finds the posts of the site where those of a category were.
        if advice::shared(tally, posts, &before.site).is_some() && !before.documents.iter().any(goes_on) {
            continue;
        }
        let is_limited = tally.entries > tally.count || tally.oldest.is_some_and(is_older);
        // How many entries the feed of another language has says nothing of the main one.
        let is_main = is_of_main_language(before, posts, tally);
        if let Some((key, feed)) = feed_line(before, tally, is_limited, is_whole(tally) && is_main) {
            lock.feeds.insert(key, feed);
        }
    }
    lock
}

/// Returns whether a feed is a main one of the main language, or may be: where it is written, that is known, else its posts tell.
fn is_of_main_language(before: &Preview, posts: &Posts<'_>, tally: &Tally) -> bool {
    let same = before.documents.iter().find(|drafted| tally.self_url.is_some() && drafted.feed.self_url == tally.self_url);
    let mut own = tally.posts.iter().filter_map(|post| posts.get(*post)).peekable();
    match same {
        Some(drafted) => drafted.plan == 0,
        None => own.peek().is_none() || own.any(|placed| placed.language.is_none()),
    }
}

fn locked(placed: &Placed, adopted: &Adopted) -> LockedPost {
    let published = adopted.published.unwrap_or(placed.post.published);
    let updated = adopted.updated.unwrap_or_else(|| placed.updated()).max(published);
    LockedPost { id: adopted.id.as_str().into(), published, updated, hash: placed.post.hash, is_gone: false, page: placed.page }
}

/// Returns what is to be remembered of a feed; `None` where a build does the same by itself. How many entries a feed has that is not whole
/// nobody knows.
fn feed_line(before: &Preview, tally: &Tally, is_limited: bool, is_whole: bool) -> Option<((FeedFormat, String), LockedFeed)> {
    let self_url = tally.self_url.clone()?;
    let limit = match before.settings.feeds.entries {
        Limit::All => usize::MAX,
        Limit::Newest(limit) => limit,
    };
    let known = before.lock.feeds.get(&(tally.format, self_url.clone()));
    // A feed that has all posts has no limit yet, as far as anybody can see.
    let count = Some(tally.count).filter(|count| is_whole && (is_limited || *count > limit)).or(known.and_then(|known| known.count));
    let id = tally.id.clone().filter(|_| tally.format == FeedFormat::Atom);
    let same = before.documents.iter().find(|drafted| drafted.format == tally.format && drafted.feed.self_url.as_ref() == Some(&self_url));
    let is_known = same.is_some_and(|drafted| {
        let own_id = before.plans.get(drafted.plan).map(|plan| &plan.feed.id);
        let is_cut = is_whole && drafted.feed.entries.len() < tally.count || count.is_some_and(|count| count != limit);
        id.as_ref().is_none_or(|id| own_id == Some(id)) && (!is_cut || before.settings.feeds.entries_given)
    });
    (!is_known).then_some(((tally.format, self_url), LockedFeed { id, count }))
}

/// What there is to tell.
struct Told<'t> {
    workplace: &'t Workplace,
    advice: &'t Advice,
    /// What the followers of each feed see.
    of_feeds: &'t [(String, Vec<Change>)],
    adoption: &'t Adoption,
    posts: &'t Posts<'t>,
    changes: &'t [Change],
    before: &'t Lock,
    after: &'t Lock,
    seen: &'t Preview,
    notes: &'t [String],
}

impl Told<'_> {
    fn lines(&self, is_dry: bool) -> Vec<String> {
        let mut lines: Vec<String> = self.adoption.feeds.iter().map(tally).collect();
        lines.extend(
            self.adoption
                .strangers
                .iter()
                .map(|entry| format!("note: {}:{}: no post is `{}`", entry.feed, entry.line, shown(&entry.title))),
        );
        lines.extend(self.adoption.doubts.iter().map(|doubt| self.doubt(doubt)));
        lines.extend(self.own_ids());
        lines.extend(self.advice.notes.iter().cloned());
        lines.extend(self.counts());
        let unmet = self.unmet();
        if !unmet.is_empty() {
            let named: Vec<String> = unmet.iter().take(NAMED).map(|path| format!("`{path}`")).collect();
            let more = if unmet.len() > NAMED { format!(" and {} more", unmet.len() - NAMED) } else { String::new() };
            let (count, verb) = (plural(unmet.len(), "post", "posts"), if unmet.len() == 1 { "is" } else { "are" });
            lines.push(format!("note: {count} {verb} in none of these feeds: {}{more}", named.join(", ")));
        }
        for (feeds, changes) in self.groups() {
            let seen = compared::told(&changes);
            if changes.is_empty() {
                lines.extend(seen.into_iter().map(|line| if feeds.is_empty() { line } else { format!("{}: {line}", feeds.join(", ")) }));
                continue;
            }
            let of = if feeds.is_empty() { "their place".to_owned() } else { format!("the place of {}", feeds.join(", ")) };
            lines.push(format!("when postrider's feeds take {of}:"));
            lines.extend(seen.into_iter().map(|line| format!("  {line}")));
        }
        let advice = self.advice.lines(&self.seen.settings);
        if !advice.is_empty() {
            lines.push("what followers read goes on with these settings in postrider.yaml:".to_owned());
            lines.extend(advice.into_iter().map(|line| format!("  {line}")));
        }
        lines.push(self.summary(is_dry));
        lines
    }

    /// Puts those feeds together whose followers see the same; the names are left out where these are all.
    fn groups(&self) -> Vec<(Vec<&str>, Vec<Change>)> {
        let seen = |changes: &[Change]| -> BTreeSet<(Kind, String)> {
            changes
                .iter()
                .filter(|change| change.kind != Kind::Move)
                .map(|change| (change.kind, atom_id(&change.id).into_owned()))
                .collect()
        };
        let mut groups: Vec<(BTreeSet<(Kind, String)>, OfFeeds)> = Vec::new();
        for (name, changes) in self.of_feeds {
            let own = seen(changes);
            match groups.iter_mut().find(|(of, _)| *of == own) {
                Some((_, feeds)) => feeds.push((name.clone(), changes.clone())),
                None => groups.push((own, vec![(name.clone(), changes.clone())])),
            }
        }
        if groups.len() < 2 {
            return vec![(Vec::new(), self.changes.to_vec())];
        }
        let names = |of: &[(String, Vec<Change>)]| -> Vec<&str> {
            self.of_feeds.iter().map(|(name, _)| name.as_str()).filter(|name| of.iter().any(|(own, _)| own == name)).collect()
        };
        groups.into_iter().map(|(_, of)| (names(&of), diff::together(of))).collect()
    }

    fn summary(&self, is_dry: bool) -> String {
        let posts = self.after.posts.iter().filter(|(path, told)| self.before.posts.get(path) != Some(told)).count();
        let is_taken = |address: &str| self.adoption.feeds.iter().any(|tally| tally.self_url.as_deref() == Some(address));
        let new = self.after.feeds.iter().filter(|(key, feed)| self.before.feeds.get(*key) != Some(feed));
        let feeds = new.filter(|((_, address), _)| is_taken(address)).count();
        let parts = [(posts, plural(posts, "post", "posts")), (feeds, plural(feeds, "feed", "feeds"))];
        let parts: Vec<String> = parts.into_iter().filter(|(count, _)| *count > 0).map(|(_, part)| part).collect();
        if parts.is_empty() {
            return format!("there is nothing to take over; {} stays as it is", lock::FILE);
        }
        let would = if is_dry { " (not written)" } else { "" };
        format!("{} takes over what readers know of {}{would}", lock::FILE, parts.join(" and "))
    }

    fn doubt(&self, doubt: &Doubt) -> String {
        let Doubt { entry, id, posts, known_as, is_recorded } = doubt;
        let at = format!("note: {}:{}: `{}`", entry.feed, entry.line, shown(&entry.title));
        let mut paths: Vec<String> = posts.iter().map(|post| format!("`{}`", self.posts.path(*post))).collect();
        paths.dedup();
        match (&paths[..], known_as) {
            ([one], Some(known)) if *is_recorded => {
                let help = format!("help: `postrider lock --forget {}` before lets it go by this one", one.trim_matches('`'));
                format!("{at} goes by `{id}` here; {one} keeps `{known}`, as {} has it; {help}", lock::FILE)
            }
            ([one], Some(known)) => format!("{at} goes by `{id}` here; {one} keeps `{known}`, as an earlier feed has it"),
            ([one], None) => {
                format!(
                    "{at} is {one}, and so is another entry; neither was taken; help: write `id: {id}` into its front matter if it is this one"
                )
            }
            _ => format!(
                "{at} may be {}; none was taken; help: write `id: {id}` into the front matter of the one that it is",
                paths.join(" or ")
            ),
        }
    }

    /// Tells of posts whose front matter outweighs what readers know.
    fn own_ids(&self) -> Vec<String> {
        let now: BTreeMap<&str, &Placed> = self.seen.site.posts.iter().map(|placed| (placed.post.path.as_str(), placed)).collect();
        let differs = |(entry, adopted): (&usize, &Adopted)| {
            let placed = now.get(self.posts.path(*entry))?;
            if [placed.id(), &atom_id(placed.id())].contains(&adopted.id.as_str()) {
                return None;
            }
            let (path, own) = (&placed.post.path, placed.id());
            Some(format!(
                "note: {path}: its front matter says it is `{own}`, and readers know it as `{}`; help: take the `{}` out of it",
                adopted.id,
                id_key(self.workplace, path)
            ))
        };
        self.adoption.posts.iter().filter_map(differs).collect()
    }

    /// Tells that feeds have as many entries from now on as the one that was taken over.
    fn counts(&self) -> Option<String> {
        let count = |lock: &Lock| lock.feeds.values().filter_map(|feed| feed.count).max();
        let count = count(self.after).filter(|now| count(self.before) != Some(*now) && !self.seen.settings.feeds.entries_given)?;
        let entries = plural(count, "entry", "entries");
        Some(format!("note: the feeds have {entries} from now on, as the old one has; `feeds.entries` sets another number"))
    }

    /// Returns the paths of the posts that no feed has.
    fn unmet(&self) -> Vec<&str> {
        let doubtful: BTreeSet<usize> = self.adoption.doubts.iter().flat_map(|doubt| doubt.posts.iter().copied()).collect();
        let is_met = |at: &usize| self.adoption.posts.contains_key(at) || doubtful.contains(at);
        (0..self.posts.placed.len()).filter(|at| !is_met(at)).map(|at| self.posts.path(at)).filter(|path| !path.is_empty()).collect()
    }

    fn json(&self, is_written: bool) -> serde_json::Value {
        let feed = |tally: &Tally| {
            let ways: serde_json::Map<String, serde_json::Value> =
                Way::ALL.iter().zip(tally.ways).map(|((_, name), count)| ((*name).to_owned(), count.into())).collect();
            serde_json::json!({"feed": tally.name, "format": Format::of(tally.format).name, "address": tally.self_url, "id": tally.id,
                "entries": tally.entries, "matched": ways})
        };
        let post = |(entry, adopted): (&usize, &Adopted)| serde_json::json!({"path": self.posts.path(*entry), "id": adopted.id});
        let doubt = |doubt: &Doubt| {
            let paths: Vec<&str> = doubt.posts.iter().map(|post| self.posts.path(*post)).collect();
            serde_json::json!({"feed": doubt.entry.feed, "line": doubt.entry.line, "title": doubt.entry.title, "id": doubt.id, "posts": paths,
                "known_as": doubt.known_as})
        };
        serde_json::json!({
            "version": 1,
            "written": is_written,
            "feeds": self.adoption.feeds.iter().map(feed).collect::<Vec<_>>(),
            "posts": self.adoption.posts.iter().map(post).collect::<Vec<_>>(),
            "unknown": self.adoption.strangers.iter().map(|entry| serde_json::json!({"feed": entry.feed, "line": entry.line, "title": entry.title})).collect::<Vec<_>>(),
            "doubts": self.adoption.doubts.iter().map(doubt).collect::<Vec<_>>(),
            "in_no_feed": self.unmet(),
            "notes": self.notes,
            "advice": self.advice.lines(&self.seen.settings),
            "diff": compared::json(self.changes, &BTreeSet::new(), &[]),
        })
    }
}

/// Says how the entries of a feed were known.
fn tally(tally: &Tally) -> String {
    let known = Way::ALL.iter().zip(tally.ways).filter(|(_, count)| *count > 0);
    let known: Vec<String> = known.map(|((_, name), count)| format!("{count} by {name}")).collect();
    if tally.entries == 0 {
        return format!("{}: {} without entries: there is nothing to take over from it", tally.name, Format::of(tally.format).title);
    }
    let known = if known.is_empty() { "none is a post of this site".to_owned() } else { format!("known {}", known.join(", ")) };
    let pages = if tally.pages > 1 { format!(" and {}", plural(tally.pages - 1, "further page", "further pages")) } else { String::new() };
    format!("{}{pages}: {}, {}: {known}", tally.name, Format::of(tally.format).title, plural(tally.entries, "entry", "entries"))
}
