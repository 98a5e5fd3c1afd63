//! The values that front matter is read into: those of every YAML, TOML and JSON text.

pub(super) use crate::tree::{Map, Node, get};
