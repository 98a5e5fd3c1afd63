//! What other generators mean by their files, read as they mean it.

use crate::builder::{CONFIG, Site, folder, site};
use serde_json::Value;

fn with(settings: &str) -> Site {
    folder().file("postrider.yaml", format!("{CONFIG}{settings}\n"))
}

/// Builds without a finding and returns the one entry with a title.
fn entry(site: &Site, title: &str) -> Value {
    let feed = site.feed();
    let items = feed["items"].as_array().expect("items");
    items.iter().find(|item| item["title"] == title).unwrap_or_else(|| panic!("no `{title}` in {feed:#}")).clone()
}

fn tags(entry: &Value) -> Vec<&str> {
    entry["tags"].as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}

// Summaries

#[test]
fn a_divider_outweighs_the_written_summary_in_hugo_and_not_in_jekyll() {
    let body = "Before.\n\n<!--more-->\n\nAfter.\n";
    let yaml = format!("---\ntitle: A\ndate: 2024-08-19\nsummary: Written\ndescription: Meta\n---\n{body}");
    let toml = format!("+++\ntitle = 'A'\ndate = 2024-08-19\nsummary = 'Written'\n+++\n{body}");
    for (path, text, summary) in [
        ("posts/a.md", yaml.as_str(), "Before."),
        ("posts/a.md", toml.as_str(), "Before."),
        ("_posts/2024-08-19-a.md", yaml.as_str(), "Meta"),
        ("posts/a.md", "Title: A\nDate: 2024-08-19\nSummary: Written\n\nBefore.\n\n<!--more-->\n\nAfter.\n", "Written"),
        ("posts/a.md", "---\ntitle: A\ndate: 2024-08-19\nsummary: Written\n---\nBefore.\n\n<!-- x -->\n\nAfter.\n", "Written"),
    ] {
        assert_eq!(entry(&site().file(path, text), "A")["summary"], summary, "{path} {text}");
    }
}

#[test]
fn a_jekyll_post_may_name_its_own_excerpt_separator() {
    for (separator, written, summary) in [
        ("<!--end-->", "<!--end-->", "One. Two."),
        ("'<!-- Ende -->'", "<!-- Ende -->", "One. Two."),
        (r#""\n\n\n""#, "", "One. Two."),
        ("<!--more-->", "<!--more-->", "One. Two."),
        ("<!--never-->", "<!--end-->", "One."),
        (r#""""#, "<!--end-->", "One."),
    ] {
        let text = format!("---\ntitle: A\nexcerpt_separator: {separator}\n---\nOne.\n\nTwo.\n\n{written}\n\nThree.\n");
        assert_eq!(entry(&site().file("_posts/2024-08-19-a.md", text), "A")["summary"], summary, "{separator}");
    }
    let text = "---\ntitle: A\nexcerpt: Own\nexcerpt_separator: <!--end-->\n---\nOne.\n\n<!--end-->\n\nThree.\n";
    assert_eq!(entry(&site().file("_posts/2024-08-19-a.md", text), "A")["summary"], "Own");
    let text = "---\ntitle: A\nexcerpt_separator: END\n---\nOne.\n\n```\nEND\n```\n\nTwo.\n";
    let found = entry(&site().file("_posts/2024-08-19-a.md", text), "A");
    assert_eq!(found["summary"], "One.");
    assert!(found["content_html"].as_str().is_some_and(|html| html.contains("END")));
}

// Authors

#[test]
fn the_authors_of_a_jekyll_site_are_looked_up_by_their_keys() {
    let people = "ada:\n  name: Ada Byron\n  email: ada@example.org\n  url: https://example.org/ada\nbob:\n  twitter: bob\n";
    let post = |name: &str| format!("---\ntitle: {name}\nauthor: {name}\n---\nx\n");
    let site = with("posts: ['_posts', 'docs/_posts']").file("_data/authors.yml", people);
    let site = site.file("_posts/2024-08-19-a.md", post("ada")).file("_posts/2024-08-19-b.md", post("bob"));
    let site = site.file("docs/_posts/2024-08-19-c.md", post("eve")).file("docs/_data/authors.json", r#"{"eve": {"name": "Eve"}}"#);
    let author = |title: &str| entry(&site, title)["authors"][0].clone();
    assert_eq!((&author("ada")["name"], &author("ada")["url"]), (&Value::from("Ada Byron"), &Value::from("https://example.org/ada")));
    assert_eq!((&author("bob")["name"], &author("eve")["name"]), (&Value::from("bob"), &Value::from("Eve")));
    site.write("_data/authors.yml", "ada:\n  name: Ada: Byron\n");
    site.build(&[]).assert(0, &["warning[ignored-value]", "_data/authors.yml:2:"]);
}

#[test]
fn addresses_of_authors_that_are_none_stay_out_of_the_feeds() {
    let people = "[{name: A, url: /about}, {name: B, url: 'javascript:x()'}, {name: C, email: no mail}, {name: 'R&amp;D *team*', email: r@example.org}]";
    let site = site().file("posts/a.md", format!("---\ntitle: A\ndate: 2024-08-19\nauthors: {people}\n---\nx\n"));
    site.build(&[]).assert(0, &["`javascript:x()` is no web address", "`no mail` is no e-mail address", "posts/a.md:4:"]);
    let authors = &site.json("public/feed.json")["items"][0]["authors"];
    assert_eq!((&authors[0]["url"], &authors[1]["url"]), (&Value::from("https://example.org/about"), &Value::Null));
    assert_eq!(authors[3]["name"], "R&D team");
    let atom = site.read("public/atom.xml");
    assert!(!atom.contains("javascript") && !atom.contains("no mail") && atom.contains("<email>r@example.org</email>"));
}

// Languages

#[test]
fn the_folder_of_a_configured_language_says_the_language() {
    let post = "---\ntitle: A\ndate: 2024-08-19\n---\nx\n";
    let with = |settings: &str| {
        let site = with(&format!("posts: content\npermalink: /:path/\n{settings}"));
        site.file("content/de/posts/a.md", post).file("content/en/posts/b.md", post).file("content/de/trip/index.md", post)
    };
    let urls = |site: &Site, path: &str| {
        let feed = site.json(path);
        let items = feed["items"].as_array().expect("items").iter();
        items.map(|item| item["url"].as_str().unwrap_or_default().to_owned()).collect::<Vec<_>>()
    };
    let site = with("languages: {de: {title: Beispiel}}");
    assert_eq!(site.build(&[]).code, 0);
    assert_eq!(urls(&site, "public/feed.json"), ["https://example.org/posts/b/"]);
    assert_eq!(urls(&site, "public/de/feed.json"), ["https://example.org/de/posts/a/", "https://example.org/de/trip/"]);
    let site = with("");
    assert_eq!(site.build(&[]).code, 0);
    assert_eq!(urls(&site, "public/feed.json").len(), 3);
}

#[test]
fn a_dot_in_a_file_name_makes_no_translation_of_it() {
    let post = |title: &str| format!("---\ntitle: {title}\ndate: 2024-08-19\n---\nx\n");
    let site = with("").file("_posts/2024-01-02-moving-to-github.io.md", post("Jekyll"));
    assert_eq!(entry(&site, "Jekyll")["url"], "https://example.org/2024/08/moving-to-github-io/");
    for name in ["socket.io", "top-10.it", "dr.no", "version-2.0.is", "main.ts"] {
        let site = with("").file(&format!("posts/{name}.md"), post("A"));
        assert_eq!(entry(&site, "A")["url"], format!("https://example.org/2024/08/{}/", name.replace('.', "-")));
        assert!(!site.has("public/io"));
    }
    let site = with("languages: {de: {}}").file("posts/a.de.md", post("A")).file("posts/b.en.md", post("B"));
    assert_eq!(site.build(&[]).code, 0);
    assert_eq!(site.json("public/de/feed.json")["items"][0]["url"], "https://example.org/de/2024/08/a/");
    assert_eq!(site.json("public/feed.json")["items"][0]["url"], "https://example.org/2024/08/b/");
    let site = with("").file("posts/a.de.md", post("A")).file("posts/a.md", post("B"));
    assert_eq!(site.build(&[]).code, 0);
    assert_eq!(site.json("public/de/feed.json")["items"][0]["title"], "A");
}

// Hidden posts

#[test]
fn the_page_of_a_folder_hides_the_posts_below_it() {
    let post = |more: &str| format!("+++\ntitle = 'W'\ndate = 2024-08-19\n{more}+++\nx\n");
    let shown = "---\ntitle: A\ndate: 2024-08-19\n---\nx\n";
    for (section, more, said, drafts) in [
        ("+++\ndraft = true\n+++\n", "draft = false\n", "1 draft", 2),
        ("---\ncascade: {draft: true}\n---\n", "", "1 draft", 2),
        ("---\ncascade: {draft: true}\n---\n", "draft = false\n", "2 entries", 2),
        ("---\ncascade:\n  - build: {render: never}\n---\n", "", "1 unpublished", 1),
        ("---\ncascade:\n  _build: {list: local}\n---\n", "", "1 unpublished", 1),
        ("---\ncascade:\n  target: {path: '/elsewhere/**'}\n  draft: true\n---\n", "", "2 entries", 2),
    ] {
        let site = with("posts: content/blog").file("content/blog/wip/_index.md", section).file("content/blog/wip/w.md", post(more));
        let site = site.file("content/blog/a.md", shown);
        site.build(&[]).assert(0, &[said]);
        site.build(&["--drafts"]).assert(0, &[if drafts == 2 { "2 entries" } else { "1 entry" }]);
    }
    let site = with("posts: content/blog").file("content/_index.md", "---\ncascade: {draft: maybe}\n---\n");
    let site = site.file("content/blog/a.md", shown).file("content/blog/b.md", shown);
    let run = site.build(&[]);
    run.assert(1, &["content/_index.md:2:", "`draft` is `maybe`"]);
    assert_eq!(run.count("unknown-flag"), 1, "{}", run.stderr);
}

#[test]
fn every_way_to_say_that_a_post_is_not_public_hides_it() {
    for front in [
        "build: {render: never}",
        "_build: {list: never}",
        "build: {list: local}",
        "headless: true",
        "unlisted: true",
        "visibility: private",
        "visibility: members",
        "isDraft: true",
        "status: published\nvisibility: paid",
    ] {
        let site = site().post("a", "2024-08-19", "x").file("posts/b.md", format!("---\ntitle: B\ndate: 2024-08-19\n{front}\n---\nx\n"));
        site.build(&[]).assert(0, &["1 entry from 1 post", "left out: 1"]);
    }
    for front in ["build: {render: link}", "visibility: public", "headless: false", "build: {list: always, render: always}"] {
        entry(&site().file("posts/b.md", format!("---\ntitle: B\ndate: 2024-08-19\n{front}\n---\nx\n")), "B");
    }
}

// Links between posts

/// Returns the addresses of the links and pictures of an entry's content.
fn addresses(site: &Site, title: &str) -> Vec<String> {
    let feed = site.json("public/feed.json");
    let items = feed["items"].as_array().expect("items").iter();
    let html = items.filter(|item| item["title"] == title).find_map(|item| item["content_html"].as_str()).expect("content").to_owned();
    let parts = html.split("href=\"").flat_map(|part| part.split("src=\"")).skip(1);
    parts.filter_map(|part| part.split('"').next()).map(str::to_owned).collect()
}

#[test]
fn links_to_the_files_of_posts_become_their_permalinks() {
    let post = |title: &str, body: &str| format!("---\ntitle: {title}\ndate: 2024-08-19\n---\n\n{body}\n");
    let body = "[1](b.md) [2](./b.md#part) [3](../posts/b.md?x) [4](/posts/b.md) [5](sub/my%20note.md) [6](trip/index.md)\n\n\
                <a href=\"b.md\">7</a> [8](c.md) [9]\n\n<p><a href=\"sub/../b.md\">10</a></p>\n\n[9]: b.md\n";
    let site = site().file("posts/a.md", post("A", body)).file("posts/b.md", post("B", "x")).file("posts/sub/my note.md", post("N", "x"));
    let site = site.file("posts/trip/index.md", post("T", "x")).file("posts/sub/deep/c.md", post("C", "[b](../../b.md)"));
    assert_eq!(site.build(&[]).stderr, "");
    let at = |path: &str| format!("https://example.org/2024/08/{path}");
    let (b, fragment, query) = (at("b/"), at("b/#part"), at("b/?x"));
    assert_eq!(
        addresses(&site, "A"),
        [&b, &fragment, &query, &b, &at("my-note/"), &at("trip/"), &b, &at("c/"), &b, &b].map(String::as_str)
    );
    assert_eq!(addresses(&site, "C"), [b]);
}

#[test]
fn a_link_to_a_file_that_is_no_post_of_the_build_is_told_and_keeps_its_text() {
    let site = site().file("posts/b.md", "---\ntitle: B\ndate: 2024-08-19\ndraft: true\n---\nx\n");
    let site = site.post(
        "a",
        "2024-08-19",
        "A [draft](b.md), [nothing](nowhere.md#x) and <a href='../README.md'>it</a>; [far](https://x.example/y.md).",
    );
    let run = site.build(&[]);
    run.assert(0, &["[link-to-no-post]", "posts/a.md:6:3", "`nowhere.md#x`", "`../README.md`"]);
    assert_eq!(run.count("link-to-no-post"), 3, "{}", run.stderr);
    assert_eq!(addresses(&site, "a"), ["https://x.example/y.md"]);
    let text = site.json("public/feed.json")["items"][0]["content_html"].to_string();
    assert!(text.contains("draft") && text.contains("nothing"), "{text}");
    // With its target it is a link.
    assert_eq!(site.build(&["--drafts"]).count("link-to-no-post"), 2);
}

#[test]
fn what_pelican_and_zola_write_in_links_is_followed() {
    let article = |title: &str, body: &str| format!("Title: {title}\nDate: 2024-08-19\n\n{body}\n");
    let body =
        "[1]({filename}b.md) [2]({filename}/travel/b.md#x) [3](|filename|b.md) [4]({static}/files/x.pdf) [5]({index}) [6]({static}y.pdf)";
    let site = with("posts: content").file("content/travel/a.md", article("A", &format!("{body}\n\n![]({{static}}/p.png)")));
    let site = site.file("content/travel/b.md", article("B", "[t]({tag}sea)")).file("content/p.png", "x");
    let run = site.build(&[]);
    run.assert(0, &["`{tag}sea`"]);
    assert_eq!((run.count("link-to-no-post"), run.count("missing-image")), (1, 0), "{}", run.stderr);
    let b = "https://example.org/2024/08/b/";
    let root = |path: &str| format!("https://example.org/{path}");
    let files = [root("files/x.pdf"), root(""), root("travel/y.pdf"), root("p.png")];
    assert_eq!(addresses(&site, "A"), [&[b.to_owned(), format!("{b}#x"), b.to_owned()], &files[..]].concat());
    let page = |title: &str, body: &str| format!("+++\ntitle = '{title}'\ndate = 2024-08-19\n[extra]\nx = 1\n+++\n{body}\n");
    let site = with("posts: content").file("content/blog/a.md", page("A", "[b](@/blog/trip/index.md#x)"));
    let site = site.file("content/blog/trip/index.md", page("B", "x")).file("content/old/trip/index.md", page("C", "x"));
    site.write("postrider.yaml", format!("{CONFIG}posts: content\npermalink: /:path/\n"));
    assert_eq!(site.build(&[]).stderr, "");
    assert_eq!(addresses(&site, "A"), ["https://example.org/blog/trip/#x"]);
}

// Bundles

#[test]
fn the_picture_of_a_bundle_is_the_one_whose_name_says_so() {
    let post = "---\ntitle: A\ndate: 2024-08-19\n---\nHello.\n";
    let image = |names: &[&str]| {
        let mut site = with("posts: content\npermalink: /:path/").file("content/trip/index.md", post);
        for name in names {
            site = site.file(&format!("content/trip/{name}"), "x");
        }
        entry(&site, "A")["image"].as_str().map(str::to_owned)
    };
    assert_eq!(image(&["cover.png", "featured.jpg"]).as_deref(), Some("https://example.org/trip/featured.jpg"));
    assert_eq!(image(&["my Cover.webp", "z-thumbnail.png"]).as_deref(), Some("https://example.org/trip/my%20Cover.webp"));
    assert_eq!(image(&["thumbnail.gif", "other.png"]).as_deref(), Some("https://example.org/trip/thumbnail.gif"));
    assert_eq!(image(&["other.png", "cover.txt"]), None);
    let single = site().file("posts/a.md", post).file("posts/cover.png", "x");
    assert!(entry(&single, "A")["image"].is_null());
}

// Pelican

#[test]
fn the_folder_of_a_pelican_article_is_its_category_when_it_names_none() {
    let article = "Title: A\nDate: 2024-08-19\n";
    for (path, settings, head, expected) in [
        ("content/travel/a.md", "posts: content", article.to_owned(), vec!["travel"]),
        ("content/travel/sea/a.md", "posts: content", article.to_owned(), vec!["sea"]),
        ("content/travel/a.md", "posts: content/travel", article.to_owned(), vec!["travel"]),
        ("content/travel/a.md", "posts: content", format!("{article}Category: food\n"), vec!["food"]),
        ("content/a.md", "posts: content", article.to_owned(), vec![]),
        ("posts/travel/a.md", "", article.to_owned(), vec!["travel"]),
        ("content/travel/a.md", "posts: content", format!("---\n{article}---\n"), vec![]),
    ] {
        let site = with(settings).file(path, format!("{head}\nHello.\n"));
        assert_eq!(tags(&entry(&site, "A")), expected, "{path} {head}");
    }
}

#[test]
fn a_pelican_head_may_stand_between_lines() {
    let found =
        entry(&site().file("posts/a.md", "---\nTitle: A\nDate: 2024-08-19\nAuthors: Alex, Bob\nTags: x; y, z\n---\n\nHello.\n"), "A");
    assert_eq!((&found["authors"][0]["name"], &found["authors"][1]["name"]), (&Value::from("Alex"), &Value::from("Bob")));
    assert_eq!(tags(&found), ["x", "y, z"]);
}

#[test]
fn a_key_that_stands_twice_in_different_case_is_an_error() {
    for front in ["Date: 2024-08-19\ntitle: A\ndate: 2024-08-20", "date: 2024-08-19\ntitle: A\nDate: 2024-08-20"] {
        site()
            .file("posts/a.md", format!("---\n{front}\n---\nx\n"))
            .build(&[])
            .assert(1, &["[duplicate-key]", "posts/a.md:4:1", "in line 2"]);
    }
    entry(&site().file("posts/a.md", "---\ntitle: A\ndate: 2024-08-19\nFoo: x\nfoo: y\n---\nx\n"), "A");
}

// Obsidian

#[test]
fn the_name_of_a_note_is_its_title_and_the_tags_in_its_text_count() {
    let long = format!("{}\n\n#late\n", "Words. ".repeat(2000));
    let note = format!("---\ndate: 2024-08-19\ntags: [first]\n---\nOn #second and `#none`.\n\n{long}");
    let found = entry(&site().file("posts/My Note.md", &note), "My Note");
    assert_eq!(tags(&found), ["first", "second", "late"]);
    assert_eq!(found["url"], "https://example.org/2024/08/my-note/");
    let found = entry(&site().file(".obsidian/app.json", "{}").file("posts/Walking.md", &note), "Walking");
    assert_eq!(tags(&found), ["first", "second", "late"]);
    let plain = "---\ntitle: A\ndate: 2024-08-19\n---\nSee #none.\n";
    assert_eq!(tags(&entry(&site().file("posts/a-walk.md", plain), "A")), [""; 0]);
    let titled = "---\ndate: 2024-08-19\n---\n# Its Heading\n\nText.\n";
    entry(&site().file("posts/My Note.md", titled), "Its Heading");
}

// Eleventy

#[test]
fn data_files_stand_below_the_front_matter_the_nearest_first() {
    let post = |title: &str, more: &str| format!("---\ntitle: {title}\ndate: 2024-08-19\n{more}---\nHello.\n");
    let site = site()
        .file("posts/posts.json", r#"{"author": "Folder", "tags": ["posts", "shared", 2024], "lang": "en", "description": "Folder"}"#)
        .file("posts/sub/sub.11tydata.json", r#"{"author": {"name": "Sub"}, "tags": "nested"}"#)
        .file("posts/sub/b.11tydata.json", r#"{"author": "Own", "draft": false}"#)
        .file("posts/hidden/hidden.json", r#"{"permalink": false}"#)
        .file("posts/a.md", post("A", "tags: own\n"))
        .file("posts/w.md", post("W", "author: Written\nsummary: Mine\n"))
        .file("posts/sub/b.md", post("B", ""))
        .file("posts/sub/c.md", post("C", ""))
        .file("posts/hidden/d.md", post("D", ""));
    let author = |title: &str| entry(&site, title)["authors"][0]["name"].as_str().expect("an author").to_owned();
    assert_eq!((author("A"), author("W"), author("B"), author("C")), ("Folder".into(), "Written".into(), "Own".into(), "Sub".into()));
    assert_eq!(tags(&entry(&site, "A")), ["own", "shared", "2024"]);
    assert_eq!(tags(&entry(&site, "C")), ["nested", "shared", "2024"]);
    assert_eq!((&entry(&site, "W")["summary"], &entry(&site, "A")["summary"]), (&Value::from("Mine"), &Value::from("Folder")));
    assert_eq!(site.feed()["items"].as_array().map(Vec::len), Some(4));
}

#[test]
fn the_data_of_a_folder_and_that_of_a_post_of_its_name_are_two_things() {
    let post = |title: &str| format!("---\ntitle: {title}\ndate: 2024-08-19\n---\nHello.\n");
    let site = site().file("posts/trip.md", post("Post")).file("posts/trip/inner.md", post("Inner"));
    let titles = |site: &Site| {
        let feed = site.feed();
        let titles = feed["items"].as_array().expect("items").iter().map(|item| item["title"].as_str().unwrap_or_default().to_owned());
        titles.collect::<Vec<_>>()
    };
    site.write("posts/trip/trip.json", r#"{"draft": true}"#);
    assert_eq!(titles(&site), ["Post"]);
    std::fs::remove_file(site.path("posts/trip/trip.json")).expect("removed");
    site.write("posts/trip.11tydata.json", r#"{"draft": true}"#);
    assert_eq!(titles(&site), ["Inner"]);
}

#[test]
fn the_usual_permalink_templates_of_eleventy_are_patterns() {
    let site = site().file("posts/posts.json", r#"{"permalink": "/blog/{{ page.date | date: '%Y' }}/{{ page.fileSlug }}/index.html"}"#);
    let site = site.post("one", "2024-08-19", "x");
    let site = site.file("posts/2.md", "---\ntitle: A Long Walk\ndate: 2024-08-19\npermalink: \"/{{ title | slugify }}/\"\n---\nx\n");
    assert_eq!(entry(&site, "one")["url"], "https://example.org/blog/2024/one/");
    assert_eq!(entry(&site, "A Long Walk")["url"], "https://example.org/a-long-walk/");
    site.write("posts/3.md", "---\ntitle: B\ndate: 2024-08-19\npermalink: \"/{{ title | shout }}/\"\n---\nx\n");
    site.build(&[]).assert(1, &["[unusable-permalink]", "posts/3.md:4:"]);
}

#[test]
fn a_post_shown_by_its_own_front_matter_is_shown_whatever_its_folder_says() {
    let site = site().file("posts/posts.json", r#"{"draft": true}"#).file("posts/b.md", "---\ntitle: B\ndate: 2024-08-19\n---\nx\n");
    let site = site.file("posts/a.md", "---\ntitle: A\ndate: 2024-08-19\ndraft: false\n---\nx\n");
    assert_eq!(site.feed()["items"].as_array().map(Vec::len), Some(1));
    entry(&site, "A");
}

#[test]
fn what_is_wrong_in_a_data_file_is_said_once_and_there() {
    let site = |data: &str| {
        site()
            .file("posts/posts.json", data)
            .file("posts/posts.11tydata.js", "module.exports = { draft: true }")
            .post("a", "2024-08-19", "x")
            .post("b", "2024-08-19", "y")
    };
    for (data, code, count, said) in [
        ("{\"draft\": \"flase\"}", 1, 1, "posts/posts.json:1:11"),
        ("{\"draft\": true,}", 1, 1, "the data file is not valid JSON"),
        ("[1]", 0, 0, "the data file holds no JSON object"),
        ("{\"permalink\": \"/{{ page.outputPath }}/\"}", 0, 0, "write the pattern as `permalink:` in postrider.yaml"),
        ("\u{feff}{\"lang\": \"xx-klingon-y\"}", 0, 0, "posts/posts.json:1:"),
    ] {
        let run = site(data).build(&[]);
        run.assert(code, &[said]);
        assert_eq!((run.count("data-not-read"), run.stderr.matches("error[").count()), (1, count), "{}", run.stderr);
        assert_eq!(run.stderr.matches("posts/posts.json").count(), 1, "{}", run.stderr);
    }
}

#[test]
fn no_post_goes_out_without_the_data_file_that_may_hide_it() {
    let site =
        site().file("posts/drafts/drafts.json", "{\"draft\": true,}").post("a", "2024-08-19", "x").post("drafts/b", "2024-08-19", "y");
    site.build(&["--keep-going"]).assert(1, &["posts/drafts/drafts.json:1:", "1 entry from 1 post", "1 with errors"]);
}

#[test]
fn a_list_of_pictures_gives_the_first_and_a_list_of_languages_is_reported() {
    let site = site().file("posts/a.md", "---\ntitle: A\ndate: 2024-08-19\nimage: [one.png, two.png]\nlang: [de, en]\n---\nx\n");
    let site = site.file("posts/one.png", "x").file("posts/two.png", "x");
    site.build(&[]).assert(0, &["[ignored-value]", "`lang` is a list", "posts/a.md:5:7"]);
    assert_eq!(site.json("public/feed.json")["items"][0]["image"], "https://example.org/2024/08/a/one.png");
}

#[test]
fn a_date_that_only_eleventy_can_tell_is_an_error_that_says_so() {
    let run = site().file("posts/a.md", "---\ntitle: A\ndate: git Last Modified\n---\nx\n").build(&[]);
    run.assert(1, &["[unknown-date]", "posts/a.md:3:7", "only Eleventy can tell"]);
}

#[test]
fn braces_are_text_in_posts_of_generators_that_run_no_template() {
    let post = "---\ntitle: A\ndate: 2024-08-19\n---\nUse {{ name }} and {{ more }}.\n";
    for (neighbour, path, is_text) in [
        ("", "content/posts/a.md", true),
        ("", "src/content/a.md", true),
        ("", "posts/a.md", false),
        ("", "_posts/2024-08-19-a.md", false),
        ("hugo.toml", "posts/a.md", true),
        ("eleventy.config.js", "content/blog/a.md", false),
    ] {
        let site = with("posts: ['**/*.md']").file(path, post);
        if !neighbour.is_empty() {
            site.write(neighbour, "");
        }
        let run = site.build(&[]);
        assert_eq!(run.code, 0, "{path} {}", run.stderr);
        let content = site.json("public/feed.json")["items"][0]["content_html"].to_string();
        assert_eq!(content.contains("{{ name }} and {{ more }}"), is_text, "{neighbour} {path} {content}");
        let told = (run.count("shortcode-leftover"), run.count("liquid-leftover"));
        assert_eq!(told, if is_text { (1, 0) } else { (0, 2) }, "{neighbour} {path}");
    }
}
