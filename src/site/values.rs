//! What the tags of a post may ask for: values of its front matter and of the site, files, templates of shortcodes.

use super::links::Neighbours;
use super::media::{Files, Known};
use crate::diagnostic::Diagnostic;
use crate::frontmatter;
use crate::markdown::{Call, MARKDOWN, NotIncluded, Resolver, Value};
use crate::model::{Includes, Settings, Shortcode, SiteValue};
use crate::template::{ShortcodeValues, fill_shortcode};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// What the names of files end in that posts may include: text for pages.
const INCLUDED: [&str; 7] = ["html", "htm", "md", "markdown", "txt", "svg", "xml"];

/// What Jekyll makes of a site itself, or its plugins do: what it is nobody knows here.
const MADE_OF_SITE: [&str; 22] = [
    "categories",
    "collections",
    "data",
    "destination",
    "documents",
    "drafts",
    "github",
    "html_files",
    "html_pages",
    "markdown",
    "pages",
    "pagination",
    "permalink",
    "plugins",
    "posts",
    "related_posts",
    "show_drafts",
    "source",
    "static_files",
    "tags",
    "theme",
    "time",
];

/// What Liquid makes of a value itself.
const OF_VALUE: [&str; 3] = ["first", "last", "size"];

/// What Jekyll makes of a post itself: no key of the front matter.
const MADE: [&str; 8] = ["content", "excerpt", "next", "previous", "id", "output", "collection", "relative_path"];

/// So many different values a post may ask for: each is looked up once.
const MOST: usize = 500;

/// For so many names that no post has the nearest one is looked for.
const ADVICE: usize = 20;

/// What the tags of a post have asked for.
#[derive(Debug, Default)]
pub struct Asked {
    /// What is wrong with the templates that it used.
    faults: Mutex<Vec<Diagnostic>>,
    values: Mutex<BTreeMap<String, Option<Value>>>,
    /// How many names were no post's.
    mistaken: AtomicUsize,
}

impl Asked {
    /// Returns what is wrong with the templates that were used.
    #[must_use]
    pub fn faults(self) -> Vec<Diagnostic> {
        self.faults.into_inner().unwrap_or_default()
    }

    /// Counts a name that no post has; returns whether it is among the first.
    pub(super) fn may_advise(&self) -> bool {
        self.mistaken.fetch_add(1, Ordering::Relaxed) < ADVICE
    }

    fn add(&self, fault: Diagnostic) {
        if let Ok(mut faults) = self.faults.lock()
            && !faults.contains(&fault)
        {
            faults.push(fault);
        }
    }

    fn value(&self, name: &str, look: impl FnOnce() -> Option<Value>) -> Option<Value> {
        let Ok(mut values) = self.values.lock() else { return look() };
        if let Some(known) = values.get(name) {
            return known.clone();
        }
        let value = if values.len() < MOST { look() } else { return None };
        values.insert(name.to_owned(), value.clone());
        value
    }
}

impl Resolver for Neighbours<'_> {
    fn value(&self, name: &str) -> Option<Value> {
        let look = || match name.strip_prefix("page.") {
            Some(key) => self.of_page(key),
            None => self.of_site(name.strip_prefix("site.")?),
        };
        self.asked.value(name, look)
    }

    fn is_withheld(&self, name: &str) -> bool {
        name.strip_prefix("site.").is_some_and(|key| self.configured(key).1 == Some(&SiteValue::Withheld))
    }

    fn included(&self, name: &str, beside: bool) -> Result<String, NotIncluded> {
        let missing = || NotIncluded::Missing(if beside { name.to_owned() } else { format!("_includes/{name}") });
        let path = if beside { super::media::beside(self.path, name).ok_or_else(missing)? } else { format!("_includes/{name}") };
        if let Some(why) = refusal(name, &path, beside, self.settings) {
            return Err(NotIncluded::Refused(why));
        }
        let source = self.settings.habits.source.trim_end_matches('/');
        let below = (!beside && !source.is_empty()).then(|| self.assets.text(&format!("{source}/{path}"))).flatten();
        below.or_else(|| self.assets.text(&path)).ok_or_else(missing)
    }

    fn published(&self, path: &str) -> Option<String> {
        let (_, ending) = path.rsplit_once('.')?;
        let files = Files { settings: self.settings, assets: self.assets, path: self.path };
        let encoded = path.split('/').map(super::permalink::encode_all).collect::<Vec<_>>().join("/");
        let absolute = super::plan::address(&self.settings.url, path).to_string();
        let is_here = matches!(files.look(&encoded, &absolute), Known::Here(_));
        (is_here && !["md", "markdown", "mkd"].contains(&ending)).then_some(encoded)
    }

    fn attachment(&self, name: &str) -> Option<String> {
        let settings = self.settings;
        if settings.habits.generator != "Obsidian" {
            return None;
        }
        let is_there = |path: &String| self.assets.file(path).is_some();
        let beside = super::media::beside(self.path, name);
        if beside.as_ref().is_some_and(is_there) {
            return None;
        }
        let folder = settings.habits.attachments.as_str();
        let own = match folder.strip_prefix("./") {
            Some(below) => super::media::beside(self.path, &format!("{below}/{name}")),
            None => Some(format!("{folder}/{name}").trim_start_matches('/').to_owned()),
        };
        let below = format!("/{}", name.trim_start_matches('/').to_lowercase());
        let named = || {
            let last = name.rsplit('/').next().unwrap_or(name);
            let output = format!("{}/", settings.output.trim_end_matches('/'));
            let ends = |path: &String| format!("/{}", path.to_lowercase()).ends_with(&below) && !path.starts_with(&output);
            // Of several the one nearest to the root, as Obsidian has it.
            self.assets.named(last).into_iter().filter(ends).min_by_key(|path| (path.matches('/').count(), path.clone()))
        };
        let path = own.filter(is_there).or_else(named)?;
        Some(super::plan::address(&settings.url, &path).path().to_owned())
    }

    fn has_shortcodes(&self) -> bool {
        !self.settings.shortcodes.is_empty()
    }

    fn shortcode(&self, call: &Call, inner: &str) -> Option<String> {
        let shortcode = self.template(&call.name)?;
        let (post, site) = (self.facts_of_post(), self.facts_of_site());
        let values = ShortcodeValues { args: &call.args, named: &call.named, inner, post: &post, site: &site, markdown: MARKDOWN };
        fill_shortcode(shortcode, values).map_err(|fault| self.asked.add(fault)).ok()
    }

    fn has_shortcode(&self, name: &str) -> bool {
        self.template(name).is_some()
    }
}

impl Neighbours<'_> {
    fn template(&self, name: &str) -> Option<&Shortcode> {
        let shortcodes = &self.settings.shortcodes;
        shortcodes.binary_search_by(|known| known.name.as_str().cmp(name)).ok().and_then(|place| shortcodes.get(place))
    }

    /// Returns a value of the post: what is known of it, else its front matter.
    fn of_page(&self, key: &str) -> Option<Value> {
        let known = self.post.and_then(|placed| {
            let post = &placed.post;
            Some(match key {
                "title" => Value::Text(post.title.clone()?),
                "date" => Value::Date(post.published),
                "url" => Value::Text(self.path_of(&placed.url)),
                "slug" => Value::Text(post.slug.clone()),
                "path" => Value::Text(post.path.clone()),
                "tags" => Value::List(post.tags.iter().map(|tag| Value::Text(tag.to_owned())).collect()),
                "categories" => Value::List(post.categories.iter().map(|name| Value::Text(name.to_owned())).collect()),
                "lang" | "language" => Value::Text(post.language.clone()?),
                _ => return None,
            })
        });
        if known.is_some() || MADE.contains(&key.split('.').next().unwrap_or_default()) {
            return known;
        }
        // Values that hold for many posts are somewhere else.
        let is_all = self.post.is_some() && self.settings.habits.values_in.is_none();
        let nothing = || (is_all && !frontmatter::is_said(self.text, key)).then_some(Value::Nothing);
        frontmatter::scalars(self.text, key).map(Value::from).or_else(nothing)
    }

    /// Returns a value of the site: what is known of it, else what its generator's configuration says.
    fn of_site(&self, key: &str) -> Option<Value> {
        let settings = self.settings;
        let author = settings.authors.first();
        let known = match key {
            "title" | "name" => Some(settings.title.clone()),
            "description" => Some(settings.description.clone()),
            "lang" | "language" | "locale" => settings.language.clone(),
            "author" | "author.name" => author.map(|author| author.name.clone()),
            "author.email" => author.and_then(|author| author.email.clone()),
            _ => None,
        };
        known.map(Value::Text).or_else(|| match self.configured(key) {
            (_, Some(SiteValue::Told(told))) => Some(told.clone().into()),
            (true, None) => Some(Value::Nothing),
            _ => None,
        })
    }

    /// Returns the value that the configuration of the site's generator has for a key; without one, whether it is known to have none.
    fn configured(&self, key: &str) -> (bool, Option<&SiteValue>) {
        let known = &self.settings.habits.site_values;
        // Hugo does not tell capitals from small letters.
        let low = if known.is_all { Cow::Borrowed(key) } else { Cow::Owned(key.to_lowercase()) };
        let above = || low.match_indices('.').rev().filter_map(|(dot, _)| known.values.get(low.get(..dot)?));
        // What stands below a secret is one.
        let value = known.values.get(&*low).or_else(|| above().find(|value| **value == SiteValue::Withheld));
        let mut parts = low.split('.');
        let is_made = parts.next().is_some_and(|first| MADE_OF_SITE.contains(&first)) || parts.any(|part| OF_VALUE.contains(&part));
        let is_in_value = above().next().is_some_and(|value| *value != SiteValue::Branch);
        (known.is_all && !is_made && !is_in_value, value)
    }

    /// Returns the path of an address below the site's own, as Jekyll has it in `page.url`.
    fn path_of(&self, url: &str) -> String {
        let path = url.strip_prefix(self.settings.url.as_str()).unwrap_or_default();
        format!("/{path}")
    }

    fn facts_of_post(&self) -> Vec<(&'static str, Vec<String>)> {
        let Some(placed) = self.post else { return Vec::new() };
        let post = &placed.post;
        vec![
            ("title", post.title.iter().cloned().collect()),
            ("url", vec![placed.url.to_string()]),
            ("date", vec![post.published.to_rfc3339()]),
            ("path", vec![post.path.clone()]),
            ("slug", vec![post.slug.clone()]),
        ]
    }

    fn facts_of_site(&self) -> Vec<(&'static str, Vec<String>)> {
        let settings = self.settings;
        vec![
            ("title", vec![settings.title.clone()]),
            ("url", vec![settings.url.to_string()]),
            ("description", vec![settings.description.clone()]),
            ("language", settings.language.iter().cloned().collect()),
        ]
    }
}

/// Returns why posts may not include a file, called by a name at a path: whoever can write a post must not publish what lies around it.
fn refusal(name: &str, path: &str, beside: bool, settings: &Settings) -> Option<&'static str> {
    match (settings.habits.includes, beside) {
        (Includes::Nowhere, _) => return Some("posts include files only on a site of Jekyll or Eleventy"),
        (Includes::Folder, true) => return Some("posts of this site include only what lies in `_includes`"),
        _ => {}
    }
    let decoded = super::media::decode(name);
    let is_hidden = |name: &str| name.split(['/', '\\']).any(|part| part.starts_with('.') && part != ".");
    if is_hidden(name) || is_hidden(&decoded) {
        return Some("a name with `..` or a hidden part is not followed");
    }
    let file = path.rsplit('/').next().unwrap_or(path).to_lowercase();
    if !file.rsplit_once('.').is_some_and(|(_, ending)| INCLUDED.contains(&ending)) {
        return Some("only HTML, Markdown, plain text, SVG and XML are put into posts");
    }
    let newsletter = &settings.newsletter;
    let keys = newsletter.dkim.iter().flat_map(|dkim| dkim.keys.iter().map(|(_, file)| file));
    let own = keys.chain([&settings.ledger]).chain(&newsletter.smtp.ca);
    let is_own = own.map(|own| own.trim_start_matches("./")).any(|own| own.eq_ignore_ascii_case(path));
    let is_list = beside && ["subscribers", "newsletter", "suppressions"].iter().any(|list| file.starts_with(list));
    (is_own || is_list).then_some("it belongs to the newsletter")
}

#[cfg(test)]
mod tests;
