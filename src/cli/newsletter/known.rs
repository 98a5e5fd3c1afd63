//! What is known of earlier editions where nothing is sent: a preview is made where the posts are, and the ledger may be elsewhere.

use super::super::{Workplace, records};
use super::codes::LEDGER_ELSEWHERE;
use super::marks::{self, Standing};
use crate::diagnostic::{Diagnostic, Place};
use crate::edition::Mailed;
use crate::ledger::{Filter, LedgerError};
use crate::model::{MailedEntry, Settings};
use std::collections::BTreeSet;

/// Returns what the ledger at hand knows of earlier editions; where it is not the one of last time, also what postrider.lock remembers,
/// and says so.
///
/// # Errors
/// When the ledger cannot be read.
pub(super) fn mailed(workplace: &Workplace, settings: &Settings, findings: &mut Vec<Diagnostic>) -> anyhow::Result<Mailed> {
    let newsletter = settings.newsletter.id.as_str();
    let (mut mailed, standing) = match records::open(workplace, settings, false) {
        Ok(mut ledger) => (ledger.mailed(newsletter)?, Some(marks::standing(workplace, newsletter, &mut ledger)?)),
        Err(error) if matches!(error.downcast_ref(), Some(LedgerError::Missing)) => (Mailed::default(), None),
        Err(error) => return Err(error),
    };
    let mut lock = marks::read(workplace)?;
    let what = match standing {
        Some(Standing::First | Standing::Known) => return Ok(mailed),
        None if !lock.ledgers.contains_key(newsletter) => return Ok(mailed),
        None => "is not here",
        Some(Standing::Other) => "is another one than the one here",
        Some(Standing::Older) => "is newer than the copy of it here",
    };
    let count = add(&mut mailed, lock.mailed.remove(newsletter).unwrap_or_default());
    let message = format!("the ledger that `{newsletter}` was sent with last {what}: of its editions only the last {count} are known");
    let help = "what is mailed may be another edition: `send` asks the ledger; put it in its place, or name it with `POSTRIDER_LEDGER`";
    findings.push(Diagnostic::new(&LEDGER_ELSEWHERE, message).at(Place::file(marks::FILE)).help(help));
    Ok(mailed)
}

/// Returns the names of the fields that subscribers have; `None` where no list is at hand.
///
/// # Errors
/// When the ledger cannot be read.
pub(super) fn fields(workplace: &Workplace, settings: &Settings) -> anyhow::Result<Option<BTreeSet<String>>> {
    let mut ledger = match records::open(workplace, settings, false) {
        Ok(ledger) => ledger,
        Err(error) if matches!(error.downcast_ref(), Some(LedgerError::Missing)) => return Ok(None),
        Err(error) => return Err(error),
    };
    let (mut fields, mut is_empty) = (BTreeSet::new(), true);
    ledger.subscribers::<LedgerError>(&settings.newsletter.id, &Filter::default(), |person| {
        is_empty = false;
        fields.extend(person.subscriber.fields.into_keys());
        Ok(())
    })?;
    Ok(Some(fields).filter(|_| !is_empty))
}

/// Adds what was mailed; returns the number of editions.
fn add(mailed: &mut Mailed, entries: BTreeSet<MailedEntry>) -> usize {
    let mut keys = BTreeSet::new();
    for entry in entries {
        let at = chrono::DateTime::from_timestamp_millis(entry.at).map(|date| date.fixed_offset());
        mailed.first = mailed.first.into_iter().chain(at).min();
        mailed.last = mailed.last.max(at);
        mailed.ids.insert(entry.id);
        mailed.paths.insert(entry.path);
        mailed.hashes.extend(Some(entry.hash).filter(|hash| !hash.is_empty()));
        mailed.keys.insert(entry.edition.clone());
        keys.insert(entry.edition);
    }
    mailed.has_gaps = keys.len() >= marks::REMEMBERED;
    keys.len()
}
