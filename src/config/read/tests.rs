#![allow(clippy::disallowed_methods, reason = "tests look at the clock and at files")]

use super::*;
use crate::config::NEIGHBOURS;
use crate::model::{FeedFormat, Limit, Taxonomy};
use proptest::prelude::*;

fn read_text(text: &str) -> (Option<Settings>, Vec<Diagnostic>) {
    read(Source::new("postrider.yaml", text), &[])
}

/// Returns each finding as `line:column code message | help`.
fn findings(text: &str) -> Vec<String> {
    read_text(text).1.iter().map(show).collect()
}

fn show(found: &Diagnostic) -> String {
    let start = found.place.as_ref().expect("a place").start;
    format!("{}:{} {} {} | {}", start.line, start.column, found.code, found.message, found.help.as_deref().unwrap_or_default())
}

fn with(name: &str, value: &str) -> (Option<Settings>, Vec<Diagnostic>) {
    read(Source::new("postrider.yaml", "site:\n  url: https://file.example/\n"), &[(name.to_owned(), value.to_owned())])
}

#[test]
fn a_whole_configuration_becomes_settings() {
    let (settings, found) = read_text(
        "site:\n  url: https://example.org/blog\n  title: 1.10\n  timezone: Europe/Berlin\n  author: [Ada, {name: Bo}]\n\
         languages: {de: {title: Notizen}, fr: }\nposts: [a, 'b/*.md']\n\
         feeds:\n  formats: [json, rss]\n  files: {rss: feed.xml}\n  entries: all\n  bytes: none\n  opml: false\n  by: {tag: true, author: 'by/:slug'}\n  hub: https://hub.example/\n\
         ledger: postgres://ada@db.example/mail\nnewsletter: {smtp: {host: a, port: 25}}\n",
    );
    assert_eq!(found, []);
    let settings = settings.expect("settings");
    assert_eq!((settings.url.as_str(), settings.title.as_str()), ("https://example.org/blog/", "1.10"));
    assert_eq!(settings.languages.iter().map(|l| (l.tag.as_str(), l.path.as_str())).collect::<Vec<_>>(), [("de", "/de/"), ("fr", "/fr/")]);
    assert_eq!(settings.authors.iter().map(|author| author.name.as_str()).collect::<Vec<_>>(), ["Ada", "Bo"]);
    let feeds = settings.feeds;
    assert_eq!((feeds.formats, feeds.entries, feeds.bytes, feeds.opml), (vec![FeedFormat::Json, FeedFormat::Rss], Limit::All, None, None));
    assert_eq!((feeds.files, feeds.files_given), (["feed.xml".into(), "atom.xml".into(), "feed.json".into()], [true, false, false]));
    assert_eq!(
        feeds.by.iter().map(|by| (by.taxonomy, by.path.as_str())).collect::<Vec<_>>(),
        [(Taxonomy::Tag, "feeds/tag/:slug/"), (Taxonomy::Author, "by/:slug/")]
    );
    assert_eq!(feeds.hubs.len(), 1);
}

#[test]
fn an_empty_file_is_the_defaults() {
    for text in ["", "# nothing\n", "\u{feff}", "site:\n", "~"] {
        assert_eq!(read_text(text), defaults(&[]), "{text}");
    }
    assert!(defaults(&[]).0.is_some());
}

#[test]
fn the_title_comes_from_the_host_where_none_is_given() {
    let settings = read_text("site: {url: 'https://www.example.org/'}").0.expect("settings");
    assert_eq!((settings.title.as_str(), settings.description.as_str()), ("example.org", "example.org"));
}

#[test]
fn every_fault_is_named_in_one_run_with_its_place() {
    let text = "sites:\n  url: x\nsite:\n  tilte: A\n  url: example.org\n  title: [A]\nfeeds: {entries: some, formats: [rss, aton]}\nposts:\n  - a\n  - ../b\nentries: 5\n";
    assert_eq!(
        findings(text),
        [
            "1:1 unknown-setting `sites` is no key of the configuration | did you mean `site`?",
            "4:3 unknown-setting `site.tilte` is no key of the configuration | did you mean `title`?",
            "5:8 invalid-setting `example.org` is no absolute URL | write `https://example.org`",
            "6:10 wrong-setting-type `site.title` takes text, not a list | write for example `title: Notes from the road`",
            "7:18 invalid-setting `some` is no number of entries | write a number such as `20`, or `all`",
            "7:39 invalid-setting `aton` is none of `rss`, `atom`, `json` | did you mean `atom`?",
            "10:5 invalid-setting `../b` leads out of its folder | write a path without `..`",
            "11:1 unknown-setting `entries` is no key of the configuration | did you mean `feeds.entries`?",
        ]
    );
    assert_eq!(read_text(text).0, None);
}

#[test]
fn faults_of_yaml_do_not_hide_other_faults() {
    let text = "sites: x\nsite:\n  title: Foo: bar\n  url: \"https://example.org\n  tilte: A\nfeeds:\n\tentries: 5\nposts: [a, @b, ../c]\nlanguages: [de\n\u{8}newsletter: {smtp: {host: [a], port: 25}}\nfeeds: {}\n";
    assert_eq!(
        findings(text),
        [
            "1:1 unknown-setting `sites` is no key of the configuration | did you mean `site`?",
            "3:10 configuration-syntax `Foo: bar` needs quotes in YAML | quote it: `title: \"Foo: bar\"`",
            "4:8 configuration-syntax the quote of `\"https://example.org` is not closed | write `\"` at the end",
            "5:3 unknown-setting `site.tilte` is no key of the configuration | did you mean `title`?",
            "7:1 configuration-syntax a tab stands where YAML allows blanks only | indent with blanks",
            "8:12 configuration-syntax `@b` needs quotes in YAML | quote it: `\"@b\"`",
            "8:16 invalid-setting `../c` leads out of its folder | write a path without `..`",
            "9:12 configuration-syntax `[de` has no closing `]` | write `]` at the end, or quote it: `languages: \"[de\"`",
            "10:1 configuration-refused the character U+0008 is not allowed here | delete the character; it may be invisible in an editor",
            "11:1 duplicate-setting `feeds` is written twice | remove one of them; the first is in line 6",
        ]
    );
}

#[test]
fn a_duplicate_key_is_found_where_it_is_repeated() {
    let found = findings("site:\n  url: https://a.example/\n  title: A\n  url: https://b.example/\nposts: a\nposts: b\n");
    assert_eq!(
        found,
        [
            "4:3 duplicate-setting `site.url` is written twice | remove one of them; the first is in line 2",
            "6:1 duplicate-setting `posts` is written twice | remove one of them; the first is in line 5",
        ]
    );
}

#[test]
fn a_document_that_is_no_mapping_is_refused() {
    for text in ["- a\n", "hello\n", "[1]\n", "42\n"] {
        assert!(findings(text).iter().all(|found| found.contains("wrong-setting-type")), "{text}");
        assert_eq!(findings(text).len(), 1, "{text}");
    }
    assert!(findings("{{ x }}: 1\n").iter().any(|found| found.contains("a key is nothing, a list or a mapping, not text")));
    assert!(findings("site: yes\n").iter().any(|found| found.starts_with("1:7 wrong-setting-type")));
}

fn shows_secret(found: &[Diagnostic]) -> bool {
    let texts = found
        .iter()
        .flat_map(|found| [Some(found.message.as_str()), found.help.as_deref(), found.place.as_ref().map(|place| place.excerpt.as_str())]);
    texts.flatten().any(|text| text.contains("hunter2"))
}

#[test]
fn another_fault_on_the_line_of_a_password_does_not_show_it() {
    for text in [
        "newsletter: {smtp: {password: hunter2, hots: x}}\n",
        "ledger: a.db\nledger: postgres://ada:hunter2@db/mail\n",
        "ledger: postgres://ada:hunter2@db/mail: x\n",
        "newsletter:\n  password: hunter2: x\n",
        "newsletter:\n\tpassword: hunter2\n",
        "password: \"hunter2\n",
    ] {
        let found = read_text(text).1;
        assert!(!found.is_empty() && !shows_secret(&found), "{text}");
    }
}

#[test]
fn a_password_is_an_error_and_is_never_shown() {
    for text in [
        "ledger: postgres://ada:hunter2@db/mail\n",
        "newsletter: {smtp: {host: a, password: hunter2}}\n",
        "site:\n  url: https://ada:hunter2@example.org/\n",
        "feeds: {hub: ['https://ada:hunter2@hub.example/']}\n",
    ] {
        let found = read_text(text).1;
        assert!(!shows_secret(&found), "{text}");
        assert_eq!(found.iter().map(|found| found.code).collect::<Vec<_>>(), ["password-in-configuration"], "{text}");
    }
    assert_eq!(
        with("POSTRIDER_SITE_URL", "https://a:hunter2@x.example/").1.iter().map(show).filter(|found| found.contains("hunter2")).count(),
        0
    );
}

#[test]
fn outputs_of_one_name_are_refused() {
    assert_eq!(
        findings("feeds:\n  files:\n    rss: Feed.json\n"),
        ["3:10 same-output-name `feeds.files.rss` and `feeds.files.json` are one file: `feed.json` | give each a name of its own"]
    );
    assert_eq!(findings("feeds: {formats: [rss], files: {rss: feed.json}}"), Vec::<String>::new());
    assert!(findings("feeds: {opml: subscribe.html}").concat().contains("same-output-name"));
    for front in ["{files: {rss: feeds}}", "{opml: Subscribe.html/x}", "{autodiscovery: rss.xml}"] {
        assert!(findings(&format!("feeds: {front}")).concat().contains("same-output-name"), "{front}");
    }
    assert_eq!(findings("feeds: {files: {rss: feeds}, autodiscovery: false}"), Vec::<String>::new());
    assert!(findings("feeds: {by: {tag: 't/:slug', category: 't/:slug/'}}").concat().contains("same-output-name"));
    assert!(findings("languages: {de: {path: /x/}, fr: {path: x}}").concat().contains("same-output-name"));
}

#[test]
fn a_further_language_is_a_tag_and_not_the_main_one() {
    assert!(findings("languages:\n  german language: {title: A}\n").concat().starts_with("2:3 invalid-setting"));
    assert!(findings("site: {language: de}\nlanguages:\n  de: {title: A}\n").concat().starts_with("3:3 invalid-setting"));
}

#[test]
fn the_environment_overrides_the_file() {
    let url = |settings: Option<Settings>| settings.map(|settings| settings.url.to_string());
    assert_eq!(url(with("POSTRIDER_SITE_URL", "https://env.example").0).as_deref(), Some("https://env.example/"));
    assert_eq!(url(with("POSTRIDER_SITE_URL", " ").0).as_deref(), Some("https://file.example/"));
    assert_eq!(with("POSTRIDER_FEEDS_ENTRIES", "5").0.map(|s| s.feeds.entries), Some(Limit::Newest(5)));
    assert_eq!(with("POSTRIDER_FEEDS_FORMATS", "rss, atom").0.map(|s| s.feeds.formats.len()), Some(2));
    assert_eq!(with("POSTRIDER_FEEDS_OPML", "false").0.map(|s| s.feeds.opml), Some(None));
    assert_eq!(with("POSTRIDER_SITE_TITLE", "2026").0.map(|s| s.title).as_deref(), Some("2026"));
}

#[test]
fn a_fault_in_the_environment_names_the_variable() {
    let (settings, found) = with("POSTRIDER_SITE_TIMEZONE", "Europe/Berlim");
    assert_eq!(settings, None);
    assert_eq!(found.first().and_then(|d| d.place.as_ref()).map(|p| &*p.path), Some("environment variable POSTRIDER_SITE_TIMEZONE"));
    let (settings, found) = with("POSTRIDER_SITE_ULR", "x");
    assert!(settings.is_some());
    assert_eq!(found.first().and_then(|d| d.help.as_deref()), Some("did you mean `POSTRIDER_SITE_URL`?"));
}

#[test]
fn secrets_and_strangers_in_the_environment_are_left_alone() {
    for name in ["POSTRIDER_SMTP_PASSWORD", "POSTRIDER_LEDGER", "POSTRIDER_UNSUBSCRIBE_KEY_FILE", "POSTRIDER_LOG", "HOME"] {
        assert_eq!(with(name, "postgres://a:b@c/d").1, [], "{name}");
    }
}

#[test]
fn hostile_documents_are_refused_fast() {
    let start = std::time::Instant::now();
    for text in [
        "[".repeat(60_000),
        "a: ".repeat(20_000),
        "- ".repeat(30_000),
        "a: 1\n".repeat(12_000),
        "{a: ".repeat(90),
        format!("languages:\n{}", (0..5000).map(|n| format!(" {n}-x:\n")).collect::<Vec<_>>().concat()),
        format!("posts: [{}]", "../a, ".repeat(9_000)),
        format!("a: &a [x]\nb: [{}]", "*a, ".repeat(10_000)),
    ] {
        assert!(!findings(&text).is_empty());
    }
    assert!(start.elapsed().as_secs() < 20);
}

proptest! {
#[test]
fn no_text_makes_it_panic(text in "\\PC{0,80}") {
    read_text(&text);
}

#[test]
fn no_configuration_like_text_makes_it_panic(lines in proptest::collection::vec("( ){0,4}(site|feeds|posts|url|by|files|title|- |languages|\\?|validate|paths)(: )?(\\[|\\{|\\]|\\}|\"|'|&a|\\*a|\\||a|ä|:|,|#|5|true|!x| ){0,5}", 0..8)) {
    read_text(&lines.join("\n"));
}

#[test]
fn no_neighbours_text_makes_it_panic(
    lines in proptest::collection::vec("( ){0,2}(url|baseURL|base_url|permalinks?|languages|feed|defaults|taxonomies|source|exclude|de|\\[languages\\.de\\]|- )(: | = |\\.)?(\\[|\\{|\\]|\\}|\"|'|a|ä|:|,|#|5|true|/:title/|https://a\\.example| ){0,5}", 0..8),
) {
    let text = lines.join("\n");
    for neighbour in NEIGHBOURS.iter().filter(|neighbour| neighbour.is_read()) {
        for config in neighbour.configs {
            let files = [(format!("config/_default/{config}"), text.clone()), ((*config).to_owned(), text.clone())];
            let beside = Beside { neighbour, is_likely: true, files: &files, names: &["_posts".to_owned()] };
            let read = read_site(None, &[beside], &[]);
            prop_assert!(read.settings.is_some() || read.findings.iter().any(Diagnostic::is_error));
        }
    }
}}

#[test]
fn the_newsletter_of_a_configuration_becomes_settings() {
    let (settings, found) = read_text(
        "site: {url: 'https://example.org/', timezone: Europe/Berlin}\n\
         newsletter:\n  from: Ada Example <ada@example.org>\n  start_from: 2026-01-01\n  max_age: 2w\n  content: summary\n  postal_address: none\n\
        \x20 unsubscribe_url: 'https://example.org/u/{token}'\n  schedule: weekly on friday 09:00\n  headers: {X-Site: notes}\n\
        \x20 dkim: {keys: {mail: dkim.pem}, unsigned: [Date, Message-ID]}\n  smtp: {host: smtp.example.org, tls: implicit}\n",
    );
    assert_eq!(found, []);
    let newsletter = settings.expect("settings").newsletter;
    assert_eq!(newsletter.from.expect("a sender").name.as_deref(), Some("Ada Example"));
    assert_eq!(newsletter.start_from.expect("a date").to_rfc3339(), "2026-01-01T00:00:00+01:00");
    assert_eq!((newsletter.max_age.num_days(), newsletter.max_entries, newsletter.content), (14, 20, crate::model::MailContent::Summary));
    assert_eq!(newsletter.postal_address, Some(crate::model::PostalAddress::None));
    assert_eq!((newsletter.id.as_str(), newsletter.look.as_str()), ("main", "letter"));
    assert_eq!(newsletter.headers, [("X-Site".to_owned(), "notes".to_owned())]);
    let dkim = newsletter.dkim.expect("signatures");
    assert_eq!((dkim.domain.as_str(), dkim.keys.len(), dkim.unsigned.len()), ("example.org", 1, 2));
    assert_eq!((newsletter.smtp.port, newsletter.smtp.host.as_deref()), (465, Some("smtp.example.org")));
    assert!(newsletter.schedule.is_some());
}

#[test]
fn a_line_break_in_what_becomes_a_header_or_an_address_is_an_error_at_its_place() {
    let text = "site:\n  title: \"Notes\\nfrom the road\"\nnewsletter:\n  from: \"Ada\\r\\nBcc: x@example.org <ada@example.org>\"\n  \
                headers:\n    X-Site: |\n      notes\n      Bcc: x@example.org\n    X-Fine: >\n      folded\n      text\n    X-Nul: \"a\\0b\"\n  \
                id: \"main\\u2028x\"\n";
    insta::assert_snapshot!(findings(text).join("\n"), @"
    4:9 invalid-setting the value holds a line break | write it on one line
    6:13 invalid-setting the value holds a line break | write it on one line
    12:12 invalid-setting the text holds the character U+0000, which no feed can carry | delete the character
    13:7 invalid-setting the value holds a line break | write it on one line
    ");
}

#[test]
fn values_of_the_newsletter_that_cannot_be_are_named_with_their_place() {
    let text = "newsletter:\n  from: Ada\n  unsubscribe_url: http://example.org/{token}\n  schedule: weekly\n  start_from: 2026-13-01\n  smtp: {host: 'https://x.org', port: 70000}\n";
    insta::assert_snapshot!(findings(text).join("\n"), @"
    2:9 invalid-setting `Ada` is no e-mail address | write an address such as `ada@example.org`
    3:20 invalid-setting the unsubscribe link is not https | mail programs use it only with `https://`
    4:13 invalid-setting `weekly` is no schedule: it does not say on which day | write for example `daily 09:00`, `weekly on friday 09:00` or `monthly on 1 09:00`
    5:15 invalid-setting `2026-13-01` has month 13 | write the month before the day: `2026-01-13`
    6:16 invalid-setting `https://x.org` is no host name | write the name alone, without `https://` and without a path
    6:39 invalid-setting there is no port 70000 | write a number from 1 to 65535, such as `587`
    ");
}

#[test]
fn a_postal_address_keeps_its_lines() {
    let (settings, found) =
        read_text("site: {url: 'https://example.org/'}\nnewsletter:\n  postal_address: |\n    Ada Example\n\n    1  Quay Road\n");
    assert_eq!(found, []);
    let kept = crate::model::PostalAddress::Of("Ada Example\n1 Quay Road".to_owned());
    assert_eq!(settings.expect("settings").newsletter.postal_address, Some(kept));
}
