//! Zola's `zola.toml` or `config.toml`, and its own feeds (<https://www.getzola.org/documentation/getting-started/configuration/>).

use super::layer::{Layer, NO_FUTURE, PAGES, Reader, Row, Said, Site, ignored, is, makes, read, text, texts, usual};
use super::typography;
use crate::config::settings::path_of;
use crate::model::{FeedFormat, LanguagesBy, NamedFeed, Slugs, Taxonomy, ZolaSlugs};
use crate::tree::{Node, get};

pub(super) static READER: Reader = Reader { table: TABLE, further };

const TABLE: &[Row] = &[
    is("base_url", "site.url"),
    is("title", "site.title"),
    is("description", "site.description"),
    makes("author", "site.author", name),
    makes("extra.author", "site.author", name),
    is("default_language", "site.language"),
    makes("output_dir", "output", |node, _| Some(text(node.text()?.trim_end_matches('/')))),
    is("feed_limit", "feeds.entries"),
    is("rss_limit", "feeds.entries"),
    makes("ignored_content", "exclude", |node, _| match node {
        Node::List(items) => Some(texts(items.iter().filter_map(Node::text).map(|glob| format!("content/{glob}")))),
        _ => None,
    }),
    read("slugify.paths"),
    read("feed_filenames"),
    read("feed_filename"),
    read("taxonomies"),
    read("languages.*.title"),
    read("languages.*.description"),
    ignored("languages.*.generate_feeds", FEEDS),
    ignored("languages.*.generate_feed", FEEDS),
    ignored("languages.*.feed_filenames", FEEDS),
    ignored("languages.*.feed_filename", FEEDS),
    ignored("languages.*.taxonomies", PAGES),
    ignored("languages.*.translations", PAGES),
    ignored("languages.*.build_search_index", PAGES),
    ignored("languages.*.search", PAGES),
    ignored("generate_feeds", FEEDS),
    ignored("generate_feed", FEEDS),
    ignored("generate_rss", FEEDS),
    ignored("drafts", NO_FUTURE),
    ignored("slugify.taxonomies", PAGES),
    ignored("slugify.anchors", PAGES),
    ignored("theme", PAGES),
    ignored("compile_sass", PAGES),
    ignored("minify_html", PAGES),
    ignored("build_search_index", PAGES),
    ignored("hard_link_static", PAGES),
    ignored("ignored_static", PAGES),
    read("markdown.smart_punctuation"),
    read("markdown.render_emoji"),
    ignored("markdown.*", PAGES),
    ignored("link_checker", PAGES),
    ignored("search", PAGES),
    ignored("translations", PAGES),
    ignored("mode", PAGES),
    ignored("generate_sitemap", PAGES),
    ignored("generate_robots_txt", PAGES),
];

/// Why it is left alone which feeds Zola writes.
const FEEDS: &str = "every language has the feeds that the site has";

fn name(node: &Node, _: &Site<'_>) -> Option<Node> {
    node.text().filter(|name| !name.trim().is_empty()).map(text)
}

/// The names of taxonomies that we have feeds for.
const TAXONOMIES: [(&str, &str); 3] = [("tags", "tag"), ("categories", "category"), ("authors", "author")];

fn further(site: &Site<'_>, layer: &mut Layer) {
    layer.self_as_id = true;
    layer.languages_by = LanguagesBy::File;
    typography::zola(site, layer);
    layer.slugs = Slugs::Zola(match site.text("slugify.paths").as_deref() {
        Some("safe") => ZolaSlugs::Safe,
        Some("off") => ZolaSlugs::Off,
        _ => ZolaSlugs::On,
    });
    feeds(site, layer);
    sections(site, layer);
    if let Some((Node::List(items), place)) = site.find("taxonomies") {
        for item in items {
            let Node::Map(map) = item else { continue };
            let name = get(map, "name").and_then(Node::text).unwrap_or_default();
            let known = TAXONOMIES.iter().find(|(theirs, _)| *theirs == name);
            if let (Some((_, ours)), Some(Node::Bool(true))) = (known, get(map, "feed").or_else(|| get(map, "rss"))) {
                let node = text(format!("{name}/:slug/"));
                let said = Said { ours: path_of(&format!("feeds.by.{ours}")), theirs: "taxonomies".to_owned(), node, place: place.clone() };
                layer.said.push(said);
            }
        }
    }
    for name in site.names_below("languages") {
        if site.text("default_language").as_deref().unwrap_or("en") == name {
            continue;
        }
        layer.said.extend(site.said(&["languages", &name], &format!("languages.{name}")).map(|said| Said { node: Node::Null, ..said }));
        for part in ["title", "description"] {
            layer.said.extend(site.said(&["languages", &name, part], &format!("languages.{name}.{part}")));
        }
    }
    layer.usual.push(usual("feeds.entries", text("all")));
    layer.usual.push(usual("site.language", text("en")));
}

/// The formats and file names are one list there.
fn feeds(site: &Site<'_>, layer: &mut Layer) {
    let Some((key, node, place)) =
        ["feed_filenames", "feed_filename"].iter().find_map(|key| site.find(key).map(|(node, place)| (*key, node, place)))
    else {
        layer.usual.push(usual("feeds.formats", texts(["atom".to_owned()])));
        layer.usual.push(usual("feeds.files.atom", text("atom.xml")));
        return;
    };
    let names =
        if let Node::List(items) = node { items.iter().filter_map(Node::text).collect() } else { vec![node.text().unwrap_or_default()] };
    let said = |ours: &str, node| Said { ours: path_of(ours), theirs: key.to_owned(), node, place: place.clone() };
    let mut formats: Vec<String> = Vec::new();
    for name in names {
        // The template of a feed is called like its file.
        let format = if name.contains("rss") {
            "rss"
        } else if name.contains("json") {
            "json"
        } else {
            "atom"
        };
        if !formats.iter().any(|known| known == format) {
            formats.push(format.to_owned());
            layer.said.push(said(&format!("feeds.files.{format}"), text(name)));
        }
    }
    layer.said.push(said("feeds.formats", texts(formats)));
}

/// The feeds of sections whose pages ask for them; the edge names these pages.
fn sections(site: &Site<'_>, layer: &mut Layer) {
    let page = |name: &String| Some(name.strip_prefix("content/")?.strip_suffix("/_index.md")?.to_owned());
    let only: Vec<String> = site.names.iter().filter_map(page).collect();
    if only.is_empty() {
        return;
    }
    layer.usual.push(usual("feeds.by.section", text(":slug/")));
    for (format, name) in [(FeedFormat::Rss, "rss"), (FeedFormat::Atom, "atom"), (FeedFormat::Json, "json")] {
        let ours = path_of(&format!("feeds.files.{name}"));
        let file = layer.said.iter().chain(&layer.usual).find(|said| said.ours == ours).and_then(|said| said.node.text());
        if let Some(file) = file {
            let path = format!(":slug/{file}");
            layer.named_feeds.push(NamedFeed { taxonomy: Taxonomy::Section, format, path, only: Some(only.clone()), except: Vec::new() });
        }
    }
}
