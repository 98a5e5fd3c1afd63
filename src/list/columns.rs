//! What the columns of a list hold, by their names: ours, and those of the exports that people bring.
//!
//! Read from exports and documents of Mailchimp, Buttondown, Substack, Ghost, listmonk and others. A name that stands in no row of
//! the table is a field of the subscriber, so nothing is lost.

use super::standing::Standing;
use crate::model::slot;
use std::borrow::Cow;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Address,
    Name,
    FirstName,
    LastName,
    Language,
    Tags,
    /// A word for the standing, and nothing else.
    Status,
    /// A word for the standing, or something else.
    Kind,
    /// Yes or no; no means this.
    Unless(Standing),
    /// Yes or no or when; no or nothing means that it did not happen.
    Once(Standing),
    Consent,
    ConsentAt,
    Source,
    Created,
    /// Further values as a JSON object.
    Bundle,
    Field,
}

impl Role {
    /// Returns whether one column of a row has it; another one that could is a field.
    fn is_single(self) -> bool {
        !matches!(self, Role::Unless(_) | Role::Once(_) | Role::Bundle | Role::Field | Role::Kind)
    }

    /// Returns whether its values are kept as a field too.
    fn makes_field(self) -> bool {
        matches!(self, Role::FirstName | Role::LastName | Role::Kind | Role::Field)
    }
}

/// The names of each role, in small letters and digits only; the first one that is there counts.
const COLUMNS: &[(Role, &[&str])] = &[
    (
        Role::Address,
        &[
            "email",
            "emailaddress",
            "mail",
            "mailaddress",
            "emailadresse",
            "mailadresse",
            "adresseemail",
            "adressemail",
            "courriel",
            "correo",
            "correoelectrónico",
            "correoelectronico",
            "address",
            "adresse",
        ],
    ),
    (Role::Name, &["name", "fullname", "displayname", "nom", "nombre"]),
    (Role::FirstName, &["firstname", "fname", "givenname", "vorname", "prénom", "prenom"]),
    (Role::LastName, &["lastname", "lname", "surname", "familyname", "nachname"]),
    (Role::Language, &["language", "lang", "locale", "sprache", "langue", "idioma"]),
    (Role::Tags, &["tags", "tag", "labels"]),
    (Role::Status, &["status", "subscriberstatus", "emailstatus", "memberstatus", "subscriptionstatus"]),
    (Role::Kind, &["type", "subscribertype", "state"]),
    (
        Role::Unless(Standing::Unsubscribed),
        &["subscribedtoemails", "subscribed", "issubscribed", "active", "isactive", "acceptsmarketing", "acceptsemailmarketing", "optin"],
    ),
    (Role::Unless(Standing::Pending), &["confirmed", "isconfirmed", "verified", "emailverified"]),
    (
        Role::Once(Standing::Unsubscribed),
        &[
            "unsubscribed",
            "unsubscribedat",
            "unsubscribedon",
            "unsubscribedate",
            "unsubscribetime",
            "isunsubscribed",
            "unsubtime",
            "optedout",
            "optouttime",
            "optoutdate",
            "emaildisabled",
            "deletedat",
        ],
    ),
    (Role::Once(Standing::Bounced), &["bounced", "bouncedat", "hardbounced", "cleaned", "cleantime"]),
    (Role::Once(Standing::Complained), &["complained", "complainedat", "spam"]),
    (Role::Consent, &["consent", "consenttext"]),
    (Role::ConsentAt, &["consentat", "confirmtime", "confirmedat", "optintime"]),
    (Role::Source, &["source", "signupsource", "referrer", "referrerurl"]),
    (
        Role::Created,
        &["createdat", "created", "creationdate", "createddate", "signupdate", "subscribedat", "subscriptiondate", "dateadded"],
    ),
    (Role::Bundle, &["fields", "attributes", "attribs", "metadata", "customfields", "mergefields"]),
];

/// Names of columns with addresses that more often hold those of houses.
const POSTAL: &[&str] = &["address", "adresse"];

/// What stands before the name of a field in templates; a column called so is always a field.
pub(super) const FIELDS: &str = "fields.";

/// A column of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Column {
    /// As it is written.
    pub(super) name: String,
    pub(super) role: Role,
    /// The name of the field that its values make; empty where they make none.
    pub(super) field: String,
}

/// Returns what the columns of these names hold.
pub(super) fn columns<'a>(names: impl IntoIterator<Item = &'a str>) -> Vec<Column> {
    let names: Vec<&str> = names.into_iter().map(str::trim).collect();
    let places: Vec<Option<(Role, usize)>> = names.iter().map(|name| place(name)).collect();
    let mut columns: Vec<Column> = Vec::with_capacity(names.len());
    for (at, name) in names.iter().enumerate() {
        let role = match places.get(at).copied().flatten() {
            Some((role, rank)) if role.is_single() => {
                let rivals = places.iter().enumerate().filter_map(|(other, place)| place.map(|(role, rank)| (role, rank, other)));
                let is_beaten = |rival: (Role, usize, usize)| rival.0 == role && (rival.1, rival.2) < (rank, at);
                if rivals.into_iter().any(is_beaten) { Role::Field } else { role }
            }
            Some((role, _)) => role,
            None => Role::Field,
        };
        let mut field = String::new();
        if role.makes_field() {
            field = field_name(name).unwrap_or(Cow::Owned(format!("column_{}", at + 1))).into_owned();
            while columns.iter().any(|column| column.field == field) {
                field.push_str("_2");
            }
        }
        columns.push(Column { name: (*name).to_owned(), role, field });
    }
    columns
}

/// Returns whether a name is one of those that the column with the addresses usually has.
pub(super) fn is_for_addresses(name: &str) -> bool {
    matches!(place(name), Some((Role::Address, _))) && !POSTAL.contains(&plain(name).as_str())
}

/// Returns the role of a name and its rank among the names of the role.
fn place(name: &str) -> Option<(Role, usize)> {
    if name.starts_with(FIELDS) {
        return None;
    }
    let name = plain(name);
    COLUMNS.iter().find_map(|(role, names)| Some((*role, names.iter().position(|known| *known == name)?)))
}

/// Returns a name or word in small letters, without what stands between the words.
pub(super) fn plain(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Returns the name that a field goes by, as `fields.city` in templates; `None` when nothing is left of it.
pub(super) fn field_name(name: &str) -> Option<Cow<'_, str>> {
    slot::field_name(name.strip_prefix(FIELDS).unwrap_or(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn roles(names: &[&str]) -> Vec<Role> {
        columns(names.iter().copied()).into_iter().map(|column| column.role).collect()
    }

    #[test]
    fn the_columns_of_known_exports_are_known() {
        use Role::*;
        let left = Standing::Unsubscribed;
        assert_eq!(
            roles(&[
                "Email Address",
                "First Name",
                "Last Name",
                "Address",
                "MEMBER_RATING",
                "CONFIRM_TIME",
                "UNSUB_TIME",
                "CLEAN_TIME",
                "TAGS"
            ]),
            [Address, FirstName, LastName, Field, Field, ConsentAt, Once(left), Once(Standing::Bounced), Tags]
        );
        assert_eq!(
            roles(&["email_address", "creation_date", "type", "metadata", "tags", "unsubscribed_at"]),
            [Address, Created, Kind, Bundle, Tags, Once(left)]
        );
        assert_eq!(
            roles(&["email", "active_subscription", "plan", "email_disabled", "created_at"]),
            [Address, Field, Field, Once(left), Created]
        );
        assert_eq!(
            roles(&["id", "email", "name", "note", "subscribed_to_emails", "created_at", "deleted_at", "labels"]),
            [Field, Address, Name, Field, Unless(left), Created, Once(left), Tags]
        );
        assert_eq!(
            roles(&["uuid", "email", "name", "attributes", "status", "created_at"]),
            [Field, Address, Name, Bundle, Status, Created]
        );
        assert_eq!(roles(&["E-Mail-Adresse", "Vorname", "Nachname", "Sprache"]), [Address, FirstName, LastName, Language]);
    }

    #[test]
    fn of_two_columns_for_one_thing_the_better_name_counts_and_the_other_is_a_field() {
        assert_eq!(roles(&["address", "email"]), [Role::Field, Role::Address]);
        assert_eq!(roles(&["email", "E-Mail"]), [Role::Address, Role::Field]);
    }

    #[test]
    fn what_templates_call_a_field_is_always_one() {
        assert_eq!(roles(&["email", "fields.name", "fields._"]), [Role::Address, Role::Field, Role::Field]);
        assert_eq!(field_name("fields.name").as_deref(), Some("name"));
    }

    #[test]
    fn names_of_fields_become_such_as_templates_can_hold_and_stay_apart() {
        let named = columns(["City", "Phone Number", "phone_number", "", "€", "Straße/Nr."]);
        let fields: Vec<&str> = named.iter().map(|column| column.field.as_str()).collect();
        assert_eq!(fields, ["city", "phone_number", "phone_number_2", "column_4", "column_5", "straße_nr"]);
    }
}
