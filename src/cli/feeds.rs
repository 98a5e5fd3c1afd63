//! Feeds that are followed today, from files and from the web, with their older documents.

use super::Workplace;
use crate::diff::alike::decoded;
use crate::feed::read::{self, ReadEntry, ReadFeed};
use crate::fetch::Fetcher;
use crate::source;
use crate::validate::input::Input;
use anyhow::{Context, bail};
use std::collections::BTreeSet;
use url::Url;

/// How often a server is asked again.
const RETRIES: u32 = 2;

/// So many older documents of a feed are read at most.
const MOST_PAGES: usize = 10_000;

/// A feed, and the older documents that it leads to (RFC 5005 §3, §4; JSON Feed 1.1 `next_url`).
#[derive(Debug)]
pub(super) struct Followed {
    /// The feed itself.
    pub(super) feed: ReadFeed,
    /// Where it was found, on the web.
    pub(super) here: Option<Url>,
    /// The older documents by their files or addresses, the newest first.
    pub(super) older: Vec<(String, ReadFeed)>,
}

impl Followed {
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

/// Reads a feed that the command line names, with its older documents: those on the web where it is there, else the files that lie as
/// they are published.
///
/// # Errors
/// When it cannot be read, or is no feed; on the web, also where an older document cannot be.
pub(super) fn read(workplace: &Workplace, given: &str) -> anyhow::Result<Followed> {
    if is_web(given) {
        return fetched(given);
    }
    let text = of_file(workplace, given)?;
    let feed = read::read(&text, None).with_context(|| no_feed(given))?;
    Ok(beside(workplace, given, feed))
}

/// Returns a feed from a file with the older documents that lie where its addresses say. One that is not there is none: a feed that was
/// saved comes alone.
pub(super) fn beside(workplace: &Workplace, file: &str, feed: ReadFeed) -> Followed {
    let own = feed.self_url.as_deref().and_then(|url| Url::parse(url).ok());
    let folder = file.rfind(['/', '\\']).map_or("", |at| &file[..=at]);
    let page = |url: &str| {
        let path = format!("{folder}{}", below(own.as_ref()?, url)?);
        Some((of_file(workplace, &path).ok().and_then(|text| read::read(&text, None))?, path))
    };
    let older = walk(&feed, None, |url| Ok(page(url).map(|(feed, path)| (path, feed)))).unwrap_or_default();
    Followed { feed, here: None, older }
}

/// Reads a file as text, in whatever encoding.
pub(super) fn of_file(workplace: &Workplace, path: &str) -> anyhow::Result<String> {
    let bytes = source::read(&workplace.root, path)?;
    Ok(Input::read(bytes, None).text().to_owned())
}

fn is_web(address: &str) -> bool {
    ["http://", "https://"].iter().any(|scheme| address.to_ascii_lowercase().starts_with(scheme))
}

fn no_feed(given: &str) -> String {
    format!("`{given}` is no feed; help: name a file or address of RSS, Atom or JSON Feed")
}

/// Reads the older documents of a feed, each led to by the one before; stops where one comes again.
fn walk(
    feed: &ReadFeed,
    here: Option<&Url>,
    mut read: impl FnMut(&str) -> anyhow::Result<Option<(String, ReadFeed)>>,
) -> anyhow::Result<Vec<(String, ReadFeed)>> {
    let mut seen: BTreeSet<String> = feed.self_url.iter().cloned().chain(here.map(Url::to_string)).collect();
    let mut older: Vec<(String, ReadFeed)> = Vec::new();
    let mut next = feed.older_url.clone();
    while let Some(url) = next.take().filter(|url| seen.insert(url.clone()) && older.len() < MOST_PAGES) {
        let Some((name, page)) = read(&url)? else { break };
        next.clone_from(&page.older_url);
        older.push((name, page));
    }
    Ok(older)
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
    let feed = one(&fetcher, &here)?.with_context(|| no_feed(given))?;
    let older = walk(&feed, Some(&here), |url| {
        // A feed leads to no other host, least of all to one of this machine's.
        let is_beside = |address: &Url| is_web(url) && address.host() == here.host() && address.port() == here.port();
        let Some(address) = Url::parse(url).ok().filter(is_beside) else { return Ok(None) };
        let page = one(&fetcher, &address).with_context(|| format!("`{given}` leads to an older document"))?;
        Ok(page.map(|page| (url.to_owned(), page)))
    })?;
    Ok(Followed { feed, here: Some(here), older })
}

/// Fetches a document; `None` where it is no feed.
fn one(fetcher: &Fetcher, url: &Url) -> anyhow::Result<Option<ReadFeed>> {
    let got = fetcher.get(url).with_context(|| format!("cannot read `{url}`"))?;
    if let Some(found) = got.answer.failure(url.as_str()) {
        bail!("cannot read `{url}`: {}", found.message);
    }
    let charset = got.answer.charset().map(ToOwned::to_owned);
    Ok(read::read(Input::read(got.bytes, charset.as_deref()).text(), Some(url)))
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
        let names: Vec<String> = pages.expect("read").into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["2", "3"]);
    }
}
