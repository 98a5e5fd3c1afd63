//! Mails that programs which are not ours look at: tests/check/mails.py reads what is written here.

use postrider::mail::dkim::{Key, Signer, sign};
use postrider::mail::token::{Keys, Tokens};
use postrider::mail::{Addressee, Content, Frame, Letter};
use postrider::model::Mailbox;
use postrider::model::slot::Slot;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{env, fs};

fn signer(selector: &str, pem: &[u8], unsigned: &[&str]) -> Signer {
    let unsigned: Vec<String> = unsigned.iter().map(|name| (*name).to_owned()).collect();
    Signer::new("example.org", selector, Key::from_pem(pem).expect("a key"), &unsigned).expect("a signer")
}

fn rsa() -> Signer {
    signer("rsa", include_bytes!("../keys/rsa-2048.test-key.pem"), &[])
}

fn ed25519() -> Signer {
    signer("ed", include_bytes!("../keys/ed25519.test-key.pem"), &[])
}

fn frame() -> Frame {
    Frame {
        newsletter: "main".to_owned(),
        from: Mailbox { name: Some("Jörg Müller, Notes".to_owned()), address: "notes@example.org".to_owned() },
        reply_to: Some(Mailbox { name: None, address: "reply@bücher.example".to_owned() }),
        envelope_from: Some("b+{token}@bounces.example.org".to_owned()),
        list_name: "Notes from the road".to_owned(),
        list_domain: "example.org".to_owned(),
        unsubscribe_url: Some("https://example.org/out?t={token}".to_owned()),
        unsubscribe_mailto: Some("leave@example.org".to_owned()),
        archive: Some("https://example.org/letters/".to_owned()),
        headers: vec![("List-Help".to_owned(), "<https://example.org/help>".to_owned())],
        ..Frame::default()
    }
}

fn letter() -> Letter {
    let name = Slot::Name.mark();
    let leave = Slot::UnsubscribeUrl.mark();
    let text = format!("Hello {name},\n\n.\n..\n.x\nFrom  here \t on: grüße, 日本語. \n\nLeave: {leave}\n\n\n");
    let html = format!("<!DOCTYPE html>\n<p>Hello {name},</p>\n<p>grüße &amp; 日本語</p>\n<a href=\"{leave}\">Leave</a>\n");
    let subject = format!("Neues aus Köln, {name}: {}", "eine lange Überschrift ".repeat(6));
    let date = chrono::DateTime::parse_from_rfc3339("2026-11-22T09:00:00+01:00").expect("a date");
    let content = Content { key: "2026-11-22", language: "de", date, subject: &subject, html: &html, text: &text };
    Letter::new(&frame(), &content).expect("a letter")
}

/// Writes mails of every kind into a folder, and `dns.json` with the public keys; returns their files.
fn write_mails(folder: &Path) -> Vec<PathBuf> {
    let relay = signer("rsa", include_bytes!("../keys/rsa-2048-pkcs1.test-key.pem"), &["Date", "Message-ID"]);
    let keys = Keys::new(&[b"a key for tests with 32 octets...."]).expect("keys");
    let fields = BTreeMap::new();
    let kinds: [(&str, &str, Option<&str>, Vec<Signer>); 5] = [
        ("unsigned", "grace@example.net", Some("Grace Hopper"), vec![]),
        ("rsa", "grace@example.net", Some("O'Neil \"Grace\" <Hopper>, & Co."), vec![rsa()]),
        ("ed25519", "grace@bücher.example", None, vec![ed25519()]),
        ("both", "grace@example.net", Some("日本語"), vec![rsa(), ed25519()]),
        ("relay", "grace@example.net", None, vec![relay]),
    ];
    let records: BTreeMap<String, String> = [rsa().record(), ed25519().record()].into();
    fs::write(folder.join("dns.json"), serde_json::to_string(&records).expect("JSON")).expect("a file");
    let letter = letter();
    let written = kinds.into_iter().map(|(kind, email, name, signers)| {
        let recipient = Addressee { id: [7; 16], email, name, web_url: None, fields: &fields };
        let mut message = letter.to(&recipient, Tokens::Keys(&keys)).expect("a message");
        sign(&mut message, &signers, None);
        let file = folder.join(format!("{kind}.{}.eml", signers.len()));
        fs::write(&file, &message.bytes).expect("a file");
        file
    });
    written.collect()
}

/// With a folder in `POSTRIDER_MAILS` the mails stay there, for tests/check/mails.py.
#[test]
fn mails_of_every_kind_are_read_by_an_independent_parser() {
    let temporary = tempfile::tempdir().expect("a folder");
    let folder = env::var_os("POSTRIDER_MAILS").map_or_else(|| temporary.path().to_owned(), PathBuf::from);
    for file in write_mails(&folder) {
        let bytes = fs::read(&file).expect("a file");
        let message = mail_parser::MessageParser::default().parse(&bytes).expect("a message");
        assert_eq!(message.parts.len(), 3, "{}", file.display());
        assert!(message.parts.iter().all(|part| !part.is_encoding_problem), "{}", file.display());
        assert!(message.subject().is_some_and(|subject| subject.starts_with("Neues aus Köln, ")), "{}", file.display());
        assert!(message.body_text(0).is_some_and(|text| text.contains("grüße, 日本語")), "{}", file.display());
    }
}
