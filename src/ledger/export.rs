//! Everything that the ledger knows, for other programs: a map for each row, in an order that stays. Of its secrets, the key of the
//! hashes and who is in the middle of sending, nothing is told; nor are the bodies of letters, which are no record of anything.

use super::database::Row;
use super::schema::MIGRATIONS;
use super::{Ledger, LedgerError};
use serde_json::{Map, Value, json};

/// The version of what is written: names are added, and none is ever changed.
const VERSION: u32 = 1;

/// How a column's values are told.
#[derive(Debug, Clone, Copy)]
enum As {
    Text,
    Number,
    /// As RFC 3339 writes times.
    Time,
    /// As the JSON that it is.
    Json,
}

/// A table: what one row of it is called, its name, its order, and its columns: as they are told, as they are called, and how they are told.
struct Table {
    kind: &'static str,
    name: &'static str,
    order: &'static str,
    columns: &'static [(&'static str, &'static str, As)],
}

const NEWSLETTER: (&str, &str, As) = ("newsletter", "newsletter", As::Text);
const EDITION: (&str, &str, As) = ("edition", "edition", As::Text);
const SUBSCRIBER: (&str, &str, As) = ("subscriber", "subscriber", As::Text);
const STATE: (&str, &str, As) = ("state", "state", As::Text);
const HASH: (&str, &str, As) = ("hash", "hash", As::Text);
const AT: (&str, &str, As) = ("at", "at", As::Time);

const TABLES: &[Table] = &[
    Table {
        kind: "subscriber",
        name: "subscribers",
        order: "newsletter, same",
        columns: &[
            NEWSLETTER,
            ("id", "id", As::Text),
            ("address", "address", As::Text),
            HASH,
            ("name", "name", As::Text),
            ("language", "language", As::Text),
            ("tags", "tags", As::Json),
            ("fields", "fields", As::Json),
            ("status", "status", As::Text),
            ("consent", "consent", As::Text),
            ("consent_at", "consented", As::Time),
            ("source", "source", As::Text),
            ("created_at", "added", As::Time),
            ("changed_at", "changed", As::Time),
        ],
    },
    Table {
        kind: "suppression",
        name: "suppressions",
        order: "at, hash, reason",
        columns: &[HASH, ("reason", "reason", As::Text), ("note", "note", As::Text), AT],
    },
    Table {
        kind: "history",
        name: "history",
        order: "number",
        columns: &[AT, NEWSLETTER, SUBSCRIBER, HASH, ("event", "event", As::Text), ("detail", "detail", As::Text)],
    },
    Table {
        kind: "edition",
        name: "editions",
        order: "newsletter, frozen, edition",
        columns: &[
            NEWSLETTER,
            EDITION,
            STATE,
            HASH,
            ("frozen_at", "frozen", As::Time),
            ("changed_at", "changed", As::Time),
            ("settings", "settings", As::Json),
        ],
    },
    Table {
        kind: "entry",
        name: "entries",
        order: "newsletter, edition, position",
        columns: &[
            NEWSLETTER,
            EDITION,
            ("position", "position", As::Number),
            ("id", "id", As::Text),
            ("path", "path", As::Text),
            HASH,
            ("title", "title", As::Text),
        ],
    },
    Table {
        kind: "delivery",
        name: "deliveries",
        order: "newsletter, edition, position",
        columns: &[
            NEWSLETTER,
            EDITION,
            SUBSCRIBER,
            ("position", "position", As::Number),
            ("letter", "letter", As::Number),
            ("address", "address", As::Text),
            HASH,
            ("name", "name", As::Text),
            ("fields", "fields", As::Json),
            STATE,
            ("due_at", "due", As::Time),
            ("tries", "tries", As::Number),
            ("message_id", "message_id", As::Text),
            ("code", "code", As::Number),
            ("reply", "reply", As::Text),
            ("changed_at", "changed", As::Time),
        ],
    },
    Table {
        kind: "attempt",
        name: "tries",
        order: "at, newsletter, edition, position",
        columns: &[
            AT,
            NEWSLETTER,
            EDITION,
            SUBSCRIBER,
            ("claim", "claim", As::Text),
            ("stage", "stage", As::Text),
            STATE,
            ("code", "code", As::Number),
            ("reply", "reply", As::Text),
        ],
    },
    Table {
        kind: "count",
        name: "counts",
        order: "newsletter, edition, state",
        columns: &[NEWSLETTER, EDITION, STATE, ("number", "number", As::Number)],
    },
    Table {
        kind: "skipped",
        name: "skipped",
        order: "newsletter, id",
        columns: &[NEWSLETTER, ("id", "id", As::Text), ("path", "path", As::Text), HASH, AT],
    },
];

impl Ledger {
    /// Shows everything, one thing after another, each with its `kind`; the first says what this is.
    ///
    /// # Errors
    /// When the ledger cannot be read, or `each` fails.
    pub fn export<E: From<LedgerError>>(&mut self, mut each: impl FnMut(&Map<String, Value>) -> Result<(), E>) -> Result<(), E> {
        let head =
            json!({"kind": "ledger", "version": VERSION, "id": self.id()?, "generation": self.generation()?, "tables": MIGRATIONS.len()});
        each(head.as_object().unwrap_or(&Map::new()))?;
        for table in TABLES {
            let columns: Vec<&str> = table.columns.iter().map(|(_, column, _)| *column).collect();
            let sql = format!("SELECT {} FROM {} ORDER BY {}", columns.join(", "), table.name, table.order);
            let mut result = Ok(());
            self.query(&sql, &[], |row| {
                if result.is_ok() {
                    result = each(&told(table, row));
                }
            })?;
            result?;
        }
        Ok(())
    }
}

/// Returns a row; what is not known does not stand there.
fn told(table: &Table, row: &Row) -> Map<String, Value> {
    let mut map = Map::new();
    map.insert("kind".to_owned(), table.kind.into());
    for (at, (name, _, kind)) in table.columns.iter().enumerate() {
        let value = match kind {
            As::Text => row.text_if_any(at).map(Value::from),
            As::Number => row.int_if_any(at).map(Value::from),
            As::Time => row.int_if_any(at).and_then(time).map(Value::from),
            // Nothing is left of what was erased.
            As::Json => row.text_if_any(at).and_then(|text| serde_json::from_str(text).ok()),
        };
        map.extend(value.map(|value| ((*name).to_owned(), value)));
    }
    map
}

fn time(millis: i64) -> Option<String> {
    chrono::DateTime::from_timestamp_millis(millis).map(|time| time.to_rfc3339_opts(chrono::SecondsFormat::Millis, true))
}
