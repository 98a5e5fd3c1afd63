//! The fault matrix: whatever a server or the ledger does in the middle of a run, the runs that follow bring the edition to its
//! end, nobody gets it twice, and nothing is told to be sent that was not taken.
//!
//! The ledger is a file, or the PostgreSQL server that `POSTRIDER_TEST_POSTGRES` names.
//!
//! Which test meets which row; a test of the house says that each is there.
//!
//! | row | fault | tests |
//! | ---: | --- | --- |
//! | 1 | a server that is not there | `row_01_a_server_that_is_not_there_costs_nobody_their_mail` |
//! | 2 | a connection that drops while it is set up | `rows_02_05_09_10_whatever_breaks_before_the_dot_is_sent_again_once`, `a_handshake_that_breaks_off_is_a_failed_encryption`, `a_connection_that_is_dropped_is_told_with_its_stage_and_unknown_only_after_the_dot` |
//! | 3 | no encryption, or somebody else's | `without_encryption_or_with_a_wrong_certificate_no_password_is_sent` |
//! | 4 | a wrong password | `row_04_a_wrong_password_stops_before_anybody_is_attempted` |
//! | 5 | a drop before the dot | `rows_02_05_09_10_whatever_breaks_before_the_dot_is_sent_again_once`, `a_message_that_breaks_off_before_its_end_was_not_sent` |
//! | 6, 7 | a drop after the dot | `rows_06_07_09_28_a_connection_that_ends_after_the_dot_leaves_one_unknown`, `row_07_an_unknown_mail_is_sent_again_when_its_author_says_so` |
//! | 8 | a late answer | `row_08_a_late_yes_is_a_yes` |
//! | 9 | silence | `silence_ends_with_the_time_of_its_stage_and_is_unknown_only_after_the_dot` |
//! | 10 | 421 | `a_server_that_closes_with_421_blames_nobody_at_any_stage`, `row_10_a_server_that_hangs_up_after_some_mails_is_called_again` |
//! | 11 | not now | `row_11_what_is_put_off_is_sent_later` |
//! | 12 | recipients who are gone | `row_12_refused_recipients_cost_neither_the_connection_nor_the_others` |
//! | 13 | too big; policy | `row_13_a_fault_of_ours_stops_the_run_and_blames_nobody` |
//! | 14 | garbage | `row_14_no_garbage_is_taken_for_a_yes`, `odd_replies_are_understood_or_end_the_connection_and_are_never_anothers` |
//! | 15 | answers that a pipeline would take for others | `row_15_nothing_is_said_before_the_answer_where_that_is_not_offered`, `row_15_where_it_is_offered_a_mail_is_begun_in_one_go_and_each_answer_has_its_command`, `row_15_whoever_stops_behind_a_mail_leaves_nothing_of_the_next_one`, `row_15_what_a_message_is_answered_is_not_taken_for_the_answer_to_the_next`, `row_15_behind_a_refused_sender_no_message_follows`, `row_15_a_server_that_waits_for_a_message_without_recipient_gets_none_and_is_called_again` |
//! | 16 | kills | `row_16_killed_at_any_instant_it_goes_on_and_mails_nobody_twice`, `a_death_before_or_after_any_step_of_the_ledger_loses_nobody_and_mails_nobody_twice` |
//! | 17 | signals | `row_17_a_signal_lets_open_mails_end_and_no_other_begin`, `row_17_what_is_not_answered_in_time_is_unknown` |
//! | 18 | a power cut | `row_18_after_a_power_cut_at_most_the_block_is_unknown` |
//! | 19 | a full disk, a damaged ledger | `row_19_what_cannot_be_recorded_is_not_sent`, `row_19_a_ledger_that_cannot_be_used_is_told_and_nothing_is_sent` |
//! | 20 | two senders at once | `row_20_of_many_senders_one_sends` |
//! | 21 | clocks | `row_21_a_clock_that_jumps_makes_no_retry_early_twice_or_late_by_a_day`, `row_21_the_hours_that_walls_skip_or_repeat_change_nothing` |
//! | 22 | a list that changes | `row_22_who_leaves_while_an_edition_is_sent_is_not_mailed`, `row_31_an_edition_that_was_made_is_sent_as_it_was_made` |
//! | 23 | odd addresses | `row_23_whatever_an_address_looks_like_nobody_gets_two_mails_and_no_header_gets_a_line` |
//! | 24 | servers without extensions | `a_server_without_extensions_gets_none_and_what_needs_one_is_told_before_anything_is_said`, `a_mail_above_the_announced_size_is_found_before_anything_is_said` |
//! | 25 | several machines | `row_25_when_one_of_three_senders_dies_the_others_finish`, `row_25_a_restart_of_the_database_costs_nobody_their_mail` |
//! | 26 | a message that is given up | `row_26_a_run_that_is_told_to_stop_ends_no_further_message`, `a_message_that_is_given_up_is_not_sent_and_its_connection_never_used_again` |
//! | 27 | words before the encryption | `words_injected_before_the_encryption_are_seen_and_no_password_is_sent`, `what_was_offered_before_the_encryption_is_forgotten` |
//! | 28 | half an answer | `rows_06_07_09_28_a_connection_that_ends_after_the_dot_leaves_one_unknown` |
//! | 29 | a quota | `row_29_a_quota_stops_the_run_and_the_rest_stays_pending` |
//! | 30 | a sender that slept | `row_30_a_sender_that_slept_past_its_lease_ends_no_message`, `row_30_a_sender_that_slept_past_its_dot_is_believed_when_it_wakes`, `row_30_no_step_is_told_the_time_by_the_machine_it_runs_on` |
//! | 31 | settings that change | `row_31_an_edition_that_was_made_is_sent_as_it_was_made`, `a_cancelled_edition_frees_its_posts_only_if_nobody_got_it` |
//! | 32 | another ledger, an older one, a newer one | `row_32_a_ledger_that_is_not_the_one_of_last_time_mails_nobody`, `row_32_a_migration_that_is_killed_at_any_step_is_made_anew`, `a_ledger_of_a_newer_postrider_is_left_alone` |
//! | 33 | an import meanwhile | `row_33_an_import_during_a_send_costs_no_outcome` |
//! | 34 | `sendmail` | `row_34_what_the_program_says_is_what_became_of_the_mail` |

use super::super::testing::{At, MailServer, Mode, Moment, Step as Act, say};
use super::super::{Connector, Direct, Server, Smtp, Timeouts};
use super::*;
use crate::ledger::failing::{self, Failing};
use crate::ledger::{Clock, EditionEntry, EditionLetter, Frozen, Location, NewEdition};
use crate::model::{EditionState, Status, Subscriber, Tls};
use lettre::address::Envelope;
use std::collections::BTreeMap;
use std::io;
use std::net::{IpAddr, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicI64};

/// A ledger with an edition, a server, and how they are brought together.
struct Bench {
    _folder: tempfile::TempDir,
    place: Location,
    /// The place's name on a server.
    name: Option<String>,
    server: MailServer,
    readers: usize,
    connections: usize,
    timing: Timing,
    timeouts: Timeouts,
    limits: Limits,
    block: usize,
    boot: &'static str,
    clock: Clock,
    /// A connection to look at the ledger with: on a server a new one costs more than what is asked of it.
    eye: Mutex<Option<Ledger>>,
}

/// Makes short messages that begin with everything a body may stumble over.
struct Writer;

impl Mailroom for Writer {
    fn message(&self, mail: &Claimed) -> Result<Message, String> {
        let address = |text: &str| text.parse::<lettre::Address>().map_err(|error| error.to_string());
        let envelope =
            Envelope::new(Some(address("news@example.org")?), vec![address(&mail.address)?]).map_err(|error| error.to_string())?;
        let id = format!("<{}@example.org>", mail.address.replace('@', "."));
        let text = format!("Message-ID: {id}\r\nTo: {}\r\n\r\n.hidden\r\n..\r\n.\r\nlast\r\n", mail.address);
        Ok(Message { id, envelope, needs_utf8: false, bytes: text.into_bytes() })
    }
}

/// How long a server may take that answers at once; a machine that does much else may be slow.
const AMPLE: Duration = Duration::from_secs(10);

/// How long one may take that never answers.
const QUICK: Duration = Duration::from_millis(200);

fn timeouts(all: Duration) -> Timeouts {
    Timeouts { connect: all, greeting: all, command: all, data: all, block: all, dot: all }
}

impl Bench {
    fn new(readers: usize, script: impl Fn(&Moment<'_>) -> Option<Vec<Act>> + Send + Sync + 'static) -> Self {
        Bench::by(Clock::Database, readers, script)
    }

    fn by(clock: Clock, readers: usize, script: impl Fn(&Moment<'_>) -> Option<Vec<Act>> + Send + Sync + 'static) -> Self {
        let millis = Duration::from_millis;
        let folder = tempfile::tempdir().expect("a folder");
        let (place, name) = match failing::on_a_server() {
            Some((place, name)) => (place, Some(name)),
            None => (Location::of("ledger.db", folder.path()), None),
        };
        let timing = Timing {
            lease: millis(500),
            answer: millis(500),
            retry: millis(1),
            reconnect: millis(1),
            breaks: 6,
            patience: Duration::from_secs(5),
        };
        let bench = Bench {
            _folder: folder,
            place,
            name,
            server: MailServer::start(Mode::Clear, script),
            readers,
            connections: 1,
            timing,
            timeouts: timeouts(AMPLE),
            limits: Limits::default(),
            block: 50,
            boot: "boot",
            clock,
            eye: Mutex::default(),
        };
        bench.freeze();
        bench
    }

    fn over(self, connections: usize) -> Self {
        Bench { connections, ..self }
    }

    /// With a server that stalls.
    fn in_haste(self) -> Self {
        Bench { timeouts: timeouts(QUICK), ..self }
    }

    fn is_shared(&self) -> bool {
        self.name.is_some()
    }

    fn ledger(&self) -> Ledger {
        Ledger::open(&self.place, true, self.clock.clone()).expect("a ledger")
    }

    /// Asks the ledger something; once more where the connection was broken meanwhile.
    fn look<T>(&self, ask: impl Fn(&mut Ledger) -> Result<T, LedgerError>) -> T {
        let mut eye = lock(&self.eye);
        if let Ok(answer) = ask(eye.get_or_insert_with(|| self.ledger())) {
            return answer;
        }
        ask(eye.insert(self.ledger())).expect("an answer")
    }

    fn freeze(&self) {
        let mut ledger = self.ledger();
        let added = ledger.at_once(|ledger| {
            (0..self.readers).try_for_each(|at| {
                let address = format!("reader{at:03}@example.org");
                let reader = Subscriber { address: address.clone(), status: Status::Active, ..Subscriber::default() };
                ledger.add("main", &reader, &address).map(drop)
            })
        });
        added.expect("readers");
        let entry = EditionEntry { id: "id".into(), path: "posts/a.md".into(), hash: "0".into(), title: "A".into() };
        let new = NewEdition { key: "one".into(), hash: "0".into(), settings: "{}".into(), entries: vec![entry], after: 0 };
        let frozen = ledger.freeze::<LedgerError>("main", &new, |_| Ok(Some(0)), || vec![EditionLetter::default()]).expect("an answer");
        assert_eq!(frozen, Frozen::For(self.readers as u64));
        ledger.move_edition("main", "one", &[EditionState::Frozen], EditionState::Sending).expect("an answer");
        *lock(&self.eye) = Some(ledger);
    }

    fn transport(&self) -> Arc<dyn Transport> {
        self.transport_over(Direct)
    }

    fn transport_over(&self, connector: impl Connector + Send + 'static) -> Arc<dyn Transport> {
        let (port, timeouts) = (self.server.port, self.timeouts);
        let server = move || {
            Ok(Server {
                host: "127.0.0.1".into(),
                port,
                tls: Tls::None,
                ca: None,
                login: None,
                auth: None,
                ehlo: "example.org".into(),
                timeouts,
            })
        };
        Arc::new(Smtp { server: Box::new(server), connector })
    }

    fn run(&self) -> Run {
        Run {
            newsletter: "main".into(),
            edition: "one".into(),
            connections: self.connections,
            per_connection: None,
            limits: self.limits.clone(),
            block: self.block,
            boot: Some(self.boot.into()),
            timing: self.timing,
        }
    }

    /// Runs once, as a process does: tidies up, sends, ends.
    fn once(&self) -> Ended {
        self.once_with(self.ledger(), self.transport()).0
    }

    fn once_with(&self, mut ledger: Ledger, transport: Arc<dyn Transport>) -> (Ended, Vec<Arc<Claimed>>) {
        loop {
            match ledger.recover(Some(self.boot)) {
                Ok(_) => break,
                Err(error) if error.is_transient() => {}
                Err(error) => return (Ended::Ledger(error), Vec::new()),
            }
        }
        let ledger = Arc::new(Mutex::new(ledger));
        match start(&ledger, transport, Arc::new(Writer), Arc::default(), self.run()) {
            Ok(running) => running.join(),
            Err(error) => (Ended::Ledger(error), Vec::new()),
        }
    }

    /// Runs until nothing is left; returns how each run ended.
    fn to_the_end(&self) -> Vec<Ended> {
        let mut all = Vec::new();
        while self.open() > 0 {
            all.push(self.once());
            assert!(all.len() < 20, "{all:?}");
        }
        all
    }

    fn open(&self) -> u64 {
        self.look(|ledger| ledger.counts("main", "one")).open()
    }

    fn count(&self, state: DeliveryState) -> u64 {
        self.look(|ledger| ledger.counts("main", "one")).of(state)
    }

    /// Compares what the server took with what the ledger says, mail by mail.
    fn verify(&self, most_unknown: u64) {
        let mut taken: BTreeMap<String, usize> = BTreeMap::new();
        for mail in self.server.heard().taken {
            assert!(mail.text().ends_with("\r\n\r\n.hidden\r\n..\r\n.\r\nlast\r\n"), "{:?}", mail.text());
            *taken.entry(mail.to.join(" ")).or_default() += 1;
        }
        assert_eq!(self.look(Ledger::check), []);
        let claim = |at: usize| format!("reader{at:03}@example.org");
        let mut unknown = 0;
        for (address, state) in self.look(|ledger| ledger.states("main", "one")) {
            let copies = taken.remove(&address).unwrap_or_default();
            match state {
                DeliveryState::Sent => assert_eq!(copies, 1, "{address} is told to be sent"),
                DeliveryState::Unknown => {
                    assert!(copies <= 1, "{address} got {copies}");
                    unknown += 1;
                }
                DeliveryState::Refused | DeliveryState::Skipped | DeliveryState::Expired => assert_eq!(copies, 0, "{address} is {state:?}"),
                other => panic!("{address} is still {other:?}"),
            }
        }
        assert_eq!(taken, BTreeMap::new(), "nobody else was to be mailed");
        assert!(unknown <= most_unknown, "{unknown} are unknown");
        let total = self.look(|ledger| ledger.counts("main", "one")).total();
        assert_eq!(total, self.readers as u64, "from {} to {}", claim(0), claim(self.readers));
    }
}

/// Does something the first time that a step of a connection is come to, for the mail at a number.
fn at_mail(step: At, number: usize, acts: Vec<Act>) -> impl Fn(&Moment<'_>) -> Option<Vec<Act>> + Send + Sync {
    let seen = AtomicUsize::new(0);
    move |moment| {
        let is_it = moment.at == step && seen.fetch_add(1, Ordering::SeqCst) + 1 == number;
        is_it.then(|| acts.clone())
    }
}

/// Returns what says whether somebody is asked for who is gone: those at these places in the order in which they are asked for first.
fn gone(places: std::ops::Range<usize>) -> impl Fn(&Moment<'_>) -> bool + Send + Sync {
    let seen: Mutex<Vec<String>> = Mutex::default();
    move |moment| {
        let mut seen = lock(&seen);
        if moment.at == At::Rcpt && !seen.iter().any(|line| line == moment.line) {
            seen.push(moment.line.to_owned());
        }
        moment.at == At::Rcpt && seen.iter().position(|line| line == moment.line).is_some_and(|at| places.contains(&at))
    }
}

#[test]
fn everybody_gets_an_edition_once() {
    for connections in [1, 4] {
        let bench = Bench::new(60, |_| None).over(connections);
        assert!(matches!(bench.to_the_end()[..], [Ended::Done]));
        bench.verify(0);
        assert_eq!(bench.server.heard().connections, connections);
        assert!(bench.ledger().close("main", "one").expect("an answer"));
    }
}

#[test]
fn row_01_a_server_that_is_not_there_costs_nobody_their_mail() {
    struct Nowhere(io::ErrorKind);
    impl Connector for Nowhere {
        fn connect(&self, _: &str, _: u16, _: Duration) -> io::Result<(TcpStream, IpAddr)> {
            Err(self.0.into())
        }
    }
    for kind in [io::ErrorKind::ConnectionRefused, io::ErrorKind::NetworkUnreachable, io::ErrorKind::NotFound] {
        let bench = Bench::new(5, |_| None);
        let (ended, _) = bench.once_with(bench.ledger(), bench.transport_over(Nowhere(kind)));
        let Ended::Unreachable(told) = ended else { panic!("{ended:?}") };
        let states = [DeliveryState::Deferred, DeliveryState::Pending];
        let reason = bench.ledger().last_reason("main", "one", &states).expect("an answer").expect("a reason");
        assert_eq!(reason.told, told, "the mails that wait know for what");
        assert_eq!(bench.count(DeliveryState::Pending), 5);
        bench.to_the_end();
        bench.verify(0);
    }
    for banner in [vec![Act::Say("554 go away".into())], vec![Act::Stall]] {
        let bench = Bench::new(5, move |moment| (moment.at == At::Banner).then(|| banner.clone())).in_haste();
        assert!(matches!(bench.once(), Ended::Unreachable(_)));
        assert_eq!(bench.count(DeliveryState::Pending), 5);
    }
}

#[test]
fn rows_02_05_09_10_whatever_breaks_before_the_dot_is_sent_again_once() {
    let faults = || [vec![Act::Close], vec![Act::Reset], vec![Act::Stall], vec![Act::Say("421 4.3.2 going down".into()), Act::Close]];
    for step in [At::Banner, At::Hello, At::Mail, At::Rcpt, At::Data] {
        for acts in faults() {
            for number in [1, 3] {
                let bench = Bench::new(4, at_mail(step, number, acts.clone())).in_haste();
                bench.to_the_end();
                bench.verify(0);
                assert_eq!(bench.count(DeliveryState::Sent), 4, "{step:?} {acts:?}");
            }
        }
    }
    for bytes in [0, 1, 30, 60] {
        let bench = Bench::new(4, at_mail(At::Data, 2, vec![Act::Say("354 go on".into()), Act::Take(bytes)]));
        bench.to_the_end();
        bench.verify(1);
    }
}

#[test]
fn rows_06_07_09_28_a_connection_that_ends_after_the_dot_leaves_one_unknown() {
    for kept in [true, false] {
        for end in [Act::Close, Act::Stall, Act::Reset, Act::Say("250-half".into())] {
            let mut acts = if kept { vec![Act::Keep] } else { Vec::new() };
            acts.extend([end.clone(), Act::Close]);
            let bench = Bench::new(5, at_mail(At::Dot, 2, acts)).in_haste();
            bench.to_the_end();
            assert_eq!((bench.count(DeliveryState::Unknown), bench.count(DeliveryState::Sent)), (1, 4), "{end:?}");
            bench.verify(1);
        }
    }
}

#[test]
fn row_07_an_unknown_mail_is_sent_again_when_its_author_says_so() {
    let bench = Bench::new(3, at_mail(At::Dot, 2, vec![Act::Close]));
    bench.to_the_end();
    let moved = bench.ledger().settle("main", "one", &[DeliveryState::Unknown], DeliveryState::Pending, None).expect("an answer");
    assert_eq!(moved, 1);
    bench.to_the_end();
    bench.verify(0);
}

#[test]
fn row_08_a_late_yes_is_a_yes() {
    let bench = Bench::new(3, at_mail(At::Dot, 2, vec![Act::Pause(Duration::from_millis(300)), Act::Keep, Act::Say("250 ok".into())]));
    bench.to_the_end();
    bench.verify(0);
}

#[test]
fn row_10_a_server_that_hangs_up_after_some_mails_is_called_again() {
    let bench =
        Bench::new(20, |moment| (moment.at == At::Mail && moment.taken == 3).then(|| vec![Act::Say("421 enough".into()), Act::Close]));
    assert!(matches!(bench.to_the_end()[..], [Ended::Done]));
    bench.verify(0);
    assert_eq!(bench.server.heard().connections, 7);
}

#[test]
fn row_11_what_is_put_off_is_sent_later() {
    for code in [450, 451, 452, 454] {
        for step in [At::Rcpt, At::Data, At::Dot] {
            let bench = Bench::new(4, at_mail(step, 2, vec![Act::Say(format!("{code} 4.2.0 not now"))]));
            bench.to_the_end();
            bench.verify(0);
            assert_eq!(bench.count(DeliveryState::Sent), 4, "{code} at {step:?}");
        }
    }
}

#[test]
fn row_12_refused_recipients_cost_neither_the_connection_nor_the_others() {
    let bench = Bench::new(40, |moment| {
        let is_gone = ["reader010@", "reader020@"].iter().any(|gone| moment.line.contains(gone));
        if moment.at == At::Rcpt && is_gone { say("550 5.1.1 nobody") } else { None }
    });
    bench.to_the_end();
    bench.verify(0);
    let heard = bench.server.heard();
    assert_eq!((heard.connections, heard.taken.len()), (1, 38));
    assert!(heard.count("RSET") >= 1, "where another mail follows");
}

#[test]
fn row_13_a_fault_of_ours_stops_the_run_and_blames_nobody() {
    let bench = Bench::new(20, |moment| if moment.at == At::Dot { say("552 5.3.4 too big") } else { None });
    assert!(matches!(bench.once(), Ended::Stopped(Reason::TooBig, _)));
    assert_eq!((bench.count(DeliveryState::Pending), bench.open()), (19, 20));
    let mut bench = Bench::new(20, |moment| if moment.at == At::Dot { say("554 5.7.1 spam") } else { None });
    bench.timing.retry = Duration::from_mins(1);
    assert!(matches!(bench.once(), Ended::Refusals(..)));
    assert_eq!((bench.count(DeliveryState::Deferred), bench.count(DeliveryState::Pending)), (5, 15));
    let bench = Bench::new(20, |moment| if moment.at == At::Rcpt { say("550 5.1.1 nobody") } else { None });
    assert!(matches!(bench.once(), Ended::Refusals(..)));
    assert_eq!((bench.count(DeliveryState::Refused), bench.count(DeliveryState::Deferred)), (0, 5));
    let mut ledger = bench.ledger();
    for at in 0..20 {
        let hash = ledger.hash(&format!("reader{at:03}@example.org"));
        assert!(ledger.history(&hash).expect("a history").iter().all(|told| told.event != "bounced"), "their mailboxes are there");
    }
}

#[test]
fn row_14_no_garbage_is_taken_for_a_yes() {
    let drip = |text: &str| Act::Drip(text.as_bytes().to_vec(), Duration::from_millis(1));
    for (acts, unknown) in [
        (vec![Act::Say("250 ok\r\n250 and again".into())], 1),
        (vec![Act::Say("250-one\r\n250 two".into())], 0),
        (vec![drip("250 ok\r\n")], 0),
        (vec![drip("250 ok\n")], 0),
        (vec![Act::Say("what?".into())], 1),
        (vec![Act::Say(format!("250 {}", "x".repeat(1_000_000)))], 1),
    ] {
        let bench = Bench::new(4, at_mail(At::Dot, 2, [vec![Act::Keep], acts].concat()));
        bench.to_the_end();
        bench.verify(unknown);
    }
}

#[test]
fn row_18_after_a_power_cut_at_most_the_block_is_unknown() {
    let mut bench = Bench::new(20, at_mail(At::Mail, 8, vec![Act::Stall])).in_haste();
    if bench.is_shared() {
        // Each of its commits outlives one.
        return;
    }
    bench.block = 5;
    let failing = Failing::later();
    let ledger = Arc::new(Mutex::new(bench.ledger().failing(&failing)));
    let running = start(&ledger, bench.transport(), Arc::new(Writer), Arc::default(), bench.run()).expect("a run");
    // While the eighth mail hangs, the machine goes down: the mails of its block are as they were claimed.
    while bench.server.heard().count("MAIL") < 8 {
        thread::sleep(Duration::from_millis(1));
    }
    failing.die();
    assert!(matches!(running.join().0, Ended::Ledger(_)));
    let in_doubt = bench.ledger().set_back_to_claims().expect("an answer");
    assert!((1..=5).contains(&in_doubt), "{in_doubt}");
    bench.boot = "another boot";
    bench.to_the_end();
    assert_eq!(bench.count(DeliveryState::Unknown), in_doubt);
    bench.verify(5);
}

#[test]
fn row_19_what_cannot_be_recorded_is_not_sent() {
    for (step, block) in (1..40).map(|step| (step, 50)).chain((1..60).map(|step| (step, 2))) {
        let mut bench = Bench::new(6, |_| None);
        bench.block = block;
        let failing = Failing::full_at(step);
        let (ended, unrecorded) = bench.once_with(bench.ledger().failing(&failing), bench.transport());
        let taken = bench.server.heard().taken.len();
        assert!(failing.has_failed() == matches!(ended, Ended::Ledger(LedgerError::Full { .. })), "{ended:?}");
        let sent = bench.count(DeliveryState::Sent) as usize;
        assert!(taken <= sent + 1, "{taken} were taken, {sent} recorded");
        assert_eq!(unrecorded.len(), taken - sent, "the one that was taken and not recorded is named");
        bench.to_the_end();
        bench.verify(1);
    }
}

#[test]
fn a_death_before_or_after_any_step_of_the_ledger_loses_nobody_and_mails_nobody_twice() {
    for connections in [1, 2] {
        for after in [false, true] {
            for step in 1.. {
                let mut bench = Bench::new(4, at_mail(At::Rcpt, 3, vec![Act::Say("450 later".into())])).over(connections);
                // Each of these deaths is waited out where only a lease tells of it.
                bench.timing = Timing { lease: Duration::from_millis(100), answer: Duration::from_millis(100), ..bench.timing };
                let failing = Failing::at(step, after);
                let (ended, _) = bench.once_with(bench.ledger().failing(&failing), bench.transport());
                if !failing.has_failed() {
                    assert!(matches!(ended, Ended::Done) && step > 20, "{ended:?} after {step} steps");
                    break;
                }
                bench.to_the_end();
                bench.verify(connections as u64);
            }
        }
    }
}

#[test]
fn row_22_who_leaves_while_an_edition_is_sent_is_not_mailed() {
    let bench = Bench::new(6, at_mail(At::Rcpt, 3, vec![Act::Pause(Duration::from_millis(150)), Act::Say("250 ok".into())]));
    let ledger = Arc::new(Mutex::new(bench.ledger()));
    let running = start(&ledger, bench.transport(), Arc::new(Writer), Arc::default(), bench.run()).expect("a run");
    while bench.server.heard().count("RCPT") < 3 {
        thread::sleep(Duration::from_millis(1));
    }
    let mut other = bench.ledger();
    let all: Vec<String> = other.states("main", "one").expect("states").into_iter().map(|(address, _)| address).collect();
    for address in &all {
        let person = other.find("main", address).expect("an answer").expect("a reader");
        other.set_status("main", &person, Status::Unsubscribed, Some("link")).expect("an answer");
    }
    assert!(matches!(running.join().0, Ended::Done));
    bench.verify(0);
    assert_eq!((bench.count(DeliveryState::Sent), bench.count(DeliveryState::Skipped)), (2, 4));
}

#[test]
fn row_26_a_run_that_is_told_to_stop_ends_no_further_message() {
    let bench =
        Bench::new(30, |moment| (moment.at == At::Data).then(|| vec![Act::Pause(Duration::from_millis(20)), Act::Say("354 go on".into())]))
            .over(3);
    let stop = Arc::new(Stop::default());
    let ledger = Arc::new(Mutex::new(bench.ledger()));
    let running = start(&ledger, bench.transport(), Arc::new(Writer), stop.clone(), bench.run()).expect("a run");
    while bench.server.heard().taken.len() < 5 {
        thread::sleep(Duration::from_millis(1));
    }
    stop.say();
    assert!(matches!(running.join().0, Ended::Told));
    assert_eq!(bench.count(DeliveryState::Claimed) + bench.count(DeliveryState::Attempting), 0);
    assert!(bench.count(DeliveryState::Pending) > 10);
    bench.to_the_end();
    bench.verify(0);
}

#[test]
fn row_29_a_quota_stops_the_run_and_the_rest_stays_pending() {
    let bench =
        Bench::new(
            10,
            |moment| if moment.at == At::Dot && moment.taken == 4 { say("550 5.4.5 Daily user sending limit exceeded") } else { None },
        );
    assert!(matches!(bench.once(), Ended::Stopped(Reason::Quota, _)));
    assert_eq!((bench.count(DeliveryState::Sent), bench.count(DeliveryState::Pending), bench.open()), (4, 5, 6));
}

#[test]
fn row_29_a_quota_that_lasts_for_days_gives_nobody_up() {
    let clock = Arc::new(AtomicI64::new(1_795_000_000_000));
    let has_quota = Arc::new(AtomicBool::new(false));
    let quota = has_quota.clone();
    let mut bench = Bench::by(Clock::Told(clock.clone()), 4, move |moment| {
        if moment.at != At::Mail {
            return None;
        }
        if quota.load(Ordering::SeqCst) { say("450 4.7.1 greylisted") } else { say("550 5.4.5 Monthly user sending limit exceeded") }
    });
    bench.timing.patience = Duration::ZERO;
    for _ in 0..30 {
        assert!(matches!(bench.once(), Ended::Stopped(Reason::Quota, _)));
        clock.fetch_add(6 * 60 * 60 * 1000, Ordering::SeqCst);
    }
    has_quota.store(true, Ordering::SeqCst);
    for _ in 0..10 {
        assert!(matches!(bench.once(), Ended::Later(_)));
        assert_eq!(bench.open(), 4, "their two days begin when it is about them");
        clock.fetch_add(4 * 60 * 60 * 1000, Ordering::SeqCst);
    }
    while bench.open() > 0 {
        clock.fetch_add(6 * 60 * 60 * 1000, Ordering::SeqCst);
        bench.once();
    }
    assert_eq!(bench.count(DeliveryState::Expired), 4);
}

#[test]
fn a_mail_that_breaks_every_connection_does_not_hold_up_the_others() {
    let mut bench = Bench::new(6, |moment| (moment.at == At::Rcpt && moment.line.contains("reader002")).then(|| vec![Act::Close]));
    bench.timing.retry = Duration::from_mins(1);
    let ended = bench.once();
    assert_eq!(bench.count(DeliveryState::Sent), 5, "{ended:?}");
}

#[test]
fn no_more_leave_in_a_second_than_the_provider_takes() {
    let mut bench = Bench::new(12, |_| None).over(2);
    bench.limits.per_second = Some(20);
    let began = Instant::now();
    bench.to_the_end();
    bench.verify(0);
    assert!(began.elapsed() >= Duration::from_millis(500), "{:?}", began.elapsed());
}

#[test]
fn a_ledger_that_is_away_for_a_moment_at_any_step_costs_nobody_their_mail() {
    // Whether a step was taken whose answer is lost, only a lease can tell in the end.
    let afters: &[bool] = if failing::on_a_server().is_some() { &[false, true] } else { &[false] };
    for &after in afters {
        for step in 1.. {
            let bench = Bench::new(4, at_mail(At::Rcpt, 3, vec![Act::Say("450 later".into())]));
            let failing = Failing::lost_at(step, after);
            let (ended, _) = bench.once_with(bench.ledger().failing(&failing), bench.transport());
            if !failing.has_failed() {
                assert!(step > 20, "{step}");
                break;
            }
            assert!(matches!(ended, Ended::Done), "{ended:?} at {step}");
            assert_eq!(bench.count(DeliveryState::Sent), 4, "at {step}");
            bench.verify(0);
        }
    }
}

#[test]
fn readers_who_are_added_during_a_send_cost_no_outcome() {
    import_during_a_send(2_000);
}

/// Imports so many readers, a thousand at once, while an edition is sent again and again.
fn import_during_a_send(rows: usize) {
    let bench =
        Bench::new(200, |moment| (moment.at == At::Data).then(|| vec![Act::Pause(Duration::from_millis(5)), Act::Say("354 go on".into())]))
            .over(2);
    let import = || {
        let mut ledger = bench.ledger();
        for first in (0..rows).step_by(1000) {
            let added = ledger.at_once(|ledger| {
                (first..rows.min(first + 1000)).try_for_each(|at| {
                    let address = format!("late{at:06}@example.net");
                    let reader = Subscriber { address: address.clone(), status: Status::Active, ..Subscriber::default() };
                    ledger.add("main", &reader, &address).map(drop)
                })
            });
            added.expect("an import");
        }
    };
    thread::scope(|scope| {
        let importing = scope.spawn(import);
        assert!(matches!(bench.to_the_end()[..], [Ended::Done]));
        importing.join().expect("an import");
    });
    bench.verify(0);
    assert_eq!(bench.count(DeliveryState::Sent), 200);
    assert_eq!(bench.ledger().subscriber_counts("main").expect("counts").0[1].1, 200 + rows as u64);
}

mod clocks;
mod orders;
mod shared;
mod stops;
