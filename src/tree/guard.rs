//! What is refused before a parser sees it: texts that would keep the YAML engine busy for seconds or take gigabytes.
//! All limits are far above anything written by a person.

use crate::diagnostic::Span;

/// The longest text, in bytes: the engine takes seconds for some that is longer.
const LONGEST: usize = 64 * 1024;
/// How many `[` and `{` may be open at once: the engine takes quadratic time in them.
const DEEPEST: usize = 100;
/// How many dashes or question marks may stand in a row, each of which opens a nested block.
const MOST_DASHES: usize = 50;
/// How many aliases may be used: each may stand for a text as long as the whole.
const MOST_ALIASES: usize = 50;

/// Why a text is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Where.
    pub span: Span,
    /// What is wrong, as the end of a sentence: `has more than 50 aliases`.
    pub reason: String,
    /// What to do.
    pub help: &'static str,
}

/// Returns why a text must not reach a parser, if so.
#[must_use]
pub fn refuse(text: &str) -> Option<Refusal> {
    if text.len() > LONGEST {
        let reason = format!("has {} bytes, more than 64 KB", text.len());
        return Some(Refusal { span: 0..0, reason, help: "keep it below 64 KB, and long texts and data in files of their own" });
    }
    let refusal = |at: usize, reason: String, help| Some(Refusal { span: at..at + 1, reason, help });
    let mut nesting = Nesting::default();
    let (mut anchors, mut aliases, mut dashes, mut before) = (false, 0, 0, b' ');
    let bytes = text.as_bytes();
    for (at, byte) in bytes.iter().copied().enumerate() {
        match byte {
            b'&' | b'*' if is_mark(before, bytes.get(at + 1)) => {
                anchors |= byte == b'&';
                aliases += usize::from(byte == b'*');
            }
            b'-' | b'?' if before.is_ascii_whitespace() => dashes += 1,
            b' ' | b'\t' => {}
            _ => dashes = 0,
        }
        if nesting.see(before, byte) > DEEPEST || dashes > MOST_DASHES {
            return refusal(at, "is nested too deeply".to_owned(), "keep it below 50 levels");
        }
        // Without an anchor an alias is only a fault, which the engine reports.
        if anchors && aliases > MOST_ALIASES {
            return refusal(at, format!("has more than {MOST_ALIASES} aliases"), "write the values out");
        }
        before = byte;
    }
    None
}

/// Returns whether `&` or `*` may begin an anchor or an alias here.
fn is_mark(before: u8, after: Option<&u8>) -> bool {
    (before.is_ascii_whitespace() || b"[{,:".contains(&before)) && after.is_some_and(|b| !b.is_ascii_whitespace())
}

/// The brackets that are open.
///
/// Where a quoted text begins and ends cannot be told without parsing, so both opinions are kept, and the deeper one
/// counts: `["]", ["]", …` closes nothing. A comment counts unless no quote can hide in it that ends before its end.
#[derive(Default)]
struct Nesting {
    /// With all brackets.
    any: usize,
    /// Without those that seem to be quoted.
    unquoted: usize,
    quote: Option<u8>,
}

impl Nesting {
    fn see(&mut self, before: u8, byte: u8) -> usize {
        match byte {
            b'[' | b'{' => self.count(|depth| depth + 1),
            b']' | b'}' => self.count(|depth| depth.saturating_sub(1)),
            b'"' | b'\'' if self.quote.is_none() => {
                self.quote = (before.is_ascii_whitespace() || b"[{,:".contains(&before)).then_some(byte);
            }
            _ if self.quote == Some(byte) && !(byte == b'"' && before == b'\\') => self.quote = None,
            _ => {}
        }
        self.any.max(self.unquoted)
    }

    fn count(&mut self, change: impl Fn(usize) -> usize) {
        self.any = change(self.any);
        if self.quote.is_none() {
            self.unquoted = change(self.unquoted);
        }
    }
}

/// Returns the characters that neither YAML (1.1 §5.1) nor a feed may hold, and where they stand.
pub fn controls(text: &str) -> impl Iterator<Item = (usize, char)> + '_ {
    let is_suspect = |b: u8| b < 0x20 && !matches!(b, b'\t' | b'\n' | b'\r') || matches!(b, 0x7f | 0xc2 | 0xef);
    // Nearly every text has none, and bytes are looked at faster.
    let looked_at = if text.bytes().any(is_suspect) { text } else { "" };
    looked_at.char_indices().filter(|(_, c)| is_control(*c))
}

fn is_control(c: char) -> bool {
    c.is_control() && !matches!(c, '\t' | '\n' | '\r' | '\u{85}') || matches!(c, '\u{fffe}' | '\u{ffff}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ordinary_text_passes() {
        assert_eq!(refuse("site: {title: \"a [b] {c}\"}\nexclude: [\"**/*.md\"]\nposts: &p posts\ntemplates: *p\n"), None);
        assert_eq!(refuse(&"- ['a', \"b\"]\n".repeat(2_000)), None);
        assert_eq!(refuse(&format!("a: &b c\nd: |\n{}", "  * a word\n".repeat(200))), None);
    }

    #[test]
    fn what_stalls_the_engine_is_refused() {
        for text in [
            "[".repeat(101),
            "[\"]\", ".repeat(101),
            "x".repeat(70_000),
            "- ".repeat(60),
            "? ".repeat(60),
            format!("a: &a [x]\nb: [{}]", "*a, ".repeat(60)),
        ] {
            assert!(refuse(&text).is_some(), "{}", &text[..20]);
        }
    }

    #[test]
    fn characters_that_nothing_may_hold_are_found() {
        assert_eq!(controls("a: \u{1b}[31m\u{feff} ä\u{85}\t").collect::<Vec<_>>(), [(3, '\u{1b}'), (8, '\u{feff}')]);
    }
}
