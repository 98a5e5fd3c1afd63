//! What `adopt` advises to write into postrider.yaml, so that feeds go on where and as their followers read them.

use super::{Posts, Preview};
use crate::config::yaml_text;
use crate::diff::{Adoption, Old, Tally};
use crate::feed::Format;
use crate::feed::read::ReadFeed;
use crate::model::{FeedFormat, Limit, Settings, Taxonomy, Terms};
use crate::site::{FeedPlan, Placed, Site, path_below};

/// Lines of postrider.yaml.
#[derive(Debug, Default)]
pub(super) struct Advice {
    site: Vec<String>,
    formats: Vec<FeedFormat>,
    files: Vec<(FeedFormat, String)>,
    entries: Option<usize>,
    /// What is said of feeds that cannot simply go on.
    pub(super) notes: Vec<String>,
}

impl Advice {
    /// Compares feeds that are followed with what would be written.
    pub(super) fn new(olds: &[Old], adoption: &Adoption, posts: &Posts<'_>, seen: &Preview) -> Self {
        let mut advice = Advice::default();
        let mut main = None;
        for tally in adoption.feeds.iter().filter(|tally| tally.entries > 0) {
            let Some(old) = olds.iter().find(|old| old.name == tally.name) else { continue };
            let goes_on = |address: &str| seen.documents.iter().any(|drafted| drafted.feed.self_url.as_deref() == Some(address));
            if let Some(shared) = shared(tally, posts, &seen.site) {
                if !tally.self_url.as_deref().is_some_and(goes_on) {
                    advice.notes.push(of_part(tally, &shared, &seen.settings));
                }
                continue;
            }
            main = main.or(Some(&old.feed));
            if tally.self_url.as_deref().is_some_and(goes_on) {
                continue;
            }
            advice.address(tally, &seen.settings);
        }
        if let (Some(old), Some(plan)) = (main, seen.plans.first()) {
            advice.head(old, plan, &seen.settings);
        }
        let limit = seen.settings.feeds.entries;
        let count = adoption.feeds.iter().find(|tally| seen.lock.feeds.values().any(|feed| feed.count == Some(tally.count)));
        advice.entries = count.map(|tally| tally.count).filter(|count| seen.settings.feeds.entries_given && limit != Limit::Newest(*count));
        advice
    }

    /// Advises how a feed can keep its address.
    fn address(&mut self, tally: &Tally, settings: &Settings) {
        let format = Format::of(tally.format);
        if !settings.feeds.formats.contains(&tally.format) && !self.formats.contains(&tally.format) {
            self.notes.push(format!("note: {}: `feeds.formats` leaves {} out, which this feed is", tally.name, format.title));
            self.formats.push(tally.format);
        }
        let Some(address) = &tally.self_url else {
            let key = format.name;
            self.notes.push(format!(
                "note: {}: the feed does not say where it is published; write its file name into `feeds.files.{key}`",
                tally.name
            ));
            return;
        };
        let Some(path) = path_below(settings, address) else { return };
        if let Some((_, other)) = self.files.iter().find(|(of, _)| *of == tally.format) {
            let note = format!("note: {}: followers read `{path}`, and `{other}` is to be the {} feed", tally.name, format.title);
            self.notes.push(format!("{note}; redirect one to the other with status 301"));
        } else if settings.feeds.files[tally.format as usize] != path {
            self.notes.push(format!("note: {}: followers read `{path}`", tally.name));
            self.files.push((tally.format, path));
        }
    }

    /// Advises to let a feed say of itself what it said.
    fn head(&mut self, old: &ReadFeed, plan: &FeedPlan, settings: &Settings) {
        let differs = |old: &Option<String>, new: &str| old.clone().filter(|old| old != new);
        let line = |key: &str, value: String| format!("  {key}: {}", yaml_text(&value, false));
        let is_hugos = old.generator.as_deref().is_some_and(|generator| generator.starts_with("Hugo"));
        // `Posts on …` is a feed of the site that is called so.
        let end = format!(" on {}", plan.feed.title);
        let title = differs(&old.title, &plan.feed.title).filter(|title| !(is_hugos && title.ends_with(&end)));
        self.site.extend(title.map(|title| line("title", title)));
        // Hugo makes one up: `Recent content on …`.
        let subtitle = old.subtitle.clone().filter(|_| !is_hugos && plan.feed.description == plan.feed.title);
        self.site.extend(subtitle.map(|subtitle| line("description", subtitle)));
        self.site.extend(old.language.clone().filter(|_| settings.language.is_none()).map(|language| line("language", language)));
    }

    /// Returns the lines, ready to be copied.
    pub(super) fn lines(&self, settings: &Settings) -> Vec<String> {
        let name = |format: FeedFormat| Format::of(format).name;
        let mut feeds = Vec::new();
        if !self.formats.is_empty() {
            let all: Vec<&str> = settings.feeds.formats.iter().chain(&self.formats).map(|format| name(*format)).collect();
            feeds.push(format!("  formats: [{}]", all.join(", ")));
        }
        if !self.files.is_empty() {
            let files: Vec<String> =
                self.files.iter().map(|(format, file)| format!("{}: {}", name(*format), yaml_text(file, true))).collect();
            feeds.push(format!("  files: {{{}}}", files.join(", ")));
        }
        feeds.extend(self.entries.map(|entries| format!("  entries: {entries}")));
        let parts = [("site:", &self.site), ("feeds:", &feeds)];
        let mut lines: Vec<String> = Vec::new();
        for (key, of) in parts.into_iter().filter(|(_, of)| !of.is_empty()) {
            lines.push(key.to_owned());
            lines.extend(of.iter().cloned());
        }
        lines
    }
}

/// Returns what all posts of a feed have in common where the feed leaves others out that are as old: it is that of a tag, a category or a section.
pub(super) fn shared(tally: &Tally, posts: &Posts<'_>, site: &Site) -> Option<(Taxonomy, String)> {
    let mut own: Vec<&Placed> = tally.posts.iter().filter_map(|post| posts.get(*post)).collect();
    own.sort_by_key(|placed| placed.post.published);
    let (oldest, newest) = (own.first()?.post.published, own.last()?.post.published);
    let is_own = |placed: &Placed| own.iter().any(|known| known.id() == placed.id());
    let between = |placed: &&Placed| (oldest..=newest).contains(&placed.post.published);
    site.posts.iter().filter(between).find(|placed| !is_own(placed))?;
    let values = |placed: &Placed| {
        let of = |taxonomy, values: &Terms| values.iter().map(|value| (taxonomy, value.to_owned())).collect::<Vec<_>>();
        let (categories, tags) = (of(Taxonomy::Category, &placed.post.categories), of(Taxonomy::Tag, &placed.post.tags));
        let section: Vec<_> = placed.post.section.iter().map(|section| (Taxonomy::Section, section.clone())).collect();
        [categories, tags, section].concat()
    };
    values(own.first()?).into_iter().find(|value| own.iter().all(|placed| values(placed).contains(value)))
}

/// Says what becomes of a feed that has but a part of the posts.
fn of_part(tally: &Tally, (taxonomy, value): &(Taxonomy, String), settings: &Settings) -> String {
    let name = taxonomy.name();
    let slug = value.to_lowercase();
    let path = tally.self_url.as_deref().and_then(|address| path_below(settings, address)).unwrap_or_default();
    let folder =
        path.strip_suffix(&settings.feeds.files[tally.format as usize]).and_then(|folder| folder.strip_suffix(&format!("{slug}/")));
    let folder = folder.map_or_else(|| format!("{name}/"), ToOwned::to_owned);
    let help = format!("`feeds: {{by: {{{name}: '{folder}:slug/'}}}}` makes one of each {name}, to which its followers can be led");
    format!("note: {}: it has the posts of the {name} `{value}` only; {help}", tally.name)
}
