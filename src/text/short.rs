//! Texts cut to a length: for summaries between words, for messages at a character.

use std::borrow::Cow;
use unicode_segmentation::GraphemeCursor;

/// The most characters of a document that a message shows.
const SHOWN: usize = 60;
/// The most that an advice shows: what is advised is meant to be copied, and titles are long.
const SHOWN_IN_HELP: usize = 200;

/// Returns a text as far as a message can show it.
#[must_use]
pub fn shown(text: &str) -> Cow<'_, str> {
    first(text, SHOWN)
}

/// Returns a text as far as an advice can show it.
#[must_use]
pub fn shown_in_help(text: &str) -> Cow<'_, str> {
    first(text, SHOWN_IN_HELP)
}

/// Returns the first so many characters of a text, and `…` where there are more.
#[must_use]
pub fn first(text: &str, most: usize) -> Cow<'_, str> {
    match text.char_indices().nth(most) {
        Some((end, _)) => Cow::Owned(format!("{}…", &text[..end])),
        None => Cow::Borrowed(text),
    }
}

/// Cuts a text between words, to at most so many characters, and marks the cut. A word that is longer is cut between what
/// people take for characters: an emoji of several parts, a flag or a letter with its marks stays whole (UAX #29).
#[must_use]
pub fn shorten(text: &str, limit: usize) -> String {
    let Some((end, _)) = text.char_indices().nth(limit) else { return text.to_owned() };
    let room = text.char_indices().nth(limit.saturating_sub(1)).map_or(end, |(at, _)| at);
    let is_whole = |at: &usize| GraphemeCursor::new(*at, text.len(), true).is_boundary(text, 0).unwrap_or(true);
    let places = || text.get(..end).unwrap_or_default().char_indices().rev().map(|(at, _)| at).filter(|at| *at > 0);
    let cut = places().find(|at| !is_inside_word(text, *at) && is_whole(at)).or_else(|| places().find(is_whole)).unwrap_or(room);
    let kept =
        text.get(..cut).unwrap_or_default().trim_end_matches(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | ':' | '–' | '—' | '-'));
    format!("{kept}…")
}

/// Returns whether a cut at `at` would part a word.
fn is_inside_word(text: &str, at: usize) -> bool {
    let (before, after) = text.split_at(at);
    // Chinese and Japanese have no blanks between words.
    let word = |c: char| c < '\u{2e80}' && !c.is_whitespace();
    before.chars().next_back().is_some_and(word) && after.chars().next().is_some_and(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_shows_sixty_characters() {
        assert_eq!(shown(&"é".repeat(60)), "é".repeat(60));
        assert_eq!(shown(&"é".repeat(61)), format!("{}…", "é".repeat(60)));
    }

    #[test]
    fn a_cut_falls_between_words() {
        assert_eq!(shorten("eins zwei drei", 10), "eins zwei…");
        assert_eq!(shorten("eins, zwei", 7), "eins…");
        assert_eq!(shorten("eins zwei", 9), "eins zwei");
        assert_eq!(shorten("日本語の文章です", 4), "日本語…");
        assert_eq!(shorten("aaaaaaaaaa", 4), "aaa…");
    }

    #[test]
    fn a_cut_never_parts_what_is_one_character_to_people() {
        let family = "👨\u{200d}👩\u{200d}👧\u{200d}👦";
        for whole in [
            family,
            "🇩🇪",
            "👍🏽",
            "1\u{fe0f}\u{20e3}",
            "e\u{301}\u{323}",
            "か\u{3099}",
            "नी",
            "\u{1112}\u{1161}\u{11ab}",
            "🏴\u{e0067}\u{e0062}\u{e007f}",
        ] {
            let many = whole.repeat(12);
            for limit in 1..=many.chars().count() {
                let short = shorten(&many, limit);
                assert!(short.chars().count() <= limit, "{short}");
                let Some(kept) = short.strip_suffix('…') else { continue };
                let parts = kept.len() / whole.len();
                // Where there is no room for even one, it is cut all the same: a summary has to end somewhere.
                assert!(kept == whole.repeat(parts) || limit <= whole.chars().count(), "{whole} at {limit}: {short}");
            }
        }
    }
}
