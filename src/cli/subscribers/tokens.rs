//! Tokens that were collected, by a form service, in a log or in a mailbox: verified, and turned into what they ask for.

use super::super::secrets;
use super::{Desk, TOGETHER, Tally};
use crate::ledger::{Ledger, LedgerError};
use crate::list::{self, Messages, Tokens};
use crate::mail::token::{self, Purpose, Refused};
use crate::model::{Consent, Status};
use anyhow::Context as _;
use std::collections::HashSet;
use std::io::{BufRead, BufReader, Read as _};
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
const LOOKED: &str = "in requests that only look (GET)";
const NOTHING_ASKED: &str = "with no token in recipient or subject";

/// How much of a file is looked at to tell what it is.
const BEGINNING: u64 = 1 << 16;

/// What may be a token, and what it came in: that counts once, however often it is read. `None` for what may be another the next time.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Candidate {
    token: String,
    came_in: Option<String>,
}

/// A token that a key of ours made.
struct Good {
    id: [u8; 16],
    /// When it was made, where it says so.
    made: Option<i64>,
    came_in: Option<String>,
}

/// Applies the tokens of a file.
pub(super) fn apply(desk: &Desk<'_>, ledger: &mut Ledger, file: &Path, wish: &Wish<'_>) -> anyhow::Result<Tally> {
    let keys = secrets::unsubscribe_keys(desk.workplace)?;
    let now = super::now(ledger)?;
    let mut tally = Tally::of(&[wish.done(), KNOWN, LEFT_SINCE, GONE, EXPIRED, FORGED, OTHER_PURPOSE, OTHER, LOOKED, NOTHING_ASKED]);
    let mut good = Vec::new();
    for Candidate { token, came_in } in collect(desk, file, wish, &mut tally)? {
        match keys.verify(&token, wish.purpose(), desk.newsletter(), now) {
            Ok(id) => good.push(Good { id, made: token::made(&token), came_in }),
            Err(Refused::Expired) => tally.count(EXPIRED, ""),
            Err(Refused::OtherPurpose) => tally.count(OTHER_PURPOSE, ""),
            Err(Refused::Forged | Refused::Malformed) => tally.count(FORGED, ""),
        }
    }
    if tally.of_outcome(FORGED) > 0 {
        tally.fall_short(format!(
            "help: a key that made tokens once belongs into {} for ever, behind the newer ones",
            secrets::UNSUBSCRIBE_KEY
        ));
    }
    for tokens in good.chunks(TOGETHER) {
        let done = ledger.at_once(|ledger: &mut Ledger| {
            let apply = |good: &Good| one(desk, ledger, wish, good);
            tokens.iter().map(apply).collect::<Result<Vec<_>, LedgerError>>()
        })?;
        for (outcome, who) in done {
            tally.count(outcome, &who);
        }
    }
    Ok(tally)
}

/// Reads a file or a mailbox to its end; returns what may be tokens of this newsletter, each once.
fn collect(desk: &Desk<'_>, mailbox: &Path, wish: &Wish<'_>, tally: &mut Tally) -> anyhow::Result<Vec<Candidate>> {
    let (mut seen, mut found) = (HashSet::new(), Vec::new());
    let is_folder = desk.workplace.path(mailbox).is_dir();
    let mut keep = |candidate: Candidate, tally: &mut Tally| {
        // Any long word of a file may look like a token from afar.
        if !token::is_for(&candidate.token, desk.newsletter()) {
            tally.count(OTHER, "");
        } else if seen.insert(candidate.clone()) {
            found.push(candidate);
        }
    };
    for file in desk.files(mailbox)? {
        let told = || format!("cannot read `{}`", file.display());
        let mut input = desk.input(&file)?;
        let mut beginning = Vec::new();
        input.by_ref().take(BEGINNING).read_to_end(&mut beginning).with_context(told)?;
        let is_mail = matches!(wish, Wish::Leave) && (is_folder || list::is_mail(&beginning));
        let input = BufReader::new(beginning.chain(input));
        if !is_mail {
            of_lines(input, wish.length(), tally, &mut keep).with_context(told)?;
            continue;
        }
        for (at, message) in Messages::new(input).enumerate() {
            let message = message.with_context(told)?;
            let tokens = list::asked(&message, wish.length());
            if tokens.is_empty() {
                tally.count(NOTHING_ASKED, "");
                let number = if at == 0 { String::new() } else { format!(", message {}", at + 1) };
                tally.advise(format!("{}{number}: no token in recipient or subject; nobody was unsubscribed", file.display()));
            }
            for token in tokens {
                keep(Candidate { token, came_in: Some(list::known_by(&message)) }, tally);
            }
        }
    }
    Ok(found)
}

/// Finds what may be tokens in a text, line by line.
fn of_lines(
    mut input: impl BufRead,
    length: usize,
    tally: &mut Tally,
    keep: &mut impl FnMut(Candidate, &mut Tally),
) -> std::io::Result<()> {
    let mut tokens = Tokens::of_length(length);
    let mut line = Vec::new();
    let mut is_start = true;
    loop {
        line.clear();
        if input.by_ref().take(BEGINNING).read_until(b'\n', &mut line)? == 0 {
            return Ok(());
        }
        // Of a line without end nothing is known but its tokens.
        let is_whole = is_start && line.ends_with(b"\n") || line.len() < BEGINNING as usize;
        is_start = line.ends_with(b"\n");
        for token in tokens.push(&line) {
            if is_whole && list::only_looks(&line) {
                tally.count(LOOKED, "");
                continue;
            }
            let came_in = (is_whole && list::says_when(&line)).then(|| String::from_utf8_lossy(line.trim_ascii()).into_owned());
            keep(Candidate { token, came_in }, tally);
        }
    }
}

/// Applies one token, and returns what came of it and for whom.
fn one(desk: &Desk<'_>, ledger: &mut Ledger, wish: &Wish<'_>, good: &Good) -> Result<(&'static str, String), LedgerError> {
    let newsletter = desk.newsletter();
    let person = ledger.subscriber(newsletter, &good.id)?;
    let who = person.as_ref().map(|person| desk.shown(&person.subscriber.address).into_owned()).unwrap_or_default();
    let outcome = match (wish, person) {
        (Wish::Leave, person) => {
            let hash = match person {
                Some(person) => person.hash,
                None => match ledger.hash_of(newsletter, &good.id)? {
                    Some(hash) => hash,
                    None => return Ok((GONE, who)),
                },
            };
            // What was read before says nothing new, whatever became of its writer since: they may have come back.
            let is_new = match &good.came_in {
                Some(came_in) => ledger.read_once(newsletter, &hash, came_in)?,
                None => true,
            };
            if is_new && ledger.leave(newsletter, Some(&good.id), &hash, "token")? { wish.done() } else { KNOWN }
        }
        (Wish::Confirm(_), None) => GONE,
        (Wish::Confirm(_), Some(person)) if person.subscriber.status == Status::Active => KNOWN,
        // Files of tokens are read again; a token does not bring back who left after it was made.
        (Wish::Confirm(_), Some(person)) if has_left_since(ledger, newsletter, &person.hash, good.made)? => LEFT_SINCE,
        (Wish::Confirm(consent), Some(person)) => {
            ledger.confirm(newsletter, &person, consent)?;
            wish.done()
        }
    };
    Ok((outcome, who))
}

fn has_left_since(ledger: &mut Ledger, newsletter: &str, hash: &str, made: Option<i64>) -> Result<bool, LedgerError> {
    let made = made.unwrap_or_default().saturating_mul(1000);
    let left = |event: &crate::ledger::Happened| event.newsletter == newsletter && event.event == "unsubscribed" && event.at >= made;
    Ok(ledger.history(hash)?.iter().any(left))
}
