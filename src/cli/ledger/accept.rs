//! `postrider ledger accept`: this ledger is the site's own from now on, and what it does not know is said first.

use super::super::newsletter::marks::{self, Standing};
use super::super::newsletter::{agrees, dated};
use super::super::{Exit, Workplace, print_lines, records, summary};
use crate::ledger::Ledger;
use crate::model::{MailedEntry, Settings};
use anyhow::bail;
use clap::Args;
use std::collections::BTreeSet;

/// Arguments of `postrider ledger accept`.
#[derive(Debug, Args)]
pub(in crate::cli) struct AcceptArgs {
    /// Do not ask
    #[arg(long)]
    yes: bool,
}

/// Runs the command.
pub(super) fn run(workplace: &Workplace, settings: &Settings, args: &AcceptArgs) -> anyhow::Result<Exit> {
    let mut ledger = records::open(workplace, settings, false)?;
    let newsletter = &settings.newsletter.id;
    let held = ledger.lock()?;
    let place = ledger.location().to_string();
    let standing = marks::standing(workplace, newsletter, &mut ledger)?;
    let forgotten = marks::forgotten(workplace, newsletter, &mut ledger)?;
    if standing == Standing::Known && forgotten.is_empty() && ledger.not_final()? == 0 {
        return print_lines(&[format!("the ledger {place} is the site's own already, and nothing was changed")]);
    }
    print_lines(&unknown_to(&mut ledger, settings, standing, &forgotten)?)?;
    if !args.yes {
        if !workplace.terminal.asks {
            bail!("nobody is here to be asked, and nothing was changed; help: add `--yes`");
        }
        if !agrees("Take it for the site's own? [y/N] ", "nothing was changed")? {
            return Ok(Exit::CouldNotRun);
        }
    }
    ledger.take_over(newsletter, &forgotten)?;
    ledger.distrust()?;
    marks::write(workplace, newsletter, &mut ledger)?;
    drop(held);
    print_lines(&[format!("the ledger {place} is the site's own from now on")])
}

/// Says what a ledger does not know, and what becomes of that.
fn unknown_to(ledger: &mut Ledger, settings: &Settings, standing: Standing, forgotten: &[MailedEntry]) -> anyhow::Result<Vec<String>> {
    let place = ledger.location().to_string();
    let newsletter = &settings.newsletter.id;
    let until =
        ledger.last_change()?.map_or("nothing is in it".to_owned(), |at| format!("what it knows ends at {}", dated(at, settings.timezone)));
    let what = match standing {
        Standing::Older => format!("is an older copy of the one that `{newsletter}` was sent with last"),
        Standing::Other => format!("is not the one that `{newsletter}` was sent with last"),
        // It may have been restored together with the lock.
        Standing::Known => format!("is the one that `{newsletter}` was sent with last, as far as postrider.lock shows"),
        Standing::First => "is in no postrider.lock yet".to_owned(),
    };
    let mut lines = vec![format!("the ledger {place} {what}; {until}")];
    if !forgotten.is_empty() {
        let (number, got) = if forgotten.len() == 1 {
            ("1 post of a later edition".to_owned(), "it")
        } else {
            (format!("{} posts of later editions", forgotten.len()), "them")
        };
        lines.push(format!("{number} will count as mailed, whoever got {got}:"));
        lines
            .extend(forgotten.iter().map(|one| format!("  {}  edition {} of {}", one.path, one.edition, dated(one.at, settings.timezone))));
    }
    let editions: BTreeSet<&str> = forgotten.iter().map(|entry| entry.edition.as_str()).collect();
    if editions.len() >= marks::REMEMBERED {
        lines.push(
            "postrider.lock remembers no more editions than these: see with `postrider newsletter preview` whether older posts are taken for \
             new ones, and mark them with `postrider newsletter skip`"
                .to_owned(),
        );
    }
    let count = usize::try_from(ledger.not_final()?).unwrap_or(usize::MAX);
    lines.push(match count {
        0 => "every mail in it is final".to_owned(),
        _ => format!(
            "{} not final and will be unknown, because another ledger may know more; `postrider newsletter status` names them",
            summary::plural(count, "mail is", "mails are")
        ),
    });
    if standing != Standing::First {
        lines.push(
            "who left, complained, bounced, was suppressed or was erased since then it does not know, and would be mailed again: before the next \
             edition, read what came in since then once more with `postrider subscribers unsubscribe --tokens` and `bounced`, say again what you \
             said by hand (`suppress`, `erase`, `remove`, `confirm`), and import the newest list with `import --sync`"
                .to_owned(),
        );
    }
    Ok(lines.iter().map(|line| crate::report::tame(line)).collect())
}
