//! What becomes of each start tag: kept, unwrapped, replaced, removed.

use super::{A, CODE, Cleaner, DEPTH, H1, IMG, MATH, PRE, TABLE_ID, Then};
use crate::diagnostic::Span;
use crate::html::attributes::Facts;
use crate::html::escape::decode_value;
use crate::html::table::{self, BARE, EMPTY, Fate, HEADING, Id, MATHML, SCOPE, TABLE, row_of};
use crate::html::{Medium, Tag, codes, embed};
use crate::text::short::shown;
use std::borrow::Cow;

impl Cleaner<'_> {
    pub(super) fn start_tag(&mut self, tag: &Tag<'_>, at: Span) {
        // HTML Standard §13.2.6.4.7: `<image>` is `<img>`.
        let name = if tag.name.eq_ignore_ascii_case("image") { "img" } else { tag.name };
        let Some(id) = table::lookup(name) else {
            if tag.rest.is_empty() && self.is_shown(tag.name) {
                return ["<", tag.name, ">"].iter().for_each(|part| self.text(part));
            }
            return self.unknown(tag.name, at);
        };
        let row = row_of(id);
        if row.flags & TABLE != 0 && self.open[usize::from(TABLE_ID)] == 0 {
            return; // HTML Standard §13.2.6.4.7: a cell without a table is no cell
        }
        if self.is_stranger(id) {
            return self.leave_stranger(id, at);
        }
        self.end_implied(id);
        if self.context.medium == Medium::Mail && self.mail_start(id, tag, &at) {
            return;
        }
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

    /// Returns whether an element of HTML stands in a formula, where readers, like browsers, end the formula or lose the element.
    fn is_stranger(&self, id: Id) -> bool {
        self.open[usize::from(MATH)] > 0 && row_of(id).flags & MATHML == 0 && row_of(id).fate != Fate::Cut
    }

    /// Takes the tags of an element of HTML out of a formula; its text stays.
    fn leave_stranger(&mut self, id: Id, at: Span) {
        let row = row_of(id);
        self.tell(&codes::REMOVED_ELEMENT, &at, || format!("`<{}>` was removed from a formula", row.name));
        let from = self.out.len();
        match row.fate {
            Fate::Void | Fate::Drop => self.leave_gap(),
            _ if row.flags & EMPTY != 0 => self.leave_gap(),
            Fate::Embed => self.cut(id, Then::Cut, at),
            _ => self.push_raw(id, true, Then::Nothing, from, at),
        }
    }

    pub(super) fn unknown(&mut self, name: &str, at: Span) {
        if self.cutting == 0 {
            let name = shown(name);
            self.find(&codes::UNKNOWN_ELEMENT, at, format!("`<{name}>` is no HTML element; its text stays"), None);
        }
    }

    pub(super) fn keep(&mut self, id: Id, tag: &Tag<'_>, at: Span) {
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
                self.cut_back(from);
                self.push_raw(id, true, Then::Nothing, from, at);
                return self.end_self_closing(tag, id);
            }
            self.out.push('>');
        }
        let then = if id == H1 && !silent && self.opens_content(from) { Then::Title } else { Then::Nothing };
        self.push_raw(id, silent, then, from, at);
        self.end_self_closing(tag, id);
    }

    pub(super) fn keep_plain(&mut self, id: Id, at: Span) {
        let silent = self.is_flattened(id, &Facts::default());
        let from = self.out.len();
        if !silent && self.stack.len() < DEPTH {
            self.out.push('<');
            self.out.push_str(row_of(id).name);
            self.out.push('>');
        }
        self.push_raw(id, silent, Then::Nothing, from, at);
    }

    pub(super) fn opens_content(&self, from: usize) -> bool {
        self.context.title_from_heading
            && self.heading.is_none()
            && self.cutting == 0
            && self.out.get(..from).is_some_and(|out| out.trim().is_empty())
    }

    pub(super) fn in_heading(&self) -> bool {
        self.stack.iter().any(|open| row_of(open.id).flags & HEADING != 0)
    }

    /// Returns whether an element goes and its content stays, because of where it is.
    pub(super) fn is_flattened(&mut self, id: Id, facts: &Facts<'_>) -> bool {
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

    pub(super) fn in_code_table(&self) -> bool {
        self.code_tables > 0 && self.open[usize::from(TABLE_ID)] >= self.code_tables
    }

    pub(super) fn is_line_number(&self, id: Id, facts: &Facts<'_>) -> bool {
        let in_table = self.in_code_table() && row_of(id).flags & SCOPE != 0;
        let numbers = facts.has_class(&table::LINE_NUMBERS);
        // Hugo marks both cells `lntd`: the first has the numbers.
        let gutter = matches!(row_of(id).name, "td" | "pre") && facts.has_class(&table::GUTTERS);
        gutter || numbers && (in_table || self.open[usize::from(PRE)] > 0) || in_table && self.cells == 0 && facts.has_class(&["lntd"])
    }

    pub(super) fn end_self_closing(&mut self, tag: &Tag<'_>, id: Id) {
        // `<a name="x"/>`: browsers ignore the slash and swallow what follows; nobody means that.
        if tag.is_self_closing() && self.stack.last().is_some_and(|open| open.id == id) {
            self.pop();
        }
    }

    pub(super) fn void(&mut self, id: Id, tag: &Tag<'_>, at: &Span) {
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

    pub(super) fn write_attributes(&mut self, tag: &Tag<'_>, id: Id, facts: &Facts<'_>, at: &Span) {
        if id == CODE
            && let Some(language) = facts.class.split_ascii_whitespace().find(|class| class.starts_with("language-"))
        {
            self.write_attribute("class", language);
        }
        let row = match (id, self.context.medium) {
            (IMG, Medium::Feed) => &IMG_WITHOUT_SRC,
            (IMG, Medium::Mail) => &IMG_IN_MAIL,
            _ => row_of(id),
        };
        let from = self.out.len();
        let mut writer = self.writer();
        writer.write(tag, row, at.clone());
        if let Some(set) = facts.lazy_set.as_ref().filter(|_| !facts.has_set && row.attributes.contains(&"srcset")) {
            writer.attribute("srcset", set, at);
        }
        if let Some(src) = facts.lazy.as_ref().filter(|_| id != IMG && facts.src.is_none() && row.attributes.contains(&"src")) {
            writer.attribute("src", src, at);
        }
        if id == A
            && writer.has_places
            && !self_has_id(writer.out.get(from..).unwrap_or_default())
            && let Some(name) = tag.attributes().find(|attribute| attribute.name.eq_ignore_ascii_case("name"))
        {
            writer.attribute("id", &decode_value(name.value), at);
        }
        let findings = writer.findings;
        self.take_findings(findings);
    }

    pub(super) fn remove(&mut self, id: Id, tag: &Tag<'_>, at: Span) {
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
    pub(super) fn end_self_closing_foreign(&mut self, tag: &Tag<'_>, id: Id) {
        if row_of(id).name == "svg" {
            self.end_self_closing(tag, id);
        }
    }

    pub(super) fn form(&mut self, id: Id, tag: &Tag<'_>, at: Span) {
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

    pub(super) fn embed(&mut self, id: Id, tag: &Tag<'_>, at: Span) {
        let facts = Facts::of(tag);
        let written = [facts.src.as_ref(), facts.lazy.as_ref(), facts.data.as_ref()];
        let written = written.into_iter().flatten().find(|url| !url.trim().is_empty() && !url.starts_with("about:"));
        let mut found = Vec::new();
        let url = written.and_then(|written| {
            let mut writer = self.writer();
            let url = writer.url("src", written, &at).filter(|url| !url.starts_with("data:")).map(Cow::into_owned);
            found = writer.findings;
            url
        });
        self.take_findings(found);
        let name = row_of(id).name;
        match url.filter(|_| !facts.hidden) {
            Some(url) => {
                let (page, video) = embed::page_of(&url);
                self.tell(&codes::LINKED_FRAME, &at, || format!("`<{name}>` became a link to `{}`", shown(&page)));
                self.embedded_link(&page, &facts.title, video);
            }
            None => self.tell(&codes::REMOVED_FRAME, &at, || format!("`<{name}>` without a page to link to was removed")),
        }
        if row_of(id).flags & EMPTY == 0 {
            self.cut(id, Then::Cut, at);
        }
    }

    pub(super) fn embedded_link(&mut self, page: &str, title: &str, video: bool) {
        let label = embed::label(self.context.words, page, title, video);
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
        self.text(&label);
        self.out.push_str(if inside_link { "" } else { "</a>" });
        if alone {
            self.out.push_str("</p>");
        }
    }

    pub(super) fn preformatted(&mut self, id: Id, at: Span) {
        let from = self.out.len();
        let inside = self.open[usize::from(PRE)] > 0 || self.stack.len() >= DEPTH;
        if !inside {
            self.out.push_str("<pre>");
        }
        // The content is raw text: its entities are none.
        self.push_raw(id, inside, Then::Nothing, from, at);
    }
}

/// An image's attributes beside `src`, which has been written.
static IMG_WITHOUT_SRC: table::Element = table::Element {
    name: "img",
    fate: Fate::Void,
    flags: table::ID,
    attributes: &["srcset", "sizes", "alt", "width", "height", "align", "border", "hspace", "vspace", "longdesc"],
};

/// The same in a mail: few clients choose from a set.
static IMG_IN_MAIL: table::Element = table::Element {
    name: "img",
    fate: Fate::Void,
    flags: table::ID,
    attributes: &["alt", "width", "height", "align", "border", "hspace", "vspace"],
};

fn self_has_id(attributes: &str) -> bool {
    attributes.contains(" id=\"")
}
