use std::collections::BTreeMap;

/// Who wants mail, as far as a letter is concerned.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Subscriber {
    /// Random, given when the subscriber was added; never derived from the address.
    pub id: [u8; 16],
    /// The e-mail address.
    pub address: String,
    /// The name people call them by.
    pub name: Option<String>,
    /// The language they read (RFC 5646).
    pub language: Option<String>,
    /// What the list's keeper sorts them by, in order.
    pub tags: Vec<String>,
    /// Further values of the list, by the names of its columns.
    pub fields: BTreeMap<String, String>,
}
