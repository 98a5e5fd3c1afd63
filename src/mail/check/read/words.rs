//! Encoded words (RFC 2047).

use crate::diagnostic::Span;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use encoding_rs::Encoding;
use quoted_printable::ParseMode;

/// An encoded word of a header's value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Word {
    /// Where in the value.
    pub(crate) span: Span,
    /// What it says, or what is wrong with it.
    pub(crate) text: Result<String, &'static str>,
}

/// Returns the encoded words of a value.
pub(crate) fn encoded_words(value: &str) -> Vec<Word> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(at) = value.get(from..).and_then(|rest| rest.find("=?")) {
        let start = from + at;
        match value.get(start + 2..).and_then(word) {
            Some((length, text)) => {
                from = start + 2 + length;
                found.push(Word { span: start..from, text });
            }
            None => from = start + 2,
        }
    }
    found
}

/// Reads what follows `=?`; returns how long it is.
fn word(rest: &str) -> Option<(usize, Result<String, &'static str>)> {
    let (charset, after) = rest.split_at_checked(rest.find('?')?)?;
    let after = after.strip_prefix('?')?;
    let (form, text) = (after.get(..1)?, after.get(1..)?.strip_prefix('?')?);
    let end = text.find([' ', '\t', '?'])?;
    let (text, tail) = text.split_at_checked(end)?;
    if charset.is_empty() || charset.contains([' ', '\t', '=']) || !tail.starts_with("?=") {
        return None;
    }
    Some((charset.len() + text.len() + 5, decode(charset, form, text)))
}

fn decode(charset: &str, form: &str, text: &str) -> Result<String, &'static str> {
    let bytes = match form {
        "B" | "b" => STANDARD.decode(text).map_err(|_| "holds base64 that is none")?,
        "Q" | "q" => {
            quoted_printable::decode(text.replace('_', "=20"), ParseMode::Strict).map_err(|_| "holds quoted-printable that is none")?
        }
        _ => return Err("has an encoding that is neither `B` nor `Q`"),
    };
    // RFC 2231 §5: a language may follow.
    let label = charset.split('*').next().unwrap_or_default();
    let encoding = Encoding::for_label(label.as_bytes()).ok_or("has a charset that nobody knows")?;
    let (decoded, bad) = encoding.decode_without_bom_handling(&bytes);
    if bad { Err("ends or begins within a character") } else { Ok(decoded.into_owned()) }
}

/// Returns a value as readers see it: white space between encoded words is none (RFC 2047 §6.2).
pub(crate) fn decode_words(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    let mut from = 0;
    for word in encoded_words(value) {
        let between = value.get(from..word.span.start).unwrap_or_default();
        if from == 0 || !between.trim().is_empty() {
            out.push_str(between);
        }
        match &word.text {
            Ok(text) => out.push_str(text),
            Err(_) => out.push_str(value.get(word.span.clone()).unwrap_or_default()),
        }
        from = word.span.end;
    }
    out.push_str(value.get(from..).unwrap_or_default());
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_decoded_and_joined() {
        assert_eq!(decode_words("a =?utf-8?b?w6Q=?= =?UTF-8*de?Q?_=C3=B6=3F?= b"), "a ä ö? b");
        assert_eq!(decode_words("=?iso-8859-1?q?=E4?=x"), "äx");
    }

    #[test]
    fn what_is_no_word_stays() {
        for value in ["=?", "=?a?b", "=?=?=?", "=?utf-8?b?w6Q= ?=", "a=?b?c", "=??q?x?="] {
            assert_eq!(decode_words(value), value);
        }
    }
}
