//! What a reference means that names a file of the author's, in place of an address.

use std::fmt;

/// How the clean-up asks for the addresses of other posts and files; the site answers.
pub trait Posts: fmt::Debug {
    /// Returns the permalink of the post whose file a reference names: relative to the file it stands in, or, with `/` in
    /// front, to the folder of posts or one around it. `None` for a file that is no post of this build.
    fn by_file(&self, reference: &str) -> Option<String>;

    /// Returns the permalink of the post of a name as other programs give it: `2024-01-02-slug`, `blog/slug.md`, `My Note`; in a
    /// language, where one is wanted.
    fn by_name(&self, name: &str, language: Option<&str>) -> Option<String>;

    /// Returns what to do about a name that no post has: `did you mean `x`?`, or why the post is not shown.
    fn advice(&self, name: &str) -> Option<String>;

    /// Returns the address under which the site publishes a file that is no post.
    fn file(&self, reference: &str) -> Option<String>;
}

/// A site without any other post.
#[derive(Debug, Clone, Copy)]
pub struct NoPosts;

impl Posts for NoPosts {
    fn by_file(&self, _reference: &str) -> Option<String> {
        None
    }

    fn by_name(&self, _name: &str, _language: Option<&str>) -> Option<String> {
        None
    }

    fn advice(&self, _name: &str) -> Option<String> {
        None
    }

    fn file(&self, _reference: &str) -> Option<String> {
        None
    }
}

/// The endings of Markdown files: no page of a site is published under one.
const ENDINGS: [&str; 4] = [".md", ".markdown", ".mkd", ".mdx"];

/// The endings of Pelican's articles.
const ARTICLES: [&str; 7] = [".md", ".markdown", ".mkd", ".mdown", ".html", ".htm", ".rst"];

/// A reference to a file of the author's.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct FileReference<'r> {
    kind: Kind,
    path: &'r str,
    /// The query and fragment, with their signs.
    rest: &'r str,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Post,
    File,
    /// A page that only the other generator makes.
    Page,
}

/// What Pelican writes in braces before a path (<https://docs.getpelican.com/en/latest/content.html#linking-to-internal-content>).
const PELICAN: [(&str, Kind); 7] = [
    ("filename", Kind::Post),
    ("static", Kind::File),
    ("attach", Kind::File),
    ("index", Kind::File),
    ("tag", Kind::Page),
    ("category", Kind::Page),
    ("author", Kind::Page),
];

impl<'r> FileReference<'r> {
    /// Reads a reference; `None` for an address.
    pub(super) fn read(reference: &'r str) -> Option<Self> {
        let end = reference.find(['?', '#']).unwrap_or(reference.len());
        let (path, rest) = reference.split_at(end);
        let is_markdown = ends_in(path, &ENDINGS);
        match path.as_bytes().first()? {
            // Zola: a path below `content`.
            b'@' => Some(FileReference { kind: Kind::Post, path: path.strip_prefix('@')?, rest }).filter(|r| r.path.starts_with('/')),
            b'{' | b'|' => {
                let (name, path) = path.get(1..)?.split_once(['}', '|'])?;
                let (_, kind) = PELICAN.iter().find(|(known, _)| *known == name)?;
                // Pelican once had this word for pictures, too.
                let kind = if *kind == Kind::Post && !ends_in(path, &ARTICLES) { Kind::File } else { *kind };
                let path = if name == "index" { "/" } else { path };
                Some(FileReference { kind, path, rest })
            }
            _ if !is_markdown || path.starts_with("//") || crate::text::url::scheme(path).is_some() => None,
            _ => Some(FileReference { kind: Kind::Post, path, rest }),
        }
    }

    /// Returns what to do where the site has no such post.
    pub(super) fn advice(&self, posts: &dyn Posts) -> Option<String> {
        (self.kind == Kind::Post).then(|| posts.advice(self.path)).flatten()
    }

    /// Returns the address of what is meant; `None` where the site has no such thing.
    pub(super) fn address(&self, posts: &dyn Posts) -> Option<String> {
        let address = match self.kind {
            Kind::Post => posts.by_file(self.path),
            Kind::File => posts.file(self.path),
            Kind::Page => None,
        };
        address.map(|address| address + self.rest)
    }
}

fn ends_in(path: &str, endings: &[&str]) -> bool {
    endings.iter().any(|ending| {
        path.len().checked_sub(ending.len()).and_then(|at| path.get(at..)).is_some_and(|end| end.eq_ignore_ascii_case(ending))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_to_a_file_is_told_from_an_address() {
        for (reference, expected) in [
            ("b.md", Some((Kind::Post, "b.md", ""))),
            ("../x/B.MD#part", Some((Kind::Post, "../x/B.MD", "#part"))),
            ("/blog/b.markdown?x", Some((Kind::Post, "/blog/b.markdown", "?x"))),
            ("@/blog/b.md#c", Some((Kind::Post, "/blog/b.md", "#c"))),
            ("{filename}b.md", Some((Kind::Post, "b.md", ""))),
            ("|filename|/x/b.md", Some((Kind::Post, "/x/b.md", ""))),
            ("{filename}/images/a.png", Some((Kind::File, "/images/a.png", ""))),
            ("{static}/a.pdf", Some((Kind::File, "/a.pdf", ""))),
            ("{index}", Some((Kind::File, "/", ""))),
            ("{tag}sea", Some((Kind::Page, "sea", ""))),
            ("https://example.org/README.md", None),
            ("//example.org/README.md", None),
            ("b.html", None),
            ("@name", None),
            ("{other}x", None),
            ("md", None),
            ("", None),
        ] {
            let read = FileReference::read(reference);
            assert_eq!(read.as_ref().map(|read| (read.kind, read.path, read.rest)), expected, "{reference}");
        }
    }
}
