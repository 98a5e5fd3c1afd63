//! JSON Feed 1.1 with serde: compact, one item a line.
//!
//! Decisions: a summary alone becomes `content_text`, and so does a title alone, because every item needs content;
//! addresses of authors stay out, since JSON Feed has no place for them.

use super::clean::{self, CleanEntry};
use super::cut::{HELD, fill, push_json};
use crate::model::{Author, Enclosure, Feed, FeedFormat, Hub};
use crate::text::dates::rfc3339;
use serde::Serialize;

/// JSON Feed 1.1 `version`.
const VERSION: &str = "https://jsonfeed.org/version/1.1";

/// What stands between the feed's own fields and its items.
const ITEMS: &str = ",\"items\":[\n";

/// What stands after the last item.
pub(super) const TAIL: &[u8] = b"\n]}\n";

#[derive(Serialize)]
struct Head<'a> {
    version: &'a str,
    title: &'a str,
    home_page_url: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    feed_url: Option<&'a str>,
    description: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_url: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    icon: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    favicon: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    authors: Vec<Person<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    hubs: Vec<HubLink<'a>>,
}

#[derive(Serialize)]
struct Person<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'a str>,
}

#[derive(Serialize)]
struct HubLink<'a> {
    #[serde(rename = "type")]
    kind: &'a str,
    url: &'a str,
}

#[derive(Serialize)]
struct Item<'a> {
    id: &'a str,
    url: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    external_url: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    content_html: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    content_text: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    summary: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    image: Option<&'a str>,
    date_published: String,
    date_modified: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    authors: Vec<Person<'a>>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    tags: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    attachments: Vec<Attachment<'a>>,
}

#[derive(Serialize)]
struct Attachment<'a> {
    url: &'a str,
    mime_type: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    size_in_bytes: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    duration_in_seconds: Option<u64>,
}

/// Writes everything before the first item.
pub(super) fn head(feed: &Feed) -> Vec<u8> {
    let feed = clean::feed(feed);
    let links = feed.history.links(FeedFormat::Json, None);
    let head = Head {
        version: VERSION,
        title: &feed.title,
        home_page_url: &feed.home_url,
        feed_url: feed.self_url(FeedFormat::Json),
        description: &feed.description,
        // JSON Feed 1.1 next_url: older items.
        next_url: links.iter().find(|(rel, _)| *rel == "prev-archive").map(|(_, url)| *url),
        icon: feed.image.as_ref().map(|image| image.url.as_str()),
        favicon: feed.icon.as_deref(),
        language: feed.language.as_deref(),
        authors: feed.authors.iter().map(person).collect(),
        hubs: feed.hubs.iter().map(|Hub { url }| HubLink { kind: "WebSub", url }).collect(),
    };
    let mut out = Vec::new();
    write(&head, &mut out);
    out.pop();
    out.extend_from_slice(ITEMS.as_bytes());
    out
}

/// Returns what tells a feed of ours. JSON Feed has no generator, so it is the order of the fields and the line for each
/// item, which no other program writes, together with the address.
pub(super) fn signs(self_url: &str) -> Vec<String> {
    let mut address = Vec::new();
    write(&clean::text(self_url), &mut address);
    let address = String::from_utf8_lossy(&address);
    vec![format!("{{\"version\":\"{VERSION}\",\"title\":"), format!(",\"feed_url\":{address},\"description\":"), ITEMS.to_owned()]
}

/// Appends one item.
pub(super) fn item(entry: &CleanEntry, out: &mut Vec<u8>) {
    let entry = entry.get();
    let content_html = entry.content.as_deref();
    // JSON Feed 1.1 items: content_html or content_text is required; NetNewsWire drops an item without either.
    let text = entry.summary.as_deref().or(entry.title.as_deref()).unwrap_or(&entry.url);
    let item = Item {
        id: &entry.id,
        url: &entry.url,
        external_url: entry.external_url.as_deref(),
        title: entry.title.as_deref(),
        content_html: content_html.map(|_| HELD),
        content_text: content_html.is_none().then_some(text),
        summary: entry.summary.as_deref().filter(|_| content_html.is_some()),
        image: entry.image.as_ref().map(|image| image.url.as_str()),
        date_published: rfc3339(&entry.published),
        date_modified: rfc3339(&entry.updated),
        authors: entry.authors.iter().map(person).collect(),
        tags: &entry.tags,
        language: entry.language.as_deref(),
        attachments: entry.enclosures.iter().map(attachment).collect(),
    };
    let begin = out.len();
    write(&item, out);
    if let Some(content) = content_html {
        fill(out, begin, ("\"content_html\":\"", "\""), |out| push_json(out, content));
    }
}

fn write(value: &impl Serialize, out: &mut Vec<u8>) {
    serde_json::to_writer(out, value).expect("texts and numbers are always JSON, and memory takes every byte");
}

fn person(author: &Author) -> Person<'_> {
    Person { name: &author.name, url: author.uri.as_deref() }
}

fn attachment(file: &Enclosure) -> Attachment<'_> {
    Attachment {
        url: &file.url,
        mime_type: &file.media_type,
        title: file.title.as_deref(),
        size_in_bytes: file.length,
        duration_in_seconds: file.duration,
    }
}
