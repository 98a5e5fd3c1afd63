//! What can be wrong with a list of subscribers.

use crate::diagnostic::Code;

/// Every code of this room.
pub const CODES: &[&Code] = &[
    &NO_ADDRESS_COLUMN,
    &UNREADABLE_LIST,
    &BAD_SUBSCRIBER_ADDRESS,
    &BAD_SUBSCRIBER_ROW,
    &BAD_SUBSCRIBER_VALUE,
    &DUPLICATE_SUBSCRIBER,
    &UNKNOWN_SUBSCRIBER_STATUS,
    &NOT_SUBSCRIBED,
    &GUESSED_LIST_ENCODING,
    &RENAMED_COLUMN,
    &SECOND_ADDRESS_COLUMN,
];

/// Nobody to mail.
pub(super) static NO_ADDRESS_COLUMN: Code =
    Code::error("no-address-column", "the first line of a list of subscribers names no column that holds addresses, so none can be read.");
/// No text.
pub(super) static UNREADABLE_LIST: Code =
    Code::error("unreadable-list", "a list of subscribers is written in a way that is neither CSV nor JSON lines in UTF-8.");
/// No address.
pub(super) static BAD_SUBSCRIBER_ADDRESS: Code =
    Code::error("bad-subscriber-address", "a row of a list has no address that mail can go to; it is left out.");
/// No row.
pub(super) static BAD_SUBSCRIBER_ROW: Code = Code::error(
    "bad-subscriber-row",
    "a row of a list has other values than its columns, an open quote or broken JSON, so nobody can say what belongs where; it is left out.",
);
/// A value that is dropped or mended.
pub(super) static BAD_SUBSCRIBER_VALUE: Code = Code::warning(
    "bad-subscriber-value",
    "a value of a row is no language, no date, too long or holds line breaks; it is left out or put on one line, and the row stays.",
);
/// One address twice.
pub(super) static DUPLICATE_SUBSCRIBER: Code =
    Code::warning("duplicate-subscriber", "an address stands twice in a list, perhaps in another spelling; the first row counts.");
/// Two columns for the address.
pub(super) static SECOND_ADDRESS_COLUMN: Code = Code::warning(
    "second-address-column",
    "two columns of a list could hold the address; the first one counts, and whoever is meant by the other is not mailed there.",
);
/// A status without a meaning.
pub(super) static UNKNOWN_SUBSCRIBER_STATUS: Code = Code::error(
    "unknown-subscriber-status",
    "the status of a row is a word postrider does not know, and somebody who left would be mailed again; it is left out.",
);
/// Rows of people who are not to be mailed.
pub(super) static NOT_SUBSCRIBED: Code = Code::warning(
    "not-subscribed",
    "a list from elsewhere says that some of its people left, bounced or never confirmed; they are kept as such and get no mail.",
);
/// Not UTF-8.
pub(super) static GUESSED_LIST_ENCODING: Code =
    Code::warning("guessed-list-encoding", "a list is not in UTF-8 and was read as windows-1252; names may be spelled wrong in letters.");
/// A column under another name.
pub(super) static RENAMED_COLUMN: Code =
    Code::info("renamed-column", "a column's name cannot stand in a template; its values are kept under one that can.");
