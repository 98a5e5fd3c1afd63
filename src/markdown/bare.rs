//! Web addresses that stand in the text as they are: `See https://example.org/a.` (GFM §6.9, and where people expect their end).

use super::render::Renderer;
use crate::diagnostic::Span;
use crate::html::{GONE, Id, decode_value, id};
use memchr::memmem;
use std::borrow::Cow;
use url::Url;

/// What a bare address is not made a link in.
const BARRED: [Id; 3] = [id("a"), id("code"), id("pre")];

/// Returns the bare addresses of a text, wherever they stand in it.
pub(super) fn find(text: &str) -> Vec<Span> {
    let mut found: Vec<Span> = Vec::new();
    let mut done = 0;
    for at in memmem::find_iter(text.as_bytes(), b"://") {
        if let Some(start) = start(text, at).filter(|start| *start >= done) {
            let len = len(text.get(start..).unwrap_or_default());
            done = start + len;
            found.extend(whole(text, start..done));
        }
    }
    found
}

/// Returns where the address begins whose scheme ends at a place, at the edge of a word.
fn start(text: &str, at: usize) -> Option<usize> {
    let head = text.get(..at)?;
    let scheme = ["https", "http"].iter().find(|scheme| {
        let start = at.checked_sub(scheme.len()).and_then(|start| head.get(start..));
        start.is_some_and(|start| start.eq_ignore_ascii_case(scheme))
    })?;
    let start = at - scheme.len();
    let before = head.get(..start)?;
    let edge = before.chars().next_back().is_none_or(|c| {
        if c.is_ascii() { matches!(c, ' ' | '\t' | '\n' | '\r' | '*' | '_' | '~' | '(' | '|' | '>') } else { !c.is_alphanumeric() }
    });
    (edge && !before.ends_with("](")).then_some(start)
}

/// Returns how far a word goes on that is an address: to a blank, or a sign that no address has.
fn len(rest: &str) -> usize {
    let ends = |c: char| {
        c.is_whitespace()
            || matches!(c, '<' | '>' | '"' | '`' | '|' | '«' | '»' | '\u{2018}'..='\u{201f}' | '…')
            || matches!(c, '\u{3000}'..='\u{303f}' | '\u{ff00}'..='\u{ff0f}' | '\u{ff1a}'..='\u{ff20}' | '\u{ff3b}'..='\u{ff40}')
            || matches!(c, '\u{ff5b}'..='\u{ff65}' | '\u{fffe}')
    };
    rest.find(ends).unwrap_or(rest.len())
}

/// Returns an address without the signs behind it that belong to the sentence; nothing where a part of it is gone.
fn whole(text: &str, span: Span) -> Option<Span> {
    if text.get(span.end..)?.starts_with(GONE) {
        return None;
    }
    let mut address = text.get(span.clone())?;
    let count = |sign: char| address.matches(sign).count();
    let mut surplus = [(')', count(')').saturating_sub(count('('))), (']', count(']').saturating_sub(count('[')))];
    while let Some(last) = address.chars().next_back() {
        let bracket = surplus.iter_mut().find(|(sign, _)| *sign == last);
        match bracket {
            Some((_, more)) if *more > 0 => *more -= 1,
            None if matches!(last, '?' | '!' | '.' | ',' | ':' | ';' | '*' | '_' | '~' | '\'' | '\\' | '[' | '(') => {}
            _ => break,
        }
        let entity = address.rfind('&').filter(|at| last == ';' && address.len() - at < 12);
        address = address.get(..entity.unwrap_or(address.len() - 1))?;
    }
    let url = Url::parse(&written(address)).ok()?;
    let host = url.host_str().is_some_and(|host| host.starts_with(|c: char| c.is_alphanumeric()));
    host.then_some(span.start..span.start + address.len())
}

/// Returns an address as it was meant: without the signs that Markdown needs to leave others alone.
fn written(address: &str) -> Cow<'_, str> {
    if !address.contains('\\') {
        return decode_value(address);
    }
    let mut out = String::with_capacity(address.len());
    let mut chars = address.chars().peekable();
    while let Some(c) = chars.next() {
        if c != '\\' || chars.peek().is_none_or(|next| !next.is_ascii_punctuation()) {
            out.push(c);
        }
    }
    Cow::Owned(decode_value(&out).into_owned())
}

impl Renderer<'_, '_, '_> {
    /// Writes a part of the text with the addresses in it as links; `range` is where it stands.
    pub(super) fn text_with_links(&mut self, text: &str, range: &Span) {
        let body = self.body;
        if self.in_code || body.get(range.clone()) != Some(text) || self.cleaner.is_inside(&BARRED) {
            return self.cleaner.text(text);
        }
        let mut at = if self.linked.contains(&range.start) { self.linked.end } else { range.start };
        for place in self.bare.partition_point(|address| address.start < at).. {
            let Some(address) = self.bare.get(place).filter(|address| address.start < range.end).cloned() else { break };
            self.cleaner.text(body.get(at..address.start).unwrap_or_default());
            let url = written(body.get(address.clone()).unwrap_or_default());
            let link = self.cleaner.start_link(&url, "", address.clone());
            self.cleaner.text(&url);
            self.cleaner.end(link);
            at = address.end;
            self.linked = address;
        }
        self.cleaner.text(body.get(at..range.end).unwrap_or_default());
    }

    /// Returns whether something is part of an address that was written already; for the parser, some of its signs are others.
    pub(super) fn is_linked(&self, range: &Span) -> bool {
        self.linked.start < range.start && range.end <= self.linked.end
    }
}
