//! Regular expressions and what takes the place of what they match, as Python's `re.sub` reads them without regard to case
//! (<https://docs.python.org/3/library/re.html>).

use regex::{Captures, Regex, RegexBuilder};
use unicode_normalization::UnicodeNormalization;

/// The longest text in bytes that is changed further: each rule may make it longer.
const LONGEST: usize = 10_000;

/// Rules that are followed one after another.
#[derive(Debug, Clone, Default)]
pub struct Substitutions(Vec<Rule>);

#[derive(Debug, Clone)]
struct Rule {
    regex: Regex,
    with: Vec<Part>,
}

/// A part of what is put in the place of a match.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(String),
    Group(usize),
}

impl PartialEq for Substitutions {
    fn eq(&self, other: &Self) -> bool {
        let same = |(one, other): (&Rule, &Rule)| one.regex.as_str() == other.regex.as_str() && one.with == other.with;
        self.0.len() == other.0.len() && self.0.iter().zip(&other.0).all(same)
    }
}

impl Eq for Substitutions {}

impl Substitutions {
    /// Adds a rule; nothing where Python's syntax says what ours cannot, such as look-around and back-references.
    #[must_use]
    pub fn with(mut self, pattern: &str, replacement: &str) -> Option<Substitutions> {
        let pattern: String = pattern.nfkc().collect();
        let replacement: String = replacement.nfkc().collect();
        let regex = RegexBuilder::new(&ours(&pattern)?).case_insensitive(true).build().ok()?;
        let with = parts(&replacement, &regex)?;
        // Python also replaces what is empty right behind a match.
        if !with.is_empty() && regex.is_match("") {
            return None;
        }
        self.0.push(Rule { regex, with });
        Some(self)
    }

    /// Returns the text with every rule followed.
    #[must_use]
    pub fn apply(&self, text: &str) -> String {
        self.0.iter().fold(text.to_owned(), |text, rule| {
            if text.len() > LONGEST {
                return text;
            }
            let replaced = rule.regex.replace_all(&text, |found: &Captures<'_>| {
                let part = |part: &Part| match part {
                    Part::Text(text) => text.clone(),
                    Part::Group(at) => found.get(*at).map_or_else(String::new, |group| group.as_str().to_owned()),
                };
                rule.with.iter().map(part).collect::<String>()
            });
            replaced.into_owned()
        })
    }
}

/// What Python means by a class, in our words; what follows a backslash.
const CLASSES: [(char, &str); 5] =
    [('w', r"[\p{L}\p{N}_]"), ('W', r"[^\p{L}\p{N}_]"), ('s', r"[\s\x1c-\x1f]"), ('S', r"[^\s\x1c-\x1f]"), ('Z', r"\z")];

/// Writes a pattern of Python's in our words; nothing where they may mean different things.
fn ours(pattern: &str) -> Option<String> {
    let mut out = String::with_capacity(pattern.len());
    let mut in_class = None;
    let mut chars = pattern.char_indices();
    let mut before = ' ';
    while let Some((at, c)) = chars.next() {
        let rest = &pattern[at + c.len_utf8()..];
        match c {
            '\\' => {
                let (_, sign) = chars.next()?;
                match CLASSES.iter().find(|(known, _)| *known == sign) {
                    Some((_, class)) => out.push_str(class),
                    // `\<` is the beginning of a word here, and a sign there.
                    None if sign.is_ascii_punctuation() => out.push_str(&regex::escape(&sign.to_string())),
                    None if "dDAbBnrtfvxuU".contains(sign) => out.extend(['\\', sign]),
                    None => return None,
                }
                before = ' ';
                continue;
            }
            // `(?u)` and `(?i)` are so anyway; groups without a number, and with a name, are the same.
            '(' if in_class.is_none()
                && rest.starts_with('?')
                && !["?u)", "?i)", "?:", "?P<"].iter().any(|known| rest.starts_with(known)) =>
            {
                return None;
            }
            // `a*+` never gives back what it took.
            '+' if in_class.is_none() && matches!(before, '*' | '+' | '?' | '}') => return None,
            '[' if in_class.is_none() => in_class = Some(at + 1 + usize::from(rest.starts_with('^'))),
            '[' | '&' | '~' if in_class.is_some() => out.push('\\'),
            '-' if in_class.is_some() && rest.starts_with('-') => return None,
            ']' if in_class.is_some_and(|start| at > start) => in_class = None,
            _ => {}
        }
        out.push(c);
        before = c;
    }
    Some(out)
}

/// Reads what takes the place of a match: text, `\1` and `\g<name>`.
fn parts(text: &str, regex: &Regex) -> Option<Vec<Part>> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\\') {
        if !before.is_empty() {
            parts.push(Part::Text(before.to_owned()));
        }
        let (group, behind) = match after.strip_prefix("g<") {
            Some(named) => {
                let (name, behind) = named.split_once('>')?;
                let of_name = || regex.capture_names().position(|known| known == Some(name));
                (name.parse().ok().or_else(of_name)?, behind)
            }
            None => {
                let digits = after.len() - after.trim_start_matches(|c: char| c.is_ascii_digit()).len();
                if let Some(behind) = after.strip_prefix('\\') {
                    parts.push(Part::Text("\\".to_owned()));
                    rest = behind;
                    continue;
                }
                if digits != 1 || after.starts_with('0') {
                    return None;
                }
                (after[..1].parse().ok()?, &after[1..])
            }
        };
        if group >= regex.captures_len() {
            return None;
        }
        parts.push(Part::Group(group));
        rest = behind;
    }
    if !rest.is_empty() {
        parts.push(Part::Text(rest.to_owned()));
    }
    Some(parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn apply(rules: &[(&str, &str)], text: &str) -> Option<String> {
        let rules = rules.iter().try_fold(Substitutions::default(), |rules, (pattern, with)| rules.with(pattern, with))?;
        Some(rules.apply(text))
    }

    #[test]
    fn rules_change_a_text_as_python_changes_it() {
        const USUAL: [(&str, &str); 4] = [(r"[^\w\s-]", ""), (r"(?u)\A\s*", ""), (r"(?u)\s*\Z", ""), (r"[-\s]+", "-")];
        for (rules, text, expected) in [
            (&USUAL[..], " It's a_b, C++ - x ", "Its-a_b-C-x"),
            (&[(r"C\+\+", "cpp"), (r"c#", "c-sharp")], "c++ and C#", "cpp and c-sharp"),
            (&[(r"(\d+)\.(?P<part>\d+)", r"\1-\g<part>")], "v1.20", "v1-20"),
            (&[(r"[[&~]+", "$1")], "a[&~b", "a$1b"),
            (&[(r"\W", "")], "é\u{301}²x", "é²x"),
            (&[(r"[]x]", "-"), (r"\<", "")], "<a]x", "a--"),
            (&[(r"ＡＢ", "ｃ")], "ab", "c"),
        ] {
            assert_eq!(apply(rules, text).as_deref(), Some(expected), "{rules:?}");
        }
    }

    #[test]
    fn what_python_alone_can_say_is_no_rule() {
        for (pattern, with) in [
            (r"a(?=b)", ""),
            (r"(?<!a)b", ""),
            (r"(a)\1", ""),
            (r"(?P<x>a)(?P=x)", ""),
            (r"a*+b", ""),
            (r"[a--b]", ""),
            (r"\p{L}", ""),
            ("(?x)a b", ""),
            ("(", ""),
            ("a", r"\1"),
            ("a", r"\q"),
            ("x*", "-"),
            ("a\\", ""),
        ] {
            assert_eq!(apply(&[(pattern, with)], "a"), None, "{pattern} {with}");
        }
    }

    #[test]
    fn rules_that_double_a_text_come_to_an_end() {
        let rules = [("(.)", r"\1\1"); 60];
        assert!(apply(&rules, "ab").is_some_and(|text| text.len() <= 2 * LONGEST + 2));
    }
}
