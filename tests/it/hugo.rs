//! What Hugo does in ways of its own: when a page is out, what belongs to another page, what is handed down, where feeds are.

use crate::builder::{Site, folder};
use crate::neighbours::{between, post};

const ADDRESS: &str = "baseURL = 'https://example.org/'\n";

/// Returns a site of Hugo's with posts at these paths below `content`, each with these lines of front matter.
fn hugo(config: &str, files: &[(&str, &str)]) -> Site {
    let site = folder().file("hugo.toml", format!("{ADDRESS}{config}"));
    for (path, head) in files {
        let title = path.rsplit('/').next().unwrap_or_default().trim_end_matches(".md");
        site.write(&format!("content/{path}"), format!("---\ntitle: {title}\n{head}---\n\nText of {path}.\n"));
    }
    site
}

/// Returns the paths of the entries of a feed, sorted.
fn entries(site: &Site, feed: &str) -> Vec<String> {
    let feed = site.read(&format!("public/{feed}"));
    let mut paths: Vec<String> =
        between(&feed, "<guid>", "</guid>").into_iter().map(|id| id.trim_start_matches("https://example.org/").to_owned()).collect();
    paths.sort();
    paths
}

#[test]
fn publish_date_says_when_a_hugo_post_is_out_and_date_when_it_was_written() {
    let posts = [
        ("p/both.md", "date: 2020-01-01\npublishDate: 2020-02-02\n"),
        ("p/only.md", "publishDate: 2020-02-03\nlastmod: 2020-05-05\n"),
        ("p/later.md", "date: 2020-01-01\npublishDate: 2099-01-01\n"),
        ("p/early.md", "date: 2099-01-01\npublishDate: 2020-01-01\n"),
    ];
    let site = hugo("", &posts);
    site.build(&[]).assert(0, &["3 entries", "left out: 1 future"]);
    let feed = site.read("public/index.xml");
    let dates = ["Thu, 01 Jan 2099 00:00:00 +0000", "Mon, 03 Feb 2020 00:00:00 +0000", "Wed, 01 Jan 2020 00:00:00 +0000"];
    assert_eq!(between(&feed, "<pubDate>", "</pubDate>"), dates);
    site.build(&["--future", "--dry-run"]).assert(0, &["4 entries"]);
    site.write("content/p/faulty.md", post("Faulty", "date: 2020-01-01\npublishDate: 2020-01-32\n"));
    site.build(&[]).assert(1, &["content/p/faulty.md:4:14", "2020-01-32"]);
    // A folder of no generator: who writes both means the second.
    let plain = folder().file("postrider.yaml", "site: {url: 'https://example.org/'}\n");
    plain.write("posts/both.md", post("Both", "date: 2020-01-01\npublishDate: 2020-02-02\n"));
    plain.build(&[]).assert(0, &["1 entry"]);
    assert!(plain.read("public/rss.xml").contains("Sun, 02 Feb 2020"));
}

#[test]
fn hugos_orders_of_dates_may_name_other_keys() {
    let config = "[frontmatter]\ndate = ['written', ':default']\npublishDate = ['go', ':default']\nexpiryDate = ['gone']\n";
    let site = hugo(
        config,
        &[
            ("p/a.md", "written: 2019-01-01\ndate: 2020-01-01\n"),
            ("p/b.md", "date: 2020-01-01\ngo: 2099-01-01\n"),
            ("p/c.md", "date: 2020-01-01\ngone: 2020-02-01\n"),
            ("p/d.md", "date: 2020-01-01\nexpiryDate: 2020-02-01\n"),
        ],
    );
    site.build(&[]).assert(0, &["2 entries", "1 future", "1 expired"]);
    assert_eq!(entries(&site, "index.xml"), ["p/a/", "p/d/"]);
    assert!(site.read("public/index.xml").contains("Tue, 01 Jan 2019"));
}

#[test]
fn what_lies_beside_the_page_of_a_hugo_bundle_is_no_post() {
    let day = "date: 2020-01-01\n";
    let files = [
        ("p/trip/index.md", day),
        ("p/trip/notes.md", day),
        ("p/trip/more/deep.md", day),
        ("p/branch/_index.md", ""),
        ("p/branch/a.md", day),
        ("p/hidden/index.md", "headless: true\ndate: 2020-01-01\n"),
        ("p/hidden/part.md", day),
        ("p/alone.md", "headless: true\ndate: 2020-01-01\n"),
    ];
    let site = hugo("", &files);
    site.build(&[]).assert(0, &["3 entries", "1 unpublished, 3 files of page bundles"]);
    assert_eq!(entries(&site, "index.xml"), ["p/alone/", "p/branch/a/", "p/trip/"]);
    let told = site.build(&["--format", "json"]).stdout;
    assert!(told.contains("\"in-bundle\"") && told.contains("content/p/trip/more/deep.md"), "{told}");
    // Elsewhere a folder is only a folder.
    let plain = folder().file("postrider.yaml", "site: {url: 'https://example.org/'}\n");
    plain.write("posts/trip/index.md", post("Trip", day));
    plain.write("posts/trip/notes.md", post("Notes", day));
    plain.build(&[]).assert(0, &["2 entries"]);
}

#[test]
fn the_value_of_a_hugo_page_itself_wins_as_a_whole_over_what_is_handed_down() {
    let files = [
        ("_index.md", "cascade:\n  tags: [root]\n"),
        ("p/_index.md", "cascade:\n  tags: [sec]\n  categories: [p]\n"),
        ("p/a.md", "date: 2020-01-01\n"),
        ("p/b.md", "date: 2020-01-01\ntags: [own]\n"),
        ("p/sub/_index.md", "cascade:\n- tags: [one]\n  _build: {list: never}\n- tags: [two]\n"),
        ("p/sub/c.md", "date: 2020-01-01\n_build: {render: always}\n"),
        ("p/sub/d.md", "date: 2020-01-01\n"),
        ("p/wip/_index.md", "cascade:\n  draft: true\n"),
        ("p/wip/e.md", "date: 2020-01-01\ndraft: false\n"),
        ("q/f.md", "date: 2020-01-01\n"),
    ];
    let site = hugo("[[cascade]]\ncategories = ['all']\n[cascade._target]\npath = '/q/**'\n", &files);
    site.build(&[]).assert(0, &["4 entries", "1 draft, 1 unpublished"]);
    for (feed, expected) in [
        ("tags/sec", vec!["p/a/"]),
        ("tags/own", vec!["p/b/"]),
        ("tags/one", vec!["p/sub/c/"]),
        ("tags/root", vec!["q/f/"]),
        ("categories/p", vec!["p/a/", "p/b/", "p/sub/c/"]),
        ("categories/all", vec!["q/f/"]),
    ] {
        assert_eq!(entries(&site, &format!("{feed}/index.xml")), expected, "{feed}");
    }
    assert!(!site.has("public/tags/two"));
}

#[test]
fn a_page_of_a_folder_speaks_for_its_own_language_in_hugo() {
    let config = "[languages.en]\nweight = 1\n[languages.de]\nweight = 2\n";
    let day = "date: 2020-01-01\n";
    let files = [
        ("p/_index.md", "draft: true\n"),
        ("p/a.md", day),
        ("p/a.de.md", day),
        ("q/_index.de.md", "cascade:\n  tags: [deutsch]\n"),
        ("q/b.md", day),
        ("q/b.de.md", day),
    ];
    let site = hugo(config, &files);
    site.build(&[]).assert(0, &["3 entries", "1 draft"]);
    assert_eq!(entries(&site, "index.xml"), ["q/b/"]);
    assert_eq!(entries(&site, "de/index.xml"), ["de/p/a/", "de/q/b/"]);
    assert!(site.has("public/de/tags/deutsch/index.xml") && !site.has("public/tags"));
}

#[test]
fn a_folder_with_a_page_is_a_section_with_a_feed_of_its_own_in_hugo() {
    let day = "date: 2020-01-01\n";
    let files = [
        ("A/x.md", day),
        ("A/plain/y.md", day),
        ("A/sec/_index.md", ""),
        ("A/sec/p/z.md", day),
        ("A/sec/In Ner/_index.md", ""),
        ("A/sec/In Ner/u/index.md", day),
        ("b/_index.md", "url: /other/b/\n"),
        ("b/w.md", day),
        ("c/_index.md", "outputs: [html]\n"),
        ("c/v.md", day),
    ];
    let site = hugo("", &files);
    site.build(&[]).assert(0, &["6 entries"]);
    assert_eq!(entries(&site, "a/index.xml"), ["a/plain/y/", "a/x/"]);
    assert_eq!(entries(&site, "a/sec/index.xml"), ["a/sec/p/z/"]);
    assert_eq!(entries(&site, "a/sec/in-ner/index.xml"), ["a/sec/in-ner/u/"]);
    assert_eq!(entries(&site, "other/b/index.xml"), ["b/w/"]);
    assert!(!site.has("public/b") && !site.has("public/c") && !site.has("public/a/plain"));
}

#[test]
fn feeds_of_terms_lie_where_hugo_writes_them() {
    let terms = ["C#", "a/b", "A/B", "1.10", "no", "'no'", "a&b", "'a:b'", "Café", "with  space", "0x1F", "c++"];
    let files: Vec<(String, String)> =
        (0..).zip(terms).map(|(at, term)| (format!("p/p{at:02}.md"), format!("date: 2020-01-01\ntags:\n- {term}\n"))).collect();
    let files: Vec<(&str, &str)> = files.iter().map(|(path, head)| (path.as_str(), head.as_str())).collect();
    let site = hugo("", &files);
    site.build(&[]).assert(0, &["12 entries"]);
    for (feed, expected) in [
        ("c#", vec!["p/p00/"]),
        ("a/b", vec!["p/p01/", "p/p02/"]),
        ("1.1", vec!["p/p03/"]),
        ("false", vec!["p/p04/"]),
        ("no", vec!["p/p05/"]),
        ("ab", vec!["p/p06/", "p/p07/"]),
        ("café", vec!["p/p08/"]),
        ("with-space", vec!["p/p09/"]),
        ("31", vec!["p/p10/"]),
        ("c++", vec!["p/p11/"]),
    ] {
        assert_eq!(entries(&site, &format!("tags/{feed}/index.xml")), expected, "{feed}");
    }
    assert!(site.read("public/tags/c#/index.xml").contains("https://example.org/tags/c%23/index.xml"));
    let plain = hugo("removePathAccents = true\ndisablePathToLower = true\n", &[("P/Çà ø ß.md", "date: 2020-01-01\ntags: [Łé]\n")]);
    plain.build(&[]).assert(0, &["1 entry"]);
    assert!(plain.read("public/index.xml").contains("<guid>https://example.org/P/Ca-%C3%B8-%C3%9F/</guid>"));
    assert!(plain.has("public/tags/Łe/index.xml") && plain.has("public/p/index.xml"), "a section without a page has no capitals");
}

#[test]
fn a_term_that_leads_out_of_the_folder_does_not() {
    let site =
        hugo("", &[("p/a.md", "date: 2020-01-01\ntags: [../../x, /etc/passwd, a/../b, ..]\n"), ("tags/yy/_index.md", "url: /../../z/\n")]);
    site.write("content/p/b.md", post("B", "date: 2020-01-01\ntags: [yy]\n"));
    site.build(&[]).assert(0, &["2 entries"]);
    for feed in ["x", "etc/passwd", "a/b", "yy"] {
        assert!(site.has(&format!("public/tags/{feed}/index.xml")), "{feed}");
    }
}

#[test]
fn the_page_of_a_term_and_its_pattern_say_where_its_feed_is() {
    let config =
        "[taxonomies]\ntag = 'tags'\nserie = 'serien'\n[permalinks]\nserien = '/s/:year/:title/'\np = '/x/:sections[1:]/:Jan/:slug'\n";
    let files = [
        ("p/a.md", "date: 2020-03-01\ntags: [one, two, three]\nserien: [My Series]\n"),
        ("p/s/_index.md", ""),
        ("p/s/b.md", "date: 2020-03-02\nserie: [lost]\n"),
        ("p/2021-04-05-named.md", ""),
        ("tags/two/_index.md", "url: /zwei/\n"),
        ("tags/three/_index.md", "_build: {render: never}\n"),
        ("serien/my-series/_index.md", ""),
    ];
    let site = hugo(config, &files);
    site.write("content/serien/my-series/_index.md", "---\ntitle: Meine Reihe\n---\n");
    site.build(&[]).assert(0, &["3 entries"]);
    // Hugo takes no date from a name unless it is told to, and writes addresses of the year 1.
    assert_eq!(entries(&site, "index.xml"), ["x/jan/2021-04-05-named/", "x/mar/a/", "x/s/mar/b/"]);
    assert!(site.has("public/zwei/index.xml") && site.has("public/tags/one/index.xml") && !site.has("public/tags/two"));
    assert!(site.has("public/s/2020/meine-reihe/index.xml") && !site.has("public/tags/three") && !site.has("public/serien"));
}
