//! A post and the author's opening, rendered for mail.

use super::render::{LetterPost, measure};
use crate::diagnostic::{Diagnostic, Source};
use crate::frontmatter::{Split, split};
use crate::html::Medium;
use crate::markdown::{self, ContentContext};
use crate::model::{Assets, MailContent, Settings};
use crate::site::entry::{self, Purpose};
use crate::site::{Neighbours, Placed, Site};
use crate::text::words;

/// The author's opening of an edition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opening {
    /// Its first heading, which is the edition's title; plain text.
    pub title: Option<String>,
    /// The rest as clean HTML for mail.
    pub html: String,
    /// The same as plain text.
    pub text: String,
}

/// Makes a post of a letter; with its plain text where letters hold whole posts. `text` is the whole decoded file.
#[must_use]
pub fn letter_post(placed: &Placed, text: &str, site: &Site, settings: &Settings, assets: &dyn Assets) -> (LetterPost, Vec<Diagnostic>) {
    let content = settings.newsletter.content;
    let built = entry::build(placed, text, site, settings, assets, Purpose::Mail { want_text: content == MailContent::Full });
    let mut findings = built.findings;
    let (uses, files): (Vec<_>, Vec<_>) = built.images.into_iter().unzip();
    let source = Source::new(&placed.post.path, text);
    let own = built.entry.image.iter().map(|image| image.url.clone()).zip(built.image_file);
    let known = uses.iter().zip(&files).filter_map(|(image, file)| Some((image.src.clone(), file.as_ref()?.path.clone())));
    let pictures = own.chain(known).collect();
    let look = |image: &crate::html::ImageUse| uses.iter().position(|other| other.src == image.src).and_then(|at| files[at].clone());
    let (html, found) = measure(built.entry.content.as_deref().unwrap_or_default(), &uses, source, look);
    findings.extend(found);
    let entry = built.entry;
    let authors = if entry.authors.is_empty() { &settings.authors } else { &entry.authors };
    let alt = |url: &str| uses.iter().find(|image| image.src == url).map(|image| image.alt.clone());
    let post = LetterPost {
        path: placed.post.path.clone(),
        title: entry.title,
        url: entry.url,
        date: entry.published.with_timezone(&settings.timezone).fixed_offset(),
        authors: authors.iter().map(|author| author.name.clone()).collect(),
        tags: entry.tags,
        language: entry.language,
        summary: entry.summary,
        html,
        text: built.text,
        image_alt: entry.image.as_ref().and_then(|image| alt(&image.url)).unwrap_or_default(),
        image: entry.image,
        enclosures: entry.enclosures,
        pictures,
        content,
    };
    (post, findings)
}

/// Says of a tag in an opening what nobody runs there.
fn tag_in_opening(found: Diagnostic) -> Diagnostic {
    let tag = found.message.split('`').nth(1).unwrap_or("{{ … }}");
    let message = format!("`{tag}` has no value in an opening, which is Markdown and no template");
    let help = "greet readers in a template of your own: `postrider init --templates` copies them out, `message.html` and `message.txt` \
                may hold `{{ subscriber.name or 'you' }}`; what is to be shown as it stands goes between backticks";
    Diagnostic { place: found.place, ..Diagnostic::new(&super::TAG_IN_OPENING, message) }.help(help)
}

/// Renders the author's opening: Markdown, whose first `#` heading is the edition's title. Front matter is skipped. `language` is
/// one of [`Site::languages`].
#[must_use]
pub fn opening(source: Source<'_>, language: Option<usize>, site: &Site, settings: &Settings) -> (Opening, Vec<Diagnostic>) {
    let body = match split(source.text, true) {
        Split::Front { body, .. } => body,
        _ => 0,
    };
    let tag = language.and_then(|index| site.languages.get(index)).map(|known| known.tag.as_str()).or(settings.language.as_deref());
    let context = ContentContext {
        base: &settings.url,
        site: &settings.url,
        posts: &Neighbours { site, settings, path: source.path, language },
        words: words::of(tag),
        id_prefix: "opening",
        has_liquid: true,
        is_html: false,
        repair_encoding: settings.repair_encoding,
        title_from_heading: true,
        math: false,
        want_summary: false,
        want_text: true,
        want_origins: false,
        medium: Medium::Mail,
    };
    let (rendered, findings) = markdown::entry_content(source, body, &context);
    let findings =
        findings.into_iter().map(|found| if found.code == markdown::LIQUID.name { tag_in_opening(found) } else { found }).collect();
    (Opening { title: rendered.heading, html: rendered.html, text: rendered.text }, findings)
}
