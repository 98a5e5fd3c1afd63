//! `postrider newsletter send` over a server on this machine: everybody gets an edition once, whatever happens to the program.

use crate::builder::{CONFIG, NOW, Run, Site, site};
use crate::mail_server::{At, MailServer, Mode, Step, Taken, say};
use postrider::ledger::{Clock, Ledger, Location};
use postrider::model::{Status, Subscriber};
use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

pub(crate) const KEY: (&str, &str) = ("POSTRIDER_UNSUBSCRIBE_KEY", "a-key-of-at-least-thirty-two-octets");

pub(crate) fn config(port: u16) -> String {
    format!(
        "{CONFIG}newsletter: {{from: Ada Example <ada@example.org>, postal_address: none, unsubscribe_mailto: leave@example.org, \
         smtp: {{host: 127.0.0.1, port: {port}, tls: none, connections: 4}}}}\n"
    )
}

/// A site with two posts, a server, and readers.
pub(crate) fn ready(server: &MailServer, readers: usize) -> Site {
    let site = site().post("first", "2026-11-10", "The first post.").post("second", "2026-11-20", "The second post.");
    site.write("postrider.yaml", config(server.port));
    subscribe(&site, readers);
    site
}

pub(crate) fn ledger(site: &Site) -> Ledger {
    Ledger::open(&Location::of(".postrider/ledger.db", site.root()), true, Clock::Database).expect("a ledger")
}

pub(crate) fn subscribe(site: &Site, readers: usize) {
    let added = ledger(site).at_once(|ledger| {
        (0..readers).try_for_each(|at| {
            let address = format!("reader{at:04}@example.net");
            ledger.add("main", &reader(&address), &address).map(drop)
        })
    });
    added.expect("readers");
}

pub(crate) fn reader(address: &str) -> Subscriber {
    Subscriber { address: address.to_owned(), status: Status::Active, ..Subscriber::default() }
}

pub(crate) fn newsletter(site: &Site, args: &[&str]) -> Run {
    site.run_with(&[&["newsletter"], args].concat(), &[KEY])
}

pub(crate) fn start(site: &Site, args: &[&str]) -> Child {
    command(site, args).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("postrider runs")
}

fn command(site: &Site, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_postrider"));
    command.current_dir(site.root()).arg("newsletter").args(args).env("POSTRIDER_NOW", NOW).env(KEY.0, KEY.1);
    command
}

/// Returns the counts of an edition, as scripts read them.
pub(crate) fn counts(site: &Site, edition: &str) -> BTreeMap<String, u64> {
    let run = newsletter(site, &["status", "--edition", edition, "--format", "json"]);
    let report: serde_json::Value = serde_json::from_str(&run.stdout).unwrap_or_else(|error| panic!("{error}: {run:?}"));
    let counts = report["counts"].as_object().expect("counts").iter();
    counts.filter_map(|(state, count)| Some((state.clone(), count.as_u64().filter(|count| *count > 0)?))).collect()
}

pub(crate) fn of(counts: &BTreeMap<String, u64>, state: &str) -> u64 {
    counts.get(state).copied().unwrap_or_default()
}

/// Compares what the server took with what the ledger says, mail by mail.
pub(crate) fn verify(site: &Site, server: &MailServer, edition: &str) {
    let mails = server.heard().taken;
    verify_mails(site, mails.iter().map(|mail| mail.to.join(" ")), edition);
}

/// Compares whom an edition's mails that a server took were to with what the ledger says of them.
pub(crate) fn verify_mails(site: &Site, recipients: impl Iterator<Item = String>, edition: &str) {
    let mut taken: BTreeMap<String, usize> = BTreeMap::new();
    for recipient in recipients {
        *taken.entry(recipient).or_default() += 1;
    }
    for (address, state) in ledger(site).states("main", edition).expect("states") {
        let copies = taken.remove(&address).unwrap_or_default();
        let right = match state.name() {
            "sent" => copies == 1,
            "unknown" => copies <= 1,
            _ => copies == 0,
        };
        assert!(right, "{address} is {} and got {copies}", state.name());
    }
    assert_eq!(taken, BTreeMap::new());
    assert_eq!(ledger(site).check().expect("a check"), []);
}

#[test]
fn an_edition_goes_to_everybody_once_and_then_there_is_nothing_new() {
    let server = MailServer::good(Mode::Clear);
    let site = ready(&server, 30);
    newsletter(&site, &["send", "--yes"]).assert(2, &["no edition was ever sent with this ledger", "--first"]);
    newsletter(&site, &["send", "--first"]).assert(2, &["nobody is here to be asked", "--yes"]);
    assert_eq!(server.heard().connections, 0);
    newsletter(&site, &["send", "--first", "--yes"]).assert(0, &["edition 2026-11-20: 30 sent"]);
    verify(&site, &server, "2026-11-20");
    assert_eq!(counts(&site, "2026-11-20"), [("sent".to_owned(), 30)].into());
    newsletter(&site, &["send", "--yes"]).assert(0, &["nothing new to mail; left out: 2 mailed before"]);
    newsletter(&site, &["send", "--first", "--yes"]).assert(0, &["nothing new to mail"]);
    site.write("posts/third.md", "---\ntitle: Third\ndate: 2026-11-21\n---\n\nThe third post.\n");
    newsletter(&site, &["send", "--yes"]).assert(0, &["edition 2026-11-21: 30 sent"]);
    assert_eq!(server.heard().taken.len(), 60);
    newsletter(&site, &["history"]).assert(0, &["2026-11-20", "2026-11-21", "closed"]);
    assert!(site.read("postrider.lock").contains("ledger main "));
}

#[test]
fn what_was_looked_at_is_what_is_sent() {
    let server = MailServer::good(Mode::Clear);
    let site = ready(&server, 2);
    newsletter(&site, &["preview", "--out", "preview"]).assert(0, &[]);
    let hash = site.json("preview/edition.json")["hash"].as_str().expect("a hash").to_owned();
    newsletter(&site, &["send", "--first", "--yes", "--expect", "0000"]).assert(2, &[&hash, "0000"]);
    newsletter(&site, &["send", "--dry-run", "--diff"]).assert(0, &["+ 2026-11-20", "2 recipients", &hash, "nothing was sent"]);
    newsletter(&site, &["send", "--first", "--yes", "--expect", &hash]).assert(0, &["2 sent"]);
}

#[test]
fn row_31_an_edition_that_was_made_is_sent_as_it_was_made() {
    let server = MailServer::good(Mode::Clear);
    let site = ready(&server, 3);
    newsletter(&site, &["make"]).assert(0, &["edition 2026-11-20 is frozen for 3 recipients"]);
    newsletter(&site, &["make"]).assert(2, &["edition 2026-11-20 is frozen and not finished"]);
    site.write("postrider.yaml", config(server.port).replace("Ada Example <ada@", "Eve Changed <eve@"));
    site.write("posts/second.md", "---\ntitle: Changed\ndate: 2026-11-20\n---\n\nChanged.\n");
    subscribe(&site, 5);
    newsletter(&site, &["send", "--first"]).assert(2, &["nobody is here to be asked", "--yes"]);
    assert_eq!(server.heard().connections, 0, "who made it did not say that it may leave");
    newsletter(&site, &["send", "--first", "--yes"]).assert(0, &["3 sent"]);
    for mail in server.heard().taken {
        assert!(
            mail.text().contains("From: \"Ada Example\" <ada@example.org>") && mail.text().contains("The second post."),
            "{}",
            mail.text()
        );
    }
    newsletter(&site, &["cancel"]).assert(2, &["every edition is finished"]);
    newsletter(&site, &["send", "--yes"]).assert(0, &["nothing new to mail"]);
}

#[test]
fn a_mail_that_leaves_days_after_its_edition_was_made_has_the_date_of_its_run() {
    for (sent, date) in [("2026-11-21T06:00:00Z", "20 Nov 2026 09:00:00"), ("2026-11-24T06:00:00Z", "24 Nov 2026 06:00:00")] {
        let server = MailServer::good(Mode::Clear);
        let site = ready(&server, 1);
        newsletter(&site, &["make", "--now", "2026-11-20T09:00:00Z"]).assert(0, &["frozen for 1 recipient"]);
        newsletter(&site, &["send", "--first", "--yes", "--now", sent]).assert(0, &["1 sent"]);
        let mails: Vec<String> = server.heard().taken.iter().map(Taken::text).collect();
        assert!(mails.len() == 1 && mails.iter().all(|mail| mail.contains(date)), "{sent}: {mails:?}");
    }
}

#[test]
fn a_cancelled_edition_frees_its_posts_only_if_nobody_got_it() {
    let server = MailServer::start(Mode::Clear, |moment| {
        if moment.at == At::Dot && moment.connection < 9 { say("550 5.4.5 daily quota exceeded") } else { None }
    });
    // More than there are connections: each of these may put off the mail that it had in hand.
    let site = ready(&server, 12);
    newsletter(&site, &["send", "--first", "--yes"]).assert(3, &["quota is used up", "0 sent"]);
    newsletter(&site, &["send", "--yes"]).assert(2, &["the first edition, 2026-11-20, is not finished", "send --first"]);
    newsletter(&site, &["pause"]).assert(0, &["is paused"]);
    newsletter(&site, &["make"]).assert(2, &["is paused and not finished", "send --edition 2026-11-20"]);
    newsletter(&site, &["send", "--first", "--yes"]).assert(2, &["is paused", "--edition 2026-11-20"]);
    newsletter(&site, &["cancel", "2026-11-20"]).assert(0, &["12 mails were not sent", "free for another edition"]);
    newsletter(&site, &["send", "--first", "--yes", "--dry-run"]).assert(0, &["edition 2026-11-20-2 would go to 12 recipients"]);
}

#[test]
fn row_04_a_wrong_password_stops_before_anybody_is_attempted() {
    let server = MailServer::good(Mode::Clear);
    let site = ready(&server, 3);
    site.write("postrider.yaml", config(server.port).replace("tls: none", "tls: none, username: ada"));
    let run = site.run_with(&["newsletter", "send", "--first", "--yes"], &[KEY, ("POSTRIDER_SMTP_PASSWORD", "wrong guess")]);
    run.assert(2, &["refused the login"]);
    assert!(!run.stderr.contains("wrong guess"), "{}", run.stderr);
    assert_eq!(counts(&site, "2026-11-20"), [("pending".to_owned(), 3)].into());
}

#[test]
fn what_went_wrong_with_a_run_is_told_also_where_the_lock_cannot_be_written_behind_it() {
    let lock = Arc::new(Mutex::new(PathBuf::new()));
    let path = Arc::clone(&lock);
    let server = MailServer::start(Mode::Clear, move |moment| {
        if moment.at == At::Hello {
            // Something else stands in its place by now.
            let path = path.lock().expect("a path");
            std::fs::remove_file(&*path).ok();
            std::fs::create_dir_all(&*path).expect("a folder");
        }
        None
    });
    let site = ready(&server, 1);
    site.write("postrider.yaml", config(server.port).replace("tls: none", "tls: none, username: ada"));
    *lock.lock().expect("a path") = site.path("postrider.lock");
    let run = site.run_with(&["newsletter", "send", "--first", "--yes"], &[KEY, ("POSTRIDER_SMTP_PASSWORD", "wrong guess")]);
    run.assert(2, &["refused the login"]);
    assert!(!run.stderr.contains("postrider.lock"), "{}", run.stderr);
}

#[cfg(unix)]
#[test]
fn row_17_a_signal_lets_open_mails_end_and_no_other_begin() {
    for (signal, code) in [("TERM", 143), ("INT", 130)] {
        let server = MailServer::start(Mode::Clear, |moment| {
            (moment.at == At::Dot).then(|| vec![Step::Pause(Duration::from_millis(100)), Step::Keep, Step::Say("250 ok".into())])
        });
        let site = ready(&server, 40);
        let mut child = start(&site, &["send", "--first", "--yes"]);
        while server.heard().taken.len() < 6 {
            thread::sleep(Duration::from_millis(2));
        }
        Command::new("kill").args([&format!("-{signal}"), &child.id().to_string()]).status().expect("kill runs");
        assert_eq!(child.wait().expect("a process").code(), Some(code));
        let counts = counts(&site, "2026-11-20");
        assert_eq!((of(&counts, "unknown"), of(&counts, "claimed"), of(&counts, "attempting")), (0, 0, 0), "{counts:?}");
        assert!(of(&counts, "pending") > 10, "{counts:?}");
        newsletter(&site, &["send", "--first", "--yes"]).assert(0, &["40 sent"]);
        verify(&site, &server, "2026-11-20");
    }
}

#[cfg(unix)]
#[test]
fn row_17_what_is_not_answered_in_time_is_unknown() {
    let server = MailServer::start(Mode::Clear, |moment| (moment.at == At::Dot).then(|| vec![Step::Stall]));
    let site = ready(&server, 10);
    let mut child = start(&site, &["send", "--first", "--yes", "--grace", "0"]);
    while server.heard().count("DATA") < 4 {
        thread::sleep(Duration::from_millis(2));
    }
    thread::sleep(Duration::from_millis(100));
    Command::new("kill").args(["-TERM", &child.id().to_string()]).status().expect("kill runs");
    assert_eq!(child.wait().expect("a process").code(), Some(143));
    let counts = counts(&site, "2026-11-20");
    assert_eq!((of(&counts, "unknown"), of(&counts, "pending")), (4, 6), "{counts:?}");
    newsletter(&site, &["status"]).assert(0, &["unknown", "@example.org>", "settle 2026-11-20 --as sent"]);
}

#[cfg(unix)]
#[test]
fn a_second_signal_ends_the_program_at_once() {
    let server = MailServer::start(Mode::Clear, |moment| (moment.at == At::Dot).then(|| vec![Step::Stall]));
    let site = ready(&server, 10);
    let mut child = start(&site, &["send", "--first", "--yes", "--grace", "60"]);
    while server.heard().count("DATA") < 4 {
        thread::sleep(Duration::from_millis(2));
    }
    let signal = |name: &str| Command::new("kill").args([name, &child.id().to_string()]).status().expect("kill runs");
    signal("-INT");
    thread::sleep(Duration::from_millis(300));
    signal("-TERM");
    let since = std::time::Instant::now();
    assert_eq!(child.wait().expect("a process").code(), Some(143));
    assert!(since.elapsed() < Duration::from_secs(20));
}

/// Sends to eight readers over four connections, and kills the sender when the server has four mails that it has not answered.
fn killed_before_four_answers() -> (MailServer, Site) {
    let server =
        MailServer::start(Mode::Clear, |moment| (moment.at == At::Dot && moment.connection <= 4).then(|| vec![Step::Keep, Step::Stall]));
    let site = ready(&server, 8);
    let mut child = start(&site, &["send", "--first", "--yes"]);
    while server.heard().count("DATA") < 4 || server.taken() < 4 {
        thread::sleep(Duration::from_millis(2));
    }
    child.kill().expect("a process");
    child.wait().expect("a process");
    (server, site)
}

#[test]
fn the_run_that_finds_what_a_kill_left_says_so_by_its_status() {
    let (_server, site) = killed_before_four_answers();
    let first = newsletter(&site, &["send", "--first", "--yes"]);
    first.assert(3, &["4 mails of an earlier run that was killed", "4 sent, 4 unknown"]);
    assert!(!first.stderr.contains("names them"), "it is told once: {first:?}");
    // What nobody knows is told by every run from now on, and changes no status.
    let old = "edition 2026-11-20: 4 mails of which nobody knows whether they arrived; `postrider newsletter status --edition 2026-11-20` names them";
    let says = |args: &[&str], said: &str| {
        let run = newsletter(&site, args);
        run.assert(0, &[said]);
        run.stderr.contains(old) || run.stdout.contains(old)
    };
    assert!(says(&["send", "--yes"], "nothing new to mail"));
    assert!(says(&["retry"], "no edition has deferred mails"));
    assert!(!says(&["status"], "4 unknown"), "they are named");
    site.write("posts/third.md", "---\ntitle: Third\ndate: 2026-11-21\n---\n\nThe third post.\n");
    assert!(says(&["send", "--yes"], "edition 2026-11-21: 8 sent"));
    assert!(says(&["status"], "edition 2026-11-21, closed"));
    assert!(!says(&["status", "--edition", "2026-11-21"], "8 sent"), "one edition was asked for");
    newsletter(&site, &["settle", "2026-11-20", "--as", "sent"]).assert(0, &["4 unknown mails settled"]);
    assert!(!says(&["send", "--yes"], "nothing new to mail") && !says(&["status"], "8 sent"));
}

#[test]
fn an_hourly_limit_that_is_met_exactly_leaves_nothing_to_do() {
    let server = MailServer::good(Mode::Clear);
    let site = ready(&server, 5);
    site.write("postrider.yaml", config(server.port).replace("connections: 4", "connections: 4, per_hour: 5"));
    newsletter(&site, &["send", "--first", "--yes"]).assert(0, &["edition 2026-11-20: 5 sent"]);
}

#[test]
fn a_dry_run_counts_who_left_since_the_edition_was_made_and_names_the_others() {
    let server = MailServer::good(Mode::Clear);
    let site = ready(&server, 3);
    newsletter(&site, &["make"]).assert(0, &["is frozen for 3 recipients"]);
    site.run(&["subscribers", "unsubscribe", "reader0001@example.net"]).assert(0, &[]);
    let run = newsletter(&site, &["send", "--dry-run", "--diff"]);
    run.assert(0, &["would go to 2 recipients (1 more left since it was made)"]);
    let ids: Vec<&str> = run.stdout.lines().filter_map(|line| line.strip_prefix("+ 2026-11-20 r…@example.net  ")).collect();
    assert_eq!(ids.len(), 2, "{run:?}");
    let list = site.run(&["subscribers", "list", "--format", "json"]).stdout;
    assert!(ids.iter().all(|id| id.len() == 32 && list.contains(id)), "{ids:?} {list}");
    let run = newsletter(&site, &["send", "--dry-run", "--diff", "--show-addresses"]);
    assert!(run.stdout.contains("+ 2026-11-20 reader0000@example.net\n"), "{run:?}");
    let json = newsletter(&site, &["send", "--dry-run", "--format", "json"]).stdout;
    assert!(json.contains("\"to\":[],\"recipients\":2,\"left\":1}"), "{json}");
    let json = newsletter(&site, &["send", "--dry-run", "--diff", "--format", "json"]).stdout;
    let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    let told: Vec<&str> = json["to"].as_array().expect("a list").iter().filter_map(|one| one["subscriber"].as_str()).collect();
    assert_eq!((told, &json["to"][0]["address"]), (ids, &"r…@example.net".into()));
}

#[test]
fn row_20_of_many_senders_one_sends() {
    let server = MailServer::start(Mode::Clear, |moment| {
        (moment.at == At::Banner).then(|| vec![Step::Pause(Duration::from_millis(300)), Step::Say("220 ready".into())])
    });
    let site = ready(&server, 20);
    let mut senders: Vec<Child> = (0..12).map(|_| start(&site, &["send", "--first", "--yes"])).collect();
    let codes: Vec<Option<i32>> = senders.iter_mut().map(|sender| sender.wait().expect("a process").code()).collect();
    assert!(codes.contains(&Some(0)) && codes.contains(&Some(4)), "{codes:?}");
    assert!(codes.iter().all(|code| matches!(code, Some(0 | 4))), "{codes:?}");
    verify(&site, &server, "2026-11-20");
    assert_eq!(counts(&site, "2026-11-20"), [("sent".to_owned(), 20)].into());
}

#[test]
fn row_32_a_ledger_that_is_not_the_one_of_last_time_mails_nobody() {
    let server = MailServer::good(Mode::Clear);
    let site = ready(&server, 5);
    let copy = |from: &str, to: &str| std::fs::copy(site.path(from), site.path(to)).expect("a copy");
    newsletter(&site, &["send", "--first", "--yes"]).assert(0, &["5 sent"]);
    drop(ledger(&site));
    copy(".postrider/ledger.db", "older.db");
    site.write("posts/third.md", "---\ntitle: Third\ndate: 2026-11-21\n---\n\nThe third post.\n");
    newsletter(&site, &["send", "--yes"]).assert(0, &["edition 2026-11-21: 5 sent"]);
    let remove = || {
        for ending in ["", "-wal", "-shm"] {
            std::fs::remove_file(site.path(&format!(".postrider/ledger.db{ending}"))).ok();
        }
    };
    remove();
    copy("older.db", ".postrider/ledger.db");
    newsletter(&site, &["send", "--yes"]).assert(2, &["is an older copy", "postrider ledger accept"]);
    remove();
    newsletter(&site, &["send", "--first", "--yes"]).assert(2, &["there is no ledger yet"]);
    subscribe(&site, 5);
    newsletter(&site, &["send", "--first", "--yes"])
        .assert(2, &["is not the one that `main` was sent with last", "postrider ledger accept"]);
    assert_eq!(server.heard().taken.len(), 10);
}

#[test]
fn a_ledger_that_is_accepted_takes_the_posts_as_mailed_that_it_has_forgotten() {
    let server = MailServer::good(Mode::Clear);
    let site = ready(&server, 5);
    let post = |name: &str, day: u32| {
        site.write(&format!("posts/{name}.md"), format!("---\ntitle: {name}\ndate: 2026-11-{day}\n---\n\nThe {name} post.\n"));
    };
    newsletter(&site, &["send", "--first", "--yes"]).assert(0, &["5 sent"]);
    drop(ledger(&site));
    std::fs::copy(site.path(".postrider/ledger.db"), site.path("older.db")).expect("a copy");
    post("third one", 21);
    newsletter(&site, &["send", "--yes"]).assert(0, &["edition 2026-11-21: 5 sent"]);
    let lock = site.read("postrider.lock");
    assert!(lock.contains("mailed main 2026-11-20 ") && lock.contains(" posts/third%20one.md "), "{lock}");
    for ending in ["", "-wal", "-shm"] {
        std::fs::remove_file(site.path(&format!(".postrider/ledger.db{ending}"))).ok();
    }
    std::fs::copy(site.path("older.db"), site.path(".postrider/ledger.db")).expect("a copy");
    post("fourth", 21);
    newsletter(&site, &["send", "--yes"]).assert(2, &["is an older copy", "postrider ledger accept"]);
    let asked = site.run(&["ledger", "accept"]);
    asked.assert(
        2,
        &[
            "is an older copy",
            "what it knows ends at 20",
            "1 post of a later edition will count as mailed",
            "posts/third one.md  edition 2026-11-21 of 20",
        ],
    );
    asked.assert(
        2,
        &[
            "every mail in it is final",
            "who left, complained, bounced, was suppressed or was erased",
            "unsubscribe --tokens",
            "nobody is here to be asked",
            "--yes",
        ],
    );
    newsletter(&site, &["send", "--yes"]).assert(2, &["is an older copy"]);
    site.run(&["ledger", "accept", "--yes"]).assert(0, &["1 post of a later edition", "is the site's own from now on"]);
    site.run(&["ledger", "accept"]).assert(0, &["is the site's own already"]);
    newsletter(&site, &["status"]).assert(0, &["edition 2026-11-21, closed", "sent with another copy of the ledger"]);
    newsletter(&site, &["retry", "2026-11-21"]).assert(2, &["was sent with another copy of the ledger"]);
    let foreign = ["send", "--yes", "--edition", "2026-11-21"];
    newsletter(&site, &foreign).assert(0, &["was sent with another copy of the ledger: nothing of it is left to be sent"]);
    let as_files = site.run_with(&[&["newsletter"], &foreign[..]].concat(), &[KEY, ("POSTRIDER_NEWSLETTER_TRANSPORT", "eml")]);
    as_files.assert(2, &["was sent with another copy of the ledger: there is nothing to make mails of"]);
    newsletter(&site, &["send", "--yes"]).assert(0, &["edition 2026-11-21-2: 5 sent"]);
    let taken = server.heard().taken;
    let copies = taken.iter().filter(|mail| mail.text().contains("The third one post.")).count();
    assert_eq!((taken.len(), copies), (15, 5), "nobody got the third post twice");
    site.run(&["ledger", "check"]).assert(0, &["is whole"]);

    // A fresh ledger, which knows of no edition at all.
    for ending in ["", "-wal", "-shm"] {
        std::fs::remove_file(site.path(&format!(".postrider/ledger.db{ending}"))).ok();
    }
    subscribe(&site, 5);
    site.run(&["ledger", "accept", "--yes"]).assert(0, &["is not the one that `main` was sent with last", "4 posts of later editions"]);
    newsletter(&site, &["send", "--yes"]).assert(0, &["nothing new to mail"]);
}

#[test]
fn row_19_a_ledger_that_cannot_be_used_is_told_and_nothing_is_sent() {
    let server = MailServer::good(Mode::Clear);
    let site = ready(&server, 5);
    for ending in ["-wal", "-shm"] {
        std::fs::remove_file(site.path(&format!(".postrider/ledger.db{ending}"))).ok();
    }
    let mut bytes = std::fs::read(site.path(".postrider/ledger.db")).expect("the ledger");
    bytes.iter_mut().skip(100).for_each(|byte| *byte = 7);
    site.write(".postrider/ledger.db", bytes);
    newsletter(&site, &["send", "--first", "--yes"]).assert(2, &["is damaged", "last backup"]);
    assert_eq!(server.heard().connections, 0);
}

#[test]
fn a_page_that_is_damaged_is_found_before_anything_is_decided_by_it() {
    let server = MailServer::good(Mode::Clear);
    let site = ready(&server, 400);
    newsletter(&site, &["send", "--first", "--yes"]).assert(0, &["400 sent"]);
    drop(ledger(&site));
    for ending in ["-wal", "-shm"] {
        std::fs::remove_file(site.path(&format!(".postrider/ledger.db{ending}"))).ok();
    }
    let mut bytes = std::fs::read(site.path(".postrider/ledger.db")).expect("the ledger");
    let end = bytes.len() - 8192;
    bytes[end..end + 3000].iter_mut().enumerate().for_each(|(at, byte)| *byte = u8::try_from(at * 7 % 251).expect("an octet"));
    site.write(".postrider/ledger.db", bytes);
    for args in [&["send", "--dry-run"][..], &["send", "--yes"]] {
        newsletter(&site, args).assert(2, &["is damaged", "last backup"]);
    }
}

#[test]
fn what_was_put_off_is_waited_for_and_sent_at_once_by_retry() {
    let asked = AtomicUsize::new(0);
    let server = MailServer::start(Mode::Clear, move |moment| {
        let is_full = moment.at == At::Rcpt && moment.line.contains("reader0003") && asked.fetch_add(1, Ordering::SeqCst) == 0;
        if is_full { say("452 4.2.2 mailbox full") } else { None }
    });
    let site = ready(&server, 5);
    newsletter(&site, &["retry"]).assert(0, &["no edition has deferred mails"]);
    let mut command = command(&site, &["send", "--first", "--yes", "--grace", "0"]);
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("postrider runs");
    let mut told = String::new();
    // It waits for the deferred mail, which is due in five minutes, and says so.
    BufReader::new(child.stderr.as_mut().expect("a pipe")).read_line(&mut told).expect("a line");
    assert!(
        told.starts_with("edition 2026-11-20: 4 of 5, waiting until ")
            && told.contains(" for 1 deferred mail, the last words were: 452 4.2.2 mailbox full (Ctrl-C is safe"),
        "{told}"
    );
    assert!(child.try_wait().expect("a process").is_none());
    newsletter(&site, &["status"]).assert(0, &["1 deferred", "a postrider is at work with it now"]);
    newsletter(&site, &["retry"]).assert(4, &["another postrider is sending"]);
    child.kill().expect("a process");
    child.wait().expect("a process");
    assert_eq!(counts(&site, "2026-11-20"), [("deferred".to_owned(), 1), ("sent".to_owned(), 4)].into());
    let due = [
        "nobody is sending it now; help: from ",
        " on `postrider newsletter send --first` goes on",
        "`postrider newsletter retry 2026-11-20`",
    ];
    newsletter(&site, &["status"]).assert(0, &due);
    let list = newsletter(&site, &["status", "--list", "deferred"]);
    list.assert(0, &["deferred  r…@example.net  452 4.2.2 mailbox full; tried at ", ", again at ", ", expires at "]);
    let json = newsletter(&site, &["status", "--list", "deferred", "--format", "json"]).stdout;
    let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    let mail = &json["mails"][0];
    assert_eq!((&mail["code"], &mail["told"], &mail["address"]), (&452.into(), &"452 4.2.2 mailbox full".into(), &"r…@example.net".into()));
    let time = |of: &str| mail[of].as_str().and_then(|time| chrono::DateTime::parse_from_rfc3339(time).ok()).expect("a time");
    assert_eq!((time("due") - time("at")).num_minutes(), 5);
    assert_eq!((time("expires") - time("at")).num_hours(), 48);
    assert_eq!((&json["sender_at_work"], &json["last_reason"]["code"]), (&false.into(), &452.into()));
    newsletter(&site, &["retry", "--refused"]).assert(0, &["edition 2026-11-20: 5 sent"]);
    newsletter(&site, &["retry", "--refused"]).assert(0, &["no edition has deferred or refused mails"]);
    newsletter(&site, &["retry", "2026-11-19"]).assert(2, &["there is no edition 2026-11-19"]);
    verify(&site, &server, "2026-11-20");
}

#[test]
fn a_server_that_is_not_there_is_told_at_once_and_retry_goes_on_with_what_it_could_not_send() {
    let server = MailServer::good(Mode::Clear);
    let site = ready(&server, 3);
    let nobody = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        listener.local_addr().expect("an address").port()
    };
    site.write("postrider.yaml", config(nobody));
    let mut command = command(&site, &["send", "--first", "--yes", "--format", "json"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("postrider runs");
    let mut said = [String::new(), String::new()];
    BufReader::new(child.stderr.as_mut().expect("a pipe")).read_line(&mut said[0]).expect("a line");
    BufReader::new(child.stdout.as_mut().expect("a pipe")).read_line(&mut said[1]).expect("a line");
    let [told, event] = said;
    assert!(told.starts_with("edition 2026-11-20: the mail server cannot be reached: cannot connect to `127.0.0.1`: "), "{told}");
    assert!(told.contains("; trying again "), "{told}");
    let event: serde_json::Value = serde_json::from_str(&event).expect("JSON");
    assert_eq!(event["event"], "unreachable");
    assert!(event["reason"].as_str().is_some_and(|reason| reason.starts_with("cannot connect to")), "{event}");
    newsletter(&site, &["status"])
        .assert(0, &["the last try, at ", ": cannot connect to `127.0.0.1`", "a postrider is at work with it now"]);
    child.kill().expect("a process");
    child.wait().expect("a process");
    newsletter(&site, &["status"]).assert(0, &["nobody is sending it now; help: `postrider newsletter send --first` goes on with it"]);
    assert_eq!(server.taken(), 0);
    site.write("postrider.yaml", config(server.port));
    newsletter(&site, &["retry"]).assert(0, &["edition 2026-11-20: 3 sent"]);
}

#[test]
fn a_server_that_comes_back_is_told_of_and_a_limit_is_named_with_its_key() {
    let server = MailServer::start(Mode::Clear, |moment| (moment.at == At::Banner && moment.connection <= 4).then(|| vec![Step::Close]));
    let site = ready(&server, 3);
    site.write("postrider.yaml", config(server.port).replace("connections: 4", "connections: 2, per_hour: 2"));
    let mut command = command(&site, &["send", "--first", "--yes", "--grace", "0"]);
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("postrider runs");
    let lines = BufReader::new(child.stderr.take().expect("a pipe")).lines().map(|line| line.expect("a line"));
    let told: Vec<String> = lines.collect();
    assert_eq!(child.wait().expect("a process").code(), Some(3), "{told:?}");
    let at = |part: &str| told.iter().position(|line| line.contains(part)).unwrap_or_else(|| panic!("{part}: {told:?}"));
    assert!(at("cannot be reached: `127.0.0.1` closed the connection") < at("the mail server answers again"));
    let held = at("the limit of 2 mails an hour (`newsletter.smtp.per_hour`) holds the rest back until ");
    assert!(at("the mail server answers again") < held && told[held].ends_with("; help: run the command again then"), "{told:?}");
}

#[test]
fn of_mails_that_nobody_knows_some_are_settled_and_some_are_sent_again() {
    let (server, site) = killed_before_four_answers();
    newsletter(&site, &["status"]).assert(
        0,
        &[
            "4 attempting, left by a sender that was killed, will be unknown",
            "4 claimed, left by a sender that was killed, are sent by the next run",
        ],
    );
    newsletter(&site, &["send", "--first", "--yes"]).assert(3, &["nobody knows whether they arrived", "4 unknown"]);
    let told = newsletter(&site, &["status", "--show-addresses"]);
    let help = ["`postrider newsletter settle 2026-11-20 --as sent`", "`postrider newsletter retry 2026-11-20 --resend-unknown`", "--mail"];
    told.assert(0, &help);
    let lines = told.stdout.lines().filter_map(|line| line.strip_prefix("unknown  "));
    let unknown: Vec<Vec<&str>> = lines.map(|line| line.split_whitespace().collect()).collect();
    let [first, second, third, fourth] = unknown.as_slice() else { panic!("{told:?}") };
    let settle = |mails: &[&str]| newsletter(&site, &[&["settle", "2026-11-20", "--as", "sent"], mails].concat());
    let by_address = first[0].to_uppercase();
    settle(&["--mail", &by_address, "--mail", "nobody@example.net"])
        .assert(2, &["no unknown mail to `nobody@example.net`", "nothing was changed"]);
    assert_eq!(of(&counts(&site, "2026-11-20"), "unknown"), 4);
    settle(&["--mail", &by_address, "--mail", second[1]]).assert(0, &["2 unknown mails settled as sent, 2 left"]);
    let retry = ["retry", "2026-11-20", "--resend-unknown", "--mail", third[0]];
    newsletter(&site, &retry).assert(0, &["edition 2026-11-20: 7 sent, 1 unknown"]);
    let copies = |reader: &str| server.heard().taken.iter().filter(|mail| mail.to == [reader]).count();
    assert_eq!([copies(fourth[0]), copies(third[0])], [1, 2]);
    settle(&[]).assert(0, &["1 unknown mail settled as sent"]);
}
