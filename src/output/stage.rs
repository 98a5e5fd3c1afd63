//! The folder in which a run writes what is not yet in its place.
//!
//! It lies in `.postrider/`, so that nothing half-written is ever served, also after a run that was killed. Whoever comes
//! next removes what such a run left: the lock in its folder is gone with its process, whereas that of a run at work is held.
#![allow(clippy::disallowed_methods, reason = "this is the edge that writes files")]

use std::fs::{self, File};
use std::io;
use std::path::Path;
use tempfile::TempDir;

/// How the folder of a run begins.
const PREFIX: &str = "stage-";
/// The file in it that is locked as long as the run lives.
const LOCK: &str = "lock";
/// The file that one run at a time locks, to make its folder and to look at the others'.
const DOOR: &str = "stage.lock";

/// The folder of one run; it goes with this value.
#[derive(Debug)]
pub(super) struct Stage {
    // The first to be dropped: no system removes a folder with an open file everywhere.
    _lock: File,
    folder: TempDir,
}

impl Stage {
    /// Makes the folder, and removes those of runs that are no more.
    pub(super) fn begin(private: &Path) -> io::Result<Stage> {
        let door = File::create(private.join(DOOR))?;
        // On a file system without locks nobody can tell who is at work, and nothing is removed.
        if door.lock().is_ok() {
            remove_left(private);
        }
        let folder = tempfile::Builder::new().prefix(PREFIX).tempdir_in(private)?;
        let lock = File::create(folder.path().join(LOCK))?;
        drop(lock.try_lock());
        Ok(Stage { _lock: lock, folder })
    }

    pub(super) fn path(&self) -> &Path {
        self.folder.path()
    }
}

/// Removes the folders whose run ended without doing so.
fn remove_left(private: &Path) {
    for entry in fs::read_dir(private).into_iter().flatten().flatten() {
        let is_stage = entry.file_name().to_string_lossy().starts_with(PREFIX) && entry.file_type().is_ok_and(|kind| kind.is_dir());
        if is_stage && is_left(&entry.path()) {
            // What cannot be removed now can be next time.
            drop(fs::remove_dir_all(entry.path()));
        }
    }
}

/// Returns whether nobody works in a folder. It is asked behind the door: no run is just about to lock its own.
fn is_left(folder: &Path) -> bool {
    match File::options().write(true).open(folder.join(LOCK)) {
        Ok(lock) => lock.try_lock().is_ok(),
        Err(error) => error.kind() == io::ErrorKind::NotFound,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_folder_of_a_run_that_is_no_more_is_removed_and_that_of_a_run_at_work_stays() {
        let private = TempDir::new().expect("a folder");
        let at_work = Stage::begin(private.path()).expect("a stage");
        fs::write(at_work.path().join("a.tmp"), "half").expect("a file");
        for left in ["stage-killed", "stage-killed-early"] {
            fs::create_dir(private.path().join(left)).expect("a folder");
        }
        fs::write(private.path().join("stage-killed/lock"), "").expect("a file");
        fs::write(private.path().join("stage-killed/b.tmp"), "half").expect("a file");
        let next = Stage::begin(private.path()).expect("a stage");
        assert!(!private.path().join("stage-killed").exists() && !private.path().join("stage-killed-early").exists());
        assert!(at_work.path().join("a.tmp").exists());
        let gone = [at_work.path().to_owned(), next.path().to_owned()];
        drop((at_work, next));
        assert!(gone.iter().all(|folder| !folder.exists()));
    }
}
