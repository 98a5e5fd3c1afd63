//! What `postrider build` replaces, leaves alone and removes.

use crate::builder::{CONFIG, folder, site};
use std::fs;

#[test]
fn a_file_that_postrider_did_not_write_is_never_replaced_unless_forced_or_named() {
    let site = site().post("a", "2024-08-19", "Hello.").file("public/rss.xml", "theirs").file("public/index.html", "theirs");
    site.build(&[]).assert(2, &["public/rss.xml", "--force"]);
    assert_eq!(site.files("public").len(), 2, "nothing at all was written");
    assert_eq!(site.build(&["--force", "public/rss.xml"]).code, 0);
    assert!(site.read("public/rss.xml").contains("<rss"));
    assert_eq!(site.read("public/index.html"), "theirs");
    site.write("public/atom.xml", "theirs");
    site.build(&[]).assert(2, &["public/atom.xml"]);
    site.write("postrider.yaml", format!("{CONFIG}feeds: {{files: {{atom: atom.xml}}}}\n"));
    assert_eq!(site.build(&[]).code, 0);
    assert!(site.read("public/atom.xml").contains("<feed"));
}

#[test]
fn the_help_names_the_keys_of_the_files_that_are_in_the_way() {
    for (files, keys) in [
        (&["rss.xml", "atom.xml"][..], "another name with `feeds.files`\n"),
        (&["feeds.opml"], "another name with `feeds.opml`\n"),
        (&["subscribe.html", "rss.xml"], "another name with `feeds.files`, `feeds.subscribe_page`\n"),
    ] {
        let site = site().post("a", "2024-08-19", "Hello.");
        for file in files {
            site.write(&format!("public/{file}"), "theirs");
        }
        site.build(&[]).assert(2, &[keys]);
    }
}

#[test]
fn in_a_fresh_clone_the_published_files_are_known_without_the_list() {
    let config = format!("{CONFIG}feeds: {{by: {{tag: true}}}}\n");
    let post = |title: &str| format!("---\ntitle: {title}\ndate: 2024-08-19\ntags: [sea]\n---\n\nText.\n");
    let site = folder().file("postrider.yaml", &config).file("posts/a.md", post("A"));
    site.build(&[]).assert(0, &["9 files written"]);
    fs::remove_dir_all(site.path(".postrider")).expect("the list is not in the repository");
    site.build(&[]).assert(0, &["9 files unchanged"]);
    fs::remove_dir_all(site.path(".postrider")).expect("the list is there again");
    site.write("posts/a.md", post("Another title"));
    site.write("posts/b.md", post("B"));
    site.build(&[]).assert(0, &["8 files written, 1 unchanged"]);
    // The pages are ours also when they are about other feeds.
    fs::remove_dir_all(site.path(".postrider")).expect("the list is there again");
    site.write("postrider.yaml", format!("{CONFIG}feeds: {{formats: [atom]}}\n"));
    site.build(&[]).assert(0, &["3 files written, 1 unchanged"]);
    site.write("postrider.yaml", &config);
    site.build(&[]).assert(0, &["3 files written"]);
    // Another site in the same folder is a stranger, also when it is ours.
    fs::remove_dir_all(site.path(".postrider")).expect("the list is there again");
    site.write("postrider.yaml", config.replace("example.org", "example.net"));
    site.build(&[])
        .assert(2, &["public/rss.xml", "public/feed.json", "public/feeds/tag/sea/atom.xml", "public/feeds.opml", "public/subscribe.html"]);
    assert!(site.files("public").keys().all(|name| !name.contains(".tmp")), "nothing is left behind");
}

#[test]
fn a_page_that_only_holds_links_to_our_feeds_is_a_strangers() {
    let link = r#"<link rel="alternate" type="application/rss+xml" title="Example (RSS)" href="https://example.org/rss.xml">"#;
    let included = format!("<!-- written by postrider -->\n{link}\n");
    for theirs in [
        format!("<!doctype html>\n<title>Feeds</title>\n{link}\n<p>Our feeds.</p>\n"),
        format!("<!doctype html>\n<title>Feeds</title>\n{included}<p>Our feeds.</p>\n"),
        format!("{link}\n"),
    ] {
        let site = site().post("a", "2024-08-19", "Hello.").file("public/feeds/autodiscovery.html", &theirs);
        site.build(&[]).assert(2, &["public/feeds/autodiscovery.html", "--force"]);
        assert_eq!(site.read("public/feeds/autodiscovery.html"), theirs);
    }
}

#[test]
fn a_file_of_ours_that_somebody_put_another_in_the_place_of_is_theirs() {
    let site = site().post("a", "2024-08-19", "Hello.");
    site.build(&[]).assert(0, &[]);
    let theirs = "<!doctype html>\n<title>Feeds</title>\n<p>Or write to me.</p>\n";
    site.write("public/subscribe.html", theirs);
    site.build(&[]).assert(2, &["public/subscribe.html", "--force"]);
    assert_eq!(site.read("public/subscribe.html"), theirs);
    site.build(&["--force", "public/subscribe.html"]).assert(0, &["1 file written"]);
}

#[test]
fn older_files_of_ours_that_were_checked_out_again_are_ours() {
    let site = site().post("a", "2024-08-19", "Hello.");
    site.build(&[]).assert(0, &["6 files written"]);
    let old = site.files("public");
    site.write("posts/b.md", "---\ntitle: B\ndate: 2024-08-20\n---\nNew.\n");
    site.build(&[]).assert(0, &["5 files written"]);
    for (name, bytes) in &old {
        site.write(&format!("public/{name}"), bytes);
    }
    site.build(&[]).assert(0, &["5 files written"]);
}

#[cfg(unix)]
#[test]
fn a_file_where_a_folder_belongs_is_found_before_anything_is_replaced() {
    let config = format!("{CONFIG}feeds: {{by: {{tag: true}}}}\n");
    let post = |title: &str, tags: &str| format!("---\ntitle: {title}\ndate: 2024-08-19\ntags: [{tags}]\n---\n\nText.\n");
    let dangling = |site: &crate::builder::Site| {
        fs::create_dir_all(site.path("public")).expect("a folder");
        std::os::unix::fs::symlink("nowhere", site.path("public/feeds")).expect("a link");
    };
    for make in [|site: &crate::builder::Site| site.write("public/feeds", "theirs"), dangling] {
        let site = folder().file("postrider.yaml", &config).file("posts/a.md", post("A", "sea"));
        make(&site);
        for args in [&["--dry-run"][..], &[]] {
            site.build(args).assert(2, &["public/feeds", "`public/feeds` is no folder"]);
        }
        assert!(!site.has("public/rss.xml"), "nothing at all was written");
    }
}

#[test]
fn an_empty_file_is_nobodys() {
    let site = site().post("a", "2024-08-19", "Hello.").file("public/rss.xml", "");
    site.build(&[]).assert(0, &["6 files written"]);
    site.write("public/rss.xml", "");
    site.build(&[]).assert(0, &["1 file written"]);
    assert!(site.read("public/rss.xml").contains("<rss"));
}

#[test]
fn what_a_killed_build_left_is_removed_by_the_next() {
    let site = site().post("a", "2024-08-19", "Hello.").file(".postrider/stage-gone/lock", "").file(".postrider/stage-gone/a.tmp", "half");
    site.build(&[]).assert(0, &["6 files written"]);
    let left: Vec<String> = site.files(".postrider").into_keys().collect();
    assert!(left.iter().all(|name| !name.contains('/')), "{left:?}");
    assert!(!site.has(".postrider/stage-gone"));
}

#[cfg(unix)]
#[test]
fn a_tag_and_a_category_of_one_name_make_feeds_of_different_titles_in_order() {
    let config = format!("{CONFIG}feeds: {{by: {{tag: true, category: true}}}}\n");
    let site = folder().file("postrider.yaml", config);
    site.write("posts/a.md", "---\ntitle: A\ndate: 2024-08-19\ntags: [travel, boats]\ncategory: Travel\n---\n\nText.\n");
    site.build(&[]).assert(0, &[]);
    let list = site.read("public/feeds.opml");
    let place = |title: &str| list.find(title).unwrap_or_else(|| panic!("{title} is not in {list}"));
    assert!(place(": boats\"") < place(": travel (tag)\"") && place(": travel (tag)\"") < place(": Travel (category)\""));
}

#[test]
fn a_build_that_is_killed_leaves_nothing_in_the_folder_that_is_served() {
    use std::process::{Command, Stdio};
    let config = format!("{CONFIG}feeds: {{by: {{tag: true}}}}\n");
    let site = folder().file("postrider.yaml", config);
    for n in 0..300 {
        site.write(&format!("posts/{n}.md"), format!("---\ntitle: T{n}\ndate: 2024-01-01\ntags: [t{n}]\n---\n\nText.\n"));
    }
    let mut command = Command::new(env!("CARGO_BIN_EXE_postrider"));
    let mut child = command.current_dir(site.root()).arg("build").stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("a child");
    // The end of the run, whenever it comes before this, is right as well.
    let is_staged = || fs::read_dir(site.path(".postrider")).is_ok_and(|entries| entries.count() > 2);
    while !is_staged() && child.try_wait().expect("a state").is_none() {
        std::thread::yield_now();
    }
    child.kill().expect("killed");
    child.wait().expect("an end");
    assert!(site.files("public").keys().all(|name| !name.contains(".tmp")));
    site.build(&[]).assert(0, &["906 files"]);
    assert!(site.files(".postrider").keys().all(|name| !name.contains('/')));
}

#[test]
fn a_build_that_fails_while_it_writes_leaves_no_folder_behind() {
    let config = format!("{CONFIG}feeds: {{by: {{tag: true}}}}\n");
    let site = folder().file("postrider.yaml", config).file("public/subscribe.html/x", "theirs");
    site.write("posts/a.md", "---\ntitle: A\ndate: 2024-08-19\ntags: [sea]\n---\n\nText.\n");
    site.build(&[]).assert(2, &["public/subscribe.html", "there is a folder of this name"]);
    assert!(!site.has("public/feeds"));
}

#[test]
fn naming_a_page_allows_replacing_it_and_its_default_name_does_not() {
    for (key, name) in [("subscribe_page", "subscribe.html"), ("opml", "feeds.opml"), ("autodiscovery", "feeds/autodiscovery.html")] {
        let site = site().post("a", "2024-08-19", "Hello.").file(&format!("public/{name}"), "theirs");
        site.build(&[]).assert(2, &[name]);
        assert_eq!(site.files("public").len(), 1, "nothing at all was written");
        site.write("postrider.yaml", format!("{CONFIG}feeds: {{{key}: {name}}}\n"));
        site.build(&[]).assert(0, &["6 files written"]);
    }
}

#[test]
fn a_refused_build_leaves_no_folder_behind() {
    let config = format!("{CONFIG}feeds: {{by: {{tag: true}}}}\n");
    let site = folder().file("postrider.yaml", config).file("public/rss.xml", "theirs");
    site.write("posts/a.md", "---\ntitle: A\ndate: 2024-08-19\ntags: [sea]\n---\n\nText.\n");
    site.build(&[]).assert(2, &["public/rss.xml"]);
    assert!(!site.has("public/feeds"));
}

#[test]
fn a_feed_by_tag_holds_what_the_budget_allows_and_says_when_an_entry_alone_is_larger() {
    let config = format!("{CONFIG}feeds: {{formats: [json], bytes: 3KB, by: {{tag: 'tag/:slug/'}}}}\n");
    let post = |day: u32, tag: &str, length: usize| {
        format!("---\ntitle: T{day}\ndate: 2024-08-0{day}\ntags: [{tag}]\n---\n\n{}\n", "word ".repeat(length))
    };
    let site = folder().file("postrider.yaml", config).file("posts/a.md", post(1, "sea", 100)).file("posts/b.md", post(2, "sea, sky", 100));
    let site = site.file("posts/c.md", post(3, "sea", 100)).file("posts/d.md", post(4, "wood", 900));
    site.build(&[]).assert(0, &["tag/wood/feed.json", "its newest entry alone is larger"]);
    let titles = |name: &str| {
        let items = site.json(&format!("public/{name}"))["items"].take();
        items.as_array().expect("items").iter().map(|item| item["title"].as_str().expect("a title").to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(titles("tag/sea/feed.json"), ["T3", "T2"]);
    assert_eq!(titles("tag/sky/feed.json"), ["T2"]);
    assert_eq!(titles("tag/wood/feed.json"), ["T4"]);
    assert_eq!(titles("feed.json"), ["T4"]);
}

#[test]
fn a_file_of_ours_that_is_no_longer_made_is_removed_and_named_unless_somebody_else_wrote_it_since() {
    let with_tags = |tag: &str| format!("---\ntitle: A\ndate: 2024-01-01\ntags: [{tag}]\n---\n\nText.\n");
    let config = format!("{CONFIG}feeds: {{formats: [json], by: {{tag: 'tag/:slug/'}}}}\n");
    let site = folder().file("postrider.yaml", config).file("posts/a.md", with_tags("old"));
    site.build(&[]);
    assert!(site.has("public/tag/old/feed.json"));
    site.write("posts/a.md", with_tags("new"));
    site.build(&["--dry-run"]).assert(0, &["1 would be removed"]);
    assert!(site.has("public/tag/old/feed.json"));
    site.build(&[]).assert(0, &["1 removed"]);
    assert!(!site.has("public/tag/old") && site.has("public/tag/new/feed.json"));
    site.write("public/tag/new/feed.json", "theirs");
    site.write("posts/a.md", with_tags("newer"));
    site.build(&[]);
    assert_eq!(site.read("public/tag/new/feed.json"), "theirs");
}

#[test]
fn a_dry_run_writes_nothing_and_says_what_would_change() {
    let site = site().post("a", "2024-08-19", "Hello.");
    site.build(&["--dry-run"]).assert(0, &["6 files would be written"]);
    assert!(!site.has("public") && !site.has(".postrider"));
}

#[test]
fn unchanged_files_are_not_touched() {
    let site = site().post("a", "2024-08-19", "Hello.");
    site.build(&[]);
    let old = std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_000_000_000);
    for name in site.files("public").keys() {
        fs::File::options().write(true).open(site.path("public").join(name)).expect("open").set_modified(old).expect("time");
    }
    site.build(&[]);
    for name in site.files("public").keys() {
        assert_eq!(site.path("public").join(name).metadata().expect("there").modified().expect("time"), old, "{name}");
    }
}

#[test]
fn another_folder_is_built_as_if_started_there() {
    let outer = folder().file("blog/postrider.yaml", CONFIG).file("blog/posts/a.md", "---\ntitle: A\ndate: 2024-01-01\n---\n");
    assert_eq!(outer.run(&["build", "-C", "blog", "--out", "_site"]).code, 0);
    assert!(outer.has("blog/_site/rss.xml") && outer.has("blog/.postrider/outputs"));
    assert_eq!(outer.read("blog/.postrider/.gitignore"), "*\n");
}

#[test]
fn building_into_another_folder_removes_nothing_from_the_first() {
    let site = site().post("a", "2024-08-19", "Hello.");
    for out in ["_site", "public", "public/staging", ".", "public"] {
        site.build(&["--out", out]).assert(0, &[]);
    }
    for name in ["_site/rss.xml", "public/rss.xml", "public/staging/rss.xml", "rss.xml"] {
        assert!(site.has(name), "{name}");
    }
}

#[test]
fn one_folder_is_one_folder_whatever_it_is_called() {
    let site = site().post("a", "2024-08-19", "Hello.");
    site.build(&[]).assert(0, &[]);
    let whole = site.path("public").display().to_string();
    for (i, out) in [whole.as_str(), "posts/../public", "./public", "public"].iter().enumerate() {
        site.write("posts/b.md", format!("---\ntitle: B{i}\ndate: 2024-09-01\n---\n"));
        site.build(&["--out", out]).assert(0, &["written"]);
    }
    site.write("public/atom.xml", "theirs");
    site.build(&["--force", &site.path("public/atom.xml").display().to_string()]).assert(0, &[]);
}

#[test]
fn what_was_written_before_a_failure_is_still_ours() {
    let site = site().post("a", "2024-08-19", "Hello.").file(".postrider", "a file where the folder belongs");
    site.build(&[]).assert(2, &["cannot write `.postrider`"]);
    assert!(!site.has("public/rss.xml"), "nothing is replaced when it cannot be remembered");
    fs::remove_file(site.path(".postrider")).expect("removed");
    fs::create_dir_all(site.path("public/feed.json")).expect("a folder");
    site.build(&[]).assert(2, &["public/feed.json"]);
    fs::remove_dir(site.path("public/feed.json")).expect("removed");
    site.build(&[]).assert(0, &[]);
}

#[cfg(unix)]
#[test]
fn a_link_that_leads_nowhere_is_a_strangers_too() {
    let site = site().post("a", "2024-08-19", "Hello.").file("public/x", "x");
    std::os::unix::fs::symlink("nowhere", site.path("public/rss.xml")).expect("a link");
    site.build(&[]).assert(2, &["public/rss.xml"]);
}

#[cfg(unix)]
#[test]
fn a_reader_that_goes_away_does_not_hide_errors() {
    let site = site().file("posts/c.md", "---\ntitle: C\ndate: 19/08/2024\n---\n");
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_postrider"));
    let mut child = command
        .current_dir(site.root())
        .arg("build")
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::null())
        .spawn()
        .expect("a child");
    drop(child.stdout.take());
    assert_eq!(child.wait().expect("an end").code(), Some(1));
}

#[test]
fn a_machine_that_reads_only_the_report_learns_why_nothing_was_built() {
    let site = site().post("a", "2024-08-19", "Hello.").file("public/rss.xml", "theirs");
    let run = site.build(&["--format", "json"]);
    let report: serde_json::Value = serde_json::from_str(&run.stdout).expect("JSON");
    assert_eq!((run.code, report["summary"]["errors"].as_u64()), (2, Some(1)), "{report}");
}

#[cfg(unix)]
#[test]
fn links_to_what_is_read_anyway_bring_no_post_twice() {
    let site = site().file("posts/real/a.md", "---\ntitle: A\ndate: 2024-01-01\n---\n");
    std::os::unix::fs::symlink("real", site.path("posts/alias")).expect("a link");
    std::os::unix::fs::symlink("nowhere", site.path("posts/gone.md")).expect("a link");
    site.build(&[]).assert(0, &["1 entry", "posts/alias", "posts/gone.md", "leads nowhere"]);
}

#[test]
fn posts_are_not_published_into_their_own_folder() {
    let site = folder().file("postrider.yaml", format!("{CONFIG}output: posts\n")).post("a", "2024-08-19", "Hello.");
    site.build(&[]).assert(2, &["the folder of posts `posts` is in the output folder", "`output:`"]);
    site.write("site/posts/b.md", "---\ntitle: B\ndate: 2024-08-19\n---\n");
    site.write("postrider.yaml", format!("{CONFIG}output: site\nposts: [site/posts]\n"));
    site.build(&[]).assert(2, &["`site/posts`"]);
    assert!(!site.has("posts/rss.xml") && !site.has("site/rss.xml"));
    site.write("postrider.yaml", format!("{CONFIG}output: .\n"));
    site.build(&[]).assert(0, &["6 files written"]);
}

#[test]
fn names_that_lead_nowhere_are_told() {
    let site = site().post("a", "2024-08-19", "Hello.");
    site.build(&["--force", "public/rss.xlm"]).assert(0, &["`--force public/rss.xlm` names no file of this build"]);
    let run = site.build(&["--force", "public/rss.xml"]);
    assert!(!run.stderr.contains("--force"), "{}", run.stderr);
    site.write("postrider.yaml", format!("{CONFIG}templates: nosuch\n"));
    site.build(&[]).assert(2, &["there is no folder `nosuch`", "`templates:`"]);
    site.write("postrider.yaml", format!("{CONFIG}posts: [posts, 'posts/*.markdown']\n"));
    site.build(&[]).assert(0, &["posts/*.markdown", "no post has a path like this"]);
}

#[test]
fn what_the_validator_finds_in_a_content_is_told_once_at_its_place_in_the_post() {
    let twice = "---\ntitle: A\ndate: 2024-08-19\n---\n\n  &lt;b&gt;x&lt;/b&gt;\n";
    let site = folder().file("postrider.yaml", CONFIG).file("posts/a.html", twice);
    let run = site.build(&[]);
    run.assert(0, &["posts/a.html:6:3"]);
    assert_eq!(run.count("double-escaped-html"), 1, "once, not once for each feed: {}", run.stderr);
    site.write("postrider.yaml", format!("{CONFIG}validate: {{paths: {{public/atom.xml: {{deny: [double-escaped-html]}}}}}}\n"));
    site.build(&["--check"]).assert(1, &["error[double-escaped-html]", "posts/a.html:6:3"]);
    site.write("postrider.yaml", format!("{CONFIG}validate: {{allow: [double-escaped-html]}}\n"));
    assert_eq!(site.build(&[]).stderr, "");
    // A feed of many short posts is known to be small when it is complete.
    site.write("postrider.yaml", format!("{CONFIG}feeds: {{entries: all}}\n"));
    for number in 0..101 {
        site.write(&format!("posts/b{number}.md"), "---\ntitle: B\ndate: 2024-08-18\n---\nHello.\n");
    }
    let run = site.build(&[]);
    run.assert(0, &["posts/a.html:6:3"]);
    assert_eq!(run.count("double-escaped-html"), 1, "{}", run.stderr);
}

#[test]
fn a_title_may_look_like_markup() {
    let title = "---\ntitle: 'Vec&lt;String&gt; & AT&amp;T &amp;omega'\ndate: 2024-08-19\n---\nHello.\n";
    let site = folder().file("postrider.yaml", CONFIG).file("posts/a.md", title);
    assert_eq!(site.build(&[]).stderr, "");
    assert!(site.read("public/rss.xml").contains("<title>Vec&#x3C;String&#x3E; &#x26; AT&#x26;T &#x26;omega</title>"));
}

#[test]
fn what_the_validator_finds_in_a_feed_is_told_of_the_post_and_stops_the_build_if_it_is_denied() {
    let old = |validate: &str| {
        let site = folder().file("postrider.yaml", format!("{CONFIG}{validate}\n"));
        site.post("a", "2024-08-19", "Hello.").post("old", "1950-01-01", "Hello.")
    };
    let run = old("").build(&[]);
    run.assert(0, &["posts/old.md:3:7", "warning[implausible-date]"]);
    assert_eq!(run.stderr.matches("posts/old.md").count(), run.count("implausible-date"), "once, not once for each feed");
    let site = old("validate: {deny: [implausible-date]}");
    site.build(&[]).assert(1, &["posts/old.md:3:7", "error[implausible-date]", "nothing was replaced"]);
    assert!(!site.has("public/rss.xml"));
    assert_eq!(old("validate: {allow: [implausible-date]}").build(&[]).stderr, "");
    old("validate: {allow: [implausible-dat]}").build(&[]).assert(2, &["postrider.yaml:2:", "did you mean `implausible-date`?"]);
}
