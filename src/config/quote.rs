//! Writing text into YAML.

use std::fmt::Write as _;

/// Returns text as a YAML value that reads back the same: plain where that is safe, else in double quotes.
#[must_use]
pub fn yaml_text(text: &str, quote: bool) -> String {
    if !quote && is_plain(text) {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            // YAML 1.2 §5.1 and §5.4: not printable, or a line end for some.
            c if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}') => {
                // Writing to a string does not fail.
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// Returns whether text needs no quotes: letters, digits and a few signs that mean nothing in YAML 1.1 or 1.2.
fn is_plain(text: &str) -> bool {
    let begins_well = text.starts_with(|c: char| c.is_alphabetic() || c == '/');
    let ends_well = !text.ends_with([' ', ':']);
    let harmless = |c: char| c.is_alphanumeric() || " _-./,!?()'’–—".contains(c);
    let colons = text.match_indices(':').all(|(at, _)| text.get(at + 1..).is_some_and(|rest| !rest.starts_with(' ')));
    begins_well && ends_well && colons && text.chars().all(|c| harmless(c) || c == ':') && !is_word(text)
}

/// Returns whether some YAML reader takes a plain text for a boolean, a null or a number.
fn is_word(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    matches!(lower.as_str(), "true" | "false" | "yes" | "no" | "on" | "off" | "y" | "n" | "null" | "none" | "nan" | "inf" | "infinity")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn ordinary_titles_stay_plain_and_others_get_quotes() {
        assert_eq!(yaml_text("A walk in May", false), "A walk in May");
        assert_eq!(yaml_text("https://example.org/a", false), "https://example.org/a");
        for text in ["Foo: bar", "@home", "C# and # more", "yes", "2026", "\"x\"", "- a", "", "a:", " a", "😀", "[x]", "a\nb", "null"] {
            assert!(yaml_text(text, false).starts_with('"'), "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_text_reads_back_the_same(text in "\\PC{0,20}|[:#\"'\\-@a ]{0,8}|\\p{Cc}{0,4}") {
            let yaml = format!("title: {}\n", yaml_text(&text, false));
            let read: std::collections::BTreeMap<String, serde_yaml::Value> = serde_yaml::from_str(&yaml).expect("good YAML");
            prop_assert_eq!(read.get("title"), Some(&serde_yaml::Value::String(text)));
        }
    }
}
