//! Whoever must not be mailed: why, for how long, and what is forgotten of them.

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
