//! The attributes of one tag: which stay, and what their URLs become.

use super::escape::{decode_value, push_value};
use super::posts::FileReference;
use super::table::{self, Element, ID};
use super::{BAD_URL, Finding, NO_POST, Posts, REMOVED_HANDLER, SCRIPT_URL, Tag};
use crate::diagnostic::Span;
use crate::text::url::{resolve, scheme, scheme as scheme_of, srcset};
use std::borrow::Cow;
use std::collections::BTreeSet;
use url::Url;

/// What the clean-up wants to know of a tag beside its kept attributes.
#[derive(Debug, Default)]
pub(super) struct Facts<'a> {
    pub class: Cow<'a, str>,
    pub style: Cow<'a, str>,
    pub hidden: bool,
    pub alt: Cow<'a, str>,
    pub title: Cow<'a, str>,
    pub kind: Cow<'a, str>,
    pub checked: bool,
    pub width: Option<u32>,
    pub height: Option<u32>,
    pub src: Option<Cow<'a, str>>,
    pub data: Option<Cow<'a, str>>,
    pub lazy: Option<Cow<'a, str>>,
    pub lazy_set: Option<Cow<'a, str>>,
    pub has_set: bool,
}

impl<'a> Facts<'a> {
    /// Reads what decides about an element.
    pub(super) fn of(tag: &Tag<'a>) -> Self {
        let mut facts = Facts::default();
        for attribute in tag.attributes() {
            let value = || decode_value(attribute.value);
            match attribute.name.as_bytes().first().map_or(0, |b| b | 0x20) {
                b'c' if is(attribute.name, "class") => facts.class = value(),
                b'c' if is(attribute.name, "checked") => facts.checked = true,
                b's' if is(attribute.name, "style") => facts.style = value(),
                b's' if is(attribute.name, "src") => facts.src = facts.src.or_else(|| Some(value())),
                b's' if is(attribute.name, "srcset") => facts.has_set = true,
                b'h' if is(attribute.name, "hidden") => facts.hidden = true,
                b'h' if is(attribute.name, "height") => facts.height = pixels(attribute.value),
                b'w' if is(attribute.name, "width") => facts.width = pixels(attribute.value),
                b'a' if is(attribute.name, "alt") => facts.alt = value(),
                b't' if is(attribute.name, "title") => facts.title = value(),
                b't' if is(attribute.name, "type") => facts.kind = value(),
                b'd' if is(attribute.name, "data") => facts.data = Some(value()),
                b'd' if among(attribute.name, &table::LAZY) => facts.lazy = facts.lazy.or_else(|| Some(value())),
                b'd' if among(attribute.name, &table::LAZY_SETS) => facts.lazy_set = facts.lazy_set.or_else(|| Some(value())),
                _ => {}
            }
        }
        facts.hidden = facts.hidden || style_has(&facts.style, "display:none") || style_has(&facts.style, "visibility:hidden");
        facts
    }

    /// Returns whether the element has one of some classes.
    pub(super) fn has_class(&self, classes: &[&str]) -> bool {
        !self.class.is_empty() && self.class.split_ascii_whitespace().any(|class| classes.contains(&class))
    }

    /// Returns whether an image can only count readers.
    pub(super) fn is_beacon(&self, src: &str) -> bool {
        let tiny = |size: Option<u32>, name: &str| {
            size.is_some_and(|n| n <= 1) || ["0", "1px", "0px"].iter().any(|n| style_has(&self.style, &format!("{name}:{n};")))
        };
        self.hidden || tiny(self.width, "width") && tiny(self.height, "height") || table::BEACONS.iter().any(|part| src.contains(part))
    }
}

/// Where kept attributes are written, and what is found on the way.
pub(super) struct Writer<'w> {
    pub out: &'w mut String,
    pub base: &'w Url,
    pub posts: &'w dyn Posts,
    /// Whether a post's own ids stay, and links lead to them.
    pub has_places: bool,
    /// These ids, where they are known.
    pub places: Option<&'w BTreeSet<String>>,
    pub findings: Vec<Finding>,
}

impl Writer<'_> {
    /// Writes the attributes that an element keeps.
    pub(super) fn write(&mut self, tag: &Tag<'_>, row: &'static Element, at: Span) {
        let mut seen = 0_u64;
        for attribute in tag.attributes() {
            let Some((bit, name)) = place_of(attribute.name, row) else {
                if attribute.name.len() > 2
                    && attribute.name.get(..2).is_some_and(|on| on.eq_ignore_ascii_case("on"))
                    && self.findings.len() < 8
                {
                    self.find(
                        &REMOVED_HANDLER,
                        at.clone(),
                        format!("the event handler `{}` was removed", attribute.name.to_ascii_lowercase()),
                    );
                }
                continue;
            };
            // HTML Standard §13.2.5.33: the first of two wins.
            // Posts of one mail could have the same ids, and nothing leads to them there.
            if seen & bit == 0 && (self.has_places || name != "id") {
                seen |= bit;
                self.attribute(name, &decode_value(attribute.value), &at);
            }
        }
    }

    /// Writes one attribute; a URL becomes absolute or is left out.
    pub(super) fn attribute(&mut self, name: &str, value: &str, at: &Span) {
        if table::URLS.contains(&name) {
            if let Some(url) = self.url(name, value, at) {
                self.push(name, &url);
            }
        } else if name == "srcset" {
            let set = srcset(self.base, value);
            if !set.is_empty() {
                self.push(name, &set);
            }
        } else {
            self.push(name, value);
        }
    }

    /// Returns a URL made absolute; `None` when it runs code or cannot be read.
    pub(super) fn url<'v>(&mut self, name: &str, value: &'v str, at: &Span) -> Option<Cow<'v, str>> {
        let trimmed = value.trim_matches(|c: char| c <= ' ');
        // A mail has no places but our footnotes: its links lead to the post's page.
        // Nor has an entry those that a generator gives to headings.
        if let Some(place) = trimmed.strip_prefix('#')
            && name == "href"
            && self.has_places
            && self.places.is_none_or(|known| place.is_empty() || place.contains('%') || known.contains(place))
        {
            return Some(Cow::Borrowed(trimmed));
        }
        // A link to nothing is one to the post itself: its address was a leftover, or a script's business.
        if trimmed.is_empty() && name == "href" {
            return None;
        }
        if !(trimmed.starts_with("https:") || trimmed.starts_with("http:"))
            && let Some(scheme) = scheme(trimmed)
            && runs_code(&scheme, name, trimmed)
        {
            self.find(&SCRIPT_URL, at.clone(), format!("a `{scheme}:` URL was removed"));
            return None;
        }
        if matches!(name, "href" | "src")
            && let Some(reference) = FileReference::read(trimmed)
        {
            let address = reference.address(self.posts);
            if address.is_none() {
                let message =
                    format!("`{}` is no post of this build; only the text of the link is shown", crate::text::short::shown(trimmed));
                let help = reference.advice(self.posts);
                let help = help.unwrap_or_else(|| "write the path of a post that is published, or the whole address".to_owned());
                self.findings.push(Finding { code: &NO_POST, span: at.clone(), message, help: Some(help) });
            }
            return address.map(Cow::Owned);
        }
        let url = resolve(self.base, trimmed).filter(|url| !leads_nowhere(url));
        if url.is_none() {
            let shown = crate::text::short::shown(trimmed);
            let message =
                if leads_nowhere(trimmed) { format!("`{shown}` leads nowhere on the web") } else { format!("`{shown}` is not a URL") };
            self.find(&BAD_URL, at.clone(), message);
        }
        url
    }

    pub(super) fn push(&mut self, name: &str, value: &str) {
        self.out.push(' ');
        self.out.push_str(name);
        self.out.push_str("=\"");
        push_value(self.out, value);
        self.out.push('"');
    }

    fn find(&mut self, code: &'static crate::diagnostic::Code, span: Span, message: String) {
        self.findings.push(Finding { code, span, message, help: None });
    }
}

/// Returns whether following a URL runs code or shows a page that we have not cleaned.
fn runs_code(scheme: &str, name: &str, url: &str) -> bool {
    match scheme {
        "javascript" | "vbscript" | "livescript" | "mocha" => true,
        "data" => {
            let kind = url.split_once(':').map_or("", |(_, rest)| rest).trim_start().to_ascii_lowercase();
            let media = ["image/", "audio/", "video/"].iter().any(|media| kind.starts_with(media));
            !media || name == "href" && kind.starts_with("image/svg")
        }
        // Old browsers open what follows.
        "feed" | "view-source" | "jar" => {
            let inner = url.split_once(':').map_or("", |(_, rest)| rest);
            scheme_of(inner)
                .is_some_and(|scheme| matches!(scheme.as_str(), "javascript" | "vbscript" | "data" | "feed" | "view-source" | "jar"))
        }
        _ => false,
    }
}

/// Returns whether a URL means something on the author's own machine only.
fn leads_nowhere(url: &str) -> bool {
    !url.starts_with("http") && scheme_of(url).is_some_and(|scheme| matches!(scheme.as_str(), "file" | "blob" | "filesystem"))
}

/// Returns a name's bit and its spelling in the table, when the element keeps it.
fn place_of(name: &str, row: &'static Element) -> Option<(u64, &'static str)> {
    let own = row.attributes.iter().position(|known| is(name, known)).and_then(|at| Some((1 << (at + 8), *row.attributes.get(at)?)));
    own.or_else(|| table::GLOBAL.iter().position(|known| is(name, known)).and_then(|at| Some((1 << at, *table::GLOBAL.get(at)?))))
        .or_else(|| (row.flags & ID != 0 && is(name, "id")).then_some((1 << 7, "id")))
}

fn is(name: &str, known: &str) -> bool {
    name.eq_ignore_ascii_case(known)
}

fn among(name: &str, known: &[&str]) -> bool {
    known.iter().any(|known| is(name, known))
}

/// Returns a length in pixels: `1`, `1px`.
fn pixels(value: &str) -> Option<u32> {
    let value = value.trim();
    value.strip_suffix("px").unwrap_or(value).parse().ok()
}

fn style_has(style: &str, declaration: &str) -> bool {
    if style.is_empty() {
        return false;
    }
    let mut plain: String = style.chars().filter(|c| !c.is_whitespace()).map(|c| c.to_ascii_lowercase()).collect();
    plain.push(';');
    plain.split(';').map(|part| part.strip_suffix("!important").unwrap_or(part)).any(|part| part == declaration.trim_end_matches(';'))
}
