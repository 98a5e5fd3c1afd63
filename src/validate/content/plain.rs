//! Text that is no markup: HTML in it, characters of a wrong encoding, mail addresses, nothing at all.

use crate::diagnostic::Code;
use crate::text::value::plain;
use crate::validate::codes::{BAD_CHARACTERS, CHARACTER_DATA, CONTAINS_HTML, CONTAINS_UNDECLARED_HTML, NOT_BLANK};
use crate::validate::value::Flaws;
use memchr::memchr_iter;

/// How many signs are looked up in the document; a title with more that are written as RSS recommends is none.
const MANY: usize = 16;

/// What a plain text is part of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::validate) enum Flavour {
    /// RSS, which never said whether it is text or HTML: some readers decode it twice.
    Rss,
    /// An element of Atom or Media RSS that has a `type`, which says that this is no HTML.
    Typed,
    /// A name or a label that nothing can make HTML.
    Plain,
}

/// Finds what is wrong with a plain text. `is_hex` tells whether the sign at an offset is written as `&#x26;` or `&#x3C;`,
/// which RSS recommends for plain text.
pub(in crate::validate) fn judge(value: &str, flavour: Flavour, is_hex: impl Fn(usize) -> bool, flaws: &mut Flaws) {
    flaws.extend(plain::not_blank(value).err(), |_| Some(&NOT_BLANK));
    bad_characters(value, flaws);
    markup(value, flavour, is_hex, flaws);
    flaws.0.sort_by_key(|flaw| flaw.range.start);
}

/// Finds traces of a wrong encoding.
pub(super) fn bad_characters(value: &str, flaws: &mut Flaws) {
    let mut found = Vec::new();
    plain::find_bad_characters(value, &mut found);
    flaws.extend(found, |_| Some(&BAD_CHARACTERS));
}

/// Returns whether text of an element of XHTML looks like HTML that was escaped.
pub(super) fn is_escaped_html(value: &str) -> bool {
    let mut found = Vec::new();
    plain::find_html(value, &mut found);
    found.iter().any(|flaw| matches!(flaw.kind, plain::Kind::Tag | plain::Kind::Entity))
}

fn markup(value: &str, flavour: Flavour, is_hex: impl Fn(usize) -> bool, flaws: &mut Flaws) {
    let code: &'static Code = if flavour == Flavour::Typed { &CONTAINS_UNDECLARED_HTML } else { &CONTAINS_HTML };
    let is_told = |flaw: &plain::Flaw| match flaw.kind {
        plain::Kind::HexEntity | plain::Kind::Ambiguous if flavour != Flavour::Rss => flaw.kind == plain::Kind::HexEntity,
        plain::Kind::HexEntity => false,
        _ => flavour != Flavour::Rss || !is_hex(flaw.range.start),
    };
    let mut from = 0;
    for _ in 0..MANY {
        let mut found = Vec::new();
        plain::find_html(value.get(from..).unwrap_or_default(), &mut found);
        let found: Vec<plain::Flaw> = found.into_iter().map(|flaw| flaw.shift(from)).collect();
        let last = found.iter().map(|flaw| flaw.range.start).min();
        let (told, exempt): (Vec<_>, Vec<_>) = found.into_iter().partition(&is_told);
        let is_done = !told.is_empty() || exempt.is_empty();
        let kind_code = |kind: &plain::Kind| if *kind == plain::Kind::Ambiguous { &CHARACTER_DATA } else { code };
        flaws.extend(told, |kind| Some(kind_code(kind)));
        if is_done {
            break;
        }
        from = last.map_or(value.len(), |at| at + 1);
    }
    if flavour == Flavour::Rss && !flaws.0.iter().any(|flaw| flaw.code.is_some_and(|code| code.is_a(CONTAINS_HTML.name))) {
        less_than(value, is_hex, flaws);
    }
}

/// Finds a `<` that readers who decode RSS twice take for the start of a tag (RSS Profile, "Character Data").
fn less_than(value: &str, is_hex: impl Fn(usize) -> bool, flaws: &mut Flaws) {
    let begins_tag = |at: usize| value.as_bytes().get(at + 1).is_some_and(|b| b.is_ascii_alphabetic() || matches!(b, b'/' | b'!' | b'?'));
    if let Some(at) = memchr_iter(b'<', value.as_bytes()).filter(|at| begins_tag(*at)).take(MANY).find(|at| !is_hex(*at)) {
        flaws
            .raise(&CHARACTER_DATA, at..at + 1, "has a `<` in it that some readers take for the start of a tag")
            .help("write it as `&#x3C;`");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(value: &str, flavour: Flavour) -> Vec<String> {
        let mut flaws = Flaws::default();
        judge(value, flavour, |_| false, &mut flaws);
        flaws.0.iter().map(|flaw| format!("{} {}", flaw.code.map_or("", |code| code.name), &value[flaw.range.clone()])).collect()
    }

    #[test]
    fn plain_text_is_no_fault() {
        for value in ["AT&T", "a < b", "1 <3", "Größe – “quoted”", "Q & A", "x > y"] {
            for flavour in [Flavour::Rss, Flavour::Typed, Flavour::Plain] {
                assert!(found(value, flavour).is_empty(), "{value}");
            }
        }
        assert!(found("a <me@b.example> & alpha&omega", Flavour::Plain).is_empty());
    }

    #[test]
    fn markup_has_the_code_of_the_place_where_it_stands() {
        assert_eq!(found("a <b>c</b>", Flavour::Rss), ["contains-html <b>"]);
        assert_eq!(found("a &eacute;", Flavour::Typed), ["contains-undeclared-html &eacute;"]);
        assert_eq!(found("a &amp; b", Flavour::Plain), ["contains-html &amp;"]);
        assert_eq!(found("alpha&omega", Flavour::Rss), ["character-data &omega"]);
        assert_eq!(found("alpha<omega", Flavour::Rss), ["character-data <"]);
        assert_eq!(found("a &#x26; b", Flavour::Rss), [""; 0]);
    }

    #[test]
    fn what_is_written_as_recommended_is_no_fault() {
        let mut flaws = Flaws::default();
        judge("a &amp; <b>x</b>", Flavour::Rss, |_| true, &mut flaws);
        assert!(flaws.0.is_empty());
        judge("a &amp; <b>x</b>", Flavour::Rss, |at| at == 2, &mut flaws);
        assert_eq!(flaws.0.len(), 1);
    }

    #[test]
    fn blanks_and_wrong_encodings_are_named() {
        assert_eq!(found(" ", Flavour::Plain), ["not-blank  "]);
        assert_eq!(found("isnâ€™t", Flavour::Plain), ["bad-characters â€™"]);
    }
}
