//! Eleventy's data files: read once, and looked up for each post.

use super::codes;
use super::heads::{decoded, unreadable};
use crate::diagnostic::{Diagnostic, Place, Source};
use crate::frontmatter::{self, Data};
use crate::source;
use std::collections::BTreeMap;
use std::path::Path;

/// The data files of a site, by what they hold for: a folder (`posts`), or a post without its ending (`posts/a`).
#[derive(Debug, Default)]
pub(super) struct DataFiles {
    known: BTreeMap<String, Vec<Data>>,
}

impl DataFiles {
    /// Reads those in JSON, and says of the others that they are not read.
    pub(super) fn read(root: &Path, paths: &[String]) -> (Self, Vec<Diagnostic>) {
        let mut files = DataFiles::default();
        let mut findings = Vec::new();
        // `a.11tydata.json` comes before `a.json` in the alphabet, and outweighs it.
        for path in paths {
            if path.strip_suffix(".json").is_none() {
                let finding = Diagnostic::new(&codes::DATA_NOT_READ, "the data file is a program and was not run");
                let help = "write what it says of the posts into their front matter, or into a file `NAME.11tydata.json`";
                findings.push(finding.at(Place::file(path)).help(help));
                continue;
            }
            match source::read(root, path) {
                Err(error) => findings.push(unreadable(path, &error)),
                Ok(bytes) => {
                    let (text, said) = decoded(path, bytes);
                    let (data, faults) = frontmatter::read_data(Source::new(path, &text));
                    findings.extend(said.into_iter().chain(faults));
                    files.known.entry(scope(path)).or_default().push(data);
                }
            }
        }
        (files, findings)
    }

    /// Returns the data that holds for a post, the nearest first: its own, its folder's, those of the folders around it.
    pub(super) fn of(&self, post: &str) -> Vec<&Data> {
        if self.known.is_empty() {
            return Vec::new();
        }
        let (folder, name) = post.rsplit_once('/').unwrap_or(("", post));
        let own = post.len() - name.len() + name.rfind('.').unwrap_or(name.len());
        let around = folder.match_indices('/').map(|(at, _)| &folder[..at]);
        let mut scopes: Vec<&str> = around.chain([folder]).chain(post.get(..own)).collect();
        scopes.reverse();
        scopes.iter().filter_map(|scope| self.known.get(*scope)).flatten().collect()
    }
}

/// Returns what a data file holds for: `posts` for `posts/posts.json`, `posts/a` for `posts/a.11tydata.json`.
fn scope(path: &str) -> String {
    let stem = path.strip_suffix(".json").unwrap_or(path);
    let stem = stem.strip_suffix(".11tydata").unwrap_or(stem);
    match stem.rsplit_once('/') {
        Some((folder, name)) if folder.rsplit('/').next() == Some(name) => folder.to_owned(),
        _ => stem.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_data_file_holds_for_its_folder_or_for_one_post() {
        for (path, held) in [
            ("posts/posts.json", "posts"),
            ("posts/posts.11tydata.json", "posts"),
            ("posts/sub/sub.json", "posts/sub"),
            ("posts/a.11tydata.json", "posts/a"),
            ("a.11tydata.json", "a"),
        ] {
            assert_eq!(scope(path), held, "{path}");
        }
    }
}
