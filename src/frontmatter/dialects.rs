//! The DIALECTS table: which keys mean what, in the order in which they win.
//!
//! A dialect is guessed from the path and the delimiter. It lists only what differs from the last row, which reads
//! the keys of all generators at once, so that a folder moved from one to another still reads.

use super::node::Map;
use super::split::Delimiter;

/// What a front-matter key can mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Field {
    Title,
    Published,
    Updated,
    Expires,
    /// True: a draft.
    Draft,
    /// False: not published. A date here is a date (Hugo).
    Public,
    /// True: not published.
    Hidden,
    /// `draft`, `hidden`, `skip`.
    Status,
    /// False: in no feed.
    InFeed,
    /// True: in no feed.
    NotInFeed,
    /// False: in no edition.
    InNewsletter,
    Permalink,
    Slug,
    Id,
    Tags,
    Categories,
    Authors,
    Summary,
    Image,
    Enclosures,
    Language,
    ExternalUrl,
    Math,
}

/// How a string of several tags is taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Separator {
    Blanks,
    Commas,
    CommasOrSemicolons,
}

/// One generator's way with front matter.
#[allow(clippy::struct_excessive_bools, reason = "each is a habit of its own")]
pub(super) struct Dialect {
    /// The generator, for people who read the table.
    pub(super) name: &'static str,
    /// How a string of several tags is taken apart.
    pub(super) tags: Separator,
    /// Whether the address that `path` names is that of a folder, with or without `/` at its end.
    pub(super) path_is_folder: bool,
    /// Whether a string of authors is taken apart at `;` or `,`.
    pub(super) splits_authors: bool,
    /// Whether `<!-- more -->` outweighs the front matter's summary
    /// (<https://gohugo.io/content-management/summaries/>).
    pub(super) divider_first: bool,
    /// Whether the file is a note: its name is its title, and `#tags` in its text count.
    pub(super) is_note: bool,
    /// Whether Liquid may run in the body, as far as the head tells.
    pub(super) has_liquid: bool,
    /// What differs from the last row of the table.
    keys: &'static [(Field, &'static [&'static str])],
}

/// Every dialect; the last one reads the keys of all.
pub(super) static DIALECTS: [Dialect; 6] = [
    Dialect {
        name: "Jekyll",
        path_is_folder: false,
        tags: Separator::Blanks,
        splits_authors: false,
        divider_first: false,
        is_note: false,
        has_liquid: true,
        keys: &[
            // In Jekyll `published` is never a date.
            (Field::Published, &["date", "publishdate", "pubdate", "published"]),
            // The singular wins over the plural.
            (Field::Tags, &["tag", "tags"]),
            (Field::Categories, &["category", "categories"]),
        ],
    },
    Dialect {
        name: "Hugo",
        path_is_folder: false,
        tags: Separator::Commas,
        splits_authors: false,
        divider_first: true,
        is_note: false,
        has_liquid: false,
        keys: &[(Field::Summary, &["summary", "description"])],
    },
    Dialect {
        name: "Zola",
        path_is_folder: true,
        tags: Separator::Commas,
        splits_authors: false,
        divider_first: true,
        is_note: false,
        has_liquid: false,
        keys: &[
            (Field::Tags, &["taxonomies.tags", "taxonomies.tag", "tags"]),
            (Field::Categories, &["taxonomies.categories", "taxonomies.category", "categories"]),
            (Field::Permalink, &["path", "permalink", "url"]),
        ],
    },
    Dialect {
        name: "Pelican",
        path_is_folder: false,
        tags: Separator::CommasOrSemicolons,
        splits_authors: true,
        divider_first: false,
        is_note: false,
        has_liquid: true,
        keys: &[(Field::Permalink, &["url", "save_as", "permalink"]), (Field::Summary, &["summary", "description"])],
    },
    Dialect {
        name: "Obsidian",
        path_is_folder: false,
        tags: Separator::Commas,
        splits_authors: false,
        divider_first: true,
        is_note: true,
        has_liquid: true,
        keys: &[],
    },
    Dialect {
        name: "any",
        path_is_folder: false,
        tags: Separator::Commas,
        splits_authors: false,
        divider_first: true,
        is_note: false,
        has_liquid: true,
        keys: ALL_KEYS,
    },
];

/// The keys of all generators.
const ALL_KEYS: &[(Field, &[&str])] = &[
    (Field::Title, &["title"]),
    // Hugo: `publishDate` beats `date`.
    (Field::Published, &["publishdate", "pubdate", "publish_date", "published", "date", "published_at", "created", "created_at"]),
    (
        Field::Updated,
        &["updated", "last_modified_at", "lastmod", "modified", "updateddate", "updated_at", "update_date", "last_updated", "modified_at"],
    ),
    (Field::Expires, &["expirydate", "unpublishdate", "expires", "expire_date"]),
    (Field::Draft, &["draft", "isdraft", "is_draft"]),
    (Field::Public, &["published", "publish", "render", "build.list", "_build.list", "build.render", "_build.render"]),
    // Hugo's headless bundles; Docusaurus' unlisted posts.
    (Field::Hidden, &["hidden", "eleventyexcludefromcollections", "private", "unlisted", "headless", "extra.hidden"]),
    // `visibility` is Ghost's.
    (Field::Status, &["status", "visibility"]),
    (Field::InFeed, &["feed", "rss", "include_in_feeds", "extra.feed", "params.feed"]),
    (Field::NotInFeed, &["disablefeed", "params.disablefeed", "exclude_from_feed", "feed.exclude"]),
    (Field::InNewsletter, &["newsletter", "extra.newsletter", "params.newsletter"]),
    (Field::Permalink, &["permalink", "url", "path"]),
    (Field::Slug, &["slug"]),
    (Field::Id, &["guid", "id"]),
    (Field::Tags, &["tags", "tag", "taxonomies.tags"]),
    (Field::Categories, &["categories", "category", "taxonomies.categories"]),
    (Field::Authors, &["authors", "author", "params.authors", "params.author", "extra.authors", "extra.author"]),
    (Field::Summary, &["description", "summary", "excerpt", "extra.summary"]),
    (
        Field::Image,
        &[
            "image.path",
            "image.url",
            "image.src",
            "image",
            "image.0",
            "images.0.url",
            "images.0",
            "cover.image",
            "cover",
            "cover.src",
            "cover.url",
            "heroimage.src",
            "heroimage.url",
            "heroimage",
            "hero_image.src",
            "hero_image.url",
            "hero_image",
            "header.teaser",
            "header.image",
            "featured_image",
            "featuredimage",
            "feature_image",
            "thumbnail",
            "extra.image",
            "extra.cover",
            "params.image",
            "params.cover.image",
        ],
    ),
    (Field::Enclosures, &["enclosure", "enclosures", "audio", "video", "extra.enclosure", "params.enclosure"]),
    (Field::Language, &["lang", "language", "locale"]),
    (
        Field::ExternalUrl,
        &["external_url", "external-url", "externalurl", "link", "link_url", "linkurl", "extra.external_url", "params.link"],
    ),
    (
        Field::Math,
        &[
            "math",
            "katex",
            "mathjax",
            "usemathjax",
            "use_math",
            "extra.math",
            "extra.katex",
            "params.math",
            "math.enable",
            "params.math.enable",
        ],
    ),
];

impl Dialect {
    /// Returns the keys of a field in the order in which they win.
    pub(super) fn keys(&self, field: Field) -> &'static [&'static str] {
        let row = |keys: &'static [(Field, &'static [&'static str])]| keys.iter().find(|(own, _)| *own == field).map(|(_, names)| *names);
        row(self.keys).or_else(|| row(ALL_KEYS)).unwrap_or_default()
    }
}

/// Returns every key, in any dialect, of the field that a key belongs to.
pub(super) fn keys_beside(key: &str) -> impl Iterator<Item = &'static str> {
    let field = ALL_KEYS.iter().find(|(_, names)| names.contains(&key)).map(|(field, _)| *field);
    DIALECTS
        .iter()
        .rev()
        .flat_map(move |dialect| dialect.keys.iter().filter(move |(own, _)| Some(*own) == field))
        .flat_map(|(_, names)| *names)
        .copied()
}

/// Returns the dialect of a site that is known to be Pelican's.
pub(super) fn pelican() -> &'static Dialect {
    DIALECTS.iter().find(|dialect| dialect.name == "Pelican").unwrap_or(&DIALECTS[DIALECTS.len() - 1])
}

/// Guesses the dialect of a file. A note is a file of an Obsidian vault, or one whose name has blanks in it.
pub(super) fn guess(is_jekyll: bool, delimiter: Option<Delimiter>, map: &Map, is_note: bool) -> &'static Dialect {
    let has = |keys: &[&str]| map.iter().any(|(key, _)| keys.contains(&key.as_str()));
    let name = match delimiter {
        _ if is_jekyll => "Jekyll",
        Some(Delimiter::Toml) if has(&["taxonomies", "extra", "path"]) => "Zola",
        Some(Delimiter::Toml) => "Hugo",
        Some(Delimiter::Plain) => "Pelican",
        Some(Delimiter::Yaml) | None if is_note => "Obsidian",
        // Pelican takes a head between lines of `---`, too, and its documentation writes keys with a capital.
        Some(Delimiter::Yaml) if has(&["Title", "Date"]) => "Pelican",
        _ => "any",
    };
    DIALECTS.iter().find(|dialect| dialect.name == name).unwrap_or(&DIALECTS[DIALECTS.len() - 1])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frontmatter::node::Node;

    #[test]
    fn every_key_is_in_lower_case_and_stands_once_in_its_row() {
        for dialect in &DIALECTS {
            for (field, names) in dialect.keys {
                let mut seen: Vec<&str> = Vec::new();
                for name in *names {
                    assert_eq!(*name, name.to_lowercase(), "{} {field:?}", dialect.name);
                    assert!(!seen.contains(name), "{} {field:?} {name}", dialect.name);
                    seen.push(name);
                }
            }
        }
    }

    #[test]
    fn a_dialect_is_guessed_from_path_delimiter_and_keys() {
        let with = |key: &str| vec![(key.to_owned(), Node::Null)];
        let none = Map::new();
        assert_eq!(guess(true, Some(Delimiter::Yaml), &with("Title"), true).name, "Jekyll");
        assert_eq!(guess(false, Some(Delimiter::Toml), &with("extra"), true).name, "Zola");
        assert_eq!(guess(false, Some(Delimiter::Toml), &none, true).name, "Hugo");
        assert_eq!(guess(false, Some(Delimiter::Plain), &none, true).name, "Pelican");
        assert_eq!(guess(false, Some(Delimiter::Yaml), &with("Title"), false).name, "Pelican");
        assert_eq!(guess(false, None, &none, true).name, "Obsidian");
        assert_eq!(guess(false, Some(Delimiter::Yaml), &with("title"), false).name, "any");
        assert_eq!(guess(true, None, &none, true).keys(Field::Tags), ["tag", "tags"]);
        assert_eq!(guess(true, None, &none, true).keys(Field::Title), ["title"]);
    }
}
