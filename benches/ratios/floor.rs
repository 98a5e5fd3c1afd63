//! The floor: the least that any program must do to turn a folder of posts into one feed.
//!
//! It lists, reads, splits by `---`, renders with pulldown-cmark and writes one RSS feed with all entries, newest first. It checks nothing,
//! knows one kind of front matter, leaves links as they are, trusts every character, and holds one post at a time in buffers that it reuses.

use std::{
    fs::{self, File},
    io::{self, BufWriter, Read as _, Write},
    path::{Path, PathBuf},
};

use chrono::DateTime;
use pulldown_cmark::{Options, Parser, html};

/// Writes the feed of the posts below `folder` to `feed`.
pub(crate) fn run(folder: &Path, feed: &Path) -> io::Result<()> {
    let options = Options::ENABLE_TABLES | Options::ENABLE_FOOTNOTES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
    let (mut text, mut content) = (String::new(), String::new());
    let mut out = BufWriter::with_capacity(1 << 18, File::create(feed)?);
    out.write_all(HEAD)?;
    for path in list(folder)? {
        text.clear();
        File::open(&path)?.read_to_string(&mut text)?;
        let Some((head, body)) = text.strip_prefix("---\n").and_then(|rest| rest.split_once("\n---\n")) else { continue };
        content.clear();
        html::push_html(&mut content, Parser::new_ext(body, options));
        write_item(&mut out, &path, head, &content)?;
    }
    out.write_all(b"</channel></rss>\n")?;
    out.flush()
}

const HEAD: &[u8] = b"<?xml version=\"1.0\" encoding=\"utf-8\"?>\n\
    <rss version=\"2.0\" xmlns:content=\"http://purl.org/rss/1.0/modules/content/\"><channel>\
    <title>Floor</title><link>https://blog.example/</link><description>All posts</description>\n";

/// Returns the Markdown files of the folders of years, newest first by name.
fn list(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut paths = Vec::new();
    for year in fs::read_dir(folder)? {
        for post in fs::read_dir(year?.path())? {
            paths.push(post?.path());
        }
    }
    paths.sort_unstable_by(|a, b| b.cmp(a));
    Ok(paths)
}

fn write_item(out: &mut impl Write, path: &Path, head: &str, content: &str) -> io::Result<()> {
    out.write_all(b"<item><title>")?;
    write_escaped(out, value(head, "title: ").trim_matches('"'))?;
    out.write_all(b"</title><link>https://blog.example")?;
    match value(head, "permalink: ") {
        "" => write!(out, "/{}/", path.file_stem().unwrap_or_default().to_string_lossy())?,
        permalink => write_escaped(out, permalink)?,
    }
    out.write_all(b"</link><pubDate>")?;
    if let Ok(date) = DateTime::parse_from_str(value(head, "date: "), "%Y-%m-%d %H:%M:%S %z") {
        write!(out, "{}", date.format("%a, %d %b %Y %H:%M:%S %z"))?;
    }
    out.write_all(b"</pubDate><content:encoded><![CDATA[")?;
    let mut parts = content.split("]]>");
    out.write_all(parts.next().unwrap_or_default().as_bytes())?;
    for part in parts {
        out.write_all(b"]]]]><![CDATA[>")?;
        out.write_all(part.as_bytes())?;
    }
    out.write_all(b"]]></content:encoded></item>\n")
}

/// Returns what stands behind `key` on its line, or nothing.
fn value<'a>(head: &'a str, key: &str) -> &'a str {
    head.lines().find_map(|line| line.strip_prefix(key)).unwrap_or_default()
}

fn write_escaped(out: &mut impl Write, text: &str) -> io::Result<()> {
    for part in text.split_inclusive(['&', '<', '>']) {
        let plain = part.trim_end_matches(['&', '<', '>']);
        out.write_all(plain.as_bytes())?;
        out.write_all(match &part[plain.len()..] {
            "&" => b"&amp;",
            "<" => b"&lt;",
            ">" => b"&gt;",
            _ => b"",
        })?;
    }
    Ok(())
}
