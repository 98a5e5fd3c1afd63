use super::*;
use crate::mail::{encode, token::Keys};
use crate::model::Mailbox;
use proptest::prelude::*;

pub(crate) fn frame() -> Frame {
    Frame {
        file: "postrider.yaml".to_owned(),
        newsletter: "main".to_owned(),
        from: Mailbox { name: Some("Ada Example".to_owned()), address: "ada@example.org".to_owned() },
        list_name: "Notes from the road".to_owned(),
        list_domain: "example.org".to_owned(),
        unsubscribe_url: Some("https://example.org/out?t={token}".to_owned()),
        ..Frame::default()
    }
}

pub(crate) fn content<'a>(subject: &'a str, text: &'a str, html: &'a str) -> Content<'a> {
    let date = chrono::DateTime::parse_from_rfc3339("2026-11-22T09:00:00+01:00").expect("a date");
    Content { key: "2026-11-22", language: "en", date, subject, html, text }
}

pub(crate) fn keys() -> Keys {
    Keys::new(&[b"a key for tests with 32 octets...."]).expect("keys")
}

static NO_FIELDS: BTreeMap<String, String> = BTreeMap::new();

pub(crate) fn recipient<'a>(email: &'a str, name: Option<&'a str>) -> Addressee<'a> {
    Addressee { id: [7; 16], email, name, web_url: Some("https://example.org/letters/1?a=1&b=2"), fields: &NO_FIELDS }
}

/// Returns the whole message as lettre builds it when the values are in their places before it starts.
fn whole(frame: &Frame, content: &Content<'_>, recipient: &Addressee<'_>, message: &Message) -> Vec<u8> {
    let prepared = prepare(frame).expect("a frame");
    let token = keys().token(Purpose::Unsubscribe, &recipient.id, "main");
    let link = prepared.unsubscribe.link(&token);
    let filled = |text: &str, html: bool| {
        let escape = |value: &str| {
            let value = tidied(value);
            if html { value.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('\u{a0}', "&nbsp;") } else { value }
        };
        let mut text = text.to_owned();
        let field = recipient.fields.get("x").map_or("", String::as_str);
        let name = recipient.name.filter(|name| !name.trim().is_empty());
        for (slot, value) in [
            (Slot::Name, name.unwrap_or_default()),
            (Slot::Email, recipient.email),
            (Slot::UnsubscribeUrl, link.as_str()),
            (Slot::WebUrl, recipient.web_url.unwrap_or_default()),
            (Slot::Field("x".to_owned()), field),
        ] {
            text = text.replace(&slot.mark(), &escape(value));
        }
        text
    };
    let part =
        |content_type, body: String| SinglePart::builder().header(content_type).header(ContentTransferEncoding::QuotedPrintable).body(body);
    let address: Address = recipient.email.parse().expect("an address");
    let mut builder =
        Whole::builder().date(content.date.into()).from(lettre::message::Mailbox::new(frame.from.name.clone(), prepared.from.clone()));
    for value in prepared.headers.iter().skip(1) {
        builder = builder.raw_header(value.clone());
    }
    let name = recipient.name.map(tidied);
    let to = encode::mailbox("To", name.as_deref(), &address);
    let subject = encode::text("Subject", &filled(content.subject, false));
    builder
        .raw_header(header("To", address.as_ref(), to))
        .raw_header(header("Subject", "", subject))
        .message_id(Some(message.id.clone()))
        .raw_header(header("List-Unsubscribe", "", prepared.unsubscribe.header(&token)))
        .raw_header(header("List-Unsubscribe-Post", "", "List-Unsubscribe=One-Click".to_owned()))
        .multipart(
            MultiPart::alternative()
                .boundary(boundary(frame, content))
                .singlepart(part(ContentType::TEXT_PLAIN, filled(&super::super::part::clean(content.text), false)))
                .singlepart(part(ContentType::TEXT_HTML, filled(&super::super::part::clean(content.html), true))),
        )
        .expect("a message")
        .formatted()
}

/// Returns a value with one blank between its words.
fn tidied(value: &str) -> String {
    value.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Texts like those of letters, with line ends of every kind, trailing blanks, long lines and marks anywhere.
fn body() -> impl Strategy<Value = String> {
    let marks =
        [Slot::Name.mark(), Slot::Email.mark(), Slot::UnsubscribeUrl.mark(), Slot::WebUrl.mark(), Slot::Field("x".to_owned()).mark()];
    let piece = prop_oneof![
        3 => prop::sample::select(marks.to_vec()),
        4 => "[ -~]{0,90}",
        2 => "[ =.\t]{1,4}",
        3 => prop::sample::select(vec!["\n", "\r\n", "\r", "\n\n", ".\n", " \n", "\t\n", "=\n", "From x\n"]).prop_map(str::to_owned),
        2 => "[à-ÿ日本語😀]{0,30}",
        1 => "[\0\u{1}\u{7f}\u{85}\u{2028}\u{fffe}a]{1,3}",
    ];
    prop::collection::vec(piece, 0..30).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn the_swapped_message_is_the_one_that_lettre_builds_whole(
        subject in "[a-zé ]{1,20}", greeted in any::<bool>(),
        text in body(), html in body(),
        name in prop::option::of("[ -~]{0,40}|[à-ÿ日本]{1,40}"),
        field in "[ -~ü]{0,100}", email in prop::sample::select(vec!["a@example.org", "long.name+tag@mail.example.org"]),
    ) {
        let subject = if greeted { format!("x{subject}, {}", Slot::Name.mark()) } else { format!("x{subject}") };
        let fields = BTreeMap::from([("x".to_owned(), field)]);
        // Where values stand in HTML has a test of its own, against renderings (`edition::letters`).
        let html = html.replace('<', "&lt;");
        let content = content(&subject, &text, &html);
        let recipient = Addressee { fields: &fields, ..recipient(email, name.as_deref()) };
        let letter = Letter::new(&frame(), &content).expect("a letter");
        let keys = keys();
        let message = letter.to(&recipient, Tokens::Keys(&keys)).expect("a message");
        let whole = whole(&frame(), &content, &recipient, &message);
        prop_assert_eq!(String::from_utf8_lossy(&message.bytes), String::from_utf8_lossy(&whole));
    }

    #[test]
    fn no_value_adds_a_line_to_the_headers(name in ".{0,30}", email in ".{0,30}|a@b\\.c.{0,4}", field in ".{0,30}", url in "https://.{0,20}") {
        let text = format!("Hello {}\n{}\n", Slot::Field("x".to_owned()).mark(), Slot::WebUrl.mark());
        let subject = format!("For {}", Slot::Name.mark());
        let letter = Letter::new(&frame(), &content(&subject, &text, &text)).expect("a letter");
        let fields = BTreeMap::from([("x".to_owned(), field)]);
        let recipient = Addressee { id: [1; 16], email: &email, name: Some(&name), web_url: Some(&url), fields: &fields };
        if let Ok(message) = letter.to(&recipient, Tokens::Preview) {
            let message = String::from_utf8_lossy(&message.bytes).into_owned();
            let (head, _) = message.split_once("\r\n\r\n").expect("a body");
            let names: Vec<&str> = head.split("\r\n").filter(|line| !line.starts_with(' ')).filter_map(|line| line.split(": ").next()).collect();
            prop_assert_eq!(names, NAMES);
            prop_assert!(!head.replace("\r\n", "").contains(['\r', '\n', '\0']));
        }
    }

    #[test]
    fn the_boundary_is_absent_from_the_parts(text in body(), value in "=_[0-9a-f]{0,32}|--=_.{0,9}") {
        let mark = Slot::Field("x".to_owned()).mark();
        let content = content("News", &text, &mark);
        let boundary = boundary(&frame(), &content);
        let fields = BTreeMap::from([("x".to_owned(), format!("--{boundary}{value}"))]);
        let letter = Letter::new(&frame(), &content).expect("a letter");
        let message = letter.to(&Addressee { fields: &fields, ..recipient("a@example.org", None) }, Tokens::Preview);
        let message = message.map(|message| String::from_utf8(message.bytes).expect("ASCII"));
        // Values with line breaks are refused.
        if let Ok(message) = message {
            prop_assert_eq!(message.matches(&format!("--{boundary}")).count(), 3);
        }
    }
}

const NAMES: &[&str] = &[
    "Date",
    "From",
    "List-Id",
    "Auto-Submitted",
    "To",
    "Subject",
    "Message-ID",
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
    "MIME-Version",
    "Content-Type",
];

#[test]
fn every_fault_of_frame_and_content_is_said_in_one_run() {
    let frame = Frame {
        from: Mailbox { name: Some("Ada\r\nBcc: x@y.z".to_owned()), address: "ada@example.org".to_owned() },
        reply_to: Some(Mailbox { name: None, address: "nobody".to_owned() }),
        unsubscribe_url: None,
        headers: vec![("Bcc".to_owned(), "x@y.z".to_owned()), ("X-A".to_owned(), "1".to_owned()), ("x-a".to_owned(), "2".to_owned())],
        ..frame()
    };
    let found = Letter::new(&frame, &content("a\nb", "\u{10FFFD}", "")).expect_err("findings");
    let said: Vec<(&str, String)> =
        found.iter().map(|found| (found.code, found.place.as_ref().and_then(|place| place.key.clone()).unwrap_or_default())).collect();
    let said: Vec<(&str, &str)> = said.iter().map(|(code, key)| (*code, key.as_str())).collect();
    assert_eq!(
        said,
        [
            ("line-break-in-field", ""),
            ("unknown-mark", ""),
            ("line-break-in-field", "newsletter.from"),
            ("bad-mail-address", "newsletter.reply_to"),
            ("missing-unsubscribe", "newsletter"),
            ("bad-mail-header", "newsletter.headers.Bcc"),
            ("bad-mail-header", "newsletter.headers.x-a"),
        ]
    );
}

#[test]
fn a_value_of_a_list_with_a_line_break_is_refused_and_its_field_named() {
    let text = format!("{} {}", Slot::Name.mark(), Slot::Field("city".to_owned()).mark());
    let letter = Letter::new(&frame(), &content("News", &text, "")).expect("a letter");
    let refused = |recipient: &Addressee<'_>| letter.to(recipient, Tokens::Preview).expect_err("a finding").message;
    let fields = BTreeMap::from([("city".to_owned(), "Ulm\nBcc: x@y.z".to_owned()), ("unused".to_owned(), "a\nb".to_owned())]);
    let city = Addressee { fields: &fields, ..recipient("a@example.org", None) };
    assert!(refused(&city).contains("`fields.city`"));
    assert!(refused(&recipient("a@example.org", Some("Eve\rX: y"))).contains("`name`"));
    assert!(refused(&recipient("a@example.org\nX: y", None)).contains("`email`"));
    assert!(refused(&Addressee { web_url: Some("https://exa\nmple.org/"), ..recipient("a@example.org", None) }).contains("`web_url`"));
}

#[test]
fn a_link_to_a_page_that_is_not_there_is_refused() {
    let nowhere = Addressee { web_url: None, ..recipient("a@example.org", None) };
    let made = |mark: String| Letter::new(&frame(), &content("News", &mark, "")).expect("a letter").to(&nowhere, Tokens::Preview);
    assert_eq!(made(Slot::WebUrl.mark()).expect_err("a finding").code, "bad-web-url");
    assert!(made(String::new()).is_ok());
}

#[test]
fn a_message_is_the_same_in_every_run() {
    let letter = Letter::new(&frame(), &content("News", "Hello\n", "<p>Hello</p>\n")).expect("a letter");
    let keys = keys();
    let message = letter.to(&recipient("grace@example.net", Some("Grace Hopper")), Tokens::Keys(&keys)).expect("a message");
    insta::assert_snapshot!(String::from_utf8(message.bytes).expect("ASCII").replace("\r\n", "\n"), @r#"
    Date: Sun, 22 Nov 2026 08:00:00 +0000
    From: "Ada Example" <ada@example.org>
    List-Id: "Notes from the road" <main.example.org>
    Auto-Submitted: auto-generated
    To: "Grace Hopper" <grace@example.net>
    Subject: News
    Message-ID: <001d90c9cbb79717fa4b2aa1e0131673@example.org>
    List-Unsubscribe: <https://example.org/out?t=ERMHBwcHBwcHBwcHBwcHBwcHDW5AeeNPSs9GYc8ewbrSFBEjatWZ>
    List-Unsubscribe-Post: List-Unsubscribe=One-Click
    MIME-Version: 1.0
    Content-Type: multipart/alternative;
     boundary="=_022fe6eb2fba38fe733ff6b71106ae7e"

    --=_022fe6eb2fba38fe733ff6b71106ae7e
    Content-Type: text/plain; charset=utf-8
    Content-Transfer-Encoding: quoted-printable

    Hello

    --=_022fe6eb2fba38fe733ff6b71106ae7e
    Content-Type: text/html; charset=utf-8
    Content-Transfer-Encoding: quoted-printable

    <p>Hello</p>

    --=_022fe6eb2fba38fe733ff6b71106ae7e--
    "#);
}
