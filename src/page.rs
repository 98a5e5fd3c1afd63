//! Subscribe page, OPML, autodiscovery snippet, header samples.
