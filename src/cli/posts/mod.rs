//! Every file's head is read, on all cores; what cannot be read is said of each file.

mod codes;
mod data;
mod people;
mod tongues;

use crate::cli::beside;
use crate::config;
use crate::diagnostic::{Diagnostic, Place, Source};
use crate::frontmatter::{self, FileFacts, Reading, Rules};
use crate::model::{Date, FolderPage, Post, Settings};
use crate::site::{self, LeftOut, Reason, Sections};
use crate::source::{self, Found, Listing};
use crate::text::decode::{decode, looks_like_utf16};
use data::DataFiles;
use rayon::prelude::*;
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use tongues::Tongues;

pub(super) use codes::{CODES, UNREADABLE_FILE};

/// What the heads say.
#[derive(Debug, Default)]
pub(in crate::cli) struct Heads {
    #[allow(clippy::vec_box, reason = "a post is large: what is sorted and moved are pointers to it")]
    pub(in crate::cli) posts: Vec<Box<Post>>,
    pub(in crate::cli) findings: Vec<Diagnostic>,
    /// Files that are no posts, or have errors.
    pub(in crate::cli) left_out: LeftOut,
    /// What sections are called.
    pub(in crate::cli) sections: Sections,
    /// What the pages of folders say of the folders' own feeds.
    pub(in crate::cli) pages: Vec<FolderPage>,
}

thread_local! {
    /// What was read last on this thread: tens of thousands of files share two buffers.
    static BUFFER: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Reads every head.
pub(in crate::cli) fn read(root: &Path, listing: Listing, settings: &Settings, now: Date) -> Heads {
    let tongues = Tongues::new(settings, listing.files.iter().map(|file| file.path.as_str()));
    let (data, said) = DataFiles::read(root, &listing, settings, &tongues);
    let sections = data::sections(root, &listing, settings);
    let has_liquid = beside::neighbour(root).map(config::Neighbour::has_liquid);
    let (rules, faults) =
        settings.habits.metadata.as_ref().map(Rules::new).map_or((None, Vec::new()), |(rules, faults)| (Some(rules), faults));
    let context = Context { root, settings, now, data, tongues, vaults: listing.vaults, has_liquid, rules };
    let (files, in_bundles) = without_bundles(listing.files, &listing.sections, settings);
    let read: Vec<(Reading, Option<String>, Vec<Diagnostic>)> = files
        .into_par_iter()
        .with_min_len(16)
        .map(|file| {
            let (reading, found) = BUFFER
                .with_borrow_mut(|buffer| context.post(&file, buffer))
                .unwrap_or_else(|error| (Reading::Broken, vec![unreadable(&file.path, &error)]));
            let path = (!matches!(reading, Reading::Post(_))).then_some(file.path);
            (reading, path, found)
        })
        .collect();
    let mut heads = Heads { findings: said, sections, ..Heads::default() };
    heads.findings.extend(faults);
    for (path, reason) in listing.unread {
        heads.findings.push(Diagnostic::new(&codes::UNREADABLE, format!("not read: {reason}")).at(Place::file(path)));
    }
    let is_data = |path: &str| !source::is_post_name(path) || source::is_section_name(path.rsplit('/').next().unwrap_or(path));
    let mut told: BTreeSet<(String, String)> = BTreeSet::new();
    for file in in_bundles {
        heads.left_out.add(Reason::InBundle, file.path);
    }
    listing.others.into_iter().for_each(|path| heads.left_out.add(Reason::OtherFormat, path));
    for (reading, path, findings) in read {
        let path = path.unwrap_or_default();
        match reading {
            Reading::Post(post) => heads.posts.push(post),
            Reading::Page => heads.left_out.add(Reason::Page, path),
            Reading::Broken => heads.left_out.add(Reason::Broken, path),
            Reading::NotPost => heads.left_out.add(Reason::Undated, path),
            Reading::Incomplete => {}
        }
        // What is wrong in a data file is found with every post that it holds for.
        heads.findings.extend(findings.into_iter().filter(|found| match &found.place {
            Some(place) if is_data(&place.path) => told.insert((place.path.to_string(), found.message.clone())),
            _ => true,
        }));
    }
    heads.findings.extend(people::introduce(root, &mut heads.posts));
    heads.pages = context.data.pages;
    heads
}

/// Parts the files of a Hugo site that belong to the page beside them from all others.
fn without_bundles(files: Vec<Found>, sections: &[String], settings: &Settings) -> (Vec<Found>, Vec<Found>) {
    if settings.habits.hugo.is_none() {
        return (files, Vec::new());
    }
    let bundles = frontmatter::page_bundles(files.iter().map(|file| file.path.as_str()), sections);
    let is_inside: Vec<bool> = files.iter().map(|file| frontmatter::is_in_bundle(&file.path, &bundles)).collect();
    let (inside, outside): (Vec<_>, Vec<_>) = files.into_iter().zip(is_inside).partition(|(_, is_inside)| *is_inside);
    let files = |part: Vec<(Found, bool)>| part.into_iter().map(|(file, _)| file).collect();
    (files(outside), files(inside))
}

/// Reports a file that cannot be read; the others are read all the same.
pub(super) fn unreadable(path: &str, error: &source::SourceError) -> Diagnostic {
    let reason = std::error::Error::source(error).map_or_else(|| error.to_string(), ToString::to_string);
    let finding = Diagnostic::new(&codes::UNREADABLE_FILE, format!("the file cannot be read: {reason}"));
    finding.at(Place::file(path)).help("make it readable, or leave it out with `exclude:`")
}

/// What the reading of every head needs to know.
struct Context<'a> {
    root: &'a Path,
    settings: &'a Settings,
    now: Date,
    data: DataFiles,
    tongues: Tongues<'a>,
    vaults: Vec<Arc<str>>,
    /// Whether the site's generator runs Liquid, or its like, in posts; `None` where nobody knows the generator.
    has_liquid: Option<bool>,
    /// What the configuration of a Pelican site tells articles.
    rules: Option<Rules>,
}

impl Context<'_> {
    /// Reads one head, and what the post says for its hash.
    fn post(&self, file: &Found, buffer: &mut Vec<u8>) -> Result<(Reading, Vec<Diagnostic>), source::SourceError> {
        source::read_into(self.root, &file.path, buffer)?;
        let (mut reading, findings) = self.head(file, buffer);
        if let Reading::Post(post) = &mut reading {
            if let Some(subsection) = self.data.subsection(file, &self.tongues) {
                post.hugo.get_or_insert_default().subsection = Some(subsection);
            }
            post.shrink();
            post.hash = match prefix(buffer, true) {
                Some(text) => site::content_hash(post, text),
                None => site::content_hash(post, &decoded(&file.path, std::mem::take(buffer)).0),
            };
        }
        Ok((reading, findings))
    }

    /// Reads one head from the first part of a file; from all of it only where the front matter is longer, or all of it counts.
    fn head(&self, file: &Found, bytes: &[u8]) -> (Reading, Vec<Diagnostic>) {
        let (first, complete) = (bytes.get(..source::HEAD).unwrap_or(bytes), bytes.len() < source::HEAD);
        let data = self.data.of(file, &self.tongues);
        let in_vault = self.vaults.contains(&file.folder);
        let facts = |complete| FileFacts {
            folder: &file.folder,
            source: &self.settings.habits.source,
            languages: &self.tongues.named,
            now: self.now,
            complete,
            in_vault,
            has_liquid: self.has_liquid,
            data: &data,
            rules: self.rules.as_ref(),
            dates: &self.settings.habits.dates,
            utc_timestamps: self.settings.habits.utc_timestamps,
            hugo: self.settings.habits.hugo.as_deref(),
        };
        let zone = self.settings.timezone;
        if let Some(text) = prefix(first, complete) {
            let (reading, findings) = frontmatter::read(Source::new(&file.path, text), &facts(complete), zone);
            if !matches!(reading, Reading::Incomplete) {
                return (reading, findings);
            }
        }
        // The warning about the encoding comes when the body is read; only a head that is not UTF-8 itself comes here.
        let (text, _) = decoded(&file.path, bytes.to_vec());
        frontmatter::read(Source::new(&file.path, &text), &facts(true), zone)
    }
}

/// Returns what was read as text, when it is UTF-8 without a byte order mark; a character cut at the end is left out.
fn prefix(bytes: &[u8], complete: bool) -> Option<&str> {
    if looks_like_utf16(bytes) || bytes.starts_with(b"\xEF\xBB\xBF") || bytes.starts_with(b"\xFF\xFE") || bytes.starts_with(b"\xFE\xFF") {
        return None;
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Some(text),
        Err(error) if !complete && error.error_len().is_none() => std::str::from_utf8(&bytes[..error.valid_up_to()]).ok(),
        Err(_) => None,
    }
}

/// Reads a whole file and hands its text on.
pub(in crate::cli) fn with_text<T>(
    root: &Path,
    path: &str,
    act: impl FnOnce(&str, Vec<Diagnostic>) -> T,
) -> Result<T, source::SourceError> {
    BUFFER.with_borrow_mut(|buffer| {
        source::read_into(root, path, buffer)?;
        if let Some(text) = prefix(buffer, true) {
            return Ok(act(text, Vec::new()));
        }
        let (text, findings) = decoded(path, buffer.clone());
        Ok(act(&text, findings))
    })
}

/// Decodes a file: by its byte order mark, as UTF-8, or as windows-1252 with a warning.
pub(in crate::cli) fn decoded(path: &str, bytes: Vec<u8>) -> (String, Vec<Diagnostic>) {
    let decoded = decode(bytes);
    let mut findings = Vec::new();
    if decoded.guessed {
        let finding = Diagnostic::new(&codes::NOT_UTF8, format!("the file is not UTF-8; it was read as {}", decoded.encoding));
        findings.push(finding.at(Place::file(path)).help("save it as UTF-8"));
    }
    (decoded.text, findings)
}
