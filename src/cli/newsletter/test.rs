//! `postrider newsletter test`: the next edition, sent to an address of one's own. The only command here that connects, and only
//! to the configured server.

use super::super::{Exit, Format, Workplace};
use super::make::Maker;
use super::{EarlyArgs, EditionArgs, known, server, sign};
use crate::delivery::{Direct, Server, Session, Timeouts};
use crate::diagnostic::Diagnostic;
use crate::edition::{Edition, subscriber_id};
use crate::list;
use crate::mail::Message;
use crate::mail::check::check;
use crate::mail::dkim::{self, Signer};
use crate::mail::token::Tokens;
use crate::model::{Date, Subscriber, Transport};
use crate::report::Report;
use crate::text::dates::rfc3339;
use anyhow::{Context, bail};
use clap::Args;
use std::time::Duration;

/// How long a server may think about its first words, and about an answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// Arguments of `postrider newsletter test`.
#[derive(Debug, Args)]
pub(in crate::cli) struct TestArgs {
    #[command(flatten)]
    edition: EditionArgs,
    #[command(flatten)]
    early: EarlyArgs,
    /// Who gets it: an address of your own (can be given several times)
    #[arg(long, value_name = "ADDRESS", required = true)]
    to: Vec<String>,
    /// The recipient's name, in the field `To` and where a template has `{{ subscriber.name }}`
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// How to report
    #[arg(long, value_name = "FORMAT", value_parser = Format::parser(), default_value = "human")]
    format: Format,
}

/// Runs the command.
pub(super) fn run(workplace: &Workplace, args: &TestArgs) -> anyhow::Result<Exit> {
    let mut findings = Vec::new();
    let mut notes = Vec::new();
    let result = send(workplace, args, &mut findings, &mut notes);
    super::super::build::fill_places(workplace, &mut findings);
    let line = notes.pop();
    let report = Report { diagnostics: &findings, notes: &notes, ..Report::default() };
    super::super::print_report(workplace, args.format, &report, line.as_deref())?;
    result
}

fn send(workplace: &Workplace, args: &TestArgs, findings: &mut Vec<Diagnostic>, notes: &mut Vec<String>) -> anyhow::Result<Exit> {
    let Some(settings) = super::super::load(workplace, findings)? else { return Ok(Exit::CouldNotRun) };
    let now = super::super::now(args.edition.now.as_deref(), &settings)?;
    if settings.newsletter.from.is_none() {
        bail!("the mails have no sender; help: write for example `newsletter: {{from: Ada Example <ada@example.org>}}` in postrider.yaml");
    }
    if let Some((address, flaw)) = args.to.iter().find_map(|address| Some((address, list::address::key(address).err()?))) {
        bail!("`--to {address}`: the address {}; help: {}", flaw.reason, flaw.help);
    }
    if settings.newsletter.transport != Transport::Smtp {
        bail!("`newsletter test` sends over SMTP only; help: `newsletter preview` writes the mail as a file");
    }
    // Somebody waits for the answer.
    let timeouts = Timeouts { greeting: PATIENCE, command: PATIENCE, ..Timeouts::default() };
    let server = Server { timeouts, ..server::of(workplace, &settings)? };
    let config = super::super::config_file_if_any(workplace)?.unwrap_or_else(|| "postrider.yaml".to_owned());
    let signers = sign::signers(workplace, &settings, &config, findings)?;
    let to = |address: &String| Subscriber { address: address.clone(), name: args.name.clone(), ..Subscriber::default() };
    let recipients: Vec<Subscriber> = args.to.iter().map(to).collect();
    let mailed = known::mailed(workplace, &settings, findings)?;
    let maker = Maker {
        workplace,
        settings: &settings,
        config: &config,
        args: &args.edition,
        early: args.early,
        now,
        mailed: &mailed,
        recipients: &recipients,
        tokens: Tokens::Preview,
        again: Some("`--again` tries the server with posts that were mailed before"),
        date: Some(now),
    };
    let made = maker.make(findings, notes)?;
    let errors = |findings: &[Diagnostic]| findings.iter().any(Diagnostic::is_error);
    let Some(made) = made else { return Ok(if errors(findings) { Exit::Errors } else { Exit::Fine }) };
    let messages = messages(&made.edition, &recipients, now, &signers, findings);
    if errors(findings) {
        return Ok(Exit::Errors);
    }
    let mut session = Session::open(&server, &Direct)?;
    for (whose, message) in &messages {
        session.check(&message.envelope, &message.bytes).with_context(|| format!("the mail {whose} was not taken"))?;
    }
    let (mut sent, mut refused) = (Vec::new(), Vec::new());
    for (whose, message) in &messages {
        if !session.is_open() {
            session = Session::open(&server, &Direct)?;
        }
        match session.send(&message.envelope, &message.bytes) {
            Ok(reply) => {
                notes.push(format!("sent {whose}: {}", crate::report::tame(&reply.to_string())));
                sent.push(whose.as_str());
            }
            // Another address may be a good one.
            Err(error) => refused.push(format!("the mail {whose} was not taken: {error}")),
        }
    }
    session.quit();
    if !refused.is_empty() {
        let sent = if sent.is_empty() { "nothing was sent".to_owned() } else { format!("sent {}", sent.join(", ")) };
        bail!("{}; {sent}", refused.join("; "));
    }
    let count = super::super::summary::plural(messages.len(), "mail", "mails");
    notes.push(format!("edition {}: {count} sent through {}; nothing was recorded", made.edition.key, server.host));
    Ok(Exit::Fine)
}

/// Makes the mail of each language for each address, signed and read again, with the words for it.
fn messages(
    edition: &Edition,
    recipients: &[Subscriber],
    now: Date,
    signers: &[Signer],
    findings: &mut Vec<Diagnostic>,
) -> Vec<(String, Message)> {
    let mut messages = Vec::new();
    for letters in &edition.letters {
        for recipient in recipients {
            // Each test is a mail of its own: mail programs hide a second one of the same Message-ID.
            let language = letters.language.as_deref().unwrap_or_default();
            let which = if edition.letters.len() > 1 { format!("in `{language}` ") } else { String::new() };
            let id = subscriber_id([recipient.address.as_str(), language, &edition.hash, &rfc3339(&now)]);
            match letters.message(&Subscriber { id, ..recipient.clone() }, Tokens::Preview) {
                Ok((_, mut message)) => {
                    dkim::sign(&mut message, signers, Some(now));
                    findings.extend(letters.checked(check(&message.bytes, "the mail")));
                    messages.push((format!("{which}to {}", recipient.address), message));
                }
                Err(found) => findings.push(found),
            }
        }
    }
    messages
}
