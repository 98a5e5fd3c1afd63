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

/// Returns the name of the main feed's file that is served at an address, wherever the site lives now; `None` for one in a folder.
#[must_use]
pub fn file_name(settings: &Settings, address: &str) -> Option<String> {
    let url = Url::parse(address).ok()?;
    let name = url.path().strip_prefix(settings.url.path()).or_else(|| url.path().strip_prefix('/'))?;
    (!name.is_empty() && !name.contains(['/', '%', '\\'])).then(|| name.to_owned())
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
