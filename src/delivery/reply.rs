//! What a mail server answers (RFC 5321 §4.2), and the enhanced status code in it (RFC 3463).

use std::fmt;

/// How much of a reply's text is kept.
const KEPT: usize = 1000;

/// A whole reply, which may have been of several lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// Its code, 200 to 599.
    pub code: u16,
    /// The enhanced status code, if there is one that agrees with the code (RFC 2034 §4).
    pub enhanced: Option<Enhanced>,
    /// The words, on one line and without control characters.
    pub text: String,
}

/// An enhanced status code, such as 5.1.1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Enhanced(pub u8, pub u16, pub u16);

impl fmt::Display for Enhanced {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.0, self.1, self.2)
    }
}

impl fmt::Display for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.code)?;
        if let Some(enhanced) = self.enhanced {
            write!(f, " {enhanced}")?;
        }
        if self.text.is_empty() { Ok(()) } else { write!(f, " {}", self.text) }
    }
}

impl Reply {
    /// Returns a reply without words.
    pub(super) fn new(code: u16) -> Self {
        Reply { code, enhanced: None, text: String::new() }
    }

    /// Adds the text of a line; an enhanced code is kept once.
    pub(super) fn push(&mut self, line: &str) {
        let line = match Enhanced::split(line) {
            Some((enhanced, rest)) if u16::from(enhanced.0) == self.code / 100 && self.enhanced.is_none_or(|known| known == enhanced) => {
                self.enhanced = Some(enhanced);
                rest
            }
            _ => line,
        };
        let blank = |c: char| c.is_control() || c.is_whitespace();
        for word in line.split(blank).filter(|word| !word.is_empty()) {
            if self.text.len() + word.len() >= KEPT {
                return;
            }
            if !self.text.is_empty() {
                self.text.push(' ');
            }
            self.text.push_str(word);
        }
    }
}

impl Enhanced {
    /// Returns the code that a text begins with, and the text after it.
    fn split(text: &str) -> Option<(Enhanced, &str)> {
        let (word, rest) = text.split_once(' ').unwrap_or((text, ""));
        let mut numbers = word.split('.');
        let mut next = || numbers.next().filter(|digits| digits.len() <= 3 && digits.bytes().all(|b| b.is_ascii_digit()))?.parse().ok();
        let (class, subject, detail): (u16, u16, u16) = (next()?, next()?, next()?);
        if numbers.next().is_some() || !matches!(class, 2 | 4 | 5) {
            return None;
        }
        Some((Enhanced(class as u8, subject, detail), rest))
    }
}

/// A line of a reply.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Line<'a> {
    pub(super) code: u16,
    /// Whether no further line belongs to the reply.
    pub(super) last: bool,
    pub(super) text: &'a [u8],
}

impl<'a> Line<'a> {
    /// Reads a line without its end; `None` when it is none of SMTP.
    pub(super) fn read(line: &'a [u8]) -> Option<Line<'a>> {
        let (digits, rest) = line.split_at_checked(3)?;
        let [first @ b'2'..=b'5', second @ b'0'..=b'5', third @ b'0'..=b'9'] = digits else { return None };
        let digit = |byte: &u8| u16::from(byte - b'0');
        let code = digit(first) * 100 + digit(second) * 10 + digit(third);
        match rest {
            [] => Some(Line { code, last: true, text: rest }),
            [b' ', text @ ..] => Some(Line { code, last: true, text }),
            [b'-', text @ ..] => Some(Line { code, last: false, text }),
            _ => None,
        }
    }
}

#[cfg(test)]
pub(super) fn said(text: &str) -> Reply {
    let line = Line::read(text.as_bytes()).expect("a reply");
    let mut reply = Reply::new(line.code);
    reply.push(std::str::from_utf8(line.text).expect("UTF-8"));
    reply
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_reply_has_a_code_an_enhanced_code_and_words() {
        let reply = said("550 5.1.1 nobody   here");
        assert_eq!((reply.code, reply.enhanced, reply.text.as_str()), (550, Some(Enhanced(5, 1, 1)), "nobody here"));
        assert_eq!(reply.to_string(), "550 5.1.1 nobody here");
        assert_eq!(said("250").to_string(), "250");
    }

    #[test]
    fn an_enhanced_code_that_contradicts_the_code_is_only_words() {
        for text in
            ["550 4.1.1 odd", "250 1.2.3 odd", "250 2.0 odd", "250 2.0.0.0 odd", "250 2.0.1234 odd", "250 2..0 odd", "250 +2.0.0 odd"]
        {
            assert_eq!((said(text).enhanced, said(text).to_string().as_str()), (None, text));
        }
    }

    #[test]
    fn lines_are_joined_and_the_enhanced_code_is_said_once() {
        let mut reply = Reply::new(550);
        for line in ["5.7.1 not from you,", "5.7.1 see\thttps://example.org/\u{7}", "", "5.7.0 bye"] {
            reply.push(line);
        }
        assert_eq!(reply.to_string(), "550 5.7.1 not from you, see https://example.org/ 5.7.0 bye");
    }

    #[test]
    fn a_long_text_is_cut_between_words() {
        let mut reply = Reply::new(250);
        reply.push(&"ä word ".repeat(1000));
        assert!(reply.text.len() < KEPT && reply.text.len() > KEPT - 10 && !reply.text.ends_with(' '), "{}", reply.text.len());
    }

    #[test]
    fn what_is_no_line_of_smtp_is_none() {
        for line in ["", "25", "HTTP/1.1 400 Bad Request", "150 x", "650 x", "260 x", "2500 x", "250_x", " 250 x"] {
            assert_eq!(Line::read(line.as_bytes()), None, "{line}");
        }
        assert_eq!(Line::read(b"250-a"), Some(Line { code: 250, last: false, text: b"a" }));
    }

    proptest! {
        #[test]
        fn any_line_is_read_or_refused(line in proptest::collection::vec(any::<u8>(), 0..40), digits in "[2-5][0-5][0-9]") {
            let line = [digits.as_bytes(), &line].concat();
            if let Some(line) = Line::read(&line) {
                let mut reply = Reply::new(line.code);
                reply.push(&String::from_utf8_lossy(line.text));
                prop_assert!(!reply.text.chars().any(char::is_control));
            }
        }
    }
}
