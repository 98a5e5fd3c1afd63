//! Who wrote a post: names, addresses, lists and maps of them.

use super::{MOST_FAULTS, Reader, is_absolute};
use crate::frontmatter::dialects::Field;
use crate::frontmatter::head::{Head, Hit};
use crate::frontmatter::node::Node;
use crate::frontmatter::title::plain_title;
use crate::model::Author;
use crate::text::chars::one_line;

impl Reader<'_> {
    pub(super) fn authors(&mut self) -> Vec<Author> {
        let Some(hit) = self.hits(Field::Authors).next() else { return Vec::new() };
        let mut authors: Vec<Author> = Vec::new();
        let mut faults: Vec<String> = Vec::new();
        for item in Head::items(&hit) {
            let found = match (item.node, self.head.text_of(&item)) {
                (_, Some(text)) => self.split_authors(&text).into_iter().map(author_from_text).collect(),
                (Node::Map(_), None) => vec![self.author_from_map(&item)],
                _ => Vec::new(),
            };
            if matches!(item.node, Node::Map(_)) && found.iter().all(|author| author.name.is_empty()) {
                faults.push(item.path.to_string());
            }
            for author in found.into_iter().filter(|author| !author.name.is_empty()) {
                if !authors.contains(&author) {
                    authors.push(author);
                }
            }
        }
        for path in faults.into_iter().take(MOST_FAULTS) {
            self.report_ignored(&path, format!("`{path}` has no name and was left out"), "add `name:`");
        }
        authors
    }

    /// Takes a string of authors apart; in Pelican `;` wins over `,`, so that `Last, First; Last, First` works.
    fn split_authors<'t>(&self, text: &'t str) -> Vec<&'t str> {
        match text {
            _ if !self.dialect.splits_authors => vec![text],
            _ if text.contains(';') => text.split(';').collect(),
            _ => text.split(',').collect(),
        }
    }

    fn author_from_map(&self, hit: &Hit<'_>) -> Author {
        let part = |names: &[&str]| {
            let found = names.iter().find_map(|name| Some((*name, hit.node.step(name)?)))?;
            let text = self.head.text_of(&Hit { path: format!("{}.{}", hit.path, found.0).into(), node: found.1 })?;
            Some(one_line(&text)).filter(|text| !text.is_empty())
        };
        let uri = part(&["url", "uri", "website", "homepage", "link"]);
        let name = part(&["name", "display_name", "title"]).unwrap_or_default();
        Author { name: plain_title(&name), email: part(&["email", "mail"]), uri }
    }
}

/// Reads `Name`, `Name <mail@example.org>` or `Name <https://example.org>`.
fn author_from_text(text: &str) -> Author {
    let text = one_line(text);
    if let Some((name, address)) = text.strip_suffix('>').and_then(|text| text.split_once('<')) {
        let name = plain_title(name);
        if is_absolute(address) {
            return Author { name, email: None, uri: Some(address.to_owned()) };
        }
        if address.contains('@') {
            return Author { name, email: Some(address.to_owned()), uri: None };
        }
    }
    Author { name: plain_title(&text), email: None, uri: None }
}
