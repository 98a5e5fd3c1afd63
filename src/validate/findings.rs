//! What was found, in spans; and its way to diagnostics.

use super::scene::Scene;
use crate::diagnostic::{Code, Diagnostic, Index, Place, Position, Source, Span, Subject};
use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZero;
use std::sync::Arc;

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
const LISTED: usize = 5000;
/// For how many of them the line is kept: people are shown three, programs none, and some may be in a baseline.
const EXCERPTS: usize = 100;
/// So many are told at a time, and given back.
const CHUNK: usize = 4096;

/// What findings of one fault in a template have in common, held once.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Common {
    path: Arc<str>,
    attr: Option<Arc<str>>,
    help: Option<Arc<str>>,
    spec: Option<&'static str>,
}

/// A finding to which nothing is added any more, made small: a document may have tens of thousands.
#[derive(Debug)]
struct Kept<At> {
    code: &'static Code,
    at: At,
    message: Box<str>,
    common: Arc<Common>,
    pointer: Option<Box<str>>,
    entry: Option<NonZero<u32>>,
}

impl<At> Kept<At> {
    /// Returns the number of the entry it is in.
    fn number(&self) -> Option<usize> {
        self.entry.map(|entry| entry.get() as usize)
    }
}

/// Where a finding is, without its line.
#[derive(Debug)]
struct Ends {
    start: Position,
    end: Position,
}

/// Everything found so far.
#[derive(Debug, Default)]
pub struct Findings {
    /// The one that was added last: more may be said of it.
    last: Option<Finding>,
    list: Vec<Kept<Span>>,
    commons: BTreeSet<Arc<Common>>,
    /// How many there are of each code, and which is the last that is listed.
    counts: BTreeMap<&'static str, (usize, usize)>,
    /// The ids of entries, by number.
    entries: Vec<(usize, Arc<str>)>,
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
        self.keep();
        let message = message.into();
        self.last.insert(Finding { code, span, message, help: None, spec: None, path, attr: None, pointer: None, entry: None })
    }

    /// Adds something that a rule kept.
    pub fn add_located(&mut self, code: &'static Code, located: Located) -> &mut Finding {
        let found = self.add_at(code, located.span, located.path, located.message);
        found.entry = located.entry;
        found
    }

    /// Puts what was added last to the others, unless there are enough of its code.
    fn keep(&mut self) {
        let Some(found) = self.last.take() else { return };
        let (count, last) = self.counts.entry(found.code.name).or_insert((0, 0));
        *count += 1;
        if *count > LISTED {
            return;
        }
        *last = self.list.len();
        let (attr, help) = (found.attr.map(Arc::from), found.help.map(Arc::from));
        let common = Common { path: found.path.into(), attr, help, spec: found.spec };
        let common = match self.commons.get(&common) {
            Some(common) => Arc::clone(common),
            None => {
                let common = Arc::new(common);
                self.commons.insert(Arc::clone(&common));
                common
            }
        };
        let (message, pointer) = (found.message.into(), found.pointer.map(String::into_boxed_str));
        let entry = found.entry.and_then(|entry| u32::try_from(entry).ok().and_then(NonZero::new));
        self.list.push(Kept { code: found.code, at: found.span, message, common, pointer, entry });
    }

    /// Returns how many there are so far, for [`Findings::point`].
    pub(super) fn count(&mut self) -> usize {
        self.keep();
        self.list.len()
    }

    /// Says where in a JSON document those are that were added since, and do not know it yet: by their path and entry.
    pub(super) fn point(&mut self, since: usize, pointer: impl Fn(&str, Option<usize>) -> String) {
        self.keep();
        for found in self.list.iter_mut().skip(since).filter(|found| found.pointer.is_none()) {
            found.pointer = Some(pointer(&found.common.path, found.number()).into());
        }
    }

    /// Names an entry: something may be found in it when the feed ends.
    pub(super) fn name_entry(&mut self, number: usize, id: &str) {
        self.entries.push((number, id.into()));
    }

    /// Puts the findings in the order of the document and looks up where they are.
    #[must_use]
    pub fn placed(mut self, source: Source<'_>) -> Placed {
        self.keep();
        for (count, last) in self.counts.values().filter(|(count, _)| *count > LISTED) {
            if let Some(last) = self.list.get_mut(*last) {
                last.message = format!("{}; and {} more like it, which are not listed", last.message, count - LISTED).into();
            }
        }
        self.list.sort_by(|a, b| (a.at.start, a.code.name).cmp(&(b.at.start, b.code.name)));
        let path: Arc<str> = source.path.into();
        if self.list.is_empty() {
            return Placed { path, ..Placed::default() };
        }
        let index = Index::new(source);
        let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
        let mut excerpts = Vec::new();
        let placed = |(number, found): (usize, Kept<Span>)| {
            let seen = seen.entry(found.code.name).or_insert(0);
            *seen += 1;
            let place = if *seen <= EXCERPTS { index.place(found.at) } else { index.ends(found.at) };
            if !place.excerpt.is_empty() {
                excerpts.push((number, place.excerpt, place.mark));
            }
            let at = Ends { start: place.start, end: place.end };
            Kept { code: found.code, at, message: found.message, common: found.common, pointer: found.pointer, entry: found.entry }
        };
        let list = self.list.into_iter().enumerate().map(placed).collect();
        Placed { path, list, excerpts, entries: self.entries }
    }
}

/// Findings that need the text of their document no more, so that it can be given back before they are told at length.
#[derive(Debug, Default)]
pub struct Placed {
    path: Arc<str>,
    list: Vec<Kept<Ends>>,
    /// The lines, by the number of the finding.
    excerpts: Vec<(usize, String, (usize, usize))>,
    entries: Vec<(usize, Arc<str>)>,
}

impl Placed {
    /// Returns the findings as diagnostics, in the order of the document.
    #[must_use]
    pub fn into_diagnostics(self) -> Vec<Diagnostic> {
        let Placed { path, list, excerpts, entries } = self;
        let mut excerpts = excerpts.into_iter().peekable();
        let diagnostic = |(number, found): (usize, Kept<Ends>)| {
            let entry = found.number().map(|number| match entries.binary_search_by_key(&number, |(n, _)| *n) {
                Ok(at) => Arc::clone(&entries[at].1),
                Err(_) => format!("#{number}").into(),
            });
            let Common { path: element, attr, help, spec } = found.common.as_ref();
            let subject = Subject { path: Arc::clone(element), attr: attr.clone(), pointer: found.pointer.map(String::from), entry };
            let (excerpt, mark) = excerpts.next_if(|(of, ..)| *of == number).map(|(_, excerpt, mark)| (excerpt, mark)).unwrap_or_default();
            let place = Place { path: Arc::clone(&path), key: None, start: found.at.start, end: found.at.end, excerpt, mark };
            let diagnostic = Diagnostic::new(found.code, found.message).at(place).about(subject);
            Diagnostic { help: help.clone(), spec: *spec, ..diagnostic }
        };
        let mut told = Vec::with_capacity(list.len());
        told.extend(chunks(list).flatten().enumerate().map(diagnostic));
        told
    }
}

/// Returns a list in pieces, each of which is given back before the next begins: it never stands twice in memory.
fn chunks<T>(mut list: Vec<T>) -> impl Iterator<Item = Vec<T>> {
    let mut pieces = Vec::new();
    while !list.is_empty() {
        pieces.push(list.split_off((list.len() - 1) / CHUNK * CHUNK));
        list.shrink_to_fit();
    }
    pieces.into_iter().rev()
}

#[cfg(test)]
mod tests {
    use super::*;

    static WRONG: Code = Code::error("wrong", "Something.");

    fn many(count: usize) -> Vec<Diagnostic> {
        let text = "<a/>\n".repeat(count);
        let mut findings = Findings::default();
        for at in 0..count {
            findings.add_at(&WRONG, at * 5..at * 5 + 4, "rss/a".to_owned(), "it is wrong").help("mend it");
        }
        findings.placed(Source::new("feed", &text)).into_diagnostics()
    }

    #[test]
    fn a_finding_takes_few_bytes_and_shares_what_others_say_too() {
        assert!(size_of::<Kept<Span>>() <= 72 && size_of::<Kept<Ends>>() == size_of::<Kept<Span>>());
        let found = many(3);
        let helps: Vec<_> = found.iter().filter_map(|found| found.help.as_ref()).collect();
        assert!(helps.len() == 3 && helps.windows(2).all(|pair| Arc::ptr_eq(pair[0], pair[1])));
    }

    #[test]
    fn pieces_are_in_the_order_of_the_list() {
        for len in [0, 1, CHUNK, CHUNK + 1, 3 * CHUNK - 1] {
            assert!(chunks((0..len).collect()).flatten().eq(0..len), "{len}");
        }
    }

    #[test]
    fn a_repeated_finding_keeps_its_place_when_its_line_is_dropped_and_is_counted_when_it_is_not_listed() {
        let found = many(LISTED + 5);
        assert_eq!(found.len(), LISTED);
        let place = |at: usize| found[at].place.as_ref().expect("a place");
        assert_eq!((place(EXCERPTS - 1).excerpt.as_str(), place(EXCERPTS).excerpt.as_str()), ("<a/>", ""));
        assert_eq!(place(EXCERPTS).start.line as usize, EXCERPTS + 1);
        assert_eq!(found.last().map(|found| found.message.as_str()), Some("it is wrong; and 5 more like it, which are not listed"));
    }
}
