//! Words out of a list: days, yes and no, periods.

use super::{Flaw as Any, quote};
use crate::text::suggest;

/// What is wrong with a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// There is nothing.
    Empty,
    /// It is a word of the list in another case, where the case counts.
    Case,
    /// It is a word of the list with white space around it.
    Padding,
    /// It is not in the list.
    Unknown,
}

/// A flaw of a word.
pub type Flaw = Any<Kind>;

/// Whether the case of a word counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Case {
    /// `Monday` and `monday` differ.
    Exact,
    /// They do not.
    Any,
}

/// Checks that a value is one of the words; returns that word.
pub fn one_of<'a>(value: &str, words: &[&'a str], case: Case) -> Result<&'a str, Flaw> {
    let (inner, start) = super::trim(value);
    let range = start..start + inner.len();
    if inner.is_empty() {
        return Err(Flaw::new(Kind::Empty, 0..value.len(), "is empty").help(choice(words)));
    }
    let found = words.iter().find(|word| **word == inner);
    let alike = found.or_else(|| words.iter().find(|word| word.eq_ignore_ascii_case(inner)));
    match (found, alike) {
        (None, None) => {
            let near = suggest::did_you_mean(inner, words.iter().copied());
            let help = near.unwrap_or_else(|| choice(words));
            Err(Flaw::new(Kind::Unknown, range, format!("has {}", quote(inner))).help(help))
        }
        (None, Some(word)) if case == Case::Exact => {
            Err(Flaw::new(Kind::Case, range, format!("is `{word}` in another case, and the case counts")).help(format!("write `{word}`")))
        }
        (_, Some(word)) if inner.len() < value.len() => {
            let space = if start > 0 { 0..start } else { inner.len()..value.len() };
            Err(Flaw::new(Kind::Padding, space, "has white space around it").help(format!("write `{word}`")))
        }
        (_, alike) => Ok(alike.copied().unwrap_or_default()),
    }
}

/// Returns the words as advice; of many the first.
fn choice(words: &[&str]) -> String {
    let shown: Vec<String> = words.iter().take(8).map(|word| format!("`{word}`")).collect();
    match shown.split_last() {
        Some((last, rest)) if !rest.is_empty() && words.len() <= 8 => format!("write {} or {last}", rest.join(", ")),
        _ if words.len() > 8 => format!("write one of {}, …", shown.join(", ")),
        _ => format!("write {}", shown.join(", ")),
    }
}

/// Checks a day of `skipDays`: an English name, its first letter a capital (RSS 2.0 `<skipDays>`).
pub fn day(value: &str) -> Result<&'static str, Flaw> {
    one_of(value, &["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"], Case::Exact)
}

/// Checks how often a feed changes (RSS 1.0 module Syndication, `updatePeriod`).
pub fn update_period(value: &str) -> Result<&'static str, Flaw> {
    one_of(value, &["hourly", "daily", "weekly", "monthly", "yearly"], Case::Exact)
}

/// Checks a boolean attribute: `true` or `false` (RSS 2.0 `isPermaLink`).
pub fn true_false(value: &str) -> Result<bool, Flaw> {
    one_of(value, &["true", "false"], Case::Exact).map(|word| word == "true")
}

/// Checks a boolean of XML Schema: also `1` and `0` (Part 2 §3.2.2).
pub fn boolean(value: &str) -> Result<bool, Flaw> {
    one_of(value, &["true", "false", "1", "0"], Case::Exact).map(|word| word == "true" || word == "1")
}

/// Checks `yes` or `no`; the case counts for `app:draft` (RFC 5023 §13.1.1) and not for the podcast modules.
pub fn yes_no(value: &str, case: Case) -> Result<bool, Flaw> {
    one_of(value, &["yes", "no"], case).map(|word| word == "yes")
}

/// Checks the older words of Apple's `explicit`: `yes`, `no` or `clean`, in any case.
pub fn yes_no_clean(value: &str) -> Result<&'static str, Flaw> {
    one_of(value, &["yes", "no", "clean"], Case::Any)
}

/// Checks Apple's `explicit`: `true` or `false`, and the older words that Apple still reads.
pub fn explicit(value: &str) -> Result<&'static str, Flaw> {
    one_of(value, &["true", "false", "yes", "no", "clean", "explicit"], Case::Any)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{ANY, check, table};
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn days_and_periods_are_english_words() {
        table(
            day,
            &["Monday", "Sunday"],
            &[("", Kind::Empty), ("monday", Kind::Case), ("Mon", Kind::Unknown), (" Monday", Kind::Padding), ("Montag", Kind::Unknown)],
        );
        table(update_period, &["hourly", "yearly"], &[("Daily", Kind::Case), ("dayly", Kind::Unknown), (" ", Kind::Empty)]);
        assert_eq!(update_period("dayly").expect_err("a slip").help.as_deref(), Some("did you mean `daily`?"));
        assert_eq!(
            update_period("x").expect_err("no word").help.as_deref(),
            Some("write `hourly`, `daily`, `weekly`, `monthly` or `yearly`")
        );
    }

    #[test]
    fn truth_has_several_words() {
        table(true_false, &["true", "false"], &[("", Kind::Empty), ("True", Kind::Case), ("yes", Kind::Unknown), ("1", Kind::Unknown)]);
        table(boolean, &["true", "0"], &[("TRUE", Kind::Case), ("2", Kind::Unknown)]);
        table(|value| yes_no(value, Case::Exact), &["yes", "no"], &[("Yes", Kind::Case), ("final", Kind::Unknown)]);
        table(|value| yes_no(value, Case::Any), &["Yes", "NO"], &[("clean", Kind::Unknown)]);
        table(yes_no_clean, &["Clean", "yes"], &[("", Kind::Empty), ("true", Kind::Unknown)]);
        table(explicit, &["true", "No", "clean"], &[("maybe", Kind::Unknown)]);
        assert_eq!(true_false("true"), Ok(true));
        assert_eq!(boolean("0"), Ok(false));
    }

    proptest! {
        #[test]
        fn no_text_panics_and_ranges_lie_inside(value in ANY) {
            let mut flaws = Vec::new();
            flaws.extend(day(&value).err());
            flaws.extend(explicit(&value).err());
            flaws.extend(boolean(&value).err());
            check(&value, &flaws);
        }
    }
}
