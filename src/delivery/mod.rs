//! Edge: how mails leave. Only the configured server is spoken to, and only by a command whose words say so.
//!
//! A [`Session`] is one connection to a mail server (RFC 5321), one command at a time, on the thread that calls it. It says of
//! every failure at which [`Stage`] it happened; whether the mail may have left is therefore known, see
//! [`SessionError::is_unknown`]. What a reply or a failure means for a recipient and for the run is a table, [`class()`].

#![allow(clippy::disallowed_methods, reason = "this is an edge that keeps time")]

mod body;
mod class;
mod commands;
mod error;
mod guard;
mod login;
mod offers;
mod pace;
mod reply;
mod run;
mod sendmail;
mod server;
mod session;
mod stop;
#[cfg(test)]
#[path = "../../tests/it/mail_server.rs"]
mod testing;
#[cfg(test)]
mod tests;
mod transport;
mod trust;
mod wire;

pub use class::{Class, Reason, class};
pub use error::{Fault, SessionError, Stage};
pub use reply::{Enhanced, Reply};
pub use run::{Due, Ended, Mailroom, Run, Running, Tally, Timing, Trouble, start};
pub use sendmail::Sendmail;
pub use server::{Connector, Direct, Server, Timeouts};
pub use session::{Offered, Session};
pub use stop::Stop;
pub use transport::{Failure, Line, Sent, Smtp, Transport};
