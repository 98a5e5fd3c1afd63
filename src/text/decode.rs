//! Bytes to text: byte order marks, UTF-8, UTF-16 and UTF-32 without a mark, windows-1252.
//!
//! Posts come from many years and editors. What is not UTF-8 by its byte order mark or by its bytes is read as
//! windows-1252, where every byte means something, so that no post is lost; the edge warns about it. Runs that are UTF-8
//! stay so: a file into which somebody pasted one old line keeps its other lines.

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use memchr::memchr;

/// A text and what it was written in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded {
    /// The text, without a byte order mark.
    pub text: String,
    /// The encoding's name: `UTF-8`, `UTF-16LE`, `UTF-16BE`, `UTF-32LE`, `UTF-32BE` or `windows-1252`.
    pub encoding: &'static str,
    /// Whether every byte meant a character; otherwise U+FFFD stands for what did not.
    pub lossless: bool,
    /// Whether the bytes began with a byte order mark.
    pub bom: bool,
    /// Whether neither a mark nor the bytes prove the encoding, so that somebody should look.
    pub guessed: bool,
}

/// A wide encoding, seen by where its zero bytes stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Wide {
    /// Bytes of a unit: 2 or 4.
    unit: usize,
    little: bool,
}

/// The bytes that are looked at for zeros.
const LOOK: usize = 4096;

/// Returns whether bytes without a byte order mark look like UTF-16 or UTF-32: they are valid UTF-8 full of zeros.
#[must_use]
pub fn looks_like_utf16(bytes: &[u8]) -> bool {
    guess_wide(bytes).is_some()
}

/// Returns the wide encoding that bytes seem to be in. Western text has a zero in nearly each unit, at the same place.
fn guess_wide(bytes: &[u8]) -> Option<Wide> {
    let bytes = bytes.get(..LOOK).unwrap_or(bytes);
    if bytes.len() < 8 || Encoding::for_bom(bytes).is_some_and(|(encoding, _)| encoding == UTF_8) || memchr(0, bytes).is_none() {
        return None;
    }
    let mut zeros = [0usize; 4];
    for (at, byte) in bytes.iter().enumerate() {
        zeros[at % 4] += usize::from(*byte == 0);
    }
    let quarter = bytes.len() / 4;
    let (full, empty) = (quarter - quarter / 5, quarter / 10);
    let fits = |wanted: [bool; 4]| zeros.iter().zip(wanted).all(|(count, zero)| if zero { *count >= full } else { *count <= empty });
    [
        ([false, true, true, true], Wide { unit: 4, little: true }),
        ([true, true, true, false], Wide { unit: 4, little: false }),
        ([false, true, false, true], Wide { unit: 2, little: true }),
        ([true, false, true, false], Wide { unit: 2, little: false }),
    ]
    .into_iter()
    .find_map(|(wanted, wide)| fits(wanted).then_some(wide))
}

/// Decodes what seems to be in a wide encoding.
fn decode_wide(bytes: &[u8], wide: Wide) -> Decoded {
    if wide.unit == 2 {
        let encoding = if wide.little { UTF_16LE } else { UTF_16BE };
        let (text, malformed) = encoding.decode_without_bom_handling(bytes);
        return Decoded { text: text.into_owned(), encoding: encoding.name(), lossless: !malformed, bom: false, guessed: true };
    }
    let mut lossless = bytes.len().is_multiple_of(4);
    let mut text = String::with_capacity(bytes.len() / 4);
    for unit in bytes.as_chunks::<4>().0 {
        let number = if wide.little { u32::from_le_bytes(*unit) } else { u32::from_be_bytes(*unit) };
        lossless &= char::from_u32(number).is_some();
        text.push(char::from_u32(number).unwrap_or(char::REPLACEMENT_CHARACTER));
    }
    let bom = text.starts_with('\u{feff}');
    let text = if bom { text.split_off('\u{feff}'.len_utf8()) } else { text };
    Decoded { text, encoding: if wide.little { "UTF-32LE" } else { "UTF-32BE" }, lossless, bom, guessed: !bom }
}

/// Returns the text of a whole file. UTF-8 without a byte order mark is not copied.
#[must_use]
pub fn decode(bytes: Vec<u8>) -> Decoded {
    // The mark of UTF-32LE begins with that of UTF-16LE.
    if let Some(wide) = guess_wide(&bytes).filter(|wide| wide.unit == 4 || Encoding::for_bom(&bytes).is_none()) {
        return decode_wide(&bytes, wide);
    }
    if Encoding::for_bom(&bytes).is_some() {
        return decode_marked(&bytes);
    }
    match String::from_utf8(bytes) {
        Ok(text) => Decoded { text, encoding: UTF_8.name(), lossless: true, bom: false, guessed: false },
        Err(error) => decode_unmarked(error.as_bytes()),
    }
}

/// Decodes what begins with a byte order mark.
fn decode_marked(bytes: &[u8]) -> Decoded {
    let (text, encoding, malformed) = UTF_8.decode(bytes);
    // A mark before bytes that are not UTF-8 was added by an editor that did not look.
    if malformed && encoding == UTF_8 {
        return Decoded { bom: true, ..decode_unmarked(bytes.get(3..).unwrap_or_default()) };
    }
    Decoded { text: text.into_owned(), encoding: encoding.name(), lossless: !malformed, bom: true, guessed: false }
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
    Decoded { text, encoding: WINDOWS_1252.name(), lossless, bom: false, guessed: true }
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
    fn utf_16_and_utf_32_without_a_mark_are_seen_by_their_zeros() {
        let text = "---\ntitle: Größe – ok\n---\nText of the post.\n";
        let units: Vec<u16> = text.encode_utf16().collect();
        let le: Vec<u8> = units.iter().flat_map(|unit| unit.to_le_bytes()).collect();
        let be: Vec<u8> = units.iter().flat_map(|unit| unit.to_be_bytes()).collect();
        let wide: Vec<u8> = text.chars().flat_map(|c| u32::from(c).to_le_bytes()).collect();
        let wide_be: Vec<u8> = text.chars().flat_map(|c| u32::from(c).to_be_bytes()).collect();
        let marked = [&[0xff, 0xfe, 0, 0], &wide[..]].concat();
        for (bytes, encoding) in [(&le, "UTF-16LE"), (&be, "UTF-16BE"), (&wide, "UTF-32LE"), (&wide_be, "UTF-32BE")] {
            assert!(looks_like_utf16(bytes));
            let decoded = decode(bytes.clone());
            assert_eq!((decoded.text.as_str(), decoded.encoding, decoded.bom, decoded.guessed), (text, encoding, false, true));
        }
        check(&marked, text, "UTF-32LE", true);
        assert!(!looks_like_utf16(b"text with one \0 and more") && !looks_like_utf16(text.as_bytes()));
        assert!(decode(b"caf\xe9".to_vec()).guessed && !decode(b"cafe".to_vec()).guessed);
    }

    proptest! {
        #[test]
        fn any_bytes_become_a_text(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
            let decoded = decode(bytes.clone());
            if decoded.encoding == "UTF-8" && !decoded.bom {
                prop_assert_eq!(decoded.text.as_bytes(), &bytes);
            }
        }

        #[test]
        fn utf_8_stays_as_it_is(text in "[^\u{feff}]{0,40}") {
            prop_assert_eq!(decode(text.clone().into_bytes()).text, text);
        }
    }
}
