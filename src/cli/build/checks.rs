//! What the validator says of a feed before it is published, told of the posts: a person mends the post, not the feed.

use super::super::validate::Policies;
use crate::diagnostic::{Diagnostic, Place, Severity, Source, Subject};
use crate::frontmatter::{self, Split};
use crate::model::{Date, Settings};
use crate::site::{FeedPlan, Placed, Site};
use crate::source;
use crate::validate::{Surroundings, Verdict, validate};
use std::collections::BTreeSet;
use std::path::Path;
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

/// What tells the author of a post nothing new: posts of one day without times are dated alike, a post may be no more than
/// its title, and letters that were read wrongly are reported where they stand in the post.
const UNTOLD: &[&str] = &["duplicate-updated", "missing-textual-content", "bad-characters"];

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

    /// Judges a feed. `file` is its path in the output folder, `url` its address.
    pub(super) fn judge(&self, text: &str, file: &str, url: Option<&str>, plan: &FeedPlan, site: &Site) -> Vec<Diagnostic> {
        let path = format!("{}/{file}", self.folder.trim_end_matches('/'));
        let url = url.and_then(|url| Url::parse(url).ok());
        let Verdict { kind, diagnostics: found } = validate(Source::new(&path, text), Surroundings { url: url.as_ref(), now: self.now });
        // It was read back already, so it is a feed; of a format that the validator does not know it has nothing to say.
        if text.starts_with('{') && !kind.is_feed() {
            return Vec::new();
        }
        // Advice is for those who ask for it, with `validate`.
        let found = self.policies.judge(&path, found).into_iter();
        let found = found.filter(|found| found.severity != Severity::Info && !UNTOLD.contains(&found.code));
        found.map(|found| told_of_post(found, plan, site)).collect()
    }
}

/// Names the post and the key in place of the feed, where a finding is about an entry.
fn told_of_post(mut found: Diagnostic, plan: &FeedPlan, site: &Site) -> Diagnostic {
    let Some(placed) = found.subject.as_deref().and_then(|subject| post_of(subject, plan, site)) else { return found };
    let Some(place) = &found.place else { return found };
    let mark = place.excerpt.get(place.mark.0..place.mark.1).unwrap_or_default();
    let key = found.subject.as_deref().and_then(part_of).unwrap_or("title");
    // The marked text is kept until the body is at hand.
    let (excerpt, mark) = if key == BODY { (mark.to_owned(), (0, mark.len())) } else { (String::new(), (0, 0)) };
    found.message = format!("{} (in {})", found.message, place.path);
    found.place = Some(Place { excerpt, mark, ..Place::key(placed.post.path.as_str(), key) });
    found.subject = None;
    found
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

/// Returns the part of a post that became the element, or the one around it.
fn part_of(subject: &Subject) -> Option<&'static str> {
    let pointer = subject.pointer.as_deref().unwrap_or_default();
    let names = subject.path.rsplit('/').chain(pointer.rsplit('/'));
    let local = |name: &str| name.rsplit(':').next().unwrap_or_default().to_ascii_lowercase();
    names.map(local).find_map(|name| PARTS.iter().find(|(_, names)| names.contains(&name.as_str()))).map(|(part, _)| *part)
}

/// Leaves one of the findings that several feeds share, and looks for what is marked in the bodies of the posts.
pub(super) fn settle(root: &Path, found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let mut seen = BTreeSet::new();
    let mut found = found;
    found.retain(|found| {
        let message = found.message.rsplit_once(" (in ").map_or(found.message.as_str(), |(message, _)| message);
        let place = found.place.as_ref().map(|place| (place.path.clone(), place.key.clone(), place.start.line, place.excerpt.clone()));
        seen.insert((found.code, message.to_owned(), place))
    });
    for place in found.iter_mut().filter_map(|found| found.place.as_mut()).filter(|place| place.key.as_deref() == Some(BODY)) {
        let marked = std::mem::take(&mut place.excerpt);
        place.mark = (0, 0);
        let Ok(bytes) = source::read(root, &place.path) else { continue };
        let (text, _) = super::heads::decoded(&place.path, bytes);
        if let Some(span) = find_in_body(&text, &marked) {
            *place = Source::new(&place.path.clone(), &text).place(span);
        }
    }
    found
}

/// Finds in a post what is marked in a feed: the marked text as it was before it was escaped, or the longest word of it.
fn find_in_body(text: &str, marked: &str) -> Option<std::ops::Range<usize>> {
    let body = if let Split::Front { body, .. } = frontmatter::split(text, true) { body } else { 0 };
    let plain = htmlize::unescape(marked.trim_end_matches('…'));
    let words = plain.split(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '<' | '>' | '=')).filter(|word| word.len() > 3);
    let longest = words.max_by_key(|word| word.len());
    [Some(plain.as_ref()), longest].into_iter().flatten().filter(|part| !part.is_empty()).find_map(|part| {
        let start = body + text.get(body..)?.find(part)?;
        Some(start..start + part.len())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_element_says_which_part_of_a_post_it_was() {
        let part = |path: &str| part_of(&Subject { path: path.to_owned(), ..Subject::default() });
        assert_eq!(part("rss/channel/item/pubDate"), Some("date"));
        assert_eq!(part("feed/entry/author/email"), Some("author"));
        assert_eq!(part("rss/channel/item/content:encoded"), Some("content"));
        assert_eq!(part("rss/channel/item"), None);
        let pointer = Subject { pointer: Some("/items/0/content_html".to_owned()), ..Subject::default() };
        assert_eq!(part_of(&pointer), Some("content"));
    }

    #[test]
    fn what_is_marked_is_found_in_the_body() {
        let text = "---\ntitle: blink\n---\nA <blink>word</blink> and [x](https://e.example/very).\n";
        let found = |marked: &str| find_in_body(text, marked).map(|span| &text[span]);
        assert_eq!(found("&lt;blink&gt;"), Some("<blink>"));
        assert_eq!(found("<a href=\"https://e.example/very\">"), Some("https://e.example/very"));
        assert_eq!((found("&lt;p&gt;"), found("")), (None, None));
    }
}
