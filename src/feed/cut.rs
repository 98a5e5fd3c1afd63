//! Writing the middle of a document: the crates write whole ones only.
//!
//! An entry's content is most of its bytes, and the crates look at each byte with care. So they write [`HELD`] in its
//! place, and the content is put there in longer strides; the bytes are the same, and tests compare them.

use crate::text::bytes;
use memchr::{memchr3, memmem};
use std::io::{self, Write};

/// A writer that leaves out the first bytes, so that what follows a known beginning is appended without a copy.
pub(super) struct Cut<'a> {
    out: &'a mut Vec<u8>,
    left: usize,
}

impl<'a> Cut<'a> {
    /// Appends to `out` all but the first `bytes` of what is written.
    pub(super) fn after(bytes: usize, out: &'a mut Vec<u8>) -> Self {
        Cut { out, left: bytes }
    }
}

impl Write for Cut<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let skipped = self.left.min(bytes.len());
        self.left -= skipped;
        self.out.extend_from_slice(bytes.get(skipped..).unwrap_or_default());
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Takes a known end off what was written.
pub(super) fn cut_end(out: &mut Vec<u8>, end: &[u8]) {
    debug_assert!(out.ends_with(end));
    out.truncate(out.len().saturating_sub(end.len()));
}

/// What the crates write in the place of the content.
pub(super) const HELD: &str = "-";

/// Puts what `write` appends in the place of [`HELD`], which stands between two known texts behind `from`.
pub(super) fn fill(out: &mut Vec<u8>, from: usize, (before, after): (&str, &str), write: impl FnOnce(&mut Vec<u8>)) {
    let mark = [before, HELD, after].concat();
    let found = out.get(from..).and_then(|item| memmem::find(item, mark.as_bytes()));
    debug_assert!(found.is_some());
    let Some(at) = found.map(|at| from + at + before.len()) else { return };
    let rest = out.split_off(at + HELD.len());
    out.truncate(at);
    write(out);
    out.extend_from_slice(&rest);
}

/// Appends a text as it stands in CDATA, which its own `]]>` must not end (XML 1.0 §2.7).
pub(super) fn push_cdata(out: &mut Vec<u8>, text: &str) {
    let bytes = text.as_bytes();
    let mut done = 0;
    for end in memmem::find_iter(bytes, b"]]>") {
        out.extend_from_slice(&bytes[done..end]);
        out.extend_from_slice(b"]]]]><![CDATA[");
        done = end + 2;
    }
    out.extend_from_slice(&bytes[done..]);
}

/// Appends a text as it stands inside a JSON string, as `serde_json` escapes it.
pub(super) fn push_json(out: &mut Vec<u8>, text: &str) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    let mut rest = text.as_bytes();
    // Of all controls, only line feeds are frequent.
    let has_others = rest.iter().fold(false, |found, byte| found | (*byte < 0x20) & (*byte != b'\n'));
    let next = |rest: &[u8]| {
        let is_escaped = |byte: u8| (byte < 0x20) | (byte == b'"') | (byte == b'\\');
        if has_others { bytes::position(rest, is_escaped) } else { memchr3(b'"', b'\\', b'\n', rest) }
    };
    while let Some(at) = next(rest) {
        let (before, from) = rest.split_at(at);
        out.extend_from_slice(before);
        match from[0] {
            b'"' => out.extend_from_slice(b"\\\""),
            b'\\' => out.extend_from_slice(b"\\\\"),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\t' => out.extend_from_slice(b"\\t"),
            b'\r' => out.extend_from_slice(b"\\r"),
            0x8 => out.extend_from_slice(b"\\b"),
            0xC => out.extend_from_slice(b"\\f"),
            byte => {
                out.extend_from_slice(b"\\u00");
                out.extend([HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 15)]]);
            }
        }
        rest = &from[1..];
    }
    out.extend_from_slice(rest);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use quick_xml::events::BytesCData;

    proptest! {
        #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn content_is_escaped_as_the_crates_do_it(text in "([<>&'\"\\\\\n\r\t\x00-\x1f\x7f]|[a-z]{0,30}|\\PC|]?]>){0,30}") {
            let (mut cdata, mut json) = (Vec::new(), Vec::new());
            push_cdata(&mut cdata, &text);
            push_json(&mut json, &text);
            let by_crate: Vec<String> = BytesCData::escaped(&text).map(|part| format!("<![CDATA[{}]]>", part.decode().expect("UTF-8"))).collect();
            prop_assert_eq!([b"<![CDATA[", cdata.as_slice(), b"]]>"].concat(), by_crate.concat().into_bytes());
            prop_assert_eq!([b"\"", json.as_slice(), b"\""].concat(), serde_json::to_vec(&text).expect("a string is JSON"));
        }
    }
}
