//! Makes foreign text harmless to show. A document may hold escape sequences that recolour, overwrite or answer for a
//! terminal, and signs that turn the direction of the text around them.

use serde::{Serialize, Serializer};
use std::borrow::Cow;
use std::cell::Cell;
use std::io::{self, Write};

/// Returns whether a character must not reach a terminal as it is.
pub(super) fn is_wild(c: char) -> bool {
    let directions = matches!(c, '\u{200e}' | '\u{200f}' | '\u{061c}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let line_ends = matches!(c, '\u{2028}' | '\u{2029}');
    // Tags and noncharacters are invisible, and soft hyphens and joiners are left to the fonts.
    let invisible = matches!(c, '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}') || u32::from(c) & 0xfffe == 0xfffe;
    c.is_control() || directions || line_ends || invisible
}

/// Returns text with each wild character replaced by one that shows it: `␛` for escape, `�` for most.
#[must_use]
pub fn tame(text: &str) -> String {
    text.chars().map(tame_char).collect()
}

fn tame_char(c: char) -> char {
    match u32::from(c) {
        0x09 => ' ',
        code @ 0..=0x1f => char::from_u32(0x2400 + code).unwrap_or('\u{fffd}'),
        0x7f => '\u{2421}',
        _ if is_wild(c) => '\u{fffd}',
        _ => c,
    }
}

/// Writes JSON on several lines, with a line end at its end.
pub(super) fn write_json(value: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(TameJson(&mut *out), value)?;
    writeln!(out)
}

/// Passes JSON on with its wild characters escaped.
struct TameJson<'w>(&'w mut dyn Write);

impl Write for TameJson<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // What serialises hands over whole strings, or pieces of them between escapes.
        let json = std::str::from_utf8(bytes).map_err(io::Error::other)?;
        self.0.write_all(tame_json(json).as_bytes())?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// A list whose items are made while it is written, which can be done once.
pub(super) struct Stream<I>(Cell<Option<I>>);

impl<I: Iterator> Stream<I> {
    pub(super) fn of(items: impl IntoIterator<IntoIter = I>) -> Self {
        Stream(Cell::new(Some(items.into_iter())))
    }
}

impl<I: Iterator<Item: Serialize>> Serialize for Stream<I> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.take().into_iter().flatten())
    }
}

/// Returns JSON in which wild characters are escaped: they stand only inside its strings, where `\u` is allowed.
fn tame_json(json: &str) -> Cow<'_, str> {
    if !json.chars().any(|c| is_wild(c) && c != '\n') {
        return Cow::Borrowed(json);
    }
    let mut out = String::with_capacity(json.len() + 64);
    for c in json.chars() {
        if !is_wild(c) || c == '\n' {
            out.push(c);
            continue;
        }
        let mut units = [0; 2];
        out.extend(c.encode_utf16(&mut units).iter().map(|unit| format!("\\u{unit:04x}")));
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escape_sequences_and_direction_signs_are_shown_not_sent() {
        assert_eq!(tame("a\u{1b}[31m\tb\u{9b}c\u{202e}d\u{7f}é中"), "a␛[31m b�c�d␡é中");
    }

    #[test]
    fn json_stays_the_same_value() {
        let text = "a\u{9b}\u{202e}\u{e0041}\u{7f}é";
        let json = serde_json::to_string(text).expect("JSON");
        let tamed = tame_json(&json);
        assert_eq!(tamed, r#""a\u009b\u202e\udb40\udc41\u007fé""#);
        assert_eq!(serde_json::from_str::<String>(&tamed).ok().as_deref(), Some(text));
    }
}
