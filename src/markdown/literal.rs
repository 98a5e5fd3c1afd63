//! The stretches of a text that are not prose: code, comments, tags.
//!
//! They must be known before the text is mended, and a parse for their sake alone would double the work. So `find` reads
//! what stands plainly, line by line (`CommonMark` 0.31 §4.4 – 4.6, §6.1, §6.6), and gives up where lines depend on each other
//! in ways that only a parser can tell: code in lists, a code span over two lines. Then the parser is asked.

mod find;
mod signs;

use crate::diagnostic::Span;
use crate::html::{self, Scanner, Token};
use find::find;
use pulldown_cmark::{Event, LinkType, Parser, Tag, TagEnd};

/// The stretches of a text that are not prose, each list in order.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Literal {
    /// Code, formulas, comments: nothing in them is a leftover.
    pub code: Vec<Span>,
    /// Tags: in them are addresses, not prose.
    pub tags: Vec<Span>,
}

/// Returns the element of a sorted list that begins last before a place.
fn last_before(spans: &[Span], at: usize) -> Option<&Span> {
    spans.partition_point(|span| span.start < at).checked_sub(1).and_then(|place| spans.get(place))
}

impl Literal {
    /// Returns whether a place is inside a tag.
    pub(super) fn is_in_tag(&self, at: usize) -> bool {
        last_before(&self.tags, at + 1).is_some_and(|span| at < span.end)
    }

    /// Returns whether a place is inside code.
    pub(super) fn is_in_code(&self, at: usize) -> bool {
        last_before(&self.code, at + 1).is_some_and(|span| at < span.end)
    }

    /// Returns whether code ends at a place.
    pub(super) fn ends_code(&self, at: usize) -> bool {
        last_before(&self.code, at).is_some_and(|span| span.end == at)
    }

    /// Returns whether a tag ends at a place.
    pub(super) fn ends_tag(&self, at: usize) -> bool {
        last_before(&self.tags, at).is_some_and(|span| span.end == at)
    }

    /// Returns whether code begins between two places.
    pub(super) fn has_code(&self, from: usize, to: usize) -> bool {
        let place = self.code.partition_point(|span| span.start < from);
        self.code.get(place).is_some_and(|span| span.start < to)
    }
}

/// Returns what is literal in a Markdown text.
pub(super) fn in_markdown(text: &str) -> Literal {
    find(text).unwrap_or_else(|| parse(text))
}

/// Returns what is literal in an HTML text.
pub(super) fn in_html(text: &str) -> Literal {
    let mut literal = Literal::default();
    add_html(text, 0, &mut None, &mut literal);
    literal.code.sort_by_key(|span| span.start);
    literal
}

/// Asks the parser.
fn parse(text: &str) -> Literal {
    let mut literal = Literal::default();
    let mut open: Open = None;
    for (event, range) in Parser::new_ext(text, super::render::options(false)).into_offset_iter() {
        if is_edge_of_block(&event) {
            forget_inline(&mut open);
        }
        match event {
            Event::Start(Tag::CodeBlock(_)) | Event::Code(_) => literal.code.push(range),
            Event::Start(Tag::Link { link_type: LinkType::Autolink | LinkType::Email, .. }) => literal.tags.push(range),
            Event::Start(Tag::HtmlBlock) | Event::InlineHtml(_) => {
                let html = text.get(range.clone()).unwrap_or_default();
                add_html(html, range.start, &mut open, &mut literal);
            }
            _ => {}
        }
    }
    literal.code.sort_by_key(|span| span.start);
    literal
}

/// Returns whether a block begins or ends.
fn is_edge_of_block(event: &Event<'_>) -> bool {
    let end = match event {
        Event::Start(tag) => tag.to_end(),
        Event::End(end) => *end,
        Event::Rule => return true,
        _ => return false,
    };
    !matches!(
        end,
        TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough | TagEnd::Superscript | TagEnd::Subscript | TagEnd::Link | TagEnd::Image
    )
}

/// The element of code that is open, and where it began.
type Open = Option<(String, usize)>;

/// Elements whose content is code; the last three are parts of a line.
const CODE: [&str; 7] = ["pre", "script", "style", "textarea", "code", "kbd", "samp"];
const INLINE: usize = 4;

/// Forgets an element that has no end in its block: somebody wrote `the <code> tag`.
fn forget_inline(open: &mut Open) {
    open.take_if(|(name, _)| CODE[INLINE..].iter().any(|known| known.eq_ignore_ascii_case(name)));
}

/// Notes what is code or a tag in a piece of HTML; `open` is the element that began in an earlier piece.
fn add_html(html: &str, shift: usize, open: &mut Open, literal: &mut Literal) {
    let mut scanner = Scanner::new(html);
    let mut from = 0;
    while let Some(token) = scanner.next() {
        let to = scanner.offset();
        let span = shift + from..shift + to;
        from = to;
        if let Token::Start(tag) | Token::End(tag) = &token
            && open.is_some()
            && html::lookup(tag.name).is_some_and(|id| html::flags(id) & html::BLOCK != 0)
        {
            forget_inline(open);
        }
        match token {
            Token::Start(tag) => {
                literal.tags.push(span.clone());
                if open.is_none() && CODE.iter().any(|name| tag.name.eq_ignore_ascii_case(name)) && !tag.is_self_closing() {
                    *open = Some((tag.name.to_owned(), span.start));
                }
            }
            Token::End(tag) => {
                if let Some((_, start)) = open.take_if(|(name, _)| name.eq_ignore_ascii_case(tag.name)) {
                    literal.code.push(start..span.end);
                }
            }
            Token::Comment(_) if open.is_none() => literal.code.push(span),
            _ => {}
        }
    }
}
