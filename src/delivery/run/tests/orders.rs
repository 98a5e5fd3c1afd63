//! The row of the matrix about pipelining (RFC 2920): no answer is taken for that to another command.

use super::*;

/// Answers a good server's words a moment late, and listens meanwhile; `offers` is the end of its answer to EHLO.
fn slow(offers: &'static str) -> impl Fn(&Moment<'_>) -> Option<Vec<Act>> + Send + Sync {
    move |moment| {
        let answer = match moment.at {
            At::Banner => "220 ready",
            At::Hello => offers,
            At::Data if moment.line == "DATA" => "354 go on",
            At::Quit => "221 goodbye",
            At::Rcpt if moment.line.contains("reader002") => "550 5.1.1 nobody",
            _ => "250 fine",
        };
        Some(vec![Act::Listen(Duration::from_millis(5)), Act::Say(answer.into())])
    }
}

#[test]
fn row_15_nothing_is_said_before_the_answer_where_that_is_not_offered() {
    let bench = Bench::new(6, slow("250-localhost\r\n250 8BITMIME"));
    bench.to_the_end();
    bench.verify(0);
    let heard = bench.server.heard();
    assert_eq!((heard.early, heard.count("RCPT"), heard.count("DATA")), (0, 6, 5));
}

#[test]
fn row_15_where_it_is_offered_a_mail_is_begun_in_one_go_and_each_answer_has_its_command() {
    for listens in [At::Mail, At::Dot] {
        let is_gone = gone(1..2);
        let bench = Bench::new(60, move |moment| match moment.at {
            _ if is_gone(moment) => say("550 5.1.1 nobody"),
            at if at == listens => Some(vec![Act::Listen(Duration::from_millis(2)), Act::Say("250 fine".into())]),
            _ => None,
        });
        bench.to_the_end();
        bench.verify(0);
        let heard = bench.server.heard();
        // What the refused one left is forgotten together with the beginning of the next.
        assert_eq!((heard.count("DATA"), heard.count("RSET"), heard.connections, heard.taken.len()), (60, 1, 1, 59));
        // With the end of a message the next one is begun, but for the last of a block.
        assert!(if listens == At::Mail { heard.early == 60 } else { (30..59).contains(&heard.early) }, "{}", heard.early);
    }
}

#[test]
fn row_15_whoever_stops_behind_a_mail_leaves_nothing_of_the_next_one() {
    let bench =
        Bench::new(
            20,
            |moment| if moment.at == At::Dot && moment.taken == 12 { say("550 5.4.5 Daily user sending limit exceeded") } else { None },
        );
    let ended = bench.once();
    let heard = bench.server.heard();
    assert!(matches!(ended, Ended::Stopped(Reason::Quota, _)) && heard.taken.len() == 12, "{ended:?}, {}", heard.taken.len());
    assert_eq!(heard.count("QUIT"), 0, "behind DATA that would be the text");
    assert!(heard.taken.iter().all(|mail| mail.to.len() == 1 && mail.text().contains(&mail.to[0])));
    assert_eq!((bench.count(DeliveryState::Sent), bench.open()), (12, 8));
}

#[test]
fn row_15_what_a_message_is_answered_is_not_taken_for_the_answer_to_the_next() {
    for said in ["452 4.2.2 the mailbox is full", "550 5.7.1 no"] {
        let count = AtomicUsize::new(0);
        let bench = Bench::new(40, move |moment| {
            let is_it = moment.at == At::Dot && count.fetch_add(1, Ordering::SeqCst) % 7 == 3;
            if is_it { say(said) } else { None }
        });
        bench.to_the_end();
        bench.verify(0);
    }
}

#[test]
fn row_15_behind_a_refused_sender_no_message_follows() {
    // Such a server says 354 to whatever DATA comes.
    for offers in ["250-localhost\r\n250 PIPELINING", "250 localhost"] {
        let bench = Bench::new(6, move |moment| match moment.at {
            At::Hello => say(offers),
            At::Mail => say("550 5.7.1 not from you"),
            At::Data => say("354 go on"),
            _ => None,
        });
        assert!(matches!(bench.once(), Ended::Stopped(Reason::Sender, _)));
        assert_eq!((bench.server.heard().connections, bench.server.taken()), (1, 0));
        assert_eq!((bench.count(DeliveryState::Pending), bench.open()), (5, 6));
    }
}

#[test]
fn row_15_a_server_that_waits_for_a_message_without_recipient_gets_none_and_is_called_again() {
    let is_gone = gone(1..2);
    let bench = Bench::new(6, move |moment| match moment.at {
        _ if is_gone(moment) => say("550 5.1.1 nobody"),
        At::Data => say("354 go on"),
        _ => None,
    });
    bench.to_the_end();
    bench.verify(0);
    let heard = bench.server.heard();
    assert_eq!((heard.connections, heard.taken.len()), (2, 5));
    assert!(heard.taken.iter().all(|mail| !mail.to.is_empty() && !mail.bytes.is_empty()));
}
