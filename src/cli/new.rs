//! `postrider new TITLE`: a dated draft under the next free name.

use crate::config::yaml_text;
use crate::model::{Date, Settings};
use crate::source;
use crate::text::slug::slugify;
use anyhow::{Context as _, Result, bail};
use std::fs::OpenOptions;
use std::io::{ErrorKind, Write as _};
use std::path::Path;

/// The usual folders of posts in `content/`: the first that is there counts.
const BELOW: [&str; 3] = ["posts", "post", "blog"];
/// How many posts of one title may begin on one day.
const MOST: usize = 999;

/// Starts a draft and returns its path, relative to the site, with `/`.
pub(super) fn run(dir: &Path, settings: &Settings, title: &str, now: Date) -> Result<String> {
    let title = title.split_whitespace().collect::<Vec<_>>().join(" ");
    if title.is_empty() {
        bail!("a post needs a title; help: write `postrider new \"A walk in May\"`");
    }
    let folder = folder(dir, settings);
    std::fs::create_dir_all(dir.join(&folder)).with_context(|| format!("cannot make the folder `{folder}`"))?;
    let now = now.with_timezone(&settings.timezone);
    let stem = format!("{}/{}-{}", folder, now.format("%Y-%m-%d"), slugify(&title));
    let stem = stem.trim_start_matches("./");
    let text = format!("---\ntitle: {}\ndate: {}\ndraft: true\n---\n\n", yaml_text(&title, false), now.format("%Y-%m-%d %H:%M:%S %z"));
    for number in 1..=MOST {
        let path = if number == 1 { format!("{stem}.md") } else { format!("{stem}-{number}.md") };
        if create(&dir.join(&path), &text).with_context(|| format!("cannot write `{path}`"))? {
            return Ok(path);
        }
    }
    bail!("`{stem}.md` and {MOST} more names are taken; help: choose another title")
}

/// Writes a new file, and returns whether its name was free.
fn create(path: &Path, text: &str) -> std::io::Result<bool> {
    match OpenOptions::new().write(true).create_new(true).open(path) {
        Ok(mut file) => file.write_all(text.as_bytes()).map(|()| true),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(error),
    }
}

/// Returns the folder for new posts: the first that is configured, else the usual one that is there, else `posts`.
fn folder(dir: &Path, settings: &Settings) -> String {
    let configured = settings.posts.iter().map(|pattern| before_glob(dir, pattern)).next();
    let below = |folder: String| {
        BELOW.iter().map(|name| format!("{folder}/{name}")).find(|below| folder == "content" && dir.join(below).is_dir()).unwrap_or(folder)
    };
    let usual = || source::usual_folders(dir).and_then(|folders| folders.into_iter().next()).map(below);
    configured.or_else(usual).unwrap_or_else(|| "posts".to_owned())
}

/// Returns the folder in which a pattern begins to be one; for a file, its folder.
fn before_glob(dir: &Path, pattern: &str) -> String {
    let is_glob = |part: &str| part.contains(['*', '?', '[', '{']);
    let mut parts: Vec<&str> = pattern.split('/').take_while(|part| !is_glob(part)).collect();
    let whole = parts.len() == pattern.split('/').count();
    let names_a_file = whole && (dir.join(pattern).is_file() || source::is_post_name(pattern));
    if names_a_file {
        parts.pop();
    }
    if parts.is_empty() { ".".to_owned() } else { parts.join("/") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config;
    use crate::diagnostic::Source;

    fn settings(text: &str) -> Settings {
        config::read(Source::new("postrider.yaml", text), &[]).0.expect("settings")
    }

    fn at(text: &str) -> Date {
        Date::parse_from_rfc3339(text).expect("a date")
    }

    #[test]
    fn a_draft_is_dated_in_the_zone_of_the_site() {
        let dir = tempfile::tempdir().expect("a folder");
        let path =
            run(dir.path(), &settings("site: {timezone: Europe/Berlin}"), "A walk: in May", at("2026-05-01T22:30:00Z")).expect("a draft");
        assert_eq!(path, "posts/2026-05-02-a-walk-in-may.md");
        let text = std::fs::read_to_string(dir.path().join(path)).expect("the draft");
        assert_eq!(text, "---\ntitle: \"A walk: in May\"\ndate: 2026-05-02 00:30:00 +0200\ndraft: true\n---\n\n");
    }

    #[test]
    fn the_next_free_name_is_taken_and_nothing_is_overwritten() {
        let dir = tempfile::tempdir().expect("a folder");
        let start = || run(dir.path(), &settings(""), "Same", at("2026-05-01T10:00:00Z")).expect("a draft");
        assert_eq!(start(), "posts/2026-05-01-same.md");
        std::fs::write(dir.path().join("posts/2026-05-01-same.md"), "mine").expect("written");
        assert_eq!((start(), start()), ("posts/2026-05-01-same-2.md".into(), "posts/2026-05-01-same-3.md".into()));
        assert_eq!(std::fs::read_to_string(dir.path().join("posts/2026-05-01-same.md")).expect("the file"), "mine");
    }

    #[test]
    fn the_folder_is_the_configured_one_or_the_one_that_is_there() {
        let dir = tempfile::tempdir().expect("a folder");
        assert_eq!(folder(dir.path(), &settings("")), "posts");
        std::fs::create_dir_all(dir.path().join("content/blog")).expect("folders");
        assert_eq!(folder(dir.path(), &settings("")), "content/blog");
        std::fs::create_dir_all(dir.path().join("_posts")).expect("folders");
        assert_eq!(folder(dir.path(), &settings("")), "_posts");
        for (posts, expected) in [("texts/", "texts"), ("a/**/*.md", "a"), ("'*.md'", "."), ("[x/y.md, z]", "x")] {
            assert_eq!(folder(dir.path(), &settings(&format!("posts: {posts}"))), expected, "{posts}");
        }
    }

    #[test]
    fn any_title_makes_a_name_and_reads_back() {
        let dir = tempfile::tempdir().expect("a folder");
        for title in ["@home", "\"x\"", "😀", "../../etc/passwd", "yes", "C# & c++", "Ünïcode 日本", "a\u{0}b\u{1b}", &"long ".repeat(200)]
        {
            let path = run(dir.path(), &settings(""), title, at("2026-05-01T10:00:00Z")).expect(title);
            assert!(path.starts_with("posts/2026-05-01-") && path.matches('/').count() == 1 && path.len() < 120, "{path}");
            let text = std::fs::read_to_string(dir.path().join(&path)).expect("the draft");
            let front: serde_yaml::Value = serde_yaml::from_str(text.split("---\n").nth(1).expect("front matter")).expect("good YAML");
            assert_eq!(front.get("title").and_then(|title| title.as_str()), Some(title.trim()), "{text}");
        }
        assert!(run(dir.path(), &settings(""), "  ", at("2026-05-01T10:00:00Z")).is_err());
    }
}
