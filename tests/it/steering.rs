//! What an author decides about editions, and is told of them: mails as files, posts that are not to be mailed, what would leave, what is
//! left.

use crate::builder::{Site, site};
use crate::mail_server::{At, MailServer, Mode, Step};
use crate::sending::{config, counts, ledger, newsletter, reader, ready, start, subscribe};
use postrider::ledger::{Answer, Limits, Note, Outcome, Wanted, claim_id};
use postrider::model::{DeliveryState, EditionState, Subscriber};
use std::thread;
use std::time::Duration;

/// Returns everything that the ledger knows, as it is exported.
fn exported(site: &Site) -> String {
    site.run(&["ledger", "export"]).stdout
}

fn write_mails(site: &Site, args: &[&str]) -> crate::builder::Run {
    let environment = [crate::sending::KEY, ("POSTRIDER_NEWSLETTER_TRANSPORT", "eml")];
    site.run_with(&[&["newsletter", "send"], args].concat(), &environment)
}

#[test]
fn mails_as_files_are_those_that_would_leave_and_change_nothing_in_the_ledger() {
    let server = MailServer::good(Mode::Clear);
    let site = ready(&server, 12);
    let before = exported(&site);
    write_mails(&site, &["--first", "--yes"]).assert(0, &["12 mails written into `mails/2026-11-20`; nothing was sent"]);
    assert_eq!(exported(&site), before);
    assert_eq!((site.files("mails/2026-11-20").len(), server.taken()), (12, 0));
    assert!(!site.has("postrider.lock"), "nothing was sent with this ledger yet");

    newsletter(&site, &["make"]).assert(0, &["is frozen for 12 recipients"]);
    let frozen = exported(&site);
    write_mails(&site, &["--yes", "--format", "json"]).assert(0, &["\"event\":\"written\"", "\"mails\":12"]);
    assert_eq!(exported(&site), frozen);
    newsletter(&site, &["send", "--first", "--yes"]).assert(0, &["12 sent"]);
    let mut files = site.files("mails/2026-11-20");
    for mail in server.heard().taken {
        let file = files.remove(&format!("{}.eml", mail.to.join(" "))).expect("a file");
        assert_eq!(mail.text(), String::from_utf8_lossy(&file));
    }
    assert!(files.is_empty());

    write_mails(&site, &["--yes"]).assert(0, &["nothing new to mail"]);
    site.write("posts/third.md", "---\ntitle: Third\ndate: 2026-11-21\n---\n\nThe third post.\n");
    write_mails(&site, &["--yes", "--expect", "0000"]).assert(2, &["0000 was expected"]);
    assert!(!site.has("mails/2026-11-21"));
}

#[cfg(unix)]
#[test]
fn nobody_else_may_look_into_a_folder_of_mails() {
    use std::os::unix::fs::PermissionsExt as _;
    let site = ready(&MailServer::good(Mode::Clear), 2);
    site.write("postrider.yaml", config(1).replace("smtp: {", "transport: eml, eml: out/mails, smtp: {"));
    newsletter(&site, &["send"]).assert(0, &["2 mails written into `out/mails/2026-11-20`"]);
    assert_eq!(std::fs::metadata(site.path("out/mails")).expect("a folder").permissions().mode() & 0o777, 0o700);
    assert_eq!(site.read("out/mails/.gitignore"), "*\n");
    site.write("out/mails/2026-11-20/gone@example.net.eml", "");
    newsletter(&site, &["send"]).assert(0, &["holds 1 other file of an earlier run", "2 mails written"]);
    newsletter(&site, &["retry"]).assert(2, &["`newsletter.transport` is `eml`"]);
}

#[test]
fn posts_that_are_skipped_are_in_no_edition() {
    let server = MailServer::good(Mode::Clear);
    let site = site().post("ancient", "2025-01-01", "Old.").post("first", "2026-11-10", "One.").post("second", "2026-11-20", "Two.");
    site.write("postrider.yaml", config(server.port));
    newsletter(&site, &["skip"]).assert(2, &["POST"]);
    newsletter(&site, &["skip", "--all", "--dry-run"]).assert(0, &["posts/ancient.md", "3 posts would be marked"]);
    assert!(!site.has(".postrider"));
    newsletter(&site, &["skip", "posts/first.md"]).assert(0, &["posts/first.md", "1 post marked as not to be mailed"]);
    newsletter(&site, &["skip", "posts/first.md"]).assert(0, &["0 posts marked as not to be mailed; 1 marked before"]);
    newsletter(&site, &["skip", "posts/frist.md"]).assert(1, &["unknown-post", "posts/first.md"]);
    subscribe(&site, 2);
    newsletter(&site, &["preview", "--allow-old"]).assert(0, &["left out: 1 mailed before"]);
    newsletter(&site, &["skip", "--old"]).assert(0, &["posts/ancient.md", "1 post marked"]);
    newsletter(&site, &["send", "--first", "--yes", "--allow-old"]).assert(0, &["2 sent"]);
    let mail = server.heard().taken.remove(0).text();
    assert!(mail.contains("Two.") && !mail.contains("One.") && !mail.contains("Old."), "{mail}");
    site.write("posts/third.md", "---\ntitle: Third\ndate: 2026-11-21\n---\n\nThree.\n");
    newsletter(&site, &["skip", "--all"]).assert(0, &["posts/third.md", "1 post marked"]);
    newsletter(&site, &["send", "--yes"]).assert(0, &["nothing new to mail"]);
    assert_eq!(counts(&site, "2026-11-20"), [("sent".to_owned(), 2)].into());
}

#[test]
fn an_edition_for_nobody_is_not_made_and_its_posts_are_mailed_when_somebody_is_there() {
    let server = MailServer::good(Mode::Clear);
    let site = ready(&server, 0);
    for _ in 0..2 {
        newsletter(&site, &["send", "--first", "--yes"]).assert(2, &["nobody is subscribed", "subscribers import"]);
        newsletter(&site, &["make"]).assert(2, &["nobody is subscribed"]);
    }
    assert_eq!(newsletter(&site, &["history"]).stdout, "");
    subscribe(&site, 3);
    newsletter(&site, &["send", "--first", "--yes"]).assert(0, &["edition 2026-11-20: 3 sent"]);
}

/// Makes an edition of which one mail was put off for two hours, so that no run waits for it.
fn with_a_deferred_mail(site: &Site, key: &str) {
    newsletter(site, &["make"]).assert(0, &[key, "is frozen"]);
    let (mut ledger, limits) = (ledger(site), Limits::default());
    ledger.move_edition("main", key, &[EditionState::Frozen], EditionState::Sending).expect("an answer");
    let wanted = Wanted { id: &claim_id(), newsletter: "main", edition: key, limits: &limits, count: 1, lease: 60_000, boot: None };
    let claim = ledger.claim(&wanted).expect("a claim");
    let reply = "450 not now".to_owned();
    let outcome = Outcome { state: DeliveryState::Deferred, stage: "rcpt", code: Some(450), reply, wait: Some(7_200_000) };
    let answers = ledger.write_down("main", false, &[(claim.id.as_str(), &*claim.mails[0], &Note::Record(outcome))]);
    assert!(matches!(answers.as_slice(), [Ok(Answer::Recorded(true))]), "{answers:?}");
    ledger.release(&claim.id).expect("an answer");
}

#[test]
fn the_status_says_that_mails_were_put_off_as_long_as_no_newer_edition_is_at_hand() {
    let server = MailServer::good(Mode::Clear);
    let site = ready(&server, 3);
    with_a_deferred_mail(&site, "2026-11-20");
    let rest = ["the rest is due at", "; the last words were: 450 not now; help: run the command again then", "2 sent, 1 deferred"];
    newsletter(&site, &["send", "--first", "--yes"]).assert(3, &rest);
    newsletter(&site, &["send", "--first", "--yes"]).assert(3, &[&rest[..], &["nothing new to mail"]].concat());
    newsletter(&site, &["send", "--first", "--dry-run", "--diff", "--show-addresses"])
        .assert(0, &["nothing new to mail", "+ 2026-11-20 reader", "edition 2026-11-20 would go to 1 recipient through"]);
    site.write("posts/third.md", "---\ntitle: Third\ndate: 2026-11-21\n---\n\nThe third post.\n");
    let diff = newsletter(&site, &["send", "--first", "--dry-run", "--diff"]);
    let lines = |key: &str| diff.stdout.lines().filter(|line| line.starts_with(&format!("+ {key} r…@example.net  "))).count();
    assert_eq!((lines("2026-11-21"), lines("2026-11-20")), (3, 1), "{diff:?}");
    diff.assert(0, &["edition 2026-11-21 would go to 3 recipients", "edition 2026-11-20 would go to 1 recipient"]);
    let json = newsletter(&site, &["send", "--first", "--dry-run", "--diff", "--format", "json"]).stdout;
    let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    let of: Vec<&str> = json["to"].as_array().expect("a list").iter().filter_map(|mail| mail["edition"].as_str()).collect();
    assert_eq!((of, &json["recipients"]), (vec!["2026-11-21", "2026-11-21", "2026-11-21", "2026-11-20"], &4.into()));
    newsletter(&site, &["send", "--first", "--yes"]).assert(0, &["edition 2026-11-21: 3 sent", "2 sent, 1 deferred"]);
    newsletter(&site, &["send", "--yes"]).assert(3, &rest);
    newsletter(&site, &["retry"]).assert(0, &["edition 2026-11-20: 3 sent"]);
    newsletter(&site, &["send", "--yes"]).assert(0, &["nothing new to mail"]);
}

#[test]
fn a_dry_run_names_the_letter_of_each_reader_and_nobody_who_gets_none() {
    let server = MailServer::good(Mode::Clear);
    let site = ready(&server, 1);
    site.write("postrider.yaml", format!("{}languages: {{de: {{title: Beispiel}}}}\n", config(server.port)));
    site.write("posts/neu.de.md", "---\ntitle: Neu\ndate: 2026-11-20\n---\n\nDer erste.\n");
    let german = Subscriber { language: Some("de".into()), ..reader("d@example.net") };
    ledger(&site).add("main", &german, "d@example.net").expect("an answer");
    let expected = ["+ 2026-11-20 d@example.net  de", "+ 2026-11-20 reader0000@example.net  en"];
    let dry_run = |args: &[&str]| {
        let run = newsletter(&site, &[&["send", "--dry-run", "--diff", "--show-addresses"], args].concat());
        let mut lines: Vec<String> = run.stdout.lines().filter(|line| line.starts_with('+')).map(str::to_owned).collect();
        lines.sort();
        (lines, run)
    };
    assert_eq!(dry_run(&[]).0, expected);
    let (lines, run) = dry_run(&["--language", "de"]);
    assert_eq!(lines, ["+ 2026-11-20 d@example.net"]);
    run.assert(0, &["would go to 1 recipient "]);
    newsletter(&site, &["make"]).assert(0, &["is frozen for 2 recipients"]);
    assert_eq!(dry_run(&[]).0, expected);
    let json = newsletter(&site, &["send", "--dry-run", "--diff", "--show-addresses", "--format", "json"]).stdout;
    assert!(json.contains("\"address\":\"d@example.net\",\"edition\":\"2026-11-20\",\"language\":\"de\""), "{json}");
}

#[test]
fn a_letter_in_a_language_that_only_its_posts_tell_of_goes_to_the_readers_of_that_language() {
    let server = MailServer::good(Mode::Clear);
    let site = ready(&server, 1);
    site.write("posts/second.de.md", "---\ntitle: Neu\ndate: 2026-11-20\n---\n\nDer erste.\n");
    let told = "nobody gets the letter in `de`: no reader has that language";
    newsletter(&site, &["send", "--dry-run", "--diff"]).assert(0, &[told, "would go to 1 recipient "]);
    let german = Subscriber { language: Some("de-AT".into()), ..reader("d@example.net") };
    ledger(&site).add("main", &german, "d@example.net").expect("an answer");
    let run = newsletter(&site, &["send", "--first", "--yes"]);
    run.assert(0, &["2 sent"]);
    assert_eq!(run.count(told), 0);
    let subject = |to: &str| {
        let taken = server.heard().taken;
        let mail = taken.iter().find(|mail| mail.to == [to]).expect("a mail").text();
        mail.lines().find_map(|line| line.strip_prefix("Subject: ")).map(str::to_owned).expect("a subject")
    };
    assert_eq!(subject("d@example.net"), "Neu");
    assert_ne!(subject("reader0000@example.net"), "Neu");
    // What is in one language goes to everybody who has none of their own.
    site.write("posts/third.md", "---\ntitle: Third\ndate: 2026-11-21\n---\n\nThe third.\n");
    newsletter(&site, &["send", "--yes"]).assert(0, &["edition 2026-11-21: 2 sent"]);
}

#[test]
fn a_dry_run_without_a_mail_server_says_that_there_is_none_yet() {
    let site = ready(&MailServer::good(Mode::Clear), 1);
    site.write("postrider.yaml", config(1).replace("host: 127.0.0.1, port: 1, ", ""));
    newsletter(&site, &["send", "--dry-run"]).assert(0, &["through a mail server that is not configured yet (`newsletter.smtp.host`)"]);
}

#[test]
fn an_edition_that_waits_is_not_sent_too_late() {
    let server = MailServer::good(Mode::Clear);
    let site = ready(&server, 2);
    newsletter(&site, &["make"]).assert(0, &["is frozen for 2 recipients"]);
    newsletter(&site, &["send", "--first", "--yes", "--not-after", "2026-11-21"]).assert(2, &["it is later than `--not-after 2026-11-21`"]);
    assert_eq!(server.heard().connections, 0);
    newsletter(&site, &["send", "--first", "--yes", "--not-after", "2026-11-22"]).assert(0, &["2 sent"]);
}

#[test]
fn an_edition_that_is_given_up_where_a_kill_left_it_says_what_nobody_knows() {
    let server =
        MailServer::start(Mode::Clear, |moment| (moment.at == At::Dot && moment.connection <= 4).then(|| vec![Step::Keep, Step::Stall]));
    let site = ready(&server, 30);
    let mut child = start(&site, &["send", "--first", "--yes"]);
    while server.heard().count("DATA") < 4 || server.taken() < 4 {
        thread::sleep(Duration::from_millis(2));
    }
    child.kill().expect("a process");
    child.wait().expect("a process");
    newsletter(&site, &["cancel"])
        .assert(3, &["4 mails of an earlier run that was killed", "26 mails were not sent; its posts count as mailed"]);
    assert_eq!(counts(&site, "2026-11-20"), [("skipped".to_owned(), 26), ("unknown".to_owned(), 4)].into());
    newsletter(&site, &["cancel", "2026-11-20"]).assert(0, &["0 mails were not sent"]);
    newsletter(&site, &["send", "--first", "--yes"]).assert(0, &["nothing new to mail", "4 mails of which nobody knows"]);
    assert_eq!(server.taken(), 4);
}

#[test]
fn a_mailed_post_that_is_renamed_and_then_edited_is_mailed_to_nobody_again() {
    let server = MailServer::good(Mode::Clear);
    let site = ready(&server, 2);
    let posts: Vec<String> = site.files("posts").into_keys().collect();
    newsletter(&site, &["send", "--first", "--yes"]).assert(0, &["2 sent"]);
    let first = &posts[0];
    std::fs::rename(site.path(&format!("posts/{first}")), site.path("posts/renamed.md")).expect("a file");
    newsletter(&site, &["send", "--yes"]).assert(0, &["nothing new to mail"]);
    site.write("posts/renamed.md", site.read("posts/renamed.md") + "\nOne more paragraph.\n");
    newsletter(&site, &["send", "--yes"]).assert(0, &["nothing new to mail"]);
    assert_eq!(server.taken(), 2);
}

#[test]
fn readers_whom_there_is_no_letter_for_are_counted() {
    let server = MailServer::good(Mode::Clear);
    let site = ready(&server, 2);
    for post in site.files("posts").into_keys() {
        let german = post.replace(".md", ".de.md");
        std::fs::rename(site.path(&format!("posts/{post}")), site.path(&format!("posts/{german}"))).expect("a file");
    }
    site.write("postrider.yaml", format!("{}languages: {{de: {{title: Beispiel}}}}\n", config(server.port)));
    let german = Subscriber { language: Some("de".into()), ..reader("d@example.net") };
    ledger(&site).add("main", &german, "d@example.net").expect("a reader");
    newsletter(&site, &["send", "--first", "--yes"])
        .assert(0, &["1 sent", "2 readers get no letter: the edition has none in their language"]);
}
