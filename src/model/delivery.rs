//! What became of an edition, and of each mail of it.

/// What an edition is at. Its content and its recipients are decided before the first of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum EditionState {
    /// Made, and not sent yet.
    Frozen,
    /// On its way.
    Sending,
    /// Stopped by its author, to go on later.
    Paused,
    /// No mail of it is left to be sent.
    Closed,
    /// Given up by its author.
    Cancelled,
}

impl EditionState {
    /// Every state with its name.
    pub const ALL: [(Self, &'static str); 5] = [
        (EditionState::Frozen, "frozen"),
        (EditionState::Sending, "sending"),
        (EditionState::Paused, "paused"),
        (EditionState::Closed, "closed"),
        (EditionState::Cancelled, "cancelled"),
    ];

    /// Returns its name, as the ledger and reports have it.
    #[must_use]
    pub fn name(self) -> &'static str {
        name(&Self::ALL, &self)
    }

    /// Returns the state of a name.
    #[must_use]
    pub fn from_name(text: &str) -> Option<Self> {
        from_name(&Self::ALL, text)
    }
}

/// What became of the mail of an edition to one subscriber.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DeliveryState {
    /// To be sent.
    Pending,
    /// In the hands of a sender; nothing of it has left yet that a server would deliver.
    Claimed,
    /// The message is with the server but for its end: whoever dies here leaves it unknown.
    Attempting,
    /// The server took it.
    Sent,
    /// The server refused it for good.
    Refused,
    /// The server put it off; it is tried again.
    Deferred,
    /// It may or may not have arrived, and nobody can tell. Never sent again by itself.
    Unknown,
    /// Not to be sent: its recipient left, or must not be mailed.
    Skipped,
    /// Put off for so long that it was given up.
    Expired,
}

impl DeliveryState {
    /// Every state with its name, in the order of reports.
    pub const ALL: [(Self, &'static str); 9] = [
        (DeliveryState::Pending, "pending"),
        (DeliveryState::Claimed, "claimed"),
        (DeliveryState::Attempting, "attempting"),
        (DeliveryState::Sent, "sent"),
        (DeliveryState::Refused, "refused"),
        (DeliveryState::Deferred, "deferred"),
        (DeliveryState::Unknown, "unknown"),
        (DeliveryState::Skipped, "skipped"),
        (DeliveryState::Expired, "expired"),
    ];

    /// Returns its name, as the ledger and reports have it.
    #[must_use]
    pub fn name(self) -> &'static str {
        name(&Self::ALL, &self)
    }

    /// Returns the state of a name.
    #[must_use]
    pub fn from_name(text: &str) -> Option<Self> {
        from_name(&Self::ALL, text)
    }

    /// Returns whether an edition with such a mail is not closed.
    #[must_use]
    pub fn is_open(self) -> bool {
        matches!(self, DeliveryState::Pending | DeliveryState::Claimed | DeliveryState::Attempting | DeliveryState::Deferred)
    }
}

fn name<T: PartialEq>(all: &[(T, &'static str)], state: &T) -> &'static str {
    all.iter().find(|(other, _)| other == state).map_or("", |(_, name)| name)
}

fn from_name<T: Copy>(all: &[(T, &'static str)], text: &str) -> Option<T> {
    all.iter().find(|(_, name)| *name == text).map(|(state, _)| *state)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_is_known_by_its_name() {
        for (state, name) in EditionState::ALL {
            assert_eq!((EditionState::from_name(name), state.name()), (Some(state), name));
        }
        for (state, name) in DeliveryState::ALL {
            assert_eq!((DeliveryState::from_name(name), state.name()), (Some(state), name));
        }
        assert_eq!(DeliveryState::from_name("delivered"), None);
    }
}
