//! What a copy of the ledger has forgotten, and is given back.

use super::*;
use crate::model::MailedEntry;

fn entry(edition: &str, at: i64) -> MailedEntry {
    let [path, id, hash] = [format!("posts/{edition}.md"), format!("id of {edition}"), format!("hash of {edition}")];
    MailedEntry { edition: edition.into(), at, path, id, hash }
}

#[test]
fn the_newest_editions_are_those_that_somebody_was_mailed() {
    each(|ledger, now| {
        assert_eq!(ledger.last_change().expect("an answer"), None);
        add(ledger, "ada@example.org");
        for key in ["one", "two", "three", "four"] {
            now.fetch_add(1000, Ordering::SeqCst);
            assert_eq!(freeze(ledger, key), Frozen::For(1));
        }
        let to =
            |ledger: &mut Ledger, key: &str, state| ledger.move_edition("main", key, &[EditionState::Sending], state).expect("an answer");
        assert!(
            to(ledger, "one", EditionState::Closed)
                && to(ledger, "three", EditionState::Cancelled)
                && to(ledger, "four", EditionState::Frozen)
        );
        let newest = |ledger: &mut Ledger, most| {
            let mut found = ledger.newest_entries("main", most).expect("an answer");
            found.sort_by_key(|entry| entry.at);
            found
        };
        assert_eq!(newest(ledger, 9), [entry("one", NOW + 1000), entry("two", NOW + 2000)]);
        assert_eq!(newest(ledger, 1), [entry("two", NOW + 2000)]);
        assert_eq!(ledger.last_change().expect("an answer"), Some(NOW + 4000));
        assert_eq!((ledger.not_final().expect("an answer"), ledger.distrust().expect("an answer")), (4, 4));
        assert_eq!(newest(ledger, 9).len(), 4, "what is unknown may have arrived");
        for key in ["one", "two", "three", "four"] {
            ledger.move_edition("main", key, &[EditionState::Closed, EditionState::Sending], EditionState::Cancelled).expect("an answer");
        }
    });
}

#[test]
fn what_was_mailed_with_another_copy_counts_as_mailed_and_its_key_is_used() {
    each(|ledger, now| {
        add(ledger, "ada@example.org");
        freeze(ledger, "one");
        ledger.move_edition("main", "one", &[EditionState::Sending], EditionState::Cancelled).expect("an answer");
        let (other, new) = (MailedEntry { id: "other".into(), ..entry("one", NOW + 1) }, entry("two", NOW + 2));
        for _ in 0..2 {
            ledger.take_over("main", &[other.clone(), new.clone()]).expect("an answer");
            now.fetch_add(1, Ordering::SeqCst);
        }
        let mailed = ledger.mailed("main").expect("an answer");
        assert!(mailed.ids.contains("other") && mailed.ids.contains(&new.id) && mailed.hashes.contains(&new.hash));
        assert_eq!(mailed.keys.iter().collect::<Vec<_>>(), ["one", "two"]);
        assert_eq!(mailed.last.map(|last| last.timestamp_millis()), Some(NOW + 2));
        assert_eq!(ledger.edition("main", "two").expect("an answer").map(|edition| edition.state), Some(EditionState::Closed));
        assert_eq!(ledger.newest_entries("main", 9).expect("an answer"), [new], "and the next copy is given it back too");
        ledger.settle("main", "one", &[DeliveryState::Pending], DeliveryState::Skipped, None).expect("an answer");
    });
}
