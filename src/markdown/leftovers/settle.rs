//! What remains where a leftover was taken out.

use super::REACH;
use crate::diagnostic::Span;
use crate::html::GONE;
use crate::markdown::literal::Literal;
use crate::markdown::mend::Edit;
use memchr::{memrchr, memrchr2};
use std::borrow::Cow;

/// Decides what remains of each leftover that was taken out, and takes the blank that would be one too many.
///
/// Inside a line it is a sign that is no character, so that the parser sees what its author saw: `**{{ x }}**` is emphasis and no
/// rule, `{{ x }} - y` no list. A line of nothing else becomes blank, as a program that runs its tags leaves it.
pub(super) fn settle(body: &str, literal: &Literal, is_html: bool, edits: &mut [Edit]) {
    edits.sort_by_key(|edit| edit.span.start);
    let (mut at, mut done) = (0, 0);
    while let Some(edit) = edits.get(at) {
        let mut span = edit.span.clone();
        let mut next = at + 1;
        if edit.text == GONE {
            while let Some(more) = edits.get(next).filter(|more| more.text == GONE && is_joined(body, &span, &more.span)) {
                span.end = more.span.end;
                next += 1;
            }
            let limits = done..edits.get(next).map_or(body.len(), |edit| edit.span.start);
            let alone = !is_html && is_alone(body, &span);
            let sign = if alone || is_in_tag(body, literal, span.start) || parts_emphasis(body, &span) { "" } else { GONE };
            let touches = (
                at.checked_sub(1).and_then(|before| edits.get(before)).is_some_and(|before| before.span.end == span.start),
                edits.get(next).is_some_and(|after| after.span.start == span.end),
            );
            let parted = !alone && edits.get(at..next).is_some_and(|joined| parts_words(body, &span, joined, touches));
            let sign = if parted { format!("{sign} ").into() } else { Cow::Borrowed(sign) };
            let start = span.start;
            span = without_blank(body.as_bytes(), span, &limits);
            // Where a word ends, so does an address: `https://example.org/ {{ x }}`, `{{ site.url }} {{ x }}`.
            let ends_word = |head: &str| head.ends_with(|c: char| c.is_alphanumeric() || matches!(c, '/' | '}'));
            let sign = if span.start < start && body.get(..span.start).is_some_and(ends_word) { Cow::Borrowed("") } else { sign };
            for (place, edit) in edits.iter_mut().enumerate().take(next).skip(at) {
                let (span, text) = if place == at { (span.clone(), sign.clone()) } else { (span.end..span.end, "".into()) };
                *edit = Edit { span, text };
            }
        }
        done = done.max(span.end);
        at = next;
    }
}

/// Returns whether the blanks between several that were taken out are all that parts the words around them, or what was filled in there.
fn parts_words(body: &str, span: &Span, joined: &[Edit], (filled_before, filled_after): (bool, bool)) -> bool {
    let has_blank = joined.iter().map(|edit| edit.span.len()).sum::<usize>() < span.len();
    let before = body.get(..span.start).and_then(|head| head.chars().next_back());
    let after = body.get(span.end..).and_then(|tail| tail.chars().next());
    let is_word = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || matches!(c, '*' | '_' | '`' | '<' | '>' | '[' | ']'));
    let is_end = filled_before || is_word(before) || before.is_some_and(|c| matches!(c, '.' | ',' | ';' | ':' | '!' | '?' | ')'));
    has_blank && is_end && (filled_after || is_word(after))
}

/// Returns whether only blanks of one line stand between two places.
fn is_joined(body: &str, one: &Span, other: &Span) -> bool {
    body.get(one.end..other.start).is_some_and(|between| between.bytes().all(is_blank))
}

/// Returns whether nothing else stands in the lines of what stands between two places.
fn is_alone(body: &str, span: &Span) -> bool {
    let other = |b: &u8| !is_blank(*b);
    let (head, tail) = (body.as_bytes().get(..span.start), body.as_bytes().get(span.end..));
    let begins = head.and_then(|head| head.iter().rev().copied().find(|b| other(b))).is_none_or(|b| b == b'\n');
    begins && tail.and_then(|tail| tail.iter().copied().find(|b| other(b))).is_none_or(|b| matches!(b, b'\n' | b'\r'))
}

/// Returns whether a place is inside a tag, or where the address or title of a link stands.
fn is_in_tag(body: &str, literal: &Literal, at: usize) -> bool {
    let head = body.as_bytes().get(at.saturating_sub(REACH)..at).unwrap_or_default();
    let line = memrchr(b'\n', head).and_then(|end| head.get(end + 1..)).unwrap_or(head);
    let open = memrchr2(b'<', b'>', line).and_then(|sign| line.get(sign..));
    let tag = open.is_some_and(|open| matches!(open, [b'<', b'/' | b'a'..=b'z' | b'A'..=b'Z', ..]));
    let target = || memrchr2(b'(', b')', line).is_some_and(|sign| line.get(..=sign).is_some_and(|head| head.ends_with(b"](")));
    tag || literal.is_in_tag(at) || target()
}

/// Returns whether a sign here would take a `_` from what it begins or ends: `_a_{{ x }}`, `{{ x }}_a_` (`CommonMark` 0.31 §6.2).
fn parts_emphasis(body: &str, span: &Span) -> bool {
    let beyond = |rest: Option<&str>, next: fn(&str) -> Option<char>| {
        let rest = rest.unwrap_or_default();
        let inner = rest.trim_matches('_');
        next(rest) == Some('_') && next(inner).is_some_and(char::is_alphanumeric)
    };
    let near = |at: usize| body.floor_char_boundary(at.min(body.len()));
    beyond(body.get(near(span.start.saturating_sub(8))..span.start), |text| text.chars().next_back())
        || beyond(body.get(span.end..near(span.end + 8)), |text| text.chars().next())
}

/// Returns a span with the blank that is too many without what it holds: one of two, one before a closing sign or the end of the
/// line, one at the beginning of a block.
fn without_blank(bytes: &[u8], mut span: Span, limits: &Span) -> Span {
    let head = bytes.get(limits.start..span.start).unwrap_or_default();
    let tail = bytes.get(span.end..limits.end).unwrap_or_default();
    let before = head.iter().rev().take_while(|b| is_blank(**b)).count();
    let after = tail.iter().take_while(|b| is_blank(**b)).count();
    let ends = match tail.get(after) {
        // What follows there is something else that was changed.
        None => after > 0 || limits.end == bytes.len(),
        Some(b'\n' | b'\r') => true,
        Some(b'.' | b',' | b';' | b':' | b'!' | b'?' | b')') if after == 0 => tail.get(1).is_none_or(u8::is_ascii_whitespace),
        _ => after > 0,
    };
    let line = bytes.get(..span.start - before).unwrap_or_default().iter().rev().take(64).take_while(|b| **b != b'\n');
    // A number or sign that a tag follows at once is text.
    let is_text = before == 0 && line.clone().next().is_some_and(|b| !is_blank(*b));
    let begins = !is_text && line.clone().all(|b| matches!(b, b' ' | b'\t' | b'>' | b'-' | b'*' | b'+' | b'#' | b'.' | b')' | b'0'..=b'9'));
    if begins {
        span.end += after;
    } else if ends {
        span.start -= before;
    }
    span
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}
