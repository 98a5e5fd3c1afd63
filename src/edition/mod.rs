//! Editions of the newsletter: which posts one holds, what it is called, how it looks in mail.
//!
//! Choosing works on heads and on what is known of earlier editions ([`Mailed`]); nothing here reads a file or the clock.

mod choose;
mod hash;
mod key;
mod letters;
mod make;
mod post;
pub mod render;

use crate::diagnostic::{Code, Diagnostic};
use crate::model::slot::{Piece, Slot, pieces};
use crate::model::{Date, Subscriber};
use std::collections::BTreeSet;

pub use choose::{Asked, Chosen, KeptOut, choose};
pub use hash::{content_hash, subscriber_id};
pub use key::{check_key, default_key};
pub use letters::{Audience, Draft, Letters, MOST_LETTERS, Version, language_for};
pub use make::{Edition, Group, groups};
pub use post::{Opening, letter_post, opening};

/// A post that was published too long ago.
pub static OLD_POST: Code =
    Code::error("old-post", "A post that was never mailed is older than `newsletter.max_age`: readers would wonder why they get it.");
/// More posts than an edition may hold.
pub static TOO_MANY_POSTS: Code = Code::error(
    "too-many-posts",
    "More posts are waiting than `newsletter.max_entries` allows, as after a move or a lost record: nobody wants them in one mail.",
);
/// A post that is asked for and not there.
pub static UNKNOWN_POST: Code = Code::error("unknown-post", "A post that was asked for by name is not among those that are shown.");
/// A tag, category, author or section that no post has.
pub static UNKNOWN_CHOICE: Code = Code::warning(
    "unknown-choice",
    "A tag, category, author or section that was asked for is that of no post: what was to be in the edition is not chosen by it.",
);
/// A post that is asked for and cannot be mailed.
pub static UNMAILABLE_POST: Code =
    Code::error("unmailable-post", "A post that was asked for by name was mailed before, or is kept out of the newsletter.");
/// A template's tag in the author's opening.
pub static TAG_IN_OPENING: Code = Code::error(
    "tag-in-opening",
    "The author's opening holds a tag such as `{{ subscriber.name }}`: it is no template, so readers would get it as it stands, or nothing.",
);

/// A post with nothing to read in mails.
pub static NOTHING_TO_MAIL: Code =
    Code::warning("nothing-to-mail", "A post has nothing to read in mails, so that its readers get a letter with a title and a link.");

/// The findings of this room, but for those of the rendering.
pub const CODES: &[&Code] = &[
    &OLD_POST,
    &TOO_MANY_POSTS,
    &UNKNOWN_POST,
    &UNKNOWN_CHOICE,
    &UNMAILABLE_POST,
    &TAG_IN_OPENING,
    &NOTHING_TO_MAIL,
    &letters::TOO_MANY_LETTERS,
    &letters::NO_LETTER,
];

/// What is known of earlier editions of a newsletter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mailed {
    /// The ids of the entries that were mailed.
    pub ids: BTreeSet<String>,
    /// The files they came from.
    pub paths: BTreeSet<String>,
    /// The hashes of their contents ([`content_hash`]).
    pub hashes: BTreeSet<String>,
    /// The keys of the editions.
    pub keys: BTreeSet<String>,
    /// When the first edition was made.
    pub first: Option<Date>,
    /// When the last one was made.
    pub last: Option<Date>,
    /// Whether there may have been others, of which nothing is known.
    pub has_gaps: bool,
}

/// Returns the reader that previews are made for, and tests where nobody says another name.
#[must_use]
pub fn reader() -> Subscriber {
    Subscriber { address: "reader@example.org".to_owned(), name: Some("Reader".to_owned()), ..Subscriber::default() }
}

/// Returns a text of a letter as the reader of previews gets it: with their name in the place of each recipient's.
#[must_use]
pub fn shown(text: &str) -> String {
    let reader = reader();
    let piece = |piece: Piece<'_>| match piece {
        Piece::Text(text) => text.to_owned(),
        Piece::Slot(Slot::Name) => reader.name.clone().unwrap_or_default(),
        Piece::Slot(Slot::Email) => reader.address.clone(),
        Piece::Slot(_) => "…".to_owned(),
    };
    pieces(text).map(piece).collect()
}

/// Returns a finding about a post as a whole.
fn about(code: &'static Code, path: &str, message: String) -> Diagnostic {
    Diagnostic::new(code, message).at(crate::diagnostic::Place::file(path))
}
