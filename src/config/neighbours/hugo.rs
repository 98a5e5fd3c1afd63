//! Hugo's `hugo.toml` and `config/_default/`, and its own feeds (<https://gohugo.io/configuration/all/>).

use super::layer::{Layer, NO_FUTURE, PAGES, Reader, Row, Said, Site, ignored, is, makes, read, text, texts, usual};
use super::{Unread, typography};
use crate::config::settings::path_of;
use crate::model::{HugoHabits, LanguagesBy, OwnTaxonomy, SiteValues, Slugs, Taxonomy};
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
    read("removePathAccents"),
    read("cascade"),
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

/// What Hugo's placeholders are called here, where that is another name: `:title` is the title of the page there, `:slug` the slug or else
/// the title, and any part of Go's reference time stands for a date (<https://gohugo.io/configuration/permalinks/#tokens>).
const PLACEHOLDERS: [(&str, &str); 19] = [
    ("title", "pagetitle"),
    ("slug", "slugorpagetitle"),
    ("sections", "pagesections"),
    ("sectionslug", "section"),
    ("sectionslugs", "pagesections"),
    ("2006", "year"),
    ("06", "short_year"),
    ("01", "month"),
    ("1", "i_month"),
    ("January", "monthname"),
    ("Jan", "short_month"),
    ("02", "day"),
    ("2", "i_day"),
    ("002", "y_day"),
    ("Monday", "weekdayname"),
    ("Mon", "short_day"),
    ("15", "hour"),
    ("04", "minute"),
    ("05", "second"),
];

/// Returns a pattern in our words.
fn pattern(theirs: &str, keeps_case: bool) -> String {
    let words = |text: &str| {
        let text = text.split_whitespace().collect::<Vec<_>>().join("-");
        if keeps_case { text } else { text.to_lowercase() }
    };
    // In brackets a colon is no placeholder's: `:sections[1:]` is `:pagesections[1-]`.
    let mut is_inside = false;
    let told = theirs.chars().map(|c| {
        is_inside = c == '[' || is_inside && c != ']';
        if is_inside && c == ':' { '-' } else { c }
    });
    let told: String = told.collect();
    let mut parts = told.split(':');
    let mut out = words(parts.next().unwrap_or_default());
    for part in parts {
        let end = part.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(part.len());
        let (name, rest) = part.split_at(end);
        let ours = PLACEHOLDERS.iter().find(|(known, _)| *known == name).map_or(name, |(_, ours)| ours);
        out.extend([":", ours, &words(rest)]);
    }
    if out.ends_with('/') { out } else { out + "/" }
}

/// Returns whether a key is set.
fn is_on(site: &Site<'_>, key: &str) -> bool {
    matches!(site.find(key), Some((Node::Bool(true), _)))
}

/// What changes every address in a way that no pattern of ours follows.
const DOUBTS: [(&str, &str, &str); 1] = [("uglyURLs", "permalink", "the addresses of pages end in `.html`, and here in `/`")];

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
                let node = text(pattern(theirs, is_on(site, "disablePathToLower")));
                layer.permalinks.push(Said { node, ..said });
            }
        }
    }
    layer.languages_by = LanguagesBy::File;
    layer.slugs = Slugs::Hugo { keeps_case: is_on(site, "disablePathToLower"), without_accents: is_on(site, "removePathAccents") };
    layer.values_in = site.find("cascade").map(|(_, place)| place.path.to_string());
    typography::hugo(site, layer);
    layer.site_values = SiteValues { values: site.values(Some("params"), str::to_lowercase), is_all: false };
    layer.usual = vec![usual("posts", text("content"))];
    language_folders(site, &names, &is_main, layer);
    let mut hugo = HugoHabits::default();
    dates(site, layer, &mut hugo);
    feeds(site, layer, &mut hugo);
    layer.hugo = Some(Box::new(hugo));
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

/// The keys of the time from which a page is shown.
const APPEARS: [&str; 4] = ["publishdate", "pubdate", "published", "date"];

/// The keys of the time until which it is shown.
const EXPIRES: [&str; 2] = ["expirydate", "unpublishdate"];

/// The keys that mean the same as another.
const ALIASES: [(&str, &[&str]); 3] =
    [("publishdate", &["pubdate", "published"]), ("lastmod", &["modified"]), ("expirydate", &["unpublishdate"])];

/// Reads the orders of dates (<https://gohugo.io/configuration/front-matter/>). What depends on the machine is left alone.
fn dates(site: &Site<'_>, layer: &mut Layer, hugo: &mut HugoHabits) {
    layer.dates = order(site, "frontmatter.date", &DATES, layer);
    hugo.appears = order(site, "frontmatter.publishDate", &APPEARS, layer);
    hugo.expires = order(site, "frontmatter.expiryDate", &EXPIRES, layer);
}

/// Reads one of them.
fn order(site: &Site<'_>, key: &str, usual: &[&str], layer: &mut Layer) -> Vec<String> {
    let usual = || usual.iter().map(|name| (*name).to_owned());
    let (items, place) = match site.find(key) {
        Some((Node::List(items), place)) => (items.clone(), place),
        Some((node @ Node::Text(_), place)) => (vec![node.clone()], place),
        _ => return usual().collect(),
    };
    let mut keys: Vec<String> = Vec::new();
    for item in items.iter().filter_map(Node::text).map(|item| item.to_lowercase()) {
        match item.as_str() {
            ":default" => keys.extend(usual()),
            ":filemodtime" | ":git" => {
                let why = Some("it is another one on every machine, so a post needs a date of its own");
                layer.unread.push(Unread { key: format!("{key}: {item}"), place: place.clone(), why });
            }
            name => {
                let others = ALIASES.iter().find(|(known, _)| *known == name).map_or(&[][..], |(_, others)| others);
                keys.push(name.to_owned());
                keys.extend(others.iter().map(|other| (*other).to_owned()));
            }
        }
    }
    keys
}

/// A taxonomy that we have feeds for.
struct Known {
    taxonomy: Taxonomy,
    name: &'static str,
    /// The keys of front matter that are read for it, and so may be its plural.
    keys: &'static [&'static str],
    /// Its plural where nobody says it.
    usual: &'static str,
}

impl Known {
    /// Returns whether a taxonomy of theirs is this one: one with another plural has another key in front matter.
    fn is(&self, name: &str, plural: &str) -> bool {
        self.name.eq_ignore_ascii_case(name) && self.keys.iter().any(|key| key.eq_ignore_ascii_case(plural))
    }
}

const TAXONOMIES: [Known; 3] = [
    Known { taxonomy: Taxonomy::Tag, name: "tag", keys: &["tags", "tag"], usual: "tags" },
    Known { taxonomy: Taxonomy::Category, name: "category", keys: &["categories", "category"], usual: "categories" },
    Known { taxonomy: Taxonomy::Author, name: "author", keys: &["authors", "author"], usual: "" },
];

/// Returns the feeds of terms, which nobody continues.
fn lists(site: &Site<'_>, names: &[String]) -> Vec<Unread> {
    let Some((_, place)) = site.find("taxonomies").or_else(|| site.find("baseURL")) else { return Vec::new() };
    let given = names.iter().filter_map(|name| site.text(&format!("taxonomies.{name}")));
    let usual = ["tags", "categories"].into_iter().filter(|_| site.find("taxonomies").is_none()).map(str::to_owned);
    let why = Some("this feed of Hugo's lists terms, not posts, and does not go on here");
    given.chain(usual).map(|plural| Unread { key: format!("{plural}/index.xml"), place: place.clone(), why }).collect()
}

/// Reads which kinds of pages have feeds.
fn feeds(site: &Site<'_>, layer: &mut Layer, hugo: &mut HugoHabits) {
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
    for name in &names {
        if let Some(key) = site.text(&format!("taxonomies.{name}"))
            && !TAXONOMIES.iter().any(|known| known.is(name, &key))
        {
            hugo.taxonomies.push(OwnTaxonomy { name: name.clone(), path: format!("{key}/:slug/"), key });
        }
    }
    // A number of a taxonomy is a byte.
    hugo.taxonomies.truncate(usize::from(u8::MAX));
    for known in TAXONOMIES {
        let ours = format!("feeds.by.{}", known.taxonomy.name());
        let key = format!("taxonomies.{}", known.name);
        match site.text(&key).filter(|plural| known.is(known.name, plural)).and_then(|plural| Some((plural, site.said(&[], &key)?))) {
            Some((plural, said)) => layer.said.push(Said { ours: path_of(&ours), node: text(format!("{plural}/:slug/")), ..said }),
            None if names.is_empty() && site.find("taxonomies").is_none() && !known.usual.is_empty() => {
                layer.usual.push(usual(&ours, text(format!("{}/:slug/", known.usual))));
            }
            None => {}
        }
    }
    let lists = if is_disabled("taxonomy") || !has_rss("taxonomy") { Vec::new() } else { lists(site, &names) };
    layer.unread.extend(lists);
    for plural in ["tags", "categories"]
        .into_iter()
        .map(str::to_owned)
        .chain(names.iter().filter_map(|name| site.text(&format!("taxonomies.{name}"))))
    {
        let keys = [format!("permalinks.term.{plural}"), format!("permalinks.{plural}")];
        if let Some(theirs) = keys.iter().find_map(|key| site.text(key)) {
            hugo.patterns.push((plural, pattern(&theirs, is_on(site, "disablePathToLower"))));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_written_in_our_words() {
        for (theirs, ours) in [
            ("/:year/:title/", "/:year/:pagetitle/"),
            (":slug", ":slugorpagetitle/"),
            ("/N x/:slugorfilename", "/n-x/:slugorfilename/"),
            ("/:sections[1:last]/:sections[:1]:title/", "/:pagesections[1-last]/:pagesections[-1]:pagetitle/"),
            ("/:06/:Jan-:2/:slug.html", "/:short_year/:short_month-:i_day/:slugorpagetitle.html/"),
            ("/:sectionslug/:2006-01/", "/:section/:year-01/"),
        ] {
            assert_eq!(pattern(theirs, false), ours, "{theirs}");
        }
        assert_eq!(pattern("/N/:slug", true), "/N/:slugorpagetitle/");
    }
}
