//! Edge: writes outputs atomically, only on change, and never over what others wrote.
//!
//! A document is staged while it grows (a small one in memory, a large one in a temporary file); [`Outputs::close`] compares
//! it with what is there and, where it differs, leaves it in a file of the run's own folder, so that thousands of documents
//! take no memory; [`Outputs::check`] looks at all targets before [`Outputs::commit`] touches one: it renames. `.postrider/outputs` remembers
//! what we wrote: its length and a digest of its beginning and end. In a fresh clone, where that list is not, and where an
//! older version was checked out again, a file of ours is known by its signs.

#![allow(clippy::disallowed_methods, reason = "this is the edge that writes files")]

mod stage;

use crate::report::Action;
use sha2::{Digest, Sha256};
use stage::Stage;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;
use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use tempfile::{NamedTempFile, SpooledTempFile, TempPath};

/// Above this a staged document goes to disk.
const IN_MEMORY: usize = 1 << 20;

/// How much of each end of a file its fingerprint covers.
const ENDS: u64 = 4096;

/// How much of a file is searched for the signs that it is ours.
const SIGNED: u64 = 1 << 16;

/// The folder for what is not published.
const PRIVATE: &str = ".postrider";

/// The list of what we wrote.
const LIST: &str = ".postrider/outputs";

/// Why nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum OutputError {
    /// Files that we did not write.
    #[error(
        "{} not written by postrider and would be replaced: {}; help: name the file with `--force PATH`, or set this or another name with {}",
        plural(paths),
        list(paths),
        list(keys)
    )]
    Stranger {
        /// The files.
        paths: Vec<String>,
        /// The keys of the configuration that name them.
        keys: Vec<&'static str>,
    },
    /// A file or folder that cannot be read or written.
    #[error("cannot write `{0}`")]
    Write(String, #[source] io::Error),
}

fn plural(paths: &[String]) -> &'static str {
    if paths.len() == 1 { "this file was" } else { "these files were" }
}

fn list(names: &[impl Display]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

/// What we wrote, by path.
type Known = BTreeMap<String, Ours>;

/// A file of ours.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Ours {
    /// The fingerprint of what we wrote.
    print: String,
    /// The output folder it was written for: only a build into that folder removes it.
    folder: String,
}

/// A file and what happened to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Done {
    /// The path as the user knows it: relative to the site's root where it is below it, with `/`.
    pub path: String,
    /// The path relative to the output folder.
    pub name: String,
    /// What happened, or would.
    pub action: Action,
    /// Its size in bytes.
    pub bytes: u64,
}

/// What becomes of the files of ours that a run no longer makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stale {
    /// They are removed.
    Remove,
    /// They stay, and a later run removes them: what made them may only be missing for now.
    Keep,
}

/// A document that is being written, or is complete and not yet compared with its target.
#[derive(Debug)]
pub struct Staged {
    path: String,
    body: Body,
    claim: Claim,
}

/// By what right a file may be replaced that is not in the list of what we wrote.
#[derive(Debug, Clone, Default)]
pub struct Claim {
    /// The key of the configuration under which the file can have another name.
    pub key: &'static str,
    /// Whether the configuration names the file, so that it may be replaced whoever wrote it.
    pub named: bool,
    /// What a file of ours begins with; empty for anything.
    pub begins: &'static str,
    /// Texts that together are found only in a file that an earlier run wrote for the same address; none for no such texts.
    pub signs: Vec<String>,
    /// Whether a power cut must leave the old file or the new one. Of files that come in thousands it may leave an empty one,
    /// which the next run writes anew: a wait for the disk after each of them takes longer than all the rest of a build.
    pub lasting: bool,
}

/// A document that is complete: it lies in the run's own folder, unless the target has the same bytes or nothing may be written.
#[derive(Debug)]
pub struct Ready {
    done: Done,
    file: Option<TempPath>,
    claim: Claim,
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

impl Ready {
    /// Returns the path relative to the output folder.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.done.name
    }
}

/// The output folder of one run.
#[derive(Debug)]
pub struct Outputs {
    root: PathBuf,
    folder: PathBuf,
    dry_run: bool,
    /// Made when the first document needs it.
    stage: Mutex<Option<Stage>>,
}

impl Outputs {
    /// Prepares to write into `folder`; `root` is the site's, where the list of what we wrote is kept.
    #[must_use]
    pub fn new(root: &Path, folder: &Path, dry_run: bool) -> Self {
        Outputs { root: whole(root), folder: whole(folder), dry_run, stage: Mutex::new(None) }
    }

    /// Begins a document.
    #[must_use]
    pub fn stage(&self, path: &str, claim: Claim) -> Staged {
        Staged { path: path.to_owned(), body: Body::Memory(Vec::new()), claim }
    }

    /// Returns room for what is needed again later in the run: in memory while it is small, then in a file without a name.
    #[must_use]
    pub fn scratch(&self) -> SpooledTempFile {
        // The system's folder for temporary files may be memory; what is published has to have room beside it anyway.
        let beside = self.folder.ancestors().find(|folder| folder.is_dir()).filter(|_| !self.dry_run);
        beside.map_or_else(|| SpooledTempFile::new(IN_MEMORY), |folder| SpooledTempFile::new_in(IN_MEMORY, folder))
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
            let mut writer = BufWriter::with_capacity(1 << 18, self.temporary()?);
            writer.write_all(memory).map_err(failed)?;
            staged.body = Body::Disk(writer, memory.len() as u64);
        }
        if let Body::Disk(writer, length) = &mut staged.body {
            writer.write_all(bytes).map_err(failed)?;
            *length += bytes.len() as u64;
        }
        Ok(())
    }

    /// Makes a temporary file in the run's own folder, or anywhere when nothing may be written there.
    fn temporary(&self) -> Result<NamedTempFile, OutputError> {
        let failed = |e| OutputError::Write(PRIVATE.to_owned(), e);
        if self.dry_run {
            return NamedTempFile::new().map_err(failed);
        }
        let mut stage = self.stage.lock().unwrap_or_else(PoisonError::into_inner);
        if stage.is_none() {
            let private = self.root.join(PRIVATE);
            *stage = Some(private_folder(&private).and_then(|()| Stage::begin(&private)).map_err(failed)?);
        }
        stage.as_ref().map_or_else(NamedTempFile::new, |stage| readable(stage.path())).map_err(failed)
    }

    /// Ends a document: compares it with what is in its place and keeps it if it differs.
    ///
    /// # Errors
    /// When its place cannot be read or the temporary file cannot be written.
    pub fn close(&self, mut staged: Staged) -> Result<Ready, OutputError> {
        self.check_folder(&staged)?;
        let action = match (self.is_same(&mut staged)?, self.dry_run) {
            (true, _) => Action::Unchanged,
            (false, true) => Action::WouldWrite,
            (false, false) => Action::Written,
        };
        let done = self.done(&staged, action);
        let claim = staged.claim.clone();
        let file = if action == Action::Written { Some(self.prepare(staged)?) } else { None };
        Ok(Ready { done, file, claim })
    }

    /// Looks at all targets before one is touched.
    ///
    /// # Errors
    /// When a stranger's file would be replaced.
    pub fn check(&self, ready: &[Ready], force: &[PathBuf]) -> Result<(), OutputError> {
        let known = self.known();
        let force: Vec<PathBuf> = force.iter().map(|path| whole(path)).collect();
        let changes = ready.iter().filter(|document| document.done.action != Action::Unchanged);
        let strangers: Vec<&Ready> = changes.filter(|document| self.is_strangers(document, &known, &force)).collect();
        if !strangers.is_empty() {
            let keys: BTreeSet<&str> = strangers.iter().map(|document| document.claim.key).collect();
            let paths = strangers.iter().map(|document| document.done.path.clone()).collect();
            return Err(OutputError::Stranger { paths, keys: keys.into_iter().collect() });
        }
        Ok(())
    }

    /// Puts every document into its place, deals with ours that are no longer made, and remembers what is ours. Everything is
    /// written already, so what can go wrong has gone wrong before the first rename; [`Outputs::check`] comes before. What is no document
    /// comes last in the list.
    ///
    /// # Errors
    /// When a file cannot be written.
    pub fn commit(&self, ready: Vec<Ready>, stale: Stale) -> Result<Vec<Done>, OutputError> {
        let known = self.known();
        if self.dry_run {
            let done = ready.into_iter().map(|document| document.done).collect();
            return Ok(self.with_stale(done, &known, stale, |_, _| Ok(())).unwrap_or_default());
        }
        private_folder(&self.root.join(PRIVATE)).map_err(|e| OutputError::Write(PRIVATE.to_owned(), e))?;
        self.replace(ready, &known, stale)
    }

    /// Returns the files of earlier runs that would be removed if these documents were put into their places.
    #[must_use]
    pub fn stale(&self, ready: &[Ready]) -> Vec<String> {
        let done: Vec<Done> = ready.iter().map(|document| document.done.clone()).collect();
        let made = done.len();
        let all = self.with_stale(done, &self.known(), Stale::Remove, |_, _| Ok(())).unwrap_or_default();
        all.into_iter().skip(made).map(|done| done.path).collect()
    }

    fn replace(&self, ready: Vec<Ready>, known: &Known, stale: Stale) -> Result<Vec<Done>, OutputError> {
        let mut list = known.clone();
        let put = || {
            let mut done = Vec::with_capacity(ready.len());
            for Ready { done: document, file, .. } in ready {
                let target = whole(&self.root.join(&document.path));
                let failed = |e| OutputError::Write(document.path.clone(), e);
                if let Some(file) = file {
                    self.put(file, &target).map_err(failed)?;
                }
                list.insert(document.path.clone(), Ours { print: fingerprint(&target).map_err(failed)?, folder: self.prefix() });
                done.push(document);
            }
            self.with_stale(done, known, stale, |key, target| {
                list.remove(key);
                fs::remove_file(target).map_err(|e| OutputError::Write(key.to_owned(), e))?;
                self.remove_empty_folders(target);
                Ok(())
            })
        };
        let done = put();
        // Also after a failure: what is in its place is ours, whatever became of the rest.
        if list != *known {
            self.remember(&list)?;
        }
        done
    }

    /// Moves a document into its place; where that is on another file system, by way of a copy beside it.
    fn put(&self, file: TempPath, target: &Path) -> io::Result<()> {
        let parent = target.parent().unwrap_or(&self.folder);
        let put = fs::create_dir_all(parent).and_then(|()| match file.persist(target) {
            Err(failed) if failed.error.kind() == io::ErrorKind::CrossesDevices => {
                let mut copy = readable(parent)?;
                io::copy(&mut File::open(&failed.path)?, copy.as_file_mut())?;
                copy.as_file().sync_all()?;
                copy.persist(target).map(drop).map_err(|e| e.error)
            }
            persisted => persisted.map_err(|failed| failed.error),
        });
        if put.is_err() {
            self.remove_empty_folders(target);
        }
        put
    }

    fn done(&self, document: &Staged, action: Action) -> Done {
        Done { path: self.key(&document.path), name: document.path.clone(), action, bytes: document.len() }
    }

    /// Returns whether a target is there and neither ours, nor named by the configuration, nor forced.
    fn is_strangers(&self, document: &Ready, known: &Known, force: &[PathBuf]) -> bool {
        let target = self.folder.join(&document.done.name);
        // What the list does not know as it is may be an older file of ours, checked out again: its signs tell.
        let is_known = || known.get(&document.done.path).is_some_and(|ours| fingerprint(&target).is_ok_and(|print| print == ours.print));
        let is_ours = || is_known() || is_signed(&target, &document.claim);
        // An empty file holds nothing of anybody: it is what a power cut leaves of one that was not waited for.
        let is_empty = || target.metadata().is_ok_and(|metadata| metadata.is_file() && metadata.len() == 0);
        // A link that leads nowhere is somebody's, too.
        target.symlink_metadata().is_ok() && !document.claim.named && !force.contains(&target) && !is_empty() && !is_ours()
    }

    /// Finds out, before anything is replaced, whether a document's folder is there or can be made.
    fn check_folder(&self, document: &Staged) -> Result<(), OutputError> {
        let target = self.folder.join(&document.path);
        let nearest = target.ancestors().skip(1).find(|folder| folder.symlink_metadata().is_ok());
        match nearest.filter(|folder| !folder.is_dir()) {
            Some(file) => {
                let reason = format!("`{}` is no folder", file.strip_prefix(&self.root).unwrap_or(file).display());
                Err(OutputError::Write(self.key(&document.path), io::Error::new(io::ErrorKind::NotADirectory, reason)))
            }
            None => Ok(()),
        }
    }

    /// Returns whether a document's target holds the same bytes already.
    fn is_same(&self, document: &mut Staged) -> Result<bool, OutputError> {
        let key = self.key(&document.path);
        let failed = |e| OutputError::Write(key.clone(), e);
        let target = self.folder.join(&document.path);
        let Ok(metadata) = target.metadata() else { return Ok(false) };
        if metadata.is_dir() {
            return Err(failed(io::Error::new(io::ErrorKind::IsADirectory, "there is a folder of this name")));
        }
        if metadata.len() != document.len() {
            return Ok(false);
        }
        let mut old = BufReader::with_capacity(1 << 16, File::open(&target).map_err(failed)?);
        let mut new = document.reader()?;
        same_bytes(&mut old, &mut new).map_err(failed)
    }

    /// Writes a document as a whole.
    fn prepare(&self, document: Staged) -> Result<TempPath, OutputError> {
        let key = self.key(&document.path);
        let failed = |e| OutputError::Write(key.clone(), e);
        let file = match document.body {
            Body::Memory(bytes) => {
                let mut file = self.temporary()?;
                file.write_all(&bytes).map_err(failed)?;
                file
            }
            Body::Disk(writer, _) => writer.into_inner().map_err(|e| failed(e.into_error()))?,
        };
        if document.claim.lasting {
            file.as_file().sync_all().map_err(failed)?;
        }
        Ok(file.into_temp_path())
    }

    /// Adds the files of ours in this folder that are no longer made, unless somebody else has written them since.
    fn with_stale(
        &self,
        mut done: Vec<Done>,
        known: &Known,
        stale: Stale,
        mut remove: impl FnMut(&str, &Path) -> Result<(), OutputError>,
    ) -> Result<Vec<Done>, OutputError> {
        let made: BTreeSet<String> = done.iter().map(|done| done.path.clone()).collect();
        for (key, ours) in known.iter().filter(|(key, ours)| ours.folder == self.prefix() && !made.contains(*key)) {
            let target = self.root.join(key);
            let Ok(print) = fingerprint(&target) else { continue };
            if print == ours.print {
                let bytes = target.metadata().map_or(0, |m| m.len());
                let action = match stale {
                    Stale::Keep => Action::Unchanged,
                    Stale::Remove if self.dry_run => Action::WouldRemove,
                    Stale::Remove => {
                        remove(key, &target)?;
                        Action::Removed
                    }
                };
                done.push(Done { path: key.clone(), name: key.clone(), action, bytes });
            }
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

    /// Returns a file's path as the user knows it and the list has it: relative to the site's root where it is below it.
    fn key(&self, path: &str) -> String {
        self.prefix() + path
    }

    /// Returns the output folder as the list has it: empty or ending in `/`.
    fn prefix(&self) -> String {
        let folder = self.folder.strip_prefix(&self.root).unwrap_or(&self.folder);
        let folder = folder.to_string_lossy().replace('\\', "/");
        if folder.is_empty() { folder } else { folder + "/" }
    }

    /// Returns what we wrote at earlier times.
    fn known(&self) -> Known {
        let text = fs::read_to_string(self.root.join(LIST)).unwrap_or_default();
        let line = |line: &str| {
            let mut parts = line.splitn(3, '\t');
            let (print, folder, path) = (parts.next()?, parts.next()?, parts.next()?);
            Some((path.to_owned(), Ours { print: print.to_owned(), folder: folder.to_owned() }))
        };
        text.lines().filter_map(line).collect()
    }

    /// Returns whether a path is that of a document.
    #[must_use]
    pub fn is_among(&self, done: &[Done], path: &Path) -> bool {
        let path = whole(path);
        done.iter().any(|document| self.folder.join(&document.name) == path)
    }

    /// Returns whether a file is not any more what we wrote: another program has replaced it.
    #[must_use]
    pub fn is_replaced(&self, path: &str) -> bool {
        let ours = |ours: &Ours| fingerprint(&self.folder.join(path)).is_ok_and(|print| print != ours.print);
        self.known().get(&self.key(path)).is_some_and(ours)
    }

    /// Returns whether a build wrote anything here, as far as its list tells.
    #[must_use]
    pub fn are_known(root: &Path) -> bool {
        !Outputs::known_paths(root).is_empty()
    }

    /// Returns the paths of what we wrote at earlier times, whole.
    #[must_use]
    pub fn known_paths(root: &Path) -> BTreeSet<PathBuf> {
        let outputs = Outputs::new(root, root, true);
        outputs.known().keys().map(|key| outputs.root.join(key)).collect()
    }

    /// Writes the list.
    fn remember(&self, list: &Known) -> Result<(), OutputError> {
        let failed = |e| OutputError::Write(LIST.to_owned(), e);
        let mut file = NamedTempFile::new_in(self.root.join(PRIVATE)).map_err(failed)?;
        for (path, Ours { print, folder }) in list {
            writeln!(file, "{print}\t{folder}\t{path}").map_err(failed)?;
        }
        file.persist(self.root.join(LIST)).map_err(|e| failed(e.error))?;
        Ok(())
    }
}

/// Returns a path without links and dots, whether or not its last parts are there yet.
fn whole(path: &Path) -> PathBuf {
    if let Ok(whole) = path.canonicalize() {
        return whole;
    }
    match (path.parent(), path.file_name()) {
        (Some(parent), Some(name)) => whole(if parent.as_os_str().is_empty() { Path::new(".") } else { parent }).join(name),
        _ => path.to_path_buf(),
    }
}

/// Makes `.postrider/`, which later holds the ledger, too, with mode 0700 and a `.gitignore` of `*`, unless it is there.
pub fn private_folder(folder: &Path) -> io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)?;
    fs::write(folder.join(".gitignore"), "*\n")
}

/// Replaces a file by bytes, at once and only if they differ; its folder is made if need be. Returns whether it was written.
pub fn replace_file(path: &Path, bytes: &[u8]) -> io::Result<bool> {
    if fs::read(path).is_ok_and(|there| there == bytes) {
        return Ok(false);
    }
    write_file(path, |out| out.write_all(bytes)).map(|()| true)
}

/// Writes a file where it changes, which takes its place at once when all of it is written; returns whether it did. Neither
/// version is held as a whole.
///
/// # Errors
/// When the file cannot be written.
pub fn write_changed(path: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<bool> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = BufWriter::new(readable(folder)?);
    write(&mut file)?;
    let mut file = file.into_inner()?;
    let mut is_there = || {
        let (old, new) = (File::open(path)?, file.as_file_mut());
        new.rewind()?;
        Ok::<bool, io::Error>(
            old.metadata()?.len() == new.metadata()?.len() && same_bytes(&mut BufReader::new(old), &mut BufReader::new(new))?,
        )
    };
    if is_there().unwrap_or(false) {
        return Ok(false);
    }
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(true)
}

/// Writes a file, which takes its place at once when all of it is written; its folder is made if need be.
pub fn write_file(path: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let mut file = BufWriter::new(readable(folder)?);
    write(&mut file)?;
    file.into_inner()?.persist(path).map_err(|error| error.error)?;
    Ok(())
}

/// Makes a temporary file that, once it is in its place, a web server may read.
fn readable(folder: &Path) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".postrider-").suffix(".tmp");
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o644));
    builder.tempfile_in(folder)
}

/// Returns whether a file begins as one of ours and has all the signs, of which there is at least one, near its beginning.
fn is_signed(path: &Path, claim: &Claim) -> bool {
    let mut beginning = Vec::new();
    let read = File::open(path).and_then(|file| file.take(SIGNED).read_to_end(&mut beginning));
    let beginning = String::from_utf8_lossy(&beginning);
    let has_signs = !claim.signs.is_empty() && claim.signs.iter().all(|sign| beginning.contains(sign.as_str()));
    read.is_ok() && has_signs && beginning.starts_with(claim.begins)
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
