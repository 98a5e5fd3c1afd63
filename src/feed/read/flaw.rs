//! What is broken in the text of a feed, as far as its reader notices: enough to say where, and what is known all the same.

/// The first fault of a feed's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flaw {
    /// The line, from 1.
    pub line: u32,
    /// The character in it, from 1.
    pub column: u32,
    /// What it is, in words.
    pub message: String,
    /// Whether nothing behind it was read: what followed is not known.
    pub is_end: bool,
    /// How many whole entries were read before it.
    pub before: usize,
    /// How many further faults there are.
    pub more: usize,
}

impl Flaw {
    /// Returns a fault at an offset of a text.
    pub(super) fn at(text: &str, offset: usize, message: String) -> Self {
        let before = text.get(..text.floor_char_boundary(offset)).unwrap_or_default();
        let line = memchr::memchr_iter(b'\n', before.as_bytes()).count() as u32 + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() as u32 + 1;
        Flaw { line, column, message, is_end: false, before: 0, more: 0 }
    }
}
