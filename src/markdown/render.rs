//! Markdown events into the cleaner, in the form that strict readers keep.

use super::codes::{BAD_FORMULA, UNDEFINED_FOOTNOTE, UNUSED_FOOTNOTE};
use super::raw::RawHtml;
use super::typography::Setter;
use super::{ContentContext, bare, math};
use crate::diagnostic::Span;
use crate::html::{Cleaner, Id, MAIL_FORMULA, Medium, Offsets, id};
use crate::model::QuoteRules;
use crate::text::short::shown;
use pulldown_cmark::{Alignment, BlockQuoteKind, CodeBlockKind, Event, HeadingLevel, LinkType, Options, Parser, Tag, TagEnd};
use std::collections::BTreeMap;

/// Exactly what we render; `all()` would make `$5 and $6` a formula and quotes curly.
const OPTIONS: Options = Options::ENABLE_TABLES
    .union(Options::ENABLE_FOOTNOTES)
    .union(Options::ENABLE_STRIKETHROUGH)
    .union(Options::ENABLE_TASKLISTS)
    .union(Options::ENABLE_HEADING_ATTRIBUTES)
    .union(Options::ENABLE_DEFINITION_LIST)
    .union(Options::ENABLE_GFM);

const HEADINGS: [Id; 6] = [id("h1"), id("h2"), id("h3"), id("h4"), id("h5"), id("h6")];
const P: Id = id("p");
const A: Id = id("a");
const LI: Id = id("li");
const SUP: Id = id("sup");

/// Returns the options for a body with or without formulas.
pub(super) fn options(math: bool) -> Options {
    if math { OPTIONS.union(Options::ENABLE_MATH) } else { OPTIONS }
}

/// Returns the same for what is shown, with the quotes and dashes that are to be set.
pub(super) fn options_for(context: &ContentContext<'_>, math: bool) -> Options {
    let is_set = context.typography.rules != QuoteRules::None;
    if is_set { options(math).union(Options::ENABLE_SMART_PUNCTUATION) } else { options(math) }
}

/// What the text becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// Content for readers and mail.
    Html,
    /// The elements that plain text is laid out from: formulas as their source, marks that need no picture.
    Plain,
}

/// The class of the list of footnotes in [`Form::Plain`]; no author's list has a class.
pub(super) const NOTES: &str = "notes";

/// A mended text, and what is known of it besides.
#[derive(Clone, Copy)]
pub(super) struct Source<'a> {
    pub text: &'a str,
    /// Whether it has formulas.
    pub math: bool,
    /// Says whether the heading of a callout stands at a place, in other words than Markdown has for it.
    pub is_callout: &'a dyn Fn(usize) -> bool,
}

/// Renders a Markdown text into the cleaner.
pub(super) fn render(source: Source<'_>, context: &ContentContext<'_>, form: Form, cleaner: &mut Cleaner<'_>) {
    let body = source.text;
    let mut renderer = Renderer {
        body,
        is_callout: source.is_callout,
        context,
        form,
        cleaner,
        open: Vec::new(),
        html: RawHtml::default(),
        alt: None,
        alignments: Vec::new(),
        cell: 0,
        in_head: false,
        in_code: false,
        is_mark: false,
        bare: bare::find(body),
        linked: 0..0,
        notes: Notes::default(),
    };
    let mut setter = Setter::new(body, context.typography);
    for (event, range) in Parser::new_ext(body, options_for(context, source.math)).into_offset_iter() {
        renderer.take(setter.set(event, &range), range);
    }
    renderer.write_notes();
}

pub(super) struct Renderer<'a, 'r, 'c> {
    pub(super) body: &'a str,
    is_callout: &'a dyn Fn(usize) -> bool,
    context: &'r ContentContext<'r>,
    form: Form,
    pub(super) cleaner: &'r mut Cleaner<'c>,
    /// What ends each open Markdown element; 0 for none.
    open: Vec<u32>,
    html: RawHtml,
    alt: Option<Alt>,
    alignments: Vec<Alignment>,
    cell: usize,
    in_head: bool,
    pub(super) in_code: bool,
    /// Whether the next line of code is no code but the name of its language.
    is_mark: bool,
    /// The addresses in the text that stand there bare, and the one that was written last.
    pub(super) bare: Vec<Span>,
    pub(super) linked: Span,
    notes: Notes<'a>,
}

/// An image whose text is being read.
struct Alt {
    depth: usize,
    text: String,
    url: String,
    title: String,
    at: Span,
}

type Recorded<'a> = Vec<(Event<'a>, Span)>;

/// The footnotes: their text comes last, in the order of the references.
#[derive(Default)]
struct Notes<'a> {
    /// Definitions being read, innermost last.
    reading: Vec<(String, Span, Recorded<'a>)>,
    defined: BTreeMap<String, (Span, Recorded<'a>)>,
    /// Names in the order of their first reference.
    order: Vec<String>,
    numbers: BTreeMap<String, usize>,
    /// How many references to each number have been written.
    written: Vec<usize>,
}

impl Notes<'_> {
    /// Returns the number of a note; a new one when it is referred to for the first time.
    fn number(&mut self, name: &str) -> usize {
        if let Some(number) = self.numbers.get(name) {
            return *number;
        }
        self.order.push(name.to_owned());
        self.written.push(0);
        self.numbers.insert(name.to_owned(), self.order.len());
        self.order.len()
    }
}

impl<'a> Renderer<'a, '_, '_> {
    fn take(&mut self, event: Event<'a>, range: Span) {
        match (&event, self.notes.reading.is_empty()) {
            (Event::Start(Tag::FootnoteDefinition(name)), _) => {
                let name = name.to_string();
                self.notes.reading.push((name, range, Vec::new()));
            }
            (Event::End(TagEnd::FootnoteDefinition), _) => {
                if let Some((name, span, events)) = self.notes.reading.pop() {
                    self.notes.defined.entry(name).or_insert((span, events));
                }
            }
            (_, true) => self.write(event, range),
            _ => {
                if let Some((.., events)) = self.notes.reading.last_mut() {
                    events.push((event, range));
                }
            }
        }
    }

    fn write(&mut self, event: Event<'a>, range: Span) {
        if self.alt.is_some() {
            return self.read_alt(event);
        }
        if self.is_linked(&range) {
            return;
        }
        if !matches!(event, Event::End(_)) {
            self.cleaner.mark(range.start);
        }
        match event {
            Event::Text(text) => {
                if std::mem::take(&mut self.is_mark) {
                    return;
                }
                if !self.in_code && text.starts_with('[') {
                    self.check_reference(range.start);
                }
                if self.bare.is_empty() {
                    self.cleaner.text(&text);
                } else {
                    self.text_with_links(&text, &range);
                }
            }
            Event::Start(tag) => self.start(tag, range),
            Event::End(tag) => self.end(tag),
            Event::Code(text) => {
                let code = self.cleaner.start(CODE, range.start);
                self.cleaner.text(&text);
                self.cleaner.end(code);
            }
            Event::InlineHtml(html) => self.cleaner.html(&html, Offsets::Shift(range.start)),
            Event::Html(html) => self.html.push(&html, range),
            Event::SoftBreak => self.cleaner.literal("\n"),
            Event::HardBreak => self.cleaner.literal("<br>\n"),
            Event::Rule => self.cleaner.rule(),
            Event::FootnoteReference(name) => self.reference(&name, range.start),
            Event::TaskListMarker(done) => self.task(done),
            Event::InlineMath(text) => self.formula(&text, range, false),
            Event::DisplayMath(text) => {
                // kramdown has one kind of signs for both: <https://kramdown.gettalong.org/syntax.html#math-blocks>.
                let block = self.context.generator != "Jekyll" || math::is_apart(self.body, &range);
                self.formula(&text, range, block);
            }
        }
    }

    fn task(&mut self, done: bool) {
        let (html, text) = if done { ("☑ ", "[x] ") } else { ("☐ ", "[ ] ") };
        let from = self.cleaner.len();
        self.cleaner.literal(if self.form == Form::Plain { text } else { html });
        self.cleaner.in_text(from, text);
    }

    fn start(&mut self, tag: Tag<'a>, range: Span) {
        let at = range.start;
        let serial = match tag {
            Tag::Paragraph => self.cleaner.start(P, at),
            Tag::Heading { level, id, .. } => self.heading(level, id.as_deref(), at),
            Tag::BlockQuote(kind) => self.quote(kind, range),
            Tag::CodeBlock(kind) => self.code_block(&kind, at),
            Tag::HtmlBlock => {
                self.html = RawHtml::new(at);
                0
            }
            Tag::List(None) => self.block(UL, at),
            Tag::List(Some(1)) => self.block(OL, at),
            Tag::List(Some(number)) => {
                let serial = self.cleaner.start_with(OL, at, &[("start", &number.to_string())]);
                self.cleaner.literal("\n");
                serial
            }
            Tag::Item => self.cleaner.start(LI, at),
            Tag::DefinitionList => self.block(DL, at),
            Tag::DefinitionListTitle => self.cleaner.start(DT, at),
            Tag::DefinitionListDefinition => self.cleaner.start(DD, at),
            Tag::Table(alignments) => {
                self.alignments = alignments;
                self.cleaner.start(TABLE, at)
            }
            Tag::TableHead => {
                self.cell = 0;
                self.in_head = true;
                let head = self.cleaner.start(THEAD, at);
                self.cleaner.start(TR, at);
                head
            }
            Tag::TableRow => {
                self.cell = 0;
                self.cleaner.start(TR, at)
            }
            Tag::TableCell => self.table_cell(at),
            Tag::Emphasis => self.cleaner.start(EM, at),
            Tag::Strong => self.cleaner.start(STRONG, at),
            Tag::Strikethrough => self.cleaner.start(DEL, at),
            Tag::Superscript => self.cleaner.start(SUP, at),
            Tag::Subscript => self.cleaner.start(SUB, at),
            Tag::Link { link_type: LinkType::Email, dest_url, title, .. } => {
                self.cleaner.start_link(&format!("mailto:{dest_url}"), &title, range)
            }
            // Its address was a leftover: a link to the post itself would be wrong.
            Tag::Link { dest_url, .. } if dest_url.is_empty() => 0,
            Tag::Link { dest_url, title, .. } => self.cleaner.start_link(&dest_url, &title, range),
            Tag::Image { dest_url, title, .. } => {
                self.alt = Some(Alt { depth: 1, text: String::new(), url: dest_url.into_string(), title: title.into_string(), at: range });
                return;
            }
            Tag::FootnoteDefinition(_) | Tag::MetadataBlock(_) => 0,
        };
        self.open.push(serial);
    }

    fn end(&mut self, tag: TagEnd) {
        let serial = self.open.pop().unwrap_or_default();
        if tag == TagEnd::HtmlBlock {
            let html = std::mem::take(&mut self.html);
            return html.write(self.body, self.cleaner);
        }
        self.cleaner.end(serial);
        match tag {
            TagEnd::CodeBlock => {
                self.in_code = false;
                self.cleaner.literal("\n");
            }
            TagEnd::TableHead => {
                self.in_head = false;
                self.cleaner.literal("\n");
                self.cleaner.start(TBODY, 0);
            }
            TagEnd::Paragraph
            | TagEnd::Heading(_)
            | TagEnd::BlockQuote(_)
            | TagEnd::List(_)
            | TagEnd::Item
            | TagEnd::Table
            | TagEnd::TableRow
            | TagEnd::DefinitionList
            | TagEnd::DefinitionListTitle
            | TagEnd::DefinitionListDefinition => self.cleaner.literal("\n"),
            _ => {}
        }
    }

    fn block(&mut self, id: Id, at: usize) -> u32 {
        let serial = self.cleaner.start(id, at);
        self.cleaner.literal("\n");
        serial
    }

    fn heading(&mut self, level: HeadingLevel, name: Option<&str>, at: usize) -> u32 {
        let id = HEADINGS.get(level as usize - 1).copied().unwrap_or(P);
        match name {
            Some(name) if self.context.medium == Medium::Feed => self.cleaner.start_with(id, at, &[("id", name)]),
            _ => self.cleaner.start(id, at),
        }
    }

    fn quote(&mut self, kind: Option<BlockQuoteKind>, range: Span) -> u32 {
        let at = range.start;
        // A look gives callouts a colour; readers of feeds drop classes.
        let is_marked = self.context.medium == Medium::Mail && (kind.is_some() || self.has_title(range));
        let serial = self.cleaner.start_with(QUOTE, at, if is_marked { &[("class", "callout")] } else { &[] });
        self.cleaner.literal("\n");
        if let Some(kind) = kind {
            let words = self.context.words;
            let label = match kind {
                BlockQuoteKind::Note => words.note,
                BlockQuoteKind::Tip => words.tip,
                BlockQuoteKind::Important => words.important,
                BlockQuoteKind::Warning => words.warning,
                BlockQuoteKind::Caution => words.caution,
            };
            self.cleaner.literal("<p><strong>");
            self.cleaner.text(label);
            self.cleaner.literal("</strong></p>\n");
        }
        serial
    }

    /// Returns whether a quotation is a callout with a title, which stands there as a bold line.
    fn has_title(&self, range: Span) -> bool {
        let quote = self.body.get(range.clone()).unwrap_or_default();
        let inner = quote.strip_prefix('>').unwrap_or_default().trim_start_matches(' ');
        inner.starts_with("**") && (self.is_callout)(range.end - inner.len())
    }

    fn code_block(&mut self, kind: &CodeBlockKind<'_>, at: usize) -> u32 {
        self.in_code = true;
        let serial = self.cleaner.start(PRE, at);
        let first = self.body.get(at..).and_then(|code| code.lines().next()).unwrap_or_default();
        let mark = if self.context.code_marks && *kind == CodeBlockKind::Indented { code_mark(first.trim()) } else { None };
        self.is_mark = mark.is_some();
        let info = if let CodeBlockKind::Fenced(info) = kind { &**info } else { mark.unwrap_or_default() };
        // `rust,ignore`, `{.rust}`, `ruby linenos`: the first word is the language.
        let language = info.trim_start_matches(['{', '.']).split([' ', ',', '{', '}', ':']).next().unwrap_or_default();
        if language.is_empty() {
            self.cleaner.start(CODE, at);
        } else {
            self.cleaner.start_with(CODE, at, &[("class", &format!("language-{language}"))]);
        }
        serial
    }

    fn table_cell(&mut self, at: usize) -> u32 {
        let id = if self.in_head { TH } else { TD };
        let align = match self.alignments.get(self.cell) {
            Some(Alignment::Left) => Some("left"),
            Some(Alignment::Center) => Some("center"),
            Some(Alignment::Right) => Some("right"),
            _ => None,
        };
        self.cell += 1;
        match align {
            Some(align) => self.cleaner.start_with(id, at, &[("align", align)]),
            None => self.cleaner.start(id, at),
        }
    }

    fn read_alt(&mut self, event: Event<'a>) {
        let Some(alt) = &mut self.alt else { return };
        match event {
            Event::Text(text) | Event::Code(text) | Event::InlineMath(text) | Event::DisplayMath(text) => alt.text.push_str(&text),
            Event::SoftBreak | Event::HardBreak => alt.text.push(' '),
            Event::Start(Tag::Image { .. }) => alt.depth += 1,
            Event::End(TagEnd::Image) => alt.depth -= 1,
            _ => {}
        }
        if alt.depth == 0
            && let Some(alt) = self.alt.take()
        {
            self.cleaner.image(&alt.url, &alt.text, &alt.title, alt.at);
        }
    }

    fn formula(&mut self, text: &str, range: Span, block: bool) {
        if self.form == Form::Plain {
            return self.formula_source(text, range.start, block);
        }
        if self.context.medium == Medium::Mail {
            let from = self.cleaner.len();
            self.formula_in_mail(text, range);
            return if block { self.cleaner.in_text_as_code(from, text.trim()) } else { self.cleaner.in_text(from, &format!("${text}$")) };
        }
        self.cleaner.has_other_text();
        match math::mathml(text, block) {
            Ok(mathml) => self.cleaner.html(&mathml, Offsets::At(range.start)),
            Err(reason) => {
                let message = format!("`{}` is not a formula that can be set: {reason}", shown(text.trim()));
                self.cleaner.find(&BAD_FORMULA, range.clone(), message, Some("mend the formula, or write `\\$` for the sign"));
                let code = self.cleaner.start(CODE, range.start);
                self.cleaner.text(text);
                self.cleaner.end(code);
            }
        }
    }

    /// Writes a formula as its author did: people who write to each other about formulas read TeX.
    fn formula_source(&mut self, text: &str, at: usize, block: bool) {
        let pre = if block { self.cleaner.start(PRE, at) } else { 0 };
        for part in if block { ["", text.trim(), ""] } else { ["$", text, "$"] } {
            self.cleaner.text(part);
        }
        self.cleaner.end(pre);
    }

    /// Writes a formula without `MathML`, which mail clients do not know.
    fn formula_in_mail(&mut self, text: &str, range: Span) {
        let Some(html) = math::plain(text) else {
            let message = format!("the formula `{}` is shown as its source", shown(text.trim()));
            self.cleaner.find(&MAIL_FORMULA, range.clone(), message, None);
            let code = self.cleaner.start(CODE, range.start);
            self.cleaner.text(text.trim());
            return self.cleaner.end(code);
        };
        let span = self.cleaner.start_with(SPAN, range.start, &[("class", "formula")]);
        self.cleaner.html(&html, Offsets::At(range.start));
        self.cleaner.end(span);
    }

    fn reference(&mut self, name: &str, at: usize) {
        let number = self.notes.number(name);
        if self.form == Form::Plain {
            return self.cleaner.text(&format!("[^{number}]"));
        }
        let Some(times) = self.notes.written.get_mut(number - 1) else { return };
        *times += 1;
        let back = back_name(self.context.id_prefix, number, *times);
        let from = self.cleaner.len();
        self.forbid_link();
        let sup = self.cleaner.start_with(SUP, at, &[("id", &back)]);
        let link = self.cleaner.start_with(A, at, &[("href", &format!("#fn-{}-{number}", self.context.id_prefix))]);
        self.cleaner.text(&number.to_string());
        self.cleaner.end(link);
        self.cleaner.end(sup);
        self.cleaner.in_text(from, &format!("[^{number}]"));
    }

    /// Says that a link of ours ends one that is open, in HTML only.
    fn forbid_link(&mut self) {
        if self.cleaner.is_inside(&[A]) {
            self.cleaner.has_other_text();
        }
    }

    /// Reports `[^name]` that the parser took for text, since no such footnote is there.
    fn check_reference(&mut self, at: usize) {
        let name = self.body.get(at..).and_then(|rest| rest.strip_prefix("[^"));
        let name = name.and_then(|rest| rest.get(..rest.bytes().take(80).position(|b| b == b']')?)).unwrap_or_default();
        let escaped = at.checked_sub(1).is_some_and(|before| self.body.as_bytes().get(before) == Some(&b'\\'));
        if escaped || name.is_empty() || !name.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_')) {
            return;
        }
        let help = format!("add the line `[^{name}]: …`, or write `\\[^{name}]` for the signs");
        self.cleaner.find(&UNDEFINED_FOOTNOTE, at..at + name.len() + 3, format!("there is no footnote `{name}`"), Some(&help));
    }

    /// Writes the footnotes that are referred to; one footnote may refer to the next.
    fn write_notes(&mut self) {
        self.cleaner.close_all();
        self.open.clear();
        if !self.notes.order.is_empty() {
            let list = if self.form == Form::Plain {
                self.cleaner.start_with(OL, 0, &[("class", NOTES)])
            } else {
                let from = self.cleaner.len();
                self.cleaner.literal("<hr>\n");
                self.cleaner.in_text(from, "");
                let is_marked = self.context.medium == Medium::Mail;
                if !is_marked {
                    self.cleaner.has_other_text();
                }
                let list = self.cleaner.start_with(OL, 0, if is_marked { &[("class", NOTES)] } else { &[] });
                self.cleaner.literal("\n");
                list
            };
            let mut number = 1;
            let counts = self.reference_counts();
            while let Some(name) = self.notes.order.get(number - 1).cloned() {
                self.write_note(number, &name, counts.get(&name).copied().unwrap_or(1));
                number += 1;
            }
            self.cleaner.end(list);
            self.cleaner.literal("\n");
        }
        for (name, (span, _)) in std::mem::take(&mut self.notes.defined) {
            let message = format!("nothing refers to the footnote `{}`", shown(&name));
            let help = format!("write `[^{name}]` where it belongs, or remove it");
            let end = span.start + name.len().min(60) + 4;
            self.cleaner.find(&UNUSED_FOOTNOTE, span.start..end.min(span.end), message, Some(&help));
        }
    }

    /// Returns how often each footnote is referred to from what will be written: the text and its footnotes.
    fn reference_counts(&self) -> BTreeMap<String, usize> {
        let mut counts: BTreeMap<String, usize> =
            self.notes.order.iter().zip(&self.notes.written).map(|(name, times)| (name.clone(), *times)).collect();
        let mut to_do: Vec<String> = self.notes.order.clone();
        while let Some(name) = to_do.pop() {
            let events = self.notes.defined.get(&name).map(|(_, events)| events.as_slice()).unwrap_or_default();
            for (event, _) in events {
                if let Event::FootnoteReference(name) = event {
                    let count = counts.entry(name.to_string()).or_insert(0);
                    if *count == 0 {
                        to_do.push(name.to_string());
                    }
                    *count += 1;
                }
            }
        }
        counts
    }

    fn write_note(&mut self, number: usize, name: &str, references: usize) {
        let (span, mut events) = self.notes.defined.remove(name).unwrap_or_default();
        let item = self.cleaner.start_with(LI, span.start, &[("id", &format!("fn-{}-{number}", self.context.id_prefix))]);
        let last = events.pop_if(|(event, _)| matches!(event, Event::End(TagEnd::Paragraph)));
        for (event, range) in events {
            self.write(event, range);
        }
        let own = if last.is_none() { self.cleaner.start(P, span.start) } else { 0 };
        let from = self.cleaner.len();
        self.forbid_link();
        if self.form == Form::Plain {
            // There the way back is all that a footnote has from which everything was left out, and it stays.
            self.cleaner.keep_open();
        }
        for time in 1..=if self.form == Form::Plain { 0 } else { references } {
            self.cleaner.literal(" ");
            let back = format!("#{}", back_name(self.context.id_prefix, number, time));
            let link = self.cleaner.start_with(A, span.start, &[("href", &back), ("title", self.context.words.back_to_text)]);
            self.cleaner.literal("↩");
            self.cleaner.end(link);
        }
        self.cleaner.in_text(from, "");
        self.cleaner.end(own);
        if let Some((event, range)) = last {
            self.write(event, range);
        }
        self.cleaner.end(item);
        self.cleaner.literal("\n");
    }
}

/// Returns the id of a reference to a footnote, to which the footnote leads back.
fn back_name(prefix: &str, number: usize, time: usize) -> String {
    if time == 1 { format!("fnref-{prefix}-{number}") } else { format!("fnref-{prefix}-{number}-{time}") }
}

const UL: Id = id("ul");
const OL: Id = id("ol");
const DL: Id = id("dl");
const DT: Id = id("dt");
const DD: Id = id("dd");
const PRE: Id = id("pre");
const CODE: Id = id("code");
const QUOTE: Id = id("blockquote");
const TABLE: Id = id("table");
const THEAD: Id = id("thead");
const TBODY: Id = id("tbody");
const TR: Id = id("tr");
const TH: Id = id("th");
const TD: Id = id("td");
const EM: Id = id("em");
const STRONG: Id = id("strong");
const DEL: Id = id("del");
const SPAN: Id = id("span");
const SUB: Id = id("sub");
/// Returns the language that a first line of indented code names, which is no code: `:::python` or `#!python`. What goes on with a path or a
/// blank is code (<https://python-markdown.github.io/extensions/code_hilite/>).
fn code_mark(line: &str) -> Option<&str> {
    let rest = line.strip_prefix("#!").or_else(|| line.strip_prefix("::").map(|rest| rest.trim_start_matches(':')))?;
    let end = rest.find(|c: char| !c.is_alphanumeric() && !"_#.+-".contains(c)).unwrap_or(rest.len());
    (!rest.starts_with(['/', ' '])).then(|| &rest[..end])
}
