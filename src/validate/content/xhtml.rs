//! XHTML in an entry: each element as it begins and ends, by its namespace.

use super::attribute::{self, Fault};
use super::has_base;
use super::plain;
use super::table::{Fate, Language, fate_of};
use crate::diagnostic::{Code, Span};
use crate::validate::codes::{
    BAD_CHARACTERS, CONTAINS_REL_REF, INVALID_NAMESPACE, MISSING_NAMESPACE, MISSING_XHTML_DIV, NOT_BLANK, NOT_HTML, NOT_INLINE,
    SECURITY_RISK, STRIPPED_HTML, UNKNOWN_NAMESPACE,
};
use crate::validate::findings::{Finding, Findings};
use crate::validate::scene::{Frame, Scene};
use crate::validate::value::Flaws;
use crate::validate::vocabulary::{self, Known};
use crate::xml::{Attribute, Ns};

/// Where XHTML stands: the element of the feed that holds it.
fn holder<'s, 'a>(scene: &Scene<'s, 'a>) -> Scene<'s, 'a> {
    let place = scene.frames.iter().rposition(|frame| frame.row.is_some()).unwrap_or(0);
    let frames = scene.frames.get(..=place).unwrap_or(scene.frames);
    Scene { frames, ..*scene }
}

/// Adds a finding about the element of the feed, at a place inside it.
fn add<'f>(scene: &Scene<'_, '_>, code: &'static Code, span: Span, message: String, findings: &'f mut Findings) -> &'f mut Finding {
    findings.add(&holder(scene), code, span, message)
}

/// Judges an element that begins.
pub(super) fn start(scene: &Scene<'_, '_>, findings: &mut Findings) {
    let here = scene.here();
    let uri = scene.reader.namespace(here.tag.ns);
    let language = Language::of(uri);
    if scene.parent().is_some_and(is_text_construct) {
        first(scene, language, findings);
    }
    match language {
        Some(language) => {
            element(scene, language, findings);
            attributes(scene, language, findings);
        }
        None => foreign(scene, uri, findings),
    }
}

/// Returns whether an element is one of Atom that holds XHTML, and no XHTML itself.
fn is_text_construct(frame: &Frame<'_>) -> bool {
    frame.row.is_some() && frame.vocabulary.is_some_and(|vocabulary| vocabulary.prefix != "xhtml")
}

/// Judges an element that stands directly in one of Atom.
fn first(scene: &Scene<'_, '_>, language: Option<Language>, findings: &mut Findings) {
    let (here, holder) = (scene.here(), holder(scene));
    let frame = holder.here();
    let is = |name: &str| language == Some(Language::Html) && here.tag.local == name;
    let name = frame.tag.name;
    let message = match frame.elements {
        1 if !is("div") => format!("`{name}` holds XHTML without the one `div` that must be around it"),
        2 if is("div") => format!("`{name}` holds more than one element; readers take what is in the first"),
        _ => return,
    };
    let help = "put everything into one `<div xmlns=\"http://www.w3.org/1999/xhtml\">`";
    findings.add(&holder, &MISSING_XHTML_DIV, here.tag.span.clone(), message).help(help);
}

/// Judges what readers do with an element.
fn element(scene: &Scene<'_, '_>, language: Language, findings: &mut Findings) {
    let tag = &scene.here().tag;
    let fate = match language {
        Language::Html => fate_of(tag.local),
        Language::Svg | Language::MathMl => language.keeps(tag.local).then_some(Fate::Shown),
    };
    let see = "remove it, and see that the entry reads well without";
    match fate {
        Some(Fate::Shown) => {}
        Some(Fate::Risk(why)) => {
            add(scene, &SECURITY_RISK, tag.name_span(), format!("readers remove `{}`: {why}", tag.name), findings).help(see);
        }
        Some(Fate::Stripped(why)) => {
            add(scene, &STRIPPED_HTML, tag.name_span(), format!("`{}`: {why}", tag.name), findings)
                .help("see that the entry can be understood without it");
        }
        None => {
            let message = format!("readers remove `{}`, which they do not know in {}", tag.name, language.name());
            add(scene, &SECURITY_RISK, tag.name_span(), message, findings).help(see);
        }
    }
}

fn attributes(scene: &Scene<'_, '_>, language: Language, findings: &mut Findings) {
    let here = scene.here();
    for attribute in &here.attributes {
        // The usual prefixes mean what they say; any other attribute with one is an extension.
        if attribute.ns != Ns::NONE && !matches!(attribute.prefix, "xml" | "xlink") {
            continue;
        }
        let judge = |has_base| attribute::judge(language, here.tag.name, attribute.name, &attribute.value, has_base);
        // The elements around are asked for a base only where it matters.
        let fault = judge(false)
            .and_then(|fault| if fault.code.name == CONTAINS_REL_REF.name && has_base(scene) { judge(true) } else { Some(fault) });
        if let Some(fault) = fault {
            let span = span_of(attribute, &fault);
            add(scene, fault.code, span, fault.message, findings).help(fault.help);
        }
    }
}

/// Returns where the fault of an attribute stands.
fn span_of(attribute: &Attribute<'_>, fault: &Fault) -> Span {
    let value = &attribute.value_span;
    match &fault.part {
        // References or line ends make the value shorter than it is written.
        Some(part) if value.len() == attribute.value.len() && !part.is_empty() => value.start + part.start..value.start + part.end,
        Some(_) if !value.is_empty() => value.clone(),
        _ => attribute.name_span.clone(),
    }
}

/// Judges an element of another namespace; those in it are the same mistake.
fn foreign(scene: &Scene<'_, '_>, uri: &str, findings: &mut Findings) {
    let (here, parent) = (scene.here(), scene.parent());
    if parent.is_some_and(|parent| parent.row.is_none() && parent.tag.ns == here.tag.ns) {
        return;
    }
    let (name, span) = (here.tag.name, here.tag.span.clone());
    let holder = holder(scene);
    if uri.is_empty() {
        let message = format!("`{name}` is in no namespace, and so it is no XHTML");
        findings.add(scene, &MISSING_NAMESPACE, span, message).help("remove `xmlns=\"\"`, or declare XHTML's namespace");
    } else if here.tag.ns == holder.here().tag.ns {
        let message = format!("`{name}` is in the namespace of `{}`, and so it is no XHTML", holder.here().tag.name);
        findings.add(&holder, &NOT_HTML, span, message).help("write `xmlns=\"http://www.w3.org/1999/xhtml\"` on the `div`");
    } else {
        let (code, what): (&'static Code, String) = match vocabulary::known(uri) {
            Known::Vocabulary(_) | Known::Unsupported(_) => return,
            Known::Mistaken(right) => (&INVALID_NAMESPACE, format!("`{uri}` is not the namespace `{right}`")),
            Known::Unknown => {
                (&UNKNOWN_NAMESPACE, format!("`{name}` is in the namespace `{uri}`, and readers show only XHTML, SVG and MathML"))
            }
        };
        findings.add(scene, code, span, what);
    }
}

/// Judges an element that ends, be it XHTML or what holds it.
pub(super) fn end(scene: &Scene<'_, '_>, findings: &mut Findings) {
    let here = scene.here();
    bad_characters(scene, findings);
    if is_text_construct(here) {
        return end_of_holder(scene, findings);
    }
    // Elements in the `div` show that the rest is meant to be read as it is.
    if here.elements == 0 && here.tag.local == "div" && scene.parent().is_some_and(is_text_construct) {
        escaped(scene, findings);
    }
}

fn end_of_holder(scene: &Scene<'_, '_>, findings: &mut Findings) {
    let here = scene.here();
    let name = here.tag.name;
    if here.elements == 0 {
        if here.text.is_blank() {
            findings
                .add(scene, &NOT_BLANK, here.tag.span.clone(), format!("`{name}` is empty"))
                .help("write something in it, or remove it");
        }
        escaped(scene, findings);
    }
    if here.elements == 0 || !here.text.is_blank() {
        let what = if here.text.is_blank() { "nothing" } else { "text" };
        let message = format!("`{name}` holds {what} outside of the one `div` that must be in it");
        let span = crate::validate::walk::place_of_text(scene);
        findings
            .add(scene, &MISSING_XHTML_DIV, span, message)
            .help("put everything into one `<div xmlns=\"http://www.w3.org/1999/xhtml\">`");
    }
}

/// Reports HTML that is escaped where XHTML is expected.
fn escaped(scene: &Scene<'_, '_>, findings: &mut Findings) {
    let text = scene.here().text.value();
    if plain::is_escaped_html(&text) {
        let message = format!("`{}` says that it holds XHTML, but its mark-up is escaped", holder(scene).here().tag.name);
        let span = crate::validate::walk::place_of_text(scene);
        add(scene, &NOT_INLINE, span, message, findings).help("write `type=\"html\"` without the `div`, or take the escaping away");
    }
}

fn bad_characters(scene: &Scene<'_, '_>, findings: &mut Findings) {
    let here = scene.here();
    let text = here.text.value();
    let mut flaws = Flaws::default();
    plain::bad_characters(&text, &mut flaws);
    for flaw in flaws.0 {
        let span = here.text.locate(scene.reader, &flaw.range).unwrap_or_else(|| here.tag.span.clone());
        let found = add(scene, &BAD_CHARACTERS, span, format!("`{}` {}", here.tag.name, flaw.reason), findings);
        if let Some(help) = flaw.help {
            found.help(help);
        }
    }
}
