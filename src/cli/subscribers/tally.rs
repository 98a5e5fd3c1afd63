//! What came of each address, in one line.

use serde_json::{Map, Value};
use std::fmt::Write as _;

/// Up to how many addresses are named for an outcome.
const NAMED: usize = 3;

/// What came of each address, by outcome; in the order in which the outcomes were declared.
#[derive(Debug, Default)]
pub(super) struct Tally {
    outcomes: Vec<(&'static str, usize, Vec<String>)>,
    advice: Vec<String>,
    is_short: bool,
}

impl Tally {
    /// Makes one whose outcomes come in this order.
    pub(super) fn of(outcomes: &[&'static str]) -> Self {
        Tally { outcomes: outcomes.iter().map(|outcome| (*outcome, 0, Vec::new())).collect(), ..Tally::default() }
    }

    /// Counts an outcome of somebody, who is named as this.
    pub(super) fn count(&mut self, outcome: &'static str, who: &str) {
        self.count_more(outcome, 1);
        if let Some((_, _, names)) = self.outcomes.iter_mut().find(|(known, ..)| *known == outcome)
            && !who.is_empty()
            && names.len() <= NAMED
        {
            names.push(who.to_owned());
        }
    }

    /// Counts an outcome so many times.
    pub(super) fn count_more(&mut self, outcome: &'static str, more: usize) {
        match self.outcomes.iter_mut().find(|(known, ..)| *known == outcome) {
            Some((_, count, _)) => *count += more,
            None => self.outcomes.push((outcome, more, Vec::new())),
        }
    }

    /// Returns how often an outcome was.
    pub(super) fn of_outcome(&self, outcome: &str) -> usize {
        self.outcomes.iter().find(|(known, ..)| *known == outcome).map_or(0, |(_, count, _)| *count)
    }

    /// Notes that something that was asked for was not done, and what to do about it; each advice once.
    pub(super) fn fall_short(&mut self, advice: impl Into<String>) {
        self.is_short = true;
        self.advise(advice);
    }

    /// Notes something worth knowing; once.
    pub(super) fn advise(&mut self, advice: impl Into<String>) {
        let advice = advice.into();
        if !self.advice.contains(&advice) {
            self.advice.push(advice);
        }
    }

    pub(super) fn advice(&self) -> &[String] {
        &self.advice
    }

    /// Returns whether something that was asked for was not done.
    pub(super) fn is_short(&self) -> bool {
        self.is_short
    }

    /// Returns it in one line.
    pub(super) fn line(&self) -> String {
        let mut line = String::new();
        for (outcome, count, names) in self.outcomes.iter().filter(|(_, count, _)| *count > 0) {
            let comma = if line.is_empty() { "" } else { ", " };
            let _ = write!(line, "{comma}{count} {outcome}");
            if !names.is_empty() && names.len() <= NAMED {
                let _ = write!(line, " ({})", names.join(", "));
            }
        }
        if line.is_empty() { "nothing to do".to_owned() } else { line }
    }

    /// Returns the counts by the outcomes' names.
    pub(super) fn json(&self) -> Value {
        let counts: Map<String, Value> =
            self.outcomes.iter().map(|(outcome, count, _)| (outcome.replace(' ', "_"), Value::from(*count))).collect();
        Value::Object(counts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_are_named_and_many_are_counted() {
        let mut tally = Tally::of(&["new", "as before"]);
        tally.count("as before", "ada@example.org");
        for at in 0..4 {
            tally.count("new", &format!("{at}@example.org"));
        }
        tally.count_more("left out", 2);
        assert_eq!(tally.line(), "4 new, 1 as before (ada@example.org), 2 left out");
        assert_eq!(tally.json(), serde_json::json!({"new": 4, "as_before": 1, "left_out": 2}));
        assert_eq!((Tally::default().line(), tally.is_short()), ("nothing to do".to_owned(), false));
    }
}
