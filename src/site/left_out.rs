//! What does not reach a feed, and why: nothing is left out without a word.

/// Why a file of the folders of posts is in no feed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// A draft.
    Draft,
    /// `published: false` and the like.
    Unpublished,
    /// Dated later than now.
    Future,
    /// Past its expiry date.
    Expired,
    /// `feed: false`.
    NotInFeed,
    /// A file without any date.
    Page,
    /// A file in `_posts` whose name does not begin with a date: Jekyll passes it over.
    Undated,
    /// A file in a format that postrider does not read.
    OtherFormat,
    /// A file beside the page of a Hugo bundle: it belongs to that page.
    InBundle,
    /// A post with errors, under `--keep-going`.
    Broken,
}

/// Each reason with its name in reports for machines, its words for one and for several files, and what it says of a file.
const REASONS: [(Reason, &str, &str, &str, &str); 10] = [
    (Reason::Draft, "draft", "draft", "drafts", "is a draft"),
    (Reason::Unpublished, "unpublished", "unpublished", "unpublished", "is not to be published"),
    (Reason::Future, "future", "future", "future", "is dated later than now"),
    (Reason::Expired, "expired", "expired", "expired", "has expired"),
    (Reason::NotInFeed, "not-in-feed", "with `feed: false`", "with `feed: false`", "has `feed: false`"),
    (Reason::Page, "page", "page without a date", "pages without a date", "has no date, so it is a page"),
    (
        Reason::Undated,
        "undated-name",
        "in `_posts` without a date in its name",
        "in `_posts` without a date in their names",
        "is in `_posts` and has no date in its name",
    ),
    (
        Reason::OtherFormat,
        "other-format",
        "in a format that is not read",
        "in formats that are not read",
        "is in a format that is not read",
    ),
    (
        Reason::InBundle,
        "in-bundle",
        "file of a page bundle",
        "files of page bundles",
        "lies beside the `index.md` of another page, to which it belongs in Hugo",
    ),
    (Reason::Broken, "errors", "with errors", "with errors", "has errors"),
];

impl Reason {
    /// Returns its name in reports for machines.
    #[must_use]
    pub fn name(self) -> &'static str {
        REASONS[self as usize].1
    }

    /// Returns a count in words: `2 drafts`.
    #[must_use]
    pub fn counted(self, count: usize) -> String {
        format!("{count} {}", self.words(count))
    }

    /// Returns the words for so many files: `drafts`.
    #[must_use]
    pub fn words(self, count: usize) -> &'static str {
        let (_, _, one, many, _) = REASONS[self as usize];
        if count == 1 { one } else { many }
    }

    /// Returns what it says of a file, as the end of a sentence: `is a draft`.
    #[must_use]
    pub fn told(self) -> &'static str {
        REASONS[self as usize].4
    }
}

/// The files that are left out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LeftOut {
    files: Vec<(Reason, String)>,
}

impl LeftOut {
    /// Adds a file.
    pub fn add(&mut self, reason: Reason, path: String) {
        self.files.push((reason, path));
    }

    /// Adds the files of another list.
    pub fn extend(&mut self, other: LeftOut) {
        self.files.extend(other.files);
    }

    /// Returns whether any file is left out for a reason.
    #[must_use]
    pub fn has(&self, reason: Reason) -> bool {
        self.files.iter().any(|(own, _)| *own == reason)
    }

    /// Returns why a file is left out, if it is.
    #[must_use]
    pub fn reason(&self, path: &str) -> Option<Reason> {
        self.files.iter().find(|(_, own)| own == path).map(|(reason, _)| *reason)
    }

    /// Returns the paths of all files.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.files.iter().map(|(_, path)| path.as_str())
    }

    /// Returns how many files are left out for each reason for which any is.
    pub fn counts(&self) -> impl Iterator<Item = (usize, Reason)> {
        let count = |reason: Reason| self.files.iter().filter(|(own, _)| *own == reason).count();
        REASONS.iter().map(move |(reason, ..)| (count(*reason), *reason)).filter(|(count, _)| *count > 0)
    }

    /// Returns the files with the names of their reasons, sorted.
    #[must_use]
    pub fn files(&self) -> Vec<(&str, &'static str)> {
        let mut files: Vec<_> = self.files.iter().map(|(reason, path)| (path.as_str(), reason.name())).collect();
        files.sort_unstable();
        files
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_stands_in_its_row() {
        for (at, (reason, ..)) in REASONS.iter().enumerate() {
            assert_eq!(*reason as usize, at);
        }
    }

    #[test]
    fn files_are_counted_by_reason_and_listed_by_path() {
        let mut left_out = LeftOut::default();
        for (reason, path) in [(Reason::Page, "b.md"), (Reason::Draft, "c.md"), (Reason::Page, "a.md")] {
            left_out.add(reason, path.to_owned());
        }
        let counts: Vec<String> = left_out.counts().map(|(count, reason)| reason.counted(count)).collect();
        assert_eq!(counts, ["1 draft", "2 pages without a date"]);
        assert_eq!(left_out.files(), [("a.md", "page"), ("b.md", "page"), ("c.md", "draft")]);
        assert_eq!(left_out.reason("c.md").map(Reason::told), Some("is a draft"));
        assert_eq!(left_out.reason("d.md"), None);
    }
}
