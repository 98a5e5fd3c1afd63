//! Header values encoded and folded: at most 78 octets in a line where white space allows it (RFC 5322 §2.2.3), encoded words of at
//! most 75 (RFC 2047 §2).

use email_encoding::headers::{quoted_string, rfc2047, writer::EmailWriter};
use lettre::Address;
use std::fmt::Write as _;

/// The longest word that may stand as it is: with a header's name before it, it fits a line.
const WORD: usize = 60;

/// Returns unstructured text, such as a subject, encoded for a header of this name. It must hold no control characters.
pub(super) fn text(name: &str, value: &str) -> String {
    let value = value.trim();
    let mut out = String::with_capacity(value.len() * 2);
    // A word that looks encoded would be decoded by the reader, a long one cannot be folded: both are encoded.
    if value.is_ascii() && !must_encode(value) {
        let mut writer = EmailWriter::new(&mut out, name.len() + 2, 0, false);
        // Writing to a string does not fail.
        let _ = writer.folding().write_str(value);
    } else {
        mixed(name, value, &mut out);
    }
    out
}

/// Returns a further header's value: as [`text`], but with long words of ASCII as they are, for they may be URLs.
pub(super) fn extra(name: &str, value: &str) -> String {
    if !value.is_ascii() || value.contains("=?") {
        return text(name, value);
    }
    let mut out = String::with_capacity(value.len() + 8);
    let mut writer = EmailWriter::new(&mut out, name.len() + 2, 0, true);
    let _ = writer.folding().write_str(value);
    drop(writer);
    out
}

fn must_encode(value: &str) -> bool {
    value.contains("=?") || value.split(' ').any(|word| word.len() > WORD)
}

/// Encodes each run of words that need it, so that the other words stay readable.
fn mixed(name: &str, value: &str, out: &mut String) {
    let mut writer = EmailWriter::new(out, name.len() + 2, 0, false);
    let mut run = 0..0;
    let mut at = 0;
    let flush = |run: std::ops::Range<usize>, writer: &mut EmailWriter<'_>| {
        let words = value.get(run).unwrap_or_default();
        let kept = words.trim_end_matches(' ');
        let _ = rfc2047::encode(kept, writer);
        (kept.len()..words.len()).for_each(|_| writer.space());
    };
    for word in value.split_inclusive(' ') {
        let next = at + word.len();
        if word.is_ascii() && !must_encode(word.trim_end_matches(' ')) && !word.trim_end_matches(' ').is_empty() {
            flush(std::mem::replace(&mut run, next..next), &mut writer);
            let _ = writer.folding().write_str(word);
        }
        run.end = next;
        at = next;
    }
    flush(run, &mut writer);
}

/// Returns a mailbox, `Name <address>`, encoded for a header of this name.
pub(super) fn mailbox(name: &str, person: Option<&str>, address: &Address) -> String {
    let address: &str = address.as_ref();
    let mut out = String::with_capacity(address.len() + 64);
    let mut writer = EmailWriter::new(&mut out, name.len() + 2, 0, false);
    match person.map(str::trim).filter(|person| !person.is_empty()) {
        None => drop(writer.write_str(address)),
        Some(person) => {
            phrase(person, &mut writer);
            writer.space();
            // In one piece: between two the writer could fold.
            let _ = writer.folding().write_str(&["<", address, ">"].concat());
        }
    }
    drop(writer);
    out
}

/// Returns `phrase <id>`, as List-Id has it (RFC 2919 §3).
pub(super) fn phrase_and_id(name: &str, words: &str, id: &str) -> String {
    let mut out = String::new();
    let mut writer = EmailWriter::new(&mut out, name.len() + 2, 0, false);
    if !words.trim().is_empty() {
        phrase(words.trim(), &mut writer);
        writer.space();
    }
    let _ = writer.folding().write_str(&["<", id, ">"].concat());
    drop(writer);
    out
}

/// Writes a phrase: an atom, a quoted string, or encoded words.
fn phrase(words: &str, writer: &mut EmailWriter<'_>) {
    let _ = if must_encode(words) { rfc2047::encode(words, writer) } else { quoted_string::encode(words, writer) };
}

/// Returns URLs in angle brackets with commas between them, as List-* headers have them (RFC 2369 §2), each on a line of its own.
pub(super) fn urls<'a>(urls: impl IntoIterator<Item = &'a str>) -> String {
    let mut out = String::new();
    for url in urls {
        if !out.is_empty() {
            out.push_str(",\r\n ");
        }
        let _ = write!(out, "<{url}>");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Returns what a reader makes of a header.
    fn read_subject(encoded: &str) -> String {
        let message = format!("Subject: {encoded}\r\n\r\n");
        let message = mail_parser::MessageParser::default().parse(message.as_bytes()).expect("a message").into_owned();
        message.subject().unwrap_or_default().to_owned()
    }

    #[test]
    fn plain_words_stay_readable_and_others_are_encoded() {
        assert_eq!(text("Subject", "News from the road"), "News from the road");
        assert_eq!(text("Subject", "Post aus Köln und mehr"), "Post aus =?utf-8?b?S8O2bG4=?= und mehr");
    }

    #[test]
    fn a_word_that_looks_encoded_is_shown_as_it_was_written() {
        let encoded = text("Subject", "what =?utf-8?q?this?= means");
        assert_eq!(encoded, "what =?utf-8?b?PT91dGYtOD9xP3RoaXM/PQ==?= means");
        assert_eq!(read_subject(&encoded), "what =?utf-8?q?this?= means");
    }

    #[test]
    fn a_long_name_is_folded_before_the_address() {
        let address = super::super::address::read("a-rather-long-local-part@mail.example.org").expect("an address");
        assert_eq!(
            mailbox("To", Some("Ada Augusta King, Countess of Lovelace"), &address),
            "=?utf-8?b?QWRhIEF1Z3VzdGEgS2luZywgQ291bnRlc3Mgb2YgTG92ZWxhY2U=?=\r\n <a-rather-long-local-part@mail.example.org>"
        );
        assert_eq!(mailbox("To", Some(" "), &address), "a-rather-long-local-part@mail.example.org");
    }

    /// Checks what every encoded header has to keep to.
    fn check_lines(name: &str, encoded: &str, longest: usize) {
        for (i, line) in encoded.split("\r\n").enumerate() {
            let length = line.len() + if i == 0 { name.len() + 2 } else { 0 };
            assert!(length <= longest, "{length}: {line}");
            assert!(i == 0 || line.starts_with(' ') && !line.trim().is_empty(), "{encoded:?}");
            for word in line.split([' ', '"', '<', '>']).filter(|word| word.starts_with("=?")) {
                assert!(word.len() <= 75, "{word}");
                let base64 = word.strip_prefix("=?utf-8?b?").and_then(|w| w.strip_suffix("?=")).expect("an encoded word");
                let bytes = base64::Engine::decode(&base64::engine::general_purpose::STANDARD, base64).expect("base64");
                std::str::from_utf8(&bytes).expect("no character is split");
            }
        }
    }

    proptest! {
        #[test]
        fn any_subject_is_read_back_and_fits_its_lines(words in prop::collection::vec("[a-z]{1,12}|[a-z]{50,120}|é|[à-ÿ]{1,40}|[日本語]{1,30}|=\\?|=\\?utf-8\\?q\\?x\\?=|😀{1,20}|[!-~]{1,9}", 1..25)) {
            let subject = words.join(" ");
            let encoded = text("Subject", &subject);
            prop_assert!(encoded.is_ascii());
            check_lines("Subject", &encoded, 78);
            prop_assert_eq!(read_subject(&encoded), subject);
        }

        #[test]
        fn any_name_is_read_back_and_fits_its_lines(name in "[a-zA-Z\"\\\\ ,.éü@<>=?日-]{1,90}") {
            let address = super::super::address::read("ada@example.org").expect("an address");
            let encoded = mailbox("To", Some(&name), &address);
            check_lines("To", &encoded, 78);
            let message = format!("To: {encoded}\r\n\r\n");
            let message = mail_parser::MessageParser::default().parse(message.as_bytes()).expect("a message").into_owned();
            let to = message.to().and_then(|to| to.first().cloned()).expect("a recipient");
            prop_assert_eq!(to.address.as_deref(), Some("ada@example.org"));
            let squeezed = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
            prop_assert_eq!(squeezed(to.name.as_deref().unwrap_or_default()), squeezed(&name));
        }
    }
}
