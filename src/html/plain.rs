//! HTML into plain text, as a person would read it out: for summaries and titles.
//!
//! What cannot be read out leaves no hole where that can be helped: a picture inside of a sentence is its text, a formula
//! is written in a line, and a blank before a footnote's mark goes with the mark.

use super::escape::decode_value;
use super::table::{self, BLOCK};
use super::{Scanner, Token, formula};
use crate::text::chars::is_xml_char;
use crate::text::short::shorten;
use std::borrow::Cow;

/// Returns the plain text of HTML: entities decoded once, white space collapsed, blocks apart, no footnote marks, and
/// at most so many characters, cut between words with `…`.
#[must_use]
pub fn text(html: &str, limit: usize) -> String {
    let mut writer = Writer { out: String::with_capacity(limit.min(html.len())), left: limit.saturating_add(1), ..Writer::default() };
    for piece in pieces(html) {
        match piece {
            Piece::Gap => writer.gap(),
            Piece::Hole => writer.hole(),
            Piece::Picture(alt) => writer.picture(alt),
            Piece::Text(text) | Piece::Linked(text) => writer.text(&text),
            Piece::Formula(text) => writer.text(&text),
        }
        if writer.left == 0 {
            return shorten(&writer.out, limit);
        }
    }
    writer.out
}

/// Returns whether HTML has no text to read out.
pub(crate) fn is_blank(html: &str) -> bool {
    pieces(html).all(|piece| match piece {
        Piece::Text(text) | Piece::Linked(text) => text.trim().is_empty(),
        Piece::Formula(text) => text.is_empty(),
        Piece::Gap | Piece::Hole | Piece::Picture(_) => true,
    })
}

/// Returns whether HTML has words of its own, outside of links and formulas.
pub(crate) fn has_words(html: &str) -> bool {
    pieces(html).any(|piece| matches!(piece, Piece::Text(text) if text.contains(char::is_alphanumeric)))
}

/// Plain text while it is written.
#[derive(Default)]
struct Writer<'a> {
    out: String,
    /// How many characters may follow.
    left: usize,
    /// Whether white space came last.
    space: bool,
    /// Whether something was left out since.
    hole: bool,
    /// Whether the line has text already.
    line: bool,
    /// The text of a picture that begins the line, and whether white space stood before it.
    picture: Option<(Cow<'a, str>, bool)>,
}

impl<'a> Writer<'a> {
    fn text(&mut self, text: &str) {
        for c in text.chars() {
            if self.left == 0 {
                break;
            }
            if c.is_whitespace() && c != '\u{a0}' {
                if c == '\n' {
                    self.end_line();
                }
                self.space = true;
                self.hole = false;
            } else if is_xml_char(c) {
                self.resolve_picture(c);
                self.push(c);
            }
        }
    }

    fn push(&mut self, c: char) {
        let hole = std::mem::take(&mut self.hole) && is_closing(c);
        let gap = std::mem::take(&mut self.space) && !self.out.is_empty() && !hole;
        if gap {
            self.out.push(' ');
        }
        self.out.push(c);
        self.line = true;
        self.left = self.left.saturating_sub(1 + usize::from(gap));
    }

    fn gap(&mut self) {
        self.end_line();
        self.space = true;
    }

    fn end_line(&mut self) {
        self.line = false;
        self.drop_picture();
    }

    fn hole(&mut self) {
        self.hole = self.space;
    }

    /// Writes the text of a picture where it goes on with a sentence; elsewhere a picture is beside the text.
    fn picture(&mut self, alt: Cow<'a, str>) {
        self.drop_picture();
        if alt.trim().is_empty() || self.line && self.out.ends_with(['.', '!', '?', ':', '…', '。', '！', '？']) {
            self.hole();
        } else if self.line {
            self.text(&alt.replace('\n', " "));
        } else {
            self.picture = Some((alt, std::mem::take(&mut self.space)));
        }
    }

    /// Decides about a picture that begins the line: a sentence goes on with a small letter or a sign.
    fn resolve_picture(&mut self, next: char) {
        if !(next.is_lowercase() || is_closing(next)) {
            return self.drop_picture();
        }
        if let Some((alt, before)) = self.picture.take() {
            let after = std::mem::replace(&mut self.space, before);
            self.text(&alt.replace('\n', " "));
            self.space |= after;
        }
    }

    fn drop_picture(&mut self) {
        if let Some((_, before)) = self.picture.take() {
            self.space |= before;
        }
    }
}

/// Returns whether a sign closes what stands before it, without a blank between them.
fn is_closing(c: char) -> bool {
    matches!(c, '.' | ',' | ';' | ':' | '!' | '?' | ')' | ']' | '…' | '”' | '»')
}

enum Piece<'a> {
    Text(Cow<'a, str>),
    /// The text of a link.
    Linked(Cow<'a, str>),
    Formula(String),
    /// A picture's text.
    Picture(Cow<'a, str>),
    /// Something that cannot be read out.
    Hole,
    /// The beginning or end of a block.
    Gap,
}

fn pieces(html: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut scanner = Scanner::new(html);
    let mut skip: Option<&str> = None;
    let mut linked = false;
    std::iter::from_fn(move || {
        loop {
            let piece = match scanner.next()? {
                Token::Text(_) if skip.is_some() => None,
                Token::Text(text) => {
                    let text = if text.contains('&') { htmlize::unescape(text) } else { Cow::Borrowed(text) };
                    Some(if linked { Piece::Linked(text) } else { Piece::Text(text) })
                }
                Token::Start(tag) if skip.is_none() => match tag.name {
                    _ if is_apart(tag.name, tag.rest) => {
                        skip = Some(tag.name);
                        Some(Piece::Hole)
                    }
                    "math" => Some(Piece::Formula(formula::read(&mut scanner))),
                    "img" => Some(Piece::Picture(
                        tag.attributes().find(|it| it.name == "alt").map_or(Cow::Borrowed(""), |it| decode_value(it.value)),
                    )),
                    name => {
                        linked |= name == "a";
                        is_gap(name).then_some(Piece::Gap)
                    }
                },
                Token::End(tag) => {
                    linked &= tag.name != "a";
                    if skip.is_some_and(|name| name.eq_ignore_ascii_case(tag.name)) {
                        skip = None;
                    }
                    is_gap(tag.name).then_some(Piece::Gap)
                }
                _ => None,
            };
            if piece.is_some() {
                return piece;
            }
        }
    })
}

/// Returns whether an element is no part of the text: scripts, players with what they show where they cannot play, and the
/// marks of footnotes with the links back.
fn is_apart(name: &str, rest: &str) -> bool {
    match name.as_bytes().first().map(u8::to_ascii_lowercase) {
        Some(b's') => matches!(name, "script" | "style") || name == "sup" && rest.contains("\"fnref-"),
        Some(b'a') => name == "audio" || name == "a" && rest.contains("\"#fnref-"),
        Some(b't') => matches!(name, "template" | "title" | "textarea"),
        Some(b'v') => name == "video",
        _ => false,
    }
}

fn is_gap(name: &str) -> bool {
    // `<a>`, `<b>`, `<u>` and their like are no gap, and most tags are such.
    table::lookup(name).is_some_and(|id| id == BR || table::row_of(id).flags & (BLOCK | table::TABLE) != 0)
}

const BR: table::Id = table::id("br");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_decoded_once_and_blocks_are_apart() {
        assert_eq!(text("<p>a &amp;amp; b<br>c</p><p>d<b>e</b><script>x</script></p>", 100), "a &amp; b c de");
        assert_eq!(text("<p>a<sup id=\"fnref-x-1\"><a href=\"#fn-x-1\">1</a></sup> b</p>", 100), "a b");
    }

    #[test]
    fn what_is_left_out_leaves_no_hole() {
        let mark = "<sup id=\"fnref-x-1\"><a href=\"#fn-x-1\">1</a></sup>";
        for (html, read) in [
            (format!("a {mark}."), "a."),
            (format!("a{mark}, b"), "a, b"),
            (format!("a {mark} : b"), "a : b"),
            (format!("a {mark} b"), "a b"),
            ("a .5".to_owned(), "a .5"),
            ("<video src=\"x\">No player.</video> a".to_owned(), "a"),
        ] {
            assert_eq!(text(&html, 100), read, "{html}");
        }
    }

    #[test]
    fn a_picture_inside_of_a_sentence_is_its_text() {
        let cat = "<img src=\"x\" alt=\"the cat\">";
        for (html, read) in [
            (format!("See {cat} here and {cat}."), "See the cat here and the cat."),
            (format!("I ♥ {cat}"), "I ♥ the cat"),
            (format!("{cat} is asleep."), "the cat is asleep."),
            (format!("a<br>{cat} sleeps"), "a the cat sleeps"),
            (format!("{cat} Yesterday."), "Yesterday."),
            (format!("{cat}\nyesterday."), "yesterday."),
            (format!("That was it. {cat}"), "That was it."),
            ("a <img src=\"x\" alt=\"\">.".to_owned(), "a."),
            (cat.to_owned(), ""),
        ] {
            assert_eq!(text(&html, 100), read, "{html}");
        }
    }

    #[test]
    fn words_of_its_own_stand_outside_of_links_pictures_and_formulas() {
        for html in ["<a href=\"x\">a</a> · <a href=\"y\">b</a>", "<img alt=\"a\">", "<math><mi>x</mi></math>.", ""] {
            assert!(!has_words(html), "{html}");
        }
        assert!(has_words("<a href=\"x\">a</a> b"));
    }
}
