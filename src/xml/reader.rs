//! The reader itself: text, comments, instructions, CDATA, and what a document as a whole has to have.

use super::chars::{char_at, find_forbidden, is_all_blank, is_blank, is_name_start, name_end, push_lines, skip_blanks, trim_end};
use super::declaration::{self, XmlDeclaration};
use super::doctype::{self, DefaultAttribute, Doctype};
use super::entities::Entities;
use super::event::{Attribute, Declaration, Event, Piece, Tag};
use super::fault::{Fault, FaultKind, Faults, Limits, Lines, brief, plain, words};
use super::locate::{Kind, Locator};
use super::namespaces::{Ns, Scope};
use crate::diagnostic::Span;
use memchr::memmem::Finder;
use std::collections::HashMap;
use std::sync::Arc;

/// An open element.
#[derive(Debug)]
pub(super) struct Open<'a> {
    pub(super) name: &'a str,
    /// The length of the prefix and its colon, 0 where there is none.
    pub(super) colon: usize,
    pub(super) ns: Ns,
    /// The start tag.
    pub(super) span: Span,
    pub(super) empty: bool,
    /// Where the element's own namespace declarations begin.
    pub(super) mark: usize,
}

/// Elements that are being closed by one thing in the document.
#[derive(Debug)]
pub(super) struct Closing {
    /// How many elements stay open.
    pub(super) keep: usize,
    /// Where the others end.
    pub(super) at: usize,
    /// The end tag of the last of them; `None` where that one is implied, too.
    pub(super) tag: Option<Span>,
}

/// What is known not to come any more, so that nothing is searched twice.
#[derive(Debug, Default)]
struct Missing {
    comment: bool,
    instruction: bool,
    cdata: bool,
}

/// What the reader has said or met once.
#[derive(Debug, Default)]
#[allow(clippy::struct_excessive_bools, reason = "each is about another thing and only ever becomes true")]
pub(super) struct Met {
    pub(super) root: bool,
    pub(super) deep: bool,
    pub(super) many_attributes: bool,
    pub(super) long_value: bool,
    pub(super) exhausted: bool,
    /// Reading has ended before the document has.
    pub(super) stopped: bool,
    finished: bool,
}

/// Reads a document piece by piece; see the [module](super).
#[derive(Debug)]
pub struct Reader<'a> {
    pub(super) text: &'a str,
    pub(super) at: usize,
    pub(super) limits: Limits,
    pub(super) faults: Faults,
    pub(super) open: Vec<Open<'a>>,
    pub(super) scope: Scope<'a>,
    pub(super) attributes: Vec<Attribute<'a>>,
    pub(super) declarations: Vec<Declaration<'a>>,
    pub(super) closing: Option<Closing>,
    /// How often each name is open; kept from the first wrong end tag on.
    pub(super) names: Option<HashMap<&'a str, usize>>,
    pub(super) entities: Arc<Entities>,
    /// Bytes that entities have made.
    pub(super) spent: usize,
    /// The defaults of each element's attributes, with their values.
    pub(super) defaults: HashMap<&'a str, Vec<(DefaultAttribute<'a>, String)>>,
    pub(super) met: Met,
    /// The entities whose text is being read; `None` for a document.
    pub(super) inside: Option<Vec<String>>,
    /// Prefixes that an entity's text uses and does not declare.
    pub(super) loose_prefixes: Vec<String>,
    declaration: XmlDeclaration,
    doctype: Option<Doctype<'a>>,
    missing: Missing,
    /// The next character that XML cannot hold.
    forbidden: Option<usize>,
    lines: Option<Lines>,
}

impl<'a> Reader<'a> {
    /// Starts reading a document that was decoded and has no byte order mark.
    #[must_use]
    pub fn new(text: &'a str, limits: Limits) -> Self {
        let mut reader = Reader::bare(text, limits, Arc::default());
        reader.forbidden = find_forbidden(text, 0);
        if declaration::starts(text) {
            reader.declaration = declaration::read(text, &mut reader.faults);
            reader.at = reader.declaration.end;
        }
        reader
    }

    /// Starts reading the text of an entity, which has to be well-formed in itself.
    pub(super) fn fragment(text: &'a str, limits: Limits, entities: Arc<Entities>, inside: Vec<String>) -> Self {
        Reader { inside: Some(inside), ..Reader::bare(text, Limits { faults: 16, ..limits }, entities) }
    }

    fn bare(text: &'a str, limits: Limits, entities: Arc<Entities>) -> Self {
        Reader {
            text,
            at: 0,
            limits,
            faults: Faults::new(limits.faults),
            open: Vec::new(),
            scope: Scope::new(),
            attributes: Vec::new(),
            declarations: Vec::new(),
            closing: None,
            names: None,
            entities,
            spent: 0,
            defaults: HashMap::new(),
            met: Met::default(),
            inside: None,
            loose_prefixes: Vec::new(),
            declaration: XmlDeclaration::default(),
            doctype: None,
            missing: Missing::default(),
            forbidden: None,
            lines: None,
        }
    }

    /// Returns the attributes of the last start tag, without namespace declarations; of two with the same name, the first.
    #[must_use]
    pub fn attributes(&self) -> &[Attribute<'a>] {
        &self.attributes
    }

    /// Returns the namespace declarations of the last start tag.
    #[must_use]
    pub fn declarations(&self) -> &[Declaration<'a>] {
        &self.declarations
    }

    /// Returns a namespace's URI; empty for [`Ns::NONE`] and [`Ns::UNDECLARED`].
    #[must_use]
    pub fn namespace(&self, ns: Ns) -> &str {
        self.scope.uri(ns)
    }

    /// Returns what a prefix stands for here (the empty one for the default namespace), for names inside values.
    #[must_use]
    pub fn prefix_in_scope(&self, prefix: &str) -> Option<Ns> {
        self.scope.get(prefix)
    }

    /// Returns how many elements are open: with the one of a `Start`, without the one of an `End`.
    #[must_use]
    pub fn depth(&self) -> usize {
        self.open.len()
    }

    /// Returns the faults found since the last call, in document order.
    pub fn take_faults(&mut self) -> Vec<Fault> {
        self.faults.take()
    }

    /// Returns the encoding that the XML declaration names, and where.
    #[must_use]
    pub fn declared_encoding(&self) -> Option<(&'a str, Span)> {
        self.declaration.encoding.clone().map(|span| (&self.text[span.clone()], span))
    }

    /// Returns the version that the XML declaration names, and where; `None` without a declaration.
    #[must_use]
    pub fn version(&self) -> Option<(&'a str, Span)> {
        self.declaration.version.clone().map(|span| (&self.text[span.clone()], span))
    }

    /// Returns what the XML declaration says about `standalone`.
    #[must_use]
    pub fn standalone(&self) -> Option<bool> {
        self.declaration.standalone
    }

    /// Returns the document type declaration, once it was read.
    #[must_use]
    pub fn doctype(&self) -> Option<&Doctype<'a>> {
        self.doctype.as_ref()
    }

    /// Returns whether reading ended before the document did, because it is too deep.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        self.met.stopped
    }

    /// Returns what finds places in decoded text; it knows the entities declared so far.
    #[must_use]
    pub fn locator(&self) -> Locator<'a> {
        Locator::new(self.text, Arc::clone(&self.entities))
    }

    /// Returns where the character at an offset of a decoded text stands; see [`Locator::locate`].
    #[must_use]
    pub fn locate(&self, raw: Span, kind: Kind, offset: usize) -> Span {
        self.locator().locate(raw, kind, offset)
    }

    /// Returns whether this reads a document and not an entity's text.
    pub(super) fn is_document(&self) -> bool {
        self.inside.is_none()
    }

    /// Returns the line of an offset, for messages.
    pub(super) fn line(&mut self, at: usize) -> usize {
        let text = self.text;
        self.lines.get_or_insert_with(|| Lines::new(text)).line(text, at)
    }

    fn advance(&mut self) -> Option<Event<'a>> {
        loop {
            if let Some(end) = self.closed_element() {
                return Some(end);
            }
            let bytes = self.text.as_bytes();
            let event = match bytes.get(self.at) {
                Some(b'<') if self.starts_markup(self.at) => self.markup(),
                Some(_) if self.open.is_empty() && self.is_document() => {
                    self.text_outside();
                    None
                }
                Some(_) => Some(self.character_data()),
                None if self.met.finished => return None,
                None => {
                    self.finish();
                    None
                }
            };
            if event.is_some() {
                return event;
            }
        }
    }

    /// Returns whether the `<` at an offset starts markup; one that does not is taken as text.
    fn starts_markup(&self, at: usize) -> bool {
        match self.text.as_bytes().get(at + 1) {
            Some(b'/' | b'!' | b'?') => true,
            Some(_) => char_at(self.text, at + 1).is_some_and(is_name_start),
            None => false,
        }
    }

    fn markup(&mut self) -> Option<Event<'a>> {
        let rest = &self.text.as_bytes()[self.at..];
        match rest.get(1) {
            Some(b'/') => {
                self.end_tag();
                None
            }
            Some(b'?') => self.instruction(),
            Some(b'!') if rest.starts_with(b"<!--") => self.comment(),
            Some(b'!') if rest.starts_with(b"<![CDATA[") => self.cdata(),
            Some(b'!') if rest.get(..9).is_some_and(|word| word.eq_ignore_ascii_case(b"<!DOCTYPE")) => self.read_doctype(),
            Some(b'!') => {
                self.unknown_declaration();
                None
            }
            _ => self.start_tag(),
        }
    }

    /// Reads what stands between two pieces of markup inside an element.
    fn character_data(&mut self) -> Event<'a> {
        let (text, start) = (self.text, self.at);
        let bytes = text.as_bytes();
        let (mut at, mut copied) = (start, start);
        let mut out: Option<String> = None;
        while let Some(found) = memchr::memchr3(b'<', b'&', b']', &bytes[at..]) {
            at += found;
            match bytes[at] {
                b'<' if self.starts_markup(at) => break,
                b'<' => {
                    self.faults.syntax(at..at + 1, || words("`<` starts no tag here", "write `&lt;`"));
                    at += 1;
                }
                b'&' => {
                    let out = out.get_or_insert_with(|| {
                        // The run ends at the next tag, which is nearly always the next `<`.
                        let len = memchr::memchr(b'<', &bytes[at..]).unwrap_or(bytes.len() - at);
                        String::with_capacity(at - start + len)
                    });
                    self.push_text(out, &text[copied..at]);
                    at = self.reference(at, text.len(), Kind::Text, out);
                    copied = at;
                }
                _ if bytes[at..].starts_with(b"]]>") => {
                    let help = "write `]]&gt;`; a CDATA section ends at its first `]]>`";
                    self.faults.syntax(at..at + 3, || words("`]]>` cannot stand in text", help));
                    at += 3;
                }
                _ => at += 1,
            }
            if at >= bytes.len() {
                break;
            }
        }
        let end = if bytes.get(at) == Some(&b'<') { at } else { bytes.len() };
        self.at = end;
        let value = match out {
            None => self.lines_of(&text[start..end]),
            Some(mut out) => {
                self.push_text(&mut out, &text[copied..end]);
                out.into()
            }
        };
        Event::Text(Piece { raw: start..end, kind: Kind::Text, value })
    }

    fn push_text(&self, out: &mut String, text: &str) {
        if self.is_document() { push_lines(out, text) } else { out.push_str(text) }
    }

    fn lines_of(&self, text: &'a str) -> std::borrow::Cow<'a, str> {
        if !self.is_document() || memchr::memchr(b'\r', text.as_bytes()).is_none() {
            return text.into();
        }
        let mut out = String::with_capacity(text.len());
        push_lines(&mut out, text);
        out.into()
    }

    /// Skips text before or after the root element; only white space may stand there.
    fn text_outside(&mut self) {
        let bytes = self.text.as_bytes();
        let start = self.at;
        let mut end = start + 1;
        loop {
            match memchr::memchr(b'<', &bytes[end.min(bytes.len())..]) {
                Some(found) if self.starts_markup(end + found) => {
                    end += found;
                    break;
                }
                Some(found) => end += found + 1,
                None => {
                    end = bytes.len();
                    break;
                }
            }
        }
        // The first character may be longer than a byte.
        let raw = &self.text[start..end];
        self.at = end;
        if is_all_blank(raw) {
            return;
        }
        let from = skip_blanks(bytes, start);
        let span = from..start + trim_end(raw).len();
        let shown = &self.text[span.clone()];
        if self.met.root {
            let help = "remove it, or move it into the root element";
            self.faults.syntax(span, || words(format!("`{}` stands after the root element", brief(shown)), help));
        } else {
            self.faults.syntax(span, || words(format!("`{}` stands before the root element", brief(shown)), "remove it"));
        }
    }

    /// Returns where a text is next found from an offset on; once it is not, it is not looked for again.
    fn find(text: &str, from: usize, needle: &str, missing: &mut bool) -> Option<usize> {
        if *missing {
            return None;
        }
        let found = Finder::new(needle).find(&text.as_bytes()[from.min(text.len())..]).map(|at| from + at);
        *missing = found.is_none();
        found
    }

    fn comment(&mut self) -> Option<Event<'a>> {
        let (start, inside) = (self.at, self.at + 4);
        let Some(end) = Self::find(self.text, inside, "-->", &mut self.missing.comment) else {
            self.faults.syntax(start..inside, || words("the comment never ends", "write `-->` at its end"));
            self.at = inside;
            return None;
        };
        let body = &self.text[inside..end];
        if let Some(at) = memchr::memmem::find(body.as_bytes(), b"--") {
            self.faults.syntax(inside + at..inside + at + 2, || words("a comment cannot hold `--`", "write `- -`"));
        } else if body.ends_with('-') {
            self.faults.syntax(end - 1..end + 3, || words("a comment cannot end with `--->`", "write a blank before `-->`"));
        }
        self.at = end + 3;
        Some(Event::Comment(start..self.at))
    }

    fn cdata(&mut self) -> Option<Event<'a>> {
        let (start, inside) = (self.at, self.at + "<![CDATA[".len());
        let Some(end) = Self::find(self.text, inside, "]]>", &mut self.missing.cdata) else {
            self.faults.syntax(start..inside, || words("the CDATA section never ends", "write `]]>` at its end"));
            self.at = inside;
            return None;
        };
        self.at = end + 3;
        if self.open.is_empty() && self.is_document() {
            self.faults.syntax(start..self.at, || plain("a CDATA section stands outside the root element"));
            return None;
        }
        let value = self.lines_of(&self.text[inside..end]);
        Some(Event::Text(Piece { raw: inside..end, kind: Kind::CData, value }))
    }

    fn instruction(&mut self) -> Option<Event<'a>> {
        let (text, start) = (self.text, self.at);
        let target_end = name_end(text, start + 2);
        let target = &text[start + 2..target_end];
        if target.is_empty() {
            self.faults
                .syntax(start..start + 2, || words("`<?` starts no processing instruction here", "write `&lt;?`, or a name after it"));
            self.at = start + 2;
            return None;
        }
        let Some(end) = Self::find(text, target_end, "?>", &mut self.missing.instruction) else {
            let said = || words(format!("the processing instruction `{}` never ends", brief(target)), "write `?>` at its end");
            self.faults.syntax(start..target_end, said);
            self.at = target_end;
            return None;
        };
        self.at = end + 2;
        if target.eq_ignore_ascii_case("xml") {
            self.late_declaration(start, target);
            return None;
        }
        if target.contains(':') {
            self.faults.syntax(start + 2..target_end, || plain(format!("the instruction's name `{}` has a colon", brief(target))));
        }
        let data = &text[target_end..end];
        if data.bytes().next().is_some_and(|b| !is_blank(b)) {
            self.faults.syntax(target_end..target_end, || words(format!("no blank after `{}`", brief(target)), "write one"));
        }
        Some(Event::Instruction { target, data: data.trim_start_matches([' ', '\n', '\t', '\r']), span: start..self.at })
    }

    fn late_declaration(&mut self, start: usize, target: &str) {
        let span = start..self.at;
        if target != "xml" {
            self.faults.syntax(span, || words(format!("`<?{target}` is no XML declaration"), "write `<?xml` in small letters"));
        } else if start == 0 {
            self.faults.syntax(span, || plain("the XML declaration cannot be read"));
        } else {
            let before = doctype::what_stands_before(&self.text[..start]);
            let message = format!("the XML declaration is not the start of the document; {before}");
            self.faults.syntax(span, || words(message, "remove what stands before `<?xml`, or the declaration"));
        }
    }

    fn read_doctype(&mut self) -> Option<Event<'a>> {
        let start = self.at;
        let word = &self.text[start..start + 9];
        if word != "<!DOCTYPE" {
            self.faults.syntax(start..start + 9, || words(format!("`{word}` is not in capitals"), "write `<!DOCTYPE`"));
        }
        let misplaced = if self.met.root || !self.is_document() {
            Some("the DOCTYPE stands after the root element has begun; it belongs before it")
        } else {
            self.doctype.is_some().then_some("a second DOCTYPE; a document has one")
        };
        if let Some(message) = misplaced {
            self.faults.syntax(start..start + 9, || words(message, "remove it"));
        }
        let outcome = doctype::read(self.text, start, &self.limits, &mut self.faults);
        self.at = outcome.end.max(start + 9);
        let doctype = outcome.doctype?;
        let span = doctype.span.clone();
        if misplaced.is_none() {
            self.entities = Arc::new(outcome.entities);
            self.spent = self.spent.saturating_add(outcome.spent);
            self.doctype = Some(doctype);
            self.keep_defaults(outcome.defaults);
        }
        Some(Event::Doctype(span))
    }

    fn unknown_declaration(&mut self) {
        let start = self.at;
        self.at = self.skip_tag(start + 2);
        if self.faults.passes() {
            return;
        }
        let rest = &self.text[start..];
        let word: String = rest.chars().take_while(|c| !c.is_whitespace() && *c != '>').take(20).collect();
        let message = format!("`{}` starts nothing that XML knows", brief(&word));
        self.faults.syntax(start..start + word.len(), || words(message, "write `&lt;!`, or `<!--` for a comment"));
    }

    /// Returns where a tag that cannot be read ends: after the next `>`, or before the next `<`.
    pub(super) fn skip_tag(&self, from: usize) -> usize {
        let bytes = &self.text.as_bytes()[from.min(self.text.len())..];
        match memchr::memchr2(b'<', b'>', bytes) {
            Some(at) if bytes[at] == b'>' => from + at + 1,
            Some(at) => from + at,
            None => self.text.len(),
        }
    }

    /// Returns the next end of an element that something in the document has closed.
    fn closed_element(&mut self) -> Option<Event<'a>> {
        let closing = self.closing.as_ref()?;
        let last = self.open.len() <= closing.keep + 1;
        let (span, implied) = match &closing.tag {
            Some(tag) if last => (tag.clone(), false),
            _ => (closing.at..closing.at, true),
        };
        let open = if self.open.len() > closing.keep { self.open.pop() } else { None };
        if last {
            self.closing = None;
        }
        let open = open?;
        self.scope.close(open.mark);
        if let Some(count) = self.names.as_mut().and_then(|names| names.get_mut(open.name)) {
            *count = count.saturating_sub(1);
        }
        let prefix = &open.name[..open.colon.saturating_sub(1)];
        let local = &open.name[open.colon..];
        Some(Event::End(Tag { prefix, local, name: open.name, ns: open.ns, span, empty: open.empty, implied }))
    }

    /// Judges the document as a whole at its end.
    fn finish(&mut self) {
        self.met.finished = true;
        let end = self.text.len();
        if !self.met.stopped {
            self.report_unclosed();
            if !self.met.root && self.is_document() {
                let message = if is_all_blank(self.text) { "the document is empty" } else { "the document has no element" };
                self.faults.syntax(end..end, || plain(message));
            }
        }
        self.closing = Some(Closing { keep: 0, at: end, tag: None });
    }

    /// Reports the elements that the end of the document closes, in one fault: what was cut off has one.
    fn report_unclosed(&mut self) {
        let [around @ .., inner] = self.open.as_slice() else { return };
        let name = brief(inner.name);
        let others = match around {
            [] => String::new(),
            [one] => format!(", nor is `<{}>` around it", brief(one.name)),
            [outer, ..] => format!(", nor are the {} elements around it, from `<{}>` on", around.len(), brief(outer.name)),
        };
        let help = if around.is_empty() {
            format!("write `</{name}>` where it ends")
        } else {
            format!("make the document again if it was cut off, or write `</{name}>` where it ends")
        };
        self.faults.syntax(inner.span.clone(), || words(format!("`<{name}>` is never closed{others}"), help));
    }

    /// Adds the forbidden characters that were passed.
    fn report_forbidden(&mut self) {
        while let Some(at) = self.forbidden
            && at < self.at
        {
            let c = char_at(self.text, at).unwrap_or('\0');
            let message = format!("the character U+{:04X} cannot stand in XML", u32::from(c));
            self.faults.add(FaultKind::Character, at..at + c.len_utf8(), || words(message, "remove it; XML cannot hold it in any form"));
            self.forbidden = if self.faults.is_full() { None } else { find_forbidden(self.text, at + c.len_utf8()) };
        }
    }
}

impl<'a> Iterator for Reader<'a> {
    type Item = Event<'a>;

    fn next(&mut self) -> Option<Event<'a>> {
        let event = self.advance();
        if self.forbidden.is_some() {
            self.report_forbidden();
        }
        event
    }
}
