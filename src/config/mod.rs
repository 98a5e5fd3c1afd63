//! `postrider.yaml` → [`Settings`]. Imports `model`, `text` and `diagnostic`.
//!
//! The file is parsed once into plain data; then every key in it is looked up in the table [`KEYS`] and its value is
//! checked by type, so that one run names every fault, each with its line and column. The schema, the reference, the
//! commented file of `init` and the names of the environment's variables come from the same table.

pub mod codes;
mod environment;
mod index;
mod keys;
mod neighbours;
mod origin;
mod permalink;
mod quote;
mod read;
mod schema;
mod secrets;
mod settings;
mod starter;
mod syntax;
mod values;

pub use codes::CODES;
pub use environment::variable;
pub use index::locate;
pub use keys::{KEYS, Key, Kind};
pub use neighbours::{Beside, NEIGHBOURS, Neighbour, Unread, neighbour};
pub use origin::{Origin, Setting};
pub use permalink::{PLACEHOLDERS, STYLES, placeholder, style};
pub use quote::yaml_text;
pub use read::{Surroundings, defaults, read, read_site};
pub use schema::{reference, schema};
pub use starter::{Answers, commented};

#[cfg(doc)]
use crate::model::Settings;
