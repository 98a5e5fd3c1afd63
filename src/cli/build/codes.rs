//! The findings that only a build can make.

use crate::diagnostic::Code;

/// A file or folder that cannot be listed.
pub(super) static UNREADABLE: Code =
    Code::warning("unreadable", "A file or folder cannot be listed, or a link leads in a circle: posts in it are not seen.");
/// A file in an old encoding.
pub(super) static NOT_UTF8: Code =
    Code::warning("not-utf-8", "The file is in an old encoding; if that was not windows-1252, some letters are wrong.");
/// No `site.url`.
pub(super) static MISSING_SITE_URL: Code = Code::warning(
    "missing-site-url",
    "Without the site's address the links of the feeds lead nowhere: these feeds are not to be published.",
);
/// A feed above the byte budget.
pub(super) static FEED_TOO_LARGE: Code =
    Code::warning("feed-over-budget", "A feed above `feeds.bytes` is a burden for readers, and some fetch only its beginning.");
/// A feed of ours that is not valid.
pub(super) static INVALID_OUTPUT: Code =
    Code::error("invalid-output", "A feed that postrider made is not valid. That is a fault of postrider; nothing was replaced.");

/// A file that cannot be read.
pub(super) static UNREADABLE_FILE: Code = Code::error("unreadable-file", "A file cannot be read, so its post would vanish from the feeds.");
/// A run that came to no end.
pub(super) static COULD_NOT_RUN: Code =
    Code::error("could-not-run", "The build stopped for a reason outside the posts; nothing was replaced.");

/// A Jekyll site that would publish our files.
pub(super) static PUBLISHED_CONFIGURATION: Code = Code::warning(
    "published-configuration",
    "Jekyll copies every file in its root to the site, the configuration of postrider among them.",
);

/// A data file that is a program.
pub(super) static DATA_NOT_READ: Code = Code::warning(
    "data-not-read",
    "A data file in JavaScript is a program, and postrider runs none: what it says of the posts beside it is missing.",
);

/// All of them.
pub(in crate::cli) const CODES: &[&Code] = &[
    &UNREADABLE_FILE,
    &COULD_NOT_RUN,
    &UNREADABLE,
    &NOT_UTF8,
    &MISSING_SITE_URL,
    &FEED_TOO_LARGE,
    &INVALID_OUTPUT,
    &PUBLISHED_CONFIGURATION,
    &DATA_NOT_READ,
];
