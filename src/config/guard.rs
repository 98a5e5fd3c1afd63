//! What is refused before the YAML engine sees it: texts that would keep it busy for seconds or take gigabytes.
//! All limits are far above any configuration written by a person.

use crate::diagnostic::Span;

/// The longest text, in bytes.
const MAX_BYTES: usize = 64 * 1024;
/// How many `[` and `{` may be open at once: the engine takes quadratic time in them.
const MAX_OPEN: usize = 100;
/// How many `- - -` or `? ? ?` may begin one line.
const MAX_INDICATORS: usize = 50;
/// How many aliases may be used: each may stand for a text as long as the whole.
const MAX_ALIASES: usize = 50;

/// Why a text is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refusal {
    /// Where.
    pub(super) span: Span,
    /// What is wrong.
    pub(super) reason: String,
    /// What to do.
    pub(super) help: &'static str,
}

/// Returns why a text must not reach the YAML engine, if so.
pub(super) fn refuse(text: &str) -> Option<Refusal> {
    too_long(text).or_else(|| control_character(text)).or_else(|| too_deep(text)).or_else(|| too_many_aliases(text))
}

fn too_long(text: &str) -> Option<Refusal> {
    let reason = || format!("this is {} bytes long; more than {MAX_BYTES} is refused", text.len());
    (text.len() > MAX_BYTES).then(|| Refusal { span: 0..0, reason: reason(), help: "keep posts and data in files of their own" })
}

/// YAML 1.2 §5.1: the engine stops at such a character without saying where.
fn control_character(text: &str) -> Option<Refusal> {
    let bad = |c: char| matches!(c, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{7f}'..='\u{84}' | '\u{86}'..='\u{9f}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}');
    let (at, c) = text.char_indices().find(|(_, c)| bad(*c))?;
    let reason = format!("the character U+{:04X} is not allowed here", u32::from(c));
    Some(Refusal { span: at..at + c.len_utf8(), reason, help: "delete the character; it may be invisible in an editor" })
}

fn too_deep(text: &str) -> Option<Refusal> {
    let refusal = |span| Refusal { span, reason: "this is nested too deeply".to_owned(), help: "write the values without nesting" };
    let mut open = 0_usize;
    let mut start = 0;
    for line in text.split_inclusive(['\n', '\r']) {
        let indicators =
            line.split([' ', '\t']).take_while(|part| matches!(*part, "" | "-" | "?" | ":")).filter(|part| !part.is_empty()).count();
        if indicators > MAX_INDICATORS {
            return Some(refusal(start..start + 1));
        }
        for (at, byte) in line.bytes().enumerate() {
            match byte {
                b'#' if at == 0 || line.as_bytes().get(at - 1).is_some_and(u8::is_ascii_whitespace) => break,
                b'[' | b'{' => open += 1,
                b']' | b'}' => open = open.saturating_sub(1),
                _ => {}
            }
            if open > MAX_OPEN {
                return Some(refusal(start + at..start + at + 1));
            }
        }
        start += line.len();
    }
    None
}

fn too_many_aliases(text: &str) -> Option<Refusal> {
    // Without an anchor an alias is only a fault, which the engine reports.
    marks(text, b'&').next()?;
    let at = marks(text, b'*').nth(MAX_ALIASES)?;
    let reason = format!("more than {MAX_ALIASES} aliases (`*name`) are refused");
    Some(Refusal { span: at..at + 1, reason, help: "write the values out" })
}

/// Returns where `&name` or `*name` stand.
fn marks(text: &str, mark: u8) -> impl Iterator<Item = usize> {
    let bytes = text.as_bytes();
    bytes.iter().enumerate().filter_map(move |(at, byte)| {
        let before = at.checked_sub(1).and_then(|i| bytes.get(i)).is_none_or(|b| b.is_ascii_whitespace() || b"[{,:".contains(b));
        let after = bytes.get(at + 1).is_some_and(|b| !b.is_ascii_whitespace());
        (*byte == mark && before && after).then_some(at)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ordinary_configuration_passes() {
        assert_eq!(refuse("site: {title: \"a [b] {c}\"}\nexclude: [\"**/*.md\"]\nposts: &p posts\ntemplates: *p\n"), None);
    }

    #[test]
    fn what_stalls_the_engine_is_refused() {
        assert!(refuse(&"[".repeat(101)).is_some());
        assert!(refuse(&"x".repeat(70_000)).is_some());
        assert!(refuse(&"- ".repeat(60)).is_some());
        assert!(refuse(&"? ".repeat(60)).is_some());
        assert!(refuse(&format!("a: &a [x]\nb: [{}]", "*a, ".repeat(60))).is_some());
        assert_eq!(refuse("a: \u{1b}[31m").map(|r| r.span), Some(3..4));
    }

    #[test]
    fn brackets_in_comments_do_not_count() {
        assert_eq!(refuse(&"# [\n".repeat(200)), None);
    }
}
