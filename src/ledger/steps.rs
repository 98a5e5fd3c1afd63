//! What is written down of a mail while it is sent: that its message is about to end, and what became of it.
//!
//! Only the first lets a message end with its dot, and it changes one row or none: the same claim, in time, of an edition that is
//! being sent, to someone who still wants it. Whoever does not get it breaks the connection off.

use super::database::{Durability, Value, values};
use super::deliveries::{Claimed, WANTED};
use super::{Ledger, LedgerError, hex};
use crate::model::DeliveryState;

/// For how long a mail is tried: one that is put off later than that after it was put off first has expired. In milliseconds.
pub(super) const TRIED_FOR: i64 = 48 * 60 * 60 * 1000;

/// What is to be written down of a mail.
#[derive(Debug, Clone)]
pub enum Note {
    /// That its message is about to end; only then it may.
    Attempt {
        /// The message's id.
        message_id: String,
        /// For how long the mail is nobody else's, in milliseconds: it has to last until the server has answered.
        lease: i64,
    },
    /// What became of its try.
    Record(Outcome),
}

/// What became of a try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// What the mail is now.
    pub state: DeliveryState,
    /// At which step of the connection it was decided.
    pub stage: &'static str,
    /// The server's code.
    pub code: Option<u16>,
    /// What the server said.
    pub reply: String,
    /// For a deferred mail: how long to wait, in milliseconds; it expires instead when it was put off for two days. A mail that stays
    /// pending and waits does so for a fault of ours, for which it never expires.
    pub wait: Option<i64>,
}

/// What came of writing it down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// Of an attempt: whether the message may end.
    Step(Step),
    /// Of an outcome: whether the mail was still this claim's.
    Recorded(bool),
}

/// Whether a message may end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// It may: `attempting` is written down.
    Taken,
    /// It may not.
    Not(Gone),
}

/// Why a message may not end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gone {
    /// Its recipient has left, or must not be mailed.
    Unwanted,
    /// Its edition was paused or cancelled.
    Paused,
    /// The claim is over.
    Lost,
}

impl Ledger {
    /// Writes down notes about mails of claims, in one transaction as far as that succeeds; answers in their order. With
    /// `survives_power_cut` an attempt outlives one by itself, and needs no claim that did.
    ///
    /// # Errors
    /// When the ledger cannot be written. A message must not end then; a mail with an outcome is as it was, and becomes unknown
    /// where it was being attempted.
    pub fn write_down(
        &mut self,
        newsletter: &str,
        survives_power_cut: bool,
        notes: &[(&str, &Claimed, &Note)],
    ) -> Vec<Result<Answer, LedgerError>> {
        let durability = |notes: &[(&str, &Claimed, &Note)]| {
            let attempts = notes.iter().any(|(.., note)| matches!(note, Note::Attempt { .. }));
            if survives_power_cut && attempts { Durability::Power } else { Durability::Process }
        };
        let mut write = |notes: &[(&str, &Claimed, &Note)]| {
            let each = |ledger: &mut Self| {
                notes.iter().map(|(claim, mail, note)| ledger.write_one(newsletter, claim, mail, note)).collect::<Result<Vec<_>, _>>()
            };
            // On a way to a server each question takes time; a note alone is one, and a transaction by itself.
            if self.is_shared() && notes.len() == 1 { each(self) } else { self.together(durability(notes), each) }
        };
        if notes.len() > 1
            && let Ok(answers) = write(notes)
        {
            return answers.into_iter().map(Ok).collect();
        }
        // What fails is told to the one whose note it is; each may be written twice.
        let alone = |note| write(std::slice::from_ref(note)).map(|answers| answers.into_iter().next().unwrap_or(Answer::Recorded(false)));
        notes.iter().map(alone).collect()
    }

    fn write_one(&mut self, newsletter: &str, claim: &str, mail: &Claimed, note: &Note) -> Result<Answer, LedgerError> {
        match note {
            Note::Attempt { message_id, lease } => self.attempt(newsletter, claim, mail, message_id, *lease).map(Answer::Step),
            Note::Record(outcome) => self.record(newsletter, claim, mail, outcome).map(Answer::Recorded),
        }
    }

    fn attempt(&mut self, newsletter: &str, claim: &str, mail: &Claimed, message_id: &str, lease: i64) -> Result<Step, LedgerError> {
        let lease = self.is_shared().then_some(lease);
        let sql = format!(
            "UPDATE deliveries SET state = 'attempting', message_id = $5, lease = {{now}} + $6, changed = {{now}} \
             WHERE newsletter = $1 AND edition = $2 AND position = $3 AND state = 'claimed' AND {THIS_CLAIM} \
             AND (lease IS NULL OR lease > {{now}}) AND {WANTED} \
             AND EXISTS (SELECT 1 FROM editions e WHERE e.newsletter = $1 AND e.edition = $2 AND e.state = 'sending')"
        );
        if self.execute(&sql, values![newsletter, &mail.edition, mail.position, claim, message_id, lease])? == 1 {
            return Ok(Step::Taken);
        }
        self.why_not(newsletter, claim, mail).map(Step::Not)
    }

    fn why_not(&mut self, newsletter: &str, claim: &str, mail: &Claimed) -> Result<Gone, LedgerError> {
        let sql = format!(
            "UPDATE deliveries SET state = 'skipped', claim = NULL, changed = {{now}} WHERE newsletter = $1 AND edition = $2 \
             AND position = $3 AND state = 'claimed' AND {THIS_CLAIM} AND NOT ({WANTED})"
        );
        if self.execute(&sql, values![newsletter, &mail.edition, mail.position, claim])? == 1 {
            return Ok(Gone::Unwanted);
        }
        let sql = "SELECT state FROM editions WHERE newsletter = $1 AND edition = $2";
        let state = self.first(sql, values![newsletter, &mail.edition], |row| row.string(0))?;
        Ok(if state.as_deref() == Some("sending") { Gone::Lost } else { Gone::Paused })
    }

    fn record(&mut self, newsletter: &str, claim: &str, mail: &Claimed, outcome: &Outcome) -> Result<bool, LedgerError> {
        let subscriber = hex(&mail.subscriber);
        let code = outcome.code.map(i64::from);
        let tried = i64::from(outcome.state != DeliveryState::Pending);
        let is_over = outcome.state == DeliveryState::Deferred && self.is_put_off_long_enough(newsletter, mail)?;
        let state = match outcome.state {
            DeliveryState::Deferred if is_over => DeliveryState::Expired,
            DeliveryState::Pending if outcome.wait.is_some() => DeliveryState::Deferred,
            state => state,
        };
        // A try ends as it ended; what the mail waits for is another matter.
        let end = if is_over { state } else { outcome.state }.name();
        let reply = outcome.reply.as_str();
        let both = values![newsletter, &mail.edition, mail.position, claim, state.name(), code, reply];
        let (of_mail, of_try) = (values![outcome.wait, tried], values![&subscriber, &mail.domain, outcome.stage, end]);
        if self.is_shared() {
            let sql = format!("WITH told AS ({RECORD} RETURNING 1), noted AS ({}) SELECT count(*) FROM told", noted([10, 11, 12, 13]));
            return Ok(self.first(&sql, &[&both[..], of_mail, of_try].concat(), |row| row.int(0) == 1)?.unwrap_or_default());
        }
        if outcome.state == DeliveryState::Sent {
            return self.execute(SENT, both).map(|changed| changed == 1);
        }
        let changed = self.execute(RECORD, &[&both[..], of_mail].concat())?;
        self.execute(&noted([8, 9, 10, 11]), &[&both[..], of_try].concat())?;
        Ok(changed == 1)
    }

    /// Notes the tries of mails that were sent, where that was put off until their claim ends.
    pub(super) fn note_sent(&mut self, which: &str, values: &[Value<'_>]) -> Result<(), LedgerError> {
        if self.is_shared() {
            return Ok(());
        }
        let sql = format!(
            "INSERT INTO attempts (at, newsletter, edition, position, claim, state, code, reply, subscriber, domain, stage) \
             SELECT changed, newsletter, edition, position, claim, state, code, reply, subscriber, domain, 'dot' \
             FROM deliveries WHERE {which} AND state = 'sent' ON CONFLICT DO NOTHING"
        );
        if self.execute(&sql, values)? > 0 {
            self.execute(&format!("UPDATE deliveries SET claim = NULL WHERE {which} AND state = 'sent'"), values)?;
        }
        Ok(())
    }

    fn is_put_off_long_enough(&mut self, newsletter: &str, mail: &Claimed) -> Result<bool, LedgerError> {
        // Whoever sends it once more by hand begins anew.
        let sql = "SELECT min(at) + $4 < {now} FROM attempts WHERE newsletter = $1 AND edition = $2 AND position = $3 AND state = 'deferred' \
            AND at > coalesce((SELECT max(at) FROM attempts WHERE newsletter = $1 AND edition = $2 AND position = $3 \
                AND state IN ('refused', 'unknown', 'expired')), 0)";
        let sql = &format!("SELECT CAST(CASE WHEN ({sql}) THEN 1 ELSE 0 END AS BIGINT)");
        Ok(self.first(sql, values![newsletter, &mail.edition, mail.position, TRIED_FOR], |row| row.int(0))? == Some(1))
    }
}

/// That a mail, which its position names, is a claim's. `coalesce` keeps PostgreSQL from looking through all that the claim holds, by the
/// index of claims.
const THIS_CLAIM: &str = "coalesce(claim, '') = $4";

/// Records what became of a mail. A late answer of its own attempt ends even what was told to be unknown. Who was erased meanwhile stays
/// so: neither what was said of them nor their domain is written back.
const RECORD: &str = "UPDATE deliveries SET state = $5, due = {now} + $8, code = $6, reply = CASE WHEN address <> '' THEN $7 END, tries = tries + $9, changed = {now}, \
    claim = CASE WHEN $5 = 'unknown' THEN claim END \
    WHERE newsletter = $1 AND edition = $2 AND position = $3 AND coalesce(claim, '') = $4 AND state IN ('claimed', 'attempting', 'unknown')";

/// Records that a mail was sent, as [`RECORD`] does, in a file: no index changes, and nothing else is written. Its try is noted with those
/// of the others when their claim ends; until then it stays the claim's.
const SENT: &str = "UPDATE deliveries SET state = $5, due = NULL, code = $6, reply = CASE WHEN address <> '' THEN $7 END, tries = tries + 1, \
    changed = {now} \
    WHERE newsletter = $1 AND edition = $2 AND position = $3 AND coalesce(claim, '') = $4 AND state IN ('claimed', 'attempting', 'unknown')";

/// Returns what notes a try, with the numbers of its further values: subscriber, domain, stage, state. A claim tries a mail once: who asks
/// again, for the answer was lost, changes nothing.
fn noted([subscriber, domain, stage, end]: [u8; 4]) -> String {
    format!(
        "INSERT INTO attempts (at, newsletter, edition, position, claim, state, code, reply, subscriber, domain, stage) \
         SELECT {{now}}, $1, $2, $3, $4, ${end}, $6, CASE WHEN d.address <> '' THEN $7 END, ${subscriber}, \
             CASE WHEN d.address <> '' THEN ${domain} ELSE '' END, ${stage} \
         FROM deliveries d WHERE d.newsletter = $1 AND d.edition = $2 AND d.position = $3 ON CONFLICT DO NOTHING"
    )
}
