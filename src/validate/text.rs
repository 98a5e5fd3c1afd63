//! The text of an element, put together from the pieces that the reader gave, and the way back from it to the document.

use super::json::StringWalk;
use crate::diagnostic::Span;
use crate::xml::{Kind, Locator, Piece, Reader, Walk};
use std::borrow::Cow;
use std::ops::Range;

/// The text of an element without that of the elements in it.
#[derive(Debug, Default)]
pub struct Text<'a> {
    pieces: Vec<Piece<'a>>,
    /// The document, if its strings are those of JSON.
    json: Option<&'a str>,
}

impl<'a> Text<'a> {
    /// Takes a string of a JSON document, by its range without the quotes.
    pub(super) fn of_json(document: &'a str, raw: Span, value: Cow<'a, str>) -> Self {
        Text { pieces: vec![Piece { raw, kind: Kind::Text, value }], json: Some(document) }
    }

    /// Adds a piece.
    pub(super) fn push(&mut self, piece: Piece<'a>) {
        self.pieces.push(piece);
    }

    /// Returns the text; copied only where it stands in several pieces.
    #[must_use]
    pub fn value(&self) -> Cow<'_, str> {
        match self.pieces.as_slice() {
            [] => Cow::Borrowed(""),
            [one] => Cow::Borrowed(one.value.as_ref()),
            many => Cow::Owned(many.iter().map(|piece| piece.value.as_ref()).collect()),
        }
    }

    /// Returns the text for keeping.
    #[must_use]
    pub fn into_value(mut self) -> Cow<'a, str> {
        match self.pieces.len() {
            1 => self.pieces.pop().map_or(Cow::Borrowed(""), |piece| piece.value),
            _ => Cow::Owned(self.value().into_owned()),
        }
    }

    /// Returns whether there is nothing but white space.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        self.pieces.iter().all(|piece| piece.value.bytes().all(|b| matches!(b, b' ' | b'\t' | b'\n' | b'\r')))
    }

    /// Returns whether something is written here of which nothing is left, as of a reference to an entity that is not declared.
    #[must_use]
    pub fn is_lost(&self) -> bool {
        let is_reference = |piece: &Piece<'_>| piece.kind == Kind::Text && self.json.is_none() && !piece.raw.is_empty();
        self.is_blank() && self.pieces.iter().any(|piece| is_reference(piece) && piece.value.is_empty())
    }

    /// Returns whether any of it stands in CDATA.
    #[must_use]
    pub fn has_cdata(&self) -> bool {
        self.pieces.iter().any(|piece| piece.kind == Kind::CData)
    }

    /// Returns where a range of the text stands in the document; `None` when there is no text.
    #[must_use]
    pub fn locate(&self, reader: &Reader<'a>, range: &Range<usize>) -> Option<Span> {
        let locator = reader.locator();
        self.places(&locator).locate(range)
    }

    /// Returns what finds the places of many ranges; quick if they ascend.
    #[must_use]
    pub fn places<'t>(&'t self, locator: &'t Locator<'a>) -> Places<'t, 'a> {
        Places { pieces: &self.pieces, json: self.json, locator, at: 0, before: 0, walk: None }
    }
}

/// Finds where ranges of a text stand in the document.
#[derive(Debug)]
pub struct Places<'t, 'a> {
    pieces: &'t [Piece<'a>],
    json: Option<&'t str>,
    locator: &'t Locator<'a>,
    /// The piece that was looked at last, and how much text stands before it.
    at: usize,
    before: usize,
    walk: Option<Steps<'t>>,
}

/// A walk over one piece.
#[derive(Debug)]
enum Steps<'t> {
    Xml(Walk<'t>),
    Json(StringWalk<'t>),
}

impl Steps<'_> {
    fn seek(&mut self, offset: usize) -> Span {
        match self {
            Steps::Xml(walk) => walk.seek(offset),
            Steps::Json(walk) => walk.seek(offset),
        }
    }
}

impl Places<'_, '_> {
    /// Returns where a range stands; `None` when there is no text.
    pub fn locate(&mut self, range: &Range<usize>) -> Option<Span> {
        let start = self.seek(range.start)?;
        if range.end <= range.start {
            return Some(start.start..start.start);
        }
        // The last byte belongs to the last character, whose whole range counts.
        let end = self.seek(range.end - 1)?.end;
        Some(start.start..end.max(start.start))
    }

    /// Returns where the character at an offset stands; beyond the end, the empty range at the end.
    fn seek(&mut self, offset: usize) -> Option<Span> {
        if offset < self.before {
            (self.at, self.before, self.walk) = (0, 0, None);
        }
        loop {
            let piece = self.pieces.get(self.at)?;
            let is_last = self.at + 1 == self.pieces.len();
            if offset < self.before + piece.value.len() || is_last {
                let locator = self.locator;
                let begin = || match self.json {
                    Some(document) => Steps::Json(StringWalk::new(document, &piece.raw)),
                    None => Steps::Xml(locator.walk(piece.raw.clone(), piece.kind)),
                };
                let walk = self.walk.get_or_insert_with(begin);
                return Some(walk.seek(offset - self.before));
            }
            self.before += piece.value.len();
            self.at += 1;
            self.walk = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::xml::{Event, Limits};

    #[test]
    fn text_in_several_pieces_is_found_again_character_by_character() {
        let source = "<a>x &amp; <!-- c -->y<![CDATA[ <b> ]]>&#228;z</a>";
        let mut reader = Reader::new(source, Limits::default());
        let mut text = Text::default();
        for event in reader.by_ref() {
            if let Event::Text(piece) = event {
                text.push(piece);
            }
        }
        assert_eq!(text.value(), "x & y <b> äz");
        let at = |range: Range<usize>| &source[text.locate(&reader, &range).expect("a place")];
        assert_eq!((at(0..1), at(2..3), at(4..5), at(6..9), at(10..12)), ("x", "&amp;", "y", "<b>", "&#228;"));
        assert_eq!(at(12..13), "z");
        assert_eq!(at(2..8), "&amp; <!-- c -->y<![CDATA[ <b");
    }
}
