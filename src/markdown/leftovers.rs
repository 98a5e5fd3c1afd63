//! What other generators would have resolved: Liquid, shortcodes, kramdown attributes, wiki links, MDX.
//!
//! Each family is found outside code, reported, and edited out of the source so that what remains reads well. Code is
//! found by the Markdown parser itself, and only when a text has something that looks like a leftover at all.

use super::codes::{KRAMDOWN, LIQUID, MARK, MDX, NOTE_COMMENT, SHORTCODE, WIKI_LINK};
use super::mend::Edit;
use crate::diagnostic::{Code, Span};
use crate::html::{Findings, lookup};
use std::borrow::Cow;
use std::collections::BTreeSet;
use url::Url;

/// The stretches of a text that are not prose, each list in order.
#[derive(Debug, Default)]
pub(super) struct Literal {
    /// Code, formulas, comments: nothing in them is a leftover.
    pub code: Vec<Span>,
    /// Tags: in them are addresses, not prose.
    pub tags: Vec<Span>,
}

impl Literal {
    /// Returns whether a place is inside a tag.
    fn is_in_tag(&self, at: usize) -> bool {
        let after = self.tags.partition_point(|span| span.start <= at);
        after.checked_sub(1).and_then(|place| self.tags.get(place)).is_some_and(|span| at < span.end)
    }

    /// Returns whether code begins between two places.
    fn has_code(&self, from: usize, to: usize) -> bool {
        let place = self.code.partition_point(|span| span.start < from);
        self.code.get(place).is_some_and(|span| span.start < to)
    }
}

/// A leftover is not longer than this; so no search runs through the whole text again and again.
const REACH: usize = 4096;

/// Returns whether a text has anything that may be a leftover.
pub(super) fn are_likely(body: &str) -> bool {
    let bytes = body.as_bytes();
    if is_module_line(body) || body.starts_with(':') {
        return true;
    }
    if !has_pair(bytes) {
        return false;
    }
    let mut at = 0;
    while let Some(found) =
        bytes.get(at..).and_then(|rest| rest.iter().position(|b| matches!(b, b'{' | b'[' | b'%' | b'=' | b'<' | b':' | b'\n')))
    {
        at += found;
        let next = bytes.get(at + 1).copied().unwrap_or(b' ');
        let likely = match bytes.get(at) {
            Some(b'{') => matches!(next, b'{' | b'%' | b':'),
            Some(b'[') => next == b'[' || next == b'!',
            Some(b'%') => next == b'%',
            Some(b':') => !next.is_ascii_whitespace() && begins_line(bytes.get(..at).unwrap_or_default()),
            Some(b'=') => next == b'=' && bytes.get(at + 2).is_some_and(|b| !matches!(b, b'=' | b' ' | b'\n')),
            Some(b'\n') => matches!(next, b'i' | b'e') && body.get(at + 1..).is_some_and(is_module_line),
            _ => next.is_ascii_uppercase(),
        };
        if likely {
            return true;
        }
        at += 1;
    }
    false
}

/// Returns whether what stands before a place in its line is nothing but blanks and signs of quotation.
fn begins_line(before: &[u8]) -> bool {
    before.iter().rev().find(|b| !matches!(b, b' ' | b'\t' | b'>')).is_none_or(|b| *b == b'\n')
}

/// Returns whether a text has leftovers, were all of it prose; what it has in code is for [`find`] to tell apart.
pub(super) fn are_there(body: &str, all_prose: &Literal, site: &Url) -> bool {
    let mut found = Findings::default();
    !find(body, all_prose, site, &mut found).is_empty() || !found.is_empty()
}

/// Returns whether a line may be an import or export of MDX.
fn is_module_line(line: &str) -> bool {
    line.starts_with("import ") || line.starts_with("export ")
}

/// Returns whether two bytes stand together that may begin a leftover; the loop runs on many bytes at once.
// Without branches the compiler turns it into vector code.
#[allow(clippy::needless_bitwise_bool)]
fn has_pair(bytes: &[u8]) -> bool {
    let next = bytes.get(1..).unwrap_or_default();
    bytes.chunks(1024).zip(next.chunks(1024)).any(|(these, next)| {
        these.iter().zip(next).fold(false, |found, (&a, &b)| {
            let brace = (a == b'{') & ((b == b'{') | (b == b'%') | (b == b':'));
            let bracket = (a == b'[') & ((b == b'[') | (b == b'!'));
            let twice = (a == b) & ((a == b'%') | (a == b'='));
            let tag = (a == b'<') & b.is_ascii_uppercase();
            let line = (a == b'\n') & ((b == b'i') | (b == b'e'));
            let colon = (b == b':') & ((a == b'\n') | (a == b' ') | (a == b'>'));
            found | colon | brace | bracket | twice | tag | line
        })
    })
}

/// Returns the edits that take leftovers out of a text.
pub(super) fn find(body: &str, literal: &Literal, site: &Url, findings: &mut Findings) -> Vec<Edit> {
    let mut finder = Finder {
        body,
        literal,
        site,
        edits: Vec::new(),
        findings,
        seen: ENDS.map(|_| (1, 0)),
        endless: Vec::new(),
        labels: None,
        end_tags: None,
    };
    let mut code = literal.code.iter().peekable();
    let bytes = body.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        while code.next_if(|span| span.end <= at).is_some() {}
        if let Some(span) = code.peek().filter(|span| span.start <= at) {
            finder.raw_in_code(span);
            at = span.end;
            continue;
        }
        let line_start = at == 0 || bytes.get(at - 1) == Some(&b'\n');
        let word = bytes.get(at..).unwrap_or_default().iter().position(|b| !matches!(b, b'a'..=b'z' | b' ' | b'A'..=b'Z')).unwrap_or(0);
        if word > 0 && !line_start {
            at += word;
            continue;
        }
        at = match bytes.get(at) {
            Some(b'{') => finder.brace(at),
            Some(b'[') => finder.bracket(at),
            Some(b'!') if body.get(at..).is_some_and(|rest| rest.starts_with("![[")) => finder.bracket(at),
            Some(b'%') => finder.percent(at),
            Some(b'=') => finder.equals(at),
            Some(b'<') => finder.component(at),
            Some(b'i' | b'e') if line_start => finder.import(at),
            Some(b'>') => finder.callout(at),
            Some(b':') => finder.colon(at),
            _ => None,
        }
        .filter(|end| *end > at)
        .unwrap_or(at + 1);
    }
    finder.edits
}

struct Finder<'a, 'f> {
    body: &'a str,
    literal: &'f Literal,
    site: &'f Url,
    edits: Vec<Edit>,
    findings: &'f mut Findings,
    /// For each of [`ENDS`], where it was looked for last and where it was found: from there on to here there is none.
    seen: [(usize, usize); ENDS.len()],
    /// Blocks that have no end from here on.
    endless: Vec<String>,
    /// The labels of reference definitions, once they were asked for.
    labels: Option<BTreeSet<&'a str>>,
    /// The names of end tags, once they were asked for.
    end_tags: Option<BTreeSet<&'a str>>,
}

/// What ends a leftover.
const ENDS: [&str; 9] = ["%}", "}}", ">}}", "%}}", "]]", "%%", "==", "{%", "\n"];

impl<'a> Finder<'a, '_> {
    fn rest(&self, at: usize) -> &'a str {
        self.body.get(at..).unwrap_or_default()
    }

    /// Returns the text from `at` in which an end is looked for.
    fn window(&self, at: usize) -> &'a str {
        let rest = self.rest(at);
        rest.get(..rest.floor_char_boundary(REACH.min(rest.len()))).unwrap_or_default()
    }

    /// Returns the distance to the next of an end. The whole text is searched at most once for each, whatever it holds.
    fn next(&mut self, at: usize, end: &str) -> Option<usize> {
        let place = ENDS.iter().position(|known| *known == end)?;
        let (from, to) = self.seen.get(place).copied()?;
        let to = if (from..=to).contains(&at) {
            to
        } else {
            let to = self.rest(at).find(end).map_or(usize::MAX, |found| at + found);
            *self.seen.get_mut(place)? = (at, to);
            to
        };
        to.checked_sub(at).filter(|distance| *distance <= self.body.len())
    }

    /// Returns the same where it is near enough to belong to a leftover.
    fn near(&mut self, at: usize, end: &str) -> Option<usize> {
        self.next(at, end).filter(|distance| *distance <= REACH)
    }

    /// Returns the rest of the line.
    fn line(&mut self, at: usize) -> &'a str {
        let end = self.next(at, "\n").unwrap_or(usize::MAX).min(REACH);
        let rest = self.rest(at);
        rest.get(..rest.floor_char_boundary(end.min(rest.len()))).unwrap_or_default().trim_end_matches('\r')
    }

    fn edit(&mut self, span: Span, text: impl Into<Cow<'static, str>>) {
        self.edits.push(Edit { span, text: text.into() });
    }

    fn report(&mut self, code: &'static Code, span: Span, help: &str) {
        let text = self.body.get(span.clone()).unwrap_or_default();
        let shown = || crate::html::shorten(&crate::text::chars::one_line(text), 60);
        self.findings.add(code, span, || format!("`{}` was left out", shown()), Some(help));
    }

    /// `{% tag %}`, `{{ output }}`, `{{< shortcode >}}`, `{: .attribute}`.
    fn brace(&mut self, at: usize) -> Option<usize> {
        let rest = self.rest(at);
        match rest.as_bytes().get(1)? {
            b'%' => self.liquid_tag(at),
            b'{' if matches!(rest.as_bytes().get(2), Some(b'<' | b'%')) => self.shortcode(at),
            b'{' => self.output(at),
            b':' => self.kramdown(at),
            _ => None,
        }
    }

    fn liquid_tag(&mut self, at: usize) -> Option<usize> {
        let end = at + 2 + self.near(at + 2, "%}")? + 2;
        let inner = self.body.get(at + 2..end - 2)?.trim_matches('-').trim();
        if !is_inside(inner) || inner.contains("{%") || self.literal.has_code(at, end) && !has_strings(inner) {
            return None;
        }
        let (name, argument) = inner.split_once(char::is_whitespace).unwrap_or((inner, ""));
        match name {
            "raw" => self.block(at, end, "raw", |_| (Cow::Borrowed(""), Cow::Borrowed(""))),
            "comment" => {
                let (_, after) = self.block_end(end, "comment")?;
                self.edit(at..after, "");
                Some(after)
            }
            "highlight" => self.highlight(at, end, argument),
            _ => {
                let zola = inner.contains('(');
                let (code, help) = if zola { (&SHORTCODE, SHORTCODE_HELP) } else { (&LIQUID, LIQUID_HELP) };
                self.report(code, at..end, help);
                // Blanks that stood behind a tag would become a code block at the start of a line.
                let line_start = at == 0 || self.body.as_bytes().get(at - 1) == Some(&b'\n');
                let blanks = self.rest(end).bytes().take(REACH).take_while(|b| matches!(b, b' ' | b'\t')).count();
                self.remove(at, if line_start { end + blanks } else { end }, String::new());
                Some(end)
            }
        }
    }

    /// Puts a value in the place of what stood between two places; two slashes around nothing become one.
    fn remove(&mut self, at: usize, end: usize, mut value: String) {
        let mut to = end;
        if at.checked_sub(1).and_then(|at| self.body.as_bytes().get(at)) == Some(&b'/') {
            if value.is_empty() && self.rest(end).starts_with('/') {
                to += 1;
            } else if value.starts_with('/') {
                value.remove(0);
            }
        }
        self.edit(at..to, value);
    }

    /// `{% highlight ruby %}` becomes a fence that is longer than those inside it.
    fn highlight(&mut self, at: usize, end: usize, argument: &str) -> Option<usize> {
        let head = self.body.get(..at)?;
        let line = head.get(head.len() - head.bytes().rev().take(64).take_while(|b| *b != b'\n').count()..).unwrap_or("-");
        let alone = line.bytes().all(|b| b == b' ');
        let indent = if alone { line.to_owned() } else { String::new() };
        self.block(at, end, "highlight", |code| {
            let language = argument.split_whitespace().next().unwrap_or_default();
            let fence = "`".repeat(code.split(|c| c != '`').map(str::len).max().unwrap_or(0).max(2) + 1);
            let before = if alone { "" } else { "\n" };
            let first = if code.starts_with(['\n', '\r']) { String::new() } else { format!("\n{indent}") };
            let ended = code.rsplit('\n').next().is_some_and(|last| code.contains('\n') && last.bytes().all(|b| b == b' '));
            let last = if ended { format!("{fence}\n") } else { format!("\n{indent}{fence}\n") };
            (Cow::Owned(format!("{before}{fence}{language}{first}")), Cow::Owned(last))
        })
    }

    /// `{% raw %}` and `{% endraw %}` go in code too, as Jekyll has it; what they hold stays.
    fn raw_in_code(&mut self, span: &Span) {
        let Some(code) = self.body.get(span.clone()) else { return };
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

    /// A line that begins with `:` is a definition for the parser, whatever follows; only `: text` is meant as one.
    fn colon(&mut self, at: usize) -> Option<usize> {
        let head = self.body.get(..at)?;
        let back = head.bytes().rev().take(64).take_while(|b| *b != b'\n').count();
        let prefix = head.get(at - back..)?;
        let line = self.line(at);
        let table = line.bytes().all(|b| matches!(b, b':' | b'-' | b'|' | b' ' | b'\t'));
        if !prefix.bytes().all(|b| matches!(b, b' ' | b'>')) || line[1..].starts_with([' ', '\t']) || line.len() == 1 {
            return None;
        }
        if let Some(rest) = line.strip_prefix(":::") {
            let span = at..at + line.len();
            let name = rest.trim_start_matches(':').trim();
            self.report(&SHORTCODE, span.clone(), SHORTCODE_HELP);
            let title = name.split_once([' ', '[']).map_or("", |(_, title)| title).trim().trim_end_matches(']');
            let plain = !title.is_empty() && !title.contains(['{', '=', '*']);
            self.edit(span.clone(), if plain { format!("**{title}**\n{prefix}") } else { String::new() });
            return Some(span.end);
        }
        if !table {
            self.edit(at..at, "\\");
        }
        None
    }

    /// Replaces the two tags of a block whose inside is literal.
    fn block(&mut self, at: usize, end: usize, name: &str, tags: impl Fn(&str) -> (Cow<'static, str>, Cow<'static, str>)) -> Option<usize> {
        let Some((close, after)) = self.block_end(end, name) else {
            self.report(&LIQUID, at..end, LIQUID_HELP);
            self.edit(at..end, "");
            return Some(end);
        };
        let (first, last) = tags(self.body.get(end..close)?);
        self.edit(at..end, first);
        self.edit(close..after, last);
        Some(after)
    }

    fn block_end(&mut self, from: usize, name: &str) -> Option<(usize, usize)> {
        if self.endless.iter().any(|known| known == name) {
            return None;
        }
        let mut at = from;
        while let Some(distance) = self.next(at, "{%") {
            let close = at + distance;
            let Some(length) = self.near(close + 2, "%}") else { break };
            let after = close + 2 + length + 2;
            if self.body.get(close + 2..after - 2)?.trim_matches('-').trim().strip_prefix("end") == Some(name) {
                return Some((close, after));
            }
            at = close + 2;
        }
        self.endless.push(name.to_owned());
        None
    }

    fn shortcode(&mut self, at: usize) -> Option<usize> {
        let close = if self.rest(at).starts_with("{{<") { ">}}" } else { "%}}" };
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
        self.report(&SHORTCODE, at..end, SHORTCODE_HELP);
        self.remove(at, end, String::new());
        Some(end)
    }

    fn output(&mut self, at: usize) -> Option<usize> {
        if let Some((text, end)) = literal_output(self.window(at)) {
            self.edit(at..at + end, text.to_owned());
            return Some(at + end);
        }
        let end = at + 2 + self.near(at + 2, "}}")? + 2;
        let inner = self.body.get(at + 2..end - 2)?;
        let value = inner.trim().trim_matches('-').trim();
        // LaTeX where nobody saw a formula: `x^{{a}}`, `\frac{a}{{b}}`.
        let tight = !inner.starts_with([' ', '-', '\n']);
        let head = self.body.get(..at)?;
        let latex = tight && (head.ends_with(['^', '_', '\\']) || head.ends_with('}') && !head.ends_with("}}"));
        if latex || inner.contains(['\\', '{', '}']) || !is_inside(value) || self.literal.has_code(at, end) {
            return None;
        }
        if let Some(known) = expand(value, self.site) {
            self.remove(at, end, known);
            return Some(end);
        }
        let zola = inner.contains('(');
        let (code, help) = if zola { (&SHORTCODE, SHORTCODE_HELP) } else { (&LIQUID, LIQUID_HELP) };
        self.report(code, at..end, help);
        self.remove(at, end, String::new());
        Some(end)
    }

    fn kramdown(&mut self, at: usize) -> Option<usize> {
        let line = self.line(at);
        let end = line.find('}')?;
        let inner = line.get(2..end)?.trim_start_matches(':').trim_start();
        let head = self.body.get(..at)?;
        let near = head.get(head.len() - head.bytes().rev().take(24).take_while(|b| *b != b'\n').count()..).unwrap_or("x");
        let first = near.bytes().all(|b| matches!(b, b' ' | b'-' | b'*' | b'+' | b'>' | b'.' | b'0'..=b'9'));
        if !first && !near.ends_with([')', ']', '*', '_', '`', '>', '}']) {
            return None;
        }
        if inner.contains(['{', '$', '?']) || !inner.starts_with(|c: char| c.is_alphabetic() || matches!(c, '.' | '#' | '/')) {
            return None;
        }
        let span = at..at + end + 1;
        self.report(&KRAMDOWN, span.clone(), "remove it, or write the attribute as HTML");
        let mut start = at;
        if inner == "toc" {
            // `* TOC` above is only there to be replaced.
            let near = head.get(head.ceil_char_boundary(at.saturating_sub(64))..).unwrap_or_default();
            let before = head.get(..head.len() - near.len() + near.trim_end().len())?;
            let near = before.get(before.ceil_char_boundary(before.len().saturating_sub(64))..).unwrap_or_default();
            let line = near.rfind('\n').map_or(before.len() - near.len(), |at| before.len() - near.len() + at + 1);
            if before.get(line..).is_some_and(|line| line.trim_start().starts_with(['*', '-', '1']) && line.len() < 40) {
                start = line;
            }
        }
        self.edit(start..span.end, "");
        Some(span.end)
    }

    /// `[[Page|text]]`, `![[image.png]]`.
    fn bracket(&mut self, at: usize) -> Option<usize> {
        let embed = self.rest(at).starts_with('!');
        let open = at + usize::from(embed);
        if !self.rest(open).starts_with("[[") {
            return None;
        }
        let close = self.near(open + 2, "]]")?;
        let inner = self.line(open).get(2..)?;
        let end = open + close + 4;
        let inner = inner.get(..close)?;
        // `[[1]](url)`, `[[a]][b]` are Markdown; `[[ -f x ]]` is a shell's.
        if inner.is_empty() || inner.starts_with(' ') || inner.contains(['[', ']']) || self.rest(end).starts_with(['(', '[', ':']) {
            return None;
        }
        let shell = inner.starts_with([':', '-', '!']) && inner != "-";
        let before = self.body.get(..at)?.chars().next_back();
        let index = before.is_some_and(|c| c.is_alphanumeric() || matches!(c, ']' | '\\' | '_'));
        if shell || index || self.literal.is_in_tag(at) || self.labels().contains(inner) {
            return None;
        }
        let (page, label) = inner.split_once('|').unwrap_or((inner, ""));
        let text = match (embed, is_image(page)) {
            (true, true) => format!("![](<{}>)", page.trim().replace(['<', '>'], "")),
            (true, false) => String::new(),
            _ if label.trim().is_empty() => page.trim().trim_start_matches('#').replace('#', " – "),
            _ => label.trim().to_owned(),
        };
        let span = at..end;
        let shown = self.body.get(span.clone())?;
        let message = if text.is_empty() { "was left out" } else { "has no address on the web" };
        self.findings.add(
            &WIKI_LINK,
            span.clone(),
            || format!("`{}` {message}", crate::html::shorten(shown, 60)),
            Some("write `[text](address)`"),
        );
        self.edit(span, text);
        Some(end)
    }

    /// Returns the labels of reference definitions.
    fn labels(&mut self) -> &BTreeSet<&'a str> {
        let body = self.body;
        self.labels.get_or_insert_with(|| {
            let label = |at: usize| {
                let head = body.get(..at)?;
                let near = head.get(head.ceil_char_boundary(at.saturating_sub(200))..)?;
                near.rsplit_once('[').map(|(_, label)| label)
            };
            body.match_indices("]:").filter_map(|(at, _)| label(at)).collect()
        })
    }

    /// Returns the names that an end tag has.
    fn end_tags(&mut self) -> &BTreeSet<&'a str> {
        let body = self.body;
        self.end_tags.get_or_insert_with(|| body.match_indices("</").filter_map(|(at, _)| Some(tag_name(body.get(at + 2..)?))).collect())
    }

    /// `%%comment%%`.
    fn percent(&mut self, at: usize) -> Option<usize> {
        let inner = self.window(at).strip_prefix("%%")?;
        let close = self.near(at + 2, "%%")?;
        let text = inner.get(..close)?;
        let alone = text.starts_with('\n');
        let before = self.body.get(..at)?.chars().next_back();
        let after = inner.get(close + 2..)?.chars().next();
        let joined =
            before.is_some_and(|c| !c.is_whitespace() && c != '>' && c != '(') || after.is_some_and(|c| c.is_alphanumeric() || c == '%');
        if text.trim().is_empty() || joined || self.literal.is_in_tag(at) || !alone && text.contains("\n\n") {
            return None;
        }
        let span = at..at + close + 4;
        self.report(&NOTE_COMMENT, span.clone(), "remove it, or write `<!-- … -->`");
        self.edit(span.clone(), "");
        Some(span.end)
    }

    /// `==mark==`.
    fn equals(&mut self, at: usize) -> Option<usize> {
        let run = self.rest(at).bytes().take_while(|b| *b == b'=').count();
        if run != 2 {
            return Some(at + run);
        }
        let close = self.near(at + 2, "==")?;
        let inner = self.line(at).get(2..)?;
        let (text, after) = (inner.get(..close)?, inner.get(close + 2..)?);
        let before = self.body.get(..at)?.chars().next_back();
        let outside = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric() && c != '=');
        let inside = !text.is_empty() && !text.starts_with(' ') && !text.ends_with(' ');
        let operator = ["&&", "||", ";"].iter().any(|sign| text.contains(sign));
        if operator || self.literal.is_in_tag(at) || !inside || !outside(before) || !outside(after.chars().next()) {
            return None;
        }
        let span = at..at + close + 4;
        self.findings.add(&MARK, span.clone(), || "`==` became `<mark>`".to_owned(), Some("write `<mark>…</mark>`"));
        self.edit(at..at + 2, "<mark>");
        self.edit(span.end - 2..span.end, "</mark>");
        Some(at + 2)
    }

    /// `<Component prop={…}/>`.
    fn component(&mut self, at: usize) -> Option<usize> {
        let window = self.window(at);
        let name = window.strip_prefix('<')?;
        let name = name.strip_prefix('/').unwrap_or(name);
        let name = tag_name(name);
        // `Vec<String>`, `std::vector<T>`
        let before = self.body.get(..at)?.chars().next_back();
        if before.is_some_and(|c| c.is_alphanumeric() || matches!(c, ':' | '_' | '\\'))
            && !window.starts_with("</")
            && !self.end_tags().contains(name)
        {
            return None;
        }
        if !name.starts_with(|c: char| c.is_ascii_uppercase()) || lookup(name).is_some() {
            return None;
        }
        let end = component_end(window)?;
        let text = window.get(..end)?;
        if text.contains(['@']) && !text.contains(' ') || text.contains("://") && !text.contains(' ') {
            return None; // an autolink
        }
        let attributes = text.get(name.len() + 1..)?;
        let marked = attributes.ends_with("/>") || attributes.starts_with(char::is_whitespace) && attributes.contains(['=', '{']);
        if !marked && !text.starts_with("</") && !self.end_tags().contains(name) {
            return None;
        }
        self.report(&MDX, at..at + end, "write it in Markdown or HTML");
        self.edit(at..at + end, "");
        Some(at + end)
    }

    /// `import X from 'y'`, `export const x = …`.
    fn import(&mut self, at: usize) -> Option<usize> {
        let line = self.line(at);
        let head = self.body.get(..at)?;
        let follows = self.edits.last().is_some_and(|edit| edit.span.end + 1 >= at && edit.text.is_empty());
        if !(head.is_empty() || head.ends_with("\n\n") || head.ends_with("\n\r\n") || follows) || !is_module(line) {
            return None;
        }
        let span = at..at + line.len();
        self.report(&MDX, span.clone(), "remove it; nothing here runs it");
        self.edit(span.clone(), "");
        Some(span.end)
    }

    /// `> [!tip] Title` of Obsidian becomes a bold line; GitHub's own form is Markdown already.
    fn callout(&mut self, at: usize) -> Option<usize> {
        // A prefix is looked at from its first sign only, and not deep inside.
        if at.checked_sub(1).is_some_and(|at| !matches!(self.body.as_bytes().get(at), Some(b'\n' | b' '))) {
            return None;
        }
        let open = self.rest(at).bytes().take(64).take_while(|b| matches!(b, b'>' | b' ')).count();
        let line = self.line(at);
        let prefix = line.get(..open).filter(|_| line.get(open..).is_some_and(|rest| rest.starts_with("[!")))?;
        let head = self.body.get(..at)?;
        let start = head.bytes().rev().take(64).position(|b| b == b'\n').map_or_else(|| at.saturating_sub(64), |back| at - back);
        let before = self.body.get(start..at)?;
        if !prefix.chars().all(|c| matches!(c, '>' | ' ')) || !before.chars().all(|c| matches!(c, '>' | ' ')) {
            return None;
        }
        let rest = line.get(open + 2..)?;
        let close = rest.find(']')?;
        let kind = rest.get(..close)?;
        let title = rest.get(close + 1..)?.trim_start_matches(['+', '-']).trim();
        let known = ["note", "tip", "important", "warning", "caution"].iter().any(|known| known.eq_ignore_ascii_case(kind));
        if kind.is_empty() || !kind.chars().all(|c| c.is_alphanumeric() || c == '-') || known && rest.get(close + 1..)?.trim().is_empty() {
            return None;
        }
        let title = if title.is_empty() { capitalised(kind) } else { title.to_owned() };
        self.edit(at + open..at + line.len(), format!("**{}**\n{before}{}", title.trim_matches('*'), prefix.trim_end()));
        Some(at + line.len())
    }
}

const LIQUID_HELP: &str = "write what it stands for, or put `{% raw %}` and `{% endraw %}` around what should be shown";
const SHORTCODE_HELP: &str = "write what it stands for in Markdown or HTML";

/// Returns whether a text may stand between the signs of a tag: one paragraph that begins like a name or a string.
fn is_inside(inner: &str) -> bool {
    let first = inner.chars().next().is_some_and(|c| c.is_alphabetic() || matches!(c, '"' | '\'' | '.' | '$' | '#' | '/' | '-' | '_'));
    first && !inner.split('\n').any(|line| line.trim().is_empty())
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
            "relative_url" => format!("{base}/{}", value.trim_start_matches('/')),
            "absolute_url" => format!("{origin}{base}/{}", value.trim_start_matches('/')),
            "prepend" => term(argument)? + &value,
            "append" => value + &term(argument)?,
            _ => return None,
        };
    }
    Some(value)
}

/// Returns the name at the start of a tag.
fn tag_name(text: &str) -> &str {
    text.get(..text.bytes().take_while(|b| b.is_ascii_alphanumeric() || *b == b'.').count()).unwrap_or_default()
}

/// Returns whether a line is an import or export, and not prose that begins with the word.
fn is_module(line: &str) -> bool {
    let line = line.trim_end();
    let plain = line.trim_end_matches(';');
    if let Some(names) = line.strip_prefix("import ") {
        let names = names.split_once(" from ").map(|(names, _)| names.trim());
        let binding = names.map_or(plain.starts_with("import '") || plain.starts_with("import \""), |names| {
            names.starts_with(['{', '*']) || names.contains(", {") || names.starts_with("type ") || !names.contains(' ')
        });
        return binding && plain.ends_with(['\'', '"']);
    }
    let Some(rest) = line.strip_prefix("export ") else { return false };
    if let Some(rest) = rest.strip_prefix("default ") {
        return line.ends_with([';', '{', ')', '}']) || !rest.contains(' ');
    }
    ["const ", "function ", "let ", "async "].iter().any(|start| rest.starts_with(start)) && rest.contains(['=', '(', '{'])
}

fn is_image(page: &str) -> bool {
    let ending = page.rsplit('.').next().unwrap_or_default().trim().to_ascii_lowercase();
    page.contains('.') && matches!(ending.as_str(), "png" | "jpg" | "jpeg" | "gif" | "webp" | "avif" | "svg" | "bmp")
}

fn capitalised(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars.flat_map(char::to_lowercase)).collect()).unwrap_or_default()
}

/// Returns where a component's tag ends: braces and quotes may hold a `>`.
fn component_end(text: &str) -> Option<usize> {
    let (mut braces, mut quote) = (0_usize, None);
    for (at, byte) in text.bytes().enumerate() {
        match (byte, quote) {
            (b, Some(open)) if b == open => quote = None,
            (b'"' | b'\'', None) => quote = Some(byte),
            (b'{', None) => braces += 1,
            (b'}', None) => braces = braces.saturating_sub(1),
            (b'>', None) if braces == 0 => return Some(at + 1),
            (b'<', None) if at > 0 && braces == 0 => return None,
            _ => {}
        }
    }
    None
}
