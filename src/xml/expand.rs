//! References in a document: what they stand for, what is wrong with them, and how much they may make.

use super::entities::{Definition, Expansion, What, html_entity, numeric, predefined, scan};
use super::event::Event;
use super::fault::{Fault, FaultKind, brief, plain, words};
use super::locate::Kind;
use super::reader::Reader;
use crate::diagnostic::Span;
use std::sync::Arc;

impl Reader<'_> {
    /// Adds what the reference at an offset stands for; returns where it ends. What follows `limit` is not looked at.
    pub(super) fn reference(&mut self, at: usize, limit: usize, kind: Kind, out: &mut String) -> usize {
        let text = &self.text[..limit];
        // The four that make up nearly all of a feed with escaped HTML.
        let quick = match &text.as_bytes()[at + 1..] {
            [b'l', b't', b';', ..] => Some(('<', 4)),
            [b'g', b't', b';', ..] => Some(('>', 4)),
            [b'a', b'm', b'p', b';', ..] => Some(('&', 5)),
            [b'q', b'u', b'o', b't', b';', ..] => Some(('"', 6)),
            _ => None,
        };
        if let Some((c, len)) = quick {
            out.push(c);
            return at + len;
        }
        let (what, end) = scan(text, at);
        let written = &text[at..end];
        self.check_reference(what, written, at..end, kind);
        let is_over = self.met.exhausted && matches!(what, What::Entity(name) if self.entities.general.contains_key(name));
        if !is_over || matches!(what, What::Entity(name) if predefined(name).is_some()) {
            self.entities.value(what, written, at, kind).push_to(out);
        }
        end
    }

    fn check_reference(&mut self, what: What<'_>, written: &str, span: Span, kind: Kind) {
        match what {
            What::Char(_) => {}
            What::Entity(name) => self.check_entity(name, written, span, kind),
            _ if self.faults.passes() => {}
            What::NoChar(number) => {
                let message = format!("`{}` stands for U+{number:04X}, which XML cannot hold", brief(written));
                self.faults.add(FaultKind::Character, span, || words(message, "remove it"));
            }
            What::Open(name) => {
                let known =
                    predefined(name).is_some() || self.entities.general.contains_key(name) || html_entity(&format!("{written};")).is_some();
                let help =
                    if known { format!("write `{};`, or `&amp;` for the sign itself", brief(written)) } else { "write `&amp;`".to_owned() };
                self.faults.syntax(span, || words(format!("`{}` has no `;` and is no reference", brief(written)), help));
            }
            What::BadNumber => {
                let help = if written.len() == 2 {
                    "write `&amp;#`, or a number and `;` after it"
                } else {
                    "write a number and `;`, as in `&#169;` or `&#xA9;`"
                };
                self.faults.syntax(span, || words(format!("`{}` is no reference to a character", brief(written)), help));
            }
            What::Bare => self.faults.syntax(span, || words("`&` starts no reference here", "write `&amp;`")),
        }
    }

    fn check_entity(&mut self, name: &str, written: &str, span: Span, kind: Kind) {
        if predefined(name).is_some() {
            return;
        }
        let entities = Arc::clone(&self.entities);
        match entities.general.get(name).map(|entity| &entity.definition) {
            Some(Definition::Internal(_)) => self.expand(name, span, kind),
            Some(Definition::External) if kind == Kind::Attribute => {
                let message = format!("the entity `{}` is in another document and cannot stand in an attribute", brief(name));
                self.faults.syntax(span, || words(message, "write its text"));
            }
            // XML 1.0 §4.4.3: one that does not validate need not fetch it. The validator names it from the DOCTYPE.
            Some(Definition::External) => {}
            Some(Definition::Unparsed) => {
                let message = format!("the entity `{}` is no text and cannot be referred to", brief(name));
                self.faults.syntax(span, || words(message, "remove it"));
            }
            None if entities.latin1(name).is_some() => {}
            None => self.report_undefined(name, written, span, entities.unread),
        }
    }

    fn report_undefined(&mut self, name: &str, written: &str, span: Span, unread: bool) {
        if self.faults.passes() {
            return;
        }
        let html = html_entity(written);
        let name = brief(name);
        let mut help = match html {
            Some(text) => format!("write `{}`, or `&amp;{name};` if the text is HTML", numeric(&text)),
            None => format!("write `&amp;{name};`, or declare it in the DOCTYPE"),
        };
        if unread {
            help.push_str("; readers do not fetch the DTD that may declare it");
        }
        self.faults.add(FaultKind::UndefinedEntity, span, || words(format!("the entity `&{name};` is not declared"), help));
    }

    /// Makes sure that an entity's own references are resolved, and counts what it makes.
    fn expand(&mut self, name: &str, span: Span, kind: Kind) {
        if self.met.exhausted {
            return;
        }
        let entities = Arc::clone(&self.entities);
        let Some(entity) = entities.general.get(name) else { return };
        if self.inside.as_ref().is_some_and(|inside| inside.iter().any(|open| open == name)) {
            // XML 1.0 §4.1, No Recursion.
            let message = format!("the entity `{}` refers to itself", brief(name));
            self.faults.syntax(span, || words(message, "remove the reference from its declaration"));
            return;
        }
        let memory = if kind == Kind::Attribute { &entity.in_attribute } else { &entity.in_content };
        if memory.get().is_none() {
            let Some(expansion) = self.make_expansion(name, span.clone(), kind) else { return };
            if let Some(fault) = &expansion.fault {
                let message = format!("in the text of the entity `{}`: {}", brief(name), fault.message);
                self.faults.add(fault.kind, span.clone(), || (message, fault.help.clone()));
            }
            // Nobody else can have set it: it is only set here, and not by its own references.
            let _ = memory.set(expansion);
        }
        let Some(expansion) = memory.get() else { return };
        self.spend(expansion.text.len() + 8 * expansion.prefixes.len() + 1, span.clone());
        for prefix in &expansion.prefixes {
            if self.scope.get(prefix).is_none() {
                if self.is_document() {
                    self.report_prefix(prefix, span.clone());
                } else {
                    self.note_prefix(prefix);
                }
            }
        }
    }

    /// Notes that an entity's text uses a prefix that it does not declare; some are enough to say so.
    pub(super) fn note_prefix(&mut self, prefix: &str) {
        const ENOUGH: usize = 20;
        if self.loose_prefixes.len() < ENOUGH && !self.loose_prefixes.iter().any(|known| known == prefix) {
            self.loose_prefixes.push(prefix.to_owned());
        }
    }

    /// Reads the text of an entity; `None` where entities are too deep in each other.
    fn make_expansion(&mut self, name: &str, span: Span, kind: Kind) -> Option<Expansion> {
        let mut inside = self.inside.clone().unwrap_or_default();
        if inside.len() >= self.limits.nesting {
            let message = format!("more than {} entities stand inside each other", self.limits.nesting);
            self.faults.add(FaultKind::Limit, span, || plain(message));
            return None;
        }
        inside.push(name.to_owned());
        let entities = Arc::clone(&self.entities);
        let replacement = entities.replacement(name)?;
        let mut sub = Reader::fragment(replacement, self.limits, Arc::clone(&entities), inside);
        sub.spent = self.spent;
        sub.spend(replacement.len(), 0..0);
        let mut text = String::new();
        if kind == Kind::Attribute {
            let all = 0..replacement.len();
            text.push_str(&sub.attribute_value(all));
        } else {
            for event in sub.by_ref() {
                if let Event::Text(piece) = event {
                    text.push_str(&piece.value);
                }
            }
        }
        self.spent = sub.spent;
        if sub.met.exhausted {
            text = String::new();
        }
        let fault = first(sub.faults.take());
        Some(Expansion { text, fault, prefixes: sub.loose_prefixes })
    }

    /// Counts what entities make; beyond the limit they make nothing more.
    pub(super) fn spend(&mut self, bytes: usize, span: Span) {
        self.spent = self.spent.saturating_add(bytes);
        if self.spent <= self.limits.expansion || self.met.exhausted {
            return;
        }
        self.met.exhausted = true;
        if self.is_document() {
            let _ = self.entities.exhausted_at.set(span.start);
            let message = format!("entities make more than {} bytes; from here on they stand for nothing", self.limits.expansion);
            self.faults.add(FaultKind::Limit, span, || words(message, "write the text itself"));
        } else {
            // The document says it, at its own reference.
            self.met.stopped = true;
            self.at = self.text.len();
        }
    }
}

/// Returns the first fault, preferably one of syntax.
fn first(mut faults: Vec<Fault>) -> Option<Fault> {
    let at = faults.iter().position(|f| f.kind != FaultKind::Limit).unwrap_or(0);
    (!faults.is_empty()).then(|| faults.swap_remove(at))
}
