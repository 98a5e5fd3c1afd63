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
use tempfile::{NamedTempFile, TempPath};

/// Above this a staged document goes to disk.
const IN_MEMORY: usize = 1 << 20;

/// How much of each end of a file its fingerprint covers.
const ENDS: u64 = 4096;

/// The list of what we wrote.
const LIST: &str = ".postrider/outputs";

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
        Outputs { root: whole(root), folder: whole(folder), dry_run }
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
    pub fn commit(&self, mut staged: Vec<Staged>, force: &[PathBuf]) -> Result<Vec<Done>, OutputError> {
        let known = self.known();
        let force: Vec<PathBuf> = force.iter().map(|path| whole(path)).collect();
        let mut same = Vec::with_capacity(staged.len());
        let mut strangers = Vec::new();
        for document in &mut staged {
            same.push(self.is_same(document)?);
            if same.last() == Some(&false) && self.is_strangers(document, &known, &force) {
                strangers.push(self.key(&document.path));
            }
        }
        if !strangers.is_empty() {
            return Err(OutputError::Stranger(strangers));
        }
        if self.dry_run {
            let done = staged
                .iter()
                .zip(same)
                .map(|(document, same)| self.done(document, if same { Action::Unchanged } else { Action::WouldWrite }));
            let done: Vec<Done> = done.collect();
            return Ok(self.with_stale(done, &known, |_, _| Ok(())).unwrap_or_default());
        }
        self.replace(staged, &same, &known)
    }

    /// Writes everything beside its place first, so that what can go wrong goes wrong before the first rename; then renames.
    fn replace(&self, staged: Vec<Staged>, same: &[bool], known: &Known) -> Result<Vec<Done>, OutputError> {
        private_folder(&self.root.join(".postrider")).map_err(|e| OutputError::Write(LIST.to_owned(), e))?;
        let mut prepared = Vec::with_capacity(staged.len());
        for (document, same) in staged.into_iter().zip(same) {
            let done = self.done(&document, if *same { Action::Unchanged } else { Action::Written });
            let file = if *same { None } else { Some(self.prepare(document)?) };
            prepared.push((done, file));
        }
        let mut list = known.clone();
        let put = || {
            let mut done = Vec::with_capacity(prepared.len());
            for (document, file) in prepared {
                let target = whole(&self.root.join(&document.path));
                let failed = |e| OutputError::Write(document.path.clone(), e);
                if let Some(file) = file {
                    file.persist(&target).map_err(|e| failed(e.error))?;
                }
                list.insert(document.path.clone(), Ours { print: fingerprint(&target).map_err(failed)?, folder: self.prefix() });
                done.push(document);
            }
            self.with_stale(done, known, |key, target| {
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

    fn done(&self, document: &Staged, action: Action) -> Done {
        Done { path: self.key(&document.path), name: document.path.clone(), action, bytes: document.len() }
    }

    /// Returns whether a target is there and neither ours, nor named by the configuration, nor forced.
    fn is_strangers(&self, document: &Staged, known: &Known, force: &[PathBuf]) -> bool {
        let target = self.folder.join(&document.path);
        let ours = || known.get(&self.key(&document.path)).is_some_and(|ours| fingerprint(&target).is_ok_and(|print| print == ours.print));
        // A link that leads nowhere is somebody's, too.
        target.symlink_metadata().is_ok() && !document.named && !force.contains(&target) && !ours()
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

    /// Writes a document beside its place, down to the disk: a power cut leaves the old feed or the new one.
    fn prepare(&self, document: Staged) -> Result<TempPath, OutputError> {
        let key = self.key(&document.path);
        let failed = |e| OutputError::Write(key.clone(), e);
        let file = match document.body {
            Body::Memory(bytes) => {
                let mut file = self.temporary(&document.path).map_err(failed)?;
                file.write_all(&bytes).map_err(failed)?;
                file
            }
            Body::Disk(writer, _) => writer.into_inner().map_err(|e| failed(e.into_error()))?,
        };
        file.as_file().sync_all().map_err(failed)?;
        Ok(file.into_temp_path())
    }

    /// Adds the files of ours in this folder that are no longer made, unless somebody else has written them since.
    fn with_stale(
        &self,
        mut done: Vec<Done>,
        known: &Known,
        mut remove: impl FnMut(&str, &Path) -> Result<(), OutputError>,
    ) -> Result<Vec<Done>, OutputError> {
        let made: BTreeSet<String> = done.iter().map(|done| done.path.clone()).collect();
        for (key, ours) in known.iter().filter(|(key, ours)| ours.folder == self.prefix() && !made.contains(*key)) {
            let target = self.root.join(key);
            let Ok(print) = fingerprint(&target) else { continue };
            if print == ours.print {
                let bytes = target.metadata().map_or(0, |m| m.len());
                remove(key, &target)?;
                let action = if self.dry_run { Action::WouldRemove } else { Action::Removed };
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

    /// Returns the paths of what we wrote at earlier times, whole.
    #[must_use]
    pub fn known_paths(root: &Path) -> BTreeSet<PathBuf> {
        let outputs = Outputs::new(root, root, true);
        outputs.known().keys().map(|key| outputs.root.join(key)).collect()
    }

    /// Writes the list.
    fn remember(&self, list: &Known) -> Result<(), OutputError> {
        let failed = |e| OutputError::Write(LIST.to_owned(), e);
        let mut file = NamedTempFile::new_in(self.root.join(".postrider")).map_err(failed)?;
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
