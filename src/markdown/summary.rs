//! The summary of a post: the text before `<!-- more -->`, or the first paragraph.

use crate::html::{self, is_blank};

/// The longest summary, in characters.
const LENGTH: usize = 300;

/// Returns the summary of clean HTML, and whether it says all that the content says; `None` where there is no text.
pub(super) fn of(content: &str, more: Option<usize>) -> Option<(String, bool)> {
    let (text, rest) = match more.and_then(|at| content.split_at_checked(at)) {
        Some((before, after)) if !is_blank(before) => (paragraphs(before), after),
        _ => first_paragraph(content).unwrap_or_else(|| (content.to_owned(), "")),
    };
    let summary = html::text(&text, LENGTH);
    let whole = !summary.ends_with('…') && is_blank(rest) && html::text(content, LENGTH) == summary;
    (!summary.is_empty()).then_some((summary, whole))
}

/// Returns the first paragraph with text, and what follows it.
fn first_paragraph(content: &str) -> Option<(String, &str)> {
    let mut at = 0;
    while let Some(found) = content.get(at..)?.find("<p") {
        let start = at + found;
        let rest = content.get(start..)?;
        if !rest.starts_with("<p>") && !rest.starts_with("<p ") {
            at = start + 2;
            continue;
        }
        let end = rest.find("</p>").unwrap_or(rest.len());
        let (paragraph, after) = rest.split_at(end);
        if !is_blank(paragraph) && !is_label(paragraph) {
            return Some((paragraph.to_owned(), after));
        }
        at = start + end;
    }
    None
}

/// Returns whether a paragraph is only the heading of a callout.
fn is_label(paragraph: &str) -> bool {
    paragraph.starts_with("<p><strong>") && paragraph.ends_with("</strong>") && paragraph.matches("<strong>").count() == 1
}

/// Returns HTML without its headings.
fn paragraphs(content: &str) -> String {
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

    #[test]
    fn the_first_paragraph_with_text_is_the_summary() {
        assert_eq!(of("<h2>a</h2><p><img src=\"x\"></p><p>b &amp; c</p><p>d</p>", None), Some(("b & c".to_owned(), false)));
        assert_eq!(of("<p>all</p>\n", None), Some(("all".to_owned(), true)));
        assert_eq!(of("<p>a</p><p>b</p>", None), Some(("a".to_owned(), false)));
        assert_eq!(of("<ul><li>a</li></ul>", None), Some(("a".to_owned(), true)));
        assert_eq!(of("<hr>", None), None);
    }

    #[test]
    fn the_separator_decides_where_there_is_one() {
        let content = "<h2>t</h2><p>a</p><p>b</p>cd";
        assert_eq!(of(content, Some(content.len() - 2)), Some(("a b".to_owned(), false)));
    }
}
