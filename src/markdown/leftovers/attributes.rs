//! Attribute lists: kramdown's `{: .x}`, and `{.x}` of Pandoc, Hugo and others straight behind what they are for.

use super::super::codes::KRAMDOWN;
use super::Finder;
use super::inert::inert;
use std::ops::Range;

/// Nothing that a list belongs to is looked for farther back than this.
const NEAR: usize = 300;

const HELP: &str = "remove it, or write the attribute as HTML";

impl Finder<'_, '_> {
    pub(super) fn kramdown(&mut self, at: usize) -> Option<usize> {
        if let Some(end) = self.extension(at) {
            return Some(end);
        }
        let line = self.line(at);
        let end = line.find('}')?;
        let inner = line.get(2..end)?.trim_start_matches(':').trim_start();
        let near = self.before(at, 24);
        let first = near.bytes().all(|b| matches!(b, b' ' | b'-' | b'*' | b'+' | b'>' | b'.' | b'0'..=b'9'));
        // `[a](b).{:.x}`: somebody put the full stop first. `Words {:.x}`, at the end of the line: it was meant for the paragraph.
        let behind_sign = near.trim_end_matches(['.', ',', ';', ':', '!', '?']).ends_with([')', ']']);
        let ends_line = near.ends_with([' ', '\t']) && line.get(end + 1..)?.trim().is_empty() && !begins_heading(self.before(at, NEAR));
        let misplaced = (behind_sign || ends_line) && is_list(inner.trim());
        if !first && !misplaced && !near.ends_with([')', ']', '*', '_', '`', '>', '}']) {
            return None;
        }
        if inner.contains(['{', '$', '?']) || !inner.starts_with(|c: char| c.is_alphabetic() || matches!(c, '.' | '#' | '/')) {
            return None;
        }
        let span = at..at + end + 1;
        let mut start = at;
        if words(inner).all(|word| word != "toc") {
            self.tell_list(inner, &span);
        } else {
            // A feed has no table of contents. `* TOC` above is only there to be replaced.
            let head = self.body.get(..at)?;
            let near = head.get(head.ceil_char_boundary(at.saturating_sub(64))..).unwrap_or_default();
            let before = head.get(..head.len() - near.len() + near.trim_end().len())?;
            let near = before.get(before.ceil_char_boundary(before.len().saturating_sub(64))..).unwrap_or_default();
            let line = near.rfind('\n').map_or(before.len() - near.len(), |at| before.len() - near.len() + at + 1);
            if before.get(line..).is_some_and(|line| line.trim_start().starts_with(['*', '-', '1']) && line.len() < 40) {
                start = line;
            }
        }
        self.leave_out(start..span.end);
        Some(span.end)
    }

    /// `{::comment}…{:/comment}`, `{::nomarkdown}…{:/}`, `{::options key="value" /}`
    /// (<https://kramdown.gettalong.org/syntax.html#extensions>).
    fn extension(&mut self, at: usize) -> Option<usize> {
        let rest = self.line(at).strip_prefix("{::")?;
        let inner = rest.get(..rest.find('}')?)?;
        let end = at + 3 + inner.len() + 1;
        let name = inner.split([' ', '/']).next()?;
        if !matches!(name, "comment" | "nomarkdown" | "options") || self.literal.is_in_tag(at) {
            return None;
        }
        if name == "options" || inner.ends_with('/') {
            self.leave_out(at..end);
            return Some(end);
        }
        let close = end + self.next(end, "{:/")?;
        let last = self.rest(close).strip_prefix("{:/")?;
        let last = last.get(..last.find('}')?)?;
        if !matches!(last.trim(), "" | "comment" | "nomarkdown") {
            return None;
        }
        let after = close + 3 + last.len() + 1;
        if name == "comment" {
            self.leave_out(at..after);
        } else {
            // What is not Markdown is HTML.
            self.edit(at..after, inert(self.body.get(end..close)?));
        }
        Some(after)
    }

    /// `{.x #y key=value}` straight behind a link, an image, code or emphasis, or alone in the line below a block.
    pub(super) fn attributes(&mut self, at: usize) -> Option<usize> {
        let line = self.line(at);
        let end = list_end(line)?;
        let inner = line.get(1..end)?.trim();
        if !is_list(inner) || self.literal.is_in_tag(at) {
            return None;
        }
        let before = self.before(at, NEAR);
        let last = line.get(end + 1..)?.trim().is_empty();
        let block = before.trim_start_matches([' ', '>']);
        if last && begins_heading(block) {
            return None;
        }
        let named = inner.starts_with(['.', '#']);
        let span = at..at + end + 1;
        let behind = match before.bytes().last() {
            None | Some(b' ' | b'>') if block.is_empty() => named && last && self.is_below_block(at - before.len()),
            Some(b')') => link_start(before, b'(', b')').is_some_and(|open| before.get(..open).is_some_and(|head| head.ends_with(']'))),
            Some(b']') => return self.behind_bracket(before, span),
            Some(b'`') => self.literal.ends_code(at),
            Some(b'*' | b'_' | b'~') => named && ends_emphasis(before),
            Some(b'>') => named && self.literal.ends_tag(at),
            _ => false,
        };
        if !behind {
            return None;
        }
        self.tell_list(inner, &span);
        self.leave_out(span.clone());
        Some(span.end)
    }

    /// Tells of a list that is left out, unless an entry would be the same with it.
    fn tell_list(&mut self, inner: &str, span: &Range<usize>) {
        if !is_for_pages_only(inner) {
            self.report(&KRAMDOWN, span.clone(), HELP);
        }
    }

    /// `[text][label]{.x}`, and Pandoc's `[text]{.x}`, whose brackets go too.
    fn behind_bracket(&mut self, before: &str, span: Range<usize>) -> Option<usize> {
        let open = link_start(before, b'[', b']')?;
        let head = before.get(..open)?;
        let text = before.get(open + 1..before.len() - 1)?;
        let link = head.ends_with(']') || text.starts_with('^') || self.labels().contains(text);
        // `a[i]{.x}` is a program's, `- [x]{.y}` a task.
        if !link && (head.ends_with(|c: char| c.is_alphanumeric() || c == '\\') || matches!(text.trim(), "" | "x" | "X")) {
            return None;
        }
        self.tell_list(self.body.get(span.start + 1..span.end - 1)?, &span);
        if link {
            self.leave_out(span.clone());
        } else {
            let open = span.start - before.len() + open;
            self.edit(open..open + 1, "");
            self.edit(span.start - 1..span.end, "");
        }
        Some(span.end)
    }

    /// Returns whether the line above the one that begins at a place has text.
    fn is_below_block(&self, line: usize) -> bool {
        let above = line.checked_sub(1).map_or("", |end| self.before(end, NEAR));
        !above.trim_matches([' ', '>', '\r', '\t']).is_empty()
    }
}

/// Returns whether a line begins a heading, whose id the parser takes.
fn begins_heading(line: &str) -> bool {
    let line = line.trim_start_matches([' ', '>']);
    line.starts_with('#') && line.trim_start_matches('#').starts_with(' ')
}

/// Returns where a list ends that a line begins with; quotes may hold a `}`.
fn list_end(line: &str) -> Option<usize> {
    let mut quote = None;
    for (at, byte) in line.bytes().enumerate().skip(1).take(NEAR) {
        match (byte, quote) {
            (b'}', None) => return Some(at),
            (b'{', None) => return None,
            (b'"' | b'\'', None) => quote = Some(byte),
            (byte, Some(open)) if byte == open => quote = None,
            _ => {}
        }
    }
    None
}

/// Returns whether a text is a list of classes, ids and values, and not prose or a program's braces.
fn is_list(inner: &str) -> bool {
    !inner.is_empty() && words(inner).all(is_attribute)
}

/// Returns the words of a list; quotes hold one together.
fn words(inner: &str) -> impl Iterator<Item = &str> {
    let mut quote = None;
    let outside = move |c: char| {
        match quote {
            Some(open) if open == c => quote = None,
            None if matches!(c, '"' | '\'') => quote = Some(c),
            _ => {}
        }
        quote.is_none() && c.is_whitespace()
    };
    inner.split(outside).filter(|word| !word.is_empty())
}

/// Returns whether a list says nothing but how a page looks or opens links, which the clean-up takes out of HTML without a word, too.
fn is_for_pages_only(inner: &str) -> bool {
    let is_for_pages = |word: &str| {
        let name = word.split('=').next().unwrap_or(word);
        word.starts_with('.') && !word.contains('#') || word.contains('=') && FOR_PAGES.contains(&name)
    };
    words(inner).all(is_for_pages)
}

/// Attributes that no entry keeps, and nobody misses.
const FOR_PAGES: [&str; 6] = ["class", "decoding", "loading", "rel", "style", "target"];

/// `.class`, `#id`, `key=value`, Pandoc's `=format`.
fn is_attribute(word: &str) -> bool {
    let is_name = |name: &str| {
        name.starts_with(|c: char| c.is_alphabetic() || c == '_')
            && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | ':' | '/'))
    };
    match word.strip_prefix(['.', '#', '=']) {
        Some(name) => name.trim_start_matches('-').split('.').all(is_name),
        None => word.split_once('=').is_some_and(|(key, value)| {
            let bare = value.trim_matches(['"', '\'']);
            is_name(key) && !value.is_empty() && (bare.len() < value.len() || !value.contains(['=', '(', ')', ';', '\\', '+', ',']))
        }),
    }
}

/// Returns where the bracket opens that a text ends with.
fn link_start(before: &str, open: u8, close: u8) -> Option<usize> {
    let mut depth = 0_usize;
    before.bytes().rposition(|b| {
        depth += usize::from(b == close);
        depth -= usize::from(b == open && depth > 0);
        b == open && depth == 0
    })
}

/// Returns whether a text ends with emphasis and not with a lone sign: `_a_`, but not `x_`.
fn ends_emphasis(before: &str) -> bool {
    let Some(sign) = before.chars().next_back() else { return false };
    let inner = before.trim_end_matches(sign);
    let Some((head, text)) = inner.rsplit_once(sign) else { return false };
    let outside = !head.trim_end_matches(sign).ends_with(|c: char| c.is_alphanumeric() || c == '\\');
    outside && !text.is_empty() && !text.starts_with(char::is_whitespace) && !text.ends_with(char::is_whitespace)
}
