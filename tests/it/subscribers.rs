//! `postrider subscribers` and `postrider ledger`: a list that is kept, from an empty folder on.

use crate::builder::{Run, Site, folder};
use postrider::ledger::{
    Answer, Claim, Claimed, Clock, EditionEntry, EditionLetter, Ledger, LedgerError, Limits, Location, NewEdition, Note, Outcome, Step,
    Wanted, claim_id,
};
use postrider::model::{DeliveryState, EditionState};
use std::fmt::Write as _;

pub(crate) fn subscribers(site: &Site, args: &[&str]) -> Run {
    site.run(&[&["subscribers"], args].concat())
}

pub(crate) fn import(site: &Site, text: &str, args: &[&str]) -> Run {
    site.write("list.csv", text);
    subscribers(site, &[&["import", "list.csv", "--consent", "form on example.org"], args].concat())
}

fn ledger(site: &Site) -> Ledger {
    Ledger::open(&Location::of(".postrider/ledger.db", site.root()), false, Clock::Database).expect("a ledger")
}

pub(crate) fn id_of(site: &Site, key: &str) -> [u8; 16] {
    ledger(site).find("main", key).expect("an answer").expect("somebody").subscriber.id
}

/// Tries a mail, and records that it was taken.
fn deliver(ledger: &mut Ledger, claim: &Claim, mail: &Claimed, message_id: String) {
    let outcome = Outcome { state: DeliveryState::Sent, stage: "dot", code: Some(250), reply: "queued".into(), wait: None };
    for (note, answer) in
        [(Note::Attempt { message_id, lease: 60_000 }, Answer::Step(Step::Taken)), (Note::Record(outcome), Answer::Recorded(true))]
    {
        let answers = ledger.write_down("main", false, &[(claim.id.as_str(), mail, &note)]);
        assert!(matches!(answers.as_slice(), [Ok(told)] if *told == answer), "{answers:?}");
    }
}

fn all_of<'a>(edition: &'a str, id: &'a str, limits: &'a Limits) -> Wanted<'a> {
    Wanted { id, newsletter: "main", edition, limits, count: 50, lease: 60_000, boot: None }
}

/// Sends an edition to everybody, as far as the ledger knows; each mail's Message-ID is `<KEY-LETTER@example.org>`, with the
/// first letter of its address.
pub(crate) fn send(site: &Site, key: &str) {
    let mut ledger = ledger(site);
    let entry = EditionEntry { id: key.into(), path: format!("posts/{key}.md"), hash: key.into(), title: key.into() };
    let after = ledger.editions("main").expect("an answer").len();
    let new = NewEdition { key: key.into(), hash: "0".into(), settings: "{}".into(), entries: vec![entry], after };
    ledger.freeze::<LedgerError>("main", &new, |_| Ok(Some(0)), || vec![EditionLetter::default()]).expect("an edition");
    ledger.move_edition("main", key, &[EditionState::Frozen], EditionState::Sending).expect("an answer");
    let claim = ledger.claim(&all_of(key, &claim_id(), &Limits::default())).expect("a claim");
    for mail in &claim.mails {
        let id = format!("<{key}-{}@example.org>", mail.address.chars().next().expect("a letter"));
        deliver(&mut ledger, &claim, mail, id);
    }
    ledger.release(&claim.id).expect("an answer");
    assert!(ledger.close("main", key).expect("an answer"));
}

#[test]
fn a_list_is_taken_over_and_nothing_changes_the_second_time() {
    let site = folder();
    let list = "email,name,tags,city\nAda@Example.org,Ada,\"rail, sea\",London\nbob@example.org,Bob,,\nada@example.org,,,\nnobody,,,\n";
    let first = import(&site, list, &["--tag", "2026"]);
    first.assert(
        1,
        &["imported 2: 2 new, 0 changed, 0 as they were; 1 bad row", "bad-subscriber-address", "list.csv:5:1", "duplicate-subscriber"],
    );
    import(&site, list, &["--tag", "2026"]).assert(1, &["imported 2: 0 new, 0 changed, 2 as they were; 1 bad row"]);
    import(&site, "email,name\nada@example.org,Augusta\n", &[]).assert(0, &["imported 1: 0 new, 1 changed, 0 as they were"]);
    let exported = subscribers(&site, &["export"]);
    exported.assert(0, &["exported 2 subscribers", "ada@example.org,Augusta,,\"rail, sea, 2026\",active,form on example.org,", "London"]);
}

#[test]
fn what_is_exported_is_imported_the_same_elsewhere() {
    let (site, other) = (folder(), folder());
    import(
        &site,
        "email;name;lang;tags;status;city\na@example.org;A;de;x;;Ulm\nb@example.org;;;;unsubscribed;\nc@example.org;;;;pending;\n",
        &[],
    )
    .assert(0, &["imported 2: 2 new", "1 kept out as the list says"]);
    for name in ["all.csv", "all.jsonl"] {
        subscribers(&site, &["export", name]).assert(0, &["exported 3 subscribers"]);
        let text = site.read(name);
        other.write(name, &text);
        subscribers(&other, &["import", name, "--consent", "other words"]).assert(0, &[]);
        subscribers(&other, &["export", "again"]).assert(0, &[]);
        let format = if name.ends_with('l') { "jsonl" } else { "csv" };
        subscribers(&other, &["export", "again", "--format", format]).assert(0, &[]);
        assert_eq!(other.read("again"), text, "{name}");
    }
}

#[cfg(unix)]
#[test]
fn nobody_else_may_read_an_export() {
    use std::os::unix::fs::PermissionsExt as _;
    let site = folder();
    import(&site, "email\na@example.org\n", &[]);
    subscribers(&site, &["export", "all.csv"]).assert(0, &[]);
    assert_eq!(std::fs::metadata(site.path("all.csv")).expect("a file").permissions().mode() & 0o777, 0o600);
}

#[test]
fn a_dry_run_changes_nothing_and_makes_no_ledger() {
    let site = folder();
    import(&site, "email\na@example.org\n", &["--dry-run"]).assert(0, &["would import 1: 1 new"]);
    assert!(!site.has(".postrider"));
    import(&site, "email\na@example.org\n", &[]).assert(0, &["imported 1: 1 new"]);
    import(&site, "email,name\na@example.org,A\nb@example.org,B\n", &["--dry-run"]).assert(0, &["would import 2: 1 new, 1 changed"]);
    assert!(!subscribers(&site, &["export"]).stdout.contains("b@example.org"));
}

#[test]
fn nobody_is_imported_without_consent() {
    let site = folder().file("list.csv", "email\na@example.org\n");
    subscribers(&site, &["import", "list.csv"]).assert(2, &["--consent"]);
    subscribers(&site, &["import", "list.csv", "--consent", " "]).assert(2, &["`--consent` is empty"]);
    assert!(!site.has(".postrider"));
}

#[test]
fn a_sync_removes_who_is_missing_and_asks_before_it_removes_many() {
    let site = folder();
    let list = |count: usize| {
        (0..count).fold("email\n".to_owned(), |mut text, at| {
            writeln!(text, "r{at:02}@example.org").expect("text");
            text
        })
    };
    import(&site, &list(20), &["--sync"]).assert(0, &["20 new"]);
    import(&site, &list(18), &["--sync"]).assert(0, &["18 as they were; 2 removed"]);
    let refused = import(&site, &list(9), &["--sync"]);
    refused.assert(2, &["9 of 18 subscribers would be removed", "r…@example.org", "--yes"]);
    assert!(!refused.stderr.contains("r09@"), "{}", refused.stderr);
    import(&site, &format!("{}nobody\n", list(17)), &["--sync"]).assert(1, &["nobody was removed", "1 bad row"]);
    subscribers(&site, &["list"]).assert(0, &["18 subscribers: 18 active"]);
    let dry = import(&site, &list(9), &["--sync", "--dry-run"]);
    dry.assert(0, &["9 of 18 subscribers would be removed", "add `--yes`", "9 to be removed"]);
    let dry = import(&site, &list(9), &["--sync", "--yes", "--dry-run"]);
    dry.assert(0, &["9 to be removed"]);
    assert!(!dry.stderr.contains("--yes"), "{dry:?}");
    import(&site, &list(9), &["--sync", "--yes"]).assert(0, &["9 removed"]);
    subscribers(&site, &["show", "r17@example.org"]).assert(0, &["not on the list", "removed: not in list.csv"]);
    import(&site, "Name;Ort\nx;y\n", &["--sync", "--yes"]).assert(1, &["no-address-column", "nobody was removed"]);
}

#[test]
fn who_left_stays_out_until_they_confirm() {
    let site = folder();
    import(&site, "email\na@example.org\nb@example.org\n", &[]);
    subscribers(&site, &["unsubscribe", "A@example.org"]).assert(0, &["1 unsubscribed"]);
    subscribers(&site, &["unsubscribe", "a@example.org", "c@example.org"]).assert(0, &["1 known already", "1 not on the list"]);
    import(&site, "email\na@example.org\n", &[]).assert(0, &["imported 0:", "1 unsubscribed before and left so"]);
    subscribers(&site, &["add", "a@example.org", "--consent", "told me"])
        .assert(1, &["unsubscribed before and left so", "subscribers confirm"]);
    // Not even when they were taken off the list in between.
    subscribers(&site, &["remove", "a@example.org"]).assert(0, &["1 removed"]);
    import(&site, "email\na@example.org\n", &[]).assert(0, &["1 unsubscribed before and left so"]);
    subscribers(&site, &["confirm", "a@example.org", "--consent", "wrote a mail"]).assert(0, &["1 confirmed and new"]);
    subscribers(&site, &["confirm", "a@example.org", "--consent", "wrote a mail"]).assert(0, &["1 known already"]);
    import(&site, "email\na@example.org\n", &[]).assert(0, &["1 as they were"]);
}

#[test]
fn what_is_suppressed_is_not_mailed_whether_it_is_on_the_list_or_not() {
    let site = folder();
    subscribers(&site, &["suppress", "a@example.org", "--note", "asked by phone"]).assert(0, &["1 suppressed"]);
    import(&site, "email\na@example.org\nb@example.org\n", &[]).assert(0, &["imported 1: 1 new", "1 suppressed"]);
    subscribers(&site, &["unsuppress", "a@example.org"]).assert(0, &["1 unsuppressed"]);
    import(&site, "email\na@example.org\n", &[]).assert(0, &["1 new"]);
    subscribers(&site, &["suppress", "a@example.org", "--reason", "complained"]).assert(0, &["1 suppressed"]);
    subscribers(&site, &["unsuppress", "a@example.org"]).assert(1, &["complained or erased and left so", "only they can come back"]);
    subscribers(&site, &["list"]).assert(0, &["suppressed: complained"]);
    subscribers(&site, &["export", "--format", "jsonl"]).assert(0, &["{\"email\":\"a@example.org\",\"status\":\"complained\""]);
    subscribers(&site, &["confirm", "a@example.org", "--consent", "wrote a mail"]).assert(0, &["1 confirmed"]);
    assert!(!subscribers(&site, &["list"]).stdout.contains("suppressed"));
}

#[test]
fn tags_and_fields_are_given_and_taken_away() {
    let site = folder();
    let add = ["add", "a@example.org", "--consent", "told me", "--name", "Ada", "--language", "DE", "--tag", "x", "--field", "city=Ulm"];
    subscribers(&site, &add).assert(0, &["1 new"]);
    subscribers(&site, &["tag", "a@example.org", "--add", "y", "--remove", "x"]).assert(0, &["1 changed"]);
    subscribers(&site, &["tag", "a@example.org", "--add", "y"]).assert(0, &["1 as before"]);
    subscribers(&site, &["tag", "b@example.org", "--add", "y"]).assert(1, &["1 not on the list"]);
    subscribers(&site, &["tag", "a@example.org", "--add", "y,z"]).assert(2, &["`y,z` is no tag"]);
    subscribers(&site, &["show", "a@example.org", "--show-addresses"]).assert(0, &["Ada", "de", "Ulm", "tagged: +y, -x", "added: by hand"]);
    let json: serde_json::Value =
        serde_json::from_str(&subscribers(&site, &["list", "--tag", "y", "--format", "json"]).stdout).expect("JSON");
    assert_eq!((&json["version"], json["subscribers"].as_array().map(Vec::len)), (&1.into(), Some(1)));
    assert_eq!(json["subscribers"][0]["address"], "a…@example.org");
    subscribers(&site, &["list", "--tag", "x"]).assert(0, &["0 subscribers of 1"]);
}

#[test]
fn an_address_that_is_none_stops_a_command_before_it_does_anything() {
    let site = folder();
    let run = subscribers(&site, &["add", "a@example.org", "nobody(at)example.org", "--consent", "told me"]);
    run.assert(2, &["nothing was done"]);
    assert!(!run.stderr.contains("nobody") && !site.has(".postrider"));
    subscribers(&site, &["list"]).assert(2, &["there is no ledger yet"]);
}

#[test]
fn addresses_are_masked_where_no_terminal_is() {
    let site = folder();
    import(&site, "email,name\nada@example.org,Augusta\n", &[]);
    let masked = subscribers(&site, &["list"]).stdout;
    assert!(masked.contains("a…@example.org") && !masked.contains("ada@") && !masked.contains("Augusta"), "{masked}");
    subscribers(&site, &["list", "--show-addresses"]).assert(0, &["ada@example.org", "Augusta"]);
}

#[test]
fn an_erased_address_leaves_no_trace_and_stays_out() {
    let site = folder();
    import(&site, "email,name,city\naugusta@example.org,Augusta King,Ockham\n", &["--source", "the Ockham fair"]);
    subscribers(&site, &["suppress", "augusta@example.org", "--note", "Augusta asked"]);
    subscribers(&site, &["unsuppress", "augusta@example.org"]);
    send(&site, "one");
    subscribers(&site, &["erase", "augusta@example.org"]).assert(2, &["nothing was done", "--yes"]);
    site.write(".postrider/ledger.db.backup-1", "an old copy");
    subscribers(&site, &["erase", "Augusta@example.org", "--yes"]).assert(0, &["1 erased", "ledger.db.backup-1"]);
    subscribers(&site, &["erase", "augusta@example.org", "--yes"]).assert(0, &["1 nothing was known of"]);
    for (name, bytes) in site.files(".postrider") {
        let text = String::from_utf8_lossy(&bytes).to_lowercase();
        assert!(!text.contains("augusta") && !text.contains("ockham"), "{name}");
    }
    let export = site.run(&["ledger", "export"]).stdout.to_lowercase();
    assert!(!export.contains("augusta") && export.contains("\"reason\":\"erased\""), "{export}");
    import(&site, "email\naugusta@example.org\n", &[]).assert(0, &["1 suppressed"]);
    subscribers(&site, &["unsuppress", "augusta@example.org"]).assert(1, &[]);
    subscribers(&site, &["confirm", "augusta@example.org", "--consent", "came back"]).assert(0, &["1 confirmed and new"]);
}

#[test]
fn who_leaves_while_not_on_the_list_stays_away_from_the_next_one() {
    let site = folder();
    import(&site, "email\na@example.org\n", &[]);
    subscribers(&site, &["unsubscribe", "B@example.org"]).assert(0, &["1 not on the list and kept out from now on"]);
    subscribers(&site, &["unsubscribe", "b@example.org"]).assert(0, &["1 known already"]);
    import(&site, "email\na@example.org\nb@example.org\n", &[]).assert(0, &["1 unsubscribed before and left so"]);
}

#[test]
fn every_bad_row_is_told_with_its_line() {
    let site = folder();
    let rows = (0..9).fold("email\n".to_owned(), |text, at| format!("{text}good{at}@example.org\nbad{at}\n"));
    let run = import(&site, &rows, &[]);
    run.assert(1, &["9 bad rows"]);
    assert_eq!(run.count("bad-subscriber-address"), 9, "{}", run.stderr);
    assert!(run.stderr.contains("list.csv:19:1") && !run.stderr.contains("more `"), "{}", run.stderr);
}

#[test]
fn an_empty_file_empties_no_list_unless_that_is_said() {
    let site = folder();
    import(&site, "email\na@example.org\nb@example.org\n", &[]);
    for text in ["", "email,name\n"] {
        let run = import(&site, text, &["--sync", "--yes"]);
        run.assert(2, &["names nobody, and nothing was changed", "--allow-empty"]);
        assert!(!run.stdout.contains("imported"), "{}", run.stdout);
    }
    subscribers(&site, &["list", "--status", "active"]).assert(0, &["2 subscribers"]);
    let run = import(&site, "email\na@example.org\n", &["--sync"]);
    run.assert(2, &["1 of 2 subscribers would be removed"]);
    assert!(!run.stdout.contains("imported") && !run.stderr.contains("cannot read"), "{}{}", run.stdout, run.stderr);
    import(&site, "email\n", &["--sync", "--yes", "--allow-empty"]).assert(0, &["2 removed"]);
}

#[test]
fn every_copy_beside_the_ledger_is_named_when_somebody_is_erased() {
    let site = folder();
    import(&site, "email\na@example.org\n", &[]);
    std::fs::copy(site.path(".postrider/ledger.db"), site.path(".postrider/ledger-2026.bak")).expect("a copy");
    std::fs::copy(site.path(".postrider/ledger.db"), site.path(".postrider/monday")).expect("a copy");
    site.write(".postrider/outputs", "a list of files");
    let run = subscribers(&site, &["erase", "a@example.org", "--yes"]);
    run.assert(0, &["ledger-2026.bak` lies beside", "monday` lies beside"]);
    assert_eq!(run.stderr.matches("lies beside").count(), 2, "{}", run.stderr);
}

#[test]
fn a_connection_string_is_no_file_name_and_its_password_is_not_told() {
    let site = folder().file("list.csv", "email\na@example.org\n");
    let run = |ledger: &str| site.run_with(&["subscribers", "import", "list.csv", "--consent", "x"], &[("POSTRIDER_LEDGER", ledger)]);
    for ledger in ["host=localhost user=ada password=hunter2", "mysql://ada:hunter2@localhost/mail"] {
        let refused = run(ledger);
        refused.assert(2, &["POSTRIDER_LEDGER names neither a file nor a database", "postgres://USER@HOST/DATABASE"]);
        assert!(!refused.stderr.contains("hunter2"), "{}", refused.stderr);
    }
    assert!(!run("postgres://ada:hun?ter2@127.0.0.1:1/mail").stderr.contains("hun"));
    assert_eq!(site.files("").keys().collect::<Vec<_>>(), ["list.csv"]);
}

#[test]
fn the_ledger_is_where_the_configuration_or_the_environment_says() {
    let site = folder().file("postrider.yaml", "ledger: data/list.db\n").file("list.csv", "email\na@example.org\n");
    let run = |environment: &[(&str, &str)]| site.run_with(&["subscribers", "import", "list.csv", "--consent", "x"], environment);
    run(&[]).assert(0, &["1 new"]);
    assert!(site.has("data/list.db") && !site.has(".postrider"));
    run(&[("POSTRIDER_LEDGER", "other/list.db")]).assert(0, &["1 new"]);
    assert!(site.has("other/list.db"));
    site.write("postrider.yaml", "ledger: postgres://ada:hunter2@localhost/mail\n");
    let refused = run(&[]);
    refused.assert(2, &["postrider.yaml:1"]);
    assert!(!refused.stderr.contains("hunter2"), "{}", refused.stderr);
}

#[test]
fn the_ledger_is_checked_exported_and_pruned() {
    let site = folder();
    import(&site, "email\na@example.org\nb@example.org\n", &[]);
    send(&site, "one");
    site.run(&["ledger", "check"]).assert(0, &["is whole: 2 active, 1 edition"]);
    let json: serde_json::Value = serde_json::from_str(&site.run(&["ledger", "check", "--format", "json"]).stdout).expect("JSON");
    assert_eq!((&json["version"], &json["whole"]), (&1.into(), &true.into()));
    let export = site.run(&["ledger", "export"]);
    let kinds: Vec<String> = export
        .stdout
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).expect("JSON")["kind"].as_str().expect("a kind").to_owned())
        .collect();
    assert_eq!(
        kinds,
        ["ledger", "subscriber", "subscriber", "history", "history", "edition", "entry", "delivery", "delivery", "attempt", "attempt"]
    );
    assert_eq!(export.stdout, site.run(&["ledger", "export"]).stdout);
    assert!(!export.stdout.contains("pepper") && export.stdout.contains("\"message_id\":\"<one-a@example.org>\""));
    site.run(&["ledger", "prune", "--older-than", "365d"]).assert(0, &["nothing so old"]);
    site.run(&["ledger", "prune", "--older-than", "a year"]).assert(2, &["365d"]);
    std::thread::sleep(std::time::Duration::from_millis(5));
    site.run(&["ledger", "prune", "--older-than", "0d"]).assert(2, &["2 mails would become counts", "--yes"]);
    ledger(&site).settle("main", "one", &[DeliveryState::Sent], DeliveryState::Unknown, None).expect("an answer");
    site.run(&["ledger", "prune", "--older-than", "0d", "--yes"])
        .assert(0, &["edition one stays, for nobody knows", "settle one --as sent", "nothing so old"]);
    ledger(&site).settle("main", "one", &[DeliveryState::Unknown], DeliveryState::Sent, None).expect("an answer");
    site.run(&["ledger", "prune", "--older-than", "0d", "--yes"]).assert(0, &["2 mails became counts"]);
}

#[test]
fn a_fault_of_the_ledger_is_told_with_what_mends_it() {
    let site = folder();
    import(&site, "email\na@example.org\n", &[]);
    let mut ledger = ledger(&site);
    let new = NewEdition { key: "one".into(), hash: "0".into(), settings: "{}".into(), ..NewEdition::default() };
    ledger.freeze::<LedgerError>("main", &new, |_| Ok(Some(0)), || vec![EditionLetter::default()]).expect("an edition");
    ledger.move_edition("main", "one", &[EditionState::Frozen], EditionState::Closed).expect("an answer");
    let run = site.run(&["ledger", "check"]);
    run.assert(1, &["an edition that is closed and has mails to send: one", "help: `postrider newsletter retry KEY` sends them"]);
    assert!(!run.stderr.contains("backup"), "{}", run.stderr);
    site.run(&["ledger", "check", "--format", "json"]).assert(1, &["\"help\":\"`postrider newsletter retry KEY`"]);
}

#[test]
fn a_ledger_that_is_accepted_is_trusted_with_nothing_that_is_not_final() {
    let site = folder().file("postrider.lock", "ledger main 00000000000000000000000000000000 7\n");
    import(&site, "email\na@example.org\n", &[]);
    let mut ledger = ledger(&site);
    let new = NewEdition { key: "one".into(), hash: "0".into(), settings: "{}".into(), ..NewEdition::default() };
    ledger.freeze::<LedgerError>("main", &new, |_| Ok(Some(0)), || vec![EditionLetter::default()]).expect("an edition");
    let held = ledger.lock().expect("the lock");
    site.run(&["ledger", "accept"]).assert(4, &["is sending"]);
    drop(held);
    site.run(&["ledger", "accept", "--yes"]).assert(0, &["1 mail is not final and will be unknown"]);
    assert_eq!(ledger.counts("main", "one").expect("counts").of(DeliveryState::Unknown), 1);
    assert!(site.read("postrider.lock").contains(&format!("\nledger main {} 8\n", ledger.id().expect("an id"))));
    site.run(&["ledger", "accept"]).assert(0, &["is the site's own already"]);
    // Restored together with postrider.lock, it may have forgotten something all the same.
    ledger.settle("main", "one", &[DeliveryState::Unknown], DeliveryState::Pending, None).expect("an answer");
    site.run(&["ledger", "accept"]).assert(2, &["as far as postrider.lock shows", "1 mail is not final", "--yes"]);
}

#[test]
fn a_large_import_holds_no_sender_up_and_loses_nothing_of_it() {
    let list = |name: char, count: usize| {
        (0..count).fold("email\n".to_owned(), |mut text, at| {
            writeln!(text, "{name}{at}@example.org").expect("text");
            text
        })
    };
    let site = folder();
    import(&site, &list('a', 40), &[]);
    site.write("many.csv", list('b', 20_000));
    let mut sender = ledger(&site);
    let new = NewEdition { key: "one".into(), hash: "0".into(), settings: "{}".into(), ..NewEdition::default() };
    sender.freeze::<LedgerError>("main", &new, |_| Ok(Some(0)), || vec![EditionLetter::default()]).expect("an edition");
    sender.move_edition("main", "one", &[EditionState::Frozen], EditionState::Sending).expect("an answer");
    let claim = sender.claim(&all_of("one", &claim_id(), &Limits::default())).expect("a claim");
    std::thread::scope(|scope| {
        let import = scope.spawn(|| subscribers(&site, &["import", "many.csv", "--consent", "form"]).assert(0, &["20000 new"]));
        while !import.is_finished() && sender.find("main", "b0@example.org").expect("an answer").is_none() {
            std::thread::yield_now();
        }
        for mail in &claim.mails {
            deliver(&mut sender, &claim, mail, "<1@example.org>".into());
        }
    });
    assert_eq!(sender.counts("main", "one").expect("counts").of(DeliveryState::Sent), 40);
    assert!(sender.close("main", "one").expect("an answer"), "who came later is not in the edition");
    subscribers(&site, &["list", "--status", "active"]).assert(0, &["20040 subscribers"]);
}
