//! The key of an edition: what scripts, the ledger and the author's opening know it by.

use crate::model::Date;
use chrono_tz::Tz;
use std::collections::BTreeSet;

/// The longest key, in characters: it is part of file names and of Message-IDs.
const LONGEST: usize = 64;

/// Returns the key of an edition whose newest entry is of a date: that day in the site's zone, and `-2`, `-3` behind it
/// where earlier editions have it already. It is not the day of the run, so that a run that is late or repeated finds the same.
#[must_use]
pub fn default_key(newest: Date, zone: Tz, used: &BTreeSet<String>) -> String {
    let day = newest.with_timezone(&zone).format("%Y-%m-%d").to_string();
    let numbered = (2u32..).map(|number| format!("{day}-{number}"));
    std::iter::once(day.clone()).chain(numbered).find(|key| !used.contains(key)).unwrap_or(day)
}

/// Returns what is wrong with a key that somebody chose, as the end of a sentence.
#[must_use]
pub fn check_key(key: &str) -> Option<&'static str> {
    let good = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    if key.is_empty() || key.len() > LONGEST {
        return Some("has not between 1 and 64 characters");
    }
    if !key.chars().all(good) {
        return Some("holds other characters than letters, digits, `-`, `_` and `.`");
    }
    (!key.starts_with(|c: char| c.is_ascii_alphanumeric())).then_some("does not begin with a letter or a digit")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_is_the_day_of_the_newest_entry_in_the_sites_zone() {
        let newest = Date::parse_from_rfc3339("2026-11-22T23:30:00Z").expect("a date");
        let used = |keys: &[&str]| keys.iter().map(|key| (*key).to_owned()).collect();
        assert_eq!(default_key(newest, chrono_tz::UTC, &used(&[])), "2026-11-22");
        assert_eq!(default_key(newest, chrono_tz::Europe::Berlin, &used(&["2026-11-22"])), "2026-11-23");
        assert_eq!(default_key(newest, chrono_tz::UTC, &used(&["2026-11-22", "2026-11-22-2"])), "2026-11-22-3");
    }

    #[test]
    fn a_key_is_a_name_that_is_safe_everywhere() {
        for key in ["2026-11-22", "no-42", "No.7_b"] {
            assert_eq!(check_key(key), None, "{key}");
        }
        for key in ["", ".", "../x", "a b", "-x", "ä", &"x".repeat(65)] {
            assert!(check_key(key).is_some(), "{key}");
        }
    }
}
