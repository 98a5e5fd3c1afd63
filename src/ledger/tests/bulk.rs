//! What is done for many at once is as if it were done for each.

use super::Added::{Changed, Left, New, Same, Suppressed};
use super::*;

#[test]
fn what_is_learnt_of_many_at_once_is_what_is_known_of_each() {
    each(|ledger, _| {
        let left = Subscriber { status: Status::Unsubscribed, ..active("left@example.org") };
        ledger.add("main", &left, "left@example.org").expect("an answer");
        add(ledger, "same@example.org");
        add(ledger, "changed@example.org");
        let hash = ledger.hash("kept-out@example.org");
        ledger.suppress("main", &hash, SuppressionReason::Manual, None).expect("an answer");
        let given = ["new", "left", "same", "changed", "kept-out", "twice", "twice"].map(|name| format!("{name}@example.org"));
        ledger.look_ahead("main", given.iter().map(String::as_str)).expect("an answer");
        // Somebody else adds one meanwhile.
        let meanwhile = "INSERT INTO subscribers (newsletter, id, address, same, hash, tags, fields, status, added, changed) \
            VALUES ('main', 'id', 'new@example.org', 'new@example.org', 'hash', '[]', '{}', 'active', 0, 0)";
        ledger.execute(meanwhile, &[]).expect("an answer");
        let added: Vec<Added> = given
            .iter()
            .map(|address| {
                let name = address.starts_with("changed").then(|| "Ada".to_owned());
                ledger.add("main", &Subscriber { name, ..active(address) }, address).expect("an answer")
            })
            .collect();
        assert_eq!(added, [Same, Left, Same, Changed, Suppressed(SuppressionReason::Manual), New, Same]);
        assert_eq!(add(ledger, "kept-out@example.org"), Suppressed(SuppressionReason::Manual), "what was learnt counts once");
    });
}

#[test]
fn a_mail_that_was_sent_is_told_before_its_claim_ends_and_once_behind_it() {
    each(|ledger, _| {
        with_edition(ledger, 3);
        let held = claim(ledger, 2);
        let hash = held.mails[0].hash.clone();
        let told = |ledger: &mut Ledger| {
            let mut tries = 0;
            let count = |row: &serde_json::Map<String, serde_json::Value>| {
                tries += usize::from(row.get("kind").is_some_and(|kind| kind == "attempt"));
                Ok::<(), LedgerError>(())
            };
            ledger.export(count).expect("an export");
            let sent = ledger.history(&hash).expect("a history").iter().filter(|happened| happened.event == "sent").count();
            (tries, sent, ledger.last_change().expect("an answer"))
        };
        attempt(ledger, &held, 0);
        record(ledger, &held, 0, DeliveryState::Sent);
        assert_eq!(told(ledger), (1, 1, Some(NOW)));
        ledger.release(&held.id).expect("an answer");
        ledger.release(&held.id).expect("an answer");
        assert_eq!(told(ledger), (1, 1, Some(NOW)));
        assert_eq!(count(ledger, DeliveryState::Pending), 2);
        // Who died before that: the next run notes it.
        let held = claim(ledger, 1);
        attempt(ledger, &held, 0);
        record(ledger, &held, 0, DeliveryState::Sent);
        ledger.recover(Some("boot 1")).expect("an answer");
        ledger.release(&held.id).expect("an answer");
        assert_eq!(told(ledger).0, 2);
    });
}
