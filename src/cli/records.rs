//! Where the ledger is, and opening it.

use super::{Workplace, secrets};
use crate::ledger::{Clock, Ledger, Location};
use crate::model::Settings;

/// The variable that holds the ledger's URL, which may have a password in it.
const LEDGER: &str = "POSTRIDER_LEDGER";

/// Returns where the ledger is: what the environment says, else the configuration.
///
/// # Errors
/// When the secret's file cannot be read.
pub(super) fn location(workplace: &Workplace, settings: &Settings) -> anyhow::Result<Location> {
    let given = secrets::secret(workplace, LEDGER)?;
    Ok(Location::of(given.as_deref().unwrap_or(&settings.ledger), &workplace.root))
}

/// Opens the ledger; `create` makes one where there is none.
///
/// # Errors
/// When there is none, or it cannot be opened.
pub(super) fn open(workplace: &Workplace, settings: &Settings, create: bool) -> anyhow::Result<Ledger> {
    Ok(Ledger::open(&location(workplace, settings)?, create, Clock::Database)?)
}
