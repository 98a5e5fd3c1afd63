//! A feed that a template of the site's own writes, as many Jekyll sites have one: which format it is, what its ids are, how many entries it
//! has. The template is not run; these three are told by their words.

use crate::diagnostic::Span;
use crate::tree::{Map, Node};
use std::collections::BTreeMap;

/// What a template says.
#[derive(Debug, Default)]
pub(super) struct FeedTemplate {
    pub(super) map: Map,
    pub(super) spans: BTreeMap<Vec<String>, Span>,
}

/// How feeds begin.
const BEGINNINGS: [(&str, &str); 2] = [("<rss", "rss"), ("<feed", "atom")];

/// The elements that hold the id of an entry.
const IDS: [(&str, &str); 2] = [("<guid", "</guid>"), ("<id", "</id>")];

/// Reads a template; what is none, for it has no front matter, says nothing.
pub(super) fn read(text: &str) -> FeedTemplate {
    let mut found = FeedTemplate::default();
    let begins = |(begin, format): &(&'static str, &'static str)| text.find(begin).map(|at| (at, begin.len(), *format));
    let Some((root, length, format)) = BEGINNINGS.iter().find_map(begins).filter(|_| text.starts_with("---")) else { return found };
    found.set("format", root..root + length, Node::Text(format.to_owned()));
    let posts = text.get(root..).and_then(|rest| rest.find("site.posts")).map_or(text.len(), |at| root + at);
    let Some(rest) = text.get(posts..) else { return found };
    let tag = rest.find("%}").and_then(|end| rest.get(..end)).unwrap_or_default();
    if let Some((at, number)) = tag.find("limit:").and_then(|at| Some((at, limit(tag.get(at + "limit:".len()..)?)?))) {
        found.set("limit", posts + at..posts + at + "limit:".len(), Node::Number(number.to_owned()));
    }
    let element = |(open, close): &(&str, &str)| {
        let at = rest.find(open)?;
        let end = rest.get(at..)?.find(close)?;
        Some((posts + at, rest.get(at..at + end)?))
    };
    if let Some((at, id)) = IDS.iter().find_map(element) {
        let of = if id.contains("post.id") { "post.id" } else { "post.url" };
        found.set("id", at..at + 1, Node::Text(of.to_owned()));
    }
    found
}

impl FeedTemplate {
    fn set(&mut self, key: &str, span: Span, value: Node) {
        self.map.push((key.to_owned(), value));
        self.spans.insert(vec![key.to_owned()], span);
    }
}

/// Returns the number that a text begins with.
fn limit(text: &str) -> Option<&str> {
    let text = text.trim_start();
    text.get(..text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len())).filter(|number| !number.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn said(text: &str) -> Vec<String> {
        read(text).map.iter().map(|(key, value)| format!("{key}={}", value.text().unwrap_or_default())).collect()
    }

    #[test]
    fn a_template_says_its_format_its_ids_and_its_number_of_entries() {
        let rss = "---\nlayout: null\n---\n<rss>{% for post in site.posts limit:10 %}<guid>{{ post.url }}</guid>{% endfor %}</rss>";
        assert_eq!(said(rss), ["format=rss", "limit=10", "id=post.url"]);
        let atom =
            "---\n---\n<feed><id>{{ site.url }}</id>{% for post in site.posts %}<id>{{ site.url }}{{ post.id }}</id>{% endfor %}</feed>";
        assert_eq!(said(atom), ["format=atom", "id=post.id"]);
        assert_eq!(said("---\n---\n<rss>{% for post in site.posts limit: n %}<item/>"), ["format=rss"]);
        assert_eq!(said("<?xml version=\"1.0\"?><rss><guid>x</guid></rss>"), [""; 0], "a file that was made is no template");
    }

    proptest! {
        #[test]
        fn no_template_is_too_strange(parts in prop::collection::vec(prop::sample::select(vec![
            "---", "<rss", "<feed", "site.posts", "%}", "limit:", "7", "<guid", "</guid>", "<id>", "</id>", "post.id", "ü", " ",
        ]), 0..20)) {
            let text = format!("---{}", parts.concat());
            let found = read(&text);
            prop_assert!(found.spans.values().all(|span| text.get(span.clone()).is_some()));
        }
    }
}
