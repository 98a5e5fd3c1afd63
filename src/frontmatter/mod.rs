//! Delimiters, YAML, TOML, JSON and plain front matter, and the DIALECTS table: a file's head becomes a Post.

mod locate;
mod node;
mod parse;
mod split;
mod title;

pub use locate::locate;
pub use split::{Delimiter, Split, split};
pub use title::plain_title;
