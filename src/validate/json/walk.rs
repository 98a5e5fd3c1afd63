//! One pass over a JSON document: each member meets its row, each value its type, and every rule sees what entries tell.

use super::feed::{self, FEED, JSON_FEED};
use super::reader::{Bracket, Event, FaultKind, Reader, Scalar, Text};
use super::table::{Member, Object, Shape};
use crate::diagnostic::{Code, Span};
use crate::text::suggest::did_you_mean;
use crate::validate::codes::{
    BAD_CHARACTERS, JSON_DEPRECATED_MEMBER, JSON_DUPLICATE_MEMBER, JSON_EXTENSION_NAME, JSON_EXTENSION_VALUE, JSON_MISSING_MEMBER,
    JSON_NEWER_MEMBER, JSON_NEXT_URL_LOOPS, JSON_NULL_MEMBER, JSON_SYNTAX, JSON_UNKNOWN_MEMBER, JSON_WRONG_TYPE,
    SELF_DOESNT_MATCH_LOCATION, VALIDATOR_LIMIT,
};
use crate::validate::content;
use crate::validate::findings::{Finding, Findings};
use crate::validate::kind::Kind;
use crate::validate::rules::{self, Rule};
use crate::validate::scene::{Facts, Frame, Scene, Subtree, Surroundings, Told};
use crate::validate::table::{Content, Element, Fact, Role};
use crate::validate::text;
use crate::validate::walk::shorten;
use crate::xml::{self, Limits, Ns, Tag};
use std::borrow::Cow;
use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use url::Url;

/// Returns which version of JSON Feed a text is, if any, by the members of its top level.
pub(in crate::validate) fn identify(text: &str) -> Option<Kind> {
    let (mut depth, mut name) = (0_usize, Cow::Borrowed(""));
    let (mut has_items, mut has_head) = (false, false);
    for event in Reader::new(text) {
        match event {
            Event::Start(Bracket::Array, _) if depth == 0 => return None,
            Event::Start(..) => depth += 1,
            Event::End { .. } => depth -= 1,
            Event::Name(text) if depth == 1 => {
                has_items |= text.value == "items";
                has_head |= matches!(text.value.as_ref(), "title" | "home_page_url" | "feed_url");
                name = text.value;
            }
            Event::Value(Scalar::Text(text)) if depth == 1 && name == "version" && feed::is_version(&text.value) => {
                return Some(feed::version(&text.value));
            }
            Event::Name(_) | Event::Value(_) => {}
        }
    }
    (has_items && has_head).then_some(Kind::JsonFeed11)
}

/// Judges a JSON Feed and says how many items it has.
pub(in crate::validate) fn walk(source: &str, kind: Kind, surroundings: Surroundings<'_>, findings: &mut Findings) -> usize {
    let since = findings.count();
    let mut walk = Walk {
        source,
        kind,
        surroundings,
        places: xml::Reader::new(source, Limits::default()),
        findings,
        rules: rules::all(),
        levels: Vec::new(),
        frames: Vec::new(),
        entries: 0,
        entry: None,
        feed: Facts::default(),
        told: Facts::default(),
        feed_url: None,
        next_url: None,
    };
    let mut reader = Reader::new(source);
    loop {
        let event = reader.next();
        for fault in reader.take_faults() {
            walk.fault(fault);
        }
        match event {
            Some(Event::Name(text)) => walk.name(text),
            Some(Event::Start(bracket, span)) => walk.start(bracket, span),
            Some(Event::End { implied, .. }) => walk.end(implied),
            Some(Event::Value(value)) => walk.scalar(value),
            None => break,
        }
    }
    let entries = walk.entries;
    walk.finish();
    findings.point(since, pointer_of);
    entries
}

/// Returns the pointer of a finding that a rule made, which knows its entry and its member.
fn pointer_of(path: &str, entry: Option<usize>) -> String {
    match (path.strip_prefix("items"), entry) {
        (Some(rest), Some(number)) => format!("/items/{}{rest}", number - 1),
        _ if path.is_empty() => String::new(),
        _ => format!("/{path}"),
    }
}

/// An open object or array.
struct Level<'a> {
    what: What,
    /// Where its bracket stands.
    span: Span,
    /// Where in it the walk is.
    step: Step<'a>,
    /// The member that is read, if its row is known.
    member: Option<&'static Member>,
    /// Which of the object's members were there.
    seen: u64,
    /// The names of the others, as hashes.
    others: HashSet<u64>,
    /// Whether an element of the path was made for it.
    has_frame: bool,
}

/// What is read of an open object or array.
#[derive(Clone, PartialEq, Eq)]
enum Step<'a> {
    /// Nothing yet, or nothing more.
    None,
    /// The member of this name.
    Name(Cow<'a, str>),
    /// The value of this number, from 0.
    Index(usize),
}

impl Level<'_> {
    /// Returns the name of the member that is read.
    fn name(&self) -> Option<&str> {
        if let Step::Name(name) = &self.step { Some(name) } else { None }
    }
}

/// What an open object or array is.
#[derive(Clone, Copy)]
enum What {
    Object(&'static Object),
    /// The values of a member.
    List(&'static Member),
    /// Part of an extension.
    Extension,
    /// Something that is not known, or not what it should be.
    Skipped,
}

struct Walk<'s, 'a, 'f> {
    source: &'a str,
    kind: Kind,
    surroundings: Surroundings<'s>,
    /// Reads nothing; a scene has one.
    places: xml::Reader<'a>,
    findings: &'f mut Findings,
    rules: Vec<Box<dyn Rule>>,
    levels: Vec<Level<'a>>,
    frames: Vec<Frame<'a>>,
    entries: usize,
    entry: Option<usize>,
    feed: Facts<'a>,
    told: Facts<'a>,
    feed_url: Option<(Cow<'a, str>, Span)>,
    next_url: Option<(Cow<'a, str>, Span)>,
}

/// Makes a scene of the fields that are not borrowed.
macro_rules! scene {
    ($walk:expr) => {
        Scene {
            source: $walk.source,
            kind: $walk.kind,
            surroundings: $walk.surroundings,
            reader: &$walk.places,
            frames: &$walk.frames,
            entry: $walk.entry,
        }
    };
}

impl<'a> Walk<'_, 'a, '_> {
    /// Reports what is no JSON.
    fn fault(&mut self, fault: super::reader::Fault) {
        let code = match fault.kind {
            FaultKind::Syntax => &JSON_SYNTAX,
            FaultKind::Half => &BAD_CHARACTERS,
            FaultKind::Limit => &VALIDATOR_LIMIT,
        };
        let pointer = self.pointer();
        self.add(code, fault.span, fault.message).pointer(pointer).spec("RFC 8259").help(fault.help);
    }

    /// Adds a finding about the object where the walk is.
    fn add(&mut self, code: &'static Code, span: Span, message: impl Into<String>) -> &mut Finding {
        self.findings.add(&scene!(self), code, span, message)
    }

    /// Adds a finding about the value that is read, or is to be read.
    fn add_value(&mut self, code: &'static Code, span: Span, message: impl Into<String>) -> &mut Finding {
        let (pointer, name) = (self.pointer(), self.name_of_value());
        let spec = self.member().map_or("", |member| member.row.spec);
        let found = self.add(code, span, message).pointer(pointer);
        if !name.is_empty() {
            found.child(&name);
        }
        if !spec.is_empty() {
            found.spec(spec);
        }
        found
    }

    /// Returns the name of the member whose value, or part of it, is read.
    fn name_of_value(&self) -> String {
        self.levels.iter().rev().find_map(Level::name).unwrap_or_default().to_owned()
    }

    /// Returns the member whose value, or part of it, is read.
    fn member(&self) -> Option<&'static Member> {
        let level = self.levels.last()?;
        match level.what {
            What::Object(_) => level.member,
            What::List(member) => Some(member),
            What::Extension | What::Skipped => None,
        }
    }

    /// Returns the pointer (RFC 6901) to what is read.
    fn pointer(&self) -> String {
        let mut out = String::new();
        for level in &self.levels {
            match &level.step {
                Step::None => {}
                Step::Name(name) => {
                    out.push('/');
                    out += &name.replace('~', "~0").replace('/', "~1");
                }
                Step::Index(index) => out.extend(["/", &index.to_string()]),
            }
        }
        out
    }

    fn name(&mut self, text: Text<'a>) {
        let Some(level) = self.levels.last_mut() else { return };
        let known = match level.what {
            What::Object(object) => object.members.iter().position(|member| member.row.name == text.value),
            _ => None,
        };
        let is_first = match known {
            Some(at) => {
                let bit = 1_u64 << at;
                let is_first = level.seen & bit == 0;
                level.seen |= bit;
                is_first
            }
            None => level.others.insert(hash(&text.value)),
        };
        level.member = match level.what {
            What::Object(object) => known.and_then(|at| object.members.get(at)),
            _ => None,
        };
        let what = level.what;
        let shown = shorten(&text.value);
        level.step = Step::Name(text.value);
        if !is_first {
            let found = self.add_value(&JSON_DUPLICATE_MEMBER, text.span.clone(), format!("`{shown}` stands twice in one object"));
            found.spec("RFC 8259 §4").help("keep one of them; readers take the first or the last");
        }
        match (what, known) {
            (What::Object(object), None) => self.unknown(object, text.span),
            (What::Extension, _) => self.in_extension(text.span),
            (What::Object(_), Some(_)) => self.of_version(text.span),
            _ => {}
        }
    }

    /// Judges a name that no row has.
    fn unknown(&mut self, object: &'static Object, span: Span) {
        let name = self.name_of_value();
        let shown = shorten(&name);
        if name.starts_with('_') {
            let is_good = name.chars().nth(1).is_some_and(char::is_alphabetic) && !name.contains('.');
            if !is_good {
                let message = format!("`{shown}` is no name of an extension: a letter follows `_`, and there is no `.`");
                self.add_value(&JSON_EXTENSION_NAME, span, message).spec("JSON Feed 1.1 extensions").help("rename it, as `_my_site`");
            }
            return;
        }
        let message = format!("JSON Feed has no member `{shown}` in {}", object.name);
        let help = match feed::home_of(&name) {
            Some(home) => format!("move it to {home}"),
            None => did_you_mean(&name, object.members.iter().map(|member| member.row.name))
                .unwrap_or_else(|| "remove it, or put it into an extension: an object whose name begins with `_`".to_owned()),
        };
        let spec = object.row.spec;
        self.add_value(&JSON_UNKNOWN_MEMBER, span, message).spec(spec).help(help);
    }

    /// Judges the name of a member of an extension.
    fn in_extension(&mut self, span: Span) {
        let name = self.name_of_value();
        if name.contains('.') || name.starts_with('_') {
            let shown = shorten(&name);
            let message = format!("`{shown}` is no name inside an extension: it must not begin with `_` or contain `.`");
            self.add_value(&JSON_EXTENSION_NAME, span, message).spec("JSON Feed 1.1 extensions").help("rename it");
        }
    }

    /// Judges whether the feed's version has a member.
    fn of_version(&mut self, span: Span) {
        let Some(member) = self.member().filter(|member| member.is_new && self.kind == Kind::JsonFeed10) else { return };
        let message = format!("`{}` came with version 1.1, but the feed says that it is version 1", member.row.name);
        self.add_value(&JSON_NEWER_MEMBER, span, message).help("write `https://jsonfeed.org/version/1.1` as `version`");
    }

    /// Goes on to the next value of an array and returns what the value should be.
    fn expected(&mut self) -> Option<(Shape, &'static Member)> {
        let level = self.levels.last_mut()?;
        match &mut level.step {
            Step::Index(index) => *index += 1,
            step @ Step::None => *step = Step::Index(0),
            Step::Name(_) => {}
        }
        match level.what {
            What::Object(_) => level.member.map(|member| (member.shape, member)),
            What::List(member) => {
                let shape = match member.shape {
                    Shape::Objects(object) => Shape::Object(object),
                    _ => Shape::Text,
                };
                Some((shape, member))
            }
            What::Extension | What::Skipped => None,
        }
    }

    fn start(&mut self, bracket: Bracket, span: Span) {
        if self.levels.is_empty() {
            let what = if bracket == Bracket::Object { What::Object(&FEED) } else { What::Skipped };
            return self.push(what, span, false);
        }
        let expected = self.expected();
        let what = match (expected, bracket) {
            (Some((Shape::Object(object), _)), Bracket::Object) => What::Object(object),
            (Some((Shape::Objects(_) | Shape::Texts, member)), Bracket::Array) => What::List(member),
            (Some((shape, _)), _) => {
                self.wrong_type(shape, if bracket == Bracket::Object { "an object" } else { "an array" }, span.clone());
                What::Skipped
            }
            (None, _) => self.unexpected(bracket == Bracket::Object, &span),
        };
        let is_object = matches!(what, What::Object(_));
        if let (true, Some((_, member))) = (is_object, expected) {
            self.frames.push(Self::frame(member.row, span.clone()));
            self.begin_entry(member.row);
        }
        self.push(what, span, is_object);
    }

    /// Judges a value that no row expects: that of an extension, or something unknown.
    fn unexpected(&mut self, is_object: bool, span: &Span) -> What {
        let Some(level) = self.levels.last() else { return What::Skipped };
        match level.what {
            What::Object(_) if level.name().is_some_and(|name| name.starts_with('_')) => {
                if !is_object {
                    let message = format!("the extension `{}` is no object", shorten(&self.name_of_value()));
                    let found = self.add_value(&JSON_EXTENSION_VALUE, span.clone(), message);
                    found.spec("JSON Feed 1.1 extensions").help("put its values into an object");
                }
                What::Extension
            }
            What::Extension => What::Extension,
            _ => What::Skipped,
        }
    }

    fn push(&mut self, what: What, span: Span, has_frame: bool) {
        self.levels.push(Level { what, span, step: Step::None, member: None, seen: 0, others: HashSet::new(), has_frame });
    }

    fn frame(row: &'static Element, span: Span) -> Frame<'a> {
        let tag = Tag { prefix: "", local: row.name, name: row.name, ns: Ns::NONE, span, empty: false, implied: false };
        Frame {
            tag,
            attributes: Vec::new(),
            row: Some(row),
            vocabulary: Some(&JSON_FEED),
            subtree: Subtree::Rows,
            text: text::Text::default(),
            elements: 0,
            seen: Vec::new(),
        }
    }

    fn begin_entry(&mut self, row: &'static Element) {
        if row.role.meets(Role::ENTRY) {
            self.entries += 1;
            self.entry = Some(self.entries);
            self.told = Facts::default();
        }
    }

    fn end(&mut self, implied: bool) {
        if let Some(level) = self.levels.last_mut() {
            (level.step, level.member) = (Step::None, None);
        }
        // What a file that ends too early lacks is not worth a list.
        if let Some(What::Object(object)) = self.levels.last().map(|level| level.what).filter(|_| !implied) {
            self.missing(object);
        }
        let Some(level) = self.levels.pop() else { return };
        if level.has_frame {
            if self.frames.last().is_some_and(|frame| frame.role().meets(Role::ENTRY)) {
                self.end_entry();
            }
            self.frames.pop();
        }
    }

    /// Reports what an object lacks.
    fn missing(&mut self, object: &'static Object) {
        let Some((span, seen)) = self.levels.last().map(|level| (level.span.clone(), level.seen)) else { return };
        let has = |name: &str| object.members.iter().position(|member| member.row.name == name).is_some_and(|at| seen & 1 << at != 0);
        let pointer = self.pointer();
        for member in object.members.iter().filter(|member| !has(member.row.name)) {
            let Some(code) = member.missing else { continue };
            let found = self.add(code, span.clone(), format!("{} has no `{}`", object.name, member.row.name));
            found.child(member.row.name).pointer(pointer.as_str()).spec(member.row.spec).help(format!("add `{}`", member.row.name));
        }
        for member in object.members.iter().filter(|member| self.kind != Kind::JsonFeed10 && has(member.row.name)) {
            let Some(successor) = member.successor.filter(|successor| !has(successor)) else { continue };
            let message = format!("version 1.1 has `{successor}` in place of `{}`", member.row.name);
            let found = self.findings.add(&scene!(self), &JSON_DEPRECATED_MEMBER, span.clone(), message);
            found.child(member.row.name).pointer(format!("{pointer}/{}", member.row.name)).spec(member.row.spec);
            found.help(format!("add `{successor}`, an array; readers of version 1 still want the other one"));
        }
        if let [first, others @ ..] = object.any_of
            && !object.any_of.iter().any(|name| has(name))
        {
            let names: Vec<String> = others.iter().map(|name| format!("`{name}`")).collect();
            let message = format!("{} has neither `{first}` nor {}", object.name, names.join(" nor "));
            let found = self.add(&JSON_MISSING_MEMBER, span, message);
            found.child(first).pointer(pointer.as_str()).spec(object.row.spec).help("add one of them");
        }
    }

    fn end_entry(&mut self) {
        let told = std::mem::take(&mut self.told);
        let scene = scene!(self);
        for rule in &mut self.rules {
            rule.entry(&scene, &told, self.findings);
        }
        if let (Some(number), Some(id)) = (self.entry, told.first(Fact::Id).or_else(|| told.first(Fact::Link))) {
            self.findings.name_entry(number, id.value.trim());
        }
        self.entry = None;
    }

    fn scalar(&mut self, value: Scalar<'a>) {
        if self.levels.is_empty() {
            return;
        }
        let expected = self.expected();
        let (is, span) = match &value {
            Scalar::Text(text) => ("a string", text.span.start.saturating_sub(1)..(text.span.end + 1).min(self.source.len())),
            Scalar::Number(_, span) => ("a number", span.clone()),
            Scalar::Boolean(span) => ("a boolean", span.clone()),
            Scalar::Null(span) => ("null", span.clone()),
            Scalar::Broken(_) => return,
        };
        let Some((shape, member)) = expected else {
            self.unexpected(false, &span);
            return;
        };
        match (shape, value) {
            (Shape::Text, Scalar::Text(text)) => self.text(member, text),
            (Shape::Number, Scalar::Number(number, span)) => {
                self.value(member, text::Text::of_json(self.source, span.clone(), Cow::Borrowed(number)), span);
            }
            (Shape::Boolean, Scalar::Boolean(_)) => {}
            (_, Scalar::Null(_)) if member.missing.is_none() => {
                let message = format!("`{}` is `null`", member.row.name);
                let found = self.add_value(&JSON_NULL_MEMBER, span, message);
                found.help("leave the member out: readers in languages with types refuse `null` where a value belongs");
            }
            (shape, _) => self.wrong_type(shape, is, span),
        }
    }

    fn wrong_type(&mut self, shape: Shape, is: &str, span: Span) {
        let name = shorten(&self.name_of_value());
        let what = match self.levels.last().map(|level| level.what) {
            Some(What::List(_)) => format!("a value of `{name}`"),
            _ => format!("`{name}`"),
        };
        let help = match (shape, is) {
            (Shape::Text, "a number" | "a boolean") => "put it in double quotes",
            (Shape::Number | Shape::Boolean, "a string") => "write it without quotes",
            (Shape::Objects(_), "an object") => "put the object into `[` and `]`",
            (Shape::Texts, "a string") => "put the string into `[` and `]`",
            _ => "write it as the specification has it, or leave it out",
        };
        let message = format!("{what} is {is}, but must be {}", shape.name());
        self.add_value(&JSON_WRONG_TYPE, span, message).help(help);
    }

    /// Judges a string, and remembers what it tells.
    fn text(&mut self, member: &'static Member, text: Text<'a>) {
        if self.levels.len() == 1 {
            match member.row.name {
                "feed_url" => self.feed_url = Some((text.value.clone(), text.span.clone())),
                "next_url" => self.next_url = Some((text.value.clone(), text.span.clone())),
                _ => {}
            }
        }
        let span = text.span.clone();
        self.value(member, text::Text::of_json(self.source, text.span, text.value), span);
    }

    fn value(&mut self, member: &'static Member, text: text::Text<'a>, span: Span) {
        let since = self.findings.count();
        let mut frame = Self::frame(member.row, span.clone());
        frame.text = text;
        self.frames.push(frame);
        let scene = scene!(self);
        match member.row.content {
            Content::Html => content::html(&scene, self.findings),
            Content::Declared(_) => content::plain(&scene, self.findings),
            Content::Value(kind, code) => self.findings.flaws_in_text(&scene, kind, code),
            Content::Empty(_) | Content::Elements(_) | Content::Anything => {}
        }
        if self.findings.count() > since {
            let pointer = self.pointer();
            self.findings.point(since, |_, _| pointer.clone());
        }
        let Some(frame) = self.frames.pop() else { return };
        let Some(fact) = member.row.fact else { return };
        let value = frame.text.into_value();
        let told = Told { fact, name: member.row.name, prefix: JSON_FEED.prefix, value, span, empty: false };
        if self.entry.is_some() { &mut self.told } else { &mut self.feed }.told.push(told);
    }

    fn finish(mut self) {
        let (feed, next) = (self.feed_url.take(), self.next_url.take());
        if let (Some((feed, _)), Some((next, span))) = (&feed, next)
            && feed::is_same_address(feed, &next)
        {
            let message = "`next_url` is the address of this feed, so whoever follows it never ends";
            let found = self.add(&JSON_NEXT_URL_LOOPS, span, message).child("next_url").spec("JSON Feed 1.1 top-level");
            found.help("give the address of the page with older items, or remove it on the last page");
        }
        // What is no address is reported by its type.
        if let (Some((feed, span)), Some(url)) = (feed, self.surroundings.url)
            && let Ok(named) = Url::parse(feed.trim())
            && without_fragment(&named) != without_fragment(url)
        {
            let message = format!("`feed_url` says that the feed is at `{named}`, but it is at `{url}`");
            let found = self.add(&SELF_DOESNT_MATCH_LOCATION, span, message).child("feed_url").spec("JSON Feed 1.1 top-level");
            found.help(format!("write `{url}`, or redirect there"));
        }
        let scene = scene!(self);
        for rule in &mut self.rules {
            rule.feed(&scene, &self.feed, self.findings);
        }
    }
}

/// Returns an address without the part that no server sees.
fn without_fragment(url: &Url) -> &str {
    url.as_str().split('#').next().unwrap_or_default()
}

fn hash(name: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    name.hash(&mut hasher);
    hasher.finish()
}
