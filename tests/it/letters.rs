//! What an edition is made of, and what is said where that is not what was meant.

use crate::builder::{CONFIG, Site, site};
use crate::mail_server::{MailServer, Mode};
use crate::newsletter::{NEWSLETTER, letters, preview};
use crate::sending::{newsletter, ready};
use std::fs;

fn with(more: &str) -> Site {
    letters().file("postrider.yaml", format!("{CONFIG}{}", NEWSLETTER.replace("postal", &format!("{more}, postal"))))
}

fn hash(site: &Site) -> String {
    site.json("preview/edition.json")["hash"].as_str().expect("a hash").to_owned()
}

#[test]
fn where_the_ledger_is_elsewhere_a_preview_counts_what_the_lock_remembers_and_says_so() {
    let server = MailServer::good(Mode::Clear);
    let site = ready(&server, 1);
    newsletter(&site, &["send", "--yes", "--first"]).assert(0, &[]);
    let site = site.post("third", "2026-11-21", "The third post.");
    let run = preview(&site, &[]);
    run.assert(0, &["edition 2026-11-21 (1 post)"]);
    assert_eq!(run.count("ledger-elsewhere"), 0);
    let first = (hash(&site), site.read("preview/edition.txt"));
    assert!(first.1.contains("No. 2"), "{}", first.1);
    fs::remove_dir_all(site.path(".postrider")).expect("no ledger");
    let said = [
        "warning[ledger-elsewhere]: the ledger that `main` was sent with last is not here",
        "postrider.lock",
        "edition 2026-11-21 (1 post)",
    ];
    preview(&site, &[]).assert(0, &said);
    assert_eq!((hash(&site), site.read("preview/edition.txt")), first);
    let line = |day| format!("mailed main 2026-10-0{day} 2026-10-0{day}T00:00:00.000Z posts/{day}.md https://example.org/{day} -\n");
    let lines: Vec<String> = (1..=9).map(line).collect();
    site.write("postrider.lock", site.read("postrider.lock") + &lines.concat());
    preview(&site, &[]).assert(0, &["only the last 10 are known"]);
    assert!(!site.read("preview/edition.txt").contains("No. "), "its number is not known");
}

#[test]
fn the_key_of_an_edition_that_there_is_makes_no_other_one() {
    let server = MailServer::good(Mode::Clear);
    let site = ready(&server, 1);
    newsletter(&site, &["send", "--yes", "--first"]).assert(0, &[]);
    let site = site.post("third", "2026-11-21", "The third post.");
    preview(&site, &["--edition", "2026-11-20"])
        .assert(2, &["there is an edition 2026-11-20 already; help: give another key with `--edition`"]);
}

#[test]
fn the_opening_of_a_days_first_edition_may_be_meant_for_the_second() {
    let server = MailServer::good(Mode::Clear);
    let site = ready(&server, 1);
    newsletter(&site, &["send", "--yes", "--first"]).assert(0, &["edition 2026-11-20"]);
    let site = site.post("third", "2026-11-20", "The third post.").file("newsletter/2026-11-20.md", "Hello.\n");
    let said = "[unused-opening]: edition 2026-11-20-2 has no `newsletter/2026-11-20-2.md`, and goes without the opening in `newsletter/2026-11-20.md`";
    preview(&site, &[]).assert(0, &[said]);
    site.write("newsletter/2026-11-20-2.md", "Hello again.\n");
    assert_eq!(preview(&site, &[]).count("unused-opening"), 0);
}

#[test]
fn an_opening_that_a_letter_goes_without_is_named() {
    let site = letters().file("newsletter/2026-11-19.md", "Hello.\n");
    let said = "warning[unused-opening]: edition 2026-11-20 has no `newsletter/2026-11-20.md`, and goes without the opening in `newsletter/2026-11-19.md`";
    preview(&site, &[]).assert(0, &[said]);
    for (files, args) in
        [(&["newsletter/2026-11-20.md"][..], &[][..]), (&[], &["--edition", "2026-11-19"]), (&[], &["--intro", "newsletter/2026-11-19.md"])]
    {
        let site = files.iter().fold(letters().file("newsletter/2026-11-19.md", "Hello.\n"), |site, file| site.file(file, "Hello.\n"));
        assert_eq!(preview(&site, args).count("unused-opening"), 0, "{args:?}");
        assert!(site.read("preview/edition.txt").contains("Hello."));
    }
}

#[test]
fn a_letter_in_a_further_language_has_the_opening_with_its_tag_or_alone_the_one_without() {
    let config = format!("{CONFIG}languages: {{de: {{title: Beispiel}}}}\n{NEWSLETTER}");
    let site = letters()
        .file("postrider.yaml", config)
        .post("second.de", "2026-11-20", "Der zweite.")
        .file("newsletter/2026-11-20.md", "Hello.\n");
    let said =
        "warning[no-opening-in-language]: the letter in `de` goes without an opening; that of the others is `newsletter/2026-11-20.md`";
    preview(&site, &[]).assert(0, &[said, "help: write `newsletter/2026-11-20.de.md`"]);
    assert!(site.read("preview/edition.txt").contains("Hello.") && !site.read("preview/edition.de.txt").contains("Hello."));
    preview(&site, &["--language", "de"]).assert(0, &[]);
    assert!(site.read("preview/edition.de.txt").contains("Hello."));
    let site = site.file("newsletter/2026-11-20.de.md", "Hallo.\n");
    for args in [&[][..], &["--language", "de"]] {
        let run = preview(&site, args);
        assert_eq!((run.code, run.count("no-opening-in-language")), (0, 0));
        assert!(site.read("preview/edition.de.txt").contains("Hallo."));
    }
    fs::remove_file(site.path("newsletter/2026-11-20.md")).expect("a file");
    assert_eq!(preview(&site, &[]).count("unused-opening"), 0, "it is that of the other letter");
}

#[test]
fn the_archive_is_named_in_the_header_and_at_the_foot_of_both_parts() {
    let site = with("archive: https://example.org/letters/");
    preview(&site, &[]).assert(0, &[]);
    assert!(site.read("preview/edition.eml").contains("\r\nList-Archive: <https://example.org/letters/>\r\n"));
    assert!(site.read("preview/edition.html").contains("href=\"https://example.org/letters/\""));
    assert!(site.read("preview/edition.txt").contains("All editions:\nhttps://example.org/letters/\n"));
    preview(&letters(), &[]).assert(0, &[]);
    preview(&with("archive: /letters/"), &[]).assert(2, &["`/letters/` is no absolute URL", "postrider.yaml:2:"]);
}

#[test]
fn a_subject_for_unsubscribing_holds_the_token() {
    let with = |mailto: &str| letters().file("postrider.yaml", format!("{CONFIG}{}", NEWSLETTER.replace("leave@example.org", mailto)));
    preview(&with("'leave@example.org?subject=stop'"), &[]).assert(2, &["holds no `{token}`", "subject=stop%20{token}"]);
    let site = with("'leave@example.org?subject=stop%20{token}'");
    preview(&site, &[]).assert(0, &[]);
    assert!(site.read("preview/edition.eml").replace("\r\n", "").contains("<mailto:leave@example.org?subject=stop%20preview-"));
}

#[test]
fn a_photo_without_words_has_a_name_and_a_line_beside_the_subject() {
    let site = site().file("postrider.yaml", format!("{CONFIG}{NEWSLETTER}"));
    let site = site.file("posts/a.md", "---\ndate: 2026-11-20\n---\n\n![A cat & a mat](https://example.net/cat.jpg)\n");
    let run = preview(&site, &[]);
    run.assert(0, &[]);
    assert_eq!(run.count("no-preheader"), 0);
    let letter = &site.json("preview/edition.json")["letters"][0];
    assert_eq!((letter["subject"].as_str(), letter["preheader"].as_str()), (Some("A cat & a mat"), Some("A cat & a mat")));
    let site = site.file("posts/a.md", "---\ntitle: T\ndate: 2026-11-20\n---\n\n![](https://example.net/cat.jpg)\n");
    assert_eq!(preview(&site, &[]).count("no-preheader"), 0);
    assert_eq!(site.json("preview/edition.json")["letters"][0]["preheader"], "Example", "the site's title");
}

#[test]
fn a_line_break_in_what_may_reach_a_header_is_refused_at_its_key() {
    let site = site().file("postrider.yaml", format!("{CONFIG}{NEWSLETTER}"));
    for (key, value, line) in [
        ("title", r#""Line\r\nBcc: evil@example.org""#, 2),
        ("title", r#""a\0b""#, 2),
        ("title", r#""a\x7fb""#, 2),
        ("title", "a\u{1}b", 2),
        ("title", "|\n  One\n  Two", 2),
        ("author", r#""Eve\r\nX: y""#, 2),
        ("authors", r#"[{name: "Eve\nX: y"}]"#, 2),
        ("tags", r#"["a\nb"]"#, 2),
    ] {
        site.write("posts/a.md", format!("---\n{key}: {value}\ndate: 2026-11-20\n---\n\nText.\n"));
        let said = format!("error[line-break-in-field]: `{key}` holds a line break or control character");
        preview(&site, &[]).assert(1, &[&said, &format!("posts/a.md:{line}:")]);
        site.build(&[]).assert(0, &[]);
    }
    for title in ["|\n  One\n", ">\n  One\n  two\n", "\"a\tb\"", "One\n  two"] {
        site.write("posts/a.md", format!("---\ntitle: {title}\ndate: 2026-11-20\ntags: |\n  a\n  b\n---\n\nText.\n"));
        preview(&site, &[]).assert(0, &[]);
    }
}

#[test]
fn a_letter_that_was_shortened_is_not_told_to_be_nearly_too_long() {
    let body = format!("{}\n\n", "word ".repeat(40)).repeat(600);
    let site = site().file("postrider.yaml", format!("{CONFIG}{NEWSLETTER}")).post("a", "2026-11-20", &body);
    let run = preview(&site, &[]);
    run.assert(0, &["shortened-post"]);
    assert!(site.read("preview/edition.html").len() > 95_000);
    assert_eq!(run.count("nearly-clipped-message"), 0);
}

#[test]
fn a_post_in_the_language_of_its_letter_says_no_language_of_its_own() {
    let config = format!("{CONFIG}languages: {{de: {{title: Beispiel}}}}\n{NEWSLETTER}");
    let site = letters().file("postrider.yaml", config).post("second.de", "2026-11-20", "Der zweite.");
    let site = site.file("templates/letter/preheader.txt", "[{{ posts[0].language }}] in {{ language }}\n");
    preview(&site, &[]).assert(0, &[]);
    let letters = &site.json("preview/edition.json")["letters"];
    assert_eq!((letters[0]["preheader"].as_str(), letters[1]["preheader"].as_str()), (Some("[] in en"), Some("[] in de")));
}
