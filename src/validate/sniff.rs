//! What a document is, by its beginning: XML, JSON, or something that is no feed and is said to be what it is.

use super::json;
use super::kind::Kind;

/// How much of a document is looked at.
const HEAD: usize = 4096;

/// What a document is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sniffed {
    /// XML; its root says which.
    Xml,
    /// JSON Feed.
    Json(Kind),
    /// No feed.
    Other(&'static Other),
}

/// Something that is no feed.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Other {
    /// What it is: `an HTML page`.
    what: &'static str,
    /// Its kind, for reports.
    pub kind: Kind,
    /// What to do.
    pub help: &'static str,
}

impl Other {
    /// Says what it is.
    pub(super) fn message(&self) -> String {
        format!("this is {}, not a feed", self.what)
    }
}

const fn other(what: &'static str, help: &'static str) -> Other {
    Other { what, kind: Kind::Unknown, help }
}

static EMPTY: Other = other("an empty file", "look why nothing was written to it");
static BINARY: Other = other("a binary file", "look whether it is compressed, or another file than was meant");
static COMPRESSED: Other = other("a compressed file", "unpack it, and validate the feed in it");
static PDF: Other = other("a PDF document", "look whether another file was meant");
static PICTURE: Other = other("a picture", "look whether another file was meant");
static HTML: Other =
    Other { kind: Kind::Html, ..other("an HTML page", "look for `<link rel=\"alternate\">` in it: that names the address of the feed") };
static OPML: Other = Other { kind: Kind::Opml, ..other("an OPML list of feeds", "validate the feeds that its `xmlUrl` attributes name") };
static LIQUID: Other = other("a template with tags of Liquid or the like", "build the site, and validate the file that comes out");
static TEMPLATE: Other = other("a template with front matter", "build the site, and validate the file that comes out");
static POST: Other = other("a text with front matter", "build the site, and validate the feed that comes out");
static PHP: Other = other("the source of a PHP page", "validate the address from which the page is served");
static JSON: Other = other(
    "JSON without the members of JSON Feed",
    "a JSON Feed is an object with `version`, `title` and `items`; the first is `https://jsonfeed.org/version/1.1`",
);
static TEXT: Other = other("plain text", "a feed begins with `<` or `{`");

/// The first bytes of files that are no text.
const SIGNATURES: &[(&[u8], &Other)] = &[
    (b"\x1f\x8b", &COMPRESSED),
    (b"PK\x03\x04", &COMPRESSED),
    (b"BZh", &COMPRESSED),
    (b"\xfd7zXZ\0", &COMPRESSED),
    (b"\x28\xb5\x2f\xfd", &COMPRESSED),
    (b"%PDF-", &PDF),
    (b"\x89PNG", &PICTURE),
    (b"\xff\xd8\xff", &PICTURE),
    (b"GIF8", &PICTURE),
];

/// Says what a file is that is no text, by its first bytes.
pub(super) fn signature(bytes: &[u8]) -> Option<&'static Other> {
    SIGNATURES.iter().find(|(signature, _)| bytes.starts_with(signature)).map(|(_, other)| *other)
}

/// Says what a document is.
pub(super) fn sniff(text: &str) -> Sniffed {
    let inside = text.trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n']);
    let head = head(inside);
    match inside.as_bytes() {
        [] => Sniffed::Other(&EMPTY),
        [b'<', ..] => xml(head),
        [b'{', b'{' | b'%' | b'#', ..] => Sniffed::Other(&LIQUID),
        [b'{', ..] => json::identify(text).map_or(Sniffed::Other(&JSON), Sniffed::Json),
        [b'[', rest @ ..] if begins_list(rest) => Sniffed::Other(&JSON),
        _ => Sniffed::Other(plain(head)).or_xml(head),
    }
}

impl Sniffed {
    /// Takes text for XML all the same where a feed begins in it: what stands before it is a fault of the feed.
    fn or_xml(self, head: &str) -> Sniffed {
        let is_front =
            matches!(self, Sniffed::Other(other) if std::ptr::eq(other, &raw const TEMPLATE) || std::ptr::eq(other, &raw const POST));
        if !is_front && ["<?xml ", "<rss", "<feed ", "<rdf:RDF"].iter().any(|root| head.contains(root)) { Sniffed::Xml } else { self }
    }
}

fn head(text: &str) -> &str {
    text.get(..text.floor_char_boundary(HEAD)).unwrap_or(text)
}

/// Says what a document is that begins with a tag.
fn xml(head: &str) -> Sniffed {
    let root = root(head);
    let begins = |word: &str| root.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word));
    let is_named = |name: &str| begins(name) && !root.as_bytes().get(name.len()).is_some_and(|b| b.is_ascii_alphanumeric() || *b == b':');
    match () {
        () if begins("<?php") || begins("<?=") => Sniffed::Other(&PHP),
        () if begins("<!doctype html") || is_named("<html") || is_named("<head") || is_named("<body") => Sniffed::Other(&HTML),
        () if is_named("<opml") => Sniffed::Other(&OPML),
        () if is_template(head) => Sniffed::Other(&LIQUID),
        () => Sniffed::Xml,
    }
}

/// Returns the text from the first tag that is neither a comment nor an instruction of XML.
fn root(head: &str) -> &str {
    let mut rest = head;
    loop {
        rest = rest.trim_start();
        let end = match rest {
            _ if rest.starts_with("<!--") => rest.find("-->").map(|at| at + 3),
            _ if rest.starts_with("<?xml") => rest.find("?>").map(|at| at + 2),
            _ => return rest,
        };
        rest = end.and_then(|end| rest.get(end..)).unwrap_or_default();
    }
}

/// Returns whether the head of a feed is still to be filled in. Entries may write about templates.
fn is_template(head: &str) -> bool {
    let until = ["<item", "<entry", "<![CDATA["].iter().filter_map(|begin| head.find(begin)).min().unwrap_or(head.len());
    let head = head.get(..until).unwrap_or(head);
    let words = ["{% for ", "{%- for ", "{% if ", "{%- if ", "{% include ", "{{ site.", "{{site.", "{{ page.", "{{ .Site", "{{ config."];
    words.iter().any(|word| head.contains(word))
}

/// Says what a text is that begins neither with a tag nor with an object.
fn plain(head: &str) -> &'static Other {
    let fence = ["---", "+++"].into_iter().find(|fence| head.starts_with(fence) && head[fence.len()..].starts_with(['\n', '\r']));
    if let Some(fence) = fence {
        let body = head.get(fence.len()..).and_then(|rest| rest.split_once(&format!("\n{fence}"))).map_or("", |(_, body)| body);
        return if body.trim_start().starts_with(['<', '{']) { &TEMPLATE } else { &POST };
    }
    let is_control = |c: char| matches!(c, '\0'..='\u{8}' | '\u{e}'..='\u{1f}');
    let sample = || head.chars().take(512);
    if sample().any(is_control) || sample().filter(|c| *c == char::REPLACEMENT_CHARACTER).count() > 8 { &BINARY } else { &TEXT }
}

/// Returns whether what follows `[` is a list of JSON, and no link of Markdown.
fn begins_list(rest: &[u8]) -> bool {
    let first = rest.iter().find(|b| !b.is_ascii_whitespace());
    first.is_none_or(|b| matches!(b, b'{' | b'[' | b']' | b'"' | b'-' | b'0'..=b'9'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> String {
        match sniff(text) {
            Sniffed::Xml => "XML".to_owned(),
            Sniffed::Json(kind) => kind.name().to_owned(),
            Sniffed::Other(other) => other.what.to_owned(),
        }
    }

    #[test]
    fn feeds_are_told_by_their_first_sign() {
        for (text, kind) in [
            ("<?xml version='1.0'?><rss/>", "XML"),
            ("\u{feff}\n <feed xmlns=''/>", "XML"),
            ("Warning: no such file\n<?xml version='1.0'?><rss/>", "XML"),
            ("<!-- html --><rss><channel><item><title>{% for x in y %}", "XML"),
            ("<rss><channel><description><![CDATA[{{ site.url }}]]>", "XML"),
            ("<htmlish/>", "XML"),
            (r#"{"version": "https://jsonfeed.org/version/1.1"}"#, "json-feed-1.1"),
            (r#" {"title": "x", "items": [], "version": "https://jsonfeed.org/version/1"}"#, "json-feed-1.0"),
            (r#"{"title": "x", "items": []}"#, "json-feed-1.1"),
            (r#"{"version": "http://www.jsonfeed.org/version/1/", "#, "json-feed-1.0"),
        ] {
            assert_eq!(said(text), kind, "{text}");
        }
    }

    #[test]
    fn what_is_no_feed_is_said_to_be_what_it_is() {
        for (text, what) in [
            ("", "an empty file"),
            (" \n", "an empty file"),
            ("<!DOCTYPE html>\n<title>x</title>", "an HTML page"),
            ("<!-- x -->\n<HTML lang=en>", "an HTML page"),
            ("<?xml version='1.0'?>\n<html xmlns='http://www.w3.org/1999/xhtml'>", "an HTML page"),
            ("<?xml version='1.0'?><opml version='2.0'/>", "an OPML list of feeds"),
            ("<?php echo 1;", "the source of a PHP page"),
            ("---\nlayout: null\n---\n<?xml version='1.0'?><rss/>", "a template with front matter"),
            ("---\ntitle: x\n---\nHello <rss>", "a text with front matter"),
            ("{% for post in site.posts %}", "a template with tags of Liquid or the like"),
            ("<?xml version='1.0'?><rss><channel><title>{{ site.title }}</title>", "a template with tags of Liquid or the like"),
            (r#"{"name": "x", "version": "1.0.0"}"#, "JSON without the members of JSON Feed"),
            (r#"[{"title": "x"}]"#, "JSON without the members of JSON Feed"),
            ("[a link](https://example.org/)", "plain text"),
            ("title,date\n", "plain text"),
            ("\u{1f}\u{fffd}\u{8}\0", "a binary file"),
        ] {
            assert_eq!(said(text), what, "{text}");
        }
    }

    #[test]
    fn what_is_no_text_is_known_by_its_first_bytes() {
        assert_eq!(signature(b"\x1f\x8b\x08\0").map(|other| other.what), Some("a compressed file"));
        assert_eq!(signature(b"%PDF-1.7").map(|other| other.what), Some("a PDF document"));
        assert_eq!(signature(b"<rss/>").or_else(|| signature(b"\xff\xfe<\0")).or_else(|| signature(b"")), None);
    }
}
