//! Titles and tags as parts of URLs and file names.
//!
//! A slug must work as one part of a URL path and as a file name on every system, and different tags should get
//! different slugs: `c`, `c++` and `c#` are three tags.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The longest slug in bytes: file systems allow 255 for a name, and percent-encoding makes three of each byte in a URL.
const LONGEST: usize = 100;

/// Signs that tell tags apart, with the word each becomes and whether it must follow a letter or digit (`#5` is no
/// `sharp-5`, `c#` is `c-sharp`).
const SIGNS: [(char, &str, bool); 3] = [('+', "plus", true), ('#', "sharp", true), ('&', "and", false)];

/// Names that Windows keeps for devices, whatever the extension.
const RESERVED: [&str; 4] = ["con", "prn", "aux", "nul"];

/// Returns the text as one part of a URL path: lower case, letters and digits of any script, everything else one `-`.
///
/// Never empty, never `.` or `..`, at most 100 bytes.
#[must_use]
pub fn slugify(text: &str) -> String {
    let lower = text.to_lowercase();
    let words = if lower.is_ascii() { join_words(&lower) } else { join_words(&lower.nfc().collect::<String>()) };
    let mut slug = cut(&words).to_owned();
    if slug.is_empty() {
        let hex: Vec<String> = text.trim().chars().map(|c| format!("{:x}", u32::from(c))).collect();
        cut(&hex.join("-")).clone_into(&mut slug);
    }
    if slug.is_empty() {
        "untitled".clone_into(&mut slug);
    }
    if is_reserved(&slug) {
        slug.push_str("-x");
    }
    slug
}

/// Keeps letters and digits and joins them with `-`.
fn join_words(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut gap = false;
    let mut previous = ' ';
    for c in text.chars() {
        let sign = SIGNS.iter().find(|(sign, _, _)| *sign == c);
        let after_word = previous.is_alphanumeric() || previous == c;
        if let Some((_, word, _)) =
            sign.filter(|(_, _, needs_word)| !needs_word || after_word && !out.is_empty() && !(gap && previous != c))
        {
            push_part(&mut out, true);
            out.push_str(word);
            gap = true;
        } else if c.is_alphanumeric() {
            push_part(&mut out, gap);
            out.push(c);
            gap = false;
        } else if is_joined_mark(c) && !gap && !out.is_empty() {
            out.push(c);
        } else {
            // A joiner is no gap: it stands inside words of Persian and of Indian languages.
            gap = gap || !matches!(c, '\u{200c}' | '\u{200d}' | '\u{ad}');
        }
        previous = c;
    }
    out
}

/// Begins a new part where there was a gap.
fn push_part(out: &mut String, gap: bool) {
    if gap && !out.is_empty() {
        out.push('-');
    }
}

/// Returns whether a mark belongs to the letter before it; the selectors of emoji do not.
fn is_joined_mark(c: char) -> bool {
    is_combining_mark(c) && !('\u{fe00}'..='\u{fe0f}').contains(&c)
}

/// Cuts to the allowed length, at a word where one ends late enough.
fn cut(slug: &str) -> &str {
    let short = &slug[..slug.floor_char_boundary(LONGEST)];
    let short = match short.rfind('-') {
        Some(at) if short.len() < slug.len() && at > LONGEST / 2 => &short[..at],
        _ => short,
    };
    short.trim_matches('-')
}

/// Returns whether Windows keeps the name for a device (`com1`, `lpt¹`).
fn is_reserved(slug: &str) -> bool {
    let port = slug.strip_prefix("com").or_else(|| slug.strip_prefix("lpt"));
    RESERVED.contains(&slug) || port.is_some_and(|n| matches!(n, "¹" | "²" | "³") || n.len() == 1 && n.as_bytes()[0].is_ascii_digit())
}

/// Returns a slug as a title, as Jekyll makes it: `my-first-post` → `My First Post`.
#[must_use]
pub fn titleise(slug: &str) -> String {
    let words = slug.split(|c: char| c == '-' || c.is_whitespace()).filter(|word| !word.is_empty());
    words.map(capitalise).collect::<Vec<_>>().join(" ")
}

/// Returns the word with its first letter in upper case and the others in lower case.
fn capitalise(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars.flat_map(char::to_lowercase)).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn letters_and_digits_of_any_script_stay() {
        for (text, slug) in [
            ("Hello, World!", "hello-world"),
            ("  Überraschung  ", "überraschung"),
            ("U\u{308}ber", "über"),
            ("日本語 の タグ", "日本語-の-タグ"),
            ("हिन्दी", "हिन्दी"),
            ("artificial intelligence ", "artificial-intelligence"),
            ("snake_case/path", "snake-case-path"),
            ("Rust 1.95", "rust-1-95"),
            ("❤️ love", "love"),
            ("--a--b--", "a-b"),
        ] {
            assert_eq!(slugify(text), slug, "{text}");
        }
    }

    #[test]
    fn tags_that_differ_by_a_sign_get_different_slugs() {
        for (text, slug) in [
            ("c", "c"),
            ("c++", "c-plus-plus"),
            ("c#", "c-sharp"),
            ("R&D", "r-and-d"),
            ("Q & A", "q-and-a"),
            ("Issue #5", "issue-5"),
            ("#rust", "rust"),
        ] {
            assert_eq!(slugify(text), slug, "{text}");
        }
    }

    #[test]
    fn a_slug_is_never_empty_or_a_name_the_system_keeps() {
        for (text, slug) in [
            ("", "untitled"),
            ("...", "2e-2e-2e"),
            ("..", "2e-2e"),
            ("😀", "1f600"),
            ("CON", "con-x"),
            ("nul", "nul-x"),
            ("com1", "com1-x"),
            ("Lpt³", "lpt³-x"),
            ("console", "console"),
        ] {
            assert_eq!(slugify(text), slug, "{text}");
        }
    }

    #[test]
    fn a_long_title_is_cut_between_words() {
        let slug = slugify(&"wörter und ".repeat(20));
        assert!(slug.len() <= LONGEST && slug.ends_with("und") || slug.ends_with("wörter"), "{slug}");
        assert!(slugify(&"ä".repeat(200)).len() <= LONGEST);
    }

    #[test]
    fn a_slug_becomes_a_title_as_in_jekyll() {
        assert_eq!(titleise("my-first-post"), "My First Post");
        assert_eq!(titleise("the-AI-éra"), "The Ai Éra");
        assert_eq!(titleise("--"), "");
    }

    proptest! {
        #[test]
        fn any_text_becomes_a_safe_name(text in any::<String>()) {
            let slug = slugify(&text);
            prop_assert!(!slug.is_empty() && slug.len() <= LONGEST + 2);
            prop_assert!(!slug.contains(['/', '\\', '.', ' ', '?', '#', '%', ':']));
            prop_assert!(!slug.starts_with('-') && !slug.ends_with('-'));
            let _ = titleise(&text);
        }

        #[test]
        fn a_slug_of_a_slug_is_the_same(text in "[a-zA-ZäÖß+#& .-]{0,30}") {
            let slug = slugify(&text);
            prop_assert_eq!(slugify(&slug), slug);
        }
    }
}
