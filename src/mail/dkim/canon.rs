//! The forms that are signed: relaxed header fields and bodies (RFC 6376 §3.4.2, §3.4.4).

/// A message's header fields.
pub(super) struct Headers<'a>(Vec<(&'a [u8], &'a [u8])>);

/// Cuts a message into its header fields and its body.
pub(super) fn split(message: &[u8]) -> (Headers<'_>, &[u8]) {
    let end = memchr::memmem::find(message, b"\r\n\r\n").unwrap_or(message.len());
    let head = message.get(..end).unwrap_or_default();
    let body = message.get(end + 4..).unwrap_or_default();
    let (mut fields, mut start) = (Vec::new(), 0);
    // A line that begins with white space goes on with the field before it.
    let ends = memchr::memmem::find_iter(head, b"\r\n").filter(|at| !matches!(head.get(at + 2), Some(b' ' | b'\t')));
    for end in ends.chain([head.len()]) {
        let field = head.get(start..end).unwrap_or_default();
        if let Some(colon) = memchr::memchr(b':', field) {
            fields.push((&field[..colon], &field[colon + 1..]));
        }
        start = end + 2;
    }
    (Headers(fields), body)
}

impl<'a> Headers<'a> {
    fn find(&self, name: &str) -> Option<&(&'a [u8], &'a [u8])> {
        self.0.iter().find(|(found, _)| found.eq_ignore_ascii_case(name.as_bytes()))
    }

    /// Returns whether a field is there.
    pub(super) fn has(&self, name: &str) -> bool {
        self.find(name).is_some()
    }

    /// Returns the fields' names, as written.
    pub(super) fn names(&self) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter_map(|(name, _)| std::str::from_utf8(name).ok())
    }

    /// Writes a field in its relaxed form; nothing for one that is not there. Each of ours is there once.
    pub(super) fn push_canonical(&self, name: &str, out: &mut Vec<u8>) {
        if let Some((name, value)) = self.find(name) {
            push_header(name, value, out);
            out.extend_from_slice(b"\r\n");
        }
    }
}

/// Writes a field in its relaxed form, without a line end.
pub(super) fn push_header(name: &[u8], value: &[u8], out: &mut Vec<u8>) {
    out.extend(name.trim_ascii_end().iter().map(u8::to_ascii_lowercase));
    out.push(b':');
    let words = value.split(|c| matches!(c, b' ' | b'\t' | b'\r' | b'\n')).filter(|word| !word.is_empty());
    for (at, word) in words.enumerate() {
        if at > 0 {
            out.push(b' ');
        }
        out.extend_from_slice(word);
    }
}

/// Returns a body in its relaxed form.
pub(super) fn body(body: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(body.len() + 2);
    let mut rest = body;
    while !rest.is_empty() {
        let end = memchr::memmem::find(rest, b"\r\n");
        let (line, after) = rest.split_at(end.unwrap_or(rest.len()));
        push_line(line, &mut out);
        out.extend_from_slice(b"\r\n");
        rest = after.get(2..).unwrap_or_default();
    }
    // Empty lines at the end do not count; an empty body stays empty.
    while out.ends_with(b"\r\n\r\n") {
        out.truncate(out.len() - 2);
    }
    if out == b"\r\n" {
        out.clear();
    }
    out
}

/// Writes a line with each run of white space as one blank and none at its end.
fn push_line(line: &[u8], out: &mut Vec<u8>) {
    let end = line.iter().rposition(|c| !matches!(c, b' ' | b'\t')).map_or(0, |at| at + 1);
    let mut rest = line.get(..end).unwrap_or_default();
    while let Some(at) = memchr::memchr2(b' ', b'\t', rest) {
        out.extend_from_slice(&rest[..at]);
        out.push(b' ');
        let run = rest[at..].iter().position(|c| !matches!(c, b' ' | b'\t')).unwrap_or(rest.len() - at);
        rest = &rest[at + run..];
    }
    out.extend_from_slice(rest);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_example_of_the_rfc_comes_out_as_it_says() {
        // RFC 6376 §3.4.5.
        let message = b"A: X\r\nB : Y\t\r\n\tZ  \r\n\r\n C \r\nD \t E\r\n\r\n\r\n";
        let (headers, rest) = split(message);
        let mut out = Vec::new();
        headers.0.iter().for_each(|(name, value)| {
            push_header(name, value, &mut out);
            out.extend_from_slice(b"\r\n");
        });
        assert_eq!(out, b"a:X\r\nb:Y Z\r\n");
        assert_eq!(body(rest), b" C\r\nD E\r\n");
    }

    #[test]
    fn a_body_of_empty_lines_is_empty_and_one_without_a_line_end_gets_one() {
        assert_eq!(body(b""), b"");
        assert_eq!(body(b"\r\n \r\n\r\n"), b"");
        assert_eq!(body(b"\r\na"), b"\r\na\r\n");
    }

    proptest! {
        #[test]
        fn the_relaxed_form_of_a_relaxed_body_is_itself(text in "[a \t\r\n.]{0,60}") {
            let once = body(text.as_bytes());
            prop_assert_eq!(&body(&once), &once);
        }
    }
}
