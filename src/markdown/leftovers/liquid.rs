//! Liquid's tags and outputs, and the shortcodes of Hugo and Zola.

use super::super::codes::{LIQUID, SHORTCODE};
use super::address::is_in_address;
use super::calls::container;
use super::inert::inert;
use super::pairs::Pair;
use super::values::{holds, size, term, text, value};
use super::{Finder, REACH, shortcode_help};
use crate::diagnostic::{Code, Span};
use crate::html::{GONE, push_value};
use crate::markdown::includes;
use crate::markdown::resolver::{Call, Value};
use std::borrow::Cow;

impl Finder<'_, '_> {
    pub(super) fn liquid_tag(&mut self, at: usize) -> Option<usize> {
        if let Some(end) = self.shown(at) {
            return Some(end);
        }
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
            _ => Some(self.other_tag(at, end, inner)),
        }
    }

    /// A tag that is no block of text: one with a meaning here, one that runs something, one nobody knows.
    fn other_tag(&mut self, at: usize, end: usize, inner: &str) -> usize {
        let (name, argument) = inner.split_once(|c: char| c.is_whitespace() || c == '(').unwrap_or((inner, ""));
        let is_call = inner.contains('(');
        let file = || Call::read(inner).args.first().cloned().unwrap_or_default();
        let done = match name {
            "include" | "include_relative" | "include_cached" if !is_call => self.own_include(at, end, inner, &file()),
            "assign" => self.assign(at, end, inner),
            "if" | "unless" => self.condition(at, end, inner),
            "capture" => self.capture(at, end, argument).or_else(|| self.unknown_block(at, end)),
            "for" | "tablerow" | "case" => self.unknown_block(at, end),
            _ => self.reference(at, end, inner),
        };
        if let Some(end) = done.or_else(|| self.call(at, end, inner)) {
            return end;
        }
        match name {
            "include" | "include_relative" | "include_cached" if !is_call => {
                let help = includes::reason(&Call::read(inner), self.context, &self.left);
                self.report(&LIQUID, at..end, &help);
            }
            _ if is_call => {
                let what = self.what_of_call(at, end);
                self.report_as(&SHORTCODE, at..end, what, &shortcode_help(name));
            }
            // Nothing but an end or an `else` that belongs to nothing.
            _ if LOGIC.contains(&name) || name.starts_with("end") => self.report(&LIQUID, at..end, LIQUID_HELP),
            _ => {
                let what = self.what_of_call(at, end);
                self.report_as(&LIQUID, at..end, what, &shortcode_help(name));
            }
        }
        let after = self.take_out(at, end);
        self.leave_out_end(at, after);
        after
    }

    /// Returns what becomes of a call that nothing here knows.
    fn what_of_call(&mut self, at: usize, end: usize) -> &'static str {
        let has_inside =
            self.pair(at).and_then(|pair| self.body.get(end..pair.close.start)).is_some_and(|inside| !inside.trim().is_empty());
        if has_inside && !is_in_address(self.before(at, REACH)) {
            "was left out; what stands up to its end tag is shown"
        } else {
            "was left out"
        }
    }

    /// Takes out the end tag of a block that was reported: it is told of with its beginning.
    fn leave_out_end(&mut self, at: usize, after: usize) {
        // In an address, all of it has gone.
        if let Some(pair) = self.pair(at).filter(|pair| after <= pair.close.start && !is_in_address(self.before(at, REACH))) {
            let parted = self.part(at, &pair.close);
            self.skip(&pair.close);
            match parted {
                Some(parted) => self.edit(pair.close, parted),
                None => self.leave_out(pair.close),
            }
        }
    }

    /// Returns what parts the inside of a block from that of the next one, where another follows at once: a paragraph's end where the
    /// blocks stand alone, else a blank.
    fn part(&mut self, at: usize, close: &Span) -> Option<String> {
        let before = self.before(at, REACH);
        if self.alone.as_ref().is_none_or(|(alone, _)| !alone.contains(&at))
            && let Some(next) = container(before)
            && let Some(end) = self.row_end(at)
        {
            self.alone = Some((at..end, next));
        }
        let line = self.line(close.end);
        let after = line.trim_start_matches([' ', '\t']);
        let below = || self.rest(close.end).trim_start_matches([' ', '\t', '\r']).strip_prefix('\n');
        let next = if after.is_empty() { below()?.trim_start_matches([' ', '\t', '>']) } else { after };
        let name = ["{{<", "{{%", "{%"].iter().find_map(|sign| next.strip_prefix(sign))?.trim_start_matches(['-', ' ']);
        if !name.starts_with(char::is_alphabetic) || name.starts_with("end") || name.starts_with("else") {
            return None;
        }
        match &self.alone {
            Some((alone, next)) if alone.contains(&at) && (before.trim_end().ends_with('}') || container(before).is_some()) => {
                Some(format!("\n{next}\n{next}"))
            }
            _ => (!line.is_empty() && line.len() == after.len()).then(|| format!("{GONE} ")),
        }
    }

    /// Returns where a row of blocks ends that begins here and has the line for itself.
    fn row_end(&mut self, at: usize) -> Option<usize> {
        let mut at = at;
        loop {
            at = self.pair(at)?.close.end;
            let line = self.line(at);
            let rest = line.trim_start_matches([' ', '\t']);
            if rest.is_empty() {
                return Some(at);
            }
            at += line.len() - rest.len();
        }
    }

    /// `{% include name.html %}` for which the site has a template of that name, with or without its ending.
    fn own_include(&mut self, at: usize, end: usize, inner: &str, file: &str) -> Option<usize> {
        let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
        let name = [file, stem].into_iter().find(|name| self.context.resolver.has_shortcode(name))?;
        let rest = inner.split_once(file)?.1.trim_start_matches(['"', '\'']);
        self.call(at, end, &format!("{name} {rest}"))
    }

    /// `{% assign x = "value" %}`, where the value can be known.
    fn assign(&mut self, at: usize, end: usize, inner: &str) -> Option<usize> {
        let (name, expression) = inner.strip_prefix("assign")?.split_once('=')?;
        let known = value(expression.trim(), self.context, &self.variables);
        let Some(value) = known.filter(|value| self.left.hold(size(value))) else {
            self.variables.remove(name.trim());
            return None;
        };
        self.variables.insert(name.trim().to_owned(), value);
        self.leave_out(at..end);
        Some(end)
    }

    /// `{% capture x %}…{% endcapture %}`, where all in it can be known.
    fn capture(&mut self, at: usize, end: usize, argument: &str) -> Option<usize> {
        let close = self.pair(at)?.close;
        let name = argument.trim().trim_matches(['"', '\'']);
        let inside = self.body.get(end..close.start)?;
        let Some(text) = includes::captured(inside, self.context, &self.variables, &self.left) else {
            self.variables.remove(name);
            return None;
        };
        self.variables.insert(name.to_owned(), Value::Text(text));
        self.leave_out(at..close.end);
        Some(close.end)
    }

    /// A block whose text is made from values that only the generator has.
    fn unknown_block(&mut self, at: usize, end: usize) -> Option<usize> {
        let close = self.pair(at)?.close;
        self.report_as(&LIQUID, at..end, "was left out, with all up to its end tag", BLOCK_HELP);
        self.leave_out(at..close.end);
        for name in includes::assigned(self.body.get(end..close.start)?) {
            self.variables.remove(name);
        }
        Some(close.end)
    }

    /// `{% if x %}a{% else %}b{% endif %}`: what it shows is one of the two; where that cannot be known, the first.
    fn condition(&mut self, at: usize, end: usize, inner: &str) -> Option<usize> {
        if is_in_address(self.before(at, REACH)) {
            return None;
        }
        let Pair { close, middle } = self.pair(at)?;
        let (name, condition) = inner.split_once(char::is_whitespace)?;
        let holds = holds(condition, &|name| term(name, self.context, &self.variables));
        if holds.is_none() {
            let what = if middle.is_some() {
                "cannot be decided, so its first branch is shown"
            } else {
                "cannot be decided, so what it holds is shown"
            };
            self.report_as(&LIQUID, at..end, what, CONDITION_HELP);
        }
        let first = holds.unwrap_or(name == "if") == (name == "if");
        let (before, after) = match (first, middle) {
            (true, middle) => (at..end, middle.map_or(close.start, |(middle, _)| middle.start)..close.end),
            (false, Some((middle, true))) => (at..middle.end, close),
            (false, other) => {
                // What `elsif` would show is not looked for.
                if other.is_some() && holds.is_some() {
                    self.report_as(&LIQUID, at..end, "does not hold; what stands behind its `elsif` was left out, too", CONDITION_HELP);
                }
                self.leave_out(at..close.end);
                return Some(close.end);
            }
        };
        self.skip(&after);
        self.leave_out(before.clone());
        self.leave_out(after);
        Some(before.end)
    }

    /// Returns whether what stands between braces is text, and tells of it: where Liquid does not run, only a call is none,
    /// and the end of one.
    fn keep_text(&mut self, inner: &str, span: Span) -> bool {
        let may_be_call = self.context.generator != HUGO && (inner.contains('(') || inner == "end");
        let is_text = !self.context.has_liquid && !may_be_call;
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
            self.report(signs.code, at..end, "write its end tag where the block ends");
            self.leave_out(at..end);
            return Some(end);
        };
        let (first, last) = tags(self.body.get(end..close)?);
        self.edit(at..end, first);
        self.edit(close..after, last);
        Some(after)
    }

    /// Returns where a block ends whose inside is literal.
    pub(super) fn opaque_end(&mut self, is_liquid: bool, is_markdown: bool, from: usize, name: &str) -> Option<usize> {
        let signs = match (is_liquid, is_markdown) {
            (true, _) => &TAG,
            (_, true) => &SHORTCODE_MARKDOWN,
            _ => &SHORTCODE_TAG,
        };
        let name = ["raw", "comment", "highlight"].into_iter().find(|known| *known == name)?;
        self.block_end(from, name, signs).map(|(_, after)| after)
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
        let own = self.context.resolver.has_shortcode("highlight");
        if let Some(argument) = inner.trim().strip_prefix("highlight ").filter(|_| !own)
            && let Some((close, after)) = self.block_end(end, "highlight", signs)
        {
            if argument.contains("hl_inline=true") && !self.literal.is_in_tag(at) {
                let language = argument.split_whitespace().next().unwrap_or_default().trim_matches('"');
                let mut code = String::new();
                push_value(&mut code, self.body.get(end..close)?.trim());
                self.edit(at..after, inert(&format!("<code class=\"language-{language}\">{code}</code>")));
                return Some(after);
            }
            return self.highlight(at, end, argument, signs);
        }
        let inner = inner.trim();
        if inner == "comment"
            && !self.context.resolver.has_shortcode("comment")
            && let Some((_, after)) = self.block_end(end, "comment", signs)
        {
            self.leave_out(at..after);
            return Some(after);
        }
        if let Some(end) = self.reference(at, end, inner).or_else(|| self.call(at, end, inner)) {
            return Some(end);
        }
        let name = inner.split_whitespace().next().unwrap_or_default();
        let what = self.what_of_call(at, end);
        self.report_as(&SHORTCODE, at..end, what, &shortcode_help(name));
        let after = self.take_out(at, end);
        self.leave_out_end(at, after);
        Some(after)
    }

    /// `{{</* x */>}}` in code, Zola's `{{/* x() */}}` and `{%/* x() */%}`: the signs between show that nothing is called.
    pub(super) fn shown_in_code(&mut self, span: &Span) {
        let Some(code) = self.body.get(span.clone()) else { return };
        for (at, sign) in code.match_indices("/*") {
            let (Some(head), Some(tail)) = (code.get(..at), code.get(at..)) else { continue };
            let known = if self.context.generator == HUGO { 2 } else { LITERAL.len() };
            let Some((_, close)) = LITERAL.iter().take(known).find(|(open, _)| head.ends_with(open)) else { continue };
            let Some(length) = tail.get(..tail.floor_char_boundary(REACH.min(tail.len()))).and_then(|near| near.find(close)) else {
                continue;
            };
            self.edit(span.start + at..span.start + at + sign.len(), "");
            self.edit(span.start + at + length..span.start + at + length + 2, "");
        }
    }

    /// `{{/* x() */}}` and `{%/* x() */%}` outside of code: Zola's way to show a call.
    fn shown(&mut self, at: usize) -> Option<usize> {
        if self.context.generator == HUGO {
            return None;
        }
        let (open, close) = LITERAL.into_iter().skip(2).find(|(open, _)| self.rest(at).starts_with(open))?;
        let inside = self.rest(at + 2).strip_prefix("/*")?;
        let near = inside.get(..inside.floor_char_boundary(REACH.min(inside.len())))?;
        let inside = near.get(..near.find(close)?)?;
        let mut text = String::new();
        push_value(&mut text, &format!("{open}{inside}{}", &close[2..]));
        let end = at + 4 + inside.len() + close.len();
        self.edit(at..end, inert(&text));
        Some(end)
    }

    pub(super) fn output(&mut self, at: usize) -> Option<usize> {
        if let Some((text, end)) = literal_output(self.window(at)).filter(|_| self.context.has_liquid) {
            self.edit(at..at + end, text.to_owned());
            return Some(at + end);
        }
        if let Some(end) = self.shown(at) {
            return Some(end);
        }
        let end = at + 2 + self.near(at + 2, "}}")? + 2;
        let inner = self.body.get(at + 2..end - 2)?;
        let written = inner.trim().trim_matches('-').trim();
        let tight = !inner.starts_with([' ', '-', '\n']);
        if tight && is_in_latex(self.before(at, REACH))
            || inner.contains(['\\', '{', '}'])
            || !is_inside(written)
            || self.literal.has_code(at, end)
            || self.keep_text(written, at..end)
        {
            return None;
        }
        let known = value(written, self.context, &self.variables).filter(|_| self.context.has_liquid).map(|known| text(&known));
        if let Some(known) = known.filter(|known| self.left.show(known.len())) {
            self.put(at, end, known);
            return Some(end);
        }
        let name = written.split('|').next().unwrap_or_default().trim();
        if self.context.resolver.is_withheld(name) {
            self.report(&LIQUID, at..end, WITHHELD_HELP);
        } else if !inner.contains('(') {
            self.report(&LIQUID, at..end, LIQUID_HELP);
        } else if let Some(end) = self.call(at, end, written) {
            return Some(end);
        } else {
            self.report(&SHORTCODE, at..end, &shortcode_help(written));
        }
        Some(self.take_out(at, end))
    }
}

/// The generator to which nothing but `{{<` and `{{%` is a call.
const HUGO: &str = "Hugo";

/// What begins and ends what shows a call.
const LITERAL: [(&str, &str); 4] = [("{{<", "*/>}}"), ("{{%", "*/%}}"), ("{{", "*/}}"), ("{%", "*/%}")];

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

const LIQUID_HELP: &str = "write what it stands for in Markdown or HTML";
const BLOCK_HELP: &str = "write what it shows in Markdown or HTML";
const CONDITION_HELP: &str = "write what is to be shown, without the condition";

/// Tags of Liquid's own, which no template stands for.
const LOGIC: [&str; 15] = [
    "assign",
    "break",
    "capture",
    "case",
    "continue",
    "cycle",
    "decrement",
    "else",
    "elsif",
    "for",
    "if",
    "increment",
    "tablerow",
    "unless",
    "when",
];

const WITHHELD_HELP: &str =
    "its name or value looks like a secret, and no post shows one; give the key another name if everybody may read it";

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
