//! What programs for notes write: wiki links, comments, marks, callouts with titles.

use super::super::codes::{BLOCK_ID, MARK, NOTE_COMMENT, SHORTCODE, WIKI_LINK};
use super::calls::{container, in_paragraph};
use super::inert::inert;
use super::{Finder, OBSIDIAN, REACH};
use crate::diagnostic::{Code, Span};
use crate::html::push_value;
use crate::text::short::{shown, shown_in_help};
use std::collections::BTreeSet;

impl<'a> Finder<'a, '_> {
    /// `[[Page|text]]`, `![[image.png]]`.
    pub(super) fn bracket(&mut self, at: usize) -> Option<usize> {
        let embed = self.rest(at).starts_with('!');
        let open = at + usize::from(embed);
        if !self.rest(open).starts_with("[[") {
            return if embed { None } else { self.single_bracket(at) };
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
        let page = page.trim_end_matches('\\'); // in a table
        let elsewhere = if embed && is_image(page) { self.context.resolver.attachment(page.trim()) } else { None };
        let (name_of_page, page) = (page, elsewhere.as_deref().unwrap_or(page));
        let text = match (embed, is_image(name_of_page)) {
            (true, true) if container(self.before(at, REACH)).is_some() => in_paragraph(image(page, label.trim())),
            (true, true) => image(page, label.trim()),
            (true, false) if self.is_alone(at, end) => String::new(),
            // Markdown-it's place for a table of contents.
            (false, _) if is_contents(inner) && self.is_alone(at, end) => String::new(),
            // A name that only programs know is no text.
            _ if label.trim().is_empty() => page.split("#^").next()?.trim().trim_start_matches('#').replace('#', " – "),
            _ => label.trim().to_owned(),
        };
        let span = at..end;
        let (name, place) = page.split_once('#').unwrap_or((page, ""));
        let name = name.trim();
        if !is_image(page)
            && let Some(url) = self.note(name, place)
        {
            let text = match label.trim() {
                "" if text.is_empty() => page.trim(),
                "" => &text,
                label => label,
            };
            self.edit(span, format!("<a href=\"{url}\">{text}</a>"));
            return Some(end);
        }
        // An embedded picture is one; whether its file is there is asked of every picture.
        if !(embed && is_image(page)) {
            let shown = shown(self.body.get(span.clone())?);
            let message = if text.is_empty() { "was left out" } else { "is not followed" };
            let label = if text.is_empty() { page.trim() } else { text.as_str() };
            let advice = self.context.resolver.advice(name).map(|advice| format!("{advice} Or ")).unwrap_or_default();
            let help = format!("{advice}write `[{}](/its/address/)`", shown_in_help(label));
            self.findings.add(&WIKI_LINK, span.clone(), || format!("`{shown}` {message}"), Some(&help));
        }
        if text.is_empty() {
            self.leave_out(span);
        } else {
            self.edit(span, text);
        }
        Some(end)
    }

    /// Returns the address of a note, of a heading in it, or of a file beside it.
    fn note(&self, name: &str, place: &str) -> Option<String> {
        let resolver = self.context.resolver;
        let url = if name.is_empty() && !place.is_empty() {
            self.context.base.to_string()
        } else {
            resolver.by_name(name, None).or_else(|| resolver.published(name))?
        };
        // A block has no place in the page.
        let heading = place.rsplit('#').next().unwrap_or_default();
        let fragment: String = if heading.starts_with('^') { String::new() } else { slug(heading) };
        Some(if fragment.is_empty() { url } else { format!("{url}#{fragment}") })
    }

    /// Returns whether nothing else stands in the line of what stands between two places.
    pub(super) fn is_alone(&mut self, at: usize, end: usize) -> bool {
        self.before(at, REACH).trim().is_empty() && self.line(end).trim().is_empty()
    }

    /// Returns the labels of reference definitions.
    pub(super) fn labels(&mut self) -> &BTreeSet<&'a str> {
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

    /// `%%comment%%`.
    pub(super) fn percent(&mut self, at: usize) -> Option<usize> {
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
        self.tell_note(&NOTE_COMMENT, &span, "remove it, or write `<!-- … -->`");
        self.leave_out(span.clone());
        Some(span.end)
    }

    /// `==mark==`.
    pub(super) fn equals(&mut self, at: usize) -> Option<usize> {
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
        if self.context.generator != OBSIDIAN {
            self.findings.add(&MARK, span.clone(), || "`==` became `<mark>`".to_owned(), Some("write `<mark>…</mark>`"));
        }
        self.edit(at..at + 2, "<mark>");
        self.edit(span.end - 2..span.end, "</mark>");
        Some(at + 2)
    }

    /// Tells of what a program for notes does not show either, unless the site is its own.
    fn tell_note(&mut self, code: &'static Code, span: &Span, help: &str) {
        if self.context.generator != OBSIDIAN {
            self.report(code, span.clone(), help);
        }
    }

    /// `^[The text of a footnote]`.
    fn inline_note(&mut self, at: usize) -> Option<usize> {
        let inner = self.line(at).strip_prefix("^[").filter(|_| self.context.generator == OBSIDIAN)?;
        let mut depth = 1_usize;
        let close = inner.bytes().position(|b| {
            depth = match b {
                b'[' => depth + 1,
                b']' => depth - 1,
                _ => depth,
            };
            depth == 0
        })?;
        let text = inner.get(..close)?.trim();
        if text.is_empty() || self.literal.is_in_tag(at) {
            return None;
        }
        self.notes += 1;
        let name = format!("inline-note-{}", self.notes);
        let end = at + 2 + close + 1;
        self.edit(at..end, format!("[^{name}]"));
        let gap = if self.notes == 1 { "\n\n" } else { "" };
        self.edit(self.body.len()..self.body.len(), format!("{gap}[^{name}]: {text}\n"));
        Some(end)
    }

    /// A block of code that Dataview makes a list or table of.
    pub(super) fn query(&mut self, span: &Span) {
        if self.context.generator != OBSIDIAN {
            return;
        }
        let code = self.body.get(span.clone()).unwrap_or_default();
        let info = code.trim_start_matches(['`', '~']);
        let language = info.lines().next().unwrap_or_default().trim();
        if info.len() < code.len() && matches!(language, "dataview" | "dataviewjs") {
            let help = "write the list or table that it stands for: it is made from all notes, by a plugin of Obsidian's";
            self.findings.add(&SHORTCODE, span.clone(), || format!("the query of `{language}` was left out"), Some(help));
            let end = span.start + code.trim_end().len();
            self.leave_out(span.start..end);
        }
    }

    /// ` ^name` at the end of a block, by which other notes refer to it.
    pub(super) fn block_id(&mut self, at: usize) -> Option<usize> {
        if let Some(end) = self.inline_note(at) {
            return Some(end);
        }
        let name = self.line(at).get(1..)?.trim_end();
        // `2 ^10` and `x ^n` are sums.
        let is_name =
            name.len() > 2 && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') && name.bytes().any(|b| b.is_ascii_alphabetic());
        let is_apart = self.body.get(..at)?.chars().next_back().is_none_or(|c| matches!(c, ' ' | '\n'));
        if !is_name || !is_apart || self.literal.is_in_tag(at) {
            return None;
        }
        let span = at..at + 1 + name.len();
        self.tell_note(&BLOCK_ID, &span, "remove it, or write `<a id=\"name\"></a>`");
        self.leave_out(span.clone());
        Some(span.end)
    }

    /// `> [!tip] Title` of Obsidian becomes a bold line; GitHub's own form is Markdown already.
    pub(super) fn callout(&mut self, at: usize) -> Option<usize> {
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
        // It may be bold already.
        let title = title.strip_prefix("**").and_then(|title| title.strip_suffix("**")).unwrap_or(&title);
        self.edit(at + open..at + line.len(), format!("**{title}**\n{before}{}", prefix.trim_end()));
        Some(at + line.len())
    }
}

/// Returns an embedded picture: behind the `|` stands its size or its text.
fn image(page: &str, label: &str) -> String {
    let path = page.trim().replace(['<', '>'], "");
    let (width, height) = label.split_once('x').unwrap_or((label, ""));
    let is_number = |text: &str| !text.is_empty() && text.len() < 6 && text.bytes().all(|b| b.is_ascii_digit());
    if !is_number(width) || !(height.is_empty() || is_number(height)) {
        return format!("![{}](<{path}>)", label.replace(['[', ']'], ""));
    }
    let mut source = String::new();
    push_value(&mut source, &path);
    let height = if height.is_empty() { String::new() } else { format!(" height=\"{height}\"") };
    inert(&format!("<img src=\"{source}\" alt=\"\" width=\"{width}\"{height}>"))
}

/// Returns the id that a page usually gives to a heading.
fn slug(heading: &str) -> String {
    let kept = heading.trim().chars().flat_map(char::to_lowercase).filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.map(|c| if c == ' ' { '-' } else { c }).collect()
}

fn is_image(page: &str) -> bool {
    let ending = page.rsplit('.').next().unwrap_or_default().trim().to_ascii_lowercase();
    page.contains('.') && matches!(ending.as_str(), "png" | "jpg" | "jpeg" | "gif" | "webp" | "avif" | "svg" | "bmp")
}

pub(super) fn is_contents(page: &str) -> bool {
    ["toc", "_toc_"].iter().any(|name| name.eq_ignore_ascii_case(page))
}

/// Returns a word with a capital and the rest in small letters.
pub(in super::super) fn capitalised(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars.flat_map(char::to_lowercase)).collect()).unwrap_or_default()
}
