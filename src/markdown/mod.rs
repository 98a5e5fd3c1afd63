//! Markdown to entry HTML, summary and plain text.
//!
//! A post's source is mended first (mojibake, leftovers of other generators), then its Markdown events go straight into
//! `html`'s cleaner beside its raw HTML, so that every finding knows its place in the file and nothing is scanned twice.

mod admonitions;
mod bare;
mod codes;
mod conflicts;
mod emoji;
mod filling;
mod includes;
mod leftovers;
mod literal;
mod math;
mod mend;
mod nested;
mod origins;
mod parts;
mod places;
mod plain;
mod raw;
mod render;
mod resolver;
mod summary;
mod typography;

pub use codes::*;
pub use origins::Origins;
pub use resolver::{Call, MARKDOWN, NotIncluded, Resolver, Value};
pub use typography::smart_title;

use crate::diagnostic::{Diagnostic, Source, Span};
use crate::html::{CleanContext, Cleaned, Cleaner, Finding, Findings, ImageUse, Medium, Offsets};
use crate::model::Typography;
use crate::text::words::Words;
use crate::text::{chars, mojibake};
use memchr::memmem;
use mend::{Edit, Mended};
use render::Form;
use url::Url;

/// What the rendering of a post needs to know.
// Each is a setting of its own with a name; enums of two would say no more.
#[allow(clippy::struct_excessive_bools)]
#[derive(Debug, Clone, Copy)]
pub struct ContentContext<'a> {
    /// The permalink: what relative URLs are relative to.
    pub base: &'a Url,
    /// The site's address: what Liquid's `site.url` and `relative_url` stand for.
    pub site: &'a Url,
    /// What references to files and names of other posts mean, and what else a post may ask of its site.
    pub resolver: &'a dyn Resolver,
    /// The words we add, in the post's language.
    pub words: &'static Words,
    /// What makes ids unique among the entries of a feed; letters, digits and `-`.
    pub id_prefix: &'a str,
    /// Whether the post is HTML, without Markdown.
    pub is_html: bool,
    /// The generator whose site it is; empty where nobody knows.
    pub generator: &'static str,
    /// Whether Liquid may have run in the post: in those of Hugo and Zola `{{ name }}` is text.
    pub has_liquid: bool,
    /// Whether a first line `:::python` of indented code names its language, as in Python-Markdown.
    pub code_marks: bool,
    /// Whether mojibake is mended, and not only reported.
    pub repair_encoding: bool,
    /// Whether a first `<h1>` is the title and leaves the content.
    pub title_from_heading: bool,
    /// How quotes and dashes are set.
    pub typography: Typography,
    /// Whether `$…$` is a formula even where it might be money.
    pub math: bool,
    /// Whether a summary is wanted.
    pub want_summary: bool,
    /// Whether the content is wanted as plain text too.
    pub want_text: bool,
    /// Whether it has to be known where in the file each part of the content comes from.
    pub want_origins: bool,
    /// Where the entry goes.
    pub medium: Medium,
}

/// A rendered post.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Content {
    /// Clean HTML, every URL absolute.
    pub html: String,
    /// Plain text; `None` when there is none, or none was wanted.
    pub summary: Option<String>,
    /// Whether the summary says all that the content says.
    pub summary_is_all: bool,
    /// Whether `<!-- more -->` ends the summary.
    pub has_divider: bool,
    /// The first `<h1>` as plain text, where it is the title.
    pub heading: Option<String>,
    /// The images in order; offsets are bytes of the file's text.
    pub images: Vec<ImageUse>,
    /// Where in the file the content comes from, where it was wanted.
    pub origins: Origins,
    /// The content as plain text with its footnotes and the addresses of its links, each line ended; empty where nothing is shown, or
    /// none was wanted.
    pub text: String,
}

/// Returns a post's content and what was found in it; the body begins at `body` in the file's text.
#[must_use]
pub fn entry_content(source: Source<'_>, body: usize, context: &ContentContext<'_>) -> (Content, Vec<Diagnostic>) {
    let (start, text) = body_of(source, body);
    let mut forbidden = Findings::default();
    // What we put in ourselves is none of the author's.
    report_forbidden(text, context.is_html, &mut forbidden);
    let included = include(text, context);
    let whole = open_nested(&included.text, context);
    let Prepared { quoted, edits, math, opened, found } = prepare(&whole.text, context);
    let mended = mend::apply(&quoted.text, edits);
    let is_callout = |at: usize| {
        // Obsidian's line was made bold by one edit, that of an admonition by the one before.
        let quoted_at = mended.origin(at);
        quoted.text.get(quoted_at..).is_some_and(|line| line.starts_with("[!"))
            || admonitions::is_one(whole.text.get(quoted.origin(quoted_at)..).unwrap_or_default())
    };
    let mut cleaner = Cleaner::new(clean_context(context), mended.text.len());
    if context.want_origins {
        cleaner.keep_origins();
    }
    if context.want_text {
        cleaner.keep_text();
    }
    let places = places::of(&mended.text);
    if let Some(places) = &places {
        cleaner.set_places(places);
    }
    fill(render::Source { text: &mended.text, math, is_callout: &is_callout }, context, Form::Html, &mut cleaner);
    let mut result = cleaner.finish();
    let text = if context.want_text { plain::text(&mended.text, math, result.for_text.take(), context) } else { String::new() };
    for image in &mut result.images {
        image.offset = start + included.origin(whole.origin(quoted.origin(mended.origin(image.offset))));
    }
    let origin = |(here, there): (usize, usize)| (here, start + included.origin(whole.origin(quoted.origin(mended.origin(there)))));
    let origins = Origins::new(result.origins.into_iter().map(origin).collect());
    let opened = opened.finish();
    let first = found.finish().into_iter().map(|finding| back(&quoted, finding));
    let second = result.findings.into_iter().map(|finding| back(&quoted, back(&mended, finding)));
    let mended = opened.into_iter().chain(first).chain(second).map(|finding| back(&included, back(&whole, finding)));
    let all = forbidden.finish().into_iter().chain(mended);
    let mut diagnostics: Vec<Diagnostic> = all.map(|finding| diagnose(source, start, finding)).collect();
    diagnostics.extend(conflicts::find(source, start, || literal(body_of(source, body).1, context)));
    diagnostics.sort_by(|a, b| a.sort_key().cmp(&b.sort_key()));
    let summary = if context.want_summary { summary::of(&result.html, result.more) } else { None };
    let (summary, summary_is_all) = summary.map_or((None, false), |(text, whole)| (Some(text), whole));
    let has_divider = result.more.is_some();
    let Cleaned { html, heading, images, .. } = result;
    (Content { html, summary, summary_is_all, has_divider, heading, images, origins, text }, diagnostics)
}

/// A body before its last edits: what every output is made from.
struct Prepared<'a> {
    /// The text with its admonitions as quotations.
    quoted: Mended<'a>,
    /// What is still to be changed in it.
    edits: Vec<Edit>,
    /// Whether it has formulas.
    math: bool,
    /// What was found in the text before.
    opened: Findings,
    /// What was found in the quoted text.
    found: Findings,
}

/// Returns where a post's body begins, and the body.
fn body_of(source: Source<'_>, body: usize) -> (usize, &str) {
    let start = source.text.floor_char_boundary(body.min(source.text.len()));
    (start, source.text.get(start..).unwrap_or_default())
}

/// Returns what is code in a text, and what is a tag.
fn literal(text: &str, context: &ContentContext<'_>) -> literal::Literal {
    if context.is_html { literal::in_html(text) } else { literal::in_markdown(text) }
}

/// Returns a body with the plain files that it includes.
fn include<'a>(text: &'a str, context: &ContentContext<'_>) -> Mended<'a> {
    if !context.has_liquid || !includes::are_likely(text) {
        return mend::apply(text, Vec::new());
    }
    mend::apply(text, includes::find(text, &literal(text, context), context))
}

/// Returns a body whose elements that ask for Markdown, and whose parts for mail or feeds only, have it where a parser reads it.
fn open_nested<'a>(text: &'a str, context: &ContentContext<'_>) -> Mended<'a> {
    let mut edits = emoji::find(text, context);
    if !context.is_html {
        edits.extend(nested::find(text).into_iter().chain(parts::find(text)));
    }
    mend::apply(text, edits)
}

/// Finds what is to be mended in such a body: the same for HTML and for plain text.
fn prepare<'a>(text: &'a str, context: &ContentContext<'_>) -> Prepared<'a> {
    let mut found = Findings::default();
    let mut opened = Findings::default();
    let quoted = if context.is_html { Vec::new() } else { admonitions::find(text, &mut opened) };
    let quoted = mend::apply(text, quoted);
    let (edits, math) = edits(&quoted.text, context, &mut found);
    Prepared { quoted, edits, math, opened, found }
}

/// Takes a mended text into the cleaner.
fn fill<'c>(source: render::Source<'c>, context: &ContentContext<'_>, form: Form, cleaner: &mut Cleaner<'c>) {
    let text = source.text;
    if context.is_html {
        cleaner.html(text, Offsets::Shift(0));
    } else {
        cleaner.show_unknown(text);
        render::render(source, context, form, cleaner);
    }
}

fn clean_context<'c>(context: &ContentContext<'c>) -> CleanContext<'c> {
    CleanContext {
        base: context.base,
        posts: context.resolver,
        words: context.words,
        medium: context.medium,
        title_from_heading: context.title_from_heading,
    }
}

/// Returns a finding with its span in the source instead of in the mended text.
fn back(mended: &Mended<'_>, mut finding: Finding) -> Finding {
    let start = mended.origin(finding.span.start);
    finding.span = start..mended.origin(finding.span.end).max(start);
    finding
}

fn diagnose(source: Source<'_>, shift: usize, finding: Finding) -> Diagnostic {
    let place = source.place(shift + finding.span.start..shift + finding.span.end);
    let diagnostic = Diagnostic::new(finding.code, finding.message).at(place);
    match finding.help {
        Some(help) => diagnostic.help(help),
        None => diagnostic,
    }
}

/// Returns what is to be changed in a source before it is rendered, and whether it has formulas.
fn edits(text: &str, context: &ContentContext<'_>, found: &mut Findings) -> (Vec<Edit>, bool) {
    let mut edits = Vec::new();
    for item in mojibake::find(text) {
        let wrong = text.get(item.span.clone()).unwrap_or_default();
        let help = if context.repair_encoding { None } else { Some("correct the text, or set `content.repair_encoding: true`") };
        let verb = if context.repair_encoding { "was mended:" } else { "should be" };
        let (wrong, right) = (mojibake::in_word(text, &item.span, wrong), mojibake::in_word(text, &item.span, &item.text));
        found.add(&MOJIBAKE, item.span.clone(), || format!("`{wrong}` {verb} `{right}`"), help);
        if context.repair_encoding {
            edits.push(Edit { span: item.span, text: item.text.into() });
        }
    }
    let math = !context.is_html && math::is_wanted(text, context.math);
    let leftovers = leftovers::are_likely(text, context) || context.resolver.has_shortcodes() && text.contains('[');
    if !math && !leftovers {
        return (edits, false);
    }
    let mut literal = literal(text, context);
    let dollars = if math { math::find(text, &literal, context.math) } else { math::Dollars::default() };
    let math = !dollars.formulas.is_empty();
    if math {
        // Without a formula the parser does not ask what a sign means.
        edits.extend(dollars.escapes.iter().map(|at| Edit { span: *at..*at, text: "\\".into() }));
    }
    if leftovers {
        literal.code.extend(dollars.formulas);
        literal.code.sort_by_key(|span| span.start);
        edits.extend(leftovers::find(text, &literal, context, found));
    }
    (edits, math)
}

fn report_forbidden(text: &str, is_html: bool, found: &mut Findings) {
    let mut forbidden: Vec<(Span, u32)> = chars::forbidden(text).map(|(at, c)| (at..at + c.len_utf8(), c as u32)).collect();
    let references = forbidden_references(text);
    if !references.is_empty() {
        let literal = if is_html { literal::Literal::default() } else { literal::in_markdown(text) };
        forbidden.extend(references.into_iter().filter(|(span, _)| !literal.is_in_code(span.start)));
        forbidden.sort_by_key(|(span, _)| span.start);
    }
    let more = forbidden.len().saturating_sub(1);
    let Some((span, number)) = forbidden.into_iter().next() else { return };
    let message = || {
        let also = if more == 0 { String::new() } else { format!(", and {more} more like it") };
        format!("the character `U+{number:04X}` was removed{also}")
    };
    found.add(&FORBIDDEN_CHARACTER, span, message, Some("delete it in the file"));
}

/// Returns the references to characters that XML cannot hold: `&#11;`, `&#xFFFE;`.
fn forbidden_references(text: &str) -> Vec<(Span, u32)> {
    let number = |at: usize| {
        let rest = text.as_bytes().get(at + 2..)?;
        let (radix, skip) = if matches!(rest.first(), Some(b'x' | b'X')) { (16, 1) } else { (10, 0) };
        let digits = rest.iter().skip(skip).take(8).take_while(|b| b.is_ascii_hexdigit()).count();
        let value = u32::from_str_radix(text.get(at + 2 + skip..at + 2 + skip + digits)?, radix).ok()?;
        let removed = value > 0 && char::from_u32(value).is_some_and(|c| !chars::is_xml_char(c));
        removed.then(|| (at..at + 2 + skip + digits, value))
    };
    memmem::find_iter(text.as_bytes(), b"&#").filter_map(number).collect()
}

#[cfg(test)]
mod tests;
