//! What was found, in spans; and its way to diagnostics.

use super::scene::Scene;
use crate::diagnostic::{Code, Diagnostic, Index, Source, Span, Subject};
use std::collections::BTreeMap;

/// Something found in a document.
#[derive(Debug)]
pub struct Finding {
    code: &'static Code,
    span: Span,
    message: String,
    help: Option<String>,
    spec: Option<&'static str>,
    path: String,
    attr: Option<String>,
    pointer: Option<String>,
    entry: Option<usize>,
}

impl Finding {
    /// Adds what to do.
    pub fn help(&mut self, help: impl Into<String>) -> &mut Self {
        self.help = Some(help.into());
        self
    }

    /// Names the section of the specification, where it is not the row's.
    pub fn spec(&mut self, spec: &'static str) -> &mut Self {
        self.spec = Some(spec).filter(|spec| !spec.is_empty());
        self
    }

    /// Says that it is about an attribute.
    pub fn attr(&mut self, name: &str) -> &mut Self {
        self.attr = Some(name.to_owned());
        self
    }

    /// Says that it is about an element in the one where the walk is.
    pub fn child(&mut self, name: &str) -> &mut Self {
        if !self.path.is_empty() {
            self.path.push('/');
        }
        self.path.push_str(name);
        self
    }

    /// Says that it is about an element beside the one where the walk is.
    pub fn instead(&mut self, name: &str) -> &mut Self {
        self.path.truncate(self.path.rfind('/').unwrap_or(0));
        self.child(name)
    }

    /// Says where in a JSON document it is.
    pub fn pointer(&mut self, pointer: impl Into<String>) -> &mut Self {
        self.pointer = Some(pointer.into());
        self
    }
}

/// Something found that a rule keeps until it knows which code it is.
#[derive(Debug, Clone)]
pub struct Located {
    pub(super) span: Span,
    pub(super) path: String,
    pub(super) message: String,
    pub(super) entry: Option<usize>,
}

impl Located {
    /// Keeps something found in a child of the element where the walk is.
    #[must_use]
    pub fn child(scene: &Scene<'_, '_>, name: &str, span: Span, message: String) -> Self {
        let names: Vec<&str> = scene.frames.iter().map(|frame| frame.tag.name).chain([name]).collect();
        Located { span, path: names.join("/"), message, entry: scene.entry }
    }

    /// Keeps something found in the element where the walk is.
    #[must_use]
    pub fn here(scene: &Scene<'_, '_>, span: Span, message: String) -> Self {
        let names: Vec<&str> = scene.frames.iter().map(|frame| frame.tag.name).collect();
        Located { span, path: names.join("/"), message, entry: scene.entry }
    }
}

/// How many findings of one code are listed for a document. Who has more has one fault in a template, and a feed of a few
/// megabytes must not become a report of gigabytes.
const LISTED: usize = 10_000;

/// Everything found so far.
#[derive(Debug, Default)]
pub struct Findings {
    list: Vec<Finding>,
    /// How many there are of each code, and which is the last that is listed.
    counts: BTreeMap<&'static str, (usize, usize)>,
    /// Takes what is not listed any more.
    spill: Option<Finding>,
    /// The ids of entries, by number.
    entries: Vec<(usize, String)>,
}

impl Findings {
    /// Adds something found in the element where the walk is.
    pub fn add(&mut self, scene: &Scene<'_, '_>, code: &'static Code, span: Span, message: impl Into<String>) -> &mut Finding {
        let names: Vec<&str> = scene.frames.iter().map(|frame| frame.tag.name).collect();
        let spec = scene.frames.last().and_then(|frame| frame.row).map(|row| row.spec).filter(|spec| !spec.is_empty());
        let found = self.add_at(code, span, names.join("/"), message);
        (found.spec, found.entry) = (spec, scene.entry);
        found
    }

    /// Adds something found at a path of elements, which is empty for the document as a whole.
    pub fn add_at(&mut self, code: &'static Code, span: Span, path: String, message: impl Into<String>) -> &mut Finding {
        let message = message.into();
        let finding = Finding { code, span, message, help: None, spec: None, path, attr: None, pointer: None, entry: None };
        let (count, last) = self.counts.entry(code.name).or_insert((0, 0));
        *count += 1;
        if *count > LISTED {
            return self.spill.insert(finding);
        }
        *last = self.list.len();
        self.list.push_mut(finding)
    }

    /// Adds something that a rule kept.
    pub fn add_located(&mut self, code: &'static Code, located: Located) -> &mut Finding {
        let found = self.add_at(code, located.span, located.path, located.message);
        found.entry = located.entry;
        found
    }

    /// Returns how many there are so far, for [`Findings::point`].
    pub(super) fn count(&self) -> usize {
        self.list.len()
    }

    /// Says where in a JSON document those are that were added since, and do not know it yet: by their path and entry.
    pub(super) fn point(&mut self, since: usize, pointer: impl Fn(&str, Option<usize>) -> String) {
        for found in self.list.iter_mut().skip(since).filter(|found| found.pointer.is_none()) {
            found.pointer = Some(pointer(&found.path, found.entry));
        }
    }

    /// Names an entry: something may be found in it when the feed ends.
    pub(super) fn name_entry(&mut self, number: usize, id: &str) {
        self.entries.push((number, id.to_owned()));
    }

    /// Returns the findings as diagnostics, in the order of the document.
    #[must_use]
    pub fn into_diagnostics(mut self, source: Source<'_>) -> Vec<Diagnostic> {
        if self.list.is_empty() {
            return Vec::new();
        }
        for (count, last) in self.counts.values().filter(|(count, _)| *count > LISTED) {
            if let Some(last) = self.list.get_mut(*last) {
                last.message = format!("{}; and {} more like it, which are not listed", last.message, count - LISTED);
            }
        }
        self.list.sort_by(|a, b| (a.span.start, a.code.name).cmp(&(b.span.start, b.code.name)));
        let index = Index::new(source);
        let entries = self.entries;
        let diagnostic = |found: Finding| {
            let id = found.entry.map(|number| match entries.binary_search_by_key(&number, |(n, _)| *n) {
                Ok(at) => entries[at].1.clone(),
                Err(_) => format!("#{number}"),
            });
            let subject = Subject { path: found.path, attr: found.attr, pointer: found.pointer, entry: id };
            let place = index.place(found.span);
            let diagnostic = Diagnostic::new(found.code, found.message).at(place).about(subject);
            Diagnostic { help: found.help, spec: found.spec, ..diagnostic }
        };
        self.list.into_iter().map(diagnostic).collect()
    }
}
