//! `feeds.archives`: a follower gets every post exactly once, and no page ever changes its bytes (RFC 5005).

use crate::builder::{CONFIG, Site, site};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;

/// Where the site is published.
const HOME: &str = "https://example.org/";

fn config(feeds: &str) -> String {
    format!("{CONFIG}feeds: {{archives: true, subscribe_page: false, opml: false, autodiscovery: false, {feeds}}}\n")
}

fn archived(feeds: &str) -> Site {
    let site = site();
    site.write("postrider.yaml", config(feeds));
    site
}

/// Writes a post of a day of 2026 whose address does not depend on the name of its file.
fn write(site: &Site, file: &str, slug: &str, month: u32, day: u32, text: &str) {
    write_titled(site, file, (slug, &format!("Post {slug}")), month, day, text);
}

fn write_titled(site: &Site, file: &str, (slug, title): (&str, &str), month: u32, day: u32, text: &str) {
    // No two at the same time, which the validator does not like.
    let minute = slug[1..].parse::<u32>().unwrap_or(59) % 60;
    let head = format!("---\ntitle: {title}\ndate: 2026-{month:02}-{day:02} 10:{minute:02}\npermalink: /{slug}/\n---\n\n");
    site.write(&format!("posts/{file}.md"), format!("{head}{text}\n"));
}

/// A site of so many posts, one a day, that was built.
fn built(feeds: &str, posts: u32) -> Site {
    let site = archived(feeds);
    for day in 1..=posts {
        let slug = format!("p{day:02}");
        write(&site, &slug, &slug, 1, day, "Some words.");
    }
    let run = site.build(&[]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{}", run.stdout);
    site
}

/// A format as a follower sees it: its file, how it writes an entry's id, and how the way to older entries.
struct Followed {
    file: &'static str,
    entry: &'static str,
    id: (&'static str, &'static str),
    older: (&'static str, &'static str, &'static str),
}

const FORMATS: [Followed; 3] = [
    Followed {
        file: "rss.xml",
        entry: "<item>",
        id: ("<guid", "</guid>"),
        older: ("<atom:link href=\"", "\" rel=\"prev-archive\"", "<atom:link"),
    },
    Followed { file: "atom.xml", entry: "<entry>", id: ("<id>", "</id>"), older: ("<link href=\"", "\" rel=\"prev-archive\"", "<link") },
    Followed { file: "feed.json", entry: "\n{", id: ("\"id\":\"", "\""), older: ("\"next_url\":\"", "\"", "\"next_url") },
];

/// Follows a feed to its end and returns the ids of the entries, in the order in which they were found, and how many documents there were.
fn follow(site: &Site, format: &Followed) -> (Vec<String>, usize) {
    let (mut ids, mut file, mut documents) = (Vec::new(), format.file.to_owned(), 0);
    loop {
        documents += 1;
        assert!(documents < 1000, "a circle");
        let text = site.read(&format!("public/{file}"));
        let mut parts = text.split(format.entry);
        let head = parts.next().expect("a head");
        ids.extend(parts.map(|entry| {
            let behind = entry.split_once(format.id.0).expect("an id").1;
            let id = behind.split_once(format.id.1).expect("its end").0;
            id.rsplit('>').next().expect("an id").to_owned()
        }));
        let (begin, end, link) = format.older;
        let older = head.split(link).map(|part| format!("{link}{part}")).find_map(|part| {
            let (url, _) = part.strip_prefix(begin)?.split_once('"')?;
            part[begin.len() + url.len()..].starts_with(end).then(|| url.to_owned())
        });
        match older {
            Some(url) => url.strip_prefix(HOME).expect("an address of the site").clone_into(&mut file),
            None => return (ids, documents),
        }
    }
}

/// Expects that a follower of each format gets these posts, each once.
fn assert_all(site: &Site, slugs: &BTreeSet<String>) {
    let expected: Vec<String> = slugs.iter().map(|slug| format!("{HOME}{slug}/")).collect();
    for format in &FORMATS {
        let mut ids = follow(site, format).0;
        ids.sort();
        assert_eq!(ids, expected, "{}", format.file);
    }
}

fn pages(site: &Site) -> BTreeMap<String, Vec<u8>> {
    site.files("public/archive")
}

/// Returns the number in the name of a page.
fn number(name: &str) -> u32 {
    name.split('-').nth(1).and_then(|number| number.parse().ok()).expect("a number")
}

fn slugs(range: std::ops::RangeInclusive<u32>) -> BTreeSet<String> {
    range.map(|day| format!("p{day:02}")).collect()
}

#[test]
fn a_follower_of_each_format_gets_every_post_once_and_every_page_is_valid() {
    let site = built("entries: 3", 11);
    assert_all(&site, &slugs(1..=11));
    for format in &FORMATS {
        assert_eq!(follow(&site, format).1, 4);
    }
    site.build(&[]).assert(0, &["3 entries (8 older in archives) from 11 posts; 12 files unchanged"]);
    site.run(&["validate", "public", "--deny", "warnings"]).assert(0, &["12 documents checked"]);
    let names: Vec<String> = pages(&site).into_keys().filter(|name| name.starts_with("atom-1")).collect();
    let page = site.read(&format!("public/archive/{}", names[0]));
    let own = format!("href=\"{HOME}archive/{}\"", names[0]);
    for part in [
        "<fh:archive>",
        &format!("{own} rel=\"self\""),
        "href=\"https://example.org/atom.xml\" rel=\"current\"",
        "<id>https://example.org/</id>",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert!(!page.contains("next-archive") && !page.contains("prev-archive"), "{page}");
    let lock = site.read("postrider.lock");
    let full: Vec<&str> = lock.lines().filter(|line| line.split(' ').count() == 7).filter_map(|line| line.rsplit(' ').next()).collect();
    assert_eq!(full, ["1", "1", "1", "2", "2", "2"], "{lock}");
}

#[test]
fn a_full_page_stays_when_posts_are_added_whatever_their_dates_and_however_many_a_feed_has() {
    let site = built("entries: 3", 9);
    let before = pages(&site);
    assert_eq!(before.len(), 6, "two full pages in three formats");
    let stays = |what: &str| {
        let now = pages(&site);
        assert!(before.iter().all(|(name, bytes)| now.get(name) == Some(bytes)), "{what}: {:?}", now.keys());
    };
    write(&site, "old", "old", 1, 2, "Written later.");
    assert_eq!(site.build(&[]).code, 0);
    stays("a post of an earlier date");
    write(&site, "p10", "p10", 1, 10, "New.");
    assert_eq!(site.build(&[]).code, 0);
    stays("a new post");
    let mut all = slugs(1..=10);
    all.insert("old".into());
    for entries in ["2", "7", "all"] {
        site.write("postrider.yaml", config(&format!("entries: {entries}")));
        assert_eq!(site.build(&[]).code, 0);
        stays(entries);
        assert_all(&site, &all);
    }
    let lock = site.read("postrider.lock");
    site.write("postrider.yaml", config("entries: 3, formats: [rss]"));
    assert_eq!(site.build(&[]).code, 0);
    site.write("postrider.yaml", config("entries: 3"));
    assert_eq!(site.build(&[]).code, 0);
    stays("another list of formats, and back");
    assert_eq!(site.read("postrider.lock").lines().count(), lock.lines().count());
}

#[test]
fn why_a_feed_takes_nothing_back_from_full_pages_is_told_while_it_is_short() {
    let site = built("entries: 3", 9);
    site.write("postrider.yaml", config("entries: 5"));
    let note = "note: `rss.xml` has 3 entries, and `feeds.entries` is 5: what full pages of its archive hold stays there";
    let run = site.build(&[]);
    run.assert(0, &[note]);
    assert_eq!(run.stderr.matches("note: ").count(), 1, "{}", run.stderr);
    assert_all(&site, &slugs(1..=9));
    for day in 10..=11 {
        let slug = format!("p{day:02}");
        write(&site, &slug, &slug, 1, day, "More words.");
    }
    let run = site.build(&[]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{}", run.stdout);
    assert_all(&site, &slugs(1..=11));
    site.write("postrider.yaml", config("entries: all"));
    site.build(&[]).assert(0, &["has 5 entries, and `feeds.entries` is all"]);
}

#[test]
fn an_edited_or_removed_post_makes_its_page_anew_under_another_name() {
    let site = built("entries: 3", 12);
    let before = pages(&site);
    write(&site, "p05", "p05", 1, 5, "Other words.");
    site.build(&[]).assert(0, &["6 removed"]);
    let edited = pages(&site);
    for (name, bytes) in &edited {
        assert_eq!(before.contains_key(name), number(name) == 1, "{name}");
        assert!(before.get(name).is_none_or(|known| known == bytes), "{name}");
    }
    assert_all(&site, &slugs(1..=12));
    // What is to be forgotten is gone from the files, too.
    fs::remove_file(site.path("posts/p05.md")).expect("a file");
    assert_eq!(site.build(&[]).code, 0);
    assert!(pages(&site).values().all(|bytes| !String::from_utf8_lossy(bytes).contains("Post p05")));
    let mut left = slugs(1..=12);
    left.remove("p05");
    assert_all(&site, &left);
    // And back again it is as it was.
    write(&site, "p05", "p05", 1, 5, "Other words.");
    assert_eq!(site.build(&[]).code, 0);
    assert_eq!(pages(&site), edited);
}

#[test]
fn the_pages_are_the_same_in_another_clone_and_without_a_lock_every_post_is_there() {
    let site = built("entries: 3", 11);
    let before = pages(&site);
    let clone = archived("entries: 3");
    for (name, bytes) in site.files("posts") {
        clone.write(&format!("posts/{name}"), bytes);
    }
    clone.write("postrider.lock", site.read("postrider.lock"));
    assert_eq!(clone.build(&["--locked"]).code, 0);
    assert_eq!(pages(&clone), before);
    write(&clone, "old", "old", 1, 1, "Written later.");
    fs::remove_file(clone.path("postrider.lock")).expect("a file");
    clone.run(&["lock"]).assert(0, &["12 new"]);
    assert_eq!(clone.build(&[]).code, 0);
    let mut all = slugs(1..=11);
    all.insert("old".into());
    assert_all(&clone, &all);
}

#[test]
fn what_the_byte_budget_cuts_off_is_in_the_archive() {
    let site = archived("entries: 4, bytes: 4KB");
    for day in 1..=9 {
        let slug = format!("p{day:02}");
        write(&site, &slug, &slug, 1, day, &"words and words ".repeat(60));
    }
    assert_eq!(site.build(&[]).code, 0);
    assert_all(&site, &slugs(1..=9));
    for (name, bytes) in site.files("public") {
        assert!(bytes.len() <= 4000, "{name}: {}", bytes.len());
    }
    assert!(follow(&site, &FORMATS[0]).1 > 3);
}

#[test]
fn a_feed_that_has_everything_says_that_it_is_complete() {
    let site = built("entries: 3, by: {tag: 'tags/:slug/'}", 3);
    let says = |file: &str| site.read(&format!("public/{file}")).contains("<fh:complete");
    assert!(says("rss.xml") && says("atom.xml") && !site.has("public/archive"));
    site.run(&["validate", "public", "--deny", "warnings"]).assert(0, &[]);
    write(&site, "p04", "p04", 1, 4, "More.");
    assert_eq!(site.build(&[]).code, 0);
    assert!(!says("rss.xml") && !says("atom.xml") && site.has("public/archive"));
    // A post that cannot be read today is not gone.
    fs::remove_file(site.path("posts/p04.md")).expect("a file");
    site.write("posts/bad.md", "---\ntitle: Bad\ndate: soon\n---\n\nx\n");
    assert_eq!(site.build(&["--keep-going"]).code, 1);
    assert!(!says("rss.xml"), "{}", site.read("public/rss.xml"));
    let plain = site.read("postrider.yaml").replace("archives: true", "archives: false");
    site.write("postrider.yaml", plain);
    fs::remove_file(site.path("posts/bad.md")).expect("a file");
    assert_eq!(site.build(&[]).code, 0);
    assert!(!site.read("public/rss.xml").contains("syndication/history"));
}

#[test]
fn a_language_has_an_archive_of_its_own_and_drafts_fill_no_page() {
    let site = archived("entries: 2");
    for day in 1..=5 {
        for (tag, body) in [("en", "Words."), ("de", "Worte.")] {
            let head = format!("---\ntitle: {tag} {day}\ndate: 2026-01-0{day}\nlanguage: {tag}\n---\n\n");
            site.write(&format!("posts/{tag}{day}.md"), format!("{head}{body}\n"));
        }
    }
    site.write("posts/draft.md", "---\ntitle: Draft\ndate: 2026-01-04\ndraft: true\n---\n\nNot yet.\n");
    assert_eq!(site.build(&[]).code, 0);
    let names: BTreeSet<String> = site.files("public").into_keys().filter(|name| name.contains("archive/atom")).collect();
    assert_eq!(names.iter().filter(|name| name.starts_with("de/archive/atom-")).count(), 2, "{names:?}");
    assert_eq!(names.len(), 4);
    let lock = site.read("postrider.lock");
    assert_eq!(site.build(&["--drafts"]).code, 0);
    assert_eq!(site.build(&[]).code, 0);
    assert_eq!(site.read("postrider.lock"), lock);
}

#[test]
fn diff_and_adopt_follow_a_feed_to_its_oldest_entry() {
    let site = built("entries: 3", 11);
    site.run(&["diff"]).assert(0, &["followers see no change"]);
    site.run(&["diff", "--against", "public/feed.json"]).assert(0, &["followers see no change"]);
    write(&site, "p02", "p02", 1, 2, "Other words.");
    let run = site.run(&["diff"]);
    run.assert(0, &["updated: `Post p02`", "1 updated"]);
    assert!(!run.stdout.contains("feed moves"), "{}", run.stdout);
    write(&site, "p02", "p02", 1, 2, "Some words.");
    site.run(&["adopt", "public/atom.xml"]).assert(0, &["public/atom.xml and 3 further pages: Atom, 11 entries", "nothing to take over"]);
    // Another generator's pages, on the way to a site that has no lock yet.
    let fresh = crate::builder::folder();
    fresh.write("postrider.yaml", CONFIG);
    for (name, bytes) in site.files("posts") {
        fresh.write(&format!("posts/{name}"), bytes);
    }
    for (name, bytes) in site.files("public") {
        fresh.write(
            &format!("old/{name}"),
            String::from_utf8_lossy(&bytes).replace("<id>https://example.org/p", "<id>tag:x.example,2020:p"),
        );
    }
    fresh.run(&["adopt", "old/atom.xml"]).assert(0, &["3 further pages"]);
    assert_eq!(fresh.read("postrider.lock").matches(" tag:x.example,2020:p").count(), 11);
}

/// Answers with a feed in three pages, or in two of which the second is not there.
fn paged(path: &str, _: usize) -> (String, Vec<u8>) {
    let page = |slug: &str, next: &str| {
        let item = format!(r#"{{"id": "old:{slug}", "url": "{HOME}{slug}/", "title": "Post {slug}", "content_text": "Some words."}}"#);
        let body = format!(r#"{{"version": "https://jsonfeed.org/version/1.1", "title": "Old", {next} "items": [{item}]}}"#);
        (format!("200 OK\r\nContent-Type: application/feed+json\r\nContent-Length: {}\r\n", body.len()), body.into_bytes())
    };
    match path {
        "/1.json" => page("p03", r#""next_url": "/2.json","#),
        "/2.json" => page("p02", r#""next_url": "/3.json","#),
        "/3.json" => page("p01", r#""next_url": "/1.json","#),
        "/torn.json" => page("p03", r#""next_url": "/gone.json","#),
        _ => ("404 Not Found\r\nContent-Length: 0\r\n".to_owned(), Vec::new()),
    }
}

#[test]
fn pages_on_the_web_are_followed_and_one_that_is_missing_is_told() {
    let server = crate::validate::server(paged);
    let site = archived("entries: 2");
    for day in 1..=3 {
        let slug = format!("p{day:02}");
        write(&site, &slug, &slug, 1, day, "Some words.");
    }
    let feed = |name: &str| format!("{}/{name}", server.address);
    let run = site.run(&["adopt", &feed("torn.json")]);
    run.assert(2, &["torn.json` leads to an older document", "gone.json"]);
    assert!(!site.has("postrider.lock"));
    let run = site.run(&["diff", "--against", &feed("torn.json"), "--fail-on", "backfill"]);
    run.assert(0, &["warning: `", "status 404", "nothing behind the first 1 entry is compared", "would reappear as unread"]);
    site.run(&["adopt", &feed("torn.json"), "--keep-going", "--dry-run"]).assert(1, &["of 1 post"]);
    site.run(&["adopt", &feed("1.json")]).assert(0, &["and 2 further pages: JSON Feed, 3 entries: known 3 by link"]);
    assert_eq!(site.read("postrider.lock").matches(" old:p0").count(), 3);
    site.run(&["diff", "--against", &feed("1.json"), "--fail-on", "reappear,vanish,new,backfill"]).assert(0, &[]);
}

#[test]
fn pages_that_followers_would_not_find_any_more_are_told() {
    let site = built("entries: 3", 9);
    let says = "note: public/rss.xml: the feed led to older pages, and this build has none, as `feeds.archives` is off";
    site.write("postrider.yaml", config("entries: 3").replace("archives: true", "archives: false"));
    site.run(&["diff"]).assert(0, &[says, "followers see no change"]);
    site.write("postrider.yaml", config("entries: 3"));
    let page = pages(&site).into_keys().find(|name| name.starts_with("rss-1-")).expect("a page");
    fs::remove_file(site.path(&format!("public/archive/{page}"))).expect("a file");
    site.run(&["diff"]).assert(
        0,
        &[&format!("warning: `public/rss.xml` leads to `{HOME}archive/{page}`, and there is no such file: followers find nothing")],
    );
}

#[test]
fn the_folder_of_the_pages_is_no_file_of_the_site() {
    let site = archived("entries: 2, files: {json: archive}");
    for day in 1..=3 {
        let slug = format!("p{day:02}");
        write(&site, &slug, &slug, 1, day, "Some words.");
    }
    site.build(&[]).assert(1, &["[output-clash]", "the archive pages would be written to `archive/`"]);
}

/// What may become of a site between two builds.
#[derive(Debug, Clone)]
enum Step {
    /// A new post.
    Add,
    /// A new post with an earlier date.
    Backdate(u32),
    /// Another text or title.
    Edit(usize),
    Retitle(usize),
    /// Another name for its file.
    Rename(usize),
    Remove(usize),
    /// Another number of entries.
    Entries(usize),
}

impl Step {
    /// Returns whether full pages stay: nothing that is in them says something else.
    fn leaves_full_pages(&self) -> bool {
        matches!(self, Step::Add | Step::Backdate(_) | Step::Rename(_) | Step::Entries(_))
    }
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => Just(Step::Add),
        2 => (1..28_u32).prop_map(Step::Backdate),
        1 => (0..40_usize).prop_map(Step::Edit),
        1 => (0..40_usize).prop_map(Step::Retitle),
        1 => (0..40_usize).prop_map(Step::Rename),
        1 => (0..40_usize).prop_map(Step::Remove),
        1 => (1..5_usize).prop_map(Step::Entries),
    ]
}

/// A post as its file says it.
#[derive(Debug, Clone)]
struct Written {
    file: String,
    month: u32,
    day: u32,
    title: String,
    text: String,
}

/// Makes a change, and writes it.
fn take(site: &Site, posts: &mut BTreeMap<String, Written>, step: &Step, number: u32) {
    let chosen = |posts: &BTreeMap<String, Written>, at: usize| posts.keys().nth(at % posts.len()).cloned().expect("a post");
    let slug = match step {
        Step::Add | Step::Backdate(_) => {
            let slug = format!("q{number:03}");
            let (month, day) = if let Step::Backdate(day) = step { (1, *day) } else { (2 + number / 28, 1 + number % 28) };
            posts.insert(
                slug.clone(),
                Written { file: slug.clone(), month, day, title: format!("Post {slug}"), text: format!("Words {number}.") },
            );
            slug
        }
        Step::Edit(at) | Step::Retitle(at) | Step::Rename(at) => {
            let slug = chosen(posts, *at);
            let post = posts.get_mut(&slug).expect("a post");
            match step {
                Step::Rename(_) => {
                    fs::remove_file(site.path(&format!("posts/{}.md", post.file))).expect("a file");
                    post.file = format!("renamed/{slug}-{number}");
                }
                Step::Retitle(_) => post.title = format!("Title {number}"),
                _ => post.text = format!("Other words {number}."),
            }
            slug
        }
        Step::Remove(at) => {
            let slug = chosen(posts, *at);
            if posts.len() > 1 {
                let post = posts.remove(&slug).expect("a post");
                fs::remove_file(site.path(&format!("posts/{}.md", post.file))).expect("a file");
            }
            return;
        }
        Step::Entries(entries) => {
            site.write("postrider.yaml", config(&format!("entries: {entries}")));
            return;
        }
    };
    let Written { file, month, day, title, text } = &posts[&slug];
    write_titled(site, file, (&slug, title), *month, *day, text);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_becomes_of_a_site_no_page_changes_and_a_follower_gets_all_of_it(steps in prop::collection::vec(step(), 1..14)) {
        let site = archived("entries: 2");
        let mut posts = BTreeMap::new();
        for number in 0..6 {
            take(&site, &mut posts, &Step::Add, number);
        }
        prop_assert_eq!(site.build(&[]).code, 0);
        let mut ever = pages(&site);
        for (count, step) in (6..).zip(&steps) {
            let before = pages(&site);
            let full: BTreeSet<String> = site.read("postrider.lock").lines().filter(|line| line.split(' ').count() == 7).filter_map(|line| line.rsplit(' ').next()).map(str::to_owned).collect();
            take(&site, &mut posts, step, count);
            let run = site.build(&["--now", &format!("2026-11-22T12:{count:02}:00Z")]);
            prop_assert_eq!(run.code, 0, "{:?}: {}{}", step, run.stdout, run.stderr);
            let now = pages(&site);
            for (name, bytes) in &now {
                let known = ever.entry(name.clone()).or_insert_with(|| bytes.clone());
                prop_assert_eq!(&*known, bytes, "{:?}: {}", step, name);
            }
            if step.leaves_full_pages() {
                for (name, bytes) in before.iter().filter(|(name, _)| full.contains(&number(name).to_string())) {
                    prop_assert_eq!(now.get(name), Some(bytes), "{:?}: {}", step, name);
                }
            }
            assert_all(&site, &posts.keys().cloned().collect());
        }
        site.run(&["validate", "public", "--deny", "warnings"]).assert(0, &[]);
    }
}
