//! Markdown inside elements that ask for it: `<div markdown="1">` of kramdown and PHP Markdown Extra, `markdown="block"` and
//! `markdown="span"`, and the bare `markdown` of Python-Markdown.
//!
//! `CommonMark` reads Markdown inside HTML where blank lines part it from the tags, and in a paragraph. So blank lines are put
//! around what such an element holds, its lines lose the indentation they share, and a tag whose content is a line of text
//! begins a paragraph. The attribute itself goes in the clean-up.

use super::literal::{self, Literal};
use super::mend::Edit;
use crate::diagnostic::Span;
use crate::html::{self, BLOCK, EMPTY, GONE, HTML_BLOCK, Id, Scanner, Tag, Token, lookup};
use memchr::memmem;

/// Elements whose content is never Markdown.
const RAW: [&str; 9] = ["code", "kbd", "math", "pre", "samp", "script", "style", "textarea", "var"];
/// Elements that hold a line of text, unless they ask for blocks.
const LINES: [&str; 8] = ["h1", "h2", "h3", "h4", "h5", "h6", "p", "summary"];
/// A tag is not longer than this.
const REACH: usize = 512;
/// The beginning of a line is not looked for farther back than this.
const NEAR: usize = 8192;
/// Nothing is nested deeper, and no more elements are read: who has more has no post.
const DEPTH: usize = 64;
const MOST: usize = 500;

/// What an element asks to have read in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Content {
    Blocks,
    Line,
}

/// An element that is open in an element that asks, or asks itself.
struct Open {
    id: Id,
    start: Span,
    content: Option<Content>,
}

/// An element that asks, from tag to tag.
struct Element {
    id: Id,
    start: Span,
    end: Span,
    content: Content,
    /// What the lines in it share before their text.
    shared: usize,
    /// What is written instead.
    prefix: String,
}

/// Returns the edits that make Markdown of what stands in elements that ask for it.
pub(super) fn find(text: &str) -> Vec<Edit> {
    if !may_ask(text) {
        return Vec::new();
    }
    let (mut elements, ends) = elements(text, &literal::in_markdown(text));
    elements.sort_by_key(|element| element.start.start);
    elements.truncate(MOST);
    let mut maker = Maker { text, edits: Vec::new(), last_lines: Vec::new() };
    for at in 0..elements.len() {
        let (shared, prefix) = maker.lines_of(&elements, at);
        if let Some(element) = elements.get_mut(at) {
            (element.shared, element.prefix) = (shared, prefix);
        }
    }
    for element in &elements {
        maker.open(element);
    }
    ends.iter().take(MOST).for_each(|end| maker.part_after(*end, innermost(&elements, *end).map_or("", |element| &element.prefix)));
    maker.dedent(&elements);
    maker.edits
}

/// Returns whether a tag may have the attribute.
fn may_ask(text: &str) -> bool {
    memmem::find_iter(text.as_bytes(), b"markdown").any(|at| {
        let after = text.as_bytes().get(at + 8).copied().unwrap_or_default();
        let before = text.get(text.ceil_char_boundary(at.saturating_sub(REACH))..at).unwrap_or_default();
        let is_attribute = before.ends_with(|c: char| c.is_ascii_whitespace() || matches!(c, '"' | '\''));
        is_attribute
            && (after.is_ascii_whitespace() || matches!(after, b'=' | b'>' | b'/'))
            && before.rfind(['<', '>']).is_some_and(|sign| before.as_bytes().get(sign) == Some(&b'<'))
    })
}

/// Returns the elements that ask and have an end, and where blocks of HTML end that stand in them.
fn elements(text: &str, literal: &Literal) -> (Vec<Element>, Vec<usize>) {
    let (mut elements, mut ends, mut open) = (Vec::new(), Vec::new(), Vec::<Open>::new());
    let fenced = fenced(text);
    for span in tags(text, literal) {
        if literal.is_in_code(span.start) || fenced.is_in_code(span.start) || is_in_backticks(text, span.start) {
            continue;
        }
        match Scanner::new(text.get(span.clone()).unwrap_or_default()).next() {
            Some(Token::Start(tag)) => {
                let Some(id) = lookup(tag.name).filter(|id| html::flags(*id) & EMPTY == 0 && !tag.is_self_closing()) else { continue };
                let content = asked(&tag, id);
                if (content.is_some() || !open.is_empty()) && open.len() < DEPTH {
                    open.push(Open { id, start: span.clone(), content });
                }
            }
            Some(Token::End(tag)) => {
                let Some(at) = lookup(tag.name).and_then(|id| open.iter().rposition(|open| open.id == id)) else { continue };
                let Some(Open { id, start, content }) = open.drain(at..).next() else { continue };
                if let Some(content) = content {
                    elements.push(Element { id, start, end: span.clone(), content, shared: 0, prefix: String::new() });
                } else if html::flags(id) & HTML_BLOCK != 0 && open.last().is_some_and(|open| open.content == Some(Content::Blocks)) {
                    ends.push(span.end);
                }
            }
            _ => {}
        }
    }
    (elements, ends)
}

/// Returns the tags of a text in order, those that end something too.
fn tags(text: &str, literal: &Literal) -> Vec<Span> {
    let end_tag = |at: usize| {
        let near = text.get(at..text.floor_char_boundary(at + REACH))?;
        let mut scanner = Scanner::new(near);
        matches!(scanner.next()?, Token::End(_)).then(|| at..at + scanner.offset())
    };
    let mut tags = literal.tags.clone();
    tags.extend(memmem::find_iter(text.as_bytes(), b"</").filter_map(end_tag));
    tags.sort_by_key(|tag| tag.start);
    tags
}

/// Returns what a tag asks for.
fn asked(tag: &Tag<'_>, id: Id) -> Option<Content> {
    let attribute = tag.attributes().find(|attribute| attribute.name.eq_ignore_ascii_case("markdown"))?;
    let name = html::name(id);
    let is_line = html::flags(id) & HTML_BLOCK == 0 || LINES.contains(&name);
    match attribute.value.trim() {
        "0" | "no" | "off" | "false" => None,
        _ if RAW.contains(&name) => None,
        "block" => Some(Content::Blocks),
        // The cell of a table stands in no paragraph.
        "span" if html::flags(id) & (BLOCK | HTML_BLOCK) != HTML_BLOCK => Some(Content::Line),
        _ if is_line => Some(Content::Line),
        _ => Some(Content::Blocks),
    }
}

/// Returns the fenced code of a text, also where it stands in a block of HTML.
fn fenced(text: &str) -> Literal {
    let (mut spans, mut open, mut at): (Vec<Span>, Option<(&str, usize)>, usize) = (Vec::new(), None, 0);
    for line in text.split_inclusive('\n') {
        let rest = line.trim_start_matches([' ', '\t', '>']);
        let len = rest.bytes().take_while(|b| Some(b) == rest.as_bytes().first()).count();
        let sign = rest.get(..len).filter(|sign| len >= 3 && sign.starts_with(['`', '~']));
        match (open, sign) {
            (None, Some(sign)) if sign.starts_with('~') || !rest.trim_start_matches('`').contains('`') => open = Some((sign, at)),
            (Some((first, from)), Some(sign)) if sign.starts_with(first) && rest.trim_end() == sign => {
                spans.push(from..at);
                open = None;
            }
            _ => {}
        }
        at += line.len();
    }
    Literal { code: spans, tags: Vec::new() }
}

/// Returns whether a place stands behind a backtick that nothing before it in its line ends.
fn is_in_backticks(text: &str, at: usize) -> bool {
    text.get(line_start(text, at)..at).is_some_and(|before| before.matches('`').count() % 2 == 1)
}

/// Returns the innermost element for blocks that a place stands in.
fn innermost(elements: &[Element], at: usize) -> Option<&Element> {
    let holds = |element: &&Element| element.content == Content::Blocks && element.start.end <= at && at <= element.end.start;
    elements.iter().rev().find(holds)
}

fn line_start(text: &str, at: usize) -> usize {
    let from = text.ceil_char_boundary(at.saturating_sub(NEAR));
    text.get(from..at).and_then(|near| near.rfind('\n')).map_or(from, |end| from + end + 1)
}

fn line_end(text: &str, at: usize) -> usize {
    text.get(at..).and_then(|rest| rest.find('\n')).map_or(text.len(), |end| at + end)
}

/// Returns how much of a line stands before its text.
fn indentation(line: &str) -> usize {
    line.len() - line.trim_start_matches([' ', '\t', '>']).len()
}

fn is_blank(line: &str) -> bool {
    line.get(indentation(line)..).is_none_or(|rest| rest.trim().is_empty())
}

struct Maker<'t> {
    text: &'t str,
    edits: Vec<Edit>,
    /// The beginnings of lines with end tags, which have an edit of their own.
    last_lines: Vec<usize>,
}

impl<'t> Maker<'t> {
    fn edit(&mut self, span: Span, text: String) {
        self.edits.push(Edit { span, text: text.into() });
    }

    /// Returns the rest of the line at a place.
    fn rest(&self, at: usize) -> &'t str {
        self.text.get(at..line_end(self.text, at)).unwrap_or_default()
    }

    /// Returns the beginnings of the lines that lie whole between two places.
    fn lines_between(&self, from: usize, to: usize) -> Vec<usize> {
        let text = self.text;
        let next = |at: &usize| Some(line_end(text, *at) + 1).filter(|at| *at < text.len());
        std::iter::successors(next(&from), next).take_while(|at| line_end(text, *at) < to).collect()
    }

    /// Returns what the lines of an element share, and what takes its place: what stands before the element itself.
    fn lines_of(&self, elements: &[Element], at: usize) -> (usize, String) {
        let Some(element) = elements.get(at) else { return (0, String::new()) };
        let lines = self.lines_between(element.start.end, element.end.start);
        let indented = lines.into_iter().map(|at| self.rest(at)).filter(|line| !is_blank(line)).map(indentation);
        let shared = indented.min().unwrap_or(0);
        let around = innermost(elements.get(..at).unwrap_or_default(), element.start.start);
        let (taken, mut prefix) = around.map_or((0, String::new()), |around| (around.shared, around.prefix.clone()));
        let start = line_start(self.text, element.start.start);
        let before = self.text.get(start..element.start.start).unwrap_or_default();
        // What follows the sign of a list item stands below its text.
        let is_sign = |c: char| matches!(c, ' ' | '\t' | '>' | '-' | '*' | '+' | '.' | ')') || c.is_ascii_digit();
        let own = if before.chars().all(is_sign) { before } else { before.get(..indentation(before)).unwrap_or_default() };
        prefix.extend(own.chars().skip(taken).map(|c| if matches!(c, '>' | '\t') { c } else { ' ' }));
        (shared, prefix)
    }

    fn open(&mut self, element: &Element) {
        match element.content {
            Content::Blocks => self.open_blocks(element),
            Content::Line => self.open_line(element),
        }
    }

    /// Puts blank lines around what an element holds.
    fn open_blocks(&mut self, element: &Element) {
        let Element { start, end, prefix, .. } = element;
        if self.text.get(start.end..end.start).is_none_or(|inside| inside.trim().is_empty()) {
            return;
        }
        let blank = prefix.trim_end();
        let end_line = line_start(self.text, end.start);
        self.part_after(start.end, prefix);
        let before = self.text.get(end_line..end.start).unwrap_or_default();
        if end_line > start.end && is_blank(before) {
            self.last_lines.push(end_line);
            self.edit(end_line..end.start, format!("{blank}\n{prefix}"));
        } else {
            self.edit(end.start..end.start, format!("\n{blank}\n{prefix}"));
        }
        if !self.rest(end.end).trim_start().starts_with('<') {
            self.part_after(end.end, prefix);
        }
    }

    /// Puts a blank line behind a tag, unless one is there.
    fn part_after(&mut self, at: usize, prefix: &str) {
        let (rest, blank) = (self.rest(at), prefix.trim_end());
        let end = at + rest.len();
        if !rest.trim().is_empty() {
            let blanks = rest.len() - rest.trim_start().len();
            self.edit(at..at + blanks, format!("\n{blank}\n{prefix}"));
        } else if end < self.text.len() && !is_blank(self.rest(end + 1)) {
            self.edit(end..end, format!("\n{blank}"));
        }
    }

    /// Begins a paragraph with an element: tags in it are parts of the line. What would be empty of it goes in the clean-up.
    fn open_line(&mut self, element: &Element) {
        let Element { id, start, end, prefix, .. } = element;
        let first = line_start(self.text, start.start);
        let before = self.text.get(first..start.start).unwrap_or_default();
        let is_block = html::flags(*id) & BLOCK != 0;
        let is_first = is_blank(before);
        if is_first {
            let above = first.checked_sub(1).map_or("", |end| self.text.get(line_start(self.text, end)..end).unwrap_or_default());
            let is_parted = is_blank(above) || !is_block && !above.get(indentation(above)..).unwrap_or_default().starts_with('<');
            let blank = if is_parted { String::new() } else { format!("\n{}\n{prefix}", prefix.trim_end()) };
            self.edit(start.start..start.start, format!("{blank}{GONE}"));
        } else if before.get(indentation(before)..).unwrap_or_default().starts_with('<') {
            self.edit(start.start..start.start, format!("\n{}\n{prefix}{GONE}", prefix.trim_end()));
        }
        if is_block && !self.rest(end.end).trim_start().starts_with('<') {
            self.part_after(end.end, prefix);
        }
    }

    /// Takes away what the lines of each element share.
    fn dedent(&mut self, elements: &[Element]) {
        let Some(first) = elements.first() else { return };
        let last = elements.iter().map(|element| element.end.start).max().unwrap_or_default();
        for at in self.lines_between(first.start.end, last) {
            let Some(element) = innermost(elements, at).filter(|element| !self.last_lines.contains(&at) && at > element.start.end) else {
                continue;
            };
            let old = at..at + element.shared;
            if !is_blank(self.rest(at)) && self.text.get(old.clone()).is_some_and(|old| old != element.prefix) {
                self.edits.push(Edit { span: old, text: element.prefix.clone().into() });
            }
        }
    }
}
