//! `postrider subscribers bounced`: what mail servers sent back, matched with the mails that were sent.
//!
//! Anybody may write to the address that gets these reports. So they are believed only about mails whose Message-ID or token they
//! return; what cannot be matched is named and left alone.

use super::super::ledger::{ReportFormat, print_json};
use super::super::{Exit, print_lines, secrets};
use super::{Desk, Tally};
use crate::ledger::{FoundMail, Ledger, LedgerError, Person};
use crate::list::bounce::{Action, Delivery, Feedback, Recipient, Report, Returned};
use crate::list::{self, Messages};
use crate::mail::token::{Keys, Purpose};
use crate::model::{Date, SuppressionReason};
use anyhow::Context as _;
use clap::Args;
use serde_json::json;
use std::collections::HashMap;
use std::io::BufReader;
use std::path::PathBuf;

/// Arguments of `postrider subscribers bounced`.
#[derive(Debug, Args)]
pub(super) struct BouncedArgs {
    /// A mailbox: a maildir, a folder of mails, an mbox, one mail, or `-` for standard input
    #[arg(value_name = "FILE|MAILDIR|-")]
    mailbox: PathBuf,
    /// How to report
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t)]
    format: ReportFormat,
}

const BOUNCED: &str = "bounced";
const SUPPRESSED: &str = "bounced often enough and suppressed now";
const RETURNED: &str = "returned for other reasons";
const COMPLAINED: &str = "complained";
const NOT_FINAL: &str = "not final or no complaint";
const KNOWN: &str = "known already";
const NOT_MATCHED: &str = "not matched";

const NO_MAIL: &str = "it returns no mail of this ledger";

/// A mail of ours that a report is about.
struct Match {
    newsletter: String,
    edition: String,
    subscriber: [u8; 16],
    hash: String,
}

impl From<FoundMail> for Match {
    fn from(FoundMail { newsletter, edition, subscriber, hash, .. }: FoundMail) -> Self {
        Match { newsletter, edition, subscriber, hash }
    }
}

/// How many mails are looked for together that are known by nothing but their Message-IDs.
const TOGETHER: usize = 500;

/// A report about a mail that is known by nothing but its Message-ID, for which the ledger has to look at every mail.
struct Waiting {
    place: String,
    report: Report,
    message_id: String,
    known_by: String,
}

/// The reports at work.
struct Mailroom<'a> {
    desk: &'a Desk<'a>,
    ledger: Ledger,
    keys: Option<Keys>,
    now: Date,
    tally: Tally,
    /// What could not be matched: where it is, and why.
    unmatched: Vec<(String, String)>,
    waiting: Vec<Waiting>,
    read: usize,
}

/// Runs the command.
pub(super) fn run(desk: &Desk<'_>, args: &BouncedArgs) -> anyhow::Result<Exit> {
    let mut ledger = desk.open(false)?;
    let now = super::now(&mut ledger)?;
    // Message-IDs do without them.
    let has_keys = secrets::secret(desk.workplace, secrets::UNSUBSCRIBE_KEY)?.is_some();
    let keys = has_keys.then(|| secrets::unsubscribe_keys(desk.workplace)).transpose()?;
    let tally = Tally::of(&[BOUNCED, SUPPRESSED, RETURNED, COMPLAINED, NOT_FINAL, KNOWN, NOT_MATCHED]);
    let mut room = Mailroom { desk, ledger, keys, now, tally, unmatched: Vec::new(), waiting: Vec::new(), read: 0 };
    for file in desk.files(&args.mailbox)? {
        let told = || format!("cannot read `{}`", file.display());
        for (at, message) in Messages::new(BufReader::new(desk.input(&file)?)).enumerate() {
            let place = if at == 0 { file.display().to_string() } else { format!("{}, message {}", file.display(), at + 1) };
            let message = message.with_context(told)?;
            room.take(&place, &message)?;
        }
    }
    room.take_waiting()?;
    room.report(args.format)
}

impl Mailroom<'_> {
    fn take(&mut self, place: &str, message: &[u8]) -> anyhow::Result<()> {
        self.read += 1;
        let report = Report::read(message);
        let (returned, recipients): (_, Vec<String>) = match &report {
            Report::Delivery(delivery) => {
                let each = delivery.recipients.iter().flat_map(|one| [&one.original, &one.last]);
                (&delivery.returned, each.flatten().cloned().collect())
            }
            Report::Feedback(feedback) => (&feedback.returned, feedback.recipients.clone()),
            Report::Unknown(unknown) => {
                let subject = unknown.subject.as_ref().filter(|_| self.desk.shows).map(|subject| format!(" (“{subject}”)"));
                self.not_matched(place, format!("{}{}", unknown.why, subject.unwrap_or_default()));
                return Ok(());
            }
        };
        let known_by = list::known_by(message);
        if let Some(mail) = self.matched(returned, &recipients)? {
            return self.apply(&mail, &report, &known_by);
        }
        let Some(message_id) = returned.message_id.clone() else {
            self.not_matched(place, NO_MAIL.to_owned());
            return Ok(());
        };
        self.waiting.push(Waiting { place: place.to_owned(), report, message_id, known_by });
        if self.waiting.len() < TOGETHER { Ok(()) } else { self.take_waiting() }
    }

    /// Takes the reports about mails that are known by nothing but their Message-IDs.
    fn take_waiting(&mut self) -> anyhow::Result<()> {
        let waiting = std::mem::take(&mut self.waiting);
        if waiting.is_empty() {
            return Ok(());
        }
        let found = self.ledger.mails_of(waiting.iter().map(|one| one.message_id.as_str()))?;
        let found: HashMap<String, Match> = found.into_iter().map(|(id, mail)| (id, Match::from(mail))).collect();
        for Waiting { place, report, message_id, known_by } in waiting {
            match found.get(&message_id) {
                Some(mail) => self.apply(mail, &report, &known_by)?,
                None => self.not_matched(&place, NO_MAIL.to_owned()),
            }
        }
        Ok(())
    }

    /// Notes what a report says of a mail. One that was read before says nothing new, whatever became of its reader since.
    fn apply(&mut self, mail: &Match, report: &Report, known_by: &str) -> anyhow::Result<()> {
        if self.ledger.was_read(&mail.newsletter, &mail.hash, known_by)? {
            let who = self.who(mail)?;
            self.tally.count(KNOWN, &who);
            return Ok(());
        }
        match report {
            Report::Delivery(delivery) => self.delivery(mail, delivery)?,
            Report::Feedback(feedback) => self.feedback(mail, feedback)?,
            Report::Unknown(_) => {}
        }
        // Behind all else: what ends before it is read again.
        self.ledger.read_once(&mail.newsletter, &mail.hash, known_by)?;
        Ok(())
    }

    fn not_matched(&mut self, place: &str, why: String) {
        self.tally.count(NOT_MATCHED, "");
        self.unmatched.push((place.to_owned(), why));
    }

    /// Returns the mail that came back: by its Message-ID and one of those to whom it was, or else by a token of its own.
    fn matched(&mut self, returned: &Returned, recipients: &[String]) -> anyhow::Result<Option<Match>> {
        let keys = returned.to.iter().chain(recipients).filter_map(|address| list::address::key(address).ok());
        let to: Vec<String> = keys.map(|key| self.ledger.hash(&key)).collect();
        let bearer = self.bearer(returned)?;
        for hash in to.iter().chain(bearer.as_ref().map(|person| &person.hash)) {
            let Some(id) = &returned.message_id else { break };
            if let Some(found) = self.ledger.mail_of(id, hash)? {
                return Ok(Some(found.into()));
            }
        }
        let Some(person) = bearer else { return Ok(None) };
        let newsletter = self.desk.newsletter().to_owned();
        let edition = self.ledger.last_edition(&newsletter, &person.hash)?.unwrap_or_default();
        Ok(Some(Match { newsletter, edition, subscriber: person.subscriber.id, hash: person.hash }))
    }

    /// Returns the subscriber whose token the mail bears.
    fn bearer(&mut self, returned: &Returned) -> anyhow::Result<Option<Person>> {
        let Some(keys) = &self.keys else { return Ok(None) };
        let newsletter = self.desk.newsletter();
        let verified = |token: &String| {
            // The envelope holds one for bounces, the header one for unsubscribing.
            [Purpose::Bounce, Purpose::Unsubscribe].into_iter().find_map(|purpose| keys.verify(token, purpose, newsletter, self.now).ok())
        };
        let Some(id) = returned.tokens.iter().find_map(verified) else { return Ok(None) };
        Ok(self.ledger.subscriber(newsletter, &id)?)
    }

    /// Notes what became of a mail. What it was sent as stays: the server did take it.
    fn delivery(&mut self, mail: &Match, delivery: &Delivery) -> anyhow::Result<()> {
        let who = self.who(mail)?;
        let is_gone = delivery.recipients.iter().any(|one| one.is_gone() && self.is_theirs(mail, one));
        if !is_gone {
            let Some(failed) = delivery.recipients.iter().find(|one| one.action == Action::Failed) else {
                self.tally.count(NOT_FINAL, "");
                return Ok(());
            };
            let status = failed.status.map(|[class, subject, detail]| format!(" {class}.{subject}.{detail}")).unwrap_or_default();
            let is_new = self.ledger.note(&mail.newsletter, &mail.hash, "returned", &format!("{}{status}", mail.edition))?;
            self.tally.count(if is_new { RETURNED } else { KNOWN }, &who);
            return Ok(());
        }
        let is_known = self.ledger.has_happened(&mail.newsletter, &mail.hash, "bounced", &mail.edition)?;
        let is_suppressed = self.ledger.note_bounce(&mail.newsletter, &mail.hash, &mail.edition)?;
        let outcome = match (is_suppressed, is_known) {
            (true, _) => SUPPRESSED,
            (false, true) => KNOWN,
            (false, false) => BOUNCED,
        };
        self.tally.count(outcome, &who);
        Ok(())
    }

    /// Returns whether what became of a mail at an address says something of its reader: who has it forwarded has a mailbox still when the
    /// other one is gone.
    fn is_theirs(&self, mail: &Match, recipient: &Recipient) -> bool {
        let told: Vec<String> =
            [&recipient.original, &recipient.last].into_iter().flatten().filter_map(|address| list::address::key(address).ok()).collect();
        told.is_empty() || told.iter().any(|key| self.ledger.hash(key) == mail.hash)
    }

    fn feedback(&mut self, mail: &Match, feedback: &Feedback) -> anyhow::Result<()> {
        if !feedback.is_complaint() {
            self.tally.count(NOT_FINAL, "");
            return Ok(());
        }
        let who = self.who(mail)?;
        let is_new = self.ledger.at_once(|ledger: &mut Ledger| {
            let mut is_new = ledger.suppress(&mail.newsletter, &mail.hash, SuppressionReason::Complained, None)?;
            is_new |= ledger.leave(&mail.newsletter, Some(&mail.subscriber), &mail.hash, "complaint")?;
            Ok::<bool, LedgerError>(is_new)
        })?;
        self.tally.count(if is_new { COMPLAINED } else { KNOWN }, &who);
        Ok(())
    }

    /// Returns whose mail it was, as far as the list still knows.
    fn who(&mut self, mail: &Match) -> anyhow::Result<String> {
        let person = self.ledger.subscriber(&mail.newsletter, &mail.subscriber)?;
        Ok(person.map(|person| self.desk.shown(&person.subscriber.address).into_owned()).unwrap_or_default())
    }

    fn report(&self, format: ReportFormat) -> anyhow::Result<Exit> {
        if format == ReportFormat::Json {
            let unmatched: Vec<_> = self.unmatched.iter().map(|(place, why)| json!({"place": place, "why": why})).collect();
            print_json(&json!({
                "version": 1, "newsletter": self.desk.newsletter(), "read": self.read, "counts": self.tally.json(), "not_matched": unmatched,
            }))?;
            return Ok(Exit::Fine);
        }
        for (place, why) in &self.unmatched {
            self.desk.workplace.note(&crate::report::tame(&format!("{place}: not matched: {why}")));
        }
        if !self.unmatched.is_empty() && self.keys.is_none() {
            self.desk.workplace.note(&format!("help: with {} set, mails are known by their tokens too", secrets::UNSUBSCRIBE_KEY));
        }
        if !self.desk.workplace.quiet {
            let read = super::super::summary::plural(self.read, "message", "messages");
            print_lines(&[crate::report::tame(&format!("read {read}: {}", self.tally.line()))])?;
        }
        Ok(Exit::Fine)
    }
}
