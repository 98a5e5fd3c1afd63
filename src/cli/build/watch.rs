//! `--watch`: builds again whenever a post, the configuration or a template changes.
#![allow(clippy::disallowed_methods, reason = "watches folders")]

use super::{BuildArgs, once};
use crate::cli::{Exit, Workplace, print_error};
use crate::output::Outputs;
use crate::source;
use anyhow::Context;
use notify_debouncer_full::notify::event::ModifyKind;
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
    // A folder has no ending; what happens in it is reported of its files, so only its coming and going counts.
    let comes_or_goes = matches!(event.kind, EventKind::Create(_) | EventKind::Remove(_) | EventKind::Modify(ModifyKind::Name(_)));
    let changes = !matches!(event.kind, EventKind::Access(_));
    let counts = |path: &Path| is_read(path) && (comes_or_goes || path.extension().is_some());
    changes && event.paths.iter().any(|path| !ours.contains(path) && path.strip_prefix(root).is_ok_and(counts))
}

/// Returns whether a build may read a file: a post, a picture or recording, the configuration, a template; or a folder.
/// A log that the build itself is writing is not among them.
fn is_read(path: &Path) -> bool {
    let name = |part: std::path::Component<'_>| part.as_os_str().to_string_lossy().into_owned();
    let hidden = |name: String| name.starts_with('.') || name == "node_modules" || name == "target";
    let Some(last) = path.file_name().map(|last| last.to_string_lossy()) else { return false };
    let media =
        || mime_guess::from_path(path).first_raw().is_some_and(|t| ["image/", "audio/", "video/"].iter().any(|kind| t.starts_with(kind)));
    let read = source::is_post_name(&last)
        || [".yaml", ".yml", ".toml", ".json"].iter().any(|ending| last.ends_with(ending))
        || !last.contains('.');
    !path.components().map(name).any(hidden) && (read || media())
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
            ("hugo.toml", true),
            ("posts/posts.json", true),
            ("posts/a/pic.png", true),
            ("posts/new", true),
            ("build.log", false),
            ("log.txt", false),
            ("templates/subscribe.html", true),
            (".git/index", false),
            ("public/.postrider-x.tmp", false),
            ("posts/.a.md.swp", false),
            ("target/a.md", false),
        ] {
            assert_eq!(is_read(Path::new(path)), read, "{path}");
        }
    }
}
