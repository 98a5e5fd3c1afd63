//! `postrider build` on whole sites.

use crate::builder::{CONFIG, Run, Site, folder, site};

fn ids(feed: &serde_json::Value) -> Vec<String> {
    feed["items"].as_array().expect("items").iter().map(|item| item["id"].as_str().expect("id").to_owned()).collect()
}

fn assert_run(run: &Run, code: i32, said: &[&str]) {
    run.assert(code, said);
}

#[test]
fn a_clean_site_prints_one_line_and_no_finding() {
    let site = site().post("a", "2024-08-19", "Hello.").post("b", "2024-08-20", "Hello again.");
    let run = site.build(&[]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    assert_eq!(run.stdout.lines().count(), 1, "{}", run.stdout);
    assert_eq!(ids(&site.json("public/feed.json")), ["https://example.org/2024/08/b/", "https://example.org/2024/08/a/"]);
}

#[test]
fn the_same_input_gives_the_same_bytes_in_another_folder_zone_and_language() {
    let make =
        || site().post("a", "2024-08-19", "Hello [there](../b/).").post("b", "2024-08-20 10:00:00 +0200", "Text[^1].\n\n[^1]: Note.");
    let (one, two) = (make(), make());
    assert_eq!(one.build(&[]).code, 0);
    let surroundings =
        [("TZ", "Pacific/Auckland"), ("LC_ALL", "tr_TR.UTF-8"), ("POSTRIDER_NOW", "2031-01-01T00:00:00Z"), ("RAYON_NUM_THREADS", "1")];
    assert_eq!(two.run_with(&["build"], &surroundings).code, 0);
    assert_eq!(one.files("public"), two.files("public"));
}

#[test]
fn one_bad_post_stops_the_build_with_every_fault_named_and_the_published_files_stay() {
    let site = site().post("a", "2024-08-19", "Hello.");
    site.build(&[]);
    let before = site.files("public");
    site.write("posts/b.md", "---\ntitle: Foo: bar\ndate: 2024-01-01\n---\n");
    site.write("posts/c.md", "---\ntitle: C\ndate: 19/08/2024\n---\n");
    let run = site.build(&[]);
    assert_run(&run, 1, &["posts/b.md:2:", "posts/c.md:3:7", "[unknown-date]", "`19/08/2024`"]);
    assert_eq!(before, site.files("public"));
}

#[test]
fn keep_going_leaves_the_bad_post_out_and_says_so() {
    let site = site().post("a", "2024-08-19", "Hello.").file("posts/c.md", "---\ntitle: C\ndate: 19/08/2024\n---\n");
    assert_run(&site.build(&["--keep-going"]), 1, &["1 with errors"]);
    assert_eq!(ids(&site.json("public/feed.json")).len(), 1);
}

#[test]
fn keep_going_keeps_the_feeds_that_only_a_broken_post_would_fill() {
    let config = format!("{CONFIG}feeds: {{by: {{tag: true}}}}\n");
    let post = |date: &str, tag: &str| format!("---\ntitle: T\ndate: {date}\ntags: [{tag}]\n---\n\nText.\n");
    let site = folder().file("postrider.yaml", config).file("posts/a.md", post("2024-08-19", "one"));
    site.write("posts/b.md", post("2024-09-01", "two"));
    assert_run(&site.build(&[]), 0, &[]);
    let followed = site.read("public/feeds/tag/two/rss.xml");
    site.write("posts/b.md", post("2024-09-99", "two"));
    for flags in [&["--keep-going", "--dry-run"][..], &["--keep-going"], &["--keep-going"]] {
        let run = site.build(flags);
        assert_run(&run, 1, &["note: 3 files of earlier builds kept"]);
        assert!(!run.stdout.contains("remove"), "{}", run.stdout);
        assert_eq!(site.read("public/feeds/tag/two/rss.xml"), followed);
    }
    // A post that is taken away on purpose takes its feed along.
    std::fs::remove_file(site.path("posts/b.md")).expect("it is there");
    assert_run(&site.build(&["--keep-going"]), 0, &["3 files removed"]);
    assert!(!site.has("public/feeds/tag/two/rss.xml"));
}

#[test]
fn two_posts_changed_in_the_same_second_are_told_by_name_and_two_of_one_day_are_not() {
    let site = site().post("a", "2024-08-19 09:00:00", "Hello.").post("b", "2024-08-19 09:00:00", "Hello again.");
    let run = site.build(&[]);
    assert_run(&run, 0, &["warning[duplicate-updated]", "posts/a.md", "posts/b.md"]);
    assert_eq!(run.stderr.matches("[duplicate-updated]").count(), 1, "{}", run.stderr);
    let days = crate::builder::site().post("a", "2024-08-19", "Hello.").post("b", "2024-08-19", "Hello again.");
    assert_eq!(days.build(&[]).stderr, "");
}

#[test]
fn what_stops_a_build_is_said_once_in_every_format() {
    let site = site().post("a", "2024-08-19", "Hello.").file("public/rss.xml", "theirs");
    for format in ["human", "short", "json", "sarif", "github", "junit"] {
        let run = site.build(&["--format", format]);
        assert_run(&run, 2, &[]);
        let said = format!("{}{}", run.stdout, run.stderr).matches("not written by postrider").count();
        assert_eq!(said, 1, "{format}: {}{}", run.stdout, run.stderr);
    }
}

#[test]
fn keep_going_leaves_out_a_post_whose_body_has_an_error_and_the_next_one_takes_its_place() {
    let site = folder().file("postrider.yaml", format!("{CONFIG}feeds: {{entries: 1}}\n")).post("a", "2024-08-19", "Hello.");
    site.write("posts/b.md", "---\ntitle: B\ndate: 2024-09-01\n---\n\n<!-- feed:only -->\n\nnever closed\n");
    assert_run(&site.build(&[]), 1, &["posts/b.md:6:1"]);
    assert_run(&site.build(&["--keep-going"]), 1, &["1 with errors"]);
    assert_eq!(ids(&site.json("public/feed.json")), ["https://example.org/2024/08/a/"]);
    assert!(site.read("public/atom.xml").contains("<updated>2024-08-19T00:00:00+00:00</updated>"));
}

#[test]
fn what_is_not_to_be_read_stays_out_and_touches_no_date() {
    let shown = site().post("a", "2024-08-19", "Hello.");
    shown.build(&[]);
    let site = site()
        .post("a", "2024-08-19", "Hello.")
        .post("future", "2027-01-01", "Later.")
        .file("posts/draft.md", "---\ntitle: D\ndate: 2025-01-01\ndraft: true\n---\n")
        .file("posts/hidden.md", "---\ntitle: H\ndate: 2025-01-02\nhidden: true\n---\n")
        .file("posts/unpublished.md", "---\ntitle: U\ndate: 2025-01-02\npublished: false\n---\n")
        .file("posts/expired.md", "---\ntitle: E\ndate: 2025-01-03\nexpiryDate: 2026-01-01\n---\n")
        .file("posts/silent.md", "---\ntitle: S\ndate: 2025-01-04\nfeed: false\n---\n")
        .file("posts/about.md", "---\ntitle: About\n---\nA page.\n")
        .file("posts/_index.md", "---\ntitle: Section\ndate: 2025-01-05\n---\n")
        .file("posts/.hidden.md", "---\ntitle: Hidden\ndate: 2025-01-06\n---\n");
    let run = site.build(&[]);
    assert_run(&run, 0, &["1 draft", "2 unpublished", "1 future", "1 expired", "1 page without a date"]);
    assert_eq!((run.stdout.lines().count(), run.stderr.as_str()), (1, ""));
    assert_eq!(shown.files("public"), site.files("public"));
    let report: serde_json::Value = serde_json::from_str(&site.build(&["--format", "json"]).stdout).expect("a report");
    let unpublished = report["left_out"].as_array().expect("a list").iter().filter(|out| out["reason"] == "unpublished");
    assert_eq!(unpublished.map(|out| out["path"].to_string()).collect::<Vec<_>>(), ["\"posts/hidden.md\"", "\"posts/unpublished.md\""]);
    site.build(&["--drafts", "--future"]);
    assert_eq!(ids(&site.json("public/feed.json")).len(), 3);
}

#[test]
fn two_posts_at_one_address_are_an_error_that_names_both_files() {
    let site = site()
        .file("posts/a.md", "---\ntitle: A\ndate: 2024-01-01\npermalink: /x/\n---\n")
        .file("posts/b.md", "---\ntitle: B\ndate: 2024-01-02\npermalink: /x/\n---\n");
    assert_run(&site.build(&[]), 1, &["[duplicate-permalink]", "posts/b.md:4:12", "`posts/a.md`"]);
}

#[test]
fn a_site_whose_configuration_is_a_program_is_not_guessed_at() {
    let site = folder().file("gatsby-config.js", "module.exports = {}\n").file("posts/2024-01-01-a.md", "---\ntitle: A\n---\n\nText.\n");
    assert_run(&site.build(&[]), 2, &["Gatsby", "postrider init"]);
}

#[test]
fn without_an_address_the_feeds_are_built_with_a_warning() {
    let site = folder().post("a", "2024-08-19 10:00:00 +0200", "Hello.");
    assert_run(&site.build(&[]), 0, &["[missing-site-url]", "http://localhost/"]);
    assert_eq!(ids(&site.json("public/feed.json")), ["http://localhost/2024/08/a/"]);
}

#[test]
fn limits_take_the_newest_and_say_what_they_left_out() {
    let mut site = folder().file("postrider.yaml", format!("{CONFIG}feeds: {{entries: 3}}\n"));
    for day in 1..=9 {
        site = site.post(&format!("p{day}"), &format!("2024-08-0{day}"), &"word ".repeat(400));
    }
    assert_run(&site.build(&[]), 0, &["`feeds.entries` leaves out 6 older"]);
    assert_eq!(ids(&site.json("public/feed.json"))[0], "https://example.org/2024/08/p9/");
    site.write("postrider.yaml", format!("{CONFIG}feeds: {{bytes: 6KB}}\n"));
    assert_run(&site.build(&[]), 0, &["`feeds.bytes` leaves out 7 older"]);
    for name in ["rss.xml", "atom.xml", "feed.json"] {
        assert!(site.read(&format!("public/{name}")).len() <= 6000, "{name}");
    }
    site.write("postrider.yaml", format!("{CONFIG}feeds: {{bytes: 1KB}}\n"));
    assert_run(&site.build(&[]), 0, &["[feed-over-budget]"]);
    assert_eq!(ids(&site.json("public/feed.json")).len(), 1, "a lone entry is never cut");
}

#[test]
fn tags_of_any_script_have_feeds_under_safe_names_and_collisions_are_reported() {
    let config = format!("{CONFIG}feeds: {{formats: [json], by: {{tag: 'feeds/tag/:slug/'}}}}\n");
    let site = folder().file("postrider.yaml", config).file("posts/a.md", "---\ntitle: A\ndate: 2024-01-01\ntags: ['artificial intelligence ', c++, 'c#', Überraschung, 日本語, ../etc, con, web-dev, web dev]\n---\n");
    let run = site.build(&[]);
    assert_run(&run, 0, &["[name-collision]", "web-dev-2"]);
    let names: Vec<String> = site.files("public/feeds/tag").into_keys().collect();
    assert_eq!(names.len(), 9, "{names:?}");
    assert!(names.contains(&"überraschung/feed.json".to_owned()) && names.contains(&"日本語/feed.json".to_owned()), "{names:?}");
    let feed = site.json("public/feeds/tag/日本語/feed.json");
    assert_eq!(feed["feed_url"], "https://example.org/feeds/tag/%E6%97%A5%E6%9C%AC%E8%AA%9E/feed.json");
    assert_eq!(feed["title"], "Example: 日本語");
}

#[test]
fn each_language_has_its_own_permalinks_and_feeds() {
    let site =
        site().post("a", "2024-08-19", "Hello.").file("posts/a.de.md", "---\ntitle: A auf Deutsch\ndate: 2024-08-19\n---\n\nHallo.\n");
    site.feed();
    assert_eq!(ids(&site.json("public/feed.json")), ["https://example.org/2024/08/a/"]);
    let german = site.json("public/de/feed.json");
    assert_eq!(ids(&german), ["https://example.org/de/2024/08/a/"]);
    assert_eq!((german["language"].as_str(), german["feed_url"].as_str()), (Some("de"), Some("https://example.org/de/feed.json")));
}

#[test]
fn under_a_subdirectory_a_root_permalink_is_under_it_and_a_root_link_is_not() {
    let site = folder()
        .file("postrider.yaml", CONFIG.replace("example.org/", "example.org/blog"))
        .file("posts/a.md", "---\ntitle: A\ndate: 2024-01-01\npermalink: /x/y\n---\n\n[r](/r) [q](?q) [u](../u) [s](//h.example/)\n");
    let feed = site.feed();
    assert_eq!(feed["items"][0]["url"], "https://example.org/blog/x/y");
    let html = feed["items"][0]["content_html"].as_str().expect("content").to_owned();
    for link in ["https://example.org/r", "https://example.org/blog/x/y?q", "https://example.org/blog/u", "https://h.example/"] {
        assert!(html.contains(&format!("href=\"{link}\"")), "{link} in {html}");
    }
    assert_eq!(feed["home_page_url"], "https://example.org/blog/");
}

#[test]
fn under_a_subdirectory_an_image_of_the_site_that_is_written_from_the_hosts_root_is_told() {
    let site = folder()
        .file("postrider.yaml", CONFIG.replace("example.org/", "example.org/blog"))
        .file("public/img/a.png", "no picture")
        .file("posts/a.md", "---\ntitle: A\ndate: 2024-01-01\n---\n\n![a](/img/a.png) ![b](/img/b.png) ![c](/blog/img/a.png)\n");
    let run = site.build(&[]);
    run.assert(0, &["`/img/a.png` leads out of the site, to `https://example.org/img/a.png`", "did you mean `/blog/img/a.png`?"]);
    assert_eq!(run.count("missing-image"), 1, "{}", run.stderr);
}

#[test]
fn one_file_of_a_vault_that_is_not_beside_the_post_is_told_once() {
    let site = site().post("a", "2024-08-19", "![[My map.png]] and [[Other post]] ^blk-1").file("posts/.obsidian/app.json", "{}");
    let run = site.build(&[]);
    run.assert(
        0,
        &["there is no image `My map.png`", "write `![text](path)`", "`[[Other post]]` is not followed", "[Other post](/its/address/)"],
    );
    assert_eq!((run.count("missing-image"), run.count("wiki-link"), run.count("block-id")), (1, 1, 1), "{}", run.stderr);
}

#[test]
fn a_file_in_an_old_encoding_is_read_with_a_warning_and_byte_order_marks_and_line_ends_do_not_matter() {
    let site = site()
        .file("posts/latin.md", b"---\ntitle: Caf\xe9\ndate: 2024-01-01\n---\n\nD\xe9j\xe0 vu.\n")
        .file("posts/bom.md", b"\xef\xbb\xbf---\r\ntitle: Mark\r\ndate: 2024-01-02\r\n---\r\n\r\nText.\r\n")
        .file(
            "posts/wide.md",
            [b"\xff\xfe".to_vec(), "---\ntitle: Wide\ndate: 2024-01-03\n---\nText.\n".encode_utf16().flat_map(u16::to_le_bytes).collect()]
                .concat(),
        );
    let run = site.build(&[]);
    assert_run(&run, 0, &["[not-utf-8]", "posts/latin.md"]);
    assert_eq!(run.count("not-utf-8"), 1);
    let feed = site.json("public/feed.json");
    let titles: Vec<&str> = feed["items"].as_array().expect("items").iter().filter_map(|i| i["title"].as_str()).collect();
    assert_eq!(titles, ["Wide", "Mark", "Café"]);
    assert!(site.read("public/rss.xml").contains("Déjà vu."));
}

#[cfg(unix)]
#[test]
fn links_that_lead_in_circles_end() {
    let site = site().post("a", "2024-08-19", "Hello.");
    std::os::unix::fs::symlink("..", site.path("posts/loop")).expect("a link");
    let run = site.build(&[]);
    assert_run(&run, 0, &["[unreadable]", "posts/loop"]);
}

#[test]
fn images_and_enclosures_are_measured_from_their_files() {
    let png = [b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x01\x40\0\0\0\xf0\x08\x02\0\0\0".to_vec(), vec![0; 64]].concat();
    let site = site()
        .file("posts/a/index.md", "---\ntitle: A\ndate: 2024-01-01\nimage: pic.png\nenclosure: talk.mp3\n---\n\n![alt](pic.png)\n")
        .file("posts/a/pic.png", &png)
        .file("posts/a/talk.mp3", vec![7; 4321]);
    site.feed();
    let rss = site.read("public/rss.xml");
    assert!(rss.contains("<enclosure url=\"https://example.org/2024/01/a/talk.mp3\" length=\"4321\" type=\"audio/mpeg\""), "{rss}");
    assert!(rss.contains("width=\"320\"") && rss.contains("height=\"240\"") && rss.contains("media:thumbnail"), "{rss}");
    assert_eq!(site.json("public/feed.json")["items"][0]["image"], "https://example.org/2024/01/a/pic.png");
}

#[test]
fn a_missing_enclosure_is_an_error_and_a_missing_image_a_warning() {
    let site = site()
        .file("posts/a.md", "---\ntitle: A\ndate: 2024-01-01\nenclosure: talk.mp3\nimage: cover.jpg\n---\n\nSee\n\n![alt](/img/x.png)\n");
    let run = site.build(&[]);
    assert_run(&run, 1, &["error[missing-enclosure]", "posts/a.md:4:12", "warning[missing-image]", "posts/a.md:5:8", "posts/a.md:10:"]);
}

#[test]
fn the_report_for_machines_is_one_object_with_findings_and_outputs() {
    let site = site().post("a", "2024-08-19", "Text with a \u{b} character.");
    let run = site.build(&["--format", "json"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    let report: serde_json::Value = serde_json::from_str(&run.stdout).expect("JSON");
    assert_eq!(report["version"], 1);
    assert_eq!(report["files"][0]["path"], "posts/a.md");
    assert_eq!(report["files"][0]["valid"], true);
    assert_eq!(report["files"][0]["diagnostics"][0]["line"], 6);
    let outputs = report["outputs"].as_array().expect("outputs");
    assert!(outputs.iter().any(|o| o["path"] == "public/rss.xml" && o["action"] == "written" && o["entries"] == 1), "{outputs:?}");
}

#[test]
fn a_plain_folder_of_dated_posts_needs_nothing_else() {
    let site = folder().file("2024-08-19-first-letter.md", "# A *first* letter\n\nText.\n").file("README.md", "# Read me\n");
    assert_run(&site.build(&[]), 0, &["1 entry", "1 page without a date"]);
    assert_eq!(site.json("public/feed.json")["items"][0]["title"], "A first letter");
    assert_run(&folder().build(&[]), 2, &["no posts", "postrider init"]);
}

#[test]
fn faults_of_the_configuration_are_all_reported_with_their_places_and_the_status_is_2() {
    let site = folder().file("postrider.yaml", "site:\n  url: example.org\n  tittle: x\nfeeds:\n  entries: many\n").post(
        "a",
        "2024-08-19",
        "Hello.",
    );
    assert_run(&site.build(&[]), 2, &["postrider.yaml:2:8", "postrider.yaml:3:3", "did you mean `title`", "postrider.yaml:5:12"]);
}

#[test]
fn globs_files_and_exclusions_choose_the_posts() {
    let site = folder()
        .file("postrider.yaml", format!("{CONFIG}posts: ['blog/**/*.md', notes/one.markdown]\nexclude: ['old', 'blog/x/*.md']\n"))
        .file("blog/2024/a.md", "---\ntitle: A\ndate: 2024-01-01\n---\nHello.\n")
        .file("blog/old/b.md", "---\ntitle: B\ndate: 2024-01-01\n---\nHello.\n")
        .file("blog/x/c.md", "---\ntitle: C\ndate: 2024-01-01\n---\nHello.\n")
        .file("blog/2024/d.txt", "---\ntitle: D\ndate: 2024-01-01\n---\nHello.\n")
        .file("notes/one.markdown", "---\ntitle: E\ndate: 2024-01-02\n---\nHello.\n")
        .file("notes/two.markdown", "---\ntitle: F\ndate: 2024-01-02\n---\nHello.\n");
    let titles: Vec<String> =
        site.feed()["items"].as_array().expect("items").iter().map(|i| i["title"].as_str().unwrap_or_default().to_owned()).collect();
    assert_eq!(titles, ["E", "A"]);
}

#[test]
fn front_matter_that_stalls_a_yaml_engine_is_refused_fast() {
    let bombs = [
        format!("---\na: {}\n---\n", "[".repeat(20_000)),
        format!("---\na: &a {}\nb: [{}]\n---\n", "x".repeat(20_000), "*a,".repeat(10_000)),
        format!("---\n{}: x\n---\n", "? ".repeat(100_000)),
        format!("---\n{}x\n---\n", "- ".repeat(30_000)),
        format!("+++\na = {}\n+++\n", "[".repeat(20_000)),
        format!("{{\"a\":{}\n", "[".repeat(200_000)),
    ];
    for (i, bomb) in bombs.iter().enumerate() {
        let site = site().file("posts/2024-01-01-bomb.md", bomb);
        let started = std::time::Instant::now();
        let run = site.build(&[]);
        assert!(run.code == 1 || run.code == 0, "{i}: {}", run.stderr);
        assert!(started.elapsed().as_secs() < 10, "{i}");
    }
}

#[test]
fn hostile_bodies_end_and_give_feeds_that_parse() {
    let site = site()
        .post("deep", "2024-01-01", &"<div>".repeat(20_000))
        .post("quotes", "2024-01-02", &">".repeat(5_000))
        .post("attributes", "2024-01-03", &format!("<p {}>x</p>", "a=1 ".repeat(20_000)))
        .post("characters", "2024-01-04", "\u{0} \u{1} \u{b} \u{fffe} ]]> --> &nbsp; &bogus; \u{202e}rtl\u{202c} \u{1f600}");
    assert_eq!(site.build(&["--check"]).code, 0);
    for name in ["rss.xml", "atom.xml"] {
        let text = site.read(&format!("public/{name}"));
        assert!(uppsala::parse(&text).is_ok(), "{name}");
    }
}

#[test]
fn every_entry_is_the_same_in_the_three_formats() {
    let site: Site = (1..=9).fold(site(), |site, day| {
        site.post(&format!("p{day}"), &format!("2024-08-0{day} 10:00:00 +0200"), "A [link](x) & more.\n\nSecond.\n")
    });
    let json = site.feed();
    for name in ["rss.xml", "atom.xml"] {
        let feed = feed_rs::parser::parse(site.read(&format!("public/{name}")).as_bytes()).expect("a feed");
        let entries: Vec<String> = feed.entries.iter().map(|entry| entry.id.clone()).collect();
        assert_eq!(entries, ids(&json), "{name}");
        for (entry, item) in feed.entries.iter().zip(json["items"].as_array().expect("items")) {
            let content = entry.content.as_ref().and_then(|c| c.body.clone()).expect("content");
            assert_eq!(content.trim(), item["content_html"].as_str().expect("content").trim(), "{name}");
            assert_eq!(
                entry.published.map(|d| d.timestamp()),
                chrono::DateTime::parse_from_rfc3339(item["date_published"].as_str().expect("date")).ok().map(|d| d.timestamp())
            );
        }
    }
}
