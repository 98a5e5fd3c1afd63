//! The signs of `CommonMark` that can be told within one line.

use crate::html;
use memchr::memchr;

/// Returns where the line ends that holds a place.
pub(super) fn line_end(text: &str, at: usize) -> usize {
    memchr(b'\n', text.as_bytes().get(at..).unwrap_or_default()).map_or(text.len(), |found| at + found)
}

/// Returns the length of a fence's signs where a line begins a fenced block.
pub(super) fn fence(line: &str) -> Option<usize> {
    let sign = line.bytes().next().filter(|b| matches!(b, b'`' | b'~'))?;
    let len = line.bytes().take_while(|b| *b == sign).count();
    (len >= 3 && (sign == b'~' || !line.get(len..)?.contains('`'))).then_some(len)
}

/// Returns a line without the signs of quotations and list items; nothing where code may begin behind them.
pub(super) fn strip_containers(line: &str) -> Option<&str> {
    let mut rest = line;
    loop {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let after = match rest.as_bytes().get(digits) {
            Some(b'>' | b'-' | b'*' | b'+') if digits == 0 => rest.get(1..)?,
            Some(b'.' | b')') if (1..10).contains(&digits) => rest.get(digits + 1..)?,
            _ => return Some(rest),
        };
        let blanks = after.bytes().take_while(|b| *b == b' ').count();
        if blanks > 4 {
            return None;
        }
        if blanks == 0 && !rest.starts_with('>') {
            return Some(rest);
        }
        rest = after.get(blanks..)?;
    }
}

/// Returns where a code span ends that a line begins with (§6.1).
pub(super) fn code_span(line: &str) -> Option<usize> {
    let bytes = line.as_bytes();
    let run = |at: usize| bytes.get(at..).unwrap_or_default().iter().take_while(|b| **b == b'`').count();
    let len = run(0);
    let mut at = len;
    while let Some(found) = bytes.get(at..)?.iter().position(|b| *b == b'`') {
        at += found;
        let same = run(at);
        if same == len {
            // A table's cells would part it.
            return (!line.get(..at)?.contains('|')).then_some(at + len);
        }
        at += same;
    }
    None
}

/// Returns whether what follows a link's text, in brackets, ends in the line and has nothing that might be code or a tag.
pub(super) fn is_plain_target(rest: &str) -> bool {
    let mut depth = 0_usize;
    for byte in rest.bytes() {
        match byte {
            b'(' | b'[' => depth += 1,
            b')' | b']' => depth = depth.saturating_sub(1),
            b'`' | b'<' | b'\\' => return false,
            _ => {}
        }
        if depth == 0 {
            return true;
        }
    }
    false
}

/// Returns the length of `<scheme:address>`.
pub(super) fn autolink(rest: &str) -> Option<usize> {
    let scheme = rest.bytes().skip(1).take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'+')).count();
    let address = rest.get(1 + scheme..)?.strip_prefix(':').filter(|_| (2..=32).contains(&scheme))?;
    let len = address.bytes().position(|b| b <= b' ' || b == b'<' || b == b'>')?;
    (address.as_bytes().get(len) == Some(&b'>')).then_some(scheme + len + 3)
}

/// Returns the length of a tag that is whole in its line (§6.6).
pub(super) fn tag(rest: &str) -> Option<usize> {
    let bytes = rest.as_bytes();
    let count = |from: usize, is: fn(u8) -> bool| bytes.get(from..).unwrap_or_default().iter().take_while(|b| is(**b)).count();
    let blank = |b: u8| matches!(b, b' ' | b'\t');
    let end = bytes.get(1) == Some(&b'/');
    let mut at = 1 + usize::from(end);
    at += count(at, |b| b.is_ascii_alphanumeric() || b == b'-');
    loop {
        let blanks = count(at, blank);
        at += blanks;
        match bytes.get(at)? {
            b'>' => return Some(at + 1),
            b'/' if !end => return (bytes.get(at + 1) == Some(&b'>')).then_some(at + 2),
            b if !end && blanks > 0 && (b.is_ascii_alphabetic() || matches!(b, b'_' | b':')) => {}
            _ => return None,
        }
        at += count(at, |b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b':' | b'.' | b'-'));
        let equals = at + count(at, blank);
        if bytes.get(equals) != Some(&b'=') {
            continue;
        }
        at = equals + 1 + count(equals + 1, blank);
        match bytes.get(at)? {
            quote @ (b'"' | b'\'') => at += 2 + bytes.get(at + 1..)?.iter().position(|b| b == quote)?,
            _ => {
                let value = count(at, |b| b > b' ' && !matches!(b, b'"' | b'\'' | b'=' | b'<' | b'>' | b'`'));
                at += Some(value).filter(|value| *value > 0)?;
            }
        }
    }
}

/// Returns whether a line is nothing but a tag.
pub(super) fn is_lone_tag(line: &str) -> bool {
    line.starts_with('<') && tag(line).is_some_and(|len| line.get(len..).is_some_and(|rest| rest.trim_matches([' ', '\t']).is_empty()))
}

/// Returns whether a line may begin HTML that runs to an end of its own: conditions 1 to 5 of §4.6.
pub(super) fn is_raw(line: &str) -> bool {
    let Some(rest) = line.strip_prefix('<') else { return false };
    let name = rest.get(..rest.bytes().take_while(u8::is_ascii_alphanumeric).count()).unwrap_or_default();
    rest.starts_with(['!', '?']) || ["pre", "script", "style", "textarea"].iter().any(|raw| raw.eq_ignore_ascii_case(name))
}

/// Returns whether a line begins with a tag of a block element: condition 6 of §4.6.
pub(super) fn is_block_tag(line: &str) -> bool {
    let Some(rest) = line.strip_prefix('<') else { return false };
    let rest = rest.strip_prefix('/').unwrap_or(rest);
    let name = rest.bytes().take_while(u8::is_ascii_alphanumeric).count();
    let (name, after) = rest.split_at(name);
    let ended = after.is_empty() || after.starts_with([' ', '\t', '>']) || after.starts_with("/>");
    let is_block = |id| html::flags(id) & html::HTML_BLOCK != 0;
    ended && html::lookup(name).map_or_else(|| GONE.iter().any(|gone| gone.eq_ignore_ascii_case(name)), is_block)
}

/// Elements of condition 6 that nobody knows any more.
const GONE: [&str; 3] = ["basefont", "dir", "menuitem"];
