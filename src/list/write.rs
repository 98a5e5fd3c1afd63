//! A list as a file: CSV for spreadsheets, JSON lines for programs. What is written here is read back the same.

use super::columns::FIELDS;
use super::csv::push_cell;
use crate::model::{Status, Subscriber, SuppressionReason};
use crate::text::dates::rfc3339;
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// What a subscriber's columns hold, before the further fields.
type Column = (&'static str, fn(&Subscriber) -> Option<String>);

/// The columns in their order.
const COLUMNS: [Column; 9] = [
    ("email", |subscriber| Some(subscriber.address.clone())),
    ("name", |subscriber| subscriber.name.clone()),
    ("language", |subscriber| subscriber.language.clone()),
    ("tags", |subscriber| Some(subscriber.tags.join(", ")).filter(|tags| !tags.is_empty())),
    ("status", |subscriber| Some(subscriber.status.name().to_owned())),
    ("consent", |subscriber| subscriber.consent.as_ref().map(|consent| consent.text.clone())),
    ("consent_at", |subscriber| subscriber.consent.as_ref().map(|consent| rfc3339(&consent.at))),
    ("source", |subscriber| subscriber.source.clone()),
    ("created_at", |subscriber| subscriber.created.as_ref().map(rfc3339)),
];

/// Returns the first line of a CSV list whose subscribers have these further fields.
#[must_use]
pub fn csv_header(fields: &BTreeSet<String>) -> String {
    // With the name that templates use, no field is taken for a column of ours.
    let fields = fields.iter().map(|field| format!("{FIELDS}{field}"));
    csv_line(COLUMNS.iter().map(|(name, _)| (*name).to_owned()).chain(fields))
}

/// Returns a subscriber's line of a CSV list whose header was made with these fields.
///
/// An apostrophe stands before what a spreadsheet would take for a formula.
#[must_use]
pub fn csv_row(subscriber: &Subscriber, suppressed: Option<SuppressionReason>, fields: &BTreeSet<String>) -> String {
    let known = COLUMNS.iter().map(|column| value(column, subscriber, suppressed).unwrap_or_default());
    csv_line(known.chain(fields.iter().map(|field| subscriber.fields.get(field).cloned().unwrap_or_default())))
}

/// Returns what a column holds. Whoever must not be mailed has that for a status: where the list is read, they must not be either.
fn value((name, value): &Column, subscriber: &Subscriber, suppressed: Option<SuppressionReason>) -> Option<String> {
    let word = match suppressed.filter(|_| *name == "status") {
        Some(SuppressionReason::Complained) => "complained",
        Some(SuppressionReason::Bounced) if subscriber.status != Status::Unsubscribed => "bounced",
        Some(SuppressionReason::Manual) if subscriber.status != Status::Unsubscribed => "blocked",
        _ => return value(subscriber),
    };
    Some(word.to_owned())
}

fn csv_line(values: impl Iterator<Item = String>) -> String {
    let mut out = String::new();
    for (at, value) in values.enumerate() {
        if at > 0 {
            out.push(',');
        }
        push_cell(&value, &mut out);
    }
    out.push('\n');
    out
}

/// Returns a subscriber's line of JSON lines; what is not known does not stand there.
#[must_use]
pub fn json_line(subscriber: &Subscriber, suppressed: Option<SuppressionReason>) -> String {
    let mut map = Map::new();
    for column in &COLUMNS {
        if let Some(value) = value(column, subscriber, suppressed) {
            map.insert(column.0.to_owned(), Value::String(value));
        }
    }
    if !subscriber.tags.is_empty() {
        map.insert("tags".to_owned(), subscriber.tags.iter().cloned().map(Value::String).collect());
    }
    if !subscriber.fields.is_empty() {
        let fields: Map<String, Value> =
            subscriber.fields.iter().map(|(name, value)| (name.clone(), Value::String(value.clone()))).collect();
        map.insert("fields".to_owned(), Value::Object(fields));
    }
    format!("{}\n", Value::Object(map))
}

#[cfg(test)]
mod tests {
    use super::super::{Found, Reader, Row};
    use super::*;
    use crate::list::Standing;
    use crate::model::{Consent, Date};
    use proptest::prelude::*;

    fn date(text: &str) -> Date {
        Date::parse_from_rfc3339(text).expect("a date")
    }

    fn ada() -> Subscriber {
        Subscriber {
            address: "Ada@Example.org".to_owned(),
            name: Some("Ada \"A.\" Lovelace".to_owned()),
            language: Some("en-GB".to_owned()),
            tags: vec!["vip".to_owned(), "maths".to_owned()],
            fields: [("city", "London"), ("name", "=1+1")].map(|(name, value)| (name.to_owned(), value.to_owned())).into(),
            status: Status::Unsubscribed,
            consent: Some(Consent { text: "form on the site, 2026".to_owned(), at: date("2026-01-02T03:04:05+01:00") }),
            source: Some("form".to_owned()),
            created: Some(date("2026-01-02T03:04:05+01:00")),
            ..Subscriber::default()
        }
    }

    fn fields(subscriber: &Subscriber) -> BTreeSet<String> {
        subscriber.fields.keys().cloned().collect()
    }

    fn read(text: &str) -> Row {
        let mut found: Vec<Found> = Reader::new(text.as_bytes(), "list", true).collect::<Result<_, _>>().expect("bytes");
        // That somebody gets no mail is told.
        found.retain(|found| !matches!(found, Found::Finding(finding) if finding.code == "not-subscribed"));
        match found.as_slice() {
            [Found::Row(row)] => (**row).clone(),
            other => panic!("{other:?}"),
        }
    }

    fn assert_same(row: &Row, subscriber: &Subscriber) {
        assert_eq!((&row.address, &row.name, &row.language), (&subscriber.address, &subscriber.name, &subscriber.language));
        assert_eq!((&row.tags, &row.fields, row.standing.status()), (&subscriber.tags, &subscriber.fields, subscriber.status));
        assert_eq!((&row.source, row.created), (&subscriber.source, subscriber.created));
        assert_eq!(row.consent, subscriber.consent.as_ref().map(|consent| consent.text.clone()));
        assert_eq!(row.consent_at, subscriber.consent.as_ref().map(|consent| consent.at));
    }

    #[test]
    fn a_list_is_a_spreadsheet_without_formulas() {
        insta::assert_snapshot!(csv_header(&fields(&ada())) + &csv_row(&ada(), None, &fields(&ada())), @r#"
        email,name,language,tags,status,consent,consent_at,source,created_at,fields.city,fields.name
        Ada@Example.org,"Ada ""A."" Lovelace",en-GB,"vip, maths",unsubscribed,"form on the site, 2026",2026-01-02T03:04:05+01:00,form,2026-01-02T03:04:05+01:00,London,'=1+1
        "#);
    }

    #[test]
    fn a_list_is_a_line_of_json_for_each_subscriber() {
        insta::assert_snapshot!(json_line(&ada(), None), @r#"{"email":"Ada@Example.org","name":"Ada \"A.\" Lovelace","language":"en-GB","tags":["vip","maths"],"status":"unsubscribed","consent":"form on the site, 2026","consent_at":"2026-01-02T03:04:05+01:00","source":"form","created_at":"2026-01-02T03:04:05+01:00","fields":{"city":"London","name":"=1+1"}}"#);
    }

    #[test]
    fn what_is_not_known_does_not_stand_there() {
        let nobody = Subscriber { address: "a@example.org".to_owned(), ..Subscriber::default() };
        assert_eq!(json_line(&nobody, None), "{\"email\":\"a@example.org\",\"status\":\"pending\"}\n");
        assert_eq!(csv_row(&nobody, None, &BTreeSet::new()), "a@example.org,,,,pending,,,,\n");
    }

    #[test]
    fn whoever_must_not_be_mailed_is_read_back_as_such() {
        let active = Subscriber { status: Status::Active, ..ada() };
        for (reason, standing) in [
            (SuppressionReason::Bounced, Standing::Bounced),
            (SuppressionReason::Complained, Standing::Complained),
            (SuppressionReason::Manual, Standing::Blocked),
        ] {
            assert_eq!(read(&json_line(&active, Some(reason))).standing, standing);
            let left = read(&json_line(&ada(), Some(reason))).standing;
            assert!(matches!(left, Standing::Unsubscribed | Standing::Complained), "{left:?}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back_the_same(
            name in prop::option::of("[a-zé'=+@\",;-]{1,9}"),
            tag in prop::option::of("[a-zé=+'-]{1,9}"),
            (field, value) in ("[a-z0-9]{1,4}(_[a-z0-9]{1,4})?|email|name|status|é", "[a-zé '=+@\",;|#-]{0,9}[a-z=]"),
            status in 0..3usize,
        ) {
            let subscriber = Subscriber {
                name,
                tags: tag.into_iter().collect(),
                fields: [(field, value.trim().to_owned())].into(),
                status: Status::ALL[status],
                ..ada()
            };
            let fields = fields(&subscriber);
            assert_same(&read(&(csv_header(&fields) + &csv_row(&subscriber, None, &fields))), &subscriber);
            assert_same(&read(&json_line(&subscriber, None)), &subscriber);
        }
    }
}
