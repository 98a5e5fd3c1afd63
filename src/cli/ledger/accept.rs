//! `postrider ledger accept`: this ledger is the site's from now on.

use super::super::newsletter::marks;
use super::super::{Exit, Workplace, print_lines, records, summary};
use crate::model::Settings;

/// Runs the command.
pub(super) fn run(workplace: &Workplace, settings: &Settings) -> anyhow::Result<Exit> {
    let mut ledger = records::open(workplace, settings, false)?;
    let held = ledger.lock()?;
    let distrusted = ledger.distrust()?;
    marks::write(workplace, &settings.newsletter.id, &mut ledger)?;
    drop(held);
    let place = ledger.location().to_string();
    let count = usize::try_from(distrusted).unwrap_or(usize::MAX);
    let unknown = match count {
        0 => "every mail in it is final".to_owned(),
        _ => format!(
            "{} now unknown, because another ledger may know more; `postrider newsletter status` names them",
            summary::plural(count, "mail is", "mails are")
        ),
    };
    print_lines(&[format!("the ledger {place} is the site's own from now on: {unknown}")])
}
