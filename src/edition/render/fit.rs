//! A letter that Gmail does not clip: the longest posts are shortened until the HTML part is small enough. The text part, which nobody
//! clips, stays whole.

use super::blocks::{beginning, ends};
use super::page::{LetterPage, LetterPost};
use super::recipient::Recipient;
use super::{Drawn, Look, Rendered, tags};
use crate::diagnostic::{Code, Diagnostic, Place};
use crate::mail::CLIP;
use crate::model::MailContent;
use crate::model::slot::{Piece, Slot, pieces};
use quick_xml::escape::escape;

/// How many octets a recipient's own value is taken to have: one rendering is for many, and has to fit them all.
const VALUE: usize = 128;

/// How many bytes a look adds to a letter, to each post and to each element, before it has shown itself. A guess that is near saves a
/// rendering, and one that is not is set right behind the first.
const LOOK: usize = 6_000;
const POST: usize = 800;
const GROWTH: usize = 50;

/// After so many renderings it is asked whether the letter can become short enough at all.
const PATIENCE: usize = 3;

/// A post that was too long for the letter.
pub(in crate::edition) static SHORTENED: Code = Code::warning(
    "shortened-post",
    "A post was shortened in a mail, for Gmail hides what is behind the first 102 KB, the unsubscribe link too.",
);

impl Look<'_> {
    /// Shortens the longest posts of a letter, full ones to summaries and then summaries to titles, until its HTML part is
    /// below [`CLIP`] as it arrives; of a letter's only post, as much is kept as fits. Returns the letter, the
    /// posts as they are in it, and what was done. A letter that is too long with nothing but titles stays so, and the checklist of
    /// the finished message says it.
    pub fn fit(
        &self,
        whole: &LetterPage<'_>,
        recipient: &Recipient<'_>,
    ) -> Result<(Rendered, Vec<LetterPost>, Vec<Diagnostic>), Diagnostic> {
        let mut page = whole.clone();
        let (drawn, fits) = self.fitted(&mut page, recipient)?;
        let is_alone = whole.posts.len() == 1;
        let findings = whole.posts.iter().zip(&page.posts).filter_map(|(whole, post)| shortened(whole, post, is_alone));
        let findings = if fits { findings.collect() } else { Vec::new() };
        Ok((self.write(drawn, whole)?, page.posts, findings))
    }

    /// Shortens posts until the letter is short enough; returns it and whether it is.
    fn fitted(&self, page: &mut LetterPage<'_>, recipient: &Recipient<'_>) -> Result<(Drawn, bool), Diagnostic> {
        if let Some(drawn) = self.cut(page, recipient)? {
            return Ok((drawn, true));
        }
        // What is longer by itself needs no rendering to be known as too long.
        let mut early = Vec::new();
        let mut guess = LOOK + page.posts.iter().map(|post| POST + styled(post, GROWTH)).sum::<usize>();
        while guess > CLIP
            && let Some((at, saved)) = shorten(page, MailContent::Full, GROWTH)
        {
            early.push(at);
            guess = guess.saturating_sub(saved);
        }
        let mut round = 0;
        loop {
            let (drawn, size) = self.measured(page, recipient)?;
            if size < CLIP {
                if round == 0 && lengthen(page, &early, drawn.growth, CLIP - size) {
                    round += 1;
                    continue;
                }
                return Ok((drawn, true));
            }
            let fits = round < PATIENCE || !self.never_fits(page, recipient)?;
            let goal = if fits { size - CLIP } else { usize::MAX };
            if !shorten_by(page, drawn.growth, goal) {
                return Ok((drawn, false));
            }
            round += 1;
        }
    }

    /// Returns a letter of a single full post with as much of it as fits, between blocks; `None` where there is another number of
    /// them, where it fits whole, or where not even the first block does.
    fn cut(&self, page: &mut LetterPage<'_>, recipient: &Recipient<'_>) -> Result<Option<Drawn>, Diagnostic> {
        let [post] = page.posts.as_slice() else { return Ok(None) };
        if post.content != MailContent::Full {
            return Ok(None);
        }
        let whole = post.clone();
        if whole.html.len() < CLIP {
            let (drawn, size) = self.measured(page, recipient)?;
            if size < CLIP {
                return Ok(Some(drawn));
            }
        }
        let ends = ends(&whole.html);
        let mut found = None;
        // So many of the blocks fit, and so many do not.
        let (mut fit, mut too_many) = (0, ends.partition_point(|end| *end < CLIP) + 1);
        while too_many - fit > 1 {
            let middle = usize::midpoint(fit, too_many);
            let html = beginning(&whole.html, ends[middle - 1], &whole.url);
            let part = LetterPost { html, content: MailContent::Part, ..whole.clone() };
            page.posts = vec![part];
            let (drawn, size) = self.measured(page, recipient)?;
            if size < CLIP {
                found = Some((drawn, page.posts.clone()));
                fit = middle;
            } else {
                too_many = middle;
            }
        }
        page.posts = vec![whole];
        Ok(found.map(|(drawn, posts)| {
            page.posts = posts;
            drawn
        }))
    }

    /// Returns the letter without its text part, and the number of octets of its HTML part when it arrives.
    fn measured(&self, page: &LetterPage<'_>, recipient: &Recipient<'_>) -> Result<(Drawn, usize), Diagnostic> {
        let drawn = self.draw(page, recipient)?;
        let octets = |text: &str| text.len() + memchr::memchr_iter(b'\n', text.as_bytes()).count();
        let pieces = pieces(&drawn.html).map(|piece| match piece {
            Piece::Text(text) => octets(text),
            // Tokens are of one length, so these links are.
            Piece::Slot(slot @ (Slot::UnsubscribeUrl | Slot::WebUrl)) => escape(recipient.value(&slot).unwrap_or_default()).len(),
            Piece::Slot(_) => VALUE,
        });
        let size = pieces.sum();
        Ok((drawn, size))
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

/// Shortens posts of a letter until so many bytes are gone, as far as can be told before it is rendered again: styles make
/// each element of a post longer, by so many bytes in the letter as it is.
fn shorten_by(page: &mut LetterPage<'_>, growth: usize, goal: usize) -> bool {
    // Summaries go only when all posts are summaries already and the letter was looked at once more.
    let has_full = page.posts.iter().any(|post| post.content == MailContent::Full);
    let content = if has_full { MailContent::Full } else { MailContent::Summary };
    let mut gone: usize = 0;
    while gone <= goal
        && let Some((_, saved)) = shorten(page, content, growth)
    {
        gone += saved;
    }
    gone > 0
}

/// Makes posts full again that a guess has shortened, the last first, as long as there is room; returns whether there was for any.
fn lengthen(page: &mut LetterPage<'_>, early: &[usize], growth: usize, mut room: usize) -> bool {
    let mut done = false;
    for at in early.iter().rev() {
        let Some(post) = page.posts.get_mut(*at) else { break };
        let summary = weight(post, MailContent::Summary);
        post.content = MailContent::Full;
        let more = styled(post, growth).saturating_sub(summary);
        if more >= room {
            post.content = MailContent::Summary;
            break;
        }
        room -= more;
        done = true;
    }
    done
}

/// Returns how much a full post adds to a letter where styles add so much to each of its elements, and a summary.
fn styled(post: &LetterPost, growth: usize) -> usize {
    match post.content {
        MailContent::Full | MailContent::Part => post.html.len() + tags(&post.html) * growth,
        content => weight(post, content),
    }
}

/// Returns how much a post adds to a letter, where so much of it is in it.
fn weight(post: &LetterPost, content: MailContent) -> usize {
    if post.content != content {
        return 0;
    }
    match content {
        MailContent::Full | MailContent::Part => post.html.len(),
        MailContent::Summary => {
            post.summary.as_deref().unwrap_or_default().len() + post.image.as_ref().map_or(0, |image| image.url.len() + 1)
        }
        MailContent::Titles => 0,
    }
}

/// Shortens the longest post of those with so much content, the later of two that are as long; returns which, and how many bytes that
/// saves at least, where styles add `growth` to each element.
fn shorten(page: &mut LetterPage<'_>, content: MailContent, growth: usize) -> Option<(usize, usize)> {
    let posts = page.posts.iter_mut().enumerate().filter(|(_, post)| post.content == content);
    let (at, longest) = posts.max_by_key(|(_, post)| weight(post, content))?;
    let size = weight(longest, content);
    // A summary is a paragraph, a title has none.
    let (shorter, elements) = match content {
        MailContent::Full => (MailContent::Summary, tags(&longest.html).saturating_sub(1)),
        _ => (MailContent::Titles, 1),
    };
    longest.content = shorter;
    Some((at, (size + elements * growth).saturating_sub(weight(longest, shorter)).max(1)))
}

/// Says that a post was shortened.
fn shortened(whole: &LetterPost, post: &LetterPost, is_alone: bool) -> Option<Diagnostic> {
    let to = match post.content {
        content if content == whole.content => return None,
        MailContent::Part => format!("its first {}", kilobytes(post.html.len())),
        MailContent::Summary => "its summary".to_owned(),
        _ => "its title".to_owned(),
    };
    let (name, path) = (post.title.as_deref().unwrap_or(&post.url), post.path.as_str());
    let size = kilobytes(weight(whole, whole.content));
    let message = format!("`{name}`, {size} without styles, was shortened to {to} with a link; the text part has all of it");
    let help = match (whole.content, post.content) {
        (_, MailContent::Part) => {
            "Gmail clips a mail at 102 KB, styles included; a post with fewer elements (table cells, emphasis, code) is shorter, or part it in two"
                .to_owned()
        }
        (MailContent::Full, _) if is_alone || first_is_too_long(whole) => {
            "the first of its paragraphs, tables, lists and code blocks is too long for a mail by itself: part that one".to_owned()
        }
        (MailContent::Full, _) => format!("`--posts {path}` mails it as a letter of its own, with as much of it as fits; `newsletter.content: summary` shortens all posts alike"),
        _ => "`--limit` mails fewer posts".to_owned(),
    };
    Some(Diagnostic::new(&SHORTENED, message).at(Place::file(path)).help(help))
}

/// Returns whether not even the first block of a post fits into a letter.
fn first_is_too_long(post: &LetterPost) -> bool {
    ends(&post.html)
        .first()
        .is_none_or(|end| post.html.get(..*end).is_some_and(|block| LOOK + POST + block.len() + tags(block) * GROWTH > CLIP))
}

fn kilobytes(size: usize) -> String {
    if size < 1_000 { format!("{size} bytes") } else { format!("{}.{} KB", size / 1_000, size % 1_000 / 100) }
}
