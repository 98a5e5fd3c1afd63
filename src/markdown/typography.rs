//! Quotes, dashes and dots as a site's generator sets them: `"It's -- …"`.
//!
//! The parser says which of them are text (`Options::ENABLE_SMART_PUNCTUATION`); which way a quote turns, each generator decides by
//! itself, so that a post reads here as it does on its page.

use crate::diagnostic::Span;
use crate::model::{QuoteRules, Typography};
use pulldown_cmark::{CowStr, Event, Tag, TagEnd};

/// Sets the text of one post, event by event.
pub(super) struct Setter<'a> {
    body: &'a str,
    style: Typography,
    /// Whether a line begins, and nothing stands before in it.
    begins: bool,
    /// Where plain text ended last.
    text_end: usize,
    /// How many descriptions of pictures are open.
    pictures: usize,
    state: State,
}

/// What the quotes before say of the next one; goldmark counts through a whole post.
#[derive(Default)]
struct State {
    /// Quotes that were opened and not closed yet.
    single: usize,
    double: usize,
    /// Whether the next one opens, together with the one before.
    opens_next: bool,
}

/// A quote and what stands around it.
#[derive(Clone, Copy)]
struct Quote<'a> {
    sign: char,
    /// What stands before it in its line; nothing at the beginning.
    before: Option<char>,
    /// Whether what stands before is plain text.
    follows_text: bool,
    after: &'a str,
}

impl Quote<'_> {
    fn next(&self) -> Option<char> {
        self.after.chars().next()
    }
}

impl<'a> Setter<'a> {
    pub(super) fn new(body: &'a str, style: Typography) -> Self {
        Setter { body, style, begins: true, text_end: usize::MAX, pictures: 0, state: State::default() }
    }

    /// Takes note of an event, and returns it with its text as it is to be set.
    pub(super) fn set<'e>(&mut self, event: Event<'e>, range: &Span) -> Event<'e> {
        if self.style.rules == QuoteRules::None {
            return event;
        }
        match event {
            Event::Text(text) => {
                let set = self.text(text, range);
                self.begins = false;
                return Event::Text(set);
            }
            Event::Start(Tag::Image { .. }) => self.pictures += 1,
            Event::End(TagEnd::Image) => self.pictures = self.pictures.saturating_sub(1),
            Event::SoftBreak | Event::HardBreak => self.begins = true,
            Event::Start(ref tag) if is_block(tag.to_end()) => self.begin_block(),
            Event::End(tag) if is_block(tag) => self.begin_block(),
            Event::Code(_) | Event::InlineHtml(_) => self.begins = false,
            _ => {}
        }
        event
    }

    fn begin_block(&mut self) {
        (self.begins, self.text_end, self.state.opens_next) = (true, usize::MAX, false);
    }

    fn text<'e>(&mut self, text: CowStr<'e>, range: &Span) -> CowStr<'e> {
        let written = self.body.get(range.clone()).unwrap_or_default();
        if written == &*text {
            self.text_end = range.end;
            return text;
        }
        let mut chars = written.chars();
        if self.pictures > 0 && self.style.rules == QuoteRules::Kramdown {
            // There it is an attribute.
            return written.to_owned().into();
        }
        let set = match (chars.next(), chars.next()) {
            (Some('-'), _) if self.style.rules != QuoteRules::CommonMark => dashes(written.len()).into(),
            (Some(sign @ ('\'' | '"')), None) => self.quote(sign, &text, range).map_or_else(|| written.to_owned().into(), CowStr::from),
            _ => text,
        };
        self.text_end = usize::MAX;
        set
    }

    /// Returns what a quote becomes; nothing where it stays as it is.
    fn quote(&mut self, sign: char, parsed: &str, range: &Span) -> Option<char> {
        let head = self.body.get(..range.start).unwrap_or_default();
        let quote = Quote {
            sign,
            before: head.chars().next_back().filter(|_| !self.begins),
            follows_text: self.text_end == range.start,
            after: self.body.get(range.end..).unwrap_or_default(),
        };
        let opens = match self.style.rules {
            QuoteRules::None => return None,
            QuoteRules::CommonMark => matches!(parsed, "‘" | "“"),
            QuoteRules::Kramdown => {
                let before = if self.begins { Some('\n') } else { quote.before };
                kramdown(Quote { before: before.filter(|_| quote.follows_text || self.begins), ..quote }, &mut self.state)
            }
            QuoteRules::Goldmark => goldmark(quote, &mut self.state)?,
        };
        Some(self.style.quote(sign, opens))
    }
}

/// Returns whether an element is a block, with which a line begins.
fn is_block(tag: TagEnd) -> bool {
    !matches!(
        tag,
        TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough | TagEnd::Superscript | TagEnd::Subscript | TagEnd::Link | TagEnd::Image
    )
}

/// Three hyphens are a long dash, two a short one, from the left.
fn dashes(mut count: usize) -> String {
    let mut set = String::new();
    while count > 0 {
        let (dash, used) = [('—', 3), ('–', 2), ('-', 1)][3_usize.saturating_sub(count)];
        set.push(dash);
        count -= used;
    }
    set
}

fn is_word(c: Option<char>) -> bool {
    c.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// Returns whether a text begins with two digits and an `s`: a decade.
fn is_decade(after: &str) -> bool {
    matches!(after.as_bytes(), [a, b, b's', ..] if a.is_ascii_digit() && b.is_ascii_digit())
}

/// Returns whether a quote opens as kramdown has it (<https://kramdown.gettalong.org/syntax.html#typographic-symbols>): by the signs on
/// both sides, where what stands before is plain text; else by the one behind it.
fn kramdown(quote: Quote<'_>, state: &mut State) -> bool {
    if std::mem::take(&mut state.opens_next) {
        return true;
    }
    let Quote { sign, before, after, .. } = quote;
    let mut following = after.chars();
    let (next, second) = (following.next(), following.next());
    if before.is_none() {
        let marks = after.len() - after.trim_start_matches(['*', '_']).len();
        if (1..=2).contains(&marks) && after.get(marks..).and_then(|rest| rest.chars().next()).is_some_and(|c| !c.is_whitespace()) {
            return true;
        }
        let is_sign = next.is_some_and(|c| c.is_ascii_punctuation() && !matches!(c, '&' | '~'));
        if is_sign && !after.get(1..).unwrap_or_default().starts_with("..") && is_word(second) == (next == Some('_')) {
            return false;
        }
    }
    let is_free = before.is_none_or(char::is_whitespace);
    let other = if sign == '"' { '\'' } else { '"' };
    if is_free && next == Some(other) && is_word(second) {
        state.opens_next = true;
        return true;
    }
    if is_free && sign == '\'' && is_decade(after) {
        return false;
    }
    match before {
        Some(before) => matches!(before, ' ' | '\t' | '\r' | '\n' | '\\' | '[' | '{' | '(' | '-'),
        None => !(next.is_none_or(char::is_whitespace) || next == Some('s') && !is_word(second)),
    }
}

fn is_punctuation(c: char) -> bool {
    if c.is_ascii() { c.is_ascii_punctuation() } else { !c.is_alphanumeric() && !c.is_whitespace() }
}

fn is_edge(c: Option<char>) -> bool {
    c.is_none_or(|c| c.is_whitespace() || c.is_ascii_punctuation())
}

/// Returns whether a quote opens as goldmark's extension has it (<https://github.com/yuin/goldmark#typographer-extension>), by the sides
/// on which it can be a delimiter (`CommonMark` 0.31 §6.2); nothing where it leaves the sign as it is.
fn goldmark(quote: Quote<'_>, state: &mut State) -> Option<bool> {
    let (before, behind) = (quote.before.unwrap_or('\n'), quote.after.trim_start_matches(quote.sign).chars().next().unwrap_or('\n'));
    let opens = !behind.is_whitespace() && (!is_punctuation(behind) || before.is_whitespace() || is_punctuation(before));
    let closes = !before.is_whitespace() && (!is_punctuation(before) || behind.is_whitespace() || is_punctuation(behind));
    let (next, second) = (quote.next(), quote.after.chars().nth(1));
    let ends = closes && (!opens || next.is_some_and(is_punctuation) && is_edge(second));
    if quote.sign == '"' {
        if opens && !closes {
            state.double += 1;
            return Some(true);
        }
        // `21""` is a size in a quotation.
        let is_measure = next == Some('"') && before.is_numeric();
        if state.double == 0 || !ends || is_measure {
            return None;
        }
        state.double -= 1;
        return Some(false);
    }
    if is_apostrophe(quote, before, opens && !closes) {
        return Some(false);
    }
    if opens && !closes {
        if is_contraction(quote.after) {
            return Some(false);
        }
        state.single += 1;
        return Some(true);
    }
    // Plurals and words that are cut off: `dogs'`, `doin'`.
    if next.is_some_and(|next| !next.is_numeric()) && second.is_some() {
        return Some(false);
    }
    if state.single == 0 || !ends {
        return None;
    }
    state.single -= 1;
    Some(false)
}

/// Returns whether a sign stands for letters that are left out: `'90s`, `'em`, `it's`.
fn is_apostrophe(quote: Quote<'_>, before: char, opens_only: bool) -> bool {
    let next = quote.next();
    opens_only && is_decade(quote.after) && is_edge(quote.after.chars().nth(3))
        || (before.is_whitespace() || is_punctuation(before)) && matches!(next, Some('t' | 'e' | 'n' | 'l'))
        || before.is_alphanumeric() && next.is_some_and(char::is_alphabetic)
}

/// Returns whether the end of a contraction follows.
fn is_contraction(after: &str) -> bool {
    let letters = after.bytes().take_while(u8::is_ascii_alphabetic).count();
    ["s", "m", "t", "d", "ve", "ll", "re"].contains(&after.get(..letters).unwrap_or_default()) && is_edge(after.chars().nth(letters))
}

/// Returns a title as the generator's feed has it: that of Jekyll sets its quotes by kramdown's rules (`smartify`), others leave it alone.
#[must_use]
pub fn smart_title(text: &str, style: Typography) -> String {
    if style.rules != QuoteRules::Kramdown {
        return text.to_owned();
    }
    let mut set = String::with_capacity(text.len());
    let mut state = State::default();
    let (mut at, mut plain) = (0, Some('\n'));
    while let Some(c) = text.get(at..).and_then(|rest| rest.chars().next()) {
        let rest = text.get(at..).unwrap_or_default();
        let hyphens = rest.len() - rest.trim_start_matches('-').len();
        let (len, before) = match c {
            '-' if hyphens > 1 => {
                set.push_str(&dashes(hyphens));
                (hyphens, None)
            }
            '.' if rest.starts_with("...") => {
                set.push('…');
                (3, None)
            }
            '\'' | '"' => {
                let quote = Quote { sign: c, before: plain, follows_text: plain.is_some(), after: rest.get(1..).unwrap_or_default() };
                set.push(style.quote(c, kramdown(quote, &mut state)));
                (1, None)
            }
            c => {
                set.push(c);
                (c.len_utf8(), Some(c))
            }
        };
        (at, plain) = (at + len, before);
    }
    set
}

#[cfg(test)]
mod tests;
