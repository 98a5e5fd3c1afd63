//! Characters and names of XML 1.0 (fifth edition).

/// What an ASCII byte may be in a name: bit 0 starts one, bit 1 continues one.
static NAMES: [u8; 128] = names();

const fn names() -> [u8; 128] {
    let mut table = [0; 128];
    let mut b = 0;
    while b < 128 {
        let c = b as u8;
        if c.is_ascii_alphabetic() || c == b'_' || c == b':' {
            table[b] = 3;
        } else if c.is_ascii_digit() || c == b'-' || c == b'.' {
            table[b] = 2;
        }
        b += 1;
    }
    table
}

/// Returns whether a byte is white space (XML 1.0 §2.3 production 3).
pub(super) fn is_blank(b: u8) -> bool {
    matches!(b, b' ' | b'\n' | b'\t' | b'\r')
}

/// Returns whether all of a text is white space.
pub(super) fn is_all_blank(text: &str) -> bool {
    text.bytes().all(is_blank)
}

/// Returns a text without XML's white space at its end; other blanks are text like any other.
pub(super) fn trim_end(text: &str) -> &str {
    text.trim_end_matches([' ', '\n', '\t', '\r'])
}

/// Returns whether XML can hold a character (XML 1.0 §2.2 production 2).
pub(super) fn is_char(c: char) -> bool {
    !matches!(c, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}')
}

/// Returns whether a character can start a name (XML 1.0 §2.3 production 4).
pub(super) fn is_name_start(c: char) -> bool {
    match c {
        '\0'..='\x7f' => NAMES[c as usize] & 1 != 0,
        '\u{c0}'..='\u{d6}'
        | '\u{d8}'..='\u{f6}'
        | '\u{f8}'..='\u{2ff}'
        | '\u{370}'..='\u{37d}'
        | '\u{37f}'..='\u{1fff}'
        | '\u{200c}'..='\u{200d}'
        | '\u{2070}'..='\u{218f}'
        | '\u{2c00}'..='\u{2fef}'
        | '\u{3001}'..='\u{d7ff}'
        | '\u{f900}'..='\u{fdcf}'
        | '\u{fdf0}'..='\u{fffd}'
        | '\u{10000}'..='\u{effff}' => true,
        _ => false,
    }
}

/// Returns whether a character can continue a name (XML 1.0 §2.3 production 4a).
pub(super) fn is_name_char(c: char) -> bool {
    match c {
        '\0'..='\x7f' => NAMES[c as usize] != 0,
        '\u{b7}' | '\u{300}'..='\u{36f}' | '\u{203f}'..='\u{2040}' => true,
        _ => is_name_start(c),
    }
}

/// Returns the character at an offset.
pub(super) fn char_at(text: &str, at: usize) -> Option<char> {
    text.get(at..)?.chars().next()
}

/// Returns where a name that starts at an offset ends; the offset itself where none does.
pub(super) fn name_end(text: &str, at: usize) -> usize {
    match char_at(text, at) {
        Some(c) if is_name_start(c) => token_end(text, at),
        _ => at,
    }
}

/// Returns where a run of name characters ends (production 7, `Nmtoken`).
pub(super) fn token_end(text: &str, at: usize) -> usize {
    let bytes = text.as_bytes();
    let mut end = at;
    while let Some(&b) = bytes.get(end) {
        if b < 128 {
            if NAMES[b as usize] == 0 {
                break;
            }
            end += 1;
        } else {
            match char_at(text, end) {
                Some(c) if is_name_char(c) => end += c.len_utf8(),
                _ => break,
            }
        }
    }
    end
}

/// Returns the first offset from `at` on that holds no white space.
pub(super) fn skip_blanks(bytes: &[u8], at: usize) -> usize {
    let mut end = at;
    while bytes.get(end).is_some_and(|&b| is_blank(b)) {
        end += 1;
    }
    end
}

/// Returns the first character from an offset on that XML cannot hold.
pub(super) fn find_forbidden(text: &str, from: usize) -> Option<usize> {
    const STEP: usize = 64;
    let bytes = text.as_bytes();
    let mut at = from;
    while at < bytes.len() {
        let chunk = &bytes[at..bytes.len().min(at + STEP)];
        // No branch inside: the compiler makes vector instructions of it.
        let suspicious = chunk.iter().fold(0, |any, &b| any | u8::from((b < 0x20 && b != b'\n' && b != b'\t' && b != b'\r') || b == 0xef));
        if suspicious != 0
            && let Some(found) = (at..at + chunk.len()).find(|&i| is_forbidden(bytes, i))
        {
            return Some(found);
        }
        at += chunk.len();
    }
    None
}

/// Returns whether a forbidden character starts at an offset; U+FFFE and U+FFFF are EF BF BE and EF BF BF.
fn is_forbidden(bytes: &[u8], at: usize) -> bool {
    match bytes[at] {
        b'\n' | b'\t' | b'\r' => false,
        0..0x20 => true,
        0xef => matches!(bytes.get(at + 1..at + 3), Some([0xbf, 0xbe | 0xbf])),
        _ => false,
    }
}

/// Returns a text with each CRLF and CR as LF (XML 1.0 §2.11), added to `out`.
pub(super) fn push_lines(out: &mut String, text: &str) {
    let mut rest = text;
    while let Some(at) = memchr::memchr(b'\r', rest.as_bytes()) {
        out.push_str(&rest[..at]);
        out.push('\n');
        rest = &rest[at + 1..];
        rest = rest.strip_prefix('\n').unwrap_or(rest);
    }
    out.push_str(rest);
}
