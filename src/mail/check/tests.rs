#![allow(clippy::disallowed_methods, reason = "a test looks at the clock")]
//! For each rule a message that breaks it alone, made from one that breaks none; and whatever comes, an answer.

use super::*;
use crate::mail::dkim::{Key, Signer, sign};
use crate::mail::letter::tests::{content, frame, keys, recipient};
use crate::mail::token::Tokens;
use crate::mail::{Frame, Letter, MISSING_UNSUBSCRIBE};
use crate::model::Mailbox;
use crate::model::slot::Slot;
use proptest::prelude::*;
use std::collections::BTreeSet;

/// A message as it should be, written by hand.
const GOOD: &str = r##"Date: Sun, 22 Nov 2026 09:00:00 +0100
From: "Example, Ada" <ada@example.org>
Reply-To: =?utf-8?q?J=C3=B6rg?= <jo@example.org>
To: Grace Hopper <grace@example.net>
Subject: News from the road
Message-ID: <abc.1@example.org>
MIME-Version: 1.0
List-Id: Notes <main.example.org>
List-Unsubscribe: <https://example.org/out?t=abc>,
 <mailto:leave@example.org?subject=abc>
List-Unsubscribe-Post: List-Unsubscribe=One-Click
List-Archive: <https://example.org/letters/>
Auto-Submitted: auto-generated
Content-Type: multipart/alternative;
 boundary="=_abc"

--=_abc
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: quoted-printable

Hello from K=C3=B6ln.

    <p>code</p>

Unsubscribe: https://example.org/out?t=3Dabc
--=_abc
Content-Type: text/html; charset=utf-8
Content-Transfer-Encoding: quoted-printable

<!doctype html>
<html><head><title>News</title>
<style>p { margin: 0 }</style>
</head><body>
<div style=3D"display: none">In this edition</div>
<h1 id=3D"top">Hello from K=C3=B6ln</h1>
<p><a href=3D"#top">Up</a>
<img src=3D"https://example.org/a.png" alt=3D""></p>
<p><a href=3D"https://example.org/out?t=3Dabc">Unsubscribe</a></p>
</body></html>
--=_abc--
"##;

/// The end of a signature of `GOOD`'s body.
const SIGNED: &str = "DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.org; s=k1;
 h=From:From:Reply-To:To:Subject:MIME-Version:List-Id:List-Unsubscribe:
 List-Unsubscribe-Post:List-Archive:Content-Type;
 bh=HASH; b=AAAA
";

fn good() -> String {
    GOOD.replace('\n', "\r\n")
}

/// The good message with a signature whose hash an independent program computed.
fn signed() -> String {
    [SIGNED.replace("HASH", BODY_HASH).replace('\n', "\r\n"), good()].concat()
}

fn codes_of(message: &[u8]) -> Vec<&'static str> {
    check(message, "edition.eml").iter().map(|found| found.code).collect()
}

/// Returns a message with some text in another's place; `\n` in either is a line end.
fn with(message: &str, from: &str, to: &str) -> String {
    let (from, to) = (from.replace('\n', "\r\n"), to.replace('\n', "\r\n"));
    assert!(message.contains(&from), "{from}");
    message.replacen(&from, &to, 1)
}

/// Each rule with what breaks it alone: the text of `GOOD`, and what stands in its place.
#[rustfmt::skip]
const CASES: &[(&str, &str, &str)] = &[
    ("nul-in-mail", "Hello from K=", "Hello\0 from K="),
    ("long-header-line", "Subject: News from the road", "Subject: News from the road and from many other places, of which there are more than I knew"),
    ("eight-bit-body", "Hello from K=C3=B6ln.", "Hello from Köln."),
    ("eight-bit-transfer", "quoted-printable\n\nHello from K=C3=B6ln.\n\n    <p>code</p>\n\nUnsubscribe: https://example.org/out?t=3Dabc", "8bit\n\nHello from Köln.\n\nUnsubscribe: https://example.org/out?t=abc"),
    ("bad-header-line", "MIME-Version", "What is this\nMIME-Version"),
    ("bad-header-line", "MIME-Version", "X-A: b\n \nMIME-Version"),
    ("eight-bit-header", "Subject: News", "Subject: Nöws"),
    ("missing-mail-header", "Date: Sun, 22 Nov 2026 09:00:00 +0100\n", ""),
    ("missing-mail-header", "From: \"Example, Ada\" <ada@example.org>\n", ""),
    ("missing-mail-header", "MIME-Version: 1.0\n", ""),
    ("no-message-id", "Message-ID: <abc.1@example.org>\n", ""),
    ("duplicate-mail-header", "MIME-Version", "subject: other\nMIME-Version"),
    ("bad-message-id", "<abc.1@example.org>", "abc.1@example.org"),
    ("bad-message-id", "<abc.1@example.org>", "<abc..1@example.org>"),
    ("local-message-id", "<abc.1@example.org>", "<abc.1@localhost>"),
    ("bad-date-header", "09:00:00", "9 o'clock"),
    ("bad-date-header", "Sun, 22", "Mon, 22"),
    ("bad-date-header", "+0100", "CET"),
    ("bad-date-header", "+0100", "-0000"),
    ("bad-date-header", "Sun, 22 Nov 2026", "Thu, 01 Jan 1970"),
    ("bad-mime-version", "MIME-Version: 1.0", "MIME-Version: 1.1"),
    ("foreign-mail-header", "MIME-Version", "Bcc: x@example.org\nMIME-Version"),
    ("foreign-mail-header", "MIME-Version", "Return-Path: <x@example.org>\nMIME-Version"),
    ("bad-auto-submitted", "auto-generated", "auto-replied"),
    ("bad-encoded-word", "News from the road", "=?utf-8?q?=C3?= =?utf-8?q?=B6?="),
    ("bad-encoded-word", "News from the road", "=?utf-8?b?TmV3c?="),
    ("bad-encoded-word", "News from the road", "=?utf-8?q?aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa?="),
    ("hidden-line-break", "News from the road", "=?utf-8?q?News=0D=0ABcc:_x?="),
    ("no-mail-subject", "Subject: News from the road\n", ""),
    ("no-mail-subject", "Subject: News from the road", "Subject: =?utf-8?q?_?="),
    ("bad-address-header", "\"Example, Ada\"", "Example, Ada"),
    ("bad-address-header", "ada@example.org", "ada.example.org"),
    ("bad-address-header", "\"Example, Ada\" <ada@example.org>", "ada@example.org, jo@example.org"),
    ("unencoded-mail-domain", "grace@example.net", "grace@bücher.example"),
    ("many-recipients", "Grace Hopper <grace@example.net>", "grace@example.net, ada@example.org"),
    ("many-recipients", "To: Grace Hopper <grace@example.net>\n", ""),
    ("many-recipients", "MIME-Version", "Cc: x@example.org\nMIME-Version"),
    ("freemail-sender", "ada@example.org", "ada@gmail.com"),
    ("bad-mail-content-type", "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\nHello from K=C3=B6ln", "Content-Type: text plain\n\nHello"),
    ("bad-transfer-encoding", "quoted-printable\n\nHello from K=C3=B6ln.\n\n    <p>code</p>\n\nUnsubscribe: https://example.org/out?t=3Dabc", "uuencode\n\nHello.\n\nUnsubscribe: https://example.org/out?t=abc"),
    ("bad-transfer-encoding", "MIME-Version", "Content-Transfer-Encoding: base64\nMIME-Version"),
    ("bad-boundary", "--=_abc--\n", ""),
    ("bad-boundary", "quoted-printable\n\nHello from K=C3=B6ln.\n\n    <p>code</p>\n\nUnsubscribe: https://example.org/out?t=3Dabc", "7bit\n\nHello.\n--=_abcd\nUnsubscribe: https://example.org/out?t=abc"),
    ("bad-body-encoding", "K=C3=B6ln.", "K=C3=B6ln =and"),
    ("bad-body-encoding", "quoted-printable\n\nHello from K=C3=B6ln.\n", "base64\n\nSGVsbG8gdW5zdWJzY3JpYmUgaHR0cHM6Ly9leGFtcGxlLm9yZy9vdXQ/dD1hYmM=!\n"),
    ("bad-mail-charset", "K=C3=B6ln.", "K=F6ln."),
    ("bad-mail-charset", "text/plain; charset=utf-8", "text/plain"),
    ("bad-mail-charset", "text/plain; charset=utf-8", "text/plain; charset=x-nobody"),
    ("foreign-mail-charset", "text/plain; charset=utf-8", "text/plain; charset=windows-1252"),
    ("no-mail-alternative", "multipart/alternative", "multipart/mixed"),
    ("no-mail-alternative", "text/html", "text/richtext"),
    ("missing-content-id", "https://example.org/a.png", "cid:a"),
    ("no-list-id", "List-Id: Notes <main.example.org>\n", ""),
    ("bad-list-id-header", "<main.example.org>", "main.example.org"),
    ("bad-list-id-header", "<main.example.org>", "<my main.example.org>"),
    ("missing-unsubscribe", "List-Unsubscribe: <https://example.org/out?t=abc>,\n <mailto:leave@example.org?subject=abc>\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\n", ""),
    ("bad-list-unsubscribe", "<https://example.org/out?t=abc>,", "https://example.org/out?t=abc,"),
    ("bad-list-unsubscribe", "<mailto:leave@example.org?subject=abc>", "<http://example.org/out>"),
    ("bad-list-unsubscribe", "<mailto:leave@example.org?subject=abc>", "<https://example.org/out>"),
    ("no-one-click", "List-Unsubscribe-Post: List-Unsubscribe=One-Click\n", ""),
    ("bad-one-click", "List-Unsubscribe=One-Click", "List-Unsubscribe=one-click"),
    ("bad-one-click", "<https://example.org/out?t=abc>,\n <mailto", "<mailto"),
    ("address-in-unsubscribe-link", "t=abc>,", "t=abc&e=Grace%40example.net>,"),
    ("bad-list-header", "<https://example.org/letters/>", "https://example.org/letters/"),
    ("empty-mail-part", "Hello from K=C3=B6ln.\n\n    <p>code</p>\n\nUnsubscribe: https://example.org/out?t=3Dabc\n", "=20\n"),
    ("markup-in-text-part", "Hello from K=C3=B6ln.", "<div><p>Hello</p><p>from</p></div><p><span><b>all</b></span></p>"),
    ("markup-in-text-part", "Hello from K=C3=B6ln.", "Hello&nbsp;from&nbsp;all&nbsp;of&nbsp;us"),
    ("no-unsubscribe-link", "Unsubscribe: https://example.org/out?t=3Dabc", "Goodbye"),
    ("no-unsubscribe-link", "<a href=3D\"https://example.org/out?t=3Dabc\">Unsubscribe</a>", "<a href=3D\"https://example.org/\">Bye</a>"),
    ("no-preheader", "<div style=3D\"display: none\">In this edition</div>\n", ""),
    ("no-preheader", "<div style", "Hello <div style"),
    ("unfilled-mark", "Hello from K=C3=B6ln.", "Hello =F4=8F=BF=BDname=F4=8F=BF=BD"),
    ("script-in-mail", "<p><a", "<script>alert(1)</script><p><a"),
    ("script-in-mail", "<p><a", "<p onclick=3D\"x()\"><a"),
    ("script-in-mail", "\"#top\"", "\"java&#115;cript:x()\""),
    ("external-mail-style", "<style>", "<link rel=3Dstylesheet href=3Dhttps://example.org/a.css>\n<style>"),
    ("external-mail-style", "p { margin: 0 }", "@import url(https://example.org/a.css);"),
    ("external-mail-style", "p { margin: 0 }", "@FONT-FACE { src: url(https://example.org/f) }"),
    ("form-in-mail", "<p><a", "<form action=3D\"https://example.org/\"></form><p><a"),
    ("frame-in-mail", "<p><a", "<iframe src=3D\"https://example.org/\"></iframe><p><a"),
    ("data-url-in-mail", "https://example.org/a.png", "data:image/png;base64,AAAA"),
    ("data-url-in-mail", "margin: 0", "background: url('data:image/png;base64,AAAA')"),
    ("mail-image-without-alt", " alt=3D\"\"", ""),
    ("relative-url-in-mail", "https://example.org/a.png", "/a.png"),
    ("relative-url-in-mail", "\"#top\"", "\"//example.org/\""),
    ("relative-url-in-mail", "<h1", "<h1 style=3D\"background: url(a.png)\""),
];

/// The same for signatures.
#[rustfmt::skip]
const SIGNATURES: &[(&str, &str, &str)] = &[
    ("bad-dkim-signature", "v=1; ", ""),
    ("bad-dkim-signature", "rsa-sha256", "rsa-sha1"),
    ("bad-dkim-signature", "b=AAAA", "b=A"),
    ("bad-dkim-signature", "s=k1", "s=k1;\n s=k2"),
    ("bad-dkim-signature", "relaxed/relaxed", "relaxed/strict"),
    ("bad-dkim-body-hash", "Hello from K", "Hello to K"),
    ("uncovered-mail-header", "h=From:From:", "h="),
    ("uncovered-mail-header", "List-Unsubscribe-Post:List", "List"),
    ("thin-dkim-signature", "From:From:", "From:"),
    ("thin-dkim-signature", ":Subject", ""),
    ("loose-dkim-signature", "relaxed/relaxed", "simple/relaxed"),
    ("loose-dkim-signature", "s=k1", "s=k1;\n l=10"),
    ("unaligned-dkim-signature", "d=example.org", "d=example.com"),
    ("lone-ed25519-signature", "rsa-sha256", "ed25519-sha256"),
];

/// Python's `hashlib` over the body of `GOOD` in relaxed form.
const BODY_HASH: &str = "UYs3xwointwPnV5h4kOFJdKiS32fYtvd1ZU//egCS9Q=";

/// What text in another's place cannot show.
fn built() -> Vec<(&'static str, Vec<u8>)> {
    let good = good();
    let words = |count: usize| "word ".repeat(count);
    let html = |size: usize| {
        let lines = "<!-- 345678901234567890123456789012345678901234567890 -->\n".repeat(size / 58 + 1);
        with(&good, "</body>", &lines[..size / 58 * 58]).into_bytes()
    };
    let folded = "\n <mailto:a@example.org?subject=01234567890123456789012345678901234567890>,";
    vec![
        ("bare-line-end", with(&good, "code", "co\rde").into_bytes()),
        ("bare-line-end", good.replacen("\r\nSubject", "\nSubject", 1).into_bytes()),
        ("long-mail-line", with(&good, "Auto-", &format!("X-A: {}\nAuto-", "a".repeat(993 + 1))).into_bytes()),
        ("long-mail-header", with(&good, "Auto-", &format!("X-A: {}x\nAuto-", folded.repeat(15))).into_bytes()),
        ("long-encoded-line", with(&good, "code", &words(20)).into_bytes()),
        ("long-mail-subject", with(&good, "News from the road", &words(31).replace("word word ", "word word\n ")).into_bytes()),
        ("alternative-order", swapped(&good)),
        ("bad-boundary", good.replace("=_abc", &"b".repeat(71)).into_bytes()),
        ("bad-boundary", good.replacen(";\r\n boundary=\"=_abc\"", "", 1).into_bytes()),
        ("clipped-message", html(102_000)),
        ("nearly-clipped-message", html(91_000)),
    ]
}

/// The good message with its parts the other way round.
fn swapped(good: &str) -> Vec<u8> {
    let pieces: Vec<&str> = good.split("--=_abc").collect();
    let [head, text, html, end] = pieces.as_slice() else { panic!("four pieces") };
    [*head, *html, *text, *end].join("--=_abc").into_bytes()
}

#[test]
fn the_good_message_breaks_no_rule() {
    assert_eq!(check(good().as_bytes(), "x"), []);
    assert_eq!(check(signed().as_bytes(), "x"), []);
}

#[test]
fn each_rule_finds_what_breaks_it_and_nothing_else() {
    let replaced = CASES.iter().map(|(code, from, to)| (*code, with(&good(), from, to).into_bytes()));
    let signatures = SIGNATURES.iter().map(|(code, from, to)| (*code, with(&signed(), from, to).into_bytes()));
    let mut wrong = Vec::new();
    for (code, message) in replaced.chain(signatures).chain(built()) {
        let found: BTreeSet<&str> = codes_of(&message).into_iter().collect();
        if found != BTreeSet::from([code]) {
            wrong.push(format!("{code}: {found:?}\n{}", String::from_utf8_lossy(&message[..message.len().min(300)])));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_rule_has_a_message_that_breaks_it() {
    let names = CASES.iter().chain(SIGNATURES).map(|(code, ..)| *code).chain(built().into_iter().map(|(code, _)| code));
    let broken: BTreeSet<&str> = names.collect();
    let rules: BTreeSet<&str> = GROUPS.iter().copied().flatten().map(|rule| rule.code.name).collect();
    assert_eq!(broken, rules);
    let codes: BTreeSet<&str> = CODES.iter().map(|code| code.name).chain([codes::NO_SUBJECT.name, MISSING_UNSUBSCRIBE.name]).collect();
    assert_eq!(codes, rules);
}

#[test]
fn a_finding_has_the_line_and_column_of_the_message() {
    let place = |message: &str| check(message.as_bytes(), "edition.eml").swap_remove(0).place.expect("a place");
    // The column, where the finding is on the line with these words.
    let at = |message: &str, words: &str| {
        let line = message.lines().position(|line| line.contains(words)).expect("the line") + 1;
        let start = place(message).start;
        (start.line as usize == line).then_some(start.column)
    };
    assert_eq!(&*place(&good().replace("Sun,", "Mon,")).path, "edition.eml");
    assert_eq!(at(&with(&good(), "MIME-Version: 1.0", "MIME-Version: 2.0"), "MIME-Version"), Some(1));
    // An encoded line is known by its number, one that stands as it is by the column too.
    assert_eq!(at(&with(&good(), "Up</a>", "Up</a><p onclick=3D\"x()\">"), "onclick"), Some(1));
    let (from, plain) = ("quoted-printable\n\n<!doctype", "7bit\n\n<!doctype");
    let plain = with(&good(), from, plain).replace("=3D", "=").replace("K=C3=B6ln</h1>", "home</h1>");
    let plain = plain.replace("out?t=abc\r\n--", "out?t=3Dabc\r\n--").replace("<p><a", "<p onclick=\"x()\"><a");
    assert_eq!(at(&plain, "onclick"), Some(13));
    let missing = with(&good(), "Message-ID: <abc.1@example.org>\n", "");
    assert_eq!((place(&missing).start.line, &*place(&missing).path), (0, "edition.eml"));
}

#[test]
fn a_part_in_base64_is_read_and_its_lines_are_known() {
    let html = "<div style=\"display:none\">News</div><p>Hello, this is a long line of text.</p>\r\n<p onclick=\"x()\"><a href=\"https://example.org/out?t=abc\">Leave</a></p>\r\n";
    let encoded = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, html);
    let lines: Vec<&str> = encoded.as_bytes().chunks(76).map(|line| std::str::from_utf8(line).expect("ASCII")).collect();
    let good = good();
    let (before, rest) = good.split_once("quoted-printable\r\n\r\n<!doctype").expect("the HTML");
    let end = rest.find("\r\n--=_abc--").expect("an end");
    let message = [before, "base64\r\n\r\n", &lines.join("\r\n"), &rest[end..]].concat();
    let found = check(message.as_bytes(), "x");
    assert_eq!(found.iter().map(|found| found.code).collect::<Vec<_>>(), ["script-in-mail"]);
    // What it finds begins in the second line of the code.
    let line = message.lines().position(|line| line == lines[1]).expect("a line") + 1;
    assert_eq!(found[0].place.as_ref().map(|place| place.start.line as usize), Some(line));
}

#[test]
fn an_image_in_the_message_is_found() {
    let html = with(&good(), "https://example.org/a.png", "cid:a@x");
    let part = "--=_abc\nContent-Type: text/html; charset=utf-8";
    let related = "--=_abc\nContent-Type: multipart/related; boundary=in\n\n--in\nContent-Type: text/html; charset=utf-8";
    let image = "--in\nContent-Type: image/png\nContent-ID: <a@x>\nContent-Transfer-Encoding: base64\n\nAAAA\n--in--\n--=_abc--";
    let message = with(&with(&html, part, related), "--=_abc--", image);
    assert_eq!(check(message.as_bytes(), "x"), []);
    assert_eq!(codes_of(with(&message, "AAAA", "AAA").as_bytes()), ["bad-body-encoding"]);
}

#[test]
fn a_mailto_alone_is_enough_to_unsubscribe() {
    let message = with(&good(), "<https://example.org/out?t=abc>,\n <mailto", "<mailto");
    let message = with(&message, "List-Unsubscribe-Post: List-Unsubscribe=One-Click\n", "");
    let message = with(&message, "<a href=3D\"https://example.org/out?t=3Dabc", "<a href=3D\"mailto:leave@example.org?subject=3Dabc");
    assert_eq!(check(message.as_bytes(), "x"), []);
}

#[test]
fn a_local_part_beyond_ascii_is_allowed() {
    let message = with(&good(), "<grace@example.net>", "<größe@example.net>");
    assert_eq!(check(message.as_bytes(), "x"), []);
}

#[test]
fn many_faults_of_one_kind_are_counted() {
    let found = check(good().replace("\r\n", "\n").as_bytes(), "x");
    assert_eq!(found.len(), MOST);
    let lines = GOOD.lines().count() - MOST;
    assert!(found.iter().any(|found| found.message.ends_with(&format!("(and {lines} more like this)"))));
}

/// Returns a letter's text and HTML as templates make them, and further text in both.
fn bodies(more: &str) -> (String, String) {
    let link = Slot::UnsubscribeUrl.mark();
    let name = Slot::Name.mark();
    let escaped = more.replace('&', "&amp;").replace('<', "&lt;");
    let text = format!("Hello {name},\n\n{more}\n\nUnsubscribe:\n{link}\n");
    let html = format!(
        "<!doctype html>\n<html lang=\"en\"><head><title>News</title></head>\n<body><div style=\"display: none;\">In short</div>\n\
         <p>Hello {name},</p>\n<p>{escaped}</p>\n<p><a href=\"{link}\">Unsubscribe</a></p></body></html>\n"
    );
    (text, html)
}

fn letter(frame: &Frame, subject: &str, more: &str, to: (&str, Option<&str>)) -> Vec<u8> {
    let (text, html) = bodies(more);
    let letter = Letter::new(frame, &content(subject, &text, &html)).expect("a letter");
    letter.to(&recipient(to.0, to.1), Tokens::Keys(&keys())).expect("a message").bytes
}

#[test]
fn our_own_letters_break_no_rule() {
    let full = Frame {
        from: Mailbox { name: Some("Jörg Müller, Notes".to_owned()), address: "notes@bücher.example".to_owned() },
        reply_to: Some(Mailbox { name: None, address: "reply@bücher.example".to_owned() }),
        unsubscribe_mailto: Some("leave@example.org".to_owned()),
        archive: Some("https://example.org/letters/".to_owned()),
        headers: vec![("List-Help".to_owned(), "<https://example.org/help>".to_owned())],
        ..frame()
    };
    let by_mail =
        Frame { unsubscribe_url: None, unsubscribe_mailto: Some("mailto:leave@example.org?subject={token}".to_owned()), ..frame() };
    let long = "Neues aus Köln, 日本語 und von überall sonst, wo Menschen über ihre Straßen schreiben, ohne je an ein Ende zu kommen";
    for frame in [frame(), full, by_mail] {
        for subject in ["News", long, "a subject of many plain words that goes on for longer than a line of a header may be, and then on"] {
            for to in [
                ("grace@example.net", Some("Grace \"Amazing\" Hopper, Rear Admiral")),
                ("größe@example.net", Some("Größe")),
                ("a@example.net", None),
            ] {
                let message = letter(&frame, subject, "grüße & <all>\n.\n..\nFrom here = on", to);
                assert_eq!(check(&message, "x"), [], "{}", String::from_utf8_lossy(&message));
            }
        }
    }
}

#[test]
fn our_own_signatures_break_no_rule() {
    let signer = |name: &str, pem: &[u8], unsigned: &[&str]| {
        let unsigned: Vec<String> = unsigned.iter().map(|&name| name.to_owned()).collect();
        Signer::new("example.org", name, Key::from_pem(pem).expect("a key"), &unsigned).expect("a signer")
    };
    let rsa = include_bytes!("../../../tests/keys/rsa-2048.test-key.pem");
    let signers =
        [signer("rsa", rsa, &["Date", "Message-ID"]), signer("ed", include_bytes!("../../../tests/keys/ed25519.test-key.pem"), &[])];
    let (text, html) = bodies("Two  blanks, \n\n\n and empty lines.\n\n");
    let letter = Letter::new(&frame(), &content("News", &text, &html)).expect("a letter");
    let mut message = letter.to(&recipient("grace@example.net", Some("Grace")), Tokens::Keys(&keys())).expect("a message");
    sign(&mut message, &signers, chrono::DateTime::parse_from_rfc3339("2026-11-22T09:00:00+01:00").ok());
    assert_eq!(check(&message.bytes, "x"), [], "{}", String::from_utf8_lossy(&message.bytes));
    assert_eq!(String::from_utf8_lossy(&message.bytes).matches("DKIM-Signature").count(), 2);
}

proptest! {
    #[test]
    fn a_letter_of_ours_breaks_no_rule_whatever_it_says(
        subject in "[ -~à-ÿ日本😀]{0,120}", more in "[ -%'-;=?-~à-ÿ日本😀\n\t]{0,400}", name in prop::option::of("[ -~à-ÿ日本😀]{1,60}"),
    ) {
        let message = letter(&frame(), &format!("x{subject}"), &more, ("grace@example.net", name.as_deref()));
        let found = check(&message, "x");
        prop_assert_eq!(&found, &[], "{}", String::from_utf8_lossy(&message));
    }

    #[test]
    fn any_bytes_get_an_answer(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        drop(check(&bytes, "x"));
    }

    #[test]
    fn a_message_with_anything_in_it_gets_an_answer(
        at in prop::collection::vec((any::<prop::sample::Index>(), 0_usize..40, piece()), 1..8),
    ) {
        let mut message = signed().into_bytes();
        for (at, cut, piece) in at {
            let start = at.index(message.len());
            message.splice(start..(start + cut).min(message.len()), piece);
        }
        drop(check(&message, "x"));
    }
}

/// What means something somewhere.
fn piece() -> impl Strategy<Value = Vec<u8>> {
    let known = vec![
        "\r\n",
        "\n",
        "\r",
        "\0",
        ":",
        ";",
        "=",
        "=?",
        "?=",
        "=?utf-8?q?=",
        "<",
        ">",
        "\"",
        "(",
        ")",
        "\\",
        ",",
        "@",
        "--=_abc",
        "--=_abc--",
        "\r\n\r\n",
        "=C3",
        "é",
        "\u{10FFFD}",
        "base64",
        "8bit",
        "multipart/mixed; boundary=x",
        "\r\n--x\r\n",
        "<img",
        "url(",
        "<!--",
        "&#",
    ];
    let known = prop::sample::select(known).prop_map(|text| text.as_bytes().to_vec());
    prop_oneof![3 => known, 1 => prop::collection::vec(any::<u8>(), 0..6)]
}

#[test]
fn the_time_grows_with_the_length() {
    let head =
        "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: text/html; charset=utf-8\r\n\r\n";
    let heads = ["To: ", "From: ", "Subject: ", "List-Unsubscribe: ", "Content-Type: ", "DKIM-Signature: "];
    let pieces = [
        "<",
        "<a ",
        "<a href=",
        "<!--",
        "<style>url(",
        "<p style=\"url(\">",
        "&#",
        "<b hidden>",
        "--x\r\n",
        "=?",
        "=?utf-8?q?a?= ",
        "a:b\r\n",
        "(",
        "\"",
        "<x@y>,",
        "<https://a.b>,",
        ";a=b",
        "a=b;",
        "\\",
        "\r\n ",
        "=3D",
        "To: a@b.c\r\n",
        "To: a@b.c, d@e.f\r\nDate: x\r\n",
        "Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n",
        "<a href=\"https://a.b\">x</a>",
    ];
    let time = |message: &[u8]| {
        let start = std::time::Instant::now();
        drop(check(message, "x"));
        start.elapsed()
    };
    let messages = |piece: &str, length: usize| {
        let many = piece.repeat(length / piece.len());
        let plain = [[head, many.as_str()].concat(), many.clone()];
        plain.into_iter().chain(heads.map(|name| [name, &many, "\r\n", head].concat()))
    };
    for piece in pieces {
        for (short, long) in messages(piece, 5_000).zip(messages(piece, 50_000)) {
            let (short, long) = (time(short.as_bytes()), time(long.as_bytes()));
            assert!(long < short * 40 + std::time::Duration::from_millis(200), "{piece}: {short:?}, {long:?}");
        }
    }
}
