//! A placed post and its text become an [`Entry`].

use super::links::Neighbours;
use super::media::{Files, INVALID_REFERENCE, Known, MISSING_IMAGE, Media, measured, media_type};
use super::values::Asked;
use super::{EMPTY_POST, Placed, Site};
use crate::diagnostic::{Diagnostic, Source, Span};
use crate::frontmatter::locate_field;
use crate::html::{self, ImageUse, Medium, push_value};
use crate::markdown::{self, Content, ContentContext, Origins, smart_title};
use crate::model::{Asset, Assets, Author, ContentMode, Entry, Image, Post, Settings};
use crate::text::chars::{clean, one_line};
use crate::text::{language, mojibake, url::resolve, words};
use sha2::{Digest, Sha256};
use std::borrow::Cow;
use std::collections::BTreeSet;
use url::Url;

/// How many missing images of one post are reported one by one.
const MOST_MISSING: usize = 8;

/// How far behind the beginning of an image its reference is looked for, in bytes.
const NEAR: usize = 2000;

/// How much of a titleless post stands for its title, in characters.
const BEGINNING: usize = 70;

/// What an entry is made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// For feeds.
    Feed {
        /// Whether it has to be known where in the file its content comes from.
        want_origins: bool,
    },
    /// For mail: always with its content, and with a summary where there is any text.
    Mail {
        /// Whether the content is wanted as plain text too.
        want_text: bool,
    },
}

impl Purpose {
    fn medium(self) -> Medium {
        if self.is_mail() { Medium::Mail } else { Medium::Feed }
    }

    fn is_mail(self) -> bool {
        matches!(self, Purpose::Mail { .. })
    }
}

/// An entry, and what is known of it besides.
#[derive(Debug)]
pub struct Built {
    /// The entry.
    pub entry: Entry,
    /// What was found in the post; errors leave the entry's content in doubt.
    pub findings: Vec<Diagnostic>,
    /// Where in the file its content comes from, where that was wanted.
    pub origins: Origins,
    /// The images that its content shows, in order, with what is known of their files; for mail only.
    pub images: Vec<(ImageUse, Option<Asset>)>,
    /// The file of the entry's own image, relative to the site's root; for mail only.
    pub image_file: Option<String>,
    /// The content as plain text, where that was wanted.
    pub text: String,
}

/// Makes the entry of a post. `text` is the whole decoded file.
#[must_use]
pub fn build(placed: &Placed, text: &str, site: &Site, settings: &Settings, assets: &dyn Assets, purpose: Purpose) -> Built {
    let post = &placed.post;
    let source = Source::new(&post.path, text);
    let base = placed.base(settings);
    let asked = Asked::default();
    let rendering = Rendering { placed, base: &base, site, settings, assets, asked: &asked, purpose };
    let (mut content, mut findings) = rendering.content(source);
    let files = Files { settings, assets, path: &post.path };
    let media = Media { files, placed, base: &base };
    check_images(&files, source, &content.images, &mut findings);
    let image = media.image(&mut findings).or_else(|| media.bundle_image()).or_else(|| first_image(&files, &content));
    let excerpt = rendering.excerpt(source);
    findings.extend(asked.faults());
    let enclosures = media.enclosures(&mut findings);
    let external_url = post.external_url.as_deref().and_then(|url| absolute(&base, url));
    if let (Some(written), None) = (&post.external_url, &external_url) {
        findings.push(
            Diagnostic::new(&INVALID_REFERENCE, format!("`{written}` is no address")).at(crate::diagnostic::Place::key(&post.path, "link")),
        );
    }
    if let Some(url) = external_url.as_deref().filter(|_| is_blank(&content.html)) {
        content = only_link(url, content);
    }
    let is_empty = is_blank(&content.html);
    let entry_language = post.language.as_deref().or_else(|| Some(site.languages.get(placed.language?)?.tag.as_str()));
    let title = title(placed, &content, settings);
    let entry = Entry {
        id: placed.id().to_owned(),
        url: placed.url.to_string(),
        external_url,
        beginning: title.is_none().then(|| html::text(&content.html, BEGINNING)).filter(|words| !words.is_empty()),
        title,
        published: post.published,
        updated: post.updated.unwrap_or(post.published),
        authors: authors(post, &base, settings, &mut findings),
        summary: summary(post, excerpt, &content, settings, purpose),
        content: (purpose.is_mail() || settings.feeds.content == ContentMode::Full).then_some(content.html),
        tags: tags(placed, settings),
        image,
        enclosures,
        language: entry_language.and_then(language::normalize).filter(|tag| settings.language.as_ref() != Some(tag)),
    };
    if is_empty {
        findings.extend(check_filled(source, post, &entry));
    }
    if !purpose.is_mail() {
        return Built { entry, findings, origins: content.origins, images: Vec::new(), image_file: None, text: String::new() };
    }
    let images = known(&files, content.images);
    let file_of = |image: &Image| {
        let written = post.image.as_deref().or_else(|| image.url.rsplit('/').next()).unwrap_or_default();
        if let Known::Here(asset) = files.look(written, &image.url) { Some(asset.path) } else { None }
    };
    let image_file = entry.image.as_ref().and_then(file_of);
    Built { entry, findings, origins: content.origins, images, image_file, text: content.text }
}

/// Returns the content of a post that is nothing but a link: what a reader shows has to lead there.
fn only_link(url: &str, content: Content) -> Content {
    let mut escaped = String::new();
    push_value(&mut escaped, url);
    let html = format!("<p><a href=\"{escaped}\">{escaped}</a></p>\n");
    Content { html, summary: Some(url.to_owned()), summary_is_all: true, text: format!("{url}\n"), ..content }
}

/// Reports a post without content that has no summary, media or link either, and no title but what its file is called.
fn check_filled(source: Source<'_>, post: &Post, entry: &Entry) -> Option<Diagnostic> {
    let has_more = entry.summary.is_some() || entry.image.is_some() || !entry.enclosures.is_empty() || entry.external_url.is_some();
    let has_title = || entry.title.is_some() && locate_field(source.text, "title").is_some();
    if has_more || has_title() {
        return None;
    }
    let finding = Diagnostic::new(&EMPTY_POST, "the post has neither a title nor anything to read");
    Some(finding.at(source.place(post.body..post.body)).help("write something in it, mark it with `draft: true`, or remove the file"))
}

fn is_blank(text: &str) -> bool {
    text.trim().is_empty()
}

/// What the rendering of a body needs.
struct Rendering<'a> {
    placed: &'a Placed,
    base: &'a Url,
    site: &'a Site,
    settings: &'a Settings,
    assets: &'a dyn Assets,
    asked: &'a Asked,
    purpose: Purpose,
}

impl Rendering<'_> {
    /// Renders the body.
    fn content(&self, source: Source<'_>) -> (Content, Vec<Diagnostic>) {
        let Rendering { placed, base, site, settings, assets, asked, purpose } = *self;
        let post = &placed.post;
        let of_folder = || Some(site.languages.get(placed.language?)?.tag.as_str());
        let language = post.language.as_deref().or_else(of_folder).or(settings.language.as_deref());
        let context = ContentContext {
            base,
            site: &settings.url,
            resolver: &Neighbours {
                site,
                settings,
                path: &post.path,
                language: placed.language,
                assets,
                post: Some(placed),
                text: source.text,
                asked,
            },
            words: words::of(language),
            // A digest for nothing but footnotes.
            id_prefix: &if source.text.contains("[^") || source.text.contains("^[") { id_prefix(placed.id()) } else { String::new() },
            generator: settings.habits.generator,
            has_liquid: post.has_liquid,
            code_marks: settings.habits.slugs.are_pelicans(),
            is_html: is_html(&post.path),
            repair_encoding: settings.repair_encoding,
            title_from_heading: post.title_from_heading,
            typography: settings.habits.typography,
            math: post.math,
            want_summary: post.summary.is_none() || may_have_divider(post, source.text),
            want_text: purpose == Purpose::Mail { want_text: true },
            want_origins: purpose == Purpose::Feed { want_origins: true },
            medium: purpose.medium(),
        };
        markdown::entry_content(source, post.body, &context)
    }

    /// Returns the summary that ends at the post's own separator: the text before it, rendered by itself as Jekyll does.
    fn excerpt(&self, source: Source<'_>) -> Option<String> {
        let post = &self.placed.post;
        let separator = post.excerpt_separator.as_deref().filter(|_| post.summary.is_none())?;
        let end = post.body + source.text.get(post.body..)?.find(separator)?;
        let before = format!("{}\n\n<!-- more -->\n", source.text.get(..end)?);
        let (content, _) = self.content(Source::new(&post.path, &before));
        content.summary.filter(|_| content.has_divider)
    }
}

/// Returns whether the body may end its summary itself, although the front matter has one.
fn may_have_divider(post: &Post, text: &str) -> bool {
    post.divider_first && text.get(post.body..).is_some_and(|body| body.contains("<!--"))
}

/// Returns a short text that is the same for an id for ever and differs between entries: ids of footnotes begin with it,
/// because a reader shows many entries on one page.
fn id_prefix(id: &str) -> String {
    let digest = Sha256::digest(id.as_bytes());
    format!("{:08x}", u32::from_be_bytes([digest[0], digest[1], digest[2], digest[3]]))
}

/// Returns whether a file is written in HTML.
#[must_use]
pub fn is_html(path: &str) -> bool {
    path.rsplit_once('.').is_some_and(|(_, ending)| ending.eq_ignore_ascii_case("html"))
}

/// Returns the title: the post's own, else its first heading, else nothing.
fn title(placed: &Placed, content: &Content, settings: &Settings) -> Option<String> {
    let heading = content.heading.as_deref().filter(|_| placed.post.title_from_heading);
    let title = match (heading, &placed.post.title) {
        // Its quotes were set with the content.
        (Some(heading), _) => plain(heading, settings),
        (None, Some(title)) => smart_title(&plain(title, settings), settings.habits.typography),
        (None, None) => return None,
    };
    Some(title).filter(|title| !title.is_empty())
}

/// Returns the summary: the one written or cut off by its author, else the beginning of the text. Where the content
/// follows, one that says all of it is none; where it does not, any text is better than none.
fn summary(post: &Post, excerpt: Option<String>, content: &Content, settings: &Settings, purpose: Purpose) -> Option<String> {
    let is_outweighed = post.divider_first && content.has_divider && content.summary.is_some();
    let written = post.summary.as_deref().filter(|_| !is_outweighed).map(|summary| plain(summary, settings));
    let written = written.or(excerpt).filter(|summary| !summary.is_empty());
    let generated = || content.summary.clone();
    let mode = if purpose.is_mail() { ContentMode::Summary } else { settings.feeds.content };
    match (mode, written) {
        (ContentMode::Full, Some(written)) => {
            let says_all = html::text(&content.html, written.chars().count().saturating_add(1)) == written;
            (!says_all).then_some(written)
        }
        (ContentMode::Full, None) => generated().filter(|_| !content.summary_is_all),
        (ContentMode::Summary, written) => written.or_else(generated),
    }
}

/// Returns a plain text for an output: one line, without characters XML cannot hold, mended when asked.
pub(super) fn plain(text: &str, settings: &Settings) -> String {
    let repaired = if settings.repair_encoding { mojibake::repair(text) } else { Cow::Borrowed(text) };
    one_line(&clean(&repaired))
}

/// Returns the post's authors with addresses that are some: feeds may hold no others (RFC 4287 §3.2.2, §3.2.3).
fn authors(post: &Post, base: &Url, settings: &Settings, findings: &mut Vec<Diagnostic>) -> Vec<Author> {
    let mut wrong: Vec<(&str, &str)> = Vec::new();
    let mut authors = Vec::with_capacity(post.authors.len());
    for author in &post.authors {
        let uri = author.uri.as_deref().and_then(|uri| absolute(base, uri).filter(|url| Url::parse(url).is_ok()));
        let email = author.email.as_deref().filter(|email| is_email(email)).map(str::to_owned);
        wrong.extend(author.uri.as_deref().filter(|_| uri.is_none()).map(|uri| (uri, "web address")));
        wrong.extend(author.email.as_deref().filter(|_| email.is_none()).map(|email| (email, "e-mail address")));
        authors.push(Author { name: plain(&author.name, settings), email, uri });
    }
    for (written, what) in wrong {
        let finding = Diagnostic::new(&INVALID_REFERENCE, format!("`{written}` is no {what} of an author and was left out"));
        let help = format!("write a whole {what}, or take it out");
        findings.push(finding.at(crate::diagnostic::Place::key(&post.path, "author")).help(help));
    }
    authors
}

/// Returns whether a text may be an e-mail address: one `@` with something on both sides, and no blank or bracket.
fn is_email(text: &str) -> bool {
    let parts = text.split_once('@').filter(|(local, host)| !local.is_empty() && !host.is_empty() && !host.contains('@'));
    parts.is_some() && !text.contains(|c: char| c.is_whitespace() || c.is_control() || "<>()\"".contains(c))
}

/// Returns tags, then categories, each once.
fn tags(placed: &Placed, settings: &Settings) -> Vec<String> {
    let mut tags: Vec<String> = Vec::new();
    for tag in placed.post.tags.iter().chain(placed.post.categories.iter()) {
        let tag = plain(tag, settings);
        if !tag.is_empty() && !tags.contains(&tag) {
            tags.push(tag);
        }
    }
    tags
}

fn absolute(base: &Url, reference: &str) -> Option<String> {
    resolve(base, reference).map(Cow::into_owned).filter(|url| url.starts_with("http://") || url.starts_with("https://"))
}

/// Returns the images that a text beside the posts shows, in order, with what is known of their files, and reports those that are not
/// there. Its relative references are to the site's root.
#[must_use]
pub fn pictures(
    source: Source<'_>,
    images: Vec<ImageUse>,
    settings: &Settings,
    assets: &dyn Assets,
) -> (Vec<(ImageUse, Option<Asset>)>, Vec<Diagnostic>) {
    let files = Files { settings, assets, path: "" };
    let mut findings = Vec::new();
    check_images(&files, source, &images, &mut findings);
    (known(&files, images), findings)
}

fn known(files: &Files<'_>, images: Vec<ImageUse>) -> Vec<(ImageUse, Option<Asset>)> {
    let known = |image: ImageUse| {
        let asset = if let Known::Here(asset) = files.look(&image.written, &image.src) { Some(asset) } else { None };
        (image, asset)
    };
    images.into_iter().map(known).collect()
}

/// Reports images that should be files of this site and are not there: each once, and of very many the first.
fn check_images(files: &Files<'_>, source: Source<'_>, images: &[ImageUse], findings: &mut Vec<Diagnostic>) {
    let distinct = || {
        let mut seen = BTreeSet::new();
        images.iter().filter(move |image| seen.insert((image.written.as_str(), image.src.as_str())))
    };
    let missing: Vec<&ImageUse> =
        distinct().filter(|image| matches!(files.look(&image.written, &image.src), Known::Missing | Known::Outside)).collect();
    for (image, meant) in distinct().filter_map(|image| Some((image, files.meant_by_root(&image.written)?))).take(MOST_MISSING) {
        let message = format!("`{}` leads out of the site, to `{}`", image.written, image.src);
        let place = source.place(written_at(source.text, image));
        findings.push(Diagnostic::new(&MISSING_IMAGE, message).at(place).help(format!("did you mean `{meant}`?")));
    }
    // The site may serve it from elsewhere, and a reader shows its text where it does not.
    let help = "put the file beside the post or under the site's root, or mend the path; it stays in the content as it is written";
    for image in missing.iter().take(MOST_MISSING) {
        let is_outside = matches!(files.look(&image.written, &image.src), Known::Outside);
        let to = if is_outside { format!(": it leads out of the site, to `{}`", image.src) } else { String::new() };
        let message = format!("there is no image `{}`{to}", image.written);
        let at = written_at(source.text, image);
        let is_embedded = source.text.get(..at.start).is_some_and(|before| before.trim_end_matches(' ').ends_with("![["));
        // Programs for notes look for a file of this name in all folders.
        let help = if is_embedded { "write `![text](path)` with the path of the file" } else { help };
        findings.push(Diagnostic::new(&MISSING_IMAGE, message).at(source.place(at)).help(help));
    }
    if let Some(next) = missing.get(MOST_MISSING) {
        let message = format!("{} more images of this post are not there", missing.len() - MOST_MISSING);
        findings.push(Diagnostic::new(&MISSING_IMAGE, message).at(source.place(written_at(source.text, next))).help(help));
    }
}

/// Returns where an image's reference is written; where that cannot be told, where its element begins.
fn written_at(text: &str, image: &ImageUse) -> Span {
    let rest = text.get(image.offset..).unwrap_or_default();
    let near = &rest[..rest.floor_char_boundary(image.written.len().saturating_add(NEAR))];
    let element = near.split("\n\n").next().unwrap_or_default();
    let within = element.find(image.written.as_str());
    within.map_or(image.offset..image.offset, |at| image.offset + at..image.offset + at + image.written.len())
}

/// Returns the first image that the content shows and whose file is at hand or whose size is written.
fn first_image(files: &Files<'_>, content: &Content) -> Option<Image> {
    content.images.iter().find_map(|image| match files.look(&image.written, &image.src) {
        Known::Here(asset) => Some(measured(image.src.clone(), Some(asset))),
        Known::Elsewhere => media_type(&image.src).filter(|t| t.starts_with("image/")).map(|_| measured(image.src.clone(), None)),
        Known::Missing | Known::Outside => None,
    })
}
