//! Delimiters, YAML, TOML, JSON and plain front matter, and the DIALECTS table: a file's head becomes a Post.
//!
//! [`split()`] finds the front matter, [`read()`] turns it and the file's path into a post or says what is wrong, and
//! [`locate()`] finds a key again for findings that come later. Nothing here reads a file or knows the body.

mod codes;
mod data;
mod dialects;
mod field;
mod head;
mod locate;
mod name;
mod node;
mod parse;
mod people;
mod post;
mod simple;
mod split;
mod title;

pub use codes::CODES;
pub use data::{Data, read_data};
pub use field::locate_field;
pub use locate::locate;
pub use people::read_authors;
pub use post::{FileFacts, Reading, read};
pub use split::{Delimiter, Split, split};
pub use title::plain_title;
