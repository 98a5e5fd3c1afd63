//! `postrider newsletter send --dry-run`: what would be sent, and to whom.

use super::super::Exit;
use super::super::summary::plural;
use super::desk::Desk;
use super::make::Made;
use super::send::{SendArgs, SendFormat, exit_of, expect};
use crate::diagnostic::Diagnostic;
use crate::ledger::{Edition, hex};
use serde_json::{Value, json};
use std::io::{self, Write};
use std::ops::ControlFlow;

/// An edition of which mails would leave.
enum Leaving<'a> {
    /// It would be made.
    New(&'a Made),
    /// The ledger has it.
    Known(&'a Edition),
}

impl Leaving<'_> {
    fn key(&self) -> &str {
        match self {
            Leaving::New(made) => &made.edition.key,
            Leaving::Known(edition) => &edition.key,
        }
    }

    fn hash(&self) -> &str {
        match self {
            Leaving::New(made) => &made.edition.hash,
            Leaving::Known(edition) => &edition.hash,
        }
    }
}

/// A mail that would leave.
struct Mail<'a> {
    address: &'a str,
    id: &'a [u8; 16],
    /// The language of its letter, where that is told and the edition has letters in several.
    language: Option<&'a str>,
}

impl Desk<'_> {
    /// Says what would be sent, and to whom: the edition at hand or the next one, and what was put off of earlier ones.
    pub(super) fn dry_run(&self, args: &SendArgs, findings: &mut Vec<Diagnostic>, notes: &mut Vec<String>) -> anyhow::Result<Exit> {
        let at_hand = self.at_hand(args.edition.edition.as_deref())?;
        let made = if at_hand.is_none() { self.plan(&args.edition, findings, notes)? } else { None };
        if findings.iter().any(Diagnostic::is_error) {
            return Ok(exit_of(findings));
        }
        let first = at_hand.as_ref().map(Leaving::Known).or(made.as_ref().map(Leaving::New));
        if let Some(first) = &first {
            expect(first.hash(), args.expect.as_deref())?;
        }
        let others = self.others(at_hand.as_ref().map(|edition| edition.key.as_str()))?;
        let leaving: Vec<Leaving<'_>> = first.into_iter().chain(others.iter().map(Leaving::Known)).collect();
        let Some(first) = leaving.first() else { return Ok(exit_of(findings)) };
        let is_json = args.how.format == SendFormat::Json;
        // A list may be long, so it is told while it is read.
        let mut out = io::stdout().lock();
        if is_json {
            let begin = json!({"version": 1, "event": "dry-run", "edition": first.key(), "hash": first.hash()}).to_string();
            write!(out, "{},\"to\":[", begin.strip_suffix('}').unwrap_or(&begin))?;
        }
        let (mut all, mut left, mut told) = (0, 0, Vec::new());
        for edition in &leaving {
            let mut result = Ok(());
            let before = all;
            self.each_mail(edition, |mail| {
                if args.diff && result.is_ok() {
                    let comma = if all == 0 { "" } else { "," };
                    let shown = self.shown(mail.address, args.how.show_addresses);
                    result = if is_json {
                        write!(out, "{comma}{}", as_json(edition.key(), &shown, &mail))
                    } else {
                        writeln!(out, "{}", as_line(edition.key(), &shown, &mail))
                    };
                }
                all += 1;
            })?;
            result?;
            let gone = match edition {
                Leaving::Known(edition) => self.ledger().counts(self.newsletter(), &edition.key)?.open().saturating_sub(all - before),
                Leaving::New(_) => 0,
            };
            left += gone;
            told.push(self.would(edition, all - before, gone));
        }
        if is_json {
            writeln!(out, "],\"recipients\":{all},\"left\":{left}}}")?;
            return Ok(Exit::Fine);
        }
        // The edition at hand stands last, as elsewhere.
        notes.extend(told.into_iter().rev());
        Ok(Exit::Fine)
    }

    fn would(&self, edition: &Leaving<'_>, count: u64, gone: u64) -> String {
        let recipients = plural(usize::try_from(count).unwrap_or(usize::MAX), "recipient", "recipients");
        let gone = if gone == 0 { String::new() } else { format!(" ({gone} more left since it was made)") };
        format!("edition {} would go to {recipients}{gone} through {}: {}; nothing was sent", edition.key(), self.through(), edition.hash())
    }

    /// Shows every mail of an edition that would leave.
    fn each_mail(&self, edition: &Leaving<'_>, mut see: impl FnMut(Mail<'_>)) -> anyhow::Result<()> {
        let newsletter = self.newsletter();
        match edition {
            Leaving::Known(edition) => {
                let letters = self.ledger().letters(newsletter, &edition.key)?;
                let languages: Vec<String> = letters.into_iter().map(|letter| letter.language).collect();
                let is_one = languages.windows(2).all(|two| two.first() == two.last());
                let language = |letter: usize| languages.get(letter).map(String::as_str).filter(|tag| !is_one && !tag.is_empty());
                self.ledger().open_mails(newsletter, &edition.key, |mail| {
                    see(Mail { address: &mail.address, id: &mail.subscriber, language: language(mail.letter) });
                })?;
            }
            Leaving::New(made) => {
                let readers = self.readers();
                let is_one = made.edition.letters.len() < 2;
                self.ledger().audience(newsletter, |person| {
                    if let Some(letters) = readers.letters(made, &person.subscriber) {
                        let language = letters.language.as_deref().filter(|_| !is_one);
                        see(Mail { address: &person.subscriber.address, id: &person.subscriber.id, language });
                    }
                    ControlFlow::Continue(())
                })?;
            }
        }
        Ok(())
    }
}

/// Tells of a mail in a line. Who is masked is known by the id that `subscribers list --format json` tells.
fn as_line(edition: &str, shown: &str, mail: &Mail<'_>) -> String {
    let id = if shown == mail.address { String::new() } else { format!("  {}", hex(mail.id)) };
    let language = mail.language.map(|language| format!("  {language}")).unwrap_or_default();
    format!("+ {edition} {shown}{id}{language}")
}

fn as_json(edition: &str, shown: &str, mail: &Mail<'_>) -> Value {
    json!({"subscriber": hex(mail.id), "address": shown, "edition": edition, "language": mail.language})
}
