//! Which posts stand at which address, in which feed, and what two of them may not share.

use crate::builder::{CONFIG, Run, Site, folder, site};

fn with(settings: &str) -> Site {
    folder().file("postrider.yaml", format!("{CONFIG}{settings}\n"))
}

fn post(front: &str, body: &str) -> String {
    format!("---\ntitle: A\ndate: 2024-08-19\n{front}\n---\n\n{body}\n")
}

fn assert_run(run: &Run, code: i32, said: &[&str]) {
    assert_eq!(run.code, code, "{}{}", run.stdout, run.stderr);
    for part in said {
        assert!(run.stderr.contains(part) || run.stdout.contains(part), "`{part}` is missing in:\n{}{}", run.stdout, run.stderr);
    }
}

/// Returns the address of the one post of a site.
fn address(front: &str) -> String {
    let site = site().file("posts/a.md", post(front, "Hello."));
    site.feed()["items"][0]["url"].as_str().expect("an address").to_owned()
}

#[test]
fn two_outputs_at_one_path_are_an_error_that_names_both() {
    for (settings, said) in [
        ("feeds: {by: {tag: ':slug/'}}", ["the feed `Example: de`", "the feed `Example (de)`"]),
        ("feeds: {by: {tag: 't/:slug/', category: 'T/X-:slug/'}}", ["the feed `Example: x-de`", "the feed `Example: DE (category)`"]),
        ("feeds: {opml: De/Feed.json}", ["`feeds.opml`", "the feed `Example (de)`"]),
        ("feeds: {opml: de/rss.xml/a.opml}", ["`feeds.opml`", "the feed `Example (de)`"]),
    ] {
        let site =
            with(settings).file("posts/a.md", post("tags: [de, x-de]\ncategories: [DE]", "Hello.")).post("a.de", "2024-08-20", "Hallo.");
        let run = site.build(&[]);
        assert_run(&run, 1, &said);
        assert_run(&run, 1, &["[output-clash]", "postrider.yaml"]);
        assert!(!site.has("public/rss.xml"));
    }
}

#[test]
fn feeds_in_folders_of_their_own_do_not_clash() {
    let site = with("feeds: {by: {tag: 'tags/:slug/', category: 'categories/:slug/'}}");
    let site = site.file("posts/a.md", post("tags: [de]\ncategories: [de]", "Hello.")).post("a.de", "2024-08-20", "Hallo.");
    assert_eq!(site.build(&[]).code, 0);
    assert!(site.has("public/tags/de/rss.xml") && site.has("public/de/rss.xml") && site.has("public/categories/de/rss.xml"));
}

#[test]
fn keep_going_publishes_one_of_two_posts_that_share_an_id() {
    let site = site()
        .file("posts/a.md", post("guid: 'tag:example.org,2024:x'", "One."))
        .file("posts/b.md", post("guid: 'tag:example.org,2024:x'", "Two."));
    assert_run(&site.build(&["--keep-going"]), 1, &["[duplicate-id]", "`posts/a.md`"]);
    assert_eq!(site.json("public/feed.json")["items"].as_array().expect("items").len(), 1);
}

#[test]
fn two_spellings_of_one_address_are_duplicates() {
    for (one, other) in [("/%78/", "/x/"), ("/x/index.html", "/x/"), ("/x/#part", "/x/"), ("/%c3%a4/", "/ä/")] {
        let site = site()
            .file("posts/a.md", post(&format!("permalink: '{one}'"), "One."))
            .file("posts/b.md", post(&format!("permalink: '{other}'"), "Two."));
        assert_run(&site.build(&[]), 1, &["[duplicate-permalink]", "`posts/a.md` already"]);
    }
}

#[test]
fn a_feed_of_summaries_has_text_for_a_post_of_one_paragraph() {
    let site = with("feeds: {content: summary}").file("posts/a.md", post("", "Hello *there*."));
    assert_eq!(site.feed()["items"][0]["content_text"], "Hello there.");
    assert!(site.read("public/rss.xml").contains("Hello there."));
}

#[test]
fn a_description_that_says_what_the_content_says_is_left_out() {
    let site = site().file("posts/a.md", post("description: Same", "*Same*"));
    assert!(site.feed()["items"][0]["summary"].is_null());
    let site = crate::builder::site().file("posts/a.md", post("description: Same", "Same and more"));
    assert_eq!(site.feed()["items"][0]["summary"], "Same");
}

#[test]
fn a_new_tag_does_not_move_the_feed_of_an_old_one() {
    let site = with("feeds: {by: {tag: 'tags/:slug/'}}").file("posts/b.md", post("tags: [tag]", "Hello."));
    assert_eq!(site.build(&[]).code, 0);
    let title = |path: &str| site.json(path)["title"].as_str().expect("a title").to_owned();
    assert_eq!(title("public/tags/tag/feed.json"), "Example: tag");
    site.write("posts/c.md", post("tags: [(tag)]", "Newer.").replace("08-19", "09-19"));
    assert_run(&site.build(&[]), 0, &["[name-collision]", "posts/c.md:4:", "`tag-2`"]);
    assert_eq!(title("public/tags/tag/feed.json"), "Example: tag");
    assert_eq!(title("public/tags/tag-2/feed.json"), "Example: (tag)");
}

#[test]
fn of_two_tags_with_one_name_the_older_has_it() {
    let site = with("feeds: {by: {tag: 'tags/:slug/'}}").file("posts/b.md", post("tags: ['x y']", "Hello."));
    site.write("posts/c.md", post("tags: ['x (y)']", "Newer.").replace("08-19", "09-19"));
    assert_eq!(site.build(&[]).code, 0);
    assert_eq!(site.json("public/tags/x-y/feed.json")["title"], "Example: x y");
}

#[test]
fn placeholders_in_a_posts_own_permalink_are_filled_in_and_unknown_ones_are_errors() {
    assert_eq!(address("permalink: /a/:title:output_ext"), "https://example.org/a/a.html");
    assert_eq!(address("permalink: /:year/:filename/"), "https://example.org/2024/a/");
    assert_eq!(address("permalink: /re:zero/10:30/"), "https://example.org/re:zero/10:30/");
    for (permalink, said) in
        [("/:year/:foo/:title", "`:foo` in"), ("/:yeer/", "did you mean `:year`?"), ("/:titles/", "did you mean `:title`?")]
    {
        let site = site().file("posts/a.md", post(&format!("permalink: {permalink}"), "Hello."));
        assert_run(&site.build(&[]), 1, &["[unusable-permalink]", said]);
    }
}

#[test]
fn permalinks_are_those_that_the_neighbours_make_of_files() {
    for (permalink, path, front, expected) in [
        // As Jekyll 4.3, Hugo 0.111 and Eleventy 3.1 write them.
        ("/:categories/:title.html", "_posts/2024-08-19-A-b.md", "categories: ['C#', 'D/E f']", "c%23/d/e%20f/A-b.html"),
        ("/:sections/:slugorfilename/", "content/posts/Second-Post.md", "", "posts/second-post/"),
        ("/:sections/:slugorfilename/", "content/posts/with blank & Ünï.md", "", "posts/with-blank-%C3%BCn%C3%AF/"),
        ("/:sections/:slugorfilename/", "content/posts/C++ & C#.md", "", "posts/c++-c%23/"),
        ("/:sections/:slugorfilename/", "content/posts/2024-08-19-a.md", "", "posts/2024-08-19-a/"),
        ("/:sections/:slugorfilename/", "content/posts/2024-08-19-a.md", "slug: a", "posts/a/"),
        ("/:sections/:slugorfilename/", "content/posts/x/index.md", "slug: Other One", "posts/other-one/"),
        ("/:sections/:slugorfilename/", "content/posts/Sub Dir/Deep & More/X - Y.md", "", "posts/sub-dir/deep-more/x-y/"),
        ("/:path/", "posts/Sub/with blank & Ü.md", "", "Sub/with%20blank%20&%20%C3%9C/"),
        ("/:path/", "posts/fourth/fourth.md", "", "fourth/"),
        ("/:path/", "posts/C# 50%.md", "", "C%23%2050%25/"),
    ] {
        let folder = path.split('/').next().unwrap_or_default();
        let site = with(&format!("posts: {folder}\npermalink: {permalink}")).file(path, post(front, "Hello."));
        assert_eq!(site.feed()["items"][0]["url"], format!("https://example.org/{expected}"), "{path} {front}");
    }
}

#[test]
fn a_permalink_stays_below_the_sites_address_and_is_a_valid_one() {
    assert_eq!(address("permalink: '/100%/a[1]|^/'"), "https://example.org/100%25/a%5B1%5D%7C%5E/");
    assert_eq!(address("permalink: /a/../b%20c/"), "https://example.org/b%20c/");
    let config = CONFIG.replace("example.org/", "example.org/blog/");
    let site = folder().file("postrider.yaml", config).file("posts/a.md", post("permalink: /../../x/", "Hello."));
    assert_run(&site.build(&[]), 1, &["[unusable-permalink]", "leaves `https://example.org/blog/`"]);
}

#[test]
fn a_missing_image_is_not_published() {
    let site = site().file("posts/a.md", post("image: nowhere.png", "Hello."));
    assert_run(&site.build(&[]), 0, &["[missing-image]"]);
    for feed in ["rss.xml", "atom.xml", "feed.json"] {
        assert!(!site.read(&format!("public/{feed}")).contains("nowhere.png"), "{feed}");
    }
}

#[test]
fn very_many_missing_images_are_counted() {
    let lines: Vec<String> = (0..2000).map(|n| format!("![a](i{n}.png) ![a](same.png)\n")).collect();
    let body = lines.concat();
    let run = site().file("posts/a.md", post("", &body)).build(&["--format", "json"]);
    assert_eq!(run.stdout.matches("there is no image").count(), 8, "{}", run.stdout);
    assert_run(&run, 0, &["1993 more images"]);
}

#[test]
fn authors_and_feeds_of_tags_are_mended_as_the_text_is() {
    let site = with("feeds: {by: {tag: 'tags/:slug/'}}\ncontent: {repair_encoding: true}");
    let site = site.file("posts/a.md", post("author: RenÃ©\ntags: [cafÃ©]", "Hello."));
    site.build(&[]);
    assert_eq!(site.json("public/feed.json")["items"][0]["authors"][0]["name"], "René");
    assert_eq!(site.json("public/tags/café/feed.json")["title"], "Example: café");
}

#[test]
fn the_id_that_is_proposed_is_a_valid_one() {
    let site = site().file("posts/a.md", post("guid: not an iri", "Hello."));
    assert_run(&site.build(&[]), 0, &["[invalid-id]", "`tag:example.org,2024:not%20an%20iri`"]);
}

#[test]
fn keep_going_shows_the_warnings_of_a_post_with_an_error_once_and_those_of_others_once() {
    let site = site()
        .file("posts/a.md", post("enclosure: nowhere.mp3\nimage: nowhere.png", "A <script>x</script> post."))
        .file("posts/b.md", post("image: neither.png", "Hello."));
    let run = site.build(&["--keep-going"]);
    assert_run(&run, 1, &["[missing-enclosure]", "`nowhere.png`", "[removed-script]", "`neither.png`"]);
    assert_eq!((run.count("missing-image"), run.count("missing-enclosure"), run.count("removed-script")), (2, 1, 1), "{}", run.stderr);
}

#[test]
fn a_main_feed_without_entries_is_an_error_and_replaces_nothing() {
    for (front, args, said) in [
        ("draft: true", &[][..], ["1 draft", "`--drafts` shows drafts"]),
        ("draft: true", &["--keep-going"], ["1 draft", "`--drafts` shows drafts"]),
        ("title: B\ndate: 2030-01-01", &[], ["1 future", "`--future` shows"]),
        ("draft: maybe", &["--keep-going"], ["1 with errors", "put a post"]),
        ("enclosure: nowhere.mp3", &["--keep-going"], ["1 with errors", "put a post"]),
    ] {
        let site = with("feeds: {by: {tag: true}}").file("posts/a.md", post("tags: [sea]", "Hello."));
        assert_run(&site.build(&[]), 0, &[]);
        let before = site.files("public");
        let text = if front.starts_with("title") { format!("---\n{front}\n---\nx\n") } else { post(front, "Hello.") };
        site.write("posts/a.md", text);
        assert_run(&site.build(args), 1, &["error[empty-feed]", said[0], said[1], "nothing was replaced"]);
        assert_eq!(site.files("public"), before, "{front} {args:?}");
    }
    // Where posts have errors, these are the reason.
    for front in ["draft: maybe", "enclosure: nowhere.mp3"] {
        let run = site().file("posts/a.md", post(front, "Hello.")).build(&[]);
        assert_eq!((run.code, run.count("empty-feed")), (1, 0), "{front} {}", run.stderr);
    }
    let site = with("languages: {de: {}}").file("posts/a.md", post("", "Hello."));
    assert_run(&site.build(&[]), 1, &["`Example (de)`", "write a post in this language"]);
}

#[test]
fn everything_that_is_left_out_is_counted_and_named_for_machines() {
    let site = with("posts: [posts, _posts]").post("a", "2024-08-19", "Hello.").file("posts/draft.md", post("draft: true", "x"));
    let left_out = [
        ("_posts/nodate.md", "undated-name"),
        ("posts/2024-01-01-b.txt", "other-format"),
        ("posts/about.md", "page"),
        ("posts/c.mdx", "other-format"),
        ("posts/d.rst", "other-format"),
        ("posts/draft.md", "draft"),
    ];
    for (path, _) in left_out.iter().filter(|(path, _)| !path.contains("draft")) {
        site.write(path, "---\ntitle: X\n---\nx\n");
    }
    site.write("posts/robots.txt", "x");
    site.write("posts/_index.md", "---\ntitle: X\n---\n");
    let counted = ["1 draft", "1 page without a date", "1 in `_posts` without a date in its name", "3 in formats that are not read"];
    assert_run(&site.build(&[]), 0, &counted);
    let report: serde_json::Value = serde_json::from_str(&site.build(&["--format", "json"]).stdout).expect("JSON");
    let named = left_out.map(|(path, reason)| serde_json::json!({"path": path, "reason": reason}));
    assert_eq!(report["left_out"], serde_json::Value::from(named.to_vec()));
}

#[test]
fn front_matter_that_names_its_language_is_read() {
    for text in [
        "---json\n{\"title\": \"A\", \"date\": \"2024-08-19\"}\n---\n\nHello.\n",
        "---toml\ntitle = \"A\"\ndate = 2024-08-19\n---\n\nHello.\n",
        "--- yaml\ntitle: A\ndate: 2024-08-19\n---\n\nHello.\n",
    ] {
        let feed = site().file("posts/a.md", text).feed();
        assert_eq!((&feed["items"][0]["title"], &feed["items"][0]["content_html"]), (&"A".into(), &"<p>Hello.</p>\n".into()));
    }
    let program = "---js\n{title: \"A\", date: new Date()}\n---\nHello.\n";
    assert_run(&site().file("posts/a.md", program).build(&[]), 1, &["`new Date()` needs quotes in JSON", "posts/a.md:2:"]);
}

#[test]
fn a_post_in_which_nothing_is_written_is_an_error() {
    for text in ["", "\n \n", "---\ntags: [x]\n---\n", "---\ntitle:\n---\n\n", "<script>x</script>", "<!-- to do -->"] {
        let site = site().post("b", "2024-08-20", "Hello.").file("posts/2024-08-19-a.md", text);
        assert_run(&site.build(&[]), 1, &["error[empty-post]", "posts/2024-08-19-a.md:", "draft: true"]);
        assert_run(&site.build(&["--keep-going"]), 1, &["1 entry from 1 post", "1 with errors"]);
    }
}

#[test]
fn a_title_a_link_a_picture_or_a_summary_is_a_post() {
    for front in ["title: Soon", "link: https://example.com/?a&b", "image: https://example.com/a.png", "description: In short."] {
        let site = site().file("posts/2024-08-19-a.md", format!("---\n{front}\n---\n"));
        let run = site.build(&[]);
        assert_eq!((run.code, run.count("empty-post")), (0, 0), "{front} {}", run.stderr);
    }
}

#[test]
fn a_post_without_a_title_goes_by_its_beginning_where_a_feed_requires_one() {
    let words = "Rain since noon, and the ferry is late again; nobody on the quay minds, it seems.";
    let note = |day: &str, text: &str| format!("---\ndate: {day}\n---\n{text}\n");
    let site =
        site().file("posts/a.md", note("2024-08-19", words)).file("posts/b.md", note("2024-08-20", "![](https://example.com/a.png)"));
    let run = site.build(&[]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    let atom = site.read("public/atom.xml");
    for title in ["Rain since noon, and the ferry is late again; nobody on the quay…", "2024-08-20"] {
        assert!(atom.contains(&format!("<entry><title type=\"text\">{title}</title>")), "{atom}");
    }
    assert!(!site.read("public/rss.xml").contains("<item><title>") && site.feed()["items"][0].get("title").is_none());
}

#[test]
fn a_post_that_is_only_a_link_shows_it() {
    for settings in ["feeds: {content: full}", "feeds: {content: summary}"] {
        let site = with(settings).file("posts/2024-08-19-a.md", "---\ntitle: Found\nlink: https://example.com/?a&b\n---\n");
        let item = &site.feed()["items"][0];
        assert_eq!(item["external_url"], "https://example.com/?a&b");
        let (html, text) = (item["content_html"].as_str(), item["content_text"].as_str());
        let link = "<p><a href=\"https://example.com/?a&amp;b\">https://example.com/?a&amp;b</a></p>\n";
        assert_eq!(html.or(text), Some(if settings.contains("full") { link } else { "https://example.com/?a&b" }));
        assert!(site.read("public/rss.xml").contains("https://example.com/?a&"));
    }
}

#[test]
fn what_the_validator_warns_of_in_our_feeds_the_build_has_told_of_the_posts() {
    for (front, body, code, place) in [
        ("title: Soon", "", "missing-textual-content", "a.md:2:8"),
        ("title: A", "caf\u{fffd}", "bad-characters", "a.md:4:4"),
        ("title: 'Use <b>bold</b>: `<b>x</b>`'", "Hello.", "contains-html", "a.md:2:8"),
    ] {
        let site = site().file("posts/2024-08-19-a.md", format!("---\n{front}\n---\n{body}\n"));
        assert_run(&site.build(&[]), 0, &[&format!("warning[{code}]"), place]);
        assert_run(&site.run(&["validate", "public", "--deny", "warnings"]), 1, &[&format!("error[{code}]")]);
    }
    let site = site().file("posts/2024-08-19-a.md", "---\ntitle: The <b> element\n---\nHello.\n");
    assert_eq!(site.feed()["items"][0]["title"], "The <b> element");
    assert_run(&site.run(&["validate", "public", "--deny", "warnings"]), 0, &[]);
    let site = site.file("posts/2024-08-19-a.md", "---\ntitle: A\n---\nThe networkâ€™s end.\n");
    let run = site.build(&[]);
    assert_eq!((run.code, run.count("mojibake"), run.count("bad-characters")), (0, 1, 0), "{}", run.stderr);
}
