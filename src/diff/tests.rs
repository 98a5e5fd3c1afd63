use super::*;
use crate::model::FeedFormat;
use chrono::DateTime;

fn entry(id: &str, day: u32) -> ReadEntry {
    let published = DateTime::parse_from_rfc3339(&format!("2026-11-{day:02}T10:00:00Z")).ok();
    let url = Some(format!("https://e.org/{id}/"));
    ReadEntry { id: id.into(), url, title: Some(id.to_uppercase()), published, updated: published, ..ReadEntry::default() }
}

fn feed(entries: Vec<ReadEntry>) -> ReadFeed {
    let (id, self_url, home_url, title, language, generator) = (None, None, None, None, None, None);
    ReadFeed {
        format: FeedFormat::Atom,
        id,
        self_url,
        home_url,
        older_url: None,
        title,
        subtitle: None,
        language,
        generator,
        entries,
        flaw: None,
    }
}

fn told(old: Vec<ReadEntry>, new: Vec<ReadEntry>) -> Vec<(Kind, String)> {
    let changes = compare(&feed(old), &feed(new), |entry| entry.id.starts_with("kept"));
    changes.into_iter().map(|change| (change.kind, change.id)).collect()
}

fn one(kind: Kind, id: &str) -> Vec<(Kind, String)> {
    vec![(kind, id.to_owned())]
}

#[test]
fn nobody_sees_a_feed_that_is_the_same() {
    assert_eq!(told(vec![entry("a", 1), entry("b", 2)], vec![entry("b", 2), entry("a", 1)]), []);
    assert_eq!(summary(&[]), None);
}

#[test]
fn an_entry_is_new_or_older_than_what_was_there() {
    assert_eq!(told(vec![entry("a", 2)], vec![entry("b", 3), entry("a", 2)]), one(Kind::New, "b"));
    assert_eq!(told(vec![entry("a", 2)], vec![entry("a", 2), entry("b", 1)]), one(Kind::Backfill, "b"));
}

#[test]
fn an_entry_reappears_when_its_id_changes_and_all_else_tells_it() {
    let again = ReadEntry { id: "urn:a".into(), ..entry("a", 1) };
    assert_eq!(told(vec![entry("a", 1)], vec![again.clone()]), one(Kind::Reappear, "urn:a"));
    let moved = ReadEntry { url: Some("https://e.org/elsewhere/".into()), ..again };
    assert_eq!(told(vec![entry("a", 1)], vec![moved]), one(Kind::Reappear, "urn:a"));
}

#[test]
fn an_entry_vanishes_with_its_post_and_not_when_newer_ones_push_it_out() {
    assert_eq!(told(vec![entry("b", 2), entry("a", 1)], vec![entry("b", 2)]), one(Kind::Vanish, "a"));
    assert_eq!(told(vec![entry("b", 2), entry("kept", 1)], vec![entry("b", 2)]), []);
}

#[test]
fn two_entries_that_become_one_are_told() {
    let double = ReadEntry { id: "urn:a".into(), ..entry("a", 1) };
    assert_eq!(told(vec![entry("a", 1), double.clone()], vec![entry("a", 1)]), one(Kind::Merge, "a"));
    let new = ReadEntry { id: "other".into(), ..entry("a", 1) };
    let both = told(vec![entry("a", 1), double], vec![new]);
    assert_eq!(both, [one(Kind::Merge, "other"), one(Kind::Merge, "other")].concat());
}

#[test]
fn a_change_says_what_of_an_entry_it_is() {
    let old = ReadEntry { content: Some("<p>one</p>".into()), ..entry("a", 1) };
    let change = |new: ReadEntry| compare(&feed(vec![old.clone()]), &feed(vec![new]), |_| true);
    let text = change(ReadEntry { content: Some("<p>two</p>".into()), title: Some("B".into()), ..old.clone() });
    assert_eq!(
        (text[0].kind, &text[0].parts[..], &text[0].text[..]),
        (Kind::Update, &["title", "text"][..], &["- one".into(), "+ two".into()][..])
    );
    let markup = change(ReadEntry { content: Some("<p><b>one</b></p>".into()), ..old.clone() });
    assert_eq!(markup[0].parts, ["mark-up"]);
    let dated = change(ReadEntry { published: entry("a", 3).published, updated: entry("a", 3).updated, ..old.clone() });
    assert_eq!((dated[0].kind, dated[1].kind, dated[1].was.as_deref()), (Kind::Update, Kind::Date, Some("2026-11-01T10:00:00+00:00")));
}

#[test]
fn what_several_feeds_show_is_one_change_and_the_summary_counts_it_once() {
    let new = Change::of(Kind::New, &entry("a", 1));
    let old = Change::of(Kind::Backfill, &entry("b", 1));
    let all = together(vec![("a.xml".into(), vec![old, new.clone()]), ("b.xml".into(), vec![new])]);
    assert_eq!(all[0].feeds, ["a.xml", "b.xml"]);
    assert_eq!(summary(&all).as_deref(), Some("1 new, 1 older post would appear as new"));
    let two = [Kind::Reappear, Kind::Vanish, Kind::Reappear, Kind::Move].map(|kind| Change::of(kind, &entry("c", 1)));
    assert_eq!(summary(&two).as_deref(), Some("2 would reappear as unread, 1 vanishes, 1 feed moves"));
}

#[test]
fn entries_of_several_pages_and_formats_find_their_posts_once() {
    let posts = [entry("a", 1), entry("b", 2), entry("c", 3)];
    let with = |id: &str, of: &str| ReadEntry { id: id.into(), updated: None, ..entry(of, 1) };
    let page = |name: &str, query: &str, entries| {
        let self_url = Some(format!("https://e.org/feed{query}"));
        Old { name: name.into(), feed: ReadFeed { self_url, ..feed(entries) } }
    };
    let mut other = page("3.xml", "", vec![with("urn:b", "b"), with("else", "c"), with("c", "c")]);
    other.feed.format = FeedFormat::Rss;
    let olds = [
        page("1.xml", "", vec![with("urn:b", "b")]),
        page("2.xml", "?paged=2", vec![with("urn:b", "b"), with("urn:a", "a"), with("x", "x")]),
        other,
    ];
    let adoption = adopt(&olds, &posts, &BTreeMap::new());
    let ids: Vec<&str> = adoption.posts.values().map(|adopted| adopted.id.as_str()).collect();
    assert_eq!(ids, ["urn:a", "urn:b"]);
    let tallies: Vec<(usize, usize, [usize; 4])> = adoption.feeds.iter().map(|tally| (tally.count, tally.entries, tally.ways)).collect();
    assert_eq!(tallies, [(1, 3, [2, 0, 0, 0]), (3, 3, [1, 0, 0, 0])]);
    assert_eq!(adoption.strangers.iter().map(|entry| (entry.feed.as_str(), entry.title.as_str())).collect::<Vec<_>>(), [("2.xml", "X")]);
    assert_eq!(
        adoption.doubts.iter().map(|doubt| (doubt.id.as_str(), &doubt.posts[..])).collect::<Vec<_>>(),
        [("else", &[2][..]), ("c", &[2])]
    );
}

#[test]
fn an_entry_that_may_be_several_reappears_as_none_has_its_id() {
    let alike = |id: &str| ReadEntry { url: None, title: Some("Same".into()), ..entry(id, 1) };
    let changes = told(vec![alike("a"), alike("b")], vec![alike("c"), alike("d")]);
    assert_eq!(changes, [(Kind::Reappear, "c".to_owned()), (Kind::Reappear, "d".to_owned())]);
}

#[test]
fn a_longer_feed_of_the_same_posts_is_alike_and_one_of_other_posts_is_not() {
    let of = |days: &[u32]| feed(days.iter().map(|day| ReadEntry { title: None, url: None, ..entry(&day.to_string(), *day) }).collect());
    assert_eq!(likeness(&of(&[9, 8, 7]), &of(&[9, 8, 7, 6, 5, 4, 3, 2, 1])), 100);
    assert_eq!(likeness(&of(&[9, 8, 7, 6, 5]), &of(&[12, 11, 10, 9, 8])), 100, "time has gone on");
    assert_eq!(likeness(&of(&[9, 5, 1]), &of(&[9, 8, 7, 6, 5, 4, 3, 2, 1])), 33, "it is that of a tag");
    assert_eq!((likeness(&of(&[9, 8]), &of(&[7])), likeness(&of(&[]), &of(&[7]))), (0, 0));
    assert_eq!(common_end("https://e.org/tags/tea/atom.xml", "https://e.org/de/tags/tea/atom.xml"), 3);
}
