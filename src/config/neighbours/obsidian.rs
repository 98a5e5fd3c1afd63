//! A vault of Obsidian: its notes with a date are posts; its folder of templates holds none.

use super::layer::{Layer, PAGES, Reader, Row, Said, Site, ignored, read, text, texts, usual};
use crate::config::settings::path_of;
use crate::tree::Node;

pub(super) static READER: Reader = Reader { table: TABLE, further };

const TABLE: &[Row] = &[
    read("app.userIgnoreFilters"),
    read("templates.folder"),
    ignored("templates.dateFormat", PAGES),
    ignored("templates.timeFormat", PAGES),
    read("app.attachmentFolderPath"),
    ignored("app.alwaysUpdateLinks", PAGES),
    ignored("app.newLinkFormat", PAGES),
    ignored("app.useMarkdownLinks", PAGES),
    ignored("app.promptDelete", PAGES),
    ignored("app.showLineNumber", PAGES),
    ignored("app.spellcheck", PAGES),
    ignored("app.vimMode", PAGES),
];

/// The folders that posts lie in where nobody says it.
const FOLDERS: [&str; 4] = ["posts", "_posts", "_drafts", "content"];

fn further(site: &Site<'_>, layer: &mut Layer) {
    let has = |name: &&str| site.names.iter().any(|there| there.trim_end_matches('/') == *name);
    let posts = usual("posts", texts([if has(&"posts") { "posts" } else { "." }.to_owned()]));
    // Notes lie anywhere in a vault, whoever asks; a folder that posts lie in elsewhere, too, is meant by who asks for nothing.
    if FOLDERS.iter().any(has) {
        layer.usual.push(posts);
    } else {
        layer.said.push(posts);
    }
    layer.attachments = site.text("app.attachmentFolderPath").map(|folder| folder.trim_end_matches('/').to_owned()).unwrap_or_default();
    layer.usual.push(usual("permalink", text("/:year/:month/:slug/")));
    let mut left_out = Vec::new();
    let mut place = None;
    if let Some((node, there)) = site.find("templates.folder") {
        let folder = node.text().unwrap_or_default();
        left_out.extend(Some(folder.trim_matches('/').to_owned()).filter(|folder| !folder.is_empty()).map(|folder| format!("{folder}/**")));
        place = Some(("templates.folder", there));
    }
    if let Some((Node::List(items), there)) = site.find("app.userIgnoreFilters") {
        // A filter is a folder, or an expression between slashes.
        let folders = items.iter().filter_map(Node::text).filter(|filter| !filter.starts_with('/') && !filter.is_empty());
        left_out.extend(folders.map(|folder| format!("{}/**", folder.trim_end_matches('/'))));
        place = place.or(Some(("app.userIgnoreFilters", there)));
    }
    if let Some((theirs, place)) = place.filter(|_| !left_out.is_empty()) {
        layer.said.push(Said { ours: path_of("exclude"), theirs: theirs.to_owned(), node: texts(left_out), place });
    }
}
