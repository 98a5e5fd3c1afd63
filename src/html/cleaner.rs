//! The clean-up: one pass, one output, a stack of what is open.

use super::attributes::{Facts, Writer};
use super::escape::{push_source, push_text, push_value};
use super::table::{self, BARE, BLOCK, EMPTY, FORMAT, Fate, HEADING, IMPLIED, Id, SCOPE, TABLE, id, row_of};
use super::{CleanContext, Cleaned, Finding, Findings, ImageUse, Medium, Scanner, Tag, Token, codes, embed};
use crate::diagnostic::{Code, Span};
use std::borrow::Cow;
use std::collections::BTreeSet;

/// Browsers stop nesting here, and so do we: `html5ever` and its like are quadratic in depth.
const DEPTH: usize = 512;

const REGION: Id = id("#region");
const A: Id = id("a");
const P: Id = id("p");
const PRE: Id = id("pre");
const CODE: Id = id("code");
const TABLE_ID: Id = id("table");
const H1: Id = id("h1");

/// Where raw HTML stands in the document: beside it, or in pieces (container prefixes were stripped).
#[derive(Debug, Clone, Copy)]
pub(crate) enum Offsets<'a> {
    /// The document's offset of the first byte.
    Shift(usize),
    /// Pairs of offsets (here, in the document), sorted.
    Pieces(&'a [(usize, usize)]),
}

impl Offsets<'_> {
    fn at(self, offset: usize) -> usize {
        match self {
            Offsets::Shift(shift) => shift + offset,
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
    /// The end tags of a text that is no HTML: an unknown name without one is text, `Vec<String>`.
    end_tags: Option<BTreeSet<String>>,
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
            end_tags: None,
        }
    }

    /// Shows unknown tags that nothing ends: in prose they are placeholders or type parameters.
    pub(crate) fn show_unknown(&mut self, text: &str) {
        let name = |at: usize| {
            let rest = text.get(at + 1..)?.strip_prefix('/')?;
            let end = rest.bytes().take(80).position(|b| !(b.is_ascii_alphanumeric() || b == b'-')).unwrap_or(rest.len().min(80));
            rest.get(..end).filter(|name| table::lookup(name).is_none())
        };
        self.end_tags = Some(text.match_indices('<').filter_map(|(at, _)| name(at)).map(str::to_ascii_lowercase).collect());
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
        let mut writer = Writer { out: &mut self.out, base: self.context.base, findings: Vec::new() };
        writer.attribute("href", url, &at);
        if !title.is_empty() {
            writer.push("title", title);
        }
        let findings = writer.findings;
        self.take_findings(findings);
        self.out.push('>');
        self.push(Open { id: A, silent: false, trusted: true, then: Then::Nothing, from, at: (at.start, at.end), serial: 0 });
        self.serial
    }

    /// Writes an image.
    pub(crate) fn image(&mut self, url: &str, alt: &str, title: &str, at: Span) {
        let facts = Facts { alt: Cow::Borrowed(alt), ..Facts::default() };
        let Some(src) = self.image_source(url, &facts, &at) else {
            return push_text(&mut self.out, alt);
        };
        self.out.push_str("<img");
        self.write_attribute("src", &src);
        self.write_attribute("alt", alt);
        if !title.is_empty() {
            self.write_attribute("title", title);
        }
        self.out.push('>');
    }

    /// Ends what `start` opened, and whatever is still open in it.
    pub(crate) fn end(&mut self, serial: u32) {
        if serial == 0 {
            return;
        }
        let Some(at) = self.stack.iter().rposition(|open| open.serial <= serial) else { return };
        if self.stack.get(at).is_none_or(|open| open.serial != serial) {
            return;
        }
        if self.open[usize::from(REGION)] > 0 && self.stack.iter().skip(at + 1).any(|open| open.id == REGION) {
            self.waiting.push(serial);
            return;
        }
        self.close_down_to(at);
    }

    /// Writes plain text.
    pub(crate) fn text(&mut self, text: &str) {
        push_text(&mut self.out, text);
    }

    /// Writes HTML that needs no check: a void element or white space.
    pub(crate) fn literal(&mut self, html: &'static str) {
        self.out.push_str(html);
    }

    /// Writes a line between two parts.
    pub(crate) fn rule(&mut self) {
        self.end_implied(HR);
        self.out.push_str("<hr>\n");
    }

    /// Closes everything, as at the end of the author's text; what is added afterwards is ours.
    pub(crate) fn close_all(&mut self) {
        while self.stack.last().is_some() {
            if let Some(open) = self.stack.last().filter(|open| open.id == REGION) {
                let at = open.at.0..open.at.1;
                self.report_unclosed_part(at);
            }
            self.report_unclosed();
            self.pop();
        }
        for (_, at) in std::mem::take(&mut self.kept_parts) {
            self.report_unclosed_part(at);
        }
    }

    /// Returns what was made.
    pub(crate) fn finish(mut self) -> Cleaned {
        self.close_all();
        let more = self.more.filter(|at| *at <= self.out.len());
        Cleaned { html: self.out, findings: self.findings.finish(), images: self.images, heading: self.heading, more }
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
        if raw { push_text(&mut self.out, text) } else { push_source(&mut self.out, text) }
    }

    fn unfinished(&mut self, text: &str, at: Span) {
        let start = at.start..at.start + 1;
        if text.starts_with("<!") || text.starts_with("<?") {
            self.find(&codes::UNCLOSED_HTML, start, "a comment has no end", Some("end it with `-->`"));
        } else {
            self.find(&codes::UNCLOSED_HTML, start, "a tag has no end", Some("end it with `>`, or write `&lt;` for the sign"));
            push_text(&mut self.out, text);
        }
    }

    fn comment(&mut self, text: &str, at: Span) {
        match text {
            "more" | "More" | "MORE" if self.cutting == 0 && self.more.is_none() => self.more = Some(self.out.len()),
            "mail:only" => self.start_part("mail", Medium::Mail, at),
            "feed:only" => self.start_part("feed", Medium::Feed, at),
            "/mail:only" => self.end_part("mail", Medium::Mail, at),
            "/feed:only" => self.end_part("feed", Medium::Feed, at),
            _ => {}
        }
    }

    fn start_part(&mut self, name: &'static str, medium: Medium, at: Span) {
        if medium == self.context.medium || self.open[usize::from(REGION)] > 0 {
            self.kept_parts.push((name, at));
        } else {
            self.cut(REGION, Then::Cut, at);
        }
    }

    fn end_part(&mut self, name: &'static str, medium: Medium, at: Span) {
        if let Some(place) = self.kept_parts.iter().rposition(|(open, _)| *open == name) {
            self.kept_parts.remove(place);
        } else if medium != self.context.medium
            && let Some(place) = self.stack.iter().rposition(|open| open.id == REGION)
        {
            self.close_down_to(place);
            for serial in std::mem::take(&mut self.waiting) {
                self.end(serial);
            }
        } else {
            self.find(&codes::STRAY_ONLY, at, format!("`<!-- /{name}:only -->` ends nothing"), Some("remove it, or add the start"));
        }
    }

    fn report_unclosed_part(&mut self, at: Span) {
        let help = Some("add `<!-- /mail:only -->` or `<!-- /feed:only -->` where the part ends");
        self.find(&codes::UNCLOSED_ONLY, at, "a part for mail or feeds only has no end", help);
    }

    fn start_tag(&mut self, tag: &Tag<'_>, at: Span) {
        // HTML Standard §13.2.6.4.7: `<image>` is `<img>`.
        let name = if tag.name.eq_ignore_ascii_case("image") { "img" } else { tag.name };
        let Some(id) = table::lookup(name) else {
            if tag.rest.is_empty() && self.end_tags.as_ref().is_some_and(|known| !known.contains(&tag.name.to_ascii_lowercase())) {
                for part in ["<", tag.name, ">"] {
                    push_text(&mut self.out, part);
                }
                return;
            }
            return self.unknown(tag.name, at);
        };
        let row = row_of(id);
        if row.flags & TABLE != 0 && self.open[usize::from(TABLE_ID)] == 0 {
            return; // HTML Standard §13.2.6.4.7: a cell without a table is no cell
        }
        self.end_implied(id);
        match row.fate {
            Fate::Keep | Fate::Unwrap => self.keep(id, tag, at),
            Fate::Void => self.void(id, tag, &at),
            Fate::Drop if row.name == "param" => {}
            Fate::Drop => self.tell(&codes::REMOVED_ELEMENT, &at, || format!("`<{}>` was removed", row.name)),
            Fate::Cut => self.remove(id, tag, at),
            Fate::Form => self.form(id, tag, at),
            Fate::Embed => self.embed(id, tag, at),
            Fate::Pre => self.preformatted(id, at),
        }
    }

    fn unknown(&mut self, name: &str, at: Span) {
        if self.cutting == 0 {
            let name = super::shorten(name, 40);
            self.find(&codes::UNKNOWN_ELEMENT, at, format!("`<{name}>` is no HTML element; its text stays"), None);
        }
    }

    fn keep(&mut self, id: Id, tag: &Tag<'_>, at: Span) {
        if tag.rest.is_empty() && row_of(id).flags & BARE == 0 && row_of(id).fate == Fate::Keep && id != H1 {
            return self.keep_plain(id, at);
        }
        let facts = Facts::of(tag);
        let row = row_of(id);
        if facts.hidden && id != A {
            self.tell(&codes::REMOVED_HIDDEN, &at, || format!("a hidden `<{}>` was removed", row.name));
            return self.cut(id, Then::Cut, at);
        }
        // KaTeX says everything twice: as MathML, and as HTML that needs its style sheet.
        if facts.has_class(&["katex-html"]) && self.out.trim_end().ends_with("</math>") {
            return self.cut(id, Then::Cut, at);
        }
        if self.is_line_number(id, &facts) {
            self.cells += u32::from(row.flags & SCOPE != 0);
            return self.cut(id, Then::Cut, at);
        }
        if id == A && self.in_heading() && facts.has_class(&table::ANCHORS) {
            return self.cut(id, Then::CutMark, at);
        }
        let silent = row.fate == Fate::Unwrap || self.is_flattened(id, &facts);
        let from = self.out.len();
        if !silent && self.stack.len() < DEPTH {
            self.out.push('<');
            self.out.push_str(row.name);
            let before = self.out.len();
            self.write_attributes(tag, id, &facts, &at);
            if row.flags & BARE != 0 && self.out.len() == before {
                self.out.truncate(from);
                self.push_raw(id, true, Then::Nothing, from, at);
                return self.end_self_closing(tag, id);
            }
            self.out.push('>');
        }
        let then = if id == H1 && !silent && self.opens_content(from) { Then::Title } else { Then::Nothing };
        self.push_raw(id, silent, then, from, at);
        self.end_self_closing(tag, id);
    }

    fn keep_plain(&mut self, id: Id, at: Span) {
        let silent = self.is_flattened(id, &Facts::default());
        let from = self.out.len();
        if !silent && self.stack.len() < DEPTH {
            self.out.push('<');
            self.out.push_str(row_of(id).name);
            self.out.push('>');
        }
        self.push_raw(id, silent, Then::Nothing, from, at);
    }

    fn opens_content(&self, from: usize) -> bool {
        self.context.title_from_heading
            && self.heading.is_none()
            && self.cutting == 0
            && self.out.get(..from).is_some_and(|out| out.trim().is_empty())
    }

    fn in_heading(&self) -> bool {
        self.stack.iter().any(|open| row_of(open.id).flags & HEADING != 0)
    }

    /// Returns whether an element goes and its content stays, because of where it is.
    fn is_flattened(&mut self, id: Id, facts: &Facts<'_>) -> bool {
        let flags = row_of(id).flags;
        if id == TABLE_ID && facts.has_class(&table::CODE_TABLES) {
            self.code_tables = self.open[usize::from(TABLE_ID)] + 1;
            self.cells = 0;
            return true;
        }
        if self.in_code_table() && flags & TABLE != 0 {
            self.cells += u32::from(flags & SCOPE != 0);
            return true;
        }
        let in_pre = self.open[usize::from(PRE)] > 0;
        (id == PRE && in_pre) || (id == CODE && self.open[usize::from(CODE)] > 0) || (in_pre && flags & BARE != 0)
    }

    fn in_code_table(&self) -> bool {
        self.code_tables > 0 && self.open[usize::from(TABLE_ID)] >= self.code_tables
    }

    fn is_line_number(&self, id: Id, facts: &Facts<'_>) -> bool {
        let in_table = self.in_code_table() && row_of(id).flags & SCOPE != 0;
        let numbers = facts.has_class(&table::LINE_NUMBERS);
        // Hugo marks both cells `lntd`: the first has the numbers.
        let gutter = matches!(row_of(id).name, "td" | "pre") && facts.has_class(&table::GUTTERS);
        gutter || numbers && (in_table || self.open[usize::from(PRE)] > 0) || in_table && self.cells == 0 && facts.has_class(&["lntd"])
    }

    fn end_self_closing(&mut self, tag: &Tag<'_>, id: Id) {
        // `<a name="x"/>`: browsers ignore the slash and swallow what follows; nobody means that.
        if tag.is_self_closing() && self.stack.last().is_some_and(|open| open.id == id) {
            self.pop();
        }
    }

    fn void(&mut self, id: Id, tag: &Tag<'_>, at: &Span) {
        if id == IMG {
            return self.raw_image(tag, at);
        }
        self.out.push('<');
        self.out.push_str(row_of(id).name);
        if !tag.rest.is_empty() {
            let facts = Facts::of(tag);
            self.write_attributes(tag, id, &facts, at);
        }
        self.out.push('>');
    }

    fn raw_image(&mut self, tag: &Tag<'_>, at: &Span) {
        let facts = Facts::of(tag);
        let lazy = facts.lazy.as_ref().filter(|_| facts.src.as_ref().is_none_or(|src| is_placeholder(src)));
        let written = lazy.or(facts.src.as_ref()).cloned().unwrap_or_default();
        let has_set = facts.has_set || facts.lazy_set.is_some();
        if written.trim().is_empty() && !has_set {
            return push_text(&mut self.out, &facts.alt);
        }
        if facts.is_beacon(&written) {
            return self.tell(&codes::REMOVED_PIXEL, at, || "an image that only counts readers was removed".to_owned());
        }
        let source = if written.trim().is_empty() { None } else { self.image_source(&written, &facts, at) };
        if source.is_none() && !has_set {
            return push_text(&mut self.out, &facts.alt);
        }
        if let Some(src) = &source {
            if self.open[usize::from(NOSCRIPT)] > 0 && self.lazy.as_deref() == Some(src) {
                self.images.pop();
                return;
            }
            if lazy.is_some() {
                self.lazy = Some(src.clone());
            }
        }
        let from = self.out.len();
        self.out.push_str("<img");
        if let Some(src) = &source {
            self.write_attribute("src", src);
        }
        self.write_attributes(tag, IMG, &facts, at);
        if source.is_none() && !self.out.get(from..).is_some_and(|tag| tag.contains(" srcset=\"")) {
            self.out.truncate(from);
            return push_text(&mut self.out, &facts.alt);
        }
        self.out.push('>');
    }

    fn image_source(&mut self, written: &str, facts: &Facts<'_>, at: &Span) -> Option<String> {
        let mut writer = Writer { out: &mut self.out, base: self.context.base, findings: Vec::new() };
        let src = writer.url("src", written, at).map(Cow::into_owned);
        let findings = writer.findings;
        self.take_findings(findings);
        let src = src?;
        if self.cutting == 0 {
            let (written, alt) = (written.trim().to_owned(), facts.alt.clone().into_owned());
            self.images.push(ImageUse { src: src.clone(), written, offset: at.start, alt, width: facts.width, height: facts.height });
        }
        Some(src)
    }

    fn write_attributes(&mut self, tag: &Tag<'_>, id: Id, facts: &Facts<'_>, at: &Span) {
        if id == CODE
            && let Some(language) = facts.class.split_ascii_whitespace().find(|class| class.starts_with("language-"))
        {
            self.write_attribute("class", language);
        }
        let row = if id == IMG { &IMG_WITHOUT_SRC } else { row_of(id) };
        let from = self.out.len();
        let mut writer = Writer { out: &mut self.out, base: self.context.base, findings: Vec::new() };
        writer.write(tag, row, at.clone());
        if let Some(set) = facts.lazy_set.as_ref().filter(|_| !facts.has_set && row.attributes.contains(&"srcset")) {
            writer.attribute("srcset", set, at);
        }
        if let Some(src) = facts.lazy.as_ref().filter(|_| id != IMG && facts.src.is_none() && row.attributes.contains(&"src")) {
            writer.attribute("src", src, at);
        }
        if id == A
            && !self_has_id(writer.out.get(from..).unwrap_or_default())
            && let Some(name) = tag.attributes().find(|attribute| attribute.name.eq_ignore_ascii_case("name"))
        {
            writer.attribute("id", &super::escape::decode_value(name.value), at);
        }
        let findings = writer.findings;
        self.take_findings(findings);
    }

    fn take_findings(&mut self, findings: Vec<Finding>) {
        if self.cutting == 0 {
            for finding in findings {
                self.find(finding.code, finding.span, finding.message, finding.help.as_deref());
            }
        }
    }

    fn write_attribute(&mut self, name: &str, value: &str) {
        self.out.push(' ');
        self.out.push_str(name);
        self.out.push_str("=\"");
        push_value(&mut self.out, value);
        self.out.push('"');
    }

    fn remove(&mut self, id: Id, tag: &Tag<'_>, at: Span) {
        let code = match row_of(id).name {
            "script" => Some(&codes::REMOVED_SCRIPT),
            "style" => Some(&codes::REMOVED_STYLE),
            "select" | "textarea" | "datalist" => Some(&codes::REMOVED_FORM),
            "svg" => Some(&codes::REMOVED_SVG),
            "template" | "title" | "noembed" | "noframes" => Some(&codes::REMOVED_ELEMENT),
            _ => None,
        };
        if let Some(code) = code {
            self.tell(code, &at, || format!("`<{}>` was removed", row_of(id).name));
        }
        self.cut(id, Then::Cut, at);
        self.end_self_closing_foreign(tag, id);
    }

    /// `<svg/>` is foreign content, where the slash counts (HTML Standard §13.2.6.5).
    fn end_self_closing_foreign(&mut self, tag: &Tag<'_>, id: Id) {
        if row_of(id).name == "svg" {
            self.end_self_closing(tag, id);
        }
    }

    fn form(&mut self, id: Id, tag: &Tag<'_>, at: Span) {
        let row = row_of(id);
        if row.name == "input" {
            let facts = Facts::of(tag);
            match facts.kind.to_ascii_lowercase().as_str() {
                "checkbox" | "radio" => self.out.push_str(if facts.checked { "☑" } else { "☐" }),
                "hidden" => {}
                _ => self.tell(&codes::REMOVED_FORM, &at, || "`<input>` was removed".to_owned()),
            }
            return;
        }
        self.tell(&codes::REMOVED_FORM, &at, || format!("`<{}>` was removed; its text stays", row.name));
        let from = self.out.len();
        self.push_raw(id, true, Then::Nothing, from, at);
    }

    fn embed(&mut self, id: Id, tag: &Tag<'_>, at: Span) {
        let facts = Facts::of(tag);
        let written = [facts.src.as_ref(), facts.lazy.as_ref(), facts.data.as_ref()];
        let written = written.into_iter().flatten().find(|url| !url.trim().is_empty() && !url.starts_with("about:"));
        let mut found = Vec::new();
        let url = written.and_then(|written| {
            let mut writer = Writer { out: &mut self.out, base: self.context.base, findings: Vec::new() };
            let url = writer.url("src", written, &at).filter(|url| !url.starts_with("data:")).map(Cow::into_owned);
            found = writer.findings;
            url
        });
        self.take_findings(found);
        let name = row_of(id).name;
        match url.filter(|_| !facts.hidden) {
            Some(url) => {
                let (page, video) = embed::page_of(&url);
                self.tell(&codes::REMOVED_FRAME, &at, || format!("`<{name}>` became a link to `{}`", super::shorten(&page, 80)));
                self.embedded_link(&page, &facts.title, video);
            }
            None => self.tell(&codes::REMOVED_FRAME, &at, || format!("`<{name}>` without a page to link to was removed")),
        }
        if row_of(id).flags & EMPTY == 0 {
            self.cut(id, Then::Cut, at);
        }
    }

    fn embedded_link(&mut self, page: &str, title: &str, video: bool) {
        let words = self.context.words;
        let label = if title.trim().is_empty() {
            let host = embed::host(page);
            format!("{}{}{host}", if video { words.video } else { words.embedded }, if host.is_empty() { "" } else { ": " })
        } else {
            title.trim().to_owned()
        };
        let inside_link = self.open[usize::from(A)] > 0;
        let place = self.stack.iter().rev().find(|open| !open.silent);
        let alone = !inside_link
            && place.is_none_or(|open| matches!(row_of(open.id).name, "div" | "section" | "article" | "blockquote" | "figure" | "aside"));
        if alone {
            self.out.push_str("<p>");
        }
        if !inside_link {
            self.out.push_str("<a");
            self.write_attribute("href", page);
            self.out.push('>');
        }
        push_text(&mut self.out, &label);
        self.out.push_str(if inside_link { "" } else { "</a>" });
        if alone {
            self.out.push_str("</p>");
        }
    }

    fn preformatted(&mut self, id: Id, at: Span) {
        let from = self.out.len();
        let inside = self.open[usize::from(PRE)] > 0 || self.stack.len() >= DEPTH;
        if !inside {
            self.out.push_str("<pre>");
        }
        // The content is raw text: its entities are none.
        self.push_raw(id, inside, Then::Nothing, from, at);
    }

    /// Opens an element that goes with its content.
    fn cut(&mut self, id: Id, then: Then, at: Span) {
        let from = self.out.len();
        self.push_raw(id, true, then, from, at);
    }

    fn push_raw(&mut self, id: Id, silent: bool, then: Then, from: usize, at: Span) {
        if self.stack.len() >= DEPTH {
            let deep = &mut self.deep[usize::from(id)];
            *deep = deep.saturating_add(1);
            return self.tell(&codes::DEEP_HTML, &at, || format!("more than {DEPTH} elements are nested"));
        }
        self.push(Open { id, silent, trusted: false, then, from, at: (at.start, at.end), serial: 0 });
    }

    fn push(&mut self, mut open: Open) {
        self.serial += 1;
        open.serial = self.serial;
        self.open[usize::from(open.id)] += 1;
        self.cutting += u32::from(open.then == Then::Cut);
        self.stack.push(open);
    }

    fn tell(&mut self, code: &'static Code, at: &Span, message: impl FnOnce() -> String) {
        if self.cutting == 0 {
            self.findings.add(code, at.clone(), message, None);
        }
    }

    fn end_tag(&mut self, name: &str, at: Span) {
        let Some(id) = table::lookup(name) else { return };
        let row = row_of(id);
        if row.name == "br" {
            return self.out.push_str("<br>");
        }
        if matches!(row.fate, Fate::Void | Fate::Drop) || row.flags & EMPTY != 0 {
            return;
        }
        if let Some(deep) = self.deep.get_mut(usize::from(id)).filter(|deep| **deep > 0) {
            *deep -= 1;
            return;
        }
        match self.place_in_scope(id) {
            Some(place) => self.end_at(place),
            None if id == P && self.ended_paragraphs > 0 => self.ended_paragraphs -= 1,
            None if row.flags & IMPLIED != 0 && id != P => {}
            None => self.tell(&codes::STRAY_END_TAG, &at, || format!("`</{}>` ends nothing", row.name)),
        }
    }

    /// Returns where the element is that an end tag ends.
    fn place_in_scope(&self, id: Id) -> Option<usize> {
        if self.open[usize::from(id)] == 0 {
            return None;
        }
        let structural = row_of(id).flags & (TABLE | SCOPE) != 0;
        for (place, open) in self.stack.iter().enumerate().rev() {
            if open.id == id || row_of(open.id).flags & row_of(id).flags & HEADING != 0 {
                return Some(place);
            }
            let flags = row_of(open.id).flags;
            if is_closed_off(open.id) || !open.silent && flags & SCOPE != 0 && !(structural && flags & TABLE != 0) {
                return None;
            }
        }
        None
    }

    /// Ends the element at a place; formatting inside it that is not finished goes on behind it.
    fn end_at(&mut self, place: usize) {
        let again = self.stack.get(place).is_some_and(|open| row_of(open.id).flags & FORMAT != 0);
        let inner: Vec<Open> = if again {
            self.stack
                .iter()
                .skip(place + 1)
                .filter(|open| row_of(open.id).flags & FORMAT != 0 && !open.trusted && !open.silent)
                .copied()
                .collect()
        } else {
            Vec::new()
        };
        if inner.is_empty() {
            return self.close_down_to(place);
        }
        while self.stack.len() > place {
            if self.stack.last().is_some_and(|open| row_of(open.id).flags & FORMAT == 0) {
                self.report_unclosed();
            }
            self.pop();
        }
        for open in inner {
            self.keep_plain(open.id, open.at.0..open.at.1);
        }
    }

    fn close_down_to(&mut self, place: usize) {
        while self.stack.len() > place {
            if self.stack.len() > place + 1 {
                self.report_unclosed();
            }
            self.pop();
        }
    }

    fn report_unclosed(&mut self) {
        let Some(open) = self.stack.last().copied() else { return };
        let row = row_of(open.id);
        let inside_cut = self.cutting > u32::from(open.then == Then::Cut);
        if open.trusted || row.flags & IMPLIED != 0 || open.id == REGION || inside_cut {
            return;
        }
        let name = row.name;
        self.find(&codes::UNCLOSED_HTML, open.at.0..open.at.1, format!("`<{name}>` has no end tag"), Some(&format!("add `</{name}>`")));
    }

    fn pop(&mut self) {
        let Some(open) = self.stack.pop() else { return };
        let row = row_of(open.id);
        self.open[usize::from(open.id)] -= 1;
        match open.then {
            Then::Nothing if row.fate == Fate::Pre && open.silent => {}
            Then::Nothing if row.fate == Fate::Pre => self.out.push_str("</pre>"),
            Then::Nothing => self.end_markup(&open, row.name),
            Then::Cut => {
                self.cutting -= 1;
                self.out.truncate(open.from);
            }
            Then::CutMark => {
                let label = super::text(self.out.get(open.from..).unwrap_or_default(), 8);
                if label.chars().filter(|c| c.is_alphanumeric()).count() <= 1 || label == "link" || label == "Link" {
                    self.out.truncate(open.from);
                }
            }
            Then::Title => {
                self.end_markup(&open, row.name);
                let text = super::text(self.out.get(open.from..).unwrap_or_default(), usize::MAX - 1);
                if !text.is_empty() {
                    self.heading = Some(text);
                    self.out.truncate(open.from);
                }
            }
        }
        if open.id == TABLE_ID && self.open[usize::from(TABLE_ID)] < self.code_tables {
            self.code_tables = 0;
        }
    }

    fn end_markup(&mut self, open: &Open, name: &str) {
        if !open.silent {
            self.out.push_str("</");
            self.out.push_str(name);
            self.out.push('>');
        }
    }

    /// Ends what a start tag ends by itself (HTML Standard §13.1.2.4, §13.2.6.4.7).
    fn end_implied(&mut self, id: Id) {
        let flags = row_of(id).flags;
        if flags & BLOCK != 0 && self.open[usize::from(P)] > 0 {
            self.end_paragraph();
        }
        let nothing = if id == A { self.open[usize::from(A)] == 0 } else { flags & (IMPLIED | HEADING) == 0 || id == P };
        if nothing {
            return;
        }
        match row_of(id).name {
            "a" => self.end_open(&["a"], &[]),
            "li" => self.end_open(&["li"], &["ul", "ol", "menu"]),
            "dt" | "dd" => self.end_open(&["dt", "dd"], &["dl"]),
            "rt" | "rp" => self.end_open(&["rt", "rp"], &["ruby"]),
            "option" => self.end_open(&["option"], &["select"]),
            "td" | "th" => self.end_open(&["td", "th", "caption"], &["tr", "table"]),
            "tr" => self.end_open(&["tr", "caption", "colgroup"], &["table"]),
            "tbody" | "thead" | "tfoot" | "colgroup" | "caption" => {
                self.end_open(&["tbody", "thead", "tfoot", "colgroup", "caption"], &["table"]);
            }
            _ if flags & HEADING != 0 => {
                let inner = self.stack.iter().rposition(|open| !open.silent || open.then != Then::Nothing);
                if let Some(place) = inner.filter(|place| self.stack.get(*place).is_some_and(|open| row_of(open.id).flags & HEADING != 0)) {
                    self.close_down_to(place);
                }
            }
            _ => {}
        }
    }

    fn end_paragraph(&mut self) {
        for (place, open) in self.stack.iter().enumerate().rev() {
            if open.id == P {
                if !open.trusted {
                    self.ended_paragraphs += 1;
                }
                return self.close_down_to(place);
            }
            let scope = is_closed_off(open.id) || !open.silent && row_of(open.id).flags & SCOPE != 0;
            if scope || open.then == Then::Title {
                return;
            }
        }
    }

    /// Ends the innermost of some elements unless one of others comes first.
    fn end_open(&mut self, names: &[&str], barriers: &[&str]) {
        let in_table = barriers.last() == Some(&"table") || barriers.last() == Some(&"tr");
        for (place, open) in self.stack.iter().enumerate().rev() {
            let row = row_of(open.id);
            if names.contains(&row.name) {
                return self.close_down_to(place);
            }
            // What is not written bars nothing: the reader's parser will not see it.
            if open.silent && !is_closed_off(open.id) {
                continue;
            }
            let special = row.flags & BLOCK != 0 && !matches!(row.name, "address" | "div" | "p") && names != ["a"];
            let scope = row.flags & SCOPE != 0 && !(in_table && row.flags & TABLE != 0);
            if barriers.contains(&row.name) || scope || special && !in_table {
                return;
            }
        }
    }
}

const IMG: Id = id("img");
const HR: Id = id("hr");
const TEMPLATE: Id = id("template");
const NOSCRIPT: Id = id("noscript");

/// An image's attributes beside `src`, which has been written.
static IMG_WITHOUT_SRC: table::Element = table::Element {
    name: "img",
    fate: Fate::Void,
    flags: table::ID,
    attributes: &["srcset", "sizes", "alt", "width", "height", "align", "border", "hspace", "vspace", "longdesc"],
};

/// Returns whether nothing inside an element ends anything around it.
fn is_closed_off(id: Id) -> bool {
    matches!(id, REGION | TEMPLATE)
}

fn self_has_id(attributes: &str) -> bool {
    attributes.contains(" id=\"")
}

/// Returns whether an image's address only holds the place until a script has run.
fn is_placeholder(src: &str) -> bool {
    let src = src.trim();
    src.is_empty()
        || src.starts_with("data:")
        || src == "#"
        || ["placeholder", "blank.gif", "lazy", "spacer.gif", "1x1", "loading"].iter().any(|part| src.contains(part))
}
