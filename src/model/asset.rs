/// What is known of a file beside the posts: an image, an audio file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asset {
    /// The file, relative to the site's root, with `/`.
    pub path: String,
    /// The real size in bytes.
    pub bytes: u64,
    /// Width and height in pixels, for images whose header tells.
    pub size: Option<(u32, u32)>,
}

/// How the core asks for what lies on disk; the edge answers from the site's folder, tests from memory.
pub trait Assets: Sync + std::fmt::Debug {
    /// Returns what is known of the file at a path relative to the site's root, with `/`; `None` when there is none
    /// or the path leaves the site.
    fn file(&self, path: &str) -> Option<Asset>;

    /// Returns the text of a small file at such a path; `None` where there is none, or it is no UTF-8.
    fn text(&self, path: &str) -> Option<String>;

    /// Returns the names of the files in a folder relative to the site's root, sorted; none for a folder that is not there.
    fn names(&self, folder: &str) -> Vec<String>;

    /// Returns the paths of all files of a name that lie in the site's folders, sorted; hidden folders are not looked into.
    fn named(&self, _name: &str) -> Vec<String> {
        Vec::new()
    }
}

/// A site without any file but its posts.
#[derive(Debug, Clone, Copy)]
pub struct NoAssets;

impl Assets for NoAssets {
    fn file(&self, _path: &str) -> Option<Asset> {
        None
    }

    fn text(&self, _path: &str) -> Option<String> {
        None
    }

    fn names(&self, _folder: &str) -> Vec<String> {
        Vec::new()
    }
}
