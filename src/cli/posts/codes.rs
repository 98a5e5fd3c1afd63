//! What can be wrong with the files of posts.

use crate::diagnostic::Code;

/// A file or folder that cannot be listed.
pub(super) static UNREADABLE: Code =
    Code::warning("unreadable", "A file or folder cannot be listed, or a link leads in a circle: posts in it are not seen.");

/// A file in an old encoding.
pub(super) static NOT_UTF8: Code =
    Code::warning("not-utf-8", "The file is in an old encoding; if that was not windows-1252, some letters are wrong.");

/// A file that cannot be read.
pub(in crate::cli) static UNREADABLE_FILE: Code =
    Code::error("unreadable-file", "A file cannot be read, so its post would vanish from the feeds.");

/// A data file that is a program.
pub(super) static DATA_NOT_READ: Code = Code::warning(
    "data-not-read",
    "A data file in JavaScript is a program, and postrider runs none: what it says of the posts beside it is missing.",
);

/// All of them.
pub(in crate::cli) const CODES: &[&Code] = &[&UNREADABLE, &NOT_UTF8, &UNREADABLE_FILE, &DATA_NOT_READ];
