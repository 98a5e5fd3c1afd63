//! Feeds that stay where they are: what postrider.lock remembers of those that were taken over from another generator.

use super::FeedPlan;
use crate::model::{FeedFormat, Limit, Lock, Settings};
use url::Url;

/// Gives feeds the file names and the number of entries that their followers know, where the configuration says nothing of it.
pub fn take_feeds(settings: &mut Settings, lock: &Lock) {
    for (format, address) in lock.feeds.keys() {
        let at = *format as usize;
        let Some(name) = file_name(settings, address).filter(|_| !settings.feeds.files_given[at]) else { continue };
        let is_free = settings.feeds.files.iter().enumerate().all(|(other, file)| other == at || *file != name);
        if is_free {
            settings.feeds.files[at] = name;
            // Who takes a feed over wants its file to be replaced.
            settings.feeds.files_given[at] = true;
        }
    }
    let count = lock.feeds.values().filter_map(|feed| feed.count).max();
    if let Some(count) = count.filter(|count| *count > 0 && !settings.feeds.entries_given) {
        settings.feeds.entries = Limit::Newest(count);
    }
}

/// How the names of feeds end that may be taken over: a feed that says it is the home page must not take its place.
const ENDINGS: [&str; 5] = ["xml", "rss", "atom", "rdf", "json"];

/// Returns the name of the main feed's file that is served at an address, wherever the site lives now; `None` for one in a folder.
#[must_use]
pub fn file_name(settings: &Settings, address: &str) -> Option<String> {
    let url = Url::parse(address).ok()?;
    let name = url.path().strip_prefix(settings.url.path()).or_else(|| url.path().strip_prefix('/'))?;
    let is_feeds = name.rsplit_once('.').is_none_or(|(_, ending)| ENDINGS.contains(&ending));
    (is_feeds && !name.is_empty() && !name.contains(['/', '%', '\\'])).then(|| name.to_owned())
}

/// Gives Atom feeds the ids by which they were known (RFC 4287 §4.2.6): the one at the same path, wherever the site lives now; else the only
/// one there was is the site's main feed.
pub fn keep_feed_ids(plans: &mut [FeedPlan], lock: &Lock) {
    let path = |address: &str| Url::parse(address).ok().map(|url| url.path().to_owned());
    let known: Vec<(Option<String>, &String)> = lock
        .feeds
        .iter()
        .filter(|((format, _), _)| *format == FeedFormat::Atom)
        .filter_map(|((_, address), feed)| Some((path(address), feed.id.as_ref()?)))
        .collect();
    for (at, plan) in plans.iter_mut().enumerate().filter(|(_, plan)| plan.main) {
        let own = plan.feed.self_url(FeedFormat::Atom).and_then(path);
        let same = known.iter().find(|(path, _)| path.is_some() && *path == own);
        let only = known.first().filter(|_| at == 0 && known.len() == 1);
        if let Some((_, id)) = same.or(only) {
            plan.feed.id.clone_from(id);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::LockedFeed;

    fn settings() -> Settings {
        let mut settings = crate::config::defaults(&[]).0.expect("defaults");
        settings.url = Url::parse("https://example.org/blog/").expect("an address");
        settings
    }

    fn lock(feeds: &[(FeedFormat, &str, Option<usize>)]) -> Lock {
        let feeds = feeds.iter().map(|(format, address, count)| ((*format, (*address).to_owned()), LockedFeed { id: None, count: *count }));
        Lock { feeds: feeds.collect(), ..Lock::default() }
    }

    #[test]
    fn a_feed_keeps_its_name_and_its_length_where_the_configuration_says_nothing() {
        let told = lock(&[
            (FeedFormat::Atom, "https://old.example/blog/feed.xml", Some(10)),
            (FeedFormat::Rss, "https://old.example/feed/", None),
        ]);
        let mut free = settings();
        take_feeds(&mut free, &told);
        assert_eq!(
            (&free.feeds.files[..], free.feeds.files_given),
            (&["rss.xml".into(), "feed.xml".into(), "feed.json".into()][..], [false, true, false])
        );
        assert_eq!(free.feeds.entries, Limit::Newest(10));
        let mut given = settings();
        (given.feeds.files_given, given.feeds.entries_given) = ([true; 3], true);
        let before = given.clone();
        take_feeds(&mut given, &told);
        assert_eq!(given, before);
    }

    #[test]
    fn no_other_file_of_a_site_is_taken_for_a_feed() {
        for address in
            ["https://example.org/blog/index.html", "https://example.org/blog/", "https://example.org/blog/a/feed.xml", "nonsense"]
        {
            assert_eq!(file_name(&settings(), address), None, "{address}");
        }
        assert_eq!(file_name(&settings(), "http://www.example.org/index.xml?x=1").as_deref(), Some("index.xml"));
        let mut both = settings();
        take_feeds(&mut both, &lock(&[(FeedFormat::Atom, "https://example.org/blog/rss.xml", None)]));
        assert_eq!(both, settings(), "a name that another feed has");
    }
}
