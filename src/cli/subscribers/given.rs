//! A row of a list, or the options of `add`, as a subscriber; and putting it into the ledger.

use crate::ledger::{Added, Ledger, LedgerError};
use crate::list::{Row, Standing};
use crate::model::{Consent, Status, Subscriber};

/// What came of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Taken {
    /// What came of adding it.
    Added(Added),
    /// The list says that they are not to be mailed, and so it is now.
    KeptOut,
    /// Likewise, and it was so before.
    KnownOut,
}

/// Returns the subscriber of a row. What the row says of consent, source and tags counts before what holds for all rows.
pub(super) fn subscriber(row: &Row, consent: &Consent, source: Option<&str>, tags: &[String]) -> Subscriber {
    let at = row.consent_at.unwrap_or(consent.at);
    let text = row.consent.clone().unwrap_or_else(|| consent.text.clone());
    let mut all = row.tags.clone();
    all.extend(tags.iter().filter(|tag| !row.tags.contains(tag)).cloned());
    Subscriber {
        id: [0; 16],
        address: row.address.clone(),
        name: row.name.clone(),
        language: row.language.clone(),
        tags: all,
        fields: row.fields.clone(),
        status: row.standing.status(),
        // Whoever has not confirmed has agreed to nothing yet.
        consent: (row.standing != Standing::Pending).then_some(Consent { text, at }),
        source: row.source.clone().or_else(|| source.map(str::to_owned)),
        created: row.created,
    }
}

/// Takes a row into the ledger.
pub(super) fn take(ledger: &mut Ledger, newsletter: &str, row: &Row, given: &Subscriber) -> Result<Taken, LedgerError> {
    match row.standing {
        Standing::Active | Standing::Pending => ledger.add(newsletter, given, &row.key).map(Taken::Added),
        Standing::Unsubscribed | Standing::Blocked | Standing::Bounced | Standing::Complained => keep_out(ledger, newsletter, row, given),
    }
}

/// Keeps somebody out who is not to be mailed, as the list says: who left is known as having left, and other reasons suppress.
fn keep_out(ledger: &mut Ledger, newsletter: &str, row: &Row, given: &Subscriber) -> Result<Taken, LedgerError> {
    let mut is_new = false;
    if matches!(row.standing, Standing::Unsubscribed | Standing::Complained) {
        is_new |= match ledger.find(newsletter, &row.key)? {
            Some(known) => ledger.set_status(newsletter, &known, Status::Unsubscribed, given.source.as_deref())?,
            None if row.standing == Standing::Unsubscribed => ledger.add(newsletter, given, &row.key)? == Added::New,
            None => false,
        };
    }
    if let Some(reason) = row.standing.suppression() {
        let hash = ledger.hash(&row.key);
        is_new |= ledger.suppress(newsletter, &hash, reason, given.source.as_deref())?;
    }
    Ok(if is_new { Taken::KeptOut } else { Taken::KnownOut })
}

/// Returns what would come of a row; `None` for no ledger yet.
pub(super) fn weigh(ledger: Option<&mut Ledger>, newsletter: &str, row: &Row, given: &Subscriber) -> Result<Taken, LedgerError> {
    let is_wanted = matches!(row.standing, Standing::Active | Standing::Pending);
    let Some(ledger) = ledger else {
        return Ok(if is_wanted { Taken::Added(Added::New) } else { Taken::KeptOut });
    };
    if is_wanted {
        return ledger.weigh(newsletter, given, &row.key).map(Taken::Added);
    }
    let suppressed = ledger.suppressions_of(&ledger.hash(&row.key))?;
    let is_out = match row.standing.suppression() {
        Some(reason) => suppressed.contains(&reason),
        None => !suppressed.is_empty() || ledger.weigh(newsletter, given, &row.key)? == Added::Left,
    };
    Ok(if is_out { Taken::KnownOut } else { Taken::KeptOut })
}
