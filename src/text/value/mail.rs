//! Mail addresses: the contact of RSS, the bare address of Atom, and addresses where none should be.

use super::{Flaw as Any, char_at, name_char, quote, uri};
use std::ops::Range;

/// What is wrong with a mail address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// There is nothing.
    Empty,
    /// There is no mail address in it.
    NoAddress,
    /// It is meant as an address and is none, or has more than the address.
    BadAddress,
    /// The name stands first: `Name (address)`, or what follows the address is no name.
    BadContact,
    /// Address and name are both there, in another form than `address (name)`.
    Format,
    /// The address has no name.
    NoName,
    /// The domain has no dot.
    UnknownHost,
    /// A mail address stands where only a name should be.
    ContainsEmail,
}

/// A flaw of a mail address.
pub type Flaw = Any<Kind>;

/// What a contact holds, in bytes of the value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    /// The mail address.
    pub address: Range<usize>,
    /// The person's name.
    pub name: Option<Range<usize>>,
}

/// What a contact of RSS looks like.
const CONTACT: &str = "write it like `jane@example.org (Jane Doe)`";

/// Reads a contact of RSS (`author`, `managingEditor`, `webMaster`): an address, then the name in parentheses.
///
/// RSS 2.0 asks for an address; the form is that of the RSS Profile, "Email Addresses". A `mailto:` URI has its address
/// in it, perhaps encoded, and is taken as it is. Pushes what is wrong; returns what could be read.
pub fn contact(value: &str, flaws: &mut Vec<Flaw>) -> Option<Contact> {
    let (inner, start) = super::trim(value);
    let from = flaws.len();
    let found = if inner.is_empty() {
        flaws.push(Flaw::new(Kind::Empty, 0..inner.len(), "is empty").help(CONTACT));
        None
    } else if inner.get(..7).is_some_and(|prefix| prefix.eq_ignore_ascii_case("mailto:")) {
        mailto(inner, flaws)
    } else {
        read_contact(inner, flaws)
    };
    for flaw in flaws.iter_mut().skip(from) {
        flaw.range = flaw.range.start + start..flaw.range.end + start;
    }
    let shift = |range: Range<usize>| range.start + start..range.end + start;
    found.map(|contact| Contact { address: shift(contact.address), name: contact.name.map(shift) })
}

fn read_contact(value: &str, flaws: &mut Vec<Flaw>) -> Option<Contact> {
    if !value.contains('@') {
        flaws.push(
            Flaw::new(Kind::NoAddress, 0..value.len(), "has no mail address")
                .help(format!("{CONTACT}, or name the person in `dc:creator`")),
        );
        return None;
    }
    let head = value.find(super::is_space).unwrap_or(value.len());
    let head = value.find('(').map_or(head, |open| open.min(head));
    let address = value.get(..head).unwrap_or_default();
    if let Err(flaw) = address_flaw(address, 0) {
        return read_other_form(value, flaw, flaws);
    }
    let rest = value.get(head..).unwrap_or_default();
    let tail = rest.trim_start();
    let at = value.len() - tail.len();
    let name = tail.strip_prefix('(').and_then(|name| name.strip_suffix(')'));
    match name {
        _ if tail.is_empty() => {
            flaws.push(Flaw::new(Kind::NoName, 0..head, "has no name of a person").help(format!("write `{address} (Jane Doe)`")));
            Some(Contact { address: 0..head, name: None })
        }
        Some(name) if !name.trim().is_empty() && is_balanced(name) => {
            if rest.len() - tail.len() != 1 {
                flaws.push(Flaw::new(Kind::Format, head..at, "has not one blank between address and name").help(CONTACT));
            }
            Some(Contact { address: 0..head, name: Some(at + 1..value.len() - 1) })
        }
        _ => {
            flaws.push(
                Flaw::new(Kind::BadContact, at..value.len(), "has something other than a name in parentheses after the address")
                    .help(CONTACT),
            );
            Some(Contact { address: 0..head, name: None })
        }
    }
}

/// Reads what people write instead: `Jane <jane@example.org>`, `<jane@example.org>`, `Jane (jane@example.org)`.
fn read_other_form(value: &str, flaw: Flaw, flaws: &mut Vec<Flaw>) -> Option<Contact> {
    let inside = |open: char, close: char| {
        let start = value.find(open)? + 1;
        let text = value.get(start..)?.strip_suffix(close)?;
        address_flaw(text, 0).is_ok().then(|| (start..start + text.len(), value.get(..start - 1).unwrap_or_default()))
    };
    if let Some((address, before)) = inside('<', '>') {
        let name = before.trim_matches(|c: char| c.is_whitespace() || c == '"');
        let written = value.get(address.clone()).unwrap_or_default();
        if name.is_empty() {
            flaws.push(Flaw::new(Kind::NoName, 0..value.len(), "has no name of a person").help(format!("write `{written} (Jane Doe)`")));
            return Some(Contact { address, name: None });
        }
        let help = format!("write `{written} ({name})`");
        flaws.push(Flaw::new(Kind::Format, 0..value.len(), "has the name before the address").help(help));
        let start = before.find(name).unwrap_or_default();
        return Some(Contact { address, name: Some(start..start + name.len()) });
    }
    if let Some((address, before)) = inside('(', ')') {
        let written = value.get(address.clone()).unwrap_or_default();
        let help = format!("write `{written} ({})`", before.trim());
        flaws.push(Flaw::new(Kind::BadContact, 0..value.len(), "has the address in parentheses, where the name stands").help(help));
        return Some(Contact { address, name: None });
    }
    flaws.push(flaw.help(CONTACT));
    None
}

/// Reads a `mailto:` URI (RFC 6068); its address may be encoded and hold a name.
fn mailto(value: &str, flaws: &mut Vec<Flaw>) -> Option<Contact> {
    let end = value.find('?').unwrap_or(value.len());
    let start = "mailto:".len().min(end);
    let to = value.get(start..end).unwrap_or_default();
    if !to.contains('@') && !to.to_ascii_lowercase().contains("%40") && !to.to_ascii_lowercase().contains("%3c") {
        flaws.push(Flaw::new(Kind::NoAddress, start..end, "has no mail address").help(CONTACT));
        return None;
    }
    let mut found = Vec::new();
    uri::reference(value, uri::Charset::Iri, &mut found);
    if let Some(flaw) = found.into_iter().next() {
        flaws.push(flaw.map(|_| Kind::BadAddress));
        return None;
    }
    Some(Contact { address: start..end, name: None })
}

fn is_balanced(name: &str) -> bool {
    let mut depth = 0_usize;
    for c in name.chars() {
        match c {
            '(' => depth += 1,
            ')' => match depth.checked_sub(1) {
                Some(less) => depth = less,
                None => return false,
            },
            _ => {}
        }
    }
    depth == 0
}

/// Reads a bare address, as Atom's `email` and iTunes' want it: RFC 5322 §3.4.1 `addr-spec`, with the letters of RFC 6532.
pub fn address(value: &str) -> Result<(), Flaw> {
    const FORM: &str = "write the address alone, like `jane@example.org`";
    let (inner, _) = super::trim(value);
    if inner.is_empty() {
        return Err(Flaw::new(Kind::Empty, 0..value.len(), "is empty").help(FORM));
    }
    if !inner.contains('@') {
        return Err(Flaw::new(Kind::NoAddress, 0..value.len(), "is no mail address").help(FORM));
    }
    address_flaw(value, 0).map_err(|flaw| flaw.help(FORM))
}

/// Tells whether mail to an address can be delivered from elsewhere: its domain has a dot or is an IP address.
pub fn known_host(value: &str) -> Result<(), Flaw> {
    let (inner, start) = super::trim(value);
    let Some(at) = inner.rfind('@') else { return Ok(()) };
    let domain = inner.get(at + 1..).unwrap_or_default();
    if domain.is_empty() || uri::is_known_host(domain) {
        return Ok(());
    }
    let reason = format!("has the domain {}, which only a local network can know", quote(domain));
    let help = "write the domain that others know, like `example.org`";
    Err(Flaw::new(Kind::UnknownHost, at + 1..inner.len(), reason).help(help).shift(start))
}

/// Says what is wrong with an address, at an offset.
fn address_flaw(text: &str, offset: usize) -> Result<(), Flaw> {
    let bad = |range: Range<usize>, reason: String| Err(Flaw::new(Kind::BadAddress, range, reason).shift(offset));
    let quoted = text.starts_with('"').then(|| quoted_len(text)).flatten();
    let at = match quoted {
        Some(len) => len,
        None => text.find('@').unwrap_or(text.len()),
    };
    let Some(domain) = text.get(at..).and_then(|rest| rest.strip_prefix('@')) else {
        return bad(0..text.len(), "is no mail address".to_owned());
    };
    let local = text.get(..at).unwrap_or_default();
    if quoted.is_none()
        && let Some((range, reason)) = atom_flaw(local, 0, "before the `@`")
    {
        return bad(range, reason);
    }
    let start = at + 1;
    if let Some(literal) = domain.strip_prefix('[') {
        let is_literal =
            literal.strip_suffix(']').is_some_and(|inner| inner.bytes().all(|b| b.is_ascii_graphic() && !matches!(b, b'[' | b']' | b'\\')));
        return if is_literal { Ok(()) } else { bad(start..text.len(), "has a domain in brackets that is none".to_owned()) };
    }
    match atom_flaw(domain, start, "after the `@`") {
        Some((range, reason)) => bad(range, reason),
        None => match domain
            .split('.')
            .find(|label| label.starts_with('-') || label.ends_with('-') || label.contains(|c: char| c.is_ascii_punctuation() && c != '-'))
        {
            Some(label) => bad(start..text.len(), format!("has {} in its domain, which is no name", quote(label))),
            None => Ok(()),
        },
    }
}

/// Returns the length of a quoted local part (RFC 5322 §3.2.4).
fn quoted_len(text: &str) -> Option<usize> {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return Some(at + 1),
            '\r' | '\n' => return None,
            _ => {}
        }
    }
    None
}

/// Says what keeps a text from being a `dot-atom` (RFC 5322 §3.2.3).
fn atom_flaw(text: &str, start: usize, place: &str) -> Option<(Range<usize>, String)> {
    if text.is_empty() {
        return Some((start..start, format!("has nothing {place}")));
    }
    let is_atext =
        |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c) || !c.is_ascii() && !c.is_control() && !c.is_whitespace();
    if let Some((at, c)) = text.char_indices().find(|(_, c)| !is_atext(*c)) {
        let range = char_at(text, at);
        return Some((start + range.start..start + range.end, format!("has {} {place}", name_char(c))));
    }
    let dots = if text.starts_with('.') {
        Some(0)
    } else if text.ends_with('.') {
        Some(text.len() - 1)
    } else {
        text.find("..")
    };
    dots.map(|at| (start + at..start + at + 1, format!("has a dot out of place {place}")))
}

/// Finds a mail address in a text that should be a person's name (RFC 4287 §3.2.1).
pub fn name_without_address(value: &str) -> Result<(), Flaw> {
    let is_local = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '+' | '%');
    let is_domain = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-');
    // What was looked at before one sign is not looked at again before the next.
    let mut from = 0;
    for (at, _) in value.match_indices('@') {
        let before = value.get(from..at).unwrap_or_default();
        let after = value.get(at + 1..).unwrap_or_default();
        let start = at - before.chars().rev().take_while(|c| is_local(*c)).map(char::len_utf8).sum::<usize>();
        let len: usize = after.chars().take_while(|c| is_domain(*c)).map(char::len_utf8).sum();
        let domain = after.get(..len).unwrap_or_default().trim_end_matches(['.', '-']);
        if start < at && domain.trim_start_matches('.').contains('.') {
            let range = start..at + 1 + domain.len();
            let reason = format!("has the mail address {} in it", quote(value.get(range.clone()).unwrap_or_default()));
            return Err(Flaw::new(Kind::ContainsEmail, range, reason).help("put the address into `email`"));
        }
        from = at + 1;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::testing::{ANY, check, table};
    use super::*;
    use proptest::prelude::*;

    fn read(value: &str) -> (Option<(&str, Option<&str>)>, Vec<Kind>) {
        let mut flaws = Vec::new();
        let found = contact(value, &mut flaws).map(|c| (&value[c.address], c.name.map(|name| &value[name])));
        check(value, &flaws);
        (found, flaws.iter().map(|flaw| flaw.kind).collect())
    }

    #[test]
    fn a_contact_is_an_address_and_a_name_in_parentheses() {
        assert_eq!(read("jane@example.org (Jane Doe)"), (Some(("jane@example.org", Some("Jane Doe"))), vec![]));
        assert_eq!(read("\n jane+rss@example.org (Jane (J.) Doé) ").1, []);
        assert_eq!(read("mailto:jane%40example.org?subject=x").1, []);
        assert_eq!(read("mailto:jane@example.org").0, Some(("jane@example.org", None)));
    }

    #[test]
    fn other_contacts_are_named_by_what_they_lack() {
        for (value, kind) in [
            ("", Kind::Empty),
            ("Jane Doe", Kind::NoAddress),
            ("jane at example.org", Kind::NoAddress),
            ("mailto:jane", Kind::NoAddress),
            ("mailto:jane doe@example.org", Kind::BadAddress),
            ("jane@example.org", Kind::NoName),
            ("<jane@example.org>", Kind::NoName),
            ("Jane Doe <jane@example.org>", Kind::Format),
            ("\"Jane Doe\" <jane@example.org>", Kind::Format),
            ("jane@example.org(Jane)", Kind::Format),
            ("Jane (jane@example.org)", Kind::BadContact),
            ("jane@example.org (Jane), also", Kind::BadContact),
            ("jane@example.org ()", Kind::BadContact),
            ("jane@example.org Jane", Kind::BadContact),
            ("jane@exa_mple.org (Jane)", Kind::BadAddress),
            ("@jane (Jane)", Kind::BadAddress),
            ("a@b, c@d", Kind::BadAddress),
        ] {
            assert_eq!(read(value).1, [kind], "{value}");
        }
        let mut flaws = Vec::new();
        contact("Jane Doe <jane@example.org>", &mut flaws);
        assert_eq!(flaws[0].help.as_deref(), Some("write `jane@example.org (Jane Doe)`"));
    }

    #[test]
    fn an_address_stands_alone() {
        table(
            address,
            &[
                "jane@example.org",
                "a.b+c!#$%&'*/=?^_`{|}~-@x-y.example",
                "\"a b\\\" @\"@example.org",
                "a@[192.0.2.1]",
                "jané@exämple.org",
                "jane@localhost",
            ],
            &[
                ("", Kind::Empty),
                ("jane", Kind::NoAddress),
                ("jane at example.org", Kind::NoAddress),
                ("jane@example.org (Jane)", Kind::BadAddress),
                (" jane@example.org", Kind::BadAddress),
                ("jane@", Kind::BadAddress),
                ("@example.org", Kind::BadAddress),
                ("a..b@example.org", Kind::BadAddress),
                (".a@example.org", Kind::BadAddress),
                ("a@example.org.", Kind::BadAddress),
                ("a@b@c.org", Kind::BadAddress),
                ("a@-b.org", Kind::BadAddress),
                ("\"a@example.org", Kind::BadAddress),
                ("a@[b c]", Kind::BadAddress),
                ("mailto:jane@example.org", Kind::BadAddress),
            ],
        );
    }

    #[test]
    fn a_domain_without_a_dot_is_named() {
        assert_eq!(known_host("a@example.org"), Ok(()));
        assert_eq!(known_host("a@[::1]"), Ok(()));
        assert_eq!(known_host("a@intranet").expect_err("local").range, 2..10);
    }

    #[test]
    fn an_address_inside_a_name_is_found() {
        for value in ["Jane Doe", "Jane @ home", "@jane", "a@b", "@jane.doe", "jane@"] {
            assert_eq!(name_without_address(value), Ok(()), "{value}");
        }
        let flaw = name_without_address("Jane <jane.doe@example.org>").expect_err("an address");
        assert_eq!((flaw.kind, flaw.range), (Kind::ContainsEmail, 6..26));
        assert_eq!(name_without_address("@a b@c.d.").expect_err("an address").range, 3..8);
    }

    proptest! {
        #[test]
        fn no_text_panics_and_ranges_lie_inside(value in ANY) {
            let mut flaws = Vec::new();
            if let Some(found) = contact(&value, &mut flaws) {
                prop_assert!(value.get(found.address).is_some());
                prop_assert!(found.name.is_none_or(|name| value.get(name).is_some()));
            }
            flaws.extend(address(&value).err());
            flaws.extend(known_host(&value).err());
            flaws.extend(name_without_address(&value).err());
            check(&value, &flaws);
        }

        #[test]
        fn a_sound_address_and_name_make_a_contact(user in "[a-z0-9+_-]{1,8}(\\.[a-z]{1,4})?", domain in "[a-z]{1,8}\\.[a-z]{2,4}", name in "[A-Z][a-zé]{0,6}( [A-Z][a-z]{0,6})?") {
            let value = format!("{user}@{domain} ({name})");
            prop_assert_eq!(read(&value).1, vec![]);
            prop_assert!(name_without_address(&value).is_err());
        }
    }
}
