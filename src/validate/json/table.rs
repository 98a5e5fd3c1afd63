//! What the tables of JSON's members are made of.

use crate::diagnostic::Code;
use crate::validate::codes::JSON_MISSING_MEMBER;
use crate::validate::table::Element;

/// What a value of JSON is.
#[derive(Debug, Clone, Copy)]
pub(super) enum Shape {
    /// A string; the member's row says what it holds.
    Text,
    /// A number; the member's row says of which kind.
    Number,
    /// `true` or `false`.
    Boolean,
    /// An object.
    Object(&'static Object),
    /// An array of objects.
    Objects(&'static Object),
    /// An array of strings; the member's row says what they hold.
    Texts,
}

impl Shape {
    /// Returns what it is, for a message.
    pub(super) fn name(self) -> &'static str {
        match self {
            Shape::Text => "a string",
            Shape::Number => "a number",
            Shape::Boolean => "`true` or `false`",
            Shape::Object(_) => "an object",
            Shape::Objects(_) => "an array of objects",
            Shape::Texts => "an array of strings",
        }
    }
}

/// A member of an object.
#[derive(Debug)]
pub(super) struct Member {
    /// Its row: name, value, fact, specification.
    pub row: &'static Element,
    /// What its value is.
    pub shape: Shape,
    /// The code for an object without it; `None` where it may be missing.
    pub missing: Option<&'static Code>,
    /// Whether version 1.0 did not have it.
    pub is_new: bool,
    /// The member that took its place in version 1.1.
    pub successor: Option<&'static str>,
}

/// A member that may be missing.
pub(super) const fn member(row: &'static Element, shape: Shape) -> Member {
    Member { row, shape, missing: None, is_new: false, successor: None }
}

impl Member {
    /// Says that it must be there.
    pub(super) const fn required(self) -> Self {
        self.or_missing(&JSON_MISSING_MEMBER)
    }

    /// Says which code its absence raises.
    pub(super) const fn or_missing(mut self, code: &'static Code) -> Self {
        self.missing = Some(code);
        self
    }

    /// Says that version 1.0 did not have it.
    pub(super) const fn since_1_1(mut self) -> Self {
        self.is_new = true;
        self
    }

    /// Says which member took its place in version 1.1.
    pub(super) const fn until_1_1(mut self, successor: &'static str) -> Self {
        self.successor = Some(successor);
        self
    }
}

/// An object with members.
#[derive(Debug)]
pub(super) struct Object {
    /// What it is, for a message: `an item`.
    pub name: &'static str,
    /// Its row: what it is to the feed, and the specification.
    pub row: &'static Element,
    /// Its members: at most 64.
    pub members: &'static [Member],
    /// Members of which it needs one.
    pub any_of: &'static [&'static str],
}
