//! What other generators would have resolved: Liquid, shortcodes, kramdown attributes, wiki links, MDX.
//!
//! Each family is found outside code, reported, and edited out of the source so that what remains reads well. Where code is
//! says [`Literal`], which is asked only when a text has something that looks like a leftover at all.

mod abbreviations;
mod address;
mod attributes;
mod calls;
mod inert;
mod kept;
mod known;
mod liquid;
mod mdx;
mod notes;
mod pairs;
mod settle;
pub(super) mod values;

pub(super) use notes::capitalised;

use super::ContentContext;
use super::codes::SHORTCODE;
use super::filling::Left;
use super::literal::Literal;
use super::mend::Edit;
use crate::diagnostic::{Code, Span};
use crate::html::{Findings, GONE};
use crate::text::bytes::position;
use crate::text::short::shown;
use memchr::memmem;
use pairs::Pairs;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use values::Variables;

/// The program for notes whose own signs mean something: on its sites they are no fault.
const OBSIDIAN: &str = "Obsidian";

/// A leftover is not longer than this; so no search runs through the whole text again and again.
const REACH: usize = 4096;

/// Returns whether a text has anything that may be a leftover.
pub(super) fn are_likely(body: &str, context: &ContentContext<'_>) -> bool {
    let bytes = body.as_bytes();
    if context.generator == OBSIDIAN && (body.contains("^[") || body.contains("dataview")) {
        return true;
    }
    let is_module = |at: usize| bytes.get(..at).is_some_and(|head| head.ends_with(b"\nim") || head.ends_with(b"\nex"));
    let has_module_line = || memmem::find_iter(bytes, b"port ").any(is_module);
    if is_module_line(body) || body.starts_with(':') || has_module_line() {
        return true;
    }
    let may_begin = |b: u8| (b == b'{') | (b == b'[') | (b == b'%') | (b == b'=') | (b == b'<') | (b == b':') | (b == b'^');
    let mut at = 0;
    while let Some(found) = bytes.get(at..).and_then(|rest| position(rest, may_begin)) {
        at += found;
        let next = bytes.get(at + 1).copied().unwrap_or(b' ');
        let likely = match bytes.get(at) {
            Some(b'{') => {
                let before = at.checked_sub(1).and_then(|at| bytes.get(at));
                matches!(next, b'{' | b'%' | b':' | b'.' | b'#' | b'!') || matches!(before, Some(b')' | b']' | b'`'))
            }
            Some(b'[') => matches!(next, b'[' | b'!') || kept::begins_in_bracket(bytes, at),
            Some(b'<') => next.is_ascii_uppercase() || next == b'%' || bytes.get(..at).is_some_and(|head| head.ends_with(b"--8")),
            Some(b'%') => next == b'%',
            Some(b'^') => {
                next.is_ascii_alphanumeric() && matches!(at.checked_sub(1).and_then(|at| bytes.get(at)), None | Some(b' ' | b'\n'))
            }
            Some(b':') => !next.is_ascii_whitespace() && begins_line(bytes.get(..at).unwrap_or_default()),
            Some(b'=') => next == b'=' && bytes.get(at + 2).is_some_and(|b| !matches!(b, b'=' | b' ' | b'\n')),
            _ => false,
        };
        if likely {
            return true;
        }
        at += 1;
    }
    false
}

/// Returns whether what stands before a place in its line is nothing but blanks and signs of quotation.
fn begins_line(before: &[u8]) -> bool {
    before.iter().rev().find(|b| !matches!(b, b' ' | b'\t' | b'>')).is_none_or(|b| *b == b'\n')
}

/// Returns whether a line may be an import or export of MDX.
fn is_module_line(line: &str) -> bool {
    line.starts_with("import ") || line.starts_with("export ")
}

/// Returns the edits that take leftovers out of a text.
pub(super) fn find(body: &str, literal: &Literal, context: &ContentContext<'_>, findings: &mut Findings) -> Vec<Edit> {
    let mut finder = Finder {
        body,
        literal,
        context,
        edits: Vec::new(),
        findings,
        seen: ENDS.map(|_| (1, 0)),
        kept: Vec::new(),
        endless: Vec::new(),
        labels: None,
        end_tags: None,
        pairs: None,
        ends: BTreeMap::new(),
        around: Vec::new(),
        begun: None,
        alone: None,
        notes: 0,
        variables: Variables::default(),
        left: Left::default(),
        abbreviations: BTreeMap::new(),
    };
    finder.read_abbreviations();
    let mut code = literal.code.iter().peekable();
    let bytes = body.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        while code.next_if(|span| span.end <= at).is_some() {}
        if let Some(span) = code.peek().filter(|span| span.start <= at) {
            finder.raw_in_code(span);
            finder.shown_in_code(span);
            finder.language_in_code(span);
            finder.query(span);
            at = span.end;
            continue;
        }
        let line_start = at == 0 || bytes.get(at - 1) == Some(&b'\n');
        at = match bytes.get(at) {
            Some(_) if finder.skipped(at).is_some() => finder.skipped(at),
            Some(b'{') => finder.brace(at),
            Some(b'[') => finder.bracket(at),
            Some(b'!') if body.get(at..).is_some_and(|rest| rest.starts_with("![[")) => finder.bracket(at),
            Some(b'%') => finder.percent(at),
            Some(b'=') => finder.equals(at),
            Some(b'^') => finder.block_id(at),
            Some(b'<') if bytes.get(at + 1) == Some(&b'%') => finder.template(at),
            Some(b'<') if bytes.get(at + 1) == Some(&b'-') => finder.snippet(at),
            Some(b'<') => finder.component(at),
            Some(b'i' | b'e') if line_start => finder.import(at),
            Some(b'>') => finder.callout(at),
            Some(b':') => finder.colon(at),
            _ => None,
        }
        .filter(|end| *end > at)
        .unwrap_or(at + 1);
        if bytes.get(at - 1) != Some(&b'\n') || !matches!(bytes.get(at), Some(b'i' | b'e')) {
            at += bytes.get(at..).unwrap_or_default().iter().position(|b| SIGNS[usize::from(*b)]).unwrap_or(bytes.len());
            at += usize::from(bytes.get(at) == Some(&b'\n'));
        }
    }
    finder.mark_abbreviations();
    let mut edits = finder.edits;
    settle::settle(body, literal, context.is_html, &mut edits);
    edits
}

/// The bytes that leftovers begin with, and the end of the line before some of them.
const SIGNS: [bool; 256] = {
    let (signs, mut table, mut at) = (b"{[!%=<>:^\n", [false; 256], 0);
    while at < signs.len() {
        table[signs[at] as usize] = true;
        at += 1;
    }
    table
};

struct Finder<'a, 'f> {
    body: &'a str,
    literal: &'f Literal,
    context: &'f ContentContext<'f>,
    edits: Vec<Edit>,
    findings: &'f mut Findings,
    /// For each of [`ENDS`], where it was looked for last and where it was found: from there on to here there is none.
    seen: [(usize, usize); ENDS.len()],
    /// What was kept and told once.
    kept: Vec<&'static str>,
    /// Blocks that have no end from here on.
    endless: Vec<(&'static str, &'static str)>,
    /// The labels of reference definitions, once they were asked for.
    labels: Option<BTreeSet<&'a str>>,
    /// The names of end tags, once they were asked for.
    end_tags: Option<BTreeSet<&'a str>>,
    /// Which tags end one another, once that was asked for.
    pairs: Option<Pairs>,
    /// Tags that have been dealt with when they are reached: where they begin and end.
    ends: BTreeMap<usize, usize>,
    /// Where the calls end that are around.
    around: Vec<usize>,
    /// Where a call's beginning ends that has put its inside on a line of its own, and what that line begins with.
    begun: Option<(usize, String)>,
    /// The last row of blocks that has its lines for itself, and what lines in it begin with.
    alone: Option<(Span, String)>,
    /// What `assign` gave a value.
    variables: Variables<'static>,
    /// What values, files and blocks may still cost.
    left: Left,
    /// How many footnotes were written within the line.
    notes: usize,
    /// What abbreviations mean.
    abbreviations: BTreeMap<&'a str, &'a str>,
}

/// What ends a leftover.
const ENDS: [&str; 13] = ["%}", "}}", ">}}", "%}}", "%>", "]]", "%%", "==", "{%", "{{<", "{{%", "{:/", "\n"];

impl<'a> Finder<'a, '_> {
    fn rest(&self, at: usize) -> &'a str {
        self.body.get(at..).unwrap_or_default()
    }

    /// Returns the text from `at` in which an end is looked for.
    fn window(&self, at: usize) -> &'a str {
        let rest = self.rest(at);
        rest.get(..rest.floor_char_boundary(REACH.min(rest.len()))).unwrap_or_default()
    }

    /// Returns the distance to the next of an end. The whole text is searched at most once for each, whatever it holds.
    fn next(&mut self, at: usize, end: &str) -> Option<usize> {
        let place = ENDS.iter().position(|known| *known == end)?;
        let (from, to) = self.seen.get(place).copied()?;
        let to = if (from..=to).contains(&at) {
            to
        } else {
            let to = self.rest(at).find(end).map_or(usize::MAX, |found| at + found);
            *self.seen.get_mut(place)? = (at, to);
            to
        };
        to.checked_sub(at).filter(|distance| *distance <= self.body.len())
    }

    /// Returns the same where it is near enough to belong to a leftover.
    fn near(&mut self, at: usize, end: &str) -> Option<usize> {
        self.next(at, end).filter(|distance| *distance <= REACH)
    }

    /// Returns the rest of the line.
    fn line(&mut self, at: usize) -> &'a str {
        let end = self.next(at, "\n").unwrap_or(usize::MAX).min(REACH);
        let rest = self.rest(at);
        rest.get(..rest.floor_char_boundary(end.min(rest.len()))).unwrap_or_default().trim_end_matches('\r')
    }

    /// Returns what stands before a place in its line, at most so many bytes of it.
    fn before(&self, at: usize, most: usize) -> &'a str {
        let head = self.body.get(..at).unwrap_or_default();
        let near = head.get(head.ceil_char_boundary(at.saturating_sub(most))..).unwrap_or_default();
        near.rsplit_once('\n').map_or(near, |(_, line)| line)
    }

    fn edit(&mut self, span: Span, text: impl Into<Cow<'static, str>>) {
        self.edits.push(Edit { span, text: text.into() });
    }

    /// Takes out what stands between two places.
    fn leave_out(&mut self, span: Span) {
        self.edit(span, GONE);
    }

    fn report(&mut self, code: &'static Code, span: Span, help: &str) {
        self.report_as(code, span, "was left out", help);
    }

    /// Tells of a leftover, and what became of it.
    fn report_as(&mut self, code: &'static Code, span: Span, what: &str, help: &str) {
        let text = self.body.get(span.clone()).unwrap_or_default();
        let shown = || shown(&crate::text::chars::one_line(text)).into_owned();
        self.findings.add(code, span, || format!("`{}` {what}", shown()), Some(help));
    }

    /// `{% tag %}`, `{{ output }}`, `{{< shortcode >}}`, `{: .attribute}`.
    fn brace(&mut self, at: usize) -> Option<usize> {
        let rest = self.rest(at);
        match rest.as_bytes().get(1)? {
            b'%' => self.liquid_tag(at),
            b'{' if matches!(rest.as_bytes().get(2), Some(b'<' | b'%')) => self.shortcode(at),
            b'{' => self.output(at),
            b':' => self.kramdown(at),
            b'!' => self.included(at),
            _ => self.attributes(at),
        }
    }

    /// A line that begins with `:` is a definition for the parser, whatever follows; only `: text` is meant as one.
    fn colon(&mut self, at: usize) -> Option<usize> {
        let head = self.body.get(..at)?;
        let back = head.bytes().rev().take(64).take_while(|b| *b != b'\n').count();
        let prefix = head.get(at - back..)?;
        let line = self.line(at);
        if !prefix.bytes().all(|b| matches!(b, b' ' | b'>')) || line[1..].starts_with([' ', '\t']) || line.len() == 1 {
            return None;
        }
        if let Some(rest) = line.strip_prefix(":::") {
            let span = at..at + line.len();
            let name = rest.trim_start_matches(':').trim();
            self.report(&SHORTCODE, span.clone(), SHORTCODE_HELP);
            let title = name.split_once([' ', '[']).map_or("", |(_, title)| title).trim().trim_end_matches(']');
            let plain = !title.is_empty() && !title.contains(['{', '=', '*']);
            if plain {
                self.edit(span.clone(), format!("**{title}**\n{prefix}"));
            } else {
                self.leave_out(span.clone());
            }
            return Some(span.end);
        }
        let is_table = line.bytes().all(|b| matches!(b, b':' | b'-' | b'|' | b' ' | b'\t'));
        if !is_table {
            self.edit(at..at, "\\");
        }
        None
    }
}

const SHORTCODE_HELP: &str = "write what it stands for in Markdown or HTML";

/// Returns what to do about a shortcode or tag of a name.
fn shortcode_help(name: &str) -> String {
    let name = name.trim_start_matches('/').split('(').next().unwrap_or_default().trim();
    let is_name = !name.is_empty() && name.len() < 60 && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.'));
    if is_name && name != "end" {
        format!("{SHORTCODE_HELP}, or give `content.shortcodes.{name}` a template")
    } else {
        SHORTCODE_HELP.to_owned()
    }
}
