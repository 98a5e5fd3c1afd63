//! The faults of one session, against a server that does what a script says.
#![allow(clippy::disallowed_methods, reason = "time limits are measured")]

use super::testing::{At, Heard, MailServer, Mode, Moment, PASSWORD, ROOT, Step, say};
use super::*;
use crate::model::Tls;
use lettre::Address;
use lettre::address::Envelope;
use std::io;
use std::net::{IpAddr, TcpListener, TcpStream};
use std::time::{Duration, Instant};

const MAIL: &[u8] = b"Subject: Hello\r\n\r\n.one\r\n..\r\ntwo\r\n.\r\n";
/// Time enough on a busy machine.
const SOON: Duration = Duration::from_millis(150);

/// Connects to this machine, whatever the host's name: no test asks DNS.
struct Here;

impl Connector for Here {
    fn connect(&self, _: &str, port: u16, timeout: Duration) -> io::Result<(TcpStream, IpAddr)> {
        Direct.connect("127.0.0.1", port, timeout)
    }
}

/// A connector that finds no way.
struct Nowhere(io::ErrorKind);

impl Connector for Nowhere {
    fn connect(&self, _: &str, _: u16, _: Duration) -> io::Result<(TcpStream, IpAddr)> {
        Err(self.0.into())
    }
}

fn server(port: u16, tls: Tls) -> Server {
    Server {
        host: "localhost".to_owned(),
        port,
        tls,
        ca: Some(ROOT.as_bytes().to_vec()),
        login: Some(("ada".to_owned(), PASSWORD.to_owned())),
        auth: None,
        ehlo: "example.org".to_owned(),
        timeouts: Timeouts::default(),
    }
}

fn to(recipient: &str) -> Envelope {
    let address = |text: &str| text.parse::<Address>().expect("an address");
    Envelope::new(Some(address("list@example.org")), vec![address(recipient)]).expect("an envelope")
}

/// Opens a session over STARTTLS and sends a mail.
fn send(mail: &MailServer, timeouts: Timeouts) -> Result<Reply, SessionError> {
    let server = Server { timeouts, ..server(mail.port, Tls::Required) };
    Session::open(&server, &Here)?.send(&to("ada@example.net"), MAIL)
}

fn send_to(script: impl Fn(&Moment<'_>) -> Option<Vec<Step>> + Send + Sync + 'static) -> (Result<Reply, SessionError>, Heard) {
    let mail = MailServer::start(Mode::Starttls, script);
    let result = send(&mail, Timeouts::default());
    (result, mail.heard())
}

/// A server that does the same, and offers to hear one command after the other only.
fn without_pipelining(
    script: impl Fn(&Moment<'_>) -> Option<Vec<Step>> + Send + Sync + 'static,
) -> impl Fn(&Moment<'_>) -> Option<Vec<Step>> + Send + Sync + 'static {
    move |moment| {
        let offers = if moment.encrypted { "250-localhost\r\n250 AUTH PLAIN" } else { "250-localhost\r\n250 STARTTLS" };
        script(moment).or_else(|| if moment.at == At::Hello { say(offers) } else { None })
    }
}

/// Opens a session without encryption.
fn open(mail: &MailServer) -> Session {
    Session::open(&server(mail.port, Tls::None), &Here).expect("a session")
}

/// At the first such moment after the encryption, or before it where there is none after.
fn is_last(moment: &Moment<'_>) -> bool {
    moment.encrypted || matches!(moment.at, At::Banner | At::Starttls)
}

const STAGES: [(At, Stage); 8] = [
    (At::Banner, Stage::Greeting),
    (At::Hello, Stage::Hello),
    (At::Starttls, Stage::Tls),
    (At::Auth, Stage::Auth),
    (At::Mail, Stage::Mail),
    (At::Rcpt, Stage::Rcpt),
    (At::Data, Stage::Data),
    (At::Dot, Stage::Dot),
];

#[test]
fn a_mail_arrives_as_it_is_over_every_kind_of_connection() {
    for (mode, tls) in [(Mode::Clear, Tls::None), (Mode::Starttls, Tls::Required), (Mode::Implicit, Tls::Implicit)] {
        let mail = MailServer::good(mode);
        let mut session = Session::open(&server(mail.port, tls), &Here).expect("a session");
        let reply = session.send(&to("ada@example.net"), MAIL).expect("a reply");
        assert_eq!(reply.to_string(), "250 2.0.0 queued as 42");
        session.send(&to("bob@example.net"), b"").expect("a reply");
        session.quit();
        let heard = mail.heard();
        assert_eq!(heard.taken[0].bytes, MAIL);
        assert_eq!((heard.taken[0].from.as_str(), heard.taken[0].to.join(" ").as_str()), ("list@example.org", "ada@example.net"));
        assert_eq!((heard.connections, heard.taken.len(), heard.count("QUIT"), heard.count("RSET")), (1, 2, 1, 0));
        assert!(heard.commands.contains(&format!("MAIL FROM:<list@example.org> SIZE={}", MAIL.len())), "{:?}", heard.commands);
    }
}

#[test]
fn a_server_that_is_not_there_is_nobodys_fault() {
    let closed = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a port").port();
    let refused = Session::open(&server(closed, Tls::Required), &Here).expect_err("nobody listens");
    for error in [
        refused,
        Session::open(&server(25, Tls::Required), &Nowhere(io::ErrorKind::NotFound)).expect_err("no address"),
        Session::open(&server(25, Tls::Required), &Nowhere(io::ErrorKind::NetworkUnreachable)).expect_err("no way"),
    ] {
        assert!(matches!((error.stage, &error.fault, error.class()), (Stage::Connect, Fault::Unreachable(_), Class::Gone)), "{error}");
    }
    let (refused, _) = send_to(|moment| if moment.at == At::Banner { say("554 5.7.1 no") } else { None });
    let error = refused.expect_err("a banner that refuses");
    assert_eq!(
        (error.stage, error.class(), error.to_string().as_str()),
        (Stage::Greeting, Class::Gone, "`localhost` refused the connection: 554 5.7.1 no")
    );
}

#[test]
fn a_connection_that_is_dropped_is_told_with_its_stage_and_unknown_only_after_the_dot() {
    for (at, stage) in STAGES {
        let script = move |moment: &Moment<'_>| (moment.at == at && is_last(moment)).then(|| vec![Step::Close]);
        for (result, heard) in [send_to(script), send_to(without_pipelining(script))] {
            let error = result.expect_err("no connection");
            assert!(error.stage == stage && matches!(error.fault, Fault::Closed), "{}: {error}", stage.name());
            assert_eq!(error.class(), if at == At::Dot { Class::Unknown } else { Class::Gone });
            assert!(heard.taken.is_empty());
        }
    }
}

#[test]
fn a_handshake_that_breaks_off_is_a_failed_encryption() {
    let (result, heard) = send_to(|moment| (moment.at == At::Starttls).then(|| vec![Step::Say("220 go on".to_owned()), Step::Take(20)]));
    let error = result.expect_err("no handshake");
    assert_eq!((error.stage, error.class()), (Stage::Tls, Class::Gone), "{error}");
    assert!(heard.logins.is_empty());
}

#[test]
fn without_encryption_or_with_a_wrong_certificate_no_password_is_sent() {
    let stripped = |moment: &Moment<'_>| (moment.at == At::Hello).then(|| vec![Step::Say("250-localhost\r\n250 AUTH PLAIN".to_owned())]);
    let (result, heard) = send_to(stripped);
    let error = result.expect_err("no encryption");
    assert!(matches!(error.fault, Fault::NoStarttls) && error.class() == Class::Stop(Reason::Unsafe), "{error}");
    assert_eq!((heard.logins.len(), heard.count("AUTH"), heard.count("STARTTLS")), (0, 0, 0));
    let refused = |moment: &Moment<'_>| if moment.at == At::Starttls { say("454 4.7.0 no TLS") } else { None };
    let (result, heard) = send_to(refused);
    assert!(result.expect_err("no encryption").class() == Class::Gone && heard.count("AUTH") == 0);
    for (mode, tls) in [(Mode::Starttls, Tls::Required), (Mode::Implicit, Tls::Implicit)] {
        let mail = MailServer::good(mode);
        let right = server(mail.port, tls);
        for wrong in [Server { ca: None, ..right.clone() }, Server { host: "mail.example.org".to_owned(), ..right.clone() }] {
            let error = Session::open(&wrong, &Here).expect_err("a wrong certificate");
            assert!(matches!(error.fault, Fault::Certificate(_)) && error.stage == Stage::Tls, "{error}");
            assert_eq!(error.class(), Class::Stop(Reason::Unsafe));
        }
        assert!(mail.heard().logins.is_empty() && mail.heard().count("AUTH") == 0);
        assert!(Session::open(&right, &Here).is_ok());
    }
}

#[test]
fn unencrypted_words_are_refused_by_the_address_connected_to() {
    struct Elsewhere;
    impl Connector for Elsewhere {
        fn connect(&self, host: &str, port: u16, timeout: Duration) -> io::Result<(TcpStream, IpAddr)> {
            Ok((Here.connect(host, port, timeout)?.0, IpAddr::from([192, 168, 1, 25])))
        }
    }
    let mail = MailServer::good(Mode::Clear);
    let named = server(mail.port, Tls::None);
    let error = Session::open(&named, &Elsewhere).expect_err("a password in the clear");
    assert!(matches!(error.fault, Fault::Unencrypted(_)) && error.class() == Class::Stop(Reason::Unsafe), "{error}");
    assert!(Session::open(&Server { login: None, ..named }, &Elsewhere).is_ok());
    assert!(mail.heard().logins.is_empty());
}

#[test]
fn every_way_to_log_in_works_and_a_wrong_password_is_never_told() {
    for (way, name) in [("plain", "PLAIN"), ("login", "LOGIN"), ("xoauth2", "XOAUTH2")] {
        let mail = MailServer::good(Mode::Starttls);
        let right = Server { auth: Some(way.to_owned()), ..server(mail.port, Tls::Required) };
        let wrong = Server { login: Some(("ada".to_owned(), "secret word".to_owned())), ..right.clone() };
        assert!(Session::open(&right, &Here).is_ok(), "{way}");
        let error = Session::open(&wrong, &Here).expect_err("a wrong password");
        assert_eq!((error.class(), error.reply().map(|reply| reply.code)), (Class::Stop(Reason::Login), Some(535)), "{way}");
        let login = |password: &str| (name.to_owned(), "ada".to_owned(), password.to_owned());
        assert_eq!(mail.heard().logins, [login(PASSWORD), login("secret word")]);
    }
    let (result, _) = send_to(|moment| match moment.at {
        At::Auth => Some(vec![Step::Say(format!("535-5.7.8 bad {}\r\n535 5.7.8 open sesame", moment.line))]),
        _ => None,
    });
    let error = result.expect_err("a refused login");
    for shown in [format!("{error}"), format!("{error:?}")] {
        assert!(!shown.contains("sesame") && !shown.contains("AGFkYQ"), "{shown}");
    }
    let unknown = |moment: &Moment<'_>| if moment.at == At::Hello && moment.encrypted { say("250-x\r\n250 AUTH GSSAPI") } else { None };
    let error = send_to(unknown).0.expect_err("no way to log in");
    assert!(matches!(&error.fault, Fault::NoLogin(offered) if offered == "GSSAPI"), "{error}");
}

#[test]
fn a_message_that_breaks_off_before_its_end_was_not_sent() {
    // STARTTLS would count bytes of another kind.
    for count in [0, 10, MAIL.len()] {
        let take = move |moment: &Moment<'_>| match moment.at {
            At::Data if moment.connection == 1 => Some(vec![Step::Say("354 go on".to_owned()), Step::Take(count)]),
            _ => None,
        };
        let mail = MailServer::start(Mode::Clear, take);
        let mut session = open(&mail);
        let error = match session.offer(&to("ada@example.net"), MAIL) {
            Err(error) => error,
            Ok(offered) => {
                // Until the end of the connection has come to this side.
                std::thread::sleep(SOON);
                offered.dot().expect_err("no connection")
            }
        };
        assert_eq!((error.stage, error.class(), session.is_open()), (Stage::Body, Class::Gone, false), "{count}: {error}");
        open(&mail).send(&to("ada@example.net"), MAIL).expect("a reply");
        assert_eq!(mail.heard().taken.len(), 1);
    }
}

#[test]
fn a_server_that_refuses_amid_the_message_is_believed_and_gets_no_dot() {
    let mail = MailServer::start(Mode::Clear, |moment| {
        (moment.at == At::Data)
            .then(|| vec![Step::Say("354 go on".to_owned()), Step::Say("452 4.3.1 disk full".to_owned()), Step::Take(10)])
    });
    let mut session = open(&mail);
    let error = match session.offer(&to("ada@example.net"), MAIL) {
        Err(error) => error,
        Ok(offered) => {
            std::thread::sleep(SOON);
            offered.dot().expect_err("a refusal")
        }
    };
    assert!(error.stage == Stage::Body && error.reply().is_some_and(|reply| reply.code == 452), "{error}");
    assert!(!session.is_open());
}

#[test]
fn after_the_dot_nobody_knows_whether_the_server_kept_the_mail() {
    for steps in
        [vec![Step::Keep, Step::Close], vec![Step::Close], vec![Step::Reset], vec![Step::Drip(b"25".to_vec(), Duration::ZERO), Step::Close]]
    {
        let kept = steps.iter().any(|step| matches!(step, Step::Keep));
        let script = steps.clone();
        let mail = MailServer::start(Mode::Starttls, move |moment| (moment.at == At::Dot).then(|| script.clone()));
        let timeouts = Timeouts { dot: SOON, ..Timeouts::default() };
        let error = send(&mail, timeouts).expect_err("no reply");
        assert!(error.is_unknown() && error.class() == Class::Unknown, "{error}");
        assert_eq!(mail.heard().taken.len(), usize::from(kept), "{steps:?}");
    }
}

#[test]
fn a_late_answer_to_the_message_is_waited_for() {
    let late = |moment: &Moment<'_>| match moment.at {
        At::Dot => Some(vec![Step::Pause(2 * SOON), Step::Say("250 2.0.0 at last".to_owned())]),
        _ => None,
    };
    let mail = MailServer::start(Mode::Starttls, late);
    let timeouts = Timeouts { dot: 20 * SOON, ..Timeouts::default() };
    assert_eq!(send(&mail, timeouts).expect("a reply").text, "at last");
    assert_eq!(Timeouts::default().dot, Duration::from_mins(10));
}

#[test]
fn silence_ends_with_the_time_of_its_stage_and_is_unknown_only_after_the_dot() {
    for (at, stage) in STAGES {
        let script = move |moment: &Moment<'_>| (moment.at == at && is_last(moment)).then(|| vec![Step::Stall]);
        let patient = Timeouts::default();
        let timeouts = match stage {
            Stage::Greeting => Timeouts { greeting: SOON, ..patient },
            Stage::Data => Timeouts { data: SOON, ..patient },
            Stage::Dot => Timeouts { dot: SOON, ..patient },
            _ => Timeouts { command: 5 * SOON, ..patient },
        };
        for mail in [MailServer::start(Mode::Starttls, script), MailServer::start(Mode::Starttls, without_pipelining(script))] {
            let error = send(&mail, timeouts).expect_err("silence");
            assert!(error.stage == stage && matches!(error.fault, Fault::TimedOut(_)), "{}: {error}", stage.name());
            assert_eq!(error.is_unknown(), stage == Stage::Dot);
        }
    }
}

#[test]
fn a_server_that_takes_no_more_of_the_message_is_left() {
    let mail = MailServer::start(Mode::Clear, |moment| {
        (moment.at == At::Data).then(|| vec![Step::Say("354 go on".to_owned()), Step::Pause(20 * SOON)])
    });
    let timeouts = Timeouts { block: SOON, ..Timeouts::default() };
    let mut session = Session::open(&Server { timeouts, ..server(mail.port, Tls::None) }, &Here).expect("a session");
    let error = session.send(&to("ada@example.net"), &b"0123456789\r\n".repeat(830_000)).expect_err("no room");
    assert!(error.stage == Stage::Body && matches!(error.fault, Fault::TimedOut(limit) if limit == SOON), "{error}");
}

#[test]
fn a_reply_that_drips_without_end_is_ended_by_the_time_for_the_whole() {
    let drip = |moment: &Moment<'_>| (moment.at == At::Dot).then(|| vec![Step::Drip(b"250 ".repeat(20), SOON / 5)]);
    let mail = MailServer::start(Mode::Starttls, drip);
    let begun = Instant::now();
    let error = send(&mail, Timeouts { dot: SOON, ..Timeouts::default() }).expect_err("no end");
    assert!(error.is_unknown() && matches!(error.fault, Fault::TimedOut(_)), "{error}");
    assert!(begun.elapsed() < 15 * SOON, "{:?}", begun.elapsed());
}

#[test]
fn a_server_that_closes_with_421_blames_nobody_at_any_stage() {
    for (at, stage) in STAGES {
        let busy = move |moment: &Moment<'_>| if moment.at == at && is_last(moment) { say("421 4.3.2 closing") } else { None };
        for (result, heard) in [send_to(busy), send_to(without_pipelining(busy))] {
            let error = result.expect_err("no connection");
            assert_eq!((error.stage, error.class(), error.is_unknown()), (stage, Class::Gone, false), "{error}");
            assert!(heard.taken.is_empty());
        }
    }
}

#[test]
fn after_421_no_further_mail_is_tried_on_the_connection() {
    let mail = MailServer::start(Mode::Clear, |moment| if moment.at == At::Rcpt { say("421 4.3.2 closing") } else { None });
    let mut session = open(&mail);
    session.send(&to("ada@example.net"), MAIL).expect_err("no connection");
    assert!(!session.is_open());
    session.send(&to("ada@example.net"), MAIL).expect_err("a closed session");
    assert_eq!((mail.heard().count("MAIL"), mail.heard().count("RSET")), (1, 0));
}

#[test]
fn a_server_that_has_had_enough_after_a_mail_keeps_it_and_blames_nobody() {
    let enough =
        |moment: &Moment<'_>| (moment.at == At::Dot).then(|| vec![Step::Say("250 2.0.0 fine\r\n421 4.3.2 enough".to_owned()), Step::Close]);
    let mail = MailServer::start(Mode::Starttls, enough);
    let mut session = Session::open(&server(mail.port, Tls::Required), &Here).expect("a session");
    session.send(&to("ada@example.net"), MAIL).expect("a reply");
    let error = session.send(&to("bob@example.net"), MAIL).expect_err("no connection");
    assert_eq!((error.class(), session.is_open()), (Class::Gone, false));
    assert_eq!(mail.heard().taken.len(), 1);
}

#[test]
fn a_refused_recipient_costs_no_connection_and_no_other_mail() {
    let mail = MailServer::start(Mode::Starttls, |moment| match moment.at {
        At::Rcpt if moment.line.contains("nobody") => say("550 5.1.1 nobody here"),
        At::Data if moment.taken == 2 => say("451 4.3.0 not now"),
        At::Mail if moment.line.contains("SMTPUTF8") => say("450 4.7.1 not now"),
        _ => None,
    });
    let mut session = Session::open(&server(mail.port, Tls::Required), &Here).expect("a session");
    session.send(&to("ada@example.net"), MAIL).expect("a reply");
    let error = session.send(&to("nobody@example.net"), MAIL).expect_err("a refusal");
    assert_eq!((error.stage, error.class()), (Stage::Rcpt, Class::Refused { suppress: true }));
    session.send(&to("bob@example.net"), MAIL).expect("a reply");
    assert_eq!(session.send(&to("eve@example.net"), MAIL).expect_err("a refusal").stage, Stage::Data);
    let error = session.send(&to("jörg@example.net"), MAIL).expect_err("a refusal");
    assert_eq!((error.stage, error.class(), session.is_open()), (Stage::Mail, Class::Deferred { slow: true }, true));
    let heard = mail.heard();
    assert_eq!((heard.connections, heard.count("RSET"), heard.taken.len()), (1, 2, 2));
}

#[test]
fn odd_replies_are_understood_or_end_the_connection_and_are_never_anothers() {
    type Check = fn(&Result<Reply, SessionError>) -> bool;
    let fine: Check = |result| result.as_ref().is_ok_and(|reply| reply.code == 250);
    let unknown: Check = |result| result.as_ref().is_err_and(SessionError::is_unknown);
    let endless: Check = |result| result.as_ref().is_err_and(|error| error.is_unknown() && matches!(error.fault, Fault::TooLong));
    let refused: Check = |result| result.as_ref().is_err_and(|error| error.reply().is_some_and(|reply| reply.code == 550));
    let drip = |bytes: &[u8]| vec![Step::Drip(bytes.to_vec(), Duration::ZERO)];
    let long = format!("250 {}\r\n", "x".repeat(1900));
    let many = format!("250-{}\r\n", "x".repeat(1000)).repeat(1000);
    let cases: Vec<(Vec<Step>, Check)> = vec![
        (drip(b"250-2.0.0 one\r\n250 2.0.0 two\r\n"), fine),
        (drip(b"250\r\n"), fine),
        (drip(b"250 no CR\n"), fine),
        (drip(b"250 two CR\r\r\n"), fine),
        (drip(b"250 caf\xe9 \xff\0\r\n"), fine),
        (vec![Step::Say(long.trim_end().to_owned())], fine),
        (drip(b"550-5.7.1 no\r\n550 5.7.1 never\r\n"), refused),
        (drip(b"250-one\r\n550 two\r\n"), unknown),
        (drip(b"250-one\r\n"), unknown),
        (vec![Step::Drip(b"250-one\r\n".to_vec(), Duration::ZERO), Step::Close], unknown),
        (drip(b"HTTP/1.1 400 Bad Request\r\n"), unknown),
        (drip(b"\r\n250 fine\r\n"), unknown),
        (drip(b"354 go on\r\n"), unknown),
        (drip(b"250 \r250 x"), unknown),
        (vec![Step::Say(format!("250 {}", "x".repeat(2100)))], endless),
        (vec![Step::Say("x".repeat(1_000_000))], endless),
        (vec![Step::Say(many)], endless),
    ];
    for (at, (steps, wanted)) in cases.into_iter().enumerate() {
        let mail = MailServer::start(Mode::Starttls, move |moment| (moment.at == At::Dot).then(|| steps.clone()));
        let result = send(&mail, Timeouts { dot: 4 * SOON, ..Timeouts::default() });
        assert!(wanted(&result), "{at}: {result:?}");
    }
}

#[test]
fn words_that_nobody_asked_for_end_the_connection_before_the_next_mail() {
    for words in ["250 2.0.0 fine\r\n250 2.0.0 and more", "250 2.0.0 fine\r\nrubbish"] {
        let mail = MailServer::start(Mode::Starttls, move |moment| if moment.at == At::Dot { say(words) } else { None });
        let mut session = Session::open(&server(mail.port, Tls::Required), &Here).expect("a session");
        session.send(&to("ada@example.net"), MAIL).expect("a reply");
        let error = session.send(&to("bob@example.net"), MAIL).expect_err("out of step");
        assert!(matches!(error.fault, Fault::Garbage) && !session.is_open(), "{error}");
        assert_eq!(mail.heard().count("MAIL"), 1);
    }
    // A consent to the message that comes before its end is none.
    let early = |moment: &Moment<'_>| (moment.at == At::Data).then(|| vec![Step::Say("354 go on\r\n250 2.0.0 taken".to_owned())]);
    let (result, heard) = send_to(early);
    let error = result.expect_err("a consent to nothing");
    assert!(error.stage == Stage::Body && heard.taken.is_empty(), "{error}");
}

#[test]
fn consent_of_the_wrong_kind_is_out_of_step() {
    for (at, words) in
        [(At::Mail, "354 go on"), (At::Rcpt, "354 go on"), (At::Data, "250 fine"), (At::Auth, "334 more"), (At::Hello, "354 x")]
    {
        let (result, heard) = send_to(move |moment| if moment.at == at { say(words) } else { None });
        let error = result.expect_err("out of step");
        // The second 334 of a login asks for more than there is.
        assert!(matches!(error.fault, Fault::Garbage | Fault::Refused(_)) && heard.taken.is_empty(), "{error}");
    }
}

#[test]
fn a_server_without_extensions_gets_none_and_what_needs_one_is_told_before_anything_is_said() {
    let plain = |moment: &Moment<'_>| match moment.at {
        At::Hello if moment.line.starts_with("EHLO") => say("502 5.5.1 what"),
        _ => None,
    };
    let mail = MailServer::start(Mode::Clear, plain);
    let mut session = Session::open(&Server { login: None, ..server(mail.port, Tls::None) }, &Here).expect("a session");
    session.send(&to("ada@example.net"), MAIL).expect("a reply");
    let error = session.send(&to("jörg@example.net"), MAIL).expect_err("no SMTPUTF8");
    assert!(
        matches!(&error.fault, Fault::Letters(address) if address == "`jörg@example.net`")
            && error.class() == Class::Refused { suppress: false },
        "{error}"
    );
    let error = session.send(&to("ada@example.net"), "X: x\r\n\r\nä\r\n".as_bytes()).expect_err("no 8BITMIME");
    assert!(matches!(error.fault, Fault::EightBits) && session.is_open(), "{error}");
    assert_eq!(
        mail.heard().commands,
        ["EHLO example.org", "HELO example.org", "MAIL FROM:<list@example.org>", "RCPT TO:<ada@example.net>", "DATA"]
    );
}

#[test]
fn a_mail_above_the_announced_size_is_found_before_anything_is_said() {
    let small = |moment: &Moment<'_>| if moment.at == At::Hello { say("250-localhost\r\n250 SIZE 30") } else { None };
    let mail = MailServer::start(Mode::Clear, small);
    let mut session = Session::open(&Server { login: None, ..server(mail.port, Tls::None) }, &Here).expect("a session");
    let error = session.send(&to("ada@example.net"), MAIL).expect_err("too big");
    assert!(matches!(error.fault, Fault::TooBig { limit: 30, .. }) && error.class() == Class::Stop(Reason::TooBig), "{error}");
    session.send(&to("ada@example.net"), b"Subject: x\r\n\r\n").expect("a reply");
    assert_eq!(mail.heard().count("MAIL"), 1);
}

#[test]
fn extensions_are_used_where_they_are_offered_and_needed() {
    let mail = MailServer::good(Mode::Clear);
    let mut session = open(&mail);
    session.send(&to("jörg@example.net"), b"X: x\r\n").expect("a reply");
    session.send(&to("ada@example.net"), "X: ü\r\n".as_bytes()).expect("a reply");
    session.send(&to("ada@example.net"), "X: x\r\n\r\nü\r\n".as_bytes()).expect("a reply");
    let heard = mail.heard();
    let said: Vec<&str> = heard.commands.iter().filter_map(|line| line.strip_prefix("MAIL FROM:<list@example.org> ")).collect();
    assert_eq!(said, ["SIZE=6 SMTPUTF8", "SIZE=7 SMTPUTF8 BODY=8BITMIME", "SIZE=12 BODY=8BITMIME"]);
    assert_eq!(heard.taken[0].to, ["jörg@example.net"]);
}

#[test]
fn a_message_that_is_given_up_is_not_sent_and_its_connection_never_used_again() {
    let mail = MailServer::good(Mode::Starttls);
    let mut session = Session::open(&server(mail.port, Tls::Required), &Here).expect("a session");
    drop(session.offer(&to("ada@example.net"), MAIL).expect("an offer"));
    assert!(!session.is_open());
    while mail.heard().closed == 0 {
        std::thread::sleep(SOON / 50);
    }
    let error = session.send(&to("bob@example.net"), MAIL).expect_err("a closed session");
    assert!(matches!((&error.fault, error.class()), (Fault::Closed, Class::Gone)), "{error}");
    assert!(mail.heard().taken.is_empty());
}

#[test]
fn after_a_time_limit_the_late_reply_is_nobodys() {
    let late = |moment: &Moment<'_>| {
        (moment.at == At::Rcpt && moment.line.contains("ada")).then(|| vec![Step::Pause(3 * SOON), Step::Say("250 fine".to_owned())])
    };
    let mail = MailServer::start(Mode::Clear, late);
    let timeouts = Timeouts { command: SOON, ..Timeouts::default() };
    let mut session = Session::open(&Server { timeouts, ..server(mail.port, Tls::None) }, &Here).expect("a session");
    let error = session.send(&to("ada@example.net"), MAIL).expect_err("silence");
    assert!(matches!(error.fault, Fault::TimedOut(_)) && !session.is_open(), "{error}");
    std::thread::sleep(4 * SOON);
    assert!(session.send(&to("bob@example.net"), MAIL).is_err());
    assert!(mail.heard().taken.is_empty());
}

#[test]
fn words_injected_before_the_encryption_are_seen_and_no_password_is_sent() {
    let injected = |moment: &Moment<'_>| if moment.at == At::Starttls { say("220 go on\r\n250-localhost\r\n250 AUTH PLAIN") } else { None };
    let (result, heard) = send_to(injected);
    let error = result.expect_err("an attack");
    assert!(matches!(error.fault, Fault::Injected) && error.class() == Class::Stop(Reason::Unsafe), "{error}");
    assert!(heard.logins.is_empty());
}

#[test]
fn what_was_offered_before_the_encryption_is_forgotten() {
    let differs = |moment: &Moment<'_>| match (moment.at, moment.encrypted) {
        (At::Hello, false) => say("250-localhost\r\n250-STARTTLS\r\n250-AUTH PLAIN\r\n250 SIZE 1"),
        (At::Hello, true) => say("250-localhost\r\n250 AUTH LOGIN"),
        _ => None,
    };
    let (result, heard) = send_to(differs);
    result.expect("a reply");
    assert_eq!(heard.logins[0].0, "LOGIN");
    assert_eq!(heard.count("MAIL FROM:<list@example.org> SIZE"), 0);
}

#[test]
fn a_mail_cannot_say_commands_of_its_own() {
    let mail = MailServer::good(Mode::Clear);
    let mut session = open(&mail);
    let sly = Address::new_dangerous("ada@example.net>\r\nRCPT TO:<eve", "example.net");
    let sly = Envelope::new(None, vec![sly]).expect("an envelope");
    assert!(matches!(session.send(&sly, MAIL).expect_err("a stray line end").fault, Fault::Stray));
    let error = session.send(&to("ada@example.net"), b"a\r\n.\nMAIL FROM:<>\r\n").expect_err("a stray line end");
    assert!(matches!(error.fault, Fault::Stray), "{error}");
    session.send(&to("bob@example.net"), MAIL).expect("a reply");
    let heard = mail.heard();
    assert!(heard.count("RCPT TO:<eve") == 0 && heard.taken.len() == 1, "{:?}", heard.commands);
}

#[test]
fn many_mails_of_a_session_take_no_longer_than_they_must() {
    let mail = MailServer::good(Mode::Clear);
    let mut session = open(&mail);
    let message = [MAIL, &b"0123456789 0123456789 0123456789\r\n".repeat(300)].concat();
    let begun = Instant::now();
    for _ in 0..100 {
        session.send(&to("ada@example.net"), &message).expect("a reply");
    }
    // Without TCP_NODELAY each would take 40 ms.
    assert!(begun.elapsed() < Duration::from_secs(3), "{:?}", begun.elapsed());
    assert_eq!(mail.heard().taken.len(), 100);
}
