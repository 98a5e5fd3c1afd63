//! The templates that a site has of its own.

use super::{SourceError, read};
use std::path::Path;
use walkdir::WalkDir;

/// The folder of templates when the configuration names none; it may be missing.
const USUAL: &str = "templates";

/// How deep below the folder templates lie: `letter/message.html`.
const DEPTH: usize = 4;

/// A template of the site's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnTemplate {
    /// The path below the folder of templates, with `/`.
    pub name: String,
    /// The path relative to the site's root.
    pub path: String,
    /// The text.
    pub text: String,
}

/// Reads the templates of a folder, sorted by name: files that end in `.html` or `.txt`, at most four folders deep.
pub fn templates(root: &Path, folder: &str) -> Result<Vec<OwnTemplate>, SourceError> {
    let folder = folder.trim_end_matches('/');
    let top = root.join(folder);
    if !top.is_dir() {
        return if folder == USUAL { Ok(Vec::new()) } else { Err(SourceError::NoTemplates(folder.to_owned())) };
    }
    let mut found = Vec::new();
    for entry in WalkDir::new(&top).max_depth(DEPTH).sort_by_file_name().into_iter().filter_map(Result::ok) {
        let name = entry.path().strip_prefix(&top).ok().and_then(|path| path.to_str()).map(|path| path.replace('\\', "/"));
        let Some(name) = name.filter(|name| matches!(name.rsplit_once('.'), Some((_, "html" | "txt")))) else { continue };
        if !entry.path().is_file() {
            continue;
        }
        let path = format!("{folder}/{name}");
        let text = crate::text::decode::decode(read(root, &path)?).text;
        found.push(OwnTemplate { name, path, text });
    }
    Ok(found)
}
