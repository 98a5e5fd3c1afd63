//! What is literal, read line by line, where every line can be read by itself.

use super::signs::{autolink, code_span, fence, is_block_tag, is_lone_tag, is_plain_target, is_raw, line_end, strip_containers, tag};
use super::{Literal, Open, add_html, forget_inline};
use crate::text::bytes::position;
use memchr::{memchr, memchr3};

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
pub(super) fn find(text: &str) -> Option<Literal> {
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
    open: Open,
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
        forget_inline(&mut self.open);
        add_html(html, at, &mut self.open, &mut self.literal);
        forget_inline(&mut self.open);
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
        let open = self.open.clone();
        forget_inline(&mut self.open);
        if self.open != open {
            return None; // it may end in the next line
        }
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
        let is_sign = |b: u8| (b == b'\\') | (b == b'`') | (b == b'<') | (b == b']') | (b == b'[');
        while let Some(found) = position(bytes.get(at..)?, is_sign) {
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

#[cfg(test)]
mod tests {
    use super::super::parse;
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
