//! The one place where a value is made fit to be written, whatever it holds.
//!
//! The `rss` and `atom_syndication` crates write characters that XML forbids, empty ids and absurd dates without a word.
//! Both, and the JSON writer, therefore get only what [`entry`] and [`feed`] return. They name every field, so a field
//! that is added to the model does not compile until somebody decides here what may be in it.

use crate::model::{Author, Date, Enclosure, Entry, Feed, FeedFormat, History, Hub, Image};
use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, TimeDelta, Timelike};
use std::borrow::Cow;

/// What stands for an id where there is neither an id nor a link; the site never makes such an entry.
const NO_ID: &str = "about:invalid";

/// What stands for the type of an attached file that names none (RFC 2046 §4.5.1).
const NO_TYPE: &str = "application/octet-stream";

/// Returns a text without the characters that XML 1.0 §2.2 forbids, and with every line end as LF, which is how any
/// XML reader hands a raw CR on (XML 1.0 §2.11).
pub(crate) fn text(raw: &str) -> Cow<'_, str> {
    if is_clean(raw.as_bytes()) {
        return Cow::Borrowed(raw);
    }
    let mut clean = String::with_capacity(raw.len());
    let mut chars = raw.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\r' if chars.peek() == Some(&'\n') => {}
            '\r' => clean.push('\n'),
            c if is_allowed(c) => clean.push(c),
            _ => {}
        }
    }
    Cow::Owned(clean)
}

/// Returns whether a character may stand in an XML document (XML 1.0 §2.2, `Char`).
fn is_allowed(c: char) -> bool {
    !matches!(c, '\0'..='\u{8}' | '\u{B}' | '\u{C}' | '\u{E}'..='\u{1F}' | '\u{FFFE}' | '\u{FFFF}')
}

/// Returns whether UTF-8 holds neither a forbidden character nor a CR. Blocks without a suspect byte are passed quickly.
fn is_clean(bytes: &[u8]) -> bool {
    // U+FFFE and U+FFFF are EF BF BE and EF BF BF; no other suspect byte is above 1F.
    let suspect = |b: u8| (b < 0x20 && b != b'\n' && b != b'\t') || b == 0xEF;
    let mut start = 0;
    for block in bytes.chunks(256) {
        if block.iter().fold(false, |found, &b| found | suspect(b)) {
            let end = (start + block.len() + 2).min(bytes.len());
            if !is_clean_slowly(&bytes[start..end]) {
                return false;
            }
        }
        start += block.len();
    }
    true
}

fn is_clean_slowly(bytes: &[u8]) -> bool {
    let control = |b: u8| b < 0x20 && b != b'\n' && b != b'\t';
    !bytes.iter().any(|&b| control(b)) && !bytes.windows(3).any(|w| w[0] == 0xEF && w[1] == 0xBF && w[2] >= 0xBE)
}

/// An entry that may be written: clean texts, an id, dates that every reader understands. Only [`CleanEntry::new`] makes
/// one, and the writers take nothing else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CleanEntry(Entry);

impl CleanEntry {
    /// Makes an entry fit to be written, whatever it holds.
    #[must_use]
    pub fn new(raw: Entry) -> Self {
        CleanEntry(entry(raw))
    }

    /// Returns the entry.
    #[must_use]
    pub fn get(&self) -> &Entry {
        &self.0
    }
}

fn entry(raw: Entry) -> Entry {
    let Entry { id, url, external_url, title, beginning, published, updated, authors, summary, content, tags, image, enclosures, language } =
        raw;
    let url = owned(&url);
    let published = date(&published);
    Entry {
        id: filled(&id).unwrap_or_else(|| if is_blank(&url) { NO_ID.to_owned() } else { url.clone() }),
        external_url: option(external_url.as_ref()),
        title: option(title.as_ref()),
        beginning: option(beginning.as_ref()),
        // RFC 4287 §4.2.15: an entry is not changed before it is there.
        updated: date(&updated).max(published),
        published,
        authors: persons(&authors),
        summary: option(summary.as_ref()),
        content: content.map(kept).filter(|content| !is_blank(content)),
        tags: tags.iter().filter_map(|tag| filled(tag)).collect(),
        image: image.as_ref().and_then(picture),
        enclosures: enclosures.iter().filter_map(enclosure).collect(),
        language: option(language.as_ref()),
        url,
    }
}

/// Returns a feed that may be written: clean texts, and a title, description and id in any case.
pub(super) fn feed(raw: &Feed) -> Feed {
    let Feed { id, title, description, home_url, self_urls, updated, language, authors, copyright, license, icon, image, hubs, history } =
        raw;
    let History { is_complete, current, previous } = history;
    let home_url = owned(home_url);
    let title = filled(title).unwrap_or_else(|| home_url.clone());
    Feed {
        id: filled(id).unwrap_or_else(|| if is_blank(&home_url) { NO_ID.to_owned() } else { home_url.clone() }),
        // RSS 2.0 <description> is required of a channel.
        description: filled(description).unwrap_or_else(|| title.clone()),
        self_urls: addresses(self_urls),
        history: History { is_complete: *is_complete, current: addresses(current), previous: addresses(previous) },
        updated: date(updated),
        language: option(language.as_ref()),
        authors: persons(authors),
        copyright: option(copyright.as_ref()),
        license: option(license.as_ref()),
        icon: option(icon.as_ref()),
        image: image.as_ref().and_then(picture),
        hubs: hubs.iter().filter_map(|Hub { url }| Some(Hub { url: filled(url)? })).collect(),
        title,
        home_url,
    }
}

fn addresses(raw: &[(FeedFormat, String)]) -> Vec<(FeedFormat, String)> {
    raw.iter().filter_map(|(format, url)| Some((*format, filled(url)?))).collect()
}

/// Returns a date that fits every format: a year of four digits (RFC 3339 §5.6), no fraction (newsboat loses the offset
/// behind one), an offset of whole minutes.
pub(crate) fn date(raw: &Date) -> Date {
    let (first, last) = (day(1, 1, 1), day(9999, 12, 31) + TimeDelta::seconds(86_399));
    let utc = raw.to_utc().clamp(first, last);
    let seconds = raw.offset().local_minus_utc();
    let offset = FixedOffset::east_opt(seconds - seconds % 60).unwrap_or(*raw.offset());
    // Within hours of either end, only UTC has a year of four digits.
    let local = utc.with_timezone(&offset);
    let date = if (1..=9999).contains(&local.year()) { local } else { utc.fixed_offset() };
    date.with_nanosecond(0).unwrap_or(date)
}

fn day(year: i32, month: u32, day: u32) -> DateTime<chrono::Utc> {
    NaiveDate::from_ymd_opt(year, month, day).and_then(|date| date.and_hms_opt(0, 0, 0)).unwrap_or_default().and_utc()
}

fn persons(raw: &[Author]) -> Vec<Author> {
    let person = |Author { name, email, uri }: &Author| {
        let (email, uri) = (option(email.as_ref()), option(uri.as_ref()));
        // RFC 4287 §3.2.1: a person has a name.
        let name = filled(name).or_else(|| uri.clone()).or_else(|| email.clone())?;
        Some(Author { name, email, uri })
    };
    raw.iter().filter_map(person).collect()
}

fn picture(raw: &Image) -> Option<Image> {
    let Image { url, media_type, bytes, size } = raw;
    Some(Image { url: filled(url)?, media_type: option(media_type.as_ref()), bytes: bytes.filter(|bytes| *bytes > 0), size: *size })
}

fn enclosure(raw: &Enclosure) -> Option<Enclosure> {
    let Enclosure { url, length, media_type, duration, title } = raw;
    let media_type = filled(media_type).unwrap_or_else(|| NO_TYPE.to_owned());
    Some(Enclosure { url: filled(url)?, length: *length, media_type, duration: *duration, title: option(title.as_ref()) })
}

fn owned(raw: &str) -> String {
    text(raw).into_owned()
}

/// Returns a clean text; one that is clean already, as contents are, is not copied.
fn kept(raw: String) -> String {
    if is_clean(raw.as_bytes()) { raw } else { owned(&raw) }
}

fn option(raw: Option<&String>) -> Option<String> {
    raw.and_then(|raw| filled(raw))
}

/// Returns a clean text, unless nothing but white space is left of it.
fn filled(raw: &str) -> Option<String> {
    Some(owned(raw)).filter(|text| !is_blank(text))
}

fn is_blank(text: &str) -> bool {
    text.trim().is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeZone;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_clean_text_holds_only_what_xml_allows_and_is_left_alone_from_then_on(raw in prop::collection::vec(any::<char>(), 0..40).prop_map(String::from_iter)) {
            let clean = text(&raw);
            prop_assert!(clean.chars().all(|c| is_allowed(c) && c != '\r'));
            prop_assert_eq!(text(&clean), clean.clone());
        }

        #[test]
        fn the_quick_look_finds_what_a_slow_one_finds(filler in 0usize..600, c in prop_oneof![Just('\u{FFFE}'), Just('\u{FFFF}'), Just('\u{FFFD}'), Just('\0'), Just('\r'), Just('\u{1f}'), Just('ｆ')]) {
            let raw = format!("{}{c}{}", "x".repeat(filler), "y".repeat(600 - filler));
            prop_assert_eq!(is_clean(raw.as_bytes()), is_allowed(c) && c != '\r');
        }

        #[test]
        fn any_date_has_a_year_of_four_digits_and_an_offset_of_whole_minutes(seconds in any::<i64>(), nanos in 0u32..2_000_000_000, offset in -86399i32..86400) {
            let utc = DateTime::from_timestamp(seconds % 8_000_000_000_000, nanos).unwrap_or_default();
            let raw = utc.with_timezone(&FixedOffset::east_opt(offset).expect("in range"));
            let written = date(&raw).to_rfc3339();
            prop_assert_eq!(written.len(), "2024-08-19T09:30:00+02:00".len(), "{}", written);
        }
    }

    #[test]
    fn every_kind_of_line_end_becomes_a_line_feed() {
        assert_eq!(text("a\r\nb\rc\nd\r"), "a\nb\nc\nd\n");
    }

    #[test]
    fn a_date_keeps_its_instant_up_to_the_last_second_of_four_digit_years() {
        for (written, clean) in [
            ("9999-12-31T23:59:59+00:00", "9999-12-31T23:59:59+00:00"),
            ("9999-12-31T23:59:59-01:00", "9999-12-31T22:59:59-01:00"),
            ("9999-12-31T12:00:00+01:00", "9999-12-31T12:00:00+01:00"),
            ("0001-01-01T00:00:00+00:00", "0001-01-01T00:00:00+00:00"),
        ] {
            let raw = DateTime::parse_from_rfc3339(written).expect("a date");
            assert_eq!(date(&raw).to_rfc3339(), clean, "{written}");
        }
    }

    #[test]
    fn a_date_keeps_its_instant_when_its_offset_has_seconds() {
        let raw = FixedOffset::east_opt(3208).and_then(|zone| zone.with_ymd_and_hms(1890, 1, 1, 0, 0, 0).single()).expect("a date");
        assert_eq!(date(&raw).to_utc(), raw.to_utc());
        assert_eq!(date(&raw).to_rfc3339(), "1889-12-31T23:59:32+00:53");
    }
}
