//! The authors of a Jekyll site, whom its posts name by a key: `_data/authors.yml`.

use super::codes;
use super::node::{Map, Node};
use super::parse;
use super::post::is_absolute;
use super::split::Delimiter;
use super::title::plain_title;
use crate::diagnostic::{Diagnostic, Severity, Source};
use crate::model::Author;
use crate::text::chars::one_line;
use std::collections::BTreeMap;

/// Reads the authors by their keys. What is wrong is a warning: the posts that name them stay.
#[must_use]
pub fn read_authors(source: Source<'_>) -> (BTreeMap<String, Author>, Vec<Diagnostic>) {
    let delimiter = if source.path.to_ascii_lowercase().ends_with(".json") { Delimiter::Json } else { Delimiter::Yaml };
    let (map, mut found) = parse::parse(delimiter, source, &(0..source.text.len()));
    for fault in &mut found {
        fault.code = codes::IGNORED_VALUE.name;
        fault.severity = Severity::Warning;
        fault.message = fault.message.replace("the front matter", "the file of authors");
        fault.help = fault.help.take().map(|help| if help.contains("`date:") { "write `ada: {name: Ada}`".into() } else { help });
    }
    let authors = map.into_iter().filter_map(|(key, node)| match node {
        Node::Map(facts) => Some((key, author(&facts)?)),
        _ => None,
    });
    (authors.collect(), found)
}

fn author(facts: &Map) -> Option<Author> {
    let part = |names: &[&str]| {
        let find = |name: &&str| facts.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
        names.iter().filter_map(find).find_map(|(_, node)| match node {
            Node::Text(text) => Some(one_line(text)).filter(|text| !text.is_empty()),
            _ => None,
        })
    };
    let uri = part(&["url", "uri", "website", "web", "homepage"]).filter(|uri| is_absolute(uri));
    Some(Author { name: plain_title(&part(&["name", "display_name", "title"])?), email: part(&["email", "mail"]), uri })
}
