//! A ledger with a million mails: what a sender asks of it all the time takes no longer than with a thousand.
//!
//! ```sh
//! cargo test --lib -- --ignored --nocapture a_million_mails
//! tests/check/postgres.sh cargo test --lib -- --ignored --nocapture a_million_mails
//! ```

use super::*;
use std::cell::RefCell;
use std::time::{Duration, Instant};

/// What one question may take, on a busy machine and without optimisation; looking at each mail takes ten times as long.
const SOON: Duration = Duration::from_millis(150);

const HOUR: i64 = 60 * 60 * 1000;

/// 300,000 are deferred, 300,000 were sent, and 400,000 wait, nearly all of them to one domain; a million left within the last day.
fn fill(ledger: &mut Ledger) {
    let numbers = "WITH RECURSIVE n (i) AS (SELECT CAST(0 AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < 999999)";
    for sql in [
        "INSERT INTO editions (newsletter, edition, state, hash, frozen, changed, settings) VALUES ('main', 'one', 'sending', '', {now}, {now}, '{}')".to_owned(),
        "INSERT INTO letters (newsletter, edition, position, language, subject, preheader, html, text) VALUES ('main', 'one', 0, '', '', '', '', '')".to_owned(),
        format!(
            "{numbers} INSERT INTO subscribers (newsletter, id, address, same, hash, tags, fields, status, added, changed) \
             SELECT 'main', CAST(i AS TEXT), 'a' || i, 'a' || i, CAST(i * 40503 % 1000003 AS TEXT), '[]', '{{}}', 'active', 0, 0 FROM n \
             WHERE i BETWEEN 600000 AND 610000 OR i >= 990000"
        ),
        format!(
            "{numbers} INSERT INTO deliveries (newsletter, edition, subscriber, position, letter, address, domain, hash, fields, state, due, \
                 tries, message_id, changed) \
             SELECT 'main', 'one', CAST(i AS TEXT), i, 0, 'a' || i, CASE WHEN i < 990000 THEN 'big.example' ELSE 'small.example' END, \
                 CAST(i * 40503 % 1000003 AS TEXT), '{{}}', CASE WHEN i < 300000 THEN 'deferred' WHEN i < 600000 THEN 'sent' ELSE 'pending' END, \
                 CASE WHEN i < 300000 THEN {{now}} + 3600000 + i END, 0, '<' || i || '@x>', 0 FROM n"
        ),
        format!(
            "{numbers} INSERT INTO attempts (at, newsletter, edition, subscriber, position, domain, claim, stage, state) \
             SELECT {{now}} - i * 80, 'main', 'one', CAST(i AS TEXT), i, 'big.example', 'c', 'dot', 'sent' FROM n"
        ),
    ] {
        ledger.execute(&sql, &[]).expect("rows");
    }
    if ledger.is_shared() {
        ledger.execute("ANALYZE", &[]).expect("an analysis");
    }
}

#[test]
#[expect(clippy::print_stderr, reason = "figures for whoever asks for them with --nocapture")]
#[ignore = "takes a minute: cargo test --lib -- --ignored a_million_mails"]
fn a_million_mails_slow_no_sender_down() {
    each(|ledger, now| {
        fill(ledger);
        let slow = RefCell::new(Vec::new());
        let timed = |what: &str, most: Duration, ledger: &mut Ledger, ask: &mut dyn FnMut(&mut Ledger)| {
            let began = Instant::now();
            ask(ledger);
            let took = began.elapsed();
            eprintln!("{:9.1} ms  {what}, {}", took.as_secs_f64() * 1000.0, if ledger.is_shared() { "PostgreSQL" } else { "SQLite" });
            if took > most {
                slow.borrow_mut().push(format!("{what}: {took:?}"));
            }
        };
        let day = Limits { per_day: Some(2_000_000), ..Limits::default() };
        let domain = Limits { per_domain: vec![("big.example".into(), 1)], ..Limits::default() };
        let mut taken = 0;
        let mut claims = |ledger: &mut Ledger, limits: &Limits| {
            let held = claim_with(ledger, 8, limits);
            assert_eq!(held.mails.len(), 8);
            for at in 0..8 {
                attempt(ledger, &held, at);
                record(ledger, &held, at, DeliveryState::Sent);
            }
            taken += 8;
        };
        for _ in 0..2 {
            timed("a block without limits", SOON, ledger, &mut |ledger| claims(ledger, &Limits::default()));
        }
        timed("a block with a limit for a day, counted anew", 20 * SOON, ledger, &mut |ledger| claims(ledger, &day));
        timed("a block with a limit for a day", SOON, ledger, &mut |ledger| claims(ledger, &day));
        now.fetch_add(11_000, Ordering::SeqCst);
        timed("a block with a limit for a day, a slot later", SOON, ledger, &mut |ledger| claims(ledger, &day));
        timed("a block with a full domain, the first", 40 * SOON, ledger, &mut |ledger| claims(ledger, &domain));
        timed("a block with a full domain", SOON, ledger, &mut |ledger| claims(ledger, &domain));
        timed("when something is due", SOON, ledger, &mut |ledger| assert!(ledger.next_due("main", "one").expect("an answer").is_some()));
        timed("counting", 10 * SOON, ledger, &mut |ledger| {
            let counts = ledger.counts("main", "one").expect("counts");
            assert_eq!((counts.total(), counts.of(DeliveryState::Deferred)), (1_000_000, 300_000));
        });
        timed("closing", SOON, ledger, &mut |ledger| assert!(!ledger.close("main", "one").expect("an answer")));
        timed("the unknown ones", SOON, ledger, &mut |ledger| {
            ledger.mails_in("main", "one", DeliveryState::Unknown, |_| ()).expect("an answer");
        });
        timed("a mail by its id", SOON, ledger, &mut |ledger| {
            let hash = (700_000_i64 * 40503 % 1_000_003).to_string();
            let found = ledger.mail_of("<700000@x>", &hash).expect("an answer").expect("a mail");
            assert_eq!((found.edition.as_str(), ledger.last_edition("main", &hash).expect("an answer").as_deref()), ("one", Some("one")));
            assert_eq!(ledger.mail_of("<700000@x>", "0").expect("an answer"), None);
        });
        timed("500 mails by nothing but their ids", 20 * SOON, ledger, &mut |ledger| {
            let ids: Vec<String> = (0..500).map(|at| format!("<{}@x>", 2001 * at + 3000)).collect();
            assert_eq!(ledger.mails_of(ids.iter().map(String::as_str)).expect("an answer").len(), 499);
        });
        now.fetch_add(2 * HOUR, Ordering::SeqCst);
        timed("a block, many being due", 2 * SOON, ledger, &mut |ledger| drop(claim(ledger, 0)));
        assert_eq!(count(ledger, DeliveryState::Sent), 300_000 + taken);
        ledger.execute("DELETE FROM subscribers", &[]).expect("an answer");
        timed("accepting", 400 * SOON, ledger, &mut |ledger| assert_eq!(ledger.distrust().expect("an answer"), 699_944));
        ledger.settle("main", "one", &[DeliveryState::Unknown], DeliveryState::Refused, None).expect("an answer");
        ledger.close("main", "one").expect("an answer");
        timed("pruning", 400 * SOON, ledger, &mut |ledger| assert_eq!(ledger.prune(i64::MAX).expect("an answer"), 1_000_000));
        assert_eq!(ledger.counts("main", "one").expect("counts").total(), 1_000_000);
        assert_eq!(slow.into_inner(), Vec::<String>::new());
    });
}
