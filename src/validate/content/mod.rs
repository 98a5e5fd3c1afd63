//! What entries say to people: plain text, HTML and XHTML.
//!
//! The walk hands over an element when it is complete, or each element of XHTML as it begins and ends. What is judged here
//! knows no document: it finds [`Flaws`] in a text, each with its range, and the doors below turn ranges into places. So
//! JSON Feed and an entry that is not yet written are judged by the same code.

mod attribute;
pub(super) mod html;
pub(super) mod plain;
mod references;
mod structure;
mod style;
mod table;
#[cfg(test)]
mod tests;
mod xhtml;

use super::codes::{
    BAD_CHARACTERS, DUPLICATE_HTML_ATTRIBUTE, HTML_CHARACTER_REFERENCE, HTML_FRAGMENT, MISNESTED_TAGS, NOT_BASE64, NOT_BLANK,
    STRAY_END_TAG, UNCLOSED_TAG, UNEXPECTED_TEXT,
};
use super::findings::Findings;
use super::kind::Kind;
use super::scene::Scene;
use super::value::{Flaw, Flaws};
use crate::diagnostic::{Code, Diagnostic, Place, Span};
use crate::text::value::{media, media_type};
use plain::Flavour;
use std::ops::Range;

/// How many flaws of one text are reported.
const LIMIT: usize = 200;

/// Where the specification of HTML says what our own codes report.
const SPECS: &[(&Code, &str)] = &[
    (&DUPLICATE_HTML_ATTRIBUTE, "HTML Standard §13.1.2.3"),
    (&HTML_CHARACTER_REFERENCE, "HTML Standard §13.1.4"),
    (&MISNESTED_TAGS, "HTML Standard §13.1.2"),
    (&STRAY_END_TAG, "HTML Standard §13.1.2.2"),
    (&UNCLOSED_TAG, "HTML Standard §13.1.2.4"),
];

/// Judges text that is HTML.
pub(super) fn html(scene: &Scene<'_, '_>, findings: &mut Findings) {
    let frame = scene.here();
    let text = frame.text.value();
    if frame.text.is_blank() {
        return blank(scene, findings);
    }
    if scene.surroundings.html_judged {
        return;
    }
    let flaws =
        if is_plain_rss(scene) { bad_characters(&text, frame.tag.name) } else { flaws_of_html(&text, frame.tag.name, has_base(scene)) };
    if is_document_type(scene) && !is_document(&text) {
        let name = frame.tag.name;
        let message = format!("the type of `{name}` is that of a whole document, but it holds a piece of one");
        findings.add(scene, &HTML_FRAGMENT, frame.tag.span.clone(), message).help("write `type=\"html\"`");
    }
    report(scene, &flaws, findings);
}

/// Judges the HTML of an entry that is not written yet.
pub(super) fn of_entry(html: &str, place: impl Fn(&Span) -> Place) -> Vec<Diagnostic> {
    let found = |flaw: Flaw| {
        let found = Diagnostic::new(flaw.code?, flaw.reason).at(place(&flaw.range));
        Some(Diagnostic { help: flaw.help.map(Into::into), spec: flaw.code.and_then(spec_of), ..found })
    };
    flaws_of_html(html, "content", false).0.into_iter().filter_map(found).collect()
}

/// Returns what is wrong with the HTML of an element, each with its code and a whole message, in the order of the text.
pub(super) fn flaws_of_html(text: &str, element: &str, has_base: bool) -> Flaws {
    let mut flaws = bad_characters(text, element);
    html::judge(text, html::Surroundings { has_base }, &mut flaws);
    flaws
}

/// Returns the traces of a wrong encoding in a text.
fn bad_characters(text: &str, element: &str) -> Flaws {
    let mut flaws = Flaws::default();
    plain::bad_characters(text, &mut flaws);
    name(flaws, element)
}

/// Returns what is wrong with the plain text of an element, as [`flaws_of_html`] does.
pub(super) fn flaws_of_plain(text: &str, element: &str, flavour: Flavour, is_hex: impl Fn(usize) -> bool) -> Flaws {
    let mut flaws = Flaws::default();
    plain::judge(text, flavour, is_hex, &mut flaws);
    name(flaws, element)
}

/// Puts the name of an element before reasons.
fn name(mut flaws: Flaws, element: &str) -> Flaws {
    for flaw in &mut flaws.0 {
        flaw.reason = format!("`{element}` {}", flaw.reason);
    }
    flaws
}

/// Returns where the specification of HTML says what a code of ours reports.
fn spec_of(code: &'static Code) -> Option<&'static str> {
    SPECS.iter().find(|(own, _)| std::ptr::eq(*own, code)).map(|(_, spec)| *spec)
}

/// Reports an element that says nothing, unless it has its content elsewhere.
fn blank(scene: &Scene<'_, '_>, findings: &mut Findings) {
    let frame = scene.here();
    if frame.elements == 0 && frame.value("src").is_none() {
        let message = format!("`{}` is empty", frame.tag.name);
        findings.add(scene, &NOT_BLANK, frame.tag.span.clone(), message).help("write something in it, or remove it");
    }
}

/// Returns whether an element is a description of RSS before 0.92, which is no HTML.
fn is_plain_rss(scene: &Scene<'_, '_>) -> bool {
    matches!(scene.kind, Kind::Rss090 | Kind::Rss091) && scene.here().vocabulary.is_some_and(|vocabulary| vocabulary.prefix.is_empty())
}

/// Returns whether the element is content whose type names whole documents; elsewhere such a type is a fault by itself.
fn is_document_type(scene: &Scene<'_, '_>) -> bool {
    let kind = scene.here().value("type").unwrap_or_default();
    let essence = kind.split(';').next().unwrap_or_default().trim();
    scene.here().is("atom", "content") && essence.eq_ignore_ascii_case("text/html")
}

/// Returns whether HTML is a whole document.
fn is_document(html: &str) -> bool {
    let start = html.trim_start().as_bytes();
    let begins = |word: &[u8]| start.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word));
    begins(b"<html") || begins(b"<!doctype") || begins(b"<?xml") || begins(b"<!--") && html.to_ascii_lowercase().contains("<html")
}

/// Returns whether the document says what relative addresses are relative to.
fn has_base(scene: &Scene<'_, '_>) -> bool {
    let base = |attribute: &crate::xml::Attribute<'_>| attribute.name == "xml:base" && attribute.value.contains(':');
    scene.frames.iter().any(|frame| frame.attributes.iter().any(base))
}

/// Reports what is wrong with an element's text.
fn report(scene: &Scene<'_, '_>, flaws: &Flaws, findings: &mut Findings) {
    if flaws.0.is_empty() {
        return;
    }
    let frame = scene.here();
    let locator = scene.reader.locator();
    let mut places = frame.text.places(&locator);
    let text = frame.text.value();
    for flaw in &flaws.0 {
        let Some(code) = flaw.code else { continue };
        let span = places.locate(&flaw.range).unwrap_or_else(|| frame.tag.span.clone());
        if code.name == BAD_CHARACTERS.name && stands_for_fault(&text, &flaw.range, scene.source.get(span.clone())) {
            continue;
        }
        let found = findings.add(scene, code, span, flaw.reason.as_str());
        if let Some(help) = &flaw.help {
            found.help(help.as_str());
        }
        if let Some(spec) = spec_of(code) {
            found.spec(spec);
        }
    }
}

/// Returns whether a U+FFFD is the reader's own, in place of what stands for no character and was reported as such.
fn stands_for_fault(text: &str, range: &Range<usize>, written: Option<&str>) -> bool {
    let is_own = |written: &str| {
        let lower = written.to_ascii_lowercase();
        !written.contains('\u{fffd}') && !lower.contains("fffd") && !lower.contains("65533")
    };
    text.get(range.clone()) == Some("\u{fffd}") && written.is_some_and(is_own)
}

/// Judges text that is no markup.
pub(super) fn plain(scene: &Scene<'_, '_>, findings: &mut Findings) {
    let frame = scene.here();
    if frame.text.is_blank() {
        return blank(scene, findings);
    }
    let is_typed = frame.vocabulary.is_some_and(|vocabulary| matches!(vocabulary.prefix, "atom" | "media"));
    let flavour = match () {
        () if is_typed => Flavour::Typed,
        () if scene.kind.is_atom() || scene.kind.is_json() => Flavour::Plain,
        () => Flavour::Rss,
    };
    let is_hex = |at: usize| {
        let span = frame.text.locate(scene.reader, &(at..at + 1));
        span.and_then(|span| scene.source.get(span)).is_some_and(|written| written.starts_with("&#x"))
    };
    let flaws = flaws_of_plain(&frame.text.value(), frame.tag.name, flavour, is_hex);
    report(scene, &flaws, findings);
}

/// Judges text that is base64.
pub(super) fn binary(scene: &Scene<'_, '_>, findings: &mut Findings) {
    let frame = scene.here();
    let name = frame.tag.name;
    if frame.text.is_blank() {
        return blank(scene, findings);
    }
    // A type of several parts is a fault by itself, and what it holds is no base64.
    if frame.value("type").and_then(media_type::essence).is_some_and(|essence| media_type::is_composite(&essence)) {
        return;
    }
    let mut flaws = Flaws::default();
    flaws.extend(media::base64(&frame.text.value()).err(), |_| Some(&NOT_BASE64));
    for flaw in &mut flaws.0 {
        flaw.reason = format!("`{name}` has a type that is neither text nor XML, so it must be base64, but it {}", flaw.reason);
    }
    report(scene, &flaws, findings);
}

/// Judges an element that holds another XML document.
pub(super) fn xml(scene: &Scene<'_, '_>, findings: &mut Findings) {
    let frame = scene.here();
    let name = frame.tag.name;
    if frame.text.is_blank() {
        if frame.elements == 0 {
            blank(scene, findings);
        }
        return;
    }
    let message = format!("`{name}` has a type of XML, so it holds one element, but here is text");
    let help = "remove the text, or write the type that the content has";
    findings.add(scene, &UNEXPECTED_TEXT, super::walk::place_of_text(scene), message).help(help);
}

/// Judges an element of XHTML that begins.
pub(super) fn xhtml_start(scene: &Scene<'_, '_>, findings: &mut Findings) {
    xhtml::start(scene, findings);
}

/// Judges an element of XHTML that ends, or the one that holds it.
pub(super) fn xhtml_end(scene: &Scene<'_, '_>, findings: &mut Findings) {
    xhtml::end(scene, findings);
}
