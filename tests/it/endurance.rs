//! The rows of the fault matrix that take the whole program and a while: kills, imports, addresses. `cargo test` does a small part of
//! each; the long commands, which `tests/README.md` names, do all of it.
#![allow(clippy::print_stderr, reason = "a long command says what it did")]

use crate::builder::Site;
use crate::mail_server::{At, MailServer, Mode, Step};
use crate::sending::{config, counts, ledger, newsletter, of, ready, start, verify, verify_mails};
use postrider::model::DeliveryState;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::process::Child;
use std::thread;
use std::time::{Duration, Instant};

/// How many connections a sender has here.
const CONNECTIONS: u64 = 8;

/// Returns how often something is done in a long command: as the environment says.
fn asked(variable: &str, usual: usize) -> usize {
    std::env::var(variable).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

/// Numbers that are the same in every run; what happens at them differs.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }
}

#[cfg(unix)]
#[test]
fn row_16_killed_at_any_instant_it_goes_on_and_mails_nobody_twice() {
    kill_at_random_instants(50);
}

#[cfg(unix)]
#[test]
#[ignore = "takes minutes: POSTRIDER_KILLS=1000 cargo test --test it -- --ignored row_16"]
fn row_16_killed_at_a_thousand_instants_it_goes_on_and_mails_nobody_twice() {
    kill_at_random_instants(asked("POSTRIDER_KILLS", 1000));
}

/// Sends one edition after another, and kills the sender again and again: at its start, while it freezes, while it sends.
#[cfg(unix)]
fn kill_at_random_instants(kills: usize) {
    const READERS: usize = 600;
    let server = MailServer::start(Mode::Clear, |moment| {
        (moment.at == At::Dot).then(|| vec![Step::Pause(Duration::from_millis(2)), Step::Say("250 ok".into())])
    });
    let site = ready(&server, READERS);
    site.write("postrider.yaml", config(server.port).replace("connections: 4", &format!("connections: {CONNECTIONS}")));
    let (mut dice, mut done, mut editions, mut unknown) = (Dice(16), 0, 0, 0);
    while done < kills || editions == 0 {
        let mut sender = start(&site, if editions == 0 { &["send", "--first", "--yes"] } else { &["send", "--yes"] });
        let is_over = done >= kills || !killed(&mut sender, &server, &mut dice);
        let status = sender.wait().expect("a process");
        if !is_over {
            done += 1;
            let begun = begun(&site);
            assert!(begun <= CONNECTIONS, "kill {done} left {begun} of {CONNECTIONS} connections' mails unknown");
            unknown += begun;
            continue;
        }
        // 3 where it found what the last kill left.
        assert!(matches!(status.code(), Some(0 | 3)), "after {done} kills: {status}");
        let edition = ledger(&site).editions("main").expect("editions").pop().expect("an edition").key;
        let counts = counts(&site, &edition);
        assert_eq!(of(&counts, "sent") + of(&counts, "unknown"), READERS as u64, "{counts:?}");
        verify_mails(&site, server.forget().into_iter().map(|mail| mail.to.join(" ")), &edition);
        editions += 1;
        site.write(&format!("posts/more-{editions}.md"), format!("---\ntitle: More {editions}\ndate: 2026-11-20\n---\n\nMore.\n"));
    }
    let told: u64 = ledger(&site)
        .editions("main")
        .expect("editions")
        .iter()
        .map(|edition| ledger(&site).counts("main", &edition.key).expect("counts").of(DeliveryState::Unknown))
        .sum();
    assert!(told <= unknown, "{told} mails are told to be unknown, and {unknown} were begun when a kill came");
    eprintln!("{done} kills, {editions} editions for {READERS}; {told} unknown");
}

/// Kills a sender at an instant: counted from its start, or from the first mail of it that the server takes. Returns whether it was
/// not over before.
#[cfg(unix)]
fn killed(sender: &mut Child, server: &MailServer, dice: &mut Dice) -> bool {
    let taken = server.taken();
    let mut since = Some(Instant::now()).filter(|_| dice.below(3) == 0);
    let wait = Duration::from_micros(dice.below(150_000));
    loop {
        if sender.try_wait().expect("a process").is_some() {
            return false;
        }
        if since.is_none() && server.taken() > taken {
            since = Some(Instant::now());
        }
        if since.is_some_and(|since| since.elapsed() >= wait) {
            sender.kill().expect("a process");
            // It may have ended at this very moment, by itself.
            return !sender.wait().expect("a process").success();
        }
        thread::sleep(Duration::from_micros(300));
    }
}

/// Returns of how many mails nobody knows now whether they arrived.
fn begun(site: &Site) -> u64 {
    let mut ledger = ledger(site);
    let Some(edition) = ledger.editions("main").expect("editions").pop() else { return 0 };
    ledger.counts("main", &edition.key).expect("counts").of(DeliveryState::Attempting)
}

#[test]
fn row_33_an_import_during_a_send_costs_no_outcome() {
    import_during_a_send(3_000);
}

#[test]
#[ignore = "takes minutes: POSTRIDER_ROWS=100000 cargo test --test it -- --ignored row_33"]
fn row_33_a_long_import_during_a_send_costs_no_outcome() {
    import_during_a_send(asked("POSTRIDER_ROWS", 100_000));
}

/// Imports so many readers while an edition is sent, both by the program.
fn import_during_a_send(rows: usize) {
    let readers = 200 + rows / 20;
    let server = MailServer::start(Mode::Clear, |moment| {
        (moment.at == At::Dot).then(|| vec![Step::Pause(Duration::from_millis(15)), Step::Say("250 ok".into())])
    });
    let site = ready(&server, readers);
    let list = (0..rows).fold("email,name\n".to_owned(), |mut list, at| {
        writeln!(list, "late{at:06}@example.org,Reader {at}").expect("text");
        list
    });
    site.write("late.csv", list);
    let mut sender = start(&site, &["send", "--first", "--yes"]);
    while server.taken() < 10 {
        assert!(sender.try_wait().expect("a process").is_none());
        thread::sleep(Duration::from_millis(1));
    }
    site.run(&["subscribers", "import", "late.csv", "--consent", "form"]).assert(0, &[&format!("{rows} new")]);
    let at_once = readers - server.taken();
    assert_eq!(sender.wait().expect("a process").code(), Some(0));
    verify(&site, &server, "2026-11-20");
    assert_eq!(counts(&site, "2026-11-20"), [("sent".to_owned(), readers as u64)].into());
    site.run(&["subscribers", "list", "--status", "active"]).assert(0, &[&format!("{} subscribers", readers + rows)]);
    eprintln!("{rows} rows were imported, {at_once} of {readers} mails left to be sent behind them");
}

#[test]
fn row_23_whatever_an_address_looks_like_nobody_gets_two_mails_and_no_header_gets_a_line() {
    let server = MailServer::good(Mode::Clear);
    let site = ready(&server, 0);
    let local = |length: usize| "l".repeat(length);
    // 189 octets, so that 64 before the `@` make 254.
    let domain = format!("{}.{}.{}", "d".repeat(62), "d".repeat(62), "d".repeat(63));
    let good = [
        ("Ada@Example.net", "Ada"),
        ("post@b\u{fc}cher.example", "J\u{f6}rg B\u{fc}cher"),
        ("\"\"a b\"\"@example.net", "Quoted"),
        ("\"\"a@b\"\"@example.net", "Quoted, too"),
        ("o'hara+news@example.net", "O'Hara; <b@example.net>, (c)"),
        ("crlf@example.net", "Eve\r\nBcc: victim@example.org\r\n\r\nHello"),
        (&format!("{}@example.net", local(64)), "Long before the @"),
        (&format!("{}@{domain}", local(64)), "Long altogether"),
    ];
    let again = [
        "ada@example.net",
        "ADA@EXAMPLE.NET",
        "\"\"ada\"\"@example.net",
        "POST@xn--bcher-kva.example",
        "post@B\u{dc}CHER.example",
        "\"\"A B\"\"@example.net",
        "CRLF@example.net",
    ];
    let bad = [
        &format!("{}@example.net", local(65)),
        &format!("{}@{domain}d", local(64)),
        &format!("{}@{}.example", local(3), "d".repeat(64)),
        "a..b@example.net",
        "a@b@example.net",
        "a b@example.net",
        "cr\r\nBcc: victim@example.org",
        "nobody",
    ];
    let mut list = "email,name\n".to_owned();
    for (address, name) in good.iter().copied().chain(again.map(|address| (address, "Twice"))).chain(bad.map(|address| (address, "Bad"))) {
        writeln!(list, "\"{address}\",\"{name}\"").expect("text");
    }
    site.write("list.csv", list);
    let imported = site.run(&["subscribers", "import", "list.csv", "--consent", "form"]);
    imported.assert(1, &[&format!("{} new", good.len()), &format!("{} bad rows", bad.len())]);
    // Three of a kind are shown, and the rest is counted.
    imported.assert(1, &[&format!("{} more `duplicate-subscriber`", again.len() - 3)]);
    newsletter(&site, &["send", "--first", "--yes"]).assert(0, &[&format!("{} sent", good.len())]);
    let mut recipients = BTreeSet::new();
    for mail in server.heard().taken {
        let text = mail.text();
        let (head, _) = text.split_once("\r\n\r\n").expect("a head");
        let count = |field: &str| head.lines().filter(|line| line.to_ascii_lowercase().starts_with(field)).count();
        assert_eq!((count("to:"), count("bcc:"), count("from:"), mail.to.len()), (1, 0, 1, 1), "{head}");
        assert!(head.is_ascii(), "{head}");
        assert!(recipients.insert(mail.to.join(" ")), "{:?} got two", mail.to);
    }
    assert_eq!(recipients.len(), good.len());
    for recipient in ["Ada@Example.net", "post@xn--bcher-kva.example", "\"a b\"@example.net", "\"a@b\"@example.net"] {
        assert!(recipients.contains(recipient), "{recipient} is missing in {recipients:?}");
    }
}
