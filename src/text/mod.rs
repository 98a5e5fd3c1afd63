//! Small languages inside a document: dates, URLs, language tags, names, characters. Functions from text to values.

pub(crate) mod bytes;
pub mod chars;
pub mod dates;
pub mod decode;
pub mod language;
pub mod letter;
pub mod mojibake;
pub mod scalar;
pub mod schedule;
pub mod short;
pub mod slug;
pub mod strip;
pub mod substitutions;
pub mod suggest;
pub mod url;
pub mod value;
pub mod words;
pub mod wrap;
