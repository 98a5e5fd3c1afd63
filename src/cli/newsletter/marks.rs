//! postrider.lock, as far as it says which ledger a newsletter was sent with.

use super::super::Workplace;
use crate::ledger::Ledger;
use crate::lock;
use crate::model::{LedgerMark, Lock};
use crate::output;
use anyhow::{Context, bail};
use std::path::Path;

const FILE: &str = "postrider.lock";

/// Refuses a ledger that is not the one of last time, or an older copy of it: with it, everybody would be mailed again.
pub(super) fn check(workplace: &Workplace, newsletter: &str, ledger: &mut Ledger) -> anyhow::Result<()> {
    let Some(known) = read(workplace)?.ledgers.remove(newsletter) else { return Ok(()) };
    let place = ledger.location().to_string();
    let accept = "help: if this is right, run `postrider ledger accept`; what it has not finished will be told to be unknown. What was sent and who left since it was copied it does not know: \
        mark those posts first with `postrider newsletter skip`";
    if ledger.id()? != known.id {
        bail!("the ledger {place} is not the one that `{newsletter}` was sent with last, which {FILE} names; {accept}");
    }
    if ledger.generation()? < known.generation {
        bail!("the ledger {place} is an older copy of the one that `{newsletter}` was sent with last, as {FILE} shows; {accept}");
    }
    Ok(())
}

/// Writes down that a sender begins with a ledger.
pub(in crate::cli) fn write(workplace: &Workplace, newsletter: &str, ledger: &mut Ledger) -> anyhow::Result<()> {
    let mut lock = read(workplace)?;
    let known = lock.ledgers.get(newsletter).map_or(0, |mark| mark.generation);
    let mark = LedgerMark { id: ledger.id()?, generation: ledger.next_generation(known)? };
    lock.ledgers.insert(newsletter.to_owned(), mark);
    let path = workplace.path(Path::new(FILE));
    output::replace_file(&path, lock::write(&lock).as_bytes()).with_context(|| format!("cannot write `{FILE}`"))?;
    Ok(())
}

fn read(workplace: &Workplace) -> anyhow::Result<Lock> {
    match std::fs::read_to_string(workplace.path(Path::new(FILE))) {
        Ok(text) => Ok(lock::read(&text)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Lock::default()),
        Err(error) => Err(error).with_context(|| format!("cannot read `{FILE}`")),
    }
}
