//! A post as plain text, for the part of a mail that some people read and all archives keep.
//!
//! It is made from the Markdown itself: the events that become content go into the cleaner in a form of their own, with
//! formulas as their source and footnotes by their numbers, beside the author's raw HTML. So both outputs agree about what is shown, what
//! is cut, which images there are and where links lead, whatever the HTML is like. The elements that stay are then
//! set out on lines here, each by its meaning.

mod inline;
mod layout;
mod links;
mod marks;
mod page;
mod table;
mod tree;

use super::render::Form;
use super::{ContentContext, body_of, clean_context, fill, mend, open_nested, prepare};
use crate::diagnostic::Source;
use crate::html::Cleaner;
use layout::Layout;

/// The columns that a text may be set to; fewer have no room for words, more are no lines.
const WIDTHS: std::ops::RangeInclusive<usize> = 20..=200;

/// How plain text is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlainOptions {
    /// The columns of a line.
    pub width: usize,
    /// The number of the first link.
    pub first_reference: usize,
}

impl Default for PlainOptions {
    fn default() -> Self {
        PlainOptions { width: 72, first_reference: 1 }
    }
}

/// A post as plain text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plain {
    /// The text with its footnotes and the addresses of its links, each line ended; empty where nothing is shown.
    pub text: String,
    /// The addresses in the order of their numbers.
    pub links: Vec<String>,
}

/// Returns a post's content as plain text; the body begins at `body` in the file's text. What is wrong with it,
/// [`super::entry_content`] says.
#[must_use]
pub fn plain_text(source: Source<'_>, body: usize, context: &ContentContext<'_>, options: &PlainOptions) -> Plain {
    let (_, text) = body_of(source, body);
    let whole = open_nested(text, context);
    let prepared = prepare(&whole.text, context);
    let mended = mend::apply(&prepared.quoted.text, prepared.edits);
    let mut cleaner = Cleaner::new(clean_context(context), mended.text.len());
    cleaner.set_for_text();
    fill(&mended.text, prepared.math, context, Form::Plain, &mut cleaner);
    let clean = cleaner.finish().html;
    let width = options.width.clamp(*WIDTHS.start(), *WIDTHS.end());
    let mut layout = Layout::new(width, options.first_reference, context.words);
    layout.blocks(&tree::parse(&clean));
    layout.references();
    Plain { text: layout.page.finish(), links: layout.links.into_urls() }
}

#[cfg(test)]
mod tests;
