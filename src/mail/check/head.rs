//! The headers of a message (RFC 5322 §3.6), but for addresses and lists.

use super::read::{Field, Kind, Mail, decode_words, encoded_words};
use super::{Faults, Rule, Scene, codes, people};
use crate::text::short::shown;
use chrono::{DateTime, Datelike as _};
use std::collections::BTreeSet;

/// The most characters of a subject that any reader shows.
const SUBJECT: usize = 150;

/// Headers that stand in a message once (RFC 5322 §3.6, RFC 2045 §3, RFC 2369 §3.5, RFC 2919 §3, RFC 3834 §5, RFC 8058 §3.1).
const ONCE: [&str; 23] = [
    "auto-submitted",
    "bcc",
    "cc",
    "content-transfer-encoding",
    "content-type",
    "date",
    "from",
    "in-reply-to",
    "list-archive",
    "list-help",
    "list-id",
    "list-owner",
    "list-post",
    "list-subscribe",
    "list-unsubscribe",
    "list-unsubscribe-post",
    "message-id",
    "mime-version",
    "references",
    "reply-to",
    "sender",
    "subject",
    "to",
];

/// Headers that are not the sender's to write.
const FOREIGN: [(&str, &str); 5] = [
    ("Return-Path", "the receiving server writes it"),
    ("Received", "each server on the way writes it"),
    ("Authentication-Results", "the receiving server writes it"),
    ("Delivered-To", "the receiving server writes it"),
    ("Bcc", "it shows who else gets the message"),
];

pub(super) const RULES: &[Rule] = &[
    Rule { code: &codes::BAD_HEADER_LINE, spec: Some("RFC 5322 §2.2"), help: "write `Name: value`, or fold with a blank", judge: lines },
    Rule {
        code: &codes::EIGHT_BIT_HEADER,
        spec: Some("RFC 5322 §2.2"),
        help: "write it in encoded words (RFC 2047)",
        judge: eight_bit_headers,
    },
    Rule { code: &codes::MISSING_HEADER, spec: Some("RFC 5322 §3.6"), help: "add it", judge: missing },
    Rule { code: &codes::NO_MESSAGE_ID, spec: Some("RFC 5322 §3.6.4"), help: "add `Message-ID: <id@your.domain>`", judge: no_message_id },
    Rule { code: &codes::DUPLICATE_HEADER, spec: Some("RFC 5322 §3.6"), help: "leave one", judge: duplicates },
    Rule { code: &codes::BAD_MESSAGE_ID, spec: Some("RFC 5322 §3.6.4"), help: "write `<id@your.domain>`", judge: bad_message_id },
    Rule {
        code: &codes::LOCAL_MESSAGE_ID,
        spec: Some("RFC 5322 §3.6.4"),
        help: "write a domain behind the `@` that is yours",
        judge: local_message_id,
    },
    Rule {
        code: &codes::BAD_DATE_HEADER,
        spec: Some("RFC 5322 §3.3"),
        help: "write it like `Sun, 22 Nov 2026 09:00:00 +0100`",
        judge: bad_date,
    },
    Rule { code: &codes::BAD_MIME_VERSION, spec: Some("RFC 2045 §4"), help: "write `MIME-Version: 1.0`", judge: bad_mime_version },
    Rule { code: &codes::FOREIGN_HEADER, spec: Some("RFC 5322 §3.6"), help: "remove it", judge: foreign },
    Rule {
        code: &codes::BAD_AUTO_SUBMITTED,
        spec: Some("RFC 3834 §5"),
        help: "write `Auto-Submitted: auto-generated`",
        judge: bad_auto_submitted,
    },
    Rule {
        code: &codes::BAD_ENCODED_WORD,
        spec: Some("RFC 2047 §2"),
        help: "encode whole characters, in words of at most 75 characters",
        judge: bad_words,
    },
    Rule { code: &codes::HIDDEN_LINE_BREAK, spec: Some("RFC 2047 §5"), help: "remove it from the value", judge: hidden_line_breaks },
    Rule { code: &codes::NO_SUBJECT, spec: Some("RFC 5322 §3.6.5"), help: "give it a subject", judge: no_subject },
    Rule { code: &codes::LONG_SUBJECT, spec: None, help: "shorten it: phones show about 40 characters", judge: long_subject },
];

fn lines(scene: &Scene<'_>, faults: &mut Faults) {
    super::mime::flaws(scene, Kind::HeaderLine, faults);
}

fn fields<'a>(mail: &'a Mail<'a>) -> impl Iterator<Item = &'a Field<'a>> {
    mail.root().into_iter().flat_map(|part| &part.fields)
}

/// RFC 6532 allows letters of all scripts, but a server has to offer SMTPUTF8, which is worth asking for in addresses only.
fn eight_bit_headers(scene: &Scene<'_>, faults: &mut Faults) {
    for field in scene.mail.parts.iter().flat_map(|part| &part.fields) {
        let raw = scene.mail.raw.get(field.span.clone()).unwrap_or_default();
        if raw.is_ascii() {
            continue;
        }
        let written = field.value.chars().filter(|c| !c.is_ascii()).count();
        if std::str::from_utf8(raw).is_err() || written > people::non_ascii_of_addresses(field) {
            faults.at(field.span.clone(), format!("the header `{}` holds text that is not ASCII", shown(field.name)));
        }
    }
}

fn missing(scene: &Scene<'_>, faults: &mut Faults) {
    for name in ["Date", "From", "MIME-Version"].iter().filter(|name| scene.mail.field(name).is_none()) {
        faults.whole(format!("the message has no `{name}`"));
    }
}

fn no_message_id(scene: &Scene<'_>, faults: &mut Faults) {
    if scene.mail.field("Message-ID").is_none() {
        faults.whole("the message has no `Message-ID`");
    }
}

fn duplicates(scene: &Scene<'_>, faults: &mut Faults) {
    for part in &scene.mail.parts {
        let mut seen = BTreeSet::new();
        for field in &part.fields {
            let name = field.name.to_ascii_lowercase();
            if ONCE.contains(&name.as_str()) && !seen.insert(name) {
                faults.at(field.span.clone(), format!("the header `{}` is there more than once", field.name));
            }
        }
    }
}

/// Returns both sides of the `@` of a message's id.
fn id_parts(value: &str) -> Option<(&str, &str)> {
    let (left, right) = value.strip_prefix('<')?.strip_suffix('>')?.split_once('@')?;
    let is_atom = |text: &str| !text.is_empty() && text.bytes().all(people::is_atom) && text.split('.').all(|atom| !atom.is_empty());
    let is_literal = |text: &str| text.starts_with('[') && text.ends_with(']') && !text.contains([' ', '\t', '<', '>', '\\']);
    (is_atom(left) && (is_atom(right) || is_literal(right))).then_some((left, right))
}

fn bad_message_id(scene: &Scene<'_>, faults: &mut Faults) {
    if let Some(field) = scene.mail.field("Message-ID").filter(|field| id_parts(&field.value).is_none()) {
        faults.at(field.span.clone(), format!("the message's id `{}` is none", shown(&field.value)));
    }
}

fn local_message_id(scene: &Scene<'_>, faults: &mut Faults) {
    let Some(field) = scene.mail.field("Message-ID") else { return };
    let Some((_, domain)) = id_parts(&field.value) else { return };
    let domain = domain.to_ascii_lowercase();
    let local = [".local", ".localdomain", ".internal", ".lan"];
    if !domain.contains('.') || domain.starts_with('[') || local.iter().any(|end| domain.ends_with(end)) {
        faults.at(field.span.clone(), format!("the domain `{}` of the message's id is nobody's", shown(&domain)));
    }
}

fn bad_date(scene: &Scene<'_>, faults: &mut Faults) {
    let Some(field) = scene.mail.field("Date") else { return };
    let value = shown(&field.value);
    match DateTime::parse_from_rfc2822(&field.value) {
        Err(_) => faults.at(field.span.clone(), format!("`{value}` is no date")),
        Ok(date) if !(1990..2200).contains(&date.year()) => {
            faults.at(field.span.clone(), format!("the date `{value}` is no time when mail was sent"));
        }
        Ok(_) if !has_zone(&field.value) => faults.at(field.span.clone(), format!("the date `{value}` has no zone in digits")),
        Ok(_) => {}
    }
}

/// RFC 5322 §4.3: names of zones are obsolete, and `-0000` means that nobody knows it.
fn has_zone(value: &str) -> bool {
    let date = value.split('(').next().unwrap_or_default();
    let zone = date.split_whitespace().last().unwrap_or_default();
    zone != "-0000" && zone.len() == 5 && zone.starts_with(['+', '-'])
}

fn bad_mime_version(scene: &Scene<'_>, faults: &mut Faults) {
    let Some(field) = scene.mail.field("MIME-Version") else { return };
    if people::without_comments(&field.value).split_whitespace().collect::<String>() != "1.0" {
        faults.at(field.span.clone(), format!("the MIME version is `{}`", shown(&field.value)));
    }
}

fn foreign(scene: &Scene<'_>, faults: &mut Faults) {
    for field in fields(scene.mail) {
        if let Some((name, why)) = FOREIGN.iter().find(|(name, _)| name.eq_ignore_ascii_case(field.name)) {
            faults.at(field.span.clone(), format!("the message has a `{name}`: {why}"));
        }
    }
}

fn bad_auto_submitted(scene: &Scene<'_>, faults: &mut Faults) {
    let Some(field) = scene.mail.field("Auto-Submitted") else { return };
    let value = people::without_comments(&field.value);
    let value = value.split(';').next().unwrap_or_default().trim();
    if !["auto-generated", "no"].iter().any(|known| known.eq_ignore_ascii_case(value)) {
        faults.at(field.span.clone(), format!("`Auto-Submitted` is `{}`, which a newsletter is not", shown(value)));
    }
}

fn bad_words(scene: &Scene<'_>, faults: &mut Faults) {
    for field in scene.mail.parts.iter().flat_map(|part| &part.fields) {
        for word in encoded_words(&field.value) {
            let written = shown(field.value.get(word.span.clone()).unwrap_or_default());
            if word.span.len() > 75 {
                faults.at(field.span.clone(), format!("the encoded word `{written}` has {} characters", word.span.len()));
            } else if let Err(reason) = word.text {
                faults.at(field.span.clone(), format!("the encoded word `{written}` {reason}"));
            }
        }
    }
}

fn hidden_line_breaks(scene: &Scene<'_>, faults: &mut Faults) {
    for field in fields(scene.mail) {
        let hidden = encoded_words(&field.value).into_iter().filter_map(|word| word.text.ok());
        if let Some(bad) = hidden.flat_map(|text| text.chars().collect::<Vec<_>>()).find(|c| c.is_control() && *c != '\t') {
            let message = format!("the header `{}` holds U+{:04X} when it is decoded", shown(field.name), u32::from(bad));
            faults.at(field.span.clone(), message);
        }
    }
}

fn no_subject(scene: &Scene<'_>, faults: &mut Faults) {
    match scene.mail.field("Subject") {
        None => faults.whole("the message has no subject"),
        Some(field) if decode_words(&field.value).trim().is_empty() => faults.at(field.span.clone(), "the subject is empty"),
        Some(_) => {}
    }
}

fn long_subject(scene: &Scene<'_>, faults: &mut Faults) {
    let Some(field) = scene.mail.field("Subject") else { return };
    let length = decode_words(&field.value).chars().count();
    if length > SUBJECT {
        faults.at(field.span.clone(), format!("the subject has {length} characters; readers show at most {SUBJECT}"));
    }
}
