//! A body with marks, cut so that most of it is encoded once.
//!
//! Quoted-printable starts anew after each hard line break (RFC 2045 §6.7), so lines without a mark are encoded when the letter is
//! made, and lines with one for each recipient; the bytes are those of the whole body encoded with the values in it.

use super::codes::UNKNOWN_MARK;
use crate::diagnostic::Diagnostic;
use crate::model::slot::{MARK, Piece, Slot, pieces};
use crate::text::chars;
use memchr::{memchr, memchr3, memmem};
use std::borrow::Cow;

/// How values stand in a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// As they are.
    Plain,
    /// With the characters escaped that mean something in HTML, as its serialiser writes them (HTML Standard §13.3).
    Html,
    /// The same in an attribute.
    Attribute,
}

/// Where in HTML a value stands, told from what stands before it.
#[derive(Debug, Default)]
struct Reader {
    in_tag: bool,
    quote: Option<u8>,
}

impl Reader {
    fn read(&mut self, text: &str) {
        let mut rest = text.as_bytes();
        loop {
            let found = match (self.in_tag, self.quote) {
                (false, _) => memchr(b'<', rest),
                (true, None) => memchr3(b'>', b'"', b'\'', rest),
                (true, Some(quote)) => memchr(quote, rest),
            };
            let Some((byte, after)) = found.and_then(|at| rest.get(at..)?.split_first()) else { return };
            match (byte, self.quote) {
                (b'<', _) if !self.in_tag => self.in_tag = after.first().is_some_and(u8::is_ascii_alphabetic),
                (b'>', None) => self.in_tag = false,
                (_, Some(_)) => self.quote = None,
                (quote, None) => self.quote = Some(*quote),
            }
            rest = after;
        }
    }

    fn form(&self) -> Form {
        if self.in_tag { Form::Attribute } else { Form::Html }
    }
}

/// A text with places for values.
#[derive(Debug, Clone)]
pub(super) struct Pattern(Vec<Item>);

#[derive(Debug, Clone)]
enum Item {
    Text(String),
    /// A value, what stands there without one, in its form already, and the form.
    Value(Slot, String, Form),
}

impl Pattern {
    /// Reads a text with marks that is not HTML; `what` is the user's word for it.
    pub(super) fn new(text: &str, what: &str) -> Result<Self, Diagnostic> {
        Self::read(text, what, None)
    }

    fn read(text: &str, what: &str, mut html: Option<&mut Reader>) -> Result<Self, Diagnostic> {
        let items = pieces(text).map(|piece| match piece {
            Piece::Text(text) if text.contains(MARK) => Err(unknown_mark(text, what)),
            Piece::Text(text) => {
                if let Some(reader) = &mut html {
                    reader.read(text);
                }
                Ok(Item::Text(text.to_owned()))
            }
            Piece::Slot(slot, fallback) => {
                Ok(Item::Value(slot, fallback.to_owned(), html.as_ref().map_or(Form::Plain, |reader| reader.form())))
            }
        });
        items.collect::<Result<_, _>>().map(Pattern)
    }

    /// Returns the values it asks for, and whether it has something to say without them.
    pub(super) fn slots(&self) -> impl Iterator<Item = (&Slot, bool)> {
        self.0.iter().filter_map(|item| match item {
            Item::Value(slot, fallback, _) => Some((slot, !fallback.is_empty())),
            Item::Text(_) => None,
        })
    }

    /// Returns the text, when no value goes into it.
    pub(super) fn as_text(&self) -> Option<&str> {
        match self.0.as_slice() {
            [] => Some(""),
            [Item::Text(text)] => Some(text),
            _ => None,
        }
    }

    /// Writes the text with values in it.
    pub(super) fn fill<'v>(&self, value: impl Fn(&Slot) -> Option<&'v str>, out: &mut String) {
        for item in &self.0 {
            match item {
                Item::Text(text) => out.push_str(text),
                Item::Value(slot, fallback, form) => match value(slot) {
                    Some(value) => push(value, *form, out),
                    None => out.push_str(fallback),
                },
            }
        }
    }
}

fn unknown_mark(text: &str, what: &str) -> Diagnostic {
    let around: String = text.split(MARK).nth(1).unwrap_or_default().chars().take(40).collect();
    Diagnostic::new(&UNKNOWN_MARK, format!("{what} has a mark for a recipient's value that means none: `{}`", chars::one_line(&around)))
        .help("write `subscriber.name`, `subscriber.email`, `subscriber.fields.NAME`, `unsubscribe_url` or `web_url`")
}

fn push(value: &str, form: Form, out: &mut String) {
    for c in value.chars() {
        match (form, c) {
            (Form::Html | Form::Attribute, '&') => out.push_str("&amp;"),
            (Form::Html | Form::Attribute, '\u{a0}') => out.push_str("&nbsp;"),
            (Form::Html, '<') => out.push_str("&lt;"),
            (Form::Html, '>') => out.push_str("&gt;"),
            (Form::Attribute, '"') => out.push_str("&quot;"),
            _ => out.push(c),
        }
    }
}

/// A body, ready for any recipient.
#[derive(Debug, Clone)]
pub(super) struct Part {
    chunks: Vec<Chunk>,
}

#[derive(Debug, Clone)]
enum Chunk {
    /// Lines that are the same for all, encoded.
    Same(Vec<u8>),
    /// A line with values in it, with its line break.
    Line(Pattern),
}

impl Chunk {
    /// Returns lines without values, where there are any.
    fn same(lines: &str) -> Option<Self> {
        Some(lines).filter(|lines| !lines.is_empty()).map(|lines| Chunk::Same(encoded(lines).into_bytes()))
    }
}

/// Returns lines as quoted-printable, which end with CRLF.
fn encoded(lines: &str) -> String {
    quoted_printable::encode_to_str(lines.replace('\n', "\r\n"))
}

/// Returns a body as it is encoded: without characters that mean nothing in a text, every line end the same.
pub(super) fn clean(body: &str) -> Cow<'_, str> {
    chars::clean(body)
}

impl Part {
    /// Cuts a body; `what` is the user's word for it.
    pub(super) fn new(body: &str, form: Form, what: &str) -> Result<Self, Diagnostic> {
        let body = clean(body);
        let mut mark = [0; 4];
        let mark = memmem::Finder::new(MARK.encode_utf8(&mut mark));
        let (mut chunks, mut from) = (Vec::new(), 0);
        let mut reader = Some(Reader::default()).filter(|_| form != Form::Plain);
        while let Some((before, rest)) =
            mark.find(body.get(from..).unwrap_or_default().as_bytes()).and_then(|at| body.split_at_checked(from + at))
        {
            let start = before.rfind('\n').map_or(0, |at| at + 1);
            let end = rest.find('\n').map_or(body.len(), |at| before.len() + at + 1);
            let same = body.get(from..start).unwrap_or_default();
            if let Some(reader) = &mut reader {
                reader.read(same);
            }
            chunks.extend(Chunk::same(same));
            chunks.push(Chunk::Line(Pattern::read(body.get(start..end).unwrap_or_default(), what, reader.as_mut())?));
            from = end;
        }
        chunks.extend(Chunk::same(body.get(from..).unwrap_or_default()));
        Ok(Part { chunks })
    }

    /// Returns the values it asks for, and whether it has something to say without them.
    pub(super) fn slots(&self) -> impl Iterator<Item = (&Slot, bool)> {
        let lines = self.chunks.iter().filter_map(|chunk| if let Chunk::Line(line) = chunk { Some(line) } else { None });
        lines.flat_map(Pattern::slots)
    }

    /// Returns about how many octets it has when encoded.
    pub(super) fn size(&self) -> usize {
        self.chunks.iter().map(|chunk| if let Chunk::Same(bytes) = chunk { bytes.len() } else { 300 }).sum()
    }

    /// Writes the body, encoded, with a recipient's values in it.
    pub(super) fn fill<'v>(&self, value: impl Fn(&Slot) -> Option<&'v str>, scratch: &mut String, out: &mut Vec<u8>) {
        for chunk in &self.chunks {
            match chunk {
                Chunk::Same(bytes) => out.extend_from_slice(bytes),
                Chunk::Line(line) => {
                    scratch.clear();
                    line.fill(&value, scratch);
                    out.extend_from_slice(encoded(scratch).as_bytes());
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_escaped_in_html_and_raw_in_text() {
        let filled = |form, body: &str| {
            let part = Part::new(&body.replace('_', &Slot::Name.mark()), form, "it").expect("a part");
            let mut out = Vec::new();
            part.fill(|_| Some("<b>\"O'Neil\" & So\u{a0}n</b>"), &mut String::new(), &mut out);
            String::from_utf8(::quoted_printable::decode(out, quoted_printable::ParseMode::Strict).expect("text")).expect("text")
        };
        assert_eq!(filled(Form::Plain, "Hello _!"), "Hello <b>\"O'Neil\" & So\u{a0}n</b>!");
        let (text, attribute) = ("&lt;b&gt;\"O'Neil\" &amp; So&nbsp;n&lt;/b&gt;", "<b>&quot;O'Neil&quot; &amp; So&nbsp;n</b>");
        assert_eq!(
            filled(Form::Html, "<p title=\"a > b\nof _\">1 &lt; 2 _<br>_</p><!--[if mso]>_<![endif]-->"),
            format!("<p title=\"a > b\r\nof {attribute}\">1 &lt; 2 {text}<br>{text}</p><!--[if mso]>{text}<![endif]-->")
        );
    }

    #[test]
    fn without_a_value_the_fallback_stands_as_the_template_wrote_it() {
        let mark = Slot::Name.mark_or("friend &amp; reader").expect("a mark");
        let mut out = String::new();
        Pattern::new(&mark, "it").expect("a pattern").fill(|_| None, &mut out);
        assert_eq!(out, "friend &amp; reader");
    }

    #[test]
    fn only_lines_with_marks_are_left_to_encode() {
        let body = format!("one\ntwo\nHello {}\nthree\nfour\n", Slot::Name.mark());
        let part = Part::new(&body, Form::Plain, "the text").expect("a part");
        assert!(matches!(part.chunks.as_slice(), [Chunk::Same(_), Chunk::Line(_), Chunk::Same(_)]));
    }

    #[test]
    fn a_mark_that_means_nothing_is_a_finding() {
        let found = Part::new("Hello \u{10FFFD}nobody\u{10FFFD}!", Form::Plain, "the text").expect_err("a finding");
        assert_eq!((found.code, found.message.contains("`nobody`")), ("unknown-mark", true));
    }
}
