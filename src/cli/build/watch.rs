//! `--watch`: builds again whenever a post, the configuration or a template changes.
#![allow(clippy::disallowed_methods, reason = "watches folders")]

use super::{BuildArgs, once};
use crate::cli::{Exit, Workplace, print_error};
use crate::output::Outputs;
use anyhow::Context;
use notify_debouncer_full::notify::{EventKind, RecursiveMode};
use notify_debouncer_full::{DebounceEventResult, DebouncedEvent, new_debouncer};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::time::Duration;

/// Editors write a file in several steps; changes closer together than this are one.
const QUIET: Duration = Duration::from_millis(200);

/// Builds, then waits for changes, for ever; a build with errors waits for the next change, too.
pub(super) fn run(workplace: &Workplace, args: &BuildArgs) -> anyhow::Result<Exit> {
    let (sender, receiver) = mpsc::channel();
    // What changes is reported with the whole path, so what is compared with it must be whole, too.
    let root = workplace.root.canonicalize().with_context(|| format!("cannot watch `{}`", workplace.root.display()))?;
    let mut debouncer =
        new_debouncer(QUIET, None, move |events: DebounceEventResult| drop(sender.send(events))).context("cannot watch folders here")?;
    debouncer.watch(&root, RecursiveMode::Recursive).with_context(|| format!("cannot watch `{}`", root.display()))?;
    report(once(workplace, args));
    workplace.note("watching for changes; stop with Ctrl-C");
    for events in receiver {
        let ours = Outputs::known_paths(&root);
        if events.is_ok_and(|events| events.iter().any(|event| matters(event, &root, &ours))) {
            report(once(workplace, args));
        }
    }
    Ok(Exit::Fine)
}

/// Returns whether a change may change what is built: not one that we made, and of a file that a build reads.
fn matters(event: &DebouncedEvent, root: &Path, ours: &BTreeSet<PathBuf>) -> bool {
    let changes = !matches!(event.kind, EventKind::Access(_));
    changes && event.paths.iter().any(|path| !ours.contains(path) && path.strip_prefix(root).is_ok_and(is_read))
}

/// Returns whether a build may read a file: posts, their media, the configuration, templates. Logs and build folders are
/// not among them.
fn is_read(path: &Path) -> bool {
    let hidden = |name: &str| name.starts_with('.') || name == "node_modules" || name == "target";
    let in_sight = !path.components().any(|part| hidden(&part.as_os_str().to_string_lossy()));
    // A folder that was renamed or removed has no ending.
    in_sight && path.extension().is_none_or(|ending| !["log", "tmp", "swp"].iter().any(|other| ending == *other))
}

/// Says why a build could not run, and goes on.
fn report(result: anyhow::Result<Exit>) {
    if let Err(error) = result {
        print_error(&error);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logs_hidden_files_and_build_folders_are_not_read() {
        for (path, read) in [
            ("posts/a.md", true),
            ("postrider.yaml", true),
            ("posts/a/pic.png", true),
            ("posts/new", true),
            ("build.log", false),
            (".git/index", false),
            ("public/.postrider-x.tmp", false),
            ("posts/.a.md.swp", false),
            ("target/a.md", false),
        ] {
            assert_eq!(is_read(Path::new(path)), read, "{path}");
        }
    }
}
