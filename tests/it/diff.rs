//! `postrider diff`: what followers would see, before they see it.

use crate::builder::{CONFIG, Site, folder, site};
use std::fs;

fn built() -> Site {
    let site = site().post("one", "2026-11-01", "First words.").post("two", "2026-11-02", "Second words.");
    site.build(&[]).assert(0, &["2 entries from 2 posts"]);
    site
}

#[test]
fn nobody_sees_what_was_built_already() {
    let site = built()
        .file("posts/note.md", "---\ndate: 2026-11-03\ntags: [Tea & <milk>]\n---\n\nA note *without* a title & [a link](../x).\n")
        .file(
            "posts/raw.html",
            "---\ntitle: 'a &amp;amp; b < c'\ndate: 2026-11-04\nlanguage: de\n---\n<pre>x\n  y</pre><img src=a.png><br>é]]>\n",
        );
    site.write("postrider.yaml", format!("{CONFIG}feeds: {{by: {{tag: 'tags/:slug/'}}, content: full}}\nlanguages: {{de: {{}}}}\n"));
    assert_eq!(site.build(&[]).code, 0);
    let before = site.files(".");
    let run = site.run(&["diff", "--fail-on", "new,update,reappear,vanish,backfill,merge,date,move"]);
    run.assert(0, &[]);
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("followers see no change\n", ""));
    for feed in ["public/rss.xml", "public/atom.xml", "public/feed.json"] {
        site.run(&["diff", "--against", feed]).assert(0, &["followers see no change"]);
    }
    assert_eq!(site.files("."), before, "nothing is written");
}

#[test]
fn every_change_is_named_and_counted_once_for_all_formats() {
    let site = built().post("three", "2026-11-03", "Third.").post("zero", "2026-10-01", "Old.");
    site.write("posts/one.md", "---\ntitle: one\ndate: 2026-11-01\n---\n\nFirst phrases.\n");
    fs::remove_file(site.path("posts/two.md")).expect("a file");
    let run = site.run(&["diff", "--fail-on", "vanish"]);
    insta::assert_snapshot!(format!("{}{}", run.stdout, run.stderr), @"
    new: `three` (https://example.org/2026/11/three/)
    updated: `one` (https://example.org/2026/11/one/): text, date of change
        - First words.
        + First phrases.
    vanishes: `two` (https://example.org/2026/11/two/): the site has no such post any more
    older, would appear as new: `zero` (https://example.org/2026/10/zero/)
    1 new, 1 updated, 1 vanishes, 1 older post would appear as new
    error: 1 vanishes (`--fail-on vanish`)
    ");
    assert_eq!(run.code, 1);
    site.run(&["diff", "--fail-on", "reappear"]).assert(0, &[]);
    let run = site.run(&["diff", "--format", "json", "--fail-on", "new,merge"]);
    let json: serde_json::Value = serde_json::from_str(&run.stdout).expect("JSON");
    assert_eq!(
        (run.code, &json["version"], &json["counts"]["new"], &json["failed"]),
        (1, &1.into(), &1.into(), &serde_json::json!(["new"]))
    );
    assert_eq!(json["changes"][0]["feeds"], serde_json::json!(["public/rss.xml", "public/atom.xml", "public/feed.json"]));
}

#[test]
fn a_lost_lock_and_another_permalink_show_everything_once_more() {
    let site = built();
    fs::remove_file(site.path("postrider.lock")).expect("a file");
    site.write("postrider.yaml", format!("{CONFIG}permalink: /:year/:slug/\n"));
    let run = site.run(&["diff", "--fail-on", "reappear"]);
    run.assert(
        1,
        &["2 would reappear as unread", "its id was `https://example.org/2026/11/one/` and becomes `https://example.org/2026/one/`"],
    );
}

#[test]
fn a_feed_that_moves_is_told_with_the_redirect_it_needs() {
    let site = built();
    site.write("postrider.yaml", format!("{CONFIG}feeds: {{files: {{rss: news.xml}}, formats: [rss, atom]}}\n"));
    let run = site.run(&["diff", "--fail-on", "move"]);
    run.assert(
        1,
        &[
            "2 feeds move",
            "redirect it with status 301 to `https://example.org/news.xml`",
            "`https://example.org/feed.json` is not written any more",
        ],
    );
}

#[test]
fn a_site_that_moves_to_another_domain_keeps_its_ids_and_needs_redirects() {
    let site = built();
    site.write("postrider.yaml", CONFIG.replace("example.org", "new.example"));
    let run = site.run(&["diff", "--fail-on", "reappear,new,vanish"]);
    run.assert(0, &["2 updated, 3 feeds move", "`https://example.org/rss.xml` is not written any more", "`https://new.example/rss.xml`"]);
}

#[test]
fn an_address_can_be_compared_and_what_cannot_is_said() {
    let site = built();
    site.run(&["diff", "--against", "postrider.yaml"]).assert(2, &["`postrider.yaml` is no feed"]);
    site.run(&["diff", "--against", "none.xml"]).assert(2, &["none.xml"]);
    site.run(&["diff", "--out", "elsewhere"]).assert(2, &["there is no feed in `elsewhere`", "--against"]);
    site.write("posts/bad.md", "---\ntitle: [\ndate: 2026-11-01\n---\n");
    site.run(&["diff"]).assert(1, &["posts/bad.md", "nothing was compared"]);
}

#[test]
fn of_a_feed_that_breaks_off_what_was_read_is_compared_and_nothing_is_guessed() {
    let site = built();
    let feed = site.read("public/rss.xml");
    site.write("old.xml", &feed[..feed.find("First").expect("it is there")]);
    let run = site.run(&["diff", "--against", "old.xml"]);
    run.assert(1, &["error: old.xml:", "1 entry was read before it", "followers see no change"]);
    let run = site.run(&["diff", "--against", "old.xml", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&run.stdout).expect("JSON");
    assert_eq!((json["notes"].as_array().map(Vec::len), json["changes"].as_array().map(Vec::len)), (Some(1), Some(0)), "{json}");
    site.write("public/rss.xml", &feed[..feed.find("First").expect("it is there")]);
    site.run(&["diff"]).assert(1, &["error: public/rss.xml:"]);
}

#[test]
fn of_a_post_whose_file_is_there_it_is_said_why_no_feed_has_it() {
    let site = built().post("three", "2026-11-03", "Third.").post("four", "2026-11-04", "Fourth.").post("five", "2026-11-05", "Fifth.");
    site.build(&[]).assert(0, &["5 entries"]);
    site.write("posts/one.md", "---\ntitle: one\ndate: 2026-11-01\ndraft: true\n---\n\nFirst words.\n");
    site.write("posts/two.md", "---\ntitle: two\ndate: 2027-11-02\n---\n\nSecond words.\n");
    site.write("posts/three.md", "---\ntitle: three\n---\n\nThird.\n");
    fs::rename(site.path("posts/four.md"), site.path("posts/2026-11-04-four.rst")).expect("a file");
    fs::remove_file(site.path("posts/five.md")).expect("a file");
    site.write("posts/six.md", "---\ntitle: six\ndate: 2026-11-06\n---\n\nSixth.\n");
    let run = site.run(&["diff", "--fail-on", "vanish"]);
    run.assert(
        1,
        &[
            "vanishes: `one` (https://example.org/2026/11/one/): `posts/one.md` is a draft\n",
            "vanishes: `two` (https://example.org/2026/11/two/): `posts/two.md` is dated later than now\n",
            "vanishes: `three` (https://example.org/2026/11/three/): `posts/three.md` has no date, so it is a page\n",
            "vanishes: `four` (https://example.org/2026/11/four/): `posts/2026-11-04-four.rst` is in a format that is not read\n",
            "vanishes: `five` (https://example.org/2026/11/five/): the site has no such post any more\n",
            "5 vanish",
        ],
    );
}

#[test]
fn what_a_feed_says_of_itself_anew_is_told_and_counts_as_nothing() {
    let site = built();
    site.write("postrider.yaml", CONFIG.replace("title: Example", "title: Other, description: All of it"));
    let run = site.run(&["diff", "--fail-on", "new,update,reappear,vanish,backfill,merge,date,move"]);
    run.assert(0, &["note: public/rss.xml: the title of the feed was `Example` and becomes `Other`", "followers see no change"]);
    run.assert(0, &["note: public/feed.json: the subtitle of the feed was none and becomes `All of it`"]);
    assert_eq!(run.stderr.lines().count(), 6, "{}", run.stderr);
}

#[test]
fn the_feed_of_a_tag_is_redirected_to_the_one_of_that_tag_or_to_none() {
    let config =
        |by: &str| format!("site: {{title: T, url: 'https://example.org/', timezone: UTC}}\nfeeds: {{formats: [atom], by: {{{by}}}}}\n");
    let tagged = |name: &str, day: u32, tag: &str| format!("---\ntitle: {name}\ndate: 2026-11-{day:02}\ntags: [{tag}]\n---\n\nWords.\n");
    let site = folder().file("postrider.yaml", config("tag: 'tags/:slug/'"));
    for (day, (name, tag)) in (1..).zip([("one", "tea"), ("two", "cake"), ("three", "tea"), ("four", "cake"), ("five", "tea")]) {
        site.write(&format!("posts/{name}.md"), tagged(name, day, tag));
    }
    site.build(&[]).assert(0, &["5 entries"]);
    site.write("postrider.yaml", config("tag: 'en/tags/:slug/'"));
    let to = |tag: &str| {
        format!(
            "`https://example.org/tags/{tag}/atom.xml` is not written any more; redirect it with status 301 to `https://example.org/en/tags/{tag}/atom.xml`"
        )
    };
    site.run(&["diff"]).assert(0, &[&to("tea"), &to("cake"), "2 feeds move"]);
    site.write("postrider.yaml", config("tag: false"));
    site.run(&["diff"]).assert(0, &["`https://example.org/tags/tea/atom.xml` is not written any more, and no feed has its entries"]);
}

#[test]
fn a_post_that_may_be_another_under_a_new_name_is_told_of_before_it_is_published() {
    let site = site().post("one", "2026-11-01", "First.").post("two", "2026-11-02", "Second.");
    site.build(&[]).assert(0, &["2 entries"]);
    fs::remove_file(site.path("posts/one.md")).expect("a file");
    site.write("posts/uno.md", "---\ntitle: Uno\ndate: 2026-11-01\n---\n\nErste.\n");
    let run = site.run(&["diff"]);
    run.assert(
        0,
        &["1 vanishes", "note: posts/uno.md: this may be the post that was `posts/one.md`", "write `id: https://example.org/2026/11/one/`"],
    );
}

#[test]
fn a_program_reads_of_errors_in_the_format_it_asked_for() {
    let site = site().post("one", "2026-11-01", "First.");
    site.build(&[]).assert(0, &[]);
    site.write("posts/bad.md", "---\ntitle: Bad\ndate: 2026-13-40\n---\n\nText.\n");
    fs::copy(site.path("public/atom.xml"), site.path("old.xml")).expect("a file");
    for command in [&["diff", "--format", "json"][..], &["adopt", "old.xml", "--format", "json", "--dry-run"]] {
        let run = site.run(command);
        run.assert(1, &[]);
        let told: serde_json::Value = serde_json::from_str(&run.stdout).unwrap_or_else(|_| panic!("{}", run.stdout));
        assert_eq!(told["summary"]["errors"], 1, "{told}");
    }
}
