//! A post as plain text, for the part of a mail that some people read and all archives keep.
//!
//! It is made from the Markdown itself: where its events become HTML, they say what a text has in other words, formulas by their source
//! and footnotes by their numbers; what cannot be said so goes through the cleaner once more in a form of its own. So both outputs agree
//! about what is shown, what is cut, which images there are and where links lead, whatever the HTML is like. The elements that stay are
//! then set out on lines here, each by its meaning.

mod inline;
mod layout;
mod links;
mod marks;
mod page;
mod table;
mod tree;

use super::render::{Form, Source};
use super::{ContentContext, clean_context, fill};
use crate::html::Cleaner;
use layout::Layout;

/// The columns of a line.
const WIDTH: usize = 72;

/// Returns the plain text of a mended body. `clean` is what it is made of, where the rendering for HTML could tell.
pub(super) fn text(mended: &str, math: bool, clean: Option<String>, context: &ContentContext<'_>) -> String {
    let clean = clean.unwrap_or_else(|| rendered(mended, math, context));
    set(&clean, WIDTH, context)
}

/// Renders a mended body for plain text alone.
fn rendered(mended: &str, math: bool, context: &ContentContext<'_>) -> String {
    let mut cleaner = Cleaner::new(clean_context(context), mended.len());
    cleaner.set_for_text();
    // Text has no colours.
    let source = Source { text: mended, math, is_callout: &|_| false };
    fill(source, context, Form::Plain, &mut cleaner);
    cleaner.finish().html
}

/// Sets clean HTML on lines of a width.
fn set(clean: &str, width: usize, context: &ContentContext<'_>) -> String {
    let mut layout = Layout::new(width, context.words);
    layout.blocks(&tree::parse(clean));
    layout.references();
    layout.page.finish()
}

#[cfg(test)]
mod tests;
