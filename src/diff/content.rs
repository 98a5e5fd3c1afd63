//! What changed in the text of an entry, line by line.

use crate::html::{self, BLOCK, Scanner, Token, flags, lookup};
use similar::{ChangeTag, TextDiff};

/// How much of a line is shown before what differs in it.
const BEFORE: usize = 30;
/// So many lines are compared, from the first to the last that differs: texts that have nothing in common take the square of it.
const COMPARED: usize = 1000;
/// How much of a line is shown.
const WIDTH: usize = 120;

/// Returns the plain text of HTML, a line for each of its blocks.
pub(super) fn lines(html: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let mut scanner = Scanner::new(html);
    let (mut from, mut at) = (0, 0);
    let mut flush = |from: usize, to: usize| {
        let line = html::text(html.get(from..to).unwrap_or_default(), usize::MAX);
        lines.extend(Some(line.trim().to_owned()).filter(|line| !line.is_empty()));
    };
    while let Some(token) = scanner.next() {
        let begun = std::mem::replace(&mut at, scanner.offset());
        if let Token::Start(tag) | Token::End(tag) = token
            && (tag.name.eq_ignore_ascii_case("br") || lookup(tag.name).is_some_and(|id| flags(id) & BLOCK != 0))
        {
            flush(from, begun);
            from = at;
        }
    }
    flush(from, html.len());
    lines
}

/// Returns what differs between two texts: `- ` before a line that goes, `+ ` before one that comes. Of a line of which but a part differs,
/// that part is shown.
pub(super) fn differences(old: &[String], new: &[String]) -> Vec<String> {
    let is_same = |(old, new): &(&String, &String)| old == new;
    let head = old.iter().zip(new).take_while(is_same).count();
    let (old, new) = (&old[head..], &new[head..]);
    let tail = old.iter().rev().zip(new.iter().rev()).take_while(is_same).count();
    let (old, new) = (&old[..old.len() - tail], &new[..new.len() - tail]);
    let is_cut = old.len().max(new.len()) > COMPARED;
    let first = |lines: &[String]| -> Vec<String> { lines.iter().take(COMPARED).cloned().collect() };
    let (old, new) = (first(old), first(new));
    let (old, new): (Vec<&str>, Vec<&str>) = (old.iter().map(String::as_str).collect(), new.iter().map(String::as_str).collect());
    let diff = TextDiff::from_slices(&old, &new);
    let mut out = Vec::new();
    for op in diff.ops() {
        let changes: Vec<(ChangeTag, &str)> = diff.iter_changes(op).map(|change| (change.tag(), change.value())).collect();
        let of = |tag: ChangeTag| changes.iter().filter(move |(of, _)| *of == tag).map(|(_, line)| *line).collect::<Vec<&str>>();
        let (gone, come) = (of(ChangeTag::Delete), of(ChangeTag::Insert));
        let from = if let ([gone], [come]) = (&gone[..], &come[..]) { differs_from(gone, come) } else { 0 };
        out.extend(gone.into_iter().map(|line| format!("- {}", part(line, from))));
        out.extend(come.into_iter().map(|line| format!("+ {}", part(line, from))));
    }
    out.extend(is_cut.then(|| format!("… only the first {COMPARED} lines were compared")));
    out
}

/// Returns how many characters two lines share at their beginnings.
fn differs_from(one: &str, other: &str) -> usize {
    one.chars().zip(other.chars()).take_while(|(one, other)| one == other).count()
}

/// Returns a line around the place where it differs.
fn part(line: &str, from: usize) -> String {
    let length = line.chars().count();
    let start = if length <= WIDTH { 0 } else { from.saturating_sub(BEFORE) };
    let shown: String = line.chars().skip(start).take(WIDTH).collect();
    let (left, right) = (if start > 0 { "…" } else { "" }, if start + WIDTH < length { "…" } else { "" });
    format!("{left}{shown}{right}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_long_texts_the_first_lines_that_differ_are_compared() {
        let text = |of: &str, count: usize| -> Vec<String> {
            let changed = (0..count).map(|line| format!("{of} {line}"));
            std::iter::repeat_n("same".to_owned(), 2000).chain(changed).chain(["end".to_owned()]).collect()
        };
        let found = differences(&text("old", 32_000), &text("new", 32_000));
        assert_eq!((found.len(), found.last().map(String::as_str)), (2001, Some("… only the first 1000 lines were compared")));
        assert_eq!(differences(&text("old", 1), &text("new", 1)), ["- old 0", "+ new 0"]);
        assert_eq!(differences(&text("x", 0), &text("x", 2)), ["+ x 0", "+ x 1"]);
    }

    #[test]
    fn each_block_is_a_line_and_what_differs_is_shown() {
        let long = "word ".repeat(40);
        let old = lines(&format!("<h2>A</h2><p>one<br>two</p><ul><li>three <b>x</b><li>four</ul><p>{long}old</p>tail"));
        assert_eq!(old[..5], ["A", "one", "two", "three x", "four"]);
        let new = lines(&format!("<h2>A</h2><p>one<br>2</p><ul><li>three <i>x</i><li>four</ul><p>{long}new</p>tail<p>more"));
        let found = differences(&old, &new);
        assert_eq!(found[..2], ["- two", "+ 2"]);
        assert!(found[2].starts_with("- …") && found[2].ends_with(" old") && found[3].ends_with(" new"), "{found:?}");
        assert_eq!(found[4..], ["+ more"]);
        assert_eq!(differences(&old, &old), [""; 0]);
    }
}
