//! `newsletter send` with `transport: eml`: an edition's mails as files, one for each recipient. Nobody is sent anything, so the ledger
//! is read and not written: the edition is still to be sent.

use super::super::Exit;
use super::super::summary::plural;
use super::EditionArgs;
use super::desk::Desk;
use super::send::{SendFormat, expect};
use crate::delivery::Mailroom as _;
use crate::diagnostic::Diagnostic;
use crate::edition::Audience as _;
use crate::ledger::hex;
use crate::mail::Message;
use crate::mail::dkim;
use crate::mail::token::Tokens;
use crate::model::Settings;
use crate::output;
use anyhow::{Context, bail};
use serde_json::json;
use std::collections::BTreeSet;
use std::io::{self, Write};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

/// The folder of the mails when nobody says.
const FOLDER: &str = "mails";

/// The longest address that a file is named for as it is: file systems take 255 octets.
const LONGEST_NAME: usize = 200;

/// Returns the folder that mails are written into, as it is configured.
pub(super) fn folder(settings: &Settings) -> &str {
    settings.newsletter.eml.as_deref().unwrap_or(FOLDER)
}

/// The folder of an edition's mails while they are written.
struct Folder {
    path: PathBuf,
    /// As it is told.
    name: String,
    written: BTreeSet<String>,
    failed: Option<anyhow::Error>,
    /// Why some have no mail.
    refused: Vec<String>,
}

impl Folder {
    fn put(&mut self, address: &str, subscriber: &[u8; 16], message: Result<Message, String>) {
        if self.failed.is_some() {
            return;
        }
        match message {
            Ok(message) => {
                let name = file_name(address, subscriber);
                let written = output::replace_file(&self.path.join(&name), &message.bytes);
                self.failed = written.with_context(|| format!("cannot write into `{}`", self.name)).err();
                self.written.insert(name);
            }
            Err(why) => self.refused.push(why),
        }
    }

    /// Returns how many other files are there.
    fn others(&self) -> usize {
        let names = std::fs::read_dir(&self.path).into_iter().flatten().flatten();
        names.filter(|entry| !self.written.contains(&*entry.file_name().to_string_lossy())).count()
    }

    /// Says what was written.
    fn tell(self, key: &str, format: SendFormat, notes: &mut Vec<String>) -> anyhow::Result<Exit> {
        let others = self.others();
        let Folder { name, written, failed, refused, .. } = self;
        if let Some(error) = failed {
            return Err(error);
        }
        if written.is_empty() && refused.is_empty() {
            bail!("nobody is subscribed whom edition {key} could be sent to; help: `postrider subscribers import FILE --consent TEXT`");
        }
        if format == SendFormat::Json {
            let told =
                json!({"version": 1, "event": "written", "edition": key, "folder": name, "mails": written.len(), "refused": refused.len()});
            writeln!(io::stdout(), "{told}")?;
        }
        notes.extend(refused.iter().map(|why| format!("no mail was made: {why}")));
        if others > 0 {
            notes.push(format!("`{name}` holds {} of an earlier run", plural(others, "other file", "other files")));
        }
        let mails = plural(written.len(), "mail", "mails");
        notes.push(format!("edition {key}: {mails} written into `{name}`; nothing was sent, and the ledger was not changed"));
        Ok(if refused.is_empty() { Exit::Fine } else { Exit::Errors })
    }
}

impl Desk<'_> {
    /// Writes the mails of the edition at hand, or of the next, as `newsletter send` would send them.
    pub(super) fn write_mails(
        &self,
        args: &EditionArgs,
        expected: Option<&str>,
        format: SendFormat,
        findings: &mut Vec<Diagnostic>,
        notes: &mut Vec<String>,
    ) -> anyhow::Result<Exit> {
        let (key, folder) = match self.at_hand(args.edition.as_deref())? {
            Some(edition) => {
                expect(&edition.hash, expected)?;
                let press = self.press(&edition)?;
                let mut folder = self.folder(&edition.key)?;
                let put = |mail: crate::ledger::Claimed| folder.put(&mail.address, &mail.subscriber, press.message(&mail));
                self.ledger().open_mails(self.newsletter(), &edition.key, put)?;
                (edition.key, folder)
            }
            None => {
                let Some(made) = self.plan(args, findings, notes)? else {
                    return Ok(if findings.iter().any(Diagnostic::is_error) { Exit::Errors } else { Exit::Fine });
                };
                expect(&made.edition.hash, expected)?;
                let signers = self.signers()?;
                let mut folder = self.folder(&made.edition.key)?;
                let readers = self.readers();
                let languages: Vec<&str> = made.edition.letters.iter().filter_map(|letters| letters.further_language.as_deref()).collect();
                for letters in &made.edition.letters {
                    readers.each(letters.further_language.as_deref(), &languages, &mut |person| {
                        let message = letters.message(person, Tokens::Keys(&self.keys)).map(|(_, mut message)| {
                            dkim::sign(&mut message, &signers, Some(self.now));
                            message
                        });
                        folder.put(&person.address, &person.id, message.map_err(|found| found.message));
                        ControlFlow::Continue(())
                    });
                }
                if let Some(error) = readers.failed.into_inner() {
                    return Err(error.into());
                }
                (made.edition.key, folder)
            }
        };
        folder.tell(&key, format, notes)
    }

    fn folder(&self, key: &str) -> anyhow::Result<Folder> {
        let top = Path::new(folder(&self.settings));
        // It holds the addresses of all readers.
        let made = self.workplace.path(top);
        let above = made.parent().map_or(Ok(()), std::fs::create_dir_all);
        above.and_then(|()| output::private_folder(&made)).with_context(|| format!("cannot make the folder `{}`", top.display()))?;
        let path = self.workplace.path(&top.join(key));
        let name = top.join(key).display().to_string();
        Ok(Folder { path, name, written: BTreeSet::new(), failed: None, refused: Vec::new() })
    }
}

/// Returns the name of the file of somebody's mail: the address where it can be one.
fn file_name(address: &str, subscriber: &[u8; 16]) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || ".@+-_".contains(c);
    if address.len() <= LONGEST_NAME && address.chars().all(is_plain) {
        return format!("{address}.eml");
    }
    let tame: String = address.chars().map(|c| if is_plain(c) { c } else { '_' }).collect();
    format!("{} {}.eml", &tame[..tame.floor_char_boundary(LONGEST_NAME)], hex(subscriber))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_address_has_a_file_of_its_own_whatever_stands_in_it() {
        let name = |address: &str, id: u8| file_name(address, &[id; 16]);
        assert_eq!(name("ada+news@example.org", 1), "ada+news@example.org.eml");
        assert_ne!(name("a/b@example.org", 1), name("a|b@example.org", 2));
        for address in ["../../etc/passwd@example.org", "\"a b\"@example.org", &format!("{}@example.org", "ü".repeat(140))] {
            let name = name(address, 1);
            assert!(name.len() <= 255 && !name.contains(['/', '\\', '"', '|']), "{name}");
        }
    }
}
