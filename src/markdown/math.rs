//! Formulas as `MathML`, and the question whether a dollar sign means one.

mod plain;

pub(super) use plain::plain;

use super::literal::Literal;
use crate::diagnostic::Span;
use memchr::{memchr, memchr_iter, memmem};
use pulldown_latex::config::{DisplayMode, RenderConfig};
use pulldown_latex::{Parser, Storage};

/// The longest formula and the deepest braces that are handed on.
const LENGTH: usize = 4000;
const DEPTH: usize = 40;

/// Returns a formula as `MathML`; the reason when it is none.
pub(super) fn mathml(formula: &str, block: bool) -> Result<String, String> {
    if formula.len() > LENGTH || depth(formula) > DEPTH {
        return Err("it is too long or too deep".to_owned());
    }
    let storage = Storage::new();
    let mut events = Vec::new();
    for event in Parser::new(formula, &storage) {
        events.push(Ok::<_, std::fmt::Error>(event.map_err(|error| first_line(&error.to_string()))?));
    }
    let display_mode = if block { DisplayMode::Block } else { DisplayMode::Inline };
    let mut out = String::new();
    pulldown_latex::push_mathml(&mut out, events.into_iter(), RenderConfig { display_mode, ..RenderConfig::default() })
        .map_err(|error| first_line(&error.to_string()))?;
    Ok(out)
}

/// Returns whether dollar signs in a text mean formulas: `$$…$$` always, `$…$` when one of them is clearly one.
pub(super) fn is_wanted(body: &str, declared: bool) -> bool {
    let Some(first) = memchr(b'$', body.as_bytes()) else { return false };
    let rest = body.get(first..).unwrap_or_default();
    if declared || memmem::find(rest.as_bytes(), b"$$").is_some() {
        return true;
    }
    // An amount of money stands alone; only a line with two signs is worth a look.
    let mut at = 0;
    std::iter::from_fn(|| {
        let found = at + memchr(b'$', rest.as_bytes().get(at..)?)?;
        let line = rest.get(found..)?.lines().next()?;
        at = found + line.len().max(1);
        Some(line)
    })
    .any(|line| {
        let parts: Vec<&str> = line.split('$').collect();
        parts.len() > 2 && parts.get(1..parts.len() - 1).is_some_and(|inner| inner.iter().any(|part| is_clear(part)))
    })
}

/// What the dollar signs of a text mean.
#[derive(Debug, Default)]
pub(super) struct Dollars {
    /// Formulas with their signs.
    pub formulas: Vec<Span>,
    /// Signs that mean only themselves.
    pub escapes: Vec<usize>,
}

/// Decides about every dollar sign outside code and tags, before the parser pairs them.
pub(super) fn find(body: &str, literal: &Literal, declared: bool) -> Dollars {
    let runs = runs(body, literal);
    let mut dollars = Dollars::default();
    let mut at = 0;
    while let Some((start, len)) = runs.get(at).copied() {
        let closing = if len == 2 { (at + 1..runs.len()).find(|next| runs.get(*next).is_some_and(|run| run.1 != 1)) } else { Some(at + 1) };
        let close = closing.and_then(|place| Some((place, *runs.get(place)?)));
        match close {
            Some((place, (end, same))) if same == len && is_formula(body, start, end, len, declared) => {
                // Single signs inside a formula of its own belong to it.
                dollars.formulas.push(start..end + len);
                at = place + 1;
            }
            _ => {
                dollars.escapes.extend(start..start + len);
                at += 1;
            }
        }
    }
    dollars
}

/// Returns the runs of dollar signs that no backslash, code or tag takes: where and how long.
fn runs(body: &str, literal: &Literal) -> Vec<(usize, usize)> {
    let mut bars: Vec<&Span> = literal.code.iter().chain(&literal.tags).collect();
    bars.sort_by_key(|span| span.start);
    let mut bars = bars.into_iter().peekable();
    let mut barred = 0;
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for at in memchr_iter(b'$', body.as_bytes()) {
        while let Some(span) = bars.next_if(|span| span.start <= at) {
            barred = barred.max(span.end);
        }
        let slashes = body.as_bytes().get(..at).unwrap_or_default().iter().rev().take(64).take_while(|b| **b == b'\\').count();
        if at < barred || slashes % 2 == 1 {
            continue;
        }
        match runs.last_mut() {
            Some((start, len)) if *start + *len == at => *len += 1,
            _ => runs.push((at, 1)),
        }
    }
    runs
}

/// Returns whether two runs of dollar signs enclose a formula.
fn is_formula(body: &str, start: usize, end: usize, len: usize, declared: bool) -> bool {
    let (Some(head), Some(inner), Some(tail)) = (body.get(..start), body.get(start + len..end), body.get(end + len..)) else {
        return false;
    };
    if inner.len() > LENGTH
        || inner.trim().is_empty()
        || inner.contains("[^")
        || inner.split('\n').skip(1).any(|line| line.trim().is_empty() && !line.is_empty())
        || inner.contains("\n\n")
    {
        return false;
    }
    let joined = head.ends_with(char::is_alphanumeric) || tail.starts_with(char::is_alphanumeric);
    if len == 1 {
        let tight = !inner.starts_with(char::is_whitespace) && !inner.ends_with(char::is_whitespace);
        return tight && !joined && (declared || is_clear(inner));
    }
    let first = head.trim_end_matches([' ', '>']);
    let last = tail.trim_start_matches([' ', '.', ',', '\r']);
    let alone = (first.is_empty() || first.ends_with('\n')) && (last.is_empty() || last.starts_with('\n'));
    len == 2 && !joined && (alone || is_clear(inner))
}

/// Returns whether a formula with its signs is a block of its own, with blank lines around it.
pub(super) fn is_apart(body: &str, range: &Span) -> bool {
    let is_blank = |line: &str| line.trim_matches([' ', '\t', '\r', '>']).is_empty();
    let mut above = body.get(..range.start).unwrap_or_default().rsplit('\n');
    let mut below = body.get(range.end..).unwrap_or_default().split('\n');
    [above.next(), above.next(), below.next(), below.next()].into_iter().flatten().all(is_blank)
}

/// Returns whether the text between two dollar signs is clearly a formula and not an amount of money or a variable.
pub(super) fn is_clear(formula: &str) -> bool {
    let formula = formula.trim();
    if formula.is_empty() || formula.len() > LENGTH {
        return false;
    }
    let bytes = formula.as_bytes();
    if bytes.windows(2).any(|pair| pair[0] == b'\\' && pair[1].is_ascii_alphabetic()) {
        return true;
    }
    let mut braces = 0_usize;
    let mut word = 0;
    for c in formula.chars() {
        match c {
            '{' => braces += 1,
            '}' => braces = braces.saturating_sub(1),
            _ => {}
        }
        word = if c.is_alphabetic() { word + 1 } else { 0 };
        if word >= 3 && braces == 0 {
            return false;
        }
    }
    let letter = formula.chars().any(char::is_alphabetic);
    let sign = formula.contains(['^', '_', '=', '<', '>', '+', '(']);
    letter && (sign && !formula.ends_with(' ') || formula.chars().count() <= 2 && formula.starts_with(char::is_alphabetic))
}

fn depth(formula: &str) -> usize {
    let (mut depth, mut most) = (0_usize, 0);
    let mut rest = formula;
    while let Some(at) = rest.find(['{', '}', '\\', '(', '[', '^', '_']) {
        let (_, from) = rest.split_at(at);
        match from.as_bytes().first() {
            Some(b'}') => depth = depth.saturating_sub(1),
            Some(b'{') => depth += 1,
            // `\left`, `\begin` and `\frac` nest without braces.
            Some(b'\\') if ["\\left", "\\begin", "\\sqrt", "\\frac"].iter().any(|word| from.starts_with(word)) => depth += 1,
            Some(b'\\') if ["\\right", "\\end"].iter().any(|word| from.starts_with(word)) => depth = depth.saturating_sub(1),
            _ => {}
        }
        most = most.max(depth);
        rest = from.get(1..).unwrap_or_default();
    }
    most
}

fn first_line(text: &str) -> String {
    text.lines().find(|line| !line.trim().is_empty()).unwrap_or("it cannot be read").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn money_and_variables_are_no_formulas() {
        for text in ["5 and ", "5 for one, 6", "HOME/bin:", "100 = about ", "PATH_A"] {
            assert!(!is_clear(text), "{text}");
        }
        for text in ["x", "a^2 + b^2", "\\alpha", "O(n)", "x_{max}", "E = mc^2", "n"] {
            assert!(is_clear(text), "{text}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn no_formula_panics(text in "(\\\\(frac|sqrt|left|right|begin|end|alpha|text|color|hline|matrix|over|limits|middle|big|not|def|operatorname|substack|rule|kern)|[a-z0-9{}()\\[\\]^_&%#~' |.,$é-]|\\{matrix\\}|\\\\\\\\){0,24}") {
            let _ = mathml(&text, false);
        }
    }
}
