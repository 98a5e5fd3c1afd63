//! Which language a file of posts is in, as its path tells.

use crate::frontmatter;
use crate::model::Settings;
use crate::text::language;

/// What is known of the languages of a site.
pub(super) struct Tongues<'a> {
    /// The main one.
    pub(super) main: Option<&'a str>,
    /// Those that names may end in.
    pub(super) named: Vec<String>,
    /// The folders of posts in another language.
    folders: &'a [(String, String)],
    /// Whether the site is Hugo's, where a name in the main language is one without a language.
    is_hugo: bool,
}

impl<'a> Tongues<'a> {
    /// Looks at the settings and at the names of all files.
    pub(super) fn new<'p>(settings: &'a Settings, paths: impl Iterator<Item = &'p str> + Clone) -> Self
    where
        'a: 'p,
    {
        let configured = settings.languages.iter().map(|known| known.tag.as_str()).chain(settings.language.as_deref());
        Tongues {
            main: settings.language.as_deref(),
            named: frontmatter::languages_of_names(configured, paths),
            folders: &settings.habits.language_folders,
            is_hugo: settings.habits.hugo.is_some(),
        }
    }

    /// Returns the language of a file; on a Hugo site nothing for the main one.
    pub(super) fn of(&self, path: &str) -> Option<String> {
        let named = frontmatter::named_language(path).map(|(_, tag)| tag);
        if !self.is_hugo {
            return named;
        }
        let is_below = |folder: &str| path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'));
        let of_folder = || self.folders.iter().filter(|(folder, _)| is_below(folder)).max_by_key(|(folder, _)| folder.len());
        let tag = named.filter(|tag| self.named.contains(tag)).or_else(|| of_folder().map(|(_, tag)| tag.clone()))?;
        Some(tag).filter(|tag| !self.main.is_some_and(|main| language::same(main, tag)))
    }
}
