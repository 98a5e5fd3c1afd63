//! Images and enclosures.

use super::{MOST_FAULTS, Reader};
use crate::diagnostic::Code;
use crate::frontmatter::codes;
use crate::frontmatter::dialects::Field;
use crate::frontmatter::head::{Head, Hit};
use crate::frontmatter::node::Node;
use crate::frontmatter::title::plain_title;
use crate::model::EnclosureRef;

/// A finding about an enclosure, to be placed later: code, path, message, help.
type Fault = (&'static Code, String, String, &'static str);

impl Reader<'_> {
    pub(super) fn image(&mut self) -> Option<String> {
        let found = self.hits(Field::Image).filter(|hit| matches!(hit.node, Node::Text(_))).find_map(|hit| self.head.text_of(&hit));
        let Some(text) = found else {
            let wrong = |hit: &Hit<'_>| matches!(hit.node, Node::Number(_)) || hit.path == "image" && matches!(hit.node, Node::Map(_));
            let wrong = self.hits(Field::Image).find(wrong).map(|hit| (hit.path.to_string(), hit.node.kind()));
            if let Some((path, kind)) = wrong {
                self.report_ignored(&path, format!("`{path}` is {kind} and was left out"), "write the picture's URL or path");
            }
            return None;
        };
        // Obsidian: `[[picture.png]]`.
        let text = text.trim();
        let text = text.strip_prefix("[[").and_then(|text| text.strip_suffix("]]")).unwrap_or(text);
        (!text.is_empty()).then(|| text.to_owned())
    }

    pub(super) fn enclosures(&mut self) -> Vec<EnclosureRef> {
        let mut enclosures: Vec<EnclosureRef> = Vec::new();
        let mut faults: Vec<Fault> = Vec::new();
        for hit in self.hits(Field::Enclosures) {
            // `audio` and `video` mean other things to many themes.
            let is_sure = hit.path.contains("enclosure");
            for item in Head::items(&hit) {
                let enclosure = match item.node {
                    Node::Text(text) => enclosure_from_text(text),
                    Node::Map(_) => self.enclosure_from_map(&item, &mut faults),
                    node => {
                        if is_sure {
                            let message = format!("`{}` is {} and was left out", item.path, node.kind());
                            faults.push((&codes::IGNORED_VALUE, item.path.to_string(), message, "write the file's URL or path"));
                        }
                        continue;
                    }
                };
                if enclosure.url.is_empty() && is_sure && matches!(item.node, Node::Map(_)) {
                    let message = format!("`{}` names no file", item.path);
                    faults.push((&codes::ENCLOSURE_WITHOUT_URL, item.path.to_string(), message, "add `url:` with the file's URL or path"));
                }
                if !enclosure.url.is_empty() && !enclosures.iter().any(|other| other.url == enclosure.url) {
                    enclosures.push(enclosure);
                }
            }
        }
        for (code, path, message, help) in faults.into_iter().take(MOST_FAULTS) {
            let place = self.place_of(&path);
            self.report(code, place, message, help);
        }
        enclosures
    }

    fn enclosure_from_map(&self, hit: &Hit<'_>, faults: &mut Vec<Fault>) -> EnclosureRef {
        let part = |names: &[&str]| {
            let (name, node) = names.iter().find_map(|name| Some((*name, hit.node.step(name)?)))?;
            let path = format!("{}.{name}", hit.path);
            let text = self.head.text_of(&Hit { path: path.clone().into(), node })?;
            Some((path, text.trim().to_owned())).filter(|(_, text)| !text.is_empty())
        };
        let url = part(&["url", "file", "src", "href", "path"]).map(|(_, url)| url).unwrap_or_default();
        let mut read = |names: &[&str], is_good: &dyn Fn(&str) -> bool, help: &'static str| {
            let (path, text) = part(names)?;
            if is_good(&text) {
                return Some(text);
            }
            // Without a file the rest is of no interest.
            if !url.is_empty() {
                faults.push((&codes::IGNORED_VALUE, path, format!("`{text}` is not what is wanted here and was left out"), help));
            }
            None
        };
        let length = read(&["length", "size", "bytes"], &|text| text.parse::<u64>().is_ok(), "write the number of bytes, as in `24986239`");
        let media_type = read(&["type", "media_type", "mime_type", "mime"], &is_media_type, "write a media type, as in `audio/mpeg`");
        let duration = read(&["duration"], &|text| seconds(text).is_some(), "write seconds or `HH:MM:SS`");
        EnclosureRef {
            length: length.and_then(|text| text.parse().ok()),
            media_type,
            duration: duration.and_then(|text| seconds(&text)),
            title: part(&["title", "name"]).map(|(_, title)| plain_title(&title)),
            url,
        }
    }
}

/// Returns whether a text is a media type (RFC 6838 §4.2), with parameters or without.
fn is_media_type(text: &str) -> bool {
    let is_name = |name: &str| {
        !name.is_empty()
            && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'!' | b'#' | b'$' | b'&' | b'-' | b'^' | b'_' | b'.' | b'+'))
    };
    let essence = text.split(';').next().unwrap_or_default().trim_end();
    essence.split_once('/').is_some_and(|(kind, subtype)| is_name(kind) && is_name(subtype))
}

/// Reads an enclosure from a URL, or from the three lines that `WordPress` keeps: URL, length, type.
fn enclosure_from_text(text: &str) -> EnclosureRef {
    let mut lines = text.trim().lines().map(str::trim);
    let url = lines.next().unwrap_or_default().to_owned();
    let length = lines.next().and_then(|line| line.parse().ok());
    let media_type = lines.next().filter(|line| line.contains('/')).map(str::to_owned);
    EnclosureRef { url, length, media_type, ..EnclosureRef::default() }
}

/// Reads a playing time: seconds, `MM:SS` or `HH:MM:SS`.
fn seconds(text: &str) -> Option<u64> {
    let whole = text.split('.').next()?;
    let mut total: u64 = 0;
    for (index, part) in whole.split(':').enumerate() {
        let value: u64 = part.trim().parse().ok()?;
        if index > 2 {
            return None;
        }
        total = total.checked_mul(60)?.checked_add(value)?;
    }
    Some(total)
}
