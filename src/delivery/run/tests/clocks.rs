//! The row of the matrix about clocks: the ledger's jumps, while a run goes on or between two runs.

use super::*;
use std::sync::atomic::AtomicI64;

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// Some time of no importance.
const NOW: i64 = 1_795_000_000_000;

const READERS: usize = 40;

/// What became of an edition whose clock jumps: how many runs it took, ten minutes from one to the next, and how often a recipient was
/// tried at most.
#[derive(Debug, PartialEq, Eq)]
struct Story {
    runs: usize,
    tries: usize,
}

/// Sends an edition. The first few are put off at first, and no more than 30 leave in an hour. The clock jumps after the first run, or when
/// a server has been told so many recipients.
fn story(start_at: i64, jump: i64, at: Option<usize>) -> Story {
    let clock = Arc::new(AtomicI64::new(start_at));
    let (hand, asked) = (clock.clone(), AtomicUsize::new(0));
    let mut bench = Bench::by(Clock::Told(clock.clone()), READERS, move |moment| {
        if moment.at != At::Rcpt {
            return None;
        }
        let number = asked.fetch_add(1, Ordering::SeqCst);
        if at == Some(number) {
            hand.fetch_add(jump, Ordering::SeqCst);
        }
        if number < 8 { say("450 4.2.0 busy") } else { None }
    })
    .over(2);
    bench.timing = Timing { retry: Duration::from_mins(5), patience: Duration::ZERO, ..bench.timing };
    bench.limits = Limits { per_second: Some(500), per_hour: Some(30), ..Limits::default() };
    let mut runs = 0;
    while bench.open() > 0 {
        once_soon(&bench);
        runs += 1;
        assert!(runs < 100, "{:?}", bench.ledger().counts("main", "one"));
        clock.fetch_add(10 * MINUTE, Ordering::SeqCst);
        if runs == 1 && at.is_none() {
            clock.fetch_add(jump, Ordering::SeqCst);
        }
    }
    bench.verify(0);
    assert_eq!(bench.count(DeliveryState::Sent), READERS as u64);
    let mut tries = BTreeMap::<String, usize>::new();
    for command in bench.server.heard().commands.into_iter().filter(|command| command.starts_with("RCPT")) {
        *tries.entry(command).or_default() += 1;
    }
    Story { runs, tries: tries.into_values().max().unwrap_or_default() }
}

/// Runs once, and does not wait for a run that waits for a clock.
fn once_soon(bench: &Bench) {
    let mut ledger = bench.ledger();
    ledger.recover(Some(bench.boot)).expect("an answer");
    let ledger = Arc::new(Mutex::new(ledger));
    let running = start(&ledger, bench.transport(), Arc::new(Writer), Arc::default(), bench.run()).expect("a run");
    let began = Instant::now();
    while !running.is_over() {
        assert!(began.elapsed() < Duration::from_secs(30), "a run waits for a clock that was set back");
        thread::sleep(Duration::from_millis(1));
    }
    let ended = running.join().0;
    assert!(matches!(ended, Ended::Done | Ended::Later(_)), "{ended:?}");
}

#[test]
fn row_21_a_clock_that_jumps_makes_no_retry_early_twice_or_late_by_a_day() {
    let usual = story(NOW, 0, None);
    assert_eq!(usual.tries, 2);
    for jump in [DAY, -50 * MINUTE, -5 * HOUR, -23 * HOUR, -DAY] {
        for at in [None, Some(20)] {
            let Story { runs, tries } = story(NOW, jump, at);
            // A claim that another clock took away may cost a connection, and its mail a second try.
            assert!(tries <= 3, "{tries} tries after a jump of {jump} ms at {at:?}");
            // No mail waits for longer than six hours, whatever the clock says.
            assert!(runs <= usual.runs + 6 * 6, "{runs} runs after a jump of {jump} ms at {at:?}");
        }
    }
}

#[test]
fn row_21_the_hours_that_walls_skip_or_repeat_change_nothing() {
    let usual = story(NOW, 0, None);
    // One o'clock UTC on 29 March and 25 October 2026, when clocks on Europe's walls are changed.
    for change in [1_774_746_000_000, 1_792_890_000_000] {
        assert_eq!(story(change - 5 * MINUTE, 0, None), usual);
    }
}
