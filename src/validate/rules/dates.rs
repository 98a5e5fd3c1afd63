//! Dates that are written correctly, and still make readers sort or date entries wrongly. Advice.

use super::Rule;
use crate::text::value::date;
use crate::validate::codes::{ENTRIES_OUT_OF_ORDER, FRACTIONAL_SECONDS, FUTURE_DATE, UPDATED_BEFORE_PUBLISHED};
use crate::validate::findings::{Findings, Located};
use crate::validate::scene::{Facts, Scene, Told};
use crate::validate::table::Fact;
use chrono::{DateTime, FixedOffset, TimeDelta};

/// Remembers the dates of the entry before.
#[derive(Debug, Default)]
pub(super) struct Dates {
    published: Order,
    updated: Order,
}

/// Whether entries stand newest first by one of their dates.
#[derive(Debug, Default)]
struct Order {
    before: Option<DateTime<FixedOffset>>,
    entries: usize,
    /// How many are newer than the one before.
    newer: usize,
    /// The first of them.
    first: Option<Located>,
}

impl Rule for Dates {
    fn entry(&mut self, scene: &Scene<'_, '_>, told: &Facts<'_>, findings: &mut Findings) {
        let [published, updated] = [Fact::Published, Fact::Updated].map(|fact| told.first(fact));
        let [published_at, updated_at] = [published, updated].map(|told| told.and_then(|told| read(&told.value)));
        for told in [published, updated].into_iter().flatten() {
            fraction(scene, told, findings);
        }
        for (told, at) in [(published, published_at), (updated, updated_at)] {
            if let (Some(told), Some(at)) = (told, at) {
                future(scene, told, at, findings);
            }
        }
        if let (Some(told), Some(published_at), Some(updated_at)) = (updated, published_at, updated_at)
            && updated_at < published_at
            // Atom's own rule says so.
            && !scene.kind.is_atom()
        {
            let message = format!("`{}` lies before the date of publication", told.name);
            let found = findings.add(scene, &UPDATED_BEFORE_PUBLISHED, told.span.clone(), message);
            found.child(told.name).help("write the later of both dates");
        }
        self.published.see(scene, published.zip(published_at));
        self.updated.see(scene, updated.zip(updated_at));
    }

    fn feed(&mut self, _scene: &Scene<'_, '_>, _told: &Facts<'_>, findings: &mut Findings) {
        let orders = [&mut self.published, &mut self.updated];
        // A feed may be sorted by either of them.
        if orders.iter().any(|order| order.entries > 1 && order.newer == 0) {
            return;
        }
        if let Some(order) = orders.into_iter().find(|order| order.newer > 0) {
            let is_reversed = order.newer + 1 == order.entries;
            let help = if is_reversed { "turn the order round: newest first" } else { "sort the entries, newest first" };
            if let Some(first) = order.first.take() {
                findings.add_located(&ENTRIES_OUT_OF_ORDER, first).help(help);
            }
        }
    }
}

impl Order {
    fn see(&mut self, scene: &Scene<'_, '_>, date: Option<(&Told<'_>, DateTime<FixedOffset>)>) {
        let Some((told, at)) = date else { return };
        self.entries += 1;
        if self.before.is_some_and(|before| at > before) {
            self.newer += 1;
            self.first.get_or_insert_with(|| {
                let message = "this entry is newer than the one before it, so programs that take the first few miss it".to_owned();
                Located::child(scene, told.name, told.span.clone(), message)
            });
        }
        self.before = Some(at);
    }
}

/// Reads a date in any of the forms that feeds have.
fn read(value: &str) -> Option<DateTime<FixedOffset>> {
    let value = value.trim();
    let is_iso = value.as_bytes().get(4) == Some(&b'-');
    if is_iso { date::rfc3339(value).or_else(|_| date::w3cdtf(value)).ok() } else { date::rfc822(value, &mut Vec::new()) }
}

fn fraction(scene: &Scene<'_, '_>, told: &Told<'_>, findings: &mut Findings) {
    let value = told.value.trim();
    if value.as_bytes().get(19) == Some(&b'.') && value.as_bytes().get(10) == Some(&b'T') {
        let message = format!("`{value}` has fractions of seconds, with which newsboat loses the time zone");
        findings.add(scene, &FRACTIONAL_SECONDS, told.span.clone(), message).child(told.name).help("write whole seconds");
    }
}

/// Reports a date up to a day ahead; one further off is implausible and reported as such.
fn future(scene: &Scene<'_, '_>, told: &Told<'_>, at: DateTime<FixedOffset>, findings: &mut Findings) {
    let now = scene.surroundings.now;
    if at > now && now.checked_add_signed(TimeDelta::days(1)).is_none_or(|tomorrow| at <= tomorrow) {
        let message = format!("`{}` lies in the future by less than a day", told.value.trim());
        let found = findings.add(scene, &FUTURE_DATE, told.span.clone(), message).child(told.name);
        found.help("look whether local time was written with the offset of another zone");
    }
}

#[cfg(test)]
mod tests {
    use crate::validate::tests::{findings_of, in_channel};

    fn told(found: &[String], code: &str) -> usize {
        found.iter().filter(|found| found.starts_with(code)).count()
    }

    fn items(dates: &[&str]) -> usize {
        let item = |date: &&str| format!("<item><pubDate>{date}</pubDate></item>");
        told(&in_channel(&dates.iter().map(item).collect::<String>()), "entries-out-of-order rss/channel/item/pubDate")
    }

    fn item_of_json(members: &str) -> Vec<String> {
        findings_of(&format!(r#"{{"version": "https://jsonfeed.org/version/1.1", "items": [{{{members}}}]}}"#))
    }

    #[test]
    fn entries_that_are_not_newest_first_are_told_once() {
        let [old, mid, new] = ["Mon, 02 Nov 2026 10:00:00 GMT", "Mon, 02 Nov 2026 12:00:00 +0100", "Tue, 03 Nov 2026 10:00:00 GMT"];
        assert_eq!((items(&[new, mid, old]), items(&[new, mid, mid, old])), (0, 0));
        assert_eq!((items(&[old, mid, new]), items(&[new, old, mid]), items(&[old, new, old, new])), (1, 1, 1));
        assert_eq!((items(&[]), items(&[old]), items(&["", "x", old])), (0, 0, 0));
    }

    #[test]
    fn a_feed_may_be_sorted_by_either_date() {
        let item = |published: &str, updated: &str| {
            format!(r#"{{"id": "{published}", "content_text": "x", "date_published": "{published}", "date_modified": "{updated}"}}"#)
        };
        let feed = |items: &[String]| {
            let text = format!(r#"{{"version": "https://jsonfeed.org/version/1.1", "items": [{}]}}"#, items.join(","));
            told(&findings_of(&text), "entries-out-of-order items/date")
        };
        let [first, second] = [item("2026-11-01T10:00:00Z", "2026-11-05T10:00:00Z"), item("2026-11-02T10:00:00Z", "2026-11-03T10:00:00Z")];
        assert_eq!(feed(&[first.clone(), second.clone()]), 0);
        assert_eq!(feed(&[second.clone(), first.clone()]), 0);
        assert_eq!(feed(&[first, second.replace("-03T", "-06T")]), 1);
    }

    #[test]
    fn fractions_the_near_future_and_a_change_before_publication_are_told() {
        let found = item_of_json(r#""date_published": "2026-11-22T20:00:00.5Z", "date_modified": "2026-11-22T11:00:00Z""#);
        assert!(found.contains(&"fractional-seconds items/date_published".to_owned()), "{found:?}");
        assert!(found.contains(&"future-date items/date_published".to_owned()), "{found:?}");
        assert!(found.contains(&"updated-before-published items/date_modified".to_owned()), "{found:?}");
        let found = item_of_json(r#""date_published": "2026-11-22T12:00:00Z", "date_modified": "2026-11-22T13:00:00+01:00""#);
        assert!(!found.iter().any(|found| found.contains("items/date")), "{found:?}");
        let far = item_of_json(r#""date_published": "2027-11-22T20:00:00Z""#);
        assert!(!far.iter().any(|found| found.starts_with("future-date")), "{far:?}");
    }
}
