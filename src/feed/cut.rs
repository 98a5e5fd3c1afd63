//! Writing the middle of a document: the crates write whole ones only.
//!
//! An entry's content is most of its bytes, and the crates look at each byte with care. So they write [`HELD`] in its
//! place, and the content is put there in longer strides; the bytes are the same, and tests compare them.

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
    let found = out.get(from..).and_then(|item| item.windows(mark.len()).position(|window| window == mark.as_bytes()));
    debug_assert!(found.is_some());
    let Some(at) = found.map(|at| from + at + before.len()) else { return };
    let rest = out.split_off(at + HELD.len());
    out.truncate(at);
    write(out);
    out.extend_from_slice(&rest);
}

/// Returns the table of the bytes that are written otherwise.
const fn table(bytes: &[u8], controls: bool) -> [bool; 256] {
    let mut table = [false; 256];
    let mut at = 0;
    while at < bytes.len() {
        table[bytes[at] as usize] = true;
        at += 1;
    }
    while controls && at - bytes.len() < 0x20 {
        table[at - bytes.len()] = true;
        at += 1;
    }
    table
}

/// Appends a text as XML text, as `quick_xml` escapes it.
pub(super) fn push_xml(out: &mut Vec<u8>, text: &str) {
    const SPECIAL: [bool; 256] = table(b"<>&'\"", false);
    push(out, text, &SPECIAL, |out, byte| {
        out.extend_from_slice(match byte {
            b'<' => b"&lt;",
            b'>' => b"&gt;",
            b'&' => b"&amp;",
            b'"' => b"&quot;",
            _ => b"&apos;",
        });
    });
}

/// Appends a text as it stands inside a JSON string, as `serde_json` escapes it.
pub(super) fn push_json(out: &mut Vec<u8>, text: &str) {
    const SPECIAL: [bool; 256] = table(b"\"\\", true);
    const HEX: &[u8; 16] = b"0123456789abcdef";
    push(out, text, &SPECIAL, |out, byte| match byte {
        b'"' => out.extend_from_slice(b"\\\""),
        b'\\' => out.extend_from_slice(b"\\\\"),
        b'\n' => out.extend_from_slice(b"\\n"),
        b'\t' => out.extend_from_slice(b"\\t"),
        b'\r' => out.extend_from_slice(b"\\r"),
        0x8 => out.extend_from_slice(b"\\b"),
        0xC => out.extend_from_slice(b"\\f"),
        _ => {
            out.extend_from_slice(b"\\u00");
            out.extend([HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 15)]]);
        }
    });
}

fn push(out: &mut Vec<u8>, text: &str, special: &[bool; 256], instead: impl Fn(&mut Vec<u8>, u8)) {
    let mut rest = text.as_bytes();
    while let Some(at) = rest.iter().position(|b| special[usize::from(*b)]) {
        let (before, from) = rest.split_at(at);
        out.extend_from_slice(before);
        let Some((byte, after)) = from.split_first() else { return };
        instead(out, *byte);
        rest = after;
    }
    out.extend_from_slice(rest);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn content_is_escaped_as_the_crates_do_it(text in "([<>&'\"\\\\\n\r\t\x00-\x1f\x7f]|[a-z]{0,3}|\\PC){0,30}") {
            let (mut xml, mut json) = (Vec::new(), Vec::new());
            push_xml(&mut xml, &text);
            push_json(&mut json, &text);
            prop_assert_eq!(xml, quick_xml::escape::escape(text.as_str()).into_owned().into_bytes());
            prop_assert_eq!([b"\"", json.as_slice(), b"\""].concat(), serde_json::to_vec(&text).expect("a string is JSON"));
        }
    }
}
