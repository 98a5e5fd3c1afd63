//! From checked values to [`Settings`], with every default filled in, and the checks that need more than one key.

mod newsletter;

use super::keys::KEYS;
use super::values::{self, Value};
use super::{codes, codes::SAME_NAME};
use crate::diagnostic::Code;
use crate::model::{
    Author, By, ContentMode, FeedFormat, FeedSettings, Habits, Hub, LanguageSettings, Limit, Settings, Taxonomy, ValidateSettings,
};
use crate::text::language::normalize;
use std::collections::{BTreeMap, BTreeSet};

/// The values of a configuration, by path.
#[derive(Debug, Default)]
pub(super) struct Values {
    pub(super) given: BTreeMap<Vec<String>, Value>,
    /// What stands in for a key that is not given: what the site's own generator is told, or does.
    pub(super) beneath: BTreeMap<Vec<String>, Value>,
    /// The keys among them of which the generator's configuration says something itself.
    pub(super) said: BTreeSet<Vec<String>>,
    /// The mappings that are there, even if they are empty.
    pub(super) groups: BTreeSet<Vec<String>>,
}

/// Something wrong between two keys.
pub(super) struct Conflict {
    pub(super) code: &'static Code,
    pub(super) path: Vec<String>,
    pub(super) message: String,
    pub(super) help: String,
    pub(super) at_key: bool,
}

/// The name of each format in the configuration.
const FORMATS: [(&str, FeedFormat); 3] = [("rss", FeedFormat::Rss), ("atom", FeedFormat::Atom), ("json", FeedFormat::Json)];

/// Splits a path of the KEYS table.
pub(super) fn path_of(dotted: &str) -> Vec<String> {
    dotted.split('.').map(str::to_owned).collect()
}

impl Values {
    fn is_given(&self, path: &str) -> bool {
        self.given.contains_key(&path_of(path))
    }

    fn at(&self, path: &[String]) -> Option<Value> {
        self.given.get(path).or_else(|| self.beneath.get(path)).cloned()
    }

    /// Returns the value of a key, or its default.
    pub(super) fn get(&self, path: &str) -> Option<Value> {
        self.at(&path_of(path)).or_else(|| default(path))
    }

    fn text(&self, path: &str) -> Option<String> {
        as_text(self.get(path))
    }

    fn texts(&self, path: &str) -> Vec<String> {
        if let Some(Value::Texts(texts)) = self.get(path) { texts } else { Vec::new() }
    }

    /// Puts the formats whose files are given beside those that the site's generator writes: who names a file wants it.
    pub(super) fn add_named_formats(&mut self) {
        let named: Vec<String> =
            FORMATS.iter().map(|(name, _)| *name).filter(|name| self.is_given(&format!("feeds.files.{name}"))).map(str::to_owned).collect();
        if let Some(Value::Texts(formats)) = self.beneath.get_mut(&path_of("feeds.formats")) {
            let more: Vec<String> = named.into_iter().filter(|name| !formats.contains(name)).collect();
            formats.extend(more);
        }
    }

    fn number(&self, path: &str) -> Option<u64> {
        if let Some(Value::Number(number)) = self.get(path) { number } else { None }
    }

    fn flag(&self, path: &str) -> bool {
        matches!(self.get(path), Some(Value::Flag(true)))
    }

    fn authors(&self, path: &str) -> Vec<Author> {
        if let Some(Value::Authors(authors)) = self.get(path) { authors } else { Vec::new() }
    }

    /// Returns the further languages in the order of their tags, each with its path as written.
    fn languages(&self) -> Vec<(Vec<String>, LanguageSettings)> {
        let tags = self.groups.iter().filter(|path| path.len() == 2 && path.first().is_some_and(|group| group == "languages"));
        let language = |path: &Vec<String>| {
            let written = path.get(1).cloned().unwrap_or_default();
            let tag = normalize(&written).unwrap_or_else(|| written.clone());
            let part = |name: &str| as_text(self.at(&["languages".to_owned(), written.clone(), name.to_owned()]));
            let url_path = part("path").unwrap_or_else(|| format!("/{}/", tag.to_lowercase()));
            (path.clone(), LanguageSettings { title: part("title"), description: part("description"), path: url_path, tag })
        };
        let mut languages: Vec<(Vec<String>, LanguageSettings)> = tags.map(language).collect();
        languages.sort_by(|(_, a), (_, b)| a.tag.cmp(&b.tag));
        languages
    }

    fn feeds(&self) -> FeedSettings {
        let formats = self.texts("feeds.formats");
        let file = |name: &str| self.text(&format!("feeds.files.{name}")).unwrap_or_default();
        let given = |name: &str| self.is_given(&format!("feeds.files.{name}"));
        let by = |(taxonomy, name): &(Taxonomy, &str)| {
            let key = format!("feeds.by.{name}");
            Some(By { taxonomy: *taxonomy, path: self.text(&key)?, given: self.is_given(&key) })
        };
        FeedSettings {
            formats: formats.iter().filter_map(|name| FORMATS.iter().find(|(known, _)| known == name)).map(|(_, format)| *format).collect(),
            files: FORMATS.map(|(name, _)| file(name)),
            files_given: FORMATS.map(|(name, _)| given(name)),
            entries: self.number("feeds.entries").map_or(Limit::All, |number| Limit::Newest(usize::try_from(number).unwrap_or(usize::MAX))),
            entries_given: self.is_given("feeds.entries") || self.said.contains(&path_of("feeds.entries")),
            bytes: self.number("feeds.bytes"),
            content: if self.text("feeds.content").as_deref() == Some("summary") { ContentMode::Summary } else { ContentMode::Full },
            by: Taxonomy::ALL.iter().filter_map(by).collect(),
            archives: self.flag("feeds.archives"),
            hubs: self.texts("feeds.hub").into_iter().map(|url| Hub { url }).collect(),
            subscribe_page: self.text("feeds.subscribe_page"),
            subscribe_page_given: self.is_given("feeds.subscribe_page"),
            opml: self.text("feeds.opml"),
            opml_given: self.is_given("feeds.opml"),
            autodiscovery: self.text("feeds.autodiscovery"),
            autodiscovery_given: self.is_given("feeds.autodiscovery"),
        }
    }

    /// Fills in every default. `None` only if a default of the table were wrong, which a test rules out.
    pub(super) fn settings(&self) -> Option<Settings> {
        let given_url = if let Some(Value::Url(url)) = self.get("site.url") { Some(url) } else { None };
        let url_given = given_url.is_some();
        let url = given_url.or_else(|| url::Url::parse("http://localhost/").ok())?;
        let host = url.host_str().filter(|_| url_given).map(|host| host.trim_start_matches("www.").to_owned());
        let title = self.text("site.title").or(host).unwrap_or_else(|| "Posts".to_owned());
        let zone = if let Some(Value::Timezone(zone)) = self.get("site.timezone") { zone } else { chrono_tz::UTC };
        Some(Settings {
            description: self.text("site.description").unwrap_or_else(|| title.clone()),
            title,
            url,
            url_given,
            language: self.text("site.language"),
            timezone: zone,
            timezone_given: self.at(&path_of("site.timezone")).is_some(),
            authors: self.authors("site.author"),
            copyright: self.text("site.copyright"),
            license: self.text("site.license"),
            icon: self.text("site.icon"),
            image: self.text("site.image"),
            languages: self.languages().into_iter().map(|(_, language)| language).collect(),
            posts: self.texts("posts"),
            exclude: self.texts("exclude"),
            permalink: self.text("permalink")?,
            output: self.text("output")?,
            feeds: self.feeds(),
            repair_encoding: self.flag("content.repair_encoding"),
            // Filled in by who knows where each name stands.
            shortcodes: Vec::new(),
            validate: ValidateSettings::default(),
            newsletter: self.newsletter(zone)?,
            templates: self.text("templates")?,
            ledger: self.text("ledger")?,
            // Filled in by who knows the generator.
            habits: Habits::default(),
        })
    }

    /// Returns everything that is wrong between keys.
    pub(super) fn conflicts(&self, settings: &Settings) -> Vec<Conflict> {
        let mut conflicts = self.language_conflicts(settings);
        let files = output_names(&settings.feeds);
        conflicts.extend(self.same_names("one file", &files));
        conflicts.extend(self.files_as_folders(&files));
        // Feeds whose files have names of their own may lie in one folder.
        let in_folders = settings.feeds.by.iter().filter(|by| settings.habits.named_feeds.iter().all(|feed| feed.taxonomy != by.taxonomy));
        let by = in_folders.map(|by| (path_of(&format!("feeds.by.{}", by.taxonomy.name())), by.path.clone()));
        conflicts.extend(self.same_names("one folder", &by.collect::<Vec<_>>()));
        let languages = self.languages().into_iter().map(|(path, language)| (path, language.path));
        conflicts.extend(self.same_names("one path", &languages.collect::<Vec<_>>()));
        conflicts
    }

    fn language_conflicts(&self, settings: &Settings) -> Vec<Conflict> {
        let mut conflicts = Vec::new();
        for (path, language) in self.languages() {
            let conflict = |message, help: &str| Conflict {
                code: &codes::BAD_VALUE,
                path: path.clone(),
                message,
                help: help.to_owned(),
                at_key: true,
            };
            if normalize(&language.tag).is_none() {
                conflicts.push(conflict(format!("`{}` is no language tag", language.tag), "write a tag such as `de` or `pt-BR`"));
            } else if settings.language.as_ref() == Some(&language.tag) {
                let help = "leave it out here: posts in `site.language` are in the main feeds";
                conflicts.push(conflict(format!("`{}` is the main language already", language.tag), help));
            }
        }
        conflicts
    }

    /// Returns a conflict for each file whose name is the folder of another.
    fn files_as_folders(&self, names: &[(Vec<String>, String)]) -> Vec<Conflict> {
        let mut conflicts = Vec::new();
        for (path, name) in names {
            let folder = format!("{}/", name.to_lowercase());
            for (other, inner) in names.iter().filter(|(_, inner)| inner.to_lowercase().starts_with(&folder)) {
                let message =
                    format!("`{}` is the file `{name}`, and `{}` is in a folder of that name: `{inner}`", path.join("."), other.join("."));
                let written = if self.given.contains_key(path) { path } else { other };
                let help = "give one of them another name".to_owned();
                conflicts.push(Conflict { code: &SAME_NAME, path: written.clone(), message, help, at_key: false });
            }
        }
        conflicts
    }

    /// Returns a conflict for each name that an earlier key has too. Case does not count: some file systems ignore it.
    fn same_names(&self, what: &str, names: &[(Vec<String>, String)]) -> Vec<Conflict> {
        let mut conflicts = Vec::new();
        let mut earlier: BTreeMap<String, &Vec<String>> = BTreeMap::new();
        for (path, name) in names {
            let other = earlier.entry(name.to_lowercase()).or_insert(path);
            if *other != path {
                let message = format!("`{}` and `{}` are {what}: `{name}`", other.join("."), path.join("."));
                // The other one may be a default, which stands nowhere.
                let written = if self.given.contains_key(path) || self.groups.contains(path) { path } else { *other };
                let help = "give each a name of its own".to_owned();
                conflicts.push(Conflict { code: &SAME_NAME, path: written.clone(), message, help, at_key: false });
            }
        }
        conflicts
    }
}

/// Returns text that is not empty; the empty text stands for `false`.
fn as_text(value: Option<Value>) -> Option<String> {
    if let Some(Value::Text(text)) = value { Some(text).filter(|text| !text.is_empty()) } else { None }
}

/// Returns the default of a key.
fn default(path: &str) -> Option<Value> {
    let key = KEYS.iter().find(|key| key.path == path && !key.default.is_empty())?;
    values::check(key, &serde_yaml::from_str(key.default).ok()?, None).ok()
}

/// Returns the names of all files that are written once.
fn output_names(feeds: &FeedSettings) -> Vec<(Vec<String>, String)> {
    let mut names = Vec::new();
    for ((name, format), file) in FORMATS.iter().zip(&feeds.files) {
        if feeds.formats.contains(format) {
            names.push((path_of(&format!("feeds.files.{name}")), file.clone()));
        }
    }
    names.extend(feeds.subscribe_page.iter().map(|name| (path_of("feeds.subscribe_page"), name.clone())));
    names.extend(feeds.opml.iter().map(|name| (path_of("feeds.opml"), name.clone())));
    names.extend(feeds.autodiscovery.iter().map(|name| (path_of("feeds.autodiscovery"), name.clone())));
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_default_and_every_example_is_a_good_value() {
        for key in KEYS {
            for text in [key.default, key.example].into_iter().filter(|text| !text.is_empty()) {
                let node = serde_yaml::from_str(text).expect("good YAML");
                assert_eq!(values::check(key, &node, Some(text)).err(), None, "{} {text}", key.path);
            }
        }
    }

    #[test]
    fn without_a_configuration_there_are_settings_all_the_same() {
        let settings = Values::default().settings().expect("settings");
        assert_eq!(settings.url.as_str(), "http://localhost/");
        assert_eq!((settings.url_given, settings.title.as_str(), settings.description.as_str()), (false, "Posts", "Posts"));
        assert_eq!(settings.feeds.files, ["rss.xml", "atom.xml", "feed.json"]);
        assert_eq!((settings.feeds.bytes, settings.feeds.entries), (Some(512_000), Limit::Newest(20)));
        assert_eq!((settings.feeds.by, settings.posts), (Vec::new(), Vec::new()));
        assert_eq!(settings.feeds.formats, FeedFormat::ALL);
    }
}
