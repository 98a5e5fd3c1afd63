use super::*;
use crate::config::keys::KEYS;

fn of(path: &str, yaml: &str) -> Checked {
    let key = KEYS.iter().find(|key| key.path == path).expect("a key");
    check(key, &serde_yaml::from_str(yaml).expect("good YAML"), None)
}

fn help(path: &str, yaml: &str) -> String {
    let fault = of(path, yaml).expect_err("a fault").remove(0);
    fault.help.unwrap_or_default()
}

#[test]
fn sizes_have_decimal_and_binary_units() {
    let cases = [("512KB", 512_000), ("2 mb", 2_000_000), ("1KiB", 1024), ("900", 900), ("\"900\"", 900)];
    for (text, size) in cases {
        assert_eq!(of("feeds.bytes", text), Ok(Value::Number(Some(size))), "{text}");
    }
    assert_eq!(of("feeds.bytes", "none"), Ok(Value::Number(None)));
    for text in ["12 parsecs", "-1", "0", "0KB", "1.5MB", "99999999999999999999GB", "[1]"] {
        assert!(of("feeds.bytes", text).is_err(), "{text}");
    }
}

#[test]
fn a_site_address_ends_in_a_slash_and_has_no_extras() {
    let url = |text: &str| Ok(Value::Url(Url::parse(text).expect("a URL")));
    assert_eq!(of("site.url", "https://example.org"), url("https://example.org/"));
    assert_eq!(of("site.url", "https://example.org/blog"), url("https://example.org/blog/"));
    assert_eq!(help("site.url", "https://example.org/a?b#c"), "write `https://example.org/a`");
    assert_eq!(help("site.url", "example.org/blog"), "write `https://example.org/blog`");
    assert!(of("site.url", "ftp://example.org/").is_err() && of("site.url", "https://").is_err());
}

#[test]
fn pictures_have_a_web_address_or_a_path() {
    for text in ["/icon.png", "a/b:c.png", "https://x.org/i.png"] {
        assert_eq!(of("site.icon", text), Ok(Value::Text(text.into())));
    }
    for text in ["'javascript:alert(1)'", "'data:image/png;base64,AA'", "'file:///x.png'", "../x.png"] {
        assert!(of("site.image", text).is_err(), "{text}");
    }
}

#[test]
fn authors_come_in_three_forms() {
    let ada = Author { name: "Ada".into(), email: Some("a@x.org".into()), uri: Some("https://x.org/".into()) };
    assert_eq!(of("site.author", "{name: Ada, email: a@x.org, uri: 'https://x.org'}"), Ok(Value::Authors(vec![ada.clone()])));
    let both = vec![Author { name: "Bo".into(), ..Author::default() }, ada];
    assert_eq!(of("site.author", "[Bo, {name: Ada, email: a@x.org, uri: 'https://x.org/'}]"), Ok(Value::Authors(both)));
    let short = |text: &str| of("site.author", text).map_err(|faults| faults.len());
    let mail = Author { name: "Ada".into(), email: Some("a@x.org".into()), uri: None };
    let uri = Author { name: "Ada".into(), email: None, uri: Some("https://x.org/".into()) };
    assert_eq!(short("Ada <a@x.org>"), Ok(Value::Authors(vec![mail])));
    assert_eq!(short("Ada <https://x.org/>"), Ok(Value::Authors(vec![uri])));
    assert_eq!(short("Ada <nobody>"), Err(1));
    let faults = of("site.author", "[{name: A, mail: b}, {email: x}]").expect_err("faults");
    assert_eq!(faults.iter().map(|fault| fault.below.join(".")).collect::<Vec<_>>(), ["0.mail", "1.email"]);
    assert_eq!(help("site.author", "{name: A, url: b}"), "did you mean `uri`?");
}

#[test]
fn language_tags_are_well_formed_and_get_their_usual_case() {
    for (text, tag) in
        [("EN", "en"), ("de-at", "de-AT"), ("zh-hans-cn", "zh-Hans-CN"), ("x-klingon", "x-klingon"), ("sl-rozaj-1994", "sl-rozaj-1994")]
    {
        assert_eq!(of("site.language", text), Ok(Value::Text(tag.into())), "{text}");
    }
    assert_eq!(help("site.language", "en_US"), "write `en-US`");
    for text in ["english language", "e", "de-", "en-x", "en-x1y2"] {
        assert!(of("site.language", text).is_err(), "{text}");
    }
}

#[test]
fn time_zones_are_names_of_the_database() {
    assert_eq!(of("site.timezone", "europe/berlin"), Ok(Value::Timezone(chrono_tz::Europe::Berlin)));
    assert_eq!(help("site.timezone", "Europe/Berlim"), "did you mean `Europe/Berlin`?");
    assert!(of("site.timezone", "+02:00").is_err());
}

#[test]
fn paths_stay_in_their_folder() {
    assert_eq!(of("posts", "[./posts/, 'a/**/*.md']"), Ok(Value::Texts(vec!["posts".into(), "a/**/*.md".into()])));
    for text in ["../x", "/etc", "a/../../b", "C:/x", "~/x", "'a\\b'", "'[z-a]'"] {
        assert!(of("posts", text).is_err(), "{text}");
    }
    assert_eq!(of("output", "/srv/www"), Ok(Value::Text("/srv/www".into())));
    assert_eq!(of("output", "./"), Ok(Value::Text(".".into())));
    assert!(of("output", "../www").is_err() && of("output", "/srv/../www").is_ok());
    assert!(of("feeds.files.rss", "/rss.xml").is_err() && of("feeds.files.rss", "feeds/").is_err());
}

#[test]
fn folders_of_feeds_need_a_slug() {
    assert_eq!(of("feeds.by.tag", "/t/:slug"), Ok(Value::Text("t/:slug/".into())));
    assert_eq!(of("feeds.by.tag", "true"), Ok(Value::Text("feeds/tag/:slug/".into())));
    assert_eq!(of("feeds.by.tag", "false"), Ok(Value::Text(String::new())));
    for text in ["tags/", "t/:tag/", "t/:slug/:slug", "../:slug", "[a]"] {
        assert!(of("feeds.by.tag", text).is_err(), "{text}");
    }
}

#[test]
fn words_of_a_list_are_checked_one_by_one() {
    assert_eq!(of("feeds.formats", "[atom, rss, atom]"), Ok(Value::Texts(vec!["atom".into(), "rss".into()])));
    assert_eq!(of("feeds.formats", "json"), Ok(Value::Texts(vec!["json".into()])));
    assert_eq!(help("feeds.formats", "[rss, aton]"), "did you mean `atom`?");
    assert!(of("feeds.formats", "[]").is_err());
}

#[test]
fn flags_limits_and_addresses_say_what_to_write() {
    assert_eq!(help("content.repair_encoding", "yes"), "write `true`");
    assert_eq!(of("feeds.entries", "all"), Ok(Value::Number(None)));
    assert!(of("feeds.entries", "0").is_err() && of("feeds.entries", "some").is_err() && of("feeds.entries", "1.5").is_err());
    assert!(of("newsletter.from", "Ada <ada@x.org>").is_ok() && of("newsletter.from", "Ada").is_err());
    assert_eq!(of("site.title", "\"a\\n b\""), Ok(Value::Text("a b".into())));
    assert!(of("site.title", "\"a\\0b\"").is_err() && of("site.title", "true").is_err() && of("site.title", "!x y").is_err());
}
