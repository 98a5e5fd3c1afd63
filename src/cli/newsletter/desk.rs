//! What sending needs, brought together: the settings, the keys, the ledger, and what is made of them.

use super::super::summary::plural;
use super::super::{Exit, Workplace, records, secrets};
use super::mailroom::{Press, Sealed};
use super::make::{Made, Maker};
use super::progress::number;
use super::{EarlyArgs, EditionArgs, eml, marks, server, sign};
use crate::delivery::{self, Direct, Sendmail, Smtp, Transport as Way};
use crate::diagnostic::Diagnostic;
use crate::edition::{Audience, Letters, language_for};
use crate::ledger::{self, Edition, EditionLetter, Frozen, Ledger, LedgerError, NewEdition, SenderLock};
use crate::list;
use crate::mail::dkim::Signer;
use crate::mail::token::{Keys, Tokens};
use crate::model::{Date, DeliveryState, EditionState, Settings, Subscriber, Transport};
use anyhow::bail;
use std::cell::RefCell;
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What sending needs, brought together.
pub(super) struct Desk<'a> {
    pub(super) workplace: &'a Workplace,
    pub(super) settings: Settings,
    config: String,
    pub(super) now: Date,
    pub(super) keys: Keys,
    pub(super) ledger: Arc<Mutex<Ledger>>,
}

/// Who gets an edition: everybody on the list who may be mailed, each in their language.
pub(super) struct Readers<'a> {
    ledger: &'a Mutex<Ledger>,
    newsletter: &'a str,
    main: Option<&'a str>,
    /// The further languages that the site is configured for.
    languages: Vec<&'a str>,
    pub(super) failed: RefCell<Option<LedgerError>>,
}

impl Audience for Readers<'_> {
    fn each(&self, further_language: Option<&str>, all: &[&str], see: &mut dyn FnMut(&Subscriber) -> ControlFlow<()>) {
        let languages = self.languages(all.iter().copied());
        let result = lock(self.ledger).audience(self.newsletter, |person| {
            let is_theirs = language_for(&person.subscriber, self.main, &languages) == Some(further_language);
            if is_theirs { see(&person.subscriber) } else { ControlFlow::Continue(()) }
        });
        if let Err(error) = result {
            *self.failed.borrow_mut() = Some(error);
        }
    }
}

impl Readers<'_> {
    /// Returns the letters of an edition of which a reader gets one, if any.
    pub(super) fn letters<'m>(&self, made: &'m Made, reader: &Subscriber) -> Option<&'m Letters> {
        self.letters_in(made, reader, &self.languages_of(made))
    }

    /// Returns the languages by which readers are told apart: those that the site is configured for, and those that an edition has letters
    /// in.
    fn languages<'l>(&'l self, edition: impl Iterator<Item = &'l str>) -> Vec<Option<&'l str>> {
        std::iter::once(None).chain(self.languages.iter().copied().chain(edition).map(Some)).collect()
    }

    fn languages_of<'l>(&'l self, made: &'l Made) -> Vec<Option<&'l str>> {
        self.languages(made.edition.letters.iter().filter_map(|letters| letters.further_language.as_deref()))
    }

    fn letters_in<'m>(&self, made: &'m Made, reader: &Subscriber, languages: &[Option<&str>]) -> Option<&'m Letters> {
        let language = language_for(reader, self.main, languages);
        made.edition.letters.iter().find(|letters| Some(letters.further_language.as_deref()) == language)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Tidies up after senders that died, and says what nobody knows of their mails. They could not say it themselves, so the status that
/// comes of it is this run's.
pub(super) fn recover(ledger: &mut Ledger, notes: &mut Vec<String>) -> anyhow::Result<Exit> {
    let unknown = ledger.recover(ledger::boot().as_deref())?;
    if unknown == 0 {
        return Ok(Exit::Fine);
    }
    notes.push(format!(
        "{} of an earlier run that was killed: nobody knows whether {} arrived; see `postrider newsletter status`",
        plural(unknown as usize, "mail", "mails"),
        if unknown == 1 { "it" } else { "they" }
    ));
    Ok(Exit::Open)
}

impl<'a> Desk<'a> {
    /// Reads configuration, keys and ledger; `None` when the configuration has errors.
    pub(super) fn new(workplace: &'a Workplace, now: Option<&str>, findings: &mut Vec<Diagnostic>) -> anyhow::Result<Option<Self>> {
        let Some(settings) = super::super::load(workplace, findings)? else { return Ok(None) };
        let now = super::super::now(now, &settings)?;
        let newsletter = &settings.newsletter;
        if newsletter.from.is_none() {
            bail!(
                "the mails have no sender; help: write for example `newsletter: {{from: Ada Example <ada@example.org>}}` in postrider.yaml"
            );
        }
        if newsletter.unsubscribe_url.is_none() && newsletter.unsubscribe_mailto.is_none() {
            bail!(
                "readers have no way to leave; help: write `newsletter: {{unsubscribe_mailto: leave@example.org}}`, or an `unsubscribe_url` with `{{token}}`"
            );
        }
        if newsletter.postal_address.is_none() {
            bail!(
                "the sender's postal address is missing; help: write `newsletter: {{postal_address: …}}`, or `none` where no law asks for one"
            );
        }
        let keys = secrets::unsubscribe_keys(workplace)?;
        let config = super::super::config_file_if_any(workplace)?.unwrap_or_else(|| "postrider.yaml".to_owned());
        let mut ledger = records::open(workplace, &settings, false)?;
        ledger.inspect()?;
        marks::check(workplace, &settings.newsletter.id, &mut ledger)?;
        Ok(Some(Desk { workplace, settings, config, now, keys, ledger: Arc::new(Mutex::new(ledger)) }))
    }

    pub(super) fn ledger(&self) -> MutexGuard<'_, Ledger> {
        lock(&self.ledger)
    }

    pub(super) fn newsletter(&self) -> &str {
        &self.settings.newsletter.id
    }

    pub(super) fn hold(&self) -> anyhow::Result<SenderLock> {
        Ok(self.ledger().lock()?)
    }

    pub(super) fn recover(&self, notes: &mut Vec<String>) -> anyhow::Result<Exit> {
        recover(&mut self.ledger(), notes)
    }

    pub(super) fn edition(&self, key: &str) -> anyhow::Result<Option<Edition>> {
        Ok(self.ledger().edition(self.newsletter(), key)?)
    }

    /// Returns the edition that is frozen or being sent and has mails that nobody has tried to the end.
    pub(super) fn open_edition(&self) -> anyhow::Result<Option<Edition>> {
        let editions = self.ledger().editions(self.newsletter())?;
        let is_open = |edition: &Edition| matches!(edition.state, EditionState::Frozen | EditionState::Sending | EditionState::Paused);
        for edition in editions.into_iter().filter(is_open) {
            let counts = self.ledger().counts(self.newsletter(), &edition.key)?;
            let blocks = [DeliveryState::Pending, DeliveryState::Claimed, DeliveryState::Attempting];
            if blocks.iter().any(|state| counts.of(*state) > 0) {
                return Ok(Some(edition));
            }
        }
        Ok(None)
    }

    /// Returns the editions that are being sent, the newest first, but for one: their deferred mails leave with it.
    pub(super) fn others(&self, but: Option<&str>) -> anyhow::Result<Vec<Edition>> {
        let editions = self.ledger().editions(self.newsletter())?.into_iter().rev();
        Ok(editions.filter(|edition| edition.state == EditionState::Sending && Some(edition.key.as_str()) != but).collect())
    }

    /// Returns the edition that there is to go on with: the one that is asked for, else the one that is not finished.
    pub(super) fn at_hand(&self, asked: Option<&str>) -> anyhow::Result<Option<Edition>> {
        let open = self.open_edition()?;
        let Some(key) = asked else {
            return match open {
                Some(edition) if edition.state == EditionState::Paused => {
                    bail!("edition {0} is paused; help: `postrider newsletter send --edition {0}` goes on with it", edition.key)
                }
                open => Ok(open),
            };
        };
        let Some(edition) = self.edition(key)? else {
            return match open {
                Some(open) => {
                    bail!("edition {} is not finished; help: `postrider newsletter send` goes on with it, `cancel` gives it up", open.key)
                }
                None => Ok(None),
            };
        };
        if edition.state == EditionState::Cancelled {
            bail!("edition {key} was cancelled; help: a new edition needs a new key");
        }
        Ok(Some(edition))
    }

    /// Makes the edition that is next; `None` when there is none, which notes and findings say.
    pub(super) fn plan(&self, args: &EditionArgs, findings: &mut Vec<Diagnostic>, notes: &mut Vec<String>) -> anyhow::Result<Option<Made>> {
        let mailed = self.ledger().mailed(self.newsletter())?;
        let readers = self.readers();
        let maker = Maker {
            workplace: self.workplace,
            settings: &self.settings,
            config: &self.config,
            args,
            early: EarlyArgs::default(),
            now: self.now,
            mailed: &mailed,
            recipients: &readers,
            tokens: Tokens::Keys(&self.keys),
            again: None,
            date: Some(self.now),
        };
        let made = maker.make(findings, notes)?;
        if let Some(error) = readers.failed.into_inner() {
            return Err(error.into());
        }
        let letters = made.iter().flat_map(|made| &made.edition.letters);
        for tag in letters.filter(|letters| letters.versions.is_empty()).filter_map(|letters| letters.further_language.as_deref()) {
            notes.push(format!(
                "nobody gets the letter in `{tag}`: no reader has that language; its posts count as mailed all the same. help: `newsletter: false` in a post keeps it for later"
            ));
        }
        Ok(made)
    }

    /// Returns everybody on the list who may be mailed.
    pub(super) fn readers(&self) -> Readers<'_> {
        Readers {
            ledger: &self.ledger,
            newsletter: self.newsletter(),
            main: self.settings.language.as_deref(),
            languages: self.settings.languages.iter().map(|known| known.tag.as_str()).collect(),
            failed: RefCell::new(None),
        }
    }

    /// Freezes an edition; returns for how many, and notes whom there is no letter for.
    pub(super) fn freeze(&self, made: &Made, notes: &mut Vec<String>) -> anyhow::Result<u64> {
        let sealed = Sealed { frame: made.frame.clone(), date: self.now.to_rfc3339() };
        let new = NewEdition {
            key: made.edition.key.clone(),
            hash: made.edition.hash.clone(),
            settings: serde_json::to_string(&sealed)?,
            entries: made.entries.clone(),
            after: made.after,
        };
        let readers = self.readers();
        let languages = readers.languages_of(made);
        let mut first = 0;
        let mut groups = Vec::new();
        for letters in &made.edition.letters {
            groups.push((letters, first));
            first += letters.versions.len();
        }
        let mut without = 0;
        let letter_of = |person: &ledger::Person| {
            let own = readers.letters_in(made, &person.subscriber, &languages);
            let Some((letters, first)) = groups.iter().find(|(letters, _)| own.is_some_and(|own| std::ptr::eq(own, *letters))) else {
                without += 1;
                return Ok(None);
            };
            match letters.index(&person.subscriber, Tokens::Keys(&self.keys)) {
                Some(index) => Ok(Some(first + index)),
                None => bail!("the list was changed while the edition was made; help: run the command again"),
            }
        };
        let all = || {
            let letters = made.edition.letters.iter().flat_map(|letters| letters.versions.iter().map(move |version| (letters, version)));
            letters
                .map(|(letters, version)| EditionLetter {
                    language: letters.language.clone().unwrap_or_default(),
                    subject: version.rendered.subject.clone(),
                    preheader: version.rendered.preheader.clone(),
                    html: version.rendered.html.clone(),
                    text: version.rendered.text.clone(),
                    web_url: letters.web_url().map(str::to_owned),
                })
                .collect()
        };
        match self.ledger().freeze::<anyhow::Error>(&self.settings.newsletter.id, &new, letter_of, all)? {
            Frozen::ForNobody => {
                bail!("nobody is subscribed whom this edition could be sent to; help: `postrider subscribers import FILE --consent TEXT`")
            }
            Frozen::For(count) => {
                if without > 0 {
                    notes.push(format!(
                        "{} no letter: the edition has none in their language, nor in the site's own",
                        if without == 1 { "1 reader gets".to_owned() } else { format!("{without} readers get") }
                    ));
                }
                Ok(count)
            }
            Frozen::Known => bail!("there is an edition {} already; help: give another key with `--edition`", new.key),
            Frozen::Overtaken => bail!("somebody else made an edition at the same time; help: run the command again"),
        }
    }

    pub(super) fn through(&self) -> String {
        let newsletter = &self.settings.newsletter;
        match newsletter.transport {
            Transport::Smtp => match &newsletter.smtp.host {
                Some(host) => format!("{host}:{}", newsletter.smtp.port),
                None => "a mail server that is not configured yet (`newsletter.smtp.host`)".to_owned(),
            },
            Transport::Sendmail => match &newsletter.sendmail {
                Some(program) => format!("`{program}`"),
                None => "a program that is not configured yet (`newsletter.sendmail`)".to_owned(),
            },
            Transport::Eml => format!("files in {}", eml::folder(&self.settings)),
        }
    }

    /// Returns how long so many mails take at the configured rates.
    pub(super) fn time_for(&self, count: u64) -> Option<String> {
        let smtp = &self.settings.newsletter.smtp;
        let per_hour =
            [smtp.per_second.map(|n| f64::from(n) * 3600.0), smtp.per_hour.map(f64::from), smtp.per_day.map(|n| f64::from(n) / 24.0)];
        let rate = per_hour.into_iter().flatten().reduce(f64::min)?;
        let hours = number(count) / rate.max(1.0);
        Some(if hours < 1.5 { format!("{:.0} min", (hours * 60.0).ceil()) } else { format!("{hours:.1} h") })
    }

    pub(super) fn transport(&self) -> anyhow::Result<Arc<dyn Way>> {
        match self.settings.newsletter.transport {
            Transport::Smtp => {
                // What can be said without a connection is said before the first one.
                server::of(self.workplace, &self.settings)?;
                let (workplace, settings) = (self.workplace.clone(), self.settings.clone());
                let server = move || server::of(&workplace, &settings).map_err(|error| super::super::described(&error));
                Ok(Arc::new(Smtp { server: Box::new(server), connector: Direct }))
            }
            Transport::Sendmail => {
                let Some(program) = self.settings.newsletter.sendmail.clone() else {
                    bail!("`newsletter.transport` is `sendmail`, and no program is named; help: set `newsletter.sendmail`");
                };
                Ok(Arc::new(Sendmail { program, timeout: delivery::Timeouts::default().dot }))
            }
            Transport::Eml => {
                bail!("`newsletter.transport` is `eml`, which sends nothing; help: `postrider newsletter send` writes the mails")
            }
        }
    }

    pub(super) fn press(&self, edition: &Edition) -> anyhow::Result<Press> {
        if edition.is_foreign() {
            bail!("{}: there is nothing to make mails of", edition.sent_elsewhere());
        }
        let sealed: Sealed = serde_json::from_str(&edition.settings)?;
        let letters = self.ledger().letters(self.newsletter(), &edition.key)?;
        Press::new(&edition.key, &sealed, &letters, self.keys.clone(), self.signers()?, self.now)
    }

    /// Returns what signs the mails.
    pub(super) fn signers(&self) -> anyhow::Result<Vec<Signer>> {
        let mut findings = Vec::new();
        let signers = sign::signers(self.workplace, &self.settings, &self.config, &mut findings)?;
        if let Some(found) = findings.iter().find(|found| found.is_error()) {
            bail!("{}", found.message);
        }
        Ok(signers)
    }

    pub(super) fn shown(&self, address: &str, in_full: bool) -> String {
        let is_seen = self.workplace.terminal.asks || in_full;
        if is_seen { address.to_owned() } else { list::address::masked(address).into_owned() }
    }
}
