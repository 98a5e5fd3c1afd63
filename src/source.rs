//! Edge: lists and reads the files of a site. Everything it returns is sorted: the order of a folder is never the same twice.
#![allow(clippy::disallowed_methods, reason = "this is the edge that reads files")]

use crate::model::{Asset, Assets};
use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};
use std::sync::Mutex;
use walkdir::{DirEntry, WalkDir};

/// The endings of files that may be posts.
const ENDINGS: [&str; 4] = ["md", "markdown", "mkd", "html"];

/// Where posts lie when the configuration does not say: the first row that is there.
const USUAL_FOLDERS: [&[&str]; 3] = [&["posts"], &["_posts", "_drafts"], &["content"]];

/// How much of a file is read for its front matter at first.
const HEAD: usize = 8 * 1024;

/// The largest file that is read, in bytes; offsets in it fit in 32 bits with room to spare.
const LARGEST: u64 = 1 << 30;

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
    pub folder: String,
}

/// What lies in the folders of posts.
#[derive(Debug, Default)]
pub struct Listing {
    /// The files that may be posts, sorted by path.
    pub files: Vec<Found>,
    /// What could not be listed: a path and why. Symlinks that lead in circles are among them.
    pub unread: Vec<(String, String)>,
}

/// Lists the files that may be posts: `posts` are folders, files and globs relative to `root`.
/// Files that begin with a dot, those in `exclude` and those below `output` are left out.
///
/// # Errors
/// When a named path is not there, a pattern is none, or there is no folder of posts.
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
        let unread = walk(root, &start, output, |path, relative| {
            let fits = path.extension().and_then(|e| e.to_str()).is_some_and(|e| ENDINGS.contains(&e.to_ascii_lowercase().as_str()));
            if fits && matcher.as_ref().is_none_or(|m| m.is_match(&relative)) && !exclude.is_match(&relative) {
                let folder = if start.is_file() { base.rsplit_once('/').map_or("", |(f, _)| f).to_owned() } else { base.clone() };
                listing.files.push(Found { path: relative, folder });
            }
        });
        listing.unread.extend(unread);
    }
    listing.files.sort();
    listing.files.dedup_by(|a, b| a.path == b.path);
    listing.unread.sort();
    Ok(listing)
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
    let there = |folder: &&&str| root.join(folder).is_dir();
    for row in USUAL_FOLDERS {
        if there(&&row[0]) {
            return Ok(row.iter().filter(there).map(|folder| (*folder).to_owned()).collect());
        }
    }
    let dated = |name: &str| {
        name.len() > 10
            && name.as_bytes()[..10].iter().enumerate().all(|(i, b)| if i == 4 || i == 7 { *b == b'-' } else { b.is_ascii_digit() })
    };
    let mut names = std::fs::read_dir(root)
        .map_err(|e| SourceError::Read(root.display().to_string(), e))?
        .filter_map(|e| e.ok()?.file_name().into_string().ok());
    // A plain folder of dated posts needs no folder around it.
    if names.any(|name| dated(&name) && ENDINGS.iter().any(|e| name.ends_with(&format!(".{e}")))) {
        Ok(vec![".".to_owned()])
    } else {
        Err(SourceError::NoPosts)
    }
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

/// Visits every file below `start` with its path relative to the root; returns what could not be visited.
fn walk(root: &Path, start: &Path, output: &Path, mut visit: impl FnMut(&Path, String)) -> Vec<(String, String)> {
    let is_output = |path: &Path| path == output && output != start;
    let whole = start.canonicalize().unwrap_or_else(|_| start.to_path_buf());
    let mut unread = Vec::new();
    // A link to a folder above would bring every post a second time.
    let leads_back = |path: &Path| path.canonicalize().is_ok_and(|target| target.is_dir() && whole.starts_with(target));
    let mut walker = WalkDir::new(start).follow_links(true).into_iter();
    while let Some(entry) = walker.next() {
        match entry {
            Err(error) => unread.push(describe(root, &error)),
            Ok(entry) if entry.depth() > 0 && is_hidden(&entry) || is_output(entry.path()) => {
                if entry.file_type().is_dir() {
                    walker.skip_current_dir();
                }
            }
            Ok(entry) if entry.depth() > 0 && entry.path_is_symlink() && leads_back(entry.path()) => {
                unread.push((relative(root, entry.path()), "a link to a folder above it".to_owned()));
                walker.skip_current_dir();
            }
            Ok(entry) if entry.file_type().is_file() => visit(entry.path(), relative(root, entry.path())),
            Ok(_) => {}
        }
    }
    unread
}

/// Returns whether a name begins with a dot, or is a folder of packages.
fn is_hidden(entry: &DirEntry) -> bool {
    entry.file_name().to_string_lossy().starts_with('.') || entry.file_name() == "node_modules"
}

/// Returns the path and the reason of a walk's error, without the path of the machine.
fn describe(root: &Path, error: &walkdir::Error) -> (String, String) {
    let path = error.path().map_or_else(String::new, |path| relative(root, path));
    let reason = match (error.loop_ancestor(), error.io_error()) {
        (Some(ancestor), _) => format!("a link that leads back to `{}`", relative(root, ancestor)),
        (None, Some(error)) => error.to_string(),
        (None, None) => "it cannot be read".to_owned(),
    };
    (path, reason)
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
pub fn read_head(root: &Path, path: &str, buffer: &mut Vec<u8>) -> Result<bool, SourceError> {
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
    folders: BTreeSet<String>,
}

impl Disk {
    /// Answers for a site's root, and for the folders of posts that lie outside it.
    #[must_use]
    pub fn new(root: &Path, files: &[Found]) -> Self {
        let folders = files.iter().map(|f| &f.folder).filter(|f| f.starts_with("..")).cloned().collect();
        Disk { root: root.to_path_buf(), known: Mutex::new(BTreeMap::new()), folders }
    }

    fn measure(&self, path: &str) -> Option<Asset> {
        let inside = !path.starts_with('/') && !path.split(['/', '\\']).any(|part| part == "..");
        if path.is_empty() || path.contains('\0') || !(inside || self.folders.iter().any(|folder| path.starts_with(folder.as_str()))) {
            return None;
        }
        let full = self.root.join(path);
        let metadata = full.metadata().ok().filter(std::fs::Metadata::is_file)?;
        let is_image = mime_guess::from_path(&full).first_raw().is_some_and(|t| t.starts_with("image/"));
        let size = is_image.then(|| imagesize::size(&full).ok()).flatten().map(|s| (s.width as u32, s.height as u32));
        Some(Asset { bytes: metadata.len(), size })
    }
}

impl Assets for Disk {
    fn file(&self, path: &str) -> Option<Asset> {
        let Ok(mut known) = self.known.lock() else { return self.measure(path) };
        known.entry(path.to_owned()).or_insert_with(|| self.measure(path)).clone()
    }
}
