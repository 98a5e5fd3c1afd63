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
        let mut names = super::init::names_in(root)?;
        if root.join("config/_default").is_dir() {
            names.push("config/_default".to_owned());
        }
        let neighbour = config::neighbour(&names.iter().map(String::as_str).collect::<Vec<_>>());
        let mut sites: Vec<(&'static Neighbour, Vec<(String, String)>)> = Vec::new();
        for row in neighbour.into_iter().chain(NEIGHBOURS).filter(|row| row.is_read()) {
            let files = if sites.iter().any(|(known, _)| known.name == row.name) { Vec::new() } else { files(root, row, &names)? };
            if !files.is_empty() {
                sites.push((row, files));
            }
        }
        // What nobody is known to be there for is read only when it is asked for by name.
        if sites.iter().any(|(row, _)| row.name == "Jekyll") {
            post_folders(root, Path::new(""), 0, &mut names);
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
    paths.into_iter().map(|path| Ok((path.clone(), decode(source::read(root, &path)?).text))).collect()
}

/// Adds the paths of Jekyll's folders of posts: they may lie below any folder.
fn post_folders(root: &Path, below: &Path, depth: usize, found: &mut Vec<String>) {
    let Ok(entries) = std::fs::read_dir(root.join(below)) else { return };
    let mut names: Vec<String> = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok()).collect();
    names.sort();
    for name in names {
        let path = below.join(&name);
        let is_folder = || root.join(&path).is_dir();
        if matches!(name.as_str(), "_posts" | "_drafts") {
            if depth > 0 && is_folder() {
                found.push(path.to_string_lossy().replace('\\', "/"));
            }
        } else if depth < DEEPEST && !name.starts_with(['.', '_']) && !matches!(name.as_str(), "node_modules" | "vendor") && is_folder() {
            post_folders(root, &path, depth + 1, found);
        }
    }
}
