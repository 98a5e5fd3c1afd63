//! Sites of generators whose configuration is a program or a vault's, and what each of the others can be told of its feeds.

use crate::builder::{Site, folder};
use crate::neighbours::{between, post, setting};

const PELICAN: &str = "import os\nSITENAME = 'A journal'\nSITEURL = ''\nPATH = 'content'\nTIMEZONE = 'Europe/Berlin'\nAUTHOR = 'Ada'\nARTICLE_URL = '{date:%Y}/{slug}/'\nDEFAULT_PAGINATION = 10\nMY_OWN = 1\nSITESUBTITLE = os.environ['X']\nFEED_ALL_ATOM = None\n";

fn pelican() -> Site {
    folder()
        .file("pelicanconf.py", PELICAN)
        .file(
            "publishconf.py",
            "from pelicanconf import *\nSITEURL = 'https://example.org/sub'\nFEED_ALL_ATOM = 'feeds/all.atom.xml'\nTAG_FEED_ATOM = 'tags/{slug}.xml'\n",
        )
        .file("content/Notes/hello.md", "Title: Hello, Wörld!\nDate: 2026-01-02 10:30\nTags: one; Two Words\n\nText.\n")
        .file("content/2026-01-03-named.md", "Title: Named\nCategory: Own\n\nText of [another]({filename}Notes/hello.md).\n")
        .file("content/moved.md", "Title: Moved\nDate: 2026-01-04T23:30:00-05:00\nSlug: given\nUrl: else/where.html\n\nText.\n")
        .file("content/deutsch.md", "Title: Auf Deutsch\nDate: 2026-01-05\nLang: de\n\nText.\n")
        .file("content/draft.md", "Title: Draft\nDate: 2026-01-05\nStatus: draft\n\nText.\n")
        .file("content/pages/about.md", "Title: About\nDate: 2026-01-05\n\nText.\n")
        .file("content/other.rst", "Other\n#####\n\n:date: 2026-01-05\n")
}

#[test]
fn a_pelican_site_has_the_feeds_links_and_ids_that_pelican_writes() {
    let site = pelican();
    site.build(&[]).assert(0, &["4 entries", "1 draft", "in output", "1 in a format that is not read"]);
    let feed = site.read("output/feeds/all.atom.xml");
    assert_eq!(
        between(&feed, "<id>", "</id>"),
        [
            "https://example.org/sub/",
            "tag:example.org,2026-01-04:/sub/else/where.html",
            "tag:example.org,2026-01-05:/sub/auf-deutsch-de.html",
            "tag:example.org,2026-01-03:/sub/2026/named/",
            "tag:example.org,2026-01-02:/sub/2026/hello-world/",
        ]
    );
    assert!(
        feed.contains("https://example.org/sub/2026/hello-world/&quot;")
            || feed.contains("href=\"https://example.org/sub/2026/hello-world/\"")
    );
    let terms = between(&feed, "<category term=\"", "\"");
    assert_eq!(terms, ["misc", "misc", "Own", "one", "Two Words", "Notes"]);
    assert!(site.has("output/feeds/notes.atom.xml") && site.has("output/tags/two-words.xml") && site.has("output/feeds/ada.atom.xml"));
    assert!(!site.has("output/rss.xml") && !site.has("output/de"));
}

#[test]
fn what_pelicans_configuration_says_is_told_with_its_place_and_nothing_of_it_is_run() {
    let site = pelican();
    assert_eq!(setting(&site, "site.url"), ("https://example.org/sub/".to_owned(), "generator-configuration publishconf.py:2".to_owned()));
    assert_eq!(setting(&site, "permalink"), ("/:year/:slug/".to_owned(), "generator-configuration pelicanconf.py:7".to_owned()));
    assert_eq!(setting(&site, "ids").0, "a tag URI of the permalink and the day");
    let run = site.build(&["--explain-site"]);
    run.assert(
        0,
        &[
            "this is a Pelican site",
            "SITESUBTITLE",
            "pelicanconf.py:10",
            "MY_OWN",
            "DEFAULT_PAGINATION",
            "feeds/all.atom.xml",
            "feeds/all-{lang}.atom.xml",
            "redirect them to it",
        ],
    );
    site.write("pelicanconf.py", PELICAN.replace("'{date:%Y}/{slug}/'", "os.path.join('a', '{slug}')"));
    site.build(&[]).assert(2, &["pelicanconf.py:7:1", "the addresses of articles are not understood", "set `permalink` in postrider.yaml"]);
    site.write("postrider.yaml", "site: {from: pelican}\npermalink: '/a/:slug.html'\n");
    site.build(&[]).assert(0, &["4 entries"]);
    assert!(site.read("output/feeds/all.atom.xml").contains("<id>tag:example.org,2026-01-02:/sub/a/hello-world.html</id>"));
}

#[test]
fn slugs_are_made_by_the_rules_of_a_pelican_site() {
    let rules = "SLUG_REGEX_SUBSTITUTIONS = [(r'C\\+\\+', 'cpp'), (r'[^\\w\\s-]', ''), (r'(?u)\\A\\s*', ''), (r'(?u)\\s*\\Z', ''), (r'[-\\s]+', '_')]\n";
    let config = "SITEURL = 'https://example.org'\nPATH = 'content'\nTAG_FEED_ATOM = 'tags/{slug}.xml'\n";
    let of_python = rules.replace("[^", "(?!x)[^");
    let site = |rules: &str, ours: &str| {
        let site = folder()
            .file("pelicanconf.py", format!("{config}{rules}"))
            .file("content/a.md", "Title: More C++, and *less*\nDate: 2026-01-02\nTags: Two C++\n\nText.\n")
            .file("content/b.md", "Title: B\nDate: 2026-01-03\nSlug: one\n\nText.\n")
            .file("content/b-de.md", "Title: B\nDate: 2026-01-04\nSlug: one\nLang: de\n\nText.\n");
        if ours.is_empty() { site } else { site.file("postrider.yaml", format!("site: {{from: pelican}}\npermalink: '{ours}'\n")) }
    };
    site(&of_python, "")
        .build(&[])
        .assert(2, &["pelicanconf.py:4:1", "rules that only Python can follow", "set `permalink` in postrider.yaml"]);
    for (rules, ours, ids) in [
        (rules, "", ["2026-01-04:/one-de.html", "2026-01-03:/one.html", "2026-01-02:/more_cpp_and_less.html"]),
        (&of_python, "/a/:slug.html", ["2026-01-04:/one-de.html", "2026-01-03:/a/one.html", "2026-01-02:/a/more-c-and-less.html"]),
        (rules, "/:lang/:slug/", ["2026-01-04:/de/one/", "2026-01-03:/en/one/", "2026-01-02:/en/more_cpp_and_less/"]),
    ] {
        let site = site(rules, ours);
        site.build(&[]).assert(0, &["3 entries"]);
        assert_eq!(between(&site.read("output/feeds/all.atom.xml"), "<id>tag:example.org,", "</id>"), ids, "{ours}");
        assert_eq!(site.has("output/tags/two_cpp.xml"), !rules.contains("(?!"), "{ours}");
    }
}

#[test]
fn what_pelican_reads_from_names_and_tells_all_articles_is_read() {
    let config = "SITEURL = 'https://example.org'\nPATH = 'src'\nARTICLE_PATHS = ['blog']\nSLUGIFY_SOURCE = 'basename'\nUSE_FOLDER_AS_CATEGORY = False\nDEFAULT_CATEGORY = None\nFILENAME_METADATA = r'(?P<date>\\d{8})_(?P<slug>.*)'\nDEFAULT_METADATA = {'status': 'draft', 'tags': 'every, one'}\nDEFAULT_DATE = (2026, 3, 4, 5, 6)\nFEED_RSS = 'rss.xml'\nFEED_ALL_ATOM = CATEGORY_FEED_ATOM = AUTHOR_FEED_ATOM = AUTHOR_FEED_RSS = None\n";
    let config = config.replace(
        "FEED_ALL_ATOM = CATEGORY_FEED_ATOM = AUTHOR_FEED_ATOM = AUTHOR_FEED_RSS = None\n",
        "FEED_ALL_ATOM = None\nCATEGORY_FEED_ATOM = None\nAUTHOR_FEED_ATOM = None\nAUTHOR_FEED_RSS = None\n",
    );
    let site = folder()
        .file("pelicanconf.py", config)
        .file("src/blog/2026-01-02_x.md", "Title: A\nStatus: published\nTags: own\n\nText.\n")
        .file("src/blog/undated.md", "Title: B\nStatus: published\n\nText.\n")
        .file("src/blog/2026-01-05_draft.md", "Title: C\n\nText.\n")
        .file("src/else/2026-01-06_other.md", "Title: D\nStatus: published\n\nText.\n");
    site.build(&[]).assert(0, &["2 entries", "1 draft"]);
    let feed = site.read("output/rss.xml");
    assert_eq!(
        between(&feed, "<guid isPermaLink=\"false\">", "</guid>"),
        ["tag:example.org,2026-03-04:/undated.html", "tag:example.org,2026-01-02:/2026-01-02_x.html"]
    );
    assert_eq!(between(&feed, "<category>", "</category>"), ["every", "one", "own"]);
    assert!(site.files("output").keys().all(|name| !name.contains("atom")));
}

#[test]
fn zolas_addresses_are_made_as_its_configuration_says() {
    for (paths, address) in
        [("on", "my-dir/unicode-all"), ("safe", "My_Dir/%C3%9Cnic%C3%B6de%20&%20all"), ("off", "My_Dir/%C3%9Cnic%C3%B6de%20&%20all")]
    {
        let config = format!("base_url = 'https://example.org/'\nslugify.paths = '{paths}'\n");
        let site =
            folder().file("zola.toml", config).file("content/My_Dir/2026-01-02-Ünicöde & all.md", "+++\ntitle = 'A'\n+++\n\nText.\n");
        site.build(&[]).assert(0, &["1 entry"]);
        assert_eq!(
            between(&site.read("public/atom.xml"), "<id>", "</id>")[1],
            format!("https://example.org/{}/", address.replace('&', "&amp;"))
        );
    }
}

#[test]
fn an_eleventy_site_has_the_feed_links_and_ids_that_its_plugin_writes() {
    let config = "import { feedPlugin } from '@11ty/eleventy-plugin-rss';\nexport default function (config) {\n  config.addPlugin(feedPlugin, {\n    type: 'rss',\n    outputPath: '/feed/feed.xml',\n    collection: { name: 'posts', limit: 3 },\n    metadata: { language: 'de', title: 'A journal', subtitle: process.env.SUBTITLE, base: 'https://example.org/', author: { name: 'Ada' } },\n  });\n}\nexport const config = { dir: { input: 'content', output: 'dist' } };\n";
    let site = folder()
        .file("eleventy.config.js", config)
        .file("_data/metadata.json", "{\n  \"title\": \"Not this\",\n  \"description\": \"Of days\"\n}\n")
        .file("content/blog/2026-01-03-dated.md", post("Dated", ""))
        .file("content/blog/deep/deep.md", post("Deep", "date: 2026-01-04\n"))
        .file("content/blog/Hello World.md", post("Hello", "date: 2026-01-05\npermalink: '/else/{{ page.fileSlug }}/'\n"))
        .file("content/blog/git.md", post("Git", "date: git Last Modified\n"))
        .file("content/about.md", post("About", "date: 2026-01-01\n"));
    site.build(&["--keep-going"]).assert(1, &["3 entries", "in dist", "content/blog/git.md:3:7", "a date that only Eleventy can tell"]);
    let feed = site.read("dist/feed/feed.xml");
    let guids = ["else/Hello%20World/", "blog/deep/", "blog/2026-01-03-dated/"];
    assert_eq!(between(&feed, "<guid>", "</guid>"), guids.map(|path| format!("https://example.org/{path}")));
    assert!(feed.contains("<title>A journal</title>") && feed.contains("<description>Of days</description>"), "{feed}");
    assert_eq!(setting(&site, "feeds.entries"), ("3".to_owned(), "generator-configuration eleventy.config.js:6".to_owned()));
    assert_eq!(setting(&site, "site.description").1, "generator-configuration _data/metadata.json:3");
    site.build(&["--explain-site"]).assert(0, &["this is an Eleventy site", "metadata.subtitle", "eleventy.config.js:7"]);
    site.write("eleventy.config.js", config.replace("'content'", "process.env.INPUT"));
    site.build(&[]).assert(2, &["eleventy.config.js:10:", "the folder that addresses begin at is not a literal"]);
}

#[test]
fn an_astro_site_has_the_feed_links_and_ids_that_its_starter_writes() {
    let rss = "export async function GET(context) {\n  return rss({\n    title: SITE_TITLE,\n    site: context.site,\n    items: posts.map((post) => ({ ...post.data, link: `/blog/${post.id}/` })),\n  });\n}\n";
    let site = folder()
        .file(
            "astro.config.mjs",
            "// @ts-check\nexport default defineConfig({\n  site: 'https://example.org',\n  integrations: [mdx(), sitemap()],\n});\n",
        )
        .file("src/consts.ts", "export const SITE_TITLE = 'A journal';\nexport const SITE_DESCRIPTION = 'Of days';\n")
        .file("src/pages/rss.xml.js", rss)
        .file("src/content/blog/2026-01-02 Hello, World.md", post("Hello", "pubDate: 'Jan 02 2026'\n"))
        .file("src/content/blog/trip/index.md", post("Trip", "pubDate: 2026-01-03\n"))
        .file("src/content/blog/own.md", post("Own", "pubDate: 2026-01-04\nslug: given\n"))
        .file("src/content/blog/other.mdx", post("Other", "pubDate: 2026-01-05\n"));
    site.build(&[]).assert(0, &["3 entries", "in dist", "1 in a format that is not read"]);
    let feed = site.read("dist/rss.xml");
    let guids = ["given/", "trip/", "2026-01-02-hello-world/"];
    assert_eq!(between(&feed, "<guid>", "</guid>"), guids.map(|path| format!("https://example.org/blog/{path}")));
    assert!(feed.contains("<title>A journal</title>") && feed.contains("<description>Of days</description>"), "{feed}");
    assert_eq!(setting(&site, "site.title"), ("A journal".to_owned(), "generator-configuration src/consts.ts:1".to_owned()));
    assert_eq!(site.build(&["--explain-site"]).stdout.matches("rss.link").count(), 1, "what is taken is not left alone");
    site.write("astro.config.mjs", "export default defineConfig({ site: import.meta.env.SITE })\n");
    site.build(&["--explain-site"]).assert(0, &["this is an Astro site", "not understood", "astro.config.mjs:1"]);
    site.write("src/pages/rss.xml.js", "export const GET = () => rss({ items: posts.map((post) => ({ link: url(post) })) });\n");
    site.build(&[]).assert(2, &["src/pages/rss.xml.js:1:", "the addresses of posts are made by code"]);
}

#[test]
fn what_a_post_says_of_its_slug_and_its_title_is_taken_as_the_generator_takes_it() {
    let site = folder()
        .file("pelicanconf.py", "SITEURL = 'https://example.org'\nSITENAME = 'A'\nPATH = 'content'\n")
        .file("content/a.md", "Title: Using Vec<T> &amp; *more*\nDate: 2026-01-02\n\nText.\n")
        .file("content/b.md", "Title: B\nDate: 2026-01-03\nSlug: a/Hi--There_x\n\n    :::python\n    print(1)\n");
    site.build(&[]).assert(0, &["2 entries"]);
    let feed = site.read("output/feeds/all.atom.xml");
    let ids = ["tag:example.org,2026-01-03:/a/Hi--There_x.html", "tag:example.org,2026-01-02:/using-vec-more.html"];
    assert_eq!(between(&feed, "<id>", "</id>")[1..], ids);
    assert!(feed.contains(">Using Vec &amp; *more*</title>") && !feed.contains(":::"), "{feed}");
    let site =
        folder().file("_config.yml", "url: https://example.org\ntitle: A\n").file("_posts/2026-01-02-a.md", post("A", "slug: my/Slug x\n"));
    site.build(&[]).assert(0, &["1 entry"]);
    assert!(site.read("_site/feed.xml").contains("<id>https://example.org/2026/01/02/my/Slug%20x</id>"));
    let site = folder()
        .file("config.toml", "base_url = 'https://example.org'\ntitle = 'A'\ngenerate_feeds = true\n")
        .file("content/a.md", post("A", "date: 2026-01-02\npath: else/where\n"));
    site.build(&[]).assert(0, &["1 entry"]);
    assert!(site.read("public/atom.xml").contains("<id>https://example.org/else/where/</id>"));
}

#[test]
fn a_setting_that_another_file_overrides_or_that_is_empty_is_understood() {
    let site = folder()
        .file("pelicanconf.py", "SITEURL = ''\nSITENAME = 'A'\nSITESUBTITLE = ''\n")
        .file("publishconf.py", "from pelicanconf import *\nSITEURL = 'https://example.org'\n");
    let run = site.build(&["--explain-site"]);
    run.assert(0, &["another file says it, which wins", "it is empty"]);
    assert!(!run.stdout.contains("not understood"), "{}", run.stdout);
}

#[test]
fn a_vault_is_a_site_whose_dated_notes_are_posts() {
    let site = folder()
        .file(".obsidian/app.json", "{\"userIgnoreFilters\": [\"Private/\", \"/x.*/\"]}")
        .file(".obsidian/templates.json", "{\n  \"folder\": \"Templates\"\n}")
        .file(
            "postrider.yaml",
            "site: {from: obsidian, url: 'https://example.org/', title: Notes, language: en, timezone: UTC, author: Ada}\n",
        )
        .file("Journal/A long walk.md", "---\ncreated: 2026-01-02\ntags: [walk]\n---\n\nText with #sea.\n")
        .file("Kept back.md", "---\ndate: 2026-01-03\npublish: false\n---\n\nText.\n")
        .file("Private/Secret.md", "---\ndate: 2026-01-04\n---\n\nText.\n")
        .file("Templates/Note.md", "---\ndate: 2026-01-05\n---\n\nText.\n")
        .file("Undated.md", "Text.\n");
    site.build(&[]).assert(0, &["1 entry", "1 unpublished", "in public"]);
    let feed = site.json("public/feed.json");
    let item = &feed["items"][0];
    assert_eq!((&item["title"], &item["tags"]), (&"A long walk".into(), &serde_json::json!(["walk", "sea"])));
    assert_eq!(item["id"], "https://example.org/2026/01/a-long-walk/");
    site.build(&["--explain-site"]).assert(0, &["this is an Obsidian site", ".obsidian/templates.json:2", "Templates/**"]);
}

#[test]
fn a_hugo_site_dates_posts_and_writes_feeds_as_its_configuration_says() {
    let config = "baseURL = 'https://example.org/'\ndisableKinds = ['section']\n[frontmatter]\ndate = [':filename', 'lastmod', ':git', ':default']\n[taxonomies]\ntag = 'topics'\n[outputs]\nhome = ['HTML', 'RSS']\n";
    let site = folder()
        .file("hugo.toml", config)
        .file("content/posts/2026-01-02-named.md", post("Named", "date: 2020-01-01\n"))
        .file("content/posts/changed.md", post("Changed", "date: 2020-01-01\nlastmod: 2026-01-03\ntopics: [My Topic]\ntags: [none]\n"));
    site.build(&[]).assert(0, &["2 entries"]);
    let feed = site.read("public/index.xml");
    assert_eq!(between(&feed, "<guid>", "</guid>"), ["https://example.org/posts/changed/", "https://example.org/posts/named/"]);
    assert_eq!(between(&feed, "<pubDate>", "</pubDate>"), ["Sat, 03 Jan 2026 00:00:00 +0000", "Fri, 02 Jan 2026 00:00:00 +0000"]);
    assert!(site.has("public/topics/my-topic/index.xml") && !site.has("public/posts") && !site.has("public/tags"));
    site.build(&["--explain-site"]).assert(0, &["frontmatter.date: :git", "hugo.toml:4", "a post needs a date of its own"]);
    site.write("content/posts/faulty.md", post("Faulty", "lastmod: 2026-01-32\ndate: 2026-01-02\n"));
    site.build(&[]).assert(1, &["content/posts/faulty.md:3:", "2026-01-32"]);
    std::fs::remove_file(site.path("content/posts/faulty.md")).expect("the file is gone");
    site.write("hugo.toml", config.replace("'section'", "'RSS'"));
    site.build(&[]).assert(0, &["2 entries"]);
    assert!(site.has("public/posts/index.xml") && !site.has("public/atom.xml"), "a feed that is left to us stays where it was");
}

#[test]
fn a_jekyll_site_has_the_feeds_by_tag_and_category_that_it_asks_for() {
    let config = "url: https://example.org\nfeed:\n  tags: {except: [hidden]}\n  categories: [News]\ndefaults:\n- scope: {path: ''}\n  values: {tags: [usual], categories: [all]}\n";
    let site = folder()
        .file("_config.yml", config)
        .file("postrider.yaml", "site: {from: jekyll}\n")
        .file("_posts/2026-01-02-a.md", post("A", "tags: [Sea_2, hidden]\ncategories: [News]\n"))
        .file("_posts/2026-01-03-b.md", post("B", "categories: [Other]\n"));
    site.build(&[]).assert(0, &["2 entries"]);
    let feeds: Vec<String> = site.files("_site").into_keys().filter(|name| name.contains("feed") && name.contains("xml")).collect();
    assert_eq!(feeds, ["feed.xml", "feed/News.xml", "feed/by_tag/Sea_2.xml", "feed/by_tag/usual.xml"]);
    let terms = between(&site.read("_site/feed.xml"), "<category term=\"", "\"").join(" ");
    assert_eq!(terms, "usual all Other Sea_2 hidden all News", "a post's own tags replace those of `defaults`, and categories are joined");
    site.build(&["--explain-site"]).assert(0, &["postrider.yaml", "Jekyll publishes the file"]);
}

#[test]
fn a_zola_section_has_a_feed_where_its_page_asks_for_one_and_a_path_may_hold_the_date() {
    let site = folder()
        .file("zola.toml", "base_url = 'https://example.org'\nfeed_filenames = ['rss.xml', 'atom.xml']\n")
        .file("content/blog/_index.md", "+++\ntitle = 'Blog'\ngenerate_feeds = true\n+++\n")
        .file("content/notes/_index.md", "+++\ntitle = 'Notes'\n+++\n")
        .file("content/notes/a.md", "+++\ntitle = 'A'\ndate = 2026-01-02\n+++\n\nText.\n")
        .file("content/blog/b.md", "+++\ntitle = 'B'\npath = '2026/03/12/bee'\n+++\n\nText.\n");
    site.build(&[]).assert(0, &["2 entries"]);
    let feed = site.read("public/blog/atom.xml");
    assert_eq!(between(&feed, "<id>", "</id>")[1], "https://example.org/2026/03/12/bee/");
    assert!(feed.contains("<published>2026-03-12T00:00:00+00:00</published>"), "{feed}");
    assert!(site.has("public/blog/rss.xml") && !site.has("public/notes"));
}

#[test]
fn a_later_dated_post_is_in_no_feed_whatever_the_generator_is_told() {
    for (config, text, folder_of_posts, out) in [
        ("_config.yml", "url: https://example.org\nfuture: true\n", "_posts", "_site"),
        ("hugo.toml", "baseURL = 'https://example.org/'\nbuildFuture = true\n", "content/posts", "public"),
        ("zola.toml", "base_url = 'https://example.org'\n", "content/posts", "public"),
        ("pelicanconf.py", "SITEURL = 'https://example.org'\nPATH = 'content'\nWITH_FUTURE_DATES = True\n", "content", "output"),
    ] {
        let site = folder()
            .file(config, text)
            .file(&format!("{folder_of_posts}/2026-01-02-now.md"), post("Now", "date: 2026-01-02\n"))
            .file(&format!("{folder_of_posts}/2027-01-02-later.md"), post("Later", "date: 2027-01-02\n"));
        site.build(&[]).assert(0, &["1 entry", "1 future"]);
        for (name, text) in site.files(out) {
            assert!(!String::from_utf8_lossy(&text).contains("Later"), "{config} {name}");
        }
    }
}

#[test]
fn a_zola_site_without_templates_of_its_own_is_not_taken_for_hugos() {
    let site = folder()
        .file("config.toml", "base_url = 'https://example.org'\ntheme = 'after-dark'\ngenerate_feeds = true\n")
        .file("content/a.md", post("A", "date: 2026-01-03\n"));
    site.build(&[]).assert(0, &["1 entry"]);
    assert!(site.read("public/atom.xml").contains("<id>https://example.org/a/</id>"));
}

#[test]
fn a_hugo_post_with_only_a_date_of_change_is_dated_by_it() {
    let site = folder()
        .file("hugo.toml", "baseURL = 'https://example.org/'\n[params]\nown = 1\ndescription = 'Of days'\n")
        .file("content/a.md", post("A", "lastmod: 2026-01-03\n"))
        .file("content/b.md", post("B", "lastmod: 2026-01-04\ndate: 2026-01-02\n"));
    site.build(&[]).assert(0, &["2 entries"]);
    let feed = site.read("public/index.xml");
    assert_eq!(between(&feed, "<pubDate>", "</pubDate>"), ["Sat, 03 Jan 2026 00:00:00 +0000", "Fri, 02 Jan 2026 00:00:00 +0000"]);
    assert!(feed.contains("<description>Of days</description>"), "{feed}");
    site.build(&["--explain-site"]).assert(0, &["params.own", "it is the theme's own"]);
}

#[test]
fn an_id_that_readers_know_stays_though_no_tag_uri_may_look_like_it() {
    let config = "SITEURL = 'https://example.org'\nPATH = 'content'\nSLUGIFY_USE_UNICODE = True\nSLUGIFY_PRESERVE_CASE = True\n";
    let site = folder().file("pelicanconf.py", config).file("content/a.md", "Title: Ünï Über\nDate: 2026-01-02\n\nText.\n");
    site.build(&[]).assert(0, &["warning[invalid-tag]", "content/a.md", "readers know the entry by this id, so it stays"]);
    let feed = site.read("output/feeds/all.atom.xml");
    assert!(feed.contains("<id>tag:example.org,2026-01-02:/Ünï-Über.html</id>"), "{feed}");
    assert!(feed.contains("href=\"https://example.org/%C3%9Cn%C3%AF-%C3%9Cber.html\""), "{feed}");
}

#[test]
fn hugos_languages_may_have_folders_of_their_own_and_the_main_one_a_path() {
    let config = "baseURL = 'https://example.org/sub/'\ndefaultContentLanguageInSubdir = true\n[languages.en]\ncontentDir = 'content/en'\n[languages.de]\ncontentDir = 'content/de'\n";
    let site = folder()
        .file("hugo.toml", config)
        .file("content/en/posts/a.md", post("A", "date: 2026-01-02\ntags: [one]\n"))
        .file("content/en/posts/own.md", post("Own", "date: 2026-01-01\nurl: /own\n"))
        .file("content/de/posts/b.md", "---\ntitle: B\ndate: 2026-01-02\n---\n\n[C](c.md)\n")
        .file("content/de/posts/c.md", post("C", "date: 2026-01-01\n"));
    site.build(&[]).assert(0, &["4 entries"]);
    let guids = |path: &str| between(&site.read(path), "<guid>", "</guid>").into_iter().map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(guids("public/en/index.xml"), ["https://example.org/sub/en/posts/a/", "https://example.org/sub/own/"]);
    assert_eq!(guids("public/de/index.xml"), ["https://example.org/sub/de/posts/b/", "https://example.org/sub/de/posts/c/"]);
    assert!(site.read("public/de/index.xml").contains("https://example.org/sub/de/posts/c/\""));
    assert_eq!(guids("public/en/tags/one/index.xml"), ["https://example.org/sub/en/posts/a/"]);
    assert!(!site.has("public/index.xml") && site.read("public/en/index.xml").contains("<link>https://example.org/sub/en/</link>"));
    site.build(&["--explain-site"]).assert(0, &["[content/en, content/de]", "path of the main language"]);
    site.write("postrider.yaml", "site: {from: hugo, url: 'https://example.org/sub/en/'}\n");
    site.build(&[]).assert(0, &["4 entries"]);
    assert_eq!(guids("public/index.xml")[0], "https://example.org/sub/en/posts/a/");
}

#[test]
fn hugos_addresses_are_made_of_what_a_post_says_as_it_is_written() {
    for (section, head, path) in [
        ("p", "url: /no-trailing\n", "no-trailing/"),
        ("p", "url: rel/url\n", "rel/url/"),
        ("p", "url: /Big/x.html\n", "Big/x.html"),
        ("p", "slug: with/slash\n", "p/with/slash/"),
        ("p", "slug: q?x\n", "p/qx/"),
        ("n", "title: C++ and a+b\n", "n/c-and-a-b/"),
        ("n", "title: x² + y²\n", "n/x--y/"),
        ("n", "title: ½ İstanbul ⅧⒶ٣\n", "n/istanbul-%D9%A3/"),
        ("n", "title: 'back\\slash'\n", "n/back%5Cslash/"),
        ("n", "title: Q &amp; A\n", "n/q-amp-a/"),
        ("n", "title: __init__ `x` _em_\n", "n/__init__-x-_em_/"),
    ] {
        let title = if head.starts_with("title") { "" } else { "title: T\n" };
        let site = folder()
            .file("hugo.toml", "baseURL = 'https://example.org/'\n[permalinks]\nn = '/n/:title/'\n")
            .file(&format!("content/{section}/x.md"), format!("---\n{title}{head}date: 2026-01-02\n---\n\nText.\n"));
        site.build(&[]).assert(0, &["1 entry"]);
        assert_eq!(between(&site.read("public/index.xml"), "<guid>", "</guid>"), [format!("https://example.org/{path}")], "{head}");
    }
    let site = folder()
        .file("hugo.toml", "baseURL = 'https://example.org/'\n")
        .file("content/p/x.md", post("A", "date: 2026-01-02\nslug: hash#tag\n"));
    site.build(&[]).assert(0, &["1 entry"]);
    let feed = site.read("public/index.xml");
    let (id, link) =
        ("<guid isPermaLink=\"false\">https://example.org/p/hash#tag/</guid>", "<link>https://example.org/p/hash%23tag/</link>");
    assert!(feed.contains(id) && feed.contains(link), "Hugo's own feed has this id, which leads nowhere: {feed}");
}

#[test]
fn a_name_in_a_title_stays_as_it_is_written_in_pelican() {
    let site = folder()
        .file("pelicanconf.py", "SITEURL = 'https://example.org'\nPATH = 'content'\n")
        .file("content/a.md", "Title: __init__ and _one_\nDate: 2026-01-02\n\nText.\n");
    site.build(&[]).assert(0, &["1 entry"]);
    let feed = site.read("output/feeds/all.atom.xml");
    assert!(feed.contains("https://example.org/__init__-and-_one_.html") && feed.contains(">__init__ and _one_</title>"), "{feed}");
}

#[test]
fn feeds_of_hugos_that_list_terms_are_told_and_those_of_the_sites_own_taxonomies_go_on() {
    let site = folder()
        .file("hugo.toml", "baseURL = 'https://example.org/'\n[taxonomies]\ntag = 'tags'\nseries = 'series'\n")
        .file("content/p/a.md", post("A", "date: 2026-01-02\nseries: [My Series]\n"));
    let told = ["feeds by series", "series/:slug/", "tags/index.xml", "series/index.xml", "lists terms, not posts", "hugo.toml:2"];
    site.build(&["--explain-site"]).assert(0, &told);
    site.build(&[]).assert(0, &["1 entry"]);
    assert!(site.read("public/series/my-series/index.xml").contains("https://example.org/p/a/"));
    site.write("hugo.toml", "baseURL = 'https://example.org/'\ndisableKinds = ['taxonomy']\n");
    assert!(!site.build(&["--explain-site"]).stdout.contains("lists terms"));
}

/// What a generator may have written there.
const FEED: &str =
    "<rss version='2.0'><channel><title>T</title><link>https://example.org/</link><description>D</description></channel></rss>";

#[test]
fn who_names_a_feed_of_a_format_replaces_all_that_the_generator_writes_in_it() {
    let names = ["index.xml", "posts/index.xml", "tags/one/index.xml", "de/index.xml", "de/posts/index.xml"];
    let site = folder()
        .file("hugo.toml", "baseURL = 'https://example.org/'\n[languages.en]\ntitle = 'E'\n[languages.de]\ntitle = 'D'\n")
        .file("content/posts/a.md", post("A", "date: 2026-01-02\ntags: [one]\n"))
        .file("content/posts/a.de.md", post("A", "date: 2026-01-02\n"));
    for name in names {
        site.write(&format!("public/{name}"), FEED);
    }
    site.build(&[]).assert(2, &["were not written by postrider", "public/posts/index.xml", "set `disableKinds = [\"RSS\"]`"]);
    site.write("postrider.yaml", "site: {from: auto}\nfeeds: {files: {rss: index.xml}}\n");
    site.build(&[]).assert(0, &["2 entries"]);
    assert!(names.iter().all(|name| site.read(&format!("public/{name}")).contains("<item>")));
    // What only our configuration names is not Hugo's.
    site.write("postrider.yaml", "site: {from: auto}\nfeeds: {files: {rss: index.xml}, by: {category: 'c/:slug/'}}\n");
    site.write("content/posts/b.md", post("B", "date: 2026-01-02\ncategories: [x]\n"));
    site.write("public/c/x/index.xml", FEED);
    site.build(&[]).assert(2, &["public/c/x/index.xml", "was not written by postrider"]);
}

#[test]
fn feeds_by_category_of_jekyll_and_pelican_are_replaced_with_the_main_one() {
    let jekyll = folder()
        .file("_config.yml", "url: https://example.org\nplugins: [jekyll-feed]\nfeed: {categories: [Recipes]}\n")
        .file("postrider.yaml", "site: {from: auto}\nfeeds: {files: {atom: feed.xml}}\n")
        .file("_posts/2026-01-02-a.md", post("A", "categories: [Recipes]\n"))
        .file("_site/feed.xml", FEED)
        .file("_site/feed/Recipes.xml", FEED);
    jekyll.build(&[]).assert(0, &["1 entry"]);
    let pelican = folder()
        .file("pelicanconf.py", "SITEURL = 'https://example.org'\nPATH = 'content'\n")
        .file("postrider.yaml", "site: {from: auto}\nfeeds: {files: {atom: feeds/all.atom.xml}}\n")
        .file("content/Notes/a.md", "Title: A\nDate: 2026-01-02\n\nText.\n")
        .file("output/feeds/all.atom.xml", FEED)
        .file("output/feeds/notes.atom.xml", FEED);
    pelican.build(&[]).assert(0, &["1 entry"]);
    assert!(jekyll.read("_site/feed/Recipes.xml").contains("<entry>") && pelican.read("output/feeds/notes.atom.xml").contains("<entry>"));
}

#[test]
fn a_format_whose_file_is_named_is_written_beside_those_of_the_generator() {
    let site = folder()
        .file(
            "pelicanconf.py",
            "SITEURL = 'https://example.org'\nPATH = 'content'\nFEED_ALL_ATOM = None\nFEED_ALL_RSS = 'feeds/all.rss.xml'\n",
        )
        .file("postrider.yaml", "site: {from: pelican}\nfeeds: {files: {atom: feeds/all.atom.xml}}\n")
        .file("content/a.md", "Title: A\nDate: 2026-01-02\n\nText.\n");
    site.build(&[]).assert(0, &["1 entry"]);
    assert!(site.has("output/feeds/all.atom.xml") && site.has("output/feeds/all.rss.xml") && !site.has("output/feed.json"));
    assert_eq!(setting(&site, "feeds.formats").0, "[rss, atom]");
    site.write("postrider.yaml", "site: {from: pelican}\nfeeds: {formats: [rss], files: {atom: feeds/all.atom.xml}}\n");
    site.build(&[]).assert(0, &["1 entry"]);
    assert!(!site.has("output/feeds/all.atom.xml"), "who names the formats has named them all");
}

#[test]
fn a_vault_holds_its_posts_at_its_root_whoever_asks() {
    let config = "site: {url: 'https://example.org/', title: Notes, language: en, timezone: UTC, author: Ada}\n";
    let site = folder()
        .file(".obsidian/app.json", "{}")
        .file("postrider.yaml", config)
        .file("Journal/A walk.md", "---\ndate: 2026-01-02\n---\n\nText.\n");
    site.build(&[]).assert(0, &["1 entry"]);
    site.write("posts/b.md", post("B", "date: 2026-01-03\n"));
    site.build(&[]).assert(0, &["1 entry from 1 post"]);
}
