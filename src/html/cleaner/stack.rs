//! What is open, and what ends it (HTML Standard §13.2.6).

use super::{A, Cleaner, DEPTH, MATH, Open, P, REGION, TABLE_ID, Then};
use crate::diagnostic::Span;
use crate::html::codes;
use crate::html::table::{self, BLOCK, EMPTY, FORMAT, Fate, HEADING, IMPLIED, Id, SCOPE, TABLE, id, row_of};

impl Cleaner<'_> {
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

    /// Closes everything, as at the end of the author's text; what is added afterwards is ours.
    pub(crate) fn close_all(&mut self) {
        while self.stack.last().is_some() {
            if let Some(open) = self.stack.last().filter(|open| open.id == REGION) {
                let at = open.at.0..open.at.1;
                self.report_unclosed_cut(at);
            }
            self.report_unclosed();
            self.pop();
        }
        for (name, at) in std::mem::take(&mut self.kept_parts) {
            self.report_unclosed_part(name, at);
        }
    }

    /// Opens an element that goes with its content.
    pub(super) fn cut(&mut self, id: Id, then: Then, at: Span) {
        let from = self.out.len();
        self.push_raw(id, true, then, from, at);
    }

    pub(super) fn push_raw(&mut self, id: Id, silent: bool, then: Then, from: usize, at: Span) {
        if self.stack.len() >= DEPTH {
            let deep = &mut self.deep[usize::from(id)];
            *deep = deep.saturating_add(1);
            return self.tell(&codes::DEEP_HTML, &at, || format!("more than {DEPTH} elements are nested"));
        }
        self.push(Open { id, silent, trusted: false, then, from, at: (at.start, at.end), serial: 0 });
    }

    pub(super) fn push(&mut self, mut open: Open) {
        self.serial += 1;
        open.serial = self.serial;
        self.open[usize::from(open.id)] += 1;
        self.cutting += u32::from(open.then == Then::Cut);
        self.stack.push(open);
    }

    pub(super) fn end_tag(&mut self, name: &str, at: Span) {
        let Some(id) = table::lookup(name) else { return };
        let row = row_of(id);
        if row.name == "br" && self.open[usize::from(MATH)] == 0 {
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
            None => self.tell(&codes::REMOVED_END_TAG, &at, || format!("`</{}>` ends nothing", row.name)),
        }
    }

    /// Returns where the element is that an end tag ends.
    pub(super) fn place_in_scope(&self, id: Id) -> Option<usize> {
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
    pub(super) fn end_at(&mut self, place: usize) {
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

    pub(super) fn close_down_to(&mut self, place: usize) {
        while self.stack.len() > place {
            if self.stack.len() > place + 1 {
                self.report_unclosed();
            }
            self.pop();
        }
    }

    pub(super) fn report_unclosed(&mut self) {
        let Some(open) = self.stack.last().copied() else { return };
        let row = row_of(open.id);
        let inside_cut = self.cutting > u32::from(open.then == Then::Cut);
        if open.trusted || row.flags & IMPLIED != 0 || open.id == REGION || inside_cut {
            return;
        }
        let name = row.name;
        self.find(&codes::UNCLOSED_HTML, open.at.0..open.at.1, format!("`<{name}>` has no end tag"), Some(&format!("add `</{name}>`")));
    }

    pub(super) fn pop(&mut self) {
        let Some(open) = self.stack.pop() else { return };
        let row = row_of(open.id);
        self.open[usize::from(open.id)] -= 1;
        match open.then {
            Then::Nothing if row.fate == Fate::Pre && open.silent => {}
            Then::Nothing if row.fate == Fate::Pre => self.out.push_str("</pre>"),
            Then::Nothing => self.end_markup(&open, row.name),
            Then::Cut => {
                self.cutting -= 1;
                self.cut_back(open.from);
            }
            Then::CutMark => {
                let label = crate::html::text(self.out.get(open.from..).unwrap_or_default(), 8);
                if label.chars().filter(|c| c.is_alphanumeric()).count() <= 1 || label == "link" || label == "Link" {
                    self.cut_back(open.from);
                }
            }
            Then::Media => self.end_media(open.from),
            Then::Formula => self.end_formula(open.from, open.at.0..open.at.1),
            Then::Tex => self.end_tex(open.from),
            Then::Title => {
                self.end_markup(&open, row.name);
                let text = crate::html::text(self.out.get(open.from..).unwrap_or_default(), usize::MAX - 1);
                if !text.is_empty() {
                    self.heading = Some(text);
                    self.cut_back(open.from);
                }
            }
        }
        if open.id == TABLE_ID && self.open[usize::from(TABLE_ID)] < self.code_tables {
            self.code_tables = 0;
        }
    }

    pub(super) fn end_markup(&mut self, open: &Open, name: &str) {
        if !open.silent && self.is_emptied(open) {
            self.cut_back(open.from);
            self.more = self.more.map(|at| at.min(open.from));
            self.leave_gap();
        } else if !open.silent {
            self.out.push_str("</");
            self.out.push_str(name);
            self.out.push('>');
        }
    }

    /// Ends what a start tag ends by itself (HTML Standard §13.1.2.4, §13.2.6.4.7).
    pub(super) fn end_implied(&mut self, id: Id) {
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

    pub(super) fn end_paragraph(&mut self) {
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
    pub(super) fn end_open(&mut self, names: &[&str], barriers: &[&str]) {
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

const TEMPLATE: Id = id("template");

/// Returns whether nothing inside an element ends anything around it.
fn is_closed_off(id: Id) -> bool {
    matches!(id, REGION | TEMPLATE)
}
