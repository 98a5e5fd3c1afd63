//! Which entry of one feed an entry of another one is, although their ids differ: by the link, by title and date, by what it says.

use crate::feed::read::ReadEntry;
use crate::html;
use chrono::TimeDelta;
use std::collections::HashMap;
use unicode_normalization::UnicodeNormalization;
use url::Url;

/// How far two dates of one day may be apart, as zones and generators tell it.
const A_DAY: TimeDelta = TimeDelta::hours(26);
/// As many letters of an entry tell it from others: summaries break off.
const LETTERS: usize = 80;
/// With fewer letters entries are alike that are not the same.
const FEWEST: usize = 24;
/// What campaigns add to links.
const NOISE: [&str; 3] = ["utm_", "fbclid", "gclid"];

/// What told that two entries are the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Way {
    /// Both lead to the same page.
    Link,
    /// Both go by the same id.
    Id,
    /// They have one title, and are of one day.
    TitleAndDate,
    /// They begin with the same words.
    Content,
}

impl Way {
    /// Every way, in the order in which they are tried, with its name.
    pub const ALL: [(Way, &str); 4] =
        [(Way::Link, "link"), (Way::Id, "id"), (Way::TitleAndDate, "title and date"), (Way::Content, "content")];
}

/// What became of an entry among others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Match {
    /// None is the same.
    None,
    /// This one is.
    One(usize, Way),
    /// Each of these may be.
    Several(Vec<usize>),
    /// This one is, and it is another entry, too.
    Shared(usize),
}

/// Returns what an address comes to, wherever the site lives: its path without `index.html`, `.html` or a slash at the end, and without
/// percent-encoding; `None` for the address of the site itself, which many entries may have.
#[must_use]
pub fn page(address: &str) -> Option<String> {
    let url = Url::parse(address).ok().or_else(|| Url::parse("https://example.org/").ok()?.join(address).ok())?;
    let path: String = decoded(url.path()).nfc().collect();
    let path = path.trim_end_matches('/');
    let cut = |path: &str, end: &str| path.strip_suffix(end).map(ToOwned::to_owned);
    let path = ["/index.html", "/index.htm", ".html", ".htm"].iter().find_map(|end| cut(path, end)).unwrap_or_else(|| path.to_owned());
    let is_noise = |name: &str| NOISE.iter().any(|noise| name.starts_with(noise));
    let pairs: Vec<String> = url.query_pairs().filter(|(name, _)| !is_noise(name)).map(|(name, value)| format!("{name}={value}")).collect();
    match (path.trim_matches('/').is_empty(), pairs.is_empty()) {
        (true, true) => None,
        (_, true) => Some(path),
        (_, false) => Some(format!("{path}?{}", pairs.join("&"))),
    }
}

/// Undoes percent-encoding; what is no UTF-8 then is replaced.
pub(crate) fn decoded(path: &str) -> String {
    let mut octets = Vec::with_capacity(path.len());
    let mut rest = path.as_bytes();
    while let [first, behind @ ..] = rest {
        let digit = |octet: u8| char::from(octet).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
        match behind {
            [high, low, after @ ..] if *first == b'%' && digit(*high).is_some() && digit(*low).is_some() => {
                octets.push(digit(*high).unwrap_or_default() * 16 + digit(*low).unwrap_or_default());
                rest = after;
            }
            _ => {
                octets.push(*first);
                rest = behind;
            }
        }
    }
    String::from_utf8_lossy(&octets).into_owned()
}

/// Returns the letters and digits of a text.
fn letters(text: &str, most: usize) -> String {
    text.nfkc().flat_map(char::to_lowercase).filter(|c| c.is_alphanumeric()).take(most).collect()
}

fn title(entry: &ReadEntry) -> Option<String> {
    entry.title.as_deref().map(|title| letters(&html::text(title, 1000), usize::MAX)).filter(|title| !title.is_empty())
}

fn words(entry: &ReadEntry) -> Option<String> {
    let text = letters(&html::text(entry.content.as_deref()?, 4 * LETTERS), LETTERS);
    (text.chars().count() >= FEWEST).then_some(text)
}

/// The entries by something that tells them apart.
type Index = HashMap<String, Vec<usize>>;

fn index(entries: &[&ReadEntry], key: impl Fn(&ReadEntry) -> Option<String>) -> Index {
    let mut index = Index::new();
    for (at, entry) in entries.iter().enumerate() {
        if let Some(key) = key(entry) {
            index.entry(key).or_default().push(at);
        }
    }
    index
}

fn found(index: &Index, key: Option<String>) -> Vec<usize> {
    key.and_then(|key| index.get(&key).cloned()).unwrap_or_default()
}

fn is_of_one_day(one: &ReadEntry, other: &ReadEntry) -> bool {
    matches!((one.published, other.published), (Some(one), Some(other)) if (one - other).abs() < A_DAY)
}

fn is_of_one_moment(one: &ReadEntry, other: &ReadEntry) -> bool {
    matches!((one.published, other.published), (Some(one), Some(other)) if one.timestamp() == other.timestamp())
}

fn begins_alike(one: &ReadEntry, other: &ReadEntry) -> bool {
    words(one).is_some_and(|begin| words(other) == Some(begin))
}

/// Returns for each entry which of `others` it is.
#[must_use]
pub fn pair(entries: &[&ReadEntry], others: &[&ReadEntry]) -> Vec<Match> {
    let by_page = index(others, |entry| page(entry.url.as_deref()?));
    let by_id = index(others, |entry| Some(entry.id.clone()));
    let mut matches: Vec<Match> = entries
        .iter()
        .map(|entry| {
            let mut pages = found(&by_page, entry.url.as_deref().and_then(page));
            let ids = found(&by_id, Some(entry.id.clone()));
            // Where several lead to one page, the title tells them apart.
            if pages.len() > 1 {
                let alike: Vec<usize> =
                    pages.iter().copied().filter(|at| title(entry).is_some() && title(entry) == title(others[*at])).collect();
                pages = if alike.len() == 1 { alike } else { pages };
            }
            match (&pages[..], &ids[..]) {
                ([], []) => Match::None,
                ([], [one]) => Match::One(*one, Way::Id),
                ([one], []) => Match::One(*one, Way::Link),
                (_, [one]) if pages.contains(one) => Match::One(*one, Way::Link),
                _ => Match::Several([&pages[..], &ids[..]].concat()),
            }
        })
        .collect();
    pair_rest(entries, others, &mut matches, Way::TitleAndDate, title, is_of_one_day);
    pair_rest(entries, others, &mut matches, Way::Content, words, |_, _| true);
    let mut times: HashMap<usize, usize> = HashMap::new();
    for known in &matches {
        if let Match::One(other, _) = known {
            *times.entry(*other).or_default() += 1;
        }
    }
    for known in &mut matches {
        if let Match::One(other, _) = *known
            && times.get(&other).is_some_and(|times| *times > 1)
        {
            *known = Match::Shared(other);
        }
    }
    matches
}

/// Pairs what is left in one way.
fn pair_rest(
    entries: &[&ReadEntry],
    others: &[&ReadEntry],
    matches: &mut [Match],
    way: Way,
    key: fn(&ReadEntry) -> Option<String>,
    fits: fn(&ReadEntry, &ReadEntry) -> bool,
) {
    if !matches.contains(&Match::None) {
        return;
    }
    let taken: Vec<usize> = matches.iter().filter_map(|known| if let Match::One(at, _) = known { Some(*at) } else { None }).collect();
    let keys = index(others, key);
    for (entry, known) in entries.iter().zip(matches.iter_mut()).filter(|(_, known)| **known == Match::None) {
        let mut fitting: Vec<usize> =
            found(&keys, key(entry)).into_iter().filter(|at| !taken.contains(at) && fits(entry, others[*at])).collect();
        // Of a series with one title, the exact date tells them apart, else what they say.
        for is_same in [is_of_one_moment, begins_alike] {
            let same: Vec<usize> = fitting.iter().copied().filter(|at| fitting.len() > 1 && is_same(entry, others[*at])).collect();
            fitting = if same.is_empty() { fitting } else { same };
        }
        *known = match fitting[..] {
            [] => Match::None,
            [one] => Match::One(one, way),
            _ => Match::Several(fitting),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::DateTime;

    fn entry(id: &str, url: &str, title: &str, day: u32, content: &str) -> ReadEntry {
        let published = DateTime::parse_from_rfc3339(&format!("2026-11-{day:02}T10:00:00Z")).ok();
        let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        ReadEntry { id: id.into(), url: some(url), title: some(title), published, content: some(content), ..ReadEntry::default() }
    }

    #[test]
    fn host_scheme_slash_ending_and_encoding_of_an_address_do_not_matter() {
        let same = [
            "https://example.org/a%20b/%C3%A9/",
            "http://www.other.example/a%20b/é",
            "https://example.org/a%20b/%c3%a9.html",
            "/a b/e\u{301}/index.html?utm_source=feed#top",
        ];
        for address in same {
            assert_eq!(page(address).as_deref(), Some("/a b/é"), "{address}");
        }
        assert_eq!(page("https://example.org/?p=12").as_deref(), Some("?p=12"));
        assert_eq!(
            (page("https://example.org/"), page("https://example.org/index.html"), page("https://example.org/%zz")),
            (None, None, Some("/%zz".into()))
        );
    }

    #[test]
    fn entries_are_paired_by_the_strongest_sign_there_is() {
        let said = "<p>Words that nobody else has written like this.</p>";
        let others = [
            entry("1", "https://new.example/one/", "One", 1, ""),
            entry("urn:2", "https://new.example/two/", "Two", 2, ""),
            entry("3", "https://new.example/three/", "Three &amp; more", 3, ""),
            entry("4", "https://new.example/four/", "Four", 4, said),
        ];
        let old = [
            entry("a", "http://old.example/one.html", "Uno", 9, ""),
            entry("urn:2", "http://old.example/2", "Due", 9, ""),
            entry("c", "http://old.example/3", "THREE & more", 4, ""),
            entry("d", "http://old.example/4", "Quattro", 9, said),
            entry("e", "http://old.example/5", "Five", 5, ""),
        ];
        let (old, others): (Vec<&ReadEntry>, Vec<&ReadEntry>) = (old.iter().collect(), others.iter().collect());
        let expected =
            [Match::One(0, Way::Link), Match::One(1, Way::Id), Match::One(2, Way::TitleAndDate), Match::One(3, Way::Content), Match::None];
        assert_eq!(pair(&old, &others), expected);
    }

    #[test]
    fn in_a_series_with_one_title_the_exact_date_or_else_the_text_tells_them_apart() {
        let said = |day: u32| format!("Day {day}: these are the links of this one day and of no other.");
        let series = |id: &str, days: [u32; 3], dated: bool| -> Vec<ReadEntry> {
            days.map(|day| entry(&format!("{id}{day}"), "", "Daily links", if dated { day } else { 1 }, &said(day))).into()
        };
        for dated in [true, false] {
            let (others, old) = (series("new", [1, 2, 3], dated), series("old", [3, 1, 2], dated));
            let (old, others): (Vec<&ReadEntry>, Vec<&ReadEntry>) = (old.iter().collect(), others.iter().collect());
            assert_eq!(pair(&old, &others), [2, 0, 1].map(|at| Match::One(at, Way::TitleAndDate)), "{dated}");
        }
    }

    #[test]
    fn what_cannot_be_told_is_not_guessed() {
        let others = [
            entry("1", "https://e.org/one/", "Same", 1, ""),
            entry("2", "https://e.org/two/", "Same", 1, ""),
            entry("3", "https://e.org/three/", "Three", 3, ""),
        ];
        let old = [
            entry("x", "https://e.org/old/", "Same", 1, ""),
            entry("1", "https://e.org/two/", "Other", 1, ""),
            entry("y", "https://e.org/three", "Three", 3, ""),
            entry("z", "https://e.org/three.html", "Three", 3, ""),
        ];
        let (old, others): (Vec<&ReadEntry>, Vec<&ReadEntry>) = (old.iter().collect(), others.iter().collect());
        let expected = [Match::Several(vec![0, 1]), Match::Several(vec![1, 0]), Match::Shared(2), Match::Shared(2)];
        assert_eq!(pair(&old, &others), expected);
    }
}
