//! The site generator beside us: its configuration files, read for the core.

use crate::config::{self, Beside, NEIGHBOURS, Neighbour};
use crate::source;
use crate::text::decode::decode;
use std::path::Path;

/// How deep below the site's root a folder of Jekyll's posts is looked for.
const DEEPEST: usize = 4;

/// What stands in the site's folder.
pub(super) struct Around {
    /// The generator that the folder seems to belong to.
    pub(super) neighbour: Option<&'static Neighbour>,
    names: Vec<String>,
    sites: Vec<(&'static Neighbour, Vec<(String, String)>)>,
}

impl Around {
    /// Reads the configuration of every generator that left one; that of the likeliest comes first.
    pub(super) fn read(root: &Path) -> anyhow::Result<Self> {
        let mut names = names_in(root)?;
        let neighbour = of(root, &names);
        let mut sites: Vec<(&'static Neighbour, Vec<(String, String)>)> = Vec::new();
        for row in neighbour.into_iter().chain(NEIGHBOURS).filter(|row| row.is_read()) {
            let files = if sites.iter().any(|(known, _)| known.name == row.name) { Vec::new() } else { files(root, row, &names)? };
            // A vault needs no file to be one.
            if !files.is_empty() || row.name == "Obsidian" && names.iter().any(|name| name == ".obsidian") {
                sites.push((row, files));
            }
        }
        // What nobody is known to be there for is read only when it is asked for by name.
        if sites.iter().any(|(row, _)| row.name == "Jekyll") {
            post_folders(root, Path::new(""), 0, &["_posts", "_drafts"], &mut names);
        }
        if sites.iter().any(|(row, _)| matches!(row.name, "Eleventy" | "Astro")) {
            post_folders(root, Path::new(""), 0, &USUAL_NAMES, &mut names);
        }
        if sites.iter().any(|(row, _)| row.name == "Zola") {
            names.extend(sections_with_feeds(root));
        }
        Ok(Around { neighbour, names, sites })
    }

    /// Returns the sites for the core.
    pub(super) fn beside(&self) -> Vec<Beside<'_>> {
        self.sites
            .iter()
            .map(|(neighbour, files)| {
                let is_likely = self.neighbour.is_some_and(|likely| likely.name == neighbour.name);
                Beside { neighbour, is_likely, files, names: &self.names }
            })
            .collect()
    }
}

/// Returns the generator that a site's folder seems to belong to.
pub(super) fn neighbour(root: &Path) -> Option<&'static Neighbour> {
    of(root, &names_in(root).unwrap_or_default())
}

fn of(root: &Path, names: &[String]) -> Option<&'static Neighbour> {
    let is_there = names.iter().any(|name| name == SHARED) && root.join(SHARED).is_file();
    let config = if is_there { source::read(root, SHARED).map(|bytes| decode(bytes).text).unwrap_or_default() } else { String::new() };
    config::neighbour(&names.iter().map(String::as_str).collect::<Vec<_>>(), &config)
}

/// The configuration file that more than one generator has.
const SHARED: &str = "config.toml";

fn names_in(root: &Path) -> anyhow::Result<Vec<String>> {
    let mut names = super::init::names_in(root)?;
    if root.join("config/_default").is_dir() {
        names.push("config/_default".to_owned());
    }
    Ok(names)
}

/// Reads the configuration files of a generator, in the order in which they win.
fn files(root: &Path, row: &Neighbour, names: &[String]) -> anyhow::Result<Vec<(String, String)>> {
    let mut paths = Vec::new();
    if row.name == "Hugo" {
        // A build for publication takes the environment `production`.
        for folder in ["config/production", "config/_default"] {
            let Ok(there) = super::init::names_in(&root.join(folder)) else { continue };
            let is_config = |name: &String| [".toml", ".yaml", ".yml", ".json"].iter().any(|ending| name.ends_with(ending));
            paths.extend(there.into_iter().filter(is_config).map(|name| format!("{folder}/{name}")));
        }
    }
    let is_file = |name: &&&str| names.iter().any(|there| there == **name) && root.join(name).is_file();
    if row.name == "Pelican" {
        // What is published is built with this one, which begins with the other.
        paths.extend(Some(&"publishconf.py").filter(is_file).map(|name| (*name).to_owned()));
    }
    let main = row.configs.iter().find(is_file).map(|name| (*name).to_owned());
    paths.extend(main.filter(|main| !paths.contains(main)));
    let further = FURTHER.iter().find(|(name, _)| *name == row.name).map_or(&[][..], |(_, rows)| rows);
    paths.extend(further.iter().filter_map(|names| names.iter().find(|name| root.join(name).is_file())).map(|name| (*name).to_owned()));
    paths.into_iter().map(|path| Ok((path.clone(), decode(source::read(root, &path)?).text))).collect()
}

/// What folders of posts are called where their place is not fixed.
const USUAL_NAMES: [&str; 7] = ["posts", "blog", "articles", "post", "notes", "writing", "journal"];

/// The files beside the configuration that say something of a generator's site: the first of each row that is there.
const FURTHER: [(&str, &[&[&str]]); 4] = [
    ("Jekyll", &[&["feed.xml", "atom.xml", "rss.xml", "index.xml"]]),
    (
        "Eleventy",
        &[
            &["_data/metadata.json", "src/_data/metadata.json", "content/_data/metadata.json"],
            &["_data/metadata.js", "_data/metadata.cjs", "_data/metadata.mjs", "src/_data/metadata.js", "content/_data/metadata.js"],
            &["_data/site.json", "src/_data/site.json", "content/_data/site.json"],
            &["_data/site.js", "_data/site.cjs", "_data/site.mjs", "src/_data/site.js", "content/_data/site.js"],
            &[
                "feed.njk",
                "feed/feed.njk",
                "src/feed.njk",
                "src/feed/feed.njk",
                "content/feed.njk",
                "content/feed/feed.njk",
                "feed.liquid",
                "src/feed.liquid",
            ],
        ],
    ),
    ("Astro", &[&["src/consts.ts", "src/consts.js"], &["src/config.ts"], &["src/pages/rss.xml.js", "src/pages/rss.xml.ts"]]),
    ("Obsidian", &[&[".obsidian/app.json"], &[".obsidian/templates.json"]]),
];

/// Adds the paths of folders with these names: they may lie below any folder.
fn post_folders(root: &Path, below: &Path, depth: usize, wanted: &[&str], found: &mut Vec<String>) {
    let Ok(entries) = std::fs::read_dir(root.join(below)) else { return };
    let mut names: Vec<String> = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok()).collect();
    names.sort();
    for name in names {
        let path = below.join(&name);
        let is_folder = || root.join(&path).is_dir();
        if wanted.contains(&name.as_str()) {
            if depth > 0 && is_folder() {
                found.push(path.to_string_lossy().replace('\\', "/"));
            }
        } else if depth < DEEPEST && !name.starts_with(['.', '_']) && !matches!(name.as_str(), "node_modules" | "vendor") && is_folder() {
            post_folders(root, &path, depth + 1, wanted, found);
        }
    }
}

/// Returns the pages of Zola's sections that ask for feeds of their own.
fn sections_with_feeds(root: &Path) -> Vec<String> {
    let folders = super::init::names_in(&root.join("content")).unwrap_or_default();
    let pages = folders.iter().map(|folder| format!("content/{folder}/_index.md")).filter(|page| root.join(page).is_file());
    let asks = |page: &String| {
        let text = source::read(root, page).map(|bytes| decode(bytes).text).unwrap_or_default();
        let front = text.split("+++").nth(1).unwrap_or_default();
        let says =
            |line: &str| line.split_once('=').is_some_and(|(key, value)| is_feed_key(key.trim()) && value.trim().starts_with("true"));
        front.lines().any(says)
    };
    pages.filter(asks).collect()
}

fn is_feed_key(key: &str) -> bool {
    matches!(key, "generate_feeds" | "generate_feed")
}
