//! What an author is told of mails, and decides about some of them.

use super::*;

fn told(ledger: &mut Ledger, state: DeliveryState) -> Vec<ToldMail> {
    let mut mails = Vec::new();
    ledger.mails_in("main", "one", state, |mail| mails.push(mail)).expect("an answer");
    mails
}

#[test]
fn a_deferred_mail_is_told_with_its_words_its_next_try_and_its_end() {
    each(|ledger, now| {
        with_edition(ledger, 3);
        let states = [DeliveryState::Deferred, DeliveryState::Pending];
        assert_eq!(ledger.last_reason("main", "one", &states).expect("an answer"), None);
        let first = claim(ledger, 1);
        record(ledger, &first, 0, DeliveryState::Deferred);
        let reason = |at: i64| Reason { at, code: Some(250), told: "ok".to_owned() };
        let mails = told(ledger, DeliveryState::Deferred);
        let [mail] = mails.as_slice() else { panic!("{mails:?}") };
        assert_eq!((mail.at, mail.due, mail.reason.as_ref()), (NOW, Some(NOW + 600_000), Some(&reason(NOW))));
        assert_eq!(mail.expires, Some(NOW + 48 * 3_600_000));
        assert_eq!(ledger.last_reason("main", "one", &states).expect("an answer"), Some(reason(NOW)));
        // Its end stays where it is when it is put off once more.
        now.fetch_add(700_000, Ordering::SeqCst);
        let again = claim(ledger, 3);
        let at = again.mails.iter().position(|mail| mail.tries == 1).expect("the mail");
        record(ledger, &again, at, DeliveryState::Deferred);
        let mail = told(ledger, DeliveryState::Deferred).remove(0);
        assert_eq!((mail.due, mail.expires), (Some(NOW + 1_300_000), Some(NOW + 48 * 3_600_000)));
        ledger.release(&again.id).expect("an answer");
        let pending = told(ledger, DeliveryState::Pending);
        assert!(pending.len() == 2 && pending.iter().all(|mail| mail.reason.is_none() && mail.due.is_none()), "{pending:?}");
    });
}

#[test]
fn of_unknown_mails_those_that_are_named_are_settled() {
    each(|ledger, _| {
        with_edition(ledger, 3);
        let held = claim(ledger, 3);
        attempt(ledger, &held, 2);
        (0..3).for_each(|at| assert!(record(ledger, &held, at, DeliveryState::Unknown)));
        let position = |ledger: &mut Ledger, message_id: &str, key: Option<&str>| {
            let named = Named { message_id: message_id.into(), key: key.map(str::to_owned) };
            ledger.position_of("main", "one", &[DeliveryState::Unknown], &named).expect("an answer")
        };
        let by_id = position(ledger, "<id@example.org>", None).expect("a mail");
        assert_eq!(by_id, held.mails[2].position);
        let key = held.mails[0].address.clone();
        let by_address = position(ledger, "<x>", Some(&key)).expect("a mail");
        assert_eq!((by_address, position(ledger, "<x>", Some("x@example.org"))), (held.mails[0].position, None));
        let unknown = [DeliveryState::Unknown];
        assert_eq!(ledger.settle("main", "one", &unknown, DeliveryState::Sent, Some(&[by_id])).expect("an answer"), 1);
        assert_eq!(position(ledger, "<id@example.org>", None), None);
        assert_eq!(ledger.reopen("main", "one", &unknown, Some(&[by_address, by_id])).expect("an answer"), 1);
        assert_eq!([DeliveryState::Sent, DeliveryState::Pending, DeliveryState::Unknown].map(|state| count(ledger, state)), [1, 1, 1]);
    });
}

#[test]
fn whether_somebody_sends_is_known_and_ends_with_who_died() {
    each(|ledger, now| {
        with_edition(ledger, 1);
        let is_sent = |ledger: &mut Ledger| ledger.has_sender("main", "one").expect("an answer");
        assert!(!is_sent(ledger));
        let lock = ledger.lock().expect("nobody has it");
        let held = claim(ledger, 1);
        assert!(is_sent(ledger));
        drop(lock);
        now.fetch_add(61_000, Ordering::SeqCst);
        assert!(!is_sent(ledger), "who died sends no more");
        ledger.release(&held.id).expect("an answer");
    });
}
