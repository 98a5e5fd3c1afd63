//! Marks: the places in a letter's text where a value of each recipient goes.
//!
//! A letter is rendered once, with marks instead of values; `mail` swaps the values in. A mark is
//!
//! ```text
//! U+10FFFD NAME U+10FFFD
//! NAME = "name" / "email" / "unsubscribe_url" / "web_url" / "fields." 1*( letter / digit / "_" )
//! ```
//!
//! U+10FFFD, the last private-use character, stands in no text but a template's: `edition::render` puts U+FFFD in its place.

use std::borrow::Cow;
use std::collections::BTreeMap;

/// The character that opens and closes a mark.
pub const MARK: char = '\u{10FFFD}';

/// A value that differs for each recipient.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Slot {
    /// The recipient's name.
    Name,
    /// The recipient's address.
    Email,
    /// Where one unsubscribes: an https or mailto URL.
    UnsubscribeUrl,
    /// Where the letter can be read on the web.
    WebUrl,
    /// A field of the subscriber list.
    Field(String),
}

impl Slot {
    /// Returns the slot of a name: `name`, `fields.city`; `None` for a name that means none.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "name" => Slot::Name,
            "email" => Slot::Email,
            "unsubscribe_url" => Slot::UnsubscribeUrl,
            "web_url" => Slot::WebUrl,
            _ => Slot::Field(name.strip_prefix("fields.").filter(|field| is_field_name(field)).and_then(field_name)?.into_owned()),
        })
    }

    /// Returns the slot's name, as it stands in a mark.
    #[must_use]
    pub fn name(&self) -> Cow<'_, str> {
        Cow::Borrowed(match self {
            Slot::Name => "name",
            Slot::Email => "email",
            Slot::UnsubscribeUrl => "unsubscribe_url",
            Slot::WebUrl => "web_url",
            Slot::Field(field) => return Cow::Owned(format!("fields.{field}")),
        })
    }

    /// Returns the mark that a template's output holds in this place.
    #[must_use]
    pub fn mark(&self) -> String {
        format!("{MARK}{}{MARK}", self.name())
    }
}

/// Returns whether a field's name can stand in a mark. Those of older ledgers have capitals and hyphens.
fn is_field_name(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'))
}

/// Returns the name that a field of a list goes by, however it is written: its words in small letters, with `_` between them, so that
/// `City` is `city`, and `Zip-Code` and `zip code` are `zip_code`. `None` when nothing is left of it.
#[must_use]
pub fn field_name(written: &str) -> Option<Cow<'_, str>> {
    if is_plain(written) {
        return Some(Cow::Borrowed(written));
    }
    let words = written.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    // Small letters of some capitals are two characters, one of which may be a mark.
    let small = |word: &str| word.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect::<String>();
    Some(words.map(small).collect::<Vec<_>>().join("_")).filter(|name| !name.is_empty()).map(Cow::Owned)
}

/// Returns whether a field's name needs no change, as nearly all.
fn is_plain(name: &str) -> bool {
    name.bytes().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'_')
        && !(name.is_empty() || name.starts_with('_') || name.ends_with('_') || name.contains("__"))
}

/// Returns fields by the names they go by: older ledgers have them as they were written. Of two that are one now, the one whose name is
/// as it is now counts, being newer.
#[must_use]
pub fn by_field_name(fields: BTreeMap<String, String>) -> BTreeMap<String, String> {
    if fields.keys().all(|name| is_plain(name)) {
        return fields;
    }
    let name_of = |written: &String| field_name(written).map_or_else(|| written.clone(), Cow::into_owned);
    let (mut known, others): (BTreeMap<_, _>, BTreeMap<_, _>) = fields.into_iter().partition(|(name, _)| name_of(name) == *name);
    for (name, value) in others {
        known.entry(name_of(&name)).or_insert(value);
    }
    known
}

/// A part of a text with marks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece<'a> {
    /// What is the same for everyone; may hold [`MARK`] where no mark was meant or a mark is broken.
    Text(&'a str),
    /// A recipient's value.
    Slot(Slot),
}

/// Returns the parts of a text, in order; none is empty text.
pub fn pieces(text: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        if let Some((slot, after)) = read_mark(rest) {
            rest = after;
            return Some(Piece::Slot(slot));
        }
        // Each mark character is tried as an opening one, so a stray one cannot hide the mark behind it.
        let starts = rest.match_indices(MARK).map(|(at, _)| at).filter(|at| *at > 0);
        let end = starts.into_iter().find(|at| rest.get(*at..).is_some_and(|tail| read_mark(tail).is_some())).unwrap_or(rest.len());
        let (text, after) = rest.split_at(end);
        rest = after;
        Some(Piece::Text(text))
    })
}

/// Reads the mark that a text begins with: the slot, the fallback, and the text behind it.
fn read_mark(text: &str) -> Option<(Slot, &str)> {
    let (name, after) = text.strip_prefix(MARK)?.split_once(MARK)?;
    Some((Slot::from_name(name)?, after))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn all(text: &str) -> Vec<Piece<'_>> {
        pieces(text).collect()
    }

    #[test]
    fn a_text_falls_into_what_is_the_same_for_all_and_the_values_of_each() {
        let text = format!("Hello {},\nleave: {}", Slot::Name.mark(), Slot::UnsubscribeUrl.mark());
        assert_eq!(
            all(&text),
            [Piece::Text("Hello "), Piece::Slot(Slot::Name), Piece::Text(",\nleave: "), Piece::Slot(Slot::UnsubscribeUrl)]
        );
    }

    #[test]
    fn every_slot_is_found_again_by_its_name() {
        for slot in [Slot::Name, Slot::Email, Slot::UnsubscribeUrl, Slot::WebUrl, Slot::Field("city_2".to_owned())] {
            assert_eq!(Slot::from_name(&slot.name()), Some(slot));
        }
    }

    #[test]
    fn what_is_no_slot_has_no_name() {
        for name in ["", "Name", "fields.", "fields.a b", "fields.a|b", "field.x", "password"] {
            assert_eq!(Slot::from_name(name), None, "{name}");
        }
    }

    #[test]
    fn a_field_goes_by_one_name_however_it_is_written() {
        for (written, name) in [
            ("city", "city"),
            ("City", "city"),
            ("FNAME", "fname"),
            ("zip-code", "zip_code"),
            ("Zip Code", "zip_code"),
            ("__zip__code_", "zip_code"),
            ("Straße/Nr.", "straße_nr"),
            ("İl", "il"),
        ] {
            assert_eq!(field_name(written).as_deref(), Some(name), "{written}");
        }
        assert_eq!(["", "_", "€"].map(field_name), [None, None, None]);
        let old = Slot::from_name("fields.Sign-Up");
        assert_eq!(old, Some(Slot::Field("sign_up".to_owned())), "a mark in a letter that was frozen under the old name");
    }

    #[test]
    fn fields_of_older_ledgers_go_by_their_names_of_today_and_newer_values_count() {
        let fields = |pairs: &[(&str, &str)]| pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let old = fields(&[("City", "Bath"), ("city", "Ulm"), ("zip-code", "1"), ("_", "x")]);
        assert_eq!(by_field_name(old), fields(&[("_", "x"), ("city", "Ulm"), ("zip_code", "1")]));
    }

    #[test]
    fn a_stray_mark_character_is_text_and_hides_no_mark() {
        let name = Slot::Name.mark();
        let text = format!("a{MARK}b {name}{MARK}nobody{MARK}");
        let nobody = format!("{MARK}nobody{MARK}");
        let stray = format!("a{MARK}b ");
        assert_eq!(all(&text), [Piece::Text(stray.as_str()), Piece::Slot(Slot::Name), Piece::Text(nobody.as_str())]);
    }

    proptest! {
        #[test]
        fn the_name_of_a_field_is_its_own_name(written in "\\PC{0,12}") {
            if let Some(name) = field_name(&written) {
                prop_assert_eq!(field_name(&name), Some(Cow::Borrowed(&*name)));
                prop_assert_eq!(Slot::from_name(&format!("fields.{name}")), Some(Slot::Field(name.into_owned())));
            }
        }

        #[test]
        fn the_pieces_put_together_are_the_text(parts in prop::collection::vec("[\u{10FFFD}|a-e.\n]{0,6}|\u{10FFFD}name\u{10FFFD}|\u{10FFFD}fields.x\u{10FFFD}", 0..12)) {
            let text = parts.concat();
            let again: String = pieces(&text).map(|piece| match piece {
                Piece::Text(text) => text.to_owned(),
                Piece::Slot(slot) => slot.mark(),
            }).collect();
            prop_assert_eq!(again, text);
        }
    }
}
