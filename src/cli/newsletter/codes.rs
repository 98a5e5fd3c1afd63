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
/// A ledger that is elsewhere.
pub(super) static LEDGER_ELSEWHERE: Code = Code::warning(
    "ledger-elsewhere",
    "postrider.lock names a ledger that is not the one at hand, so an edition may hold other posts than when it is sent, and have another number.",
);
/// An opening of no edition.
pub(super) static UNUSED_OPENING: Code = Code::warning(
    "unused-opening",
    "A letter goes without an opening, and in the folder of the openings is one whose name is the key of no edition, or of this one in another language.",
);
/// An opening for some letters of an edition.
pub(super) static NO_OPENING_IN_LANGUAGE: Code = Code::warning(
    "no-opening-in-language",
    "An edition has letters in several languages, and an opening for some of them only: the others begin with their posts.",
);
/// An opening that is not there.
pub(super) static MISSING_INTRO: Code =
    Code::error("missing-intro", "The file of the author's opening is not there, so the edition is not what was meant.");

/// Every one.
pub(in crate::cli) const CODES: &[&Code] = &[
    &MISSING_SENDER,
    &NO_POSTAL_ADDRESS,
    &NO_WORDS,
    &NO_LETTER_IN_LANGUAGE,
    &LEDGER_ELSEWHERE,
    &UNUSED_OPENING,
    &NO_OPENING_IN_LANGUAGE,
    &MISSING_INTRO,
];
