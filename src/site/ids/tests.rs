use super::*;
use crate::diagnostic::Source;
use crate::model::{Ids, Settings};
use crate::site::{View, assemble};
use chrono::TimeDelta;
use proptest::prelude::*;

/// A file: its path, its front matter's id, its address and what it says.
#[derive(Debug, Clone)]
struct File {
    path: String,
    id: Option<String>,
    permalink: Option<String>,
    title: Option<String>,
    text: String,
}

fn file(path: &str, text: &str) -> File {
    File { path: path.to_owned(), id: None, permalink: None, title: None, text: text.to_owned() }
}

fn day(day: u32) -> Date {
    crate::text::dates::parse(&format!("2026-06-{day:02}"), chrono_tz::UTC).expect("a date").date
}

fn post(file: &File) -> Box<Post> {
    let mut post = Post::sample(&file.path, day(1));
    post.title = file.title.as_deref().map(Into::into);
    post.hash = content_hash(&post, &file.text);
    post.id = file.id.clone();
    post.permalink = file.permalink.clone();
    Box::new(post)
}

fn settings(host: &str) -> Settings {
    let text = format!("site: {{url: \"https://{host}/\"}}");
    let (settings, _) = crate::config::read(Source::new("postrider.yaml", &text), &[]);
    settings.expect("settings")
}

/// Builds at a time, with a lock that may stay as it is; returns the lock of then, and the findings.
fn run(files: &[File], host: &str, lock: &Lock, now: Date, locked: bool) -> (Site, Lock, Vec<Diagnostic>) {
    run_with(files, &settings(host), lock, now, locked)
}

fn run_with(files: &[File], settings: &Settings, lock: &Lock, now: Date, locked: bool) -> (Site, Lock, Vec<Diagnostic>) {
    let view = View { now, drafts: false, future: false, locked };
    let (site, findings) = assemble(files.iter().map(post).collect(), LeftOut::default(), settings, view, lock);
    let posts = record(&site, lock, now);
    (site, Lock { posts, ..lock.clone() }, findings)
}

fn first(files: &[File]) -> Lock {
    run(files, "example.org", &Lock::default(), day(2), false).1
}

fn id<'s>(site: &'s Site, path: &str) -> &'s str {
    site.posts.iter().find(|placed| placed.post.path == path).expect("a post").id()
}

fn told<'l>(lock: &'l Lock, path: &str) -> &'l LockedPost {
    lock.posts.get(path).expect("a post")
}

fn codes(findings: &[Diagnostic]) -> Vec<&str> {
    findings.iter().map(|found| found.code).collect()
}

#[test]
fn a_moved_renamed_or_changed_post_keeps_its_id() {
    let lock = first(&[file("a.md", "One"), file("b.md", "Two")]);
    let (site, after, findings) = run(&[file("old/c.md", "One"), file("b.md", "Two, changed")], "elsewhere.example", &lock, day(9), false);
    assert!(findings.is_empty(), "{findings:?}");
    assert_eq!(id(&site, "old/c.md"), &*told(&lock, "a.md").id);
    assert_eq!(id(&site, "b.md"), &*told(&lock, "b.md").id);
    assert_eq!(
        after.posts.iter().map(|(path, _)| path).collect::<Vec<_>>(),
        ["b.md", "old/c.md"],
        "what was moved is remembered where it is"
    );
    assert_eq!((told(&after, "old/c.md").updated, told(&after, "b.md").updated), (day(1), day(9)));
}

#[test]
fn a_change_is_of_the_run_that_records_it_first_and_of_none_with_a_lock_that_stays() {
    let lock = first(&[file("a.md", "One")]);
    let changed = [file("a.md", "Other")];
    let (site, recorded, _) = run(&changed, "example.org", &lock, day(5), false);
    assert_eq!(site.posts[0].updated(), day(5));
    assert_eq!(run(&changed, "example.org", &recorded, day(8), false).0.posts[0].updated(), day(5));
    let (site, _, findings) = run(&changed, "example.org", &lock, day(5), true);
    assert_eq!((site.posts[0].updated(), codes(&findings)), (day(1), vec![]));
}

#[test]
fn a_lock_that_stays_fails_where_an_id_would_be_lost() {
    let lock = first(&[file("a.md", "One"), file("b.md", "Two"), file("c.md", "Three")]);
    let own = File { id: Some("urn:x:1".into()), ..file("c.md", "Three") };
    let (_, after, findings) = run(&[file("moved/a.md", "One"), own.clone(), file("new.md", "New")], "example.org", &lock, day(5), true);
    let mut found = codes(&findings);
    found.sort_unstable();
    assert_eq!(found, ["changed-id", "moved-post", "renamed-post", "vanished-post"]);
    assert!(findings.iter().all(Diagnostic::is_error));
    let again = run(&[file("moved/a.md", "One"), own, file("new.md", "New")], "example.org", &after, day(5), true).2;
    assert_eq!(codes(&again), ["changed-id"], "what was recorded is no news");
}

#[test]
fn a_post_that_was_gone_comes_back_under_its_id() {
    let lock = first(&[file("a.md", "One"), file("b.md", "Two")]);
    let (_, gone, _) = run(&[file("b.md", "Two")], "example.org", &lock, day(3), false);
    assert!(told(&gone, "a.md").is_gone);
    let (site, back, _) = run(&[file("b.md", "Two"), file("drafts/z.md", "One")], "elsewhere.example", &gone, day(4), false);
    assert_eq!(id(&site, "drafts/z.md"), &*told(&lock, "a.md").id);
    assert!(!told(&back, "drafts/z.md").is_gone && back.posts.get("a.md").is_none());
}

#[test]
fn whose_id_it_is_must_be_clear() {
    let lock = first(&[file("a.md", "One")]);
    let (_, _, findings) = run(&[file("x.md", "One"), file("y.md", "One")], "example.org", &lock, day(3), false);
    assert_eq!(codes(&findings), ["ambiguous-post"]);
    assert!(findings[0].message.starts_with("`x.md` and `y.md` say what `a.md` said"), "{}", findings[0].message);
    let (site, _, findings) = run(&[file("x.md", "One"), file("sub/a.md", "One")], "elsewhere.example", &lock, day(3), false);
    assert_eq!((id(&site, "sub/a.md"), codes(&findings)), (&*told(&lock, "a.md").id, vec![]), "it has its name");
    let (site, _, findings) = run(&[file("a.md", "One"), file("copy.md", "One")], "elsewhere.example", &lock, day(3), false);
    assert_eq!((id(&site, "a.md"), codes(&findings)), (&*told(&lock, "a.md").id, vec![]), "a copy is a new post");
}

#[test]
fn a_new_post_at_the_address_of_one_that_moved_on_gets_an_id_of_its_own() {
    let lock = first(&[file("a.md", "One")]);
    let (site, after, findings) = run(&[file("b.md", "One"), file("new/a.md", "New")], "example.org", &lock, day(3), false);
    assert_eq!(findings, []);
    assert_eq!(id(&site, "b.md"), &*told(&lock, "a.md").id);
    assert_eq!(id(&site, "new/a.md"), "tag:example.org,2026-06-01:/2026/06/a/");
    assert_eq!(run(&[file("b.md", "One"), file("new/a.md", "New")], "example.org", &after, day(4), false).1, after);
}

#[test]
fn of_a_post_that_two_branches_moved_the_one_that_is_there_goes_on() {
    let lock = first(&[file("a.md", "One")]);
    let mut both = lock.clone();
    let told = both.posts.remove("a.md").expect("a post");
    both.posts.extend([("gone/a.md".into(), told.clone()), ("here/a.md".into(), told.clone())]);
    let (site, after, findings) = run(&[file("here/a.md", "One, changed")], "elsewhere.example", &both, day(3), false);
    assert_eq!((id(&site, "here/a.md"), findings), (&*told.id, vec![]));
    assert_eq!(after.posts.len(), 1);
}

#[test]
fn of_two_files_with_one_id_the_one_that_is_recorded_is_the_post() {
    let own = |path: &str| File { id: Some("urn:x:1".into()), ..file(path, path) };
    let lock = first(&[own("b.md")]);
    let (site, _, findings) = run(&[own("a-copy.md"), own("b.md")], "example.org", &lock, day(3), false);
    assert_eq!(codes(&findings), ["duplicate-id"]);
    assert_eq!(findings[0].place.as_ref().map(|place| &*place.path), Some("a-copy.md"));
    assert!(findings[0].message.contains("belongs to `b.md`"), "{}", findings[0].message);
    assert_eq!(site.posts.iter().map(|placed| placed.post.path.as_str()).collect::<Vec<_>>(), ["b.md"]);
    // The address tells likewise.
    let same = |path: &str| File { permalink: Some("/x/".into()), ..file(path, path) };
    let lock = first(&[same("b.md")]);
    let (site, _, _) = run(&[same("a-copy.md"), same("b.md")], "example.org", &lock, day(3), false);
    assert_eq!(site.posts[0].post.path, "b.md");
}

#[test]
fn drafts_are_not_recorded_and_a_post_that_is_hidden_for_a_while_is_not_gone() {
    let lock = first(&[file("a.md", "One")]);
    let hidden = |path: &str, is_draft: bool| {
        let mut post = post(&file(path, "One"));
        post.hidden = is_draft.then_some(crate::model::Hidden::Draft);
        post
    };
    let view = View { now: day(3), drafts: true, future: false, locked: false };
    let (site, _) = assemble(vec![hidden("a.md", true), hidden("new.md", true)], LeftOut::default(), &settings("example.org"), view, &lock);
    assert_eq!(record(&site, &lock, day(3)), lock.posts);
    let (site, found) = assemble(
        vec![hidden("a.md", true)],
        LeftOut::default(),
        &settings("example.org"),
        View { drafts: false, locked: true, ..view },
        &lock,
    );
    assert_eq!((record(&site, &lock, day(3)), found.len()), (lock.posts.clone(), 0));
}

#[test]
fn the_zone_of_the_site_does_not_move_dates_that_readers_were_told() {
    let mut lock = first(&[file("a.md", "One")]);
    let zone = |hours: i32| chrono::FixedOffset::east_opt(hours * 3600).expect("a zone");
    // Midnight in another zone; and what was another day is the author's business.
    let told = day(1).naive_local().and_local_timezone(zone(5)).single().expect("a time");
    let before = lock.posts.remove("a.md").expect("a post");
    lock.posts.extend([("a.md".into(), LockedPost { published: told, ..before })]);
    let with_zone = |in_site_zone: bool| {
        let mut post = post(&file("a.md", "One"));
        post.in_site_zone = in_site_zone;
        let view = View { now: day(3), drafts: false, future: false, locked: false };
        assemble(vec![post], LeftOut::default(), &settings("example.org"), view, &lock).0.posts[0].post.published
    };
    assert_eq!((with_zone(true), with_zone(false)), (told, day(1)));
}

#[test]
fn a_day_alone_goes_on_with_the_time_that_readers_were_told() {
    let mut lock = first(&[file("a.md", "One")]);
    let before = lock.posts.remove("a.md").expect("a post");
    let told = day(1) + TimeDelta::seconds(45_296);
    lock.posts.extend([("a.md".into(), LockedPost { published: told, ..before })]);
    let of = |published: Date| {
        let mut post = post(&file("a.md", "One"));
        (post.in_site_zone, post.published) = (true, published);
        let view = View { now: day(9), drafts: false, future: false, locked: false };
        assemble(vec![post], LeftOut::default(), &settings("example.org"), view, &lock).0.posts[0].post.published
    };
    assert_eq!(of(day(1)), told);
    for corrected in [day(2), day(1) + TimeDelta::hours(9)] {
        assert_eq!(of(corrected), corrected);
    }
}

#[test]
fn posts_that_are_renamed_and_edited_at_once_are_told_with_all_that_they_may_be() {
    let lock = first(&[file("a.md", "One"), file("b.md", "Two"), file("c.md", "Three")]);
    let findings = run(&[file("x.md", "Uno"), file("y.md", "Due"), file("c.md", "Three")], "example.org", &lock, day(3), false).2;
    assert_eq!(codes(&findings), ["renamed-post", "renamed-post"]);
    assert!(findings[0].message.contains("one of the posts that were `a.md`, `b.md`"), "{}", findings[0].message);
}

proptest! {
    #[test]
    fn blanks_at_the_ends_of_lines_and_their_kind_do_not_count(lines in prop::collection::vec("[a-zé ]{0,3}[a-zé]?", 1..9)) {
        let post = Post::sample("a.md", day(1));
        let bare: Vec<&str> = lines.iter().map(|line| line.trim_end()).collect();
        let one = content_hash(&post, &bare.join("\n"));
        prop_assert_eq!(content_hash(&post, &lines.join(" \r\n")), one);
        prop_assert_eq!(content_hash(&post, &format!("{}\n", lines.join("\n"))), one);
    }
}

#[test]
fn posts_that_are_renumbered_or_swapped_keep_their_ids() {
    let lock = first(&[file("01.md", "One"), file("02.md", "Two"), file("03.md", "Three")]);
    let of = |name: &str| told(&lock, name).id.to_string();
    let (site, after, findings) =
        run(&[file("02.md", "One"), file("03.md", "Two"), file("04.md", "Three")], "example.org", &lock, day(3), false);
    assert_eq!(findings, []);
    assert_eq!(["02.md", "03.md", "04.md"].map(|path| id(&site, path).to_owned()), [of("01.md"), of("02.md"), of("03.md")]);
    assert_eq!(after.posts.len(), 3);
    let swapped = [file("01.md", "Two"), file("02.md", "One"), file("03.md", "Three, changed")];
    let (site, _, _) = run(&swapped, "example.org", &lock, day(3), false);
    assert_eq!(["01.md", "02.md", "03.md"].map(|path| id(&site, path).to_owned()), [of("02.md"), of("01.md"), of("03.md")]);
    let copied = [file("01.md", "One, rewritten"), file("02.md", "Two"), file("copy.md", "One"), file("03.md", "Three")];
    let (site, _, _) = run(&copied, "elsewhere.example", &lock, day(3), false);
    assert_eq!(id(&site, "01.md"), of("01.md"), "a copy of what was there is a new post");
    assert_eq!(
        codes(&run(&[file("02.md", "One")], "example.org", &lock, day(3), true).2),
        ["moved-post", "vanished-post", "vanished-post"]
    );
}

#[test]
fn nobody_takes_the_id_of_a_post_that_is_there() {
    let lock = first(&[file("b.md", "Two")]);
    let thief = File { id: Some(told(&lock, "b.md").id.to_string()), ..file("0.md", "New") };
    let (site, _, findings) = run(&[thief, file("b.md", "Two")], "example.org", &lock, day(3), false);
    assert_eq!(codes(&findings), ["duplicate-id"]);
    assert_eq!(site.posts.len(), 1);
}

#[test]
fn another_id_in_the_front_matter_is_told_until_the_old_one_is_forgotten() {
    let lock = first(&[file("a.md", "One")]);
    let own = File { id: Some("tag:example.org,2026:a".into()), ..file("a.md", "One") };
    let (site, after, findings) = run(std::slice::from_ref(&own), "example.org", &lock, day(3), false);
    assert_eq!((id(&site, "a.md"), codes(&findings)), ("tag:example.org,2026:a", vec!["changed-id"]));
    assert_eq!(after, lock, "it is not lost");
    assert_eq!(id(&run(&[file("a.md", "One")], "example.org", &after, day(4), false).0, "a.md"), &*told(&lock, "a.md").id);
    let (_, taken, findings) = run(&[own], "example.org", &Lock::default(), day(3), false);
    assert_eq!((&*told(&taken, "a.md").id, findings), ("tag:example.org,2026:a", vec![]));
}

#[test]
fn what_is_written_where_a_post_was_removed_is_a_new_post() {
    let lock = first(&[file("weekly.md", "Week 1")]);
    let gone = run(&[file("b.md", "Two")], "example.org", &lock, day(3), false).1;
    let mut next = post(&file("weekly.md", "Week 2"));
    next.published = day(9);
    let view = View { now: day(10), drafts: false, future: false, locked: false };
    let (site, _) = assemble(vec![next], LeftOut::default(), &settings("example.org"), view, &gone);
    assert_eq!(site.posts[0].id(), "tag:example.org,2026-06-09:/2026/06/weekly/");
}

/// Something that an author does between two builds.
#[derive(Debug, Clone)]
enum Act {
    Edit(usize, String),
    Retitle(usize, String),
    Rename(usize, String),
    Permalink(usize, String),
    Pattern(usize),
    Domain(String),
    Generator(Ids),
    Add(String),
    Remove(usize),
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let act = prop_oneof![
        (0..9_usize, "[a-z ]{1,9}").prop_map(|(at, text)| Act::Edit(at, text)),
        (0..9_usize, "[a-z]{1,9}").prop_map(|(at, title)| Act::Retitle(at, title)),
        (0..9_usize, "[a-z]{1,3}/[a-z]{1,3}").prop_map(|(at, name)| Act::Rename(at, name)),
        (0..9_usize, "/[a-z]{1,3}/").prop_map(|(at, permalink)| Act::Permalink(at, permalink)),
        "[a-c]\\.example".prop_map(Act::Domain),
        (0..3_usize).prop_map(Act::Pattern),
        prop::sample::select(vec![Ids::Permalink, Ids::Jekyll, Ids::Tag]).prop_map(Act::Generator),
        "[a-z]{1,3}".prop_map(Act::Add),
        (0..9_usize).prop_map(Act::Remove),
    ];
    prop::collection::vec(act, 1..20)
}

proptest! {
    #[test]
    fn whatever_is_edited_renamed_or_moved_no_id_changes(acts in acts()) {
        let mut settings = settings("example.org");
        let mut lock = Lock::default();
        // What each file is known by; the text of each is its own, as posts are.
        let mut files: Vec<(File, Option<String>)> = vec![(file("p/one.md", "0 one"), None), (file("p/two.md", "1 two"), None)];
        let mut texts = 2;
        for (step, act) in acts.into_iter().enumerate() {
            let (before, given) = (files.clone(), settings.clone());
            let count = files.len();
            let is_free = |files: &[(File, Option<String>)], path: &str| files.iter().all(|(file, _)| file.path != path);
            let first = |text: &str| text.split(' ').next().unwrap_or_default().to_owned();
            match act {
                Act::Edit(at, text) => files[at % count].0.text = format!("{} {text}", first(&files[at % count].0.text)),
                Act::Retitle(at, title) => files[at % count].0.title = Some(title),
                Act::Rename(at, name) if is_free(&files, &format!("{name}.md")) => files[at % count].0.path = format!("{name}.md"),
                Act::Permalink(at, permalink) => files[at % count].0.permalink = Some(permalink),
                Act::Pattern(at) => settings.permalink = ["/:year/:slug/", "/:slug.html", "/b/:year/:month/:day/:slug/"][at].to_owned(),
                Act::Domain(name) => settings.url = url::Url::parse(&format!("https://{name}/")).expect("an address"),
                Act::Generator(ids) => settings.habits.ids = ids,
                Act::Add(name) if is_free(&files, &format!("n/{name}.md")) => {
                    files.push((file(&format!("n/{name}.md"), &format!("{texts} new")), None));
                    texts += 1;
                }
                Act::Remove(at) if count > 1 => { files.remove(at % count); }
                Act::Rename(..) | Act::Add(_) | Act::Remove(_) => {}
            }
            let all: Vec<File> = files.iter().map(|(file, _)| file.clone()).collect();
            let now = day(2) + TimeDelta::days(i64::try_from(step).unwrap_or_default());
            let (site, after, findings) = run_with(&all, &settings, &lock, now, false);
            // Two posts at one address are the author's to mend, who takes it back.
            if codes(&findings).contains(&"duplicate-permalink") {
                (files, settings) = (before, given);
                continue;
            }
            prop_assert!(codes(&findings).iter().all(|code| *code == "renamed-post"), "{findings:?}");
            for (file, known) in &mut files {
                let id = id(&site, &file.path);
                prop_assert_eq!(known.get_or_insert_with(|| id.to_owned()).as_str(), id, "{}", file.path);
            }
            let again = run_with(&all, &settings, &after, now + TimeDelta::days(1), false);
            prop_assert_eq!(&again.1, &after, "a second run changes nothing");
            prop_assert_eq!(run_with(&all, &settings, &after, day(1), false).1, after.clone(), "nor does a clock that is slow");
            prop_assert_eq!(run_with(&all, &settings, &after, now, true).2, vec![], "what was recorded is enough for others");
            lock = after;
        }
    }
}
