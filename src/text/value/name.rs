//! Names: of form fields, of XML, of versions.

use super::{Flaw as Any, ensure, name_char, quote};

/// What is wrong with a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// There is nothing.
    Empty,
    /// It begins with a character that names do not begin with.
    BadStart,
    /// A character in it is none of a name.
    BadChar,
    /// It is not a version.
    BadVersion,
    /// It is longer than it may be.
    TooLong,
}

/// A flaw of a name.
pub type Flaw = Any<Kind>;

/// Finds the first character that is not wanted.
fn find(value: &str, first: impl Fn(char) -> bool, rest: impl Fn(char) -> bool) -> Result<(), Flaw> {
    let (inner, start) = super::trim(value);
    if inner.is_empty() {
        return Err(Flaw::new(Kind::Empty, 0..value.len(), "is empty"));
    }
    for (at, c) in inner.char_indices() {
        let (is_good, kind, what) = if at == 0 { (first(c), Kind::BadStart, "begins with") } else { (rest(c), Kind::BadChar, "has in it") };
        if !is_good {
            let reason = if kind == Kind::BadStart { format!("{what} {}", name_char(c)) } else { format!("has {} in it", name_char(c)) };
            return Err(Flaw::new(kind, start + at..start + at + c.len_utf8(), reason));
        }
    }
    Ok(())
}

/// Checks the name of a text field (RSS 2.0 `<textInput>`): a letter, then letters, digits, `-`, `_`, `:`, `.` (HTML 4.01 §6.2).
pub fn form_component(value: &str) -> Result<(), Flaw> {
    find(value, |c| c.is_ascii_alphabetic(), |c| c.is_ascii_alphanumeric() || "-_:.".contains(c))
        .map_err(|flaw| flaw.help("write a letter, then letters, digits, `-`, `_`, `:` or `.`"))
}

/// Checks a name token of XML (XML 1.0 §2.3, production 7).
pub fn nmtoken(value: &str) -> Result<(), Flaw> {
    find(value, is_name_char, is_name_char)
}

/// Checks a name of XML (XML 1.0 §2.3, production 5).
pub fn xml_name(value: &str) -> Result<(), Flaw> {
    find(value, is_name_start, is_name_char)
}

/// Checks a name of XML without a colon (Namespaces in XML §3, production 4).
pub fn ncname(value: &str) -> Result<(), Flaw> {
    find(value, |c| c != ':' && is_name_start(c), |c| c != ':' && is_name_char(c))
}

/// XML 1.0 §2.3, production 4.
fn is_name_start(c: char) -> bool {
    matches!(c, ':' | 'A'..='Z' | '_' | 'a'..='z' | '\u{C0}'..='\u{D6}' | '\u{D8}'..='\u{F6}' | '\u{F8}'..='\u{2FF}' | '\u{370}'..='\u{37D}'
        | '\u{37F}'..='\u{1FFF}' | '\u{200C}'..='\u{200D}' | '\u{2070}'..='\u{218F}' | '\u{2C00}'..='\u{2FEF}' | '\u{3001}'..='\u{D7FF}'
        | '\u{F900}'..='\u{FDCF}' | '\u{FDF0}'..='\u{FFFD}' | '\u{10000}'..='\u{EFFFF}')
}

/// XML 1.0 §2.3, production 4a.
fn is_name_char(c: char) -> bool {
    is_name_start(c) || matches!(c, '-' | '.' | '0'..='9' | '\u{B7}' | '\u{300}'..='\u{36F}' | '\u{203F}'..='\u{2040}')
}

/// Checks a version: numbers between dots, like `1.1` or `2.0.3`.
pub fn version(value: &str) -> Result<(), Flaw> {
    let (inner, start) = super::trim(value);
    if inner.is_empty() {
        return Err(Flaw::new(Kind::Empty, 0..value.len(), "is empty").help("write it like `1.1`"));
    }
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    ensure(inner.split('.').all(is_number), || {
        Flaw::new(Kind::BadVersion, start..start + inner.len(), format!("has {}, which is not a version", quote(inner)))
            .help("write it like `1.1`")
    })
}

/// Checks that a text is not longer than it may be, in characters.
pub fn at_most(value: &str, limit: usize) -> Result<(), Flaw> {
    // A text with fewer bytes has fewer characters.
    if value.len() <= limit {
        return Ok(());
    }
    let (inner, start) = super::trim(value);
    let Some((at, _)) = inner.char_indices().nth(limit) else { return Ok(()) };
    let count = inner.chars().count();
    Err(Flaw::new(Kind::TooLong, start + at..start + inner.len(), format!("has {count} characters"))
        .help(format!("shorten it to {limit} characters")))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{ANY, check, table};
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn fields_of_forms_begin_with_a_letter() {
        table(
            form_component,
            &["q", "query-1_a:b.c"],
            &[
                ("", Kind::Empty),
                ("42", Kind::BadStart),
                ("_a", Kind::BadStart),
                ("a b", Kind::BadChar),
                ("a[]", Kind::BadChar),
                ("é", Kind::BadStart),
            ],
        );
    }

    #[test]
    fn names_of_xml_are_told_apart() {
        table(nmtoken, &["1a", "-.:é"], &[("", Kind::Empty), ("a b", Kind::BadChar), ("(a", Kind::BadStart)]);
        table(xml_name, &["a:b", "é1"], &[("1a", Kind::BadStart), ("a,b", Kind::BadChar)]);
        table(ncname, &["_a-b"], &[("a:b", Kind::BadChar), (":a", Kind::BadStart)]);
    }

    #[test]
    fn versions_are_numbers_between_dots() {
        table(
            version,
            &["1", "2.0", "1.10.3"],
            &[("", Kind::Empty), ("1.", Kind::BadVersion), ("v1", Kind::BadVersion), ("1..2", Kind::BadVersion)],
        );
    }

    #[test]
    fn length_is_counted_in_characters() {
        assert_eq!(at_most("ééé", 3), Ok(()));
        assert_eq!(at_most(" ééé ", 3), Ok(()));
        assert_eq!(at_most("éééa", 3).expect_err("too long").range, 6..7);
    }

    proptest! {
        #[test]
        fn no_text_panics_and_ranges_lie_inside(value in ANY) {
            let mut flaws = Vec::new();
            for result in [form_component(&value), nmtoken(&value), xml_name(&value), ncname(&value), version(&value), at_most(&value, 5)] {
                flaws.extend(result.err());
            }
            check(&value, &flaws);
        }
    }
}
