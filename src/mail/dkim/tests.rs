use super::*;
use crate::mail::letter::tests::{content, frame, keys, recipient};
use crate::mail::{Letter, token::Tokens};
use ring::signature::{ED25519, RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey, VerificationAlgorithm};

macro_rules! key {
    ($name:literal) => {
        include_bytes!(concat!("../../../tests/keys/", $name, ".test-key.pem"))
    };
}

fn at() -> Option<Date> {
    chrono::DateTime::parse_from_rfc3339("2026-11-22T09:00:00+01:00").ok()
}

fn signer(pem: &[u8], unsigned: &[&str]) -> Signer {
    let unsigned: Vec<String> = unsigned.iter().map(|name| (*name).to_owned()).collect();
    Signer::new("example.org", "mail", Key::from_pem(pem).expect("a key"), &unsigned).expect("a signer")
}

fn signed(signers: &[Signer]) -> String {
    let letter = Letter::new(&frame(), &content("News", "Hello  there \n\n\n", "<p>Hello</p>\n")).expect("a letter");
    let mut message = letter.to(&recipient("grace@example.net", None), Tokens::Keys(&keys())).expect("a message");
    sign(&mut message, signers, at());
    String::from_utf8(message.bytes).expect("ASCII")
}

/// Returns a tag of the first signature, without white space.
fn tag(message: &str, name: &str) -> Option<String> {
    let end = message.match_indices("\r\n").find(|(at, _)| !message[at + 2..].starts_with(' ')).map(|(at, _)| at)?;
    let value = message[..end].strip_prefix("DKIM-Signature:")?;
    let tags = value.split(';').filter_map(|tag| tag.split_once('='));
    let found = tags.into_iter().find(|(key, _)| key.trim() == name)?.1;
    Some(found.split_whitespace().collect())
}

/// Verifies the first signature of a message.
fn verify(message: &str, signer: &Signer, algorithm: &'static dyn VerificationAlgorithm, is_hashed: bool) -> bool {
    let (_, record) = signer.record();
    let public = STANDARD.decode(record.split("p=").nth(1).expect("a key")).expect("base64");
    // SubjectPublicKeyInfo of RSA-2048: the key itself is the last 270 octets.
    let public = if is_hashed { public } else { public[public.len() - 270..].to_vec() };
    let signature = tag(message, "b").expect("a signature");
    let (headers, _) = canon::split(message.as_bytes());
    let mut data = Vec::new();
    let mut seen = Vec::new();
    for name in tag(message, "h").expect("names").split(':') {
        if !seen.contains(&name.to_owned()) {
            headers.push_canonical(name, &mut data);
        }
        seen.push(name.to_owned());
    }
    let unsigned =
        message.split("\r\n").take_while(|line| line.starts_with("DKIM") || line.starts_with(' ')).collect::<Vec<_>>().join("\r\n");
    let value = unsigned.strip_prefix("DKIM-Signature:").expect("a signature").split(" b=").next().expect("tags");
    canon::push_header(b"DKIM-Signature", format!("{value} b=").as_bytes(), &mut data);
    let data = if is_hashed { Sha256::digest(&data).to_vec() } else { data };
    UnparsedPublicKey::new(algorithm, public).verify(&data, &STANDARD.decode(signature).expect("base64")).is_ok()
}

#[test]
fn both_kinds_of_keys_sign_so_that_their_public_keys_verify() {
    for pem in [&key!("rsa-2048")[..], key!("rsa-2048-pkcs1")] {
        let signers = [signer(pem, &[])];
        let message = signed(&signers);
        assert!(verify(&message, &signers[0], &RSA_PKCS1_2048_8192_SHA256, false));
        assert!(!verify(&message.replace("Subject: News", "Subject: Bews"), &signers[0], &RSA_PKCS1_2048_8192_SHA256, false));
    }
    let signers = [signer(key!("ed25519"), &[])];
    assert!(verify(&signed(&signers), &signers[0], &ED25519, true));
}

#[test]
fn the_signature_says_what_it_covers() {
    let message = signed(&[signer(key!("ed25519"), &[])]);
    let names = "From:From:To:Subject:Date:Message-ID:MIME-Version:Content-Type:List-Id:List-Unsubscribe:List-Unsubscribe-Post";
    assert_eq!(tag(&message, "h").as_deref(), Some(names));
    for (name, value) in
        [("v", "1"), ("a", "ed25519-sha256"), ("c", "relaxed/relaxed"), ("d", "example.org"), ("s", "mail"), ("t", "1795334400")]
    {
        assert_eq!(tag(&message, name).as_deref(), Some(value), "{name}");
    }
    assert_eq!(tag(&message, "l"), None);
}

#[test]
fn every_other_list_header_is_signed_too() {
    let mut frame = frame();
    frame.headers = vec![("List-Help".to_owned(), "<https://example.org/help>".to_owned()), ("X-Other".to_owned(), "x".to_owned())];
    let letter = Letter::new(&frame, &content("News", "", "")).expect("a letter");
    let mut message = letter.to(&recipient("grace@example.net", None), Tokens::Preview).expect("a message");
    sign(&mut message, &[signer(key!("ed25519"), &[])], None);
    let message = String::from_utf8(message.bytes).expect("ASCII");
    let names = tag(&message, "h").expect("names");
    assert!(names.ends_with(":List-Help") && !names.contains("X-Other"), "{names}");
    assert_eq!(tag(&message, "t"), None);
}

#[test]
fn a_header_that_a_relay_replaces_can_be_left_unsigned_but_not_those_for_unsubscribing() {
    let message = signed(&[signer(key!("ed25519"), &["date", "Message-Id"])]);
    let names = tag(&message, "h").expect("names");
    assert!(!names.contains("Date") && !names.contains("Message-ID"), "{names}");
    for name in ["From", "list-unsubscribe", "List-Unsubscribe-Post"] {
        let key = Key::from_pem(key!("ed25519")).expect("a key");
        let found = Signer::new("example.org", "mail", key, &[name.to_owned()]).expect_err("a finding");
        assert_eq!(found.first().map(|found| found.code), Some("unsigned-header"), "{name}");
    }
}

#[test]
fn several_keys_give_several_signatures_the_first_on_top() {
    let signers = [signer(key!("rsa-2048"), &[]), signer(key!("ed25519"), &[])];
    let message = signed(&signers);
    assert_eq!(message.matches("DKIM-Signature:").count(), 2);
    assert_eq!(tag(&message, "a").as_deref(), Some("rsa-sha256"));
    assert!(verify(&message, &signers[0], &RSA_PKCS1_2048_8192_SHA256, false));
    let second = message.rfind("DKIM-Signature:").map(|at| &message[at..]).expect("a second one");
    assert!(verify(second, &signers[1], &ED25519, true));
    let plain = signed(&[]);
    assert!(!plain.contains("DKIM") && message.ends_with(&plain));
}

#[test]
fn the_signature_is_folded() {
    let message = signed(&[signer(key!("rsa-2048"), &[])]);
    let (head, _) = message.split_once("\r\nDate:").expect("a date");
    assert!(head.split("\r\n").all(|line| line.len() <= 78 && !line.trim().is_empty()), "{head}");
    assert!(head.split("\r\n").skip(1).all(|line| line.starts_with(' ')));
}

#[test]
fn a_key_that_cannot_sign_is_refused_and_never_shown() {
    let refused = |pem: &[u8]| {
        let found = Key::from_pem(pem).expect_err("a finding");
        assert_eq!(found.code, "bad-dkim");
        found.message
    };
    assert!(refused(key!("rsa-1024")).contains("below 2,048 bits"));
    assert!(refused(key!("ec")).contains("neither"));
    assert!(refused(key!("encrypted")).contains("PEM"));
    let secret = "MC4CAQAwBQYDK2VwBCIEIAAAA";
    let broken = format!("-----BEGIN PRIVATE KEY-----\n{secret}\n-----END PRIVATE KEY-----\n");
    assert!(!refused(broken.as_bytes()).contains(secret));
    assert!(refused(b"").contains("PEM"));
    assert_eq!(format!("{:?}", Key::from_pem(key!("rsa-2048")).expect("a key")), "Key(rsa-sha256)");
}

#[test]
fn a_domain_and_a_selector_are_what_dns_can_hold() {
    let key = Key::from_pem(key!("ed25519")).expect("a key");
    assert_eq!(Signer::new("exa mple", "a b", key, &[]).expect_err("findings").len(), 2);
}
