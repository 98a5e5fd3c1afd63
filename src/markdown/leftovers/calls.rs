//! Shortcodes and tags that have a meaning here: those the site has a template for, and those that are known by name.

use super::super::codes::SHORTCODE;
use super::Finder;
use super::address::is_in_address;
use super::inert::{begins_block, block, inert};
use super::known::{self, inline};
use super::pairs::Pair;
use super::values::{text, value};
use crate::diagnostic::Span;
use crate::html::{GONE, push_value};
use crate::markdown::ContentContext;
use crate::markdown::resolver::{Call, MARKDOWN};
use crate::text::short::shown;

/// How much of the line before a call is looked at.
const NEAR: usize = 300;

/// So deep calls with a template of the site's may stand in one another: each hands on what is inside of it.
const DEPTH: usize = 16;

impl Finder<'_, '_> {
    /// Puts HTML in the place of a call that has a meaning; returns where that ends.
    pub(super) fn call(&mut self, at: usize, end: usize, inner: &str) -> Option<usize> {
        let mut call = Call::read(inner.trim().trim_end_matches('/'));
        let (context, variables) = (self.context, &self.variables);
        let is_value = |name: &str| context.has_liquid && ["page.", "site.", "include."].iter().any(|start| name.starts_with(start));
        let unknown = |name: &str| if is_value(name) { String::new() } else { name.to_owned() };
        call.resolve(|name| value(name, context, variables).map_or_else(|| unknown(name), |value| text(&value)));
        let pair = if inner.trim().ends_with('/') { None } else { self.pair(at) };
        while self.around.pop_if(|end| *end <= at).is_some() {}
        if self.context.resolver.has_shortcode(&call.name) && self.around.len() < DEPTH {
            let inside = pair.as_ref().and_then(|pair| self.body.get(end..pair.close.start)).unwrap_or_default();
            self.warn_of_tags(&call, at..end);
            // A template with a fault is told of where it stands.
            let html = self.context.resolver.shortcode(&call, inside).unwrap_or_default();
            let is_text = !html.contains(['<', MARKDOWN]);
            return (is_text || !self.is_in_value(at)).then(|| self.place(at, end, pair, &html));
        }
        if call.name == "param"
            && let Some(value) = call.args.first().and_then(|name| self.parameter(name))
        {
            self.put(at, end, value);
            return Some(end);
        }
        if self.is_in_value(at) {
            return None;
        }
        if let Some(html) = known::html(&call, self.context) {
            self.warn_of_tags(&call, at..end);
            // A figure may have an inside, which is its caption's.
            return Some(self.place(at, end, None, &html));
        }
        let pair = pair.filter(|_| self.around.len() < DEPTH)?;
        let inside = self.body.get(end..pair.close.start)?;
        let html = match call.name.as_str() {
            "details" => details(&call, inside, self.context),
            // Diagrams that a script would draw.
            "mermaid" | "plantuml" | "graphviz" | "katex" | "math" | "chart" => source_code(&call.name, inside),
            "rawhtml" | "raw_html" => inside.to_owned(),
            _ => return None,
        };
        Some(self.place(at, end, Some(pair), &html))
    }

    /// Returns whether a place is in a tag or in the address of a link, where no element can stand.
    fn is_in_value(&self, at: usize) -> bool {
        self.literal.is_in_tag(at) || is_in_address(self.before(at, NEAR))
    }

    /// Tells of tags in what a call is given: they are shown as they are written.
    fn warn_of_tags(&mut self, call: &Call, span: Span) {
        let has_tag = |text: &String| text.contains("{{") || text.contains("{%");
        if call.args.iter().chain(call.named.iter().map(|(_, value)| value)).any(has_tag) {
            let message = format!("a tag in what `{}` is given is shown as it is written", shown(&call.name));
            self.findings.add(&SHORTCODE, span, || message, Some("write what it stands for"));
        }
    }

    /// Returns a parameter of the post, else of the site, as Hugo looks it up.
    fn parameter(&self, name: &str) -> Option<String> {
        let names = [format!("page.{name}"), format!("page.params.{name}"), format!("site.{name}")];
        let known = names.iter().find_map(|name| value(name, self.context, &self.variables))?;
        Some(text(&known)).filter(|text| !text.is_empty())
    }

    /// Puts HTML in the place of a call; what stands between [`MARKDOWN`] signs in it is Markdown. Returns where to go on: behind the
    /// opening tag where the inside stays in its place.
    fn place(&mut self, at: usize, end: usize, pair: Option<Pair>, html: &str) -> usize {
        let whole = pair.as_ref().map_or(end, |pair| pair.close.end);
        if html.trim().is_empty() {
            self.leave_out(at..whole);
            return whole;
        }
        if self.is_in_value(at) {
            self.put(at, whole, html.trim().to_owned());
            return whole;
        }
        let before = self.before(at, NEAR);
        let begun =
            self.begun.take().filter(|(end, _)| self.body.get(*end..at).is_some_and(|between| between.trim_matches(' ').is_empty()));
        let container = container(before).or(begun.map(|(_, next)| next)).filter(|_| !self.context.is_html);
        let next = container.as_deref().filter(|_| begins_block(html) || self.line(end).trim().is_empty() && html.contains(MARKDOWN));
        let close = next.filter(|_| begins_block(html)).map(|next| self.distance(whole, next)).unwrap_or_default();
        let parts: Vec<&str> = html.split(MARKDOWN).collect();
        let between = next.map_or(String::new(), |next| format!("\n{next}\n{next}"));
        let inside = pair.as_ref().and_then(|pair| self.body.get(end..pair.close.start));
        let kept = parts.iter().position(|part| Some(*part) == inside).filter(|place| place % 2 == 1);
        let (Some(kept), Some(pair), Some(inside)) = (kept, pair, inside) else {
            let text = self.join(parts.iter().enumerate(), next, &between);
            self.begun = next.filter(|_| !close.is_empty()).map(|next| (whole, next.to_owned()));
            let text = if next.is_none() && container.is_some() { in_paragraph(text) } else { text };
            self.edit(at..whole, text + &close);
            return whole;
        };
        let head = self.join(parts.iter().enumerate().take(kept), next, &between);
        let tail = self.join(parts.iter().enumerate().skip(kept + 1), next, &between);
        let (first, last) = next.map(|next| gaps(inside, next)).unwrap_or_default();
        let first = if head.is_empty() { String::new() } else { first };
        let last = if tail.is_empty() { String::new() } else { last };
        self.edit(at..end, head + &first);
        self.edit(pair.close.clone(), last + &tail + &close);
        self.skip(&pair.close);
        self.around.push(pair.close.end);
        self.begun = next.filter(|_| !first.is_empty()).map(|next| (end, next.to_owned()));
        end
    }

    /// Joins HTML and Markdown in turn.
    fn join<'p>(&self, parts: impl Iterator<Item = (usize, &'p &'p str)>, next: Option<&str>, between: &str) -> String {
        let mut out = String::new();
        for (place, part) in parts {
            let part = match next {
                _ if place % 2 == 1 => part.trim().replace('\n', &format!("\n{}", next.unwrap_or_default())),
                None if self.context.is_html => block(part, ""),
                Some(next) if begins_block(part) => block(part, next),
                _ => inert(part),
            };
            if !out.is_empty() && !part.is_empty() {
                out.push_str(between);
            }
            out.push_str(&part);
        }
        out
    }

    /// Returns what parts a block of HTML from the Markdown that follows it.
    fn distance(&mut self, end: usize, next: &str) -> String {
        let rest = self.line(end);
        if !rest.trim().is_empty() {
            return format!("\n{next}\n{next}");
        }
        let below = self.rest(end + rest.len()).trim_start_matches('\r').strip_prefix('\n').unwrap_or_default();
        let below = below.lines().next().unwrap_or_default().trim_matches([' ', '>', '\t']);
        if below.is_empty() { String::new() } else { format!("\n{next}") }
    }

    /// Returns where a tag ends that stands in another's place already.
    pub(super) fn skipped(&self, at: usize) -> Option<usize> {
        self.ends.get(&at).copied()
    }

    /// Notes that a tag has been dealt with.
    pub(super) fn skip(&mut self, span: &Span) {
        self.ends.insert(span.start, span.end);
    }
}

/// Returns HTML with which a line begins, so that it is part of a paragraph: a tag alone would be a block that takes in what follows
/// (`CommonMark` 0.31 §4.6, condition 7).
pub(super) fn in_paragraph(html: String) -> String {
    if html.starts_with('<') { format!("{GONE}{html}") } else { html }
}

/// Returns the blanks and signs that go on with the containers a line begins in; nothing where text stands in it.
pub(super) fn container(before: &str) -> Option<String> {
    let is_sign = |c: char| matches!(c, ' ' | '>' | '-' | '*' | '+' | '.' | ')') || c.is_ascii_digit();
    let plain = before.trim_start_matches([' ', '>']);
    let is_item = plain.is_empty() || plain.ends_with(' ');
    (before.chars().all(is_sign) && is_item).then(|| before.chars().map(|c| if c == '>' { '>' } else { ' ' }).collect())
}

/// Returns what makes a line blank between a tag's HTML and its inside, at the beginning and at the end.
fn gaps(inside: &str, next: &str) -> (String, String) {
    let blank = next.trim_end();
    let first = if inside.starts_with(['\n', '\r']) { format!("\n{blank}") } else { format!("\n{blank}\n{next}") };
    let ends = inside.rsplit('\n').next().is_some_and(|last| inside.contains('\n') && last.bytes().all(|b| matches!(b, b' ' | b'>')));
    let last = if ends { format!("\n{next}") } else { format!("\n{blank}\n{next}") };
    (first, last)
}

fn details(call: &Call, inside: &str, context: &ContentContext<'_>) -> String {
    let summary = call.get("summary").or_else(|| call.get("title")).or_else(|| call.args.first().map(String::as_str)).unwrap_or_default();
    let summary = if summary.is_empty() { String::new() } else { format!("<summary>{}</summary>", inline(summary, context)) };
    format!("<details>{summary}{MARKDOWN}{inside}{MARKDOWN}</details>")
}

fn source_code(language: &str, inside: &str) -> String {
    let mut code = String::new();
    push_value(&mut code, inside.trim_matches(['\n', '\r']));
    format!("<pre><code class=\"language-{language}\">{code}\n</code></pre>")
}
