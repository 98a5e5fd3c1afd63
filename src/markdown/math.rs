//! Formulas as `MathML`, and the question whether a dollar sign means one.

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
    let Some(first) = body.find('$') else { return false };
    let rest = body.get(first..).unwrap_or_default();
    if declared || rest.contains("$$") {
        return true;
    }
    // An amount of money stands alone; only a line with two signs is worth a look.
    let mut at = 0;
    std::iter::from_fn(|| {
        let found = at + rest.get(at..)?.find('$')?;
        let line = rest.get(found..)?.lines().next()?;
        at = found + line.len().max(1);
        Some(line)
    })
    .any(|line| {
        let parts: Vec<&str> = line.split('$').collect();
        parts.len() > 2 && parts.get(1..parts.len() - 1).is_some_and(|inner| inner.iter().any(|part| is_clear(part)))
    })
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
