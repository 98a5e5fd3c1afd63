//! A post and the author's opening, rendered for mail.

use super::render::{LetterPost, measure, too_large};
use crate::diagnostic::{Diagnostic, Place, Source};
use crate::frontmatter;
use crate::html::{self, ImageUse, Medium, is_drawing};
use crate::mail;
use crate::markdown::{self, ContentContext};
use crate::model::{Asset, Assets, Entry, MailContent, Settings};
use crate::site::entry::{self, Purpose};
use crate::site::{Asked, Neighbours, Placed, Site};
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
    /// The addresses of its pictures whose files are at hand, and the files, relative to the site's root.
    pub pictures: Vec<(String, String)>,
}

/// Makes a post of a letter; with its plain text where letters hold whole posts. `text` is the whole decoded file.
#[must_use]
pub fn letter_post(placed: &Placed, text: &str, site: &Site, settings: &Settings, assets: &dyn Assets) -> (LetterPost, Vec<Diagnostic>) {
    let content = settings.newsletter.content;
    let built = entry::build(placed, text, site, settings, assets, Purpose::Mail { want_text: content == MailContent::Full });
    // What is wrong with a content that is not mailed is for the build to say.
    let mut findings: Vec<Diagnostic> =
        built.findings.into_iter().filter(|found| content == MailContent::Full || found.is_error()).collect();
    let break_in = |key: &String| mail::line_break(key).at(Place::key(&placed.post.path, key));
    findings.extend(placed.post.breaks.iter().map(break_in));
    let (entry, images) = (built.entry, built.images);
    if content != MailContent::Titles && !findings.iter().any(Diagnostic::is_error) && is_empty(&entry, &images) {
        findings.push(nothing_to_mail(placed, text));
    }
    let own = entry.image.iter().map(|image| image.url.clone()).zip(built.image_file);
    let pictures = own.chain(files(&images)).collect();
    let is_own = |image: &ImageUse| entry.image.as_ref().is_some_and(|own| own.url == image.src);
    let is_shown = |image: &ImageUse| content == MailContent::Full || content == MailContent::Summary && is_own(image);
    let shown: Vec<_> = images.iter().filter(|(image, _)| is_shown(image)).cloned().collect();
    let (html, found) = measure(entry.content.as_deref().unwrap_or_default(), &shown, Source::new(&placed.post.path, text));
    findings.extend(found);
    if content != MailContent::Titles && !shown.iter().any(|(image, _)| is_own(image)) {
        findings.extend(large_own_image(placed, &entry));
    }
    let authors = if entry.authors.is_empty() { &settings.authors } else { &entry.authors };
    let alt = |url: &str| images.iter().find(|(image, _)| image.src == url).map(|(image, _)| image.alt.clone());
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

/// Returns the addresses of pictures whose files are at hand, and the files.
fn files(images: &[(ImageUse, Option<Asset>)]) -> impl Iterator<Item = (String, String)> {
    images.iter().filter_map(|(image, asset)| Some((image.src.clone(), asset.as_ref()?.path.clone())))
}

/// Returns whether a mail shows nothing of a post but its title.
fn is_empty(entry: &Entry, images: &[(ImageUse, Option<Asset>)]) -> bool {
    let has_text = !html::text(entry.content.as_deref().unwrap_or_default(), 1).is_empty() || entry.summary.is_some();
    !has_text && images.is_empty() && entry.image.is_none() && entry.enclosures.is_empty()
}

/// Says that a post has nothing to read in mails.
fn nothing_to_mail(placed: &Placed, text: &str) -> Diagnostic {
    let body = placed.post.body;
    let is_for_feeds = text.get(body..).is_some_and(|body| body.contains("feed:only"));
    let why = if is_for_feeds { ": its text is for feeds only" } else { "" };
    let message = format!("the post has nothing to read in mails{why}, so the letter shows its title and a link");
    let help = "write something for mails, or keep the post out of them with `newsletter: false` in its front matter";
    Diagnostic::new(&super::NOTHING_TO_MAIL, message).at(Source::new(&placed.post.path, text).place(body..body)).help(help)
}

/// Says that the picture which stands for a post is too large.
fn large_own_image(placed: &Placed, entry: &Entry) -> Option<Diagnostic> {
    let image = entry.image.as_ref().filter(|image| !is_drawing(&image.url))?;
    let written = placed.post.image.as_deref().unwrap_or(&image.url);
    Some(too_large(written, image.bytes?, image.size)?.at(Place::key(&placed.post.path, "image")))
}

/// Says of a tag in an opening what nobody runs there.
fn tag_in_opening(found: Diagnostic) -> Diagnostic {
    let tag = found.message.split('`').nth(1).unwrap_or("{{ … }}");
    let message = format!("`{tag}` has no value in an opening, which is Markdown and no template");
    let help = "greet readers in a template of your own: `postrider init --templates` copies them out, `message.html` and `message.txt` \
                may hold `{{ subscriber.name or 'you' }}`; what is to be shown as it stands goes between backticks";
    Diagnostic { place: found.place, ..Diagnostic::new(&super::TAG_IN_OPENING, message) }.help(help)
}

/// Renders the author's opening: Markdown or HTML. The title in its front matter is the edition's, or else the `#` heading that it begins
/// with. `language` is one of [`Site::languages`].
#[must_use]
pub fn opening(
    source: Source<'_>,
    language: Option<usize>,
    site: &Site,
    settings: &Settings,
    assets: &dyn Assets,
) -> (Opening, Vec<Diagnostic>) {
    let (head, mut faults) = frontmatter::read_opening(source);
    let tag = language.and_then(|index| site.languages.get(index)).map(|known| known.tag.as_str()).or(settings.language.as_deref());
    let asked = Asked::default();
    let context = ContentContext {
        base: &settings.url,
        site: &settings.url,
        resolver: &Neighbours { site, settings, path: source.path, language, assets, post: None, text: source.text, asked: &asked },
        words: words::of(tag),
        id_prefix: "opening",
        generator: settings.habits.generator,
        has_liquid: true,
        code_marks: settings.habits.slugs.are_pelicans(),
        is_html: entry::is_html(source.path),
        repair_encoding: settings.repair_encoding,
        title_from_heading: head.title.is_none(),
        typography: settings.habits.typography,
        math: false,
        want_summary: false,
        want_text: true,
        want_origins: false,
        medium: Medium::Mail,
    };
    let (rendered, findings) = markdown::entry_content(source, head.body, &context);
    let (images, missing) = entry::pictures(source, rendered.images, settings, assets);
    faults.extend(asked.faults());
    let (html, large) = measure(&rendered.html, &images, source);
    let findings = findings.into_iter().map(|found| if found.code == markdown::LIQUID.name { tag_in_opening(found) } else { found });
    faults.extend(findings.chain(missing).chain(large));
    (Opening { title: head.title.or(rendered.heading), html, text: rendered.text, pictures: files(&images).collect() }, faults)
}
