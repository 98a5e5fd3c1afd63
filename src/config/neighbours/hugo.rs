//! Hugo's `hugo.toml` and `config/_default/`, and its own feeds (<https://gohugo.io/configuration/all/>).

use super::layer::{Layer, NO_FUTURE, PAGES, Reader, Row, Said, Site, ignored, is, makes, read, text, texts, usual};
use super::{Unread, typography};
use crate::config::settings::path_of;
use crate::model::{LanguagesBy, SiteValues, Slugs, Taxonomy};
use crate::tree::{Node, get};

pub(super) static READER: Reader = Reader { table: TABLE, further };

/// Why keys are left alone that only a theme reads.
const THEME: &str = "it is the theme's own";

const TABLE: &[Row] = &[
    makes("baseURL", "site.url", |node, _| node.text().filter(|url| url.contains("://")).map(text)),
    is("title", "site.title"),
    is("params.description", "site.description"),
    is("copyright", "site.copyright"),
    makes("locale", "site.language", language),
    makes("languageCode", "site.language", language),
    read("defaultContentLanguage"),
    is("timeZone", "site.timezone"),
    makes("params.author", "site.author", author),
    makes("author", "site.author", author),
    makes("contentDir", "posts", folder),
    makes("publishDir", "output", folder),
    makes("services.rss.limit", "feeds.entries", limit),
    makes("rssLimit", "feeds.entries", limit),
    makes("outputFormats.rss.baseName", "feeds.files.rss", |node, _| Some(text(format!("{}.xml", node.text()?)))),
    read("permalinks"),
    read("defaultContentLanguageInSubdir"),
    read("uglyURLs"),
    read("disablePathToLower"),
    read("languages.*.title"),
    read("languages.*.languageCode"),
    read("languages.*.locale"),
    read("languages.*.params.description"),
    read("languages.*.disabled"),
    read("languages.*.contentDir"),
    ignored("languages.*.languageDirection", PAGES),
    ignored("languages.*.params.*", THEME),
    ignored("params.*", THEME),
    ignored("languages.*.weight", PAGES),
    ignored("languages.*.languageName", PAGES),
    ignored("languages.*.label", PAGES),
    ignored("languages.*.menu", PAGES),
    ignored("languages.*.menus", PAGES),
    ignored("buildFuture", NO_FUTURE),
    ignored("buildDrafts", NO_FUTURE),
    ignored("buildExpired", NO_FUTURE),
    ignored("enableRobotsTXT", PAGES),
    ignored("enableGitInfo", "no date is taken from the repository"),
    read("enableEmoji"),
    ignored("theme", PAGES),
    ignored("themesDir", PAGES),
    ignored("menu", PAGES),
    ignored("menus", PAGES),
    read("markup.defaultMarkdownHandler"),
    read("markup.goldmark.extensions.typographer"),
    ignored("markup.goldmark.extensions.*", PAGES),
    ignored("markup.goldmark.*", PAGES),
    ignored("markup.*", PAGES),
    ignored("minify", PAGES),
    ignored("module", PAGES),
    read("outputs"),
    read("disableKinds"),
    ignored("disableRSS", "the feeds are written here in its place"),
    read("frontmatter"),
    ignored("pagination", PAGES),
    ignored("paginate", PAGES),
    ignored("related", PAGES),
    ignored("sitemap", PAGES),
    ignored("summaryLength", PAGES),
    read("taxonomies"),
    ignored("pygmentsUseClasses", PAGES),
    ignored("disqusShortname", PAGES),
    ignored("googleAnalytics", PAGES),
    ignored("services.disqus", PAGES),
    ignored("services.googleAnalytics", PAGES),
    ignored("services.instagram", PAGES),
    ignored("services.twitter", PAGES),
    ignored("hasCJKLanguage", PAGES),
    ignored("security", PAGES),
    ignored("server", PAGES),
    ignored("caches", PAGES),
    ignored("imaging", PAGES),
    ignored("build", PAGES),
    ignored("outputFormats", PAGES),
    ignored("mediaTypes", PAGES),
    ignored("ignoreErrors", PAGES),
    ignored("ignoreLogs", PAGES),
    ignored("pluralizeListTitles", PAGES),
    ignored("capitalizeListTitles", PAGES),
    ignored("titleCaseStyle", PAGES),
    ignored("disableAliases", PAGES),
    ignored("disableHugoGeneratorInject", PAGES),
    ignored("canonifyURLs", "addresses in feeds are absolute"),
    ignored("relativeURLs", "addresses in feeds are absolute"),
    ignored("paginatePath", PAGES),
    ignored("staticDir", PAGES),
    ignored("layoutDir", PAGES),
    ignored("cleanDestinationDir", PAGES),
    ignored("enableInlineShortcodes", PAGES),
    ignored("removePathAccents", PAGES),
    ignored("privacy", PAGES),
    ignored("social", PAGES),
];

fn language(node: &Node, _: &Site<'_>) -> Option<Node> {
    Some(text(node.text()?.replace('_', "-")))
}

fn author(node: &Node, _: &Site<'_>) -> Option<Node> {
    let Node::Map(map) = node else { return node.text().filter(|name| !name.trim().is_empty()).map(text) };
    let name = get(map, "name")?.text()?;
    let email = get(map, "email").and_then(Node::text).map(|email| ("email".to_owned(), text(email)));
    Some(Node::Map([("name".to_owned(), text(name))].into_iter().chain(email).collect()))
}

fn folder(node: &Node, _: &Site<'_>) -> Option<Node> {
    node.text().map(|path| text(path.trim_start_matches("./").trim_end_matches('/')))
}

/// Hugo writes all entries for `-1`.
fn limit(node: &Node, _: &Site<'_>) -> Option<Node> {
    let number = node.text()?.trim().parse::<i64>().ok()?;
    Some(if number < 1 { text("all") } else { Node::Number(number.to_string()) })
}

/// Returns a pattern in our words: `:title` is the title of the page there, and `:slug` the slug or else the title.
fn pattern(theirs: &str) -> String {
    theirs
        .split('/')
        .map(|part| {
            part.replace(":slugor", ":\u{0}")
                .replace(":slug", ":slugorpagetitle")
                .replace(":title", ":pagetitle")
                .replace('\u{0}', "slugor")
        })
        .collect::<Vec<_>>()
        .join("/")
}

/// What changes every address in a way that no pattern of ours follows.
const DOUBTS: [(&str, &str, &str); 2] = [
    ("uglyURLs", "permalink", "the addresses of pages end in `.html`, and here in `/`"),
    ("disablePathToLower", "permalink", "addresses keep capital letters, and here they do not"),
];

fn further(site: &Site<'_>, layer: &mut Layer) {
    for (theirs, ours, message) in DOUBTS {
        if let Some((Node::Bool(true), place)) = site.find(theirs) {
            layer.doubts.push((ours, place, message));
        }
    }
    let main = site.text("defaultContentLanguage");
    let names = site.names_below("languages");
    let is_main = |name: &str| main.as_deref().unwrap_or("en").eq_ignore_ascii_case(name);
    for name in &names {
        if matches!(site.find(&format!("languages.{name}.disabled")), Some((Node::Bool(true), _))) {
            continue;
        }
        let key = |part: &str| format!("languages.{name}.{part}");
        if is_main(name) {
            let code = [key("locale"), key("languageCode")].into_iter().find_map(|code| site.said(&["site", "language"], &code));
            layer.said.extend(code);
            layer.said.extend(site.said(&["site", "title"], &key("title")));
            layer.said.extend(site.said(&["site", "description"], &key("params.description")));
        } else {
            layer.said.extend(site.said(&["languages", name], &format!("languages.{name}")).map(|said| Said { node: Node::Null, ..said }));
            layer.said.extend(site.said(&["languages", name, "title"], &key("title")));
            layer.said.extend(site.said(&["languages", name, "description"], &key("params.description")));
        }
    }
    // Since 0.124 the patterns stand below the kind of page.
    for prefix in ["permalinks.page", "permalinks"] {
        for section in site.names_below(prefix) {
            let known = layer.permalinks.iter().any(|said| said.ours == [section.clone()]);
            if let Some(said) = site.said(&[&section], &format!("{prefix}.{section}")).filter(|_| !known)
                && let Node::Text(theirs) = &said.node
            {
                let node = text(pattern(theirs));
                layer.permalinks.push(Said { node, ..said });
            }
        }
    }
    layer.languages_by = LanguagesBy::File;
    layer.slugs = Slugs::Hugo;
    typography::hugo(site, layer);
    layer.site_values = SiteValues { values: site.values(Some("params"), str::to_lowercase), is_all: false };
    layer.usual = vec![usual("posts", text("content"))];
    language_folders(site, &names, &is_main, layer);
    dates(site, layer);
    feeds(site, layer);
    let has_language = layer.said.iter().any(|said| said.ours == ["site", "language"])
        || site.find("languageCode").is_some()
        || site.find("locale").is_some();
    if let Some(said) = site.said(&["site", "language"], "defaultContentLanguage").filter(|_| !has_language) {
        layer.said.push(said);
    } else if !has_language && !names.is_empty() {
        layer.usual.push(usual("site.language", text("en")));
    }
}

/// Reads where the posts of each language lie, and whether the main one has a path.
fn language_folders(site: &Site<'_>, names: &[String], is_main: &impl Fn(&str) -> bool, layer: &mut Layer) {
    let key = |name: &str| format!("languages.{name}.contentDir");
    let tidy = |path: String| path.trim_start_matches("./").trim_end_matches('/').to_owned();
    let usual_folder = tidy(site.text("contentDir").unwrap_or_else(|| "content".to_owned()));
    let folder_of = |name: &String| site.text(&key(name)).map_or_else(|| usual_folder.clone(), tidy);
    let main = names.iter().find(|name| is_main(name));
    let main_folder = main.map_or_else(|| usual_folder.clone(), folder_of);
    let mut folders = vec![main_folder.clone()];
    for name in names.iter().filter(|name| !is_main(name)) {
        let folder = folder_of(name);
        if folder != main_folder {
            layer.language_folders.push((folder.clone(), name.clone()));
        }
        if !folders.contains(&folder) {
            folders.push(folder);
        }
    }
    if let Some((theirs, (_, place))) = names.iter().find_map(|name| Some((key(name), site.find(&key(name))?))) {
        // What lies in another folder is read with it.
        let is_inner = |folder: &String| folders.iter().any(|other| folder.starts_with(&format!("{other}/")));
        let outer = texts(folders.iter().filter(|folder| !is_inner(folder)).cloned());
        layer.said.push(Said { ours: path_of("posts"), theirs, node: outer, place });
    }
    let Some((Node::Bool(true), place)) = site.find("defaultContentLanguageInSubdir") else { return };
    match main.filter(|_| names.len() > 1) {
        Some(main) => layer.main_folder = format!("/{}/", main.to_lowercase()),
        // With one language, it depends on the version of Hugo.
        None => layer.doubts.push((
            "site.url",
            place,
            "with one language, it depends on the version of Hugo whether the site lives in a folder of the language",
        )),
    }
}

/// The keys that Hugo takes a date from where nobody says it, in this order.
const DATES: [&str; 6] = ["date", "publishdate", "pubdate", "published", "lastmod", "modified"];

/// Reads the order of dates (<https://gohugo.io/configuration/front-matter/>). What depends on the machine is left alone.
fn dates(site: &Site<'_>, layer: &mut Layer) {
    let Some((Node::List(items), place)) = site.find("frontmatter.date") else {
        // A feed tells when a post was published; what has only a date of change is dated by it.
        layer.dates = ["publishdate", "pubdate", "published", "date", "lastmod", "modified"].map(str::to_owned).into();
        return;
    };
    for item in items.iter().filter_map(Node::text).map(|item| item.to_lowercase()) {
        match item.as_str() {
            ":default" => layer.dates.extend(DATES.map(str::to_owned)),
            ":filemodtime" | ":git" => {
                let why = Some("it is another one on every machine, so a post needs a date of its own");
                layer.unread.push(Unread { key: format!("frontmatter.date: {item}"), place: place.clone(), why });
            }
            _ => layer.dates.push(item),
        }
    }
}

/// The taxonomies that we have feeds for, and what Hugo calls them where nobody says it.
const TAXONOMIES: [(Taxonomy, &[&str], &str); 3] =
    [(Taxonomy::Tag, &["tag"], "tags"), (Taxonomy::Category, &["category"], "categories"), (Taxonomy::Author, &["author"], "")];

/// Reads which kinds of pages have feeds.
fn feeds(site: &Site<'_>, layer: &mut Layer) {
    let disabled: Vec<String> = match site.find("disableKinds") {
        Some((Node::List(items), _)) => items.iter().filter_map(Node::text).map(|kind| kind.to_lowercase()).collect(),
        _ => Vec::new(),
    };
    let is_disabled = |kind: &str| disabled.iter().any(|known| known == kind);
    let has_rss = |kind: &str| match site.find(&format!("outputs.{kind}")) {
        Some((Node::List(items), _)) => items.iter().filter_map(Node::text).any(|output| output.eq_ignore_ascii_case("rss")),
        _ => true,
    };
    // That Hugo itself writes no RSS is how its feeds are left to us: they stay where they were.
    layer.usual.extend([
        usual("feeds.formats", texts(["rss".to_owned()])),
        usual("feeds.files.rss", text("index.xml")),
        usual("feeds.entries", text("all")),
    ]);
    if !is_disabled("section") && has_rss("section") {
        layer.usual.push(usual("feeds.by.section", text(":slug/")));
    }
    if is_disabled("term") || is_disabled("taxonomy") || !has_rss("term") {
        return;
    }
    let names = site.names_below("taxonomies");
    for name in
        names.iter().filter(|name| !TAXONOMIES.iter().any(|(_, theirs, _)| theirs.iter().any(|known| known.eq_ignore_ascii_case(name))))
    {
        let key = format!("taxonomies.{name}");
        if let Some((_, place)) = site.find(&key) {
            layer.unread.push(Unread { key, place, why: Some("feeds are written by tag, category, author and section, and not by this") });
        }
    }
    for (taxonomy, theirs, common) in TAXONOMIES {
        let ours = format!("feeds.by.{}", taxonomy.name());
        let key = theirs.iter().map(|name| format!("taxonomies.{name}")).find(|key| site.find(key).is_some());
        match key.and_then(|key| Some((site.text(&key)?, site.said(&[], &key)?))) {
            Some((plural, said)) => layer.said.push(Said { ours: path_of(&ours), node: text(format!("{plural}/:slug/")), ..said }),
            None if names.is_empty() && site.find("taxonomies").is_none() && !common.is_empty() => {
                layer.usual.push(usual(&ours, text(format!("{common}/:slug/"))));
            }
            None => {}
        }
    }
}
