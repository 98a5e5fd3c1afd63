//! An edition: the posts of each language, what their letter tells, and the hash by which it is known again.

use super::hash::Parts;
use super::render::{Intro, LetterPage, LetterPost};
use super::{Chosen, Letters, Opening};
use crate::model::{Date, LanguageSettings, PostalAddress, Settings};
use crate::site::{Placed, Site};
use crate::text::words;
use url::Url;

/// An edition.
#[derive(Debug, Clone)]
pub struct Edition {
    /// What it is known by.
    pub key: String,
    /// The letters of each language, those of the main one first.
    pub letters: Vec<Letters>,
    /// A hash of key, subjects, entries and bodies, without the mails' date and what differs for each recipient.
    pub hash: String,
}

impl Edition {
    /// Makes an edition of its letters.
    #[must_use]
    pub fn new(key: String, letters: Vec<Letters>) -> Self {
        let mut parts = Parts::default();
        parts.add(&key);
        for letters in &letters {
            parts.add(&letters.hash);
        }
        Edition { key, letters, hash: parts.into_hex() }
    }
}

/// The posts of an edition in one language.
#[derive(Debug, Clone)]
pub struct Group<'s> {
    /// The index of the language in [`Site::languages`]; `None` for the main one.
    pub index: Option<usize>,
    /// The posts in order.
    pub posts: Vec<&'s Placed>,
    /// The further language.
    known: Option<&'s LanguageSettings>,
    /// The site's home page in this language.
    home: Url,
    zone: chrono_tz::Tz,
}

/// Returns the posts of an edition by language, the main one first.
#[must_use]
pub fn groups<'s>(site: &'s Site, chosen: &Chosen, settings: &Settings) -> Vec<Group<'s>> {
    let posts: Vec<&Placed> = chosen.posts.iter().filter_map(|index| site.posts.get(*index)).collect();
    let mut languages: Vec<Option<usize>> = posts.iter().map(|placed| placed.language).collect();
    languages.sort_unstable();
    languages.dedup();
    let group = |index: Option<usize>| {
        let known = index.and_then(|index| site.languages.get(index));
        let home = known.and_then(|known| settings.url.join(known.path.trim_start_matches('/')).ok());
        let posts = posts.iter().filter(|placed| placed.language == index).copied().collect();
        Group { index, posts, known, home: home.unwrap_or_else(|| settings.url.clone()), zone: settings.timezone }
    };
    languages.into_iter().map(group).collect()
}

impl Group<'_> {
    /// Returns the further language (RFC 5646); `None` for the main one.
    #[must_use]
    pub fn further_language(&self) -> Option<&str> {
        self.known.map(|known| known.tag.as_str())
    }

    /// Returns the date of the newest post, in the site's zone.
    #[must_use]
    pub fn date(&self) -> Option<Date> {
        self.posts.iter().map(|placed| placed.post.published).max().map(|date| date.with_timezone(&self.zone).fixed_offset())
    }

    /// Returns what the letter tells. `posts` are those of the group, rendered.
    #[must_use]
    pub fn page<'a>(
        &'a self,
        settings: &'a Settings,
        key: &'a str,
        number: Option<usize>,
        opening: Option<&'a Opening>,
        mut posts: Vec<LetterPost>,
    ) -> LetterPage<'a> {
        let language = self.further_language().or(settings.language.as_deref());
        for post in posts.iter_mut().filter(|post| post.language.as_deref() == language) {
            post.language = None;
        }
        LetterPage {
            site_title: self.known.and_then(|known| known.title.as_deref()).unwrap_or(&settings.title),
            site_url: self.home.as_str(),
            language,
            words: words::of(language),
            key,
            title: opening.and_then(|opening| opening.title.as_deref()),
            number: number.and_then(|number| u32::try_from(number).ok()),
            date: self.date().unwrap_or_default(),
            intro: opening.map(|opening| Intro { html: &opening.html, text: &opening.text, pictures: &opening.pictures }),
            posts,
            postal_address: match &settings.newsletter.postal_address {
                Some(PostalAddress::Of(address)) => Some(address),
                _ => None,
            },
            archive_url: settings.newsletter.archive.as_deref(),
        }
    }

    /// Returns where the letter can be read on the web: where it is one post, at that post's address.
    #[must_use]
    pub fn web_url(&self) -> Option<&str> {
        match self.posts.as_slice() {
            [placed] => Some(&placed.url),
            _ => None,
        }
    }
}
