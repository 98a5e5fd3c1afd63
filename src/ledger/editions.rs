//! Editions: frozen with all that a mail of theirs is made of, before the first one leaves.

use super::database::{Durability, Row, values};
use super::deliveries::HELD;
use super::subscribers::{COLUMNS, person};
use super::{Ledger, LedgerError, Person, hex};
use crate::edition::Mailed;
use crate::model::{EditionState, Subscriber};
use std::collections::BTreeSet;
use std::ops::ControlFlow;

/// How many subscribers are looked at together.
const PAGE: i64 = 1000;

/// How many mails are written together: on a way to a server it is the number of questions that takes time.
const ROWS: usize = 500;

/// An edition, as the ledger has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edition {
    /// Its key.
    pub key: String,
    /// What it is at.
    pub state: EditionState,
    /// The hash of what it says.
    pub hash: String,
    /// When it was frozen, in milliseconds since 1970.
    pub frozen: i64,
    /// When its state changed, in milliseconds since 1970.
    pub changed: i64,
    /// The settings its mails are made with, as whoever froze it wrote them.
    pub settings: String,
}

impl Edition {
    /// Returns whether it was sent with another copy of the ledger, and only its entries are known here: `ledger accept` took it from
    /// postrider.lock.
    #[must_use]
    pub fn is_foreign(&self) -> bool {
        self.settings.is_empty()
    }

    /// Says so.
    #[must_use]
    pub fn sent_elsewhere(&self) -> String {
        format!("edition {} was sent with another copy of the ledger", self.key)
    }
}

/// An edition that is to be frozen.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NewEdition {
    /// Its key.
    pub key: String,
    /// The hash of what it says.
    pub hash: String,
    /// The settings its mails are made with.
    pub settings: String,
    /// The entries, in order.
    pub entries: Vec<EditionEntry>,
    /// How many editions the ledger had when its posts were chosen: with more, somebody else may have chosen the same.
    pub after: usize,
}

/// An entry of an edition: all by which a post is known as mailed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EditionEntry {
    /// The entry's id.
    pub id: String,
    /// The path of the post.
    pub path: String,
    /// The hash of its content.
    pub hash: String,
    /// Its title.
    pub title: String,
}

/// What an edition says in one language, to recipients of one kind; with marks where a recipient's values go.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EditionLetter {
    /// The language (RFC 5646).
    pub language: String,
    /// The subject.
    pub subject: String,
    /// What mail clients show beside it.
    pub preheader: String,
    /// The HTML part.
    pub html: String,
    /// The text part.
    pub text: String,
    /// Where it can be read on the web.
    pub web_url: Option<String>,
}

/// What came of freezing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Frozen {
    /// The edition is there, for so many recipients.
    For(u64),
    /// Nobody is to get it, so there is none: a post that nobody got is no mailed one.
    ForNobody,
    /// There is one of that key already.
    Known,
    /// Another edition was made since its posts were chosen.
    Overtaken,
}

impl Ledger {
    /// Freezes an edition for all active subscribers that are not suppressed: all of it, or nothing.
    ///
    /// `letter_of` says which letter a subscriber gets, by its number, if any; `letters` returns them all, once everybody has been
    /// asked for.
    ///
    /// # Errors
    /// When the ledger cannot be written, or `letter_of` fails.
    pub fn freeze<E: From<LedgerError>>(
        &mut self,
        newsletter: &str,
        new: &NewEdition,
        mut letter_of: impl FnMut(&Person) -> Result<Option<usize>, E>,
        letters: impl FnOnce() -> Vec<EditionLetter>,
    ) -> Result<Frozen, E> {
        // What is told where the transaction is given up.
        let mut instead = None;
        let frozen = self.together(Durability::Power, |ledger| {
            // One sender after another, on all machines.
            ledger.execute("UPDATE meta SET value = value WHERE name = 'id'", &[])?;
            if ledger.editions(newsletter)?.len() != new.after {
                return Ok(Frozen::Overtaken);
            }
            let sql = "INSERT INTO editions (newsletter, edition, state, hash, frozen, changed, settings) \
                VALUES ($1, $2, 'frozen', $3, {now}, {now}, $4) ON CONFLICT DO NOTHING";
            if ledger.execute(sql, values![newsletter, &new.key, &new.hash, &new.settings])? == 0 {
                return Ok(Frozen::Known);
            }
            ledger.put_entries(newsletter, &new.key, &new.entries)?;
            let mut last = String::new();
            let mut count = 0;
            let mut waiting = Vec::new();
            loop {
                let page = ledger.wanting(newsletter, &last)?;
                let Some(end) = page.last() else { break };
                last = hex(&end.subscriber.id);
                for person in page {
                    match letter_of(&person) {
                        Ok(Some(letter)) => waiting.push((letter, person)),
                        Ok(None) => {}
                        Err(error) => {
                            instead = Some(Err(error));
                            return Err(LedgerError::Missing);
                        }
                    }
                }
                let whole = waiting.len() - waiting.len() % ROWS;
                for rows in waiting.drain(..whole).as_slice().chunks(ROWS) {
                    count += ledger.put_deliveries(newsletter, &new.key, count, rows)?;
                }
            }
            count += ledger.put_deliveries(newsletter, &new.key, count, &waiting)?;
            if count == 0 {
                instead = Some(Ok(Frozen::ForNobody));
                return Err(LedgerError::Missing);
            }
            ledger.put_letters(newsletter, &new.key, &letters())?;
            Ok(Frozen::For(count as u64))
        });
        if self.is_shared() {
            // Without it, a server may go through all of them to find the first.
            self.execute("ANALYZE deliveries", &[]).ok();
        }
        instead.unwrap_or_else(|| frozen.map_err(E::from))
    }

    /// Shows everybody whom an edition would be frozen for now, until whoever looks breaks off.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn audience(&mut self, newsletter: &str, mut see: impl FnMut(&Person) -> ControlFlow<()>) -> Result<(), LedgerError> {
        let mut last = String::new();
        loop {
            let page = self.wanting(newsletter, &last)?;
            let Some(end) = page.last() else { return Ok(()) };
            last = hex(&end.subscriber.id);
            if page.iter().try_for_each(&mut see).is_break() {
                return Ok(());
            }
        }
    }

    /// Returns a page of those who are to be mailed, behind an id.
    fn wanting(&mut self, newsletter: &str, after: &str) -> Result<Vec<Person>, LedgerError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM subscribers s WHERE newsletter = $1 AND id > $2 AND status = 'active' \
             AND NOT EXISTS (SELECT 1 FROM suppressions p WHERE p.hash = s.hash) ORDER BY id LIMIT $3"
        );
        self.all(&sql, values![newsletter, after, PAGE], person)
    }

    pub(super) fn put_entries(&mut self, newsletter: &str, key: &str, entries: &[EditionEntry]) -> Result<(), LedgerError> {
        let sql = "INSERT INTO entries (newsletter, edition, position, id, path, hash, title) VALUES ($1, $2, $3, $4, $5, $6, $7)";
        for (position, entry) in entries.iter().enumerate() {
            let EditionEntry { id, path, hash, title } = entry;
            self.execute(sql, values![newsletter, key, position, id, path, hash, title])?;
        }
        Ok(())
    }

    fn put_letters(&mut self, newsletter: &str, key: &str, letters: &[EditionLetter]) -> Result<(), LedgerError> {
        let sql = "INSERT INTO letters (newsletter, edition, position, language, subject, preheader, html, text, web_url) \
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
        for (position, letter) in letters.iter().enumerate() {
            let EditionLetter { language, subject, preheader, html, text, web_url } = letter;
            let web_url = web_url.as_deref();
            self.execute(sql, values![newsletter, key, position, language, subject, preheader, html, text, web_url])?;
        }
        Ok(())
    }

    /// Writes mails with the positions from `first` on; returns how many.
    fn put_deliveries(&mut self, newsletter: &str, key: &str, first: usize, mails: &[(usize, Person)]) -> Result<usize, LedgerError> {
        struct Texts {
            id: String,
            fields: String,
        }
        if mails.is_empty() {
            return Ok(0);
        }
        let texts = |(_, Person { subscriber, .. }): &(usize, Person)| Texts {
            id: hex(&subscriber.id),
            fields: serde_json::to_string(&subscriber.fields).unwrap_or_default(),
        };
        let texts: Vec<Texts> = mails.iter().map(texts).collect();
        let mut given = values![newsletter, key].to_vec();
        let mut rows = String::new();
        for (at, ((letter, person), Texts { id, fields })) in mails.iter().zip(&texts).enumerate() {
            let domain = person.same.rsplit_once('@').map_or("", |(_, domain)| domain);
            let Subscriber { address, name, .. } = &person.subscriber;
            let each = values![id, first + at, *letter, address, domain, &person.hash, name.as_deref(), fields];
            rows += if at == 0 { "($1, $2" } else { ", ($1, $2" };
            for value in each {
                given.push(*value);
                rows += ", $";
                rows += &given.len().to_string();
            }
            rows += ", 'pending', 0, {now})";
        }
        let sql = format!(
            "INSERT INTO deliveries (newsletter, edition, subscriber, position, letter, address, domain, hash, name, fields, state, tries, \
             changed) VALUES {rows}"
        );
        self.execute(&sql, &given)?;
        Ok(mails.len())
    }

    /// Returns an edition.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn edition(&mut self, newsletter: &str, key: &str) -> Result<Option<Edition>, LedgerError> {
        let sql = "SELECT edition, state, hash, frozen, changed, settings FROM editions WHERE newsletter = $1 AND edition = $2";
        self.first(sql, values![newsletter, key], edition)
    }

    /// Returns all editions of a newsletter, in the order in which they were frozen.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn editions(&mut self, newsletter: &str) -> Result<Vec<Edition>, LedgerError> {
        let sql = "SELECT edition, state, hash, frozen, changed, settings FROM editions WHERE newsletter = $1 ORDER BY frozen, edition";
        self.all(sql, values![newsletter], edition)
    }

    /// Returns the entries of an edition, in order.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn entries(&mut self, newsletter: &str, key: &str) -> Result<Vec<EditionEntry>, LedgerError> {
        let sql = "SELECT id, path, hash, title FROM entries WHERE newsletter = $1 AND edition = $2 ORDER BY position";
        self.all(sql, values![newsletter, key], |row| EditionEntry {
            id: row.string(0),
            path: row.string(1),
            hash: row.string(2),
            title: row.string(3),
        })
    }

    /// Returns the letters of an edition; a delivery's letter is the one at its number.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn letters(&mut self, newsletter: &str, key: &str) -> Result<Vec<EditionLetter>, LedgerError> {
        let sql = "SELECT language, subject, preheader, html, text, web_url FROM letters WHERE newsletter = $1 AND edition = $2 ORDER BY position";
        self.all(sql, values![newsletter, key], |row| EditionLetter {
            language: row.string(0),
            subject: row.string(1),
            preheader: row.string(2),
            html: row.string(3),
            text: row.string(4),
            web_url: row.string_if_any(5),
        })
    }

    /// Moves an edition from one of some states to another; returns whether it was in one of them.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub fn move_edition(&mut self, newsletter: &str, key: &str, from: &[EditionState], to: EditionState) -> Result<bool, LedgerError> {
        self.together(Durability::Power, |ledger| {
            let mut moved = 0;
            for state in from {
                let sql = "UPDATE editions SET state = $4, changed = {now} WHERE newsletter = $1 AND edition = $2 AND state = $3";
                moved += ledger.execute(sql, values![newsletter, key, state.name(), to.name()])?;
            }
            Ok(moved > 0)
        })
    }

    /// Gives an edition up: what was not begun is skipped, also what senders give back later. Where it was given up before, what is left is
    /// finished. Returns how many mails were skipped; `None` for an edition that is closed.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub fn cancel(&mut self, newsletter: &str, key: &str) -> Result<Option<u64>, LedgerError> {
        self.together(Durability::Power, |ledger| {
            let sql = "UPDATE editions SET changed = CASE WHEN state = 'cancelled' THEN changed ELSE {now} END, state = 'cancelled' \
                WHERE newsletter = $1 AND edition = $2 AND state <> 'closed'";
            if ledger.execute(sql, values![newsletter, key])? == 0 {
                return Ok(None);
            }
            ledger.skip_cancelled().map(Some)
        })
    }

    /// Skips what waits to be sent in editions that were given up; returns how many mails that are.
    pub(super) fn skip_cancelled(&mut self) -> Result<u64, LedgerError> {
        let mut skipped = 0;
        for state in ["pending", "deferred"] {
            // The state stands in the text: only so the database sees which index knows it.
            let sql = format!(
                "UPDATE deliveries SET state = 'skipped', changed = {{now}} WHERE state = '{state}' AND (newsletter, edition) IN \
                 (SELECT e.newsletter, e.edition FROM editions e WHERE e.state = 'cancelled')"
            );
            skipped += self.execute(&sql, &[])?;
        }
        Ok(skipped)
    }

    /// Holds an edition, if it is in one of some states, until the transaction ends: what is asked of its mails behind that is true as
    /// long. Returns whether it is in one of them.
    pub(super) fn hold(&mut self, newsletter: &str, key: &str, states: &str) -> Result<bool, LedgerError> {
        let sql = format!("UPDATE editions SET state = state WHERE newsletter = $1 AND edition = $2 AND state IN ({states})");
        Ok(self.execute(&sql, values![newsletter, key])? > 0)
    }

    /// Closes an edition of which no mail is left to be sent; returns whether it is closed now. Of one that was given up meanwhile, what its
    /// senders gave back is skipped.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub fn close(&mut self, newsletter: &str, key: &str) -> Result<bool, LedgerError> {
        self.together(Durability::Power, |ledger| {
            if !ledger.hold(newsletter, key, "'sending'")? {
                if ledger.hold(newsletter, key, "'cancelled'")? {
                    ledger.skip_cancelled()?;
                }
                return Ok(false);
            }
            // A statement of its own: it sees what was committed by whoever had the edition before.
            // In an order that an index has: else a server looks for the first where there is none.
            let none = |state: &str, order: &str| {
                format!(
                    "(SELECT position FROM deliveries WHERE newsletter = $1 AND edition = $2 AND state = '{state}' ORDER BY {order} LIMIT 1) IS NULL"
                )
            };
            let sql = format!(
                "UPDATE editions SET state = 'closed', changed = {{now}} WHERE newsletter = $1 AND edition = $2 AND state = 'sending' \
                 AND {} AND {} AND NOT EXISTS (SELECT 1 FROM deliveries WHERE {HELD} AND newsletter || '' = $1 AND edition || '' = $2)",
                none("pending", "position"),
                none("deferred", "due")
            );
            ledger.execute(&sql, values![newsletter, key]).map(|changed| changed > 0)
        })
    }

    /// Returns the editions that have mails of which nobody knows whether they arrived, with their number, in the order in which they were
    /// frozen.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn unknowns(&mut self, newsletter: &str) -> Result<Vec<(String, u64)>, LedgerError> {
        let sql = "SELECT e.edition, u.number FROM editions e JOIN (SELECT d.edition, count(*) AS number FROM deliveries d \
            WHERE d.newsletter = $1 AND d.state = 'unknown' GROUP BY d.edition) AS u ON u.edition = e.edition \
            WHERE e.newsletter = $1 ORDER BY e.frozen, e.edition";
        self.all(sql, values![newsletter], |row| (row.string(0), row.int(1).unsigned_abs()))
    }

    /// Returns what was mailed before: the entries of all editions but those that were cancelled before anybody got them, and
    /// those that are not to be mailed.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn mailed(&mut self, newsletter: &str) -> Result<Mailed, LedgerError> {
        let mut mailed = Mailed::default();
        let mut free = BTreeSet::new();
        for edition in self.editions(newsletter)? {
            let frozen = chrono::DateTime::from_timestamp_millis(edition.frozen).map(|date| date.fixed_offset());
            mailed.first = mailed.first.or(frozen);
            mailed.last = mailed.last.max(frozen);
            if edition.state == EditionState::Cancelled && !self.counts(newsletter, &edition.key)?.has_reached() {
                free.insert(edition.key.clone());
            }
            mailed.keys.insert(edition.key);
        }
        let sql = "SELECT edition, id, path, hash FROM entries WHERE newsletter = $1 \
            UNION SELECT '', id, path, hash FROM skipped WHERE newsletter = $1";
        self.query(sql, values![newsletter], |row| {
            if free.contains(row.text(0)) {
                return;
            }
            mailed.ids.insert(row.string(1));
            mailed.paths.insert(row.string(2));
            // A post too short to be known by its content has no hash.
            mailed.hashes.extend(row.string_if_any(3).filter(|hash| !hash.is_empty()));
        })?;
        Ok(mailed)
    }

    /// Marks posts as not to be mailed; returns how many were not yet.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub fn skip(&mut self, newsletter: &str, entries: &[EditionEntry]) -> Result<u64, LedgerError> {
        self.together(Durability::Power, |ledger| {
            let mut marked = 0;
            for EditionEntry { id, path, hash, .. } in entries {
                let sql = "INSERT INTO skipped (newsletter, id, path, hash, at) VALUES ($1, $2, $3, $4, {now}) ON CONFLICT DO NOTHING";
                marked += ledger.execute(sql, values![newsletter, id, path, hash])?;
            }
            Ok(marked)
        })
    }
}

fn edition(row: &Row) -> Edition {
    Edition {
        key: row.string(0),
        state: EditionState::from_name(row.text(1)).unwrap_or(EditionState::Paused),
        hash: row.string(2),
        frozen: row.int(3),
        changed: row.int(4),
        settings: row.string(5),
    }
}
