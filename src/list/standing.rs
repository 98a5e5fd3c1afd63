//! How somebody stands with a list, in the words of many tools.

use super::columns::plain;
use crate::model::{Status, SuppressionReason};

/// How somebody stands with a list; what comes later counts more when a row says several things.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Standing {
    /// They want mail, as far as the list knows.
    #[default]
    Active,
    /// They have not confirmed that they want mail.
    Pending,
    /// They left, or never joined.
    Unsubscribed,
    /// The list's keeper blocked them.
    Blocked,
    /// Their mail came back.
    Bounced,
    /// They called the mail spam.
    Complained,
}

impl Standing {
    /// Returns the status that a subscriber of this standing has.
    #[must_use]
    pub fn status(self) -> Status {
        match self {
            Standing::Active => Status::Active,
            Standing::Pending => Status::Pending,
            _ => Status::Unsubscribed,
        }
    }

    /// Returns why the address is to be suppressed, if it is.
    #[must_use]
    pub fn suppression(self) -> Option<SuppressionReason> {
        match self {
            Standing::Active | Standing::Pending | Standing::Unsubscribed => None,
            Standing::Blocked => Some(SuppressionReason::Manual),
            Standing::Bounced => Some(SuppressionReason::Bounced),
            Standing::Complained => Some(SuppressionReason::Complained),
        }
    }

    /// Returns what a row of this standing is kept as.
    pub(super) fn name(self) -> &'static str {
        match self {
            Standing::Active => "active",
            Standing::Pending => "not confirmed",
            Standing::Unsubscribed => "unsubscribed",
            Standing::Blocked => "blocked",
            Standing::Bounced => "bounced",
            Standing::Complained => "having complained",
        }
    }
}

/// The words of exports, in small letters and digits only.
const WORDS: &[(Standing, &[&str])] = &[
    (
        Standing::Active,
        &[
            // Those of Buttondown and Ghost tell who pays, all of whom get mail.
            "active",
            "subscribed",
            "enabled",
            "confirmed",
            "optedin",
            "optin",
            "regular",
            "premium",
            "trialed",
            "unpaid",
            "gifted",
            "churning",
            "paused",
            "pastdue",
            "free",
            "paid",
            "comped",
        ],
    ),
    (Standing::Pending, &["pending", "unconfirmed", "notconfirmed", "unactivated", "inactive", "waiting"]),
    (
        Standing::Unsubscribed,
        &[
            "unsubscribed",
            "disabled",
            "removed",
            "deleted",
            "archived",
            "cancelled",
            "canceled",
            "optedout",
            "optout",
            "notsubscribed",
            "nonsubscribed",
            "nonsubscriber",
            "transactional",
        ],
    ),
    (Standing::Blocked, &["blocklisted", "blacklisted", "blocked", "banned", "suppressed", "spammy"]),
    (Standing::Bounced, &["bounced", "hardbounced", "cleaned", "undeliverable", "invalid"]),
    (Standing::Complained, &["complained", "complaint", "junk", "spam"]),
];

/// Words for no.
const NO: [&str; 9] = ["false", "no", "n", "0", "off", "never", "nein", "non", "null"];
/// Words for yes.
const YES: [&str; 9] = ["true", "yes", "y", "1", "on", "ja", "oui", "si", "sí"];

/// Returns the standing of a word; `None` for a word without that meaning.
pub(super) fn of_word(text: &str) -> Option<Standing> {
    let word = plain(text);
    WORDS.iter().find(|(_, words)| words.contains(&word.as_str())).map(|(standing, _)| *standing)
}

/// Returns whether a word means yes or no; `None` when neither.
pub(super) fn truth(text: &str) -> Option<bool> {
    let word = plain(text);
    let is = |words: &[&str]| words.contains(&word.as_str());
    // Some databases write `0000-00-00` for never.
    let is_nought = word.len() > 3 && word.bytes().all(|digit| digit == b'0');
    if is_nought || is(&NO) { Some(false) } else { is(&YES).then_some(true) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_exports_are_known_in_any_spelling() {
        assert_eq!(of_word("Subscribed"), Some(Standing::Active));
        assert_eq!(of_word("past_due"), Some(Standing::Active));
        assert_eq!(of_word("Non-Subscribed"), Some(Standing::Unsubscribed));
        assert_eq!(of_word("cleaned").and_then(Standing::suppression), Some(SuppressionReason::Bounced));
        assert_eq!(of_word("vip"), None);
    }

    #[test]
    fn the_ledgers_own_words_mean_what_they_say() {
        for status in Status::ALL {
            assert_eq!(of_word(status.name()).map(Standing::status), Some(status));
        }
    }

    #[test]
    fn no_word_stands_in_two_rows() {
        let all: Vec<&str> = WORDS.iter().flat_map(|(_, words)| *words).copied().collect();
        let apart: std::collections::BTreeSet<&str> = all.iter().copied().collect();
        assert_eq!(all.len(), apart.len());
        assert!(all.iter().all(|word| plain(word) == *word));
    }

    #[test]
    fn only_who_is_active_gets_mail() {
        let all = [Standing::Pending, Standing::Unsubscribed, Standing::Blocked, Standing::Bounced, Standing::Complained];
        assert!(all.iter().all(|standing| standing.status() != Status::Active));
        assert!(all.iter().all(|standing| *standing > Standing::Active));
    }
}
