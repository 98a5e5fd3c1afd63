//! The authors' openings: `newsletter/KEY.md`, in a further language `newsletter/KEY.TAG.md`, or what `--intro` names. Their files may have
//! each ending that those of posts may have.

use super::super::{Workplace, posts};
use super::EditionArgs;
use super::codes::{MISSING_INTRO, NO_OPENING_IN_LANGUAGE, UNUSED_OPENING};
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
        let names = match (&self.args.intro, tag) {
            (Some(path), Some(tag)) if !self.is_alone => {
                let ending = path.extension().unwrap_or("md".as_ref()).to_string_lossy();
                return vec![path.with_extension(format!("{tag}.{ending}")).display().to_string()];
            }
            (Some(path), _) => return vec![path.display().to_string()],
            (None, None) => vec![key.to_owned()],
            (None, Some(tag)) if self.is_alone => vec![format!("{key}.{tag}"), key.to_owned()],
            (None, Some(tag)) => vec![format!("{key}.{tag}")],
        };
        names.iter().flat_map(|name| source::ENDINGS.map(|ending| format!("{FOLDER}/{name}.{ending}"))).collect()
    }

    /// Says which letters go without an opening that others of the same edition have.
    pub(super) fn missing(&self, groups: &[Group<'_>]) -> Option<Diagnostic> {
        let used = self.used.first()?;
        let lacks = |group: &&Group<'_>| !self.paths(group.further_language()).iter().any(|path| self.used.contains(path));
        let without: Vec<&Group<'_>> = groups.iter().filter(lacks).collect();
        let tag = |group: &Group<'_>| group.further_language().or(self.settings.language.as_deref()).map(|tag| format!("`{tag}`"));
        let tags: Vec<String> = without.iter().filter_map(|group| tag(group)).collect();
        let files = without.iter().filter_map(|group| self.paths(group.further_language()).into_iter().next());
        let files: Vec<String> = files.map(|file| format!("`{file}`")).collect();
        let (which, go) = if without.len() == 1 { ("the letter in", "goes") } else { ("the letters in", "go") };
        let message = format!("{which} {} {go} without an opening; that of the others is `{used}`", tags.join(", "));
        let finding = Diagnostic::new(&NO_OPENING_IN_LANGUAGE, message).at(Place::file(used));
        (!without.is_empty()).then(|| finding.help(format!("write {}, if they shall have one", files.join(", "))))
    }

    /// Names the openings that may have been meant for letters without one: those of no earlier edition, and of
    /// those of the same day.
    pub(super) fn unused(&self, groups: &[Group<'_>], site: &Site, mailed: &Mailed) -> Option<Diagnostic> {
        if self.args.intro.is_some() || self.used.len() >= groups.len() {
            return None;
        }
        let mut files: Vec<String> = std::fs::read_dir(self.workplace.path(Path::new(FOLDER)))
            .ok()?
            .filter_map(|file| file.ok()?.file_name().into_string().ok().filter(|name| source::is_post_name(name)))
            .collect();
        files.sort_unstable();
        let is_tag = |tag: &str| site.languages.iter().any(|known| known.tag == tag);
        let stem = |name: &str| name.rsplit_once('.').map_or_else(|| name.to_owned(), |(stem, _)| stem.to_owned());
        let key_of = |name: &str| match stem(name).rsplit_once('.') {
            Some((key, tag)) if is_tag(tag) => key.to_owned(),
            _ => stem(name),
        };
        let is_unused = |name: &String| !self.used.contains(&format!("{FOLDER}/{name}"));
        // The second edition of a day has a key of its own, and the opening of the first may be meant for it.
        let is_of_its_day = |key: &str| {
            let number = self.key.strip_prefix(key).and_then(|rest| rest.strip_prefix('-'));
            number.is_some_and(|number| number.parse::<u32>().is_ok())
        };
        let may_be = |key: &str| !mailed.keys.contains(key) || is_of_its_day(key);
        let is_for_none = |name: &String| edition::check_key(&stem(name)).is_none() && may_be(&key_of(name));
        // Those of later editions may lie there already; without an opening at all, one of them may have been meant.
        let is_meant = |name: &String| if self.used.is_empty() { is_for_none(name) } else { key_of(name) == self.key };
        let unused: Vec<String> =
            files.iter().filter(|name| is_unused(name) && is_meant(name)).map(|name| format!("`{FOLDER}/{name}`")).collect();
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
