//! What a merge left behind: `<<<<<<<`, `=======` and `>>>>>>>` at the beginning of lines, in this order.

use super::codes::CONFLICT;
use super::literal::Literal;
use crate::diagnostic::{Diagnostic, Source, Span};

/// Of so many conflicts each is told.
const MOST: usize = 20;

/// Returns a finding for each conflict in a post, its front matter included; `literal` says what is code in the body that begins at `body`.
pub(super) fn find(source: Source<'_>, body: usize, literal: impl FnOnce() -> Literal) -> Vec<Diagnostic> {
    let conflicts = conflicts(source.text);
    if conflicts.is_empty() {
        return Vec::new();
    }
    let literal = literal();
    let is_code = |at: usize| at.checked_sub(body).is_some_and(|at| literal.is_in_code(at));
    let told = conflicts.into_iter().filter(|marks| !marks.iter().any(|mark| is_code(mark.start))).take(MOST);
    told.map(|[first, middle, last]| {
        let line = |mark: &Span| source.place(mark.clone()).start.line;
        let message =
            format!("a merge was not finished: both sides stand here, parted in line {} and ended in line {}", line(&middle), line(&last));
        let help = "keep what is right, and take out the three lines of signs";
        Diagnostic::new(&CONFLICT, message).at(source.place(first)).help(help)
    })
    .collect()
}

/// Returns the marks of each conflict.
fn conflicts(text: &str) -> Vec<[Span; 3]> {
    let mut found = Vec::new();
    let (mut first, mut middle): (Option<Span>, Option<Span>) = (None, None);
    let mut at = 0;
    // A text without the first sign is not looked at line by line.
    let from = memchr::memmem::find(text.as_bytes(), b"<<<<<<< ").unwrap_or(text.len());
    for line in text.get(from..).unwrap_or_default().split_inclusive('\n') {
        let start = from + at;
        let is_first = at > 0 || text.get(..start).is_none_or(|head| head.is_empty() || head.ends_with('\n'));
        at += line.len();
        let line = line.trim_end_matches(['\n', '\r']);
        let span = start..start + line.len();
        if line.starts_with("<<<<<<< ") && is_first {
            (first, middle) = (Some(span), None);
        } else if line == "=======" && first.is_some() && middle.is_none() {
            middle = Some(span);
        } else if line.starts_with(">>>>>>> ")
            && let Some(middle) = middle.take()
            && let Some(first) = first.take()
        {
            found.push([first, middle, span]);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_conflict_has_all_three_signs_in_their_order_as_lines() {
        let whole = "a\n<<<<<<< HEAD\nb\n=======\nc\n>>>>>>> topic\nd\n";
        assert_eq!(conflicts(whole), [[2..14, 17..24, 27..40]]);
        assert_eq!(conflicts(&whole.replace('\n', "\r\n")).len(), 1);
        assert_eq!(conflicts(&whole.repeat(3)).len(), 3);
        for near in [
            "a <<<<<<< HEAD\nb\n=======\nc\n>>>>>>> topic\n",
            "<<<<<<< HEAD\nb\n========\nc\n>>>>>>> topic\n",
            "<<<<<<<HEAD\nb\n=======\nc\n>>>>>>> topic\n",
            "=======\n<<<<<<< HEAD\n>>>>>>> topic\n",
            "<<<<<<< HEAD\n>>>>>>> topic\n=======\n",
            "Heading\n=======\n\n> a\n",
        ] {
            assert_eq!(conflicts(near), Vec::<[Span; 3]>::new(), "{near}");
        }
    }
}
