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
        let said = id.split_once('>').map_or("", |(_, said)| said);
        let (prefix, of) = shape(said).unwrap_or_default();
        found.set("id", at..at + 1, Node::Text(of.to_owned()));
        if !prefix.is_empty() {
            found.set("id-prefix", at..at + 1, Node::Text(prefix));
        }
    }
    found
}

impl FeedTemplate {
    fn set(&mut self, key: &str, span: Span, value: Node) {
        self.map.push((key.to_owned(), value));
        self.spans.insert(vec![key.to_owned()], span);
    }
}

/// The filters that leave an address what it is, or make it a whole one.
const FILTERS: [&str; 8] =
    ["absolute_url", "relative_url", "prepend:site.baseurl", "prepend:site.url", "xml_escape", "escape", "uri_escape", "strip"];

/// Returns what stands before the address of a post, and which of its two it is, where that is all that a template writes; nothing where it
/// writes anything else.
fn shape(text: &str) -> Option<(String, &'static str)> {
    let mut prefix = String::new();
    let mut rest = text.trim();
    loop {
        let (before, behind) = rest.split_once("{{")?;
        prefix.push_str(before);
        let (tag, behind) = behind.split_once("}}")?;
        let tag: String = tag.trim_matches('-').split_whitespace().collect();
        let mut parts = tag.split('|');
        let name = parts.next().unwrap_or_default();
        let is_plain = parts.all(|filter| FILTERS.contains(&filter));
        match name {
            _ if !is_plain => return None,
            "site.url" | "site.baseurl" if prefix.is_empty() => {}
            "post.id" if behind.is_empty() => return Some((prefix, "post.id")),
            "post.url" if behind.is_empty() => return Some((prefix, "post.url")),
            _ => return None,
        }
        rest = behind;
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

    #[test]
    fn only_what_is_an_address_alone_is_known() {
        let of = |id: &str| said(&format!("---\n---\n<feed>{{% for post in site.posts %}}<id>{id}</id>"))[1..].join(" ");
        for known in [
            "{{ post.url | absolute_url }}",
            "{{site.url}}{{ site.baseurl }}{{ post.url | xml_escape }}",
            "{{ post.url | prepend: site.baseurl | prepend: site.url }}",
        ] {
            assert_eq!(of(known), "id=post.url", "{known}");
        }
        assert_eq!(of(" http://old.example{{ post.id }} "), "id=post.id id-prefix=http://old.example");
        for unknown in [
            "tag:example.org,{{ post.date | date: \"%Y-%m-%d\" }}:{{ post.url }}",
            "urn:uuid:{{ post.uuid }}",
            "{{ post.guid | default: post.url | absolute_url }}",
            "{{ post.id }}.html",
            "{{ post.url | slugify }}",
            "",
        ] {
            assert_eq!(of(unknown), "id=", "{unknown}");
        }
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
