//! `postrider newsletter skip`: posts that were never mailed and are not to be.

use super::super::summary::plural;
use super::super::{Exit, Workplace, records};
use super::make::Maker;
use super::send::reported;
use super::{EarlyArgs, EditionArgs, marks};
use crate::diagnostic::Diagnostic;
use crate::edition;
use crate::mail::token::Tokens;
use crate::model::Date;
use crate::site::Placed;
use clap::Args;

/// Arguments of `postrider newsletter skip`.
#[derive(Debug, Args)]
pub(in crate::cli) struct SkipArgs {
    /// These posts: files or addresses
    #[arg(value_name = "POST", required_unless_present_any = ["old", "all"])]
    posts: Vec<String>,
    /// All posts older than `newsletter.max_age` that were never mailed
    #[arg(long, conflicts_with_all = ["posts", "all"])]
    old: bool,
    /// All posts that were never mailed
    #[arg(long, conflicts_with = "posts")]
    all: bool,
    /// Say which posts would be marked, and mark none
    #[arg(long)]
    dry_run: bool,
    /// Act as if it were this time
    #[arg(long, value_name = "DATE", env = "POSTRIDER_NOW")]
    now: Option<String>,
}

/// Runs the command.
pub(super) fn run(workplace: &Workplace, args: &SkipArgs) -> anyhow::Result<Exit> {
    reported(workplace, |findings, notes| skip(workplace, args, findings, notes))
}

fn skip(workplace: &Workplace, args: &SkipArgs, findings: &mut Vec<Diagnostic>, notes: &mut Vec<String>) -> anyhow::Result<Exit> {
    let Some(settings) = super::super::load(workplace, findings)? else { return Ok(Exit::CouldNotRun) };
    let now = super::super::now(args.now.as_deref(), &settings)?;
    let mailed = records::mailed(workplace, &settings)?;
    // Who names a post means it, whatever became of it.
    let asked = EditionArgs { posts: args.posts.clone(), again: !args.posts.is_empty(), allow_old: true, ..EditionArgs::default() };
    let maker = Maker {
        workplace,
        settings: &settings,
        config: "postrider.yaml",
        args: &asked,
        early: EarlyArgs::default(),
        now,
        mailed: &mailed,
        recipients: &Vec::new(),
        tokens: Tokens::Preview,
        again: None,
        date: None,
    };
    let (site, found) = maker.site()?;
    findings.extend(found);
    let hash = |placed: &Placed| maker.hash(placed);
    let (chosen, found) = edition::choose(&site, &settings.newsletter, &maker.asked()?, &mailed, now, hash)?;
    findings.extend(found);
    if findings.iter().any(Diagnostic::is_error) {
        return Ok(Exit::Errors);
    }
    let oldest = now.checked_sub_signed(settings.newsletter.max_age).filter(|_| args.old);
    let is_meant = |published: Date| oldest.is_none_or(|oldest| published < oldest);
    let posts = chosen.posts.iter().filter_map(|index| site.posts.get(*index)).filter(|placed| is_meant(placed.post.came_out()));
    let entries = posts.map(|placed| maker.entry(placed)).collect::<anyhow::Result<Vec<_>>>()?;
    notes.extend(entries.iter().map(|entry| entry.path.clone()));
    let count = |number: usize| plural(number, "post", "posts");
    if args.dry_run {
        notes.push(format!("{} would be marked as not to be mailed", count(entries.len())));
        return Ok(Exit::Fine);
    }
    let mut ledger = records::open(workplace, &settings, true)?;
    marks::check(workplace, &settings.newsletter.id, &mut ledger)?;
    let marked = ledger.skip(&settings.newsletter.id, &entries)? as usize;
    let before = entries.len().saturating_sub(marked);
    let before = if before > 0 { format!("; {before} marked before") } else { String::new() };
    notes.push(format!("{} marked as not to be mailed{before}", count(marked)));
    Ok(Exit::Fine)
}
