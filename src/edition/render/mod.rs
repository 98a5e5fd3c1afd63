//! A letter: an edition in one language, as a subject, an HTML part and a text part.
//!
//! The looks are templates that a site may replace. A letter is rendered once for many recipients: where a template only
//! prints a value of theirs, a mark of [`crate::model::slot`] stands for it; where it does anything else with one, the
//! rendering is for those with that value ([`Variant`]). The styles are written into the elements, because many mail
//! clients know no style sheet.

mod asked;
mod blocks;
mod fit;
mod images;
mod inline;
mod page;
mod recipient;
mod shapes;
mod values;

pub(super) use fit::SHORTENED;
pub(super) use images::too_large;
pub use images::{MAX_BYTES, MAX_WIDTH, measure};
pub use page::{Intro, LetterPage, LetterPost};
pub use recipient::{Recipient, Variant};
pub use values::VARIABLES;

use crate::diagnostic::{Code, Diagnostic, Place};
use crate::mail::NO_SUBJECT;
use crate::template::{Templates, Uses};
use crate::text::chars::{has_break, one_line};
use crate::text::suggest;
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::ops::Range;

/// Every code of the rendering of letters.
pub const CODES: &[&Code] = &[
    &UNKNOWN_LOOK,
    &UNUSED_TEMPLATE,
    &UNKNOWN_FIELD,
    &BAD_SUBJECT,
    &inline::BAD_STYLE,
    &fit::SHORTENED,
    &images::LARGE_IMAGE,
    &images::IMAGE_WITHOUT_SIZE,
];

/// A look that is not there.
static UNKNOWN_LOOK: Code =
    Code::error("unknown-look", "The newsletter's look is neither a built-in one nor a folder of the site's templates.");

/// A file of a look that no letter is made with.
static UNUSED_TEMPLATE: Code = Code::warning(
    "unused-template",
    "A file in the folder of the newsletter's look has no name that looks have, and no template includes it: the letter is made without it.",
);

/// A field that nobody has.
static UNKNOWN_FIELD: Code = Code::warning(
    "unknown-field",
    "A template asks for a field that nobody on the list has, perhaps under another name: the letter has nothing in its place for everybody.",
);

/// A subject of several lines.
static BAD_SUBJECT: Code = Code::error("broken-subject", "The subject of a mail holds a line break, with which it could add headers.");

/// The look whose files stand in for those that another look does not have.
const FALLBACK: &str = "letter";

/// How many fields of a list are named.
const MOST_NAMED: usize = 10;

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
    /// What `css-inline` said of it.
    styles: RefCell<inline::Known>,
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
        Ok(Look { templates, parts, uses, styles: RefCell::default() })
    }

    /// Says which files of a look's folder no letter is made with: their names are no look's, and no template names them.
    #[must_use]
    pub fn unused(templates: &Templates<'_>, name: &str) -> Vec<Diagnostic> {
        let files = templates.files_in(name).filter(|file| !PARTS.contains(file) && !templates.is_named(&format!("{name}/{file}")));
        let finding = |file: &str| {
            let path = format!("{name}/{file}");
            let near = suggest::did_you_mean(file, PARTS).map(|advice| format!("{advice} "));
            let help = format!("{}a look has {}; what else is there is for `include`", near.unwrap_or_default(), listed(&PARTS));
            let message = format!("no letter is made with `{path}`");
            Diagnostic::new(&UNUSED_TEMPLATE, message).at(Place::file(templates.path(&path).unwrap_or(&path))).help(help)
        };
        files.map(finding).collect()
    }

    /// Returns whether the look asks for fields of the list by their names.
    #[must_use]
    pub fn has_fields(&self) -> bool {
        self.uses.fields().next().is_some()
    }

    /// Says which fields the look asks for that nobody on the list has.
    #[must_use]
    pub fn unknown_fields(&self, known: &BTreeSet<String>) -> Vec<Diagnostic> {
        let finding = |(field, template, span): (&str, &str, Range<usize>)| {
            let near = suggest::did_you_mean(field, known.iter().map(String::as_str)).map(|advice| format!("{advice} "));
            let names: Vec<&String> = known.iter().take(MOST_NAMED).collect();
            let help = match (names.is_empty(), known.len() - names.len()) {
                (true, _) => "no subscriber has any field: import a list with that column".to_owned(),
                (false, 0) => format!("{}the fields of the list are {}", near.unwrap_or_default(), listed(&names)),
                (false, more) => format!("{}the fields of the list are {} and {more} more", near.unwrap_or_default(), listed(&names)),
            };
            let message = format!("nobody on the list has the field `{field}`");
            Diagnostic::new(&UNKNOWN_FIELD, message).at(self.templates.place(template, span)).help(help)
        };
        self.uses.fields().filter(|(field, ..)| !known.contains(*field)).map(finding).collect()
    }

    /// Returns how the look uses what differs for each recipient.
    pub(in crate::edition) fn uses(&self) -> &Uses {
        &self.uses
    }

    /// Returns a subject that a header can hold.
    fn subject(&self, filled: &str) -> Result<String, Diagnostic> {
        let [name, ..] = &self.parts;
        let found =
            |code, what: &str| Diagnostic::new(code, format!("the subject that the template makes {what}")).at(self.templates.whole(name));
        if has_break(filled) {
            let found = found(&BAD_SUBJECT, "holds a line break or control character");
            return Err(found.help("put all of it on one line").spec("RFC 5322 §2.2"));
        }
        let line = one_line(filled);
        if line.is_empty() {
            let help = format!("write one, or {}", self.templates.way_out(name));
            return Err(found(&NO_SUBJECT, "is empty").help(help).spec("RFC 5322 §3.6.5"));
        }
        Ok(line)
    }

    /// Makes all but the text part.
    fn draw(&self, page: &LetterPage<'_>, recipient: &Recipient<'_>) -> Result<Drawn, Diagnostic> {
        let [subject, preheader, html, _] = &self.parts;
        let mut values = values::Letter::new(page, recipient, &self.uses);
        values.subject = self.subject(self.fill(subject, &values)?.trim())?;
        values.preheader = one_line(&self.fill(preheader, &values)?);
        let filled = self.fill(html, &values)?;
        let html = inline::inline(&filled, &values.bodies(), html, &mut self.styles.borrow_mut())?;
        let growth = html.len().saturating_sub(filled.len()) / tags(&filled).max(1);
        Ok(Drawn { values, html, growth })
    }

    /// Makes the text part, and with it the letter.
    fn write(&self, drawn: Drawn, page: &LetterPage<'_>) -> Result<Rendered, Diagnostic> {
        let Drawn { mut values, html, .. } = drawn;
        values.show_texts(page);
        let text = self.fill(&self.parts[3], &values)?;
        Ok(Rendered { subject: values.subject, preheader: values.preheader, html, text: format!("{}\n", text.trim_matches('\n')) })
    }

    fn fill(&self, name: &str, values: &values::Letter) -> Result<String, Diagnostic> {
        self.templates.fill(name, values.to_value(), VARIABLES, values.items())
    }
}

/// A letter without its text part.
struct Drawn {
    values: values::Letter,
    html: String,
    /// How many bytes the styles have added to each element.
    growth: usize,
}

/// Returns the number of elements of some HTML, nearly.
fn tags(html: &str) -> usize {
    let bytes = html.as_bytes();
    memchr::memchr_iter(b'<', bytes).filter(|at| bytes.get(at + 1).is_some_and(u8::is_ascii_alphabetic)).count()
}

fn unknown(templates: &Templates<'_>, name: &str) -> Diagnostic {
    let looks = templates.folders_with(PARTS[2]);
    let near = suggest::did_you_mean(name, looks.iter().map(String::as_str)).map(|advice| format!("{advice} "));
    let help = format!("{}write one of {} at `newsletter.template`", near.unwrap_or_default(), listed(&looks));
    Diagnostic::new(&UNKNOWN_LOOK, format!("there is no look `{name}`")).help(help)
}

/// Returns names in back-ticks.
fn listed(names: &[impl AsRef<str>]) -> String {
    names.iter().map(|name| format!("`{}`", name.as_ref())).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod clients;
#[cfg(test)]
pub(super) mod tests;
