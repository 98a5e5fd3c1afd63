//! Making an edition: the site's posts and the record of earlier editions become letters for some recipients.

use super::super::{Workplace, lock, posts};
use super::openings::Openings;
use super::{EarlyArgs, EditionArgs, codes, known};
use crate::config;
use crate::diagnostic::{Diagnostic, Place, Severity};
use crate::edition::render::{LetterPost, Look};
use crate::edition::{self, Asked, Audience, Chosen, Draft, Edition, Group, Letters, Mailed, Opening};
use crate::ledger::EditionEntry;
use crate::mail::token::Tokens;
use crate::mail::{Frame, MISSING_UNSUBSCRIBE};
use crate::model::{Date, Mailbox, Settings, Taxonomy};
use crate::site::{self, Placed, Site, View};
use crate::source::{self, Disk};
use crate::template::Templates;
use crate::text::decode::decode;
use crate::text::{language, words};
use anyhow::bail;
use std::collections::BTreeMap;

/// The key of the template that stands in the settings.
const SUBJECT: &str = "newsletter.subject";

/// An edition, and what it does not hold.
pub(super) struct Made {
    pub(super) edition: Edition,
    /// Its posts, as the ledger knows them.
    pub(super) entries: Vec<EditionEntry>,
    /// The files of its openings.
    pub(super) openings: Vec<String>,
    /// How many editions there were before.
    pub(super) after: usize,
    /// What its mails have in common.
    pub(super) frame: Frame,
    /// How many posts it does not hold, and why.
    pub(super) left_out: Vec<(usize, String)>,
}

/// What making an edition needs.
pub(super) struct Maker<'a> {
    pub(super) workplace: &'a Workplace,
    pub(super) settings: &'a Settings,
    /// The file of the settings, for findings about them.
    pub(super) config: &'a str,
    pub(super) args: &'a EditionArgs,
    pub(super) early: EarlyArgs,
    pub(super) now: Date,
    pub(super) mailed: &'a Mailed,
    /// Who gets it.
    pub(super) recipients: &'a dyn Audience,
    /// Where the tokens of their links come from.
    pub(super) tokens: Tokens<'a>,
    /// What `--again` is good for, where posts that were mailed before are all there are.
    pub(super) again: Option<&'static str>,
    /// The date of the mails; `None` for that of the newest post, so that the same posts make the same mail.
    pub(super) date: Option<Date>,
}

impl Maker<'_> {
    /// Makes the edition; `None` when there is none to make, which `notes` or `findings` say.
    pub(super) fn make(&self, findings: &mut Vec<Diagnostic>, notes: &mut Vec<String>) -> anyhow::Result<Option<Made>> {
        if !self.is_due(notes)? {
            return Ok(None);
        }
        let (site, found) = self.site()?;
        findings.extend(found);
        let hash = |placed: &Placed| self.hash(placed);
        let (chosen, found) = edition::choose(&site, &self.settings.newsletter, &self.asked()?, self.mailed, self.now, hash)
            .map_err(|error: source::SourceError| anyhow::Error::from(error))?;
        findings.extend(found);
        if findings.iter().any(Diagnostic::is_error) {
            return Ok(None);
        }
        if chosen.posts.is_empty() {
            let again = (chosen.kept_out.mailed > 0).then_some(self.again).flatten();
            let left_out = Some(super::left_out(&left_out(&site, &chosen))).filter(|line| !line.is_empty());
            let parts = [Some("nothing new to mail".to_owned()), left_out, again.map(str::to_owned)];
            notes.push(parts.into_iter().flatten().collect::<Vec<_>>().join("; "));
            return Ok(None);
        }
        self.edition(&site, &chosen, findings)
    }

    /// Returns whether an edition is to be made now at all.
    fn is_due(&self, notes: &mut Vec<String>) -> anyhow::Result<bool> {
        self.args.in_time(self.now, self.settings.timezone)?;
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
    pub(super) fn site(&self) -> anyhow::Result<(Site, Vec<Diagnostic>)> {
        let (root, settings) = (&self.workplace.root, self.settings);
        let output = self.workplace.path(settings.output.as_ref());
        let listing = source::list(root, &settings.posts, &settings.exclude, &output)?;
        let heads = posts::read(root, listing, settings, self.now);
        let mut findings = heads.findings;
        let view = View { now: self.now, drafts: self.early.drafts, future: self.early.future, locked: false };
        let lock = lock::read(self.workplace)?;
        let (site, found) = site::assemble(heads.posts, heads.left_out, settings, view, &lock);
        findings.extend(found);
        Ok((site, findings))
    }

    pub(super) fn asked(&self) -> anyhow::Result<Asked> {
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
            main_authors: self.settings.authors.clone(),
            since: args.since.as_deref().map(|since| self.date("--since", since)).transpose()?,
            posts: args.posts.clone(),
            limit: args.limit.and_then(|limit| usize::try_from(limit).ok()),
            again: args.again,
            allow_old: args.allow_old,
        })
    }

    fn date(&self, option: &str, text: &str) -> anyhow::Result<Date> {
        super::parsed(option, text, self.settings.timezone).map(|parsed| parsed.date)
    }

    fn edition(&self, site: &Site, chosen: &Chosen, findings: &mut Vec<Diagnostic>) -> anyhow::Result<Option<Made>> {
        let groups = edition::groups(site, chosen, self.settings);
        let key = self.key(groups.iter().filter_map(Group::date).max().unwrap_or(self.now))?;
        let files = source::templates(&self.workplace.root, &self.settings.templates)?;
        let templates = self.templates(&files);
        let look = self.look(&templates, findings)?;
        let frame = frame(self.settings, self.config, findings);
        let (mut letters, mut hashes) = (Vec::new(), BTreeMap::new());
        let Maker { workplace, settings, args, .. } = *self;
        let mut openings = Openings { workplace, settings, args, key: &key, is_alone: groups.len() == 1, used: Vec::new() };
        let languages: Vec<&str> = groups.iter().filter_map(Group::further_language).collect();
        for group in &groups {
            let opening = openings.of(group, site, findings)?;
            findings.extend(group.further_language().or(self.settings.language.as_deref()).and_then(no_words));
            findings.extend(strangers(site, group, self.settings));
            let posts = self.posts(site, group, &mut hashes, findings)?;
            let Some(look) = &look else { continue };
            match self.letters((group, &languages), posts, (&key, opening.as_ref()), look, &frame) {
                Ok(made) => {
                    findings.extend(made.findings.iter().cloned());
                    letters.push(made);
                }
                Err(found) => findings.extend(found.into_iter().filter(|found| !findings.contains(found)).collect::<Vec<_>>()),
            }
        }
        findings.extend(openings.unused(&groups, site, self.mailed));
        findings.extend(openings.missing(&groups));
        let openings = openings.used;
        if findings.iter().any(Diagnostic::is_error) {
            return Ok(None);
        }
        let entry = |index: &usize| entry(&site.posts[*index], &mut hashes);
        let entries = chosen.posts.iter().map(entry).collect();
        let after = self.mailed.keys.len();
        Ok(Some(Made { edition: Edition::new(key, letters), entries, openings, after, frame, left_out: left_out(site, chosen) }))
    }

    /// Returns the templates as they are, and with the subject of the configuration among them.
    fn templates<'t>(&'t self, files: &'t [source::OwnTemplate]) -> [Templates<'t>; 2] {
        let plain = super::super::templates(files);
        let mut with_subject = plain.clone();
        if let Some(subject) = &self.settings.newsletter.subject {
            let file = source::read(&self.workplace.root, self.config).map(|bytes| decode(bytes).text).unwrap_or_default();
            let end = config::locate(&file, SUBJECT).map_or(0, |key| key.end);
            let name = format!("{}/subject.txt", self.settings.newsletter.look);
            with_subject.put_value(name, SUBJECT, subject.as_str(), (self.config, file, end));
        }
        [plain, with_subject]
    }

    /// Returns the look; says what is wrong with it, and which fields it asks for that nobody has.
    fn look<'t>(&self, [plain, with_subject]: &'t [Templates<'_>; 2], findings: &mut Vec<Diagnostic>) -> anyhow::Result<Option<Look<'t>>> {
        let name = self.settings.newsletter.look.as_str();
        findings.extend(Look::unused(plain, name));
        // It is asked for by name first: with a subject of the configuration, any name would be one.
        let look = match Look::new(plain, name).and_then(|_| Look::new(with_subject, name)) {
            Ok(look) => look,
            Err(found) => {
                findings.push(found.at(Place::key(self.config, "newsletter.template")));
                return Ok(None);
            }
        };
        if look.has_fields() {
            let known = known::fields(self.workplace, self.settings)?;
            findings.extend(known.map(|known| look.unknown_fields(&known)).unwrap_or_default());
        }
        Ok(Some(look))
    }

    pub(super) fn entry(&self, placed: &Placed) -> anyhow::Result<EditionEntry> {
        let hash = self.hash(placed)?.unwrap_or_default();
        let title = placed.post.title.clone().unwrap_or_default();
        Ok(EditionEntry { id: placed.id().to_owned(), path: placed.post.path.clone(), hash, title })
    }

    pub(super) fn hash(&self, placed: &Placed) -> Result<Option<String>, source::SourceError> {
        posts::with_text(&self.workplace.root, &placed.post.path, |text, _| edition::content_hash(&placed.post, text))
    }

    /// Returns the key that is asked for, else that of the newest post's date.
    fn key(&self, newest: Date) -> anyhow::Result<String> {
        let Some(key) = &self.args.edition else {
            return Ok(edition::default_key(newest, self.settings.timezone, &self.mailed.keys));
        };
        if let Some(reason) = edition::check_key(key) {
            bail!("`--edition {key}`: the key {reason}; help: write a key such as `2026-11-22` or `no-42`");
        }
        if self.mailed.keys.contains(key) {
            bail!(
                "there is an edition {key} already; help: give another key with `--edition`, or see `postrider newsletter status --edition {key}`"
            );
        }
        Ok(key.clone())
    }

    /// Renders the posts of one language for mail; notes the hashes of their contents by path.
    fn posts(
        &self,
        site: &Site,
        group: &Group<'_>,
        hashes: &mut BTreeMap<String, Option<String>>,
        findings: &mut Vec<Diagnostic>,
    ) -> anyhow::Result<Vec<LetterPost>> {
        let disk = Disk::new(&self.workplace.root);
        let mut posts = Vec::new();
        for placed in &group.posts {
            let (post, found) = posts::with_text(&self.workplace.root, &placed.post.path, |text, mut found| {
                let (post, more) = edition::letter_post(placed, text, site, self.settings, &disk);
                found.extend(more);
                hashes.insert(placed.post.path.clone(), edition::content_hash(&placed.post, text));
                (post, found)
            })?;
            findings.extend(found);
            posts.push(post);
        }
        Ok(posts)
    }

    /// Makes the letters of one language.
    fn letters(
        &self,
        (group, languages): (&Group<'_>, &[&str]),
        posts: Vec<LetterPost>,
        (key, opening): (&str, Option<&Opening>),
        look: &Look<'_>,
        frame: &Frame,
    ) -> Result<Letters, Vec<Diagnostic>> {
        let number = Some(self.mailed.keys.len() + 1).filter(|_| !self.mailed.has_gaps);
        let page = group.page(self.settings, key, number, opening, posts);
        let draft = Draft {
            look,
            page: &page,
            further_language: group.further_language(),
            languages,
            web_url: group.web_url(),
            frame,
            date: self.date.unwrap_or(page.date),
            tokens: self.tokens,
        };
        draft.letters(self.recipients)
    }
}

/// Returns what all mails of the newsletter have in common. What is missing is said, and something stands in for it, so that the
/// edition can be looked at before everything is decided.
fn frame(settings: &Settings, config: &str, findings: &mut Vec<Diagnostic>) -> Frame {
    let newsletter = &settings.newsletter;
    // A name that is nobody's (RFC 2606), where the site has but a number.
    let host = settings.url.domain().unwrap_or("site.invalid");
    let mut missing = |code, message: &str, help: &str| {
        let found = Diagnostic::new(code, message).at(Place::file(config)).help(help);
        findings.push(Diagnostic { severity: Severity::Warning, ..found });
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
        missing(&MISSING_UNSUBSCRIBE, "readers have no way to leave", help);
        unsubscribe_mailto = Some(from.address.clone());
    }
    if newsletter.postal_address.is_none() {
        let help = "write `newsletter: {postal_address: …}`, or `none` where no law asks for one";
        missing(&codes::NO_POSTAL_ADDRESS, "the sender's postal address is missing", help);
    }
    // List-Id needs a domain that is one's own (RFC 2919 §3).
    let domain = settings.url.domain().or_else(|| from.address.rsplit_once('@').map(|(_, domain)| domain)).unwrap_or(host);
    Frame {
        file: config.to_owned(),
        newsletter: newsletter.id.clone(),
        from: from.clone(),
        reply_to: newsletter.reply_to.clone(),
        envelope_from: newsletter.envelope_from.clone(),
        list_name: settings.title.clone(),
        list_domain: domain.to_owned(),
        unsubscribe_url: newsletter.unsubscribe_url.clone(),
        unsubscribe_mailto,
        archive: newsletter.archive.clone(),
        headers: newsletter.headers.clone(),
    }
}

/// Says that a letter has English words around posts in another language.
fn no_words(tag: &str) -> Option<Diagnostic> {
    if words::of(Some(tag)).are_of(tag) {
        return None;
    }
    let known: Vec<&str> = words::WORDS.iter().map(|words| words.language).collect();
    let message =
        format!("the words around the posts, such as `{}`, are in English in the letter in `{tag}`", words::WORDS[0].letter().unsubscribe);
    let help = format!(
        "write yours in templates of your own, which `postrider init --templates` copies out; there are words in {}",
        known.join(", ")
    );
    Some(Diagnostic::new(&codes::NO_WORDS, message).help(help))
}

/// Says that posts in a language go to everybody, those in others too: without a language of the site no letter is in another.
fn strangers(site: &Site, group: &Group<'_>, settings: &Settings) -> Vec<Diagnostic> {
    let tag = |placed: &Placed| placed.post.language.as_deref().and_then(language::normalize);
    let first = site.posts.first().and_then(tag);
    if settings.language.is_some() || group.further_language().is_some() || site.posts.iter().all(|placed| tag(placed) == first) {
        return Vec::new();
    }
    let mut posts: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for placed in &group.posts {
        if let Some(tag) = tag(placed) {
            posts.entry(tag).or_default().push(&placed.post.path);
        }
    }
    let finding = |(tag, paths): (String, Vec<&str>)| {
        let path = paths.first().copied().unwrap_or_default();
        let more = if paths.len() > 1 { format!(", as {} more are", paths.len() - 1) } else { String::new() };
        let message = format!("the post is in `{tag}`{more}, and goes to all readers, for nothing says which language the others are in");
        let help = "set `site.language`: posts in another then make a letter of their own, for the readers whose language it is";
        Diagnostic::new(&codes::NO_LETTER_IN_LANGUAGE, message).at(Place::key(path, "language")).help(help)
    };
    posts.into_iter().map(finding).collect()
}

/// Returns a post as the ledger knows it; `hashes` are those of the contents by path.
fn entry(placed: &Placed, hashes: &mut BTreeMap<String, Option<String>>) -> EditionEntry {
    let hash = hashes.remove(&placed.post.path).flatten().unwrap_or_default();
    let title = placed.post.title.clone().unwrap_or_default();
    EditionEntry { id: placed.id().to_owned(), path: placed.post.path.clone(), hash, title }
}

/// Returns how many posts an edition does not hold, and why.
fn left_out(site: &Site, chosen: &Chosen) -> Vec<(usize, String)> {
    let hidden = site.left_out.counts().map(|(count, reason)| (count, reason.words(count).to_owned()));
    let kept_out = chosen.kept_out.reasons().map(|(count, reason)| (count, reason.to_owned()));
    kept_out.into_iter().filter(|(count, _)| *count > 0).chain(hidden).collect()
}
