//! The commented `postrider.yaml` that `init` writes, made from the KEYS table.

use super::keys::{EXAMPLE_NAMES, KEYS, Key};
use super::quote::yaml_text;

/// What `init` knows of the new site. What it does not know stays commented out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answers {
    /// `site.from`.
    pub from: Option<String>,
    /// `site.url`.
    pub url: Option<String>,
    /// `site.title`.
    pub title: Option<String>,
    /// `posts`.
    pub posts: Option<String>,
    /// `permalink`.
    pub permalink: Option<String>,
    /// `output`.
    pub output: Option<String>,
}

impl Answers {
    fn get(&self, path: &str) -> Option<&str> {
        let known = [
            ("site.from", &self.from),
            ("site.url", &self.url),
            ("site.title", &self.title),
            ("posts", &self.posts),
            ("permalink", &self.permalink),
            ("output", &self.output),
        ];
        known.into_iter().find(|(key, _)| *key == path).and_then(|(_, answer)| answer.as_deref()).filter(|answer| !answer.is_empty())
    }
}

const HEAD: &str = "# The configuration of postrider. Every key has a default; a line that begins with `#` and a key shows it or an example:\n# remove the `#`, and those before the keys above it, to set it. `postrider schema` prints all this for programs.\n";

/// Returns a configuration in which every key is explained, and those that are known are set.
#[must_use]
pub fn commented(answers: &Answers) -> String {
    let mut file = HEAD.to_owned();
    let mut open: Vec<&str> = Vec::new();
    for key in KEYS {
        let parts: Vec<&str> = key.path.split('.').collect();
        let groups = parts.get(..parts.len() - 1).unwrap_or_default();
        let shared = open.iter().zip(groups).take_while(|(a, b)| a == b).count();
        if shared == 0 {
            file.push('\n');
        }
        for depth in shared..groups.len() {
            let path = groups.get(..=depth).unwrap_or_default().join(".");
            file.push_str(&line(depth, is_set(&path, answers), &format!("{}:", name(&path))));
        }
        open = groups.to_vec();
        file.push_str(&entry(key, groups.len(), answers));
    }
    file
}

/// Returns the comment and the line of a key.
fn entry(key: &Key, depth: usize, answers: &Answers) -> String {
    let answer = answers.get(key.path);
    let shown = if key.example.is_empty() || key.default.len() > 5 { key.default } else { key.example };
    let shown = if shown.is_empty() { key.example } else { shown };
    let value = answer.map_or_else(|| shown.to_owned(), |answer| yaml_text(answer, false));
    let comment = format!("{}# {}\n", "  ".repeat(depth), key.doc);
    comment + &line(depth, answer.is_some(), &format!("{}: {value}", name(key.path)))
}

fn line(depth: usize, set: bool, text: &str) -> String {
    format!("{}{}{text}\n", "  ".repeat(depth), if set { "" } else { "#" })
}

/// Returns whether something below a group is set.
fn is_set(group: &str, answers: &Answers) -> bool {
    KEYS.iter().any(|key| key.path.strip_prefix(group).is_some_and(|rest| rest.starts_with('.')) && answers.get(key.path).is_some())
}

/// Returns the last name of a path, with an example in place of `*`.
fn name(path: &str) -> String {
    let (group, last) = path.rsplit_once('.').unwrap_or(("", path));
    let example = EXAMPLE_NAMES.iter().find(|(known, _)| last == "*" && *known == group).map_or(last, |(_, name)| name);
    yaml_text(example, false)
}

#[cfg(test)]
mod tests {
    use super::super::index::Index;
    use super::super::read;
    use super::*;
    use crate::diagnostic::{Diagnostic, Source};

    fn findings(text: &str) -> Vec<String> {
        let (_, found) = read(Source::new("postrider.yaml", text), &[]);
        found.iter().map(|d: &Diagnostic| format!("{:?} {}", d.place.as_ref().map(|p| p.start.line), d.message)).collect()
    }

    fn answers() -> Answers {
        let some = |text: &str| Some(text.to_owned());
        Answers {
            from: some("jekyll"),
            url: some("https://example.org/blog/"),
            title: some("Foo: bar"),
            posts: some("_posts"),
            permalink: some("/:year/:slug.html"),
            output: some("_site"),
        }
    }

    #[test]
    fn the_commented_file_reads_without_a_finding_and_holds_the_answers() {
        assert_eq!(findings(&commented(&Answers::default())), Vec::<String>::new());
        let (settings, found) = read(Source::new("postrider.yaml", &commented(&answers())), &[]);
        let settings = settings.expect("settings");
        assert_eq!(found, []);
        assert_eq!((settings.url.as_str(), settings.title.as_str()), ("https://example.org/blog/", "Foo: bar"));
        assert_eq!(
            (settings.posts, settings.permalink.as_str(), settings.output.as_str()),
            (vec!["_posts".to_owned()], "/:year/:slug.html", "_site")
        );
    }

    #[test]
    fn every_key_is_in_it_and_may_be_set_as_shown() {
        let uncomment = |line: &str| match line.trim_start().strip_prefix('#') {
            Some(rest) if !rest.starts_with(' ') => line.replacen('#', "", 1),
            _ => line.to_owned(),
        };
        let text: String = commented(&answers()).lines().map(|line| uncomment(line) + "\n").collect();
        assert_eq!(findings(&text), Vec::<String>::new(), "{text}");
        let index = Index::new(&text);
        for key in KEYS {
            let mut path: Vec<String> = Vec::new();
            for part in key.path.split('.') {
                let example = EXAMPLE_NAMES.iter().find(|(group, _)| part == "*" && *group == path.join("."));
                path.push(example.map_or(part, |(_, name)| name).to_owned());
            }
            assert!(index.has(&path), "{}", key.path);
        }
    }
}
