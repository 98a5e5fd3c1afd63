//! What people get wrong in YAML, looked for in the lines that the engine complains of.
//!
//! The engine says what its grammar missed; this says what the author should write.

use super::lines::{flow_end, line, quoted_end};
use super::yaml::{Fault, FaultKind};
use crate::diagnostic::Span;
use crate::text::short::{shown, shown_in_help};

/// A fault, and what to set aside so that the rest can be read.
pub(super) struct Suspicion {
    pub(super) fault: Fault,
    /// What to replace by nothing: the value, or the item between brackets.
    pub(super) cut: Span,
    /// The column of the value's key; lines that stand deeper belong to the value. `None` for an item between brackets.
    pub(super) column: Option<usize>,
}

/// A place that the engine names.
#[derive(Clone, Copy)]
pub(super) struct Named<'e> {
    pub(super) at: usize,
    /// The engine's message.
    pub(super) said: &'e str,
    /// Whether this is where the engine stopped, and not where something began that it was reading.
    pub(super) is_stop: bool,
}

/// Looks at the line that holds a place.
pub(super) fn suspect(text: &str, range: &Span, named: Named<'_>) -> Option<Suspicion> {
    // A comment is never to blame.
    if text[range.clone()].trim_start().starts_with('#') {
        return None;
    }
    let found = label_and_value(text, range);
    let begins = match &found {
        Some((_, value, _)) if text[value.clone()].starts_with(['[', '{']) => Some(value.start),
        None if named.is_stop || named.said.contains("flow ") => Some(range.start + leading_blanks(&text[range.clone()])),
        Some(_) if named.said.contains("flow ") => Some(range.start + leading_blanks(&text[range.clone()])),
        _ => None,
    };
    let item = begins.and_then(|begins| item_at(text, begins..range.end, named.at)).and_then(|item| suspect_item(text, item, named));
    match (found, item) {
        (Some((_, value, _)), Some(item)) if value != item.cut => Some(item),
        (Some((label, value, column)), _) => suspect_value(text, label, value, column, named),
        (None, item) => item,
    }
}

/// Looks at the value behind a key or a dash.
fn suspect_value(text: &str, label: &str, value: Span, column: usize, named: Named<'_>) -> Option<Suspicion> {
    let written = &text[value.clone()];
    let suspicion = |kind, message, help| {
        Some(Suspicion { fault: Fault { kind, span: value.clone(), message, help }, cut: value.clone(), column: Some(column) })
    };
    let label = shown(label);
    let quote_it = || format!("quote it: `{label} {}`", quote(&shown_in_help(written)));
    match written.bytes().next()? {
        mark @ (b'"' | b'\'') => {
            let goes_on = || format!("quote the whole value: `{label} {}`", quote(&shown_in_help(without_quotes(written, mark))));
            match quoted_end(written, mark) {
                None if ends_in_unit(text, value.start, column, |rest| quoted_end(rest, mark)) => None,
                None => suspicion(FaultKind::OpenQuote, unclosed(written), format!("write `{}` at the end", char::from(mark))),
                Some(end) if is_blank_or_comment(&written[end..]) || named.said.contains("flow ") => None,
                Some(_) => suspicion(FaultKind::Unquoted, format!("`{}` goes on behind its closing quote", shown(written)), goes_on()),
            }
        }
        open @ (b'[' | b'{') => match flow_end(written) {
            None if ends_in_unit(text, value.start, column, flow_end) => None,
            None => {
                let close = if open == b'[' { ']' } else { '}' };
                let is_alone = written.len() == 1;
                let help = if is_alone {
                    format!("write `{close}` behind the last item")
                } else {
                    format!("write `{close}` at the end, or {}", quote_it())
                };
                suspicion(FaultKind::OpenBracket, format!("`{}` has no closing `{close}`", shown(written)), help)
            }
            Some(end) if is_blank_or_comment(&written[end..]) => None,
            Some(_) => suspicion(FaultKind::Unquoted, needs(written), quote_it()),
        },
        _ if is_misread(written, named) => suspicion(FaultKind::Unquoted, needs(written), quote_it()),
        _ => None,
    }
}

/// Looks at an item between brackets.
fn suspect_item(text: &str, item: Span, named: Named<'_>) -> Option<Suspicion> {
    let written = &text[item.clone()];
    let start = written.find(": ").map_or(0, |colon| colon + 2 + leading_blanks(&written[colon + 2..]));
    let span = item.start + if written.starts_with(['"', '\'']) { 0 } else { start }..item.end;
    let written = &text[span.clone()];
    let suspicion =
        |kind, message, help| Some(Suspicion { fault: Fault { kind, span: span.clone(), message, help }, cut: span.clone(), column: None });
    match written.bytes().next()? {
        mark @ (b'"' | b'\'') => match quoted_end(written, mark) {
            None => suspicion(FaultKind::OpenQuote, unclosed(written), format!("write `{}` behind it", char::from(mark))),
            Some(end) if is_blank_or_comment(&written[end..]) || written[end..].trim_start().starts_with(':') => None,
            Some(_) => {
                let help = format!(
                    "write a comma between two items, or quote the whole item: `{}`",
                    quote(&shown_in_help(without_quotes(written, mark)))
                );
                suspicion(FaultKind::Unquoted, format!("`{}` goes on behind its closing quote", shown(written)), help)
            }
        },
        // `key:` alone stands in the line behind a bracket that is not closed.
        _ if is_misread(written, named) && !written.ends_with(':') => {
            suspicion(FaultKind::Unquoted, needs(written), format!("quote it: `{}`", quote(&shown_in_help(written))))
        }
        _ => None,
    }
}

/// Looks for indentation with a tab.
pub(super) fn suspect_tab(text: &str, range: &Span) -> Option<Fault> {
    let content = &text[range.clone()];
    let tab = content[..leading_blanks(content)].find('\t').filter(|_| !content.trim().is_empty())?;
    let span = range.start + tab..range.start + tab + 1;
    let message = "a tab stands where YAML allows blanks only".to_owned();
    Some(Fault { kind: FaultKind::Tab, span, message, help: "indent with blanks".to_owned() })
}

/// Looks above a place for a quote or a bracket that is not closed: the engine takes what follows for a part of it, up to
/// the first quote of another value or what cannot stand between brackets.
pub(super) fn suspect_open_above(text: &str, at: usize) -> Option<Suspicion> {
    let mut next_line = 0;
    while let Some((range, next)) = line(text, next_line).filter(|(range, _)| range.start < at) {
        next_line = next;
        if let Some((label, value, column)) = label_and_value(text, &range)
            && text[value.clone()].starts_with(['"', '\'', '[', '{'])
        {
            let stop = Named { at: value.start, said: "", is_stop: false };
            let found = suspect_value(text, label, value, column, stop)
                .filter(|found| matches!(found.fault.kind, FaultKind::OpenQuote | FaultKind::OpenBracket));
            if found.is_some() {
                return found;
            }
        }
    }
    None
}

fn unclosed(written: &str) -> String {
    format!("the quote of `{}` is not closed", shown(written))
}

fn needs(written: &str) -> String {
    format!("`{}` needs quotes in YAML", shown(written))
}

fn is_blank_or_comment(rest: &str) -> bool {
    rest.trim().is_empty() || rest.starts_with([' ', '\t']) && rest.trim_start().starts_with('#')
}

/// Returns whether a plain value is what the engine cannot read.
fn is_misread(value: &str, named: Named<'_>) -> bool {
    let is_name_wanted = || named.is_stop && ["anchor", "alias", "tag"].iter().any(|word| named.said.contains(word));
    match value.bytes().next() {
        Some(b'@' | b'`' | b'%') => true,
        Some(b'*') if value.contains([' ', '*']) && !value.contains(" #") => true,
        Some(b'*' | b'&' | b'!') => is_name_wanted() || value.contains(": "),
        // YAML 1.2 §8.1.1: a sign and a digit at the most.
        Some(b'|' | b'>') => {
            let header = value[1..].split([' ', '\t']).next().unwrap_or_default();
            header.len() > 2
                || header.contains(|c: char| !c.is_ascii_digit() && c != '+' && c != '-')
                || !is_blank_or_comment(&value[1 + header.len()..])
        }
        _ => value.contains(": ") || value.ends_with(':') || value.starts_with("- ") || value.starts_with("? "),
    }
}

/// Returns whether a plain value means something else in YAML.
#[must_use]
pub fn needs_quotes(value: &str) -> bool {
    value.starts_with(['[', '{', '*', '&', '!', '@', '`', '%', '|', '>', '"', '\'', '#', ','])
        || value.starts_with("- ")
        || value.starts_with("? ")
        || value.contains(": ")
        || value.contains(" #")
        || value.ends_with(':')
}

/// Returns the value without the quotes around it, where it has both.
pub(super) fn without_quotes(value: &str, mark: u8) -> &str {
    let mark = char::from(mark);
    value.strip_prefix(mark).and_then(|rest| rest.strip_suffix(mark)).unwrap_or(value)
}

/// Returns the value in the quotes that need the fewest changes.
#[must_use]
pub fn quote(value: &str) -> String {
    if value.contains(['"', '\\']) { format!("'{}'", value.replace('\'', "''")) } else { format!("\"{value}\"") }
}

/// Returns `key:` or `-`, the span of the value behind it, and the column of the key or the dash.
pub(super) fn label_and_value<'t>(text: &'t str, range: &Span) -> Option<(&'t str, Span, usize)> {
    let content = text[range.clone()].trim();
    let indent = leading_blanks(&text[range.clone()]);
    let start = range.start + indent;
    let (label, column) = match content.strip_prefix("- ") {
        Some(item) => {
            let dash = content.len() - item.trim_start().len();
            // `- Foo: bar: baz` is rather a text than a mapping, unless more keys follow.
            let key = key_end(&content[dash..]).filter(|end| {
                let value = &content[dash + end..];
                !value.contains(": ") || value.trim_start().starts_with(['"', '\'', '[', '{']) || has_key_below(text, range, indent + dash)
            });
            key.map_or((1, indent), |end| (dash + end, indent + dash))
        }
        None if content.starts_with(['[', '{', '#']) => return None,
        None => (key_end(content)?, indent),
    };
    let value = start + label + leading_blanks(&content[label..]);
    (value < start + content.len()).then(|| (&content[..label], value..start + content.len(), column))
}

/// Returns whether the next line holds a key in a column.
fn has_key_below(text: &str, range: &Span, column: usize) -> bool {
    let below = line(text, range.start).and_then(|(_, next)| line(text, next)).map(|(range, _)| &text[range]);
    below.is_some_and(|below| leading_blanks(below) == column && key_end(below.trim()).is_some())
}

/// Returns where the key that a text begins with ends, its colon included.
fn key_end(content: &str) -> Option<usize> {
    let from = content.bytes().next().filter(|b| matches!(b, b'"' | b'\'')).and_then(|mark| quoted_end(content, mark)).unwrap_or(0);
    let mut colons = content[from..].match_indices(':').map(|(at, _)| from + at + 1);
    colons.find(|at| content[*at..].is_empty() || content[*at..].starts_with([' ', '\t']))
}

pub(super) fn leading_blanks(text: &str) -> usize {
    text.len() - text.trim_start().len()
}

/// Returns where the block that a value belongs to ends: before the first line that stands no deeper than its key.
pub(super) fn unit_end(text: &str, first: &Span, column: usize) -> usize {
    let mut end = first.end;
    let mut next_line = line(text, first.start).map_or(text.len(), |(_, next)| next);
    while let Some((range, next)) = line(text, next_line) {
        let content = &text[range.clone()];
        if !content.trim().is_empty() {
            if leading_blanks(content) <= column {
                break;
            }
            end = range.end;
        }
        next_line = next;
    }
    end
}

/// Returns whether a value that goes on over several lines ends within its block, or with the bracket behind it.
fn ends_in_unit(text: &str, start: usize, column: usize, end: impl Fn(&str) -> Option<usize>) -> bool {
    let first = super::lines::line_around(text, start);
    let unit = unit_end(text, &first, column);
    let closing = line(text, line(text, unit).map_or(text.len(), |(_, next)| next)).map(|(range, _)| range);
    let closes = closing.filter(|range| text[range.clone()].trim_start().starts_with([']', '}']));
    end(&text[start..closes.map_or(unit, |range| range.end).max(start)]).is_some()
}

/// Returns the item between brackets that holds a place, or ends at it.
fn item_at(text: &str, within: Span, at: usize) -> Option<Span> {
    let bytes = text.as_bytes();
    let (mut start, mut here, mut begins) = (within.start, within.start, true);
    let trimmed = |item: Span| {
        let start = item.start + leading_blanks(&text[item.clone()]);
        let item = start.min(item.end)..item.end;
        let length = text[item.clone()].trim_end().len();
        (length > 0).then(|| item.start..item.start + length)
    };
    while here < within.end {
        let byte = bytes[here];
        match byte {
            b'"' | b'\'' if begins => match quoted_end(text.get(here..within.end)?, byte) {
                Some(length) => {
                    here += length;
                    begins = false;
                    continue;
                }
                // The brackets at the end of the line are hardly meant to stand in the text.
                None => {
                    let length = text[start..within.end].trim_end_matches([']', '}', ',', ' ']).len();
                    return (at >= start).then(|| trimmed(start..start + length)).flatten();
                }
            },
            b'[' | b'{' if begins => start = here + 1,
            b',' | b']' | b'}' => {
                if (start..=here).contains(&at) {
                    return trimmed(start..here);
                }
                start = here + 1;
            }
            _ => {}
        }
        begins = matches!(byte, b'[' | b'{' | b',' | b':') || begins && byte.is_ascii_whitespace();
        here += 1;
    }
    (at >= start).then(|| trimmed(start..within.end)).flatten()
}
