//! The message: what is said once in a letter, said to each recipient (RFC 5322, RFC 2045 to 2047).
//!
//! A [`Letter`] is prepared once from a [`Frame`] (the newsletter's settings) and a [`Content`] (subject and both bodies, with
//! marks where a recipient's values go, see `model::slot`). [`Letter::to`] swaps the values of one [`Addressee`] in, which costs a
//! sixth of making the message anew: whatever is the same for all is encoded once.
//! [`token`] makes what stands in unsubscribe links; [`dkim`] signs; [`check`] judges a finished message, whoever made it.
//!
//! `lettre` builds the frame; its header types, and the crates they are made of, encode. No clock, random source, file or socket:
//! all that differs is an argument, so the same input gives the same bytes.

pub(crate) mod address;
pub mod check;
#[cfg(test)]
mod checklist;
mod codes;
pub mod dkim;
mod encode;
mod field;
mod frame;
mod letter;
mod list;
mod part;
pub mod token;

pub use codes::{CODES, MISSING_UNSUBSCRIBE, NO_SUBJECT};
pub(crate) use field::{line_break, one_line, tidy};
pub use frame::Frame;
pub use letter::{Addressee, Content, Letter, Message};
pub use list::LeaveLinks;

/// The most octets of a message's HTML as it arrives: Gmail hides what is behind about 102 KB, with the way to unsubscribe. The
/// number is measured by many, and published nowhere.
pub const CLIP: usize = 102_000;
