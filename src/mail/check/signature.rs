//! DKIM signatures as far as the bytes show them (RFC 6376, RFC 8301, RFC 8058 §4): what they cover, and the body's hash. Whether
//! they are right says the key, which is in DNS.

use super::read::{Field, Mail, lines};
use super::{Faults, Rule, Scene, codes, people};
use crate::text::short::shown;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;

pub(super) const RULES: &[Rule] = &[
    Rule { code: &codes::BAD_SIGNATURE, spec: Some("RFC 6376 §3.5"), help: "sign the message anew", judge: bad_signatures },
    Rule { code: &codes::BODY_HASH, spec: Some("RFC 6376 §3.7"), help: "change nothing after signing", judge: body_hashes },
    Rule {
        code: &codes::UNCOVERED_HEADER, spec: Some("RFC 6376 §5.4"), help: "name it in the signature's `h=`", judge: uncovered_headers
    },
    Rule {
        code: &codes::THIN_SIGNATURE,
        spec: Some("RFC 6376 §5.4.1"),
        help: "name it in the signature's `h=`, `From` twice",
        judge: thin_signatures,
    },
    Rule {
        code: &codes::LOOSE_SIGNATURE,
        spec: Some("RFC 6376 §8.2"),
        help: "sign with `c=relaxed/relaxed`, without `l=`",
        judge: loose_signatures,
    },
    Rule {
        code: &codes::UNALIGNED_SIGNATURE,
        spec: Some("RFC 7489 §3.1.1"),
        help: "sign with the domain of the `From` address",
        judge: unaligned_signatures,
    },
    Rule { code: &codes::LONE_ED25519, spec: Some("RFC 8463 §3"), help: "sign with an RSA key as well", judge: lone_ed25519 },
];

/// Headers that a signature has to cover where they are there.
const NEEDED: [&str; 3] = ["from", "list-unsubscribe", "list-unsubscribe-post"];

/// Headers that it should cover. Not Date and Message-ID: some relays replace them.
const WANTED: [&str; 12] = [
    "to",
    "cc",
    "subject",
    "reply-to",
    "mime-version",
    "content-type",
    "list-id",
    "list-archive",
    "list-help",
    "list-post",
    "list-owner",
    "list-subscribe",
];

/// A signature's tags.
struct Signature<'a> {
    field: &'a Field<'a>,
    tags: BTreeMap<&'a str, String>,
}

impl Signature<'_> {
    fn tag(&self, name: &str) -> Option<&str> {
        self.tags.get(name).map(String::as_str)
    }

    /// Returns how often it covers a header.
    fn covers(&self, name: &str) -> usize {
        self.tag("h").map_or(0, |list| list.split(':').filter(|known| known.eq_ignore_ascii_case(name)).count())
    }

    /// Returns how header and body were made plain before they were hashed.
    fn forms(&self) -> (&str, &str) {
        let written = self.tag("c").unwrap_or("simple/simple");
        written.split_once('/').unwrap_or((written, "simple"))
    }
}

/// Reads tags (RFC 6376 §3.2); no value that is looked at here holds white space that means something.
fn signature<'a>(field: &'a Field<'a>) -> Result<Signature<'a>, String> {
    let mut tags = BTreeMap::new();
    for tag in field.value.trim().trim_end_matches(';').split(';') {
        let (name, value) = tag.split_once('=').ok_or_else(|| format!("has `{}`, which is no tag", shown(tag.trim())))?;
        if tags.insert(name.trim(), value.split_whitespace().collect::<String>()).is_some() {
            return Err(format!("has `{}=` more than once", shown(name.trim())));
        }
    }
    Ok(Signature { field, tags })
}

fn signatures<'a>(mail: &'a Mail<'a>) -> impl Iterator<Item = Result<Signature<'a>, (&'a Field<'a>, String)>> {
    let fields = mail.root().into_iter().flat_map(|part| part.all("DKIM-Signature"));
    fields.take(10).map(|field| signature(field).map_err(|reason| (field, reason)))
}

fn bad_signatures(scene: &Scene<'_>, faults: &mut Faults) {
    for found in signatures(scene.mail) {
        let (field, reason) = match found {
            Err((field, reason)) => (field, Some(reason)),
            Ok(signature) => (signature.field, flaw(&signature)),
        };
        if let Some(reason) = reason {
            faults.at(field.span.clone(), format!("the signature {reason}"));
        }
    }
}

fn flaw(signature: &Signature<'_>) -> Option<String> {
    if let Some(missing) = ["v", "a", "b", "bh", "d", "h", "s"].iter().find(|name| signature.tag(name).is_none_or(str::is_empty)) {
        return Some(format!("has no `{missing}=`"));
    }
    if signature.tag("v") != Some("1") {
        return Some("is of a version other than 1".to_owned());
    }
    let algorithm = signature.tag("a").unwrap_or_default();
    if !matches!(algorithm, "rsa-sha256" | "ed25519-sha256") {
        // RFC 8301 §3.1.
        return Some(format!("is made with `{}`, which receivers refuse", shown(algorithm)));
    }
    if let Some(name) = ["b", "bh"].iter().find(|name| STANDARD.decode(signature.tag(name).unwrap_or_default()).is_err()) {
        return Some(format!("has a `{name}=` that is no base64"));
    }
    let (head, body) = signature.forms();
    let is_form = |form: &str| matches!(form, "simple" | "relaxed");
    (!is_form(head) || !is_form(body))
        .then(|| format!("is made in the form `{}`, which nobody knows", shown(signature.tag("c").unwrap_or_default())))
}

/// Returns the signatures that can be read.
fn sound<'a>(scene: &'a Scene<'_>) -> impl Iterator<Item = Signature<'a>> {
    signatures(scene.mail).filter_map(Result::ok).filter(|signature| flaw(signature).is_none())
}

fn body_hashes(scene: &Scene<'_>, faults: &mut Faults) {
    let Some(root) = scene.mail.root() else { return };
    let body = scene.mail.raw.get(root.body.clone()).unwrap_or_default();
    let mut hashes = BTreeMap::new();
    // A hash of the first octets only is another rule's business.
    for signature in sound(scene).filter(|signature| signature.tag("l").is_none()) {
        let relaxed = signature.forms().1 == "relaxed";
        let hash = hashes.entry(relaxed).or_insert_with(|| body_hash(body, relaxed));
        if signature.tag("bh") != Some(hash.as_str()) {
            faults.at(signature.field.span.clone(), "the signature's hash is not that of the body");
        }
    }
}

/// RFC 6376 §3.4.3, §3.4.4.
fn body_hash(body: &[u8], relaxed: bool) -> String {
    let mut hash = Sha256::new();
    let mut empty = 0_u64;
    let mut is_blank = true;
    for line in lines(body, 0..body.len()) {
        let text = body.get(line.span).unwrap_or_default();
        let text = if relaxed { squeezed(text) } else { text.to_vec() };
        if text.is_empty() {
            empty += 1;
            continue;
        }
        // Empty lines count when something follows.
        (0..std::mem::take(&mut empty)).for_each(|_| hash.update(b"\r\n"));
        hash.update(&text);
        hash.update(b"\r\n");
        is_blank = false;
    }
    if is_blank && !relaxed {
        hash.update(b"\r\n");
    }
    STANDARD.encode(hash.finalize())
}

/// Returns a line without white space at its end, and with one blank for each run of it.
fn squeezed(line: &[u8]) -> Vec<u8> {
    let blank = |byte: u8| matches!(byte, b' ' | b'\t');
    let mut out: Vec<u8> = Vec::with_capacity(line.len());
    for byte in line {
        match (blank(*byte), out.last()) {
            (true, Some(b' ')) => {}
            (true, _) => out.push(b' '),
            (false, _) => out.push(*byte),
        }
    }
    if out.last() == Some(&b' ') {
        out.pop();
    }
    out
}

fn uncovered_headers(scene: &Scene<'_>, faults: &mut Faults) {
    for signature in sound(scene) {
        for name in NEEDED.iter().filter(|name| signature.covers(name) == 0) {
            if let Some(field) = scene.mail.field(name) {
                faults.at(signature.field.span.clone(), format!("the signature leaves out `{}`", field.name));
            }
        }
    }
}

fn thin_signatures(scene: &Scene<'_>, faults: &mut Faults) {
    for signature in sound(scene) {
        for name in WANTED.iter().filter(|name| signature.covers(name) == 0) {
            if let Some(field) = scene.mail.field(name) {
                faults.at(signature.field.span.clone(), format!("the signature leaves out `{}`", field.name));
            }
        }
        if signature.covers("from") == 1 {
            faults.at(signature.field.span.clone(), "the signature lets a second `From` be added");
        }
    }
}

fn loose_signatures(scene: &Scene<'_>, faults: &mut Faults) {
    for signature in sound(scene) {
        if signature.tag("l").is_some() {
            faults.at(signature.field.span.clone(), "the signature covers the beginning of the body only");
        }
        if signature.forms() != ("relaxed", "relaxed") {
            faults.at(signature.field.span.clone(), "the signature breaks when a server changes white space");
        }
    }
}

fn unaligned_signatures(scene: &Scene<'_>, faults: &mut Faults) {
    let from = scene.mail.field("From").and_then(|field| people::mailboxes(&field.value).ok()).unwrap_or_default();
    let Some(from) = from.first().map(|one| one.domain.to_ascii_lowercase()) else { return };
    for signature in sound(scene) {
        let domain = signature.tag("d").unwrap_or_default().to_ascii_lowercase();
        // Which domain an organisation has is not in the message: one below the other is taken for the same one's.
        let is_below = |a: &str, b: &str| b.contains('.') && a.strip_suffix(b).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
        if !is_below(&from, &domain) && !is_below(&domain, &from) {
            let message = format!("the signature is by `{}`, the message from `{}`", shown(&domain), shown(&from));
            faults.at(signature.field.span.clone(), message);
        }
    }
}

fn lone_ed25519(scene: &Scene<'_>, faults: &mut Faults) {
    let found: Vec<Signature<'_>> = sound(scene).collect();
    if let Some(first) = found.first().filter(|_| found.iter().all(|signature| signature.tag("a") == Some("ed25519-sha256"))) {
        faults.at(first.field.span.clone(), "the message is signed with Ed25519 only, which many receivers do not know");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_s_hash_is_that_of_the_rfc() {
        // RFC 6376 §3.4.3, §3.4.4: the hash of an empty body.
        assert_eq!(body_hash(b"", true), "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
        assert_eq!(body_hash(b"\r\n\r\n", false), "frcCV1k9oG9oKj3dpUqdJg1PxRT2RSN/XKdLCPjaYaY=");
        // RFC 8463 §A.
        let body = b"Hi.\r\n\r\nWe lost the game. Are you hungry yet?\r\n\r\nJoe.\r\n\r\n";
        assert_eq!(body_hash(body, false), "2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=");
    }

    #[test]
    fn relaxed_means_that_white_space_may_change() {
        // RFC 6376 §3.4.5.
        assert_eq!(body_hash(b" C \r\nD \t E\r\n\r\n\r\n", true), body_hash(b" C\r\nD E\r\n", false));
    }
}
