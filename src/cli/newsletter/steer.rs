//! `postrider newsletter pause`, `cancel` and `settle`: what an author decides about editions.

use super::super::summary::plural;
use super::super::{Exit, Workplace};
use super::send::reported;
use super::{desk, status};
use crate::ledger::{Ledger, LedgerError, Named};
use crate::list::address;
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
    /// Only the mail to this address, or with this Message-ID, as `status` names it (can be given several times)
    #[arg(long, value_name = "ADDRESS|MESSAGE-ID")]
    mail: Vec<String>,
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
        let unknown = [DeliveryState::Unknown];
        let only = named(ledger, newsletter, key, &unknown, &args.mail)?;
        let moved = ledger.settle(newsletter, key, &unknown, to, only.as_deref())?;
        ledger.close(newsletter, key)?;
        let left = match ledger.counts(newsletter, key)?.of(DeliveryState::Unknown) {
            0 => String::new(),
            count => format!(", {count} left"),
        };
        notes.push(format!("edition {key}: {} settled as {}{left}", plural(moved as usize, "unknown mail", "unknown mails"), to.name()));
        Ok(Exit::Fine)
    })
}

/// Returns the positions of the mails of an edition that are named by address or Message-ID; `None` where none is, so that all are meant.
///
/// # Errors
/// When one of them is not in any of some states: then nothing is done at all.
pub(super) fn named(
    ledger: &mut Ledger,
    newsletter: &str,
    key: &str,
    states: &[DeliveryState],
    names: &[String],
) -> anyhow::Result<Option<Vec<i64>>> {
    let mut positions = Vec::new();
    for name in names {
        let bare = name.trim().trim_start_matches('<').trim_end_matches('>');
        let by = Named { message_id: format!("<{bare}>"), key: address::key(bare).ok() };
        match ledger.position_of(newsletter, key, states, &by)? {
            Some(position) => positions.push(position),
            None => {
                let states: Vec<&str> = states.iter().map(|state| state.name()).collect();
                bail!(
                    "edition {key} has no {} mail to `{bare}`, nor one with this Message-ID; nothing was changed; help: `postrider newsletter status --edition {key} --show-addresses` names them",
                    states.join(" or ")
                );
            }
        }
    }
    Ok(if names.is_empty() { None } else { Some(positions) })
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
