//! The HTML of a mail, read once for all rules about it.

use crate::diagnostic::Span;
use crate::html::{Scanner, Tag, Token};
use std::borrow::Cow;

/// Elements that have no end tag.
const VOID: [&str; 9] = ["area", "base", "br", "col", "hr", "img", "input", "link", "meta"];

/// A start tag.
#[derive(Debug)]
pub(super) struct Element<'a> {
    /// The name in lower case.
    pub(super) name: Cow<'a, str>,
    /// The attributes: name in lower case, value without entities, and where it stands.
    attributes: Vec<(Cow<'a, str>, Cow<'a, str>, Span)>,
    pub(super) span: Span,
}

impl<'a> Element<'a> {
    fn read(tag: Tag<'a>, span: Span) -> Self {
        // The tag ends in `>`, which is not of the attributes.
        let from = span.end.saturating_sub(1 + tag.rest.len());
        let attributes = tag.attributes().map(|attribute| {
            let at = from + attribute.span.start..from + attribute.span.end;
            (lower(attribute.name), htmlize::unescape_attribute(attribute.value), at)
        });
        Element { name: lower(tag.name), attributes: attributes.collect(), span }
    }

    /// Returns an attribute's value.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, ..)| known == name).map(|(_, value, _)| value.as_ref())
    }

    /// Returns its attributes: name, value and where the value stands.
    pub(super) fn attributes(&self) -> impl Iterator<Item = (&str, &str, &Span)> {
        self.attributes.iter().map(|(name, value, span)| (name.as_ref(), value.as_ref(), span))
    }

    fn is_hidden(&self) -> bool {
        let style = self.get("style").unwrap_or_default().split(';');
        let mut style = style.filter_map(|line| line.split_once(':'));
        let is_none = |value: &str| value.trim_start().get(..4).is_some_and(|value| value.eq_ignore_ascii_case("none"));
        style.any(|(name, value)| name.trim().eq_ignore_ascii_case("display") && is_none(value)) || self.get("hidden").is_some()
    }
}

/// A link that people can follow.
#[derive(Debug)]
pub(super) struct Link {
    pub(super) href: String,
    pub(super) text: String,
}

/// What stands in the HTML of a mail.
#[derive(Debug, Default)]
pub(super) struct Page<'a> {
    pub(super) elements: Vec<Element<'a>>,
    pub(super) links: Vec<Link>,
    /// Style sheets, with where they stand.
    pub(super) styles: Vec<(&'a str, Span)>,
    /// Whether people see words or a picture.
    pub(super) has_content: bool,
    /// Whether words that are hidden stand before all others: what inboxes show behind the subject.
    pub(super) has_preheader: bool,
}

/// Where the reader is.
#[derive(Default)]
struct State {
    /// The element whose text is not shown as text: `style`, `script`, `title`.
    raw: Option<String>,
    /// The element that is hidden, and how many of its name are open in it.
    hidden: Option<(String, usize)>,
    /// Whether the last link is still open.
    in_link: bool,
}

impl State {
    fn end(&mut self, name: &str) {
        self.raw = None;
        self.in_link &= !name.eq_ignore_ascii_case("a");
        if let Some((hidden, open)) = &mut self.hidden
            && hidden.eq_ignore_ascii_case(name)
        {
            *open -= 1;
            if *open == 0 {
                self.hidden = None;
            }
        }
    }
}

impl<'a> Page<'a> {
    /// Reads HTML.
    pub(super) fn read(html: &'a str) -> Self {
        let (mut page, mut state) = (Page::default(), State::default());
        let mut scanner = Scanner::new(html);
        let mut start = 0;
        while let Some(token) = scanner.next() {
            let span = start..scanner.offset();
            start = span.end;
            match token {
                Token::Start(tag) => page.start(Element::read(tag, span), &mut state),
                Token::End(tag) => state.end(tag.name),
                Token::Text(text) => page.text(text, span, &state),
                Token::Comment(_) | Token::Doctype | Token::Unfinished(_) => {}
            }
        }
        page
    }

    /// Returns every URL that an element names, with where it stands.
    pub(super) fn urls(&self) -> impl Iterator<Item = (&str, &Span)> {
        let is_url = |element: &str, name: &str| match name {
            "href" => element != "base",
            "src" | "background" | "poster" | "action" | "formaction" | "cite" => true,
            "data" => element == "object",
            _ => false,
        };
        let of = move |element: &'_ Element<'a>, name: &str| is_url(&element.name, name);
        self.elements.iter().flat_map(move |element| {
            element.attributes().filter(move |(name, ..)| of(element, name)).map(|(_, value, span)| (value.trim(), span))
        })
    }

    /// Returns every style: sheets, and those of elements.
    pub(super) fn all_styles(&self) -> impl Iterator<Item = (&str, &Span)> {
        let inline = self.elements.iter().flat_map(Element::attributes).filter(|(name, ..)| *name == "style");
        self.styles.iter().map(|(text, span)| (*text, span)).chain(inline.map(|(_, value, span)| (value, span)))
    }

    fn start(&mut self, element: Element<'a>, state: &mut State) {
        let name = &*element.name;
        match name {
            "a" if element.get("href").is_some() => {
                self.links.push(Link { href: element.get("href").unwrap_or_default().trim().to_owned(), text: String::new() });
                state.in_link = true;
            }
            "img" => {
                self.has_content |= state.hidden.is_none();
                let alt = element.get("alt").unwrap_or_default();
                if let Some(link) = self.links.last_mut().filter(|_| state.in_link) {
                    link.text.push_str(alt);
                }
            }
            _ => {}
        }
        state.raw =
            matches!(name, "style" | "script" | "title" | "textarea" | "iframe" | "noframes" | "noembed" | "xmp").then(|| name.to_owned());
        match &mut state.hidden {
            Some((hidden, open)) if hidden == name => *open += 1,
            None if element.is_hidden() && !VOID.contains(&name) => state.hidden = Some((name.to_owned(), 1)),
            _ => {}
        }
        self.elements.push(element);
    }

    fn text(&mut self, text: &'a str, span: Span, state: &State) {
        match state.raw.as_deref() {
            Some("style") => return self.styles.push((text, span)),
            Some(_) => return,
            None => {}
        }
        let has_words = text.contains(char::is_alphanumeric) && has_words(text);
        match &state.hidden {
            Some(_) => self.has_preheader |= has_words && !self.has_content,
            None => self.has_content |= has_words,
        }
        if let Some(link) = self.links.last_mut().filter(|_| state.in_link) {
            link.text.push_str(&htmlize::unescape(text));
        }
    }
}

/// Returns a name in lower case.
fn lower(name: &str) -> Cow<'_, str> {
    if name.bytes().any(|byte| byte.is_ascii_uppercase()) { Cow::Owned(name.to_ascii_lowercase()) } else { Cow::Borrowed(name) }
}

/// Returns whether a text says something: `&nbsp;` does not.
fn has_words(text: &str) -> bool {
    !text.contains('&') || htmlize::unescape(text).contains(char::is_alphanumeric)
}
