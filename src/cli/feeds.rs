//! Feeds that are followed today, from files and from the web.

use super::Workplace;
use crate::feed::read::{self, ReadFeed};
use crate::fetch::Fetcher;
use crate::source;
use crate::validate::input::Input;
use anyhow::{Context, bail};
use url::Url;

/// How often a server is asked again.
const RETRIES: u32 = 2;

/// Reads a feed that the command line names, with where it was found if that is on the web.
///
/// # Errors
/// When it cannot be read, or is no feed.
pub(super) fn read(workplace: &Workplace, given: &str) -> anyhow::Result<(ReadFeed, Option<Url>)> {
    let is_web = ["http://", "https://"].iter().any(|scheme| given.to_ascii_lowercase().starts_with(scheme));
    let (text, here) = if is_web { fetched(given)? } else { (of_file(workplace, given)?, None) };
    match read::read(&text, here.as_ref()) {
        Some(feed) => Ok((feed, here)),
        None => bail!("`{given}` is no feed; help: name a file or address of RSS, Atom or JSON Feed"),
    }
}

/// Reads a file as text, in whatever encoding.
pub(super) fn of_file(workplace: &Workplace, path: &str) -> anyhow::Result<String> {
    let bytes = source::read(&workplace.root, path)?;
    Ok(Input::read(bytes, None).text().to_owned())
}

fn fetched(given: &str) -> anyhow::Result<(String, Option<Url>)> {
    let url = Url::parse(given).with_context(|| format!("`{given}` is no address"))?;
    let fetched = Fetcher::new(RETRIES).get(&url).with_context(|| format!("cannot read `{given}`"))?;
    if let Some(found) = fetched.answer.failure(given) {
        bail!("cannot read `{given}`: {}", found.message);
    }
    let charset = fetched.answer.charset().map(ToOwned::to_owned);
    Ok((Input::read(fetched.bytes, charset.as_deref()).text().to_owned(), Some(url)))
}
