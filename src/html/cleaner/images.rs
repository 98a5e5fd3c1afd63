//! Images: what they show, where it is, and which only count readers.

use super::{Cleaner, IMG};
use crate::diagnostic::Span;
use crate::html::attributes::Facts;
use crate::html::table::{Id, id};
use crate::html::{ImageUse, Medium, Tag, codes};
use std::borrow::Cow;

impl Cleaner<'_> {
    /// Writes an image.
    pub(crate) fn image(&mut self, url: &str, alt: &str, title: &str, at: Span) {
        if url.is_empty() {
            return self.image_without_address(alt);
        }
        let facts = Facts { alt: Cow::Borrowed(alt), ..Facts::default() };
        let Some(src) = self.image_source(url, &facts, &at) else { return self.image_without_address(alt) };
        if self.is_unfit(&src) {
            return self.image_link(&src, alt, &at);
        }
        self.out.push_str("<img");
        self.write_attribute("src", &src);
        self.write_attribute("alt", alt);
        if !title.is_empty() {
            self.write_attribute("title", title);
        }
        self.out.push('>');
    }

    pub(super) fn raw_image(&mut self, tag: &Tag<'_>, at: &Span) {
        let facts = Facts::of(tag);
        let lazy = facts.lazy.as_ref().filter(|_| facts.src.as_ref().is_none_or(|src| is_placeholder(src)));
        let written = lazy.or(facts.src.as_ref()).cloned().unwrap_or_default();
        let (written, has_set) = match self.context.medium {
            Medium::Feed => (written, facts.has_set || facts.lazy_set.is_some()),
            Medium::Mail => (self.one_of_set(tag, written), false),
        };
        if written.trim().is_empty() && !has_set {
            return self.image_without_address(&facts.alt);
        }
        if facts.is_beacon(&written) {
            return self.tell(&codes::REMOVED_PIXEL, at, || "an image that only counts readers was removed".to_owned());
        }
        let source = if written.trim().is_empty() { None } else { self.image_source(&written, &facts, at) };
        if source.is_none() && !has_set {
            return self.image_without_address(&facts.alt);
        }
        if let Some(src) = source.as_deref().filter(|src| self.is_unfit(src)) {
            return self.image_link(src, &facts.alt, at);
        }
        if let Some(src) = &source {
            if self.open[usize::from(NOSCRIPT)] > 0 && self.lazy.as_deref() == Some(src) {
                self.images.pop();
                return;
            }
            if lazy.is_some() {
                self.lazy = Some(src.clone());
            }
        }
        let from = self.out.len();
        self.out.push_str("<img");
        if let Some(src) = &source {
            self.write_attribute("src", src);
        }
        self.write_attributes(tag, IMG, &facts, at);
        if source.is_none() && !self.out.get(from..).is_some_and(|tag| tag.contains(" srcset=\"")) {
            self.cut_back(from);
            return self.image_without_address(&facts.alt);
        }
        self.out.push('>');
    }

    /// Writes what an image shows that has no address, or none to use.
    fn image_without_address(&mut self, alt: &str) {
        self.text(alt);
        self.leave_gap();
    }

    pub(super) fn image_source(&mut self, written: &str, facts: &Facts<'_>, at: &Span) -> Option<String> {
        let mut writer = self.writer();
        let src = writer.url("src", written, at).map(Cow::into_owned);
        let findings = writer.findings;
        self.take_findings(findings);
        let src = src?;
        if self.cutting == 0 {
            let (written, alt) = (written.trim().to_owned(), facts.alt.clone().into_owned());
            self.images.push(ImageUse { src: src.clone(), written, offset: at.start, alt, width: facts.width, height: facts.height });
        }
        Some(src)
    }
}

const NOSCRIPT: Id = id("noscript");

/// Returns whether an image's address only holds the place until a script has run.
fn is_placeholder(src: &str) -> bool {
    let src = src.trim();
    src.is_empty()
        || src.starts_with("data:")
        || src == "#"
        || ["placeholder", "blank.gif", "lazy", "spacer.gif", "1x1", "loading"].iter().any(|part| src.contains(part))
}
