//! What the validator says of a feed before it is published, told of the posts: a person mends the post, not the feed.

use super::super::validate::Policies;
use super::codes;
use crate::diagnostic::{Diagnostic, Index, Place, Severity, Source, Subject};
use crate::feed::Format;
use crate::markdown::Origins;
use crate::model::{Date, Settings};
use crate::site::{FeedPlan, Placed, Site};
use crate::validate::{DUPLICATE_UPDATED, INVALID_TAG};
use crate::validate::{Surroundings, Verdict, validate, validate_html};
use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};
use url::Url;

/// Stands for the body of a post, which is no key of its front matter.
pub(super) const BODY: &str = "content";

/// Which part of a post becomes an element: local names of XML and members of JSON.
const PARTS: &[(&str, &[&str])] = &[
    ("title", &["title"]),
    ("permalink", &["link", "url"]),
    ("id", &["guid", "id"]),
    ("date", &["pubdate", "published", "date", "date_published"]),
    ("updated", &["updated", "modified", "date_modified"]),
    ("author", &["author", "authors", "creator"]),
    ("tags", &["category", "tags"]),
    ("enclosure", &["enclosure", "attachments"]),
    ("image", &["image", "banner_image", "thumbnail"]),
    ("link", &["external_url"]),
    ("language", &["language"]),
    ("summary", &["description", "summary"]),
    (BODY, &["content", "encoded", "content_html"]),
];

/// Letters that were read wrongly, as the validator calls them, and as they were told where they stand in the post.
const MISREAD: (&str, &[&str]) = ("bad-characters", &["mojibake", "mojibake-in-front-matter"]);

/// What judging our own feeds needs to know.
#[derive(Debug)]
pub(super) struct Checks<'a> {
    policies: Policies,
    now: Date,
    /// The folder that the feeds are written to, as the user knows it.
    folder: &'a str,
}

impl<'a> Checks<'a> {
    /// Takes `validate:` of the configuration; what is wrong with it becomes findings.
    pub(super) fn new(settings: &Settings, now: Date, folder: &'a str, found: &mut Vec<Diagnostic>) -> Self {
        let mut policies = Policies::default();
        policies.configure(&settings.validate, found);
        Checks { policies, now, folder }
    }

    /// Judges a feed whose entries' HTML was judged before. `file` is its path in the output folder.
    pub(super) fn judge(&self, text: &str, file: &str, format: &Format, entries: usize, plan: &FeedPlan, site: &Site) -> Vec<Diagnostic> {
        let path = self.path(file);
        let url = plan.feed.self_url(format.format).and_then(|url| Url::parse(url).ok());
        // What Apple asks of a podcast no feed of ours has, whatever the profile says of others.
        let surroundings = Surroundings { url: url.as_ref(), now: self.now, html_judged: true, podcast: false };
        let verdict = validate(Source::new(&path, text), surroundings);
        if let Some(fault) = fault(&verdict, entries) {
            let message = format!("the {} feed is not valid: {fault}", format.title);
            let place = verdict.refusal().and_then(|found| found.place.clone()).unwrap_or_else(|| Place::file(&path));
            let found = Diagnostic::new(&codes::INVALID_OUTPUT, message).at(place);
            return vec![found.help("please report this; the published files are as they were")];
        }
        let found = self.count(file, verdict.diagnostics).into_iter().filter(|found| !is_of_one_run(found, plan, site));
        found.map(|found| told_of_post(found, plan, site)).collect()
    }

    /// Returns those findings in a feed that count, and that its author wants to know.
    pub(super) fn count(&self, file: &str, found: Vec<Diagnostic>) -> Vec<Diagnostic> {
        if found.is_empty() {
            return found;
        }
        let mut found = self.policies.judge(&self.path(file), found);
        // Advice is for those who ask for it, with `validate`.
        found.retain(|found| found.severity != Severity::Info);
        found
    }

    /// Returns the path of a feed as the user knows it.
    fn path(&self, file: &str) -> String {
        format!("{}/{file}", self.folder.trim_end_matches('/'))
    }
}

/// Judges the HTML of an entry before it is written, and names the places in its post.
pub(super) fn judge_html(html: &str, post: Source<'_>, origins: &Origins) -> Vec<Diagnostic> {
    let index = OnceCell::new();
    validate_html(html, |range| match origins.locate(range, html, post.text) {
        Some(span) => index.get_or_init(|| Index::new(post)).place(span),
        None => Place::key(post.path, BODY),
    })
}

/// Returns why a feed of ours must not be published: that is a fault of ours, not of the posts.
fn fault(verdict: &Verdict, entries: usize) -> Option<String> {
    match verdict.refusal() {
        Some(found) => Some(found.message.clone()),
        None if !verdict.kind.is_feed() => Some("it is no feed".to_owned()),
        None if verdict.entries != entries => Some(format!("the number of its entries is {}, and should be {entries}", verdict.entries)),
        None => None,
    }
}

/// Returns whether entries are said to have changed at the same time because one run found all of them changed.
fn is_of_one_run(found: &Diagnostic, plan: &FeedPlan, site: &Site) -> bool {
    let placed = || found.subject.as_deref().and_then(|subject| post_of(subject, plan, site));
    found.code == DUPLICATE_UPDATED.name && placed().is_some_and(|placed| placed.is_update_kept)
}

/// Names the post and the key in place of the feed, where a finding is about an entry.
fn told_of_post(mut found: Diagnostic, plan: &FeedPlan, site: &Site) -> Diagnostic {
    if found.is_error() && found.subject.as_deref().is_some_and(is_id_of_feed) {
        // A build makes no such id: it was taken over.
        found.severity = Severity::Warning;
        found.message = format!("the id of the feed, `{}`: {}", plan.feed.id, found.message);
        found.help = Some("readers know the feed by this id, so it stays".into());
        found.place = Some(Place::file(super::super::lock::FILE));
        found.subject = None;
        return found;
    }
    let Some(placed) = found.subject.as_deref().and_then(|subject| post_of(subject, plan, site)) else { return found };
    let Some(place) = &found.place else { return found };
    let key = found.subject.as_deref().and_then(part_of).unwrap_or("title");
    // Of two that are dated alike the author has to know both.
    if let Some(other) = other_of_date(placed, plan, site).filter(|_| found.code == DUPLICATE_UPDATED.name) {
        found.message = format!("`{}` was changed at the same time, to the second", other.post.path);
    }
    // By another id readers would show the post as a new one.
    if (found.code == INVALID_TAG.name || key == "id") && placed.post.id.is_none() && placed.id() != &*placed.url {
        found.severity = found.severity.min(Severity::Warning);
        found.help = Some("readers know the entry by this id, so it stays".into());
    }
    found.message = format!("{} (in {})", found.message, place.path);
    found.place = Some(Place::key(placed.post.path.as_str(), key));
    found.subject = None;
    found
}

/// Returns whether a finding is about the id of a whole feed.
fn is_id_of_feed(subject: &Subject) -> bool {
    subject.entry.is_none() && &*subject.path == "feed/id"
}

/// Returns the post of the entry that a finding is about: an id, or a number from 1 where it has none.
fn post_of<'s>(subject: &Subject, plan: &FeedPlan, site: &'s Site) -> Option<&'s Placed> {
    let entry = subject.entry.as_deref()?;
    let post = |index: &u32| site.posts.get(*index as usize);
    if let Some(number) = entry.strip_prefix('#').and_then(|number| number.parse::<usize>().ok()) {
        return plan.posts.get(number.checked_sub(1)?).and_then(post);
    }
    plan.posts.iter().filter_map(post).find(|placed| placed.id() == entry || *placed.url == *entry)
}

/// Returns the first other post of a feed with the same time of its last change.
fn other_of_date<'s>(placed: &Placed, plan: &FeedPlan, site: &'s Site) -> Option<&'s Placed> {
    let others = plan.posts.iter().filter_map(|index| site.posts.get(*index as usize));
    others.into_iter().find(|other| other.post.path != placed.post.path && other.updated() == placed.updated())
}

/// Returns the part of a post that became the element, or the one around it.
fn part_of(subject: &Subject) -> Option<&'static str> {
    let pointer = subject.pointer.as_deref().unwrap_or_default();
    let names = subject.path.rsplit('/').chain(pointer.rsplit('/'));
    let local = |name: &str| name.rsplit(':').next().unwrap_or_default().to_ascii_lowercase();
    names.map(local).find_map(|name| PARTS.iter().find(|(_, names)| names.contains(&name.as_str()))).map(|(part, _)| *part)
}

/// Leaves one of the findings that several feeds share, the one that weighs most, and none that was told of the post before.
pub(super) fn settle(mut found: Vec<Diagnostic>, told: &[Diagnostic]) -> Vec<Diagnostic> {
    let path = |found: &Diagnostic| found.place.as_ref().map(|place| place.path.clone());
    let misread: BTreeSet<_> = told.iter().filter(|found| MISREAD.1.contains(&found.code)).map(path).collect();
    found.retain(|found| found.code != MISREAD.0 || !misread.contains(&path(found)));
    let mut seen: BTreeMap<_, usize> = BTreeMap::new();
    let mut settled: Vec<Diagnostic> = Vec::new();
    for found in found {
        let message = found.message.rsplit_once(" (in ").map_or(found.message.as_str(), |(message, _)| message);
        let place = found.place.as_ref().map(|place| (place.path.clone(), place.key.clone(), place.start));
        let at = *seen.entry((found.code, message.to_owned(), place)).or_insert(settled.len());
        match settled.get_mut(at) {
            Some(known) => known.severity = known.severity.max(found.severity),
            None => settled.push(found),
        }
    }
    settled
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_element_says_which_part_of_a_post_it_was() {
        let part = |path: &str| part_of(&Subject { path: path.into(), ..Subject::default() });
        assert_eq!(part("rss/channel/item/pubDate"), Some("date"));
        assert_eq!(part("feed/entry/author/email"), Some("author"));
        assert_eq!(part("rss/channel/item/content:encoded"), Some("content"));
        assert_eq!(part("rss/channel/item"), None);
        let pointer = Subject { pointer: Some("/items/0/content_html".to_owned()), ..Subject::default() };
        assert_eq!(part_of(&pointer), Some("content"));
    }

    #[test]
    fn a_feed_that_is_broken_or_lacks_an_entry_is_a_fault_of_ours() {
        let now = chrono::DateTime::default();
        let fault_in =
            |text: &str| fault(&validate(Source::new("a", text), Surroundings { url: None, now, html_judged: true, podcast: false }), 1);
        let rss = |inside: &str| format!("<?xml version='1.0' encoding='utf-8'?><rss version='2.0'><channel>{inside}</channel></rss>");
        assert_eq!(fault_in(&rss("<item><title>a</title></item>")), None);
        assert_eq!(fault_in(&rss("")).as_deref(), Some("the number of its entries is 0, and should be 1"));
        assert_eq!(fault_in("{\"version\": \"https://jsonfeed.org/version/1.1\", \"items\": [{}]}"), None);
        for broken in [
            &rss("<item><title>a & b</title></item>"),
            &rss("<item><title>&nbsp;</title></item>"),
            &rss("<item><x:y/></item>"),
            &rss("<item>\u{1}</item>"),
            "<rss version='2.0'><channel><item>",
            "{\"version\": \"https://jsonfeed.org/version/1.1\", \"items\": [{}",
            "<html></html>",
            "",
        ] {
            assert!(fault_in(broken).is_some(), "{broken}");
        }
    }
}
