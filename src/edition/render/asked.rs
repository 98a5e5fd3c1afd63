//! What style sheets ask of an element.

use crate::html::{Scanner, Token};
use std::collections::BTreeMap;

/// The attributes that decide about styles; beside them it is names, classes, and what elements stand in.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Asked {
    /// Each with whether its value counts.
    attributes: BTreeMap<String, bool>,
}

impl Asked {
    /// Reads the style sheets of some HTML; `None` where they ask where an element stands among others, or for what is not known here.
    pub(super) fn of(html: &str) -> Option<Self> {
        let (mut asked, mut in_style) = (Asked::default(), false);
        for token in Scanner::new(html) {
            match token {
                Token::Start(tag) => in_style = tag.name.eq_ignore_ascii_case("style"),
                Token::End(_) => in_style = false,
                Token::Text(css) if in_style => asked.read(css)?,
                _ => {}
            }
        }
        Some(asked)
    }

    /// Returns whether an attribute counts, and whether its value does.
    pub(super) fn attribute(&self, name: &str) -> Option<bool> {
        if name == "class" { Some(true) } else { self.attributes.get(name).copied() }
    }

    fn read(&mut self, css: &str) -> Option<()> {
        let css = without_comments(css);
        let (mut rest, mut skipped) = (css.as_str(), 0_usize);
        while let Some(at) = rest.find(['{', '}', ';', '"', '\'']) {
            let (before, sign) = rest.split_at(at);
            rest = sign.get(1..)?;
            match sign.as_bytes().first()? {
                b'{' if skipped > 0 => skipped += 1,
                b'}' => skipped = skipped.saturating_sub(1),
                // css-inline writes nothing of these into elements.
                b'{' if before.trim_start().starts_with("@media") => skipped = 1,
                b'{' => self.selectors(before)?,
                quote @ (b'"' | b'\'') => {
                    let end = rest.find(char::from(*quote))?;
                    if rest.get(..end)?.contains(['\\', '{', '}', ';']) {
                        return None;
                    }
                    rest = rest.get(end + 1..)?;
                }
                _ => {}
            }
        }
        Some(())
    }

    fn selectors(&mut self, text: &str) -> Option<()> {
        if text.contains([':', '+', '~', '\\', '@', '|']) {
            return None;
        }
        if text.contains('#') {
            self.attributes.insert("id".to_owned(), true);
        }
        for part in text.split('[').skip(1) {
            let length = part.find(|c: char| !(c.is_ascii_alphanumeric() || c == '-'))?;
            let (name, after) = part.split_at(length);
            *self.attributes.entry(name.to_ascii_lowercase()).or_default() |= !after.starts_with(']');
        }
        Some(())
    }
}

fn without_comments(css: &str) -> String {
    let mut out = String::with_capacity(css.len());
    let mut rest = css;
    while let Some((before, after)) = rest.split_once("/*") {
        out.push_str(before);
        rest = after.split_once("*/").map_or("", |(_, rest)| rest);
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(css: &str) -> Option<Vec<(String, bool)>> {
        Asked::of(&format!("<style>{css}</style><p>p:hover {{</p>")).map(|asked| asked.attributes.into_iter().collect())
    }

    #[test]
    fn attributes_are_asked_for_by_name_or_by_value() {
        let css = "/* a + b {} */ a[href] > b { color: #fff; font: 'A B' } [dir=rtl] #x, [dir] { top: 0 }";
        assert_eq!(asked(css), Some(vec![("dir".into(), true), ("href".into(), false), ("id".into(), true)]));
    }

    #[test]
    fn what_is_not_about_an_element_and_those_around_it_is_not_answered() {
        assert_eq!(asked("@media all { :root, a + b { top: 0 } } @media print{p:hover{}} i { top: 0 }"), Some(vec![]));
        for css in ["a:hover { }", "a { } b ~ c { }", "@layer x { a { } }", "@supports (a: b) { c { } }", "a[x='}'] { }", "a[x='] { }"] {
            assert_eq!(asked(css), None, "{css}");
        }
    }
}
