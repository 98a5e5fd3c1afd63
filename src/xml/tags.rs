//! Start and end tags, their attributes and namespaces.

use super::chars::{is_blank, name_end, skip_blanks};
use super::doctype::DefaultAttribute;
use super::event::{Attribute, Declaration, Event, Tag};
use super::fault::{FaultKind, brief, plain, words};
use super::locate::{Kind, push_spaces};
use super::namespaces::{Ns, XML, XMLNS, well_known};
use super::reader::{Closing, Open, Reader};
use crate::diagnostic::Span;
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

/// Up to here every pair is compared; beyond, a table is made.
const FEW: usize = 16;

impl<'a> Reader<'a> {
    /// Reads the start tag at the current place (XML 1.0 §3.1 productions 40 and 44); one that the document's end cut off
    /// begins no element.
    pub(super) fn start_tag(&mut self) -> Option<Event<'a>> {
        let (text, start) = (self.text, self.at);
        let name_end = name_end(text, start + 1);
        let name = &text[start + 1..name_end];
        let mark = self.scope.mark();
        self.attributes.clear();
        self.declarations.clear();
        let Some(empty) = self.read_attributes(start, name_end) else {
            self.attributes.clear();
            self.declarations.clear();
            return None;
        };
        self.add_defaults(name);
        self.check_count(start + 1..name_end);
        self.declare_namespaces();
        let colon = self.split(name, start + 1);
        let prefix = &name[..colon.saturating_sub(1)];
        let ns = self.element_namespace(prefix, start + 1..name_end);
        self.resolve_attributes();
        let span = start..self.at;
        self.open(Open { name, colon, ns, span: span.clone(), empty, mark });
        Some(Event::Start(Tag { prefix, local: &name[colon..], name, ns, span, empty, implied: false }))
    }

    /// Notes an open element, and stops where too many are.
    fn open(&mut self, element: Open<'a>) {
        let span = element.span.clone();
        if self.open.is_empty() && self.is_document() {
            if self.met.root {
                let message = format!("`<{}>` is a second root element; a document has one", brief(element.name));
                self.faults.syntax(span.clone(), || words(message, "remove it, or move it into the first one"));
            }
            self.met.root = true;
        }
        if let Some(names) = &mut self.names {
            *names.entry(element.name).or_insert(0) += 1;
        }
        if element.empty {
            self.closing = Some(Closing { keep: self.open.len(), at: self.at, tag: Some(self.at..self.at) });
        }
        self.open.push(element);
        let depth = self.open.len();
        if depth > self.limits.depth && !self.met.deep {
            self.met.deep = true;
            let message = format!("more than {} elements are open here", self.limits.depth);
            self.faults.add(FaultKind::Limit, span.clone(), || words(message, "close elements; readers give up on such depth"));
        }
        if depth >= self.limits.stop_depth {
            let message = format!("{depth} elements are open here; the rest of the document is not read");
            self.faults.add(FaultKind::Limit, span, || plain(message));
            self.met.stopped = true;
            self.at = self.text.len();
        }
    }

    /// Reads up to the end of a start tag; returns whether it closes itself, or nothing where the document ends before.
    fn read_attributes(&mut self, start: usize, name_end: usize) -> Option<bool> {
        let bytes = self.text.as_bytes();
        let mut at = name_end;
        loop {
            let here = skip_blanks(bytes, at);
            match bytes.get(here) {
                Some(b'>') => {
                    self.at = here + 1;
                    return Some(false);
                }
                Some(b'/') if bytes.get(here + 1) == Some(&b'>') => {
                    self.at = here + 2;
                    return Some(true);
                }
                end @ (None | Some(b'<')) => {
                    let before = if end.is_some() { " before the next `<`" } else { "" };
                    let message = format!("the tag `{}` does not end{before}", brief(&self.text[start..name_end]));
                    self.faults.syntax(start..name_end, || words(message, "write `>` at its end, or `&lt;` if it is no tag"));
                    self.at = here;
                    return end.map(|_| false);
                }
                Some(_) => at = self.read_attribute(at, here),
            }
        }
    }

    /// Reads one attribute, or what stands in its place; returns where it ends.
    fn read_attribute(&mut self, before: usize, start: usize) -> usize {
        let (text, bytes) = (self.text, self.text.as_bytes());
        let end = name_end(text, start);
        if end == start {
            return self.skip_junk(start);
        }
        let name = &text[start..end];
        if before == start {
            self.faults.syntax(start..end, || words(format!("no blank before the attribute `{}`", brief(name)), "write one"));
        }
        let equals = skip_blanks(bytes, end);
        if bytes.get(equals) != Some(&b'=') {
            let help = format!("write `{0}=\"{0}\"`", brief(name));
            self.faults.syntax(start..end, || words(format!("the attribute `{}` has no value", brief(name)), help));
            self.keep_attribute(start..end, end..end);
            return end;
        }
        let value = skip_blanks(bytes, equals + 1);
        match bytes.get(value) {
            Some(&quote @ (b'"' | b'\'')) => {
                let (raw, after) = self.quoted_value(name, quote, value);
                self.keep_attribute(start..end, raw);
                after
            }
            _ => {
                let raw = self.bare_value(value);
                let help = format!("write `{}=\"{}\"`", brief(name), brief(&text[raw.clone()]));
                self.faults.syntax(raw.clone(), || words(format!("the value of `{}` is not in quotes", brief(name)), help));
                let after = raw.end;
                self.keep_attribute(start..end, raw);
                after
            }
        }
    }

    /// Names what cannot stand in a tag; returns where it ends.
    fn skip_junk(&mut self, start: usize) -> usize {
        let rest = &self.text[start..];
        let first = rest.chars().next().map_or(1, char::len_utf8);
        let ends = |b: u8| is_blank(b) || matches!(b, b'<' | b'>' | b'/');
        // A slash alone: what follows it may well be an attribute.
        let more = if rest.starts_with('/') { 0 } else { rest.bytes().skip(first).take_while(|&b| !ends(b)).count() };
        let len = first + more;
        let junk = &rest[..len];
        let help = if junk.starts_with(['"', '\'']) { "remove it, or write `&quot;` inside a value" } else { "remove it" };
        self.faults.syntax(start..start + len, || words(format!("`{}` cannot stand in a tag", brief(junk)), help));
        start + len
    }

    /// Returns the range of a value inside its quotes, and where it ends with them.
    fn quoted_value(&mut self, name: &str, quote: u8, at: usize) -> (Span, usize) {
        let bytes = self.text.as_bytes();
        let start = at + 1;
        if let Some(len) = memchr::memchr(quote, &bytes[start..]) {
            let end = start + len;
            // A `<` in the value and something stuck to its end: a quote was forgotten, and this one opens another value.
            let stuck = bytes.get(end + 1).is_some_and(|&b| !is_blank(b) && !matches!(b, b'>' | b'/' | b'?'));
            if !stuck || memchr::memchr(b'<', &bytes[start..end]).is_none() {
                return (start..end, end + 1);
            }
        }
        let after = start + memchr::memchr2(b'<', b'>', &bytes[start..]).unwrap_or(bytes.len() - start);
        // `'…"/>`: the closing quote is there, but the other one.
        let other = if quote == b'"' { b'\'' } else { b'"' };
        let rest = bytes[start..after].strip_suffix(b"/").unwrap_or(&bytes[start..after]);
        let (value, end) = match rest {
            [value @ .., last] if *last == other => (value.len(), start + rest.len()),
            _ => (after - start, after),
        };
        let help = format!("write `{}` at its end", char::from(quote));
        self.faults.syntax(at..start, || words(format!("the value of `{}` has no closing quote", brief(name)), help));
        (start..start + value, end)
    }

    /// Returns the range of a value without quotes.
    fn bare_value(&self, start: usize) -> Span {
        let bytes = &self.text.as_bytes()[start..];
        let is_end = |(i, &b): (usize, &u8)| is_blank(b) || b == b'<' || b == b'>' || (b == b'/' && bytes.get(i + 1) == Some(&b'>'));
        let len = bytes.iter().enumerate().position(is_end).unwrap_or(bytes.len());
        start..start + len
    }

    fn keep_attribute(&mut self, name_span: Span, value_span: Span) {
        let value = self.attribute_value(value_span.clone());
        let name = &self.text[name_span.clone()];
        self.keep(name, value, name_span, value_span);
    }

    fn keep(&mut self, name: &'a str, value: Cow<'a, str>, name_span: Span, value_span: Span) {
        let colon = self.split(name, name_span.start);
        let (prefix, local) = (&name[..colon.saturating_sub(1)], &name[colon..]);
        if name == "xmlns" || prefix == "xmlns" {
            let prefix = if name == "xmlns" { "" } else { local };
            self.declarations.push(Declaration { prefix, uri: value, name_span, span: value_span });
        } else {
            self.attributes.push(Attribute { prefix, local, name, ns: Ns::NONE, value, name_span, value_span });
        }
    }

    /// Returns a value with references resolved and white space as spaces (XML 1.0 §3.3.3).
    pub(super) fn attribute_value(&mut self, raw: Span) -> Cow<'a, str> {
        let text = &self.text[..raw.end];
        let bytes = text.as_bytes();
        if raw.len() > self.limits.attribute_value && !self.met.long_value {
            self.met.long_value = true;
            let message = format!("a value of {} bytes", raw.len());
            self.faults.add(FaultKind::Limit, raw.clone(), || plain(message));
        }
        let is_document = self.is_document();
        let (mut at, mut copied) = (raw.start, raw.start);
        let (mut out, mut has_breaks, mut said) = (None, false, false);
        while let Some(found) = bytes[at..].iter().position(|b| matches!(b, b'&' | b'<' | b'\t' | b'\n' | b'\r')) {
            at += found;
            match bytes[at] {
                b'&' => {
                    let out = out.get_or_insert_with(|| String::with_capacity(raw.len()));
                    push_spaces(out, &text[copied..at], is_document);
                    at = self.reference(at, raw.end, Kind::Attribute, out);
                    copied = at;
                }
                b'<' => {
                    if !said {
                        self.faults.syntax(at..at + 1, || words("an attribute's value cannot hold `<`", "write `&lt;`"));
                    }
                    said = true;
                    at += 1;
                }
                _ => {
                    has_breaks = true;
                    at += 1;
                }
            }
        }
        if out.is_none() && !has_breaks {
            return Cow::Borrowed(&text[raw]);
        }
        let mut out = out.unwrap_or_default();
        push_spaces(&mut out, &text[copied..], is_document);
        Cow::Owned(out)
    }

    /// Checks a name's colon; returns where the local part begins.
    fn split(&mut self, name: &str, at: usize) -> usize {
        let Some(colon) = memchr::memchr(b':', name.as_bytes()) else { return 0 };
        let local = &name[colon + 1..];
        if colon > 0 && name_end(local, 0) == local.len() && !local.is_empty() && !local.contains(':') {
            return colon + 1;
        }
        let said = || words(format!("`{}` is no name with a prefix", brief(name)), "write one colon, with a name on either side");
        self.faults.syntax(at..at + name.len(), said);
        if colon > 0 { colon + 1 } else { 0 }
    }

    /// Binds the prefixes that the tag declares (Namespaces in XML 1.0 §3).
    fn declare_namespaces(&mut self) {
        if self.declarations.is_empty() {
            return;
        }
        let mut declarations = std::mem::take(&mut self.declarations);
        self.drop_repeated(&mut declarations, |d| d.prefix, |d| d.name_span.clone());
        for declaration in &declarations {
            let ns = self.scope.intern(declaration.uri.clone());
            let span = declaration.name_span.start..declaration.span.end.max(declaration.name_span.end);
            let fault = match (declaration.prefix, declaration.uri.as_ref()) {
                ("", XML | XMLNS) => Some(words("the default namespace cannot be one of XML's own", "remove it")),
                ("xml", XML) | ("", _) => None,
                ("xml", _) => Some(words("the prefix `xml` cannot stand for another namespace", "choose another prefix")),
                ("xmlns", _) => Some(words("the prefix `xmlns` cannot be declared", "choose another prefix")),
                (prefix, "") => Some(words(format!("`xmlns:{}` is empty", brief(prefix)), "write the namespace's URI, or remove it")),
                (_, XML | XMLNS) => Some(words("a prefix of yours cannot stand for one of XML's own namespaces", "use `xml:` itself")),
                _ => None,
            };
            let is_own = matches!(declaration.prefix, "xml" | "xmlns");
            if let Some(said) = fault {
                self.faults.syntax(span, || said);
            }
            if !is_own {
                let nothing = declaration.uri.is_empty() && !declaration.prefix.is_empty();
                self.scope.bind(declaration.prefix, if nothing { Ns::UNDECLARED } else { ns });
            }
        }
        self.declarations = declarations;
    }

    fn element_namespace(&mut self, prefix: &'a str, span: Span) -> Ns {
        if prefix == "xmlns" {
            self.faults.syntax(span, || words("an element cannot have the prefix `xmlns`", "choose another prefix"));
            return Ns::XMLNS;
        }
        self.resolve(prefix, span)
    }

    fn resolve(&mut self, prefix: &'a str, span: Span) -> Ns {
        if let Some(ns) = self.scope.get(prefix) {
            return ns;
        }
        if self.scope.is_first_use(prefix) {
            if self.is_document() {
                self.report_prefix(prefix, span);
            } else {
                self.note_prefix(prefix);
            }
        }
        Ns::UNDECLARED
    }

    pub(super) fn report_prefix(&mut self, prefix: &str, span: Span) {
        let uri = well_known(prefix).unwrap_or("…");
        let root = self.open.first().map_or("this element", |open| open.name);
        let place = if self.open.is_empty() { "this element".to_owned() } else { format!("`<{}>`", brief(root)) };
        let help = format!("write `xmlns:{}=\"{uri}\"` into {place}", brief(prefix));
        self.faults.syntax(span, || words(format!("the prefix `{}` is not declared", brief(prefix)), help));
    }

    /// Gives the attributes their namespaces and drops repeated ones.
    fn resolve_attributes(&mut self) {
        if self.attributes.is_empty() {
            return;
        }
        let mut attributes = std::mem::take(&mut self.attributes);
        let mut prefixed = false;
        for attribute in attributes.iter_mut().filter(|a| !a.prefix.is_empty()) {
            attribute.ns = self.resolve(attribute.prefix, attribute.name_span.clone());
            prefixed = true;
        }
        self.drop_repeated(&mut attributes, |a| a.name, |a| a.name_span.clone());
        if prefixed {
            // Namespaces in XML 1.0 §6.3: two prefixes for one namespace make two names one.
            let key = |a: &Attribute<'a>| (a.ns, if a.ns == Ns::UNDECLARED { a.name } else { a.local });
            self.drop_repeated(&mut attributes, key, |a| a.name_span.clone());
        }
        self.attributes = attributes;
    }

    /// Names and removes every item whose key an earlier one has; not quadratic.
    fn drop_repeated<T, K: std::hash::Hash + Eq>(&mut self, items: &mut Vec<T>, key: impl Fn(&T) -> K, span: impl Fn(&T) -> Span) {
        let mut repeated: Vec<usize> = Vec::new();
        if items.len() <= FEW {
            repeated.extend((1..items.len()).filter(|&i| items[..i].iter().any(|earlier| key(earlier) == key(&items[i]))));
        } else {
            let mut seen = HashSet::with_capacity(items.len());
            repeated.extend((0..items.len()).filter(|&i| !seen.insert(key(&items[i]))));
        }
        if repeated.is_empty() {
            return;
        }
        for &at in &repeated {
            let span = span(&items[at]);
            let name = self.text.get(span.clone()).unwrap_or_default();
            self.faults.syntax(span, || words(format!("the attribute `{}` is there twice", brief(name)), "remove one"));
        }
        let (mut index, mut next) = (0, repeated.into_iter().peekable());
        items.retain(|_| {
            let keep = next.next_if_eq(&index).is_none();
            index += 1;
            keep
        });
    }

    fn check_count(&mut self, span: Span) {
        let count = self.attributes.len() + self.declarations.len();
        if count > self.limits.attributes && !self.met.many_attributes {
            self.met.many_attributes = true;
            self.faults.add(FaultKind::Limit, span, || plain(format!("an element with {count} attributes")));
        }
    }

    /// Decodes the defaults that the DOCTYPE declares; the first declaration of each binds (XML 1.0 §3.3).
    pub(super) fn keep_defaults(&mut self, defaults: Vec<DefaultAttribute<'a>>) {
        let mut seen = HashSet::new();
        for default in defaults {
            let value = self.attribute_value(default.value.clone()).into_owned();
            if seen.insert((default.element, default.name)) {
                self.defaults.entry(default.element).or_default().push((default, value));
            }
        }
    }

    /// Gives an element the attributes that it lacks and the DOCTYPE has a default for.
    fn add_defaults(&mut self, element: &str) {
        if self.defaults.is_empty() || self.met.exhausted {
            return;
        }
        let Some(defaults) = self.defaults.remove_entry(element) else { return };
        let end = self.at;
        self.spend(defaults.1.iter().map(|(d, value)| d.name.len() + value.len() + 16).sum(), end..end);
        if !self.met.exhausted {
            let names = self.attributes.iter().map(|a| a.name);
            let declared = self.declarations.iter().map(|d| &self.text[d.name_span.clone()]);
            let present: HashSet<&str> = names.chain(declared).collect();
            for (default, value) in defaults.1.iter().filter(|(d, _)| !present.contains(d.name)) {
                let name_start = default.value.start;
                self.keep(default.name, Cow::Owned(value.clone()), name_start..name_start, default.value.clone());
            }
        }
        self.defaults.insert(defaults.0, defaults.1);
    }

    /// Reads the end tag at the current place.
    pub(super) fn end_tag(&mut self) {
        let (text, start) = (self.text, self.at);
        let bytes = text.as_bytes();
        let name_start = skip_blanks(bytes, start + 2);
        let name_end = name_end(text, name_start);
        let name = &text[name_start..name_end];
        if name.is_empty() || name_start > start + 2 {
            let help = if name.is_empty() { "write `&lt;/`" } else { "write the name right after `</`" };
            self.faults.syntax(start..start + 2, || words("`</` starts no end tag here", help));
        }
        if name.is_empty() {
            self.at = self.skip_tag(start + 2);
            return;
        }
        let here = skip_blanks(bytes, name_end);
        if bytes.get(here) == Some(&b'>') {
            self.at = here + 1;
        } else {
            let what = if here < bytes.len() { "has more than a name" } else { "does not end" };
            let said = || words(format!("the end tag `</{}` {what}", brief(name)), format!("write `</{}>`", brief(name)));
            self.faults.syntax(start..here.max(start + 2), said);
            // The document's end cut it off: whose end tag it was to be nobody can tell.
            if here >= bytes.len() {
                self.at = here;
                return;
            }
            self.at = self.skip_tag(here);
        }
        let span = start..self.at;
        match self.open.last() {
            Some(open) if open.name == name => self.close(1, span),
            _ => self.wrong_end(name, span),
        }
    }

    /// Closes the innermost elements; the last of them has the end tag.
    fn close(&mut self, count: usize, tag: Span) {
        self.closing = Some(Closing { keep: self.open.len().saturating_sub(count), at: tag.start, tag: Some(tag) });
    }

    /// Judges an end tag that is not that of the innermost element: it closes one further out, or nothing.
    fn wrong_end(&mut self, name: &'a str, span: Span) {
        let shown = brief(name);
        let Some(inner) = self.open.last() else {
            self.faults.syntax(span, || words(format!("`</{shown}>` closes nothing; no element is open"), "remove it"));
            return;
        };
        let (inner_name, inner_start) = (inner.name, inner.span.start);
        if inner_name.eq_ignore_ascii_case(name) {
            let message = format!("`</{shown}>` does not close `<{}>`: capitals and small letters differ", brief(inner_name));
            self.faults.syntax(span.clone(), || words(message, format!("write `</{}>`", brief(inner_name))));
            return self.close(1, span);
        }
        let full = self.faults.is_full();
        let line = if full { 0 } else { self.line(inner_start) };
        let inner_shown = brief(inner_name);
        if !self.is_open(name) {
            let message = format!("`</{shown}>` closes nothing; `<{inner_shown}>` is open since line {line}");
            let help = format!("write `</{inner_shown}>`, or remove it");
            self.faults.syntax(span, || words(message, help));
            return;
        }
        let message = format!("`</{shown}>` comes before `<{inner_shown}>` of line {line} is closed");
        let help = format!("write `</{inner_shown}>` before it");
        self.faults.syntax(span.clone(), || words(message, help));
        let count = self.open.iter().rev().take_while(|open| open.name != name).count() + 1;
        self.close(count, span);
    }

    /// Returns whether an element of a name is open; counts from the first question on, so that many cost no more.
    fn is_open(&mut self, name: &str) -> bool {
        let open = &self.open;
        let names = self.names.get_or_insert_with(|| {
            let mut names = HashMap::new();
            for element in open {
                *names.entry(element.name).or_insert(0) += 1;
            }
            names
        });
        names.get(name).is_some_and(|count| *count > 0)
    }
}
