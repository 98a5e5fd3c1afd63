//! Mail addresses as they go into headers and envelope: the domain in ASCII, the local part as given.

use lettre::Address;
use std::borrow::Cow;

/// Returns an address with its domain as A-labels (RFC 5890 §2.3.2.1); `None` when it is none.
///
/// lettre would keep a domain in Unicode and then ask for SMTPUTF8, which few servers that a list meets have.
pub(crate) fn read(text: &str) -> Option<Address> {
    let (user, domain) = text.rsplit_once('@')?;
    Address::new(user, ascii_domain(domain)?.as_ref()).ok()
}

/// Returns a domain in ASCII; `None` when it is none. One that is ASCII already stays as it is written.
pub(crate) fn ascii_domain(domain: &str) -> Option<Cow<'_, str>> {
    if domain.is_ascii() {
        let plain = |c: u8| c.is_ascii_alphanumeric() || matches!(c, b'-' | b'.' | b'_' | b'[' | b']' | b':');
        return domain.bytes().all(plain).then_some(Cow::Borrowed(domain));
    }
    // The parser is one of URLs and would decode `%2e`.
    match url::Host::parse(domain) {
        Ok(url::Host::Domain(ascii)) if !domain.contains('%') => Some(Cow::Owned(ascii)),
        _ => None,
    }
}

/// Returns whether an address needs SMTPUTF8 (RFC 6531 §3.2): a local part has no form in ASCII.
pub(super) fn needs_utf8(address: &Address) -> bool {
    !address.user().is_ascii()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Option<String> {
        read(text).map(|address| address.to_string())
    }

    #[test]
    fn a_domain_of_other_letters_becomes_a_labels() {
        assert_eq!(shown("ada@bücher.example").as_deref(), Some("ada@xn--bcher-kva.example"));
        assert_eq!(shown("用户@例え.jp").as_deref(), Some("用户@xn--r8jz45g.jp"));
    }

    #[test]
    fn an_address_in_ascii_stays_as_it_is_written() {
        for text in ["Ada.Example+news@Example.ORG", "\"a b\"@example.org", "a@localhost", "o'neil@example.org"] {
            assert_eq!(shown(text).as_deref(), Some(text));
        }
    }

    #[test]
    fn only_a_local_part_of_other_letters_needs_smtputf8() {
        assert!(needs_utf8(&read("jörg@example.org").expect("an address")));
        assert!(!needs_utf8(&read("joerg@bücher.example").expect("an address")));
    }

    #[test]
    fn what_is_no_address_is_refused() {
        let long = format!("{}@example.org", "a".repeat(65));
        for text in
            ["", "ada", "ada@", "@example.org", "a b@example.org", "a@b c", "a@exa%41mple.org", "a@b@c d", "a\r\nb@example.org", &long]
        {
            assert_eq!(shown(text), None, "{text}");
        }
    }
}
