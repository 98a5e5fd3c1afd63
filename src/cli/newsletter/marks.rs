//! postrider.lock, as far as it says which ledger a newsletter was sent with, and what its newest editions held.

use super::super::Workplace;
use crate::cli::lock;
pub(super) use crate::cli::lock::{FILE, read};
use crate::edition::Mailed;
use crate::ledger::Ledger;
use crate::model::{LedgerMark, MailedEntry};
use anyhow::bail;

/// How many editions postrider.lock remembers: more than are sent between two backups.
pub(in crate::cli) const REMEMBERED: usize = 10;

/// What postrider.lock says of a ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::cli) enum Standing {
    /// Nothing was sent yet.
    First,
    /// It is the one of last time.
    Known,
    /// It is another one than that of last time.
    Other,
    /// It is the one of last time, as it was before.
    Older,
}

/// Returns what postrider.lock says of a ledger.
pub(in crate::cli) fn standing(workplace: &Workplace, newsletter: &str, ledger: &mut Ledger) -> anyhow::Result<Standing> {
    let Some(known) = read(workplace)?.ledgers.remove(newsletter) else { return Ok(Standing::First) };
    if ledger.id()? != known.id {
        return Ok(Standing::Other);
    }
    Ok(if ledger.generation()? < known.generation { Standing::Older } else { Standing::Known })
}

/// Refuses a ledger that is not the one of last time, or an older copy of it: with it, everybody would be mailed again.
pub(super) fn check(workplace: &Workplace, newsletter: &str, ledger: &mut Ledger) -> anyhow::Result<()> {
    let place = ledger.location().to_string();
    let help = "help: put the right one in its place; if there is none, `postrider ledger accept` says what this one does not know, and goes on with it";
    match standing(workplace, newsletter, ledger)? {
        Standing::First | Standing::Known => Ok(()),
        Standing::Other => bail!("the ledger {place} is not the one that `{newsletter}` was sent with last, which {FILE} names; {help}"),
        Standing::Older => {
            bail!("the ledger {place} is an older copy of the one that `{newsletter}` was sent with last, as {FILE} shows; {help}")
        }
    }
}

/// Returns which entries were mailed, as postrider.lock remembers, of which the ledger does not know it.
pub(in crate::cli) fn forgotten(workplace: &Workplace, newsletter: &str, ledger: &mut Ledger) -> anyhow::Result<Vec<MailedEntry>> {
    let remembered = read(workplace)?.mailed.remove(newsletter).unwrap_or_default();
    let Mailed { ids, paths, hashes, keys, .. } = ledger.mailed(newsletter)?;
    let is_known = |entry: &MailedEntry| {
        keys.contains(&entry.edition) && (ids.contains(&entry.id) || paths.contains(&entry.path) || hashes.contains(&entry.hash))
    };
    Ok(remembered.into_iter().filter(|entry| !is_known(entry)).collect())
}

/// Writes down with which ledger it is sent, that it is once more, and what its newest editions hold.
pub(in crate::cli) fn write(workplace: &Workplace, newsletter: &str, ledger: &mut Ledger) -> anyhow::Result<()> {
    let mut lock = read(workplace)?;
    let known = lock.ledgers.get(newsletter).map_or(0, |mark| mark.generation);
    let mark = LedgerMark { id: ledger.id()?, generation: ledger.next_generation(known)? };
    lock.ledgers.insert(newsletter.to_owned(), mark);
    lock.mailed.insert(newsletter.to_owned(), ledger.newest_entries(newsletter, REMEMBERED)?.into_iter().collect());
    lock::write(workplace, &lock)
}
