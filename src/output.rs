//! Edge: writes outputs atomically, only on change, and never over what others wrote.
//!
//! Everything is staged first (small documents in memory, large ones in a temporary file beside the target); [`Outputs::commit`]
//! then looks at all targets before it touches one. `.postrider/outputs` remembers what we wrote: its length and a digest of its
//! beginning and end, so that a file which another generator replaced since is a stranger's again.
#![allow(clippy::disallowed_methods, reason = "this is the edge that writes files")]

use crate::report::Action;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// Above this a staged document goes to disk.
const IN_MEMORY: usize = 1 << 20;

/// How much of each end of a file its fingerprint covers.
const ENDS: u64 = 4096;

/// Why nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum OutputError {
    /// Files that we did not write.
    #[error("{} not written by postrider and would be replaced: {}; help: name the file with `--force PATH`, or publish under another name with `feeds.files`", plural(.0), list(.0))]
    Stranger(Vec<String>),
    /// A file or folder that cannot be read or written.
    #[error("cannot write `{0}`")]
    Write(String, #[source] io::Error),
}

fn plural(paths: &[String]) -> &'static str {
    if paths.len() == 1 { "this file was" } else { "these files were" }
}

fn list(paths: &[String]) -> String {
    paths.iter().map(|path| format!("`{path}`")).collect::<Vec<_>>().join(", ")
}

/// A file and what happened to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Done {
    /// The path relative to the output folder, with `/`.
    pub path: String,
    /// What happened, or would.
    pub action: Action,
    /// Its size in bytes.
    pub bytes: u64,
}

/// A document that is complete but not yet in its place.
#[derive(Debug)]
pub struct Staged {
    path: String,
    body: Body,
    /// Whether the configuration names the file, so that it may be replaced whoever wrote it.
    named: bool,
}

#[derive(Debug)]
enum Body {
    Memory(Vec<u8>),
    Disk(BufWriter<NamedTempFile>, u64),
}

impl Staged {
    /// Returns the path relative to the output folder.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Returns the size in bytes.
    #[must_use]
    pub fn len(&self) -> u64 {
        match &self.body {
            Body::Memory(bytes) => bytes.len() as u64,
            Body::Disk(_, length) => *length,
        }
    }

    /// Returns whether nothing was written to it yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns a reader over the whole document.
    ///
    /// # Errors
    /// When the temporary file cannot be read.
    pub fn reader(&mut self) -> Result<Box<dyn io::BufRead + '_>, OutputError> {
        let failed = |e| OutputError::Write(self.path.clone(), e);
        match &mut self.body {
            Body::Memory(bytes) => Ok(Box::new(bytes.as_slice())),
            Body::Disk(writer, _) => {
                writer.flush().map_err(failed)?;
                Ok(Box::new(BufReader::with_capacity(1 << 18, writer.get_ref().reopen().map_err(failed)?)))
            }
        }
    }
}

/// The output folder of one run.
#[derive(Debug)]
pub struct Outputs {
    root: PathBuf,
    folder: PathBuf,
    dry_run: bool,
}

impl Outputs {
    /// Prepares to write into `folder`; `root` is the site's, where the list of what we wrote is kept.
    #[must_use]
    pub fn new(root: &Path, folder: &Path, dry_run: bool) -> Self {
        Outputs { root: root.to_path_buf(), folder: folder.to_path_buf(), dry_run }
    }

    /// Begins a document.
    #[must_use]
    pub fn stage(&self, path: &str, named: bool) -> Staged {
        Staged { path: path.to_owned(), body: Body::Memory(Vec::new()), named }
    }

    /// Adds to a document.
    ///
    /// # Errors
    /// When the temporary file cannot be written.
    pub fn append(&self, staged: &mut Staged, bytes: &[u8]) -> Result<(), OutputError> {
        let failed = |e| OutputError::Write(staged.path.clone(), e);
        if let Body::Memory(memory) = &mut staged.body {
            if memory.len() + bytes.len() <= IN_MEMORY {
                memory.extend_from_slice(bytes);
                return Ok(());
            }
            let mut writer = BufWriter::with_capacity(1 << 18, self.temporary(&staged.path).map_err(failed)?);
            writer.write_all(memory).map_err(failed)?;
            staged.body = Body::Disk(writer, memory.len() as u64);
        }
        if let Body::Disk(writer, length) = &mut staged.body {
            writer.write_all(bytes).map_err(failed)?;
            *length += bytes.len() as u64;
        }
        Ok(())
    }

    /// Makes a temporary file beside the target, or anywhere when nothing may be written there.
    fn temporary(&self, path: &str) -> io::Result<NamedTempFile> {
        if self.dry_run {
            return NamedTempFile::new();
        }
        let target = self.folder.join(path);
        let parent = target.parent().unwrap_or(&self.folder);
        fs::create_dir_all(parent)?;
        let mut builder = tempfile::Builder::new();
        builder.prefix(".postrider-").suffix(".tmp");
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o644));
        builder.tempfile_in(parent)
    }

    /// Puts every document into its place, removes ours that are no longer made, and remembers what is ours.
    ///
    /// # Errors
    /// When a stranger's file would be replaced (then nothing is written at all) or a file cannot be written.
    pub fn commit(&self, staged: Vec<Staged>, force: &[PathBuf]) -> Result<Vec<Done>, OutputError> {
        let known = self.known();
        let mut staged = staged;
        let mut unchanged = Vec::with_capacity(staged.len());
        let mut strangers = Vec::new();
        for document in &mut staged {
            let target = self.folder.join(&document.path);
            let same = self.is_same(document, &target)?;
            let ours = || known.get(&self.key(&document.path)).is_some_and(|print| fingerprint(&target).ok().as_ref() == Some(print));
            if !same && target.exists() && !document.named && !ours() && !force.contains(&target) {
                strangers.push(self.shown(&document.path));
            }
            unchanged.push(same);
        }
        if !strangers.is_empty() {
            return Err(OutputError::Stranger(strangers));
        }
        let made: BTreeSet<String> = staged.iter().map(|document| self.key(&document.path)).collect();
        let mut done = Vec::with_capacity(staged.len());
        let mut list: BTreeMap<String, String> =
            known.iter().filter(|(key, _)| !self.is_below(key)).map(|(k, v)| (k.clone(), v.clone())).collect();
        for (document, same) in staged.into_iter().zip(unchanged) {
            let (path, bytes) = (document.path.clone(), document.len());
            let target = self.folder.join(&path);
            if !same && !self.dry_run {
                self.put(document, &target)?;
            }
            if !self.dry_run {
                let print = fingerprint(&target).map_err(|e| OutputError::Write(path.clone(), e))?;
                list.insert(self.key(&path), print);
            }
            let written = if self.dry_run { Action::WouldWrite } else { Action::Written };
            done.push(Done { path, action: if same { Action::Unchanged } else { written }, bytes });
        }
        done.extend(self.remove_stale(&known, &made)?);
        if !self.dry_run && list != known {
            self.remember(&list)?;
        }
        Ok(done)
    }

    /// Returns whether a document's target holds the same bytes already.
    fn is_same(&self, document: &mut Staged, target: &Path) -> Result<bool, OutputError> {
        let Ok(metadata) = target.metadata() else { return Ok(false) };
        if !metadata.is_file() || metadata.len() != document.len() {
            return Ok(false);
        }
        let failed = |e| OutputError::Write(self.shown(&document.path), e);
        let mut old = BufReader::with_capacity(1 << 16, File::open(target).map_err(failed)?);
        let shown = self.shown(&document.path);
        let mut new = document.reader()?;
        same_bytes(&mut old, &mut new).map_err(|e| OutputError::Write(shown, e))
    }

    /// Renames a document into its place.
    fn put(&self, document: Staged, target: &Path) -> Result<(), OutputError> {
        let shown = self.shown(&document.path);
        let failed = |e| OutputError::Write(shown.clone(), e);
        let file = match document.body {
            Body::Memory(bytes) => {
                let mut file = self.temporary(&document.path).map_err(failed)?;
                file.write_all(&bytes).map_err(failed)?;
                file
            }
            Body::Disk(writer, _) => writer.into_inner().map_err(|e| failed(e.into_error()))?,
        };
        // The new bytes are on disk before the name points to them: a power cut leaves the old feed or the new one.
        file.as_file().sync_all().map_err(failed)?;
        file.persist(target).map_err(|e| failed(e.error))?;
        Ok(())
    }

    /// Removes files of ours that are no longer made, unless somebody else has written them since.
    fn remove_stale(&self, known: &BTreeMap<String, String>, made: &BTreeSet<String>) -> Result<Vec<Done>, OutputError> {
        let mut done = Vec::new();
        for (key, print) in known {
            let Some(path) = self.path_below(key).filter(|_| !made.contains(key)) else { continue };
            let target = self.folder.join(&path);
            if fingerprint(&target).ok().as_ref() != Some(print) {
                continue;
            }
            let bytes = target.metadata().map_or(0, |m| m.len());
            if !self.dry_run {
                fs::remove_file(&target).map_err(|e| OutputError::Write(self.shown(&path), e))?;
                self.remove_empty_folders(&target);
            }
            done.push(Done { path, action: if self.dry_run { Action::WouldRemove } else { Action::Removed }, bytes });
        }
        Ok(done)
    }

    /// Removes the folders that a removed file leaves empty, up to the output folder.
    fn remove_empty_folders(&self, target: &Path) {
        let mut folder = target.parent();
        while let Some(empty) = folder.filter(|f| f.starts_with(&self.folder) && *f != self.folder) {
            if fs::remove_dir(empty).is_err() {
                break;
            }
            folder = empty.parent();
        }
    }

    /// Returns the name under which the list knows a file: relative to the site's root where it is below it.
    fn key(&self, path: &str) -> String {
        self.prefix() + path
    }

    fn prefix(&self) -> String {
        let folder = self.folder.strip_prefix(&self.root).unwrap_or(&self.folder);
        let folder = folder.to_string_lossy().replace('\\', "/");
        if folder.is_empty() { folder } else { folder + "/" }
    }

    fn is_below(&self, key: &str) -> bool {
        key.starts_with(&self.prefix())
    }

    fn path_below(&self, key: &str) -> Option<String> {
        key.strip_prefix(&self.prefix()).map(str::to_owned)
    }

    /// Returns a path as the user knows it.
    fn shown(&self, path: &str) -> String {
        self.key(path)
    }

    /// Returns the list of what we wrote, with a fingerprint each.
    fn known(&self) -> BTreeMap<String, String> {
        let text = fs::read_to_string(self.root.join(".postrider/outputs")).unwrap_or_default();
        text.lines().filter_map(|line| line.split_once(' ')).map(|(print, path)| (path.to_owned(), print.to_owned())).collect()
    }

    /// Writes the list. The folder is private: later it holds the ledger, too.
    fn remember(&self, list: &BTreeMap<String, String>) -> Result<(), OutputError> {
        let folder = self.root.join(".postrider");
        let failed = |e| OutputError::Write(".postrider/outputs".to_owned(), e);
        private_folder(&folder).map_err(failed)?;
        let mut file = NamedTempFile::new_in(&folder).map_err(failed)?;
        for (path, print) in list {
            writeln!(file, "{print} {path}").map_err(failed)?;
        }
        file.persist(folder.join("outputs")).map_err(|e| failed(e.error))?;
        Ok(())
    }
}

/// Makes `.postrider/` with mode 0700 and a `.gitignore` of `*`, unless it is there.
fn private_folder(folder: &Path) -> io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)?;
    fs::write(folder.join(".gitignore"), "*\n")
}

/// Returns the length of a file and a digest of its beginning and end.
fn fingerprint(path: &Path) -> io::Result<String> {
    let mut file = File::open(path)?;
    let length = file.metadata()?.len();
    let mut hash = Sha256::new();
    let mut part = Vec::new();
    Read::by_ref(&mut file).take(ENDS).read_to_end(&mut part)?;
    hash.update(&part);
    part.clear();
    file.seek(SeekFrom::Start(length.saturating_sub(ENDS)))?;
    file.take(ENDS).read_to_end(&mut part)?;
    hash.update(&part);
    let digest = hash.finalize().iter().take(16).fold(0, |number: u128, byte| number << 8 | u128::from(*byte));
    Ok(format!("{length}:{digest:032x}"))
}

/// Compares two streams of the same length.
fn same_bytes(a: &mut impl io::BufRead, b: &mut impl io::BufRead) -> io::Result<bool> {
    loop {
        let (left, right) = (a.fill_buf()?, b.fill_buf()?);
        let n = left.len().min(right.len());
        if n == 0 {
            return Ok(left.len() == right.len());
        }
        if left[..n] != right[..n] {
            return Ok(false);
        }
        a.consume(n);
        b.consume(n);
    }
}
