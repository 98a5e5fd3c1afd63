//! What the rendering of a post can find.

use crate::diagnostic::Code;

/// Every code of this room.
pub const CODES: &[&Code] = &[
    &FORBIDDEN_CHARACTER,
    &MOJIBAKE,
    &UNUSED_FOOTNOTE,
    &UNDEFINED_FOOTNOTE,
    &BAD_FORMULA,
    &LIQUID,
    &SHORTCODE,
    &KRAMDOWN,
    &WIKI_LINK,
    &NOTE_COMMENT,
    &BLOCK_ID,
    &MARK,
    &MDX,
    &ADMONITION,
    &CONFLICT,
];

/// Characters that XML cannot hold.
pub static FORBIDDEN_CHARACTER: Code = Code::warning(
    "forbidden-character",
    "a character that XML cannot hold was removed from a post: a feed with it is refused by every reader.",
);
/// UTF-8 read as windows-1252.
pub static MOJIBAKE: Code = Code::warning("mojibake", "a text was read in the wrong encoding and saved again: readers see garbled signs.");
/// A footnote without a reference.
pub static UNUSED_FOOTNOTE: Code = Code::warning("unused-footnote", "a footnote that nothing refers to was left out.");
/// A reference without a footnote.
pub static UNDEFINED_FOOTNOTE: Code =
    Code::warning("undefined-footnote", "a reference to a footnote that the post does not have stays as written, for it may be meant so.");
/// A formula that is none.
pub static BAD_FORMULA: Code = Code::warning("bad-formula", "a formula could not be turned into MathML; it is shown as written.");
/// Liquid.
pub static LIQUID: Code =
    Code::warning("liquid-leftover", "a Liquid tag or output could not be resolved: what it asks for is not known here.");
/// Hugo's and Zola's shortcodes.
pub static SHORTCODE: Code = Code::warning(
    "shortcode-leftover",
    "a shortcode or its like was left out, while the text inside it stays; what may be meant as text stays as it is.",
);
/// Attribute lists of kramdown and its like.
pub static KRAMDOWN: Code = Code::warning("kramdown-leftover", "an attribute list of kramdown, Pandoc or Hugo was left out.");
/// `[[Page]]`.
pub static WIKI_LINK: Code = Code::warning("wiki-link", "a link between notes is not followed to the post it means; its text stays.");
/// `%%comment%%`.
pub static NOTE_COMMENT: Code = Code::warning("note-comment", "a comment between `%%` was left out.");
/// ` ^name`.
pub static BLOCK_ID: Code = Code::warning("block-id", "a name by which other notes refer to a block was left out.");
/// `==mark==`.
pub static MARK: Code = Code::warning("mark-leftover", "text between `==` became `<mark>`; other Markdown programs print the signs.");
/// Imports and components.
pub static MDX: Code = Code::warning("mdx-leftover", "an MDX import or component was left out; the text inside a component stays.");
/// `!!! note`.
pub static ADMONITION: Code =
    Code::warning("admonition-leftover", "an admonition of MkDocs became a quotation; for other Markdown programs its text is code.");
/// What a merge left behind.
pub static CONFLICT: Code =
    Code::warning("conflict-marker", "a merge was not finished in a post: readers see both sides of it, and the signs between.");
