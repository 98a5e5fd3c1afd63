//! postrider.lock: what readers know a post by stays, whatever is done to its file.

use crate::builder::{CONFIG, NOW, Site, folder, site};
use std::fs;

const LATER: &str = "2026-11-25T08:00:00Z";

fn entry<'f>(feed: &'f serde_json::Value, title: &str) -> &'f serde_json::Value {
    feed["items"].as_array().and_then(|items| items.iter().find(|item| item["title"] == title)).expect("an entry")
}

fn two() -> Site {
    let site = site().post("one", "2026-11-01", "First.").post("two", "2026-11-02", "Second.");
    site.build(&[]).assert(0, &["2 entries from 2 posts"]);
    site
}

fn later(site: &Site, args: &[&str]) -> crate::builder::Run {
    site.run_with(args, &[("POSTRIDER_NOW", LATER)])
}

#[test]
fn the_lock_is_sorted_text_with_a_line_for_each_post_that_readers_see() {
    let site = two().file("posts/draft.md", "---\ntitle: D\ndate: 2026-11-03\ndraft: true\n---\n\nNot yet.\n");
    site.build(&["--drafts"]).assert(0, &["3 entries"]);
    insta::assert_snapshot!(site.read("postrider.lock"), @"
    # Written by postrider; keep it in version control. What is told here stays the same from run to run. The last line is `# end`.
    feed atom - https://example.org/ -
    post posts/one.md https://example.org/2026/11/one/ 2026-11-01T00:00:00+00:00 2026-11-01T00:00:00+00:00 55d49fac2b801c5be2761034f51ff3e2
    post posts/two.md https://example.org/2026/11/two/ 2026-11-02T00:00:00+00:00 2026-11-02T00:00:00+00:00 a8a1c434a06cc4e09ea52a1d6de49da9
    # end
    ");
    let before = site.read("postrider.lock");
    later(&site, &["build"]).assert(0, &["unchanged"]);
    assert_eq!(site.read("postrider.lock"), before, "nothing has changed");
}

#[test]
fn a_post_keeps_its_id_when_its_file_its_address_and_the_domain_change() {
    let site = two();
    let before = site.json("public/feed.json");
    fs::create_dir_all(site.path("posts/old")).expect("a folder");
    fs::rename(site.path("posts/one.md"), site.path("posts/old/renamed.md")).expect("a file");
    site.write("postrider.yaml", CONFIG.replace("example.org", "elsewhere.example") + "permalink: /:year/:slug.html\n");
    later(&site, &["build", "--force", "public/subscribe.html", "--force", "public/feeds.opml"]).assert(0, &["2 entries"]);
    let after = site.json("public/feed.json");
    for title in ["one", "two"] {
        assert_eq!(entry(&after, title)["id"], entry(&before, title)["id"]);
        assert_eq!(entry(&after, title)["date_modified"], entry(&before, title)["date_modified"]);
        assert!(entry(&after, title)["url"].as_str().is_some_and(|url| url.starts_with("https://elsewhere.example/2026/")));
    }
    let atom = site.read("public/atom.xml");
    assert!(atom.contains("<id>https://example.org/</id>") && atom.contains("href=\"https://elsewhere.example/\""), "{atom}");
}

#[test]
fn a_lock_without_the_ids_of_feeds_is_read_and_the_next_build_adds_them() {
    let site = two();
    let lock = site.read("postrider.lock");
    let without: Vec<&str> = lock.lines().filter(|line| !line.starts_with("feed ")).collect();
    let without = without.join("\n") + "\n";
    assert_ne!(without, lock);
    site.write("postrider.lock", &without);
    site.build(&["--locked"]).assert(0, &["unchanged"]);
    assert_eq!(site.read("postrider.lock"), without);
    for command in ["build", "lock", "build"] {
        assert_eq!(site.run(&[command]).code, 0);
        assert_eq!(site.read("postrider.lock"), lock, "{command}");
    }
    site.write("postrider.lock", &without);
    assert_eq!(site.run(&["lock"]).code, 0);
    assert_eq!(site.read("postrider.lock"), lock);
}

#[test]
fn a_change_is_dated_by_the_build_that_records_it_and_not_by_one_that_must_not() {
    let site = two();
    site.write("posts/one.md", "---\ntitle: one\ndate: 2026-11-01\n---\n\nFirst, mended.\n");
    let lock = site.read("postrider.lock");
    later(&site, &["build", "--locked"]).assert(0, &[]);
    assert_eq!(site.read("postrider.lock"), lock);
    assert_eq!(entry(&site.json("public/feed.json"), "one")["date_modified"], "2026-11-01T00:00:00+00:00");
    later(&site, &["build"]).assert(0, &[]);
    let changed = |site: &Site| entry(&site.json("public/feed.json"), "one")["date_modified"].clone();
    assert_eq!(changed(&site), "2026-11-25T08:00:00+00:00");
    site.run_with(&["build"], &[("POSTRIDER_NOW", "2026-12-24T00:00:00Z")]).assert(0, &["unchanged"]);
    assert_eq!(changed(&site), "2026-11-25T08:00:00+00:00");
}

#[test]
fn locked_fails_where_an_id_would_be_lost_and_the_lock_alone_mends_it() {
    let site = two();
    fs::rename(site.path("posts/one.md"), site.path("posts/uno.md")).expect("a file");
    fs::remove_file(site.path("posts/two.md")).expect("a file");
    let run = site.build(&["--locked"]);
    run.assert(1, &["[moved-post]", "[vanished-post]", "run `postrider lock`", "nothing was replaced in public"]);
    let run = site.run(&["lock"]);
    insta::assert_snapshot!(format!("{}{}", run.stdout, run.stderr), @"
    postrider.lock keeps the ids of 1 post: 1 moved, 1 gone
    note: `posts/uno.md` goes by the id of `posts/one.md`, from where it was moved
    ");
    site.build(&["--locked"]).assert(0, &["1 entry"]);
    fs::remove_file(site.path("postrider.lock")).expect("a file");
    site.build(&["--locked"]).assert(2, &["there is no `postrider.lock`", "run `postrider lock`"]);
}

#[test]
fn two_versions_that_were_not_put_together_stop_all_but_the_command_that_mends_them() {
    let site = two();
    let lock = site.read("postrider.lock");
    let lines: Vec<&str> = lock.lines().filter(|line| line.starts_with("post ")).collect();
    let conflict = format!("<<<<<<< HEAD\n{}\n=======\n{}\n>>>>>>> other\n", lines[0], lines[1]);
    site.write("postrider.lock", &conflict);
    site.build(&[]).assert(2, &["postrider.lock:1: two versions were not put together here", "`postrider lock` mends it"]);
    site.run(&["newsletter", "preview"]).assert(2, &["postrider.lock:1"]);
    site.run(&["lock", "--dry-run"]).assert(0, &["ids of 2 posts"]);
    assert_eq!(site.read("postrider.lock"), conflict);
    site.run(&["lock"]).assert(0, &["ids of 2 posts"]);
    assert_eq!(site.read("postrider.lock"), lock);
    site.write("postrider.lock", [lock.as_bytes(), b"post posts/zz.md x soon\n\xff\xfe\n"].concat());
    site.build(&[]).assert(2, &["postrider.lock:6: this line is damaged"]);
    site.run(&["lock"]).assert(0, &["postrider.lock:6: this line is damaged; what it says of the id of `posts/zz.md` is taken"]);
    assert!(site.read("postrider.lock").contains("gone posts/zz.md x "));
    site.build(&["--locked"]).assert(0, &["unchanged"]);
}

#[test]
fn an_id_that_is_lost_with_the_lock_is_never_made_anew_in_silence() {
    let site = two();
    let lock = site.read("postrider.lock");
    let wide: Vec<u8> = lock.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let cut = &lock.as_bytes()[..lock.rfind("https").expect("an id") + 9];
    let line = lock.find("post posts/two.md").expect("a post");
    for (bytes, words) in [
        (&b""[..], "has no line that postrider writes there"),
        (&wide, "another encoding than UTF-8"),
        (cut, "this line is not understood"),
        (&lock.as_bytes()[..line], "its last line, `# end`, is not there"),
    ] {
        site.write("postrider.lock", bytes);
        for command in [&["build"][..], &["build", "--locked"], &["lock"], &["lock", "--dry-run"]] {
            site.run(command).assert(2, &[words, "take the file back from version control"]);
        }
        assert_eq!(fs::read(site.path("postrider.lock")).expect("a file"), bytes);
    }
    site.write("postrider.lock", format!("\u{feff}{}", lock.replace('\n', "\r\n")));
    site.build(&["--locked"]).assert(0, &["unchanged"]);
}

#[test]
fn one_id_for_two_posts_that_are_there_is_found_and_mended() {
    let site = two();
    let lock = site.read("postrider.lock");
    site.write("postrider.lock", lock.replace("/two/", "/one/"));
    for command in [&["build"][..], &["build", "--locked"], &["lock"]] {
        site.run(command).assert(1, &["[ambiguous-post]", "for `posts/one.md` and for `posts/two.md`", "--forget posts/two.md"]);
    }
    site.run(&["lock", "--forget", "posts/two.md"]).assert(0, &["ids of 2 posts"]);
    assert_eq!(site.read("postrider.lock"), lock);
}

#[test]
fn the_id_of_a_post_that_was_renamed_and_edited_comes_back_as_the_warning_says() {
    let site = two();
    let id = "https://example.org/2026/11/one/";
    fs::rename(site.path("posts/one.md"), site.path("posts/uno.md")).expect("a file");
    site.write("posts/uno.md", "---\ntitle: Uno\ndate: 2026-11-01\n---\n\nAnother text.\n");
    site.build(&[]).assert(0, &["[renamed-post]", &format!("write `id: {id}`")]);
    site.write("posts/uno.md", format!("---\ntitle: Uno\ndate: 2026-11-01\nid: {id}\n---\n\nAnother text.\n"));
    let mended = site.build(&[]);
    mended.assert(0, &["2 entries"]);
    assert_eq!(mended.count("warning["), 0);
    assert!(site.read("postrider.lock").contains(&format!("post posts/uno.md {id} ")) && !site.read("postrider.lock").contains("gone "));
    site.build(&["--locked"]).assert(0, &["unchanged"]);
    site.write("posts/uno.md", "---\ntitle: Uno\ndate: 2026-11-01\n---\n\nAnother text.\n");
    site.build(&["--locked"]).assert(0, &["unchanged"]);
    assert_eq!(entry(&site.json("public/feed.json"), "Uno")["id"], id, "the lock has it");
}

#[test]
fn a_rename_that_is_undone_brings_back_the_first_id() {
    let site = two();
    let lock = site.read("postrider.lock");
    let text = site.read("posts/one.md");
    fs::rename(site.path("posts/one.md"), site.path("posts/uno.md")).expect("a file");
    site.write("posts/uno.md", text.replace("First.", "Frist."));
    site.build(&[]).assert(0, &["[renamed-post]"]);
    fs::rename(site.path("posts/uno.md"), site.path("posts/one.md")).expect("a file");
    site.build(&[]).assert(0, &["2 entries"]);
    assert_eq!(entry(&site.json("public/feed.json"), "one")["id"], "https://example.org/2026/11/one/");
    site.write("posts/one.md", text);
    site.build(&[]).assert(0, &["2 entries"]);
    assert!(site.read("postrider.lock").contains(lock.lines().nth(2).expect("a line").split(" 2026").next().expect("an id")));
    fs::remove_file(site.path("posts/one.md")).expect("a file");
    site.build(&[]).assert(0, &["1 entry"]);
    site.write("posts/eins.md", "---\ntitle: Eins\ndate: 2026-11-01\n---\n\nWorte.\n");
    site.build(&[]).assert(0, &["[renamed-post]", "`posts/one.md`"]);
}

#[test]
fn a_note_that_is_renamed_keeps_its_id_though_its_name_is_its_title() {
    let site = folder()
        .file(".obsidian/app.json", "{}")
        .file("postrider.yaml", CONFIG.to_owned() + "posts: Blog\n")
        .file("Blog/Idea 3.md", "---\ndate: 2026-11-03\n---\n\nA thought.\n")
        .file("Blog/Idea 4.md", "---\ndate: 2026-11-04\n---\n\nAnother thought.\n");
    site.build(&[]).assert(0, &["2 entries"]);
    fs::rename(site.path("Blog/Idea 3.md"), site.path("Blog/Better idea.md")).expect("a file");
    let run = site.build(&[]);
    run.assert(0, &["2 entries"]);
    assert_eq!(run.count("renamed-post"), 0);
    assert_eq!(entry(&site.json("public/feed.json"), "Better idea")["id"], "https://example.org/2026/11/idea-3/");
}

#[test]
fn a_post_that_no_build_has_recorded_is_told_of() {
    let site = two().post("three", "2026-11-03", "Third.");
    site.build(&["--locked"]).assert(0, &["note: 1 post is not in postrider.lock yet: run `postrider lock`"]);
    site.run(&["lock"]).assert(0, &["1 new"]);
    assert_eq!(site.build(&["--locked"]).count("not in postrider.lock"), 0);
}

#[test]
fn a_clock_that_is_slow_takes_back_no_date_of_a_change() {
    let site = two().post("one", "2026-11-01", "First, changed.");
    later(&site, &["build"]).assert(0, &[]);
    let lock = site.read("postrider.lock");
    assert!(lock.contains(" 2026-11-25T08:00:00"), "{lock}");
    site.build(&["--now", "2026-11-24T00:00:00Z"]).assert(0, &[]);
    assert_eq!(site.read("postrider.lock"), lock);
}

#[test]
fn a_command_forgets_what_should_not_have_been_remembered() {
    let site = two();
    site.write("posts/one.md", "---\ntitle: one\ndate: 2026-11-01\nid: 'tag:example.org,2026:one'\n---\n\nFirst.\n");
    site.build(&[]).assert(0, &["[changed-id]", "lock --forget posts/one.md"]);
    site.run(&["lock", "--forget", "posts/none.md"]).assert(2, &["remembers nothing of `posts/none.md`"]);
    site.build(&["--now", NOW]).assert(0, &["2 entries"]);
    assert_eq!(entry(&site.json("public/feed.json"), "one")["id"], "tag:example.org,2026:one");
    assert_eq!(site.build(&[]).count("changed-id"), 1, "the old one is not forgotten");
    site.run(&["lock", "--forget", "posts/one.md"])
        .assert(0, &["1 new", "forgotten: `posts/one.md` was known as `https://example.org/2026/11/one/`"]);
    assert_eq!(site.build(&[]).count("changed-id"), 0);
}

#[test]
fn a_failed_or_tried_build_remembers_nothing() {
    let site = site().post("one", "2026-11-01", "First.");
    site.build(&["--dry-run"]).assert(0, &[]);
    assert!(!site.has("postrider.lock"));
    site.write("posts/bad.md", "---\ntitle: [\ndate: 2026-11-01\n---\n");
    site.build(&[]).assert(1, &[]);
    site.run(&["lock"]).assert(1, &["postrider.lock was not changed"]);
    assert!(!site.has("postrider.lock"));
    site.build(&["--keep-going"]).assert(1, &[]);
    assert!(site.read("postrider.lock").contains("post posts/one.md "));
}

#[test]
fn a_lost_lock_is_noticed_where_a_build_wrote_one() {
    let site = two();
    fs::remove_file(site.path("postrider.lock")).expect("a file");
    site.build(&[]).assert(2, &["`postrider.lock`, which an earlier build wrote here, is gone", "`postrider lock` begins a new one"]);
    site.run(&["lock"]).assert(0, &["ids of 2 posts: 2 new"]);
    site.build(&["--locked"]).assert(0, &["unchanged"]);
}

#[test]
fn what_readers_are_shown_is_remembered_before_they_can_see_it() {
    // The list of what was written cannot be replaced: the run ends where its feeds are in place already.
    let site = site().post("one", "2026-11-01", "First.").file(".postrider/outputs/x", "");
    site.build(&[]).assert(2, &["cannot write `.postrider/outputs`"]);
    assert!(site.has("public/rss.xml"));
    assert!(site.read("postrider.lock").contains("post posts/one.md https://example.org/2026/11/one/"));
    // A file that is somebody else's stops a run before it does anything.
    let site = crate::builder::site().post("one", "2026-11-01", "First.").file("public/subscribe.html", "theirs");
    site.build(&[]).assert(2, &["public/subscribe.html"]);
    assert!(!site.has("postrider.lock"));
}

#[cfg(unix)]
#[test]
fn a_build_that_is_killed_while_it_puts_feeds_in_place_is_mended_by_the_next_without_a_word() {
    use std::process::{Command, Stdio};
    let site = folder().file("postrider.yaml", format!("{CONFIG}feeds: {{by: {{tag: true}}}}\n"));
    for n in 0..100 {
        site.write(&format!("posts/{n}.md"), format!("---\ntitle: T{n}\ndate: 2024-01-01\ntags: [t{n}]\n---\n\nText.\n"));
    }
    let mut command = Command::new(env!("CARGO_BIN_EXE_postrider"));
    let mut child = command.current_dir(site.root()).arg("build").stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("a child");
    // The end of the run, whenever it comes before this, is right as well.
    while !site.has("public") && child.try_wait().expect("a state").is_none() {
        std::thread::yield_now();
    }
    let is_remembered = site.has("postrider.lock");
    child.kill().expect("killed");
    child.wait().expect("an end");
    assert!(is_remembered);
    let run = site.build(&[]);
    run.assert(0, &["20 entries", "from 100 posts"]);
    assert_eq!(run.stderr, "");
}

#[test]
fn a_post_that_is_gone_is_told_of_once() {
    let site = two();
    fs::remove_file(site.path("posts/two.md")).expect("a file");
    let run = site.build(&[]);
    run.assert(0, &["1 entry"]);
    let note = "note: `posts/two.md`, which readers know as `https://example.org/2026/11/two/`, is gone";
    assert!(run.stderr.contains(note) && run.stderr.contains("`postrider lock --forget posts/two.md`"), "{}", run.stderr);
    assert_eq!(site.build(&[]).stderr, "");
    fs::remove_file(site.path("posts/one.md")).expect("a file");
    site.write("posts/three.md", "---\ntitle: three\ndate: 2026-11-03\nid: 'https://example.org/2026/11/two/'\n---\n\nThird.\n");
    let run = site.build(&[]);
    assert!(run.stderr.contains("`posts/one.md`, which") && !run.stderr.contains("two.md"), "{}", run.stderr);
}

#[test]
fn lines_that_are_kept_without_being_understood_are_told_of() {
    let site = two();
    let lock = site.read("postrider.lock");
    site.write("postrider.lock", format!("{lock}juunk of a slip\nwhatever\n"));
    let told = format!("postrider.lock:{}: this line is of a kind that is not known here, and stays", lock.lines().count() + 1);
    let run = site.build(&[]);
    run.assert(0, &[&told, "(and 1 line like it)"]);
    assert!(site.read("postrider.lock").contains("juunk of a slip\n"));
    site.run(&["lock"]).assert(0, &["of a kind that is not known here"]);
}

#[test]
fn a_build_into_another_folder_remembers_as_any_other_does_unless_it_must_not() {
    let site = two().post("three", "2026-11-03", "Third.");
    let before = site.read("postrider.lock");
    site.build(&["--out", "elsewhere", "--locked"]).assert(0, &["3 entries"]);
    assert_eq!(site.read("postrider.lock"), before);
    site.build(&["--out", "elsewhere"]).assert(0, &["3 entries"]);
    assert!(site.read("postrider.lock").contains("posts/three.md"));
}

#[test]
fn what_is_tried_without_an_address_is_not_what_readers_know_posts_by() {
    let site = folder().post("a", "2026-01-01", "Text.");
    site.build(&[]).assert(0, &["missing-site-url"]);
    assert!(!site.read("postrider.lock").contains("localhost"));
    site.run(&["lock"]).assert(2, &["`site.url` is not set"]);
    site.write("postrider.yaml", "site: {url: \"https://real.example/\"}\n");
    site.build(&[]).assert(0, &["1 entry"]);
    assert!(site.read("public/rss.xml").contains("<guid>https://real.example/"), "{}", site.read("public/rss.xml"));
    assert!(site.read("postrider.lock").contains(" https://real.example/"));
    // An address that is taken away for a while makes nobody forget.
    site.write("postrider.yaml", "site: {title: A}\n");
    site.build(&[]);
    assert!(site.read("postrider.lock").contains(" https://real.example/"));
}

#[test]
fn a_post_that_is_renamed_and_edited_at_once_is_told_of() {
    let site = two();
    fs::remove_file(site.path("posts/one.md")).expect("a file");
    site.write("posts/first.md", "---\ntitle: The first\ndate: 2026-11-01\n---\n\nSaid anew.\n");
    let run = later(&site, &["build"]);
    run.assert(0, &["warning[renamed-post]", "posts/first.md", "the post that was `posts/one.md`", "write `id: https://"]);
    let id = site
        .read("postrider.lock")
        .lines()
        .find(|line| line.starts_with("gone posts/one.md"))
        .and_then(|line| line.split(' ').nth(2))
        .map(str::to_owned);
    let id = id.expect("the old id");
    // Its remedy helps afterwards, too: who asks for an id gets it.
    site.write("posts/first.md", format!("---\ntitle: The first\ndate: 2026-11-01\nid: {id}\n---\n\nSaid anew.\n"));
    let run = later(&site, &["build"]);
    run.assert(0, &["2 entries"]);
    assert_eq!(entry(&site.json("public/feed.json"), "The first")["id"], id.as_str());
    assert_eq!(run.count("renamed-post"), 0);
}

#[test]
fn posts_that_one_run_finds_changed_are_no_fault_of_their_author() {
    let site = two();
    for name in ["one", "two"] {
        site.write(&format!("posts/{name}.md"), format!("---\ntitle: {name}\ndate: 2026-11-01\n---\n\nSaid anew in {name}.\n"));
    }
    let run = later(&site, &["build"]);
    run.assert(0, &["2 entries"]);
    assert_eq!(run.count("duplicate-updated"), 0, "{}", run.stderr);
}

#[test]
fn the_help_of_another_id_names_the_key_that_is_written() {
    for (head, key) in [
        ("id: 'tag:example.org,2026:x'", "id"),
        ("guid: 'tag:example.org,2026:x'", "guid"),
        ("id: x\nguid: 'tag:example.org,2026:x'", "guid"),
    ] {
        let site = two();
        site.write("posts/one.md", format!("---\ntitle: one\ndate: 2026-11-01\n{head}\n---\n\nFirst words.\n"));
        site.build(&[]).assert(0, &["[changed-id]", &format!("help: leave `{key}` out")]);
    }
}
