//! What an author decides about editions beside sending them: mails as files, and posts that are not to be mailed.

use crate::builder::{Site, site};
use crate::mail_server::{MailServer, Mode};
use crate::sending::{config, counts, newsletter, ready, subscribe};

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
