//! The comparison key of an address: two spellings with one key are one subscriber.
//!
//! The key is the local part in lower case and the domain in A-labels, in lower case too. No provider of any size tells `Ada@` from
//! `ada@` (RFC 5321 §2.4 would let it), and a list that does would mail somebody twice. Dots and `+tags` stay: what they mean is the
//! provider's business. Mail goes to the spelling given.

use crate::mail::address;
use crate::text::short::first;
use std::borrow::Cow;
use unicode_normalization::UnicodeNormalization as _;

/// The longest local part and the longest address, in octets (RFC 5321 §4.5.3.1.1 and §4.5.3.1.3: a path has 256 with its brackets).
const LONGEST_LOCAL: usize = 64;
const LONGEST: usize = 254;

/// Why a text is not the address of one mailbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flaw {
    /// What is wrong, to be put after the text: `has no @`.
    pub reason: &'static str,
    /// What to do, in the imperative.
    pub help: String,
}

fn flaw<T>(reason: &'static str, help: impl Into<String>) -> Result<T, Flaw> {
    Err(Flaw { reason, help: help.into() })
}

const EXAMPLE: &str = "write it like `ada@example.org`";

/// Returns the comparison key of an address.
pub fn key(text: &str) -> Result<String, Flaw> {
    check_form(text)?;
    let Some((local, domain)) = text.rsplit_once('@') else { return flaw("has no `@`", EXAMPLE) };
    if local.len() > LONGEST_LOCAL {
        return flaw("has more than 64 octets before the `@`", "ask for another address: no server takes it");
    }
    let domain = match address::ascii_domain(domain) {
        Some(domain) if !domain.is_empty() => domain.to_ascii_lowercase(),
        _ => return flaw("has no domain behind the `@`", EXAMPLE),
    };
    if local.len() + 1 + domain.len() > LONGEST {
        return flaw("has more than 254 octets", "ask for another address: no server takes it");
    }
    // What cannot be mailed later is not let in.
    if address::read(text).is_none() {
        return flaw("is no mail address", EXAMPLE);
    }
    Ok(format!("{}@{domain}", local_key(local)))
}

/// Refuses what is more or less than an address, with the advice that fits.
fn check_form(text: &str) -> Result<(), Flaw> {
    if text.is_empty() {
        return flaw("is empty", EXAMPLE);
    }
    if text.chars().any(|c| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')) {
        return flaw("holds a line break or control character", "write it on one line");
    }
    if let Some((_, inner)) = text.strip_suffix('>').and_then(|text| text.rsplit_once('<')) {
        return flaw("holds more than an address", format!("write `{inner}` alone, and the name in a column `name`"));
    }
    if let Some(rest) = text.get(..7).filter(|scheme| scheme.eq_ignore_ascii_case("mailto:")).and(text.get(7..)) {
        return flaw("is a link", format!("write `{rest}` alone"));
    }
    let bare = unquoted(text);
    if bare.matches('@').count() > 1 && bare.contains([',', ';', ' ']) {
        return flaw("holds several addresses", "write each on a line of its own");
    }
    if bare.contains(['(', ')']) {
        return flaw("holds a comment", "write the address without what is in parentheses");
    }
    if bare.contains(char::is_whitespace) {
        return flaw("holds a blank", "remove it");
    }
    Ok(())
}

/// Returns an address without its local part where that is quoted: what stands in quotes means nothing.
fn unquoted(text: &str) -> &str {
    if text.starts_with('"') { text.rsplit_once('@').map_or(text, |(_, domain)| domain) } else { text }
}

/// Returns a local part in lower case. Quotes that are not needed go (RFC 5321 §4.1.2: they mean nothing).
fn local_key(local: &str) -> String {
    let Some(inner) = local.strip_prefix('"').and_then(|inner| inner.strip_suffix('"')) else { return lower(local) };
    let mut plain = String::with_capacity(inner.len());
    let mut chars = inner.chars();
    while let Some(c) = chars.next() {
        plain.extend(if c == '\\' { chars.next() } else { Some(c) });
    }
    let plain = lower(&plain);
    if is_dot_atom(&plain) {
        return plain;
    }
    let escape = |c: char| matches!(c, '"' | '\\').then_some('\\').into_iter().chain([c]);
    ['"'].into_iter().chain(plain.chars().flat_map(escape)).chain(['"']).collect()
}

fn lower(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    // RFC 6532 §3.1: one spelling of each letter. What lower case takes apart is put together again.
    text.nfc().collect::<String>().to_lowercase().nfc().collect()
}

/// RFC 5322 §3.2.3.
fn is_dot_atom(text: &str) -> bool {
    let is_atext = |c: char| c.is_alphanumeric() || !c.is_ascii() || "!#$%&'*+-/=?^_`{|}~".contains(c);
    text.split('.').all(|atom| !atom.is_empty() && atom.chars().all(is_atext))
}

/// Returns an address as it may stand in a public log: its first character and its domain.
#[must_use]
pub fn masked(text: &str) -> Cow<'_, str> {
    let start = first(text, 1);
    let start = start.trim_end_matches('…');
    Cow::Owned(match text.rsplit_once('@') {
        Some((_, domain)) if !domain.contains(['@', '<', ' ', ',', ';']) => format!("{start}…@{}", first(domain, 60)),
        _ => format!("{start}…"),
    })
}

/// Returns what a server said without the addresses that it repeats: a log may be read by many.
#[must_use]
pub fn left_out(told: &str) -> String {
    let is_around = |c: char| c.is_whitespace() || "<>()[]\"',;".contains(c);
    let word = |word: &str| {
        let bare = word.trim_matches(is_around).trim_end_matches([':', '.']);
        if bare.contains('@') { word.replace(bare, "…") } else { word.to_owned() }
    };
    told.split_inclusive(is_around).map(word).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn reason(text: &str) -> &'static str {
        key(text).expect_err(text).reason
    }

    #[test]
    fn addresses_that_a_server_repeats_are_left_out() {
        assert_eq!(left_out("550 5.1.1 <r148@example.com>: nobody here"), "550 5.1.1 <…>: nobody here");
        assert_eq!(left_out("no ada@example.org, nor (ben@example.org). 5@"), "no …, nor (…). …");
        assert_eq!(left_out("554 5.7.1 go away"), "554 5.7.1 go away");
    }

    #[test]
    fn case_and_the_script_of_the_domain_make_no_second_subscriber() {
        for text in [
            "ada@xn--bcher-kva.example",
            "ADA@Bücher.Example",
            "Ada@XN--BCHER-KVA.example",
            "ada@bücher。example",
            "\"Ada\"@bücher.example",
        ] {
            assert_eq!(key(text).as_deref(), Ok("ada@xn--bcher-kva.example"), "{text}");
        }
        assert_eq!(key("JÖRG@example.org").as_deref(), Ok("jörg@example.org"));
    }

    #[test]
    fn dots_and_tags_stay() {
        assert_eq!(key("A.d.a+News@Example.org").as_deref(), Ok("a.d.a+news@example.org"));
    }

    #[test]
    fn quotes_stay_where_they_are_needed_in_one_spelling() {
        assert_eq!(key(r#""A b"@example.org"#).as_deref(), Ok(r#""a b"@example.org"#));
        assert_eq!(key(r#""\A b"@example.org"#), key(r#""a b"@example.org"#));
        assert_eq!(key(r#""a@b"@example.org"#).as_deref(), Ok(r#""a@b"@example.org"#));
        assert_eq!(key(r#""a\"b"@example.org"#).as_deref(), Ok(r#""a\"b"@example.org"#));
    }

    #[test]
    fn the_limits_of_smtp_hold_in_octets_of_what_is_sent() {
        assert!(key(&format!("{}@example.org", "a".repeat(64))).is_ok());
        assert_eq!(reason(&format!("{}@example.org", "a".repeat(65))), "has more than 64 octets before the `@`");
        assert_eq!(reason(&format!("{}@example.org", "ä".repeat(33))), "has more than 64 octets before the `@`");
        let domain = |length: usize| [vec!["a".repeat(60); 3].join("."), "b".repeat(length - 183)].join(".");
        assert!(key(&format!("{}@{}", "a".repeat(60), domain(193))).is_ok());
        assert_eq!(reason(&format!("{}@{}", "a".repeat(61), domain(193))), "has more than 254 octets");
    }

    #[test]
    fn what_is_no_address_is_refused_with_its_reason() {
        for (text, expected) in [
            ("", "is empty"),
            ("ada", "has no `@`"),
            ("ada@", "has no domain behind the `@`"),
            ("ada@exa mple.org", "holds a blank"),
            ("ada@b\u{fc}cher%2e.example", "has no domain behind the `@`"),
            ("@example.org", "is no mail address"),
            ("a..b@example.org", "is no mail address"),
            ("ada@-example.org", "is no mail address"),
            ("ada@example..org", "is no mail address"),
            ("ada@example.org.", "is no mail address"),
            ("ada\r\nBcc: eve@example.org", "holds a line break or control character"),
            ("ada@example.org\0", "holds a line break or control character"),
            ("\"a\nb\"@example.org", "holds a line break or control character"),
            ("ada\u{2028}@example.org", "holds a line break or control character"),
            ("ada(the first)@example.org", "holds a comment"),
            ("ada@example.org, eve@example.org", "holds several addresses"),
            ("mailto:ada@example.org", "is a link"),
        ] {
            assert_eq!(reason(text), expected, "{text}");
        }
    }

    #[test]
    fn a_display_name_gets_the_advice_to_use_a_column() {
        let found = key("Ada <ada@example.org>").expect_err("a flaw");
        assert_eq!(
            (found.reason, found.help.as_str()),
            ("holds more than an address", "write `ada@example.org` alone, and the name in a column `name`")
        );
    }

    #[test]
    fn a_masked_address_tells_its_domain_only() {
        assert_eq!(masked("ada@example.org"), "a…@example.org");
        assert_eq!(masked("Ada Lovelace"), "A…");
        assert_eq!(masked("ada@example.org, eve@example.org"), "a…@example.org");
        assert_eq!(masked("ada@x eve"), "a…");
        assert_eq!(masked(""), "…");
    }

    proptest! {
        #[test]
        fn what_has_a_key_can_be_mailed_and_a_key_has_no_other_key(text in "[aAöÖİß\"\\\\ .+-]{1,6}@[aAüÜßx.-]{1,8}|.{0,20}@.{0,20}|.{0,30}") {
            if let Ok(found) = key(&text) {
                prop_assert!(address::read(&text).is_some());
                // Lower case may make a letter that no server takes; nobody mails a key.
                prop_assert_eq!(key(&found).unwrap_or(found.clone()), found.clone());
                prop_assert_eq!(key(&text.to_ascii_uppercase()), Ok(found));
            }
            prop_assert!(masked(&text).chars().count() < 70);
        }
    }
}
