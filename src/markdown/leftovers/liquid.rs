//! Liquid's tags and outputs, and the shortcodes of Hugo and Zola.

use super::super::codes::{LIQUID, SHORTCODE};
use super::{Finder, REACH, SHORTCODE_HELP};
use crate::diagnostic::{Code, Span};
use crate::html::GONE;
use std::borrow::Cow;
use url::Url;

impl Finder<'_, '_> {
    pub(super) fn liquid_tag(&mut self, at: usize) -> Option<usize> {
        let end = at + 2 + self.near(at + 2, "%}")? + 2;
        let inner = self.body.get(at + 2..end - 2)?.trim_matches('-').trim();
        if !is_inside(inner) || inner.contains("{%") || self.literal.has_code(at, end) && !has_strings(inner) {
            return None;
        }
        if self.keep_text(inner, at..end) {
            return None;
        }
        let (name, argument) = inner.split_once(char::is_whitespace).unwrap_or((inner, ""));
        match name {
            "raw" => self.block(at, end, "raw", &TAG, |_| (Cow::Borrowed(GONE), Cow::Borrowed(GONE))),
            "comment" => {
                let (_, after) = self.block_end(end, "comment", &TAG)?;
                self.leave_out(at..after);
                Some(after)
            }
            "highlight" => self.highlight(at, end, argument, &TAG),
            _ => {
                if let Some(url) = self.address_of(name, argument) {
                    self.put_address(at, end, url);
                    return Some(end);
                }
                let zola = inner.contains('(');
                let (code, help) = if zola { (&SHORTCODE, SHORTCODE_HELP) } else { (&LIQUID, LIQUID_HELP) };
                self.report(code, at..end, help);
                Some(self.take_out(at, end))
            }
        }
    }

    /// Returns whether what stands between braces is text, and tells of it: where Liquid does not run, only a call is none,
    /// and the end of one.
    fn keep_text(&mut self, inner: &str, span: Span) -> bool {
        let is_text = !self.context.has_liquid && !inner.contains('(') && inner != "end";
        if is_text {
            self.keep("braces", &SHORTCODE, span, "write what it stands for, or make it code if readers are to see it");
        }
        is_text
    }

    /// `{% highlight ruby %}`, `{{< highlight ruby >}}` become a fence that is longer than those inside it.
    fn highlight(&mut self, at: usize, end: usize, argument: &str, signs: &'static Signs) -> Option<usize> {
        let head = self.body.get(..at)?;
        let line = head.get(head.len() - head.bytes().rev().take(64).take_while(|b| *b != b'\n').count()..).unwrap_or("-");
        let alone = line.bytes().all(|b| b == b' ');
        let indent = if alone { line.to_owned() } else { String::new() };
        self.block(at, end, "highlight", signs, |code| {
            let language = argument.split_whitespace().next().unwrap_or_default().trim_matches('"');
            let fence = "`".repeat(code.split(|c| c != '`').map(str::len).max().unwrap_or(0).max(2) + 1);
            let before = if alone { "" } else { "\n" };
            let first = if code.starts_with(['\n', '\r']) { String::new() } else { format!("\n{indent}") };
            let ended = code.rsplit('\n').next().is_some_and(|last| code.contains('\n') && last.bytes().all(|b| b == b' '));
            let last = if ended { format!("{fence}\n") } else { format!("\n{indent}{fence}\n") };
            (Cow::Owned(format!("{before}{fence}{language}{first}")), Cow::Owned(last))
        })
    }

    /// `{% raw %}` and `{% endraw %}` go in code too, as Jekyll has it; what they hold stays.
    pub(super) fn raw_in_code(&mut self, span: &Span) {
        let Some(code) = self.body.get(span.clone()).filter(|_| self.context.has_liquid) else { return };
        let mut start: Option<Span> = None;
        for (at, _) in code.match_indices("{%") {
            let rest = code.get(at..).unwrap_or_default();
            let near = rest.get(..rest.floor_char_boundary(20.min(rest.len()))).unwrap_or_default();
            let Some(end) = near.find("%}").map(|end| at + end + 2) else { continue };
            let name = code.get(at + 2..end - 2).unwrap_or_default().trim_matches('-').trim();
            let alone =
                code.get(..at).is_some_and(|head| head.ends_with('\n')) && code.get(end..).is_some_and(|tail| tail.starts_with('\n'));
            let tag = span.start + at..span.start + end + usize::from(alone);
            match name {
                "raw" if start.is_none() => start = Some(tag),
                "endraw" => {
                    if let Some(first) = start.take() {
                        self.edit(first, "");
                        self.edit(tag, "");
                    }
                }
                _ => {}
            }
        }
    }

    /// Replaces the two tags of a block whose inside is literal.
    fn block(
        &mut self,
        at: usize,
        end: usize,
        name: &'static str,
        signs: &'static Signs,
        tags: impl Fn(&str) -> (Cow<'static, str>, Cow<'static, str>),
    ) -> Option<usize> {
        let Some((close, after)) = self.block_end(end, name, signs) else {
            self.report(signs.code, at..end, LIQUID_HELP);
            self.leave_out(at..end);
            return Some(end);
        };
        let (first, last) = tags(self.body.get(end..close)?);
        self.edit(at..end, first);
        self.edit(close..after, last);
        Some(after)
    }

    fn block_end(&mut self, from: usize, name: &'static str, signs: &'static Signs) -> Option<(usize, usize)> {
        if self.endless.contains(&(signs.open, name)) {
            return None;
        }
        let mut at = from;
        while let Some(distance) = self.next(at, signs.open) {
            let close = at + distance;
            let inside = close + signs.open.len();
            let Some(length) = self.near(inside, signs.close) else { break };
            let inner = self.body.get(inside..inside + length)?.trim_matches('-').trim();
            if inner.strip_prefix(signs.end).is_some_and(|ended| ended.trim_start() == name) {
                return Some((close, inside + length + signs.close.len()));
            }
            at = inside;
        }
        self.endless.push((signs.open, name));
        None
    }

    pub(super) fn shortcode(&mut self, at: usize) -> Option<usize> {
        let signs = if self.rest(at).starts_with("{{<") { &SHORTCODE_TAG } else { &SHORTCODE_MARKDOWN };
        let close = signs.close;
        let end = at + 3 + self.near(at + 3, close)? + 3;
        let inner = self.body.get(at + 3..end - 3)?;
        if let Some(literal) = inner.strip_prefix("/*").and_then(|inner| inner.strip_suffix("*/")) {
            // Hugo's way to show a shortcode.
            let sign = self.body.get(at + 2..at + 3)?;
            self.edit(at..end, format!("{{{{\\{sign}{literal}{}", close.replace('>', "\\>")));
            return Some(end);
        }
        if !is_inside(inner.trim()) || self.literal.has_code(at, end) && !has_strings(inner) {
            return None;
        }
        if let Some(argument) = inner.trim().strip_prefix("highlight ")
            && self.block_end(end, "highlight", signs).is_some()
        {
            return self.highlight(at, end, argument, signs);
        }
        let (name, argument) = inner.trim().split_once(char::is_whitespace).unwrap_or((inner, ""));
        if let Some(url) = self.address_of(name, argument) {
            self.put_address(at, end, url);
            return Some(end);
        }
        self.report(&SHORTCODE, at..end, SHORTCODE_HELP);
        Some(self.take_out(at, end))
    }

    pub(super) fn output(&mut self, at: usize) -> Option<usize> {
        if let Some((text, end)) = literal_output(self.window(at)).filter(|_| self.context.has_liquid) {
            self.edit(at..at + end, text.to_owned());
            return Some(at + end);
        }
        let end = at + 2 + self.near(at + 2, "}}")? + 2;
        let inner = self.body.get(at + 2..end - 2)?;
        let value = inner.trim().trim_matches('-').trim();
        let tight = !inner.starts_with([' ', '-', '\n']);
        if tight && is_in_latex(self.before(at, REACH))
            || inner.contains(['\\', '{', '}'])
            || !is_inside(value)
            || self.literal.has_code(at, end)
            || self.keep_text(value, at..end)
        {
            return None;
        }
        if let Some(known) = expand(value, self.context.site) {
            self.put(at, end, known);
            return Some(end);
        }
        let zola = inner.contains('(');
        let (code, help) = if zola { (&SHORTCODE, SHORTCODE_HELP) } else { (&LIQUID, LIQUID_HELP) };
        self.report(code, at..end, help);
        Some(self.take_out(at, end))
    }
}

/// How the tags of a block are written.
struct Signs {
    open: &'static str,
    close: &'static str,
    /// What the end tag has before the name.
    end: &'static str,
    code: &'static Code,
}

static TAG: Signs = Signs { open: "{%", close: "%}", end: "end", code: &LIQUID };
static SHORTCODE_TAG: Signs = Signs { open: "{{<", close: ">}}", end: "/", code: &SHORTCODE };
static SHORTCODE_MARKDOWN: Signs = Signs { open: "{{%", close: "%}}", end: "/", code: &SHORTCODE };

const LIQUID_HELP: &str = "write what it stands for, or put `{% raw %}` and `{% endraw %}` around what should be shown";

/// Returns whether a text may stand between the signs of a tag: one paragraph that begins like a name or a string.
fn is_inside(inner: &str) -> bool {
    let first = inner.chars().next().is_some_and(|c| c.is_alphabetic() || matches!(c, '"' | '\'' | '.' | '$' | '#' | '/' | '-' | '_'));
    first && !inner.split('\n').any(|line| line.trim().is_empty())
}

/// Returns whether braces go on with LaTeX where nobody saw a formula: `\alpha^{{a}}`, `\frac{a}{{b}}`; but not `x_{{ a }}`.
fn is_in_latex(before: &str) -> bool {
    let joined = before.ends_with(['^', '_', '\\']) || before.ends_with('}') && !before.ends_with("}}");
    let command = |at: usize| before.as_bytes().get(at + 1).is_none_or(|b| b.is_ascii_alphabetic() || matches!(b, b'(' | b'['));
    joined && (before.contains("$$") || before.match_indices('\\').any(|(at, _)| command(at)))
}

/// Returns whether a tag has strings, in which backticks are only text.
fn has_strings(inner: &str) -> bool {
    ["=\"", "='", " \"", ": \"", "=`"].iter().any(|start| inner.contains(start))
}

/// Returns the text of `{{ "text" }}` and where it ends.
fn literal_output(window: &str) -> Option<(&str, usize)> {
    let rest = window.strip_prefix("{{")?.trim_start_matches(['-', ' ']);
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let (text, after) = rest.get(1..)?.split_once(quote)?;
    let after = after.trim_start_matches([' ', '-']).strip_prefix("}}")?;
    (text.len() < 80 && !text.contains('\n')).then(|| (text, window.len() - after.len()))
}

/// Returns the value of what can be known: `site.url`, `site.baseurl`, `"/path" | relative_url` and their like.
fn expand(expression: &str, site: &Url) -> Option<String> {
    let origin = &site[..url::Position::BeforePath];
    let base = site.path().trim_end_matches('/');
    let term = |term: &str| match term.trim() {
        "site.url" => Some(origin.to_owned()),
        "site.baseurl" => Some(base.to_owned()),
        term => {
            let text = ['"', '\''].iter().find_map(|quote| term.strip_prefix(*quote)?.strip_suffix(*quote))?;
            (!text.contains(['"', '\'', '<', '>', '\n'])).then(|| text.to_owned())
        }
    };
    let mut parts = expression.split('|');
    let mut value = term(parts.next()?)?;
    for filter in parts {
        let (name, argument) = filter.split_once(':').unwrap_or((filter, ""));
        value = match name.trim() {
            "relative_url" | "absolute_url" if value.contains("://") => value,
            // A blank would end the address of a Markdown link.
            "relative_url" => format!("{base}/{}", value.trim_start_matches('/')).replace(' ', "%20"),
            "absolute_url" => format!("{origin}{base}/{}", value.trim_start_matches('/')).replace(' ', "%20"),
            "prepend" => term(argument)? + &value,
            "append" => value + &term(argument)?,
            _ => return None,
        };
    }
    Some(value)
}
