//! The message as it goes over the wire: a dot that begins a line is doubled (RFC 5321 §4.5.2), and no line ends but in CRLF.

use memchr::{memchr, memchr_iter, memmem};

/// What ends a message; the first line end is the message's own last one (RFC 5321 §4.1.1.4).
pub(super) const END: &[u8] = b"\r\n.\r\n";

/// Returns a message without its last line end, with doubled dots; `None` when it holds a bare CR or LF, or a NUL: servers that
/// take these for line ends would see a message end, and commands, within it.
///
/// A message without a line that begins with a dot is not copied.
pub(super) fn stuffed<'a>(message: &'a [u8], room: &'a mut Vec<u8>) -> Option<&'a [u8]> {
    let body = message.strip_suffix(b"\r\n").unwrap_or(message);
    // As many of each as of both together: none is alone.
    let line_ends = memmem::find_iter(body, b"\r\n").count();
    let are_alone = [b'\r', b'\n'].iter().any(|end| memchr_iter(*end, body).count() != line_ends);
    if are_alone || memchr(0, body).is_some() {
        return None;
    }
    room.clear();
    let mut copied = 0;
    if body.first() == Some(&b'.') {
        room.push(b'.');
    }
    for at in memmem::find_iter(body, b"\n.") {
        room.extend_from_slice(body.get(copied..=at)?);
        room.push(b'.');
        copied = at + 1;
    }
    if room.is_empty() {
        return Some(body);
    }
    room.extend_from_slice(body.get(copied..)?);
    Some(room)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn sent(message: &str) -> Option<String> {
        stuffed(message.as_bytes(), &mut Vec::new()).map(|body| String::from_utf8_lossy(body).into_owned())
    }

    /// What a server makes of it (RFC 5321 §4.5.2).
    fn arrived(wire: &[u8]) -> Vec<u8> {
        let lines = wire.strip_suffix(b".\r\n").expect("an end").split_inclusive(|b| *b == b'\n');
        lines.flat_map(|line| line.strip_prefix(b".").unwrap_or(line)).copied().collect()
    }

    #[test]
    fn dots_that_begin_a_line_are_doubled_and_no_others() {
        assert_eq!(sent(".\r\n..\r\n.x\r\nx.\r\n").as_deref(), Some("..\r\n...\r\n..x\r\nx."));
        assert_eq!(sent("a\r\nb\r\n").as_deref(), Some("a\r\nb"));
        assert_eq!(sent("a\r\n.").as_deref(), Some("a\r\n.."));
        assert_eq!(sent("").as_deref(), Some(""));
    }

    #[test]
    fn a_stray_line_end_or_nul_is_refused() {
        for message in ["a\nb\r\n", "a\rb\r\n", "a\r\n.\n", "a\0b\r\n", "a\r\r\n", "a\r", "\n.\r\n"] {
            assert_eq!(sent(message), None, "{message:?}");
        }
    }

    #[test]
    fn a_message_without_such_dots_is_not_copied() {
        let (message, mut room) = (b"a\r\nb\r\n", Vec::new());
        assert_eq!(stuffed(message, &mut room).map(<[u8]>::as_ptr), Some(message.as_ptr()));
    }

    proptest! {
        #[test]
        fn every_message_arrives_as_it_left_and_ends_once(message in "([a.]{0,3}\r\n){1,9}") {
            let mut room = Vec::new();
            let wire = [stuffed(message.as_bytes(), &mut room).expect("CRLF only"), END].concat();
            prop_assert_eq!(arrived(&wire), message.as_bytes());
            let ends = [b"\r\n".as_slice(), &wire].concat().windows(END.len()).filter(|window| *window == END).count();
            prop_assert_eq!(ends, 1);
        }

        #[test]
        fn any_bytes_are_stuffed_or_refused(message in proptest::collection::vec(prop_oneof![Just(b'\r'), Just(b'\n'), Just(b'.'), any::<u8>()], 0..40)) {
            stuffed(&message, &mut Vec::new());
        }
    }
}
