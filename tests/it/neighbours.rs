//! Sites of other generators: what their own configuration says stands below postrider.yaml, and without one in its place.

use crate::builder::{CONFIG, Site, folder};
use serde_json::Value;

/// A post with a title, a date and further lines of front matter.
pub(crate) fn post(title: &str, more: &str) -> String {
    format!("---\ntitle: {title}\n{more}---\n\nText of {title}.\n")
}

/// Returns what stands between two marks, each time.
pub(crate) fn between<'t>(text: &'t str, start: &str, end: &str) -> Vec<&'t str> {
    text.split(start).skip(1).filter_map(|rest| rest.split_once(end)).map(|(inner, _)| inner).collect()
}

/// Returns a setting of `--explain-site`: its value, and from where it is.
pub(crate) fn setting(site: &Site, key: &str) -> (String, String) {
    let run = site.build(&["--explain-site", "--format", "json"]);
    let told: Value = serde_json::from_str(&run.stdout).unwrap_or_else(|_| panic!("JSON: {}{}", run.stdout, run.stderr));
    let rows = told["settings"].as_array().expect("settings").clone();
    let row = rows.into_iter().find(|row| row["key"] == key).unwrap_or_else(|| panic!("{key}: {}", run.stdout));
    let place = row["line"].as_u64().map_or_else(String::new, |line| format!(" {}:{line}", row["path"].as_str().unwrap_or_default()));
    (row["value"].as_str().unwrap_or_default().to_owned(), format!("{}{place}", row["from"].as_str().unwrap_or_default()))
}

fn jekyll() -> Site {
    folder()
        .file("_config.yml", "title: A journal\nurl: https://example.org\nbaseurl: /blog\nauthor: {name: Ada, email: ada@example.org}\nfuture: true\nmy_own: x\n")
        .file("_posts/2026-01-02-Hello-World.md", post("Hello", "categories: [Cat One, b]\n"))
        .file("_posts/2026-01-03-moved.md", post("Moved", "permalink: /custom/place/\n"))
        .file("_posts/2026-01-04-slugged.md", post("Slugged", "slug: other-slug\n"))
        .file("_posts/2027-01-04-later.md", post("Later", ""))
        .file("blog/_posts/2026-01-05-in-folder.md", post("In folder", ""))
}

#[test]
fn a_jekyll_site_has_the_feed_links_and_ids_that_jekyll_feed_writes() {
    let site = jekyll();
    site.build(&[]).assert(0, &["4 entries", "in _site"]);
    let feed = site.read("_site/feed.xml");
    assert!(!site.has("_site/rss.xml") && !site.has("_site/feed.json"));
    assert_eq!(
        between(&feed, "<id>", "</id>"),
        [
            "https://example.org/blog/feed.xml",
            "https://example.org/blog/blog/2026/01/05/in-folder",
            "https://example.org/blog/2026/01/04/other-slug",
            "https://example.org/blog/custom/moved",
            "https://example.org/blog/cat%20one/b/2026/01/02/Hello-World",
        ]
    );
    for link in ["blog/2026/01/05/in-folder.html", "2026/01/04/other-slug.html", "custom/place/", "cat%20one/b/2026/01/02/Hello-World.html"]
    {
        assert!(feed.contains(&format!("https://example.org/blog/{link}\"")), "{link} {feed}");
    }
    assert_eq!(between(&feed, "<name>", "</name>").first(), Some(&"Ada"));
}

#[test]
fn a_timestamp_of_yaml_is_in_utc_for_jekyll_alone() {
    let dated = |date: &str| {
        let config = jekyll().read("_config.yml") + "\ntimezone: Europe/Berlin\n";
        let site = jekyll().file("_config.yml", config).file("_posts/2026-01-06-night.md", post("Night", &format!("date: {date}\n")));
        site.build(&[]).assert(0, &["5 entries"]);
        between(&site.read("_site/feed.xml"), "<published>", "</published>").contains(&"2026-01-07T00:30:00+01:00")
    };
    assert!(dated("2026-01-06 23:30:00") && dated("2026-01-06T23:30:00"), "Ruby takes these for times in UTC");
    assert!(!dated("'2026-01-06 23:30:00'") && !dated("2026-01-06 23:30") && !dated("2026-01-06 23:30:00 +0100"));
}

#[test]
fn a_jekyll_site_that_writes_its_feed_itself_goes_on_with_it() {
    let template =
        "---\nlayout: null\n---\n<rss version=\"2.0\">{% for post in site.posts limit:2 %}<guid>{{ post.url }}</guid>{% endfor %}</rss>";
    let site = jekyll().file("feed.xml", template);
    let told = [
        "feeds.formats         [rss]",
        "feeds.files.rss       feed.xml",
        "feed.xml:4, `template.limit`",
        "ids                   the permalink",
    ];
    site.run(&["build", "--explain-site"]).assert(0, &told);
    site.build(&[]).assert(0, &["2 entries"]);
    let feed = site.read("_site/feed.xml");
    assert!(feed.contains("<guid>https://example.org/blog/blog/2026/01/05/in-folder.html</guid>"), "{feed}");
    // A template elsewhere is a second feed where the plugin writes one.
    let both = jekyll().file("rss.xml", template).file("_config.yml", jekyll().read("_config.yml") + "\nplugins: [jekyll-feed]\n");
    both.run(&["build", "--explain-site"]).assert(0, &["feeds.formats         [atom]", "feeds.entries         10"]);
    // What was written there is no template.
    let made = jekyll().file("feed.xml", "<?xml version=\"1.0\"?><rss><channel/></rss>");
    made.run(&["build", "--explain-site"]).assert(0, &["feeds.formats         [atom]"]);
}

#[test]
fn each_style_of_jekylls_permalinks_comes_with_its_ids() {
    for (style, link, id) in [
        ("pretty", "b/2026/01/02/Hello-World/", "b/2026/01/02/Hello-World"),
        ("none", "b/Hello-World.html", "b/Hello-World"),
        ("ordinal", "b/2026/002/Hello-World.html", "b/2026/002/Hello-World"),
        ("weekdate", "b/2026/W01/Fri/Hello-World.html", "b/2026/W01/Fri/Hello-World"),
        ("/:title", "Hello-World", "Hello-World"),
        ("/x/:categories/:slug/", "x/b/hello-world/", "x/b/Hello-World"),
        ("/:short_month/:title:output_ext", "Jan/Hello-World.html", "Jan/Hello-World"),
    ] {
        let site = folder()
            .file("_config.yml", format!("url: https://example.org\npermalink: {style}\n"))
            .file("_posts/2026-01-02-Hello-World.md", post("Hello", "categories: b\n"));
        site.build(&[]).assert(0, &["1 entry"]);
        let feed = site.read("_site/feed.xml");
        assert_eq!(between(&feed, "<id>", "</id>")[1], format!("https://example.org/{id}"), "{style}");
        assert!(feed.contains(&format!("href=\"https://example.org/{link}\"")), "{style} {feed}");
    }
}

#[test]
fn a_category_of_jekylls_defaults_gives_way_to_a_posts_own_and_stands_behind_its_list() {
    let config = |values: &str| format!("url: https://example.org\ndefaults:\n- scope: {{path: ''}}\n  values: {{{values}}}\n");
    for (values, own, path) in [
        ("category: dflt", "category: own\n", "own"),
        ("category: dflt", "categories: own1 own2\n", "own1/own2/dflt"),
        ("category: dflt", "categories: [Own]\n", "own/dflt"),
        ("category: dflt", "", "dflt"),
        ("category: dflt", "category: a\ncategories: [b]\n", "b/a"),
        ("author: Ada", "category: a\ncategories: [b]\n", "b/a"),
        ("categories: [x, y]", "categories: [y, z]\n", "x/y/z"),
        ("categories: x y", "category: z\n", "x/y/z"),
    ] {
        let site = folder().file("_config.yml", config(values)).file("_posts/2026-01-02-p.md", post("A", own));
        site.build(&[]).assert(0, &["1 entry"]);
        let id = format!("<id>https://example.org/{path}/2026/01/02/p</id>");
        assert!(site.read("_site/feed.xml").contains(&id), "{values} {own}: {}", site.read("_site/feed.xml"));
    }
}

#[test]
fn jekylls_defaults_hold_for_posts_and_a_posts_own_values_win() {
    let config = "url: https://example.org\nexcerpt_separator: '<!--cut-->'\nfeed: {path: /atom/main.xml, posts_limit: 2, excerpt_only: true}\ndefaults:\n- scope: {path: '', type: posts}\n  values: {author: Bob, permalink: '/p/:title/'}\n- scope: {path: _posts/hidden}\n  values: {published: false}\n- scope: {path: _posts/odd}\n  values: {title: [x]}\n";
    let site = folder().file("_config.yml", config).file("_posts/2026-01-02-a.md", post("A", "author: Ada\n"));
    site.write("_posts/2026-01-03-b.md", "---\ntitle: B\n---\n\nFirst.\n\n<!--cut-->\n\nSecond.\n");
    site.write("_posts/hidden/2026-01-04-c.md", post("C", ""));
    site.write("_posts/2026-01-01-old.md", post("Old", ""));
    site.build(&[]).assert(0, &["2 entries (`feeds.entries` leaves out 1 older)", "1 unpublished"]);
    let feed = site.read("_site/atom/main.xml");
    assert!(feed.contains("https://example.org/p/b/\"") && feed.contains("First.") && !feed.contains("Second."), "{feed}");
    assert_eq!(between(&feed, "<name>", "</name>")[1..], ["Bob", "Ada"]);
    site.write("_posts/odd/2026-01-05-d.md", "---\nlayout: x\n---\n\nText.\n");
    site.build(&[]).assert(1, &["_config.yml:10:12", "`title` is a list"]);
}

#[test]
fn a_hugo_site_has_the_feeds_links_and_ids_that_hugo_writes() {
    let config = "baseURL = \"https://example.org/sub/\"\ntitle = \"Mine\"\n[params]\ndescription = \"Desc\"\n[params.author]\nname = \"Ada\"\n[permalinks]\nnotes = \"/:year/:month/:title/\"\nessays = \"/e/:slug/\"\n[services.rss]\nlimit = 5\n[languages.en]\ntitle = \"English\"\nlanguageCode = \"en-gb\"\n[languages.de]\ntitle = \"Deutsch\"\n[languages.fr]\ntitle = \"Français\"\n";
    let site = folder()
        .file("hugo.toml", config)
        .file("content/posts/Hello-World.md", post("Hello", "date: 2026-01-02\n"))
        .file("content/posts/Hello-World.de.md", post("Hallo", "date: 2026-01-02\n"))
        .file("content/notes/n1.md", post("A Note!", "date: 2026-02-02\n"))
        .file("content/notes/n2.md", post("Dup", "date: 2026-03-02\nslug: given\n"))
        .file("content/essays/e1.md", post("Long One", "date: 2026-04-02\n"))
        .file("content/essays/e2.md", post("Slugged", "date: 2026-05-02\nslug: given\n"))
        .file("content/about.md", "---\ntitle: About\n---\n\nMe.\n");
    site.build(&[]).assert(0, &["6 entries from 6 posts"]);
    let feed = site.read("public/index.xml");
    let guids = ["e/given/", "e/long-one/", "2026/03/dup/", "2026/02/a-note/", "posts/hello-world/"];
    assert_eq!(between(&feed, "<guid>", "</guid>"), guids.map(|path| format!("https://example.org/sub/{path}")));
    assert!(feed.contains("<title>English</title>") && feed.contains("<language>en-GB</language>"), "{feed}");
    let german = site.read("public/de/index.xml");
    assert_eq!(between(&german, "<guid>", "</guid>"), ["https://example.org/sub/de/posts/hello-world/"]);
    assert_eq!(between(&site.read("public/notes/index.xml"), "<guid>", "</guid>").len(), 2);
    assert!(site.has("public/de/posts/index.xml") && !site.has("public/fr/index.xml") && !site.has("public/atom.xml"));
}

#[test]
fn hugos_configuration_may_be_yaml_json_or_a_folder() {
    let sites = [
        ("hugo.yaml", "baseURL: https://example.org/\npermalinks: {page: {posts: '/a/:slugorfilename/'}}\n", ""),
        ("hugo.json", "{\n  \"baseurl\": \"https://example.org/\",\n  \"permalinks\": {\"posts\": \"/a/:filename/\"}\n}\n", ""),
        ("config/_default/hugo.toml", "baseURL = 'https://example.org/'\n", "posts = '/a/:filename/'\n"),
        ("config.toml", "baseURL = 'https://example.org/'\n[permalinks]\nposts = '/a/:contentbasename/'\n", ""),
    ];
    for (path, text, permalinks) in sites {
        let site = folder().file(path, text).file("content/posts/One.md", post("One", "date: 2026-01-02\n"));
        if !permalinks.is_empty() {
            site.write("config/_default/permalinks.toml", permalinks);
            site.write("config/_default/params.toml", "description = 'Of a folder'\n");
        }
        site.build(&[]).assert(0, &["1 entry"]);
        let feed = site.read("public/index.xml");
        assert_eq!(between(&feed, "<guid>", "</guid>"), ["https://example.org/a/one/"], "{path}");
        assert_eq!(feed.contains("<description>Of a folder</description>"), !permalinks.is_empty(), "{path}");
    }
}

#[test]
fn a_zola_site_has_the_feeds_that_its_configuration_names() {
    let config = "base_url = 'https://example.org'\ntitle = 'Zed'\nauthor = 'Ada'\ndefault_language = 'de'\noutput_dir = 'out'\nfeed_filenames = ['feed-rss.xml', 'atom.xml']\nfeed_limit = 1\ntaxonomies = [{name = 'tags', feed = true}, {name = 'moods'}]\n[slugify]\npaths = 'on'\n";
    let site = folder()
        .file("zola.toml", config)
        .file("content/blog/2026-01-02-a.md", "+++\ntitle = 'A'\n[taxonomies]\ntags = ['x']\n+++\n\nText.\n")
        .file("content/blog/b/index.md", "+++\ntitle = 'B'\ndate = 2026-02-02\n+++\n\nText.\n");
    site.build(&[]).assert(0, &["1 entry", "in out"]);
    let feed = site.read("out/atom.xml");
    assert_eq!(between(&feed, "<id>", "</id>"), ["https://example.org/atom.xml", "https://example.org/blog/b/"]);
    assert!(feed.contains("xml:lang=\"de\""), "{feed}");
    assert!(site.has("out/feed-rss.xml") && site.has("out/tags/x/atom.xml") && !site.has("out/feed.json"));
}

#[test]
fn ids_that_a_feed_template_makes_in_a_way_of_its_own_are_not_made_up() {
    let template = |id: &str| {
        format!("---\nlayout: null\n---\n<feed>{{% for post in site.posts limit:10 %}}<entry><id>{id}</id></entry>{{% endfor %}}</feed>\n")
    };
    let site = folder().file("_config.yml", "url: https://example.org\n").file("_posts/2026-01-02-b.md", post("B", ""));
    for id in ["tag:example.org,2020:{{ post.url }}", "{{ post.guid }}", "https://old.example{{ post.id }}"] {
        site.write("atom.xml", template(id));
        site.build(&[]).assert(2, &["error[site-configuration-value]", "atom.xml:4:", "postrider adopt", "`feeds.files.atom`"]);
    }
    site.write("atom.xml", template("https://example.org{{ post.id }}"));
    site.build(&[]).assert(0, &["1 entry"]);
    assert!(site.read("_site/atom.xml").contains("<id>https://example.org/2026/01/02/b</id>"));
    site.write("atom.xml", template("{{ post.guid }}"));
    site.write("postrider.yaml", "site: {from: jekyll}\nfeeds: {files: {atom: atom.xml}}\n");
    site.build(&[]).assert(0, &["1 entry"]);
}

#[test]
fn a_language_in_front_matter_moves_a_post_only_where_the_generator_moves_it() {
    let jekyll = "url: https://example.org\nlang: en\npermalink: /:title/\n";
    for (config, text, file, feed, address) in [
        ("_config.yml", jekyll.to_owned(), "_posts/2026-01-02-b.md", "_site/feed.xml", "https://example.org/b/"),
        (
            "_config.yml",
            format!("{jekyll}languages: [en, de]\n"),
            "_posts/2026-01-02-b.md",
            "_site/de/feed.xml",
            "https://example.org/de/b/",
        ),
        (
            "hugo.toml",
            "baseURL = 'https://example.org/'\n[languages.en]\n[languages.de]\n".to_owned(),
            "content/b.md",
            "public/index.xml",
            "https://example.org/b/",
        ),
        ("zola.toml", "base_url = 'https://example.org'\n".to_owned(), "content/b.md", "public/atom.xml", "https://example.org/b/"),
    ] {
        let site = folder().file(config, &text).file(file, post("B", "date: 2026-01-02\nlang: de\n"));
        site.write(&file.replace("02-b", "03-a").replace("/b.", "/a."), post("A", "date: 2026-01-03\n"));
        site.build(&[]).assert(0, &[]);
        assert!(
            site.read(feed).contains(&format!("<link>{address}</link>")) || site.read(feed).contains(&format!("<link href=\"{address}\"")),
            "{text}"
        );
    }
    let given = folder()
        .file("_config.yml", jekyll)
        .file("postrider.yaml", "site: {from: jekyll}\nlanguages: {de: {path: /deutsch/}}\n")
        .file("_posts/2026-01-02-b.md", post("B", "lang: de\n"))
        .file("_posts/2026-01-03-a.md", post("A", ""));
    given.build(&[]).assert(0, &[]);
    assert!(given.read("_site/deutsch/feed.xml").contains("https://example.org/deutsch/b/"));
}

#[test]
fn a_jekyll_site_below_a_folder_is_read_from_there() {
    let config = "url: https://example.org\nsource: src\nexclude: [_posts/2026-01-03-b.md]\ndefaults:\n- scope: {path: blog}\n  values: {author: Bob}\n";
    let site = folder().file("_config.yml", config).file("src/_posts/2026-01-03-b.md", post("B", ""));
    site.write("src/_posts/2026-01-02-a.md", post("A", ""));
    site.write("src/blog/_posts/2026-01-04-c.md", post("C", ""));
    site.build(&[]).assert(0, &["2 entries"]);
    let feed = site.read("_site/feed.xml");
    assert_eq!(between(&feed, "<id>", "</id>")[1..], ["https://example.org/blog/2026/01/04/c", "https://example.org/2026/01/02/a"]);
    assert!(feed.contains("<name>Bob</name>"), "{feed}");
}

#[test]
fn what_would_give_every_post_a_wrong_address_is_an_error_until_we_are_told_the_right_one() {
    for (config, text, ours) in [
        ("hugo.toml", "baseURL = 'https://example.org/'\nuglyURLs = true\n", "permalink: '/:sections/:slugorfilename.html'\n"),
        (
            "hugo.toml",
            "baseURL = 'https://example.org/'\ndefaultContentLanguageInSubdir = true\n",
            "site: {url: 'https://example.org/en/'}\n",
        ),
    ] {
        let site = folder().file(config, text).file("content/p/a.md", post("A", "date: 2026-01-02\n"));
        site.build(&[]).assert(2, &["error[site-configuration-value]", &format!("{config}:2:"), "in postrider.yaml to what is right"]);
        site.write("postrider.yaml", ours);
        site.build(&[]).assert(0, &["1 entry"]);
    }
}

#[test]
fn what_stands_in_postrider_yaml_wins_key_by_key() {
    let site = jekyll().file("postrider.yaml", "site: {from: auto, title: Ours}\nfeeds: {entries: 1}\n");
    assert_eq!(setting(&site, "site.title"), ("Ours".to_owned(), "configuration postrider.yaml:1".to_owned()));
    assert_eq!(setting(&site, "site.url"), ("https://example.org/blog/".to_owned(), "generator-configuration _config.yml:2".to_owned()));
    assert_eq!(setting(&site, "feeds.entries"), ("1".to_owned(), "configuration postrider.yaml:2".to_owned()));
    assert_eq!(setting(&site, "feeds.files.atom"), ("feed.xml".to_owned(), "generator".to_owned()));
    assert_eq!(setting(&site, "feeds.bytes"), ("512KB".to_owned(), "default".to_owned()));
    let run = site.run_with(&["build", "--explain-site"], &[("POSTRIDER_SITE_TITLE", "Other")]);
    run.assert(0, &["Other", "POSTRIDER_SITE_TITLE"]);
    assert!(!site.has("_site") && !site.has("postrider.lock"), "nothing is built");
}

#[test]
fn a_configuration_of_ours_that_asks_for_no_other_keeps_our_defaults_in_what_is_not_said() {
    let site = jekyll().file("postrider.yaml", "site: {language: en}\noutput: public\n");
    site.build(&[]).assert(0, &["in public"]);
    assert!(site.has("public/rss.xml") && site.has("public/atom.xml") && site.has("public/feed.json"));
    let feed = site.json("public/feed.json");
    assert_eq!((&feed["title"], &feed["items"][0]["id"]), (&"A journal".into(), &feed["items"][0]["url"]));
    assert_eq!(feed["items"][0]["url"], "https://example.org/blog/2026/01/slugged/".replace("slugged", "other-slug"));
    site.write("postrider.yaml", format!("{CONFIG}output: public\n").replace("site: {", "site: {from: none, "));
    site.build(&[]).assert(0, &[]);
    assert_eq!(site.json("public/feed.json")["title"], "Example");
}

#[test]
fn a_complete_configuration_of_ours_keeps_its_addresses_beside_pelicans() {
    let ours =
        "site: {url: 'https://example.org', title: T, author: Ada}\nposts: content\noutput: public\npermalink: /:year/:categories/:slug/\n";
    let build = |site: Site| {
        let site = site.file("postrider.yaml", ours).file("content/notes/a.md", "Title: A\nDate: 2026-01-02\n\nText.\n");
        site.build(&[]).assert(0, &["1 entry"]);
        between(&site.read("public/atom.xml"), "<link href=\"", "\"").iter().map(|link| (*link).to_owned()).collect::<Vec<_>>()
    };
    let theirs = "SITEURL = 'https://example.org'\nPATH = 'content'\nUSE_FOLDER_AS_CATEGORY = False\nDEFAULT_CATEGORY = 'Other'\nDEFAULT_METADATA = {'tags': 'every'}\n";
    assert_eq!(build(folder().file("pelicanconf.py", theirs)), build(folder()));
}

#[test]
fn a_neighbour_that_is_asked_for_by_name_has_to_be_there() {
    let site = jekyll().file("postrider.yaml", "site:\n  from: hugo\n");
    site.build(&[]).assert(2, &["postrider.yaml:2:9", "`site.from` is `hugo`", "write `auto`, or `none`"]);
    site.write("postrider.yaml", "site: {from: jekyll}\n");
    site.build(&[]).assert(0, &["in _site"]);
}

#[test]
fn faults_of_a_neighbours_configuration_are_told_with_their_places() {
    for (config, code, place) in [
        ("title: x\nurl: [a\n", "site-configuration-syntax", "_config.yml:2:6"),
        ("title: x\nurl: example.org\n", "site-configuration-value", "_config.yml:2:1"),
        ("url: https://example.org\npermalink: /:yeer/:title/\n", "site-configuration-value", "_config.yml:2:1"),
    ] {
        let site = folder().file("_config.yml", config).file("_posts/2026-01-02-a.md", post("A", ""));
        site.build(&[]).assert(2, &[&format!("error[{code}]"), place]);
        site.write("postrider.yaml", CONFIG);
        let run = site.build(&[]);
        assert!(run.stderr.contains("warning[") || !run.stderr.contains(code), "{}", run.stderr);
        run.assert(0, &["1 entry"]);
    }
    let site =
        folder().file("_config.yml", "url: https://example.org\nlang: english please\n").file("_posts/2026-01-02-a.md", post("A", ""));
    site.build(&[]).assert(0, &["warning[site-configuration-value]", "_config.yml:2:1", "or set `site.language` in postrider.yaml"]);
}

#[test]
fn what_is_not_read_is_told_only_to_who_asks() {
    let site = jekyll();
    let run = site.build(&["--explain-site"]);
    run.assert(
        0,
        &[
            "this is a Jekyll site",
            "_config.yml:2, `url`",
            "my_own",
            "for posts that ask for it",
            "left alone",
            "no post with a later date",
        ],
    );
    let shown = site.build(&[]);
    shown.assert(0, &[]);
    assert!(!shown.stderr.contains("my_own"), "{}", shown.stderr);
    let site = folder().file("hugo.toml", "baseURL = 'https://example.org/'\nenableRobotsTXT = true\n[permalinks]\na = '/:year/:title/'\n");
    site.write("content/a/b.md", post("B", "date: 2026-01-02\n"));
    site.build(&["--explain-site"]).assert(0, &["enableRobotsTXT", "permalink in a/", "/:year/:pagetitle/", "hugo.toml:4"]);
    site.build(&["--explain-site", "--format", "sarif"]).assert(2, &["use `human` or `json`"]);
}

#[test]
fn ids_that_a_lock_has_outweigh_those_of_the_generator() {
    let site = folder().file("_config.yml", "url: https://example.org\n").file("_posts/2026-01-02-a.md", post("A", ""));
    site.write("postrider.yaml", "permalink: date\noutput: _site\n");
    site.build(&[]).assert(0, &[]);
    let id = "https://example.org/2026/01/02/a.html";
    assert!(site.read("_site/atom.xml").contains(&format!("<id>{id}</id>")));
    std::fs::remove_file(site.path("postrider.yaml")).expect("the file is gone");
    site.build(&[]).assert(0, &[]);
    assert!(site.read("_site/feed.xml").contains(&format!("<id>{id}</id>")), "{}", site.read("_site/feed.xml"));
}

#[test]
fn a_program_that_looks_like_no_neighbour_is_not_read() {
    let site = folder().file("config.toml", "title = 'Of another program'\n").file("posts/2026-01-02-a.md", post("A", ""));
    site.build(&[]).assert(0, &["1 entry"]);
    assert!(!site.read("public/atom.xml").contains("Of another program"));
    let site =
        folder().file("_config.yml", "title: Hexo\nurl: https://example.org\n").file("source/_posts/a.md", post("A", "date: 2026-01-02\n"));
    site.build(&[]).assert(2, &["this is a Hexo site"]);
}

#[test]
fn the_feed_of_a_section_is_called_as_the_page_of_its_folder_says() {
    let site = crate::builder::folder().file("config.yaml", "baseURL: https://example.org/\ntitle: Mine\ntimeZone: UTC\n");
    site.write(
        "postrider.yaml",
        "site: {from: hugo, author: Ada}\nfeeds: {by: {section: ':slug/'}, formats: [rss], files: {rss: index.xml}}\n",
    );
    site.write("content/sea/_index.md", "---\ntitle: Notes of \"mine\"\n---\n");
    site.write("content/all/_index.md", "---\ntitle: Mine\n---\n");
    for section in ["sea", "all", "story", "two-words"] {
        site.write(&format!("content/{section}/{section}-a.md"), "---\ntitle: A\ndate: 2026-01-01\n---\n\nWords.\n");
    }
    assert_eq!(site.build(&[]).code, 0);
    // As Hugo 0.111 calls them.
    for (section, title) in [("sea", "Notes of &quot;mine&quot; on Mine"), ("story", "Stories on Mine"), ("two-words", "Two-words on Mine")]
    {
        let feed = site.read(&format!("public/{section}/index.xml"));
        assert!(feed.contains(&format!("<title>{title}</title>")), "{section}: {feed}");
    }
}
