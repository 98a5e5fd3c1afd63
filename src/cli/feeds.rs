//! Feeds that are followed today, from files and from the web, with their older documents.

use super::{Workplace, summary::plural};
use crate::diff::alike::decoded;
use crate::feed::read::{self, Flaw, ReadEntry, ReadFeed};
use crate::fetch::Fetcher;
use crate::html::{Scanner, Token};
use crate::source;
use crate::validate::Surroundings;
use crate::validate::input::Input;
use anyhow::{Context, anyhow, bail};
use chrono::DateTime;
use std::collections::BTreeSet;
use url::Url;

/// How often a server is asked again.
const RETRIES: u32 = 2;

/// So many older documents of a feed are read at most.
const MOST_PAGES: usize = 10_000;

/// How much of a page is looked at for the feeds that it names, and so many of these are told.
const PAGE_HEAD: usize = 64 * 1024;
const NAMED: usize = 5;

/// The types of feeds.
const FEED_TYPES: [&str; 3] = ["application/rss+xml", "application/atom+xml", "application/feed+json"];

/// A feed, and the older documents that it leads to (RFC 5005 §3, §4; JSON Feed 1.1 `next_url`).
#[derive(Debug)]
pub(super) struct Followed {
    /// The feed itself.
    pub(super) feed: ReadFeed,
    /// Where it was found, on the web.
    pub(super) here: Option<Url>,
    /// The older documents by their files or addresses, the newest first.
    pub(super) older: Vec<(String, ReadFeed)>,
    /// Why the next one of these could not be read.
    pub(super) missing: Option<String>,
    /// The address of the next one where there is no such file.
    pub(super) absent: Option<String>,
}

impl Followed {
    /// Returns whether one of its documents breaks off.
    pub(super) fn is_broken(&self) -> bool {
        let mut documents = std::iter::once(&self.feed).chain(self.older.iter().map(|(_, page)| page));
        documents.any(|feed| feed.flaw.as_ref().is_some_and(|flaw| flaw.is_end))
    }

    /// Returns whether there may be more entries than were read.
    pub(super) fn is_partial(&self) -> bool {
        self.missing.is_some() || self.is_broken()
    }

    /// Says what is wrong with the documents of a feed. What ends too soon is an error, what readers put up with a warning.
    pub(super) fn faults(&self, name: &str) -> Vec<String> {
        let older = self.older.iter().map(|(name, page)| (name.as_str(), page));
        let flaws = std::iter::once((name, &self.feed)).chain(older).filter_map(|(name, feed)| Some(fault(name, feed.flaw.as_ref()?)));
        let missing = self.missing.iter().map(|why| {
            let read = plural(self.whole().entries.len(), "entry", "entries");
            format!(
                "warning: `{name}` leads to an older document that cannot be read, so nothing behind the first {read} is compared: {why}"
            )
        });
        flaws.chain(missing).collect()
    }

    /// Returns the feed with the entries of all its documents: of those with one id, the first is the last that was said.
    pub(super) fn whole(&self) -> ReadFeed {
        let mut whole = self.feed.clone();
        whole.entries.extend(self.older.iter().flat_map(|(_, page)| page.entries.iter().cloned()));
        let mut ids = BTreeSet::new();
        let mut is_new = |entry: &ReadEntry| ids.insert(entry.id.clone());
        whole.entries.retain(&mut is_new);
        whole
    }
}

/// Says what is wrong with a text that was read all the same.
fn fault(name: &str, flaw: &Flaw) -> String {
    let Flaw { line, column, message, is_end, before, more } = flaw;
    let place = format!("{name}:{line}:{column}");
    let read = plural(*before, "entry", "entries");
    let verb = if *before == 1 { "was" } else { "were" };
    if *is_end {
        return format!(
            "error: {place}: {message}; {read} {verb} read before it, and what followed is not known; help: get the whole feed"
        );
    }
    let more = if *more > 0 { format!(", and {} behind it", plural(*more, "further fault", "further faults")) } else { String::new() };
    let stands = if *before == 1 { "stands" } else { "stand" };
    format!("warning: {place}: {message}: {read} {stands} before this{more}; help: `postrider validate {name}` tells all of it")
}

/// Reads a feed that the command line names, with its older documents: those on the web where it is there, else the files that lie as
/// they are published.
///
/// # Errors
/// When it cannot be read, or is no feed.
pub(super) fn read(workplace: &Workplace, given: &str) -> anyhow::Result<Followed> {
    if is_web(given) {
        return fetched(given);
    }
    let feed = of_file(workplace, given)?;
    Ok(beside(workplace, given, feed))
}

/// Reads a document as a feed.
fn document(bytes: Vec<u8>, charset: Option<&str>, name: &str, here: Option<&Url>) -> anyhow::Result<ReadFeed> {
    let input = Input::read(bytes, charset);
    let Some(mut feed) = read::read(input.text(), here) else { return Err(no_feed(input, name, here)) };
    // Nobody knows what half an entry says.
    let whole = feed.flaw.as_ref().filter(|flaw| flaw.is_end).map_or(usize::MAX, |flaw| flaw.before);
    feed.entries.truncate(whole);
    Ok(feed)
}

/// Says what a document is that is no feed.
fn no_feed(input: Input, name: &str, here: Option<&Url>) -> anyhow::Error {
    let named = feeds_of(input.text(), here);
    let surroundings = Surroundings { url: None, now: DateTime::default(), html_judged: true, podcast: false };
    let found = input.judge(name, surroundings).diagnostics.into_iter().find(crate::diagnostic::Diagnostic::is_error);
    let at = found.as_ref().and_then(|found| found.place.as_ref()).map_or((1, 1), |place| (place.start.line, place.start.column));
    let (message, help) = found.map(|found| (found.message, found.help)).unwrap_or_default();
    let what = message.strip_prefix("this is ").and_then(|rest| rest.strip_suffix(", not a feed"));
    let what = match what {
        Some(what) => format!("`{name}` is no feed but {what}"),
        None => format!("`{name}` cannot be read as a feed: {}:{}: {message}", at.0, at.1),
    };
    match (&named[..], help) {
        ([], Some(help)) => anyhow!("{what}; help: {help}"),
        ([], None) => anyhow!("{what}; help: name a file or address of RSS, Atom or JSON Feed"),
        (named, _) => anyhow!("{what}; help: it names {}; give one of these", named.join(", ")),
    }
}

/// Returns the feeds that a page of HTML names, in back-ticks.
fn feeds_of(html: &str, here: Option<&Url>) -> Vec<String> {
    let mut feeds = Vec::new();
    for token in Scanner::new(html.get(..html.floor_char_boundary(PAGE_HEAD)).unwrap_or_default()) {
        let Token::Start(tag) = token else { continue };
        let value = |name: &str| tag.attributes().find(|a| a.name.eq_ignore_ascii_case(name)).map(|a| crate::html::decode_value(a.value));
        let is_feed = value("type").is_some_and(|kind| FEED_TYPES.contains(&kind.trim().to_ascii_lowercase().as_str()));
        if let Some(href) = value("href").filter(|_| is_feed && tag.name.eq_ignore_ascii_case("link")) {
            let url = here.and_then(|here| here.join(&href).ok()).map_or_else(|| href.into_owned(), String::from);
            feeds.push(format!("`{url}`"));
        }
    }
    feeds.dedup();
    feeds.truncate(NAMED);
    feeds
}

/// Returns a feed from a file with the older documents that lie where its addresses say. One that is not there is none: a feed that was
/// saved comes alone.
pub(super) fn beside(workplace: &Workplace, file: &str, feed: ReadFeed) -> Followed {
    let own = feed.self_url.as_deref().and_then(|url| Url::parse(url).ok());
    let folder = file.rfind(['/', '\\']).map_or("", |at| &file[..=at]);
    let page = |url: &str| {
        let path = format!("{folder}{}", below(own.as_ref()?, url)?);
        Some((of_file(workplace, &path).ok()?, path))
    };
    let mut absent = None;
    let (older, missing) = walk(&feed, None, |url| {
        let found = page(url);
        absent = if found.is_none() { Some(url.to_owned()) } else { None };
        Ok(found.map(|(feed, path)| (path, feed)))
    });
    Followed { feed, here: None, older, missing, absent }
}

/// Reads a file as a feed, in whatever encoding.
pub(super) fn of_file(workplace: &Workplace, path: &str) -> anyhow::Result<ReadFeed> {
    document(source::read(&workplace.root, path)?, None, path, None)
}

fn is_web(address: &str) -> bool {
    ["http://", "https://"].iter().any(|scheme| address.to_ascii_lowercase().starts_with(scheme))
}

/// Reads the older documents of a feed, each led to by the one before; stops where one comes again. Says why one could not be read.
fn walk(
    feed: &ReadFeed,
    here: Option<&Url>,
    mut read: impl FnMut(&str) -> anyhow::Result<Option<(String, ReadFeed)>>,
) -> (Vec<(String, ReadFeed)>, Option<String>) {
    let mut seen: BTreeSet<String> = feed.self_url.iter().cloned().chain(here.map(Url::to_string)).collect();
    let mut older: Vec<(String, ReadFeed)> = Vec::new();
    let mut next = feed.older_url.clone();
    while let Some(url) = next.take().filter(|url| seen.insert(url.clone()) && older.len() < MOST_PAGES) {
        match read(&url) {
            Ok(Some((name, page))) => {
                next.clone_from(&page.older_url);
                older.push((name, page));
            }
            Ok(None) => break,
            Err(error) => return (older, Some(super::described(&error))),
        }
    }
    (older, None)
}

/// Returns the path of a document from the folder of another one, by their addresses; never one outside of that folder.
fn below(own: &Url, url: &str) -> Option<String> {
    let relative = own.make_relative(&Url::parse(url).ok()?)?;
    let path = decoded(&relative);
    let is_below = !path.starts_with('/') && path.split(['/', '\\']).all(|part| !part.is_empty() && part != "..") && !path.contains(':');
    is_below.then_some(path)
}

fn fetched(given: &str) -> anyhow::Result<Followed> {
    let here = Url::parse(given).with_context(|| format!("`{given}` is no address"))?;
    let fetcher = Fetcher::new(RETRIES);
    let feed = one(&fetcher, &here)?;
    let (older, missing) = walk(&feed, Some(&here), |url| {
        // A feed leads to no other host, least of all to one of this machine's.
        let is_beside = |address: &Url| is_web(url) && address.host() == here.host() && address.port() == here.port();
        let Some(address) = Url::parse(url).ok().filter(is_beside) else { return Ok(None) };
        Ok(Some((url.to_owned(), one(&fetcher, &address)?)))
    });
    Ok(Followed { feed, here: Some(here), older, missing, absent: None })
}

/// Fetches a document.
fn one(fetcher: &Fetcher, url: &Url) -> anyhow::Result<ReadFeed> {
    let got = fetcher.get(url).with_context(|| format!("cannot read `{url}`"))?;
    if let Some(found) = got.answer.failure(url.as_str()) {
        let help = found.help.map(|help| format!("; help: {help}")).unwrap_or_default();
        bail!("cannot read `{url}`: {}{help}", found.message);
    }
    let charset = got.answer.charset().map(ToOwned::to_owned);
    document(got.bytes, charset.as_deref(), url.as_str(), Some(url))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_older_document_lies_below_the_folder_of_the_first() {
        let own = Url::parse("https://example.org/blog/atom.xml").expect("an address");
        for (url, path) in [
            ("https://example.org/blog/archive/atom-1.xml", Some("archive/atom-1.xml")),
            ("https://example.org/blog/a%20b.xml", Some("a b.xml")),
            ("https://example.org/atom.xml", None),
            ("https://example.org/blog/%2e%2e%2fatom.xml", None),
            ("https://example.org/blog//etc/passwd", Some("etc/passwd")),
            ("https://other.example/blog/a.xml", None),
            ("nonsense", None),
        ] {
            assert_eq!(below(&own, url).as_deref(), path, "{url}");
        }
    }

    #[test]
    fn documents_that_lead_in_a_circle_are_read_once() {
        let text = |own: &str, next: &str| {
            format!(
                r#"{{"version":"https://jsonfeed.org/version/1.1","feed_url":"https://x.example/{own}","next_url":"https://x.example/{next}","items":[]}}"#
            )
        };
        let document = |own: &str, next: &str| read::read(&text(own, next), None).expect("a feed");
        let pages = walk(&document("1", "2"), None, |url| {
            let at = url.rsplit('/').next().expect("a name").to_owned();
            Ok(Some((at.clone(), document(&at, if at == "2" { "3" } else { "1" }))))
        });
        let names: Vec<String> = pages.0.into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["2", "3"]);
    }
}
