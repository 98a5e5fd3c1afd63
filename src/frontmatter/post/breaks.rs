//! Values of one line that are written with more: feeds get them mended, and a mail is refused, for in its header a line break could
//! begin another field (RFC 5322 §2.2).

use super::Reader;
use crate::frontmatter::dialects::Field;
use crate::frontmatter::locate_field;
use crate::frontmatter::node::Node;
use crate::text::chars::has_break;
use crate::tree;

impl Reader<'_> {
    /// Returns the keys of titles, names and terms that are written with a line break or another control character.
    pub(super) fn breaks(&self) -> Vec<String> {
        let fields = [Field::Title, Field::Authors, Field::Tags, Field::Categories];
        let hits = fields.into_iter().filter_map(|field| Some((field, self.hits(field).next()?)));
        let broken = hits.filter(|(field, hit)| {
            // A text of several terms has lines, too.
            let is_terms = matches!(field, Field::Tags | Field::Categories) && matches!(hit.node, Node::Text(_));
            !is_terms && has_broken_text(hit.node) || self.is_removed_from(&hit.path)
        });
        broken.map(|(_, hit)| hit.path.to_string()).collect()
    }

    /// Returns whether a value lost a control character before it was read.
    fn is_removed_from(&self, path: &str) -> bool {
        let text = self.head.source.text;
        let has_controls = |text: &str| tree::controls(text).any(|(_, c)| c.is_control());
        has_controls(text.get(self.head.front.clone()).unwrap_or_default())
            && locate_field(text, path).and_then(|span| text.get(span)).is_some_and(has_controls)
    }
}

/// Returns whether a text in a value has several lines or holds another control character; a tab is a blank.
fn has_broken_text(node: &Node) -> bool {
    match node {
        Node::Text(text) => has_break(&text.trim().replace('\t', " ")),
        Node::List(items) => items.iter().any(has_broken_text),
        Node::Map(map) => map.iter().any(|(_, node)| has_broken_text(node)),
        _ => false,
    }
}
