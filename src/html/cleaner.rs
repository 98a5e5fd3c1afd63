//! The clean-up: one pass, one output, a stack of what is open.

mod elements;
mod images;
mod mail;
mod parts;
mod stack;
mod text;

use super::attributes::Writer;
use super::escape::{push_source, push_text, push_value};
use super::table::{self, Fate, Id, SCOPE, TABLE, id, row_of};
use super::{CleanContext, Cleaned, Finding, Findings, ImageUse, Medium, Scanner, Token, codes};
use crate::diagnostic::{Code, Span};
use std::collections::BTreeSet;
use text::Told;

/// Browsers stop nesting here, and so do we: `html5ever` and its like are quadratic in depth.
const DEPTH: usize = 512;

const REGION: Id = id("#region");
const A: Id = id("a");
const P: Id = id("p");
const PRE: Id = id("pre");
const CODE: Id = id("code");
const TABLE_ID: Id = id("table");
const H1: Id = id("h1");
const MATH: Id = id("math");

/// What stands in a text where something was taken out of it. It is no character, so it never comes out; but what it stands in
/// stays what it was, and an element that has nothing else goes.
pub(crate) const GONE: &str = "\u{fffe}";

/// Where raw HTML stands in the document: beside it, in pieces (container prefixes were stripped), or, made of something
/// else, at one place.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Offsets<'a> {
    /// The document's offset of the first byte.
    Shift(usize),
    /// Pairs of offsets (here, in the document), sorted.
    Pieces(&'a [(usize, usize)]),
    /// The document's offset of what all of it was made of.
    At(usize),
}

impl Offsets<'_> {
    fn at(self, offset: usize) -> usize {
        match self {
            Offsets::Shift(shift) => shift + offset,
            Offsets::At(place) => place,
            Offsets::Pieces(pairs) => {
                let after = pairs.partition_point(|(here, _)| *here <= offset);
                let (here, there) = after.checked_sub(1).and_then(|at| pairs.get(at)).copied().unwrap_or_default();
                there + (offset - here.min(offset))
            }
        }
    }
}

/// What happens when an element ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Then {
    Nothing,
    /// What was written since goes.
    Cut,
    /// It goes unless it has words: a heading's anchor.
    CutMark,
    /// It becomes the title.
    Title,
    /// In a mail: it becomes a link to what it plays.
    Media,
    /// In a mail: it becomes its source or its text.
    Formula,
    /// In a mail: the source of a formula.
    Tex,
}

#[derive(Debug, Clone, Copy)]
struct Open {
    id: Id,
    silent: bool,
    trusted: bool,
    then: Then,
    /// Where its content begins in the output (its start tag for [`Then::Title`]).
    from: usize,
    /// Its start tag in the document.
    at: (usize, usize),
    serial: u32,
}

/// Writes an entry's content; see the module.
pub(crate) struct Cleaner<'c> {
    context: CleanContext<'c>,
    out: String,
    stack: Vec<Open>,
    /// How many of each element are open.
    open: [u32; 256],
    /// How many of each were too deep to be opened.
    deep: [u32; 256],
    serial: u32,
    /// How many open elements will be cut.
    cutting: u32,
    findings: Findings,
    images: Vec<ImageUse>,
    heading: Option<String>,
    more: Option<usize>,
    /// Paragraphs of the author's that a block ended: their end tags are no surprise.
    ended_paragraphs: u32,
    /// Ends that had to wait for the end of a part for another medium.
    waiting: Vec<u32>,
    /// Parts for one medium only that are open but not cut.
    kept_parts: Vec<(&'static str, Span)>,
    /// The image that a script would load, which `<noscript>` may repeat.
    lazy: Option<String>,
    code_tables: u32,
    cells: u32,
    /// Whether plain text is made of what comes out.
    is_for_text: bool,
    /// In a mail: what the player at hand plays, and its title.
    media: Option<(String, String)>,
    /// In a mail: the source of the formula at hand.
    tex: Option<String>,
    /// The text, where it is no HTML.
    source: Option<&'c str>,
    /// The names of its unknown end tags, once they were asked for.
    end_tags: Option<BTreeSet<String>>,
    /// Pairs of offsets (in the output, in the document), ascending in the output, where they are wanted.
    origins: Option<Vec<(usize, usize)>>,
    /// Where in the output something was left out last; see [`GONE`].
    gap: Option<usize>,
    /// What plain text has in other words, where it is wanted.
    told: Option<Told>,
    /// The places of the post that links may lead to, where they are known.
    places: Option<&'c BTreeSet<String>>,
}

impl<'c> Cleaner<'c> {
    /// Begins an empty content.
    pub(crate) fn new(context: CleanContext<'c>, capacity: usize) -> Self {
        Cleaner {
            context,
            out: String::with_capacity(capacity + capacity / 4),
            stack: Vec::with_capacity(16),
            open: [0; 256],
            deep: [0; 256],
            serial: 0,
            cutting: 0,
            findings: Findings::default(),
            images: Vec::new(),
            heading: None,
            more: None,
            ended_paragraphs: 0,
            waiting: Vec::new(),
            kept_parts: Vec::new(),
            lazy: None,
            code_tables: 0,
            cells: 0,
            is_for_text: false,
            media: None,
            tex: None,
            source: None,
            end_tags: None,
            origins: None,
            gap: None,
            told: None,
            places: None,
        }
    }

    /// Keeps where in the document each part of the output comes from.
    pub(crate) fn keep_origins(&mut self) {
        self.origins = Some(Vec::new());
    }

    /// Says that what is written next comes from a place in the document.
    pub(crate) fn mark(&mut self, at: usize) {
        let Some(origins) = &mut self.origins else { return };
        let here = self.out.len();
        // What made no output, or was cut out of it again, has no origin.
        while origins.pop_if(|(before, _)| *before >= here).is_some() {}
        origins.push((here, at));
    }

    /// Keeps what plain text shows in a way of its own: formulas as `MathML`, and ways to places of the post.
    pub(crate) fn set_for_text(&mut self) {
        self.is_for_text = true;
    }

    /// Names the places of the post: a link to another one leads to its page.
    pub(crate) fn set_places(&mut self, places: &'c BTreeSet<String>) {
        self.places = Some(places);
    }

    /// Shows unknown tags that nothing in a text ends: in prose they are placeholders or type parameters.
    pub(crate) fn show_unknown(&mut self, text: &'c str) {
        self.source = Some(text);
    }

    /// Returns whether a text that is no HTML has no end tag of a name: then the name is text, `Vec<String>`.
    fn is_shown(&mut self, name: &str) -> bool {
        let Some(text) = self.source else { return false };
        let end_name = |at: usize| {
            let rest = text.get(at + 2..)?;
            let end = rest.bytes().take(80).position(|b| !(b.is_ascii_alphanumeric() || b == b'-')).unwrap_or(rest.len().min(80));
            rest.get(..end).filter(|name| table::lookup(name).is_none()).map(str::to_ascii_lowercase)
        };
        let known = self.end_tags.get_or_insert_with(|| text.match_indices("</").filter_map(|(at, _)| end_name(at)).collect());
        !known.contains(&name.to_ascii_lowercase())
    }

    // What a renderer that knows its tags calls.

    /// Opens an element without attributes; the answer ends it.
    pub(crate) fn start(&mut self, id: Id, at: usize) -> u32 {
        self.start_with(id, at, &[])
    }

    /// Opens an element with attributes that are right as they are.
    pub(crate) fn start_with(&mut self, id: Id, at: usize, attributes: &[(&str, &str)]) -> u32 {
        self.end_implied(id);
        // Raw HTML may have ended our table: a cell without one is no cell.
        let stray = row_of(id).flags & TABLE != 0 && self.open[usize::from(TABLE_ID)] == 0;
        if stray || self.stack.len() >= DEPTH {
            return 0;
        }
        // Code inside an author's `<pre>` is code already.
        if matches!(id, PRE | CODE) && self.open[usize::from(id)] > 0 {
            let from = self.out.len();
            self.push(Open { id, silent: true, trusted: true, then: Then::Nothing, from, at: (at, at), serial: 0 });
            return self.serial;
        }
        let from = self.out.len();
        let row = row_of(id);
        self.out.push('<');
        self.out.push_str(row.name);
        for (name, value) in attributes {
            self.write_attribute(name, value);
        }
        self.out.push('>');
        let then = if id == H1 && self.opens_content(from) { Then::Title } else { Then::Nothing };
        self.push(Open { id, silent: false, trusted: true, then, from, at: (at, at), serial: 0 });
        self.serial
    }

    /// Opens a link to a URL as written; without a usable URL only its text is shown.
    pub(crate) fn start_link(&mut self, url: &str, title: &str, at: Span) -> u32 {
        self.end_implied(A);
        if self.stack.len() >= DEPTH {
            return 0;
        }
        let from = self.out.len();
        self.out.push_str("<a");
        let mut writer = self.writer();
        writer.attribute("href", url, &at);
        if !title.is_empty() {
            writer.push("title", title);
        }
        let findings = writer.findings;
        self.take_findings(findings);
        // What leads nowhere is text.
        let silent = self.out.len() == from + "<a".len();
        if silent {
            self.out.truncate(from);
        } else {
            self.out.push('>');
        }
        self.push(Open { id: A, silent, trusted: true, then: Then::Nothing, from, at: (at.start, at.end), serial: 0 });
        self.serial
    }

    /// Returns whether one of some elements is open.
    pub(crate) fn is_inside(&self, ids: &[Id]) -> bool {
        ids.iter().any(|id| self.open[usize::from(*id)] > 0)
    }

    /// Writes plain text.
    pub(crate) fn text(&mut self, text: &str) {
        if push_text(&mut self.out, text) {
            self.leave_gap();
        }
    }

    /// Says that something was left out here: an element without anything else goes with it.
    fn leave_gap(&mut self) {
        self.gap = Some(self.out.len());
    }

    /// Says that what is open stays, whatever was left out of it.
    pub(crate) fn keep_open(&mut self) {
        self.gap = None;
    }

    /// Returns whether an element that ends is empty because of what was left out of it.
    fn is_emptied(&self, open: &Open) -> bool {
        let row = row_of(open.id);
        // A cell keeps its place in the table, a player has its `src`.
        let holds = row.flags & (TABLE | SCOPE) == 0 && !row.attributes.contains(&"src");
        let content = || self.out.get(open.from..).and_then(|out| out.split_once('>')).map_or("", |(_, content)| content);
        self.gap.is_some_and(|gap| gap > open.from) && holds && content().replace("<br>", "").trim().is_empty()
    }

    /// Writes HTML that needs no check: a void element or white space.
    pub(crate) fn literal(&mut self, html: &'static str) {
        // What went needs no end of a line.
        if self.gap == Some(self.out.len()) && html == "\n" && (self.out.is_empty() || self.out.ends_with('\n')) {
            return;
        }
        self.out.push_str(html);
    }

    /// Writes a line between two parts.
    pub(crate) fn rule(&mut self) {
        self.end_implied(HR);
        self.out.push_str("<hr>\n");
    }

    /// Returns what was made.
    pub(crate) fn finish(mut self) -> Cleaned {
        self.close_all();
        let more = self.more.filter(|at| *at <= self.out.len());
        let origins = self.origins.unwrap_or_default();
        let for_text = self.told.and_then(|told| told.html(&self.out, self.context.base));
        Cleaned { html: self.out, findings: self.findings.finish(), images: self.images, heading: self.heading, more, origins, for_text }
    }

    /// Adds a finding.
    pub(crate) fn find(&mut self, code: &'static Code, span: Span, message: impl Into<String>, help: Option<&str>) {
        self.findings.add(code, span, || message.into(), help);
    }

    /// Takes in raw HTML.
    pub(crate) fn html(&mut self, html: &str, offsets: Offsets<'_>) {
        let mut scanner = Scanner::new(html);
        let mut from = 0;
        while let Some(token) = scanner.next() {
            let to = scanner.offset();
            self.mark(offsets.at(from));
            let at = offsets.at(from)..offsets.at(to.saturating_sub(1).max(from)) + usize::from(to > from);
            from = to;
            match token {
                Token::Text(text) => self.source(text),
                Token::Start(tag) => self.start_tag(&tag, at),
                Token::End(tag) => self.end_tag(tag.name, at),
                Token::Comment(text) => self.comment(text.trim(), at),
                Token::Doctype => {}
                Token::Unfinished(text) => self.unfinished(text, at),
            }
        }
    }

    fn source(&mut self, text: &str) {
        let raw = self.stack.last().is_some_and(|open| row_of(open.id).fate == Fate::Pre);
        let dropped = if raw { push_text(&mut self.out, text) } else { push_source(&mut self.out, text) };
        if dropped {
            self.leave_gap();
        }
    }

    fn unfinished(&mut self, text: &str, at: Span) {
        let start = at.start..at.start + 1;
        if text.starts_with("<!") || text.starts_with("<?") {
            self.find(&codes::UNCLOSED_HTML, start, "a comment has no end", Some("end it with `-->`"));
        } else {
            self.find(&codes::UNCLOSED_HTML, start, "a tag has no end", Some("end it with `>`, or write `&lt;` for the sign"));
            self.text(text);
        }
    }

    fn take_findings(&mut self, findings: Vec<Finding>) {
        if self.cutting == 0 {
            for finding in findings {
                self.find(finding.code, finding.span, finding.message, finding.help.as_deref());
            }
        }
    }

    fn writer(&mut self) -> Writer<'_> {
        let has_places = self.context.medium == Medium::Feed || self.is_for_text;
        Writer {
            out: &mut self.out,
            base: self.context.base,
            posts: self.context.posts,
            has_places,
            places: self.places,
            findings: Vec::new(),
        }
    }

    fn write_attribute(&mut self, name: &str, value: &str) {
        self.out.push(' ');
        self.out.push_str(name);
        self.out.push_str("=\"");
        push_value(&mut self.out, value);
        self.out.push('"');
    }

    fn tell(&mut self, code: &'static Code, at: &Span, message: impl FnOnce() -> String) {
        if self.cutting == 0 {
            self.findings.add(code, at.clone(), message, None);
        }
    }
}

const IMG: Id = id("img");
const HR: Id = id("hr");
