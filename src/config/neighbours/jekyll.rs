//! Jekyll's `_config.yml`, and the feed of its plugin jekyll-feed (<https://jekyllrb.com/docs/configuration/>).

use super::layer::{Layer, NO_FUTURE, PAGES, Reader, Row, Said, Site, ignored, is, makes, read, text, texts, usual};
use super::{Unread, typography};
use crate::config::settings::path_of;
use crate::diagnostic::Place;
use crate::model::{FeedFormat, Ids, Includes, LanguagesBy, NamedFeed, SiteValues, Slugs, Taxonomy};
use crate::tree::{Node, get};

pub(super) static READER: Reader = Reader { table: TABLE, further };

const TABLE: &[Row] = &[
    makes("url", "site.url", address),
    read("baseurl"),
    is("title", "site.title"),
    is("name", "site.title"),
    is("description", "site.description"),
    makes("lang", "site.language", language),
    makes("locale", "site.language", language),
    is("timezone", "site.timezone"),
    makes("author", "site.author", author),
    is("permalink", "permalink"),
    makes("source", "posts", |node, site| posts(node.text()?.as_str(), site)),
    makes("destination", "output", folder),
    makes("exclude", "exclude", exclude),
    makes("feed.path", "feeds.files.atom", |node, _| Some(text(node.text()?.trim_start_matches('/')))),
    is("feed.posts_limit", "feeds.entries"),
    makes("feed.excerpt_only", "feeds.content", |node, _| Some(text(if *node == Node::Bool(true) { "summary" } else { "full" }))),
    is("feed.icon", "site.icon"),
    is("feed.logo", "site.image"),
    // The feed that a template of the site's own writes.
    read("template.format"),
    read("template.id"),
    read("template.id-prefix"),
    read("template.limit"),
    // Both hold for posts, and are read with them.
    read("collections_dir"),
    read("defaults"),
    read("excerpt_separator"),
    read("feed.tags"),
    read("feed.categories"),
    ignored("feed.collections", "only posts are read"),
    ignored("feed.disable_in_development", PAGES),
    ignored("future", NO_FUTURE),
    ignored("show_drafts", NO_FUTURE),
    ignored("unpublished", NO_FUTURE),
    ignored("collections", "the feed of jekyll-feed holds posts only"),
    read("markdown"),
    read("kramdown.smart_quotes"),
    ignored("kramdown.*", PAGES),
    read("commonmark.options"),
    ignored("commonmark.*", PAGES),
    ignored("highlighter", PAGES),
    ignored("plugins", PAGES),
    ignored("gems", PAGES),
    ignored("theme", PAGES),
    ignored("remote_theme", PAGES),
    ignored("sass", PAGES),
    ignored("include", PAGES),
    ignored("keep_files", PAGES),
    ignored("incremental", PAGES),
    ignored("paginate", PAGES),
    ignored("paginate_path", PAGES),
    ignored("liquid", PAGES),
    ignored("livereload", PAGES),
    ignored("host", PAGES),
    ignored("port", PAGES),
    ignored("safe", PAGES),
    ignored("encoding", PAGES),
    ignored("strict_front_matter", PAGES),
];

/// The address is made of two keys.
fn address(url: &Node, site: &Site<'_>) -> Option<Node> {
    let url = url.text().filter(|url| !url.trim().is_empty())?;
    let base = site.text("baseurl").unwrap_or_default();
    Some(text(format!("{}/{}", url.trim().trim_end_matches('/'), base.trim_matches('/'))))
}

fn language(node: &Node, _: &Site<'_>) -> Option<Node> {
    Some(text(node.text()?.replace('_', "-")))
}

/// A name, or a mapping that may say more than we ask.
fn author(node: &Node, _: &Site<'_>) -> Option<Node> {
    let Node::Map(map) = node else { return node.text().filter(|name| !name.trim().is_empty()).map(text) };
    let uri = get(map, "uri").or_else(|| get(map, "url"));
    let parts = [("name", get(map, "name")), ("email", get(map, "email")), ("uri", uri)];
    let known: Vec<(String, Node)> = parts.into_iter().filter_map(|(key, value)| Some((key.to_owned(), text(value?.text()?)))).collect();
    known.iter().any(|(key, _)| key == "name").then_some(Node::Map(known))
}

fn folder(node: &Node, _: &Site<'_>) -> Option<Node> {
    let path = node.text()?;
    let path = path.trim_start_matches("./").trim_end_matches('/');
    Some(text(if path.is_empty() { "." } else { path }))
}

/// Jekyll leaves out a file or all of a folder.
fn exclude(node: &Node, site: &Site<'_>) -> Option<Node> {
    let Node::List(items) = node else { return None };
    let source = source(site);
    let names = items.iter().filter_map(Node::text).map(|name| name.trim_matches('/').to_owned()).filter(|name| !name.is_empty());
    Some(texts(names.flat_map(|name| [format!("{source}{name}/**"), format!("{source}{name}")])))
}

/// Returns the folder that the site's paths begin at: empty or ending in `/`.
fn source(site: &Site<'_>) -> String {
    let source = site.text("source").unwrap_or_default();
    let source = source.trim_start_matches("./").trim_matches('/');
    if matches!(source, "" | ".") { String::new() } else { format!("{source}/") }
}

/// Returns the folders of posts below the source folder.
fn posts(source: &str, site: &Site<'_>) -> Option<Node> {
    let source = source.trim_start_matches("./").trim_end_matches('/');
    let is_below = |name: &&String| source.is_empty() || source == "." || name.starts_with(&format!("{source}/"));
    let is_posts = |name: &&String| matches!(name.trim_end_matches('/').rsplit('/').next(), Some("_posts" | "_drafts"));
    let folders: Vec<String> =
        site.names.iter().filter(is_posts).filter(is_below).map(|name| name.trim_end_matches('/').to_owned()).collect();
    (!folders.is_empty()).then(|| texts(folders))
}

fn further(site: &Site<'_>, layer: &mut Layer) {
    layer.ids = Ids::Jekyll;
    layer.source = source(site);
    if let Some(folder) = site.text("collections_dir") {
        layer.source = format!("{}{}/", layer.source, folder.trim_matches('/'));
    }
    layer.self_as_id = true;
    layer.slugs = Slugs::Jekyll;
    // A timestamp of YAML 1.1 without an offset is one in UTC, and so Ruby's reader has it.
    layer.utc_timestamps = true;
    layer.includes = Includes::FolderAndBeside;
    // The plugin polyglot makes a site for each of its `languages`; without it, a page stands where its permalink says.
    layer.languages_by = if site.find("languages").is_some() { LanguagesBy::Post } else { LanguagesBy::Nothing };
    layer.site_values = SiteValues { values: site.values(None, str::to_owned), is_all: true };
    typography::jekyll(site, layer);
    feeds(site, layer);
    let is_own = own_feed(site, layer);
    published_files(site, layer);
    layer.values_in = ["defaults", "excerpt_separator"].iter().find_map(|key| Some(site.find(key)?.1.path.to_string()));
    layer.usual.push(usual("posts", posts("", site).unwrap_or_else(|| text("_posts"))));
    if !is_own {
        layer.usual.push(usual("feeds.formats", texts(["atom".to_owned()])));
        layer.usual.push(usual("feeds.files.atom", text("feed.xml")));
        layer.usual.push(usual("feeds.entries", Node::Number("10".to_owned())));
    }
}

/// Why a feed of the site's own cannot go on by itself.
const UNKNOWN_IDS: &str = "the ids that this template gives to entries cannot be told here, and with others readers are shown every post again: \
                           name the file in postrider.yaml, and let `postrider adopt` take them from the published feed before the first build";

/// Returns whether a text is the address that the site says it has.
fn is_address(text: &str, site: &Site<'_>) -> bool {
    let [url, base] = ["url", "baseurl"].map(|key| site.text(key).unwrap_or_default());
    [&url, &format!("{}{base}", url.trim_end_matches('/'))].iter().any(|known| known.trim_end_matches('/') == text.trim_end_matches('/'))
}

/// A feed that a template of the site's own writes: jekyll-feed leaves its place to it. Its ids are the permalinks, unless it says otherwise.
/// Returns whether there is one.
fn own_feed(site: &Site<'_>, layer: &mut Layer) -> bool {
    let Some((format, place)) = site.find("template.format").and_then(|(format, place)| Some((format.text()?.clone(), place))) else {
        return false;
    };
    let file = place.path.to_string();
    let is_plugin = |name: String| name == "jekyll-feed";
    let has_plugin =
        |key: &str| matches!(site.find(key), Some((Node::List(items), _)) if items.iter().filter_map(Node::text).any(is_plugin));
    let path = site.text("feed.path").unwrap_or_else(|| "feed.xml".to_owned());
    if path.trim_start_matches('/') != file && (has_plugin("plugins") || has_plugin("gems")) {
        return false;
    }
    let id = site.text("template.id");
    if id.as_deref() != Some("post.id") {
        layer.ids = Ids::Permalink;
    }
    if let (Some(id), Some((_, place))) = (&id, site.find("template.id"))
        && !(id.starts_with("post.") && site.text("template.id-prefix").is_none_or(|prefix| is_address(&prefix, site)))
    {
        layer.doubts.push((if format == "rss" { "feeds.files.rss" } else { "feeds.files.atom" }, place, UNKNOWN_IDS));
    }
    layer.usual.push(usual("feeds.formats", texts([format.clone()])));
    layer.usual.push(usual("feeds.entries", text("all")));
    layer.said.extend(site.said(&["feeds", "entries"], "template.limit"));
    let ours = path_of(&format!("feeds.files.{format}"));
    layer.said.push(Said { ours, theirs: "template.format".to_owned(), node: text(file), place });
    true
}

/// The files of ours that nobody needs to read on the web.
const OURS: [&str; 2] = ["postrider.lock", "postrider.yaml"];

/// Tells of files of ours that Jekyll copies into the site, as it does with whatever it is not told to leave out.
fn published_files(site: &Site<'_>, layer: &mut Layer) {
    let excluded: Vec<String> = match site.find("exclude") {
        Some((Node::List(items), _)) => items.iter().filter_map(Node::text).collect(),
        _ => Vec::new(),
    };
    let place = site.find("exclude").or_else(|| site.find("url")).map(|(_, place)| place);
    for name in OURS.iter().filter(|name| source(site).is_empty() && site.names.iter().any(|there| there == *name)) {
        if !excluded.iter().any(|known| known.trim_start_matches('/') == *name) {
            let place = place.clone().unwrap_or_else(|| Place::file("_config.yml"));
            let why = Some("Jekyll publishes the file; its name in `exclude:` keeps it out of the site");
            layer.unread.push(Unread { key: (*name).to_owned(), place, why });
        }
    }
}

/// The feeds by tag and by category that jekyll-feed is asked for.
fn feeds(site: &Site<'_>, layer: &mut Layer) {
    let texts_of = |key: &str| match site.find(key) {
        Some((Node::List(items), _)) => Some(items.iter().filter_map(Node::text).collect::<Vec<_>>()),
        _ => None,
    };
    let mut add = |taxonomy: Taxonomy, theirs: &str, folder: &str, only, except| {
        let Some((_, place)) = site.find(theirs) else { return };
        let folder = folder.trim_start_matches('/');
        let ours = path_of(&format!("feeds.by.{}", taxonomy.name()));
        layer.said.push(Said { ours, theirs: theirs.to_owned(), node: text(format!("{folder}:slug/")), place });
        let path = format!("{folder}:slug.xml");
        layer.named_feeds.push(NamedFeed { taxonomy, format: FeedFormat::Atom, path, only, except });
    };
    match site.find("feed.tags") {
        None | Some((Node::Bool(false), _)) => {}
        _ => {
            let folder = site.text("feed.tags.path").unwrap_or_else(|| "feed/by_tag/".to_owned());
            add(Taxonomy::Tag, "feed.tags", &folder, texts_of("feed.tags.only"), texts_of("feed.tags.except").unwrap_or_default());
        }
    }
    if let Some(names) = texts_of("feed.categories").filter(|names| !names.is_empty()) {
        add(Taxonomy::Category, "feed.categories", "feed/", Some(names), Vec::new());
    }
}
