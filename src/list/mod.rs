//! What lists and mailboxes say about subscribers, as functions from text to values.
//!
//! [`Reader`] reads a list, row after row; [`mod@write`] writes one. [`address::key`] tells which addresses are one subscriber.
//! [`Tokens`] finds what may be tokens in any text, [`asked()`] where a mail asks for something with them, [`bounce`] reads what mail servers and providers send back, and [`Messages`]
//! parts a mailbox into messages. Nothing here decides what becomes of a subscriber: that is the ledger's, and who has a valid
//! token is told by `mail::token`.

pub mod address;
mod asked;
pub mod bounce;
mod codes;
mod columns;
mod csv;
mod lines;
mod logged;
mod mailbox;
mod read;
mod row;
mod standing;
mod tokens;
mod told;
pub mod write;

pub use asked::{asked, is_mail, known_by};
pub use codes::CODES;
pub use logged::{only_looks, says_when};
pub use mailbox::Messages;
pub use read::{Found, Reader, Written};
pub use row::Row;
pub use standing::Standing;
pub use tokens::{Tokens, tokens};
