//! `postrider newsletter pause`, `cancel` and `settle`: what an author decides about editions.

use super::super::summary::plural;
use super::super::{Exit, Workplace};
use super::send::reported;
use super::{desk, status};
use crate::ledger::{Ledger, LedgerError};
use crate::model::{DeliveryState, EditionState};
use anyhow::bail;
use clap::{Args, ValueEnum};

/// An edition that is meant.
#[derive(Debug, Args)]
pub(in crate::cli) struct KeyArgs {
    /// The edition's key; without one, the newest that is not finished
    #[arg(value_name = "KEY")]
    edition: Option<String>,
}

/// Arguments of `postrider newsletter settle`.
#[derive(Debug, Args)]
pub(in crate::cli) struct SettleArgs {
    /// The edition's key
    #[arg(value_name = "KEY")]
    edition: String,
    /// What the mails are from now on of which nobody knows whether they arrived
    #[arg(long = "as", value_enum, value_name = "STATE")]
    state: Settled,
}

/// What an unknown mail is settled as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Settled {
    /// It arrived
    Sent,
    /// It did not, and is not to be sent again
    Refused,
}

/// Runs `newsletter pause`.
pub(super) fn pause(workplace: &Workplace, args: &KeyArgs) -> anyhow::Result<Exit> {
    with_edition(workplace, args.edition.as_deref(), |ledger, newsletter, key, notes| {
        let from = [EditionState::Frozen, EditionState::Sending];
        if !ledger.move_edition(newsletter, key, &from, EditionState::Paused)? {
            bail!("edition {key} is not being sent");
        }
        notes.push(format!("edition {key} is paused: no further mail leaves; `postrider newsletter send --edition {key}` goes on"));
        Ok(Exit::Fine)
    })
}

/// Runs `newsletter cancel`.
pub(super) fn cancel(workplace: &Workplace, args: &KeyArgs) -> anyhow::Result<Exit> {
    with_edition(workplace, args.edition.as_deref(), |ledger, newsletter, key, notes| {
        // Where nobody sends, what is in hands was left by who died; what becomes of the posts depends on it.
        let found = match ledger.lock() {
            Ok(_lock) => desk::recover(ledger, notes)?,
            Err(LedgerError::Held(_)) => Exit::Fine,
            Err(error) => return Err(error.into()),
        };
        let Some(skipped) = ledger.cancel(newsletter, key)? else { bail!("edition {key} is closed: everybody got it who is to get it") };
        let counts = ledger.counts(newsletter, key)?;
        let posts = if counts.has_reached() {
            "its posts count as mailed, for some got them or may have"
        } else {
            "its posts are free for another edition"
        };
        notes.push(format!("edition {key} is cancelled: {} were not sent; {posts}", plural(skipped as usize, "mail", "mails")));
        Ok(found)
    })
}

/// Runs `newsletter settle`.
pub(super) fn settle(workplace: &Workplace, args: &SettleArgs) -> anyhow::Result<Exit> {
    with_edition(workplace, Some(&args.edition), |ledger, newsletter, key, notes| {
        let to = match args.state {
            Settled::Sent => DeliveryState::Sent,
            Settled::Refused => DeliveryState::Refused,
        };
        let moved = ledger.settle(newsletter, key, &[DeliveryState::Unknown], to)?;
        ledger.close(newsletter, key)?;
        notes.push(format!("edition {key}: {} settled as {}", plural(moved as usize, "unknown mail", "unknown mails"), to.name()));
        Ok(Exit::Fine)
    })
}

/// Does something to an edition: the one that is named, else the newest that is not finished.
fn with_edition(
    workplace: &Workplace,
    key: Option<&str>,
    act: impl FnOnce(&mut Ledger, &str, &str, &mut Vec<String>) -> anyhow::Result<Exit>,
) -> anyhow::Result<Exit> {
    reported(workplace, |_, notes| {
        let Some((newsletter, _, mut ledger)) = status::open(workplace)? else { return Ok(Exit::CouldNotRun) };
        let editions = ledger.editions(&newsletter)?;
        let is_open = |state: EditionState| !matches!(state, EditionState::Closed | EditionState::Cancelled);
        let found = match key {
            Some(key) => editions.into_iter().find(|edition| edition.key == key),
            None => editions.into_iter().rfind(|edition| is_open(edition.state)),
        };
        let Some(edition) = found else {
            match key {
                Some(key) => bail!("there is no edition {key}; help: `postrider newsletter history` lists them all"),
                None => bail!("every edition is finished; help: name one, `postrider newsletter history` lists them all"),
            }
        };
        act(&mut ledger, &newsletter, &edition.key, notes)
    })
}
