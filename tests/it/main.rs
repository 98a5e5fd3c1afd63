//! The one integration binary: the program as a user runs it, and the promises the repository makes about itself.
#![allow(clippy::disallowed_methods, reason = "not the core: it looks at the clock and at files")]

mod adopt;
mod archives;
mod asking;
mod build;
mod builder;
mod contents;
mod dialects;
mod diff;
mod endurance;
mod explain;
mod generators;
mod house;
mod hugo;
mod letters;
mod lock;
mod look;
mod mail;
mod mail_server;
mod neighbours;
mod newsletter;
mod outputs;
mod pictures;
#[cfg(unix)]
mod readme;
mod seed;
mod sending;
mod site;
mod start;
mod steering;
mod subscribers;
mod validate;
mod xmllint;
