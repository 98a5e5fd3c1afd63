//! `postrider init` and `postrider new`.

use crate::builder::{folder, site};

#[test]
fn a_site_is_started_in_the_named_folder() {
    let place = folder();
    place.run(&["init", "new/site", "--url", "https://example.org"]).assert(0, &["wrote postrider.yaml"]);
    assert!(place.read("new/site/postrider.yaml").contains("https://example.org"));
    place.run(&["init", "new/site"]).assert(2, &["postrider.yaml"]);
    std::fs::create_dir(place.path("other")).expect("a folder");
    place.run(&["-C", "other", "init"]).assert(0, &[]);
    place.run(&["init", "third", "-C", "other"]).assert(0, &[]);
    assert!(place.has("other/postrider.yaml") && place.has("other/third/postrider.yaml"));
}

#[test]
fn a_started_site_builds_once_it_has_an_address_and_a_post() {
    let place = folder();
    place.run(&["init", "--url", "https://example.org/"]).assert(0, &[]);
    place.run(&["new", "A walk: in May"]).assert(0, &["wrote posts/2026-11-22-a-walk-in-may.md"]);
    place.run(&["new", "A walk: in May"]).assert(0, &["wrote posts/2026-11-22-a-walk-in-may-2.md"]);
    let run = place.build(&["--drafts"]);
    run.assert(0, &["2 entries"]);
    assert_eq!(run.count("missing-site-url"), 0);
}

#[test]
fn a_plain_folder_of_posts_stays_one() {
    let place = folder().file("2026-01-01-a.md", "A letter.\n");
    place.build(&[]).assert(0, &["1 entry"]);
    place.run(&["init", "--url", "https://example.org/"]).assert(0, &[]);
    place.run(&["new", "Hello"]).assert(0, &["wrote 2026-11-22-hello.md"]);
    place.build(&["--drafts"]).assert(0, &["2 entries"]);
    assert!(!place.has("posts"));
}

#[test]
fn the_headers_of_a_host_name_the_paths_it_serves() {
    let site = site().file("postrider.yaml", "site: {url: 'https://example.org/blog/'}\nlanguages: {de: {}}\n");
    site.run(&["init", "--headers", "netlify"]).assert(0, &["/blog/rss.xml", "/blog/de/feed.json", "charset"]);
    let run = site.run(&["init", "--headers", "vercel"]);
    run.assert(0, &["put this into `vercel.json`"]);
    serde_json::from_str::<serde_json::Value>(&run.stdout).expect("JSON");
    assert!(!run.stderr.contains("feeds.by"));
    site.run(&["init", "--headers", "s3"]).assert(0, &[r#"aws s3 cp "public/de/rss.xml" "s3://BUCKET/blog/de/rss.xml""#]);
    site.write("postrider.yaml", "site: {url: 'https://example.org/'}\nfeeds: {by: {tag: true}}\n");
    assert!(site.run(&["init", "--headers", "netlify"]).stderr.contains("`feeds.by`"));
    site.run(&["init", "--headers", "nobody"]).assert(2, &["netlify"]);
}
