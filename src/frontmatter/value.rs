//! A value that only a post's own tags ask for: `{{ page.subtitle }}`, `{{< param "color" >}}`.

use super::parse;
use super::split::{Split, split};
use crate::diagnostic::Source;
use crate::tree::{Node, get};

/// Returns the texts at a key of a file's front matter, which may have dots: one, or those of a list. Nothing where it says nothing, or
/// more than texts.
#[must_use]
pub fn texts(text: &str, key: &str) -> Option<Vec<String>> {
    at(text, key, |node| match node {
        Node::List(items) => items.iter().map(Node::text).collect(),
        node => Some(vec![node.text()?]),
    })?
}

/// Returns whether a file's front matter says anything at a key.
#[must_use]
pub fn is_said(text: &str, key: &str) -> bool {
    at(text, key, |node| *node != Node::Null).unwrap_or(false)
}

/// Looks at what stands at a key.
fn at<T>(text: &str, key: &str, look: impl FnOnce(&Node) -> T) -> Option<T> {
    let Split::Front { delimiter, front, .. } = split(text, true) else { return None };
    let (map, _) = parse::parse(delimiter, Source::new("", text), &front);
    let mut parts = key.split('.');
    let first = get(&map, parts.next()?)?;
    parts.try_fold(first, |node, part| node.step(part)).map(look)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_found_in_front_matter_of_any_kind() {
        for front in
            ["---\nsub: A\nlist: [b, 2]\ndeep: {er: c}\n---\n", "+++\nsub = \"A\"\nlist = [\"b\", \"2\"]\n[deep]\ner = \"c\"\n+++\n"]
        {
            assert_eq!(texts(front, "sub"), Some(vec!["A".to_owned()]));
            assert_eq!(texts(front, "list"), Some(vec!["b".to_owned(), "2".to_owned()]));
            assert_eq!(texts(front, "deep.er"), Some(vec!["c".to_owned()]));
            assert_eq!((texts(front, "deep"), texts(front, "none"), texts(front, "")), (None, None, None));
        }
        assert_eq!(texts("no front matter", "sub"), None);
        let front = "---\nlist: [{a: b}, c]\nnone: ~\n---\n";
        assert_eq!((texts(front, "list"), is_said(front, "list"), is_said(front, "none")), (None, true, false));
    }
}
