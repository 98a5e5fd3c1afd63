//! Who wants mail.

use super::database::{Durability, Row, Value, values};
use super::open::random_id;
use super::suppressions::HARDEST_FIRST;
use super::{Ledger, LedgerError, hex, unhex};
use crate::model::slot::by_field_name;
use crate::model::{Consent, Date, Status, Subscriber, SuppressionReason};
use std::collections::BTreeMap;

/// The columns that [`person`] reads.
pub(super) const COLUMNS: &str = "id, address, name, language, tags, fields, status, consent, source, added, consented, same, hash";

/// How many subscribers are read together.
const PAGE: i64 = 1000;

/// A subscriber, as the ledger has them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Person {
    /// Who it is.
    pub subscriber: Subscriber,
    /// What is the same for every spelling of the address.
    pub same: String,
    /// The hash of that.
    pub hash: String,
}

/// What came of adding a subscriber.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Added {
    /// They were not on the list.
    New,
    /// They were, and something about them is new.
    Changed,
    /// They were, as given.
    Same,
    /// They left the newsletter; only they themselves can come back, by a confirmed opt-in.
    Left,
    /// Their address must not be mailed.
    Suppressed(SuppressionReason),
}

/// What is known of an address before somebody is added.
#[derive(Debug, Clone, Default)]
pub(super) struct Known {
    subscriber: Option<Subscriber>,
    suppressed: Option<SuppressionReason>,
    /// Whether they left, and were removed then.
    has_left: bool,
}

/// Which subscribers are asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Only those of this status.
    pub status: Option<Status>,
    /// Only those with this tag.
    pub tag: Option<String>,
}

/// The newest first, of the few with a hash: `+ 0` keeps PostgreSQL from going through all of the history by its numbers. SQLite would go
/// through all of a newsletter then, which `|| ''` beside it forbids.
const NEWEST: &str = "ORDER BY number + 0 DESC LIMIT 1";

/// Returns the question what is known of the addresses that a table `one` has, by what is the same for every spelling and its hash.
fn known_from(one: &str) -> String {
    // One question: a list of thousands may be on its way to a server. Whoever was removed when they had left has left still.
    format!(
        "SELECT {COLUMNS}, (SELECT reason FROM suppressions WHERE suppressions.hash = one.hashed {HARDEST_FIRST} LIMIT 1), \
         (SELECT event FROM history WHERE history.hash = one.hashed AND history.newsletter || '' = $1 AND event IN ('unsubscribed', 'confirmed') \
             {NEWEST}), one.key \
         FROM {one} LEFT JOIN subscribers ON newsletter = $1 AND same = one.key"
    )
}

fn known(row: &Row) -> Known {
    let reason = |name: &str| SuppressionReason::from_name(name).unwrap_or(SuppressionReason::Manual);
    Known {
        subscriber: row.text_if_any(0).map(|_| person(row).subscriber),
        suppressed: row.text_if_any(13).map(reason),
        has_left: row.text(14) == "unsubscribed",
    }
}

impl Ledger {
    /// Does many steps with subscribers at once: all of them, or none.
    ///
    /// # Errors
    /// When one of them fails, or the ledger cannot be written.
    pub fn at_once<T>(&mut self, steps: impl FnOnce(&mut Self) -> Result<T, LedgerError>) -> Result<T, LedgerError> {
        self.together(Durability::Power, steps)
    }

    /// Adds a subscriber, or takes over what is new about one that is known; `same` is what is the same for every spelling of the
    /// address. Their id is a new random one.
    ///
    /// Whoever has left, and whoever must not be mailed, stays as they are; a status that is given never changes one that is there.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub fn add(&mut self, newsletter: &str, given: &Subscriber, same: &str) -> Result<Added, LedgerError> {
        let hash = self.hash(same);
        let (added, merged) = self.weighed(newsletter, given, same, &hash)?;
        if added == Added::New {
            let new = Subscriber { id: random_id(), ..given.clone() };
            if !self.insert(newsletter, &Person { subscriber: new, same: same.to_owned(), hash })? {
                // Somebody else added them just now.
                return self.add(newsletter, given, same);
            }
        } else if let Some(merged) = merged {
            self.update(newsletter, &merged)?;
            self.tell(newsletter, Some(&merged.id), &hash, "changed", given.source.as_deref())?;
        }
        Ok(added)
    }

    /// Returns what would come of adding a subscriber, and adds nobody.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn weigh(&mut self, newsletter: &str, given: &Subscriber, same: &str) -> Result<Added, LedgerError> {
        let hash = self.hash(same);
        self.weighed(newsletter, given, same, &hash).map(|(added, _)| added)
    }

    /// Returns what comes of adding a subscriber; with all that is known then, if that is new.
    fn weighed(
        &mut self,
        newsletter: &str,
        given: &Subscriber,
        same: &str,
        hash: &str,
    ) -> Result<(Added, Option<Subscriber>), LedgerError> {
        let known = match self.ahead.remove(same) {
            Some(known) => known,
            None => {
                let sql = known_from("(SELECT $2 AS key, $3 AS hashed) AS one");
                self.first(&sql, values![newsletter, same, hash], known)?.unwrap_or_default()
            }
        };
        Ok(match known {
            Known { suppressed: Some(reason), .. } => (Added::Suppressed(reason), None),
            Known { subscriber: None, has_left: true, .. } => (Added::Left, None),
            Known { subscriber: None, .. } => (Added::New, None),
            Known { subscriber: Some(known), .. } if known.status == Status::Unsubscribed => (Added::Left, None),
            Known { subscriber: Some(known), .. } => {
                let merged = merged(&known, given);
                if merged == known { (Added::Same, None) } else { (Added::Changed, Some(merged)) }
            }
        })
    }

    /// Learns in one question what is known of addresses that are about to be added, where each question takes time; what an address is told
    /// twice may change in between, so that one is left out.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn look_ahead<'k>(&mut self, newsletter: &str, keys: impl Iterator<Item = &'k str>) -> Result<(), LedgerError> {
        self.ahead.clear();
        if !self.is_shared() {
            return Ok(());
        }
        let mut times: BTreeMap<&str, usize> = BTreeMap::new();
        for key in keys {
            *times.entry(key).or_default() += 1;
        }
        let once = times.into_iter().filter(|(_, count)| *count == 1);
        let pairs: Vec<[String; 2]> = once.map(|(key, _)| [key.to_owned(), self.hash(key)]).collect();
        let pairs = serde_json::to_string(&pairs).unwrap_or_default();
        let sql = known_from(
            "(SELECT pair ->> 0 AS key, pair ->> 1 AS hashed FROM json_array_elements(CAST(CAST($2 AS TEXT) AS JSON)) AS pair) AS one",
        );
        let found = self.all(&sql, values![newsletter, &pairs], |row| (row.string(15), known(row)))?;
        self.ahead.extend(found);
        Ok(())
    }

    /// Adds somebody, and returns whether nobody had the address.
    fn insert(&mut self, newsletter: &str, person: &Person) -> Result<bool, LedgerError> {
        let Subscriber { id, address, name, language, status, consent, source, .. } = &person.subscriber;
        let (tags, fields) = texts(&person.subscriber);
        let id_text = hex(id);
        let (text, at) = consent.as_ref().map(|consent| (consent.text.as_str(), consent.at.timestamp_millis())).unzip();
        let added = person.subscriber.created.map(|date| date.timestamp_millis());
        let sql = "INSERT INTO subscribers (newsletter, id, address, same, hash, name, language, tags, fields, status, consent, source, \
            added, consented, changed) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, coalesce($13, {now}), $14, {now}) \
            ON CONFLICT (newsletter, same) DO NOTHING";
        let (name, language, source) = (name.as_deref(), language.as_deref(), source.as_deref());
        let given: &[Value<'_>] = values![
            newsletter,
            &id_text,
            address,
            &person.same,
            &person.hash,
            name,
            language,
            &tags,
            &fields,
            status.name(),
            text,
            source,
            added,
            at
        ];
        // On a way to a server each question takes time.
        let is_new = if self.is_shared() {
            let sql = format!(
                "WITH new AS ({sql} RETURNING 1) INSERT INTO history (at, newsletter, subscriber, hash, event, detail) \
                 SELECT {{now}}, $1, $2, $5, 'added', $12 FROM new"
            );
            self.execute(&sql, given)? == 1
        } else {
            let is_new = self.execute(sql, given)? == 1;
            if is_new {
                self.tell(newsletter, Some(id), &person.hash, "added", source)?;
            }
            is_new
        };
        if is_new && *status == Status::Unsubscribed {
            self.tell(newsletter, Some(id), &person.hash, "unsubscribed", source)?;
        }
        Ok(is_new)
    }

    fn update(&mut self, newsletter: &str, to: &Subscriber) -> Result<(), LedgerError> {
        let (tags, fields) = texts(to);
        let sql = "UPDATE subscribers SET address = $3, name = $4, language = $5, tags = $6, fields = $7, changed = {now} \
            WHERE newsletter = $1 AND id = $2";
        let id = hex(&to.id);
        let given = values![newsletter, &id, &to.address, to.name.as_deref(), to.language.as_deref(), &tags, &fields];
        self.execute(sql, given).map(drop)
    }

    /// Returns the subscriber with an address.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn find(&mut self, newsletter: &str, same: &str) -> Result<Option<Person>, LedgerError> {
        let sql = format!("SELECT {COLUMNS} FROM subscribers WHERE newsletter = $1 AND same = $2");
        self.first(&sql, values![newsletter, same], person)
    }

    /// Returns the subscriber with an id.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn subscriber(&mut self, newsletter: &str, id: &[u8; 16]) -> Result<Option<Person>, LedgerError> {
        let sql = format!("SELECT {COLUMNS} FROM subscribers WHERE newsletter = $1 AND id = $2");
        self.first(&sql, values![newsletter, &hex(id)], person)
    }

    /// Shows each subscriber that is asked for, by address.
    ///
    /// # Errors
    /// When the ledger cannot be read, or `each` fails.
    pub fn subscribers<E: From<LedgerError>>(
        &mut self,
        newsletter: &str,
        filter: &Filter,
        mut each: impl FnMut(Person) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut last = String::new();
        loop {
            let sql = format!(
                "SELECT {COLUMNS} FROM subscribers WHERE newsletter = $1 AND same > $2 AND ($3 = '' OR status = $3) ORDER BY same LIMIT $4"
            );
            let status = filter.status.map_or("", Status::name);
            let page = self.all(&sql, values![newsletter, &last, status, PAGE], person)?;
            let Some(end) = page.last() else { return Ok(()) };
            last.clone_from(&end.same);
            for person in page {
                if filter.tag.as_ref().is_none_or(|tag| person.subscriber.tags.contains(tag)) {
                    each(person)?;
                }
            }
        }
    }

    /// Returns how many subscribers have each status, and how many of the active ones are suppressed.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn subscriber_counts(&mut self, newsletter: &str) -> Result<(Vec<(Status, u64)>, u64), LedgerError> {
        let sql = "SELECT status, count(*) FROM subscribers WHERE newsletter = $1 GROUP BY status";
        let rows = self.all(sql, values![newsletter], |row| (row.string(0), row.int(1).unsigned_abs()))?;
        let count = |status: Status| rows.iter().find(|(name, _)| name == status.name()).map_or(0, |(_, count)| *count);
        let counts = Status::ALL.map(|status| (status, count(status))).to_vec();
        let sql = "SELECT count(*) FROM subscribers s WHERE newsletter = $1 AND status = 'active' \
            AND EXISTS (SELECT 1 FROM suppressions p WHERE p.hash = s.hash)";
        let suppressed = self.first(sql, values![newsletter], |row| row.int(0).unsigned_abs())?.unwrap_or_default();
        Ok((counts, suppressed))
    }

    /// Gives a subscriber the tags, and takes others away; returns whether that changed anything.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub fn tag(&mut self, newsletter: &str, person: &Person, add: &[String], remove: &[String]) -> Result<bool, LedgerError> {
        let mut tags: Vec<String> = person.subscriber.tags.iter().filter(|tag| !remove.contains(tag)).cloned().collect();
        for tag in add {
            if !tags.contains(tag) {
                tags.push(tag.clone());
            }
        }
        if tags == person.subscriber.tags {
            return Ok(false);
        }
        let signed = |sign: char, tags: &[String]| tags.iter().map(|tag| format!("{sign}{tag}")).collect::<Vec<_>>();
        let told = [signed('+', add), signed('-', remove)].concat().join(", ");
        self.update(newsletter, &Subscriber { tags, ..person.subscriber.clone() })?;
        self.tell(newsletter, Some(&person.subscriber.id), &person.hash, "tagged", Some(&told))?;
        Ok(true)
    }

    /// Sets a subscriber's status; `why` goes into the history. Returns whether it was another one before.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub fn set_status(&mut self, newsletter: &str, person: &Person, status: Status, why: Option<&str>) -> Result<bool, LedgerError> {
        let id = hex(&person.subscriber.id);
        let sql = "UPDATE subscribers SET status = $3, changed = {now} WHERE newsletter = $1 AND id = $2 AND status <> $3";
        if self.execute(sql, values![newsletter, &id, status.name()])? == 0 {
            return Ok(false);
        }
        let event = match status {
            Status::Active => "confirmed",
            Status::Pending => "pending",
            Status::Unsubscribed => "unsubscribed",
        };
        self.tell(newsletter, Some(&person.subscriber.id), &person.hash, event, why)?;
        Ok(true)
    }

    /// Returns the hash of the address that a subscriber has or had.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn hash_of(&mut self, newsletter: &str, id: &[u8; 16]) -> Result<Option<String>, LedgerError> {
        let sql = "SELECT hash FROM history WHERE newsletter = $1 AND subscriber = $2 LIMIT 1";
        self.first(sql, values![newsletter, &hex(id)], |row| row.string(0))
    }

    /// Notes that the owner of an address wants no more mail, whether they are on the list or not; returns whether that is news.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub fn leave(&mut self, newsletter: &str, id: Option<&[u8; 16]>, hash: &str, why: &str) -> Result<bool, LedgerError> {
        let sql = format!("SELECT {COLUMNS} FROM subscribers WHERE newsletter = $1 AND hash = $2");
        if let Some(person) = self.first(&sql, values![newsletter, hash], person)? {
            return self.set_status(newsletter, &person, Status::Unsubscribed, Some(why));
        }
        let sql = format!(
            "SELECT event FROM history WHERE hash = $1 AND newsletter || '' = $2 AND event IN ('unsubscribed', 'confirmed') {NEWEST}"
        );
        let is_known = self.first(&sql, values![hash, newsletter], |row| row.text(0) == "unsubscribed")?.unwrap_or_default();
        if !is_known {
            self.tell(newsletter, id, hash, "unsubscribed", Some(why))?;
        }
        Ok(!is_known)
    }

    /// Records a confirmed opt-in, which alone brings back whoever left, complained or was erased. What the list's keeper
    /// suppressed stays so.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub fn confirm(&mut self, newsletter: &str, person: &Person, consent: &Consent) -> Result<bool, LedgerError> {
        let id = hex(&person.subscriber.id);
        let sql = "UPDATE subscribers SET consent = $3, consented = $4 WHERE newsletter = $1 AND id = $2";
        self.execute(sql, values![newsletter, &id, &consent.text, consent.at.timestamp_millis()])?;
        self.lift(&person.hash)?;
        if self.set_status(newsletter, person, Status::Active, Some(&consent.text))? {
            return Ok(true);
        }
        self.tell(newsletter, Some(&person.subscriber.id), &person.hash, "confirmed", Some(&consent.text))?;
        Ok(false)
    }

    /// Records a confirmed opt-in of an address, which is put on the list if it is not there: what [`Ledger::confirm`] does for
    /// those who are.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub fn opt_in(&mut self, newsletter: &str, address: &str, same: &str, consent: &Consent) -> Result<Added, LedgerError> {
        let hash = self.hash(same);
        if let Some(known) = self.find(newsletter, same)? {
            let is_known = known.subscriber.consent.as_ref().is_some_and(|given| given.text == consent.text);
            let is_mailed = matches!(self.suppression_of(&hash)?, None | Some(SuppressionReason::Manual));
            if known.subscriber.status == Status::Active && is_known && is_mailed {
                return Ok(Added::Same);
            }
            self.confirm(newsletter, &known, consent)?;
            return Ok(Added::Changed);
        }
        self.lift(&hash)?;
        let new = Subscriber {
            id: random_id(),
            address: address.to_owned(),
            status: Status::Active,
            consent: Some(consent.clone()),
            ..Subscriber::default()
        };
        let person = Person { subscriber: new, same: same.to_owned(), hash };
        self.insert(newsletter, &person)?;
        self.tell(newsletter, Some(&person.subscriber.id), &person.hash, "confirmed", Some(&consent.text))?;
        Ok(Added::New)
    }

    /// Takes a subscriber off the list; what was sent to them stays on record.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub fn remove(&mut self, newsletter: &str, person: &Person, why: Option<&str>) -> Result<(), LedgerError> {
        let id = hex(&person.subscriber.id);
        self.execute("DELETE FROM subscribers WHERE newsletter = $1 AND id = $2", values![newsletter, &id])?;
        self.tell(newsletter, Some(&person.subscriber.id), &person.hash, "removed", why)
    }
}

/// Returns what is known, with what is given in place of it: nothing that is not given is forgotten.
fn merged(known: &Subscriber, given: &Subscriber) -> Subscriber {
    let mut merged = known.clone();
    merged.address.clone_from(&given.address);
    merged.name = given.name.clone().or(merged.name);
    merged.language = given.language.clone().or(merged.language);
    for tag in &given.tags {
        if !merged.tags.contains(tag) {
            merged.tags.push(tag.clone());
        }
    }
    merged.fields.extend(given.fields.iter().map(|(name, value)| (name.clone(), value.clone())));
    merged
}

fn texts(subscriber: &Subscriber) -> (String, String) {
    let json = |result: serde_json::Result<String>| result.unwrap_or_default();
    (json(serde_json::to_string(&subscriber.tags)), json(serde_json::to_string(&subscriber.fields)))
}

/// Reads [`COLUMNS`].
pub(super) fn person(row: &Row) -> Person {
    let date = |at: usize| row.int_if_any(at).and_then(date);
    let consent = row.string_if_any(7).zip(date(10)).map(|(text, at)| Consent { text, at });
    let subscriber = Subscriber {
        id: unhex(row.text(0)).unwrap_or_default(),
        address: row.string(1),
        name: row.string_if_any(2),
        language: row.string_if_any(3),
        tags: serde_json::from_str(row.text(4)).unwrap_or_default(),
        fields: by_field_name(serde_json::from_str(row.text(5)).unwrap_or_default()),
        status: Status::from_name(row.text(6)).unwrap_or_default(),
        consent,
        source: row.string_if_any(8),
        created: date(9),
    };
    Person { subscriber, same: row.string(11), hash: row.string(12) }
}

fn date(millis: i64) -> Option<Date> {
    chrono::DateTime::from_timestamp_millis(millis).map(|date| date.fixed_offset())
}
