//! The beginning of a post: so many of its blocks, paragraphs and the like, as fit into a letter.

use crate::html::{Scanner, Token, is_void};
use quick_xml::escape::escape;

/// Returns where a post's clean HTML can end: behind each of its outermost elements, but for headings, which belong to what follows.
pub(super) fn ends(html: &str) -> Vec<usize> {
    let mut scanner = Scanner::new(html);
    let (mut depth, mut ends) = (0usize, Vec::new());
    while let Some(token) = scanner.next() {
        let name = match &token {
            Token::Start(tag) if !tag.is_self_closing() && !is_void(tag.name) => {
                depth += 1;
                continue;
            }
            Token::Start(tag) | Token::End(tag) => tag.name,
            _ => continue,
        };
        depth -= usize::from(depth > 0 && matches!(token, Token::End(_)));
        if depth == 0 && !matches!(name, "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "br" | "wbr") {
            ends.push(scanner.offset());
        }
    }
    ends
}

/// Returns the beginning of a post up to one of its [`ends`]. What it refers to in the rest, a note, is to be found at the post's URL.
pub(super) fn beginning(html: &str, end: usize, url: &str) -> String {
    const LINK: &str = "href=\"#";
    let kept = html.get(..end).unwrap_or(html);
    let mut out = String::with_capacity(kept.len());
    let mut done = 0;
    for (at, _) in kept.match_indices(LINK) {
        let name = kept.get(at + LINK.len()..).and_then(|rest| rest.split('"').next()).unwrap_or_default();
        if !kept.contains(&format!("id=\"{name}\"")) {
            out.push_str(kept.get(done..at).unwrap_or_default());
            out.push_str("href=\"");
            out.push_str(&escape(url));
            done = at + LINK.len() + name.len();
        }
    }
    out.push_str(kept.get(done..).unwrap_or_default());
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_post_can_end_behind_whole_blocks_and_never_behind_a_heading() {
        let html = "<p>a <b>b</b><br></p><hr><h2>c</h2><ul><li>d</li></ul>";
        let parts: Vec<&str> = ends(html).into_iter().map(|end| &html[..end]).collect();
        assert_eq!(parts, ["<p>a <b>b</b><br></p>", "<p>a <b>b</b><br></p><hr>", html]);
        assert_eq!(ends("text only").len(), 0);
    }

    #[test]
    fn a_note_that_is_cut_off_is_at_the_post() {
        let html = "<p id=\"x\"><a href=\"#x\">1</a><a href=\"#n1\">2</a></p><p id=\"n1\">note</p>";
        let part = beginning(html, ends(html)[0], "https://a.example/?b&c");
        assert_eq!(part, "<p id=\"x\"><a href=\"#x\">1</a><a href=\"https://a.example/?b&amp;c\">2</a></p>");
    }
}
