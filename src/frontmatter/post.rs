//! From front matter and file name to a [`Post`].

use super::codes;
use super::data::Data;
use super::dialects::{self, Dialect, Field};
use super::head::{Head, Hit};
use super::name::{Name, read_name, safe_slug};
use super::node::{Node, get};
use super::parse::{self, needs_quotes, quote};
use super::rules::Rules;
use super::split::{Delimiter, Split, split};
use super::title::plain_title;
use crate::diagnostic::{Code, Diagnostic, Place, Source, Span};
use crate::model::{Date, Hidden, HugoHabits, HugoPost, Post};
use crate::text::chars::one_line;
use crate::text::strip::strip;
use crate::text::{language, slug};
use chrono_tz::Tz;

mod authors;
mod breaks;
mod checks;
mod inline;
mod media;
mod published;
mod template;
mod terms;

pub(super) use checks::template_code;

/// The most findings about the items of one list.
const MOST_FAULTS: usize = 8;

/// The words of `status` for a post that is not ready yet.
const DRAFTING: &[&str] = &["draft", "pending", "wip"];
/// The words of `status` for a post that is not for everybody; the last ones are Ghost's, of `visibility`.
const UNPUBLISHING: &[&str] = &["hidden", "skip", "private", "unlisted", "unpublished", "trash", "members", "paid", "tiers"];

/// What the edge knows of a file.
#[derive(Debug, Clone, Copy)]
pub struct FileFacts<'a> {
    /// The posts folder the file was found in, relative to the site's root, with `/`; empty for the root itself.
    pub folder: &'a str,
    /// The folder below which a Jekyll site lies: empty or ending in `/`. It makes no category.
    pub source: &'a str,
    /// The languages that the names of files may end in.
    pub languages: &'a [String],
    /// The date of a draft that has none.
    pub now: Date,
    /// Whether the text is the whole file, not its first part only.
    pub complete: bool,
    /// Whether the folder is part of an Obsidian vault.
    pub in_vault: bool,
    /// Whether the site's generator runs Liquid, or its like, in posts; `None` where nobody knows the generator.
    pub has_liquid: Option<bool>,
    /// The data files that hold for the post, the nearest first.
    pub data: &'a [&'a Data],
    /// What the configuration of a Pelican site tells articles.
    pub rules: Option<&'a Rules>,
    /// The keys that a Hugo site takes the date from, in this order, with `:filename` for the name; empty for the usual ones.
    pub dates: &'a [String],
    /// Whether YAML's timestamps without an offset are in UTC.
    pub utc_timestamps: bool,
    /// What Hugo does in ways of its own; nothing on a site of another generator.
    pub hugo: Option<&'a HugoHabits>,
}

#[cfg(test)]
impl FileFacts<'static> {
    /// Returns the facts of a whole file in `posts/` of a site that nothing else is known of, for tests.
    pub(crate) fn sample() -> Self {
        static LANGUAGES: std::sync::LazyLock<Vec<String>> = std::sync::LazyLock::new(|| vec!["de".to_owned()]);
        FileFacts {
            folder: "posts",
            source: "",
            languages: &LANGUAGES,
            now: Date::default(),
            complete: true,
            in_vault: false,
            has_liquid: None,
            data: &[],
            rules: None,
            dates: &[],
            utc_timestamps: false,
            hugo: None,
        }
    }
}

/// What a file turned out to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reading {
    /// A post.
    Post(Box<Post>),
    /// A file without any date: left out and counted.
    Page,
    /// A file that is no post by its name: in `_posts` without a date.
    NotPost,
    /// A post with errors, which were reported.
    Broken,
    /// The front matter does not end in what was read so far: read more.
    Incomplete,
}

/// Reads a file's head. The path of the source is relative to the site's root; dates without an offset are in `zone`.
#[must_use]
pub fn read(source: Source<'_>, facts: &FileFacts<'_>, zone: Tz) -> (Reading, Vec<Diagnostic>) {
    let mut name = read_name(source.path, facts.folder, facts.languages, zone);
    if source.path.starts_with(facts.source) {
        name.categories.drain(..facts.source.matches('/').count().min(name.categories.len()));
    }
    if !name.is_post {
        return (Reading::NotPost, Vec::new());
    }
    let (delimiter, front, body) = match split(source.text, facts.complete) {
        Split::Incomplete => return (Reading::Incomplete, Vec::new()),
        Split::Unclosed { delimiter, mark } => return (Reading::Broken, vec![unclosed(source, delimiter, mark)]),
        Split::None => (None, 0..0, 0),
        Split::Front { delimiter, front, body } => (Some(delimiter), front, body),
    };
    let (map, found) = delimiter.map(|delimiter| parse::parse(delimiter, source, &front)).unwrap_or_default();
    let is_note = facts.in_vault || name.stem.contains(' ') && facts.rules.is_none();
    let dialect = match (facts.rules, delimiter) {
        (Some(_), None | Some(Delimiter::Plain | Delimiter::Yaml)) => dialects::pelican(),
        _ => dialects::guess(name.is_jekyll, delimiter, &map, is_note),
    };
    if dialect.is_note && !facts.complete {
        // Its tags may stand anywhere in its text.
        return (Reading::Incomplete, Vec::new());
    }
    let own = facts.rules.map(|rules| rules.of_path(source.path));
    let told = facts.rules.map(Rules::everywhere);
    let data: Vec<&Data> = own.iter().chain(facts.data.iter().copied()).chain(told).collect();
    let mut reader = Reader {
        head: Head::new(source, delimiter, front, map),
        data: &data,
        name,
        dialect,
        zone,
        utc_timestamps: facts.utc_timestamps,
        is_hugo: facts.hugo.is_some(),
        found,
    };
    let post = reader.post(facts, body);
    let reading = match post {
        _ if reader.found.iter().any(Diagnostic::is_error) => Reading::Broken,
        Some(_) if facts.data.iter().any(|data| data.is_broken()) => Reading::Broken,
        Some(post) => Reading::Post(Box::new(post)),
        // What is wrong with a page's title is no concern of a feed.
        None => return (Reading::Page, Vec::new()),
    };
    (reading, reader.found)
}

/// Reports front matter without an end.
pub(super) fn unclosed(source: Source<'_>, delimiter: Delimiter, mark: Span) -> Diagnostic {
    let help = match delimiter {
        Delimiter::Yaml => "write `---` on a line of its own behind the last key; a rule at the top of a post is written `***`",
        Delimiter::Toml => "write `+++` on a line of its own behind the last key",
        Delimiter::Json | Delimiter::Plain => "write `}` behind the last value",
    };
    let message = format!("the front matter that begins with `{}` has no end", source.text.get(mark.clone()).unwrap_or_default());
    Diagnostic::new(&codes::UNCLOSED_FRONT_MATTER, message).at(source.place(mark)).help(help)
}

/// When a post was published, and whether the site's zone decided which moment that is.
struct Published {
    at: Date,
    in_site_zone: bool,
    /// Whether the site's generator takes no date from there.
    is_ours_alone: bool,
}

/// Reads the fields of one file.
struct Reader<'a> {
    head: Head<'a>,
    data: &'a [&'a Data],
    name: Name,
    dialect: &'static Dialect,
    zone: Tz,
    /// Whether YAML's timestamps without an offset are in UTC.
    utc_timestamps: bool,
    /// Whether the site is Hugo's.
    is_hugo: bool,
    found: Vec<Diagnostic>,
}

impl Reader<'_> {
    /// Returns the post; nothing for a file without any date.
    fn post(&mut self, facts: &FileFacts<'_>, body: usize) -> Option<Post> {
        self.check_flags();
        let hidden = self.hidden();
        let appears = self.appears(facts);
        let published = match self.published(facts) {
            Some(date) => date,
            // With an error the post is lost, but its other faults are wanted.
            None if hidden == Some(Hidden::Draft) || self.found.iter().any(Diagnostic::is_error) => {
                Published { at: facts.now, in_site_zone: false, is_ours_alone: true }
            }
            None => return None,
        };
        let appears = self.told(appears);
        self.check_encoding();
        self.check_templates();
        let (slug, slug_given) = self.slug();
        let (title, title_from_heading) = self.title(facts.rules.is_some());
        let title_is_name = title.is_some() && self.hits(Field::Title).next().is_none();
        let language = self.language();
        let permalink = self.permalink(title.as_deref());
        Some(Post {
            path: self.head.source.path.to_owned(),
            body,
            hash: None,
            title_written: self.written(Field::Title, title.as_deref()),
            title,
            title_from_name: title_is_name,
            title_from_heading,
            published: published.at,
            in_site_zone: published.in_site_zone,
            updated: self.date(Field::Updated).map(|parsed| parsed.date),
            expires: self.expires(facts),
            hidden,
            in_feed: !self.says(Field::InFeed, false) && !self.says(Field::NotInFeed, true),
            in_newsletter: !self.says(Field::InNewsletter, false),
            permalink,
            slug_written: self.written(Field::Slug, Some(&slug)),
            slug,
            slug_given,
            id: self.required_text(Field::Id),
            breaks: self.breaks(),
            tags: self.tags(body).into_iter().collect(),
            categories: self.categories(facts).into_iter().collect(),
            authors: self.authors(),
            summary: self.summary(),
            divider_first: self.dialect.divider_first,
            excerpt_separator: self.excerpt_separator(),
            image: self.image(),
            enclosures: self.enclosures(),
            translation: self.name.language.is_some(),
            is_in_language_folder: false,
            language,
            external_url: self.external_url(),
            section: self.name.section.clone(),
            hugo: facts.hugo.and_then(|hugo| self.of_hugo(hugo, appears, &published)),
            math: self.math(),
            has_liquid: self.has_liquid(facts),
        })
    }

    /// Returns what is known of a post of Hugo's beside that, if it is anything.
    fn of_hugo(&self, hugo: &HugoHabits, appears: Option<Date>, published: &Published) -> Option<Box<HugoPost>> {
        let appears = appears.filter(|at| *at != published.at);
        let post = HugoPost { appears, is_undated: published.is_ours_alone, terms: self.own_terms(hugo), subsection: None };
        (post != HugoPost::default()).then(|| Box::new(post))
    }

    /// Returns whether Liquid may run in the body: never in what only Hugo and Zola read, nor in their `content/`, unless the
    /// site has another generator.
    fn has_liquid(&self, facts: &FileFacts<'_>) -> bool {
        let is_in_content = || self.head.source.path.split('/').rev().skip(1).any(|folder| folder == "content");
        self.dialect.has_liquid && facts.has_liquid.unwrap_or_else(|| self.name.is_jekyll || !is_in_content())
    }

    // Asking the front matter

    /// Returns the values of a field's keys, in the order in which they win: the front matter's, then those of data files.
    fn hits(&self, field: Field) -> impl Iterator<Item = Hit<'_>> {
        let keys = self.dialect.keys(field);
        (0..=self.data.len()).flat_map(move |level| keys.iter().filter_map(move |key| self.find(level, key)))
    }

    /// Returns the value of a key: at level 0 the front matter's, above it that of a data file, unless one before it has the key.
    fn find(&self, level: usize, key: &'static str) -> Option<Hit<'_>> {
        let own = self.head.find(key);
        match level.checked_sub(1) {
            None => own,
            Some(at) if own.is_none() => {
                let node = self.data.get(at)?.find(key)?;
                let first = key.split('.').next().unwrap_or_default();
                if self.data.get(at)?.is_whole() && get(&self.head.map, first).is_some() {
                    return None;
                }
                let is_new = self.data.iter().take(at).all(|data| data.find(if data.is_whole() { first } else { key }).is_none());
                is_new.then_some(Hit { path: key.into(), node })
            }
            Some(_) => None,
        }
    }

    /// Returns the data file that a value comes from; nothing for the front matter's own.
    fn data_with(&self, path: &str) -> Option<&Data> {
        let first = path.split('.').next().unwrap_or_default();
        if self.data.is_empty() || get(&self.head.map, first).is_some() {
            return None;
        }
        self.data.iter().find(|data| data.find(path).is_some()).copied()
    }

    /// Returns the place of the value at a path.
    fn place_of(&self, path: &str) -> Place {
        self.data_with(path).map_or_else(|| self.head.place_of(path), |data| data.place_of(path))
    }

    /// Returns whether one of a field's keys is a truth value and says this.
    fn says(&self, field: Field, wanted: bool) -> bool {
        self.hits(field).any(|hit| flag(hit.node) == Some(wanted))
    }

    /// Adds a finding about a part of the front matter.
    fn report(&mut self, code: &'static Code, place: Place, message: String, help: impl Into<String>) {
        self.found.push(Diagnostic::new(code, message).at(place).help(help));
    }

    /// Returns a field's text, trimmed; reports a value that is no text, since the post's identity hangs on it.
    fn required_text(&mut self, field: Field) -> Option<String> {
        let hit = self.hits(field).next()?;
        let text = self.head.text_of(&hit);
        if text.is_none() {
            let (path, kind) = (hit.path.to_string(), hit.node.kind());
            self.report_type(&path, kind);
        }
        text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
    }

    /// Reports a value that should be text.
    fn report_type(&mut self, path: &str, kind: &'static str) {
        if let Some(data) = self.data_with(path) {
            let place = data.place_of(path);
            self.report(&codes::UNEXPECTED_TYPE, place, format!("`{path}` is {kind}, not text"), format!("write one text for `{path}`"));
            return;
        }
        let span = self.head.span(path);
        let written = self.head.text()[span.clone()].to_owned();
        let place = self.head.place(span);
        if self.head.delimiter == Some(Delimiter::Yaml) && needs_quotes(&written) {
            let help = format!("quote it: `{path}: {}`", quote(&written));
            self.report(&codes::UNQUOTED_VALUE, place, format!("`{written}` needs quotes in YAML: without them it is {kind}"), help);
        } else {
            self.report(&codes::UNEXPECTED_TYPE, place, format!("`{path}` is {kind}, not text"), format!("write one text behind `{path}`"));
        }
    }

    /// Reports a value that was left out.
    fn report_ignored(&mut self, path: &str, message: String, help: &str) {
        let place = self.place_of(path);
        self.report(&codes::IGNORED_VALUE, place, message, help);
    }

    // The fields

    /// Returns why the post is hidden; what is never shown outweighs what is not shown yet.
    fn hidden(&self) -> Option<Hidden> {
        let by_status = self.hits(Field::Status).filter_map(|hit| if let Node::Text(text) = hit.node { status(text) } else { None }).max();
        // Eleventy: `permalink: false` writes no page. Hugo: `list: local` leaves a page out of the site's lists.
        let unpublished = self.says(Field::Public, false)
            || self.hits(Field::Hidden).any(|hit| flag(hit.node) == Some(true) && !self.is_idle(&hit))
            || self.hits(Field::Public).any(|hit| is_local(&hit))
            || self.hits(Field::Permalink).any(|hit| *hit.node == Node::Bool(false));
        let draft = self.says(Field::Draft, true) || self.name.is_draft || self.data.iter().any(|data| data.outweighs());
        by_status.max(draft.then_some(Hidden::Draft)).max(unpublished.then_some(Hidden::Unpublished))
    }

    /// Returns whether a value is Hugo's `headless` where there is no bundle, which it passes over.
    fn is_idle(&self, hit: &Hit<'_>) -> bool {
        let file = self.head.source.path.rsplit('/').next().unwrap_or_default();
        self.is_hugo && hit.path == "headless" && !file.starts_with("index.")
    }

    /// Returns the title, and whether the first heading may give it.
    fn title(&mut self, is_pelican: bool) -> (Option<String>, bool) {
        self.warn_of_comment();
        let slug_title = || slug::titleise(&self.name.stem);
        let Some(hit) = self.hits(Field::Title).next() else {
            let has_words = |title: &String| title.chars().any(char::is_alphabetic);
            return match self.head.delimiter {
                _ if self.name.is_jekyll => (Some(slug_title()), false),
                // Its author chose the name of the file for people to read.
                _ if self.dialect.is_note => (Some(one_line(&self.name.stem)).filter(has_words), true),
                None => (Some(slug_title()).filter(has_words), true),
                Some(_) => (None, true),
            };
        };
        let text = self.head.text_of(&hit);
        if text.is_none() {
            let kind = hit.node.kind();
            self.report_type("title", kind);
        }
        // Pelican knows no Markdown in titles, and takes all that looks like a tag for one.
        let plain = |text: String| if is_pelican { one_line(&strip(&text)) } else { plain_title(&text) };
        (text.map(plain).filter(|title| !title.is_empty()), false)
    }

    /// Warns when YAML took the end of a title for a comment.
    fn warn_of_comment(&mut self) {
        let text = self.head.text();
        if self.head.delimiter != Some(Delimiter::Yaml) || !text.contains(" #") {
            return;
        }
        let span = self.head.span("title");
        let rest = text[span.end..].split(['\n', '\r']).next().unwrap_or_default();
        let written = &text[span.clone()];
        if let Some(rest) = rest.strip_prefix(':').map(str::trim).filter(|rest| rest.starts_with('#')) {
            let message = format!("the title is empty: `{rest}` is a comment in YAML");
            let (help, start) = (format!("if it is the title, quote it: `title: {}`", quote(rest)), span.end + 1);
            let place = self.head.place(start + text[start..].len() - text[start..].trim_start().len()..start + 1 + rest.len());
            self.report(&codes::COMMENT_IN_VALUE, place, message, help);
            return;
        }
        if written.starts_with(['"', '\'', '|', '>', '[', '{']) || !rest.starts_with(" #") {
            return;
        }
        let whole = format!("{written}{}", rest.trim_end());
        let message = format!("the title ends at `{written}`: a `#` behind a blank begins a comment in YAML");
        let help = format!("if it belongs to the title, quote it: `title: {}`", quote(&whole));
        let place = self.head.place(span.end + 1..span.end + rest.trim_end().len());
        self.report(&codes::COMMENT_IN_VALUE, place, message, help);
    }

    fn permalink(&mut self, title: Option<&str>) -> Option<String> {
        let hit = self.hits(Field::Permalink).next()?;
        let path = hit.path.to_string();
        match hit.node {
            Node::Bool(_) => None,
            // Eleventy: a mapping tells its own build what to write.
            Node::Map(_) => {
                self.report_ignored(&path, format!("`{path}` is a mapping and was left out"), "write the post's path as text");
                None
            }
            Node::Text(text) if text.contains("{{") || text.contains("{%") => {
                let pattern = template::pattern(text, &self.name.stem, title);
                if pattern.is_none() && self.data_with(&path).is_some() {
                    // One template for a folder of posts is a pattern, which the configuration has a key for.
                    let message = format!("`{}` is a template and was left out", text.trim());
                    self.report_ignored(&path, message, "write the pattern as `permalink:` in postrider.yaml");
                    return None;
                }
                pattern.or_else(|| self.required_text(Field::Permalink))
            }
            _ => {
                let mut written = self.required_text(Field::Permalink)?;
                if self.dialect.path_is_folder && path == "path" && !written.ends_with('/') {
                    written.push('/');
                }
                Some(written)
            }
        }
    }

    /// Returns a text as the front matter writes it, where something else was made of it.
    fn written(&self, field: Field, made: Option<&str>) -> Option<Box<str>> {
        let text = self.head.text_of(&self.hits(field).next()?)?;
        let text = text.trim();
        Some(text).filter(|text| !text.is_empty() && Some(*text) != made).map(Box::from)
    }

    /// Returns the slug, and whether the post itself names it.
    fn slug(&mut self) -> (String, bool) {
        if let Some(written) = self.required_text(Field::Slug) {
            let written = written.trim_matches('/');
            if !written.is_empty() {
                return (safe_slug(written), true);
            }
        }
        // Hugo: who dates a post by its name, names it by the rest.
        if self.name.is_dated && !self.name.stem.is_empty() {
            return (safe_slug(&self.name.stem), true);
        }
        // Jekyll's `:title` keeps upper case, and its sites' URLs are out there.
        let slug = if self.name.is_jekyll { safe_slug(&self.name.stem) } else { slug::slugify(&self.name.stem) };
        (slug, false)
    }

    fn summary(&mut self) -> Option<String> {
        let found = self.hits(Field::Summary).find_map(|hit| self.head.text_of(&hit));
        let first = self.hits(Field::Summary).next().map(|hit| (hit.path.to_string(), hit.node.kind()));
        if let Some((path, kind)) = first.filter(|_| found.is_none()) {
            self.report_ignored(&path, format!("`{path}` is {kind} and was left out"), "write one text");
        }
        found.map(|text| plain_title(&text)).filter(|text| !text.is_empty())
    }

    /// Returns Jekyll's separator, unless it is one that is known anyway.
    fn excerpt_separator(&self) -> Option<Box<str>> {
        let own = self.head.find("excerpt_separator").and_then(|hit| self.head.text_of(&hit));
        let text = own.or_else(|| self.data.iter().find_map(|data| data.find("excerpt_separator")?.text()))?;
        let is_known = |text: &str| {
            let comment = text.trim().strip_prefix("<!--").and_then(|rest| rest.strip_suffix("-->"));
            comment.is_some_and(|inner| inner.trim().eq_ignore_ascii_case("more"))
        };
        // A blank line ends the first paragraph, which is the summary of any post.
        (!text.is_empty() && text != "\n\n" && !is_known(&text)).then(|| text.into_boxed_str())
    }

    fn language(&mut self) -> Option<String> {
        let Some((path, text)) = self.hits(Field::Language).find_map(|hit| Some((hit.path.to_string(), self.head.text_of(&hit)?))) else {
            let other = self.hits(Field::Language).next().map(|hit| (hit.path.to_string(), hit.node.kind()));
            if let Some((path, kind)) = other {
                self.report_ignored(&path, format!("`{path}` is {kind} and was left out"), "write one tag such as `en` or `de-AT`");
            }
            return self.name.language.clone();
        };
        let tag = language::normalize(&text);
        if tag.is_none() && !text.trim().is_empty() {
            let place = self.place_of(&path);
            let message = format!("`{}` is not a language tag and was left out", text.trim());
            self.report(&codes::UNKNOWN_LANGUAGE, place, message, "write a tag such as `en`, `de-AT` or `pt-BR`");
        }
        tag.or_else(|| self.name.language.clone())
    }

    /// Returns where a link post points to; `link: related/` is something else.
    fn external_url(&self) -> Option<String> {
        let urls = self.hits(Field::ExternalUrl).filter_map(|hit| self.head.text_of(&hit));
        urls.map(|url| url.trim().to_owned()).find(|url| is_absolute(url))
    }

    fn math(&self) -> bool {
        self.hits(Field::Math).any(|hit| flag(hit.node).unwrap_or(matches!(hit.node, Node::Text(text) if !text.trim().is_empty())))
    }
}

/// Returns the truth value a node is, however it is written.
pub(super) fn flag(node: &Node) -> Option<bool> {
    let text = match node {
        Node::Bool(value) => return Some(*value),
        Node::Text(text) | Node::Number(text) => text.trim(),
        _ => return None,
    };
    let is = |words: [&str; 5]| words.iter().any(|word| word.eq_ignore_ascii_case(text));
    match () {
        () if is(["true", "yes", "on", "1", "always"]) => Some(true),
        () if is(["false", "no", "off", "0", "never"]) => Some(false),
        () => None,
    }
}

/// Returns what a word of `status` or `visibility` does to a post.
fn status(word: &str) -> Option<Hidden> {
    let is_among = |words: &[&str]| words.iter().any(|known| known.eq_ignore_ascii_case(word.trim()));
    match () {
        () if is_among(UNPUBLISHING) => Some(Hidden::Unpublished),
        () if is_among(DRAFTING) => Some(Hidden::Draft),
        () => None,
    }
}

/// Returns whether a value is Hugo's `list: local`.
fn is_local(hit: &Hit<'_>) -> bool {
    hit.path.ends_with(".list") && matches!(hit.node, Node::Text(text) if text.trim().eq_ignore_ascii_case("local"))
}

/// Returns whether a text is an absolute web address.
pub(super) fn is_absolute(text: &str) -> bool {
    let rest = |scheme: &str| text.get(..scheme.len()).filter(|start| start.eq_ignore_ascii_case(scheme)).map(|_| &text[scheme.len()..]);
    rest("http://").or_else(|| rest("https://")).is_some_and(|rest| !rest.is_empty() && !rest.contains(char::is_whitespace))
}

#[cfg(test)]
mod tests;
