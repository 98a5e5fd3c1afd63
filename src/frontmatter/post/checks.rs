//! What is wrong with values that can be read: flags that are neither true nor false, text that was read in the wrong
//! encoding, template code that nobody will carry out.

use super::{DRAFTING, MOST_FAULTS, Reader, UNPUBLISHING, flag};
use crate::frontmatter::codes;
use crate::frontmatter::dialects::Field;
use crate::frontmatter::head::{Head, Hit};
use crate::frontmatter::node::Node;
use crate::text::{dates, mojibake, suggest};

/// The words a flag is written in.
const FLAGS: [&str; 8] = ["true", "false", "yes", "no", "on", "off", "always", "never"];
/// The words of `status` for a post that is to be read.
const SHOWING: [&str; 9] = ["published", "publish", "public", "live", "visible", "final", "finished", "done", "active"];
/// What template code begins and ends with (Liquid, Nunjucks, Hugo's and Zola's shortcodes).
const TEMPLATES: [(&str, &str); 2] = [("{{", "}}"), ("{%", "%}")];

/// A value that is no flag where one is wanted.
struct Wrong {
    path: String,
    written: Option<String>,
    kind: &'static str,
    date_too: bool,
}

impl Reader<'_> {
    /// Reports flags that are neither true nor false: a draft must not go out by a slip of the finger.
    pub(super) fn check_flags(&mut self) {
        let fields = [Field::Draft, Field::Public, Field::Hidden, Field::InFeed, Field::NotInFeed, Field::InNewsletter];
        let mut wrong: Vec<Wrong> = Vec::new();
        for field in fields {
            for hit in self.hits(field).filter(|hit| flag(hit.node).is_none() && !self.is_another_thing(field, hit)) {
                let written = self.head.text_of(&hit).map(|text| text.trim().to_owned());
                if written.as_deref() != Some("") && !wrong.iter().any(|other| other.path == hit.path) {
                    wrong.push(Wrong { path: hit.path.to_string(), written, kind: hit.node.kind(), date_too: field == Field::Public });
                }
            }
        }
        for Wrong { path, written, kind, date_too } in wrong {
            let place = self.place_of(&path);
            let what = written.as_ref().map_or(kind.to_owned(), |text| format!("`{text}`"));
            let or_date = if date_too { " or a date" } else { "" };
            let help = written.and_then(|text| suggest::did_you_mean(&text, FLAGS));
            let help = help.unwrap_or_else(|| format!("write `{path}: true` or `{path}: false`"));
            self.report(&codes::UNKNOWN_FLAG, place, format!("`{path}` is {what}, not true or false{or_date}"), help);
        }
        self.check_status();
    }

    /// Returns whether a value that is no flag is meant for something else that stands under the same key.
    fn is_another_thing(&self, field: Field, hit: &Hit<'_>) -> bool {
        let text = self.head.text_of(hit).unwrap_or_default();
        match (field, hit.path.as_ref()) {
            (Field::Public, "published") if text.starts_with(|c: char| c.is_ascii_digit()) => true,
            (Field::Public, _) if dates::parse(&text, self.zone).is_ok() => true,
            // Hugo: `build.list: local`, `render: link`.
            (Field::Public, "build.list" | "_build.list") => text == "local",
            (Field::Public, "render" | "build.render" | "_build.render") => text == "link",
            // Eleventy: the collections to leave the page out of.
            (Field::Hidden, "eleventyexcludefromcollections") => matches!(hit.node, Node::List(_)),
            // `feed: {exclude: true}`, `feed: /feed.xml`.
            (Field::InFeed, _) => matches!(hit.node, Node::Map(_)) || text.contains(['/', '.']),
            // The name or number of an edition says that the post belongs to one.
            (Field::InNewsletter, _) => matches!(hit.node, Node::Map(_)) || suggest::nearest(&text, FLAGS).is_none() && !text.is_empty(),
            _ => false,
        }
    }

    /// Returns whether a value under a key of a date is a flag, or was meant as one.
    pub(super) fn is_meant_as_flag(&self, hit: &Hit<'_>) -> bool {
        flag(hit.node).is_some() || hit.path == "published" && !self.is_another_thing(Field::Public, hit)
    }

    /// Reports a `status` that is no known word: an error where it may have been meant to hide the post.
    fn check_status(&mut self) {
        let read = |hit: Hit<'_>| {
            let written = self.head.text_of(&hit).map(|text| text.trim().to_lowercase());
            (hit.path.to_string(), hit.node.kind(), written)
        };
        let found: Vec<_> = self.hits(Field::Status).map(read).collect();
        for (key, kind, written) in found {
            let hiding = DRAFTING.iter().chain(UNPUBLISHING).copied();
            let Some(text) = written else {
                self.report_ignored(
                    &key,
                    format!("`{key}` is {kind} and was left out"),
                    &format!("write `{key}: draft` or `{key}: public`"),
                );
                continue;
            };
            if text.is_empty() || hiding.clone().chain(SHOWING).any(|known| known == text) {
                continue;
            }
            let near = suggest::nearest(&text, hiding.clone().chain(SHOWING));
            let place = self.place_of(&key);
            if let Some(near) = near.filter(|near| hiding.clone().any(|known| known == *near)) {
                self.report(&codes::UNKNOWN_FLAG, place, format!("`{key}` is `{text}`, no known word"), format!("did you mean `{near}`?"));
            } else {
                let help = near.map_or("write `draft`, `hidden` or `published`".to_owned(), |near| format!("did you mean `{near}`?"));
                self.report(&codes::IGNORED_VALUE, place, format!("the {key} `{text}` says nothing here, so the post is published"), help);
            }
        }
    }

    /// Reports UTF-8 that was read as windows-1252 and saved again.
    pub(super) fn check_encoding(&mut self) {
        let text = self.head.text();
        let found: Vec<_> = mojibake::find(text).into_iter().take(MOST_FAULTS).collect();
        let words = |item: &mojibake::Found| {
            let wrong = text.get(item.span.clone()).unwrap_or_default();
            (mojibake::in_word(text, &item.span, wrong), mojibake::in_word(text, &item.span, &item.text))
        };
        let words: Vec<_> = found.iter().map(words).collect();
        for (item, (wrong, right)) in found.into_iter().zip(words) {
            let place = self.head.place(item.span);
            let help = format!("write `{right}`");
            self.report(&codes::MOJIBAKE_IN_FRONT_MATTER, place, format!("`{wrong}` should be `{right}`"), help);
        }
    }

    /// Reports template code in what is printed as text.
    pub(super) fn check_templates(&mut self) {
        if !TEMPLATES.iter().any(|(open, _)| self.head.text().contains(open)) {
            return;
        }
        let mut found: Vec<(String, String)> = Vec::new();
        for field in [Field::Title, Field::Summary, Field::Tags, Field::Categories] {
            for item in self.hits(field).take(1).flat_map(|hit| Head::items(&hit)) {
                if let Some(code) = self.head.text_of(&item).as_deref().and_then(template_code) {
                    found.push((item.path.to_string(), code.to_owned()));
                }
            }
        }
        for (path, code) in found.into_iter().take(MOST_FAULTS) {
            let mut span = self.head.span(&path);
            if let Some(at) = self.head.text()[span.clone()].find(&code) {
                span = span.start + at..span.start + at + code.len();
            }
            let place = self.head.place(span);
            let message = format!("`{code}` is template code and is printed as it stands");
            self.report(&codes::TEMPLATE_IN_FRONT_MATTER, place, message, "write the text itself, or put the code in backticks");
        }
    }
}

/// Returns the first template code of a text that does not stand in a code span.
pub(in crate::frontmatter) fn template_code(text: &str) -> Option<&str> {
    TEMPLATES.iter().find_map(|(open, close)| {
        let start = text.find(open)?;
        let is_code = text[..start].matches('`').count() % 2 == 1;
        let end = start + text[start..].find(close)? + close.len();
        (!is_code).then(|| &text[start..end])
    })
}
