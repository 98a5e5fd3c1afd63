//! Value types: whether a text is a good value of its kind, as the vocabularies of feeds ask for it.
//!
//! One file for each family. A function takes the whole value as it stands in the document, white space included, and
//! says what is wrong as [`Flaw`]s: a kind, fine enough for the code that a vocabulary's row gives it, the place inside
//! the value, a reason and, where it can be computed, the better value. It knows neither the element nor the severity.
//! What can have one flaw returns a `Result`; what can have several pushes them and returns what it could read.

pub mod date;
pub mod geo;
pub mod language;
pub mod mail;
pub mod media;
pub mod media_type;
pub mod name;
pub mod number;
pub mod plain;
pub mod schemes;
pub mod time;
pub mod uri;
pub mod word;

use crate::text::short::shown;
use std::ops::Range;

/// One thing that is wrong with a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flaw<K> {
    /// What kind of fault it is.
    pub kind: K,
    /// The wrong part of the value, in bytes; empty where something is missing.
    pub range: Range<usize>,
    /// What is wrong, to be put after the value or the element's name: ``has no zone``.
    pub reason: String,
    /// What to do, in the imperative.
    pub help: Option<String>,
}

impl<K> Flaw<K> {
    pub(crate) fn new(kind: K, range: Range<usize>, reason: impl Into<String>) -> Self {
        Self { kind, range, reason: reason.into(), help: None }
    }

    /// Returns the flaw with an advice.
    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Returns the flaw at a place that lies further on, for a value that was cut from a longer one.
    #[must_use]
    pub fn shift(mut self, by: usize) -> Self {
        self.range = self.range.start.saturating_add(by)..self.range.end.saturating_add(by);
        self
    }

    /// Returns the flaw with its kind turned into another, for a table over several families.
    pub fn map<T>(self, kind: impl FnOnce(K) -> T) -> Flaw<T> {
        Flaw { kind: kind(self.kind), range: self.range, reason: self.reason, help: self.help }
    }
}

macro_rules! any_kind {
    ($($(#[$doc:meta])* $name:ident($kind:ty)),* $(,)?) => {
        /// The kind of a flaw of any family.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Kind { $($(#[$doc])* $name($kind)),* }
        $(impl From<$kind> for Kind { fn from(kind: $kind) -> Self { Self::$name(kind) } })*
    };
}

any_kind! {
    /// Of a date.
    Date(date::Kind),
    /// Of coordinates.
    Geo(geo::Kind),
    /// Of a language tag or a country code.
    Language(language::Kind),
    /// Of a mail address or a contact.
    Mail(mail::Kind),
    /// Of a media module's value.
    Media(media::Kind),
    /// Of a media type or a charset's name.
    MediaType(media_type::Kind),
    /// Of a name.
    Name(name::Kind),
    /// Of a number.
    Number(number::Kind),
    /// Of plain text.
    Plain(plain::Kind),
    /// Of a time or a duration.
    Time(time::Kind),
    /// Of a URI.
    Uri(uri::Kind),
    /// Of a word out of a list.
    Word(word::Kind),
}

/// Returns a flaw where something does not hold.
pub(crate) fn ensure<K>(holds: bool, flaw: impl FnOnce() -> Flaw<K>) -> Result<(), Flaw<K>> {
    if holds { Ok(()) } else { Err(flaw()) }
}

/// Returns the value without white space of XML (XML 1.0 §2.3) around it, and how many bytes of it came first.
#[must_use]
pub fn trim(value: &str) -> (&str, usize) {
    let rest = value.trim_start_matches(is_space);
    (rest.trim_end_matches(is_space), value.len() - rest.len())
}

/// Returns whether a character is white space of XML (XML 1.0 §2.3, production 3).
#[must_use]
pub fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r')
}

/// Returns the words between white space of XML, each with the offset it begins at.
pub(crate) fn words(value: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    value.split(is_space).filter_map(move |word| {
        let start = at;
        at += word.len() + 1;
        (!word.is_empty()).then_some((start, word))
    })
}

/// How many flaws of a list are told; a list with more is no list.
pub(crate) const MOST: usize = 10;

/// Returns a value in back-ticks for a message: on one line, without controls, a long one shortened.
pub(crate) fn quote(value: &str) -> String {
    format!("`{}`", shown(value).replace(char::is_control, " "))
}

/// Returns the range of the character at an offset, or an empty one at the end.
pub(crate) fn char_at(value: &str, at: usize) -> Range<usize> {
    let at = value.floor_char_boundary(at);
    at..value.get(at..).and_then(|rest| rest.chars().next()).map_or(at, |c| at + c.len_utf8())
}

/// Returns a character for a message, by name or code where it cannot be seen.
pub(crate) fn name_char(c: char) -> String {
    match c {
        ' ' => "a blank".to_owned(),
        '\t' => "a tab".to_owned(),
        '\n' | '\r' => "a line end".to_owned(),
        '`' => "a back-tick".to_owned(),
        c if c.is_control() || c.is_whitespace() => format!("U+{:04X}", c as u32),
        c => format!("`{c}`"),
    }
}

/// Reads a value byte by byte; every place it stops at is a character's boundary as long as only ASCII is taken.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    pub(crate) fn at(&self) -> usize {
        self.at
    }

    pub(crate) fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    pub(crate) fn is_done(&self) -> bool {
        self.at >= self.text.len()
    }

    /// Takes one ASCII byte, if it is the one.
    pub(crate) fn take(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte) && byte.is_ascii();
        self.at += usize::from(found);
        found
    }

    /// Takes one ASCII byte, whichever it is.
    pub(crate) fn skip(&mut self) -> bool {
        let found = self.peek().is_some_and(|b| b.is_ascii());
        self.at += usize::from(found);
        found
    }

    /// Takes all ASCII bytes that are wanted.
    pub(crate) fn take_while(&mut self, wanted: impl Fn(u8) -> bool) -> &'a str {
        let start = self.at;
        while self.peek().is_some_and(|b| b.is_ascii() && wanted(b)) {
            self.at += 1;
        }
        self.text.get(start..self.at).unwrap_or_default()
    }

    /// Takes the digits that follow.
    pub(crate) fn digits(&mut self) -> &'a str {
        self.take_while(|b| b.is_ascii_digit())
    }

    /// Takes exactly so many digits and returns their number; takes nothing where there are fewer.
    pub(crate) fn number(&mut self, digits: usize) -> Option<u32> {
        let text = self.text.get(self.at..self.at.checked_add(digits)?)?;
        let value = text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse().ok())??;
        self.at += digits;
        Some(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn trimming_tells_what_came_first() {
        assert_eq!(trim(" \n\ta b\r "), ("a b", 3));
        assert_eq!(trim(" \n"), ("", 2));
        assert_eq!(trim("\u{a0}a"), ("\u{a0}a", 0));
    }

    #[test]
    fn words_have_their_offset() {
        assert_eq!(words(" a\n\nbé c ").collect::<Vec<_>>(), [(1, "a"), (4, "bé"), (8, "c")]);
    }

    #[test]
    fn a_long_value_is_shortened_in_messages() {
        assert_eq!(quote("a\nb"), "`a b`");
        assert_eq!(quote(&"é".repeat(60)), format!("`{}`", "é".repeat(60)));
        assert_eq!(quote(&"é".repeat(61)), format!("`{}…`", "é".repeat(60)));
    }

    #[test]
    fn a_flaw_moves_with_its_value_and_joins_other_families() {
        let flaw = Flaw::new(number::Kind::Empty, 1..2, "is empty").shift(3).map(Kind::from);
        assert_eq!((flaw.kind, flaw.range), (Kind::Number(number::Kind::Empty), 4..5));
    }

    proptest! {
        #[test]
        fn a_reader_stops_at_characters(text in any::<String>()) {
            let mut reader = Reader::new(&text);
            while !reader.is_done() {
                let before = reader.at();
                reader.take_while(|b| b.is_ascii());
                prop_assert!(text.is_char_boundary(reader.at()));
                reader = Reader { text: &text, at: char_at(&text, reader.at()).end.max(before + 1) };
            }
        }
    }
}

/// What the tests of every family share.
#[cfg(test)]
pub(crate) mod testing {
    use super::Flaw;

    /// Values near to every kind that is checked here, and any other text.
    pub(crate) const ANY: &str = "\\PC{0,24}|[0-9TZ:.+\\-WP ]{0,26}|[a-zA-Z:/?#@%\\[\\]., ()<>&;=\"{}~-]{0,30}|(\\p{any}){0,12}|\
        (Mon|,| |01|Jan|2003|10:00|\\+0000|\\(x\\)|http://|tag:|urn:|uuid|a\\.b|@|%2e|é|<b>|&amp;|#|,2003:|-){0,12}";

    /// Asserts what holds for every flaw of every family.
    pub(crate) fn check<K: std::fmt::Debug>(value: &str, flaws: &[Flaw<K>]) {
        for flaw in flaws {
            assert!(value.get(flaw.range.clone()).is_some(), "{value:?}: {flaw:?}");
            assert!(!flaw.reason.is_empty() && !flaw.reason.ends_with('.'), "{flaw:?}");
            assert!(flaw.help.as_ref().is_none_or(|help| !help.is_empty() && !help.ends_with('.')), "{flaw:?}");
            assert!(!flaw.reason.contains('\n'), "{flaw:?}");
        }
    }

    /// Asserts that a function accepts the good values and finds the kind named in each bad one.
    pub(crate) fn table<K: std::fmt::Debug + PartialEq, T: std::fmt::Debug>(
        read: impl Fn(&str) -> Result<T, Flaw<K>>,
        good: &[&str],
        bad: &[(&str, K)],
    ) {
        for value in good {
            assert!(read(value).is_ok(), "{value}: {:?}", read(value).err());
        }
        for (value, kind) in bad {
            match read(value) {
                Ok(_) => panic!("accepted: {value:?}"),
                Err(flaw) => {
                    assert_eq!(flaw.kind, *kind, "{value:?}: {flaw:?}");
                    check(value, &[flaw]);
                }
            }
        }
    }
}
