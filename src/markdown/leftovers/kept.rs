//! Signs of other programs that may as well be meant as text: they stay, and are told once for each kind. The few of them that
//! nobody writes for readers are taken out.

use super::super::codes::SHORTCODE;
use super::notes::is_contents;
use super::{Finder, REACH, SHORTCODE_HELP};
use crate::diagnostic::{Code, Span};
use crate::text::short::shown;

/// A key of Dataview is not longer than this.
const KEY: usize = 60;
/// A block of snippets has no more lines.
const FILES: usize = 20;

/// Returns whether a bracket may begin one of these, with nothing but the bytes around it.
pub(super) fn begins_in_bracket(bytes: &[u8], at: usize) -> bool {
    let near = bytes.get(at..(at + KEY).min(bytes.len())).unwrap_or_default();
    match near {
        [_, b'/', ..] | [_, b'T' | b't', b'O' | b'o', b'C' | b'c', b']', ..] => true,
        [_, next, ..] if next.is_ascii_alphanumeric() => {
            let is_abbreviation = at.checked_sub(1).and_then(|before| bytes.get(before)) == Some(&b'*');
            is_abbreviation
                || near
                    .iter()
                    .position(|b| matches!(b, b']' | b':' | b'\n'))
                    .is_some_and(|end| near.get(end..).is_some_and(|rest| rest.starts_with(b":: ")))
        }
        _ => false,
    }
}

impl Finder<'_, '_> {
    /// Tells of what stays, once for each kind.
    pub(super) fn keep(&mut self, kind: &'static str, code: &'static Code, span: Span, help: &str) {
        if !self.kept.contains(&kind) && !self.literal.is_in_tag(span.start) {
            self.kept.push(kind);
            let text = self.body.get(span.clone()).unwrap_or_default();
            let shown = || shown(&crate::text::chars::one_line(text)).into_owned();
            self.findings.add(code, span, || format!("`{}` stays as it is; nothing here knows it", shown()), Some(help));
        }
    }

    /// `[TOC]`, `[key:: value]`, `*[HTML]: meaning`, `[caption]…[/caption]`, and those the site has a template for.
    pub(super) fn single_bracket(&mut self, at: usize) -> Option<usize> {
        if self.context.resolver.has_shortcodes()
            && let Some((end, inner)) = self.bracket_inner(at).filter(|(_, inner)| !inner.starts_with('/'))
            && !self.literal.is_in_tag(at)
        {
            return self.call(at, end, inner);
        }
        if !begins_in_bracket(self.body.as_bytes(), at) {
            return None;
        }
        let line = self.line(at);
        let close = line.find(']')?;
        let (inner, after) = (line.get(1..close)?, line.get(close + 1..)?);
        let span = at..at + close + 1;
        if is_contents(inner) && self.is_alone(at, span.end) && !self.labels().contains(inner) {
            self.report(&SHORTCODE, span.clone(), "remove it; a feed has no table of contents");
            self.leave_out(span.clone());
        } else if let Some(name) = inner.strip_prefix('/') {
            let is_name = !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase() || matches!(b, b'_' | b'-'));
            let from = self.body.floor_char_boundary(at.saturating_sub(REACH));
            let open = self.body.get(from..at)?.rfind(&format!("[{name}")).filter(|_| is_name && !after.starts_with(['(', '[']))?;
            self.keep("tag", &SHORTCODE, from + open..span.end, SHORTCODE_HELP);
        } else if self.before(at, 8) == "*" && after.starts_with(": ") {
            return self.abbreviation(at, inner);
        } else if inner.contains(":: ") && !after.starts_with(['(', '[', ':']) {
            self.keep("field", &SHORTCODE, span.clone(), "write it as a sentence, or move it to the front matter");
        } else {
            return None;
        }
        Some(span.end)
    }

    /// `<% … %>` of Templater, EJS and ERB.
    pub(super) fn template(&mut self, at: usize) -> Option<usize> {
        let end = at + self.near(at + 2, "%>")? + 4;
        self.keep("template", &SHORTCODE, at..end, SHORTCODE_HELP);
        Some(end)
    }

    /// `{!file.md!}`.
    pub(super) fn included(&mut self, at: usize) -> Option<usize> {
        let inner = self.line(at).get(2..)?;
        let name = inner.get(..inner.find("!}")?)?;
        let end = at + name.len() + 4;
        let is_file = name.contains('.') && !name.contains(['{', '}', '!']);
        if is_file {
            self.keep("include", &SHORTCODE, at..end, "write here what the file says");
        }
        is_file.then_some(end)
    }

    /// `--8<-- "file"` alone in its line, or with the names of files in the lines below, up to a second one.
    pub(super) fn snippet(&mut self, at: usize) -> Option<usize> {
        let start = at.checked_sub(3)?;
        let rest = self.line(at).strip_prefix("<--")?.trim();
        let quoted = rest.len() > 1 && rest.starts_with(['"', '\'']) && rest.ends_with(['"', '\'']);
        if self.before(at, 80).trim_start() != "--8" || !(rest.is_empty() || quoted) {
            return None;
        }
        let mut end = at + self.line(at).len();
        if rest.is_empty() {
            let mut files = self.rest(end + 1).split_inclusive('\n').take(FILES);
            let is_file = |line: &&str| !line.trim().is_empty() && !line.trim().contains(char::is_whitespace) && line.trim() != "--8<--";
            let len: usize = files.by_ref().take_while(is_file).map(str::len).sum();
            let closed = self.rest(end + 1 + len).trim_start_matches([' ', '\t']).starts_with("--8<--");
            end = if closed { end + 1 + len + self.line(end + 1 + len).len() } else { end };
        }
        self.report(&SHORTCODE, start..end, "write here what the file says");
        self.leave_out(start..end);
        Some(end)
    }

    /// `:::python` in the first line of code.
    pub(super) fn language_in_code(&mut self, span: &Span) {
        let code = self.body.get(span.clone()).unwrap_or_default();
        let blanks = code.len() - code.trim_start().len();
        let first = code.trim_start().lines().next().unwrap_or_default();
        if first.strip_prefix(":::").is_some_and(|name| !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric())) {
            let start = span.start + blanks;
            let help = "write ```` ``` ```` with the language's name around the code";
            self.keep("language", &SHORTCODE, start..start + first.len(), help);
        }
    }
}
