//! The letters of an edition in one language: each rendering once, and who gets which.

use super::hash::Parts;
use super::reader;
use super::render::{LetterPage, LetterPost, Look, Recipient, Rendered, SHORTENED, Variant};
use crate::diagnostic::{Code, Diagnostic};
use crate::mail::check::NEARLY_CLIPPED;
use crate::mail::token::Tokens;
use crate::mail::{self, Content, Frame, LeaveLinks, Letter, Message};
use crate::model::{Date, MailContent, Subscriber};
use crate::template::Uses;
use crate::text::language::same;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::ops::ControlFlow;

/// The most letters of an edition in one language. Recipients are many; what is said to them in different ways is not.
pub const MOST_LETTERS: usize = 1_000;

/// Letters without end.
pub(super) static TOO_MANY_LETTERS: Code = Code::error(
    "too-many-letters",
    "A template does so much with a value of the recipients that every mail would be rendered on its own; printing it costs nothing.",
);
/// A recipient who came later.
pub(super) static NO_LETTER: Code =
    Code::error("no-letter", "None of an edition's letters is for this recipient: their values are others than when it was made.");

/// Who gets an edition.
pub trait Audience {
    /// Shows each of those who get the letter in a language: a further one (RFC 5646), or the site's own; `all` are the further ones in
    /// which the edition has letters. Whoever has seen enough breaks off.
    fn each(&self, further_language: Option<&str>, all: &[&str], see: &mut dyn FnMut(&Subscriber) -> ControlFlow<()>);
}

/// A few, who get the letter in every language.
impl Audience for Vec<Subscriber> {
    fn each(&self, _: Option<&str>, _: &[&str], see: &mut dyn FnMut(&Subscriber) -> ControlFlow<()>) {
        let _ = self.iter().try_for_each(see);
    }
}

/// Returns the language of the letter for a subscriber, of those that an edition has: theirs, else the site's own; `None` where there
/// is neither.
#[must_use]
pub fn language_for<'l>(subscriber: &Subscriber, main: Option<&str>, languages: &[Option<&'l str>]) -> Option<Option<&'l str>> {
    let wanted = subscriber.language.as_deref().filter(|wanted| main.is_none_or(|main| !same(main, wanted)));
    let of = |wanted: &str, same: fn(&str, &str) -> bool| languages.iter().find(|known| known.is_some_and(|known| same(known, wanted)));
    let theirs = wanted.and_then(|wanted| of(wanted, str::eq_ignore_ascii_case).or_else(|| of(wanted, same)));
    theirs.or_else(|| languages.iter().find(|known| known.is_none())).copied()
}

/// What the letters of one language are made of.
#[derive(Clone, Copy)]
pub struct Draft<'a> {
    /// How they look.
    pub look: &'a Look<'a>,
    /// What they tell.
    pub page: &'a LetterPage<'a>,
    /// Their language where it is not the site's own (RFC 5646).
    pub further_language: Option<&'a str>,
    /// All further languages in which the edition has letters.
    pub languages: &'a [&'a str],
    /// Where they can be read on the web.
    pub web_url: Option<&'a str>,
    /// What all mails of the newsletter have in common.
    pub frame: &'a Frame,
    /// The date of the mails.
    pub date: Date,
    /// Where the tokens of the recipients' links come from.
    pub tokens: Tokens<'a>,
}

/// The letters of an edition in one language. Only [`Letters::message`] makes mails of them, so that nobody gets a rendering for
/// somebody else.
#[derive(Debug, Clone)]
pub struct Letters {
    /// Each distinct letter.
    pub versions: Vec<Version>,
    /// What there is to say of them.
    pub findings: Vec<Diagnostic>,
    /// The posts in order, whole.
    pub posts: Vec<LetterPost>,
    /// The addresses of all pictures whose files are at hand, and the files, relative to the site's root.
    pub pictures: BTreeMap<String, String>,
    /// The language (RFC 5646).
    pub language: Option<String>,
    /// The same where it is not the site's own.
    pub further_language: Option<String>,
    /// A hash of what does not differ for each recipient.
    pub(super) hash: String,
    by_variant: BTreeMap<Variant, usize>,
    uses: Uses,
    links: LeaveLinks,
    web_url: Option<String>,
}

/// One of the letters: for all recipients who get the same but for what is swapped in.
#[derive(Debug, Clone)]
pub struct Version {
    /// Subject and bodies, with marks where the recipients' values go.
    pub rendered: Rendered,
    /// How much of each post it carries.
    pub contents: Vec<MailContent>,
    letter: Letter,
}

impl Draft<'_> {
    /// Returns the letters for some recipients. The same draft has the same letters whoever comes first.
    ///
    /// # Errors
    /// When the template or the settings are at fault, or when more than [`MOST_LETTERS`] would be needed.
    pub fn letters(&self, audience: &dyn Audience) -> Result<Letters, Vec<Diagnostic>> {
        let mut letters = Letters {
            versions: Vec::new(),
            findings: Vec::new(),
            posts: self.page.posts.clone(),
            pictures: pictures(self.page),
            language: self.page.language.map(str::to_owned),
            further_language: self.further_language.map(str::to_owned),
            hash: String::new(),
            by_variant: BTreeMap::new(),
            uses: self.look.uses().clone(),
            links: LeaveLinks::of(self.frame)?,
            web_url: self.web_url.map(str::to_owned),
        };
        let mut first: Vec<Subscriber> = Vec::new();
        audience.each(self.further_language, self.languages, &mut |subscriber| {
            let variant = self.with_links(&letters.links, subscriber, |recipient| Variant::of(&letters.uses, recipient));
            if let Entry::Vacant(entry) = letters.by_variant.entry(variant) {
                entry.insert(first.len());
                first.push(subscriber.clone());
            }
            // One more than may be is enough to know that they are too many.
            let is_enough = first.len() > MOST_LETTERS || letters.uses.are_the_same_for_all();
            if is_enough { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        if first.len() > MOST_LETTERS {
            return Err(vec![too_many(letters.by_variant.keys())]);
        }
        for subscriber in &first {
            let version = self.with_links(&letters.links, subscriber, |recipient| self.version(recipient, &mut letters.findings))?;
            letters.versions.push(version);
        }
        letters.hash = self.hash(&letters).map_err(|found| vec![found])?;
        Ok(letters)
    }

    /// Calls with a subscriber and the links that are theirs.
    fn with_links<T>(&self, links: &LeaveLinks, subscriber: &Subscriber, act: impl FnOnce(&Recipient<'_>) -> T) -> T {
        let unsubscribe_url = links.url(&subscriber.id, self.tokens);
        act(&Recipient { subscriber, unsubscribe_url: Some(&unsubscribe_url), web_url: self.web_url })
    }

    /// Makes the letter for a recipient.
    fn version(&self, recipient: &Recipient<'_>, findings: &mut Vec<Diagnostic>) -> Result<Version, Vec<Diagnostic>> {
        let (rendered, contents, found) = self.fit(recipient).map_err(|found| vec![found])?;
        for finding in found {
            if !findings.contains(&finding) {
                findings.push(finding);
            }
        }
        let content = Content {
            key: self.page.key,
            language: self.page.language.unwrap_or_default(),
            date: self.date,
            subject: &rendered.subject,
            html: &rendered.html,
            text: &rendered.text,
        };
        let letter = Letter::new(self.frame, &content)?;
        Ok(Version { rendered, contents, letter })
    }

    fn fit(&self, recipient: &Recipient<'_>) -> Result<(Rendered, Vec<MailContent>, Vec<Diagnostic>), Diagnostic> {
        let (rendered, posts, findings) = self.look.fit(self.page, recipient)?;
        Ok((rendered, posts.iter().map(|post| post.content).collect(), findings))
    }

    /// Returns the hash of the letter for a reader who is always the same, with links that are always the same: that of a preview
    /// is that of the edition which is sent.
    fn hash(&self, letters: &Letters) -> Result<String, Diagnostic> {
        let reader = reader();
        let recipient = Recipient { subscriber: &reader, unsubscribe_url: Some("https://example.org/"), web_url: self.web_url };
        let made = letters.by_variant.get(&Variant::of(&letters.uses, &recipient)).and_then(|index| letters.versions.get(*index));
        let own;
        let rendered = match made {
            Some(version) => &version.rendered,
            None => {
                own = self.fit(&recipient)?.0;
                &own
            }
        };
        let mut parts = Parts::default();
        parts.add(letters.language.as_deref().unwrap_or_default());
        parts.add(&rendered.subject);
        for post in &letters.posts {
            parts.add(&post.url);
        }
        parts.add(&rendered.html);
        parts.add(&rendered.text);
        Ok(parts.into_hex())
    }
}

fn pictures(page: &LetterPage<'_>) -> BTreeMap<String, String> {
    page.intro.iter().flat_map(|intro| intro.pictures).chain(page.posts.iter().flat_map(|post| &post.pictures)).cloned().collect()
}

fn too_many<'v>(variants: impl IntoIterator<Item = &'v Variant>) -> Diagnostic {
    let name = Variant::most_different(variants);
    let message = format!("`{name}` makes more than {MOST_LETTERS} different letters");
    let help = match name.as_str() {
        "subscriber" | "subscriber.fields" => "name each field that is printed: `{{ subscriber.fields.city }}`".to_owned(),
        name => format!("print it as it is, `{{{{ {name} }}}}`, without filters, conditions or loops"),
    };
    Diagnostic::new(&TOO_MANY_LETTERS, message).help(help)
}

impl Letters {
    /// Returns the number of the letter that a recipient gets; `None` when none of them is for theirs.
    #[must_use]
    pub fn index(&self, subscriber: &Subscriber, tokens: Tokens<'_>) -> Option<usize> {
        if self.uses.are_the_same_for_all() {
            return self.by_variant.values().next().copied();
        }
        let unsubscribe_url = self.links.url(&subscriber.id, tokens);
        let recipient = Recipient { subscriber, unsubscribe_url: Some(&unsubscribe_url), web_url: self.web_url.as_deref() };
        self.by_variant.get(&Variant::of(&self.uses, &recipient)).copied()
    }

    /// Returns what the checklist finds of a message, without what shortening has chosen: that it is nearly as long as it may be.
    #[must_use]
    pub fn checked(&self, mut found: Vec<Diagnostic>) -> Vec<Diagnostic> {
        if self.findings.iter().any(|found| found.code == SHORTENED.name) {
            found.retain(|found| found.code != NEARLY_CLIPPED.name);
        }
        found
    }

    /// Returns where they can be read on the web.
    #[must_use]
    pub fn web_url(&self) -> Option<&str> {
        self.web_url.as_deref()
    }

    /// Returns the letter that a recipient gets, and the message made of it.
    ///
    /// # Errors
    /// When a value of theirs cannot be used, or none of the letters is for them.
    pub fn message(&self, subscriber: &Subscriber, tokens: Tokens<'_>) -> Result<(&Version, Message), Diagnostic> {
        let none = || {
            let message = format!("no letter was made for `{}`", subscriber.address);
            Diagnostic::new(&NO_LETTER, message).help("make the edition anew")
        };
        self.refuse_breaks(subscriber)?;
        let version = self.index(subscriber, tokens).and_then(|index| self.versions.get(index)).ok_or_else(none)?;
        let recipient = mail::Addressee {
            id: subscriber.id,
            email: &subscriber.address,
            name: subscriber.name.as_deref(),
            web_url: self.web_url.as_deref(),
            fields: &subscriber.fields,
        };
        Ok((version, version.letter.to(&recipient, tokens)?))
    }

    /// Refuses line breaks in what the letter does more with than print it; in printed values [`Letter::to`] refuses them.
    fn refuse_breaks(&self, subscriber: &Subscriber) -> Result<(), Diagnostic> {
        let tags = subscriber.tags.iter().filter(|_| self.uses.of("tags").is_some()).map(|tag| ("tags".to_owned(), tag));
        let fields = subscriber.fields.iter().map(|(name, value)| (format!("fields.{name}"), value));
        let fields = fields.filter(|(name, _)| self.uses.of(name).is_some());
        tags.chain(fields).try_for_each(|(name, value)| mail::one_line(&name, value).map(drop))
    }
}

#[cfg(test)]
mod tests;
