//! `*[HTML]: Hypertext Markup Language`: the line goes, and the word is marked wherever it stands
//! (<https://kramdown.gettalong.org/syntax.html#abbreviations>).

use super::Finder;
use super::address::is_in_address;
use super::inert::inert;
use crate::html::push_value;
use memchr::memmem;

/// So many abbreviations of a post are marked, and so many times each.
const MOST: (usize, usize) = (100, 1000);

/// How much of the line before a word is looked at.
const NEAR: usize = 300;

impl Finder<'_, '_> {
    /// Reads what abbreviations mean.
    pub(super) fn read_abbreviations(&mut self) {
        let body = self.body;
        for (at, _) in body.match_indices("*[") {
            let begins_line = at == 0 || body.as_bytes().get(at - 1) == Some(&b'\n');
            if !begins_line || self.literal.is_in_code(at) || self.abbreviations.len() >= MOST.0 {
                continue;
            }
            let line = body.get(at + 2..).unwrap_or_default().lines().next().unwrap_or_default();
            if let Some((word, meaning)) = line.split_once("]:")
                && !word.is_empty()
                && !word.contains(['[', ']', '*', '`', '<'])
                && (meaning.is_empty() || meaning.starts_with(' '))
                // `*[Update]: we have moved.*` is emphasis.
                && meaning.matches('*').count() % 2 == 0
            {
                self.abbreviations.entry(word).or_insert(meaning.trim());
            }
        }
    }

    /// Takes the line out that says what an abbreviation means.
    pub(super) fn abbreviation(&mut self, at: usize, word: &str) -> Option<usize> {
        self.abbreviations.get(word)?;
        let end = at + self.line(at).len();
        self.leave_out(at - 1..end);
        Some(end)
    }

    /// Marks the abbreviations in the text.
    pub(super) fn mark_abbreviations(&mut self) {
        for (word, meaning) in std::mem::take(&mut self.abbreviations) {
            let mut title = String::new();
            push_value(&mut title, meaning);
            let open = inert(&format!("<abbr title=\"{title}\">"));
            let found = memmem::find_iter(self.body.as_bytes(), word).take(MOST.1);
            let marked: Vec<usize> = found.filter(|at| !meaning.is_empty() && self.is_marked(*at, word)).collect();
            for at in marked {
                self.edit(at..at, open.clone());
                self.edit(at + word.len()..at + word.len(), "</abbr>");
            }
        }
    }

    /// Returns whether an abbreviation at a place is a word of the text.
    fn is_marked(&self, at: usize, word: &str) -> bool {
        let (Some(head), Some(tail)) = (self.body.get(..at), self.body.get(at + word.len()..)) else { return false };
        let (before, after) = (head.chars().next_back(), tail.chars().next());
        let begins =
            before.is_none_or(|c| c.is_whitespace() || matches!(c, '(' | '"' | '\'' | '*' | '>' | '[' | '“' | '„' | '‘' | '«' | '—' | '–'));
        let ends = after.is_none_or(|c| !c.is_alphanumeric() && !matches!(c, '_' | '/' | '@'));
        let label = before == Some('[') && (after == Some(']') || tail.starts_with("]:") || head.ends_with("*["));
        let line = self.before(at, NEAR);
        let target = line.rfind("](").is_some_and(|open| line.get(open..).is_some_and(|rest| !rest.contains(')')));
        begins && ends && !label && !target && !is_in_address(line) && !self.literal.is_in_code(at) && !self.literal.is_in_tag(at)
    }
}
