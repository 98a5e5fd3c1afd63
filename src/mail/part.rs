//! A body with marks, cut so that most of it is encoded once.
//!
//! Quoted-printable starts anew after each hard line break (RFC 2045 §6.7), so lines without a mark are encoded when the letter is
//! made, and lines with one for each recipient; the bytes are those of the whole body encoded with the values in it.

use super::codes::UNKNOWN_MARK;
use crate::diagnostic::Diagnostic;
use crate::html::{Attribute, Scanner, Tag, Token};
use crate::model::slot::{MARK, Piece, Slot, pieces};
use crate::text::chars;
use memchr::memmem;
use std::borrow::Cow;

/// How values stand in a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// As they are.
    Plain,
    /// With the characters escaped that mean something in HTML, as its serialiser writes them (HTML Standard §13.3).
    Html,
    /// The same in an attribute in double quotes.
    Attribute,
    /// As templates escape them: in comments and style sheets, which nobody reads and writes anew, and wherever else.
    Escaped,
}

/// Elements whose text a serialiser writes as it is (HTML Standard §13.3).
const AS_IT_IS: [&str; 7] = ["style", "script", "xmp", "iframe", "noembed", "noframes", "plaintext"];

/// Tells how values stand in some HTML, from its beginning on.
struct Reader<'h> {
    scanner: Scanner<'h>,
    token: Option<Token<'h>>,
    /// Where the token ends.
    end: usize,
    /// Whether the token is text that stands as it is.
    is_raw: bool,
}

impl<'h> Reader<'h> {
    fn new(html: &'h str) -> Self {
        Reader { scanner: Scanner::new(html), token: None, end: 0, is_raw: false }
    }

    fn form_at(&mut self, at: usize) -> Form {
        while self.end <= at {
            let is_as_it_is = |tag: &Tag<'_>| AS_IT_IS.iter().any(|name| name.eq_ignore_ascii_case(tag.name));
            self.is_raw = matches!(&self.token, Some(Token::Start(tag)) if is_as_it_is(tag));
            self.token = self.scanner.next();
            self.end = if self.token.is_some() { self.scanner.offset() } else { usize::MAX };
        }
        match &self.token {
            Some(Token::Text(_)) if !self.is_raw => Form::Html,
            // The bracket stands behind the rest of the tag.
            Some(Token::Start(tag)) if is_quoted(tag, (at + 1 + tag.rest.len()).saturating_sub(self.end)) => Form::Attribute,
            _ => Form::Escaped,
        }
    }
}

/// Returns whether a place in the rest of a tag is in a value in double quotes.
fn is_quoted(tag: &Tag<'_>, at: usize) -> bool {
    let quote = |attribute: &Attribute<'_>| tag.rest.as_bytes().get(attribute.span.start.checked_sub(1)?).copied();
    tag.attributes().find(|attribute| attribute.span.contains(&at)).as_ref().and_then(quote) == Some(b'"')
}

/// A text with places for values.
#[derive(Debug, Clone)]
pub(super) struct Pattern(Vec<Item>);

#[derive(Debug, Clone)]
enum Item {
    Text(String),
    /// A value, and how it stands there; nothing without one.
    Value(Slot, Form),
}

impl Pattern {
    /// Reads a text with marks that is not HTML; `what` is the user's word for it.
    pub(super) fn new(text: &str, what: &str) -> Result<Self, Diagnostic> {
        Self::read(text, what, |_| Form::Plain)
    }

    /// Reads a text with marks; `form` tells how a value stands that has its mark at a place.
    fn read(text: &str, what: &str, mut form: impl FnMut(usize) -> Form) -> Result<Self, Diagnostic> {
        let mut at = 0;
        let items = pieces(text).map(|piece| match piece {
            Piece::Text(text) if text.contains(MARK) => Err(unknown_mark(text, what)),
            Piece::Text(text) => {
                at += text.len();
                Ok(Item::Text(text.to_owned()))
            }
            Piece::Slot(slot) => {
                let form = form(at);
                at += slot.mark().len();
                Ok(Item::Value(slot, form))
            }
        });
        items.collect::<Result<_, _>>().map(Pattern)
    }

    /// Returns the values it asks for.
    pub(super) fn slots(&self) -> impl Iterator<Item = &Slot> {
        self.0.iter().filter_map(|item| if let Item::Value(slot, _) = item { Some(slot) } else { None })
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
                Item::Value(slot, form) => push(value(slot).unwrap_or_default(), *form, out),
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
    if form == Form::Plain {
        return out.push_str(value);
    }
    for c in value.chars() {
        match (form, c) {
            (_, '&') => out.push_str("&amp;"),
            (Form::Html | Form::Attribute, '\u{a0}') => out.push_str("&nbsp;"),
            (Form::Html | Form::Escaped, '<') => out.push_str("&lt;"),
            (Form::Html | Form::Escaped, '>') => out.push_str("&gt;"),
            (Form::Attribute | Form::Escaped, '"') => out.push_str("&quot;"),
            (Form::Escaped, '\'') => out.push_str("&apos;"),
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
    /// Cuts a plain text; `what` is the user's word for it.
    pub(super) fn text(body: &str, what: &str) -> Result<Self, Diagnostic> {
        Self::cut(&clean(body), what, |_| Form::Plain)
    }

    /// Cuts some HTML.
    pub(super) fn html(body: &str, what: &str) -> Result<Self, Diagnostic> {
        let body = clean(body);
        let mut reader = Reader::new(&body);
        Self::cut(&body, what, |at| reader.form_at(at))
    }

    fn cut(body: &str, what: &str, mut form: impl FnMut(usize) -> Form) -> Result<Self, Diagnostic> {
        let mut mark = [0; 4];
        let mark = memmem::Finder::new(MARK.encode_utf8(&mut mark));
        let (mut chunks, mut from) = (Vec::new(), 0);
        while let Some((before, rest)) =
            mark.find(body.get(from..).unwrap_or_default().as_bytes()).and_then(|at| body.split_at_checked(from + at))
        {
            let start = before.rfind('\n').map_or(0, |at| at + 1);
            let end = rest.find('\n').map_or(body.len(), |at| before.len() + at + 1);
            chunks.extend(Chunk::same(body.get(from..start).unwrap_or_default()));
            chunks.push(Chunk::Line(Pattern::read(body.get(start..end).unwrap_or_default(), what, |at| form(start + at))?));
            from = end;
        }
        chunks.extend(Chunk::same(body.get(from..).unwrap_or_default()));
        Ok(Part { chunks })
    }

    /// Returns the values it asks for.
    pub(super) fn slots(&self) -> impl Iterator<Item = &Slot> {
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

    fn filled(part: impl Fn(&str, &str) -> Result<Part, Diagnostic>, body: &str) -> String {
        let mut out = Vec::new();
        let part = part(&body.replace('_', &Slot::Name.mark()), "it").expect("a part");
        part.fill(|_| Some("<b>\"O'Neil\" & So\u{a0}n</b>"), &mut String::new(), &mut out);
        String::from_utf8(::quoted_printable::decode(out, quoted_printable::ParseMode::Strict).expect("text")).expect("text")
    }

    #[test]
    fn a_value_is_escaped_in_html_and_raw_in_text() {
        assert_eq!(filled(Part::text, "Hello _!"), "Hello <b>\"O'Neil\" & So\u{a0}n</b>!");
        let (text, attribute) = ("&lt;b&gt;\"O'Neil\" &amp; So&nbsp;n&lt;/b&gt;", "<b>&quot;O'Neil&quot; &amp; So&nbsp;n</b>");
        assert_eq!(
            filled(Part::html, "<p title=\"a > b\nof _\">1 &lt; 2 _<br>_</p>"),
            format!("<p title=\"a > b\r\nof {attribute}\">1 &lt; 2 {text}<br>{text}</p>")
        );
    }

    #[test]
    fn a_value_is_escaped_all_over_where_no_serialiser_would_do_it() {
        let value = "&lt;b&gt;&quot;O&apos;Neil&quot; &amp; So\u{a0}n&lt;/b&gt;";
        for body in [
            "<!--[if mso]>_<![endif]-->",
            "<!-- it's a <td _ -->",
            "<!x _>",
            "<style>a['_</style>",
            "<p title='_'>",
            "<p title=_>",
            "<p _>",
            "</p _>",
            "<a b=\"_",
        ] {
            assert_eq!(filled(Part::html, body), body.replace('_', value));
        }
    }

    #[test]
    fn comments_and_style_sheets_open_no_tag_and_no_quote() {
        let text = "&lt;b&gt;\"O'Neil\" &amp; So&nbsp;n&lt;/b&gt;";
        for before in [
            "<!-- no <td here, it's \"wide -->",
            "<style>a > b { content: '<p \" }</style>",
            "<title>It's <p \"</title>",
            "<!doctype html \"'>",
        ] {
            assert_eq!(filled(Part::html, &format!("{before}<p>_</p>")), format!("{before}<p>{text}</p>"));
        }
    }

    #[test]
    fn only_lines_with_marks_are_left_to_encode() {
        let body = format!("one\ntwo\nHello {}\nthree\nfour\n", Slot::Name.mark());
        let part = Part::text(&body, "the text").expect("a part");
        assert!(matches!(part.chunks.as_slice(), [Chunk::Same(_), Chunk::Line(_), Chunk::Same(_)]));
    }

    #[test]
    fn a_mark_that_means_nothing_is_a_finding() {
        let found = Part::text("Hello \u{10FFFD}nobody\u{10FFFD}!", "the text").expect_err("a finding");
        assert_eq!((found.code, found.message.contains("`nobody`")), ("unknown-mark", true));
    }
}
