//! The user's own post, where it is at hand, and a look-alike of ours where it is not.

use crate::builder::{Site, site};
use std::fs;
use std::path::Path;

/// A post of the same kind: raw HTML links with an element inside, an escaped asterisk, mojibake, tags with trailing blanks.
const LOOK_ALIKE: &str = "---\ntitle: 'On letters and riders'\ndate: 2024-08-19\npermalink: /posts/2024/08/on-letters-and-riders\ntags:\n  - mail coaches \n  - relay \n---\n\n\
A letter took <a href=\"https://example.net/roads\"><u>four days</u></a>, and the rider\u{e2}\u{20ac}\u{2122}s horse was changed at <a href=\"https://example.net/inns\"><u>every inn\\*</u></a>.\n";

fn seed() -> Option<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/seed");
    let path = fs::read_dir(folder).ok()?.filter_map(|e| Some(e.ok()?.path())).find(|p| p.extension().is_some_and(|e| e == "md"))?;
    Some((path.file_name()?.to_string_lossy().into_owned(), fs::read_to_string(path).ok()?))
}

fn check(site: &Site, links: usize, permalink: &str, tags: usize) {
    let run = site.build(&[]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!((run.count("mojibake"), run.stderr.matches("warning[").count()), (1, 1), "{}", run.stderr);
    let feed = site.json("public/feed.json");
    let item = &feed["items"][0];
    let html = item["content_html"].as_str().expect("content");
    assert_eq!(html.matches("<a href=\"").count(), links);
    assert_eq!(html.matches("<u>").count(), links);
    assert!(html.contains('*') && !html.contains("\\*"));
    assert_eq!(item["url"], format!("https://example.org{permalink}"));
    let written: Vec<&str> = item["tags"].as_array().expect("tags").iter().filter_map(|t| t.as_str()).collect();
    assert_eq!(written.len(), tags);
    assert!(written.iter().all(|tag| *tag == tag.trim()));
    for (file, opening) in [("rss.xml", "<a href=\""), ("atom.xml", "<a href=\"")] {
        assert_eq!(site.read(&format!("public/{file}")).matches(opening).count(), links, "{file}");
    }
}

#[test]
fn the_users_post_arrives_whole() {
    let Some((name, text)) = seed() else { return };
    check(&site().file(&format!("posts/{name}"), text), 82, "/posts/2024/08/perspectives-on-the-future-of-AI", 3);
}

#[test]
fn the_users_post_is_mended_when_asked() {
    let Some((name, text)) = seed() else { return };
    let site = site().file(&format!("posts/{name}"), text);
    site.write("postrider.yaml", format!("{}content: {{repair_encoding: true}}\n", crate::builder::CONFIG));
    assert_eq!(site.build(&[]).code, 0);
    assert!(site.read("public/feed.json").contains("network\u{2019}s") && !site.read("public/feed.json").contains('\u{e2}'));
}

#[test]
fn a_post_like_it_arrives_whole() {
    check(&site().file("posts/2024-08-19-on-letters.md", LOOK_ALIKE), 2, "/posts/2024/08/on-letters-and-riders", 2);
}
