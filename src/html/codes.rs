//! What the clean-up can find.

use crate::diagnostic::Code;

/// Every code of this room.
pub const CODES: &[&Code] = &[
    &REMOVED_SCRIPT,
    &REMOVED_STYLE,
    &REMOVED_FORM,
    &REMOVED_HANDLER,
    &REMOVED_PIXEL,
    &REMOVED_FRAME,
    &LINKED_FRAME,
    &REMOVED_SVG,
    &REMOVED_HIDDEN,
    &REMOVED_ELEMENT,
    &SCRIPT_URL,
    &BAD_URL,
    &NO_POST,
    &UNCLOSED_HTML,
    &REMOVED_END_TAG,
    &UNKNOWN_ELEMENT,
    &DEEP_HTML,
    &UNCLOSED_ONLY,
    &STRAY_ONLY,
    &UNKNOWN_ONLY,
    &MAIL_MEDIA,
    &MAIL_IMAGE,
    &MAIL_FORMULA,
];

/// A script.
pub static REMOVED_SCRIPT: Code =
    Code::warning("removed-script", "a script was removed from a post: no reader runs it, and many refuse the entry.");
/// A style sheet.
pub static REMOVED_STYLE: Code =
    Code::warning("removed-style", "a style sheet was removed from a post: it would restyle the reader's own page.");
/// A form or a part of one.
pub static REMOVED_FORM: Code =
    Code::warning("removed-form", "a form or a control was removed from a post: it cannot be sent from a reader.");
/// An event handler.
pub static REMOVED_HANDLER: Code = Code::warning("removed-handler", "an event handler was removed from a post: it is a script.");
/// A tracking pixel.
pub static REMOVED_PIXEL: Code = Code::warning("removed-pixel", "an image that only counts readers was removed from a post.");
/// A frame.
pub static REMOVED_FRAME: Code =
    Code::warning("removed-frame", "an embedded page without an address was removed from a post: there is nothing to link to.");
/// A frame with a page.
pub static LINKED_FRAME: Code = Code::info("linked-frame", "an embedded page became a link: most readers remove frames without a trace.");
/// A drawing in the page.
pub static REMOVED_SVG: Code =
    Code::warning("removed-svg", "an inline SVG drawing was removed from a post: readers strip its tags and leave its text behind.");
/// Something hidden.
pub static REMOVED_HIDDEN: Code =
    Code::warning("removed-hidden", "hidden content was removed from a post: readers without its style sheet would show it.");
/// Something for a whole page.
pub static REMOVED_ELEMENT: Code =
    Code::warning("removed-element", "an element that belongs to a page of its own was removed from a post: it means nothing in a reader.");
/// A URL that runs code.
pub static SCRIPT_URL: Code = Code::warning("script-url", "a link that runs code was removed from a post.");
/// A URL that cannot be joined.
pub static BAD_URL: Code = Code::warning("bad-url", "a URL in a post cannot be read, so it cannot be made absolute; its text stays.");
/// A link to a file that is no post.
pub static NO_POST: Code = Code::warning(
    "link-to-no-post",
    "a link names a file that is no post of this build: readers could not follow it, so only its text is shown.",
);
/// An element without an end.
pub static UNCLOSED_HTML: Code =
    Code::warning("unclosed-html", "an element or comment in a post has no end; it was closed, so that it does not swallow what follows.");
/// An end tag without a start.
pub static REMOVED_END_TAG: Code = Code::warning("removed-end-tag", "an end tag in a post ends nothing; it was removed.");
/// An element nobody knows.
pub static UNKNOWN_ELEMENT: Code = Code::warning("unknown-element", "an element that readers do not know was unwrapped; its text stays.");
/// Too deep.
pub static DEEP_HTML: Code = Code::warning("deep-html", "elements are nested deeper than browsers go; the deepest were flattened.");
/// `<!-- mail:only -->` without an end.
pub static UNCLOSED_ONLY: Code =
    Code::error("unclosed-only", "a part of a post for mail or feeds only has no end, so nobody knows what belongs to it.");
/// An end of such a part without a start.
pub static STRAY_ONLY: Code = Code::warning("stray-only", "the end of a part for mail or feeds only has no start; it means nothing.");
/// A comment that is nearly a mark.
pub static UNKNOWN_ONLY: Code = Code::warning(
    "unknown-only",
    "a comment looks like the mark of a part for mail or feeds only and is none, so what follows is shown to everybody.",
);
/// A video or recording.
pub static MAIL_MEDIA: Code = Code::warning("mail-media", "a video or recording became a link in a mail: mail clients play neither.");
/// An image that mail clients do not show.
pub static MAIL_IMAGE: Code =
    Code::warning("mail-image", "an SVG drawing or an image inside the text became a link in a mail: Gmail and Outlook show neither.");
/// A formula that needs `MathML`.
pub static MAIL_FORMULA: Code = Code::warning(
    "mail-formula",
    "a formula is shown as its TeX source in a mail: mail clients know no mathematics, and it has no plain form.",
);
