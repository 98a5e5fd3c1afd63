//! Edge: how mails leave. Only the configured server is spoken to, and only by a command whose words say so.

mod smtp;

pub use smtp::{Connection, DeliveryError, Server, connect};
