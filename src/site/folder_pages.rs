//! Where Hugo writes the feed of a folder or a term: at the address of the page that it belongs to.

use super::{Placed, permalink, slugs};
use crate::model::{By, FolderPage, Settings, Taxonomy};
use std::collections::BTreeMap;

/// The pages of folders in one language, by their folders as Hugo makes addresses of them.
pub(super) struct Pages<'a>(BTreeMap<String, &'a FolderPage>);

/// Returns the pages of one of the site's languages; nothing is the main one.
pub(super) fn of<'a>(site: &'a super::Site, language: Option<usize>, settings: &Settings) -> Pages<'a> {
    let tag = language.and_then(|at| site.languages.get(at)).map(|known| known.tag.to_ascii_lowercase());
    let is_meant = |page: &&FolderPage| page.language.as_ref().map(|own| own.to_ascii_lowercase()) == tag;
    Pages(site.pages.iter().filter(is_meant).map(|page| (slugs::of_feed(&page.folder, settings), page)).collect())
}

/// Returns the feeds by taxonomies of the site's own.
pub(super) fn own(settings: &Settings) -> Vec<By> {
    let taxonomies = settings.habits.hugo.iter().flat_map(|hugo| &hugo.taxonomies);
    (0..).zip(taxonomies).map(|(number, own)| By { taxonomy: Taxonomy::Own(number), path: own.path.clone(), given: false }).collect()
}

impl Pages<'_> {
    /// Returns what the page of a folder calls it.
    pub(super) fn title(&self, folder: &str) -> Option<&str> {
        self.0.get(folder)?.title.as_deref()
    }

    /// Returns the folder of a feed, without `/` at its ends; nothing where its page has none.
    pub(super) fn folder(&self, by: &By, slug: &str, name: &str, newest: Option<&Placed>, settings: &Settings) -> Option<String> {
        let usual = by.path.replace(":slug", slug).trim_matches('/').to_owned();
        let Some(hugo) = settings.habits.hugo.as_ref().filter(|_| !by.given) else { return Some(usual) };
        let page = self.0.get(&usual);
        // Without a page a section has no capitals in its address, whatever the configuration says.
        let usual = if by.taxonomy == Taxonomy::Section && page.is_none() { usual.to_lowercase() } else { usual };
        if page.is_some_and(|page| page.is_without_feed) {
            return None;
        }
        if let Some(folder) = page.and_then(|page| page.url.as_deref()).and_then(folder_at) {
            return Some(folder);
        }
        let first = usual.split('/').next().unwrap_or_default();
        let pattern = hugo.patterns.iter().find(|(plural, _)| *plural == first && by.taxonomy != Taxonomy::Section);
        let title = page.and_then(|page| page.title.as_deref()).unwrap_or(name);
        let own = page.and_then(|page| page.slug.as_deref());
        let made = pattern.and_then(|(_, pattern)| permalink::of_term(pattern, title, own, &usual, newest?, settings));
        Some(made.and_then(|path| folder_at(&path)).unwrap_or(usual))
    }
}

/// Returns the folder at an address of the site; nothing where it is a file or lies elsewhere.
fn folder_at(address: &str) -> Option<String> {
    let path = address.trim_matches('/');
    let is_safe = |part: &str| !part.is_empty() && !part.trim_matches('.').is_empty() && !part.contains(['\\', ':', '?', '%']);
    let is_folder = address.ends_with('/') || !path.rsplit('/').next().unwrap_or_default().contains('.');
    (is_folder && path.split('/').all(is_safe)).then(|| path.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_feed_lies_at_the_address_of_its_page_where_that_is_a_folder() {
        for (address, folder) in [
            ("/zwei/", Some("zwei")),
            ("eigen/hier", Some("eigen/hier")),
            ("/v1.2/", Some("v1.2")),
            ("/x/y.html", None),
            ("/a/../../b/", None),
            ("https://elsewhere.example/", None),
            ("/", None),
        ] {
            assert_eq!(folder_at(address).as_deref(), folder, "{address}");
        }
    }
}
