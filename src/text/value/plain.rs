//! Plain text: whether it holds HTML, characters of a wrong encoding, or nothing.

use super::{Flaw as Any, name_char, quote};
use crate::text::mojibake;
use std::collections::BTreeSet;
use std::ops::Range;

/// What is wrong with plain text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// There is nothing but white space.
    Blank,
    /// A tag of HTML, or a comment.
    Tag,
    /// A character reference of HTML by name or decimal number: `&amp;`, `&#239;`.
    Entity,
    /// A hexadecimal reference to `&`, `<` or `>`: readers show it rightly as often as anything else (RSS Profile,
    /// "Character Data"), so that in RSS it is no fault.
    HexEntity,
    /// A `&` that a reader of HTML may take for the start of a reference that has no semicolon: `alpha&omega`. In RSS
    /// it is none where the document writes the `&` as `&#x26;`.
    Ambiguous,
    /// A control from U+0080 to U+009F: windows-1252 read as ISO 8859-1.
    C1,
    /// U+FFFD: bytes that could not be decoded.
    Replacement,
    /// UTF-8 read as windows-1252.
    Mojibake,
}

/// A flaw of plain text.
pub type Flaw = Any<Kind>;

/// The elements of HTML, of today and of HTML 4; sorted.
const ELEMENTS: &[&str] = &[
    "a",
    "abbr",
    "acronym",
    "address",
    "applet",
    "area",
    "article",
    "aside",
    "audio",
    "b",
    "base",
    "basefont",
    "bdi",
    "bdo",
    "bgsound",
    "big",
    "blink",
    "blockquote",
    "body",
    "br",
    "button",
    "canvas",
    "caption",
    "center",
    "cite",
    "code",
    "col",
    "colgroup",
    "data",
    "datalist",
    "dd",
    "del",
    "details",
    "dfn",
    "dialog",
    "dir",
    "div",
    "dl",
    "dt",
    "em",
    "embed",
    "fieldset",
    "figcaption",
    "figure",
    "font",
    "footer",
    "form",
    "frame",
    "frameset",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "head",
    "header",
    "hgroup",
    "hr",
    "html",
    "i",
    "iframe",
    "img",
    "input",
    "ins",
    "isindex",
    "kbd",
    "label",
    "legend",
    "li",
    "link",
    "main",
    "map",
    "mark",
    "marquee",
    "math",
    "menu",
    "meta",
    "meter",
    "nav",
    "nobr",
    "noembed",
    "noframes",
    "noscript",
    "object",
    "ol",
    "optgroup",
    "option",
    "output",
    "p",
    "param",
    "picture",
    "plaintext",
    "pre",
    "progress",
    "q",
    "rb",
    "rp",
    "rt",
    "rtc",
    "ruby",
    "s",
    "samp",
    "script",
    "search",
    "section",
    "select",
    "slot",
    "small",
    "source",
    "span",
    "strike",
    "strong",
    "style",
    "sub",
    "summary",
    "sup",
    "svg",
    "table",
    "tbody",
    "td",
    "template",
    "textarea",
    "tfoot",
    "th",
    "thead",
    "time",
    "title",
    "tr",
    "track",
    "tt",
    "u",
    "ul",
    "var",
    "video",
    "wbr",
    "xmp",
];

/// Tells whether a text has anything in it but white space.
pub fn not_blank(value: &str) -> Result<(), Flaw> {
    super::ensure(!super::trim(value).0.is_empty(), || {
        Flaw::new(Kind::Blank, 0..value.len(), if value.is_empty() { "is empty" } else { "has only white space" })
    })
}

/// Finds HTML in a text that should have none (RSS Profile "Character Data"; RFC 4287 §3.1.1.1).
///
/// The value is the text as the XML processor gives it: `&lt;b&gt;` in the document is `<b>` here. The first sign of
/// each kind is pushed. A `<` before what is no element of HTML is text, as in `a < b` and `Vec<u8>`; so is a tag that
/// marks nothing up, as in `the <b> element`.
pub fn find_html(value: &str, flaws: &mut Vec<Flaw>) {
    if !value.contains(['<', '&']) {
        return;
    }
    let last_end = value.rfind('>').unwrap_or(0);
    let mut seen = Vec::new();
    let ended: BTreeSet<String> = value.match_indices("</").filter_map(|(at, _)| name_at(value.get(at + 2..)?)).collect();
    for (at, sign) in value.match_indices(['<', '&']) {
        let found = match sign {
            "<" if at < last_end => tag_len(value.get(at..).unwrap_or_default(), &ended).map(|len| (Kind::Tag, len)),
            "&" => reference(value.get(at + 1..).unwrap_or_default()).map(|(kind, len)| (kind, len + 1)),
            _ => None,
        };
        let Some((kind, len)) = found.filter(|(kind, _)| !seen.contains(kind)) else { continue };
        seen.push(kind);
        flaws.push(describe(value, kind, at..at + len));
    }
}

fn describe(value: &str, kind: Kind, range: Range<usize>) -> Flaw {
    let part = quote(value.get(range.clone()).unwrap_or_default());
    match kind {
        Kind::Tag => {
            Flaw::new(kind, range, format!("has HTML in it: {part}")).help("write plain text; readers show tags as they are, or drop them")
        }
        Kind::Entity => Flaw::new(kind, range, format!("has a character reference of HTML in it: {part}"))
            .help("write the character itself, escaped once"),
        Kind::HexEntity => Flaw::new(kind, range, format!("is escaped twice: {part}")),
        _ => {
            Flaw::new(kind, range, format!("has {part}, which readers of HTML may take for a character")).help("write the `&` as `&#x26;`")
        }
    }
}

/// Elements that mark up a text without an end or an attribute.
const BREAKS: [&str; 3] = ["br", "hr", "wbr"];

/// Returns how long the name of a tag is with its `<`, if it is one of HTML; of a comment, its start. A tag without an
/// attribute that nothing ends is text: it speaks of its element.
fn tag_len(text: &str, ended: &BTreeSet<String>) -> Option<usize> {
    if text.starts_with("<!--") {
        return Some(4);
    }
    let rest = text.get(1..)?;
    let (is_end, rest) = rest.strip_prefix('/').map_or((false, rest), |rest| (true, rest));
    let name = name_at(rest)?;
    let inner = rest.get(name.len()..)?.split(['<', '>']).next()?;
    let marks_up = is_end || ended.contains(&name) || inner.contains('=') || BREAKS.contains(&name.as_str());
    let after = rest.as_bytes().get(name.len())?;
    marks_up.then(|| text.len() - rest.len() + name.len() + usize::from(*after == b'>'))
}

/// Returns the name of an element of HTML that stands at the beginning of a text, whole, in lower case.
fn name_at(text: &str) -> Option<String> {
    let len = text.bytes().take(12).take_while(u8::is_ascii_alphanumeric).count();
    let name = text.get(..len)?.to_ascii_lowercase();
    let ends = matches!(text.as_bytes().get(len)?, b'>' | b'/' | b' ' | b'\t' | b'\n' | b'\r');
    (ends && ELEMENTS.binary_search(&name.as_str()).is_ok()).then_some(name)
}

/// The longest name of a character that HTML has (`CounterClockwiseContourIntegral;`), and a little more.
const LONGEST: usize = 40;

/// Reads what follows a `&`: returns its kind, if it is a character reference, and its length.
fn reference(rest: &str) -> Option<(Kind, usize)> {
    if let Some(number) = rest.strip_prefix('#') {
        let hex = number.starts_with(['x', 'X']);
        let digits = number.get(usize::from(hex)..)?;
        let len = digits.bytes().take(LONGEST).take_while(|b| if hex { b.is_ascii_hexdigit() } else { b.is_ascii_digit() }).count();
        if len == 0 || digits.as_bytes().get(len) != Some(&b';') {
            return None;
        }
        let code = u32::from_str_radix(digits.get(..len)?, if hex { 16 } else { 10 }).ok();
        let is_sign = code.and_then(char::from_u32).is_some_and(|c| matches!(c, '&' | '<' | '>'));
        return Some((if hex && is_sign { Kind::HexEntity } else { Kind::Entity }, len + 2 + usize::from(hex)));
    }
    let len = rest.bytes().take(LONGEST).take_while(u8::is_ascii_alphanumeric).count();
    let name = rest.get(..len).filter(|name| name.len() > 1 && !name.starts_with(|c: char| c.is_ascii_digit()))?;
    if !is_entity(name) {
        return None;
    }
    if rest.as_bytes().get(len) == Some(&b';') { Some((Kind::Entity, len + 1)) } else { Some((Kind::Ambiguous, len)) }
}

/// Returns whether HTML has a character of this name (HTML Standard §13.5).
fn is_entity(name: &str) -> bool {
    let written = format!("&{name};");
    // A name without meaning stays; one that begins with another (`&notit;`) keeps its end.
    let read = htmlize::unescape(written.as_str());
    read != written && !read.ends_with(';') || read == ";"
}

/// Finds the traces of a wrong encoding: C1 controls, U+FFFD, mojibake; pushes the first of each.
pub fn find_bad_characters(value: &str, flaws: &mut Vec<Flaw>) {
    // Each of them begins with one of these bytes in UTF-8.
    if !value.bytes().any(|b| matches!(b, 0xC2 | 0xC3 | 0xEF)) {
        return;
    }
    let is_c1 = |c: char| ('\u{80}'..='\u{9F}').contains(&c);
    // U+0085 is a line end of mainframes, no trace of windows-1252 by itself; it is as useless here.
    if let Some((at, c)) = value.char_indices().find(|(_, c)| is_c1(*c)) {
        let meant = meant_by(c);
        let flaw = Flaw::new(Kind::C1, at..at + c.len_utf8(), format!("has {} in it, a control that nobody writes", name_char(c)));
        flaws.push(match meant {
            Some(meant) => flaw.help(format!("write `{meant}`, and declare the encoding that the text has, perhaps `windows-1252`")),
            None => flaw.help("declare the encoding that the text has"),
        });
    }
    if let Some(at) = value.find('\u{FFFD}') {
        let flaw = Flaw::new(Kind::Replacement, at..at + 3, "has U+FFFD in it, which stands for bytes that could not be read");
        flaws.push(flaw.help("declare the encoding that the text has, and write the character again"));
    }
    if let Some(found) = mojibake::find(value).into_iter().next() {
        let written = quote(value.get(found.span.clone()).unwrap_or_default());
        let flaw = Flaw::new(Kind::Mojibake, found.span, format!("has {written} in it: UTF-8 that was read as windows-1252"));
        flaws.push(flaw.help(format!("write {}", quote(&found.text))));
    }
}

/// Returns the character that a byte has in windows-1252, for a C1 control that should have been it.
fn meant_by(c: char) -> Option<char> {
    let bytes = [u8::try_from(u32::from(c)).ok()?];
    let text = encoding_rs::WINDOWS_1252.decode_without_bom_handling(&bytes).0;
    text.chars().next().filter(|meant| !meant.is_control())
}

#[cfg(test)]
mod tests {
    use super::super::testing::{ANY, check, table};
    use super::*;
    use proptest::prelude::*;

    fn html(value: &str) -> Vec<(Kind, &str)> {
        let mut flaws = Vec::new();
        find_html(value, &mut flaws);
        check(value, &flaws);
        flaws.into_iter().map(|flaw| (flaw.kind, &value[flaw.range])).collect()
    }

    #[test]
    fn the_elements_are_sorted() {
        assert!(ELEMENTS.is_sorted());
    }

    #[test]
    fn text_that_looks_a_little_like_html_is_text() {
        for value in [
            "AT&T",
            "a < b > c",
            "Vec<u8>",
            "R & D; more",
            "<b",
            "<bold>",
            "<b-x>",
            "<p:q>",
            "the <b> element",
            "<img> and <input>",
            "<3",
            "a&b;",
            "&;",
            "&#;",
            "&#x;",
            "&#x26",
            "https://a.example/?a=1&b=2",
            "1 &lt 2 &".get(..2).unwrap_or(""),
            "&notaname;",
        ] {
            assert_eq!(html(value), [], "{value}");
        }
    }

    #[test]
    fn tags_and_references_are_found_once_for_each_kind() {
        assert_eq!(html("a <b>c</b> &amp; &eacute;"), [(Kind::Tag, "<b>"), (Kind::Entity, "&amp;")]);
        assert_eq!(html("<BR/>"), [(Kind::Tag, "<BR")]);
        assert_eq!(html("x</p>"), [(Kind::Tag, "</p>")]);
        assert_eq!(html("<a\nhref='x'>"), [(Kind::Tag, "<a")]);
        assert_eq!(html("<!-- x -->"), [(Kind::Tag, "<!--")]);
        assert_eq!(html("Lo&#239;c"), [(Kind::Entity, "&#239;")]);
        assert_eq!(html("Lo&#xEF;c"), [(Kind::Entity, "&#xEF;")]);
        assert_eq!(html("AT&#x26;T"), [(Kind::HexEntity, "&#x26;")]);
        assert_eq!(html("alpha&omega"), [(Kind::Ambiguous, "&omega")]);
    }

    #[test]
    fn traces_of_wrong_encodings_are_found() {
        let kinds = |value: &str| {
            let mut flaws = Vec::new();
            find_bad_characters(value, &mut flaws);
            check(value, &flaws);
            flaws.into_iter().map(|flaw| flaw.kind).collect::<Vec<_>>()
        };
        assert_eq!(kinds("é ü “quoted” 日本 \u{a0}"), []);
        assert_eq!(kinds("a \u{93}quoted\u{94} word"), [Kind::C1]);
        assert_eq!(kinds("caf\u{fffd}"), [Kind::Replacement]);
        assert_eq!(kinds("isnâ€™t"), [Kind::Mojibake]);
        assert_eq!(kinds("\u{81}\u{fffd} cafÃ© "), [Kind::C1, Kind::Replacement, Kind::Mojibake]);
        assert_eq!((meant_by('\u{93}'), meant_by('\u{81}')), (Some('“'), None));
    }

    #[test]
    fn blank_text_is_named() {
        table(not_blank, &["a", " a ", "\u{a0}"], &[("", Kind::Blank), (" \n\t", Kind::Blank)]);
    }

    proptest! {
        #[test]
        fn no_text_panics_and_ranges_lie_inside(value in ANY, other in "[ÂÃâ€™©\u{80}-\u{ff}\u{fffd}<>&;a-z#x0-9!/ -]{0,40}") {
            for value in [value, other] {
                html(&value);
                let mut flaws = Vec::new();
                find_bad_characters(&value, &mut flaws);
                flaws.extend(not_blank(&value).err());
                check(&value, &flaws);
            }
        }

        #[test]
        fn a_reference_found_is_one_that_html_reads(name in "[a-zA-Z]{2,8}") {
            let value = format!("&{name};");
            if html(&value) == [(Kind::Entity, value.as_str())] {
                prop_assert!(!htmlize::unescape(value.as_str()).contains(name.as_str()));
            }
        }
    }
}
