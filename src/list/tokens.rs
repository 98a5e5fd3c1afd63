//! What may be one of our tokens, in any text: a form service's table, a server's log, a mailbox.
//!
//! A token is 52 characters of base64url, 58 when it is for confirming. They may stand in the middle of a longer word (a bounce address), with characters
//! written as `%XX` (URLs) or `=XX` and parted by `=` at the end of a line (quoted-printable, RFC 2045 §6.7). Only
//! `mail::token::Keys::verify` tells whether a candidate is a token; here only what cannot be one is left out.

use crate::mail::token::LENGTH;

/// The longest word that is kept; further candidates in it are found all the same.
const LONGEST_WORD: usize = 4096;

/// Finds candidates in a text that comes in parts.
#[derive(Debug)]
pub struct Tokens {
    /// How many characters they have.
    length: usize,
    /// The characters of base64url that came one after another.
    word: Vec<u8>,
    /// What may be a code: `%` or `=`, and what came behind it.
    code: Vec<u8>,
    found: Vec<String>,
}

impl Default for Tokens {
    fn default() -> Self {
        Tokens::of_length(LENGTH)
    }
}

impl Tokens {
    /// Begins to look for candidates of so many characters.
    #[must_use]
    pub fn of_length(length: usize) -> Self {
        Tokens { length, word: Vec::new(), code: Vec::new(), found: Vec::new() }
    }

    /// Reads on; returns the candidates that end in this part, in order.
    pub fn push(&mut self, part: &[u8]) -> Vec<String> {
        for byte in part {
            self.byte(*byte);
        }
        std::mem::take(&mut self.found)
    }

    fn byte(&mut self, byte: u8) {
        if self.code.is_empty() && !matches!(byte, b'=' | b'%') {
            return self.plain(byte);
        }
        self.code.push(byte);
        match *self.code.as_slice() {
            [_] | [b'=', b'\r'] => {}
            [b'=', b'\n'] | [b'=', b'\r', b'\n'] => self.code.clear(),
            [_, first] if first.is_ascii_hexdigit() => {}
            [_, first, second] => match decode(first, second) {
                Some(decoded) => {
                    self.code.clear();
                    self.plain(decoded);
                }
                None => self.no_code(),
            },
            _ => self.no_code(),
        }
    }

    /// Reads what looked like a code as it stands there. No token holds `=` or `%`.
    fn no_code(&mut self) {
        let code = std::mem::take(&mut self.code);
        self.word.clear();
        for byte in code.into_iter().skip(1) {
            self.byte(byte);
        }
    }

    fn plain(&mut self, byte: u8) {
        if !is_letter(byte) {
            return self.word.clear();
        }
        if self.word.len() >= LONGEST_WORD {
            self.word.drain(..=self.word.len() - self.length);
        }
        self.word.push(byte);
        if let Some(last) = self.word.len().checked_sub(self.length).and_then(|start| self.word.get(start..))
            && may_begin(last)
        {
            self.found.push(String::from_utf8_lossy(last).into_owned());
        }
    }
}

/// Returns the candidates of a text, in order.
#[must_use]
pub fn tokens(text: &[u8]) -> Vec<String> {
    Tokens::default().push(text)
}

/// Returns the letter of base64url that a code means.
///
/// `=` before a token that is written plainly begins no code: the token's first letter is E, and E0 to EF are no letters.
fn decode(first: u8, second: u8) -> Option<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let byte = u8::try_from(digit(first)? * 16 + digit(second)?).ok()?;
    is_letter(byte).then_some(byte)
}

fn is_letter(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')
}

/// Returns whether a token may begin like this: with version 1 and a purpose of 1 to 3 (see `mail::token`).
fn may_begin(word: &[u8]) -> bool {
    matches!(word, [b'E', second, ..] if !(b'A'..=b'P').contains(second))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::token::{Keys, Purpose};
    use base64::Engine as _;
    use proptest::prelude::*;

    const TOKEN: &str = "EUcHBwcHBwcHBwcHBwcHBwcHDW5AeeOa860VhNP330BHemkGJn6y";

    #[test]
    fn a_token_is_found_wherever_it_stands() {
        for text in [
            TOKEN.to_owned(),
            format!("2026-11-23,leave,https://example.org/u?t={TOKEN},198.51.100.7\n"),
            format!("GET /u/{TOKEN} HTTP/1.1"),
            format!("To: <bounce+{TOKEN}@example.org>"),
            format!("To: <bounce-{TOKEN}-x@example.org>"),
            format!("Subject: unsubscribe=20{TOKEN}"),
            format!("t%3D{TOKEN}%26x"),
            format!("t=3D{TOKEN}=\r\n"),
            format!("t=%{TOKEN}"),
            format!("={TOKEN}="),
            format!("=\n={TOKEN}"),
        ] {
            assert_eq!(tokens(text.as_bytes()), [TOKEN], "{text}");
        }
    }

    #[test]
    fn a_token_for_confirming_is_found_whole() {
        let keys = Keys::new(&[&[7; 32]]).expect("keys");
        let now = chrono::DateTime::parse_from_rfc3339("2026-11-22T09:00:00Z").expect("a date");
        let token = keys.confirm(&[7; 16], "main", now);
        let text = format!("GET /c/{token} HTTP/1.1");
        assert_eq!(Tokens::of_length(crate::mail::token::CONFIRM_LENGTH).push(text.as_bytes()), [token]);
    }

    #[test]
    fn a_token_is_found_whose_characters_are_written_as_codes_or_parted() {
        let (first, second) = TOKEN.split_at(20);
        for text in [
            format!("{first}=\r\n{second}"),
            format!("{first}=\n{second}"),
            TOKEN.replace('E', "%45"),
            TOKEN.bytes().fold(String::new(), |text, byte| format!("{text}={byte:02X}")),
            TOKEN.bytes().fold(String::new(), |text, byte| format!("{text}%{byte:02x}")),
        ] {
            assert_eq!(tokens(text.as_bytes()), [TOKEN], "{text}");
        }
    }

    #[test]
    fn what_is_too_short_or_begins_otherwise_is_none() {
        assert!(tokens(&TOKEN.as_bytes()[..51]).is_empty());
        assert!(tokens(TOKEN.to_lowercase().as_bytes()).is_empty());
        assert!(tokens(TOKEN.replace('c', "c ").as_bytes()).is_empty());
        assert!(tokens(&TOKEN.as_bytes()[1..]).is_empty());
    }

    #[test]
    fn a_token_is_found_across_parts_and_behind_a_word_without_end() {
        let text = format!("{}{TOKEN}", "x".repeat(3 * LONGEST_WORD));
        let mut reader = Tokens::default();
        let found: Vec<String> = text.as_bytes().chunks(7).flat_map(|part| reader.push(part)).collect();
        assert_eq!(found, [TOKEN]);
    }

    proptest! {
        #[test]
        fn every_token_of_ours_is_found_in_any_neighbourhood(
            id in any::<[u8; 16]>(), secret in any::<[u8; 32]>(), purpose in 0..3usize, before in "[ -~]{0,20}=?", after in "[ -~\r\n]{0,20}",
        ) {
            let purpose = [Purpose::Unsubscribe, Purpose::Bounce, Purpose::Unsubscribe][purpose];
            let token = Keys::new(&[&secret]).expect("a key").token(purpose, &id, "main");
            // A code that the text before leaves open may take the first letter; a blank closes it.
            let text = format!("{before} {token}{after}");
            prop_assert!(tokens(text.as_bytes()).contains(&token), "{}", text);
            let bare = format!("t={token}");
            prop_assert!(tokens(bare.as_bytes()).contains(&token));
        }

        #[test]
        fn every_octet_that_a_token_begins_with_is_let_through(rest in any::<[u8; 38]>(), purpose in 1..4u8) {
            let octets = [&[16 | purpose][..], &rest].concat();
            let word = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(octets);
            prop_assert!(may_begin(word.as_bytes()));
        }

        #[test]
        fn any_bytes_are_read_alike_in_parts(text in prop::collection::vec(prop::sample::select(&b"E=%45\r\nUcH-_ "[..]), 0..200), size in 1..9usize) {
            let mut reader = Tokens::default();
            let parts: Vec<String> = text.chunks(size).flat_map(|part| reader.push(part)).collect();
            prop_assert_eq!(parts, tokens(&text));
        }
    }
}
