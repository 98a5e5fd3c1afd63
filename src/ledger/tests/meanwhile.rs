//! What two connections do to one edition at the same time: each sees what the other has done, in whatever order they come.

use super::*;
use std::thread;
use std::time::Duration;

/// Has `other` begin, on a connection of its own, between two parts of one step; returns what came of it.
fn between<T: Send>(
    ledger: &mut Ledger,
    first: impl FnOnce(&mut Ledger),
    second: impl FnOnce(&mut Ledger),
    other: impl FnOnce(&mut Ledger) -> T + Send,
) -> T {
    let mut own = ledger.another().expect("the same ledger");
    thread::scope(|scope| {
        let begun = ledger.at_once(|ledger| {
            first(ledger);
            let other = scope.spawn(move || other(&mut own));
            // Until it has come to where it has to wait.
            thread::sleep(Duration::from_millis(400));
            second(ledger);
            Ok(other)
        });
        begun.expect("a step").join().expect("an answer")
    })
}

fn state(ledger: &mut Ledger) -> EditionState {
    ledger.edition("main", "one").expect("an answer").expect("an edition").state
}

/// Ends each mail of an edition in a state.
fn end_all(ledger: &mut Ledger, state: DeliveryState) {
    let held = claim(ledger, 100);
    for at in 0..held.mails.len() {
        attempt(ledger, &held, at);
        record(ledger, &held, at, state);
    }
    ledger.release(&held.id).expect("an answer");
}

/// What `reopen` does, in its two parts.
fn is_reopened(ledger: &mut Ledger) {
    let sql = "UPDATE editions SET state = 'sending', changed = {now} WHERE edition = 'one'";
    assert_eq!(ledger.execute(sql, &[]).expect("an answer"), 1);
}

fn gets_its_mails(ledger: &mut Ledger) {
    for from in [DeliveryState::Unknown, DeliveryState::Refused] {
        ledger.move_mails("main", "one", &[from], DeliveryState::Pending, None).expect("an answer");
    }
}

#[test]
fn an_edition_that_is_being_reopened_is_not_closed() {
    each(|ledger, _| {
        with_edition(ledger, 3);
        end_all(ledger, DeliveryState::Unknown);
        let is_closed = between(ledger, is_reopened, gets_its_mails, |other| other.close("main", "one").expect("an answer"));
        assert_eq!((is_closed, state(ledger), count(ledger, DeliveryState::Pending)), (false, EditionState::Sending, 3));
    });
}

#[test]
fn an_edition_that_is_being_reopened_is_not_pruned() {
    each(|ledger, now| {
        with_edition(ledger, 3);
        end_all(ledger, DeliveryState::Refused);
        assert!(ledger.close("main", "one").expect("an answer"));
        now.fetch_add(1000, Ordering::SeqCst);
        let pruned = between(ledger, is_reopened, gets_its_mails, |other| other.prune(NOW + 1).expect("an answer"));
        assert_eq!((pruned, count(ledger, DeliveryState::Pending)), (0, 3));
        assert_eq!(ledger.letters("main", "one").expect("an answer").len(), 1);
    });
}

#[test]
fn an_edition_that_was_reopened_since_it_was_found_old_enough_is_not_pruned() {
    each(|ledger, now| {
        with_edition(ledger, 3);
        end_all(ledger, DeliveryState::Refused);
        assert!(ledger.close("main", "one").expect("an answer"));
        now.fetch_add(1000, Ordering::SeqCst);
        ledger.reopen("main", "one", &[DeliveryState::Refused], None).expect("an answer");
        assert_eq!(ledger.at_once(|ledger| ledger.prune_piece("main", "one", NOW + 1)).expect("an answer"), 0);
        end_all(ledger, DeliveryState::Sent);
        assert!(ledger.close("main", "one").expect("an answer"));
        assert_eq!(ledger.at_once(|ledger| ledger.prune_piece("main", "one", NOW + 1)).expect("an answer"), 0, "closed anew");
        assert_eq!(count(ledger, DeliveryState::Sent), 3);
    });
}

#[test]
fn what_nobody_knows_is_pruned_when_it_is_settled() {
    each(|ledger, now| {
        with_edition(ledger, 3);
        end_all(ledger, DeliveryState::Unknown);
        assert!(ledger.close("main", "one").expect("an answer"));
        now.fetch_add(1000, Ordering::SeqCst);
        let prune = |ledger: &mut Ledger| {
            (
                ledger.unsettled(NOW + 1).expect("an answer"),
                ledger.prunable(NOW + 1).expect("an answer"),
                ledger.prune(NOW + 1).expect("one"),
            )
        };
        assert_eq!(prune(ledger), (vec!["one".to_owned()], 0, 0));
        assert_eq!(ledger.unknowns("main").expect("an answer"), [("one".to_owned(), 3)]);
        ledger.settle("main", "one", &[DeliveryState::Unknown], DeliveryState::Sent, None).expect("an answer");
        assert_eq!(prune(ledger), (vec![], 3, 3));
        assert_eq!(ledger.unknowns("main").expect("an answer"), []);
    });
}

#[test]
fn a_mail_that_is_put_back_reopens_its_edition_unless_that_was_given_up() {
    each(|ledger, _| {
        with_edition(ledger, 2);
        let held = claim(ledger, 2);
        for at in 0..2 {
            attempt(ledger, &held, at);
            record(ledger, &held, at, DeliveryState::Refused);
        }
        assert!(ledger.close("main", "one").expect("an answer"));
        assert!(ledger.put_back("main", &held.mails[0], 1000).expect("an answer"));
        assert_eq!((state(ledger), count(ledger, DeliveryState::Deferred)), (EditionState::Sending, 1));
        assert!(!ledger.close("main", "one").expect("an answer"));
        assert!(!ledger.put_back("main", &held.mails[0], 1000).expect("an answer"), "it is put off already");
        ledger.cancel("main", "one").expect("an answer");
        assert!(!ledger.put_back("main", &held.mails[1], 1000).expect("an answer"));
        assert_eq!((state(ledger), count(ledger, DeliveryState::Refused)), (EditionState::Cancelled, 1));
    });
}

#[test]
fn a_mail_that_is_put_back_while_its_edition_is_closed_reopens_it() {
    each(|ledger, _| {
        with_edition(ledger, 1);
        let held = claim(ledger, 1);
        attempt(ledger, &held, 0);
        record(ledger, &held, 0, DeliveryState::Refused);
        let close = |ledger: &mut Ledger| {
            ledger.execute("UPDATE editions SET state = 'closed' WHERE state = 'sending'", &[]).expect("an answer");
        };
        let mail = &held.mails[0];
        assert!(between(ledger, close, |_| (), |other| other.put_back("main", mail, 1000).expect("an answer")));
        assert_eq!((state(ledger), count(ledger, DeliveryState::Deferred)), (EditionState::Sending, 1));
    });
}

#[test]
fn a_cancelled_edition_keeps_no_mail_to_send_whoever_gives_it_back() {
    each(|ledger, _| {
        with_edition(ledger, 6);
        let (first, second) = (claim(ledger, 2), claim(ledger, 1));
        attempt(ledger, &second, 0);
        record(ledger, &second, 0, DeliveryState::Deferred);
        assert_eq!(ledger.cancel("main", "one").expect("an answer"), Some(4), "those that nobody had in hands");
        ledger.release(&first.id).expect("an answer");
        // Its sender ends.
        assert!(!ledger.close("main", "one").expect("an answer"));
        assert_eq!((state(ledger), count(ledger, DeliveryState::Skipped)), (EditionState::Cancelled, 6));
        assert_eq!(ledger.cancel("main", "one").expect("an answer"), Some(0), "a second time is safe");
        assert_eq!(ledger.cancel("main", "none").expect("an answer"), None);
    });
    each(|ledger, _| {
        with_edition(ledger, 2);
        let held = claim(ledger, 2);
        assert_eq!(ledger.cancel("main", "one").expect("an answer"), Some(0));
        // Its sender is killed when it has given back what it held.
        ledger.release(&held.id).expect("an answer");
        assert_eq!(ledger.cancel("main", "one").expect("an answer"), Some(2), "a second time finishes it");
        assert_eq!(count(ledger, DeliveryState::Skipped), 2);
    });
    each(|ledger, _| {
        with_edition(ledger, 1);
        end_all(ledger, DeliveryState::Sent);
        ledger.close("main", "one").expect("an answer");
        assert_eq!(ledger.cancel("main", "one").expect("an answer"), None);
        assert_eq!(state(ledger), EditionState::Closed);
    });
}

#[test]
fn what_a_sender_had_in_hands_when_it_died_keeps_the_posts_of_a_cancelled_edition_until_it_is_known() {
    for is_power_cut in [false, true] {
        each(|ledger, now| {
            with_edition(ledger, 3);
            claim(ledger, 2);
            let paths = |ledger: &mut Ledger| ledger.mailed("main").expect("an answer").paths.len();
            ledger.cancel("main", "one").expect("an answer");
            assert_eq!(paths(ledger), 1, "some of them may have been sent");
            if ledger.is_shared() {
                now.fetch_add(61_000, Ordering::SeqCst);
                claim(ledger, 1);
            } else {
                let boot = if is_power_cut { "boot 2" } else { "boot 1" };
                assert_eq!(ledger.recover(Some(boot)).expect("an answer"), if is_power_cut { 2 } else { 0 });
            }
            let is_lost = is_power_cut && !ledger.is_shared();
            assert_eq!((paths(ledger), count(ledger, DeliveryState::Skipped)), if is_lost { (1, 1) } else { (0, 3) });
        });
    }
}

#[test]
fn who_is_erased_while_an_edition_is_frozen_is_not_in_it_by_name() {
    each(|ledger, _| {
        add(ledger, "augusta@example.org");
        let mut own = ledger.another().expect("the same ledger");
        thread::scope(|scope| {
            let erased = std::cell::RefCell::new(None);
            let letter_of = |_: &Person| {
                let mut own = own.another().expect("the same ledger");
                let erase = move || own.erase("main", "augusta@example.org").expect("an answer");
                *erased.borrow_mut() = Some(scope.spawn(erase));
                thread::sleep(Duration::from_millis(400));
                Ok(Some(0))
            };
            let new = NewEdition { key: "one".into(), settings: "{}".into(), ..NewEdition::default() };
            let letters = || vec![EditionLetter::default()];
            assert_eq!(ledger.freeze::<LedgerError>("main", &new, letter_of, letters).expect("an answer"), Frozen::For(1));
            assert!(erased.into_inner().expect("a thread").join().expect("an answer"));
        });
        assert_eq!(own.states("main", "one").expect("an answer"), [(String::new(), DeliveryState::Skipped)]);
    });
}

#[test]
fn a_server_that_is_set_to_be_stricter_is_told_to_be_as_ever_and_what_collides_is_tried_again() {
    let Some((Location::Server(url), _)) = failing::on_a_server() else { return };
    for set in ["serializable", "repeatable%5C%20read"] {
        let mut database = postgres::Postgres::open(&format!("{url}%20-cdefault_transaction_isolation%3D{set}")).expect("a connection");
        let mut found = String::new();
        database.query("SELECT current_setting('transaction_isolation')", &[], &mut |row| found = row.string(0)).expect("an answer");
        assert_eq!(found, "read committed", "where {set} is set");
    }
    let [mut one, mut two] = [0, 1].map(|_| postgres::Postgres::open(&url).expect("a connection"));
    one.script("CREATE TABLE seen (number BIGINT); INSERT INTO seen VALUES (1)").expect("a table");
    one.script("BEGIN ISOLATION LEVEL REPEATABLE READ").expect("a step");
    one.query("SELECT number FROM seen", &[], &mut |_| ()).expect("an answer");
    two.execute("UPDATE seen SET number = 2", &[]).expect("an answer");
    let error = one.execute("UPDATE seen SET number = 3", &[]).expect_err("it has seen another number");
    assert_eq!(error.fault, database::Fault::Busy, "{error}");
}
