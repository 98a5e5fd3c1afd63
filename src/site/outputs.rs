//! What is written where: two outputs at one path would replace each other in silence.

use super::{FeedPlan, archive};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::Settings;
use std::collections::BTreeMap;

/// Two outputs at one path.
pub(super) static OUTPUT_CLASH: Code =
    Code::error("output-clash", "Two files would be written to the same path: subscribers of one would get the other.");

/// Takes out feeds whose files would replace another output, and says which; the names are compared without regard to
/// case, as some systems do.
pub(super) fn settle(plans: &mut Vec<FeedPlan>, settings: &Settings) -> Vec<Diagnostic> {
    let mut outputs = Outputs::default();
    let mut findings = Vec::new();
    let pages = [(settings.feeds.autodiscovery.as_deref(), "`feeds.autodiscovery`"), (settings.feeds.opml.as_deref(), "`feeds.opml`")];
    for (path, owner) in pages.into_iter().chain([(settings.feeds.subscribe_page.as_deref(), "`feeds.subscribe_page`")]) {
        findings.extend(path.and_then(|path| outputs.add(path, owner, "give one of them another path in postrider.yaml")));
    }
    plans.retain(|plan| {
        let owner = format!("the feed `{}`", plan.feed.title);
        let help = if plan.main {
            "change `path` of the language under `languages`, or `feeds.files`, in postrider.yaml"
        } else {
            "change the pattern under `feeds.by` in postrider.yaml, such as `tag: tags/:slug/`"
        };
        let clashes: Vec<Diagnostic> =
            settings.feeds.formats.iter().filter_map(|format| outputs.add(plan.file(*format), &owner, help)).collect();
        let formats = settings.feeds.formats.iter().filter(|_| !plan.older.is_empty());
        let pages = formats.filter_map(|format| outputs.folder(&archive::folder(plan.file(*format)), help));
        let clashes: Vec<Diagnostic> = clashes.into_iter().chain(pages).collect();
        let free = clashes.is_empty();
        // One finding a feed: its other formats say the same.
        findings.extend(clashes.into_iter().next());
        free
    });
    findings
}

/// The paths of outputs in lower case, and whose each is.
#[derive(Default)]
struct Outputs(BTreeMap<String, String>);

impl Outputs {
    /// Remembers an output; an error where its path is another's, or one of the two would have to be a folder.
    fn add(&mut self, path: &str, owner: &str, help: &str) -> Option<Diagnostic> {
        let path = path.trim_start_matches("./").trim_start_matches('/');
        let key = path.to_lowercase();
        let message = if let Some(other) = self.0.get(&key) {
            format!("{owner} and {other} would both be written to `{path}`")
        } else if let Some((above, other)) = self.above(&key) {
            format!("{owner} would be written to `{path}`, and `{above}` is the file of {other}")
        } else if let Some(other) = self.below(&key) {
            format!("{owner} would be written to `{path}`, which is a folder of {other}")
        } else {
            self.0.insert(key, owner.to_owned());
            return None;
        };
        Some(Diagnostic::new(&OUTPUT_CLASH, message).help(help))
    }

    /// Returns an error where a folder for archive pages would have to be in the place of an output.
    fn folder(&self, folder: &str, help: &str) -> Option<Diagnostic> {
        let key = folder.trim_end_matches('/').to_lowercase();
        let owner = self.0.get(&key)?;
        let message = format!("the archive pages would be written to `{folder}`, which is the file of {owner}");
        Some(Diagnostic::new(&OUTPUT_CLASH, message).help(help))
    }

    /// Returns the file that would have to be a folder of this one.
    fn above(&self, key: &str) -> Option<(&str, &str)> {
        key.match_indices('/').find_map(|(at, _)| self.0.get_key_value(&key[..at])).map(|(path, owner)| (path.as_str(), owner.as_str()))
    }

    /// Returns whose file lies below this one.
    fn below(&self, key: &str) -> Option<&str> {
        let folder = format!("{key}/");
        self.0.range(folder.clone()..).next().filter(|(path, _)| path.starts_with(&folder)).map(|(_, owner)| owner.as_str())
    }
}
