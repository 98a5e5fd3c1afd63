//! The page that plain text is written on: lines, what stands before them, and the blank lines between.

use crate::text::wrap::{each_line, width};
use unicode_width::UnicodeWidthChar;

/// The longest line in bytes that a mail may have, without its end (RFC 5322 §2.1.1).
const LINE: usize = 998;

/// A container that is open.
#[derive(Debug)]
struct Open {
    rest: usize,
    first: Option<String>,
}

/// Plain text in the making.
#[derive(Debug)]
pub(super) struct Page {
    out: String,
    width: usize,
    /// What stands before each line.
    rest: String,
    /// What stands before the next line instead: a list item's mark.
    first: Option<String>,
    /// How much of `rest` stands on the blank line that comes before the next line.
    gap: Option<usize>,
    open: Vec<Open>,
}

impl Page {
    /// Begins an empty page of a width.
    pub(super) fn new(width: usize) -> Self {
        Page { out: String::new(), width, rest: String::new(), first: None, gap: None, open: Vec::new() }
    }

    /// Returns what was written.
    pub(super) fn finish(self) -> String {
        self.out
    }

    /// Returns how much was written.
    pub(super) fn len(&self) -> usize {
        self.out.len()
    }

    /// Returns how many columns are left for a line.
    pub(super) fn room(&self) -> usize {
        let first = self.first.as_deref().map_or(0, width);
        self.width.saturating_sub(first.max(width(&self.rest))).max(1)
    }

    /// Asks for a blank line, unless a container has only just begun.
    pub(super) fn margin(&mut self) {
        if self.first.is_none() && !self.out.is_empty() {
            self.gap = Some(self.gap.map_or(self.rest.len(), |gap| gap.min(self.rest.len())));
        }
    }

    /// Forgets a blank line that was asked for.
    pub(super) fn no_margin(&mut self) {
        self.gap = None;
    }

    /// Opens a container: `first` stands before its first line, `rest` before the others. Half of the width is kept for
    /// the text, however deep containers nest.
    pub(super) fn enter(&mut self, first: &str, rest: &str) {
        self.open.push(Open { rest: self.rest.len(), first: self.first.clone() });
        let mark = self.first.take().unwrap_or_else(|| self.rest.clone());
        let deep = width(&mark) + width(first) > self.width * 3 / 4;
        self.first = Some(if deep { mark } else { mark + first });
        if width(&self.rest) + width(rest) <= self.width / 2 {
            self.rest.push_str(rest);
        }
    }

    /// Closes the last container; what it would have shown before its first line is shown only if `always`.
    pub(super) fn leave(&mut self, always: bool) {
        if always && self.first.is_some() {
            self.line("");
        }
        let Some(open) = self.open.pop() else { return };
        self.rest.truncate(open.rest);
        self.gap = self.gap.map(|gap| gap.min(open.rest));
        if self.first.is_some() {
            self.first = open.first;
        }
    }

    /// Writes a text in as many lines as it needs; returns the columns of the widest.
    pub(super) fn wrapped(&mut self, text: &str) -> usize {
        let mut widest = 0;
        each_line(text, self.room(), |line, columns| {
            self.line(line);
            widest = widest.max(columns);
        });
        widest
    }

    /// Writes a line as it is; one that no mail can hold is broken.
    pub(super) fn line(&mut self, text: &str) {
        if let Some(gap) = self.gap.take() {
            self.out.push_str(self.rest.get(..gap).unwrap_or(&self.rest).trim_end());
            self.out.push('\n');
        }
        let mut text = text.trim_end();
        loop {
            let start = self.out.len();
            match self.first.take() {
                Some(first) => self.out.push_str(&first),
                None => self.out.push_str(&self.rest),
            }
            let (now, later) = text.split_at(fit(text, LINE.saturating_sub(self.out.len() - start)));
            self.out.push_str(now);
            self.out.truncate(start + self.out.get(start..).unwrap_or_default().trim_end().len());
            self.out.push('\n');
            text = later;
            if text.is_empty() {
                return;
            }
        }
    }
}

/// Returns how many bytes of a text fit into some, without parting a character from its marks.
fn fit(text: &str, room: usize) -> usize {
    if text.len() <= room {
        return text.len();
    }
    let most = text.floor_char_boundary(room).max(1);
    let is_mark = |at: usize| text.get(at..).and_then(|rest| rest.chars().next()).is_some_and(|c| c.width().unwrap_or(0) == 0);
    let before = (most.saturating_sub(64)..=most).rev().find(|at| text.is_char_boundary(*at) && !is_mark(*at));
    text.ceil_char_boundary(before.filter(|at| *at > 0).unwrap_or(most))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_no_mail_can_hold_is_broken_between_characters() {
        let mut page = Page::new(72);
        page.enter("> ", "> ");
        page.line(&"é".repeat(1000));
        let text = page.finish();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 3);
        assert!(lines.iter().all(|line| line.starts_with("> é") && line.len() <= 998));
        assert_eq!(text.matches('é').count(), 1000);
    }

    #[test]
    fn a_blank_line_carries_what_is_common_to_both_sides() {
        let mut page = Page::new(72);
        page.enter("> ", "> ");
        page.line("a");
        page.margin();
        page.line("b");
        page.margin();
        page.leave(false);
        page.margin();
        page.line("c");
        assert_eq!(page.finish(), "> a\n>\n> b\n\nc\n");
    }

    #[test]
    fn an_empty_item_still_shows_its_mark() {
        let mut page = Page::new(72);
        page.enter("- ", "  ");
        page.enter("> ", "> ");
        page.leave(false);
        page.leave(true);
        assert_eq!(page.finish(), "-\n");
    }
}
