//! Who is on the list and who has left, who must not be mailed, and what is forgotten of them.

use super::*;

const ADA: &str = "ada@example.org";

fn consent() -> Consent {
    Consent { text: "by mail".into(), at: chrono::DateTime::from_timestamp_millis(NOW).expect("a date").fixed_offset() }
}

#[test]
fn each_reason_stays_until_it_is_lifted_by_itself() {
    use SuppressionReason::{Bounced, Complained, Erased, Manual};
    each(|ledger, _| {
        let hash = ledger.hash(ADA);
        for first in SuppressionReason::ALL {
            for second in SuppressionReason::ALL {
                for reason in [first, second] {
                    let is_new = if reason == Erased {
                        ledger.erase("main", ADA).expect("an answer");
                        continue;
                    } else {
                        ledger.suppress("main", &hash, reason, Some("a note")).expect("an answer")
                    };
                    assert!(is_new || first == second, "{first:?} {second:?}");
                }
                let mut reasons = ledger.suppressions_of(&hash).expect("an answer");
                assert!(reasons.contains(&first) && reasons.contains(&second), "{first:?} {second:?} {reasons:?}");
                assert_eq!(reasons.first() == Some(&Manual), reasons == [Manual], "what only its owner can lift comes first");
                assert!(matches!(add(ledger, ADA), Added::Suppressed(_)));
                ledger.opt_in("main", ADA, ADA, &consent()).expect("an answer");
                reasons.retain(|reason| *reason == Manual);
                assert_eq!(ledger.suppressions_of(&hash).expect("an answer"), reasons, "{first:?} {second:?}");
                assert_eq!(ledger.unsuppress("main", &hash).expect("an answer"), !reasons.is_empty());
            }
        }
        ledger.suppress("main", &hash, Complained, None).expect("an answer");
        ledger.suppress("main", &hash, Bounced, None).expect("an answer");
        ledger.unsuppress("main", &hash).expect("an answer");
        assert_eq!(ledger.suppressions_of(&hash).expect("an answer"), [Complained]);
    });
}

#[test]
fn fields_of_an_older_ledger_go_by_their_names_of_today() {
    each(|ledger, _| {
        let fields = |names: [&str; 2]| names.map(|name| (name.to_owned(), "x".to_owned())).into();
        let old = Subscriber { fields: fields(["City", "zip-code"]), ..active(ADA) };
        ledger.add("main", &old, ADA).expect("an answer");
        let known = ledger.find("main", ADA).expect("an answer").expect("somebody");
        assert_eq!(known.subscriber.fields, fields(["city", "zip_code"]));
        freeze(ledger, "one");
        // A mail of an edition that was frozen then holds the names of then.
        let sql = "UPDATE deliveries SET fields = '{\"City\":\"x\",\"zip-code\":\"x\"}'";
        ledger.execute(sql, &[]).expect("an answer");
        assert_eq!(claim(ledger, 1).mails[0].fields, fields(["city", "zip_code"]));
    });
}

#[test]
fn who_is_erased_while_a_mail_of_theirs_waits_for_its_answer_stays_erased() {
    each(|ledger, _| {
        with_edition(ledger, 1);
        let held = claim(ledger, 1);
        assert_eq!(attempt(ledger, &held, 0), Step::Taken);
        assert!(ledger.erase("main", "reader000@example.org").expect("an answer"));
        let outcome = Outcome {
            state: DeliveryState::Refused,
            stage: "dot",
            code: Some(550),
            reply: "reader000@example.org is unknown here".to_owned(),
            wait: None,
        };
        assert_eq!(write_down(ledger, &held, 0, &Note::Record(outcome)), Answer::Recorded(true));
        assert_eq!((count(ledger, DeliveryState::Refused), count(ledger, DeliveryState::Attempting)), (1, 0));
        let mut text = String::new();
        ledger
            .export::<LedgerError>(|row| {
                text += &serde_json::to_string(row).expect("JSON");
                Ok(())
            })
            .expect("an answer");
        assert!(!text.contains("reader000") && text.contains("\"kind\":\"attempt\""), "{text}");
        assert!(!text.contains("\"domain\":\"example.org\""), "{text}");
        assert!(!ledger.erase("main", "reader000@example.org").expect("an answer"), "nothing is left to be erased");
    });
}

#[test]
fn an_address_is_on_the_list_once_and_what_is_new_about_it_is_kept() {
    each(|ledger, _| {
        assert_eq!(add(ledger, "Ada@example.org"), Added::New);
        assert_eq!(add(ledger, "Ada@example.org"), Added::Same);
        let named = Subscriber { name: Some("Ada".into()), tags: vec!["rail".into()], ..active("ADA@example.org") };
        assert_eq!(ledger.add("main", &named, "ada@example.org").expect("an answer"), Added::Changed);
        let found = ledger.find("main", "ada@example.org").expect("an answer").expect("Ada");
        assert_eq!((found.subscriber.name.as_deref(), found.subscriber.address.as_str()), (Some("Ada"), "ADA@example.org"));
        assert_eq!(ledger.subscriber("main", &found.subscriber.id).expect("an answer"), Some(found));
        assert_eq!(ledger.subscriber_counts("main").expect("counts").0[1], (Status::Active, 1));
    });
}

#[test]
fn only_a_confirmed_opt_in_brings_back_who_left() {
    each(|ledger, _| {
        add(ledger, "ada@example.org");
        let ada = ledger.find("main", "ada@example.org").expect("an answer").expect("Ada");
        assert!(ledger.set_status("main", &ada, Status::Unsubscribed, Some("link")).expect("an answer"));
        assert_eq!(add(ledger, "ada@example.org"), Added::Left);
        let consent = Consent { text: "by mail".into(), at: chrono::DateTime::from_timestamp_millis(NOW).expect("a date").fixed_offset() };
        assert!(ledger.confirm("main", &ada, &consent).expect("an answer"));
        let again = ledger.find("main", "ada@example.org").expect("an answer").expect("Ada").subscriber;
        assert_eq!((again.status, again.consent), (Status::Active, Some(consent)));
    });
}

#[test]
fn a_suppression_outlives_its_subscriber() {
    each(|ledger, _| {
        add(ledger, "ada@example.org");
        assert!(ledger.erase("main", "ada@example.org").expect("an answer"));
        assert_eq!(add(ledger, "ada@example.org"), Added::Suppressed(SuppressionReason::Erased));
        assert_eq!(ledger.find("main", "ada@example.org").expect("an answer"), None);
    });
}

#[test]
fn an_erased_address_is_nowhere_in_the_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let place = Location::of("ledger.db", folder.path());
    let mut ledger = Ledger::open(&place, true, Clock::Database).expect("a ledger");
    let ada = Subscriber { name: Some("Augusta King".into()), ..active("augusta@example.org") };
    ledger.add("main", &ada, "augusta@example.org").expect("an answer");
    freeze(&mut ledger, "one");
    let claim = claim(&mut ledger, 5);
    let reply = "no augusta here".to_owned();
    let outcome = Outcome { state: DeliveryState::Refused, stage: "rcpt", code: Some(550), reply, wait: None };
    write_down(&mut ledger, &claim, 0, &Note::Record(outcome));
    ledger.erase("main", "augusta@example.org").expect("an answer");
    assert!(ledger.empty_log().expect("an answer"));
    let holds = |path: &Path| {
        let bytes = std::fs::read(path).expect("a file");
        let text = String::from_utf8_lossy(&bytes).to_lowercase();
        text.contains("augusta")
    };
    for entry in std::fs::read_dir(folder.path()).expect("a folder") {
        let path = entry.expect("an entry").path();
        assert!(!holds(&path), "{}", path.display());
    }
}

#[test]
fn what_would_come_of_adding_somebody_is_what_comes_of_it() {
    each(|ledger, _| {
        let given = [active("ada@example.org"), active("Ada@example.org"), active("Ada@example.org")];
        for (given, expected) in given.iter().zip([Added::New, Added::Changed, Added::Same]) {
            assert_eq!(ledger.weigh("main", given, "ada@example.org").expect("an answer"), expected);
            assert_eq!(ledger.add("main", given, "ada@example.org").expect("an answer"), expected);
        }
    });
}

#[test]
fn who_left_and_was_removed_is_known_as_having_left() {
    each(|ledger, _| {
        add(ledger, "ada@example.org");
        let ada = ledger.find("main", "ada@example.org").expect("an answer").expect("Ada");
        ledger.set_status("main", &ada, Status::Unsubscribed, None).expect("an answer");
        ledger.remove("main", &ada, None).expect("an answer");
        assert_eq!(add(ledger, "ada@example.org"), Added::Left);
        add(ledger, "bob@example.org");
        let bob = ledger.find("main", "bob@example.org").expect("an answer").expect("Bob");
        ledger.remove("main", &bob, None).expect("an answer");
        assert_eq!(add(ledger, "bob@example.org"), Added::New, "who was only removed may come back");
        let gone = Subscriber { status: Status::Unsubscribed, ..active("eve@example.org") };
        ledger.add("main", &gone, "eve@example.org").expect("an answer");
        let eve = ledger.find("main", "eve@example.org").expect("an answer").expect("Eve");
        ledger.remove("main", &eve, None).expect("an answer");
        assert_eq!(add(ledger, "eve@example.org"), Added::Left, "who came as having left, too");
    });
}

#[test]
fn a_confirmed_opt_in_puts_on_the_list_who_was_erased_or_left() {
    each(|ledger, _| {
        let consent = Consent { text: "by mail".into(), at: chrono::DateTime::from_timestamp_millis(NOW).expect("a date").fixed_offset() };
        let opt_in = |ledger: &mut Ledger| ledger.opt_in("main", "Ada@example.org", "ada@example.org", &consent).expect("an answer");
        assert_eq!([opt_in(ledger), opt_in(ledger)], [Added::New, Added::Same]);
        assert!(ledger.erase("main", "ada@example.org").expect("an answer"));
        assert!(!ledger.erase("main", "ada@example.org").expect("an answer"), "nothing is left to be erased");
        assert_eq!([opt_in(ledger), opt_in(ledger)], [Added::New, Added::Same]);
        let ada = ledger.find("main", "ada@example.org").expect("an answer").expect("Ada");
        assert_eq!((ada.subscriber.status, ada.subscriber.address.as_str()), (Status::Active, "Ada@example.org"));
        ledger.suppress("main", &ada.hash, SuppressionReason::Complained, None).expect("an answer");
        assert_eq!(opt_in(ledger), Added::Changed);
        assert_eq!(ledger.suppression_of(&ada.hash).expect("an answer"), None);
        ledger.suppress("main", &ada.hash, SuppressionReason::Manual, None).expect("an answer");
        opt_in(ledger);
        assert_eq!(ledger.suppression_of(&ada.hash).expect("an answer"), Some(SuppressionReason::Manual));
    });
}

#[test]
fn who_was_removed_can_still_leave_and_stays_away() {
    let leave = |ledger: &mut Ledger, id: &[u8; 16]| {
        let hash = ledger.hash_of("main", id).expect("an answer")?;
        Some(ledger.leave("main", Some(id), &hash, "token").expect("an answer"))
    };
    each(|ledger, _| {
        let id = |ledger: &mut Ledger| ledger.find("main", "ada@example.org").expect("an answer").expect("a reader").subscriber.id;
        add(ledger, "ada@example.org");
        let (first, ada) = (id(ledger), ledger.find("main", "ada@example.org").expect("an answer").expect("a reader"));
        ledger.remove("main", &ada, None).expect("an answer");
        add(ledger, "ada@example.org");
        assert_ne!(id(ledger), first);
        assert_eq!(leave(ledger, &first), Some(true), "as somebody new");
        let ada = ledger.find("main", "ada@example.org").expect("an answer").expect("a reader");
        assert_eq!(ada.subscriber.status, Status::Unsubscribed);

        add(ledger, "ben@example.org");
        let ben = ledger.find("main", "ben@example.org").expect("an answer").expect("a reader");
        ledger.remove("main", &ben, None).expect("an answer");
        assert_eq!(leave(ledger, &ben.subscriber.id), Some(true));
        assert_eq!(leave(ledger, &ben.subscriber.id), Some(false));
        let again = Subscriber { address: "ben@example.org".into(), status: Status::Active, ..Subscriber::default() };
        assert_eq!(ledger.add("main", &again, "ben@example.org").expect("an answer"), Added::Left);
        assert_eq!(leave(ledger, &[7; 16]), None);
    });
}

#[test]
fn a_log_that_somebody_reads_is_told_not_to_be_empty() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut ledger = Ledger::open(&Location::of("ledger.db", folder.path()), true, Clock::Database).expect("a ledger");
    ledger.database.script("PRAGMA busy_timeout = 20").expect("an answer");
    let mut reader = ledger.another().expect("the same ledger");
    reader.database.script("BEGIN").expect("a step");
    reader.id().expect("an answer");
    add(&mut ledger, "ada@example.org");
    assert!(!ledger.empty_log().expect("an answer"));
    reader.database.rollback();
    assert!(ledger.empty_log().expect("an answer"));
}

#[test]
fn who_was_taken_off_the_list_and_put_on_again_gets_what_was_frozen_before() {
    each(|ledger, _| {
        with_edition(ledger, 3);
        let find =
            |ledger: &mut Ledger, at: usize| ledger.find("main", &format!("reader00{at}@example.org")).expect("an answer").expect("one");
        for at in [0, 1] {
            let reader = find(ledger, at);
            ledger.remove("main", &reader, None).expect("an answer");
        }
        add(ledger, "reader000@example.org");
        let mut open = Vec::new();
        ledger.open_mails("main", "one", |mail| open.push(mail.address)).expect("an answer");
        open.sort();
        assert_eq!(open, ["reader000@example.org", "reader002@example.org"]);
        let mut held = claim(ledger, 3);
        held.mails.sort_by_key(|mail| mail.address.clone());
        assert_eq!((held.mails.len(), count(ledger, DeliveryState::Skipped)), (2, 1));
        assert_eq!(attempt(ledger, &held, 0), Step::Taken);
        assert!(record(ledger, &held, 0, DeliveryState::Sent));
        let last = find(ledger, 2);
        ledger.remove("main", &last, None).expect("an answer");
        assert_eq!(attempt(ledger, &held, 1), Step::Not(Gone::Unwanted));
        let other = Ledger::add(ledger, "other", &active("reader002@example.org"), "reader002@example.org").expect("an answer");
        assert_eq!((other, count(ledger, DeliveryState::Skipped)), (Added::New, 2), "another newsletter's list is another");
    });
}

#[test]
fn who_was_erased_and_came_back_gets_no_mail_without_an_address() {
    each(|ledger, _| {
        with_edition(ledger, 1);
        let held = claim(ledger, 1);
        ledger.erase("main", "reader000@example.org").expect("an answer");
        let consent = Consent { text: "by mail".into(), at: chrono::DateTime::from_timestamp_millis(NOW).expect("a date").fixed_offset() };
        ledger.opt_in("main", "reader000@example.org", "reader000@example.org", &consent).expect("an answer");
        assert_eq!(attempt(ledger, &held, 0), Step::Not(Gone::Unwanted));
        assert_eq!(count(ledger, DeliveryState::Skipped), 1);
    });
}

#[test]
fn a_mailbox_that_is_gone_is_suppressed_after_two_editions() {
    each(|ledger, _| {
        let hash = ledger.hash("gone@example.org");
        let mut bounce = |edition: &str| ledger.note_bounce("main", &hash, edition).expect("an answer");
        assert_eq!([bounce("one"), bounce("one"), bounce("two")], [false, false, true]);
        assert_eq!(ledger.suppression_of(&hash).expect("an answer"), Some(SuppressionReason::Bounced));
    });
}
