//! The question that `newsletter send` asks before anything leaves.

use super::desk::Desk;
use super::make::Made;
use crate::edition;
use crate::ledger::{Edition, EditionEntry};
use crate::model::DeliveryState;
use anyhow::bail;
use std::fmt::Write as _;
use std::io::{self, BufRead, Write as _};
use std::ops::ControlFlow;

/// An edition of which mails are about to leave.
pub(super) struct Leaving {
    key: String,
    hash: String,
    subject: Option<String>,
    posts: Vec<String>,
    /// The files of its openings, while it is not frozen.
    openings: Option<Vec<String>>,
    recipients: Vec<(DeliveryState, u64)>,
}

impl Leaving {
    /// Returns how many mails are about to leave.
    fn mails(&self) -> u64 {
        self.recipients.iter().filter(|(state, _)| state.is_open()).map(|(_, count)| count).sum()
    }

    fn tell(&self, told: &mut String) -> std::fmt::Result {
        writeln!(told, "edition {}  {}", self.key, self.hash)?;
        if let Some(subject) = &self.subject {
            writeln!(told, "  subject     {subject}")?;
        }
        for post in &self.posts {
            writeln!(told, "  post        {post}")?;
        }
        if let Some(openings) = &self.openings {
            writeln!(told, "  opening     {}", if openings.is_empty() { "none".to_owned() } else { openings.join(", ") })?;
        }
        let recipients: Vec<String> = self.recipients.iter().map(|(state, count)| format!("{count} {}", state.name())).collect();
        writeln!(told, "  recipients  {}", recipients.join(", "))
    }
}

fn titles(entries: &[EditionEntry]) -> Vec<String> {
    entries.iter().map(|entry| if entry.title.is_empty() { entry.path.clone() } else { entry.title.clone() }).collect()
}

impl Desk<'_> {
    /// Returns what leaves of an edition that is not frozen yet.
    pub(super) fn leaving_new(&self, made: &Made) -> anyhow::Result<Leaving> {
        let (readers, mut count) = (self.readers(), 0);
        self.ledger().audience(self.newsletter(), |person| {
            count += u64::from(readers.letters(made, &person.subscriber).is_some());
            ControlFlow::Continue(())
        })?;
        let subject = made.edition.letters.iter().flat_map(|letters| &letters.versions).next();
        Ok(Leaving {
            key: made.edition.key.clone(),
            hash: made.edition.hash.clone(),
            subject: subject.map(|version| edition::shown(&version.rendered.subject)),
            posts: titles(&made.entries),
            openings: Some(made.openings.clone()),
            recipients: vec![(DeliveryState::Pending, count)],
        })
    }

    /// Returns what leaves of an edition that the ledger holds; `None` when all of it is done.
    fn leaving(&self, edition: &Edition) -> anyhow::Result<Option<Leaving>> {
        let counts = self.ledger().counts(self.newsletter(), &edition.key)?;
        if counts.open() == 0 {
            return Ok(None);
        }
        let letters = self.ledger().letters(self.newsletter(), &edition.key)?;
        let entries = self.ledger().entries(self.newsletter(), &edition.key)?;
        Ok(Some(Leaving {
            key: edition.key.clone(),
            hash: edition.hash.clone(),
            subject: letters.first().map(|letter| edition::shown(&letter.subject)),
            posts: titles(&entries),
            openings: None,
            recipients: counts.0.into_iter().filter(|(_, count)| *count > 0).collect(),
        }))
    }

    /// Returns what leaves of the edition at hand and, with it, of all whose mails were put off.
    pub(super) fn leaving_all(&self, at_hand: Option<&Edition>) -> anyhow::Result<Vec<Leaving>> {
        let mut leaving: Vec<Leaving> = at_hand.map(|edition| self.leaving(edition)).transpose()?.flatten().into_iter().collect();
        for edition in self.others(at_hand.map(|edition| edition.key.as_str()))? {
            leaving.extend(self.leaving(&edition)?);
        }
        Ok(leaving)
    }

    /// Shows what is about to leave and asks; returns whether it may. Nothing is asked where nothing leaves, or nobody has to be.
    pub(super) fn confirmed(&self, yes: bool, leaving: impl FnOnce() -> anyhow::Result<Vec<Leaving>>) -> anyhow::Result<bool> {
        if yes {
            return Ok(true);
        }
        let leaving = leaving()?;
        let mails = leaving.iter().map(Leaving::mails).sum();
        if mails == 0 {
            return Ok(true);
        }
        if !self.workplace.terminal.asks {
            bail!("nobody is here to be asked; help: add `--yes`");
        }
        let mut told = String::new();
        leaving.iter().try_for_each(|leaving| leaving.tell(&mut told))?;
        writeln!(told, "  through     {}", self.through())?;
        match self.time_for(mails) {
            Some(time) => writeln!(told, "  takes       about {time} at the rate that is configured")?,
            None => writeln!(told, "  takes       what the server takes: no rate is configured")?,
        }
        Ok(agrees(&format!("{told}Send it? [y/N] "), "nothing was sent")?)
    }
}

/// Asks on a terminal; returns whether the answer is yes, and says what comes of any other.
pub(in crate::cli) fn agrees(question: &str, otherwise: &str) -> io::Result<bool> {
    let mut out = io::stdout();
    write!(out, "{question}")?;
    out.flush()?;
    let mut answer = String::new();
    io::stdin().lock().read_line(&mut answer)?;
    let agrees = matches!(answer.trim(), "y" | "Y" | "yes");
    if !agrees {
        writeln!(out, "{otherwise}")?;
    }
    Ok(agrees)
}
