//! What Pelican's configuration tells articles: values of all, and what it reads from their names and paths
//! (<https://docs.getpelican.com/en/latest/settings.html#metadata>).

use super::codes;
use super::data::Data;
use super::node::{Map, Node};
use super::section::Target;
use crate::diagnostic::{Diagnostic, Place};
use crate::model::Metadata;
use regex::{Regex, RegexBuilder};

/// The most memory that one expression may take, in bytes.
const MOST_MEMORY: usize = 1 << 20;

/// The rules of a site, ready for use.
#[derive(Debug)]
pub struct Rules {
    metadata: Metadata,
    of_name: Option<Regex>,
    of_path: Option<Regex>,
    everywhere: Data,
}

impl Rules {
    /// Prepares what a configuration says; a pattern that nobody can read is said once.
    #[must_use]
    pub fn new(metadata: &Metadata) -> (Self, Vec<Diagnostic>) {
        let mut found = Vec::new();
        let mut compiled = |key: &str, pattern: &Option<String>| {
            let pattern = pattern.as_deref()?;
            // Python's `re.match` begins at the beginning.
            let regex = RegexBuilder::new(&format!("^(?:{pattern})")).size_limit(MOST_MEMORY).build();
            if regex.is_err() {
                let message = format!("`{key}` is no expression that can be read here, and nothing is read by it");
                let help = "write the date and the slug into each article";
                found.push(Diagnostic::new(&codes::IGNORED_VALUE, message).at(Place::file(&metadata.path)).help(help));
            }
            regex.ok()
        };
        let (of_name, of_path) = (compiled("FILENAME_METADATA", &metadata.of_name), compiled("PATH_METADATA", &metadata.of_path));
        let everywhere = data(&metadata.path, metadata.values.clone());
        (Rules { metadata: metadata.clone(), of_name, of_path, everywhere }, found)
    }

    /// Returns what the path of an article says, relative to the site's root.
    pub(super) fn of_path(&self, path: &str) -> Data {
        let below = path.strip_prefix(&*self.metadata.folder).map_or(path, |rest| rest.trim_start_matches('/'));
        let file = below.rsplit('/').next().unwrap_or(below);
        let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
        let mut values: Vec<(String, String)> = Vec::new();
        for (regex, text) in [(&self.of_name, stem), (&self.of_path, below)] {
            let Some(regex) = regex else { continue };
            let Some(groups) = regex.captures(text) else { continue };
            for name in regex.capture_names().flatten() {
                let key = name.to_lowercase();
                if let Some(group) = groups.name(name)
                    && !values.iter().any(|(known, _)| *known == key)
                {
                    // A date in a name has `_` for a blank.
                    let value = if key == "date" { group.as_str().replace('_', " ") } else { group.as_str().to_owned() };
                    values.push((key, value));
                }
            }
        }
        data(path, values)
    }

    /// Returns what all articles are told.
    pub(super) fn everywhere(&self) -> &Data {
        &self.everywhere
    }

    /// Returns the category of an article that names none: its folder's name, or the usual one.
    pub(super) fn category(&self, path: &str) -> Option<String> {
        let below = path.strip_prefix(&*self.metadata.folder).map_or(path, |rest| rest.trim_start_matches('/'));
        let folder = below.rsplit('/').nth(1).filter(|_| self.metadata.folder_is_category);
        folder.map(str::to_owned).or_else(|| self.metadata.category.clone())
    }

    /// Returns the date of articles without one.
    pub(super) fn date(&self) -> Option<&str> {
        self.metadata.date.as_deref()
    }
}

fn data(path: &str, values: Vec<(String, String)>) -> Data {
    let map: Map = values.into_iter().map(|(key, value)| (key, Node::Text(value))).collect();
    Data::cascaded(path, "", map, Target::default()).replacing()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn metadata() -> Metadata {
        Metadata { folder: "content".into(), category: Some("misc".into()), folder_is_category: true, ..Metadata::default() }
    }

    #[test]
    fn names_and_paths_say_what_their_groups_are_called() {
        let of_name = Some(r"(?P<date>\d{4}-\d{2}-\d{2}_\d{2}:\d{2})-(?P<Slug>.*)".to_owned());
        let of_path = Some("(?P<lang>[a-z]{2})/(?P<slug>.*)".to_owned());
        let (rules, found) = Rules::new(&Metadata { of_name, of_path, ..metadata() });
        assert_eq!(found, []);
        let data = rules.of_path("content/de/2026-01-02_10:30-hello.md");
        let text = |key: &str| data.find(key).and_then(Node::text);
        assert_eq!(
            (text("date").as_deref(), text("slug").as_deref(), text("lang").as_deref()),
            (Some("2026-01-02 10:30"), Some("hello"), Some("de"))
        );
    }

    #[test]
    fn an_expression_that_is_none_is_told_and_does_nothing() {
        for pattern in ["(?P<date>", r"(?P<a>x)\1", "(x{1000}){1000}{1000}"] {
            let (rules, found) = Rules::new(&Metadata { of_name: Some(pattern.to_owned()), path: "pelicanconf.py".into(), ..metadata() });
            assert_eq!(found.len(), 1, "{pattern}");
            assert!(rules.of_path("content/a.md").find("date").is_none());
        }
    }

    #[test]
    fn a_folder_is_a_category_unless_the_configuration_says_otherwise() {
        let (rules, _) = Rules::new(&metadata());
        assert_eq!(rules.category("content/a/b/x.md").as_deref(), Some("b"));
        assert_eq!(rules.category("content/x.md").as_deref(), Some("misc"));
        let (rules, _) = Rules::new(&Metadata { folder_is_category: false, category: None, ..metadata() });
        assert_eq!(rules.category("content/a/x.md"), None);
    }
}
