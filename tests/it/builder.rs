//! A site in a temporary folder, and the program run on it with a fixed clock.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;

/// The time at which every test builds, unless it says otherwise.
pub(crate) const NOW: &str = "2026-11-22T12:00:00Z";

/// A configuration without anything to complain about.
pub(crate) const CONFIG: &str = "site: {url: 'https://example.org/', title: Example, timezone: UTC, language: en, author: Ada}\n";

/// A site in a folder of its own.
pub(crate) struct Site {
    folder: TempDir,
}

/// Starts an empty folder.
pub(crate) fn folder() -> Site {
    Site { folder: TempDir::new().expect("a temporary folder") }
}

/// Starts a site with a clean configuration.
pub(crate) fn site() -> Site {
    folder().file("postrider.yaml", CONFIG)
}

impl Site {
    /// Writes a file.
    pub(crate) fn file(self, path: &str, content: impl AsRef<[u8]>) -> Self {
        self.write(path, content);
        self
    }

    /// Writes a file of a site that is in use.
    pub(crate) fn write(&self, path: &str, content: impl AsRef<[u8]>) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(path, content).expect("a file");
    }

    /// Writes a post with a title, a date and a body.
    pub(crate) fn post(self, name: &str, date: &str, body: &str) -> Self {
        self.file(&format!("posts/{name}.md"), format!("---\ntitle: {name}\ndate: {date}\n---\n\n{body}\n"))
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    pub(crate) fn root(&self) -> &Path {
        self.folder.path()
    }

    /// Returns a file's text.
    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap_or_else(|e| panic!("{path}: {e}"))
    }

    pub(crate) fn has(&self, path: &str) -> bool {
        self.path(path).exists()
    }

    /// Returns every file below a folder with its bytes.
    pub(crate) fn files(&self, folder: &str) -> BTreeMap<String, Vec<u8>> {
        let mut found = BTreeMap::new();
        collect(&self.path(folder), &self.path(folder), &mut found);
        found
    }

    /// Runs `postrider` in the site's folder.
    pub(crate) fn run(&self, args: &[&str]) -> Run {
        self.run_with(args, &[])
    }

    /// Runs `postrider` with further variables in the environment.
    pub(crate) fn run_with(&self, args: &[&str], environment: &[(&str, &str)]) -> Run {
        let mut command = Command::new(env!("CARGO_BIN_EXE_postrider"));
        command.current_dir(self.root()).args(args).env("POSTRIDER_NOW", NOW).envs(environment.iter().copied());
        Run::new(command.output().expect("postrider runs"))
    }

    /// Runs `postrider build`.
    pub(crate) fn build(&self, args: &[&str]) -> Run {
        self.run(&[&["build"], args].concat())
    }

    /// Builds, expects success without a finding, and returns the JSON feed.
    pub(crate) fn feed(&self) -> serde_json::Value {
        let run = self.build(&[]);
        assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{}", run.stdout);
        self.json("public/feed.json")
    }

    /// Returns a file as JSON.
    pub(crate) fn json(&self, path: &str) -> serde_json::Value {
        serde_json::from_str(&self.read(path)).expect("JSON")
    }
}

fn collect(root: &Path, folder: &Path, found: &mut BTreeMap<String, Vec<u8>>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(root, &path, found);
        } else {
            let name = path.strip_prefix(root).expect("below").to_string_lossy().replace('\\', "/");
            found.insert(name, fs::read(&path).expect("a file"));
        }
    }
}

/// How a run ended.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Run {
    fn new(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
        Run { code: output.status.code().unwrap_or(-1), stdout: text(output.stdout), stderr: text(output.stderr) }
    }

    /// Expects an exit status and parts of what was printed.
    pub(crate) fn assert(&self, code: i32, said: &[&str]) {
        assert_eq!(self.code, code, "{}{}", self.stdout, self.stderr);
        for part in said {
            assert!(self.stderr.contains(part) || self.stdout.contains(part), "`{part}` is missing in:\n{}{}", self.stdout, self.stderr);
        }
    }

    /// Returns how many findings of a kind were printed.
    pub(crate) fn count(&self, code: &str) -> usize {
        self.stderr.matches(&format!("[{code}]")).count()
    }
}
