//! Every line of the checklist for messages is a test: structure (RFC 5322, RFC 2045 to 2047) and list headers (RFC 2369, RFC 2919,
//! RFC 8058). The messages are read by `mail-parser`, which is not ours.

use super::letter::tests::{content, frame, keys, recipient};
use super::token::Tokens;
use super::{Addressee, Frame, Letter, Message};
use crate::model::Mailbox;
use crate::model::slot::Slot;
use mail_parser::{HeaderValue, MessageParser, MimeHeaders};

const TEXT: &str = "Hello there,\n\n.\n..\n.x\nFrom here on: grüße, 日本語. \nlong: 0123456789012345678901234567890123456789012345678901234567890123456789\n";
const HTML: &str = "<!DOCTYPE html>\n<p>Hello there,</p>\n<p>grüße &amp; 日本語</p>\n";

/// Everything that settings can ask for.
fn full() -> Frame {
    Frame {
        from: Mailbox { name: Some("Jörg Müller, Notes".to_owned()), address: "notes@bücher.example".to_owned() },
        reply_to: Some(Mailbox { name: None, address: "reply@bücher.example".to_owned() }),
        envelope_from: Some("b+{token}@bounces.example.org".to_owned()),
        unsubscribe_mailto: Some("leave@example.org".to_owned()),
        archive: Some("https://example.org/letters/".to_owned()),
        headers: vec![("List-Help".to_owned(), "<https://example.org/help>".to_owned()), ("X-Größe".to_owned(), String::new())][..1]
            .to_vec(),
        ..frame()
    }
}

fn message_of(frame: &Frame, subject: &str, recipient: &Addressee<'_>) -> Message {
    let text = format!("{TEXT}Leave: {}\n", Slot::UnsubscribeUrl.mark());
    let html = format!("{HTML}<a href=\"{}\">Leave</a>\n", Slot::UnsubscribeUrl.mark());
    let letter = Letter::new(frame, &content(subject, &text, &html)).expect("a letter");
    letter.to(recipient, Tokens::Keys(&keys())).expect("a message")
}

fn message() -> Message {
    message_of(&full(), "Neues aus Köln", &recipient("grace@example.net", Some("Grace Hopper")))
}

fn text_of(message: &Message) -> String {
    String::from_utf8(message.bytes.clone()).expect("UTF-8")
}

/// Returns the value of a header, unfolded; it is there once.
fn header(message: &Message, name: &str) -> String {
    let values = headers(message, name);
    assert_eq!(values.len(), 1, "{name}");
    values.concat()
}

fn headers(message: &Message, name: &str) -> Vec<String> {
    let text = text_of(message);
    let head = text.split("\r\n\r\n").next().unwrap_or_default().replace("\r\n ", " ");
    let lines = head.split("\r\n").filter_map(|line| line.split_once(": "));
    lines.filter(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value.to_owned()).collect()
}

#[test]
fn each_header_is_there_once_and_none_that_others_write() {
    let message = message();
    for name in [
        "Date",
        "From",
        "Reply-To",
        "To",
        "Subject",
        "Message-ID",
        "MIME-Version",
        "Content-Type",
        "List-Id",
        "List-Unsubscribe",
        "List-Unsubscribe-Post",
        "List-Archive",
        "List-Help",
        "Auto-Submitted",
    ] {
        assert_eq!(headers(&message, name).len(), 1, "{name}");
    }
    for name in ["Sender", "Cc", "Bcc", "Return-Path", "Received", "Authentication-Results", "DKIM-Signature"] {
        assert!(headers(&message, name).is_empty(), "{name}");
    }
}

#[test]
fn the_message_id_is_below_our_domain_and_differs_for_each_edition_and_recipient() {
    let frame = full();
    let id = |key: &'static str, id: u8| {
        let letter = Letter::new(&frame, &super::Content { key, ..content("News", "", "") }).expect("a letter");
        letter.to(&Addressee { id: [id; 16], ..recipient("a@example.org", None) }, Tokens::Preview).expect("a message").id
    };
    let first = id("2026-11-22", 1);
    assert_eq!(first, id("2026-11-22", 1));
    assert_ne!(first, id("2026-11-22", 2));
    assert_ne!(first, id("2026-11-23", 1));
    let (left, domain) = first.trim_matches(['<', '>']).split_once('@').expect("an @");
    assert_eq!((left.len(), left.bytes().all(|c| c.is_ascii_hexdigit()), domain), (32, true, "xn--bcher-kva.example"));
    let message = message();
    assert_eq!(header(&message, "Message-ID"), message.id);
}

#[test]
fn the_date_is_the_one_given_with_its_zone() {
    assert_eq!(header(&message(), "Date"), "Sun, 22 Nov 2026 08:00:00 +0000");
    assert_eq!(header(&message(), "MIME-Version"), "1.0");
}

#[test]
fn lines_fit_and_end_in_crlf_and_nothing_else() {
    let long = "wort ".repeat(300) + &"x".repeat(2000) + &" größer".repeat(100);
    let name = "Anna ".repeat(40);
    let message = message_of(&full(), &long, &recipient("grace@example.net", Some(&name)));
    let text = text_of(&message);
    assert!(!text.replace("\r\n", "").contains(['\r', '\n', '\0']));
    let (head, body) = text.split_once("\r\n\r\n").expect("a body");
    for line in head.split("\r\n") {
        // A URL in List-Unsubscribe cannot be folded.
        let most = if line.contains("https://") || line.contains("mailto:") { 998 } else { 78 };
        assert!(line.len() <= most && !line.trim().is_empty(), "{line}");
    }
    assert!(body.split("\r\n").all(|line| line.len() <= 76));
    assert!(text.is_ascii());
}

#[test]
fn the_text_comes_first_and_the_html_last() {
    let message = message();
    let parsed = MessageParser::default().parse(&message.bytes).expect("a message");
    let types: Vec<String> = parsed
        .parts
        .iter()
        .filter_map(|part| {
            let kind = part.content_type()?;
            Some(format!("{}/{} {}", kind.ctype(), kind.subtype().unwrap_or_default(), kind.attribute("charset").unwrap_or_default()))
        })
        .collect();
    assert_eq!(types, ["multipart/alternative ", "text/plain utf-8", "text/html utf-8"]);
    assert!(parsed.parts.iter().all(|part| !part.is_encoding_problem));
    assert_eq!(parsed.parts.len(), 3);
}

#[test]
fn what_a_reader_decodes_is_what_was_written() {
    let message = message();
    let parsed = MessageParser::default().parse(&message.bytes).expect("a message");
    assert!(parsed.body_text(0).is_some_and(|text| text.replace("\r\n", "\n").starts_with(TEXT)));
    assert!(parsed.body_html(0).is_some_and(|html| html.replace("\r\n", "\n").starts_with(HTML)));
    assert_eq!(parsed.subject(), Some("Neues aus Köln"));
    let from = parsed.from().and_then(|from| from.first()).expect("a sender");
    assert_eq!((from.name(), from.address()), (Some("Jörg Müller, Notes"), Some("notes@xn--bcher-kva.example")));
}

#[test]
fn the_boundary_is_short_and_the_same_for_an_edition_in_a_language() {
    let boundary = |message: &Message| header(message, "Content-Type").split('"').nth(1).map(str::to_owned).expect("a boundary");
    let first = boundary(&message());
    assert_eq!(first, boundary(&message()));
    assert!(first.len() <= 70);
    let german = super::Content { language: "de", ..content("News", "", "") };
    let german = Letter::new(&full(), &german).expect("a letter").to(&recipient("a@example.org", None), Tokens::Preview);
    assert_ne!(first, boundary(&german.expect("a message")));
}

#[test]
fn domains_are_a_labels_and_smtputf8_is_asked_for_only_by_a_local_part() {
    let ascii = message();
    assert!(!ascii.needs_utf8 && ascii.bytes.is_ascii());
    let other = message_of(&full(), "News", &recipient("用户@例え.jp", None));
    assert!(other.needs_utf8);
    assert_eq!(header(&other, "To"), "用户@xn--r8jz45g.jp");
    let sender = Frame { from: Mailbox { name: None, address: "jörg@example.org".to_owned() }, ..frame() };
    assert!(message_of(&sender, "News", &recipient("a@example.org", None)).needs_utf8);
}

#[test]
fn the_mail_is_to_one_recipient_in_header_and_envelope() {
    let message = message();
    assert_eq!(header(&message, "To"), "\"Grace Hopper\" <grace@example.net>");
    let to: Vec<String> = message.envelope.to().iter().map(ToString::to_string).collect();
    assert_eq!(to, ["grace@example.net"]);
}

#[test]
fn bounces_go_to_the_envelopes_sender_with_a_token_only_where_it_is_asked_for() {
    let sender = |envelope_from: Option<&str>| {
        let frame = Frame { envelope_from: envelope_from.map(str::to_owned), ..frame() };
        message_of(&frame, "News", &recipient("a@example.org", None)).envelope.from().map(ToString::to_string)
    };
    assert_eq!(sender(None).as_deref(), Some("ada@example.org"));
    assert_eq!(sender(Some("bounces@bücher.example")).as_deref(), Some("bounces@xn--bcher-kva.example"));
    let token = keys().token(super::token::Purpose::Bounce, &[7; 16], "main");
    assert_eq!(sender(Some("bounces+{token}@example.org")), Some(format!("bounces+{token}@example.org")));
    assert!(format!("bounces+{token}").len() <= 64);
    for bad in ["", "{token}@", "a@{token}.example.org", "{token}{token}@example.org", "newsletter-bounces+{token}@example.org"] {
        let frame = Frame { envelope_from: Some(bad.to_owned()), ..frame() };
        let found = Letter::new(&frame, &content("News", "", "")).expect_err(bad);
        assert_eq!(found.first().map(|found| found.code), Some("bad-mail-address"), "{bad}");
    }
}

#[test]
fn the_list_id_is_one_and_stable() {
    assert_eq!(header(&message(), "List-Id"), "\"Notes from the road\" <main.example.org>");
}

#[test]
fn one_click_comes_with_an_https_url_and_only_then() {
    let token = keys().token(super::token::Purpose::Unsubscribe, &[7; 16], "main");
    let both = message();
    let https = format!("<https://example.org/out?t={token}>");
    assert_eq!(header(&both, "List-Unsubscribe"), format!("{https}, <mailto:leave@example.org?subject=unsubscribe%20{token}>"));
    assert_eq!(header(&both, "List-Unsubscribe-Post"), "List-Unsubscribe=One-Click");
    let mailto = message_of(&Frame { unsubscribe_url: None, ..full() }, "News", &recipient("a@example.org", None));
    assert_eq!(header(&mailto, "List-Unsubscribe"), format!("<mailto:leave@example.org?subject=unsubscribe%20{token}>"));
    assert!(headers(&mailto, "List-Unsubscribe-Post").is_empty());
    assert!(!token.contains("grace"));
}

#[test]
fn the_link_for_leaving_is_in_both_parts() {
    let message = message();
    let token = keys().token(super::token::Purpose::Unsubscribe, &[7; 16], "main");
    let parsed = MessageParser::default().parse(&message.bytes).expect("a message");
    let link = format!("https://example.org/out?t={token}");
    assert!(parsed.body_text(0).is_some_and(|text| text.contains(&format!("Leave: {link}"))));
    assert!(parsed.body_html(0).is_some_and(|html| html.contains(&format!("href=\"{link}\""))));
}

#[test]
fn the_mail_says_where_the_archive_is_and_that_no_person_sent_it() {
    let message = message();
    assert_eq!(header(&message, "List-Archive"), "<https://example.org/letters/>");
    assert_eq!(header(&message, "Auto-Submitted"), "auto-generated");
    assert_eq!(header(&message, "List-Help"), "<https://example.org/help>");
    let headers = vec![("List-Help".to_owned(), "<mailto:help@example.org>, <https://bücher.example/a,b> (in German)".to_owned())];
    let other = message_of(&Frame { headers, ..full() }, "Help", &recipient("grace@example.net", None));
    assert_eq!(header(&other, "List-Help"), "<mailto:help@example.org>, <https://xn--bcher-kva.example/a%2Cb> (in German)");
    let parsed = MessageParser::default().parse(&message.bytes).expect("a message");
    assert!(matches!(parsed.header("Auto-Submitted"), Some(HeaderValue::Text(_))));
}
