//! References and what they stand for: characters, the entities that a DOCTYPE declares, and those that people expect.

use super::chars::{is_char, name_end, push_lines};
use super::fault::Fault;
use super::locate::Kind;
use crate::diagnostic::Span;
use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::OnceLock;

/// What begins with an ampersand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What<'t> {
    /// `&#169;`: a character.
    Char(char),
    /// `&#0;`: a number that is no character, or none that XML can hold.
    NoChar(u32),
    /// `&copy;`: an entity's name.
    Entity(&'t str),
    /// `&copy` without the semicolon.
    Open(&'t str),
    /// `&#`, `&#x`, `&#12` without digits or semicolon.
    BadNumber,
    /// An ampersand alone.
    Bare,
}

/// Reads what begins with the ampersand at an offset; returns it and where it ends.
pub(super) fn scan(text: &str, at: usize) -> (What<'_>, usize) {
    let bytes = text.as_bytes();
    if bytes.get(at + 1) == Some(&b'#') {
        return scan_number(text, at);
    }
    let end = name_end(text, at + 1);
    if end == at + 1 {
        return (What::Bare, end);
    }
    let name = &text[at + 1..end];
    if bytes.get(end) == Some(&b';') { (What::Entity(name), end + 1) } else { (What::Open(name), end) }
}

fn scan_number(text: &str, at: usize) -> (What<'_>, usize) {
    let bytes = text.as_bytes();
    let hex = bytes.get(at + 2) == Some(&b'x');
    let (start, radix) = if hex { (at + 3, 16) } else { (at + 2, 10) };
    let mut end = start;
    let mut number = 0_u32;
    while let Some(digit) = bytes.get(end).and_then(|&b| char::from(b).to_digit(radix)) {
        number = number.saturating_mul(radix).saturating_add(digit);
        end += 1;
    }
    if end == start || bytes.get(end) != Some(&b';') {
        return (What::BadNumber, end);
    }
    let what = char::from_u32(number).filter(|&c| is_char(c)).map_or(What::NoChar(number), What::Char);
    (what, end + 1)
}

/// Returns what one of XML's own entities stands for (XML 1.0 §4.6).
pub(super) fn predefined(name: &str) -> Option<char> {
    Some(match name {
        "lt" => '<',
        "gt" => '>',
        "amp" => '&',
        "quot" => '"',
        "apos" => '\'',
        _ => return None,
    })
}

/// An entity's text after its own references were resolved once.
#[derive(Debug, Default)]
pub(super) struct Expansion {
    pub(super) text: String,
    /// The first fault inside; said where it is first referred to.
    pub(super) fault: Option<Fault>,
    /// Prefixes that its markup uses and does not declare.
    pub(super) prefixes: Vec<String>,
}

/// What an entity's declaration says.
#[derive(Debug)]
pub(super) enum Definition {
    /// The replacement text.
    Internal(String),
    /// Another document, which is never fetched.
    External,
    /// Data of a notation.
    Unparsed,
}

/// A general entity.
#[derive(Debug)]
pub(super) struct Entity {
    pub(super) definition: Definition,
    /// Its character data where it stands in content; made at the first reference.
    pub(super) in_content: OnceLock<Expansion>,
    /// Its value where it stands in an attribute.
    pub(super) in_attribute: OnceLock<Expansion>,
}

/// The general entities of a document.
#[derive(Debug, Default)]
pub(super) struct Entities {
    pub(super) general: HashMap<String, Entity>,
    /// The DOCTYPE is that of RSS 0.91, whose DTD declares the entities of Latin 1.
    pub(super) latin1: bool,
    /// A part of the DTD is elsewhere and was not read.
    pub(super) unread: bool,
    /// From here on in the document, entities stand for nothing: they have made more than the limit.
    pub(super) exhausted_at: OnceLock<usize>,
}

impl Entities {
    pub(super) fn declare(&mut self, name: &str, definition: Definition) {
        // XML 1.0 §4.2: the first declaration binds.
        if !self.general.contains_key(name) {
            let entity = Entity { definition, in_content: OnceLock::new(), in_attribute: OnceLock::new() };
            self.general.insert(name.to_owned(), entity);
        }
    }

    pub(super) fn replacement(&self, name: &str) -> Option<&str> {
        match &self.general.get(name)?.definition {
            Definition::Internal(text) => Some(text),
            Definition::External | Definition::Unparsed => None,
        }
    }

    /// Returns the character that the DTD of RSS 0.91 gives a name.
    pub(super) fn latin1(&self, name: &str) -> Option<char> {
        if self.latin1 { latin1(name) } else { None }
    }

    /// Returns what the reference at an offset stands for in decoded text, once the entity was expanded.
    pub(super) fn value<'s>(&'s self, what: What<'s>, written: &'s str, at: usize, kind: Kind) -> Value<'s> {
        match what {
            What::Char(c) => Value::Char(c),
            What::NoChar(_) => Value::Char('\u{fffd}'),
            What::Entity(name) => self.entity_value(name, written, at, kind),
            What::Open(_) | What::BadNumber | What::Bare => Value::Text(Cow::Borrowed(written)),
        }
    }

    fn entity_value<'s>(&'s self, name: &'s str, written: &'s str, at: usize, kind: Kind) -> Value<'s> {
        if let Some(c) = predefined(name) {
            return Value::Char(c);
        }
        if let Some(entity) = self.general.get(name) {
            if self.exhausted_at.get().is_some_and(|&from| at >= from) {
                return Value::Text(Cow::Borrowed(""));
            }
            let memory = if kind == Kind::Attribute { &entity.in_attribute } else { &entity.in_content };
            return Value::Text(Cow::Borrowed(memory.get().map_or("", |e| e.text.as_str())));
        }
        if let Some(c) = self.latin1(name) {
            return Value::Char(c);
        }
        // What the author meant is the best guess for the checks that follow.
        Value::Text(html_entity(written).map_or(Cow::Borrowed(written), Cow::Owned))
    }
}

/// What a reference stands for.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Value<'s> {
    Char(char),
    Text(Cow<'s, str>),
}

impl Value<'_> {
    pub(super) fn len(&self) -> usize {
        match self {
            Value::Char(c) => c.len_utf8(),
            Value::Text(text) => text.len(),
        }
    }

    pub(super) fn push_to(&self, out: &mut String) {
        match self {
            Value::Char(c) => out.push(*c),
            Value::Text(text) => out.push_str(text),
        }
    }
}

/// Returns what HTML means by a reference such as `&nbsp;`.
pub(super) fn html_entity(written: &str) -> Option<String> {
    // The longest name of HTML has 31 letters.
    if written.len() > 40 {
        return None;
    }
    let decoded = htmlize::unescape(written);
    // HTML also decodes the start of a name: `&notx;` is `¬x;` there.
    (decoded != written && (written == "&semi;" || !decoded.ends_with(';'))).then(|| decoded.into_owned())
}

/// Returns a text's characters as numeric references: `&#160;`.
pub(super) fn numeric(text: &str) -> String {
    text.chars().flat_map(|c| ["&#".to_owned(), u32::from(c).to_string(), ";".to_owned()]).collect()
}

/// The names that HTML 4 and the DTD of RSS 0.91 give U+00A0 to U+00FF, in order.
const LATIN1: [&str; 96] = [
    "nbsp", "iexcl", "cent", "pound", "curren", "yen", "brvbar", "sect", "uml", "copy", "ordf", "laquo", "not", "shy", "reg", "macr",
    "deg", "plusmn", "sup2", "sup3", "acute", "micro", "para", "middot", "cedil", "sup1", "ordm", "raquo", "frac14", "frac12", "frac34",
    "iquest", "Agrave", "Aacute", "Acirc", "Atilde", "Auml", "Aring", "AElig", "Ccedil", "Egrave", "Eacute", "Ecirc", "Euml", "Igrave",
    "Iacute", "Icirc", "Iuml", "ETH", "Ntilde", "Ograve", "Oacute", "Ocirc", "Otilde", "Ouml", "times", "Oslash", "Ugrave", "Uacute",
    "Ucirc", "Uuml", "Yacute", "THORN", "szlig", "agrave", "aacute", "acirc", "atilde", "auml", "aring", "aelig", "ccedil", "egrave",
    "eacute", "ecirc", "euml", "igrave", "iacute", "icirc", "iuml", "eth", "ntilde", "ograve", "oacute", "ocirc", "otilde", "ouml",
    "divide", "oslash", "ugrave", "uacute", "ucirc", "uuml", "yacute", "thorn", "yuml",
];

fn latin1(name: &str) -> Option<char> {
    let at = LATIN1.iter().position(|n| *n == name)?;
    char::from_u32(0xa0 + at as u32)
}

/// Why an entity's literal value is not one, at a range of its text.
pub(super) struct BadLiteral {
    pub(super) range: Span,
    pub(super) message: String,
    pub(super) help: Option<String>,
}

/// Makes an entity's replacement text of its literal value (XML 1.0 §4.5): characters are resolved, entities are not.
pub(super) fn replacement_text(text: &str, raw: Span, is_document: bool) -> (String, Vec<BadLiteral>) {
    let bytes = &text.as_bytes()[..raw.end];
    let (mut out, mut faults) = (String::new(), Vec::new());
    let push = |out: &mut String, part: &str| if is_document { push_lines(out, part) } else { out.push_str(part) };
    let (mut at, mut copied) = (raw.start, raw.start);
    while let Some(found) = memchr::memchr2(b'&', b'%', &bytes[at..]) {
        let here = at + found;
        let text = &text[..raw.end];
        if bytes[here] == b'%' {
            let help = Some("write `&#37;`".to_owned());
            let message = "`%` cannot stand in an entity's value here".to_owned();
            faults.push(BadLiteral { range: here..here + 1, message, help });
            at = here + 1;
            continue;
        }
        let (what, end) = scan(text, here);
        at = end;
        match what {
            What::Char(c) => {
                push(&mut out, &text[copied..here]);
                out.push(c);
                copied = end;
            }
            What::Entity(_) => {}
            What::NoChar(number) => {
                let message = format!("`{}` stands for U+{number:04X}, which XML cannot hold", super::fault::brief(&text[here..end]));
                faults.push(BadLiteral { range: here..end, message, help: Some("remove it".into()) });
            }
            What::Open(_) | What::BadNumber | What::Bare => {
                let message = "`&` starts no reference in an entity's value".to_owned();
                faults.push(BadLiteral { range: here..here + 1, message, help: Some("write `&#38;#38;`".into()) });
            }
        }
    }
    push(&mut out, &text[copied..raw.end]);
    (out, faults)
}
