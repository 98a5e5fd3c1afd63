//! What Hugo does with the files of a site in ways of its own.

use super::Date;

/// What Hugo does that no dialect of front matter says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HugoHabits {
    /// The keys of the time from which a post is shown, in this order, with `:filename` for its name.
    pub appears: Vec<String>,
    /// The keys of the time until which it is shown, in this order.
    pub expires: Vec<String>,
    /// The taxonomies that no key of ours is for.
    pub taxonomies: Vec<OwnTaxonomy>,
    /// The first parts of the addresses of terms, such as `tags`, with the patterns of theirs that say something else.
    pub patterns: Vec<(String, String)>,
}

/// What is known of a post of Hugo's beside what every post has.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HugoPost {
    /// From when on it is shown, where that is not the date of publication.
    pub appears: Option<Date>,
    /// Whether Hugo knows no date of it, so that its address has that of the year 1.
    pub is_undated: bool,
    /// Its terms in taxonomies of the site's own, each with the number of its taxonomy.
    pub terms: Vec<(u8, String)>,
    /// The folders from its section to the nearest one that is a section of its own, where that is another one.
    pub subsection: Option<String>,
}

/// A taxonomy of the site's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnTaxonomy {
    /// What one of its terms is called: `series`.
    pub name: String,
    /// The key of the front matter, which is the first part of its addresses, too.
    pub key: String,
    /// The folder of each feed, with `:slug`.
    pub path: String,
}

/// What the page of a folder (`_index.md`) says of the folder's own feed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FolderPage {
    /// The folder below that of the posts, without `/` at its ends; empty for that one itself.
    pub folder: String,
    /// The language, where it is not the main one.
    pub language: Option<String>,
    /// The title.
    pub title: Option<String>,
    /// The slug.
    pub slug: Option<String>,
    /// The address, where it is given.
    pub url: Option<String>,
    /// Whether it has no feed.
    pub is_without_feed: bool,
}
