//! What the checklist can find.

use crate::diagnostic::Code;

pub(super) use crate::mail::codes::NO_SUBJECT;

/// Every code of the checklist, but for those that making a message has as well.
pub const CODES: &[&Code] = &[
    &BARE_LINE_END,
    &NUL,
    &LONG_LINE,
    &LONG_HEADER_LINE,
    &LONG_HEADER,
    &LONG_ENCODED_LINE,
    &EIGHT_BIT_BODY,
    &EIGHT_BIT_TRANSFER,
    &CLIPPED,
    &NEARLY_CLIPPED,
    &BAD_HEADER_LINE,
    &EIGHT_BIT_HEADER,
    &MISSING_HEADER,
    &NO_MESSAGE_ID,
    &DUPLICATE_HEADER,
    &BAD_MESSAGE_ID,
    &LOCAL_MESSAGE_ID,
    &BAD_DATE_HEADER,
    &BAD_MIME_VERSION,
    &FOREIGN_HEADER,
    &BAD_AUTO_SUBMITTED,
    &BAD_ENCODED_WORD,
    &HIDDEN_LINE_BREAK,
    &LONG_SUBJECT,
    &BAD_ADDRESS_HEADER,
    &UNENCODED_DOMAIN,
    &MANY_RECIPIENTS,
    &FREEMAIL_SENDER,
    &BAD_CONTENT_TYPE,
    &BAD_TRANSFER_ENCODING,
    &BAD_BOUNDARY,
    &BAD_BODY_ENCODING,
    &BAD_CHARSET,
    &FOREIGN_CHARSET,
    &NO_ALTERNATIVE,
    &ALTERNATIVE_ORDER,
    &MISSING_CONTENT_ID,
    &NO_LIST_ID,
    &BAD_LIST_ID_HEADER,
    &BAD_LIST_UNSUBSCRIBE,
    &NO_ONE_CLICK,
    &BAD_ONE_CLICK,
    &ADDRESS_IN_LINK,
    &BAD_LIST_HEADER,
    &BAD_SIGNATURE,
    &BODY_HASH,
    &UNCOVERED_HEADER,
    &THIN_SIGNATURE,
    &LOOSE_SIGNATURE,
    &UNALIGNED_SIGNATURE,
    &LONE_ED25519,
    &EMPTY_PART,
    &MARKUP_IN_TEXT,
    &NO_UNSUBSCRIBE_LINK,
    &NO_PREHEADER,
    &UNFILLED_MARK,
    &SCRIPT,
    &EXTERNAL_STYLE,
    &FORM,
    &FRAME,
    &DATA_URL,
    &IMAGE_WITHOUT_ALT,
    &RELATIVE_URL,
];

/// Bare line end.
pub(super) static BARE_LINE_END: Code =
    Code::error("bare-line-end", "a mail has a CR or LF of its own: servers refuse it, or take what follows for another message.");
/// Nul in mail.
pub(super) static NUL: Code = Code::error("nul-in-mail", "a mail holds a NUL, at which some servers and readers stop.");
/// Long mail line.
pub(super) static LONG_LINE: Code =
    Code::error("long-mail-line", "a mail has a line of more than 998 octets, which servers cut or refuse.");
/// Long header line.
pub(super) static LONG_HEADER_LINE: Code =
    Code::warning("long-header-line", "a line of a mail's header has more than 78 octets and could be folded.");
/// Long mail header.
pub(super) static LONG_HEADER: Code =
    Code::warning("long-mail-header", "a header of a mail has more than 998 octets when it is unfolded; some servers refuse or cut it.");
/// Long encoded line.
pub(super) static LONG_ENCODED_LINE: Code =
    Code::error("long-encoded-line", "an encoded line of a mail has more than 76 characters, which readers may not decode.");
/// Eight bit body.
pub(super) static EIGHT_BIT_BODY: Code =
    Code::error("eight-bit-body", "a part of a mail is said to be 7-bit and is not: servers refuse or break it.");
/// Eight bit transfer.
pub(super) static EIGHT_BIT_TRANSFER: Code =
    Code::warning("eight-bit-transfer", "a part of a mail is sent as it is, in 8 bits, which not every server takes.");
/// Clipped message.
pub(super) static CLIPPED: Code =
    Code::error("clipped-message", "the HTML of a mail is longer than Gmail shows; the end, where one unsubscribes, is cut off.");
/// Nearly clipped message.
pub(crate) static NEARLY_CLIPPED: Code =
    Code::warning("nearly-clipped-message", "the HTML of a mail is nearly as long as Gmail shows, and servers on the way may add to it.");
/// Bad header line.
pub(super) static BAD_HEADER_LINE: Code =
    Code::error("bad-header-line", "a mail's header has a line that is no field: what follows may be taken for the body.");
/// Eight bit header.
pub(super) static EIGHT_BIT_HEADER: Code =
    Code::error("eight-bit-header", "a mail's header holds text that is not ASCII, which servers refuse or break.");
/// Missing mail header.
pub(super) static MISSING_HEADER: Code =
    Code::error("missing-mail-header", "a mail lacks a header that each must have; providers refuse it.");
/// No message id.
pub(super) static NO_MESSAGE_ID: Code =
    Code::warning("no-message-id", "a mail has no id of its own, so filters suspect it and copies are not seen to be ones.");
/// Duplicate mail header.
pub(super) static DUPLICATE_HEADER: Code =
    Code::error("duplicate-mail-header", "a mail has a header twice that may be there once; Gmail and others refuse it.");
/// Bad message id.
pub(super) static BAD_MESSAGE_ID: Code =
    Code::error("bad-message-id", "a mail's id cannot be read, so filters suspect it and replies lose their thread.");
/// Local message id.
pub(super) static LOCAL_MESSAGE_ID: Code =
    Code::warning("local-message-id", "a mail's id ends in a domain that is nobody's, which filters take for a sign of spam.");
/// Bad date header.
pub(super) static BAD_DATE_HEADER: Code =
    Code::error("bad-date-header", "a mail's date cannot be read, so readers sort it anywhere and filters suspect it.");
/// Bad mime version.
pub(super) static BAD_MIME_VERSION: Code =
    Code::error("bad-mime-version", "a mail says a version of MIME that there is not; readers may show its source.");
/// Foreign mail header.
pub(super) static FOREIGN_HEADER: Code = Code::error(
    "foreign-mail-header",
    "a mail has a header that servers write, not senders: it is false there, or tells who else gets the mail.",
);
/// Bad auto submitted.
pub(super) static BAD_AUTO_SUBMITTED: Code =
    Code::error("bad-auto-submitted", "a newsletter says that it is an automatic reply, so it is filed as one.");
/// Bad encoded word.
pub(super) static BAD_ENCODED_WORD: Code =
    Code::error("bad-encoded-word", "a header holds an encoded word that readers cannot decode; they show its code.");
/// Hidden line break.
pub(super) static HIDDEN_LINE_BREAK: Code =
    Code::error("hidden-line-break", "a header holds a line break or control character in its code; some readers and servers act on it.");
/// Long mail subject.
pub(super) static LONG_SUBJECT: Code = Code::warning("long-mail-subject", "a mail's subject is longer than any reader shows.");
/// Bad address header.
pub(super) static BAD_ADDRESS_HEADER: Code =
    Code::error("bad-address-header", "a header with addresses cannot be read, so servers refuse the mail.");
/// Unencoded mail domain.
pub(super) static UNENCODED_DOMAIN: Code =
    Code::error("unencoded-mail-domain", "a domain in an address is not in ASCII; servers that do not know SMTPUTF8 refuse the mail.");
/// Many recipients.
pub(super) static MANY_RECIPIENTS: Code =
    Code::warning("many-recipients", "a newsletter is not to one recipient: all of them see who else gets it.");
/// Freemail sender.
pub(super) static FREEMAIL_SENDER: Code =
    Code::warning("freemail-sender", "a newsletter is from an address of a mail provider, in whose name nobody else can send.");
/// Bad mail content type.
pub(super) static BAD_CONTENT_TYPE: Code =
    Code::error("bad-mail-content-type", "a part's content type cannot be read, so readers show its source.");
/// Bad transfer encoding.
pub(super) static BAD_TRANSFER_ENCODING: Code =
    Code::error("bad-transfer-encoding", "a part is encoded in a way that readers do not know.");
/// Bad boundary.
pub(super) static BAD_BOUNDARY: Code =
    Code::error("bad-boundary", "the parts of a mail are not told apart as they should; readers lose or mix them.");
/// Bad body encoding.
pub(super) static BAD_BODY_ENCODING: Code = Code::error("bad-body-encoding", "a part of a mail cannot be decoded, or not all of it.");
/// Bad mail charset.
pub(super) static BAD_CHARSET: Code =
    Code::error("bad-mail-charset", "a text is not in the charset that its part names: readers show wrong characters.");
/// Foreign mail charset.
pub(super) static FOREIGN_CHARSET: Code =
    Code::warning("foreign-mail-charset", "a text is in a charset other than UTF-8, which some readers get wrong.");
/// No mail alternative.
pub(super) static NO_ALTERNATIVE: Code = Code::warning(
    "no-mail-alternative",
    "a mail has no text beside its HTML, or no HTML beside its text: it cannot be read everywhere, and filters suspect it.",
);
/// Alternative order.
pub(super) static ALTERNATIVE_ORDER: Code =
    Code::error("alternative-order", "the plain text comes after the HTML, so readers show the poorer part.");
/// Missing content id.
pub(super) static MISSING_CONTENT_ID: Code =
    Code::error("missing-content-id", "an image is meant to be in the mail and is not; its place stays empty.");
/// No list id.
pub(super) static NO_LIST_ID: Code = Code::warning("no-list-id", "a newsletter has no List-Id, by which readers' filters know it.");
/// Bad list id header.
pub(super) static BAD_LIST_ID_HEADER: Code =
    Code::error("bad-list-id-header", "a List-Id cannot be read, so readers' filters do not know the list.");
/// Bad list unsubscribe.
pub(super) static BAD_LIST_UNSUBSCRIBE: Code =
    Code::error("bad-list-unsubscribe", "a List-Unsubscribe cannot be used, so readers' own button for it is missing.");
/// No one click.
pub(super) static NO_ONE_CLICK: Code = Code::warning(
    "no-one-click",
    "a newsletter cannot be unsubscribed from with one click, which Gmail and Yahoo ask of those who send much.",
);
/// Bad one click.
pub(super) static BAD_ONE_CLICK: Code =
    Code::error("bad-one-click", "a List-Unsubscribe-Post is not what the standard says, so one click does not unsubscribe.");
/// Address in unsubscribe link.
pub(super) static ADDRESS_IN_LINK: Code = Code::warning(
    "address-in-unsubscribe-link",
    "the link for unsubscribing holds the recipient's address: anyone can make it for anyone, and logs learn it.",
);
/// Bad list header.
pub(super) static BAD_LIST_HEADER: Code = Code::error("bad-list-header", "a header of the list holds no URL, so readers cannot use it.");
/// Bad dkim signature.
pub(super) static BAD_SIGNATURE: Code =
    Code::error("bad-dkim-signature", "a DKIM signature cannot be read or is of a kind that receivers refuse.");
/// Bad dkim body hash.
pub(super) static BODY_HASH: Code = Code::error("bad-dkim-body-hash", "a DKIM signature is not of this body, so it is worth nothing.");
/// Uncovered mail header.
pub(super) static UNCOVERED_HEADER: Code = Code::error(
    "uncovered-mail-header",
    "a DKIM signature leaves out a header that it must cover, so it, or one click to unsubscribe, does not count.",
);
/// Thin dkim signature.
pub(super) static THIN_SIGNATURE: Code =
    Code::warning("thin-dkim-signature", "a DKIM signature leaves out headers that it should cover: others can change or add them.");
/// Loose dkim signature.
pub(super) static LOOSE_SIGNATURE: Code =
    Code::warning("loose-dkim-signature", "a DKIM signature is broken by harmless changes, or holds for less than the whole body.");
/// Unaligned dkim signature.
pub(super) static UNALIGNED_SIGNATURE: Code = Code::warning(
    "unaligned-dkim-signature",
    "a DKIM signature is not by the domain of the sender's address, so it counts for nothing in DMARC.",
);
/// Lone ed25519 signature.
pub(super) static LONE_ED25519: Code =
    Code::warning("lone-ed25519-signature", "a mail is signed with Ed25519 only, which many receivers do not know.");
/// Empty mail part.
pub(super) static EMPTY_PART: Code = Code::error("empty-mail-part", "a part of a mail says nothing; those who read it get an empty mail.");
/// Markup in text part.
pub(super) static MARKUP_IN_TEXT: Code =
    Code::warning("markup-in-text-part", "the plain text of a mail is full of HTML, so it can hardly be read.");
/// No unsubscribe link.
pub(super) static NO_UNSUBSCRIBE_LINK: Code = Code::warning(
    "no-unsubscribe-link",
    "a part of a newsletter shows no way to unsubscribe; laws ask for one, and readers report it as spam.",
);
/// No preheader.
pub(super) static NO_PREHEADER: Code = Code::warning(
    "no-preheader",
    "the HTML of a mail does not say what inboxes show behind the subject; they show its first words, whatever they are.",
);
/// Unfilled mark.
pub(super) static UNFILLED_MARK: Code =
    Code::error("unfilled-mark", "a mail holds the mark of a place for a recipient's value, and not the value.");
/// Script in mail.
pub(super) static SCRIPT: Code =
    Code::error("script-in-mail", "the HTML of a mail holds a script: no reader runs it, and filters refuse it.");
/// External mail style.
pub(super) static EXTERNAL_STYLE: Code =
    Code::warning("external-mail-style", "the HTML of a mail asks for a style sheet or font, which most readers do not fetch.");
/// Form in mail.
pub(super) static FORM: Code = Code::warning("form-in-mail", "the HTML of a mail holds a form, which most readers cut or break.");
/// Frame in mail.
pub(super) static FRAME: Code = Code::warning("frame-in-mail", "the HTML of a mail holds a frame or object, which readers cut.");
/// Data url in mail.
pub(super) static DATA_URL: Code =
    Code::warning("data-url-in-mail", "the HTML of a mail holds a file in a URL, which Gmail and Outlook do not show.");
/// Mail image without alt.
pub(super) static IMAGE_WITHOUT_ALT: Code =
    Code::warning("mail-image-without-alt", "an image of a mail has no text; many readers show no images before they are asked to.");
/// Relative url in mail.
pub(super) static RELATIVE_URL: Code = Code::error("relative-url-in-mail", "a URL in a mail is relative, so it leads nowhere.");
