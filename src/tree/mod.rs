//! Values as YAML, TOML and JSON tell them, and the one reader of YAML, for front matter and for the configuration.
//!
//! [`refuse()`] is asked before any parser sees a foreign text; [`read_yaml()`] reads YAML and names every fault in one
//! run, each with what to write instead. What a fault is called, and how much it matters, is for the caller to say.

mod guard;
mod lines;
mod node;
mod suspect;
mod yaml;

pub use guard::{Refusal, controls, refuse};
pub use lines::{flow_end, line, line_around, nth_line, quoted_end};
pub use node::{Map, Node, get};
pub use suspect::{needs_quotes, quote};
pub use yaml::{Fault, FaultKind, Yaml, read_yaml};
