//! The findings of the newsletter's commands.

use crate::diagnostic::Code;

/// Something a mail cannot be made without.
pub(super) static MISSING_SENDER: Code =
    Code::warning("missing-sender", "A mail needs a sender: without `newsletter.from` it can be looked at, and nothing can be sent.");
/// No postal address.
pub(super) static NO_POSTAL_ADDRESS: Code = Code::warning(
    "no-postal-address",
    "Newsletters name the sender's postal address where the law asks for it (CAN-SPAM, the EU's imprint): without one, or `none`, nothing is sent.",
);
/// A language without words.
pub(super) static NO_WORDS: Code = Code::warning(
    "no-words-in-language",
    "There are no words around the posts in the language of a letter, such as `Unsubscribe`: they are in English.",
);
/// Posts for readers of another language.
pub(super) static NO_LETTER_IN_LANGUAGE: Code = Code::warning(
    "no-letter-in-language",
    "Posts are in a language in which the newsletter has no letter, so that they go to all readers, most of whom cannot read them.",
);
/// An opening that is not there.
pub(super) static MISSING_INTRO: Code =
    Code::error("missing-intro", "The file of the author's opening is not there, so the edition is not what was meant.");

/// Every one.
pub(in crate::cli) const CODES: &[&Code] = &[&MISSING_SENDER, &NO_POSTAL_ADDRESS, &NO_WORDS, &NO_LETTER_IN_LANGUAGE, &MISSING_INTRO];
