//! Lines of a width: where a text may break, and how wide it is on a screen.

use std::ops::Range;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// A blank at which a line breaks only if it must: before a link's number.
pub const GLUE: char = '\u{1}';
/// A place without a blank where a line may break.
pub const BREAK: char = '\u{2}';

/// Returns how many columns a text takes.
#[must_use]
pub fn width(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.width() }
}

/// Returns a text without signs for the wrapper, on one line.
#[must_use]
pub fn unwrapped(text: &str) -> String {
    let plain = text.chars().filter(|c| *c != BREAK).map(|c| if matches!(c, GLUE | '\n') { ' ' } else { c });
    plain.collect::<String>().trim().to_owned()
}

/// Returns a text as lines of at most so many columns; a word that is wider has a line to itself. A line end in the text stays.
#[must_use]
pub fn wrap(text: &str, room: usize) -> Vec<String> {
    let mut lines = Vec::new();
    each_line(text, room, |line, _| lines.push(line.to_owned()));
    lines
}

/// Calls with each of those lines, and how many columns it takes.
pub fn each_line(text: &str, room: usize, mut take: impl FnMut(&str, usize)) {
    let mut words = Vec::new();
    for part in text.split('\n') {
        words.clear();
        push_words(part, &mut words);
        fill(part, &words, room, &mut take);
    }
}

/// What stands between a word and the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Gap {
    Space,
    Glue,
    None,
}

#[derive(Debug)]
struct Word<'t> {
    /// Where it begins in the text.
    at: usize,
    text: &'t str,
    width: usize,
    before: Gap,
}

fn push_words<'t>(line: &'t str, words: &mut Vec<Word<'t>>) {
    words.reserve(line.len() / 5);
    let mut before = Gap::Space;
    let (mut from, mut at) = (0, 0);
    // Whether a line may break behind the last character because of what that is.
    let mut was_wide = false;
    while at < line.len() {
        let found = if was_wide { 0 } else { line.bytes().skip(at).position(is_asked_about).unwrap_or(line.len() - at) };
        at += found;
        let c = match line.as_bytes().get(at) {
            None => break,
            Some(byte) if byte.is_ascii() => char::from(*byte),
            Some(_) => line.get(at..).and_then(|rest| rest.chars().next()).unwrap_or_default(),
        };
        let (gap, len) = match c {
            ' ' => (Some(Gap::Space), 1),
            GLUE => (Some(Gap::Glue), 1),
            BREAK => (Some(Gap::None), 1),
            _ if c < WIDE && !was_wide => (None, 0),
            _ => {
                let last = line.get(..at).and_then(|head| head.chars().next_back());
                (last.is_some_and(|last| may_break(last, c)).then_some(Gap::None), 0)
            }
        };
        if let Some(gap) = gap {
            if at > from {
                push(words, from, line.get(from..at).unwrap_or_default(), before);
                before = gap;
            } else if gap == Gap::Space {
                before = gap;
            }
            from = at + len;
        }
        was_wide = c >= WIDE;
        at += c.len_utf8();
    }
    push(words, from, line.get(from..).unwrap_or_default(), before);
}

/// Returns whether a byte is a blank or a sign for the wrapper, or begins a character from [`WIDE`] on.
fn is_asked_about(byte: u8) -> bool {
    matches!(byte, b' ' | 1 | 2 | 0xE2..)
}

/// Beside a character before this, no line breaks without a blank unless one from here on stands on the other side.
const WIDE: char = '\u{2e80}';

fn push<'t>(words: &mut Vec<Word<'t>>, at: usize, text: &'t str, before: Gap) {
    if !text.is_empty() {
        words.push(Word { at, text, width: width(text), before });
    }
}

/// A line in the making: what was put together, and behind it a piece of the text as it is. Most lines are but that.
struct Line<'t> {
    text: &'t str,
    out: String,
    piece: Range<usize>,
    used: usize,
}

impl<'t> Line<'t> {
    fn is_empty(&self) -> bool {
        self.used == 0 && self.out.is_empty() && self.piece.is_empty()
    }

    fn push(&mut self, word: &Word<'t>) {
        let gap = usize::from(word.before != Gap::None && !self.is_empty());
        let is_next = word.at == self.piece.end + gap && (gap == 0 || word.before == Gap::Space);
        if is_next && !self.piece.is_empty() {
            self.piece.end = word.at + word.text.len();
        } else {
            self.settle();
            self.out.extend((gap > 0).then_some(' '));
            self.piece = word.at..word.at + word.text.len();
        }
        self.used += gap + word.width;
    }

    fn settle(&mut self) {
        self.out.push_str(self.text.get(self.piece.clone()).unwrap_or_default());
    }

    fn end(&mut self, take: &mut impl FnMut(&str, usize)) {
        if self.out.is_empty() {
            take(self.text.get(self.piece.clone()).unwrap_or_default(), self.used);
        } else {
            self.settle();
            take(&self.out, self.used);
        }
        self.out.clear();
        (self.piece, self.used) = (0..0, 0);
    }
}

fn fill(text: &str, words: &[Word<'_>], room: usize, take: &mut impl FnMut(&str, usize)) {
    let mut line = Line { text, out: String::new(), piece: 0..0, used: 0 };
    let mut rest = words;
    while let Some((first, after)) = rest.split_first() {
        let glued = after.iter().take_while(|word| word.before == Gap::Glue).count();
        let (group, after) = rest.split_at(glued + 1);
        let wide: usize = group.iter().map(|word| word.width + 1).sum::<usize>() - 1;
        if !line.is_empty() && line.used + usize::from(first.before != Gap::None) + wide > room {
            line.end(take);
        }
        for word in group {
            if !line.is_empty() && line.used + usize::from(word.before != Gap::None) + word.width > room {
                line.end(take);
            }
            line.push(word);
        }
        rest = after;
    }
    line.end(take);
}

/// Returns whether a line may break between two characters without a blank: Chinese and Japanese have none
/// (UAX #14: ID, NS, OP and CL, as far as those languages go).
fn may_break(before: char, after: char) -> bool {
    // Nearly every text asks for nothing more.
    if before < WIDE && after < WIDE || !(is_ideographic(before) || is_ideographic(after)) {
        return false;
    }
    after.width().unwrap_or(0) > 0
        && !before.is_whitespace()
        && !after.is_whitespace()
        && !matches!(before, '\u{2060}' | '\u{feff}' | '\u{200d}')
        && !OPENING.contains(before)
        && !CLOSING.contains(after)
}

fn is_ideographic(c: char) -> bool {
    matches!(c,
        '\u{2e80}'..='\u{312f}' | '\u{31a0}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}'
        | '\u{fe30}'..='\u{fe4f}' | '\u{ff00}'..='\u{ff9f}' | '\u{ffe0}'..='\u{ffe6}' | '\u{20000}'..='\u{3fffd}')
}

/// What no line ends with.
const OPENING: &str = "([{$#@'\"‘“«¿¡（〔［｛〈《「『【〘〖〝｟￥＄￡＃＠";

/// What no line begins with.
const CLOSING: &str = ")]}%,.;:!?'\"’”»…‥–—、。，．・：；？！゛゜ヽヾゝゞ々〻ー〜～％）〕］｝〉》」』】〙〗〟｠ぁぃぅぇぉっゃゅょゎゕゖァィゥェォッャュョヮヵヶ｡｣､･ｰ";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_breaks_at_blanks_and_a_long_word_stands_alone() {
        assert_eq!(wrap("aa bb  cc", 5), ["aa bb", "cc"]);
        assert_eq!(wrap("a https://example.org/long b", 8), ["a", "https://example.org/long", "b"]);
        assert_eq!(wrap("a\nb", 8), ["a", "b"]);
    }

    #[test]
    fn wide_characters_count_twice_and_ideographs_may_part() {
        assert_eq!(wrap("日本語の文章です", 8), ["日本語の", "文章です"]);
        assert_eq!(wrap("日本語、文章", 6), ["日本", "語、文", "章"]);
        assert_eq!(wrap("日本「語」", 6), ["日本", "「語」"]);
        assert_eq!(wrap("か\u{3099}か\u{3099}", 2), ["か\u{3099}", "か\u{3099}"]);
    }

    #[test]
    fn a_no_break_space_holds_a_line_together() {
        assert_eq!(wrap("a 10\u{a0}km b", 6), ["a", "10\u{a0}km", "b"]);
    }

    #[test]
    fn glue_breaks_only_where_nothing_else_helps() {
        assert_eq!(wrap("aaa bbb\u{1}[1]", 9), ["aaa", "bbb [1]"]);
        assert_eq!(wrap("aaabbb\u{1}[1]", 7), ["aaabbb", "[1]"]);
    }
}
