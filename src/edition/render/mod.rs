//! A letter: an edition in one language, as a subject, an HTML part and a text part.
//!
//! The looks are templates that a site may replace. A letter is rendered once for many recipients: where a template only
//! prints a value of theirs, a mark of [`crate::model::slot`] stands for it; where it does anything else with one, the
//! rendering is for those with that value ([`Variant`]). The styles are written into the elements, because many mail
//! clients know no style sheet.

mod fit;
mod images;
mod inline;
mod page;
mod recipient;
mod values;

pub use images::{MAX_BYTES, MAX_WIDTH, measure};
pub use page::{Intro, LetterPage, LetterPost};
pub use recipient::{Recipient, Variant, filled};
pub use values::VARIABLES;

use crate::diagnostic::{Code, Diagnostic};
use crate::template::{Templates, Uses};
use crate::text::chars::one_line;
use crate::text::suggest;

/// Every code of the rendering of letters.
pub const CODES: &[&Code] = &[&UNKNOWN_LOOK, &inline::BAD_STYLE, &fit::SHORTENED, &images::LARGE_IMAGE];

/// A look that is not there.
static UNKNOWN_LOOK: Code =
    Code::error("unknown-look", "The newsletter's look is neither a built-in one nor a folder of the site's templates.");

/// The look whose files stand in for those that another look does not have.
const FALLBACK: &str = "letter";

/// The files of a look.
const PARTS: [&str; 4] = ["subject.txt", "preheader.txt", "message.html", "message.txt"];

/// A rendered letter; [`crate::model::slot::pieces`] finds the marks in each part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    /// The subject, one line.
    pub subject: String,
    /// What mail clients show beside the subject, one line; it is in the HTML part.
    pub preheader: String,
    /// The HTML part.
    pub html: String,
    /// The text part, each line with LF.
    pub text: String,
}

/// A look: which templates make a letter, and how they use what differs for each recipient.
#[derive(Debug, Clone)]
pub struct Look<'t> {
    templates: &'t Templates<'t>,
    parts: [String; 4],
    uses: Uses,
}

impl<'t> Look<'t> {
    /// Returns a look by its name, a folder of templates. A file that it does not have is taken from `letter`.
    pub fn new(templates: &'t Templates<'t>, name: &str) -> Result<Self, Diagnostic> {
        let own = |part: &str| Some(format!("{name}/{part}")).filter(|file| templates.text(file).is_some());
        if PARTS.iter().all(|part| own(part).is_none()) {
            return Err(unknown(templates, name));
        }
        let parts = PARTS.map(|part| own(part).unwrap_or_else(|| format!("{FALLBACK}/{part}")));
        let uses = templates.uses(&parts.each_ref().map(String::as_str));
        Ok(Look { templates, parts, uses })
    }

    /// Returns what a rendering depends on: recipients with the same answer share one.
    #[must_use]
    pub fn variant(&self, recipient: &Recipient<'_>) -> Variant {
        Variant::of(&self.uses, recipient)
    }

    /// Returns how the look uses what differs for each recipient.
    pub(in crate::edition) fn uses(&self) -> &Uses {
        &self.uses
    }

    /// Returns the letter for a recipient and all others of the same [`Look::variant`].
    pub fn render(&self, page: &LetterPage<'_>, recipient: &Recipient<'_>) -> Result<Rendered, Diagnostic> {
        self.render_with(page, recipient, &self.uses)
    }

    fn render_with(&self, page: &LetterPage<'_>, recipient: &Recipient<'_>, uses: &Uses) -> Result<Rendered, Diagnostic> {
        let [subject, preheader, html, text] = &self.parts;
        let mut values = values::Letter::new(page, recipient, uses);
        let fill = |name: &str, values: &values::Letter| self.templates.fill(name, values.to_value(), VARIABLES, values.items());
        values.subject = one_line(&fill(subject, &values)?);
        values.preheader = one_line(&fill(preheader, &values)?);
        let html = inline::inline(&fill(html, &values)?, html)?;
        let text = fill(text, &values)?;
        Ok(Rendered { subject: values.subject, preheader: values.preheader, html, text: format!("{}\n", text.trim_matches('\n')) })
    }
}

fn unknown(templates: &Templates<'_>, name: &str) -> Diagnostic {
    let looks = templates.folders_with(PARTS[2]);
    let near = suggest::did_you_mean(name, looks.iter().map(String::as_str)).map(|advice| format!("{advice} "));
    let known: Vec<String> = looks.iter().map(|look| format!("`{look}`")).collect();
    let help = format!("{}write one of {} at `newsletter.template`", near.unwrap_or_default(), known.join(", "));
    Diagnostic::new(&UNKNOWN_LOOK, format!("there is no look `{name}`")).help(help)
}

#[cfg(test)]
mod clients;
#[cfg(test)]
pub(super) mod tests;
