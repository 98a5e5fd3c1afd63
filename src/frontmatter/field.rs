//! Where a fact about a post stands, whichever of its keys the author wrote.

use super::dialects::keys_beside;
use super::locate;
use crate::diagnostic::Span;

/// Returns where the value of a field stands in a file's text: under the key given, or under another that means the same
/// (`lastmod` for `updated`, `guid` for `id`). A key below it is nearer (`image.path` for `image`).
#[must_use]
pub fn locate_field(text: &str, key: &str) -> Option<Span> {
    let is_below = |name: &&str| name.strip_prefix(key).is_some_and(|rest| rest.starts_with('.'));
    let below = keys_beside(key).filter(is_below).find_map(|name| locate(text, name));
    below.or_else(|| locate(text, key)).or_else(|| keys_beside(key).find_map(|name| locate(text, name)))
}

/// Returns the key under which a head has a field that goes by several names; the given one where it has none of them.
#[must_use]
pub fn written_key<'k>(text: &str, key: &'k str) -> &'k str {
    let mut written = keys_beside(key).filter(|name| locate(text, name).is_some());
    written.next().unwrap_or(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_found_under_any_of_its_keys() {
        for (key, front, value) in [
            ("updated", "lastmod: 2031-01-01", "2031-01-01"),
            ("id", "guid: no iri", "no iri"),
            ("image", "cover: a.png", "a.png"),
            ("image", "images: [a.png, b.png]", "a.png"),
            ("image", "heroImage: a.png", "a.png"),
            ("image", "image:\n  alt: A\n  path: a.png", "a.png"),
            ("image", "header:\n  teaser: a.png", "a.png"),
            ("enclosure", "audio: a.mp3", "a.mp3"),
            ("permalink", "url: /a/", "/a/"),
            ("link", "external_url: x", "x"),
            ("tags", "tag: x", "x"),
            ("title", "title: x", "x"),
        ] {
            let text = format!("---\nlayout: post\n{front}\n---\n");
            assert_eq!(locate_field(&text, key).map(|span| &text[span]), Some(value), "{key}: {front}");
        }
        assert_eq!(locate_field("---\nlayout: post\n---\n", "image"), None);
    }
}
