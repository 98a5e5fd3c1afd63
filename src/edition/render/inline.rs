//! Styles into the elements.

use crate::diagnostic::{Code, Diagnostic, Place};
use css_inline::{CSSInliner, InlineOptions};
use std::sync::LazyLock;

/// Styles that cannot be read.
pub(super) static BAD_STYLE: Code =
    Code::error("bad-mail-style", "The styles of a mail template cannot be written into its elements, so the letter has no look.");

/// A style sheet that stays, for what no element can carry: dark colours, small screens. No post can hold one.
const KEPT: &str = "<style data-css-inline=\"keep\">";

static INLINER: LazyLock<CSSInliner<'static>> = LazyLock::new(|| {
    let options =
        InlineOptions { minify_css: true, load_remote_stylesheets: false, preallocate_node_capacity: 2048, ..InlineOptions::default() };
    options.build()
});

/// Returns HTML with its styles in the elements. Style sheets go, but those with [`KEPT`] stay too.
pub(super) fn inline(html: &str, template: &str) -> Result<String, Diagnostic> {
    let inlined = INLINER.inline(html).map_err(|error| {
        let place = Place::file(format!("templates/{template}"));
        Diagnostic::new(&BAD_STYLE, format!("the styles cannot be read: {error}")).at(place).help("mend the `<style>` of the template")
    })?;
    Ok(inlined.replace(KEPT, "<style>"))
}
