//! XHTML's `meta` in a feed, which keeps robots away.

use crate::validate::codes::{INVALID_META_CONTENT, INVALID_META_NAME, UNEXPECTED_TEXT};
use crate::validate::table::{Content, Element, attribute, element};
use crate::validate::value::Type;

/// `meta`.
pub static META: Element = element("meta", "Robots meta tag").content(Content::Empty(&UNEXPECTED_TEXT)).attributes(&[
    attribute("name").required().value(&ROBOTS, &INVALID_META_NAME),
    attribute("content").required().value(&DIRECTIVES, &INVALID_META_CONTENT),
]);

static ROBOTS: Type = Type {
    name: "`robots`",
    check: |value, _, flaws| {
        if !value.trim().eq_ignore_ascii_case("robots") {
            flaws.add(0..value.len(), "").help("write `robots`");
        }
    },
};

const KNOWN: [&str; 6] = ["all", "none", "index", "noindex", "follow", "nofollow"];
/// What says the opposite of what.
const OPPOSITES: [(&str, &str); 3] = [("all", "none"), ("index", "noindex"), ("follow", "nofollow")];

/// Words between commas, each of them once.
static DIRECTIVES: Type = Type {
    name: "a list of what robots may do",
    check: |value, _, flaws| {
        let mut seen: Vec<String> = Vec::new();
        let mut at = 0;
        for part in value.split(',') {
            let word = part.trim().to_lowercase();
            let range = at..at + part.len();
            let opposite =
                OPPOSITES.iter().find_map(|(a, b)| [(a, b), (b, a)].into_iter().find(|(one, _)| **one == word).map(|(_, other)| *other));
            if !KNOWN.contains(&word.as_str()) {
                flaws
                    .add(range, format!("has `{}`, which is no word that robots know", part.trim()))
                    .help("write `noindex`, `nofollow` or both");
                return;
            } else if seen.contains(&word) {
                flaws.add(range, format!("has `{word}` twice"));
                return;
            } else if let Some(opposite) = opposite.filter(|opposite| seen.iter().any(|seen| seen == opposite)) {
                flaws.add(range, format!("has `{word}` and `{opposite}`")).help("keep one of them");
                return;
            }
            seen.push(word);
            at += part.len() + 1;
        }
    },
};

#[cfg(test)]
mod tests {
    use crate::validate::tests::findings_of;

    #[test]
    fn robots_are_told_what_they_know() {
        let meta = |attributes: &str| {
            let found = findings_of(&format!(
                "<rss version='2.0'><channel><title>T</title><link>https://example.org/</link><description>D</description>\
                 <meta xmlns='http://www.w3.org/1999/xhtml' {attributes}/></channel></rss>"
            ));
            found
                .into_iter()
                .filter_map(|found| found.split_once(" rss/channel/meta").map(|(code, attr)| format!("{code}{attr}")))
                .collect::<Vec<_>>()
        };
        assert_eq!(meta("name='robots' content='NoIndex, nofollow'"), Vec::<String>::new());
        assert_eq!(meta("name='robots'"), ["missing-attribute@content"]);
        assert_eq!(meta("name='author' content='all'"), ["invalid-meta-name@name"]);
        for content in ["", "no-index", "index,noindex", "none,none"] {
            assert_eq!(meta(&format!("name='robots' content='{content}'")), ["invalid-meta-content@content"], "{content}");
        }
    }
}
