//! Tokens that were collected, by a form service, in a log or in a mailbox: verified, and turned into what they ask for.

use super::super::secrets;
use super::{Desk, TOGETHER, Tally};
use crate::ledger::{Ledger, LedgerError};
use crate::list::Tokens;
use crate::mail::token::{self, Purpose, Refused};
use crate::model::{Consent, Status};
use anyhow::Context as _;
use std::collections::HashSet;
use std::io::Read as _;
use std::path::Path;

/// What tokens of a purpose do.
pub(super) enum Wish<'a> {
    Leave,
    /// With the words that are recorded.
    Confirm(&'a Consent),
}

impl Wish<'_> {
    fn purpose(&self) -> Purpose {
        match self {
            Wish::Leave => Purpose::Unsubscribe,
            Wish::Confirm(_) => Purpose::Confirm,
        }
    }

    fn length(&self) -> usize {
        match self {
            Wish::Leave => token::LENGTH,
            Wish::Confirm(_) => token::CONFIRM_LENGTH,
        }
    }

    /// The word for what a token did.
    fn done(&self) -> &'static str {
        match self {
            Wish::Leave => "unsubscribed",
            Wish::Confirm(_) => "confirmed",
        }
    }
}

const KNOWN: &str = "known already";
const GONE: &str = "of nobody on the list";
const FORGED: &str = "forged";
const EXPIRED: &str = "expired";
const OTHER_PURPOSE: &str = "for something else";
const OTHER: &str = "for another newsletter or no token";
const LEFT_SINCE: &str = "of somebody who left since";

/// Applies the tokens of a file.
pub(super) fn apply(desk: &Desk<'_>, ledger: &mut Ledger, file: &Path, wish: &Wish<'_>) -> anyhow::Result<Tally> {
    let keys = secrets::unsubscribe_keys(desk.workplace)?;
    let now = super::now(ledger)?;
    let mut tally = Tally::of(&[wish.done(), KNOWN, LEFT_SINCE, GONE, EXPIRED, FORGED, OTHER_PURPOSE, OTHER]);
    let mut good = Vec::new();
    for token in collect(desk, file, wish.length(), &mut tally)? {
        match keys.verify(&token, wish.purpose(), desk.newsletter(), now) {
            Ok(id) => good.push((id, token::made(&token))),
            Err(Refused::Expired) => tally.count(EXPIRED, ""),
            Err(Refused::OtherPurpose) => tally.count(OTHER_PURPOSE, ""),
            Err(Refused::Forged | Refused::Malformed) => tally.count(FORGED, ""),
        }
    }
    for tokens in good.chunks(TOGETHER) {
        let done = ledger.at_once(|ledger: &mut Ledger| {
            let apply = |(id, made): &([u8; 16], Option<i64>)| one(desk, ledger, wish, id, *made);
            tokens.iter().map(apply).collect::<Result<Vec<_>, LedgerError>>()
        })?;
        for (outcome, who) in done {
            tally.count(outcome, &who);
        }
    }
    Ok(tally)
}

/// Reads a file or a mailbox to its end; returns what may be tokens of this newsletter, each once.
fn collect(desk: &Desk<'_>, mailbox: &Path, length: usize, tally: &mut Tally) -> anyhow::Result<Vec<String>> {
    let (mut seen, mut found) = (HashSet::new(), Vec::new());
    let mut part = vec![0; 1 << 16];
    for file in desk.files(mailbox)? {
        let mut input = desk.input(&file)?;
        let mut tokens = Tokens::of_length(length);
        loop {
            let count = input.read(&mut part).with_context(|| format!("cannot read `{}`", file.display()))?;
            if count == 0 {
                break;
            }
            for token in tokens.push(part.get(..count).unwrap_or_default()) {
                // Any long word of a mailbox may look like a token from afar.
                if !token::is_for(&token, desk.newsletter()) {
                    tally.count(OTHER, "");
                } else if seen.insert(token.clone()) {
                    found.push(token);
                }
            }
        }
    }
    Ok(found)
}

/// Applies one token, and returns what came of it and for whom.
fn one(
    desk: &Desk<'_>,
    ledger: &mut Ledger,
    wish: &Wish<'_>,
    id: &[u8; 16],
    made: Option<i64>,
) -> Result<(&'static str, String), LedgerError> {
    let newsletter = desk.newsletter();
    let Some(person) = ledger.subscriber(newsletter, id)? else {
        let left = if let Wish::Leave = wish { ledger.leave_behind(newsletter, id, "token")? } else { None };
        return Ok((left.map_or(GONE, |is_new| if is_new { wish.done() } else { KNOWN }), String::new()));
    };
    let who = desk.shown(&person.subscriber.address).into_owned();
    let outcome = match wish {
        Wish::Leave if ledger.set_status(newsletter, &person, Status::Unsubscribed, Some("token"))? => wish.done(),
        Wish::Confirm(_) if person.subscriber.status == Status::Active => KNOWN,
        // Files of tokens are read again; a token does not bring back who left after it was made.
        Wish::Confirm(_) if has_left_since(ledger, newsletter, &person.hash, made)? => LEFT_SINCE,
        Wish::Confirm(consent) => {
            ledger.confirm(newsletter, &person, consent)?;
            wish.done()
        }
        Wish::Leave => KNOWN,
    };
    Ok((outcome, who))
}

fn has_left_since(ledger: &mut Ledger, newsletter: &str, hash: &str, made: Option<i64>) -> Result<bool, LedgerError> {
    let made = made.unwrap_or_default().saturating_mul(1000);
    let left = |event: &crate::ledger::Happened| event.newsletter == newsletter && event.event == "unsubscribed" && event.at >= made;
    Ok(ledger.history(hash)?.iter().any(left))
}
