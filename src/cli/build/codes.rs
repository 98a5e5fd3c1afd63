//! The findings that only a build can make.

use crate::diagnostic::Code;

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

/// A run that came to no end.
pub(super) static COULD_NOT_RUN: Code =
    Code::error("could-not-run", "The build stopped for a reason outside the posts; nothing was replaced.");

/// A Jekyll site that would publish our files.
pub(super) static PUBLISHED_CONFIGURATION: Code = Code::warning(
    "published-configuration",
    "Jekyll copies every file in its root to the site, the configuration of postrider among them.",
);

/// All of them.
pub(in crate::cli) const CODES: &[&Code] = &[&COULD_NOT_RUN, &MISSING_SITE_URL, &FEED_TOO_LARGE, &INVALID_OUTPUT, &PUBLISHED_CONFIGURATION];
