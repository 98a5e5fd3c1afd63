//! Values for many posts from files beside them: read once, and looked up for each post.

use super::codes;
use super::tongues::Tongues;
use super::{decoded, unreadable};
use crate::diagnostic::{Diagnostic, Place, Source};
use crate::frontmatter::{self, Data, Spoken};
use crate::model::{FolderPage, Settings, Taxonomy};
use crate::site::Sections;
use crate::source::{self, Found, Listing};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// What a file's values hold for.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Scope {
    /// All posts in a folder and below it: `posts`.
    Folder(String),
    /// One post, named without its ending: `posts/a`.
    Post(String),
}

/// The data files of a site, by what they hold for.
#[derive(Debug, Default)]
pub(super) struct DataFiles {
    known: BTreeMap<Scope, Vec<Data>>,
    /// What the configuration of a Jekyll site holds for posts, the narrowest first.
    everywhere: Vec<Data>,
    /// What the pages of folders say of the folders' own feeds.
    pub(super) pages: Vec<FolderPage>,
    /// The folders with such a page, and its language.
    sections: BTreeSet<(String, Option<String>)>,
}

/// Returns what is left of a folder below another.
pub(super) fn below<'p>(folder: &'p str, outer: &str) -> Option<&'p str> {
    let outer = outer.trim_start_matches("./").trim_end_matches('/');
    match folder.strip_prefix(outer)? {
        "" => Some(""),
        rest if outer.is_empty() => Some(rest),
        rest => rest.strip_prefix('/'),
    }
}

impl DataFiles {
    /// Reads Eleventy's in JSON, and says of the others that they are not read; and the pages of folders.
    pub(super) fn read(root: &Path, listing: &Listing, settings: &Settings, tongues: &Tongues<'_>) -> (Self, Vec<Diagnostic>) {
        let mut files = DataFiles::default();
        let mut findings = Vec::new();
        if let Some(path) = &settings.habits.values_in
            && let Ok(bytes) = source::read(root, path)
        {
            let text = decoded(path, bytes).0;
            let read = if settings.habits.hugo.is_some() { frontmatter::read_cascade } else { frontmatter::read_defaults };
            files.everywhere = read(Source::new(path, &text));
        }
        // `a.11tydata.json` comes before `a.json` in the alphabet, and outweighs it.
        for path in &listing.data {
            if path.strip_suffix(".json").is_none() {
                let finding = Diagnostic::new(&codes::DATA_NOT_READ, "the data file is a program and was not run");
                let help = "write what it says of the posts into their front matter, or into a file `NAME.11tydata.json`";
                findings.push(finding.at(Place::file(path)).help(help));
                continue;
            }
            files.add(root, path, scope(path), &mut findings, |source| {
                let (data, faults) = frontmatter::read_data(source);
                (vec![data], faults)
            });
        }
        for path in &listing.sections {
            let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned();
            let language = tongues.of(path);
            let mut page = None;
            let below = listing.folders.iter().filter_map(|posts| below(&folder, posts)).min_by_key(|folder| folder.len());
            files.add(root, path, Scope::Folder(folder.clone()), &mut findings, |source| {
                let is_hugo = settings.habits.hugo.is_some();
                let (data, faults) = frontmatter::read_section(source, is_hugo);
                if !is_hugo {
                    return (data, faults);
                }
                page = below.map(|folder| frontmatter::read_folder_page(source, folder, language.clone()));
                (data.into_iter().map(|data| data.spoken_in(language.as_deref())).collect(), faults)
            });
            files.sections.extend(page.iter().map(|page| (page.folder.clone(), page.language.clone())));
            files.pages.extend(page);
        }
        (files, findings)
    }

    /// Reads one file.
    fn add(
        &mut self,
        root: &Path,
        path: &str,
        scope: Scope,
        findings: &mut Vec<Diagnostic>,
        read: impl FnOnce(Source<'_>) -> (Vec<Data>, Vec<Diagnostic>),
    ) {
        match source::read(root, path) {
            Err(error) => findings.push(unreadable(path, &error)),
            Ok(bytes) => {
                let (text, said) = decoded(path, bytes);
                let (data, faults) = read(Source::new(path, &text));
                findings.extend(said.into_iter().chain(faults));
                if !data.is_empty() {
                    self.known.entry(scope).or_default().extend(data);
                }
            }
        }
    }

    /// Returns the section that a post is in, where that is not the first folder below those of the posts: the nearest folder with a page of
    /// its own (<https://gohugo.io/content-management/sections/>).
    pub(super) fn subsection(&self, post: &Found, tongues: &Tongues<'_>) -> Option<String> {
        let (folder, file) = post.path.rsplit_once('/')?;
        let folder = if file.starts_with("index.") { folder.rsplit_once('/')?.0 } else { folder };
        let folder = below(folder, &post.folder).filter(|_| !self.sections.is_empty())?;
        let language = tongues.of(&post.path);
        let ends = folder.match_indices('/').map(|(at, _)| at).skip(1).chain([folder.len()]);
        let mut around: Vec<&str> = ends.filter_map(|end| folder.get(..end)).filter(|inner| inner.contains('/')).collect();
        around.reverse();
        around.into_iter().find(|inner| self.sections.contains(&((*inner).to_owned(), language.clone()))).map(str::to_owned)
    }

    /// Returns the data that holds for a post, the nearest first: its own, its folder's, those of the folders around it.
    pub(super) fn of(&self, post: &Found, tongues: &Tongues<'_>) -> Vec<&Data> {
        if self.known.is_empty() && self.everywhere.is_empty() {
            return Vec::new();
        }
        let path = post.path.as_str();
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let own = path.len() - name.len() + name.rfind('.').unwrap_or(name.len());
        let around = folder.match_indices('/').map(|(at, _)| &folder[..at]).chain([folder]);
        let mut scopes: Vec<Scope> = around.map(|folder| Scope::Folder(folder.to_owned())).collect();
        scopes.extend(path.get(..own).map(|stem| Scope::Post(stem.to_owned())));
        let found = scopes.iter().rev().filter_map(|scope| self.known.get(scope)).flatten().chain(&self.everywhere);
        let own = tongues.of(path);
        let spoken = Spoken { own: own.as_deref(), main: tongues.main };
        found.filter(|data| data.holds_for(path, &post.folder, spoken)).collect()
    }
}

/// Reads what sections are called, where there are feeds of them: the pages of the folders right below one of posts say so.
pub(super) fn sections(root: &Path, listing: &Listing, settings: &Settings) -> Sections {
    if settings.feeds.by.iter().all(|by| by.taxonomy != Taxonomy::Section) {
        return Sections::new();
    }
    let folders: BTreeSet<&str> = listing.files.iter().map(|file| &*file.folder).collect();
    let title = |path: &String| {
        let (above, name) = path.rsplit_once('/')?.0.rsplit_once('/').unwrap_or(("", path.rsplit_once('/')?.0));
        let bytes = folders.contains(above).then(|| source::read(root, path).ok())??;
        let (language, title) = frontmatter::section_title(Source::new(path, &decoded(path, bytes).0))?;
        Some(((name.to_owned(), language), title))
    };
    listing.sections.iter().filter_map(title).collect()
}

/// Returns what a data file holds for: the folder of `posts/posts.json`, the post of `posts/a.11tydata.json`.
fn scope(path: &str) -> Scope {
    let stem = path.strip_suffix(".json").unwrap_or(path);
    let stem = stem.strip_suffix(".11tydata").unwrap_or(stem);
    match stem.rsplit_once('/') {
        Some((folder, name)) if folder.rsplit('/').next() == Some(name) => Scope::Folder(folder.to_owned()),
        _ => Scope::Post(stem.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_data_file_holds_for_its_folder_or_for_one_post() {
        let (folder, post) = (|name: &str| Scope::Folder(name.to_owned()), |name: &str| Scope::Post(name.to_owned()));
        for (path, held) in [
            ("posts/posts.json", folder("posts")),
            ("posts/posts.11tydata.json", folder("posts")),
            ("posts/sub/sub.json", folder("posts/sub")),
            ("posts/a.11tydata.json", post("posts/a")),
            ("a.11tydata.json", post("a")),
        ] {
            assert_eq!(scope(path), held, "{path}");
        }
    }
}
