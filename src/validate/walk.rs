//! One pass over a document: each element meets its row, each value its type, and every rule sees what it asked for.

use super::codes::{NOT_ESCAPED, SAX_ERROR, UNDEFINED_ELEMENT, UNDEFINED_NAMED_ENTITY, VALIDATOR_LIMIT};
use super::content;
use super::findings::Findings;
use super::kind::Kind;
use super::names;
use super::rules::{self, Rule};
use super::scene::{Facts, Frame, Scene, Seen, Subtree, Surroundings, Told};
use super::table::{self, Child, Content, Element, Role, Vocabulary};
use super::text::Text;
use super::value::{Flaws, Type};
use super::vocabulary::{self, Known};
use crate::diagnostic::{Code, Span};
use crate::text::short::shown;
use crate::text::value::trim;
use crate::xml::{Attribute, Event, FaultKind, Limits, Ns, Piece, Reader, Tag};
use std::collections::{BTreeMap, BTreeSet};

/// Judges an XML document and says what it is, and how many entries it has.
pub(super) fn walk(source: &str, surroundings: Surroundings<'_>, findings: &mut Findings) -> (Kind, usize) {
    let stage = Stage {
        source,
        surroundings,
        reader: Reader::new(source, Limits::default()),
        kind: Kind::Unknown,
        frames: Vec::new(),
        entry: None,
    };
    let mut walk = Walk {
        stage,
        rules: rules::all(),
        findings,
        feed: Facts::default(),
        told: None,
        entries: 0,
        has_root: false,
        namespaces: BTreeMap::new(),
        unknown: BTreeSet::new(),
    };
    while let Some(event) = walk.stage.reader.next() {
        match event {
            Event::Start(tag) => walk.start(tag),
            Event::End(tag) => walk.end(&tag),
            Event::Text(piece) => walk.text(piece),
            Event::Comment(_) | Event::Instruction { .. } | Event::Doctype(_) => {}
        }
        walk.faults();
    }
    walk.finish()
}

/// Where the walk is.
struct Stage<'s, 'a> {
    source: &'a str,
    surroundings: Surroundings<'s>,
    reader: Reader<'a>,
    kind: Kind,
    frames: Vec<Frame<'a>>,
    entry: Option<usize>,
}

impl<'a> Stage<'_, 'a> {
    fn scene(&self) -> Scene<'_, 'a> {
        Scene {
            source: self.source,
            kind: self.kind,
            surroundings: self.surroundings,
            reader: &self.reader,
            frames: &self.frames,
            entry: self.entry,
        }
    }
}

struct Walk<'s, 'a> {
    stage: Stage<'s, 'a>,
    rules: Vec<Box<dyn Rule>>,
    findings: &'s mut Findings,
    feed: Facts<'a>,
    told: Option<Facts<'a>>,
    entries: usize,
    has_root: bool,
    /// What each namespace of the document is, by its number.
    namespaces: BTreeMap<Ns, Known>,
    /// The namespaces that were reported.
    unknown: BTreeSet<Ns>,
}

/// What an element is in the place where it stands.
struct Place {
    row: Option<&'static Element>,
    vocabulary: Option<&'static Vocabulary>,
    subtree: Subtree,
}

impl Place {
    fn skipped() -> Self {
        Place { row: None, vocabulary: None, subtree: Subtree::Skipped }
    }
}

impl<'a> Walk<'_, 'a> {
    /// Reports what is not well-formed.
    fn faults(&mut self) {
        for fault in self.stage.reader.take_faults() {
            let code = match fault.kind {
                FaultKind::UndefinedEntity => &UNDEFINED_NAMED_ENTITY,
                FaultKind::Limit => &VALIDATOR_LIMIT,
                FaultKind::Syntax | FaultKind::Character => &SAX_ERROR,
            };
            let path = self.stage.frames.iter().map(|frame| frame.tag.name).collect::<Vec<_>>().join("/");
            let found = self.findings.add_at(code, fault.span, path, fault.message).spec("XML 1.0");
            if let Some(help) = fault.help {
                found.help(help);
            }
        }
    }

    /// Returns what a namespace is.
    fn known(&mut self, ns: Ns) -> Known {
        let reader = &self.stage.reader;
        *self.namespaces.entry(ns).or_insert_with(|| vocabulary::known(reader.namespace(ns)))
    }

    fn start(&mut self, tag: Tag<'a>) {
        let in_property = self.stage.kind.is_rdf() && self.stage.frames.last().is_some_and(vocabulary::is_property);
        let place = match self.stage.frames.last().map(|frame| frame.subtree) {
            None => self.root(&tag),
            Some(_) if in_property => Place { subtree: Subtree::Rdf, ..Place::skipped() },
            Some(Subtree::Rows) => self.by_rows(&tag),
            Some(Subtree::Xhtml) => Place { subtree: Subtree::Xhtml, ..Place::skipped() },
            Some(Subtree::Plain | Subtree::HtmlInCdata | Subtree::Binary | Subtree::Html) => self.in_text(&tag),
            Some(Subtree::Rdf) => Place { subtree: Subtree::Rdf, ..Place::skipped() },
            Some(Subtree::Xml | Subtree::Skipped) => Place::skipped(),
        };
        if let Some(parent) = self.stage.frames.last_mut() {
            parent.elements += 1;
        }
        let begins_entry = place.row.is_some_and(|row| row.role.meets(Role::ENTRY)) && self.stage.entry.is_none();
        let attributes = self.stage.reader.attributes().to_vec();
        let Place { row, vocabulary, subtree } = place;
        let frame = Frame { tag, attributes, row, vocabulary, subtree, text: Text::default(), elements: 0, seen: Vec::new() };
        self.stage.frames.push(frame);
        if begins_entry {
            self.entries += 1;
            self.stage.entry = Some(self.entries);
            self.told = Some(Facts::default());
        }
        if let Some(row) = row {
            self.declare(row);
        }
        let scene = self.stage.scene();
        if subtree == Subtree::Xhtml {
            content::xhtml_start(&scene, self.findings);
        }
        names::check_root(&scene, self.findings);
        names::check_inside(&scene, self.findings);
        names::check_declarations(&scene, self.findings);
        for rule in &mut self.rules {
            rule.start(&scene, self.findings);
        }
    }

    /// Looks at an element's attributes, which may say how it is to be read.
    fn declare(&mut self, row: &'static Element) {
        self.attributes(row);
        let subtree = match row.content {
            Content::Html => Subtree::Html,
            Content::Declared(decide) => decide(&self.stage.scene()),
            Content::Anything => Subtree::Skipped,
            Content::Empty(_) | Content::Elements(_) | Content::Value(..) => Subtree::Rows,
        };
        if let Some(frame) = self.stage.frames.last_mut() {
            frame.subtree = subtree;
        }
    }

    /// Finds what the root is.
    fn root(&mut self, tag: &Tag<'a>) -> Place {
        let is_first = !std::mem::replace(&mut self.has_root, true);
        let uri = self.stage.reader.namespace(tag.ns).to_owned();
        // A second root is a fault of the XML, and is told as such; behind the warning of a program the feed itself may come.
        let root = vocabulary::root(&uri, tag.local, &self.stage.reader).filter(|_| is_first || self.stage.kind == Kind::Unknown);
        let Some(root) = root else {
            return if is_first { self.unknown_root(tag, &uri) } else { Place::skipped() };
        };
        self.stage.kind = (root.kind)(&self.stage.reader);
        if let Some((code, message)) = vocabulary::root_fault(root, &uri, self.stage.kind) {
            self.findings.add_at(code, tag.span.clone(), tag.name.to_owned(), message);
        }
        if !self.stage.kind.is_feed() {
            return Place::skipped();
        }
        Place { row: Some(root.element), vocabulary: Some(root.vocabulary), subtree: Subtree::Rows }
    }

    fn unknown_root(&mut self, tag: &Tag<'a>, uri: &str) -> Place {
        let (kind, code, message) = vocabulary::unknown_root(tag.name, tag.local, uri);
        self.stage.kind = kind;
        self.findings.add_at(code, tag.span.clone(), tag.name.to_owned(), message);
        let Some(root) = vocabulary::meant_root(uri, tag.local, &self.stage.reader) else { return Place::skipped() };
        // One wrong namespace is one fault: what stands inside is judged as what it was meant to be.
        self.stage.kind = (root.kind)(&self.stage.reader);
        self.namespaces.insert(tag.ns, Known::Vocabulary(root.vocabulary));
        Place { row: Some(root.element), vocabulary: Some(root.vocabulary), subtree: Subtree::Rows }
    }

    /// Finds an element's row among those its parent may hold.
    fn by_rows(&mut self, tag: &Tag<'a>) -> Place {
        // A prefix that is not declared is a fault of the XML, and is told as such.
        if tag.ns == Ns::UNDECLARED {
            return Place::skipped();
        }
        let known = self.known(tag.ns);
        let Some(parent) = self.stage.frames.last() else { return Place::skipped() };
        let Some(row) = parent.row else { return Place::skipped() };
        let vocabulary = match known {
            Known::Vocabulary(vocabulary) => vocabulary,
            other => {
                self.foreign(tag, other);
                return Place::skipped();
            }
        };
        let own = parent.vocabulary.is_some_and(|own| std::ptr::eq(own, vocabulary));
        // Dublin Core refines an element behind a dot: `dc:date.Taken`.
        let name = tag.local.split('.').next().unwrap_or_default();
        let mut child = None;
        if own {
            child = row.children.iter().find(|child| child.element.name == tag.local);
        }
        if child.is_none() {
            let extensions = vocabulary.elements.iter();
            child = extensions
                .map(|extension| (extension.on, &extension.child))
                .find(|(on, child)| child.element.name == name && on.meets(row.role))
                .map(|(_, child)| child);
        }
        let Some(child) = child else {
            if tag.ns == Ns::NONE && !own {
                self.foreign(tag, known);
            } else if own || vocabulary.closed {
                self.undefined(tag, vocabulary);
            }
            return Place::skipped();
        };
        self.count(tag, child, vocabulary);
        Place { row: Some(child.element), vocabulary: Some(vocabulary), subtree: Subtree::Rows }
    }

    /// Counts an element in its parent and reports one too many.
    fn count(&mut self, tag: &Tag<'a>, child: &'static Child, vocabulary: &'static Vocabulary) {
        let element = child.element;
        let Some(parent) = self.stage.frames.last_mut() else { return };
        let times = match parent.seen.iter_mut().find(|seen| std::ptr::eq(seen.element, element)) {
            Some(seen) => {
                seen.times += 1;
                seen.times
            }
            None => {
                parent.seen.push(Seen { element, vocabulary, tag: tag.clone(), times: 1 });
                1
            }
        };
        if let Some(code) = child.duplicate.filter(|_| times > 1) {
            let message = format!("`{}` has more than one `{}`", parent.tag.name, tag.name);
            self.here(code, tag, message).help("keep one of them");
        }
    }

    /// Adds a finding about an element that begins, before it is among the open ones.
    fn here(&mut self, code: &'static Code, tag: &Tag<'a>, message: String) -> &mut super::findings::Finding {
        let scene = self.stage.scene();
        self.findings.add(&scene, code, tag.span.clone(), message).child(tag.name)
    }

    fn undefined(&mut self, tag: &Tag<'a>, vocabulary: &'static Vocabulary) {
        let Some(parent) = self.stage.frames.last() else { return };
        let (code, message, help) = names::undefined(tag.name, tag.local, parent, vocabulary);
        let found = self.here(code, tag, message);
        if let Some(help) = help {
            found.help(help);
        }
    }

    /// Reports an element of a namespace that postrider does not know, once for each namespace.
    fn foreign(&mut self, tag: &Tag<'a>, known: Known) {
        let uri = self.stage.reader.namespace(tag.ns).to_owned();
        if tag.ns != Ns::NONE && !self.unknown.insert(tag.ns) {
            return;
        }
        let Some(parent) = self.stage.frames.last() else { return };
        // A known prefix for an unknown namespace was told where it is declared.
        if matches!(known, Known::Unknown) && names::is_reserved(tag.prefix) {
            return;
        }
        let (code, message) = names::foreign(tag.name, &uri, known, parent);
        let found = self.here(code, tag, message);
        if let Known::Mistaken(right) = known {
            found.help(format!("write `{right}`"));
        }
    }

    /// Reports an element where text is expected.
    fn in_text(&mut self, tag: &Tag<'a>) -> Place {
        let Some(parent) = self.stage.frames.last() else { return Place::skipped() };
        // One element is enough to tell; what follows it is the same mistake.
        if parent.elements == 0 {
            let (name, span) = (parent.tag.name, parent.tag.span.clone());
            if parent.subtree == Subtree::Html && self.stage.kind.is_atom() {
                let scene = self.stage.scene();
                let message = format!("`{name}` says that its HTML is escaped, but holds the element `{}`", tag.name);
                self.findings
                    .add(&scene, &NOT_ESCAPED, span, message)
                    .help("write `&lt;` for each `<`, or `type=\"xhtml\"` with one `div`");
            } else {
                self.here(&UNDEFINED_ELEMENT, tag, format!("`{name}` holds text, but here is the element `{}`", tag.name));
            }
        }
        Place::skipped()
    }

    fn text(&mut self, piece: Piece<'a>) {
        if let Some(frame) = self.stage.frames.last_mut() {
            let kept = match frame.subtree {
                Subtree::Rows => frame.row.is_some_and(|row| !matches!(row.content, Content::Anything)),
                Subtree::Skipped => false,
                Subtree::Plain | Subtree::HtmlInCdata | Subtree::Html | Subtree::Xhtml | Subtree::Xml | Subtree::Rdf | Subtree::Binary => {
                    true
                }
            };
            if kept {
                frame.text.push(piece);
            }
        }
    }

    fn attributes(&mut self, row: &'static Element) {
        let scene = self.stage.scene();
        let frame = scene.here();
        let prefix_of = |attribute: &Attribute<'_>| match attribute.ns {
            Ns::NONE => Some(""),
            Ns::UNDECLARED => None,
            ns => vocabulary::find(scene.reader.namespace(ns)).map(|vocabulary| vocabulary.prefix),
        };
        let prefixes: Vec<Option<&str>> = frame.attributes.iter().map(prefix_of).collect();
        for (attribute, prefix) in frame.attributes.iter().zip(&prefixes) {
            let known = row.attributes.iter().find(|known| known.name == attribute.local && *prefix == Some(known.prefix));
            match known {
                Some(known) => {
                    if let Some((kind, code)) = known.value {
                        self.findings.flaws_in_attribute(&scene, attribute, kind, code);
                    }
                }
                None => names::check_attribute(&scene, attribute, self.findings),
            }
        }
        let is_there = |known: &&table::Attribute| {
            frame.attributes.iter().zip(&prefixes).any(|(attribute, prefix)| attribute.local == known.name && *prefix == Some(known.prefix))
        };
        for known in row.attributes.iter().filter(|known| known.missing.is_some() && !is_there(known)) {
            let Some(code) = known.missing else { continue };
            let message = format!("`{}` has no attribute `{}`", frame.tag.name, known.label());
            let found = self.findings.add(&scene, code, frame.tag.span.clone(), message).attr(&known.label());
            found.help(format!("add `{}` to `{}`", known.label(), frame.tag.name));
        }
    }

    fn end(&mut self, tag: &Tag<'a>) {
        if self.stage.frames.is_empty() {
            return;
        }
        let scene = self.stage.scene();
        let frame = scene.here();
        if let Some(row) = frame.row {
            // A value that the end of the file cut off, and what the file lacks for it, are no faults of their own.
            if !tag.implied {
                self.findings.content(&scene, row);
                self.findings.missing(&scene, row);
            }
        } else if frame.subtree == Subtree::Xhtml {
            content::xhtml_end(&scene, self.findings);
        }
        for rule in self.rules.iter_mut().filter(|_| !tag.implied) {
            rule.end(&scene, self.findings);
        }
        let ends_entry = frame.role().meets(Role::ENTRY) && !scene.frames.iter().rev().skip(1).any(|frame| frame.role().meets(Role::ENTRY));
        if ends_entry && let Some(told) = self.told.take() {
            for rule in self.rules.iter_mut().filter(|_| !tag.implied) {
                rule.entry(&scene, &told, self.findings);
            }
            let id = told.first(super::table::Fact::Id).or_else(|| told.first(super::table::Fact::Link));
            if let (Some(number), Some(id)) = (scene.entry, id) {
                self.findings.name_entry(number, id.value.trim());
            }
        }
        if let Some(frame) = self.stage.frames.pop() {
            self.tell(frame);
        }
        if ends_entry {
            self.stage.entry = None;
        }
    }

    /// Keeps what an element tells about its entry or its feed.
    fn tell(&mut self, frame: Frame<'a>) {
        let Some((row, fact)) = frame.row.and_then(|row| Some((row, row.fact?))) else { return };
        let Some(parent) = self.stage.frames.last() else { return };
        let told = match &mut self.told {
            Some(told) if parent.role().meets(Role::ENTRY) => told,
            None if parent.role().meets(Role::FEED) => &mut self.feed,
            _ => return,
        };
        let prefix = frame.vocabulary.map_or("", |vocabulary| vocabulary.prefix);
        let empty = frame.elements == 0 && frame.text.is_blank() && frame.attributes.is_empty();
        let (name, span) = (frame.tag.name, frame.tag.span.clone());
        let value = vocabulary::told(row, frame);
        if let Some(value) = value {
            told.told.push(Told { fact, name, prefix, value, span, empty });
        }
    }

    fn finish(mut self) -> (Kind, usize) {
        self.faults();
        let scene = self.stage.scene();
        for rule in &mut self.rules {
            rule.feed(&scene, &self.feed, self.findings);
        }
        (self.stage.kind, self.entries)
    }
}

impl Findings {
    /// Judges what an element holds besides elements.
    fn content(&mut self, scene: &Scene<'_, '_>, row: &'static Element) {
        let frame = scene.here();
        // What a reference to nothing stood for nobody can judge; that it stands for nothing is told.
        if frame.text.is_lost() {
            return;
        }
        if scene.kind.is_rdf() && frame.elements > 0 && vocabulary::is_property(frame) {
            return;
        }
        match (frame.subtree, row.content) {
            (Subtree::Html, _) => content::html(scene, self),
            (Subtree::Xhtml, _) => content::xhtml_end(scene, self),
            (Subtree::HtmlInCdata, _) if frame.text.has_cdata() => content::html(scene, self),
            (Subtree::Plain | Subtree::HtmlInCdata, _) => content::plain(scene, self),
            (Subtree::Binary, _) => content::binary(scene, self),
            (Subtree::Xml, _) => content::xml(scene, self),
            (_, Content::Value(kind, code)) => self.flaws_in_text(scene, kind, code),
            (_, Content::Empty(code)) => self.no_text(scene, code, "nothing"),
            (_, Content::Elements(code)) => self.no_text(scene, code, "only elements"),
            _ => {}
        }
    }

    fn no_text(&mut self, scene: &Scene<'_, '_>, code: &'static Code, expected: &str) {
        let frame = scene.here();
        if frame.text.is_blank() {
            return;
        }
        self.add(scene, code, place_of_text(scene), format!("`{}` holds {expected}, but here is text", frame.tag.name));
    }

    /// Judges an element's text.
    pub(super) fn flaws_in_text(&mut self, scene: &Scene<'_, '_>, kind: &'static Type, code: &'static Code) {
        let frame = scene.here();
        let value = frame.text.value();
        let mut flaws = Flaws::default();
        // RFC 4287 §2 forbids white space around what Atom holds; in RSS it is nobody's concern, and WordPress writes it.
        let (inner, shift) = if scene.kind.is_atom() || scene.kind.is_json() { (value.as_ref(), 0) } else { trim(&value) };
        (kind.check)(inner, scene, &mut flaws);
        let locator = scene.reader.locator();
        let mut places = frame.text.places(&locator);
        for mut flaw in flaws.0 {
            flaw.range = flaw.range.start + shift..flaw.range.end + shift;
            let span = places.locate(&flaw.range).unwrap_or_else(|| frame.tag.span.clone());
            self.flaw(scene, span, (frame.tag.name, &value), kind, code, flaw);
        }
    }

    /// Judges an attribute's value.
    pub(super) fn flaws_in_attribute(
        &mut self,
        scene: &Scene<'_, '_>,
        attribute: &Attribute<'_>,
        kind: &'static Type,
        code: &'static Code,
    ) {
        let mut flaws = Flaws::default();
        (kind.check)(&attribute.value, scene, &mut flaws);
        if flaws.0.is_empty() {
            return;
        }
        let locator = scene.reader.locator();
        let mut places = locator.walk(attribute.value_span.clone(), crate::xml::Kind::Attribute);
        for flaw in flaws.0 {
            let span = places.range(&flaw.range);
            self.flaw(scene, span, (attribute.name, &attribute.value), kind, code, flaw).attr(attribute.name);
        }
    }

    fn flaw(
        &mut self,
        scene: &Scene<'_, '_>,
        span: Span,
        (name, value): (&str, &str),
        kind: &'static Type,
        code: &'static Code,
        flaw: super::value::Flaw,
    ) -> &mut super::findings::Finding {
        // What is blank cannot be shown.
        let shown = if value.trim().is_empty() { name.to_owned() } else { shorten(value.trim()) };
        // What is wrong with all of a value needs no second sight of it: "`x` is not a number", not "it has `x`, which".
        let whole = flaw.reason.strip_prefix(&format!("has `{shown}`")).filter(|rest| rest.is_empty() || rest.starts_with(", which is "));
        let reason = whole.map_or(flaw.reason.as_str(), |rest| rest.trim_start_matches(", which "));
        let says_what = |reason: &str| reason.starts_with("is not ") || reason.starts_with("is no ");
        let message = match (flaw.code, reason) {
            (None, "") => format!("`{shown}` is not {}", kind.name),
            (None, reason) if says_what(reason) => format!("`{shown}` {reason}"),
            (None, reason) => format!("`{shown}` is not {}: it {reason}", kind.name),
            (Some(_), reason) => format!("`{shown}` {reason}"),
        };
        let found = self.add(scene, flaw.code.unwrap_or(code), span, message);
        if let Some(help) = flaw.help {
            found.help(help);
        }
        found
    }

    /// Reports the rows of an element that it lacks.
    fn missing(&mut self, scene: &Scene<'_, '_>, row: &'static Element) {
        let frame = scene.here();
        for child in row.children {
            let Some(code) = child.missing else { continue };
            if !frame.seen.iter().any(|seen| std::ptr::eq(seen.element, child.element)) {
                // It is of the same vocabulary, and so has the same prefix; only `rdf:RDF` holds what is of another.
                let is_rdf = scene.kind.is_rdf() && scene.frames.len() == 1;
                let name = match frame.tag.prefix {
                    "" => child.element.name.to_owned(),
                    _ if is_rdf => child.element.name.to_owned(),
                    prefix => format!("{prefix}:{}", child.element.name),
                };
                let message = format!("`{}` has no `{name}`", frame.tag.name);
                let found = self.add(scene, code, frame.tag.span.clone(), message).child(&name);
                found.spec(child.element.spec).help(format!("add `{name}` to `{}`", frame.tag.name));
            }
        }
    }
}

/// Returns where an element's text stands, without the white space around it; the start tag where there is none.
pub(super) fn place_of_text(scene: &Scene<'_, '_>) -> Span {
    let frame = scene.here();
    let value = frame.text.value();
    let start = value.len() - value.trim_start().len();
    frame.text.locate(scene.reader, &(start..value.trim_end().len())).unwrap_or_else(|| frame.tag.span.clone())
}

/// Returns a value as far as a message can show it.
pub(super) fn shorten(value: &str) -> String {
    shown(value).into_owned()
}
