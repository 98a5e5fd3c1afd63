//! Jekyll's authors: a post names one by a key, `_data/authors.yml` says who that is.

use super::decoded;
use crate::diagnostic::{Diagnostic, Source};
use crate::frontmatter;
use crate::model::{Author, Post};
use crate::source;
use std::collections::BTreeMap;
use std::path::Path;

/// What the file of authors may be called.
const FILES: [&str; 3] = ["_data/authors.yml", "_data/authors.yaml", "_data/authors.json"];

/// Puts the authors of a Jekyll site in the place of their keys.
#[allow(clippy::vec_box, reason = "a post is large: what is sorted and moved are pointers to it")]
pub(super) fn introduce(root: &Path, posts: &mut [Box<Post>]) -> Vec<Diagnostic> {
    let mut known: BTreeMap<String, BTreeMap<String, Author>> = BTreeMap::new();
    let mut findings = Vec::new();
    for post in posts.iter_mut().filter(|post| !post.authors.is_empty()) {
        let Some(site) = site_of(&post.path) else { continue };
        // Folders above `_posts` may be categories; then the site's root is above them.
        for folder in [site, ""] {
            if !known.contains_key(folder) {
                let (people, found) = read(root, folder);
                findings.extend(found);
                known.insert(folder.to_owned(), people);
            }
        }
        for author in post.authors.iter_mut().filter(|author| author.email.is_none() && author.uri.is_none()) {
            if let Some(person) = [site, ""].iter().find_map(|folder| known.get(*folder)?.get(&author.name)) {
                author.clone_from(person);
            }
        }
    }
    findings
}

/// Returns what stands before `_posts/` or `_drafts/` in a path.
fn site_of(path: &str) -> Option<&str> {
    let before = |folder: &str| path.match_indices(folder).map(|(at, _)| &path[..at]).find(|site| site.is_empty() || site.ends_with('/'));
    before("_posts/").or_else(|| before("_drafts/"))
}

fn read(root: &Path, folder: &str) -> (BTreeMap<String, Author>, Vec<Diagnostic>) {
    let paths = FILES.iter().map(|name| format!("{folder}{name}"));
    let Some((path, bytes)) = paths.into_iter().find_map(|path| source::read(root, &path).ok().map(|bytes| (path, bytes))) else {
        return (BTreeMap::new(), Vec::new());
    };
    let (text, _) = decoded(&path, bytes);
    frontmatter::read_authors(Source::new(&path, &text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_site_is_what_stands_before_a_whole_folder_of_posts() {
        for (path, site) in [
            ("_posts/a.md", Some("")),
            ("blog/_posts/a.md", Some("blog/")),
            ("my_posts/_posts/a.md", Some("my_posts/")),
            ("blog/_drafts/a.md", Some("blog/")),
            ("my_posts/a.md", None),
        ] {
            assert_eq!(site_of(path), site, "{path}");
        }
    }
}
