//! What the parts say: text that can be read, the way out, the line behind the subject.

use super::read::Part;
use super::{Faults, Rule, Scene, codes, list};
use crate::html::{Scanner, Token};
use crate::text::letter::LETTERS;

/// The character that stands around the names of recipients' values until they are swapped in.
const MARK: char = '\u{10FFFD}';

pub(super) const RULES: &[Rule] = &[
    Rule { code: &codes::EMPTY_PART, spec: None, help: "say the same in both parts", judge: empty_parts },
    Rule {
        code: &codes::MARKUP_IN_TEXT,
        spec: Some("RFC 2046 §4.1.3"),
        help: "write the text part for people: no tags, no entities",
        judge: markup_in_text,
    },
    Rule {
        code: &codes::NO_UNSUBSCRIBE_LINK,
        spec: None,
        help: "link to the URL of `List-Unsubscribe` at the end of both parts",
        judge: no_unsubscribe_link,
    },
    Rule {
        code: &codes::NO_PREHEADER,
        spec: None,
        help: "begin the HTML with some words in an element with `display:none`; in the built-in looks they are what preheader.txt makes",
        judge: no_preheader,
    },
    Rule { code: &codes::UNFILLED_MARK, spec: None, help: "make the message anew", judge: unfilled_marks },
];

fn is_empty(part: &Part<'_>) -> bool {
    !part.text.text.contains(char::is_alphanumeric)
}

fn empty_parts(scene: &Scene<'_>, faults: &mut Faults) {
    if let Some(part) = scene.text.filter(|part| is_empty(part)) {
        faults.at(part.start(), "the plain text says nothing");
    }
    if let Some((part, _)) = scene.html.as_ref().filter(|(_, page)| !page.has_content) {
        faults.at(part.start(), "the HTML shows nothing");
    }
}

/// Posts may write about HTML, mostly in indented code: a text is taken for markup when much of it is.
fn markup_in_text(scene: &Scene<'_>, faults: &mut Faults) {
    let Some(part) = scene.text else { return };
    let text = part.text.text.as_str();
    let (mut tags, mut count, mut start) = (0, 0, 0);
    let mut scanner = Scanner::new(text);
    while let Some(token) = scanner.next() {
        let length = scanner.offset() - start;
        start = scanner.offset();
        match token {
            Token::Doctype => tags += text.len(),
            Token::Start(tag) | Token::End(tag) if is_known(tag.name) => tags += length,
            _ => continue,
        }
        count += 1;
    }
    let entities = text.matches("&nbsp;").count() + text.matches("&amp;").count();
    if tags * 5 > text.len() && count > 2 || tags > text.len() {
        faults.at(part.start(), "the plain text is full of HTML tags");
    } else if entities > 3 && entities * 60 > text.len() {
        faults.at(part.start(), "the plain text is full of HTML entities");
    }
}

fn is_known(name: &str) -> bool {
    let known = ["a", "b", "body", "br", "div", "em", "h1", "h2", "h3", "head", "html", "i", "img", "li", "meta", "ol", "p", "span"];
    let more = ["strong", "style", "table", "tbody", "td", "th", "title", "tr", "u", "ul"];
    known.iter().chain(&more).any(|known| known.eq_ignore_ascii_case(name))
}

fn no_unsubscribe_link(scene: &Scene<'_>, faults: &mut Faults) {
    let urls = list::unsubscribe_urls(scene.mail);
    let says = |text: &str| {
        let text = text.to_lowercase();
        LETTERS.iter().any(|words| text.contains(&words.unsubscribe.to_lowercase())) || text.contains("unsubscribe")
    };
    if let Some((part, page)) = &scene.html {
        let is_listed = |link: &super::html::Link| urls.contains(&link.href.as_str());
        let is_named = |link: &super::html::Link| says(&link.text) || says(&link.href);
        if !page.links.iter().any(is_listed) && !page.links.iter().any(is_named) {
            faults.at(part.start(), "the HTML has no link to unsubscribe");
        }
    }
    // A text that says nothing is said already.
    if let Some(part) = scene.text.filter(|part| !is_empty(part)) {
        let text = &part.text.text;
        let has_url = |text: &str| ["https://", "http://", "mailto:"].iter().any(|scheme| text.contains(scheme));
        if !(urls.iter().any(|url| text.contains(url)) || says(text) && has_url(text)) {
            faults.at(part.start(), "the plain text has no link to unsubscribe");
        }
    }
}

fn no_preheader(scene: &Scene<'_>, faults: &mut Faults) {
    // A part that shows nothing is said already.
    if let Some((part, _)) = scene.html.as_ref().filter(|(_, page)| page.has_content && !page.has_preheader) {
        faults.at(part.start(), "the HTML has no line for the inbox to show behind the subject");
    }
}

fn unfilled_marks(scene: &Scene<'_>, faults: &mut Faults) {
    let is_text = |part: &&Part<'_>| part.media.starts_with("text/");
    for part in scene.mail.leaves().filter(is_text) {
        if let Some(at) = part.text.text.find(MARK) {
            faults.at(part.text.origin(&(at..at + MARK.len_utf8())), "a place for a recipient's value was not filled");
        }
    }
    for field in scene.mail.root().into_iter().flat_map(|part| &part.fields) {
        if super::read::decode_words(&field.value).contains(MARK) {
            faults.at(field.span.clone(), "a place for a recipient's value was not filled");
        }
    }
}
