//! The findings about a configuration.

use crate::diagnostic::Code;

/// YAML that cannot be read.
pub static SYNTAX: Code = Code::error("configuration-syntax", "The configuration is not well-formed YAML, so nothing in it can be used.");
/// YAML that is refused unread.
pub static REFUSED: Code =
    Code::error("configuration-refused", "The configuration is too long, too deep or holds invisible characters, and is refused unread.");
/// A key that is no key.
pub static UNKNOWN_KEY: Code = Code::error("unknown-setting", "A key of the configuration is not known, so it would have no effect.");
/// A key written twice.
pub static DUPLICATE_KEY: Code = Code::error("duplicate-setting", "A key of the configuration is written twice, and only one can count.");
/// A list where text belongs, and so on.
pub static WRONG_TYPE: Code = Code::error("wrong-setting-type", "A value of the configuration is of another type than its key takes.");
/// A value of the right type that means nothing.
pub static BAD_VALUE: Code = Code::error("invalid-setting", "A value of the configuration is not one that its key takes.");
/// Two files or folders of one name.
pub static SAME_NAME: Code = Code::error("same-output-name", "Two outputs would be written to one file, and one would be lost.");
/// A secret in the configuration.
pub static PASSWORD: Code = Code::error(
    "password-in-configuration",
    "A password stands in the configuration, which is often committed or published with the site.",
);
/// An environment variable that is almost one of ours.
pub static UNKNOWN_VARIABLE: Code =
    Code::warning("unknown-variable", "A variable of the environment is almost the name of one that postrider reads, and has no effect.");

/// A neighbour's configuration that cannot be read.
pub static SITE_SYNTAX: Code = Code::error(
    "site-configuration-syntax",
    "The site generator's own configuration is not well-formed, so what the site is called and where it lives cannot be read from it.",
);
/// A value in a neighbour's configuration that means nothing to us.
pub static SITE_VALUE: Code = Code::warning(
    "site-configuration-value",
    "A value of the site generator's own configuration cannot be used, and the default stands in its place.",
);

/// Every finding of this room.
pub const CODES: &[&Code] = &[
    &SYNTAX,
    &REFUSED,
    &UNKNOWN_KEY,
    &DUPLICATE_KEY,
    &WRONG_TYPE,
    &BAD_VALUE,
    &SAME_NAME,
    &PASSWORD,
    &UNKNOWN_VARIABLE,
    &SITE_SYNTAX,
    &SITE_VALUE,
];
