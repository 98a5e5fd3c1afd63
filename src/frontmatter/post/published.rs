//! When a post was published, changed, or ends.

use super::{FileFacts, Published, Reader, flag};
use crate::diagnostic::Place;
use crate::frontmatter::Delimiter;
use crate::frontmatter::codes;
use crate::frontmatter::dialects::Field;
use crate::frontmatter::node::{Node, get};
use crate::frontmatter::rules::Rules;
use crate::model::Date;
use crate::text::dates::{self, DateFault};

/// What Eleventy takes for a date and looks up in git or on disk.
const ELEVENTY_DATES: [&str; 4] = ["git Last Modified", "git Created", "Last Modified", "Created"];

impl Reader<'_> {
    /// Returns the date of publication: the front matter's, else the file name's, else the one of all that have none, else the one in
    /// the permalink or in the names of the folders.
    pub(super) fn published(&mut self, facts: &FileFacts<'_>) -> Option<Published> {
        if let Some(parsed) = self.date_in_order(facts.dates) {
            return Some(Published { at: parsed.date, in_site_zone: !parsed.has_offset, is_ours_alone: false });
        }
        let is_ours_alone = !facts.dates.is_empty();
        let published = |parsed: dates::Parsed| Published { at: parsed.date, in_site_zone: !parsed.has_offset, is_ours_alone };
        if let Some(parsed) = self.date(Field::Published) {
            return Some(published(parsed));
        }
        // One fault about the date is enough.
        if self.found.iter().any(|fault| fault.code == codes::UNKNOWN_DATE.name) {
            return None;
        }
        let Some(date) = self.name.date.take() else {
            let usual = facts.rules.and_then(Rules::date).map(str::to_owned);
            let permalink = self.hits(Field::Permalink).find_map(|hit| in_path(&self.head.text_of(&hit)?));
            let found = usual.or(permalink).or_else(|| in_path(self.head.source.path));
            return found.and_then(|date| dates::parse(&date, self.zone).ok()).map(published);
        };
        match date {
            Ok(parsed) => Some(published(parsed)),
            Err(fault) => {
                let file = self.head.source.path.rsplit('/').next().unwrap_or_default().to_owned();
                let place = Place::file(self.head.source.path);
                self.report(&codes::UNKNOWN_DATE, place, format!("the date in the file name `{file}` {}", fault.reason), fault.help);
                None
            }
        }
    }

    /// Returns from when on a post of Hugo's is shown: at once where it says nothing of it
    /// (<https://gohugo.io/configuration/front-matter/>). Without Hugo, nothing.
    pub(super) fn appears(&self, facts: &FileFacts<'_>) -> Option<Result<Date, (String, String, DateFault)>> {
        for key in &facts.hugo?.appears {
            if key == ":filename" {
                if let Some(Ok(parsed)) = &self.name.date {
                    return Some(Ok(parsed.date));
                }
                continue;
            }
            let Some(node @ (Node::Text(text) | Node::Number(text))) = self.value(key) else { continue };
            if !text.trim().is_empty() && flag(node).is_none() {
                let parsed = dates::parse(text, self.zone);
                return Some(parsed.map(|parsed| parsed.date).map_err(|fault| (key.clone(), text.clone(), fault)));
            }
        }
        Some(Ok(Date::default()))
    }

    /// Reports what is wrong with the date from which a post is shown, unless a fault of a date is known already.
    pub(super) fn told(&mut self, appears: Option<Result<Date, (String, String, DateFault)>>) -> Option<Date> {
        match appears? {
            Ok(date) => Some(date),
            Err((key, text, fault)) => {
                if self.found.iter().all(|found| found.code != codes::UNKNOWN_DATE.name) {
                    self.report_date(&key, &text, fault);
                }
                None
            }
        }
    }

    /// Returns until when the post is shown.
    pub(super) fn expires(&mut self, facts: &FileFacts<'_>) -> Option<Date> {
        let own = facts.hugo.map(|hugo| hugo.expires.as_slice()).filter(|order| !order.is_empty());
        let found = if let Some(order) = own { self.date_in_order(order) } else { self.date(Field::Expires) };
        found.map(|parsed| parsed.date)
    }

    /// Returns the value of a key: the post's own, else the nearest that holds for it.
    pub(super) fn value(&self, key: &str) -> Option<&Node> {
        get(&self.head.map, key).or_else(|| self.data.iter().find_map(|data| data.find(key)))
    }

    /// Returns the first date that one of these keys has, or the name; what is wrong with one is told elsewhere.
    fn date_in_order(&mut self, order: &[String]) -> Option<dates::Parsed> {
        for key in order {
            if key == ":filename" {
                if let Some(Ok(_)) = &self.name.date {
                    self.name.is_dated = true;
                    return self.name.date.take()?.ok();
                }
                continue;
            }
            let Some(Node::Text(text) | Node::Number(text)) = self.value(key) else { continue };
            if !text.trim().is_empty() {
                return dates::parse(text, self.zone).ok();
            }
        }
        None
    }

    /// Returns the first date among a field's keys. A truth value is none: `published` is one in Jekyll.
    pub(super) fn date(&mut self, field: Field) -> Option<dates::Parsed> {
        let keys = self.dialect.keys(field);
        for (level, key) in (0..=self.data.len()).flat_map(|level| keys.iter().map(move |key| (level, key))) {
            let Some(hit) = self.find(level, key).filter(|hit| !self.is_meant_as_flag(hit)) else { continue };
            let Some(text) = self.head.text_of(&hit) else {
                let message = format!("`{key}` is {}, not a date", hit.node.kind());
                let place = self.place_of(key);
                self.report(&codes::UNKNOWN_DATE, place, message, "write `2024-08-19` or `2024-08-19 09:30:00 +0200`");
                return None;
            };
            if text.trim().is_empty() {
                continue;
            }
            match dates::parse(&text, self.zone) {
                Ok(parsed) => return Some(self.in_utc(level, key, &text).unwrap_or(parsed)),
                Err(fault) => {
                    self.report_date(key, &text, fault);
                    return None;
                }
            }
        }
        None
    }

    /// Returns the date of one of the post's own keys in the site's zone, if it is a timestamp of YAML 1.1 that is in UTC: one with seconds,
    /// without an offset and without quotes (<https://yaml.org/type/timestamp.html>).
    fn in_utc(&self, level: usize, key: &str, text: &str) -> Option<dates::Parsed> {
        let text = text.trim();
        let digits = text.bytes().map(|byte| if byte.is_ascii_digit() { b'0' } else { byte.to_ascii_uppercase() });
        let is_timestamp = || matches!(digits.collect::<Vec<u8>>().as_slice(), b"0000-00-00 00:00:00" | b"0000-00-00T00:00:00");
        if !self.utc_timestamps || level > 0 || self.head.delimiter != Some(Delimiter::Yaml) || !is_timestamp() {
            return None;
        }
        let written = self.head.text().get(self.head.span(key))?;
        if written.starts_with(['"', '\'']) {
            return None;
        }
        let parsed = dates::parse(&format!("{text}Z"), self.zone).ok()?;
        Some(dates::Parsed { date: parsed.date.with_timezone(&self.zone).fixed_offset(), ..parsed })
    }

    /// Reports a date at the part that is wrong.
    fn report_date(&mut self, key: &str, text: &str, fault: DateFault) {
        if let Some(data) = self.data_with(key) {
            let place = data.place_of(key);
            self.report(&codes::UNKNOWN_DATE, place, format!("`{}` {}", text.trim(), fault.reason), fault.help);
            return;
        }
        let mut span = self.head.span(key);
        // The range is that of the value without quotes.
        if let Some(at) = self.head.text()[span.clone()].find(text) {
            span = span.start + at + fault.range.start..span.start + at + fault.range.end;
        }
        let place = self.head.place(span);
        if ELEVENTY_DATES.iter().any(|known| known.eq_ignore_ascii_case(text.trim())) {
            let message = format!("`{}` is a date that only Eleventy can tell", text.trim());
            self.report(&codes::UNKNOWN_DATE, place, message, "write the date itself, such as `2024-08-19`");
            return;
        }
        self.report(&codes::UNKNOWN_DATE, place, format!("`{}` {}", text.trim(), fault.reason), fault.help);
    }
}

/// Returns the date that follows one another as parts of a path: `/2026/03/12/name/`.
fn in_path(path: &str) -> Option<String> {
    let parts: Vec<&str> = path.split('/').collect();
    let is_number = |part: &str, length: std::ops::RangeInclusive<usize>| {
        length.contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    let found = parts.windows(3).find(|three| is_number(three[0], 4..=4) && is_number(three[1], 1..=2) && is_number(three[2], 1..=2))?;
    Some(format!("{}-{:0>2}-{:0>2}", found[0], found[1], found[2]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_holds_a_date_where_three_of_its_parts_are_one() {
        for (path, date) in [
            ("2026/03/12/name", Some("2026-03-12")),
            ("/blog/2026/3/2/", Some("2026-03-02")),
            ("content/2026/03/name.md", None),
            ("a/2026/03/12th/x", None),
            ("1/2026/13/45/x", Some("2026-13-45")),
            ("20260312", None),
        ] {
            assert_eq!(in_path(path).as_deref(), date, "{path}");
        }
    }
}
