//! When a post was published, changed, or ends.

use super::{Published, Reader};
use crate::diagnostic::Place;
use crate::frontmatter::codes;
use crate::frontmatter::dialects::Field;
use crate::text::dates;

/// What Eleventy takes for a date and looks up in git or on disk.
const ELEVENTY_DATES: [&str; 4] = ["git Last Modified", "git Created", "Last Modified", "Created"];

impl Reader<'_> {
    /// Returns the date of publication: the front matter's, else the file name's, else the one of all that have none.
    pub(super) fn published(&mut self, usual: Option<&str>) -> Option<Published> {
        let published = |parsed: dates::Parsed| Published { at: parsed.date, in_site_zone: !parsed.has_offset };
        if let Some(parsed) = self.date(Field::Published) {
            return Some(published(parsed));
        }
        // One fault about the date is enough.
        if self.found.iter().any(|fault| fault.code == codes::UNKNOWN_DATE.name) {
            return None;
        }
        let Some(date) = self.name.date.take() else {
            return usual.and_then(|date| dates::parse(date, self.zone).ok()).map(published);
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
                Ok(parsed) => return Some(parsed),
                Err(fault) => {
                    self.report_date(key, &text, fault);
                    return None;
                }
            }
        }
        None
    }

    /// Reports a date at the part that is wrong.
    fn report_date(&mut self, key: &str, text: &str, fault: dates::DateFault) {
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
