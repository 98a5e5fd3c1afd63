//! Making an edition: the site's posts and the record of earlier editions become letters, one for each language.

use super::super::Workplace;
use super::super::build::heads;
use super::{EditionArgs, codes};
use crate::diagnostic::{Diagnostic, Place, Source};
use crate::edition::render::{Intro, LetterPage, LetterPost, Look, Recipient, Rendered};
use crate::edition::{self, Asked, Chosen, Mailed};
use crate::mail::Frame;
use crate::model::{Date, Mailbox, PostalAddress, Settings, Subscriber, Taxonomy};
use crate::site::{self, Placed, Site, View};
use crate::source::{self, Disk};
use crate::template::Templates;
use crate::text::{dates, words};
use anyhow::bail;
use std::path::Path;

/// The folder of the authors' openings.
const INTROS: &str = "newsletter";

/// An edition.
pub(super) struct Edition {
    /// What it is known by.
    pub(super) key: String,
    /// One letter for each language, the main one first.
    pub(super) letters: Vec<MadeLetter>,
    /// The hash of all that does not differ for each recipient.
    pub(super) hash: String,
    /// The posts that it does not hold.
    pub(super) kept_out: edition::KeptOut,
}

/// A letter, rendered for one reader.
pub(super) struct MadeLetter {
    /// The language; `None` for the main one.
    pub(super) language: Option<String>,
    /// The newest entry's date.
    pub(super) date: Date,
    /// The posts in order, each as it came out.
    pub(super) posts: Vec<LetterPost>,
    /// Subject and bodies, with marks where a recipient's values go.
    pub(super) rendered: Rendered,
    /// Where it can be read on the web.
    pub(super) web_url: String,
}

/// What making an edition needs.
pub(super) struct Maker<'a> {
    pub(super) workplace: &'a Workplace,
    pub(super) settings: &'a Settings,
    pub(super) args: &'a EditionArgs,
    pub(super) now: Date,
    pub(super) mailed: &'a Mailed,
}

impl Maker<'_> {
    /// Makes the edition; `None` when there is none to make, which `notes` or `findings` say.
    pub(super) fn make(&self, findings: &mut Vec<Diagnostic>, notes: &mut Vec<String>) -> anyhow::Result<Option<Edition>> {
        if !self.is_due(notes)? {
            return Ok(None);
        }
        let (site, found) = self.site()?;
        findings.extend(found);
        let hash = |placed: &Placed| {
            heads::with_text(&self.workplace.root, &placed.post.path, |text, _| edition::content_hash(&placed.post, text))
        };
        let (chosen, found) = edition::choose(&site, &self.settings.newsletter, &self.asked()?, self.mailed, self.now, hash)
            .map_err(|error: source::SourceError| anyhow::Error::from(error))?;
        findings.extend(found);
        if findings.iter().any(Diagnostic::is_error) {
            return Ok(None);
        }
        if chosen.posts.is_empty() {
            notes.push(nothing_new(chosen.kept_out));
            return Ok(None);
        }
        self.edition(&site, &chosen, findings)
    }

    /// Returns whether an edition is to be made now at all.
    fn is_due(&self, notes: &mut Vec<String>) -> anyhow::Result<bool> {
        if let Some(limit) = &self.args.not_after
            && self.now > self.date("--not-after", limit)?
        {
            bail!(
                "it is later than `--not-after {limit}`, so nothing was made; help: the job came late, run it again with a later time if the edition is still wanted"
            );
        }
        if !self.args.if_due {
            return Ok(true);
        }
        let Some(schedule) = &self.settings.newsletter.schedule else {
            bail!(
                "`--if-due` needs a schedule; help: write for example `newsletter: {{schedule: weekly on friday 09:00}}` in postrider.yaml"
            );
        };
        let last = schedule.last(&self.now, self.settings.timezone);
        let due = last.is_some_and(|last| self.mailed.last.is_none_or(|made| made < last));
        if !due {
            notes.push("no edition is due; nothing was made".to_owned());
        }
        Ok(due)
    }

    /// Reads the heads of all posts.
    fn site(&self) -> anyhow::Result<(Site, Vec<Diagnostic>)> {
        let (root, settings) = (&self.workplace.root, self.settings);
        let output = self.workplace.path(settings.output.as_ref());
        let listing = source::list(root, &settings.posts, &settings.exclude, &output)?;
        let heads = heads::read(root, listing, settings, self.now);
        let mut findings = heads.findings;
        let view = View { now: self.now, drafts: false, future: false };
        let (site, found) = site::assemble(heads.posts, settings, view);
        findings.extend(found);
        Ok((site, findings))
    }

    fn asked(&self) -> anyhow::Result<Asked> {
        let args = self.args;
        let groups = [
            (Taxonomy::Tag, &args.tag),
            (Taxonomy::Category, &args.category),
            (Taxonomy::Author, &args.author),
            (Taxonomy::Section, &args.section),
        ];
        Ok(Asked {
            only: groups.iter().flat_map(|(taxonomy, names)| names.iter().map(|name| (*taxonomy, name.clone()))).collect(),
            language: args.language.clone(),
            main_language: self.settings.language.clone(),
            since: args.since.as_deref().map(|since| self.date("--since", since)).transpose()?,
            posts: args.posts.clone(),
            limit: args.limit,
            again: args.again,
            allow_old: args.allow_old,
        })
    }

    fn date(&self, option: &str, text: &str) -> anyhow::Result<Date> {
        match dates::parse(text, self.settings.timezone) {
            Ok(parsed) => Ok(parsed.date),
            Err(fault) => bail!("`{option} {text}`: the date {}; help: {}", fault.reason, fault.help),
        }
    }

    fn edition(&self, site: &Site, chosen: &Chosen, findings: &mut Vec<Diagnostic>) -> anyhow::Result<Option<Edition>> {
        let newest = chosen.posts.iter().map(|index| site.posts[*index].post.published).max().unwrap_or(self.now);
        let key = match &self.args.edition {
            Some(key) => {
                if let Some(reason) = edition::check_key(key) {
                    bail!("`--edition {key}`: the key {reason}; help: write a key such as `2026-11-22` or `no-42`");
                }
                key.clone()
            }
            None => edition::default_key(newest, self.settings.timezone, &self.mailed.keys),
        };
        let files = source::templates(&self.workplace.root, &self.settings.templates)?;
        let templates = super::super::templates(&files);
        let mut with_subject = templates.clone();
        if let Some(subject) = &self.settings.newsletter.subject {
            with_subject.put(format!("{}/subject.txt", self.settings.newsletter.look), "newsletter.subject", subject.as_str());
        }
        let mut letters = Vec::new();
        let mut languages: Vec<Option<usize>> = chosen.posts.iter().map(|index| site.posts[*index].language).collect();
        languages.sort_unstable();
        languages.dedup();
        let alone = languages.len() == 1;
        for language in languages {
            let tag = language.and_then(|index| site.languages.get(index)).map(|known| known.tag.as_str());
            let intro = self.intro(&key, tag, alone, findings)?;
            let posts: Vec<&Placed> =
                chosen.posts.iter().map(|index| &site.posts[*index]).filter(|placed| placed.language == language).collect();
            letters.extend(self.letter(site, language, &posts, (&key, intro.as_ref()), (&templates, &with_subject), findings)?);
        }
        if findings.iter().any(Diagnostic::is_error) {
            return Ok(None);
        }
        let hash = hash(&key, &letters);
        Ok(Some(Edition { key, letters, hash, kept_out: chosen.kept_out }))
    }

    /// Renders the posts of one language.
    fn letter(
        &self,
        site: &Site,
        language: Option<usize>,
        posts: &[&Placed],
        (key, intro): (&str, Option<&edition::Opening>),
        (templates, with_subject): (&Templates<'_>, &Templates<'_>),
        findings: &mut Vec<Diagnostic>,
    ) -> anyhow::Result<Option<MadeLetter>> {
        let settings = self.settings;
        let known = language.and_then(|index| site.languages.get(index));
        let tag = known.map(|known| known.tag.as_str()).or(settings.language.as_deref());
        let disk = Disk::new(&self.workplace.root);
        let mut letter_posts = Vec::new();
        for placed in posts {
            let (post, found) = heads::with_text(&self.workplace.root, &placed.post.path, |text, mut found| {
                let (post, more) = edition::letter_post(placed, text, site, settings, &disk);
                found.extend(more);
                (post, found)
            })?;
            findings.extend(found);
            letter_posts.push(LetterPost { content: settings.newsletter.content, ..post });
        }
        let date = posts.iter().map(|placed| placed.post.published).max().unwrap_or(self.now);
        let archive_url =
            known.and_then(|known| settings.url.join(known.path.trim_start_matches('/')).ok()).unwrap_or_else(|| settings.url.clone());
        let archive_url = archive_url.as_str();
        let web_url = if let [post] = letter_posts.as_slice() { post.url.clone() } else { archive_url.to_owned() };
        let postal_address = match &settings.newsletter.postal_address {
            Some(PostalAddress::Of(address)) => Some(address.as_str()),
            _ => None,
        };
        let mut page = LetterPage {
            site_title: known.and_then(|known| known.title.as_deref()).unwrap_or(&settings.title),
            site_url: archive_url,
            language: tag,
            words: words::of(tag),
            key,
            title: intro.and_then(|intro| intro.title.as_deref()),
            number: u32::try_from(self.mailed.keys.len() + 1).ok(),
            date,
            intro: intro.map(|intro| Intro { html: &intro.html, text: &intro.text }),
            posts: letter_posts,
            postal_address,
            archive_url: Some(archive_url),
        };
        // The look is asked for by name first: with a subject of the configuration, any name would be one.
        let look = Look::new(templates, &settings.newsletter.look).and_then(|_| Look::new(with_subject, &settings.newsletter.look));
        let look = match look {
            Ok(look) => look,
            Err(found) => {
                findings.push(found);
                return Ok(None);
            }
        };
        let reader = reader();
        let unsubscribe_url = Some("https://example.org/");
        match look.fit(&mut page, &Recipient { subscriber: &reader, unsubscribe_url, web_url: Some(&web_url) }) {
            Ok((rendered, found)) => {
                findings.extend(found);
                let language = known.map(|known| known.tag.clone());
                Ok(Some(MadeLetter { language, date, posts: page.posts, rendered, web_url }))
            }
            Err(found) => {
                findings.push(found);
                Ok(None)
            }
        }
    }

    /// Reads the author's opening: the file that is asked for, else `newsletter/KEY.md`. For one of several letters in a further
    /// language the file's name ends in `.TAG.md`.
    fn intro(&self, key: &str, tag: Option<&str>, alone: bool, findings: &mut Vec<Diagnostic>) -> anyhow::Result<Option<edition::Opening>> {
        let path = match (&self.args.intro, tag) {
            (Some(path), None) => path.display().to_string(),
            (Some(path), Some(_)) if alone => path.display().to_string(),
            (Some(path), Some(tag)) => path.with_extension(format!("{tag}.md")).display().to_string(),
            (None, None) => format!("{INTROS}/{key}.md"),
            (None, Some(tag)) => format!("{INTROS}/{key}.{tag}.md"),
        };
        if !self.workplace.path(Path::new(&path)).is_file() {
            if self.args.intro.is_some() && (tag.is_none() || alone) {
                let finding = Diagnostic::new(&codes::MISSING_INTRO, format!("there is no file `{path}`"));
                findings.push(finding.help("`--intro` takes the path of a Markdown file"));
            }
            return Ok(None);
        }
        let bytes = source::read(&self.workplace.root, &path)?;
        let (text, found) = heads::decoded(&path, bytes);
        findings.extend(found);
        let (opening, found) = edition::opening(Source::new(&path, &text), tag.or(self.settings.language.as_deref()), self.settings);
        findings.extend(found);
        Ok(Some(opening))
    }
}

/// Returns the reader that previews and tests are made for.
pub(super) fn reader() -> Subscriber {
    Subscriber { address: "reader@example.org".to_owned(), name: Some("Reader".to_owned()), ..Subscriber::default() }
}

/// Returns what all mails of the newsletter have in common. What is missing is said, and something stands in for it, so that the
/// edition can be looked at; what is sent needs the real thing.
pub(super) fn frame(settings: &Settings, config: &str, findings: &mut Vec<Diagnostic>) -> Frame {
    let newsletter = &settings.newsletter;
    let host = settings.url.domain().unwrap_or("example.org");
    let mut missing = |code, message: &str, help: &str| {
        findings.push(Diagnostic::new(code, message).at(Place::file(config)).help(help));
    };
    let from = newsletter.from.clone().unwrap_or_else(|| {
        missing(
            &codes::MISSING_SENDER,
            "the mails have no sender",
            "write for example `newsletter: {from: Ada Example <ada@example.org>}`",
        );
        Mailbox { name: Some(settings.title.clone()), address: format!("newsletter@{host}") }
    });
    let mut unsubscribe_mailto = newsletter.unsubscribe_mailto.clone();
    if newsletter.unsubscribe_url.is_none() && unsubscribe_mailto.is_none() {
        let help = "write `newsletter: {unsubscribe_mailto: leave@example.org}`, or an `unsubscribe_url` with `{token}`";
        missing(&codes::MISSING_UNSUBSCRIBE, "readers have no way to leave", help);
        unsubscribe_mailto = Some(from.address.clone());
    }
    if newsletter.postal_address.is_none() {
        let help = "write `newsletter: {postal_address: …}`, or `none` where no law asks for one";
        missing(&codes::NO_POSTAL_ADDRESS, "the sender's postal address is missing", help);
    }
    Frame {
        file: config.to_owned(),
        newsletter: newsletter.id.clone(),
        from,
        reply_to: newsletter.reply_to.clone(),
        envelope_from: newsletter.envelope_from.clone(),
        list_name: settings.title.clone(),
        list_domain: host.to_owned(),
        unsubscribe_url: newsletter.unsubscribe_url.clone(),
        unsubscribe_mailto,
        archive: Some(settings.url.to_string()),
        headers: newsletter.headers.clone(),
    }
}

/// Says why there is nothing to mail.
fn nothing_new(kept_out: edition::KeptOut) -> String {
    let reasons: Vec<String> = kept_out.reasons().iter().filter(|(n, _)| *n > 0).map(|(n, reason)| format!("{n} {reason}")).collect();
    if reasons.is_empty() { "nothing new to mail".to_owned() } else { format!("nothing new to mail; left out: {}", reasons.join(", ")) }
}

/// Returns the hash of what an edition says: key, and of each letter the subject, the entries and both bodies.
fn hash(key: &str, letters: &[MadeLetter]) -> String {
    let parts = letters.iter().flat_map(|letter| {
        let ids = letter.posts.iter().map(|post| post.url.as_str());
        let Rendered { subject, html, text, .. } = &letter.rendered;
        [letter.language.as_deref().unwrap_or_default(), subject].into_iter().chain(ids).chain([html.as_str(), text])
    });
    edition::edition_hash(std::iter::once(key).chain(parts))
}
