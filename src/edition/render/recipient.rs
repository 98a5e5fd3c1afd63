//! What differs for each recipient.

use crate::mail::tidy;
use crate::model::Subscriber;
use crate::model::slot::Slot;
use crate::template::{EVERYTHING, Use, Uses};
use crate::text::url::safe_url;
use std::collections::{BTreeMap, BTreeSet};

/// Who a letter goes to, and the links that are theirs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recipient<'a> {
    /// The subscriber.
    pub subscriber: &'a Subscriber,
    /// Where they unsubscribe: an https or mailto URL.
    pub unsubscribe_url: Option<&'a str>,
    /// Where they read the letter on the web.
    pub web_url: Option<&'a str>,
}

impl Recipient<'_> {
    /// Returns the value that goes into a slot, on one line; `None` when there is none.
    #[must_use]
    pub fn value(&self, slot: &Slot) -> Option<String> {
        let url = |url: Option<&str>| url.and_then(safe_url).map(str::to_owned);
        let raw = match slot {
            Slot::Name => self.subscriber.name.clone(),
            Slot::Email => Some(self.subscriber.address.clone()),
            Slot::UnsubscribeUrl => url(self.unsubscribe_url),
            Slot::WebUrl => url(self.web_url),
            Slot::Field(name) => self.subscriber.fields.get(name).cloned(),
        };
        raw.map(|raw| tidy(&raw).into_owned()).filter(|value| !value.is_empty())
    }

    /// Returns the tags.
    pub(super) fn tags(&self) -> Vec<String> {
        self.subscriber.tags.iter().map(|tag| tidy(tag).into_owned()).collect()
    }

    /// Returns all fields of the list.
    pub(super) fn fields(&self) -> BTreeMap<String, String> {
        self.subscriber.fields.iter().map(|(name, value)| (tidy(name).into_owned(), tidy(value).into_owned())).collect()
    }
}

/// What a rendering depends on; those with the same variant share one.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Variant(Vec<(String, Held)>);

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Held {
    /// Whether there is a value; a mark stands for it.
    Mark(bool),
    /// The value itself.
    Values(Vec<String>),
}

impl Variant {
    pub(in crate::edition) fn of(uses: &Uses, recipient: &Recipient<'_>) -> Self {
        Variant(uses.iter().map(|(name, how)| (name.to_owned(), held(name, how, recipient))).collect())
    }

    /// Returns the variable that makes most of these differ, by the name that templates use.
    pub(in crate::edition) fn most_different<'v>(all: impl IntoIterator<Item = &'v Variant>) -> String {
        let mut values: BTreeMap<&str, BTreeSet<&Held>> = BTreeMap::new();
        for (name, held) in all.into_iter().flat_map(|variant| &variant.0) {
            values.entry(name).or_default().insert(held);
        }
        match values.into_iter().max_by_key(|(_, values)| values.len()).map(|(name, _)| name) {
            None | Some(EVERYTHING) => "subscriber".to_owned(),
            Some(link @ ("unsubscribe_url" | "web_url")) => link.to_owned(),
            Some(name) => format!("subscriber.{name}"),
        }
    }
}

fn held(name: &str, how: Use, recipient: &Recipient<'_>) -> Held {
    let pairs = || recipient.fields().into_iter().flat_map(|(name, value)| [name, value]);
    match (name, how) {
        ("tags", _) => Held::Values(recipient.tags()),
        ("fields", _) => Held::Values(pairs().collect()),
        (EVERYTHING, _) => {
            let own = [Slot::Name, Slot::Email].map(|slot| recipient.value(&slot).unwrap_or_default());
            let tags = recipient.tags();
            let count = tags.len().to_string();
            Held::Values(own.into_iter().chain([count]).chain(tags).chain(pairs()).collect())
        }
        (_, how) => {
            let value = Slot::from_name(name).and_then(|slot| recipient.value(&slot));
            if how == Use::Printed { Held::Mark(value.is_some()) } else { Held::Values(value.into_iter().collect()) }
        }
    }
}
