//! A streaming XML reader: XML 1.0 (fifth edition) with namespaces, over decoded text, with the place of everything.
//!
//! It is a pull reader with a tokenizer of its own, because a validator needs what ready-made ones lack together: every
//! well-formedness rule, exact byte ranges, and going on after a fault. A fault is noted ([`Reader::take_faults`]) and reading
//! resumes at the next tag, so that one bad ampersand does not hide the rest of a feed.
//!
//! It opens nothing: external entities and DTDs are named, never fetched. Its time is linear in the document whatever that
//! holds; depth, entity expansion, attributes and faults have [`Limits`]. It may import only `diagnostic`.
//!
//! ```
//! use postrider::xml::{Event, Limits, Reader};
//!
//! let text = "<rss><title>A &amp; B</title></rss>";
//! let mut reader = Reader::new(text, Limits::default());
//! let mut titles = Vec::new();
//! while let Some(event) = reader.next() {
//!     if let Event::Text(piece) = event {
//!         let place = reader.locate(piece.raw.clone(), piece.kind, 2);
//!         assert_eq!(&text[place], "&amp;");
//!         titles.push(piece.value);
//!     }
//! }
//! assert_eq!(titles, ["A & B"]);
//! assert!(reader.take_faults().is_empty());
//! ```
//!
//! Not done, because no feed needs it: attribute types of a DTD do not change white space in values, and defaults declared
//! inside a parameter entity are not given to elements.

mod chars;
mod declaration;
mod doctype;
mod entities;
mod event;
mod expand;
mod fault;
mod locate;
mod namespaces;
mod reader;
mod tags;

#[cfg(test)]
mod cases;
#[cfg(test)]
mod documents;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;

pub use doctype::{Doctype, ExternalEntity};
pub use event::{Attribute, Declaration, Event, Piece, Tag};
pub use fault::{Fault, FaultKind, Limits};
pub use locate::{Kind, Locator, Walk};
pub use namespaces::Ns;
pub use reader::Reader;
