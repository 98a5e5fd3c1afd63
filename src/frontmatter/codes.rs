//! What this room reports.

use crate::diagnostic::Code;

/// Everything this room reports.
pub const CODES: &[&Code] = &[
    &UNCLOSED_FRONT_MATTER,
    &INVALID_FRONT_MATTER,
    &COMPLEX_FRONT_MATTER,
    &UNQUOTED_VALUE,
    &UNCLOSED_QUOTE,
    &TAB_INDENTATION,
    &DUPLICATE_KEY,
    &UNKNOWN_DATE,
    &UNEXPECTED_TYPE,
    &IGNORED_VALUE,
    &COMMENT_IN_VALUE,
    &CONTROL_IN_FRONT_MATTER,
    &UNKNOWN_LANGUAGE,
    &UNKNOWN_FLAG,
    &MOJIBAKE_IN_FRONT_MATTER,
    &TEMPLATE_IN_FRONT_MATTER,
    &ENCLOSURE_WITHOUT_URL,
    &KEY_OF_OPENING,
];

/// Front matter without an end.
pub(super) static UNCLOSED_FRONT_MATTER: Code =
    Code::error("unclosed-front-matter", "front matter begins and never ends, so that nobody can tell it from the post's text.");
/// Front matter that its format cannot read.
pub(super) static INVALID_FRONT_MATTER: Code =
    Code::error("invalid-front-matter", "front matter is not valid YAML, TOML or JSON, so that title and date are in doubt.");
/// Front matter made to stall its reader.
pub(super) static COMPLEX_FRONT_MATTER: Code =
    Code::error("complex-front-matter", "front matter is too long, too deep or has too many aliases to be read in reasonable time.");
/// A value that means something else without quotes.
pub(super) static UNQUOTED_VALUE: Code =
    Code::error("unquoted-value", "a value means something else without quotes, so that the front matter cannot be read.");
/// A quote without an end.
pub(super) static UNCLOSED_QUOTE: Code =
    Code::error("unclosed-quote", "a quoted value has no closing quote, so that all behind it seems to belong to it.");
/// A tab where YAML wants blanks.
pub(super) static TAB_INDENTATION: Code = Code::error("tab-indentation", "a line is indented with a tab, which YAML does not allow.");
/// A key that stands twice.
pub(super) static DUPLICATE_KEY: Code = Code::error("duplicate-key", "a key stands twice, so that nobody can tell which value is meant.");
/// A date nobody can read for sure.
pub(super) static UNKNOWN_DATE: Code =
    Code::error("unknown-date", "a date is in no known form or does not exist, so that the post has no certain place in the feed.");
/// A list or mapping where title, permalink or id should be.
pub(super) static UNEXPECTED_TYPE: Code =
    Code::error("unexpected-type", "a title, permalink, slug or id is a list, a mapping or a tagged value instead of text.");
/// A value of the wrong kind that the post can do without.
pub(super) static IGNORED_VALUE: Code = Code::warning("ignored-value", "a value is not of the kind its key wants and was left out.");
/// A value cut by a YAML comment.
pub(super) static COMMENT_IN_VALUE: Code =
    Code::warning("comment-in-value", "a `#` behind a blank begins a comment in YAML, so that the title may have lost its end.");
/// A character that XML and YAML forbid.
pub(super) static CONTROL_IN_FRONT_MATTER: Code =
    Code::warning("control-character-in-front-matter", "front matter holds an invisible character that neither YAML nor a feed may hold.");
/// A language that is no language tag.
pub(super) static UNKNOWN_LANGUAGE: Code =
    Code::warning("unknown-language", "a language is not written as a language tag, so that readers cannot tell the post's language.");
/// A flag that is neither true nor false.
pub(super) static UNKNOWN_FLAG: Code =
    Code::error("unknown-flag", "a flag is neither true nor false, so that a post might be published that was to be hidden.");
/// UTF-8 that was read as windows-1252 and saved again.
pub(super) static MOJIBAKE_IN_FRONT_MATTER: Code =
    Code::warning("mojibake-in-front-matter", "UTF-8 was read in the wrong encoding and saved again, so that readers see garbled words.");
/// Template code that is printed.
pub(super) static TEMPLATE_IN_FRONT_MATTER: Code =
    Code::warning("template-in-front-matter", "template code stands in a title, summary or tag, where readers will see it as it is.");
/// A key that does nothing above an opening.
pub(super) static KEY_OF_OPENING: Code = Code::warning(
    "key-of-opening",
    "the front matter of a newsletter's opening holds a key that does nothing there: only its title counts.",
);
/// An enclosure that names no file.
pub(super) static ENCLOSURE_WITHOUT_URL: Code =
    Code::error("enclosure-without-url", "an enclosure names no file, so that listeners get an episode without its sound.");
