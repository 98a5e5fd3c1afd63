//! Text to tokens with spans, as browsers cut it (HTML Standard §13.2.5), as far as tags, comments and raw text go.
//!
//! Why our own: `lol_html` rewrites a stream but does not see stray end tags and closes nothing, and `html5ever` gives no
//! byte spans; we need both, here and when a feed's HTML is checked. Nothing is allocated: a token borrows its text,
//! and a tag's attributes are scanned when they are asked for.

use memchr::memchr;
use std::ops::Range;

/// Elements whose content is text up to their end tag, when scripting is off (HTML Standard §13.2.6.4).
const RAW: [&str; 8] = ["script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes"];

/// A piece of HTML.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Token<'a> {
    /// Text with entities as written; inside a raw text element it has none.
    Text(&'a str),
    /// A start tag.
    Start(Tag<'a>),
    /// An end tag.
    End(Tag<'a>),
    /// The inside of a comment; bogus comments (`<!x>`, `<?x>`, `</ >`) and CDATA count as ones.
    Comment(&'a str),
    /// A doctype.
    Doctype,
    /// A tag or comment that the text ends in.
    Unfinished(&'a str),
}

/// A tag without its brackets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tag<'a> {
    /// The name as written.
    pub name: &'a str,
    /// What follows the name, up to the closing bracket.
    pub rest: &'a str,
}

/// An attribute as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attribute<'a> {
    /// The name.
    pub name: &'a str,
    /// The value with entities as written; empty where there is none.
    pub value: &'a str,
    /// Where the value is, in bytes of [`Tag::rest`].
    pub span: Range<usize>,
}

impl<'a> Tag<'a> {
    /// Returns whether the tag ends in `/>`.
    #[must_use]
    pub fn is_self_closing(&self) -> bool {
        self.rest.ends_with('/') && {
            // `<a href=/>`: the slash belongs to an unquoted value.
            self.attributes().last().is_none_or(|last| last.span.end < self.rest.len())
        }
    }

    /// Returns the attributes in order, duplicates included.
    #[must_use]
    pub fn attributes(&self) -> Attributes<'a> {
        Attributes { text: self.rest, at: 0 }
    }
}

/// The attributes of a tag.
#[derive(Debug, Clone)]
pub struct Attributes<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Iterator for Attributes<'a> {
    type Item = Attribute<'a>;

    fn next(&mut self) -> Option<Attribute<'a>> {
        let bytes = self.text.as_bytes();
        self.at = skip(bytes, self.at, |b| is_space(b) || b == b'/');
        let start = self.at;
        if start >= bytes.len() {
            return None;
        }
        // HTML Standard §13.2.5.32: a leading `=` belongs to the name.
        let end = skip(bytes, start + 1, |b| !is_space(b) && b != b'/' && b != b'=');
        let end = self.text.ceil_char_boundary(end);
        let name = self.text.get(start..end)?;
        let after = skip(bytes, end, is_space);
        if bytes.get(after) != Some(&b'=') {
            self.at = end;
            return Some(Attribute { name, value: "", span: end..end });
        }
        let from = skip(bytes, after + 1, is_space);
        let quote = bytes.get(from).copied().filter(|b| matches!(b, b'"' | b'\''));
        let span = if let Some(quote) = quote {
            let close = skip(bytes, from + 1, |b| b != quote);
            self.at = close + 1;
            from + 1..close
        } else {
            self.at = skip(bytes, from, |b| !is_space(b));
            from..self.at
        };
        Some(Attribute { name, value: self.text.get(span.clone())?, span })
    }
}

/// Cuts text into tokens.
#[derive(Debug, Clone)]
pub struct Scanner<'a> {
    text: &'a str,
    at: usize,
    raw: Option<&'a str>,
    no_comment_end: bool,
}

impl<'a> Scanner<'a> {
    /// Begins at the start of a fragment.
    #[must_use]
    pub fn new(text: &'a str) -> Self {
        Scanner { text, at: 0, raw: None, no_comment_end: false }
    }

    /// Returns where in the text the last token ended, which is where the next one starts.
    #[must_use]
    pub fn offset(&self) -> usize {
        self.at
    }

    fn take(&mut self, end: usize) -> &'a str {
        let start = self.at;
        self.at = end;
        self.text.get(start..end).unwrap_or_default()
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn text_token(&mut self) -> Token<'a> {
        let bytes = self.text.as_bytes();
        let mut from = self.at;
        // A `<` that begins nothing is text.
        while let Some(found) = bytes.get(from..).and_then(|rest| memchr(b'<', rest)) {
            if self.begins_markup(from + found) {
                return Token::Text(self.take(from + found));
            }
            from += found + 1;
        }
        Token::Text(self.take(bytes.len()))
    }

    fn begins_markup(&self, at: usize) -> bool {
        let bytes = self.text.as_bytes();
        match bytes.get(at + 1) {
            Some(b'!' | b'?') => true,
            Some(b'/') => bytes.get(at + 2).is_some(),
            Some(b) => b.is_ascii_alphabetic(),
            None => false,
        }
    }

    fn raw_text(&mut self, name: &'a str) -> Option<Token<'a>> {
        let end = if name == "plaintext" { self.text.len() } else { end_tag(self.text, self.at, name) };
        (end > self.at).then(|| Token::Text(self.take(end)))
    }

    fn markup(&mut self) -> Token<'a> {
        let bytes = self.text.as_bytes();
        match bytes.get(self.at + 1) {
            Some(b'!') => self.declaration(),
            Some(b'?') => self.bogus(1),
            Some(b'/') => match bytes.get(self.at + 2) {
                Some(b) if b.is_ascii_alphabetic() => self.tag(2),
                Some(b'>') => {
                    // HTML Standard §13.2.5.7: `</>` is nothing at all.
                    self.at += 3;
                    Token::Text("")
                }
                _ => self.bogus(2),
            },
            _ => self.tag(1),
        }
    }

    fn declaration(&mut self) -> Token<'a> {
        let rest = self.rest();
        if rest.starts_with("<!--") {
            return self.comment();
        }
        if rest.get(2..9).is_some_and(|word| word.eq_ignore_ascii_case("doctype")) {
            return match rest.find('>') {
                Some(end) => {
                    self.at += end + 1;
                    Token::Doctype
                }
                None => Token::Unfinished(self.take(self.text.len())),
            };
        }
        self.bogus(2)
    }

    fn comment(&mut self) -> Token<'a> {
        let inside = self.rest().get(4..).unwrap_or_default();
        // HTML Standard §13.2.5.43: `<!-->` and `<!--->` are empty comments.
        for short in [">", "->"] {
            if inside.starts_with(short) {
                self.at += 4 + short.len();
                return Token::Comment("");
            }
        }
        if self.no_comment_end {
            return Token::Unfinished(self.take(self.text.len()));
        }
        let Some((end, next)) = comment_end(inside) else {
            self.no_comment_end = true;
            return Token::Unfinished(self.take(self.text.len()));
        };
        self.at += 4 + next;
        Token::Comment(inside.get(..end).unwrap_or_default())
    }

    fn bogus(&mut self, skip: usize) -> Token<'a> {
        let rest = self.rest();
        match rest.find('>') {
            Some(end) => {
                self.at += end + 1;
                Token::Comment(rest.get(skip..end).unwrap_or_default())
            }
            None => Token::Unfinished(self.take(self.text.len())),
        }
    }

    fn tag(&mut self, skip_bytes: usize) -> Token<'a> {
        let bytes = self.text.as_bytes();
        let start = self.at + skip_bytes;
        let name_end = skip(bytes, start, |b| !is_space(b) && b != b'/' && b != b'>');
        let Some(end) = tag_end(bytes, name_end) else {
            return Token::Unfinished(self.take(bytes.len()));
        };
        let name = self.text.get(start..name_end).unwrap_or_default();
        let tag = Tag { name, rest: self.text.get(name_end..end).unwrap_or_default() };
        self.at = end + 1;
        if skip_bytes == 2 {
            return Token::End(tag);
        }
        self.raw = raw_name(name);
        Token::Start(tag)
    }
}

impl<'a> Iterator for Scanner<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        if self.at >= self.text.len() {
            return None;
        }
        if let Some(name) = self.raw.take()
            && let Some(token) = self.raw_text(name)
        {
            return Some(token);
        }
        if self.at >= self.text.len() {
            return None;
        }
        let markup = self.text.as_bytes().get(self.at) == Some(&b'<') && self.begins_markup(self.at);
        Some(if markup { self.markup() } else { self.text_token() })
    }
}

/// Returns the raw text element that a name is, in lower case.
fn raw_name(name: &str) -> Option<&'static str> {
    // The first letter decides for most tags.
    if !matches!(name.as_bytes().first()? | 0x20, b's' | b't' | b'x' | b'i' | b'n' | b'p') {
        return None;
    }
    RAW.iter().chain(&["plaintext"]).find(|raw| raw.eq_ignore_ascii_case(name)).copied()
}

/// Returns where the end tag of a raw text element begins, or the end of the text.
fn end_tag(text: &str, from: usize, name: &str) -> usize {
    let bytes = text.as_bytes();
    let mut at = from;
    while let Some(found) = bytes.get(at..).and_then(|rest| memchr(b'<', rest)) {
        at += found;
        let after = at + 2 + name.len();
        if bytes.get(at + 1) == Some(&b'/')
            && bytes.get(at + 2..after).is_some_and(|word| word.eq_ignore_ascii_case(name.as_bytes()))
            && bytes.get(after).is_some_and(|b| is_space(*b) || matches!(b, b'/' | b'>'))
        {
            return at;
        }
        at += 1;
    }
    text.len()
}

/// Returns where the `>` is that ends a tag: quoted values may hold one.
fn tag_end(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        at = skip(bytes, at, |b| is_space(b) || b == b'/');
        if *bytes.get(at)? == b'>' {
            return Some(at);
        }
        at = skip(bytes, at + 1, |b| !is_space(b) && b != b'/' && b != b'=' && b != b'>');
        let after = skip(bytes, at, is_space);
        if *bytes.get(after)? != b'=' {
            continue;
        }
        at = skip(bytes, after + 1, is_space);
        at = match *bytes.get(at)? {
            quote @ (b'"' | b'\'') => skip(bytes, at + 1, |b| b != quote) + 1,
            b'>' => return Some(at),
            _ => skip(bytes, at, |b| !is_space(b) && b != b'>'),
        };
    }
}

/// Returns where a comment's text ends, and where what follows begins: at `-->` or `--!>`.
fn comment_end(inside: &str) -> Option<(usize, usize)> {
    let bytes = inside.as_bytes();
    let mut at = 0;
    while let Some(found) = inside.get(at..).and_then(|rest| rest.find('>')) {
        let end = at + found;
        let before = bytes.get(..end).unwrap_or_default();
        if before.ends_with(b"--") {
            return Some((end - 2, end + 1));
        }
        if before.ends_with(b"--!") {
            return Some((end - 3, end + 1));
        }
        at = end + 1;
    }
    None
}

fn skip(bytes: &[u8], from: usize, while_true: impl Fn(u8) -> bool) -> usize {
    bytes.get(from..).and_then(|rest| rest.iter().position(|b| !while_true(*b))).map_or(bytes.len(), |n| from + n)
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | 0x0C)
}
