//! What mail readers refuse or cut in HTML, and what cannot work there.

use super::html::{Element, Page};
use super::read::Part;
use super::{Faults, Rule, Scene, codes};
use crate::diagnostic::Span;
use crate::text::short::shown;
use crate::text::url::scheme;

pub(super) const RULES: &[Rule] = &[
    Rule { code: &codes::SCRIPT, spec: None, help: "remove it: no reader runs it, and filters refuse it", judge: scripts },
    Rule { code: &codes::EXTERNAL_STYLE, spec: None, help: "put styles into `style` attributes", judge: external_styles },
    Rule { code: &codes::FORM, spec: None, help: "link to a page with the form", judge: forms },
    Rule { code: &codes::FRAME, spec: None, help: "link to what it shows", judge: frames },
    Rule { code: &codes::DATA_URL, spec: None, help: "link to the file, or add it as a part with `Content-ID`", judge: data_urls },
    Rule {
        code: &codes::IMAGE_WITHOUT_ALT,
        spec: None,
        help: "write `alt` with what the image says, or `alt=\"\"` where it says nothing",
        judge: images_without_alt,
    },
    Rule { code: &codes::RELATIVE_URL, spec: None, help: "write the whole URL", judge: relative_urls },
];

/// Returns the HTML part and what stands in it.
fn html<'a>(scene: &'a Scene<'_>) -> impl Iterator<Item = (&'a Part<'a>, &'a Page<'a>)> {
    scene.html.iter().map(|(part, page)| (*part, page))
}

/// Reports the elements that are of some names.
fn elements(scene: &Scene<'_>, names: &[&str], what: &str, faults: &mut Faults) {
    for (part, page) in html(scene) {
        for element in page.elements.iter().filter(|element| names.contains(&&*element.name)) {
            faults.at(part.text.origin(&element.span), format!("the HTML holds `<{}>`, {what}", element.name));
        }
    }
}

fn scripts(scene: &Scene<'_>, faults: &mut Faults) {
    elements(scene, &["script"], "which no reader runs", faults);
    for (part, page) in html(scene) {
        for element in &page.elements {
            for (name, value, span) in element.attributes() {
                if name.len() > 2 && name.starts_with("on") && name.bytes().all(|byte| byte.is_ascii_lowercase()) {
                    faults.at(part.text.origin(span), format!("the HTML holds a script in `{}`", shown(name)));
                } else if matches!(name, "href" | "src" | "action" | "formaction") && is_code(value) {
                    faults.at(part.text.origin(span), format!("the HTML holds a script in the URL `{}`", shown(value)));
                }
            }
        }
    }
}

fn is_code(url: &str) -> bool {
    matches!(scheme(url).as_deref(), Some("javascript" | "vbscript"))
}

fn external_styles(scene: &Scene<'_>, faults: &mut Faults) {
    let is_sheet = |element: &&Element<'_>| {
        let rel = element.get("rel").unwrap_or_default();
        element.name == "link" && rel.split_ascii_whitespace().any(|word| word.eq_ignore_ascii_case("stylesheet"))
    };
    for (part, page) in html(scene) {
        for element in page.elements.iter().filter(is_sheet) {
            faults.at(part.text.origin(&element.span), "the HTML asks for a style sheet");
        }
        for (style, span) in &page.styles {
            let lower = style.to_ascii_lowercase();
            for (rule, what) in [("@import", "asks for a style sheet"), ("@font-face", "asks for a font")] {
                if let Some(at) = lower.find(rule) {
                    let at = span.start + at..span.start + at + rule.len();
                    faults.at(part.text.origin(&at), format!("a style {what} with `{rule}`"));
                }
            }
        }
    }
}

fn forms(scene: &Scene<'_>, faults: &mut Faults) {
    elements(scene, &["form", "input", "button", "select", "textarea"], "and most readers cut or break forms", faults);
}

fn frames(scene: &Scene<'_>, faults: &mut Faults) {
    elements(scene, &["iframe", "frame", "frameset", "object", "embed", "applet"], "which readers cut", faults);
}

/// Returns the URLs of a style.
fn style_urls(style: &str) -> impl Iterator<Item = (&str, Span)> {
    style.match_indices("url(").filter_map(move |(at, name)| {
        let from = at + name.len();
        let rest = style.get(from..)?;
        // What a URL needs not is never looked through for its end.
        let rest = rest.get(..rest.floor_char_boundary(400)).unwrap_or(rest);
        let length = rest.find(')').unwrap_or(rest.len());
        let inside = rest.get(..length)?;
        Some((inside.trim_matches(|c: char| c.is_whitespace() || matches!(c, '"' | '\'')), from..from + length))
    })
}

/// Returns every URL of the HTML with where it stands; of an element's style, all of the style.
fn all_urls<'a>(page: &'a Page<'a>) -> impl Iterator<Item = (&'a str, Span)> {
    let in_sheets = page
        .styles
        .iter()
        .flat_map(|(style, span)| style_urls(style).map(move |(url, at)| (url, span.start + at.start..span.start + at.end)));
    let inline = page.all_styles().skip(page.styles.len());
    let inline = inline.flat_map(|(style, span)| style_urls(style).map(move |(url, _)| (url, span.clone())));
    page.urls().map(|(url, span)| (url, span.clone())).chain(in_sheets).chain(inline)
}

fn data_urls(scene: &Scene<'_>, faults: &mut Faults) {
    for (part, page) in html(scene) {
        for (url, span) in all_urls(page).filter(|(url, _)| scheme(url).as_deref() == Some("data")) {
            faults.at(part.text.origin(&span), format!("the HTML holds a file in the URL `{}`", shown(url)));
        }
    }
}

fn images_without_alt(scene: &Scene<'_>, faults: &mut Faults) {
    for (part, page) in html(scene) {
        for image in page.elements.iter().filter(|element| element.name == "img" && element.get("alt").is_none()) {
            let source = shown(image.get("src").unwrap_or_default()).into_owned();
            faults.at(part.text.origin(&image.span), format!("the image `{source}` has no text for those who do not see it"));
        }
    }
}

fn relative_urls(scene: &Scene<'_>, faults: &mut Faults) {
    for (part, page) in html(scene) {
        // A place within the message is a fine goal of a link.
        for (url, span) in all_urls(page).filter(|(url, _)| scheme(url).is_none() && !url.starts_with('#')) {
            faults.at(part.text.origin(&span), format!("the URL `{}` is relative, and a mail has no address", shown(url)));
        }
        for image in page.elements.iter().filter(|element| element.name == "img" && element.get("src").is_none()) {
            faults.at(part.text.origin(&image.span), "an image has no URL");
        }
    }
}
