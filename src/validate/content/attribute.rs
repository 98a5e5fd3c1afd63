//! One attribute of HTML, SVG or MathML: whether readers keep it, and where its address leads.

use super::style;
use super::table::{Attribute, Language};
use crate::diagnostic::Code;
use crate::validate::codes::{CONTAINS_REL_REF, DANGEROUS_STYLE_ATTR, SECURITY_RISK_ATTR};
use crate::validate::walk::shorten;
use std::ops::Range;

/// What is wrong with an attribute.
#[derive(Debug)]
pub(super) struct Fault {
    pub code: &'static Code,
    pub message: String,
    pub help: &'static str,
    /// Which part of the value it is about; `None` for the whole attribute.
    pub part: Option<Range<usize>>,
}

/// Judges an attribute. Its value has no references any more; relative addresses are no fault where there is a base.
pub(super) fn judge(language: Language, element: &str, name: &str, value: &str, has_base: bool) -> Option<Fault> {
    match language.attribute(name) {
        Attribute::Harmless => None,
        Attribute::Url => address(name, value, 0, has_base),
        Attribute::UrlSet => candidates(name, value, has_base),
        Attribute::Style => style::check(value, language == Language::Svg).map(|fault| Fault {
            code: &DANGEROUS_STYLE_ATTR,
            message: format!("readers may remove the style of `{element}`: {}", fault.reason),
            help: "remove it, and see that the entry reads well without",
            part: Some(fault.range),
        }),
        Attribute::Handler => Some(Fault {
            code: &SECURITY_RISK_ATTR,
            message: format!("readers remove `{name}` of `{element}`, because it runs a script"),
            help: "remove it, and see that the entry works without",
            part: None,
        }),
        Attribute::Unknown => Some(Fault {
            code: &SECURITY_RISK_ATTR,
            message: format!("readers remove `{}` of `{element}`: it is no attribute that {} has today", shorten(name), language.name()),
            help: "remove it, and see that the entry reads well without",
            part: None,
        }),
    }
}

/// Judges an address, which begins at an offset of the attribute's value.
fn address(name: &str, value: &str, offset: usize, has_base: bool) -> Option<Fault> {
    // Nearly all addresses.
    if value.starts_with("https://") || value.starts_with("http://") || value.starts_with('#') {
        return None;
    }
    // URL Standard §4.4: blanks and controls around an address, and line ends and tabs in it, do not count.
    let start = value.len() - value.trim_start_matches(|c| c <= ' ').len();
    let url = value.trim_matches(|c: char| c <= ' ');
    let part = Some(offset + start..offset + start + url.len());
    let shown = shorten(url);
    if let Some(scheme) = crate::text::url::scheme(url) {
        let message = match scheme.as_str() {
            "javascript" | "vbscript" | "livescript" | "mocha" => format!("readers remove `{name}`, because `{scheme}:` runs a script"),
            "data" if !is_picture(url) && name.eq_ignore_ascii_case("href") => {
                format!("readers remove `{name}`, because a document in a `data:` address may run a script")
            }
            "file" => format!("`{shown}` is a file on the author's own machine"),
            _ => return None,
        };
        let code = if scheme == "file" { &CONTAINS_REL_REF } else { &SECURITY_RISK_ATTR };
        return Some(Fault { code, message, help: "write an address that leads to the web", part });
    }
    if url.starts_with('#') || has_base {
        return None;
    }
    let message = match () {
        () if url.is_empty() => format!("`{name}` is empty, which means the page that a reader shows it on"),
        () if url.starts_with("//") => format!("`{shown}` has no scheme, and readers are no web page to take it from"),
        () => format!("`{shown}` is relative, and readers do not agree on what it is relative to"),
    };
    Some(Fault { code: &CONTAINS_REL_REF, message, help: "write the whole address, with scheme and host", part })
}

/// Returns whether a `data:` address holds a picture that runs no script.
fn is_picture(url: &str) -> bool {
    let kind = url.split_once(':').map_or("", |(_, rest)| rest);
    ["image/", "audio/", "video/", "font/"].iter().any(|start| kind.get(..start.len()).is_some_and(|kind| kind.eq_ignore_ascii_case(start)))
        && !kind.get(..9).is_some_and(|kind| kind.eq_ignore_ascii_case("image/svg"))
}

/// Judges the addresses of pictures for several sizes (HTML Standard §4.8.4.2.1); the first fault is enough.
fn candidates(name: &str, value: &str, has_base: bool) -> Option<Fault> {
    let mut at = 0;
    loop {
        let rest = value.get(at..)?;
        let word = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == ',');
        at = value.len() - word.len();
        if word.is_empty() {
            return None;
        }
        let len = word.find(|c: char| c.is_ascii_whitespace()).unwrap_or(word.len());
        let url = word.get(..len)?;
        let trimmed = url.trim_end_matches(',');
        let fault = address(name, trimmed, at, has_base);
        if fault.is_some() {
            return fault;
        }
        at += len;
        if trimmed.len() == url.len() {
            // A descriptor follows, up to the next comma.
            at += value.get(at..)?.find(',').unwrap_or(value.len() - at);
        }
    }
}
