//! HTML of ours in the middle of Markdown: in one line, without a sign that the parser would read.

use crate::html::{HTML_BLOCK, Scanner, Token, flags, lookup};

/// Returns HTML that means the same in one line and has no sign of Markdown: it may stand in a list, a quotation, a table.
pub(super) fn inert(html: &str) -> String {
    let text = written(html, |out, piece, pre| push(out, piece, pre, true));
    let trimmed = text.trim_matches([' ', '\t']);
    // A line must not begin a list, a heading or a quotation.
    match trimmed.chars().next() {
        Some(c @ ('#' | '-' | '+' | '>' | '=' | ':' | '0'..='9')) => format!("&#{};{}", u32::from(c), trimmed.get(1..).unwrap_or_default()),
        _ => trimmed.to_owned(),
    }
}

/// Returns HTML that begins a block of its own, without a blank line, which would end it; `next` begins each of its lines.
pub(super) fn block(html: &str, next: &str) -> String {
    let line = written(html, |out, piece, pre| push(out, piece, pre, false));
    let mut parts = line.trim().split(BREAK);
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        if part.trim().is_empty() {
            out.push_str(BREAK);
        } else {
            out.push('\n');
            out.push_str(next);
        }
        out.push_str(part);
    }
    out
}

/// A line break in `<pre>` that is no line of Markdown.
const BREAK: &str = "&#10;";

/// Returns HTML with each of its pieces written in some way, which is told whether the piece is in `<pre>`.
fn written(html: &str, mut push: impl FnMut(&mut String, &str, bool)) -> String {
    let mut out = String::with_capacity(html.len() + 16);
    let mut scanner = Scanner::new(html);
    let (mut from, mut pre) = (0, 0_usize);
    while let Some(token) = scanner.next() {
        let to = scanner.offset();
        let piece = html.get(from..to).unwrap_or_default();
        from = to;
        let is_pre = |name: &str| ["pre", "textarea"].iter().any(|known| known.eq_ignore_ascii_case(name));
        match token {
            Token::Comment(_) if piece.contains('\n') => out.push_str(&piece.split_whitespace().collect::<Vec<_>>().join(" ")),
            Token::Comment(_) => out.push_str(piece),
            Token::Text(_) => push(&mut out, piece, pre > 0),
            Token::Start(tag) => {
                pre += usize::from(is_pre(tag.name));
                push(&mut out, piece, false);
            }
            Token::End(tag) => {
                pre = pre.saturating_sub(usize::from(is_pre(tag.name)));
                push(&mut out, piece, false);
            }
            Token::Doctype => {}
            Token::Unfinished(_) => push(&mut out, &piece.replace('<', "&lt;"), pre > 0),
        }
    }
    out
}

/// Writes a piece without line breaks and, where these count, without signs of Markdown.
fn push(out: &mut String, piece: &str, pre: bool, signs: bool) {
    for c in piece.chars() {
        match c {
            '\n' if pre => out.push_str(BREAK),
            '\r' => {}
            '\n' | '\t' if !pre => {
                if !out.ends_with(' ') {
                    out.push(' ');
                }
            }
            '*' | '_' | '`' | '[' | ']' | '\\' | '$' | '~' | '|' | '{' | '}' | '^' | '%' if signs => {
                out.push_str("&#");
                out.push_str(&u32::from(c).to_string());
                out.push(';');
            }
            ' ' if !pre && out.ends_with(' ') => {}
            c => out.push(c),
        }
    }
}

/// Returns whether HTML begins with an element that is a block of its own for Markdown (`CommonMark` 0.31 §4.6, conditions 1, 2, 6).
pub(super) fn begins_block(html: &str) -> bool {
    match Scanner::new(html.trim_start()).next() {
        Some(Token::Start(tag)) if tag.name.eq_ignore_ascii_case("pre") => true,
        Some(Token::Start(tag) | Token::End(tag)) => lookup(tag.name).is_some_and(|id| flags(id) & HTML_BLOCK != 0),
        Some(Token::Comment(_)) => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn html_comes_in_one_line_without_a_sign_of_markdown() {
        for (html, output) in [
            ("<b>\n  a *b*\n</b>\n\n", "<b> a &#42;b&#42; </b>"),
            ("<pre>a\n  b</pre>", "<pre>a&#10;  b</pre>"),
            ("<a href=\"x_y\">[z]</a>", "<a href=\"x&#95;y\">&#91;z&#93;</a>"),
            ("# a", "&#35; a"),
            ("1. a", "&#49;. a"),
            ("a < b <c", "a < b &lt;c"),
        ] {
            assert_eq!(inert(html), output);
        }
        assert_eq!(block("<div>\n\n<pre>a\n\n  *b*</pre></div>", "> "), "<div> <pre>a&#10;\n>   *b*</pre></div>");
    }
}
