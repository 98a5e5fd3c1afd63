use std::sync::Arc;

/// A line and a column, both 1-based, counted in Unicode scalar values; 0 where not known.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The line; CR, LF and CRLF each end one.
    pub line: u32,
    /// The column within the line.
    pub column: u32,
}

/// Where a finding is: a file, and where known the position and the line it stands in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Place {
    /// The file as the user knows it: relative to the site, with `/`.
    pub path: Arc<str>,
    /// The front-matter or configuration key, while the position is still to be looked up.
    pub key: Option<String>,
    /// Where it begins; line 0 where only the file is known.
    pub start: Position,
    /// Where it ends (exclusive).
    pub end: Position,
    /// The line it begins in, shortened around the marked part; empty where not known.
    pub excerpt: String,
    /// The marked part of `excerpt`, in bytes.
    pub mark: (usize, usize),
}

impl Place {
    /// A whole file.
    pub fn file(path: impl Into<String>) -> Self {
        Place { path: path.into().into(), ..Place::default() }
    }

    /// A key of a file's front matter whose text is no longer at hand; the edge looks its position up when it reports.
    pub fn key(path: impl Into<String>, key: impl Into<String>) -> Self {
        Place { key: Some(key.into()), ..Place::file(path) }
    }
}
