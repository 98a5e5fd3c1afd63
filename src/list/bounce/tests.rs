use super::*;
use proptest::prelude::*;

const TOKEN: &str = "EUcHBwcHBwcHBwcHBwcHBwcHDW5AeeOa860VhNP330BHemkGJn6y";
const VERP: &str = "EycHBwcHBwcHBwcHBwcHBwcHDW5AeeOa860VhNP330BHemkGJn6y";

/// A report as Postfix writes it, with a part of it changed.
fn dsn(from: &str, to: &str) -> Report {
    let text = format!(
        "Return-Path: <>\n\
         Delivered-To: bounce+{VERP}@example.org\n\
         From: MAILER-DAEMON@mx.example.net (Mail Delivery System)\n\
         Subject: Undelivered Mail Returned to Sender\n\
         To: bounce+{VERP}@example.org\n\
         MIME-Version: 1.0\n\
         Content-Type: multipart/report; report-type=delivery-status;\n\tboundary=\"B/1\"\n\
         \n\
         This is a MIME-encapsulated message.\n\
         \n\
         --B/1\n\
         Content-Description: Notification\n\
         Content-Type: text/plain; charset=us-ascii\n\
         \n\
         I'm sorry to have to inform you that your message could not be delivered.\n\
         \n\
         --B/1\n\
         Content-Description: Delivery report\n\
         Content-Type: message/delivery-status\n\
         \n\
         Reporting-MTA: dns; mx.example.net\n\
         X-Postfix-Queue-ID: 4F1\n\
         Arrival-Date: Sun, 22 Nov 2026 09:00:00 +0100 (CET)\n\
         \n\
         Final-Recipient: rfc822; ada@example.net\n\
         Original-Recipient: rfc822;Ada@example.com\n\
         Action: failed\n\
         Status: 5.1.1\n\
         Remote-MTA: dns; inner.example.net\n\
         Diagnostic-Code: smtp; 550 5.1.1 <ada@example.net>: Recipient address rejected:\n    User unknown\n\
         \n\
         --B/1\n\
         Content-Description: Undelivered Message\n\
         Content-Type: message/rfc822\n\
         \n\
         Return-Path: <bounce+{VERP}@example.org>\n\
         From: Blog <blog@example.org>\n\
         To: Ada@example.com\n\
         Message-ID: <0123456789abcdef@example.org>\n\
         List-Unsubscribe: <https://example.org/u/{TOKEN}>\n\
         Subject: Posts\n\
         \n\
         Hello. Message-ID: <other@example.org>\n\
         \n\
         --B/1--\n"
    );
    assert!(text.contains(from), "nothing to change");
    let unix = Report::read(text.replace(from, to).as_bytes());
    let wire = Report::read(text.replace(from, to).replace('\n', "\r\n").as_bytes());
    assert_eq!(unix, wire);
    unix
}

fn delivery_of(report: Report) -> Delivery {
    match report {
        Report::Delivery(delivery) => delivery,
        other => panic!("{other:?}"),
    }
}

fn why(report: Report) -> Why {
    match report {
        Report::Unknown(unknown) => unknown.why,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_bounce_tells_the_recipient_the_reason_and_which_mail() {
    let found = delivery_of(dsn("failed", "failed"));
    let text = |text: &str| Some(text.to_owned());
    assert_eq!(found.reporting_mta, text("mx.example.net"));
    assert_eq!(
        found.recipients,
        [Recipient {
            original: text("Ada@example.com"),
            last: text("ada@example.net"),
            action: Action::Failed,
            status: Some([5, 1, 1]),
            diagnostic: text("550 5.1.1 <ada@example.net>: Recipient address rejected:    User unknown"),
            remote_mta: text("inner.example.net"),
        }]
    );
    assert!(found.recipients[0].is_gone());
    assert_eq!(found.returned.message_id, text("<0123456789abcdef@example.org>"));
    assert_eq!(found.returned.tokens, [VERP, TOKEN]);
}

#[test]
fn only_the_codes_of_a_missing_mailbox_count_and_only_when_it_was_given_up() {
    for (code, is_gone) in
        [("5.1.10", true), ("5.2.1 (mailbox disabled)", true), ("5.2.2", false), ("5.7.1", false), ("4.1.1", false), ("5.1", false)]
    {
        let found = delivery_of(dsn("Status: 5.1.1", &format!("Status: {code}")));
        assert_eq!(found.recipients[0].is_gone(), is_gone, "{code}");
    }
    for action in ["delayed", "delivered", "relayed"] {
        assert!(!delivery_of(dsn("Action: failed", &format!("Action: {action}"))).recipients[0].is_gone(), "{action}");
    }
    assert_eq!(delivery_of(dsn("Action: failed", "ACTION: Failed (given up)")).recipients[0].action, Action::Failed);
}

#[test]
fn each_recipient_of_a_report_has_a_group_of_fields() {
    let found = delivery_of(dsn(
        "Final-Recipient",
        "Final-Recipient: rfc822; eve@example.net\nAction: delayed\nStatus: 4.4.1\n\n\nFinal-Recipient",
    ));
    let all: Vec<(Option<&str>, Action)> = found.recipients.iter().map(|one| (one.last.as_deref(), one.action)).collect();
    assert_eq!(all, [(Some("eve@example.net"), Action::Delayed), (Some("ada@example.net"), Action::Failed)]);
}

#[test]
fn the_header_alone_of_a_mail_is_enough_and_its_text_is_never_read() {
    let found = delivery_of(dsn("message/rfc822", "text/rfc822-headers"));
    assert_eq!(found.returned.message_id.as_deref(), Some("<0123456789abcdef@example.org>"));
    let found = delivery_of(dsn("Message-ID: <0123456789abcdef@example.org>\n", ""));
    assert_eq!(found.returned.message_id, None);
    assert_eq!(delivery_of(dsn("message/rfc822", "text/plain")).returned.tokens, [VERP]);
}

#[test]
fn a_report_without_its_facts_is_unknown() {
    assert_eq!(why(dsn("Action: failed\n", "")), Why::Incomplete);
    assert_eq!(why(dsn("Action: failed", "Action: lost")), Why::Incomplete);
    assert_eq!(why(dsn("message/delivery-status", "text/plain")), Why::Incomplete);
    assert_eq!(why(dsn("boundary=\"B/1\"", "boundary=\"C\"")), Why::Incomplete);
}

#[test]
fn a_bounce_in_no_standard_form_is_unknown_whatever_it_says() {
    let text = "Subject: =?utf-8?q?Unzustellbar=3A?= Posts\n\n550 5.1.1 ada@example.net: no such user\n";
    let found = Report::read(text.as_bytes());
    assert_eq!(found, Report::Unknown(Unknown { why: Why::NoReport, subject: Some("Unzustellbar: Posts".to_owned()) }));
    assert_eq!(why(dsn("multipart/report", "multipart/mixed")), Why::NoReport);
    assert_eq!(why(Report::read(b"Auto-Submitted: auto-replied (vacation)\n\nI am away.\n")), Why::AutomaticReply);
    assert_eq!(why(Report::read(b"")), Why::NoReport);
    let read = "Content-Type: multipart/report; report-type=disposition-notification; boundary=b\n\n--b\n\nread\n--b--\n";
    assert_eq!(why(Report::read(read.as_bytes())), Why::OtherReport("disposition-notification".to_owned()));
}

fn feedback(kind: &str) -> Report {
    let text = format!(
        "From: <feedback@provider.example>\nTo: abuse@example.org\nMIME-Version: 1.0\n\
         Content-Type: multipart/report; report-type=feedback-report; boundary=b\n\n\
         --b\nContent-Type: text/plain\n\nThis is an abuse report.\n\
         --b\nContent-Type: message/feedback-report\nContent-Transfer-Encoding: base64\n\n{}\n\
         --b\nContent-Type: message/rfc822\nContent-Transfer-Encoding: quoted-printable\n\n\
         Message-ID:\n <0123@example.org>\nTo: Ada <ada@example.com>\nList-Unsubscribe: <https://example.org/u?t=3D{TOKEN}>\n\nHello\n--b--\n",
        base64::Engine::encode(
            &base64::engine::general_purpose::STANDARD,
            format!(
                "Feedback-Type: {kind}\nUser-Agent: Some/1.0\nVersion: 1\nOriginal-Rcpt-To: <ada@example.com>\nReported-Domain: example.org\n"
            )
        )
    );
    Report::read(text.as_bytes())
}

#[test]
fn a_complaint_tells_which_mail_and_is_decoded_first() {
    let Report::Feedback(found) = feedback("Abuse") else { panic!("no feedback") };
    assert!(found.is_complaint());
    assert_eq!((found.recipients, found.domains), (vec!["ada@example.com".to_owned()], vec!["example.org".to_owned()]));
    assert_eq!(
        found.returned,
        Returned {
            message_id: Some("<0123@example.org>".to_owned()),
            to: Some("ada@example.com".to_owned()),
            tokens: vec![TOKEN.to_owned()]
        }
    );
}

#[test]
fn that_a_mail_was_no_spam_is_no_complaint() {
    for kind in ["not-spam", "auth-failure", "virus", "other"] {
        let Report::Feedback(found) = feedback(kind) else { panic!("no feedback") };
        assert!(!found.is_complaint(), "{kind}");
    }
    assert_eq!(why(feedback("")), Why::Incomplete);
}

#[test]
fn parts_within_parts_within_parts_are_read_in_no_time() {
    let nest = |at: usize| format!("Content-Type: multipart/report; boundary=b{at}\n\n--b{at}\n");
    let mut text: String = (0..20_000).map(nest).collect();
    text.push_str(&"Content-Type: message/rfc822\n\n".repeat(20_000));
    assert_eq!(why(Report::read(text.as_bytes())), Why::Incomplete);
    assert_eq!(why(dsn("Reporting-MTA", &format!("{}Reporting-MTA", "A: b\n\n\n".repeat(5_000)))), Why::Incomplete);
}

proptest! {
    #[test]
    fn any_bytes_are_read(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = Report::read(&bytes);
    }

    #[test]
    fn any_pieces_of_a_report_are_read(pieces in prop::collection::vec(prop::sample::select(vec![
        "Content-Type: multipart/report; boundary=b\n", "Content-Type: message/delivery-status\n", "Content-Type: message/rfc822\n",
        "Content-Transfer-Encoding: base64\n", "\n", "--b\n", "--b--\n", "Action: failed\n", "Final-Recipient: rfc822;\n", "Status: 5.1.1\n",
        " \u{e4}", "Message-ID: <", "x@y>\n", "\r", "=\n",
    ]), 0..40)) {
        let _ = Report::read(pieces.concat().as_bytes());
    }
}
