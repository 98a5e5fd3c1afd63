use super::Date;
use std::collections::BTreeMap;

/// Who wants mail: what a letter to them needs, and what the list keeps about them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Subscriber {
    /// Random, given when the subscriber was added; never derived from the address.
    pub id: [u8; 16],
    /// The e-mail address, spelled as it was given.
    pub address: String,
    /// The name people call them by.
    pub name: Option<String>,
    /// The language they read (RFC 5646).
    pub language: Option<String>,
    /// What the list's keeper sorts them by, in order.
    pub tags: Vec<String>,
    /// Further values of the list, by the names of its columns.
    pub fields: BTreeMap<String, String>,
    /// Whether they get mail.
    pub status: Status,
    /// When and by which words they agreed to get mail.
    pub consent: Option<Consent>,
    /// Where they came from: the form or the file.
    pub source: Option<String>,
    /// When they were added.
    pub created: Option<Date>,
}

/// Whether a subscriber gets mail.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// Not before they confirm.
    #[default]
    Pending,
    /// Yes.
    Active,
    /// No more.
    Unsubscribed,
}

impl Status {
    /// Every status.
    pub const ALL: [Status; 3] = [Status::Pending, Status::Active, Status::Unsubscribed];

    /// Returns the word that the ledger, lists and people know it by.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Status::Pending => "pending",
            Status::Active => "active",
            Status::Unsubscribed => "unsubscribed",
        }
    }

    /// Returns the status of a word.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.name() == name)
    }
}

/// That somebody agreed to get mail, as it can be shown later.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consent {
    /// What they agreed to, or how.
    pub text: String,
    /// When.
    pub at: Date,
}

/// Why an address must not be mailed, whether it is on the list or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SuppressionReason {
    /// Its server says that there is no such mailbox.
    Bounced,
    /// Its owner called our mail spam.
    Complained,
    /// Its owner asked us to forget them.
    Erased,
    /// The list's keeper says so.
    Manual,
}

impl SuppressionReason {
    /// Every reason.
    pub const ALL: [SuppressionReason; 4] =
        [SuppressionReason::Bounced, SuppressionReason::Complained, SuppressionReason::Erased, SuppressionReason::Manual];

    /// Returns the word that the ledger, lists and people know it by.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            SuppressionReason::Bounced => "bounced",
            SuppressionReason::Complained => "complained",
            SuppressionReason::Erased => "erased",
            SuppressionReason::Manual => "manual",
        }
    }

    /// Returns the reason of a word.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.name() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_status_and_reason_is_found_again_by_its_word() {
        for status in Status::ALL {
            assert_eq!(Status::from_name(status.name()), Some(status));
        }
        for reason in SuppressionReason::ALL {
            assert_eq!(SuppressionReason::from_name(reason.name()), Some(reason));
        }
        assert_eq!((Status::from_name("Active"), SuppressionReason::from_name("")), (None, None));
    }

    #[test]
    fn nobody_gets_mail_by_default() {
        assert_eq!(Subscriber::default().status, Status::Pending);
    }
}
