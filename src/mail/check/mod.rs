//! The checklist for messages: what RFCs ask and mailbox providers want, as far as the bytes of one message show it.
//!
//! It reads the message itself (`read`) and calls nothing of what makes messages, so that a fault of ours is found like anyone's.
//! A rule is a row of a table: its code, where it is written, what to do, and the function that finds the faults. One file for a
//! group; a part of a message is read once, whatever the number of rules.

mod bytes;
mod codes;
mod content;
mod head;
mod html;
mod list;
mod markup;
mod mime;
mod people;
pub(crate) mod read;
mod signature;

use crate::diagnostic::{Code, Diagnostic, Index, Place, Source, Span};
use read::{Mail, Part};

pub use codes::CODES;
pub(crate) use codes::NEARLY_CLIPPED;

/// The most findings of one rule; the last of them counts the rest.
const MOST: usize = 20;

/// Every group of rules.
const GROUPS: [&[Rule]; 8] =
    [bytes::RULES, head::RULES, people::RULES, mime::RULES, list::RULES, signature::RULES, content::RULES, markup::RULES];

/// One line of the checklist.
struct Rule {
    code: &'static Code,
    /// Where it is written; `None` for what providers and readers want.
    spec: Option<&'static str>,
    help: &'static str,
    judge: fn(&Scene<'_>, &mut Faults),
}

/// What the rules look at.
struct Scene<'a> {
    mail: &'a Mail<'a>,
    /// The part for readers without HTML.
    text: Option<&'a Part<'a>>,
    /// The part with HTML, and what stands in it.
    html: Option<(&'a Part<'a>, html::Page<'a>)>,
}

/// What a rule found.
#[derive(Default)]
struct Faults {
    /// Each with its bytes of the message, where they are known.
    list: Vec<(Option<Span>, String)>,
    more: usize,
}

impl Faults {
    /// Adds a fault at some bytes of the message.
    fn at(&mut self, span: Span, message: impl Into<String>) {
        self.add(Some(span), message);
    }

    /// Adds a fault of the whole message.
    fn whole(&mut self, message: impl Into<String>) {
        self.add(None, message);
    }

    fn add(&mut self, span: Option<Span>, message: impl Into<String>) {
        if self.list.len() < MOST {
            self.list.push((span, message.into()));
        } else {
            self.more += 1;
        }
    }
}

/// Returns what is wrong with a message, in its order; `name` is what the findings are placed at.
#[must_use]
pub fn check(message: &[u8], name: &str) -> Vec<Diagnostic> {
    read(message, name).1
}

/// Returns what a mail program shows of a message, and what is wrong with it, as [`check`] does.
#[must_use]
pub fn read(message: &[u8], name: &str) -> (Bodies, Vec<Diagnostic>) {
    let shown = read::same_length(message);
    let mut mail = Mail::read(message, &shown);
    let scene = Scene::new(&mail);
    let found = judge(&scene, &shown, name);
    let html_octets = scene.html.as_ref().map_or(0, |(part, _)| part.text.size());
    let mut text = |media| mail.first_mut(media).map(|part| std::mem::take(&mut part.text.text)).unwrap_or_default();
    (Bodies { text: text("text/plain"), html: text("text/html"), html_octets }, found)
}

/// Applies all rules.
fn judge(scene: &Scene<'_>, shown: &str, name: &str) -> Vec<Diagnostic> {
    // Most messages are right and need no places.
    let mut index = None;
    let mut found = Vec::new();
    for rule in GROUPS.iter().copied().flatten() {
        let mut faults = Faults::default();
        (rule.judge)(scene, &mut faults);
        let last = faults.list.len().checked_sub(1).filter(|_| faults.more > 0);
        for (at, (span, message)) in faults.list.into_iter().enumerate() {
            let message = if last == Some(at) { format!("{message} (and {} more like this)", faults.more) } else { message };
            let place = match span {
                Some(span) => index.get_or_insert_with(|| Index::new(Source::new(name, shown))).place(span),
                None => Place::file(name),
            };
            let diagnostic = Diagnostic::new(rule.code, message).at(place).help(rule.help);
            found.push(match rule.spec {
                Some(spec) => diagnostic.spec(spec),
                None => diagnostic,
            });
        }
    }
    found.sort_by(|a, b| a.sort_key().cmp(&b.sort_key()));
    found
}

/// What a mail program shows of a message.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Bodies {
    /// The text part, decoded.
    pub text: String,
    /// The HTML part, decoded.
    pub html: String,
    /// How many octets the HTML part has when it arrives.
    pub html_octets: usize,
}

impl<'a> Scene<'a> {
    fn new(mail: &'a Mail<'a>) -> Self {
        let first = |media| mail.first(media);
        let html = first("text/html").map(|part| (part, html::Page::read(&part.text.text)));
        Scene { mail, text: first("text/plain"), html }
    }
}

#[cfg(test)]
mod tests;
