//! Edge: lists and reads the files of a site. Everything it returns is sorted: the order of a folder is never the same twice.
#![allow(clippy::disallowed_methods, reason = "this is the edge that reads files")]

mod templates;

pub use templates::{OwnTemplate, templates};

use crate::model::{Asset, Assets};
use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock};
use walkdir::{DirEntry, WalkDir};

/// The endings of files that may be posts.
pub const ENDINGS: [&str; 4] = ["md", "markdown", "mkd", "html"];

/// The endings of files that other generators take for posts.
const OTHER_ENDINGS: [&str; 11] = ["mdx", "mkdn", "mdown", "mdwn", "rmd", "qmd", "rst", "org", "adoc", "asciidoc", "textile"];

/// The endings of files that are posts for other generators where their names begin with a date.
const DATED_ENDINGS: [&str; 2] = ["txt", "htm"];

/// Where posts lie when the configuration does not say: the first row that is there.
const USUAL_FOLDERS: [&[&str]; 3] = [&["posts"], &["_posts", "_drafts"], &["content"]];

/// What the names of Eleventy's data files end in.
const DATA_ENDINGS: [&str; 4] = [".11tydata.json", ".11tydata.js", ".11tydata.cjs", ".11tydata.mjs"];

/// The folder that makes a folder an Obsidian vault.
const VAULT: &str = ".obsidian";

/// How much of a file is read for its front matter at first.
pub const HEAD: usize = 4 * 1024;

/// The largest file that is read, in bytes; offsets in it fit in 32 bits with room to spare.
const LARGEST: u64 = 1 << 30;

/// The largest file that is put into posts, in bytes, and how many of them are remembered.
const LARGEST_INCLUDE: u64 = 128 * 1024;
const MOST_INCLUDES: usize = 200;

/// Why the files of a site could not be read.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// A path that is not there.
    #[error("there is no `{0}`; help: `posts:` in postrider.yaml takes folders, files and globs that exist")]
    Missing(String),
    /// No folder of posts at all.
    #[error(
        "there are no posts here; help: put them into `posts/`, or name their folder with `posts:` in postrider.yaml (`postrider init` writes one)"
    )]
    NoPosts,
    /// A folder of templates that is not there.
    #[error("there is no folder `{0}`; help: `templates:` in postrider.yaml takes a folder that exists")]
    NoTemplates(String),
    /// Posts in the folder that is published.
    #[error(
        "the folder of posts `{0}` is in the output folder, where files would get mixed; help: set `output:` to a folder of its own, such as `public`"
    )]
    InOutput(String),
    /// A pattern that is none.
    #[error("`{0}` is not a pattern of paths")]
    Pattern(String, #[source] globset::Error),
    /// A file that cannot be read.
    #[error("cannot read `{0}`")]
    Read(String, #[source] io::Error),
    /// A file that is too large to be a post.
    #[error("`{0}` is larger than 1 GiB; help: leave it out with `exclude:`")]
    TooLarge(String),
}

/// A file that may be a post.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Found {
    /// The path relative to the site's root, with `/`.
    pub path: String,
    /// The part of `path` that is the folder of posts, without `/` at its end.
    pub folder: Arc<str>,
}

/// What lies in the folders of posts.
#[derive(Debug, Default)]
pub struct Listing {
    /// The files that may be posts, sorted by path.
    pub files: Vec<Found>,
    /// Data files beside the posts (Eleventy's), sorted; those in JavaScript among them.
    pub data: Vec<String>,
    /// The pages of folders (`_index.md`), which may say something of the posts below them, sorted.
    pub sections: Vec<String>,
    /// The folders of posts, without `/` at their ends.
    pub folders: Vec<Arc<str>>,
    /// The files that look like posts in formats that are not read, sorted.
    pub others: Vec<String>,
    /// The folders of posts that are part of an Obsidian vault.
    pub vaults: Vec<Arc<str>>,
    /// What was not followed: links that lead in circles or nowhere, names that are no Unicode; each with the reason.
    pub unread: Vec<(String, String)>,
}

/// Lists the files that may be posts: `posts` are folders, files and globs relative to `root`.
/// Files that begin with a dot, those in `exclude` and those below `output` are left out.
///
/// # Errors
/// When a named path is not there, a pattern is none, there is no folder of posts, or it is in the output folder.
pub fn list(root: &Path, posts: &[String], exclude: &[String], output: &Path) -> Result<Listing, SourceError> {
    let exclude = globs(exclude)?;
    let mut listing = Listing::default();
    for pattern in roots(root, posts)? {
        let is_glob = pattern.contains(['*', '?', '[', '{']);
        let base = if is_glob { glob_base(&pattern) } else { pattern.trim_end_matches('/').to_owned() };
        let matcher = if is_glob { Some(globs(std::slice::from_ref(&pattern))?) } else { None };
        let start = root.join(&base);
        if !start.exists() {
            return Err(SourceError::Missing(pattern));
        }
        if start.is_dir() && holds(output, &start, root) {
            return Err(SourceError::InOutput(base));
        }
        let before = listing.files.len();
        let folder: Arc<str> = if start.is_file() { base.rsplit_once('/').map_or("", |(f, _)| f).into() } else { base.as_str().into() };
        listing.folders.push(Arc::clone(&folder));
        let unread = walk(root, &start, output, |path, relative| {
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            if is_section_name(name) && !exclude.is_match(&relative) {
                listing.sections.push(relative);
            } else if is_post_name(name) && matcher.as_ref().is_none_or(|m| m.is_match(&relative)) && !exclude.is_match(&relative) {
                listing.files.push(Found { path: relative, folder: Arc::clone(&folder) });
            } else if is_data_name(&relative) && !exclude.is_match(&relative) {
                listing.data.push(relative);
            } else if is_other_name(name) && matcher.as_ref().is_none_or(|m| m.is_match(&relative)) && !exclude.is_match(&relative) {
                listing.others.push(relative);
            }
        });
        for NotFollowed { path, why } in unread {
            match why {
                Why::Visited(reason) | Why::Lost(reason) => listing.unread.push((path, reason)),
                // Its posts would vanish from the feeds.
                Why::Failed(error) => return Err(SourceError::Read(path, error)),
            }
        }
        if is_glob && listing.files.len() == before {
            listing.unread.push((pattern, "no post has a path like this".to_owned()));
        }
        let around: Vec<&str> = folders_around(&folder).collect();
        let data = around.iter().flat_map(|folder| data_names(folder));
        listing.data.extend(data.filter(|name| !exclude.is_match(name) && root.join(name).is_file()));
        let pages = around.iter().map(|folder| format!("{folder}/_index.md"));
        listing.sections.extend(pages.filter(|name| !exclude.is_match(name) && root.join(name).is_file()));
        if root.join(VAULT).is_dir() || around.iter().any(|folder| root.join(folder).join(VAULT).is_dir()) {
            listing.vaults.push(Arc::clone(&folder));
        }
    }
    listing.data.sort();
    listing.data.dedup();
    listing.others.sort();
    listing.others.dedup();
    listing.sections.sort();
    listing.sections.dedup();
    listing.files.sort();
    listing.files.dedup_by(|a, b| a.path == b.path);
    listing.unread.sort();
    Ok(listing)
}

/// Returns whether the output folder is a folder of posts or around one. A site may be published from its own root, though.
fn holds(output: &Path, posts: &Path, root: &Path) -> bool {
    let whole = |path: &Path| path.canonicalize().ok();
    let (Some(output), Some(posts), Some(root)) = (whole(output), whole(posts), whole(root)) else { return false };
    output != root && output.starts_with(root) && posts.starts_with(output)
}

/// Returns whether a file's name is that of an Eleventy data file: `a.11tydata.json`, or `posts/posts.json`.
fn is_data_name(path: &str) -> bool {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let own = name.strip_suffix(".json").is_some_and(|stem| !stem.is_empty() && folder.rsplit('/').next() == Some(stem));
    own || DATA_ENDINGS.iter().any(|ending| name.ends_with(ending))
}

/// Returns the paths of the data files that may hold for all in a folder.
fn data_names(folder: &str) -> impl Iterator<Item = String> {
    let name = folder.rsplit('/').next().unwrap_or_default();
    DATA_ENDINGS.iter().chain(&[".json"]).map(move |ending| format!("{folder}/{name}{ending}"))
}

/// Returns a folder and those around it, without the root: `a`, `a/b` and `a/b/c` for `a/b/c`.
fn folders_around(folder: &str) -> impl Iterator<Item = &str> {
    let above = folder.match_indices('/').map(|(at, _)| &folder[..at]);
    above.chain([folder]).filter(|folder| !matches!(*folder, "" | "."))
}

/// Returns the patterns to list: the configured ones, else the usual folders, else the root when posts lie in it.
fn roots(root: &Path, posts: &[String]) -> Result<Vec<String>, SourceError> {
    if !posts.is_empty() {
        return Ok(posts
            .iter()
            .map(|p| p.trim_start_matches("./").to_owned())
            .map(|p| if p.is_empty() { ".".to_owned() } else { p })
            .collect());
    }
    usual_folders(root).ok_or(SourceError::NoPosts)
}

/// Returns where posts lie when nobody says so: the usual folders, else the root when dated posts lie in it.
#[must_use]
pub fn usual_folders(root: &Path) -> Option<Vec<String>> {
    let there = |folder: &&&str| root.join(folder).is_dir();
    for row in USUAL_FOLDERS {
        if there(&&row[0]) {
            return Some(row.iter().filter(there).map(|folder| (*folder).to_owned()).collect());
        }
    }
    let mut names = std::fs::read_dir(root).ok()?.filter_map(|e| e.ok()?.file_name().into_string().ok());
    names.any(|name| is_post_name(&name) && begins_with_date(&name)).then(|| vec![".".to_owned()])
}

/// Returns whether a file name has the ending of a post.
#[must_use]
pub fn is_post_name(name: &str) -> bool {
    ends_in(name, &ENDINGS)
}

/// Returns whether a file name is that of a post in a format that is not read.
fn is_other_name(name: &str) -> bool {
    ends_in(name, &OTHER_ENDINGS) || begins_with_date(name) && ends_in(name, &DATED_ENDINGS)
}

fn ends_in(name: &str, endings: &[&str]) -> bool {
    name.rsplit_once('.').is_some_and(|(_, ending)| endings.iter().any(|other| ending.eq_ignore_ascii_case(other)))
}

/// Returns whether a file name is that of the page of a folder: `_index.md`, `_index.de.md`.
#[must_use]
pub fn is_section_name(name: &str) -> bool {
    name.starts_with("_index.") && is_post_name(name)
}

/// Returns whether a file name begins with a date such as `2024-08-19-`.
fn begins_with_date(name: &str) -> bool {
    name.len() > 10 && name.bytes().take(10).enumerate().all(|(i, b)| if i == 4 || i == 7 { b == b'-' } else { b.is_ascii_digit() })
}

/// Returns the part of a glob before the first special character, as a folder.
fn glob_base(pattern: &str) -> String {
    let plain = &pattern[..pattern.find(['*', '?', '[', '{']).unwrap_or(pattern.len())];
    plain.rsplit_once('/').map_or_else(|| ".".to_owned(), |(folder, _)| folder.to_owned())
}

/// Compiles globs; `*` does not cross folders, a pattern without `/` matches a name anywhere.
fn globs(patterns: &[String]) -> Result<GlobSet, SourceError> {
    let mut set = GlobSetBuilder::new();
    for pattern in patterns {
        let wrong = |e| SourceError::Pattern(pattern.clone(), e);
        let trimmed = pattern.trim_start_matches("./").trim_end_matches('/');
        let variants = if trimmed.contains('/') {
            vec![trimmed.to_owned(), format!("{trimmed}/**")]
        } else {
            vec![format!("**/{trimmed}"), format!("**/{trimmed}/**")]
        };
        for variant in variants {
            set.add(GlobBuilder::new(&variant).literal_separator(true).build().map_err(wrong)?);
        }
    }
    set.build().map_err(|e| SourceError::Pattern(String::new(), e))
}

/// What was not followed.
#[derive(Debug)]
struct NotFollowed {
    path: String,
    why: Why,
}

/// Why something was not followed.
#[derive(Debug)]
enum Why {
    /// It leads to what is visited anyway, so that nothing is missing.
    Visited(String),
    /// Whatever it is, it is missing.
    Lost(String),
    /// The system refuses it.
    Failed(io::Error),
}

/// Visits every file below `start` with its path relative to the root; returns what was not followed, and why.
fn walk(root: &Path, start: &Path, output: &Path, mut visit: impl FnMut(&Path, String)) -> Vec<NotFollowed> {
    let is_output = |path: &Path| path == output && output != start;
    let whole = start.canonicalize().unwrap_or_else(|_| start.to_path_buf());
    let mut unread = Vec::new();
    let not_followed = |path: &Path, why| NotFollowed { path: relative(root, path), why };
    let mut walker = WalkDir::new(start).follow_links(true).into_iter();
    while let Some(entry) = walker.next() {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                unread.push(failed(root, error));
                continue;
            }
        };
        let below = entry.depth() > 0;
        if below && is_hidden(&entry) || is_output(entry.path()) {
            skip(&mut walker, &entry);
        } else if below && entry.path_is_symlink() && comes_back(entry.path(), &whole) {
            unread.push(not_followed(entry.path(), Why::Visited("a link to what is read anyway, or to a folder above it".to_owned())));
            skip(&mut walker, &entry);
        } else if entry.file_name().to_str().is_none() {
            unread.push(not_followed(entry.path(), Why::Lost("its name is no Unicode".to_owned())));
            skip(&mut walker, &entry);
        } else if entry.file_type().is_file() {
            visit(entry.path(), relative(root, entry.path()));
        }
    }
    unread
}

fn skip(walker: &mut walkdir::IntoIter, entry: &DirEntry) {
    if entry.file_type().is_dir() {
        walker.skip_current_dir();
    }
}

/// Returns whether a link leads to something that is visited without it, or to a folder around it: every post would come twice.
fn comes_back(link: &Path, whole: &Path) -> bool {
    link.canonicalize().is_ok_and(|target| target.starts_with(whole) || whole.starts_with(target))
}

/// Returns whether a name begins with a dot, or is a folder of packages.
fn is_hidden(entry: &DirEntry) -> bool {
    entry.file_name().to_string_lossy().starts_with('.') || entry.file_name() == "node_modules"
}

/// Returns the path that cannot be followed, and the reason.
fn failed(root: &Path, error: walkdir::Error) -> NotFollowed {
    let path = error.path().map_or_else(String::new, |path| relative(root, path));
    let back = error.loop_ancestor().map(|ancestor| format!("a link that leads back to `{}`", relative(root, ancestor)));
    let is_link = error.path().is_some_and(Path::is_symlink);
    let why = match (back, error.into_io_error()) {
        (Some(back), _) => Why::Visited(back),
        (None, Some(error)) if is_link && error.kind() == io::ErrorKind::NotFound => Why::Lost("a link that leads nowhere".to_owned()),
        (None, Some(error)) => Why::Failed(error),
        (None, None) => Why::Lost("it cannot be followed".to_owned()),
    };
    NotFollowed { path, why }
}

/// Returns a path relative to the root, with `/`. A name that is no Unicode is shown as well as it can be.
fn relative(root: &Path, path: &Path) -> String {
    let path = path.strip_prefix(root).unwrap_or(path);
    let parts = path.components().filter(|c| !matches!(c, Component::CurDir)).map(|c| c.as_os_str().to_string_lossy());
    parts.collect::<Vec<_>>().join("/")
}

/// Reads the beginning of a file, enough for most front matter, into a buffer that is used again.
/// Returns whether that was all of it.
///
/// # Errors
/// When the file cannot be read.
fn read_head(root: &Path, path: &str, buffer: &mut Vec<u8>) -> Result<bool, SourceError> {
    let failed = |e| SourceError::Read(path.to_owned(), e);
    let mut file = File::open(root.join(path)).map_err(failed)?;
    buffer.resize(HEAD, 0);
    let mut filled = 0;
    while filled < HEAD {
        match file.read(&mut buffer[filled..]).map_err(failed)? {
            0 => break,
            n => filled += n,
        }
    }
    buffer.truncate(filled);
    Ok(filled < HEAD)
}

/// Reads a whole file.
///
/// # Errors
/// When the file cannot be read or is too large.
pub fn read(root: &Path, path: &str) -> Result<Vec<u8>, SourceError> {
    let mut bytes = Vec::new();
    read_into(root, path, &mut bytes)?;
    Ok(bytes)
}

/// Reads a whole file into a buffer that is used again.
///
/// # Errors
/// When the file cannot be read or is too large.
pub fn read_into(root: &Path, path: &str, buffer: &mut Vec<u8>) -> Result<(), SourceError> {
    let failed = |e| SourceError::Read(path.to_owned(), e);
    buffer.clear();
    let file = File::open(root.join(path)).map_err(failed)?;
    // `Take` asks the system for no size, and a buffer that was used before has room for most posts.
    file.take(LARGEST + 1).read_to_end(buffer).map_err(failed)?;
    if buffer.len() as u64 > LARGEST { Err(SourceError::TooLarge(path.to_owned())) } else { Ok(()) }
}

/// The files beside the posts, measured on disk once each.
#[derive(Debug)]
pub struct Disk {
    root: PathBuf,
    known: Mutex<BTreeMap<String, Option<Asset>>>,
    texts: Mutex<BTreeMap<String, Option<String>>>,
    /// The paths of all files by their names in small letters.
    named: OnceLock<BTreeMap<String, Vec<String>>>,
}

impl Disk {
    /// Answers for a site's root.
    #[must_use]
    pub fn new(root: &Path) -> Self {
        Disk { root: root.to_path_buf(), known: Mutex::default(), texts: Mutex::default(), named: OnceLock::new() }
    }

    /// Returns where a path of the site leads; nothing where it is none, or leaves the site.
    fn inside(&self, path: &str) -> Option<PathBuf> {
        let inside = !path.starts_with('/') && !path.split(['/', '\\']).any(|part| part == "..");
        (!path.is_empty() && !path.contains('\0') && inside).then(|| self.root.join(path))
    }

    fn read(&self, path: &str) -> Option<String> {
        let full = self.inside(path)?;
        let metadata = full.metadata().ok().filter(|metadata| metadata.is_file() && metadata.len() <= LARGEST_INCLUDE)?;
        // A link in the site's folder may lead out of it, or to a hidden file, or to one of another kind.
        let (real, root) = (full.canonicalize().ok()?, self.root.canonicalize().ok()?);
        let below = real.strip_prefix(root).ok()?;
        let is_hidden = |path: &Path| path.iter().any(|part| part.as_encoded_bytes().starts_with(b"."));
        let is_inside = (!is_hidden(below) || is_hidden(Path::new(path))) && below.extension() == full.extension();
        let mut text = String::with_capacity(usize::try_from(metadata.len()).unwrap_or_default());
        File::open(full).ok().filter(|_| is_inside)?.take(LARGEST_INCLUDE).read_to_string(&mut text).ok()?;
        Some(text)
    }

    fn measure(&self, path: &str) -> Option<Asset> {
        let full = self.inside(path)?;
        let metadata = full.metadata().ok().filter(std::fs::Metadata::is_file)?;
        let is_image = mime_guess::from_path(&full).first_raw().is_some_and(|t| t.starts_with("image/"));
        let size = is_image.then(|| imagesize::size(&full).ok()).flatten().map(|s| (s.width as u32, s.height as u32));
        Some(Asset { path: path.to_owned(), bytes: metadata.len(), size })
    }
}

impl Assets for Disk {
    fn file(&self, path: &str) -> Option<Asset> {
        let Ok(mut known) = self.known.lock() else { return self.measure(path) };
        known.entry(path.to_owned()).or_insert_with(|| self.measure(path)).clone()
    }

    fn text(&self, path: &str) -> Option<String> {
        let Ok(mut texts) = self.texts.lock() else { return self.read(path) };
        if texts.len() > MOST_INCLUDES {
            texts.clear();
        }
        texts.entry(path.to_owned()).or_insert_with(|| self.read(path)).clone()
    }

    fn names(&self, folder: &str) -> Vec<String> {
        let inside = !folder.starts_with('/') && !folder.split(['/', '\\']).any(|part| part == "..");
        let Some(files) = inside.then(|| std::fs::read_dir(self.root.join(folder)).ok()).flatten() else { return Vec::new() };
        let mut names: Vec<String> = files.filter_map(|file| file.ok()?.file_name().into_string().ok()).collect();
        names.sort_unstable();
        names
    }

    fn named(&self, name: &str) -> Vec<String> {
        let read = || {
            let mut named: BTreeMap<String, Vec<String>> = BTreeMap::new();
            walk(&self.root, &self.root, Path::new(""), |_, path| {
                let name = path.rsplit('/').next().unwrap_or_default().to_lowercase();
                named.entry(name).or_default().push(path);
            });
            for paths in named.values_mut() {
                paths.sort_unstable();
            }
            named
        };
        self.named.get_or_init(read).get(&name.to_lowercase()).cloned().unwrap_or_default()
    }
}

/// What a folder or a glob holds besides posts: documents of any kind.
#[derive(Debug, Default)]
pub struct Documents {
    /// The feeds, sorted: each with its name as the user would write it.
    pub feeds: Vec<String>,
    /// How many other files there are.
    pub others: usize,
    /// What could not be read or followed, with the reason.
    pub unread: Vec<(String, String)>,
}

/// Returns whether a path of the command line is a glob: it has a sign of one, and no file has that name.
#[must_use]
pub fn is_glob(root: &Path, given: &str) -> bool {
    given.contains(['*', '?', '[', '{']) && !root.join(given).exists()
}

/// Finds the feeds in a folder, or those that a glob matches. `is_feed` sees the name and the first bytes of each file.
///
/// # Errors
/// When the folder is not there or cannot be read, or the pattern is none.
pub fn documents(root: &Path, given: &str, is_feed: impl Fn(&str, &[u8]) -> bool) -> Result<Documents, SourceError> {
    let glob = is_glob(root, given);
    let base = if glob { glob_base(given) } else { given.to_owned() };
    let base = if base.is_empty() { "/" } else { base.as_str() };
    let wrong = |error| SourceError::Pattern(given.to_owned(), error);
    let pattern = given.trim_start_matches("./");
    let matcher = glob
        .then(|| GlobBuilder::new(pattern).literal_separator(true).build().map(|glob| glob.compile_matcher()))
        .transpose()
        .map_err(wrong)?;
    let start = root.join(base);
    if !start.is_dir() {
        return Err(SourceError::Missing(given.to_owned()));
    }
    let folder = base.trim_start_matches("./").trim_end_matches('/');
    let name_of = |below: &str| match folder {
        "" if base.starts_with('/') => format!("/{below}"),
        "" | "." => below.to_owned(),
        folder => format!("{folder}/{below}"),
    };
    let mut found = Documents::default();
    let mut head = Vec::new();
    let (mut feeds, mut unread) = (Vec::new(), Vec::new());
    let not_followed = walk(&start, &start, Path::new(""), |_, below| {
        let name = name_of(&below);
        if matcher.as_ref().is_some_and(|matcher| !matcher.is_match(&name)) {
            return;
        }
        match read_head(root, &name, &mut head) {
            Ok(_) if is_feed(&name, &head) => feeds.push(name),
            Ok(_) => found.others += 1,
            Err(error) => unread.push((name, reason(&error))),
        }
    });
    found.feeds = feeds;
    found.unread = unread;
    for NotFollowed { path, why } in not_followed {
        let name = if path.is_empty() { given.to_owned() } else { name_of(&path) };
        match why {
            // No fault of a folder of documents.
            Why::Visited(_) => {}
            Why::Lost(reason) => found.unread.push((name, reason)),
            Why::Failed(error) => found.unread.push((name, system(&error))),
        }
    }
    found.feeds.sort();
    found.unread.sort();
    Ok(found)
}

/// Returns why something could not be read, without its name.
#[must_use]
pub fn reason(error: &SourceError) -> String {
    match error {
        SourceError::Missing(_) => "there is no such file or folder".to_owned(),
        SourceError::TooLarge(_) => "it is larger than 1 GiB".to_owned(),
        SourceError::Read(_, error) => system(error),
        other => other.to_string(),
    }
}

/// Returns what the system says, in a user's words.
fn system(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "there is no such file or folder".to_owned(),
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        _ => error.to_string(),
    }
}
