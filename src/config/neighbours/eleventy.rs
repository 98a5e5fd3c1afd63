//! Eleventy's `eleventy.config.js`, of which the literals are read, its data files, and the feed of `@11ty/eleventy-plugin-rss`
//! (<https://www.11ty.dev/docs/plugins/rss/>).

use super::document::ends_in;
use super::layer::{Layer, Reader, Row, Said, Site, folders, ignored, is, language, makes, person, read, some_text, text, texts, usual};
use crate::config::settings::path_of;
use crate::model::{Includes, LanguagesBy};
use crate::tree::Node;

pub(super) static READER: Reader = Reader { table: TABLE, further };

const TABLE: &[Row] = &[
    makes("metadata.base", "site.url", address),
    makes("data.url", "site.url", address),
    makes("data.base", "site.url", address),
    makes("feed.metadata.url", "site.url", address),
    makes("metadata.title", "site.title", some_text),
    makes("data.title", "site.title", some_text),
    makes("data.name", "site.title", some_text),
    makes("metadata.subtitle", "site.description", some_text),
    makes("data.description", "site.description", some_text),
    makes("data.subtitle", "site.description", some_text),
    makes("metadata.language", "site.language", language),
    makes("data.language", "site.language", language),
    makes("data.lang", "site.language", language),
    makes("metadata.author", "site.author", person),
    makes("data.author", "site.author", person),
    makes("dir.output", "output", |node, _| node.text().map(|path| text(path.trim_start_matches("./").trim_end_matches('/')))),
    makes("collection.limit", "feeds.entries", |node, _| match node {
        Node::Number(number) if number == "0" => Some(text("all")),
        Node::Number(_) => Some(node.clone()),
        _ => None,
    }),
    is("timezone", "site.timezone"),
    read("dir.input"),
    read("type"),
    read("outputPath"),
    read("pathPrefix"),
    read("feed.permalink"),
    read("data.feed.path"),
    ignored("data.feed.filename", FEED),
    ignored("data.feed.id", FEED),
    ignored("data.feed.url", FEED),
    ignored("data.feed.subtitle", FEED),
    ignored("data.jsonfeed", FEED),
    ignored("feed.layout", FEED),
    ignored("feed.eleventyExcludeFromCollections", FEED),
];

/// Why keys are left alone that a template of a feed may read.
const FEED: &str = "the feed has its own address and title";

/// Returns the site's address; what it lives below is told apart from it.
fn address(node: &Node, site: &Site<'_>) -> Option<Node> {
    let url = node.text().filter(|url| url.contains("://"))?;
    let below = site.text("pathPrefix").unwrap_or_default();
    let has_path = url.splitn(4, '/').nth(3).is_some_and(|path| !path.is_empty());
    let below = if has_path { "" } else { below.trim_matches('/') };
    Some(text(format!("{}/{below}", url.trim_end_matches('/'))))
}

/// What folders of posts are called, the likeliest first.
const POSTS: [&str; 7] = ["posts", "blog", "articles", "post", "notes", "writing", "journal"];

fn further(site: &Site<'_>, layer: &mut Layer) {
    let input = site.text("dir.input").unwrap_or_default();
    let input = input.trim_start_matches("./").trim_matches('/').trim_start_matches('.').to_owned();
    if let Some((Node::Tagged(_), place)) = site.find("dir.input") {
        layer.doubts.push(("permalink", place, "the folder that addresses begin at is not a literal, and is not known"));
    }
    layer.source = if input.is_empty() { String::new() } else { format!("{input}/") };
    layer.includes = Includes::Folder;
    layer.languages_by = LanguagesBy::Nothing;
    let found = folders(site, &POSTS, &layer.source);
    layer.usual.push(usual("posts", texts([found.unwrap_or_else(|| format!("{}posts", layer.source))])));
    layer.usual.push(usual("permalink", text("/:filepathstem/")));
    feed(site, layer);
}

/// Returns a text, or the value of the data file that it names: `{{ metadata.feed.path }}`.
fn looked_up(written: &str, site: &Site<'_>) -> String {
    let name = written.trim().strip_prefix("{{").and_then(|rest| rest.strip_suffix("}}")).map(str::trim);
    let path = name.and_then(|name| name.strip_prefix("metadata.").or_else(|| name.strip_prefix("site.")));
    path.and_then(|path| site.text(&format!("data.{path}"))).unwrap_or_else(|| written.to_owned())
}

/// The feed of the plugin, or of a template that names its own address.
fn feed(site: &Site<'_>, layer: &mut Layer) {
    let file = ["outputPath", "feed.permalink"].iter().find_map(|key| Some((*key, looked_up(&site.text(key)?, site))));
    let kind = site.text("type").filter(|kind| matches!(kind.as_str(), "atom" | "rss" | "json")).unwrap_or_else(|| "atom".to_owned());
    let kind = match &file {
        Some(("feed.permalink", name)) if ends_in(name, &["json"]) => "json".to_owned(),
        Some(("feed.permalink", name)) if name.contains("rss") => "rss".to_owned(),
        _ => kind,
    };
    let ours = path_of(&format!("feeds.files.{kind}"));
    match file.filter(|(_, name)| !name.contains(['{', '$'])) {
        Some((key, name)) => {
            let place = site.find(key).map(|(_, place)| place);
            let node = text(name.trim_start_matches('/'));
            layer.said.extend(place.map(|place| Said { ours, theirs: key.to_owned(), node, place }));
        }
        None => layer.usual.push(usual(&format!("feeds.files.{kind}"), text("feed.xml"))),
    }
    layer.usual.push(usual("feeds.formats", texts([kind])));
    layer.usual.push(usual("feeds.entries", text("all")));
}
