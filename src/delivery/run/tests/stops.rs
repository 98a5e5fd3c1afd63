//! What ends a run before its edition, and what it leaves behind.

use super::*;

/// Each answer takes a moment, so that several mails are under way at once.
fn slowly(at: At, said: &'static str) -> impl Fn(&Moment<'_>) -> Option<Vec<Act>> + Send + Sync {
    move |moment| (moment.at == at).then(|| vec![Act::Pause(Duration::from_millis(20)), Act::Say(said.into())])
}

#[test]
fn nobody_is_refused_by_an_answer_that_was_under_way_when_the_alarm_was_raised() {
    let bench = Bench::new(40, slowly(At::Rcpt, "550 5.1.1 nobody here")).over(8);
    assert!(matches!(bench.once(), Ended::Refusals(..)));
    assert_eq!(bench.count(DeliveryState::Refused), 0);
    assert!((5..=13).contains(&bench.count(DeliveryState::Deferred)), "{}", bench.count(DeliveryState::Deferred));
}

#[test]
fn the_dead_of_a_list_do_not_stop_every_run() {
    let is_gone = gone(0..6);
    let bench = Bench::new(60, move |moment| if is_gone(moment) { say("550 5.1.1 nobody") } else { None });
    let runs = bench.to_the_end();
    assert!(matches!(runs[..], [Ended::Refusals(..), Ended::Done]), "{runs:?}");
    bench.verify(0);
    assert_eq!((bench.count(DeliveryState::Sent), bench.count(DeliveryState::Refused)), (54, 6));
}

#[test]
fn a_server_that_refuses_all_whatever_they_are_tried_refuses_nobody() {
    let bench = Bench::new(12, |moment| if moment.at == At::Rcpt { say("550 5.1.1 nobody") } else { None });
    for _ in 0..10 {
        assert!(matches!(bench.once(), Ended::Refusals(..)));
        thread::sleep(Duration::from_millis(2));
    }
    assert_eq!((bench.count(DeliveryState::Refused), bench.open()), (0, 12));
    let mut ledger = bench.ledger();
    let hash = ledger.hash("reader000@example.org");
    assert!(ledger.history(&hash).expect("a history").iter().all(|told| told.event != "bounced"));
}

#[test]
fn what_ends_a_run_is_told_though_others_had_nothing_left_to_do() {
    // Meanwhile the other connection finds that the hour's mails are all in hand.
    let acts = vec![Act::Pause(Duration::from_millis(300)), Act::Say("550 5.4.5 Daily user sending limit exceeded".into())];
    let mut bench = Bench::new(20, at_mail(At::Dot, 8, acts)).over(2);
    bench.limits.per_hour = Some(8);
    bench.timing.patience = Duration::ZERO;
    let ended = bench.once();
    assert!(matches!(ended, Ended::Stopped(Reason::Quota, _)), "{ended:?}, {:?}", bench.ledger().counts("main", "one"));
}

#[test]
fn a_run_that_waits_when_its_edition_is_paused_ends_at_once() {
    let mut bench = Bench::new(1, |moment| if moment.at == At::Rcpt { say("450 4.2.1 not now") } else { None });
    bench.timing.retry = Duration::from_mins(1);
    bench.timing.patience = Duration::from_mins(5);
    let ledger = Arc::new(Mutex::new(bench.ledger()));
    let running = start(&ledger, bench.transport(), Arc::new(Writer), Arc::default(), bench.run()).expect("a run");
    while bench.count(DeliveryState::Deferred) == 0 {
        thread::sleep(Duration::from_millis(1));
    }
    bench.ledger().move_edition("main", "one", &[EditionState::Sending], EditionState::Paused).expect("an answer");
    assert!(matches!(running.join().0, Ended::Paused));
}

#[test]
fn a_server_that_hangs_up_for_there_is_too_much_gets_less() {
    let bench = Bench::new(3, at_mail(At::Mail, 2, vec![Act::Say("421 4.7.28 too many mails".into()), Act::Close]));
    let began = Instant::now();
    bench.to_the_end();
    bench.verify(0);
    assert!(began.elapsed() >= Duration::from_millis(100), "the pace is halved");
}

#[test]
fn something_that_cuts_every_answer_off_costs_two_mails_a_connection_at_most() {
    let bench = Bench::new(100, |moment| (moment.at == At::Dot).then(|| vec![Act::Close])).over(4);
    assert!(matches!(bench.once(), Ended::Refusals(..)));
    assert!((2..=8).contains(&bench.count(DeliveryState::Unknown)), "{}", bench.count(DeliveryState::Unknown));
    assert_eq!(bench.count(DeliveryState::Pending) + bench.count(DeliveryState::Unknown), 100);
}

#[test]
fn behind_a_stop_the_next_run_begins_with_somebody_else() {
    let mut bench = Bench::new(6, |moment| if moment.at == At::Mail && moment.taken == 0 { say("530 5.7.0 not you") } else { None });
    bench.timing.retry = Duration::from_mins(1);
    assert!(matches!(bench.once(), Ended::Stopped(..)));
    assert!(matches!(bench.once(), Ended::Stopped(..)));
    assert_eq!((bench.count(DeliveryState::Deferred), bench.count(DeliveryState::Pending)), (2, 4));
}

/// Makes no message, in one way or another.
enum Broken {
    Cannot,
    Panics,
}

impl Mailroom for Broken {
    fn message(&self, _: &Claimed) -> Result<Message, String> {
        match self {
            Broken::Cannot => Err("the letter is missing".into()),
            Broken::Panics => panic!("the test said so"),
        }
    }
}

fn with(bench: &Bench, mailroom: Broken) -> Ended {
    let ledger = Arc::new(Mutex::new(bench.ledger()));
    start(&ledger, bench.transport(), Arc::new(mailroom), Arc::default(), bench.run()).expect("a run").join().0
}

#[test]
fn a_message_that_cannot_be_made_is_nobodys_refusal_when_it_is_all_of_them() {
    let bench = Bench::new(20, |_| None);
    assert!(matches!(with(&bench, Broken::Cannot), Ended::Refusals(..)));
    assert_eq!((bench.count(DeliveryState::Refused), bench.count(DeliveryState::Deferred)), (0, 5));
}

#[test]
fn a_fault_of_our_own_ends_the_run_and_the_next_one_goes_on() {
    let bench = Bench::new(20, |_| None).over(4);
    assert!(matches!(with(&bench, Broken::Panics), Ended::Broken));
    bench.to_the_end();
    bench.verify(0);
}
