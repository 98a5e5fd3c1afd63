//! Quoted-printable (RFC 2045 §6.7), as the crate of that name writes it: a test compares them. It looks at each byte by itself; here
//! what needs no code, nearly all of a mail, is copied at once, and an edition takes a tenth of the time.

use crate::text::bytes::position;

/// How many characters a line may have.
const LINE: usize = 76;

/// Appends a text whose line ends are LF, encoded with CRLF.
pub(super) fn push(text: &str, out: &mut Vec<u8>) {
    let mut from = 0;
    for at in memchr::memchr_iter(b'\n', text.as_bytes()) {
        push_line(text.get(from..at).unwrap_or_default(), out);
        out.extend_from_slice(b"\r\n");
        from = at + 1;
    }
    push_line(text.get(from..).unwrap_or_default(), out);
}

fn push_line(line: &str, out: &mut Vec<u8>) {
    // A blank at the end of a line would be lost on the way.
    let ends_blank = line.ends_with([' ', '\t']);
    let mut rest = line.as_bytes();
    let mut used = 0;
    while !rest.is_empty() {
        let last = rest.len() - 1;
        let plain = position(rest, must_encode).unwrap_or(if ends_blank { last } else { rest.len() });
        let (mut run, after) = rest.split_at(plain.min(if ends_blank { last } else { rest.len() }));
        while !run.is_empty() {
            // The last character of a line needs no `=` behind it.
            let room = if after.is_empty() && run.len() + used <= LINE { run.len() } else { LINE - 1 - used };
            let (now, later) = run.split_at(room.min(run.len()));
            out.extend_from_slice(now);
            (run, used) = (later, used + now.len());
            if !run.is_empty() {
                out.extend_from_slice(b"=\r\n");
                used = 0;
            }
        }
        let Some((byte, after)) = after.split_first() else { return };
        if used + 3 > LINE - usize::from(!after.is_empty()) {
            out.extend_from_slice(b"=\r\n");
            used = 0;
        }
        out.extend_from_slice(&[b'=', digit(byte >> 4), digit(byte & 15)]);
        (rest, used) = (after, used + 3);
    }
}

fn must_encode(byte: u8) -> bool {
    (byte == b'=') | (byte < b' ') & (byte != b'\t') | (byte > b'~')
}

fn digit(value: u8) -> u8 {
    if value < 10 { b'0' + value } else { b'A' - 10 + value }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn encoded(text: &str) -> String {
        let mut out = Vec::new();
        push(text, &mut out);
        String::from_utf8(out).expect("ASCII")
    }

    fn by_the_crate(text: &str) -> String {
        quoted_printable::encode_to_str(text.replace('\n', "\r\n"))
    }

    #[test]
    fn lines_of_every_length_end_where_the_crate_ends_them() {
        for length in 0..240 {
            for end in ["", " ", "\t", "é", "=", "a=", "é.", " \nb", "  ", "\n"] {
                let text = format!("{}{end}", "x".repeat(length));
                assert_eq!(encoded(&text), by_the_crate(&text), "{text:?}");
            }
        }
    }

    proptest! {
        #[test]
        fn any_text_is_written_as_the_crate_writes_it(
            parts in prop::collection::vec(
                prop_oneof![
                    "[a-z =.\t]{0,90}", Just("\n".to_owned()), "[éü日]{0,30}", Just("x".repeat(75)), Just("x".repeat(76)), "\\PC{0,9}",
                ],
                0..12,
            ),
        ) {
            let text = parts.concat();
            prop_assert_eq!(encoded(&text), by_the_crate(&text));
        }
    }
}
