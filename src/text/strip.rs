//! Text without the tags and entities of HTML, for generators that read titles so.

use std::borrow::Cow;

/// Takes out comments and tags and undoes entities, as Pelican does with titles and names before anything else.
#[must_use]
pub fn strip(text: &str) -> Cow<'_, str> {
    if !text.contains(['<', '&']) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(open) = rest.find('<') {
        let tag = rest.get(open..).unwrap_or_default();
        let comment = tag.strip_prefix("<!--").and_then(|inner| inner.find("-->")).map(|end| end + 7);
        let Some(end) = comment.or_else(|| tag.find('>').map(|end| end + 1)) else { break };
        out.push_str(rest.get(..open).unwrap_or_default());
        rest = tag.get(end..).unwrap_or_default();
    }
    out.push_str(rest);
    let words: Vec<&str> = out.split_whitespace().collect();
    Cow::Owned(htmlize::unescape(words.join(" ")).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_go_first_and_entities_are_undone_once() {
        for (text, plain) in [
            ("Using Vec<T> in Rust", "Using Vec in Rust"),
            ("A *star*, &lt;b&gt; &amp; <em>more</em>", "A *star*, <b> & more"),
            ("x <!-- > --> z", "x z"),
            ("a<b &eacute;", "a<b é"),
            ("&amp;lt;", "&lt;"),
        ] {
            assert_eq!(strip(text), plain);
        }
    }
}
