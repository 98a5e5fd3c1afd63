//! Values from settings, posts and lists before they go into a header: what would add a header is refused, not mended.

use super::address;
use super::codes::{BAD_ADDRESS, BAD_HEADER, LINE_BREAK_IN_FIELD};
use crate::diagnostic::{Code, Diagnostic, Place};
use crate::model::slot::MARK;
use crate::text::chars::{self, has_break};
use lettre::Address;
use std::borrow::Cow;

/// Returns the finding for a value with a line break; `field` is the user's word for where it comes from.
pub(crate) fn line_break(field: &str) -> Diagnostic {
    about(&LINE_BREAK_IN_FIELD, field, format!("`{field}` holds a line break or control character"))
        .help("write it on one line")
        .spec("RFC 5322 §2.2")
}

/// Returns a finding about a field.
pub(super) fn flaw(code: &'static Code, field: &str, what: &str, help: &str) -> Diagnostic {
    about(code, field, format!("`{field}` {what}")).help(help)
}

/// Returns a finding with its key, where the field is one of the settings; the frame knows their file.
fn about(code: &'static Code, field: &str, message: String) -> Diagnostic {
    let found = Diagnostic::new(code, message);
    if field.starts_with("newsletter.") { found.at(Place::key("", field)) } else { found }
}

/// Returns a value that holds no line break.
pub(crate) fn one_line<'a>(field: &str, value: &'a str) -> Result<&'a str, Diagnostic> {
    if has_break(value) { Err(line_break(field)) } else { Ok(value.trim()) }
}

/// Returns a list's value as mails hold it: on one line without needless blanks, characters that neither HTML nor mail can hold, and
/// marks of ours.
pub(crate) fn tidy(value: &str) -> Cow<'_, str> {
    let value = value.trim();
    if value.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ') && !value.contains("  ") {
        return Cow::Borrowed(value);
    }
    Cow::Owned(chars::one_line(&chars::clean(value)).replace(MARK, "\u{fffd}"))
}

/// Returns the address that a value is.
pub(super) fn address_in(field: &str, value: &str) -> Result<Address, Diagnostic> {
    let value = one_line(field, value)?;
    address::read(value).ok_or_else(|| {
        about(&BAD_ADDRESS, field, format!("`{field}` is no mail address: `{value}`"))
            .help("write it like `ada@example.org`")
            .spec("RFC 5321 §4.1.2")
    })
}

/// Header fields that a newsletter may not add, in lower case: those that this room writes, those that the receiving server
/// writes (RFC 5321 §4.4, RFC 8601 §5), those that would send the mail to others, and a second say on who it is from.
const TAKEN: &[&str] = &[
    "auto-submitted",
    "bcc",
    "cc",
    "date",
    "delivered-to",
    "from",
    "list-archive",
    "list-id",
    "list-unsubscribe",
    "list-unsubscribe-post",
    "message-id",
    "mime-version",
    "reply-to",
    "return-path",
    "sender",
    "subject",
    "to",
    "authentication-results",
    "dkim-signature",
    "domainkey-signature",
    "received",
    "received-spf",
];

/// What the names of such fields begin with.
const TAKEN_PREFIXES: &[&str] = &["content-", "resent-", "arc-"];

/// The longest word of a further header: it cannot be folded, and a line may have 998 octets (RFC 5322 §2.1.1).
const LONGEST_WORD: usize = 900;

/// Checks a further header of the newsletter's settings; returns its value, trimmed.
pub(super) fn extra<'a>(name: &str, value: &'a str) -> Result<&'a str, Diagnostic> {
    let field = format!("newsletter.headers.{}", name.escape_default());
    let bad = |what: &str, help: &str| Err(flaw(&BAD_HEADER, &field, what, help));
    // RFC 5322 §2.2: printable ASCII without the colon. lettre takes no name above 76.
    if name.is_empty() || name.len() > 76 || !name.bytes().all(|c| c.is_ascii_graphic() && c != b':') {
        return bad("is no name of a header", "use letters, digits and `-`, such as `X-Newsletter`");
    }
    let lower = name.to_ascii_lowercase();
    if TAKEN.contains(&lower.as_str()) || TAKEN_PREFIXES.iter().any(|prefix| lower.starts_with(prefix)) {
        return bad("is not yours to set: postrider or the mail servers write it", "remove it");
    }
    let value = one_line(&field, value)?;
    if value.is_empty() {
        return bad("is empty", "give it a value or remove it");
    }
    if value.split(' ').any(|word| word.len() > LONGEST_WORD) {
        return bad("has a word that no line can hold", "keep words below 900 characters");
    }
    Ok(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_of_ours_and_of_the_servers_cannot_be_set() {
        for name in ["Bcc", "Return-Path", "Received", "Authentication-Results", "DKIM-Signature", "SUBJECT", "Content-Type", "Resent-To"] {
            let found = extra(name, "x").expect_err(name);
            assert_eq!(found.code, "bad-mail-header", "{name}");
            assert!(found.message.contains(name), "{}", found.message);
        }
    }

    #[test]
    fn a_name_that_no_header_can_have_is_refused() {
        for name in ["", "X Y", "X:Y", "X\r\nBcc", "Grüße", "X\u{7f}"] {
            assert_eq!(extra(name, "x").expect_err("a finding").code, "bad-mail-header", "{name:?}");
        }
    }

    #[test]
    fn a_value_is_one_line_with_something_in_it() {
        assert_eq!(extra("X-Site", " notes "), Ok("notes"));
        assert_eq!(extra("X-Site", " ").expect_err("a finding").code, "bad-mail-header");
        assert_eq!(extra("X-Site", &"x".repeat(901)).expect_err("a finding").code, "bad-mail-header");
        for value in ["a\r\nBcc: b@c.d", "a\nb", "a\0b", "a\u{85}b", "a\u{2028}b"] {
            let found = extra("X-Site", value).expect_err("a finding");
            assert_eq!((found.code, found.message.contains("`newsletter.headers.X-Site`")), ("line-break-in-field", true));
        }
    }

    #[test]
    fn an_address_with_a_line_break_is_named_as_such() {
        assert_eq!(address_in("newsletter.from", "ada@example.org\r\nBcc: x@y.z").expect_err("a finding").code, "line-break-in-field");
        assert_eq!(address_in("newsletter.from", "ada").expect_err("a finding").message, "`newsletter.from` is no mail address: `ada`");
    }
}
