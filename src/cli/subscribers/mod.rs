//! `postrider subscribers`: who wants the newsletter, and who must not get it.
//!
//! Every command is safe to be run again. Logs may be public, so addresses are masked unless a terminal shows them.

mod add;
mod bounced;
mod export;
mod given;
mod import;
mod list;
mod people;
mod show;
mod sync;
mod tally;
mod tokens;

use super::ledger::{self, ReportFormat};
use super::{Exit, Workplace, records};
use crate::ledger::Ledger;
use crate::list::address::{key, masked};
use crate::model::{Consent, Date, Settings, Status};
use anyhow::{Context as _, bail};
use clap::{Args, Subcommand, ValueEnum};
use std::borrow::Cow;
use std::io::{self, IsTerminal as _};
use std::path::{Path, PathBuf};
use tally::Tally;

/// Arguments of `postrider subscribers`.
#[derive(Debug, Args)]
pub(super) struct SubscribersArgs {
    /// Show addresses in full where the output is no terminal; without it they are masked, because logs may be public
    #[arg(long, global = true)]
    show_addresses: bool,
    #[command(subcommand)]
    command: SubscribersCommand,
}

/// The subcommands of `postrider subscribers`.
#[derive(Debug, Subcommand)]
enum SubscribersCommand {
    /// Add somebody by hand
    Add(add::AddArgs),
    /// Take over a list: CSV with a header, JSON lines, or an address a line; run again, it changes nothing
    Import(import::ImportArgs),
    /// Write the list, in a form that `import` reads, with addresses in full
    Export(export::ExportArgs),
    /// Show who is on the list
    List(list::ListArgs),
    /// Show all that is known of an address, with its history and every mail to it
    Show(show::ShowArgs),
    /// Give subscribers tags, or take some away
    Tag(people::TagArgs),
    /// Take somebody off the list; whoever left stays known as having left
    Remove(people::AddressArgs),
    /// Record that somebody confirmed that they want mail: the one way back for those who left, complained or were erased
    Confirm(people::ConfirmArgs),
    /// Mail somebody no more, because they say so; also who is not on the list now and may be on the next
    Unsubscribe(people::UnsubscribeArgs),
    /// Never mail an address, whether it is on the list or not
    Suppress(people::SuppressArgs),
    /// Let an address be mailed again that bounced, or that you suppressed
    Unsuppress(people::AddressArgs),
    /// Read what mail servers sent back: bounces (RFC 3464) and complaints (RFC 5965)
    Bounced(bounced::BouncedArgs),
    /// Forget an address, and never mail it again: what happened, and when, stays under a hash of it
    Erase(people::EraseArgs),
}

/// Which subscribers are asked for.
#[derive(Debug, Clone, Default, Args)]
struct FilterArgs {
    /// Only those of this status
    #[arg(long, value_enum, value_name = "STATUS")]
    status: Option<StatusArg>,
    /// Only those with this tag
    #[arg(long, value_name = "TAG")]
    tag: Option<String>,
}

impl FilterArgs {
    fn filter(&self) -> crate::ledger::Filter {
        crate::ledger::Filter { status: self.status.map(StatusArg::status), tag: self.tag.clone() }
    }
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum StatusArg {
    /// They have not confirmed
    Pending,
    /// They get mail
    Active,
    /// They left
    Unsubscribed,
}

impl StatusArg {
    fn status(self) -> Status {
        match self {
            StatusArg::Pending => Status::Pending,
            StatusArg::Active => Status::Active,
            StatusArg::Unsubscribed => Status::Unsubscribed,
        }
    }
}

/// How a list is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ListFormat {
    /// A table for spreadsheets
    Csv,
    /// A JSON object a line
    Jsonl,
}

/// Runs the command.
///
/// # Errors
/// When it could not run at all.
pub(super) fn run(workplace: &Workplace, args: &SubscribersArgs) -> anyhow::Result<Exit> {
    let Some(settings) = ledger::settings(workplace)? else { return Ok(Exit::CouldNotRun) };
    let desk = Desk { workplace, settings, shows: args.show_addresses || io::stdout().is_terminal() };
    match &args.command {
        SubscribersCommand::Add(args) => add::run(&desk, args),
        SubscribersCommand::Import(args) => import::run(&desk, args),
        SubscribersCommand::Export(args) => export::run(&desk, args),
        SubscribersCommand::List(args) => list::run(&desk, args),
        SubscribersCommand::Show(args) => show::run(&desk, args),
        SubscribersCommand::Tag(args) => people::tag(&desk, args),
        SubscribersCommand::Remove(args) => people::remove(&desk, args),
        SubscribersCommand::Confirm(args) => people::confirm(&desk, args),
        SubscribersCommand::Unsubscribe(args) => people::unsubscribe(&desk, args),
        SubscribersCommand::Suppress(args) => people::suppress(&desk, args),
        SubscribersCommand::Unsuppress(args) => people::unsuppress(&desk, args),
        SubscribersCommand::Bounced(args) => bounced::run(&desk, args),
        SubscribersCommand::Erase(args) => people::erase(&desk, args),
    }
}

/// Where these commands do their work.
struct Desk<'a> {
    workplace: &'a Workplace,
    settings: Settings,
    /// Whether addresses are shown in full.
    shows: bool,
}

/// An address of the command line.
struct Address {
    /// As it was given.
    text: String,
    /// What is the same for every spelling of it.
    key: String,
}

impl Desk<'_> {
    fn newsletter(&self) -> &str {
        &self.settings.newsletter.id
    }

    fn open(&self, create: bool) -> anyhow::Result<Ledger> {
        records::open(self.workplace, &self.settings, create)
    }

    /// Returns an address as it may be shown.
    fn shown<'t>(&self, address: &'t str) -> Cow<'t, str> {
        if self.shows { Cow::Borrowed(address) } else { masked(address) }
    }

    /// Reads the addresses of the command line; all of them, before anything is done with one.
    fn addresses(&self, given: &[String]) -> anyhow::Result<Vec<Address>> {
        let mut read: Vec<Address> = Vec::new();
        for text in given {
            match key(text) {
                Ok(key) if read.iter().any(|known| known.key == key) => {}
                Ok(key) => read.push(Address { text: text.clone(), key }),
                Err(flaw) if self.shows => bail!("`{text}` {}, and nothing was done; help: {}", flaw.reason, flaw.help),
                Err(flaw) => bail!("`{}` {}, and nothing was done; help: correct it", masked(text), flaw.reason),
            }
        }
        Ok(read)
    }

    /// Opens a file, or standard input for `-`.
    fn input(&self, file: &Path) -> anyhow::Result<Box<dyn io::Read>> {
        if file == Path::new("-") {
            return Ok(Box::new(io::stdin().lock()));
        }
        let told = || format!("cannot read `{}`", file.display());
        Ok(Box::new(std::fs::File::open(self.workplace.path(file)).with_context(told)?))
    }

    /// Returns the files of a mailbox, in order: of a maildir, of a folder, or the one file that it is.
    fn files(&self, mailbox: &Path) -> anyhow::Result<Vec<PathBuf>> {
        let folder = self.workplace.path(mailbox);
        if mailbox == Path::new("-") || !folder.is_dir() {
            return Ok(vec![mailbox.to_owned()]);
        }
        let inner: Vec<PathBuf> =
            ["new", "cur"].into_iter().filter(|name| folder.join(name).is_dir()).map(|name| mailbox.join(name)).collect();
        let mut files = Vec::new();
        for folder in if inner.is_empty() { vec![mailbox.to_owned()] } else { inner } {
            let told = || format!("cannot read the folder `{}`", folder.display());
            for entry in std::fs::read_dir(self.workplace.path(&folder)).with_context(told)? {
                let entry = entry.with_context(told)?;
                if entry.path().is_file() {
                    files.push(folder.join(entry.file_name()));
                }
            }
        }
        files.sort();
        Ok(files)
    }

    /// Prints what came of a command, and returns its exit status: everything that was asked for was done, or something was not.
    fn report(&self, tally: &Tally, format: ReportFormat) -> anyhow::Result<Exit> {
        for line in tally.advice() {
            self.workplace.note(&crate::report::tame(line));
        }
        if format == ReportFormat::Json {
            ledger::print_json(&serde_json::json!({"version": 1, "newsletter": self.newsletter(), "counts": tally.json()}))?;
        } else if !self.workplace.quiet {
            super::print_lines(&[crate::report::tame(&tally.line())])?;
        }
        Ok(if tally.is_short() { Exit::Errors } else { Exit::Fine })
    }
}

/// Returns what somebody agreed to, now.
fn consent(ledger: &mut Ledger, text: &str) -> anyhow::Result<Consent> {
    check_consent(text)?;
    Ok(Consent { text: text.trim().to_owned(), at: now(ledger)? })
}

/// Refuses words that say nothing.
fn check_consent(text: &str) -> anyhow::Result<()> {
    if text.trim().is_empty() {
        bail!("`--consent` is empty; help: write what they agreed to and how, such as `form on example.org, 2026`");
    }
    Ok(())
}

/// Returns the ledger's time.
fn now(ledger: &mut Ledger) -> anyhow::Result<Date> {
    let now = ledger.now()?;
    Ok(chrono::DateTime::from_timestamp_millis(now).context("the ledger's clock is out of order")?.fixed_offset())
}

/// Refuses a tag that cannot be told from several in a list.
fn check_tags(tags: &[String]) -> anyhow::Result<()> {
    let is_bad =
        |tag: &&String| tag.trim() != tag.as_str() || tag.is_empty() || tag.contains(|c: char| c.is_control() || ",;|\"".contains(c));
    match tags.iter().find(is_bad) {
        Some(tag) => bail!("`{tag}` is no tag; help: leave out blanks around it, commas, semicolons, bars, quotes and control characters"),
        None => Ok(()),
    }
}

/// The number of things that are done at once, so that a sender does not wait for long.
const TOGETHER: usize = 1000;
