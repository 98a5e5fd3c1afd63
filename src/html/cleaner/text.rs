//! What plain text says in other words than HTML: footnotes and tasks by signs, formulas by their source.
//!
//! Who writes the HTML of such a thing says at once what a text has in its place, so that one pass serves both.

use super::{Cleaner, Open, P};
use crate::html::escape::{push_text, push_value};
use crate::html::table::{Id, id};
use std::ops::Range;
use url::Url;

const QUOTE: Id = id("blockquote");

/// What plain text has in place of parts of the output.
#[derive(Debug, Default)]
pub(super) struct Told {
    /// The parts, ascending, and the HTML in their places.
    instead: Vec<(Range<usize>, String)>,
    /// Whether there is something for which no such words were found.
    has_more: bool,
}

impl Told {
    /// Returns the HTML that plain text is made of; `None` where it cannot be told from the output.
    pub(super) fn html(self, out: &str, base: &Url) -> Option<String> {
        if self.has_more || links_to_places(out, base) {
            return None;
        }
        let mut html = String::with_capacity(out.len());
        let mut done = 0;
        for (part, instead) in self.instead {
            html.push_str(out.get(done..part.start)?);
            html.push_str(&instead);
            done = part.end;
        }
        html.push_str(out.get(done..)?);
        Some(html)
    }
}

/// Returns whether some HTML may have links to places of the post that it was made of, whose text needs no address.
fn links_to_places(out: &str, base: &Url) -> bool {
    let mut page = base.clone();
    page.set_fragment(Some(""));
    let mut link = " href=\"".to_owned();
    push_value(&mut link, page.as_str());
    memchr::memmem::find(out.as_bytes(), link.as_bytes()).is_some()
}

impl Cleaner<'_> {
    /// Keeps what plain text says in other words.
    pub(crate) fn keep_text(&mut self) {
        self.told = Some(Told::default());
    }

    /// Returns how much was written.
    pub(crate) fn len(&self) -> usize {
        self.out.len()
    }

    /// Says that plain text has this in place of what was written since.
    pub(crate) fn in_text(&mut self, from: usize, text: &str) {
        self.in_text_within(from, "", text, "");
    }

    /// Says that plain text has lines of their own, code, in place of what was written since.
    pub(crate) fn in_text_as_code(&mut self, from: usize, text: &str) {
        let is_around = |open: &Open| open.id == QUOTE;
        match self.stack.split_last() {
            Some((open, around)) if open.id == P && open.trusted && around.iter().all(is_around) => {
                self.in_text_within(from, "</p><pre>", text, "</pre><p>");
            }
            _ => self.has_other_text(),
        }
    }

    fn in_text_within(&mut self, from: usize, before: &str, text: &str, after: &str) {
        let Some(told) = &mut self.told else { return };
        let mut instead = before.to_owned();
        told.has_more |= push_text(&mut instead, text);
        instead.push_str(after);
        while told.instead.pop_if(|(part, _)| part.end > from).is_some() {}
        told.instead.push((from.min(self.out.len())..self.out.len(), instead));
    }

    /// Says that plain text has to be made anew.
    pub(crate) fn has_other_text(&mut self) {
        if let Some(told) = &mut self.told {
            told.has_more = true;
        }
    }

    /// Takes back what was written since.
    pub(super) fn cut_back(&mut self, from: usize) {
        self.out.truncate(from);
        if let Some(told) = &mut self.told {
            while told.instead.pop_if(|(part, _)| part.end > from).is_some() {}
        }
    }
}
