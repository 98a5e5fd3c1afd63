//! The same tests against both databases: SQLite in a temporary folder, and PostgreSQL where `POSTRIDER_TEST_POSTGRES` names one.

mod million;

use super::*;
use crate::model::{Consent, DeliveryState, EditionState, Status, Subscriber, SuppressionReason};
use std::collections::BTreeMap;
use std::path::Path;

mod bulk;
mod copies;
mod mails;
mod meanwhile;
mod people;

const NOW: i64 = 1_795_000_000_000;

/// Runs a test against each database, with a clock of its own.
fn each(test: impl Fn(&mut Ledger, &AtomicI64)) {
    let folder = tempfile::tempdir().expect("a folder");
    let mut places = vec![Location::of(".postrider/ledger.db", folder.path())];
    places.extend(failing::on_a_server().map(|(place, _)| place));
    for place in places {
        let now = Arc::new(AtomicI64::new(NOW));
        let mut ledger = Ledger::open(&place, true, Clock::Told(now.clone())).expect("a ledger");
        test(&mut ledger, &now);
        assert_eq!(ledger.check().expect("a check"), []);
    }
}

fn active(address: &str) -> Subscriber {
    Subscriber { address: address.into(), status: Status::Active, ..Subscriber::default() }
}

fn add(ledger: &mut Ledger, address: &str) -> Added {
    ledger.add("main", &active(address), &address.to_lowercase()).expect("an answer")
}

fn post(key: &str) -> EditionEntry {
    EditionEntry { id: format!("id of {key}"), path: format!("posts/{key}.md"), hash: format!("hash of {key}"), title: key.into() }
}

/// Freezes an edition for everybody and begins to send it.
fn freeze(ledger: &mut Ledger, key: &str) -> Frozen {
    let after = ledger.editions("main").expect("an answer").len();
    let new = NewEdition { key: key.into(), hash: "0".into(), settings: "{}".into(), entries: vec![post(key)], after };
    let letters = || vec![EditionLetter { subject: "Hello".into(), ..EditionLetter::default() }];
    let frozen = ledger.freeze::<LedgerError>("main", &new, |_| Ok(Some(0)), letters).expect("an answer");
    ledger.move_edition("main", key, &[EditionState::Frozen], EditionState::Sending).expect("an answer");
    frozen
}

fn with_edition(ledger: &mut Ledger, count: usize) {
    for at in 0..count {
        add(ledger, &format!("reader{at:03}@example.org"));
    }
    assert_eq!(freeze(ledger, "one"), Frozen::For(count as u64));
}

fn claim(ledger: &mut Ledger, count: usize) -> Claim {
    claim_with(ledger, count, &Limits::default())
}

fn claim_with(ledger: &mut Ledger, count: usize, limits: &Limits) -> Claim {
    claim_as(ledger, &claim_id(), count, limits)
}

fn claim_as(ledger: &mut Ledger, id: &str, count: usize, limits: &Limits) -> Claim {
    let wanted = Wanted { id, newsletter: "main", edition: "one", limits, count, lease: 60_000, boot: Some("boot 1") };
    ledger.claim(&wanted).expect("a claim")
}

fn write_down(ledger: &mut Ledger, claim: &Claim, at: usize, note: &Note) -> Answer {
    let mut answers = ledger.write_down("main", false, &[(claim.id.as_str(), &*claim.mails[at], note)]);
    answers.pop().expect("an answer").expect("a ledger")
}

fn attempt(ledger: &mut Ledger, claim: &Claim, at: usize) -> Step {
    let note = Note::Attempt { message_id: "<id@example.org>".to_owned(), lease: 60_000 };
    match write_down(ledger, claim, at, &note) {
        Answer::Step(step) => step,
        Answer::Recorded(_) => unreachable!("another note's answer"),
    }
}

fn record(ledger: &mut Ledger, claim: &Claim, at: usize, state: DeliveryState) -> bool {
    let wait = (state == DeliveryState::Deferred).then_some(600_000);
    let outcome = Outcome { state, stage: "dot", code: Some(250), reply: "ok".to_owned(), wait };
    write_down(ledger, claim, at, &Note::Record(outcome)) == Answer::Recorded(true)
}

fn count(ledger: &mut Ledger, state: DeliveryState) -> u64 {
    ledger.counts("main", "one").expect("counts").of(state)
}

#[test]
fn what_is_noted_is_noted_once() {
    each(|ledger, _| {
        with_edition(ledger, 1);
        let held = claim(ledger, 1);
        let mail = &held.mails[0];
        assert_eq!(ledger.last_edition("main", &mail.hash).expect("an answer"), None);
        attempt(ledger, &held, 0);
        assert_eq!(ledger.last_edition("main", &mail.hash).expect("an answer").as_deref(), Some("one"));
        let mut note = |detail: &str| ledger.note("main", &mail.hash, "returned", detail).expect("an answer");
        assert_eq!([note("one 5.7.1"), note("one 5.7.1"), note("two 5.7.1")], [true, false, true]);
        ledger.release(&held.id).expect("an answer");
        record(ledger, &held, 0, DeliveryState::Sent);
    });
}

#[test]
fn everything_is_exported_but_secrets_and_letters() {
    each(|ledger, _| {
        with_edition(ledger, 2);
        let held = claim(ledger, 1);
        attempt(ledger, &held, 0);
        record(ledger, &held, 0, DeliveryState::Sent);
        ledger.release(&held.id).expect("an answer");
        ledger.suppress("main", &held.mails[0].hash, SuppressionReason::Manual, Some("a note")).expect("an answer");
        let mut lines = Vec::new();
        let mut export = || {
            lines.clear();
            ledger
                .export::<LedgerError>(|row| {
                    lines.push(serde_json::to_string(row).expect("JSON"));
                    Ok(())
                })
                .expect("an answer");
            lines.clone()
        };
        let text = export();
        assert_eq!(text, export());
        let kind = |line: &String| line.split('"').nth(3).expect("a kind").to_owned();
        let mut kinds: Vec<String> = text.iter().map(kind).collect();
        kinds.dedup();
        assert_eq!(kinds, ["ledger", "subscriber", "suppression", "history", "edition", "entry", "delivery", "attempt"]);
        let text = text.join("\n");
        let pepper = ledger.meta("pepper").expect("an answer").expect("a pepper");
        assert!(!text.contains(&pepper) && text.contains("\"created_at\":\"2026-11-18T"), "{text}");
    });
}

#[test]
fn an_edition_is_frozen_once_for_all_who_are_active_then() {
    each(|ledger, _| {
        with_edition(ledger, 3);
        add(ledger, "late@example.org");
        assert_eq!(freeze(ledger, "one"), Frozen::Known);
        let late = NewEdition { key: "two".into(), after: 0, ..NewEdition::default() };
        let frozen = ledger.freeze::<LedgerError>("main", &late, |_| Ok(Some(0)), Vec::new).expect("an answer");
        assert_eq!(frozen, Frozen::Overtaken, "its posts were chosen before there was one");
        assert_eq!(ledger.counts("main", "one").expect("counts").total(), 3);
        assert_eq!(ledger.letters("main", "one").expect("letters").len(), 1);
    });
}

#[test]
fn an_edition_that_nobody_is_to_get_is_not_there() {
    each(|ledger, _| {
        let new = NewEdition { key: "one".into(), settings: "{}".into(), entries: vec![post("one")], ..NewEdition::default() };
        let frozen = |ledger: &mut Ledger, letter| {
            let letters = || vec![EditionLetter::default()];
            ledger.freeze::<LedgerError>("main", &new, |_| Ok(letter), letters).expect("an answer")
        };
        assert_eq!(frozen(ledger, Some(0)), Frozen::ForNobody);
        add(ledger, "ada@example.org");
        assert_eq!(frozen(ledger, None), Frozen::ForNobody, "nobody reads its language");
        assert_eq!((ledger.editions("main").expect("an answer"), ledger.mailed("main").expect("an answer").paths.len()), (vec![], 0));
        assert_eq!(frozen(ledger, Some(0)), Frozen::For(1));
    });
}

#[test]
fn a_mail_goes_from_hand_to_hand_once() {
    each(|ledger, _| {
        with_edition(ledger, 5);
        let first = claim(ledger, 3);
        let second = claim(ledger, 3);
        assert_eq!((first.mails.len(), second.mails.len()), (3, 2));
        assert_eq!(attempt(ledger, &first, 0), Step::Taken);
        assert_eq!(attempt(ledger, &first, 0), Step::Not(Gone::Lost), "a second time");
        let stolen = Claim { mails: first.mails.clone(), ..second.clone() };
        assert_eq!(attempt(ledger, &stolen, 1), Step::Not(Gone::Lost), "another's claim");
        assert!(record(ledger, &first, 0, DeliveryState::Sent));
        assert!(!record(ledger, &first, 0, DeliveryState::Sent));
        ledger.release(&first.id).expect("an answer");
        assert_eq!((count(ledger, DeliveryState::Sent), count(ledger, DeliveryState::Pending)), (1, 2));
    });
}

#[test]
fn who_left_meanwhile_is_not_mailed() {
    each(|ledger, _| {
        with_edition(ledger, 3);
        let claim = claim(ledger, 1);
        let ada = ledger.subscriber("main", &claim.mails[0].subscriber).expect("an answer").expect("a reader");
        ledger.set_status("main", &ada, Status::Unsubscribed, None).expect("an answer");
        assert_eq!(attempt(ledger, &claim, 0), Step::Not(Gone::Unwanted));
        let others = ledger.counts("main", "one").expect("counts");
        assert_eq!((others.of(DeliveryState::Skipped), others.of(DeliveryState::Pending)), (1, 2));
        let left: Vec<Person> =
            (0..3).filter_map(|at| ledger.find("main", &format!("reader{at:03}@example.org")).expect("an answer")).collect();
        for person in left {
            ledger.suppress("main", &person.hash, SuppressionReason::Manual, None).expect("an answer");
        }
        assert_eq!(self::claim(ledger, 1).mails, [], "the suppressed ones are skipped when they are claimed");
        assert_eq!(count(ledger, DeliveryState::Skipped), 3, "all of them, though one was asked for");
    });
}

#[test]
fn a_paused_edition_ends_no_message() {
    each(|ledger, _| {
        with_edition(ledger, 2);
        let held = claim(ledger, 1);
        ledger.move_edition("main", "one", &[EditionState::Sending], EditionState::Paused).expect("an answer");
        assert_eq!(attempt(ledger, &held, 0), Step::Not(Gone::Paused));
        assert_eq!(claim(ledger, 1).mails, []);
        ledger.release(&held.id).expect("an answer");
    });
}

#[test]
fn a_deferred_mail_comes_back_in_time_and_expires_in_the_end() {
    each(|ledger, now| {
        with_edition(ledger, 1);
        let first = claim(ledger, 1);
        attempt(ledger, &first, 0);
        record(ledger, &first, 0, DeliveryState::Deferred);
        assert_eq!(claim(ledger, 1).mails, []);
        assert_eq!(ledger.next_due("main", "one").expect("an answer"), Some(NOW + 600_000));
        now.fetch_add(600_000, Ordering::SeqCst);
        let second = claim(ledger, 1);
        assert_eq!((second.mails.len(), second.mails[0].tries), (1, 1));
        record(ledger, &second, 0, DeliveryState::Deferred);
        now.fetch_add(49 * 60 * 60 * 1000, Ordering::SeqCst);
        let last = claim(ledger, 1);
        assert_eq!(last.mails.len(), 1, "nobody is given up who was not tried behind the last wait");
        record(ledger, &last, 0, DeliveryState::Deferred);
        assert_eq!(count(ledger, DeliveryState::Expired), 1);
        assert!(ledger.close("main", "one").expect("an answer"));
    });
}

#[test]
fn a_clock_that_was_set_back_does_not_hold_a_mail_for_ever() {
    each(|ledger, now| {
        with_edition(ledger, 1);
        let first = claim(ledger, 1);
        record(ledger, &first, 0, DeliveryState::Deferred);
        now.fetch_sub(24 * 60 * 60 * 1000, Ordering::SeqCst);
        assert_eq!(claim(ledger, 1).mails.len(), 1);
    });
}

#[test]
fn after_a_crash_what_was_begun_is_unknown_and_the_rest_pending() {
    each(|ledger, now| {
        with_edition(ledger, 4);
        let held = claim(ledger, 3);
        attempt(ledger, &held, 0);
        if ledger.is_shared() {
            now.fetch_add(61_000, Ordering::SeqCst);
            claim(ledger, 0);
        } else {
            assert_eq!(ledger.recover(Some("boot 1")).expect("an answer"), 1);
        }
        assert_eq!((count(ledger, DeliveryState::Unknown), count(ledger, DeliveryState::Pending)), (1, 3));
        assert!(record(ledger, &held, 0, DeliveryState::Sent), "a late answer of its own attempt ends it");
        assert!(!record(ledger, &held, 1, DeliveryState::Sent), "nothing else is credited to a claim that is over");
    });
}

#[test]
fn after_a_power_cut_the_whole_block_is_unknown() {
    each(|ledger, _| {
        if !ledger.is_shared() {
            with_edition(ledger, 4);
            claim(ledger, 3);
            assert_eq!(ledger.recover(Some("boot 2")).expect("an answer"), 3);
            assert_eq!((count(ledger, DeliveryState::Unknown), count(ledger, DeliveryState::Pending)), (3, 1));
        }
    });
}

#[test]
fn a_lease_that_is_over_ends_no_message() {
    each(|ledger, now| {
        if ledger.is_shared() {
            with_edition(ledger, 1);
            let held = claim(ledger, 1);
            now.fetch_add(59_000, Ordering::SeqCst);
            assert!(ledger.renew(&held.id, 60_000).expect("an answer"));
            now.fetch_add(61_000, Ordering::SeqCst);
            assert!(!ledger.renew(&held.id, 60_000).expect("an answer"));
            assert_eq!(attempt(ledger, &held, 0), Step::Not(Gone::Lost));
        }
    });
}

#[test]
fn limits_are_counted_over_all_claims() {
    each(|ledger, now| {
        with_edition(ledger, 20);
        let limits = Limits { per_second: Some(2), per_hour: Some(5), ..Limits::default() };
        let claim = |ledger: &mut Ledger| claim_with(ledger, 50, &limits);
        let first = claim(ledger);
        assert_eq!((first.mails.len(), first.start, first.spacing), (4, NOW, 500_000));
        let second = claim(ledger);
        assert_eq!((second.mails.len(), second.start), (1, NOW + 2000), "what is in hand counts");
        for (held, at) in [(&first, 0), (&first, 1), (&first, 2), (&first, 3), (&second, 0)] {
            attempt(ledger, held, at);
            record(ledger, held, at, DeliveryState::Sent);
        }
        let third = claim(ledger);
        assert_eq!((third.mails.len(), third.allowed), (0, Some((NOW + 3_600_000, Limit::PerHour(5)))));
        now.fetch_add(3_600_001, Ordering::SeqCst);
        assert_eq!(claim(ledger).mails.len(), 4);
    });
}

#[test]
fn a_domain_gets_no_more_than_its_share() {
    each(|ledger, _| {
        for at in 0..6 {
            add(ledger, &format!("a{at}@big.example"));
            add(ledger, &format!("b{at}@small.example"));
        }
        freeze(ledger, "one");
        let limits = Limits { per_domain: vec![("big.example".into(), 2)], ..Limits::default() };
        let first = claim_with(ledger, 50, &limits);
        let big = |claim: &Claim| claim.mails.iter().filter(|mail| mail.domain == "big.example").count();
        assert_eq!((first.mails.len(), big(&first)), (8, 2));
        let second = claim_with(ledger, 50, &limits);
        assert_eq!(second.mails, []);
    });
}

#[test]
fn what_left_long_ago_is_counted_once_and_forgotten_in_time() {
    each(|ledger, now| {
        with_edition(ledger, 60);
        let limits = Limits { per_day: Some(12), per_domain: vec![("example.org".into(), 5)], ..Limits::default() };
        let mut sent = Vec::new();
        // Three an hour, and a little more each time so that no slot begins with a mail.
        for _ in 0..60 {
            let held = claim_with(ledger, 3, &limits);
            for at in 0..held.mails.len() {
                attempt(ledger, &held, at);
                record(ledger, &held, at, DeliveryState::Sent);
                sent.push(now.load(Ordering::SeqCst));
            }
            if held.mails.is_empty() {
                let (again, limit) = held.allowed.expect("a time");
                assert!(matches!(&limit, Limit::PerDay(12) | Limit::PerDomain(..)), "{limit}");
                assert!(again > now.load(Ordering::SeqCst) && again <= sent.iter().max().expect("one") + 24 * 3_600_000, "{again}");
            }
            now.fetch_add(1_203_007, Ordering::SeqCst);
        }
        let within = |length: i64, most: usize| {
            let windows = sent.iter().map(|from| sent.iter().filter(|at| (*from..from + length).contains(*at)).count());
            assert_eq!(windows.max(), Some(most));
        };
        within(24 * 3_600_000, 12);
        within(3_600_000, 5);
        assert_eq!(sent.len(), 12, "less than a day went by");
        now.fetch_add(12 * 3_600_000, Ordering::SeqCst);
        assert_eq!(claim_with(ledger, 9, &limits).mails.len(), 5);
        // A clock that is set back finds what it sent.
        now.fetch_sub(10 * 3_600_000, Ordering::SeqCst);
        assert_eq!(claim_with(ledger, 9, &limits).mails.len(), 0);
        let other = Limits { per_domain: vec![("example.net".into(), 5)], ..limits.clone() };
        assert_eq!(claim_with(ledger, 9, &other).mails.len(), 0, "another domain is counted from now on, and the day as before");
    });
}

#[test]
fn a_limit_holds_nobody_up_who_has_nothing_to_send() {
    each(|ledger, _| {
        with_edition(ledger, 2);
        let limits = Limits { per_hour: Some(2), ..Limits::default() };
        let held = claim_with(ledger, 9, &limits);
        for at in 0..2 {
            attempt(ledger, &held, at);
            record(ledger, &held, at, DeliveryState::Sent);
        }
        assert_eq!(claim_with(ledger, 9, &limits).allowed, None);
    });
}

#[test]
fn mails_behind_those_of_a_domain_that_had_its_share_are_found() {
    each(|ledger, now| {
        for at in 0..6 {
            add(ledger, &format!("a{at}@big.example"));
        }
        for at in 0..6 {
            add(ledger, &format!("b{at}@small.example"));
        }
        freeze(ledger, "one");
        let limits = Limits { per_domain: vec![("big.example".into(), 0)], ..Limits::default() };
        let small = |claim: &Claim| claim.mails.iter().filter(|mail| mail.domain == "small.example").count();
        let first = claim_with(ledger, 4, &limits);
        let second = claim_with(ledger, 4, &limits);
        assert_eq!([small(&first), small(&second)], [4, 2]);
        ledger.release(&first.id).expect("an answer");
        now.fetch_add(61_000, Ordering::SeqCst);
        let third = claim_with(ledger, 4, &limits);
        assert_eq!(small(&third), 4, "what was given back is found a minute later");
        for held in [&second, &third] {
            ledger.release(&held.id).expect("an answer");
        }
    });
}

#[test]
fn a_claim_whose_answer_was_lost_is_the_same_when_it_is_asked_for_again() {
    each(|ledger, _| {
        with_edition(ledger, 9);
        let id = claim_id();
        let [first, again] = [3, 3].map(|count| claim_as(ledger, &id, count, &Limits::default()));
        assert_eq!((first.mails.len(), first.mails), (3, again.mails));
        assert_eq!(count(ledger, DeliveryState::Claimed), 3);
        ledger.release(&id).expect("an answer");
    });
}

#[test]
fn a_mail_is_tried_for_two_days_from_when_it_was_put_off_first() {
    const HOUR: i64 = 60 * 60 * 1000;
    each(|ledger, now| {
        with_edition(ledger, 1);
        // A limit may make an edition take days, and so may a server that is away.
        now.fetch_add(240 * HOUR, Ordering::SeqCst);
        let put_off = |ledger: &mut Ledger, state: DeliveryState| {
            let held = claim(ledger, 1);
            if state == DeliveryState::Refused {
                attempt(ledger, &held, 0);
            }
            record(ledger, &held, 0, state);
            now.fetch_add(24 * HOUR + 1, Ordering::SeqCst);
        };
        for _ in 0..4 {
            put_off(ledger, DeliveryState::Pending);
        }
        put_off(ledger, DeliveryState::Deferred);
        put_off(ledger, DeliveryState::Deferred);
        assert_eq!(count(ledger, DeliveryState::Deferred), 1);
        put_off(ledger, DeliveryState::Refused);
        ledger.settle("main", "one", &[DeliveryState::Refused], DeliveryState::Pending, None).expect("an answer");
        put_off(ledger, DeliveryState::Deferred);
        put_off(ledger, DeliveryState::Deferred);
        assert_eq!(count(ledger, DeliveryState::Deferred), 1, "who sends it once more by hand begins anew");
        put_off(ledger, DeliveryState::Deferred);
        assert_eq!(count(ledger, DeliveryState::Expired), 1);
    });
}

#[test]
fn many_deferred_mails_come_back_a_part_at_a_time() {
    each(|ledger, now| {
        with_edition(ledger, 1);
        let held = claim(ledger, 1);
        record(ledger, &held, 0, DeliveryState::Deferred);
        // The same mail two thousand times more, as far as waiting goes.
        let sql = "INSERT INTO deliveries (newsletter, edition, subscriber, position, letter, address, domain, hash, name, fields, state, due, \
            tries, changed) SELECT newsletter, edition, $1, position + $2, letter, address, domain, $1, name, fields, state, due, tries, changed \
            FROM deliveries WHERE position = 0";
        ledger
            .at_once(|ledger| (1..2001_i64).try_for_each(|at| ledger.execute(sql, database::values![&format!("{at:032x}"), at]).map(drop)))
            .expect("mails");
        now.fetch_add(600_000, Ordering::SeqCst);
        let held = claim(ledger, 0);
        assert_eq!((count(ledger, DeliveryState::Pending), count(ledger, DeliveryState::Deferred)), (1000, 1001));
        assert_eq!((held.mails.len(), ledger.next_due("main", "one").expect("an answer")), (0, Some(NOW + 600_000)));
        claim(ledger, 0);
        assert_eq!((count(ledger, DeliveryState::Pending), count(ledger, DeliveryState::Deferred)), (2000, 1));
    });
}

#[test]
fn each_state_is_counted() {
    each(|ledger, _| {
        with_edition(ledger, 12);
        let states = [DeliveryState::Sent, DeliveryState::Sent, DeliveryState::Refused, DeliveryState::Deferred, DeliveryState::Unknown];
        let held = claim(ledger, 8);
        for (at, state) in states.into_iter().enumerate() {
            attempt(ledger, &held, at);
            record(ledger, &held, at, state);
        }
        attempt(ledger, &held, 5);
        let counts = ledger.counts("main", "one").expect("counts");
        let found: Vec<(DeliveryState, u64)> = counts.0.clone().into_iter().collect();
        let mut counted: BTreeMap<DeliveryState, u64> = BTreeMap::new();
        for (_, state) in ledger.states("main", "one").expect("states") {
            *counted.entry(state).or_default() += 1;
        }
        assert_eq!(found, counted.into_iter().collect::<Vec<_>>());
        assert_eq!((counts.total(), counts.of(DeliveryState::Sent), counts.of(DeliveryState::Claimed)), (12, 2, 2));
        assert_eq!(ledger.counts("main", "none").expect("counts"), Counts::default());
    });
}

#[test]
fn a_server_that_was_told_to_forget_in_a_crash_is_told_not_to() {
    let Some((Location::Server(url), _)) = failing::on_a_server() else { return };
    for (set, expected) in [("off", "on"), ("local", "on"), ("remote_apply", "remote_apply")] {
        let mut database = postgres::Postgres::open(&format!("{url}%20-csynchronous_commit%3D{set}")).expect("a connection");
        let mut found = String::new();
        let sql = "SELECT current_setting('synchronous_commit')";
        database.query(sql, &[], &mut |row| found = row.string(0)).expect("an answer");
        assert_eq!(found, expected, "where {set} is set");
    }
}

#[test]
fn posts_of_editions_are_mailed_unless_nobody_got_them() {
    each(|ledger, _| {
        with_edition(ledger, 2);
        let paths = |ledger: &mut Ledger| ledger.mailed("main").expect("an answer").paths.len();
        assert_eq!(paths(ledger), 1);
        ledger.move_edition("main", "one", &[EditionState::Sending], EditionState::Cancelled).expect("an answer");
        assert_eq!(paths(ledger), 0);
        ledger.move_edition("main", "one", &[EditionState::Cancelled], EditionState::Sending).expect("an answer");
        let held = claim(ledger, 1);
        attempt(ledger, &held, 0);
        ledger.settle("main", "one", &[DeliveryState::Attempting], DeliveryState::Unknown, None).expect("an answer");
        ledger.move_edition("main", "one", &[EditionState::Sending], EditionState::Cancelled).expect("an answer");
        assert_eq!(paths(ledger), 1, "one of them may have arrived");
    });
}

#[test]
fn old_editions_become_counts() {
    each(|ledger, now| {
        with_edition(ledger, 2);
        let held = claim(ledger, 2);
        for at in 0..2 {
            attempt(ledger, &held, at);
            record(ledger, &held, at, DeliveryState::Sent);
        }
        assert!(ledger.close("main", "one").expect("an answer"));
        assert!(!ledger.close("main", "one").expect("an answer"), "once");
        now.fetch_add(1000, Ordering::SeqCst);
        assert_eq!(ledger.prunable(NOW + 1).expect("an answer"), 2);
        assert_eq!(ledger.prune(NOW + 1).expect("an answer"), 2);
        assert_eq!(ledger.prunable(NOW + 1).expect("an answer"), 0);
        assert_eq!(count(ledger, DeliveryState::Sent), 2);
        assert_eq!(ledger.mailed("main").expect("an answer").paths.len(), 1, "its posts are still known");
    });
}

#[test]
fn one_sender_at_a_time_holds_a_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let place = Location::of("ledger.db", folder.path());
    let ledger = Ledger::open(&place, true, Clock::Database).expect("a ledger");
    let other = ledger.another().expect("the same ledger");
    let held = ledger.lock().expect("the lock");
    assert!(matches!(other.lock(), Err(LedgerError::Held(_))));
    drop(held);
    assert!(other.lock().is_ok());
}

#[test]
fn a_ledger_of_a_newer_postrider_is_left_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let place = Location::of("ledger.db", folder.path());
    assert!(matches!(Ledger::open(&place, false, Clock::Database), Err(LedgerError::Missing)));
    let mut ledger = Ledger::open(&place, true, Clock::Database).expect("a ledger");
    ledger.set_meta("version", "99").expect("an answer");
    assert!(matches!(Ledger::open(&place, false, Clock::Database), Err(LedgerError::Newer { found: 99, .. })));
}

#[test]
fn a_file_that_is_no_ledger_is_said_to_be_damaged() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("ledger.db"), "this is a diary of another kind, and it is long enough").expect("a file");
    let place = Location::of("ledger.db", folder.path());
    assert!(matches!(Ledger::open(&place, false, Clock::Database), Err(LedgerError::Corrupt { .. })));
}

#[test]
fn row_32_a_migration_that_is_killed_at_any_step_is_made_anew() {
    for after in [false, true] {
        for step in 1.. {
            let folder = tempfile::tempdir().expect("a folder");
            let mut places = vec![Location::of("ledger.db", folder.path())];
            places.extend(failing::on_a_server().map(|(place, _)| place));
            let mut ended = 0;
            for place in &places {
                let failing = failing::Failing::at(step, after);
                let database: Box<dyn Database> = match place {
                    Location::File(path) => Box::new(sqlite::Sqlite::open(path, true).expect("a database")),
                    Location::Server(url) => Box::new(postgres::Postgres::open(url).expect("a database")),
                };
                let result = Ledger::over(database, place, Clock::Database).failing(&failing).migrate(None);
                assert_eq!(result.is_err(), failing.has_failed());
                ended += usize::from(!failing.has_failed());
                let mut ledger = Ledger::open(place, false, Clock::Database).expect("a ledger");
                assert_eq!(ledger.check().expect("a check"), []);
                assert_eq!(add(&mut ledger, "ada@example.org"), Added::New);
                assert_eq!(ledger.id().expect("an answer").len(), 32);
            }
            if ended == places.len() {
                assert!(step > 5, "{step}");
                break;
            }
        }
    }
}

#[test]
fn row_30_no_step_is_told_the_time_by_the_machine_it_runs_on() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/ledger");
    for entry in std::fs::read_dir(source).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            continue;
        }
        let text = std::fs::read_to_string(&path).expect("a file");
        let clocks = ["Utc::", "Local::", "SystemTime::"].map(|clock| format!("{clock}now"));
        assert!(!clocks.iter().any(|clock| text.contains(clock)), "{}", path.display());
    }
}

#[cfg(unix)]
#[test]
fn nobody_else_may_read_a_ledger() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().expect("a folder");
    let place = Location::of(".postrider/ledger.db", folder.path());
    let ledger = Ledger::open(&place, true, Clock::Database).expect("a ledger");
    let _lock = ledger.lock().expect("the lock");
    let mode = |name: &str| std::fs::metadata(folder.path().join(name)).expect("it").permissions().mode() & 0o777;
    let modes = [mode(".postrider"), mode(".postrider/ledger.db"), mode(".postrider/ledger.db.lock")];
    assert_eq!(modes, [0o700, 0o600, 0o600]);
    assert_eq!(std::fs::read_to_string(folder.path().join(".postrider/.gitignore")).expect("it"), "*\n");
}
