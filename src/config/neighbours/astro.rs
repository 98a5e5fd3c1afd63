//! Astro's `astro.config.mjs`, `src/consts.ts` and `src/pages/rss.xml.js`, of which the literals are read, and the feed of `@astrojs/rss`
//! (<https://docs.astro.build/en/recipes/rss/>).

use super::layer::{Layer, Reader, Row, Said, Site, folders, language, makes, person, read, some_text, text, texts, usual};
use crate::config::settings::path_of;
use crate::model::LanguagesBy;
use crate::tree::Node;

pub(super) static READER: Reader = Reader { table: TABLE, further };

const TABLE: &[Row] = &[
    makes("site", "site.url", |node, site| {
        let url = node.text().filter(|url| url.contains("://"))?;
        let base = site.text("base").unwrap_or_default();
        Some(text(format!("{}/{}", url.trim_end_matches('/'), base.trim_matches('/'))))
    }),
    read("base"),
    makes("SITE.website", "site.url", |node, _| node.text().filter(|url| url.contains("://")).map(text)),
    makes("SITE_TITLE", "site.title", some_text),
    makes("SITE.title", "site.title", some_text),
    makes("rss.title", "site.title", some_text),
    makes("SITE_DESCRIPTION", "site.description", some_text),
    makes("SITE.description", "site.description", some_text),
    makes("SITE.desc", "site.description", some_text),
    makes("rss.description", "site.description", some_text),
    makes("SITE.author", "site.author", person),
    makes("SITE_AUTHOR", "site.author", person),
    makes("SITE.lang", "site.language", language),
    makes("SITE.timezone", "site.timezone", some_text),
    makes("i18n.defaultLocale", "site.language", language),
    makes("outDir", "output", |node, _| node.text().map(|path| text(path.trim_start_matches("./").trim_end_matches('/')))),
    read("rss.link"),
    read("rss.trailingSlash"),
];

/// What folders of posts are called, the likeliest first.
const POSTS: [&str; 5] = ["blog", "posts", "post", "articles", "writing"];

fn further(site: &Site<'_>, layer: &mut Layer) {
    layer.languages_by = LanguagesBy::Nothing;
    let found = ["src/content/", "src/data/"].iter().find_map(|below| folders(site, &POSTS, below));
    let posts = found.unwrap_or_else(|| "src/content/blog".to_owned());
    let name = posts.rsplit('/').next().unwrap_or("blog").to_owned();
    let end = if matches!(site.find("rss.trailingSlash"), Some((Node::Bool(false), _))) { "" } else { "/" };
    match site.find("rss.link") {
        None => layer.usual.push(usual("permalink", text(format!("/{name}/:entryid{end}")))),
        Some((node, place)) => match pattern(node) {
            Some(pattern) => {
                let node = text(format!("{}{end}", pattern.trim_end_matches('/')));
                layer.said.push(Said { ours: path_of("permalink"), theirs: "rss.link".to_owned(), node, place });
            }
            None => layer.doubts.push(("permalink", place, "the addresses of posts are made by code, which is not run")),
        },
    }
    layer.usual.extend([
        usual("posts", texts([posts])),
        usual("feeds.formats", texts(["rss".to_owned()])),
        usual("feeds.files.rss", text("rss.xml")),
        usual("feeds.entries", text("all")),
    ]);
}

/// Returns what stands between backticks as a pattern, where all its code is the id or the slug of the post.
fn pattern(node: &Node) -> Option<String> {
    let Node::Tagged(template) = node else { return None };
    let (before, rest) = template.split_once("${")?;
    let (inside, after) = rest.split_once('}')?;
    let is_id = inside.trim().split_once('.').is_some_and(|(_, part)| matches!(part, "id" | "slug"));
    let is_plain = |text: &str| !text.contains(['$', '{', '}', '\\', ':']);
    (is_id && is_plain(before) && is_plain(after)).then(|| format!("/{}:entryid{after}", before.trim_start_matches('/')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_of_an_address_is_a_pattern_where_it_holds_the_id_only() {
        for (template, expected) in [
            ("/blog/${post.id}/", Some("/blog/:entryid/")),
            ("posts/${ entry.slug }", Some("/posts/:entryid")),
            ("/${post.data.path}/", None),
            ("/${lang}/${post.id}/", None),
            ("an expression", None),
        ] {
            assert_eq!(pattern(&Node::Tagged(template.to_owned())).as_deref(), expected, "{template}");
        }
    }
}
