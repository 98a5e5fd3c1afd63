//! Where the ledger is, and opening it.

use super::{Workplace, secrets};
use crate::edition::Mailed;
use crate::ledger::{Clock, Ledger, LedgerError, Location};
use crate::model::Settings;
use anyhow::bail;

/// The variable that holds the ledger's URL, which may have a password in it.
const LEDGER: &str = "POSTRIDER_LEDGER";

/// Returns where the ledger is: what the environment says, else the configuration.
///
/// # Errors
/// When the secret's file cannot be read.
pub(super) fn location(workplace: &Workplace, settings: &Settings) -> anyhow::Result<Location> {
    let given = secrets::secret(workplace, LEDGER)?;
    let text = given.as_deref().unwrap_or(&settings.ledger);
    if Location::is_foreign(text) {
        let name = if given.is_some() { LEDGER } else { "`ledger`" };
        bail!(
            "{name} names neither a file nor a database in a way that is known here; help: write a path, or `postgres://USER@HOST/DATABASE`"
        );
    }
    Ok(Location::of(text, &workplace.root))
}

/// Opens the ledger; `create` makes one where there is none.
///
/// # Errors
/// When there is none, or it cannot be opened.
pub(super) fn open(workplace: &Workplace, settings: &Settings, create: bool) -> anyhow::Result<Ledger> {
    Ok(Ledger::open(&location(workplace, settings)?, create, Clock::Database)?)
}

/// Returns what the ledger knows of earlier editions of the newsletter: nothing, where there is no ledger yet.
///
/// # Errors
/// When there is one and it cannot be read.
pub(super) fn mailed(workplace: &Workplace, settings: &Settings) -> anyhow::Result<Mailed> {
    match open(workplace, settings, false) {
        Ok(mut ledger) => Ok(ledger.mailed(&settings.newsletter.id)?),
        Err(error) if matches!(error.downcast_ref(), Some(LedgerError::Missing)) => Ok(Mailed::default()),
        Err(error) => Err(error),
    }
}
