//! The places of a post that links may lead to: `<a id="x">`, `## Heading {#x}`.
//!
//! Readers show an entry without the ids that a generator gives to headings. So a link to another place than these leads to the post's page.

use memchr::memmem;
use std::collections::BTreeSet;

/// What a link to a place is written with.
const LINKS: [&str; 5] = ["(#", "(<#", "\"#", "'#", "]: #"];

/// A list of attributes is not longer than this.
const LIST: usize = 200;

/// Returns the names of a text's places; nothing where no link leads to one.
pub(super) fn of(text: &str) -> Option<BTreeSet<String>> {
    if !LINKS.iter().any(|link| text.contains(link)) {
        return None;
    }
    let mut places = BTreeSet::new();
    for attribute in ["id=", "name=", "ID=", "NAME="] {
        let values = memmem::find_iter(text.as_bytes(), attribute).filter_map(|at| value(text.get(at + attribute.len()..)?));
        places.extend(values.map(str::to_owned));
    }
    for at in memmem::find_iter(text.as_bytes(), "#") {
        let from = text.ceil_char_boundary(at.saturating_sub(LIST));
        let list = text.get(from..at).and_then(|head| head.rsplit(['\n', '}']).next()?.rsplit_once('{'));
        let is_attribute = list.is_some_and(|(_, list)| list.is_empty() || list.ends_with(' '));
        let end = |c: char| c.is_whitespace() || matches!(c, '}' | '#');
        let name = text.get(at + 1..).and_then(|rest| rest.get(..rest.find(end)?)).filter(|name| is_attribute && !name.is_empty());
        places.extend(name.map(str::to_owned));
    }
    Some(places)
}

/// Returns the value that an attribute is given.
fn value(rest: &str) -> Option<&str> {
    let quote = rest.chars().next()?;
    if matches!(quote, '"' | '\'') {
        let (value, _) = rest.get(1..)?.split_once(quote)?;
        return Some(value);
    }
    rest.split(|c: char| c.is_whitespace() || c == '>').next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_told_only_where_a_link_leads_to_one() {
        assert_eq!(of("# A {#a}\n\n<p id=b>"), None);
        let text = "[x](#a) # A {#a .x}\n\n<p id=b><a name='c d'> <i ID=\"e\"> ## B {.y #f}\n## Heading #g\n\n[x]: #h\n";
        assert_eq!(of(text).expect("places").into_iter().collect::<Vec<_>>(), ["a", "b", "c d", "e", "f"]);
    }
}
