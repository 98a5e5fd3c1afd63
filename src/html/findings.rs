//! Findings of one document, kept small however often a fault comes back.

use super::Finding;
use crate::diagnostic::{Code, Span};

/// So many findings of a kind are told with their places; the rest is counted.
const TOLD: usize = 8;

/// Collects findings; of each kind only the first few are kept, the rest is counted.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    list: Vec<Finding>,
    /// The kind, how often, and where its last finding is in the list.
    counts: Vec<(&'static Code, usize, usize)>,
}

impl Findings {
    /// Adds a finding; the message is made only when it will be told.
    pub(crate) fn add(&mut self, code: &'static Code, span: Span, message: impl FnOnce() -> String, help: Option<&str>) {
        let entry = self.counts.iter().position(|(known, ..)| std::ptr::eq(*known, code)).unwrap_or_else(|| {
            self.counts.push((code, 0, 0));
            self.counts.len() - 1
        });
        let Some((_, count, last)) = self.counts.get_mut(entry) else { return };
        *count += 1;
        if *count <= TOLD {
            *last = self.list.len();
            self.list.push(Finding { code, span, message: message(), help: help.map(str::to_owned) });
        }
    }

    /// Returns the findings; the last of a kind that came too often says how many more there were.
    pub(crate) fn finish(mut self) -> Vec<Finding> {
        for (_, count, last) in self.counts.iter().filter(|(_, count, _)| *count > TOLD) {
            if let Some(finding) = self.list.get_mut(*last) {
                finding.message = format!("{} (and {} more like it)", finding.message, count - TOLD);
            }
        }
        self.list
    }
}
