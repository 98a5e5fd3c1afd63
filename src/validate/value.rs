//! What an element's text or an attribute may be. A type is a function of the text; where the text is not what it should be,
//! it says why and where in it. The row that names the type turns that into a code.

use super::scene::Scene;
use crate::diagnostic::Code;
use crate::text::value;
use std::ops::Range;

/// A kind of value.
#[derive(Debug, Clone, Copy)]
pub struct Type {
    /// What it is, for a message: `an RFC 822 date`.
    pub name: &'static str,
    /// Judges a value as it is written, white space included.
    pub check: fn(&str, &Scene<'_, '_>, &mut Flaws),
}

/// Something wrong with a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flaw {
    /// The code, where it is not the row's.
    pub code: Option<&'static Code>,
    /// Where in the value, in bytes.
    pub range: Range<usize>,
    /// What is wrong, to be put after the value: `has no zone`. Empty where no more is to be said than that it is no such
    /// value.
    pub reason: String,
    /// What to do.
    pub help: Option<String>,
}

/// What is wrong with a value.
#[derive(Debug, Default)]
pub struct Flaws(pub Vec<Flaw>);

impl Flaws {
    /// Adds that it is no value of its type, and why.
    pub fn add(&mut self, range: Range<usize>, reason: impl Into<String>) -> &mut Flaw {
        self.push(None, range, reason.into())
    }

    /// Adds something with a code of its own.
    pub fn raise(&mut self, code: &'static Code, range: Range<usize>, reason: impl Into<String>) -> &mut Flaw {
        self.push(Some(code), range, reason.into())
    }

    /// Adds flaws of one family; each kind has its code, or the row's.
    pub fn extend<K>(&mut self, found: impl IntoIterator<Item = value::Flaw<K>>, code: impl Fn(&K) -> Option<&'static Code>) {
        let flaw = |found: value::Flaw<K>| Flaw { code: code(&found.kind), range: found.range, reason: found.reason, help: found.help };
        self.0.extend(found.into_iter().map(flaw));
    }

    fn push(&mut self, code: Option<&'static Code>, range: Range<usize>, reason: String) -> &mut Flaw {
        self.0.push_mut(Flaw { code, range, reason, help: None })
    }
}

impl Flaw {
    /// Adds what to do.
    pub fn help(&mut self, help: impl Into<String>) {
        self.help = Some(help.into());
    }
}
