//! A scanner with spans, the tables of what readers keep, and the clean-up of an entry's HTML.
mod scan;
pub use scan::{Attribute, Attributes, Scanner, Tag, Token};
