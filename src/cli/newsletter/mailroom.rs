//! The messages of an edition that was frozen: made from what the ledger has, whatever the site says by now.

use crate::delivery::Mailroom;
use crate::ledger::{Claimed, EditionLetter};
use crate::mail::dkim::{self, Signer};
use crate::mail::token::{Keys, Tokens};
use crate::mail::{Addressee, Content, Frame, Letter, Message};
use crate::model::Date;
use anyhow::{Context, bail};
use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

/// How old the date of a mail may be when its run begins, in hours: receivers distrust mails of more than two days ago, and a run may go
/// on for a day.
const MOST_HOURS: i64 = 24;

/// What the mails of an edition have in common, as it is written into the ledger when the edition is frozen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Sealed {
    /// The settings.
    pub(super) frame: Frame,
    /// The mails' date (RFC 3339): when the edition was frozen. Those that leave more than a day later have that of their run.
    pub(super) date: String,
}

/// Makes the messages of a frozen edition.
pub(super) struct Press {
    letters: Vec<(Letter, Option<String>)>,
    date: Date,
    keys: Keys,
    signers: Vec<Signer>,
}

impl Press {
    /// Prepares the letters of an edition for a run that begins `now`.
    ///
    /// # Errors
    /// When the ledger holds something else than a postrider wrote.
    pub(super) fn new(
        key: &str,
        sealed: &Sealed,
        letters: &[EditionLetter],
        keys: Keys,
        signers: Vec<Signer>,
        now: Date,
    ) -> anyhow::Result<Self> {
        let frozen = Date::parse_from_rfc3339(&sealed.date).context("the edition's date in the ledger cannot be read")?;
        let date = if now - frozen > TimeDelta::hours(MOST_HOURS) { now } else { frozen };
        let mut prepared = Vec::new();
        for letter in letters {
            let EditionLetter { language, subject, html, text, web_url, .. } = letter;
            match Letter::new(&sealed.frame, &Content { key, language, date, subject, html, text }) {
                Ok(letter) => prepared.push((letter, web_url.clone())),
                Err(found) => {
                    let found: Vec<String> = found.into_iter().map(|found| found.message).collect();
                    bail!("the letters of edition {key} cannot be made into mails: {}", found.join("; "));
                }
            }
        }
        Ok(Press { letters: prepared, date, keys, signers })
    }
}

impl Mailroom for Press {
    fn message(&self, mail: &Claimed) -> Result<Message, String> {
        let (letter, web_url) = self.letters.get(mail.letter).ok_or("the edition has no such letter")?;
        let Claimed { subscriber, address, name, fields, .. } = mail;
        let recipient = Addressee { id: *subscriber, email: address, name: name.as_deref(), web_url: web_url.as_deref(), fields };
        let mut message = letter.to(&recipient, Tokens::Keys(&self.keys)).map_err(|found| found.message)?;
        dkim::sign(&mut message, &self.signers, Some(self.date));
        Ok(message)
    }
}
