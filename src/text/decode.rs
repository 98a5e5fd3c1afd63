//! Bytes to text: byte order marks, UTF-8, windows-1252.
//!
//! Posts come from many years and editors. What is not UTF-8 by its byte order mark or by its bytes is read as
//! windows-1252, where every byte means something, so that no post is lost; the edge warns about it. Runs that are UTF-8
//! stay so: a file into which somebody pasted one old line keeps its other lines.

use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};

/// A text and what it was written in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded {
    /// The text, without a byte order mark.
    pub text: String,
    /// The encoding's name: `UTF-8`, `UTF-16LE`, `UTF-16BE` or `windows-1252`.
    pub encoding: &'static str,
    /// Whether every byte meant a character; otherwise U+FFFD stands for what did not.
    pub lossless: bool,
    /// Whether the bytes began with a byte order mark.
    pub bom: bool,
}

/// Returns the text of a whole file. UTF-8 without a byte order mark is not copied.
#[must_use]
pub fn decode(bytes: Vec<u8>) -> Decoded {
    if Encoding::for_bom(&bytes).is_some() {
        return decode_marked(&bytes);
    }
    match String::from_utf8(bytes) {
        Ok(text) => Decoded { text, encoding: UTF_8.name(), lossless: true, bom: false },
        Err(error) => decode_unmarked(error.as_bytes()),
    }
}

/// Returns the text of a file's first bytes, which may end within a character: the unfinished character is left out.
///
/// The encoding is that of the prefix; the rest of the file may still show that it is not UTF-8.
#[must_use]
pub fn decode_prefix(mut bytes: Vec<u8>) -> Decoded {
    match Encoding::for_bom(&bytes) {
        // A code unit, and the first half of a surrogate pair, must not be cut.
        Some((encoding, _)) if encoding != UTF_8 => {
            bytes.truncate(bytes.len() / 2 * 2);
            let high = if encoding.name() == "UTF-16LE" { bytes.last() } else { bytes.iter().rev().nth(1) };
            if high.is_some_and(|b| (0xD8..0xDC).contains(b)) {
                bytes.truncate(bytes.len() - 2);
            }
        }
        _ => {
            if let Err(error) = std::str::from_utf8(&bytes)
                && error.error_len().is_none()
            {
                bytes.truncate(error.valid_up_to());
            }
        }
    }
    decode(bytes)
}

/// Decodes what begins with a byte order mark.
fn decode_marked(bytes: &[u8]) -> Decoded {
    let (text, encoding, malformed) = UTF_8.decode(bytes);
    // A mark before bytes that are not UTF-8 was added by an editor that did not look.
    if malformed && encoding == UTF_8 {
        return Decoded { bom: true, ..decode_unmarked(bytes.get(3..).unwrap_or_default()) };
    }
    Decoded { text: text.into_owned(), encoding: encoding.name(), lossless: !malformed, bom: true }
}

/// Decodes what is neither marked nor UTF-8.
fn decode_unmarked(bytes: &[u8]) -> Decoded {
    let mut text = String::with_capacity(bytes.len() + bytes.len() / 8);
    let mut lossless = true;
    for chunk in bytes.utf8_chunks() {
        let (old, malformed) = WINDOWS_1252.decode_without_bom_handling(chunk.invalid());
        text.push_str(chunk.valid());
        text.push_str(&old);
        lossless &= !malformed;
    }
    Decoded { text, encoding: WINDOWS_1252.name(), lossless, bom: false }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(bytes: &[u8], text: &str, encoding: &str, bom: bool) {
        let decoded = decode(bytes.to_vec());
        assert_eq!((decoded.text.as_str(), decoded.encoding, decoded.bom, decoded.lossless), (text, encoding, bom, true));
    }

    #[test]
    fn byte_order_marks_decide_and_disappear() {
        check("\u{feff}ä".as_bytes(), "ä", "UTF-8", true);
        check(&[0xff, 0xfe, 0xe4, 0], "ä", "UTF-16LE", true);
        check(&[0xfe, 0xff, 0, 0xe4], "ä", "UTF-16BE", true);
        check(&[0xef, 0xbb, 0xbf, b'a', 0x92], "a’", "windows-1252", true);
    }

    #[test]
    fn bytes_that_are_not_utf_8_are_windows_1252() {
        check("naïve".as_bytes(), "naïve", "UTF-8", false);
        check(b"caf\xe9 \x93quoted\x94 \x80", "café “quoted” €", "windows-1252", false);
        check(b"", "", "UTF-8", false);
        check(&["naïve and caf".as_bytes(), b"\xe9"].concat(), "naïve and café", "windows-1252", false);
    }

    #[test]
    fn a_prefix_may_end_within_a_character() {
        let cut = |bytes: &[u8]| decode_prefix(bytes.to_vec());
        assert_eq!((cut(b"a\xe2\x82").text.as_str(), cut(b"a\xe2\x82").encoding), ("a", "UTF-8"));
        assert_eq!(cut(b"a\xe2b").encoding, "windows-1252");
        assert_eq!(cut(&[0xff, 0xfe, b'a', 0, 0x3d, 0xd8]).text, "a");
        assert_eq!(cut(&[0xff, 0xfe, b'a', 0, 0x3d]).text, "a");
        assert_eq!(cut(&[0xfe, 0xff, 0, b'a', 0xd8, 0x3d]).text, "a");
    }

    proptest! {
        #[test]
        fn any_bytes_become_a_text(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
            let short = decode_prefix(bytes.clone());
            let whole = decode(bytes);
            prop_assert!(short.encoding != whole.encoding || whole.text.starts_with(&short.text) || !whole.lossless);
        }

        #[test]
        fn utf_8_stays_as_it_is(text in "[^\u{feff}]{0,40}") {
            prop_assert_eq!(decode(text.clone().into_bytes()).text, text);
        }
    }
}
