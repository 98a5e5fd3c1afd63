//! Feeds that stay what they are: what postrider.lock remembers of those that were taken over from another generator, and the ids of all.

use super::FeedPlan;
use crate::model::{FeedFormat, Limit, Lock, LockedFeed, Settings};
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
fn file_name(settings: &Settings, address: &str) -> Option<String> {
    path_below(settings, address).filter(|name| !name.contains('/'))
}

/// Returns the path of the feed that is served at an address, below the site's, wherever that lives now; `None` where it cannot be a file's.
#[must_use]
pub fn path_below(settings: &Settings, address: &str) -> Option<String> {
    let url = Url::parse(address).ok()?;
    let path = url.path().strip_prefix(settings.url.path()).or_else(|| url.path().strip_prefix('/'))?;
    let name = path.rsplit('/').next().unwrap_or_default();
    let is_feeds = name.rsplit_once('.').is_none_or(|(_, ending)| ENDINGS.contains(&ending));
    let is_plain = path.split('/').all(|part| !matches!(part, "" | "." | "..")) && !path.contains(['%', '\\']);
    (is_feeds && is_plain).then(|| path.to_owned())
}

/// Gives Atom feeds the ids by which they were known (RFC 4287 §4.2.6: an id stays for ever): that of the feed that was taken over from the
/// same path, wherever the site lives now; for the main feed else the only one that was taken over; else the one that it had itself.
pub fn keep_feed_ids(plans: &mut [FeedPlan], lock: &Lock) {
    let path = |address: &str| Url::parse(address).ok().map(|url| url.path().to_owned());
    let known: Vec<(Option<String>, &str, &String)> = lock
        .feeds
        .iter()
        .filter(|((format, _), _)| *format == FeedFormat::Atom)
        .filter_map(|((_, address), feed)| Some((path(address), address.as_str(), feed.id.as_ref()?)))
        .collect();
    let own: Vec<Option<String>> = plans.iter().map(|plan| plan.feed.self_url(FeedFormat::Atom).and_then(path)).collect();
    let mut taken_over = known.iter().filter(|(path, ..)| path.is_some());
    let only = taken_over.next().filter(|(path, ..)| taken_over.next().is_none() && !own.iter().skip(1).any(|own| own == path));
    for (at, plan) in plans.iter_mut().enumerate() {
        let same = known.iter().find(|(path, ..)| path.is_some() && Some(path) == own.get(at));
        let itself = || known.iter().find(|(path, folder, _)| path.is_none() && *folder == plan.folder);
        if let Some((.., id)) = same.or(only.filter(|_| at == 0)).or_else(itself) {
            plan.feed.id.clone_from(id);
        }
    }
}

/// Remembers the ids of Atom feeds by their folders, so that neither another domain nor another generator changes them.
pub fn remember_feed_ids(plans: &[FeedPlan], lock: &mut Lock) {
    for plan in plans.iter().filter(|plan| plan.archive_of.is_none() && plan.feed.self_url(FeedFormat::Atom).is_some()) {
        let known = LockedFeed { id: Some(plan.feed.id.clone()), count: None };
        lock.feeds.insert((FeedFormat::Atom, plan.folder.clone()), known);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Post;
    use crate::site::{LeftOut, Site, View, assemble, plan};
    use proptest::prelude::*;

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

    /// Something that happens to a site between two builds.
    #[derive(Debug, Clone)]
    enum Act {
        Domain(String),
        /// A generator whose feeds have their addresses for ids.
        Generator(bool),
        File(String),
        Formats(bool),
        Archives(bool),
    }

    fn act() -> impl Strategy<Value = Act> {
        prop_oneof![
            "[a-c]\\.example/([a-c]/)?".prop_map(Act::Domain),
            any::<bool>().prop_map(Act::Generator),
            "[a-c]\\.xml".prop_map(Act::File),
            any::<bool>().prop_map(Act::Formats),
            any::<bool>().prop_map(Act::Archives),
        ]
    }

    fn a_site(settings: &Settings) -> Site {
        let now = crate::text::dates::parse("2026-11-22", chrono_tz::UTC).expect("a date").date;
        let posts = [("a.md", None, "Tea"), ("b.md", Some("de"), "Tee"), ("c.md", None, "Milk")];
        let posts = posts.map(|(path, language, tag)| {
            let mut post = Post::sample(path, now);
            (post.language, post.tags) = (language.map(str::to_owned), [tag].into_iter().collect());
            Box::new(post)
        });
        let view = View { now, drafts: false, future: false, locked: false };
        assemble(posts.into(), LeftOut::default(), settings, view, &Lock::default()).0
    }

    fn with_tags() -> Settings {
        let text = "site: {url: 'https://example.org/', language: en}\nfeeds: {by: {tag: 'tags/:slug/'}}\nlanguages: {de: {}}\n";
        let (settings, findings) = crate::config::read(crate::diagnostic::Source::new("postrider.yaml", text), &[]);
        settings.unwrap_or_else(|| panic!("{findings:?}"))
    }

    /// Returns the ids of a site's feeds by their folders, and remembers them.
    fn ids(settings: &Settings, lock: &mut Lock) -> Vec<(String, String)> {
        let mut plans = plan(&a_site(settings), settings).0;
        keep_feed_ids(&mut plans, lock);
        remember_feed_ids(&plans, lock);
        plans.into_iter().map(|plan| (plan.folder, plan.feed.id)).collect()
    }

    proptest! {
        #[test]
        fn whatever_becomes_of_address_and_generator_no_feed_changes_its_id(acts in prop::collection::vec(act(), 1..12)) {
            let mut settings = with_tags();
            let mut lock = Lock::default();
            let first = ids(&settings, &mut lock);
            prop_assert_eq!(first.len(), 5);
            for act in acts {
                let before = lock.clone();
                match act {
                    Act::Domain(name) => settings.url = Url::parse(&format!("https://{name}")).expect("an address"),
                    Act::Generator(is_self) => settings.habits.self_as_id = is_self,
                    Act::File(name) => settings.feeds.files[FeedFormat::Atom as usize] = name,
                    Act::Formats(is_all) => settings.feeds.formats = FeedFormat::ALL[usize::from(!is_all)..].to_vec(),
                    Act::Archives(is_on) => settings.feeds.archives = is_on,
                }
                prop_assert_eq!(&ids(&settings, &mut lock), &first);
                prop_assert_eq!(lock, before.clone(), "nothing is remembered anew");
                lock = before;
            }
        }
    }

    #[test]
    fn a_feed_that_was_taken_over_outweighs_what_ours_had_before() {
        let settings = with_tags();
        let mut lock = Lock::default();
        let first = ids(&settings, &mut lock);
        let mut taken_over = |address: &str, id: &str| {
            lock.feeds.insert((FeedFormat::Atom, address.to_owned()), LockedFeed { id: Some(id.to_owned()), count: None });
            ids(&settings, &mut lock)
        };
        let one = taken_over("https://old.example/tags/milk/atom.xml", "tag:old.example,2020:milk");
        let is = |folder: &str, id: &str| (folder.to_owned(), id.to_owned());
        assert!(one.contains(&is("tags/milk/", "tag:old.example,2020:milk")), "{one:?}");
        assert_eq!(one[0], first[0], "the feed of a tag is not the site's");
        assert_eq!(
            taken_over("https://old.example/feed/", "tag:old.example,2020:main")[0],
            first[0],
            "of two it is not known which one is"
        );
        lock.feeds.retain(|(_, address), _| !address.contains("milk"));
        assert_eq!(ids(&settings, &mut lock)[0], is("", "tag:old.example,2020:main"));
    }
}
