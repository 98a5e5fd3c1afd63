//! What other generators would have resolved: Liquid, shortcodes, kramdown attributes, wiki links, MDX.
//!
//! Each family is found outside code, reported, and edited out of the source so that what remains reads well. Code is
//! found by the Markdown parser itself, and only when a text has something that looks like a leftover at all.

use super::codes::{KRAMDOWN, LIQUID, MARK, MDX, NOTE_COMMENT, SHORTCODE, WIKI_LINK};
use super::mend::Edit;
use crate::diagnostic::{Code, Span};
use crate::html::{Findings, lookup};
use std::borrow::Cow;

/// A leftover is not longer than this; so no search runs through the whole text again and again.
const REACH: usize = 4096;

/// Returns whether a text has anything that may be a leftover.
pub(super) fn are_likely(body: &str) -> bool {
    let bytes = body.as_bytes();
    if is_module_line(body) {
        return true;
    }
    if !has_pair(bytes) {
        return false;
    }
    let mut at = 0;
    while let Some(found) = bytes.get(at..).and_then(|rest| rest.iter().position(|b| matches!(b, b'{' | b'[' | b'%' | b'=' | b'<' | b'\n')))
    {
        at += found;
        let next = bytes.get(at + 1).copied().unwrap_or(b' ');
        let likely = match bytes.get(at) {
            Some(b'{') => matches!(next, b'{' | b'%' | b':'),
            Some(b'[') => next == b'[' || next == b'!',
            Some(b'%') => next == b'%',
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
            found | brace | bracket | twice | tag | line
        })
    })
}

/// Returns the edits that take leftovers out of a text.
pub(super) fn find(body: &str, code: &[Span], findings: &mut Findings) -> Vec<Edit> {
    let mut finder = Finder { body, edits: Vec::new(), findings, seen: ENDS.map(|_| (1, 0)), endless: Vec::new() };
    let mut code = code.iter().peekable();
    let bytes = body.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        while code.next_if(|span| span.end <= at).is_some() {}
        if let Some(span) = code.peek().filter(|span| span.start <= at) {
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
            _ => None,
        }
        .filter(|end| *end > at)
        .unwrap_or(at + 1);
    }
    finder.edits
}

struct Finder<'a, 'f> {
    body: &'a str,
    edits: Vec<Edit>,
    findings: &'f mut Findings,
    /// For each of [`ENDS`], where it was looked for last and where it was found: from there on to here there is none.
    seen: [(usize, usize); ENDS.len()],
    /// Blocks that have no end from here on.
    endless: Vec<String>,
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
        let (name, argument) = inner.split_once(char::is_whitespace).unwrap_or((inner, ""));
        match name {
            "raw" => self.block(at, end, "raw", |_| (Cow::Borrowed(""), Cow::Borrowed(""))),
            "comment" => {
                let (_, after) = self.block_end(end, "comment")?;
                self.edit(at..after, "");
                Some(after)
            }
            "highlight" => self.block(at, end, "highlight", |code| {
                let language = argument.split_whitespace().next().unwrap_or_default();
                let first = if code.starts_with(['\n', '\r']) { "" } else { "\n" };
                let last = if code.ends_with('\n') { "```\n" } else { "\n```\n" };
                (Cow::Owned(format!("\n```{language}{first}")), Cow::Borrowed(last))
            }),
            _ => {
                let zola = inner.contains('(');
                let (code, help) = if zola { (&SHORTCODE, SHORTCODE_HELP) } else { (&LIQUID, LIQUID_HELP) };
                self.report(code, at..end, help);
                self.edit(at..end, "");
                Some(end)
            }
        }
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
        self.report(&SHORTCODE, at..end, SHORTCODE_HELP);
        self.edit(at..end, "");
        Some(end)
    }

    fn output(&mut self, at: usize) -> Option<usize> {
        let end = at + 2 + self.near(at + 2, "}}")? + 2;
        let inner = self.body.get(at + 2..end - 2)?;
        // LaTeX: `^{{a}}`, `{{\alpha}}`.
        let before = at.checked_sub(1).and_then(|at| self.body.as_bytes().get(at));
        if inner.contains('\\') || inner.contains("\n\n") || matches!(before, Some(b'^' | b'_' | b'}' | b'\\')) {
            return None;
        }
        if let Some(path) = literal_path(inner) {
            let path = path.to_owned();
            self.edit(at..end, path);
            return Some(end);
        }
        let zola = inner.contains('(');
        let (code, help) = if zola { (&SHORTCODE, SHORTCODE_HELP) } else { (&LIQUID, LIQUID_HELP) };
        self.report(code, at..end, help);
        self.edit(at..end, "");
        Some(end)
    }

    fn kramdown(&mut self, at: usize) -> Option<usize> {
        let line = self.line(at);
        let end = line.find('}')?;
        let inner = line.get(2..end)?.trim_start_matches(':').trim_start();
        if inner.contains(['{', '$']) || !inner.starts_with(|c: char| c.is_alphabetic() || matches!(c, '.' | '#' | '/')) {
            return None;
        }
        let span = at..at + end + 1;
        self.report(&KRAMDOWN, span.clone(), "remove it, or write the attribute as HTML");
        let mut start = at;
        if inner == "toc" {
            // `* TOC` above is only there to be replaced.
            let before = self.body.get(..at)?.trim_end();
            let line = before.rfind('\n').map_or(0, |at| at + 1);
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
        if self.body.contains(&format!("[{inner}]:")) {
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

    /// `%%comment%%`.
    fn percent(&mut self, at: usize) -> Option<usize> {
        let inner = self.window(at).strip_prefix("%%")?;
        let close = self.near(at + 2, "%%")?;
        let text = inner.get(..close)?;
        let alone = text.starts_with('\n');
        let before = self.body.get(..at)?.chars().next_back();
        if text.trim().is_empty() || before.is_some_and(|c| c.is_alphanumeric() || c == '%') || !alone && text.contains("\n\n") {
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
        if !inside || !outside(before) || !outside(after.chars().next()) {
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
        let len = name.bytes().take_while(|b| b.is_ascii_alphanumeric() || *b == b'.').count();
        let name = name.get(..len)?;
        if !name.starts_with(|c: char| c.is_ascii_uppercase()) || lookup(name).is_some() {
            return None;
        }
        let end = component_end(window)?;
        let text = window.get(..end)?;
        if text.contains(['@']) && !text.contains(' ') || text.contains("://") && !text.contains(' ') {
            return None; // an autolink
        }
        self.report(&MDX, at..at + end, "write it in Markdown or HTML");
        self.edit(at..at + end, "");
        Some(at + end)
    }

    /// `import X from 'y'`, `export const x = …`.
    fn import(&mut self, at: usize) -> Option<usize> {
        let line = self.line(at);
        let trimmed = line.trim_end().trim_end_matches(';');
        let quoted = trimmed.ends_with(['\'', '"'])
            && (trimmed.contains(" from ") || trimmed.starts_with("import '") || trimmed.starts_with("import \""));
        let import = line.starts_with("import ") && quoted;
        let export = ["export const ", "export default ", "export function ", "export let "].iter().any(|start| line.starts_with(start));
        if !(import || export && line.contains(['=', '(', '{'])) {
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

/// Returns the path of `{{ "/path" | relative_url }}`.
fn literal_path(inner: &str) -> Option<&str> {
    let (value, filter) = inner.split_once('|')?;
    let value = value.trim().trim_matches('-').trim();
    let value = ['"', '\''].iter().find_map(|quote| value.strip_prefix(*quote)?.strip_suffix(*quote))?;
    let plain = !value.contains(['"', '\'', '<', '>', '\n']);
    (plain && matches!(filter.trim(), "relative_url" | "absolute_url")).then_some(value)
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
