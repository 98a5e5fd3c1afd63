//! Commands that do one thing to each of some addresses.

use super::super::Exit;
use super::super::ledger::ReportFormat;
use super::tokens::{self, Wish};
use super::{Address, Desk, Tally, check_tags};
use crate::ledger::{Added, Ledger, LedgerError};
use crate::model::SuppressionReason;
use anyhow::bail;
use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// Some addresses.
#[derive(Debug, Args)]
pub(super) struct AddressArgs {
    /// Who
    #[arg(value_name = "ADDRESS", required = true)]
    addresses: Vec<String>,
    /// How to report
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t)]
    format: ReportFormat,
}

/// Arguments of `postrider subscribers tag`.
#[derive(Debug, Args)]
pub(super) struct TagArgs {
    #[command(flatten)]
    who: AddressArgs,
    /// A tag to give (can be given several times)
    #[arg(long, value_name = "TAG", required_unless_present = "remove")]
    add: Vec<String>,
    /// A tag to take away (can be given several times)
    #[arg(long, value_name = "TAG")]
    remove: Vec<String>,
}

/// Addresses, or a file of collected tokens.
#[derive(Debug, Args)]
pub(super) struct UnsubscribeArgs {
    /// Who
    #[arg(value_name = "ADDRESS", required_unless_present = "tokens", conflicts_with = "tokens")]
    addresses: Vec<String>,
    /// A file or mailbox with the tokens of unsubscribe links; `-` for standard input
    ///
    /// In mails a token counts in the recipient, in the subject, and where it stands alone in the body: there a click on an unsubscribe
    /// link puts it. A letter that somebody quotes asks for nothing. In other files, the table of a form service or a server's log, it
    /// counts anywhere, but for lines with GET: programs that scan mails follow each link. What is read again counts once: a mail, and a
    /// line that says when it was written.
    #[arg(long, value_name = "FILE|MAILDIR|-")]
    tokens: Option<PathBuf>,
    /// How to report
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t)]
    format: ReportFormat,
}

/// Arguments of `postrider subscribers confirm`.
#[derive(Debug, Args)]
pub(super) struct ConfirmArgs {
    /// Who; one who is not on the list is added
    #[arg(value_name = "ADDRESS", required_unless_present = "tokens", conflicts_with = "tokens")]
    addresses: Vec<String>,
    /// A file or mailbox with tokens of confirm links anywhere in it; `-` for standard input
    #[arg(long, value_name = "FILE|MAILDIR|-")]
    tokens: Option<PathBuf>,
    /// How they confirmed it, as you could show it to somebody who asks
    #[arg(long, value_name = "TEXT")]
    consent: String,
    /// How to report
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t)]
    format: ReportFormat,
}

/// Arguments of `postrider subscribers suppress`.
#[derive(Debug, Args)]
pub(super) struct SuppressArgs {
    #[command(flatten)]
    who: AddressArgs,
    /// Why
    #[arg(long, value_enum, value_name = "REASON", default_value_t)]
    reason: ReasonArg,
    /// A note for yourself
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
}

#[derive(Debug, Clone, Copy, Default, ValueEnum)]
enum ReasonArg {
    /// You say so
    #[default]
    Manual,
    /// Their server says that there is no such mailbox
    Bounced,
    /// They called the mail spam
    Complained,
}

/// Arguments of `postrider subscribers erase`.
#[derive(Debug, Args)]
pub(super) struct EraseArgs {
    #[command(flatten)]
    who: AddressArgs,
    /// Do it; it cannot be undone
    #[arg(long)]
    yes: bool,
}

const NOT_ON_LIST: &str = "not on the list";
const KEPT_OUT: &str = "not on the list and kept out from now on";

/// Runs `postrider subscribers tag`.
pub(super) fn tag(desk: &Desk<'_>, args: &TagArgs) -> anyhow::Result<Exit> {
    check_tags(&args.add)?;
    let mut tally = Tally::of(&["changed", "as before", NOT_ON_LIST]);
    each(desk, &args.who.addresses, false, &mut tally, |ledger, address| {
        let Some(person) = ledger.find(desk.newsletter(), &address.key)? else { return Ok(NOT_ON_LIST) };
        Ok(if ledger.tag(desk.newsletter(), &person, &args.add, &args.remove)? { "changed" } else { "as before" })
    })?;
    if tally.of_outcome(NOT_ON_LIST) > 0 {
        tally.fall_short("help: `postrider subscribers add` puts somebody on the list");
    }
    desk.report(&tally, args.who.format)
}

/// Runs `postrider subscribers remove`.
pub(super) fn remove(desk: &Desk<'_>, args: &AddressArgs) -> anyhow::Result<Exit> {
    let mut tally = Tally::of(&["removed", NOT_ON_LIST]);
    each(desk, &args.addresses, false, &mut tally, |ledger, address| {
        let Some(person) = ledger.find(desk.newsletter(), &address.key)? else { return Ok(NOT_ON_LIST) };
        ledger.remove(desk.newsletter(), &person, Some("by hand"))?;
        Ok("removed")
    })?;
    desk.report(&tally, args.format)
}

/// Runs `postrider subscribers confirm`.
pub(super) fn confirm(desk: &Desk<'_>, args: &ConfirmArgs) -> anyhow::Result<Exit> {
    let addresses = desk.addresses(&args.addresses)?;
    let mut ledger = desk.open(false)?;
    let consent = super::consent(&mut ledger, &args.consent)?;
    let Some(file) = &args.tokens else {
        let mut tally = Tally::of(&["confirmed", "confirmed and new", "known already"]);
        for address in &addresses {
            let (added, suppressed) = ledger.at_once(|ledger| {
                let added = ledger.opt_in(desk.newsletter(), &address.text, &address.key, &consent)?;
                let hash = ledger.hash(&address.key);
                Ok((added, ledger.suppression_of(&hash)?))
            })?;
            let shown = desk.shown(&address.text);
            let outcome = match added {
                Added::New => "confirmed and new",
                Added::Same => "known already",
                _ => "confirmed",
            };
            tally.count(outcome, &shown);
            if suppressed.is_some() {
                tally.fall_short(format!(
                    "`{shown}` is still suppressed, because you said so; help: `postrider subscribers unsuppress` lets it be mailed again"
                ));
            }
        }
        return desk.report(&tally, args.format);
    };
    let tally = tokens::apply(desk, &mut ledger, file, &Wish::Confirm(&consent))?;
    desk.report(&tally, args.format)
}

/// Runs `postrider subscribers unsubscribe`.
pub(super) fn unsubscribe(desk: &Desk<'_>, args: &UnsubscribeArgs) -> anyhow::Result<Exit> {
    if let Some(file) = &args.tokens {
        let tally = tokens::apply(desk, &mut desk.open(false)?, file, &Wish::Leave)?;
        return desk.report(&tally, args.format);
    }
    let mut tally = Tally::of(&["unsubscribed", "known already", KEPT_OUT]);
    each(desk, &args.addresses, false, &mut tally, |ledger, address| {
        let is_here = ledger.find(desk.newsletter(), &address.key)?.is_some();
        let hash = ledger.hash(&address.key);
        // Who is not on the list now may be on the next one that is imported.
        let is_new = ledger.leave(desk.newsletter(), None, &hash, "by hand")?;
        Ok(match (is_new, is_here) {
            (false, _) => "known already",
            (true, true) => "unsubscribed",
            (true, false) => KEPT_OUT,
        })
    })?;
    desk.report(&tally, args.format)
}

/// Runs `postrider subscribers suppress`.
pub(super) fn suppress(desk: &Desk<'_>, args: &SuppressArgs) -> anyhow::Result<Exit> {
    let reason = match args.reason {
        ReasonArg::Manual => SuppressionReason::Manual,
        ReasonArg::Bounced => SuppressionReason::Bounced,
        ReasonArg::Complained => SuppressionReason::Complained,
    };
    let mut tally = Tally::of(&["suppressed", "known already"]);
    each(desk, &args.who.addresses, true, &mut tally, |ledger, address| {
        let hash = ledger.hash(&address.key);
        let is_new = ledger.suppress(desk.newsletter(), &hash, reason, args.note.as_deref())?;
        Ok(if is_new { "suppressed" } else { "known already" })
    })?;
    desk.report(&tally, args.who.format)
}

const STAYS: &str = "complained or erased and left so";

/// Runs `postrider subscribers unsuppress`.
pub(super) fn unsuppress(desk: &Desk<'_>, args: &AddressArgs) -> anyhow::Result<Exit> {
    let mut tally = Tally::of(&["unsuppressed", "not suppressed", STAYS]);
    each(desk, &args.addresses, false, &mut tally, |ledger, address| {
        let hash = ledger.hash(&address.key);
        Ok(match ledger.suppression_of(&hash)? {
            None => "not suppressed",
            Some(SuppressionReason::Complained | SuppressionReason::Erased) => STAYS,
            Some(SuppressionReason::Bounced | SuppressionReason::Manual) => {
                ledger.unsuppress(desk.newsletter(), &hash)?;
                "unsuppressed"
            }
        })
    })?;
    if tally.of_outcome(STAYS) > 0 {
        tally.fall_short("help: only they can come back; `postrider subscribers confirm` records that they confirmed it");
    }
    desk.report(&tally, args.format)
}

/// Runs `postrider subscribers erase`.
pub(super) fn erase(desk: &Desk<'_>, args: &EraseArgs) -> anyhow::Result<Exit> {
    let addresses = desk.addresses(&args.who.addresses)?;
    if !args.yes {
        let count = super::super::summary::plural(addresses.len(), "address", "addresses");
        bail!("{count} would be forgotten for ever, and nothing was done; help: `--yes` does it");
    }
    let mut ledger = desk.open(false)?;
    let mut tally = Tally::of(&["erased", "nothing was known of"]);
    for address in &addresses {
        // All newsletters forget them.
        let outcome = if ledger.erase(desk.newsletter(), &address.key)? { "erased" } else { "nothing was known of" };
        tally.count(outcome, &desk.shown(&address.text));
    }
    if !ledger.empty_log()? {
        tally.advise(
            "note: another program reads the ledger, and its log may still hold the address until that ends; erase once more then"
                .to_owned(),
        );
    }
    for backup in ledger.backups()? {
        tally.advise(format!(
            "note: `{}` lies beside the ledger and may still hold the address; delete it when it is not needed",
            backup.display()
        ));
    }
    desk.report(&tally, args.who.format)
}

/// Does one thing to each address, all at once, and counts what came of it.
fn each(
    desk: &Desk<'_>,
    given: &[String],
    create: bool,
    tally: &mut Tally,
    mut one: impl FnMut(&mut Ledger, &Address) -> Result<&'static str, LedgerError>,
) -> anyhow::Result<()> {
    let addresses = desk.addresses(given)?;
    let mut ledger = desk.open(create)?;
    let outcomes = ledger
        .at_once(|ledger: &mut Ledger| addresses.iter().map(|address| one(ledger, address)).collect::<Result<Vec<_>, LedgerError>>())?;
    for (address, outcome) in addresses.iter().zip(outcomes) {
        tally.count(outcome, &desk.shown(&address.text));
    }
    Ok(())
}
