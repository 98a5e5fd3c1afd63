//! The summary of a post: the text before `<!-- more -->`, or the first paragraph with words of its own.

use crate::html::{self, has_words, is_blank};
use memchr::memmem;

/// The longest summary, in characters.
const LENGTH: usize = 300;

/// Returns the summary of clean HTML, and whether it says all that the content says; `None` where there is no text.
pub(super) fn of(content: &str, more: Option<usize>) -> Option<(String, bool)> {
    // Footnotes come last, below a rule.
    let notes = memmem::find(content.as_bytes(), b"<li id=\"fn-");
    let body = notes.and_then(|at| content.get(..at)).unwrap_or(content);
    let (text, rest) = match more.and_then(|at| content.split_at_checked(at)) {
        Some((before, after)) if !is_blank(before) => (without_asides(&without_headings(before)), after),
        _ => first_paragraph(body).unwrap_or_else(|| (body.to_owned(), "")),
    };
    let summary = html::text(&text, LENGTH);
    let whole = !summary.ends_with('…') && is_blank(rest) && html::text(content, LENGTH) == summary;
    (!summary.is_empty()).then_some((summary, whole))
}

/// Returns the first paragraph with words of its own, else the first with text, and what follows it.
///
/// One that is only a link, a player that became one, or a formula says little by itself.
fn first_paragraph(content: &str) -> Option<(String, &str)> {
    let mut fallback = None;
    let mut rest = content;
    while let Some((_, paragraph, after)) = next_paragraph(rest) {
        rest = after;
        if is_blank(paragraph) || is_label(paragraph) {
            continue;
        }
        if has_words(paragraph) {
            return Some((paragraph.to_owned(), after));
        }
        fallback = fallback.or_else(|| Some((paragraph.to_owned(), after)));
    }
    fallback
}

/// Returns what stands before the next paragraph, the paragraph, and what follows it.
fn next_paragraph(content: &str) -> Option<(&str, &str, &str)> {
    let is_start = |at: usize| matches!(content.as_bytes().get(at + 2), Some(b'>' | b' '));
    let start = content.match_indices("<p").map(|(at, _)| at).find(|at| is_start(*at))?;
    let (before, rest) = content.split_at(start);
    let end = rest.find("</p>").map_or(rest.len(), |at| at + "</p>".len());
    let (paragraph, after) = rest.split_at(end);
    Some((before, paragraph, after))
}

/// Returns whether a paragraph is only the heading of a callout.
fn is_label(paragraph: &str) -> bool {
    paragraph.starts_with("<p><strong>") && paragraph.ends_with("</strong></p>") && paragraph.matches("<strong>").count() == 1
}

/// Returns HTML without paragraphs that are only links, where there are others.
fn without_asides(content: &str) -> String {
    if !has_words(content) {
        return content.to_owned();
    }
    let mut out = String::with_capacity(content.len());
    let mut rest = content;
    while let Some((before, paragraph, after)) = next_paragraph(rest) {
        out.push_str(before);
        if has_words(paragraph) || paragraph.contains("<math") {
            out.push_str(paragraph);
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

/// Returns HTML without its headings.
fn without_headings(content: &str) -> String {
    let mut out = String::with_capacity(content.len());
    let mut rest = content;
    while let Some(at) = heading_at(rest) {
        let (before, heading) = rest.split_at(at);
        out.push_str(before);
        let level = heading.get(2..3).unwrap_or("1");
        let close = format!("</h{level}>");
        rest = heading.find(&close).and_then(|end| heading.get(end + close.len()..)).unwrap_or_default();
    }
    out.push_str(rest);
    out
}

fn heading_at(content: &str) -> Option<usize> {
    content.match_indices("<h").map(|(at, _)| at).find(|at| {
        let after = content.as_bytes().get(at + 2..at + 4).unwrap_or_default();
        matches!(after, [b'1'..=b'6', b'>' | b' '])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn summary(content: &str) -> Option<String> {
        of(content, None).map(|(text, _)| text)
    }

    #[test]
    fn the_first_paragraph_with_text_is_the_summary() {
        assert_eq!(of("<h2>a</h2><p><img src=\"x\"></p><p>b &amp; c</p><p>d</p>", None), Some(("b & c".to_owned(), false)));
        assert_eq!(of("<p>all</p>\n", None), Some(("all".to_owned(), true)));
        assert_eq!(of("<p>a</p><p>b</p>", None), Some(("a".to_owned(), false)));
        assert_eq!(of("<ul><li>a</li></ul>", None), Some(("a".to_owned(), true)));
        assert_eq!(of("<hr>", None), None);
    }

    #[test]
    fn a_paragraph_of_links_or_a_formula_gives_way_to_the_next_with_words() {
        let link = "<p><a href=\"x\">Video: youtube.com</a></p>\n";
        for first in [link, "<p><math><mi>x</mi></math></p>", "<p><strong>Note</strong></p>", "<p><img src=\"x\" alt=\"y\"> </p>"] {
            assert_eq!(summary(&format!("{first}<p>Words.</p>")).as_deref(), Some("Words."), "{first}");
        }
        assert_eq!(summary(link).as_deref(), Some("Video: youtube.com"));
        assert_eq!(summary("<p><img src=\"x\"></p><hr>\n<ol>\n<li id=\"fn-x-1\"><p>note</p></li></ol>"), None);
    }

    #[test]
    fn the_separator_decides_where_there_is_one() {
        let content = "<h2>t</h2><p>a</p><p>b</p>cd";
        assert_eq!(of(content, Some(content.len() - 2)), Some(("a b".to_owned(), false)));
        let content = "<p><a href=\"x\">Video</a></p><p>a</p><p><math><mi>x</mi></math></p>b";
        assert_eq!(of(content, Some(content.len())).map(|(text, _)| text).as_deref(), Some("a x b"));
    }
}
