//! A value that only a post's own tags ask for: `{{ page.subtitle }}`, `{{< param "color" >}}`.

use super::parse;
use super::split::{Split, split};
use crate::diagnostic::Source;
use crate::text::scalar::Scalars;
use crate::tree::{Node, get};

/// Returns the scalars at a key of a file's front matter, which may have dots: one, or those of a list. Nothing where it says nothing,
/// or more than scalars.
#[must_use]
pub fn scalars(text: &str, key: &str) -> Option<Scalars> {
    at(text, key, Node::scalars)?
}

/// Returns the same as texts, whatever their kinds.
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
    use crate::text::scalar::Scalar;

    #[test]
    fn a_value_is_found_in_front_matter_of_any_kind() {
        for front in
            ["---\nsub: A\nlist: [b, 2]\ndeep: {er: c}\n---\n", "+++\nsub = \"A\"\nlist = [\"b\", \"2\"]\n[deep]\ner = \"c\"\n+++\n"]
        {
            let text = |text: &str| Scalar::Text(text.to_owned());
            assert_eq!(scalars(front, "sub"), Some(Scalars::One(text("A"))));
            let last = if front.starts_with('-') { Scalar::Number("2".to_owned()) } else { text("2") };
            assert_eq!(scalars(front, "list"), Some(Scalars::List(vec![text("b"), last])));
            assert_eq!(scalars(front, "deep.er"), Some(Scalars::One(text("c"))));
            assert_eq!((scalars(front, "deep"), scalars(front, "none"), scalars(front, "")), (None, None, None));
        }
        assert_eq!(scalars("no front matter", "sub"), None);
        let front = "---\nlist: [{a: b}, c]\nnone: ~\n---\n";
        assert_eq!((scalars(front, "list"), is_said(front, "list"), is_said(front, "none")), (None, true, false));
    }
}
