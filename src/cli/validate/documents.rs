//! What is to be judged: found, read, judged. The order of the command line is the order of the report.

use super::super::Workplace;
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
pub(super) struct Outside {
    /// Where what is judged will be served.
    pub(super) base: Option<Url>,
    /// The time to judge dates by.
    pub(super) now: DateTime<FixedOffset>,
    /// How often to ask a server again.
    pub(super) retries: u32,
}

/// A document that was judged, or could not be read.
pub(super) struct Judged {
    pub(super) path: String,
    pub(super) kind: Option<Kind>,
    pub(super) diagnostics: Vec<Diagnostic>,
    pub(super) unread: Option<String>,
}

impl Judged {
    fn unread(path: String, reason: String) -> Self {
        let found = Diagnostic::new(&IO_ERROR, format!("cannot read `{path}`: {reason}")).at(Place::file(path.clone()));
        Judged { path, kind: None, diagnostics: vec![found], unread: Some(reason) }
    }

    /// Returns its line of the report.
    pub(super) fn line(&self) -> FileLine<'_> {
        FileLine { path: &self.path, kind: self.kind.map(Kind::name), unread: self.unread.as_deref() }
    }
}

/// Where a document is.
enum From {
    Stdin,
    /// A file, with its path below the folder that was named.
    File(String),
    Web(Url),
    /// Nowhere: why.
    Nowhere(String),
}

/// A document, as the user calls it.
struct Document {
    name: String,
    from: From,
}

/// Everything that is to be judged.
#[derive(Default)]
pub(super) struct Documents {
    list: Vec<Document>,
    /// What is in the list already, however it was spelled.
    known: BTreeSet<String>,
    /// Files in folders that are no feeds.
    pub(super) others: usize,
}

impl Documents {
    /// Finds what the command line names.
    pub(super) fn find(workplace: &Workplace, paths: &[String], lists: &[String]) -> anyhow::Result<Self> {
        let mut found = Documents::default();
        for path in paths {
            found.add(workplace, path);
        }
        for list in lists {
            found.add_list(workplace, list)?;
        }
        Ok(found)
    }

    fn push(&mut self, name: impl Into<String>, from: From) {
        let name = name.into();
        if self.known.insert(usual(&name)) {
            self.list.push(Document { name, from });
        }
    }

    fn add(&mut self, workplace: &Workplace, given: &str) {
        let full = workplace.root.join(given);
        match () {
            () if given == "-" => self.push("-", From::Stdin),
            () if is_web(given) => match Url::parse(given) {
                Ok(url) => self.push(given, From::Web(url)),
                Err(error) => self.push(given, From::Nowhere(format!("it is no address on the web: {error}"))),
            },
            () if full.is_dir() || source::is_glob(&workplace.root, given) => self.add_folder(workplace, given),
            () => {
                let name = given.rsplit(['/', '\\']).next().unwrap_or(given);
                self.push(given, From::File(name.to_owned()));
            }
        }
    }

    fn add_folder(&mut self, workplace: &Workplace, given: &str) {
        let glob = source::is_glob(&workplace.root, given);
        match source::documents(&workplace.root, given, is_feed) {
            Ok(found) if glob && found.feeds.is_empty() && found.others == 0 && found.unread.is_empty() => {
                self.push(given, From::Nowhere("it matches nothing".to_owned()));
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
    pub(super) fn judge(self, workplace: &Workplace, outside: &Outside) -> Vec<Judged> {
        let (web, local): (Vec<_>, Vec<_>) =
            self.list.into_iter().enumerate().partition(|(_, document)| matches!(document.from, From::Web(_)));
        let mut judged: Vec<(usize, Judged)> =
            local.into_par_iter().map(|(at, document)| (at, judge_local(workplace, document, outside))).collect();
        judged.extend(judge_web(workplace, web, outside));
        judged.sort_by_key(|(at, _)| *at);
        judged.into_iter().map(|(_, judged)| judged).collect()
    }
}

/// Returns a path without `.` and `..`; an address stays.
fn usual(name: &str) -> String {
    if is_web(name) {
        return name.to_owned();
    }
    let mut parts: Vec<&str> = Vec::new();
    for part in name.split('/') {
        match part {
            "." => {}
            ".." if parts.last().is_some_and(|last| !last.is_empty() && *last != "..") => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// Returns whether a name is an address on the web.
fn is_web(given: &str) -> bool {
    let scheme = given.split("://").next().unwrap_or_default();
    given.contains("://") && (scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https"))
}

/// Returns whether a file in a folder is a feed, by its name or its beginning.
fn is_feed(path: &str, head: &[u8]) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
    NAMES.contains(&name.as_str()) || ENDINGS.iter().any(|ending| name.ends_with(ending)) || looks_like_feed(head)
}

/// Reads and judges a document of this machine.
fn judge_local(workplace: &Workplace, document: Document, outside: &Outside) -> Judged {
    let (bytes, below) = match document.from {
        From::Stdin => {
            let mut bytes = Vec::new();
            match std::io::stdin().lock().read_to_end(&mut bytes) {
                Ok(_) => (bytes, String::new()),
                Err(error) => return Judged::unread(document.name, error.to_string()),
            }
        }
        From::File(below) => match source::read(&workplace.root, &document.name) {
            Ok(bytes) => (bytes, below),
            Err(error) => return Judged::unread(document.name, source::reason(&error)),
        },
        From::Nowhere(reason) => return Judged::unread(document.name, reason),
        From::Web(url) => return Judged::unread(document.name, format!("`{url}` is on the web")),
    };
    let url = outside.base.as_ref().and_then(|base| located(base, &below));
    let verdict = Input::read(bytes, None).judge(&document.name, Surroundings { url: url.as_ref(), now: outside.now, html_judged: false });
    Judged { path: document.name, kind: Some(verdict.kind), diagnostics: verdict.diagnostics, unread: None }
}

/// Returns where a file will be: `base` is its address, or the one of the folder if it ends in `/`.
fn located(base: &Url, below: &str) -> Option<Url> {
    if base.path().ends_with('/') && !below.is_empty() { base.join(&below.replace('\\', "/")).ok() } else { Some(base.clone()) }
}

/// Fetches and judges documents of the web.
fn judge_web(workplace: &Workplace, web: Vec<(usize, Document)>, outside: &Outside) -> Vec<(usize, Judged)> {
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
fn judge_fetched(fetcher: &Fetcher, Document { name, from }: Document, outside: &Outside) -> Judged {
    let From::Web(url) = from else { return Judged::unread(name, "it is no address".to_owned()) };
    let name = without_password(name, &url);
    let document = match fetcher.get(&url) {
        Ok(document) => document,
        Err(error) => return Judged::unread(name, error.to_string()),
    };
    if let Some(found) = document.answer.failure(&name) {
        return Judged { path: name, kind: None, unread: Some(found.message.clone()), diagnostics: vec![found] };
    }
    let here = match &outside.base {
        Some(base) => located(base, url.path().trim_start_matches('/')).unwrap_or_else(|| base.clone()),
        None => document.answer.kept().clone(),
    };
    let input = Input::read(document.bytes, document.answer.charset());
    let verdict = input.judge(&name, Surroundings { url: Some(&here), now: outside.now, html_judged: false });
    let mut diagnostics = document.answer.judge(&name, verdict.kind);
    diagnostics.extend(verdict.diagnostics);
    Judged { path: name, kind: Some(verdict.kind), diagnostics, unread: None }
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
