//! What is to be judged: found, read, judged. The order of the command line is the order of the report.

use super::super::Workplace;
use super::Policies;
use super::names::{Names, is_web};
use crate::diagnostic::{Diagnostic, Place};
use crate::fetch::Fetcher;
use crate::report::FileLine;
use crate::source;
use crate::validate::input::{Input, looks_like_feed};
use crate::validate::{IO_ERROR, Kind, Surroundings};
use anyhow::bail;
use chrono::{DateTime, FixedOffset};
use indicatif::ProgressBar;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::sync::{Mutex, PoisonError};
use url::Url;

/// How many servers are asked at the same time.
const SERVERS: usize = 8;

/// Names that stand for a feed even when nothing in the file does.
const NAMES: &[&str] = &["rss.xml", "atom.xml", "feed.xml", "feed.json", "index.xml", "podcast.xml"];
/// Endings that do.
const ENDINGS: &[&str] = &[".rss", ".atom"];

/// What judging needs to know.
pub(super) struct Outside<'a> {
    /// Where what is judged will be served: the address of the only document, or of the folder that holds them.
    pub(super) base: Option<Url>,
    /// The time to judge dates by.
    pub(super) now: DateTime<FixedOffset>,
    /// How often to ask a server again.
    pub(super) retries: u32,
    /// What each is judged for.
    pub(super) policies: &'a Policies,
}

/// A document that was judged, or could not be read.
pub(super) struct Judged {
    /// Its name in the usual spelling.
    pub(super) path: String,
    /// Its name as it was given.
    given: String,
    kind: Kind,
    pub(super) diagnostics: Vec<Diagnostic>,
    pub(super) unread: Option<String>,
}

impl Judged {
    fn unread(name: Name, reason: String) -> Self {
        let Name { path, given } = name;
        let found = Diagnostic::new(&IO_ERROR, format!("cannot read `{path}`: {reason}")).at(Place::file(path.clone()));
        Judged { path, given, kind: Kind::Unknown, diagnostics: vec![found], unread: Some(reason) }
    }

    /// Returns its line of the report.
    pub(super) fn line(&self) -> FileLine<'_> {
        let given = Some(self.given.as_str());
        FileLine { path: &self.path, given, kind: Some(self.kind.name()), unread: self.unread.as_deref() }
    }
}

/// Where a document is.
enum From {
    Stdin,
    /// A file, with its path below the folder that `--base-url` stands for.
    File(String),
    Web(Url),
    /// Nowhere: why.
    Nowhere(String),
}

/// What a document is called.
struct Name {
    /// In the usual spelling, which reports, baselines and globs know.
    path: String,
    /// As it was given.
    given: String,
}

/// A document, as the user calls it.
struct Document {
    name: Name,
    from: From,
}

/// Everything that is to be judged.
pub(super) struct Documents<'a> {
    names: &'a Names,
    list: Vec<Document>,
    /// What is in the list already, however it was spelled.
    known: BTreeSet<String>,
    /// Those of the list that were named themselves, and not by their folder.
    single: Vec<usize>,
    /// Whether a folder or a glob was named.
    has_folders: bool,
    /// Files in folders that are no feeds.
    pub(super) others: usize,
}

impl<'a> Documents<'a> {
    /// Finds what the command line names.
    pub(super) fn find(workplace: &Workplace, names: &'a Names, paths: &[String], lists: &[String]) -> anyhow::Result<Self> {
        let mut found = Documents { names, list: Vec::new(), known: BTreeSet::new(), single: Vec::new(), has_folders: false, others: 0 };
        for path in paths {
            found.add(workplace, path);
        }
        for list in lists {
            found.add_list(workplace, list)?;
        }
        found.find_folder();
        Ok(found)
    }

    /// Finds the folder that holds the files that were named: the names below it are those below `--base-url`.
    fn find_folder(&mut self) {
        let folder = |path: &str| path.rfind('/').map_or(0, |at| at + 1);
        let files = || self.single.iter().filter_map(|at| self.list.get(*at)).filter(|document| matches!(document.from, From::File(_)));
        let paths: Vec<&str> = files().map(|document| document.name.path.as_str()).collect();
        let Some(first) = paths.first() else { return };
        let shared = |path: &&str| first.bytes().zip(path.bytes()).take_while(|(a, b)| a == b).count();
        let shared = paths.iter().map(shared).min().unwrap_or(0);
        let below = folder(first.get(..shared.min(folder(first))).unwrap_or_default());
        for at in &self.single {
            if let Some(Document { name, from: From::File(path) }) = self.list.get_mut(*at) {
                name.path.get(below..).unwrap_or_default().clone_into(path);
            }
        }
    }

    /// Returns whether one document is named, and named itself.
    fn is_alone(&self) -> bool {
        !self.has_folders && self.list.len() == 1
    }

    fn push_single(&mut self, given: &str, from: From) {
        let at = self.list.len();
        self.push(given, from);
        self.single.extend((at..self.list.len()).next());
    }

    fn push(&mut self, given: impl Into<String>, from: From) {
        let given = given.into();
        let path = self.names.usual(&given);
        // An address has many spellings, too, but people know it by their own.
        let known = if let From::Web(url) = &from { url.to_string() } else { path.clone() };
        if self.known.insert(known) {
            self.list.push(Document { name: Name { path, given }, from });
        }
    }

    fn add(&mut self, workplace: &Workplace, given: &str) {
        let full = workplace.root.join(given);
        match () {
            // As a variable of a shell is that was never set; it must not stand for a folder.
            () if given.is_empty() => self.push(given, From::Nowhere("the path is empty".to_owned())),
            () if given == "-" => self.push("-", From::Stdin),
            () if is_web(given) => match Url::parse(given) {
                Ok(url) => self.push(given, From::Web(url)),
                Err(error) => self.push(given, From::Nowhere(format!("it is no address on the web: {error}"))),
            },
            () if full.is_dir() || source::is_glob(&workplace.root, given) => self.add_folder(workplace, given),
            () => self.push_single(given, From::File(String::new())),
        }
    }

    fn add_folder(&mut self, workplace: &Workplace, given: &str) {
        self.has_folders = true;
        let glob = source::is_glob(&workplace.root, given);
        match source::documents(&workplace.root, given, is_feed) {
            Ok(found) if glob && found.feeds.is_empty() && found.others == 0 && found.unread.is_empty() => {
                self.push(given, From::Nowhere("it matches nothing".to_owned()));
            }
            // A check of nothing is no check: the build before it may have failed.
            Ok(found) if found.feeds.is_empty() && found.unread.is_empty() => {
                self.others += found.others;
                let reason = if glob { "no file that it matches is a feed" } else { "no file in it is a feed" };
                self.push(given, From::Nowhere(reason.to_owned()));
            }
            Ok(found) => {
                self.others += found.others;
                let folder = if glob {
                    given.find(['*', '?', '[', '{']).and_then(|at| given[..at].rfind('/')).map_or(0, |at| at + 1)
                } else {
                    given.trim_end_matches('/').len() + 1
                };
                let folder = folder.saturating_sub(if given.starts_with("./") { 2 } else { 0 });
                let below = |name: &str| if given == "." { name.to_owned() } else { name.get(folder..).unwrap_or(name).to_owned() };
                for name in found.feeds {
                    let below = below(&name);
                    self.push(name, From::File(below));
                }
                for (name, reason) in found.unread {
                    self.push(name, From::Nowhere(reason));
                }
            }
            Err(_) if glob => self.push(given, From::Nowhere("it matches nothing".to_owned())),
            Err(error) => self.push(given, From::Nowhere(source::reason(&error))),
        }
    }

    fn add_list(&mut self, workplace: &Workplace, list: &str) -> anyhow::Result<()> {
        let mut bytes = Vec::new();
        if list == "-" {
            std::io::stdin().lock().read_to_end(&mut bytes)?;
        } else {
            bytes = source::read(&workplace.root, list)?;
        }
        let text = crate::text::decode::decode(bytes).text;
        // A comment may follow a name; an address may have a `#` of its own, but no blank before it.
        let lines = text.lines().map(|line| line.split(" #").next().unwrap_or(line).trim());
        let lines: Vec<&str> = lines.filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
        if lines.is_empty() {
            bail!("the list `{list}` names nothing; help: write a path or an address in each line");
        }
        for line in lines {
            self.add(workplace, line);
        }
        Ok(())
    }

    /// Reads and judges all of them: those on this machine on all cores, those on the web one at a time for each host.
    pub(super) fn judge(self, workplace: &Workplace, outside: Outside<'_>) -> Vec<Judged> {
        let base = if self.is_alone() { outside.base } else { outside.base.map(folder) };
        let outside = &Outside { base, ..outside };
        let (web, local): (Vec<_>, Vec<_>) =
            self.list.into_iter().enumerate().partition(|(_, document)| matches!(document.from, From::Web(_)));
        let mut judged: Vec<(usize, Judged)> =
            local.into_par_iter().map(|(at, document)| (at, judge_local(workplace, document, outside))).collect();
        judged.extend(judge_web(workplace, web, outside));
        judged.sort_by_key(|(at, _)| *at);
        judged.into_iter().map(|(_, judged)| judged).collect()
    }
}

/// Returns whether a file in a folder is a feed, by its name or its beginning.
fn is_feed(path: &str, head: &[u8]) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
    NAMES.contains(&name.as_str()) || ENDINGS.iter().any(|ending| name.ends_with(ending)) || looks_like_feed(head)
}

/// Reads and judges a document of this machine.
fn judge_local(workplace: &Workplace, document: Document, outside: &Outside<'_>) -> Judged {
    let (bytes, below) = match document.from {
        From::Stdin => {
            let mut bytes = Vec::new();
            match std::io::stdin().lock().read_to_end(&mut bytes) {
                Ok(_) => (bytes, String::new()),
                Err(error) => return Judged::unread(document.name, error.to_string()),
            }
        }
        From::File(below) => match source::read(&workplace.root, &document.name.given) {
            Ok(bytes) => (bytes, below),
            Err(error) => return Judged::unread(document.name, source::reason(&error)),
        },
        From::Nowhere(reason) => return Judged::unread(document.name, reason),
        From::Web(url) => return Judged::unread(document.name, format!("`{url}` is on the web")),
    };
    let url = outside.base.as_ref().and_then(|base| located(base, &below));
    let Name { path, given } = document.name;
    let verdict = Input::read(bytes, None).judge(
        &path,
        Surroundings { url: url.as_ref(), now: outside.now, html_judged: false, podcast: outside.policies.wants_podcast(&path) },
    );
    Judged { path, given, kind: verdict.kind, diagnostics: verdict.diagnostics, unread: None }
}

/// Returns the address of a folder.
fn folder(mut url: Url) -> Url {
    if !url.path().ends_with('/') {
        url.set_path(&format!("{}/", url.path()));
    }
    url
}

/// Returns where a file will be: `base` is its address, or the one of the folder if it ends in `/`.
fn located(base: &Url, below: &str) -> Option<Url> {
    if base.path().ends_with('/') && !below.is_empty() { base.join(&below.replace('\\', "/")).ok() } else { Some(base.clone()) }
}

/// Fetches and judges documents of the web.
fn judge_web(workplace: &Workplace, web: Vec<(usize, Document)>, outside: &Outside<'_>) -> Vec<(usize, Judged)> {
    let bar = if workplace.terminal.progress && web.len() > 1 { ProgressBar::new(web.len() as u64) } else { ProgressBar::hidden() };
    let fetcher = Fetcher::new(outside.retries);
    let mut hosts: BTreeMap<String, Vec<(usize, Document)>> = BTreeMap::new();
    for (at, document) in web {
        let host = if let From::Web(url) = &document.from { url.host_str().unwrap_or_default().to_owned() } else { String::new() };
        hosts.entry(host).or_default().push((at, document));
    }
    let threads = hosts.len().min(SERVERS);
    let hosts = Mutex::new(hosts.into_values());
    let judged = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let next = hosts.lock().unwrap_or_else(PoisonError::into_inner).next();
                    let Some(documents) = next else { return };
                    for (at, document) in documents {
                        let one = judge_fetched(&fetcher, document, outside);
                        bar.inc(1);
                        judged.lock().unwrap_or_else(PoisonError::into_inner).push((at, one));
                    }
                }
            });
        }
    });
    bar.finish_and_clear();
    judged.into_inner().unwrap_or_else(PoisonError::into_inner)
}

/// Fetches and judges a document.
fn judge_fetched(fetcher: &Fetcher, Document { name, from }: Document, outside: &Outside<'_>) -> Judged {
    let From::Web(url) = from else { return Judged::unread(name, "it is no address".to_owned()) };
    let Name { path, given } = name;
    let (path, given) = (without_password(path, &url), without_password(given, &url));
    let document = match fetcher.get(&url) {
        Ok(document) => document,
        Err(error) => return Judged::unread(Name { path, given }, error.to_string()),
    };
    if let Some(found) = document.answer.failure(&path) {
        return Judged { path, given, kind: Kind::Unknown, unread: Some(found.message.clone()), diagnostics: vec![found] };
    }
    let here = match &outside.base {
        Some(base) => located(base, url.path().trim_start_matches('/')).unwrap_or_else(|| base.clone()),
        None => document.answer.kept().clone(),
    };
    let input = Input::read(document.bytes, document.answer.charset());
    let verdict = input.judge(
        &path,
        Surroundings { url: Some(&here), now: outside.now, html_judged: false, podcast: outside.policies.wants_podcast(&path) },
    );
    let mut diagnostics = document.answer.judge(&path, verdict.kind);
    diagnostics.extend(verdict.diagnostics);
    Judged { path, given, kind: verdict.kind, diagnostics, unread: None }
}

/// Returns an address as it may be shown.
fn without_password(name: String, url: &Url) -> String {
    if url.password().is_none() && url.username().is_empty() {
        return name;
    }
    let mut url = url.clone();
    // Both can only fail for addresses without a host, which these have.
    let _ = url.set_password(None);
    let _ = url.set_username("");
    url.into()
}
