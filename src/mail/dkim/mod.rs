//! DKIM signatures (RFC 6376, RFC 8301, RFC 8463): relaxed/relaxed, no `l=`, From signed twice so that none can be added.
//!
//! lettre's own signer leaves List-Unsubscribe out, breaks on Content-Type and costs three times as much; `ring` does the
//! arithmetic here. Off unless a key is configured: most relays sign themselves.

mod canon;
mod key;

use super::codes::{BAD_DKIM, UNSIGNED_HEADER};
use super::{Message, address, field};
use crate::diagnostic::Diagnostic;
use crate::model::Date;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use canon::Headers;
use sha2::{Digest, Sha256};

pub use key::Key;

/// What is signed where it is there (RFC 6376 §5.4.1, RFC 8058 §4), besides every other List- header.
const SIGNED: &[&str] = &[
    "From",
    "Reply-To",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "MIME-Version",
    "Content-Type",
    "List-Id",
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
    "List-Archive",
];

/// What no relay's habits can except from the signature: RFC 6376 §5.4, RFC 8058 §4.
const ALWAYS: &[&str] = &["From", "List-Unsubscribe", "List-Unsubscribe-Post"];

/// Who signs, and with what.
#[derive(Debug)]
pub struct Signer {
    domain: String,
    selector: String,
    key: Key,
    unsigned: Vec<String>,
}

impl Signer {
    /// Makes a signer for a domain, with a selector below which its public key is published.
    ///
    /// `unsigned` names headers that the relay replaces (Amazon SES: Date and Message-ID); signing them would break every signature.
    pub fn new(domain: &str, selector: &str, key: Key, unsigned: &[String]) -> Result<Self, Vec<Diagnostic>> {
        let mut findings = Vec::new();
        let label = |label: &str| {
            !label.is_empty() && label.len() <= 63 && label.bytes().all(|c| c.is_ascii_alphanumeric() || matches!(c, b'-' | b'_'))
        };
        let ascii = address::ascii_domain(domain.trim()).filter(|domain| domain.split('.').all(label) && domain.contains('.'));
        if ascii.is_none() {
            findings.push(field::flaw(&BAD_DKIM, "newsletter.dkim.domain", "is no domain", "write it like `example.org`"));
        }
        if !selector.trim().split('.').all(label) {
            let keys = format!("newsletter.dkim.keys.{}", selector.escape_default());
            findings.push(field::flaw(&BAD_DKIM, &keys, "is no selector", "use letters, digits and `-`"));
        }
        for name in unsigned.iter().filter(|name| ALWAYS.iter().any(|always| name.eq_ignore_ascii_case(always))) {
            let message = format!("`{}` cannot be left out of the signature", name.escape_default());
            findings.push(Diagnostic::new(&UNSIGNED_HEADER, message).help("remove it from the exceptions").spec("RFC 8058 §4"));
        }
        match ascii {
            Some(domain) if findings.is_empty() => {
                let (domain, selector) = (domain.to_ascii_lowercase(), selector.trim().to_owned());
                Ok(Signer { domain, selector, key, unsigned: unsigned.to_vec() })
            }
            _ => Err(findings),
        }
    }

    /// Returns where the public key is looked up, and the TXT record that has to stand there (RFC 6376 §3.6).
    #[must_use]
    pub fn record(&self) -> (String, String) {
        (format!("{}._domainkey.{}", self.selector, self.domain), self.key.record())
    }

    /// Returns the header field, with its line end.
    fn sign(&self, headers: &Headers<'_>, body_hash: &str, at: Option<Date>) -> String {
        let wanted = SIGNED.iter().copied().chain(headers.names().filter(|name| is_other_list_header(name)));
        let is_signed = |name: &&str| headers.has(name) && !self.unsigned.iter().any(|other| other.eq_ignore_ascii_case(name));
        let names: Vec<&str> = wanted.filter(is_signed).collect();
        let mut value = String::with_capacity(1024);
        let mut line = Folder { out: &mut value, length: "DKIM-Signature:".len() };
        let time = at.map(|at| format!(" t={};", at.timestamp()));
        line.push(" v=1;");
        for tag in [
            format!(" a={};", self.key.algorithm()),
            " c=relaxed/relaxed;".into(),
            format!(" d={};", self.domain),
            format!(" s={};", self.selector),
        ] {
            line.push(&tag);
        }
        if let Some(time) = time {
            line.push(&time);
        }
        line.push(" h=From");
        for name in &names {
            line.push_after_colon(name);
        }
        line.push(";");
        line.push(&format!(" bh={body_hash};"));
        line.push(" b=");
        let mut data = Vec::with_capacity(2048);
        // `h=` names From once more than it is there: a second one, added on the way, breaks the signature (RFC 6376 §8.15).
        for name in &names {
            headers.push_canonical(name, &mut data);
        }
        canon::push_header(b"DKIM-Signature", value.as_bytes(), &mut data);
        let signature = STANDARD.encode(self.key.sign(&data));
        let mut line = Folder { length: value.rsplit('\n').next().unwrap_or_default().len(), out: &mut value };
        line.push_anywhere(&signature);
        format!("DKIM-Signature:{value}\r\n")
    }
}

fn is_other_list_header(name: &str) -> bool {
    name.get(..5).is_some_and(|start| start.eq_ignore_ascii_case("list-")) && !SIGNED.iter().any(|known| known.eq_ignore_ascii_case(name))
}

/// Adds a signature of each signer to a message, the first one on top. `at` is when it was signed (`t=`).
pub fn sign(message: &mut Message, signers: &[Signer], at: Option<Date>) {
    if signers.is_empty() {
        return;
    }
    let (headers, body) = canon::split(&message.bytes);
    let body_hash = STANDARD.encode(Sha256::digest(canon::body(body)));
    let mut signed: Vec<u8> = Vec::with_capacity(message.bytes.len() + 1024 * signers.len());
    for signer in signers {
        signed.extend_from_slice(signer.sign(&headers, &body_hash, at).as_bytes());
    }
    signed.extend_from_slice(&message.bytes);
    message.bytes = signed;
}

/// Writes a header's value in lines of at most 76 characters.
struct Folder<'a> {
    out: &'a mut String,
    length: usize,
}

impl Folder<'_> {
    /// Writes a piece, on a new line when it does not fit; one that begins with a blank may.
    fn push(&mut self, piece: &str) {
        if self.length + piece.len() > 76 && piece.starts_with(' ') {
            self.out.push_str("\r\n");
            self.length = 0;
        }
        self.out.push_str(piece);
        self.length += piece.len();
    }

    /// Writes `:name`, on a new line behind the colon when it does not fit (RFC 6376 §3.5, `h=`).
    fn push_after_colon(&mut self, name: &str) {
        self.push(":");
        if self.length + name.len() > 75 {
            self.out.push_str("\r\n ");
            self.length = 1;
        }
        self.push(name);
    }

    /// Writes what may be folded anywhere (RFC 6376 §3.5, `b=`).
    fn push_anywhere(&mut self, text: &str) {
        let mut rest = text;
        while !rest.is_empty() {
            if self.length >= 76 {
                self.out.push_str("\r\n ");
                self.length = 1;
            }
            let (line, after) = rest.split_at(rest.len().min(76 - self.length));
            self.out.push_str(line);
            self.length += line.len();
            rest = after;
        }
    }
}

#[cfg(test)]
mod tests;
