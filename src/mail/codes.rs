//! What can be wrong with a message before it leaves.

use crate::diagnostic::Code;

/// Every code of this room.
pub const CODES: &[&Code] = &[
    &LINE_BREAK_IN_FIELD,
    &BAD_ADDRESS,
    &BAD_HEADER,
    &BAD_LIST_ID,
    &BAD_LIST_URL,
    &MISSING_UNSUBSCRIBE,
    &NO_SUBJECT,
    &BAD_DATE,
    &UNKNOWN_MARK,
    &BAD_WEB_URL,
    &TOKEN_KEY,
    &BAD_DKIM,
    &UNSIGNED_HEADER,
];

/// Header injection.
pub(super) static LINE_BREAK_IN_FIELD: Code = Code::error(
    "line-break-in-field",
    "a value for a mail's header or for a place in its text holds a line break or control character, with which it could add headers.",
);
/// No address.
pub(super) static BAD_ADDRESS: Code = Code::error("bad-mail-address", "a mail address is none: servers would refuse the message.");
/// A header that may not be set.
pub(super) static BAD_HEADER: Code = Code::error(
    "bad-mail-header",
    "a further header of the newsletter has a name that no header can have, or one that postrider or the receiving server writes itself.",
);
/// List-Id.
pub(super) static BAD_LIST_ID: Code =
    Code::error("bad-list-id", "the newsletter's id and domain make no List-Id, by which readers' filters know the list.");
/// List-Unsubscribe and List-Archive.
pub(super) static BAD_LIST_URL: Code = Code::error(
    "bad-list-url",
    "an address for unsubscribing or for the archive cannot be used in a mail, so its readers could not use it.",
);
/// No way out.
pub static MISSING_UNSUBSCRIBE: Code = Code::error(
    "missing-unsubscribe",
    "Readers cannot leave: large mail providers refuse a newsletter without `List-Unsubscribe`, and it is against the law in many countries.",
);
/// No subject.
pub static NO_SUBJECT: Code = Code::error("no-mail-subject", "the mail has no subject: many readers and filters take it for spam.");
/// The date.
pub(super) static BAD_DATE: Code = Code::error("bad-mail-date", "the mail's date cannot be written in a Date header.");
/// A mark that stands for nothing.
pub(super) static UNKNOWN_MARK: Code =
    Code::error("unknown-mark", "the character that postrider keeps for recipients' values stands in a mail where no value goes.");
/// The web link.
pub(super) static BAD_WEB_URL: Code = Code::error("bad-web-url", "the link to the letter on the web is no http or https URL.");
/// The key of tokens.
pub(super) static TOKEN_KEY: Code = Code::error("bad-token-key", "a key for unsubscribe links is too short: the links could be forged.");
/// The signing key and its settings.
pub(super) static BAD_DKIM: Code = Code::error("bad-dkim", "a DKIM key or setting cannot be used, so no mail could be signed with it.");
/// A header that has to be signed.
pub(super) static UNSIGNED_HEADER: Code =
    Code::error("unsigned-header", "a header that a DKIM signature has to cover was excepted from it (RFC 6376 §5.4, RFC 8058 §4).");
