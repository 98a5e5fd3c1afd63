//! A letter that Gmail does not clip: the longest posts are shortened until the HTML part is small enough.

use super::page::LetterPage;
use super::recipient::{Recipient, filled};
use super::{Look, Rendered};
use crate::diagnostic::{Code, Diagnostic, Place};
use crate::model::MailContent;
use quick_xml::escape::escape;

/// The most bytes of the HTML part: Gmail clips near 102 KB and hides the unsubscribe link with the rest.
pub const LIMIT: usize = 102_000;

/// After so many renderings it is asked whether the letter can become short enough at all.
const PATIENCE: usize = 3;

/// A post that was too long for the letter.
pub(super) static SHORTENED: Code = Code::warning(
    "shortened-post",
    "A post was shortened in a mail, for Gmail hides what is behind the first 102 KB, the unsubscribe link too.",
);
/// A letter that is too long however short its posts.
pub(super) static CLIPPED: Code = Code::error(
    "clipped-mail",
    "A mail's HTML part is above 102 KB though its posts are shortened: Gmail hides the end, with the unsubscribe link.",
);

impl Look<'_> {
    /// Shortens the longest posts of a letter, full ones to summaries and then summaries to titles, until its HTML part is
    /// below [`LIMIT`]; returns the letter and what was done. The page keeps the shortened posts, for other recipients.
    pub fn fit(&self, page: &mut LetterPage<'_>, recipient: &Recipient<'_>) -> Result<(Rendered, Vec<Diagnostic>), Diagnostic> {
        let mut findings = Vec::new();
        // What is longer by itself needs no rendering to be known as too long.
        while page.posts.iter().map(|post| weight(post, MailContent::Full)).sum::<usize>() > LIMIT {
            findings.extend(shorten(page, MailContent::Full).map(|(_, finding)| finding));
        }
        let mut round = 0;
        loop {
            let (rendered, size) = self.measured(page, recipient)?;
            if size < LIMIT {
                return Ok((rendered, findings));
            }
            let fits = round < PATIENCE || !self.never_fits(page, recipient)?;
            let goal = if fits { size - LIMIT } else { usize::MAX };
            let shortened = shorten_by(page, size, goal);
            if shortened.is_empty() {
                findings.push(clipped(page, size));
                return Ok((rendered, findings));
            }
            findings.extend(shortened);
            round += 1;
        }
    }

    /// Returns the letter and the size of its HTML part when it arrives.
    fn measured(&self, page: &LetterPage<'_>, recipient: &Recipient<'_>) -> Result<(Rendered, usize), Diagnostic> {
        let rendered = self.render(page, recipient)?;
        let size = filled(&rendered.html, recipient, |value| escape(value).into_owned()).len().max(rendered.html.len());
        Ok((rendered, size))
    }

    /// Returns whether a letter is too long even when it has but the titles.
    fn never_fits(&self, page: &LetterPage<'_>, recipient: &Recipient<'_>) -> Result<bool, Diagnostic> {
        let mut shortest = page.clone();
        for post in &mut shortest.posts {
            post.content = MailContent::Titles;
        }
        Ok(self.measured(&shortest, recipient)?.1 >= LIMIT)
    }
}

/// Shortens posts of a letter of a size until so many bytes are gone, as far as can be told before it is rendered again: styles
/// make a post longer than its own HTML, and by how much is seen in the letter as it is.
fn shorten_by(page: &mut LetterPage<'_>, size: usize, goal: usize) -> Vec<Diagnostic> {
    let own: usize = page.posts.iter().map(|post| weight(post, post.content)).sum();
    let times = size.div_ceil(own.max(1));
    // Summaries go only when all posts are summaries already and the letter was looked at once more.
    let has_full = page.posts.iter().any(|post| post.content == MailContent::Full);
    let content = if has_full { MailContent::Full } else { MailContent::Summary };
    let mut gone: usize = 0;
    let mut findings = Vec::new();
    while gone.saturating_mul(times) <= goal
        && let Some((saved, finding)) = shorten(page, content)
    {
        gone += saved;
        findings.push(finding);
    }
    findings
}

/// Returns how much a post adds to a letter, where so much of it is in it.
fn weight(post: &super::LetterPost, content: MailContent) -> usize {
    if post.content != content {
        return 0;
    }
    match content {
        MailContent::Full => post.html.len(),
        MailContent::Summary => {
            post.summary.as_deref().unwrap_or_default().len() + post.image.as_ref().map_or(0, |image| image.url.len() + 1)
        }
        MailContent::Titles => 0,
    }
}

/// Shortens the longest post of those with so much content, the later of two that are as long.
/// Returns how many bytes that saves at least, and what to say.
fn shorten(page: &mut LetterPage<'_>, content: MailContent) -> Option<(usize, Diagnostic)> {
    let longest = page.posts.iter_mut().filter(|post| post.content == content).max_by_key(|post| weight(post, content))?;
    let size = weight(longest, content);
    let (shorter, to) = match content {
        MailContent::Full => (MailContent::Summary, "its summary"),
        _ => (MailContent::Titles, "its title"),
    };
    longest.content = shorter;
    let saved = size.saturating_sub(weight(longest, shorter)).max(1);
    let name = longest.title.as_deref().unwrap_or(&longest.url);
    let message = format!("`{name}`, {} long, was shortened to {to} with a link", kilobytes(size));
    let help = "mail it as an edition of its own, or set `newsletter.content: summary`";
    Some((saved, Diagnostic::new(&SHORTENED, message).at(Place::file(longest.path.as_str())).help(help)))
}

fn clipped(page: &LetterPage<'_>, size: usize) -> Diagnostic {
    let message = format!("the HTML part of edition `{}` has {} though its posts are but titles", page.key, kilobytes(size));
    Diagnostic::new(&CLIPPED, message).help("mail fewer posts at a time, or shorten the opening or the template")
}

fn kilobytes(size: usize) -> String {
    if size < 1_000 { format!("{size} bytes") } else { format!("{}.{} KB", size / 1_000, size % 1_000 / 100) }
}
