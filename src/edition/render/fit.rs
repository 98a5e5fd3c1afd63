//! A letter that Gmail does not clip: the longest posts are shortened until the HTML part is small enough.

use super::page::{LetterPage, LetterPost};
use super::recipient::Recipient;
use super::{Look, Rendered};
use crate::diagnostic::{Code, Diagnostic, Place};
use crate::mail::CLIP;
use crate::model::MailContent;
use crate::model::slot::{Piece, Slot, pieces};
use quick_xml::escape::escape;

/// How many octets a recipient's own value is taken to have: one rendering is for many, and has to fit them all.
const VALUE: usize = 128;

/// After so many renderings it is asked whether the letter can become short enough at all.
const PATIENCE: usize = 3;

/// A post that was too long for the letter.
pub(super) static SHORTENED: Code = Code::warning(
    "shortened-post",
    "A post was shortened in a mail, for Gmail hides what is behind the first 102 KB, the unsubscribe link too.",
);

impl Look<'_> {
    /// Shortens the longest posts of a letter, full ones to summaries and then summaries to titles, until its HTML part is
    /// below [`CLIP`] as it arrives; returns the letter and what was done. The page keeps the shortened posts. A letter that is
    /// too long with nothing but titles stays so, and the checklist of the finished message says it.
    pub fn fit(&self, page: &mut LetterPage<'_>, recipient: &Recipient<'_>) -> Result<(Rendered, Vec<Diagnostic>), Diagnostic> {
        let whole: Vec<(MailContent, usize)> = page.posts.iter().map(|post| (post.content, weight(post, post.content))).collect();
        // What is longer by itself needs no rendering to be known as too long.
        while page.posts.iter().map(|post| weight(post, MailContent::Full)).sum::<usize>() > CLIP {
            shorten(page, MailContent::Full);
        }
        let mut round = 0;
        loop {
            let (rendered, size) = self.measured(page, recipient)?;
            if size < CLIP {
                let findings = page.posts.iter().zip(whole).filter_map(|(post, (content, size))| shortened(post, content, size));
                return Ok((rendered, findings.collect()));
            }
            let fits = round < PATIENCE || !self.never_fits(page, recipient)?;
            let goal = if fits { size - CLIP } else { usize::MAX };
            if !shorten_by(page, size, goal) {
                return Ok((rendered, Vec::new()));
            }
            round += 1;
        }
    }

    /// Returns the letter and the number of octets of its HTML part when it arrives.
    fn measured(&self, page: &LetterPage<'_>, recipient: &Recipient<'_>) -> Result<(Rendered, usize), Diagnostic> {
        let rendered = self.render(page, recipient)?;
        let octets = |text: &str| text.len() + text.matches('\n').count();
        let pieces = pieces(&rendered.html).map(|piece| match piece {
            Piece::Text(text) => octets(text),
            // Tokens are of one length, so these links are.
            Piece::Slot(slot @ (Slot::UnsubscribeUrl | Slot::WebUrl), _) => escape(recipient.value(&slot).unwrap_or_default()).len(),
            Piece::Slot(_, fallback) => VALUE.max(fallback.len()),
        });
        let size = pieces.sum();
        Ok((rendered, size))
    }

    /// Returns whether a letter is too long even when it has but the titles.
    fn never_fits(&self, page: &LetterPage<'_>, recipient: &Recipient<'_>) -> Result<bool, Diagnostic> {
        let mut shortest = page.clone();
        for post in &mut shortest.posts {
            post.content = MailContent::Titles;
        }
        Ok(self.measured(&shortest, recipient)?.1 >= CLIP)
    }
}

/// Shortens posts of a letter of a size until so many bytes are gone, as far as can be told before it is rendered again: styles
/// make a post longer than its own HTML, and by how much is seen in the letter as it is. Returns whether there was one to shorten.
fn shorten_by(page: &mut LetterPage<'_>, size: usize, goal: usize) -> bool {
    let own: usize = page.posts.iter().map(|post| weight(post, post.content)).sum();
    let times = size.div_ceil(own.max(1));
    // Summaries go only when all posts are summaries already and the letter was looked at once more.
    let has_full = page.posts.iter().any(|post| post.content == MailContent::Full);
    let content = if has_full { MailContent::Full } else { MailContent::Summary };
    let mut gone: usize = 0;
    while gone.saturating_mul(times) <= goal
        && let Some(saved) = shorten(page, content)
    {
        gone += saved;
    }
    gone > 0
}

/// Returns how much a post adds to a letter, where so much of it is in it.
fn weight(post: &LetterPost, content: MailContent) -> usize {
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

/// Shortens the longest post of those with so much content, the later of two that are as long; returns how many bytes that saves
/// at least.
fn shorten(page: &mut LetterPage<'_>, content: MailContent) -> Option<usize> {
    let longest = page.posts.iter_mut().filter(|post| post.content == content).max_by_key(|post| weight(post, content))?;
    let size = weight(longest, content);
    longest.content = if content == MailContent::Full { MailContent::Summary } else { MailContent::Titles };
    Some(size.saturating_sub(weight(longest, longest.content)).max(1))
}

/// Says that a post was shortened, which had so much content of a size before.
fn shortened(post: &LetterPost, content: MailContent, size: usize) -> Option<Diagnostic> {
    if post.content == content {
        return None;
    }
    let to = if post.content == MailContent::Summary { "its summary" } else { "its title" };
    let name = post.title.as_deref().unwrap_or(&post.url);
    let message = format!("`{name}`, {} long, was shortened to {to} with a link", kilobytes(size));
    let help = "mail it as an edition of its own, or set `newsletter.content: summary`";
    Some(Diagnostic::new(&SHORTENED, message).at(Place::file(post.path.as_str())).help(help))
}

fn kilobytes(size: usize) -> String {
    if size < 1_000 { format!("{size} bytes") } else { format!("{}.{} KB", size / 1_000, size % 1_000 / 100) }
}
