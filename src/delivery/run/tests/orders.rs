//! The row of the matrix about pipelining (RFC 2920), which is not used: each answer is waited for, so none is taken for another's.

use super::*;

#[test]
fn row_15_nothing_is_said_before_the_answer_to_what_was_said() {
    let bench = Bench::new(6, |moment| {
        let answer = match moment.at {
            At::Banner => "220 ready",
            At::Hello => "250-localhost\r\n250-PIPELINING\r\n250 8BITMIME",
            At::Data => "354 go on",
            At::Quit => "221 goodbye",
            At::Rcpt if moment.line.contains("reader002") => "550 5.1.1 nobody",
            _ => "250 fine",
        };
        Some(vec![Act::Listen(Duration::from_millis(5)), Act::Say(answer.into())])
    });
    bench.to_the_end();
    bench.verify(0);
    let heard = bench.server.heard();
    assert_eq!((heard.early, heard.count("RCPT"), heard.count("DATA")), (0, 6, 5));
}

#[test]
fn row_15_behind_a_refused_sender_no_message_follows() {
    // Such a server says 354 to whatever DATA comes.
    let bench = Bench::new(6, |moment| match moment.at {
        At::Mail => say("550 5.7.1 not from you"),
        At::Data => say("354 go on"),
        _ => None,
    });
    assert!(matches!(bench.once(), Ended::Stopped(Reason::Sender, _)));
    let heard = bench.server.heard();
    assert_eq!((heard.count("RCPT"), heard.count("DATA"), heard.taken.len()), (0, 0, 0));
    assert_eq!(bench.count(DeliveryState::Pending), 6);
}
