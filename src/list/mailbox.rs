//! A mailbox, parted into messages.

use std::io::{self, BufRead, Read as _};

/// The longest message that is kept; what is behind it is not. Reports stand at the beginning.
const LONGEST: usize = 8 << 20;

/// The most of a line that is read at once.
const PIECE: u64 = 1 << 16;

/// The messages of a file: of an mbox when its first line begins with `From `, else the one that it is.
///
/// In an mbox a message ends before a blank line and a line that begins with `From ` (RFC 4155); `>From ` within it is `From `.
#[derive(Debug)]
pub struct Messages<R> {
    input: R,
    /// Whether the file is an mbox; `None` before its first line.
    is_mbox: Option<bool>,
    is_ended: bool,
}

impl<R: BufRead> Messages<R> {
    /// Begins to read a file.
    pub fn new(input: R) -> Self {
        Messages { input, is_mbox: None, is_ended: false }
    }

    /// Returns the next message; `None` at the end.
    fn message(&mut self) -> io::Result<Option<Vec<u8>>> {
        let mut message = Vec::new();
        let mut line = Vec::new();
        let (mut is_start, mut after_blank) = (true, false);
        loop {
            line.clear();
            if self.input.by_ref().take(PIECE).read_until(b'\n', &mut line)? == 0 {
                self.is_ended = true;
                return Ok(Some(message).filter(|message| !message.is_empty()));
            }
            let begins = line.starts_with(b"From ");
            if self.is_mbox.is_none() {
                self.is_mbox = Some(begins);
                if begins {
                    is_start = line.ends_with(b"\n");
                    continue;
                }
            } else if self.is_mbox == Some(true) && is_start && after_blank && begins {
                self.skip_line(&line)?;
                return Ok(Some(message));
            }
            let is_quoted = self.is_mbox == Some(true) && is_start && is_quoted_from(&line);
            let kept = if is_quoted { line.get(1..).unwrap_or_default() } else { &line };
            if message.len() < LONGEST {
                message.extend_from_slice(kept);
            }
            after_blank = is_start && matches!(line.as_slice(), b"\n" | b"\r\n");
            is_start = line.ends_with(b"\n");
        }
    }

    /// Reads the rest of a line.
    fn skip_line(&mut self, begun: &[u8]) -> io::Result<()> {
        let mut piece = begun.to_vec();
        while !piece.ends_with(b"\n") {
            piece.clear();
            if self.input.by_ref().take(PIECE).read_until(b'\n', &mut piece)? == 0 {
                break;
            }
        }
        Ok(())
    }
}

/// Returns whether a line is `From ` behind one or more `>`.
fn is_quoted_from(line: &[u8]) -> bool {
    let quotes = line.iter().take_while(|byte| **byte == b'>').count();
    quotes > 0 && line.get(quotes..).is_some_and(|rest| rest.starts_with(b"From "))
}

impl<R: BufRead> Iterator for Messages<R> {
    type Item = io::Result<Vec<u8>>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.is_ended {
            return None;
        }
        let message = self.message();
        self.is_ended |= message.is_err();
        message.transpose()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn messages(text: &[u8]) -> Vec<String> {
        Messages::new(text).map(|message| String::from_utf8_lossy(&message.expect("bytes")).into_owned()).collect()
    }

    #[test]
    fn a_file_that_is_no_mbox_is_one_message() {
        assert_eq!(messages(b"Subject: a\n\nFrom here\n\nFrom there\n"), ["Subject: a\n\nFrom here\n\nFrom there\n"]);
        assert!(messages(b"").is_empty());
    }

    #[test]
    fn an_mbox_falls_apart_at_its_from_lines() {
        let text = "From a@example.org Mon\nSubject: a\n\nText\nFrom inside\n>From quoted\n>>From twice\n\nFrom b@example.org Tue\r\nSubject: b\n\nb\n";
        assert_eq!(messages(text.as_bytes()), ["Subject: a\n\nText\nFrom inside\nFrom quoted\n>From twice\n\n", "Subject: b\n\nb\n"]);
    }

    #[test]
    fn a_message_without_end_takes_no_more_than_its_share_of_memory() {
        let text = [b"From a\n".to_vec(), vec![b'x'; 2 * LONGEST], b"\n\nFrom b\nSubject: b\n".to_vec()].concat();
        let found = messages(&text);
        assert_eq!(found.len(), 2);
        assert!(found[0].len() < LONGEST + usize::try_from(PIECE).expect("a size") && found[1] == "Subject: b\n");
    }

    proptest! {
        #[test]
        fn any_bytes_fall_apart(text in prop::collection::vec(prop::sample::select(vec!["From ", "\n", "\r\n", ">", "x", "\u{0}"]), 0..60)) {
            let text = text.concat();
            prop_assert!(messages(text.as_bytes()).iter().map(String::len).sum::<usize>() <= text.len());
        }
    }
}
