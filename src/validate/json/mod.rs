//! JSON Feed: a reader of JSON with positions, tables of its members like those of the XML vocabularies, and a walk.
//!
//! What a string holds is judged by the same types, content checks and rules as in XML: the walk makes an element of each
//! member, so that a finding has a path (`items/title`), and adds its pointer (RFC 6901).

mod feed;
mod reader;
mod string;
mod table;
#[cfg(test)]
mod tests;
mod walk;

pub(super) use string::Walk as StringWalk;
pub(super) use walk::{identify, walk};
