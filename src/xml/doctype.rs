//! The document type declaration: its name, its ids, and the declarations inside its brackets.
//!
//! Nothing outside the document is ever fetched. What the brackets hold is checked and its entities are kept, because the
//! text after it may refer to them; content models are checked and forgotten, because feeds are not validated against DTDs.

use super::chars::{char_at, is_all_blank, is_blank, name_end, skip_blanks, token_end, trim_end};
use super::entities::{Definition, Entities, replacement_text, scan};
use super::entities::{What, predefined};
use super::fault::{FaultKind, Faults, Limits, brief, plain, words};
use crate::diagnostic::Span;
use std::collections::HashMap;

/// A document type declaration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Doctype<'a> {
    /// The name it gives the root element.
    pub name: &'a str,
    /// The public identifier.
    pub public_id: Option<&'a str>,
    /// The system identifier, usually a URL.
    pub system_id: Option<&'a str>,
    /// The whole declaration.
    pub span: Span,
    /// Whether it has brackets.
    pub has_internal_subset: bool,
    /// The entities whose text is elsewhere; none is fetched.
    pub external_entities: Vec<ExternalEntity>,
}

/// An entity whose text is in another document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExternalEntity {
    /// Its name.
    pub name: String,
    /// Where it says its text is.
    pub system_id: String,
    /// Its declaration.
    pub span: Span,
    /// It is a parameter entity: one for declarations, not for text.
    pub is_parameter: bool,
}

/// The public identifier of the DTD of RSS 0.91.
const RSS_091: &str = "-//Netscape Communications//DTD RSS 0.91//EN";

impl Doctype<'_> {
    /// Returns whether this names the DTD of RSS 0.91, which declares the entities of Latin 1.
    pub(super) fn is_rss_091(&self) -> bool {
        let normal = self.public_id.map(|id| id.split_ascii_whitespace().collect::<Vec<_>>().join(" "));
        normal.as_deref() == Some(RSS_091) || self.system_id.is_some_and(|id| id.ends_with("rss-0.91.dtd"))
    }
}

/// A default that an `ATTLIST` gives an attribute.
#[derive(Debug, Clone)]
pub(super) struct DefaultAttribute<'a> {
    pub(super) element: &'a str,
    pub(super) name: &'a str,
    /// Inside the quotes.
    pub(super) value: Span,
}

/// What a DOCTYPE leaves behind.
#[derive(Debug, Default)]
pub(super) struct Outcome<'a> {
    pub(super) doctype: Option<Doctype<'a>>,
    pub(super) entities: Entities,
    pub(super) defaults: Vec<DefaultAttribute<'a>>,
    /// Bytes that parameter entities have made.
    pub(super) spent: usize,
    /// Where reading goes on.
    pub(super) end: usize,
}

/// A fault that ends a declaration: where, and what to say.
type Stop = (Span, (String, Option<String>));

fn stop<T>(span: Span, words: (String, Option<String>)) -> Result<T, Stop> {
    Err((span, words))
}

/// Reads the DOCTYPE whose `<!DOCTYPE` starts at an offset.
pub(super) fn read<'a>(text: &'a str, start: usize, limits: &Limits, faults: &mut Faults) -> Outcome<'a> {
    let mut parser = Parser {
        input: Input { text, at: start + "<!DOCTYPE".len(), reference: None },
        document: text,
        limits,
        faults,
        parameters: HashMap::new(),
        expanding: Vec::new(),
        external: Vec::new(),
        exhausted: false,
        out: Outcome::default(),
    };
    parser.out.doctype = Some(parser.doctype(start));
    if let Some(doctype) = &mut parser.out.doctype {
        parser.out.entities.latin1 = doctype.is_rss_091();
        parser.out.entities.unread |= doctype.system_id.is_some();
        doctype.external_entities = parser.external;
    }
    parser.out.end = parser.input.at;
    parser.out
}

/// What is being read: the document, or the text of a parameter entity.
#[derive(Debug, Clone)]
struct Input<'t> {
    text: &'t str,
    at: usize,
    /// Where the entity is referred to in the document; its faults are shown there.
    reference: Option<Span>,
}

struct Parser<'t, 'a, 'o> {
    input: Input<'t>,
    document: &'a str,
    limits: &'o Limits,
    faults: &'o mut Faults,
    /// The parameter entities; `None` for one that is elsewhere.
    parameters: HashMap<String, Option<String>>,
    expanding: Vec<String>,
    external: Vec<ExternalEntity>,
    /// Parameter entities have made more than the limit, and that was said.
    exhausted: bool,
    out: Outcome<'a>,
}

impl<'t, 'a> Parser<'t, 'a, '_> {
    fn byte(&self) -> Option<u8> {
        self.input.text.as_bytes().get(self.input.at).copied()
    }

    fn rest(&self) -> &'t str {
        &self.input.text[self.input.at..]
    }

    /// Returns a range of the input as one of the document.
    fn span(&self, range: Span) -> Span {
        self.input.reference.clone().unwrap_or(range)
    }

    fn here(&self) -> Span {
        let len = char_at(self.input.text, self.input.at).map_or(0, char::len_utf8);
        self.span(self.input.at..self.input.at + len)
    }

    fn skip_blanks(&mut self) -> bool {
        let before = self.input.at;
        self.input.at = skip_blanks(self.input.text.as_bytes(), before);
        self.input.at > before
    }

    fn eat(&mut self, word: &str) -> bool {
        let found = self.rest().starts_with(word);
        if found {
            self.input.at += word.len();
        }
        found
    }

    /// Says what was expected here and what is there instead.
    fn expected<T>(&self, what: &str) -> Result<T, Stop> {
        let found = match char_at(self.input.text, self.input.at) {
            Some(c) if c.is_control() || c.is_whitespace() => "a blank".to_owned(),
            Some(c) => format!("`{c}`"),
            None => "the end".to_owned(),
        };
        stop(self.here(), plain(format!("the declaration has {found} where {what} belongs")))
    }

    fn blanks(&mut self) -> Result<(), Stop> {
        if self.skip_blanks() { Ok(()) } else { self.expected("a blank") }
    }

    fn close(&mut self) -> Result<(), Stop> {
        self.skip_blanks();
        if self.eat(">") { Ok(()) } else { self.expected("`>`") }
    }

    fn name(&mut self) -> Result<&'t str, Stop> {
        let start = self.input.at;
        self.input.at = name_end(self.input.text, start);
        if self.input.at == start {
            return self.expected("a name");
        }
        Ok(&self.input.text[start..self.input.at])
    }

    /// Reads the name of an entity or notation, which namespaces keep free of colons.
    fn plain_name(&mut self) -> Result<&'t str, Stop> {
        let start = self.input.at;
        let name = self.name()?;
        if name.contains(':') {
            let span = self.span(start..self.input.at);
            self.faults
                .syntax(span, || words(format!("the name `{}` has a colon", brief(name)), "write it without; colons are for prefixes"));
        }
        Ok(name)
    }

    /// Reads a quoted text; returns the range inside the quotes.
    fn quoted(&mut self) -> Result<Span, Stop> {
        let Some(quote @ (b'"' | b'\'')) = self.byte() else { return self.expected("a quoted text") };
        let start = self.input.at + 1;
        match memchr::memchr(quote, &self.input.text.as_bytes()[start..]) {
            Some(len) => {
                self.input.at = start + len + 1;
                Ok(start..start + len)
            }
            None => stop(self.here(), plain("a quoted text in the DOCTYPE never ends")),
        }
    }

    /// Reads `SYSTEM "…"` or `PUBLIC "…" "…"`; a notation may leave the last one out.
    fn external_id(&mut self, is_notation: bool) -> Result<(Option<Span>, Option<Span>), Stop> {
        if self.eat("SYSTEM") {
            self.blanks()?;
            return Ok((None, Some(self.quoted()?)));
        }
        if !self.eat("PUBLIC") {
            return self.expected("`SYSTEM` or `PUBLIC`");
        }
        self.blanks()?;
        let public = self.quoted()?;
        let id = &self.input.text[public.clone()];
        if let Some((at, bad)) = id.char_indices().find(|&(_, c)| !is_public_id(c)) {
            let span = self.span(public.start + at..public.start + at + bad.len_utf8());
            self.faults.syntax(span, || plain(format!("a public identifier cannot hold `{bad}`")));
        }
        let had_blank = self.skip_blanks();
        if is_notation && !matches!(self.byte(), Some(b'"' | b'\'')) {
            return Ok((Some(public), None));
        }
        if !matches!(self.byte(), Some(b'"' | b'\'')) {
            let said = words(
                "a public identifier stands without a system identifier",
                "add the address in quotes, or remove `PUBLIC` and what follows",
            );
            return stop(self.here(), said);
        }
        if !had_blank {
            return self.expected("a blank");
        }
        Ok((Some(public), Some(self.quoted()?)))
    }

    /// Reads what follows `<!DOCTYPE`.
    fn doctype(&mut self, start: usize) -> Doctype<'a> {
        let mut doctype = Doctype {
            name: "",
            public_id: None,
            system_id: None,
            span: start..self.input.at,
            has_internal_subset: false,
            external_entities: Vec::new(),
        };
        if let Err((span, said)) = self.head(&mut doctype) {
            self.faults.syntax(span, || said);
            // Its brackets may still declare what the text refers to.
            let rest = &self.input.text.as_bytes()[self.input.at..];
            self.input.at += memchr::memchr3(b'[', b'<', b'>', rest).unwrap_or(rest.len());
        }
        doctype.has_internal_subset = self.eat("[");
        if doctype.has_internal_subset {
            let closed = self.subset(start);
            doctype.span.end = self.input.at;
            if !closed {
                return doctype;
            }
        }
        if let Err((span, said)) = self.close() {
            self.faults.syntax(span, || said);
            self.skip_declaration();
        }
        doctype.span.end = self.input.at;
        doctype
    }

    /// Reads the name and the identifiers.
    fn head(&mut self, doctype: &mut Doctype<'a>) -> Result<(), Stop> {
        if !self.skip_blanks() {
            self.faults.syntax(self.here(), || words("no blank after `<!DOCTYPE`", "write one"));
        }
        let document = self.document;
        let start = self.input.at;
        self.name()?;
        doctype.name = &document[start..self.input.at];
        let had_blank = self.skip_blanks();
        if matches!(self.byte(), Some(b'[' | b'>')) {
            return Ok(());
        }
        if !had_blank {
            return self.expected("a blank");
        }
        let (public, system) = self.external_id(false)?;
        doctype.public_id = public.map(|range| &document[range]);
        doctype.system_id = system.map(|range| &document[range]);
        self.skip_blanks();
        Ok(())
    }

    /// Skips the rest of a declaration that cannot be read.
    fn skip_declaration(&mut self) {
        let rest = &self.input.text.as_bytes()[self.input.at..];
        self.input.at += match memchr::memchr2(b'<', b'>', rest) {
            Some(at) if rest[at] == b'>' => at + 1,
            Some(at) => at,
            None => rest.len(),
        };
    }

    /// Reads declarations up to the closing bracket, or to the end of a parameter entity; returns whether that was there.
    fn subset(&mut self, doctype: usize) -> bool {
        let is_document = self.input.reference.is_none();
        loop {
            self.skip_blanks();
            match self.byte() {
                None if is_document => {
                    let said = words("the DOCTYPE's brackets are never closed", "write `]>` after the declarations");
                    self.faults.syntax(doctype..doctype + "<!DOCTYPE".len(), || said);
                    return false;
                }
                None => return true,
                Some(b']') if is_document => {
                    self.input.at += 1;
                    return true;
                }
                Some(b'%') => {
                    if let Err((span, said)) = self.parameter_reference(doctype) {
                        self.faults.syntax(span, || said);
                    }
                }
                Some(b'<') if is_document && starts_tag(self.rest()) => {
                    let said = words("the DOCTYPE's brackets are not closed before this tag", "write `]>` after the declarations");
                    self.faults.syntax(self.input.at..self.input.at + 1, || said);
                    return false;
                }
                Some(b'<') => {
                    let start = self.input.at;
                    if let Err((span, said)) = self.declaration() {
                        self.faults.syntax(span, || said);
                        self.input.at = self.input.at.max(start + 1);
                        self.skip_declaration();
                    }
                }
                Some(_) => self.skip_junk(),
            }
        }
    }

    /// Names what is no declaration and goes to the next thing that may be one.
    fn skip_junk(&mut self) {
        let rest = self.rest();
        let first = rest.chars().next().map_or(0, char::len_utf8);
        let len = rest[first..].find(['<', '%', ']']).map_or(rest.len(), |at| first + at);
        let junk = trim_end(&rest[..len]);
        let span = self.span(self.input.at..self.input.at + junk.len());
        self.faults.syntax(span, || plain(format!("`{}` is no declaration; only those belong into a DOCTYPE's brackets", brief(junk))));
        self.input.at += len;
    }

    /// Reads one declaration, comment or processing instruction.
    fn declaration(&mut self) -> Result<(), Stop> {
        let start = self.input.at;
        if self.eat("<!--") {
            return self.comment(start);
        }
        if self.eat("<?") {
            return self.instruction(start);
        }
        if self.eat("<![") {
            let said = plain("conditional sections belong into a DTD of its own, not into a document");
            return stop(self.span(start..start + 3), said);
        }
        if self.eat("<!ENTITY") {
            return self.entity(start);
        }
        if self.eat("<!ELEMENT") {
            return self.element();
        }
        if self.eat("<!ATTLIST") {
            return self.attributes();
        }
        if self.eat("<!NOTATION") {
            self.blanks()?;
            self.plain_name()?;
            self.blanks()?;
            self.external_id(true)?;
            return self.close();
        }
        let word: String = self.rest().chars().take_while(|c| !c.is_whitespace() && *c != '>').take(20).collect();
        self.input.at += 1;
        stop(self.span(start..start + word.len()), plain(format!("`{word}` starts no declaration that XML knows")))
    }

    fn comment(&mut self, start: usize) -> Result<(), Stop> {
        let rest = self.rest();
        let Some(len) = rest.find("--") else {
            self.input.at = self.input.text.len();
            return stop(self.span(start..start + 4), words("the comment never ends", "write `-->` at its end"));
        };
        self.input.at += len + 2;
        if self.eat(">") {
            return Ok(());
        }
        let at = self.input.at - 2;
        let end = self.rest().find("-->").map_or(self.input.text.len(), |i| self.input.at + i + 3);
        self.input.at = end;
        self.faults.syntax(self.span(at..at + 2), || words("a comment cannot hold `--`", "write `- -`"));
        Ok(())
    }

    fn instruction(&mut self, start: usize) -> Result<(), Stop> {
        let target = self.plain_name()?;
        if target.eq_ignore_ascii_case("xml") {
            let said = plain("the XML declaration stands inside the DOCTYPE; it belongs at the start of the document");
            self.faults.syntax(self.span(start..self.input.at), || said);
        }
        if !self.skip_blanks() && !self.rest().starts_with("?>") {
            return self.expected("a blank or `?>`");
        }
        match self.rest().find("?>") {
            Some(len) => {
                self.input.at += len + 2;
                Ok(())
            }
            None => {
                self.input.at = self.input.text.len();
                stop(self.span(start..start + 2), words("the processing instruction never ends", "write `?>` at its end"))
            }
        }
    }

    /// Reads an entity's declaration after `<!ENTITY` (XML 1.0 §4.2).
    fn entity(&mut self, start: usize) -> Result<(), Stop> {
        self.blanks()?;
        let is_parameter = self.eat("%");
        if is_parameter {
            self.blanks()?;
        }
        let name = self.plain_name()?;
        self.blanks()?;
        if matches!(self.byte(), Some(b'"' | b'\'')) {
            let raw = self.quoted()?;
            self.close()?;
            let text = self.entity_text(raw);
            if is_parameter {
                self.parameters.entry(name.to_owned()).or_insert(Some(text));
            } else {
                self.out.entities.declare(name, Definition::Internal(text));
            }
            return Ok(());
        }
        let (_, system) = self.external_id(false)?;
        let system_id = system.map_or("", |range| &self.input.text[range]);
        let mut unparsed = false;
        if self.skip_blanks() && !is_parameter && self.eat("NDATA") {
            self.blanks()?;
            self.plain_name()?;
            unparsed = true;
        }
        self.close()?;
        let span = self.span(start..self.input.at);
        self.external.push(ExternalEntity { name: name.to_owned(), system_id: system_id.to_owned(), span, is_parameter });
        if is_parameter {
            self.parameters.entry(name.to_owned()).or_insert(None);
        } else {
            self.out.entities.declare(name, if unparsed { Definition::Unparsed } else { Definition::External });
        }
        Ok(())
    }

    fn entity_text(&mut self, raw: Span) -> String {
        let (text, bad) = replacement_text(self.input.text, raw, self.input.reference.is_none());
        for one in bad {
            let kind = if one.message.contains("U+") { FaultKind::Character } else { FaultKind::Syntax };
            let span = self.span(one.range);
            self.faults.add(kind, span, || (one.message, one.help));
        }
        text
    }

    /// Reads `%name;` between declarations, and the declarations it stands for.
    fn parameter_reference(&mut self, doctype: usize) -> Result<(), Stop> {
        let start = self.input.at;
        let end = name_end(self.input.text, start + 1);
        self.input.at = end.max(start + 1);
        if end == start + 1 || !self.eat(";") {
            return stop(self.span(start..end), words("`%` starts no reference here", "write `%name;`"));
        }
        let name = &self.input.text[start + 1..end];
        let span = self.span(start..self.input.at);
        match self.parameters.get(name) {
            None => stop(span, plain(format!("no parameter entity `{}` is declared", brief(name)))),
            Some(None) => {
                self.out.entities.unread = true;
                Ok(())
            }
            Some(Some(text)) => {
                let text = text.clone();
                self.expand(name, &text, span, doctype)
            }
        }
    }

    /// Reads the declarations of a parameter entity.
    fn expand(&mut self, name: &str, text: &str, reference: Span, doctype: usize) -> Result<(), Stop> {
        if self.expanding.iter().any(|open| open == name) {
            return stop(reference, plain(format!("the parameter entity `{}` refers to itself", brief(name))));
        }
        // An empty one has its price, too: what counts is the work.
        self.out.spent = self.out.spent.saturating_add(text.len() + 256);
        if self.out.spent > self.limits.expansion || self.expanding.len() >= self.limits.nesting {
            let said = words("parameter entities make more text than the limit", "write the declarations themselves");
            if !self.exhausted {
                self.faults.add(FaultKind::Limit, reference, || said);
            }
            self.exhausted = true;
            return Ok(());
        }
        self.expanding.push(name.to_owned());
        let mut inner = Parser {
            input: Input { text, at: 0, reference: Some(reference) },
            document: self.document,
            limits: self.limits,
            faults: &mut *self.faults,
            parameters: std::mem::take(&mut self.parameters),
            expanding: std::mem::take(&mut self.expanding),
            external: std::mem::take(&mut self.external),
            exhausted: self.exhausted,
            out: std::mem::take(&mut self.out),
        };
        inner.subset(doctype);
        let Parser { parameters, expanding, external, exhausted, out, .. } = inner;
        self.exhausted = exhausted;
        (self.parameters, self.expanding, self.external, self.out) = (parameters, expanding, external, out);
        self.expanding.pop();
        Ok(())
    }

    /// Reads an element's declaration after `<!ELEMENT` (XML 1.0 §3.2).
    fn element(&mut self) -> Result<(), Stop> {
        self.blanks()?;
        self.name()?;
        self.blanks()?;
        if !self.eat("EMPTY") && !self.eat("ANY") {
            self.content_model()?;
        }
        self.close()
    }

    /// Reads a content model without recursion: the open groups are a list of their separators.
    fn content_model(&mut self) -> Result<(), Stop> {
        if !self.eat("(") {
            return self.expected("`EMPTY`, `ANY` or `(`");
        }
        self.skip_blanks();
        if self.eat("#PCDATA") {
            return self.mixed();
        }
        let mut open: Vec<Option<u8>> = vec![None];
        while !open.is_empty() {
            self.skip_blanks();
            if self.eat("(") {
                open.push(None);
                continue;
            }
            self.name()?;
            self.occurrence();
            self.after_particle(&mut open)?;
        }
        Ok(())
    }

    /// Reads what follows an item of a content model: separators and closing brackets.
    fn after_particle(&mut self, open: &mut Vec<Option<u8>>) -> Result<(), Stop> {
        while let Some(separator) = open.last_mut() {
            self.skip_blanks();
            match self.byte() {
                Some(b')') => {
                    self.input.at += 1;
                    self.occurrence();
                    open.pop();
                }
                Some(b @ (b',' | b'|')) if separator.is_none_or(|s| s == b) => {
                    *separator = Some(b);
                    self.input.at += 1;
                    return Ok(());
                }
                _ => return self.expected("`)` or the group's separator"),
            }
        }
        Ok(())
    }

    fn occurrence(&mut self) {
        if matches!(self.byte(), Some(b'?' | b'*' | b'+')) {
            self.input.at += 1;
        }
    }

    fn mixed(&mut self) -> Result<(), Stop> {
        let mut names = 0;
        loop {
            self.skip_blanks();
            if self.eat("|") {
                self.skip_blanks();
                self.name()?;
                names += 1;
            } else if self.eat(")") {
                return if self.eat("*") || names == 0 { Ok(()) } else { self.expected("`*`") };
            } else {
                return self.expected("`|` or `)`");
            }
        }
    }

    /// Reads attributes' declarations after `<!ATTLIST` (XML 1.0 §3.3).
    fn attributes(&mut self) -> Result<(), Stop> {
        self.blanks()?;
        let element = self.input.at;
        self.name()?;
        let element = element..self.input.at;
        loop {
            let had_blank = self.skip_blanks();
            if self.eat(">") {
                return Ok(());
            }
            if !had_blank {
                return self.expected("a blank or `>`");
            }
            let name = self.input.at;
            self.name()?;
            let name = name..self.input.at;
            self.blanks()?;
            self.attribute_type()?;
            self.blanks()?;
            if let Some(value) = self.default_value()?
                && self.input.reference.is_none()
            {
                let default = DefaultAttribute { element: &self.document[element.clone()], name: &self.document[name], value };
                self.out.defaults.push(default);
            }
        }
    }

    fn attribute_type(&mut self) -> Result<(), Stop> {
        // The longer names first: `eat` takes what the text starts with.
        const TYPES: [&str; 8] = ["CDATA", "IDREFS", "IDREF", "ID", "ENTITY", "ENTITIES", "NMTOKENS", "NMTOKEN"];
        if TYPES.iter().any(|word| self.eat(word)) {
            return Ok(());
        }
        let is_notation = self.eat("NOTATION");
        if is_notation {
            self.blanks()?;
        }
        if !self.eat("(") {
            return self.expected("an attribute type");
        }
        loop {
            self.skip_blanks();
            let start = self.input.at;
            self.input.at = if is_notation { name_end(self.input.text, start) } else { token_end(self.input.text, start) };
            if self.input.at == start {
                return self.expected("a name");
            }
            self.skip_blanks();
            if self.eat(")") {
                return Ok(());
            }
            if !self.eat("|") {
                return self.expected("`|` or `)`");
            }
        }
    }

    fn default_value(&mut self) -> Result<Option<Span>, Stop> {
        if self.eat("#REQUIRED") || self.eat("#IMPLIED") {
            return Ok(None);
        }
        if self.eat("#FIXED") {
            self.blanks()?;
        }
        let value = self.quoted()?;
        self.check_default(value.clone());
        Ok(Some(value))
    }

    /// Checks a default value that stands in a parameter entity; those of the document are decoded like any value.
    fn check_default(&mut self, value: Span) {
        if self.input.reference.is_none() {
            return;
        }
        let text = &self.input.text[..value.end];
        let mut at = value.start;
        while let Some(found) = memchr::memchr2(b'<', b'&', &text.as_bytes()[at..]) {
            at += found;
            let (what, end) = if text.as_bytes()[at] == b'&' { scan(text, at) } else { (What::Bare, at + 1) };
            let known = |name: &str| predefined(name).is_some() || self.out.entities.general.contains_key(name);
            let good = matches!(what, What::Char(_)) || matches!(what, What::Entity(name) if known(name));
            if !good {
                let span = self.span(at..end);
                self.faults.syntax(span, || plain(format!("`{}` cannot stand in an attribute's default value", brief(&text[at..end]))));
            }
            at = end;
        }
    }
}

/// Returns whether a text that starts with `<` starts with a tag.
fn starts_tag(text: &str) -> bool {
    text.starts_with("</") || name_end(text, 1) > 1
}

fn is_public_id(c: char) -> bool {
    matches!(c, ' ' | '\r' | '\n' | 'a'..='z' | 'A'..='Z' | '0'..='9') || "-'()+,./:=?;!*#@$_%".contains(c)
}

/// Returns how many line ends and other things stand before a late XML declaration, in words.
pub(super) fn what_stands_before(before: &str) -> &'static str {
    if !is_all_blank(before) {
        return "something stands before it";
    }
    let is_line_end = |b: u8| b == b'\n' || b == b'\r';
    match before.bytes().filter(|&b| is_line_end(b)).count() {
        0 if before.bytes().all(is_blank) => "a blank stands before it",
        1 => "a blank line stands before it",
        _ => "blank lines stand before it",
    }
}
