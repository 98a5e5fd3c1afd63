//! What only mail needs: players as links, one address for each image, no drawings, no `MathML`.

use super::{A, Cleaner, Then};
use crate::diagnostic::Span;
use crate::html::attributes::Facts;
use crate::html::escape::{decode_value, push_text};
use crate::html::table::{Id, id, row_of};
use crate::html::{Medium, Tag, codes, embed};
use crate::text::short::shown;
use crate::text::url::srcset;
use std::borrow::Cow;

const AUDIO: Id = id("audio");
const VIDEO: Id = id("video");
const SOURCE: Id = id("source");
const TRACK: Id = id("track");
const PICTURE: Id = id("picture");
const MATH: Id = id("math");
const SEMANTICS: Id = id("semantics");
const ANNOTATION: Id = id("annotation");

impl Cleaner<'_> {
    /// Does with a start tag what only a mail asks for; returns whether that was all.
    pub(super) fn mail_start(&mut self, id: Id, tag: &Tag<'_>, at: &Span) -> bool {
        let from = self.out.len();
        let is_formula = id == ANNOTATION || row_of(id).attributes == row_of(SEMANTICS).attributes;
        if is_formula || id == MATH {
            self.has_other_text();
        }
        if self.is_for_text && is_formula {
            return false;
        }
        let then = match id {
            AUDIO | VIDEO => {
                self.start_media(id, tag, at);
                Then::Media
            }
            SOURCE | TRACK => {
                if id == SOURCE && self.media.is_none() && (self.open[usize::from(AUDIO)] > 0 || self.open[usize::from(VIDEO)] > 0) {
                    self.media = self.media_of(&Facts::of(tag), at);
                }
                return true;
            }
            PICTURE => Then::Nothing,
            ANNOTATION if self.open[usize::from(MATH)] > 0 => Then::Tex,
            MATH => {
                self.tex = None;
                Then::Formula
            }
            _ if is_formula && id != ANNOTATION => Then::Nothing,
            _ => return false,
        };
        self.push_raw(id, true, then, from, at.clone());
        self.end_self_closing(tag, id);
        true
    }

    fn start_media(&mut self, id: Id, tag: &Tag<'_>, at: &Span) {
        self.tell(&codes::MAIL_MEDIA, at, || format!("`<{}>` became a link", row_of(id).name));
        self.media = self.media_of(&Facts::of(tag), at);
    }

    /// Returns the address that a player plays, and its title.
    fn media_of(&mut self, facts: &Facts<'_>, at: &Span) -> Option<(String, String)> {
        let written = [facts.src.as_ref(), facts.lazy.as_ref()].into_iter().flatten().find(|url| !url.trim().is_empty())?;
        let mut writer = self.writer();
        let url = writer.url("src", written, at).filter(|url| !url.starts_with("data:")).map(Cow::into_owned);
        let found = writer.findings;
        self.take_findings(found);
        Some((url?, facts.title.trim().to_owned()))
    }

    /// Writes the link in place of what stood in a player: words for browsers that cannot play.
    pub(super) fn end_media(&mut self, from: usize) {
        let Some((url, title)) = self.media.take() else { return };
        self.cut_back(from);
        let words = self.context.words;
        let is_audio = [".mp3", ".m4a", ".ogg", ".oga", ".opus", ".wav", ".flac", ".aac"].iter().any(|ending| {
            let path = url.split(['?', '#']).next().unwrap_or_default();
            path.len() > ending.len()
                && path.is_char_boundary(path.len() - ending.len())
                && path[path.len() - ending.len()..].eq_ignore_ascii_case(ending)
        });
        let name = url.split(['?', '#']).next().and_then(|path| path.rsplit('/').next()).unwrap_or_default();
        let kind = if is_audio { words.audio } else { words.video };
        let title = if title.is_empty() { format!("{kind}: {name}") } else { title };
        self.embedded_link(&url, &title, !is_audio);
    }

    /// Returns the address of an image: its own, else the first of its set.
    pub(super) fn one_of_set<'t>(&self, tag: &Tag<'t>, written: Cow<'t, str>) -> Cow<'t, str> {
        if !written.trim().is_empty() {
            return written;
        }
        let set = tag.attributes().find(|attribute| matches!(attribute.name, "srcset" | "data-srcset" | "data-lazy-srcset"));
        let set = set.map(|attribute| srcset(self.context.base, &decode_value(attribute.value))).unwrap_or_default();
        set.split_whitespace().next().map_or(written, |first| Cow::Owned(first.trim_end_matches(',').to_owned()))
    }

    /// Returns whether mail clients do not show an image.
    pub(super) fn is_unfit(&self, src: &str) -> bool {
        self.context.medium == Medium::Mail && (src.starts_with("data:") || embed::is_drawing(src))
    }

    /// Writes a link with an image's text, to the image or, where it has no address, to the post.
    pub(super) fn image_link(&mut self, src: &str, alt: &str, at: &Span) {
        self.images.pop_if(|image| image.src == src);
        let (what, url) =
            if src.starts_with("data:") { ("an image inside the text", self.context.base.as_str()) } else { ("an SVG drawing", src) };
        let url = url.to_owned();
        let name = shown(alt.trim());
        let message = || if name.is_empty() { format!("{what} was left out") } else { format!("{what} became the link `{name}`") };
        self.tell(&codes::MAIL_IMAGE, at, message);
        if alt.trim().is_empty() {
            return self.leave_gap();
        }
        let is_link = self.open[usize::from(A)] == 0;
        if is_link {
            self.out.push_str("<a");
            self.write_attribute("href", &url);
            self.out.push('>');
        }
        push_text(&mut self.out, alt);
        self.out.push_str(if is_link { "</a>" } else { "" });
    }

    /// Keeps a formula's source for its end.
    pub(super) fn end_tex(&mut self, from: usize) {
        let source = crate::html::text(self.out.get(from..).unwrap_or_default(), 4000);
        self.cut_back(from);
        self.tex = Some(source).filter(|source| !source.is_empty()).or(self.tex.take());
    }

    /// Writes a formula as its source, or else as its text.
    pub(super) fn end_formula(&mut self, from: usize, at: Span) {
        let text = crate::html::text(self.out.get(from..).unwrap_or_default(), 4000);
        self.cut_back(from);
        let source = self.tex.take().unwrap_or(text);
        if !source.is_empty() {
            self.tell(&codes::MAIL_FORMULA, &at, || format!("the formula `{}` is shown as its source", shown(&source)));
            self.out.push_str("<code>");
            push_text(&mut self.out, &source);
            self.out.push_str("</code>");
        }
    }
}
