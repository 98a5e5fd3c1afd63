//! `postrider newsletter test`: the next edition, sent to an address of one's own. The only command here that connects, and only
//! to the configured server.

use super::super::{Exit, Format, Workplace};
use super::make::{self, Maker};
use super::{EditionArgs, secrets, sign};
use crate::delivery::{Direct, Server, Session, Timeouts};
use crate::diagnostic::Diagnostic;
use crate::edition::{self, Mailed};
use crate::mail::check::check;
use crate::mail::dkim;
use crate::mail::token::Tokens;
use crate::mail::{self, Content, Letter};
use crate::model::{Settings, Transport};
use crate::report::Report;
use anyhow::{Context, bail};
use clap::Args;
use std::path::Path;

/// Arguments of `postrider newsletter test`.
#[derive(Debug, Args)]
pub(in crate::cli) struct TestArgs {
    #[command(flatten)]
    edition: EditionArgs,
    /// Who gets it: an address of your own (can be given several times)
    #[arg(long, value_name = "ADDRESS", required = true)]
    to: Vec<String>,
    /// The name that the mail greets
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
}

/// Runs the command.
pub(super) fn run(workplace: &Workplace, args: &TestArgs) -> anyhow::Result<Exit> {
    let mut findings = Vec::new();
    let mut notes = Vec::new();
    let result = send(workplace, args, &mut findings, &mut notes);
    super::super::build::fill_places(workplace, &mut findings);
    let line = notes.pop();
    let report = Report { diagnostics: &findings, notes: &notes, ..Report::default() };
    super::super::print_report(workplace, Format::human(), &report, line.as_deref())?;
    result
}

fn send(workplace: &Workplace, args: &TestArgs, findings: &mut Vec<Diagnostic>, notes: &mut Vec<String>) -> anyhow::Result<Exit> {
    let Some(settings) = super::super::load(workplace, findings)? else { return Ok(Exit::CouldNotRun) };
    let now = super::super::now(args.edition.now.as_deref(), &settings)?;
    if settings.newsletter.from.is_none() {
        bail!("the mails have no sender; help: write for example `newsletter: {{from: Ada Example <ada@example.org>}}` in postrider.yaml");
    }
    let server = server(workplace, &settings)?;
    let config = super::super::config_file_if_any(workplace)?.unwrap_or_else(|| "postrider.yaml".to_owned());
    let signers = sign::signers(workplace, &settings, &config, findings)?;
    let mailed = Mailed::default();
    let maker = Maker { workplace, settings: &settings, args: &args.edition, now, mailed: &mailed };
    let made = maker.make(findings, notes)?;
    let errors = |findings: &[Diagnostic]| findings.iter().any(Diagnostic::is_error);
    let Some(edition) = made else { return Ok(if errors(findings) { Exit::Errors } else { Exit::Fine }) };
    let frame = make::frame(&settings, &config, findings);
    let mut messages = Vec::new();
    for letter in &edition.letters {
        let content = Content {
            key: &edition.key,
            language: letter.language.as_deref().or(settings.language.as_deref()).unwrap_or_default(),
            date: now,
            subject: &letter.rendered.subject,
            html: &letter.rendered.html,
            text: &letter.rendered.text,
        };
        let prepared = match Letter::new(&frame, &content) {
            Ok(prepared) => prepared,
            Err(found) => {
                findings.extend(found);
                continue;
            }
        };
        let reader = make::reader();
        for address in &args.to {
            let name = args.name.as_deref();
            // Each test is a mail of its own: mail programs hide a second one of the same Message-ID.
            let parts = [address.as_str(), content.language, &edition.hash, &crate::text::dates::rfc3339(&now)];
            let id = edition::subscriber_id(parts);
            let recipient = mail::Recipient { id, email: address, name, web_url: Some(&letter.web_url), fields: &reader.fields };
            match prepared.to(&recipient, Tokens::Preview) {
                Ok(mut message) => {
                    dkim::sign(&mut message, &signers, Some(now));
                    findings.extend(check(&message.bytes, "the mail"));
                    messages.push((address, message));
                }
                Err(found) => findings.push(found),
            }
        }
    }
    if errors(findings) {
        return Ok(Exit::Errors);
    }
    let mut session = Session::open(&server, &Direct)?;
    let not_taken = |address: &str| format!("the mail to {address} was not taken");
    for (address, message) in &messages {
        session.check(&message.envelope, &message.bytes).with_context(|| not_taken(address))?;
    }
    for (address, message) in &messages {
        let reply = session.send(&message.envelope, &message.bytes).with_context(|| not_taken(address))?;
        notes.push(format!("sent to {address}: {}", crate::report::tame(&reply.to_string())));
    }
    session.quit();
    let count = super::super::summary::plural(messages.len(), "mail", "mails");
    notes.push(format!("edition {}: {count} sent through {}; nothing was recorded", edition.key, server.host));
    Ok(Exit::Fine)
}

/// Returns the configured server with its password.
fn server(workplace: &Workplace, settings: &Settings) -> anyhow::Result<Server> {
    let newsletter = &settings.newsletter;
    if newsletter.transport != Transport::Smtp {
        bail!("`newsletter test` sends over SMTP only; help: `newsletter preview` writes the mail as a file");
    }
    let smtp = &newsletter.smtp;
    let Some(host) = smtp.host.clone() else {
        bail!(
            "no mail server is configured; help: write for example `newsletter: {{smtp: {{host: smtp.example.org, username: ada}}}}` in postrider.yaml"
        );
    };
    let password = secrets::secret(workplace, "POSTRIDER_SMTP_PASSWORD")?;
    let login = match (&smtp.username, password) {
        (Some(name), Some(password)) => Some((name.clone(), password)),
        (Some(name), None) => bail!(
            "there is no password for `{name}`; help: set POSTRIDER_SMTP_PASSWORD, or POSTRIDER_SMTP_PASSWORD_FILE to a file that holds it"
        ),
        (None, _) => None,
    };
    let ca = smtp.ca.as_ref().map(|path| {
        let path = workplace.path(Path::new(path));
        std::fs::read(&path).with_context(|| format!("cannot read `{}`, which `newsletter.smtp.ca` names", path.display()))
    });
    let of_from = || newsletter.from.as_ref().and_then(|from| from.address.rsplit_once('@')).map(|(_, domain)| domain.to_owned());
    Ok(Server {
        host,
        port: smtp.port,
        tls: smtp.tls,
        ca: ca.transpose()?,
        login,
        auth: smtp.auth.clone(),
        ehlo: smtp.ehlo.clone().or_else(of_from).unwrap_or_else(|| "localhost".to_owned()),
        timeouts: Timeouts::default(),
    })
}
