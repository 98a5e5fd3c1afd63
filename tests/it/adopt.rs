//! `postrider adopt`: readers of another generator's feed go on without noticing.

use crate::builder::{CONFIG, Site, site};

/// The posts that every feed below has.
fn blog() -> Site {
    let site = site().post("Hello", "2026-10-01", "Some words of greeting that are long enough to be known again by them.");
    site.post("Tides", "2026-10-02 09:00", "What the tables say of tides, and what the boat yard says of the tables.")
}

/// Adopts a feed, builds, and returns the ids of the posts, oldest first.
fn ids(site: &Site, feed: &str) -> Vec<String> {
    site.write("old.xml", feed);
    let run = site.run(&["adopt", "old.xml"]);
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    let lock = site.read("postrider.lock");
    site.run(&["adopt", "old.xml"]).assert(0, &["nothing to take over"]);
    assert_eq!(site.read("postrider.lock"), lock, "a second time changes nothing");
    site.build(&[]).assert(0, &["2 entries"]);
    site.run(&["diff", "--against", "old.xml", "--fail-on", "reappear,new,vanish,backfill,merge"]).assert(0, &[]);
    site.run(&["adopt", "old.xml"]).assert(0, &["nothing to take over"]);
    let feed = site.json("public/feed.json");
    let mut ids: Vec<String> =
        feed["items"].as_array().expect("items").iter().map(|item| item["id"].as_str().expect("an id").to_owned()).collect();
    ids.reverse();
    ids
}

const JEKYLL: &str = r#"<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom"><generator uri="https://jekyllrb.com/" version="4.3.2">Jekyll</generator><link href="https://example.org/feed.xml" rel="self" type="application/atom+xml" /><link href="https://example.org/" rel="alternate" type="text/html" /><updated>2026-10-03T00:00:00+00:00</updated><id>https://example.org/feed.xml</id><title type="html">Example</title>
<entry><title type="html">Tides</title><link href="https://example.org/2026/10/02/tides.html" rel="alternate" type="text/html" title="Tides" /><published>2026-10-02T09:00:00+00:00</published><updated>2026-10-05T09:00:00+00:00</updated><id>https://example.org/2026/10/02/tides</id><content type="html" xml:base="https://example.org/2026/10/02/tides.html"><![CDATA[<p>What the tables say of tides, and what the boat yard says of the tables.</p>]]></content></entry>
<entry><title type="html">Hello</title><link href="https://example.org/2026/10/01/hello.html" rel="alternate" type="text/html" title="Hello" /><published>2026-10-01T00:00:00+00:00</published><updated>2026-10-01T00:00:00+00:00</updated><id>https://example.org/2026/10/01/hello</id><content type="html" xml:base="https://example.org/2026/10/01/hello.html"><![CDATA[<p>Some words of greeting that are long enough to be known again by them.</p>]]></content></entry></feed>
"#;

#[test]
fn jekylls_ids_differ_from_the_links_and_its_feed_keeps_its_name_and_id() {
    let site = blog();
    site.write("postrider.yaml", format!("{CONFIG}permalink: date\n"));
    assert_eq!(ids(&site, JEKYLL), ["https://example.org/2026/10/01/hello", "https://example.org/2026/10/02/tides"]);
    let feed = site.read("public/feed.xml");
    assert!(feed.contains("<id>https://example.org/feed.xml</id>"), "{feed}");
    assert!(feed.contains("<updated>2026-10-05T09:00:00+00:00</updated>"), "{feed}");
    insta::assert_snapshot!(site.read("postrider.lock"), @"
    # Written by postrider; keep it in version control. What is told here stays the same from run to run. The last line is `# end`.
    feed atom - https://example.org/feed.xml -
    feed atom https://example.org/feed.xml https://example.org/feed.xml -
    post posts/Hello.md https://example.org/2026/10/01/hello 2026-10-01T00:00:00+00:00 2026-10-01T00:00:00+00:00 5108dd183ed7212929b0582b2b47a551
    post posts/Tides.md https://example.org/2026/10/02/tides 2026-10-02T09:00:00+00:00 2026-10-05T09:00:00+00:00 eb4afafe15ec4bfef2408f479a98bd17
    # end
    ");
    let run =
        blog().file("postrider.yaml", format!("{CONFIG}permalink: date\n")).file("old.xml", JEKYLL).run(&["adopt", "old.xml", "--dry-run"]);
    insta::assert_snapshot!(run.stdout, @"
    old.xml: Atom, 2 entries: known 2 by link
    followers see no change
    postrider.lock takes over what readers know of 2 posts and 1 feed (not written)
    ");
}

#[test]
fn hugos_guids_are_its_links() {
    let item = |slug: &str, title: &str, date: &str, text: &str| {
        format!(
            "<item><title>{title}</title><link>https://example.org/posts/{slug}/</link><pubDate>{date}</pubDate><guid>https://example.org/posts/{slug}/</guid><description>{text}</description></item>"
        )
    };
    let feed = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\" standalone=\"yes\"?><rss version=\"2.0\" xmlns:atom=\"http://www.w3.org/2005/Atom\"><channel><title>Example</title><link>https://example.org/</link><generator>Hugo</generator><language>en</language><atom:link href=\"https://example.org/index.xml\" rel=\"self\" type=\"application/rss+xml\" />{}{}</channel></rss>",
        item("tides", "Tides", "Fri, 02 Oct 2026 09:00:00 +0000", "What the tables say of tides"),
        item("hello", "Hello", "Thu, 01 Oct 2026 00:00:00 +0000", "Some words of greeting"),
    );
    let site = blog();
    assert_eq!(ids(&site, &feed), ["https://example.org/posts/hello/", "https://example.org/posts/tides/"], "known by title and date");
    assert!(site.has("public/index.xml"));
}

#[test]
fn zola_and_eleventy_write_atom_with_addresses_for_ids() {
    for link in ["https://example.org/2026/10/NAME/", "https://example.org/blog/NAME/"] {
        let entry = |name: &str, title: &str, date: &str| {
            let link = link.replace("NAME", name);
            format!(
                "<entry xml:lang=\"en\"><title>{title}</title><published>{date}</published><updated>{date}</updated><author><name>Ada</name></author><link rel=\"alternate\" type=\"text/html\" href=\"{link}\"/><id>{link}</id><content type=\"html\" xml:base=\"{link}\">&lt;p&gt;x&lt;/p&gt;</content></entry>"
            )
        };
        let feed = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"en\"><title>Example</title><link rel=\"self\" type=\"application/atom+xml\" href=\"https://example.org/atom.xml\"/><link rel=\"alternate\" type=\"text/html\" href=\"https://example.org\"/><generator uri=\"https://www.getzola.org/\">Zola</generator><updated>2026-10-02T09:00:00+00:00</updated><id>https://example.org/atom.xml</id>{}{}</feed>",
            entry("tides", "Tides", "2026-10-02T09:00:00+00:00"),
            entry("hello", "Hello", "2026-10-01T00:00:00+00:00"),
        );
        let expected = ["hello", "tides"].map(|name| link.replace("NAME", name));
        assert_eq!(ids(&blog(), &feed), expected);
    }
}

#[test]
fn pelicans_ids_are_tag_uris() {
    let entry = |name: &str, title: &str, day: &str| {
        format!(
            "<entry><title>{title}</title><link href=\"https://example.org/{name}.html\" rel=\"alternate\"></link><published>{day}T00:00:00+02:00</published><updated>{day}T00:00:00+02:00</updated><author><name>Ada</name></author><id>tag:example.org,{day}:/{name}.html</id><summary type=\"html\">&lt;p&gt;x&lt;/p&gt;</summary></entry>"
        )
    };
    let feed = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\"><title>Example</title><link href=\"https://example.org/\" rel=\"alternate\"></link><link href=\"https://example.org/feeds/all.atom.xml\" rel=\"self\"></link><id>https://example.org/</id><updated>2026-10-02T00:00:00+02:00</updated>{}{}</feed>",
        entry("tides", "Tides", "2026-10-02"),
        entry("hello", "Hello", "2026-10-01"),
    );
    let site = blog();
    assert_eq!(ids(&site, &feed), ["tag:example.org,2026-10-01:/hello.html", "tag:example.org,2026-10-02:/tides.html"]);
    site.run(&["diff", "--against", "old.xml"])
        .assert(0, &["1 feed moves", "redirect it with status 301 to `https://example.org/atom.xml`"]);
}

fn wordpress(page: &str, items: &[(&str, &str, &str, u32)]) -> String {
    let item = |(title, path, text, number): &(&str, &str, &str, u32)| {
        format!(
            "<item><title>{title}</title><link>https://example.org/{path}/</link><dc:creator><![CDATA[Ada]]></dc:creator><pubDate>Thu, 0{number} Oct 2026 09:00:00 +0000</pubDate><guid isPermaLink=\"false\">https://example.org/?p={number}</guid><description><![CDATA[{text} [&#8230;]]]></description><content:encoded><![CDATA[<p>{text}</p>\n]]></content:encoded></item>\n"
        )
    };
    let items: String = items.iter().map(item).collect();
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><rss version=\"2.0\" xmlns:content=\"http://purl.org/rss/1.0/modules/content/\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:atom=\"http://www.w3.org/2005/Atom\">\n<channel><title>Example</title><atom:link href=\"https://example.org/feed/{page}\" rel=\"self\" type=\"application/rss+xml\" /><link>https://example.org</link><generator>https://wordpress.org/?v=6.4</generator>\n{items}</channel></rss>"
    )
}

#[test]
fn wordpress_has_pages_numbers_for_ids_and_a_folder_for_an_address() {
    let site = blog();
    let words = "What the tables say of tides, and what the boat yard says of the tables.";
    site.write(
        "1.xml",
        wordpress("", &[("Of the tides", "2026/10/the-tides", words, 2), ("Gone", "gone", "Nothing of it is left here at all.", 3)]),
    );
    site.write("2.xml", wordpress("?paged=2", &[("Hello", "2026/10/hello", "Some", 1)]));
    let run = site.run(&["adopt", "1.xml", "2.xml"]);
    insta::assert_snapshot!(format!("{}{}", run.stdout, run.stderr), @"
    1.xml and 1 further page: RSS, 3 entries: known 1 by link, 1 by content
    note: 1.xml:5: no post is `Gone`
    note: the feeds have 2 entries from now on, as the old one has; `feeds.entries` sets another number
    when postrider's feeds take their place:
      updated: `Tides` (https://example.org/2026/10/tides/): title, link
      vanishes: `Gone` (https://example.org/gone/): the site has no such post any more
      older, would appear as new: `Hello` (https://example.org/2026/10/hello/)
      feed moves: `https://example.org/feed/` is not written any more; redirect it with status 301 to `https://example.org/rss.xml`
      1 updated, 1 vanishes, 1 older post would appear as new, 1 feed moves
    postrider.lock takes over what readers know of 2 posts and 1 feed
    ");
    assert_eq!(run.code, 0);
    let lock = site.read("postrider.lock");
    assert!(
        lock.contains("post posts/Hello.md https://example.org/?p=1 ") && lock.contains("post posts/Tides.md https://example.org/?p=2 "),
        "{lock}"
    );
    assert_eq!(lock, {
        site.run(&["adopt", "1.xml", "2.xml"]).assert(0, &["nothing to take over"]);
        site.read("postrider.lock")
    });
}

#[test]
fn adopting_our_own_feeds_changes_nothing() {
    let site = blog();
    site.build(&[]).assert(0, &[]);
    let before = site.read("postrider.lock");
    let run = site.run(&["adopt", "public/rss.xml", "public/atom.xml", "public/feed.json"]);
    insta::assert_snapshot!(run.stdout, @"
    public/rss.xml: RSS, 2 entries: known 2 by link
    public/atom.xml: Atom, 2 entries: known 2 by link
    public/feed.json: JSON Feed, 2 entries: known 2 by link
    followers see no change
    there is nothing to take over; postrider.lock stays as it is
    ");
    assert_eq!(site.read("postrider.lock"), before);
    std::fs::remove_file(site.path("postrider.lock")).expect("a file");
    site.run(&["adopt", "public/atom.xml"]).assert(0, &["takes over what readers know of 2 posts"]);
    assert_eq!(site.read("postrider.lock"), before, "a lost lock comes back");
}

#[test]
fn what_cannot_be_told_is_told_and_not_guessed() {
    let site = blog().file("posts/hello-2.md", "---\ntitle: Greetings\ndate: 2026-10-01\npermalink: /hello.html\n---\n\nOther words.\n");
    let item =
        |guid: &str, path: &str| format!("<item><title>Hi</title><link>https://example.org/{path}</link><guid>{guid}</guid></item>\n");
    let (twice, crossed) =
        (item("a", "2026/10/tides/") + &item("b", "2026/10/tides.html"), item("https://example.org/2026/10/hello/", "hello"));
    site.write("old.xml", format!("<rss version='2.0'><channel>\n{twice}{crossed}</channel></rss>"));
    let run = site.run(&["adopt", "old.xml", "--dry-run"]);
    insta::assert_snapshot!(format!("{}{}", run.stdout, run.stderr), @"
    old.xml: RSS, 3 entries: none is a post of this site
    note: old.xml:2: `Hi` is `posts/Tides.md`, and so is another entry; neither was taken; help: write `id: a` into its front matter if it is this one
    note: old.xml:3: `Hi` is `posts/Tides.md`, and so is another entry; neither was taken; help: write `id: b` into its front matter if it is this one
    note: old.xml:4: `Hi` may be `posts/hello-2.md` or `posts/Hello.md`; none was taken; help: write `id: https://example.org/2026/10/hello/` into the front matter of the one that it is
    note: old.xml: the feed does not say where it is published; write its file name into `feeds.files.rss`
    when postrider's feeds take their place:
      new: `Greetings` (https://example.org/hello.html)
      updated: `Hello` (https://example.org/2026/10/hello/): title, link, text
          + Some words of greeting that are long enough to be known again by them.
      would become one with another: `Tides`: `a` becomes `https://example.org/2026/10/tides/`
      would become one with another: `Tides`: `b` becomes `https://example.org/2026/10/tides/`
      1 new, 1 updated, 2 would become one with others
    there is nothing to take over; postrider.lock stays as it is
    ");
    assert_eq!(run.code, 1);
    assert!(!site.has("postrider.lock"));
    let run = site.run(&["adopt", "old.xml", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&run.stdout).expect("JSON");
    assert_eq!((json["doubts"].as_array().map(Vec::len), &json["written"]), (Some(3), &false.into()));
}

#[test]
fn an_id_in_the_front_matter_that_readers_do_not_know_is_told() {
    let site = blog();
    site.write("posts/Tides.md", "---\ntitle: Tides\ndate: 2026-10-02 09:00\nid: 'tag:example.org,2026:tides'\n---\n\nTides.\n");
    site.write("postrider.yaml", format!("{CONFIG}permalink: date\n"));
    site.write("old.xml", JEKYLL);
    site.run(&["adopt", "old.xml"]).assert(
        0,
        &["posts/Tides.md: its front matter says it is `tag:example.org,2026:tides`", "1 would reappear as unread", "take the `id` out"],
    );
    site.write("posts/Tides.md", "---\ntitle: Tides\ndate: 2026-10-02 09:00\nguid: 'tag:example.org,2026:tides'\n---\n\nTides.\n");
    site.run(&["adopt", "old.xml"]).assert(0, &["take the `guid` out of it"]);
}

#[test]
fn ghosts_ids_are_no_addresses_and_atom_has_others_in_their_place() {
    let item = |title: &str, day: u32, id: &str| {
        format!(
            "<item><title><![CDATA[{title}]]></title><link>https://example.org/{title}/</link><guid isPermaLink=\"false\">{id}</guid><pubDate>0{day} Oct 2026 09:00:00 GMT</pubDate></item>"
        )
    };
    let items = item("Tides", 2, "65f1a2b3c4d5e6f7a8b9c0d2") + &item("Hello", 1, "65f1a2b3c4d5e6f7a8b9c0d1");
    let site = blog();
    let feed = format!("<rss version=\"2.0\"><channel><title>Example</title><generator>Ghost 5.80</generator>{items}</channel></rss>");
    assert_eq!(ids(&site, &feed), ["65f1a2b3c4d5e6f7a8b9c0d1", "65f1a2b3c4d5e6f7a8b9c0d2"]);
    let atom = site.read("public/atom.xml");
    assert_eq!((atom.matches("<id>urn:uuid:").count(), atom.contains("65f1a2")), (2, false), "{atom}");
    site.run(&["adopt", "public/atom.xml"]).assert(0, &["nothing to take over"]);
}

/// A feed that adopts nothing by itself, cut off in its second entry.
const CUT: &str = "<feed xmlns='http://www.w3.org/2005/Atom'><id>tag:x,2020:f</id><link rel='self' href='https://example.org/atom.xml'/>\n<entry><id>tag:x,2020:tides</id><title>Tides</title><link href='https://example.org/2026/10/tides/'/><updated>2026-10-02T09:00:00Z</updated></entry>\n<entry><id>tag:x,2020:hel";

#[test]
fn of_a_feed_that_breaks_off_nothing_is_taken_over_unless_that_is_asked_for() {
    let site = blog().file("old.xml", CUT);
    let run = site.run(&["adopt", "old.xml"]);
    insta::assert_snapshot!(format!("{}{}", run.stderr, run.stdout), @"
    error: old.xml:3:26: the feed breaks off here, and `<id>` is not closed; 1 entry was read before it, and what followed is not known; help: get the whole feed
    error: nothing was written, as this is not all of what followers know; help: give the whole feed, or take over what could be read with `--keep-going`
    old.xml: Atom, 1 entry: known 1 by link
    note: 1 post is in none of these feeds: `posts/Hello.md`
    when postrider's feeds take their place:
      updated: `Tides` (https://example.org/2026/10/tides/): text
          + What the tables say of tides, and what the boat yard says of the tables.
      1 updated
    postrider.lock takes over what readers know of 1 post and 1 feed (not written)
    ");
    assert_eq!((run.code, site.has("postrider.lock")), (1, false));
    site.run(&["adopt", "old.xml", "--keep-going"]).assert(1, &["old.xml:3:26: the feed breaks off here"]);
    let lock = site.read("postrider.lock");
    assert!(lock.contains("Tides.md tag:x,2020:tides ") && lock.contains("atom.xml tag:x,2020:f -\n") && !lock.contains("Hello"), "{lock}");
    let json: serde_json::Value = serde_json::from_str(&site.run(&["adopt", "old.xml", "--format", "json"]).stdout).expect("JSON");
    assert_eq!(json["notes"].as_array().map(Vec::len), Some(1), "{json}");
}

#[test]
fn what_is_not_well_formed_and_what_is_no_feed_is_said_to_be_so() {
    let site = blog().file("old.xml", JEKYLL.replace("Hello</title>", "Hello & you</title>"));
    site.run(&["adopt", "old.xml", "--dry-run"])
        .assert(0, &["warning: old.xml:3:33: ", "1 entry stands before this; help: `postrider validate old.xml`"]);
    for (text, said) in [
        ("", "`x` is no feed but an empty file; help: look why nothing was written to it"),
        (
            "<!doctype html><link rel=alternate type='application/atom+xml' href='/a&amp;b.xml'>",
            "`x` is no feed but an HTML page; help: it names `/a&b.xml`",
        ),
        ("<html>", "`x` is no feed but an HTML page; help: look for `<link rel=\"alternate\">`"),
        ("{\"version\": \"https://jsonfeed.org/version/1.1\",\n \"items\": [{id", "`x` cannot be read as a feed: 2:13: "),
        ("<opml version='2.0'/>", "`x` is no feed but an OPML list of feeds"),
        ("<svg/>", "`x` "),
    ] {
        site.write("x", text);
        for command in [&["adopt", "x"][..], &["diff", "--against", "x"]] {
            site.run(command).assert(2, &[said]);
        }
    }
    site.write("x", "<rss version='2.0'><channel/></rss>");
    site.run(&["adopt", "x"]).assert(0, &["x: RSS without entries: there is nothing to take over from it"]);
    site.run(&["diff", "--against", "x"]).assert(0, &["note: `x` has no entries", "2 new"]);
}

/// Writes a feed of RSS with some of the posts of a site of four.
fn rss(path: &str, posts: &[u32]) -> String {
    let item = |post: &u32| {
        format!(
            "<item><title>Post {post}</title><link>https://example.org/2026/10/p{post}/</link><guid isPermaLink='false'>n{post}</guid><pubDate>0{post} Oct 2026 00:00:00 +0000</pubDate><description>Some words of number {post} that are long enough.</description></item>\n"
        )
    };
    let items: String = posts.iter().map(item).collect();
    format!(
        "<rss version='2.0' xmlns:atom='http://www.w3.org/2005/Atom'><channel><title>Old name</title><link>https://example.org/</link><description>All of it</description><language>en-gb</language><atom:link rel='self' href='https://example.org/{path}'/>\n{items}</channel></rss>"
    )
}

#[test]
fn what_has_to_be_written_for_feeds_to_go_on_is_told_ready_to_copy_and_by_feed() {
    let site = crate::builder::folder();
    site.write(
        "postrider.yaml",
        "site: {url: 'https://example.org/', title: Mine, timezone: UTC, author: Ada}\nfeeds: {formats: [json], entries: 5}\n",
    );
    for post in 1..5 {
        let category = if post % 2 == 0 { "Cake" } else { "Sea" };
        site.write(
            &format!("posts/p{post}.md"),
            format!("---\ntitle: Post {post}\ndate: 2026-10-0{post}\ncategories: [{category}]\n---\n\nSome words of number {post} that are long enough.\n"),
        );
    }
    site.write("main.xml", rss("posts/index.xml", &[4, 3, 2]));
    site.write("second.xml", rss("other.xml", &[4, 3, 2]));
    site.write("cake.xml", rss("category/cake/rss.xml", &[4, 2]));
    let run = site.run(&["adopt", "main.xml", "second.xml", "cake.xml"]);
    insta::assert_snapshot!(format!("{}{}", run.stderr, run.stdout), @r#"
    main.xml: RSS, 3 entries: known 3 by link
    second.xml: RSS, 3 entries: known 3 by link
    cake.xml: RSS, 2 entries: known 2 by link
    note: main.xml: `feeds.formats` leaves RSS out, which this feed is
    note: main.xml: followers read `posts/index.xml`
    note: second.xml: followers read `other.xml`, and `posts/index.xml` is to be the RSS feed; redirect one to the other with status 301
    note: cake.xml: it has the posts of the category `Cake` only; `feeds: {by: {category: 'category/:slug/'}}` makes one of each category, to which its followers can be led
    note: 1 post is in none of these feeds: `posts/p1.md`
    when postrider's feeds take the place of main.xml, second.xml:
      older, would appear as new: `Post 1` (https://example.org/2026/10/p1/)
      feed moves: `https://example.org/posts/index.xml` is not written any more; redirect it with status 301 to `https://example.org/feed.json`
      feed moves: `https://example.org/other.xml` is not written any more; redirect it with status 301 to `https://example.org/feed.json`
      1 older post would appear as new, 2 feeds move
    when postrider's feeds take the place of cake.xml:
      older, would appear as new: `Post 3` (https://example.org/2026/10/p3/)
      older, would appear as new: `Post 1` (https://example.org/2026/10/p1/)
      feed moves: `https://example.org/category/cake/rss.xml` is not written any more, and no feed has its entries: who follows it hears of nothing new
      2 older posts would appear as new, 1 feed moves
    what followers read goes on with these settings in postrider.yaml:
      site:
        title: Old name
        description: All of it
        language: en-gb
      feeds:
        formats: [json, rss]
        files: {rss: "posts/index.xml"}
        entries: 3
    postrider.lock takes over what readers know of 3 posts and 2 feeds
    "#);
    let lock = site.read("postrider.lock");
    assert!(!lock.contains("cake"), "{lock}");
    let lines: Vec<&str> = run
        .stdout
        .lines()
        .skip_while(|line| !line.ends_with("in postrider.yaml:"))
        .skip(1)
        .filter_map(|line| line.strip_prefix("  "))
        .collect();
    site.write("advice.yaml", lines.join("\n") + "\n");
    let given = site.read("advice.yaml").replace("site:\n", "site:\n  url: https://example.org/\n  timezone: UTC\n  author: Ada\n");
    site.write("postrider.yaml", given);
    let run = site.run(&["adopt", "main.xml"]);
    assert!(!run.stdout.contains("in postrider.yaml:"), "{}", run.stdout);
    site.run(&["diff", "--against", "main.xml"]).assert(0, &["followers see no change"]);
}

/// Writes a feed of Atom with the two posts of [`blog`] under ids of its own.
fn atom(id: &str, ids: [&str; 2]) -> String {
    let entry = |slug: &str, id: &str| {
        format!(
            "<entry><id>{id}</id><title>{slug}</title><link href='https://example.org/2026/10/{slug}/'/><updated>2026-10-02T09:00:00Z</updated></entry>\n"
        )
    };
    let entries = entry("hello", ids[0]) + &entry("tides", ids[1]);
    format!(
        "<feed xmlns='http://www.w3.org/2005/Atom'><id>{id}</id><title>T</title><link rel='self' href='https://example.org/atom.xml'/>\n{entries}</feed>"
    )
}

#[test]
fn a_second_feed_takes_no_ids_away_that_the_lock_has() {
    let site = blog().file("a.xml", atom("tag:x,2020:f", ["tag:x,2020:1", "tag:x,2020:2"]));
    site.write("b.xml", atom("tag:x,2020:f", ["tag:x,2021:1", "tag:x,2020:2"]));
    site.run(&["adopt", "a.xml"]).assert(0, &["2 posts and 1 feed"]);
    let lock = site.read("postrider.lock");
    let run = site.run(&["adopt", "b.xml"]);
    run.assert(
        1,
        &["`hello` goes by `tag:x,2021:1` here; `posts/Hello.md` keeps `tag:x,2020:1`, as postrider.lock has it", "nothing to take over"],
    );
    assert_eq!(site.read("postrider.lock"), lock);
    site.run(&["lock", "--forget", "posts/Hello.md"]).assert(0, &["forgotten"]);
    site.run(&["adopt", "b.xml"]).assert(0, &["1 post"]);
    assert!(site.read("postrider.lock").contains("Hello.md tag:x,2021:1 "));
}

#[test]
fn what_postrider_has_published_is_not_replaced_either() {
    let site = blog();
    site.build(&[]).assert(0, &[]);
    site.write("postrider.yaml", format!("{CONFIG}permalink: date\n"));
    site.write("old.xml", JEKYLL);
    site.run(&["adopt", "old.xml"])
        .assert(1, &["`posts/Tides.md` keeps `https://example.org/2026/10/tides/`", "lock --forget posts/Tides.md"]);
}

#[test]
fn ids_that_our_validator_dislikes_are_taken_over_and_told_once() {
    for (feed, entry) in [
        ("example.org/feed", "tag:x,2020:1"),
        ("urn:uuid:123", "urn:x"),
        ("tag:example.org:feed", "urn:uuid:123"),
        ("http://old.example/a b", "tag:example.org:1"),
        ("http://old.example/", "http://old.example/a b"),
        ("http://old.example/", "urn:uuid:12345678"),
    ] {
        let site = blog().file("old.xml", atom(feed, [entry, "tag:x,2020:2"]));
        let run = site.run(&["adopt", "old.xml"]);
        assert_eq!(run.code, 0, "{feed} {entry}: {}{}", run.stdout, run.stderr);
        let run = site.build(&[]);
        assert_eq!(run.code, 0, "{feed} {entry}: {}{}", run.stdout, run.stderr);
        assert!(run.stderr.matches("readers know the feed by this id").count() <= 1, "{}", run.stderr);
        assert!(site.read("public/rss.xml").contains(&format!(">{entry}</guid>")), "{entry}");
        assert!(site.read("public/atom.xml").contains(&format!("<id>{feed}</id>")), "{feed}: {}", site.read("public/atom.xml"));
    }
}

#[test]
fn a_feed_of_another_site_is_an_error() {
    let site = blog().file("old.xml", atom("tag:x,2020:f", ["a", "b"]).replace("hello", "other").replace("tides", "thing"));
    let run = site.run(&["adopt", "old.xml"]);
    run.assert(1, &["error: nothing was written, as no entry of `old.xml` is a post of this site"]);
    assert!(!site.has("postrider.lock"));
}

#[test]
fn the_feed_of_another_language_does_not_cut_the_main_one() {
    let site = blog().post("Milk", "2026-10-03", "Milk.");
    site.write("postrider.yaml", format!("{CONFIG}languages: {{de: {{}}}}\n"));
    site.write("posts/eins.md", "---\ntitle: Eins\ndate: 2026-10-01\nlanguage: de\n---\n\nEins.\n");
    site.write("posts/zwei.md", "---\ntitle: Zwei\ndate: 2026-09-01\nlanguage: de\n---\n\nZwei.\n");
    site.build(&[]).assert(0, &[]);
    let url = site.json("public/de/feed.json")["items"][0]["url"].as_str().expect("a link").to_owned();
    for own in ["de/rss.xml", "deutsch/feed.xml"] {
        let feed = format!(
            "<rss version='2.0' xmlns:atom='http://www.w3.org/2005/Atom'><channel><title>Old</title><link>https://example.org/</link><description>x</description><atom:link rel='self' href='https://example.org/{own}'/><item><title>Eins</title><link>{url}</link><guid>{url}</guid></item></channel></rss>"
        );
        site.write("old.xml", feed);
        let run = site.run(&["adopt", "old.xml"]);
        assert!(run.code == 0 && !run.stdout.contains("from now on"), "{}{}", run.stdout, run.stderr);
        site.build(&[]).assert(0, &[]);
        assert_eq!(site.json("public/feed.json")["items"].as_array().map(Vec::len), Some(3));
    }
}
