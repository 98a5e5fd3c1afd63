//! The rows of the matrix that take several senders with one ledger, on the PostgreSQL server that `POSTRIDER_TEST_POSTGRES` names;
//! without one there is nothing to see here.

use super::*;

impl Bench {
    /// Starts a sender as another machine would: with a ledger of its own, that fails when it is told to.
    fn sender(&self) -> (Running, Failing) {
        let failing = Failing::later();
        let ledger = Arc::new(Mutex::new(self.ledger().failing(&failing)));
        let running = start(&ledger, self.transport(), Arc::new(Writer), Arc::default(), self.run()).expect("a run");
        (running, failing)
    }

    fn until(&self, what: impl Fn(&Bench) -> bool) {
        let began = Instant::now();
        while !what(self) {
            assert!(began.elapsed() < Duration::from_mins(1), "{:?}", self.ledger().counts("main", "one"));
            thread::sleep(Duration::from_millis(2));
        }
    }
}

/// A server that takes a little while for each mail, so that several senders are at work at once.
fn slow(readers: usize) -> Option<Bench> {
    let pause =
        |moment: &Moment<'_>| (moment.at == At::Dot).then(|| vec![Act::Pause(Duration::from_millis(10)), Act::Say("250 ok".into())]);
    let mut bench = Bench::new(readers, pause).over(2);
    // Each has a part.
    bench.block = 10;
    bench.is_shared().then_some(bench)
}

#[test]
fn row_25_senders_share_an_edition_and_each_mail_leaves_once() {
    for senders in [2, 3] {
        let Some(bench) = slow(120) else { return };
        let running: Vec<Running> = (0..senders).map(|_| bench.sender().0).collect();
        let shares: Vec<u64> = running
            .into_iter()
            .map(|running| {
                while !running.is_over() {
                    thread::sleep(Duration::from_millis(2));
                }
                let sent = running.tally().sent.load(Ordering::SeqCst);
                assert!(matches!(running.join().0, Ended::Done));
                sent
            })
            .collect();
        assert_eq!(shares.iter().sum::<u64>(), 120);
        assert!(shares.iter().all(|share| *share > 0), "{shares:?}");
        bench.verify(0);
    }
}

#[test]
fn row_25_when_one_of_three_senders_dies_the_others_finish() {
    for dead in 0..3 {
        let Some(bench) = slow(150) else { return };
        let senders = [bench.sender(), bench.sender(), bench.sender()];
        bench.until(|bench| bench.server.heard().taken.len() > 30 + 10 * dead);
        senders[dead].1.die();
        for (at, (running, _)) in senders.into_iter().enumerate() {
            let ended = running.join().0;
            assert_eq!(matches!(ended, Ended::Ledger(_)), at == dead, "{ended:?}");
            assert_eq!(matches!(ended, Ended::Done), at != dead, "{ended:?}");
        }
        assert_eq!(bench.open(), 0);
        // One for each connection of the dead.
        bench.verify(2);
    }
}

#[test]
fn row_25_connections_to_the_ledger_that_break_are_opened_again() {
    let Some(mut bench) = slow(150) else { return };
    bench.timing.reconnect = Duration::from_millis(20);
    let senders = [bench.sender().0, bench.sender().0];
    let name = bench.name.clone().expect("a name");
    let mut broken = 0;
    for part in 1..6 {
        bench.until(|bench| bench.server.heard().taken.len() > 20 * part || bench.open() == 0);
        broken += failing::break_connections(&name);
    }
    assert!(broken > 8, "{broken}");
    for running in senders {
        let ended = running.join().0;
        assert!(matches!(ended, Ended::Done), "{ended:?}");
    }
    bench.verify(0);
    assert_eq!(bench.count(DeliveryState::Sent), 150);
}

#[test]
#[ignore = "restarts the server, so it must be alone: tests/check/postgres.sh"]
fn row_25_a_restart_of_the_database_costs_nobody_their_mail() {
    let Some(mut bench) = slow(200) else { return };
    let restart = std::env::var("POSTRIDER_TEST_POSTGRES_RESTART").expect("a command that restarts the server");
    bench.timing.reconnect = Duration::from_millis(200);
    bench.timing.patience = Duration::from_secs(30);
    let senders = [bench.sender().0, bench.sender().0, bench.sender().0];
    for part in 1..4 {
        while bench.server.heard().taken.len() < 40 * part {
            thread::sleep(Duration::from_millis(2));
        }
        let status = std::process::Command::new("sh").args(["-c", &restart]).status().expect("a shell");
        assert!(status.success());
    }
    for running in senders {
        let ended = running.join().0;
        assert!(matches!(ended, Ended::Done), "{ended:?}");
    }
    bench.verify(0);
    assert_eq!(bench.count(DeliveryState::Sent), 200);
}

#[test]
fn row_30_a_sender_that_slept_past_its_lease_ends_no_message() {
    // The first connection's second mail is held up for longer than its lease, between its claim and its dot.
    let data = AtomicUsize::new(0);
    let bench = Bench::new(10, move |moment| {
        let is_it = moment.at == At::Data && moment.connection == 1 && data.fetch_add(1, Ordering::SeqCst) == 1;
        is_it.then(|| vec![Act::Pause(Duration::from_millis(1500)), Act::Say("354 go on".into())])
    });
    if !bench.is_shared() {
        return;
    }
    let (slept, _) = bench.sender();
    bench.until(|bench| bench.server.heard().count("DATA") == 2);
    let (awake, _) = bench.sender();
    assert!(matches!(awake.join().0, Ended::Done));
    assert_eq!(bench.count(DeliveryState::Sent), 10, "the other did what was left");
    assert!(matches!(slept.join().0, Ended::Done));
    bench.verify(0);
    let heard = bench.server.heard();
    assert_eq!((heard.taken.len(), heard.count("DATA"), heard.closed), (10, 11, 2), "the one that slept has hung up");
}

#[test]
fn row_30_a_sender_that_slept_past_its_dot_is_believed_when_it_wakes() {
    let mut bench = Bench::new(6, at_mail(At::Dot, 2, vec![Act::Keep, Act::Pause(Duration::from_millis(1500)), Act::Say("250 ok".into())]));
    if !bench.is_shared() {
        return;
    }
    bench.block = 3;
    let (slept, _) = bench.sender();
    bench.until(|bench| bench.server.heard().taken.len() == 2);
    let (awake, _) = bench.sender();
    assert!(matches!(awake.join().0, Ended::Done));
    assert_eq!((bench.count(DeliveryState::Unknown), bench.count(DeliveryState::Sent)), (1, 5), "nobody sends it again");
    assert!(matches!(slept.join().0, Ended::Done));
    bench.verify(0);
    assert_eq!(bench.count(DeliveryState::Sent), 6);
}
