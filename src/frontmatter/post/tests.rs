#![allow(clippy::disallowed_methods, reason = "tests look at the clock and at files")]

use super::*;
use crate::model::Author;
use crate::model::EnclosureRef;
use crate::model::Terms;
use crate::text::dates;
use crate::text::decode::decode;
use proptest::prelude::*;

fn facts(complete: bool) -> FileFacts<'static> {
    let now = dates::parse("2026-11-22", chrono_tz::UTC).expect("a date").date;
    FileFacts { now, complete, ..FileFacts::sample() }
}

fn read_at(path: &str, text: &str) -> (Reading, Vec<Diagnostic>) {
    read(Source::new(path, text), &facts(true), chrono_tz::Europe::Berlin)
}

/// Reads a text that is a post without any finding.
fn post_at(path: &str, text: &str) -> Post {
    match read_at(path, text) {
        (Reading::Post(post), found) if found.is_empty() => *post,
        (reading, found) => panic!("{reading:?} {found:#?}"),
    }
}

/// Reads YAML front matter of a post that has a date.
fn post(front: &str) -> Post {
    post_at("posts/2024-01-02-a-name.md", &format!("---\n{front}\n---\nBody"))
}

/// Returns findings as `code line:column marked text | message | help`.
fn faults_at(path: &str, text: &str) -> Vec<String> {
    let (_, found) = read_at(path, text);
    let show = |fault: &Diagnostic| {
        let place = fault.place.clone().unwrap_or_default();
        let marked = place.excerpt.get(place.mark.0..place.mark.1).unwrap_or_default().to_owned();
        let help = fault.help.as_deref().unwrap_or_default();
        format!("{} {}:{} {marked} | {} | {help}", fault.code, place.start.line, place.start.column, fault.message)
    };
    found.iter().map(show).collect()
}

fn faults(front: &str) -> Vec<String> {
    faults_at("posts/2024-01-02-a.md", &format!("---\n{front}\n---\nBody"))
}

fn names(authors: &[Author]) -> Vec<&str> {
    authors.iter().map(|author| author.name.as_str()).collect()
}

// Dialects

fn terms<const N: usize>(terms: [&str; N]) -> Terms {
    terms.into_iter().collect()
}

#[test]
fn a_jekyll_post_is_read() {
    let text = "---\nlayout: post\ntitle:  \"Winter &amp; wool\"\ndate:   2023-12-05 18:30:00 +0100\nlast_modified_at: 2023-12-06\ncategories: knitting home\ntags: wool, winter\npermalink: /wool/:title/\nexcerpt: Warm *things*.\nimage:\n  path: /img/wool.jpg\n  alt: Wool\nauthor: mia\nsitemap: no\nlang: en_GB\n---\nBody";
    let post = post_at("diary/_posts/2023-12-04-Winter-Wool.md", text);
    assert_eq!(post.title.as_deref(), Some("Winter & wool"));
    assert_eq!(dates::rfc3339(&post.published), "2023-12-05T18:30:00+01:00");
    assert_eq!(post.updated.map(|date| dates::rfc3339(&date)).as_deref(), Some("2023-12-06T00:00:00+01:00"));
    assert_eq!(post.categories, ["diary", "knitting", "home"]);
    assert_eq!(post.tags, ["wool", "winter"]);
    assert_eq!((post.permalink.as_deref(), post.slug.as_str()), (Some("/wool/:title/"), "Winter-Wool"));
    assert_eq!((post.summary.as_deref(), post.image.as_deref()), (Some("Warm things."), Some("/img/wool.jpg")));
    assert_eq!((names(&post.authors), post.language.as_deref()), (vec!["mia"], Some("en-GB")));
    assert!(post.in_feed && post.hidden.is_none() && !post.translation);
    assert_eq!(&text[post.body..], "Body");
}

#[test]
fn a_jekyll_post_without_a_title_has_that_of_its_file_name() {
    let post = post_at("_posts/2024-02-03-my-first-post.md", "---\nlayout: post\ncategory: two words\ntag: one tag\ntags: x y\n---\n");
    assert_eq!((post.title.as_deref(), post.title_from_heading), (Some("My First Post"), false));
    assert_eq!(post.categories, ["two words"]);
    assert_eq!(post.tags, ["one tag"]);
}

#[test]
fn a_jekyll_draft_has_the_date_of_the_day_and_is_hidden() {
    let post = post_at("_drafts/idea.md", "---\ntitle: An idea\n---\n");
    assert_eq!((post.hidden, post.published), (Some(Hidden::Draft), facts(true).now));
    assert_eq!(post_at("_drafts/2024-01-01-x.md", "---\n---\n").published.to_rfc3339(), "2024-01-01T00:00:00+01:00");
}

#[test]
fn a_hugo_post_is_read() {
    let text = "+++\nTitle = 'Ferry times'\ndate = 2024-03-04\npublishDate = 2024-03-05T08:00:00Z\nlastmod = 2024-03-07 10:00:00\nexpiryDate = '2030-01-01'\ndraft = false\nTags = ['sea', 'ferry ', 'sea']\ncategories = ['travel']\nslug = 'ferries'\nsummary = 'When they go.'\ndescription = 'Meta.'\nimages = ['one.png', 'two.png']\nmath = true\n[params]\nauthor = 'Nils Holm'\n+++\n\nBody";
    let post = post_at("posts/harbour/ferry.md", text);
    assert_eq!(post.title.as_deref(), Some("Ferry times"));
    assert_eq!(dates::rfc3339(&post.published), "2024-03-05T08:00:00+00:00");
    assert_eq!(post.updated.map(|date| dates::rfc3339(&date)).as_deref(), Some("2024-03-07T10:00:00+01:00"));
    assert!(post.expires.is_some() && post.math);
    assert_eq!((post.tags, post.categories), (terms(["sea", "ferry"]), terms(["travel"])));
    assert_eq!((post.slug.as_str(), post.summary.as_deref()), ("ferries", Some("When they go.")));
    assert_eq!((post.image.as_deref(), post.section.as_deref()), (Some("one.png"), Some("harbour")));
    assert_eq!(names(&post.authors), ["Nils Holm"]);
}

#[test]
fn a_hugo_bundle_in_json_is_read() {
    let text = "{\n  \"title\": \"Map & compass\",\n  \"date\": \"2024-05-06T07:08:09+02:00\",\n  \"cover\": {\"image\": \"map.jpg\"},\n  \"tags\": [2024, 1.10, true],\n  \"author\": [\"A\", {\"name\": \"B\", \"email\": \"b@example.org\", \"url\": \"https://example.org/b\"}]\n}\nBody";
    let post = post_at("posts/map/index.md", text);
    assert_eq!(post.title.as_deref(), Some("Map & compass"));
    assert_eq!((post.slug.as_str(), post.image.as_deref()), ("map", Some("map.jpg")));
    assert_eq!(post.tags, ["2024", "1.10", "true"]);
    assert_eq!(names(&post.authors), ["A", "B"]);
    assert_eq!(post.authors[1].email.as_deref(), Some("b@example.org"));
    assert_eq!(post.authors[1].uri.as_deref(), Some("https://example.org/b"));
}

#[test]
fn a_zola_page_is_read() {
    let text = "+++\ntitle = \"Moss\"\nupdated = 2024-07-08\nauthors = [\"Ida\", \"Per\"]\npath = \"garden/moss\"\n[taxonomies]\ntags = [\"green\"]\ncategories = [\"plants\"]\n[extra]\nimage = \"moss.webp\"\n+++\nBody";
    let post = post_at("posts/2024-06-01_moss.md", text);
    assert_eq!(dates::rfc3339(&post.published), "2024-06-01T00:00:00+02:00");
    assert_eq!((post.tags, post.categories), (terms(["green"]), terms(["plants"])));
    assert_eq!((post.image.as_deref(), post.permalink.as_deref()), (Some("moss.webp"), Some("garden/moss/")));
    assert_eq!(names(&post.authors), ["Ida", "Per"]);
}

#[test]
fn a_pelican_article_is_read() {
    let text = "Title: Bread: a diary\nDate: 2024-09-10 11:12\nModified: 2024-09-11\nCategory: food, drink\nTags: rye, sour dough\nAuthors: Berg, Eva; Dahl, Ole\nSlug: bread\nSummary: Flour,\n    water.\nStatus: hidden\nLang: sv\nurl: brod/\n\nBody";
    let post = post_at("posts/bread.md", text);
    assert_eq!(post.title.as_deref(), Some("Bread: a diary"));
    assert_eq!((post.tags, post.categories), (terms(["rye", "sour dough"]), terms(["food, drink"])));
    assert_eq!(names(&post.authors), ["Berg, Eva", "Dahl, Ole"]);
    assert_eq!((post.summary.as_deref(), post.hidden), (Some("Flour, water."), Some(Hidden::Unpublished)));
    assert_eq!((post.language.as_deref(), post.permalink.as_deref()), (Some("sv"), Some("brod/")));
}

#[test]
fn eleventy_astro_and_obsidian_keys_are_read() {
    let eleventy = post("title: E\ndate: 2024-01-01\ntags: one tag\npermalink: false\nlink: https://example.org/x");
    assert_eq!((eleventy.tags, eleventy.hidden), (terms(["one tag"]), Some(Hidden::Unpublished)));
    assert_eq!((eleventy.permalink, eleventy.external_url.as_deref()), (None, Some("https://example.org/x")));
    let astro = post("title: A\npubDate: 'Jul 08 2022'\nupdatedDate: 2022-07-09\nheroImage: './hero.jpg'\ndescription: D");
    assert_eq!(dates::rfc3339(&astro.published), "2022-07-08T00:00:00+02:00");
    assert_eq!((astro.image.as_deref(), astro.updated.is_some()), (Some("./hero.jpg"), true));
    let obsidian = post("created: 2023-02-03\npublish: false\ntags: [\"#a/b\", c]\ncover: \"[[pic.png]]\"");
    assert_eq!((obsidian.hidden, obsidian.tags), (Some(Hidden::Unpublished), terms(["a/b", "c"])));
    assert_eq!((obsidian.image.as_deref(), obsidian.title_from_heading), (Some("pic.png"), true));
}

#[test]
fn a_file_without_front_matter_may_be_a_post() {
    let post = post_at("posts/2024-01-02-a-walk.md", "# A walk\n\nText");
    assert_eq!((post.title.as_deref(), post.title_from_heading, post.body), (Some("A Walk"), true, 0));
    assert_eq!(post_at("posts/2024-01-02.md", "Text").title, None);
}

// Traps

#[test]
fn published_is_a_truth_value_or_a_date() {
    for (front, hidden) in [
        ("published: false", Some(Hidden::Unpublished)),
        ("published: 'no'", Some(Hidden::Unpublished)),
        ("published: true", None),
        ("published: 2024-05-05", None),
        ("publish: false", Some(Hidden::Unpublished)),
        ("draft: true", Some(Hidden::Draft)),
        ("draft: yes", Some(Hidden::Draft)),
        ("draft: \"true\"", Some(Hidden::Draft)),
        ("draft: 'false'", None),
        ("status: Draft", Some(Hidden::Draft)),
        ("status: skip", Some(Hidden::Unpublished)),
        ("status: published", None),
        ("render: false", Some(Hidden::Unpublished)),
        ("build:\n  list: never", Some(Hidden::Unpublished)),
        ("eleventyExcludeFromCollections: true", Some(Hidden::Unpublished)),
        ("hidden: true\ndraft: true", Some(Hidden::Unpublished)),
    ] {
        assert_eq!(post(front).hidden, hidden, "{front}");
    }
    assert_eq!(dates::rfc3339(&post("published: 2024-05-05").published), "2024-05-05T00:00:00+02:00");
}

#[test]
fn a_post_may_stay_out_of_feeds_and_mails() {
    for (front, in_feed, in_newsletter) in [
        ("feed: false", false, true),
        ("disableFeed: true", false, true),
        ("sitemap: no", true, true),
        ("newsletter: false", true, false),
        ("feed: true", true, true),
    ] {
        let post = post(front);
        assert_eq!((post.in_feed, post.in_newsletter), (in_feed, in_newsletter), "{front}");
    }
}

#[test]
fn numbers_and_truth_values_keep_their_spelling() {
    let version = post("title: 1.10\ntags:\n  - 1.10\n  - 1e2\n  - 2024\n  - True\n  - 0x1F\n  - \"007\"\nid: 9007199254740993");
    assert_eq!(version.title.as_deref(), Some("1.10"));
    assert_eq!(version.tags, ["1.10", "1e2", "2024", "True", "0x1F", "007"]);
    assert_eq!(version.id.as_deref(), Some("9007199254740993"));
    assert_eq!(
        post("title: 123456789012345678901234567890123456789012345").title.as_deref(),
        Some("123456789012345678901234567890123456789012345")
    );
    assert_eq!(post("title: 2024-01-01").title.as_deref(), Some("2024-01-01"));
    assert_eq!(post("title: yes").title.as_deref(), Some("yes"));
    assert_eq!(
        post_at("posts/2024-01-02-a.md", "+++\ntitle = 'x'\ntags = [1.10, 0x1F, 2024-01-01]\n+++\n").tags,
        ["1.10", "0x1F", "2024-01-01"]
    );
}

#[test]
fn tags_are_trimmed_and_stand_once() {
    assert_eq!(post("tags:\n- two words \n- Two words\n- two  words\n- ''\n-\n- b").tags, ["two words", "Two words", "b"]);
    assert_eq!(post("tags: a, b,, c").tags, ["a", "b", "c"]);
    assert_eq!(post("categories:\n- [Sports, Football]\n- Games").categories, ["Sports", "Football", "Games"]);
    assert!(post("tags:").tags.is_empty() && post("tags: []").tags.is_empty());
}

#[test]
fn null_is_absent_and_an_empty_title_is_none() {
    let empty = post("title: \"\"\ndate:\npermalink:\nid: ~");
    assert_eq!((empty.title, empty.title_from_heading, empty.permalink, empty.id), (None, false, None, None));
    let absent = post("title:\nlayout: post");
    assert_eq!((absent.title, absent.title_from_heading), (None, true));
}

#[test]
fn merged_keys_count_but_own_keys_win() {
    let merged = post("defaults: &d\n  author: Base\n  title: Base\n<<: *d\ntitle: Own");
    assert_eq!((merged.title.as_deref(), names(&merged.authors)), (Some("Own"), vec!["Base"]));
}

#[test]
fn enclosures_are_read_in_every_form() {
    let map = post("enclosure:\n  url: /a.mp3\n  length: 1234\n  type: audio/mpeg\n  duration: 1:02:03\n  title: Episode 1");
    let expected = EnclosureRef {
        url: "/a.mp3".to_owned(),
        length: Some(1234),
        media_type: Some("audio/mpeg".to_owned()),
        duration: Some(3723),
        title: Some("Episode 1".to_owned()),
    };
    assert_eq!(map.enclosures, [expected]);
    let urls = |front: &str| post(front).enclosures.into_iter().map(|enclosure| enclosure.url).collect::<Vec<_>>();
    assert_eq!(urls("enclosure: a.mp3"), ["a.mp3"]);
    assert_eq!(urls("enclosures: [a.mp3, {file: b.mp4, duration: 90}]\naudio: a.mp3\nvideo: true"), ["a.mp3", "b.mp4"]);
}

#[test]
fn only_an_absolute_link_makes_a_link_post() {
    assert_eq!(post("link: /related/").external_url, None);
    assert_eq!(post("external_url: HTTPS://example.org/").external_url.as_deref(), Some("HTTPS://example.org/"));
}

#[test]
fn authors_may_have_an_address() {
    let named = post("author: Ann Lee <ann@example.org>");
    assert_eq!((named.authors[0].name.as_str(), named.authors[0].email.as_deref()), ("Ann Lee", Some("ann@example.org")));
    assert_eq!(names(&post("author: Smith, John").authors), ["Smith, John"]);
    assert_eq!(names(&post("author:\n  name: Ann\n  uri: https://example.org").authors), ["Ann"]);
}

#[test]
fn a_language_in_the_file_name_makes_a_translation() {
    let text = "---\ntitle: Hallo\ndate: 2024-01-01\n---\n";
    let german = post_at("posts/hello.de.md", text);
    assert_eq!((german.language.as_deref(), german.translation, german.slug.as_str()), (Some("de"), true, "hello"));
    assert_eq!(post_at("posts/hello.md", text).language, None);
    assert!(!post("lang: fr").translation);
}

// What is no post

#[test]
fn files_that_are_no_posts_are_told_apart() {
    let reading = |path: &str, text: &str| read_at(path, text).0;
    assert_eq!(reading("posts/about.md", "---\ntitle: [Oops\n  - x]\n---\n"), Reading::Page);
    assert_eq!(reading("posts/about.md", "About"), Reading::Page);
    assert_eq!(reading("posts/_index.md", "---\ntitle: A\ndate: 2024-01-01\n---\n"), Reading::NotPost);
    assert_eq!(reading("_posts/notes.md", "---\ndate: 2024-01-01\n---\n"), Reading::NotPost);
    assert_eq!(reading("posts/x.md", "---\ntitle: Foo: bar\n---\n"), Reading::Broken);
    assert_eq!(read(Source::new("posts/x.md", "---\ntitle: A"), &facts(false), chrono_tz::UTC).0, Reading::Incomplete);
}

// Faults

#[test]
fn a_value_that_needs_quotes_is_shown_with_them() {
    for (front, fault) in [
        ("title: Foo: bar", "2:8 Foo: bar | `Foo: bar` needs quotes in YAML | quote it: `title: \"Foo: bar\"`"),
        ("title: [Draft] news", "2:8 [Draft] news | `[Draft] news` needs quotes in YAML | quote it: `title: \"[Draft] news\"`"),
        ("title: *big* news", "2:8 *big* news | `*big* news` needs quotes in YAML | quote it: `title: \"*big* news\"`"),
        ("a: b\ntitle: @foo", "3:8 @foo | `@foo` needs quotes in YAML | quote it: `title: \"@foo\"`"),
        ("title: %d \"x\"", "2:8 %d \"x\" | `%d \"x\"` needs quotes in YAML | quote it: `title: '%d \"x\"'`"),
        ("title: `x`", "2:8 `x` | ``x`` needs quotes in YAML | quote it: `title: \"`x`\"`"),
        ("title: 'It's me'", "2:8 'It's me' | `'It's me'` goes on behind its closing quote | quote the whole value: `title: \"It's me\"`"),
        ("title: {{ x }}", "2:8 {{ x }} | `{{ x }}` needs quotes in YAML: without them it is a mapping | quote it: `title: \"{{ x }}\"`"),
        ("title: [Draft]", "2:8 [Draft] | `[Draft]` needs quotes in YAML: without them it is a list | quote it: `title: \"[Draft]\"`"),
        (
            "title: !big news",
            "2:8 !big news | `!big news` needs quotes in YAML: without them it is a value with a YAML tag | quote it: `title: \"!big news\"`",
        ),
    ] {
        assert_eq!(faults(front), [format!("unquoted-value {fault}")], "{front}");
    }
}

#[test]
fn other_faults_of_yaml_have_their_place_and_advice() {
    for (front, fault) in [
        ("title: A\n\ttags: b", "tab-indentation 3:1   | a tab stands where YAML allows blanks only | indent with blanks"),
        (
            "title: A\ndate: 2024-01-01\ntitle: B",
            "duplicate-key 4:1 title | `title` stands here a second time | keep this one or the one in line 2",
        ),
        ("x:\n  url: a\n  url: b", "duplicate-key 4:3 url | `url` stands here a second time | keep this one or the one in line 3"),
        ("title: \"Foo\ndate: 2024-01-01", "unclosed-quote 2:8 \"Foo | the quote of `\"Foo` is not closed | write `\"` at the end"),
        (
            "tags: [a, b\ntitle: x",
            "invalid-front-matter 2:7 [a, b | `[a, b` has no closing `]` | write `]` at the end, or quote it: `tags: \"[a, b\"`",
        ),
        (
            "title: A\nfoo",
            "invalid-front-matter 3:1 foo | the front matter is not valid YAML: could not find expected ':' | write `key: value`, or indent a line that belongs to the value above",
        ),
        (
            "title: A\n<<<<<<< HEAD\nfoo: b",
            "invalid-front-matter 3:1 <<<<<<< HEAD | the front matter is not valid YAML: could not find expected ':' | a merge was not finished: keep what is right, and take out the lines of signs",
        ),
        (
            "title: \"C:\\path\"",
            "invalid-front-matter 2:11 \\ | the front matter is not valid YAML: found unknown escape character | write a backslash in single quotes: `title: 'C:\\path'`",
        ),
        (
            "title: x\n bar: y",
            "invalid-front-matter 3:5 : | the front matter is not valid YAML: mapping values are not allowed in this context | write `bar:` in the same column as the key above, or below a key without a value",
        ),
        ("title:\n  - a\n  - b", "unexpected-type 2:1 title | `title` is a list, not text | write one text behind `title`"),
        (
            "just text",
            "invalid-front-matter 2:1 just text | the front matter is text, not keys with values | write `title: …` and `date: …`, each on its own line",
        ),
        ("date: [2024]", "unknown-date 2:7 [2024] | `date` is a list, not a date | write `2024-08-19` or `2024-08-19 09:30:00 +0200`"),
    ] {
        assert_eq!(faults(front), [fault], "{front}");
    }
}

#[test]
fn every_fault_is_named_in_one_run() {
    let found = faults("title: Foo: bar\nsummary: x: y\ndate: 2024-13-01\nexpires: soon");
    let codes: Vec<&str> = found.iter().filter_map(|fault| fault.split(" |").next()).collect();
    assert_eq!(codes, ["unquoted-value 2:8 Foo: bar", "unquoted-value 3:10 x: y", "unknown-date 4:7 2024-13-01", "unknown-date 5:10 soon"]);
}

#[test]
fn an_unknown_date_is_marked_in_the_file() {
    let fault = "unknown-date 3:8 19/08/2024 | `19/08/2024` is not a date postrider knows | write `2024-08-19`";
    assert_eq!(faults("title: A\ndate: '19/08/2024'"), [fault]);
    assert_eq!(
        faults_at("posts/2024-02-30-x.md", "Text"),
        [
            "unknown-date 0:0  | the date in the file name `2024-02-30-x.md` has no such day: February 2024 has 29 days | write a day that exists"
        ]
    );
    assert_eq!(faults_at("posts/x.md", "Title: A\nDate: soon\n\n").len(), 1);
}

#[test]
fn front_matter_without_an_end_is_an_error() {
    let found = faults_at("posts/x.md", "---\n\nA rule, then text.\n");
    assert_eq!(
        found,
        [
            "unclosed-front-matter 1:1 --- | the front matter that begins with `---` has no end | write `---` on a line of its own behind the last key; a rule at the top of a post is written `***`"
        ]
    );
}

#[test]
fn a_comment_that_cuts_a_title_is_a_warning() {
    assert_eq!(
        faults("title: C# and # comment"),
        [
            "comment-in-value 2:15 # comment | the title ends at `C# and`: a `#` behind a blank begins a comment in YAML | if it belongs to the title, quote it: `title: \"C# and # comment\"`"
        ]
    );
    assert_eq!(
        faults("title: #rust"),
        [
            "comment-in-value 2:8 #rust | the title is empty: `#rust` is a comment in YAML | if it is the title, quote it: `title: \"#rust\"`"
        ]
    );
    assert!(faults("title: \"a # b\"\ndate: 2024-01-01 # day").is_empty());
}

#[test]
fn an_invisible_character_is_left_out_and_named() {
    let (reading, found) = read_at("posts/2024-01-02-a.md", "---\ntitle: a\u{8}b\u{feff}\n---\n");
    let Reading::Post(post) = reading else { panic!("{reading:?}") };
    assert_eq!((post.title.as_deref(), found.len()), (Some("ab"), 2));
    let second = faults("a: \u{8}b\ntitle: \u{8}Foo: bar");
    assert_eq!(second[2], "unquoted-value 3:9 Foo: bar | `Foo: bar` needs quotes in YAML | quote it: `title: \"Foo: bar\"`");
}

#[test]
fn values_a_post_can_do_without_are_warnings() {
    for (front, fault) in [
        ("lang: english", "unknown-language 2:7 english"),
        ("permalink: {a: b}", "ignored-value 2:12 {a: b}"),
        ("tags: [a, {b: c}]", "ignored-value 2:11 {b: c}"),
    ] {
        let found = faults(front);
        assert_eq!(found.iter().filter_map(|fault| fault.split(" |").next()).collect::<Vec<_>>(), [fault], "{front}");
        assert!(matches!(read_at("posts/2024-01-02-a.md", &format!("---\n{front}\n---\n")).0, Reading::Post(_)));
    }
}

/// Returns the beginning of each finding, up to its message.
fn short(front: &str) -> Vec<String> {
    faults(front).iter().map(|fault| fault.split(" |").next().unwrap_or_default().to_owned()).collect()
}

#[test]
fn a_flag_that_is_neither_true_nor_false_is_an_error() {
    for (front, fault) in [
        ("draft: ture", "unknown-flag 2:8 ture"),
        ("draft: \"maybe\"", "unknown-flag 2:8 \"maybe\""),
        ("draft: [true]", "unknown-flag 2:8 [true]"),
        ("draft: 2", "unknown-flag 2:8 2"),
        ("publish: nope", "unknown-flag 2:10 nope"),
        ("published: flase", "unknown-flag 2:12 flase"),
        ("status: drafft", "unknown-flag 2:9 drafft"),
        ("status: evergreen", "ignored-value 2:9 evergreen"),
        ("feed: nope", "unknown-flag 2:7 nope"),
        ("newsletter: fales", "unknown-flag 2:13 fales"),
    ] {
        assert_eq!(short(front), [fault]);
    }
    let fault = "unknown-flag 2:8 ture | `draft` is `ture`, not true or false | did you mean `true`?";
    assert_eq!(faults("draft: ture"), [fault]);
}

#[test]
fn what_shares_a_key_with_a_flag_is_none() {
    for front in [
        "published: 2024-01-01",
        "published: August 19, 2024",
        "feed: {exclude: false}",
        "status: Public",
        "draft: ''",
        "draft:",
        "newsletter: weekly",
        "build: {list: local}",
    ] {
        assert_eq!(faults(front), [""; 0], "{front}");
    }
    assert_eq!(post("status: WIP").hidden, Some(Hidden::Draft));
}

#[test]
fn garbled_words_in_front_matter_are_found() {
    assert_eq!(
        faults("title: \"itâ€™s\"\ntags: [cafÃ©]"),
        [
            "mojibake-in-front-matter 2:11 â€™ | `itâ€™s` should be `it’s` | write `it’s`",
            "mojibake-in-front-matter 3:11 Ã© | `cafÃ©` should be `café` | write `café`"
        ]
    );
}

#[test]
fn template_code_in_front_matter_is_found() {
    for (front, fault) in [
        ("title: \"{{ site.title }} x\"", "template-in-front-matter 2:9 {{ site.title }}"),
        ("tags: [a, \"{{ t }}\"]", "template-in-front-matter 2:12 {{ t }}"),
        ("description: a {% raw %}", "template-in-front-matter 2:16 {% raw %}"),
        ("summary: see {{< ref >}}", "template-in-front-matter 2:14 {{< ref >}}"),
    ] {
        assert_eq!(short(front), [fault]);
    }
    assert!(faults("title: How `{{ x }}` works").is_empty() && faults("title: Escaping {{ in Liquid").is_empty());
}

#[test]
fn media_authors_and_summaries_that_cannot_be_used_are_told() {
    for (front, fault) in [
        ("enclosure: {length: 4}", "enclosure-without-url 2:12 {length: 4}"),
        ("enclosure: 5", "ignored-value 2:12 5"),
        ("enclosure: {url: a.mp3, type: bad type}", "ignored-value 2:31 bad type"),
        ("enclosure: {url: a.mp3, length: 4 MB}", "ignored-value 2:33 4 MB"),
        ("image: 7", "ignored-value 2:8 7"),
        ("image: {alt: x}", "ignored-value 2:8 {alt: x}"),
        ("author: {email: x@y}", "ignored-value 2:9 {email: x@y}"),
        ("authors: {a: b}", "ignored-value 2:10 {a: b}"),
        ("description: [a, b]", "ignored-value 2:14 [a, b]"),
    ] {
        assert_eq!(short(front), [fault]);
    }
    assert_eq!(post("heroImage: {src: x.png}").image.as_deref(), Some("x.png"));
    assert_eq!(post("heroImage: {url: x.png}").image.as_deref(), Some("x.png"));
}

#[test]
fn a_no_break_space_is_kept() {
    let post = post("title: 10\u{a0}km\ntags: [\"a\u{202f}b\"]\nsummary: Quoi\u{202f}?");
    assert_eq!((post.title.as_deref(), post.summary.as_deref()), (Some("10\u{a0}km"), Some("Quoi\u{202f}?")));
    assert_eq!(post.tags, ["a\u{202f}b"]);
}

#[test]
fn faults_of_toml_and_json_have_their_place() {
    for (text, fault) in [
        ("+++\ntitle = Foo bar\n+++\n", "unquoted-value 2:9 Foo bar | `Foo bar` needs quotes in TOML | quote it: `title = \"Foo bar\"`"),
        ("+++\na = 1\na = 2\n+++\n", "duplicate-key 3:1 a | `a` stands here a second time | keep one of them"),
        (
            "{\n\"title\": \"A\",\n}\n",
            "invalid-front-matter 3:1 } | the front matter is not valid JSON: trailing comma | check quotes and commas here: JSON has no comma before `}` or `]`",
        ),
        ("{\n\"a\": 1,\n\"a\": 2\n}\n", "duplicate-key 3:1 \"a\" | `a` stands here a second time | keep this one or the one in line 2"),
        (
            "Title: A\nDate: 2024-01-01\nTitle: B\n\n",
            "duplicate-key 3:1 Title | `Title` stands here a second time | keep this one or the one in line 1",
        ),
    ] {
        assert_eq!(faults_at("posts/2024-01-02-a.md", text), [fault], "{text}");
    }
}

#[test]
fn columns_count_characters_of_the_whole_file() {
    let found = faults_at("posts/2024-01-02-a.md", "\r\n---\r\nä: 'é'\r\ntïtle: Über: uns\r\n---\r\n");
    assert_eq!(found, ["unquoted-value 4:8 Über: uns | `Über: uns` needs quotes in YAML | quote it: `tïtle: \"Über: uns\"`"]);
}

#[test]
fn front_matter_that_is_text_is_reported_at_its_first_line() {
    assert_eq!(short("\n\njust text"), ["invalid-front-matter 4:1 just text"]);
}

// Hostile input

#[test]
fn front_matter_made_to_stall_the_reader_is_refused() {
    let nested =
        (0..10).fold("a0: &a0 [x]\n".to_owned(), |text, n| format!("{text}a{}: &a{} [*a{n}, *a{n}, *a{n}, *a{n}, *a{n}]\n", n + 1, n + 1));
    for front in [
        "[".repeat(20_000),
        format!("a: {}", "{".repeat(20_000)),
        format!("a:\n{}b", "- ".repeat(20_000)),
        format!("{}b", "? ".repeat(20_000)),
        format!("a: &a {}\nb: [{}]", "x".repeat(20_000), "*a,".repeat(10_000)),
        nested,
        "a: b\n".repeat(20_000),
    ] {
        let begin = std::time::Instant::now();
        let found = faults(&front);
        assert!(found[0].starts_with("complex-front-matter"), "{found:?}");
        assert!(begin.elapsed().as_millis() < 500, "{:?}", begin.elapsed());
    }
}

#[test]
fn deep_or_long_front_matter_below_the_limits_ends_soon() {
    for (open, close, text) in [
        ("---\n", "---\n", (0..2_000).fold(String::new(), |text, n| format!("{text}k{n}: Foo: bar\n"))),
        ("---\n", "---\n", "- ".repeat(49) + "\n"),
        ("---\n", "---\n", format!("a: {}{}\n", "[".repeat(90), "]".repeat(90))),
        ("---\n", "---\n", "a: \"\n".repeat(5_000)),
        ("---\n", "---\n", (0..60).fold(String::new(), |text, n| format!("{text}{}k:\n", " ".repeat(n)))),
        ("---\n", "---\n", "a: b\n".repeat(13_000)),
        ("---\n", "---\n", format!("tags: [{}]\n", "1,".repeat(30_000))),
        ("---\n", "---\n", format!("tags: [{}]\n", "{a: b},".repeat(8_000))),
        (
            "---\n",
            "---\n",
            (0..4_000).fold(String::new(), |text, n| format!("{text}k{n}: 1\nk{n}: 1\n")).chars().take(65_000).collect::<String>() + "\n",
        ),
        (
            "---\n",
            "---\n",
            format!("a: &a\n{}", (0..4_000).fold(String::new(), |text, n| format!("{text}  k{n}: 1\n")))
                + "<<: ["
                + &"*a,".repeat(40)
                + "]\n",
        ),
        ("+++\n", "+++\n", format!("a = {}{}\n", "[".repeat(90), "]".repeat(90))),
        ("+++\n", "+++\n", format!("a{} = 1\n", ".a".repeat(30_000))),
        ("+++\n", "+++\n", "a = = b\n".repeat(8_000)),
        ("", "\n", format!("{{\"a\": {}{}}}", "[".repeat(90), "]".repeat(90))),
        ("", "\n", format!("{{{}\"z\": 1}}", "\"a\": 1,".repeat(9_000))),
        ("", "\n", "title: x\n".repeat(7_000)),
    ] {
        let begin = std::time::Instant::now();
        let (reading, _) = read_at("posts/2024-01-02-a.md", &format!("{open}{text}{close}"));
        assert!(!matches!(reading, Reading::Incomplete));
        assert!(begin.elapsed().as_millis() < 3_000, "{:?} {}", begin.elapsed(), &text[..20.min(text.len())]);
    }
}

proptest! {
    #[test]
    fn any_bytes_are_read_without_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200), complete in any::<bool>()) {
        let text = decode(bytes).text;
        let _ = read(Source::new("posts/2024-01-01-a.md", &text), &facts(complete), chrono_tz::UTC);
    }

    #[test]
    fn any_front_matter_is_read_without_a_panic(
        front in "((title|date|tags|permalink|author|enclosure|image|lang|draft|a)(: | = )?|[\\[\\]{},'\"#:&*!|>%@`?~-]| {1,3}|\n|\t|\r|ä|😀|\u{8}|2024-01-01|1\\.10|true|\\\\){0,30}",
        delimiter in 0usize..4,
    ) {
        let (open, close) = [("---\n", "\n---\n"), ("+++\n", "\n+++\n"), ("{\"", "}\n"), ("Title: x\n", "\n\n")][delimiter];
        let text = format!("{open}{front}{close}");
        let (reading, found) = read_at("posts/2024-01-01-a.md", &text);
        let lines = u32::try_from(text.len()).expect("a short text") + 1;
        for fault in &found {
            let place = fault.place.as_ref().expect("a place");
            prop_assert!(place.start.line <= lines && fault.help.is_some());
        }
        prop_assert_eq!(reading == Reading::Broken, found.iter().any(Diagnostic::is_error));
    }
}
