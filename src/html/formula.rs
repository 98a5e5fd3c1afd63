//! Formulas in one line: `MathML` as it would be typed.

use super::table::{self, Fate};
use super::{Scanner, Token};

/// Reads a formula whose start tag was read, up to its end.
pub(super) fn read(scanner: &mut Scanner<'_>) -> String {
    let mut open: Vec<(&str, Vec<Part>)> = vec![("math", Vec::new())];
    for token in scanner.by_ref() {
        let part = match token {
            Token::Text(text) => Part::one(htmlize::unescape(text.trim()).replace(is_invisible, "")),
            Token::Start(tag) if tag.is_self_closing() || is_void(tag.name) => continue,
            Token::Start(tag) => {
                open.push((tag.name, Vec::new()));
                continue;
            }
            Token::End(_) => match open.pop() {
                Some((name, parts)) => write(name, parts),
                None => break,
            },
            _ => continue,
        };
        match open.last_mut() {
            Some((_, parts)) if !part.text.is_empty() => parts.push(part),
            Some(_) => {}
            None => return part.text,
        }
    }
    // It has no end.
    open.into_iter().flat_map(|(_, parts)| parts).map(|part| part.text).collect()
}

/// Something that was read.
struct Part {
    text: String,
    /// Whether it is one name or number.
    is_one: bool,
}

impl Part {
    fn one(text: String) -> Self {
        let is_one = text.chars().all(char::is_alphanumeric);
        Part { text, is_one }
    }
}

/// Returns whether an element has no end tag.
pub(crate) fn is_void(name: &str) -> bool {
    table::lookup(name).is_some_and(|id| table::row_of(id).fate == Fate::Void)
}

/// Signs of what is applied or multiplied, which nobody sees.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{2061}'..='\u{2064}')
}

fn write(name: &str, mut parts: Vec<Part>) -> Part {
    let text = match (name, parts.as_slice()) {
        ("annotation" | "annotation-xml", _) => String::new(),
        ("mfrac", [above, below]) => format!("{}/{}", grouped(above), grouped(below)),
        ("msup" | "mover", [base, above]) => format!("{}{}", grouped(base), raised('^', above)),
        ("msub" | "munder", [base, below]) => format!("{}{}", grouped(base), raised('_', below)),
        ("msubsup" | "munderover", [base, below, above]) => format!("{}{}{}", grouped(base), raised('_', below), raised('^', above)),
        ("msqrt", [inside]) | ("mroot", [inside, _]) => format!("√{}", grouped(inside)),
        ("msqrt", _) => format!("√({})", joined(&parts, "")),
        ("mtr", _) => format!("{} ", joined(&parts, " ")),
        (_, [_]) => return parts.remove(0),
        _ => joined(&parts, ""),
    };
    Part { text, is_one: false }
}

fn joined(parts: &[Part], gap: &str) -> String {
    parts.iter().map(|part| part.text.as_str()).collect::<Vec<_>>().join(gap)
}

/// Returns an index or exponent; a prime or an accent is only set behind.
fn raised(sign: char, part: &Part) -> String {
    if is_sign(&part.text) { part.text.clone() } else { format!("{sign}{}", grouped(part)) }
}

/// Returns a part in brackets, unless it is one number, name or sign.
fn grouped(part: &Part) -> String {
    if part.is_one || is_sign(&part.text) { part.text.clone() } else { format!("({})", part.text) }
}

/// Returns whether a text is one character that is neither letter nor digit.
fn is_sign(text: &str) -> bool {
    text.chars().nth(1).is_none() && !text.contains(char::is_alphanumeric)
}

#[cfg(test)]
mod tests {
    use super::super::text;

    #[test]
    fn formulas_are_read_in_one_line() {
        for (mathml, read) in [
            ("<mi>E</mi><mo>=</mo><mi>m</mi><msup><mi>c</mi><mn>2</mn></msup>", "E=mc^2"),
            ("<mfrac><mrow><mn>1</mn></mrow><mrow><mn>2</mn></mrow></mfrac>", "1/2"),
            ("<mfrac><mrow><mi>a</mi><mo>+</mo><mi>b</mi></mrow><mi>c</mi></mfrac>", "(a+b)/c"),
            ("<mfrac><mn>1</mn><mrow><mn>2</mn><mi>m</mi></mrow></mfrac><mi>v</mi>", "1/(2m)v"),
            ("<msqrt><mi>g</mi><mi>h</mi></msqrt>", "√(gh)"),
            ("<msqrt><mi>g</mi></msqrt><mi>h</mi>", "√gh"),
            ("<msup><mrow><msup><mi>x</mi><mi>y</mi></msup></mrow><mi>z</mi></msup>", "(x^y)^z"),
            ("<msqrt><msub><mi>a</mi><mn>1</mn></msub></msqrt>", "√(a_1)"),
            ("<munderover><mo>∑</mo><mrow><mi>i</mi><mo>=</mo><mn>0</mn></mrow><mi>n</mi></munderover><mi>i</mi>", "∑_(i=0)^ni"),
            ("<msup><mi>f</mi><mo>′</mo></msup><mo>\u{2061}</mo><mo>&lt;</mo>", "f′<"),
            ("<semantics><mi>x</mi><annotation>x</annotation></semantics>", "x"),
            ("<mi>x<br></mi><mspace/>", "x"),
        ] {
            assert_eq!(text(&format!("a <math>{mathml}</math>."), 99), format!("a {read}."), "{mathml}");
        }
        assert_eq!(text("a <math><mi>x", 99), "a x");
    }
}
