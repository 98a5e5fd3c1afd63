//! Tags and categories: of the front matter, of data files, of a note's text, of the folder.

use super::{FileFacts, MOST_FAULTS, Reader, inline};
use crate::frontmatter::data::Data;
use crate::frontmatter::dialects::{Field, Separator};
use crate::frontmatter::head::{Head, Hit};
use crate::frontmatter::node::Node;
use crate::frontmatter::split::Delimiter;
use crate::model::HugoHabits;
use crate::text::chars::one_line;

impl Reader<'_> {
    pub(super) fn tags(&mut self, body: usize) -> Vec<String> {
        let mut tags = Vec::new();
        self.collect_terms(Field::Tags, &mut tags);
        if self.dialect.is_note {
            inline::collect(self.head.source.text.get(body..).unwrap_or_default(), &mut tags);
        }
        let has_own = self.dialect.keys(Field::Tags).iter().any(|key| self.head.find(key).is_some());
        self.collect_data_terms(Field::Tags, &mut tags, |data| !(has_own && (data.replaces() || data.is_whole())));
        tags
    }

    pub(super) fn categories(&mut self, facts: &FileFacts<'_>) -> Vec<String> {
        let mut categories = std::mem::take(&mut self.name.categories);
        if let Some(rules) = facts.rules {
            // An article has one category.
            self.collect_terms(Field::Categories, &mut categories);
            if categories.is_empty() {
                self.collect_data_terms(Field::Categories, &mut categories, |_| true);
            }
            if categories.is_empty() {
                categories.extend(rules.category(self.head.source.path));
            }
            return categories;
        }
        if self.name.is_jekyll || self.data.iter().any(|data| data.replaces()) {
            self.jekyll_categories(&mut categories);
        } else {
            self.collect_terms(Field::Categories, &mut categories);
        }
        let has_own = self.dialect.keys(Field::Categories).iter().any(|key| self.head.find(key).is_some());
        self.collect_data_terms(Field::Categories, &mut categories, |data| !(data.replaces() || has_own && data.is_whole()));
        if categories.is_empty() && self.head.delimiter == Some(Delimiter::Plain) {
            categories.extend(folder_as_category(self.head.source.path, facts.folder));
        }
        categories
    }

    /// Adds what Jekyll does: `categories` of `defaults`, then the post's own, then `category`, of which the post's own outweighs that
    /// of `defaults` (<https://jekyllrb.com/docs/posts/#categories>).
    fn jekyll_categories(&mut self, out: &mut Vec<String>) {
        let keys = self.dialect.keys(Field::Categories);
        let nearest = |key: &str| self.data.iter().filter(|data| data.replaces()).find_map(|data| data.find(key));
        if let Some(node) = nearest("categories") {
            for item in Head::items(&Hit { path: "categories".into(), node }) {
                match item.node {
                    Node::Text(text) if matches!(node, Node::List(_)) => push_term(out, text),
                    Node::Text(text) => split_terms(text, self.dialect.tags).for_each(|term| push_term(out, term)),
                    _ => {}
                }
            }
        }
        let category = nearest("category").and_then(Node::text);
        self.collect_first(keys.iter().copied().filter(|key| *key != "category"), out);
        match category {
            Some(category) if self.head.find("category").is_none_or(|hit| *hit.node == Node::Null) => push_term(out, &category),
            _ => self.collect_first(["category"].into_iter(), out),
        }
    }

    /// Adds the tags or categories of data files to the post's own, as Eleventy does, but for the names of collections.
    fn collect_data_terms(&self, field: Field, out: &mut Vec<String>, counts: impl Fn(&Data) -> bool) {
        let mut is_replaced = false;
        for data in self.data.iter().filter(|data| counts(data)) {
            // Of several that replace one another the nearest counts.
            if (data.replaces() || data.is_whole()) && is_replaced {
                continue;
            }
            let Some((path, node)) = self.dialect.keys(field).iter().find_map(|key| Some((*key, data.find(key)?))) else { continue };
            is_replaced |= data.replaces() || data.is_whole();
            if let Node::Text(text) = node
                && data.replaces()
                && field == Field::Tags
            {
                split_terms(text, self.dialect.tags).for_each(|term| push_term(out, term));
                continue;
            }
            for item in Head::items(&Hit { path: path.into(), node }) {
                if let Node::Text(text) = item.node
                    && (data.replaces() || data.is_whole() || !data.is_collection(text.trim()))
                {
                    push_term(out, text);
                }
            }
        }
    }

    /// Returns the terms of taxonomies of the site's own, each with the number of its taxonomy.
    pub(super) fn own_terms(&self, hugo: &HugoHabits) -> Vec<(u8, String)> {
        let mut terms = Vec::new();
        for (number, taxonomy) in (0..).zip(&hugo.taxonomies) {
            let Some(node) = self.value(&taxonomy.key) else { continue };
            let mut own = Vec::new();
            for item in Head::items(&Hit { path: taxonomy.key.clone().into(), node }) {
                if let Some(text) = item.node.text() {
                    push_term(&mut own, &text);
                }
            }
            terms.extend(own.into_iter().map(|term| (number, term)));
        }
        terms
    }

    /// Adds the tags or categories of the first key that has any.
    fn collect_terms(&mut self, field: Field, out: &mut Vec<String>) {
        self.collect_first(self.dialect.keys(field).iter().copied(), out);
    }

    /// Returns a term as Hugo knows it: a number and a truth value is what it means, not how it is written, and in YAML without quotes
    /// `yes` and `no` are truth values, too (<https://yaml.org/type/bool.html>).
    fn term_of_hugo(&self, item: &Hit<'_>) -> Option<String> {
        match item.node {
            Node::Number(number) => Some(number.strip_suffix(".0").unwrap_or(number).to_owned()),
            Node::Bool(value) => Some(value.to_string()),
            Node::Text(text) if self.head.delimiter == Some(Delimiter::Yaml) && text.len() <= 3 => {
                let is = |words: [&str; 3]| words.iter().any(|word| word.eq_ignore_ascii_case(text));
                let value = if is(["y", "yes", "on"]) {
                    "true"
                } else if is(["n", "no", "off"]) {
                    "false"
                } else {
                    return Some(text.clone());
                };
                let is_quoted = self.head.text().get(self.head.span(&item.path)).is_some_and(|written| written.starts_with(['"', '\'']));
                Some(if is_quoted { text.clone() } else { value.to_owned() })
            }
            _ => self.head.text_of(item),
        }
    }

    /// Adds the terms of the first of some keys that has any.
    fn collect_first(&mut self, mut keys: impl Iterator<Item = &'static str>, out: &mut Vec<String>) {
        let mut faults: Vec<String> = Vec::new();
        if let Some(hit) = keys.find_map(|key| self.head.find(key)) {
            let is_list = matches!(hit.node, Node::List(_));
            // `category` names one; so does `tag` in Jekyll, where `tags` is split at blanks.
            let is_one = hit.path == "category" || hit.path == "tag" && self.dialect.tags == Separator::Blanks;
            let mut open = Head::items(&hit);
            open.reverse();
            while let Some(item) = open.pop() {
                let text = if self.is_hugo { self.term_of_hugo(&item) } else { self.head.text_of(&item) };
                match (item.node, text) {
                    (_, Some(text)) if is_list || is_one => push_term(out, &text),
                    (_, Some(text)) => split_terms(&text, self.dialect.tags).for_each(|term| push_term(out, term)),
                    // Hexo nests categories.
                    (Node::List(_), None) => open.extend(Head::items(&item).into_iter().rev()),
                    (_, None) => faults.push(item.path.to_string()),
                }
            }
        }
        for path in faults.into_iter().take(MOST_FAULTS) {
            self.report_ignored(&path, format!("`{path}` is no text and was left out"), "quote it");
        }
    }
}

/// Returns the folder of a Pelican article, which is its category when it names none: the innermost one below `content`,
/// or below the posts folder.
fn folder_as_category(path: &str, posts: &str) -> Option<String> {
    let folders: Vec<&str> = path.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
    let (_, folders) = folders.split_last()?;
    let depth = posts.split('/').filter(|part| !part.is_empty() && *part != ".").count();
    let base = folders.iter().position(|name| *name == "content").map_or(depth, |at| at + 1);
    folders.get(base..)?.last().map(|name| one_line(name))
}

/// Takes a string of several tags apart.
fn split_terms(text: &str, separator: Separator) -> Box<dyn Iterator<Item = &str> + '_> {
    match separator {
        Separator::Blanks => Box::new(text.split(|c: char| c == ',' || c.is_whitespace())),
        Separator::CommasOrSemicolons if text.contains(';') => Box::new(text.split(';')),
        Separator::Commas | Separator::CommasOrSemicolons => Box::new(text.split(',')),
    }
}

/// Adds a tag, trimmed, unless it is there already. Obsidian writes `#tag`.
pub(super) fn push_term(out: &mut Vec<String>, term: &str) {
    let term = one_line(term.trim().trim_start_matches('#'));
    if !term.is_empty() && !out.contains(&term) {
        out.push(term);
    }
}
