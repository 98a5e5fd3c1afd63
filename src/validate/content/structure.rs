//! The open elements of HTML: tags that are not closed, end tags that close nothing, and elements that overlap.
//!
//! It is no tree builder. It knows which end tags may be left out (HTML Standard §13.1.2.4) and reports the rest; whether a
//! tag was never closed or only too late is known when its end tag comes, or does not.

use crate::html::{BLOCK, EMPTY, IMPLIED, Id, flags, id, name};
use crate::validate::codes::{MISNESTED_TAGS, STRAY_END_TAG, UNCLOSED_TAG};
use crate::validate::value::Flaws;
use std::ops::Range;

/// Browsers stop nesting at 512.
const DEEPEST: usize = 256;

/// An open element.
#[derive(Debug, Clone, Copy)]
struct Open {
    id: Id,
    /// Where its start tag begins.
    at: usize,
    /// Its start tag ends in `/>`, which means nothing in HTML.
    slash: bool,
    /// The element around it ended first.
    overrun: bool,
}

/// The open elements.
#[derive(Debug)]
pub(super) struct Structure {
    open: Vec<Open>,
    /// How many are open of each.
    counts: [u16; 256],
    /// There were more than can be looked at.
    is_too_deep: bool,
}

impl Structure {
    pub(super) fn new() -> Self {
        Structure { open: Vec::new(), counts: [0; 256], is_too_deep: false }
    }

    /// Returns whether an element is open.
    pub(super) fn has(&self, id: Id) -> bool {
        self.counts.get(usize::from(id)).is_some_and(|count| *count > 0)
    }

    /// Begins an element whose start tag is at an offset, and may end in `/>`.
    pub(super) fn start(&mut self, id: Id, at: usize, slash: bool) {
        let flags = flags(id);
        if flags & BLOCK != 0 {
            self.close(&[P]);
        }
        self.close(closes(id));
        if flags & EMPTY != 0 {
            return;
        }
        if self.open.len() == DEEPEST {
            self.is_too_deep = true;
            return;
        }
        self.open.push(Open { id, at, slash, overrun: false });
        self.count(id, 1);
    }

    /// Ends an element by its end tag.
    pub(super) fn end(&mut self, id: Id, tag: Range<usize>, flaws: &mut Flaws) {
        let element = name(id);
        if flags(id) & EMPTY != 0 {
            flaws.raise(&STRAY_END_TAG, tag, format!("`{element}` has no end tag")).help("remove it");
            return;
        }
        let Some(place) = self.open.iter().rposition(|open| open.id == id) else {
            if !self.is_too_deep {
                stray(id, tag, flaws);
            }
            return;
        };
        if self.open.get(place).is_some_and(|open| open.overrun) {
            let message = format!("`</{element}>` comes after the end of the element in which `<{element}>` began");
            flaws.raise(&MISNESTED_TAGS, tag, message).help("close elements in the reverse order of their start tags");
        }
        // End tags that may be left out are; what is still open then was closed too late, or never.
        let above = self.open.split_off(place + 1);
        self.open.truncate(place);
        self.count(id, -1);
        for open in above {
            if flags(open.id) & IMPLIED == 0 {
                self.open.push(Open { overrun: true, ..open });
            } else {
                self.count(open.id, -1);
            }
        }
    }

    /// Ends the elements of some kinds whose end tags were left out.
    fn close(&mut self, kinds: &[Id]) {
        if kinds.iter().all(|id| !self.has(*id)) {
            return;
        }
        // HTML Standard §13.2.6.4.7: items and terms do not end one another.
        let is_bar = |id: &Id| LISTED.contains(&kinds) && LISTED.iter().any(|others| others.contains(id)) && !kinds.contains(id);
        let implied = self.open.iter().rev().take_while(|open| flags(open.id) & IMPLIED != 0 && !is_bar(&open.id)).count();
        let from = self.open.len() - implied;
        let Some(first) = self.open.iter().skip(from).position(|open| kinds.contains(&open.id)) else { return };
        while self.open.len() > from + first {
            if let Some(open) = self.open.pop() {
                self.count(open.id, -1);
            }
        }
    }

    fn count(&mut self, id: Id, by: i16) {
        if let Some(count) = self.counts.get_mut(usize::from(id)) {
            *count = count.saturating_add_signed(by);
        }
    }

    /// Reports what was never closed.
    pub(super) fn finish(self, flaws: &mut Flaws) {
        for open in self.open {
            if flags(open.id) & IMPLIED == 0 {
                let element = name(open.id);
                let tag = open.at..open.at + 1 + element.len();
                let help = if open.slash {
                    format!("write `<{element}></{element}>`; in HTML the `/` of `<{element}/>` does nothing")
                } else {
                    format!("add `</{element}>` where it ends")
                };
                flaws.raise(&UNCLOSED_TAG, tag, format!("`<{element}>` is never closed")).help(help);
            }
        }
    }
}

/// Reports an end tag that ends nothing.
fn stray(id: Id, tag: Range<usize>, flaws: &mut Flaws) {
    let element = name(id);
    let message = match id {
        P => "`</p>` ends no paragraph: an element that cannot stand in one ended it before".to_owned(),
        _ => format!("`</{element}>` ends an element that is not open"),
    };
    flaws.raise(&STRAY_END_TAG, tag, message).help(format!("remove it, or add `<{element}>` where it begins"));
}

const P: Id = id("p");
const LI: &[Id] = &[id("li")];
const TERMS: &[Id] = &[id("dd"), id("dt")];
const LISTED: &[&[Id]] = &[LI, TERMS];
const CELLS: &[Id] = &[id("td"), id("th")];
const ROWS: &[Id] = &[id("tr"), id("caption"), id("colgroup")];
const GROUPS: &[Id] = &[id("thead"), id("tbody"), id("tfoot"), id("tr"), id("caption"), id("colgroup")];
const OPTIONS: &[Id] = &[id("option")];
const OPTION_GROUPS: &[Id] = &[id("optgroup"), id("option")];
const RUBY: &[Id] = &[id("rt"), id("rp")];
const HEAD: &[Id] = &[id("head")];

/// By element: those that its start tag ends, if their end tags were left out.
const CLOSES: &[(&str, &[Id])] = &[
    ("li", LI),
    ("dd", TERMS),
    ("dt", TERMS),
    ("td", CELLS),
    ("th", CELLS),
    ("tr", ROWS),
    ("thead", GROUPS),
    ("tbody", GROUPS),
    ("tfoot", GROUPS),
    ("option", OPTIONS),
    ("optgroup", OPTION_GROUPS),
    ("rt", RUBY),
    ("rp", RUBY),
    ("body", HEAD),
];

static BY_ID: [&[Id]; 256] = by_id();

const fn by_id() -> [&'static [Id]; 256] {
    let mut table: [&[Id]; 256] = [&[]; 256];
    let mut at = 0;
    while at < CLOSES.len() {
        table[id(CLOSES[at].0) as usize] = CLOSES[at].1;
        at += 1;
    }
    table
}

fn closes(id: Id) -> &'static [Id] {
    BY_ID.get(usize::from(id)).copied().unwrap_or(&[])
}
