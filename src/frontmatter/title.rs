//! Titles and other one-line texts, freed of mark-up.
//!
//! Feeds want plain text in titles (Miniflux decodes them twice, `NetNewsWire` shows nothing for XHTML), authors write
//! Markdown and HTML in them. What only looks like mark-up stays: `Vec<T>`, `snake_case`, `2 * 3`, `1. Foo`.

use crate::text::chars::one_line;
use pulldown_cmark::{Event, LinkType, Options, Parser, Tag, TagEnd};

/// Elements that have no end tag.
const VOID: [&str; 4] = ["br", "hr", "img", "wbr"];

/// Elements whose text nobody is to read.
const UNREAD: [&str; 2] = ["script", "style"];

/// Elements that people write around the words of a title.
const ELEMENTS: &str = "a abbr b bdi bdo big br center cite code del dfn div em font h1 h2 h3 h4 h5 h6 i img ins kbd mark p picture q s samp \
script small span strike strong style sub sup svg time tt u var wbr";

/// Returns a title as plain text: Markdown and HTML stripped, entities decoded once, white space collapsed.
#[must_use]
pub fn plain_title(text: &str) -> String {
    let line = one_line(text);
    if !line.contains(['*', '_', '`', '[', '<', '&', '\\']) {
        return line;
    }
    // A word in front keeps `1. Foo` or `# Foo` from becoming a list or a heading; the blank after it keeps its
    // letters from joining an emphasis.
    let guarded = format!("x {line}");
    let mut out = String::with_capacity(line.len());
    // `std::vector<std::string>` looks like a link with the scheme `std`.
    let is_type = |target: &str| !target.contains("//") && !target.starts_with("mailto:");
    let (mut unread, mut is_open) = (false, false);
    for (event, range) in Parser::new_ext(&guarded, Options::empty()).into_offset_iter() {
        match event {
            Event::Start(Tag::Emphasis) | Event::End(TagEnd::Emphasis) if is_identifier(&guarded[range.clone()]) => out.push('_'),
            Event::Start(Tag::Strong) | Event::End(TagEnd::Strong) if is_identifier(&guarded[range.clone()]) => out.push_str("__"),
            Event::InlineHtml(html) if is_markup(&html, &line) => {
                let name = tag_name(&html);
                unread = UNREAD.contains(&name.as_str()) && !html.starts_with("</");
                out.push_str(if matches!(name.as_str(), "br" | "hr") { " " } else { "" });
            }
            _ if unread => {}
            Event::Text(text) | Event::Code(text) | Event::InlineHtml(text) => out.push_str(&text),
            Event::SoftBreak | Event::HardBreak => out.push(' '),
            Event::Start(Tag::Link { link_type: LinkType::Autolink, dest_url, .. }) if is_type(&dest_url) => {
                is_open = true;
                out.push('<');
            }
            Event::End(TagEnd::Link) if is_open => {
                is_open = false;
                out.push('>');
            }
            _ => {}
        }
    }
    one_line(out.strip_prefix("x").unwrap_or(&out))
}

/// Returns whether what looks like an emphasis is a name of a program's, such as `__init__` or `_a_b_`: one word with more than a mark
/// around it.
fn is_identifier(marked: &str) -> bool {
    let is_word = marked.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    is_word && marked.bytes().filter(|byte| *byte == b'_').count() > 2
}

/// Returns a tag's name in lower case.
fn tag_name(tag: &str) -> String {
    tag.trim_start_matches(['<', '/']).chars().take_while(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase()
}

/// Returns whether a tag is mark-up of its line: a comment, or a known element that is closed or needs no end tag.
fn is_markup(tag: &str, line: &str) -> bool {
    let name = tag_name(tag);
    if name.is_empty() || VOID.contains(&name.as_str()) {
        // A picture has a source; without one the title speaks of the element.
        return name.is_empty() || !tag.starts_with("</") && (name != "img" || tag.contains('='));
    }
    let lower = line.to_ascii_lowercase();
    ELEMENTS.split(' ').any(|known| known == name) && lower.contains(&format!("</{name}")) && lower.contains(&format!("<{name}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn mark_up_goes_and_what_only_looks_like_it_stays() {
        for (written, plain) in [
            ("  A   plain\ttitle\n", "A plain title"),
            ("On *emphasis* and **strength**", "On emphasis and strength"),
            ("The `Vec<T>` type", "The Vec<T> type"),
            ("Why Vec<T> and HashMap<K, V> matter", "Why Vec<T> and HashMap<K, V> matter"),
            ("snake_case_name, 2 * 3 * 4", "snake_case_name, 2 * 3 * 4"),
            ("1. Foo", "1. Foo"),
            ("# Foo *bar*", "# Foo bar"),
            ("- a `b`", "- a b"),
            ("[Draft] news", "[Draft] news"),
            ("A [link](https://example.org) in it", "A link in it"),
            ("A <em>new</em> <b>day</b><br>comes", "A new day comes"),
            ("The <b> element", "The <b> element"),
            ("a<br>b", "a b"),
            ("<script>alert(1)</script>x", "x"),
            ("HashMap<K, V>", "HashMap<K, V>"),
            ("Vec<String>", "Vec<String>"),
            ("Press <Enter>", "Press <Enter>"),
            ("std::vector<int>", "std::vector<int>"),
            ("std::vector<std::string>", "std::vector<std::string>"),
            ("The <img> and <input> elements", "The <img> and <input> elements"),
            ("See <https://example.org/>", "See https://example.org/"),
            ("a <!-- note --> b", "a b"),
            ("Q&amp;A", "Q&A"),
            ("Q&amp;amp;A", "Q&amp;A"),
            ("AT&T &lt;3", "AT&T <3"),
            (r"5 \* 3", "5 * 3"),
            ("![alt](x.png) words", "alt words"),
            ("\"quotes\" -- and... dots", "\"quotes\" -- and... dots"),
            ("_whole_", "whole"),
            ("__init__ and a.__class__, __init__.py", "__init__ and a.__class__, __init__.py"),
            ("___x___ and _a_b_", "___x___ and _a_b_"),
            ("__two words__ and *one* and **__a__**", "two words and one and __a__"),
            ("", ""),
        ] {
            assert_eq!(plain_title(written), plain, "{written}");
        }
    }

    proptest! {
        #[test]
        fn any_text_has_a_plain_form_on_one_line(text in any::<String>()) {
            prop_assert!(!plain_title(&text).contains(['\n', '\r']));
        }
    }
}
