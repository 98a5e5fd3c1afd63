//! A reader for messages (RFC 5322, RFC 2045 to 2047) that goes on after a fault and remembers it.
//!
//! Why our own: the crates for it mend what they read and keep no places, and here the faults are what is wanted.

mod decode;
mod field;
mod media;
mod words;

use crate::diagnostic::Span;
use memchr::memchr;
use std::borrow::Cow;

pub(crate) use decode::{Decoded, Encoding};
pub(crate) use field::{Field, fields};
pub(crate) use media::Media;
pub(crate) use words::{decode_words, encoded_words};

/// How deep parts may stand in parts; what is deeper is read as text.
const DEEPEST: usize = 8;
/// The most parts; further ones are not read.
const MOST_PARTS: usize = 1000;

/// A line of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Line {
    /// Its bytes without the line end.
    pub(crate) span: Span,
    /// Where the next one begins.
    pub(crate) next: usize,
}

impl Line {
    /// Returns whether a line end ends it.
    pub(crate) fn is_ended(&self) -> bool {
        self.next > self.span.end
    }
}

/// Returns the lines of a part of the bytes. LF ends one, and a CR before it is of the line end; a CR elsewhere is not.
pub(crate) fn lines(bytes: &[u8], within: Span) -> impl Iterator<Item = Line> + '_ {
    let mut at = within.start;
    std::iter::from_fn(move || {
        let rest = bytes.get(at..within.end).filter(|rest| !rest.is_empty())?;
        let start = at;
        let (end, next) = match memchr(b'\n', rest) {
            Some(found) => (start + found - usize::from(found > 0 && rest.get(found - 1) == Some(&b'\r')), start + found + 1),
            None => (within.end, within.end),
        };
        at = next;
        Some(Line { span: start..end, next })
    })
}

/// What is wrong with how a message is put together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    HeaderLine,
    ContentType,
    TransferEncoding,
    Boundary,
    Encoding,
    Charset,
}

/// A fault that was seen when reading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Flaw {
    pub(crate) kind: Kind,
    pub(crate) span: Span,
    pub(crate) message: String,
}

/// A part of a message; the first is the message itself.
#[derive(Debug)]
pub(crate) struct Part<'a> {
    pub(crate) fields: Vec<Field<'a>>,
    /// The bytes of the header, and those of the body.
    pub(crate) head: Span,
    pub(crate) body: Span,
    pub(crate) children: Vec<usize>,
    /// Type and subtype in lower case, and the parameters.
    pub(crate) media: String,
    pub(crate) params: Vec<(String, String)>,
    pub(crate) encoding: Encoding,
    /// The body of a text, decoded; empty for others.
    pub(crate) text: Decoded,
}

impl Part<'_> {
    /// Returns the first header of a name.
    pub(crate) fn field(&self, name: &str) -> Option<&Field<'_>> {
        self.fields.iter().find(|field| field.name.eq_ignore_ascii_case(name))
    }

    /// Returns all headers of a name.
    pub(crate) fn all<'s>(&'s self, name: &'s str) -> impl Iterator<Item = &'s Field<'s>> + 's {
        self.fields.iter().filter(move |field| field.name.eq_ignore_ascii_case(name))
    }

    /// Returns a parameter of the content type.
    pub(crate) fn param(&self, name: &str) -> Option<&str> {
        self.params.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Returns whether it is to be saved, not read.
    pub(crate) fn is_attachment(&self) -> bool {
        self.field("Content-Disposition").is_some_and(|field| field.value.trim_start().to_ascii_lowercase().starts_with("attachment"))
    }

    fn is_shown_as(&self, media: &str) -> bool {
        self.media == media && !self.is_attachment()
    }

    pub(crate) fn is_multipart(&self) -> bool {
        self.media.starts_with("multipart/")
    }

    /// Returns where it begins, for findings about all of it.
    pub(crate) fn start(&self) -> Span {
        self.field("Content-Type").map_or(self.body.start..self.body.start, |field| field.span.clone())
    }
}

/// A message, read.
#[derive(Debug)]
pub(crate) struct Mail<'a> {
    pub(crate) raw: &'a [u8],
    /// The message itself, then the parts in their order.
    pub(crate) parts: Vec<Part<'a>>,
    pub(crate) flaws: Vec<Flaw>,
}

impl<'a> Mail<'a> {
    /// Reads a message; `shown` is the same bytes as text.
    pub(crate) fn read(raw: &'a [u8], shown: &'a str) -> Self {
        let mut mail = Mail { raw, parts: Vec::new(), flaws: Vec::new() };
        mail.part(shown, 0..raw.len(), None, 0);
        mail
    }

    /// Returns the message's own header and body.
    pub(crate) fn root(&self) -> Option<&Part<'a>> {
        self.parts.first()
    }

    /// Returns the first header of the message with a name.
    pub(crate) fn field(&self, name: &str) -> Option<&Field<'_>> {
        self.root()?.field(name)
    }

    /// Returns the parts that hold no parts.
    pub(crate) fn leaves(&self) -> impl Iterator<Item = &Part<'a>> {
        self.parts.iter().filter(|part| !part.is_multipart())
    }

    /// Returns the first part of a type that is shown.
    pub(crate) fn first(&self, media: &str) -> Option<&Part<'a>> {
        self.parts.iter().find(|part| part.is_shown_as(media))
    }

    /// Returns the same part, to be taken apart.
    pub(crate) fn first_mut(&mut self, media: &str) -> Option<&mut Part<'a>> {
        self.parts.iter_mut().find(|part| part.is_shown_as(media))
    }

    /// Returns the body of a part, decoded as far as it can be; for parts that are no text.
    pub(crate) fn bytes(&self, part: &Part<'_>) -> Vec<u8> {
        decode::bytes(self.raw, part.body.clone(), part.encoding, &mut Vec::new()).0
    }

    fn flaw(&mut self, kind: Kind, span: Span, message: impl Into<String>) {
        self.flaws.push(Flaw { kind, span, message: message.into() });
    }

    /// Reads a part, then those within it.
    fn part(&mut self, shown: &'a str, within: Span, parent: Option<usize>, depth: usize) {
        let (fields, head, body) = field::fields(self.raw, shown, within, &mut self.flaws);
        let media = media::of(&fields, &mut self.flaws);
        let encoding = decode::encoding(&fields, &mut self.flaws);
        let index = self.parts.len();
        let is_multipart = media.essence.starts_with("multipart/");
        let text =
            if is_multipart { Decoded::default() } else { decode::decode(self.raw, body.clone(), encoding, &media, &mut self.flaws) };
        let boundary = media.param("boundary").map(str::to_owned);
        let Media { essence, params, span } = media;
        let body_of = body.clone();
        self.parts.push(Part { fields, head, body, children: Vec::new(), media: essence, params, encoding, text });
        if let Some(known) = parent.and_then(|parent| self.parts.get_mut(parent)) {
            known.children.push(index);
        }
        if is_multipart && depth < DEEPEST {
            self.split(shown, body_of, boundary.as_deref(), &span, (index, depth));
        }
    }

    /// Reads the parts between the boundaries.
    fn split(&mut self, shown: &'a str, body: Span, boundary: Option<&str>, at: &Span, (index, depth): (usize, usize)) {
        let Some(boundary) = boundary.filter(|boundary| !boundary.is_empty()) else {
            return self.flaw(Kind::Boundary, at.clone(), "a multipart has no boundary");
        };
        if let Some(reason) = flaw_of_boundary(boundary) {
            self.flaw(Kind::Boundary, at.clone(), format!("the boundary {reason}"));
        }
        let mark = ["--", boundary].concat();
        let mut start = None;
        let mut closed = false;
        let mut before = body.start;
        let raw = self.raw;
        for line in lines(raw, body.clone()) {
            let rest = raw.get(line.span.clone()).and_then(|text| text.strip_prefix(mark.as_bytes()));
            if let Some(rest) = rest {
                let is_end = rest.trim_ascii_end() == b"--";
                if !is_end && !rest.trim_ascii_end().is_empty() {
                    self.flaw(Kind::Boundary, line.span.clone(), "a line of a part begins like the boundary");
                } else {
                    // The line end before a boundary is of the boundary (RFC 2046 §5.1.1).
                    if let Some(start) = start.replace(line.next)
                        && self.parts.len() < MOST_PARTS
                    {
                        self.part(shown, start..before.max(start), Some(index), depth + 1);
                    }
                    closed = is_end;
                }
            }
            if closed {
                break;
            }
            before = line.span.end;
        }
        match (closed, start) {
            (true, _) => {}
            (false, None) => self.flaw(Kind::Boundary, at.clone(), "the boundary of a multipart stands nowhere in it"),
            (false, Some(start)) => {
                self.flaw(Kind::Boundary, at.clone(), "the last part of a multipart has no boundary behind it");
                if self.parts.len() < MOST_PARTS {
                    self.part(shown, start..body.end, Some(index), depth + 1);
                }
            }
        }
    }
}

/// Returns bytes as text of the same length, so that places in it are those in the bytes: what is no UTF-8 is a question mark.
pub(crate) fn same_length(bytes: &[u8]) -> Cow<'_, str> {
    if let Ok(text) = str::from_utf8(bytes) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        out.push_str(chunk.valid());
        out.extend(chunk.invalid().iter().map(|_| '?'));
    }
    Cow::Owned(out)
}

/// RFC 2046 §5.1.1.
fn flaw_of_boundary(boundary: &str) -> Option<String> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "'()+_,-./:=? ".contains(c);
    if boundary.len() > 70 {
        return Some(format!("has {} characters; 70 are allowed", boundary.len()));
    }
    if let Some(bad) = boundary.chars().find(|c| !allowed(*c)) {
        return Some(format!("holds `{}`", bad.escape_default()));
    }
    boundary.ends_with(' ').then(|| "ends in a blank".to_owned())
}
