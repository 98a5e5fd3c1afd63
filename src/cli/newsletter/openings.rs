//! The authors' openings: `newsletter/KEY.md`, in a further language `newsletter/KEY.TAG.md`, or what `--intro` names.

use super::super::{Workplace, posts};
use super::EditionArgs;
use super::codes::{MISSING_INTRO, UNUSED_OPENING};
use crate::diagnostic::{Diagnostic, Place, Source};
use crate::edition::{self, Group, Mailed, Opening};
use crate::model::Settings;
use crate::site::Site;
use crate::source::{self, Disk};
use std::path::Path;

/// The folder of the authors' openings.
const FOLDER: &str = "newsletter";

/// How many openings of no edition are named.
const MOST_NAMED: usize = 3;

/// The openings of an edition's letters.
pub(super) struct Openings<'a> {
    pub(super) workplace: &'a Workplace,
    pub(super) settings: &'a Settings,
    pub(super) args: &'a EditionArgs,
    pub(super) key: &'a str,
    /// Whether there is a letter in one language only.
    pub(super) is_alone: bool,
    /// The files that were read.
    pub(super) used: Vec<String>,
}

impl Openings<'_> {
    /// Returns the opening of a letter, where it has one.
    pub(super) fn of(&mut self, group: &Group<'_>, site: &Site, findings: &mut Vec<Diagnostic>) -> anyhow::Result<Option<Opening>> {
        let tag = group.further_language();
        let mut paths = self.paths(tag);
        let Some(at) = paths.iter().position(|path| self.workplace.path(Path::new(path)).is_file()) else {
            if let (Some(path), true) = (&self.args.intro, tag.is_none() || self.is_alone) {
                let finding = Diagnostic::new(&MISSING_INTRO, format!("there is no file `{}`", path.display()));
                findings.push(finding.help("`--intro` takes the path of a Markdown file"));
            }
            return Ok(None);
        };
        let path = paths.swap_remove(at);
        let bytes = source::read(&self.workplace.root, &path)?;
        let (text, found) = posts::decoded(&path, bytes);
        findings.extend(found);
        let disk = Disk::new(&self.workplace.root);
        let (opening, found) = edition::opening(Source::new(&path, &text), group.index, site, self.settings, &disk);
        findings.extend(found);
        self.used.push(path);
        Ok(Some(opening))
    }

    /// Returns the files that may be the opening of a letter in a further language, or the site's own; the first that is there is.
    fn paths(&self, tag: Option<&str>) -> Vec<String> {
        let key = self.key;
        match (&self.args.intro, tag) {
            (Some(path), Some(tag)) if !self.is_alone => vec![path.with_extension(format!("{tag}.md")).display().to_string()],
            (Some(path), _) => vec![path.display().to_string()],
            (None, None) => vec![format!("{FOLDER}/{key}.md")],
            (None, Some(tag)) if self.is_alone => vec![format!("{FOLDER}/{key}.{tag}.md"), format!("{FOLDER}/{key}.md")],
            (None, Some(tag)) => vec![format!("{FOLDER}/{key}.{tag}.md")],
        }
    }

    /// Names the openings that may have been meant for letters without one: those of no earlier edition.
    pub(super) fn unused(&self, groups: &[Group<'_>], site: &Site, mailed: &Mailed) -> Option<Diagnostic> {
        if self.args.intro.is_some() || self.used.len() >= groups.len() {
            return None;
        }
        let mut files: Vec<String> = std::fs::read_dir(self.workplace.path(Path::new(FOLDER)))
            .ok()?
            .filter_map(|file| Some(file.ok()?.file_name().into_string().ok()?.strip_suffix(".md")?.to_owned()))
            .collect();
        files.sort_unstable();
        let is_tag = |tag: &str| site.languages.iter().any(|known| known.tag == tag);
        let key_of =
            |name: &str| name.rsplit_once('.').filter(|(_, tag)| is_tag(tag)).map_or_else(|| name.to_owned(), |(key, _)| key.to_owned());
        let is_unused = |name: &String| !self.used.contains(&format!("{FOLDER}/{name}.md"));
        let is_for_none = |name: &String| edition::check_key(name).is_none() && !mailed.keys.contains(&key_of(name));
        // Those of later editions may lie there already; without an opening at all, one of them may have been meant.
        let is_meant = |name: &String| if self.used.is_empty() { is_for_none(name) } else { key_of(name) == self.key };
        let unused: Vec<String> =
            files.iter().filter(|name| is_unused(name) && is_meant(name)).map(|name| format!("`{FOLDER}/{name}.md`")).collect();
        let wanted = groups
            .iter()
            .filter_map(|group| self.paths(group.further_language()).into_iter().next())
            .find(|path| !self.used.contains(path))?;
        let more = if unused.len() > MOST_NAMED { format!(" and {} more", unused.len() - MOST_NAMED) } else { String::new() };
        let names = unused.iter().take(MOST_NAMED).map(String::as_str).collect::<Vec<_>>().join(", ");
        let file = unused.first()?.trim_matches('`').to_owned();
        let message = format!("edition {} has no `{wanted}`, and goes without the opening in {names}{more}", self.key);
        let help = "call the file by the edition's key, give the key with `--edition`, or name the file with `--intro`";
        Some(Diagnostic::new(&UNUSED_OPENING, message).at(Place::file(file)).help(help))
    }
}
