//! `--watch`: builds again whenever a post, the configuration or a template changes.
#![allow(clippy::disallowed_methods, reason = "watches folders")]

use super::{BuildArgs, once};
use crate::cli::{Exit, Workplace, load, print_error};
use anyhow::Context;
use notify_debouncer_full::notify::{EventKind, RecursiveMode};
use notify_debouncer_full::{DebounceEventResult, DebouncedEvent, new_debouncer};
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::time::Duration;

/// Editors write a file in several steps; changes closer together than this are one.
const QUIET: Duration = Duration::from_millis(200);

/// Builds, then waits for changes, for ever; a build with errors waits for the next change, too.
pub(super) fn run(workplace: &Workplace, args: &BuildArgs) -> anyhow::Result<Exit> {
    let (sender, receiver) = mpsc::channel();
    // What changes is reported with the whole path, so what is compared with it must be whole, too.
    let whole = workplace.root.canonicalize().with_context(|| format!("cannot watch `{}`", workplace.root.display()))?;
    let mut debouncer =
        new_debouncer(QUIET, None, move |events: DebounceEventResult| drop(sender.send(events))).context("cannot watch folders here")?;
    for folder in watched(workplace, &whole)? {
        debouncer.watch(&folder, RecursiveMode::Recursive).with_context(|| format!("cannot watch `{}`", folder.display()))?;
    }
    let output = whole.join(output(workplace, args));
    report(once(workplace, args));
    workplace.note("watching for changes; stop with Ctrl-C");
    for events in receiver {
        if events.is_ok_and(|events| events.iter().any(|event| matters(event, &output))) {
            report(once(workplace, args));
        }
    }
    Ok(Exit::Fine)
}

/// Returns the folders to watch: the site's root, and folders of posts outside it.
fn watched(workplace: &Workplace, whole: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let settings = load(workplace, &mut Vec::new())?;
    let outside = settings.into_iter().flat_map(|s| s.posts).filter(|p| p.starts_with("..") || Path::new(p).is_absolute());
    Ok(std::iter::once(whole.to_path_buf()).chain(outside.map(|p| whole.join(p)).filter(|p| p.exists())).collect())
}

/// Returns the folder we write into: what changes there is our own doing.
fn output(workplace: &Workplace, args: &BuildArgs) -> PathBuf {
    let configured = || load(workplace, &mut Vec::new()).ok().flatten().map_or_else(|| PathBuf::from("public"), |s| s.output.into());
    args.out.clone().unwrap_or_else(configured)
}

/// Returns whether a change may change what is built.
fn matters(event: &DebouncedEvent, output: &Path) -> bool {
    let changes = !matches!(event.kind, EventKind::Access(_));
    let hidden =
        |path: &Path| path.components().any(|c| [".postrider", ".git", "target", "node_modules"].iter().any(|name| c.as_os_str() == *name));
    changes && event.paths.iter().any(|path| !path.starts_with(output) && !hidden(path))
}

/// Says why a build could not run, and goes on.
fn report(result: anyhow::Result<Exit>) {
    if let Err(error) = result {
        print_error(&error);
    }
}
