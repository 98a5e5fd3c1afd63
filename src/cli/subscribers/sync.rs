//! Who is on the list and not in the file that it is to be equal to.

use super::super::summary::plural;
use super::{Desk, TOGETHER};
use crate::ledger::{Filter, Ledger, LedgerError, Person};
use crate::model::Status;
use anyhow::bail;
use std::collections::HashSet;

/// How many are named when it is asked about them.
const NAMED: usize = 3;

/// Those who get mail and are not in the file.
#[derive(Debug, Default)]
pub(super) struct Missing {
    pub(super) people: Vec<Person>,
    /// How many get mail.
    active: usize,
}

/// Returns who gets mail and is not among those of these keys.
pub(super) fn missing(desk: &Desk<'_>, ledger: &mut Ledger, keys: &HashSet<&str>) -> anyhow::Result<Missing> {
    let mut missing = Missing::default();
    let active = Filter { status: Some(Status::Active), tag: None };
    ledger.subscribers::<LedgerError>(desk.newsletter(), &active, |person| {
        missing.active += 1;
        if !keys.contains(person.same.as_str()) {
            missing.people.push(person);
        }
        Ok(())
    })?;
    Ok(missing)
}

impl Missing {
    /// Refuses to remove more than a tenth: the file is probably not the whole list.
    pub(super) fn check(&self, desk: &Desk<'_>) -> anyhow::Result<()> {
        if self.people.len() * 10 <= self.active {
            return Ok(());
        }
        let mut named: Vec<String> =
            self.people.iter().take(NAMED).map(|person| desk.shown(&person.subscriber.address).into_owned()).collect();
        if self.people.len() > NAMED {
            named.push("…".to_owned());
        }
        bail!(
            "{} of {} would be removed ({}), and nothing was changed; help: if the file is the whole list, add `--yes`",
            self.people.len(),
            plural(self.active, "subscriber", "subscribers"),
            named.join(", ")
        )
    }

    /// Takes them off the list.
    pub(super) fn remove(&self, desk: &Desk<'_>, ledger: &mut Ledger, source: &str) -> anyhow::Result<()> {
        let why = format!("not in {source}");
        for people in self.people.chunks(TOGETHER) {
            ledger.at_once(|ledger| people.iter().try_for_each(|person| ledger.remove(desk.newsletter(), person, Some(&why))))?;
        }
        Ok(())
    }
}
