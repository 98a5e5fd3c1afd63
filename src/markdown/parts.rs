//! Parts for mail or feeds only that share a line with their marks: `<!-- mail:only -->See *this*.<!-- /mail:only -->`.
//!
//! `CommonMark` takes a line that begins with a comment for HTML to its end (0.31 §4.6, kind 2), so that the Markdown behind the mark
//! would be shown as it is written. Marks around all of a line get lines of their own; where one ends within, the line is made a paragraph.

use super::mend::Edit;
use super::render;
use crate::diagnostic::Span;
use crate::html::{self, GONE, HTML_BLOCK, Scanner, Token, lookup};
use memchr::memmem;
use pulldown_cmark::{Event, Parser, Tag};

/// What a mark says.
const MARKS: [&str; 4] = ["mail:only", "/mail:only", "feed:only", "/feed:only"];

/// Returns the edits that part marks from the Markdown on their lines.
pub(super) fn find(text: &str) -> Vec<Edit> {
    if !has_parted_line(text) {
        return Vec::new();
    }
    // Only the parser knows which lines begin with a comment, and not in code or other HTML.
    let blocks = Parser::new_ext(text, render::options(false)).into_offset_iter().filter_map(|(event, range)| match event {
        Event::Start(Tag::HtmlBlock) => Some(range.start),
        _ => None,
    });
    blocks.flat_map(|at| edits(text, at)).collect()
}

/// Returns whether a line has a mark with something beside it.
fn has_parted_line(text: &str) -> bool {
    let mut looked_at = 0;
    memmem::find_iter(text.as_bytes(), b"<!--").any(|at| {
        // The first of a line says it for all of it.
        let line = text.get(at..).and_then(|rest| rest.lines().next()).filter(|_| at >= looked_at).unwrap_or_default();
        looked_at = looked_at.max(at + line.len());
        parted(line).is_some()
    })
}

/// Returns the edits for a line of HTML that begins at a place.
fn edits(text: &str, at: usize) -> Vec<Edit> {
    let rest = text.get(at..).unwrap_or_default();
    let rest = rest.lines().next().unwrap_or_default();
    let at = at + rest.len() - rest.trim_start().len();
    let Some(parted) = parted(rest.trim_start()) else { return Vec::new() };
    let start = text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |end| end + 1);
    let before = text.get(start..at).unwrap_or_default();
    let place = |span: &Span| at + span.start..at + span.end;
    if rest.trim_start().get(parted.first()..).is_some_and(begins_html) {
        return Vec::new();
    }
    match parted {
        Parted::Around(blanks) if before.trim().is_empty() => {
            blanks.iter().map(|span| Edit { span: place(span), text: format!("\n\n{before}").into() }).collect()
        }
        _ => vec![Edit { span: at..at, text: GONE.into() }],
    }
}

/// Returns whether a text begins with HTML that is a block of its own.
fn begins_html(text: &str) -> bool {
    match Scanner::new(text.trim_start()).next() {
        Some(Token::Start(tag) | Token::End(tag)) => lookup(tag.name).is_some_and(|id| html::flags(id) & HTML_BLOCK != 0),
        Some(Token::Comment(_)) => true,
        _ => false,
    }
}

/// How a line is parted by marks that begin it.
enum Parted {
    /// Marks stand at its ends only; what stands between them and the rest.
    Around(Vec<Span>),
    /// There are others; where those end that begin it.
    Within(usize),
}

impl Parted {
    /// Returns where the marks end that begin the line.
    fn first(&self) -> usize {
        match self {
            Parted::Around(blanks) => blanks.first().map_or(0, |span| span.start),
            Parted::Within(end) => *end,
        }
    }
}

/// Returns how marks part a line that begins with one; `None` where it has nothing else.
fn parted(line: &str) -> Option<Parted> {
    let marks = marks(line);
    let is_blank = |from: usize, to: usize| line.get(from..to).is_some_and(|text| text.trim().is_empty());
    let mut first = 0;
    while let Some(mark) = marks.iter().find(|mark| mark.start >= first).filter(|mark| is_blank(first, mark.start)) {
        first = mark.end;
    }
    if first == 0 || is_blank(first, line.len()) {
        return None;
    }
    let mut last = line.len();
    while let Some(mark) = marks.iter().rfind(|mark| mark.end <= last).filter(|mark| mark.start >= first && is_blank(mark.end, last)) {
        last = mark.start;
    }
    if marks.iter().any(|mark| mark.start >= first && mark.end <= last) {
        return Some(Parted::Within(first));
    }
    let inside = line.get(first..last)?;
    let words = first + inside.len() - inside.trim_start().len()..first + inside.trim_end().len();
    let ends = Some(words.end..last).filter(|_| last < line.len());
    Some(Parted::Around(std::iter::once(first..words.start).chain(ends).collect()))
}

/// Returns the marks of a line.
fn marks(line: &str) -> Vec<Span> {
    let mark = |at: usize| {
        let end = at + line.get(at..)?.find("-->")? + 3;
        let inside = line.get(at + 4..end.checked_sub(3)?)?.trim();
        MARKS.iter().any(|mark| mark.eq_ignore_ascii_case(inside)).then_some(at..end)
    };
    memmem::find_iter(line.as_bytes(), b"<!--").filter_map(mark).collect()
}
