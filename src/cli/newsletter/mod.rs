//! `postrider newsletter`: the posts nobody was mailed yet, as mail.

mod codes;
mod confirm;
mod desk;
mod dry_run;
mod eml;
mod known;
mod mailroom;
mod make;
pub(super) mod marks;
mod openings;
mod preview;
mod progress;
mod run;
mod send;
mod server;
mod sign;
mod skip;
mod status;
mod steer;
mod test;

use super::{Exit, Workplace};
use crate::model::Date;
use crate::text::dates;
use anyhow::bail;
use chrono_tz::Tz;
use clap::{Args, Subcommand};
use std::path::PathBuf;

pub(super) use codes::CODES;
pub(super) use confirm::agrees;
pub(super) use status::dated;

/// The subcommands of `postrider newsletter`.
#[derive(Debug, Subcommand)]
pub(super) enum NewsletterCommand {
    /// Write the next edition as files to look at: nothing is sent, nobody needs to be subscribed
    Preview(preview::PreviewArgs),
    /// Send the next edition to an address of your own, over the configured server; nothing is recorded
    Test(test::TestArgs),
    /// Freeze the next edition, to be sent later: its posts, its words and its recipients do not change any more
    Make(send::MakeArgs),
    /// Send the next edition to everybody once; run again after whatever happened, it goes on where it was
    Send(Box<send::SendArgs>),
    /// Send the mails of an edition now that were put off, and whatever else is left of it
    Retry(send::RetryArgs),
    /// Stop an edition that is being sent, to go on later
    Pause(steer::KeyArgs),
    /// Give an edition up: what was not sent will not be
    Cancel(steer::KeyArgs),
    /// Mark posts as not to be mailed: no later edition holds them by itself
    Skip(skip::SkipArgs),
    /// Say what became of the mails of which nobody knows
    Settle(steer::SettleArgs),
    /// Show what became of the newest edition, or another
    Status(status::StatusArgs),
    /// List all editions
    History(status::HistoryArgs),
}

/// Which posts an edition holds, and what it is called.
#[derive(Debug, Clone, Default, Args)]
pub(super) struct EditionArgs {
    /// The edition's key; without one, the date of its newest post
    #[arg(long, value_name = "KEY")]
    edition: Option<String>,
    /// The author's opening, in Markdown; without it, `newsletter/KEY.md` where there is one
    #[arg(long, value_name = "FILE")]
    intro: Option<PathBuf>,
    /// Exactly these posts, in this order: files or addresses
    #[arg(long, value_name = "POST", num_args = 1..,
        conflicts_with_all = ["tag", "category", "author", "section", "language", "since", "limit"])]
    posts: Vec<String>,
    /// Only posts with this tag (can be given several times)
    #[arg(long, value_name = "TAG")]
    tag: Vec<String>,
    /// Only posts of this category
    #[arg(long, value_name = "CATEGORY")]
    category: Vec<String>,
    /// Only posts by this author
    #[arg(long, value_name = "NAME")]
    author: Vec<String>,
    /// Only posts of this section, the first folder below the posts
    #[arg(long, value_name = "SECTION")]
    section: Vec<String>,
    /// Only posts in this language
    #[arg(long, value_name = "TAG")]
    language: Option<String>,
    /// Only posts published then or later
    #[arg(long, value_name = "DATE")]
    since: Option<String>,
    /// No more than so many posts in each language, the newest
    #[arg(long, value_name = "N", value_parser = limit)]
    limit: Option<u32>,
    /// Also posts that were mailed before
    #[arg(long)]
    again: bool,
    /// Also posts older than `newsletter.max_age`, in a first edition or with `--since` and `--posts`, and more than
    /// `newsletter.max_entries`
    #[arg(long)]
    allow_old: bool,
    /// Do nothing unless an edition is due by `newsletter.schedule`
    #[arg(long)]
    if_due: bool,
    /// Refuse to make or send the edition after this time, or after this day: a job that comes late mails nothing stale
    #[arg(long, value_name = "DATE")]
    not_after: Option<String>,
    /// Act as if it were this time
    #[arg(long, value_name = "DATE", env = "POSTRIDER_NOW")]
    now: Option<String>,
}

/// Reads `--limit`.
fn limit(text: &str) -> Result<u32, &'static str> {
    match text.parse() {
        Ok(0) => Err("an edition holds at least one post; write 1 or more"),
        Ok(limit) => Ok(limit),
        Err(_) => Err("write a number such as 5"),
    }
}

impl EditionArgs {
    /// Refuses when it is later than `--not-after` says; a day is over at its end.
    fn in_time(&self, now: Date, zone: Tz) -> anyhow::Result<()> {
        let Some(limit) = &self.not_after else { return Ok(()) };
        let last = parsed("--not-after", limit, zone)?;
        let day = |date: Date| date.with_timezone(&zone).date_naive();
        let is_late = if last.has_time { now > last.date } else { day(now) > last.date.date_naive() };
        if is_late {
            bail!(
                "it is later than `--not-after {limit}`, so nothing was made or sent; help: the job came late, run it again with a later time if the edition is still wanted"
            );
        }
        Ok(())
    }
}

/// Reads the date of an option.
fn parsed(option: &str, text: &str, zone: Tz) -> anyhow::Result<dates::Parsed> {
    dates::parse(text, zone).map_err(|fault| anyhow::anyhow!("`{option} {text}`: the date {}; help: {}", fault.reason, fault.help))
}

/// What is not published yet and can be looked at all the same.
#[derive(Debug, Clone, Copy, Default, Args)]
struct EarlyArgs {
    /// Include drafts: to see a letter while it is being written
    #[arg(long)]
    drafts: bool,
    /// Include posts dated later than now
    #[arg(long)]
    future: bool,
}

/// Runs the command.
///
/// # Errors
/// When it could not run at all.
pub(super) fn run(workplace: &Workplace, command: &NewsletterCommand) -> anyhow::Result<Exit> {
    match command {
        NewsletterCommand::Preview(args) => preview::run(workplace, args),
        NewsletterCommand::Test(args) => test::run(workplace, args),
        NewsletterCommand::Make(args) => send::make(workplace, args),
        NewsletterCommand::Send(args) => send::send(workplace, args),
        NewsletterCommand::Retry(args) => send::retry(workplace, args),
        NewsletterCommand::Pause(args) => steer::pause(workplace, args),
        NewsletterCommand::Cancel(args) => steer::cancel(workplace, args),
        NewsletterCommand::Skip(args) => skip::run(workplace, args),
        NewsletterCommand::Settle(args) => steer::settle(workplace, args),
        NewsletterCommand::Status(args) => status::status(workplace, args),
        NewsletterCommand::History(args) => status::history(workplace, args),
    }
}

/// Returns how many posts an edition does not hold and why, in one line; nothing when it holds all.
fn left_out(left_out: &[(usize, String)]) -> String {
    let reasons: Vec<String> = left_out.iter().map(|(count, reason)| format!("{count} {reason}")).collect();
    if reasons.is_empty() { String::new() } else { format!("left out: {}", reasons.join(", ")) }
}
