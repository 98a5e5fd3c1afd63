//! The stretches of a text that are not prose: code, comments, tags.
//!
//! They must be known before the text is mended, and a parse for their sake alone would double the work. So [`find`] reads
//! what stands plainly, line by line (`CommonMark` 0.31 §4.4 – 4.6, §6.1, §6.6), and gives up where lines depend on each other
//! in ways that only a parser can tell: code in lists, a code span over two lines. Then the parser is asked.

use crate::diagnostic::Span;
use crate::html::{Scanner, Token};
use memchr::{memchr, memchr3};
use pulldown_cmark::{Event, LinkType, Parser, Tag};

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
    let mut open = None;
    for (event, range) in Parser::new_ext(text, super::render::options(false)).into_offset_iter() {
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

/// Notes what is code or a tag in a piece of HTML; `open` is the element that began in an earlier piece.
fn add_html(html: &str, shift: usize, open: &mut Option<(String, usize)>, literal: &mut Literal) {
    const CODE: [&str; 7] = ["pre", "code", "kbd", "samp", "script", "style", "textarea"];
    let mut scanner = Scanner::new(html);
    let mut from = 0;
    while let Some(token) = scanner.next() {
        let to = scanner.offset();
        let span = shift + from..shift + to;
        from = to;
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

/// What the line above says about an indented line.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Above {
    /// Text, which an indented line goes on with.
    Text,
    /// A definition of a link, which may go on.
    Definition,
    Other,
}

/// Returns what is literal where every line can be read by itself; nothing where a parser is needed.
fn find(text: &str) -> Option<Literal> {
    if memchr(b'\r', text.as_bytes()).is_some() {
        return None;
    }
    let mut finder = Finder { text, literal: Literal::default(), open: None };
    let mut above = Above::Other;
    let mut at = 0;
    while at < text.len() {
        let end = line_end(text, at);
        let line = text.get(at..end)?;
        let blanks = line.bytes().take_while(|b| *b == b' ').count();
        let rest = line.get(blanks..)?;
        if rest.trim_matches([' ', '\t']).is_empty() {
            above = Above::Other;
            at = end + 1;
            continue;
        }
        if let Some(len) = fence(rest).filter(|_| blanks == 0) {
            let close = finder.fenced(end, rest.get(..len)?)?;
            finder.literal.code.push(at..close);
            above = Above::Other;
            at = line_end(text, close) + 1;
            continue;
        }
        if blanks == 0 && rest.starts_with('<') {
            if let Some(next) = finder.html_block(at, end, rest)? {
                above = Above::Other;
                at = next;
                continue;
            }
            // A lone tag begins a block, but not below text (§4.6, condition 7).
            if above != Above::Text && is_lone_tag(rest) {
                return None;
            }
        }
        above = finder.line(at, blanks, rest, above)?;
        at = end + 1;
    }
    finder.literal.code.sort_by_key(|span| span.start);
    Some(finder.literal)
}

struct Finder<'a> {
    text: &'a str,
    literal: Literal,
    open: Option<(String, usize)>,
}

impl Finder<'_> {
    /// Returns where a fenced block ends whose first line ends at a place.
    fn fenced(&self, end: usize, fence: &str) -> Option<usize> {
        let mut start = end + 1;
        while start < self.text.len() {
            let end = line_end(self.text, start);
            let line = self.text.get(start..end)?;
            let rest = line.trim_start_matches(' ');
            if line.len() - rest.len() < 4 && rest.starts_with(fence) {
                let after = rest.trim_start_matches(fence.get(..1)?);
                if after.trim_matches([' ', '\t']).is_empty() {
                    return (!after.contains('\t')).then_some(end);
                }
            }
            start = end + 1;
        }
        Some(self.text.len())
    }

    /// Takes in an HTML block; returns where it ends, `Some(None)` where there is none, nothing where a parser is needed.
    #[allow(clippy::option_option)]
    fn html_block(&mut self, at: usize, end: usize, rest: &str) -> Option<Option<usize>> {
        let stop = if rest.starts_with("<!--") {
            // Condition 2: to the line with the end of the comment.
            if rest.starts_with("<!-->") || rest.starts_with("<!--->") || !rest.contains("-->") {
                return None;
            }
            end
        } else if is_block_tag(rest) {
            // Condition 6: to the next blank line.
            let mut stop = end;
            while stop < self.text.len() {
                let next = line_end(self.text, stop + 1);
                if self.text.get(stop + 1..next)?.trim_matches([' ', '\t']).is_empty() {
                    break;
                }
                stop = next;
            }
            stop
        } else {
            return if is_raw(rest) { None } else { Some(None) };
        };
        let html = self.text.get(at..(stop + 1).min(self.text.len()))?;
        add_html(html, at, &mut self.open, &mut self.literal);
        Some(Some(stop + 1))
    }

    /// Reads a line of prose, whatever blocks it begins.
    fn line(&mut self, at: usize, blanks: usize, rest: &str, above: Above) -> Option<Above> {
        if memchr(b'\t', rest.as_bytes()).is_some() || blanks >= 4 && above != Above::Text {
            return None;
        }
        let inner = strip_containers(rest)?;
        let contained = blanks > 0 || inner.len() < rest.len();
        if contained && (fence(inner).is_some() || is_raw(inner) || is_block_tag(inner) || is_lone_tag(inner)) || inner.starts_with(':') {
            return None;
        }
        let start = at + blanks + rest.len() - inner.len();
        let has_code = || inner.contains(['`', '<']);
        if above == Above::Definition && has_code() || inner.trim_end().ends_with('}') && inner.contains('{') && has_code() {
            return None;
        }
        let defines = self.inline(start, inner)?;
        let text = inner.starts_with(|c: char| c.is_alphabetic()) && !inner.contains('|');
        Some(if defines || above == Above::Definition {
            Above::Definition
        } else if text {
            Above::Text
        } else {
            Above::Other
        })
    }

    /// Notes code spans and tags of a line; returns whether it may define a link.
    fn inline(&mut self, start: usize, line: &str) -> Option<bool> {
        let bytes = line.as_bytes();
        // Most lines have none of these.
        if memchr3(b'`', b'<', b'\\', bytes).is_none() && memchr(b']', bytes).is_none() {
            return Some(false);
        }
        let mut defines = false;
        let mut at = 0;
        while let Some(found) = bytes.get(at..)?.iter().position(|b| matches!(b, b'\\' | b'`' | b'<' | b']' | b'[')) {
            at += found;
            let next = bytes.get(at + 1).copied().unwrap_or(b'\n');
            match bytes.get(at)? {
                b'\\' if next == b'`' => return None,
                b'\\' => at += 1 + usize::from(next.is_ascii_punctuation()),
                b'`' => {
                    let end = at + code_span(line.get(at..)?)?;
                    self.literal.code.push(start + at..start + end);
                    at = end;
                }
                b'<' if next.is_ascii_alphabetic() || next == b'/' => {
                    let rest = line.get(at..)?;
                    let len = if let Some(len) = autolink(rest) {
                        self.literal.tags.push(start + at..start + at + len);
                        len
                    } else {
                        let len = tag(rest)?;
                        add_html(rest.get(..len)?, start + at, &mut self.open, &mut self.literal);
                        len
                    };
                    // A table's cells would part it.
                    if rest.get(..len)?.contains('|') {
                        return None;
                    }
                    at += len;
                }
                b'<' if matches!(next, b'!' | b'?') => return None,
                b']' if matches!(next, b'(' | b'[') && !is_plain_target(line.get(at + 1..)?) => return None,
                b'[' if next == b'^' && !is_plain_target(line.get(at..)?) => return None,
                b']' if next == b':' => {
                    let footnote = line.starts_with("[^");
                    let rest = line.get(at + 2..)?;
                    let inner = rest.trim_start();
                    let block = rest.starts_with("    ")
                        || fence(inner).is_some()
                        || inner.starts_with(['<', ':'])
                        || strip_containers(inner)?.len() < inner.len();
                    let unclear = if footnote { block || rest.contains("]:") } else { rest.contains(['`', '<', '\\']) };
                    if unclear {
                        return None;
                    }
                    defines |= !footnote;
                    at += 1;
                }
                _ => at += 1,
            }
        }
        Some(defines)
    }
}

/// Returns where the line ends that holds a place.
fn line_end(text: &str, at: usize) -> usize {
    memchr(b'\n', text.as_bytes().get(at..).unwrap_or_default()).map_or(text.len(), |found| at + found)
}

/// Returns the length of a fence's signs where a line begins a fenced block.
fn fence(line: &str) -> Option<usize> {
    let sign = line.bytes().next().filter(|b| matches!(b, b'`' | b'~'))?;
    let len = line.bytes().take_while(|b| *b == sign).count();
    (len >= 3 && (sign == b'~' || !line.get(len..)?.contains('`'))).then_some(len)
}

/// Returns a line without the signs of quotations and list items; nothing where code may begin behind them.
fn strip_containers(line: &str) -> Option<&str> {
    let mut rest = line;
    loop {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let after = match rest.as_bytes().get(digits) {
            Some(b'>' | b'-' | b'*' | b'+') if digits == 0 => rest.get(1..)?,
            Some(b'.' | b')') if (1..10).contains(&digits) => rest.get(digits + 1..)?,
            _ => return Some(rest),
        };
        let blanks = after.bytes().take_while(|b| *b == b' ').count();
        if blanks > 4 {
            return None;
        }
        if blanks == 0 && !rest.starts_with('>') {
            return Some(rest);
        }
        rest = after.get(blanks..)?;
    }
}

/// Returns where a code span ends that a line begins with (§6.1).
fn code_span(line: &str) -> Option<usize> {
    let bytes = line.as_bytes();
    let run = |at: usize| bytes.get(at..).unwrap_or_default().iter().take_while(|b| **b == b'`').count();
    let len = run(0);
    let mut at = len;
    while let Some(found) = bytes.get(at..)?.iter().position(|b| *b == b'`') {
        at += found;
        let same = run(at);
        if same == len {
            // A table's cells would part it.
            return (!line.get(..at)?.contains('|')).then_some(at + len);
        }
        at += same;
    }
    None
}

/// Returns whether what follows a link's text, in brackets, ends in the line and has nothing that might be code or a tag.
fn is_plain_target(rest: &str) -> bool {
    let mut depth = 0_usize;
    for byte in rest.bytes() {
        match byte {
            b'(' | b'[' => depth += 1,
            b')' | b']' => depth = depth.saturating_sub(1),
            b'`' | b'<' | b'\\' => return false,
            _ => {}
        }
        if depth == 0 {
            return true;
        }
    }
    false
}

/// Returns the length of `<scheme:address>`.
fn autolink(rest: &str) -> Option<usize> {
    let scheme = rest.bytes().skip(1).take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'+')).count();
    let address = rest.get(1 + scheme..)?.strip_prefix(':').filter(|_| (2..=32).contains(&scheme))?;
    let len = address.bytes().position(|b| b <= b' ' || b == b'<' || b == b'>')?;
    (address.as_bytes().get(len) == Some(&b'>')).then_some(scheme + len + 3)
}

/// Returns the length of a tag that is whole in its line (§6.6).
fn tag(rest: &str) -> Option<usize> {
    let bytes = rest.as_bytes();
    let count = |from: usize, is: fn(u8) -> bool| bytes.get(from..).unwrap_or_default().iter().take_while(|b| is(**b)).count();
    let blank = |b: u8| matches!(b, b' ' | b'\t');
    let end = bytes.get(1) == Some(&b'/');
    let mut at = 1 + usize::from(end);
    at += count(at, |b| b.is_ascii_alphanumeric() || b == b'-');
    loop {
        let blanks = count(at, blank);
        at += blanks;
        match bytes.get(at)? {
            b'>' => return Some(at + 1),
            b'/' if !end => return (bytes.get(at + 1) == Some(&b'>')).then_some(at + 2),
            b if !end && blanks > 0 && (b.is_ascii_alphabetic() || matches!(b, b'_' | b':')) => {}
            _ => return None,
        }
        at += count(at, |b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b':' | b'.' | b'-'));
        let equals = at + count(at, blank);
        if bytes.get(equals) != Some(&b'=') {
            continue;
        }
        at = equals + 1 + count(equals + 1, blank);
        match bytes.get(at)? {
            quote @ (b'"' | b'\'') => at += 2 + bytes.get(at + 1..)?.iter().position(|b| b == quote)?,
            _ => {
                let value = count(at, |b| b > b' ' && !matches!(b, b'"' | b'\'' | b'=' | b'<' | b'>' | b'`'));
                at += Some(value).filter(|value| *value > 0)?;
            }
        }
    }
}

/// Returns whether a line is nothing but a tag.
fn is_lone_tag(line: &str) -> bool {
    line.starts_with('<') && tag(line).is_some_and(|len| line.get(len..).is_some_and(|rest| rest.trim_matches([' ', '\t']).is_empty()))
}

/// Returns whether a line may begin HTML that runs to an end of its own: conditions 1 to 5 of §4.6.
fn is_raw(line: &str) -> bool {
    let Some(rest) = line.strip_prefix('<') else { return false };
    let name = rest.get(..rest.bytes().take_while(u8::is_ascii_alphanumeric).count()).unwrap_or_default();
    rest.starts_with(['!', '?']) || ["pre", "script", "style", "textarea"].iter().any(|raw| raw.eq_ignore_ascii_case(name))
}

/// Returns whether a line begins with a tag of a block element: condition 6 of §4.6.
fn is_block_tag(line: &str) -> bool {
    let Some(rest) = line.strip_prefix('<') else { return false };
    let rest = rest.strip_prefix('/').unwrap_or(rest);
    let name = rest.bytes().take_while(u8::is_ascii_alphanumeric).count();
    let (name, after) = rest.split_at(name);
    let ended = after.is_empty() || after.starts_with([' ', '\t', '>']) || after.starts_with("/>");
    ended && BLOCKS.iter().any(|block| block.eq_ignore_ascii_case(name))
}

/// The elements of condition 6 of §4.6.
const BLOCKS: [&str; 62] = [
    "address",
    "article",
    "aside",
    "base",
    "basefont",
    "blockquote",
    "body",
    "caption",
    "center",
    "col",
    "colgroup",
    "dd",
    "details",
    "dialog",
    "dir",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "frame",
    "frameset",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "head",
    "header",
    "hr",
    "html",
    "iframe",
    "legend",
    "li",
    "link",
    "main",
    "menu",
    "menuitem",
    "nav",
    "noframes",
    "ol",
    "optgroup",
    "option",
    "p",
    "param",
    "search",
    "section",
    "summary",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "title",
    "tr",
    "track",
    "ul",
];

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const PIECES: &[&str] = &[
        "word",
        "a b",
        " ",
        "\n",
        "\n",
        "\n\n",
        "    ",
        "  ",
        "> ",
        "- ",
        "* ",
        "1. ",
        "# ",
        "`",
        "``",
        "```\n",
        "```rs\n",
        "~~~\n",
        "`c`",
        "``d`e``",
        "[a](b)",
        "[a](`",
        "![a](b.png)",
        "[a]: /b",
        "[^1]",
        "[^1]: ",
        "][",
        "](",
        ")",
        "<",
        ">",
        "<b>",
        "</b>",
        "<kbd>x</kbd>",
        "<div>",
        "</div>",
        "<pre>",
        "</pre>",
        "<details>\n<summary>",
        "<a href=\"x`y\">",
        "<https://a.b>",
        "<!-- c -->",
        "<!--",
        "-->",
        "<?",
        "<x y=z/>",
        "a | b\n--|--\n",
        "| `x` |\n",
        "\\",
        "\\`",
        "$x$",
        "$$",
        "{: .x}",
        "{#y}",
        "===\n",
        "---\n",
        "* * *\n",
        ": d",
        "[!NOTE]\n",
        "é",
        "\t",
        "\r\n",
        "<img src='a'\n",
    ];

    proptest! {
        #![proptest_config(ProptestConfig { cases: 3000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn what_is_found_is_what_the_parser_says(parts in prop::collection::vec(prop::sample::select(PIECES), 0..16)) {
            let text = parts.concat();
            if let Some(found) = find(&text) {
                prop_assert_eq!(found, parse(&text), "{:?}", text);
            }
        }
    }

    #[test]
    fn plain_posts_need_no_parser() {
        for text in [
            "a `b` <kbd>c</kbd> [d](/e \"f\") <https://g.example/> \\*h\\*\n\n```rs\n`\n    i\n```\n\n- j\n    - k `l`\n\n1. m\n",
            "<figure>\n<img src=\"a\">\n</figure>\n\n| a | b |\n|---|---|\n| `c` | d |\n\n> [!NOTE]\n> e `f`\n\n[^1]: g `h`\n",
            "<!-- more -->\n\n$$\nx\n$$\n* * *\n## A {#b}\n",
        ] {
            assert_eq!(find(text), Some(parse(text)), "{text}");
            assert!(!parse(text).tags.is_empty() || !parse(text).code.is_empty());
        }
    }
}
