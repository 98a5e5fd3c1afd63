//! Whom a message is from and to (RFC 5322 §3.4, RFC 6531).

use super::read::{Field, Mail};
use super::{Faults, Rule, Scene, codes};
use crate::text::short::shown;

/// Headers that hold addresses.
const HEADERS: [&str; 5] = ["From", "Sender", "Reply-To", "To", "Cc"];

/// Domains of mail providers, which alone can sign for them: mail that others send in their name fails DMARC's alignment.
const FREEMAIL: [&str; 12] = [
    "aol.com",
    "gmail.com",
    "gmx.de",
    "googlemail.com",
    "hotmail.com",
    "icloud.com",
    "live.com",
    "mail.ru",
    "outlook.com",
    "proton.me",
    "web.de",
    "yahoo.com",
];

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: &codes::BAD_ADDRESS_HEADER,
        spec: Some("RFC 5322 §3.4"),
        help: "write `Name <someone@your.domain>`, with quotes around a name that holds more than words",
        judge: bad_addresses,
    },
    Rule { code: &codes::UNENCODED_DOMAIN, spec: Some("RFC 5890 §2.3.2.1"), help: "write it as `xn--…`", judge: unencoded_domains },
    Rule {
        code: &codes::MANY_RECIPIENTS,
        spec: None,
        help: "make a message for each recipient, with that address alone in `To`",
        judge: many_recipients,
    },
    Rule {
        code: &codes::FREEMAIL_SENDER,
        spec: Some("RFC 7489 §6.3"),
        help: "send from an address below a domain of your own",
        judge: freemail_sender,
    },
];

/// An address with what stands before it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Mailbox {
    pub(super) local: String,
    pub(super) domain: String,
}

/// Returns the addresses of a header, or what is wrong with one.
pub(super) fn mailboxes(value: &str) -> Result<Vec<Mailbox>, String> {
    let value = without_comments(value);
    let pieces = split(&value).ok_or("has a quote or bracket that is not closed")?;
    pieces.into_iter().map(mailbox).collect()
}

fn mailbox(piece: &str) -> Result<Mailbox, String> {
    let piece = piece.trim();
    let refused = || format!("holds `{}`, which is no address", shown(piece));
    let address = match piece.strip_suffix('>') {
        Some(inside) => {
            let (name, address) = inside.rsplit_once('<').ok_or_else(refused)?;
            if !is_phrase(name.trim()) {
                return Err(format!("holds the name `{}`, which needs quotes", shown(name.trim())));
            }
            address
        }
        None => piece,
    };
    let (local, domain) = address.rsplit_once('@').ok_or_else(refused)?;
    if !is_local(local) || !is_domain(domain) {
        return Err(refused());
    }
    Ok(Mailbox { local: local.to_owned(), domain: domain.to_owned() })
}

/// Removes comments (RFC 5322 §3.2.2), which may stand in one another.
pub(super) fn without_comments(value: &str) -> String {
    let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
    let mut out = String::with_capacity(value.len());
    for c in value.chars() {
        let is_escaped = escaped;
        escaped = !is_escaped && c == '\\';
        match c {
            '"' if depth == 0 && !is_escaped => quoted = !quoted,
            '(' if !quoted && !is_escaped => depth += 1,
            ')' if !quoted && !is_escaped && depth > 0 => {
                depth -= 1;
                continue;
            }
            _ => {}
        }
        if depth == 0 {
            out.push(c);
        }
    }
    out
}

/// Cuts a list at its commas; `None` when something is left open.
fn split(value: &str) -> Option<Vec<&str>> {
    let (mut quoted, mut escaped, mut angle, mut start) = (false, false, false, 0);
    let mut pieces = Vec::new();
    for (at, c) in value.char_indices() {
        let is_escaped = escaped;
        escaped = !is_escaped && c == '\\';
        match c {
            '"' if !is_escaped => quoted = !quoted,
            '<' if !quoted => angle = true,
            '>' if !quoted => angle = false,
            ',' if !quoted && !angle => {
                pieces.push(value.get(start..at)?);
                start = at + 1;
            }
            _ => {}
        }
    }
    pieces.push(value.get(start..)?);
    (!quoted && !angle).then_some(pieces)
}

/// RFC 5322 §3.2.3.
pub(super) fn is_atom(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~.".contains(&byte)
}

/// Returns whether a name is words, quoted or not; encoded words are words. Bytes above ASCII are another rule's business.
fn is_phrase(name: &str) -> bool {
    let mut quoted = false;
    let mut escaped = false;
    name.bytes().all(|byte| {
        let is_escaped = escaped;
        escaped = !is_escaped && byte == b'\\';
        if byte == b'"' && !is_escaped {
            quoted = !quoted;
            return true;
        }
        // A lone dot, as in initials, is obsolete but read by all (RFC 5322 §4.1).
        quoted || is_atom(byte) || !byte.is_ascii() || matches!(byte, b' ' | b'\t')
    })
}

fn is_local(local: &str) -> bool {
    let inside = local.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    let is_quoted = inside.is_some_and(|inside| !inside.chars().any(char::is_control));
    let is_word = |atom: &str| !atom.is_empty() && atom.bytes().all(|byte| is_atom(byte) || !byte.is_ascii());
    local.len() <= 64 && (is_quoted || local.split('.').all(is_word))
}

fn is_domain(domain: &str) -> bool {
    let is_label = |label: &str| {
        let allowed = |c: char| c.is_ascii_alphanumeric() || c == '-' || !c.is_ascii();
        !label.is_empty() && label.len() <= 63 && !label.starts_with('-') && !label.ends_with('-') && label.chars().all(allowed)
    };
    domain.len() <= 255 && domain.split('.').all(is_label)
}

/// Returns how many letters beyond ASCII stand in a header's addresses.
pub(super) fn non_ascii_of_addresses(field: &Field<'_>) -> usize {
    if !HEADERS.iter().any(|name| name.eq_ignore_ascii_case(field.name)) {
        return 0;
    }
    let count = |text: &str| text.chars().filter(|c| !c.is_ascii()).count();
    mailboxes(&field.value).map_or(0, |found| found.iter().map(|one| count(&one.local) + count(&one.domain)).sum())
}

fn fields<'a>(mail: &'a Mail<'a>) -> impl Iterator<Item = &'a Field<'a>> {
    let is_one = |field: &&Field<'_>| HEADERS.iter().any(|name| name.eq_ignore_ascii_case(field.name));
    mail.root().into_iter().flat_map(|part| &part.fields).filter(is_one)
}

fn bad_addresses(scene: &Scene<'_>, faults: &mut Faults) {
    for field in fields(scene.mail) {
        match mailboxes(&field.value) {
            Err(reason) => faults.at(field.span.clone(), format!("the header `{}` {reason}", field.name)),
            Ok(found) if found.len() > 1 && field.name.eq_ignore_ascii_case("From") && scene.mail.field("Sender").is_none() => {
                faults.at(field.span.clone(), "the message is from several and says not who sends it");
            }
            Ok(_) => {}
        }
    }
}

fn unencoded_domains(scene: &Scene<'_>, faults: &mut Faults) {
    for field in fields(scene.mail) {
        for one in mailboxes(&field.value).unwrap_or_default().iter().filter(|one| !one.domain.is_ascii()) {
            faults.at(field.span.clone(), format!("the domain `{}` in `{}` is not in ASCII", shown(&one.domain), field.name));
        }
    }
}

fn many_recipients(scene: &Scene<'_>, faults: &mut Faults) {
    match scene.mail.field("To") {
        None => faults.whole("the message has no `To`"),
        Some(field) => match mailboxes(&field.value).map_or(1, |found| found.len()) {
            1 => {}
            count => faults.at(field.span.clone(), format!("the message is to {count} recipients, who see each other's addresses")),
        },
    }
    if let Some(field) = scene.mail.field("Cc") {
        faults.at(field.span.clone(), "the message has a `Cc`, whose addresses all recipients see");
    }
}

fn freemail_sender(scene: &Scene<'_>, faults: &mut Faults) {
    let Some(field) = scene.mail.field("From") else { return };
    for one in mailboxes(&field.value).unwrap_or_default() {
        if FREEMAIL.contains(&one.domain.to_ascii_lowercase().as_str()) {
            faults.at(field.span.clone(), format!("the message is from `{}`, for which its provider alone can sign", one.domain));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(value: &str) -> Option<Vec<String>> {
        mailboxes(value).ok().map(|found| found.iter().map(|one| format!("{}@{}", one.local, one.domain)).collect())
    }

    #[test]
    fn addresses_are_read_with_names_comments_and_quotes() {
        assert_eq!(read("a@b.example"), Some(vec!["a@b.example".to_owned()]));
        assert_eq!(read("\"Müller, J. <x>\" <a@b.example>, (note (inner)) c@d.example"), read("a@b.example, c@d.example"));
        assert_eq!(read("=?utf-8?b?w6Q=?= Example <ä@b.example>"), Some(vec!["ä@b.example".to_owned()]));
        assert_eq!(read("\"a \\\" b\" <\"a b\"@c.example>"), Some(vec!["\"a b\"@c.example".to_owned()]));
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for value in
            ["", "a", "a@", "@b", "a@b..c", "a..b@c", "Doe, Jane <a@b.example>", "A <a@b.example", "\"A <a@b.example>", "a b@c.example"]
        {
            assert_eq!(read(value), None, "{value}");
        }
    }
}
