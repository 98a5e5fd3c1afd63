//! `postrider diff`: what followers would see if this build took the place of what they read today.

use super::build::{Ask, Drafted, Preview, preview};
use super::feeds::{self, Followed};
use super::{Exit, Workplace, summary::plural};
use crate::diff::alike::page;
use crate::diff::{self, Change, Kind};
use crate::feed::read::{ReadEntry, ReadFeed};
use crate::output::Outputs;
use crate::report::tame;
use crate::text::short::shown;
use anyhow::bail;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, ValueEnum};
use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use url::Url;

/// So many lines of a changed text are shown.
const LINES: usize = 12;

/// Arguments of `postrider diff`.
#[derive(Debug, Args)]
pub(super) struct DiffArgs {
    /// Compare with this feed: a file or an address (can be given several times); without it, with what is published in `output`
    #[arg(long, value_name = "FILE|URL")]
    against: Vec<String>,
    /// End with status 1 when this would happen (can be given several times, or with commas)
    #[arg(long, value_name = "WHAT", value_delimiter = ',', value_parser = kinds())]
    fail_on: Vec<Kind>,
    /// Compare with what is published in this folder instead of the configured `output`
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// How to report
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t)]
    format: Shape,
    /// Compare as if it were this time
    #[arg(long, value_name = "DATE", env = "POSTRIDER_NOW")]
    now: Option<String>,
}

/// Reads a kind of change.
fn kinds() -> impl TypedValueParser<Value = Kind> {
    PossibleValuesParser::new(Kind::ALL.map(Kind::name))
        .map(|name| Kind::ALL.into_iter().find(|kind| kind.name() == name).unwrap_or(Kind::New))
}

/// How to report.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum Shape {
    /// For people
    #[default]
    Human,
    /// For programs: one JSON object, version 1
    Json,
}

/// Runs the command.
pub(super) fn run(workplace: &Workplace, args: &DiffArgs) -> anyhow::Result<Exit> {
    let ask = Ask { out: args.out.clone(), now: args.now.clone(), json: args.format == Shape::Json, ..Ask::default() };
    let preview = match preview(workplace, ask)? {
        Ok(preview) => preview,
        Err(exit) => return Ok(exit),
    };
    let Seen { of_feeds, notes: of_notes, is_broken } =
        if args.against.is_empty() { published(workplace, &preview)? } else { against(workplace, &preview, &args.against)? };
    let changes = diff::together(of_feeds);
    let failed: BTreeSet<Kind> = args.fail_on.iter().copied().filter(|kind| changes.iter().any(|change| change.kind == *kind)).collect();
    let notes = [preview.doubts, of_notes].concat();
    tell(&notes)?;
    print(workplace, args.format, &changes, &failed, &notes)?;
    Ok(if failed.is_empty() && !is_broken { Exit::Fine } else { Exit::Errors })
}

/// What was seen of feeds.
#[derive(Debug, Default)]
struct Seen {
    of_feeds: Vec<(String, Vec<Change>)>,
    /// What is wrong with their documents, or worth a word.
    notes: Vec<String>,
    /// Whether one of these breaks off.
    is_broken: bool,
}

impl Seen {
    fn add(&mut self, preview: &Preview, name: String, old: &Followed, changes: Vec<Change>) {
        self.notes.extend(old.faults(&name));
        self.notes.extend(notes(preview, &name, old));
        if old.feed.entries.is_empty() && !old.is_partial() {
            self.notes.push(format!("note: `{name}` has no entries, so its followers have read nothing yet"));
        }
        self.is_broken |= old.is_broken();
        self.of_feeds.push((name, changes));
    }
}

/// Tells what is to be known of feeds beside their entries.
pub(super) fn tell(notes: &[String]) -> io::Result<()> {
    let mut out = io::stderr().lock();
    notes.iter().try_for_each(|note| writeln!(out, "{}", tame(note)))
}

/// Compares with the files in the output folder.
fn published(workplace: &Workplace, preview: &Preview) -> anyhow::Result<Seen> {
    let mut found = Seen::default();
    let mut is_any = false;
    // Nobody follows a page of an archive, so it may go.
    let mut pages = BTreeSet::new();
    let outputs = Outputs::new(&workplace.root, &preview.folder, true);
    for drafted in &preview.documents {
        let path = preview.folder.join(&drafted.path);
        if !path.is_file() {
            continue;
        }
        let name = below(workplace, &path);
        let Ok(old) = feeds::of_file(workplace, &name) else { continue };
        is_any = true;
        if outputs.is_replaced(&drafted.path) {
            let help = "`--against` compares with what is followed, such as the address of the live feed";
            writeln!(io::stderr(), "note: `{name}` is not what postrider wrote: another program has replaced it since; {help}")?;
        }
        let old = feeds::beside(workplace, &name, old);
        if let Some(url) = &old.absent {
            found.notes.push(format!("warning: `{name}` leads to `{url}`, and there is no such file: followers find nothing behind it"));
        }
        let mut changes = compare(preview, &old, drafted);
        changes.extend(old.feed.self_url.as_deref().and_then(|from| move_of(preview, &old.feed, from)));
        found.add(preview, name, &old, changes);
        pages.extend(old.older.into_iter().map(|(path, _)| path));
    }
    for path in preview.stale.iter().filter(|path| !pages.contains(*path)) {
        let Ok(old) = feeds::of_file(workplace, path) else { continue };
        is_any = true;
        if let Some(from) = &old.self_url {
            found.of_feeds.push((path.clone(), move_of(preview, &old, from).into_iter().collect()));
        }
    }
    if !is_any {
        bail!(
            "there is no feed in `{}` to compare with; help: run `postrider build`, or name what is followed today: `postrider diff --against FILE|URL`",
            below(workplace, &preview.folder)
        );
    }
    Ok(found)
}

/// Returns a path as people know it.
fn below(workplace: &Workplace, path: &Path) -> String {
    path.strip_prefix(&workplace.root).unwrap_or(path).to_string_lossy().replace('\\', "/")
}

/// Compares with feeds that are named.
fn against(workplace: &Workplace, preview: &Preview, given: &[String]) -> anyhow::Result<Seen> {
    let mut found = Seen::default();
    for given in given {
        let old = feeds::read(workplace, given)?;
        let changes = with(preview, &old);
        found.add(preview, given.clone(), &old, changes);
    }
    Ok(found)
}

/// Compares a feed that is followed with the one that takes its place.
pub(super) fn with(preview: &Preview, old: &Followed) -> Vec<Change> {
    let Followed { feed, here, .. } = old;
    let Some(drafted) = counterpart(preview, feed, here.as_ref()) else { return Vec::new() };
    let mut changes = compare(preview, old, drafted);
    let from = feed.self_url.clone().or_else(|| here.as_ref().map(ToString::to_string));
    changes.extend(from.and_then(|from| move_of(preview, feed, &from)));
    changes
}

/// Compares a feed with the one in its place; together with what is older where its followers are led to that today.
fn compare(preview: &Preview, old: &Followed, drafted: &Drafted) -> Vec<Change> {
    let pages: BTreeSet<String> = preview.site.posts.iter().filter_map(|placed| page(&placed.url)).collect();
    let ids: BTreeSet<&str> = preview.site.posts.iter().map(crate::site::Placed::id).collect();
    let is_there = |entry: &ReadEntry| {
        ids.contains(entry.id.as_str()) || entry.url.as_deref().and_then(page).is_some_and(|page| pages.contains(&page))
    };
    let mut changes = if old.older.is_empty() {
        diff::compare(&old.feed, &drafted.feed, is_there)
    } else {
        let mut new = drafted.feed.clone();
        new.entries.extend(drafted.archived.iter().cloned());
        diff::compare(&old.whole(), &new, is_there)
    };
    for change in changes.iter_mut().filter(|change| change.kind == Kind::Vanish) {
        change.why = why(preview, change);
    }
    if old.is_partial() {
        // What could not be read may have them.
        let is_dated = old.feed.entries.iter().any(|entry| entry.published.is_some());
        changes.retain(|change| change.kind != Kind::Backfill && (change.kind != Kind::New || is_dated));
    }
    changes
}

/// Says why the post of an entry is in no feed, where there is a file: the one that went by its id, else the only one of its name.
fn why(preview: &Preview, change: &Change) -> Option<String> {
    let left_out = &preview.site.left_out;
    let recorded = preview.lock.posts.iter().find(|(_, told)| *told.id == *change.id).map(|(path, _)| path);
    let recorded = recorded.filter(|path| left_out.reason(path).is_some());
    let page = change.url.as_deref().and_then(page).unwrap_or_default();
    let name = page.rsplit('/').next().filter(|name| !name.is_empty());
    let mut named = left_out.paths().filter(|path| name.is_some() && slug_of(path) == name);
    let path = recorded.or_else(|| named.next().filter(|_| named.next().is_none()))?;
    Some(format!("`{path}` {}", left_out.reason(path)?.told()))
}

/// Returns what the address of a post ends with as a rule: the name of its file or folder without date, language and ending.
fn slug_of(path: &str) -> Option<&str> {
    let (above, file) = path.rsplit_once('/').unwrap_or(("", path));
    let stem = file.split('.').next().unwrap_or(file);
    let stem = if matches!(stem, "index" | "README") { above.rsplit('/').next()? } else { stem };
    let date = stem.get(..11).filter(|date| date.ends_with('-') && date.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-'));
    Some(&stem[date.map_or(0, str::len)..])
}

/// Tells what a feed says of itself anew, and which older pages its followers would no longer find.
fn notes(preview: &Preview, name: &str, old: &Followed) -> Vec<String> {
    let feed = &old.feed;
    let Some(drafted) = counterpart(preview, feed, old.here.as_ref()) else { return Vec::new() };
    let changed = |what: &str, was: &Option<String>, is: &Option<String>| {
        let words = |text: &Option<String>| text.as_deref().map_or_else(|| "none".to_owned(), |text| format!("`{}`", shown(text)));
        (was != is).then(|| format!("note: {name}: the {what} of the feed was {} and becomes {}", words(was), words(is)))
    };
    let is_same = drafted.format == feed.format;
    let head = [("title", &feed.title, &drafted.feed.title), ("subtitle", &feed.subtitle, &drafted.feed.subtitle)];
    let mut notes: Vec<String> = head.into_iter().filter(|_| is_same).filter_map(|(what, was, is)| changed(what, was, is)).collect();
    if feed.older_url.is_some() && drafted.feed.older_url.is_none() {
        let off = if preview.settings.feeds.archives { "" } else { ", as `feeds.archives` is off" };
        notes.push(format!(
            "note: {name}: the feed led to older pages, and this build has none{off}: who reads on from there finds nothing, or what was there last"
        ));
    }
    notes
}

/// Returns the feed that takes the place of one that is followed: at its address, else the one that has its entries, else the main one of its
/// format, else the main one.
fn counterpart<'p>(preview: &'p Preview, old: &ReadFeed, here: Option<&Url>) -> Option<&'p Drafted> {
    let places: Vec<String> = old.self_url.iter().map(String::as_str).chain(here.map(Url::as_str)).map(place).collect();
    let at = |drafted: &&Drafted| drafted.feed.self_url.as_deref().is_some_and(|url| places.contains(&place(url)));
    let all = || preview.documents.iter();
    let of_format = || all().find(|drafted| drafted.plan == 0 && drafted.format == old.format);
    let likeliest = || likeliest(preview, old, here.map(Url::as_str).or(old.self_url.as_deref()).unwrap_or_default());
    all().find(at).or_else(likeliest).or_else(of_format).or_else(|| all().next())
}

/// Returns the feed that has the entries of one that is followed: of those that are as like it, that whose address ends like its own, that of
/// its format, the shorter.
fn likeliest<'p>(preview: &'p Preview, old: &ReadFeed, from: &str) -> Option<&'p Drafted> {
    let rank = |drafted: &Drafted| {
        let end = drafted.feed.self_url.as_deref().map_or(0, |url| diff::common_end(url, from));
        let likeness = Some(diff::likeness(old, &drafted.feed)).filter(|likeness| *likeness >= diff::ENOUGH)?;
        Some((likeness, end, drafted.format == old.format, Reverse(drafted.feed.entries.len()), Reverse(drafted.plan)))
    };
    preview.documents.iter().filter_map(|drafted| Some((rank(drafted)?, drafted))).max_by_key(|(rank, _)| *rank).map(|(_, drafted)| drafted)
}

/// Returns where an address leads, whatever its scheme: servers lead from one to the other.
fn place(address: &str) -> String {
    address.split_once("://").map_or(address, |(_, rest)| rest).to_owned()
}

/// Says that an address is no longer written, and which feed goes on with its entries.
fn move_of(preview: &Preview, old: &ReadFeed, from: &str) -> Option<Change> {
    let stays = preview.documents.iter().filter_map(|drafted| drafted.feed.self_url.as_deref()).any(|url| place(url) == place(from));
    let to = || likeliest(preview, old, from).and_then(|drafted| drafted.feed.self_url.as_deref());
    // A sign that begins a fragment elsewhere is part of a path here.
    let escaped = |address: &str| address.replace('#', "%23");
    (!stays).then(|| Change::moved(old.title.as_deref().unwrap_or_default(), &escaped(from), to().map(escaped).as_deref()))
}

/// Prints what followers would see.
fn print(workplace: &Workplace, shape: Shape, changes: &[Change], failed: &BTreeSet<Kind>, notes: &[String]) -> anyhow::Result<()> {
    let mut out = io::stdout().lock();
    if shape == Shape::Json {
        writeln!(out, "{}", json(changes, failed, notes))?;
        return Ok(());
    }
    let lines = if workplace.quiet { Vec::new() } else { told(changes) };
    for line in lines {
        writeln!(out, "{}", tame(&line))?;
    }
    for kind in failed {
        let count = changes.iter().filter(|change| change.kind == *kind).count();
        writeln!(io::stderr(), "error: {} (`--fail-on {}`)", kind.counted(count), kind.name())?;
    }
    Ok(())
}

/// Returns the report for programs.
pub(super) fn json(changes: &[Change], failed: &BTreeSet<Kind>, notes: &[String]) -> serde_json::Value {
    let count = |kind: Kind| changes.iter().filter(|change| change.kind == kind).count();
    let counts: serde_json::Map<String, serde_json::Value> =
        Kind::ALL.into_iter().map(|kind| (kind.name().to_owned(), count(kind).into())).collect();
    serde_json::json!({"version": 1, "counts": counts, "changes": changes, "failed": failed, "notes": notes})
}

/// Returns the report for people: each change, and how many there are.
pub(super) fn told(changes: &[Change]) -> Vec<String> {
    let feeds: BTreeSet<&String> = changes.iter().flat_map(|change| &change.feeds).collect();
    let mut lines: Vec<String> = changes.iter().flat_map(|change| sentences(change, change.feeds.len() < feeds.len())).collect();
    lines.push(diff::summary(changes).unwrap_or_else(|| "followers see no change".to_owned()));
    lines
}

fn sentences(change: &Change, is_in_some: bool) -> Vec<String> {
    let name = match (&change.title[..], &change.url) {
        ("", Some(url)) => format!("`{url}`"),
        ("", None) => format!("`{}`", change.id),
        (title, _) => format!("`{}`", shown(title)),
    };
    let link = change.url.as_deref().filter(|_| !change.title.is_empty()).map(|url| format!(" ({url})")).unwrap_or_default();
    let was = change.was.as_deref().unwrap_or_default();
    // It may be in others already.
    let where_ = if is_in_some { format!(", in {}", change.feeds.join(", ")) } else { String::new() };
    let first = match change.kind {
        Kind::New => format!("new: {name}{link}"),
        Kind::Update => format!("updated: {name}{link}: {}", change.parts.join(", ")),
        Kind::Reappear => {
            let several = change.why.as_deref().map(|why| format!(" ({why})")).unwrap_or_default();
            format!("would reappear as unread: {name}: its id was `{was}` and becomes `{}`{several}", change.id)
        }
        Kind::Vanish => {
            format!("vanishes: {name}{link}: {}", change.why.as_deref().unwrap_or("the site has no such post any more"))
        }
        Kind::Backfill => format!("older, would appear as new: {name}{link}{where_}"),
        Kind::Merge => format!("would become one with another: {name}: `{was}` becomes `{}`", change.id),
        Kind::Date => format!("date moves: {name}: it was {was}"),
        Kind::Move if change.id.is_empty() => {
            format!("feed moves: `{was}` is not written any more, and no feed has its entries: who follows it hears of nothing new")
        }
        Kind::Move => format!("feed moves: `{was}` is not written any more; redirect it with status 301 to `{}`", change.id),
    };
    let more = change.text.len().saturating_sub(LINES);
    let rest = (more > 0).then(|| format!("    … {}", plural(more, "more line", "more lines")));
    std::iter::once(first).chain(change.text.iter().take(LINES).map(|line| format!("    {line}"))).chain(rest).collect()
}
