//! Delimiters, YAML, TOML, JSON and plain front matter, and the DIALECTS table: a file's head becomes a Post.
//!
//! [`split()`] finds the front matter, [`read()`] turns it and the file's path into a post or says what is wrong, and
//! [`locate()`] finds a key again for findings that come later. Nothing here reads a file or knows the body.

mod codes;
mod data;
mod defaults;
mod dialects;
mod field;
mod head;
mod json;
mod locate;
mod name;
mod node;
mod opening;
mod parse;
mod people;
mod post;
mod rules;
mod section;
mod simple;
mod split;
mod tables;
mod title;
mod value;

pub use codes::CODES;
pub use data::{Data, read_data};
pub use defaults::read_defaults;
pub use field::{locate_field, written_key};
pub use locate::{locate, locate_in_yaml};
pub use name::{is_in_bundle, languages_of_names, named_language, page_bundles};
pub use opening::{OpeningHead, read_opening};
pub use people::read_authors;
pub use post::{FileFacts, Reading, read};
pub use rules::Rules;
pub use section::{Spoken, read_cascade, read_folder_page, read_section, section_title};
pub use split::{Delimiter, Split, split};
pub use title::plain_title;
pub use value::{is_said, scalars, texts};
