//! Makes foreign text harmless to show. A document may hold escape sequences that recolour, overwrite or answer for a
//! terminal, and signs that turn the direction of the text around them.

/// Returns whether a character must not reach a terminal as it is.
pub(super) fn is_wild(c: char) -> bool {
    let directions = matches!(c, '\u{200e}' | '\u{200f}' | '\u{061c}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let line_ends = matches!(c, '\u{2028}' | '\u{2029}');
    // Tags and noncharacters are invisible, and soft hyphens and joiners are left to the fonts.
    let invisible = matches!(c, '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}') || u32::from(c) & 0xfffe == 0xfffe;
    c.is_control() || directions || line_ends || invisible
}

/// Returns text with each wild character replaced by one that shows it: `␛` for escape, `�` for most.
#[must_use]
pub fn tame(text: &str) -> String {
    text.chars().map(tame_char).collect()
}

fn tame_char(c: char) -> char {
    match u32::from(c) {
        0x09 => ' ',
        code @ 0..=0x1f => char::from_u32(0x2400 + code).unwrap_or('\u{fffd}'),
        0x7f => '\u{2421}',
        _ if is_wild(c) => '\u{fffd}',
        _ => c,
    }
}

/// Returns JSON in which wild characters are escaped: they stand only inside its strings, where `\u` is allowed.
pub(super) fn tame_json(json: &str) -> String {
    if !json.chars().any(|c| is_wild(c) && c != '\n') {
        return json.to_owned();
    }
    let mut out = String::with_capacity(json.len() + 64);
    for c in json.chars() {
        if !is_wild(c) || c == '\n' {
            out.push(c);
            continue;
        }
        let mut units = [0; 2];
        out.extend(c.encode_utf16(&mut units).iter().map(|unit| format!("\\u{unit:04x}")));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escape_sequences_and_direction_signs_are_shown_not_sent() {
        assert_eq!(tame("a\u{1b}[31m\tb\u{9b}c\u{202e}d\u{7f}é中"), "a␛[31m b�c�d␡é中");
    }

    #[test]
    fn json_stays_the_same_value() {
        let text = "a\u{9b}\u{202e}\u{e0041}\u{7f}é";
        let tamed = tame_json(&serde_json::to_string(text).expect("JSON"));
        assert_eq!(tamed, r#""a\u009b\u202e\udb40\udc41\u007fé""#);
        assert_eq!(serde_json::from_str::<String>(&tamed).ok().as_deref(), Some(text));
    }
}
