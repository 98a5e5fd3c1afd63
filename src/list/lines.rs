//! The lines of a list, one after another: a list of a million rows is never held whole.

use crate::text::decode::decode;
use std::collections::VecDeque;
use std::io::{self, BufRead};

/// The longest line, in bytes; what is behind it on the line is not kept.
pub(super) const LONGEST: usize = 1 << 20;

/// A line of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    /// 1-based.
    pub(super) number: u32,
    /// Its text without the line end.
    pub(super) text: String,
    /// Whether it was longer than is kept.
    pub(super) is_cut: bool,
    /// Whether it seems to be of a text in UTF-16 or UTF-32.
    pub(super) is_wide: bool,
}

/// Reads lines; CR, LF and CRLF each end one.
#[derive(Debug)]
pub(super) struct Lines<R> {
    input: R,
    number: u32,
    /// Whether the last line ended in a CR, so that a LF behind it is of its end.
    after_cr: bool,
    /// Lines that were read and are to be read again.
    back: VecDeque<Line>,
    /// The first line that was not UTF-8, until it is told.
    guessed: Option<u32>,
}

impl<R: BufRead> Lines<R> {
    pub(super) fn new(input: R) -> Self {
        Lines { input, number: 0, after_cr: false, back: VecDeque::new(), guessed: None }
    }

    /// Returns the next line.
    pub(super) fn next(&mut self) -> io::Result<Option<Line>> {
        match self.back.pop_front() {
            Some(line) => Ok(Some(line)),
            None => self.read(),
        }
    }

    /// Takes lines back, to be returned again.
    pub(super) fn unread(&mut self, lines: Vec<Line>) {
        for line in lines.into_iter().rev() {
            self.back.push_front(line);
        }
    }

    /// Returns a line that was not UTF-8.
    pub(super) fn take_guessed(&mut self) -> Option<u32> {
        self.guessed.take()
    }

    fn read(&mut self) -> io::Result<Option<Line>> {
        let mut bytes = Vec::new();
        let mut is_cut = false;
        let mut is_any = false;
        loop {
            let buffer = match self.input.fill_buf() {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                other => other?,
            };
            if buffer.is_empty() {
                break;
            }
            if std::mem::take(&mut self.after_cr) && buffer.first() == Some(&b'\n') {
                self.input.consume(1);
                continue;
            }
            is_any = true;
            let end = memchr::memchr2(b'\n', b'\r', buffer);
            let part = buffer.get(..end.unwrap_or(buffer.len())).unwrap_or_default();
            let room = LONGEST.saturating_sub(bytes.len()).min(part.len());
            is_cut |= room < part.len();
            bytes.extend_from_slice(part.get(..room).unwrap_or_default());
            self.after_cr = end.is_some_and(|at| buffer.get(at) == Some(&b'\r'));
            let used = part.len() + usize::from(end.is_some());
            self.input.consume(used);
            if end.is_some() {
                break;
            }
        }
        if !is_any {
            return Ok(None);
        }
        self.number = self.number.saturating_add(1);
        Ok(Some(self.line(bytes, is_cut)))
    }

    fn line(&mut self, bytes: Vec<u8>, is_cut: bool) -> Line {
        let (mut text, mut is_wide) = match String::from_utf8(bytes) {
            Ok(text) => (text, false),
            Err(error) => {
                let decoded = decode(error.into_bytes());
                // What is cut may end within a character, which says nothing about the encoding.
                if !is_cut && self.guessed.is_none() {
                    self.guessed = Some(self.number);
                }
                (decoded.text, !matches!(decoded.encoding, "UTF-8" | "windows-1252"))
            }
        };
        is_wide |= text.contains('\0');
        if self.number == 1 && text.starts_with('\u{feff}') {
            text.remove(0);
        }
        Line { number: self.number, text, is_cut, is_wide }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::io::BufReader;

    fn texts(bytes: &[u8], buffer: usize) -> Vec<String> {
        let mut lines = Lines::new(BufReader::with_capacity(buffer, bytes));
        std::iter::from_fn(|| lines.next().expect("bytes")).map(|line| line.text).collect()
    }

    #[test]
    fn each_kind_of_line_end_ends_one_line_wherever_the_buffer_ends() {
        for buffer in 1..10 {
            assert_eq!(texts(b"a\r\nb\rc\nd\n\ne", buffer), ["a", "b", "c", "d", "", "e"], "{buffer}");
        }
        assert_eq!(texts("\u{feff}a\n".as_bytes(), 8), ["a"]);
    }

    #[test]
    fn what_is_not_utf_8_is_read_as_windows_1252_and_says_so() {
        let mut lines = Lines::new(&b"J\xf6rg\nJ\xc3\xb6rg\n"[..]);
        for guessed in [Some(1), None] {
            assert_eq!(lines.next().expect("bytes").map(|line| line.text).as_deref(), Some("Jörg"));
            assert_eq!(lines.take_guessed(), guessed);
        }
    }

    #[test]
    fn a_line_without_an_end_takes_no_more_than_its_share_of_memory() {
        let long = [vec![b'x'; LONGEST + 10], b"\ny".to_vec()].concat();
        let mut lines = Lines::new(&long[..]);
        let first = lines.next().expect("bytes").expect("a line");
        assert_eq!((first.text.len(), first.is_cut), (LONGEST, true));
        assert_eq!(lines.next().expect("bytes").expect("a line").text, "y");
    }

    #[test]
    fn lines_that_are_given_back_come_again_in_their_order() {
        let mut lines = Lines::new(&b"a\nb\nc"[..]);
        let two: Vec<Line> = (0..2).filter_map(|_| lines.next().expect("bytes")).collect();
        lines.unread(two);
        let all: Vec<u32> = std::iter::from_fn(|| lines.next().expect("bytes")).map(|line| line.number).collect();
        assert_eq!(all, [1, 2, 3]);
    }

    proptest! {
        #[test]
        fn any_bytes_are_lines(bytes in prop::collection::vec(any::<u8>(), 0..80), buffer in 1..9usize) {
            prop_assert_eq!(texts(&bytes, buffer), texts(&bytes, 100));
        }
    }
}
