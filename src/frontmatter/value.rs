//! A value that only a post's own tags ask for: `{{ page.subtitle }}`, `{{< param "color" >}}`.

use super::parse;
use super::split::{Delimiter, Split, split};
use crate::diagnostic::Source;
use crate::tree::{Map, Node, get};

/// Returns the texts at a key of a file's front matter, which may have dots: one, or those of a list. Nothing where it says nothing.
#[must_use]
pub fn texts(text: &str, key: &str) -> Option<Vec<String>> {
    let Split::Front { delimiter, front, .. } = split(text, true) else { return None };
    of_map(&parse::parse(delimiter, Source::new("", text), &front).0, key)
}

/// Returns the texts at a key of a file that is YAML throughout.
#[must_use]
pub fn texts_of_yaml(text: &str, key: &str) -> Option<Vec<String>> {
    of_map(&parse::parse(Delimiter::Yaml, Source::new("", text), &(0..text.len())).0, key)
}

fn of_map(map: &Map, key: &str) -> Option<Vec<String>> {
    let mut parts = key.split('.');
    let first = get(map, parts.next()?)?;
    let node = parts.try_fold(first, |node, part| node.step(part))?;
    match node {
        Node::List(items) => Some(items.iter().filter_map(Node::text).collect()),
        node => Some(vec![node.text()?]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_found_in_front_matter_of_any_kind() {
        for front in ["---\nsub: A\nlist: [b, 2]\ndeep: {er: c}\n---\n", "+++\nsub = \"A\"\nlist = [\"b\", \"2\"]\n[deep]\ner = \"c\"\n+++\n"] {
            assert_eq!(texts(front, "sub"), Some(vec!["A".to_owned()]));
            assert_eq!(texts(front, "list"), Some(vec!["b".to_owned(), "2".to_owned()]));
            assert_eq!(texts(front, "deep.er"), Some(vec!["c".to_owned()]));
            assert_eq!((texts(front, "deep"), texts(front, "none"), texts(front, "")), (None, None, None));
        }
        assert_eq!(texts("no front matter", "sub"), None);
        assert_eq!(texts_of_yaml("a: {b: c}\n", "a.b"), Some(vec!["c".to_owned()]));
    }
}
